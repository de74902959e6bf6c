package demo

import (
	"strings"

	"qingdan/internal/registry/power"
)

// mayStand says whether a document of the source's level may create such a
// power on the day: what is kept must pass the audit's own question (设定权).
// A licence needs the law that sets it, a rule that details it is not enough
// (行政许可法第十六条第三款).
func mayStand(s source, day string) bool {
	j := power.JudgeSetting(power.Setting{Category: s.cat, Level: string(s.level), Day: day, Measures: measures(s)})
	return j.Verdict != power.SettingForbidden && !(s.cat == power.CategoryPermit && j.Verdict == power.SettingDetailOnly)
}

// measures are the words of a power that the setting rules ask for; they stand
// in its name, its content or its kinds of penalty.
func measures(s source) []string {
	text := s.name + "\n" + s.act + "\n" + s.sanction
	if s.cat == power.CategoryPenalty {
		text += "\n" + strings.Join(kinds(s.sanction), "\n")
	}
	var out []string
	for _, w := range []string{"限制人身自由", "拘留", "吊销营业执照", "营业执照", "吊销", "暂扣", "降低资质", "停产停业", "关闭", "限制从业",
		"查封", "扣押", "冻结", "通报批评", "警告", "罚款", "没收", "强制执行", "代履行", "强制拆除", "滞纳金"} {
		if strings.Contains(text, w) {
			out = append(out, w)
		}
	}
	return out
}
