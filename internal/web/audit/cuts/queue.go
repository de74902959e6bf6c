package cuts

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/web/ui"
)

// pageSize is how many proposals a page shows.
const pageSize = 50

// Row is one proposal in a list.
type Row struct {
	ID, Code, Name, Href, Category, Department string
	Fate, Ground, Went, Reason, By, At         string
	Light                                      ui.Light
	Stale                                      bool
	Ticked                                     bool
}

// Facet is one facet of the queue.
type Facet struct {
	Name  string
	Links []ui.Link
}

// QueuePage is the queue of proposals.
type QueuePage struct {
	ui.Frame
	Told        string
	Facets      []Facet
	Departments []ui.Choice
	Hidden      []Hidden  // what the search form keeps of the filter
	Active      []ui.Link // chosen filters; the link removes one
	Said        string    // the same in words, for print
	Total       int
	Open        int // proposals that wait for a decision, whatever is chosen
	Rows        []Row
	Pager       ui.Pager
	ExportHref  string
	DecideHref  string // "" for those who do not decide
	Bounds      string
	MayPropose  bool
}

// Hidden is one field that a form carries on.
type Hidden struct{ Name, Value string }

// Path is the address of the queue.
func (QueuePage) Path() string { return Root }

func (c *Cuts) queue(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	f, n, err := c.chosen(r, who)
	if err != nil {
		return err
	}
	turn, err := ui.ParseTurn(r.URL.Query())
	if err != nil {
		return err
	}
	ctx := r.Context()
	tallies, err := reduce.Tallies(ctx, c.cfg.DB, scope(who), f.query())
	if err != nil {
		return err
	}
	q := turned(f.query(), turn)
	q.Limit = pageSize + 1
	found, err := reduce.Proposals(ctx, c.cfg.DB, scope(who), q)
	if err != nil {
		return err
	}
	page := QueuePage{Said: f.said(n), ExportHref: f.at(Root + "/proposals.xlsx"), Bounds: boundariesPath, MayPropose: who.May(people.ProposeCut) == nil,
		Told: doneWords(r.URL.Query().Get("done"), r.URL.Query().Get("n"))}
	if page.Frame, err = c.shell.Frame(r, who, title, Root); err != nil {
		return err
	}
	page.Words = f.Words
	if who.May(people.DecideCuts) == nil {
		g := f
		g.State = ""
		page.DecideHref = g.at(decidePath)
	}
	page.facets(f, tallies, n)
	page.active(f, n)
	found, page.Pager = ui.Page(turn, found, pageSize, func(way string, p reduce.Proposal) string { return f.with(Root, way, cursor(p)) })
	for _, p := range found {
		page.Rows = append(page.Rows, row(p, n))
	}
	return c.shell.Show(w, r, http.StatusOK, c.pages, "queue", page)
}

// doneWords says what was done just now.
func doneWords(done, n string) string {
	count, err := strconv.Atoi(n)
	switch {
	case done == "decided" && err == nil && count > 0:
		return "已按决定执行 " + ui.Num(count) + " 项建议，每个单位的账都平。"
	case done == "withdrawn":
		return "已撤回这项建议。"
	default:
		return ""
	}
}

// chosen reads the filter of a request.
func (c *Cuts) chosen(r *http.Request, who *people.Who) (filter, names, error) {
	f, err := parseFilter(r.URL.Query())
	if err != nil {
		return f, nil, err
	}
	_, n, err := c.departments(r.Context())
	if err == nil && !f.Department.IsZero() && (n[f.Department] == "" || !scope(who).Has(f.Department)) {
		err = people.Unknown()
	}
	return f, n, err
}

// shownText is how much of a reason stands in a list, in characters.
const shownText = 60

func clip(s string) string {
	if r := []rune(s); len(r) > shownText {
		return string(r[:shownText]) + "…"
	}
	return s
}

func row(p reduce.Proposal, n names) Row {
	return Row{ID: p.ID.String(), Code: p.Code, Name: p.Name, Href: sheetHref(p.Power), Category: string(p.Category), Department: n[p.Department],
		Fate: string(p.Fate), Ground: p.Ground, Went: went(p), Reason: clip(p.Reason), By: p.By, At: day(p.At), Light: light(p), Stale: p.Stale}
}

