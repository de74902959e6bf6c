package peer

import (
	"context"
	"strconv"
	"strings"

	"qingdan/internal/engine/match"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/people"
)

// batch is how many rows are written by one statement.
const batch = 50

// values are the placeholders of n rows of some columns.
func values(n, columns int) string {
	one := "(" + sqldb.Marks(columns) + ")"
	return one + strings.Repeat(", "+one, n-1)
}

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

// readState is what an alignment rests on: as long as it is the same, so is the
// alignment.
func readState(ctx context.Context, r sqldb.Reader, id sqldb.ID) (string, error) {
	var n [6]int64
	err := r.QueryRow(ctx, `select (select count(*) from power_versions), (select count(*) from changes), (select coalesce(max(moved_at), 0) from changes),
		(select count(*) from mandates), (select coalesce(max(at), 0) from peer_imports where list_id = ?),
		(select count(*) from peer_answers where list_id = ? and answer in ('same', 'apart'))`, id, id).
		Scan(&n[0], &n[1], &n[2], &n[3], &n[4], &n[5])
	parts := make([]string, len(n))
	for i, x := range n {
		parts[i] = strconv.FormatInt(x, 10)
	}
	return strings.Join(parts, " "), errs.Wrap("state of an alignment", err)
}

// saveMatches replaces the matches of a list: place 0 is the match, 1 and on are
// what comes near.
func saveMatches(ctx context.Context, tx *sqldb.Tx, id sqldb.ID, s sides, a match.Alignment) error {
	if _, err := tx.Exec(ctx, `delete from peer_matches where list_id = ?`, id); err != nil {
		return errs.Wrap("replace matches", err)
	}
	all := append(append([]match.Pair{}, a.Pairs...), a.Near...)
	places := map[int]int{}
	place := make([]int, len(all))
	for i, p := range all {
		if i >= len(a.Pairs) {
			places[p.B]++
			place[i] = places[p.B]
		}
	}
	err := chunks(len(all), func(from, to int) error {
		var args []any
		for i := from; i < to; i++ {
			p := all[i]
			o := s.mine[p.A].change
			args = append(args, id, s.other[p.B].item.Seq, o.Power, o.Version, place[i], thousandths(p.Score), strings.Join(p.Reasons, "；"))
		}
		_, err := tx.Exec(ctx, `insert into peer_matches (list_id, seq, power_id, version_id, place, score, reason) values `+values(to-from, 7), args...)
		return err
	})
	return errs.Wrap("replace matches", err)
}

// saveDifferences replaces the worklist of a list.
func saveDifferences(ctx context.Context, tx *sqldb.Tx, id sqldb.ID, all []Difference) error {
	if _, err := tx.Exec(ctx, `delete from peer_differences where list_id = ?`, id); err != nil {
		return errs.Wrap("replace differences", err)
	}
	err := chunks(len(all), func(from, to int) error {
		var args []any
		for _, d := range all[from:to] {
			args = append(args, d.ID, d.List, d.order, string(d.Kind), d.Item, d.Seq, d.Power, d.Version, d.Department, d.Name, d.Category,
				d.Ours, d.Theirs, d.Score, d.Note, string(d.State), string(d.Answer))
		}
		_, err := tx.Exec(ctx, `insert into peer_differences (id, list_id, order_key, kind, item, seq, power_id, version_id, department_id, name, category,
			ours, theirs, score, note, state, answer) values `+values(to-from, 17), args...)
		return err
	})
	return errs.Wrap("replace differences", err)
}

func saveRun(ctx context.Context, tx *sqldb.Tx, id sqldb.ID, run Run, state string) error {
	_, err := tx.Exec(ctx, `insert into peer_runs (list_id, at, powers, items, matched, state) values (?, ?, ?, ?, ?, ?)
		on conflict (list_id) do update set at = excluded.at, powers = excluded.powers, items = excluded.items, matched = excluded.matched, state = excluded.state`,
		id, sqldb.Micros(run.At), run.Powers, run.Items, run.Matched, state)
	return errs.Wrap("save the run of an alignment", err)
}

func insertAnswer(ctx context.Context, tx *ledger.Tx, id sqldb.ID, g given, account sqldb.ID) error {
	_, err := tx.Exec(ctx, `insert into peer_answers (id, list_id, kind, item, power_id, other_id, about, answer, note, account_id, answered_by, at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, sqldb.NewID(), id, string(g.Kind), g.Item, g.Power, g.Other, g.About, string(g.Answer), g.Note,
		account, g.By, sqldb.Micros(g.At))
	return errs.Wrap("answer a difference", err)
}

// markAnswered writes an answer into the worklist. That the two are not one
// matter answers all that was found to differ between them. A row that no longer
// stands as the caller saw it is a Conflict.
func markAnswered(ctx context.Context, tx *ledger.Tx, d Difference, a Verdict) error {
	n, err := tx.Exec(ctx, `update peer_differences set state = 'answered', answer = ?, department_id = ? where id = ? and answer = ?`,
		string(a), d.Department, d.ID, string(d.Answer))
	if err != nil {
		return errs.Wrap("answer a difference", err)
	}
	if n != 1 {
		return errs.Conflictf("这条差异已由他人核对").Fix("请刷新页面")
	}
	if a != NotSame {
		return nil
	}
	_, err = tx.Exec(ctx, `update peer_differences set state = 'answered', answer = 'apart' where list_id = ? and item = ? and power_id = ?`, d.List, d.Item, d.Power)
	return errs.Wrap("answer a difference", err)
}

func insertImport(ctx context.Context, tx *ledger.Tx, id sqldb.ID, file string, n list.Renewal, who *people.Who) error {
	_, err := tx.Exec(ctx, `insert into peer_imports (id, list_id, file, items, added, removed, account_id, imported_by, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		sqldb.NewID(), id, file, n.Items, n.Added, n.Removed, who.Account, who.Name, sqldb.Micros(tx.Now()))
	return errs.Wrap("import a list", err)
}
