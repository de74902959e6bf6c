package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

var clerk = ledger.Actor{ID: "u-17", Name: "张三", Role: "部门经办"}

func entry(kind string, subject sqldb.ID) ledger.Entry {
	return ledger.Entry{Log: ledger.Powers, Division: "371500", Kind: kind, Subject: subject, Public: []byte(`{"name":"示例"}`)}
}

// record writes one act that is nothing but its entry.
func record(t *testing.T, l *ledger.Ledger, e ledger.Entry) sqldb.ID {
	t.Helper()
	var id sqldb.ID
	err := l.Write(t.Context(), clerk, func(ctx context.Context, tx *ledger.Tx) (err error) {
		id, err = tx.Record(ctx, e)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// settled waits until the log can be read to its end.
func settled(t *testing.T, l *ledger.Ledger) {
	t.Helper()
	if err := l.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func verifyBoth(t *testing.T, l *ledger.Ledger) {
	t.Helper()
	for _, log := range []ledger.Log{ledger.Powers, ledger.Cases} {
		if err := l.Verify(context.Background(), log); err != nil {
			t.Errorf("%s: %v", log, err)
		}
	}
}

func TestAnEntryComesBackAsItWasRecorded(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		subject, now := sqldb.NewID(), time.Time{}
		want := ledger.Entry{Log: ledger.Cases, Division: "371502", Kind: "case.opened", Subject: subject,
			Public: []byte(`{"ref":"k-1"}`), Addendum: []byte("申请人\x00\xff")}
		err := l.Write(t.Context(), clerk, func(ctx context.Context, tx *ledger.Tx) error {
			if tx.Actor() != clerk {
				t.Errorf("actor %v", tx.Actor())
			}
			now = tx.Now()
			_, err := tx.Record(ctx, want)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		settled(t, l)
		got, err := l.BySubject(t.Context(), subject)
		if err != nil || len(got) != 1 {
			t.Fatalf("%d entries, %v", len(got), err)
		}
		e := got[0]
		if e.Log != want.Log || e.Sequence != 1 || e.Division != want.Division || e.Kind != want.Kind || e.Actor != clerk ||
			e.Subject != subject || !e.At.Equal(now) || !bytes.Equal(e.Public, want.Public) || !bytes.Equal(e.Addendum, want.Addendum) {
			t.Errorf("got %+v", e)
		}
		verifyBoth(t, l)
	})
}

func TestNothingPrivateStandsInALeaf(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		subject := sqldb.NewID()
		record(t, l, ledger.Entry{Log: ledger.Cases, Division: "371500", Kind: "case.opened", Subject: subject, Addendum: []byte("王五 3715")})
		record(t, l, ledger.Entry{Log: ledger.Cases, Division: "371500", Kind: "case.opened", Subject: subject, Addendum: []byte("王五 3715")})
		settled(t, l)
		rows, err := db.Query(t.Context(), "select leaf from ledger_entries order by seq")
		leaves, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (b []byte, err error) { return b, r.Scan(&b) })
		if err != nil || len(leaves) != 2 {
			t.Fatal(len(leaves), err)
		}
		digests := map[string]bool{}
		for _, leaf := range leaves {
			for _, secret := range []string{"王五", clerk.ID, clerk.Name, subject.String()} {
				if strings.Contains(string(leaf), secret) {
					t.Errorf("leaf shows %q: %s", secret, leaf)
				}
			}
			_, rest, _ := strings.Cut(string(leaf), `"digest":"`)
			digests[rest[:64]] = true
		}
		if len(digests) != 2 {
			t.Error("equal addenda have equal digests: the salt does not work")
		}
	})
}

func TestAClosureThatRecordsNothingLeavesNothing(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		scratch(t, db)
		err := l.Write(t.Context(), clerk, func(ctx context.Context, tx *ledger.Tx) error {
			return addAct(ctx, tx.Tx, "a")
		})
		if err == nil {
			t.Error("accepted")
		}
		if n := count(t, db, "acts"); n != 0 {
			t.Errorf("%d rows stayed", n)
		}
	})
}

func TestRecordRefusesEntriesThatProveNothing(t *testing.T) {
	_, l := testkit.Open(t, sqldb.SQLite)
	good := entry("power.reported", sqldb.NewID())
	cases := map[string]func(*ledger.Entry){
		"no log":                func(e *ledger.Entry) { e.Log = 0 },
		"no kind":               func(e *ledger.Entry) { e.Kind = "" },
		"no division":           func(e *ledger.Entry) { e.Division = "" },
		"public log, no public": func(e *ledger.Entry) { e.Public = nil },
		"not JSON":              func(e *ledger.Entry) { e.Public = []byte(`{"a":`) },
		"two values":            func(e *ledger.Entry) { e.Public = []byte(`1 2`) },
		"keys not in order":     func(e *ledger.Entry) { e.Public = []byte(`{"b":1,"a":2}`) },
		"white space":           func(e *ledger.Entry) { e.Public = []byte(`{"a": 1}`) },
		"key twice":             func(e *ledger.Entry) { e.Public = []byte(`{"a":1,"a":2}`) },
	}
	for name, spoil := range cases {
		e := good
		spoil(&e)
		err := l.Write(t.Context(), clerk, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := tx.Record(ctx, e)
			return err
		})
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := l.Write(t.Context(), ledger.Actor{}, nil); err == nil {
		t.Error("an act without an actor: accepted")
	}
}

