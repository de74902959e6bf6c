package demo

import (
	"regexp"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// The forms of measures (行政强制法第九条) and of enforcement (第十二条).
var (
	seizing = regexp.MustCompile(`对([\p{Han}、，（）]{4,60}?)(?:的)?，?(?:可以|应当|予以|依法|进行|实施|有权|可|采取|先行|作出|及时)+(?:[\p{Han}、]{0,8}?)(查封|扣押|扣留|封存|登记保存|暂扣)`)
	seized  = regexp.MustCompile(`^(?:依法|有权)?((?:查封|扣押|扣留|封存|暂扣|、|或者|和|，)+)(?:、)?(?:有证据证明)?([\p{Han}、，（）]{4,70})$`)
	// 逾期不…的，代为…
	inStead   = regexp.MustCompile(`(?:代为|代履行|强制拆除|强行拆除|代其|强制清除|强制排除|组织拆除|依法拆除|予以拆除|组织代)`)
	lateFee   = regexp.MustCompile(`(?:加收|缴纳)[^，。；]{0,20}滞纳金`)
	takenBack = regexp.MustCompile(`(?:公安机关交通管理部门|交通警察|公安机关|机构|部门)(?:应当|可以|依法|予以)?(扣留|拖移)(机动车|非机动车|车辆|船舶)`)
)

// coercion reads measures and enforcement out of a sentence: sealing and
// seizure, performance in the debtor's place (代履行), surcharges (滞纳金).
func (e *extractor) coercion(p place, text, s string) []source {
	if hasAny(s, "不得查封|严禁|禁止|解除|人民法院|返还|期限|不得") || hasAny(p.t.parsed.Title, "查封、扣押办法") {
		return nil
	}
	switch {
	case hasAny(s, "查封|扣押|封存|登记保存|暂扣") && seizing.MatchString(s):
		m := seizing.FindStringSubmatch(s)
		return e.seize(p, afterLast(m[1], "对"), m[2], s)
	case inStead.MatchString(s) && hasAny(s, "逾期|拒不|不履行|不拆除"):
		return e.substitute(p, text, s)
	case strings.Contains(s, "滞纳金") && lateFee.MatchString(s) && p.home != 0:
		what := ""
		if m := levied.FindStringSubmatch(text); m != nil && chargeable.MatchString(m[1]) {
			what = "未按期缴纳" + trimHeads(afterLast(m[1], "的|缴纳|或者|征收|和"), "应|欠|拖欠")
		} else if strings.Contains(p.t.parsed.Title, "税") {
			what = "未按期缴纳税款"
		} else {
			return nil
		}
		return e.force(p, "对"+what+"加收滞纳金", "对"+what+"的，从滞纳之日起加收滞纳金", s)
	case hasAny(s, "扣留|拖移") && takenBack.MatchString(s):
		m := takenBack.FindStringSubmatch(s)
		act, _, ok := strings.Cut(breach.ReplaceAllString(s, "$1"), "的，")
		if act = cleanAct(act); ok && goodAct(act) {
			return e.force(p, "对"+act+"的"+m[2]+m[1], "对"+act+"的，"+m[1]+m[2], s)
		}
	}
	return nil
}

// measures reads an item of 可以采取下列措施：（三）查封、扣押….
func (e *extractor) measures(p place, words string) []source {
	if !hasAny(words, "查封|扣押|扣留|封存|暂扣") || !strings.Contains(p.head, "下列") || hasAny(words, "不得|解除") || disciplines(p.quote, "") {
		return nil
	}
	if m := seizing.FindStringSubmatch(words); m != nil {
		return e.seize(p, afterLast(m[1], "对"), m[2], p.head)
	}
	if m := seized.FindStringSubmatch(afterLast(words, "，依法|，可以")); m != nil {
		return e.seize(p, m[2], strings.Trim(m[1], "、或者和，"), p.head)
	}
	return nil
}

// seize makes the power to seal or seize what a clause names.
func (e *extractor) seize(p place, what, how, clause string) []source {
	body := clause
	what = strings.NewReplacer("有关的", "", "有关", "", "相关的", "", "相关", "").Replace(trimTails(what, "，|、|的|等|予以|可以|应当|等予以"))
	what, _, _ = strings.Cut(what, "，并")
	if i := strings.LastIndex(what, "，"); i > 0 {
		what = what[i+len("，"):]
	}
	if startsWith(what, "扣押") {
		how, clause = "扣押", ""
	}
	what = trimHeads(what, "以及|扣押|于|在|其|涉案的|或者|、|涉嫌违法的|上述|与|查封|和|被检查单位的|当事人的|该|用人单位|违法嫌疑人的|前款规定的|证明")
	if p.topic != "" && startsWith(what, "涉嫌违法活动的|涉嫌违法行为的") {
		what = "涉嫌违反" + p.topic + "管理规定的" + trimHeads(what, "涉嫌违法活动的|涉嫌违法行为的")
	}
	if !seizable(what) || runes(what) > 36 {
		return nil
	}
	if p.topic != "" && !strings.Contains(what, string([]rune(p.topic)[:2])) && runes(what) < 28 && !hasAny(what, "涉嫌|违法|有证据|危害|侵犯|价值相当|食品|药品|农药|种子|兽药|饲料|机动车|船舶|枪支|文物") {
		what = "涉嫌违反" + p.topic + "管理规定的" + what
	}
	kinds := []string{}
	for _, k := range []string{"查封", "扣押", "扣留", "封存", "暂扣", "登记保存"} {
		both := (k == "查封" || k == "扣押") && how != "封存" && strings.Contains(clause, "查封、扣押")
		if strings.Contains(how, k) || both {
			kinds = append(kinds, k)
		}
	}
	name := "对" + what + "的" + strings.Join(kinds, "、")
	if !paired(name) || hasAny(name, dangling) {
		return nil
	}
	return e.force(p, name, name, body)
}

// substitute makes the power to do in a debtor's place what an order asked.
func (e *extractor) substitute(p place, text, s string) []source {
	how := "逾期不改正的代履行"
	if strings.Contains(s, "拆除") {
		how = "逾期不拆除的强制拆除"
	}
	for c := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '。' || r == '；' }) {
		m := offending.FindStringSubmatch(breach.ReplaceAllString(c, "$1"))
		if m == nil || goesOn.MatchString(c) {
			continue
		}
		if act := acts(m[1])[0]; goodAct(act) {
			return e.force(p, "对"+act+how, "对"+act+"，经责令改正"+strings.Replace(how, "的", "的，依法", 1), m[2]+s)
		}
	}
	return nil
}

