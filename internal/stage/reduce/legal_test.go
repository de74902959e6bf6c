package reduce

import (
	"testing"

	"qingdan/internal/errs"
	"qingdan/internal/registry/power"
)

// The legal form of handing down agrees with what the reason says, and entrusting
// leaves the liability where it is (行政许可法第二十四条, 行政处罚法第二十条).
//
// tests:减权/3
func TestTheLegalFormAgreesWithTheReason(t *testing.T) {
	const law, decision = "《示例取水法》第十条规定县级可以行使", "按鲁政发〔2014〕5号下放"
	for _, c := range []struct {
		form             LegalForm
		reason, followup string
		ok               bool
	}{
		{ByStatute, law, "", true},
		{ByStatute, decision, "", false},
		{ByStatute, law + "，委托县局办理", "每年抽查", false},
		{BySuperior, decision, "", true},
		{BySuperior, law, "", false},
		{BySuperior, "委托县局办理，" + decision, "每年抽查", false},
		{ByEntrusted, "书面委托县局办理，期限三年", "每年抽查", true},
		{ByEntrusted, "书面委托县局办理，由市局承担法律责任", "每年抽查", true},
		{ByEntrusted, "书面委托县局办理，责任由委托机关承担", "每年抽查", true},
		{ByEntrusted, "书面委托县局办理", " ", false},
		{ByEntrusted, law, "每年抽查", false},
		{ByEntrusted, "委托县局办理，责任由受委托机关承担", "每年抽查", false},
		{ByEntrusted, "委托县局办理，法律责任归县级部门", "每年抽查", false},
		{ByEntrusted, "委托办理，受委托机关独立承担法律责任", "每年抽查", false},
		{"赠与", law, "", false},
		{"", law, "", true},
		{"", "下放更方便群众", "", false},
	} {
		d := Decision{Code: "A", Fate: Delegate, Ground: GroundGrassroots, Target: "莘县", LegalForm: c.form, Reason: c.reason, Followup: c.followup, full: true}
		err := justify(d, Facts{Change: power.Change{Kind: power.KindAdd}})
		if (err == nil) != c.ok || err != nil && errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s, %s: %v", c.form, c.reason, err)
		}
		if c.form == ByEntrusted && c.ok {
			if err := justify(d, Facts{Coercion: true}); errs.KindOf(err) != errs.Invalid || err == nil {
				t.Errorf("a coercive measure is entrusted: %v", err)
			}
		}
	}
}
