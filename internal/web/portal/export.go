package portal

import (
	"fmt"
	"net/http"

	"qingdan/internal/errs"
	"qingdan/internal/web/ui"
)

// exportBatch is how many rows are read at a time.
const exportBatch = 1000

// export sends exactly what the filter leaves as a workbook.
func (p *Portal) export(w http.ResponseWriter, r *http.Request) error {
	frame, c, err := p.begin(r, "权力清单", "/powers")
	if err != nil {
		return err
	}
	f, err := c.filter(r)
	if err != nil {
		return err
	}
	if c.Edition.ID.IsZero() {
		return errs.NotFoundf("还没有施行中的清单，无从导出")
	}
	s, err := p.selection(r.Context(), c, f)
	if err != nil {
		return err
	}
	out := ui.Sheet{Name: "权力清单", Site: frame.Site, Columns: []ui.Column{{Head: "事项编码", Width: 24}, {Head: "事项名称", Width: 56}, {Head: "权力类别", Width: 12}, {Head: "实施机关", Width: 28}, {Head: "行使层级", Width: 10}, {Head: "启动方式", Width: 10}}}
	out.What = fmt.Sprintf("%s 权力清单第%d版（%s起施行），共%d项", frame.Site.Name, c.Edition.No, ui.Day(c.Edition.Effective), s.cube.total(f))
	if f.narrowed() {
		out.What += "；筛选：" + s.cube.describe(f)
	}
	return out.Send(w, r, func(add ui.Adder) error {
		for t := (ui.Turn{}); ; {
			entries, err := p.read(r.Context(), s, f, t, exportBatch)
			if err != nil {
				return err
			}
			for _, e := range entries {
				if err := add(e.Code, e.Name, e.Category, s.cube.name(e.Department), e.Level, e.Initiative); err != nil {
					return err
				}
			}
			if len(entries) < exportBatch {
				return nil
			}
			t.From = f.place(entries[len(entries)-1])
		}
	})
}

// describe says a filter in words.
func (c *cube) describe(f filter) string {
	return joined("，", f.Words, f.Category, c.name(f.department), f.Level, f.Initiative)
}

// joined puts the words that are not empty in a row.
func joined(between string, words ...string) string {
	s := ""
	for _, w := range words {
		if w != "" && s != "" {
			s += between
		}
		s += w
	}
	return s
}
