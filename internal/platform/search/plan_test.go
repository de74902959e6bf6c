package search

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"qingdan/internal/engine/hanzi"
)

// unknown is the library in which no word stands as typed.
func unknown(string) (bool, error) { return false, nil }

func TestUnits(t *testing.T) {
	for _, e := range []struct{ word, want string }{
		{"养老机构备案", "养老机构+ 备案"},
		{"怎么开饭店", "开饭店+"},
		{"办网吧", "办网吧+"},
		{"公司改名字", "公司改名字+"},
		{"我想给孩子转学", "孩子+ 转学+"},
		{"在哪儿缴费", "缴费"},
		{"多少钱", "多少钱"}, // nothing but filler stays as it is
		{"水", "水"},
		{"24小时", "24小时"},
	} {
		p, ok, err := understand(e.word, unknown)
		if !ok || err != nil {
			t.Fatalf("%s is not understood", e.word)
		}
		var got []string
		for _, u := range p.units {
			w := u.word
			if len(u.other) > 0 {
				w += "+"
			}
			got = append(got, w)
		}
		if strings.Join(got, " ") != e.want {
			t.Errorf("%s: %s, want %s", e.word, strings.Join(got, " "), e.want)
		}
	}
}

// Every entry must be reachable and every official way searchable.
func TestLexicon(t *testing.T) {
	for everyday, ways := range said.official {
		if n := utf8.RuneCountInString(everyday); n < 1 || n > longestSaid || hanzi.Fold(everyday) != everyday {
			t.Errorf("%q cannot be recognised", everyday)
		}
		if words := hanzi.Words(everyday); len(words) != 1 || words[0] != everyday {
			t.Errorf("%q is not one word of a query", everyday)
		}
		for _, way := range ways {
			if len(way) == 0 {
				t.Errorf("%q: an empty way", everyday)
			}
			for _, w := range way {
				if words := hanzi.Words(w); len(words) != 1 || words[0] != w {
					t.Errorf("%q: %q is not one word", everyday, w)
				}
			}
		}
	}
	for f := range said.filler {
		if _, both := said.official[f]; both || utf8.RuneCountInString(f) > longestSaid {
			t.Errorf("filler %q is in the lexicon, or too long", f)
		}
	}
	if said.entries < 1500 {
		t.Errorf("only %d entries", said.entries)
	}
}

func FuzzUnderstand(f *testing.F) {
	for _, s := range []string{"怎么开饭店", `"水" OR *`, "37A-001", strings.Repeat("水利", 300), "a级 b级", "\xff的了"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, ok, err := understand(s, unknown)
		if !ok || err != nil {
			return
		}
		terms := 0
		for _, w := range p.words {
			terms += len(hanzi.QueryTerms(w)[0])
		}
		if terms == 0 || terms > maxTerms || len(p.units) == 0 {
			t.Fatalf("%d terms, %d units", terms, len(p.units))
		}
		var tiers []Tier
		for _, st := range p.steps() {
			tiers = append(tiers, st.tier)
			if m := st.expr.match(); strings.Count(m, `"`)%2 != 0 || strings.Count(m, "(") != strings.Count(m, ")") {
				t.Fatalf("%q becomes %s", s, m)
			}
			if cond, args := st.expr.where(); strings.Count(cond, "?") != len(args) {
				t.Fatalf("%q becomes %s with %d arguments", s, cond, len(args))
			}
		}
		if !slices.IsSorted(tiers) {
			t.Fatalf("tiers %v", tiers)
		}
	})
}

// What is wanted of a thing is no part of its name, and says which title comes
// first.
func TestAimsOrderTitles(t *testing.T) {
	titles := []string{"公共场所卫生许可新办审批", "公共场所卫生许可变更", "公共场所卫生许可延续", "公共场所卫生许可证注销", "公共场所卫生许可遗失补办"}
	for _, e := range []struct{ asked, first string }{
		{"开理发店", titles[0]}, {"理发店换老板", titles[1]}, {"理发店卫生证到期了", titles[2]}, {"理发店不开了", titles[3]}, {"理发店卫生许可证丢了", titles[4]},
	} {
		p, ok, err := understand(e.asked, unknown)
		if !ok || err != nil {
			t.Fatalf("%s is not understood", e.asked)
		}
		k := newRanker(p)
		best := slices.MaxFunc(titles, func(a, b string) int {
			return cmp.Compare(k.rate(text{title: a}), k.rate(text{title: b}))
		})
		if best != e.first {
			t.Errorf("%s: first %s, want %s", e.asked, best, e.first)
		}
	}
}
