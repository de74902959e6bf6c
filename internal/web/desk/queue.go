package desk

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/ui"
)

const queueTitle = "依据变动"

// How much of each list the first page of the desk shows.
const (
	pageSize    = 50
	newEvents   = 5
	firstDesks  = 5
	knownEvents = 200 // as many events may be chosen from
)

// Counts are the figures above the queue, each with the list behind it.
type Counts struct {
	Open, Overdue, Moved, Ended int
	OverdueHref, MovedHref      string
}

// DeskRow counts the tasks of one department.
type DeskRow struct {
	Name, Href                        string
	OverdueHref, MovedHref, EndedHref string
	Open, Overdue, Moved, Ended       int
}

// QueuePage is the queue of the legal office.
type QueuePage struct {
	ui.Frame
	Manages     bool // may follow the library and set the term
	Counts      Counts
	Events      []EventRow
	Desks       []DeskRow // the most urgent
	OtherDesks  []DeskRow
	Kinds       []ui.Link
	Departments []ui.Choice
	Laws        []ui.Choice
	Terms       []ui.Choice
	Kind        string
	Active      []ui.Link // chosen filters; the link removes one
	Total       int
	Rows        []Row
	Pager       ui.Pager
	ExportHref  string
	Done        *Done
}

func (d *Desk) queue(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	frame, err := d.frame(r, who, queueTitle, queuePath)
	if err != nil {
		return err
	}
	ctx, q, scope := r.Context(), r.URL.Query(), within(who)
	f, err := parseFilter(q)
	if err != nil {
		return err
	}
	n, err := d.names(ctx, scope)
	if err != nil {
		return err
	}
	if _, known := n[f.Department]; !known && !f.Department.IsZero() {
		return errs.NotFoundf("没有这个部门").Fix("请从待办队列重新选择")
	}
	page := QueuePage{Frame: frame, Manages: who.May(people.ManageBasis) == nil, Kind: string(f.Kind), ExportHref: f.at(queuePath + ".xlsx")}
	if err := d.overview(ctx, &page, n, scope); err != nil {
		return err
	}
	tallies, err := d.tallies(ctx, scope)
	if err != nil {
		return err
	}
	page.Total = f.total(tallies)
	if err := d.facets(ctx, &page, f, tallies, n, scope); err != nil {
		return err
	}
	if page.Rows, page.Pager, err = d.page(r, f.query(d.today(), pageSize+1, scope), f, n, func(way, at string) string { return f.with(queuePath, way, at) + "#queue" }); err != nil {
		return err
	}
	if page.Done, err = d.done(ctx, q.Get("done"), scope); err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, "queue", page)
}

// page reads the tasks that the cursor of a request names: at most one fewer
// than the limit of q.
func (d *Desk) page(r *http.Request, q impact.Query, f filter, n names, link func(way, at string) string) ([]Row, ui.Pager, error) {
	t, err := ui.ParseTurn(r.URL.Query())
	if err != nil {
		return nil, ui.Pager{}, err
	}
	tasks, err := impact.Tasks(r.Context(), d.cfg.DB, turned(q, t))
	if err != nil {
		return nil, ui.Pager{}, err
	}
	tasks, pager := ui.Page(t, tasks, q.Limit-1, func(way string, t impact.Task) string { return link(way, cursor(t)) })
	rows, err := d.rows(r.Context(), f, tasks, n)
	return rows, pager, err
}

// overview fills what stands above the queue: figures, newest events,
// departments.
func (d *Desk) overview(ctx context.Context, page *QueuePage, n names, scope people.Scope) error {
	events, err := impact.FindEvents(ctx, d.cfg.DB, impact.EventQuery{Only: only(scope), Today: d.today(), Limit: newEvents})
	if err != nil {
		return err
	}
	for _, e := range events {
		page.Events = append(page.Events, eventRow(e))
	}
	desks, err := d.desks(ctx, scope)
	if err != nil {
		return err
	}
	c := Counts{OverdueHref: filter{Overdue: true}.at(queuePath) + "#queue", MovedHref: filter{Kind: impact.NumberMoved}.at(queuePath) + "#queue"}
	rows := make([]DeskRow, 0, len(desks))
	for _, x := range desks {
		c.Open, c.Overdue, c.Moved, c.Ended = c.Open+x.Open, c.Overdue+x.Overdue, c.Moved+x.Moved, c.Ended+x.Ended
		rows = append(rows, deskRow(x, n))
	}
	slices.SortStableFunc(rows, func(a, b DeskRow) int {
		return cmp.Or(b.Overdue-a.Overdue, b.Open-a.Open, b.Ended-a.Ended, cmp.Compare(a.Name, b.Name))
	})
	if !scope.All && len(scope.Departments) < 2 {
		rows = nil // the figures above say it
	}
	at := min(firstDesks, len(rows))
	page.Counts, page.Desks, page.OtherDesks = c, rows[:at], rows[at:]
	return nil
}

