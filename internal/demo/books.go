package demo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/xuri/excelize/v2"

	"qingdan/internal/errs"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory/workbook"
)

// file is one written file and what it is for.
type file struct {
	Path string `json:"path"` // relative to the folder, with forward slashes
	Role string `json:"role"` // as the import commands name it
	Unit string `json:"unit,omitempty"`
}

// workbooks writes one workbook per unit and one for the powers that the audit
// found missing.
func (c *city) workbooks(ctx context.Context, dir string, progress func(string)) ([]file, error) {
	byUnit := make([][]*row, len(c.units)+1)
	var added []*row
	for _, r := range c.rows {
		switch r.origin {
		case power.Reported:
			byUnit[r.unit] = append(byUnit[r.unit], r)
		case power.Supplement:
			added = append(added, r)
		}
	}
	var out []file
	for _, u := range c.units {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f := file{Path: fmt.Sprintf("workbooks/%02d-%s.xlsx", u.no, u.name), Role: "powers", Unit: u.name}
		if err := c.book(filepath.Join(dir, f.Path), u.name+"行政权力事项自查清理表", u.name, byUnit[u.no]); err != nil {
			return nil, err
		}
		out = append(out, f)
		if u.no%10 == 0 {
			progress(fmt.Sprintf("已写出%d个部门的工作簿", u.no))
		}
	}
	f := file{Path: "supplement/补充-遗漏事项.xlsx", Role: "supplement"}
	if err := c.book(filepath.Join(dir, f.Path), "聊城市行政权力遗漏事项补充表", "聊城市推进简政放权工作领导小组办公室", added); err != nil {
		return nil, err
	}
	return append(out, f), nil
}

// book writes the template as an office hands it in: a title, the
// reporting unit, the header, the powers, a line for signatures.
func (c *city) book(path, title, unit string, rows []*row) error {
	lines := [][]string{{title}, {"填报单位：" + unit + "（签章）"}, workbook.Headers()}
	for i, r := range rows {
		lines = append(lines, c.cells(r, i+1))
	}
	return writeSheet(path, "权力事项", append(lines, []string{"填表人（签章）：          审核人（签章）：          单位负责人（签章）："}))
}

// writeSheet writes rows of text as a workbook with one sheet. The bytes
// depend on the rows only.
func writeSheet(path, sheet string, rows [][]string) error {
	x := excelize.NewFile()
	defer x.Close()
	if err := x.SetSheetName("Sheet1", sheet); err != nil {
		return errs.Wrap("write "+path, err)
	}
	w, err := x.NewStreamWriter(sheet)
	if err != nil {
		return errs.Wrap("write "+path, err)
	}
	for i, r := range rows {
		cells := make([]any, len(r))
		for j, s := range r {
			cells[j] = s
		}
		if err := w.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			return errs.Wrap("write "+path, err)
		}
	}
	if err := w.Flush(); err != nil {
		return errs.Wrap("write "+path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return errs.Wrap("write "+path, err)
	}
	return errs.Wrap("write "+path, x.SaveAs(path))
}
