package people

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

// KindShown is the kind of the entries that Reveal records.
const KindShown = "personal.shown"

// The shortest and the longest reason for showing personal data, in characters.
const (
	minShownReason = 4
	maxShownReason = 200
)

// Reveal gives an account with name and telephone in full to somebody who has
// ShowPersonal, and records "personal.shown": who saw whose, when and for which
// reason (个人信息保护法 第五十一条: access is managed; 第五十四条: it is audited).
// It is the only way by which pages come to show them unmasked. Forbidden for
// everybody else; a reason of fewer than four characters is Invalid.
func Reveal(ctx context.Context, tx *ledger.Tx, who *Who, account sqldb.ID, reason string) (Account, error) {
	if err := who.May(ShowPersonal); err != nil {
		return Account{}, err
	}
	reason = strings.TrimSpace(reason)
	if err := checkShownReason(reason); err != nil {
		return Account{}, err
	}
	a, err := ByID(ctx, tx, account)
	if errs.KindOf(err) == errs.NotFound {
		return Account{}, Unknown()
	}
	if err != nil {
		return Account{}, err
	}
	if err := who.MayOn(ShowPersonal, Target{Department: a.Department}); err != nil {
		return Account{}, err
	}
	return a, say(ctx, tx, KindShown, account, accountAct{Login: a.Login, Reason: reason})
}

func checkShownReason(s string) error {
	words := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			words++
		}
	}
	switch {
	case s == "":
		return errs.Invalidf("没有写明查看的理由").At("理由").Fix("请写明为办什么事需要看，例如“核对账号归属”")
	case words < minShownReason:
		return errs.Invalidf("理由太短，至少%d个字", minShownReason).At("理由").Fix("请写明为办什么事需要看，例如“核对账号归属”")
	case utf8.RuneCountInString(s) > maxShownReason:
		return errs.Invalidf("理由超过%d个字", maxShownReason).At("理由").Fix("请删减后再提交")
	}
	return nil
}
