package demo

import (
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// grants reads the powers beyond penalties and coercion out of a paragraph,
// sentence by sentence; at most one of a kind from each sentence.
func (e *extractor) grants(p place, item int, text, quote string) []source {
	if p.home == 0 || ofOfficials(text, "") || strings.Contains(text, "应当承担民事") {
		return nil
	}
	var out []source
	for _, sentence := range strings.FieldsFunc(text, func(r rune) bool { return r == '。' || r == '；' }) {
		if strings.Contains(sentence, "国务院") && !strings.Contains(sentence, "县级") || strings.Contains(sentence, "不得") && !strings.Contains(sentence, "许可证") {
			continue
		}
		for _, read := range []func(string) (power.Category, string, power.Initiative){
			e.permit, e.levy, e.payment, e.reward, e.dispute, e.confirmation, e.inspection, e.filing,
		} {
			cat, name, how := read(sentence)
			if name == "" || !goodName(name) {
				continue
			}
			s := source{unit: e.collector(cat, name, e.bodyIn(p, sentence)), cat: cat, name: name, ref: p.ref(item), level: p.t.level, quote: clip(quote, 900),
				act: name + "。依据条文：" + clip(sentence, 200), object: objectOf(sentence), initiative: how}
			if s.unit != 0 && !(cat == power.CategoryPermit && p.t.level == law.MinistryRule && strings.Contains(name, "审批")) {
				out = append(out, s)
			}
			break
		}
	}
	return out
}

// bodyIn finds the unit a sentence empowers: a body of county level and above
// that it names, else the field of the document.
func (e *extractor) bodyIn(p place, sentence string) int {
	if m := e.re.homeOf.FindStringSubmatch(sentence); m != nil {
		if u := e.unitFor(m[1], p.t.parsed.Title, 0); u != 0 {
			return u
		}
	}
	return p.home
}

func (e *extractor) permit(s string) (power.Category, string, power.Initiative) {
	if !hasAny(s, "批准|许可|审批|核准|同意|证|提出申请") {
		return "", "", ""
	}
	if m := e.re.unless.FindStringSubmatch(s); m != nil && !hasAny(m[1], "股东|业主|权利人|本人|当事人|他人|所有权人|著作权|国务院|患者|监护人") {
		return power.CategoryPermit, strings.TrimSuffix(strings.TrimPrefix(m[2], "从事"), "活动") + "审批", ""
	}
	if m := e.re.paper.FindStringSubmatch(s); m != nil && !hasAny(s, "未取得|尚未|已取得|吊销|注销") {
		name := m[1]
		for _, head := range []string{"相应", "有关", "的", "换发", "颁发", "发放", "领取", "取得"} {
			name = strings.TrimPrefix(name, head)
		}
		if len([]rune(name)) < 5 || hasAny(name, "等级|级别|相应|其他|有关|后|的|由|和|并|营业|人颁发|人在|领取|全国") {
			return "", "", ""
		}
		return power.CategoryPermit, name + "核发", ""
	}
	if m := e.re.approve.FindStringSubmatch(s); m != nil && e.re.permitVerb.MatchString(m[1]) && !hasAny(m[2], "股东|业主|董事|成员|村民|居民|代表大会") && !hasAny(m[1], "属于|以下简称|具备|符合|取得|单位应|申请人|过程中|期间") {
		name := m[1]
		for _, end := range []string{"的单位和个人", "的单位、个人", "的单位或者个人", "的单位", "的企业", "的", "时", "活动", "前"} {
			name = strings.TrimSuffix(name, end)
		}
		name = strings.TrimPrefix(name, "申请")
		if len([]rune(name)) < 5 {
			return "", "", ""
		}
		return power.CategoryPermit, name + "审批", ""
	}
	if m := e.re.regime.FindStringSubmatch(s); m != nil && !strings.Contains(m[2], "登记") {
		return power.CategoryPermit, m[1] + "许可", ""
	}
	return "", "", ""
}

// collector is the unit that collects a levy or pays a benefit: most have their
// own, whatever document speaks of them.
func (e *extractor) collector(cat power.Category, name string, unit int) int {
	list := knownLevies()
	switch {
	case unit == 0:
		return 0
	case cat == power.CategoryPayment:
		list = knownPayments()
	case cat != power.CategoryLevy:
		return unit
	}
	if _, short := find(list, name); e.by[short] != 0 {
		return e.by[short]
	}
	return unit
}

func (e *extractor) levy(s string) (power.Category, string, power.Initiative) {
	if !hasAny(s, "缴纳|征收|交纳|收取") {
		return "", "", ""
	}
	if name, _ := find(knownLevies(), s); name != "" {
		return power.CategoryLevy, name + "征收", ""
	}
	m := e.re.levy.FindStringSubmatch(s)
	if m == nil {
		return "", "", ""
	}
	name := strings.TrimPrefix(strings.TrimPrefix(m[1], "的"), "了")
	if hasAny(name, "社会保险费|医疗保险费|失业保险费|工伤保险费|养老保险费|生育保险费") {
		return power.CategoryLevy, name + "征收", ""
	}
	for _, w := range []string{"许可使用", "请求费", "机关依法", "场地使用", "标准", "两倍", "倍的", "赔偿", "村提留", "工本", "部分", "其", "资金", "保费", "和实际", "成交", "全额", "费用", "保险", "工会", "诉讼", "仲裁", "会费", "学费", "服务", "保证", "电费", "水费", "物业", "住宿", "保费", "培训", "各种", "任何", "有关", "规定", "一切", "手续", "印花", "关税", "全部", "一定", "相关", "应", "报名", "用水", "治疗"} {
		if strings.Contains(m[1], w) {
			return "", "", ""
		}
	}
	return power.CategoryLevy, name + "征收", ""
}

func (e *extractor) payment(s string) (power.Category, string, power.Initiative) {
	if !hasAny(s, "补助|补贴|救助|津贴|抚恤|待遇|救济|保障金|资助|优待金|扶助|丧葬费|补偿费") {
		return "", "", ""
	}
	if name, _ := find(knownPayments(), s); name != "" && hasAny(s, "发放|给予|领取|享受|支付|申请|提供|补贴") {
		return power.CategoryPayment, name + "给付", ""
	}
	m := e.re.pay.FindStringSubmatch(s)
	if m == nil {
		return "", "", ""
	}
	for _, w := range []string{"单位", "企业", "经济补偿", "受害", "违约", "适当", "重点", "优先", "财政", "奖励性", "除", "等", "损失", "岗位", "扶持", "使用补偿", "经费", "资金", "和", "一次", "提供", "下列", "全额", "人"} {
		if strings.Contains(m[1], w) {
			return "", "", ""
		}
	}
	return power.CategoryPayment, m[1] + "给付", ""
}

func (e *extractor) reward(s string) (power.Category, string, power.Initiative) {
	if !hasAny(s, "奖励|表彰") || !hasAny(s, "成绩|贡献|成就|成果") {
		return "", "", ""
	}
	m := e.re.reward.FindStringSubmatch(s)
	if m == nil {
		return "", "", ""
	}
	field := strings.TrimSuffix(strings.TrimPrefix(m[1], "在"), "中")
	if i := strings.LastIndex(field, "对在"); i >= 0 {
		field = field[i+len("对在"):]
	}
	if strings.Contains(field, "对") || hasAny(field, "成绩|贡献") {
		return "", "", ""
	}
	for _, end := range []string{"中做出", "中作出", "中有", "做出", "作出", "中"} {
		field = strings.TrimSuffix(strings.Trim(field, "，、"), end)
	}
	if !strings.HasSuffix(field, "方面") {
		field += "中"
	}
	return power.CategoryReward, "对在" + field + "作出突出贡献的单位和个人的奖励", ""
}

func (e *extractor) dispute(s string) (power.Category, string, power.Initiative) {
	if !hasAny(s, "争议|纠纷|异议") {
		return "", "", ""
	}
	m := e.re.dispute.FindStringSubmatch(s)
	if m == nil || hasAny(s, "仲裁委员会|人民法院处理") || hasAny(m[1], "无争议|劳动争议|意见|之间|行政|部门|有关|改革|处理|名称相同|引起") {
		return "", "", ""
	}
	name := strings.NewReplacer("发生争议", "争议", "有争议", "争议", "发生纠纷", "纠纷", "的纠纷", "纠纷", "的争议", "争议", "产生纠纷", "纠纷", "发生的", "").Replace(m[1])
	if len([]rune(name)) < 4 {
		return "", "", ""
	}
	return power.CategoryAdjudication, name + "裁决", ""
}

func (e *extractor) confirmation(s string) (power.Category, string, power.Initiative) {
	if !hasAny(s, "认定|登记|鉴定|评定|确认|审定|检定|认证") {
		return "", "", ""
	}
	m := e.re.confirm.FindStringSubmatch(s)
	if m == nil {
		return "", "", ""
	}
	name := m[1]
	for _, head := range []string{"申请", "办理", "进行", "开展", "组织", "除", "重新", "依法"} {
		name = strings.TrimPrefix(name, head)
	}
	if len([]rune(name)) < 5 || hasAny(name, "办理|进行|开展|应当|向|到|签字|相应|有关|相关|系列|记录|人和|人通过|通过|的|因|或者|司法|后|由|委员会|单位|申请|自行|简易|时|并|经|不予|在|对") {
		return "", "", ""
	}
	return power.CategoryConfirmation, name, ""
}

func (e *extractor) inspection(s string) (power.Category, string, power.Initiative) {
	if !hasAny(s, "检查|抽查|抽检") {
		return "", "", ""
	}
	m := e.re.inspect.FindStringSubmatch(s)
	if m == nil {
		return "", "", ""
	}
	what := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(m[1], "依法"), "的情况"), "进行")
	if i := strings.LastIndex(what, "对"); i >= 0 {
		what = what[i+len("对"):]
	}
	if hasAny(what, "加强|被调查|象|出示|盘问|进行|和的|随机|跟踪|就诊|解剖|指导和|本规范|开展") || strings.HasSuffix(what, "和") {
		return "", "", ""
	}
	what = strings.TrimPrefix(what, "本行政区域内")
	return power.CategorySupervision, "对" + strings.TrimRight(what, "、") + "的监督检查", ""
}

