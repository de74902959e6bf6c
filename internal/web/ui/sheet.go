package ui

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"

	"github.com/xuri/excelize/v2"
)

// Column is one column of an exported table, its width in characters.
type Column struct {
	Head  string
	Width float64
}

// Sheet is a workbook with one table: who says it, what it holds, the heads,
// the rows.
type Sheet struct {
	Name    string // of the sheet and, with .xlsx, of the file
	Site    Site
	What    string // what the rows are and what they were chosen by
	Columns []Column
}

// Adder writes one row.
type Adder func(cells ...any) error

// Send answers with the workbook. rows hands every row to its argument; the
// whole is made before anything is sent.
func (s Sheet) Send(w http.ResponseWriter, r *http.Request, rows func(Adder) error) error {
	x := excelize.NewFile()
	defer x.Close()
	if err := s.write(x, rows); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set("Content-Disposition", `attachment; filename="export.xlsx"; filename*=UTF-8''`+url.PathEscape(s.Name)+".xlsx")
	h.Set("Cache-Control", "public, max-age=60")
	Write(w, r, b.Bytes())
	return nil
}

func (s Sheet) write(x *excelize.File, rows func(Adder) error) error {
	if err := x.SetSheetName("Sheet1", s.Name); err != nil {
		return fmt.Errorf("name sheet: %w", err)
	}
	sw, err := x.NewStreamWriter(s.Name)
	if err != nil {
		return fmt.Errorf("open sheet: %w", err)
	}
	if err := s.head(x, sw); err != nil {
		return err
	}
	line := 4
	err = rows(func(cells ...any) error {
		if err := sw.SetRow(fmt.Sprintf("A%d", line), cells); err != nil {
			return fmt.Errorf("row %d: %w", line, err)
		}
		line++
		return nil
	})
	if err != nil {
		return err
	}
	if err := sw.Flush(); err != nil {
		return fmt.Errorf("close sheet: %w", err)
	}
	return nil
}

// head writes the three rows above the data. A demonstration says first that
// it is not official.
func (s Sheet) head(x *excelize.File, sw *excelize.StreamWriter) error {
	bold, err := x.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return fmt.Errorf("style: %w", err)
	}
	var heads []any
	for i, c := range s.Columns {
		if err := sw.SetColWidth(i+1, i+1, c.Width); err != nil {
			return fmt.Errorf("column width: %w", err)
		}
		heads = append(heads, c.Head)
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: 3, TopLeftCell: "A4", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("freeze: %w", err)
	}
	note := s.Site.Notice
	if note == "" {
		note = s.Site.Sponsor
	}
	for i, row := range [][]any{{note}, {s.What}, heads} {
		if err := sw.SetRow(fmt.Sprintf("A%d", i+1), row, excelize.RowOpts{StyleID: bold}); err != nil {
			return fmt.Errorf("heading: %w", err)
		}
	}
	return nil
}
