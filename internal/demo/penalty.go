package demo

import (
	"regexp"
	"strings"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/registry/power"
)

// The forms of a fine clause.
var (
	// 违反本条例规定， before the violation; the subject may stand first.
	breach = regexp.MustCompile(`^((?:[\p{Han}、（）]{2,26}?)?)(?:不遵守|违反)(?:了)?(?:本|《|国家)[^，]{0,70}?(?:规定|要求)(?:，|的，)(?:有[^，]{0,30}行为之一的?，)?`)
	// 〔violation〕的，〔who does what〕
	offending = regexp.MustCompile(`^(.{4,140}?)的，((?:由|责令|处|给予|予以|没收|吊销|可以|并处|警告|限期|依法(?:给予|予以|责令)|应当(?:责令|给予|处)|[\p{Han}（）、]{2,34}?(?:部门|机关|机构|支队|公安机关|所在地)(?:应当|可以|依法|责令|给予|没收|处以|处|予以|吊销)).*)$`)
	// 由〔body〕责令…
	empowered = regexp.MustCompile(`由([^，。；：由]{2,45}?)(?:依法)?(?:按照|依据|根据|依照|责令|处|给予|予以|没收|吊销|暂扣|对|可以|并|收缴|代为|撤销|限期|批评|警告|组织|强制|查封|扣押|扣留|委托|指定)`)
	// 〔body〕可以…, without 由
	acting = regexp.MustCompile(`([\p{Han}、]{2,34}?(?:部门|机关|机构))(?:应当|可以|依法|有权|责令|给予|没收|处以|予以)`)
	// what follows the violation and belongs to its sanction
	goesOn = regexp.MustCompile(`^(?:情节|逾期|拒不|造成|有违法所得|没有违法所得|无违法所得|违法所得|构成|对个人|对单位|对其|并|其中|拒绝(?:改正|整改|履行|执行|接受处理|停止)|可以|处|属于|货值)`)
	// an order: 责令限期改正
	ordered = regexp.MustCompile(`责令(?:其|当事人|企业|违法者)?(限期改正|改正|停止违法行为|限期拆除|拆除|限期恢复原状|限期治理|限期补办[\p{Han}]{0,6}|停止[\p{Han}]{2,8}|恢复原状|恢复植被|限期清除|召回[\p{Han}]{0,6}|限期[\p{Han}]{2,4}|补种[\p{Han}]{0,6}|退还[\p{Han}]{0,8}|采取补救措施|消除[\p{Han}]{2,4}|补足[\p{Han}]{0,6}|公开更正|重新[\p{Han}]{2,8}|暂停[\p{Han}]{2,8})`)
	// the subject of a violation, before its verb
	subject = regexp.MustCompile(`^(\p{Han}{2,16}?(?:单位|企业|人|者|机构|公司|户|人员|学校|组织|承包方|旅行社|医院|驾驶员))(?:未|不|擅自|拒|在|将|违|隐瞒|提供|使用|从事|伪造|超|没有|以|对|因|按|为|向|聘用|采购|销售|转让)`)
)

// punishes says whether words threaten a penalty.
func punishes(s string) bool {
	return hasAny(s, "罚款|没收|吊销|警告|停产停业|停业整顿|暂扣|通报批评|取消其")
}

// listed reads the items of 有下列行为之一的，由…处…罚款：（一）…（二）….
func (e *extractor) listed(p place, head string, items []lawtext.Item) []source {
	if disciplines(head, "") {
		return nil
	}
	before, rest, _ := strings.Cut(head, "下列")
	if _, after, ok := strings.Cut(rest, "的，"); ok {
		rest = after
	} else if _, after, ok = strings.Cut(rest, "，"); ok {
		rest = after
	} else {
		rest = ""
	}
	who := strings.TrimRight(strings.TrimSuffix(breach.ReplaceAllString(before, "$1"), "有"), "，有")
	if n := runes(who); n < 2 || n > 16 || strings.ContainsAny(who, "，。；：") || hasAny(who, "违反|本条例|本办法|规定|情形") {
		who = ""
	}
	var out []source
	for _, it := range items {
		q := p
		q.item, q.head, q.quote = it.No, head, head+"……"+squeeze(it.String())
		words := numbering.ReplaceAllString(squeeze(it.Text), "")
		if punishes(words) {
			out = append(out, e.penalties(q, words)...)
			continue
		}
		for _, act := range acts(trimTails(words, "；|。|，|、|；或者|，或者|的")) {
			if who != "" && !strings.HasPrefix(act, who) && !strings.Contains(act, "，") && !subject.MatchString(act) {
				act = who + act
			}
			out = append(out, e.punish(q, act, rest)...)
		}
	}
	return out
}

// offence is a violation with what follows from it.
type offence struct{ acts, rest string }

