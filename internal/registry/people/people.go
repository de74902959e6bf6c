// Package people keeps who works with the system and what they may do: the
// accounts, their roles, the audit groups with the departments they review, and
// the one permission table (permit.go).
//
// Nothing here proves who somebody is: passwords, second factors and sessions
// are platform/session. A Who is made by Enter for a session that is alive, in
// one query, and asked everywhere else.
package people

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
)

// Role is a post somebody holds in the work (岗位).
type Role string

// The roles. The three administrators (三员: 系统, 安全, 审计) exclude each other
// and every other role (GB/T 22239-2019 第三级, 8.1.10 and 8.1.5: system, security
// and audit administration are separated).
const (
	Clerk         Role = "clerk"          // 部门填报员
	Head          Role = "head"           // 部门负责人
	Reviewer      Role = "reviewer"       // 审核小组成员
	GroupLeader   Role = "group_leader"   // 审核小组组长
	Leading       Role = "leading"        // 领导小组
	Legal         Role = "legal"          // 法制机构
	Supervisor    Role = "supervisor"     // 监督人员
	Window        Role = "window"         // 窗口人员
	Officer       Role = "officer"        // 执法人员
	SystemAdmin   Role = "system_admin"   // 系统管理员
	SecurityAdmin Role = "security_admin" // 安全管理员
	AuditAdmin    Role = "audit_admin"    // 审计管理员
)

// Roles lists the roles in the order in which they are shown.
func Roles() []Role {
	return []Role{Clerk, Head, Reviewer, GroupLeader, Leading, Legal, Supervisor, Window, Officer, SystemAdmin, SecurityAdmin, AuditAdmin}
}

// Label is the word officials use for the role.
func (r Role) Label() string {
	switch r {
	case Clerk:
		return "部门填报员"
	case Head:
		return "部门负责人"
	case Reviewer:
		return "审核小组成员"
	case GroupLeader:
		return "审核小组组长"
	case Leading:
		return "领导小组"
	case Legal:
		return "法制机构"
	case Supervisor:
		return "监督人员"
	case Window:
		return "窗口人员"
	case Officer:
		return "执法人员"
	case SystemAdmin:
		return "系统管理员"
	case SecurityAdmin:
		return "安全管理员"
	case AuditAdmin:
		return "审计管理员"
	default:
		return string(r)
	}
}

// administrator says whether the role is one of the three that exclude all
// others.
func (r Role) administrator() bool {
	return r == SystemAdmin || r == SecurityAdmin || r == AuditAdmin
}

// departmental says whether the role is held in a department.
func (r Role) departmental() bool {
	return r == Clerk || r == Head || r == Window || r == Officer
}

// grouped says whether the role is held in an audit group.
func (r Role) grouped() bool { return r == Reviewer || r == GroupLeader }

// CheckRoles refuses a set of roles that one person may not hold: an
// administrator with anything else, a departmental role without department, a
// role of an audit group without group, a role twice. Invalid. No role at all
// is what a new account has, until the security administrator grants one.
func CheckRoles(roles []Role, department sqldb.ID, group int) error {
	for i, r := range roles {
		switch {
		case !slices.Contains(Roles(), r):
			return errs.Invalidf("没有“%s”这个角色", r).Fix("请从列出的角色中选择")
		case slices.Contains(roles[:i], r):
			return errs.Invalidf("角色“%s”选了两次", r.Label()).Fix("请只选一次")
		case r.administrator() && len(roles) > 1:
			return errs.Invalidf("%s不能兼任其他角色：三员分立，互不兼任", r.Label()).Fix("请另建账号")
		case r.departmental() && department.IsZero():
			return errs.Invalidf("%s要有所属部门", r.Label()).Fix("请选择部门")
		case r.grouped() && group == 0:
			return errs.Invalidf("%s要有所属审核小组", r.Label()).Fix("请选择审核小组")
		}
	}
	return nil
}

