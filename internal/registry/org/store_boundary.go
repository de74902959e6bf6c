package org

import (
	"context"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

func insertBoundary(ctx context.Context, tx *ledger.Tx, b Boundary) error {
	_, err := tx.Exec(ctx, `insert into boundaries (id, division, matter, left_id, left_does, right_id, right_does, basis, power_id, rule, from_day,
		left_at, right_at, ended_day, ended_reason, recorded_by, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', ?, ?)`,
		b.ID, b.Division, b.Matter, b.Left, b.LeftDoes, b.Right, b.RightDoes, b.Basis, b.Power, string(b.Rule), b.From,
		instant(b.LeftAt), instant(b.RightAt), b.By, sqldb.Micros(b.At))
	return errs.Wrap("record boundary", err)
}

// instant stores no instant as 0.
func instant(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return sqldb.Micros(t)
}

// unheard refuses a boundary beside another one of the same two in the same
// matter that has not ended.
func unheard(ctx context.Context, r sqldb.Reader, b Boundary) error {
	var n int
	err := r.QueryRow(ctx, `select count(*) from boundaries where ended_day = '' and matter = ? and (left_id = ? and right_id = ? or left_id = ? and right_id = ?)`,
		b.Matter, b.Left, b.Right, b.Right, b.Left).Scan(&n)
	if err == nil && n > 0 {
		return errs.Conflictf("这两个部门之间已有“%s”的边界", b.Matter).At("matter").Fix("请先终止原来的，再重新提出")
	}
	return errs.Wrap("boundaries of a matter", err)
}

// markConfirmed confirms for one side; somebody faster is a Conflict.
func markConfirmed(ctx context.Context, tx *ledger.Tx, b Boundary, side sqldb.ID) error {
	for _, one := range []struct {
		is  bool
		sql string
	}{
		{side == b.Left, `update boundaries set left_at = ? where id = ? and left_at = 0 and ended_day = ''`},
		{side == b.Right, `update boundaries set right_at = ? where id = ? and right_at = 0 and ended_day = ''`},
	} {
		if !one.is {
			continue
		}
		n, err := tx.Exec(ctx, one.sql, sqldb.Micros(tx.Now()), b.ID)
		if err != nil {
			return errs.Wrap("confirm boundary", err)
		}
		if n != 1 {
			return errs.Conflictf("这条边界已由他人处理").Fix("请刷新页面")
		}
	}
	return nil
}

func markEnded(ctx context.Context, tx *ledger.Tx, b Boundary, day, reason string) error {
	n, err := tx.Exec(ctx, `update boundaries set ended_day = ?, ended_reason = ? where id = ? and ended_day = ''`, day, reason, b.ID)
	if err == nil && n != 1 {
		return errs.Conflictf("这条边界已经终止").Fix("请刷新页面")
	}
	return errs.Wrap("end boundary", err)
}

const boundaryColumns = `select b.id, b.division, b.matter, b.left_id, b.left_does, b.right_id, b.right_does, b.basis, b.power_id, b.rule, b.from_day,
	b.left_at, b.right_at, b.ended_day, b.ended_reason, b.recorded_by, b.at from boundaries b `

func scanBoundary(r *sqldb.Rows) (Boundary, error) {
	var b Boundary
	var left, right, at int64
	err := r.Scan(&b.ID, &b.Division, &b.Matter, &b.Left, &b.LeftDoes, &b.Right, &b.RightDoes, &b.Basis, &b.Power, &b.Rule, &b.From,
		&left, &right, &b.EndedOn, &b.EndedReason, &b.By, &at)
	if left > 0 {
		b.LeftAt = sqldb.FromMicros(left)
	}
	if right > 0 {
		b.RightAt = sqldb.FromMicros(right)
	}
	b.At = sqldb.FromMicros(at)
	return b, err
}

// BoundaryByID finds a boundary; NotFound when there is none.
func BoundaryByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Boundary, error) {
	rows, err := r.Query(ctx, boundaryColumns+`where b.id = ?`, id)
	all, err := sqldb.Collect(rows, err, scanBoundary)
	switch {
	case err != nil:
		return Boundary{}, errs.Wrap("boundary", err)
	case len(all) == 0:
		return Boundary{}, errs.NotFoundf("没有这条职责边界").Fix("请从职责边界重新进入")
	}
	return all[0], nil
}

// Boundaries lists the boundaries of which one side is among departments (all
// when nil), open ones first, then the newest first. Both sides see them alike.
func Boundaries(ctx context.Context, r sqldb.Reader, departments []sqldb.ID) ([]Boundary, error) {
	w := new(sqldb.Where)
	if departments != nil {
		if len(departments) == 0 {
			return nil, nil
		}
		marks, args := sqldb.In(departments)
		w.And("(b.left_id in ("+marks+") or b.right_id in ("+marks+"))", append(args, args...)...)
	}
	rows, err := r.Query(ctx, boundaryColumns+`where `+w.Text()+`
		order by case when b.ended_day <> '' then 2 when b.left_at > 0 and b.right_at > 0 then 1 else 0 end, b.at desc, b.id`, w.Args...)
	all, err := sqldb.Collect(rows, err, scanBoundary)
	return all, errs.Wrap("boundaries", err)
}

// BoundariesOf lists the boundaries that concern powers (all that concern any
// power when none is given) and were not refused, by power and age: with them
// and Boundary.Holds one knows on which day several bodies may exercise one.
func BoundariesOf(ctx context.Context, r sqldb.Reader, powers ...sqldb.ID) ([]Boundary, error) {
	w := new(sqldb.Where)
	w.And("b.power_id is not null")
	if len(powers) > 0 {
		marks, args := sqldb.In(powers)
		w.And("b.power_id in ("+marks+")", args...)
	}
	rows, err := r.Query(ctx, boundaryColumns+`where `+w.Text()+` order by b.power_id, b.at, b.id`, w.Args...)
	all, err := sqldb.Collect(rows, err, scanBoundary)
	return all, errs.Wrap("boundaries of powers", err)
}
