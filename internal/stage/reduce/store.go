package reduce

import (
	"context"
	"fmt"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// insertDisposition writes what was decided on a change. One that was taken back
// to review and decided anew has its latest decision; the ledger holds both.
func insertDisposition(ctx context.Context, tx *ledger.Tx, c power.Change, d Decision, into sqldb.ID) error {
	_, err := tx.Exec(ctx, `insert into dispositions (change_id, power_id, fate, ground, target_kind, target, into_power_id, reason, decided_by, decided_on, at,
		legal_form, receiver, followup, proposal_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		on conflict (change_id) do update set fate = excluded.fate, ground = excluded.ground, target_kind = excluded.target_kind, target = excluded.target,
		into_power_id = excluded.into_power_id, reason = excluded.reason, decided_by = excluded.decided_by, decided_on = excluded.decided_on, at = excluded.at,
		legal_form = excluded.legal_form, receiver = excluded.receiver, followup = excluded.followup, proposal_id = excluded.proposal_id`,
		c.ID, c.Power, string(d.Fate), d.Ground, d.TargetKind, d.Target, into, d.Reason, d.By, d.On, sqldb.Micros(tx.Now()),
		string(d.form()), d.Receiver, d.Followup, d.proposal)
	return errs.Wrap("add disposition", err)
}

// setAbove says whether a law that the power rests on is not this government's
// to take back: those of congresses and of everybody above. A province may take
// back its own rules, a city may not take back the province's.
func setAbove(ctx context.Context, r sqldb.Reader, c power.Change) (bool, error) {
	rows, err := r.Query(ctx, `select d.level from citation_links k join law_documents d on d.id = k.document_id
		where k.version_id = ? and k.state in ('resolved', 'no_article')`, c.Version)
	levels, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (law.Level, error) {
		var l law.Level
		err := r.Scan(&l)
		return l, err
	})
	if err != nil {
		return false, fmt.Errorf("who set %s: %w", c.Code, err)
	}
	for _, l := range levels {
		switch l {
		case law.Constitution, law.Statute, law.AdminRegulation, law.StateDecision, law.LocalRegulation, law.CityRegulation, law.MinistryRule:
			return true, nil
		case law.ProvinceRule:
			if !strings.HasSuffix(c.Division, "0000") {
				return true, nil
			}
		}
	}
	return false, nil
}

// readCells counts every power once, by the change that added it. Its category
// is that of its wording on the list, and what left the list left by the fate
// that its cancellation was decided with, whatever was decided when it came.
func readCells(ctx context.Context, r sqldb.Reader) ([]cell, error) {
	rows, err := r.Query(ctx, `select p.reporter_id, p.origin, c.state, v.category, case c.state when 'ended' then coalesce(e.fate, '取消') else coalesce(d.fate, '') end, count(*)
		from changes c join powers p on p.id = c.power_id join power_versions v on v.id = case c.state when 'replaced' then
			(select u.version_id from changes u where u.power_id = c.power_id and u.state = 'published') else c.version_id end
		left join dispositions d on d.change_id = c.id
		left join changes g on g.power_id = c.power_id and g.kind = 'cancel' and g.state = 'ended' left join dispositions e on e.change_id = g.id
		where c.kind = 'add' group by p.reporter_id, p.origin, c.state, v.category, case c.state when 'ended' then coalesce(e.fate, '取消') else coalesce(d.fate, '') end`)
	cells, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (cell, error) {
		var c cell
		err := r.Scan(&c.unit, &c.origin, &c.state, &c.category, &c.fate, &c.n)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("read balance: %w", err)
	}
	return cells, nil
}
