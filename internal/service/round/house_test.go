package round_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/testkit"
)

const city = "371500"

// tester is what tests and property tests share.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// house is a place with two departments, each reviewed by a group of its own, and
// the people of a clearing. Its clock stands until a test moves it.
type house struct {
	ctx          context.Context
	db           *sqldb.DB
	l            *ledger.Ledger
	now          time.Time
	water, roads sqldb.ID // departments

	legal, leading, clerk, head, roadsHead   *people.Who
	reviewer, leader, otherReviewer, otherLD *people.Who
}

var operator = ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}

// houses runs fn once per engine on a house of its own.
func houses(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		t.Run(engine.String(), func(t *testing.T) { fn(t, build(t, engine)) })
	}
}

func build(t testing.TB, engine sqldb.Engine) *house {
	t.Helper()
	h := &house{ctx: t.Context(), now: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)}
	db, err := sqldb.Open(h.ctx, testkit.DSN(t, engine))
	must(t, err)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	h.db = db
	h.l, err = ledger.Open(h.ctx, db, ledger.Options{Clock: func() time.Time { return h.now }})
	must(t, err)
	must(t, h.l.Write(h.ctx, operator, func(ctx context.Context, tx *ledger.Tx) error {
		if err := org.SetSite(ctx, tx, org.Site{Division: city, Name: "示例市"}); err != nil {
			return err
		}
		var err error
		if h.water, err = org.AddDepartment(ctx, tx, org.Department{Division: city, Name: "市水利局", Nature: "法定机关", ValidFrom: "2010-01-01"}); err != nil {
			return err
		}
		h.roads, err = org.AddDepartment(ctx, tx, org.Department{Division: city, Name: "市交通局", Nature: "法定机关", ValidFrom: "2010-01-01"})
		return err
	}))
	person := func(name string, w people.Who) *people.Who {
		w.Account, w.Name = sqldb.NewID(), name
		return &w
	}
	h.legal = person("法示例", people.Who{Roles: []people.Role{people.Legal}})
	h.leading = person("领示例", people.Who{Roles: []people.Role{people.Leading}})
	h.clerk = person("填示例", people.Who{Roles: []people.Role{people.Clerk}, Department: h.water})
	h.head = person("首示例", people.Who{Roles: []people.Role{people.Head}, Department: h.water})
	h.roadsHead = person("另示例", people.Who{Roles: []people.Role{people.Head}, Department: h.roads})
	h.reviewer = person("审示例", people.Who{Roles: []people.Role{people.Reviewer}, Group: 1, Reviews: []sqldb.ID{h.water}})
	h.leader = person("组示例", people.Who{Roles: []people.Role{people.GroupLeader}, Group: 1, Reviews: []sqldb.ID{h.water}})
	h.otherReviewer = person("外示例", people.Who{Roles: []people.Role{people.Reviewer}, Group: 2, Reviews: []sqldb.ID{h.roads}})
	h.otherLD = person("外组例", people.Who{Roles: []people.Role{people.GroupLeader}, Group: 2, Reviews: []sqldb.ID{h.roads}})
	return h
}