// filing reads the other powers: filings, reviews and acceptances.
func (e *extractor) filing(s string) (power.Category, string, power.Initiative) {
	if !hasAny(s, "备案|验收|审查|审核|批准|审定|核准|同意") {
		return "", "", ""
	}
	if m := e.re.review.FindStringSubmatch(s); m != nil {
		return power.CategoryOther, strings.TrimPrefix(m[1], "的") + "审核", power.OnApplication
	}
	if m := e.re.filed.FindStringSubmatch(s); m != nil {
		what := strings.TrimSuffix(strings.TrimSuffix(m[1], "应当"), "的")
		if i := strings.LastIndex(what, "将"); i >= 0 {
			what = what[i+len("将"):]
		}
		if hasAny(what, "应在|应将|应|须|单位在|人在|情况|收到|属于|载明|机关|一次") {
			return "", "", ""
		}
		return power.CategoryOther, what + "备案", power.OnApplication
	}
	if m := e.re.accept.FindStringSubmatch(s); m != nil {
		if strings.HasSuffix(m[1], "在") || hasAny(m[1], "建设单位") {
			return "", "", ""
		}
		return power.CategoryOther, m[1] + "竣工验收", power.OnApplication
	}
	return "", "", ""
}

// coercion reads measures and enforcement out of the sentences of a paragraph:
// sealing and seizure, and performance in the debtor's place (代履行).
func (e *extractor) coercion(p place, text string) []source {
	var out []source
	for _, s := range strings.FieldsFunc(text, func(r rune) bool { return r == '。' || r == '；' }) {
		out = append(out, e.surcharge(p, s, text)...)
		if !hasAny(s, "查封|扣押|暂扣|登记保存|代为|代履行|拆除") || hasAny(s, "不得查封|严禁|禁止") || strings.Contains(s, "解除") || strings.Contains(s, "人民法院") {
			continue
		}
		if m := e.re.seize.FindStringSubmatch(s); m != nil {
			what := m[1]
			if i := strings.LastIndex(what, "对"); i >= 0 {
				what = what[i+len("对"):]
			}
			out = append(out, e.force(p, 0, what, "的查封、扣押", text, s)...)
			continue
		}
		if strings.Contains(s, "代为") || strings.Contains(s, "代履行") || strings.Contains(s, "强制拆除") || strings.Contains(s, "强行拆除") {
			if !strings.Contains(s, "逾期") && !strings.Contains(s, "拒不") {
				continue
			}
			words := e.re.cleanHead.ReplaceAllString(s, "")
			m := e.re.violation.FindStringSubmatch(words)
			if m == nil {
				continue
			}
			how := "逾期不改正的代履行"
			if strings.Contains(s, "拆除") {
				how = "逾期不改正的强制拆除"
			}
			if act := cleanAct(m[1]); goodAct(act) {
				out = append(out, e.force(p, 0, act, how, text, m[2])...)
			}
		}
	}
	return out
}

