package power

import (
	"slices"
	"strings"
	"time"
)

// Exercise is the question: may a body exercise a power of Category that came
// to it the way Source says, on the ground of a law of Level, on Day.
type Exercise struct {
	Source   string // 权力来源: 法定本级 上级下放 上级授权 同级授权 上级委托 同级委托, as written
	Category Category
	Level    string   // level of the law that authorises or lets entrust, as in Setting; "" unknown
	Nature   string   // 机构性质 of the body that exercises: 法定机关 授权组织 受委托组织 其他
	Measures []string // as in Setting
	Day      string   // YYYY-MM-DD; the rules have editions
}

// manner is how a power comes to a body.
type manner int

const (
	ownPower   manner = iota // 法定
	authorised               // 授权: in the body's own name
	entrusted                // 委托: in the name of the body that entrusts, and at its liability
	handedDown               // 下放
)

// manner reads the source, and where it does not say, the nature of the body:
// an authorised organisation has no power that nobody authorised it to use.
func (e Exercise) manner() manner {
	switch {
	case strings.Contains(e.Source, "委托"):
		return entrusted
	case strings.Contains(e.Source, "授权"):
		return authorised
	case strings.Contains(e.Source, "下放"):
		return handedDown
	case e.Nature == "授权组织":
		return authorised
	case e.Nature == "受委托组织":
		return entrusted
	default:
		return ownPower
	}
}

// JudgeExercise answers for powers that are authorised (授权), entrusted (委托)
// or handed down (下放), and allows what a body has by law itself. Of its
// verdicts SettingAllowed means that the power may be exercised so under the
// conditions of the reason, SettingForbidden that it may not; where this does
// not hang on the law cited, it is forbidden on the ground of 法律 as well.
//
// rule:设定权 授权、委托来的权力可不可以这样行使
func JudgeExercise(e Exercise) Judgement {
	how := e.manner()
	if how == ownPower {
		return Judgement{Verdict: SettingAllowed, Reason: "法定机关行使本机关的职权"}
	}
	if _, err := time.Parse(time.DateOnly, e.Day); err != nil {
		return Judgement{Reason: "没有写明判断日期，授权、委托的规则有不同版本"}
	}
	acts := authorityActs(e.Category, e.Measures)
	if len(acts) == 0 {
		acts = []authorityPower{authorityOther}
	}
	j := exerciseAct(acts[0], how, e)
	for _, act := range acts[1:] {
		if other := exerciseAct(act, how, e); stricter(other.Verdict, j.Verdict) {
			j = other
		}
	}
	return j
}

// exerciseAct answers by one act. The first row for the act on the day speaks
// where the law is of no level that any row names.
func exerciseAct(act authorityPower, how manner, e Exercise) Judgement {
	edition, begins := authorityEdition(act, e.Day)
	if edition == "" {
		return notBegun(act, begins)
	}
	var first *exerciseRule
	for i := range exerciseRules {
		r := &exerciseRules[i]
		if r.manner != how || !slices.Contains(r.acts, act) || !within(e.Day, r.from, r.until) {
			continue
		}
		if slices.Contains(r.levels, e.Level) || r.levels == nil {
			return r.judge(act, e, edition)
		}
		if first == nil {
			first = r
		}
	}
	switch {
	case first == nil:
		return Judgement{Reason: "下放须有法律形式：法律、法规规定由下级行使，上级机关写明文号的决定，或者依法委托；请人工判断"}
	case e.Level == "":
		return Judgement{SettingUnknown, act.cite(first.article, edition), "没有写明依据，无法判断：" + first.reason}
	default:
		return Judgement{SettingForbidden, act.cite(first.article, edition), e.Level + "不能作依据：" + first.reason}
	}
}

