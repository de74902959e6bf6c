package people_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/testkit"
)

// counting counts the queries that go through it to a database.
type counting struct {
	sqldb.Reader
	n int
}

func (c *counting) Query(ctx context.Context, q string, args ...any) (*sqldb.Rows, error) {
	c.n++
	return c.Reader.Query(ctx, q, args...)
}

func (c *counting) QueryRow(ctx context.Context, q string, args ...any) *sqldb.Row {
	c.n++
	return c.Reader.QueryRow(ctx, q, args...)
}

// desk is a house with one person at work.
type desk struct {
	t    *testing.T
	db   *sqldb.DB
	l    *ledger.Ledger
	gate *session.Gate
	now  time.Time
	id   sqldb.ID
}

const password = "Tq7-vmzK-bN2w"

func newDesk(t *testing.T, db *sqldb.DB, l *ledger.Ledger, a people.Account) *desk {
	d := &desk{t: t, db: db, l: l, now: time.Now().UTC().Truncate(time.Microsecond)}
	d.gate = session.New(db, session.Options{Clock: func() time.Time { return d.now }, Cost: session.Cost{Memory: 64, Time: 1, Threads: 1}})
	d.id = add(t, l, a)
	h, err := d.gate.Hash(context.Background(), password)
	must(t, err)
	must(t, db.Write(context.Background(), func(tx *sqldb.Tx) error {
		return session.SetPassword(context.Background(), tx, d.id, h, false, sqldb.ID{}, d.now)
	}))
	return d
}

func (d *desk) signIn() session.Opened {
	d.t.Helper()
	o, err := d.gate.SignIn(context.Background(), session.Attempt{Account: d.id, Login: "wang", Password: password, Address: "10.0.0.1", Profile: session.ProfileOf(session.Graded)})
	must(d.t, err)
	return o
}

// enter finds the person of a token and sees that it took one query.
func (d *desk) enter(token string) (*people.Who, error) {
	d.t.Helper()
	c := &counting{Reader: d.db}
	who, err := people.Enter(context.Background(), c, token, d.now)
	if c.n != 1 {
		d.t.Errorf("Enter took %d queries", c.n)
	}
	if err != nil && (!people.SignedOut(err) || errs.KindOf(err) != errs.Forbidden || who != nil) {
		d.t.Fatalf("%+v, %v", who, err)
	}
	return who, err
}

func (d *desk) out(why, token string) {
	d.t.Helper()
	_, err := d.enter(token)
	if err == nil {
		d.t.Errorf("%s: the token still opens", why)
	} else if errs.Message(err) != "登录已失效。请重新登录" {
		d.t.Errorf("%s says %q", why, errs.Message(err))
	}
}

func TestEnter(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		departments := seedDepartments(t, l, "示例市水利局", "示例市卫生局", "示例市财政局", "示例市教育局")
		must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			if err := people.AddGroup(ctx, tx, 2, "第二审核小组"); err != nil {
				return err
			}
			for _, x := range departments[1:3] {
				if err := people.AssignDepartment(ctx, tx, x, 2); err != nil {
					return err
				}
			}
			return nil
		}))
		d := newDesk(t, db, l, people.Account{Login: "wang", Name: "王建国", Department: departments[0], Group: 2,
			Roles: []people.Role{people.GroupLeader, people.Clerk, people.Reviewer}})
		o := d.signIn()
		who, err := d.enter(o.Token)
		if err != nil {
			t.Fatal(err)
		}
		reviews := slices.Clone(departments[1:3])
		slices.SortFunc(reviews, func(a, b sqldb.ID) int { return slices.Compare(a[:], b[:]) })
		if who.Account != d.id || who.Session != o.Session || who.Login != "wang" || who.Name != "王建国" || who.Department != departments[0] ||
			who.DepartmentName != "示例市水利局" || who.Group != 2 || who.GroupName != "第二审核小组" || !slices.Equal(who.Reviews, reviews) ||
			!slices.Equal(who.Roles, []people.Role{people.Clerk, people.Reviewer, people.GroupLeader}) ||
			who.MustChange || who.Unproven || who.MustEnrol || !who.Opened.Equal(d.now) || !who.Seen.Equal(d.now) {
			t.Errorf("%+v", who)
		}
		if a := who.Actor(); a.ID != d.id.String() || a.Role != "部门填报员、审核小组成员、审核小组组长" {
			t.Errorf("actor %+v", a)
		}
		// A change of roles or groups holds at the very next request.
		must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			if err := people.AssignDepartment(ctx, tx, departments[3], 2); err != nil {
				return err
			}
			return people.SetRoles(ctx, tx, d.id, []people.Role{people.Reviewer})
		}))
		if who, err = d.enter(o.Token); err != nil || len(who.Reviews) != 3 || who.May(people.FillPowers) == nil || who.May(people.Conclude) != nil {
			t.Errorf("after the change: %+v, %v", who, err)
		}
		must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error { return people.SetRoles(ctx, tx, d.id, nil) }))
		if who, err = d.enter(o.Token); err != nil || len(who.Roles) != 0 || len(who.Reviews) != 0 || who.May(people.Work) != nil || who.May(people.SeePowers) == nil {
			t.Errorf("without a role: %+v, %v", who, err)
		}
	})
}

