package demo

import (
	"regexp"
	"strings"

	"qingdan/internal/registry/power"
)

// The forms of the tenth category (其他权力).
var (
	filedWith  = regexp.MustCompile(`(?:将|把)([^，。；将把]{3,40}?)(?:等?材料|等情况)?(?:，)?(?:及时|书面|一并|抄送|上报|逐级)?(?:报|向|送)([^，。；]{2,40}?)(?:登记备案|备案)`)
	filedAct   = regexp.MustCompile(`^(?:[\p{Han}、（）]{2,16}?(?:单位|企业|机构|人|者|公司|学校))?((?:设立|变更|设置|开办|举办|聘用|购买|销售|采用|制定|编制|签订|转让|出租|使用|停业|歇业|终止|迁移|修改|建立|调整|从事|新建|改建|扩建|进行|开展|委托|承接|跨|在)[^，。；]{3,32}?)(?:的)?，?(?:应当|须|必须)[^。；]{0,40}?(?:报|向|到)([^，。；]{2,40}?)(?:办理)?(?:登记备案|备案)`)
	filedNoun  = regexp.MustCompile(`^([\p{Han}、（）《》]{4,30}?)(?:，)?(?:应当|须|必须)(?:自[^，]{2,30}日内，?|在[^，]{2,24}内，?|于[^，]{2,24}内，?)?(?:依法|及时)?(?:报|向)([^，。；]{2,40}?)(?:办理)?(?:登记备案|备案)`)
	reviewed   = regexp.MustCompile(`(?:编制|制定|提交|报送|提出|拟订|修改|调整|变更|将)([\p{Han}、（）]{3,28}?(?:方案|报告书|报告表|报告|计划|预案|设计文件|图纸|设计|标准|目录|章程|措施|说明书|合同|实施细则|规程|样本|样品|招标文件|评价文件))(?:及有关材料)?，?[^。；]{0,24}?(?:报|经|送|提交|报经|报请)([^，。；]{2,34}?)(审查|审核|批准|审定|核准|审批|同意|论证|评审)`)
	preReview  = regexp.MustCompile(`^([\p{Han}、（）]{4,30}?)(?:的)?，?(?:应当|须|必须)?(?:经|由|向)([^，。；]{2,30}?)(?:初审|审核|预审)(?:后|同意后|合格后|，|同意)?，?(?:报|上报|提交|转报)`)
	accepted   = regexp.MustCompile(`([\p{Han}、（）]{3,22}?)(?:竣工|完工|建成|完成|治理完成|结束)(?:后|的|时)[^。；]{0,40}?验收`)
	accepted2  = regexp.MustCompile(`(?:组织|负责|申请|进行)([\p{Han}、]{2,18}?(?:工程|设施|项目|设备|系统))(?:的)?(竣工验收|专项验收|验收)`)
	yearly     = regexp.MustCompile(`(?:每年|年度|上一年度|上年度)[^。；]{0,30}?(?:报送|提交|上报|填报|报告)([^，。；]{3,26}?(?:报告|情况|报表|统计资料|年报|信息))(?:[，。；]|$)`)
	revoked    = regexp.MustCompile(`(?:由|，)[^，。；]{0,40}?(?:予以|应当|可以|依法)?(撤销|注销)(?:其|该|已经?取得的|相应的|已颁发的)?《?([^，。；《》]{2,18}?(?:许可证|许可|登记证书|登记|资格证书|资格|资质证书|资质|认定|证书|批准文号|批准文件|执业证书|注册|合格证))》?(?:[，。；]|$)`)
	complained = regexp.MustCompile(`(?:接到|受理|收到|处理)[^，。；]{0,24}?(?:投诉|举报)[^。；]{0,40}?(?:处理|查处|核实|调查|答复)`)
	accident   = regexp.MustCompile(`((?:\p{Han}{2,10})?(?:事故|事件|疫情))(?:的)?(?:应急处置|调查处理|调查|处理)`)
	graded     = regexp.MustCompile(`(?:对|按照)?([\p{Han}、]{3,20}?)(?:进行|实行|实施|的)?(信用等级评价|信用评价|信用评定|等级评定|分类管理|分级管理|质量信誉考核|信誉考核|年度考核|考核评价|年度核验|年度验审|年度审验|年检|年审|校验|审验|动态考核|绩效评价|安全评估)`)
	talked     = regexp.MustCompile(`(?:对|约谈)([\p{Han}、]{4,30}?(?:负责人|法定代表人|经营者|单位|企业|机构|人))(?:等)?(?:进行)?(?:责任)?(?:约谈|$)`)
	examined   = regexp.MustCompile(`(?:^|，|的)([\p{Han}、]{4,26}?(?:人员|负责人|管理者|工|员|师))(?:，)?(?:应当|必须|须)?(?:经|由|参加)([^，。；]{0,24}?(?:部门|机构|机关))(?:组织的)?(?:考核|考试)合格`)
	drawn      = regexp.MustCompile(`(?:部门|机关|机构)(?:应当|负责|可以|会同[^，。；]{2,20}|根据[^，。；]{2,24})?[，]?(?:依法|统一|组织|定期|向社会)?(划定|公布|确定|公告)([\p{Han}、]{4,24}?(?:区|区域|范围|名录|目录|名单|路段|保护地|水域|期|地点|线路|时段))(?:[，。；、的并和]|$)`)
)

