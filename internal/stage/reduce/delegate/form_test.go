package delegate_test

import (
	"context"
	"testing"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce/delegate"
)

// loadLaw puts a small law into the library: its second article speaks of
// counties, its third of the city.
func (h *house) loadLaw() {
	h.t.Helper()
	for _, s := range []law.Source{
		{ID: "a", Title: "示例水条例", Level: "行政法规", Effective: "2010-01-01", Text: "示例水条例\n第一条　为了管水，制定本条例。\n第二条　县级以上地方人民政府水行政主管部门负责取水许可。\n第三条　设区的市人民政府水行政主管部门可以委托实施处罚。\n第四条　本条例自2010年1月1日起施行。"},
		{ID: "b", Title: "示例水务局关于委托的通知", Level: "规范性文件", Effective: "2010-01-01", Text: "示例水务局关于委托的通知\n第一条　委托县级水行政主管部门实施处罚。\n第二条　本通知自2010年1月1日起施行。"},
	} {
		p, err := law.Read(s, "")
		must(h.t, err)
		_, err = law.Load(context.Background(), h.ledger, ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}, p)
		must(h.t, err)
	}
}

// tests:减权/承接
func TestEveryLegalFormNamesWhatItMust(t *testing.T) {
	h := open(t, sqldb.SQLite)
	h.loadLaw()
	var institute sqldb.ID
	must(t, h.act(nil, func(ctx context.Context, tx *ledger.Tx) (err error) {
		institute, err = org.AddDepartment(ctx, tx, org.Department{Name: "莘县水文站", Division: shen, Nature: "其他"})
		return err
	}))
	powers := map[power.Category]sqldb.ID{}
	for _, c := range []power.Category{power.CategoryPermit, power.CategoryPenalty, power.CategoryCoercion, power.CategoryOther} {
		powers[c] = h.listed(string(c), h.water, c)
	}
	for _, c := range []struct {
		name     string
		category power.Category
		change   func(*delegate.Terms)
		place    string // of the refusal, "" when it passes
	}{
		{"by decision", power.CategoryPermit, func(*delegate.Terms) {}, ""},
		{"by decision without number", power.CategoryPermit, func(x *delegate.Terms) { x.Basis = "上级会议同意" }, "basis"},
		{"by statute that speaks of counties", power.CategoryPermit, func(x *delegate.Terms) { x.Form, x.Basis = delegate.ByStatute, "《示例水条例》第二条" }, ""},
		{"by statute that does not", power.CategoryPermit, func(x *delegate.Terms) { x.Form, x.Basis = delegate.ByStatute, "《示例水条例》第三条" }, "basis"},
		{"by statute, an article that is not there", power.CategoryPermit, func(x *delegate.Terms) { x.Form, x.Basis = delegate.ByStatute, "《示例水条例》第九条" }, "basis"},
		{"by statute, no article", power.CategoryPermit, func(x *delegate.Terms) { x.Form, x.Basis = delegate.ByStatute, "《示例水条例》" }, "basis"},
		{"by statute, one that the library lacks", power.CategoryPermit, func(x *delegate.Terms) { x.Form, x.Basis = delegate.ByStatute, "《别处条例》第二条" }, ""},
		{"coercion by statute", power.CategoryCoercion, func(x *delegate.Terms) { x.Form, x.Basis = delegate.ByStatute, "《示例水条例》第二条" }, ""},
		{"coercion entrusted", power.CategoryCoercion, func(x *delegate.Terms) { x.Form, x.Basis = delegate.Entrusted, "《示例水条例》第三条" }, "form"},
		{"a permit entrusted", power.CategoryPermit, func(x *delegate.Terms) { x.Form, x.Basis = delegate.Entrusted, "《示例水条例》第三条" }, ""},
		{"a permit entrusted by a notice", power.CategoryPermit, func(x *delegate.Terms) {
			x.Form, x.Basis = delegate.Entrusted, "《示例水务局关于委托的通知》第一条"
		}, "basis"},
		{"a permit entrusted without basis", power.CategoryPermit, func(x *delegate.Terms) { x.Form, x.Basis = delegate.Entrusted, "局长办公会决定" }, "basis"},
		{"a permit entrusted to an institute", power.CategoryPermit, func(x *delegate.Terms) {
			x.Form, x.Basis, x.Body = delegate.Entrusted, "《示例水条例》第三条", institute
		}, "body"},
		{"a penalty entrusted", power.CategoryPenalty, func(x *delegate.Terms) {
			x.Form, x.Basis, x.Letter, x.Until = delegate.Entrusted, "《示例水条例》第三条", "委〔2015〕1号", "2015-12-31"
		}, ""},
		{"a penalty entrusted without letter", power.CategoryPenalty, func(x *delegate.Terms) {
			x.Form, x.Basis, x.Until = delegate.Entrusted, "《示例水条例》第三条", "2015-12-31"
		}, "letter"},
		{"a penalty entrusted without term", power.CategoryPenalty, func(x *delegate.Terms) {
			x.Form, x.Basis, x.Letter = delegate.Entrusted, "《示例水条例》第三条", "委〔2015〕1号"
		}, "until"},
		{"a penalty entrusted to an institute", power.CategoryPenalty, func(x *delegate.Terms) {
			x.Form, x.Basis, x.Letter, x.Until, x.Body = delegate.Entrusted, "《示例水条例》第三条", "委〔2015〕1号", "2015-12-31", institute
		}, "body"},
		{"another power entrusted", power.CategoryOther, func(x *delegate.Terms) { x.Form, x.Basis = delegate.Entrusted, "市政府会议纪要" }, ""},
		{"entrusted and exercised by both", power.CategoryOther, func(x *delegate.Terms) {
			x.Form, x.Basis, x.Joint, x.JointNote = delegate.Entrusted, "市政府会议纪要", delegate.ByLead, "市级牵头"
		}, "joint"},
		{"a term without entrusting", power.CategoryPermit, func(x *delegate.Terms) { x.Until = "2015-12-31" }, "until"},
		{"no form", power.CategoryPermit, func(x *delegate.Terms) { x.Form = "口头" }, "form"},
		{"no part", power.CategoryPermit, func(x *delegate.Terms) { x.Parts = 0 }, "parts"},
		{"both without a rule in words", power.CategoryPermit, func(x *delegate.Terms) { x.Joint = delegate.ByAmount }, "joint_note"},
		{"a county of another city", power.CategoryPermit, func(x *delegate.Terms) { x.Division = "371481" }, "division"},
		{"no such place", power.CategoryPermit, func(x *delegate.Terms) { x.Division = "371599" }, "division"},
		{"another county's body", power.CategoryPermit, func(x *delegate.Terms) { x.Division = guan }, "body"},
		{"an answer due yesterday", power.CategoryPermit, func(x *delegate.Terms) { x.AnswerBy = "2015-01-04" }, "answer_by"},
		{"a day that is none", power.CategoryPermit, func(x *delegate.Terms) { x.Planned = "2015-02-30" }, "planned"},
		{"a check after five years", power.CategoryPermit, func(x *delegate.Terms) { x.Months = 60 }, "months"},
	} {
		x := h.terms(powers[c.category], shen)
		c.change(&x)
		id, err := h.offer(h.head, x)
		if c.place == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			must(t, h.act(h.head, func(ctx context.Context, tx *ledger.Tx) error {
				return delegate.Withdraw(ctx, tx, h.head, id, "试一试")
			}))
			continue
		}
		var e *errs.Error
		if errs.KindOf(err) != errs.Invalid || !errsAs(err, &e) || e.Place != c.place || e.Mend == "" {
			t.Errorf("%s: %v, want Invalid at %s with a mend", c.name, err, c.place)
		}
	}
}

