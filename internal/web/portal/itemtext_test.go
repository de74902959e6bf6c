package portal

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestLabelled(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []Pair
	}{
		{"违法行为：示例行为。\n处罚种类：警告、罚款。\n处罚幅度：一万元以上。\n情节严重的，五万元以上。", []Pair{{"违法行为", "示例行为。"}, {"处罚种类", "警告、罚款。"}, {"处罚幅度", "一万元以上。\n情节严重的，五万元以上。"}}},
		{"违法行为：示例行为。", []Pair{{"违法行为", "示例行为。"}}},
		{"注意：一人一证。", []Pair{{"违法行为", "注意：一人一证。"}}},
		{"对示例行为的处罚\n处罚种类：罚款", []Pair{{"违法行为", "对示例行为的处罚\n处罚种类：罚款"}}},
		{"有下列情形之一的：\n甲：一", []Pair{{"违法行为", "有下列情形之一的：\n甲：一"}}},
		{"有甲、乙之一的：一\n处罚种类：二", []Pair{{"违法行为", "有甲、乙之一的：一\n处罚种类：二"}}},
		{"违法行为: 甲\n处罚种类: 乙", []Pair{{"违法行为", "甲"}, {"处罚种类", "乙"}}},
		{"", nil},
	} {
		if got := labelled("违法行为", c.in); !slices.Equal(got, c.want) {
			t.Errorf("%q became %q", c.in, got)
		}
	}
}

// TestLabelledLosesNothing: labels and texts together hold every letter in its
// order; the given label is the only one that may be added or drop out.
func TestLabelledLosesNothing(t *testing.T) {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || r == '：' || r == ':' {
				return -1
			}
			return r
		}, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOf(rapid.SampledFrom([]string{"违法行为：甲", "处罚种类:乙", "丙丁，戊", "：己", "庚：", "注：《辛》", ""})).Draw(t, "lines")
		in, all := strings.Join(lines, "\n"), ""
		for i, p := range labelled("违法行为", in) {
			if i > 0 || strings.HasPrefix(letters(in), p.Label) {
				all += p.Label
			}
			all += p.Text
		}
		if got, want := letters(all), letters(in); got != want && got != "违法行为"+want {
			t.Fatalf("%q became %q", want, got)
		}
	})
}
