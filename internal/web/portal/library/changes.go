package library

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/ui"
)

// Event is one change of a law with what it asked of the departments.
type Event struct {
	Law, Href   string // Href is empty when no text of the law stands
	Kind        ui.Light
	Day         string // from which the change holds
	CompareHref string // the two texts side by side, where both stand
	Cause       ui.Link
	Tasks       int
	Open        int
	Overdue     int
	TasksHref   string
	Current     bool // the tasks of the page are those of this event
}

// kindLight is the mark of what happened to a law.
func kindLight(k impact.EventKind) ui.Light {
	switch k {
	case impact.Repealed, impact.TakenOut:
		return ui.Light{Tone: "bad", Word: string(k)}
	default:
		return ui.Light{Tone: "warn", Word: string(k)}
	}
}

// event shows an event; the shelf says which of its texts stand.
func (s *shelf) event(e impact.Event) Event {
	out := Event{Law: e.Title, Kind: kindLight(e.Kind), Day: e.Day, Tasks: e.Tasks, Open: e.Open, Overdue: e.Overdue,
		TasksHref: EventHref(e.ID)}
	if s.byID[e.Document] != nil {
		out.Href = Href(e.Document)
	}
	if b := s.texts[e.From]; b != nil && b == s.texts[e.To] && e.From != e.To {
		out.CompareHref = CompareHref(e.Document, e.From, e.To)
	}
	if b := s.texts[e.Cause]; b != nil && b.ID != e.Document {
		out.Cause = ui.Link{Label: b.Title, Href: Href(b.ID) + "?edition=" + e.Cause.String()}
	}
	return out
}

// lawEvents is how many changes a law's page shows.
const lawEvents = 5

// eventsOf gives the newest changes of a law.
func (l *Library) eventsOf(ctx context.Context, s *shelf, document sqldb.ID) ([]Event, error) {
	ids, err := readEventIDs(ctx, l.cfg.DB, document, lawEvents)
	if err != nil {
		return nil, err
	}
	var out []Event
	for _, id := range ids {
		e, err := impact.EventByID(ctx, l.cfg.DB, id, l.cfg.Today())
		if err != nil {
			return nil, err
		}
		out = append(out, s.event(e))
	}
	return out, nil
}

// The states that the tasks are chosen by; the plain choice is what is open.
const (
	tasksOpen    = ""
	tasksOverdue = "overdue"
	tasksClosed  = "closed"
	tasksVoid    = "void"
	tasksAll     = "all"
)

// changesQuery is what a reader chose. Its query string is its permanent form.
type changesQuery struct {
	Event, Department, State string
	event, department        sqldb.ID
}

func (q changesQuery) values() url.Values {
	v := url.Values{}
	for _, p := range [][2]string{{"event", q.Event}, {"department", q.Department}, {"state", q.State}} {
		if p[1] != "" {
			v.Set(p[0], p[1])
		}
	}
	return v
}

func (q changesQuery) at(path string) string { return ui.Address(path, q.values()) }

// EventHref is the address of the tasks of one change of law.
func EventHref(event sqldb.ID) string { return changesQuery{Event: event.String()}.at(ChangesPath) }

// parseChanges reads the query of a request and checks its department.
func parseChanges(v url.Values, list List) (changesQuery, error) {
	q := changesQuery{Event: v.Get("event"), Department: v.Get("department"), State: v.Get("state")}
	if !slices.Contains([]string{tasksOpen, tasksOverdue, tasksClosed, tasksVoid, tasksAll}, q.State) {
		return q, errs.Invalidf("筛选条件无效").Fix("请重新选择")
	}
	if q.Event != "" {
		var err error
		if q.event, err = sqldb.ParseID(q.Event); err != nil {
			return q, errs.NotFoundf("没有这次依据变动").Fix("请从全部变动中选择")
		}
	}
	if q.Department == "" {
		return q, nil
	}
	for _, d := range list.Departments {
		if d.Key == q.Department || d.ID.String() == q.Department {
			q.department = d.ID
			return q, nil
		}
	}
	return q, errs.NotFoundf("没有这个部门").Fix("请在部门列表中选择")
}

