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
	noneInForce := Facts{Findings: []finding.Finding{{Rule: "六查看/1", Severity: finding.Blocks, Message: "没有一条依据在审核日有效"}}}
	oneStale := Facts{Findings: []finding.Finding{{Rule: "五对照/3", Severity: finding.Asks}, {Rule: "六查看/1", Severity: finding.Blocks, Message: "收费没有写明依据"}, {Rule: "五对照/1", Severity: finding.Blocks}}}
	national := Facts{Superior: true}
	base := Decision{Code: "A", By: "市政府", On: "2014-11-05", Reason: "理由写在这里"}
	with := func(f func(*Decision)) Decision { d := base; f(&d); return d }
	for _, c := range []struct {
		name  string
		d     Decision
		facts Facts
		ok    bool
	}{
		{"keep", with(func(d *Decision) { d.Fate = Keep }), Facts{}, true},
		{"keep without body", with(func(d *Decision) { d.Fate, d.By = Keep, "" }), Facts{}, false},
		{"keep without reason", with(func(d *Decision) { d.Fate, d.Reason = Keep, "" }), Facts{}, true},
		{"keep without basis or reason", with(func(d *Decision) { d.Fate, d.Reason = Keep, "" }), noBasis, false},
		{"keep without basis, with reason", with(func(d *Decision) { d.Fate = Keep }), noBasis, true},
		{"keep with safeguards", with(func(d *Decision) { d.Fate, d.Ground = Keep, "加强监管" }), Facts{}, true},
		{"keep with safeguards nobody names", with(func(d *Decision) { d.Fate, d.Ground, d.Reason = Keep, "加强监管", "" }), Facts{}, false},
		{"keep on the ground of an exit", with(func(d *Decision) { d.Fate, d.Ground = Keep, "减权/1 依据不足" }), noBasis, false},
		{"keep and merge", with(func(d *Decision) { d.Fate, d.Into = Keep, "B" }), Facts{Stays: map[string]bool{"B": true}}, false},
		{"keep and split in one line", with(func(d *Decision) { d.Fate, d.NewCode, d.NewName = Keep, "B", "乙" }), Facts{}, false},
		{"a day that is none", with(func(d *Decision) { d.Fate, d.On = Keep, "2014-02-30" }), Facts{}, false},
		{"a day half written", with(func(d *Decision) { d.Fate, d.On = Keep, "2014-1x-05" }), Facts{}, false},
		{"cancel without basis", with(func(d *Decision) { d.Fate, d.Ground = Cancel, "减权/1 依据不足" }), noBasis, true},
		{"cancel with none in force", with(func(d *Decision) { d.Fate, d.Ground = Cancel, "减权/1 依据不足" }), noneInForce, true},
		{"cancel for one stale citation", with(func(d *Decision) { d.Fate, d.Ground = Cancel, "减权/1 依据不足" }), oneStale, false},
		{"cancel with a sound basis", with(func(d *Decision) { d.Fate, d.Ground = Cancel, "减权/1 依据不足" }), Facts{}, false},
		{"ground 1 but frozen", with(func(d *Decision) { d.Fate, d.Ground = Freeze, "减权/1 依据不足" }), noBasis, false},
		{"against reform, local", with(func(d *Decision) { d.Fate, d.Ground = Cancel, "减权/2 不符合改革方向" }), Facts{}, true},
		{"against reform, national, no decision", with(func(d *Decision) { d.Fate, d.Ground = Cancel, "减权/2 不符合改革方向" }), national, false},
		{"against reform, national, superior decision", with(func(d *Decision) {
			d.Fate, d.Ground, d.Reason = Cancel, "减权/2 不符合改革方向", "按国发〔2014〕27号停止实施"
		}), national, true},
		{"against reform, national, by the very law", with(func(d *Decision) {
			d.Fate, d.Ground, d.Reason = Cancel, "减权/2 不符合改革方向", "《示例取水法》第二条不符合改革方向"
		}), national, false},
		{"against reform, national, named decision", with(func(d *Decision) {
			d.Fate, d.Ground, d.Reason = Cancel, "减权/2 不符合改革方向", "《国务院关于取消示例事项的决定》已取消"
		}), national, true},
		{"handed down by statute", with(func(d *Decision) {
			d.Fate, d.Ground, d.Target, d.Reason = Delegate, "减权/3 面向基层", "莘县", "《示例取水法》第十条之一规定县级可以行使"
		}), Facts{}, true},
		{"handed down by decision", with(func(d *Decision) {
			d.Fate, d.Ground, d.Target, d.Reason = Delegate, "减权/3 面向基层", "莘县", "按鲁政发[2014]5号下放"
		}), Facts{}, true},
		{"handed down by entrusting", with(func(d *Decision) {
			d.Fate, d.Ground, d.Target, d.Reason = Delegate, "减权/3 面向基层", "莘县", "委托县级行使"
		}), Facts{}, true},
		{"handed down without legal form", with(func(d *Decision) { d.Fate, d.Ground, d.Target = Delegate, "减权/3 面向基层", "莘县" }), Facts{}, false},
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
		{"merged", with(func(d *Decision) { d.Fate, d.Ground, d.Into = Merge, "减权/5 职责交叉", "B" }), Facts{Stays: map[string]bool{"B": true}}, true},
		{"merged into itself", with(func(d *Decision) { d.Fate, d.Ground, d.Into = Merge, "减权/5 职责交叉", "A" }), Facts{Stays: map[string]bool{"A": true}}, false},
		{"merged into what leaves", with(func(d *Decision) { d.Fate, d.Ground, d.Into = Merge, "减权/5 职责交叉", "B" }), Facts{}, false},
		{"frozen", with(func(d *Decision) { d.Fate, d.Ground = Freeze, "冻结" }), Facts{}, true},
		{"out to internal approvals", with(func(d *Decision) { d.Fate, d.Ground, d.TargetKind = Reclassify, "转出", "内部审批" }), Facts{}, true},
		{"out to internal affairs", with(func(d *Decision) { d.Fate, d.Ground, d.TargetKind = Reclassify, "转出", "内部管理" }), Facts{}, true},
		{"no ground", with(func(d *Decision) { d.Fate = Cancel }), noBasis, false},
		{"no reason", with(func(d *Decision) { d.Fate, d.Ground, d.Reason = Cancel, "减权/1 依据不足", "" }), noBasis, false},
		{"another category", with(func(d *Decision) { d.Fate, d.Target = Recategory, "行政确认" }), Facts{}, true},
		{"the same category", with(func(d *Decision) { d.Fate, d.Target = Recategory, "行政确认" }), Facts{Change: power.Change{Category: power.CategoryConfirmation}}, false},
		{"another category without reason", with(func(d *Decision) { d.Fate, d.Target, d.Reason = Recategory, "行政确认", "" }), Facts{}, false},
		{"public service is no category", with(func(d *Decision) { d.Fate, d.Target = Recategory, "公共服务" }), Facts{}, false},
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
				c.state = rapid.SampledFrom([]power.State{power.Proposed, power.Published, power.Review}).Draw(t, "state")
			case rapid.Bool().Draw(t, "decided"):
				c.fate = rapid.SampledFrom(fates).Draw(t, "fate")
				c.state, _ = c.fate.state(power.KindAdd)
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

func FuzzReadDecisions(f *testing.F) {
	f.Add([]byte("事项编码,事项名称,处置意见,说明,决定机关,决定日期\nA1,取水许可,保留,,市政府,2014/11/5\n"))
	f.Add([]byte("事项编码,处置意见,说明,决定机关,决定日期\n\n,取消,\"x\ny\",市政府,2014年2月30日\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		ds, err := ReadDecisions(b, "决定.csv")
		if err != nil {
			if errs.KindOf(err) == errs.Internal {
				t.Fatalf("no words for people: %v", err)
			}
			return
		}
		for _, d := range ds {
			if d.Code == "" || d.at("处置意见") == "" {
				t.Fatalf("a decision on nothing, or from nowhere: %+v", d)
			}
			if err := Justify(d, Facts{}); err != nil && errs.KindOf(err) != errs.Invalid {
				t.Fatalf("%+v: %v", d, err)
			}
		}
	})
}
