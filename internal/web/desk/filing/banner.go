package filing

import (
	"context"
	"fmt"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/round"
	"qingdan/internal/web/ui"
)

// standing is where a department stands in the campaign that covers it; it is
// zero but for covered while none does.
type standing struct {
	round.Standing
	covered bool
}

// standing reads where a department stands.
func (f *Filing) standing(ctx context.Context, department sqldb.ID) (standing, error) {
	s, err := round.StandingOf(ctx, f.cfg.DB, department, f.today())
	if errs.KindOf(err) == errs.NotFound {
		return standing{}, nil
	}
	return standing{s, err == nil}, errs.Wrap("standing", err)
}

// Banner says above every page of the department where the clearing stands and
// what is to be done next.
type Banner struct {
	Campaign, Round string // 2026年权责清单清理; 二上
	Stage           string
	Due             string // YYYY-MM-DD
	Light           *ui.Light
	Left            string // 还剩 3 天
	Say             string // what is to be done, in one sentence
	Next            *ui.Link
	Steps           []Step
}

// Step is one station of the three rounds.
type Step struct {
	Name    string
	Done    bool
	Current bool
}

// nearDays is how many days before the last one a term is near its end.
const nearDays = 3

// term is the light of a last day and what is left of it.
func term(due, today string) (*ui.Light, string) {
	d, err := time.Parse(time.DateOnly, due)
	if err != nil {
		return nil, ""
	}
	t, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return nil, ""
	}
	switch left := int(d.Sub(t).Hours() / 24); {
	case left < 0:
		return &ui.Light{Tone: "bad", Word: "逾期"}, fmt.Sprintf("已超过 %d 天", -left)
	case left == 0:
		return &ui.Light{Tone: "warn", Word: "临期"}, "今天到期"
	case left <= nearDays:
		return &ui.Light{Tone: "warn", Word: "临期"}, fmt.Sprintf("还剩 %d 天", left)
	default:
		return &ui.Light{Tone: "ok", Word: "正常"}, fmt.Sprintf("还剩 %d 天", left)
	}
}

// banner makes the banner of a department for somebody.
func (f *Filing) banner(ctx context.Context, who *people.Who, h holdings) (*Banner, error) {
	s := h.standing
	if !s.covered {
		return &Banner{Say: "目前没有安排到本部门的清理工作。可以先看事项、写草稿，等法制机构部署后再提交、上报。"}, nil
	}
	b := &Banner{Campaign: s.Campaign.Title, Round: round.Up(s.No), Stage: s.Stage.Label(), Steps: steps(s)}
	if s.Stage == round.StageFilling {
		b.Due = s.Due
		b.Light, b.Left = term(s.Due, f.today())
	}
	b.Say, b.Next = s.next(h)
	if who.MayOn(people.FillPowers, people.Target{Department: h.department.ID}) != nil {
		b.Next = nil // what is to be done is for the department to do
	}
	return b, nil
}

// next says what is to be done now, and where.
func (s standing) next(h holdings) (string, *ui.Link) {
	papers := &ui.Link{Label: "看上报回执", Href: submissionHref(s.Submission)}
	switch s.Stage {
	case round.StageWaiting:
		return round.Up(s.No) + "已经上报，等审核小组接收。接收前后事项都不能再改。", papers
	case round.StageReviewing:
		return "审核小组正在审核" + round.Up(s.No) + "的事项，意见下达以后在这里答复。", papers
	case round.StageRuling:
		return fmt.Sprintf("有 %d 条意见双方没有谈拢，等领导小组裁定。", s.Disputed), &ui.Link{Label: "看有分歧的意见", Href: opinionsPath + "?state=disputed"}
	case round.StageDone:
		return "全部意见都已了结。漏报的事项还可以补充填报。", &ui.Link{Label: "新增事项", Href: newPath}
	}
	switch {
	case s.Issued > 0:
		return fmt.Sprintf("审核小组下达了意见，还有 %d 条没有答复，全部答复后才能上报。", s.Issued), &ui.Link{Label: "逐条答复意见", Href: opinionsPath + "?state=issued"}
	case s.ToCarryOut > 0:
		return fmt.Sprintf("有 %d 条意见已经裁定，要按裁定修改后上报。", s.ToCarryOut), &ui.Link{Label: "看裁定", Href: opinionsPath + "?state=ruled"}
	case h.all == 0:
		return "还没有事项。事项多的用 Excel 一次导入，少的逐项新增。", &ui.Link{Label: "用 Excel 导入", Href: importPath}
	case s.SelfCheck == 0 && s.Answered == 0:
		return "没有新的改动需要上报。", nil
	default:
		return "填写完整以后，由部门负责人自查签字，再上报。", &ui.Link{Label: "去自查、上报", Href: handUpPath}
	}
}

// steps are the stations of the three rounds with where the department is.
func steps(s standing) []Step {
	var out []Step
	at := 2 * (s.No - 1) // the station of handing up round No
	if s.Stage == round.StageReviewing || s.Stage == round.StageWaiting {
		at++
	}
	for no := 1; no <= round.Rounds; no++ {
		out = append(out, Step{Name: round.Up(no)}, Step{Name: round.Down(no)})
	}
	out = append(out, Step{Name: round.Up(round.Final)})
	for i := range out {
		out[i].Done, out[i].Current = i < at, i == at
	}
	if s.Stage == round.StageDone || s.Stage == round.StageRuling {
		for i := range out {
			out[i].Done, out[i].Current = i < 2*(s.No-1), false
		}
	}
	return out
}
