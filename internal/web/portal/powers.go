package portal

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"qingdan/internal/errs"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/web/ui"
)

// maxHits bounds how many hits of a search can be narrowed further; a search
// that finds more asks for another word.
const maxHits = 2000

// Row is one power in a list.
type Row struct {
	Code, Href, Name, Category, Level, Initiative string
	Department, DepartmentHref                    string
}

// RowTable is a table of powers.
type RowTable struct {
	Rows  []Row
	Dense bool
}

// View is the table of the page.
func (page PowersPage) View() RowTable { return RowTable{page.Rows, page.Filter.Dense} }

// PowersPage is the list with its filters.
type PowersPage struct {
	ui.Frame
	Published   bool // an edition is in force
	NotYet      NotYet
	Edition     int
	Effective   string
	Filter      filter
	Total       int
	Capped      bool // the search found more than can be narrowed
	Categories  []ui.Link
	Departments []ui.Choice
	Levels      []ui.Choice
	Initiatives []ui.Choice
	Sizes       []ui.Choice
	Active      []ui.Link // chosen filters; the link removes one
	Rows        []Row
	Pager       ui.Pager
	ExportHref  string
	DenseHref   string
}

func (p *Portal) powers(w http.ResponseWriter, r *http.Request) error {
	frame, c, err := p.begin(r, "权力清单", "/powers")
	if err != nil {
		return err
	}
	f, err := c.filter(r)
	if err != nil {
		return err
	}
	s, err := p.selection(r.Context(), c, f)
	if err != nil {
		return err
	}
	page := PowersPage{
		Frame: frame.Trail(), Published: !c.Edition.ID.IsZero(), Edition: c.Edition.No, Effective: c.Edition.Effective,
		Filter: f, Total: s.cube.total(f), Capped: s.capped, ExportHref: f.at("/powers.xlsx"),
	}
	page.Words, page.Script = f.Words, p.cfg.Script
	if !page.Published {
		if page.NotYet, err = p.notYet(r.Context(), c, frame.Site); err != nil {
			return err
		}
	}
	page.facets(s.cube, f)
	entries, pager, err := p.page(r, s, f)
	if err != nil {
		return err
	}
	page.Rows, page.Pager = c.rows(entries), pager
	return p.pages.Render(w, r, "powers", page)
}

// filter reads the filter of a request and checks its department.
func (c *cube) filter(r *http.Request) (filter, error) {
	f, err := parseFilter(r.URL.Query())
	if err != nil {
		return f, err
	}
	if f.Department != "" {
		d, ok := c.find(f.Department)
		if !ok {
			return f, errs.NotFoundf("没有这个部门").Fix("请在部门列表中选择")
		}
		f.department = d.ID
	}
	return f, nil
}

func (c *cube) rows(entries []entry) []Row {
	out := make([]Row, 0, len(entries))
	for _, e := range entries {
		out = append(out, Row{
			Code: e.Code, Href: itemHref(e.Code), Name: e.Name, Category: e.Category, Level: e.Level, Initiative: e.Initiative,
			Department: c.name(e.Department), DepartmentHref: c.href(e.Department),
		})
	}
	return out
}

// selection is what the words of a filter leave of the edition: all of it, read
// page by page, or the hits of a search, held in memory.
type selection struct {
	cube    *cube // counts of what the words leave
	words   bool
	entries []entry
	capped  bool
}

func (p *Portal) selection(ctx context.Context, c *cube, f filter) (selection, error) {
	if f.Words == "" || c.Edition.ID.IsZero() {
		return selection{cube: c}, nil
	}
	ids, capped, err := p.hits(ctx, search.Query{Words: f.Words, Kind: "power", PublicOnly: true, Limit: hitPage})
	if err != nil {
		return selection{}, err
	}
	s := selection{words: true, capped: capped}
	if s.entries, err = readEntriesOf(ctx, p.cfg.DB, c.Edition.ID, ids); err != nil {
		return s, err
	}
	narrow := *c
	narrow.cells = nil
	for _, e := range s.entries {
		narrow.cells = append(narrow.cells, cell{e.Category, e.Department, e.Level, e.Initiative, 1})
	}
	s.cube = &narrow
	return s, nil
}

// hitPage is how many hits are asked for at a time.
const hitPage = 1000

// hits gathers up to maxHits hits of a search.
func (p *Portal) hits(ctx context.Context, q search.Query) (ids []sqldb.ID, capped bool, err error) {
	for len(ids) < maxHits {
		hits, err := search.Find(ctx, p.cfg.DB, q)
		if err != nil {
			return nil, false, errs.Wrap("search powers", err)
		}
		ids = append(ids, idsOf(hits)...)
		if len(hits) == 0 || hits[len(hits)-1].Cursor == "" {
			return ids, false, nil
		}
		q.After = hits[len(hits)-1].Cursor
	}
	return ids, true, nil
}

