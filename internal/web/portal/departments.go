package portal

import (
	"context"
	"net/http"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/web/portal/figures"
	"qingdan/internal/web/ui"
)

// DepartmentRow is one department with its counts; Counts runs parallel to the
// page's Categories.
type DepartmentRow struct {
	Name, Href, ListHref string
	Counts               []figures.Cell
	Total                int
	Reported             figures.Cell // before the first edition
}

// DepartmentsPage lists the departments with their counts by category.
type DepartmentsPage struct {
	ui.Frame
	Categories []string
	Rows       []DepartmentRow
	Sums       []figures.Cell
	Total      int
	Published  bool
	NotYet     NotYet
}

func (p *Portal) departments(w http.ResponseWriter, r *http.Request) error {
	frame, c, err := p.begin(r, "部门", "/departments")
	if err != nil {
		return err
	}
	page := DepartmentsPage{Frame: frame.Trail(), Categories: categoryNames(), Published: !c.Edition.ID.IsZero(), Total: c.total(filter{})}
	page.Sums = cells(c, filter{})
	tallies, err := p.figures.Tallies(r.Context())
	if err != nil {
		return err
	}
	if !page.Published {
		if page.NotYet, err = p.notYet(r.Context(), c, frame.Site); err != nil {
			return err
		}
	}
	for _, d := range c.departments {
		f := filter{Department: departmentKey(d), department: d.ID}
		row := DepartmentRow{Name: d.Name, Href: c.href(d.ID), ListHref: f.at("/powers"), Counts: cells(c, f), Total: c.total(f)}
		if !page.Published {
			row.Reported = tallies.Of(c.figured(d)).Reported
		}
		page.Rows = append(page.Rows, row)
	}
	return p.pages.Render(w, r, "departments", page)
}

// cells counts the categories under a filter, each with the list behind it.
func cells(c *cube, f filter) []figures.Cell {
	counts := c.categories(f)
	var out []figures.Cell
	for _, name := range categoryNames() {
		f.Category = name
		out = append(out, figures.Cell{N: counts[name], Href: f.at("/powers")})
	}
	return out
}

// CategoryBar is the count of one category, drawn against the largest.
type CategoryBar struct {
	Label string
	figures.Cell
	Bar ui.Bar
}

func categoryBars(c *cube, f filter) []CategoryBar {
	all := cells(c, f)
	most := 0
	for _, x := range all {
		most = max(most, x.N)
	}
	var out []CategoryBar
	for i, name := range categoryNames() {
		if all[i].N > 0 {
			out = append(out, CategoryBar{name, all[i], ui.NewBar(all[i].N, most, "keep")})
		}
	}
	return out
}

// DepartmentPage is one department: its powers by category, its way through
// the reform, and its duties.
type DepartmentPage struct {
	ui.Frame
	Department org.Department
	Total      int
	ListHref   string
	ExportHref string
	Categories []CategoryBar
	Balance    figures.Balance
	Published  bool
	Lacking    figures.Cell
	Mandates   []mandate
	Source     string // of all mandates, when it is the same
	Boundaries []BoundaryRow
}

// BoundaryRow is a boundary with another department (职责边界) that both have
// confirmed, as seen from one of them.
type BoundaryRow struct {
	Matter, Does, Other, OtherHref, OtherDoes, Basis, Rule string
}

// boundaries reads the boundaries of a department that hold on a day.
func (p *Portal) boundaries(ctx context.Context, c *cube, d org.Department, day string) ([]BoundaryRow, error) {
	all, err := org.Boundaries(ctx, p.cfg.DB, []sqldb.ID{d.ID})
	if err != nil {
		return nil, err
	}
	var out []BoundaryRow
	for _, b := range all {
		if !b.Holds(day) {
			continue
		}
		other, row := b.Right, BoundaryRow{Matter: b.Matter, Does: b.LeftDoes, OtherDoes: b.RightDoes, Basis: b.Basis, Rule: b.Rule.Label()}
		if other == d.ID {
			other, row.Does, row.OtherDoes = b.Left, b.RightDoes, b.LeftDoes
		}
		x, err := org.DepartmentByID(ctx, p.cfg.DB, other)
		if err != nil {
			return nil, err
		}
		row.Other, row.OtherHref = x.Name, c.href(other)
		out = append(out, row)
	}
	return out, nil
}

func (p *Portal) department(w http.ResponseWriter, r *http.Request) error {
	frame, c, err := p.begin(r, "", "/departments")
	if err != nil {
		return err
	}
	d, ok := c.find(r.PathValue("key"))
	if !ok {
		return errs.NotFoundf("没有这个部门").Fix("请在部门列表中选择")
	}
	f := filter{Department: departmentKey(d), department: d.ID}
	page := DepartmentPage{Frame: frame.Trail(ui.Link{Label: "部门", Href: "/departments"}), Department: d, Total: c.total(f),
		ListHref: f.at("/powers"), ExportHref: f.at("/powers.xlsx"), Categories: categoryBars(c, f), Published: !c.Edition.ID.IsZero()}
	page.Title = d.Name
	tallies, err := p.figures.Tallies(r.Context())
	if err != nil {
		return err
	}
	page.Balance = tallies.Of(c.figured(d))
	g, err := p.figures.Gaps(r.Context())
	if err != nil {
		return err
	}
	page.Lacking = g.Of(c.figured(d))
	if page.Mandates, err = readMandates(r.Context(), p.cfg.DB, d.ID); err != nil {
		return errs.Wrap("mandates", err)
	}
	page.Source = oneSource(page.Mandates)
	if page.Boundaries, err = p.boundaries(r.Context(), c, d, p.today()); err != nil {
		return err
	}
	return p.pages.Render(w, r, "department", page)
}

// oneSource takes the source off the mandates and gives it, when all of them
// rest on the same.
func oneSource(all []mandate) string {
	if len(all) == 0 {
		return ""
	}
	source := all[0].Basis
	for _, m := range all {
		if m.Basis != source {
			return ""
		}
	}
	for i := range all {
		all[i].Basis = ""
	}
	return source
}