// judge applies one row to the measures and to the nature of the body.
func (r exerciseRule) judge(act authorityPower, e Exercise, edition string) Judgement {
	for _, m := range authorityWords(act, e.Measures) {
		if b, ok := banOf(r.bans, m); ok {
			return Judgement{b.verdict, act.cite(b.article, edition), "“" + m + "”：" + b.reason}
		}
	}
	j := Judgement{r.verdict, act.cite(r.article, edition), r.reason}
	switch {
	case r.bodies == nil || slices.Contains(r.bodies, e.Nature):
		return j
	case e.Nature == "" || e.Nature == "其他":
		j.Verdict, j.Reason = SettingUnknown, "没有写明机构性质，无法判断："+r.reason
	default:
		j.Verdict, j.Reason = SettingForbidden, e.Nature+"不能接受："+r.reason
	}
	return j
}

// exerciseRule is one row: on the ground of laws of these levels (nil: whatever
// the law says), bodies of these natures (nil: any) may exercise what comes to
// them in this manner.
type exerciseRule struct {
	manner      manner
	acts        []authorityPower
	from, until string
	article     string
	verdict     Verdict
	levels      []string
	bodies      []string
	bans        []authorityBan
	reason      string
}

var (
	exerciseStatutes = []string{"法律", "行政法规", "地方性法规", "设区的市地方性法规"}
	exerciseLaws     = slices.Concat(exerciseStatutes, []string{"部门规章", "省级政府规章", "设区的市政府规章"})
	exerciseCoercion = []authorityPower{authorityMeasure, authorityExecution, authorityCommon}
)

