package demo

import (
	"regexp"
	"strings"

	"qingdan/internal/registry/power"
)

// The forms of the smaller categories.
var (
	levied      = regexp.MustCompile(`(?:缴纳|征收|交纳|收取|缴入|计征)([\p{Han}]{2,16}?(?:费|税|基金|补偿金|保障金|出让金|价款|出让收益))(?:[，。；、的和及或]|$)`)
	taxed       = regexp.MustCompile(`(?:为|征收|缴纳)([\p{Han}]{2,10}?税)(?:的)?(?:纳税义务人|纳税人|扣缴义务人|，|。|的|、|和|$)`)
	chargeable  = regexp.MustCompile(`(?:资源费|补偿费|污水处理费|垃圾处理费|建设费|占用费|复垦费|开垦费|闲置费|恢复费|治理费|保护费|抚养费|保障金|排污费|保险费|绿化费|价款|出让金|占道费|通行费|有偿使用费|挖掘修复费|基金|监理费|加价水费|基本水费|出让收益|易地建设费|配套费|维护费|附加|资源保护费|使用费|所得税|增值税|消费税|资源税|契税|车船税|印花税|房产税|土地使用税|土地增值税|耕地占用税|城市维护建设税|烟叶税|环境保护税|车辆购置税|港务费|增殖费|育林费|损失补偿费|植被费)$`)
	given       = regexp.MustCompile(`(?:发放|给予|领取|享受|支付|申请|提供|获得)(?:适当的|一定的|相应的|适当|一定|相应|必要的)?([\p{Han}]{2,16}?(?:补助|补贴|救助金|津贴|抚恤金|保险待遇|补助金|救济|保障金|救助|资助|安置费|生活保障|优待金|丧葬费|生活费|保险金|奖励金|扶助金|供养|待遇))(?:[，。；、的和]|$)`)
	rewarded    = regexp.MustCompile(`(?:对|对于)?(?:在)?([\p{Han}、（），]{6,44}?)(?:中)?(做出|作出|取得|有)?(显著|突出|重大|重要)?(成绩|贡献|成就|成果)(?:显著|突出)?的(?:单位和个人|单位、个人|组织和个人|个人|单位|集体和个人|公民、法人和其他组织|单位或者个人|人员)`)
	contested   = regexp.MustCompile(`((?:土地|林地|草原|水事|用水|滩涂|林木|矿区|矿业权|权属|边界|专利|植物新品种|承包|房屋|拆迁|医疗|商标|名称|使用权|所有权|渔业|污染|损害|企业名称|著作权|经营|电力|计量|质量|种子|渔业水域|采矿权|探矿权|勘查作业区|征收补偿|国有资产|产权|水土流失|水工程|集体|赔偿责任|赔偿|损害赔偿|入学、转学|交通事故|林权|水污染|环境污染|噪声|消费者权益|水域|商标侵权|著作权侵权|勘查范围|电价|标准|农机|农业机械|运输|客运|旅游|服务质量|在发车时间|相邻|供用电|污染损害)[\p{Han}、]{0,12}?(?:争议|纠纷|异议))[^。；]{0,60}?(?:裁决|处理|裁定|行政裁决|仲裁检定|调处|调解)`)
	compensated = regexp.MustCompile(`达不成补偿协议[^。]{0,90}补偿决定`)
	confirmed   = regexp.MustCompile(`(?:申请|办理|进行|组织|负责|依法|实施|开展|的|行)(\p{Han}{2,18}?(?:认定|登记|鉴定|评定|确认|审定|检定|认证|检验|定级|评估定级))(?:[，。；、的手证]|$)`)
	inspected   = regexp.MustCompile(`对([\p{Han}、（）]{3,34}?)(?:的情况|情况)?(?:进行|实施|开展|组织|的)?(?:定期|不定期|日常|现场|随机|经常性|专项)?(?:的)?(?:监督检查|监督抽查|监督管理检查|执法检查|抽查|检查|监督抽检|抽样检验|稽查|核查|监测|督导|巡查)`)
	inspecting  = regexp.MustCompile(`(?:监督检查|监督抽查|执法检查|抽查|抽样检验|稽查|核查|监测|督导|巡查|检查)$`)
)

