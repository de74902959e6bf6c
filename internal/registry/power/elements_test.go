package power_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qingdan/internal/registry/power"
)

// What a version that says nothing lacks, by family.
var (
	everybody    = []string{"缺少设定依据", "缺少承办机构", "缺少行使层级", "缺少依申请或依职权", "缺少行使内容", "缺少服务对象", "缺少办理环节", "缺少监督电话", "缺少责任事项", "缺少追责情形"}
	onlyByAsking = []string{"缺少受理条件", "缺少申请材料", "缺少法定时限", "缺少承诺时限", "缺少审批结果", "缺少是否收费", "缺少办理地点", "缺少办理时间", "缺少咨询电话"}
)

func TestRequiredElementsByCategory(t *testing.T) {
	for _, c := range append(power.Categories(), power.CategoryService) {
		for _, way := range []power.Initiative{"", power.OnApplication, power.ExOfficio} {
			want := slices.Clone(everybody)
			asked := c.DefaultInitiative() == power.OnApplication || c == power.CategoryOther && way == power.OnApplication
			if asked {
				want = append(want, onlyByAsking...)
			}
			if way != "" {
				want = slices.DeleteFunc(want, func(s string) bool { return s == "缺少依申请或依职权" })
			}
			got := power.Missing(power.Version{Category: c, Initiative: way})
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", c, way, diff)
			}
		}
	}
}

func complete(c power.Category) power.Version {
	no := false
	return power.Version{Category: c, Level: "市级", Initiative: power.OnApplication, Elements: power.Elements{
		Basis: "甲", Office: "甲", Content: "甲", Object: "甲", Conditions: "甲", Materials: "申请书", Statutory: &power.Limit{Days: 20}, Promised: &power.Limit{Immediate: true},
		Steps: "甲", Result: "甲", Fee: &no, Place: "甲", Hours: "甲", Phone: "甲", Complaint: "甲", Duty: "甲", Accountability: "甲"}}
}

