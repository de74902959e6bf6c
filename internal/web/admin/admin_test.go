package admin_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/testkit"
	"qingdan/internal/web/admin"
	"qingdan/internal/web/staff/stafftest"
)

// hall is a site with one administrator of each kind, two departments, a group
// and a clerk.
type hall struct {
	*testing.T
	*stafftest.Site
	gate                    *session.Gate
	system, security, audit *stafftest.Person
	clerk                   *stafftest.Person
	water, health           sqldb.ID
}

const (
	clerkName  = "欧阳娜娜"
	clerkPhone = "13800138000"
)

func halls(t *testing.T, fn func(h *hall)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) { fn(openHall(t, db, l)) })
}

func openHall(t *testing.T, db *sqldb.DB, l *ledger.Ledger) *hall {
	t.Helper()
	s := stafftest.New(t, db, l)
	h := &hall{T: t, Site: s, gate: session.New(db, session.Options{Clock: s.Now, Cost: session.Cost{Memory: 64, Time: 1, Threads: 1}})}
	a, err := admin.New(admin.Config{DB: db, Ledger: l, Clock: s.Now, Shell: s.Shell, Gate: h.gate})
	h.must(err)
	s.Hang(a.Routes())
	h.water, h.health = s.Department("市水利局"), s.Department("市卫生健康委员会")
	s.Group(1, h.water)
	h.system = s.Add(stafftest.Person{Login: "sysadmin", Name: "王系统", Roles: []people.Role{people.SystemAdmin}})
	h.security = s.Add(stafftest.Person{Login: "secadmin", Name: "李安全", Roles: []people.Role{people.SecurityAdmin}})
	h.audit = s.Add(stafftest.Person{Login: "auditor", Name: "赵审计", Roles: []people.Role{people.AuditAdmin}})
	h.clerk = s.Add(stafftest.Person{Login: "clerk", Name: clerkName, Roles: []people.Role{people.Clerk}, Department: h.water})
	s.Act(func(ctx context.Context, tx *ledger.Tx) error {
		return people.Rename(ctx, tx, h.clerk.ID, clerkName, clerkPhone)
	})
	return h
}

func (h *hall) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// get asks for a page and holds its status.
func (h *hall) get(p *stafftest.Person, path string, status int) string {
	h.Helper()
	a := h.Get(p, path)
	if a.Status != status {
		h.Fatalf("GET %s: %d, want %d: %.300s", path, a.Status, status, a.Body)
	}
	return a.Body
}

// post sends a form and holds its status.
func (h *hall) post(p *stafftest.Person, path string, status int, form ...string) string {
	h.Helper()
	v := url.Values{}
	for i := 0; i < len(form); i += 2 {
		v.Add(form[i], form[i+1])
	}
	a := h.Post(p, path, v)
	if a.Status != status {
		h.Fatalf("POST %s: %d, want %d: %s", path, a.Status, status, excerpt(a.Body))
	}
	if status == http.StatusSeeOther {
		return h.get(p, a.Location, http.StatusOK)
	}
	return a.Body
}

// excerpt is what a page says of what is wrong.
func excerpt(body string) string {
	return strings.Join(regexp.MustCompile(`class="(wrong|told bad)"[^<]*>[^<]*`).FindAllString(body, -1), " | ")
}

func (h *hall) says(body string, words ...string) {
	h.Helper()
	text := html.UnescapeString(body)
	for _, w := range words {
		if !strings.Contains(text, w) {
			h.Errorf("the page does not say %q (%s)", w, excerpt(body))
		}
	}
}

func (h *hall) silent(body string, words ...string) {
	h.Helper()
	text := html.UnescapeString(body)
	for _, w := range words {
		if strings.Contains(text, w) {
			h.Errorf("the page shows %q", w)
		}
	}
}

// sheet reads the rows of an exported workbook, heads included.
func (h *hall) sheet(p *stafftest.Person, path string) [][]string {
	h.Helper()
	a := h.Get(p, path)
	if a.Status != http.StatusOK || a.Header.Get("Cache-Control") != "no-store" {
		h.Fatalf("GET %s: %d, kept as %q", path, a.Status, a.Header.Get("Cache-Control"))
	}
	x, err := excelize.OpenReader(bytes.NewReader([]byte(a.Body)))
	h.must(err)
	defer x.Close()
	rows, err := x.GetRows(x.GetSheetName(0))
	h.must(err)
	return rows[1:]
}

