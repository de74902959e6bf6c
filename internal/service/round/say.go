package round

import (
	"cmp"
	"context"
	"errors"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
)

// say records an act in the powers log. What people wrote in their own words
// goes into the addendum: such texts may name somebody. private may be nil.
func say(ctx context.Context, tx *ledger.Tx, division, kind string, subject sqldb.ID, public, private any) error {
	body, err := ledger.Canonical(public)
	if err != nil {
		return errs.Wrap("say "+kind, err)
	}
	e := ledger.Entry{Log: ledger.Powers, Division: cmp.Or(division, ledger.Nowhere), Kind: kind, Subject: subject, Public: body}
	if private != nil {
		if e.Addendum, err = ledger.Canonical(private); err != nil {
			return errs.Wrap("say "+kind, err)
		}
	}
	_, err = tx.Record(ctx, e)
	return err
}

// written is the private part of an act that says something in one's own words.
type written struct {
	Text string `json:"text"`
}

var errAnother = errors.New("round: the transaction acts for somebody else than the person whose rights were asked")

// may holds an act against the rights of the person, who must be the one that
// the ledger will name.
func may(tx *ledger.Tx, who *people.Who, a people.Action, t people.Target) error {
	if tx.Actor().ID != who.Account.String() {
		return errAnother
	}
	return who.MayOn(a, t)
}
