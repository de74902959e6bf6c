package workbook

import (
	"archive/zip"
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// bookSheet is one sheet of a workbook made for a test: its XML as written.
type bookSheet struct{ name, state, xml string }

// zipParts packs parts as a workbook does.
func zipParts(t testing.TB, parts [][2]string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, p := range parts {
		f, err := w.Create(p[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(p[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// bookParts gives the parts of a workbook of the sheets.
func bookParts(sheets ...bookSheet) [][2]string {
	var list, rels strings.Builder
	parts := [][2]string{}
	for i, s := range sheets {
		state := ""
		if s.state != "" {
			state = fmt.Sprintf(` state=%q`, s.state)
		}
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%d"%s r:id="rId%d"/>`, s.name, i+1, state, i+1)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, i+1)
		parts = append(parts, [2]string{fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), s.xml})
	}
	return append([][2]string{
		{"_rels/.rels", `<Relationships><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns:r="r"><sheets>` + list.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships>` + rels.String() + `</Relationships>`},
	}, parts...)
}

func book(t testing.TB, sheets ...bookSheet) []byte {
	t.Helper()
	return zipParts(t, bookParts(sheets...))
}

// inline gives a cell of inline text.
func inline(ref, text string) string {
	return fmt.Sprintf(`<c r="%s" t="inlineStr"><is><t>%s</t></is></c>`, ref, text)
}

// sheetXML lays rows of text out; after is put behind the rows.
func sheetXML(rows [][]string, after string) string {
	var b strings.Builder
	b.WriteString(`<worksheet><sheetData>`)
	for r, row := range rows {
		fmt.Fprintf(&b, `<row r="%d">`, r+1)
		for c, v := range row {
			switch {
			case v == "":
			case strings.HasPrefix(v, "<"): // contents of the cell as they are
				fmt.Fprintf(&b, `<c r="%s"%s</c>`, cellName(c+1, r+1), strings.TrimPrefix(v, "<"))
			default:
				b.WriteString(inline(cellName(c+1, r+1), v))
			}
		}
		b.WriteString(`</row>`)
	}
	return b.String() + `</sheetData>` + after + `</worksheet>`
}

func read(t testing.TB, b []byte, o Options) *Result {
	t.Helper()
	r, err := Read(b, o)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Readable && (r.Why == "" || len(r.Items) > 0 || len(r.Problems) == 0) {
		t.Fatalf("refused without reason, or with items: %+v", r)
	}
	return r
}

// has finds a problem of a kind at a cell.
func has(r *Result, cell, kind string) bool {
	return slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Cell == cell && p.Kind == kind })
}

func mustHave(t *testing.T, r *Result, cell, kind string) {
	t.Helper()
	if !has(r, cell, kind) {
		t.Errorf("no %s at %q: %+v", kind, cell, r.Problems)
	}
}

// plainBook is a small table without any problem.
func plainBook() [][]string {
	return [][]string{
		{"序号", "权力类别", "事项编码", "事项名称", "设定依据", "实施主体", "法定时限", "是否收费"},
		{"1", "行政审批", "A001", "演示许可证核发", "《演示条例》第一条", "甲市演示局", "20个工作日", "否"},
		{"2", "行政处罚", "A002", "对演示行为的处罚", "《演示条例》第二条", "甲市演示局", "90日", "否"},
	}
}
