package citation

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// move renumbers articles: from N or N-sub to the same.
type move struct{ from, sub, to, toSub int }

// moved applies moves to the articles of one law, the ends of ranges included.
func moved(law string, moves ...move) func(Ref) (Ref, bool) {
	place := func(article, sub int) (int, int, bool) {
		for _, m := range moves {
			if m.from == article && m.sub == sub {
				return m.to, m.toSub, true
			}
		}
		return article, sub, false
	}
	return func(r Ref) (Ref, bool) {
		if r.Law != law || r.Article == 0 {
			return r, false
		}
		last, lastSub := r.Last()
		a, b, first := place(r.Article, r.ArticleSub)
		c, d, end := place(last, lastSub)
		if r.To != nil {
			to := *r.To
			to.Article, to.ArticleSub = c, d
			to = differing(to, End{a, b, r.Paragraph, r.Item, r.Subitem})
			r.To = &to
		}
		r.Article, r.ArticleSub = a, b
		return r, first || end
	}
}

func TestRewriteMovesArticles(t *testing.T) {
	moves := []move{{5, 0, 7, 0}, {8, 0, 38, 0}, {10, 0, 11, 0}, {12, 0, 15, 0}, {15, 0, 16, 0}, {38, 0, 107, 0}, {105, 0, 110, 0}, {133, 1, 134, 0}, {120, 1, 121, 0}, {120, 6, 126, 0}, {20, 0, 20, 1}, {40, 0, 41, 2}}
	for _, c := range []struct{ name, in, want string }{
		{"nothing cited", "依法行政", "依法行政"},
		{"one article", "依照《甲法》第五条第二款第（三）项处罚", "依照《甲法》第七条第二款第（三）项处罚"},
		{"another law stays", "《乙法》第五条、《甲法》第五条", "《乙法》第五条、《甲法》第七条"},
		{"one of a list", "《甲法》第十二条、第十四条第二款", "《甲法》第十五条、第十四条第二款"},
		{"chain of moves", "《甲法》第十条、第十二条和第十五条", "《甲法》第十一条、第十五条和第十六条"},
		{"arabic", "《甲法》第38条第2款", "《甲法》第107条第2款"},
		{"full-width digits", "《甲法》第３８条", "《甲法》第１０７条"},
		{"circle for nought", "《甲法》第一百〇五条，《甲法》第三十八条", "《甲法》第一百一十条，《甲法》第一百零七条"},
		{"slash list", "《甲法》第38/40条", "《甲法》第107/41条之2"},
		{"items share the article", "《甲法》第五条第（一）（三）项", "《甲法》第七条第（一）（三）项"},
		{"paragraphs without comma share the article", "《甲法》第五条第二三款", "《甲法》第七条第二三款"},
		{"range of articles", "《甲法》第十条至第十五条", "《甲法》第十一条至第十六条"},
		{"range of items repeats its article", "《甲法》第五条第（二）项至第五条第（四）项", "《甲法》第七条第（二）项至第七条第（四）项"},
		{"hyphen for inserted article is taken out", "《甲法》第133-1条", "《甲法》第134条"},
		{"inserted article becomes its own", "《甲法》第一百二十条之一第二款", "《甲法》第一百二十一条第二款"},
		{"range of inserted articles", "《甲法》第一百二十条之一至第一百二十条之六", "《甲法》第一百二十一条至第一百二十六条"},
		{"only the end of a range becomes its own", "《甲法》第一百二十条之二至第一百二十条之六", "《甲法》第一百二十条之二至第一百二十六条"},
		{"the same in short", "《甲法》第一百二十条之二至之六", ""},
		{"article becomes an inserted one", "《甲法》第二十条第一款、第二十条第三款", "《甲法》第二十条之一第一款、第二十条之一第三款"},
		{"arabic article becomes an inserted one", "《甲法》第40条", "《甲法》第41条之2"},
		{"number of issue and text stay", "《甲法》（主席令第5号）第 五 条规定，处五万元罚款", "《甲法》（主席令第5号）第 七 条规定，处五万元罚款"},
		{"line breaks stay", "《甲法》\n第 五 条\r\n第二款", "《甲法》\n第 七 条\r\n第二款"},
		{"bytes that are no text stay", "\xff《甲法》第五条\xfe", "\xff《甲法》第七条\xfe"},
		{"missing words stay missing", "《甲法》五条二款", "《甲法》七条二款"},
		{"list sharing 条, read back alike", "《甲法》第八、十条", "《甲法》第三十八、十一条"},
		{"list sharing 条, a member would be read as 39", "《甲法》第八、九条", ""},
		{"shortened tens are written whole", "《甲法》第十三、五条", "《甲法》第一百三十、十六条"},
		{"shortened tens, a member would be read as 134", "《甲法》第十三、四条", ""},
		{"members of a list that move apart", "《甲法》第一百二十条之一、之二", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := Rewrite(c.in, moved("甲法", append(moves, move{13, 0, 130, 0})...))
			if want := c.want; want == "" {
				if ok || got != c.in {
					t.Errorf("Rewrite(%q) = %q, %t; want it refused", c.in, got, ok)
				}
			} else if got != want || !ok {
				t.Errorf("Rewrite(%q)\n got %s, %t\nwant %s", c.in, got, ok, want)
			}
		})
	}
}

