package peer

import (
	"context"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/people"
)

// latestAnswers reads the answers given to a list, the oldest first.
func latestAnswers(ctx context.Context, r sqldb.Reader, id sqldb.ID) ([]given, error) {
	rows, err := r.Query(ctx, `select kind, item, power_id, other_id, about, answer, note, answered_by, at from peer_answers where list_id = ? order by at, id`, id)
	all, err := sqldb.Collect(rows, err, scanGiven)
	return all, errs.Wrap("answers to a list", err)
}

func scanGiven(r *sqldb.Rows) (given, error) {
	var g given
	var at int64
	err := r.Scan(&g.Kind, &g.Item, &g.Power, &g.Other, &g.About, &g.Answer, &g.Note, &g.By, &at)
	g.At = sqldb.FromMicros(at)
	return g, err
}

// History gives the answers to a difference, the newest first. Stands says of
// each whether the two sides still say what they said then.
func History(ctx context.Context, r sqldb.Reader, d Difference) ([]Given, error) {
	cond, args := `power_id is null`, []any{d.List, string(d.Kind), d.Item}
	if !d.Power.IsZero() {
		cond, args = `power_id = ?`, append(args, d.Power)
	}
	rows, err := r.Query(ctx, `select kind, item, power_id, other_id, about, answer, note, answered_by, at from peer_answers
		where list_id = ? and kind = ? and item = ? and `+cond+` order by at desc, id desc`, args...)
	all, err := sqldb.Collect(rows, err, scanGiven)
	if err != nil {
		return nil, errs.Wrap("answers to a difference", err)
	}
	out := make([]Given, len(all))
	for i, g := range all {
		out[i] = Given{g.Answer, g.Note, g.By, g.At, g.About == d.about()}
	}
	return out, nil
}

// Query chooses differences of one list. The zero value of a field asks nothing.
type Query struct {
	Kind       Kind
	Category   string
	Department sqldb.ID
	State      State
	Words      string // found in the name or in what either side says
	After      Place
	Before     Place
	Limit      int // 0 for all
}

// Place is a place in the worklist.
type Place struct {
	Order string
	ID    sqldb.ID
}

// Place is where the difference stands.
func (d Difference) Place() Place { return Place{d.order, d.ID} }

// where gathers the conditions of a query but its place, leaving out one facet.
func (q Query) where(id sqldb.ID, s people.Scope) *sqldb.Where {
	w := new(sqldb.Where)
	w.And("d.list_id = ?", id)
	s.Within(w, "d.department_id")
	w.Is("d.kind", string(q.Kind))
	w.Is("d.category", q.Category)
	w.Is("d.state", string(q.State))
	if !q.Department.IsZero() {
		w.And("d.department_id = ?", q.Department)
	}
	if q.Words != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(q.Words)) + "%"
		w.And(`(lower(d.name) like ? escape '\' or lower(d.theirs) like ? escape '\' or lower(d.ours) like ? escape '\')`, like, like, like)
	}
	return w
}

const differenceColumns = `select d.id, d.list_id, d.order_key, d.kind, d.item, d.seq, d.power_id, d.version_id, d.department_id, d.name, d.category,
	d.ours, d.theirs, d.score, d.note, d.state, d.answer from peer_differences d `

func scanDifference(r *sqldb.Rows) (Difference, error) {
	var d Difference
	err := r.Scan(&d.ID, &d.List, &d.order, &d.Kind, &d.Item, &d.Seq, &d.Power, &d.Version, &d.Department, &d.Name, &d.Category,
		&d.Ours, &d.Theirs, &d.Score, &d.Note, &d.State, &d.Answer)
	return d, err
}

// Differences reads the worklist of a list within a scope, by kind and then by
// name; with Before the rows that end there, in the same order. Differences
// without a department are for those who see all.
func Differences(ctx context.Context, r sqldb.Reader, id sqldb.ID, s people.Scope, q Query) ([]Difference, error) {
	w := q.where(id, s)
	order, back := ` order by d.order_key, d.id`, q.Before != Place{}
	switch {
	case back:
		w.And(`(d.order_key, d.id) < (?, ?)`, q.Before.Order, q.Before.ID)
		order = ` order by d.order_key desc, d.id desc`
	case q.After != Place{}:
		w.And(`(d.order_key, d.id) > (?, ?)`, q.After.Order, q.After.ID)
	}
	if q.Limit > 0 {
		order += ` limit ?`
		w.Args = append(w.Args, q.Limit)
	}
	rows, err := r.Query(ctx, differenceColumns+`where `+w.Text()+order, w.Args...)
	all, err := sqldb.Collect(rows, err, scanDifference)
	if back {
		for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
			all[i], all[j] = all[j], all[i]
		}
	}
	return all, errs.Wrap("differences", err)
}

// ByID finds a difference; NotFound when there is none, such as after an
// alignment that no longer finds it. Ask who.MayOn about its department before
// showing it.
func ByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Difference, error) {
	rows, err := r.Query(ctx, differenceColumns+`where d.id = ?`, id)
	all, err := sqldb.Collect(rows, err, scanDifference)
	switch {
	case err != nil:
		return Difference{}, errs.Wrap("difference", err)
	case len(all) == 0:
		return Difference{}, people.Unknown()
	}
	return all[0], nil
}

// Tally counts differences that are alike in all facets.
type Tally struct {
	Kind       Kind
	Category   string
	Department sqldb.ID
	State      State
	N          int
}

