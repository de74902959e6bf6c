package ledger

import (
	"context"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// Count counts the entries of a log that r sees committed, numbered or still
// waiting for their place. Every act adds at least one to a log: as long as the
// counts are the same, so is all that acts write. It is one small query.
func (l *Ledger) Count(ctx context.Context, r sqldb.Reader, log Log) (n int64, err error) {
	if l.db.Queues() {
		err = r.QueryRow(ctx, `select h.size + (select count(*) from ledger_queue q where q.log = h.log) from ledger_heads h where h.log = ?`, int(log)).Scan(&n)
	} else {
		n, err = sizeOf(ctx, r, log)
	}
	return n, errs.Wrap("count entries", err)
}
