package impact

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"qingdan/internal/engine/citation"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
)

// open opens the task of a version for a turn, unless it has one. A task that
// takes up an open one of the same power and document keeps the earlier of the
// last days: a second change of the law gives no more time for the first.
func (f *follower) open(ctx context.Context, v version, x found) error {
	var err error
	if x.reasons, err = f.leftOver(ctx, v, x); err != nil || len(x.reasons) == 0 {
		return err
	}
	e, err := f.event(ctx, x)
	if err != nil {
		return err
	}
	was, asked := e.asked[v.Version]
	switch {
	case asked && was.open:
		f.again[was.id] = true
		return nil
	case asked && !was.fell:
		return nil
	}
	more, err := f.level(ctx, v, x)
	if err != nil {
		return err
	}
	x.reasons = append(x.reasons, more...)
	t, err := f.due(Task{ID: sqldb.NewID(), Event: e.ID, Version: v.Version, Power: v.Power, Department: v.Department, Division: v.Division,
		Code: v.Code, Name: v.Name, Moved: x.moved(), State: Open, Reasons: x.reasons}, max(f.today, x.day), f.term)
	if err != nil {
		return err
	}
	f.takeUp(&t, x)
	if asked {
		t.ID = was.id
		err = reopenTask(ctx, f.tx, t)
	} else {
		err = insertTask(ctx, f.tx, t)
	}
	if err != nil {
		return err
	}
	e.asked[t.Version] = askedTask{id: t.ID, open: true}
	f.again[t.ID] = true
	e.codes = append(e.codes, t.Code)
	f.report.Tasks++
	return nil
}

// takeUp keeps the clock of the open tasks that a new one takes up.
func (f *follower) takeUp(t *Task, x found) {
	for i := range f.standing[t.Power] {
		s := &f.standing[t.Power][i]
		if s.document != x.document || s.event == t.Event && s.id == t.ID {
			continue
		}
		s.replaced = true
		if x.day <= f.today && s.due < t.Due {
			t.Starts, t.Due, t.Calendar, t.Provisional, t.term = s.starts, s.due, s.calendar, s.provisional, s.term
		}
	}
}

// leftOver leaves out what the department answered when the amending act came
// in: when the new edition comes later, only what the act did not say is new.
func (f *follower) leftOver(ctx context.Context, v version, x found) ([]Reason, error) {
	if x.kind != Amended || !slices.ContainsFunc(f.acts, func(a law.Act) bool { return a.Key == citation.NormalizeTitle(x.title) }) {
		return x.reasons, nil
	}
	said, err := answeredActs(ctx, f.tx, v.Power, x.from, x.to)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(x.reasons, func(r Reason) bool {
		return slices.ContainsFunc(said, func(s Reason) bool { return s.Old == r.Old })
	}), nil
}

// event finds or opens the event of a turn.
func (f *follower) event(ctx context.Context, x found) (*opening, error) {
	t := x.turn
	if e, ok := f.events[t]; ok {
		return e, nil
	}
	asked := map[sqldb.ID]askedTask{}
	e, err := findEvent(ctx, f.tx, t)
	switch errs.KindOf(err) {
	case errs.NotFound:
		e = Event{ID: sqldb.NewID(), Document: t.document, Kind: t.kind, From: t.from, To: t.to, Cause: t.cause, Day: t.day, Opened: f.tx.Now()}
		err = insertEvent(ctx, f.tx, e)
	default:
		if err == nil {
			asked, err = askedBy(ctx, f.tx, e.ID)
		}
	}
	if err != nil {
		return nil, err
	}
	e.Title = x.title
	o := &opening{Event: e, asked: asked}
	f.events[t] = o
	f.opened = append(f.opened, o)
	return o, nil
}

// opening is an event that this following opens or extends, with the codes of
// the powers that it asks about.
type opening struct {
	Event
	asked map[sqldb.ID]askedTask // see askedBy
	codes []string
}

// close records each event with the number of the powers newly asked about and
// the digest of the codes: whoever was told of a task can show that it was in.
func (f *follower) close(ctx context.Context) error {
	type said struct {
		Law    string `json:"law"`
		Kind   string `json:"kind"`
		Day    string `json:"day"`
		From   string `json:"from"`
		To     string `json:"to,omitempty"`
		Tasks  int    `json:"tasks"`
		SHA256 string `json:"sha256"`
	}
	for _, o := range f.opened {
		if len(o.codes) == 0 {
			continue
		}
		o.Tasks = len(o.codes)
		h := sha256.New()
		for _, c := range o.codes {
			fmt.Fprintln(h, c)
		}
		to := ""
		if !o.To.IsZero() {
			to = o.To.String()
		}
		if err := f.tx.Say(ctx, "", "impact.opened", o.ID,
			said{o.Title, string(o.Kind), o.Day, o.From.String(), to, len(o.codes), fmt.Sprintf("%x", h.Sum(nil))}); err != nil {
			return err
		}
		f.report.Events = append(f.report.Events, o.Event)
	}
	return nil
}
