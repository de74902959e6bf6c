package figures

import (
	"context"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// edition is the newest edition of the list, in force or not yet.
type edition struct {
	id                         sqldb.ID
	no                         int
	title, approval, effective string
	entries                    int
}

// newestEdition reads it; NotFound before the first.
func newestEdition(ctx context.Context, r sqldb.Reader, division string) (edition, error) {
	var e edition
	err := r.QueryRow(ctx, `select e.id, e.no, e.title, e.approval, e.effective, e.entries from list_editions e join lists l on l.id = e.list_id
		where l.kind = 'power' and l.division = ? order by e.no desc limit 1`, division).Scan(&e.id, &e.no, &e.title, &e.approval, &e.effective, &e.entries)
	if errs.Is(err, sqldb.ErrNoRows) {
		return e, errs.NotFoundf("还没有公布过清单")
	}
	return e, errs.Wrap("newest edition", err)
}
