package round

import (
	"context"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

func countCategories(ctx context.Context, r sqldb.Reader, campaign sqldb.ID, s people.Scope, at map[sqldb.ID]*Reported) error {
	var w sqldb.Where
	w.And(`s.campaign_id = ?`, campaign)
	s.Within(&w, `s.department_id`)
	rows, err := r.Query(ctx, `select s.id, v.category, count(*) from submissions s join submission_versions f on f.submission_id = s.id
		join power_versions v on v.id = f.version_id where `+w.Text()+` group by s.id, v.category`, w.Args...)
	if err != nil {
		return fmt.Errorf("powers handed up: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id sqldb.ID
		var c power.Category
		var n int
		if err := rows.Scan(&id, &c, &n); err != nil {
			return fmt.Errorf("powers handed up: %w", err)
		}
		if x := at[id]; x != nil {
			x.Categories[c] = n
			x.Powers += n
		}
	}
	return errs.Wrap("powers handed up", rows.Err())
}

// countMoves counts for each submission what the one before it, by number, did
// not have, or had in another version.
func countMoves(ctx context.Context, r sqldb.Reader, campaign sqldb.ID, s people.Scope, at map[sqldb.ID]*Reported) error {
	var w sqldb.Where
	w.And(`s.campaign_id = ?`, campaign)
	s.Within(&w, `s.department_id`)
	rows, err := r.Query(ctx, `select s.id, count(*), count(b.version_id), coalesce(sum(case when b.version_id <> f.version_id then 1 else 0 end), 0)
		from submissions s join submission_versions f on f.submission_id = s.id
		left join submissions p on p.campaign_id = s.campaign_id and p.department_id = s.department_id and p.no = s.no - 1
		left join submission_versions b on b.submission_id = p.id and b.power_id = f.power_id
		where `+w.Text()+` group by s.id`, w.Args...)
	if err != nil {
		return fmt.Errorf("powers moved: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id sqldb.ID
		var all, both, other int
		if err := rows.Scan(&id, &all, &both, &other); err != nil {
			return fmt.Errorf("powers moved: %w", err)
		}
		if x := at[id]; x != nil {
			x.Added, x.Reworded = all-both, other
		}
	}
	return errs.Wrap("powers moved", rows.Err())
}
