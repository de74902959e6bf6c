package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"qingdan/internal/platform/blob"
	"qingdan/internal/platform/job"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/testkit"
)

// demonstration is a site with one department, its audit group and the leading
// group, each with a demonstration account.
func demonstration(t *testing.T, db *sqldb.DB, l *ledger.Ledger) (http.Handler, sqldb.ID) {
	t.Helper()
	var department sqldb.ID
	must(t, l.Write(t.Context(), operator, func(ctx context.Context, tx *ledger.Tx) (err error) {
		if department, err = org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: "示例市水利局", ValidFrom: "2010-01-01"}); err != nil {
			return err
		}
		if err := people.AddGroup(ctx, tx, 1, "第一审核小组"); err != nil {
			return err
		}
		if err := people.AssignDepartment(ctx, tx, department, 1); err != nil {
			return err
		}
		for login, a := range map[string]people.Account{
			"demo-legal":    {Roles: []people.Role{people.Legal}},
			"demo-leading":  {Roles: []people.Role{people.Leading}},
			"demo-clerk":    {Roles: []people.Role{people.Clerk}, Department: department},
			"demo-head":     {Roles: []people.Role{people.Head}, Department: department},
			"demo-reviewer": {Roles: []people.Role{people.Reviewer}, Group: 1},
			"demo-group":    {Roles: []people.Role{people.GroupLeader}, Group: 1},
		} {
			a.Login, a.Name = login, "演示"
			if _, err := people.AddAccount(ctx, tx, a); err != nil {
				return err
			}
		}
		return org.SetSite(ctx, tx, org.Site{Division: "371500", Name: "示例市行政权力运行平台", Demo: "演示数据，非官方数据"})
	}))
	files, err := blob.OpenFolder(t.TempDir())
	must(t, err)
	jobs := job.New(db, job.Options{Clock: time.Now})
	t.Cleanup(func() { jobs.Close(context.Background()) })
	site, err := NewStaff(Config{Clock: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))},
		StaffConfig{DB: db, Ledger: l, Gate: session.New(db, session.Options{}), Blobs: files, Jobs: jobs})
	must(t, err)
	return site, department
}

// signIn goes in through the demonstration account of a role.
func (b tab) signIn(role people.Role) {
	b.Helper()
	_, err := chromedp.Call(b.ctx, network.ClearBrowserCookies, cdp.Empty{})
	must(b.T, err)
	b.open("/sign-in")
	if !eval[bool](b, `const it = [...document.querySelectorAll(".demos form")].find(f => f.textContent.includes("`+role.Label()+`")); it && it.setAttribute("id", "mine"); !!it`) {
		b.Fatalf("no demonstration account of %s", role)
	}
	b.click(`#mine button`)
}

// fill types into fields by their names, chooses and ticks.
func (b tab) fill(form string, fields map[string]string) {
	b.Helper()
	for name, value := range fields {
		ok := eval[bool](b, fmt.Sprintf(`(() => { const all = [...document.querySelector(%q).elements].filter(e => e.name === %q);
			const e = all.length > 1 || all[0] && all[0].type === "checkbox" ? all.find(e => e.value === %q) : all[0];
			if (!e) return false;
			if (e.type === "radio" || e.type === "checkbox") e.checked = true; else e.value = %q;
			e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true}));
			return e.type === "radio" || e.type === "checkbox" || e.value === %q })()`, form, name, value, value, value))
		if !ok {
			b.Fatalf("%s: no field %s that takes %s", form, name, value)
		}
	}
}

// said is the message that a page shows after an act.
func (b tab) said() string {
	b.Helper()
	return eval[string](b, `[...document.querySelectorAll(".told, .wrong")].map(e => e.textContent).join(" | ")`)
}

// handUp signs and hands up as the head of the department.
func (b tab) handUp() {
	b.Helper()
	b.signIn(people.Head)
	b.open("/desk/filing/handup")
	b.fill(`form[action$="/handup/sign"]`, map[string]string{"agree": "1"})
	b.click(`form[action$="/handup/sign"] button`)
	b.fill(`form[action$="/handup"]`, map[string]string{"sure": "1"})
	b.click(`form[action$="/handup"] button`)
}

