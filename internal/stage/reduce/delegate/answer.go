package delegate

import (
	"context"
	"strings"
	"unicode/utf8"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
)

// Reply is the answer of the receiving side.
type Reply struct {
	Accept   bool
	Capacity Capacity // asked for by an acceptance
	Note     string   // the reason of a refusal; may be empty for an acceptance
}

// Answer answers an offer (TakePower on the receiving department) and records
// "handover.answered". Accepting takes a statement of what the receiver has.
// A refusal may follow an acceptance until the receiver has signed for the power.
//
// Invalid at the field: the statement lacks something, or a refusal its reason.
// Conflict: somebody answered meanwhile; of a power that goes to one body only,
// another body has accepted, who is named; the power was handed over already:
// then it can only be asked to go back.
func Answer(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID, r Reply) error {
	if !r.Accept {
		return act{kind: "refused", said: "handover.answered", right: people.TakePower, to: Refused, note: r.Note, needs: "不承接的理由"}.do(ctx, tx, who, id, func(o *Handover) error {
			o.Answer, o.Due = strings.TrimSpace(r.Note), ""
			return nil
		})
	}
	return act{kind: "accepted", said: "handover.answered", right: people.TakePower, to: Accepted, note: r.Note}.do(ctx, tx, who, id, func(o *Handover) error {
		c := r.Capacity
		c.Equipment, c.Premises = strings.TrimSpace(c.Equipment), strings.TrimSpace(c.Premises)
		if err := c.check(); err != nil {
			return err
		}
		if !o.Terms.Power.IsZero() {
			if err := exclusive(ctx, tx, o.Terms, o.ID, civil(tx.Now())); err != nil {
				return err
			}
		}
		o.Capacity, o.Answer, o.Due = c, strings.TrimSpace(r.Note), o.Terms.Planned
		return nil
	})
}

// mostPeople is more than any county has for one power.
const mostPeople = 10000

// check refuses a statement that says nothing.
func (c Capacity) check() error {
	switch {
	case c.Staff < 1 || c.Staff > mostPeople:
		return errs.Invalidf("没有写明有几名办理人员").At("staff").Fix("没有人办的不能承接：请先落实人员，或者答复不承接并说明需要什么支持")
	case c.Trained < 0 || c.Trained > c.Staff:
		return errs.Invalidf("经过培训的人数不对").At("trained").Fix("请填 0 到办理人员总数之间的整数")
	case c.Equipment == "":
		return errs.Invalidf("没有写明设备条件").At("equipment").Fix("请写明有哪些设备、系统；不需要的写“不需要专门设备”")
	case c.Premises == "":
		return errs.Invalidf("没有写明办公场所").At("premises").Fix("请写明在哪里办，例如县政务服务大厅几号窗口")
	}
	for place, s := range map[string]string{"equipment": c.Equipment, "premises": c.Premises} {
		if utf8.RuneCountInString(s) > maxText {
			return errs.Invalidf("超过 %d 字", maxText).At(place).Fix("请删减")
		}
	}
	return nil
}

// AskBack asks that a power go back (申请交回; TakePower on the receiving
// department) and records "handover.back_asked". Until the offering side has
// agreed and its day has come the receiver goes on. Invalid: no reason.
func AskBack(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID, reason string) error {
	return act{kind: "back_asked", said: "handover.back_asked", right: people.TakePower, to: BackAsked, note: reason, needs: "交回的理由"}.do(ctx, tx, who, id, func(o *Handover) error {
		o.Due = later(civil(tx.Now()), 0, answerDays)
		return nil
	})
}

// answerDays is how many days the offering side has for an answer.
const answerDays = 15

// DeclineBack declines that a power go back (OfferPower) and records
// "handover.back_declined". Invalid: no reason.
func DeclineBack(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID, reason string) error {
	return act{kind: "back_declined", said: "handover.back_declined", right: people.OfferPower, from: BackAsked, to: Held, note: reason, needs: "不同意交回的理由"}.do(ctx, tx, who, id, func(o *Handover) error {
		o.Due = later(civil(tx.Now()), o.Terms.Months, 0)
		return nil
	})
}

// GrantBack takes a power back from a day on (OfferPower) and records
// "handover.returned": asked by the receiver, or concluded by the latest check.
// From that day on the department of the list is competent for the place again.
// Invalid: no such day, or one before today or before the hand-over. Conflict:
// nobody asked for it and no check concluded it.
func GrantBack(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID, day, note string) error {
	return act{kind: "returned", said: "handover.returned", right: people.OfferPower, to: Returned, day: day, note: note}.do(ctx, tx, who, id, func(o *Handover) error {
		switch today := civil(tx.Now()); {
		case !IsDay(day):
			return errs.Invalidf("收回日期“%s”不对", day).At("day").Fix("请写成 2015-01-01 这样")
		case day < today || day <= o.From:
			return errs.Invalidf("收回日期不能早于今天，也不能在移交之前").At("day").Fix("已经办理的事项由承接部门负责，请从今天或者以后的某一天起收回")
		}
		if o.State == Held {
			if err := concluded(ctx, tx, o.ID); err != nil {
				return err
			}
		}
		o.To, o.Due = day, ""
		return nil
	})
}

// concluded refuses to take back what no check says is to be taken back.
func concluded(ctx context.Context, r sqldb.Reader, id sqldb.ID) error {
	all, err := Checks(ctx, r, id)
	if err != nil {
		return err
	}
	if len(all) == 0 || all[len(all)-1].Conclusion != TakeItBack {
		return errs.Conflictf("承接部门没有申请交回，评估也没有得出收回的结论").Fix("需要收回的，请先评估运行情况并写明结论")
	}
	return nil
}
