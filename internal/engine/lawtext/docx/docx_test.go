package docx_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
)

const wordSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"`

// word packs a Word file: its body and further parts as name, content.
func word(tb testing.TB, body string, parts ...string) []byte {
	tb.Helper()
	return pack(tb, append([]string{"[Content_Types].xml", "<Types/>",
		"word/document.xml", `<?xml version="1.0" encoding="UTF-8"?><w:document ` + wordSpace + `><w:body>` + body + `</w:body></w:document>`}, parts...)...)
}

func pack(tb testing.TB, parts ...string) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := w.Write([]byte(parts[i+1])); err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func run(s string) string { return `<w:r><w:t xml:space="preserve">` + s + `</w:t></w:r>` }

// par is a paragraph with properties and, unless they are XML, words.
func par(properties, content string) string {
	if !strings.HasPrefix(content, "<") {
		content = run(content)
	}
	return `<w:p><w:pPr>` + properties + `</w:pPr>` + content + `</w:p>`
}

func field(kind string) string { return `<w:r><w:fldChar w:fldCharType="` + kind + `"/></w:r>` }

func code(s string) string { return `<w:r><w:instrText>` + s + `</w:instrText></w:r>` }

func cell(properties, content string) string {
	if !strings.HasPrefix(content, "<") {
		content = par("", content)
	}
	return `<w:tc><w:tcPr>` + properties + `</w:tcPr>` + content + `</w:tc>`
}

func row(cells ...string) string { return `<w:tr>` + strings.Join(cells, "") + `</w:tr>` }

func table(rows ...string) string {
	return `<w:tbl><w:tblPr><w:tblStyle w:val="a"/></w:tblPr>` + strings.Join(rows, "") + `</w:tbl>`
}

const wordStyles = `<w:styles ` + wordSpace + `>
<w:style w:styleId="a"><w:name w:val="Title"/></w:style>
<w:style w:styleId="1"><w:name w:val="heading 2"/></w:style>
<w:style w:styleId="own"><w:name w:val="章标题"/><w:basedOn w:val="1"/></w:style>
<w:style w:styleId="out"><w:name w:val="大纲"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:styleId="article"><w:name w:val="条"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="loop"><w:name w:val="环"/><w:basedOn w:val="loop"/></w:style>
</w:styles>`

const wordLists = `<w:numbering ` + wordSpace + `>
<w:abstractNum w:abstractNumId="7">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:pStyle w:val="article"/><w:suff w:val="space"/><w:lvlText w:val="第%1条"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
<w:lvl w:ilvl="3"><w:start w:val="3"/><w:numFmt w:val="decimalEnclosedCircle"/><w:lvlText w:val="%4"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="●"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="20"/></w:lvlOverride></w:num>
<w:num w:numId="9"><w:abstractNumId w:val="404"/></w:num>
</w:numbering>`

func list(id, level int) string {
	return fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, level, id)
}

