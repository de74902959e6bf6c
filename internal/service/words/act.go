package words

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// maxReason is how long a reason may be, in characters.
const maxReason = 200

var errAnother = errors.New("words: the transaction acts for somebody else than the person whose rights were asked")

// may holds an act on something of a department against the rights of the
// person, who must be the one that the ledger will name. What belongs to no
// department yet is for those who see all.
func may(tx *ledger.Tx, who *people.Who, department sqldb.ID) error {
	if tx.Actor().ID != who.Account.String() {
		return errAnother
	}
	return who.MayOn(people.KeepWords, people.Target{Department: department})
}

// Add gives an item an everyday word (KeepWords on its department): see
// power.AddWord.
func Add(ctx context.Context, tx *ledger.Tx, who *people.Who, n power.NewWord) (power.Word, error) {
	c, err := power.Standing(ctx, tx, n.Power)
	if err != nil {
		return power.Word{}, err
	}
	if err := may(tx, who, c.Department); err != nil {
		return power.Word{}, err
	}
	return power.AddWord(ctx, tx, n)
}

// Remove takes a word from its item (KeepWords on the item's department): see
// power.RemoveWord.
func Remove(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID) (power.Word, error) {
	w, err := power.WordByID(ctx, tx, id)
	if err != nil {
		return w, err
	}
	c, err := power.Standing(ctx, tx, w.Power)
	if err != nil {
		return w, err
	}
	if err := may(tx, who, c.Department); err != nil {
		return w, err
	}
	return power.RemoveWord(ctx, tx, id)
}

// Give gives missed words to an item as an everyday word, in the spelling of
// text, or as they are when it is empty, and closes them ("search.given"). Needs
// KeepWords on the department they went to and on the item's.
//
// NotFound: no such words, or not theirs. Conflict: somebody else answered them
// meanwhile. See power.AddWord for what a word must be.
func Give(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID, n power.NewWord) (power.Word, error) {
	m, err := open(ctx, tx, who, id)
	if err != nil {
		return power.Word{}, err
	}
	if n.Text == "" {
		n.Text = m.Words
	}
	n.Source = power.WordSearched
	w, err := Add(ctx, tx, who, n)
	if err != nil {
		return w, err
	}
	if err := setState(ctx, tx, m, Given); err != nil {
		return w, err
	}
	if err := insertAnswer(ctx, tx, m, answer{Answer: string(Given), Power: n.Power}); err != nil {
		return w, err
	}
	return w, say(ctx, tx, "search.given", m, n.Power.String(), "")
}

// Dismiss sets missed words aside with a reason ("search.dismissed"; words and
// reason stand in the addendum): they are no matter of the government, or no
// words at all. They are counted on but not shown as waiting.
//
// NotFound: no such words, or not theirs. Conflict: somebody else answered them
// meanwhile. Invalid: no reason, or too long a one.
func Dismiss(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID, reason string) error {
	m, err := open(ctx, tx, who, id)
	if err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return errs.Invalidf("没有写明理由").At("reason").Fix("请写明为什么不采用，例如“不是政府办的事”")
	case n > maxReason:
		return errs.Invalidf("理由超过 %d 字", maxReason).At("reason").Fix("请删减")
	}
	if err := setState(ctx, tx, m, Dismissed); err != nil {
		return err
	}
	if err := insertAnswer(ctx, tx, m, answer{Answer: string(Dismissed), Reason: reason}); err != nil {
		return err
	}
	return say(ctx, tx, "search.dismissed", m, "", reason)
}

// Direct sends missed words to another department ("search.directed"): the legal
// office does so with those that went to nobody or to the wrong one, and a
// department hands on what is not its matter.
//
// NotFound: no such words, or not theirs. Conflict: answered meanwhile, or there
// already. Invalid: no such department.
func Direct(ctx context.Context, tx *ledger.Tx, who *people.Who, id, department sqldb.ID) error {
	m, err := open(ctx, tx, who, id)
	if err != nil {
		return err
	}
	division, err := org.Here(ctx, tx)
	if err != nil {
		return err
	}
	all, err := org.Departments(ctx, tx, division)
	if err != nil {
		return errs.Wrap("departments", err)
	}
	if !slices.ContainsFunc(all, func(d org.Department) bool { return d.ID == department && d.ValidTo == "" }) {
		return errs.Invalidf("没有选择部门").At("department").Fix("请从列表中选择")
	}
	if m.Department == department {
		return errs.Conflictf("“%s”已经在这个部门", m.Words).Fix("请选择另一个部门")
	}
	if err := setDepartment(ctx, tx, m, department); err != nil {
		return err
	}
	if err := insertAnswer(ctx, tx, m, answer{Answer: "directed"}); err != nil {
		return err
	}
	return say(ctx, tx, "search.directed", m, department.String(), "")
}

// open reads missed words that wait for an answer.
func open(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID) (Miss, error) {
	if err := who.May(people.KeepWords); err != nil {
		return Miss{}, err
	}
	m, err := ByID(ctx, tx, id)
	if err != nil {
		return m, err
	}
	if err := may(tx, who, m.Department); err != nil {
		return m, err
	}
	if m.State != Open {
		return m, errs.Conflictf("“%s”已由他人处理为“%s”", m.Words, m.State.Label()).Fix("请刷新页面")
	}
	return m, nil
}

// say records an act on missed words. They are what somebody of the public
// typed, so they stand in the addendum.
func say(ctx context.Context, tx *ledger.Tx, kind string, m Miss, to, reason string) error {
	division, err := org.Here(ctx, tx)
	if err != nil {
		return err
	}
	return tx.SayBeside(ctx, division, kind, m.ID, struct {
		Searches int    `json:"searches"`
		To       string `json:"to,omitempty"`
	}{m.N, to}, struct {
		Words  string `json:"words"`
		Reason string `json:"reason,omitempty"`
	}{m.Words, reason})
}
