package figures

import (
	"qingdan/internal/stage/reduce/measure"
)

// Weight is one factor of the burden before and after. Of each side it says of how
// many items the factor is known.
type Weight struct {
	Label, Unit               string
	Before, After             int
	BeforeKnown, AfterKnown   int
	SameBefore, SameAfter     int // of the items that are on both sides
	SameKnown, SameAfterKnown int
}

// Burden is the burden on those who apply, before and after.
type Burden struct {
	BeforeItems, AfterItems int
	SameItems               int
	Rows                    []Weight
}

// Known says whether anybody has to apply for anything.
func (b Burden) Known() bool { return b.BeforeItems+b.AfterItems > 0 }

// burden shows the factors of which anything is known. What is not known is in no
// sum.
func burden(m measure.Burden) Burden {
	b := Burden{BeforeItems: m.Before.Items, AfterItems: m.After.Items, SameItems: m.SameAfter.Items}
	for _, x := range []struct {
		label, unit string
		of          func(measure.Load) measure.Factor
	}{
		{"办理时限", "工作日", func(l measure.Load) measure.Factor { return l.Working }},
		{"办理时限", "自然日", func(l measure.Load) measure.Factor { return l.Calendar }},
		{"办理时限", "没有写明哪种日", func(l measure.Load) measure.Factor { return l.Unsaid }},
		{"申请材料", "份", func(l measure.Load) measure.Factor { return l.Papers }},
		{"到现场", "次", func(l measure.Load) measure.Factor { return l.Visits }},
		{"一年的办件", "件", func(l measure.Load) measure.Factor { return l.Cases }},
	} {
		before, after, was, is := x.of(m.Before), x.of(m.After), x.of(m.SameBefore), x.of(m.SameAfter)
		if before.Known+after.Known == 0 {
			continue
		}
		b.Rows = append(b.Rows, Weight{Label: x.label, Unit: x.unit, Before: before.Sum, After: after.Sum, BeforeKnown: before.Known, AfterKnown: after.Known,
			SameBefore: was.Sum, SameAfter: is.Sum, SameKnown: was.Known, SameAfterKnown: is.Known})
	}
	return b
}
