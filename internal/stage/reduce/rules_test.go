package reduce

import (
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/power"
)

// tests:减权/1 减权/2 减权/3 减权/4 减权/5
func TestEveryExitNeedsItsGround(t *testing.T) {
	noBasis := Facts{Findings: []finding.Finding{{Rule: "五对照/3", Severity: finding.Blocks}}}
	national := Facts{National: true}
	base := Decision{Place: "决定 A2", Code: "A", By: "市政府", On: "2014-11-05", Reason: "理由写在这里"}
	with := func(f func(*Decision)) Decision { d := base; f(&d); return d }
	for _, c := range []struct {
		name  string
		d     Decision
		facts Facts
		ok    bool
	}{
		{"keep", with(func(d *Decision) { d.Fate = Keep }), Facts{}, true},
		{"keep without body", with(func(d *Decision) { d.Fate, d.By = Keep, "" }), Facts{}, false},
		{"cancel without basis", with(func(d *Decision) { d.Fate, d.Ground = Cancel, "减权/1 依据不足" }), noBasis, true},
		{"cancel with a sound basis", with(func(d *Decision) { d.Fate, d.Ground = Cancel, "减权/1 依据不足" }), Facts{}, false},
		{"ground 1 but frozen", with(func(d *Decision) { d.Fate, d.Ground = Freeze, "减权/1 依据不足" }), noBasis, false},
		{"against reform, local", with(func(d *Decision) { d.Fate, d.Ground = Cancel, "减权/2 不符合改革方向" }), Facts{}, true},
		{"against reform, national, no decision", with(func(d *Decision) { d.Fate, d.Ground = Cancel, "减权/2 不符合改革方向" }), national, false},
		{"against reform, national, superior decision", with(func(d *Decision) {
			d.Fate, d.Ground, d.Reason = Cancel, "减权/2 不符合改革方向", "按国发〔2014〕27号停止实施"
		}), national, true},
		{"handed down", with(func(d *Decision) { d.Fate, d.Ground, d.Target = Delegate, "减权/3 面向基层", "莘县" }), Facts{}, true},
		{"handed down to nobody", with(func(d *Decision) { d.Fate, d.Ground = Delegate, "减权/3 面向基层" }), Facts{}, false},
		{"a coercive measure entrusted", with(func(d *Decision) {
			d.Fate, d.Ground, d.Target, d.Reason = Delegate, "减权/3 面向基层", "莘县", "委托县级行使"
		}), Facts{Coercion: true}, false},
		{"to an association", with(func(d *Decision) {
			d.Fate, d.Ground, d.Target = Transfer, "减权/4 可由社会组织承担", "协会"
		}), Facts{}, true},
		{"a penalty to an association", with(func(d *Decision) {
			d.Fate, d.Ground, d.Target = Transfer, "减权/4 可由社会组织承担", "协会"
		}),
			Facts{Change: power.Change{Category: power.CategoryPenalty}}, false},
		{"merged", with(func(d *Decision) { d.Fate, d.Ground, d.Into = Merge, "减权/5 职责交叉", "B" }), Facts{InReview: map[string]bool{"B": true}}, true},
		{"merged into itself", with(func(d *Decision) { d.Fate, d.Ground, d.Into = Merge, "减权/5 职责交叉", "A" }), Facts{InReview: map[string]bool{"A": true}}, false},
		{"merged into what leaves", with(func(d *Decision) { d.Fate, d.Ground, d.Into = Merge, "减权/5 职责交叉", "B" }), Facts{}, false},
		{"frozen", with(func(d *Decision) { d.Fate, d.Ground = Freeze, "冻结" }), Facts{}, true},
		{"out to internal affairs", with(func(d *Decision) { d.Fate, d.Ground, d.TargetKind = Reclassify, "转出", "内部管理" }), Facts{}, true},
		{"no ground", with(func(d *Decision) { d.Fate = Cancel }), noBasis, false},
		{"no reason", with(func(d *Decision) { d.Fate, d.Ground, d.Reason = Cancel, "减权/1 依据不足", "" }), noBasis, false},
		{"another category", with(func(d *Decision) { d.Fate, d.Target = Recategory, "行政确认" }), Facts{}, true},
		{"no category of the ten", with(func(d *Decision) { d.Fate, d.Target = Recategory, "行政指导" }), Facts{}, false},
	} {
		err := Justify(c.d, c.facts)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil && errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: kind of %v, want Invalid", c.name, err)
		}
	}
}

// tests:减权/平衡
func TestAPowerLostBetweenTheBooksShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBalance(sqldb.NewID())
		fates := Fates()
		for range rapid.IntRange(0, 200).Draw(t, "powers") {
			c := cell{n: 1, origin: rapid.SampledFrom([]power.Origin{power.Reported, power.Supplement, power.Split}).Draw(t, "origin"), category: power.CategoryPermit}
			switch {
			case c.origin == power.Split:
				c.state = power.Proposed
			case rapid.Bool().Draw(t, "decided"):
				c.fate = rapid.SampledFrom(fates).Draw(t, "fate")
				c.state, _ = c.fate.state()
			default:
				c.state = power.Review
			}
			b.count(c)
		}
		if b.Wrong() != 0 {
			t.Fatalf("sound books are out by %d: %+v", b.Wrong(), b)
		}
		lost := *b
		lost.Kept--
		if err := CheckBalance([]Balance{*b, lost}); errs.KindOf(err) != errs.Conflict {
			t.Fatalf("a lost power passes: %v", err)
		}
	})
}
