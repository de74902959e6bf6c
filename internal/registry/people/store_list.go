package people

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

// ordered gives roles in the order of Roles.
func ordered(roles []Role) []Role {
	out, order := slices.Clone(roles), Roles()
	slices.SortStableFunc(out, func(a, b Role) int { return cmp.Compare(slices.Index(order, a), slices.Index(order, b)) })
	return out
}

// without gives the roles of a that b does not have.
func without(a, b []Role) []Role {
	return slices.DeleteFunc(slices.Clone(a), func(r Role) bool { return slices.Contains(b, r) })
}

// Query chooses accounts; the zero value of a field asks nothing.
type Query struct {
	Text       string // part of login or name, or the initials of the name
	Role       Role
	NoRole     bool // accounts that nobody gave a role yet
	Department sqldb.ID
	Group      int
	State      string  // "active" or "disabled"
	After      Account // those after this one in the list: its OrderKey and ID
	Limit      int     // 0: all
}

const accountColumns = `a.id, a.login, a.name, a.order_key, a.department_id, a.group_no, a.phone, a.state, a.created_at from accounts a`

func scanAccount(r *sqldb.Rows) (Account, error) {
	var a Account
	var state string
	var created int64
	err := r.Scan(&a.ID, &a.Login, &a.Name, &a.OrderKey, &a.Department, &a.Group, &a.Phone, &state, &created)
	a.Disabled, a.Created = state != active, sqldb.FromMicros(created)
	return a, err
}

// Accounts lists accounts with their roles, in pinyin order of the names.
func Accounts(ctx context.Context, r sqldb.Reader, q Query) ([]Account, error) {
	w := q.where()
	if !q.After.ID.IsZero() {
		w.And("(a.order_key > ? or a.order_key = ? and a.id > ?)", q.After.OrderKey, q.After.OrderKey, q.After.ID)
	}
	text := `select ` + accountColumns + ` where ` + w.Text() + ` order by a.order_key, a.id`
	if q.Limit > 0 {
		text, w.Args = text+` limit ?`, append(w.Args, q.Limit)
	}
	rows, err := r.Query(ctx, text, w.Args...)
	all, err := sqldb.Collect(rows, err, scanAccount)
	if err != nil {
		return nil, errs.Wrap("list accounts", err)
	}
	return all, withRoles(ctx, r, all)
}

func (q Query) where() *sqldb.Where {
	w := &sqldb.Where{}
	if t := strings.TrimSpace(q.Text); t != "" {
		part := "%" + likeEscape(strings.ToLower(t)) + "%"
		w.And(`(lower(a.login) like ? escape '!' or lower(a.name) like ? escape '!' or lower(a.initials) like ? escape '!')`,
			part, part, likeEscape(strings.ToLower(t))+"%")
	}
	if q.Role != "" {
		w.And("exists (select 1 from account_roles r where r.account_id = a.id and r.role = ?)", string(q.Role))
	}
	if q.NoRole {
		w.And("not exists (select 1 from account_roles r where r.account_id = a.id)")
	}
	if !q.Department.IsZero() {
		w.And("a.department_id = ?", q.Department)
	}
	if q.Group != 0 {
		w.And("a.group_no = ?", q.Group)
	}
	w.Is("a.state", q.State)
	return w
}

// likeEscape makes a text stand for itself in a pattern whose escape is !.
func likeEscape(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}

// withRoles fills the roles of accounts.
func withRoles(ctx context.Context, r sqldb.Reader, all []Account) error {
	at := make(map[sqldb.ID]int, len(all))
	var ids []sqldb.ID
	for i, a := range all {
		at[a.ID] = i
		ids = append(ids, a.ID)
	}
	type held struct {
		account sqldb.ID
		role    Role
	}
	for batch := range slices.Chunk(ids, 400) {
		marks, args := sqldb.In(batch)
		rows, err := r.Query(ctx, `select account_id, role from account_roles where account_id in (`+marks+`)`, args...)
		roles, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (held, error) {
			var h held
			err := r.Scan(&h.account, &h.role)
			return h, err
		})
		if err != nil {
			return errs.Wrap("roles of accounts", err)
		}
		for _, h := range roles {
			a := &all[at[h.account]]
			a.Roles = append(a.Roles, h.role)
		}
	}
	for i := range all {
		all[i].Roles = ordered(all[i].Roles)
	}
	return nil
}

// Tally counts accounts that agree in department, group and state, and one of
// their roles ("" for those with none): an account stands in as many tallies as
// it has roles, with N counting it in each and First in one only.
type Tally struct {
	Role       Role
	Department sqldb.ID
	Group      int
	State      string
	N          int
	First      int // of these, so many whose first role this is
}

// Tallies counts the accounts that Query chooses, for facets; After and Limit
// do not matter. The sum of First is the number of accounts.
func Tallies(ctx context.Context, r sqldb.Reader, q Query) ([]Tally, error) {
	q.After, q.Limit = Account{}, 0
	all, err := Accounts(ctx, r, q)
	if err != nil {
		return nil, err
	}
	at := map[Tally]int{}
	var out []Tally
	for _, a := range all {
		roles := a.Roles
		if len(roles) == 0 {
			roles = []Role{""}
		}
		state := active
		if a.Disabled {
			state = disabled
		}
		for i, role := range roles {
			key := Tally{Role: role, Department: a.Department, Group: a.Group, State: state}
			n, ok := at[key]
			if !ok {
				n = len(out)
				at[key] = n
				out = append(out, key)
			}
			out[n].N++
			if i == 0 {
				out[n].First++
			}
		}
	}
	return out, nil
}

