package desk

import (
	"context"
	"slices"
	"strings"

	"qingdan/internal/engine/workday"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/calendar"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/ui"
)

// Row is one task in a list.
type Row struct {
	Code, Name, Href           string
	Department, DepartmentHref string
	Law, EventHref             string // the law by its short name
	Change                     string // 2019-04-23 起修改, the day in words
	Why                        []string
	Clock                      Clock
	Reason, ClosedBy, ClosedOn string // of the outcome
}

// shownReasons is how many reasons a list shows of one task.
const shownReasons = 3

// rows makes the lines of a list; f is the queue that the tasks are opened from.
func (d *Desk) rows(ctx context.Context, f filter, tasks []impact.Task, n names) ([]Row, error) {
	events, err := d.eventsOf(ctx, tasks)
	if err != nil {
		return nil, err
	}
	cal, err := calendar.Current(ctx, d.cfg.DB)
	if err != nil {
		return nil, errs.Wrap("calendar", err)
	}
	out := make([]Row, 0, len(tasks))
	for _, t := range tasks {
		row, err := d.row(f, cal, t, events[t.Event], n)
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

func (d *Desk) row(f filter, cal *workday.Calendar, t impact.Task, e impact.Event, n names) (Row, error) {
	c, err := clock(cal, t, d.today())
	return Row{
		Code: t.Code, Name: t.Name, Href: f.at(taskHref(t.ID)), Department: n[t.Department], DepartmentHref: departmentHref(t.Department),
		Law: short(e.Title), EventHref: eventHref(e.ID), Change: changeWords(e), Why: why(t.Reasons), Clock: c,
		Reason: t.Reason, ClosedBy: t.ClosedBy, ClosedOn: t.ClosedOn,
	}, err
}

// why says the reasons of a task in a few lines, each once.
func why(reasons []impact.Reason) []string {
	var out []string
	for _, r := range reasons {
		if w := r.Words(); !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	if len(out) > shownReasons {
		out = append(out[:shownReasons-1], "等，共 "+ui.Num(len(out))+" 处")
	}
	return out
}

// short is the name of a law as people say it: national laws and regulations
// without the name of the country.
func short(title string) string { return strings.TrimPrefix(title, "中华人民共和国") }

// allWhy says every reason of a task in one line, for exports.
func allWhy(reasons []impact.Reason) string {
	out := make([]string, 0, len(reasons))
	for _, r := range reasons {
		out = append(out, r.Words())
	}
	return strings.Join(slices.Compact(out), "；")
}

// changeWords says what happened to a law from which day on.
func changeWords(e impact.Event) string { return ui.Day(e.Day) + "起" + string(e.Kind) }

func taskHref(id sqldb.ID) string       { return tasksPath + "/" + id.String() }
func eventHref(id sqldb.ID) string      { return eventsPath + "/" + id.String() }
func departmentHref(id sqldb.ID) string { return unitsPath + "/" + id.String() }

// EventRow is one change of a law in a list, with how far its tasks are.
type EventRow struct {
	Title, Href, Change        string
	Tasks, Done, Open, Overdue int
	Bar                        ui.Bar
}

func eventRow(e impact.Event) EventRow {
	done := e.Tasks - e.Open
	return EventRow{Title: short(e.Title), Href: eventHref(e.ID), Change: changeWords(e), Tasks: e.Tasks, Done: done, Open: e.Open, Overdue: e.Overdue,
		Bar: ui.NewBar(done, e.Tasks, "keep")}
}

// Done is the task that was answered just now, as it stands in the books.
type Done struct{ Code, Name, Href, Outcome string }

// done reads the task that an address says was answered just now; nil where it
// was not, or is not theirs to see.
func (d *Desk) done(ctx context.Context, id string, scope people.Scope) (*Done, error) {
	task, err := sqldb.ParseID(id)
	if err != nil {
		return nil, nil
	}
	t, err := impact.TaskByID(ctx, d.cfg.DB, task)
	if errs.KindOf(err) == errs.NotFound || err == nil && (t.State != impact.Closed || !scope.Has(t.Department)) {
		return nil, nil
	}
	return &Done{t.Code, t.Name, taskHref(t.ID), string(t.Outcome)}, err
}
