package admin

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// securityTabs are the pages of the security administrator.
func securityTabs(path string) []ui.Link {
	return tabs(path, ui.Link{Label: "角色与登录", Href: securityPath}, ui.Link{Label: "安全规则", Href: rulesPath}, ui.Link{Label: "权限表", Href: permitsPath})
}

func (a *Admin) securityPage(r *http.Request, who *people.Who) (AccountsPage, error) {
	frame, err := a.cfg.Shell.Frame(r, who, "安全管理", securityPath)
	return AccountsPage{Frame: frame, Tabs: securityTabs(securityPath), Path: securityPath,
		Lead: "授予角色、解锁、重置口令和动态口令；账号由系统管理员建立"}, err
}

func (a *Admin) security(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	page, err := a.securityPage(r, who)
	if err != nil {
		return err
	}
	return a.list(w, r, page, heldPath)
}

func (a *Admin) exportSecurity(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	page, err := a.securityPage(r, who)
	if err != nil {
		return err
	}
	return a.exportList(w, r, page)
}

// RoleChoice is a role that can be granted; Needs says what it asks for and the
// account lacks.
type RoleChoice struct {
	Value, Label, Needs string
	Ticked              bool
}

// SessionRow is one sign-in that is still alive.
type SessionRow struct{ Opened, Seen, Factor, Address string }

// HeldPage is one account, for the security administrator.
type HeldPage struct {
	ui.Frame
	Row      AccountRow
	Facts    []Fact
	Own      bool // the administrator's own account
	Done     string
	Roles    []RoleChoice
	Had      string // the roles when the page was made
	Grant    Form
	Unlock   Form
	Locked   string // till when
	End      Form
	Sessions []SessionRow
	Factor   Form
	FactorOn bool
	Password Form
}

func (a *Admin) heldPage(r *http.Request, who *people.Who) (HeldPage, person, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return HeldPage{}, person{}, err
	}
	p, err := find(r.Context(), a.cfg.DB, id, a.cfg.Clock())
	if err != nil {
		return HeldPage{}, p, err
	}
	frame, err := a.cfg.Shell.Frame(r, who, "账号 "+p.Login, securityPath, ui.Link{Label: "安全管理", Href: securityPath})
	if err != nil {
		return HeldPage{}, p, err
	}
	path := heldPath + "/" + id.String()
	page := HeldPage{Frame: frame, Row: p.row(heldPath), Facts: p.facts(), Own: id == who.Account, Roles: p.roleChoices(p.Roles), Had: had(p.Roles),
		Grant: Form{Action: path + "/roles", Button: "更新角色"}, Unlock: Form{Action: path + "/unlock", Button: "解锁"},
		End: Form{Action: path + "/sessions", Button: "结束全部登录", Grave: true}, FactorOn: p.factor,
		Factor:   Form{Action: path + "/factor", Button: "重置动态口令", Grave: true, Fields: []Field{confirmField("factor-sure")}},
		Password: Form{Action: path + "/password", Button: "重置口令", Grave: true, Fields: []Field{confirmField("password-sure")}}}
	if !p.lockedUntil.IsZero() {
		page.Locked = minute(p.lockedUntil)
	}
	page.Sessions, err = a.sessions(r.Context(), id)
	return page, p, err
}

func confirmField(id string) Field {
	return Field{ID: id, Name: "sure", Label: "已当面或者打电话核对是本人要求重置", Type: "checkbox"}
}

// had writes roles for the form, so that it shows whether somebody was faster.
func had(roles []people.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}

func (p person) roleChoices(ticked []people.Role) []RoleChoice {
	var out []RoleChoice
	for _, role := range people.Roles() {
		c := RoleChoice{Value: string(role), Label: role.Label(), Ticked: slices.Contains(ticked, role)}
		if people.CheckRoles([]people.Role{role}, p.Department, p.Group) != nil {
			c.Needs = "要先由系统管理员设定部门"
			if people.CheckRoles([]people.Role{role}, p.Department, 1) == nil {
				c.Needs = "要先由系统管理员设定审核小组"
			}
		}
		out = append(out, c)
	}
	return out
}

