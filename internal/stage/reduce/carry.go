package reduce

import (
	"context"
	"fmt"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// Carry carries proposals out in the name of the body that decided on them
// (DecideCuts on each department): each becomes a decision, and all of them go
// through what a workbook of decisions goes through, in one transaction. The
// books of every unit must balance; if one proposal cannot be carried out,
// nothing is, and the error names the first ones.
//
// What is still proposed to keep or put to the public goes back to review first;
// for a power on the list a cancellation is opened and decided, and the next
// edition leaves it out: until then it stays on the list.
//
// Invalid: no proposal, no body, no day or one that has not come, or a ground that
// no longer holds. NotFound: a proposal that does not exist or is not theirs.
// Conflict: one was decided or withdrawn meanwhile, its power moved on, or the
// books would not balance.
func Carry(ctx context.Context, l *ledger.Ledger, who *people.Who, ids []sqldb.ID, decidedBy, decidedOn string) (Applied, error) {
	var done Applied
	err := l.Load(ctx, who.Actor(), func(ctx context.Context, tx *ledger.Tx) (err error) {
		done, err = carry(ctx, tx, who, ids, decidedBy, decidedOn)
		return err
	})
	return done, errs.Wrap("carry proposals out", err)
}

// RehearseCarry does what Carry does and undoes it: it refuses what Carry would
// refuse, and says what would happen.
func RehearseCarry(ctx context.Context, l *ledger.Ledger, who *people.Who, ids []sqldb.ID, decidedBy, decidedOn string) (Applied, error) {
	var done Applied
	err := l.Load(ctx, who.Actor(), func(ctx context.Context, tx *ledger.Tx) (err error) {
		if done, err = carry(ctx, tx, who, ids, decidedBy, decidedOn); err != nil {
			return err
		}
		return errRehearsed
	})
	if errs.Is(err, errRehearsed) {
		return done, nil
	}
	return done, errs.Wrap("rehearse proposals", err)
}

func carry(ctx context.Context, tx *ledger.Tx, who *people.Who, ids []sqldb.ID, by, on string) (Applied, error) {
	by = strings.TrimSpace(by)
	switch err := signed(Decision{By: by, On: on}); {
	case err != nil && by == "":
		return Applied{}, errs.In("by", err)
	case err != nil:
		return Applied{}, errs.In("on", err)
	case len(ids) == 0:
		return Applied{}, errs.Invalidf("没有选择建议").At("ids").Fix("请勾选要决定的建议")
	case on > civil(tx.Now()):
		return Applied{}, errs.Invalidf("决定日期 %s 还没有到", on).At("on").Fix("请填写实际作出决定的日期")
	}
	chosen, err := chosen(ctx, tx, who, ids)
	if err != nil {
		return Applied{}, err
	}
	listed := 0
	ds := make([]Decision, 0, len(chosen))
	for _, p := range chosen {
		d := p.decision(by, on)
		was, err := present(ctx, tx, p, d)
		if err != nil {
			return Applied{}, err
		}
		if was == power.Published {
			listed++
		}
		ds = append(ds, d)
	}
	done, err := apply(ctx, tx, ds)
	if err != nil {
		return Applied{}, err
	}
	done.Listed = listed
	for _, p := range chosen {
		if err := closeProposal(ctx, tx, p, Decided, who.Name, by+" "+on); err != nil {
			return Applied{}, err
		}
	}
	return done, sayCarried(ctx, tx, chosen, done, by, on)
}

// chosen reads the proposals that are to be carried out, each once, and refuses
// them all when one is open no more or its power has moved on.
func chosen(ctx context.Context, tx *ledger.Tx, who *people.Who, ids []sqldb.ID) ([]Proposal, error) {
	var out []Proposal
	var wrong []string
	seen := map[sqldb.ID]bool{}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		p, err := ProposalByID(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if err := may(tx, who, people.DecideCuts, people.Target{Department: p.Department}); err != nil {
			return nil, err
		}
		switch {
		case p.State != Open:
			wrong = append(wrong, errs.Message(closed(p)))
		case p.Stale:
			wrong = append(wrong, fmt.Sprintf("%s 在提出建议之后有变化，现在处于“%s”", p.Code, p.Stands.Label()))
		}
		out = append(out, p)
	}
	if len(wrong) > 0 {
		return nil, errs.Conflictf("有 %d 项建议不能执行，全部没有写入：%s", len(wrong), strings.Join(wrong[:min(3, len(wrong))], "；")).
			Fix("请刷新页面，去掉这些建议，或者按现在的内容重新提出")
	}
	return out, nil
}

// present brings the change of a proposal before those who decide: to review,
// or, of a power on the list, a cancellation. It gives where the change stood.
func present(ctx context.Context, tx *ledger.Tx, p Proposal, d Decision) (power.State, error) {
	c, err := Subject(ctx, tx, p.Power)
	if err != nil {
		return "", err
	}
	switch c.State {
	case power.Proposed, power.Consulting:
		return c.State, power.Move(ctx, tx, c, power.Review)
	case power.Published:
		ids, err := power.ProposeCancel(ctx, tx, c, d.Reason)
		if err != nil {
			return c.State, err
		}
		opened, err := power.Newest(ctx, tx, c.Power)
		if err != nil {
			return c.State, err
		}
		if opened.ID != ids.Change {
			return c.State, errs.New(errs.Internal, "the cancellation of %s is not its newest change", c.Code)
		}
		return c.State, power.Move(ctx, tx, opened, power.Review)
	default:
		return c.State, nil
	}
}

// sayCarried records once that proposals were decided; what was decided on each
// power is an entry of its own.
func sayCarried(ctx context.Context, tx *ledger.Tx, ps []Proposal, done Applied, by, on string) error {
	division, err := divisionOf(ctx, tx, ps[0].Power)
	if err != nil {
		return err
	}
	type act struct {
		Proposals int          `json:"proposals"`
		ByFate    map[Fate]int `json:"by_fate"`
		By        string       `json:"decided_by"`
		On        string       `json:"decided_on"`
	}
	return tx.Say(ctx, division, "cut.decided", sqldb.ID{}, act{len(ps), done.ByFate, by, on})
}