// impact is the query as the tasks are read by.
func (q changesQuery) impact(division, today string, limit int) impact.Query {
	out := impact.Query{Division: division, Department: q.department, Event: q.event, Limit: limit}
	switch q.State {
	case tasksOpen:
		out.State = impact.Open
	case tasksOverdue:
		out.State, out.DueBefore = impact.Open, today
	case tasksClosed:
		out.State = impact.Closed
	case tasksVoid:
		out.State = impact.Void
	}
	return out
}

// has says whether a count meets the query, leaving one facet out.
func (q changesQuery) has(t tasks, except string) bool {
	state := except == "state" || q.State == tasksAll || q.State == tasksOpen && t.State == impact.Open ||
		q.State == tasksOverdue && t.Overdue || q.State == string(t.State)
	return state && (except == "department" || q.department.IsZero() || q.department == t.Department)
}

func count(all []tasks, has func(tasks) bool) int {
	n := 0
	for _, t := range all {
		if has(t) {
			n += t.N
		}
	}
	return n
}

// Desk counts the open tasks of a department.
type Desk struct {
	Name, Href    string
	Open, Overdue int
	Current       bool
}

// Light is the worst of the department's tasks.
func (d Desk) Light() ui.Light {
	if d.Overdue > 0 {
		return ui.Light{Tone: "bad", Word: "超时 " + ui.Num(d.Overdue)}
	}
	return ui.Light{Tone: "ok", Word: "未超时"}
}

// ChangesPage is 依据变动: the changes of law, and what becomes of the powers
// that stand on them.
type ChangesPage struct {
	ui.Frame
	Any                   bool // there was a change ever
	Open, Overdue, Closed int
	Events                []Event
	Older, Newest         string // addresses of more changes
	Chosen                *Event // whose tasks alone are shown
	Desks                 []Desk // of departments with open tasks, the most overdue first
	States                []ui.Link
	Filter                changesQuery
	Choices               []ui.Choice // departments
	Active                []ui.Link
	Total                 int
	Tasks                 []Task
	Pager                 ui.Pager
	ExportHref            string
}

func (l *Library) changes(w http.ResponseWriter, r *http.Request) error {
	frame, list, err := l.cfg.Begin(r, "依据变动", ChangesPath)
	if err != nil {
		return err
	}
	q, err := parseChanges(r.URL.Query(), list)
	if err != nil {
		return err
	}
	ctx := r.Context()
	s, err := l.books(ctx, list)
	if err != nil {
		return err
	}
	page := ChangesPage{Frame: frame.Trail(), Filter: q, ExportHref: q.at(ChangesPath + ".xlsx")}
	if err := l.events(r, s, q, &page); err != nil {
		return err
	}
	today := l.cfg.Today()
	all, err := readTasks(ctx, l.cfg.DB, frame.Site.Division, q.event, today)
	if err != nil {
		return err
	}
	page.counts(all, list, q)
	page.active(list, q)
	if page.Total > 0 {
		if err := l.tasks(r, list, q.impact(frame.Site.Division, today, defaultSize+1), &page); err != nil {
			return err
		}
	}
	return l.pages.Render(w, r, "changes", page)
}

// eventsShown is how many changes of law a page shows.
const eventsShown = 8