func idsOf(hits []search.Hit) []sqldb.ID {
	ids := make([]sqldb.ID, 0, len(hits))
	for _, h := range hits {
		ids = append(ids, h.ID)
	}
	return ids
}

// page reads the page that the request's cursor names.
func (p *Portal) page(r *http.Request, s selection, f filter) ([]entry, ui.Pager, error) {
	t, err := ui.ParseTurn(r.URL.Query())
	if err != nil {
		return nil, ui.Pager{}, err
	}
	entries, err := p.read(r.Context(), s, f, t, f.Size+1)
	if err != nil {
		return nil, ui.Pager{}, err
	}
	entries, pager := ui.Page(t, entries, f.Size, func(way string, e entry) string { return f.page(way, f.place(e)) })
	return entries, pager, nil
}

// place is the cursor of an entry in the order of the filter.
func (f filter) place(e entry) ui.Cursor {
	if f.Sort == sortCode {
		return ui.Cursor{Key: e.Code, ID: e.Power, Set: true}
	}
	return ui.Cursor{Key: e.OrderKey, ID: e.Power, Set: true}
}

// read gives up to limit entries of a selection from a place on.
func (p *Portal) read(ctx context.Context, s selection, f filter, t ui.Turn, limit int) ([]entry, error) {
	if s.cube.Edition.ID.IsZero() {
		return nil, nil
	}
	if !s.words {
		return readEntries(ctx, p.cfg.DB, s.cube.Edition.ID, f, t, limit)
	}
	var out []entry
	for _, e := range s.entries {
		if f.has(cell{e.Category, e.Department, e.Level, e.Initiative, 1}, "") {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b entry) int { return f.place(a).Compare(f.place(b)) })
	return ui.Cut(t, out, limit, f.place), nil
}

// facets fills the choices with their counts.
func (page *PowersPage) facets(c *cube, f filter) {
	counts := c.categories(f)
	all := f
	all.Category = ""
	page.Categories = []ui.Link{{Label: "全部", Href: all.at("/powers"), Count: c.total(all), HasNum: true, Current: f.Category == ""}}
	for _, name := range categoryNames() {
		if counts[name] > 0 || f.Category == name {
			g := f
			g.Category = name
			page.Categories = append(page.Categories, ui.Link{Label: name, Href: g.at("/powers"), Count: counts[name], HasNum: true, Current: f.Category == name})
		}
	}
	byDepartment := c.counts(f, "department", func(x cell) string { return x.Department.String() })
	for _, d := range c.departments {
		if n := byDepartment[d.ID.String()]; n > 0 || d.ID == f.department {
			page.Departments = append(page.Departments, ui.Choice{Value: departmentKey(d), Label: d.Name, Count: n, Selected: d.ID == f.department})
		}
	}
	page.Levels = choices(c.counts(f, "level", func(x cell) string { return x.Level }), f.Level)
	page.Initiatives = choices(c.counts(f, "initiative", func(x cell) string { return x.Initiative }), f.Initiative)
	for _, n := range sizes() {
		page.Sizes = append(page.Sizes, ui.Choice{Value: strconv.Itoa(n), Label: strconv.Itoa(n) + " 项", Selected: f.Size == n})
	}
	page.active(c, f)
	f.Dense = !f.Dense
	page.DenseHref = f.at("/powers")
}

// choices lists the values of a facet, the most frequent first.
func choices(counts map[string]int, chosen string) []ui.Choice {
	if _, ok := counts[chosen]; chosen != "" && !ok {
		counts[chosen] = 0
	}
	var out []ui.Choice
	for v, n := range counts {
		if v != "" {
			out = append(out, ui.Choice{Value: v, Label: v, Count: n, Selected: v == chosen})
		}
	}
	slices.SortFunc(out, func(a, b ui.Choice) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		if a.Value < b.Value {
			return -1
		}
		return 1
	})
	return out
}

// active lists what is chosen, each with the address without it.
func (page *PowersPage) active(c *cube, f filter) {
	drop := func(label string, without filter) {
		page.Active = append(page.Active, ui.Link{Label: label, Href: without.at("/powers")})
	}
	if g := f; f.Words != "" {
		g.Words = ""
		drop("搜索“"+f.Words+"”", g)
	}
	if g := f; f.Category != "" {
		g.Category = ""
		drop(f.Category, g)
	}
	if g := f; f.Department != "" {
		g.Department = ""
		drop(c.name(f.department), g)
	}
	if g := f; f.Level != "" {
		g.Level = ""
		drop(f.Level, g)
	}
	if g := f; f.Initiative != "" {
		g.Initiative = ""
		drop(f.Initiative, g)
	}
}
