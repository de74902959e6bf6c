package impact

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
)

// Query asks for tasks; zero fields ask nothing.
type Query struct {
	Division   string
	Department sqldb.ID
	Only       []sqldb.ID // of these departments; nil: of all, empty: of none
	Event      sqldb.ID
	Power      sqldb.ID
	State      State
	Kind       ReasonKind // only tasks with such a reason; NumberMoved: with no other
	DueBefore  string     // only tasks due before the day
	MovedOnly  bool
	After      Place // page after this task
	Before     Place // page that ends before this task
	Limit      int   // at most so many, 50 when 0
}

// Place is where a page of tasks ends: tasks come by their last day, then by
// id.
type Place struct {
	Due string
	ID  sqldb.ID
}

const taskColumns = `t.id, t.event_id, t.version_id, t.power_id, t.department_id, t.division, t.code, t.name, t.moved, t.state, t.starts, t.due,
	t.calendar, t.provisional, t.outcome, t.reason, t.closed_by, t.closed_on, t.new_version_id`

func scanTask(r *sqldb.Rows) (Task, error) {
	var t Task
	var moved, provisional int
	err := r.Scan(&t.ID, &t.Event, &t.Version, &t.Power, &t.Department, &t.Division, &t.Code, &t.Name, &moved, &t.State, &t.Starts, &t.Due,
		&t.Calendar, &provisional, &t.Outcome, &t.Reason, &t.ClosedBy, &t.ClosedOn, &t.NewVersion)
	t.Moved, t.Provisional = moved == 1, provisional == 1
	return t, err
}

// conds writes the conditions of a query.
func (q Query) conds() (string, []any) {
	cond, args := []string{"1 = 1"}, []any{}
	add := func(is bool, text string, arg ...any) {
		if is {
			cond, args = append(cond, text), append(args, arg...)
		}
	}
	add(q.Division != "", "t.division = ?", q.Division)
	add(!q.Department.IsZero(), "t.department_id = ?", q.Department)
	among, ids := inDepartments("t", q.Only)
	add(q.Only != nil, among, ids...)
	add(!q.Event.IsZero(), "t.event_id = ?", q.Event)
	add(!q.Power.IsZero(), "t.power_id = ?", q.Power)
	add(q.State != "", "t.state = ?", string(q.State))
	add(q.Kind != "" && q.Kind != NumberMoved, "exists (select 1 from impact_reasons k where k.task_id = t.id and k.kind = ?)", string(q.Kind))
	add(q.DueBefore != "", "t.due < ?", q.DueBefore)
	add(q.MovedOnly || q.Kind == NumberMoved, "t.moved = 1")
	add(q.After.Due != "", "(t.due, t.id) > (?, ?)", q.After.Due, q.After.ID)
	add(q.Before.Due != "", "(t.due, t.id) < (?, ?)", q.Before.Due, q.Before.ID)
	return strings.Join(cond, " and "), args
}

// inDepartments is the condition that a task is of one of some departments; of
// none where there is none.
func inDepartments(table string, only []sqldb.ID) (string, []any) {
	if len(only) == 0 {
		return "1 = 0", nil
	}
	marks, args := sqldb.In(only)
	return table + ".department_id in (" + marks + ")", args
}

// Tasks lists tasks with their reasons, the earliest last day first.
func Tasks(ctx context.Context, r sqldb.Reader, q Query) ([]Task, error) {
	cond, args := q.conds()
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	order := `t.due, t.id`
	if q.Before.Due != "" {
		order = `t.due desc, t.id desc`
	}
	rows, err := r.Query(ctx, `select `+taskColumns+` from impact_tasks t where `+cond+` order by `+order+` limit ?`, append(args, limit)...)
	tasks, err := sqldb.Collect(rows, err, scanTask)
	if err != nil {
		return nil, fmt.Errorf("read tasks: %w", err)
	}
	if q.Before.Due != "" {
		slices.Reverse(tasks)
	}
	return tasks, addReasons(ctx, r, tasks)
}

// TaskByID reads one task; NotFound when there is none.
func TaskByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Task, error) {
	rows, err := r.Query(ctx, `select `+taskColumns+` from impact_tasks t where t.id = ?`, id)
	tasks, err := sqldb.Collect(rows, err, scanTask)
	if err != nil {
		return Task{}, fmt.Errorf("task %s: %w", id, err)
	}
	if len(tasks) == 0 {
		return Task{}, errs.NotFoundf("没有这项依据变动任务")
	}
	return tasks[0], addReasons(ctx, r, tasks)
}

// reasonBatch is how many tasks one query asks the reasons of.
const reasonBatch = 400

