package figures

import (
	"context"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/stage/inventory"
)

// gapCell counts the items of a department that lack one element.
type gapCell struct {
	Department sqldb.ID
	Lack       string // as the check says it: 缺少设定依据
	N          int
}

// gapCount counts the items of a department that lack anything.
type gapCount struct {
	Department sqldb.ID
	N          int
}

// onItsWay says in SQL whether a change brings its power onto the list, or
// holds it there: one change of a power at most does. What is asked for a power
// on the list counts once it is published.
const onItsWay = `(c.state = 'published' or c.kind = 'add' and c.state in ('self_check', 'handed_up', 'review', 'proposed', 'consulting', 'approved'))`

// lacking are the findings of a run on items that are still on their way to
// the list in the very version that was checked: what left, or was mended
// since, lacks nothing any more.
const lacking = ` from findings f join power_versions v on v.id = f.version_id join changes c on c.power_id = v.power_id and c.version_id = v.id
	where f.run_id = ? and f.rule = ? and ` + onItsWay

func readGapCells(ctx context.Context, r sqldb.Reader, run sqldb.ID) ([]gapCell, error) {
	rows, err := r.Query(ctx, `select v.department_id, f.message, count(*)`+lacking+` group by v.department_id, f.message`, run, inventory.RequiredRule)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (gapCell, error) {
		var c gapCell
		err := r.Scan(&c.Department, &c.Lack, &c.N)
		return c, err
	})
}

func readGapCounts(ctx context.Context, r sqldb.Reader, run sqldb.ID) ([]gapCount, error) {
	rows, err := r.Query(ctx, `select v.department_id, count(distinct f.version_id)`+lacking+` group by v.department_id`, run, inventory.RequiredRule)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (gapCount, error) {
		var c gapCount
		err := r.Scan(&c.Department, &c.N)
		return c, err
	})
}

// countFound counts the items that a run found lacking, whatever became of
// them since.
func countFound(ctx context.Context, r sqldb.Reader, run sqldb.ID) (int, error) {
	var n int
	err := r.QueryRow(ctx, `select count(distinct v.power_id) from findings f join power_versions v on v.id = f.version_id
		where f.run_id = ? and f.rule = ?`, run, inventory.RequiredRule).Scan(&n)
	return n, errs.Wrap("count items that lack something", err)
}

// gapRow is one item that lacks something.
type gapRow struct {
	Version              sqldb.ID
	Code, Name, Category string
	Department           sqldb.ID
	Listed               bool     // the edition in force has a page of it
	Lacks                []string // in the order of the table of elements
}

// readGapRows reads items that lack something, in the order of the codes, from
// a code on. With back set it reads the page that ends before the code.
func readGapRows(ctx context.Context, r sqldb.Reader, run, edition sqldb.ID, q gapsQuery, code string, back bool, limit int) ([]gapRow, error) {
	w := sqldb.Where{}
	w.And(`f.run_id = ? and f.rule = ?`, run, inventory.RequiredRule)
	w.Is("f.message", q.Lack)
	found := `v.id in (select f.version_id from findings f where ` + w.Text() + `)`
	all := sqldb.Where{Args: w.Args}
	all.And(onItsWay)
	all.And(found)
	if !q.department.IsZero() {
		all.And("v.department_id = ?", q.department)
	}
	direction, than := "", ">"
	if back {
		direction, than = " desc", "<"
	}
	if code != "" {
		all.And("p.code "+than+" ?", code)
	}
	rows, err := r.Query(ctx, `select v.id, p.code, v.name, v.category, v.department_id, e.code from powers p join changes c on c.power_id = p.id
		join power_versions v on v.id = c.version_id left join list_entries e on e.edition_id = ? and e.power_id = p.id
		where `+all.Text()+` order by p.code`+direction+` limit ?`, append(append([]any{edition}, all.Args...), limit)...)
	out, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (gapRow, error) {
		var g gapRow
		var listed *string
		err := r.Scan(&g.Version, &g.Code, &g.Name, &g.Category, &g.Department, &listed)
		g.Listed = listed != nil
		return g, err
	})
	if err != nil {
		return nil, errs.Wrap("read items that lack something", err)
	}
	if back {
		slices.Reverse(out)
	}
	return out, addLacks(ctx, r, run, out)
}

// addLacks fills what each item lacks.
func addLacks(ctx context.Context, r sqldb.Reader, run sqldb.ID, items []gapRow) error {
	at := make(map[sqldb.ID]int, len(items))
	for i, g := range items {
		at[g.Version] = i
	}
	type lack struct {
		version sqldb.ID
		message string
	}
	for batch := range slices.Chunk(items, 400) {
		ids := make([]sqldb.ID, 0, len(batch))
		for _, g := range batch {
			ids = append(ids, g.Version)
		}
		marks, args := sqldb.In(ids)
		rows, err := r.Query(ctx, `select version_id, message from findings where run_id = ? and rule = ? and version_id in (`+marks+`) order by seq`,
			append([]any{run, inventory.RequiredRule}, args...)...)
		got, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (lack, error) {
			var l lack
			err := r.Scan(&l.version, &l.message)
			return l, err
		})
		if err != nil {
			return errs.Wrap("read what items lack", err)
		}
		for _, l := range got {
			i := at[l.version]
			items[i].Lacks = append(items[i].Lacks, l.message)
		}
	}
	return nil
}
