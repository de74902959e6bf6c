package amend_test

import (
	"fmt"
	"strings"
	"testing"

	"qingdan/internal/engine/amend"
	"qingdan/internal/engine/lawtext"
)

// act makes a decision with these points.
func act(points ...string) *lawtext.Document {
	var b strings.Builder
	b.WriteString("# 某市人民代表大会常务委员会关于修改《示例市清单管理条例》的决定\n\n（2024年3月1日通过）\n\n常务委员会决定对《示例市清单管理条例》作如下修改：\n\n")
	for i, p := range points {
		b.WriteString(lawtext.FormatChinese(i+1) + "、" + p + "\n\n")
	}
	b.WriteString("本决定自2024年5月1日起施行。\n\n《示例市清单管理条例》根据本决定作相应修改，重新公布。\n")
	return lawtext.Parse(b.String())
}

// effectInShort writes an effect as place, deed and words.
func effectInShort(e amend.Effect) string {
	names := map[amend.EffectKind]string{amend.Unknown: "unknown", amend.Replace: "replace", amend.ReplaceWords: "words", amend.Insert: "insert",
		amend.InsertWords: "behind", amend.Delete: "delete", amend.DeleteWords: "strike", amend.Renumber: "renumber", amend.Reorder: "reorder",
		amend.Repeal: "repeal", amend.Title: "title", amend.Foreword: "foreword", amend.Heading: "heading"}
	place := ""
	if e.Article.N > 0 {
		place = e.Article.String()
		for _, n := range []int{e.Paragraph, e.Item, e.Subitem} {
			place += fmt.Sprintf("/%d", n)
		}
		place = strings.TrimRight(place, "/0")
		if place == "" || strings.HasPrefix(e.Article.String(), place) {
			place = e.Article.String()
		}
	}
	s := strings.TrimSpace(place + " " + names[e.Kind])
	if e.NewNumber.N > 0 || e.NewPlace > 0 {
		s += fmt.Sprintf(" as %s/%d", e.NewNumber, e.NewPlace)
	}
	if e.Old != "" {
		s += " <" + e.Old + ">"
	}
	if e.New != "" {
		s += " [" + strings.ReplaceAll(e.New, "\n", "|") + "]"
	}
	if !e.Exact && e.Kind != amend.Unknown && e.Kind != amend.Heading {
		s += " inexact"
	}
	return s
}

