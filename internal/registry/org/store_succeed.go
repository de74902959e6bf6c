package org

import (
	"context"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

func insertEnd(ctx context.Context, tx *ledger.Tx, e End, d Department) error {
	if _, err := tx.Exec(ctx, `insert into department_ends (department_id, day, successor_id, reason, at) values (?, ?, ?, ?, ?)`,
		e.Department, e.Day, e.Successor, e.Reason, sqldb.Micros(tx.Now())); err != nil {
		return fmt.Errorf("end department %s: %w", d.Name, err)
	}
	n, err := tx.Exec(ctx, `update departments set valid_to = ? where id = ? and valid_to = ''`, e.Day, e.Department)
	if err != nil {
		return fmt.Errorf("end department %s: %w", d.Name, err)
	}
	if n != 1 {
		return endedBefore(d)
	}
	return nil
}

// followedOn gives the last day on which a department took over from another
// one, "" when it never did.
func followedOn(ctx context.Context, r sqldb.Reader, department sqldb.ID) (string, error) {
	var day string
	err := r.QueryRow(ctx, `select coalesce(max(day), '') from department_ends where successor_id = ?`, department).Scan(&day)
	return day, errs.Wrap("whom a department follows", err)
}

// ReadSuccession reads who follows whom. It is one small query: whoever asks
// about many departments or days reads it once.
func ReadSuccession(ctx context.Context, r sqldb.Reader) (Succession, error) {
	rows, err := r.Query(ctx, `select department_id, successor_id, day, reason from department_ends`)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (End, error) {
		var e End
		err := r.Scan(&e.Department, &e.Successor, &e.Day, &e.Reason)
		return e, err
	})
	if err != nil {
		return Succession{}, fmt.Errorf("succession of departments: %w", err)
	}
	s := Succession{make(map[sqldb.ID]End, len(all))}
	for _, e := range all {
		s.ends[e.Department] = e
	}
	return s, nil
}

// holds counts the powers of departments that somebody must answer for: on the
// list, on their way to it, or handed down.
func holds(ctx context.Context, r sqldb.Reader, departments []sqldb.ID) (int, error) {
	marks, args := sqldb.In(departments)
	var n int
	err := r.QueryRow(ctx, `select count(distinct power_id) from changes where department_id in (`+marks+`) and kind <> 'cancel'
		and state not in ('withdrawn', 'replaced', 'ended', 'cancelled', 'transferred', 'merged_away', 'reclassified')`, args...).Scan(&n)
	return n, errs.Wrap("powers of a department", err)
}

// DepartmentByID finds a department; NotFound when there is none.
func DepartmentByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Department, error) {
	d := Department{ID: id}
	err := r.QueryRow(ctx, `select division, name, short, credit_code, nature, order_key, valid_from, valid_to from departments where id = ?`, id).
		Scan(&d.Division, &d.Name, &d.Short, &d.CreditCode, &d.Nature, &d.OrderKey, &d.ValidFrom, &d.ValidTo)
	if errs.Is(err, sqldb.ErrNoRows) {
		return d, errs.NotFoundf("没有这个部门")
	}
	return d, errs.Wrap("department", err)
}
