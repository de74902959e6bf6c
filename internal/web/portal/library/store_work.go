package library

import (
	"context"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/service/impact"
)

// readPublic tells which powers have a public page: those that an edition in
// force on or before the day lists or listed.
func readPublic(ctx context.Context, r sqldb.Reader, codes []string, day string) (map[string]bool, error) {
	out := make(map[string]bool, len(codes))
	for batch := range slices.Chunk(codes, 400) {
		args := []any{day}
		for _, c := range batch {
			args = append(args, c)
		}
		rows, err := r.Query(ctx, `select p.code from powers p where exists (select 1 from list_entries e join list_editions d on d.id = e.edition_id
			join lists t on t.id = d.list_id where e.power_id = p.id and t.kind = 'power' and d.effective <= ?)
			and p.code in (`+sqldb.Marks(len(batch))+`)`, args...)
		got, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (string, error) {
			var s string
			err := r.Scan(&s)
			return s, err
		})
		if err != nil {
			return nil, errs.Wrap("which powers are public", err)
		}
		for _, c := range got {
			out[c] = true
		}
	}
	return out, nil
}

// countReadings counts the entries of the record.
func countReadings(ctx context.Context, r sqldb.Reader) (int, error) {
	var n int
	err := r.QueryRow(ctx, `select count(*) from law_readings`).Scan(&n)
	return n, errs.Wrap("count readings", err)
}

// isRead says whether anybody consulted a law.
func isRead(ctx context.Context, r sqldb.Reader, document sqldb.ID) (bool, error) {
	var n int
	err := r.QueryRow(ctx, `select count(*) from (select 1 as one from law_readings where document_id = ? limit 1) x`, document).Scan(&n)
	return n > 0, errs.Wrap("whether a law was consulted", err)
}

// readOccasions counts what was consulted on each occasion, of one law or, for
// the zero id, of all.
func readOccasions(ctx context.Context, r sqldb.Reader, document sqldb.ID) ([]Occasion, error) {
	cond, args := "", []any{}
	if !document.IsZero() {
		cond, args = " where x.document_id = ?", []any{document}
	}
	rows, err := r.Query(ctx, `select x.occasion, count(distinct x.document_id), count(distinct v.power_id), max(x.day)
		from law_readings x join power_versions v on v.id = x.version_id`+cond+` group by x.occasion order by count(distinct v.power_id) desc, x.occasion`, args...)
	out, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Occasion, error) {
		var o Occasion
		err := r.Scan(&o.Name, &o.Laws, &o.Powers, &o.Last)
		return o, err
	})
	return out, errs.Wrap("count occasions", err)
}

// readReadLaw gives the title of a law and for how many powers it was
// consulted; NotFound when it was for none.
func readReadLaw(ctx context.Context, r sqldb.Reader, document sqldb.ID) (title string, powers int, err error) {
	err = r.QueryRow(ctx, `select d.title, count(distinct v.power_id) from law_readings x join law_documents d on d.id = x.document_id
		join power_versions v on v.id = x.version_id where x.document_id = ? group by d.title`, document).Scan(&title, &powers)
	if errs.Is(err, sqldb.ErrNoRows) {
		return "", 0, errs.NotFoundf("没有这部法规的查阅记录").Fix("请从查阅记录中选择")
	}
	return title, powers, errs.Wrap("who consulted a law", err)
}

// readReadFor lists the powers that a law was consulted for, in the order of
// the codes, from behind a code on.
func readReadFor(ctx context.Context, r sqldb.Reader, document sqldb.ID, after string, limit int) ([]ReadFor, error) {
	rows, err := r.Query(ctx, `select p.code, max(v.name), x.occasion, min(x.day) from law_readings x join power_versions v on v.id = x.version_id
		join powers p on p.id = v.power_id where x.document_id = ? and p.code in (select distinct q.code from law_readings y
		join power_versions u on u.id = y.version_id join powers q on q.id = u.power_id where y.document_id = ? and q.code > ? order by q.code limit ?)
		group by p.code, x.occasion order by p.code, min(x.day), x.occasion`, document, document, after, limit)
	if err != nil {
		return nil, errs.Wrap("what a law was consulted for", err)
	}
	defer rows.Close()
	var out []ReadFor
	for rows.Next() {
		var f ReadFor
		var occasion string
		if err := rows.Scan(&f.Code, &f.Name, &occasion, &f.First); err != nil {
			return nil, errs.Wrap("what a law was consulted for", err)
		}
		if n := len(out); n == 0 || out[n-1].Code != f.Code {
			out = append(out, f)
		}
		last := &out[len(out)-1]
		last.Occasions = append(last.Occasions, occasion)
	}
	return out, errs.Wrap("what a law was consulted for", rows.Err())
}

// tasks counts the tasks of a department in one state.
type tasks struct {
	Department sqldb.ID
	State      impact.State
	Overdue    bool
	N          int
}

// readTasks counts the tasks of a division, of one event or, for the zero id,
// of all.
func readTasks(ctx context.Context, r sqldb.Reader, division string, event sqldb.ID, today string) ([]tasks, error) {
	cond, args := "", []any{today, division}
	if !event.IsZero() {
		cond, args = " and event_id = ?", append(args, event)
	}
	rows, err := r.Query(ctx, `select department_id, state, late, count(*) from (select department_id, state,
		case when state = 'open' and due < ? then 1 else 0 end as late from impact_tasks where division = ?`+cond+`) t
		group by department_id, state, late`, args...)
	out, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (tasks, error) {
		var t tasks
		var late int
		err := r.Scan(&t.Department, &t.State, &late, &t.N)
		t.Overdue = late == 1
		return t, err
	})
	return out, errs.Wrap("count tasks", err)
}

// readEventIDs lists the changes of a law that opened tasks, the newest first.
func readEventIDs(ctx context.Context, r sqldb.Reader, document sqldb.ID, limit int) ([]sqldb.ID, error) {
	rows, err := r.Query(ctx, `select id from impact_events where document_id = ? order by day desc, id desc limit ?`, document, limit)
	out, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (sqldb.ID, error) {
		var id sqldb.ID
		err := r.Scan(&id)
		return id, err
	})
	return out, errs.Wrap("changes of a law", err)
}
