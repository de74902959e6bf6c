package cli

import (
	"bufio"
	"context"
	"fmt"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
)

// AccountCmd manages accounts from the machine itself: the first three
// administrators (三员) come from here, everybody else from them.
type AccountCmd struct {
	Add      AccountAddCmd      `cmd:"" help:"新建账号；首次登录必须改口令"`
	Roles    AccountRolesCmd    `cmd:"" help:"设置角色（替换原有角色）"`
	Disable  AccountDisableCmd  `cmd:"" help:"停用账号，已登录的立即失效"`
	Enable   AccountEnableCmd   `cmd:"" help:"恢复账号"`
	Password AccountPasswordCmd `cmd:"" help:"重置口令并解除锁定，已登录的立即失效"`
	Identity AccountIdentityCmd `cmd:"" help:"把统一身份（OIDC）绑定到账号"`
	List     AccountListCmd     `cmd:"" help:"列出账号"`
	Group    AccountGroupCmd    `cmd:"" help:"审核小组和它们负责的部门"`
}

// AccountAddCmd creates an account with its roles and a first password.
type AccountAddCmd struct {
	Login      string `arg:"" help:"登录名：小写字母、数字、点、横线"`
	Name       string `name:"name" required:"" placeholder:"姓名" help:"姓名"`
	Roles      string `name:"roles" placeholder:"角色" help:"角色，用逗号隔开，如 部门填报员,部门负责人 或 system_admin；不写则暂无角色"`
	Department string `name:"department" placeholder:"名称" help:"所属部门的名称"`
	Group      int    `name:"group" placeholder:"编号" help:"所属审核小组的编号"`
	Phone      string `name:"phone" placeholder:"电话" help:"联系电话"`
	first
}

// first is how a first password is had.
type first struct {
	Stdin bool `name:"stdin" help:"从标准输入读口令；不写则生成一个，只显示这一次"`
}

// password reads or makes the first password and hashes it; made is the one to
// show, "" where it was read.
func (f first) password(ctx context.Context, h *house, env Env, words ...string) (hash session.Hash, made string, err error) {
	gate := session.New(h.db, session.Options{Clock: env.Clock})
	if !f.Stdin {
		if made, err = session.Generate(); err != nil {
			return "", "", err
		}
		hash, err = gate.Hash(ctx, made)
		return hash, made, err
	}
	line, err := bufio.NewReader(env.Stdin).ReadString('\n')
	if err != nil && line == "" {
		return "", "", errs.Invalidf("标准输入里没有口令").At("--stdin").Because(err)
	}
	line = strings.TrimRight(line, "\r\n")
	settings, err := people.ReadSettings(ctx, h.db)
	if err != nil {
		return "", "", err
	}
	if err := session.CheckPassword(settings.Profile(), line, words...); err != nil {
		return "", "", errs.In("--stdin", err)
	}
	hash, err = gate.Hash(ctx, line)
	return hash, "", err
}

// tell says that a password was set, and what it is where it was made here.
func tell(env Env, login, made string) {
	if made != "" {
		fmt.Fprintf(env.Stdout, "%s 的初始口令（只显示这一次）：%s\n", login, made)
	}
	fmt.Fprintln(env.Stdout, "首次登录必须修改口令")
}

// Run executes the command.
func (c *AccountAddCmd) Run(ctx context.Context, app *App, env Env) error {
	roles, err := parseRoles(c.Roles)
	if err != nil {
		return err
	}
	a := people.Account{Login: people.NormalLogin(c.Login), Name: c.Name, Group: c.Group, Phone: c.Phone, Roles: roles}
	return app.within(ctx, env, func(h *house) error {
		if a.Department, err = departmentOf(ctx, h.db, c.Department); err != nil {
			return err
		}
		hash, made, err := c.password(ctx, h, env, a.Login, a.Name)
		if err != nil {
			return err
		}
		err = h.ledger.Write(ctx, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			id, err := people.AddAccount(ctx, tx, a)
			if err != nil {
				return err
			}
			return people.ResetPassword(ctx, tx, id, hash)
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "已新建账号 %s：%s\n", a.Login, roleLabels(roles))
		tell(env, a.Login, made)
		return nil
	})
}