func (a *Admin) sessions(ctx context.Context, id sqldb.ID) ([]SessionRow, error) {
	settings, err := people.ReadSettings(ctx, a.cfg.DB)
	if err != nil {
		return nil, err
	}
	all, err := session.List(ctx, a.cfg.DB, id, settings.Limits(), a.cfg.Clock())
	var out []SessionRow
	for _, s := range all {
		out = append(out, SessionRow{minute(s.Opened), minute(s.Seen), s.Factor.Label(), s.Address})
	}
	return out, err
}

func (a *Admin) held(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	page, _, err := a.heldPage(r, who)
	if err != nil {
		return err
	}
	page.Done = doneWords(r)
	return a.show(w, r, http.StatusOK, "held", page)
}

// hold reads a form on the page of an account and runs an act on the account;
// what is refused comes back on the form. after answers when it was done.
func (a *Admin) hold(w http.ResponseWriter, r *http.Request, who *people.Who, form func(*HeldPage) *Form,
	act func(p person, page *HeldPage) error, after func(p person) error) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	page, p, err := a.heldPage(r, who)
	if err != nil {
		return err
	}
	f := form(&page)
	f.fill(r)
	if f.lacks() {
		return a.show(w, r, http.StatusBadRequest, "held", page)
	}
	if err := act(p, &page); err != nil {
		status, err := f.blame(err)
		if err != nil {
			return err
		}
		return a.show(w, r, status, "held", page)
	}
	return after(p)
}

// back leads back to the page of an account.
func back(w http.ResponseWriter, r *http.Request, what string) func(person) error {
	return func(p person) error { return done(w, r, heldPath+"/"+p.ID.String(), what) }
}

// setRoles grants exactly the ticked roles, unless they changed since the page
// was made.
func (a *Admin) setRoles(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return a.hold(w, r, who, func(page *HeldPage) *Form { return &page.Grant }, func(p person, page *HeldPage) error {
		var roles []people.Role
		for _, s := range r.PostForm["role"] {
			roles = append(roles, people.Role(s))
		}
		page.Roles = p.roleChoices(roles)
		return a.act(r, who, func(ctx context.Context, tx *ledger.Tx) error {
			now, err := people.ByID(ctx, tx, p.ID)
			if err != nil {
				return err
			}
			if had(now.Roles) != r.PostForm.Get("had") {
				return errs.Conflictf("这个账号的角色刚刚被别人改成了：%s", orNone(roleWords(now.Roles))).Fix("请核对后再提交")
			}
			return people.SetRoles(ctx, tx, p.ID, roles)
		})
	}, back(w, r, "roles"))
}

func (a *Admin) unlock(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return a.hold(w, r, who, func(page *HeldPage) *Form { return &page.Unlock }, func(p person, _ *HeldPage) error {
		return a.act(r, who, func(ctx context.Context, tx *ledger.Tx) error { return people.Unlock(ctx, tx, p.ID) })
	}, back(w, r, "unlocked"))
}

func (a *Admin) endSessions(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return a.hold(w, r, who, func(page *HeldPage) *Form { return &page.End }, func(p person, _ *HeldPage) error {
		return a.act(r, who, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := people.EndSessions(ctx, tx, p.ID)
			return err
		})
	}, back(w, r, "ended"))
}

func (a *Admin) resetFactor(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return a.hold(w, r, who, func(page *HeldPage) *Form { return &page.Factor }, func(p person, _ *HeldPage) error {
		return a.act(r, who, func(ctx context.Context, tx *ledger.Tx) error { return people.ResetFactor(ctx, tx, p.ID) })
	}, back(w, r, "factor"))
}

// resetPassword makes a password, shows it once, and ends the sessions.
func (a *Admin) resetPassword(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	var made string
	return a.hold(w, r, who, func(page *HeldPage) *Form { return &page.Password }, func(p person, _ *HeldPage) (err error) {
		made, err = a.withPassword(r.Context(), func(h session.Hash) error {
			return a.act(r, who, func(ctx context.Context, tx *ledger.Tx) error { return people.ResetPassword(ctx, tx, p.ID, h) })
		})
		return err
	}, func(p person) error {
		frame, err := a.cfg.Shell.Frame(r, who, "口令已重置", securityPath, ui.Link{Label: "安全管理", Href: securityPath})
		if err != nil {
			return err
		}
		return a.show(w, r, http.StatusOK, "password", PasswordPage{frame, p.Login, made, "原来的口令和已有的登录都已失效，锁定也已解除。", heldPath + "/" + p.ID.String()})
	})
}
