package ledger

import (
	"context"

	"qingdan/internal/platform/sqldb"
)

// VerifyIn is Verify inside a transaction, so that tests can undo an attack.
func VerifyIn(ctx context.Context, r sqldb.Reader, log Log) error { return verify(ctx, r, log) }
