package measure

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
)

// flagged gives the flags of a kind.
func flagged(r Report, k Kind) []Flag {
	return slices.DeleteFunc(slices.Clone(r.Flags), func(f Flag) bool { return f.Kind != k })
}

// What the numbers do not show is flagged, and moves no number.
//
// tests:不玩数字游戏/2
func TestWhatIsBehindTheNumbersIsFlagged(t *testing.T) {
	whole := honest(func(int) bool { return false })
	whole.decide(0, power.Cancelled)
	whole.decide(1, power.HandedDown)
	whole.Places = []string{"371502"}
	none := Tally(whole.World)
	use := func(i int, place string, cases ...int) {
		for n, c := range cases {
			whole.Matters[i].Usage = append(whole.Matters[i].Usage, power.Usage{Power: whole.Matters[i].ID, Place: place, Year: 2014 - len(cases) + n, Cases: c})
		}
	}
	if got := append(flagged(none, Idle), flagged(none, NoFollowUp)...); len(got) != 0 {
		t.Errorf("nothing is known of their use, and they were cancelled for want of basis: %v", got)
	}
	use(0, "371500", 0, 0)
	if got := flagged(Tally(whole.World), Idle); len(got) != 0 {
		t.Errorf("two years are not three: %v", got)
	}
	use(0, "371500", 0, 0, 0)
	whole.Matters[0].Decided.Ground = "减权/2 不符合改革方向"
	whole.Matters[1].Handed = []Handed{{Place: "371502", Body: "县局", Form: "上级决定", Parts: 31, From: "2014-12-01", Staff: 1, Trained: 0, Idle: true}}
	r := Tally(whole.World)
	if got := flagged(r, Idle); len(got) != 1 || got[0].Codes[0] != "371500-0001" || got[0].Why != "2011 年到 2013 年都没有办过" {
		t.Errorf("idle: %v", got)
	}
	if got := flagged(r, NoFollowUp); len(got) != 1 || got[0].Codes[0] != "371500-0001" {
		t.Errorf("without a word on supervision: %v", got)
	}
	var whys []string
	for _, f := range flagged(r, Hollow) {
		whys = append(whys, f.Why)
	}
	if diff := cmp.Diff([]string{"承接的单位没有办理人员或者没有人经过培训：县局", "移交后一件也没有办过：县局"}, whys); diff != "" {
		t.Errorf("taken over on paper (-want +got):\n%s", diff)
	}
	whole.Matters[0].Decided.FollowUp = "纳入双随机抽查"
	whole.Matters[0].Usage[4].Cases = 1
	r = Tally(whole.World)
	if got := append(flagged(r, Idle), flagged(r, NoFollowUp)...); len(got) != 0 {
		t.Errorf("it was used, and is supervised: %v", got)
	}
	if want := (Count{In: none.Normal.In, Kept: none.Normal.Kept - 1, Cut: 2}); r.Normal != want {
		t.Errorf("handed down to all: %+v, want %+v", r.Normal, want)
	}
	checkSums(t, r)
}

// Nobody calls a filing an approval, and nobody an approval a filing.
func TestAnApprovalIsKnownByWhatItDoes(t *testing.T) {
	for _, c := range []struct {
		name string
		v    power.Version
		want bool
	}{
		{"reviewed before it is done", power.Version{Name: "水土保持方案审核", Elements: power.Elements{Materials: "申请表", Steps: "受理\n审查\n决定"}}, true},
		{"called a filing, granted like a licence", power.Version{Name: "网吧开业备案", Elements: power.Elements{Materials: "申请表", Conditions: "符合布局", Steps: "受理\n审查\n决定", Result: "准予开业通知书"}}, true},
		{"nothing may be done before", power.Version{Name: "占道施工告知", Elements: power.Elements{Materials: "申请表", Steps: "受理\n审核\n审批", Content: "占道施工的，应当经城管部门批准后方可施工"}}, true},
		{"a filing", power.Version{Name: "网吧变更备案", Elements: power.Elements{Materials: "备案表", Steps: "受理\n登记", Result: "备案证明"}}, false},
		{"looked at and filed", power.Version{Name: "合同备案", Elements: power.Elements{Materials: "合同", Steps: "受理\n审查\n决定", Result: "备案回执"}}, false},
		{"nobody asks for it", power.Version{Name: "工程质量审查", Initiative: power.ExOfficio, Elements: power.Elements{Materials: "x", Steps: "审查\n决定"}}, false},
		{"no papers, no conditions", power.Version{Name: "项目审核"}, false},
	} {
		c.v.Category = power.CategoryOther
		if got := approvalLike(c.v); got != c.want {
			t.Errorf("%s: %v, %v", c.name, got, approvalSigns(c.v))
		}
	}
}

