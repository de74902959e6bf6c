package handover

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/stage/reduce/delegate"
	"qingdan/internal/web/ui"
)

// pageSize is how many offers a page shows.
const pageSize = 50

// Row is one offer in the list.
type Row struct {
	No                        int
	Name, Code, Href          string
	Owner, Body               string
	Form, Parts               string
	Day, Due, DueWord         string // Day: of hand-over, or the one planned; DueWord: what is due
	Thin                      string // why the capacity is too thin
	Light                     ui.Light
	Late, Planned, OnlyInPart bool
}

// ListPage is the list of offers.
type ListPage struct {
	ui.Frame
	Offers      bool // the person may offer
	Above       bool // and record what comes from above
	Strip       []ui.Link
	States      []ui.Link
	Forms       []ui.Link
	Divisions   []ui.Choice
	Departments []ui.Choice
	State, Form string
	Late        bool
	Active      []ui.Link
	Said        string
	Total       int
	Rows        []Row
	Pager       ui.Pager
	ExportHref  string
}

// names are names by id or code.
type names struct {
	departments map[sqldb.ID]string
	places      map[string]string
}

func (h *Handover) names(ctx context.Context) (names, error) {
	n := names{map[sqldb.ID]string{}, map[string]string{}}
	all, err := org.Departments(ctx, h.cfg.DB, "")
	if err != nil {
		return n, errs.Wrap("departments", err)
	}
	for _, d := range all {
		n.departments[d.ID] = d.Name
	}
	here, err := org.Here(ctx, h.cfg.DB)
	if err != nil {
		return n, err
	}
	places, err := delegate.Places(ctx, h.cfg.DB, here, h.today())
	for _, p := range places {
		n.places[p.Code] = p.Name
	}
	if n.places[here] == "" {
		n.places[here] = "本级"
	}
	return n, err
}

func (h *Handover) list(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	f, err := parseFilter(r.URL.Query(), h.today())
	if err != nil {
		return err
	}
	scope, err := h.reach(r, who)
	if err != nil {
		return err
	}
	ctx := r.Context()
	n, err := h.names(ctx)
	if err != nil {
		return err
	}
	tallies, err := delegate.Tallies(ctx, h.cfg.DB, scope, f.query())
	if err != nil {
		return err
	}
	q := f.query()
	q.Limit = pageSize + 1
	turn, err := parseTurn(r.URL.Query(), &q)
	if err != nil {
		return err
	}
	found, err := delegate.List(ctx, h.cfg.DB, scope, q)
	if err != nil {
		return err
	}
	offers, err := h.offers(ctx, who)
	if err != nil {
		return err
	}
	page := ListPage{Offers: offers, Above: who.Scope(people.OfferPower).All, State: string(f.State), Form: string(f.Form), Late: f.Late,
		Said: f.said(n), ExportHref: ui.Address(Root+"/handovers.xlsx", f.values())}
	if page.Frame, err = h.shell.Frame(r, who, title, Root); err != nil {
		return err
	}
	page.Words = f.Words
	page.facets(f, tallies, n)
	page.active(f, n)
	found, page.Pager = ui.Page(turn, found, pageSize, func(way string, o delegate.Handover) string { return f.turn(way, o.No) })
	for _, o := range found {
		page.Rows = append(page.Rows, row(o, f.today))
	}
	return h.shell.Show(w, r, http.StatusOK, h.pages, "list", page)
}

// offers says whether somebody has powers to offer: the head of a county's
// department only takes over.
func (h *Handover) offers(ctx context.Context, who *people.Who) (bool, error) {
	s := who.Scope(people.OfferPower)
	if s.All || len(s.Departments) == 0 {
		return s.All, nil
	}
	here, err := org.Here(ctx, h.cfg.DB)
	if err != nil {
		return false, err
	}
	d, err := org.DepartmentByID(ctx, h.cfg.DB, s.Departments[0])
	return d.Division == here, err
}

