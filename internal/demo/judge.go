package demo

import (
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
)

// judged keeps of the sound material what the audit's own rules let stand on
// the day: a basis whose level may create the power (设定权), and work that is
// an administrative power at all (五对照/1). What real documents give without
// being allowed to joins the seeded defects.
func (c *city) judged(day string) []source {
	var out []source
	for _, s := range c.m.sound {
		r := &row{source: s}
		v := power.Version{Category: s.cat, Name: s.name, Elements: power.Elements{Content: r.content(), Result: process(r).result}}
		if len(inventory.Scope(nil, v)) > 0 {
			continue
		}
		j := power.JudgeSetting(power.Setting{Category: s.cat, Level: string(s.level), Day: day, Measures: inventory.Measures(v)})
		switch {
		case j.Verdict != power.SettingForbidden && (s.cat != power.CategoryPermit || j.Verdict != power.SettingDetailOnly):
			out = append(out, s)
		case oversteps(s):
			c.m.tooLow = append(c.m.tooLow, s)
		}
	}
	return out
}

// oversteps says whether a power plainly goes beyond what its document may
// set: a licence or seizure by a rule, the loss of a business licence by a
// local regulation. Other refusals rest on a higher law the document repeats.
func oversteps(s source) bool {
	switch s.cat {
	case power.CategoryPermit:
		return s.level == law.MinistryRule
	case power.CategoryCoercion:
		return (s.level == law.MinistryRule || s.level == law.ProvinceRule) && hasAny(s.name, "查封|扣押")
	case power.CategoryPenalty:
		return s.level == law.LocalRegulation || s.level == law.CityRegulation
	default:
		return false
	}
}
