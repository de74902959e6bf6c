// Package workbook reads the lists of powers that offices hand in, purely from
// bytes to items and problems: .xlsx, old .xls, .csv and .jsonl, whatever the
// suffix says. It knows how such sheets are made: titles and forms above the
// header, headers of two rows, merged cells, totals and signatures below,
// hidden sheets, limits in words, codes Excel has damaged.
//
// A file is read whole or not at all: what is damaged midway gives no items.
package workbook

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"

	"qingdan/internal/errs"
)

// Read reads a file. A file that cannot be read gives a Result that is not
// Readable, with Why and one problem; an error is only ever ours. Read never
// changes b and keeps no reference to it.
func Read(b []byte, o Options) (*Result, error) {
	o.Limits = o.Limits.orDefault()
	r := &Result{}
	grids, format, err := load(b, o.Limits)
	r.Format = format
	if err != nil {
		var d *damage
		if !errors.As(err, &d) {
			return nil, errs.Wrap("workbook.Read", err) // without the name: names of files carry those of people
		}
		r.refuse(d.kind, d.why)
		return r, nil
	}
	rd := &reader{o: o, r: r, codes: map[string]place{}, items: map[string]place{}, byName: map[string]seenItem{},
		reported: map[string]bool{}, unknown: map[string]int{}}
	rd.readAll(grids)
	rd.suffix()
	rd.r.sortProblems()
	return r, nil
}

func (r *Result) refuse(kind, why string) {
	r.Readable, r.Why, r.Items = false, why, nil
	r.Problems = append([]Problem{{Kind: kind, Level: Error, Message: why}}, r.Problems...)
}

// load finds the true format and reads the sheets.
func load(b []byte, limits Limits) (grids []*grid, format string, err error) {
	switch {
	case int64(len(b)) > limits.FileBytes:
		return nil, "", &damage{TooLarge, fmt.Sprintf("文件有 %.0f MB，超过上限 %s，没有读取。请删去图片和无关工作表，或分成几个文件上传", float64(len(b))/(1<<20), megabytes(limits.FileBytes)), nil}
	case len(bytes.TrimSpace(b)) == 0:
		return nil, "", &damage{EmptyFile, "文件是空的。请确认选对了文件", nil}
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		grids, err = readXLSX(b, limits)
		return grids, "xlsx", err
	case bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return loadCFB(b, limits)
	}
	if what := foreign(b); what != "" {
		return nil, "", &damage{NotWorkbook, "文件是" + what + "，不是表格。请上传 .xlsx、.xls、.csv 或 .jsonl 文件", nil}
	}
	text, encoding, ok := decodeText(b)
	trimmed := strings.TrimSpace(text)
	switch {
	case !ok:
		return nil, "", &damage{NotWorkbook, "文件不是表格，也不是文字。请上传 .xlsx、.xls、.csv 或 .jsonl 文件", nil}
	case trimmed == "":
		return nil, "", &damage{EmptyFile, "文件是空的。请确认选对了文件", nil}
	case strings.HasPrefix(trimmed, "<"):
		return nil, "", &damage{NotWorkbook, "文件是网页或 XML，只是后缀像表格。请在 Excel 或 WPS 中打开，另存为 .xlsx 后上传", nil}
	case strings.HasPrefix(trimmed, "{"):
		format = "jsonl"
	default:
		format = "csv (" + encoding + ")"
	}
	var g *grid
	if format == "jsonl" {
		g, err = readJSONL(text, limits)
	} else {
		g, err = readCSV(text, limits)
	}
	return []*grid{g}, format, err
}

// loadCFB guards against the container reader: a damaged file must never end
// the program.
func loadCFB(b []byte, limits Limits) (grids []*grid, format string, err error) {
	defer func() {
		if p := recover(); p != nil {
			grids, format, err = nil, "xls (BIFF8)", corrupt(fmt.Errorf("panic: %v", p), "文件已损坏。%s", reload)
		}
	}()
	grids, err = readCFB(b, limits)
	var d *damage
	if errors.As(err, &d) && d.kind == Encrypted {
		return nil, "encrypted", err
	}
	return grids, "xls (BIFF8)", err
}

// foreign names formats people mistake for workbooks.
func foreign(b []byte) string {
	for _, f := range [...][2]string{
		{"%PDF", "PDF"}, {"\x89PNG", "图片"}, {"\xff\xd8\xff", "图片"}, {"GIF8", "图片"}, {"Rar!", "压缩包"}, {"7z\xbc\xaf", "压缩包"},
		{"\x1f\x8b", "压缩包"}, {"PK", "空的或不完整的压缩包"}, {"{\\rtf", "文档"},
	} {
		if bytes.HasPrefix(b, []byte(f[0])) {
			return f[1]
		}
	}
	return ""
}

