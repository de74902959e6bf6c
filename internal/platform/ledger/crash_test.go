package ledger_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

// childDSN tells a copy of the test program to write until it is killed.
const childDSN = "QINGDAN_TEST_CHILD_DSN"

// TestChildWritesUntilKilled is the child's part of the next test.
func TestChildWritesUntilKilled(t *testing.T) {
	dsn := os.Getenv(childDSN)
	if dsn == "" {
		t.Skip("runs only as a child of TestKillDuringWritesLosesNothingAcknowledged")
	}
	_, l := testkit.OpenDSN(t, dsn)
	var mu sync.Mutex // one acknowledgement per line
	var wg sync.WaitGroup
	for client := range 8 {
		wg.Go(func() {
			for {
				id, err := countedAct(l, fmt.Sprint("client", client))
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				fmt.Printf("ack %s\n", id)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

// countedAct adds an act, counts it and records it.
func countedAct(l *ledger.Ledger, name string) (id sqldb.ID, err error) {
	err = l.Write(context.Background(), clerk, func(ctx context.Context, tx *ledger.Tx) error {
		if err := addAct(ctx, tx.Tx, name); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "update counters set n = n + 1 where name = 'acts'"); err != nil {
			return err
		}
		id, err = tx.Record(ctx, entry("power.reported", sqldb.NewID()))
		return err
	})
	return id, err
}

func TestKillDuringWritesLosesNothingAcknowledged(t *testing.T) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		t.Run(engine.String(), func(t *testing.T) {
			dsn := testkit.DSN(t, engine)
			db, err := sqldb.Open(t.Context(), dsn)
			if err != nil {
				t.Fatal(err)
			}
			scratch(t, db)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			acknowledged := killedChild(t, dsn, 200)
			again, l := testkit.OpenDSN(t, dsn)
			if _, err := countedAct(l, "after"); err != nil {
				t.Fatal(err)
			}
			settled(t, l)
			checkSurvivors(t, again, l, acknowledged)
		})
	}
}

// killedChild starts a child on the database, kills it after enough
// acknowledgements and gives all it has made.
func killedChild(t *testing.T, dsn string, enough int) []sqldb.ID {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestChildWritesUntilKilled$", "-test.v")
	child.Env = append(os.Environ(), childDSN+"="+dsn)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var acks []sqldb.ID
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var text string
		if n, _ := fmt.Sscanf(lines.Text(), "ack %s", &text); n != 1 {
			continue
		}
		id, err := sqldb.ParseID(text)
		if err != nil {
			continue // the line the kill cut short
		}
		if acks = append(acks, id); len(acks) == enough {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := child.Wait(); err == nil || len(acks) < enough {
		t.Fatalf("the child ended by itself: %v, %d acknowledgements", err, len(acks))
	}
	return acks
}

// checkSurvivors: every acknowledged act stands once, each act has its entry
// and each entry its act.
func checkSurvivors(t *testing.T, db *sqldb.DB, l *ledger.Ledger, acknowledged []sqldb.ID) {
	t.Helper()
	places := map[int64]bool{}
	for _, id := range acknowledged {
		r, err := l.Receipt(t.Context(), id)
		if err != nil {
			t.Fatalf("acknowledged and lost: %v", err)
		}
		if places[r.Sequence] {
			t.Fatalf("two entries at %d", r.Sequence)
		}
		places[r.Sequence] = true
	}
	var n int
	if err := db.QueryRow(t.Context(), "select n from counters where name = 'acts'").Scan(&n); err != nil {
		t.Fatal(err)
	}
	entries, acts := count(t, db, "ledger_entries"), count(t, db, "acts")
	if entries != acts || acts != n || n < len(acknowledged)+1 {
		t.Errorf("%d entries, %d acts, %d counted, %d acknowledged", entries, acts, n, len(acknowledged))
	}
	verifyBoth(t, l)
}

func TestSeveralProcessesShareOneLog(t *testing.T) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		t.Run(engine.String(), func(t *testing.T) {
			dsn := testkit.DSN(t, engine)
			db, first := testkit.OpenDSN(t, dsn)
			scratch(t, db)
			_, second := testkit.OpenDSN(t, dsn)
			var mu sync.Mutex
			var ids []sqldb.ID
			var wg sync.WaitGroup
			for _, l := range []*ledger.Ledger{first, second} {
				for range 4 {
					wg.Go(func() {
						for range 25 {
							id, err := countedAct(l, "x")
							if err != nil {
								t.Error(err)
								return
							}
							mu.Lock()
							ids = append(ids, id)
							mu.Unlock()
						}
					})
				}
			}
			wg.Wait()
			settled(t, second)
			if n := count(t, db, "acts"); n != 200 || len(ids) != 200 {
				t.Errorf("%d acts, %d answers", n, len(ids))
			}
			for _, id := range ids {
				if _, err := first.Receipt(t.Context(), id); err != nil {
					t.Fatal(err)
				}
			}
			verifyBoth(t, first)
		})
	}
}
