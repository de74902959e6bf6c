package inventory

import (
	"context"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
)

// addImport writes the record of an import and "powers.imported". The same
// bytes for the same division are a Conflict, reported or as a supplement.
func addImport(ctx context.Context, tx *ledger.Tx, o Options, digest [32]byte, rows int) (sqldb.ID, error) {
	id := sqldb.NewID()
	before, err := importedBefore(ctx, tx, o, digest)
	if err != nil {
		return id, err
	}
	if before {
		return id, errImportedBefore(o)
	}
	_, err = tx.Exec(ctx, `insert into imports (id, kind, file, digest, division, item_rows, at, actor) values (?, ?, ?, ?, ?, ?, ?, ?)`,
		id, string(o.Origin), o.File, digest[:], o.Division, rows, sqldb.Micros(tx.Now()), tx.Actor().Name)
	if sqldb.IsConstraint(err) {
		return id, errImportedBefore(o).Because(err)
	}
	if err != nil {
		return id, fmt.Errorf("add import %s: %w", o.File, err)
	}
	type act struct {
		File   string `json:"file"`
		SHA256 string `json:"sha256"`
		Rows   int    `json:"rows"`
	}
	return id, tx.Say(ctx, o.Division, "powers.imported", id, act{o.File, fmt.Sprintf("%x", digest), rows})
}

func errImportedBefore(o Options) *errs.Error {
	return errs.Conflictf("这个文件已经导入过").At(o.File).Fix("如果内容有变，请先保存再导入；同样的文件不会导入两次")
}

// importedBefore says whether these very bytes came in for the division.
func importedBefore(ctx context.Context, r sqldb.Reader, o Options, digest [32]byte) (bool, error) {
	var n int
	err := r.QueryRow(ctx, `select count(*) from imports where kind in (?, ?) and division = ? and digest = ?`,
		string(power.Reported), string(power.Supplement), o.Division, digest[:]).Scan(&n)
	return n > 0, errs.Wrap("imported before", err)
}

// addRow keeps the raw cells that a power was read from.
func addRow(ctx context.Context, tx *ledger.Tx, from sqldb.ID, sheet string, line int, id sqldb.ID, raw string) error {
	_, err := tx.Exec(ctx, `insert into import_rows (import_id, sheet, line, power_id, raw) values (?, ?, ?, ?, ?)`, from, sheet, line, id, raw)
	return errs.Wrap("keep raw row", err)
}

// readCodes takes note of all codes of a division.
func readCodes(ctx context.Context, r sqldb.Reader, division string) (*codeBook, error) {
	c := newCodeBook(division)
	rows, err := r.Query(ctx, `select code, reporter_id from powers where division = ?`, division)
	if err != nil {
		return nil, fmt.Errorf("read codes: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var code string
		var dept sqldb.ID
		if err := rows.Scan(&code, &dept); err != nil {
			return nil, fmt.Errorf("read codes: %w", err)
		}
		c.seen(code, dept)
	}
	return c, rows.Err()
}

// readTotals counts every power once, by the change that added it, as the list
// words it now.
func readTotals(ctx context.Context, r sqldb.Reader) ([]Total, error) {
	rows, err := r.Query(ctx, `select v.department_id, v.category, c.state, p.origin, count(*)
		from changes c join powers p on p.id = c.power_id join power_versions v on v.id = case c.state when 'replaced' then
			(select u.version_id from changes u where u.power_id = c.power_id and u.state = 'published') else c.version_id end
		where c.kind = 'add' group by v.department_id, v.category, c.state, p.origin order by v.department_id, v.category, c.state, p.origin`)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (Total, error) {
		var t Total
		err := r.Scan(&t.Department, &t.Category, &t.State, &t.Origin, &t.Count)
		return t, err
	})
}
