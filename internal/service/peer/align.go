package peer

import (
	"cmp"
	"context"
	"slices"
	"time"

	"qingdan/internal/engine/match"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
)

// Align holds our powers against one list of another place and writes the
// matches and the worklist anew; answers given before are found again. It may
// run at any time and as often as one likes: the same two lists give the same.
// NotFound: no such list of another place.
//
// 对方有我方无 names the department that the law or the mandates point to.
//
// rule:五对照/5 外地清单逐项对齐：按引用条款、编码、名称找出同一事项，差异逐条核对
func Align(ctx context.Context, db *sqldb.DB, id sqldb.ID, now time.Time) (Run, error) {
	var s sides
	if err := db.Snapshot(ctx, func(r sqldb.Reader) (err error) {
		s, err = readSides(ctx, r, id)
		return err
	}); err != nil {
		return Run{}, err
	}
	a := s.pair()
	found := differences(id, s.mine, s.other, a, s.guide)
	run := Run{At: now, Powers: s.present(), Items: len(s.other), Matched: s.matched(a)}
	inside := sqldb.Inside(ctx)
	err := db.Load(ctx, func(tx *sqldb.Tx) error {
		if err := saveMatches(inside, tx, id, s, a); err != nil {
			return err
		}
		answers, err := latestAnswers(inside, tx, id)
		if err != nil {
			return err
		}
		fresh := answered(found, answers)
		if err := saveDifferences(inside, tx, id, fresh); err != nil {
			return err
		}
		return saveRun(inside, tx, id, run, s.state)
	})
	return run, errs.Wrap("align with a list", err)
}

// sides are the two lists with what helps to compare them.
type sides struct {
	mine    []ours
	other   []theirs
	guide   guide
	answers []given
	state   string
}

func readSides(ctx context.Context, r sqldb.Reader, id sqldb.ID) (sides, error) {
	var s sides
	l, err := list.ByID(ctx, r, id)
	if err != nil {
		return s, err
	}
	if l.Kind != list.Peer {
		return s, errs.NotFoundf("没有这份外地清单")
	}
	division, err := org.Here(ctx, r)
	if err != nil {
		return s, err
	}
	departments, err := org.Departments(ctx, r, division)
	if err != nil {
		return s, errs.Wrap("departments", err)
	}
	if s.mine, err = readOurs(ctx, r, division, departments); err != nil {
		return s, err
	}
	slices.SortStableFunc(s.mine, func(a, b ours) int { return cmp.Compare(order(a), order(b)) })
	if s.other, err = readTheirs(ctx, r, id); err != nil {
		return s, err
	}
	mandates, err := org.Mandates(ctx, r)
	if err != nil {
		return s, errs.Wrap("mandates", err)
	}
	s.guide = newGuide(s.mine, departments, mandates)
	if s.answers, err = latestAnswers(ctx, r, id); err != nil {
		return s, err
	}
	s.state, err = readState(ctx, r, id)
	return s, err
}

// pair aligns the two lists: the powers that are on the list or on their way to it
// first, and what is left of the other list with those that left ours.
func (s sides) pair() match.Alignment {
	n := s.present()
	all := rows(s.mine)
	known := s.said(s.answers)
	inside := func(pairs [][2]int) [][2]int {
		return slices.DeleteFunc(slices.Clone(pairs), func(p [2]int) bool { return p[0] >= n })
	}
	out := match.Align(all[:n], rows(s.other), match.Known{Same: inside(known.Same), Apart: inside(known.Apart)})
	met := make([]bool, len(s.other))
	for _, p := range out.Pairs {
		met[p.B] = true
	}
	var left []match.Row
	var at []int
	for i, t := range s.other {
		if !met[i] {
			left, at = append(left, t.row()), append(at, i)
		}
	}
	for _, p := range match.Align(all[n:], left, match.Known{}).Pairs {
		p.A, p.B = p.A+n, at[p.B]
		out.Pairs = append(out.Pairs, p)
	}
	return out
}

// order puts the powers that left behind the others.
func order(o ours) int {
	if o.left() {
		return 1
	}
	return 0
}

// said turns what people said of pairs into positions.
func (s sides) said(answers []given) match.Known {
	powers, items := map[sqldb.ID]int{}, map[string]int{}
	for i, o := range s.mine {
		powers[o.change.Power] = i
	}
	for i, t := range s.other {
		items[t.key] = i
	}
	var known match.Known
	for _, a := range answers {
		i, here := powers[a.Power]
		if a.Answer == SameAs {
			i, here = powers[a.Other]
		}
		j, there := items[a.Item]
		switch {
		case !here || !there:
		case a.Answer == NotSame:
			known.Apart = append(known.Apart, [2]int{i, j})
		case a.Answer == SameAs:
			known.Same = append(known.Same, [2]int{i, j})
		}
	}
	return known
}

// present counts the powers that have not left.
func (s sides) present() int {
	n := 0
	for _, o := range s.mine {
		if !o.left() {
			n++
		}
	}
	return n
}

// matched counts the items that are one of the powers present.
func (s sides) matched(a match.Alignment) int {
	n := 0
	for _, p := range a.Pairs {
		if !s.mine[p.A].left() {
			n++
		}
	}
	return n
}

// answered marks the differences that somebody answered as they stand.
func answered(found []Difference, answers []given) []Difference {
	type key struct {
		kind  Kind
		item  string
		power sqldb.ID
	}
	latest := make(map[key]given, len(answers))
	for _, a := range answers { // the oldest first
		latest[key{a.Kind, a.Item, a.Power}] = a
	}
	out := make([]Difference, len(found))
	for i, d := range found {
		if a, ok := latest[key{d.Kind, d.Item, d.Power}]; ok && a.About == d.about() {
			d.State, d.Answer = Answered, a.Answer
			if a.Answer == AddIt {
				d.Department = a.Other
			}
		}
		out[i] = d
	}
	return out
}
