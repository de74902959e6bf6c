package impact

import (
	"context"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// Explained is a reason with the words before and after.
type Explained struct {
	Reason
	Cited    string // the citation, as the law writes citations; "" for the power as a whole
	Old, New string // text of the article; "" where there is none
	Lower    string // title of the lower text that Old is of, for NowCovered; else ""
}

// Explanation is a task with everything a person needs to answer it.
type Explanation struct {
	Task     Task
	Event    Event
	From, To law.Edition // To is zero where no text takes over
	Basis    string      // as the version has it
	Proposed string      // the basis under the new numbers; "" where it cannot be written without doubt
	Reasons  []Explained
}

// Explain reads a task with the texts before and after.
func Explain(ctx context.Context, r sqldb.Reader, task sqldb.ID, today string) (Explanation, error) {
	t, err := TaskByID(ctx, r, task)
	if err != nil {
		return Explanation{}, err
	}
	x := Explanation{Task: t}
	if x.Event, err = EventByID(ctx, r, t.Event, today); err != nil {
		return x, err
	}
	v, err := power.VersionByID(ctx, r, t.Version)
	if err != nil {
		return x, err
	}
	x.Basis = v.Elements.Basis
	if proposed, ok := rewritten(v, t); ok {
		x.Proposed = proposed
	}
	older, newer, err := x.texts(ctx, r)
	if err != nil {
		return x, errs.Wrap("explain "+t.Code, err)
	}
	for _, w := range t.Reasons {
		e := Explained{Reason: w}
		if w.Citation >= 1 && w.Citation <= len(v.Citations) {
			e.Cited = v.Citations[w.Citation-1].Ref.String()
		}
		if w.Kind == NowCovered {
			if e.Lower, e.Old, err = citedText(ctx, r, v.Citations[w.Citation-1], today); err != nil {
				return x, errs.Wrap("explain "+t.Code, err)
			}
		} else if a, ok := older.Find(w.Old); ok {
			e.Old = a.Text()
		}
		if a, ok := newer.Find(w.New); ok && w.New.N > 0 {
			e.New = a.Text()
		}
		x.Reasons = append(x.Reasons, e)
	}
	return x, nil
}

// texts reads the two editions of the event.
func (x *Explanation) texts(ctx context.Context, r sqldb.Reader) (older, newer *lawtext.Document, err error) {
	also := []sqldb.ID{x.Event.From}
	if !x.Event.To.IsZero() {
		also = append(also, x.Event.To)
	}
	var keys []string
	for _, e := range also {
		more, err := law.KeysOf(ctx, r, e)
		if err != nil {
			return nil, nil, err
		}
		keys = append(keys, more...)
	}
	lib, err := law.ReadTitles(ctx, r, keys, also...)
	if err != nil {
		return nil, nil, err
	}
	x.From, _ = lib.Edition(x.Event.From)
	x.To, _ = lib.Edition(x.Event.To)
	if older, err = lib.Articles(x.Event.From); err != nil {
		return nil, nil, err
	}
	newer, err = lib.Articles(x.Event.To)
	return older, newer, err
}

// citedText gives the law and the article that a citation leads to on a day.
func citedText(ctx context.Context, r sqldb.Reader, c power.Citation, day string) (title, text string, err error) {
	lib, err := law.ReadTitles(ctx, r, []string{citation.NormalizeTitle(c.Ref.Law)})
	if err != nil {
		return "", "", err
	}
	res := lib.Resolve(c.Ref, day)
	return res.Document.Title, lib.Text(res), nil
}
