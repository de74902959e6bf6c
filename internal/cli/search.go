package cli

import (
	"context"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/search"
	"qingdan/internal/registry/power"
)

// SearchCmd finds powers by words.
type SearchCmd struct {
	JSON  bool     `name:"json" help:"每行输出一项（目前只有这一种）"`
	All   bool     `name:"all" help:"也查还没有公布的"`
	Limit int      `name:"limit" default:"20" help:"最多几项"`
	Words []string `arg:"" help:"名称、编码、部门、拼音首字母或日常说法"`
}

// hitLine is one result in JSON.
type hitLine struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	Department string `json:"department"`
}

// Run executes the command.
func (c *SearchCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		hits, err := search.Find(ctx, h.db, search.Query{Words: strings.Join(c.Words, " "), Kind: "power", PublicOnly: !c.All, Limit: c.Limit, Fill: true})
		if err != nil {
			return errs.Wrap("search", err)
		}
		depts, err := departmentNames(ctx, h.db)
		if err != nil {
			return err
		}
		for _, hit := range hits {
			p, err := power.Standing(ctx, h.db, hit.ID)
			if err != nil {
				return err
			}
			if err := printJSON(env.Stdout, hitLine{p.Code, p.Name, depts[p.Department]}); err != nil {
				return err
			}
		}
		return nil
	})
}
