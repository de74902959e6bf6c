package sqldb_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

const schema = `
create table things (id blob not null primary key, name text not null, n integer, share real, body blob, other blob) strict;
create table doctors (name text not null primary key, on_call integer not null) strict;
insert into doctors (name, on_call) values ('a', 1), ('b', 1);
create table counters (name text not null primary key, n integer not null) strict;
insert into counters (name, n) values ('c', 0);`

// databases runs fn on both engines, with the tables above.
func databases(t *testing.T, fn func(t *testing.T, db *sqldb.DB)) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		if err := db.Define(t.Context(), schema); err != nil {
			t.Fatal(err)
		}
		fn(t, db)
	})
}

func exec(ctx context.Context, db *sqldb.DB, q string, args ...any) error {
	return db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, q, args...)
		return err
	})
}

type thing struct {
	id, other sqldb.ID
	name      string
	n         *int64
	share     float64
	body      []byte
}

func readThing(r sqldb.Reader, id sqldb.ID) (v thing, err error) {
	err = r.QueryRow(context.Background(), "select id, name, n, share, body, other from things where id = ?", id).
		Scan(&v.id, &v.name, &v.n, &v.share, &v.body, &v.other)
	return v, err
}

func TestValuesComeBackAsTheyWereStored(t *testing.T) {
	type state string
	databases(t, func(t *testing.T, db *sqldb.DB) {
		big := int64(1) << 62
		for i, want := range []thing{
			{name: "行政许可 ?'\"", n: &big, share: 0.1, body: []byte{0, 255, 1}, other: sqldb.NewID()},
			{name: "", share: -1e300, body: []byte{}},
			{name: strings.Repeat("长", 50000), body: nil},
		} {
			want.id = sqldb.NewID()
			err := exec(t.Context(), db, "insert into things (id, name, n, share, body, other) values (?, ?, ?, ?, ?, ?)",
				want.id, state(want.name), want.n, want.share, json.RawMessage(want.body), want.other)
			if err != nil {
				t.Fatal(err)
			}
			got, err := readThing(db, want.id)
			if err != nil {
				t.Fatal(err)
			}
			if got.id != want.id || got.other != want.other || got.name != want.name || got.share != want.share ||
				(got.n == nil) != (want.n == nil) || got.n != nil && *got.n != *want.n ||
				string(got.body) != string(want.body) {
				t.Errorf("%d: got %+v", i, got)
			}
			var nulls int
			err = db.QueryRow(t.Context(), "select count(*) from things where id = ? and body is null", want.id).Scan(&nulls)
			if err != nil || (nulls == 1) != (want.body == nil) {
				t.Errorf("%d: an empty blob and NULL are confused: %d, %v", i, nulls, err)
			}
		}
	})
}

func TestWhatTheEnginesWouldStoreDifferentlyIsRefused(t *testing.T) {
	databases(t, func(t *testing.T, db *sqldb.DB) {
		for name, v := range map[string]any{
			"time": time.Now(), "boolean": true, "zero byte": "a\x00b", "broken UTF-8": "\xff", "struct": struct{}{},
		} {
			if err := exec(t.Context(), db, "insert into things (id, name) values (?, ?)", sqldb.NewID(), v); err == nil {
				t.Errorf("%s: accepted", name)
			}
		}
		if err := exec(t.Context(), db, "insert into things (id, name) values (?, 'x')", sqldb.ID{}); err == nil {
			t.Error("a forgotten id: accepted")
		}
		for _, args := range [][]any{{}, {1, 2}} {
			if _, err := db.Query(t.Context(), "select n from counters where n = ?", args...); err == nil {
				t.Errorf("%d arguments for one placeholder: accepted", len(args))
			}
		}
	})
}

func TestAReaderCannotWrite(t *testing.T) {
	databases(t, func(t *testing.T, db *sqldb.DB) {
		attempt := func(r sqldb.Reader, q string) {
			rows, err := r.Query(t.Context(), q)
			if err == nil {
				for rows.Next() {
				}
				err = rows.Err()
				rows.Close()
			}
			if err == nil {
				t.Errorf("%s: accepted", q)
			}
		}
		q := "update counters set n = 9 returning n"
		attempt(db, q)
		_ = db.Snapshot(t.Context(), func(r sqldb.Reader) error { attempt(r, q); return nil })
		_ = db.Snapshot(t.Context(), func(r sqldb.Reader) error {
			_, err := r.(*sqldb.Tx).Exec(t.Context(), "update counters set n = 9")
			if err == nil {
				t.Error("Exec on a snapshot: accepted")
			}
			return nil
		})
		var n int
		if err := db.QueryRow(t.Context(), "select n from counters").Scan(&n); n != 0 || err != nil {
			t.Error(n, err)
		}
	})
}

