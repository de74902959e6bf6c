package consult_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/consult"
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

// house is a place with two departments whose powers are proposed to keep. Its
// clock stands until a test moves it.
type house struct {
	ctx          context.Context
	db           *sqldb.DB
	l            *ledger.Ledger
	clock        *atomic.Int64
	water, roads sqldb.ID
	powers       map[string]power.Ids

	legal, clerk, head, roadsHead, supervisor *people.Who
}

var operator = ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}

func houses(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		t.Run(engine.String(), func(t *testing.T) { fn(t, build(t, testkit.DSN(t, engine))) })
	}
}

// build makes a house in the database at dsn: four powers of the water office and
// one of the roads.
func build(t testing.TB, dsn string) *house {
	t.Helper()
	h := connect(t, dsn)
	must(t, h.l.Write(h.ctx, operator, func(ctx context.Context, tx *ledger.Tx) (err error) {
		if err := org.SetSite(ctx, tx, org.Site{Division: city, Name: "示例市"}); err != nil {
			return err
		}
		if h.water, err = org.AddDepartment(ctx, tx, org.Department{Division: city, Name: "市水利局", Nature: "法定机关", ValidFrom: "2010-01-01"}); err != nil {
			return err
		}
		h.roads, err = org.AddDepartment(ctx, tx, org.Department{Division: city, Name: "市交通局", Nature: "法定机关", ValidFrom: "2010-01-01"})
		return err
	}))
	for _, code := range []string{"W1", "W2", "W3", "W4"} {
		h.add(t, code, h.water, power.Proposed)
	}
	h.add(t, "R1", h.roads, power.Proposed)
	person := func(name string, w people.Who) *people.Who {
		w.Account, w.Name = sqldb.NewID(), name
		return &w
	}
	h.legal = person("法示例", people.Who{Roles: []people.Role{people.Legal}})
	h.clerk = person("填示例", people.Who{Roles: []people.Role{people.Clerk}, Department: h.water})
	h.head = person("首示例", people.Who{Roles: []people.Role{people.Head}, Department: h.water})
	h.roadsHead = person("另示例", people.Who{Roles: []people.Role{people.Head}, Department: h.roads})
	h.supervisor = person("督示例", people.Who{Roles: []people.Role{people.Supervisor}})
	return h
}

// connect opens a database under a clock of its own.
func connect(t testing.TB, dsn string) *house {
	t.Helper()
	h := &house{ctx: context.Background(), clock: new(atomic.Int64), powers: map[string]power.Ids{}}
	h.clock.Store(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC).UnixMicro())
	db, err := sqldb.Open(h.ctx, dsn)
	must(t, err)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	h.db = db
	h.l, err = ledger.Open(h.ctx, db, ledger.Options{Clock: func() time.Time { return time.UnixMicro(h.clock.Add(1)) }})
	must(t, err)
	return h
}