func (h *hall) entries(kind string) []ledger.Stored {
	h.Helper()
	h.must(h.Ledger.Settle(context.Background()))
	var out []ledger.Stored
	for _, l := range []ledger.Log{ledger.Powers, ledger.Cases} {
		all, err := h.Ledger.Entries(context.Background(), l, 0, 10_000)
		h.must(err)
		for _, e := range all {
			if e.Kind == kind {
				out = append(out, e)
			}
		}
	}
	return out
}

// TestTwoAdministratorsAtOnceLoseNothing: a field left empty stays what it is when
// the act is done, not what it was when the form was sent.
func TestTwoAdministratorsAtOnceLoseNothing(t *testing.T) {
	halls(t, func(h *hall) {
		other := h.As(people.SystemAdmin, sqldb.ID{}, 0)
		path := "/admin/accounts/" + h.clerk.ID.String() + "/name"
		for i := range 30 {
			name, phone := "甄示例"+strings.Repeat("一", i%5+1), fmt.Sprintf("0635-81234%02d", i)
			var both sync.WaitGroup
			both.Go(func() { h.Post(h.system, path, url.Values{"name": {name}}) })
			both.Go(func() { h.Post(other, path, url.Values{"phone": {phone}}) })
			both.Wait()
			a, err := people.ByID(context.Background(), h.DB, h.clerk.ID)
			h.must(err)
			if a.Name != name || a.Phone != phone {
				h.Fatalf("round %d: %s %s, want %s %s", i, a.Name, a.Phone, name, phone)
			}
		}
	})
}

func TestEachAreaIsForOneAdministrator(t *testing.T) {
	halls(t, func(h *hall) {
		id := h.clerk.ID.String()
		areas := map[*stafftest.Person][]string{
			h.system:   {"/admin/accounts", "/admin/accounts.xlsx", "/admin/accounts/new", "/admin/accounts/" + id, "/admin/groups", "/admin/site", "/admin/people/" + id},
			h.security: {"/admin/security", "/admin/security.xlsx", "/admin/security/accounts/" + id, "/admin/security/settings", "/admin/security/permits"},
			h.audit: {"/admin/audit", "/admin/audit.xlsx", "/admin/audit/sign-ins", "/admin/audit/sign-ins.xlsx", "/admin/audit/views", "/admin/audit/views.xlsx",
				"/admin/audit/ledger"},
		}
		posts := map[*stafftest.Person][]string{
			h.system: {"/admin/accounts", "/admin/accounts/" + id + "/name", "/admin/accounts/" + id + "/post", "/admin/accounts/" + id + "/disable",
				"/admin/accounts/" + id + "/enable", "/admin/groups", "/admin/groups/name", "/admin/groups/departments", "/admin/site", "/admin/people/" + id},
			h.security: {"/admin/security/accounts/" + id + "/roles", "/admin/security/accounts/" + id + "/unlock", "/admin/security/accounts/" + id + "/sessions",
				"/admin/security/accounts/" + id + "/factor", "/admin/security/accounts/" + id + "/password", "/admin/security/settings"},
			h.audit: {"/admin/audit/ledger"},
		}
		for _, p := range []*stafftest.Person{h.system, h.security, h.audit, h.clerk, h.As(people.Head, h.health, 0), h.As(people.GroupLeader, sqldb.ID{}, 1)} {
			for owner, paths := range areas {
				for _, path := range paths {
					want := http.StatusForbidden
					if p == owner {
						want = http.StatusOK
					}
					if got := h.Get(p, path).Status; got != want {
						h.Errorf("%s GET %s: %d, want %d", p.Login, path, got, want)
					}
				}
				for _, path := range posts[owner] {
					if p == owner {
						continue
					}
					if got := h.Post(p, path, url.Values{"reason": {"核对账号归属"}, "sure": {"1"}, "name": {"张三"}, "login": {"new"}}).Status; got != http.StatusForbidden {
						h.Errorf("%s POST %s: %d", p.Login, path, got)
					}
				}
			}
		}
		card := h.get(h.As(people.Supervisor, sqldb.ID{}, 0), "/admin/people/"+id, http.StatusOK)
		h.says(card, "登录名", "部门")
		h.silent(card, "登录凭证", "未设口令", "口令") // whose password is weak is not for who only looks a name up
		for _, path := range []string{"/admin/accounts/", "/admin/people/"} {
			h.get(h.system, path+sqldb.NewID().String(), http.StatusNotFound)
			h.get(h.system, path+"x", http.StatusNotFound)
		}
	})
}

