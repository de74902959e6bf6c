package org

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

// Rule is how a boundary divides a power that several departments exercise. Only
// a boundary with a rule allows several bodies for one power.
type Rule string

// The rules. The zero rule divides a matter by what each side does, and gives no
// power to two.
const (
	NoRule      Rule = ""    // 分工: each side does its own
	Territory   Rule = "地域"  // each in its own place
	Amount      Rule = "数额"  // by the amount or the size of the case
	FirstFiling Rule = "先立案" // whoever opened the case first (行政处罚法第二十五条)
	LeadRule    Rule = "牵头"  // one leads, the others take part
)

// Rules lists the rules that allow several bodies for one power.
func Rules() []Rule { return []Rule{Territory, Amount, FirstFiling, LeadRule} }

// Label says in words what a rule divides by.
func (r Rule) Label() string {
	switch r {
	case NoRule:
		return "按职责分工"
	case Territory:
		return "按地域划分"
	case Amount:
		return "按数额划分"
	case FirstFiling:
		return "由最先立案的管辖"
	case LeadRule:
		return "由一家牵头"
	default:
		return string(r)
	}
}

// Boundary is where the duties of two departments meet (职责边界): the matter,
// who does what, and the basis (减权/边界).
type Boundary struct {
	ID, Power                sqldb.ID // Power is zero where the matter is no single power
	Division                 string
	Matter                   string // 事项
	Left, Right              sqldb.ID
	LeftDoes, RightDoes      string
	Basis                    string
	Rule                     Rule
	From                     string    // the day from which it holds
	LeftAt, RightAt          time.Time // when each side confirmed; zero while it did not
	EndedOn, EndedReason, By string    // By is who recorded it, for staff only
	At                       time.Time
}

// BoundaryState is how far a boundary is.
type BoundaryState string

// The states of a boundary.
const (
	Unconfirmed BoundaryState = "open"      // 待确认: one side at least has not confirmed
	Confirmed   BoundaryState = "confirmed" // 已确认 by both sides
	Closed      BoundaryState = "ended"     // 已终止
)

// BoundaryStates lists the states.
func BoundaryStates() []BoundaryState { return []BoundaryState{Unconfirmed, Confirmed, Closed} }

// Label is the word for the state.
func (s BoundaryState) Label() string {
	switch s {
	case Unconfirmed:
		return "待确认"
	case Confirmed:
		return "双方已确认"
	case Closed:
		return "已终止"
	default:
		return string(s)
	}
}

// State says how far a boundary is.
func (b Boundary) State() BoundaryState {
	switch {
	case b.EndedOn != "":
		return Closed
	case b.LeftAt.IsZero() || b.RightAt.IsZero():
		return Unconfirmed
	default:
		return Confirmed
	}
}

// Holds says whether both sides had confirmed a boundary and it is in force on
// a day.
func (b Boundary) Holds(day string) bool {
	return !b.LeftAt.IsZero() && !b.RightAt.IsZero() && b.From <= day && (b.EndedOn == "" || day < b.EndedOn)
}

// Sides says whether a department is one of the two.
func (b Boundary) Sides(department sqldb.ID) bool {
	return department == b.Left || department == b.Right
}

// Waits says whether a department is a side that has not confirmed yet.
func (b Boundary) Waits(department sqldb.ID) bool {
	return b.State() == Unconfirmed && (department == b.Left && b.LeftAt.IsZero() || department == b.Right && b.RightAt.IsZero())
}

// The bounds of the words of a boundary, in characters.
const (
	maxMatter = 100
	maxDoes   = 500
)

// check refuses a boundary that would tell nobody who does what.
func (b Boundary) check() error {
	for _, f := range []struct {
		place, label, word string
		max                int
	}{{"matter", "事项", b.Matter, maxMatter}, {"left_does", "己方职责", b.LeftDoes, maxDoes}, {"right_does", "对方职责", b.RightDoes, maxDoes}, {"basis", "依据", b.Basis, maxDoes}} {
		switch n := utf8.RuneCountInString(f.word); {
		case n == 0:
			return errs.Invalidf("没有写明%s", f.label).At(f.place).Fix("职责边界要写明事项、双方各负责什么和依据")
		case n > f.max:
			return errs.Invalidf("%s超过 %d 字", f.label, f.max).At(f.place).Fix("请删减")
		}
	}
	switch _, err := time.Parse(time.DateOnly, b.From); {
	case err != nil:
		return errs.Invalidf("生效日期“%s”不对", b.From).At("from").Fix("请写成 2015-01-01 这样")
	case b.Left == b.Right:
		return errs.Invalidf("边界的两方是同一个部门").At("right").Fix("请选择另一个部门")
	case b.Rule != NoRule && !slices.Contains(Rules(), b.Rule):
		return errs.Invalidf("没有“%s”这种划分方法", b.Rule).At("rule").Fix("请从列表中选择")
	case b.Rule != NoRule && b.Power.IsZero():
		return errs.Invalidf("没有写明是哪一项权力").At("power").Fix("允许几个部门行使同一项权力的，要写明事项编码")
	}
	return nil
}

