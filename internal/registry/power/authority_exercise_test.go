package power

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestExerciseCells(t *testing.T) {
	p, f, c, o := CategoryPermit, CategoryPenalty, CategoryCoercion, CategoryOther
	for _, r := range []struct {
		source   string
		category Category
		level    string
		nature   string
		measures string // joined by spaces
		day      string
		want     Verdict
		rule     string
	}{
		// 授权: 法律、法规; of 强制 only 法律、行政法规; never a rule
		{"上级授权", p, "法律", "授权组织", "", settingDay2024, SettingAllowed, "行政许可法第二十三条（2019年修正）"},
		{"同级授权", p, "地方性法规", "授权组织", "", settingDay2014, SettingAllowed, "行政许可法第二十三条（2003年）"},
		{"", p, "部门规章", "授权组织", "", settingDay2024, SettingForbidden, "行政许可法第二十三条（2019年修正）"},
		{"", p, "", "授权组织", "", settingDay2024, SettingUnknown, "行政许可法第二十三条（2019年修正）"},
		{"", f, "设区的市地方性法规", "授权组织", "罚款", settingDay2024, SettingAllowed, "行政处罚法第十九条（2021年修订）"},
		{"", f, "省级政府规章", "授权组织", "罚款", settingDay2024, SettingForbidden, "行政处罚法第十九条（2021年修订）"},
		{"", f, "部门规章", "授权组织", "罚款", "2021-07-14", SettingForbidden, "行政处罚法第十七条（2017年修正）"},
		{"", f, "法律", "授权组织", "罚款 行政拘留", settingDay2024, SettingUnknown, "行政处罚法第十八条第三款（2021年修订）"},
		{"", f, "法律", "授权组织", "行政拘留", settingDay2014, SettingUnknown, "行政处罚法第十六条（2009年修正）"},
		{"", c, "法律", "授权组织", "冻结", settingDay2024, SettingAllowed, "行政强制法第七十条（2011年）"},
		{"", c, "行政法规", "授权组织", "扣押", settingDay2024, SettingAllowed, "行政强制法第七十条（2011年）"},
		{"", c, "行政法规", "授权组织", "扣押 冻结", settingDay2024, SettingForbidden, "行政强制法第二十九条第一款（2011年）"},
		{"", c, "地方性法规", "授权组织", "扣押", settingDay2024, SettingForbidden, "行政强制法第七十条（2011年）"},
		{"", c, "地方性法规", "授权组织", "强制执行", settingDay2024, SettingForbidden, "行政强制法第七十条（2011年）"},
		{"", c, "部门规章", "授权组织", "扣押", "2011-12-31", SettingNoUniformRule, ""},
		{"", o, "地方性法规", "授权组织", "", settingDay2024, SettingAllowed, "山东省行政程序规定第十四条（2011年）"},
		{"", o, "规范性文件", "授权组织", "", settingDay2024, SettingForbidden, "山东省行政程序规定第十四条（2011年）"},

		// 委托
		{"同级委托", p, "部门规章", "法定机关", "", settingDay2024, SettingAllowed, "行政许可法第二十四条（2019年修正）"},
		{"上级委托", p, "规范性文件", "法定机关", "", settingDay2024, SettingForbidden, "行政许可法第二十四条（2019年修正）"},
		{"", p, "法律", "受委托组织", "", settingDay2024, SettingForbidden, "行政许可法第二十四条（2019年修正）"},
		{"上级委托", p, "法律", "授权组织", "", settingDay2024, SettingForbidden, "行政许可法第二十四条（2019年修正）"},
		{"上级委托", p, "法律", "", "", settingDay2024, SettingUnknown, "行政许可法第二十四条（2019年修正）"},
		{"上级委托", f, "省级政府规章", "受委托组织", "罚款", settingDay2024, SettingAllowed, "行政处罚法第二十条、第二十一条（2021年修订）"},
		{"上级委托", f, "国务院决定", "受委托组织", "罚款", settingDay2024, SettingForbidden, "行政处罚法第二十条、第二十一条（2021年修订）"},
		{"上级委托", f, "法律", "受委托组织", "行政拘留", settingDay2024, SettingForbidden, "行政处罚法第十八条第三款（2021年修订）"},
		{"上级委托", f, "法律", "受委托组织", "罚款", settingDay2014, SettingAllowed, "行政处罚法第十八条、第十九条（2009年修正）"},
		{"上级委托", f, "法律", "受委托组织", "限制人身自由", settingDay2014, SettingForbidden, "行政处罚法第十六条（2009年修正）"},
		{"上级委托", c, "法律", "法定机关", "查封", settingDay2024, SettingForbidden, "行政强制法第十七条第一款（2011年）"},
		{"上级委托", c, "法律", "法定机关", "", settingDay2024, SettingForbidden, "行政强制法第十七条第一款（2011年）"},
		{"上级委托", c, "法律", "法定机关", "冻结", settingDay2024, SettingForbidden, "行政强制法第二十九条第一款（2011年）"},
		{"上级委托", c, "法律", "法定机关", "代履行 扣押", settingDay2024, SettingForbidden, "行政强制法第十七条第一款（2011年）"},
		{"上级委托", c, "法律", "其他", "代履行", settingDay2024, SettingAllowed, "行政强制法第五十条（2011年）"},
		{"上级委托", c, "法律", "其他", "加处罚款", settingDay2024, SettingUnknown, "行政强制法第十三条（2011年）"},
		{"上级委托", c, "法律", "法定机关", "强制拆除", settingDay2024, SettingUnknown, "行政强制法第十三条（2011年）"},
		{"上级委托", o, "部门规章", "受委托组织", "", settingDay2024, SettingAllowed, "山东省行政程序规定第十五条（2011年）"},
		{"上级委托", o, "规范性文件", "受委托组织", "", settingDay2024, SettingForbidden, "山东省行政程序规定第十五条（2011年）"},

		// 下放: to towns it is a decision of the province, not entrusting
		{"上级下放", f, "法律", "法定机关", "罚款", settingDay2024, SettingUnknown, "行政处罚法第二十四条第一款（2021年修订）"},
		{"上级下放", f, "法律", "法定机关", "罚款", settingDay2020, SettingUnknown, ""},
		{"上级下放", c, "法律", "法定机关", "扣押", settingDay2024, SettingUnknown, "行政强制法第十七条第一款（2011年）"},
		{"上级下放", p, "法律", "法定机关", "", settingDay2024, SettingUnknown, ""},

		// of its own; and what cannot be judged
		{"法定本级", c, "部门规章", "法定机关", "扣押", settingDay2024, SettingAllowed, ""},
		{"", p, "规范性文件", "", "", settingDay2024, SettingAllowed, ""},
		{"上级委托", p, "法律", "法定机关", "", "", SettingUnknown, ""},
	} {
		name := strings.Join([]string{r.source, r.nature, string(r.category), r.level, r.measures, r.day}, " ")
		t.Run(name, func(t *testing.T) {
			j := JudgeExercise(Exercise{r.source, r.category, r.level, r.nature, strings.Fields(r.measures), r.day})
			if j.Verdict != r.want || j.Rule != r.rule || j.Reason == "" {
				t.Errorf("got %v by %q (%s)\nwant %v by %q", j.Verdict, j.Rule, j.Reason, r.want, r.rule)
			}
		})
	}
}

