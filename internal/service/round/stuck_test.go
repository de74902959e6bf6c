package round_test

import (
	"context"
	"testing"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
)

// A draft that a closed campaign left behind does not keep the group from writing
// the same in the next one.
func TestADraftOfAClosedCampaignDoesNotStandInTheWay(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		campaign := h.open(t)
		p := h.add(t, h.water, 1)[0]
		h.up(t)
		_, err := h.write(h.reviewer, h.note(t, p.Change, "缺少依据"))
		must(t, err)
		must(t, h.as(h.legal, func(ctx context.Context, tx *ledger.Tx) error { return round.Close(ctx, tx, h.legal, campaign) }))
		h.later(time.Hour)
		h.open(t)
		sub := h.up(t)
		again, err := h.write(h.reviewer, h.note(t, p.Change, "缺少依据"))
		must(t, err)
		d, err := h.handDown(h.leader, sub.ID)
		must(t, err)
		if d.Opinions != 1 {
			t.Errorf("%d opinions went down, want the one of this campaign", d.Opinions)
		}
		h.is(t, again, round.Issued)
	})
}

// A task of 依据变动 rewords a power that is under review. The group says what it
// has to say of the new wording in the same round: there may be no next one.
func TestAPowerRewordedUnderReviewCanStillBeSpokenOf(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		p := h.add(t, h.water, 1)[0]
		sub := h.up(t)
		stale := h.note(t, p.Change, "依据不对")
		early, err := h.write(h.reviewer, stale)
		must(t, err)
		h.later(time.Minute)
		must(t, h.l.Write(h.ctx, operator, func(ctx context.Context, tx *ledger.Tx) error {
			c := h.change(t, p.Change)
			_, err := power.Amend(ctx, tx, c, wording(c.Department, c.Name, "依据更新后的内容"))
			return err
		}))
		_, err = h.handDown(h.leader, sub.ID)
		refused(t, "handing down what speaks of the old wording", err, errs.Conflict)
		stale.Text = "依据还是不对"
		_, err = h.write(h.reviewer, stale)
		refused(t, "writing on the old wording", err, errs.Conflict)
		must(t, h.as(h.reviewer, func(ctx context.Context, tx *ledger.Tx) error { return round.Drop(ctx, tx, h.reviewer, early) }))
		opinion, err := h.write(h.reviewer, h.note(t, p.Change, "依据还是不对"))
		must(t, err)
		if o := h.opinion(t, opinion); o.Version != h.change(t, p.Change).Version {
			t.Error("the opinion does not speak of the wording that the reviewer saw")
		}
		h.later(time.Minute)
		_, err = h.handDown(h.leader, sub.ID)
		must(t, err)
		refused(t, "accepting without a new version", h.answer(h.clerk, opinion, round.Accept, ""), errs.Conflict)
		must(t, h.reword(t, p.Change, "按意见修改"))
		must(t, h.answer(h.clerk, opinion, round.Accept, ""))
		h.stands(t, round.StageFilling, 2)
	})
}

// A correction that is not what the leading group ruled goes before it again: the
// group need not call it done, and the department is not shut out.
//
// tests:三上三下/3
func TestARulingThatWasNotCarriedOutIsRuledUponAgain(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		campaign := h.open(t)
		p := h.add(t, h.water, 1)[0]
		dispute := h.dispute(t, p.Change)
		h.later(time.Hour)
		must(t, h.rule(h.leading, dispute, round.Wording, "改引第三条"))
		for n := range 2 {
			h.later(time.Hour)
			must(t, h.reword(t, p.Change, []string{"敷衍的修改", "又一次敷衍的修改"}[n]))
			h.up(t)
			_, err := h.maintain(h.reviewer, dispute, "")
			refused(t, "asking again without words", err, errs.Invalid)
			again, err := h.maintain(h.reviewer, dispute, "没有按裁定修改")
			must(t, err)
			h.is(t, dispute, round.Maintained)
			h.is(t, again, round.Disputed)
			h.stands(t, round.StageRuling, round.Final+1+n)
			disputes, err := round.Opinions(h.ctx, h.db, round.Query{Scope: people.Scope{All: true}, No: round.Final, States: []round.OpinionState{round.Disputed}})
			must(t, err)
			if len(disputes) != 1 || disputes[0].ID != again {
				t.Errorf("before the leading group are %d disputes, want the new one", len(disputes))
			}
			h.later(time.Hour)
			must(t, h.rule(h.leading, again, round.Uphold, "必须改引第三条"))
			h.stands(t, round.StageFilling, round.Final+2+n)
			dispute = again
		}
		h.later(time.Hour)
		must(t, h.reword(t, p.Change, "改引第三条"))
		h.up(t)
		must(t, h.settle(h.reviewer, dispute))
		h.stands(t, round.StageDone, round.Final+4)
		thread, err := round.Thread(h.ctx, h.db, dispute)
		must(t, err)
		if len(thread) != 6 || !thread[0].Follows.IsZero() {
			t.Errorf("the thread has %d opinions, want all six from the first on", len(thread))
		}
		f, err := round.Convergence(h.ctx, h.db, campaign, people.Scope{All: true})
		must(t, err)
		if f.Total.Written != 6 || f.Total.New != 1 || f.Total.Maintained != 5 || f.Total.Settled != 1 || f.Total.EndedShare() != 100 {
			t.Errorf("figures %+v, want 6 written, 5 maintained, 1 settled", f.Total)
		}
	})
}