// suffix compares the file's name with its content.
func (r *reader) suffix() {
	ext := strings.ToLower(path.Ext(r.o.FileName))
	if ext == "" {
		return
	}
	var allowed []string
	what := ""
	switch {
	case r.r.Format == "xlsx":
		allowed, what = []string{".xlsx", ".xlsm", ".xltx"}, "Excel 工作簿（.xlsx）"
	case strings.HasPrefix(r.r.Format, "xls "):
		allowed, what = []string{".xls", ".xlt", ".et"}, "旧版 Excel（.xls，97-2003）"
	case r.r.Format == "jsonl":
		allowed, what = []string{".jsonl", ".ndjson", ".json"}, "JSON 行"
	default:
		allowed, what = []string{".csv", ".txt", ".tsv"}, "逗号分隔文本（"+strings.TrimSuffix(strings.TrimPrefix(r.r.Format, "csv ("), ")")+" 编码）"
	}
	for _, a := range allowed {
		if ext == a {
			return
		}
	}
	r.problem("", "", WrongSuffix, Info, "文件名是 %s，内容是%s，已按内容读取", ext, what)
}

// readAll decides sheet by sheet.
func (r *reader) readAll(grids []*grid) {
	r.r.Readable = true
	tables := make([]*table, len(grids))
	forms := make([]form, len(grids))
	departments := map[string]bool{}
	for i, g := range grids {
		if u := unitNote(g); u != "" && g.state == visible {
			r.unit = u
		}
		if tables[i] = findTable(g); tables[i] == nil {
			continue
		}
		if forms[i] = tables[i].readForm(); forms[i].department != "" && g.state == visible {
			r.dept = forms[i].department
			departments[r.dept] = true
		}
	}
	if len(departments) > 1 {
		r.dept = ""
	}
	for i, g := range grids {
		sheet := Sheet{Name: g.name, State: g.state, Department: forms[i].department, Date: forms[i].date}
		r.readSheet(g, tables[i], forms[i], &sheet)
		r.r.Sheets = append(r.r.Sheets, sheet)
	}
	r.verdict(grids)
}

// readSheet reads one sheet, or says why not.
func (r *reader) readSheet(g *grid, t *table, f form, sheet *Sheet) {
	switch {
	case len(g.rows) == 0:
		sheet.Why = "空表"
		return
	case g.name == problemSheet:
		sheet.Why = "上次导入的问题清单"
		return
	case t == nil:
		sheet.Why = "没有认出表头：没有“事项名称”一类的列"
		if g.state == visible && len(g.rows) >= 5 && len(g.rows[len(g.rows)/2].cells) >= 5 {
			r.problem(g.name, "", MissingHeader, Info, "工作表“%s”有%d行内容，没有认出表头，没有导入。若是事项表，请把表头改为模板的列名", g.name, len(g.rows))
		}
		return
	}
	sheet.HeaderRows = []int{t.first}
	if t.last > t.first {
		sheet.HeaderRows = append(sheet.HeaderRows, t.last)
	}
	if c, ok := categoryIn(g.name); ok {
		sheet.Category = c
	} else {
		sheet.Category = f.category
	}
	s := &sheetReader{reader: r, t: t, sheet: sheet, category: sheet.Category, dept: f.department, noun: "行"}
	if s.dept == "" {
		s.dept = r.dept
	}
	if strings.HasPrefix(r.r.Format, "csv") {
		s.noun = "条"
	}
	if g.state != visible {
		if n := s.countItems(); n > 0 {
			sheet.Why = "隐藏的工作表，没有导入"
			r.problem(g.name, "", HiddenSheet, Warn, "隐藏工作表“%s”里有%d行像事项的内容，没有导入。若要上报，请取消隐藏后重新上传；若是旧稿，请删去", g.name, n)
		} else {
			sheet.Why = "隐藏的工作表，没有事项"
		}
		return
	}
	s.read()
	if sheet.Used = sheet.Items > 0; !sheet.Used {
		sheet.Why = "表头下没有事项"
	}
}

func (s *sheetReader) countItems() int {
	n, before := 0, headerRow
	for i := s.t.next; i < len(s.t.g.rows); i++ {
		if before = s.t.classify(&s.t.g.rows[i], before); before == itemRow {
			n++
		}
	}
	return n
}

// verdict refuses a file that is empty or whose headers nobody knows.
func (r *reader) verdict(grids []*grid) {
	if len(r.r.Items) > 0 {
		return
	}
	var content *grid
	headers := false
	for i, g := range grids {
		if len(g.rows) > 0 && g.state == visible && content == nil {
			content = g
		}
		headers = headers || r.r.Sheets[i].HeaderRows != nil
	}
	switch {
	case content == nil && !headers:
		r.r.refuse(EmptyFile, "文件里没有内容。请确认选对了文件")
	case !headers:
		var words []string
		for _, c := range content.rows[0].cells[:min(5, len(content.rows[0].cells))] {
			words = append(words, head(squeeze(c.text), 12))
		}
		r.r.refuse(MissingHeader, fmt.Sprintf("没有认出表头，没有导入。工作表“%s”的第一行是“%s”。表头要有“事项名称”“设定依据”一类的列名，请参照模板", content.name, strings.Join(words, "｜")))
	default:
		r.problem("", "", EmptyFile, Warn, "表头下没有事项，没有导入任何内容。请确认选对了文件")
	}
}