// levies reads charges and taxes (行政征收).
func (e *extractor) levies(p place, s string) []source {
	if !hasAny(s, "费|税|金|价款") || hasAny(s, "免缴|退还|赔偿|经营者收取|挪用|骗取") {
		return nil
	}
	var out []source
	for _, m := range append(levied.FindAllStringSubmatch(s, 4), taxed.FindAllStringSubmatch(s, 2)...) {
		name := trimHeads(m[1], "的|了|规定的|国家规定的|足额|全额|按时|应当|每年|依法|其|应纳|欠缴的|已|和|职工|用人单位|代扣代缴|当年")
		name = afterLast(name, "的|和|及|与|缴纳|取得|年度|或者|、|专门用于")
		if !chargeable.MatchString(name) || hasAny(name, "应|用人|单位|保费和|部分|两倍|村|诉讼|安置|土地补偿费|全部|交易|成交|他|标准|资金|个人缴|企业所得税保|建设监理|职业|集中|征收|由|政府|或|等|拖欠|管理水|单一性|许可使用|场地|著作权|时依法|产品税|价款征|海洋|税收|负有|许可证使用|基本农田保护|地方所得") || name == "所得税" {
			continue
		}
		if runes(name) < 5 && !strings.HasSuffix(name, "税") && !hasAny(name, "水资源|排污|社会|教育费") {
			name = join(p.topic, name)
		}
		unit := e.holder(p, s)
		for _, r := range levyRules {
			if hasAny(name, r.in) {
				unit = e.by[r.unit]
				break
			}
		}
		if insurance := strings.HasSuffix(name, "保险费"); unit == 0 || insurance && !hasAny(name, "社会|养老|医疗|工伤|失业|生育") || runes(name) > 18 {
			continue
		}
		out = append(out, p.source(unit, power.CategoryLevy, name+"征收"))
	}
	return out
}

// levyRules give the unit that collects a charge, whatever document names it.
var levyRules = []rule{
	{"保险费", "", "市社保局"}, {"土地增值税", "", "市地税局"}, {"增值税|消费税|企业所得税|车辆购置税", "", "市国税局"}, {"税|教育费附加", "", "市地税局"}, {"残疾人", "", "市残联"}, {"水资源税", "", "市地税局"}, {"水资源费|水土", "", "市水利局"}, {"污水处理费|供水|挖掘修复", "", "市市政局"},
	{"垃圾", "", "市城管执法局"}, {"森林植被|湿地|育林|林地", "", "市林业局"}, {"耕地|复垦|土地|矿|采矿|探矿|地质", "", "市国土资源局"}, {"排污费|污染", "", "市环保局"}, {"无线电", "", "市无线电办"}, {"渔业", "", "市渔业局"}, {"人防|防空", "", "市人防办"},
	{"绿化|风景名胜|绿地", "", "市园林局"}, {"抚养", "", "市卫生计生委"}, {"港口|航道|船舶", "", "市港航局"}, {"公路|车辆通行", "", "市公路局"}, {"房屋|维修", "", "市房管局"}, {"墙体|散装水泥", "", "市经济和信息化委"}, {"草原", "", "市畜牧兽医局"},
}