// dispute takes an opinion on a power through the rounds, refused each time, until
// it is before the leading group.
func (h *house) dispute(t tester, change sqldb.ID) sqldb.ID {
	t.Helper()
	var opinion sqldb.ID
	for no := 1; no <= round.Rounds; no++ {
		sub := h.up(t)
		var err error
		if no == 1 {
			opinion, err = h.write(h.reviewer, h.note(t, change, "依据不是法律法规"))
		} else {
			opinion, err = h.maintain(h.reviewer, opinion, "理由不成立")
		}
		must(t, err)
		_, err = h.handDown(h.leader, sub.ID)
		must(t, err)
		must(t, h.answer(h.clerk, opinion, round.Refuse, "依据充分"))
		h.later(time.Hour)
	}
	h.up(t)
	dispute, err := h.maintain(h.reviewer, opinion, "仍不同意")
	must(t, err)
	return dispute
}

// A power may leave while it is disputed; the ruling then asks nobody for anything.
func TestARulingOnAPowerThatLeftEndsTheMatter(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		p := h.add(t, h.water, 2)
		dispute := h.dispute(t, p[0].Change)
		must(t, h.l.Write(h.ctx, operator, func(ctx context.Context, tx *ledger.Tx) error {
			if err := power.Move(ctx, tx, h.change(t, p[0].Change), power.Cancelled); err != nil {
				return err
			}
			return tx.Say(ctx, city, "power.decided", p[0].Power, struct{}{})
		}))
		h.stands(t, round.StageRuling, round.Final)
		h.later(time.Hour)
		must(t, h.rule(h.leading, dispute, round.Uphold, "同意审核小组"))
		h.stands(t, round.StageDone, round.Final+1)
		if s := h.change(t, p[0].Change).State; s != power.Cancelled {
			t.Errorf("the ruling moved a power that had left to %s", s)
		}
	})
}

// A department given to another group in the middle of a round: the new group goes
// on with the drafts of the old one, which sees nothing any more.
func TestAnotherGroupTakesOverInTheMiddleOfARound(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		p := h.add(t, h.water, 1)[0]
		sub := h.up(t)
		draft, err := h.write(h.reviewer, h.note(t, p.Change, "缺"))
		must(t, err)
		h.reviewer.Reviews, h.leader.Reviews = nil, nil
		h.otherReviewer.Reviews, h.otherLD.Reviews = []sqldb.ID{h.water, h.roads}, []sqldb.ID{h.water, h.roads}
		_, err = h.handDown(h.leader, sub.ID)
		refused(t, "the old group handing down", err, errs.NotFound)
		note := h.note(t, p.Change, "缺第二款")
		must(t, h.as(h.otherReviewer, func(ctx context.Context, tx *ledger.Tx) error {
			return round.Edit(ctx, tx, h.otherReviewer, draft, note)
		}))
		d, err := h.handDown(h.otherLD, sub.ID)
		must(t, err)
		if d.Group != 2 || d.Opinions != 1 {
			t.Errorf("handed down %+v, want one opinion of group 2", d)
		}
	})
}
