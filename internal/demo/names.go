package demo

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"qingdan/internal/registry/power"
)

// field is what a title says its document is about, with the kind of work:
// 保安服务管理, 水污染防治.
func field(title string) string {
	if _, inner, ok := strings.Cut(title, "实施〈"); ok {
		title, _, _ = strings.Cut(inner, "〉")
	} else if _, inner, ok := strings.Cut(title, "实施《"); ok {
		title, _, _ = strings.Cut(inner, "》")
	}
	title, _, _ = strings.Cut(title, "（")
	title = strings.Trim(title, "《》〈〉")
	for _, p := range []string{"中华人民共和国", "山东省", "聊城市", "国务院关于", "关于", "全国", "中国公民", "国家"} {
		if rest, ok := strings.CutPrefix(title, p); ok && utf8.RuneCountInString(rest) > 2 {
			title = rest
		}
	}
	for again := true; again; {
		again = false
		for _, end := range []string{"条例", "办法", "规定", "规则", "规范", "细则", "法", "暂行", "试行", "若干", "实施", "特别", "施行", "的决定"} {
			if rest, ok := strings.CutSuffix(title, end); ok && utf8.RuneCountInString(rest) >= 2 {
				title, again = rest, true
			}
		}
	}
	return title
}

// noun is the thing a title is about: 保安服务, 易制毒化学品.
func noun(title string) string {
	s := field(title)
	for again := true; again; {
		again = false
		for _, end := range []string{"监督管理", "管理", "监督", "行政处罚", "监督检查", "行政许可", "许可", "治安", "保护", "促进", "的", "工作", "程序", "和监督", "调查处理", "投诉", "登记", "权益保障", "权益", "保障", "安全监察"} {
			if rest, ok := strings.CutSuffix(s, end); ok && utf8.RuneCountInString(rest) >= 2 {
				s, again = rest, true
			}
		}
	}
	return s
}

// bracketed writes a title in book marks; marks inside become single ones.
func bracketed(title string) string {
	return "《" + strings.NewReplacer("《", "〈", "》", "〉").Replace(title) + "》"
}

// sharesWord says whether two texts share two neighbouring characters.
func sharesWord(a, b string) bool {
	r := []rune(a)
	for i := 0; i+1 < len(r); i++ {
		if strings.Contains(b, string(r[i:i+2])) {
			return true
		}
	}
	return false
}

// tidier makes names of real powers say what is governed, or refuses them.
type tidier struct {
	e           *extractor
	lead, paper *regexp.Regexp
	place       *regexp.Regexp // a reference to another article
}

func newTidier(e *extractor) *tidier {
	return &tidier{e: e, place: regexp.MustCompile(`第[一二三四五六七八九十百零]{1,6}[条款项]`),
		lead:  regexp.MustCompile(`^(?:人申请办理|人申请|人换发|人核发|人持|人凭|人取得|一个|单位颁发|管理机关申请|管理机关|工作人员在|申请办理|办理|申请|重新核发|核发|换发|领取|颁发|国家)`),
		paper: regexp.MustCompile(`^(.*?)(安全生产许可证|许可证书|许可证|资质证书|资格证书|执业证书|合格证书|登记证|批准书|批准文件|经营证|准运证|执业证|通行证|采伐证|检疫证明)(核发|变更|延续|注销)$`),
	}
}

