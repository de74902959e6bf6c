package consult

import (
	"context"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// Reply is an official answer to be given.
type Reply struct {
	Outcome Outcome
	Text    string
	Power   sqldb.ID // to a comment on the whole list: the power that changed
	Version sqldb.ID // adopted or partly: the version that says it now; zero: the power left the draft
	Group   bool     // answers every other waiting comment of the group as well
	Seen    sqldb.ID // the answer that the person saw, which this one corrects; zero for none
}

// AnswerComment answers a comment, or with Group every waiting comment of its
// group (AnswerPublic on its department; comments on the whole list are the legal
// office's). An answer that takes the place of another, given as Seen, corrects it
// for all comments that had it; the one before is kept. It records
// "comment.answered" or "comment.corrected"; the words of the answer are public on
// its page and stand in the addendum.
//
// Adopted, in whole or in part, needs what it changed: a version of the power that
// came after the one commented on, or that the power has left the draft since (or,
// where it was to be cancelled, that it is not any more). A promise adopts nothing.
// Not adopted needs a reason of at least ten characters.
//
// NotFound: no such comment, or not theirs. Invalid: what is said above is
// missing. Conflict: somebody else answered meanwhile, or it is held back.
//
// rule:开门搞清单/2 逐条答复采纳情况
func AnswerComment(ctx context.Context, tx *ledger.Tx, who *people.Who, comment sqldb.ID, r Reply) (sqldb.ID, error) {
	c, err := forAnswer(ctx, tx, who, comment, r)
	if err != nil {
		return sqldb.ID{}, err
	}
	a := Answer{ID: sqldb.NewID(), Notice: c.Notice, Comment: c.ID, Group: c.Group, Replaces: c.Answer, Outcome: r.Outcome,
		Department: c.Department, By: who.Name, At: tx.Now()}
	if a.Text, err = r.text(); err != nil {
		return sqldb.ID{}, err
	}
	if err := a.prove(ctx, tx, c, r); err != nil {
		return sqldb.ID{}, err
	}
	return a.ID, a.give(ctx, tx, who, c, r.Group)
}

// forAnswer finds a comment that somebody may answer now.
func forAnswer(ctx context.Context, tx *ledger.Tx, who *people.Who, comment sqldb.ID, r Reply) (Comment, error) {
	if err := who.May(people.AnswerPublic); err != nil {
		return Comment{}, err
	}
	c, err := CommentByID(ctx, tx, comment)
	if err != nil {
		return c, err
	}
	if err := May(tx, who, people.AnswerPublic, c.Department); err != nil {
		return c, err
	}
	switch {
	case c.State == Held:
		return c, errs.Conflictf("这条意见暂不公开，不需要答复").Fix("确实要答复的，请先由法制机构恢复公开")
	case c.Answer != r.Seen && c.Answer.IsZero():
		return c, errs.Conflictf("这条意见还没有答复").Fix("请刷新页面")
	case c.Answer != r.Seen:
		return c, errs.Conflictf("这条意见已由他人答复为“%s”", c.Outcome.Label()).Fix("请刷新页面，看过之后再决定是否更正")
	}
	return c, nil
}

// text holds the words of an answer against its outcome.
func (r Reply) text() (string, error) {
	switch {
	case !slices.Contains(Outcomes(), r.Outcome):
		return "", errs.Invalidf("没有选择是否采纳").At("outcome").Fix("请选择采纳、部分采纳或者未采纳")
	case r.Outcome == Declined && !r.Version.IsZero():
		return "", errs.Invalidf("未采纳的不能同时写明修改后的版本").At("version").Fix("请选择采纳或者部分采纳，或者不选版本")
	case r.Outcome == Declined:
		return written("text", "未采纳的理由", r.Text, minDecline, maxAnswer)
	default:
		return written("text", "答复", r.Text, 1, maxAnswer)
	}
}

// prove finds what an adopted comment changed.
func (a *Answer) prove(ctx context.Context, r sqldb.Reader, c Comment, reply Reply) error {
	if a.Outcome == Declined {
		return nil
	}
	a.Power = c.Power
	if a.Power.IsZero() {
		a.Power = reply.Power
	}
	if reply.Version.IsZero() {
		return a.proveExit(ctx, r)
	}
	v, err := power.VersionByID(ctx, r, reply.Version)
	if errs.KindOf(err) == errs.NotFound {
		return noProof("没有这个版本")
	}
	if err != nil {
		return err
	}
	if a.Power.IsZero() {
		a.Power = v.Power
	}
	a.Version = v.ID
	if v.Power != a.Power {
		return noProof("所选的版本不是这个事项的")
	}
	later, err := isLater(ctx, r, c, v)
	if err == nil && !later {
		err = noProof("所选的版本不晚于意见所针对的内容，没有改动")
	}
	return err
}

// isLater says whether a version came after what a comment speaks of.
func isLater(ctx context.Context, r sqldb.Reader, c Comment, v power.Version) (bool, error) {
	if !c.Power.IsZero() {
		no, err := versionNo(ctx, r, c.Version, c.Power)
		return v.No > no, err
	}
	n, err := NoticeByID(ctx, r, c.Notice)
	if err != nil {
		return false, err
	}
	division, err := divisionOf(ctx, r, v.Power)
	return division == n.Division && v.Created.After(n.OpenedAt), err
}

func noProof(what string) error {
	return errs.Invalidf("%s", what).At("version").Fix("采纳要有实际的修改：请选择修改后的版本，或者先修改事项再答复；只是打算以后再改的，按未采纳说明情况")
}

// proveExit finds that a power has left the draft, or stays though it was to go.
func (a *Answer) proveExit(ctx context.Context, r sqldb.Reader) error {
	if a.Power.IsZero() {
		return noProof("没有写明采纳后修改了什么")
	}
	e, err := EntryOf(ctx, r, a.Notice, a.Power)
	if errs.KindOf(err) == errs.NotFound {
		return noProof("这个事项不在征求意见稿中")
	}
	if err != nil {
		return err
	}
	exits := []power.State{power.Cancelled, power.HandedDown, power.Transferred, power.MergedAway, power.Frozen, power.Reclassified, power.Withdrawn}
	if e.Kind == power.KindCancel {
		exits = []power.State{power.Review, power.Withdrawn}
	}
	if !slices.Contains(exits, e.State) {
		return noProof("没有写明采纳后修改了什么")
	}
	a.Exit = e.State
	return nil
}

// give writes an answer and puts it to its comments.
func (a *Answer) give(ctx context.Context, tx *ledger.Tx, who *people.Who, c Comment, group bool) error {
	n, err := NoticeByID(ctx, tx, a.Notice)
	if err != nil {
		return err
	}
	if a.Replaces.IsZero() {
		a.Comments, err = answerWaiting(ctx, tx, *a, group)
	} else {
		a.Comments, err = answerAgain(ctx, tx, *a)
	}
	if err != nil {
		return err
	}
	if err := insertAnswer(ctx, tx, *a, who.Account); err != nil {
		return err
	}
	if err := lead(ctx, tx, a.Group); err != nil {
		return err
	}
	type act struct {
		Notice   string      `json:"notice"`
		Answer   string      `json:"answer"`
		Replaces string      `json:"replaces,omitempty"`
		Comments int         `json:"comments"`
		Outcome  Outcome     `json:"outcome"`
		Power    string      `json:"power,omitempty"`
		Version  string      `json:"version,omitempty"`
		Exit     power.State `json:"exit,omitempty"`
	}
	kind := "comment.answered"
	if !a.Replaces.IsZero() {
		kind = "comment.corrected"
	}
	return tx.SayBeside(ctx, n.Division, kind, c.ID, act{idText(a.Notice), idText(a.ID), idText(a.Replaces), a.Comments, a.Outcome,
		idText(a.Power), idText(a.Version), a.Exit}, ledger.Words(a.Text))
}