// penalties reads the violations of a paragraph, each with its sanction.
func (e *extractor) penalties(p place, text string) []source {
	if !punishes(text) && !strings.Contains(text, "责令") || disciplines(p.quote, "") {
		return nil
	}
	var found []offence
	open := false
	for s := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '。' || r == '；' }) {
		if m := offending.FindStringSubmatch(breach.ReplaceAllString(s, "$1")); m != nil && !goesOn.MatchString(s) {
			found, open = append(found, offence{m[1], m[2]}), true
		} else if open && goesOn.MatchString(s) {
			found[len(found)-1].rest += "；" + s
		} else {
			open = false
		}
	}
	var out []source
	for _, o := range found {
		for _, act := range acts(o.acts) {
			out = append(out, e.punish(p, act, o.rest)...)
		}
	}
	return out
}

// acts splits a long violation into its alternatives, each with the subject.
func acts(s string) []string {
	s = cleanAct(breach.ReplaceAllString(s, "$1"))
	if runes(s) <= 48 {
		return []string{s}
	}
	who := ""
	if m := subject.FindStringSubmatch(s); m != nil {
		who = m[1]
	}
	var out []string
	for i, part := range strings.Split(s, "，或者") {
		part = cleanAct(part)
		if i > 0 {
			if startsWith(part, "其|该|者|由|对其|被") {
				continue
			}
			if startsWith(part, "未|不|拒|擅自|伪造|使用|从事|提供|将|在|以|隐|违|超|没有|销售|转让|出租|出借|虚") {
				part = who + part
			}
		}
		out = append(out, part)
	}
	return out
}

// cleanAct makes the words of a violation fit into a name: no end marks, no
// closing 的, no reference to its own law.
func cleanAct(s string) string {
	s = trimTails(s, "；|。|，|、|：|；或者|，或者|的|的单位|的个人|的单位和个人|的行为|行为")
	s = trimHeads(s, "违反规定，|违反规定|有|违反有关规定，|单位或者个人|任何单位和个人|单位和个人|当事人|对于|对")
	for _, w := range []string{"本法", "本条例", "本办法", "本规定", "本细则"} {
		if !strings.Contains(s, w) {
			continue
		}
		for _, tail := range []string{"规定的", "的规定", "规定"} {
			short := strings.TrimPrefix(tail, "的")
			s = strings.ReplaceAll(s, "按照"+w+tail, "按照"+short)
			s = strings.ReplaceAll(s, "依照"+w+tail, "按照"+short)
			s = strings.ReplaceAll(s, "违反"+w+tail+"，", "")
			s = strings.ReplaceAll(s, "违反"+w+tail, "违反规定")
		}
	}
	return strings.NewReplacer("的，或者", "，或者", "违反国家有关规定，", "", "违反国家规定，", "", "按规定的", "按照规定的").Replace(s)
}

// punish makes the penalty, and where the clause orders a correction the power
// to order it; where it only orders, that power alone.
func (e *extractor) punish(p place, act, rest string) []source {
	if !goodAct(act) || disciplines(p.quote, act) || rest == "" {
		return nil
	}
	unit := e.competent(p, rest)
	if unit == 0 {
		return nil
	}
	sanction := trimTails(empowered.ReplaceAllStringFunc(rest, func(s string) string {
		m := empowered.FindStringSubmatchIndex(s)
		return s[m[3]:]
	}), "；|，|：|。")
	s := p.source(unit, power.CategoryPenalty, "对"+act+"的处罚")
	s.act, s.object, s.sanction = act, objectOf(act), clip(sanction, 300)
	var out []source
	if m := ordered.FindStringSubmatch(rest); m != nil && !hasAny(m[1], "停业|停产|上级|部门|机关|以上|吊销") {
		order := m[1]
		for _, end := range []string{"或者", "并", "和", "，"} {
			order, _, _ = strings.Cut(order, end)
		}
		o := s
		o.cat, o.initiative, o.sanction = power.CategoryOther, power.ExOfficio, ""
		o.name = "对" + trimTails(act, "行为") + "行为责令" + trimTails(order, "处|的|可|予以|期限|没收|违|给")
		o.late = punishes(rest) || strings.HasSuffix(order, "改正")
		out = append(out, o)
	}
	if punishes(rest) {
		out = append(out, s)
	}
	return out
}

// competent finds the unit that a clause empowers: the body it names, else the
// body its head names, else the field of the document.
func (e *extractor) competent(p place, clause string) int {
	for _, s := range []string{clause, p.head} {
		if m := empowered.FindStringSubmatch(s); m != nil {
			return e.unitFor(m[1], p.t.parsed.Title, p.home)
		}
		if m := acting.FindStringSubmatch(s); m != nil {
			return e.unitFor(m[1], p.t.parsed.Title, p.home)
		}
	}
	return p.home
}
