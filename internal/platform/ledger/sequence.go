package ledger

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"qingdan/internal/platform/sqldb"
)

const recordColumns = "log, id, at, division, kind, actor_id, actor_name, actor_role, subject, salt, addendum, leaf, leaf_hash"

func (r *record) columns() []any {
	return []any{int(r.log), r.id, r.at, r.division, r.kind, r.actor.ID, r.actor.Name, r.actor.Role,
		r.subject, r.salt, r.addendum, r.leaf, r.hash[:]}
}

func scanRecord(rows *sqldb.Rows, more ...any) (record, error) {
	var r record
	var hash []byte
	dest := append(more, &r.log, &r.id, &r.at, &r.division, &r.kind, &r.actor.ID, &r.actor.Name, &r.actor.Role,
		&r.subject, &r.salt, &r.addendum, &r.leaf, &hash)
	if err := rows.Scan(dest...); err != nil {
		return record{}, err
	}
	if copy(r.hash[:], hash) != tlog.HashSize {
		return record{}, fmt.Errorf("ledger: entry %s has a hash of %d bytes", r.id, len(hash))
	}
	return r, nil
}

// number gives the held records of a SQLite transaction their places.
func number(ctx context.Context, tx *sqldb.Tx, held []any) error {
	var all []record
	for _, h := range held {
		all = append(all, h.([]record)...)
	}
	return place(ctx, tx, all)
}

// queue leaves the held records to the sequencer (PostgreSQL).
func queue(ctx context.Context, tx *sqldb.Tx, held []any) error {
	for _, h := range held {
		records := h.([]record)
		err := insert(ctx, tx, "insert into ledger_queue ("+recordColumns+")", len(records),
			func(i int) []any { return records[i].columns() })
		if err != nil {
			return err
		}
	}
	return nil
}

// drainSize bounds a batch of the sequencer, so that it holds the log briefly.
const drainSize = 2000

// drain places what is queued. It locks the logs by an UPDATE of their rows,
// always in the same order, so that any number of processes may drain; a
// lease would add nothing to that lock.
func drain(ctx context.Context, tx *sqldb.Tx) (more bool, err error) {
	var some int
	if err := tx.QueryRow(ctx, "select count(*) from (select 1 from ledger_queue limit 1) as q").Scan(&some); err != nil || some == 0 {
		return false, err
	}
	for _, log := range []Log{Powers, Cases} {
		if _, err := tx.Exec(ctx, "update ledger_heads set size = size where log = ?", int(log)); err != nil {
			return false, err
		}
	}
	var last int64
	rows, err := tx.Query(ctx, "select place, "+recordColumns+" from ledger_queue order by place limit ?", drainSize)
	records, err := sqldb.Collect(rows, err, func(rows *sqldb.Rows) (record, error) { return scanRecord(rows, &last) })
	if err != nil || len(records) == 0 {
		return false, err
	}
	if err := place(ctx, tx, records); err != nil {
		return false, err
	}
	// Smaller places that commit from now on are not touched: only what was
	// read is deleted.
	for i := 0; i < len(records); i += chunk {
		part := records[i:min(i+chunk, len(records))]
		ids := make([]any, len(part))
		for k, r := range part {
			ids[k] = r.id
		}
		q := "delete from ledger_queue where id in (" + sqldb.Marks(len(ids)) + ")"
		if _, err := tx.Exec(ctx, q, ids...); err != nil {
			return false, err
		}
	}
	return len(records) == drainSize, nil
}

// place appends records, in their order, to their logs.
func place(ctx context.Context, tx *sqldb.Tx, records []record) error {
	for _, log := range []Log{Powers, Cases} {
		var own []record
		for _, r := range records {
			if r.log == log {
				own = append(own, r)
			}
		}
		if len(own) == 0 {
			continue
		}
		if err := appendTo(ctx, tx, log, own); err != nil {
			return fmt.Errorf("ledger: append to %s: %w", log, err)
		}
	}
	return nil
}

func appendTo(ctx context.Context, tx *sqldb.Tx, log Log, records []record) error {
	size, err := sizeOf(ctx, tx, log)
	if err != nil {
		return err
	}
	first := tlog.StoredHashCount(size)
	var fresh []tlog.Hash
	reader := tlog.HashReaderFunc(func(places []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(places))
		for i, p := range places {
			if p >= first {
				out[i] = fresh[p-first]
			} else if out[i], err = storedHash(ctx, tx, log, p); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
	for i := range records {
		hashes, err := tlog.StoredHashesForRecordHash(size+int64(i), records[i].hash, reader)
		if err != nil {
			return err
		}
		fresh = append(fresh, hashes...)
	}
	err = insert(ctx, tx, "insert into ledger_entries (seq, "+recordColumns+")", len(records), func(i int) []any {
		return append([]any{size + int64(i) + 1}, records[i].columns()...)
	})
	if err != nil {
		return err
	}
	err = insert(ctx, tx, "insert into ledger_hashes (log, place, hash)", len(fresh), func(i int) []any {
		return []any{int(log), first + int64(i), fresh[i][:]}
	})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "update ledger_heads set size = ? where log = ?", size+int64(len(records)), int(log))
	return err
}

func sizeOf(ctx context.Context, r sqldb.Reader, log Log) (size int64, err error) {
	err = r.QueryRow(ctx, "select size from ledger_heads where log = ?", int(log)).Scan(&size)
	return size, err
}

func storedHash(ctx context.Context, r sqldb.Reader, log Log, place int64) (h tlog.Hash, err error) {
	var b []byte
	err = r.QueryRow(ctx, "select hash from ledger_hashes where log = ? and place = ?", int(log), place).Scan(&b)
	if err == nil && copy(h[:], b) != tlog.HashSize {
		err = fmt.Errorf("ledger: stored hash %d of %s has %d bytes", place, log, len(b))
	}
	return h, err
}

// chunk is how many rows go into one statement at most.
const chunk = 64

// insert adds n rows with few statements of few different texts.
func insert(ctx context.Context, tx *sqldb.Tx, head string, n int, row func(i int) []any) error {
	for i := 0; i < n; {
		k := 1
		for _, size := range []int{chunk, chunk / 8} {
			if n-i >= size {
				k = size
				break
			}
		}
		var args []any
		for end := i + k; i < end; i++ {
			args = append(args, row(i)...)
		}
		one := "(" + sqldb.Marks(len(args)/k) + ")"
		if _, err := tx.Exec(ctx, head+" values "+one+strings.Repeat(", "+one, k-1), args...); err != nil {
			return err
		}
	}
	return nil
}
