package round

import (
	"context"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// Answer answers an opinion for its department (AnswerNotes) and records
// "opinion.answered". The answer may be changed until the department hands up
// again.
//
// Invalid: no such answer, or no reason for Partly and Refuse. Conflict: Accept
// and Partly without a version newer than the opinion; the answer went up
// already, or the opinion is at an end.
func Answer(ctx context.Context, tx *ledger.Tx, who *people.Who, opinion sqldb.ID, k AnswerKind, reason string) error {
	o, c, err := own(ctx, tx, who, people.AnswerNotes, opinion)
	if err != nil {
		return err
	}
	if k.Label() == string(k) {
		return errs.Invalidf("没有选择怎样答复").At("答复").Fix("请选择采纳、部分采纳或者不采纳")
	}
	if reason, err = said(reason, "理由", k != Accept); err != nil {
		return err
	}
	if o.State != Issued && o.State != Answered {
		return errs.Conflictf("这条意见已是“%s”，不用再答复", o.State.Label()).Fix("请刷新页面")
	}
	last, err := latestSubmission(ctx, tx, o.Campaign, o.Department)
	if err != nil {
		return err
	}
	if last.No != o.No {
		return errs.Conflictf("答复已随%s上报，不能再改", Up(last.No)).Fix("请等审核小组处理")
	}
	reply := Reply{Kind: k, Reason: reason, By: who.Name, At: tx.Now()}
	if k != Refuse {
		if !o.Changed() {
			return errs.Conflictf("事项 %s 还没有按意见修改，不能答复“%s”", o.Code, k.Label()).At("答复").Fix("请先修改事项并形成新版本，再答复")
		}
		if o.ChangeState.Open() {
			reply.Version = o.Present
		}
	}
	if err := saveReply(ctx, tx, o, reply, who.Account); err != nil {
		return err
	}
	type act struct {
		Code    string `json:"code"`
		No      int    `json:"round"`
		Answer  string `json:"answer"`
		Version string `json:"version,omitempty"`
	}
	a := act{Code: o.Code, No: o.No, Answer: string(k)}
	if !reply.Version.IsZero() {
		a.Version = reply.Version.String()
	}
	return tx.SayBeside(ctx, c.Division, "opinion.answered", o.ID, a, written{reason})
}

// decidable refuses to settle or maintain an opinion whose answer did not come up
// yet: the group decides on what it received.
func decidable(ctx context.Context, r sqldb.Reader, o Opinion) (Submission, error) {
	last, err := latestSubmission(ctx, r, o.Campaign, o.Department)
	if err != nil {
		return last, err
	}
	switch o.State {
	case Answered:
		if last.No <= o.No {
			return last, errs.Conflictf("部门还没有上报下一轮，答复还可能修改").Fix("请等部门上报后再处理")
		}
	case Ruled:
		if o.Ruling == nil || !o.Ruling.Outcome.Corrects() {
			return last, errs.Conflictf("这条意见已由领导小组裁定，不用再处理")
		}
		if !last.At.After(o.Ruling.At) {
			return last, errs.Conflictf("部门还没有按裁定修改后上报").Fix("请等部门上报后再处理")
		}
	default:
		return last, errs.Conflictf("这条意见现在是“%s”，不能这样处理", o.State.Label()).Fix("请刷新页面")
	}
	if last.Received.IsZero() {
		return last, errs.Conflictf("%s还没有接收", Up(last.No)).Fix("请先接收再处理")
	}
	return last, nil
}

type decision struct {
	Code string `json:"code"`
	No   int    `json:"round"`
}

// Settle ends an opinion whose answer the group agrees with, or a ruling that was
// carried out (Conclude), and records "opinion.settled". Conflict: the answer did
// not come up with a submission that is received, or somebody decided already.
func Settle(ctx context.Context, tx *ledger.Tx, who *people.Who, opinion sqldb.ID) error {
	o, c, err := own(ctx, tx, who, people.Conclude, opinion)
	if err != nil {
		return err
	}
	if _, err := decidable(ctx, tx, o); err != nil {
		return err
	}
	if err := moveOpinion(ctx, tx, o, Settled); err != nil {
		return err
	}
	return tx.SayBeside(ctx, c.Division, "opinion.settled", o.ID, decision{o.Code, o.No}, nil)
}

// Unsettle takes Settle back (Conclude) until the next hand-down or submission,
// and records "opinion.unsettled".
func Unsettle(ctx context.Context, tx *ledger.Tx, who *people.Who, opinion sqldb.ID) error {
	o, c, err := own(ctx, tx, who, people.Conclude, opinion)
	if err != nil {
		return err
	}
	last, err := latestSubmission(ctx, tx, o.Campaign, o.Department)
	if err != nil {
		return err
	}
	if o.State != Settled || o.Moved.Before(last.At) || last.No <= Rounds && !last.HandedDown.IsZero() {
		return errs.Conflictf("这条意见不能再改为未解决").Fix("本轮意见下达之前可以改")
	}
	to := Answered
	if o.Ruling != nil {
		to = Ruled
	}
	if err := moveOpinion(ctx, tx, o, to); err != nil {
		return err
	}
	return tx.SayBeside(ctx, c.Division, "opinion.unsettled", o.ID, decision{o.Code, o.No}, nil)
}

// Maintain upholds an opinion whose answer the group does not agree with
// (Conclude) and records "opinion.maintained". An opinion with the given text
// follows it, whose id it gives: in the rounds a draft, to be handed down with the
// others; after the third round it is Disputed and before the leading group at
// once. So is, once more, a ruling that the department handed up without carrying
// it out.
//
// That an answer is settled or maintained the department sees at once; the words of
// the draft only with the hand-down.
//
// Invalid: no text. Conflict: as with Settle, or the power is no longer under
// review, so that there is nothing to maintain.
func Maintain(ctx context.Context, tx *ledger.Tx, who *people.Who, opinion sqldb.ID, text string) (sqldb.ID, error) {
	text, err := said(text, "坚持的理由", true)
	if err != nil {
		return sqldb.ID{}, err
	}
	o, c, err := own(ctx, tx, who, people.Conclude, opinion)
	if err != nil {
		return sqldb.ID{}, err
	}
	last, err := decidable(ctx, tx, o)
	if err != nil {
		return sqldb.ID{}, err
	}
	if o.ChangeState != power.Review {
		return sqldb.ID{}, errs.Conflictf("事项 %s 已处于“%s”，没有可以坚持的", o.Code, o.ChangeState.Label()).Fix("请选“已解决”")
	}
	next := Opinion{ID: sqldb.NewID(), Campaign: o.Campaign, No: min(last.No, Final), Submission: last.ID, Department: o.Department, Power: o.Power, Change: o.Change,
		Version: o.Present, Code: o.Code, Field: o.Field, Cause: o.Cause, Text: text, State: Draft, Follows: o.ID,
		Account: who.Account, Author: who.Name, Written: tx.Now(), Moved: tx.Now()}
	if last.No > Rounds {
		next.State, next.Handed = Disputed, tx.Now()
	}
	if err := moveOpinion(ctx, tx, o, Maintained); err != nil {
		return sqldb.ID{}, err
	}
	if err := insertOpinions(ctx, tx, []Opinion{next}); err != nil {
		return sqldb.ID{}, err
	}
	return next.ID, tx.SayBeside(ctx, c.Division, "opinion.maintained", o.ID, decision{o.Code, o.No}, written{text})
}

// Rule decides a dispute for good (Rule) and records "opinion.ruled" with its
// outcome. When it asks for a correction (Uphold, Wording) and the power is under
// review, that goes back to its department, which must reword it before it can
// hand up again; the group then settles the ruling. A ruling for the department
// ends the matter.
//
// Invalid: no such outcome, or no text. Conflict: not disputed, such as ruled
// already; the power went on to 减权 meanwhile.
//
// rule:三上三下/3 三轮之后仍有分歧的，由领导小组裁定
func Rule(ctx context.Context, tx *ledger.Tx, who *people.Who, opinion sqldb.ID, outcome Outcome, text string) error {
	o, c, err := own(ctx, tx, who, people.Rule, opinion)
	if err != nil {
		return err
	}
	if outcome.Label() == string(outcome) {
		return errs.Invalidf("没有选择裁定结果").At("裁定结果").Fix("请选择一项")
	}
	if text, err = said(text, "裁定意见", true); err != nil {
		return err
	}
	switch {
	case o.State == Ruled:
		return errs.Conflictf("这项分歧已经裁定").Fix("裁定不能更改")
	case o.State != Disputed:
		return errs.Conflictf("这条意见现在是“%s”，不需要裁定", o.State.Label()).Fix("请刷新页面")
	}
	if outcome.Corrects() {
		if err := correct(ctx, tx, o); err != nil {
			return err
		}
	}
	if err := saveRuling(ctx, tx, o, Ruling{Outcome: outcome, Text: text, Version: o.Present, By: who.Name, At: tx.Now()}, who.Account); err != nil {
		return err
	}
	type act struct {
		Code    string `json:"code"`
		Outcome string `json:"outcome"`
	}
	return tx.SayBeside(ctx, c.Division, "opinion.ruled", o.ID, act{o.Code, string(outcome)}, written{text})
}

// correct gives a power back to its department for the last correction.
func correct(ctx context.Context, tx *ledger.Tx, o Opinion) error {
	ch, err := changeByID(ctx, tx, o.Change)
	if err != nil {
		return err
	}
	switch ch.State {
	case power.HandedUp, power.Review:
		return power.Move(ctx, tx, ch, power.SelfCheck)
	case power.Proposed, power.Consulting, power.Approved:
		return errs.Conflictf("事项 %s 已处于“%s”，不能再退回部门修改", ch.Code, ch.State.Label()).Fix("请先把它退回审核")
	default:
		return nil
	}
}