// exerciseRules is the table. A person decides whether a law names an authorised
// body for what touches personal freedom; nobody may entrust it.
var exerciseRules = []exerciseRule{
	// 授权: 行政许可法第二十三条, 行政处罚法第十九条 (第十七条 before 2021-07-15),
	// 行政强制法第七十条; for other powers, in Shandong, 山东省行政程序规定第十四条.
	{manner: authorised, acts: []authorityPower{authorityPermit}, article: "第二十三条", verdict: SettingAllowed, levels: exerciseStatutes,
		reason: "行政许可只能由法律、法规授权具有管理公共事务职能的组织实施，规章和规范性文件不能授权"},
	{manner: authorised, acts: []authorityPower{authorityPenalty}, from: "2021-07-15", article: "第十九条", verdict: SettingAllowed, levels: exerciseStatutes,
		bans: exerciseFreedom(SettingUnknown, "第十八条第三款", "只能由公安机关和法律规定的其他机关行使，请人工判断"), reason: exercisePenalty},
	{manner: authorised, acts: []authorityPower{authorityPenalty}, until: "2021-07-15", article: "第十七条", verdict: SettingAllowed, levels: exerciseStatutes,
		bans: exerciseFreedom(SettingUnknown, "第十六条", "只能由公安机关行使，请人工判断"), reason: exercisePenalty},
	{manner: authorised, acts: exerciseCoercion, article: "第七十条", verdict: SettingAllowed, levels: []string{"法律"}, reason: exerciseForce},
	{manner: authorised, acts: exerciseCoercion, article: "第七十条", verdict: SettingAllowed, levels: []string{"行政法规"}, reason: exerciseForce,
		bans: []authorityBan{{verdict: SettingForbidden, words: []string{"冻结"}, article: "第二十九条第一款", reason: "冻结存款、汇款只能由法律规定的机关实施"}}},
	{manner: authorised, acts: []authorityPower{authorityOther}, article: "第十四条", verdict: SettingAllowed, levels: exerciseStatutes,
		reason: "行政职权只能由法律、法规授权具有管理公共事务职能的组织行使，规章和规范性文件不能授权"},

	// 委托: 行政许可法第二十四条, 行政处罚法第二十条 and 第二十一条 (第十八条 and 第十九条
	// before 2021-07-15), 行政强制法第十七条, 第二十九条, 第五十条; for other powers, in
	// Shandong, 山东省行政程序规定第十五条.
	{manner: entrusted, acts: []authorityPower{authorityPermit}, article: "第二十四条", verdict: SettingAllowed, levels: exerciseLaws, bodies: []string{"法定机关"},
		reason: "行政许可只能依照法律、法规、规章委托其他行政机关实施；受委托机关和委托内容须公告，以委托机关名义实施并由其承担责任，不得再委托"},
	{manner: entrusted, acts: []authorityPower{authorityPenalty}, from: "2021-07-15", article: "第二十条、第二十一条", verdict: SettingAllowed, levels: exerciseLaws,
		bans: exerciseFreedom(SettingForbidden, "第十八条第三款", "只能由公安机关和法律规定的其他机关行使，不能委托"),
		reason: "行政处罚须依照法律、法规、规章书面委托，委托书载明事项、权限、期限并由双方公布；受委托的须是依法成立、具有管理公共事务职能、" +
			"有取得执法资格的人员和相应技术条件的组织，以委托机关名义实施并由其承担责任，不得再委托"},
	{manner: entrusted, acts: []authorityPower{authorityPenalty}, until: "2021-07-15", article: "第十八条、第十九条", verdict: SettingAllowed, levels: exerciseLaws,
		bans: exerciseFreedom(SettingForbidden, "第十六条", "只能由公安机关行使，不能委托"),
		reason: "行政处罚须依照法律、法规、规章委托；受委托的须是依法成立的管理公共事务的事业组织，有熟悉法律和业务的人员和相应技术条件，" +
			"以委托机关名义实施并由其承担责任，不得再委托"},
	{manner: entrusted, acts: []authorityPower{authorityMeasure}, article: "第十七条第一款", verdict: SettingForbidden, reason: "行政强制措施权不得委托，只能由法律、法规规定的行政机关实施；行使相对集中行政处罚权的机关实施与处罚权有关的措施不是委托（第十七条第二款）",
		bans: []authorityBan{{verdict: SettingForbidden, words: []string{"冻结"}, article: "第二十九条第一款", reason: "冻结存款、汇款不得委托给其他行政机关或者组织"}}},
	{manner: entrusted, acts: []authorityPower{authorityExecution}, article: "第十三条", verdict: SettingUnknown, reason: "法律没有规定行政强制执行权可以委托，请人工判断"},
	{manner: entrusted, acts: []authorityPower{authorityCommon}, article: "第五十条", verdict: SettingAllowed,
		bans:   []authorityBan{{verdict: SettingUnknown, unless: []string{"代履行"}, article: "第十三条", reason: "法律没有规定可以委托，请人工判断"}},
		reason: "代履行可以委托没有利害关系的第三人，作出决定的机关须派员到场监督（第五十一条）"},
	{manner: entrusted, acts: []authorityPower{authorityOther}, article: "第十五条", verdict: SettingAllowed, levels: exerciseLaws,
		reason: "行政职权须依照法律、法规、规章委托行政机关或者具有管理公共事务职能的组织；受委托主体和职权内容须公告，以委托机关名义行使并由其承担责任，不得再委托"},

	// 下放: a transfer of penalties to towns is a published decision of the
	// province, not entrusting (行政处罚法第二十四条).
	{manner: handedDown, acts: []authorityPower{authorityPenalty}, from: "2021-07-15", article: "第二十四条第一款", verdict: SettingUnknown,
		reason: "交由乡镇人民政府、街道办事处行使须由省级决定并公布，不是委托；交由县级行使须有法律、法规、规章规定；请人工核对决定的文号"},
	{manner: handedDown, acts: []authorityPower{authorityMeasure}, article: "第十七条第一款", verdict: SettingUnknown,
		reason: "行政强制措施只能由法律、法规规定的行政机关实施，不得以委托方式下放；请人工核对法律、法规是否规定由本级实施"},
}

const (
	exercisePenalty = "行政处罚只能由法律、法规授权具有管理公共事务职能的组织实施，规章和规范性文件不能授权"
	exerciseForce   = "行政强制只能由法律、行政法规授权具有管理公共事务职能的组织实施，地方性法规、规章不能授权"
)

// exerciseFreedom takes penalties of personal freedom out of a row.
func exerciseFreedom(v Verdict, article, reason string) []authorityBan {
	reason = "限制人身自由的行政处罚权" + reason
	return []authorityBan{
		{verdict: v, words: []string{"人身自由"}, article: article, reason: reason},
		{verdict: v, words: []string{"拘留"}, article: article, reason: reason},
	}
}
