package inventory_test

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
)

// A workbook comes in, people finish drafts, and the head hands up, all at once:
// what went up is whole and stays as it was, and what came too late is refused in
// words, with its draft kept.
func TestImportingAndFinishingWhileTheHeadHandsUp(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		made := c.reported(t, c.clerk, "取水许可")
		mine, err := c.save(c.clerk, inventory.Draft{Power: made.Power, Wording: permit("取水许可（甲）")})
		must(t, err)
		theirs, err := c.save(c.second, inventory.Draft{Power: made.Power, Wording: permit("取水许可（乙）")})
		must(t, err)
		must(t, c.act(c.head, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := round.Sign(ctx, tx, c.head, c.water, round.Statement())
			return err
		}))
		var rows []cells
		for i := range 20 {
			rows = append(rows, row("", fmt.Sprintf("打井许可%d", i)))
		}
		up := book(t, rows...)
		acts := []func() error{
			func() error { _, err := c.file(c.clerk, up); return err },
			func() error { _, err := c.finish(c.clerk, mine); return err },
			func() error { _, err := c.finish(c.second, theirs); return err },
			func() error {
				return c.act(c.head, func(ctx context.Context, tx *ledger.Tx) error {
					_, err := round.HandUp(ctx, tx, c.head, c.water)
					return err
				})
			},
		}
		told := make([]error, len(acts))
		var wg sync.WaitGroup
		for i, act := range acts {
			wg.Go(func() { told[i] = act() })
		}
		wg.Wait()
		for i, err := range told {
			if err != nil && errs.KindOf(err) != errs.Conflict {
				t.Errorf("act %d: %v", i, err)
			}
		}
		if told[1] == nil && told[2] == nil {
			t.Error("two wordings of one power were taken, one over the other")
		}
		for i, d := range []inventory.Draft{mine, theirs} {
			_, err := inventory.DraftByID(c.ctx, c.db, d.Account, d.ID)
			if (told[1+i] == nil) != (errs.KindOf(err) == errs.NotFound) {
				t.Errorf("finishing said %v, the draft is there: %v", told[1+i], err == nil)
			}
		}
		open, err := power.Changes(c.ctx, c.db, power.SelfCheck, power.HandedUp)
		must(t, err)
		want := 1
		if told[0] == nil {
			want += len(rows)
		}
		if len(open) != want {
			t.Errorf("%d powers are under way, want %d", len(open), want)
		}
		if told[3] != nil {
			return // the signature no longer fitted
		}
		subs, err := round.SubmissionsOf(c.ctx, c.db, c.water)
		must(t, err)
		must(t, round.Verify(c.ctx, c.db, subs[0].ID))
		if subs[0].Versions != 1 || c.current(t, made.Power).Version != made.Version || told[0] == nil || told[1] == nil || told[2] == nil {
			t.Errorf("%d versions went up under the signature of one; the others were told %v", subs[0].Versions, told[:3])
		}
	})
}

// Why a department takes a report back is said in its own words, which may name
// somebody; the public bytes do not have them.
func TestTheReasonOfAWithdrawalIsNotPublic(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		made := c.reported(t, c.clerk, "取水许可")
		must(t, c.act(c.clerk, func(ctx context.Context, tx *ledger.Tx) error {
			return inventory.WithdrawReport(ctx, tx, c.clerk, made.Power, "张示例要求撤回")
		}))
		all := c.entries(t)
		last := all[len(all)-1]
		if last.Kind != "power.withdrawn" || !bytes.Contains(last.Public, []byte(made.Code)) || bytes.Contains(last.Public, []byte("张示例")) {
			t.Errorf("%s says to the world: %s", last.Kind, last.Public)
		}
	})
}
