package lawtext_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
)

const sample = `**示例市清单管理条例**

> （2020年3月1日示例市人民代表大会常务委员会通过 根据2022年5月6日《关于修改〈示例市清单管理条例〉的决定》修正）

## 目　　录

- 第一章　总　　则
- 第二章　管　　理
  - 第一节　编　　制
- 第三章　附　　则

## 第一章　　总　则

- **第一条**　　为了规范清单，制定本条例。

- **第二条**　　下列事项列入清单：

  - （一）行政许可；

  - （二）行政处罚，包括：

  1. 警告；

  2. 罚款；

  - （三）其他事项。

  前款事项由市人民政府公布。

## 第二章　　管　理

### 第一节　　编　制

- **第二条之一**　　清单每年编制一次。

- **第三条**　　依照本条例

第二条规定编制的清单，应当公开。

第二条第一款规定的事项不得增设。

## 第三章　　附　则

- **第四条**　　本条例自2020年7月1日起施行。

附件：示例表
`

func kinds(d *lawtext.Document) []string {
	var out []string
	for _, p := range d.Problems {
		out = append(out, p.Kind)
	}
	return out
}

func TestParseSample(t *testing.T) {
	d := lawtext.Parse(sample)
	if d.Title != "示例市清单管理条例" || d.Books != 0 || d.Chapters != 3 || d.Sections != 1 || d.Annex != "附件：示例表" {
		t.Errorf("title %q books %d chapters %d sections %d annex %q", d.Title, d.Books, d.Chapters, d.Sections, d.Annex)
	}
	if !strings.HasPrefix(d.Preamble, "（2020年3月1日") {
		t.Errorf("preamble %q", d.Preamble)
	}
	var numbers []string
	for _, a := range d.Articles {
		numbers = append(numbers, a.Number.String())
	}
	if !slices.Equal(numbers, []string{"1", "2", "2-1", "3", "4"}) {
		t.Errorf("numbers %v", numbers)
	}
	a, _ := d.Find(lawtext.Number{N: 2, Sub: 1})
	if a.Chapter != "第二章 管理" || a.Section != "第一节 编制" || a.Line != 34 {
		t.Errorf("headings %q %q line %d", a.Chapter, a.Section, a.Line)
	}
	if got := kinds(d); !slices.Equal(got, []string{lawtext.KindCitation, lawtext.KindCitation}) {
		t.Errorf("problems %v", got)
	}
	if a, _ := d.Find(lawtext.Number{N: 3}); a.Text() != "依照本条例第二条规定编制的清单，应当公开。\n第二条第一款规定的事项不得增设。" {
		t.Errorf("article 3: %q", a.Text())
	}
}

func TestLocate(t *testing.T) {
	d := lawtext.Parse(sample)
	for _, c := range []struct {
		n                        lawtext.Number
		paragraph, item, subitem int
		want                     string
	}{
		{lawtext.Number{N: 1}, 0, 0, 0, "为了规范清单，制定本条例。"},
		{lawtext.Number{N: 2}, 1, 1, 0, "（一）行政许可；"},
		{lawtext.Number{N: 2}, 0, 2, 0, "（二）行政处罚，包括：\n1. 警告；\n2. 罚款；"},
		{lawtext.Number{N: 2}, 1, 2, 2, "2. 罚款；"},
		{lawtext.Number{N: 2}, 2, 0, 0, "前款事项由市人民政府公布。"},
		{lawtext.Number{N: 2}, 2, 1, 0, ""},
		{lawtext.Number{N: 2}, 3, 0, 0, ""},
		{lawtext.Number{N: 2}, 1, 4, 0, ""},
		{lawtext.Number{N: 9}, 0, 0, 0, ""},
		{lawtext.Number{N: 2}, -1, 0, 0, ""},
	} {
		got, ok := d.Locate(c.n, c.paragraph, c.item, c.subitem)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%v %d %d %d: %q %v, want %q", c.n, c.paragraph, c.item, c.subitem, got, ok, c.want)
		}
	}
}

