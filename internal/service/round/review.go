package round

import (
	"context"
	"slices"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
)

// UndoFor is how long a bulk act can be undone; a little more is granted, for the
// way to the server.
const (
	UndoFor   = 10 * time.Second
	undoSlack = 2 * time.Second
)

// MaxBulk is how many powers one bulk act may concern.
const MaxBulk = 500

// Conclude writes a reviewer's conclusions on checks of one version (Conclude) and
// records "review.concluded". The latest conclusion on a check counts, the earlier
// ones stay. A power is concluded on while it is handed up or under review, within
// or without a campaign.
//
// Invalid: no such check or verdict, or a Problem without note. Conflict: the
// power has another version or state by now.
func Conclude(ctx context.Context, tx *ledger.Tx, who *people.Who, i Item, cs []Conclusion) error {
	_, err := conclude(ctx, tx, who, []Item{i}, cs, sqldb.ID{})
	return err
}

// BulkConclude writes the same conclusions on many versions (Conclude) and gives
// the id to undo it with. Every item is held against the person's rights and its
// own state: one that is forged, out of reach or outdated refuses all. Invalid:
// none, or more than MaxBulk.
func BulkConclude(ctx context.Context, tx *ledger.Tx, who *people.Who, items []Item, cs []Conclusion) (sqldb.ID, error) {
	return bulk(ctx, tx, who, "conclude", items, func(items []Item, id sqldb.ID) (string, error) {
		return conclude(ctx, tx, who, items, cs, id)
	})
}

// BulkWrite writes the same draft opinion on many versions (Conclude) and gives
// the id to undo it with; Change and Version of n do not count. It refuses as
// BulkConclude and Write do.
func BulkWrite(ctx context.Context, tx *ledger.Tx, who *people.Who, items []Item, n Note) (sqldb.ID, error) {
	return bulk(ctx, tx, who, "opinion", items, func(items []Item, id sqldb.ID) (string, error) {
		all, division, err := drafts(ctx, tx, who, items, n, id)
		if err != nil {
			return "", err
		}
		type act struct {
			Bulk   string `json:"bulk"`
			Powers int    `json:"powers"`
			Field  string `json:"field"`
			Cause  string `json:"cause"`
		}
		return division, tx.SayBeside(ctx, division, "opinion.drafted", id, act{id.String(), len(all), n.Field, n.Cause}, written{all[0].Text})
	})
}

// bulk runs an act on many items, each once, under an id of its own. What it does
// may name none of the items: the act is one entry.
func bulk(ctx context.Context, tx *ledger.Tx, who *people.Who, kind string, items []Item, do func([]Item, sqldb.ID) (string, error)) (sqldb.ID, error) {
	var once []Item
	for _, i := range items {
		if !slices.ContainsFunc(once, func(x Item) bool { return x.Change == i.Change }) {
			once = append(once, i)
		}
	}
	switch n := len(once); {
	case n == 0:
		return sqldb.ID{}, errs.Invalidf("没有选择事项").Fix("请先勾选要办理的事项")
	case n > MaxBulk:
		return sqldb.ID{}, errs.Invalidf("一次最多办理 %d 项，现在选了 %d 项", MaxBulk, n).Fix("请分批办理")
	}
	id := sqldb.NewID()
	if err := insertBulk(ctx, tx, id, who.Account, kind, len(once)); err != nil {
		return id, err
	}
	_, err := do(once, id)
	return id, err
}

// conclude writes conclusions, as part of a bulk act if one is named.
func conclude(ctx context.Context, tx *ledger.Tx, who *people.Who, items []Item, cs []Conclusion, bulk sqldb.ID) (string, error) {
	cs, err := checked(cs)
	if err != nil {
		return "", err
	}
	found, err := itemsFor(ctx, tx, who, items)
	if err != nil {
		return "", err
	}
	for _, i := range items {
		if c := found[i.Change].change; c.Version != i.Version {
			return "", errs.Conflictf("事项 %s 已有新的版本", c.Code).Fix("请刷新后按新版本审核")
		}
	}
	if err := insertConclusions(ctx, tx, who, items, cs, bulk); err != nil {
		return "", err
	}
	first := found[items[0].Change].change
	type verdict struct {
		Rule    string  `json:"rule"`
		Verdict Verdict `json:"verdict"`
	}
	type act struct {
		Code     string    `json:"code,omitempty"`
		Version  string    `json:"version,omitempty"`
		Bulk     string    `json:"bulk,omitempty"`
		Powers   int       `json:"powers"`
		Verdicts []verdict `json:"verdicts"`
	}
	a := act{Powers: len(items)}
	subject := bulk
	if bulk.IsZero() {
		a.Code, a.Version, subject = first.Code, first.Version.String(), first.Power
	} else {
		a.Bulk = bulk.String()
	}
	var notes []written
	for _, c := range cs {
		a.Verdicts = append(a.Verdicts, verdict{c.Rule, c.Verdict})
		notes = append(notes, written{c.Note})
	}
	return first.Division, tx.SayBeside(ctx, first.Division, "review.concluded", subject, a, notes)
}

// checked trims conclusions and refuses what the tables do not have.
func checked(cs []Conclusion) ([]Conclusion, error) {
	if len(cs) == 0 {
		return nil, errs.Invalidf("没有填写结论").Fix("请至少对一项作出结论")
	}
	out := slices.Clone(cs)
	seen := map[string]bool{}
	for i := range out {
		c := &out[i]
		switch {
		case !slices.ContainsFunc(Checks(), func(k Check) bool { return k.Rule == c.Rule }) || seen[c.Rule]:
			return nil, errs.Invalidf("没有“%.20s”这项审核内容，或者写了两次", c.Rule).Fix("请刷新页面后重新填写")
		case !slices.Contains(Verdicts(), c.Verdict):
			return nil, errs.Invalidf("没有选择结论").At(c.Rule).Fix("请选择通过、有问题或者不适用")
		}
		seen[c.Rule] = true
		var err error
		if c.Note, err = said(c.Note, "说明", c.Verdict == Problem); err != nil {
			return nil, errs.In(c.Rule, err)
		}
	}
	return out, nil
}

// Undo takes a bulk act of one's own back (Conclude), within UndoFor, and records
// "review.undone". Conclusions count no more, draft opinions are dropped; drafts
// that somebody reworded since are kept.
//
// people.Unknown for the act of another account. Conflict: the time is over, it is
// undone already, or the opinions were handed down.
func Undo(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID) error {
	if err := who.May(people.Conclude); err != nil {
		return err
	}
	b, err := bulkByID(ctx, tx, id)
	if err != nil {
		return err
	}
	switch {
	case b.account != who.Account || tx.Actor().ID != who.Account.String():
		return people.Unknown()
	case b.undone:
		return errs.Conflictf("这次批量办理已经撤销")
	case tx.Now().Sub(b.at) > UndoFor+undoSlack:
		return errs.Conflictf("已超过 %d 秒，不能撤销", int(UndoFor/time.Second)).Fix("请逐项修改")
	}
	if err := undo(ctx, tx, id, b.kind); err != nil {
		return err
	}
	type act struct {
		Bulk   string `json:"bulk"`
		Kind   string `json:"kind"`
		Powers int    `json:"powers"`
	}
	return tx.SayBeside(ctx, b.division, "review.undone", id, act{id.String(), b.kind, b.powers}, nil)
}
