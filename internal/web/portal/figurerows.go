package portal

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

// FigureLine is one power behind a figure. Href is empty when the list does
// not hold it.
type FigureLine struct {
	figureRow
	Href           string
	DepartmentName string
	OriginName     string
}

// Why is the ground of the fate, empty where it only repeats the fate.
func (l FigureLine) Why() string {
	if l.Ground == l.Fate || l.Ground == "保留" {
		return ""
	}
	return l.Ground
}

// FigureRowsPage lists the powers behind a figure.
type FigureRowsPage struct {
	ui.Frame
	Heading    string
	Total      int
	Rows       []FigureLine
	Pager      ui.Pager
	ExportHref string
}

func (p *Portal) figureRows(w http.ResponseWriter, r *http.Request) error {
	frame, c, err := p.begin(r, "数字明细", "/figures")
	if err != nil {
		return err
	}
	v := r.URL.Query()
	q, err := c.rowsQuery(v)
	if err != nil {
		return err
	}
	tallies, err := p.tallies(r.Context())
	if err != nil {
		return err
	}
	rows, err := readFigureRows(r.Context(), p.cfg.DB, c.Edition.ID, q, defaultSize+1)
	if err != nil {
		return err
	}
	page := FigureRowsPage{Frame: frame.Trail(ui.Link{Label: "家底数字", Href: "/figures"}), Heading: q.heading(c), Total: q.count(tallies)}
	v.Del("after")
	page.ExportHref = ui.Address("/figures/rows.xlsx", v)
	if len(rows) > defaultSize {
		rows = rows[:defaultSize]
		v.Set("after", rows[defaultSize-1].Code)
		page.Pager.Next = ui.Address("/figures/rows", v)
	}
	for _, x := range rows {
		page.Rows = append(page.Rows, x.line(c))
	}
	return p.pages.Render(w, r, "rows", page)
}

func (f figureRow) line(c *cube) FigureLine {
	line := FigureLine{figureRow: f, DepartmentName: c.name(f.Department), OriginName: originName(f.Origin)}
	if f.Listed {
		line.Href = itemHref(f.Code)
	}
	return line
}

// rowsQuery reads the query of a request and checks its department.
func (c *cube) rowsQuery(v url.Values) (rowsQuery, error) {
	q := rowsQuery{Origin: v.Get("origin"), Fate: v.Get("fate"), Category: v.Get("category"), Department: v.Get("department"), After: v.Get("after")}
	for _, s := range []string{q.Origin, q.Fate, q.Category, q.Department, q.After} {
		if !ui.Clean(s) {
			return q, errs.Invalidf("筛选条件无效").Fix("请从家底数字页重新进入")
		}
	}
	if q.Department != "" {
		d, ok := c.find(q.Department)
		if !ok {
			return q, errs.NotFoundf("没有这个部门").Fix("请在部门列表中选择")
		}
		q.department = d.ID
	}
	return q, nil
}

// count counts the rows of the query.
func (q rowsQuery) count(tallies []tally) int {
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

// figureRowsExport sends the rows of the query as a workbook.
func (p *Portal) figureRowsExport(w http.ResponseWriter, r *http.Request) error {
	frame, c, err := p.begin(r, "数字明细", "/figures")
	if err != nil {
		return err
	}
	q, err := c.rowsQuery(r.URL.Query())
	if err != nil {
		return err
	}
	fate := "去向"
	if frame.Site.Notice != "" {
		fate = "去向（推演）"
	}
	out := ui.Sheet{Name: "数字明细", Site: frame.Site, What: frame.Site.Name + " 家底数字明细：" + q.heading(c), Columns: []ui.Column{
		{Head: "事项编码", Width: 24}, {Head: "事项名称", Width: 48}, {Head: "权力类别", Width: 12}, {Head: "部门", Width: 28}, {Head: "来源", Width: 12}, {Head: fate, Width: 16}, {Head: "去处", Width: 24}, {Head: "理由", Width: 32}}}
	return out.Send(w, r, func(add ui.Adder) error {
		for q.After = ""; ; {
			rows, err := readFigureRows(r.Context(), p.cfg.DB, c.Edition.ID, q, exportBatch)
			if err != nil {
				return err
			}
			for _, x := range rows {
				l := x.line(c)
				if err := add(l.Code, l.Name, l.Category, l.DepartmentName, l.OriginName, l.Fate, l.Target, l.Why()); err != nil {
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
func (q rowsQuery) heading(c *cube) string {
	s := ""
	for _, part := range []string{c.name(q.department), q.Category} {
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