func TestEntrustingNamesItsConditions(t *testing.T) {
	for _, c := range []struct {
		category Category
		day      string
		want     []string
	}{
		{CategoryPermit, settingDay2024, []string{"公告", "不得再委托"}},
		{CategoryPenalty, settingDay2024, []string{"书面", "事项、权限、期限", "双方公布", "管理公共事务职能", "不得再委托"}},
		{CategoryPenalty, settingDay2014, []string{"事业组织", "不得再委托"}},
		{CategoryOther, settingDay2024, []string{"公告", "不得再委托"}},
	} {
		j := JudgeExercise(Exercise{Source: "上级委托", Category: c.category, Level: "法律", Nature: "法定机关", Day: c.day})
		for _, w := range c.want {
			if !strings.Contains(j.Reason, w) {
				t.Errorf("%s on %s: %s\nwants %s", c.category, c.day, j.Reason, w)
			}
		}
	}
}

// TestExerciseTableIsComplete: authorising and entrusting have rows for every
// act on every day, no two for the same level, with valid days.
func TestExerciseTableIsComplete(t *testing.T) {
	acts := append([]authorityPower{authorityPermit, authorityPenalty, authorityOther}, exerciseCoercion...)
	for _, how := range []manner{authorised, entrusted} {
		for _, act := range acts {
			for _, day := range []string{settingDay2000, settingDay2014, "2021-07-14", "2021-07-15", settingDay2024} {
				n := 0
				for _, r := range exerciseRules {
					if r.manner == how && slices.Contains(r.acts, act) && within(day, r.from, r.until) && (r.levels == nil || slices.Contains(r.levels, "法律")) {
						n++
					}
				}
				if n != 1 {
					t.Errorf("manner %d of %s on %s: %d rows for 法律", how, act.statute(), day, n)
				}
			}
		}
	}
	for _, r := range exerciseRules {
		for _, day := range []string{r.from, r.until} {
			if _, err := time.Parse(time.DateOnly, day); err != nil && day != "" {
				t.Errorf("%s: %v", r.article, err)
			}
		}
		if r.article == "" || r.reason == "" {
			t.Errorf("row %s is not complete", r.article)
		}
	}
}
