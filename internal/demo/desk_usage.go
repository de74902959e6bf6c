package demo

import (
	"context"
	"hash/fnv"
	"strconv"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce/delegate"
)

// usageYears is for how many years the use of powers is written down.
const usageYears = 3

// usageSource is where the invented numbers are said to come from.
const usageSource = "年度统计报表（演示）"

// use writes down how often powers were used: of most approvals on the list and of
// what was handed down in the last full years, of some that were cancelled in the
// years before they were. Some were never used.
func (d *desks) use(ctx context.Context) error {
	known, err := power.AllUsage(ctx, d.db)
	if err != nil || len(known) > 0 {
		return err
	}
	e, err := list.InForce(ctx, d.db, cityCode, d.day)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return nil
	}
	if err != nil {
		return err
	}
	last := year(d.from(0)) - 1
	all, err := power.Changes(ctx, d.db, power.Published, power.HandedDown, power.Cancelled)
	if err != nil {
		return err
	}
	var rows []power.Usage
	for _, c := range all {
		n := dice(c.Code)
		switch {
		case c.State == power.Cancelled && n%5 == 0:
			rows = append(rows, yearsOf(c, min(year(e.Effective)-1, last), n, n%10 == 0)...)
		case c.State == power.HandedDown, c.Category == power.CategoryPermit && n%7 > 0, c.Category == power.CategoryConfirmation && n%3 > 0, c.Category == power.CategoryOther && n%4 == 0:
			rows = append(rows, yearsOf(c, last, n, n%23 == 0)...)
		}
	}
	counties, err := d.countyUse(ctx, last)
	if err != nil {
		return err
	}
	d.say("录入行使情况")
	return d.ledger.Load(ctx, demoActor(), func(ctx context.Context, tx *ledger.Tx) error {
		_, err := power.SetUsage(ctx, tx, append(rows, counties...))
		return err
	})
}

// countyUse gives the use of powers by the counties that had them for the whole last
// year.
func (d *desks) countyUse(ctx context.Context, last int) ([]power.Usage, error) {
	held, err := delegate.All(ctx, d.db)
	if err != nil {
		return nil, err
	}
	var out []power.Usage
	for _, o := range held {
		if o.State != delegate.Held || o.Terms.Power.IsZero() || year(o.From) > last {
			continue
		}
		cases := 0
		if n := dice(o.Terms.Division + o.Terms.Power.String()); n%8 > 0 {
			cases = int(n % 90)
		}
		out = append(out, power.Usage{Power: o.Terms.Power, Place: o.Terms.Division, Year: last, Cases: cases, Source: usageSource})
	}
	return out, nil
}

// yearsOf invents the use of a power in the years up to last.
func yearsOf(c power.Change, last int, n uint32, never bool) []power.Usage {
	var out []power.Usage
	for i := range usageYears {
		u := power.Usage{Power: c.Power, Place: c.Division, Year: last - usageYears + 1 + i, Source: usageSource}
		if !never {
			u.Cases = int(n%400) + int(n>>8%37)*i
		}
		out = append(out, u)
	}
	return out
}

// dice is a number that follows from a text: the same city has the same figures.
func dice(s string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s))
	return h.Sum32() >> 4
}

// year is the year of a day.
func year(day string) int {
	n, _ := strconv.Atoi(day[:min(4, len(day))])
	return n
}
