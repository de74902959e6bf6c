package hanzi

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// show writes a diff for reading: [-old-]{+new+}.
func show(ops []Op) string {
	var b strings.Builder
	for _, op := range ops {
		switch op.Kind {
		case Same:
			b.WriteString(op.Text)
		case Removed:
			b.WriteString("[-" + op.Text + "-]")
		case Added:
			b.WriteString("{+" + op.Text + "+}")
		}
	}
	return b.String()
}

// checkDiff states what callers rely on.
func checkDiff(t interface{ Fatalf(string, ...any) }, a, b string, ops []Op) {
	var oldText, newText string
	for i, op := range ops {
		if op.Text == "" {
			t.Fatalf("empty op in %s", show(ops))
		}
		if i > 0 && (ops[i-1].Kind == op.Kind || ops[i-1].Kind == Added && op.Kind == Removed) {
			t.Fatalf("order of ops in %s", show(ops))
		}
		if op.Kind == Same && i > 0 && i < len(ops)-1 && utf8.RuneCountInString(op.Text) <= 2 {
			t.Fatalf("a short agreement %q stands inside a change: %s", op.Text, show(ops))
		}
		if op.Kind != Added {
			oldText += op.Text
		}
		if op.Kind != Removed {
			newText += op.Text
		}
	}
	if oldText != a || newText != b {
		t.Fatalf("diff of %q and %q gives %q and %q", a, b, oldText, newText)
	}
}

func TestDiffReads(t *testing.T) {
	for _, e := range []struct{ a, b, want string }{
		{"", "", ""},
		{"示例文本", "示例文本", "示例文本"},
		{"", "新增一款", "{+新增一款+}"},
		{"删去一款", "", "[-删去一款-]"},
		{"自受理之日起二十日内作出决定", "自受理之日起三十日内作出决定", "自受理之日起[-二十-]{+三十+}日内作出决定"},
		{"罚款200元以下", "罚款2000元以下", "罚款[-200-]{+2000+}元以下"},
		{"可以处一万元罚款", "可以处一万五千元罚款", "可以处[-一万-]{+一万五千+}元罚款"},
		{"申请人提交材料，机关受理，出具凭证。", "申请人提交材料，窗口当场出具凭证。", "申请人提交材料，[-机关受理，-]{+窗口当场+}出具凭证。"},
		// The shared 的 and 部门 between changes are noise.
		{"县级的水利部门处罚", "市级以上人民政府的住建部门处罚", "[-县级的水利-]{+市级以上人民政府的住建+}部门处罚"},
		{"甲，乙", "丙，丁", "[-甲，乙-]{+丙，丁+}"},
	} {
		ops := Diff(e.a, e.b)
		checkDiff(t, e.a, e.b, ops)
		if got := show(ops); got != e.want {
			t.Errorf("got  %s\nwant %s", got, e.want)
		}
	}
}

func TestDiffOfAMovedArticle(t *testing.T) {
	article := func(n, text string) string { return "第" + n + "条 " + text + "\n" }
	a := article("一", "为了规范许可，制定本办法。") + article("二", "在本市从事示例活动，应当取得许可。") + article("三", "罚款一百元。")
	b := article("一", "为了规范许可，制定本办法。") + article("二", "罚款一百元。")
	ops := Diff(a, b)
	checkDiff(t, a, b, ops)
	if same := agreement(ops); same < len(b)*8/10 {
		t.Errorf("only %d of %d bytes agree: %s", same, len(b), show(ops))
	}
}

func agreement(ops []Op) int {
	n := 0
	for _, op := range ops {
		if op.Kind == Same {
			n += len(op.Text)
		}
	}
	return n
}

func TestDiffProperties(t *testing.T) {
	text := rapid.StringOfN(rapid.SampledFrom([]rune("甲乙丙二十三，。a1\n")), 0, 60, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		ops := Diff(a, b)
		checkDiff(t, a, b, ops)
		if again := Diff(a, b); !cmp.Equal(ops, again) {
			t.Fatalf("not deterministic: %s, %s", show(ops), show(again))
		}
		if same := Diff(a, a); a != "" && (len(same) != 1 || same[0] != Op{Same, a}) {
			t.Fatalf("diff with itself: %s", show(same))
		}
	})
}