func TestARowThatIsNotThereIsErrNoRows(t *testing.T) {
	databases(t, func(t *testing.T, db *sqldb.DB) {
		if _, err := readThing(db, sqldb.NewID()); !errors.Is(err, sqldb.ErrNoRows) {
			t.Error(err)
		}
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			if _, err := readThing(tx, sqldb.NewID()); !errors.Is(err, sqldb.ErrNoRows) {
				t.Error(err)
			}
			_, err := tx.Exec(t.Context(), "update counters set n = 5") // a miss dooms nothing
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestOnlyABrokenKeyIsAConstraint(t *testing.T) {
	databases(t, func(t *testing.T, db *sqldb.DB) {
		for q, want := range map[string]bool{
			"insert into counters (name, n) values ('c', 1)":                                true,
			"insert into counters (name, n) values ('d', null)":                             false,
			"insert into nowhere (a) values (1)":                                            false,
			"insert into counters (name, n) select 'c', 1 union all select 'c', 1":          true,
			"insert into counters (name, n) values ('c', 1) on conflict (name) do nothing":  false,
			"insert into counters (name, n) values ('c', 1) returning n":                    true,
			"update counters set name = 'c' where name = 'c'":                               false,
			"insert into doctors (name, on_call) select name, on_call from doctors limit 1": true,
		} {
			if err := exec(t.Context(), db, q); sqldb.IsConstraint(err) != want {
				t.Errorf("%s: %v", q, err)
			}
		}
	})
}

func TestAFailedStatementDoomsTheClosureOnBothEngines(t *testing.T) {
	databases(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			_, _ = tx.Exec(ctx, "insert into counters (name, n) values ('x', 1)")
			rows, err := tx.Query(ctx, "insert into counters (name, n) values ('c', 1) returning n")
			if err == nil {
				rows.Next()
				rows.Close()
			}
			if _, err := tx.Exec(ctx, "insert into counters (name, n) values ('y', 1)"); err == nil {
				t.Error("a statement after a failed one: accepted")
			}
			return nil
		})
		if !sqldb.IsConstraint(err) {
			t.Error(err)
		}
		var n int
		if err := db.QueryRow(ctx, "select count(*) from counters").Scan(&n); n != 1 || err != nil {
			t.Error(n, err)
		}
	})
}