func must(t tester, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused fails unless err is of a kind.
func refused(t tester, what string, err error, want errs.Kind) {
	t.Helper()
	if err == nil || errs.KindOf(err) != want {
		t.Errorf("%s: got %v, want an error of kind %d", what, err, want)
	}
}

// as runs an act for somebody.
func (h *house) as(who *people.Who, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	return h.l.Write(h.ctx, who.Actor(), fn)
}

// later moves the clock on.
func (h *house) later(d time.Duration) { h.now = h.now.Add(d) }

func (h *house) today() string { return round.Civil(h.now) }

// open opens a campaign of both departments whose rounds end at the end of March,
// April, May, and June.
func (h *house) open(t tester) sqldb.ID {
	t.Helper()
	var id sqldb.ID
	must(t, h.as(h.legal, func(ctx context.Context, tx *ledger.Tx) error {
		var err error
		id, err = round.Open(ctx, tx, h.legal, h.plan())
		return err
	}))
	return id
}

func (h *house) plan() round.Plan {
	return round.Plan{Title: "示例清理", Departments: []sqldb.ID{h.water, h.roads}, Due: [round.Final]string{"2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"}}
}

// wording is a version of a power of a department.
func wording(department sqldb.ID, name, content string) power.Version {
	return power.Version{Department: department, Category: power.CategoryPermit, SchemeCategory: string(power.CategoryPermit), Name: name, Level: "市级",
		Initiative: power.OnApplication, Elements: power.Elements{Content: content, Basis: "《示例取水条例》第二条"}}
}

// add puts new powers of a department into its self-check.
func (h *house) add(t tester, department sqldb.ID, n int) []power.Ids {
	t.Helper()
	var out []power.Ids
	must(t, h.l.Load(h.ctx, operator, func(ctx context.Context, tx *ledger.Tx) error {
		out = nil
		for range n {
			id := sqldb.NewID()
			ids, err := power.Add(ctx, tx, power.Report{Code: fmt.Sprintf("371500-01-%x", id[8:]), Division: city, Origin: power.Reported, State: power.SelfCheck,
				Version: wording(department, "取水许可", "从河流取水")})
			if err != nil {
				return err
			}
			out = append(out, ids)
		}
		return nil
	}))
	return out
}

// change reads a change as it stands.
func (h *house) change(t tester, id sqldb.ID) power.Change {
	t.Helper()
	all, err := power.Changes(h.ctx, h.db)
	must(t, err)
	for _, c := range all {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("no change %s", id)
	return power.Change{}
}

// reword gives a power in its department's hands another version, as the desks do:
// asking Filling in the same transaction.
func (h *house) reword(t tester, change sqldb.ID, content string) error {
	t.Helper()
	c := h.change(t, change)
	return h.l.Write(h.ctx, operator, func(ctx context.Context, tx *ledger.Tx) error {
		if err := round.Filling(ctx, tx, c.Department); err != nil {
			return err
		}
		_, err := power.Amend(ctx, tx, c, wording(c.Department, c.Name, content))
		return err
	})
}

func (h *house) sign(who *people.Who, department sqldb.ID) error {
	return h.as(who, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := round.Sign(ctx, tx, who, department, round.Statement())
		return err
	})
}

func (h *house) handUp(who *people.Who, department sqldb.ID) (round.Submission, error) {
	var s round.Submission
	err := h.as(who, func(ctx context.Context, tx *ledger.Tx) error {
		var err error
		s, err = round.HandUp(ctx, tx, who, department)
		return err
	})
	return s, err
}

func (h *house) receive(who *people.Who, submission sqldb.ID) error {
	return h.as(who, func(ctx context.Context, tx *ledger.Tx) error { return round.Receive(ctx, tx, who, submission) })
}

// up signs, hands up and receives what the water department has.
func (h *house) up(t tester) round.Submission {
	t.Helper()
	must(t, h.sign(h.head, h.water))
	s, err := h.handUp(h.head, h.water)
	must(t, err)
	must(t, h.receive(h.reviewer, s.ID))
	return s
}

func (h *house) write(who *people.Who, n round.Note) (sqldb.ID, error) {
	var id sqldb.ID
	err := h.as(who, func(ctx context.Context, tx *ledger.Tx) error {
		var err error
		id, err = round.Write(ctx, tx, who, n)
		return err
	})
	return id, err
}

// note is an opinion on a power as it stands.
func (h *house) note(t tester, change sqldb.ID, text string) round.Note {
	t.Helper()
	return round.Note{Change: change, Version: h.change(t, change).Version, Field: "basis", Cause: "no_basis", Text: text}
}

func (h *house) handDown(who *people.Who, submission sqldb.ID) (round.Handdown, error) {
	var d round.Handdown
	err := h.as(who, func(ctx context.Context, tx *ledger.Tx) error {
		var err error
		d, err = round.HandDown(ctx, tx, who, submission)
		return err
	})
	return d, err
}

func (h *house) answer(who *people.Who, opinion sqldb.ID, k round.AnswerKind, reason string) error {
	return h.as(who, func(ctx context.Context, tx *ledger.Tx) error { return round.Answer(ctx, tx, who, opinion, k, reason) })
}

func (h *house) settle(who *people.Who, opinion sqldb.ID) error {
	return h.as(who, func(ctx context.Context, tx *ledger.Tx) error { return round.Settle(ctx, tx, who, opinion) })
}

func (h *house) maintain(who *people.Who, opinion sqldb.ID, text string) (sqldb.ID, error) {
	var id sqldb.ID
	err := h.as(who, func(ctx context.Context, tx *ledger.Tx) error {
		var err error
		id, err = round.Maintain(ctx, tx, who, opinion, text)
		return err
	})
	return id, err
}

func (h *house) rule(who *people.Who, opinion sqldb.ID, o round.Outcome, text string) error {
	return h.as(who, func(ctx context.Context, tx *ledger.Tx) error { return round.Rule(ctx, tx, who, opinion, o, text) })
}

func (h *house) opinion(t tester, id sqldb.ID) round.Opinion {
	t.Helper()
	o, err := round.OpinionByID(h.ctx, h.db, id)
	must(t, err)
	return o
}

// is fails unless an opinion stands in a state.
func (h *house) is(t tester, id sqldb.ID, want round.OpinionState) {
	t.Helper()
	if got := h.opinion(t, id).State; got != want {
		t.Errorf("opinion is %q, want %q", got, want)
	}
}

// stands fails unless the water department is in a stage and round.
func (h *house) stands(t tester, stage round.Stage, no int) {
	t.Helper()
	s, err := round.StandingOf(h.ctx, h.db, h.water, h.today())
	must(t, err)
	if s.Stage != stage || s.No != no {
		t.Errorf("the department stands in %q, round %d; want %q, %d (%+v)", s.Stage, s.No, stage, no, s)
	}
}
