package demo

import (
	"regexp"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// extractor reads powers out of the articles of real texts. What does not
// parse into a name that reads well is left out: there is more than enough.
type extractor struct {
	units []unit
	by    map[string]int // number of a unit by short name

	general *lawtext.Document // 行政处罚法, once it was read
}

func newExtractor(us []unit) *extractor { return &extractor{units: us, by: unitByShort(us)} }

// place is the paragraph or item that is being read.
type place struct {
	t      *text
	topic  string
	number lawtext.Number
	para   int    // 0 when the article has only one
	item   int    // 0 for the paragraph itself
	home   int    // the unit whose field the document is, 0 if none
	head   string // the paragraph's opening words, for items
	quote  string
}

// source begins a power of this place.
func (p place) source(unit int, cat power.Category, name string) source {
	return source{unit: unit, cat: cat, name: name, level: p.t.level, quote: clip(p.quote, 900), ref: citation.Ref{
		Law: p.t.parsed.Title, Article: p.number.N, ArticleSub: p.number.Sub, Paragraph: p.para, Item: p.item}}
}

// powers reads all articles of a document.
func (e *extractor) powers(t *text) []source {
	title := t.parsed.Title
	if !setting(t.level) || isAct(title) {
		return nil
	}
	if title == "中华人民共和国行政处罚法" {
		e.general = t.parsed.Doc
	}
	if elsewhere(title) || hasAny(title, "程序|听证|章程|责任制|评议考核|工作规范|执法规范|质量管理规范|规范性文件|复议|诉讼|监察法|行政强制法|行政处罚法|行政许可法") {
		return nil
	}
	p := place{t: t, topic: topicOf(title), home: e.home(t)}
	var out []source
	for _, a := range t.parsed.Doc.Articles {
		p.number = a.Number
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

// elsewhere says whether a document concerns what no inland city administers.
func elsewhere(title string) bool {
	return hasAny(title, "海船|海员|海上|海洋|国际海运|引航|海关|证券|外国驻华|航空|铁路|期货|银行|核电|反垄断|反洗钱|海警|边境|出境入境|远洋|进出口|国际货物|军|航天|人民币|票据法|对外|专属经济区|领海|海事行政|海底|海砂|保险法|公司债券|汶川|兵役|征兵|刑法|民法典|仲裁法|游艇|两用物项|出口|三峡|外汇|核设施|核材料|核安全|外国|信托|涉外|淮河流域|长江|青藏|黑土地|血吸虫|电信|国际联网|武器|监狱|公务员|政府组织|代表法|选举|国家公园|吨税")
}

// paragraph reads one 款 with its items.
func (e *extractor) paragraph(p place, para lawtext.Paragraph) []source {
	text := squeeze(para.Text)
	p.quote = text
	var out []source
	if len(para.Items) > 0 && (punishes(text) || strings.Contains(text, "责令")) && strings.Contains(text, "下列") {
		out = e.listed(p, text, para.Items)
	} else {
		out = append(e.penalties(p, text), e.clauses(p, text)...)
	}
	for i, it := range para.Items {
		if i == 40 {
			break // 目录 and forms, no clauses
		}
		words := strings.TrimRight(numbering.ReplaceAllString(squeeze(it.Text), ""), "；。")
		q := p
		q.item, q.head, q.quote = it.No, text, text+"……"+squeeze(it.String())
		if strings.HasSuffix(text, "：") && hasAny(text, "可以|有权|职权|措施") {
			out = append(out, e.measures(q, words)...)
		} else if !strings.Contains(text, "下列") {
			out = append(out, e.penalties(q, words)...)
		}
	}
	return out
}

// clauses reads the powers beyond penalties, sentence by sentence; at most one
// of a kind from each sentence.
func (e *extractor) clauses(p place, text string) []source {
	var out []source
	if disciplines(text, "") {
		return nil
	}
	for s := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '。' || r == '；' }) {
		if n := runes(s); n < 8 || n > 220 {
			continue
		}
		out = append(out, e.coercion(p, text, s)...)
		for _, l := range e.levies(p, s) {
			l.act, l.object = "按照法定标准征收"+strings.TrimSuffix(l.name, "征收")+"，开具票据，足额上缴国库", objectOf(s)
			out = append(out, l)
		}
		if got, ok := e.grant(p, s); ok {
			out = append(out, got)
		}
	}
	for s := range strings.SplitSeq(text, "。") {
		if got, ok := e.dispute(p, s); ok && p.home != 0 && goodName(got.name) {
			got.act, got.object = "受理申请，查明事实，对"+strings.TrimSuffix(got.name, "裁决")+"作出裁决", "争议双方当事人"
			out = append(out, got)
		}
	}
	return out
}

// grant reads the first power that a sentence gives beyond penalties, coercion
// and levies. What only the province's bodies hold by the law's words is taken
// late, as handed down.
func (e *extractor) grant(p place, s string) (source, bool) {
	if p.home == 0 || ofNation(s) {
		return source{}, false
	}
	late := ofProvince(s)
	for _, read := range []func(place, string) (source, bool){e.permit, e.payment, e.reward, e.confirmation, e.inspection, e.other} {
		got, ok := read(p, s)
		if !ok || got.unit == 0 || !goodName(got.name) || late && !onApplication(got.cat) {
			continue
		}
		if got.act == "" {
			got.act = got.name + "。依据条文：" + clip(s, 200)
		}
		got.object, got.late = objectOf(s), got.late || late
		return got, true
	}
	return source{}, false
}

func onApplication(c power.Category) bool { return c.DefaultInitiative() == power.OnApplication }

// oneHolder leaves a power that is granted on application, and whatever is
// decided once for a matter, to one unit: the one whose document is about it,
// else the one named by the highest document.
func oneHolder(list []source) []source {
	type key struct {
		cat  power.Category
		name string
	}
	best, fit := map[key]int{}, map[key]int{}
	for i, s := range list {
		if !single(s) {
			continue
		}
		k := key{s.cat, s.name}
		f := shared(topicOf(s.ref.Law), s.name)
		if j, ok := best[k]; !ok || f > fit[k] && list[j].unit != s.unit {
			best[k], fit[k] = i, f
		}
	}
	out := list[:0:0]
	for _, s := range list {
		if b, ok := best[key{s.cat, s.name}]; !ok || list[b].unit == s.unit {
			out = append(out, s)
		}
	}
	return out
}

// single says whether one unit alone can hold such a power.
func single(s source) bool {
	switch s.cat {
	case power.CategoryPenalty, power.CategoryCoercion:
		return false
	case power.CategoryOther:
		return s.initiative == power.OnApplication
	default:
		return true
	}
}

// shared counts the two-character words of a topic that a name holds.
func shared(topic, name string) int {
	t, n := []rune(topic), 0
	for i := 0; i+1 < len(t); i++ {
		if strings.Contains(name, string(t[i:i+2])) {
			n++
		}
	}
	return n
}

// ofNation says whether a sentence empowers only the centre's bodies.
func ofNation(s string) bool {
	return hasAny(s, "国务院|国家主管|中央|部长|海关|人民法院|商务部|农业部|卫生部|交通部|公安部|新闻出版总署|广电总局|国家林业局|国家体委|环境保护部|建设部|国家药品|国家食品") && !hasAny(s, "县级|设区的市|市级|各级|市、县|省级|省、自治区、直辖市")
}

// ofProvince says whether a sentence empowers no body below the province.
func ofProvince(s string) bool {
	return hasAny(s, "省、自治区、直辖市|省级|省人民政府|省交通|国务院") && !hasAny(s, "县级|设区的市|市级|各级|市、县")
}

// bodyWord finds a body of county level and above in a sentence.
var bodyWord = regexp.MustCompile(`(?:县级以上|县级|各级|市|设区的市|市、县|所在地)(?:地方)?(?:各级)?(?:人民政府)?(?:的|负责)?([\p{Han}、]{2,16}?(?:主管部门|行政部门|管理部门|机构|机关))`)

// holder finds the unit a sentence empowers: a body that it names, else the
// field of the document.
func (e *extractor) holder(p place, s string) int {
	if m := bodyWord.FindStringSubmatch(s); m != nil {
		if u := e.unitFor(m[1], p.t.parsed.Title, 0); u != 0 {
			return u
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
		for _, m := range bodyWord.FindAllStringSubmatch(a.Text(), 3) {
			if u := e.unitFor(m[1], t.parsed.Title, 0); u != 0 {
				return u
			}
		}
	}
	return 0
}

// watch adds the inspection of whether a document is kept, where the document
// empowers the unit to supervise in words that name no narrower object.
func (e *extractor) watch(p place, found []source) []source {
	if p.home == 0 {
		return nil
	}
	for _, s := range found {
		if s.cat == power.CategorySupervision {
			return nil
		}
	}
	for _, a := range p.t.parsed.Doc.Articles {
		text := squeeze(a.Text())
		if a.Number.N < 3 || !hasAny(text, "监督检查|监督管理|主管|负责") || disciplines(text, "") {
			continue
		}
		p.number, p.para, p.item, p.quote = a.Number, 0, 0, text
		s := p.source(p.home, power.CategorySupervision, "对《"+trimHeads(p.t.parsed.Title, "中华人民共和国")+"》执行情况的监督检查")
		s.act, s.object, s.late = "对执行《"+p.t.parsed.Title+"》的情况进行监督检查", "公民、法人和其他组织", true
		return []source{s}
	}
	return nil
}

// disciplines says whether a clause disciplines officials or punishes crimes,
// which is no administrative power of the unit over the public.
func disciplines(quote, act string) bool {
	const officials = "国家机关工作人员|执法人员|主管部门及其|行政机关及其|人民政府及其|工作人员有下列|部门有下列|的工作人员|机关有下列|人民政府有|管理部门及其|给予政务处分|人民法院|拘役|有期徒刑|罚金|机关工作人员|部门工作人员|上级机关|监察机关|行政机关违反|部门违反"
	return hasAny(clip(quote, 60), officials) || hasAny(act, officials) || strings.Contains(quote, "有期徒刑") || strings.Contains(quote, "外国人") && strings.Contains(quote, "遣送")
}

// setting says whether documents of a level create powers.
func setting(l law.Level) bool {
	switch l {
	case law.Statute, law.AdminRegulation, law.StateDecision, law.LocalRegulation, law.CityRegulation, law.MinistryRule, law.ProvinceRule:
		return true
	default:
		return false
	}
}
