package library

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"qingdan/internal/engine/workday"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/calendar"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/ui"
)

// Task is what a change of law asks about one power. Who closed it stands in
// the ledger and on no public page.
type Task struct {
	Code, Name     string
	Href           string // empty when the power was never on the list
	Department     Department
	Law            string
	EventHref      string // the tasks of the same change
	Light          ui.Light
	Reasons        []string
	Due            string // last day
	Provisional    bool   // Due counts days of a year without notice
	Ended, Outcome string // day and words of the end; empty while open
	Why            string // the reason of the outcome
}

// Changing counts the tasks of a division that are open.
func (l *Library) Changing(ctx context.Context, division string) (int, error) {
	all, err := readTasks(ctx, l.cfg.DB, division, sqldb.ID{}, l.cfg.Today())
	return count(all, func(t tasks) bool { return t.State == impact.Open }), err
}

// Shown turns tasks into what pages show, in their order.
func (l *Library) Shown(ctx context.Context, list List, read []impact.Task) ([]Task, error) {
	if len(read) == 0 {
		return nil, nil
	}
	codes := make([]string, len(read))
	for i, t := range read {
		codes[i] = t.Code
	}
	today := l.cfg.Today()
	public, err := readPublic(ctx, l.cfg.DB, codes, today)
	if err != nil {
		return nil, err
	}
	days, err := calendar.Current(ctx, l.cfg.DB)
	if err != nil {
		return nil, errs.Wrap("calendar", err)
	}
	laws := map[sqldb.ID]string{}
	out := make([]Task, 0, len(read))
	for _, t := range read {
		title, ok := laws[t.Event]
		if !ok {
			e, err := impact.EventByID(ctx, l.cfg.DB, t.Event, today)
			if err != nil {
				return nil, err
			}
			title = "《" + e.Title + "》" + string(e.Kind)
			laws[t.Event] = title
		}
		light, err := taskLight(days, t, today)
		if err != nil {
			return nil, err
		}
		x := Task{Code: t.Code, Name: t.Name, Department: list.department(t.Department), Law: title, Due: t.Due, Provisional: t.Provisional,
			EventHref: EventHref(t.Event), Light: light, Reasons: reasons(t.Reasons)}
		if public[t.Code] {
			x.Href = itemHref(t.Code)
		}
		if t.State != impact.Open {
			x.Ended, x.Outcome, x.Why = t.ClosedOn, string(t.Outcome), t.Reason
		}
		out = append(out, x)
	}
	return out, nil
}

// taskLight is the light of a task.
func taskLight(c *workday.Calendar, t impact.Task, today string) (ui.Light, error) {
	switch {
	case t.State != impact.Open:
		return ui.Light{Tone: "still", Word: string(t.Outcome)}, nil
	case t.Overdue(today):
		return ui.Light{Tone: "bad", Word: "超时"}, nil
	}
	_, near, err := t.Left(c, today)
	if near {
		return ui.Light{Tone: "warn", Word: "临期"}, errs.Wrap("light of "+t.Code, err)
	}
	return ui.Light{Tone: "ok", Word: "正常"}, errs.Wrap("light of "+t.Code, err)
}

// reasons says why a power is asked about, each reason once.
func reasons(all []impact.Reason) []string {
	var out []string
	seen := map[string]bool{}
	for _, r := range all {
		if s := reason(r); !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// reason says one reason: 第五条 修改, 第十二条 → 第十一条 仅条号变动, 法规废止.
func reason(r impact.Reason) string {
	where := ""
	if r.Old.N > 0 {
		where = r.Old.Chinese() + " "
		if r.New.N > 0 && r.New != r.Old {
			where = r.Old.Chinese() + " → " + r.New.Chinese() + " "
		}
	}
	switch r.Kind {
	case impact.TextChanged:
		return where + "修改"
	case impact.ArticleGone:
		return where + "删去"
	case impact.OtherChanged:
		return where + "其他款项修改"
	case impact.LawRepealed, impact.TextOut:
		return string(r.Kind)
	case impact.ActChanges:
		if r.Note != "" {
			return string(r.Kind) + "：" + r.Note
		}
	case impact.LevelTooLow, impact.NowCovered:
		if r.Note != "" {
			return string(r.Kind) + "（" + r.Note + "）"
		}
	}
	return where + string(r.Kind)
}

// exportBatch is how many tasks are read at a time.
const exportBatch = 1000

// changesExport sends the tasks of the query as a workbook.
func (l *Library) changesExport(w http.ResponseWriter, r *http.Request) error {
	frame, list, err := l.cfg.Begin(r, "依据变动", ChangesPath)
	if err != nil {
		return err
	}
	q, err := parseChanges(r.URL.Query(), list)
	if err != nil {
		return err
	}
	ctx, today := r.Context(), l.cfg.Today()
	all, err := readTasks(ctx, l.cfg.DB, frame.Site.Division, q.event, today)
	if err != nil {
		return err
	}
	total := count(all, func(t tasks) bool { return q.has(t, "") })
	if total == 0 {
		return errs.NotFoundf("没有符合条件的事项，无从导出").Fix("请换一个条件再导出")
	}
	out := ui.Sheet{Name: "依据变动", Site: frame.Site, Columns: []ui.Column{{Head: "事项编码", Width: 24}, {Head: "事项名称", Width: 48}, {Head: "部门", Width: 24},
		{Head: "依据变动", Width: 40}, {Head: "涉及条文", Width: 40}, {Head: "最后办理日", Width: 16}, {Head: "状态", Width: 12}, {Head: "办结日", Width: 12},
		{Head: "说明", Width: 40}}}
	out.What = fmt.Sprintf("%s 依据变动涉及的事项，共%d项；状态按%s计算", frame.Site.Name, total, ui.Day(today))
	return out.Send(w, r, func(add ui.Adder) error {
		for ask := q.impact(frame.Site.Division, today, exportBatch); ; {
			read, err := impact.Tasks(ctx, l.cfg.DB, ask)
			if err != nil {
				return err
			}
			tasks, err := l.Shown(ctx, list, read)
			if err != nil {
				return err
			}
			for _, t := range tasks {
				due := t.Due
				if t.Provisional {
					due += "（暂定）"
				}
				if err := add(t.Code, t.Name, t.Department.Name, t.Law, strings.Join(t.Reasons, "；"), due, t.Light.Word, t.Ended, t.Why); err != nil {
					return err
				}
			}
			if len(read) < exportBatch {
				return nil
			}
			last := read[len(read)-1]
			ask.After = impact.Place{Due: last.Due, ID: last.ID}
		}
	})
}