func TestRewriteChangesLowerLevels(t *testing.T) {
	down := func(r Ref) (Ref, bool) {
		r.Paragraph, r.Item = next(r.Paragraph), next(r.Item)
		return r, true
	}
	for in, want := range map[string]string{
		"《甲法》第五条第二款第（三）项": "《甲法》第五条第三款第（四）项",
		"《甲法》第五条第㈢项":      "《甲法》第五条第㈣项",
		"《甲法》第五条第(3)项":    "《甲法》第五条第(4)项",
		"《甲法》第五条第㈩项":      "",
		"《甲法》第五条第二三款":     "",
	} {
		got, ok := Rewrite(in, down)
		if ok != (want != "") || ok && got != want || !ok && got != in {
			t.Errorf("Rewrite(%q) = %q, %t; want %q", in, got, ok, want)
		}
	}
}

// next adds one where there is a number.
func next(n int) int {
	if n == 0 {
		return 0
	}
	return n + 1
}

func TestRewriteRefusesWhatIsNoNumber(t *testing.T) {
	const in = "《甲法》第五条第二款"
	for name, change := range map[string]func(Ref) Ref{
		"another law":    func(r Ref) Ref { r.Law = "乙法"; return r },
		"level added":    func(r Ref) Ref { r.Item = 1; return r },
		"level dropped":  func(r Ref) Ref { r.Paragraph = 0; return r },
		"range made":     func(r Ref) Ref { r.To = &End{Paragraph: 3}; return r },
		"no number":      func(r Ref) Ref { r.Article = -1; return r },
		"too large":      func(r Ref) Ref { r.Article = maxNumber + 1; return r },
		"article alone":  func(r Ref) Ref { r.Article, r.Paragraph = 6, 0; return r },
		"article absent": func(r Ref) Ref { r.Article = 0; return r },
	} {
		if got, ok := Rewrite(in, func(r Ref) (Ref, bool) { return change(r), true }); ok || got != in {
			t.Errorf("%s: %q, %t", name, got, ok)
		}
	}
}

