package audit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
)

// idBatch is how many changes one query names.
const idBatch = 400

// openStates are the states of the changes that the queue holds.
func openStates() []power.State {
	return []power.State{power.SelfCheck, power.HandedUp, power.Review, power.Proposed, power.Consulting, power.Approved}
}

// chosen keeps a query to open changes, and to those named where any are.
func chosen(ids []sqldb.ID) sqldb.Where {
	var w sqldb.Where
	states := openStates()
	args := make([]any, len(states))
	for i, s := range states {
		args[i] = string(s)
	}
	w.And(`c.state in (`+sqldb.Marks(len(states))+`)`, args...)
	if ids != nil {
		marks, args := sqldb.In(ids)
		w.And(`c.id in (`+marks+`)`, args...)
	}
	return w
}

// readRows reads the rows of open changes: of those named, or of all when ids is
// nil. What is not open is left out.
func readRows(ctx context.Context, r sqldb.Reader, ids []sqldb.ID) ([]*row, error) {
	if ids == nil {
		return readBatch(ctx, r, nil)
	}
	var out []*row
	for len(ids) > 0 {
		n := min(len(ids), idBatch)
		part, err := readBatch(ctx, r, ids[:n])
		if err != nil {
			return nil, err
		}
		out, ids = append(out, part...), ids[n:]
	}
	return out, nil
}

