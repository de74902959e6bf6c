package session_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

const password = "Tq7-vmzK-bN2w"

// gate is a gate with a clock that the test sets.
type gate struct {
	*session.Gate
	t  *testing.T
	db *sqldb.DB

	mu  sync.Mutex
	now time.Time
}

func (g *gate) clock() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.now
}

func (g *gate) pass(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now = g.now.Add(d)
}

func open(t *testing.T, db *sqldb.DB) *gate {
	g := &gate{t: t, db: db, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	g.Gate = session.New(db, session.Options{Clock: g.clock, Cost: session.Cost{Memory: 64, Time: 1, Threads: 1}})
	return g
}

func (g *gate) write(fn func(tx *sqldb.Tx) error) {
	g.t.Helper()
	if err := g.db.Write(context.Background(), fn); err != nil {
		g.t.Fatal(err)
	}
}

// account makes an account that has a password.
func (g *gate) account() sqldb.ID {
	g.t.Helper()
	id := sqldb.NewID()
	h, err := g.Hash(context.Background(), password)
	if err != nil {
		g.t.Fatal(err)
	}
	g.write(func(tx *sqldb.Tx) error {
		return session.SetPassword(context.Background(), tx, id, h, false, sqldb.ID{}, g.clock())
	})
	return id
}

func attempt(account sqldb.ID, password, address string) session.Attempt {
	return session.Attempt{Account: account, Login: "wang", Password: password, Address: address, Agent: "test", Profile: session.ProfileOf(session.Graded)}
}

func (g *gate) try(account sqldb.ID, password, address string) (session.Opened, error) {
	g.t.Helper()
	o, err := g.SignIn(context.Background(), attempt(account, password, address))
	if err != nil && !session.Refused(err) {
		g.t.Fatal(err)
	}
	return o, err
}

func (g *gate) outcomes() map[session.Outcome]int {
	g.t.Helper()
	n, err := session.CountSignIns(context.Background(), g.db, session.SignInQuery{})
	if err != nil {
		g.t.Fatal(err)
	}
	return n
}

func (g *gate) sessions(account sqldb.ID) []session.Session {
	g.t.Helper()
	all, err := session.List(context.Background(), g.db, account, session.Limits{Idle: time.Hour, Absolute: 10 * time.Hour}, g.clock())
	if err != nil {
		g.t.Fatal(err)
	}
	return all
}

func TestSignIn(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		g := open(t, db)
		id := g.account()
		first, err := g.try(id, password, "10.0.0.1")
		if err != nil || first.Unproven || len(first.Token) != 43 {
			t.Fatalf("right password: %+v, %v", first, err)
		}
		second, err := g.try(id, password, "10.0.0.1")
		if err != nil || second.Token == first.Token {
			t.Fatalf("again: %+v, %v", second, err)
		}
		if n := len(g.sessions(id)); n != 2 {
			t.Errorf("%d sessions", n)
		}
		barred := attempt(id, password, "10.0.0.2")
		barred.Barred = true
		_, disabled := g.SignIn(context.Background(), barred)
		_, wrong := g.try(id, "Tq7-vmzK-bN2x", "10.0.0.2")
		_, nobody := g.try(sqldb.ID{}, "geheim-im-login-feld", "10.0.0.2")
		_, none := g.try(sqldb.NewID(), password, "10.0.0.2") // an account without a password
		_, endless := g.try(id, password+strings.Repeat("x", 1<<16), "10.0.0.2")
		for name, err := range map[string]error{"disabled": disabled, "nobody": nobody, "no password": none, "endless": endless} {
			if !session.Refused(err) || err.Error() != wrong.Error() {
				t.Errorf("%s says %v, a wrong password %v", name, err, wrong)
			}
		}
		all, err := session.SignIns(context.Background(), db, session.SignInQuery{Limit: 10})
		if err != nil || len(all) != 7 {
			t.Fatalf("%d sign-ins, %v", len(all), err)
		}
		for _, s := range all {
			if s.Account.IsZero() && s.Login != "" {
				t.Errorf("what was typed for nobody's login is kept: %q", s.Login)
			}
		}
		last, err := session.LastSignIn(context.Background(), db, id, g.clock().Add(time.Second))
		if err != nil || last.Outcome != session.Ok || last.Address != "10.0.0.1" {
			t.Errorf("last sign-in %+v, %v", last, err)
		}
		if _, err := session.LastSignIn(context.Background(), db, id, g.clock()); errs.KindOf(err) != errs.NotFound {
			t.Errorf("before the first sign-in: %v", err)
		}
	})
}