func addReasons(ctx context.Context, r sqldb.Reader, tasks []Task) error {
	at := make(map[sqldb.ID]int, len(tasks))
	for i, t := range tasks {
		at[t.ID] = i
	}
	for from := 0; from < len(tasks); from += reasonBatch {
		batch := tasks[from:min(from+reasonBatch, len(tasks))]
		args := make([]any, len(batch))
		for i, t := range batch {
			args[i] = t.ID
		}
		rows, err := r.Query(ctx, `select task_id, citation, kind, old_n, old_sub, new_n, new_sub, note from impact_reasons
			where task_id in (`+sqldb.Marks(len(batch))+`) order by task_id, seq`, args...)
		if err != nil {
			return fmt.Errorf("read reasons: %w", err)
		}
		for rows.Next() {
			var id sqldb.ID
			var w Reason
			if err := rows.Scan(&id, &w.Citation, &w.Kind, &w.Old.N, &w.Old.Sub, &w.New.N, &w.New.Sub, &w.Note); err != nil {
				rows.Close()
				return fmt.Errorf("read reasons: %w", err)
			}
			tasks[at[id]].Reasons = append(tasks[at[id]].Reasons, w)
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return fmt.Errorf("read reasons: %w", err)
		}
	}
	return nil
}

func scanEvent(r *sqldb.Rows) (Event, error) {
	var e Event
	var at int64
	err := r.Scan(&e.ID, &e.Document, &e.Title, &e.Kind, &e.From, &e.To, &e.Cause, &e.Day, &at, &e.Tasks, &e.Open, &e.Overdue)
	e.Opened = sqldb.FromMicros(at)
	return e, err
}

// EventQuery asks for changes of law that opened tasks; zero fields ask nothing.
type EventQuery struct {
	ID     sqldb.ID
	Only   []sqldb.ID // that opened tasks of these departments, with the counts of these tasks; nil: of all
	Today  string     // by which tasks are overdue
	Before Event      // those after this one in the list
	Limit  int
}

// FindEvents lists changes of law, the newest first, with what is open and
// overdue today.
func FindEvents(ctx context.Context, r sqldb.Reader, q EventQuery) ([]Event, error) {
	mine, ids := "", []any(nil)
	cond, conds := []string{"1 = 1"}, []any{}
	if q.Only != nil {
		mine, ids = inDepartments("o", q.Only)
		mine = " and " + mine
		cond, conds = append(cond, "exists (select 1 from impact_tasks o where o.event_id = e.id"+mine+")"), append(conds, ids...)
	}
	if !q.ID.IsZero() {
		cond, conds = append(cond, "e.id = ?"), append(conds, q.ID)
	}
	if !q.Before.ID.IsZero() {
		cond, conds = append(cond, "(e.opened_at, e.id) < (?, ?)"), append(conds, sqldb.Micros(q.Before.Opened), q.Before.ID)
	}
	args := slices.Concat(ids, ids, []any{q.Today}, ids, conds, []any{q.Limit})
	rows, err := r.Query(ctx, `select e.id, e.document_id, d.title, e.kind, e.from_edition_id, e.to_edition_id, e.cause_edition_id, e.day, e.opened_at,
		(select count(*) from impact_tasks o where o.event_id = e.id and o.state <> 'void'`+mine+`),
		(select count(*) from impact_tasks o where o.event_id = e.id and o.state = 'open'`+mine+`),
		(select count(*) from impact_tasks o where o.event_id = e.id and o.state = 'open' and o.due < ?`+mine+`)
		from impact_events e join law_documents d on d.id = e.document_id
		where `+strings.Join(cond, " and ")+` order by e.opened_at desc, e.id desc limit ?`, args...)
	events, err := sqldb.Collect(rows, err, scanEvent)
	return events, errs.Wrap("read events", err)
}

// Events lists the changes of law that opened tasks, the newest first, with
// what is open and overdue today; the given number at most, before the given
// event unless zero.
func Events(ctx context.Context, r sqldb.Reader, today string, before Event, limit int) ([]Event, error) {
	return FindEvents(ctx, r, EventQuery{Today: today, Before: before, Limit: limit})
}

// EventByID reads one event; NotFound when there is none.
func EventByID(ctx context.Context, r sqldb.Reader, id sqldb.ID, today string) (Event, error) {
	return EventFor(ctx, r, id, today, nil)
}

// EventFor reads one event with the counts of the tasks of some departments;
// NotFound when there is none, or it opened no task of theirs.
func EventFor(ctx context.Context, r sqldb.Reader, id sqldb.ID, today string, only []sqldb.ID) (Event, error) {
	if id.IsZero() {
		return Event{}, errs.NotFoundf("没有这次依据变动")
	}
	events, err := FindEvents(ctx, r, EventQuery{ID: id, Only: only, Today: today, Limit: 1})
	if err != nil {
		return Event{}, fmt.Errorf("event %s: %w", id, err)
	}
	if len(events) == 0 {
		return Event{}, errs.NotFoundf("没有这次依据变动")
	}
	return events[0], nil
}

