package inventory

import (
	"context"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// readHeld reads the powers of departments (all when none is given) that are on
// the list or on the way to it, in the order of their codes, each once: as the
// change under way words it, else as the list does.
func readHeld(ctx context.Context, r sqldb.Reader, departments []sqldb.ID) ([]heldPower, error) {
	var w sqldb.Where
	states := open()
	args := make([]any, len(states))
	for i, s := range states {
		args[i] = string(s)
	}
	w.And(`c.state in (`+sqldb.Marks(len(states))+`)`, args...)
	if len(departments) > 0 {
		marks, ids := sqldb.In(departments)
		w.And(`c.department_id in (`+marks+`)`, ids...)
	}
	rows, err := r.Query(ctx, `select c.power_id, c.id, c.version_id, c.department_id, p.code, v.name, v.category, c.state from changes c join powers p on p.id = c.power_id
		join power_versions v on v.id = c.version_id where `+w.Text()+
		` order by p.code, case c.state when 'published' then 1 else 0 end, c.id`, w.Args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (heldPower, error) {
		var h heldPower
		err := r.Scan(&h.Power, &h.Change, &h.Version, &h.department, &h.Code, &h.Name, &h.Category, &h.State)
		return h, err
	})
	if err != nil {
		return nil, errs.Wrap("powers held", err)
	}
	all = slices.CompactFunc(all, func(a, b heldPower) bool { return a.Power == b.Power })
	at := make(map[sqldb.ID]int, len(all))
	for i, h := range all {
		at[h.Version] = i
	}
	type cited struct {
		version sqldb.ID
		law     string
	}
	rows, err = r.Query(ctx, `select k.version_id, k.law from changes c join power_citations k on k.version_id = c.version_id where `+w.Text()+` order by k.version_id, k.seq`, w.Args...)
	laws, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (cited, error) {
		var c cited
		err := r.Scan(&c.version, &c.law)
		return c, err
	})
	for _, c := range laws {
		if i, ok := at[c.version]; ok && !slices.Contains(all[i].laws, c.law) {
			all[i].laws = append(all[i].laws, c.law)
		}
	}
	return all, errs.Wrap("laws of powers held", err)
}