func TestRewriteQuotesLeavesQuotedTextsAlone(t *testing.T) {
	change := moved("甲法", move{3, 0, 5, 0}, move{4, 0, 6, 0})
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"text that cites the law itself", "《甲法》第三条：违反《甲法》第四条、第三条的，处罚款。", "《甲法》第五条：违反《甲法》第四条、第三条的，处罚款。"},
		{"text without a sign", "《甲法》第三条违反第四条规定的，处罚款。", "《甲法》第五条违反第四条规定的，处罚款。"},
		{"several laws", "1.《乙法》第三条：依照《甲法》第三条。\n2.《甲法》第四条：应当报告。", "1.《乙法》第三条：依照《甲法》第三条。\n2.《甲法》第六条：应当报告。"},
		{"articles below the name", "《甲法》\n第三条　应当备案。\n第四条　应当报告。", "《甲法》\n第五条　应当备案。\n第六条　应当报告。"},
		{"list, then the articles", "《甲法》第三条、第四条\n第三条 应当备案。\n第四条 依照第三条。", "《甲法》第五条、第六条\n第五条 应当备案。\n第六条 依照第三条。"},
		{"no citation at a beginning", "市局依照《甲法》第三条执行", "市局依照《甲法》第五条执行"},
		{"bars", "《甲法》第三条|《甲法》第四条", "《甲法》第五条|《甲法》第六条"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, ok := RewriteQuotes(c.in, change); got != c.want || !ok {
				t.Errorf("RewriteQuotes(%q)\n got %s, %t\nwant %s", c.in, got, ok, c.want)
			}
		})
	}
}

// shift moves every article by n.
func shift(n int) func(Ref) (Ref, bool) {
	return func(r Ref) (Ref, bool) {
		if r.Article == 0 {
			return r, false
		}
		r.Article += n
		if r.To != nil && r.To.Article != 0 {
			to := *r.To
			to.Article += n
			r.To = &to
		}
		return r, true
	}
}

func TestRewriteIsReadBack(t *testing.T) {
	joints := []string{"、", "和", "，", "及", "以及", "或者", "|", "\n", "规定，处罚款，依照"}
	rapid.Check(t, func(t *rapid.T) {
		var want []Ref
		var b strings.Builder
		change := shift(rapid.IntRange(1, 300).Draw(t, "by"))
		only := rapid.SampledFrom([]string{"甲法", "本法", ""}).Draw(t, "only")
		some := func(r Ref) (Ref, bool) {
			if only != "" && r.Law != only {
				return r, false
			}
			return change(r)
		}
		for range rapid.IntRange(1, 5).Draw(t, "n") {
			r := anyRef(t)
			if b.Len() > 0 {
				b.WriteString(rapid.SampledFrom(joints).Draw(t, "joint"))
			}
			b.WriteString(r.String())
			want = append(want, changed(r, some))
		}
		in := b.String()
		out, ok := Rewrite(in, some)
		if !ok {
			t.Fatalf("%s is refused", in)
		}
		if d := cmp.Diff(want, Parse(out)); d != "" {
			t.Fatalf("%s\n%s\n%s", in, out, d)
		}
		if back, ok := Rewrite(out, func(r Ref) (Ref, bool) {
			k := slices.IndexFunc(want, func(w Ref) bool { return sameRef(w, r) })
			return Parse(in)[k], true
		}); ok && back != in {
			t.Fatalf("%s came back as %s", in, back)
		}
	})
}

func TestRealCitationsAreRewritten(t *testing.T) {
	all := rows(t, "citations/citations.jsonl")
	for _, by := range []int{1, 7, 100, 1000} {
		refused := 0
		for _, r := range all {
			out, ok := Rewrite(r.Text, shift(by))
			if !ok {
				refused++
				t.Logf("by %d refused: %s", by, r.Text)
				if out != r.Text {
					t.Errorf("refused, yet changed: %s", out)
				}
				continue
			}
			var want []Ref
			for _, ref := range Parse(r.Text) {
				want = append(want, changed(ref, shift(by)))
			}
			if d := cmp.Diff(want, Parse(out)); d != "" {
				t.Errorf("%s became %s\n%s", r.Text, out, d)
			}
		}
		if t.Logf("by %d: %d of %d refused", by, refused, len(all)); refused*200 > len(all) {
			t.Errorf("by %d: %d of %d refused", by, refused, len(all))
		}
	}
	for _, r := range all {
		if out, ok := Rewrite(r.Text, func(r Ref) (Ref, bool) { return r, true }); out != r.Text || !ok {
			t.Errorf("%s, unchanged, became %s, %t", r.Text, out, ok)
		}
	}
}

