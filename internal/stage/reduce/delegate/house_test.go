package delegate_test

import (
	"context"
	"errors"
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
	"qingdan/internal/stage/reduce/delegate"
	"qingdan/internal/testkit"
)

// The city of the tests with its counties.
const (
	city  = "371500"
	shen  = "371522"
	guan  = "371525"
	today = "2015-01-05"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// house is a city with two departments, two counties with a department each, and
// their heads. Its clock stands still until a test moves it.
type house struct {
	t                                testing.TB
	db                               *sqldb.DB
	ledger                           *ledger.Ledger
	now                              *atomic.Int64
	water, build, shenHall, guanHall sqldb.ID
	legal, head, other               *people.Who // head of water, head of build
	shenHead, shenOther, guanHead    *people.Who
}

func houses(t *testing.T, fn func(t *testing.T, h *house)) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		t.Run(engine.String(), func(t *testing.T) { fn(t, open(t, engine)) })
	}
}

func open(t testing.TB, engine sqldb.Engine) *house {
	t.Helper()
	h := &house{t: t, now: new(atomic.Int64)}
	h.on(today)
	var err error
	h.db, err = sqldb.Open(context.Background(), testkit.DSN(t, engine))
	must(t, err)
	t.Cleanup(func() { must(t, h.db.Close()) })
	h.ledger, err = ledger.Open(context.Background(), h.db, ledger.Options{Clock: func() time.Time { return time.UnixMicro(h.now.Load()) }})
	must(t, err)
	must(t, h.act(nil, func(ctx context.Context, tx *ledger.Tx) error {
		if err := org.SetSite(ctx, tx, org.Site{Division: city, Name: "示例市"}); err != nil {
			return err
		}
		if _, err := org.AddDivisions(ctx, tx, []org.Division{
			{Code: city, Name: "示例市", Level: "市", Parent: "370000", ValidFrom: "1949-10-01"},
			{Code: shen, Name: "莘县", Level: "县", Parent: city, ValidFrom: "1949-10-01"},
			{Code: guan, Name: "冠县", Level: "县", Parent: city, ValidFrom: "1949-10-01"},
			{Code: "371481", Name: "邻县", Level: "县", Parent: "371400", ValidFrom: "1949-10-01"},
		}); err != nil {
			return err
		}
		for _, d := range []struct {
			to             *sqldb.ID
			name, division string
		}{{&h.water, "市水利局", city}, {&h.build, "市住房城乡建设委", city}, {&h.shenHall, "莘县行政审批服务局", shen}, {&h.guanHall, "冠县行政审批服务局", guan}} {
			if *d.to, err = org.AddDepartment(ctx, tx, org.Department{Name: d.name, Division: d.division, Nature: "法定机关"}); err != nil {
				return err
			}
		}
		return nil
	}))
	person := func(name string, department sqldb.ID, r ...people.Role) *people.Who {
		return &people.Who{Account: sqldb.NewID(), Name: name, Department: department, Roles: r}
	}
	h.legal, h.head, h.other = person("法制甲", sqldb.ID{}, people.Legal), person("水利甲", h.water, people.Head), person("住建甲", h.build, people.Head)
	h.shenHead, h.shenOther, h.guanHead = person("莘县甲", h.shenHall, people.Head), person("莘县乙", h.shenHall, people.Head), person("冠县甲", h.guanHall, people.Head)
	return h
}

// on sets the clock to noon of a day.
func (h *house) on(day string) {
	at, err := time.Parse(time.DateOnly, day)
	must(h.t, err)
	h.now.Store(at.Add(4 * time.Hour).UnixMicro()) // noon in Shanghai
}

func (h *house) act(who *people.Who, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	actor := ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}
	if who != nil {
		actor = who.Actor()
	}
	return h.ledger.Write(context.Background(), actor, fn)
}

// listed adds a power that stands on the list.
func (h *house) listed(code string, department sqldb.ID, c power.Category) sqldb.ID {
	h.t.Helper()
	return h.power(code, department, c, power.Consulting, power.Approved, power.Published)
}