func TestLists(t *testing.T) {
	for name, c := range map[string]struct {
		lines string
		want  []lawtext.Paragraph
	}{
		"half-width brackets": {"下列：\n(一)甲；\n(二）乙。", []lawtext.Paragraph{{Text: "下列：", Items: []lawtext.Item{{No: 1, Text: "(一)甲；"}, {No: 2, Text: "(二）乙。"}}}}},
		"list marks":          {"下列：\n- (一)甲；\n- (二)乙。\n后款。", []lawtext.Paragraph{{Text: "下列：", Items: []lawtext.Item{{No: 1, Text: "(一)甲；"}, {No: 2, Text: "(二)乙。"}}}, {Text: "后款。"}}},
		"an item of two paragraphs": {"下列：\n（一）甲。\n甲的说明。\n（二）乙。", []lawtext.Paragraph{{Text: "下列：", Items: []lawtext.Item{
			{No: 1, Text: "（一）甲。\n甲的说明。"}, {No: 2, Text: "（二）乙。"}}}}},
		"two lists": {"下列：\n（一）甲。\n另有：\n（一）乙。", []lawtext.Paragraph{{Text: "下列：", Items: []lawtext.Item{{No: 1, Text: "（一）甲。"}}},
			{Text: "另有：", Items: []lawtext.Item{{No: 1, Text: "（一）乙。"}}}}},
		"Arabic items":        {"下列：\n1．甲；\n2．乙。", []lawtext.Paragraph{{Text: "下列：", Items: []lawtext.Item{{No: 1, Text: "1．甲；"}, {No: 2, Text: "2．乙。"}}}}},
		"a decimal is a text": {"长度：\n1.5米以上。", []lawtext.Paragraph{{Text: "长度："}, {Text: "1.5米以上。"}}},
	} {
		d := lawtext.Parse("# 示例办法\n\n第一条 " + c.lines)
		if len(d.Articles) != 1 || fmt.Sprint(d.Articles[0].Paragraphs) != fmt.Sprint(c.want) {
			t.Errorf("%s: %+v", name, d.Articles)
		}
	}
}

