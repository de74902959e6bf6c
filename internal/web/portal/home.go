package portal

import (
	"net/http"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/registry/power"
	"qingdan/internal/web/portal/consult"
	"qingdan/internal/web/portal/figures"
	"qingdan/internal/web/ui"
)

// Total is one large number of the home page.
type Total struct {
	Label, Unit string
	figures.Cell
}

// HomePage is the first page. Its doors use the words of the national guide.
type HomePage struct {
	ui.Frame
	Published   bool
	NotYet      NotYet // before the first edition
	Lacking     figures.Cell
	Totals      []Total
	OnApply     figures.Cell
	ExOfficio   figures.Cell
	Categories  []CategoryBar
	Departments []ui.Link // those with the most powers
	Units       int
	Newest      []EditionRow
	Whole       figures.Balance
	Laws        int
	Changing    int // powers being looked at after a change of law
	Asking      []consult.Asked
}

// departmentsShown is how many departments the home page shows.
const departmentsShown = 24

// newestShown is how many editions the home page shows.
const newestShown = 3

func (p *Portal) home(w http.ResponseWriter, r *http.Request) error {
	frame, c, err := p.begin(r, "首页", "/")
	if err != nil {
		return err
	}
	frame.Wide = true
	page := HomePage{Frame: frame, Published: !c.Edition.ID.IsZero(), Categories: categoryBars(c, filter{})}
	apply, office := filter{Initiative: string(power.OnApplication)}, filter{Initiative: string(power.ExOfficio)}
	page.OnApply = figures.Cell{N: c.total(apply), Href: apply.at("/powers")}
	page.ExOfficio = figures.Cell{N: c.total(office), Href: office.at("/powers")}
	for _, d := range c.departments {
		if n := c.total(filter{department: d.ID}); n > 0 {
			page.Departments = append(page.Departments, ui.Link{Label: d.Name, Href: c.href(d.ID), Count: n, HasNum: true})
		}
	}
	page.Units = len(page.Departments)
	slices.SortStableFunc(page.Departments, func(a, b ui.Link) int { return b.Count - a.Count })
	page.Departments = page.Departments[:min(page.Units, departmentsShown)]
	laws, err := p.library.Count(r.Context(), c.list())
	if err != nil {
		return err
	}
	g, err := p.figures.Gaps(r.Context())
	if err != nil {
		return err
	}
	page.Lacking = g.Whole()
	if !page.Published {
		if page.NotYet, err = p.notYet(r.Context(), c, frame.Site); err != nil {
			return err
		}
	}
	page.Laws = laws
	if page.Changing, err = p.library.Changing(r.Context(), frame.Site.Division); err != nil {
		return err
	}
	page.Totals = []Total{
		{"在列权力", "项", figures.Cell{N: c.Edition.Entries, Href: "/powers"}}, {"实施部门", "个", figures.Cell{N: page.Units, Href: "/departments"}},
		{"法规库", "部", figures.Cell{N: laws, Href: "/laws"}},
	}
	if page.Published {
		page.Totals = append(page.Totals, Total{"现行清单", "版", figures.Cell{N: c.Edition.No, Href: editionHref(c.Edition.No)}})
	}
	editions, err := readEditions(r.Context(), p.cfg.DB, frame.Site.Division)
	if err != nil {
		return errs.Wrap("editions", err)
	}
	for _, e := range editions[:min(len(editions), newestShown)] {
		page.Newest = append(page.Newest, p.editionRow(c, e))
	}
	tallies, err := p.figures.Tallies(r.Context())
	if err != nil {
		return err
	}
	page.Whole = tallies.Whole()
	if page.Asking, err = p.consult.Asking(r.Context(), frame.Site.Division); err != nil {
		return err
	}
	return p.pages.Render(w, r, "home", page)
}
