package admin

import (
	"cmp"
	"context"
	"net/http"
	"strconv"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/engine/mask"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// systemTabs are the pages of the system administrator.
func systemTabs(path string) []ui.Link {
	return tabs(path, ui.Link{Label: "账号", Href: accountsPath}, ui.Link{Label: "审核小组", Href: groupsPath}, ui.Link{Label: "站点资料", Href: sitePath})
}

func tabs(path string, all ...ui.Link) []ui.Link {
	for i := range all {
		all[i].Current = all[i].Href == path
	}
	return all
}

func byPinyin(s string) string { return hanzi.PinyinKey(s) }

func (a *Admin) today() string { return here(a.cfg.Clock()).Format("2006-01-02") }

func (a *Admin) accountsPage(r *http.Request, who *people.Who) (AccountsPage, error) {
	frame, err := a.cfg.Shell.Frame(r, who, "账号", accountsPath)
	return AccountsPage{Frame: frame, Tabs: systemTabs(accountsPath), Path: accountsPath, New: true,
		Lead: "建立、停用账号，设定部门和审核小组；角色由安全管理员授予"}, err
}

func (a *Admin) accounts(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	page, err := a.accountsPage(r, who)
	if err != nil {
		return err
	}
	return a.list(w, r, page, accountsPath)
}

func (a *Admin) exportAccounts(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	page, err := a.accountsPage(r, who)
	if err != nil {
		return err
	}
	return a.exportList(w, r, page)
}

// NewAccountPage is the form for a new account.
type NewAccountPage struct {
	ui.Frame
	Form Form
}

// PasswordPage shows a password that was made for somebody, once.
type PasswordPage struct {
	ui.Frame
	Login, Password string
	Next            string // what is to be done now
	Href            string // of the account
}

func (a *Admin) newAccountPage(r *http.Request, who *people.Who) (NewAccountPage, error) {
	frame, err := a.cfg.Shell.Frame(r, who, "新建账号", accountsPath, ui.Link{Label: "账号", Href: accountsPath})
	if err != nil {
		return NewAccountPage{}, err
	}
	departments, groups, err := a.posts(r.Context(), sqldb.ID{}, 0)
	return NewAccountPage{frame, Form{Action: accountsPath, Button: "建立账号", Fields: []Field{
		{ID: "login", Name: "login", Label: "登录名", Max: 32, Help: "2到32个小写字母、数字、点、横线，以字母开头；以后不能改，停用后也不给别人再用"},
		{ID: "name", Name: "name", Label: "姓名", Max: 30},
		{ID: "phone", Name: "phone", Label: "电话", Max: 20, Type: "tel", Optional: true, Help: "只供工作联系，页面上一律遮盖"},
		{ID: "department", Name: "department", Label: "部门", Optional: true, Choices: departments, Help: "填报员、部门负责人、窗口和执法人员要有部门"},
		{ID: "group", Name: "group", Label: "审核小组", Optional: true, Choices: groups, Help: "审核小组的成员和组长要有小组"},
	}}}, err
}

// posts are the departments and groups that an account may be in.
func (a *Admin) posts(ctx context.Context, department sqldb.ID, group int) (departments, groups []ui.Choice, err error) {
	all, err := org.Departments(ctx, a.cfg.DB, "")
	if err != nil {
		return nil, nil, err
	}
	departments = []ui.Choice{{Label: "不属于部门"}}
	for _, d := range all {
		if d.ValidTo == "" || d.ID == department {
			departments = append(departments, ui.Choice{Value: d.ID.String(), Label: d.Name, Selected: d.ID == department})
		}
	}
	known, err := people.Groups(ctx, a.cfg.DB)
	if err != nil {
		return nil, nil, err
	}
	groups = []ui.Choice{{Label: "不属于审核小组"}}
	for _, g := range known {
		groups = append(groups, ui.Choice{Value: strconv.Itoa(g.No), Label: g.Name, Selected: g.No == group})
	}
	return departments, groups, nil
}

func (a *Admin) newAccount(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	page, err := a.newAccountPage(r, who)
	if err != nil {
		return err
	}
	return a.show(w, r, http.StatusOK, "newaccount", page)
}

// addAccount makes an account with a password of ours, which is shown once and
// must be changed. It may do nothing until it is given a role, by another
// administrator.
func (a *Admin) addAccount(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	page, err := a.newAccountPage(r, who)
	if err != nil {
		return err
	}
	page.Form.fill(r)
	if page.Form.lacks() {
		return a.show(w, r, http.StatusBadRequest, "newaccount", page)
	}
	account := people.Account{Login: people.NormalLogin(staff.Typed(r, "login")), Name: staff.Typed(r, "name"), Phone: staff.Typed(r, "phone")}
	var id sqldb.ID
	var made string
	if account.Department, account.Group, err = post(r); err == nil {
		made, err = a.withPassword(r.Context(), func(h session.Hash) error {
			return a.act(r, who, func(ctx context.Context, tx *ledger.Tx) (err error) {
				if id, err = people.AddAccount(ctx, tx, account); err != nil {
					return err
				}
				return people.ResetPassword(ctx, tx, id, h)
			})
		})
	}
	if err != nil {
		status, err := page.Form.blame(err)
		if err != nil {
			return err
		}
		return a.show(w, r, status, "newaccount", page)
	}
	frame, err := a.cfg.Shell.Frame(r, who, "账号已建立", accountsPath, ui.Link{Label: "账号", Href: accountsPath})
	if err != nil {
		return err
	}
	return a.show(w, r, http.StatusOK, "password", PasswordPage{frame, account.Login, made,
		"这个账号还没有角色，什么也不能办。请通知安全管理员授予角色。", accountsPath + "/" + id.String()})
}

// withPassword makes a password and hands its hash to an act, which it gives
// back readable when the act was done.
func (a *Admin) withPassword(ctx context.Context, act func(session.Hash) error) (string, error) {
	made, err := session.Generate()
	if err != nil {
		return "", err
	}
	h, err := a.cfg.Gate.Hash(ctx, made)
	if err != nil {
		return "", err
	}
	return made, act(h)
}

// post reads department and group from a form.
func post(r *http.Request) (department sqldb.ID, group int, err error) {
	if s := staff.Typed(r, "department"); s != "" {
		if department, err = sqldb.ParseID(s); err != nil {
			return department, 0, errs.Invalidf("没有这个部门").At("部门").Fix("请从列表中选择").Because(err)
		}
	}
	if s := staff.Typed(r, "group"); s != "" {
		group, err = whole(s, "审核小组")
	}
	return department, group, err
}

// Fact is one line about an account.
type Fact struct{ Name, Value string }

// AccountPage is one account, for the system administrator.
type AccountPage struct {
	ui.Frame
	Row    AccountRow
	Facts  []Fact
	Own    bool // the administrator's own account
	Done   string
	Reveal Form
	Rename Form
	Post   Form
	State  Form
}

// accountPage reads the account of an address.
func (a *Admin) accountPage(r *http.Request, who *people.Who) (AccountPage, person, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return AccountPage{}, person{}, err
	}
	p, err := find(r.Context(), a.cfg.DB, id, a.cfg.Clock())
	if err != nil {
		return AccountPage{}, p, err
	}
	frame, err := a.cfg.Shell.Frame(r, who, "账号 "+p.Login, accountsPath, ui.Link{Label: "账号", Href: accountsPath})
	if err != nil {
		return AccountPage{}, p, err
	}
	departments, groups, err := a.posts(r.Context(), p.Department, p.Group)
	if err != nil {
		return AccountPage{}, p, err
	}
	path := accountsPath + "/" + id.String()
	page := AccountPage{Frame: frame, Row: p.row(accountsPath), Facts: p.facts(), Own: id == who.Account, Reveal: revealForm(id),
		Rename: Form{Action: path + "/name", Button: "更新姓名和电话", Fields: []Field{
			{ID: "name", Name: "name", Label: "姓名", Max: 30, Optional: true, Help: "不改就留空"},
			{ID: "phone", Name: "phone", Label: "电话", Max: 20, Type: "tel", Optional: true, Help: "不改就留空"},
			{ID: "nophone", Name: "nophone", Label: "删除原来的电话", Type: "checkbox", Optional: true}}},
		Post: Form{Action: path + "/post", Button: "更新部门和小组", Fields: []Field{
			{ID: "department", Name: "department", Label: "部门", Optional: true, Choices: departments},
			{ID: "group", Name: "group", Label: "审核小组", Optional: true, Choices: groups}}},
		State: Form{Action: path + "/disable", Button: "停用账号", Grave: true, Fields: []Field{
			{ID: "reason", Name: "reason", Label: "停用的理由", Max: 200, Help: "记入台账的非公开部分，例如“调离本单位”"}}},
	}
	if p.Disabled {
		page.State = Form{Action: path + "/enable", Button: "恢复使用"}
	}
	return page, p, nil
}

