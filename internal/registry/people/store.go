package people

import (
	"context"
	"fmt"
	"time"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
)

// The states of an account, as stored.
const (
	active   = "active"
	disabled = "disabled"
)

// Enter finds who has the session of a token, with their roles, department,
// group and what proves them, in one query. SignedOut says of its error that
// the token opens nothing: unknown, ended, too long unused, too old, or the
// account is disabled; which of them is not told.
func Enter(ctx context.Context, r sqldb.Reader, token string, now time.Time) (*Who, error) {
	rows, err := r.Query(ctx, `select s.id, s.account_id, s.factor, s.created_at, s.seen_at,
			a.login, a.name, a.state, a.department_id, coalesce(d.name, ''), a.group_no, coalesce(g.name, ''),
			coalesce(c.must_change, ''), coalesce(c.changed_at, 0), coalesce(c.totp_state, ''),
			coalesce(x.profile, ''), coalesce(x.idle_minutes, 0), coalesce(x.absolute_minutes, 0), coalesce(x.second_factor, ''),
			coalesce(o.role, ''), v.department_id
		from sessions s join accounts a on a.id = s.account_id
		left join departments d on d.id = a.department_id
		left join audit_groups g on g.no = a.group_no
		left join credentials c on c.account_id = a.id
		left join session_settings x on x.one = 1
		left join account_roles o on o.account_id = a.id
		left join audit_group_departments v on v.group_no = a.group_no and o.role in (?, ?)
		where s.token = ?`, string(Reviewer), string(GroupLeader), session.Key(token))
	if err != nil {
		return nil, errs.Wrap("enter", err)
	}
	defer rows.Close()
	var e entry
	for rows.Next() {
		var role Role
		var reviewed sqldb.ID
		w := &e.who
		if err := rows.Scan(&w.Session, &w.Account, &e.factor, &e.opened, &e.seen, &w.Login, &w.Name, &e.state, &w.Department, &w.DepartmentName,
			&w.Group, &w.GroupName, &e.mustChange, &e.changed, &e.totp, &e.profile, &e.idle, &e.absolute, &e.second, &role, &reviewed); err != nil {
			return nil, errs.Wrap("enter", err)
		}
		if role != "" {
			w.Roles = append(w.Roles, role)
		}
		if !reviewed.IsZero() {
			w.Reviews = append(w.Reviews, reviewed)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, errs.Wrap("enter", err)
	}
	if e.who.Account.IsZero() {
		return nil, errSignedOut
	}
	return e.judge(now)
}

// say records an act on an account. What names somebody stands in the addendum
// only; the public part says that there was such an act.
func say(ctx context.Context, tx *ledger.Tx, kind string, subject sqldb.ID, act any) error {
	private, err := ledger.Canonical(act)
	if err != nil {
		return errs.Wrap("say "+kind, err)
	}
	_, err = tx.Record(ctx, ledger.Entry{Log: ledger.Cases, Division: ledger.Nowhere, Kind: kind, Subject: subject, Addendum: private})
	return err
}

// notSelf refuses what nobody may do to their own account. Forbidden.
func notSelf(tx *ledger.Tx, account sqldb.ID, what string) error {
	if tx.Actor().ID == account.String() {
		return errs.New(errs.Forbidden, "不能%s", what).Fix("请由另一位管理员办理")
	}
	return nil
}

// accountAct is what the ledger keeps, in private, of an act on an account.
type accountAct struct {
	Login      string   `json:"login"`
	Name       string   `json:"name,omitempty"`
	Before     string   `json:"before,omitempty"`
	Department string   `json:"department,omitempty"`
	Group      int      `json:"group,omitempty"`
	Roles      []string `json:"roles,omitempty"`
	Removed    []string `json:"removed,omitempty"`
	Reason     string   `json:"reason,omitempty"`
}

func idText(id sqldb.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

func roleWords(roles []Role) []string {
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = string(r)
	}
	return out
}

// AddAccount writes an account, "account.added". ID, OrderKey and Created are
// set here; Login may come in any case. Roles may be empty: a system
// administrator creates accounts that may do nothing until the security
// administrator grants a role. It has no password: see ResetPassword. A login
// that was ever used is a Conflict, what CheckLogin or CheckRoles refuse Invalid.
func AddAccount(ctx context.Context, tx *ledger.Tx, a Account) (sqldb.ID, error) {
	a.Login = NormalLogin(a.Login)
	if err := a.check(); err != nil {
		return sqldb.ID{}, err
	}
	if err := postExists(ctx, tx, a.Department, a.Group); err != nil {
		return sqldb.ID{}, err
	}
	a.ID = sqldb.NewID()
	now := sqldb.Micros(tx.Now())
	n, err := tx.Exec(ctx, `insert into accounts (id, login, name, order_key, initials, department_id, group_no, phone, state, created_at, changed_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (login) do nothing`,
		a.ID, a.Login, a.Name, hanzi.PinyinKey(a.Name), hanzi.Initials(a.Name), a.Department, a.Group, a.Phone, active, now, now)
	if err != nil {
		return sqldb.ID{}, errs.Wrap("add account", err)
	}
	if n == 0 {
		return sqldb.ID{}, errs.Conflictf("登录名已被使用").At("登录名").Fix("登录名停用后也不再给别人用，请换一个")
	}
	if err := writeRoles(ctx, tx, a.ID, a.Roles); err != nil {
		return sqldb.ID{}, err
	}
	return a.ID, say(ctx, tx, "account.added", a.ID, accountAct{Login: a.Login, Name: a.Name, Department: idText(a.Department), Group: a.Group, Roles: roleWords(a.Roles)})
}

// postExists refuses a department or group that is not there. Invalid.
func postExists(ctx context.Context, tx *ledger.Tx, department sqldb.ID, group int) error {
	var n int
	if !department.IsZero() {
		if err := tx.QueryRow(ctx, `select count(*) from departments where id = ?`, department).Scan(&n); err != nil {
			return errs.Wrap("look for the department", err)
		}
		if n == 0 {
			return errs.Invalidf("没有这个部门").At("部门").Fix("请从列表中选择")
		}
	}
	if group != 0 {
		if err := tx.QueryRow(ctx, `select count(*) from audit_groups where no = ?`, group).Scan(&n); err != nil {
			return errs.Wrap("look for the group", err)
		}
		if n == 0 {
			return errs.Invalidf("没有第%d审核小组", group).At("审核小组").Fix("请从列表中选择")
		}
	}
	return nil
}

func writeRoles(ctx context.Context, tx *ledger.Tx, account sqldb.ID, roles []Role) error {
	for _, r := range roles {
		if _, err := tx.Exec(ctx, `insert into account_roles (account_id, role) values (?, ?)`, account, string(r)); err != nil {
			return fmt.Errorf("grant %s: %w", r, err)
		}
	}
	return nil
}

// SetRoles gives an account exactly these roles (none: it may do nothing any
// more), "account.roles_set". They hold from the next request of the person on.
// One's own are Forbidden; what CheckRoles refuses is Invalid; taking the last
// active administrator of a kind away is a Conflict; the same roles again too.
func SetRoles(ctx context.Context, tx *ledger.Tx, account sqldb.ID, roles []Role) error {
	if err := notSelf(tx, account, "更改自己的角色"); err != nil {
		return err
	}
	a, err := ByID(ctx, tx, account)
	if err != nil {
		return err
	}
	roles = ordered(roles)
	if err := CheckRoles(roles, a.Department, a.Group); err != nil {
		return err
	}
	gone, came := without(a.Roles, roles), without(roles, a.Roles)
	if len(gone)+len(came) == 0 {
		return errs.Conflictf("角色没有变化").Fix("请先勾选或者取消角色")
	}
	if err := keepAdministrators(ctx, tx, a, gone); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from account_roles where account_id = ?`, account); err != nil {
		return errs.Wrap("set roles", err)
	}
	if err := writeRoles(ctx, tx, account, roles); err != nil {
		return err
	}
	if err := touch(ctx, tx, account); err != nil {
		return err
	}
	return say(ctx, tx, "account.roles_set", account, accountAct{Login: a.Login, Roles: roleWords(roles), Removed: roleWords(gone)})
}

// keepAdministrators refuses that the last active account of a kind of
// administrator loses the role: nobody could mend that from within.
func keepAdministrators(ctx context.Context, tx *ledger.Tx, a Account, lost []Role) error {
	if a.Disabled {
		return nil
	}
	for _, r := range lost {
		if !r.administrator() {
			continue
		}
		var others int
		if err := tx.QueryRow(ctx, `select count(*) from accounts a join account_roles r on r.account_id = a.id
			where r.role = ? and a.state = ? and a.id <> ?`, string(r), active, a.ID).Scan(&others); err != nil {
			return errs.Wrap("count administrators", err)
		}
		if others == 0 {
			return errs.Conflictf("这是最后一位在用的%s", r.Label()).Fix("请先设置另一位" + r.Label())
		}
	}
	return nil
}

func touch(ctx context.Context, tx *ledger.Tx, account sqldb.ID) error {
	_, err := tx.Exec(ctx, `update accounts set changed_at = ? where id = ?`, sqldb.Micros(tx.Now()), account)
	return errs.Wrap("change account", err)
}

// SetPost moves an account to a department (zero: none) and an audit group (0:
// none), "account.posted". A post that the roles do not allow is Invalid: a
// clerk has a department.
func SetPost(ctx context.Context, tx *ledger.Tx, account, department sqldb.ID, group int) error {
	a, err := other(ctx, tx, account, "更改自己的部门和审核小组")
	if err != nil {
		return err
	}
	if a.Department == department && a.Group == group {
		return errs.Conflictf("部门和审核小组没有变化").Fix("请先选择另一个部门或者小组")
	}
	if err := CheckRoles(a.Roles, department, group); err != nil {
		return err
	}
	if err := postExists(ctx, tx, department, group); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update accounts set department_id = ?, group_no = ?, changed_at = ? where id = ?`,
		department, group, sqldb.Micros(tx.Now()), account); err != nil {
		return errs.Wrap("post account", err)
	}
	return say(ctx, tx, "account.posted", account, accountAct{Login: a.Login, Department: idText(department), Group: group})
}

