package amend_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"qingdan/internal/engine/amend"
	"qingdan/internal/engine/hanzi"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/testkit"
)

// law makes a document whose articles are numbered from 1; an article that
// begins with 第 brings its own number.
func law(articles ...string) *lawtext.Document {
	var b strings.Builder
	b.WriteString("# 示例市清单管理条例\n\n")
	for i, a := range articles {
		if !strings.HasPrefix(a, "第") {
			a = lawtext.Number{N: i + 1}.Chinese() + "　" + a
		}
		label, text, _ := strings.Cut(a, "　")
		b.WriteString("**" + label + "**　" + text + "\n\n")
	}
	return lawtext.Parse(b.String())
}

// Texts long enough to be told by their words.
const (
	purpose   = "为了规范权力清单的编制和管理，推进依法行政，制定本条例。"
	scope     = "本市各级行政机关编制、公布、调整权力清单，适用本条例。"
	publicity = "权力清单应当通过政府门户网站向社会公布，接受公众查询和监督。"
	review    = "行政机关应当每年对权力清单进行评估，并根据法律法规的变化及时调整。"
	reviewed  = "行政机关应当每两年对权力清单进行一次评估，根据法律、法规、规章的变化及时调整并重新公布。"
	penalty   = "违反本条例规定，未公布权力清单的，由上级机关责令限期改正。"
	training  = "县级以上人民政府应当组织审核人员参加业务培训。"
	start     = "本条例自公布之日起施行。"
)

