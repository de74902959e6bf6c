package round

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
)

func insertBulk(ctx context.Context, tx *ledger.Tx, id, account sqldb.ID, kind string, powers int) error {
	_, err := tx.Exec(ctx, `insert into bulk_acts (id, account_id, kind, powers, at, undone_at) values (?, ?, ?, ?, ?, 0)`,
		id, account, kind, powers, sqldb.Micros(tx.Now()))
	return errs.Wrap("bulk act", err)
}

// conclusionBatch is how many conclusions one statement writes.
const conclusionBatch = 60

func insertConclusions(ctx context.Context, tx *ledger.Tx, who *people.Who, items []Item, cs []Conclusion, bulk sqldb.ID) error {
	var all [][]any
	for _, i := range items {
		for _, c := range cs {
			all = append(all, []any{sqldb.NewID(), i.Change, i.Version, c.Rule, string(c.Verdict), c.Note, bulk, who.Account, who.Name, sqldb.Micros(tx.Now()), 0})
		}
	}
	for batch := range slices.Chunk(all, conclusionBatch) {
		row := `(` + sqldb.Marks(len(batch[0])) + `)`
		_, err := tx.Exec(ctx, `insert into conclusions (id, change_id, version_id, rule, verdict, note, batch_id, account_id, concluded_by, at, undone_at) values `+
			row+strings.Repeat(`, `+row, len(batch)-1), slices.Concat(batch...)...)
		if err != nil {
			return fmt.Errorf("conclude: %w", err)
		}
	}
	return nil
}

// ConclusionsOf gives the conclusions on a version in the order of Checks: for
// each check the latest that was not undone.
func ConclusionsOf(ctx context.Context, r sqldb.Reader, version sqldb.ID) ([]Concluded, error) {
	rows, err := r.Query(ctx, `select change_id, version_id, rule, verdict, note, batch_id, concluded_by, at from conclusions
		where version_id = ? and undone_at = 0 order by at, id`, version)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Concluded, error) {
		var c Concluded
		var at int64
		err := r.Scan(&c.Change, &c.Version, &c.Rule, &c.Verdict, &c.Note, &c.Batch, &c.By, &at)
		c.At = sqldb.FromMicros(at)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("conclusions on %s: %w", version, err)
	}
	latest := map[string]Concluded{}
	for _, c := range all {
		latest[c.Rule] = c
	}
	var out []Concluded
	for _, k := range Checks() {
		if c, ok := latest[k.Rule]; ok {
			out = append(out, c)
		}
	}
	return out, nil
}

// bulkAct is a stored bulk act.
type bulkAct struct {
	account  sqldb.ID
	kind     string
	powers   int
	at       time.Time
	undone   bool
	division string
}

func bulkByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (bulkAct, error) {
	var b bulkAct
	var at, undone int64
	err := r.QueryRow(ctx, `select account_id, kind, powers, at, undone_at from bulk_acts where id = ?`, id).Scan(&b.account, &b.kind, &b.powers, &at, &undone)
	if errs.Is(err, sqldb.ErrNoRows) {
		return b, people.Unknown()
	}
	if err != nil {
		return b, fmt.Errorf("bulk act %s: %w", id, err)
	}
	b.at, b.undone = sqldb.FromMicros(at), undone > 0
	b.division, err = org.Here(ctx, r)
	return b, err
}

// undo takes back what a bulk act wrote; Conflict when some of it went on.
func undo(ctx context.Context, tx *ledger.Tx, id sqldb.ID, kind string) error {
	now := sqldb.Micros(tx.Now())
	n, err := tx.Exec(ctx, `update bulk_acts set undone_at = ? where id = ? and undone_at = 0`, now, id)
	if err != nil {
		return fmt.Errorf("undo: %w", err)
	}
	if n != 1 {
		return errs.Conflictf("这次批量办理已经撤销")
	}
	if kind == "conclude" {
		_, err := tx.Exec(ctx, `update conclusions set undone_at = ? where batch_id = ? and undone_at = 0`, now, id)
		return errs.Wrap("undo conclusions", err)
	}
	var gone int
	if err := tx.QueryRow(ctx, `select count(*) from opinions where batch_id = ? and state not in (?, ?)`, id, string(Draft), string(Dropped)).Scan(&gone); err != nil {
		return fmt.Errorf("undo opinions: %w", err)
	}
	if gone > 0 {
		return errs.Conflictf("这些意见已经下达，不能撤销")
	}
	_, err = tx.Exec(ctx, `update opinions set state = ?, moved_at = ? where batch_id = ? and state = ?`, string(Dropped), now, id, string(Draft))
	return errs.Wrap("undo opinions", err)
}
