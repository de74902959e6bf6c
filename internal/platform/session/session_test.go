package session_test

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

// code is what the program on the telephone shows at an instant.
func code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	c, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// enrolled gives an account a second factor.
func (g *gate) enrolled(account sqldb.ID) session.Enrolment {
	g.t.Helper()
	var e session.Enrolment
	ctx := context.Background()
	g.write(func(tx *sqldb.Tx) (err error) {
		e, err = session.Enrol(ctx, tx, account, "示例市 清单", "wang")
		return err
	})
	g.write(func(tx *sqldb.Tx) error {
		return session.Confirm(ctx, tx, account, sqldb.NewID(), code(g.t, e.Secret, g.clock()), g.clock())
	})
	return e
}

func (g *gate) prove(token, code string) (session.Opened, error) {
	g.t.Helper()
	o, err := g.Prove(context.Background(), session.Proof{Token: token, Login: "wang", Code: code, Address: "10.0.0.1", Profile: session.ProfileOf(session.Graded)})
	if err != nil && !session.Refused(err) {
		g.t.Fatal(err)
	}
	return o, err
}

func TestEnrolment(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		g, ctx := open(t, db), context.Background()
		id := g.account()
		here, err := g.try(id, password, "10.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := session.Pending(ctx, db, id, "清单", "wang"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("pending before enrolment: %v", err)
		}
		var e session.Enrolment
		g.write(func(tx *sqldb.Tx) (err error) {
			e, err = session.Enrol(ctx, tx, id, "示例市 清单", "wang")
			return err
		})
		u, err := url.Parse(e.URL)
		if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/示例市 清单:wang" || u.Query().Get("secret") != e.Secret || u.Query().Get("issuer") != "示例市 清单" {
			t.Errorf("address %s, %v", e.URL, err)
		}
		if again, err := session.Pending(ctx, db, id, "示例市 清单", "wang"); err != nil || again != e {
			t.Errorf("pending %+v, %v", again, err)
		}
		if o, err := g.try(id, password, "10.0.0.1"); err != nil || o.Unproven {
			t.Errorf("a factor that nobody confirmed is asked for: %+v, %v", o, err)
		}
		confirm := func(code string) error {
			return db.Write(ctx, func(tx *sqldb.Tx) error { return session.Confirm(ctx, tx, id, here.Session, code, g.clock()) })
		}
		if err := confirm("000000"); errs.KindOf(err) != errs.Invalid {
			t.Errorf("wrong code: %v", err)
		}
		if err := confirm(code(t, e.Secret, g.clock())); err != nil {
			t.Fatal(err)
		}
		for _, s := range g.sessions(id) {
			if want := s.ID == here.Session; (s.Factor == session.ByCode) != want {
				t.Errorf("session %v has factor %s", s.ID, s.Factor)
			}
		}
		err = db.Write(ctx, func(tx *sqldb.Tx) error { _, err := session.Enrol(ctx, tx, id, "x", "y"); return err })
		if errs.KindOf(err) != errs.Conflict {
			t.Errorf("enrolling twice: %v", err)
		}
		err = db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := session.Enrol(ctx, tx, sqldb.NewID(), "x", "y")
			return err
		})
		if errs.KindOf(err) != errs.Conflict {
			t.Errorf("enrolling without a password: %v", err)
		}
	})
}