// parseTurn reads the number from which a page goes on, or at which it ends.
func parseTurn(v url.Values, q *delegate.Query) (ui.Turn, error) {
	t := ui.Turn{}
	for key, to := range map[string]*int{"after": &q.After, "before": &q.Before} {
		s := v.Get(key)
		if s == "" {
			continue
		}
		no, err := strconv.Atoi(s)
		if err != nil || no < 1 {
			return t, errs.Invalidf("翻页位置无效").Fix("请从第一页重新翻起")
		}
		*to, t.From.Set, t.Back = no, true, key == "before"
	}
	return t, nil
}

func row(o delegate.Handover, today string) Row {
	x := Row{No: o.No, Name: o.Name, Code: o.Code, Href: oneHref(o.ID), Owner: o.OwnerName, Body: o.BodyName, Form: string(o.Terms.Form),
		Parts: o.Terms.Parts.Label(), Day: o.From, Due: o.Due, DueWord: dueWord(o.State), Light: light(o, today), Late: o.Late(today), OnlyInPart: o.Terms.Parts != delegate.Whole}
	if x.Day == "" && o.State.Alive() {
		x.Day, x.Planned = o.Terms.Planned, true
	}
	if o.Capacity != (delegate.Capacity{}) {
		x.Thin = o.Capacity.Thin(o.Category)
	}
	if o.Lapsed(today) {
		x.Due, x.Late = "", false
	}
	return x
}

// dueWord says what is due next in a state.
func dueWord(s delegate.State) string {
	switch s {
	case delegate.Offered, delegate.BackAsked:
		return "答复"
	case delegate.Accepted:
		return "移交"
	case delegate.Signed:
		return "签收"
	default:
		return "评估"
	}
}

// facets fills the choices with their counts.
func (page *ListPage) facets(f filter, all []delegate.Tally, n names) {
	byState := count(f, all, "state", func(t delegate.Tally) delegate.State { return t.State })
	g, sum := f, 0
	for _, g.State = range delegate.States() {
		sum += byState[g.State]
		page.States = append(page.States, ui.Link{Label: g.State.Label(), Href: g.here(), Count: byState[g.State], HasNum: true, Current: g.State == f.State})
	}
	g.State = ""
	page.States = slices.Insert(page.States, 0, ui.Link{Label: "全部", Href: g.here(), Count: sum, HasNum: true, Current: f.State == ""})
	byForm := count(f, all, "form", func(t delegate.Tally) delegate.Form { return t.Form })
	g = f
	for _, g.Form = range delegate.Forms() {
		page.Forms = append(page.Forms, ui.Link{Label: string(g.Form), Href: g.here(), Count: byForm[g.Form], HasNum: true, Current: g.Form == f.Form})
	}
	for id, c := range count(f, all, "department", func(t delegate.Tally) sqldb.ID { return t.Owner }) {
		if !id.IsZero() {
			page.Departments = append(page.Departments, ui.Choice{Value: id.String(), Label: n.departments[id], Count: c, Selected: id == f.Owner})
		}
	}
	for code, c := range count(f, all, "division", func(t delegate.Tally) string { return t.Division }) {
		page.Divisions = append(page.Divisions, ui.Choice{Value: code, Label: cmp.Or(n.places[code], code), Count: c, Selected: code == f.Division})
	}
	order := func(a, b ui.Choice) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Label, b.Label)) }
	slices.SortFunc(page.Departments, order)
	slices.SortFunc(page.Divisions, func(a, b ui.Choice) int { return cmp.Compare(a.Value, b.Value) })
	overdue := count(f, all, "late", func(t delegate.Tally) bool { return late(t, f.today) })[true]
	whole := map[delegate.State]int{}
	for _, t := range all {
		whole[t.State] += t.N
		if f.has(t, "") {
			page.Total += t.N
		}
	}
	g = f
	g.Late = true
	page.Strip = []ui.Link{{Label: "等待答复", Count: whole[delegate.Offered]}, {Label: "等待移交、签收", Count: whole[delegate.Accepted] + whole[delegate.Signed]},
		{Label: "已移交", Count: whole[delegate.Held] + whole[delegate.BackAsked]}, {Label: "不承接", Count: whole[delegate.Refused]}, {Label: "逾期没有办", Count: overdue, Href: g.here()}}
}

