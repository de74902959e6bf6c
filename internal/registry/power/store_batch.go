package power

import (
	"context"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// VersionsByID reads versions by their ids, with elements and citations, in batches; an
// id that no version has is left out.
func VersionsByID(ctx context.Context, r sqldb.Reader, ids []sqldb.ID) (map[sqldb.ID]Version, error) {
	out := make(map[sqldb.ID]Version, len(ids))
	for batch := range slices.Chunk(ids, versionBatch) {
		args := make([]any, versionBatch) // filled up with the last: one text of SQL
		for i := range args {
			args[i] = batch[min(i, len(batch)-1)]
		}
		found, err := versionsOf(ctx, r, args)
		if err != nil {
			return nil, errs.Wrap("read wordings", err)
		}
		for id, v := range found {
			out[id] = v
		}
	}
	return out, nil
}