// Account is one person's access. A login is never used again for another
// person; an account that is no longer needed is disabled.
type Account struct {
	ID         sqldb.ID
	Login      string // 登录名, lower case
	Name       string // 姓名; personal data
	OrderKey   string // pinyin key of the name, by which lists are ordered
	Department sqldb.ID
	Group      int    // 审核小组, 0 for none
	Phone      string // personal data, may be empty
	Disabled   bool
	Roles      []Role // in the order of Roles
	Created    time.Time
}

// NormalLogin gives the form of a login under which it is stored and looked
// for: without blanks around it, half width, lower case.
func NormalLogin(s string) string { return strings.ToLower(strings.TrimSpace(norm.NFKC.String(s))) }

// check refuses an account whose login, name, phone or roles cannot be, at the
// field.
func (a Account) check() error {
	if err := CheckLogin(a.Login); err != nil {
		return err
	}
	if err := checkName(a.Name); err != nil {
		return err
	}
	if err := checkPhone(a.Phone); err != nil {
		return err
	}
	return CheckRoles(a.Roles, a.Department, a.Group)
}

// CheckLogin refuses what cannot be a login: 2 to 32 small letters, digits,
// points, strokes, beginning with a letter. Invalid.
func CheckLogin(s string) error {
	fits := len(s) >= 2 && len(s) <= 32 && s[0] >= 'a' && s[0] <= 'z'
	for _, r := range s {
		fits = fits && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == '_')
	}
	if !fits {
		return errs.Invalidf("登录名不能这样写").At("登录名").Fix("用2到32个小写字母、数字、点、横线，以字母开头")
	}
	return nil
}

func checkName(s string) error {
	switch n := utf8.RuneCountInString(s); {
	case s == "" || strings.TrimSpace(s) != s:
		return errs.Invalidf("没有写姓名，或者姓名前后有空格").At("姓名").Fix("请填写姓名，去掉前后的空格")
	case n > 30 || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }):
		return errs.Invalidf("姓名超过30个字，或者有不能显示的字符").At("姓名").Fix("请核对姓名，不超过30个字")
	}
	return nil
}

func checkPhone(s string) error {
	fits := len(s) <= 20 && !strings.ContainsFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '-' && r != '+' && r != ' ' })
	if !fits {
		return errs.Invalidf("电话只能写数字和横线，不超过20位").At("电话").Fix("例如 0635-8123456")
	}
	return nil
}

// Who is somebody signed in, as Enter found them: enough to decide every
// question of rights without asking the database again. The zero Who may
// nothing.
type Who struct {
	Account        sqldb.ID
	Session        sqldb.ID
	Login          string
	Name           string
	Roles          []Role
	Department     sqldb.ID
	DepartmentName string
	Group          int
	GroupName      string
	Reviews        []sqldb.ID // departments that the group reviews, for its members, in the order of their ids
	MustChange     bool       // the password must be changed before anything else: set by somebody else, or too old
	Unproven       bool       // the second factor is still to be shown
	MustEnrol      bool       // the settings ask for a second factor, and there is none yet
	Opened         time.Time  // when the session was opened
	Seen           time.Time  // when it was last noted as seen, see Stale
}

// Stale says whether the session is to be noted as seen now (session.Touch): at
// most once a minute, so that reading pages does not write at each request.
func (w *Who) Stale(now time.Time) bool { return now.Sub(w.Seen) >= session.TouchEvery }

// Is says whether somebody holds a role.
func (w *Who) Is(r Role) bool { return slices.Contains(w.Roles, r) }

// Actor is somebody in the ledger: the account, the name, and the roles held.
func (w *Who) Actor() ledger.Actor {
	role := ""
	for _, r := range w.Roles {
		if role != "" {
			role += "、"
		}
		role += r.Label()
	}
	return ledger.Actor{ID: w.Account.String(), Name: w.Name, Role: role}
}
