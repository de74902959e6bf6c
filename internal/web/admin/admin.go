// Package admin is the pages of the three administrators (三员): the accounts,
// audit groups and site of the system administrator (系统管理员), the roles and
// rules of the security administrator (安全管理员), the records of the audit
// administrator (审计管理员). Each area asks for an action of its own, so that
// none of them can do another's job; and every act goes to the ledger.
//
// Names and telephones are masked wherever they stand, also in exports. They
// are shown in full at one place, once, for a reason that is recorded.
package admin

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"strings"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets/admin.css
var sheet string

// Config is what the pages need; all of it must be set.
type Config struct {
	DB     *sqldb.DB
	Ledger *ledger.Ledger
	Clock  func() time.Time
	Shell  *staff.Shell
	Gate   *session.Gate
}

// Admin answers the pages of the administrators. It is safe for concurrent use.
type Admin struct {
	cfg   Config
	pages *ui.Set
}

// New parses the templates; a broken one is an error. Call it while the server is
// put together: it adds a style sheet to the shell.
func New(cfg Config) (*Admin, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("admin templates", err)
	}
	cfg.Shell = cfg.Shell.With("admin.css", sheet)
	return &Admin{cfg, set}, nil
}

// The addresses of the three areas.
const (
	accountsPath = "/admin/accounts"
	groupsPath   = "/admin/groups"
	sitePath     = "/admin/site"
	cardsPath    = "/admin/people"
	securityPath = "/admin/security"
	heldPath     = securityPath + "/accounts"
	rulesPath    = securityPath + "/settings"
	permitsPath  = securityPath + "/permits"
	auditPath    = "/admin/audit"
	signInsPath  = auditPath + "/sign-ins"
	viewsPath    = auditPath + "/views"
	ledgerPath   = auditPath + "/ledger"
)

// Routes lists the addresses, each with its one action.
func (a *Admin) Routes() []staff.Route {
	const accounts, security, audit, personal = people.ManageAccounts, people.ManageSecurity, people.ReadAudit, people.ShowPersonal
	return []staff.Route{
		{Pattern: "GET " + accountsPath, Action: accounts, Handler: a.accounts},
		{Pattern: "GET " + accountsPath + ".xlsx", Action: accounts, Handler: a.exportAccounts},
		{Pattern: "GET " + accountsPath + "/new", Action: accounts, Handler: a.newAccount},
		{Pattern: "POST " + accountsPath, Action: accounts, Handler: a.addAccount},
		{Pattern: "GET " + accountsPath + "/{id}", Action: accounts, Handler: a.account},
		{Pattern: "POST " + accountsPath + "/{id}/name", Action: accounts, Handler: a.rename},
		{Pattern: "POST " + accountsPath + "/{id}/post", Action: accounts, Handler: a.post},
		{Pattern: "POST " + accountsPath + "/{id}/disable", Action: accounts, Handler: a.disable},
		{Pattern: "POST " + accountsPath + "/{id}/enable", Action: accounts, Handler: a.enable},
		{Pattern: "GET " + groupsPath, Action: accounts, Handler: a.groups},
		{Pattern: "POST " + groupsPath, Action: accounts, Handler: a.addGroup},
		{Pattern: "POST " + groupsPath + "/name", Action: accounts, Handler: a.renameGroup},
		{Pattern: "POST " + groupsPath + "/departments", Action: accounts, Handler: a.assign},
		{Pattern: "GET " + sitePath, Action: accounts, Handler: a.site},
		{Pattern: "POST " + sitePath, Action: accounts, Handler: a.setSite},

		{Pattern: "GET " + cardsPath + "/{id}", Action: personal, Handler: a.card},
		{Pattern: "POST " + cardsPath + "/{id}", Action: personal, Handler: a.reveal},

		{Pattern: "GET " + securityPath, Action: security, Handler: a.security},
		{Pattern: "GET " + securityPath + ".xlsx", Action: security, Handler: a.exportSecurity},
		{Pattern: "GET " + heldPath + "/{id}", Action: security, Handler: a.held},
		{Pattern: "POST " + heldPath + "/{id}/roles", Action: security, Handler: a.setRoles},
		{Pattern: "POST " + heldPath + "/{id}/unlock", Action: security, Handler: a.unlock},
		{Pattern: "POST " + heldPath + "/{id}/sessions", Action: security, Handler: a.endSessions},
		{Pattern: "POST " + heldPath + "/{id}/factor", Action: security, Handler: a.resetFactor},
		{Pattern: "POST " + heldPath + "/{id}/password", Action: security, Handler: a.resetPassword},
		{Pattern: "GET " + rulesPath, Action: security, Handler: a.rules},
		{Pattern: "POST " + rulesPath, Action: security, Handler: a.setRules},
		{Pattern: "GET " + permitsPath, Action: security, Handler: a.permits},

		{Pattern: "GET " + auditPath, Action: audit, Handler: a.acts},
		{Pattern: "GET " + auditPath + ".xlsx", Action: audit, Handler: a.exportActs},
		{Pattern: "GET " + signInsPath, Action: audit, Handler: a.signIns},
		{Pattern: "GET " + signInsPath + ".xlsx", Action: audit, Handler: a.exportSignIns},
		{Pattern: "GET " + viewsPath, Action: audit, Handler: a.views},
		{Pattern: "GET " + viewsPath + ".xlsx", Action: audit, Handler: a.exportViews},
		{Pattern: "GET " + ledgerPath, Action: audit, Handler: a.ledgerPage},
		{Pattern: "POST " + ledgerPath, Action: audit, Handler: a.verify},
	}
}

