package account

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"qingdan/internal/engine/mask"
	"qingdan/internal/errs"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// OwnPage is somebody's own account.
type OwnPage struct {
	ui.Frame
	Done              string // what was done just now
	Login, Name       string
	Phone             string // masked; "" when there is none
	Roles, Department string
	Group             string
	Password          string // since when, "" for an account without password
	Expires           string // until when it may be used, "" for ever
	Factor            bool
	FactorFor         bool // a second factor can be taken into use
	Sessions          []OpenSession
	Others            int
	SignIns           []SignInRow
}

// OpenSession is a session of the own account.
type OpenSession struct {
	End, How, Agent, Address, Opened, Seen string
	This                                   bool
}

// SignInRow is a line of the book of sign-ins.
type SignInRow struct {
	At, Address string
	Light       ui.Light
}

// shownSignIns is how many of the own sign-ins the page shows.
const shownSignIns = 10

func (a *Account) own(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	p := OwnPage{Done: doneWords(r.URL.Query()), Login: who.Login, Name: who.Name, Department: who.DepartmentName, Group: who.GroupName}
	var err error
	if p.Frame, err = a.cfg.Shell.Frame(r, who, "我的账号", staff.AccountPath, ui.Link{Label: "待办", Href: staff.HomePath}); err != nil {
		return err
	}
	account, err := people.ByID(r.Context(), a.cfg.DB, who.Account)
	if err != nil {
		return err
	}
	if account.Phone != "" {
		p.Phone = mask.Phone(account.Phone)
	}
	var roles []string
	for _, role := range who.Roles {
		roles = append(roles, role.Label())
	}
	p.Roles = strings.Join(roles, "、")
	settings, err := people.ReadSettings(r.Context(), a.cfg.DB)
	if err != nil {
		return err
	}
	if err := a.proofs(r.Context(), &p, who, settings); err != nil {
		return err
	}
	if err := a.sessions(r.Context(), &p, who, settings); err != nil {
		return err
	}
	return a.cfg.Shell.Show(w, r, http.StatusOK, a.pages, "own", p)
}

// proofs fills what proves the account.
func (a *Account) proofs(ctx context.Context, p *OwnPage, who *people.Who, settings people.Settings) error {
	c, err := session.CredentialOf(ctx, a.cfg.DB, who.Account, a.cfg.Clock())
	if err != nil || !c.HasPassword {
		return err
	}
	p.Password, p.Factor, p.FactorFor = minute(c.Changed), c.FactorOn, !c.FactorOn
	if age := settings.Profile().MaxAge; age > 0 {
		p.Expires = minute(c.Changed.Add(age))
	}
	return nil
}

// sessions fills the open sessions and the latest sign-ins.
func (a *Account) sessions(ctx context.Context, p *OwnPage, who *people.Who, settings people.Settings) error {
	open, err := session.List(ctx, a.cfg.DB, who.Account, settings.Limits(), a.cfg.Clock())
	if err != nil {
		return err
	}
	for _, s := range open {
		row := OpenSession{How: s.Factor.Label(), Agent: browserName(s.Agent), Address: s.Address, Opened: minute(s.Opened), Seen: minute(s.Seen), This: s.ID == who.Session}
		if !row.This {
			row.End = sessionsPath + "/" + s.ID.String() + "/end"
			p.Others++
		}
		p.Sessions = append(p.Sessions, row)
	}
	last, err := session.SignIns(ctx, a.cfg.DB, session.SignInQuery{Account: who.Account, Limit: shownSignIns})
	if err != nil {
		return err
	}
	for _, s := range last {
		tone := "ok"
		if s.Outcome.Failed() {
			tone = "warn"
		}
		p.SignIns = append(p.SignIns, SignInRow{minute(s.At), s.Address, ui.Light{Tone: tone, Word: s.Outcome.Label()}})
	}
	return nil
}

// browserName says in a few words what browser it was. Browsers name others in
// their own name, so the order matters.
func browserName(agent string) string {
	system := ""
	for _, s := range [][2]string{{"HarmonyOS", "鸿蒙"}, {"Android", "安卓"}, {"iPhone", "苹果手机"}, {"iPad", "苹果平板"}, {"Windows", "Windows"},
		{"Mac OS", "苹果电脑"}, {"UOS", "统信"}, {"Kylin", "麒麟"}, {"Linux", "Linux"}} {
		if strings.Contains(agent, s[0]) {
			system = "（" + s[1] + "）"
			break
		}
	}
	for _, b := range [][2]string{{"MicroMessenger", "微信"}, {"QIHU", "360浏览器"}, {"Edg/", "Edge 浏览器"}, {"Firefox/", "火狐浏览器"}, {"Chrome/", "Chrome 内核浏览器"}, {"Safari/", "Safari 浏览器"}} {
		if strings.Contains(agent, b[0]) {
			return b[1] + system
		}
	}
	return "其他程序" + system
}

// doneWords says what an address reports as done.
func doneWords(q map[string][]string) string {
	get := func(name string) string {
		if v := q[name]; len(v) > 0 {
			return v[0]
		}
		return ""
	}
	switch get("done") {
	case "password":
		return "口令已修改。在别处的登录都已退出。"
	case "factor":
		return "动态口令已启用。下次登录时，口令之后要输入动态口令。"
	case "session":
		return "那次登录已经结束。"
	case "others":
		if n, err := strconv.Atoi(get("n")); err == nil && n > 0 {
			return "已结束其他 " + strconv.Itoa(n) + " 次登录。"
		}
		return "没有其他登录。"
	default:
		return ""
	}
}

// endSession ends another session of the same person. A forged id ends nothing.
func (a *Account) endSession(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return err
	}
	err = a.write(r.Context(), func(ctx context.Context, tx *sqldb.Tx) error { return session.End(ctx, tx, id, who.Account) })
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return err
	}
	return see(w, r, staff.AccountPath+"?done=session")
}

func (a *Account) endOthers(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	var n int
	err := a.write(r.Context(), func(ctx context.Context, tx *sqldb.Tx) (err error) {
		n, err = session.EndAll(ctx, tx, who.Account, who.Session)
		return err
	})
	if err != nil {
		return err
	}
	return see(w, r, staff.AccountPath+"?done=others&n="+strconv.Itoa(n))
}
