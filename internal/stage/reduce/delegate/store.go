package delegate

import (
	"context"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

// insertOffer writes an offer under the next number. The unique index keeps a
// second living one of the same power and place out: Conflict.
func insertOffer(ctx context.Context, tx *ledger.Tx, o *Handover) error {
	if err := tx.QueryRow(ctx, `select coalesce(max(no), 0) + 1 from handovers`).Scan(&o.No); err != nil {
		return errs.Wrap("number of an offer", err)
	}
	t := o.Terms
	at := sqldb.Micros(tx.Now())
	_, err := tx.Exec(ctx, `insert into handovers (id, no, power_id, power_name, direction, division, from_id, from_name, document, body_id, form, basis,
		letter, until_day, parts, scope, joint_rule, joint_note, staff_help, training, equipment, funds, terms, answer_by, planned, check_months, earlier_id,
		state, due, cap_staff, cap_trained, cap_equipment, cap_premises, answer, open_matters, open_how, inventory, from_day, to_day, completes_id, offered_at, moved_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, '', '', '', 0, '', '', '', '', null, ?, ?)`,
		o.ID, o.No, t.Power, t.PowerName, string(t.Direction), t.Division, o.Owner, t.FromName, t.Document, t.Body, string(t.Form), t.Basis,
		t.Letter, t.Until, int(t.Parts), string(t.Scope), string(t.Joint), t.JointNote, t.Staff, t.Training, t.Equipment, t.Funds, t.Note, t.AnswerBy, t.Planned, t.Months, o.Earlier,
		string(o.State), o.Due, at, at)
	if sqldb.IsConstraint(err) {
		return errs.Conflictf("这一项对同一个地方已有没办完的下放").At("division").Fix("请先看那一件办到哪里").Because(err)
	}
	return errs.Wrap("add offer", err)
}

// move takes an offer from the state that the caller saw to another and writes
// what came with it; somebody faster is a Conflict.
func move(ctx context.Context, tx *ledger.Tx, o *Handover, to State) error {
	if err := o.State.CanMove(to); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `update handovers set state = ?, due = ?, cap_staff = ?, cap_trained = ?, cap_equipment = ?, cap_premises = ?, answer = ?,
		open_matters = ?, open_how = ?, inventory = ?, from_day = ?, to_day = ?, moved_at = ? where id = ? and state = ?`,
		string(to), o.Due, o.Capacity.Staff, o.Capacity.Trained, o.Capacity.Equipment, o.Capacity.Premises, o.Answer,
		o.Open, o.OpenHow, o.List, o.From, o.To, sqldb.Micros(tx.Now()), o.ID, string(o.State))
	if sqldb.IsConstraint(err) {
		return errs.Conflictf("这一项已有别的承接").Fix("请刷新页面").Because(err)
	}
	if err != nil {
		return errs.Wrap("move offer", err)
	}
	if n != 1 {
		return errs.Conflictf("这一件已由他人办理").Fix("请刷新页面，看看它走到了哪一步")
	}
	o.State = to
	return nil
}

// setDue writes the day until which the next act is due.
func setDue(ctx context.Context, tx *ledger.Tx, o Handover) error {
	n, err := tx.Exec(ctx, `update handovers set due = ?, moved_at = ? where id = ? and state = ?`, o.Due, sqldb.Micros(tx.Now()), o.ID, string(o.State))
	if err == nil && n != 1 {
		return errs.Conflictf("这一件已由他人办理").Fix("请刷新页面")
	}
	return errs.Wrap("due day of an offer", err)
}

// completes remembers with which change the power is to leave the list because
// its last place was taken over.
func completes(ctx context.Context, tx *ledger.Tx, o Handover, change sqldb.ID) error {
	_, err := tx.Exec(ctx, `update handovers set completes_id = ? where id = ?`, change, o.ID)
	return errs.Wrap("completion of a power", err)
}

func insertStep(ctx context.Context, tx *ledger.Tx, o Handover, s Step, account sqldb.ID) error {
	_, err := tx.Exec(ctx, `insert into handover_steps (handover_id, seq, kind, day, note, account_id, by_name, side, at)
		values (?, (select coalesce(max(seq), 0) + 1 from handover_steps where handover_id = ?), ?, ?, ?, ?, ?, ?, ?)`,
		o.ID, o.ID, s.Kind, s.Day, s.Note, account, s.By, s.Side, sqldb.Micros(s.At))
	return errs.Wrap("step of an offer", err)
}

func insertCheck(ctx context.Context, tx *ledger.Tx, o Handover, c Checked, account sqldb.ID) error {
	var uses any
	if c.Uses >= 0 {
		uses = c.Uses
	}
	_, err := tx.Exec(ctx, `insert into handover_checks (handover_id, seq, day, uses, problems, conclusion, account_id, by_name, at)
		values (?, (select coalesce(max(seq), 0) + 1 from handover_checks where handover_id = ?), ?, ?, ?, ?, ?, ?, ?)`,
		o.ID, o.ID, c.Day, uses, c.Problems, string(c.Conclusion), account, c.By, sqldb.Micros(c.At))
	return errs.Wrap("check of an offer", err)
}
