package figures

import (
	"context"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// tally counts the powers that came the same way (origin), met the same fate,
// and agree in category and department, both when they came in and now.
type tally struct {
	Origin, Fate string
	Kept         bool
	From, To     string // category of the first and of the present version
	First, Now   sqldb.ID
	N            int
}

// isKept says in SQL whether a change still aims at the list; fateOf is its
// fate: what was decided, or where it stands while nothing is. A part split
// from another power is kept like any other.
const (
	isKept = `c.state in ('proposed', 'consulting', 'approved', 'published', 'replaced')`
	fateOf = `case when ` + isKept + ` then case when d.fate = '调整类别' then d.fate else '保留' end
		when c.state = 'ended' then coalesce(d.fate, '取消') when d.fate is not null then d.fate when c.state = 'withdrawn' then '撤回' else '待定' end`
)

// figureTables has every power once, with the change c that added it and, once
// it was published, the change u that has the last word on it: the one on the
// list, or the cancellation by which it left. b is its present version, d what
// was decided on it.
const figureTables = ` from powers p join changes c on c.power_id = p.id and c.kind = 'add'
	left join changes u on u.power_id = p.id and (u.state = 'published' or u.state = 'ended' and u.kind = 'cancel')
	join power_versions a on a.power_id = p.id and a.no = 1 join power_versions b on b.id = coalesce(u.version_id, c.version_id)
	left join dispositions d on d.change_id = case when u.kind = 'cancel' then u.id else c.id end`

func readTallies(ctx context.Context, r sqldb.Reader) (Tallies, error) {
	rows, err := r.Query(ctx, `select origin, fate, kept, category_from, category_to, department_from, department_to, count(*) from (
		select p.origin as origin, `+fateOf+` as fate, case when `+isKept+` then 1 else 0 end as kept, a.category as category_from, b.category as category_to,
		a.department_id as department_from, b.department_id as department_to`+figureTables+`) t
		group by origin, fate, kept, category_from, category_to, department_from, department_to`)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (tally, error) {
		var t tally
		var kept int
		err := r.Scan(&t.Origin, &t.Fate, &kept, &t.From, &t.To, &t.First, &t.Now, &t.N)
		t.Kept = kept == 1
		return t, err
	})
}

// figureRow is one power behind a figure.
type figureRow struct {
	Code, Name, Category string
	Department           sqldb.ID
	Origin, Fate         string
	Ground, Target       string
	Listed               bool
}

// readFigureRows reads the powers behind a figure, in the order of the codes.
func readFigureRows(ctx context.Context, r sqldb.Reader, edition sqldb.ID, q rowsQuery, limit int) ([]figureRow, error) {
	w := sqldb.Where{}
	w.Is("p.origin", q.Origin)
	category, department := "a.category", "a.department_id"
	switch {
	case q.Fate == fateKept:
		w.And(isKept)
		category, department = "b.category", "b.department_id"
	case q.Fate != "":
		w.And("("+fateOf+") = ?", q.Fate)
	}
	w.Is(category, q.Category)
	if !q.department.IsZero() {
		w.And(department+" = ?", q.department)
	}
	if q.After != "" {
		w.And("p.code > ?", q.After)
	}
	rows, err := r.Query(ctx, `select p.code, b.name, `+category+`, `+department+`, p.origin, `+fateOf+`,
		coalesce(d.ground, ''), coalesce(d.target, ''), e.code`+figureTables+
		` left join list_entries e on e.edition_id = ? and e.power_id = p.id where `+w.Text()+` order by p.code limit ?`,
		append(append([]any{edition}, w.Args...), limit)...)
	out, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (figureRow, error) {
		var f figureRow
		var listed *string
		err := r.Scan(&f.Code, &f.Name, &f.Category, &f.Department, &f.Origin, &f.Fate, &f.Ground, &f.Target, &listed)
		f.Listed = listed != nil
		return f, err
	})
	return out, errs.Wrap("read rows of a figure", err)
}

// readListed says which of some powers an edition lists.
func readListed(ctx context.Context, r sqldb.Reader, edition sqldb.ID, powers []sqldb.ID) (map[sqldb.ID]bool, error) {
	out := map[sqldb.ID]bool{}
	for batch := range slices.Chunk(powers, 400) {
		marks, args := sqldb.In(batch)
		rows, err := r.Query(ctx, `select power_id from list_entries where edition_id = ? and power_id in (`+marks+`)`, append([]any{edition}, args...)...)
		got, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (id sqldb.ID, err error) {
			err = r.Scan(&id)
			return id, err
		})
		if err != nil {
			return nil, errs.Wrap("read which powers are listed", err)
		}
		for _, id := range got {
			out[id] = true
		}
	}
	return out, nil
}
