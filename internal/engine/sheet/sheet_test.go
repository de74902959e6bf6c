package sheet_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"qingdan/internal/engine/sheet"
	"qingdan/internal/errs"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// book makes a workbook; fill changes it before it is written.
func book(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var b bytes.Buffer
	must(t, f.Write(&b))
	return b.Bytes()
}

func rows(t testing.TB, f *excelize.File, name string, rows ...[]any) {
	t.Helper()
	for i, r := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		must(t, err)
		must(t, f.SetSheetRow(name, cell, &r))
	}
}

// names joins what stands under 名称 with its cell.
func names(tab *sheet.Table) string {
	var out []string
	for _, r := range tab.Rows {
		out = append(out, r.Cell("名称")+" "+r.Get("名称"))
	}
	return strings.Join(out, "|")
}

func TestRowsAreFoundUnderTheirHeaderWithTheirCells(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("编码,名称\n1,取水许可\n")
	must(t, err)
	for name, c := range map[string]struct{ in, want string }{
		"plain":                   {"编码,名称\n1,取水许可\n2,打井许可\n", "B2 取水许可|B3 打井许可"},
		"GBK":                     {gbk, "B2 取水许可"},
		"a title above":           {"某局一览\n编码,名 称\n1,取水许可\n", "B3 取水许可"},
		"blank lines count":       {"编码,名称\n\n1,取水许可\n\n\n2,打井许可", "B3 取水许可|B6 打井许可"},
		"a row of two lines":      {"编码,名称\n1,\"取水\n许可\"\n2,打井许可\n", "B2 取水\n许可|B3 打井许可"},
		"blank cells are no row":  {"编码,名称\n,\n2,打井许可\n", "B3 打井许可"},
		"characters of no width":  {"编码,名称\n1,取水\u200b许可\ufeff\n", "B2 取水许可"},
		"a short row":             {"名称,编码\n取水许可\n", "A2 取水许可"},
		"CR LF":                   {"编码,名称\r\n1,取水许可\r\n\r\n2,打井许可\r\n", "B2 取水许可|B4 打井许可"},
		"quotes inside, by twos":  {"编码,名称\n1,\"对\"\"三无\"\"船舶的处罚\"\n", "B2 对\"三无\"船舶的处罚"},
		"the header at line ten":  {strings.Repeat("题\n", 9) + "编码,名称\n1,取水许可\n", "B11 取水许可"},
		"a header given twice":    {"编码,名称,名称\n1,取水许可,别的\n", "B2 取水许可"},
		"further columns, unread": {"编码,备注,名称\n1,x,取水许可\n", "C2 取水许可"},
	} {
		tab, err := sheet.Read([]byte(c.in), "x.csv", "名称", "编码")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := names(tab); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestAFileThatIsNoTableIsRefusedWithItsName(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"empty":               {" \n", "文件是空的"},
		"no header":           {"a,b\n1,2\n", "找不到表头"},
		"a quote left open":   {"编码,名称\n1,\"取水许可\n2,打井许可\n", "第 2 行的引号没有成对"},
		"a quote amid a cell": {"编码,名称\n1,对\"三无\"船舶的处罚\n", "引号没有成对"},
		"an old workbook":     {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版或加密"},
		"no zip":              {"PK\x03\x04 and no more", "不是能读取的 Excel 文件"},
	} {
		_, err := sheet.Read([]byte(c.in), "坏.csv", "名称", "编码")
		if errs.KindOf(err) != errs.Invalid || !strings.HasPrefix(errs.Message(err), "坏.csv：") || !strings.Contains(errs.Message(err), c.want) {
			t.Errorf("%s: %v, want Invalid that says %q", name, err, c.want)
		}
	}
	if _, err := sheet.Read(make([]byte, sheet.MaxBytes+1), "大.xlsx"); errs.KindOf(err) != errs.TooLarge {
		t.Errorf("a file over the limit: %v", err)
	}
}

func TestAllSheetsWithTheHeaderAreRead(t *testing.T) {
	b := book(t, func(f *excelize.File) {
		rows(t, f, "Sheet1", []any{"说明"}, []any{"请逐项填写"})
		for _, name := range []string{"水利", "教育"} {
			_, err := f.NewSheet(name)
			must(t, err)
		}
		rows(t, f, "水利", []any{"编码", "名称"}, []any{"1", "取水许可"})
		rows(t, f, "教育", []any{"名称", "编码"}, []any{}, []any{"办学许可", "2"})
	})
	tab, err := sheet.Read(b, "x.xlsx", "名称", "编码")
	must(t, err)
	if got, want := names(tab), "水利!B2 取水许可|教育!A3 办学许可"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestRowsOfAHiddenSheetAreNotLeftOutInSilence(t *testing.T) {
	hidden := func(rowsBelow ...[]any) []byte {
		return book(t, func(f *excelize.File) {
			rows(t, f, "Sheet1", []any{"名称"}, []any{"取水许可"})
			_, err := f.NewSheet("旧稿")
			must(t, err)
			rows(t, f, "旧稿", append([][]any{{"名称"}}, rowsBelow...)...)
			must(t, f.SetSheetVisible("旧稿", false))
		})
	}
	if _, err := sheet.Read(hidden([]any{"打井许可"}), "x.xlsx", "名称"); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), "旧稿") {
		t.Errorf("a hidden sheet with rows: %v, want Invalid naming it", err)
	}
	tab, err := sheet.Read(hidden(), "x.xlsx", "名称")
	must(t, err)
	if names(tab) != "Sheet1!A2 取水许可" {
		t.Errorf("a hidden sheet without rows: %q", names(tab))
	}
}

// spoil writes the package again with one part changed.
func spoil(t testing.TB, b []byte, part string, change func([]byte) []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	must(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		body, err := io.ReadAll(r)
		must(t, err)
		if f.Name == part {
			body = change(body)
		}
		to, err := w.Create(f.Name)
		must(t, err)
		_, err = to.Write(body)
		must(t, err)
	}
	must(t, w.Close())
	return out.Bytes()
}

func TestADamagedPartIsNeverReadShort(t *testing.T) {
	b := book(t, func(f *excelize.File) {
		var all [][]any
		all = append(all, []any{"名称"})
		for range 200 {
			all = append(all, []any{"取水许可"})
		}
		rows(t, f, "Sheet1", all...)
	})
	half := func(b []byte) []byte { return b[:len(b)/2] }
	for name, c := range map[string]struct {
		part   string
		change func([]byte) []byte
	}{
		"a sheet cut short":   {"xl/worksheets/sheet1.xml", half},
		"a sheet spoiled":     {"xl/worksheets/sheet1.xml", func(b []byte) []byte { return bytes.Replace(b, []byte("</row>"), []byte("</rox>"), 1) }},
		"the texts cut short": {"xl/sharedStrings.xml", half},
		"the texts gone":      {"xl/sharedStrings.xml", func([]byte) []byte { return nil }},
	} {
		bad := spoil(t, b, c.part, c.change)
		if _, err := sheet.Read(bad, "x.xlsx", "名称"); errs.KindOf(err) != errs.Invalid || !strings.HasPrefix(errs.Message(err), "x.xlsx：") {
			t.Errorf("%s: %v, want Invalid", name, err)
		}
	}
	tab, err := sheet.Read(spoil(t, b, "none", half), "x.xlsx", "名称")
	must(t, err)
	if len(tab.Rows) != 200 {
		t.Errorf("%d rows of a sound workbook, want 200", len(tab.Rows))
	}
}

func TestADayIsReadInAnyCommonWriting(t *testing.T) {
	b := book(t, func(f *excelize.File) {
		rows(t, f, "Sheet1", []any{"日期"})
		for i, v := range []any{time.Date(2014, 11, 5, 0, 0, 0, 0, time.UTC), 41948, 41948, 20141105, "2014-11-05", "", 41948, "2014-02-30", "2014年13月1日", "上月", "2014-11"} {
			cell, err := excelize.CoordinatesToCellName(1, i+2)
			must(t, err)
			must(t, f.SetCellValue("Sheet1", cell, v))
			must(t, f.SetCellValue("Sheet1", strings.Replace(cell, "A", "B", 1), "x"))
			for at, format := range map[int]string{1: `yyyy"年"m"月"d"日"`, 2: `yyyy/m/d`} {
				if at == i {
					style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
					must(t, err)
					must(t, f.SetCellStyle("Sheet1", cell, cell, style))
				}
			}
		}
	})
	tab, err := sheet.Read(b, "x.xlsx", "日期")
	must(t, err)
	var got []string
	for _, r := range tab.Rows {
		day, ok := r.Day("日期")
		if !ok {
			day = "不对"
		}
		got = append(got, day)
	}
	want := "2014-11-05 2014-11-05 2014-11-05 2014-11-05 2014-11-05  不对 不对 不对 不对 不对"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("%q, want %q", s, want)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("编码,名称\n1,取水许可\n\n2,\"打井\n许可\"\n"))
	f.Add([]byte("\"编码\",名称\r\n1,\"\r\n"))
	f.Add(book(f, func(x *excelize.File) { rows(f, x, "Sheet1", []any{"名称"}, []any{"取水许可"}) }))
	f.Fuzz(func(t *testing.T, b []byte) {
		tab, err := sheet.Read(b, "x", "名称")
		if err != nil {
			if errs.KindOf(err) == errs.Internal {
				t.Fatalf("no words for people: %v", err)
			}
			return
		}
		last := 0
		for _, r := range tab.Rows {
			if r.Cell("名称") == "" || r.Line < 1 {
				t.Fatalf("a row without a place: %+v", r)
			}
			if r.Line <= last && !bytes.HasPrefix(b, []byte("PK")) {
				t.Fatalf("row %d after row %d", r.Line, last)
			}
			last = r.Line
		}
	})
}