// tidy gives the power its proper name and unit; false drops it.
func (d *tidier) tidy(s source) (source, bool) {
	ok := true
	switch s.cat {
	case power.CategoryPenalty:
		s, ok = d.penalty(s)
	case power.CategoryPermit:
		s, ok = d.permit(s)
	case power.CategoryConfirmation:
		for short, full := range map[string]string{"解除抵押登记": "机动车解除抵押登记", "首次强制检定": "计量器具首次强制检定", "抵押权登记": "船舶抵押权登记", "名称变更登记": "企业名称变更登记", "危险性鉴定": "化学品物理危险性鉴定", "新用途环境管理登记": "新化学物质新用途环境管理登记", "田间现场鉴定": "农作物种子质量纠纷田间现场鉴定", "抗震性能鉴定": "建设工程抗震性能鉴定"} {
			if s.name == short {
				s.name = full
			}
		}
		s, ok = d.owned(s, "设立代表机构|转移登记登记|促进|驾驶培训变更|名称设立|会撤销|宗教|发证|饲料|名称变更登记登记|危险性鉴定登记|安全条件|专门性|安全技术认证|登记登记|社会团体撤销|评审和|设置许可|许可和|诊疗科目|胎儿|要求|网上|系统培训|用工实名|检测和|清算和|审批手续|取得|全国|入学|专家重新|本行政区域|安全检查和|医学技术|动产和|危险货物运输车|住所变更|企业质量|企业注册")
	case power.CategoryPayment:
		s, ok = d.generic(s, "给付", "津贴补贴|奖励补助|保费补助|保险费补贴|护理补贴|特别扶助|入职补贴|建设补贴|运营补贴|一次性经济补助|租赁补贴|见习补贴|岗位补贴|就业补贴|生活困难补助", "社会救助给付|医疗保险待遇给付|卫生保健|津贴补贴|相关补贴|农业机械购置|相应|仍有|参加|待业|补偿费|供养或者|各项|住房公积金给付|助学贷款")
	case power.CategoryLevy:
		s, ok = d.generic(s, "征收", "保护管理费", "管理费征收|登记费征收|使用费征收|申请费|保育|优先权|年费|上半年|下半年|的土地补偿|船舶吨税|鉴定费|通行费征收|闲置费征收|土地出让金|渔业资源费|海洋")
	case power.CategoryAdjudication:
		s, ok = d.generic(s, "裁决", "损害赔偿|质量纠纷|合同纠纷|赔偿责任|污染事故|质量保证", "办理行政案件|劳动人事|赔偿责任和|就赔偿|赔偿数额|投诉管理|工伤待遇|质量问题与|合同争议")
	case power.CategorySupervision:
		ok = !hasAny(s.name, "或者的|增加的|常规的|督导|性的|现场的|备案的|举报|实施相关|执行的监督检查|上述|相应|对设施的|边检|出入境|国际运输|嫌疑|涉嫌|三峡|全过程|重要机电|管护范围|拟投入") && !strings.HasPrefix(s.name, "对其") && !strings.HasPrefix(s.name, "对的") && !strings.HasPrefix(s.name, "对和") &&
			(utf8.RuneCountInString(s.name) > 10 || sharesWord(noun(s.ref.Law), s.name))
	case power.CategoryCoercion:
		ok = !hasAny(s.name, "措施可能使|扣留的|冻结的|先行登记保存的|已进口|全部药品|对物品、设施|对设施、设备|复制有关|对于|不易移动")
	case power.CategoryOther:
		s, ok = d.other(s)
	}
	return s, ok && !hasAny(s.name, "登记登记|许可许可|许可证许可证|办理行政案件损害|前款|上述|本款|前项|措施可能使|对对|处罚的处罚") && utf8.RuneCountInString(s.name) <= 80
}

// penalty drops acts with dangling words and says the field of short ones.
func (d *tidier) penalty(s source) (source, bool) {
	act := strings.NewReplacer("相应的", "", "相应", "", "任何单位和个人", "", "任何单位或者个人", "").Replace(s.act)
	if !hasAny(act, wrongs) && hasAny(clip(act, 2), "保藏|出具|发放|使用|运输|销售|生产|收购|进行|从事|出版|复制|利用|发布|接收|制造|设置|占用|开展|聘用|排放|举办|改变|在|将|向|为|承接|经营|采购|安排|采集|处置|贮存|携带|建设|修建|种植|改装") {
		act = "违规" + act
	}
	head := clip(act, 8)
	if strings.HasPrefix(act, "其") || strings.Contains(head, "其") && !hasAny(head, "其他|及其") || strings.Contains(act, "该") && !strings.Contains(act, "应该") || d.place.MatchString(act) || hasAny(clip(act, 12), "行政部门|主管部门|行政机关|监督管理部门") || hasAny(act, "此项|有上一|行为之二|前述|此类行为") || strings.HasPrefix(act, "有关") {
		return s, false
	}
	s.act = act
	if topic := field(s.ref.Law); utf8.RuneCountInString(act) <= 13 && utf8.RuneCountInString(topic) <= 16 && !sharesWord(noun(s.ref.Law), act) {
		s.act = inField(topic) + act
	}
	s.name = "对" + s.act + "的处罚"
	return s, true
}

