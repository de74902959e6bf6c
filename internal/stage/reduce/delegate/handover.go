package delegate

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// Delivery is what the offering side hands over (交接清单).
type Delivery struct {
	Day     string // the day from which the receiver holds the power
	Open    int    // matters under way
	OpenHow string // how each of them is handed over
	List    string // files, seals, systems, keys
}

// later is a day some civil months and days after another; the last day of a
// month stands for one that the month does not have.
func later(day string, months, days int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1+days).Format(time.DateOnly)
}

// HandOver signs a power away (签字交出; OfferPower) and records
// "handover.signed". The receiver holds it only when it has signed for it: see
// Receive. A day in the past says that paper was signed then.
//
// Invalid at the field: no such day, or matters under way of which nobody says
// how they are handed over. Conflict: the offer is not accepted.
func HandOver(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID, d Delivery) error {
	d.OpenHow, d.List = strings.TrimSpace(d.OpenHow), strings.TrimSpace(d.List)
	return act{kind: "signed", said: "handover.signed", right: people.OfferPower, to: Signed, day: d.Day}.do(ctx, tx, who, id, func(o *Handover) error {
		if err := d.check(civil(tx.Now())); err != nil {
			return err
		}
		if o.Terms.Until != "" && d.Day > o.Terms.Until {
			return errs.Invalidf("移交日期在委托期限 %s 之后", o.Terms.Until).At("day").Fix("请核对日期，期限已过的请撤回后重新提出")
		}
		o.From, o.Open, o.OpenHow, o.List, o.Due = "", d.Open, d.OpenHow, d.List, d.Day
		return nil
	})
}

// mostOpen is more matters than one power has under way, and furthest how far
// ahead a hand-over may lie, in months.
const (
	mostOpen = 1_000_000
	furthest = 24
)

func (d Delivery) check(today string) error {
	switch {
	case !IsDay(d.Day):
		return errs.Invalidf("移交日期“%s”不对", d.Day).At("day").Fix("请写成 2015-01-01 这样")
	case d.Day > later(today, furthest, 0):
		return errs.Invalidf("移交日期在两年以后").At("day").Fix("请核对年份")
	case d.Open < 0 || d.Open > mostOpen:
		return errs.Invalidf("在办件数不对").At("open").Fix("请填不小于 0 的整数，没有的填 0")
	case d.Open > 0 && d.OpenHow == "":
		return errs.Invalidf("没有写明 %d 件在办的怎样移交", d.Open).At("open_how").Fix("请逐件或者分类写明：由谁办完、材料怎样移交、怎样告知申请人")
	case d.List == "":
		return errs.Invalidf("没有写交接清单").At("list").Fix("请写明移交的档案、印章、系统账号、办事指南等；没有的写“无”")
	}
	for place, s := range map[string]string{"open_how": d.OpenHow, "list": d.List} {
		if utf8.RuneCountInString(s) > 4*maxText {
			return errs.Invalidf("超过 %d 字", 4*maxText).At(place).Fix("请删减，另附清单")
		}
	}
	return nil
}

// Receive signs for a power (签收; TakePower) and records "handover.received".
// From the day that the offering side named the receiver holds it; from today
// where that day has passed between the two signatures; and not before an
// earlier receiver has given it back. Taking over the last place of a power that
// is still listed proposes to take it off the list in the same act. Conflict:
// the offering side has not signed, or the term of entrusting is over.
func Receive(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID, note string) error {
	if err := who.May(people.TakePower); err != nil {
		return err
	}
	o, err := ByID(ctx, tx, id)
	if err != nil {
		return err
	}
	from, err := begins(ctx, tx, o)
	if err != nil {
		return err
	}
	err = act{kind: "received", said: "handover.received", right: people.TakePower, from: Signed, to: Held, day: from, note: note}.do(ctx, tx, who, id, func(x *Handover) error {
		if x.Terms.Until != "" && from > x.Terms.Until {
			return errs.Conflictf("委托期限 %s 已过，不能再签收", x.Terms.Until).Fix("请答复不承接，由市级部门重新提出")
		}
		x.From, x.Due = from, later(from, x.Terms.Months, 0)
		o = *x
		return nil
	})
	if err != nil || o.Terms.Direction != Down {
		return err
	}
	return complete(ctx, tx, o)
}

// begins is the day from which the receiver that signs now holds a power.
func begins(ctx context.Context, tx *ledger.Tx, o Handover) (string, error) {
	steps, err := Steps(ctx, tx, o.ID)
	if err != nil {
		return "", err
	}
	from := ""
	for _, s := range steps {
		if s.Kind != "signed" {
			continue
		}
		from = s.Day
		if s.Day >= civil(s.At) { // an earlier one is the day of a paper
			from = max(from, civil(tx.Now()))
		}
	}
	if o.Terms.Power.IsZero() {
		return from, nil
	}
	grants, err := readGrants(ctx, tx, o.Terms.Power)
	for _, g := range grants[o.Terms.Power] {
		if g.to > from && (g.place == o.Terms.Division || g.scope == OneBody || o.Terms.Scope == OneBody) {
			from = g.to
		}
	}
	return from, err
}

