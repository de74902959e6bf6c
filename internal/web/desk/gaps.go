package desk

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/web/ui"
)

const gapsTitle = "缺漏对照"

// GapCount is the number of clues of one direction, with its list.
type GapCount struct {
	Label, Meaning, Href string
	N                    int
}

// GapUnit counts the clues of one department by direction.
type GapUnit struct {
	Name, Href string
	Counts     []GapCount
	total      int
}

// GapsPage holds the list against the law.
type GapsPage struct {
	ui.Frame
	List          string // the title of the list in force; "" before the first
	Powers, Texts int    // what was held against what
	Whole         bool   // the reader sees the clues of all departments
	Made          string // 2026年11月24日 13时05分
	Found         int    // clues without any filter
	Counts        []GapCount
	Units         []GapUnit // those with the most
	OtherUnits    []GapUnit
	Kinds         []ui.Link
	Categories    []ui.Link
	Departments   []ui.Choice
	Kind          string
	Category      string
	Active        []ui.Link // chosen filters; the link removes one
	Said          string    // the same in words, for print
	Total         int
	Marked        bool // some words of the rows are marked
	Rows          []ClueRow
	Pager         ui.Pager
	ExportHref    string
}

func (d *Desk) gapsPage(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	frame, err := d.frame(r, who, gapsTitle, gapsPath)
	if err != nil {
		return err
	}
	t, err := ui.ParseTurn(r.URL.Query())
	if err != nil {
		return err
	}
	f, h, n, err := d.clues(r, who)
	if err != nil {
		return err
	}
	chosen := f.choose(h.clues)
	page := GapsPage{Whole: within(who).All, Frame: frame, List: h.state.List, Powers: h.state.Powers, Texts: h.state.Texts, Made: minute(h.at), Found: len(h.clues),
		Kind: string(f.Kind), Category: string(f.Category), Said: f.said(n), Total: len(chosen), Marked: f.Kind == "" || f.Kind == clueUncited, ExportHref: f.at(gapsPath + ".xlsx")}
	page.units(h.clues, n)
	if !page.Whole && len(page.Units) < 2 {
		page.Units = nil // the figures beside say it
	}
	page.facets(f, f.count(h.clues), n)
	page.active(f, n)
	shown := ui.Cut(t, chosen, pageSize+1, func(c clue) ui.Cursor { return c.cursor })
	shown, page.Pager = ui.Page(t, shown, pageSize, func(way string, c clue) string { return f.turn(way, c.cursor.String()) })
	for _, c := range shown {
		page.Rows = append(page.Rows, c.row(f, n))
	}
	return d.show(w, r, http.StatusOK, "gaps", page)
}

// clues reads the filter of a request and what it is chosen from: the clues of
// the departments that somebody sees.
func (d *Desk) clues(r *http.Request, who *people.Who) (clueFilter, held, names, error) {
	f, err := parseClueFilter(r.URL.Query())
	if err != nil {
		return f, held{}, nil, err
	}
	scope := within(who)
	n, err := d.names(r.Context(), scope)
	if err != nil {
		return f, held{}, nil, err
	}
	if n[f.Department] == "" && !f.Department.IsZero() {
		return f, held{}, nil, errs.NotFoundf("没有这个部门").Fix("请从缺漏对照重新选择")
	}
	all, err := d.held(r.Context())
	if err != nil {
		return f, held{}, nil, err
	}
	mine := *all // what everybody shares stays as it is
	if !scope.All {
		mine.clues = nil
		for _, c := range all.clues {
			if scope.Has(c.Department) {
				mine.clues = append(mine.clues, c)
			}
		}
	}
	return f, mine, n, nil
}

// units counts all clues by direction, and by department with the most first.
func (page *GapsPage) units(all []clue, n names) {
	counts := clueFilter{}.count(all)
	page.Counts = gapCounts(clueFilter{}, counts.kinds)
	byUnit := map[sqldb.ID]map[clueKind]int{}
	for _, c := range all {
		if byUnit[c.Department] == nil {
			byUnit[c.Department] = map[clueKind]int{}
		}
		byUnit[c.Department][c.Kind]++
	}
	units := make([]GapUnit, 0, len(byUnit))
	for id, kinds := range byUnit {
		f := clueFilter{Department: id}
		units = append(units, GapUnit{n[id], f.list(), gapCounts(f, kinds), counts.departments[id]})
	}
	slices.SortFunc(units, func(a, b GapUnit) int { return cmp.Or(b.total-a.total, cmp.Compare(a.Name, b.Name)) })
	at := min(firstDesks, len(units))
	page.Units, page.OtherUnits = units[:at], units[at:]
}

