package desk

import (
	"context"
	"net/http"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/calendar"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/ui"
)

// Ground is one reason of a task with the words before and after, marked where
// they differ.
type Ground struct {
	Words, Cited, Note string
	OldNo, NewNo       string // 第十二条
	Old, New           []ui.Piece
	Lower              string // law of Old, where a higher law rules the matter of a lower one
	Same               bool   // the words are the same: Old holds them
	Gone               bool   // no text takes over
}

// TaskPage is one task with everything a person needs to answer it.
type TaskPage struct {
	ui.Frame
	Task                   Row
	ItemHref               string // the public page, where the power is on the list
	Starts                 string
	Open                   bool
	Answers                bool // the reader may end the task
	Basis                  string
	Old, New               string // 2003年8月27日公布, of the two texts
	CompareHref            string
	Grounds                []Ground
	Form                   Form
	Action                 string // where the form goes: carries the queue
	QueueHref, Queue       string // the queue that the task was opened from
	Left                   int    // open tasks of the queue
	PreviousHref, NextHref string
	NewVersionHref         string
	Done                   *Done
	Ended                  bool // somebody else ended the task while the form was filled in
}

func (d *Desk) task(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	x, f, err := d.explained(r, who)
	if err != nil {
		return err
	}
	form := Form{Basis: x.Basis}
	if form.Proposed = x.Proposed != "" && x.Proposed != x.Basis; form.Proposed {
		form.Basis = x.Proposed
	}
	// What only moved has one answer to be expected; else a person chooses.
	if form.Proposed && x.Task.Moved {
		form.Way = wayBasis
	}
	return d.showTask(w, r, who, http.StatusOK, x, f, form)
}

// explained reads the task of an address and the queue it was opened from. A
// task that is not theirs to see is NotFound like one that does not exist.
func (d *Desk) explained(r *http.Request, who *people.Who) (impact.Explanation, filter, error) {
	id, err := pathID(r, "这项依据变动任务")
	if err != nil {
		return impact.Explanation{}, filter{}, err
	}
	f, err := parseFilter(r.URL.Query())
	if err != nil {
		return impact.Explanation{}, f, err
	}
	t, err := impact.TaskByID(r.Context(), d.cfg.DB, id)
	if err != nil {
		return impact.Explanation{}, f, err
	}
	if !within(who).Has(t.Department) {
		return impact.Explanation{}, f, noTask()
	}
	x, err := impact.Explain(r.Context(), d.cfg.DB, id, d.today())
	return x, f, err
}

func (d *Desk) showTask(w http.ResponseWriter, r *http.Request, who *people.Who, status int, x impact.Explanation, f filter, form Form) error {
	ctx, t, scope := r.Context(), x.Task, within(who)
	frame, err := d.frame(r, who, t.Name, queuePath, ui.Link{Label: queueTitle, Href: f.at(queuePath)})
	if err != nil {
		return err
	}
	n, err := d.names(ctx, scope)
	if err != nil {
		return err
	}
	cal, err := calendar.Current(ctx, d.cfg.DB)
	if err != nil {
		return errs.Wrap("calendar", err)
	}
	row, err := d.row(f, cal, t, x.Event, n)
	if err != nil {
		return err
	}
	page := TaskPage{Frame: frame, Task: row, Starts: t.Starts, Open: t.State == impact.Open, Answers: who.MayOn(people.AnswerBasis, people.Target{Department: t.Department}) == nil, Basis: x.Basis, Grounds: grounds(x), Form: form,
		Action: f.at(taskHref(t.ID)), QueueHref: f.at(queuePath) + "#queue", Ended: form.Sent && t.State != impact.Open}
	page.Old, page.New = madeWords(x.From.Made), madeWords(x.To.Made)
	if x.Event.Kind == impact.Amended && !x.Event.To.IsZero() {
		page.CompareHref = compareHref(x.Event)
	}
	standing, err := power.Standing(ctx, d.cfg.DB, t.Power)
	if err != nil {
		return err
	}
	if standing.State == power.Published {
		page.ItemHref = "/powers/" + t.Code
	}
	if err := d.around(ctx, &page, t, f, scope); err != nil {
		return err
	}
	if page.Done, err = d.done(ctx, r.URL.Query().Get("done"), scope); err != nil {
		return err
	}
	return d.show(w, r, status, "task", page)
}

// around finds the tasks before and after one in its queue.
func (d *Desk) around(ctx context.Context, page *TaskPage, t impact.Task, f filter, scope people.Scope) error {
	tallies, err := d.tallies(ctx, scope)
	if err != nil {
		return err
	}
	page.Left = f.total(tallies)
	q := f.query(d.today(), 1, scope)
	q.Before = impact.Place{Due: t.Due, ID: t.ID}
	before, err := impact.Tasks(ctx, d.cfg.DB, q)
	if err != nil {
		return err
	}
	if len(before) > 0 {
		page.PreviousHref = f.at(taskHref(before[0].ID))
	}
	next, err := d.next(ctx, t, f, scope)
	if !next.IsZero() {
		page.NextHref = f.at(taskHref(next))
	}
	return err
}

// next finds the open task that comes after one in its queue, from the top
// again behind the last one; zero when there is no other.
func (d *Desk) next(ctx context.Context, t impact.Task, f filter, scope people.Scope) (sqldb.ID, error) {
	q := f.query(d.today(), 1, scope)
	q.After = impact.Place{Due: t.Due, ID: t.ID}
	after, err := impact.Tasks(ctx, d.cfg.DB, q)
	if err == nil && len(after) == 0 {
		q.After = impact.Place{}
		after, err = impact.Tasks(ctx, d.cfg.DB, q)
	}
	if err != nil || len(after) == 0 || after[0].ID == t.ID {
		return sqldb.ID{}, err
	}
	return after[0].ID, nil
}

// grounds makes the reasons of a task readable.
func grounds(x impact.Explanation) []Ground {
	out := make([]Ground, 0, len(x.Reasons))
	for _, e := range x.Reasons {
		g := Ground{Words: e.Words(), Cited: e.Cited, Note: e.Note, Lower: e.Lower, OldNo: chinese(e.Reason.Old), NewNo: chinese(e.Reason.New)}
		switch {
		case e.Old != "" && e.Old == e.New:
			g.Same, g.Old = true, []ui.Piece{{Word: e.Old}}
		case e.Old == "" || e.New == "":
			g.Gone = e.Old != ""
			g.Old, g.New = whole(e.Old), whole(e.New)
		default:
			g.Old, g.New = sides(e.Old, e.New)
		}
		out = append(out, g)
	}
	return out
}

// noTask says that there is no such task, in the words of the service.
func noTask() error { return errs.NotFoundf("没有这项依据变动任务") }

// whole is a text as one piece; none is no piece.
func whole(s string) []ui.Piece {
	if s == "" {
		return nil
	}
	return []ui.Piece{{Word: s}}
}

func chinese(n lawtext.Number) string {
	if n.N == 0 {
		return ""
	}
	return n.Chinese()
}

// madeWords says which edition a text is; an edition is known by the day it was
// made public.
func madeWords(made string) string {
	if made == "" {
		return ""
	}
	return ui.Day(made) + "公布"
}
