// Package consult is 开门搞清单: what is proposed to keep is put to the public
// before it is published. A notice (征求意见公告) has a period and a draft that is
// frozen when it opens; comments need no account and ask for no name; each is
// answered, or held back with a reason, before anything of the draft is published.
//
// What people write stands in act tables and in addenda of the ledger, never in
// its public part: entries cannot be rewritten, and a comment may have to be held
// back. What everybody may read of a comment is its Shown text, in which numbers
// of persons are hidden.
package consult

import (
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
)

// Stage is how far a notice is on a day. It follows from its days and is not
// stored.
type Stage string

// The stages, in their order.
const (
	Ahead  Stage = "ahead"  // 未开始
	Open   Stage = "open"   // 征求意见中
	Closed Stage = "closed" // 已结束
)

// Label is the word for people.
func (s Stage) Label() string {
	switch s {
	case Ahead:
		return "未开始"
	case Open:
		return "征求意见中"
	case Closed:
		return "已结束"
	default:
		return string(s)
	}
}

// Notice is an invitation to comment on a draft.
type Notice struct {
	ID       sqldb.ID
	Division string
	Title    string
	Text     string // the body of the notice, in paragraphs
	From     string // first day
	To       string // last day
	AnswerBy string // the day until which every comment is to be answered
	ClosedOn string // the day on which it was closed early, "" otherwise
	Entries  int    // lines of the draft
	Digest   [32]byte
	OpenedBy string // name of an official; not for public pages
	OpenedAt time.Time
}

// Stage says how far the notice is on a day.
func (n Notice) Stage(day string) Stage {
	switch {
	case day < n.From:
		return Ahead
	case n.ClosedOn != "" && day >= n.ClosedOn, day > n.To:
		return Closed
	default:
		return Open
	}
}

// Last is the last day on which comments are or were taken.
func (n Notice) Last() string {
	if n.ClosedOn != "" {
		return n.ClosedOn
	}
	return n.To
}

// Term is one setting of the period of a notice, the first by its opening.
type Term struct {
	To, AnswerBy string
	Closed       bool   // it was closed that day, before its last day
	Reason       string // "" of the first
	By           string // name of an official; not for public pages
	At           time.Time
}

// Entry is one line of a draft: a power with the wording that was put to the
// public, and where it stands now.
type Entry struct {
	Notice, Power, Change, Version, Department sqldb.ID
	Kind                                       power.Kind // add 新增, amend 修改, cancel 取消
	Code, Name, Category                       string
	Digest                                     [32]byte // of the version
	Present                                    sqldb.ID // the version that its change carries now
	PresentNo                                  int
	State                                      power.State // of its change now
	Comments                                   int         // shown to the public or held back
	Unanswered                                 int

	order string
}

// Revised says whether the wording changed since the notice was opened.
func (e Entry) Revised() bool { return e.Present != e.Version }

// Kind is where a comment comes from.
type Kind string

// The kinds. Only Public comes through Submit, all others are recorded by the
// office that runs the notice.
const (
	Public  Kind = "public"  // 公众留言
	Letter  Kind = "letter"  // 来信来电来访
	Expert  Kind = "expert"  // 专家意见
	Meeting Kind = "meeting" // 座谈会意见
	Deputy  Kind = "deputy"  // 代表委员意见
)

// Kinds lists the kinds in their order.
func Kinds() []Kind { return []Kind{Public, Letter, Expert, Meeting, Deputy} }

// Label is the word for people.
func (k Kind) Label() string {
	switch k {
	case Public:
		return "公众留言"
	case Letter:
		return "来信来电来访"
	case Expert:
		return "专家意见"
	case Meeting:
		return "座谈会意见"
	case Deputy:
		return "代表委员意见"
	default:
		return string(k)
	}
}

// State is what became of a comment.
type State string

// The states of a comment. A held one may have an answer; it goes back to where
// it was when it is released.
const (
	Waiting  State = "waiting"  // 待答复
	Answered State = "answered" // 已答复
	Held     State = "held"     // 暂不公开
)

// States lists the states in their order.
func States() []State { return []State{Waiting, Answered, Held} }

// Label is the word for people.
func (s State) Label() string {
	switch s {
	case Waiting:
		return "待答复"
	case Answered:
		return "已答复"
	case Held:
		return "暂不公开"
	default:
		return string(s)
	}
}

