package reduce

import (
	"context"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// BoundaryForm is what somebody records of a boundary between two departments.
type BoundaryForm struct {
	Matter              string
	Left, Right         sqldb.ID
	LeftDoes, RightDoes string
	Basis               string
	Code                string // 事项编码 of the one power it concerns; may be empty
	Rule                org.Rule
	From                string // the day from which it holds
}

// RecordBoundary records a boundary (MarkBoundary): the head of a department one
// of its own, which confirms it for that side; the legal office one between any
// two, which both then confirm. See org.RecordBoundary. Invalid too: a code that
// no power has, or whose department is neither side.
func RecordBoundary(ctx context.Context, tx *ledger.Tx, who *people.Who, f BoundaryForm) (sqldb.ID, error) {
	side, err := sideOf(tx, who, f.Left, f.Right)
	if err != nil {
		return sqldb.ID{}, err
	}
	b := org.Boundary{Matter: f.Matter, Left: f.Left, Right: f.Right, LeftDoes: f.LeftDoes, RightDoes: f.RightDoes, Basis: f.Basis, Rule: f.Rule, From: f.From}
	if code := strings.TrimSpace(f.Code); code != "" {
		p, err := power.ByCode(ctx, tx, code)
		if errs.KindOf(err) == errs.NotFound && err != nil {
			return sqldb.ID{}, errs.Invalidf("没有编码为 %s 的事项", code).At("power").Fix("请核对编码，或者不填").Because(err)
		}
		if err != nil {
			return sqldb.ID{}, err
		}
		c, err := power.Standing(ctx, tx, p.ID)
		if err != nil {
			return sqldb.ID{}, err
		}
		if !b.Sides(c.Department) {
			return sqldb.ID{}, errs.Invalidf("事项 %s 不是这两个部门的", code).At("power").Fix("请核对编码，或者选择它的实施主体")
		}
		b.Power = p.ID
	}
	return org.RecordBoundary(ctx, tx, b, side, who.Name)
}

// sideOf is the side for which somebody acts: the own department of a head; zero
// for the legal office, which is neither.
func sideOf(tx *ledger.Tx, who *people.Who, left, right sqldb.ID) (sqldb.ID, error) {
	if tx.Actor().ID != who.Account.String() {
		return sqldb.ID{}, errAnother
	}
	if err := who.May(people.MarkBoundary); err != nil {
		return sqldb.ID{}, err
	}
	s := who.Scope(people.MarkBoundary)
	switch {
	case s.All:
		return sqldb.ID{}, nil
	case s.Has(left):
		return left, nil
	case s.Has(right):
		return right, nil
	default:
		return sqldb.ID{}, people.Unknown()
	}
}

// ConfirmBoundary confirms a boundary for one's own department (MarkBoundary). The
// legal office records and ends, but confirms for nobody: Forbidden. NotFound: no
// such boundary, or not theirs. Conflict as with org.ConfirmBoundary.
func ConfirmBoundary(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID) error {
	b, err := ownBoundary(ctx, tx, who, id)
	if err != nil {
		return err
	}
	side, err := sideOf(tx, who, b.Left, b.Right)
	if err != nil {
		return err
	}
	if side.IsZero() {
		return errs.New(errs.Forbidden, "职责边界由双方部门各自确认").Fix("请由部门负责人确认")
	}
	return org.ConfirmBoundary(ctx, tx, id, side)
}

// EndBoundary ends a boundary of one's own department, or says that one does not
// agree with it (MarkBoundary). NotFound: none, or not theirs. See org.EndBoundary.
func EndBoundary(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID, day, reason string) error {
	b, err := ownBoundary(ctx, tx, who, id)
	if err != nil {
		return err
	}
	if _, err := sideOf(tx, who, b.Left, b.Right); err != nil {
		return err
	}
	return org.EndBoundary(ctx, tx, id, day, reason)
}

// ownBoundary finds a boundary; one that does not exist is answered like one that
// is not theirs.
func ownBoundary(ctx context.Context, r sqldb.Reader, who *people.Who, id sqldb.ID) (org.Boundary, error) {
	if err := who.May(people.MarkBoundary); err != nil {
		return org.Boundary{}, err
	}
	b, err := org.BoundaryByID(ctx, r, id)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return b, people.Unknown().Because(err)
	}
	return b, err
}
