package lawtext_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"qingdan/internal/engine/lawtext"
)

const tabled = `# 示例办法

第一条 标准按照下表执行：

|  |  |
| --- | --- |
| 税 目 | 税率 |
| **烟** | 1\|2 |

|  |  |
| --- | --- |
| 酒 | 3 |

本条第二款。

第二条 下列：
（一）甲；
| 乙 | 丙 |
（二）丁。

第三条 本办法自2020年1月1日起施行。

附件：1.甲表
2.乙表

附件1

示例市减免

项目表

|  |  |
| --- | --- |
| 项目 | 减免 |
| 甲 |
续表
| 乙 | 丙 |

附件二：未闭合《示例
办法》的样式
样式一。
`

func TestTablesHangOnTheirParagraph(t *testing.T) {
	d := lawtext.Parse(tabled)
	a := d.Articles[0]
	want := []lawtext.Paragraph{
		{Text: "标准按照下表执行：", Table: &lawtext.Table{Line: 5, Rows: [][]string{{"税 目", "税率"}, {"烟", "1|2"}}}},
		{Table: &lawtext.Table{Line: 10, Rows: [][]string{{"酒", "3"}}}},
		{Text: "本条第二款。"},
	}
	if !reflect.DeepEqual(a.Paragraphs, want) {
		t.Errorf("article 1: %+v", a.Paragraphs)
	}
	if got := a.Text(); got != "标准按照下表执行：\n税 目 | 税率\n烟 | 1|2\n酒 | 3\n本条第二款。" {
		t.Errorf("text %q", got)
	}
	if got, ok := d.Locate(lawtext.Number{N: 2}, 1, 2, 0); !ok || got != "（二）丁。" {
		t.Errorf("the item after a table: %q", got)
	}
	if got := d.Articles[1].Paragraphs[0]; got.Table == nil || got.Table.Rows[0][1] != "丙" {
		t.Errorf("article 2: %+v", got)
	}
}

// TestStoredParagraphsStillDecode: paragraphs without tables are stored as
// they were before tables were read.
func TestStoredParagraphsStillDecode(t *testing.T) {
	const stored = `[{"Text":"甲","Items":[{"No":1,"Text":"（一）乙","Subitems":null}]}]`
	var p []lawtext.Paragraph
	if err := json.Unmarshal([]byte(stored), &p); err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(p); err != nil || string(again) != stored {
		t.Errorf("%s %v", again, err)
	}
	d := lawtext.Parse(tabled)
	b, err := json.Marshal(d.Articles[0].Paragraphs)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &p); err != nil || !reflect.DeepEqual(p, d.Articles[0].Paragraphs) {
		t.Errorf("%s comes back as %+v, %v", b, p, err)
	}
}

func TestAnnexes(t *testing.T) {
	d := lawtext.Parse(tabled)
	want := []lawtext.Annex{
		{"附件1 示例市减免项目表", "项目 | 减免\n甲\n续表\n乙 | 丙", []lawtext.Table{
			{Line: 32, Rows: [][]string{{"项目", "减免"}, {"甲"}}}, {Line: 37, Rows: [][]string{{"乙", "丙"}}}}},
		{"附件二：未闭合《示例办法》的样式", "样式一。", nil},
	}
	if got := d.Annexes(); !reflect.DeepEqual(got, want) {
		t.Errorf("annexes %+v", got)
	}
	stored := &lawtext.Document{Annex: d.Annex} // as it comes back from a store
	if got := stored.Annexes(); len(got) != 2 || got[0].Text != want[0].Text || got[0].Tables[0].Line != 0 {
		t.Errorf("annexes of a stored text %+v", got)
	}
	for name, c := range map[string]struct{ text, title string }{
		"without articles": {"# 示例决定\n一、甲。\n附件\n名单", "附件 名单"},
		"no name":          {"# 示例决定\n一、甲。\n附：\n这是一句话。", "附"},
		"a list alone":     {"# 示例决定\n一、甲。\n附件：1.甲\n2.乙", "附件：1.甲"},
		"no mark":          {"# 示例办法\n第一条 甲。\n第二条 自公布之日起施行。\n## 说明\n乙。", ""},
	} {
		if got := lawtext.Parse(c.text).Annexes(); len(got) != 1 || got[0].Title != c.title {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := lawtext.Parse("# 示例办法\n第一条 甲。").Annexes(); got != nil {
		t.Errorf("no annex: %+v", got)
	}
}

// rowsIn counts the rows with words among the lines of a text.
func rowsIn(text string) (n int) {
	for s := range strings.Lines(text) {
		if s = strings.TrimSpace(s); strings.HasPrefix(s, "|") && strings.Trim(s, "|-: ") != "" {
			n++
		}
	}
	return n
}

// TestNoRowOfATableIsLost counts the rows of all texts.
func TestNoRowOfATableIsLost(t *testing.T) {
	all, _ := parseAll(t)
	tables, annexes := 0, 0
	for _, p := range all {
		want, got := rowsIn(p.Text), rowsIn(p.doc.Preamble)
		for _, a := range p.doc.Articles {
			for _, para := range a.Paragraphs {
				if para.Table != nil {
					tables++
					got += len(para.Table.Rows)
				}
			}
		}
		for _, a := range p.doc.Annexes() {
			annexes++
			for _, tab := range a.Tables {
				tables++
				got += len(tab.Rows)
				if first := strings.Split(p.Text, "\n")[tab.Line-1]; !strings.HasPrefix(strings.TrimSpace(first), "|") {
					t.Errorf("%s %s: no table in line %d: %s", p.ID, p.Title, tab.Line, first)
				}
			}
		}
		if got != want {
			t.Errorf("%s %s: %d rows of %d", p.ID, p.Title, got, want)
		}
	}
	t.Logf("%d tables, %d annexes", tables, annexes)
}