func TestRowsLeftOpenAreRefusedOnBothEngines(t *testing.T) {
	databases(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		var leaked *sqldb.Tx
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			leaked = tx
			if _, err := tx.Query(ctx, "select name from doctors"); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, "update counters set n = 1")
			return err
		})
		if err == nil {
			t.Error("a statement while rows are open: accepted")
		}
		if _, err := leaked.Exec(ctx, "update counters set n = 2"); err == nil {
			t.Error("a statement after the closure: accepted")
		}
		// Rows left open at the end are closed, and harm nobody.
		for range 40 {
			err := db.Write(ctx, func(tx *sqldb.Tx) error {
				_, err := tx.Query(ctx, "select name from doctors")
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestAPanicInAClosureIsAnErrorOnBothEngines(t *testing.T) {
	databases(t, func(t *testing.T, db *sqldb.DB) {
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, _ = tx.Exec(t.Context(), "update counters set n = 9")
			panic("boom")
		})
		if err == nil || errs.KindOf(err) != errs.Internal {
			t.Error(err)
		}
		var n int
		if err := db.QueryRow(t.Context(), "select n from counters").Scan(&n); n != 0 || err != nil {
			t.Error(n, err)
		}
	})
}

func TestASnapshotDoesNotMove(t *testing.T) {
	databases(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		err := db.Snapshot(ctx, func(r sqldb.Reader) error {
			for i := range 3 {
				var n int
				if err := r.QueryRow(ctx, "select n from counters").Scan(&n); n != 0 || err != nil {
					t.Error(n, err)
				}
				if err := exec(ctx, db, "update counters set n = ?", i+1); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		var n int
		if err := db.QueryRow(ctx, "select n from counters").Scan(&n); n != 3 || err != nil {
			t.Error(n, err)
		}
	})
}

// Each of two doctors may leave only while the other stays. Reading both and
// writing one is what slips through READ COMMITTED and snapshots.
func TestWriteSkewIsImpossible(t *testing.T) {
	databases(t, func(t *testing.T, db *sqldb.DB) {
		refused := errs.Conflictf("须有一人在岗")
		for range 25 {
			if err := exec(t.Context(), db, "update doctors set on_call = 1"); err != nil {
				t.Fatal(err)
			}
			leave := func(name string) error {
				return db.Write(t.Context(), func(tx *sqldb.Tx) error {
					var n int
					if err := tx.QueryRow(t.Context(), "select count(*) from doctors where on_call = 1").Scan(&n); err != nil {
						return err
					}
					if n < 2 {
						return refused
					}
					_, err := tx.Exec(t.Context(), "update doctors set on_call = 0 where name = ?", name)
					return err
				})
			}
			var wg sync.WaitGroup
			got := make([]error, 2)
			for i, name := range []string{"a", "b"} {
				wg.Go(func() { got[i] = leave(name) })
			}
			wg.Wait()
			var n int
			if err := db.QueryRow(t.Context(), "select count(*) from doctors where on_call = 1").Scan(&n); n != 1 || err != nil {
				t.Fatalf("%d on call, answers %v, %v", n, got, err)
			}
			if left := slices.Index(got, nil); left < 0 || got[1-left] != error(refused) {
				t.Fatalf("answers %v", got)
			}
		}
	})
}

func TestNoUpdateIsLost(t *testing.T) {
	databases(t, func(t *testing.T, db *sqldb.DB) {
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 25 {
					err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
						var n int
						if err := tx.QueryRow(t.Context(), "select n from counters").Scan(&n); err != nil {
							return err
						}
						_, err := tx.Exec(t.Context(), "update counters set n = ?", n+1)
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		var n int
		if err := db.QueryRow(t.Context(), "select n from counters").Scan(&n); n != 200 || err != nil {
			t.Errorf("%d of 200, %v", n, err)
		}
	})
}

func TestAnExpiredRequestDoesNotBreakItsRunningSQL(t *testing.T) {
	databases(t, func(t *testing.T, db *sqldb.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			if _, err := tx.Exec(ctx, "update counters set n = 1"); err != nil {
				return err
			}
			cancel()
			_, err := tx.Exec(ctx, "update counters set n = n + 1")
			return err
		})
		if err != nil {
			t.Error(err)
		}
		if err := db.Write(ctx, func(*sqldb.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		var n int
		if err := db.QueryRow(t.Context(), "select n from counters").Scan(&n); n != 2 || err != nil {
			t.Error(n, err)
		}
	})
}

func TestAClosedDatabaseSaysSo(t *testing.T) {
	databases(t, func(t *testing.T, db *sqldb.DB) {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		err := db.Write(t.Context(), func(*sqldb.Tx) error { return nil })
		if !errors.Is(err, sqldb.ErrStopped) || errs.KindOf(err) != errs.Unavailable {
			t.Error(err)
		}
	})
}

func TestManyProcessesOpenOneEmptyDatabase(t *testing.T) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		t.Run(engine.String(), func(t *testing.T) {
			dsn := testkit.DSN(t, engine)
			if engine == sqldb.PostgreSQL {
				empty(t, dsn)
			}
			var wg sync.WaitGroup
			for range 6 {
				wg.Go(func() {
					db, err := sqldb.Open(t.Context(), dsn)
					if err != nil {
						t.Error(err)
						return
					}
					defer db.Close()
					var n int
					if err := db.QueryRow(t.Context(), "select count(*) from ledger_heads").Scan(&n); n != 2 || err != nil {
						t.Error(n, err)
					}
				})
			}
			wg.Wait()
		})
	}
}

// empty takes the schema away from a PostgreSQL database again.
func empty(t *testing.T, dsn string) {
	t.Helper()
	db, err := sqldb.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Define(t.Context(), "drop schema public cascade; create schema public;"); err != nil {
		t.Fatal(err)
	}
}

func TestIDsAreReadAsTheyAreWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var id, text, column sqldb.ID
		copy(id[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		b, err := json.Marshal(id)
		if err != nil || json.Unmarshal(b, &text) != nil || text != id {
			t.Fatalf("%s: %v", b, err)
		}
		v, err := id.Value()
		if err != nil || column.Scan(v) != nil || column != id {
			t.Fatalf("%v: %v", v, err)
		}
	})
	if a, b := sqldb.NewID(), sqldb.NewID(); a == b || a.String() >= b.String() {
		t.Error("ids do not sort by age")
	}
	for _, s := range []string{"", "x", strings.Repeat("a", 36), "{" + sqldb.NewID().String() + "}", strings.ReplaceAll(sqldb.NewID().String(), "-", "")} {
		if _, err := sqldb.ParseID(s); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%q: %v", s, err)
		}
	}
	var id sqldb.ID
	for _, src := range []any{[]byte("short"), "0123456789abcdef", int64(1)} {
		if id.Scan(src) == nil {
			t.Errorf("%v: accepted", src)
		}
	}
}

func TestInstantsKeepTheirMicroseconds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-1<<52, 1<<52).Draw(t, "n")
		if got := sqldb.Micros(sqldb.FromMicros(n)); got != n {
			t.Fatal(fmt.Sprint(n, " became ", got))
		}
	})
}