// receive takes the latest submission into review as the leader of the group.
func (b tab) receive(no int) {
	b.Helper()
	b.signIn(people.GroupLeader)
	b.open("/rounds")
	b.click(`main a[href*="/rounds/submissions/"]:not([href*="?"])`)
	if here := eval[string](b, `document.querySelector("h1").textContent`); !strings.Contains(here, round.Up(no)) {
		last := eval[string](b, `location.pathname`)
		b.open("/rounds")
		to := eval[string](b, `[...document.querySelectorAll('main a[href*="/rounds/submissions/"]')].map(a => a.getAttribute("href")).filter(h => h !== "`+last+`").pop() || ""`)
		if to == "" {
			b.Fatalf("the board leads to no %s", round.Up(no))
		}
		b.open(to)
	}
	if here := eval[string](b, `document.querySelector("h1").textContent`); !strings.Contains(here, round.Up(no)) {
		b.Fatalf("at %s, want %s", here, round.Up(no))
	}
	b.click(`form[action$="/receive"] button`)
}

// handDown issues what the group wrote on the submission of the page.
func (b tab) handDown() {
	b.Helper()
	b.click(`a[href$="/handdown"]`)
	b.click(`form[action$="/handdown"] button`)
}

// refuse answers the one opinion as the clerk.
func (b tab) refuse() {
	b.Helper()
	b.signIn(people.Clerk)
	b.open("/desk/filing/opinions?state=issued")
	b.click(`td.title a`)
	b.fill(`form.answer`, map[string]string{"answer": "refuse", "reason": "依据充分，本部门认为应当保留"})
	b.click(`form.answer button[value=stay]`)
}

// maintain upholds the one answered opinion as the leader of the group.
func (b tab) maintain() {
	b.Helper()
	here := eval[string](b, `location.pathname`)
	b.click(`#answers a.button`)
	b.fill(`form[action$="/maintain"]`, map[string]string{"text": "条文没有授权，坚持原意见"})
	b.click(`form[action$="/maintain"] button`)
	b.open(here)
}

// One department goes through three rounds with its audit group to a ruling of
// the leading group, every step in a browser, each person with their own account.
//
// tests:三上三下/1 三上三下/2 三上三下/3 自查
func TestThreeRoundsInABrowser(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	site, department := demonstration(t, db, l)
	ctx, cancel := context.WithTimeout(browser(t), 4*time.Minute)
	t.Cleanup(cancel)
	b := tab{t, ctx, serve(t, site)}

	b.signIn(people.Legal)
	b.open("/rounds/new")
	plan := map[string]string{"title": "示例市权力清单集中清理", "department": department.String()}
	for i := range round.Final {
		plan[fmt.Sprintf("due%d", i+1)] = time.Now().AddDate(0, 0, 10*(i+1)).Format(time.DateOnly)
	}
	b.fill(`form[action="/rounds"]`, plan)
	b.click(`form[action="/rounds"] button`)

	b.signIn(people.Clerk)
	for _, name := range []string{"取水许可", "水土保持方案审批"} {
		b.open("/desk/filing/new")
		b.fill(`form.filing`, map[string]string{"name": name, "category": string(power.CategoryPermit), "level": "市级", "basis": "《中华人民共和国水法》第四十八条", "content": "从河流、湖泊取水"})
		b.click(`form.filing button[value=finish]`)
	}
	b.handUp()

	b.receive(1)
	submission := eval[string](b, `location.pathname`)
	b.signIn(people.Reviewer)
	b.open("/audit/queue")
	b.open(eval[string](b, `document.querySelector('a[href*="/audit/powers/"]').getAttribute("href")`))
	b.fill(`#opinion`, map[string]string{"field": "basis", "cause": round.Causes()[0].Key, "text": "引用的条文没有授权"})
	b.click(`#opinion button[type=submit]`)
	b.signIn(people.GroupLeader)
	b.open(submission)
	b.handDown()
	for no := 2; no <= round.Final; no++ {
		b.refuse()
		b.handUp()
		b.receive(no)
		b.maintain()
		if no <= round.Rounds {
			b.handDown()
		}
	}

	b.signIn(people.Leading)
	b.open("/rounds/disputes")
	b.click(`td.title a`)
	b.fill(`#rule form`, map[string]string{"outcome": "support", "text": "条文已有授权，维持部门的内容"})
	b.click(`#rule button`)
	if page := eval[string](b, `document.querySelector("main").textContent`); !strings.Contains(page, "支持部门意见") {
		t.Errorf("after the ruling the page says %.600s", page)
	}
	s, err := round.StandingOf(t.Context(), db, department, "")
	must(t, err)
	if s.Stage != round.StageDone || s.No != round.Final+1 {
		t.Errorf("the department stands at %s, round %d: %s", s.Stage.Label(), s.No, b.said())
	}
	must(t, l.Settle(t.Context()))
	must(t, l.Verify(t.Context(), ledger.Powers))
}