func TestProblems(t *testing.T) {
	const end = "第三条 本办法自2020年1月1日起施行。"
	for name, c := range map[string]struct {
		text    string
		want    []string
		serious bool
		n       int
	}{
		"sound":                        {"# 示例办法\n第一条 甲。\n第二条 乙。\n" + end, nil, false, 3},
		"empty":                        {" \n\u3000\n", []string{lawtext.KindEmpty}, true, 0},
		"no articles":                  {"# 示例决定\n一、甲。\n（一）甲一。\n二、乙。", []string{lawtext.KindNoArticles}, false, 0},
		"gap":                          {"# 示例办法\n第一条 甲。\n" + end, []string{lawtext.KindGap}, true, 2},
		"doubled number":               {"# 示例办法\n第一条 甲。\n第二条 乙。\n第二条 丙。\n" + end, []string{lawtext.KindDuplicate}, true, 4},
		"stray number":                 {"# 示例办法\n第一条 甲。\n第九条 乙。\n第二条 丙。\n" + end, []string{lawtext.KindBackwards}, true, 3},
		"two laws":                     {"# 示例办法\n第一条 甲。\n第二条 乙。\n" + end + "\n# 另一办法\n第一条 丁。\n第二条 戊。", []string{lawtext.KindTwoLaws}, true, 3},
		"glued":                        {"# 示例办法\n第一条 甲。 第二条 乙。 乙二。\n" + end, []string{lawtext.KindGlued}, true, 3},
		"truncated":                    {"# 示例办法\n第一条 甲。\n第二条 乙，", []string{lawtext.KindTruncated}, true, 2},
		"no commencement":              {"# 示例办法\n第一章 总则\n第一条 甲。\n第二条 乙。", []string{lawtext.KindTruncated}, true, 2},
		"no commencement, short":       {"# 示例办法\n第一条 甲。\n第二条 乙。", []string{lawtext.KindTruncated}, false, 2},
		"commencement in the note":     {"# 示例办法\n（2020年1月1日示例部发布 自2020年3月1日起施行）\n第一章 总则\n第一条 甲。\n第二条 乙。", []string{lawtext.KindTruncated}, false, 2},
		"commencement in the decision": {"# 示例决定\n本决定自2020年3月1日起施行。\n第一章 总则\n第一条 甲。\n第二条 乙。", []string{lawtext.KindTruncated}, false, 2},
		"announced by a court":         {"# 最高人民法院关于示例的解释\n（2020年1月1日通过）\n第一章 总则\n第一条 甲。\n第二条 乙。", []string{lawtext.KindTruncated}, false, 2},
		"of a court, undated":          {"# 最高人民法院关于示例的解释\n第一章 总则\n第一条 甲。\n第二条 乙。", []string{lawtext.KindTruncated}, true, 2},
		"ends in a table":              {"# 示例办法\n（自2020年3月1日起施行）\n第一条 甲。\n第二条 按照下表：\n| 甲 | 乙 |", []string{lawtext.KindTruncated}, false, 2},
		"missing chapter":              {"# 示例办法\n第一章 总则\n第二章 附则\n第一章 总则\n第一条 甲。\n第二条 乙。\n" + end, []string{lawtext.KindMismatch}, true, 3},
		"doubled contents":             {"# 示例办法\n目录\n第一章 总则\n第二章 附则\n第一章 总则\n第二章 附则\n第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。\n" + end, []string{lawtext.KindContents}, false, 3},
		"deleted":                      {"# 示例办法\n第一条 甲。\n第二条 （删去）\n" + end, []string{lawtext.KindStub}, false, 3},
		"number only":                  {"# 示例办法\n第一条 甲。\n第二条\n" + end, []string{lawtext.KindNoText}, true, 3},
		"zero width":                   {"# 示例办法\n第一条 甲\u200b。\n第二条 乙。\n" + end, []string{lawtext.KindZeroWidth}, false, 3},
		"private use":                  {"# 示例办法\n第一条 甲\ue004。\n第二条 乙。\n" + end, []string{lawtext.KindPrivateUse}, false, 3},
		"garbled":                      {"# 示例办法\n第一条 甲\xff。\n第二条 乙。\n" + end, []string{lawtext.KindGarbled}, true, 3},
		"blank in a number":            {"# 示例办法\n第一条 甲。\n第 二 条 乙。\n" + end, []string{lawtext.KindSpaced}, true, 3},
		"blanks in all numbers":        {"# 示例办法\n第 一 条 甲。\n第 二 条 本办法自2020年1月1日起施行。", []string{lawtext.KindSpaced, lawtext.KindSpaced}, false, 2},
		"starts with a citation":       {"# 示例办法\n第一条 甲。\n第九条规定的乙。\n第二条 丙。\n" + end, []string{lawtext.KindCitation}, true, 3},
		"CR line ends":                 {"# 示例办法\r\n第一条 甲。\r\n第二条 乙。\r\n" + end, nil, false, 3},
	} {
		d := lawtext.Parse(c.text)
		if !slices.Equal(kinds(d), c.want) || d.Serious() != c.serious || len(d.Articles) != c.n {
			t.Errorf("%s: problems %v, articles %d", name, d.Problems, len(d.Articles))
		}
	}
}

func TestPointsWithoutArticles(t *testing.T) {
	d := lawtext.Parse("# 示例决定\n为了甲，决定：\n一、甲。\n（一）甲一。\n（二）甲二。\n二、乙。")
	if len(d.Points) != 2 || len(d.Points[0].Subitems) != 2 || d.Points[1].Text != "二、乙。" {
		t.Errorf("%+v", d.Points)
	}
}