// payment reads payments to persons (行政给付).
func (e *extractor) payment(p place, s string) (source, bool) {
	if !hasAny(s, "补|津贴|救|待遇|抚恤|金|资助|供养|费") {
		return source{}, false
	}
	m := given.FindStringSubmatch(s)
	if m == nil || hasAny(s, "不得|停止|骗取|追回|退回") {
		return source{}, false
	}
	name := trimHeads(afterLast(m[1], "的|按照|规定|享受|领取|给予|发放|支付"), "国家|政府|有关|相关|社会|本人|从事")
	if hasAny(name, "单位|企业|经济补偿|受害|违约|适当|重点|优先|财政|除|等|损失|扶持|经费|资金|和|一次|下列|全额|人给|同等|国民|政策|工资|各项|各种|公平|应|职工|特殊|项|停产|福利待遇|一切|赔偿|监护人|优惠待遇|捐赠|供养亲属|职业病待遇|劳动保险待遇|待业|困难补助金|最低生活保障金|基本生活待遇|或") || runes(name) < 4 {
		return source{}, false
	}
	if strings.HasPrefix(name, "保") {
		name = join(trimTails(p.topic, "保险"), name)
	}
	if hasAny(name, "社会|医疗|养老|工伤|失业|生育") && hasAny(name, "保险") {
		return p.source(e.by["市社保局"], power.CategoryPayment, name+"给付"), true
	}
	unit := e.holder(p, s)
	if hasAny(name, "最低生活|医疗救助|临时救助|特困|孤儿|抚恤|优待|丧葬|困难") {
		unit = e.by["市民政局"]
	}
	if runes(name) < 6 {
		name = join(trimTails(p.topic, "权益|保护|保障|防治|促进|供养工作|救助|推广使用|康复|预防和|若干"), name)
	}
	return p.source(unit, power.CategoryPayment, name+"给付"), true
}

// reward reads honours (行政奖励).
func (e *extractor) reward(p place, s string) (source, bool) {
	if !hasAny(s, "奖励|表彰") {
		return source{}, false
	}
	m := rewarded.FindStringSubmatch(s)
	if m == nil {
		return source{}, false
	}
	field := afterLast(trimTails(trimHeads(m[1], "在|从事|为"), "中"), "对在|对")
	field = trimTails(strings.Trim(field, "，、"), "中做出|中作出|中有|做出|作出|中|取得|中取得|方面有|有")
	if hasAny(field, "成绩|贡献|其|取得|优秀|人民政府|应当|国家") || runes(field) < 4 {
		return source{}, false
	}
	if !strings.HasSuffix(field, "方面") {
		field += "中"
	}
	return p.source(e.holder(p, s), power.CategoryReward, "对在"+field+"作出突出贡献的单位和个人的奖励"), true
}

// dispute reads decisions between parties (行政裁决).
func (e *extractor) dispute(p place, s string) (source, bool) {
	if !hasAny(s, "争议|纠纷|异议|补偿决定") {
		return source{}, false
	}
	if p.topic != "" && compensated.MatchString(s) {
		return p.source(e.holder(p, s), power.CategoryAdjudication, trimTails(p.topic, "与补偿|补偿")+"补偿争议裁决"), true
	}
	m := contested.FindStringSubmatch(s)
	if m == nil || hasAny(s, "仲裁委员会|人民法院处理|行政复议|自行|仲裁机构") || hasAny(m[1], "无争议|意见|之间|行政|部门|有关|改革|处理|引起|劳动|合同|人事|重大|人民|投诉|组织|对赔偿责任|质量问题与|林权|调解|名称相同|经营者在") || !hasAny(s, "部门|机关|机构|政府") {
		return source{}, false
	}
	name := strings.NewReplacer("发生争议", "争议", "有争议", "争议", "发生纠纷", "纠纷", "的纠纷", "纠纷", "的争议", "争议", "产生纠纷", "纠纷", "发生的", "", "方面", "").Replace(m[1])
	if runes(name) < 6 || startsWith(name, "赔偿|损害|质量保证|使用权|所有权|权属|林权") {
		name = join(trimTails(p.topic, "调查|争议|处理|权属|防治|污染|环境噪声污染防治"), name)
	}
	name = strings.Replace(name, "在发车时间安排上纠纷", "客运发车时间纠纷", 1)
	return p.source(e.holder(p, s), power.CategoryAdjudication, name+"裁决"), runes(name) > 3
}

