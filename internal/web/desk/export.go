package desk

import (
	"context"
	"net/http"
	"strings"

	"qingdan/internal/engine/workday"
	"qingdan/internal/errs"
	"qingdan/internal/registry/calendar"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/ui"
)

// exportBatch is how many tasks are read at a time.
const exportBatch = 1000

// export sends exactly the open tasks that the filter leaves as a workbook.
func (d *Desk) export(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	ctx, scope := r.Context(), within(who)
	f, err := parseFilter(r.URL.Query())
	if err != nil {
		return err
	}
	n, err := d.names(ctx, scope)
	if err != nil {
		return err
	}
	columns := []ui.Column{{Head: "事项编码", Width: 24}, {Head: "事项名称", Width: 48}, {Head: "部门", Width: 24},
		{Head: "变动的法规", Width: 36}, {Head: "变动", Width: 22}, {Head: "原因", Width: 48}, {Head: "起算日", Width: 12}, {Head: "最后一天", Width: 12},
		{Head: "暂定", Width: 8}, {Head: "期限状态", Width: 10}}
	what, err := d.what(r, f, n, scope)
	if err != nil {
		return err
	}
	cal, err := calendar.Current(ctx, d.cfg.DB)
	if err != nil {
		return errs.Wrap("calendar", err)
	}
	return d.cfg.Shell.Export(w, r, "依据变动待办", what, columns, func(add ui.Adder) error {
		for q := f.query(d.today(), exportBatch, scope); ; {
			tasks, err := impact.Tasks(ctx, d.cfg.DB, q)
			if err != nil {
				return err
			}
			if err := d.lines(ctx, add, cal, tasks, n); err != nil || len(tasks) < exportBatch {
				return err
			}
			last := tasks[len(tasks)-1]
			q.After = impact.Place{Due: last.Due, ID: last.ID}
		}
	})
}

// lines writes the rows of some tasks.
func (d *Desk) lines(ctx context.Context, add ui.Adder, cal *workday.Calendar, tasks []impact.Task, n names) error {
	events, err := d.eventsOf(ctx, tasks)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		c, err := clock(cal, t, d.today())
		if err != nil {
			return err
		}
		e, soft := events[t.Event], ""
		if t.Provisional {
			soft = "暂定"
		}
		if err := add(t.Code, t.Name, n[t.Department], e.Title, changeWords(e), allWhy(t.Reasons), t.Starts, t.Due, soft, c.Light.Word); err != nil {
			return err
		}
	}
	return nil
}

// what says what an export holds and by what it was chosen.
func (d *Desk) what(r *http.Request, f filter, n names, scope people.Scope) (string, error) {
	words := []string{ui.Day(d.today()) + "依据变动待办事项"}
	if !f.Department.IsZero() {
		if n[f.Department] == "" {
			return "", errs.NotFoundf("没有这个部门").Fix("请从待办队列重新选择")
		}
		words = append(words, n[f.Department])
	}
	if !f.Event.IsZero() {
		e, err := impact.EventFor(r.Context(), d.cfg.DB, f.Event, d.today(), only(scope))
		if err != nil {
			return "", err
		}
		words = append(words, "《"+e.Title+"》"+string(e.Kind))
	}
	if f.Kind != "" {
		words = append(words, string(f.Kind))
	}
	if f.Overdue {
		words = append(words, "已超时")
	}
	return strings.Join(words, "；"), nil
}