// events fills the changes of law, or the one that the request asks about.
func (l *Library) events(r *http.Request, s *shelf, q changesQuery, page *ChangesPage) error {
	ctx, today := r.Context(), l.cfg.Today()
	if q.Event != "" {
		e, err := impact.EventByID(ctx, l.cfg.DB, q.event, today)
		if err != nil {
			return err
		}
		shown := s.event(e)
		page.Any, page.Chosen = true, &shown
		return nil
	}
	var before impact.Event
	if older := r.URL.Query().Get("older"); older != "" {
		id, err := sqldb.ParseID(older)
		if err != nil {
			return errs.Invalidf("翻页位置无效").Fix("请从第一页重新翻起")
		}
		if before, err = impact.EventByID(ctx, l.cfg.DB, id, today); err != nil {
			return err
		}
		page.Newest = q.at(ChangesPath)
	}
	events, err := impact.Events(ctx, l.cfg.DB, today, before, eventsShown+1)
	if err != nil {
		return err
	}
	page.Any = len(events) > 0 || !before.ID.IsZero()
	if len(events) > eventsShown {
		events = events[:eventsShown]
		v := q.values()
		v.Set("older", events[eventsShown-1].ID.String())
		page.Older = ui.Address(ChangesPath, v)
	}
	for _, e := range events {
		page.Events = append(page.Events, s.event(e))
	}
	return nil
}

// counts fills the numbers and the choices with their counts.
func (page *ChangesPage) counts(all []tasks, list List, q changesQuery) {
	in := func(state string) int {
		g := q
		g.State = state
		return count(all, func(t tasks) bool { return g.has(t, "") })
	}
	page.Open, page.Overdue, page.Closed = in(tasksOpen), in(tasksOverdue), in(tasksClosed)
	page.Total = in(q.State)
	for _, s := range []struct{ state, label string }{{tasksOpen, "正在核对"}, {tasksOverdue, "其中超时"}, {tasksClosed, "已办结"}, {tasksVoid, "不再需要办理"}, {tasksAll, "全部"}} {
		g := q
		g.State = s.state
		page.States = append(page.States, ui.Link{Label: s.label, Href: g.at(ChangesPath) + "#tasks", Count: in(s.state), HasNum: true, Current: q.State == s.state})
	}
	for _, d := range list.Departments {
		of := func(t tasks) bool { return t.Department == d.ID }
		if n := count(all, func(t tasks) bool { return of(t) && q.has(t, "department") }); n > 0 || d.ID == q.department {
			page.Choices = append(page.Choices, ui.Choice{Value: d.Key, Label: d.Name, Count: n, Selected: d.ID == q.department})
		}
		open := count(all, func(t tasks) bool { return of(t) && t.State == impact.Open })
		if open == 0 {
			continue
		}
		g := changesQuery{Event: q.Event, Department: d.Key}
		page.Desks = append(page.Desks, Desk{Name: d.Name, Href: g.at(ChangesPath) + "#tasks", Open: open,
			Overdue: count(all, func(t tasks) bool { return of(t) && t.Overdue }), Current: d.ID == q.department})
	}
	slices.SortStableFunc(page.Desks, func(a, b Desk) int {
		if a.Overdue != b.Overdue {
			return b.Overdue - a.Overdue
		}
		return b.Open - a.Open
	})
}

// active lists what is chosen, each with the address without it.
func (page *ChangesPage) active(list List, q changesQuery) {
	if page.Chosen != nil {
		g := q
		g.Event = ""
		page.Active = append(page.Active, ui.Link{Label: "《" + page.Chosen.Law + "》" + page.Chosen.Kind.Word, Href: g.at(ChangesPath)})
	}
	if q.Department != "" {
		g := q
		g.Department = ""
		page.Active = append(page.Active, ui.Link{Label: list.department(q.department).Name, Href: g.at(ChangesPath)})
	}
}

// tasks fills the page of tasks that the request asks for.
func (l *Library) tasks(r *http.Request, list List, q impact.Query, page *ChangesPage) error {
	after, err := ui.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	q.After = impact.Place{Due: after.Key, ID: after.ID}
	read, err := impact.Tasks(r.Context(), l.cfg.DB, q)
	if err != nil {
		return err
	}
	if len(read) > defaultSize {
		read = read[:defaultSize]
		last := read[defaultSize-1]
		v := page.Filter.values()
		v.Set("after", ui.Cursor{Key: last.Due, ID: last.ID}.String())
		page.Pager.Next = ui.Address(ChangesPath, v) + "#tasks"
	}
	page.Tasks, err = l.Shown(r.Context(), list, read)
	return err
}