// other reads the powers of the tenth category: filings, reviews, acceptances,
// reports, withdrawals of licences, complaints.
func (e *extractor) other(p place, s string) (source, bool) {
	if strings.Contains(p.t.parsed.Title, "处罚") {
		return source{}, false
	}
	for _, read := range []func(place, string) (string, power.Initiative){filing, review, acceptance, report, withdrawal, supervision} {
		name, how := read(p, s)
		if name == "" || !goodName(name) {
			continue
		}
		got := p.source(e.holder(p, s), power.CategoryOther, name)
		got.initiative = how
		if u := e.paperHolder(name); u != 0 && hasAny(name, "许可证|资质证书|资格证书") {
			got.unit = u
		}
		return got, true
	}
	return source{}, false
}

func filing(p place, s string) (string, power.Initiative) {
	if !strings.Contains(s, "备案") || hasAny(s, "未备案|未报|未按|不备案|备案的，|备案机关") {
		return "", ""
	}
	what := ""
	if m := filedWith.FindStringSubmatch(s); m != nil {
		what = trimHeads(m[1], "本单位|本企业|有关|其|所|每年|收购的|制定的|相关|自己|最终")
	} else if m := filedAct.FindStringSubmatch(s); m != nil && !hasAny(m[1], "规定|条件|应当") {
		what = m[1]
	} else if m := filedNoun.FindStringSubmatch(s); m != nil && !endsWith(m[1], "单位", "企业", "人", "者", "机构", "部门", "公司", "学校", "机关", "医院", "法", "社", "后") {
		what = m[1]
	}
	what = trimTails(what, "及时|书面|一并|等|应当|的|、|及|情况及时|逐级|同时|及其他|以及|副本|材料|文本|原件|复印件|之日起|结果")
	what = strings.NewReplacer("有关", "", "相关", "", "情况", "", "以及", "和", "该", "").Replace(what)
	if n := runes(what); n < 3 || n > 30 || endsWith(what, "流", "有", "按", "同", "以") || startsWith(what, "购买的|企业名称或|收购|养殖场、养殖小区的|信托财产|考级|开设的|修改后|销售、购买") || hasAny(what, "日内|收到|属于|载明|一次|决定|报|市、县|统计|行政处罚") {
		return "", ""
	}
	if runes(what) < 6 || startsWith(what, "从业人员|招标文件|竣工验收|印章|组织机构|财务|分支机构|应急预案|章程|合同|标准|方案|设计") {
		what = join(p.topic, what)
	}
	return what + "备案", power.OnApplication
}

func review(p place, s string) (string, power.Initiative) {
	if !hasAny(s, "审查|审核|批准|审定|核准|审批|同意|初审|论证|评审|预审") {
		return "", ""
	}
	if m := reviewed.FindStringSubmatch(s); m != nil && !hasAny(m[2], "发包人|业主大会|监理|建设单位|村民|股东|董事|人民政府|本单位|国务院|技术负责人|专家") {
		what := trimHeads(afterLast(m[1], "编制|提交|制定|报送|修订"), "的|相应的|有关|单位|、|和|与|详细的|本单位|书面")
		if startsWith(what, "产品和产业|消除、|申请和|拆除、|预防或者|节约、保护|调整行政") || runes(what) < 3 {
			return "", ""
		}
		how := map[string]string{"审查": "审查", "审定": "审定", "核准": "核准", "论证": "论证", "评审": "评审"}[m[3]]
		if how == "" {
			how = "审核"
		}
		if runes(what) < 6 {
			what = join(p.topic, what)
		}
		return trimHeads(what, "对") + how, power.OnApplication
	}
	if m := preReview.FindStringSubmatch(s); m != nil && !hasAny(m[1], "单位应|申请人") {
		return trimTails(m[1], "的|申请|应当|材料") + "初审", power.OnApplication
	}
	return "", ""
}

func acceptance(p place, s string) (string, power.Initiative) {
	if !strings.Contains(s, "验收") || hasAny(s, "未经验收|验收不合格|自行|未组织|组织竣工验收的|建设单位应当组织") {
		return "", ""
	}
	if m := accepted.FindStringSubmatch(s); m != nil && !endsWith(m[1], "在", "单位", "应当", "未") && !hasAny(m[1], "建设单位") {
		return join(shortTopic(p.topic, m[1]), trimTails(m[1], "、|的|项目的")) + "竣工验收", power.OnApplication
	}
	if m := accepted2.FindStringSubmatch(s); m != nil {
		return join(shortTopic(p.topic, m[1]), m[1]) + m[2], power.OnApplication
	}
	return "", ""
}

// shortTopic gives the topic where a name is too short to stand alone.
func shortTopic(topic, name string) string {
	if runes(name) < 6 {
		return topic
	}
	return ""
}

