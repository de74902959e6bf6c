package staff

import (
	"context"
	"fmt"
	"slices"

	"qingdan/internal/platform/session"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/stage/reduce/delegate"
)

// Pages that tasks lead to. A page that no room has hung, or that the person may
// not see, is left out of the task.
const (
	filingPath     = "/desk/filing"
	opinionsPath   = "/desk/filing/opinions"
	handUpPath     = "/desk/filing/handup"
	queuePath      = "/audit/queue"
	roundsPath     = "/rounds"
	disputesPath   = "/rounds/disputes"
	impactPath     = "/desk/impact"
	cutsPath       = "/cuts"
	boundariesPath = "/cuts/boundaries"
	groupsPath     = "/admin/groups"
	securityPath   = "/admin/security"
	signInsPath    = "/admin/audit/sign-ins"

	handoversPath = "/handovers"
)

// tasks gathers what waits for somebody in all their roles; nothing is listed of
// which there is none.
func (l *look) tasks(ctx context.Context) ([]Task, error) {
	var out []Task
	if l.can(people.FillPowers) || l.can(people.AnswerNotes) {
		some, err := l.ofDepartment(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	if l.can(people.Conclude) {
		out = append(out, l.ofGroup()...)
	}
	if l.can(people.Rule) {
		out = append(out, Task{Label: "等待裁定的分歧", Href: disputesPath, Unit: "条", Count: l.sum(func(r round.Row) int { return r.Disputed })})
	}
	if l.can(people.RunRounds) || l.who.Is(people.Supervisor) {
		late := l.sum(func(r round.Row) int { return one(r.Late) })
		out = append(out, Task{Label: "逾期没有上报的部门", Href: roundsPath, Unit: "个", Count: late, Late: true})
	}
	for _, more := range []func(context.Context) ([]Task, error){l.ofBasis, l.ofCuts, l.ofHandovers, l.ofConsult, l.ofAdministrators} {
		some, err := more(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	out = slices.DeleteFunc(out, func(t Task) bool { return t.Count == 0 })
	for i := range out {
		out[i].Href = l.nav.link(l.who, out[i].Href)
	}
	return out, nil
}

func (l *look) can(a people.Action) bool { return l.who.May(a) == nil }

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sum adds up a figure over the departments within reach.
func (l *look) sum(of func(round.Row) int) int {
	n := 0
	for _, r := range l.rows {
		n += of(r)
	}
	return n
}

// ofDepartment is what a department has to do: answer, correct, fill in, sign
// and hand up.
func (l *look) ofDepartment(ctx context.Context) ([]Task, error) {
	var out []Task
	for _, r := range l.rows {
		if r.Department != l.who.Department || r.Stage != round.StageFilling {
			continue
		}
		up, late := round.Up(r.No), r.Late
		out = append(out,
			Task{Label: "等待答复的审核意见", Href: opinionsPath, Unit: "条", Count: r.Issued, Note: "全部答复后才能" + up, Late: late},
			Task{Label: "按裁定修改的事项", Href: filingPath, Unit: "项", Count: r.ToCarryOut, Note: "修改后再次上报", Late: late},
			Task{Label: "正在填报的事项", Href: filingPath, Unit: "项", Count: r.SelfCheck, Note: up + "前补齐要素", Late: late})
		if l.can(people.SignUp) && r.Issued == 0 {
			out = append(out, Task{Label: "自查签字并" + up, Href: handUpPath, Unit: "项", Count: r.Open, Note: "由部门负责人办理", Late: late})
		}
	}
	n, err := draftsOf(ctx, l.cfg.DB, l.who.Account)
	return append(out, Task{Label: "没有写完的草稿", Href: filingPath, Unit: "份", Count: n, Note: "只有自己看得到"}), err
}

// ofGroup is what an audit group has to do.
func (l *look) ofGroup() []Task {
	at := func(s round.Stage) func(round.Row) int {
		return func(r round.Row) int { return one(r.Stage == s) }
	}
	return []Task{
		{Label: "等待接收的上报", Href: roundsPath, Unit: "个部门", Count: l.sum(at(round.StageWaiting)), Note: "接收后开始审核"},
		{Label: "正在审核", Href: queuePath, Unit: "个部门", Count: l.sum(at(round.StageReviewing)), Note: "逐项对照、写明意见"},
		{Label: "部门已答复、等待判断的意见", Href: roundsPath, Unit: "条", Count: l.sum(func(r round.Row) int { return r.Answered * one(r.Stage == round.StageReviewing) }), Note: "判断完才能再次下达"},
		{Label: "没有下达的意见草稿", Href: roundsPath, Unit: "条", Count: l.sum(func(r round.Row) int { return r.Drafts }), Note: "由组长下达"},
		{Label: "等待核对的裁定落实", Href: roundsPath, Unit: "条", Count: l.sum(func(r round.Row) int { return r.ToCheck })},
	}
}

// ofCuts is what 减权 asks for: proposals to decide, boundaries to confirm for
// one's own department.
func (l *look) ofCuts(ctx context.Context) ([]Task, error) {
	var out []Task
	if l.can(people.DecideCuts) {
		open := Task{Label: "等待决定的减权建议", Href: cutsPath, Unit: "项", Note: "决定之前先看会发生什么"}
		all, err := reduce.Tallies(ctx, l.cfg.DB, l.who.Scope(people.DecideCuts), reduce.Query{})
		if err != nil {
			return nil, err
		}
		for _, t := range all {
			if t.State == reduce.Open {
				open.Count += t.N
			}
		}
		out = append(out, open)
	}
	if s := l.who.Scope(people.MarkBoundary); l.can(people.MarkBoundary) && !s.All && len(s.Departments) > 0 {
		waits := Task{Label: "等待确认的职责边界", Href: boundariesPath, Unit: "条", Note: "由部门负责人确认"}
		all, err := org.Boundaries(ctx, l.cfg.DB, s.Departments)
		if err != nil {
			return nil, err
		}
		for _, b := range all {
			waits.Count += one(b.Waits(l.who.Department))
		}
		out = append(out, waits)
	}
	return out, nil
}

// ofBasis is what changes of law ask for.
func (l *look) ofBasis(ctx context.Context) ([]Task, error) {
	if !l.can(people.SeeBasis) {
		return nil, nil
	}
	open, late, err := basisTasks(ctx, l.cfg.DB, l.who.Scope(people.SeeBasis), l.today)
	t := Task{Label: "依据变动要核对的事项", Href: impactPath, Unit: "项", Count: open, Late: late > 0}
	if late > 0 {
		t.Note = fmt.Sprintf("其中 %d 项已超过期限", late)
	}
	return []Task{t}, err
}

// ofHandovers is what either side of a power that goes down has to do next.
func (l *look) ofHandovers(ctx context.Context) ([]Task, error) {
	if !l.can(people.OfferPower) && !l.can(people.TakePower) {
		return nil, nil
	}
	reach := func(a people.Action) (people.Scope, error) { return delegate.Reach(ctx, l.cfg.DB, l.who, a, l.today) }
	gives, err := reach(people.OfferPower)
	if err != nil {
		return nil, err
	}
	takes, err := reach(people.TakePower)
	if err != nil {
		return nil, err
	}
	both := people.Scope{All: gives.All, Departments: append(slices.Clone(gives.Departments), takes.Departments...)}
	all, err := delegate.Tallies(ctx, l.cfg.DB, both, delegate.Query{})
	if err != nil {
		return nil, err
	}
	task := func(label, note string, s delegate.State, side func(delegate.Tally) bool) Task {
		t := Task{Label: label, Href: handoversPath + "?state=" + string(s), Unit: "项", Note: note}
		for _, x := range all {
			if x.State == s && side(x) {
				t.Count += x.N
				t.Late = t.Late || x.Due != "" && x.Due < l.today
			}
		}
		return t
	}
	taker := func(x delegate.Tally) bool { return takes.Has(x.Body) }
	giver := func(x delegate.Tally) bool { return gives.Has(x.Owner) }
	due := func(x delegate.Tally) bool { return giver(x) && x.Due != "" && x.Due < l.today }
	checks := task("到期评估的下放", "移交之后运行得怎样", delegate.Held, due)
	checks.Href += "&late=1"
	return []Task{
		task("等待答复的下放", "写明承接能力，或者说明为什么不承接", delegate.Offered, taker),
		task("等待签收的下放", "核对交接清单后签收", delegate.Signed, taker),
		task("县级已同意、等待移交的下放", "签字移交之前仍由市级行使", delegate.Accepted, giver),
		task("申请交回的权力", "", delegate.BackAsked, giver),
		checks,
	}, nil
}

// ofAdministrators is what the three administrators look after.
func (l *look) ofAdministrators(ctx context.Context) ([]Task, error) {
	var out []Task
	if l.can(people.ManageAccounts) {
		n, err := unassigned(ctx, l.cfg.DB)
		if err != nil {
			return nil, err
		}
		out = append(out, Task{Label: "没有确定审核小组的部门", Href: groupsPath, Unit: "个", Count: n})
	}
	if l.can(people.ManageSecurity) {
		n, err := roleless(ctx, l.cfg.DB)
		if err != nil {
			return nil, err
		}
		locks, err := session.Locks(ctx, l.cfg.DB, l.now)
		if err != nil {
			return nil, err
		}
		out = append(out, Task{Label: "等待授予角色的账号", Href: securityPath, Unit: "个", Count: n},
			Task{Label: "锁定的账号", Href: securityPath, Unit: "个", Count: len(locks), Note: "连续输错口令，到时自动解锁"})
	}
	if l.can(people.ReadAudit) {
		failed, err := failedSignIns(ctx, l.cfg.DB, l.now)
		if err != nil {
			return nil, err
		}
		out = append(out, Task{Label: "近24小时失败的登录", Href: signInsPath, Unit: "次", Count: failed})
	}
	return out, nil
}