func TestWordBecomesLines(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want string
	}{
		"paragraphs and runs": {`<w:p>` + run("第一条") + run("　甲。") + `</w:p>` + par("", "乙&amp;丙。"), "第一条　甲。\n乙&丙。"},
		"breaks, tabs and hyphens": {par("", run("甲")+`<w:r><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:softHyphen/><w:noBreakHyphen/><w:t>丁</w:t></w:r>`),
			"甲 乙\n丙-丁"},
		"headings by style": {par(`<w:pStyle w:val="a"/>`, "示例办法") + par(`<w:pStyle w:val="own"/>`, "第一章 总则") + par(`<w:pStyle w:val="out"/>`, "附录"),
			"# 示例办法\n## 第一章 总则\n# 附录"},
		"a sentence in the style of a heading":   {par(`<w:pStyle w:val="1"/>`, "本办法自公布之日起施行。"), "本办法自公布之日起施行。"},
		"an outline level in the paragraph":      {par(`<w:outlineLvl w:val="1"/>`, "第一章 总则") + par(`<w:pStyle w:val="1"/><w:outlineLvl w:val="9"/>`, "甲"), "## 第一章 总则\n甲"},
		"a style that stands on itself":          {par(`<w:pStyle w:val="loop"/>`, "甲"), "甲"},
		"deleted and inserted words":             {par("", `<w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins>`+run("新")+`</w:ins><w:moveFrom>`+run("移")+`</w:moveFrom><w:moveTo>`+run("来")+`</w:moveTo>`), "新来"},
		"a deleted paragraph mark":               {par(`<w:rPr><w:del w:id="1"/></w:rPr>`, "甲") + par("", "乙。") + par("", "丙。"), "甲乙。\n丙。"},
		"former properties":                      {par(`<w:pPrChange><w:pPr><w:pStyle w:val="1"/></w:pPr></w:pPrChange>`, "甲"), "甲"},
		"the result of a field, not its code":    {par("", run("见")+field("begin")+code(` REF _Ref1 \h `)+field("separate")+run("第三条")+field("end")+run("。")), "见第三条。"},
		"a contents page without its numbers":    {par("", field("begin")+code("TOC")+field("separate")+run("第一章 总则")+`<w:r><w:tab/></w:r>`+field("begin")+code(" PAGEREF _Toc1 ")+field("separate")+run("3")+field("end")) + par("", field("end")+run("甲")), "第一章 总则\n甲"},
		"a field that never ends":                {par("", field("begin")+code("PAGE")+run("1")) + par("", "甲"), "\n甲"},
		"a simple field":                         {par("", `<w:fldSimple w:instr=" REF a ">`+run("第二条")+`</w:fldSimple><w:fldSimple w:instr="PAGE">`+run("7")+`</w:fldSimple>`), "第二条"},
		"links, controls and notes":              {`<w:sdt><w:sdtPr/><w:sdtContent>` + par("", `<w:hyperlink>`+run("甲")+`</w:hyperlink><w:r><w:footnoteReference w:id="2"/></w:r><w:smartTag>`+run("乙")+`</w:smartTag>`) + `</w:sdtContent></w:sdt>`, "甲乙"},
		"a character of a symbol font":           {par("", `<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>`), "\uf0fe"},
		"the reading above a character":          {par("", `<w:r><w:ruby><w:rt>`+run("yī")+`</w:rt><w:rubyBase>`+run("一")+`</w:rubyBase></w:ruby></w:r>`), "一"},
		"a text box, once":                       {par("", run("甲")+`<mc:AlternateContent><mc:Choice><w:txbxContent>`+par("", "框")+`</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>`+par("", "框")+`</w:txbxContent></mc:Fallback></mc:AlternateContent>`+run("乙")), "甲乙\n框"},
		"numbers that Word generates":            {par(list(1, 0), "甲：") + par(list(1, 1), "乙；") + par(list(1, 2), "丙；") + par(list(1, 3), "丁；") + par(list(1, 1), "戊。") + par(list(1, 0), "己。") + par(list(1, 1), "庚。"), "第一条 甲：\n（一）乙；\n1.丙；\n③ 丁；\n（二）戊。\n第二条 己。\n（一）庚。"},
		"a list by style":                        {par(`<w:pStyle w:val="article"/>`, "甲。") + par(`<w:pStyle w:val="article"/>`+list(0, 0), "乙。") + par(`<w:pStyle w:val="article"/>`, "丙。"), "第一条 甲。\n乙。\n第二条 丙。"},
		"a list that begins anew":                {par(list(1, 0), "甲。") + par(list(3, 0), "乙。") + par(list(3, 0), "丙。") + par(list(1, 0), "丁。"), "第一条 甲。\n第二十条 乙。\n第二十一条 丙。\n第二十二条 丁。"},
		"bullets and lists that do not exist":    {par(list(2, 0), "甲") + par(list(9, 0), "乙") + par(list(4, 0), "丙") + par(list(1, 99), "丁"), "甲\n乙\n丙\n丁"},
		"a table":                                {table(row(cell("", "项目"), cell("", "标准|甲")), row(cell("", par("", "警告")+par("", "罚款")), cell("", "")), row(cell("", "x"))), "\n| 项目 | 标准\\|甲 |\n| --- | --- |\n| 警告 罚款 |  |\n| x |\n"},
		"merged cells":                           {table(row(cell(`<w:gridSpan w:val="2"/>`, "税目"), cell("", "税率")), row(cell(`<w:vMerge w:val="restart"/>`, "合同"), cell("", "买卖"), cell("", "1")), row(cell(`<w:vMerge/>`, ""), cell("", "租赁"), cell("", "2"))), "\n| 税目 |  | 税率 |\n| --- | --- | --- |\n| 合同 | 买卖 | 1 |\n| 合同 | 租赁 | 2 |\n"},
		"a row moved to the right":               {table(row(cell("", "a"), cell("", "b")), `<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>`+cell("", "c")+`</w:tr>`), "\n| a | b |\n| --- | --- |\n|  | c |\n"},
		"a deleted row":                          {table(row(cell("", "a"), cell("", "b")), `<w:tr><w:trPr><w:del w:id="1"/></w:trPr>`+cell("", "c")+cell("", "d")+`</w:tr>`), "\n| a | b |\n| --- | --- |\n"},
		"a table in a cell":                      {table(row(cell("", par("", "外")+table(row(cell("", "内"), cell("", "里")))), cell("", "旁"))), "\n| 外 内 里 | 旁 |\n| --- | --- |\n"},
		"a frame of one cell is no table":        {table(row(cell("", par("", "示例市人民政府令")+par("", "第1号")))), "示例市人民政府令\n第1号"},
		"a cell without properties and headings": {table(row(`<w:tc>`+par(`<w:pStyle w:val="1"/>`, "甲")+`</w:tc>`, cell("", "乙"))), "\n| 甲 | 乙 |\n| --- | --- |\n"},
	} {
		got, err := lawtext.Decode(word(t, c.body, "word/styles.xml", wordStyles, "word/numbering.xml", wordLists))
		if err != nil || got != c.want {
			t.Errorf("%s: %v\ngot  %q\nwant %q", name, err, got, c.want)
		}
	}
}

