package cli

import (
	"context"
	"fmt"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/impact"
	"qingdan/internal/service/reading"
)

// LawImpactCmd follows up what happened in the library and lists the tasks.
type LawImpactCmd struct {
	JSON       bool   `name:"json" help:"输出 JSON，每行一项任务"`
	Department string `name:"department" placeholder:"名称" help:"只列一个部门的"`
	All        bool   `name:"all" help:"也列已办结的"`
}

// taskJSON is one task of law impact --json.
type taskJSON struct {
	ID          string       `json:"id"`
	Event       string       `json:"event"`
	Law         string       `json:"law"`
	Kind        string       `json:"kind"`
	Day         string       `json:"day"`
	Code        string       `json:"code"`
	Name        string       `json:"name"`
	Department  string       `json:"department"`
	State       string       `json:"state"`
	Starts      string       `json:"starts"`
	Due         string       `json:"due"`
	Provisional bool         `json:"provisional"`
	Overdue     bool         `json:"overdue"`
	Outcome     string       `json:"outcome,omitempty"`
	Reason      string       `json:"reason,omitempty"`
	Reasons     []reasonJSON `json:"reasons"`
}

type reasonJSON struct {
	Kind     string `json:"kind"`
	Citation int    `json:"citation"`
	Old      string `json:"old,omitempty"`
	New      string `json:"new,omitempty"`
	Note     string `json:"note,omitempty"`
}

// Run executes the command.
func (c *LawImpactCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		rep, err := impact.Follow(ctx, h.ledger, h.db, operator(), today(env))
		if err != nil {
			return err
		}
		sayFollowed(env, rep)
		depts, err := org.Departments(ctx, h.db, "")
		if err != nil {
			return err
		}
		names := make(map[sqldb.ID]string, len(depts))
		for _, d := range depts {
			names[d.ID] = d.Name
		}
		q := impact.Query{Limit: 500, State: impact.Open}
		if c.All {
			q.State = ""
		}
		if c.Department != "" {
			if q.Department, err = org.IndexNames(depts).Find(c.Department); err != nil {
				return errs.In("--department", err)
			}
		}
		return c.list(ctx, env, h, q, names)
	})
}

// sayFollowed tells on Stderr what a following found, if anything.
func sayFollowed(env Env, rep impact.Report) {
	for _, e := range rep.Events {
		fmt.Fprintf(env.Stderr, "依据变动：《%s》%s，%s 起，涉及 %d 项\n", e.Title, e.Kind, e.Day, e.Tasks)
	}
	if rep.Void > 0 {
		fmt.Fprintf(env.Stderr, "依据变动：%d 项任务不再需要办理\n", rep.Void)
	}
	if rep.Reopened > 0 {
		fmt.Fprintf(env.Stderr, "依据变动：%d 项任务的办理结果没有落实，重新打开\n", rep.Reopened)
	}
	if rep.Counted > 0 {
		fmt.Fprintf(env.Stderr, "依据变动：按新的放假安排重新推算了 %d 项任务的期限\n", rep.Counted)
	}
}

// list prints the tasks page by page.
func (c *LawImpactCmd) list(ctx context.Context, env Env, h *house, q impact.Query, names map[sqldb.ID]string) error {
	events := map[sqldb.ID]impact.Event{}
	for {
		tasks, err := impact.Tasks(ctx, h.db, q)
		if err != nil {
			return err
		}
		for _, t := range tasks {
			e, ok := events[t.Event]
			if !ok {
				if e, err = impact.EventByID(ctx, h.db, t.Event, today(env)); err != nil {
					return err
				}
				events[t.Event] = e
			}
			if err := c.print(env, t, e, names[t.Department]); err != nil {
				return err
			}
		}
		if len(tasks) < q.Limit {
			return nil
		}
		last := tasks[len(tasks)-1]
		q.After = impact.Place{Due: last.Due, ID: last.ID}
	}
}

