package ledger

import (
	"context"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// Nowhere is the division of an act that concerns no single place, such as the
// loading of a national law.
const Nowhere = "000000"

// Say records a public act in the powers log: its JSON in canonical form. An
// empty division stands for Nowhere.
func (tx *Tx) Say(ctx context.Context, division, kind string, subject sqldb.ID, act any) error {
	body, err := Canonical(act)
	if err != nil {
		return errs.Wrap("ledger: say "+kind, err)
	}
	if division == "" {
		division = Nowhere
	}
	_, err = tx.Record(ctx, Entry{Log: Powers, Division: division, Kind: kind, Subject: subject, Public: body})
	return err
}
