package overlap

import (
	"context"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

// batch is how many rows are written by one statement.
const batch = 50

// chunks hands rows to write in batches, and what does not fill one singly, so
// that the database sees two texts only.
func chunks(n int, write func(from, to int) error) error {
	at := 0
	for ; at+batch <= n; at += batch {
		if err := write(at, at+batch); err != nil {
			return err
		}
	}
	for ; at < n; at++ {
		if err := write(at, at+1); err != nil {
			return err
		}
	}
	return nil
}

// values are the placeholders of n rows of some columns.
func values(n, columns int) string {
	one := "(" + sqldb.Marks(columns) + ")"
	return one + strings.Repeat(", "+one, n-1)
}

// saveGroups replaces what was found.
func saveGroups(ctx context.Context, tx *sqldb.Tx, groups []grouped) error {
	if _, err := tx.Exec(ctx, `delete from overlap_members`); err != nil {
		return errs.Wrap("replace overlaps", err)
	}
	if _, err := tx.Exec(ctx, `delete from overlap_groups`); err != nil {
		return errs.Wrap("replace overlaps", err)
	}
	type placed struct {
		group sqldb.ID
		seq   int
		Member
	}
	var members []placed
	for _, g := range groups {
		for i, m := range g.members {
			members = append(members, placed{g.ID, i, m})
		}
	}
	err := chunks(len(groups), func(from, to int) error {
		var args []any
		for _, g := range groups[from:to] {
			args = append(args, g.ID, g.order, string(g.Kind), g.Score, g.Size, g.Offices, g.Name, g.Category, g.Place, strings.Join(g.Reasons, "\n"),
				g.Lead, g.Into, g.Why, string(g.Verdict))
		}
		_, err := tx.Exec(ctx, `insert into overlap_groups (id, order_key, kind, score, size, offices, name, category, place, reasons, lead_id, into_id, why, state)
			values `+values(to-from, 14), args...)
		return err
	})
	if err != nil {
		return errs.Wrap("replace overlaps", err)
	}
	err = chunks(len(members), func(from, to int) error {
		var args []any
		for _, m := range members[from:to] {
			args = append(args, m.group, m.seq, m.Power, m.Version, m.Change, m.Department, m.Score, m.Reason)
		}
		_, err := tx.Exec(ctx, `insert into overlap_members (group_id, seq, power_id, version_id, change_id, department_id, score, reason) values `+values(to-from, 8), args...)
		return err
	})
	return errs.Wrap("replace members of overlaps", err)
}

func saveRun(ctx context.Context, tx *sqldb.Tx, division string, run Run, state string) error {
	_, err := tx.Exec(ctx, `insert into overlap_runs (division, at, powers, found, pooled, digest, state) values (?, ?, ?, ?, ?, ?, ?)
		on conflict (division) do update set at = excluded.at, powers = excluded.powers, found = excluded.found, pooled = excluded.pooled,
		digest = excluded.digest, state = excluded.state`, division, sqldb.Micros(run.At), run.Powers, run.Found, run.Pooled, run.Digest[:], state)
	return errs.Wrap("save the search for overlaps", err)
}

// insertJudgement writes a judgement with the powers and wordings that it was
// given to.
func insertJudgement(ctx context.Context, tx *ledger.Tx, group sqldb.ID, j Judgement, account sqldb.ID, by string, members []Member) error {
	id := sqldb.NewID()
	_, err := tx.Exec(ctx, `insert into overlap_judgements (id, group_id, verdict, reason, into_id, boundary_id, account_id, judged_by, at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?)`, id, group, string(j.Verdict), j.Reason, j.Into, j.Boundary, account, by, sqldb.Micros(tx.Now()))
	if err != nil {
		return errs.Wrap("judge an overlap", err)
	}
	for _, m := range members {
		if _, err := tx.Exec(ctx, `insert into overlap_judged (judgement_id, power_id, version_id) values (?, ?, ?)`, id, m.Power, m.Version); err != nil {
			return errs.Wrap("judge an overlap", err)
		}
	}
	return nil
}

// mark writes a verdict into the list. A group whose verdict is no longer the one
// that the caller saw is a Conflict.
func mark(ctx context.Context, tx *ledger.Tx, g Group, v Verdict) error {
	n, err := tx.Exec(ctx, `update overlap_groups set state = ? where id = ? and state = ?`, string(v), g.ID, string(g.Verdict))
	if err == nil && n != 1 {
		err = errs.Conflictf("这一组已由他人判断").Fix("请刷新页面，看过之后再办理")
	}
	return errs.Wrap("judge an overlap", err)
}
