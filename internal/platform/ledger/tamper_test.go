package ledger_test

import (
	"context"
	"testing"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

// Each attack is one statement of somebody with access to the database.
func TestVerifyFindsTampering(t *testing.T) {
	attacks := map[string]string{
		"text of a leaf changed":     "update ledger_entries set leaf = (select leaf from ledger_entries where log = 1 and seq = 2) where log = 1 and seq = 3",
		"kind changed":               "update ledger_entries set kind = 'power.cut' where log = 1 and seq = 3",
		"instant changed":            "update ledger_entries set at = at - 86400000000 where log = 1 and seq = 3",
		"actor changed":              "update ledger_entries set actor_name = '李四' where log = 1 and seq = 3",
		"role changed":               "update ledger_entries set actor_role = '领导' where log = 1 and seq = 3",
		"subject changed":            "update ledger_entries set subject = id where log = 1 and seq = 3",
		"addendum removed":           "update ledger_entries set addendum = null where log = 1 and seq = 3",
		"division changed":           "update ledger_entries set division = '370000' where log = 1 and seq = 3",
		"entry in the middle gone":   "delete from ledger_entries where log = 1 and seq = 3",
		"last entry gone":            "delete from ledger_entries where log = 1 and seq = 21",
		"all entries gone":           "delete from ledger_entries where log = 1",
		"head wound back":            "update ledger_heads set size = 20 where log = 1",
		"head run ahead":             "update ledger_heads set size = 22 where log = 1",
		"leaf hash in the tree":      "update ledger_hashes set hash = (select hash from ledger_hashes where log = 1 and place = 0) where log = 1 and place = 3",
		"inner hash in the tree":     "update ledger_hashes set hash = (select hash from ledger_hashes where log = 1 and place = 0) where log = 1 and place = 2",
		"inner hash gone":            "delete from ledger_hashes where log = 1 and place = 6",
		"a hash over":                "insert into ledger_hashes (log, place, hash) select 1, 1000, hash from ledger_hashes where log = 1 and place = 0",
		"leaf hash beside the entry": "update ledger_entries set leaf_hash = (select hash from ledger_hashes where log = 1 and place = 2) where log = 1 and seq = 3",
		"entry moved to other log":   "update ledger_entries set log = 2, seq = 1 where log = 1 and seq = 21",
	}
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		err := l.Load(t.Context(), clerk, func(ctx context.Context, tx *ledger.Tx) error {
			for range 21 {
				e := entry("power.reported", sqldb.NewID())
				e.Addendum = []byte("内部意见")
				if _, err := tx.Record(ctx, e); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		settled(t, l)
		verifyBoth(t, l)
		for name, q := range attacks {
			var found error
			err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
				n, err := tx.Exec(t.Context(), q)
				if err != nil {
					return err // a collision with the sequencer is tried again
				}
				if n == 0 {
					t.Errorf("%s: changed nothing", name)
				}
				found = ledger.VerifyIn(t.Context(), tx, ledger.Powers)
				return errUndo
			})
			if err != errUndo {
				t.Fatalf("%s: %v", name, err)
			}
			if errs.KindOf(found) != errs.Conflict {
				t.Errorf("%s: not found: %v", name, found)
			}
		}
		verifyBoth(t, l)
	})
}

var errUndo = errs.Conflictf("undo")

// The proof of an altered entry must fail even where nobody runs Verify.
func TestAReceiptForAnAlteredTreeIsNotGiven(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		id := record(t, l, entry("power.reported", sqldb.NewID()))
		for range 4 {
			record(t, l, entry("power.reported", sqldb.NewID()))
		}
		settled(t, l)
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), "update ledger_entries set leaf_hash = (select hash from ledger_hashes where log = 1 and place = 2) where id = ?", id)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Receipt(t.Context(), id); err == nil {
			t.Error("given")
		}
	})
}

// Verify works in chunks; a log longer than one must verify and be searched
// to its end.
func TestVerifyReadsLongLogsToTheirEnd(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		const n = 4500
		err := l.Load(t.Context(), clerk, func(ctx context.Context, tx *ledger.Tx) error {
			for range n {
				if _, err := tx.Record(ctx, entry("power.reported", sqldb.NewID())); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		settled(t, l)
		verifyBoth(t, l)
		err = db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), "update ledger_entries set kind = 'x' where log = 1 and seq = ?", n-1)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Verify(t.Context(), ledger.Powers); errs.KindOf(err) != errs.Conflict {
			t.Error(err)
		}
	})
}