func (c *LawImpactCmd) print(env Env, t impact.Task, e impact.Event, department string) error {
	if !c.JSON {
		words := make([]string, len(t.Reasons))
		for i, r := range t.Reasons {
			words[i] = r.Words()
		}
		_, err := fmt.Fprintf(env.Stdout, "%s\t%s\t%s %s\t《%s》%s\t%s\t期限 %s\n", t.ID, department, t.Code, t.Name, e.Title, e.Kind, strings.Join(words, "；"), t.Due)
		return err
	}
	out := taskJSON{t.ID.String(), t.Event.String(), e.Title, string(e.Kind), e.Day, t.Code, t.Name, department, string(t.State), t.Starts, t.Due,
		t.Provisional, t.Overdue(today(env)), string(t.Outcome), t.Reason, []reasonJSON{}}
	for _, r := range t.Reasons {
		j := reasonJSON{Kind: string(r.Kind), Citation: r.Citation, Note: r.Note}
		if r.Old.N > 0 {
			j.Old = r.Old.String()
		}
		if r.New.N > 0 {
			j.New = r.New.String()
		}
		out.Reasons = append(out.Reasons, j)
	}
	return printJSON(env.Stdout, out)
}

// LawCloseCmd answers one task.
type LawCloseCmd struct {
	Task   string `arg:"" help:"任务编号（law impact 列出的第一栏）"`
	Basis  string `name:"basis" placeholder:"依据" help:"改为这样的设定依据，形成新版本"`
	Cancel bool   `name:"cancel" help:"提出取消这一事项"`
	Reason string `name:"reason" placeholder:"理由" required:"" help:"理由；既不改依据也不取消的，就是确认不变"`
}

// Run executes the command.
func (c *LawCloseCmd) Run(ctx context.Context, app *App, env Env) error {
	id, err := parseID("任务编号", c.Task, "用 law impact 查看任务编号")
	if err != nil {
		return err
	}
	return app.within(ctx, env, func(h *house) error {
		a := impact.Answer{Basis: c.Basis, Cancel: c.Cancel, Reason: c.Reason, Today: today(env)}
		if err := impact.Close(ctx, h.ledger, operator(), id, a); err != nil {
			return err
		}
		t, err := impact.TaskByID(ctx, h.db, id)
		if err == nil {
			fmt.Fprintf(env.Stdout, "%s %s：%s\n", t.Code, t.Name, t.Outcome)
		}
		return err
	})
}

// LawUndoCmd takes back what an answer proposed.
type LawUndoCmd struct {
	Code   string `arg:"" help:"事项编码"`
	Reason string `name:"reason" placeholder:"理由" required:"" help:"为什么撤回"`
}

// Run executes the command.
func (c *LawUndoCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		p, err := power.ByCode(ctx, h.db, c.Code)
		if err != nil {
			return err
		}
		err = h.ledger.Write(ctx, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			newest, err := power.Newest(ctx, tx, p.ID)
			if err != nil {
				return err
			}
			return power.TakeBack(ctx, tx, newest, c.Reason)
		})
		if err != nil {
			return err
		}
		rep, err := impact.Follow(ctx, h.ledger, h.db, operator(), today(env))
		sayFollowed(env, rep)
		return err
	})
}

// LawUpdateCmd is the one-click update of moved citations.
type LawUpdateCmd struct {
	Event string `arg:"" help:"依据变动的编号（law impact --json 的 event）"`
}

// Run executes the command.
func (c *LawUpdateCmd) Run(ctx context.Context, app *App, env Env) error {
	id, err := parseID("变动的编号", c.Event, "用 law impact --json 查看 event")
	if err != nil {
		return err
	}
	return app.within(ctx, env, func(h *house) error {
		done, err := impact.UpdateMoved(ctx, h.ledger, operator(), id, nil, today(env))
		if err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "已更新 %d 项，留待人工办理 %d 项\n", done.Done, len(done.Left))
		for _, l := range done.Left {
			fmt.Fprintf(env.Stdout, "  %s %s：%s\n", l.Task.Code, l.Task.Name, l.Why)
		}
		return nil
	})
}

