package consult

import (
	"errors"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/round"
)

var errAnother = errors.New("consult: the transaction acts for somebody else than the person whose rights were asked")

// May holds an act against the rights of the person, who must be the one that
// the ledger will name. A zero department stands for the whole list, which only
// those reach who reach every department.
func May(tx *ledger.Tx, who *people.Who, a people.Action, department sqldb.ID) error {
	if tx.Actor().ID != who.Account.String() {
		return errAnother
	}
	return who.MayOn(a, people.Target{Department: department})
}

// idText is an identity for the public part of an entry, "" for none.
func idText(id sqldb.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// checkDay holds a day against its form. Invalid, named at the field.
func checkDay(field, name, day string) error {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return errs.Invalidf("%s“%s”不对", name, day).At(field).Fix("请写成 2014-12-30 这样")
	}
	return nil
}

// daysAfter is the civil day some days after another.
func daysAfter(day string, n int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}

// today is the civil day of an act.
func today(tx *ledger.Tx) string { return round.Civil(tx.Now()) }