// Outcome is what an answer concludes.
type Outcome string

// The outcomes.
const (
	Adopted  Outcome = "adopted"  // 采纳
	Partly   Outcome = "partly"   // 部分采纳
	Declined Outcome = "declined" // 未采纳
)

// Outcomes lists the outcomes in their order.
func Outcomes() []Outcome { return []Outcome{Adopted, Partly, Declined} }

// Label is the word for people.
func (o Outcome) Label() string {
	switch o {
	case Adopted:
		return "采纳"
	case Partly:
		return "部分采纳"
	case Declined:
		return "未采纳"
	default:
		return string(o)
	}
}

// Cause is the category under which a comment is held back; it is public, the
// reason beside it is not.
type Cause string

// The causes.
const (
	Private Cause = "private" // 涉及个人信息或者隐私
	Secret  Cause = "secret"  // 涉及国家秘密或者商业秘密
	Illegal Cause = "illegal" // 含有法律法规禁止的内容
	Abusive Cause = "abusive" // 侮辱、诽谤他人
	Astray  Cause = "astray"  // 广告或者与征求意见无关
)

// Causes lists the causes in their order.
func Causes() []Cause { return []Cause{Private, Secret, Illegal, Abusive, Astray} }

// Label is the word for people: 已按“…”暂不公开.
func (c Cause) Label() string {
	switch c {
	case Private:
		return "涉及个人信息或者隐私"
	case Secret:
		return "涉及国家秘密或者商业秘密"
	case Illegal:
		return "含有法律法规禁止的内容"
	case Abusive:
		return "含有侮辱、诽谤他人的内容"
	case Astray:
		return "广告或者与征求意见无关"
	default:
		return string(c)
	}
}

// Comment is one comment as it may be shown to whoever asked for it: what the
// person wrote is read by Raw only.
type Comment struct {
	ID         sqldb.ID
	Notice     sqldb.ID
	Power      sqldb.ID // zero: on the list as a whole
	Version    sqldb.ID // the wording it was written about
	Department sqldb.ID // who answers; zero: the legal office
	Group      sqldb.ID // near-identical comments on the same subject share it
	Meeting    sqldb.ID // of the kind Meeting
	Kind       Kind
	Source     string // role of who said it (行业专家, 企业代表), "" of the public
	Shown      string // with numbers of persons hidden; "" in public reads when held back
	Masked     bool   // something was hidden
	State      State
	Cause      Cause // while held back
	Answer     sqldb.ID
	Outcome    Outcome // "" while not answered
	At         time.Time

	Code, Name string // of the power, in the wording of the comment's version; "" of the whole list
	Size       int    // comments in its group
}

// Answer is one official answer. A corrected one stays, and is followed by the
// one that took its place.
type Answer struct {
	ID         sqldb.ID
	Notice     sqldb.ID
	Comment    sqldb.ID // the one that was opened to answer it or its group
	Group      sqldb.ID
	Replaces   sqldb.ID // the answer that this one corrects
	Outcome    Outcome
	Text       string
	Power      sqldb.ID    // whose wording changed, zero when not adopted
	Version    sqldb.ID    // the version that the comment changed
	Exit       power.State // or where the power went instead: 取消, 下放 …
	Department sqldb.ID    // zero: the legal office
	Comments   int         // how many it answered when it was given
	By         string      // name of an official; not for public pages
	At         time.Time
}

// Hold is one act of holding back or releasing, for staff.
type Hold struct {
	Held   bool
	Cause  Cause
	Reason string
	By     string
	At     time.Time
}

// MeetingRecord is a meeting (座谈会) on a draft.
type MeetingRecord struct {
	ID         sqldb.ID
	Notice     sqldb.ID
	Title      string
	Day        string
	Place      string
	Attendance string // who took part, by roles: 企业代表6人、行业协会2人
	Summary    string
	Opinions   int // comments of kind Meeting that came of it
	By         string
	At         time.Time
}

// citizenID names the public in the ledger: one constant for everybody, so that
// it leads to nobody.
const citizenID = "public"

// Citizen is the actor of whoever comments without signing in.
func Citizen() ledger.Actor { return ledger.Actor{ID: citizenID, Name: "公众", Role: "公众"} }