// confirmation reads certifications of facts and rights (行政确认).
func (e *extractor) confirmation(p place, s string) (source, bool) {
	if !hasAny(s, "认定|登记|定|确认|认证|检验") {
		return source{}, false
	}
	m := confirmed.FindStringSubmatch(s)
	if m == nil || hasAny(s, "不予|司法|人民法院|吊销|撤销|伪造|自行") || hasAny(m[1], "检验") && !hasAny(m[1], "船舶检验|车辆检验|强制检验|型式检验|安全检验|技术检验") {
		return source{}, false
	}
	name := trimHeads(afterLast(m[1], "办理|进行|开展|申请|的|组织|依法|取得|要求|重新|负责|实施|由|向|对"), "除|应|可以|统一")
	stem := trimTails(name, "认定|登记|鉴定|评定|确认|审定|检定|认证|检验|定级|变更|注销|设立|注册|资格|资质|复查|技术|专家|法人|信息")
	if runes(stem) < 3 {
		if p.topic == "" || !hasAny(p.t.parsed.Title, "登记|认定|鉴定|评定|检定|审定|认证|检验") {
			return source{}, false
		}
		name = join(trimTails(p.topic, "登记|认定|鉴定|评定"), name)
	}
	if hasAny(name, "到|签字|系列|记录|人和|人通过|因|或者|后|委员会|单位|简易|时|经|在|实名|接报案|检查和|失业登记|就业和|培训|社会保险登记和|许可和|工商|会员|专门性|免费|动产|同类|价格|和登记|过户|未|胎儿|页码|账簿|登录|暂住|其他|标准和|提供|扣缴|单项|仲裁检定|认证认可登记|现场登记|如实|一次|管理办法|产品登记|手续和|纳入|专业技术人员|检验机构|户口|市场主体|机构备案|诊疗|质量纠纷|查验|换发|处理决定|相同|常规|新用途|产地认定和|危险货物运输车|解除|将登|签发|书面|作出|执业资格|社等|清算|和产品|生产许可证或|为残|处罚|更正|补领|外籍|终局|功能性|国际船舶|体系|试验农机|机械试验专项|专家|企业名称企业|户籍所在|使用前|完成|安全检查") {
		return source{}, false
	}
	name = strings.NewReplacer("婚姻结婚", "结婚", "婚姻离婚", "离婚").Replace(name)
	unit := e.holder(p, s)
	if u := e.paperHolder(name); u != 0 {
		unit = u
	}
	return p.source(unit, power.CategoryConfirmation, name), true
}

// inspection reads the power to inspect (行政监督).
func (e *extractor) inspection(p place, s string) (source, bool) {
	if !hasAny(s, "检查|抽查|抽检|抽样|稽查|核查|监测|督导|巡查") {
		return source{}, false
	}
	m := inspected.FindStringSubmatch(s)
	if m == nil || hasAny(s, "自查|企业应当对|单位应当对|应当接受|医疗机构应当|人员应当|检验机构") || !hasAny(s, "部门|机构|机关|政府") && p.home == 0 {
		return source{}, false
	}
	what := trimTails(afterLast(m[1], "对"), "依法|的情况|情况|进行|、|活动的|实施|加强|的|有权|定期|动态|自行|实行|国际|现场|执行|险情|实行|等|参与")
	what = trimHeads(what, "本行政区域内的|本行政区域内|辖区内的|辖区内|本辖区内的|从事|列入|用人单位的")
	if hasAny(what, "加强|被调查|象|出示|盘问|随机|跟踪|就诊|解剖|指导|本规范|存在|被检查|检查|可能|发现|质疑|实施|应|本单位|处理|人民|部门|工作的|申请|举报|执法|机关|拒不|被的|人身|实舱|婚前|拟公开|在职业|确定的|犯罪|实行|缺陷|材料审核|之日|处罚") || endsWith(what, "和", "及", "实施") {
		return source{}, false
	}
	if runes(what) < 4 {
		what = join(p.topic, what)
	}
	how := "监督检查"
	if k := inspecting.FindString(m[0]); hasAny(k, "抽查|抽样|稽查|监测|巡查|督导") {
		how = k
	}
	return p.source(e.holder(p, s), power.CategorySupervision, "对"+what+"的"+how), runes(what) > 3
}
