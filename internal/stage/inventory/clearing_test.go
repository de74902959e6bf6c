package inventory_test

import (
	"context"
	"testing"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/testkit"
)

const city = "371500"

var operator = ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// clearing is a place in which two departments fill in, with the people who do.
// Its clock stands until a test moves it.
type clearing struct {
	ctx          context.Context
	db           *sqldb.DB
	l            *ledger.Ledger
	now          time.Time
	water, roads sqldb.ID
	aside        sqldb.ID // a department that no campaign covers
	campaign     sqldb.ID

	legal, clerk, second, head, reviewer, leader, stranger *people.Who
}

// clearings runs fn once per engine on a place of its own.
func clearings(t *testing.T, fn func(t *testing.T, c *clearing)) {
	t.Helper()
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		t.Run(engine.String(), func(t *testing.T) {
			c := build(t, engine)
			c.open(t)
			fn(t, c)
		})
	}
}

func build(t testing.TB, engine sqldb.Engine) *clearing {
	t.Helper()
	c := &clearing{ctx: t.Context(), now: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)}
	db, err := sqldb.Open(c.ctx, testkit.DSN(t, engine))
	must(t, err)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	c.db = db
	c.l, err = ledger.Open(c.ctx, db, ledger.Options{Clock: func() time.Time { return c.now }})
	must(t, err)
	must(t, c.l.Write(c.ctx, operator, func(ctx context.Context, tx *ledger.Tx) (err error) {
		if err := org.SetSite(ctx, tx, org.Site{Division: city, Name: "示例市"}); err != nil {
			return err
		}
		if c.water, err = org.AddDepartment(ctx, tx, org.Department{Division: city, Name: "市水利局", Short: "水利局", ValidFrom: "2010-01-01"}); err != nil {
			return err
		}
		if c.aside, err = org.AddDepartment(ctx, tx, org.Department{Division: city, Name: "市城管局", ValidFrom: "2010-01-01"}); err != nil {
			return err
		}
		c.roads, err = org.AddDepartment(ctx, tx, org.Department{Division: city, Name: "市交通局", Short: "交通局", ValidFrom: "2010-01-01"})
		return err
	}))
	person := func(name string, role people.Role, w people.Who) *people.Who {
		w.Account, w.Name, w.Roles = sqldb.NewID(), name, []people.Role{role}
		return &w
	}
	c.legal = person("法示例", people.Legal, people.Who{})
	c.clerk = person("填示例", people.Clerk, people.Who{Department: c.water})
	c.second = person("报示例", people.Clerk, people.Who{Department: c.water})
	c.head = person("局示例", people.Head, people.Who{Department: c.water})
	c.stranger = person("路示例", people.Clerk, people.Who{Department: c.roads})
	c.reviewer = person("审示例", people.Reviewer, people.Who{Group: 1, Reviews: []sqldb.ID{c.water}})
	c.leader = person("组示例", people.GroupLeader, people.Who{Group: 1, Reviews: []sqldb.ID{c.water}})
	return c
}

// open opens a campaign for both departments.
func (c *clearing) open(t testing.TB) {
	t.Helper()
	must(t, c.act(c.legal, func(ctx context.Context, tx *ledger.Tx) (err error) {
		c.campaign, err = round.Open(ctx, tx, c.legal, round.Plan{Title: "2026年权力清理", Departments: []sqldb.ID{c.water, c.roads},
			Due: [round.Final]string{"2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"}})
		return err
	}))
}

func (c *clearing) act(who *people.Who, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	return c.l.Write(c.ctx, who.Actor(), fn)
}

// save saves a draft, as a form does.
func (c *clearing) save(who *people.Who, d inventory.Draft) (out inventory.Draft, err error) {
	err = c.db.Write(c.ctx, func(tx *sqldb.Tx) (err error) {
		out, err = inventory.SaveDraft(c.ctx, tx, who, d, c.now)
		return err
	})
	return out, err
}

