package demo

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// squeezer removes blanks and line breaks inside a sentence and writes marks
// in full width.
var squeezer = strings.NewReplacer(" ", "", "　", "", "\n", "", "\t", "", "\u2002", "", "\u2003", "", "\u00a0", "", "(", "（", ")", "）", ",", "，", ";", "；", ":", "：")

func squeeze(s string) string { return squeezer.Replace(s) }

// runes is the length of a text in characters.
func runes(s string) int { return utf8.RuneCountInString(s) }

// hasAny says whether s holds one of the words, which are separated by "|".
func hasAny(s, words string) bool {
	for w := range strings.SplitSeq(words, "|") {
		if w != "" && strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// startsWith says whether s begins with one of the words.
func startsWith(s, words string) bool {
	for w := range strings.SplitSeq(words, "|") {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

// paired says whether brackets and quotation marks close.
func paired(s string) bool {
	for _, p := range [][2]string{{"（", "）"}, {"《", "》"}, {"“", "”"}, {"〈", "〉"}} {
		if strings.Count(s, p[0]) != strings.Count(s, p[1]) {
			return false
		}
	}
	return true
}

// trimHeads takes words off the beginning until none is left; words are
// separated by "|".
func trimHeads(s, words string) string {
	list := strings.Split(words, "|")
	for again := true; again; {
		again = false
		for _, w := range list {
			if rest, ok := strings.CutPrefix(s, w); ok && w != "" {
				s, again = rest, true
			}
		}
	}
	return s
}

// trimTails is trimHeads from the end.
func trimTails(s, words string) string {
	list := strings.Split(words, "|")
	for again := true; again; {
		again = false
		for _, w := range list {
			if rest, ok := strings.CutSuffix(s, w); ok && w != "" {
				s, again = rest, true
			}
		}
	}
	return s
}

// afterLast gives what follows the last of the words, s when none occurs.
func afterLast(s, words string) string {
	for w := range strings.SplitSeq(words, "|") {
		if i := strings.LastIndex(s, w); i >= 0 {
			s = s[i+len(w):]
		}
	}
	return s
}

// topicOf is what a document is about, out of its title: 农药 for 农药管理条例,
// "" where the title does not say (程序规定).
func topicOf(title string) string {
	for _, b := range [][2]string{{"〈", "〉"}, {"《", "》"}} {
		if _, in, ok := strings.Cut(title, b[0]); ok {
			title, _, _ = strings.Cut(in, b[1])
		}
	}
	title = trimHeads(title, "中华人民共和国|国务院关于|关于|山东省|聊城市|全国|国家")
	title = trimTails(title, "（试行）|（2018年修正）|实施细则|实施办法|实施条例|暂行|试行|监督管理|监督检查|促进|管理|条例|办法|规定|细则|规则|法")
	if n := runes(title); n < 2 || n > 16 || hasAny(title, "程序|若干|国务院|实施|特别|行政处罚|行政许可|执法|决定|通知|与|、|的|加强|问题") {
		return ""
	}
	return title
}

// join puts a topic before a name that does not say what it is about; what
// both share is written once: 烟花爆竹经营许可 and 经营许可证 give 烟花爆竹经营许可证.
func join(topic, name string) string {
	if topic == "" || strings.Contains(name, topic) {
		return name
	}
	t, n := []rune(topic), []rune(name)
	if len(n) > 1 && len(t) > 1 && slices.Equal(t[:2], n[:2]) {
		return name // 湖泊水质 in a document on 湖泊保护
	}
	for k := min(len(t), len(n)); k > 1; k-- {
		if slices.Equal(t[len(t)-k:], n[:k]) {
			return topic + string(n[k:])
		}
	}
	return topic + name
}

// dangling are words that point out of a name to something it does not say.
const (
	dangling = outside + "|相应|有关|相关|其他|其它"
	outside  = "其|该|此类|此项|前款|前条|前项|上述|下列|所列|所述|前述|本法|本条|本办法|本规定|本细则|本章|本款|本实施|第一|第二|第三|法律、法规|条规定|之一|如下|上列"
)

// dangles says whether a violation points out of itself.
func dangles(s string) bool {
	return hasAny(strings.NewReplacer("及其", "", "其他", "", "其它", "", "极其", "", "应该", "").Replace(s), outside)
}

// goodAct rejects violations that would make a bad name.
func goodAct(s string) bool {
	n := runes(s)
	if n < 6 || n > 54 || !paired(s) || dangles(s) {
		return false
	}
	if hasAny(s, "其他违反|其他行为|情节|逾期|构成犯罪|规定行为|拒不改正|处罚|罚款|造成严重后果|违法所得|。|；|：|责令|有上|违反规定|规定的，|条件之|拒绝改正|不改正|拒不|所得|法第|条例第|的规定，|可以|将继续|除外|其他有关|国家机关|审计机关|应当") {
		return false
	}
	if startsWith(s, "的|和|及|或者|并|对|由|但|在前|有|因|属于|涉及|造成|国家工作|行政机关|违反|经|尚|不构成|当事人|以上|以下|后|将其|仍|又|也|，|、|致使|导致|发生|受到|被|至|超过|如|凡") && !startsWith(s, "经营|对外|经纪|有毒|有线|有害|有机|因特网|超过核|超过规|发生事故后|发生安全|发生生产|超过标准|超过排|被检") {
		return false
	}
	return !endsWith(s, "的", "情形", "等", "和", "或者", "行为之", "规定", "严重", "的单位", "的个人", "，", "、", "及", "损失", "后果", "违反规定", "人员", "期间", "单位", "部门", "活动时", "机构", "企业", "时限", "职责")
}

// goodName rejects names of other powers that read badly.
func goodName(s string) bool {
	n := runes(s)
	if n < 6 || n > 46 || !paired(s) || hasAny(s, dangling) {
		return false
	}
	if hasAny(s, "应当|可以|不得|必须|人民政府|主管部门|有权|国务院|省级|他人|我国|行政机关|本级|上级|下级|或者由|违反|负责|以及|，|。|；|：|日内|条件的|予以|依照|按照|并|情况下|等材料|及时|规定|提出|同意|经批准|申请人|当事人|工作人员|不予|进行|开展|单位应|本行政|通过|内容|会同|未经|不能|凭|需要|要求|如果|每年|为了|属于|管理部门|依法|本省|本市|全国|全省|全市|国家机关|中央|外国|香港|前三|日起|委托|接受|在受理|在整改|在工程|核发年度|代替|需购买|以下|改变后|涉及结构|的基本和|出具的|消化、|上一年度的|参加|变更名称、|准驾车型|被督导|的技术的") {
		return false
	}
	if startsWith(s, "的|和|及|或|由|后|与|经|确|但|也|不|未|被|是|为|如|自|应|者|、|已|拟|按|凡|报|定期|再|内|所|从|将|对其|对和|对的|至|时|到|向|等|把|除|该|此|则|均|仍|又|且|而|若|当|各|本|即|或者|要|会|能|可|只|每|过|起|以|因|个人|单位|有|无|同|其") && !startsWith(s, "从事|自然|内河|经营|经纪|不动产|以欺骗|等级|有害|有线|有毒|无线|无人|无公|无害|无障|无烟|有机|单位内部|个人所得|各类|可再生|同位|报废|报刊|报纸|自动|自备|自来|自建|未成|会计|会展|能源|有色|无证|不可移|从业") {
		return false
	}
	return !doubled(s)
}

// doubled says whether a name says its verb twice (申请核发…核发).
func doubled(s string) bool {
	for _, v := range []string{"核发", "审批", "备案", "验收", "登记", "征收", "审核", "审查", "给付", "认定", "鉴定", "注销", "撤销", "检查", "裁决", "许可审", "批准", "划定", "公告", "公布", "考核", "投诉"} {
		if strings.Count(s, v) > 1 {
			return true
		}
	}
	return hasAny(s, "批准审批|许可审批|监督管理的监督检查|检查的监督检查|备案审核|检查情况的监督检查|核发审批|办理|验收验收|奖励的奖励")
}

// numbering is an item's mark.
var numbering = regexp.MustCompile(`^(?:（[^）]{1,4}）|[一二三四五六七八九十]+、|\d+[.、．])`)

// clip shortens a text to n characters.
func clip(s string, n int) string {
	if t := []rune(s); len(t) > n {
		return string(t[:n]) + "……"
	}
	return s
}

// objectOf reads whom a clause concerns from its beginning.
func objectOf(act string) string {
	for _, w := range []string{"用人单位", "建设单位", "施工单位", "生产经营单位", "经营者", "生产者", "销售者", "医疗机构", "学校", "纳税人", "机动车驾驶人", "物业服务人", "房地产开发企业", "旅行社", "监理单位", "设计单位", "生产企业", "经营企业", "企业"} {
		if strings.HasPrefix(act, w) {
			return w
		}
	}
	return "公民、法人和其他组织"
}