func TestDates(t *testing.T) {
	for _, c := range []struct {
		text, made, effective, repealed, published string
		inferred                                   bool
	}{
		{sample, "2020-03-01", "2022-05-06", "", "2022-05-06", true},
		{"# 示例办法\n2019年12月24日 示例市人大常委会通过\n2020年1月15日 示例省人大常委会批准\n第一条 甲。\n第二条 本办法自2020年5月1日起施行，有效期至2025年4月30日。",
			"2020-01-15", "2020-05-01", "2025-05-01", "2020-01-15", false},
		{"# 示例办法\n（一九八三年九月二日示例部发布）\n第一条 本办法自发布之日起施行。", "1983-09-02", "1983-09-02", "", "1983-09-02", false},
		{"# 示例办法\n2020年1月31日 示例部令第1号公布\n第一条 本办法自公布之日起三十日后施行。", "2020-01-31", "2020-03-01", "", "2020-01-31", false},
		{"# 示例办法\n2020年1月31日 示例部令第1号公布 自2020年3月1日起施行\n第一条 甲。", "2020-01-31", "2020-03-01", "", "2020-01-31", false},
		{"# 示例办法\n第一条 甲。", "", "", "", "", false},
		{"# 示例规定\n(示例部制定 1982年7月15日示例院批转)\n一、甲。", "1982-07-15", "1982-07-15", "", "1982-07-15", true},
		{"# 示例市关于废止部分规定的决定\n一、甲。\n本决定自2024年5月1日起施行。\n附件\n名单", "", "2024-05-01", "", "", false},
		{"# 关于《甲法》的决定\n（1993年3月31日示例大会通过）\n《甲法》自1999年12月20日起实施。", "1993-03-31", "1993-03-31", "", "1993-03-31", true},
		{"# 示例决定\n（1999年10月31日通过）\n一、原有法律自1999年12月20日起，在适用时应当变更。\n二、乙法自1999年12月20日起停止生效。", "1999-10-31", "1999-10-31", "", "1999-10-31", true},
	} {
		d := lawtext.ReadDates(lawtext.Parse(c.text))
		if d.Made != c.made || d.Effective != c.effective || d.Repealed != c.repealed || d.Published() != c.published || d.Inferred != c.inferred {
			t.Errorf("%s: %+v", c.text, d)
		}
	}
}

func TestParseNumber(t *testing.T) {
	for s, want := range map[string]lawtext.Number{"133": {N: 133}, "133-1": {N: 133, Sub: 1}, "第一百三十三条之一": {N: 133, Sub: 1}, "第38条": {N: 38},
		"第二〇条": {N: 20}, "一百零五": {N: 105}, "第十条": {N: 10}} {
		if got, ok := lawtext.ParseNumber(s); !ok || got != want {
			t.Errorf("%s: %v %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "第条", "0", "第三条的", "十百", "一二十", "3-", "3-0", "条", "第三款"} {
		if got, ok := lawtext.ParseNumber(s); ok {
			t.Errorf("%q read as %v", s, got)
		}
	}
}

func TestNumbersComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 99999999).Draw(t, "n")
		if got, ok := lawtext.ParseChinese(lawtext.FormatChinese(n)); !ok || got != n {
			t.Fatalf("%d -> %s -> %d %v", n, lawtext.FormatChinese(n), got, ok)
		}
		a := lawtext.Number{N: rapid.IntRange(1, 2000).Draw(t, "article"), Sub: rapid.IntRange(0, 30).Draw(t, "sub")}
		for _, s := range []string{a.String(), a.Chinese()} {
			if got, ok := lawtext.ParseNumber(s); !ok || got != a {
				t.Fatalf("%v -> %s -> %v", a, s, got)
			}
		}
	})
}

// TestWrittenArticlesComeBack writes a law in any of the flavours and reads it.
func TestWrittenArticlesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "articles")
		form := rapid.SampledFrom([]string{"%s %s\n\n", "- **%s**　　%s\n\n", "　　%s　%s\r\n", "**%s** %s\n"}).Draw(t, "form")
		var b strings.Builder
		b.WriteString("# 示例办法\n\n（2020年1月15日发布 自2020年3月1日起施行）\n\n")
		chapters := 0
		for i := 1; i <= n; i++ {
			if i%10 == 1 {
				chapters++
				fmt.Fprintf(&b, "## 第%s章 甲\n\n", lawtext.FormatChinese(chapters))
			}
			fmt.Fprintf(&b, form, lawtext.Number{N: i}.Chinese(), fmt.Sprintf("内容%d。", i))
		}
		d := lawtext.Parse(b.String())
		if len(d.Articles) != n || d.Chapters != chapters || d.Serious() {
			t.Fatalf("%d articles of %d, %d chapters of %d, %v", len(d.Articles), n, d.Chapters, chapters, d.Problems)
		}
		for i, a := range d.Articles {
			if a.Number.N != i+1 || a.Text() != fmt.Sprintf("内容%d。", i+1) {
				t.Fatalf("%v %q", a.Number, a.Text())
			}
		}
	})
}

