// Package sheet reads plain tables with a header row, as offices keep them in
// .xlsx or .csv files, so that every import speaks of cells in the same way.
// Power lists (权责清单) are wilder and have a reader of their own.
package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
)

// MaxBytes is the largest file that is read, and MaxUnpacked the largest that
// an .xlsx may unpack to.
const (
	MaxBytes    = 32 << 20
	MaxUnpacked = 256 << 20
)

// Table is what a file holds below its header: the rows of all its sheets that
// have the header, in the order of the sheets.
type Table struct {
	Rows []Row
}

// Row is one line of a table.
type Row struct {
	Line   int // 1-based, as the office program shows it
	values []string
	head   *head
}

// head is the header of one sheet.
type head struct {
	sheet   string // "" for CSV
	columns map[string]int
}

// invisible are characters of no width, which copying from web pages leaves
// inside codes and names.
const invisible = "\u200b\u200c\u200d\u2060\ufeff"

// Get gives the trimmed text under a header, "" when the table has no such
// column. Dates and numbers come as the office program shows them.
func (r Row) Get(header string) string {
	i, ok := r.head.columns[header]
	if !ok || i >= len(r.values) {
		return ""
	}
	s := r.values[i]
	if strings.ContainsAny(s, invisible) {
		s = strings.Map(func(c rune) rune {
			if strings.ContainsRune(invisible, c) {
				return -1
			}
			return c
		}, s)
	}
	return strings.TrimSpace(s)
}

// Day gives the day under a header as YYYY-MM-DD, in whatever common writing
// it stands: 2014-11-05, 2014/11/5, 2014.11.5, 2014年11月5日, 20141105, or a
// date cell. An empty cell is "" and no mistake; ok is false for what is no
// full day of the calendar.
func (r Row) Day(header string) (day string, ok bool) {
	s, _, _ := strings.Cut(r.Get(header), " ") // a date cell may carry a time
	if s == "" {
		return "", true
	}
	for _, form := range []string{"2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "20060102"} {
		if t, err := time.Parse(form, s); err == nil {
			return t.Format(time.DateOnly), true
		}
	}
	return "", false
}

// Has says whether the table has a column of that header.
func (r Row) Has(header string) bool {
	_, ok := r.head.columns[header]
	return ok
}

// Cell names the place under a header for an error message: Sheet1!B3. A
// column that the table does not have stands for the row as a whole.
func (r Row) Cell(header string) string {
	i, ok := r.head.columns[header]
	if !ok {
		i = 0
	}
	name, err := excelize.CoordinatesToCellName(i+1, r.Line)
	if err != nil {
		return header
	}
	if r.head.sheet != "" {
		name = r.head.sheet + "!" + name
	}
	return name
}

// Read reads the sheets of an .xlsx, or a .csv (UTF-8 or GBK), whose header
// row holds all required headers. file is used in messages only. A file that
// is no table, too large, damaged anywhere, or lacks a column is Invalid, and
// so is one with a hidden sheet of the same header: nobody can tell whether
// its rows are meant.
func Read(b []byte, file string, required ...string) (*Table, error) {
	if len(b) > MaxBytes {
		return nil, errs.TooLargef("文件有 %d 兆，超过 %d 兆的上限", len(b)>>20, MaxBytes>>20).At(file).Fix("请拆成几个文件")
	}
	if len(bytes.TrimSpace(b)) == 0 {
		return nil, errs.Invalidf("文件是空的").At(file)
	}
	if bytes.HasPrefix(b, []byte("PK\x03\x04")) {
		return readXLSX(b, file, required)
	}
	if bytes.HasPrefix(b, []byte{0xd0, 0xcf, 0x11, 0xe0}) {
		return nil, errs.Invalidf("这是旧版或加密的 Excel 文件").At(file).Fix("请去掉密码，另存为 .xlsx 后再导入")
	}
	return readCSV(b, file, required)
}

