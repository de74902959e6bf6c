package power

import (
	"context"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

const usageColumns = `power_id, place, year, cases, source`

func scanUsage(r *sqldb.Rows) (Usage, error) {
	var u Usage
	err := r.Scan(&u.Power, &u.Place, &u.Year, &u.Cases, &u.Source)
	return u, err
}

// UsageOf gives what is known of the use of a power, the latest year first and
// within it by place; nothing for a power of which nothing is known.
func UsageOf(ctx context.Context, r sqldb.Reader, id sqldb.ID) ([]Usage, error) {
	rows, err := r.Query(ctx, `select `+usageColumns+` from power_usage where power_id = ? order by year desc, place`, id)
	all, err := sqldb.Collect(rows, err, scanUsage)
	return all, errs.Wrap("usage of "+id.String(), err)
}

// AllUsage gives what is known of the use of all powers, by power, year and
// place.
func AllUsage(ctx context.Context, r sqldb.Reader) ([]Usage, error) {
	rows, err := r.Query(ctx, `select `+usageColumns+` from power_usage order by power_id, year, place`)
	all, err := sqldb.Collect(rows, err, scanUsage)
	return all, errs.Wrap("usage", err)
}

func usageAt(ctx context.Context, r sqldb.Reader, u Usage) (was Usage, known bool, err error) {
	rows, err := r.Query(ctx, `select `+usageColumns+` from power_usage where power_id = ? and place = ? and year = ?`, u.Power, u.Place, u.Year)
	all, err := sqldb.Collect(rows, err, scanUsage)
	if err != nil || len(all) == 0 {
		return was, false, errs.Wrap("usage", err)
	}
	return all[0], true, nil
}

func saveUsage(ctx context.Context, tx *ledger.Tx, u Usage) error {
	var there int
	if err := tx.QueryRow(ctx, `select count(*) from powers where id = ?`, u.Power).Scan(&there); err != nil {
		return errs.Wrap("save usage", err)
	}
	if there == 0 {
		return errs.NotFoundf("没有这个事项")
	}
	_, err := tx.Exec(ctx, `insert into power_usage (power_id, place, year, cases, source, at) values (?, ?, ?, ?, ?, ?)
		on conflict (power_id, place, year) do update set cases = excluded.cases, source = excluded.source, at = excluded.at`,
		u.Power, u.Place, u.Year, u.Cases, u.Source, sqldb.Micros(tx.Now()))
	return errs.Wrap("save usage", err)
}

// divisionKeys leads from codes, and from names that one place alone bears, to
// codes of divisions.
func divisionKeys(ctx context.Context, r sqldb.Reader) (map[string]string, error) {
	rows, err := r.Query(ctx, `select code, name from divisions order by code`)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (d [2]string, err error) {
		err = r.Scan(&d[0], &d[1])
		return d, err
	})
	out := make(map[string]string, 2*len(all))
	twice := map[string]bool{}
	for _, d := range all {
		if was, ok := out[d[1]]; ok && was != d[0] {
			twice[d[1]] = true
		}
		out[d[1]] = d[0]
	}
	for name := range twice {
		delete(out, name)
	}
	for _, d := range all {
		out[d[0]] = d[0]
	}
	return out, errs.Wrap("divisions", err)
}
