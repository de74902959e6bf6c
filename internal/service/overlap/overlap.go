// Package overlap finds the powers that several departments hold, or one
// department lists twice, under the same or other names (职责交叉重叠, 减权/重叠),
// and keeps what people judge of each group: that it is none, that a boundary
// divides it, or that it is proposed for one department to lead (整合).
//
// What was found is derived and made anew by each search. A judgement is an act
// and belongs to the powers that it was given to, so that the next search finds
// it again, also for a part of them.
package overlap

import (
	"time"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
)

// Kind says whether a group goes across departments.
type Kind string

// The kinds.
const (
	Across Kind = "across" // 部门之间
	Within Kind = "within" // 部门内部
)

// Kinds lists the kinds in their order.
func Kinds() []Kind { return []Kind{Across, Within} }

// Label is the word for people.
func (k Kind) Label() string {
	switch k {
	case Across:
		return "部门之间"
	case Within:
		return "部门内部"
	default:
		return string(k)
	}
}

// Verdict is what people judged of a group. The zero verdict is none yet.
type Verdict string

// The verdicts.
const (
	Open     Verdict = ""         // 待研究; given as a judgement it opens the group again
	NotOne   Verdict = "apart"    // 不属重叠: not the same matter
	Bounded  Verdict = "boundary" // 已划清边界: several exercise it by a recorded boundary
	Proposed Verdict = "proposed" // 已提出整合
)

// Verdicts lists the verdicts in the order in which they are shown.
func Verdicts() []Verdict { return []Verdict{Open, Proposed, Bounded, NotOne} }

// Label is the word for people.
func (v Verdict) Label() string {
	switch v {
	case Open:
		return "待研究"
	case NotOne:
		return "不属重叠"
	case Bounded:
		return "已划清边界"
	case Proposed:
		return "已提出整合"
	default:
		return string(v)
	}
}

// Group is a group of powers that are taken for one matter.
type Group struct {
	ID       sqldb.ID // the same whenever the same powers are found together
	Kind     Kind
	Score    int // likeness of the member least like the others, in thousandths
	Size     int
	Offices  int // departments
	Name     string
	Category string
	Place    string   // the article that all rest on, "" where they differ
	Reasons  []string // in Chinese, the strongest first
	Lead     sqldb.ID // the department suggested to lead
	Into     sqldb.ID // the power of that department suggested to stay
	Why      string   // why that department, in Chinese
	Verdict  Verdict
	order    string
}

// Member is one power of a group.
type Member struct {
	Power, Version, Department sqldb.ID
	Change                     sqldb.ID // the change that carries the wording compared
	State                      power.State
	Code, Name, Category       string
	Score                      int    // likeness to the first member, in thousandths
	Reason                     string // in Chinese, "" of the first member
	// Hidden: it is of another department, and not published: only that it is there
	// may be told. Of such a member all fields but Score and Category are zero.
	Hidden bool
}

// Run says when the last search was, and what came of it.
type Run struct {
	At     time.Time
	Powers int // compared
	Found  int // groups
	Pooled int // powers in groups
	Digest [32]byte
	Stale  bool // powers, duties or departments have changed since
}

// Judgement is what somebody concludes of a group.
type Judgement struct {
	Verdict  Verdict
	Reason   string
	Into     sqldb.ID // of Proposed: the power that the others are to merge into
	Boundary sqldb.ID // of Bounded: the boundary of registry/org that divides the matter
	Seen     Verdict  // the verdict that the person saw
}

// Judged is a judgement in the books.
type Judged struct {
	Verdict Verdict
	Reason  string
	Into    sqldb.ID
	By      string
	At      time.Time
	Whole   bool // it was given to all the powers of the group
	Changed bool // one of these has another wording by now
}

// Place is a place in the order of groups.
type Place struct {
	Order string
	ID    sqldb.ID
}

// At is where the group stands.
func (g Group) At() Place { return Place{g.order, g.ID} }