func readXLSX(b []byte, file string, required []string) (*Table, error) {
	// The patterns make date cells come as days that Day can read; nothing is
	// spilled to disk because no part may be larger than the whole.
	options := excelize.Options{UnzipSizeLimit: MaxUnpacked, UnzipXMLSizeLimit: MaxUnpacked,
		ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd", CultureInfo: excelize.CultureNameZhCN}
	f, err := excelize.OpenReader(bytes.NewReader(b), options)
	if err != nil {
		return nil, errs.Invalidf("不是能读取的 Excel 文件").At(file).Fix("请用办公软件打开确认无误后另存为 .xlsx").Because(err)
	}
	defer f.Close()
	if part, err := damagedPart(b); err != nil {
		return nil, errs.Invalidf("文件里的 %s 已损坏，为免漏掉后面的行，整个文件都没有读取", part).At(file).
			Fix("请用办公软件打开原文件，确认内容完整后另存为 .xlsx").Because(err)
	}
	t, found := &Table{}, false
	for _, name := range f.GetSheetList() {
		rows, err := readSheet(f, name, options)
		if err != nil {
			return nil, errs.Invalidf("工作表“%s”已损坏", name).At(file).Because(err)
		}
		below, ok := find(name, rows, required)
		if !ok {
			continue
		}
		visible, err := f.GetSheetVisible(name)
		if err != nil {
			return nil, errs.Invalidf("工作表“%s”已损坏", name).At(file).Because(err)
		}
		if !visible && len(below) > 0 {
			return nil, errs.Invalidf("隐藏的工作表“%s”里有同样的表格", name).At(file).Fix("要导入就请取消隐藏，不要就请删去这张工作表")
		}
		found = true
		t.Rows = append(t.Rows, below...)
	}
	if !found {
		return nil, missing(file, required)
	}
	return t, nil
}

func readSheet(f *excelize.File, name string, options excelize.Options) ([]record, error) {
	values, err := f.GetRows(name, options)
	if err != nil {
		return nil, err
	}
	rows := make([]record, len(values))
	for i, v := range values {
		rows[i] = record{i + 1, v}
	}
	return rows, nil
}

// damagedPart names the first part of the package that does not read to its
// end. The library takes what came before the damage for the whole sheet: a
// short list would be lost rows.
func damagedPart(b []byte) (name string, err error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return "目录", err
	}
	for _, part := range z.File {
		if n := strings.ToLower(part.Name); !strings.HasPrefix(n, "xl/") || !strings.HasSuffix(n, ".xml") {
			continue
		}
		if err := readToEnd(part); err != nil {
			return path.Base(part.Name), err
		}
	}
	return "", nil
}

// readToEnd reads a part as XML to its end, where archive/zip checks length
// and CRC.
func readToEnd(part *zip.File) error {
	r, err := part.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	d := xml.NewDecoder(r)
	for elements := 0; ; {
		t, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && elements > 0:
			return nil
		case err != nil:
			return err // io.EOF: the part is empty
		}
		if _, ok := t.(xml.StartElement); ok {
			elements++
		}
	}
}

func readCSV(b []byte, file string, required []string) (*Table, error) {
	text, err := lawtext.Decode(b)
	if err != nil {
		return nil, errs.Invalidf("文件的文字编码无法识别").At(file).Fix("请另存为 UTF-8 编码的 CSV").Because(err)
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	var rows []record
	row := 0                   // of the record before, as an office program counts
	read, lines := int64(0), 0 // how far the reader is, and the line breaks up to there
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			return nil, errs.Invalidf("第 %d 行的引号没有成对", wrong.StartLine).At(file).Fix("含引号的单元格请用英文双引号括起，里面的英文双引号写两遍；或另存为 .xlsx").Because(err)
		}
		if err != nil {
			return nil, errs.Invalidf("第 %d 行之后无法读取", lines).At(file).Because(err)
		}
		// The reader skips blank lines, an office program shows them as rows.
		start, _ := r.FieldPos(0)
		row += start - lines
		rows = append(rows, record{row, rec})
		lines += strings.Count(text[read:r.InputOffset()], "\n")
		read = r.InputOffset()
	}
	below, ok := find("", rows, required)
	if !ok {
		return nil, missing(file, required)
	}
	return &Table{Rows: below}, nil
}

// record is a row of a file with its number.
type record struct {
	line   int
	values []string
}

// find looks for the header among the first ten rows, since titles stand above
// it, and gives the rows below it that hold anything.
func find(sheet string, rows []record, required []string) (below []Row, ok bool) {
	for i := 0; i < len(rows) && i < 10; i++ {
		columns := make(map[string]int, len(rows[i].values))
		for c, h := range rows[i].values {
			h = strings.Join(strings.Fields(h), "")
			if _, twice := columns[h]; h != "" && !twice {
				columns[h] = c
			}
		}
		if !hasAll(columns, required) {
			continue
		}
		h := &head{sheet, columns}
		for _, r := range rows[i+1:] {
			if strings.TrimSpace(strings.Join(r.values, "")) != "" {
				below = append(below, Row{Line: r.line, values: r.values, head: h})
			}
		}
		return below, true
	}
	return nil, false
}

func hasAll(columns map[string]int, required []string) bool {
	for _, h := range required {
		if _, ok := columns[h]; !ok {
			return false
		}
	}
	return true
}

func missing(file string, required []string) error {
	return errs.Invalidf("找不到表头").At(file).Fix("表头须有这些列：" + strings.Join(required, "、"))
}