// complete proposes to take a power off the list when its last place was taken
// over for good: nobody of the city exercises it any more. Another change of it
// under way goes first, and whoever runs that one decides.
func complete(ctx context.Context, tx *ledger.Tx, o Handover) error {
	done, base, err := completed(ctx, tx, o.Terms.Power, o.From)
	if err != nil || !done {
		return err
	}
	ids, err := power.ProposeCancel(ctx, tx, base, fmt.Sprintf("下放完成：自 %s 起各县（市、区）都已承接，市级部门不再行使", o.From))
	if errs.KindOf(err) == errs.Conflict && err != nil {
		return nil
	}
	if err != nil {
		return err
	}
	return completes(ctx, tx, o, ids.Change)
}

// completed says whether a listed power is exercised by receivers alone in every
// place from a day on, and gives its published change.
func completed(ctx context.Context, tx *ledger.Tx, id sqldb.ID, day string) (bool, power.Change, error) {
	base, err := power.Standing(ctx, tx, id)
	if err != nil || base.State != power.Published {
		return false, base, err
	}
	places, err := Places(ctx, tx, base.Division, day)
	if err != nil {
		return false, base, err
	}
	codes := make([]string, len(places))
	for i, p := range places {
		codes[i] = p.Code
	}
	grants, err := readGrants(ctx, tx, id)
	if err != nil {
		return false, base, err
	}
	for _, g := range grants[id] { // hand-overs agreed for a later day count too
		day = max(day, g.from)
	}
	all, err := HoldersAt(ctx, tx, id, codes, day)
	if err != nil {
		return false, base, err
	}
	for _, holders := range all {
		for _, h := range holders {
			if h.Offer.IsZero() {
				return false, base, nil
			}
		}
	}
	return true, base, nil
}

// Check looks at a power after hand-over (承接后评估; OfferPower) and records
// "handover.checked": how often it was used, what went wrong, and what follows.
// It may be done before its day. What is to be taken back is then taken back by
// GrantBack; else the next check is due a year later.
//
// Invalid at the field: no conclusion, or problems not named where support is
// needed or the power is to go back. Conflict: the receiver does not hold it.
func Check(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID, c Checked) error {
	if err := who.May(people.OfferPower); err != nil {
		return err
	}
	o, err := ByID(ctx, tx, id)
	if err != nil {
		return err
	}
	side, err := may(ctx, tx, who, people.OfferPower, o.Owner)
	if err != nil {
		return err
	}
	if o.State != Held && o.State != BackAsked {
		return errs.Conflictf("处于“%s”，没有可以评估的", o.State.Label()).Fix("移交之后才评估运行情况")
	}
	c.Problems = strings.TrimSpace(c.Problems)
	if err := c.check(); err != nil {
		return err
	}
	c.Day, c.By, c.At = civil(tx.Now()), who.Name, tx.Now()
	if c.Day < o.From {
		return errs.Conflictf("%s 才移交，现在没有可以评估的", o.From).Fix("移交之后再评估")
	}
	if err := insertCheck(ctx, tx, o, c, who.Account); err != nil {
		return err
	}
	if o.State == Held {
		o.Due = later(c.Day, 12, 0)
		if c.Conclusion == TakeItBack {
			o.Due = later(c.Day, 0, answerDays)
		}
		if err := setDue(ctx, tx, o); err != nil {
			return err
		}
	}
	note := string(c.Conclusion)
	if c.Problems != "" {
		note += "：" + c.Problems
	}
	return record(ctx, tx, who, o, Step{Kind: "checked", Day: c.Day, Note: note, Side: side}, "handover.checked")
}

func (c Checked) check() error {
	known := false
	for _, x := range Conclusions() {
		known = known || x == c.Conclusion
	}
	switch {
	case !known:
		return errs.Invalidf("没有选择评估结论").At("conclusion").Fix("请从列表中选择")
	case c.Uses < -1:
		return errs.Invalidf("办件数不对").At("uses").Fix("请填不小于 0 的整数，没有统计的不填")
	case c.Conclusion != RunsWell && c.Problems == "":
		return errs.Invalidf("没有写明存在的问题").At("problems").Fix("需支持或者收回的，要写明为什么")
	case utf8.RuneCountInString(c.Problems) > maxText:
		return errs.Invalidf("超过 %d 字", maxText).At("problems").Fix("请删减")
	}
	return nil
}

// Receivers lists the departments of a place that stand on a day, by name.
func Receivers(ctx context.Context, r sqldb.Reader, division, day string) ([]org.Department, error) {
	all, err := org.Departments(ctx, r, division)
	if err != nil {
		return nil, errs.Wrap("departments of "+division, err)
	}
	out := make([]org.Department, 0, len(all))
	for _, d := range all {
		if d.ValidFrom <= day && (d.ValidTo == "" || day < d.ValidTo) {
			out = append(out, d)
		}
	}
	return out, nil
}
