package demo

import (
	"regexp"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/registry/power"
)

// extractor reads powers out of the articles of real texts. What does not
// parse into a name that reads well is left out: there is more than enough.
type extractor struct {
	units []unit
	by    map[string]int // number of a unit by short name
	re    patterns

	tidier  *tidier
	general map[string]*lawtext.Document // 行政处罚法 and 行政强制法, once they were read
}

// place is the article or paragraph that is being read.
type place struct {
	t       *text
	number  lawtext.Number
	para    int // 0 when the article has only one
	article lawtext.Article
	home    int // the unit whose field the document is, 0 if none
}

// ref cites the place; item 0 is the paragraph.
func (p place) ref(item int) citation.Ref {
	return citation.Ref{Law: p.t.parsed.Title, Article: p.number.N, ArticleSub: p.number.Sub, Paragraph: p.para, Item: item}
}

// patterns are the clause forms; see each use.
type patterns struct {
	by, violation, cleanHead, paper, approve, permitVerb, unless, regime *regexp.Regexp
	seize, levy, pay, confirm, reward, dispute, inspect, filed           *regexp.Regexp
	accept, homeOf, correct, review                                      *regexp.Regexp
}

func newExtractor(us []unit) *extractor {
	c := regexp.MustCompile
	e := &extractor{units: us, by: unitByShort(us), general: map[string]*lawtext.Document{}, re: patterns{
		by:         c(`由([^，。；：由]{2,45}?)(?:依法)?(?:按照|依据|根据|依照|责令|处|给予|予以|没收|吊销|暂扣|对|可以|并|收缴|代为|撤销|限期|批评|警告|组织|强制)`),
		violation:  c(`^(.{4,90}?)的，((?:情节[^，]{0,8}的?，)?(?:由|责令|处|给予|予以|没收|吊销|可以|并处|警告|限期|依法给予|依法予以|依法责令).*)$`),
		cleanHead:  c(`^(?:(?:有)?违反(?:了)?(?:本|《)[^，]{0,40}?(?:规定|要求)(?:，|的，)?|违反国家(?:有关)?规定，|违反有关规定，|违反前款规定，|未依照本[^，]{1,20}规定，)`),
		paper:      c(`(?:取得|领取|申领|申请领取|申请|颁发|核发|发给|换发|办理)(?:了)?(?:相应的|相应|有关|由[^，]{2,20}颁发的)?《?(\p{Han}{2,18}?(?:许可证|资质证书|资格证书|执业证书|经营证|准运证|许可证书|批准书|合格证书|登记证|执业证|准运证明|检疫证明|通行证|采伐证|批准文件))》?`),
		approve:    c(`^(?:因[^，]{2,20}(?:确需|需要|确有必要|必须))?(\p{Han}[\p{Han}、（）]{3,38}?)(?:的)?，?(?:应当|必须|须)(?:依法|事先|事前|先)?(?:经|报|报请|征得|取得|提前经|向)([^，。；]{2,40}?)(?:的)?(?:批准|审批|许可|核准|同意|审查同意|审核同意|提出申请)`),
		unless:     c(`未经([^，。；]{2,34}?)(?:批准|同意|许可|审批|审查同意|审核)，(?:任何单位和个人|任何单位或者个人|任何组织和个人|任何组织或者个人)?(?:一律)?不得(?:擅自)?([\p{Han}、（）]{4,36})$`),
		regime:     c(`(?:国家|本省|本市)?(?:对|依法对)([\p{Han}、]{3,26}?)(?:实行|实施)([\p{Han}]{0,6}?(?:许可|审批|准入|登记))(?:制度|管理)`),
		permitVerb: c(`^(?:新建|改建|扩建|设立|开办|举办|从事|设置|占用|挖掘|利用|开采|采集|收购|生产|经营|销售|运输|引进|出口|进口|变更|拆除|迁移|砍伐|采伐|修建|建设|兴建|临时|申请|开展|进行|在|使用|使|移动|改变|转让|拆|架设|铺设|组织|跨越|穿越|采挖|猎捕|驯养|人工|携带|调运|发布|复制|印刷|制作|出版|购买|爆破|取|排放|贮存|处置|填|围|向|举行|发掘|修缮|拍摄|培育|发行|放映|演出|合并|分立|停业|歇业|招用|实行)`),
		seize:      c(`对([\p{Han}、，（）]{4,48}?)(?:的)?，?(?:可以|应当|予以|依法|进行|实施|有权|可|采取|先行)+(?:[\p{Han}、]{0,8})(查封|扣押|暂扣|登记保存)`),
		levy:       c(`(?:缴纳|征收|交纳|收取)([\p{Han}]{2,14}?(?:费|税|基金|补偿金|保障金|出让金|价款|出让收益))(?:[，。；、的]|$)`),
		pay:        c(`(?:发放|给予|领取|享受|支付|申请)(?:适当的|一定的|相应的|适当|一定|相应|必要的)?([\p{Han}]{2,14}?(?:补助|补贴|救助金|津贴|抚恤金|保险待遇|补助金|救济|保障金|救助|资助|补偿费|优待金|扶助|丧葬费))(?:[，。；、的和]|$)`),
		confirm:    c(`(?:申请|办理|进行|组织|负责|依法)(\p{Han}{2,16}?(?:认定|登记|鉴定|评定|确认|审定|检定|认证))(?:[，。；、的手]|$)`),
		reward:     c(`(?:对|对于)?(?:在)?([\p{Han}、（），]{6,44}?)(?:中)?(做出|作出|取得|有)?(显著|突出|重大|重要)?(成绩|贡献|成就|成果)(?:显著|突出)?的(?:单位和个人|单位、个人|组织和个人|个人|单位|集体和个人|公民、法人和其他组织|单位或者个人|人员)`),
		dispute:    c(`((?:土地|林地|草原|水事|用水|滩涂|海域|林木|矿区|矿业权|权属|边界|专利|植物新品种|承包|劳动|房屋|拆迁|补偿|医疗|消费|价格|物业|商标|名称|使用权|所有权|水|渔业|污染|损害|赔偿|企业名称|著作权|合同|经营|电力|计量|质量|工伤|学生|教师)[\p{Han}、]{0,14}?(?:争议|纠纷|异议))[^。；]{0,60}?(?:裁决|处理|裁定|调解|仲裁|协调)`),
		inspect:    c(`对([\p{Han}、（）]{3,34}?)(?:的情况|情况)?(?:进行|实施|开展|组织|的)?(?:定期|不定期|日常|现场|随机)?(?:的)?(?:监督检查|监督抽查|监督管理检查|执法检查|抽查|检查|监督抽检)`),
		filed:      c(`(?:将|应当将)?([\p{Han}、（）《》]{3,30}?)(?:，)?(?:应当|须|必须)?(?:自[^，]{2,24}日内，?|在[^，]{2,20}日内，?|于[^，]{2,20}日内，?)?(?:报|向)([^，。；]{2,34}?)(?:备案|登记备案)`),
		accept:     c(`([\p{Han}、]{3,22}?)(?:竣工|完工|建成)后?[^。；]{0,40}?验收`),
		review:     c(`(?:编制|制定|提交|报送)([\p{Han}、]{3,22}?(?:方案|报告书|报告|计划|预案|规划|设计文件))[^。；]{0,24}?(?:报|经|送|提交)([^，。；]{2,34}?)(?:审查|审核|批准|审定|核准|备案|同意)`),
		homeOf:     c(`(?:县级以上|各级|市|设区的市)(?:地方)?(?:各级)?(?:人民政府)?(?:的)?([\p{Han}、]{2,16}?(?:主管部门|行政部门|管理部门|行政管理部门|机构|机关))`),
		correct:    c(`责令(限期改正|改正|停止违法行为|限期拆除|限期恢复原状|限期治理|限期补办|停止[\p{Han}]{2,6}|恢复原状|限期清除)`),
	}}
	e.tidier = newTidier(e)
	return e
}

