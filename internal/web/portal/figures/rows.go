package figures

import (
	"net/http"
	"net/url"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/web/ui"
)

// rowsQuery is what a figure's rows are chosen by.
type rowsQuery struct {
	Origin, Fate, Category, Department, After string
	department                                sqldb.ID
}

// Line is one power behind a figure. Href is empty when the list does not hold
// it.
type Line struct {
	figureRow
	Href           string
	DepartmentName string
	OriginName     string
	Counted        *Matter // how it is counted; nil for one that came in since the counting
}

// Why is the ground of the fate, empty where it only repeats the fate.
func (l Line) Why() string {
	if l.Ground == l.Fate || l.Ground == "保留" {
		return ""
	}
	return l.Ground
}

// RowsPage lists the powers behind a figure.
type RowsPage struct {
	ui.Frame
	Heading    string
	Total      int
	Rows       []Line
	Pager      ui.Pager
	ExportHref string
}

func (f *Figures) rows(w http.ResponseWriter, r *http.Request) error {
	frame, l, err := f.cfg.Begin(r, "数字明细", Path)
	if err != nil {
		return err
	}
	v := r.URL.Query()
	q, err := parseRows(v, l)
	if err != nil {
		return err
	}
	tallies, err := f.Tallies(r.Context())
	if err != nil {
		return err
	}
	rows, err := readFigureRows(r.Context(), f.cfg.DB, l.Edition.ID, q, pageSize+1)
	if err != nil {
		return err
	}
	page := RowsPage{Frame: frame.Trail(ui.Link{Label: "家底数字", Href: Path}), Heading: q.heading(l), Total: q.count(tallies)}
	v.Del("after")
	page.ExportHref = ui.Address(rowsPath+".xlsx", v)
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		v.Set("after", rows[pageSize-1].Code)
		page.Pager.Next = ui.Address(rowsPath, v)
	}
	h, err := f.honestly(r.Context())
	if err != nil {
		return err
	}
	for _, x := range rows {
		line := x.line(l)
		if s, ok := h.standing(x.Code); ok {
			m := h.matter(s, l, nil)
			line.Counted = &m
		}
		page.Rows = append(page.Rows, line)
	}
	return f.pages.Render(w, r, "rows", page)
}

func (f figureRow) line(l List) Line {
	line := Line{figureRow: f, DepartmentName: l.name(f.Department), OriginName: originName(f.Origin)}
	if f.Listed {
		line.Href = itemHref(f.Code)
	}
	return line
}

// parseRows reads the query of a request and checks its department.
func parseRows(v url.Values, l List) (rowsQuery, error) {
	q := rowsQuery{Origin: v.Get("origin"), Fate: v.Get("fate"), Category: v.Get("category"), Department: v.Get("department"), After: v.Get("after")}
	for _, s := range []string{q.Origin, q.Fate, q.Category, q.Department, q.After} {
		if !ui.Clean(s) {
			return q, errs.Invalidf("筛选条件无效").Fix("请从家底数字页重新进入")
		}
	}
	if q.Department != "" {
		d, err := l.find(q.Department)
		if err != nil {
			return q, err
		}
		q.department = d.ID
	}
	return q, nil
}

// count counts the rows of the query.
func (q rowsQuery) count(tallies Tallies) int {
	n := 0
	for _, t := range tallies {
		category, department := t.From, t.First
		if q.Fate == fateKept {
			category, department = t.To, t.Now
		}
		if (q.Origin == "" || q.Origin == t.Origin) && (q.Fate == "" || q.Fate == t.Fate || q.Fate == fateKept && t.Kept) &&
			(q.Category == "" || q.Category == category) && (q.department.IsZero() || q.department == department) {
			n += t.N
		}
	}
	return n
}

// rowsExport sends the rows of the query as a workbook.
func (f *Figures) rowsExport(w http.ResponseWriter, r *http.Request) error {
	frame, l, err := f.cfg.Begin(r, "数字明细", Path)
	if err != nil {
		return err
	}
	q, err := parseRows(r.URL.Query(), l)
	if err != nil {
		return err
	}
	fate := "去向"
	if frame.Site.Notice != "" {
		fate = "去向（推演）"
	}
	out := ui.Sheet{Name: "数字明细", Site: frame.Site, What: frame.Site.Name + " 家底数字明细：" + q.heading(l), Columns: []ui.Column{
		{Head: "事项编码", Width: 24}, {Head: "事项名称", Width: 48}, {Head: "权力类别", Width: 12}, {Head: "部门", Width: 28}, {Head: "来源", Width: 12}, {Head: fate, Width: 16}, {Head: "去处", Width: 24}, {Head: "理由", Width: 32}, {Head: "实际计数", Width: 12}, {Head: "为什么这样计", Width: 60}}}
	h, err := f.honestly(r.Context())
	if err != nil {
		return err
	}
	return out.Send(w, r, func(add ui.Adder) error {
		for q.After = ""; ; {
			rows, err := readFigureRows(r.Context(), f.cfg.DB, l.Edition.ID, q, exportBatch)
			if err != nil {
				return err
			}
			for _, x := range rows {
				n, real, why := x.line(l), "", ""
				if s, ok := h.standing(x.Code); ok {
					real, why = realLight(s).Word, s.Why
				}
				if err := add(n.Code, n.Name, n.Category, n.DepartmentName, n.OriginName, n.Fate, n.Target, n.Why(), real, why); err != nil {
					return err
				}
			}
			if len(rows) < exportBatch {
				return nil
			}
			q.After = rows[len(rows)-1].Code
		}
	})
}

func originName(o string) string {
	switch power.Origin(o) {
	case power.Supplement:
		return "遗漏补充"
	case power.Split:
		return "拆分新增"
	default:
		return "部门上报"
	}
}

// heading says in words what the rows are.
func (q rowsQuery) heading(l List) string {
	s := ""
	for _, part := range []string{l.name(q.department), q.Category} {
		if part != "" {
			s += part + " · "
		}
	}
	switch {
	case q.Fate == fateKept:
		return s + "保留的事项"
	case q.Fate != "":
		return s + q.Fate + "的事项"
	case q.Origin != "":
		return s + originName(q.Origin) + "的事项"
	default:
		return s + "全部事项"
	}
}
