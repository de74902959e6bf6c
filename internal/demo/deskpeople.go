package demo

import (
	"context"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
)

// The logins that the stories speak of. Those that begin with demo- are offered
// on the sign-in page of a demonstration.
const (
	clerkLogin    = "demo-clerk"
	headLogin     = "demo-head"
	reviewerLogin = "demo-reviewer"
	groupLogin    = "demo-group"
	leadingLogin  = "demo-leading"
	legalLogin    = "demo-legal"
)

// staffed is an account to be made.
type staffed struct {
	login, name string
	office      string // short name of the department
	group       int
	roles       []people.Role
}

// staff lists the accounts: one for every role, one that does the work of each
// other department, and one that still waits for a role.
func staff() []staffed {
	one := func(login, name, office string, group int, r ...people.Role) staffed {
		return staffed{login, name + "（演示）", office, group, r}
	}
	out := []staffed{
		one(clerkLogin, "王示例", mainOffice, 0, people.Clerk), one(headLogin, "李示例", mainOffice, 0, people.Head),
		one(reviewerLogin, "张示例", "", 1, people.Reviewer), one(groupLogin, "刘示例", "", 1, people.GroupLeader),
		one(leadingLogin, "陈示例", "", 0, people.Leading), one(legalLogin, "杨示例", "", 0, people.Legal),
		one("demo-supervisor", "赵示例", "", 0, people.Supervisor), one("demo-window", "黄示例", mainOffice, 0, people.Window),
		one("demo-officer", "周示例", mainOffice, 0, people.Officer), one("demo-system", "吴示例", "", 0, people.SystemAdmin),
		one("demo-security", "徐示例", "", 0, people.SecurityAdmin), one("demo-audit", "孙示例", "", 0, people.AuditAdmin),
		one("new-account", "新示例", mainOffice, 0),
	}
	for i, s := range stories() {
		if s.office != mainOffice {
			out = append(out, one(s.clerk(), "部门示例"+string([]rune("零一二三四五六七八九")[i]), s.office, 0, people.Clerk, people.Head))
		}
	}
	return out
}

// sharing is the number of audit groups.
const sharing = 4

// accounts makes groups and accounts in one act, unless they are there, and reads
// who they are.
func (d *desks) accounts(ctx context.Context) error {
	_, err := people.ByLogin(ctx, d.db, clerkLogin)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		d.say("建立演示账号和审核小组")
		err = d.ledger.Load(ctx, demoActor(), d.employ)
	}
	if err != nil {
		return err
	}
	groups, err := people.Groups(ctx, d.db)
	if err != nil {
		return err
	}
	for _, s := range staff() {
		a, err := people.ByLogin(ctx, d.db, s.login)
		if err != nil {
			return errs.Wrap(s.login, err)
		}
		w := &people.Who{Account: a.ID, Login: a.Login, Name: a.Name, Roles: a.Roles, Department: a.Department, Group: a.Group}
		for _, g := range groups {
			if g.No == a.Group {
				w.GroupName, w.Reviews = g.Name, g.Departments
			}
		}
		d.persons[s.login] = w
	}
	return nil
}

// employ writes groups and accounts. What exists of the groups is left.
func (d *desks) employ(ctx context.Context, tx *ledger.Tx) error {
	known, err := people.Groups(ctx, tx)
	if err != nil {
		return err
	}
	if len(known) == 0 {
		if err := d.share(ctx, tx); err != nil {
			return err
		}
	}
	for _, s := range staff() {
		a := people.Account{Login: s.login, Name: s.name, Group: s.group, Roles: s.roles, Department: d.byShort[s.office]}
		if _, err := people.AddAccount(ctx, tx, a); err != nil {
			return errs.Wrap(s.login, err)
		}
	}
	return nil
}

// share makes the groups and gives each a part of the departments; the stories
// say whose theirs are.
func (d *desks) share(ctx context.Context, tx *ledger.Tx) error {
	for no := 1; no <= sharing; no++ {
		if err := people.AddGroup(ctx, tx, no, fmt.Sprintf("第%s审核小组", string([]rune("零一二三四")[no]))); err != nil {
			return err
		}
	}
	of := map[sqldb.ID]int{}
	for _, s := range stories() {
		of[d.byShort[s.office]] = s.group
	}
	for i, x := range d.all {
		no := of[x.ID]
		if no == 0 {
			no = 1 + i*sharing/len(d.all)
		}
		if err := people.AssignDepartment(ctx, tx, x.ID, no); err != nil {
			return errs.Wrap(x.Name, err)
		}
	}
	return nil
}