// The share of 其他权力 is held against the other units, not against the unit itself.
func TestAUnitThatKeepsMostlyOtherPowersStandsOut(t *testing.T) {
	h := honest(func(int) bool { return false })
	odd := Unit{sqldb.NewID(), "市第4局"}
	h.Units = append(h.Units, odd)
	for _, s := range strings.Fields("甲子事务 乙丑事务 丙寅事务 丁卯事务 戊辰事务") {
		h.add(power.Reported, power.Proposed, wording(odd.ID, power.CategoryOther, s+"登记", s, 3))
	}
	got := flagged(Tally(h.World), TooMuchElse)
	if len(got) != 1 || got[0].Department != odd.Name || len(got[0].Codes) != 5 || got[0].Why != "5 项中其他权力 5 项，占 100%；其他单位平均占 25%" {
		t.Errorf("%+v", got)
	}
}

// tests:不玩数字游戏/3
func TestTheBurdenCountsWhatIsKnownAndSaysWhatIsNot(t *testing.T) {
	h := honest(func(int) bool { return false })
	v := &h.Matters[0].First
	v.Elements.Statutory, v.Elements.Promised = &power.Limit{Days: 20, Unit: "工作日"}, &power.Limit{Days: 10, Unit: "工作日"}
	v.Elements.Visits, v.Elements.Materials = "两次", "表\n\n照"
	now := *v
	now.ID, now.Elements.Promised, now.Elements.Visits, now.Elements.Materials = sqldb.NewID(), &power.Limit{Immediate: true}, "0次", "无"
	h.Matters[0].Now = now
	h.Matters[0].Usage = []power.Usage{{Year: 2012, Cases: 500}, {Year: 2013, Place: "371502", Cases: 30}, {Year: 2013, Place: "371521", Cases: 10}}
	h.Matters[1].First.Elements.Statutory = &power.Limit{Months: 2}
	h.Matters[1].Now = h.Matters[1].First
	b := Tally(h.World).Burden
	n := len(subjects())
	if want := (Load{Items: n, Working: Factor{1, 10}, Calendar: Factor{1, 60}, Days: 2, Papers: Factor{n, 2 * n}, Visits: Factor{1, 2}, Cases: Factor{1, 40}, Whole: Factor{1, 10 * 2 * 2 * 40}}); b.Before != want {
		t.Errorf("before %+v, want %+v", b.Before, want)
	}
	if want := (Load{Items: n, Working: Factor{1, 1}, Calendar: Factor{1, 60}, Days: 2, Papers: Factor{n, 2 * (n - 1)}, Visits: Factor{1, 0}, Cases: Factor{1, 40}, Whole: Factor{1, 0}}); b.After != want || b.SameAfter != want {
		t.Errorf("after %+v, want %+v", b.After, want)
	}
	h.decide(0, power.Cancelled)
	b = Tally(h.World).Burden
	if b.Before.Items != n || b.After.Items != n-1 || b.SameBefore.Items != n-1 || b.SameBefore.Visits.Known != 0 || b.After.Whole.Known != 0 {
		t.Errorf("after a cut %+v", b)
	}
}

func TestVisitsAndPapersAreReadAsOfficesWriteThem(t *testing.T) {
	for s, want := range map[string]int{"2次": 2, "1": 1, "最多跑一次": 1, "两次": 2, "0次": 0, "不需要": 0, "全程网办": 0, "零次": 0, "": -1, "视情况": -1} {
		n, known := visitsOf(s)
		if !known {
			n = -1
		}
		if n != want {
			t.Errorf("%q: %d, want %d", s, n, want)
		}
	}
}
