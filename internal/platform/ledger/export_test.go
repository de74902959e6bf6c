package ledger

import (
	"context"

	"qingdan/internal/platform/sqldb"
)

// VerifyIn is Verify inside a transaction, so that tests can undo an attack.
func VerifyIn(ctx context.Context, r sqldb.Reader, log Log) error { return verify(ctx, r, log) }

// SortKeys and Rewrite are the two ways to the canonical form.
func SortKeys(text []byte) ([]byte, bool) { return sortKeys(text) }
func Rewrite(text []byte) ([]byte, error) { return rewrite(text) }