func TestDecode(t *testing.T) {
	const text = "第一条 为了规范清单，制定本条例。"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	little, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	big, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]string{"UTF-8": text, "BOM": "\ufeff" + text, "GBK": gbk, "UTF-16LE": little, "UTF-16BE": big} {
		if got, err := lawtext.Decode([]byte(in)); err != nil || got != text {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
	for name, in := range map[string]string{"zip": "PK\x03\x04\x14\x00\x06\x00", "NUL": text + "\x00", "broken UTF-8 with BOM": "\ufeff\xff\xfe", "nonsense": "\xff\xff\xff\x81"} {
		if got, err := lawtext.Decode([]byte(in)); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
}

// hostile are lines that, repeated, lead into the corners of the parser.
var hostile = map[string]string{
	"headings": "第一章 总则\n甲\n", "points": "一、甲\n", "brackets": "（一）甲\n", "joins": "，甲\n", "items": "（一）甲；\n甲。\n（二）乙；\n",
	"deep": "1. 甲\n（1）乙\n①丙\n", "ordinals": "第 ", "glued": "甲。 第一条 ", "pictures": "![a](b)", "open pictures": "![",
	"restarts": "第一条 甲。\n", "gaps": "第九条 甲。\n", "citations": "第一条的\n", "comments": "<!-- x --> ", "open comments": "<!-- ",
	"brackets in titles": "（", "years": "1年", "zero width": "\u200b\n", "blanks": " \n", "escapes": "\\*<br>\n", "titles": "《\n", "stops": " 。", "annexes": "附件\n第一条 甲。\n",
	"rows": "| 甲 | 乙 |\n", "tables": "| 甲 |\n| --- |\n", "open annexes": "附件《\n", "annex lists": "附件：1.甲\n2.乙\n", "repeals": "一、《甲》同时废止。\n", "repeal lists": "废止下列：\n一、甲\n",
}

// TestHostileTextsEnd parses long repetitions before, between and after
// articles. A step that is quadratic in the length does not come to an end
// within the time limit of go test.
func TestHostileTextsEnd(t *testing.T) {
	const repeat = 60000
	for name, unit := range hostile {
		body := strings.Repeat(unit, repeat)
		for _, text := range []string{body, "# 示例办法\n第一条 甲。\n" + body + "\n第二条 乙。\n", "# 示例办法\n" + body + "\n第一条 甲。\n第二条 乙。\n"} {
			d := lawtext.Parse(text)
			lawtext.ReadDates(d)
			lawtext.RepealClauses(d)
			d.Annexes()
			if len(d.Problems) > 400 {
				t.Errorf("%s: %d problems listed", name, len(d.Problems))
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{sample, "", "第一条", "第一条 甲。 第二条 乙。", "- 第一章\n- 第二章\n第一条", "<!-- ", "第一条之", "公告\n---\n", "**", "![x", "# 第一编\n## 第一分编", "①②\n（一）", tabled, "决定废止下列：\n一、《甲》第一条",
		"附件\n|a|\n|-|\n|\\||", "第一条 甲\n|a|\n|-|\n（一）乙", "第9999999999999999999条"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := lawtext.Parse(s)
		for _, a := range d.Articles {
			if a.Number.N <= 0 || a.Line <= 0 || a.Line > strings.Count(s, "\n")+strings.Count(s, "\r")+1 {
				t.Fatalf("article %v at line %d", a.Number, a.Line)
			}
			if text, ok := d.Locate(a.Number, 0, 0, 0); !ok || strings.Contains(text, "\x00") {
				t.Fatalf("article %v cannot be located", a.Number)
			}
		}
		lawtext.ReadDates(d)
		lawtext.Structure(d)
		for _, c := range lawtext.RepealClauses(d) {
			if c.Line < 1 || c.Text == "" {
				t.Fatalf("clause %+v", c)
			}
		}
		for _, a := range d.Annexes() {
			for _, tab := range a.Tables {
				if tab.Line < 1 {
					t.Fatalf("table of %q without a line", a.Title)
				}
			}
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"第一条", "\ufeff第一条", "\xff\xfe\x2c\x7b", "\xb5\xda\xd2\xbb", "PK\x03\x04\x00", ""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := lawtext.Decode(b)
		if err != nil && errs.KindOf(err) != errs.Invalid {
			t.Fatal(err)
		}
		lawtext.Parse(s)
	})
}