// wrongs are words that say of an act that it is wrong; an act without any is
// wrong only because the law forbids it.
const wrongs = "未|不|擅自|违|拒|伪|非法|虚|骗|无|逃|假|冒|侵|损|破坏|危害|禁|严重|超|篡改|隐|泄露|转让|出租|出借|买卖|逾|妨|阻|干扰|盗|滥|强迫|强行|诱|劣|淘汰|歧视|挪用|截留|污染|乱|误导|贬|过期|失效|报废|串通|胁迫|贿|私自|没有|毁|涂改"

// inField writes a field as the circumstance of an act.
func inField(topic string) string {
	if !endsWith(topic, "管理", "防治", "保护", "监察", "监督", "检查", "促进", "工作", "活动", "服务", "运输", "经营") {
		topic += "管理"
	}
	return topic + "中"
}

// permit names the paper, with the field where the paper alone says nothing,
// and gives it to the unit whose it is.
func (d *tidier) permit(s source) (source, bool) {
	s.name = d.lead.ReplaceAllString(d.lead.ReplaceAllString(s.name, ""), "")
	if strings.HasPrefix(s.name, "射性") {
		s.name = "放" + s.name
	}
	if hasAny(s.name, "办公用房|陆域安全|购买、运输和进口|扣缴税款登记证变更|扣缴税款登记证延续|拍卖师资格证书变更|枪支携运许可证延续|现场检查|依法许可|变更许可|变更统计|调整年度|单位或者个人|生产或者进口|拆迁许可证|工种|不能提供|许可证或者|文件或者|登记证或者|需要|大型审批|外交流|评审合格|利用互联网|相关|工作人员|审批目录|行政许可证|所需|供水单位和|道路客运经营的车辆|使用配额|学校审批|甲级|人取|建立固定|隶属关系|限额以上|成立社会|行政隶属|发展规划") {
		return s, false
	}
	m := d.paper.FindStringSubmatch(s.name)
	if m != nil {
		full, ok := fullPaper(m[1]+m[2], noun(s.ref.Law))
		if !ok {
			return s, false
		}
		s.name = full + m[3]
	}
	return d.owned(s, "")
}

// fullPaper says in full what paper a law means: by a name of its own, or with
// the law's subject before it. A paper that says too little is refused.
func fullPaper(paper, subject string) (string, bool) {
	for _, p := range [][2]string{
		{"采矿许可证", "采矿许可证"}, {"勘查许可证", "矿产资源勘查许可证"}, {"施工许可证", "建筑工程施工许可证"}, {"取水许可证", "取水许可证"}, {"排污许可证", "排污许可证"},
		{"捕捞许可证", "渔业捕捞许可证"}, {"测绘资质证书", "测绘资质证书"}, {"医师资格证书", "医师资格证书"}, {"医师执业证书", "医师执业证书"}, {"教师资格证书", "教师资格证书"},
		{"税务登记证", "税务登记证"}, {"车船登记证", "车船登记证"}, {"收养登记证", "收养登记证"}, {"安全生产许可证", "安全生产许可证"}, {"办学许可证", "民办学校办学许可证"},
		{"筹设批准书", "民办学校筹设批准书"}, {"筹备设立批准书", "中外合作办学机构筹备设立批准书"}, {"线路许可证", ""}, {"规划许可证", ""}, {"职业资格证书", ""}, {"执业资格证书", ""}, {"执业许可证", ""}, {"出口许可证", ""},
		{"许可证", ""}, {"资格证书", ""}, {"登记证", ""}, {"批准文件", ""}, {"资质证书", ""}, {"贮存许可证", ""}, {"通行证", ""}, {"临时通行证", "机动车临时通行证"}, {"安装许可证", ""}, {"代表机构登记证", ""}, {"矿长资格证书", "矿长资格证书"},
	} {
		if paper == p[0] {
			return p[1], p[1] != ""
		}
	}
	core := strings.TrimSuffix(strings.TrimSuffix(paper, "许可证"), "证书")
	if n := utf8.RuneCountInString(core); n > 4 || n > 2 && !hasAny(core, "操作|进口|驯养繁殖|人工繁育|安全使用") {
		return paper, true
	}
	n := utf8.RuneCountInString(subject)
	return joined(subject, paper), n >= 2 && n <= 10
}