// LawTermCmd sets the term of tasks.
type LawTermCmd struct {
	Workdays int    `arg:"" help:"工作日数"`
	Reason   string `name:"reason" placeholder:"理由" required:"" help:"依据的文件或者决定"`
}

// Run executes the command.
func (c *LawTermCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		return h.ledger.Write(ctx, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			return impact.SetTerm(ctx, tx, c.Workdays, c.Reason)
		})
	})
}

// LawReadingsCmd prints the reading record.
type LawReadingsCmd struct {
	JSON bool `name:"json" help:"输出 JSON，每行一部法规"`
}

// Run executes the command.
func (c *LawReadingsCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		total, err := reading.Count(ctx, h.db)
		if err != nil {
			return err
		}
		all, err := reading.List(ctx, h.db)
		if err != nil {
			return err
		}
		if !c.JSON {
			fmt.Fprintf(env.Stdout, "查阅法规 %d 件（文本 %d 个），涉及事项 %d 项\n", total.Documents, total.Editions, total.Powers)
		}
		type line struct {
			Title  string `json:"title"`
			Level  string `json:"level"`
			Powers int    `json:"powers"`
			Last   string `json:"last"`
		}
		for _, d := range all {
			if c.JSON {
				err = printJSON(env.Stdout, line{d.Title, d.Level, d.Powers, d.Last})
			} else {
				_, err = fmt.Fprintf(env.Stdout, "%d\t%s\t%s\n", d.Powers, d.Level, d.Title)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// LawAliasCmd gives a law another name.
type LawAliasCmd struct {
	Name   string `arg:"" help:"曾用名或者简称"`
	Of     string `name:"of" placeholder:"名称" required:"" help:"法规库中的名称"`
	Short  bool   `name:"short" help:"是简称，不是曾用名"`
	Reason string `name:"reason" placeholder:"理由" required:"" help:"凭什么这样认定"`
}

// Run executes the command.
func (c *LawAliasCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		found, err := law.FindDocuments(ctx, h.db, c.Of)
		if err != nil {
			return err
		}
		if len(found) != 1 {
			return errs.NotFoundf("名为“%s”的法规有 %d 件", c.Of, len(found)).At("--of").Fix("请写法规库中的全称")
		}
		kind := law.Former
		if c.Short {
			kind = law.Short
		}
		return h.ledger.Write(ctx, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			return law.AddAlias(ctx, tx, found[0].ID, c.Name, kind, c.Reason)
		})
	})
}

// LawWithdrawCmd takes back a text that came in by mistake.
type LawWithdrawCmd struct {
	Edition string `arg:"" help:"文本编号（law resolve --json 的 edition.id，或者网页地址中的 edition）"`
	Reason  string `name:"reason" placeholder:"理由" required:"" help:"为什么撤回"`
}

// Run executes the command.
func (c *LawWithdrawCmd) Run(ctx context.Context, app *App, env Env) error {
	id, err := parseID("文本编号", c.Edition, "用 law resolve --json 查看 edition.id")
	if err != nil {
		return err
	}
	return app.within(ctx, env, func(h *house) error {
		err := h.ledger.Write(ctx, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			return law.Withdraw(ctx, tx, id, c.Reason)
		})
		if err != nil {
			return err
		}
		rep, err := impact.Follow(ctx, h.ledger, h.db, operator(), today(env))
		sayFollowed(env, rep)
		return err
	})
}

// parseID reads an id from the command line; what says whose it is.
func parseID(what, word, mend string) (sqldb.ID, error) {
	id, err := sqldb.ParseID(word)
	if err != nil {
		return id, errs.Invalidf("%s“%.40s”不对", what, word).Fix(mend)
	}
	return id, nil
}