func readBatch(ctx context.Context, r sqldb.Reader, ids []sqldb.ID) ([]*row, error) {
	w := chosen(ids)
	rows, err := r.Query(ctx, `select c.id, c.power_id, c.version_id, c.department_id, p.code, c.state, v.name, v.category, v.order_key, v.created_at
		from changes c join powers p on p.id = c.power_id join power_versions v on v.id = c.version_id where `+w.Text()+` order by p.code, c.id`, w.Args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (*row, error) {
		x := new(row)
		err := r.Scan(&x.change, &x.power, &x.version, &x.department, &x.code, &x.state, &x.name, &x.category, &x.order, &x.created)
		x.folded, x.initials = strings.ToLower(hanzi.Fold(x.name)), hanzi.Initials(x.name)
		return x, err
	})
	if err != nil {
		return nil, errs.Wrap("queue", err)
	}
	at := make(map[sqldb.ID]*row, len(all))
	for _, x := range all {
		at[x.change] = x
	}
	for _, read := range []func(context.Context, sqldb.Reader, sqldb.Where, map[sqldb.ID]*row) error{readOpinions, readConclusions, readRounds} {
		if err := read(ctx, r, w, at); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// readOpinions counts the opinions on rows by what is still to be done with them.
func readOpinions(ctx context.Context, r sqldb.Reader, w sqldb.Where, at map[sqldb.ID]*row) error {
	rows, err := r.Query(ctx, `select o.change_id, o.state, o.cause from opinions o join changes c on c.id = o.change_id where `+w.Text()+
		` and o.state in (?, ?, ?, ?) order by o.change_id, o.moved_at, o.id`,
		append(w.Args[:len(w.Args):len(w.Args)], string(round.Draft), string(round.Issued), string(round.Answered), string(round.Disputed))...)
	if err != nil {
		return fmt.Errorf("queue: opinions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id sqldb.ID
		var state round.OpinionState
		var cause string
		if err := rows.Scan(&id, &state, &cause); err != nil {
			return fmt.Errorf("queue: opinions: %w", err)
		}
		if x := at[id]; x != nil {
			x.opine(state, cause)
		}
	}
	return errs.Wrap("queue: opinions", rows.Err())
}

// readConclusions counts the checks on which the present versions of rows are
// concluded: of each check the latest conclusion that was not undone. The few
// undone ones are left out here: asked for in SQL, PostgreSQL may begin with all
// that were not undone.
func readConclusions(ctx context.Context, r sqldb.Reader, w sqldb.Where, at map[sqldb.ID]*row) error {
	rows, err := r.Query(ctx, `select c.id, k.rule, k.verdict, k.undone_at from changes c join conclusions k on k.version_id = c.version_id where `+w.Text()+
		` order by k.version_id, k.rule, k.at, k.id`, w.Args...)
	if err != nil {
		return fmt.Errorf("queue: conclusions: %w", err)
	}
	defer rows.Close()
	var last, id sqldb.ID
	var lastRule, rule string
	var verdict, lastVerdict round.Verdict
	var undone int64
	count := func() {
		if x := at[last]; x != nil {
			x.conclude(lastVerdict)
		}
	}
	for rows.Next() {
		if err := rows.Scan(&id, &rule, &verdict, &undone); err != nil {
			return fmt.Errorf("queue: conclusions: %w", err)
		}
		if undone != 0 {
			continue
		}
		if id != last || rule != lastRule {
			count()
		}
		last, lastRule, lastVerdict = id, rule, verdict
	}
	count()
	return errs.Wrap("queue: conclusions", rows.Err())
}

// readRounds finds in which submission rows were handed up last.
func readRounds(ctx context.Context, r sqldb.Reader, w sqldb.Where, at map[sqldb.ID]*row) error {
	rows, err := r.Query(ctx, `select c.id, max(s.no) from changes c join submission_versions f on f.power_id = c.power_id and f.change_id = c.id
		join submissions s on s.id = f.submission_id where `+w.Text()+` group by c.id`, w.Args...)
	if err != nil {
		return fmt.Errorf("queue: rounds: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id sqldb.ID
		var no int
		if err := rows.Scan(&id, &no); err != nil {
			return fmt.Errorf("queue: rounds: %w", err)
		}
		if x := at[id]; x != nil {
			x.no = no
		}
	}
	return errs.Wrap("queue: rounds", rows.Err())
}

// trace tells one state of what acts since an instant did to a change from
// another: how many rows they left, and the sum of their instants.
type trace struct{ rows, instants int64 }

// touchedSince gives the changes that an act since an instant may have changed in
// a row of the queue, open or not, at most limit of them, each with its trace.
func touchedSince(ctx context.Context, r sqldb.Reader, since int64, limit int) (map[sqldb.ID]trace, error) {
	rows, err := r.Query(ctx, `select id, count(*), cast(sum(moment) as bigint) from (select id, moved_at as moment from changes where moved_at >= ?
		union all select c.id, v.created_at from power_versions v join changes c on c.power_id = v.power_id where v.created_at >= ?
		union all select change_id, moved_at from opinions where moved_at >= ?
		union all select change_id, at from conclusions where at >= ?
		union all select change_id, undone_at from conclusions where undone_at >= ?
		union all select f.change_id, s.at from submissions s join submission_versions f on f.submission_id = s.id where s.at >= ?) acts
		group by id limit ?`, since, since, since, since, since, since, limit)
	if err != nil {
		return nil, errs.Wrap("queue: touched", err)
	}
	defer rows.Close()
	out := map[sqldb.ID]trace{}
	for rows.Next() {
		var id sqldb.ID
		var t trace
		if err := rows.Scan(&id, &t.rows, &t.instants); err != nil {
			return nil, errs.Wrap("queue: touched", err)
		}
		out[id] = t
	}
	return out, errs.Wrap("queue: touched", rows.Err())
}

// newest gives the instant of the latest act that touchedSince would see.
func newest(ctx context.Context, r sqldb.Reader) (int64, error) {
	var n [6]int64
	err := r.QueryRow(ctx, `select (select coalesce(max(moved_at), 0) from changes), (select coalesce(max(created_at), 0) from power_versions),
		(select coalesce(max(moved_at), 0) from opinions), (select coalesce(max(at), 0) from conclusions), (select coalesce(max(undone_at), 0) from conclusions),
		(select coalesce(max(at), 0) from submissions)`).Scan(&n[0], &n[1], &n[2], &n[3], &n[4], &n[5])
	return max(n[0], n[1], n[2], n[3], n[4], n[5]), errs.Wrap("queue: newest act", err)
}

// readFound gathers what a run found, by version.
func readFound(ctx context.Context, r sqldb.Reader, run sqldb.ID) (map[sqldb.ID]found, error) {
	rows, err := r.Query(ctx, `select version_id, rule, severity from findings where run_id = ? and version_id is not null order by version_id, seq`, run)
	if err != nil {
		return nil, fmt.Errorf("queue: findings: %w", err)
	}
	defer rows.Close()
	out := map[sqldb.ID]found{}
	for rows.Next() {
		var id sqldb.ID
		var rule string
		var severity finding.Severity
		if err := rows.Scan(&id, &rule, &severity); err != nil {
			return nil, fmt.Errorf("queue: findings: %w", err)
		}
		f := out[id]
		f.add(rule, severity)
		out[id] = f
	}
	return out, errs.Wrap("queue: findings", rows.Err())
}

// bulkAct is a bulk act as the page after it tells of it.
type bulkAct struct {
	account sqldb.ID
	kind    string
	powers  int
	at      time.Time
	undone  bool
}

// bulkDone finds a bulk act; NotFound when there is none.
func bulkDone(ctx context.Context, r sqldb.Reader, id sqldb.ID) (bulkAct, error) {
	var b bulkAct
	var at, undone int64
	err := r.QueryRow(ctx, `select account_id, kind, powers, at, undone_at from bulk_acts where id = ?`, id).Scan(&b.account, &b.kind, &b.powers, &at, &undone)
	if errs.Is(err, sqldb.ErrNoRows) {
		return b, errs.NotFoundf("没有这次批量办理")
	}
	b.at, b.undone = sqldb.FromMicros(at), undone > 0
	return b, errs.Wrap("bulk act", err)
}

// adverse names the versions of rows against which a run holds anything that asks
// for something.
func adverse(ctx context.Context, r sqldb.Reader, run sqldb.ID, rows []*row) (map[sqldb.ID]bool, error) {
	out := map[sqldb.ID]bool{}
	for len(rows) > 0 {
		n := min(len(rows), idBatch)
		ids := make([]sqldb.ID, n)
		for i, x := range rows[:n] {
			ids[i] = x.version
		}
		rows = rows[n:]
		marks, args := sqldb.In(ids)
		found, err := r.Query(ctx, `select distinct version_id from findings where run_id = ? and severity in (?, ?) and rule <> ? and version_id in (`+marks+`)`,
			append([]any{run, string(finding.Blocks), string(finding.Asks), inventory.RequiredRule}, args...)...)
		all, err := sqldb.Collect(found, err, func(r *sqldb.Rows) (sqldb.ID, error) {
			var id sqldb.ID
			err := r.Scan(&id)
			return id, err
		})
		if err != nil {
			return nil, errs.Wrap("findings against", err)
		}
		for _, id := range all {
			out[id] = true
		}
	}
	return out, nil
}
