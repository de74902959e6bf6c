package calendar

import (
	"strings"

	"qingdan/internal/engine/sheet"
	"qingdan/internal/engine/workday"
	"qingdan/internal/errs"
)

// How a day is kept in files and in the table.
const (
	off  = "off"  // 放假
	work = "work" // 调休上班
)

func kindOf(d workday.Special) string {
	if d.Off {
		return off
	}
	return work
}

// ReadDays reads a table of the days that notices name: date, name (of the
// holiday), kind (off or work). It gives whole years at best; see Import. A
// cell that is wrong and a date that stands twice are Invalid there.
func ReadDays(b []byte, file string) ([]workday.Special, error) {
	t, err := sheet.Read(b, file, "date", "name", "kind")
	if err != nil {
		return nil, errs.Wrap("read calendar", err)
	}
	var out []workday.Special
	seen := map[string]string{} // day -> cell
	for _, r := range t.Rows {
		wrong := func(column, format string, args ...any) *errs.Error {
			return errs.Invalidf(format, args...).At(file + " " + r.Cell(column))
		}
		// The name stands in one line of the digest.
		d := workday.Special{Name: strings.Join(strings.Fields(r.Get("name")), " "), Off: r.Get("kind") == off}
		var ok bool
		if d.Day, ok = r.Day("date"); !ok || d.Year() == 0 {
			return nil, wrong("date", "日期“%.20s”不对", r.Get("date")).Fix("请写成 2014-12-30 这样")
		}
		if d.Name == "" {
			return nil, wrong("name", "没有填写节日名称")
		}
		if kind := r.Get("kind"); kind != off && kind != work {
			return nil, wrong("kind", "“%.20s”不是放假也不是上班", kind).Fix("放假写 off，调休上班写 work")
		}
		if first := seen[d.Day]; first != "" {
			return nil, wrong("date", "%s 与 %s 重复", d.Day, first).Fix("同一天只可写一次，请删去一行")
		}
		seen[d.Day] = r.Cell("date")
		out = append(out, d)
	}
	return out, nil
}