var secret = regexp.MustCompile(`class="secret">([^<]+)<`)

func TestANewAccountMayDoNothingUntilItIsGivenARole(t *testing.T) {
	halls(t, func(h *hall) {
		for field, form := range map[string][]string{
			"没有填写登录名":     {"name", "张三"},
			"没有填写姓名":      {"login", "new"},
			"登录名不能这样写":    {"login", "张三", "name", "张三"},
			"登录名已被使用":     {"login", "CLERK", "name", "张三"},
			"电话只能写数字和横线":  {"login", "new", "name", "张三", "phone", "一三八"},
			"没有这个部门":      {"login", "new", "name", "张三", "department", sqldb.NewID().String()},
			"没有第9审核小组":    {"login", "new", "name", "张三", "group", "9"},
			"审核小组不是一个整数":  {"login", "new", "name", "张三", "group", "x"},
			"姓名超过30个字，或者": {"login", "new", "name", strings.Repeat("张", 31)},
		} {
			a := h.Post(h.system, "/admin/accounts", pairs(form...))
			if a.Status/100 != 4 || !strings.Contains(a.Body, field) || secret.MatchString(a.Body) {
				h.Errorf("%v: %d, %s, want %s", form, a.Status, excerpt(a.Body), field)
			}
		}
		body := h.post(h.system, "/admin/accounts", http.StatusOK, "login", "new", "name", "张三", "phone", "13900139000", "department", h.water.String())
		password := secret.FindStringSubmatch(body)
		if password == nil {
			h.Fatal("no password is shown")
		}
		h.silent(body, "13900139000")
		h.says(h.post(h.system, "/admin/accounts", http.StatusConflict, "login", "new", "name", "张三"), "登录名已被使用")

		ctx := context.Background()
		made, err := people.ByLogin(ctx, h.DB, "new")
		h.must(err)
		opened, err := h.gate.SignIn(ctx, session.Attempt{Account: made.ID, Login: "new", Password: password[1], Address: "192.0.2.7", Profile: session.ProfileOf(session.Graded)})
		h.must(err)
		who, err := people.Enter(ctx, h.DB, opened.Token, h.Now())
		h.must(err)
		if !who.MustChange || len(who.Roles) != 0 {
			h.Errorf("a new account has roles %v and must change its password: %v", who.Roles, who.MustChange)
		}
		for _, action := range people.Actions() {
			if action != people.Work && who.May(action) == nil {
				h.Errorf("a new account may %s", action)
			}
		}
		h.says(h.get(h.security, "/admin/security?is=norole", http.StatusOK), "new", "张*")
		path := "/admin/security/accounts/" + made.ID.String()
		h.says(h.post(h.security, path+"/roles", http.StatusSeeOther, "had", "", "role", "clerk"), "角色已更新")
		who, err = people.Enter(ctx, h.DB, opened.Token, h.Now())
		h.must(err)
		if who.May(people.FillPowers) != nil {
			h.Error("the role does not hold at the next request")
		}
		for _, e := range append(h.entries("account.added"), h.entries("account.password_reset")...) {
			if e.Log != ledger.Cases || bytes.Contains(e.Public, []byte("张三")) || bytes.Contains(e.Addendum, []byte(password[1])) {
				h.Errorf("%s: public %s, addendum %s", e.Kind, e.Public, e.Addendum)
			}
		}
	})
}

func pairs(form ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(form); i += 2 {
		v.Add(form[i], form[i+1])
	}
	return v
}

