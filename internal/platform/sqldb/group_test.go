package sqldb

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"qingdan/internal/errs"
)

const scratchSchema = `
create table t (name text not null primary key) strict;
create table parents (id integer not null primary key) strict;
create table children (parent_id integer not null references parents (id) deferrable initially deferred) strict;`

func openTemp(t *testing.T) *DB {
	t.Helper()
	db, err := Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Define(t.Context(), scratchSchema); err != nil {
		t.Fatal(err)
	}
	return db
}

func add(name string) func(*Tx) error {
	return func(tx *Tx) error {
		_, err := tx.Exec(context.Background(), "insert into t (name) values (?)", name)
		return err
	}
}

func names(t *testing.T, db *DB) string {
	t.Helper()
	rows, err := db.Query(context.Background(), "select name from t order by name")
	out, err := Collect(rows, err, func(r *Rows) (s string, err error) { return s, r.Scan(&s) })
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

// inOneGroup runs closures in one transaction, in this order: the writer is
// held until all of them wait.
func inOneGroup(t *testing.T, db *DB, fns ...func(*Tx) error) []error {
	t.Helper()
	entered, release := make(chan bool), make(chan bool)
	blocker := make(chan error, 1)
	go func() {
		blocker <- db.Load(context.Background(), func(*Tx) error {
			close(entered)
			<-release
			return nil
		})
	}()
	<-entered
	out := make([]error, len(fns))
	var wg sync.WaitGroup
	for i, fn := range fns {
		parked := make(chan bool)
		wg.Go(func() {
			close(parked)
			out[i] = db.Write(context.Background(), fn)
		})
		<-parked
		waitForSenders(t)
	}
	close(release)
	wg.Wait()
	if err := <-blocker; err != nil {
		t.Fatal(err)
	}
	return out
}

// waitForSenders gives the goroutine just started time to stand in the queue.
func waitForSenders(t *testing.T) {
	t.Helper()
	for range 50 {
		runtime.Gosched()
	}
	time.Sleep(2 * time.Millisecond)
}

func TestARefusedClosureUndoesItselfAlone(t *testing.T) {
	db := openTemp(t)
	refusal := errs.Conflictf("不行")
	got := inOneGroup(t, db, add("a"), func(tx *Tx) error {
		if err := add("b")(tx); err != nil {
			return err
		}
		return refusal
	}, add("c"))
	if got[0] != nil || got[1] != error(refusal) || got[2] != nil {
		t.Errorf("answers %v", got)
	}
	if n := names(t, db); n != "a c" {
		t.Error(n)
	}
}

func TestAPanicUndoesItselfAlone(t *testing.T) {
	db := openTemp(t)
	got := inOneGroup(t, db, add("a"), func(tx *Tx) error {
		_ = add("b")(tx)
		panic("boom")
	}, add("c"))
	if got[0] != nil || got[2] != nil || got[1] == nil || !strings.Contains(got[1].Error(), "boom") {
		t.Errorf("answers %v", got)
	}
	if n := names(t, db); n != "a c" {
		t.Error(n)
	}
}

func TestASwallowedErrorStillUndoesTheClosure(t *testing.T) {
	db := openTemp(t)
	got := inOneGroup(t, db, add("a"), func(tx *Tx) error {
		_ = add("b")(tx)
		_ = add("a")(tx) // there already
		_ = add("d")(tx)
		return nil
	}, add("c"))
	if !IsConstraint(got[1]) {
		t.Errorf("answer %v", got[1])
	}
	if n := names(t, db); n != "a c" {
		t.Error(n)
	}
}

func TestAnExpiredRequestLeavesTheQueueUnheard(t *testing.T) {
	db := openTemp(t)
	entered, release, done := make(chan bool), make(chan bool), make(chan error)
	go func() {
		done <- db.Write(context.Background(), func(tx *Tx) error {
			close(entered)
			<-release
			return add("first")(tx)
		})
	}()
	<-entered
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(10*time.Millisecond, cancel)
	if err := db.Write(ctx, add("late")); !errors.Is(err, context.Canceled) {
		t.Errorf("answer %v", err)
	}
	close(release)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := db.Write(ctx, add("later")); !errors.Is(err, context.Canceled) {
		t.Errorf("answer %v", err)
	}
	if n := names(t, db); n != "first" {
		t.Error(n)
	}
}

func TestARequestThatExpiresMidClosureDoesNotBreakTheGroup(t *testing.T) {
	db := openTemp(t)
	ctx, cancel := context.WithCancel(context.Background())
	got := inOneGroup(t, db, add("a"), func(tx *Tx) error {
		cancel()
		_, err := tx.Exec(ctx, "insert into t (name) values (?)", "b")
		return err
	}, add("c"))
	for i, err := range got {
		if err != nil {
			t.Errorf("answer %d: %v", i, err)
		}
	}
	if n := names(t, db); n != "a b c" {
		t.Error(n)
	}
}

// A deferred foreign key is the honest way to make COMMIT fail.
func TestAFailedCommitRunsEachClosureAlone(t *testing.T) {
	db := openTemp(t)
	runs := 0
	got := inOneGroup(t, db, add("a"), func(tx *Tx) error {
		runs++
		if err := add("b")(tx); err != nil {
			return err
		}
		_, err := tx.Exec(context.Background(), "insert into children (parent_id) values (7)")
		return err
	}, add("c"))
	if got[0] != nil || got[1] == nil || got[2] != nil {
		t.Errorf("answers %v", got)
	}
	if runs != 2 {
		t.Errorf("the guilty closure ran %d times", runs)
	}
	if n := names(t, db); n != "a c" {
		t.Error(n)
	}
}

func TestALostSavepointRunsEachClosureAlone(t *testing.T) {
	db := openTemp(t)
	got := inOneGroup(t, db, add("a"), func(tx *Tx) error {
		if err := add("b")(tx); err != nil {
			return err
		}
		// Rolls back the whole transaction, the savepoints with it.
		_, err := tx.Exec(context.Background(), "insert or rollback into t (name) values ('b')")
		_ = add("stray")(tx) // would stand for itself, outside any transaction
		_ = err
		return nil
	}, add("c"))
	if got[0] != nil || !IsConstraint(got[1]) || got[2] != nil {
		t.Errorf("answers %v", got)
	}
	if n := names(t, db); n != "a c" {
		t.Error(n)
	}
}

// A refusal that rests on a closure that is undone later must be thought over.
func TestARefusalIsRunAgainWhenWhatItSawIsUndone(t *testing.T) {
	db := openTemp(t)
	got := inOneGroup(t, db, func(tx *Tx) error {
		if err := add("seat")(tx); err != nil {
			return err
		}
		_, err := tx.Exec(context.Background(), "insert into children (parent_id) values (7)")
		return err
	}, add("seat"))
	if got[0] == nil || got[1] != nil {
		t.Errorf("answers %v", got)
	}
	if n := names(t, db); n != "seat" {
		t.Error(n)
	}
}

func TestAnUnknowableCommitStopsTheWriterUntilReopened(t *testing.T) {
	dir := t.TempDir()
	db, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Define(t.Context(), scratchSchema); err != nil {
		t.Fatal(err)
	}
	honest := db.group.commit
	got := inOneGroup(t, db, func(tx *Tx) error {
		db.group.commit = func() error { return errors.New("the disk went away") }
		return add("a")(tx)
	}, func(*Tx) error { return errors.New("refused on what it saw") })
	for _, err := range got {
		if !errors.Is(err, ErrUnknown) || errs.KindOf(err) != errs.Unavailable {
			t.Errorf("answer %v", err)
		}
	}
	<-db.group.ended
	db.group.commit = honest
	if err := db.Write(t.Context(), add("b")); !errors.Is(err, ErrStopped) {
		t.Errorf("answer %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = Open(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Write(t.Context(), add("b")); err != nil {
		t.Error(err)
	}
}

func TestAClosureThatKillsTheWriterIsReportedToAll(t *testing.T) {
	db := openTemp(t)
	got := inOneGroup(t, db, add("a"), func(tx *Tx) error {
		runtime.Goexit()
		return nil
	}, add("c"))
	for i, err := range got {
		if !errors.Is(err, ErrStopped) {
			t.Errorf("answer %d: %v", i, err)
		}
	}
	if n := names(t, db); n != "" {
		t.Error(n)
	}
}

func TestFailedNumberingRunsEachClosureAlone(t *testing.T) {
	db := openTemp(t)
	var batches [][]any
	err := db.Sequence(Sequencing{Number: func(_ context.Context, _ *Tx, held []any) error {
		batches = append(batches, held)
		for _, h := range held {
			if h == "bad" {
				return errors.New("no")
			}
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	hold := func(name string) func(*Tx) error {
		return func(tx *Tx) error { tx.Hold(name); return add(name)(tx) }
	}
	got := inOneGroup(t, db, hold("a"), hold("bad"), hold("c"))
	if got[0] != nil || got[1] == nil || got[2] != nil {
		t.Errorf("answers %v", got)
	}
	if s := fmt.Sprint(batches); s != "[[a bad c] [a] [bad] [c]]" {
		t.Error(s)
	}
	if n := names(t, db); n != "a c" {
		t.Error(n)
	}
	if db.Sequence(Sequencing{}) == nil {
		t.Error("a second ledger on one database: accepted")
	}
}

func TestAGroupEndsAtItsSizeAndALoadIsAlone(t *testing.T) {
	db := openTemp(t)
	if err := db.Sequence(Sequencing{Number: func(_ context.Context, _ *Tx, _ []any) error { return nil }}); err != nil {
		t.Fatal(err)
	}
	var sizes []int
	db.group.number = func(_ *Tx, held []any) error { sizes = append(sizes, len(held)); return nil }
	db.group.clock = func() time.Time { return time.Time{} }
	fns := make([]func(*Tx) error, groupSize+3)
	for i := range fns {
		fns[i] = func(tx *Tx) error { tx.Hold(i); return nil }
	}
	inOneGroup(t, db, fns...)
	if len(sizes) < 2 || sizes[0] != groupSize || sizes[1] != 3 {
		t.Errorf("groups of %v", sizes)
	}
	sizes = nil
	var wg sync.WaitGroup
	inOneGroup(t, db, func(tx *Tx) error {
		wg.Go(func() {
			if err := db.Load(context.Background(), func(tx *Tx) error { tx.Hold(1); return nil }); err != nil {
				t.Error(err)
			}
		})
		waitForSenders(t)
		tx.Hold(0)
		return nil
	})
	wg.Wait()
	if fmt.Sprint(sizes) != "[1 1]" {
		t.Errorf("the load shared its transaction: %v", sizes)
	}
}

func TestAnotherProcessHoldingTheLockIsBusyNotBroken(t *testing.T) {
	err := busyError(t)
	if !isBusy(err) || !knownUncommitted(err) || errs.KindOf(err) != errs.Unavailable {
		t.Errorf("misread: %v", err)
	}
	if knownUncommitted(errors.New("no code")) {
		t.Error("an error without a code says nothing about the disk")
	}
}

// busyError makes SQLite's own error by locking a file twice.
func busyError(t *testing.T) error {
	t.Helper()
	dir := t.TempDir()
	one, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	two, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer two.Close()
	var busy error
	err = one.Load(t.Context(), func(*Tx) error {
		conn := two.group.conn.conn
		if _, err := conn.ExecContext(context.Background(), "pragma busy_timeout = 1"); err != nil {
			return err
		}
		busy = two.Write(context.Background(), func(*Tx) error { return nil })
		return nil
	})
	if err != nil || !errors.Is(busy, ErrBusy) {
		t.Fatal(err, busy)
	}
	return busy
}