// powers reads all articles of a document.
func (e *extractor) powers(t *text) []source {
	if !setting(t.level) || isAct(t.parsed.Title) {
		return nil
	}
	if hasAny(t.parsed.Title, "中华人民共和国行政处罚法|中华人民共和国行政强制法") {
		e.general[t.parsed.Title] = t.parsed.Doc
	}
	p := place{t: t, home: e.home(t)}
	if elsewhere(t.parsed.Title) {
		return nil
	}
	var out []source
	for _, a := range t.parsed.Doc.Articles {
		p.article, p.number = a, a.Number
		for i, para := range a.Paragraphs {
			p.para = 0
			if len(a.Paragraphs) > 1 {
				p.para = i + 1
			}
			out = append(out, e.paragraph(p, para)...)
		}
	}
	return append(out, e.watch(p, out)...)
}

// watch adds the inspection of whether a document is kept, where the document
// empowers the unit to supervise in words that name no narrower object.
func (e *extractor) watch(p place, found []source) []source {
	for _, s := range found {
		if s.cat == power.CategorySupervision {
			return nil
		}
	}
	for _, a := range p.t.parsed.Doc.Articles {
		text := squeeze(a.Text())
		if p.home == 0 || a.Number.N < 3 || !strings.Contains(text, "监督检查") && !strings.Contains(text, "监督管理") && !strings.Contains(text, "主管") && !strings.Contains(text, "负责") || ofOfficials(text, "") {
			continue
		}
		title := strings.NewReplacer("中华人民共和国", "", "（试行）", "", "暂行", "").Replace(p.t.parsed.Title)
		return []source{{unit: p.home, cat: power.CategorySupervision, name: "对" + bracketed(title) + "执行情况的监督检查", level: p.t.level, quote: clip(text, 900), late: true,
			ref: citation.Ref{Law: p.t.parsed.Title, Article: a.Number.N, ArticleSub: a.Number.Sub}, act: "对执行" + bracketed(p.t.parsed.Title) + "的情况进行监督检查", object: "公民、法人和其他组织"}}
	}
	return nil
}