// active lists what is chosen, each with the address without it.
func (page *ListPage) active(f filter, n names) {
	drop := func(chosen bool, label string, without func(*filter)) {
		if chosen {
			g := f
			without(&g)
			page.Active = append(page.Active, ui.Link{Label: label, Href: g.here()})
		}
	}
	drop(f.State != "", f.State.Label(), func(g *filter) { g.State = "" })
	drop(f.Form != "", string(f.Form), func(g *filter) { g.Form = "" })
	drop(f.Division != "", cmp.Or(n.places[f.Division], f.Division), func(g *filter) { g.Division = "" })
	drop(!f.Owner.IsZero(), n.departments[f.Owner], func(g *filter) { g.Owner = sqldb.ID{} })
	drop(!f.Body.IsZero(), n.departments[f.Body], func(g *filter) { g.Body = sqldb.ID{} })
	drop(f.Late, "逾期没有办", func(g *filter) { g.Late = false })
	drop(f.Words != "", "“"+f.Words+"”", func(g *filter) { g.Words = "" })
}

// said says what the filter leaves, in words.
func (f filter) said(n names) string {
	words := []string{n.places[f.Division], n.departments[f.Owner], n.departments[f.Body], string(f.Form), f.Words}
	if f.State != "" {
		words = append(words, f.State.Label())
	}
	if f.Late {
		words = append(words, "逾期没有办")
	}
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), "；")
}

// exportBatch is how many offers are read at a time.
const exportBatch = 1000

// export sends exactly the offers that the filter leaves as a workbook.
func (h *Handover) export(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	f, err := parseFilter(r.URL.Query(), h.today())
	if err != nil {
		return err
	}
	scope, err := h.reach(r, who)
	if err != nil {
		return err
	}
	n, err := h.names(r.Context())
	if err != nil {
		return err
	}
	columns := []ui.Column{{Head: "序号", Width: 8}, {Head: "事项编码", Width: 22}, {Head: "事项名称", Width: 44}, {Head: "下放部门", Width: 24}, {Head: "承接地", Width: 12},
		{Head: "承接部门", Width: 28}, {Head: "法律形式", Width: 10}, {Head: "依据", Width: 40}, {Head: "范围", Width: 18}, {Head: "办理方式", Width: 16}, {Head: "状态", Width: 10},
		{Head: "移交日期", Width: 12}, {Head: "收回日期", Width: 12}, {Head: "办理人员", Width: 10}, {Head: "经过培训", Width: 10}, {Head: "下一步期限", Width: 12}}
	return h.shell.Export(w, r, title, f.said(n), columns, func(add ui.Adder) error {
		for q := f.query(); ; {
			q.Limit = exportBatch
			all, err := delegate.List(r.Context(), h.cfg.DB, scope, q)
			if err != nil {
				return err
			}
			for _, o := range all {
				t := o.Terms
				if err := add(o.No, o.Code, o.Name, o.OwnerName, o.Place, o.BodyName, string(t.Form), t.Basis, t.Parts.Label(), t.Scope.Label(), light(o, f.today).Word,
					o.From, o.To, heads(o.Capacity, o.Capacity.Staff), heads(o.Capacity, o.Capacity.Trained), o.Due); err != nil {
					return err
				}
			}
			if len(all) < exportBatch {
				return nil
			}
			q.After = all[len(all)-1].No
		}
	})
}

// heads are the people of a statement, "" before it is made.
func heads(c delegate.Capacity, n int) string {
	if c.Staff == 0 {
		return ""
	}
	return fmt.Sprint(n)
}