// Rename changes name and phone of an account, "account.renamed".
func Rename(ctx context.Context, tx *ledger.Tx, account sqldb.ID, name, phone string) error {
	a, err := ByID(ctx, tx, account)
	if err != nil {
		return err
	}
	if err := checkName(name); err != nil {
		return err
	}
	if err := checkPhone(phone); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update accounts set name = ?, order_key = ?, initials = ?, phone = ?, changed_at = ? where id = ?`,
		name, hanzi.PinyinKey(name), hanzi.Initials(name), phone, sqldb.Micros(tx.Now()), account); err != nil {
		return errs.Wrap("rename account", err)
	}
	return say(ctx, tx, "account.renamed", account, accountAct{Login: a.Login, Name: name, Before: a.Name})
}

// Disable closes an account and ends its sessions, "account.disabled"; reason
// may be empty. One's own is Forbidden; the last active administrator of a kind,
// and an account that is disabled already, a Conflict.
func Disable(ctx context.Context, tx *ledger.Tx, account sqldb.ID, reason string) error {
	if err := notSelf(tx, account, "停用自己的账号"); err != nil {
		return err
	}
	a, err := ByID(ctx, tx, account)
	if err != nil {
		return err
	}
	if a.Disabled {
		return errs.Conflictf("账号已经停用").Fix("不需要再停用，请刷新页面")
	}
	if err := keepAdministrators(ctx, tx, a, a.Roles); err != nil {
		return err
	}
	if _, err := session.EndAll(ctx, tx.Tx, account, sqldb.ID{}); err != nil {
		return err
	}
	return setState(ctx, tx, a, disabled, "account.disabled", reason)
}

// Enable opens a disabled account again, "account.enabled". Its earlier
// sessions stay ended, also one that was being opened while it was disabled.
func Enable(ctx context.Context, tx *ledger.Tx, account sqldb.ID) error {
	a, err := ByID(ctx, tx, account)
	if err != nil {
		return err
	}
	if !a.Disabled {
		return errs.Conflictf("账号没有停用").Fix("不需要恢复，请刷新页面")
	}
	if _, err := session.EndAll(ctx, tx.Tx, account, sqldb.ID{}); err != nil {
		return err
	}
	return setState(ctx, tx, a, active, "account.enabled", "")
}

func setState(ctx context.Context, tx *ledger.Tx, a Account, state, kind, reason string) error {
	if _, err := tx.Exec(ctx, `update accounts set state = ?, changed_at = ? where id = ?`, state, sqldb.Micros(tx.Now()), a.ID); err != nil {
		return errs.Wrap(kind, err)
	}
	return say(ctx, tx, kind, a.ID, accountAct{Login: a.Login, Reason: reason})
}