// elsewhere says whether a document concerns what no inland city administers.
func elsewhere(title string) bool {
	return hasAny(title, "海船|海员|海上|海洋|国际海运|引航|海关|证券|外国驻华|航空|铁路|期货|银行|核电|反垄断|反洗钱|海警|边境|出境入境|远洋|进出口|国际货物|军|航天|人民币|票据法|对外|专属经济区|领海|海事行政|海底|海砂|保险法|公司债券|汶川|兵役|征兵|刑法|民法典|仲裁法|游艇|两用物项|出口")
}

// paragraph reads one 款 with its items.
func (e *extractor) paragraph(p place, para lawtext.Paragraph) []source {
	text := squeeze(para.Text)
	if len(para.Items) > 0 && punishes(text) {
		return e.listed(p, text, para.Items)
	}
	if punishes(text) || strings.Contains(text, "责令") {
		if out := e.penalty(p, 0, text, text, ""); out != nil {
			return append(out, e.coercion(p, text)...)
		}
	}
	out := append(e.grants(p, 0, text, text), e.coercion(p, text)...)
	for _, it := range para.Items {
		words := stripMark(it)
		quote := text + "……" + squeeze(it.String())
		if strings.HasSuffix(text, "：") && strings.Contains(words, "责令") || punishes(words) {
			out = append(out, e.penalty(p, it.No, words, quote, text)...)
		} else {
			out = append(out, e.seizedItem(p, it.No, words, quote, text)...)
		}
	}
	return out
}