func TestDeadTokens(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		d, ctx := newDesk(t, db, l, people.Account{Login: "wang", Roles: []people.Role{people.Legal}}), context.Background()
		for _, token := range []string{"", "x", string(session.Key(d.signIn().Token)), d.id.String(), "' or 1=1 --", "\xff\x00"} {
			d.out("nobody's token", token)
		}
		start, o := d.now, d.signIn()
		d.now = start.Add(30*time.Minute - time.Microsecond)
		who, err := d.enter(o.Token)
		if err != nil || !who.Stale(d.now) || who.Stale(start.Add(59*time.Second)) {
			t.Fatalf("just within the idle limit: %+v, %v", who, err)
		}
		d.now = start.Add(30 * time.Minute)
		d.out("idle for half an hour", o.Token)
		d.now = start
		touch := func() {
			must(t, db.Write(ctx, func(tx *sqldb.Tx) error { return session.Touch(ctx, tx, o.Session, d.now) }))
		}
		for d.now = start; d.now.Before(start.Add(10*time.Hour - 20*time.Minute)); d.now = d.now.Add(20 * time.Minute) {
			touch()
		}
		if _, err := d.enter(o.Token); err != nil {
			t.Fatalf("in use all day: %v", err)
		}
		touch()
		d.now = start.Add(10 * time.Hour)
		d.out("ten hours old", o.Token)
		d.now = start

		// Settings hold for sessions that are open.
		must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			s := people.DefaultSettings()
			s.Idle = 10 * time.Minute
			return people.SetSettings(ctx, tx, s)
		}))
		o = d.signIn()
		d.now = start.Add(10 * time.Minute)
		d.out("idle for the ten minutes that are now allowed", o.Token)
		d.now = start

		o = d.signIn()
		must(t, db.Write(ctx, func(tx *sqldb.Tx) error { return session.End(ctx, tx, o.Session, d.id) }))
		d.out("ended by the owner", o.Token)

		o = d.signIn()
		must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error { return people.Disable(ctx, tx, d.id, "调离") }))
		d.out("the account is disabled", o.Token)
		must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error { return people.Enable(ctx, tx, d.id) }))
		d.out("the account is enabled again", o.Token)

		// Somebody whose password was being compared while the account was disabled.
		must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error { return people.Disable(ctx, tx, d.id, "调离") }))
		o = d.signIn()
		d.out("opened when it was disabled already", o.Token)
		must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error { return people.Enable(ctx, tx, d.id) }))
		d.out("opened before it was enabled again", o.Token)

		o = d.signIn()
		h, err := d.gate.Hash(ctx, password+"x")
		must(t, err)
		must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error { return people.ResetPassword(ctx, tx, d.id, h) }))
		d.out("the password was reset", o.Token)
	})
}

// A failure of the database signs nobody out.
func TestEnterFails(t *testing.T) {
	db, _ := testkit.Open(t, sqldb.SQLite)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := people.Enter(ctx, db, "x", time.Now()); err == nil || people.SignedOut(err) {
		t.Errorf("a query that failed: %v", err)
	}
}

