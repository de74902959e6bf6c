package power

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// settingDays are days under each edition of each act.
const (
	settingDay2000 = "2000-01-01" // only 行政处罚法 1996
	settingDay2014 = "2014-06-30" // the reform; no law-making by ordinary cities
	settingDay2020 = "2020-06-30" // 行政处罚法 2017
	settingDay2024 = "2024-06-30"
)

func TestSettingCells(t *testing.T) {
	const yuan = 100
	type row struct {
		category Category
		level    string
		day      string
		measures string // joined by spaces
		fine     int64
		want     Verdict
		rule     string
	}
	p, f, c := CategoryPermit, CategoryPenalty, CategoryCoercion
	for _, r := range []row{
		// 许可
		{p, "法律", settingDay2024, "", 0, SettingAllowed, "行政许可法第十四条第一款（2019年修正）"},
		{p, "法律", settingDay2014, "", 0, SettingAllowed, "行政许可法第十四条第一款（2003年）"},
		{p, "行政法规", settingDay2024, "", 0, SettingAllowed, "行政许可法第十四条第一款（2019年修正）"},
		{p, "国务院决定", settingDay2024, "", 0, SettingAllowed, "行政许可法第十四条第二款（2019年修正）"},
		{p, "地方性法规", settingDay2024, "", 0, SettingAllowed, "行政许可法第十五条（2019年修正）"},
		{p, "设区的市地方性法规", settingDay2024, "", 0, SettingAllowed, "行政许可法第十五条（2019年修正）"},
		{p, "设区的市地方性法规", settingDay2014, "", 0, SettingUnknown, "行政许可法第十五条（2003年）"},
		{p, "省级政府规章", settingDay2024, "", 0, SettingAllowed, "行政许可法第十五条第一款（2019年修正）"},
		{p, "部门规章", settingDay2024, "", 0, SettingDetailOnly, "行政许可法第十六条第三款（2019年修正）"},
		{p, "设区的市政府规章", settingDay2024, "", 0, SettingDetailOnly, "行政许可法第十六条第三款（2019年修正）"},
		{p, "规范性文件", settingDay2024, "", 0, SettingForbidden, "行政许可法第十七条（2019年修正）"},
		{p, "司法解释", settingDay2024, "", 0, SettingForbidden, "行政许可法第十七条（2019年修正）"},
		{p, "规范性文件", "2004-06-30", "", 0, SettingNoUniformRule, ""},
		{p, "规范性文件", "2004-07-01", "", 0, SettingForbidden, "行政许可法第十七条（2003年）"},

		// 处罚 from 2021-07-15
		{f, "法律", settingDay2024, "行政拘留", 0, SettingAllowed, "行政处罚法第十条第一款（2021年修订）"},
		{f, "行政法规", settingDay2024, "罚款 吊销营业执照", 0, SettingAllowed, "行政处罚法第十一条（2021年修订）"},
		{f, "行政法规", settingDay2024, "罚款 限制人身自由", 0, SettingForbidden, "行政处罚法第十条第二款（2021年修订）"},
		{f, "行政法规", settingDay2024, "行政拘留", 0, SettingForbidden, "行政处罚法第十条第二款（2021年修订）"},
		{f, "行政法规", settingDay2024, "公开检讨", 0, SettingAllowed, "行政处罚法第十一条（2021年修订）"},
		{f, "国务院决定", settingDay2024, "罚款", 0, SettingForbidden, "行政处罚法第十六条（2021年修订）"},
		{f, "地方性法规", settingDay2024, "罚款 没收违法所得 责令停产停业", 0, SettingAllowed, "行政处罚法第十二条（2021年修订）"},
		{f, "地方性法规", settingDay2024, "吊销资质证书", 0, SettingAllowed, "行政处罚法第十二条（2021年修订）"},
		{f, "地方性法规", settingDay2024, "吊销营业执照", 0, SettingForbidden, "行政处罚法第十二条第一款（2021年修订）"},
		{f, "地方性法规", settingDay2024, "行政拘留", 0, SettingForbidden, "行政处罚法第十条第二款（2021年修订）"},
		{f, "地方性法规", settingDay2024, "公开检讨", 0, SettingForbidden, "行政处罚法第九条第六项（2021年修订）"},
		{f, "地方性法规", settingDay2024, "罚款 查封 代履行", 0, SettingAllowed, "行政处罚法第十二条（2021年修订）"},
		{f, "设区的市地方性法规", settingDay2024, "罚款", 0, SettingAllowed, "行政处罚法第十二条（2021年修订）"},
		{f, "部门规章", settingDay2024, "警告 通报批评 罚款", 100_000 * yuan, SettingAllowed, "行政处罚法第十三条第二款（2021年修订）"},
		{f, "部门规章", settingDay2024, "罚款", 100_001 * yuan, SettingUnknown, "行政处罚法第十三条第二款（2021年修订）"},
		{f, "部门规章", settingDay2024, "罚款", 200_001 * yuan, SettingDetailOnly, "行政处罚法第十三条第二款（2021年修订）"},
		{f, "部门规章", settingDay2024, "罚款 责令停产停业", 0, SettingDetailOnly, "行政处罚法第十三条第一款（2021年修订）"},
		{f, "部门规章", settingDay2024, "", 0, SettingUnknown, "行政处罚法第十三条第二款（2021年修订）"},
		{f, "省级政府规章", settingDay2024, "通报批评", 0, SettingAllowed, "行政处罚法第十四条第二款（2021年修订）"},
		{f, "省级政府规章", settingDay2024, "罚款", 150_000 * yuan, SettingUnknown, "行政处罚法第十四条第二款（2021年修订）"},
		{f, "省级政府规章", settingDay2024, "没收违法所得", 0, SettingDetailOnly, "行政处罚法第十四条第一款（2021年修订）"},
		{f, "设区的市政府规章", settingDay2024, "警告 罚款", 5_000 * yuan, SettingAllowed, "行政处罚法第十四条第二款（2021年修订）"},
		{f, "规范性文件", settingDay2024, "警告", 0, SettingForbidden, "行政处罚法第十六条（2021年修订）"},
		{f, "司法解释", settingDay2024, "警告", 0, SettingForbidden, "行政处罚法第十六条（2021年修订）"},

		// 处罚 before 2021-07-15
		{f, "法律", settingDay2020, "罚款", 0, SettingAllowed, "行政处罚法第九条第一款（2017年修正）"},
		{f, "行政法规", settingDay2020, "罚款", 0, SettingAllowed, "行政处罚法第十条（2017年修正）"},
		{f, "行政法规", settingDay2000, "限制人身自由", 0, SettingForbidden, "行政处罚法第九条第二款（1996年）"},
		{f, "国务院决定", settingDay2014, "罚款", 0, SettingForbidden, "行政处罚法第十四条（2009年修正）"},
		{f, "地方性法规", settingDay2020, "罚款", 0, SettingAllowed, "行政处罚法第十一条（2017年修正）"},
		{f, "地方性法规", settingDay2020, "吊销企业营业执照", 0, SettingForbidden, "行政处罚法第十一条第一款（2017年修正）"},
		{f, "地方性法规", settingDay2020, "通报批评", 0, SettingForbidden, "行政处罚法第八条第七项（2017年修正）"},
		{f, "设区的市地方性法规", settingDay2014, "罚款", 0, SettingUnknown, "行政处罚法第十一条（2009年修正）"},
		{f, "设区的市地方性法规", settingDay2020, "罚款", 0, SettingAllowed, "行政处罚法第十一条（2017年修正）"},
		{f, "部门规章", settingDay2020, "警告 罚款", 0, SettingAllowed, "行政处罚法第十二条第二款（2017年修正）"},
		{f, "部门规章", "2021-07-14", "通报批评", 0, SettingDetailOnly, "行政处罚法第十二条第一款（2017年修正）"},
		{f, "部门规章", "2021-07-15", "通报批评", 0, SettingAllowed, "行政处罚法第十三条第二款（2021年修订）"},
		{f, "部门规章", settingDay2014, "罚款", 900_000 * yuan, SettingAllowed, "行政处罚法第十二条第二款（2009年修正）"}, // no limit known for that day
		{f, "省级政府规章", settingDay2020, "罚款", 200_001 * yuan, SettingDetailOnly, "行政处罚法第十三条第二款（2017年修正）"},
		{f, "设区的市政府规章", settingDay2020, "罚款", 0, SettingUnknown, "行政处罚法第十三条（2017年修正）"},
		{f, "规范性文件", settingDay2000, "警告", 0, SettingForbidden, "行政处罚法第十四条（1996年）"},
		{f, "规范性文件", "1996-09-30", "警告", 0, SettingNoUniformRule, ""},

		// 强制措施
		{c, "法律", settingDay2024, "冻结", 0, SettingAllowed, "行政强制法第十条第一款（2011年）"},
		{c, "行政法规", settingDay2024, "查封", 0, SettingAllowed, "行政强制法第十条第二款（2011年）"},
		{c, "行政法规", settingDay2024, "查封 冻结", 0, SettingForbidden, "行政强制法第十条第二款（2011年）"},
		{c, "行政法规", settingDay2024, "限制人身自由", 0, SettingForbidden, "行政强制法第十条第二款（2011年）"},
		{c, "国务院决定", settingDay2024, "查封", 0, SettingForbidden, "行政强制法第十条第四款（2011年）"},
		{c, "地方性法规", settingDay2024, "查封 扣押", 0, SettingAllowed, "行政强制法第十条第三款（2011年）"},
		{c, "地方性法规", settingDay2024, "查封 冻结", 0, SettingForbidden, "行政强制法第十条第三款（2011年）"},
		{c, "地方性法规", settingDay2024, "", 0, SettingUnknown, "行政强制法第十条第三款（2011年）"},
		{c, "地方性法规", settingDay2024, "扣押 罚款", 0, SettingAllowed, "行政强制法第十条第三款（2011年）"},
		{c, "设区的市地方性法规", settingDay2024, "扣押", 0, SettingAllowed, "行政强制法第十条第三款（2011年）"},
		{c, "设区的市地方性法规", settingDay2014, "扣押", 0, SettingUnknown, "行政强制法第十条第三款（2011年）"},
		{c, "部门规章", settingDay2024, "扣押", 0, SettingForbidden, "行政强制法第十条第四款（2011年）"},
		{c, "省级政府规章", settingDay2024, "扣押", 0, SettingForbidden, "行政强制法第十条第四款（2011年）"},
		{c, "设区的市政府规章", settingDay2024, "扣押", 0, SettingForbidden, "行政强制法第十条第四款（2011年）"},
		{c, "规范性文件", settingDay2024, "", 0, SettingForbidden, "行政强制法第十条第四款（2011年）"},
		{c, "司法解释", settingDay2024, "", 0, SettingForbidden, "行政强制法第十条第四款（2011年）"},
		{c, "部门规章", "2011-12-31", "扣押", 0, SettingNoUniformRule, ""},
		{c, "部门规章", "2012-01-01", "扣押", 0, SettingForbidden, "行政强制法第十条第四款（2011年）"},

		// 强制执行
		{c, "法律", settingDay2024, "强制执行", 0, SettingAllowed, "行政强制法第十三条第一款（2011年）"},
		{c, "行政法规", settingDay2024, "强制执行", 0, SettingForbidden, "行政强制法第十三条第一款（2011年）"},
		{c, "行政法规", settingDay2024, "查封 强制拆除", 0, SettingForbidden, "行政强制法第十三条第一款（2011年）"},
		{c, "行政法规", settingDay2024, "冻结 强制执行", 0, SettingForbidden, "行政强制法第十三条第一款（2011年）"},
		{c, "部门规章", settingDay2024, "扣押 代履行", 0, SettingForbidden, "行政强制法第十条第四款（2011年）"}, // the stricter of two
		{c, "国务院决定", settingDay2024, "强制执行", 0, SettingForbidden, "行政强制法第十三条第一款（2011年）"},
		{c, "设区的市地方性法规", settingDay2014, "强制执行", 0, SettingForbidden, "行政强制法第十三条第一款（2011年）"},
		{c, "部门规章", settingDay2024, "强制拆除", 0, SettingForbidden, "行政强制法第十三条第一款（2011年）"},
		{c, "省级政府规章", settingDay2024, "强制执行", 0, SettingForbidden, "行政强制法第十三条第一款（2011年）"},
		{c, "设区的市政府规章", settingDay2024, "强制执行", 0, SettingForbidden, "行政强制法第十三条第一款（2011年）"},
		{c, "规范性文件", settingDay2024, "强制执行", 0, SettingForbidden, "行政强制法第十三条第一款（2011年）"},
		{c, "司法解释", settingDay2024, "强制执行", 0, SettingForbidden, "行政强制法第十三条第一款（2011年）"},

		// what every body may do by law does not hang on the paper that repeats it
		{c, "法律", settingDay2024, "罚款 加处罚款", 0, SettingAllowed, "行政强制法第十三条第一款（2011年）"},
		{c, "行政法规", settingDay2024, "查封 代履行", 0, SettingDetailOnly, "行政强制法第十三条第一款（2011年）"},
		{c, "地方性法规", settingDay2024, "加处罚款", 0, SettingDetailOnly, "行政强制法第十三条第一款（2011年）"},
		{c, "部门规章", settingDay2024, "滞纳金", 0, SettingDetailOnly, "行政强制法第十三条第一款（2011年）"},
		{c, "规范性文件", settingDay2024, "拍卖抵缴", 0, SettingDetailOnly, "行政强制法第十三条第一款（2011年）"},
		{c, "规范性文件", settingDay2024, "加处罚款 划拨存款", 0, SettingForbidden, "行政强制法第十三条第一款（2011年）"},
		{c, "部门规章", "2011-12-31", "代履行", 0, SettingNoUniformRule, ""},

		// licences that places may not create
		{p, "法律", settingDay2024, "设立登记 资质", 0, SettingAllowed, "行政许可法第十四条第一款（2019年修正）"},
		{p, "地方性法规", settingDay2024, "设立登记", 0, SettingDetailOnly, "行政许可法第十五条第二款（2019年修正）"},
		{p, "设区的市地方性法规", settingDay2024, "资质", 0, SettingUnknown, "行政许可法第十五条第二款（2019年修正）"},
		{p, "省级政府规章", settingDay2014, "资格", 0, SettingUnknown, "行政许可法第十五条第二款（2003年）"},
		{p, "部门规章", settingDay2024, "资格", 0, SettingDetailOnly, "行政许可法第十六条第三款（2019年修正）"},

		// categories without a uniform rule
		{CategoryLevy, "规范性文件", settingDay2024, "", 0, SettingNoUniformRule, "立法法第十一条（2023年修正）"},
		{CategoryLevy, "规范性文件", settingDay2020, "", 0, SettingNoUniformRule, "优化营商环境条例第二十五条"},
		{CategoryLevy, "规范性文件", settingDay2014, "", 0, SettingNoUniformRule, "立法法第八条"},
		{CategoryPayment, "规范性文件", settingDay2014, "", 0, SettingNoUniformRule, "山东省行政程序规定第一百一十八条（2011年）"},
		{CategoryAdjudication, "部门规章", settingDay2024, "", 0, SettingNoUniformRule, "山东省行政程序规定第一百一十二条（2011年）"},
		{CategoryAdjudication, "部门规章", settingDay2000, "", 0, SettingNoUniformRule, ""},
		{CategorySupervision, "法律", settingDay2024, "", 0, SettingNoUniformRule, ""},
		{CategoryConfirmation, "法律", settingDay2024, "", 0, SettingNoUniformRule, ""},
		{CategoryReward, "规范性文件", settingDay2024, "", 0, SettingNoUniformRule, ""},
		{CategoryOther, "法律", settingDay2024, "", 0, SettingNoUniformRule, ""},
		{CategoryOther, "部门规章", settingDay2024, "", 0, SettingNoUniformRule, "立法法第九十一条第二款（2023年修正）"},
		{CategoryOther, "部门规章", settingDay2020, "", 0, SettingNoUniformRule, "立法法第八十条第二款（2015年修正）"},
		{CategorySupervision, "设区的市政府规章", settingDay2024, "", 0, SettingNoUniformRule, "立法法第九十三条第五款、第六款（2023年修正）"},
		{CategoryConfirmation, "省级政府规章", settingDay2020, "", 0, SettingNoUniformRule, "立法法第八十二条第五款、第六款（2015年修正）"},
		{CategoryConfirmation, "规范性文件", settingDay2014, "", 0, SettingNoUniformRule, "山东省行政程序规定第四十四条（2011年）"},

		// what cannot be judged
		{CategoryService, "法律", settingDay2024, "", 0, SettingUnknown, ""},
		{"", "法律", settingDay2024, "", 0, SettingUnknown, ""},
		{p, "宪法", settingDay2024, "", 0, SettingUnknown, ""},
		{p, "", settingDay2024, "", 0, SettingUnknown, ""},
		{p, "法律", "", "", 0, SettingUnknown, ""},
		{p, "法律", "2024年6月", "", 0, SettingUnknown, ""},
	} {
		name := strings.Join([]string{string(r.category), r.level, r.day, r.measures}, " ")
		t.Run(name, func(t *testing.T) {
			j := JudgeSetting(Setting{r.category, r.level, r.day, strings.Fields(r.measures), Fine{Max: r.fine}, false})
			if j.Verdict != r.want || j.Rule != r.rule || j.Reason == "" {
				t.Errorf("got %v by %q (%s)\nwant %v by %q", j.Verdict, j.Rule, j.Reason, r.want, r.rule)
			}
		})
	}
}