// gapCounts gives the counts of all directions, each with the list that f and
// the direction leave.
func gapCounts(f clueFilter, kinds map[clueKind]int) []GapCount {
	var out []GapCount
	for _, f.Kind = range clueKinds() {
		out = append(out, GapCount{string(f.Kind), f.Kind.meaning(), f.list(), kinds[f.Kind]})
	}
	return out
}

// facets fills the choices of the filter with their counts.
func (page *GapsPage) facets(f clueFilter, counts clueCounts, n names) {
	g, sum := f, 0
	for _, g.Kind = range clueKinds() {
		sum += counts.kinds[g.Kind]
		page.Kinds = append(page.Kinds, ui.Link{Label: string(g.Kind), Href: g.list(), Count: counts.kinds[g.Kind], Current: g.Kind == f.Kind})
	}
	g.Kind = ""
	page.Kinds = slices.Insert(page.Kinds, 0, ui.Link{Label: "全部线索", Href: g.list(), Count: sum, Current: f.Kind == ""})
	g, sum = f, 0
	for _, g.Category = range power.Categories() {
		sum += counts.categories[g.Category]
		if counts.categories[g.Category] > 0 || g.Category == f.Category {
			page.Categories = append(page.Categories, ui.Link{Label: string(g.Category), Href: g.list(), Count: counts.categories[g.Category], Current: g.Category == f.Category})
		}
	}
	g.Category = ""
	page.Categories = slices.Insert(page.Categories, 0, ui.Link{Label: "全部类别", Href: g.list(), Count: sum, Current: f.Category == ""})
	for id, name := range n {
		if counts.departments[id] > 0 || id == f.Department {
			page.Departments = append(page.Departments, ui.Choice{Value: id.String(), Label: name, Count: counts.departments[id], Selected: id == f.Department})
		}
	}
	slices.SortFunc(page.Departments, func(a, b ui.Choice) int { return cmp.Or(b.Count-a.Count, strings.Compare(a.Label, b.Label)) })
}

// active lists what is chosen, each with the address without it.
func (page *GapsPage) active(f clueFilter, n names) {
	drop := func(label string, without clueFilter) {
		page.Active = append(page.Active, ui.Link{Label: label, Href: without.list()})
	}
	if g := f; !f.Department.IsZero() {
		g.Department = sqldb.ID{}
		drop(n[f.Department], g)
	}
	if g := f; f.Kind != "" {
		g.Kind = ""
		drop(string(f.Kind), g)
	}
	if g := f; f.Category != "" {
		g.Category = ""
		drop(string(f.Category), g)
	}
}

// gapsExport sends exactly the clues that the filter leaves as a workbook, with
// the articles' words in full and room for what the reader concludes.
func (d *Desk) gapsExport(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	f, h, n, err := d.clues(r, who)
	if err != nil {
		return err
	}
	what := minute(h.at) + "对照所得线索，机器读条文得出，由人判断"
	if said := f.said(n); said != "" {
		what += "；" + said
	}
	columns := []ui.Column{{Head: "线索", Width: 18}, {Head: "部门", Width: 24},
		{Head: "权力类别", Width: 10}, {Head: "事项编码", Width: 24}, {Head: "事项名称", Width: 40}, {Head: "条款", Width: 40}, {Head: "条文", Width: 80},
		{Head: "条文授权的机关", Width: 24}, {Head: "为什么列出", Width: 40}, {Head: "核对意见", Width: 24}}
	return d.cfg.Shell.Export(w, r, gapsTitle, what, columns, func(add ui.Adder) error {
		for _, c := range f.choose(h.clues) {
			name, refs, texts := c.Title, make([]string, len(c.Places)), make([]string, len(c.Places))
			if c.Kind == clueUncited {
				name = ""
			}
			for i, p := range c.Places {
				refs[i], texts[i] = p.Ref, p.Text
			}
			if err := add(string(c.Kind), n[c.Department], string(c.Category), c.Code, name, strings.Join(refs, "\n"), strings.Join(texts, "\n\n"), c.Body, c.Why, ""); err != nil {
				return err
			}
		}
		return nil
	})
}