func TestRolesAreGrantedByAnotherAndOneAdministratorOfEachKindStays(t *testing.T) {
	halls(t, func(h *hall) {
		path := func(p *stafftest.Person) string { return "/admin/security/accounts/" + p.ID.String() }
		own := h.get(h.security, path(h.security), http.StatusOK)
		h.says(own, "另一位安全管理员")
		if strings.Contains(own, `name="role"`) {
			h.Error("the form for one's own roles is there")
		}
		h.says(h.post(h.security, path(h.security)+"/roles", http.StatusForbidden, "had", "security_admin", "role", "legal"), "另一位管理员")
		h.says(h.post(h.security, path(h.system)+"/roles", http.StatusConflict, "had", "system_admin"), "最后一位")
		h.says(h.post(h.security, path(h.audit)+"/roles", http.StatusConflict, "had", "audit_admin", "role", "legal"), "最后一位")
		h.says(h.post(h.security, path(h.clerk)+"/roles", http.StatusBadRequest, "had", "clerk", "role", "clerk", "role", "audit_admin"), "不能兼任")
		h.says(h.post(h.security, path(h.clerk)+"/roles", http.StatusBadRequest, "had", "clerk", "role", "reviewer"), "审核小组")
		h.says(h.post(h.security, path(h.clerk)+"/roles", http.StatusBadRequest, "had", "clerk", "role", "root"), "没有")
		h.says(h.post(h.security, path(h.clerk)+"/roles", http.StatusConflict, "had", "", "role", "head"), "刚刚被别人改成")
		h.says(h.post(h.security, path(h.clerk)+"/roles", http.StatusSeeOther, "had", "clerk", "role", "head", "role", "clerk"), "角色已更新")
		if who := h.Who(h.clerk); !who.Is(people.Head) || !who.Is(people.Clerk) {
			h.Errorf("the roles are %v", who.Roles)
		}
		if len(h.entries("account.roles_set")) != 1 {
			h.Error("one change of roles is not one act")
		}

		h.says(h.post(h.system, "/admin/accounts/"+h.security.ID.String()+"/disable", http.StatusConflict, "reason", "调离本单位"), "最后一位")
		h.says(h.post(h.system, "/admin/accounts/"+h.system.ID.String()+"/disable", http.StatusForbidden, "reason", "调离本单位"), "停用自己的账号")
		h.get(h.security, "/admin/security", http.StatusOK)
	})
}

func TestADisabledAccountIsOutAtOnce(t *testing.T) {
	halls(t, func(h *hall) {
		path := "/admin/accounts/" + h.clerk.ID.String()
		h.get(h.clerk, "/work", http.StatusOK)
		h.says(h.post(h.system, path+"/disable", http.StatusBadRequest), "没有填写停用的理由")
		h.get(h.clerk, "/work", http.StatusOK)
		h.says(h.post(h.system, path+"/disable", http.StatusSeeOther, "reason", "调离本单位"), "账号已停用", "已停用")
		if a := h.Get(h.clerk, "/work"); a.Status != http.StatusSeeOther || !strings.HasPrefix(a.Location, "/sign-in") {
			h.Errorf("a disabled account still gets %d", a.Status)
		}
		h.says(h.post(h.system, path+"/disable", http.StatusConflict, "reason", "调离本单位"), "账号已经停用")
		h.says(h.post(h.system, path+"/enable", http.StatusSeeOther), "账号已恢复")
		h.says(h.post(h.system, path+"/enable", http.StatusConflict), "账号没有停用")
		if a := h.Get(h.clerk, "/work"); a.Status != http.StatusSeeOther {
			h.Errorf("a session from before lives again: %d", a.Status)
		}
		h.SignIn(h.clerk)
		h.get(h.clerk, "/work", http.StatusOK)
		h.says(h.post(h.security, "/admin/security/accounts/"+h.clerk.ID.String()+"/sessions", http.StatusSeeOther), "全部结束", "现在没有登录")
		if a := h.Get(h.clerk, "/work"); a.Status != http.StatusSeeOther {
			h.Errorf("an ended session still gets %d", a.Status)
		}
	})
}

func TestPersonalDataIsShownOnceForAReasonThatIsKept(t *testing.T) {
	halls(t, func(h *hall) {
		path := "/admin/people/" + h.clerk.ID.String()
		for _, page := range []string{h.get(h.system, "/admin/accounts", http.StatusOK), h.get(h.system, "/admin/accounts/"+h.clerk.ID.String(), http.StatusOK),
			h.get(h.system, path, http.StatusOK), h.get(h.security, "/admin/security", http.StatusOK),
			h.get(h.security, "/admin/security/accounts/"+h.clerk.ID.String(), http.StatusOK), h.get(h.audit, "/admin/audit", http.StatusOK)} {
			h.silent(page, clerkName, "娜娜", clerkPhone, "王系统"+"（")
		}
		for reason, words := range map[string]string{"": "没有写明查看的理由", "看": "理由太短", "。。。。": "理由太短", strings.Repeat("核对", 120): "理由超过"} {
			body := h.post(h.system, path, http.StatusBadRequest, "reason", reason)
			h.says(body, words)
			h.silent(body, clerkName, clerkPhone)
		}
		if n := len(h.entries(people.KindShown)); n != 0 {
			h.Fatalf("%d acts of showing what was refused", n)
		}
		body := h.post(h.system, path, http.StatusOK, "reason", "核对13900139000是否本人")
		h.says(body, clerkName, clerkPhone, "已显示并记入台账")
		h.silent(h.get(h.system, path, http.StatusOK), clerkName, clerkPhone)

		kept := h.entries(people.KindShown)
		if len(kept) != 1 || kept[0].Log != ledger.Cases || kept[0].Subject != h.clerk.ID || kept[0].Actor.ID != h.system.ID.String() ||
			!bytes.Contains(kept[0].Addendum, []byte("核对13900139000是否本人")) || bytes.Contains(kept[0].Public, []byte("核对")) ||
			bytes.Contains(kept[0].Addendum, []byte(clerkPhone)) {
			h.Fatalf("kept: %+v", kept)
		}
		views := h.get(h.audit, "/admin/audit/views", http.StatusOK)
		h.says(views, "sysadmin（王**）", "clerk", "核对139****9000是否本人")
		h.silent(views, "13900139000", clerkName, "王系统")
		if rows := h.sheet(h.audit, "/admin/audit/views.xlsx"); len(rows) != 3 || rows[2][3] != "clerk" || rows[2][4] != "核对139****9000是否本人" {
			h.Errorf("the export has %v", rows)
		}
		h.says(h.get(h.audit, "/admin/audit/views?account=secadmin", http.StatusOK), "没有符合条件的记录")
	})
}

