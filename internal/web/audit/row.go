package audit

import (
	"math/bits"
	"slices"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/web/ui"
)

// row is one power in the queue: its open change with what reviewers need to
// choose by. It is not changed once it stands on a shelf.
type row struct {
	change, power, version, department sqldb.ID
	code, name, order                  string // order: pinyin key of the name
	folded, initials                   string // of the name, for finding it
	category                           power.Category
	state                              power.State
	created                            int64 // when the version was made
	no                                 int   // of the submission that carried it last, 0 for none

	drafts, issued, answered, disputed int    // opinions
	cause                              string // of the latest of them
	concluded, problems, notHere       int    // checks, by the latest conclusion
}

// opine counts an opinion; they come with the latest last.
func (x *row) opine(s round.OpinionState, cause string) {
	x.cause = cause
	switch s {
	case round.Draft:
		x.drafts++
	case round.Issued:
		x.issued++
	case round.Answered:
		x.answered++
	case round.Disputed:
		x.disputed++
	}
}

// conclude counts the latest conclusion on one check.
func (x *row) conclude(v round.Verdict) {
	x.concluded++
	switch v {
	case round.Problem:
		x.problems++
	case round.NotHere:
		x.notHere++
	}
}

// status is where a power stands in the eyes of its reviewers.
type status string

// The statuses, in the order of work.
const (
	replied   status = "replied"   // 答复待认定: settle or maintain
	toReview  status = "waiting"   // 待审核
	reviewing status = "reviewing" // 审核中: some checks concluded
	objected  status = "objected"  // 有问题，待写意见
	noted     status = "noted"     // 有意见，待下达
	confirmed status = "confirmed" // 已确认
	handed    status = "handed"    // 已上报，待接收
	returned  status = "returned"  // 已退回，部门修改中
	filling   status = "filling"   // 部门填报中
	ruling    status = "ruling"    // 待裁定
	decided   status = "decided"   // 已作处置
)

// statusWord is a status with its word and the tone of its light.
type statusWord struct {
	status
	word, tone string
}

// statuses lists the statuses in the order in which they are shown.
func statuses() []statusWord {
	return []statusWord{
		{replied, "答复待认定", "bad"}, {toReview, "待审核", "warn"}, {reviewing, "审核中", "warn"}, {objected, "有问题待写意见", "bad"},
		{noted, "有意见待下达", "bad"}, {confirmed, "已确认", "ok"}, {handed, "已上报待接收", "still"}, {returned, "已退回", "still"},
		{filling, "部门填报中", "still"}, {ruling, "待裁定", "still"}, {decided, "已作处置", "still"},
	}
}

func (s status) rank() int {
	for i, w := range statuses() {
		if w.status == s {
			return i
		}
	}
	return -1
}

// status follows from the state of the change, the opinions and the conclusions
// alone.
func (x *row) status() status {
	switch x.state {
	case power.SelfCheck:
		switch {
		case x.issued+x.answered > 0 || x.no > 0 && x.disputed == 0:
			return returned
		case x.disputed > 0:
			return ruling
		}
		return filling
	case power.HandedUp:
		return handed
	case power.Review:
		return x.reviewStatus()
	}
	return decided
}

func (x *row) reviewStatus() status {
	switch {
	case x.answered > 0:
		return replied
	case x.drafts > 0:
		return noted
	case x.disputed > 0:
		return ruling
	case x.problems > 0:
		return objected
	case x.concluded >= len(round.Checks()):
		return confirmed
	case x.concluded > 0:
		return reviewing
	default:
		return toReview
	}
}

// light shows the status; a returned power says in which round.
func (x *row) light() ui.Light {
	s := x.status()
	w := statuses()[s.rank()]
	switch {
	case s == returned && x.no > 0:
		return ui.Light{Tone: w.tone, Word: round.Down(x.no) + "退回"}
	case s == decided:
		return ui.Light{Tone: w.tone, Word: x.state.Label()}
	}
	return ui.Light{Tone: w.tone, Word: w.word}
}

