package desk

import (
	"fmt"

	"qingdan/internal/engine/workday"
	"qingdan/internal/errs"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/ui"
)

// Clock is the term of a task as a page shows it.
type Clock struct {
	Due         string
	Provisional bool
	Light       ui.Light
	Left        string // 还剩 3 个工作日; "" once the task has ended
}

// clock shows the term of a task: overdue (■) after its last day, near its end
// (▲), else in order (●).
func clock(c *workday.Calendar, t impact.Task, today string) (Clock, error) {
	out := Clock{Due: t.Due, Provisional: t.Provisional}
	switch {
	case t.State == impact.Closed:
		out.Light = ui.Light{Tone: "still", Word: string(t.Outcome)}
		return out, nil
	case t.State == impact.Void:
		out.Light = ui.Light{Tone: "still", Word: "不再需要办理"}
		return out, nil
	case t.Overdue(today):
		over, _, err := c.Between(t.Due, today)
		out.Light, out.Left = ui.Light{Tone: "bad", Word: "超时"}, "已过期限"
		if over > 0 {
			out.Left = fmt.Sprintf("超 %d 个工作日", over)
		}
		return out, errs.Wrap("light of "+t.Code, err)
	}
	left, near, err := t.Left(c, today)
	out.Light, out.Left = ui.Light{Tone: "ok", Word: "正常"}, fmt.Sprintf("还剩 %d 个工作日", left)
	if near {
		out.Light = ui.Light{Tone: "warn", Word: "临期"}
	}
	if t.Due == today {
		out.Left = "今天到期"
	}
	return out, errs.Wrap("light of "+t.Code, err)
}