// RecordBoundary writes a boundary and records "boundary.recorded". side is the
// department that records it, and has thereby confirmed; zero for somebody who
// is neither side, after whom both confirm. The caller has asked whether the
// person may.
//
// Invalid: a field is empty or too long, no such day, both sides are one, a rule
// without power, or a department that has ended. Conflict: the same two have an
// open or confirmed boundary in the same matter.
//
// rule:减权/边界 职责边界写明事项、双方各负责什么和依据，双方确认后生效
func RecordBoundary(ctx context.Context, tx *ledger.Tx, b Boundary, side sqldb.ID, by string) (sqldb.ID, error) {
	for _, s := range []*string{&b.Matter, &b.LeftDoes, &b.RightDoes, &b.Basis, &b.From} {
		*s = strings.TrimSpace(*s)
	}
	if err := b.check(); err != nil {
		return sqldb.ID{}, err
	}
	for place, id := range map[string]sqldb.ID{"left": b.Left, "right": b.Right} {
		d, err := DepartmentByID(ctx, tx, id)
		switch {
		case errs.KindOf(err) == errs.NotFound && err != nil:
			return sqldb.ID{}, errs.Invalidf("没有这个部门").At(place).Fix("请从列表中选择").Because(err)
		case err != nil:
			return sqldb.ID{}, err
		case d.ValidTo != "" && d.ValidTo <= b.From:
			return sqldb.ID{}, errs.Invalidf("部门“%s”在 %s 已经撤销", d.Name, d.ValidTo).At(place).Fix("请选择承接它的部门")
		}
		b.Division = d.Division
	}
	if err := unheard(ctx, tx, b); err != nil {
		return sqldb.ID{}, err
	}
	b.ID, b.By, b.At = sqldb.NewID(), by, tx.Now()
	if side == b.Left {
		b.LeftAt = tx.Now()
	}
	if side == b.Right {
		b.RightAt = tx.Now()
	}
	if err := insertBoundary(ctx, tx, b); err != nil {
		return sqldb.ID{}, err
	}
	return b.ID, b.say(ctx, tx, "boundary.recorded", "")
}

// ConfirmBoundary confirms a boundary for one of its sides and records
// "boundary.confirmed". Invalid: the department is neither side. Conflict: it
// confirmed before, or the boundary has ended.
func ConfirmBoundary(ctx context.Context, tx *ledger.Tx, id, side sqldb.ID) error {
	b, err := BoundaryByID(ctx, tx, id)
	if err != nil {
		return err
	}
	switch {
	case !b.Sides(side):
		return errs.Invalidf("只有边界的双方可以确认").Fix("请由双方部门负责人确认")
	case b.State() == Closed:
		return errs.Conflictf("这条边界已经终止").Fix("请刷新页面；需要的请重新提出")
	case !b.Waits(side):
		return errs.Conflictf("本部门已经确认过这条边界").Fix("请刷新页面")
	}
	if err := markConfirmed(ctx, tx, b, side); err != nil {
		return err
	}
	return b.say(ctx, tx, "boundary.confirmed", side.String())
}

// EndBoundary ends a boundary on a day, or refuses one that was never confirmed
// (不同意), and records "boundary.ended"; the reason stands in the addendum.
// Invalid: no such day, no reason. Conflict: it has ended.
func EndBoundary(ctx context.Context, tx *ledger.Tx, id sqldb.ID, day, reason string) error {
	b, err := BoundaryByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return errs.Invalidf("终止日期“%s”不对", day).At("day").Fix("请写成 2015-01-01 这样")
	}
	reason = strings.TrimSpace(reason)
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return errs.Invalidf("没有写明理由").At("reason").Fix("请写明为什么终止或者不同意")
	case n > maxDoes:
		return errs.Invalidf("理由超过 %d 字", maxDoes).At("reason").Fix("请删减")
	}
	if err := markEnded(ctx, tx, b, day, reason); err != nil {
		return err
	}
	b.EndedOn, b.EndedReason = day, reason
	return b.say(ctx, tx, "boundary.ended", "")
}

// say records an act on a boundary. What it says of duties is public; why one
// was ended are somebody's own words and stand in the addendum.
func (b Boundary) say(ctx context.Context, tx *ledger.Tx, kind, side string) error {
	type act struct {
		Matter    string `json:"matter"`
		Left      string `json:"left"`
		LeftDoes  string `json:"left_does"`
		Right     string `json:"right"`
		RightDoes string `json:"right_does"`
		Basis     string `json:"basis"`
		Rule      Rule   `json:"rule,omitempty"`
		Power     string `json:"power,omitempty"`
		From      string `json:"from"`
		Side      string `json:"side,omitempty"`
		Ended     string `json:"ended,omitempty"`
	}
	a := act{b.Matter, b.Left.String(), b.LeftDoes, b.Right.String(), b.RightDoes, b.Basis, b.Rule, "", b.From, side, b.EndedOn}
	if !b.Power.IsZero() {
		a.Power = b.Power.String()
	}
	return tx.SayBeside(ctx, b.Division, kind, b.ID, a, ledger.Words(b.EndedReason))
}
