package round_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
)

// atOnce runs acts at the same moment and gives their errors, of which only
// refusals in words are allowed.
func atOnce(t *testing.T, acts ...func() error) []error {
	t.Helper()
	out := make([]error, len(acts))
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i, act := range acts {
		wg.Go(func() {
			<-start
			out[i] = act()
		})
	}
	close(start)
	wg.Wait()
	for i, err := range out {
		switch k := errs.KindOf(err); {
		case err == nil, k == errs.Conflict, k == errs.NotFound:
		default:
			t.Errorf("act %d: %v", i, err)
		}
	}
	return out
}

func succeeded(all []error) int {
	n := 0
	for _, err := range all {
		if err == nil {
			n++
		}
	}
	return n
}

// People fill in while the head hands up: what goes up is what was signed, and what
// went up does not change behind it.
func TestHandingUpWhilePeopleFillIn(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		p := h.add(t, h.water, 6)
		for turn := range 3 {
			acts := []func() error{}
			for i, x := range p {
				c := h.change(t, x.Change)
				acts = append(acts, func() error {
					return h.l.Write(h.ctx, operator, func(ctx context.Context, tx *ledger.Tx) error {
						if err := round.Filling(ctx, tx, h.water); err != nil {
							return err
						}
						_, err := power.Amend(ctx, tx, c, wording(h.water, c.Name, fmt.Sprintf("第%d次第%d项", turn, i)))
						return err
					})
				})
			}
			var handed error
			acts = append(acts, func() error {
				if err := h.sign(h.head, h.water); err != nil {
					return err
				}
				_, handed = h.handUp(h.head, h.water)
				return handed
			})
			atOnce(t, acts...)
			if subs, err := round.SubmissionsOf(h.ctx, h.db, h.water); err != nil || len(subs) == 1 {
				must(t, err)
				break
			}
			h.later(1_000_000_000)
		}
		subs, err := round.SubmissionsOf(h.ctx, h.db, h.water)
		must(t, err)
		if len(subs) == 0 { // every try lost against somebody filling in
			must(t, h.sign(h.head, h.water))
			sub, err := h.handUp(h.head, h.water)
			must(t, err)
			subs = append(subs, sub)
		}
		must(t, round.Verify(h.ctx, h.db, subs[0].ID))
		frozen, err := round.FrozenOf(h.ctx, h.db, subs[0].ID)
		must(t, err)
		if len(frozen) != len(p) {
			t.Fatalf("%d of %d powers went up", len(frozen), len(p))
		}
		for _, f := range frozen {
			if c := h.change(t, f.Change); c.Version != f.Version || c.State != power.HandedUp {
				t.Errorf("power %s stands in %s with another version than went up", f.Code, c.State)
			}
		}
	})
}

// Two heads of one department press the buttons together: one signature, one
// submission.
func TestTwoHeadsSignAndHandUpTogether(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		h.add(t, h.water, 3)
		other := *h.head
		other.Account, other.Name = sqldb.NewID(), "副示例"
		heads := []*people.Who{h.head, &other, h.head, &other}
		var signs, ups []func() error
		for _, who := range heads {
			signs = append(signs, func() error { return h.sign(who, h.water) })
			ups = append(ups, func() error {
				_, err := h.handUp(who, h.water)
				return err
			})
		}
		if n := succeeded(atOnce(t, signs...)); n != 1 {
			t.Errorf("%d signatures over the same versions, want 1", n)
		}
		if n := succeeded(atOnce(t, ups...)); n != 1 {
			t.Errorf("handed up %d times, want once", n)
		}
		subs, err := round.SubmissionsOf(h.ctx, h.db, h.water)
		must(t, err)
		if len(subs) != 1 {
			t.Errorf("%d submissions, want 1", len(subs))
		}
	})
}

// Reviewers write while the leader hands down twice and the clerk answers: no draft
// is left on a submission that went down, and the count of the hand-down holds.
func TestHandingDownWhilePeopleWriteAndAnswer(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		p := h.add(t, h.water, 6)
		sub := h.up(t)
		early, err := h.write(h.reviewer, h.note(t, p[0].Change, "先写的意见"))
		must(t, err)
		acts := []func() error{}
		for range 2 {
			acts = append(acts, func() error {
				_, err := h.handDown(h.leader, sub.ID)
				return err
			}, func() error { return h.answer(h.clerk, early, round.Refuse, "不同意") })
		}
		for _, x := range p[1:] {
			n := h.note(t, x.Change, "同时写的意见")
			acts = append(acts, func() error {
				_, err := h.write(h.reviewer, n)
				return err
			})
		}
		acts = append(acts, func() error {
			return h.as(h.reviewer, func(ctx context.Context, tx *ledger.Tx) error { return round.Drop(ctx, tx, h.reviewer, early) })
		})
		atOnce(t, acts...)
		d, err := round.HanddownOf(h.ctx, h.db, sub.ID)
		must(t, err)
		all, err := round.Opinions(h.ctx, h.db, round.Query{Submission: sub.ID, Scope: people.Scope{All: true}, States: append(round.OpinionStates(), round.Draft)})
		must(t, err)
		if len(all) != d.Opinions {
			t.Errorf("%d opinions went down, %d are there", d.Opinions, len(all))
		}
		for _, o := range all {
			if o.State == round.Draft {
				t.Error("a draft is left on a submission that went down")
			}
			if o.ChangeState != power.SelfCheck {
				t.Errorf("a power spoken of stands in %s", o.ChangeState)
			}
		}
	})
}

// Two officials open a campaign for the same department: one of them does.
func TestTwoCampaignsOfOneDepartmentAreNeverOpened(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		open := func() error {
			return h.as(h.legal, func(ctx context.Context, tx *ledger.Tx) error {
				_, err := round.Open(ctx, tx, h.legal, h.plan())
				return err
			})
		}
		if n := succeeded(atOnce(t, open, open, open)); n != 1 {
			t.Errorf("%d campaigns cover the departments, want 1", n)
		}
	})
}
