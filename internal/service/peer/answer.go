package peer

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
)

// Reply is what somebody concludes of a difference.
type Reply struct {
	Answer     Verdict
	Note       string
	Department sqldb.ID // of AddIt: who is to add the power; zero for the one suggested
	Power      sqldb.ID // of SameAs: the power of ours that the item is
	Seen       Verdict  // the answer that the person saw, "" for none
}

// The bounds of what is typed, in characters.
const (
	maxNote  = 1000
	maxTitle = 100
)

// given is an answer in the books.
type given struct {
	Kind         Kind
	Item         string
	Power, Other sqldb.ID // Other: of SameAs the power, of AddIt the department
	About        string
	Answer       Verdict
	Note         string
	By           string
	At           time.Time
}

// Given is one answer to a difference, for its page.
type Given struct {
	Answer Verdict
	Note   string
	By     string
	At     time.Time
	Stands bool // the two sides still say what they said then
}

var errAnother = errors.New("peer: the transaction acts for somebody else than the person whose rights were asked")

// may holds an act on a difference against the rights of the person, who must be
// the one that the ledger will name. A difference without department is for
// those who see all departments.
func may(tx *ledger.Tx, who *people.Who, department sqldb.ID) error {
	if tx.Actor().ID != who.Account.String() {
		return errAnother
	}
	return who.MayOn(people.ComparePeers, people.Target{Department: department})
}

// Answer answers a difference (ComparePeers on its department) and records
// "peer.answered"; the note stands in the addendum. A later answer takes the
// place of an earlier one.
//
// NotFound: no such difference, or not theirs. Invalid: no such answer to this
// kind, a reason or a department or a power is missing. Conflict: somebody else
// answered meanwhile, or the same was answered before.
func Answer(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID, r Reply) error {
	if err := who.May(people.ComparePeers); err != nil {
		return err
	}
	d, err := ByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := may(tx, who, d.Department); err != nil {
		return err
	}
	if r.Note, err = r.check(d); err != nil {
		return err
	}
	switch {
	case d.Answer == r.Answer && d.Answer == r.Seen && d.State == Answered:
	case d.Answer != r.Seen:
		return errs.Conflictf("这条差异已由他人核对为“%s”", d.Answer.Label(d.Kind)).Fix("请刷新页面，看过之后再核对")
	}
	if err := r.target(ctx, tx, who, &d); err != nil {
		return err
	}
	other := r.Power
	if r.Answer == AddIt {
		other = d.Department
	}
	g := given{Kind: d.Kind, Item: d.Item, Power: d.Power, Other: other, About: d.about(), Answer: r.Answer, Note: r.Note, By: who.Name, At: tx.Now()}
	if err := insertAnswer(ctx, tx, d.List, g, who.Account); err != nil {
		return err
	}
	if err := markAnswered(ctx, tx, d, r.Answer); err != nil {
		return err
	}
	return r.say(ctx, tx, d)
}

// check holds a reply against the kind of its difference and gives the note
// trimmed.
func (r Reply) check(d Difference) (string, error) {
	note := strings.TrimSpace(r.Note)
	switch n := utf8.RuneCountInString(note); {
	case !slices.Contains(d.Kind.Answers(), r.Answer):
		return "", errs.Invalidf("没有选择核对结果").At("answer").Fix("请从列出的几种中选一种")
	case n == 0 && r.Answer.NeedsNote():
		return "", errs.Invalidf("没有写明理由").At("note").Fix("核对为“" + r.Answer.Label(d.Kind) + "”要写明理由")
	case n > maxNote:
		return "", errs.Invalidf("说明超过 %d 字", maxNote).At("note").Fix("请删减")
	}
	return note, nil
}

// target settles whom an answer concerns beside the difference.
func (r *Reply) target(ctx context.Context, tx *ledger.Tx, who *people.Who, d *Difference) error {
	switch r.Answer {
	case AddIt:
		if !r.Department.IsZero() {
			d.Department = r.Department
		}
		if d.Department.IsZero() {
			return errs.Invalidf("没有选择由哪个部门补列").At("department").Fix("请选择部门")
		}
		all, err := org.Departments(ctx, tx, "")
		if err != nil {
			return errs.Wrap("departments", err)
		}
		if !slices.ContainsFunc(all, func(x org.Department) bool { return x.ID == d.Department }) || !who.Scope(people.ComparePeers).Has(d.Department) {
			return errs.Invalidf("没有这个部门，或者不由你审核").At("department").Fix("请从列表中选择")
		}
	case SameAs:
		if r.Power.IsZero() {
			return errs.Invalidf("没有选择是我方的哪一项").At("power").Fix("请从相近的事项中选择，或者写编码")
		}
		owner, err := departmentOf(ctx, tx, r.Power)
		if err != nil {
			return err
		}
		if !who.Scope(people.ComparePeers).Has(owner) {
			return people.Unknown()
		}
	}
	if r.Answer != SameAs {
		r.Power = sqldb.ID{}
	}
	return nil
}

func (r Reply) say(ctx context.Context, tx *ledger.Tx, d Difference) error {
	l, err := list.ByID(ctx, tx, d.List)
	if err != nil {
		return err
	}
	division, err := org.Here(ctx, tx)
	if err != nil {
		return err
	}
	type act struct {
		List       string  `json:"list"`
		Kind       Kind    `json:"kind"`
		Item       string  `json:"item,omitempty"`
		Power      string  `json:"power,omitempty"`
		Same       string  `json:"same,omitempty"`
		Department string  `json:"department,omitempty"`
		Answer     Verdict `json:"answer"`
	}
	a := act{List: l.Title, Kind: d.Kind, Item: d.Theirs, Answer: r.Answer}
	if d.Kind == MissingThere {
		a.Item = d.Ours
	}
	for to, id := range map[*string]sqldb.ID{&a.Power: d.Power, &a.Same: r.Power, &a.Department: d.Department} {
		if !id.IsZero() {
			*to = id.String()
		}
	}
	return tx.SayBeside(ctx, division, "peer.answered", d.ID, a, ledger.Words(r.Note))
}

// Import takes a list of another place in (ComparePeers), or a new state of one
// that is loaded under the same division and title, and records it
// ("list.imported", "list.renewed"). Earlier answers stay with the items they
// were given to. It is to be aligned afterwards.
//
// Invalid: no title, too long a one, or no items.
func Import(ctx context.Context, tx *ledger.Tx, who *people.Who, division, title, file string, items []list.Item) (sqldb.ID, list.Renewal, error) {
	if err := who.May(people.ComparePeers); err != nil {
		return sqldb.ID{}, list.Renewal{}, err
	}
	if tx.Actor().ID != who.Account.String() {
		return sqldb.ID{}, list.Renewal{}, errAnother
	}
	title = strings.Join(strings.Fields(title), " ")
	switch n := utf8.RuneCountInString(title); {
	case n == 0:
		return sqldb.ID{}, list.Renewal{}, errs.Invalidf("没有写清单名称").At("title").Fix("请写明是哪个地方、哪一份清单")
	case n > maxTitle:
		return sqldb.ID{}, list.Renewal{}, errs.Invalidf("清单名称超过 %d 字", maxTitle).At("title").Fix("请删减")
	case len(items) == 0:
		return sqldb.ID{}, list.Renewal{}, errs.Invalidf("文件里没有事项").At("file").Fix("请确认文件完整")
	}
	l, n, err := list.RenewItems(ctx, tx, list.List{Division: division, Kind: list.Peer, Title: title}, items)
	if err != nil {
		return l.ID, n, err
	}
	return l.ID, n, insertImport(ctx, tx, l.ID, file, n, who)
}
