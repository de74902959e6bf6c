package impact

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
)

// act is an amending act whose new edition is not in the library yet, as far as
// it speaks of one document.
type act struct {
	edition, document, from sqldb.ID
	day                     string
	effects                 []law.Effect
}

// amendingActs reads what newly loaded amending acts say of the documents
// concerned. An act whose outcome is in the library as an edition of its own
// says nothing that the edition does not.
func (f *follower) amendingActs(ctx context.Context) ([]act, error) {
	var out []act
	for _, n := range f.news {
		if n.Kind != law.Loaded {
			continue
		}
		effects, err := law.Effects(ctx, f.tx, n.Edition)
		if err != nil {
			return nil, err
		}
		if len(effects) == 0 {
			continue
		}
		made, err := law.EditionByID(ctx, f.tx, n.Edition)
		if err != nil {
			return nil, err
		}
		for _, e := range effects {
			d, from, ok := f.after.Before(e.Title, made.Made)
			if !ok {
				continue
			}
			i := slices.IndexFunc(out, func(a act) bool { return a.edition == n.Edition && a.document == d })
			if i < 0 {
				i = len(out)
				out = append(out, act{edition: n.Edition, document: d, from: from, day: made.Effective})
			}
			out[i].effects = append(out[i].effects, e)
		}
	}
	return out, nil
}

// amending finds what amending acts say of the articles that a version cites.
func (f *follower) amending(v version, acts []act) []found {
	var out []found
	for _, a := range acts {
		d, _ := f.after.Document(a.document)
		x := found{turn: turn{document: a.document, from: a.from, cause: a.edition, kind: Amending, day: a.day}, title: d.Title}
		for _, c := range v.refs {
			res := f.after.Resolve(c.ref, f.today)
			if res.Document.ID != a.document || res.Article == 0 {
				continue
			}
			for _, n := range f.after.Numbers(res.Edition.ID, res.Article, max(res.Article, res.To)) {
				for _, e := range a.effects {
					if e.Article == n {
						x.reasons = append(x.reasons, Reason{Citation: c.seq, Kind: ActChanges, Old: n, New: e.NewNumber, Note: e.Words()})
						break
					}
				}
			}
		}
		if len(x.reasons) > 0 {
			out = append(out, x)
		}
	}
	return out
}

// open opens the task of a version for a turn, unless it has one.
func (f *follower) open(ctx context.Context, v version, x found) error {
	var err error
	if x.reasons, err = f.leftOver(ctx, v, x); err != nil || len(x.reasons) == 0 {
		return err
	}
	if x.day == "" {
		x.day = f.today
	}
	e, err := f.event(ctx, x)
	if err != nil {
		return err
	}
	again, asked := e.asked[v.Version]
	if asked && again.IsZero() {
		return nil
	}
	more, err := f.level(ctx, v, x)
	if err != nil {
		return err
	}
	x.reasons = append(x.reasons, more...)
	t, err := f.due(Task{ID: sqldb.NewID(), Event: e.ID, Version: v.Version, Power: v.Power, Department: v.Department, Division: v.Division,
		Code: v.Code, Name: v.Name, Moved: x.moved(), State: Open, Reasons: x.reasons}, max(f.today, x.day))
	if err != nil {
		return err
	}
	if asked {
		err = reopenTask(ctx, f.tx, again, t)
	} else {
		err = insertTask(ctx, f.tx, t)
	}
	if err != nil {
		return err
	}
	e.asked[t.Version] = sqldb.ID{}
	e.Tasks++
	e.codes = append(e.codes, t.Code)
	f.report.Tasks++
	return nil
}

// leftOver leaves out what a task opened by the amending act asked already:
// when the new edition comes in later, only what the act did not say is new.
func (f *follower) leftOver(ctx context.Context, v version, x found) ([]Reason, error) {
	if x.kind != Amended {
		return x.reasons, nil
	}
	said, ok := f.said[x.document]
	if !ok {
		var err error
		if said, err = saidByActs(ctx, f.tx, x.document); err != nil {
			return nil, err
		}
		f.said[x.document] = said
	}
	return slices.DeleteFunc(x.reasons, func(r Reason) bool {
		return slices.ContainsFunc(said[v.Version], func(s Reason) bool { return s.Citation == r.Citation && s.Old == r.Old })
	}), nil
}

// event finds or opens the event of a turn.
func (f *follower) event(ctx context.Context, x found) (*opening, error) {
	t := x.turn
	if e, ok := f.events[t]; ok {
		return e, nil
	}
	asked := map[sqldb.ID]sqldb.ID{}
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
	asked map[sqldb.ID]sqldb.ID // see askedBy
	codes []string
}

// close writes the counts of the events and records each of them, with the
// digest of the codes: whoever was told of a task can show that it was in.
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
		if err := countEvent(ctx, f.tx, o.ID, len(o.codes)); err != nil {
			return err
		}
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