func TestPhrasesOfAmendment(t *testing.T) {
	cases := []struct{ words, want string }{
		{"将第三条修改为：“清单每年公布一次。”", "3 replace [清单每年公布一次。]"},
		{"第三条修改为“清单每年公布。\n\n“公布前应当审核。”", "3 replace [清单每年公布。|公布前应当审核。]"},
		{"将第三条修改为：\n\n“清单每年公布。\n\n公布前应当审核。”", "3 replace [清单每年公布。|公布前应当审核。]"},
		{"将第六条第一款、第七条中的“国土部门”修改为“资源部门”。", "6/1 words <国土部门> [资源部门]; 7 words <国土部门> [资源部门]"},
		{"将第三条至第五条中的“甲”修改为“乙”，“丙”修改为“丁”。",
			"3 words <甲> [乙]; 4 words <甲> [乙]; 5 words <甲> [乙]; 3 words <丙> [丁]; 4 words <丙> [丁]; 5 words <丙> [丁]"},
		{"第三条中的“甲”、“乙”分别修改为“丙”、“丁”。", "3 words <甲> [丙]; 3 words <乙> [丁]"},
		{"将第三条中的“甲”，第四条中的“乙”，统一修改为“丙”。", "3 words <甲> [丙]; 4 words <乙> [丙]"},
		{"将本条例中的“甲”修改为“乙”。", "words <甲> [乙]"},
		{"删去第三条、第四条第二款、第五条第（三）项。", "3 delete; 4/2 delete; 5/0/3 delete"},
		{"删去第三条中的“甲”，第四条中的“乙”和“丙”。", "3 strike <甲>; 4 strike <乙>; 4 strike <丙>"},
		{"删去第三条中的“甲”，将第二项修改为“（二）乙”。", "3 strike <甲>; 3/0/2 replace [（二）乙]"},
		{"增加一条，作为第八条：“清单应当公开。”", "insert as 8/0 [清单应当公开。]"},
		{"在第三条后增加一条，作为第三条之一：“清单应当公开。”", "insert as 3-1/0 [清单应当公开。]"},
		{"第三条增加一款，作为第二款：“清单应当公开。”", "3 insert as 0/2 [清单应当公开。]"},
		{"第三条增加两款，作为第二款、第三款：“清单应当公开。\n\n“公开应当及时。”", "3 insert as 0/2 [清单应当公开。]; 3 insert as 0/3 [公开应当及时。]"},
		{"第三条第一款增加一项，作为第六项：“（六）其他清单”。", "3/1 insert as 0/6 [（六）其他清单]"},
		{"将第五条改为第六条，修改为：“清单应当公开。”", "5 renumber as 6/0; 5 replace [清单应当公开。]"},
		{"将第五条改为第六条，第二款修改为：“清单应当公开。”\n\n增加一款，作为第三款：“公开应当及时。”",
			"5 renumber as 6/0; 5/2 replace [清单应当公开。]; 5 insert as 0/3 [公开应当及时。]"},
		{"将第四条第二款改为第三款，其中的“甲”修改为“乙”。", "4/2 renumber as 0/3; 4/2 words <甲> [乙]"},
		{"将第四条第二款改为第七条。", "4/2 renumber as 7/0"},
		{"将第三条改为两条，作为第三条、第四条，修改为：\n\n“第三条　清单应当公开。\n\n“第四条　公开应当及时。”", "3 replace as 3/0 [清单应当公开。]; insert as 4/0 [公开应当及时。]"},
		{"在第三条第二款中的“甲”后增加“乙”。", "3/2 behind <甲> [乙]"},
		{"在第三条中的“甲”前增加“乙”。", "3 words <甲> [乙甲]"},
		{"将引言修改为：“为了规范清单，制定本条例。”", "foreword [为了规范清单，制定本条例。]"},
		{"此外，对条文顺序作相应调整。", "reorder"},
		{"增加一章，作为第八章“监督”。", "heading; heading"},
		{"将第三条的精神进一步落实。", "unknown"},
		{"将第三条第一款第一句修改为：“清单应当公开。”", "unknown"},
	}
	for _, c := range cases {
		var got []string
		for _, e := range amend.ReadEffects(act(c.words)) {
			got = append(got, effectInShort(e))
			if e.Law != "示例市清单管理条例" || e.Point != "一、" || e.Effective != "2024-05-01" || e.Line == 0 || e.Text == "" {
				t.Errorf("%s: law %q point %q effective %q line %d", c.words, e.Law, e.Point, e.Effective, e.Line)
			}
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.words, s, c.want)
		}
	}
}

func TestOmnibusActsNameTheLawOfEveryPoint(t *testing.T) {
	d := lawtext.Parse(`# 国务院关于修改和废止部分行政法规的决定

国务院决定：

一、对2部行政法规的部分条款予以修改。（附件1）

二、对1部行政法规予以废止。（附件2）

附件1

国务院决定修改的行政法规

一、将《甲条例》第三条中的“甲”修改为“乙”。

第四条第一款修改为：“新的一款。”第五条第二款修改为：“另一款。”

二、删去《乙办法》第六条。

附件2

国务院决定废止的行政法规

一、丙规定（1990年1月1日国务院发布）
`)
	var got []string
	for _, e := range amend.ReadEffects(d) {
		got = append(got, e.Law+" "+effectInShort(e))
	}
	want := "甲条例 3 words <甲> [乙]; 甲条例 4/1 replace [新的一款。]; 甲条例 5/2 replace [另一款。]; 乙办法 6 delete; 丙规定 repeal"
	if s := strings.Join(got, "; "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

func TestAnActInOneSentenceIsRead(t *testing.T) {
	d := lawtext.Parse("# 中华人民共和国示例法修正案（二）\n\n为了规范清单，将示例法第三条修改为：“清单应当公开。”\n\n本修正案自公布之日起施行。\n")
	effects := amend.ReadEffects(d)
	if len(effects) != 1 || effectInShort(effects[0]) != "3 replace [清单应当公开。]" || !amend.SameLaw(effects[0].Law, "中华人民共和国示例法") {
		t.Errorf("%+v", effects)
	}
}

func TestSameLaw(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"刑法", "中华人民共和国刑法", true},
		{"最高人民法院关于审理〈民法典〉案件的规定", "关于审理<民法典>案件的规定", true},
		{"行政处罚法", "行政许可法", false},
		{"", "", false},
	} {
		if got := amend.SameLaw(c.a, c.b); got != c.want {
			t.Errorf("%s, %s: %v", c.a, c.b, got)
		}
	}
}