// ByID gives an account; NotFound when there is none.
func ByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Account, error) {
	return oneAccount(ctx, r, `select `+accountColumns+` where a.id = ?`, id)
}

// ByLogin gives the account of a login in any case; NotFound when there is
// none. It may be disabled.
func ByLogin(ctx context.Context, r sqldb.Reader, login string) (Account, error) {
	login = NormalLogin(login)
	if CheckLogin(login) != nil {
		login = "" // nobody's, and perhaps no text that a database takes
	}
	return oneAccount(ctx, r, `select `+accountColumns+` where a.login = ?`, login)
}

func oneAccount(ctx context.Context, r sqldb.Reader, q string, arg any) (Account, error) {
	rows, err := r.Query(ctx, q, arg)
	all, err := sqldb.Collect(rows, err, scanAccount)
	if err != nil {
		return Account{}, errs.Wrap("read account", err)
	}
	if len(all) == 0 {
		return Account{}, errs.NotFoundf("没有这个账号")
	}
	err = withRoles(ctx, r, all)
	return all[0], err
}

// Group is an audit group (审核小组) with the departments it reviews.
type Group struct {
	No          int
	Name        string
	Departments []sqldb.ID // in pinyin order of their names
}

// Groups lists the audit groups by number.
func Groups(ctx context.Context, r sqldb.Reader) ([]Group, error) {
	rows, err := r.Query(ctx, `select g.no, g.name, v.department_id from audit_groups g
		left join audit_group_departments v on v.group_no = g.no left join departments d on d.id = v.department_id
		order by g.no, coalesce(d.order_key, ''), v.department_id`)
	type line struct {
		no         int
		name       string
		department sqldb.ID
	}
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (line, error) {
		var l line
		err := r.Scan(&l.no, &l.name, &l.department)
		return l, err
	})
	if err != nil {
		return nil, errs.Wrap("audit groups", err)
	}
	var out []Group
	for _, l := range all {
		if len(out) == 0 || out[len(out)-1].No != l.no {
			out = append(out, Group{No: l.no, Name: l.name})
		}
		if g := &out[len(out)-1]; !l.department.IsZero() {
			g.Departments = append(g.Departments, l.department)
		}
	}
	return out, nil
}

type groupAct struct {
	Group int    `json:"group"`
	Name  string `json:"name,omitempty"`
}

// AddGroup writes an audit group and records "group.added" in the powers log. A
// number in use is a Conflict.
func AddGroup(ctx context.Context, tx *ledger.Tx, no int, name string) error {
	if no < 1 || no > 99 {
		return errs.Invalidf("审核小组的编号要在1到99之间").At("编号").Fix("请写1到99的整数")
	}
	if err := checkGroupName(name); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `insert into audit_groups (no, name) values (?, ?) on conflict (no) do nothing`, no, name)
	if err != nil {
		return fmt.Errorf("add group %d: %w", no, err)
	}
	if n == 0 {
		return errs.Conflictf("编号为%d的审核小组已经存在", no).At("编号").Fix("请换一个编号")
	}
	return tx.Say(ctx, "", "group.added", sqldb.ID{}, groupAct{no, name})
}

// RenameGroup gives a group another name and records "group.renamed"; NotFound
// when there is none.
func RenameGroup(ctx context.Context, tx *ledger.Tx, no int, name string) error {
	if err := checkGroupName(name); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `update audit_groups set name = ? where no = ?`, name, no)
	if err != nil {
		return fmt.Errorf("rename group %d: %w", no, err)
	}
	if n == 0 {
		return errs.NotFoundf("没有这个审核小组")
	}
	return tx.Say(ctx, "", "group.renamed", sqldb.ID{}, groupAct{no, name})
}

func checkGroupName(name string) error {
	if n := utf8.RuneCountInString(name); strings.TrimSpace(name) != name || n == 0 || n > 30 || hanzi.Fold(name) == "" {
		return errs.Invalidf("没有写审核小组的名称，或者超过30个字").At("名称").Fix("例如“第一审核小组”")
	}
	return nil
}

// AssignDepartment says which audit group reviews a department (0: none) and
// records "group.assigned" in the powers log. It holds from the next request of
// the group's members on. An unknown department or group is Invalid, what is so
// already a Conflict.
func AssignDepartment(ctx context.Context, tx *ledger.Tx, department sqldb.ID, group int) error {
	if department.IsZero() {
		return errs.Invalidf("没有选择部门").At("部门").Fix("请从列表中选择")
	}
	if err := postExists(ctx, tx, department, group); err != nil {
		return err
	}
	var present int
	err := tx.QueryRow(ctx, `select coalesce(max(group_no), 0) from audit_group_departments where department_id = ?`, department).Scan(&present)
	if err != nil {
		return errs.Wrap("assign department", err)
	}
	if present == group {
		return errs.Conflictf("这个部门的审核小组没有变化").Fix("请选择另一个小组")
	}
	if _, err := tx.Exec(ctx, `delete from audit_group_departments where department_id = ?`, department); err != nil {
		return errs.Wrap("assign department", err)
	}
	if group != 0 {
		if _, err := tx.Exec(ctx, `insert into audit_group_departments (department_id, group_no) values (?, ?)`, department, group); err != nil {
			return errs.Wrap("assign department", err)
		}
	}
	return tx.Say(ctx, "", "group.assigned", department, groupAct{Group: group})
}