func TestProve(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		g, ctx := open(t, db), context.Background()
		id := g.account()
		e := g.enrolled(id)
		half, err := g.try(id, password, "10.0.0.1")
		if err != nil || !half.Unproven {
			t.Fatalf("%+v, %v", half, err)
		}
		if _, err := g.prove(half.Token, code(t, e.Secret, g.clock())); err == nil {
			t.Fatal("the code that confirmed the factor is good a second time")
		}
		g.pass(time.Minute)
		for name, at := range map[string]time.Duration{"two steps behind": -time.Minute, "two steps ahead": time.Minute} {
			if _, err := g.prove(half.Token, code(t, e.Secret, g.clock().Add(at))); err == nil {
				t.Errorf("a code %s is taken", name)
			}
		}
		ahead := code(t, e.Secret, g.clock().Add(30*time.Second))
		whole, err := g.prove(half.Token, ahead[:3]+" "+ahead[3:])
		if err != nil || whole.Token == half.Token || whole.Session == half.Session {
			t.Fatalf("a code one step ahead: %+v, %v", whole, err)
		}
		left := g.sessions(id)
		if len(left) != 1 || left[0].ID != whole.Session || left[0].Factor != session.ByCode {
			t.Errorf("sessions %+v", left)
		}
		next, err := g.try(id, password, "10.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []time.Duration{0, 30 * time.Second} {
			if _, err := g.prove(next.Token, code(t, e.Secret, g.clock().Add(at))); err == nil {
				t.Error("a code is good twice, or an older one after a newer")
			}
		}
		for _, token := range []string{half.Token, whole.Token, "", "x"} {
			if _, err := g.prove(token, code(t, e.Secret, g.clock().Add(time.Minute))); err == nil {
				t.Errorf("the token %q of no half-proved session is proved", token)
			}
		}
		g.write(func(tx *sqldb.Tx) error { return session.ResetFactor(ctx, tx, id) })
		if o, err := g.try(id, password, "10.0.0.1"); err != nil || o.Unproven {
			t.Errorf("after the reset: %+v, %v", o, err)
		}
	})
}

// Whoever knows the password cannot guess codes without end: signing in again
// does not forget the wrong codes, and the lock ends the half-proved session.
func TestGuessingCodesLocks(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		g := open(t, db)
		id := g.account()
		e := g.enrolled(id)
		g.pass(time.Minute)
		wrong := "123456"
		if wrong == code(t, e.Secret, g.clock()) {
			wrong = "654321"
		}
		var tokens []string
		for range 5 {
			o, err := g.try(id, password, "10.0.0.1")
			if err != nil {
				t.Fatal(err)
			}
			tokens = append(tokens, o.Token)
			if _, err := g.prove(o.Token, wrong); err == nil {
				t.Fatal("a wrong code is taken")
			}
		}
		if _, err := g.try(id, password, "10.0.0.1"); err == nil {
			t.Error("five wrong codes do not lock")
		}
		for _, token := range tokens {
			if _, err := g.prove(token, code(t, e.Secret, g.clock())); err == nil {
				t.Error("a right code opens a locked account")
			}
		}
		if n := len(g.sessions(id)); n != 0 {
			t.Errorf("%d half-proved sessions outlive the lock", n)
		}
		g.pass(31 * time.Minute)
		o, err := g.try(id, password, "10.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.prove(o.Token, code(t, e.Secret, g.clock())); err != nil {
			t.Errorf("the owner after the lock: %v", err)
		}
	})
}

func TestSessions(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		g, ctx := open(t, db), context.Background()
		mine, other := sqldb.NewID(), sqldb.NewID()
		create := func(account sqldb.ID, agent string) (o session.Opened) {
			g.write(func(tx *sqldb.Tx) (err error) {
				o, err = session.Create(ctx, tx, account, session.ByProvider, "10.0.0.1", agent, g.clock())
				return err
			})
			return o
		}
		a, b, theirs := create(mine, "甲\x00\xff"), create(mine, string(bytes.Repeat([]byte("鹭"), 100))), create(other, "")
		var stored []byte
		if err := db.QueryRow(ctx, `select token from sessions where id = ?`, a.Session).Scan(&stored); err != nil || !bytes.Equal(stored, session.Key(a.Token)) || bytes.Contains(stored, []byte(a.Token)) {
			t.Errorf("stored token %x, %v", stored, err)
		}
		g.pass(2 * time.Minute)
		g.write(func(tx *sqldb.Tx) error { return session.Touch(ctx, tx, a.Session, g.clock()) })
		g.write(func(tx *sqldb.Tx) error { return session.Touch(ctx, tx, a.Session, g.clock().Add(-time.Minute)) })
		list := g.sessions(mine)
		if len(list) != 2 || list[0].ID != a.Session || !list[0].Seen.Equal(g.clock()) || list[0].Agent != "甲" || len(list[1].Agent) > 200 {
			t.Errorf("sessions %+v", list)
		}
		end := func(id, owner sqldb.ID) error {
			return db.Write(ctx, func(tx *sqldb.Tx) error { return session.End(ctx, tx, id, owner) })
		}
		if err := end(theirs.Session, mine); errs.KindOf(err) != errs.NotFound {
			t.Errorf("ending somebody else's session: %v", err)
		}
		if err := end(b.Session, mine); err != nil {
			t.Error(err)
		}
		if err := end(b.Session, mine); errs.KindOf(err) != errs.NotFound {
			t.Errorf("ending twice: %v", err)
		}
		for i := range 30 {
			g.pass(time.Second)
			create(mine, fmt.Sprint(i))
		}
		if list = g.sessions(mine); len(list) != 20 || list[0].Agent != "29" || list[19].Agent != "10" {
			t.Errorf("%d sessions, from %s to %s", len(list), list[0].Agent, list[len(list)-1].Agent)
		}
		g.write(func(tx *sqldb.Tx) error {
			n, err := session.EndAll(ctx, tx, mine, list[0].ID)
			if n != 19 {
				t.Errorf("ended %d", n)
			}
			return err
		})
		g.write(func(tx *sqldb.Tx) error { return session.EndToken(ctx, tx, theirs.Token) })
		if len(g.sessions(mine)) != 1 || len(g.sessions(other)) != 0 {
			t.Errorf("left: %+v, %+v", g.sessions(mine), g.sessions(other))
		}
	})
}

