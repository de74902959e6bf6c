package cli

import (
	"context"
	"fmt"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/stage/publish"
)

// CheckCmd runs 五对照 and 六查看 over everything open.
type CheckCmd struct {
	Day  string `name:"day" help:"按哪一天的法律审核（默认今天）"`
	JSON bool   `name:"json" help:"每行输出一条发现"`
}

// foundLine is one finding in JSON.
type foundLine struct {
	Item     string `json:"item"`
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	Evidence string `json:"evidence"`
}

// Run executes the command.
func (c *CheckCmd) Run(ctx context.Context, app *App, env Env) error {
	if c.Day == "" {
		c.Day = today(env)
	}
	if _, err := time.Parse(time.DateOnly, c.Day); err != nil {
		return errs.Invalidf("日期“%s”不对", c.Day).At("--day").Fix("请写成 2014-10-15 这样")
	}
	return app.within(ctx, env, func(h *house) error {
		out, err := inventory.CheckAndSave(ctx, h.ledger, h.db, operator(), c.Day, func(n int) { fmt.Fprintf(env.Stderr, "已审核 %d 项……\n", n) })
		if err != nil {
			return err
		}
		for _, s := range out.Skipped {
			fmt.Fprintln(env.Stderr, "未对照 "+s)
		}
		if c.JSON {
			for _, f := range out.Found {
				if err := printJSON(env.Stdout, foundLine{out.Names[f.Version], f.Rule, string(f.Severity), f.Message, f.Evidence}); err != nil {
					return err
				}
			}
			return nil
		}
		fmt.Fprintf(env.Stdout, "按 %s 的法律审核 %d 项，发现 %d 条\n", c.Day, out.Powers, len(out.Found))
		for _, line := range inventory.Summary(out.Found) {
			fmt.Fprintln(env.Stdout, "  "+line)
		}
		return sayTotals(ctx, h, env)
	})
}

// sayTotals prints the whole (两摸清/1): every power once, by category.
func sayTotals(ctx context.Context, h *house, env Env) error {
	totals, err := inventory.Totals(ctx, h.db)
	if err != nil {
		return err
	}
	all, units, count := 0, map[sqldb.ID]bool{}, map[power.Category]int{}
	for _, t := range totals {
		all += t.Count
		units[t.Department] = true
		count[t.Category] += t.Count
	}
	fmt.Fprintf(env.Stdout, "总量 %d 项，%d 个单位\n", all, len(units))
	for _, c := range append(power.Categories(), power.CategoryService) {
		if count[c] > 0 {
			fmt.Fprintf(env.Stdout, "  %s %d\n", c, count[c])
		}
	}
	return nil
}

// PublishCmd publishes an edition.
type PublishCmd struct {
	Title         string `name:"title" required:"" help:"清单标题"`
	Effective     string `name:"effective" required:"" help:"施行日期"`
	ConsultedFrom string `name:"consulted-from" help:"征求意见开始日期（只修改内容的一版可以不填，下同）"`
	ConsultedTo   string `name:"consulted-to" help:"征求意见结束日期"`
	ApprovedBy    string `name:"approved-by" help:"批准机关"`
	Approval      string `name:"approval" help:"批准文号"`
	ApprovedOn    string `name:"approved-on" help:"批准日期"`
	JSON          bool   `name:"json" help:"输出 JSON"`
}

// Run executes the command.
func (c *PublishCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		site, err := org.ReadSite(ctx, h.db)
		if err != nil {
			return err
		}
		if site.Division == "" {
			return errs.Conflictf("还没有设置本站的行政区划和名称").Fix("请先运行 qingdan site")
		}
		out, err := publish.Publish(ctx, h.ledger, operator(), publish.Order{Division: site.Division, Title: c.Title, Effective: c.Effective,
			ConsultedFrom: c.ConsultedFrom, ConsultedTo: c.ConsultedTo, ApprovedBy: c.ApprovedBy, Approval: c.Approval, ApprovedOn: c.ApprovedOn})
		if c.JSON {
			if jerr := printJSON(env.Stdout, publishedJSON(out)); jerr != nil {
				return jerr
			}
		}
		if err != nil {
			return err
		}
		if !c.JSON {
			fmt.Fprintf(env.Stdout, "已公布第 %d 版《%s》，共 %d 项，变更 %d 项\n摘要 SHA-256 %x\n", out.Edition.No, out.Edition.Title, out.Edition.Entries, len(out.Changes), out.Edition.Digest)
		}
		return nil
	})
}

// editionLine is the JSON of publish.
type editionLine struct {
	No      int           `json:"no"`
	Title   string        `json:"title"`
	Entries int           `json:"entries"`
	Changes int           `json:"changes"`
	SHA256  string        `json:"sha256"`
	Refused []refusedLine `json:"refused"`
}

type refusedLine struct {
	Code    string   `json:"code"`
	Name    string   `json:"name"`
	Reasons []string `json:"reasons"`
}

func publishedJSON(p publish.Published) editionLine {
	e := editionLine{No: p.Edition.No, Title: p.Edition.Title, Entries: p.Edition.Entries, Changes: len(p.Changes), SHA256: fmt.Sprintf("%x", p.Edition.Digest), Refused: []refusedLine{}}
	for _, r := range p.Refused {
		e.Refused = append(e.Refused, refusedLine{r.Code, r.Name, r.Reasons})
	}
	return e
}

// SiteCmd names the site.
type SiteCmd struct {
	Division string `name:"division" required:"" help:"本级政府的行政区划代码"`
	Name     string `name:"name" required:"" help:"网站名称"`
	Sponsor  string `name:"sponsor" required:"" help:"主办单位"`
	Hotline  string `name:"hotline" default:"12345" help:"服务热线"`
}

// Run executes the command.
func (c *SiteCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		return h.ledger.Write(ctx, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			return errs.In("--division", org.SetSite(ctx, tx, org.Site{Division: c.Division, Name: c.Name, Sponsor: c.Sponsor, Hotline: c.Hotline}))
		})
	})
}

// LedgerCmd looks after the ledger.
type LedgerCmd struct {
	Verify LedgerVerifyCmd `cmd:"" help:"重新计算全部散列，与台账核对"`
}

// LedgerVerifyCmd rehashes both logs.
type LedgerVerifyCmd struct{}

// Run executes the command.
func (c *LedgerVerifyCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		for _, log := range []ledger.Log{ledger.Powers, ledger.Cases} {
			if err := h.ledger.Verify(ctx, log); err != nil {
				return errs.Wrap("verify", err)
			}
			size, root, err := h.ledger.Tree(ctx, log)
			if err != nil {
				return errs.Wrap("verify", err)
			}
			fmt.Fprintf(env.Stdout, "%s：%d 条，根 %v，核对无误\n", log, size, root)
		}
		return nil
	})
}

// index of departments for the search output.
func departmentNames(ctx context.Context, r sqldb.Reader) (map[sqldb.ID]string, error) {
	all, err := org.Departments(ctx, r, "")
	if err != nil {
		return nil, err
	}
	out := make(map[sqldb.ID]string, len(all))
	for _, d := range all {
		out[d.ID] = d.Name
	}
	return out, nil
}
