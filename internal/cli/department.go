package cli

import (
	"context"
	"fmt"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
)

// DepartmentCmd keeps the departments after their import.
type DepartmentCmd struct {
	End DepartmentEndCmd `cmd:"" help:"撤销部门，写明由谁承接"`
}

// DepartmentEndCmd ends a department; whoever follows it answers for its powers
// from that day on.
type DepartmentEndCmd struct {
	Name      string `arg:"" help:"部门的名称"`
	On        string `name:"on" required:"" placeholder:"日期" help:"撤销日期，如 2015-01-01"`
	Successor string `name:"successor" placeholder:"名称" help:"承接部门的名称；有权力的部门必须写"`
	Reason    string `name:"reason" required:"" placeholder:"依据" help:"机构改革文件的名称或者文号"`
}

// Run executes the command.
func (c *DepartmentEndCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		err := h.ledger.Write(ctx, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			id, err := departmentOf(ctx, tx, c.Name)
			if err != nil {
				return err
			}
			var heir sqldb.ID
			if c.Successor != "" {
				if heir, err = departmentOf(ctx, tx, c.Successor); err != nil {
					return err
				}
			}
			return org.EndDepartment(ctx, tx, id, c.On, heir, c.Reason)
		})
		if err != nil {
			return err
		}
		by := "没有权力要承接"
		if c.Successor != "" {
			by = "由" + c.Successor + "承接"
		}
		_, err = fmt.Fprintf(env.Stdout, "%s：%s 起撤销，%s\n", c.Name, c.On, by)
		return err
	})
}