func TestForget(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		g, ctx := open(t, db), context.Background()
		id, limits := g.account(), session.Limits{Idle: 30 * time.Minute, Absolute: time.Hour}
		if _, err := g.try(id, password, "10.0.0.1"); err != nil {
			t.Fatal(err)
		}
		count := func(q string) (n int) {
			if err := db.QueryRow(ctx, q).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		forget := func() { g.write(func(tx *sqldb.Tx) error { return session.Forget(ctx, tx, limits, g.clock()) }) }
		g.pass(29 * time.Minute)
		forget()
		if n := count(`select count(*) from sessions`); n != 1 {
			t.Fatalf("%d sessions", n)
		}
		g.pass(time.Minute)
		forget()
		if n := count(`select count(*) from sessions`); n != 0 {
			t.Errorf("%d dead sessions are kept", n)
		}
		g.pass(183 * 24 * time.Hour)
		forget()
		if n := count(`select count(*) from sign_ins`); n != 1 {
			t.Errorf("%d sign-ins after half a year", n)
		}
		g.pass(184 * 24 * time.Hour)
		forget()
		if n := count(`select count(*) from sign_ins`); n != 0 {
			t.Errorf("%d sign-ins after a year", n)
		}
	})
}

func TestSignInsPageByKey(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		g, ctx := open(t, db), context.Background()
		id := sqldb.NewID()
		for i := range 25 {
			if i%3 == 0 {
				g.pass(time.Second) // several in one instant
			}
			o := session.Demo
			if i%5 == 0 {
				o = session.Stranger
			}
			g.write(func(tx *sqldb.Tx) error { return session.Note(ctx, tx, id, "wang", o, "10.0.0.1", g.clock()) })
		}
		seen := map[sqldb.ID]bool{}
		q := session.SignInQuery{Account: id, Outcomes: []session.Outcome{session.Demo}, From: g.clock().Add(-time.Hour), Limit: 7}
		var last time.Time
		for {
			page, err := session.SignIns(ctx, db, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range page {
				if seen[s.ID] || !last.IsZero() && s.At.After(last) {
					t.Errorf("%v twice or out of order", s)
				}
				seen[s.ID], last = true, s.At
			}
			if len(page) < q.Limit {
				break
			}
			q.Before = page[len(page)-1]
		}
		n, err := session.CountSignIns(ctx, db, session.SignInQuery{Account: id})
		if err != nil || len(seen) != 20 || n[session.Demo] != 20 || n[session.Stranger] != 5 {
			t.Errorf("%d listed, counts %v, %v", len(seen), n, err)
		}
	})
}

func TestWords(t *testing.T) {
	for _, o := range session.Outcomes() {
		if o.Label() == string(o) {
			t.Errorf("no words for %s", o)
		}
	}
	for _, f := range []session.Factor{session.ByPassword, session.ByCode, session.ByProvider, session.ByDemo} {
		if f.Label() == string(f) {
			t.Errorf("no words for %s", f)
		}
	}
}