// power adds a power proposed to keep and moves it on.
func (h *house) power(code string, department sqldb.ID, c power.Category, states ...power.State) sqldb.ID {
	h.t.Helper()
	var ids power.Ids
	must(h.t, h.act(nil, func(ctx context.Context, tx *ledger.Tx) (err error) {
		ids, err = power.Add(ctx, tx, power.Report{Code: code, Division: city, Origin: power.Reported, State: power.Proposed,
			Version: power.Version{Department: department, Category: c, Name: "示例事项" + code, Level: "市级"}})
		if err != nil {
			return err
		}
		for _, s := range states {
			now, err := power.Newest(ctx, tx, ids.Power)
			if err != nil {
				return err
			}
			if err := power.Move(ctx, tx, now, s); err != nil {
				return err
			}
		}
		return nil
	}))
	return ids.Power
}

// terms are an offer of a power to a county by a superior decision.
func (h *house) terms(p sqldb.ID, place string) delegate.Terms {
	body := h.shenHall
	if place == guan {
		body = h.guanHall
	}
	return delegate.Terms{Power: p, Direction: delegate.Down, Division: place, Body: body, Form: delegate.ByDecision, Basis: "鲁政发〔2014〕5号",
		Parts: delegate.Whole, Scope: delegate.EachPlace, AnswerBy: "2015-02-01", Planned: "2015-03-01", Training: "集中培训一次"}
}

func (h *house) offer(who *people.Who, t delegate.Terms) (id sqldb.ID, err error) {
	err = h.act(who, func(ctx context.Context, tx *ledger.Tx) (err error) {
		id, err = delegate.Offer(ctx, tx, who, t)
		return err
	})
	return id, err
}

// able is a statement of enough.
func able() delegate.Reply {
	return delegate.Reply{Accept: true, Capacity: delegate.Capacity{Staff: 4, Trained: 3, Equipment: "电脑四台", Premises: "县政务服务大厅三号窗口"}}
}

func (h *house) answer(who *people.Who, id sqldb.ID, r delegate.Reply) error {
	return h.act(who, func(ctx context.Context, tx *ledger.Tx) error { return delegate.Answer(ctx, tx, who, id, r) })
}

func (h *house) sign(who *people.Who, id sqldb.ID, d delegate.Delivery) error {
	return h.act(who, func(ctx context.Context, tx *ledger.Tx) error { return delegate.HandOver(ctx, tx, who, id, d) })
}

func (h *house) receive(who *people.Who, id sqldb.ID) error {
	return h.act(who, func(ctx context.Context, tx *ledger.Tx) error { return delegate.Receive(ctx, tx, who, id, "") })
}

// handed takes an offer of a power to a county through to its hand-over on a day.
func (h *house) handed(t delegate.Terms, day string) sqldb.ID {
	h.t.Helper()
	county := h.shenHead
	if t.Division == guan {
		county = h.guanHead
	}
	id, err := h.offer(h.legal, t)
	must(h.t, err)
	must(h.t, h.answer(county, id, able()))
	must(h.t, h.sign(h.legal, id, delegate.Delivery{Day: day, List: "档案三卷"}))
	must(h.t, h.receive(county, id))
	return id
}

func (h *house) byID(id sqldb.ID) delegate.Handover {
	h.t.Helper()
	o, err := delegate.ByID(context.Background(), h.db, id)
	must(h.t, err)
	return o
}

// holders writes who exercises a power in a place on a day: the names of the
// competent bodies, and behind a stroke those that act in another's name.
func (h *house) holders(p sqldb.ID, place, day string) string {
	h.t.Helper()
	all, err := delegate.Holders(context.Background(), h.db, p, place, day)
	must(h.t, err)
	var out []string
	for _, x := range all {
		s := x.Name
		if x.Parts != delegate.Whole {
			s += "（" + x.Parts.Label() + "）"
		}
		if !x.Competent() {
			s = "以" + x.Principal + "名义：" + s
		}
		if x.Rule != "" {
			s += "【" + x.Rule + "】"
		}
		out = append(out, s)
	}
	return strings.Join(out, "；")
}

// is fails unless the holders are as wanted.
func (h *house) is(what string, p sqldb.ID, place, day, want string) {
	h.t.Helper()
	if got := h.holders(p, place, day); got != want {
		h.t.Errorf("%s: %s on %s is with %q, want %q", what, place, day, got, want)
	}
}

// refused fails unless an act was refused in a kind, at a place when one is named,
// with some words.
func refused(t testing.TB, what string, err error, kind errs.Kind, words string) {
	t.Helper()
	if err == nil || errs.KindOf(err) != kind || !strings.Contains(errs.Message(err), words) {
		t.Errorf("%s: %v, want kind %d with %q", what, err, kind, words)
	}
}

func errsAs(err error, to **errs.Error) bool { return errors.As(err, to) }