// Desk counts the tasks of a department.
type Desk struct {
	Department                  sqldb.ID
	Open, Overdue, Moved, Ended int // Moved of the open ones
}

// Desks counts the tasks of every department of a division ("" = of all) that
// has any.
func Desks(ctx context.Context, r sqldb.Reader, division, today string) ([]Desk, error) {
	rows, err := r.Query(ctx, `select t.department_id, sum(case when t.state = 'open' then 1 else 0 end),
		sum(case when t.state = 'open' and t.due < ? then 1 else 0 end), sum(case when t.state = 'open' then t.moved else 0 end),
		sum(case when t.state = 'closed' then 1 else 0 end)
		from impact_tasks t where t.division = ? or ? = '' group by t.department_id order by t.department_id`, today, division, division)
	desks, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Desk, error) {
		var d Desk
		err := r.Scan(&d.Department, &d.Open, &d.Overdue, &d.Moved, &d.Ended)
		return d, err
	})
	return desks, errs.Wrap("count tasks", err)
}

// Tally counts the open tasks of a department and an event that are, or are
// not, overdue.
type Tally struct {
	Department, Event sqldb.ID
	Overdue           bool
	Kind              ReasonKind // "": whatever the reasons; else as in Query
	N                 int
}

// Tallies counts the open tasks by department, event and overdue today, once
// whatever their reasons and once for every kind of reason: a task with two
// kinds stands under both, but under NumberMoved only where that is all.
func Tallies(ctx context.Context, r sqldb.Reader, today string) ([]Tally, error) {
	rows, err := r.Query(ctx, `select t.department_id, t.event_id, case when t.due < ? then 1 else 0 end as overdue, '' as kind, count(*)
		from impact_tasks t where t.state = 'open' group by t.department_id, t.event_id, overdue
		union all
		select t.department_id, t.event_id, case when t.due < ? then 1 else 0 end as overdue, k.kind, count(distinct t.id)
		from impact_tasks t join impact_reasons k on k.task_id = t.id
		where t.state = 'open' and (k.kind <> ? or t.moved = 1) group by t.department_id, t.event_id, overdue, k.kind`, today, today, string(NumberMoved))
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Tally, error) {
		var t Tally
		var overdue int
		err := r.Scan(&t.Department, &t.Event, &overdue, &t.Kind, &t.N)
		t.Overdue = overdue == 1
		return t, err
	})
	return all, errs.Wrap("tally tasks", err)
}

// Move is an open task whose citations only moved, with what the one-click
// update would write, or why it leaves the task to a person.
type Move struct {
	Task     Task
	Basis    string // as the version has it
	Proposed string // under the new numbers; "" when Why is not
	Why      string
}

// Moves shows what UpdateMoved would do with the open tasks of an event, the
// given number at most, the earliest last day first. It writes nothing.
func Moves(ctx context.Context, r sqldb.Reader, event sqldb.ID, limit int) ([]Move, error) {
	tasks, err := Tasks(ctx, r, Query{Event: event, State: Open, MovedOnly: true, Limit: limit})
	if err != nil {
		return nil, err
	}
	out := make([]Move, 0, len(tasks))
	for _, t := range tasks {
		m, err := preview(ctx, r, t)
		if err != nil {
			return nil, errs.Wrap("preview "+t.Code, err)
		}
		out = append(out, m)
	}
	return out, nil
}

func preview(ctx context.Context, r sqldb.Reader, t Task) (Move, error) {
	m := Move{Task: t}
	v, err := power.VersionByID(ctx, r, t.Version)
	if err != nil {
		return m, err
	}
	m.Basis = v.Elements.Basis
	proposed, ok := rewritten(v, t)
	if !ok {
		m.Why = unsure
		return m, nil
	}
	c, err := carrying(ctx, r, t)
	if errs.KindOf(err) == errs.Conflict {
		m.Why = errs.Message(err)
		return m, nil
	}
	if err != nil {
		return m, err
	}
	newest, err := power.Newest(ctx, r, t.Power)
	if err != nil {
		return m, err
	}
	if newest.ID != c.ID && (newest.State.Open() || newest.Kind == power.KindCancel && newest.State == power.Cancelled) {
		m.Why = fmt.Sprintf("事项 %s 另有变更处于“%s”，请等它公布或者撤回之后再办", t.Code, newest.State.Label())
		return m, nil
	}
	m.Proposed = proposed
	return m, nil
}