// facets fills the choices with their counts.
func (page *QueuePage) facets(f filter, all []reduce.Tally, n names) {
	byState := count(f, all, "state", func(t reduce.Tally) reduce.ProposalState { return t.State })
	states := Facet{Name: "办到哪里"}
	sum := 0
	for _, s := range reduce.ProposalStates() {
		g := f
		if g.State = string(s); s == reduce.Open {
			g.State = ""
		}
		states.Links = append(states.Links, ui.Link{Label: s.Label(), Href: g.at(Root), Count: byState[s], HasNum: true, Current: g.State == f.State})
		sum += byState[s]
	}
	g := f
	g.State = stateAll
	states.Links = append(states.Links, ui.Link{Label: "全部", Href: g.at(Root), Count: sum, HasNum: true, Current: f.State == stateAll})
	byFate := count(f, all, "fate", func(t reduce.Tally) reduce.Fate { return t.Fate })
	fates := facet("处置意见", f, reduce.Fates(), byFate, func(g *filter) *reduce.Fate { return &g.Fate })
	byGround := count(f, all, "ground", func(t reduce.Tally) string { return t.Ground })
	reasons := facet("理由", f, grounds(), byGround, func(g *filter) *string { return &g.Ground })
	page.Facets = []Facet{states, fates, reasons}
	for id, m := range count(f, all, "department", func(t reduce.Tally) sqldb.ID { return t.Department }) {
		page.Departments = append(page.Departments, ui.Choice{Value: id.String(), Label: n[id], Count: m, Selected: id == f.Department})
	}
	slices.SortFunc(page.Departments, func(a, b ui.Choice) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Label, b.Label)) })
	for _, t := range all {
		if f.has(t, "") {
			page.Total += t.N
		}
		if t.State == reduce.Open {
			page.Open += t.N
		}
	}
	for _, key := range []string{"fate", "ground", "state"} {
		if v := f.values().Get(key); v != "" {
			page.Hidden = append(page.Hidden, Hidden{key, v})
		}
	}
}

// facet lists the values of a facet that anything has, and all together.
func facet[K ~string](name string, f filter, values []K, n map[K]int, of func(*filter) *K) Facet {
	out := Facet{Name: name}
	sum := 0
	for _, v := range values {
		g := f
		*of(&g) = v
		if sum += n[v]; n[v] > 0 || v == *of(&f) {
			out.Links = append(out.Links, ui.Link{Label: string(v), Href: g.at(Root), Count: n[v], HasNum: true, Current: v == *of(&f)})
		}
	}
	g := f
	*of(&g) = ""
	out.Links = slices.Insert(out.Links, 0, ui.Link{Label: "全部", Href: g.at(Root), Count: sum, HasNum: true, Current: *of(&f) == ""})
	return out
}

// active lists what is chosen, each with the address without it.
func (page *QueuePage) active(f filter, n names) {
	drop := func(chosen bool, label string, without func(*filter)) {
		if chosen {
			g := f
			without(&g)
			page.Active = append(page.Active, ui.Link{Label: label, Href: g.at(Root)})
		}
	}
	drop(f.Fate != "", string(f.Fate), func(g *filter) { g.Fate = "" })
	drop(f.Ground != "", f.Ground, func(g *filter) { g.Ground = "" })
	drop(!f.Department.IsZero(), n[f.Department], func(g *filter) { g.Department = sqldb.ID{} })
	drop(f.Words != "", "“"+f.Words+"”", func(g *filter) { g.Words = "" })
}

// exportBatch is how many proposals are read at a time.
const exportBatch = 1000

// export sends exactly the proposals that the filter leaves as a decisions
// workbook: with who decided and when filled in it can be imported.
func (c *Cuts) export(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	f, n, err := c.chosen(r, who)
	if err != nil {
		return err
	}
	var columns []ui.Column
	for _, h := range reduce.DecisionHeaders() {
		width := map[string]float64{"序号": 6, "事项编码": 24, "事项名称": 40, "实施主体": 24, "理由类型": 22, "说明": 60, "后续监管": 40, "承接资质": 40}[h]
		columns = append(columns, ui.Column{Head: h, Width: cmp.Or(width, 14)})
	}
	columns = append(columns, ui.Column{Head: "办到哪里", Width: 12})
	what := "减权建议"
	if said := f.said(n); said != "" {
		what += "；" + said
	}
	no := 0
	return c.shell.Export(w, r, "减权建议", what, columns, func(add ui.Adder) error {
		for q := f.query(); ; {
			q.Limit = exportBatch
			all, err := reduce.Proposals(r.Context(), c.cfg.DB, scope(who), q)
			if err != nil {
				return err
			}
			for _, p := range all {
				no++
				var cells []any
				for _, s := range append(p.Line(strconv.Itoa(no), n[p.Department]), light(p).Word) {
					cells = append(cells, s)
				}
				if err := add(cells...); err != nil {
					return err
				}
			}
			if len(all) < exportBatch {
				return nil
			}
			q.After = all[len(all)-1].Place()
		}
	})
}

// standing are the departments that have not ended, to choose from.
func standing(all []org.Department, chosen sqldb.ID) []ui.Choice {
	var out []ui.Choice
	for _, d := range all {
		if d.ValidTo == "" || d.ID == chosen {
			out = append(out, ui.Choice{Value: d.ID.String(), Label: d.Name, Selected: d.ID == chosen})
		}
	}
	return out
}