func TestSettingReasonsNameTheConditions(t *testing.T) {
	for _, c := range []struct {
		s    Setting
		want string
	}{
		{Setting{Category: CategoryPenalty, Level: "地方性法规", Day: settingDay2024, Measures: []string{"罚款"}}, "补充设定"},
		{Setting{Category: CategoryPermit, Level: "设区的市地方性法规", Day: settingDay2024}, "基层治理"},
		{Setting{Category: CategoryPermit, Level: "设区的市地方性法规", Day: settingDay2020}, "环境保护"},
		{Setting{Category: CategoryPermit, Level: "省级政府规章", Day: settingDay2024}, "满一年"},
		{Setting{Category: CategoryPermit, Level: "法律", Day: "2003-12-31"}, "2004-07-01"},
		{Setting{Category: CategoryPermit, Level: "地方性法规", Day: settingDay2020}, "优化营商环境条例第三十九条第二款"},
		{Setting{Category: CategoryPermit, Level: "省级政府规章", Day: settingDay2020}, "优化营商环境条例第三十九条第二款"},
		{Setting{Category: CategoryCoercion, Level: "地方性法规", Day: settingDay2024, Measures: []string{"查封"}}, "不得扩大"},
		{Setting{Category: CategoryPenalty, Level: "部门规章", Day: settingDay2020, Measures: []string{"罚款"}}, "没有列入规则表"},
		{Setting{Category: CategoryPenalty, Level: "部门规章", Day: settingDay2024, Measures: []string{"罚款"}, Fine: Fine{Max: 200_001_00}}, "罚款200001元"},
		{Setting{Category: CategoryPenalty, Level: "部门规章", Day: settingDay2024, Measures: []string{"罚款"}, Fine: Fine{Max: 30_000_00, Open: true}}, "没有写明最高数额"},
		{Setting{Category: CategoryCoercion, Level: "部门规章", Day: settingDay2024, Measures: []string{"加处罚款"}}, "行政处罚法第七十二条"},
		{Setting{Category: CategoryCoercion, Level: "部门规章", Day: settingDay2020, Measures: []string{"加处罚款"}}, "行政处罚法第五十一条"},
		{Setting{Category: CategoryCoercion, Level: "法律", Day: settingDay2020, Measures: []string{"滞纳金"}}, "第四十五条"},
		{Setting{Category: CategoryCoercion, Level: "法律", Day: settingDay2020, Measures: []string{"拍卖抵缴"}}, "第四十六条第三款"},
		{Setting{Category: CategoryCoercion, Level: "行政法规", Day: settingDay2020, Measures: []string{"代履行"}}, "第五十条"},
		{Setting{Category: CategoryCoercion, Level: "法律", Day: settingDay2020, Measures: []string{"强制执行"}, Court: true}, "申请人民法院"},
		{Setting{Category: CategoryPenalty, Level: "部门规章", Day: settingDay2024, Measures: []string{"罚款"}, Fine: Fine{Max: 300_000_00}}, "国发〔2021〕26号"},
	} {
		if j := JudgeSetting(c.s); !strings.Contains(j.Reason, c.want) {
			t.Errorf("%+v: %s\nwants %s", c.s, j.Reason, c.want)
		}
	}
	for _, reason := range []string{
		JudgeSetting(Setting{Category: CategoryPermit, Level: "地方性法规", Day: "2019-12-31"}).Reason,
		JudgeSetting(Setting{Category: CategoryPermit, Level: "行政法规", Day: settingDay2024}).Reason,
	} {
		if strings.Contains(reason, "优化营商环境条例") {
			t.Errorf("binds places from 2020-01-01: %s", reason)
		}
	}
	old := JudgeSetting(Setting{Category: CategoryPenalty, Level: "地方性法规", Day: settingDay2020, Measures: []string{"罚款"}})
	if strings.Contains(old.Reason, "补充设定") {
		t.Errorf("supplementing came on 2021-07-15: %s", old.Reason)
	}
}

