package reduce

import (
	"context"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/power"
)

func insertDisposition(ctx context.Context, tx *ledger.Tx, c power.Change, d Decision, into sqldb.ID) error {
	_, err := tx.Exec(ctx, `insert into dispositions (change_id, power_id, fate, ground, target_kind, target, into_power_id, reason, decided_by, decided_on, at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, c.ID, c.Power, string(d.Fate), d.Ground, d.TargetKind, d.Target, into, d.Reason, d.By, d.On, sqldb.Micros(tx.Now()))
	return errs.Wrap("add disposition", err)
}

// latestFindings reads the evidence that the grounds ask for: what the last
// check held against versions.
func latestFindings(ctx context.Context, r sqldb.Reader) (map[sqldb.ID][]finding.Finding, error) {
	run, err := finding.Latest(ctx, r)
	if err != nil {
		return nil, errs.Wrap("findings for decisions", err)
	}
	rows, err := r.Query(ctx, `select version_id, rule, severity, message from findings where run_id = ? and severity <> ?`, run.ID, string(finding.Tells))
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (finding.Finding, error) {
		var f finding.Finding
		err := r.Scan(&f.Version, &f.Rule, &f.Severity, &f.Message)
		return f, err
	})
	if err != nil {
		return nil, fmt.Errorf("findings for decisions: %w", err)
	}
	out := map[sqldb.ID][]finding.Finding{}
	for _, f := range all {
		out[f.Version] = append(out[f.Version], f)
	}
	return out, nil
}

// nationalBasis finds the versions that a law or 行政法规 in force sets.
func nationalBasis(ctx context.Context, r sqldb.Reader) (map[sqldb.ID]bool, error) {
	rows, err := r.Query(ctx, `select distinct k.version_id from citation_links k join law_documents d on d.id = k.document_id
		where k.state = 'resolved' and d.level in ('法律', '行政法规')`)
	ids, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (sqldb.ID, error) {
		var id sqldb.ID
		err := r.Scan(&id)
		return id, err
	})
	if err != nil {
		return nil, fmt.Errorf("national basis: %w", err)
	}
	out := make(map[sqldb.ID]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

func readCells(ctx context.Context, r sqldb.Reader) ([]cell, error) {
	rows, err := r.Query(ctx, `select p.reporter_id, p.origin, c.state, v.category, coalesce(d.fate, ''), count(*)
		from changes c join powers p on p.id = c.power_id join power_versions v on v.id = c.version_id
		left join dispositions d on d.change_id = c.id
		group by p.reporter_id, p.origin, c.state, v.category, coalesce(d.fate, '')`)
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