// joined puts a subject before a name; words that both have stand once.
func joined(subject, name string) string {
	if strings.Contains(name, subject) {
		return name
	}
	r := []rune(subject)
	for k := min(len(r), 6); k > 0; k-- {
		if rest, ok := strings.CutPrefix(name, string(r[len(r)-k:])); ok && (k > 1 || len(r) > 2) {
			return subject + rest
		}
	}
	return subject + name
}

// owned gives a power to the unit whose field its name says.
func (d *tidier) owned(s source, bad string) (source, bool) {
	if bad != "" && hasAny(s.name, bad) {
		return s, false
	}
	switch u := d.e.ownerOf(s.name); u {
	case -1:
		return s, false
	case 0:
		return s, true
	default:
		s.unit = u
		return s, true
	}
}

// generic puts the field before a name that alone says too little.
func (d *tidier) generic(s source, end, vague, bad string) (source, bool) {
	if hasAny(s.name, bad) {
		if name, _ := find(append(knownLevies(), knownPayments()...), s.name); name+end != s.name {
			return s, false
		}
	}
	core := strings.TrimSuffix(s.name, end)
	for _, w := range strings.Split(vague, "|") {
		if !strings.HasPrefix(core, w) {
			continue
		}
		n := noun(s.ref.Law)
		if l := utf8.RuneCountInString(n); l < 2 || l > 12 {
			return s, false
		}
		s.name = joined(n, s.name)
		break
	}
	return s, true
}

// other refuses what names no object.
func (d *tidier) other(s source) (source, bool) {
	if order := strings.Index(s.name, "责令"); order > 0 && strings.HasPrefix(s.name, "对") {
		p, ok := d.penalty(s)
		p.name = "对" + p.act + s.name[order:]
		return p, ok
	}
	if hasAny(s.name, "该|相应|上述|有关报告|其") {
		return s, false
	}
	for _, end := range []string{"备案", "审核", "竣工验收"} {
		core, ok := strings.CutSuffix(s.name, end)
		if !ok {
			continue
		}
		if n := noun(s.ref.Law); utf8.RuneCountInString(core) <= 4 && !sharesWord(n, core) {
			if l := utf8.RuneCountInString(n); l < 2 || l > 12 {
				return s, false
			}
			s.name = joined(n, s.name)
		}
		break
	}
	return s, true
}

// oneHolder leaves a licence, levy, payment, confirmation or adjudication of
// one name with one unit: the one the most clauses name.
func oneHolder(list []source) []source {
	count := map[string]map[int]int{}
	holder := map[string]int{}
	for _, s := range list {
		if !single(s.cat) {
			continue
		}
		k := string(s.cat) + s.name
		if count[k] == nil {
			count[k] = map[int]int{}
		}
		count[k][s.unit]++
		if h := holder[k]; h == 0 || count[k][s.unit] > count[k][h] {
			holder[k] = s.unit
		}
	}
	out := list[:0:0]
	for _, s := range list {
		if !single(s.cat) || holder[string(s.cat)+s.name] == s.unit {
			out = append(out, s)
		}
	}
	return out
}

func single(c power.Category) bool {
	switch c {
	case power.CategoryPermit, power.CategoryLevy, power.CategoryPayment, power.CategoryConfirmation, power.CategoryAdjudication:
		return true
	default:
		return false
	}
}