func (c *clearing) finish(who *people.Who, d inventory.Draft) (out inventory.Finished, err error) {
	err = c.act(who, func(ctx context.Context, tx *ledger.Tx) (err error) {
		out, err = inventory.Finish(ctx, tx, who, d.ID, d.No, "")
		return err
	})
	return out, err
}

// reported is a new power made of a draft.
func (c *clearing) reported(t testing.TB, who *people.Who, name string) inventory.Finished {
	t.Helper()
	d, err := c.save(who, inventory.Draft{Wording: permit(name)})
	must(t, err)
	out, err := c.finish(who, d)
	must(t, err)
	return out
}

// handUp signs and hands up what the water department has.
func (c *clearing) handUp(t testing.TB) (s round.Submission) {
	t.Helper()
	must(t, c.act(c.head, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := round.Sign(ctx, tx, c.head, c.water, round.Statement())
		return err
	}))
	must(t, c.act(c.head, func(ctx context.Context, tx *ledger.Tx) (err error) {
		s, err = round.HandUp(ctx, tx, c.head, c.water)
		return err
	}))
	return s
}

// review receives what was handed up.
func (c *clearing) review(t testing.TB, s round.Submission) {
	t.Helper()
	must(t, c.act(c.reviewer, func(ctx context.Context, tx *ledger.Tx) error { return round.Receive(ctx, tx, c.reviewer, s.ID) }))
}

func (c *clearing) handDown(t testing.TB, s round.Submission) {
	t.Helper()
	must(t, c.act(c.leader, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := round.HandDown(ctx, tx, c.leader, s.ID)
		return err
	}))
}

// listed brings a power of the water department onto the list, past the stages in
// between.
func (c *clearing) listed(t testing.TB, code, name string) (ids power.Ids) {
	t.Helper()
	must(t, c.act(c.legal, func(ctx context.Context, tx *ledger.Tx) (err error) {
		ids, err = power.Add(ctx, tx, power.Report{Code: code, Division: city, Origin: power.Reported, State: power.Published, Version: permit(name).Version(c.water)})
		return err
	}))
	return ids
}

func (c *clearing) version(t testing.TB, id sqldb.ID) power.Version {
	t.Helper()
	v, err := power.VersionByID(c.ctx, c.db, id)
	must(t, err)
	return v
}

func (c *clearing) current(t testing.TB, id sqldb.ID) power.Change {
	t.Helper()
	ch, err := inventory.Current(c.ctx, c.db, id)
	must(t, err)
	return ch
}

func (c *clearing) entries(t testing.TB) []ledger.Stored {
	t.Helper()
	must(t, c.l.Settle(c.ctx))
	all, err := c.l.Entries(c.ctx, ledger.Powers, 0, 10_000)
	must(t, err)
	return all
}

// permit is the wording of a licence with all that a form asks for.
func permit(name string) inventory.Wording {
	var w inventory.Wording
	for key, text := range map[string]string{
		"name": name, "category": "行政审批", "level": "市级", "office": "水资源科", "basis": "《示例取水条例》第二条", "content": "从河流取水",
		"object": "单位和个人", "conditions": "有取水需要", "materials": "取水申请书", "statutory": "20个工作日", "promised": "8个工作日",
		"steps": "受理\n审查\n决定", "result": "取水许可证", "fee": "否", "place": "政务服务中心", "hours": "工作日", "phone": "0635-1000001",
		"complaint": "0635-1000002", "duty": "受理责任", "accountability": "不履行职责的",
	} {
		set(&w, key, text)
	}
	return w
}

// set types text into a field of a form.
func set(w *inventory.Wording, key, text string) {
	f, ok := inventory.FieldOf(key)
	if !ok {
		panic("no field " + key)
	}
	f.Set(w, text)
}

// is says whether an error is of a kind and in its words.
func is(t testing.TB, what string, err error, kind errs.Kind, words string) {
	t.Helper()
	if errs.KindOf(err) != kind || err == nil || !contains(errs.Message(err), words) {
		t.Errorf("%s: %v, want kind %d with %q", what, err, kind, words)
	}
}