func TestLockEndsByItself(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		g := open(t, db)
		id, p := g.account(), session.ProfileOf(session.Graded)
		for range p.Failures - 1 {
			g.try(id, "wrong", "10.0.0.1")
		}
		if _, err := g.try(id, password, "10.0.0.1"); err != nil {
			t.Fatalf("one failure short of the lock: %v", err)
		}
		for range p.Failures {
			g.try(id, "wrong", "10.0.0.1")
		}
		if locks, err := session.Locks(context.Background(), db, g.clock()); err != nil || len(locks) != 1 || locks[0].Account != id {
			t.Fatalf("locks %+v, %v", locks, err)
		}
		if _, err := g.try(id, password, "10.0.0.2"); err == nil {
			t.Fatal("the right password opens a locked account")
		}
		g.pass(p.Lock - time.Minute)
		for range 3 {
			g.try(id, "wrong", "10.0.0.3") // does not make the lock longer
		}
		g.pass(time.Minute + time.Microsecond)
		if c, err := session.CredentialOf(context.Background(), db, id, g.clock()); err != nil || !c.LockedUntil.IsZero() {
			t.Fatalf("the lock lasts: %+v, %v", c, err)
		}
		g.try(id, "wrong", "10.0.0.2") // counts from one again
		if _, err := g.try(id, password, "10.0.0.2"); err != nil {
			t.Fatalf("after the lock: %v", err)
		}
		if got := g.outcomes(); got[session.Locked] != 4 || got[session.Wrong] != 2*p.Failures {
			t.Errorf("outcomes %v", got)
		}
	})
}

func TestUnlock(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		g := open(t, db)
		id := g.account()
		for range 5 {
			g.try(id, "wrong", "10.0.0.1")
		}
		g.write(func(tx *sqldb.Tx) error { return session.Unlock(context.Background(), tx, id) })
		if _, err := g.try(id, password, "10.0.0.1"); err != nil {
			t.Fatal(err)
		}
	})
}

// A thousand wrong passwords on one login from one address: five are looked at,
// the account locks, the address is sent away, the book stays short, and the
// owner comes in when the lock is over.
func TestThousandWrongPasswords(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		g := open(t, db)
		id, other := g.account(), g.account()
		words := map[string]int{}
		for i := range 1000 {
			_, err := g.try(id, fmt.Sprintf("guess-%d", i), "203.0.113.7")
			words[errs.Message(err)]++
		}
		got := g.outcomes()
		if got[session.Wrong] != 5 || got[session.Locked] != 15 || got[session.Limited] != 1 || len(words) != 2 {
			t.Errorf("outcomes %v, words %v", got, words)
		}
		if _, err := g.try(other, password, "10.0.0.1"); err != nil {
			t.Errorf("somebody else elsewhere: %v", err)
		}
		if _, err := g.try(id, password, "10.0.0.1"); err == nil {
			t.Error("the account is not locked")
		}
		g.pass(31 * time.Minute)
		if _, err := g.try(id, password, "10.0.0.1"); err != nil {
			t.Errorf("the owner after the lock: %v", err)
		}
	})
}

// One machine that wants to lock out everybody locks a handful.
func TestOneAddressCannotLockEverybody(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		g := open(t, db)
		var all []sqldb.ID
		for range 40 {
			all = append(all, g.account())
		}
		for _, id := range all {
			for range 5 {
				g.try(id, "wrong", fmt.Sprintf("2001:db8:1:2::%d", len(g.outcomes()))) // one net of IPv6
			}
		}
		locks, err := session.Locks(context.Background(), db, g.clock())
		if err != nil || len(locks) != 4 {
			t.Fatalf("%d accounts locked, %v", len(locks), err)
		}
	})
}