// seizedItem reads an item of 可以采取下列措施：（三）查封、扣押….
func (e *extractor) seizedItem(p place, item int, words, quote, head string) []source {
	if !strings.Contains(head, "下列") || !strings.Contains(words, "查封") && !strings.Contains(words, "扣押") {
		return nil
	}
	if m := e.re.seize.FindStringSubmatch(words); m != nil {
		return e.force(p, item, m[1], "的查封、扣押", quote, head)
	}
	i := max(strings.Index(words, "查封"), strings.Index(words, "扣押"), strings.Index(words, "暂扣"))
	what := strings.TrimLeft(words[i+len("查封"):], "、或者")
	what = strings.TrimRight(strings.TrimPrefix(what, "查封"), "；。，的")
	what, _, _ = strings.Cut(what, "，")
	return e.force(p, item, what, "的查封、扣押", quote, head)
}

func (e *extractor) force(p place, item int, what, how, quote, clause string) []source {
	for _, head := range []string{"其", "涉案的", "有关", "相关", "或者", "、"} {
		what = strings.TrimPrefix(what, head)
	}
	if i := strings.Index(what, "，"); i > 0 && strings.Contains(how, "查封") {
		what = what[i+len("，"):]
	}
	name := "对" + strings.Trim(what, "，、的") + how
	u := e.competent(p, clause, clause)
	if u == 0 || len([]rune(what)) < 4 || strings.Contains(how, "查封") && (!goodName(name) || !seizable(what)) || ofOfficials(quote, "") {
		return nil
	}
	return []source{{unit: u, cat: power.CategoryCoercion, name: name, ref: p.ref(item), level: p.t.level, quote: clip(quote, 900),
		act: name, object: "公民、法人和其他组织"}}
}

