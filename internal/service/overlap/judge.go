package overlap

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
)

// The bounds of a reason, in characters.
const (
	minReason = 5
	maxReason = 1000
)

var errAnother = errors.New("overlap: the transaction acts for somebody else than the person whose rights were asked")

// Judge records what somebody concludes of a group ("overlap.judged"): NotOne with
// a reason, Bounded with the boundary that divides it, Proposed with the power
// that the others are to merge into, or Open again. It needs people.ProposeCut on
// the department of every power of the group. A later judgement takes the place
// of an earlier one. Judging changes no power: who says Proposed writes the
// proposals in the same transaction.
//
// NotFound: no such group, or none of it is theirs. Forbidden: part of it is
// another audit group's. Invalid: what the verdict needs is missing. Conflict:
// somebody else judged meanwhile, or the same was judged before.
func Judge(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID, j Judgement) error {
	if tx.Actor().ID != who.Account.String() {
		return errAnother
	}
	g, members, err := judged(ctx, tx, who, id)
	if err != nil {
		return err
	}
	switch {
	case g.Verdict == j.Verdict && j.Verdict == j.Seen:
		return errs.Conflictf("这一组已经是“%s”", g.Verdict.Label()).Fix("请刷新页面")
	case g.Verdict != j.Seen:
		return errs.Conflictf("这一组已由他人判断为“%s”", g.Verdict.Label()).Fix("请刷新页面，看过之后再办理")
	}
	j.Reason = strings.TrimSpace(j.Reason)
	if err := j.check(ctx, tx, members); err != nil {
		return err
	}
	if err := insertJudgement(ctx, tx, g.ID, j, who.Account, who.Name, members); err != nil {
		return err
	}
	if err := mark(ctx, tx, g, j.Verdict); err != nil {
		return err
	}
	return say(ctx, tx, g, j, members)
}

// judged reads a group for somebody who wants to judge it.
func judged(ctx context.Context, r sqldb.Reader, who *people.Who, id sqldb.ID) (Group, []Member, error) {
	if err := who.May(people.ProposeCut); err != nil {
		return Group{}, nil, err
	}
	scope := who.Scope(people.ProposeCut)
	g, err := ByID(ctx, r, scope, id)
	if err != nil {
		return g, nil, err
	}
	all, err := Members(ctx, r, people.Scope{All: true}, g)
	if err != nil {
		return g, nil, err
	}
	if slices.ContainsFunc(all[g.ID], func(m Member) bool { return !scope.Has(m.Department) }) {
		return g, nil, errs.New(errs.Forbidden, "这一组还涉及其他审核小组负责的部门").Fix("请由法制机构判断")
	}
	return g, all[g.ID], nil
}

// check holds a judgement against what its verdict needs, and drops what it does
// not.
func (j *Judgement) check(ctx context.Context, r sqldb.Reader, members []Member) error {
	if !slices.Contains(Verdicts(), j.Verdict) {
		return errs.Invalidf("没有选择判断结果").At("verdict").Fix("请从列出的几种中选一种")
	}
	if j.Verdict != Proposed {
		j.Into = sqldb.ID{}
	}
	if j.Verdict != Bounded {
		j.Boundary = sqldb.ID{}
	}
	switch n := utf8.RuneCountInString(j.Reason); {
	case (j.Verdict == NotOne || j.Verdict == Open) && n < minReason:
		return errs.Invalidf("没有写明理由").At("reason").Fix("请用一句话写明为什么，不少于 5 个字")
	case n > maxReason:
		return errs.Invalidf("理由超过 %d 字", maxReason).At("reason").Fix("请删减")
	}
	switch j.Verdict {
	case Proposed:
		if !slices.ContainsFunc(members, func(m Member) bool { return m.Power == j.Into }) {
			return errs.Invalidf("没有选择由哪一项牵头").At("into").Fix("请从这一组中选一项，其他各项并入它")
		}
	case Bounded:
		return j.divides(ctx, r, members)
	}
	return nil
}

// divides refuses a boundary that is not between departments of the group, or
// that has ended.
func (j *Judgement) divides(ctx context.Context, r sqldb.Reader, members []Member) error {
	no := errs.Invalidf("没有可以采用的职责边界").At("boundary").Fix("请先在“职责边界”中为这些部门登记边界，再选它")
	if j.Boundary.IsZero() {
		return no
	}
	b, err := org.BoundaryByID(ctx, r, j.Boundary)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return no.Because(err)
	}
	if err != nil {
		return err
	}
	holds := func(side sqldb.ID) bool {
		return slices.ContainsFunc(members, func(m Member) bool { return m.Department == side })
	}
	if !holds(b.Left) || !holds(b.Right) || b.State() == org.Closed {
		return no
	}
	return nil
}

// say records a judgement in the powers log. The reason goes into the addendum:
// what people write may name a person.
func say(ctx context.Context, tx *ledger.Tx, g Group, j Judgement, members []Member) error {
	division, err := org.Here(ctx, tx)
	if err != nil {
		return err
	}
	codes := make([]string, len(members))
	into := ""
	for i, m := range members {
		codes[i] = m.Code
		if m.Power == j.Into {
			into = m.Code
		}
	}
	return tx.SayBeside(ctx, division, "overlap.judged", g.ID, struct {
		Codes   []string `json:"codes"`
		Verdict string   `json:"verdict"`
		Into    string   `json:"into,omitempty"`
		Place   string   `json:"place,omitempty"`
	}{codes, j.Verdict.Label(), into, g.Place}, ledger.Words(j.Reason))
}
