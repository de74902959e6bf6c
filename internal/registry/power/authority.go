package power

import (
	"slices"
	"strings"
	"time"
)

// Verdict is the answer of the setting rules (设定权). The zero value is
// SettingUnknown: what was not judged is not allowed.
type Verdict int

// The verdicts.
const (
	SettingUnknown       Verdict = iota // 无法判断: a fact is missing; a person decides
	SettingAllowed                      // 可以设定, under the conditions of the reason
	SettingDetailOnly                   // 只能具体规定 what a higher law has set
	SettingForbidden                    // 无权设定
	SettingNoUniformRule                // 无统一设定规则 on that day; a person decides
)

// String gives the Chinese word.
func (v Verdict) String() string {
	switch v {
	case SettingAllowed:
		return "可以设定"
	case SettingDetailOnly:
		return "只能具体规定"
	case SettingForbidden:
		return "无权设定"
	case SettingNoUniformRule:
		return "无统一设定规则"
	default:
		return "无法判断"
	}
}

// Setting is the question: may a law of Level create a power of Category, by
// the rules in force on Day.
type Setting struct {
	Category Category
	Level    string   // 法律, 行政法规, 国务院决定, 地方性法规, 设区的市地方性法规, 部门规章, 省级政府规章, 设区的市政府规章, 司法解释, 规范性文件
	Day      string   // YYYY-MM-DD; the rules have editions
	Measures []string // words read from the elements: 查封, 吊销营业执照, 罚款, 强制执行 …
	Fine     int64    // highest fine in fen, 0 unknown
}

// Judgement is the answer with its ground.
type Judgement struct {
	Verdict Verdict
	Rule    string // article and edition: 行政处罚法第十二条（2021年修订）; empty where no rule applies
	Reason  string // Chinese sentence for the reviewer
}

// JudgeSetting answers from the level of one law alone. Whether a higher law
// exists, whether a matter is local, what a higher law leaves open are facts
// about other laws: an allowing verdict names them as conditions in its reason.
//
// rule:设定权 某一层级的法可不可以设定这类权力
func JudgeSetting(s Setting) Judgement {
	if _, err := time.Parse(time.DateOnly, s.Day); err != nil {
		return Judgement{Reason: "没有写明判断日期，设定权的规则有不同版本"}
	}
	act, ok := authorityAct(s)
	if !ok {
		return authorityLoose(s)
	}
	edition, begins := authorityEdition(act, s.Day)
	if edition == "" {
		return Judgement{Verdict: SettingNoUniformRule, Reason: act.statute() + "自" + begins + "起施行，此前没有统一的设定规则，请人工判断"}
	}
	for _, r := range authorityRules {
		if r.act == act && s.Day >= r.from && (r.until == "" || s.Day < r.until) && slices.Contains(r.levels, s.Level) {
			return r.judge(s, edition)
		}
	}
	return Judgement{Reason: "“" + s.Level + "”不在设定权规则所列的法律层级之中，请人工判断"}
}

// judge applies one row to the measures and the fine of the question.
func (r authorityRule) judge(s Setting, edition string) Judgement {
	cite := func(article string) string { return r.act.statute() + article + "（" + edition + "）" }
	words := authorityWords(r.act, s.Measures)
	for _, w := range words {
		if b, ok := r.ban(w); ok {
			return Judgement{SettingForbidden, cite(b.article), s.Level + "不得设定“" + w + "”：" + b.reason}
		}
	}
	if r.only != nil {
		if len(words) == 0 {
			return Judgement{SettingUnknown, cite(r.article), "没有写明种类，" + s.Level + "只能设定" + strings.Join(r.only, "、") + "，请补充后再判断"}
		}
		for _, w := range words {
			if !authorityAmong(w, r.only) {
				return Judgement{r.beyond, cite(r.beyondArticle), "“" + w + "”不在" + s.Level + "可以设定的种类（" + strings.Join(r.only, "、") + "）之内" + r.beyondReason}
			}
		}
	}
	if r.capped && s.Fine > 0 {
		if j, over := authorityOverCap(s, cite(r.article)); over {
			return j
		}
	}
	reason := r.reason
	if r.verdict == SettingAllowed || r.verdict == SettingDetailOnly {
		reason += authorityField(s)
	}
	return Judgement{r.verdict, cite(r.article), reason}
}

// authorityPower is what the three acts make rules about.
type authorityPower int

const (
	authorityPermit authorityPower = iota
	authorityPenalty
	authorityMeasure   // 行政强制措施
	authorityExecution // 行政强制执行
)