func TestApply(t *testing.T) {
	old := func() *lawtext.Document {
		return law(purpose, "清单包括：\n（一）许可；\n（二）处罚；\n（三）强制。\n清单应当公开。", review, "依照本条例第三条、第五条第一款评估的，应当公布。", penalty)
	}
	cases := []struct {
		name  string
		point []string
		want  []string // the articles that are other than before, with their numbers
	}{
		{"words", []string{"将第三条中的“每年”修改为“每两年”。"}, []string{"3 行政机关应当每两年对权力清单进行评估，并根据法律法规的变化及时调整。"}},
		{"an item struck out", []string{"删去第二条第二项。"}, []string{"2 清单包括：\n（一）许可；\n（二）强制。\n清单应当公开。"}},
		{"an item added at the end", []string{"第二条第一款增加一项，作为第四项：“（四）其他权力”。"},
			[]string{"2 清单包括：\n（一）许可；\n（二）处罚；\n（三）强制；\n（四）其他权力。\n清单应当公开。"}},
		{"a paragraph added in front", []string{"第二条增加一款，作为第一款：“清单由市政府编制。”"},
			[]string{"2 清单由市政府编制。\n清单包括：\n（一）许可；\n（二）处罚；\n（三）强制。\n清单应当公开。"}},
		{"an article struck out and references that follow", []string{"删去第二条。"},
			[]string{"2 " + review, "3 依照本条例第二条、第四条第一款评估的，应当公布。", "4 " + penalty}},
		{"an article added", []string{"增加一条，作为第二条：“" + training + "”"},
			[]string{"2 " + training, "3 清单包括：\n（一）许可；\n（二）处罚；\n（三）强制。\n清单应当公开。", "4 " + review,
				"5 依照本条例第四条、第六条第一款评估的，应当公布。", "6 " + penalty}},
		{"条之一 leaves the numbers alone", []string{"在第三条后增加一条，作为第三条之一：“" + training + "”"}, []string{"3-1 " + training}},
		{"a paragraph becomes an article", []string{"将第二条第二款改为第三条，修改为：“清单应当及时公开。”"},
			[]string{"2 清单包括：\n（一）许可；\n（二）处罚；\n（三）强制。", "3 清单应当及时公开。", "4 " + review,
				"5 依照本条例第四条、第六条第一款评估的，应当公布。", "6 " + penalty}},
		{"words of the whole text, the longer first", []string{"将本条例中的“清单”修改为“目录”，“权力清单”修改为“权责清单”。"},
			[]string{"1 为了规范权责清单的编制和管理，推进依法行政，制定本条例。", "2 目录包括：\n（一）许可；\n（二）处罚；\n（三）强制。\n目录应当公开。",
				"3 行政机关应当每年对权责清单进行评估，并根据法律法规的变化及时调整。", "5 违反本条例规定，未公布权责清单的，由上级机关责令限期改正。"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before := map[string]bool{}
			for _, a := range old().Articles {
				before[a.Number.String()+" "+a.Text()] = true
			}
			doc, remarks := amend.Apply(old(), amend.ReadEffects(act(c.point...)))
			for _, r := range remarks {
				t.Error(r.Message)
			}
			var got []string
			for _, a := range doc.Articles {
				if s := a.Number.String() + " " + a.Text(); !before[s] {
					got = append(got, s)
				}
			}
			if g, w := strings.Join(got, "\n--\n"), strings.Join(c.want, "\n--\n"); g != w {
				t.Errorf("got\n%s\nwant\n%s", g, w)
			}
		})
	}
}