func report(p place, s string) (string, power.Initiative) {
	if !hasAny(s, "每年|年度") {
		return "", ""
	}
	if m := yearly.FindStringSubmatch(s); m != nil && !hasAny(s, "向本级人民|向同级人民|上级|上一级|向社会") {
		what := afterLast(trimHeads(m[1], "的|上一年度的|上一年度|本年度|年度|上年度"), "报送|提交|部门|机关|机构|上一年度的|上一年度|年度")
		what = trimTails(what, "报告|情况|的|等|信息|工作")
		if runes(what) < 8 {
			what = join(p.topic, what)
		}
		return what + "年度报告核查", power.OnApplication
	}
	return "", ""
}

// withdrawal reads that licences got by deceit are revoked, and that lapsed
// ones are struck off.
func withdrawal(p place, s string) (string, power.Initiative) {
	if !hasAny(s, "撤销|注销") {
		return "", ""
	}
	m := revoked.FindStringSubmatch(s)
	if m == nil || hasAny(s, "处分|任职") || hasAny(m[2], "、|和|或者|吊销|委员|项经营|纸质|招生") {
		return "", ""
	}
	what := trimHeads(afterLast(m[2], "的|其|已经|该"), "行政|相应|有关|颁发|取得")
	if stem := trimTails(what, "许可证|许可|登记证书|登记|资格证书|资格|资质证书|资质|认定|证书|批准文号|批准文件|执业证书|注册|合格证"); runes(stem) < 4 {
		if p.topic == "" {
			return "", ""
		}
		what = join(p.topic, what)
	}
	if m[1] == "撤销" && hasAny(s, "欺骗|虚假|隐瞒|不正当|弄虚作假|骗取") {
		return "以欺骗、贿赂等不正当手段取得的" + what + "撤销", power.ExOfficio
	}
	return what + m[1], power.ExOfficio
}

// supervision reads what remains: complaints, accidents, grading, areas drawn
// and lists published.
func supervision(p place, s string) (string, power.Initiative) {
	if !hasAny(s, "部门|机关|机构") {
		return "", ""
	}
	for _, f := range []struct {
		words string
		read  func(place, string) string
		how   power.Initiative
	}{
		{"投诉|举报", complaint, power.ExOfficio}, {"事故|事件|疫情", inquiry, power.ExOfficio}, {"评|管理|考核|核验|审验|年检|年审|校验", grading, power.ExOfficio},
		{"约谈", talk, power.ExOfficio}, {"合格", examination, power.OnApplication}, {"划定|公布|确定|公告", drawing, power.ExOfficio},
	} {
		if hasAny(s, f.words) {
			if name := f.read(p, s); name != "" {
				return name, f.how
			}
		}
	}
	return "", ""
}

func complaint(p place, s string) string {
	if p.topic == "" || !complained.MatchString(s) {
		return ""
	}
	return trimTails(p.topic, "投诉举报处理|投诉|查处|处理|服务质量") + "投诉举报处理"
}

// inquiry names the investigation of accidents and incidents.
func inquiry(p place, s string) string {
	m := accident.FindStringSubmatch(s)
	if m == nil || hasAny(s, "工作人员|拒绝|责令|群众|人民政府组织") {
		return ""
	}
	if head, _, ok := strings.Cut(p.topic, "事故"); ok {
		return head + "事故调查处理"
	}
	what := afterLast(m[1], "对|的|发生|重大|组织|参与|进行|开展|负责|一般|特大|较大|和|及|人员|造成|部门|机构|有关|单位|等|应|在|生产经营|因|制定|突发|自|之间|处置|处理|调查|引起|可能|导致|期间|重伤|简易|其|该")
	if runes(what) < 4 && hasAny(p.topic, "权益|应急|环境") {
		return ""
	}
	return join(shortTopic(p.topic, what), what) + "调查处理"
}

func grading(p place, s string) string {
	m := graded.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	what := trimTails(afterLast(m[1], "对|部门|机构|机关|应当|开展|进行|实行|组织|的|按照|建立"), "定期|、|依法|实施|情况")
	if hasAny(what, "健全|未|严格|逾期|每|实施|动态|、|暂缓|经过|完成|以外|不|和|每年|现有|进口|指导|靠港|期限|一次|纳入|管理") || runes(what) < 2 {
		return ""
	}
	return join(shortTopic(p.topic, what), what) + m[2]
}

func talk(_ place, s string) string {
	m := talked.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	return "对" + afterLast(m[1], "对|约谈|可以|应当|由") + "的约谈"
}

func examination(p place, s string) string {
	m := examined.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	return join(shortTopic(p.topic, m[1]), trimHeads(afterLast(m[1], "的|从事|取得|由"), "主要")) + "考核"
}

// drawing names areas that a unit marks out and lists that it publishes.
func drawing(p place, s string) string {
	m := drawn.FindStringSubmatch(s)
	if m == nil || hasAny(m[2], "人民政府|规划|许可证|依法") {
		return ""
	}
	what, verb := afterLast(m[2], "的"), strings.Replace(m[1], "确定", "划定", 1)
	if endsWith(what, "名录", "目录", "名单") {
		verb = "公布"
	}
	return join(shortTopic(p.topic, what), what) + verb
}
