package workbook

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"qingdan/internal/errs"
)

const (
	problemSheet = "问题清单"
	maxComments  = 1000 // more make the file unusable; the list has them all
	author       = "导入检查"
)

// Corrected gives the file back with the cells of r's problems coloured and
// commented, and a sheet 问题清单 listing all of them. An .xlsx keeps all it
// holds; of other formats, and of an .xlsx that lacks what Excel itself always
// writes, it is a new .xlsx of what was read. Reading the result again gives
// the same items. It refuses a file that was not readable.
func Corrected(b []byte, r *Result) ([]byte, error) {
	if !r.Readable {
		return nil, errs.Invalidf("文件没有读成，不能标注问题").Fix(r.Why)
	}
	if r.Format == "xlsx" {
		if out, err := corrected(b, r, false); err == nil {
			return out, nil
		}
	}
	out, err := corrected(b, r, true)
	return out, errs.Wrap("workbook.Corrected", err)
}

func corrected(b []byte, r *Result, anew bool) ([]byte, error) {
	f, shift, err := reopen(b, r.Format, anew)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m := marker{f: f, shift: shift, styles: map[styleKey]int{}}
	if err := m.mark(r.Problems); err != nil {
		return nil, err
	}
	if err := m.list(r.Problems); err != nil {
		return nil, err
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// reopen gives the workbook to mark. shift is added to the rows of problems:
// JSON lines have no header row of their own.
func reopen(b []byte, format string, anew bool) (f *excelize.File, shift int, err error) {
	limits := Limits{}.orDefault()
	limits.FileBytes = int64(len(b)) // it has been read before
	if !anew {
		f, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{UnzipSizeLimit: limits.UnpackedBytes, UnzipXMLSizeLimit: limits.UnpackedBytes})
		return f, 0, err
	}
	grids, _, err := load(b, limits)
	if err != nil {
		return nil, 0, err
	}
	if format == "jsonl" {
		shift = 1
	}
	f = excelize.NewFile()
	for i, g := range grids {
		if i == 0 {
			err = f.SetSheetName(f.GetSheetName(0), g.name)
		} else {
			_, err = f.NewSheet(g.name)
		}
		if err == nil {
			err = writeGrid(f, g, shift)
		}
		if err != nil {
			return nil, 0, err
		}
	}
	for _, g := range grids {
		if g.state != visible {
			if err := f.SetSheetVisible(g.name, false, g.state == veryHidden); err != nil {
				return nil, 0, err
			}
		}
	}
	return f, shift, nil
}

func writeGrid(f *excelize.File, g *grid, shift int) error {
	for _, row := range g.rows {
		for _, c := range row.cells {
			if err := f.SetCellStr(g.name, cellName(int(c.col), row.num+shift), c.text); err != nil {
				return err
			}
		}
		if row.hidden {
			if err := f.SetRowVisible(g.name, row.num+shift, false); err != nil {
				return err
			}
		}
	}
	for _, m := range g.merges {
		if err := f.MergeCell(g.name, cellName(m.c0, m.r0), cellName(m.c1, m.r1)); err != nil {
			return err
		}
	}
	return nil
}

type styleKey struct {
	style int
	level string
}

// marker colours and comments cells.
type marker struct {
	f      *excelize.File
	shift  int
	styles map[styleKey]int
}

// weight puts the worst level first.
func weight(level string) int {
	switch level {
	case Error:
		return 0
	case Warn:
		return 1
	}
	return 2
}

func color(level string) string {
	return [...]string{"FFC7CE", "FFEB9C", "DDEBF7"}[weight(level)]
}

// place gives the cell in the marked file.
func (m *marker) place(p Problem) string {
	col, row, ok := parseRef([]byte(p.Cell))
	if !ok {
		return ""
	}
	return cellName(col, row+m.shift)
}

type markedCell struct{ sheet, cell string }

func (m *marker) mark(problems []Problem) error {
	byCell := map[markedCell][]Problem{}
	var order []markedCell
	for _, p := range problems {
		at := markedCell{p.Sheet, m.place(p)}
		if at.cell == "" {
			continue
		}
		if byCell[at] == nil {
			order = append(order, at)
		}
		byCell[at] = append(byCell[at], p)
	}
	worst := func(c markedCell) string {
		return slices.MinFunc(byCell[c], func(a, b Problem) int { return cmp.Compare(weight(a.Level), weight(b.Level)) }).Level
	}
	slices.SortStableFunc(order, func(a, b markedCell) int { return cmp.Compare(weight(worst(a)), weight(worst(b))) })
	old := map[markedCell]string{}
	for _, sheet := range m.f.GetSheetList() {
		comments, err := m.f.GetComments(sheet)
		if err != nil {
			return err
		}
		for _, c := range comments {
			text := c.Text
			for _, run := range c.Paragraph {
				text += run.Text
			}
			old[markedCell{sheet, c.Cell}] = text
		}
	}
	for i, c := range order {
		if err := m.paint(c.sheet, c.cell, worst(c)); err != nil {
			return err
		}
		if i >= maxComments {
			continue
		}
		text, was := old[c]
		if was {
			if err := m.f.DeleteComment(c.sheet, c.cell); err != nil {
				return err
			}
		}
		if err := m.comment(c, byCell[c], text); err != nil {
			return err
		}
	}
	return nil
}

// paint changes only the fill of the cell's style.
func (m *marker) paint(sheet, cell, level string) error {
	id, err := m.f.GetCellStyle(sheet, cell)
	if err != nil {
		return err
	}
	key := styleKey{id, level}
	painted, ok := m.styles[key]
	if !ok {
		style, err := m.f.GetStyle(id)
		if err != nil {
			return err
		}
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color(level)}}
		if painted, err = m.f.NewStyle(style); err != nil {
			return err
		}
		m.styles[key] = painted
	}
	return m.f.SetCellStyle(sheet, cell, cell, painted)
}

func (m *marker) comment(c markedCell, problems []Problem, old string) error {
	var lines []string
	if old != "" && !strings.Contains(old, problems[0].Message) { // not ours of the time before
		lines = append(lines, old)
	}
	for _, p := range problems {
		lines = append(lines, p.Message)
	}
	return m.f.AddComment(c.sheet, excelize.Comment{Cell: c.cell, Author: author, Width: 320, Height: 120,
		Paragraph: []excelize.RichTextRun{{Text: strings.Join(lines, "\n")}}})
}

// list writes the sheet of problems anew.
func (m *marker) list(problems []Problem) error {
	if i, err := m.f.GetSheetIndex(problemSheet); err == nil && i >= 0 {
		if err := m.f.DeleteSheet(problemSheet); err != nil {
			return err
		}
	}
	if _, err := m.f.NewSheet(problemSheet); err != nil {
		return err
	}
	rows := [][]string{{"工作表", "单元格", "程度", "问题和改法"}}
	for _, p := range problems {
		rows = append(rows, []string{p.Sheet, m.place(p), [...]string{"错误", "请核对", "提示"}[weight(p.Level)], p.Message})
	}
	for i, row := range rows {
		for k, v := range row {
			if err := m.f.SetCellStr(problemSheet, cellName(k+1, i+1), v); err != nil {
				return err
			}
		}
	}
	for _, w := range []struct {
		col   string
		width float64
	}{{"A", 24}, {"B", 10}, {"C", 10}, {"D", 100}} {
		if err := m.f.SetColWidth(problemSheet, w.col, w.col, w.width); err != nil {
			return err
		}
	}
	return nil
}