// facts are the lines about an account for those who administer it.
func (p person) facts() []Fact {
	return append(p.known(), Fact{"登录凭证", p.proofWords()}, Fact{"建立日期", ui.Day(here(p.Created).Format("2006-01-02"))})
}

// known are the lines for everybody who may look a person up, names and
// telephones masked: how somebody proves who they are is not among them.
func (p person) known() []Fact {
	phone := mask.Phone(p.Phone)
	if phone == "" {
		phone = "没有登记"
	}
	return []Fact{{"登录名", p.Login}, {"姓名", mask.Name(p.Name)}, {"电话", phone}, {"部门", orNone(p.departmentName)}, {"审核小组", orNone(p.groupName)},
		{"角色", orNone(roleWords(p.Roles))}}
}

func orNone(s string) string {
	if s == "" {
		return "无"
	}
	return s
}

func (a *Admin) account(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	page, _, err := a.accountPage(r, who)
	if err != nil {
		return err
	}
	page.Done = doneWords(r)
	return a.show(w, r, http.StatusOK, "account", page)
}

// change reads a form on the page of an account and runs an act on the account;
// what is refused comes back on the form.
func (a *Admin) change(w http.ResponseWriter, r *http.Request, who *people.Who, form func(*AccountPage) *Form, what string,
	act func(ctx context.Context, tx *ledger.Tx, p person) error) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	page, p, err := a.accountPage(r, who)
	if err != nil {
		return err
	}
	f := form(&page)
	f.fill(r)
	if f.lacks() {
		return a.show(w, r, http.StatusBadRequest, "account", page)
	}
	err = a.act(r, who, func(ctx context.Context, tx *ledger.Tx) error { return act(ctx, tx, p) })
	if err != nil {
		status, err := f.blame(err)
		if err != nil {
			return err
		}
		return a.show(w, r, status, "account", page)
	}
	return done(w, r, accountsPath+"/"+p.ID.String(), what)
}