func (p authorityPower) statute() string {
	switch p {
	case authorityPermit:
		return "行政许可法"
	case authorityPenalty:
		return "行政处罚法"
	default:
		return "行政强制法"
	}
}

// authorityAct gives the act that rules the category, and for 行政强制 whether
// measures or execution are meant: 执行 where a word of 行政强制法第十二条 stands in
// the measures, else 措施.
func authorityAct(s Setting) (authorityPower, bool) {
	switch s.Category {
	case CategoryPermit:
		return authorityPermit, true
	case CategoryPenalty:
		return authorityPenalty, true
	case CategoryCoercion:
		for _, m := range s.Measures {
			if authorityAmong(m, authorityExecutionWords) {
				return authorityExecution, true
			}
		}
		return authorityMeasure, true
	}
	return 0, false
}

// authorityExecutionWords are the ways of enforcement (行政强制法第十二条).
var authorityExecutionWords = []string{"强制执行", "加处罚款", "滞纳金", "划拨", "拍卖", "排除妨碍", "恢复原状", "代履行", "强制拆除"}

// authorityMeasureWords are words of 行政强制措施 that penalties mention beside
// their kinds.
var authorityMeasureWords = []string{"查封", "扣押", "冻结", "责令改正", "责令限期改正"}

// authorityWords leaves out the measures that are of another act's concern.
func authorityWords(act authorityPower, measures []string) []string {
	var out []string
	for _, m := range measures {
		switch act {
		case authorityPenalty:
			if authorityAmong(m, authorityExecutionWords) || authorityAmong(m, authorityMeasureWords) {
				continue
			}
		case authorityMeasure:
			if authorityAmong(m, []string{"警告", "通报批评", "罚款", "没收", "吊销", "暂扣", "降低资质", "停产停业", "责令关闭", "限制从业", "拘留"}) {
				continue
			}
		}
		if strings.TrimSpace(m) != "" {
			out = append(out, m)
		}
	}
	return out
}

// authorityAmong says whether a measure is one of the kinds: 没收违法所得 is 没收.
func authorityAmong(measure string, kinds []string) bool {
	return slices.ContainsFunc(kinds, func(k string) bool { return strings.Contains(measure, k) })
}

// authorityEdition gives the edition of the act in force on a day; without one,
// the day the act began.
func authorityEdition(act authorityPower, day string) (edition, begins string) {
	for _, e := range authorityEditions {
		if e.statute != act.statute() {
			continue
		}
		if begins == "" {
			begins = e.from
		}
		if day >= e.from {
			edition = e.name
		}
	}
	return edition, begins
}

// authorityOverCap judges a fine against the limits for rules; a fine between
// the ordinary and the special limit depends on the field.
func authorityOverCap(s Setting, rule string) (Judgement, bool) {
	for _, c := range authorityCaps {
		if !slices.Contains(c.levels, s.Level) || s.Day < c.from || c.until != "" && s.Day >= c.until {
			continue
		}
		switch {
		case s.Fine > c.special:
			return Judgement{SettingDetailOnly, rule, "罚款超过" + s.Level + "可以设定的限额（" + c.source + "），只能在上位法规定的幅度内作具体规定"}, true
		case s.Fine > c.ordinary:
			return Judgement{SettingUnknown, rule, "罚款超过一般限额，只有" + c.fields + "方面可以设定（" + c.source + "），请人工判断领域"}, true
		}
	}
	return Judgement{}, false
}

// authorityField adds the fields to which laws of cities are confined.
func authorityField(s Setting) string {
	if !strings.HasPrefix(s.Level, "设区的市") {
		return ""
	}
	if s.Day >= "2023-03-15" {
		return "；限于城乡建设与管理、生态文明建设、历史文化保护、基层治理（立法法第八十一条、第九十三条，2023年修正）"
	}
	return "；限于城乡建设与管理、环境保护、历史文化保护（立法法第七十二条、第八十二条，2015年修正）"
}

// authorityLoose answers for the categories without a uniform setting rule,
// with what single laws say of them.
func authorityLoose(s Setting) Judgement {
	if !slices.Contains(Categories(), s.Category) {
		return Judgement{Reason: "“" + string(s.Category) + "”不是行政权力的类别，无法判断设定权"}
	}
	for _, r := range authorityNotes {
		if r.category == s.Category && s.Day >= r.from {
			return Judgement{SettingNoUniformRule, r.rule, string(s.Category) + "没有统一的设定规则；" + r.reason + "，请人工判断"}
		}
	}
	return Judgement{Verdict: SettingNoUniformRule, Reason: string(s.Category) + "没有统一的设定规则，请人工判断"}
}