// advice is what was concluded last: the cause of the latest opinion, or that all
// checks passed; "" while nothing is.
func (x *row) advice() string {
	if n := x.drafts + x.issued + x.answered + x.disputed; n > 0 {
		c, _ := round.CauseOf(x.cause)
		if n > 1 {
			return c.Label + "等 " + ui.Num(n) + " 条"
		}
		return c.Label
	}
	switch n := len(round.Checks()); {
	case x.problems > 0:
		return "有问题 " + ui.Num(x.problems) + " 项"
	case x.concluded >= n:
		return "通过"
	case x.concluded > 0:
		return "已看 " + ui.Num(x.concluded) + "/" + ui.Num(n)
	default:
		return ""
	}
}

// found is what the latest run found of a version: for each severity, the
// gravest first, the rules that found anything as bits in the order of
// shortRules, and the first of them.
type found struct {
	rules [3]uint32
	first [3]string
}

func (f *found) add(rule string, s finding.Severity) {
	at := slices.Index([]finding.Severity{finding.Blocks, finding.Asks, finding.Tells}, s)
	if at < 0 {
		return
	}
	if f.first[at] == "" {
		f.first[at] = rule
	}
	if i := ruleIndex(rule); i >= 0 {
		f.rules[at] |= 1 << i
	}
}

// all are the rules that found anything.
func (f found) all() uint32 { return f.rules[0] | f.rules[1] | f.rules[2] }

// count counts the rules that found anything.
func (f found) count() int { return bits.OnesCount32(f.all()) }

// hint is how grave the gravest finding is.
type hint string

// The hints, from the gravest. unchecked is a version newer than the run.
const (
	hintBlocks hint = "blocks"
	hintAsks   hint = "asks"
	hintTells  hint = "tells"
	hintNone   hint = "none"
	unchecked  hint = "unchecked"
)

type hintWord struct {
	hint
	word, tone string
}

func hints() []hintWord {
	return []hintWord{{hintBlocks, string(finding.Blocks), "bad"}, {hintAsks, string(finding.Asks), "warn"}, {hintTells, string(finding.Tells), "still"},
		{hintNone, "无提示", "ok"}, {unchecked, "尚未核对", "still"}}
}

// rank is the place of a hint in hints, -1 for what is none.
func (h hint) rank() int {
	return slices.IndexFunc(hints(), func(w hintWord) bool { return w.hint == h })
}

func (h hint) word() hintWord { return hints()[h.rank()] }

// gravest gives the hint and the rule that it comes from.
func (f found) gravest() (hint, string) {
	for i, h := range []hint{hintBlocks, hintAsks, hintTells} {
		if f.first[i] != "" {
			return h, f.first[i]
		}
	}
	return hintNone, ""
}

// shortRule is a rule under the few characters that fit into a cell: the checks,
// and what would hold back publication.
type shortRule struct{ rule, word string }

func shortRules() []shortRule {
	return []shortRule{{"两摸清/2", "内涵外延"}, {"五对照/1", "行使范围"}, {"五对照/2", "审批目录"}, {"五对照/3", "法律依据"}, {"五对照/4", "三定职责"}, {"五对照/5", "外地清单"},
		{"六查看/1", "合法性"}, {"六查看/2", "合时合需"}, {"六查看/3", "权力内容"}, {"六查看/4", "程序结果"}, {"六查看/5", "办理效率"}, {"六查看/6", "行使责任"},
		{inventory.RequiredRule, "公布要素"}}
}

// ruleIndex is the place of a rule in shortRules, -1 for one that is no check.
func ruleIndex(rule string) int {
	return slices.IndexFunc(shortRules(), func(r shortRule) bool { return r.rule == rule })
}

// short is the short word of a rule.
func short(rule string) string {
	for _, r := range shortRules() {
		if r.rule == rule {
			return r.word
		}
	}
	return rule
}
