package round

import (
	"errors"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/registry/people"
)

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
