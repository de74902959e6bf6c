package audit_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/testkit"
	"qingdan/internal/web/audit"
	"qingdan/internal/web/staff/stafftest"
)

// bench is a workbench with two departments, each reviewed by a group of its own,
// in a campaign. What water handed up is under review.
type bench struct {
	*stafftest.Site
	t            testing.TB
	ahead        *atomic.Int64 // of the clocks of the ledger and of the pages
	water, roads sqldb.ID
	campaign     sqldb.ID

	reviewer, leader, other, legal, leading, supervisor, clerk, head *stafftest.Person

	pages  *audit.Audit
	powers map[string]power.Ids // by name
}

// benches runs fn once per engine on a bench of its own.
func benches(t *testing.T, fn func(t *testing.T, b *bench)) {
	t.Helper()
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		t.Run(engine.String(), func(t *testing.T) { fn(t, open(t, engine)) })
	}
}

func open(t testing.TB, engine sqldb.Engine) *bench {
	t.Helper()
	db, err := sqldb.Open(t.Context(), testkit.DSN(t, engine))
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	b := &bench{t: t, ahead: new(atomic.Int64), powers: map[string]power.Ids{}}
	clock := func() time.Time { return time.Now().Add(time.Duration(b.ahead.Load())) }
	l, err := ledger.Open(t.Context(), db, ledger.Options{Clock: clock})
	must(t, err)
	b.Site = stafftest.New(t, db, l)
	b.pages, err = audit.New(audit.Config{DB: db, Ledger: l, Clock: clock, Shell: b.Shell})
	must(t, err)
	b.Hang(b.pages.Routes())
	b.water, b.roads = b.Department("市水利局"), b.Department("市交通运输局")
	b.Group(1, b.water)
	b.Group(2, b.roads)
	b.reviewer, b.leader = b.As(people.Reviewer, sqldb.ID{}, 1), b.As(people.GroupLeader, sqldb.ID{}, 1)
	b.other = b.As(people.GroupLeader, sqldb.ID{}, 2)
	b.legal, b.leading, b.supervisor = b.As(people.Legal, sqldb.ID{}, 0), b.As(people.Leading, sqldb.ID{}, 0), b.As(people.Supervisor, sqldb.ID{}, 0)
	b.clerk, b.head = b.As(people.Clerk, b.water, 0), b.As(people.Head, b.water, 0)
	b.ActAs(b.legal, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		var err error
		b.campaign, err = round.Open(ctx, tx, who, round.Plan{Title: "示例清理", Departments: []sqldb.ID{b.water, b.roads},
			Due: [round.Final]string{"2099-03-31", "2099-04-30", "2099-05-31", "2099-06-30"}})
		return err
	})
	return b
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wording is a version with whole content and extent.
func wording(department sqldb.ID, category power.Category, name string) power.Version {
	basis := "《中华人民共和国水法》第四十八条第一款：直接从江河、湖泊或者地下取用水资源的单位和个人，应当按照国家取水许可制度和水资源有偿使用制度的规定，向水行政主管部门或者流域管理机构申请领取取水许可证。"
	return power.Version{Department: department, Category: category, SchemeCategory: string(category), Name: name, Level: "市级", Initiative: power.OnApplication,
		Elements:  power.Elements{Content: "审查取水申请并作出决定", Object: "单位和个人", Basis: basis, Office: "水资源管理科", Steps: "受理→审查→决定"},
		Citations: power.ParseBasis(basis)}
}

// add puts powers into the self-check of a department.
func (b *bench) add(department sqldb.ID, category power.Category, names ...string) {
	b.t.Helper()
	must(b.t, b.Ledger.Load(b.t.Context(), ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}, func(ctx context.Context, tx *ledger.Tx) error {
		for _, name := range names {
			ids, err := power.Add(ctx, tx, power.Report{Code: fmt.Sprintf("3715%02d-01-%04d", len(department)+int(department[15])%80, len(b.powers)+1), Division: "371500",
				Origin: power.Reported, State: power.SelfCheck, Version: wording(department, category, name)})
			if err != nil {
				return err
			}
			b.powers[name] = ids
		}
		return nil
	}))
}