// TestWordLawIsRead goes the whole way from a file to the tree.
func TestWordLawIsRead(t *testing.T) {
	article := `<w:pStyle w:val="article"/>`
	body := par(`<w:pStyle w:val="a"/>`, "示例市清单管理办法") + par("", "（2020年1月15日示例市人民政府令第1号公布）") +
		par(`<w:pStyle w:val="1"/>`, "第一章 总则") + par(article, "为了规范清单，制定本办法。") +
		par(article, "下列事项列入清单：") + par(list(1, 1), "行政许可；") + par(list(1, 1), "行政处罚。") + par("", "前款事项每年公布。") +
		par(`<w:pStyle w:val="1"/>`, "第二章 附则") + par(article, "期限按照下表执行：") + table(row(cell("", "事项"), cell("", "期限")), row(cell("", "许可"), cell("", "二十日"))) +
		par(article, "本办法自2020年3月1日起施行。") + par("", "附件1") + par("", "示例表") + table(row(cell("", "序号"), cell("", "名称")))
	text, err := lawtext.Decode(word(t, body, "word/styles.xml", wordStyles, "word/numbering.xml", wordLists))
	if err != nil {
		t.Fatal(err)
	}
	d := lawtext.Parse(text)
	if d.Title != "示例市清单管理办法" || d.Chapters != 2 || len(d.Articles) != 4 || len(d.Problems) != 0 {
		t.Fatalf("%q, %d chapters, %d articles, %v\n%s", d.Title, d.Chapters, len(d.Articles), d.Problems, text)
	}
	if item, ok := d.Locate(lawtext.Number{N: 2}, 1, 2, 0); !ok || item != "（二）行政处罚。" {
		t.Errorf("article 2, item 2: %q", item)
	}
	if got := lawtext.ReadDates(d); got.Effective != "2020-03-01" {
		t.Errorf("effective %q", got.Effective)
	}
	tab := d.Articles[2].Paragraphs[0].Table
	if tab == nil || !slices.EqualFunc(tab.Rows, [][]string{{"事项", "期限"}, {"许可", "二十日"}}, slices.Equal) {
		t.Errorf("table of article 3: %+v", tab)
	}
	if a := d.Annexes(); len(a) != 1 || a[0].Title != "附件1 示例表" || len(a[0].Tables) != 1 {
		t.Errorf("annexes %+v", a)
	}
}

func TestBadWordFilesAreRefused(t *testing.T) {
	good := word(t, par("", "甲"))
	blown := table(row(cell(`<w:vMerge w:val="restart"/>`, strings.Repeat("长", 1<<16)), cell("", "a")), strings.Repeat(row(cell(`<w:vMerge/>`, ""), cell("", "a")), 1000))
	deep := strings.Repeat(`<w:tbl><w:tr><w:tc>`, 100)
	for name, c := range map[string]struct {
		file []byte
		want string // words of the message
	}{
		"cut off":           {good[:len(good)/2], "已损坏"},
		"no document":       {pack(t, "xl/workbook.xml", "<workbook/>"), "没有 Word 正文"},
		"broken XML":        {word(t, "<w:p><w:r>"), "已损坏"},
		"empty part":        {pack(t, "word/document.xml", ""), "已损坏"},
		"broken styles":     {word(t, par("", "甲"), "word/styles.xml", "<w:styles>"), "已损坏"},
		"an entity":         {pack(t, "word/document.xml", `<!DOCTYPE d [<!ENTITY a "b">]><d><p><r><t>&a;</t></r></p></d>`), "已损坏"},
		"a bomb of zeros":   {word(t, strings.Repeat(" ", 65<<20)), "过大"},
		"a bomb of merging": {word(t, blown), "过大"},
		"endless nesting":   {word(t, deep), "过大"},
		"old Word":          {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"), "另存为 .docx"},
	} {
		text, err := lawtext.Decode(c.file)
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), c.want) {
			t.Errorf("%s: %q, %v, want %q", name, text[:min(len(text), 40)], err, c.want)
		}
	}
}

func FuzzDocx(f *testing.F) {
	for _, s := range []string{par("", "第一条 甲。"), par(list(1, 0), "甲"), table(row(cell(`<w:vMerge/><w:gridSpan w:val="3"/>`, "甲"))), field("end") + field("begin"),
		`<w:tcPr/>`, `<w:tc><w:tcPr/></w:tc>`, `<w:p><w:txbxContent><w:p/></w:txbxContent></w:p>`, `<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr></w:p>`, `</w:body>`} {
		f.Add(s, wordStyles, wordLists)
	}
	f.Fuzz(func(t *testing.T, body, styles, lists string) {
		text, err := lawtext.Decode(word(t, body, "word/styles.xml", styles, "word/numbering.xml", lists))
		if err != nil && errs.KindOf(err) != errs.Invalid {
			t.Fatal(err)
		}
		lawtext.Parse(text).Annexes()
	})
}