func must(t tester, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused fails unless err is of a kind and says some words to people.
func refused(t tester, what string, err error, want errs.Kind, words string) {
	t.Helper()
	if err == nil || errs.KindOf(err) != want || !strings.Contains(errs.Message(err), words) {
		t.Errorf("%s: got %v, want an error of kind %d that says %q", what, err, want, words)
	}
}

func (h *house) as(who *people.Who, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	return h.l.Write(h.ctx, who.Actor(), fn)
}

// days moves the clock on.
func (h *house) days(n int) { h.clock.Add(int64(n) * 24 * time.Hour.Microseconds()) }

func wording(department sqldb.ID, name, content string) power.Version {
	return power.Version{Department: department, Category: power.CategoryPermit, SchemeCategory: string(power.CategoryPermit), Name: name, Level: "市级",
		Initiative: power.OnApplication, Elements: power.Elements{Content: content, Basis: "《示例取水条例》第二条"}}
}

func (h *house) add(t tester, code string, department sqldb.ID, s power.State) {
	t.Helper()
	must(t, h.l.Write(h.ctx, operator, func(ctx context.Context, tx *ledger.Tx) error {
		ids, err := power.Add(ctx, tx, power.Report{Code: code, Division: city, Origin: power.Reported, State: s, Version: wording(department, "事项"+code, "原来的内容")})
		h.powers[code] = ids
		return err
	}))
}

// change gives the change of a power.
func (h *house) change(t tester, code string) power.Change {
	t.Helper()
	c, err := power.Newest(h.ctx, h.db, h.powers[code].Power)
	must(t, err)
	return c
}

// move takes the change of a power to another state.
func (h *house) move(t tester, code string, to power.State) {
	t.Helper()
	c := h.change(t, code)
	must(t, h.l.Write(h.ctx, operator, func(ctx context.Context, tx *ledger.Tx) error {
		if err := power.Move(ctx, tx, c, to); err != nil {
			return err
		}
		return tx.Say(ctx, city, "power.moved", c.Power, string(to))
	}))
}

// amend gives a power under consultation another wording.
func (h *house) amend(t tester, code, content string) (version sqldb.ID) {
	t.Helper()
	c := h.change(t, code)
	must(t, h.l.Write(h.ctx, operator, func(ctx context.Context, tx *ledger.Tx) (err error) {
		version, err = power.Amend(ctx, tx, c, wording(c.Department, "事项"+code, content))
		return err
	}))
	return version
}

// form is a notice of ten days.
func form() consult.Form {
	return consult.Form{Title: "权力清单征求意见", Text: "现就拟保留的行政权力事项公开征求意见。", From: "2026-03-02", To: "2026-03-11"}
}

func (h *house) open(t tester) sqldb.ID {
	t.Helper()
	id, err := h.openForm(h.legal, form())
	must(t, err)
	return id
}

func (h *house) openForm(who *people.Who, f consult.Form) (id sqldb.ID, err error) {
	err = h.l.Load(h.ctx, who.Actor(), func(ctx context.Context, tx *ledger.Tx) (err error) {
		id, err = consult.OpenNotice(ctx, tx, who, f)
		return err
	})
	return id, err
}

// send submits a comment on a power, "" for the whole list.
func (h *house) send(notice sqldb.ID, code, text string) (consult.Receipt, error) {
	return consult.Submit(h.ctx, h.db, h.l, consult.Submission{Notice: notice, Power: h.powers[code].Power, Text: text})
}

// comment submits and reads back.
func (h *house) comment(t tester, notice sqldb.ID, code, text string) consult.Comment {
	t.Helper()
	r, err := h.send(notice, code, text)
	must(t, err)
	c, err := consult.ByReceipt(h.ctx, h.db, r.Code)
	must(t, err)
	return c
}

func (h *house) again(t tester, c consult.Comment) consult.Comment {
	t.Helper()
	c, err := consult.CommentByID(h.ctx, h.db, c.ID)
	must(t, err)
	return c
}

func (h *house) answer(who *people.Who, c consult.Comment, r consult.Reply) (id sqldb.ID, err error) {
	err = h.as(who, func(ctx context.Context, tx *ledger.Tx) (err error) {
		id, err = consult.AnswerComment(ctx, tx, who, c.ID, r)
		return err
	})
	return id, err
}

// declined is an answer that adopts nothing.
func declined() consult.Reply {
	return consult.Reply{Outcome: consult.Declined, Text: "该事项依据充分，群众需要，经研究予以保留。"}
}

func (h *house) hold(who *people.Who, c consult.Comment, cause consult.Cause, reason string) error {
	return h.as(who, func(ctx context.Context, tx *ledger.Tx) error {
		return consult.HoldBack(ctx, tx, who, c.ID, cause, reason)
	})
}

func (h *house) release(who *people.Who, c consult.Comment, reason string) error {
	return h.as(who, func(ctx context.Context, tx *ledger.Tx) error { return consult.Release(ctx, tx, who, c.ID, reason) })
}

func (h *house) counts(t tester, notice sqldb.ID) consult.Counts {
	t.Helper()
	c, err := consult.CountsOf(h.ctx, h.db, notice)
	must(t, err)
	return c
}

// public gives what everybody reads of a notice, the newest first.
func (h *house) public(t tester, q consult.CommentQuery) []consult.Comment {
	t.Helper()
	all, err := consult.PublicComments(h.ctx, h.db, q)
	must(t, err)
	return all
}

// acts gives the kinds of the entries of the powers log with their public parts.
func (h *house) acts(t tester) (kinds map[string]int, public string) {
	t.Helper()
	must(t, h.l.Settle(h.ctx))
	kinds = map[string]int{}
	var all strings.Builder
	for after := int64(0); ; {
		page, err := h.l.Entries(h.ctx, ledger.Powers, after, 500)
		must(t, err)
		if len(page) == 0 {
			return kinds, all.String()
		}
		for _, e := range page {
			kinds[e.Kind]++
			fmt.Fprintf(&all, "%s %s\n", e.Kind, e.Public)
			after = e.Sequence
		}
	}
}