func TestApplyRemarksWhatItCannotCarryOut(t *testing.T) {
	old := law(purpose, scope)
	effects := amend.ReadEffects(act("将第一条中的“没有的词”修改为“甲”。", "删去第九条。", "删去第二条第三款。", "删去第二条第一项。", "落实第一条的精神。"))
	doc, remarks := amend.Apply(old, effects)
	want := []string{"修改决定一，第一条：原文中没有“没有的词”", "修改决定二，第九条：原文没有这一条", "修改决定三，第二条：原文没有第三款", "修改决定四，第二条：原文这里没有分项", "修改决定五：未说明确切的位置或者文字，请人工处理"}
	for i, r := range remarks {
		if i >= len(want) || r.Message != want[i] {
			t.Errorf("remark %d: %s", i, r.Message)
		}
	}
	if len(remarks) != len(want) {
		t.Errorf("%d remarks, want %d", len(remarks), len(want))
	}
	if r := amend.Compare(old, doc).Report(); r.Kept != 2 {
		t.Errorf("the text changed: %+v", r)
	}
}

func TestWordsThatHoldWhatTheyReplaceDoNotGrowForEver(t *testing.T) {
	var points []string
	for range 64 {
		points = append(points, "将第一条中的“清单”修改为“清单清单”。")
	}
	doc, remarks := amend.Apply(law(purpose), amend.ReadEffects(act(points...)))
	if n := len(doc.Articles[0].Text()); n > 1<<20 || len(remarks) == 0 {
		t.Errorf("%d bytes, %d remarks", n, len(remarks))
	}
}

func TestApplyPassesOverOtherLaws(t *testing.T) {
	e := amend.Effect{Law: "另一条例", Kind: amend.Delete, Unit: amend.ArticleUnit, Article: lawtext.Number{N: 1}, Exact: true}
	doc, remarks := amend.Apply(law(purpose, scope), []amend.Effect{e})
	if len(doc.Articles) != 2 || len(remarks) != 0 {
		t.Errorf("%d articles, remarks %v", len(doc.Articles), remarks)
	}
}

func FuzzEffects(f *testing.F) {
	for _, s := range []string{
		"一、将第三条修改为：“甲。\n“乙。”", "一、第二条增加一款，作为第二款：“甲”。\n原第二款改为第三款。", "一、删去第一条第二项、第三、四款，第二条中的“甲”和“乙”。",
		"将本法中的“甲”修改为“乙", "一、增加一章，作为第二章“丙”。增加二条，作为第二条至第三条。内容如下：“第二条　甲\n“第三条　乙”",
		"一、将第一条第二款改为第五条第一款，修改为：“甲”", "一、将第一条中的“甲”，第二条中的“乙”", "附：\n第一条 甲",
	} {
		f.Add("关于修改《某法》的决定\n"+s, "第一条　甲乙：\n（一）丙；\n（二）丁。\n第二条　戊甲")
	}
	f.Fuzz(func(t *testing.T, decision, text string) {
		effects := amend.ReadEffects(lawtext.Parse(decision))
		for i := range effects {
			if effects[i].Text == "" {
				t.Errorf("an effect without words: %+v", effects[i])
			}
			effects[i].Law = ""
		}
		old := lawtext.Parse(text)
		before := fmt.Sprint(old.Articles)
		doc, _ := amend.Apply(old, effects)
		everyArticleOnce(t, old, doc, amend.Compare(old, doc))
		if fmt.Sprint(old.Articles) != before {
			t.Error("the old text was changed")
		}
	})
}