func (e *extractor) force(p place, name, act, clause string) []source {
	u := e.competent(p, clause)
	if u == 0 || disciplines(p.quote, "") || ofNation(clause) || ofProvince(clause) {
		return nil
	}
	s := p.source(u, power.CategoryCoercion, name)
	s.act, s.object = act, "公民、法人和其他组织"
	return []source{s}
}

// seizable says whether words name a thing or place that can be sealed.
func seizable(what string) bool {
	return runes(what) > 3 && endsWith(what, "场所", "设施", "设备", "物品", "工具", "产品", "财物", "车辆", "船舶", "材料", "食品", "药品", "器械", "资料", "农药", "种子", "兽药", "饲料", "原料", "机具",
		"账簿", "货物", "动物", "植物", "标本", "商品", "文物", "烟花爆竹", "化学品", "食盐", "票据", "财产", "拖拉机", "枪支", "物资", "器具", "原材料", "机械", "种苗", "苗种", "车", "制品", "林木", "化妆品", "包装物", "生鲜乳", "油", "肥料", "疫苗", "计量器具", "工具书", "机动车", "木材", "出版物", "烟叶", "盐产品", "饲料添加剂", "特种设备", "专卖品", "传单", "宣传品", "证件", "设备、设施", "棉花", "物质", "仪器", "刊物", "印刷品", "燃气", "燃气器具", "消防产品", "渔获物", "渔具")
}

// ofAll gives what the general laws empower every punishing unit to do: to add
// to an unpaid fine and to keep evidence (行政处罚法第七十二条, 第五十六条).
func (e *extractor) ofAll(sound []source) []source {
	const title = "中华人民共和国行政处罚法"
	fines := map[int]bool{}
	var added, kept string
	for _, s := range sound {
		fines[s.unit] = fines[s.unit] || s.cat == power.CategoryPenalty
	}
	if t := e.general; t != nil {
		added, _ = t.Locate(lawtext.Number{N: 72}, 1, 0, 0)
		kept, _ = t.Locate(lawtext.Number{N: 56}, 0, 0, 0)
	}
	if added == "" || kept == "" {
		return nil
	}
	var out []source
	for _, u := range e.units {
		if !fines[u.no] {
			continue
		}
		s := source{unit: u.no, cat: power.CategoryCoercion, level: law.Statute, object: "被处罚的公民、法人和其他组织", late: true}
		s.name, s.act, s.quote, s.ref = "对逾期不缴纳"+u.field()+"行政罚款的加处罚款", "对到期不缴纳罚款的当事人加处罚款，加处数额不超过罚款数额", squeeze(added), citation.Ref{Law: title, Article: 72, Paragraph: 1}
		out = append(out, s)
		s.name, s.act, s.quote, s.ref = "对"+u.field()+"违法案件证据的先行登记保存", "对可能灭失或者以后难以取得的证据先行登记保存，在七日内作出处理决定", squeeze(kept), citation.Ref{Law: title, Article: 56}
		out = append(out, s)
	}
	return out
}
