package portal

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"qingdan/internal/errs"
	"qingdan/internal/web/ui"
)

// TestFilterIsItsAddress: a filter read from its own address is the same.
func TestFilterIsItsAddress(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"", "行政处罚", "a&b=c", "甲 乙", "%+#?"})
		f := filter{Words: word.Draw(t, "q"), Category: word.Draw(t, "category"), Department: word.Draw(t, "department"), Level: word.Draw(t, "level"),
			Initiative: word.Draw(t, "initiative"), Sort: rapid.SampledFrom([]string{sortName, sortCode}).Draw(t, "sort"),
			Size: rapid.SampledFrom(sizes()).Draw(t, "size"), Dense: rapid.Bool().Draw(t, "dense")}
		u, err := url.Parse(f.at("/powers"))
		if err != nil {
			t.Fatal(err)
		}
		back, err := parseFilter(u.Query())
		if err != nil || back != f {
			t.Fatalf("%+v became %+v, %v", f, back, err)
		}
	})
}

func FuzzQuery(f *testing.F) {
	for _, s := range []string{"q=甲&size=20", "after=AAAA", "q=" + strings.Repeat("x", 500), "q=%00%ff", "sort=code&density=compact&category=%0a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		got, err := parseFilter(q)
		if err != nil && errs.KindOf(err) != errs.Invalid {
			t.Fatalf("%q: %v", raw, err)
		}
		if err == nil && (!utf8.ValidString(got.Words) || utf8.RuneCountInString(got.Words) > 100 || strings.ContainsAny(got.Words, "\x00\n") || got.Size == 0) {
			t.Fatalf("%q: %+v", raw, got)
		}
		if _, err := ui.ParseCursor(q.Get("after")); err != nil && errs.KindOf(err) != errs.Invalid {
			t.Fatalf("%q: %v", raw, err)
		}
	})
}
