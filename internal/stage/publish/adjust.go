package publish

import (
	"context"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/consult"
	"qingdan/internal/service/round"
)

// adjustment is what an edition does to the list of a division. No power is
// both coming and leaving: registry/power lets one change at a time begin.
type adjustment struct {
	listed  map[sqldb.ID]power.Change // published before, by power
	coming  []power.Change            // adds and amendments on their way
	leaving []power.Change            // cancellations that were decided
}

// onTheWay are the states of what is, or by this publication comes, on the
// list.
func onTheWay() []power.State {
	return []power.State{power.Proposed, power.Consulting, power.Approved, power.Published}
}

// gather reads what stands on the list of a division and what is to become of
// it.
func gather(ctx context.Context, r sqldb.Reader, division string) (*adjustment, error) {
	all, err := power.Changes(ctx, r, append(onTheWay(), power.Cancelled)...)
	if err != nil {
		return nil, err
	}
	a := &adjustment{listed: map[sqldb.ID]power.Change{}}
	for _, c := range all {
		switch {
		case c.Division != division:
		case c.State == power.Published:
			a.listed[c.Power] = c
		case c.State != power.Cancelled:
			a.coming = append(a.coming, c)
		case c.Kind == power.KindCancel:
			a.leaving = append(a.leaving, c)
		}
	}
	return a, nil
}

// needApproval says whether powers are added or cancelled: the government's
// business, while a change of content is not.
func (a *adjustment) needApproval() bool {
	for _, c := range a.coming {
		if c.Kind == power.KindAdd {
			return true
		}
	}
	return len(a.leaving) > 0
}

// heard refuses what the public was asked about and is not answered yet, and gives
// the order with the days of the notices where it names none.
func (o Order) heard(ctx context.Context, r *ledger.Tx, a *adjustment) (Order, error) {
	ids := make([]sqldb.ID, 0, len(a.coming)+len(a.leaving))
	for _, c := range a.coming {
		ids = append(ids, c.ID)
	}
	for _, c := range a.leaving {
		ids = append(ids, c.ID)
	}
	p, err := consult.Gate(ctx, r, round.Civil(r.Now()), ids)
	if err == nil && !o.consulted() {
		o.ConsultedFrom, o.ConsultedTo = p.From, p.To
	}
	return o, err
}

// lists gives the versions that the edition lists, each with whether it is new
// on the list.
func (a *adjustment) lists() map[sqldb.ID]bool {
	byPower := make(map[sqldb.ID]power.Change, len(a.listed)+len(a.coming))
	for id, c := range a.listed {
		byPower[id] = c
	}
	for _, c := range a.coming {
		byPower[c.Power] = c
	}
	for _, c := range a.leaving {
		delete(byPower, c.Power)
	}
	out := make(map[sqldb.ID]bool, len(byPower))
	for _, c := range byPower {
		out[c.Version] = c.State != power.Published
	}
	return out
}

// carryOut moves every change to where the edition takes it. What is taken over
// gives way first: a power stands on the list by one change only.
func (a *adjustment) carryOut(ctx context.Context, tx *ledger.Tx, o Order) error {
	if err := a.replace(ctx, tx, o); err != nil {
		return err
	}
	if err := a.end(ctx, tx, o); err != nil {
		return err
	}
	return a.advance(ctx, tx, o)
}

// replace moves the published changes of amended powers out of the way.
func (a *adjustment) replace(ctx context.Context, tx *ledger.Tx, o Order) error {
	moved := 0
	for _, c := range a.coming {
		old, ok := a.listed[c.Power]
		if !ok {
			continue
		}
		if err := power.Move(ctx, tx, old, power.Replaced); err != nil {
			return err
		}
		moved++
	}
	return say(ctx, tx, o, "list.replaced", o.Effective, moved)
}

// end closes all that ever brought the cancelled powers onto the list, and the
// cancellations themselves, and takes the powers out of the search.
func (a *adjustment) end(ctx context.Context, tx *ledger.Tx, o Order) error {
	gone := make([]sqldb.ID, 0, len(a.leaving))
	for _, c := range a.leaving {
		all, err := power.History(ctx, tx, c.Power)
		if err != nil {
			return err
		}
		for _, old := range all {
			if old.State.CanMove(power.Ended) != nil {
				continue
			}
			if err := power.Move(ctx, tx, old, power.Ended); err != nil {
				return err
			}
		}
		gone = append(gone, c.Power)
	}
	if err := search.Remove(ctx, tx.Tx, "power", gone); err != nil {
		return err
	}
	return say(ctx, tx, o, "list.ended", o.Effective, len(gone))
}

// byRule is said of the approval of an edition that needs none.
const byRule = "内容修改，不需批准"

// advance records consultation and approval and moves every change on, one
// step after the other: the transition table knows no short cut.
func (a *adjustment) advance(ctx context.Context, tx *ledger.Tx, o Order) error {
	approval := byRule
	if o.approved() {
		approval = o.ApprovedBy + " " + o.Approval + " " + o.ApprovedOn
	}
	for _, step := range []struct {
		to   power.State
		kind string
		fact string
	}{
		{power.Consulting, "list.consulted", o.ConsultedFrom + "—" + o.ConsultedTo},
		{power.Approved, "list.approved", approval},
		{power.Published, "list.advanced", o.Effective},
	} {
		moved := 0
		if step.to != power.Published {
			moved = len(a.leaving) // put to the public and approved as well
		}
		for i := range a.coming {
			if a.coming[i].State.CanMove(step.to) != nil {
				continue
			}
			if err := power.Move(ctx, tx, a.coming[i], step.to); err != nil {
				return err
			}
			a.coming[i].State = step.to
			moved++
		}
		if step.to == power.Consulting && !o.consulted() {
			continue // nobody was asked
		}
		if err := say(ctx, tx, o, step.kind, step.fact, moved); err != nil {
			return err
		}
	}
	return nil
}

// say records one step of an edition with its fact and how many powers it
// moved; a step that moved none is no act.
func say(ctx context.Context, tx *ledger.Tx, o Order, kind, fact string, moved int) error {
	if moved == 0 {
		return nil
	}
	type act struct {
		Fact   string `json:"fact"`
		Powers int    `json:"powers"`
	}
	return tx.Say(ctx, o.Division, kind, sqldb.ID{}, act{fact, moved})
}
