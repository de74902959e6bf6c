package round

import (
	"time"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
)

// OpinionState says where an opinion (审核意见) stands.
type OpinionState string

// The states of an opinion. Draft and Dropped are the group's own business and
// never shown to a department.
const (
	Draft      OpinionState = "draft"      // 草稿
	Dropped    OpinionState = "dropped"    // 已删除 (a draft taken back)
	Issued     OpinionState = "issued"     // 待答复
	Answered   OpinionState = "answered"   // 已答复
	Settled    OpinionState = "settled"    // 已解决
	Maintained OpinionState = "maintained" // 坚持: an opinion of the next round follows it
	Disputed   OpinionState = "disputed"   // 有分歧，待裁定
	Ruled      OpinionState = "ruled"      // 已裁定
)

// OpinionStates lists the states that a department sees, in their order.
func OpinionStates() []OpinionState {
	return []OpinionState{Issued, Answered, Settled, Maintained, Disputed, Ruled}
}

// Label is the word for the state.
func (s OpinionState) Label() string {
	switch s {
	case Draft:
		return "草稿"
	case Dropped:
		return "已删除"
	case Issued:
		return "待答复"
	case Answered:
		return "已答复"
	case Settled:
		return "已解决"
	case Maintained:
		return "坚持"
	case Disputed:
		return "待裁定"
	case Ruled:
		return "已裁定"
	default:
		return string(s)
	}
}

// AnswerKind is how a department answers an opinion.
type AnswerKind string

// The answers.
const (
	Accept AnswerKind = "accept" // 采纳: needs a new version of the power
	Partly AnswerKind = "partly" // 部分采纳: needs a new version and a reason
	Refuse AnswerKind = "refuse" // 不采纳: needs a reason
)

// AnswerKinds lists the answers in the order of forms.
func AnswerKinds() []AnswerKind { return []AnswerKind{Accept, Partly, Refuse} }

// Label is the word for the answer.
func (a AnswerKind) Label() string {
	switch a {
	case Accept:
		return "采纳"
	case Partly:
		return "部分采纳"
	case Refuse:
		return "不采纳"
	default:
		return string(a)
	}
}

// Reply is what a department answered.
type Reply struct {
	Kind    AnswerKind
	Reason  string
	Version sqldb.ID // the version that carries it out; zero for a refusal and for a power that was withdrawn
	By      string   // name; personal data of staff, not for the public
	At      time.Time
}

// Outcome is how the leading group decides a dispute.
type Outcome string

// The outcomes. The first and the last send the power back to its department for
// the correction.
const (
	Uphold  Outcome = "uphold"  // 支持审核小组
	Support Outcome = "support" // 支持部门
	Wording Outcome = "wording" // 另定表述: the text of the ruling says which
)

// Outcomes lists the outcomes in the order of forms.
func Outcomes() []Outcome { return []Outcome{Uphold, Support, Wording} }

// Label is the word for the outcome.
func (o Outcome) Label() string {
	switch o {
	case Uphold:
		return "支持审核小组意见"
	case Support:
		return "支持部门意见"
	case Wording:
		return "另定表述"
	default:
		return string(o)
	}
}

// Corrects says whether the outcome asks the department for a correction.
func (o Outcome) Corrects() bool { return o == Uphold || o == Wording }

// Ruling is a decision of the leading group (裁定).
type Ruling struct {
	Outcome Outcome
	Text    string
	Version sqldb.ID // the version that stood when it was made
	By      string
	At      time.Time
}

// Opinion is what an audit group says of one field of one version.
type Opinion struct {
	ID             sqldb.ID
	Campaign       sqldb.ID
	No             int // the round
	Submission     sqldb.ID
	Department     sqldb.ID
	DepartmentName string
	order          string // pinyin key of the department
	Power, Change  sqldb.ID
	Version        sqldb.ID // the version that it speaks of
	VersionNo      int
	Present        sqldb.ID // the version that the change carries today
	PresentAt      time.Time
	ChangeState    power.State
	Code, Name     string // of the power; the name as the version has it
	Category       power.Category
	Field          string // key of Fields
	Cause          string // key of Causes
	Text           string
	State          OpinionState
	Follows        sqldb.ID // the opinion that it maintains, zero for a new one
	Batch          sqldb.ID // the bulk act that wrote it
	Account        sqldb.ID
	Author         string // name; personal data of staff, not for the public
	Written        time.Time
	Handed         time.Time // zero for drafts
	Moved          time.Time // when State was reached, or a draft was reworded last
	Reply          *Reply    // nil until answered
	Ruling         *Ruling   // nil until ruled
}

// Changed says whether the power got another version since the opinion was handed
// down: it can then be accepted. A power that left its way (withdrawn, decided)
// needs none.
func (o Opinion) Changed() bool {
	return !o.ChangeState.Open() || o.Present != o.Version && !o.PresentAt.Before(o.Handed)
}

// Note is what a reviewer writes: on which version of which change, on which
// field, for what cause.
type Note struct {
	Change  sqldb.ID
	Version sqldb.ID // as the reviewer saw it
	Field   string
	Cause   string
	Text    string
}

// Verdict is a reviewer's conclusion on one check of a version.
type Verdict string

// The verdicts.
const (
	Pass    Verdict = "pass"    // 通过
	Problem Verdict = "problem" // 有问题
	NotHere Verdict = "na"      // 不适用
)

// Verdicts lists the verdicts in the order of forms.
func Verdicts() []Verdict { return []Verdict{Pass, Problem, NotHere} }

// Label is the word for the verdict.
func (v Verdict) Label() string {
	switch v {
	case Pass:
		return "通过"
	case Problem:
		return "有问题"
	case NotHere:
		return "不适用"
	default:
		return string(v)
	}
}

// Conclusion is what a named person concludes on one check; Note may be empty
// except for a Problem.
type Conclusion struct {
	Rule    string // one of Checks
	Verdict Verdict
	Note    string
}

// Concluded is a stored conclusion.
type Concluded struct {
	Conclusion
	Change, Version sqldb.ID
	Batch           sqldb.ID
	By              string
	At              time.Time
}

// Item names a change and the version of it that somebody looked at.
type Item struct{ Change, Version sqldb.ID }
