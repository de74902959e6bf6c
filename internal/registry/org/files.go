package org

import (
	"strings"

	"qingdan/internal/engine/sheet"
	"qingdan/internal/errs"
)

// ReadDivisions reads a table of places: code, name, level, parent, and where
// known valid_from, valid_to. validFrom stands in where the file says none.
func ReadDivisions(b []byte, file, validFrom string) ([]Division, error) {
	t, err := sheet.Read(b, file, "code", "name", "level", "parent")
	if err != nil {
		return nil, errs.Wrap("read divisions", err)
	}
	var out []Division
	for _, r := range t.Rows {
		d := Division{Code: r.Get("code"), Name: r.Get("name"), Level: r.Get("level"), Parent: r.Get("parent")}
		if n := len(d.Code); (n != 6 && n != 9 && n != 12) || strings.Trim(d.Code, "0123456789") != "" {
			return nil, errs.Invalidf("行政区划代码“%s”不对", d.Code).At(file + " " + r.Cell("code")).Fix("县级以上 6 位、乡镇 9 位、村 12 位数字（GB/T 2260）")
		}
		if d.Name == "" {
			return nil, errs.Invalidf("没有填写名称").At(file + " " + r.Cell("name"))
		}
		if d.ValidFrom, err = readDay(r, file, "valid_from"); err != nil {
			return nil, err
		}
		if d.ValidFrom == "" {
			d.ValidFrom = validFrom
		}
		if d.ValidTo, err = readDay(r, file, "valid_to"); err != nil {
			return nil, err
		}
		if d.ValidTo != "" && d.ValidTo <= d.ValidFrom {
			return nil, errs.Invalidf("停用日期 %s 不在启用日期 %s 之后", d.ValidTo, d.ValidFrom).At(file + " " + r.Cell("valid_to"))
		}
		out = append(out, d)
	}
	return out, nil
}

// ReadDepartments reads a table of departments: 名称, 简称, 统一社会信用代码,
// 行政区划, 机构性质, 启用日期. Every row is checked (GB 32100); a name that
// stands twice for one place is Invalid.
func ReadDepartments(b []byte, file string) ([]Department, error) {
	t, err := sheet.Read(b, file, "名称", "行政区划")
	if err != nil {
		return nil, errs.Wrap("read departments", err)
	}
	var out []Department
	seen := map[string]string{} // place and name -> cell
	for _, r := range t.Rows {
		d := Department{Name: r.Get("名称"), Short: r.Get("简称"), CreditCode: r.Get("统一社会信用代码"), Division: r.Get("行政区划"), Nature: r.Get("机构性质")}
		if column, err := d.check(); err != nil {
			return nil, errs.In(file+" "+r.Cell(column), err)
		}
		key := d.Division + " " + d.Name
		if first := seen[key]; first != "" {
			return nil, errs.Invalidf("部门“%s”与 %s 重复", d.Name, first).At(file + " " + r.Cell("名称")).Fix("请删去一行")
		}
		seen[key] = r.Cell("名称")
		if d.ValidFrom, err = readDay(r, file, "启用日期"); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// readDay reads a day in any common writing; what is no day is Invalid at its
// cell. An empty cell is "".
func readDay(r sheet.Row, file, column string) (string, error) {
	day, ok := r.Day(column)
	if !ok {
		return "", errs.Invalidf("日期“%s”不对", r.Get(column)).At(file + " " + r.Cell(column)).Fix("请写成 2014-12-30 这样")
	}
	return day, nil
}

// MandateRow is a mandate with its department still by name.
type MandateRow struct {
	Place, Department string
	Mandate           Mandate
}

// ReadMandates reads a table of 三定 rows: 部门, 职责, and where known 依据. The
// rows of a department are numbered in the order of the file.
func ReadMandates(b []byte, file string) ([]MandateRow, error) {
	t, err := sheet.Read(b, file, "部门", "职责")
	if err != nil {
		return nil, errs.Wrap("read mandates", err)
	}
	var out []MandateRow
	for _, r := range t.Rows {
		m := MandateRow{Place: file + " " + r.Cell("部门"), Department: r.Get("部门"), Mandate: Mandate{Text: r.Get("职责"), Basis: r.Get("依据")}}
		if m.Department == "" || m.Mandate.Text == "" {
			return nil, errs.Invalidf("部门和职责都要填写").At(m.Place)
		}
		out = append(out, m)
	}
	return out, nil
}