func TestMustChange(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		d, ctx := newDesk(t, db, l, people.Account{Login: "wang", Roles: []people.Role{people.Legal}}), context.Background()
		h, err := d.gate.Hash(ctx, password)
		must(t, err)
		must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error { return people.ResetPassword(ctx, tx, d.id, h) }))
		o := d.signIn()
		if who, err := d.enter(o.Token); err != nil || !who.MustChange {
			t.Fatalf("a password set by somebody else: %+v, %v", who, err)
		}
		must(t, d.gate.ChangePassword(ctx, session.Change{Account: d.id, Session: o.Session, Old: password, New: "Kx4-whz-9Rmd", Profile: session.ProfileOf(session.Graded), Address: "10.0.0.1"}))
		if who, err := d.enter(o.Token); err != nil || who.MustChange {
			t.Fatalf("after the change: %+v, %v", who, err)
		}
		err = act(t, l, actorOf(d.id), func(ctx context.Context, tx *ledger.Tx) error { return people.ResetPassword(ctx, tx, d.id, h) })
		if errs.KindOf(err) != errs.Forbidden {
			t.Errorf("resetting one's own password: %v", err)
		}
		d.now = d.now.Add(90*24*time.Hour + time.Hour)
		var byPassword, byProvider session.Opened
		must(t, db.Write(ctx, func(tx *sqldb.Tx) (err error) {
			if byPassword, err = session.Create(ctx, tx, d.id, session.ByPassword, "", "", d.now); err == nil {
				byProvider, err = session.Create(ctx, tx, d.id, session.ByProvider, "", "", d.now)
			}
			return err
		}))
		if who, err := d.enter(byPassword.Token); err != nil || !who.MustChange {
			t.Errorf("a password of more than 90 days: %+v, %v", who, err)
		}
		if who, err := d.enter(byProvider.Token); err != nil || who.MustChange {
			t.Errorf("through a provider: %+v, %v", who, err)
		}
		must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			s := people.DefaultSettings()
			s.ProfileKey = session.Modern
			return people.SetSettings(ctx, tx, s)
		}))
		if who, err := d.enter(byPassword.Token); err != nil || who.MustChange {
			t.Errorf("a profile without periodic change: %+v, %v", who, err)
		}
	})
}

func TestSecondFactor(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		d, ctx := newDesk(t, db, l, people.Account{Login: "wang", Roles: []people.Role{people.SystemAdmin}}), context.Background()
		ask := func(f people.SecondFactor) {
			must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error {
				s := people.DefaultSettings()
				s.SecondFactor = f
				return people.SetSettings(ctx, tx, s)
			}))
		}
		o := d.signIn()
		for f, want := range map[people.SecondFactor]bool{people.Optional: false, people.Administrators: true, people.Everybody: true} {
			ask(f)
			if who, err := d.enter(o.Token); err != nil || who.MustEnrol != want {
				t.Errorf("%s: %+v, %v", f, who, err)
			}
		}
		must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
			e, err := session.Enrol(ctx, tx, d.id, "清单", "wang")
			if err != nil {
				return err
			}
			code, err := totp.GenerateCode(e.Secret, d.now)
			if err != nil {
				return err
			}
			return session.Confirm(ctx, tx, d.id, o.Session, code, d.now)
		}))
		if who, err := d.enter(o.Token); err != nil || who.MustEnrol || who.Unproven {
			t.Errorf("the session that confirmed: %+v, %v", who, err)
		}
		if who, err := d.enter(d.signIn().Token); err != nil || who.MustEnrol || !who.Unproven {
			t.Errorf("the next session: %+v, %v", who, err)
		}
		must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error { return people.ResetFactor(ctx, tx, d.id) }))
		d.out("the factor was reset", o.Token)
	})
}

// BenchmarkEnter is what a page costs more for knowing who asks: a reviewer of
// twenty departments among a thousand accounts.
func BenchmarkEnter(b *testing.B) {
	db, l := testkit.Open(b, sqldb.SQLite)
	ctx, now := context.Background(), time.Now()
	var token string
	err := l.Write(ctx, operator(), func(ctx context.Context, tx *ledger.Tx) error {
		if err := people.AddGroup(ctx, tx, 1, "第一审核小组"); err != nil {
			return err
		}
		for i := range 20 {
			id, err := org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: fmt.Sprint("部门", i), ValidFrom: "2014-01-01"})
			if err != nil {
				return err
			}
			if err := people.AssignDepartment(ctx, tx, id, 1); err != nil {
				return err
			}
		}
		for i := range 1000 {
			id, err := people.AddAccount(ctx, tx, people.Account{Login: fmt.Sprint("u", i), Name: "王示例", Group: 1, Roles: []people.Role{people.Reviewer}})
			if err != nil {
				return err
			}
			o, err := session.Create(ctx, tx.Tx, id, session.ByPassword, "10.0.0.1", "", now)
			if err != nil {
				return err
			}
			token = o.Token
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if who, err := people.Enter(ctx, db, token, now); err != nil || len(who.Reviews) != 20 {
			b.Fatalf("%+v, %v", who, err)
		}
	}
}
