package power

import "time"

// JudgeFee answers whether a law of Level may be the basis of a fee for
// exercising a power of the category, by the rules in force on the day
// (YYYY-MM-DD): of licences 行政许可法第五十八条, of what is charged to enterprises
// 优化营商环境条例第二十五条, from 2020-01-01. Whether a fee is charged to
// enterprises, and whether the State Council approved it, a person must say.
func JudgeFee(c Category, level, day string) Judgement {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return Judgement{Reason: "没有写明判断日期，收费的规则有不同版本"}
	}
	high := level == "法律" || level == "行政法规"
	if c == CategoryPermit {
		edition, begins := authorityEdition(authorityPermit, day)
		if edition == "" {
			return notBegun(authorityPermit, begins)
		}
		j := Judgement{SettingAllowed, authorityPermit.cite("第五十八条第一款", edition), "实施行政许可不得收费，法律、行政法规另有规定的除外"}
		if !high {
			j.Verdict = SettingForbidden
		}
		return j
	}
	if day < "2020-01-01" {
		return Judgement{Verdict: SettingNoUniformRule, Reason: "收费没有统一的规则，请人工判断"}
	}
	j := Judgement{SettingAllowed, "优化营商环境条例第二十五条", "涉企行政事业性收费、政府性基金、涉企保证金须有法律、行政法规依据或者经国务院批准"}
	if !high {
		j.Verdict, j.Reason = SettingUnknown, j.Reason+"，请人工判断是否涉企、是否经批准"
	}
	return j
}