func TestAWriteInsideAWriteIsRefusedNotWaitedFor(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		err := l.Write(t.Context(), clerk, func(ctx context.Context, tx *ledger.Tx) error {
			return db.Write(ctx, func(*sqldb.Tx) error { return nil })
		})
		if err == nil {
			t.Error("accepted")
		}
	})
}

func TestEntriesAreTailedWithoutGapsByCursor(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		subject := sqldb.NewID()
		for i := range 7 {
			record(t, l, entry(fmt.Sprintf("power.k%d", i), subject))
			record(t, l, ledger.Entry{Log: ledger.Cases, Division: "371500", Kind: "case.step"})
		}
		settled(t, l)
		var seen []string
		for after := int64(0); ; {
			part, err := l.Entries(t.Context(), ledger.Powers, after, 3)
			if err != nil {
				t.Fatal(err)
			}
			if len(part) == 0 {
				break
			}
			for _, e := range part {
				if e.Sequence != after+1 {
					t.Fatalf("sequence %d after %d", e.Sequence, after)
				}
				after = e.Sequence
				seen = append(seen, e.Kind)
			}
		}
		if got := strings.Join(seen, " "); got != "power.k0 power.k1 power.k2 power.k3 power.k4 power.k5 power.k6" {
			t.Error(got)
		}
		if size, _, err := l.Tree(t.Context(), ledger.Cases); size != 7 || err != nil {
			t.Error(size, err)
		}
		verifyBoth(t, l)
	})
}

func TestReceiptsProveEveryEntryAgainstTheRoot(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		var ids []sqldb.ID
		err := l.Load(t.Context(), clerk, func(ctx context.Context, tx *ledger.Tx) error {
			ids = nil
			for range 77 {
				id, err := tx.Record(ctx, entry("power.reported", sqldb.NewID()))
				if err != nil {
					return err
				}
				ids = append(ids, id)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		settled(t, l)
		size, root, err := l.Tree(t.Context(), ledger.Powers)
		if err != nil || size != 77 {
			t.Fatal(size, err)
		}
		for i, id := range ids {
			r, err := l.Receipt(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if r.Sequence != int64(i+1) || r.Root != root || r.TreeSize != size {
				t.Fatalf("entry %d: %+v", i, r)
			}
			if err := tlog.CheckRecord(r.Proof, size, root, r.Sequence-1, r.LeafHash); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := l.Receipt(t.Context(), sqldb.NewID()); errs.KindOf(err) != errs.NotFound {
			t.Error(err)
		}
	})
}

func TestAReceiptAskedTooEarlySaysNotYet(t *testing.T) {
	dsn := testkit.DSN(t, sqldb.PostgreSQL)
	db, l := testkit.OpenDSN(t, dsn)
	// Hold the log, so that the sequencer waits.
	holding, release, held := make(chan bool), make(chan bool), make(chan error)
	go func() {
		held <- db.Write(context.Background(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(context.Background(), "update ledger_heads set size = size")
			close(holding)
			<-release
			return err
		})
	}()
	<-holding
	id := record(t, l, entry("power.reported", sqldb.NewID()))
	if _, err := l.Receipt(t.Context(), id); !errors.Is(err, ledger.ErrNotYet) {
		t.Error(err)
	}
	close(release)
	if err := <-held; err != nil {
		t.Fatal(err)
	}
	settled(t, l)
	if _, err := l.Receipt(t.Context(), id); err != nil {
		t.Error(err)
	}
}

func TestCanonicalHasOneForm(t *testing.T) {
	got, err := ledger.Canonical(map[string]any{"b": "<&>", "a": []int64{9007199254740993}, "中": nil})
	if want := `{"a":[9007199254740993],"b":"<&>","中":null}`; string(got) != want || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.MapOf(rapid.String(), rapid.Int64()).Draw(t, "v")
		a, err := ledger.Canonical(v)
		if err != nil {
			t.Fatal(err)
		}
		b, err := ledger.Canonical(struct {
			Z string
			M map[string]int64
		}{"", v})
		if err != nil || !bytes.Contains(b, a) {
			t.Fatalf("%s not in %s, %v", a, b, err)
		}
	})
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{`{"b":1,"a":[1.50,-0,1e9]}`, `"\u2028<"`, `[[],{}]`, "\xff", `1 1`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		once, err := ledger.Canonical(rawJSON(in))
		if err != nil {
			return
		}
		twice, err := ledger.Canonical(rawJSON(once))
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%q became %q, %v", once, twice, err)
		}
	})
}

type rawJSON []byte

func (r rawJSON) MarshalJSON() ([]byte, error) { return r, nil }