func TestListsFindMaskAndExportTheSame(t *testing.T) {
	halls(t, func(h *hall) {
		for i := range 120 {
			dep := []sqldb.ID{h.water, h.health}[i%2]
			h.Add(stafftest.Person{Login: "u" + string(rune('a'+i/26)) + string(rune('a'+i%26)), Name: "张三", Department: dep})
		}
		for query, want := range map[string]int{
			"": 124, "?q=" + url.QueryEscape(clerkName): 1, "?q=" + url.QueryEscape("欧阳"): 0, "?q=oynn": 1, "?q=CLER": 1, "?is=norole": 120, "?role=clerk": 1,
			"?department=" + h.health.String(): 60, "?department=" + h.water.String(): 61, "?is=norole&department=" + h.water.String(): 60, "?is=disabled": 0, "?q=%27--": 0,
		} {
			for p, path := range map[*stafftest.Person]string{h.system: "/admin/accounts", h.security: "/admin/security"} {
				there := h.walk(p, path+query)
				if len(there) != want {
					h.Errorf("%s%s: %d accounts, want %d", path, query, len(there), want)
				}
				rows := h.sheet(p, path+".xlsx"+query)
				if len(rows)-2 != want {
					h.Errorf("%s.xlsx%s: %d rows, want %d", path, query, len(rows)-2, want)
				}
				for i, row := range rows[2:] {
					if row[0] != there[i] || strings.Contains(strings.Join(row, " "), "三") || strings.Contains(strings.Join(row, " "), "138") {
						h.Errorf("row %d is %v, the list has %s", i, row, there[i])
					}
				}
			}
		}
		for _, query := range []string{"?role=root", "?is=x", "?department=x", "?after=x", "?q=" + strings.Repeat("a", 200)} {
			h.get(h.system, "/admin/accounts"+query, http.StatusBadRequest)
		}
	})
}

var (
	rowTitle = regexp.MustCompile(`class="title">(?:<a href="[^"]+">)?([^<]+)<`)
	nextPage = regexp.MustCompile(`href="([^"]+)" rel="next"`)
	prevPage = regexp.MustCompile(`href="([^"]+)" rel="prev"`)
)

// walk turns the pages of a list to its end and back again, over the same rows.
func (h *hall) walk(p *stafftest.Person, path string) []string {
	h.Helper()
	var there, back []string
	for path != "" {
		body := h.get(p, path, http.StatusOK)
		for _, m := range rowTitle.FindAllStringSubmatch(body, -1) {
			there = append(there, m[1])
		}
		last := path
		if path = turn(nextPage, body); path != "" {
			continue
		}
		for at := last; at != ""; {
			body := h.get(p, at, http.StatusOK)
			var rows []string
			for _, m := range rowTitle.FindAllStringSubmatch(body, -1) {
				rows = append(rows, m[1])
			}
			back = append(rows, back...)
			at = turn(prevPage, body)
		}
	}
	if strings.Join(there, "\n") != strings.Join(back, "\n") {
		h.Errorf("%d rows on the way there, %d on the way back, or in another order", len(there), len(back))
	}
	return there
}

func turn(link *regexp.Regexp, body string) string {
	m := link.FindStringSubmatch(body)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}
