// Package sheet reads plain tables with a header row, as offices keep them in
// .xlsx or .csv files, so that every import speaks of cells in the same way.
// Power lists (权责清单) are wilder and have a reader of their own.
package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"

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

// Table is a header and the rows below it.
type Table struct {
	Name   string // of the sheet; "" for CSV
	header map[string]int
	Rows   []Row
}

// Row is one line of a table.
type Row struct {
	Line   int // 1-based, as the office program shows it
	values []string
	table  *Table
}

// Get gives the trimmed text under a header, "" when the table has no such
// column.
func (r Row) Get(header string) string {
	i, ok := r.table.header[header]
	if !ok || i >= len(r.values) {
		return ""
	}
	return strings.TrimSpace(r.values[i])
}

// Cell names the place under a header for an error message: 名称 B3.
func (r Row) Cell(header string) string {
	i, ok := r.table.header[header]
	if !ok {
		i = 0
	}
	name, err := excelize.CoordinatesToCellName(i+1, r.Line)
	if err != nil {
		return header
	}
	if r.table.Name != "" {
		name = r.table.Name + "!" + name
	}
	return name
}

// Has says whether the table has the column.
func (t *Table) Has(header string) bool { _, ok := t.header[header]; return ok }

// Read reads the first table of an .xlsx or .csv (UTF-8 or GBK) file whose
// header row holds all required headers. file is used in messages only.
// A file that is no table, too large, or lacks a column is Invalid.
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
	f, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{UnzipSizeLimit: MaxUnpacked, UnzipXMLSizeLimit: 16 << 20})
	if err != nil {
		return nil, errs.Invalidf("不是能读取的 Excel 文件").At(file).Fix("请用办公软件打开确认无误后另存为 .xlsx").Because(err)
	}
	defer f.Close()
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			return nil, errs.Invalidf("工作表“%s”已损坏", name).At(file).Because(err)
		}
		if t := find(name, rows, required); t != nil {
			return t, nil
		}
	}
	return nil, missing(file, required)
}

func readCSV(b []byte, file string, required []string) (*Table, error) {
	text, err := lawtext.Decode(b)
	if err != nil {
		return nil, errs.Invalidf("文件的文字编码无法识别").At(file).Fix("请另存为 UTF-8 编码的 CSV").Because(err)
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	var rows [][]string
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errs.Invalidf("CSV 第 %d 行之后无法读取", len(rows)).At(file).Because(err)
		}
		rows = append(rows, rec)
	}
	if t := find("", rows, required); t != nil {
		return t, nil
	}
	return nil, missing(file, required)
}

// find looks for the header among the first ten rows: titles stand above it.
func find(name string, rows [][]string, required []string) *Table {
	for i := 0; i < len(rows) && i < 10; i++ {
		header := make(map[string]int, len(rows[i]))
		for c, h := range rows[i] {
			h = strings.Join(strings.Fields(h), "")
			if _, twice := header[h]; h != "" && !twice {
				header[h] = c
			}
		}
		if !hasAll(header, required) {
			continue
		}
		t := &Table{Name: name, header: header}
		for n := i + 1; n < len(rows); n++ {
			if strings.TrimSpace(strings.Join(rows[n], "")) != "" {
				t.Rows = append(t.Rows, Row{Line: n + 1, values: rows[n], table: t})
			}
		}
		return t
	}
	return nil
}

func hasAll(header map[string]int, required []string) bool {
	for _, h := range required {
		if _, ok := header[h]; !ok {
			return false
		}
	}
	return true
}

func missing(file string, required []string) error {
	return errs.Invalidf("找不到表头").At(file).Fix("表头须有这些列：" + strings.Join(required, "、"))
}