// belowLaw makes the seeded defects that rest on documents below the law:
// licences and yearly inspections that such a document cannot set. The cited
// article is real; that it sets anything is the defect.
func belowLaw(us []unit, chosen []text, e *extractor) (tooLow, reform []source) {
	var docs []*text
	own := map[int][]*text{}
	for i := range chosen {
		t := &chosen[i]
		if t.level == law.Normative && !t.repeals && len(t.parsed.Doc.Articles) >= 5 && !strings.Contains(t.parsed.Title, "中国共产党") {
			docs = append(docs, t)
			own[e.home(t)] = append(own[e.home(t)], t)
		}
	}
	if len(docs) == 0 {
		return nil, nil
	}
	for _, u := range us {
		from := own[u.no]
		if len(from) == 0 {
			from = docs
		}
		for j, f := range u.topics {
			t := from[(u.no+j)%len(from)]
			a := t.parsed.Doc.Articles[1+(u.no+j)%(len(t.parsed.Doc.Articles)-2)]
			s := source{unit: u.no, level: law.Normative, quote: clip(squeeze(a.Text()), 400), object: f.actor,
				ref: citation.Ref{Law: t.parsed.Title, Article: a.Number.N, ArticleSub: a.Number.Sub}}
			if j%2 == 0 {
				s.cat, s.name, s.act = power.CategoryPermit, "跨县域"+f.activity+"准入审批", f.fill("审查〔c〕跨县（市、区）从事〔a〕的准入申请，决定是否批准")
				tooLow = append(tooLow, s)
			} else {
				s.cat, s.name, s.act, s.initiative = power.CategoryOther, f.actor+"年度检验", f.fill("每年对〔c〕的资格和〔a〕情况进行检验"), power.OnApplication
				reform = append(reform, s)
			}
		}
	}
	return tooLow, reform
}

// seizable says whether words name a thing or place that can be sealed.
func seizable(what string) bool {
	return endsWith(strings.TrimRight(what, "，、的"), "场所", "设施", "设备", "物品", "工具", "产品", "财物", "车辆", "船舶", "材料", "证据", "食品", "药品", "器械", "资料", "农药", "种子", "兽药", "饲料", "原料", "机具",
		"账簿", "货物", "动物", "植物", "标本", "商品", "文物", "烟花爆竹", "化学品", "食盐", "票据", "财产", "拖拉机", "枪支", "物资", "器具", "原材料", "机械", "种苗", "苗种", "车", "证件", "制品", "林木", "化妆品", "包装物", "生鲜乳", "油", "肥料", "疫苗", "计量器具")
}