// parseRoles reads roles by their code or their Chinese word.
func parseRoles(text string) ([]people.Role, error) {
	var out []people.Role
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、 ", r) }) {
		i := slices.IndexFunc(people.Roles(), func(r people.Role) bool { return string(r) == word || r.Label() == word })
		if i < 0 {
			known := make([]string, 0, len(people.Roles()))
			for _, r := range people.Roles() {
				known = append(known, r.Label())
			}
			return nil, errs.Invalidf("没有“%s”这个角色", word).At("角色").Fix("可写：" + strings.Join(known, "、"))
		}
		out = append(out, people.Roles()[i])
	}
	return out, nil
}

func roleLabels(roles []people.Role) string {
	if len(roles) == 0 {
		return "暂无角色"
	}
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = r.Label()
	}
	return strings.Join(words, "、")
}

// departmentOf finds a department by its name; "" is none.
func departmentOf(ctx context.Context, r sqldb.Reader, name string) (sqldb.ID, error) {
	if name == "" {
		return sqldb.ID{}, nil
	}
	all, err := org.Departments(ctx, r, "")
	if err != nil {
		return sqldb.ID{}, errs.Wrap("departments", err)
	}
	id, err := org.IndexNames(all).Find(name)
	return id, errs.In("部门", err)
}

// AccountRolesCmd replaces the roles of an account.
type AccountRolesCmd struct {
	Login string `arg:"" help:"登录名"`
	Roles string `arg:"" help:"角色，用逗号隔开；写 无 则收回全部角色"`
}

// Run executes the command.
func (c *AccountRolesCmd) Run(ctx context.Context, app *App, env Env) error {
	var roles []people.Role
	if c.Roles != "无" {
		var err error
		if roles, err = parseRoles(c.Roles); err != nil {
			return err
		}
	}
	return app.onAccount(ctx, env, c.Login, "角色："+roleLabels(roles), func(ctx context.Context, tx *ledger.Tx, a people.Account) error {
		return people.SetRoles(ctx, tx, a.ID, roles)
	})
}

// onAccount does one act on the account of a login and says so.
func (a *App) onAccount(ctx context.Context, env Env, login, done string, act func(ctx context.Context, tx *ledger.Tx, a people.Account) error) error {
	return a.within(ctx, env, func(h *house) error {
		err := h.ledger.Write(ctx, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			x, err := people.ByLogin(ctx, tx, login)
			if err != nil {
				return errs.In(login, err)
			}
			return act(ctx, tx, x)
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(env.Stdout, "%s：%s\n", people.NormalLogin(login), done)
		return err
	})
}

// AccountDisableCmd closes an account.
type AccountDisableCmd struct {
	Login  string `arg:"" help:"登录名"`
	Reason string `name:"reason" placeholder:"原因" help:"为什么停用"`
}

// Run executes the command.
func (c *AccountDisableCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.onAccount(ctx, env, c.Login, "已停用", func(ctx context.Context, tx *ledger.Tx, a people.Account) error {
		return people.Disable(ctx, tx, a.ID, c.Reason)
	})
}

// AccountEnableCmd opens a disabled account again.
type AccountEnableCmd struct {
	Login string `arg:"" help:"登录名"`
}

// Run executes the command.
func (c *AccountEnableCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.onAccount(ctx, env, c.Login, "已恢复", func(ctx context.Context, tx *ledger.Tx, a people.Account) error {
		return people.Enable(ctx, tx, a.ID)
	})
}

// AccountPasswordCmd resets a password.
type AccountPasswordCmd struct {
	Login string `arg:"" help:"登录名"`
	first
}

// Run executes the command.
func (c *AccountPasswordCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		a, err := people.ByLogin(ctx, h.db, c.Login)
		if err != nil {
			return errs.In(c.Login, err)
		}
		hash, made, err := c.password(ctx, h, env, a.Login, a.Name)
		if err != nil {
			return err
		}
		err = h.ledger.Write(ctx, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			return people.ResetPassword(ctx, tx, a.ID, hash)
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s：口令已重置\n", a.Login)
		tell(env, a.Login, made)
		return nil
	})
}