// TestSettingTableHasOneRowPerCell holds the table to its form: on any day of
// an edition, each level has an answer, and no row stands unreachable behind
// another except the general row behind its dated exception.
func TestSettingTableHasOneRowPerCell(t *testing.T) {
	levels := append([]string{"法律"}, authorityNonLaw...)
	for _, act := range []authorityPower{authorityPermit, authorityPenalty, authorityMeasure, authorityExecution, authorityCommon} {
		for _, day := range []string{settingDay2000, settingDay2014, settingDay2020, "2021-07-14", "2021-07-15", settingDay2024} {
			for _, level := range levels {
				n := 0
				for _, r := range authorityRules {
					if r.act == act && slices.Contains(r.levels, level) && day >= r.from && (r.until == "" || day < r.until) {
						n++
					}
				}
				dated := level == "设区的市地方性法规" && day < "2015-03-15" && act != authorityExecution && act != authorityCommon
				if n != 1 && (!dated || n != 2) {
					t.Errorf("%s %s on %s: %d rows", act.statute(), level, day, n)
				}
			}
		}
	}
	for _, r := range authorityRules {
		for _, day := range []string{r.from, r.until} {
			if _, err := time.Parse(time.DateOnly, day); err != nil && day != "" {
				t.Errorf("%s%s: %v", r.act.statute(), r.article, err)
			}
		}
		if r.article == "" || r.reason == "" || len(r.levels) == 0 || (r.only != nil) != (r.beyondArticle != "") {
			t.Errorf("row %s%s is not complete", r.act.statute(), r.article)
		}
	}
}

