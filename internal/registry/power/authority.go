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
	Measures []string // words read from the elements: 查封, 吊销营业执照, 罚款, 强制执行; of licences 设立登记, 资格, 资质
	Fine     Fine     // the highest fine, see ReadFine; only rules (规章) are limited by it
	Court    bool     // the article lets the body ask the court to enforce, and no more
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
	acts := authorityActs(s.Category, s.Measures)
	if len(acts) == 0 {
		return authorityLoose(s)
	}
	j := judgeAct(acts[0], s)
	for _, act := range acts[1:] {
		if other := judgeAct(act, s); stricter(other.Verdict, j.Verdict) {
			j = other
		}
	}
	return j
}

// JudgeMade answers by the rules of the day on which the law was made, "" for
// unknown: the acts are silent on laws made under an earlier edition, and what
// nobody could set then is not valid because others may set it now. A law older
// than the act itself is held against the first edition: it had to be brought
// into line with it (行政许可法第八十三条, 行政处罚法1996年第六十四条). It never looks past
// s.Day.
func JudgeMade(s Setting, made string) Judgement {
	acts := authorityActs(s.Category, s.Measures)
	if made == "" || len(acts) == 0 {
		return JudgeSetting(s)
	}
	_, begins := authorityEdition(acts[0], made)
	s.Day = min(max(made, begins), s.Day)
	return JudgeSetting(s)
}

// stricter says whether verdict a leaves less to the law than b.
func stricter(a, b Verdict) bool {
	order := []Verdict{SettingForbidden, SettingDetailOnly, SettingUnknown, SettingNoUniformRule, SettingAllowed}
	return slices.Index(order, a) < slices.Index(order, b)
}

// judgeAct answers by one act.
func judgeAct(act authorityPower, s Setting) Judgement {
	edition, begins := authorityEdition(act, s.Day)
	if edition == "" {
		return notBegun(act, begins)
	}
	for _, r := range authorityRules {
		if r.act == act && within(s.Day, r.from, r.until) && slices.Contains(r.levels, s.Level) {
			return r.judge(s, edition)
		}
	}
	return Judgement{Reason: "“" + s.Level + "”不在设定权规则所列的法律层级之中，请人工判断"}
}

func notBegun(act authorityPower, begins string) Judgement {
	return Judgement{Verdict: SettingNoUniformRule, Reason: act.statute() + "自" + begins + "起施行，此前没有统一的规则，请人工判断"}
}

// within says whether a day is from, inclusive, until, exclusive; "" is open.
func within(day, from, until string) bool { return day >= from && (until == "" || day < until) }

