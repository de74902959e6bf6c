package measure

import (
	"context"
	"encoding/json"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

// anEdition is what sealing asks of an edition.
type anEdition struct {
	no, latest                int
	latestID                  sqldb.ID
	title, approval, division string
}

// editionByID reads an edition of one of our lists; NotFound when there is none.
func editionByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (anEdition, error) {
	var e anEdition
	err := r.QueryRow(ctx, `select e.no, e.title, e.approval, l.division, n.no, n.id from list_editions e join lists l on l.id = e.list_id
		join list_editions n on n.list_id = e.list_id
		where e.id = ? and l.kind = 'power' order by n.no desc limit 1`, id).Scan(&e.no, &e.title, &e.approval, &e.division, &e.latest, &e.latestID)
	if errs.Is(err, sqldb.ErrNoRows) {
		return e, errs.NotFoundf("没有这一版清单")
	}
	return e, errs.Wrap("edition", err)
}

func scanSealedRow(r *sqldb.Rows) (sealedRow, error) {
	var x sealedRow
	var digest []byte
	err := r.Scan(&x.code, &x.power, &x.version, &digest, &x.department, &x.category, &x.name)
	copy(x.digest[:], digest)
	return x, err
}

// editionRows reads the entries of an edition in the order of their codes.
func editionRows(ctx context.Context, r sqldb.Reader, id sqldb.ID) ([]sealedRow, error) {
	rows, err := r.Query(ctx, `select e.code, e.power_id, e.version_id, v.digest, e.department_id, e.category, e.name
		from list_entries e join power_versions v on v.id = e.version_id where e.edition_id = ? order by e.code`, id)
	all, err := sqldb.Collect(rows, err, scanSealedRow)
	return all, errs.Wrap("entries of an edition", err)
}

// sealedRows reads what was sealed, in the order of the codes.
func sealedRows(ctx context.Context, r sqldb.Reader, id sqldb.ID) ([]sealedRow, error) {
	rows, err := r.Query(ctx, `select code, power_id, version_id, version_digest, department_id, category, name
		from sealed_rows where sealed_id = ? order by code`, id)
	all, err := sqldb.Collect(rows, err, scanSealedRow)
	return all, errs.Wrap("rows of a baseline", err)
}

// sealBatch is how many rows are written by one statement.
const sealBatch = 50

// insertSealed writes a baseline; an edition that is sealed already is a Conflict.
func insertSealed(ctx context.Context, tx *ledger.Tx, s Sealed, rows []sealedRow, account sqldb.ID) error {
	counts, err := json.Marshal(s.Counts)
	if err != nil {
		return errs.Wrap("seal", err)
	}
	var n int
	if err := tx.QueryRow(ctx, `select count(*) from sealed_editions where edition_id = ?`, s.Edition).Scan(&n); err != nil {
		return errs.Wrap("seal", err)
	}
	if n == 0 {
		_, err = tx.Exec(ctx, `insert into sealed_editions (id, edition_id, counts, rows, digest, account_id, sealed_by, at) values (?, ?, ?, ?, ?, ?, ?, ?)`,
			s.ID, s.Edition, string(counts), s.Rows, s.Digest[:], account, s.By, sqldb.Micros(s.At))
	}
	if n > 0 || sqldb.IsConstraint(err) {
		return errs.Conflictf("第 %d 版已经锁定过了", s.No).Fix("一版只锁定一次，以第一次锁定的为准").Because(err)
	}
	if err != nil {
		return errs.Wrap("seal", err)
	}
	for at := 0; at < len(rows); {
		size := min(sealBatch, len(rows)-at)
		if size < sealBatch { // what does not fill a batch goes singly: the database sees two texts
			size = 1
		}
		var args []any
		for _, x := range rows[at : at+size] {
			args = append(args, s.ID, x.code, x.power, x.version, x.digest[:], x.department, x.category, x.name)
		}
		one := "(" + sqldb.Marks(8) + ")"
		if _, err := tx.Exec(ctx, `insert into sealed_rows (sealed_id, code, power_id, version_id, version_digest, department_id, category, name)
			values `+one+strings.Repeat(", "+one, size-1), args...); err != nil {
			return errs.Wrap("seal rows", err)
		}
		at += size
	}
	return nil
}

func sealedEditions(ctx context.Context, r sqldb.Reader) ([]Sealed, error) {
	rows, err := r.Query(ctx, `select s.id, s.edition_id, e.no, e.title, s.counts, s.rows, s.digest, s.sealed_by, s.at
		from sealed_editions s join list_editions e on e.id = s.edition_id order by s.at desc, s.id desc`)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Sealed, error) {
		var s Sealed
		var counts string
		var digest []byte
		var at int64
		if err := r.Scan(&s.ID, &s.Edition, &s.No, &s.Title, &counts, &s.Rows, &digest, &s.By, &at); err != nil {
			return s, err
		}
		copy(s.Digest[:], digest)
		s.At = sqldb.FromMicros(at)
		return s, json.Unmarshal([]byte(counts), &s.Counts)
	})
	return all, errs.Wrap("baselines", err)
}

// saidOf gives what the log says of a baseline, "" while the entry waits for its
// number.
func saidOf(ctx context.Context, r sqldb.Reader, id sqldb.ID) (string, error) {
	rows, err := r.Query(ctx, `select leaf from ledger_entries where subject = ? and kind = 'figures.sealed'`, id)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (leaf []byte, err error) {
		err = r.Scan(&leaf)
		return leaf, err
	})
	if err != nil || len(all) == 0 {
		return "", errs.Wrap("log of a baseline", err)
	}
	return string(all[0]), nil
}