// TestLawsAreJudgedByTheDayTheyWereMade: what nobody could set when a law was
// made is not valid because others may set it now; a law older than the act is
// held against its first edition.
func TestLawsAreJudgedByTheDayTheyWereMade(t *testing.T) {
	for _, c := range []struct {
		name        string
		s           Setting
		made        string
		want, today Verdict
		rule        string
	}{
		{"通报批评 before 2021", Setting{Category: CategoryPenalty, Level: "地方性法规", Day: settingDay2024, Measures: []string{"通报批评"}}, "2018-05-01",
			SettingForbidden, SettingAllowed, "行政处罚法第八条第七项（2017年修正）"},
		{"通报批评 of a rule before 2021", Setting{Category: CategoryPenalty, Level: "部门规章", Day: settingDay2024, Measures: []string{"通报批评"}}, "2010-05-01",
			SettingDetailOnly, SettingAllowed, "行政处罚法第十二条第一款（2009年修正）"},
		{"an ordinary city before 2015", Setting{Category: CategoryPermit, Level: "设区的市地方性法规", Day: settingDay2024}, "2012-05-01",
			SettingUnknown, SettingAllowed, "行政许可法第十五条（2003年）"},
		{"a city's rule before 2021", Setting{Category: CategoryPenalty, Level: "设区的市政府规章", Day: settingDay2024, Measures: []string{"罚款"}}, "2018-05-01",
			SettingUnknown, SettingAllowed, "行政处罚法第十三条（2017年修正）"},
		{"a fine above a later limit", Setting{Category: CategoryPenalty, Level: "部门规章", Day: settingDay2024, Measures: []string{"罚款"}, Fine: Fine{Max: 300_000_00}}, "2019-05-01",
			SettingAllowed, SettingDetailOnly, "行政处罚法第十二条第二款（2017年修正）"},
		{"older than the act", Setting{Category: CategoryPermit, Level: "规范性文件", Day: settingDay2024}, "1999-05-01",
			SettingForbidden, SettingForbidden, "行政许可法第十七条（2003年）"},
		{"older than the act, judged before the act", Setting{Category: CategoryPermit, Level: "规范性文件", Day: settingDay2000}, "1999-05-01",
			SettingNoUniformRule, SettingNoUniformRule, ""},
		{"day of making unknown", Setting{Category: CategoryPenalty, Level: "地方性法规", Day: settingDay2024, Measures: []string{"通报批评"}}, "",
			SettingAllowed, SettingAllowed, "行政处罚法第十二条（2021年修订）"},
		{"no setting rule to date", Setting{Category: CategoryLevy, Level: "规范性文件", Day: settingDay2024}, "1999-05-01",
			SettingNoUniformRule, SettingNoUniformRule, "立法法第十一条（2023年修正）"},
	} {
		made, today := JudgeMade(c.s, c.made), JudgeSetting(c.s)
		if made.Verdict != c.want || made.Rule != c.rule || today.Verdict != c.today {
			t.Errorf("%s: %v by %q, today %v; want %v by %q, today %v", c.name, made.Verdict, made.Rule, today.Verdict, c.want, c.rule, c.today)
		}
	}
}