// Every page of staff is for everybody: in each presentation and on a phone axe
// finds nothing, nothing is too wide, and the console is silent.
func TestEveryStaffPageIsForEverybody(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		need(t, "internal/web/node_modules/axe-core（npm ci）")
	}
	code := string(axe) + `;{const run = axe.run.bind(axe); axe.run = (node, options) => run(node, {...options, preload: false})}`
	db, l := testkit.Open(t, sqldb.SQLite)
	m := openMatrix(t, db, l)
	ctx := browser(t)
	base := serve(t, m.site)
	var noise console
	must(t, chromedp.Listen(ctx, noise.hear))
	pictures, seen := os.Getenv("QINGDAN_PICTURES"), 0
	for _, route := range m.site.Routes() {
		method, path, _ := strings.Cut(route.Pattern, " ")
		if k, there := walks()[route.Pattern]; there {
			path = k.path(m, m.estates[0], power.SelfCheck)
		}
		if method != http.MethodGet || strings.Contains(path, ".xlsx") || strings.Contains(path, "/density") || strings.Contains(path, "/attachments/") {
			continue
		}
		who := m.whoSees(path)
		if who == nil {
			continue
		}
		seen++
		_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: "session", Value: who.token, URL: base})
		must(t, err)
		for _, look := range []struct {
			mode  string
			width int64
			axe   string
		}{{"normal", 1280, code}, {"contrast", 1280, code}, {"elder", 390, code}} {
			_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: "view", Value: look.mode, URL: base})
			must(t, err)
			noise.take()
			name := fmt.Sprintf("%s %d %s", look.mode, look.width, path)
			found, over, err := inspect(ctx, base+path, look.width, look.axe)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, v := range found {
				t.Errorf("%s: axe %s (%s): %s\n  %s\n  %s", name, v.ID, v.Impact, v.Help, v.Nodes[0].HTML, v.Nodes[0].Summary)
			}
			if over > 0 {
				t.Errorf("%s: %d px too wide", name, over)
			}
			for _, n := range noise.take() {
				t.Errorf("%s: console: %s", name, n)
			}
			if pictures != "" {
				png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
				must(t, err)
				file := strings.ReplaceAll(strings.Trim(strings.SplitN(route.Pattern, " ", 2)[1], "/"), "/", "_")
				must(t, os.WriteFile(filepath.Join(pictures, fmt.Sprintf("%s-%s-%d.png", file, look.mode, look.width)), png, 0o644))
			}
		}
	}
	if seen < 45 {
		t.Errorf("only %d pages looked at", seen)
	}
}

// whoSees gives somebody to whom a page is shown; nil where there is nothing to
// see yet, such as the paper of a ruling that nobody made.
func (m *matrix) whoSees(path string) *member {
	m.t.Helper()
	candidates := []*member{m.estates[0].clerk, m.estates[0].head, m.estates[0].leader}
	for _, r := range people.Roles() {
		candidates = append(candidates, m.roles[r])
	}
	for _, who := range candidates {
		if m.ask(who, http.MethodGet, path).StatusCode == http.StatusOK {
			return who
		}
	}
	return nil
}