func TestAThinCapacityIsSeen(t *testing.T) {
	full := delegate.Capacity{Staff: 2, Trained: 1}
	for _, c := range []struct {
		c    delegate.Capacity
		k    power.Category
		thin bool
	}{
		{full, power.CategoryPenalty, false}, {delegate.Capacity{Staff: 1, Trained: 1}, power.CategoryPenalty, true},
		{delegate.Capacity{Staff: 1, Trained: 1}, power.CategoryPermit, false}, {delegate.Capacity{Staff: 3}, power.CategoryPermit, true},
	} {
		if got := c.c.Thin(c.k); (got != "") != c.thin {
			t.Errorf("%+v for %s: %q", c.c, c.k, got)
		}
	}
}

func TestAnAcceptanceSaysWhatThereIs(t *testing.T) {
	h := open(t, sqldb.SQLite)
	id, err := h.offer(h.head, h.terms(h.listed("A1", h.water, power.CategoryPermit), shen))
	must(t, err)
	for place, change := range map[string]func(*delegate.Capacity){
		"staff":     func(c *delegate.Capacity) { c.Staff = 0 },
		"trained":   func(c *delegate.Capacity) { c.Trained = 9 },
		"equipment": func(c *delegate.Capacity) { c.Equipment = " " },
		"premises":  func(c *delegate.Capacity) { c.Premises = "" },
	} {
		r := able()
		change(&r.Capacity)
		err := h.answer(h.shenHead, id, r)
		var e *errs.Error
		if errs.KindOf(err) != errs.Invalid || !errsAs(err, &e) || e.Place != place {
			t.Errorf("without %s: %v", place, err)
		}
	}
	must(t, h.answer(h.shenHead, id, able()))
}
