// Package impact is 依据变动: an amended, repealed or withdrawn law turns into
// tasks for exactly the powers whose citations it touches, each with why, a
// clock, and an end: a new version, a cancellation, or a reasoned "unchanged".
//
// Follow does the finding. It compares where every citation led before with
// where it leads after, and nothing else: a power is touched when the words it
// stands on are no longer there, changed, or stand under another number. How a
// text came to be (a new edition, a repeal by another law, a withdrawal) makes
// no difference to the finding, only to its name.
package impact

import (
	"time"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/engine/workday"
	"qingdan/internal/platform/sqldb"
)

// EventKind says what happened to a law.
type EventKind string

// What happens to a law.
const (
	Amended  EventKind = "修改"   // a new edition is or comes in force
	Amending EventKind = "修改决定" // an amending act is in, the new edition is not
	Repealed EventKind = "废止"   // no edition is in force any more
	TakenOut EventKind = "撤回"   // the text had come in by mistake
	Covering EventKind = "新作规定" // a higher text rules what lower ones did
)

// Event is one change of a law on a day.
type Event struct {
	ID       sqldb.ID
	Document sqldb.ID
	Title    string // of the law
	Kind     EventKind
	From, To sqldb.ID // editions; To is zero where no text takes over
	Cause    sqldb.ID // the edition that made the change: the new text, or the amending or repealing act
	Day      string   // from which the change holds
	Opened   time.Time
	Tasks    int // opened by it
	Open     int // still open
	Overdue  int // open after their day
}

// ReasonKind says what became of the words that a citation stands on.
type ReasonKind string

// The reasons, from the gravest to the lightest.
const (
	LawRepealed  ReasonKind = "法规废止"
	TextOut      ReasonKind = "文本撤回"
	ArticleGone  ReasonKind = "条文删去"
	LevelTooLow  ReasonKind = "层级不再足够"
	NowCovered   ReasonKind = "上位法已作规定"
	ActChanges   ReasonKind = "修改决定涉及"
	TextChanged  ReasonKind = "条文修改"
	OtherChanged ReasonKind = "同条其他款项修改"
	NumberMoved  ReasonKind = "仅条号变动"
)

// Reason is one ground of a task.
type Reason struct {
	Citation int // which citation of the version, from 1; 0 for the power as a whole
	Kind     ReasonKind
	Old, New lawtext.Number // the article before and after; zero where there is none
	Note     string         // in Chinese, where there is more to say
}

// State is where a task stands.
type State string

// The states of a task. A void task fell away: its Outcome says why.
const (
	Open   State = "open"
	Closed State = "closed"
	Void   State = "void"
)

// Outcome says how a task ended.
type Outcome string

// The outcomes.
const (
	NewVersion Outcome = "已修改"   // the power has a new version
	Unchanged  Outcome = "确认不变"  // with a reason
	Cancelling Outcome = "已提出取消" // the cancellation goes its way along the chain
	Overtaken  Outcome = "已失去对象" // the version is no longer on its way or on the list
	Unaffected Outcome = "不再受影响" // what changed is changed back, or the citation is gone
	Mistaken   Outcome = "文本已撤回" // the text that opened the task is out
	TakenUp    Outcome = "并入新任务" // a later change of the law, or the next version, asks it again
)

// Task asks a department to look at one version of a power after a change of
// law.
type Task struct {
	ID, Event                  sqldb.ID
	Version, Power, Department sqldb.ID
	Division, Code, Name       string
	Moved                      bool // every reason is NumberMoved: the one-click update fits
	State                      State
	Starts, Due                string // days; Due is the last one
	Calendar                   string // edition of the working-day calendar that Due was counted with
	Provisional                bool   // Due counts days of a year without notice
	Outcome                    Outcome
	Reason                     string // of the outcome
	ClosedBy, ClosedOn         string
	NewVersion                 sqldb.ID
	Reasons                    []Reason
	term                       int // working days that Due was counted with
}

// Overdue says whether the task is open after its day.
func (t Task) Overdue(today string) bool { return t.State == Open && t.Due < today }

// Left counts the working days that are left of an open task's term on a day,
// and says whether that is near its end (临期): no more than one working day or
// a tenth of the term.
func (t Task) Left(c *workday.Calendar, today string) (workdays int, near bool, err error) {
	if t.Overdue(today) {
		return 0, true, nil
	}
	left, _, err := c.Between(today, t.Due)
	if err != nil {
		return 0, false, err
	}
	term, _, err := c.Between(t.Starts, t.Due)
	return left, left <= 1 || left*10 <= term, err
}

// DefaultTerm is how many working days a department has when nobody set
// another number: measures on managing lists (目录管理办法) give 10 or 20.
const DefaultTerm = 10

// Words tells the reason in one line: 第十二条 → 第十一条，仅条号变动.
func (r Reason) Words() string {
	switch {
	case r.Old.N == 0:
		return string(r.Kind)
	case r.New.N > 0 && r.New != r.Old:
		return r.Old.Chinese() + " → " + r.New.Chinese() + "，" + string(r.Kind)
	default:
		return r.Old.Chinese() + "，" + string(r.Kind)
	}
}
