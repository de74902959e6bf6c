package ledger

import (
	"cmp"
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
	return tx.SayBeside(ctx, division, kind, subject, act, nil)
}

// SayBeside is Say with a private part, nil for none, which goes into the
// addendum. What people wrote in their own words belongs there (see Words): it may
// name somebody, and what is public in an entry can never be rewritten.
func (tx *Tx) SayBeside(ctx context.Context, division, kind string, subject sqldb.ID, act, private any) error {
	e := Entry{Log: Powers, Division: cmp.Or(division, Nowhere), Kind: kind, Subject: subject}
	var err error
	if e.Public, err = Canonical(act); err != nil {
		return errs.Wrap("ledger: say "+kind, err)
	}
	if private != nil {
		if e.Addendum, err = Canonical(private); err != nil {
			return errs.Wrap("ledger: say "+kind, err)
		}
	}
	_, err = tx.Record(ctx, e)
	return err
}

// Words is a private part that is a text somebody wrote; nil of no text.
func Words(text string) any {
	if text == "" {
		return nil
	}
	return struct {
		Text string `json:"text"`
	}{text}
}