// Myers must find the longest common subsequence; a table of n·m cells says
// how long it is.
func TestAlignIsShortest(t *testing.T) {
	token := rapid.SliceOfN(rapid.SampledFrom([]string{"甲", "乙", "丙"}), 0, 24)
	rapid.Check(t, func(t *rapid.T) {
		a, b := token.Draw(t, "a"), token.Draw(t, "b")
		ops := align(a, b, 1_000_000)
		if got, want := agreement(ops)/3, lcs(a, b); got != want {
			t.Fatalf("%v against %v: %d agree, want %d: %s", a, b, got, want, show(ops))
		}
	})
}

func lcs(a, b []string) int {
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
	}
	for i := range a {
		for j := range b {
			table[i+1][j+1] = max(table[i][j+1], table[i+1][j])
			if a[i] == b[j] {
				table[i+1][j+1] = table[i][j] + 1
			}
		}
	}
	return table[len(a)][len(b)]
}

// Beyond the budget the rest is replaced whole, and the property still holds.
func TestAlignStopsAtItsBudget(t *testing.T) {
	text := rapid.SliceOfN(rapid.SampledFrom([]string{"甲", "乙", "丙"}), 0, 60)
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		budget := rapid.IntRange(0, 400).Draw(t, "budget")
		var oldText, newText string
		for _, op := range align(a, b, budget) {
			if op.Kind != Added {
				oldText += op.Text
			}
			if op.Kind != Removed {
				newText += op.Text
			}
		}
		if oldText != strings.Join(a, "") || newText != strings.Join(b, "") {
			t.Fatalf("budget %d loses text", budget)
		}
	})
}

// longText invents a text of n characters.
func longText(seed uint64, n int) string {
	r := rand.New(rand.NewPCG(seed, 1))
	han := []rune("许可处罚强制征收给付检查确认奖励裁决部门应当申请受理决定送达期限日内材料依法机关公民法人")
	var b strings.Builder
	for i := range n {
		if i%11 == 10 {
			b.WriteRune([]rune("，。；\n")[r.IntN(4)])
			continue
		}
		b.WriteRune(han[r.IntN(len(han))])
	}
	return b.String()
}

// Unrelated texts and texts of one clause are the worst cases; the test ends
// within the suite's patience only because the budgets hold.
func TestDiffOfLongTexts(t *testing.T) {
	a, b := longText(1, 40_000), longText(2, 40_000)
	oneClause := func(s string) string {
		return strings.NewReplacer("，", "", "。", "", "；", "", "\n", "").Replace(s)
	}
	edited := strings.Replace(a, a[len(a)/3/3*3:len(a)/3/3*3+30], "此处全部改写", 1)
	for name, pair := range map[string][2]string{
		"unrelated": {a, b}, "one clause": {oneClause(a), oneClause(b)}, "edited": {a, edited}, "against nothing": {a, ""},
	} {
		ops := Diff(pair[0], pair[1])
		checkDiff(t, pair[0], pair[1], ops)
		if name == "edited" && agreement(ops) < len(a)*99/100 {
			t.Errorf("a small change in a long text: only %d of %d bytes agree", agreement(ops), len(a))
		}
	}
}

func FuzzDiff(f *testing.F) {
	f.Add("自受理之日起二十日内", "自受理之日起三十日内")
	f.Add("甲，乙", "丙，丁")
	f.Add("\xff\xfe甲", "甲\xe4")
	f.Fuzz(func(t *testing.T, a, b string) { checkDiff(t, a, b, Diff(a, b)) })
}

func BenchmarkDiff(b *testing.B) {
	for _, n := range []int{400, 4_000, 40_000} {
		x, y := longText(1, n), longText(2, n)
		edited := x[:n/2*3] + "改" + x[n/2*3:]
		b.Run(fmt.Sprintf("unrelated/%d", n), func(b *testing.B) {
			for b.Loop() {
				Diff(x, y)
			}
		})
		b.Run(fmt.Sprintf("edited/%d", n), func(b *testing.B) {
			for b.Loop() {
				Diff(x, edited)
			}
		})
	}
}