func (a *Admin) rename(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return a.change(w, r, who, func(page *AccountPage) *Form { return &page.Rename }, "name",
		func(ctx context.Context, tx *ledger.Tx, p person) error {
			name, phone, drop := staff.Typed(r, "name"), staff.Typed(r, "phone"), staff.Typed(r, "nophone") != ""
			switch {
			case name == "" && phone == "" && !drop:
				return errs.Invalidf("姓名和电话都没有改").At("姓名").Fix("请填写新的姓名或者电话")
			case phone != "" && drop:
				return errs.Invalidf("既填写了新电话，又勾选了删除").At("电话").Fix("请只留一样")
			}
			now, err := people.ByID(ctx, tx, p.ID) // somebody may have changed the other field meanwhile
			if err != nil {
				return err
			}
			name = cmp.Or(name, now.Name)
			if phone == "" && !drop {
				phone = now.Phone
			}
			return people.Rename(ctx, tx, p.ID, name, phone)
		})
}

func (a *Admin) post(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return a.change(w, r, who, func(page *AccountPage) *Form { return &page.Post }, "post",
		func(ctx context.Context, tx *ledger.Tx, p person) error {
			department, group, err := post(r)
			if err != nil {
				return err
			}
			return people.SetPost(ctx, tx, p.ID, department, group)
		})
}

func (a *Admin) disable(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return a.change(w, r, who, func(page *AccountPage) *Form { return &page.State }, "disabled",
		func(ctx context.Context, tx *ledger.Tx, p person) error {
			return people.Disable(ctx, tx, p.ID, staff.Typed(r, "reason"))
		})
}

// enable opens an account again. It asks for nothing, so that there is no form
// to come back to.
func (a *Admin) enable(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return err
	}
	err = a.act(r, who, func(ctx context.Context, tx *ledger.Tx) error { return people.Enable(ctx, tx, id) })
	if err != nil {
		return err
	}
	return done(w, r, accountsPath+"/"+id.String(), "enabled")
}