// show answers with a page under a status.
func (a *Admin) show(w http.ResponseWriter, r *http.Request, status int, name string, page any) error {
	return a.cfg.Shell.Show(w, r, status, a.pages, name, page)
}

// act runs an act of somebody in the ledger.
func (a *Admin) act(r *http.Request, who *people.Who, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	return a.cfg.Ledger.Write(r.Context(), who.Actor(), fn)
}

// here is an instant on the clocks of Asia/Shanghai, which has had no summer
// time since 1991.
func here(t time.Time) time.Time { return t.In(beijing()) }

func beijing() *time.Location { return time.FixedZone("CST", 8*3600) }

// minute and second are instants in words.
func minute(t time.Time) string { return here(t).Format("2006年1月2日 15:04") }
func second(t time.Time) string { return here(t).Format("2006年1月2日 15:04:05") }

// done leads back to a page that says what was done.
func done(w http.ResponseWriter, r *http.Request, path, what string) error {
	http.Redirect(w, r, ui.Address(path, url.Values{"done": {what}}), http.StatusSeeOther)
	return nil
}

// doneWords is what a page says was done just now, "" for what it does not
// know.
func doneWords(r *http.Request) string {
	switch r.URL.Query().Get("done") {
	case "name":
		return "姓名和电话已更新。"
	case "post":
		return "部门和审核小组已更新，从本人下一次点击起生效。"
	case "disabled":
		return "账号已停用，已登录的即时退出。"
	case "enabled":
		return "账号已恢复使用。"
	case "group":
		return "审核小组已建立。"
	case "renamed":
		return "小组名称已更新。"
	case "assigned":
		return "审核分工已更新，从小组成员下一次点击起生效。"
	case "site":
		return "站点资料已保存，公众页面在几秒内更新。"
	case "roles":
		return "角色已更新，从本人下一次点击起生效。"
	case "unlocked":
		return "账号已解锁。"
	case "ended":
		return "该账号的登录已全部结束。"
	case "factor":
		return "动态口令已重置，本人下次登录后可重新绑定。"
	case "rules":
		return "安全规则已保存，立即对所有人生效。"
	default:
		return ""
	}
}

// joined writes words with the mark between words of a list.
func joined(words ...string) string {
	var out []string
	for _, w := range words {
		if w != "" {
			out = append(out, w)
		}
	}
	return strings.Join(out, "、")
}