func TestFeesNeedALawAboveLocalOnes(t *testing.T) {
	for _, c := range []struct {
		category   Category
		level, day string
		want       Verdict
		rule       string
	}{
		{CategoryPermit, "法律", settingDay2024, SettingAllowed, "行政许可法第五十八条第一款（2019年修正）"},
		{CategoryPermit, "行政法规", settingDay2014, SettingAllowed, "行政许可法第五十八条第一款（2003年）"},
		{CategoryPermit, "地方性法规", settingDay2024, SettingForbidden, "行政许可法第五十八条第一款（2019年修正）"},
		{CategoryPermit, "部门规章", settingDay2014, SettingForbidden, "行政许可法第五十八条第一款（2003年）"},
		{CategoryPermit, "部门规章", "2004-06-30", SettingNoUniformRule, ""},
		{CategoryLevy, "法律", settingDay2024, SettingAllowed, "优化营商环境条例第二十五条"},
		{CategoryLevy, "地方性法规", settingDay2024, SettingUnknown, "优化营商环境条例第二十五条"},
		{CategoryConfirmation, "规范性文件", "2020-01-01", SettingUnknown, "优化营商环境条例第二十五条"},
		{CategoryConfirmation, "规范性文件", "2019-12-31", SettingNoUniformRule, ""},
		{CategoryPermit, "法律", "", SettingUnknown, ""},
	} {
		if j := JudgeFee(c.category, c.level, c.day); j.Verdict != c.want || j.Rule != c.rule || j.Reason == "" {
			t.Errorf("%s %s %s: %v by %q, want %v by %q", c.category, c.level, c.day, j.Verdict, j.Rule, c.want, c.rule)
		}
	}
}

func TestVerdictWords(t *testing.T) {
	for v, want := range map[Verdict]string{SettingUnknown: "无法判断", SettingAllowed: "可以设定", SettingDetailOnly: "只能具体规定",
		SettingForbidden: "无权设定", SettingNoUniformRule: "无统一设定规则"} {
		if v.String() != want {
			t.Errorf("%d is %s, want %s", v, v, want)
		}
	}
}