// TestRealMovesAreFollowed takes the articles that real amendments moved
// unchanged to other numbers and lets citations follow them.
func TestRealMovesAreFollowed(t *testing.T) {
	number := func(s string) (article, sub int) {
		if _, err := fmt.Sscanf(strings.Replace(s, "-", " ", 1)+" 0", "%d %d", &article, &sub); err != nil {
			t.Fatal(err)
		}
		return article, sub
	}
	n := 0
	for _, p := range read[struct {
		Title string
		Moved [][2]string `json:"moved_identical"`
	}](t, "laws/edition_pairs.jsonl") {
		var moves []move
		var before, after strings.Builder
		for _, m := range p.Moved {
			a, b := number(m[0])
			c, d := number(m[1])
			moves = append(moves, move{a, b, c, d})
			before.WriteString("、" + Ref{Law: p.Title, Article: a, ArticleSub: b, Paragraph: 1}.String())
			after.WriteString("、" + Ref{Law: p.Title, Article: c, ArticleSub: d, Paragraph: 1}.String())
			n++
		}
		if len(moves) == 0 {
			continue
		}
		law := Parse(before.String())[0].Law // inner marks as citations have them
		if got, ok := Rewrite(before.String(), moved(law, moves...)); got != after.String() || !ok {
			t.Errorf("%s: %s became %s, %t", p.Title, before.String(), got, ok)
		}
	}
	if n == 0 {
		t.Error("no article moved")
	}
	t.Logf("%d moved articles", n)
}

func TestCoversAndLast(t *testing.T) {
	for _, c := range []struct {
		ref             string
		last, lastSub   int
		inside, outside [][2]int
	}{
		{"《甲法》", 0, 0, nil, [][2]int{{0, 0}, {1, 0}}},
		{"《甲法》第五条第二款", 5, 0, [][2]int{{5, 0}}, [][2]int{{4, 0}, {5, 1}, {6, 0}}},
		{"《甲法》第五条之一", 5, 1, [][2]int{{5, 1}}, [][2]int{{5, 0}, {5, 2}, {6, 0}}},
		{"《甲法》第五条第（二）项至第（四）项", 5, 0, [][2]int{{5, 0}}, [][2]int{{5, 1}, {6, 0}}},
		{"《甲法》第十条至第十五条", 15, 0, [][2]int{{10, 0}, {10, 1}, {12, 0}, {14, 3}, {15, 0}}, [][2]int{{9, 0}, {9, 1}, {15, 1}, {16, 0}}},
		{"《甲法》第五条第二款至第七条第一款", 7, 0, [][2]int{{5, 0}, {6, 0}, {7, 0}}, [][2]int{{8, 0}}},
		{"《甲法》第一百二十条之一至之六", 120, 6, [][2]int{{120, 1}, {120, 6}}, [][2]int{{120, 0}, {120, 7}, {121, 0}}},
		{"《甲法》第一百二十条之三至第一百二十二条", 122, 0, [][2]int{{120, 3}, {121, 0}, {121, 9}, {122, 0}}, [][2]int{{120, 2}, {122, 1}}},
		{"《甲法》第十五条至第十条", 10, 0, nil, [][2]int{{10, 0}, {12, 0}, {15, 0}}},
	} {
		refs := Parse(c.ref)
		if len(refs) != 1 {
			t.Fatalf("%s: %v", c.ref, refs)
		}
		r := refs[0]
		if a, sub := r.Last(); a != c.last || sub != c.lastSub {
			t.Errorf("%s ends in %d-%d", c.ref, a, sub)
		}
		for _, a := range c.inside {
			if !r.Covers(a[0], a[1]) {
				t.Errorf("%s must cover %v", c.ref, a)
			}
		}
		for _, a := range c.outside {
			if r.Covers(a[0], a[1]) {
				t.Errorf("%s must not cover %v", c.ref, a)
			}
		}
	}
}
