package web

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
)

// signInAt goes in through the demonstration account of a department's head.
func (b tab) signInAt(department string) {
	b.Helper()
	_, err := chromedp.Call(b.ctx, network.ClearBrowserCookies, cdp.Empty{})
	must(b.T, err)
	b.open("/sign-in")
	if !eval[bool](b, `const it = [...document.querySelectorAll(".demos form")].find(f => f.textContent.includes("`+department+`") && f.textContent.includes("部门负责人")); it && it.setAttribute("id", "mine"); !!it`) {
		b.Fatalf("no demonstration account at %s", department)
	}
	b.click(`#mine button`)
}

// county adds a county with a department and its head, and a power of the city's
// department on the list.
func county(t *testing.T, l *ledger.Ledger, department sqldb.ID) {
	t.Helper()
	must(t, l.Write(t.Context(), operator, func(ctx context.Context, tx *ledger.Tx) error {
		if _, err := org.AddDivisions(ctx, tx, []org.Division{{Code: "371500", Name: "示例市", Level: "市", Parent: "370000", ValidFrom: "1949-10-01"},
			{Code: "371522", Name: "示例县", Level: "县", Parent: "371500", ValidFrom: "1949-10-01"},
			{Code: "371525", Name: "邻近县", Level: "县", Parent: "371500", ValidFrom: "1949-10-01"}}); err != nil {
			return err
		}
		hall, err := org.AddDepartment(ctx, tx, org.Department{Division: "371522", Name: "示例县行政审批服务局", Nature: "法定机关", ValidFrom: "2010-01-01"})
		if err != nil {
			return err
		}
		if _, err := people.AddAccount(ctx, tx, people.Account{Login: "demo-county", Name: "县级演示", Roles: []people.Role{people.Head}, Department: hall}); err != nil {
			return err
		}
		ids, err := power.Add(ctx, tx, power.Report{Code: "371500-01-001", Division: "371500", Origin: power.Reported, State: power.Approved,
			Version: power.Version{Department: department, Category: power.CategoryPermit, Name: "取水许可", Level: "市级"}})
		if err != nil {
			return err
		}
		c, err := power.Newest(ctx, tx, ids.Power)
		if err != nil {
			return err
		}
		return power.Move(ctx, tx, c, power.Published)
	}))
}

// managed is the row of a county in the table 谁来管 on a day.
func (b tab) managed(day, place string) string {
	b.Helper()
	b.open("/handovers/who?code=371500-01-001&day=" + day)
	return eval[string](b, `[...document.querySelectorAll(".holders tbody tr")].map(r => r.textContent).find(s => s.includes("`+place+`")) || ""`)
}

// A power is offered to a county, refused, offered again, accepted and handed
// over, each side in its own browser; from the day of hand-over, and not before,
// the county exercises it.
//
// tests:减权/承接 减权/守恒
func TestAPowerGoesDownInABrowser(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	site, department := demonstration(t, db, l)
	county(t, l, department)
	ctx, cancel := context.WithTimeout(browser(t), 3*time.Minute)
	t.Cleanup(cancel)
	b := tab{t, ctx, serve(t, site)}
	day := func(n int) string { return time.Now().AddDate(0, 0, n).Format(time.DateOnly) }

	b.signInAt("示例市水利局")
	b.open("/handovers/new?code=371500-01-001")
	receiver := eval[string](b, `document.querySelector("#body option[value^='371522/']").value`)
	offer := map[string]string{"body": receiver, "form": "上级决定", "basis": "局长口头同意", "training": "集中培训三天", "answer_by": day(10), "planned": day(30)}
	b.fill(`form.offer-form`, offer)
	b.click(`form.offer-form button`)
	if !strings.Contains(b.said(), "上级决定") {
		t.Errorf("an offer without a decision: %s", b.said())
	}
	b.fill(`form.offer-form`, map[string]string{"basis": "鲁政发〔2014〕5号"})
	b.click(`form.offer-form button`)
	first := eval[string](b, `location.pathname`)

	b.signInAt("示例县")
	if !strings.Contains(eval[string](b, `document.querySelector("main").textContent`), "等待答复的下放") {
		t.Error("the county's home page does not say what waits")
	}
	b.open(first)
	b.fill(`form[action$="/answer"]`, map[string]string{"accept": "no", "note": "没有专业人员"})
	b.click(`form[action$="/answer"] button`)

	b.signInAt("示例市水利局")
	b.open(first + "/again")
	b.fill(`form.offer-form`, map[string]string{"staff_help": "派两名工程师驻点三个月"})
	b.click(`form.offer-form button`)
	second := eval[string](b, `location.pathname`)
	if second == first {
		t.Fatalf("offering again: %s", b.said())
	}

	b.signInAt("示例县")
	b.open(second)
	b.fill(`form[action$="/answer"]`, map[string]string{"accept": "yes", "staff": "3", "trained": "2", "equipment": "电脑三台"})
	b.click(`form[action$="/answer"] button`)
	if !strings.Contains(b.said(), "场所") {
		t.Errorf("an acceptance without premises: %s", b.said())
	}
	b.fill(`form[action$="/answer"]`, map[string]string{"premises": "县政务服务大厅"})
	b.click(`form[action$="/answer"] button`)

	b.signInAt("示例市水利局")
	b.open(second)
	b.fill(`form[action$="/sign"]`, map[string]string{"day": day(30), "open": "2", "open_how": "由市局办完", "list": "档案三卷"})
	b.click(`form[action$="/sign"] button`)
	if row := b.managed(day(40), "示例县"); !strings.Contains(row, "示例市水利局") {
		t.Errorf("signed by one side: %s", row)
	}

	b.signInAt("示例县")
	b.open(second)
	b.click(`form[action$="/receive"] button`)
	for _, c := range [][3]string{{day(29), "示例县", "示例市水利局"}, {day(30), "示例县", "示例县行政审批服务局"}, {day(30), "邻近县", "示例市水利局"}} {
		if row := b.managed(c[0], c[1]); !strings.Contains(row, c[2]) {
			t.Errorf("%s on %s: %q, want %s", c[1], c[0], row, c[2])
		}
	}
	b.open(second + "/paper")
	if paper := eval[string](b, `document.querySelector("main").textContent`); !strings.Contains(paper, "权力交接清单") || !strings.Contains(paper, "档案三卷") {
		t.Errorf("the paper says %.400s", paper)
	}
	must(t, l.Settle(t.Context()))
	must(t, l.Verify(t.Context(), ledger.Powers))
}