func deskRow(x impact.Desk, n names) DeskRow {
	href := departmentHref(x.Department)
	return DeskRow{Name: n[x.Department], Href: href, EndedHref: href + "?state=closed", Open: x.Open, Overdue: x.Overdue, Moved: x.Moved, Ended: x.Ended,
		OverdueHref: filter{Department: x.Department, Overdue: true}.at(queuePath) + "#queue",
		MovedHref:   filter{Department: x.Department, Kind: impact.NumberMoved}.at(queuePath) + "#queue"}
}

// facets fills the choices of the queue with their counts.
func (d *Desk) facets(ctx context.Context, page *QueuePage, f filter, all []impact.Tally, n names, scope people.Scope) error {
	byKind := count(f, all, "kind", func(t impact.Tally) impact.ReasonKind { return t.Kind })
	g := f
	for _, k := range append([]impact.ReasonKind{""}, kinds()...) {
		if g.Kind = k; byKind[k] > 0 || k == "" || k == f.Kind {
			page.Kinds = append(page.Kinds, ui.Link{Label: cmp.Or(string(k), "全部原因"), Href: g.at(queuePath) + "#queue", Count: byKind[k], HasNum: true, Current: k == f.Kind})
		}
	}
	byDepartment := count(f, all, "department", func(t impact.Tally) sqldb.ID { return t.Department })
	for id, name := range n {
		if byDepartment[id] > 0 || id == f.Department {
			page.Departments = append(page.Departments, ui.Choice{Value: id.String(), Label: name, Count: byDepartment[id], Selected: id == f.Department})
		}
	}
	slices.SortFunc(page.Departments, func(a, b ui.Choice) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Label, b.Label)) })
	byTerm := count(f, all, "overdue", func(t impact.Tally) bool { return t.Overdue })
	page.Terms = []ui.Choice{{Label: "全部", Count: byTerm[true] + byTerm[false]}, {Value: "1", Label: "已超时", Count: byTerm[true], Selected: f.Overdue}}
	events, err := d.laws(ctx, page, f, all, scope)
	if err != nil {
		return err
	}
	page.active(f, events, n)
	return nil
}

// laws fills the choice of events and gives those it knows.
func (d *Desk) laws(ctx context.Context, page *QueuePage, f filter, all []impact.Tally, scope people.Scope) (map[sqldb.ID]impact.Event, error) {
	byEvent := count(f, all, "event", func(t impact.Tally) sqldb.ID { return t.Event })
	events, err := impact.FindEvents(ctx, d.cfg.DB, impact.EventQuery{Only: only(scope), Today: d.today(), Limit: knownEvents})
	if err != nil {
		return nil, err
	}
	known := make(map[sqldb.ID]impact.Event, len(events))
	for _, e := range events {
		known[e.ID] = e
	}
	if _, ok := known[f.Event]; !ok && !f.Event.IsZero() {
		e, err := impact.EventFor(ctx, d.cfg.DB, f.Event, d.today(), only(scope))
		if err != nil {
			return nil, err
		}
		events, known[e.ID] = append(events, e), e
	}
	for _, e := range events {
		if byEvent[e.ID] > 0 || e.ID == f.Event {
			page.Laws = append(page.Laws, ui.Choice{Value: e.ID.String(), Label: "《" + short(e.Title) + "》" + string(e.Kind), Count: byEvent[e.ID], Selected: e.ID == f.Event})
		}
	}
	return known, nil
}

// active lists what is chosen, each with the address without it.
func (page *QueuePage) active(f filter, events map[sqldb.ID]impact.Event, n names) {
	drop := func(label string, without filter) {
		page.Active = append(page.Active, ui.Link{Label: label, Href: without.at(queuePath) + "#queue"})
	}
	if g := f; !f.Department.IsZero() {
		g.Department = sqldb.ID{}
		drop(n[f.Department], g)
	}
	if g := f; !f.Event.IsZero() {
		g.Event = sqldb.ID{}
		drop("《"+short(events[f.Event].Title)+"》", g)
	}
	if g := f; f.Kind != "" {
		g.Kind = ""
		drop(string(f.Kind), g)
	}
	if g := f; f.Overdue {
		g.Overdue = false
		drop("已超时", g)
	}
}