// Guesses sent all at once are counted as if they came one after the other.
func TestGuessesAtOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		g := open(t, db)
		id := g.account()
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				_, err := g.SignIn(context.Background(), attempt(id, fmt.Sprintf("guess-%d", i), fmt.Sprintf("10.0.1.%d", i)))
				if !session.Refused(err) {
					t.Errorf("guess %d: %v", i, err)
				}
			}()
		}
		wg.Wait()
		if got := g.outcomes(); got[session.Wrong] != 5 || got[session.Locked] != 35 {
			t.Errorf("outcomes %v", got)
		}
	})
}

func TestChangePassword(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		g := open(t, db)
		ctx, id := context.Background(), g.account()
		here, err := g.try(id, password, "10.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.try(id, password, "10.0.0.2"); err != nil {
			t.Fatal(err)
		}
		change := session.Change{Account: id, Login: "wang", Session: here.Session, Old: password, Profile: session.ProfileOf(session.Graded), Address: "10.0.0.1"}
		with := func(old, next string) error {
			c := change
			c.Old, c.New = old, next
			return g.ChangePassword(ctx, c)
		}
		for name, err := range map[string]error{"too short": with(password, "Ab1!"), "the same": with(password, password), "wrong present": with("wrong", "Kx4-whz-9Rmd")} {
			if errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), "口令") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := len(g.sessions(id)); n != 2 {
			t.Errorf("%d sessions after refusals", n)
		}
		g.pass(time.Minute)
		if err := with(password, "Kx4-whz-9Rmd"); err != nil {
			t.Fatal(err)
		}
		if left := g.sessions(id); len(left) != 1 || left[0].ID != here.Session {
			t.Errorf("sessions after the change: %+v", left)
		}
		if err := with("Kx4-whz-9Rmd", password); errs.KindOf(err) != errs.Invalid {
			t.Errorf("the earlier password again: %v", err)
		}
		if _, err := g.try(id, password, "10.0.0.1"); err == nil {
			t.Error("the earlier password still opens")
		}
		if _, err := g.try(id, "Kx4-whz-9Rmd", "10.0.0.1"); err != nil {
			t.Error(err)
		}
	})
}

// People whom the provider has proved, but who have no account yet, guess at
// nothing: the office that they sit in is not shut for them.
func TestStrangersShutNobodyOut(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		g := open(t, db)
		id := g.account()
		for range 30 {
			g.write(func(tx *sqldb.Tx) error {
				return session.Note(context.Background(), tx, sqldb.ID{}, "", session.Stranger, "10.0.0.1", g.clock())
			})
		}
		if _, err := g.try(id, password, "10.0.0.1"); err != nil {
			t.Errorf("after thirty strangers: %v", err)
		}
	})
}

// Guessing at the present password of a session somebody left open locks too.
func TestChangeCountsGuesses(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		g := open(t, db)
		id := g.account()
		for range 6 {
			err := g.ChangePassword(context.Background(), session.Change{Account: id, Old: "wrong", New: "Kx4-whz-9Rmd", Profile: session.ProfileOf(session.Graded), Address: "10.0.0.1"})
			if errs.KindOf(err) != errs.Invalid {
				t.Fatal(err)
			}
		}
		if got := g.outcomes(); got[session.Wrong] != 5 || got[session.Locked] != 1 {
			t.Errorf("outcomes %v", got)
		}
	})
}

// A password hashed at another cost is hashed anew when its owner signs in.
func TestRehash(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		g := open(t, db)
		id := g.account()
		dearer := session.New(db, session.Options{Clock: g.clock, Cost: session.Cost{Memory: 128, Time: 1, Threads: 1}})
		for range 2 {
			if _, err := dearer.SignIn(context.Background(), attempt(id, password, "10.0.0.1")); err != nil {
				t.Fatal(err)
			}
		}
		var hash string
		if err := db.QueryRow(context.Background(), `select hash from credentials where account_id = ?`, id).Scan(&hash); err != nil || !strings.Contains(hash, "m=128,") {
			t.Errorf("stored %q, %v", hash, err)
		}
	})
}
