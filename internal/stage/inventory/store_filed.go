package inventory

import (
	"context"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
)

// filedKind is the kind of an import of a department in a clearing.
const filedKind = "filed"

// addFiled writes the record of a department's workbook and "powers.filed". The
// name of the file stays out of the log: departments name files after people.
func addFiled(ctx context.Context, tx *ledger.Tx, f *filing, out *Filed) (sqldb.ID, error) {
	id, digest := sqldb.NewID(), f.up.sum()
	_, err := tx.Exec(ctx, `insert into imports (id, kind, file, digest, division, item_rows, at, actor) values (?, ?, ?, ?, ?, ?, ?, ?)`,
		id, filedKind, clean(f.up.File), digest[:], f.dept.Division, len(out.Rows), sqldb.Micros(tx.Now()), tx.Actor().Name)
	if err != nil {
		return id, fmt.Errorf("add filed workbook: %w", err)
	}
	type act struct {
		Department string `json:"department"`
		SHA256     string `json:"sha256"`
		New        int    `json:"new"`
		Changed    int    `json:"changed"`
		Same       int    `json:"same"`
	}
	return id, tx.Say(ctx, f.dept.Division, "powers.filed", id, act{f.dept.ID.String(), fmt.Sprintf("%x", digest), out.New, out.Changed, out.Same})
}

// readHoldings reads the powers that a department has or had.
func readHoldings(ctx context.Context, r sqldb.Reader, department sqldb.ID) (holdings, error) {
	rows, err := r.Query(ctx, `select c.id, c.power_id, c.version_id, c.department_id, p.code, p.division, v.name, v.category, c.kind, c.state, p.origin, v.main_item
		from changes c join powers p on p.id = c.power_id join power_versions v on v.id = c.version_id
		where c.department_id = ? order by p.code, c.opened_at, c.id`, department)
	type holding struct {
		power.Change
		main string
	}
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (holding, error) {
		var h holding
		err := r.Scan(&h.ID, &h.Power, &h.Version, &h.Department, &h.Code, &h.Division, &h.Name, &h.Category, &h.Kind, &h.State, &h.Origin, &h.main)
		return h, err
	})
	h := holdings{map[string]power.Change{}, map[string]power.Change{}}
	if err != nil {
		return h, errs.Wrap("powers of a department", err)
	}
	main := map[string]string{}
	for _, x := range all {
		if c, ok := h.byCode[x.Code]; !ok || goesBefore(x.Change, c) {
			h.byCode[x.Code], main[x.Code] = x.Change, x.main
		}
	}
	several := map[string]bool{}
	for _, c := range h.byCode {
		if !c.State.Open() && c.State != power.Published {
			continue
		}
		key := nameKey(c.Name, main[c.Code], c.Category)
		_, twice := h.byName[key]
		several[key] = several[key] || twice
		h.byName[key] = c
	}
	for key, many := range several {
		if many {
			delete(h.byName, key)
		}
	}
	return h, nil
}

// Waiting says whether something waits for the checks: a change that was handed up
// outside any clearing, or a wording that is newer than the last run. What was
// written a little before that run may have been committed after its reading, and
// counts as newer.
func Waiting(ctx context.Context, r sqldb.Reader) (bool, error) {
	var n int
	err := r.QueryRow(ctx, `select count(*) from changes c where c.state = ? and not exists (select 1 from round_terms t
		join campaigns g on g.id = t.campaign_id where t.department_id = c.department_id and g.state <> ?)`, string(power.HandedUp), string(round.Closed)).Scan(&n)
	if err != nil || n > 0 {
		return n > 0, errs.Wrap("waiting for checks", err)
	}
	states := openWords()
	err = r.QueryRow(ctx, `select count(*) from changes c join power_versions v on v.id = c.version_id
		where c.state in (`+sqldb.Marks(len(states))+`) and v.created_at > coalesce((select max(at) from check_runs), 0) - ?`,
		append(states, settling.Microseconds())...).Scan(&n)
	return n > 0, errs.Wrap("waiting for checks", err)
}