func TestCompare(t *testing.T) {
	cases := []struct {
		name     string
		old, new *lawtext.Document
		want     string // the report without empty lists
	}{
		{"nothing changed", law(purpose, start), law(purpose, start), `kept 2`},
		{"blanks, marks and Markdown do not count", law("清单（以下称“清单”），由市政府编制。"), law("清单(以下称 \"清单\"),\u200b由市政府 编制。"), `kept 1`},
		{"an article added moves the others", law(purpose, publicity, penalty), law(purpose, scope, publicity, penalty), `kept 1, moved 2>3 3>4, added 2`},
		{"an article struck out", law(purpose, scope, publicity, penalty), law(purpose, publicity, penalty), `kept 1, moved 3>2 4>3, removed 2`},
		{"a changed article that moved", law(purpose, review, penalty), law(purpose, scope, reviewed, penalty), `kept 1, changed 2, moved 3>4, added 2, renumbered 2>3`},
		{"numbers rule where nothing moved", law(purpose, review), law(purpose, training), `kept 1, changed 2`},
		{"another article under the old number", law(purpose, training, penalty), law(purpose, publicity, review, penalty), `kept 1, moved 3>4, added 2 3, removed 2`},
		{"equal texts pair in order", law(publicity, "（删去）", publicity, penalty), law(scope, publicity, "（删去）", publicity, penalty),
			`kept 0, moved 1>2 3>4 4>5, added 1, renumbered 2>3`},
		{"a formula proves no move", law(purpose, start), law(purpose, review, start), `kept 1, changed 2, added 3`},
		{"a formula moves with the others", law(purpose, penalty, start), law(purpose, review, penalty, start), `kept 1, moved 2>3, added 2, renumbered 3>4`},
		{"a block moved, one article of it rewritten", law(publicity, review, penalty, purpose, scope), law(purpose, scope, publicity, reviewed, penalty),
			`kept 0, changed 2, moved 1>3 3>5 4>1 5>2, renumbered 2>4`},
		{"条之一", law(purpose, publicity), law("第一条　"+purpose, "第一条之一　"+review, "第二条　"+publicity), `kept 2, added 1-1`},
		{"an empty text", law(), law(purpose, scope), `kept 0, added 1 2`},
		{"the annex counts as words of the last article", lawtext.Parse("第一条　" + purpose + "\n第二条　" + scope + "\n\n附件：一览表"),
			lawtext.Parse("第一条　" + purpose + "\n第二条　" + scope + "\n\n附件：目录"), `kept 1, changed 2`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := amend.Compare(c.old, c.new)
			everyArticleOnce(t, c.old, c.new, d)
			if got := inShort(d.Report()); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// inShort writes a report without its empty lists.
func inShort(r amend.Report) string {
	s := fmt.Sprintf("kept %d", r.Kept)
	numbers := func(name string, list []string) {
		if len(list) > 0 {
			s += ", " + name + " " + strings.Join(list, " ")
		}
	}
	pairs := func(name string, list [][2]string) {
		var out []string
		for _, p := range list {
			out = append(out, p[0]+">"+p[1])
		}
		numbers(name, out)
	}
	numbers("changed", r.Changed)
	pairs("moved", r.Moved)
	numbers("added", r.Added)
	numbers("removed", r.Removed)
	pairs("renumbered", r.Renumbered)
	return s
}

func TestFate(t *testing.T) {
	d := amend.Compare(law(purpose, review, training, penalty), law(purpose, scope, reviewed, penalty))
	cases := []struct {
		old  lawtext.Number
		kind amend.Kind
		new  int
	}{
		{lawtext.Number{N: 1}, amend.Kept, 1}, {lawtext.Number{N: 2}, amend.Changed, 2},
		{lawtext.Number{N: 3}, amend.Changed, 3}, {lawtext.Number{N: 4}, amend.Kept, 4},
	}
	for _, c := range cases {
		f, ok := d.Fate(c.old)
		if !ok || f.Kind != c.kind || f.New.N != c.new {
			t.Errorf("article %s: %+v %v", c.old, f, ok)
		}
	}
	if f, _ := d.Fate(lawtext.Number{N: 1}); f.Similarity != 1 {
		t.Errorf("a kept article has similarity %v", f.Similarity)
	}
	if f, _ := d.Fate(lawtext.Number{N: 3}); f.Similarity <= 0 || f.Similarity >= 1 {
		t.Errorf("a changed article has similarity %v", f.Similarity)
	}
	if _, ok := d.Fate(lawtext.Number{N: 9}); ok {
		t.Error("an article the old text lacks has a fate")
	}
	gone := amend.Compare(law(purpose, training, penalty), law(purpose, penalty))
	if f, ok := gone.Fate(lawtext.Number{N: 2}); !ok || f != (amend.Fate{Kind: amend.Removed}) {
		t.Errorf("a removed article: %+v %v", f, ok)
	}
}

func TestDoubledNumbersKeepTheirArticles(t *testing.T) {
	old := law("第一条　"+purpose, "第二条　"+scope, "第二条　"+publicity, "第三条　"+penalty)
	d := amend.Compare(old, law("第一条　"+purpose, "第二条　"+publicity, "第三条　"+penalty))
	everyArticleOnce(t, old, law(), amend.Compare(old, law()))
	if got, want := inShort(d.Report()), "kept 3, removed 2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if f, _ := d.Fate(lawtext.Number{N: 2}); f.Kind != amend.Removed {
		t.Errorf("the first article 2 stands for the number: %+v", f)
	}
}

func TestReportPrintsEmptyLists(t *testing.T) {
	b, err := json.Marshal(amend.Compare(law(purpose), law(purpose)).Report())
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"kept":1,"changed":[],"moved":[],"added":[],"removed":[],"renumbered":[]}`; string(b) != want {
		t.Errorf("got %s", b)
	}
}

func TestSamePlace(t *testing.T) {
	article := func(text string) lawtext.Article { return law(text).Articles[0] }
	old := article("行政机关可以采取下列措施：\n（一）查阅有关资料；\n（二）询问有关人员：\n1. 法定代表人；\n2. 经办人员；\n（三）进入生产经营场所检查。\n前款措施不得妨碍正常经营。")
	new := article("行政机关可以依法采取下列措施：\n（一）查阅有关资料；\n（二）查封有关物品；\n（三）询问有关人员：\n1. 经办人员；\n（四）进入生产经营场所和仓库检查。\n采取措施应当出示证件。\n前款措施不得妨碍正常经营。")
	cases := []struct {
		name                     string
		paragraph, item, subitem int
		want                     amend.PlaceFate
	}{
		{"the item stands unchanged", 1, 1, 0, amend.PlaceFate{Kind: amend.Kept, Paragraph: 1, Item: 1, Similarity: 1}},
		{"cited without paragraph", 0, 1, 0, amend.PlaceFate{Kind: amend.Kept, Paragraph: 1, Item: 1, Similarity: 1}},
		{"the subitem has another number", 1, 2, 2, amend.PlaceFate{Kind: amend.Moved, Paragraph: 1, Item: 3, Subitem: 1, Similarity: 1}},
		{"the paragraph is another one now", 2, 0, 0, amend.PlaceFate{Kind: amend.Moved, Paragraph: 3, Similarity: 1}},
		{"nothing like it is left", 1, 2, 1, amend.PlaceFate{Kind: amend.Removed}},
	}
	for _, c := range cases {
		got, ok := amend.SamePlace(old, new, c.paragraph, c.item, c.subitem)
		if !ok || got != c.want {
			t.Errorf("%s: %+v %v, want %+v", c.name, got, ok, c.want)
		}
	}
	if got, ok := amend.SamePlace(old, new, 0, 3, 0); !ok || got.Kind != amend.Changed || got.Item != 4 || got.Similarity <= 0.4 {
		t.Errorf("an item with more words: %+v %v", got, ok)
	}
	for _, none := range [][3]int{{0, 0, 0}, {3, 0, 0}, {1, 9, 0}, {-1, 0, 0}} {
		if got, ok := amend.SamePlace(old, new, none[0], none[1], none[2]); ok {
			t.Errorf("place %v: %+v", none, got)
		}
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("第一条　"+purpose+"\n第二条　"+scope, "第一条　"+scope+"\n第二条　"+purpose)
	f.Add("第一条 甲\n第一条 甲\n第三条 乙", "第三条 甲\n第一条之一 乙\n附件：表")
	f.Add("", "第一条\n（一）\n1.")
	f.Fuzz(func(t *testing.T, a, b string) {
		old, new := lawtext.Parse(a), lawtext.Parse(b)
		d := amend.Compare(old, new)
		everyArticleOnce(t, old, new, d)
		if r := amend.Compare(old, old).Report(); r.Kept != len(old.Articles) {
			t.Errorf("a text against itself: kept %d of %d", r.Kept, len(old.Articles))
		}
		for _, m := range d.Matches {
			if m.Kind == amend.Changed {
				amend.SamePlace(*m.Old, *m.New, 1, 0, 0)
			}
		}
	})
}

// BenchmarkCompare measures against the least any comparison by words must do:
// take the terms of both texts.
func BenchmarkCompare(b *testing.B) {
	texts := readLibrary(b)
	for _, c := range []struct{ name, old, new string }{
		{"处罚法2017-2021", "", ""}, {"民诉解释2020-2022", "Dc01b5520aa", "Db5f8d25750"},
	} {
		for _, p := range testkit.Lines[editions](b, "laws", "edition_pairs.jsonl") {
			if c.old == "" && p.Title == "中华人民共和国行政处罚法" {
				c.old, c.new = p.Old, p.New
			}
		}
		old, new := texts.doc(c.old), texts.doc(c.new)
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				amend.Compare(old, new)
			}
		})
		b.Run(c.name+"-terms", func(b *testing.B) {
			for b.Loop() {
				for _, d := range []*lawtext.Document{old, new} {
					for _, a := range d.Articles {
						hanzi.Bigrams(a.Text())
					}
				}
			}
		})
	}
}