// AccountIdentityCmd links an identity of a provider to an account.
type AccountIdentityCmd struct {
	Login   string `arg:"" help:"登录名"`
	Issuer  string `arg:"" help:"发行方网址"`
	Subject string `arg:"" help:"发行方给这个人的编号（sub）"`
}

// Run executes the command.
func (c *AccountIdentityCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.onAccount(ctx, env, c.Login, "已绑定统一身份", func(ctx context.Context, tx *ledger.Tx, a people.Account) error {
		return people.LinkIdentity(ctx, tx, c.Issuer, c.Subject, a.ID)
	})
}

// AccountListCmd lists the accounts.
type AccountListCmd struct {
	JSON bool `name:"json" help:"每行输出一个账号"`
}

// accountLine is one account in JSON. Name and phone stay where they are.
type accountLine struct {
	Login      string   `json:"login"`
	Department string   `json:"department"`
	Group      int      `json:"group"`
	Roles      []string `json:"roles"`
	Disabled   bool     `json:"disabled"`
}

// Run executes the command.
func (c *AccountListCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		all, err := people.Accounts(ctx, h.db, people.Query{})
		if err != nil {
			return err
		}
		names, err := departmentNames(ctx, h.db)
		if err != nil {
			return err
		}
		for _, a := range all {
			line := accountLine{Login: a.Login, Department: names[a.Department], Group: a.Group, Roles: []string{}, Disabled: a.Disabled}
			for _, r := range a.Roles {
				line.Roles = append(line.Roles, string(r))
			}
			if c.JSON {
				if err := printJSON(env.Stdout, line); err != nil {
					return err
				}
				continue
			}
			state, post := "在用", line.Department
			if a.Disabled {
				state = "停用"
			}
			if a.Group > 0 {
				post = strings.TrimSpace(fmt.Sprintf("%s 第%d审核小组", post, a.Group))
			}
			fmt.Fprintf(env.Stdout, "%s\t%s\t%s\t%s\n", a.Login, state, roleLabels(a.Roles), post)
		}
		return nil
	})
}

// AccountGroupCmd keeps the audit groups.
type AccountGroupCmd struct {
	Add    GroupAddCmd    `cmd:"" help:"新建审核小组"`
	Assign GroupAssignCmd `cmd:"" help:"指定审核小组负责的部门"`
	List   GroupListCmd   `cmd:"" help:"列出审核小组和负责的部门"`
}

// GroupAddCmd adds an audit group.
type GroupAddCmd struct {
	No   int    `arg:"" help:"编号"`
	Name string `arg:"" help:"名称，如 第一审核小组"`
}

// Run executes the command.
func (c *GroupAddCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		return h.ledger.Write(ctx, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			return people.AddGroup(ctx, tx, c.No, c.Name)
		})
	})
}

// GroupAssignCmd gives departments to an audit group.
type GroupAssignCmd struct {
	No          int      `arg:"" help:"审核小组的编号；0 为不再由任何小组负责"`
	Departments []string `arg:"" help:"部门的名称"`
}

// Run executes the command. All departments are assigned, or none.
func (c *GroupAssignCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		return h.ledger.Write(ctx, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			for _, name := range c.Departments {
				id, err := departmentOf(ctx, tx, name)
				if err != nil {
					return err
				}
				if err := people.AssignDepartment(ctx, tx, id, c.No); err != nil {
					return errs.In(name, err)
				}
			}
			return nil
		})
	})
}

// GroupListCmd lists the audit groups.
type GroupListCmd struct{}

// Run executes the command.
func (c *GroupListCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		groups, err := people.Groups(ctx, h.db)
		if err != nil {
			return err
		}
		names, err := departmentNames(ctx, h.db)
		if err != nil {
			return err
		}
		for _, g := range groups {
			words := make([]string, len(g.Departments))
			for i, d := range g.Departments {
				words[i] = names[d]
			}
			fmt.Fprintf(env.Stdout, "%d\t%s\t%s\n", g.No, g.Name, strings.Join(words, "、"))
		}
		return nil
	})
}