// Tallies counts the differences of a list within a scope that hold the words of
// q, by every facet; the facets of q are not asked, so that the counts beside
// each choice can be made of them.
func Tallies(ctx context.Context, r sqldb.Reader, id sqldb.ID, s people.Scope, q Query) ([]Tally, error) {
	w := Query{Words: q.Words}.where(id, s)
	rows, err := r.Query(ctx, `select d.kind, d.category, d.department_id, d.state, count(*) from peer_differences d where `+w.Text()+`
		group by d.kind, d.category, d.department_id, d.state`, w.Args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Tally, error) {
		var t Tally
		err := r.Scan(&t.Kind, &t.Category, &t.Department, &t.State, &t.N)
		return t, err
	})
	return all, errs.Wrap("count differences", err)
}

// Lists gives the lists of other places with how far the work on them is within
// a scope, by title.
func Lists(ctx context.Context, r sqldb.Reader, s people.Scope) ([]Loaded, error) {
	lists, err := list.Lists(ctx, r, list.Peer)
	if err != nil {
		return nil, err
	}
	out := make([]Loaded, len(lists))
	for i, l := range lists {
		if out[i], err = loaded(ctx, r, l, s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ListByID gives one list of another place; NotFound when there is none.
func ListByID(ctx context.Context, r sqldb.Reader, id sqldb.ID, s people.Scope) (Loaded, error) {
	l, err := list.ByID(ctx, r, id)
	if errs.KindOf(err) == errs.NotFound || err == nil && l.Kind != list.Peer {
		return Loaded{}, errs.NotFoundf("没有这份外地清单").Fix("请从外地对照重新进入")
	}
	if err != nil {
		return Loaded{}, err
	}
	return loaded(ctx, r, l, s)
}

func loaded(ctx context.Context, r sqldb.Reader, l list.List, s people.Scope) (Loaded, error) {
	x := Loaded{List: l}
	var imported int64
	err := r.QueryRow(ctx, `select (select count(*) from reference_items where list_id = ?), (select coalesce(max(at), 0) from peer_imports where list_id = ?)`, l.ID, l.ID).
		Scan(&x.Items, &imported)
	if err != nil {
		return x, errs.Wrap("list of another place", err)
	}
	if imported > 0 {
		x.Imported = sqldb.FromMicros(imported)
	}
	var run Run
	var at int64
	var state string
	err = r.QueryRow(ctx, `select at, powers, items, matched, state from peer_runs where list_id = ?`, l.ID).Scan(&at, &run.Powers, &run.Items, &run.Matched, &state)
	switch {
	case errs.Is(err, sqldb.ErrNoRows):
		return x, nil
	case err != nil:
		return x, errs.Wrap("run of an alignment", err)
	}
	now, err := readState(ctx, r, l.ID)
	if err != nil {
		return x, err
	}
	run.At, run.Stale = sqldb.FromMicros(at), now != state
	x.Run = &run
	all, err := Tallies(ctx, r, l.ID, s, Query{})
	for _, t := range all {
		if t.State == Open {
			x.Open += t.N
		} else {
			x.Answered += t.N
		}
	}
	return x, err
}

// Near is a power of ours that an item comes close to.
type Near struct {
	Power, Version, Department sqldb.ID
	Code, Name, Category       string
	Score                      int
	Reason                     string
}

// NearTo gives the powers of ours that an item of a list was found like, within a
// scope, the best first; the match itself is not among them.
func NearTo(ctx context.Context, r sqldb.Reader, id sqldb.ID, seq int, s people.Scope) ([]Near, error) {
	var w sqldb.Where
	w.And(`m.list_id = ? and m.seq = ? and m.place > 0`, id, seq)
	s.Within(&w, `v.department_id`)
	rows, err := r.Query(ctx, `select m.power_id, m.version_id, v.department_id, p.code, v.name, v.category, m.score, m.reason from peer_matches m
		join powers p on p.id = m.power_id join power_versions v on v.id = m.version_id where `+w.Text()+` order by m.score desc, p.code`, w.Args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Near, error) {
		var n Near
		err := r.Scan(&n.Power, &n.Version, &n.Department, &n.Code, &n.Name, &n.Category, &n.Score, &n.Reason)
		return n, err
	})
	return all, errs.Wrap("near powers", err)
}

// ItemAt gives an item of a list by its place; NotFound when there is none.
func ItemAt(ctx context.Context, r sqldb.Reader, id sqldb.ID, seq int) (list.Item, error) {
	it := list.Item{Seq: seq}
	err := r.QueryRow(ctx, `select code, name, department, category, basis, level from reference_items where list_id = ? and seq = ?`, id, seq).
		Scan(&it.Code, &it.Name, &it.Department, &it.Category, &it.Basis, &it.Level)
	if errs.Is(err, sqldb.ErrNoRows) {
		return it, people.Unknown()
	}
	return it, errs.Wrap("item of a list", err)
}

// departmentOf gives the department of a power by its newest version; NotFound
// when there is no such power.
func departmentOf(ctx context.Context, r sqldb.Reader, id sqldb.ID) (sqldb.ID, error) {
	var department sqldb.ID
	err := r.QueryRow(ctx, `select department_id from power_versions where power_id = ? order by no desc limit 1`, id).Scan(&department)
	if errs.Is(err, sqldb.ErrNoRows) {
		return department, people.Unknown()
	}
	return department, errs.Wrap("department of a power", err)
}