// punishes says whether words threaten a penalty.
func punishes(s string) bool {
	for _, w := range []string{"罚款", "没收", "吊销", "警告", "停产停业", "停业整顿", "暂扣", "通报批评", "取消其"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// listed reads the items of 有下列行为之一的，由…处…罚款：（一）…（二）….
func (e *extractor) listed(p place, head string, items []lawtext.Item) []source {
	i := strings.Index(head, "下列")
	end := strings.Index(head, "的，")
	if i < 0 {
		return nil
	}
	rest := ""
	if end > i {
		rest = head[end+len("的，"):]
	}
	subject := strings.TrimSuffix(e.re.cleanHead.ReplaceAllString(head[:i], ""), "有")
	subject = strings.TrimSuffix(strings.TrimSuffix(subject, "，"), "有")
	if n := len([]rune(subject)); n < 2 || n > 16 || strings.ContainsAny(subject, "，。；：") || strings.Contains(subject, "违反") || strings.Contains(subject, "本条例") {
		subject = ""
	}
	var out []source
	for _, it := range items {
		words := stripMark(it)
		quote := head + "……" + squeeze(it.String())
		if punishes(words) {
			out = append(out, e.penalty(p, it.No, words, quote, head)...)
			continue
		}
		act := cleanAct(e.re.cleanHead.ReplaceAllString(words, ""))
		if subject != "" && !strings.HasPrefix(act, subject) && !strings.ContainsAny(act, "，") {
			act = subject + act
		}
		out = append(out, e.punish(p, it.No, act, rest, quote, head)...)
	}
	return out
}

// penalty reads 违反…规定，〔违法行为〕的，由…责令…，处…罚款.
func (e *extractor) penalty(p place, item int, words, quote, head string) []source {
	var out []source
	for _, sentence := range strings.Split(words, "。") {
		m := e.re.violation.FindStringSubmatch(e.re.cleanHead.ReplaceAllString(sentence, ""))
		if m == nil {
			continue
		}
		out = append(out, e.punish(p, item, cleanAct(e.re.cleanHead.ReplaceAllString(m[1], "")), m[2], quote, head)...)
	}
	return out
}

// punish makes the penalty, or where the clause only orders a correction the
// power to order it.
func (e *extractor) punish(p place, item int, act, rest, quote, head string) []source {
	if !goodAct(act) || ofOfficials(quote, act) {
		return nil
	}
	unit := e.competent(p, rest, head)
	if unit == 0 {
		return nil
	}
	first, _, _ := strings.Cut(rest, "。")
	sanction := strings.TrimRight(e.re.by.ReplaceAllStringFunc(first, func(s string) string {
		m := e.re.by.FindStringSubmatchIndex(s)
		return s[m[3]:]
	}), "；，：。")
	s := source{unit: unit, ref: p.ref(item), level: p.t.level, quote: clip(quote, 900), act: act, object: objectOf(act)}
	order := e.re.correct.FindStringSubmatch(rest)
	if order != nil {
		o := s
		o.cat, o.initiative, o.name = power.CategoryOther, power.ExOfficio, "对"+act+"责令"+order[1]
		if !punishes(rest) {
			return []source{o}
		}
		o.late = true
		return e.fined(s, o, first, sanction)
	}
	return e.fined(s, source{}, first, sanction)
}

// fined makes the penalty s, and beside it the order to correct, if there is one.
func (e *extractor) fined(s, order source, first, sanction string) []source {
	var out []source
	if order.name != "" {
		out = append(out, order)
	}
	if !punishes(first) {
		return out
	}
	s.cat, s.name, s.sanction = power.CategoryPenalty, "对"+s.act+"的处罚", clip(sanction, 300)
	return append(out, s)
}

// competent finds the unit that a clause empowers: the body it names, else the
// body its head names, else the field of the document.
func (e *extractor) competent(p place, clause, head string) int {
	for _, s := range []string{clause, head} {
		if m := e.re.by.FindStringSubmatch(s); m != nil {
			return e.unitFor(m[1], p.t.parsed.Title, p.home)
		}
	}
	return p.home
}

// home finds the unit whose field a document is, by its title, else by the
// bodies its first articles name.
func (e *extractor) home(t *text) int {
	if u := e.unitOfTitle(t.parsed.Title); u != 0 {
		return u
	}
	for i, a := range t.parsed.Doc.Articles {
		if i > 11 {
			break
		}
		for _, m := range e.re.homeOf.FindAllStringSubmatch(a.Text(), 3) {
			if u := e.unitFor(m[1], t.parsed.Title, 0); u != 0 {
				return u
			}
		}
	}
	return 0
}
