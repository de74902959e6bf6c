package round

import (
	"context"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// check trims a note and refuses one that says nothing or speaks of what the
// tables do not have. Places are the labels of the form.
func (n *Note) check() error {
	if _, ok := FieldOf(n.Field); !ok {
		return errs.Invalidf("没有选择意见针对哪一项要素").At("针对要素").Fix("请从列表中选择")
	}
	if _, ok := CauseOf(n.Cause); !ok {
		return errs.Invalidf("没有选择退回原因").At("原因").Fix("请从列表中选择")
	}
	var err error
	n.Text, err = said(n.Text, "意见", true)
	return err
}

// Write writes a draft opinion (Conclude) on a power that a submission of the
// running round froze, and records "opinion.drafted" without its text. It speaks of
// the version that is under review: the frozen one, or what a task of 依据变动 has
// made of it since. Nobody but the group sees it until it is handed down.
//
// Invalid: field, cause or text is missing. Conflict: the submission is not
// received or handed down already, it is a final one (定稿), the power has another
// version or state by now, or the same is written already.
func Write(ctx context.Context, tx *ledger.Tx, who *people.Who, n Note) (sqldb.ID, error) {
	all, division, err := drafts(ctx, tx, who, []Item{{n.Change, n.Version}}, n, sqldb.ID{})
	if err != nil {
		return sqldb.ID{}, err
	}
	return all[0].ID, sayDraft(ctx, tx, division, "opinion.drafted", all[0])
}

type draftAct struct {
	Code  string `json:"code"`
	No    int    `json:"round"`
	Field string `json:"field"`
	Cause string `json:"cause"`
}

func sayDraft(ctx context.Context, tx *ledger.Tx, division, kind string, o Opinion) error {
	return tx.SayBeside(ctx, division, kind, o.ID, draftAct{o.Code, o.No, o.Field, o.Cause}, written{o.Text})
}

// drafts writes the same draft opinion on every item, as part of a bulk act if
// one is named, and gives the division whose act it is. One item that does not
// allow it refuses all.
func drafts(ctx context.Context, tx *ledger.Tx, who *people.Who, items []Item, n Note, bulk sqldb.ID) ([]Opinion, string, error) {
	if err := n.check(); err != nil {
		return nil, "", err
	}
	found, err := itemsFor(ctx, tx, who, items)
	if err != nil {
		return nil, "", err
	}
	running, division := map[sqldb.ID]Submission{}, ""
	var out []Opinion
	for _, i := range items {
		f := found[i.Change]
		sub, ok := running[f.submission]
		if !ok {
			if sub, division, err = writable(ctx, tx, f); err != nil {
				return nil, "", err
			}
			running[f.submission] = sub
		}
		if f.change.State != power.Review || i.Version != f.change.Version {
			return nil, "", errs.Conflictf("事项 %s 的内容或者状态已经变化", f.change.Code).Fix("请刷新后按现在的内容写意见")
		}
		out = append(out, Opinion{ID: sqldb.NewID(), Campaign: sub.Campaign, No: sub.No, Submission: sub.ID, Department: f.change.Department,
			Power: f.change.Power, Change: f.change.ID, Version: i.Version, Code: f.change.Code, Field: n.Field, Cause: n.Cause, Text: n.Text, State: Draft,
			Batch: bulk, Account: who.Account, Author: who.Name, Written: tx.Now(), Moved: tx.Now()})
	}
	if err := unsaid(ctx, tx, out); err != nil {
		return nil, "", err
	}
	return out, division, insertOpinions(ctx, tx, out)
}

// itemsFor reads the changes that somebody names and holds each against their
// rights to conclude: one forged or closed one refuses all.
func itemsFor(ctx context.Context, tx *ledger.Tx, who *people.Who, items []Item) (map[sqldb.ID]frozenPower, error) {
	if err := who.May(people.Conclude); err != nil {
		return nil, err
	}
	ids := make([]sqldb.ID, len(items))
	for i, x := range items {
		ids[i] = x.Change
	}
	found, err := frozenChanges(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		c := found[id].change
		if err := may(tx, who, people.Conclude, people.Target{Department: c.Department, State: c.State}); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// writable gives the submission that carries a change, if opinions can be written
// on it now, and its division.
func writable(ctx context.Context, r sqldb.Reader, f frozenPower) (Submission, string, error) {
	if f.submission.IsZero() {
		return Submission{}, "", errs.Conflictf("事项 %s 不在部门上报的范围内，不能写意见", f.change.Code).Fix("只能对本轮上报的事项写意见")
	}
	sub, err := SubmissionByID(ctx, r, f.submission)
	if err != nil {
		return sub, "", err
	}
	c, err := running(ctx, r, sub.Campaign)
	if err != nil {
		return sub, "", err
	}
	return sub, c.Division, sub.open()
}

// open refuses a submission on which no opinion can be written now.
func (s Submission) open() error {
	switch {
	case s.Received.IsZero():
		return errs.Conflictf("%s还没有接收", Up(s.No)).Fix("请先接收再审核")
	case s.No > Rounds:
		return errs.Conflictf("%s不再下达意见", Up(s.No)).Fix("对答复不同意的，请选“坚持”，由领导小组裁定")
	case !s.HandedDown.IsZero():
		return errs.Conflictf("%s的意见已经下达", Up(s.No)).Fix("新的意见请在下一轮提出")
	}
	return nil
}

// own reads an opinion that somebody may act on, and its running campaign. Drafts
// are unknown to whoever is not of the group.
func own(ctx context.Context, tx *ledger.Tx, who *people.Who, a people.Action, id sqldb.ID) (Opinion, Campaign, error) {
	if err := who.May(a); err != nil {
		return Opinion{}, Campaign{}, err
	}
	o, err := OpinionByID(ctx, tx, id)
	if errs.KindOf(err) == errs.NotFound {
		return o, Campaign{}, people.Unknown().Because(err)
	}
	if err != nil {
		return o, Campaign{}, err
	}
	if err := may(tx, who, a, people.Target{Department: o.Department}); err != nil {
		return o, Campaign{}, err
	}
	if a != people.Conclude && (o.State == Draft || o.State == Dropped) {
		return o, Campaign{}, people.Unknown()
	}
	c, err := running(ctx, tx, o.Campaign)
	return o, c, err
}

// Edit rewrites a draft opinion (Conclude): field, cause and text of n. It records
// "opinion.redrafted". Conflict when it is no draft any more.
func Edit(ctx context.Context, tx *ledger.Tx, who *people.Who, opinion sqldb.ID, n Note) error {
	if err := n.check(); err != nil {
		return err
	}
	o, c, err := own(ctx, tx, who, people.Conclude, opinion)
	if err != nil {
		return err
	}
	if o.State != Draft {
		return notDraft(o)
	}
	o.Field, o.Cause, o.Text = n.Field, n.Cause, n.Text
	if err := unsaid(ctx, tx, []Opinion{o}); err != nil {
		return err
	}
	if err := rewriteDraft(ctx, tx, o); err != nil {
		return err
	}
	return sayDraft(ctx, tx, c.Division, "opinion.redrafted", o)
}

func notDraft(o Opinion) error {
	return errs.Conflictf("这条意见已是“%s”，不能再改", o.State.Label()).Fix("请刷新页面")
}

// Drop takes a draft opinion back (Conclude) and records "opinion.dropped". When
// it maintained an earlier opinion, that one is answered again, as before.
// Conflict when it is no draft any more.
func Drop(ctx context.Context, tx *ledger.Tx, who *people.Who, opinion sqldb.ID) error {
	o, c, err := own(ctx, tx, who, people.Conclude, opinion)
	if err != nil {
		return err
	}
	if o.State != Draft {
		return notDraft(o)
	}
	if err := moveOpinion(ctx, tx, o, Dropped); err != nil {
		return err
	}
	if !o.Follows.IsZero() {
		before, err := OpinionByID(ctx, tx, o.Follows)
		if err != nil {
			return err
		}
		if err := moveOpinion(ctx, tx, before, Answered); err != nil {
			return err
		}
	}
	return sayDraft(ctx, tx, c.Division, "opinion.dropped", o)
}