// handUp signs, hands up and receives what a department has.
func (b *bench) handUp(department sqldb.ID, leader *stafftest.Person) round.Submission {
	b.t.Helper()
	head := b.As(people.Head, department, 0)
	var s round.Submission
	b.ActAs(head, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		_, err := round.Sign(ctx, tx, who, department, round.Statement())
		return err
	})
	b.ActAs(head, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		var err error
		s, err = round.HandUp(ctx, tx, who, department)
		return err
	})
	b.ActAs(leader, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		return round.Receive(ctx, tx, who, s.ID)
	})
	return s
}

// check stores a run in which the rules found something of some powers.
func (b *bench) check(found map[string][]finding.Finding) {
	b.t.Helper()
	b.Act(func(ctx context.Context, tx *ledger.Tx) error {
		var all []finding.Finding
		for name, fs := range found {
			for _, f := range fs {
				f.Version = b.powers[name].Version
				all = append(all, f)
			}
		}
		_, err := finding.Save(ctx, tx, "2026-03-02", len(b.powers), all)
		return err
	})
}

func against(rule string, s finding.Severity, message string) finding.Finding {
	return finding.Finding{Rule: rule, Severity: s, Message: message, Evidence: "《中华人民共和国水法》第四十八条"}
}

// filled is a bench whose water department handed up four powers, roads two.
func filled(b *bench) *bench {
	b.t.Helper()
	b.add(b.water, power.CategoryPermit, "取水许可", "河道采砂许可")
	b.add(b.water, power.CategoryPenalty, "对擅自取水行为的处罚", "对拒不缴纳水资源费行为的处罚")
	b.add(b.roads, power.CategoryPermit, "道路货物运输经营许可", "超限运输车辆行驶公路许可")
	b.handUp(b.water, b.leader)
	b.handUp(b.roads, b.other)
	b.check(map[string][]finding.Finding{
		"河道采砂许可":     {against("五对照/3", finding.Blocks, "依据的层级不够"), against("六查看/5", finding.Asks, "没有时限")},
		"对擅自取水行为的处罚": {against("六查看/2", finding.Tells, "最早的依据公布已满 15 年")},
		"道路货物运输经营许可": {against("五对照/1", finding.Blocks, "看起来属于内部管理")},
	})
	return b
}

func (b *bench) path(name string) string { return "/audit/powers/" + b.powers[name].Power.String() }

func (b *bench) version(name string) string { return b.powers[name].Version.String() }

func (b *bench) item(name string) string {
	return b.powers[name].Change.String() + "." + b.powers[name].Version.String()
}

// want fails unless an answer has a status and the words, and none of those with
// a "!" before them.
func want(t testing.TB, what string, a stafftest.Answer, status int, words ...string) {
	t.Helper()
	if a.Status != status {
		t.Errorf("%s: status %d, want %d: %.300s", what, a.Status, status, a.Body)
	}
	for _, w := range words {
		if not, ok := strings.CutPrefix(w, "!"); ok {
			if strings.Contains(a.Body, not) {
				t.Errorf("%s: the answer says %q", what, not)
			}
		} else if !strings.Contains(a.Body, w) {
			t.Errorf("%s: the answer does not say %q", what, w)
		}
	}
}

// names gives the names of the powers in the queue of an answer, in their order.
func names(body string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`class="title"><a [^>]*>([^<]*)</a>`).FindAllStringSubmatch(body, -1) {
		out = append(out, m[1])
	}
	return out
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// part asks as htmx does.
func (b *bench) part(p *stafftest.Person, method, path string, f url.Values) stafftest.Answer {
	b.t.Helper()
	r, err := http.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(f.Encode()))
	must(b.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("HX-Request", "true")
	return b.Do(p, r)
}