// judge applies one row to the measures and the fine of the question.
func (r authorityRule) judge(s Setting, edition string) Judgement {
	cite := func(article string) string { return r.act.cite(article, edition) }
	words := authorityWords(r.act, s.Measures)
	for _, w := range words {
		if b, ok := banOf(r.bans, w); ok {
			return Judgement{b.verdict, cite(b.article), s.Level + "，“" + w + "”：" + b.reason}
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
	if r.act == authorityExecution && r.verdict == SettingAllowed && s.Court {
		return Judgement{SettingUnknown, cite("第十三条第二款"), "引用的条文规定的是申请人民法院强制执行，没有规定由行政机关强制执行，请人工判断"}
	}
	if r.capped {
		if j, over := authorityOverCap(s, cite(r.article)); over {
			return j
		}
	}
	return Judgement{r.verdict, cite(r.article), r.reason + authorityAdded(r, s, words)}
}

// authorityPower is what the acts make rules about.
type authorityPower int

const (
	authorityPermit authorityPower = iota
	authorityPenalty
	authorityMeasure   // 行政强制措施
	authorityExecution // 行政强制执行
	authorityCommon    // enforcement that the law gives to every body
	authorityOther     // other powers: rules only on who may exercise them
)

func (p authorityPower) statute() string {
	switch p {
	case authorityPermit:
		return "行政许可法"
	case authorityPenalty:
		return "行政处罚法"
	case authorityOther:
		return "山东省行政程序规定"
	default:
		return "行政强制法"
	}
}

// cite gives article and edition: 行政处罚法第十二条（2021年修订）.
func (p authorityPower) cite(article, edition string) string {
	return p.statute() + article + "（" + edition + "）"
}

// authorityActs gives what the rules see in a power; nothing for the categories
// without a setting rule. 行政强制 is execution where a word of 行政强制法第十二条
// stands in the measures, measures where any other stands or none at all, and
// may be both.
func authorityActs(c Category, measures []string) []authorityPower {
	switch c {
	case CategoryPermit:
		return []authorityPower{authorityPermit}
	case CategoryPenalty:
		return []authorityPower{authorityPenalty}
	case CategoryCoercion:
		var acts []authorityPower
		for _, act := range []authorityPower{authorityExecution, authorityCommon, authorityMeasure} {
			if len(authorityWords(act, measures)) > 0 {
				acts = append(acts, act)
			}
		}
		if len(acts) == 0 {
			acts = []authorityPower{authorityMeasure}
		}
		return acts
	}
	return nil
}

// authorityWords keeps the measures that are of an act's concern: penalties
// mention measures beside their kinds, and orders of coercion the penalties
// that they secure.
func authorityWords(act authorityPower, measures []string) []string {
	var out []string
	for _, m := range measures {
		common := authorityAmong(m, authorityCommonWords)
		execution := !common && authorityAmong(m, authorityExecutionWords)
		ours := strings.TrimSpace(m) != ""
		switch act {
		case authorityPenalty:
			ours = ours && !common && !execution && !authorityAmong(m, authorityMeasureWords)
		case authorityMeasure:
			ours = ours && !common && !execution && !authorityAmong(m, authorityPenaltyWords)
		case authorityExecution:
			ours = execution
		case authorityCommon:
			ours = common
		}
		if ours {
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
// the ordinary and the special limit depends on the field, and of one that is
// reckoned without a ceiling nobody can say how high it goes.
func authorityOverCap(s Setting, rule string) (Judgement, bool) {
	for _, c := range authorityCaps {
		if !slices.Contains(c.levels, s.Level) || !within(s.Day, c.from, c.until) {
			continue
		}
		switch {
		case s.Fine.Max > c.special:
			return Judgement{SettingDetailOnly, rule, "罚款" + s.Fine.String() + "，超过" + s.Level + "可以设定的限额（" + c.source + "），只能在上位法规定的幅度内作具体规定"}, true
		case s.Fine.Max > c.ordinary:
			return Judgement{SettingUnknown, rule, "罚款" + s.Fine.String() + "，超过一般限额，只有" + c.fields + "方面可以设定（" + c.source + "），请人工判断领域"}, true
		case s.Fine.Open:
			return Judgement{SettingUnknown, rule, "罚款按倍数、比例或者数量计算，没有写明最高数额，可能超过限额（" + c.source + "），请人工判断"}, true
		}
	}
	return Judgement{}, false
}

// authorityAdded gives what other laws add to an allowing row on the day, and
// of enforcement that every body has, the law for each of the words.
func authorityAdded(r authorityRule, s Setting, words []string) string {
	if r.verdict != SettingAllowed && r.verdict != SettingDetailOnly {
		return ""
	}
	var out string
	for _, a := range authorityAdditions {
		if (a.acts == nil || slices.Contains(a.acts, r.act)) && slices.Contains(a.levels, s.Level) && within(s.Day, a.from, a.until) {
			out += "；" + a.reason
		}
	}
	if r.act == authorityCommon {
		for _, w := range authorityCommonWays {
			if within(s.Day, w.from, w.until) && slices.ContainsFunc(words, func(m string) bool { return strings.Contains(m, w.word) }) {
				out += "；" + w.reason
			}
		}
	}
	return out
}

// authorityLoose answers for the categories without a uniform setting rule,
// with what single laws say of them.
func authorityLoose(s Setting) Judgement {
	if !slices.Contains(Categories(), s.Category) {
		return Judgement{Reason: "“" + string(s.Category) + "”不是行政权力的类别，无法判断设定权"}
	}
	for _, r := range authorityNotes {
		if slices.Contains(r.categories, s.Category) && (r.levels == nil || slices.Contains(r.levels, s.Level)) && within(s.Day, r.from, r.until) {
			return Judgement{SettingNoUniformRule, r.rule, string(s.Category) + "没有统一的设定规则；" + r.reason + "，请人工判断"}
		}
	}
	return Judgement{Verdict: SettingNoUniformRule, Reason: string(s.Category) + "没有统一的设定规则，请人工判断"}
}
