package session

import (
	"context"
	"testing"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

// TestAChangeWaitsForNoLock: whoever asks many times at once, before the first
// guess is counted, gets no further than one after the other.
func TestAChangeWaitsForNoLock(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		ctx := context.Background()
		g := New(db, Options{Cost: cheap, Parallel: 1})
		id, profile := sqldb.NewID(), ProfileOf(Graded)
		h, err := g.Hash(ctx, "Tq7-vmzK-bN2w")
		if err != nil {
			t.Fatal(err)
		}
		write := func(fn func(ctx context.Context, tx *sqldb.Tx) error) {
			inside := sqldb.Inside(ctx)
			if err := db.Write(ctx, func(tx *sqldb.Tx) error { return fn(inside, tx) }); err != nil {
				t.Fatal(err)
			}
		}
		write(func(ctx context.Context, tx *sqldb.Tx) error {
			return SetPassword(ctx, tx, id, h, false, sqldb.ID{}, time.Now())
		})

		if err := g.enter(ctx); err != nil { // the guess waits at the gate, past its look at the lock
			t.Fatal(err)
		}
		done := make(chan error)
		go func() {
			done <- g.ChangePassword(ctx, Change{Account: id, Old: "Tq7-vmzK-bN2w", New: "Kx4-whz-9Rmd", Profile: profile, Address: "10.0.0.1"})
		}()
		for g.queue.Load() == 0 {
			time.Sleep(time.Millisecond)
		}
		for range profile.Failures {
			write(func(ctx context.Context, tx *sqldb.Tx) error {
				c, err := readCredential(ctx, tx, id)
				if err != nil {
					return err
				}
				return c.fail(ctx, tx, profile, time.Now())
			})
		}
		g.leave()
		if err := <-done; errs.KindOf(err) != errs.Invalid {
			t.Errorf("a right guess among too many wrong ones: %v", err)
		}
		if c, err := readCredential(ctx, db, id); err != nil || c.hash != h || !c.locked(time.Now()) {
			t.Errorf("the password is changed, or the lock open: %v", err)
		}
	})
}