func TestWhatHoldsACompleteItemBack(t *testing.T) {
	yes, no := true, false
	for name, c := range map[string]struct {
		category power.Category
		edit     func(*power.Elements)
		want     []string
	}{
		"nothing":                     {power.CategoryPermit, func(*power.Elements) {}, nil},
		"a fee without basis":         {power.CategoryPermit, func(e *power.Elements) { e.Fee, e.FeeBasis = &yes, " \n" }, []string{"收费没有依据"}},
		"a fee of a penalty":          {power.CategoryPenalty, func(e *power.Elements) { e.Fee = &yes }, []string{"收费没有依据"}},
		"a fee with basis":            {power.CategoryPermit, func(e *power.Elements) { e.Fee, e.FeeBasis = &yes, "示例〔2010〕1号" }, nil},
		"no fee":                      {power.CategoryPermit, func(e *power.Elements) { e.Fee = &no }, nil},
		"fee not answered":            {power.CategoryPermit, func(e *power.Elements) { e.Fee = nil }, []string{"缺少是否收费"}},
		"materials left open":         {power.CategoryPermit, func(e *power.Elements) { e.Materials = "申请书\n其他材料" }, []string{"申请材料有“其他材料”一类的兜底要求"}},
		"materials left open, law":    {power.CategoryReward, func(e *power.Elements) { e.Materials = "法律、法规规定的其他材料" }, []string{"申请材料有“其他材料”一类的兜底要求"}},
		"and related ones":            {power.CategoryPermit, func(e *power.Elements) { e.Materials = "身份证等相关材料" }, []string{"申请材料有“其他材料”一类的兜底要求"}},
		"blank is missing":            {power.CategoryPermit, func(e *power.Elements) { e.Duty = " \t\n" }, []string{"缺少责任事项"}},
		"a penalty needs no material": {power.CategoryPenalty, func(e *power.Elements) { e.Materials, e.Conditions, e.Statutory, e.Result = "", "", nil, "" }, nil},
		"a limit nobody could read":   {power.CategoryPermit, func(e *power.Elements) { e.Statutory, e.StatutoryText = nil, "尽快" }, []string{"缺少法定时限"}},
	} {
		v := complete(c.category)
		c.edit(&v.Elements)
		if diff := cmp.Diff(c.want, power.Missing(v)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestLonger(t *testing.T) {
	days := func(n int, unit string) power.Limit { return power.Limit{Days: n, Unit: unit} }
	const work, calendar = "工作日", "自然日"
	now := power.Limit{Immediate: true}
	for _, c := range []struct {
		name string
		l, o power.Limit
		want bool
	}{
		{"same unit, more", days(21, work), days(20, work), true}, {"same unit, equal", days(20, work), days(20, work), false},
		{"same unit, fewer", days(19, calendar), days(20, calendar), false}, {"unit not said", days(21, ""), days(20, work), true},
		{"unit not said, equal", days(20, ""), days(20, calendar), false},
		{"months", power.Limit{Months: 2}, power.Limit{Months: 1}, true}, {"twelve months against eleven", power.Limit{Months: 12}, power.Limit{Months: 11}, true},
		{"equal months", power.Limit{Months: 3}, power.Limit{Months: 3}, false},
		{"a month may be 28 days", power.Limit{Months: 1}, days(28, calendar), false}, {"more than the longest month", days(32, calendar), power.Limit{Months: 1}, true},
		{"within a month", days(31, calendar), power.Limit{Months: 1}, false}, {"months against few days", power.Limit{Months: 3}, days(30, calendar), true},
		{"calendar days that working days may reach", days(30, calendar), days(20, work), false}, {"calendar days beyond them", days(60, calendar), days(20, work), true},
		{"working days beyond calendar days", days(45, work), days(20, calendar), true},
		{"a day against at once", days(1, work), now, false}, {"two days against at once", days(2, work), now, true},
		{"a month against at once", power.Limit{Months: 1}, now, true}, {"at once against anything", now, days(1, work), false}, {"at once twice", now, now, false},
	} {
		if got := c.l.Longer(c.o); got != c.want {
			t.Errorf("%s: %s longer than %s is %v", c.name, c.l, c.o, got)
		}
	}
}

func drawLimit(t *rapid.T, name string) power.Limit {
	switch rapid.IntRange(0, 2).Draw(t, name) {
	case 0:
		return power.Limit{Immediate: true}
	case 1:
		return power.Limit{Months: rapid.IntRange(1, 24).Draw(t, name)}
	default:
		return power.Limit{Days: rapid.IntRange(1, 400).Draw(t, name), Unit: rapid.SampledFrom([]string{"工作日", "自然日", ""}).Draw(t, name)}
	}
}

func TestNoTwoLimitsAreEachLongerThanTheOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawLimit(t, "a"), drawLimit(t, "b")
		if a.Longer(a) || a.Longer(b) && b.Longer(a) {
			t.Fatalf("%s and %s", a, b)
		}
	})
}

func TestALimitInWords(t *testing.T) {
	for want, l := range map[string]power.Limit{
		"20个工作日": {Days: 20, Unit: "工作日"}, "15日": {Days: 15, Unit: "自然日"}, "7日": {Days: 7}, "3个月": {Months: 3}, "当场办结": {Immediate: true},
	} {
		if got := l.String(); got != want {
			t.Errorf("%+v is %q, want %q", l, got, want)
		}
	}
}

func TestCategoriesHaveTheirWordsAndNationalCodes(t *testing.T) {
	var codes []string
	for _, c := range append(power.Categories(), power.CategoryService) {
		if got, ok := power.ParseCategory(string(c)); !ok || got != c {
			t.Errorf("%s is read as %q", c, got)
		}
		codes = append(codes, c.ItemType())
	}
	if diff := cmp.Diff([]string{"01", "02", "03", "04", "05", "09", "07", "08", "06", "10", "20"}, codes); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
	for _, s := range []string{"", "行政许可", "行政审批 ", "处罚"} {
		if c, ok := power.ParseCategory(s); ok {
			t.Errorf("%q is read as %s", s, c)
		}
	}
}
