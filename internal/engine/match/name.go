package match

import (
	"slices"
	"strings"

	"qingdan/internal/engine/hanzi"
)

// Name is a name of a power, read: 对未取得施工许可证擅自施工的行政处罚 is a 处罚
// of 未取得施工许可证擅自施工.
type Name struct {
	folded string
	core   []rune   // what it is about, without the words of form
	grams  []uint64 // bigrams of core, ascending, each once
	act    string   // the family of what is done, "" where the name does not say
	ops    []string // 设立, 变更, 注销 …
	marks  []mark   // words that set matters apart, by group, see contrasts
	note   []rune   // what stands in a bracket at the end, such as a grade
	plain  []rune   // of core, what may set it apart, in one spelling
}

// ReadName reads a name.
func ReadName(s string) Name {
	n := Name{folded: strings.ReplaceAll(hanzi.Fold(s), " ", "")}
	body, note := cutNote(dropLevels(n.folded))
	n.note = dropFillers(strip(note))
	body, n.act = cutAct(strip(body))
	n.core = dropFillers(body)
	if len(n.core) == 0 { // a name of form only: 备案
		n.core = []rune(n.folded)
	}
	n.grams = gramsOf(n.core)
	n.ops, n.marks = operations(body), marksOf(body+"|"+note)
	plain := sameWords.Replace(body)
	n.marks = append(n.marks, mannersOf(plain)...)
	n.plain = plainOf(string(dropFillers(plain)))
	return n
}

// tail is how a name ends and what is done by it.
type tail struct{ words, act string }

// tails lists the endings, longer ones before those that they end in.
func tails() []tail {
	return []tail{
		{"行政处罚", "处罚"}, {"处罚", "处罚"}, {"罚款", "处罚"}, {"查处", "处罚"}, {"处理", "处罚"},
		{"监督检查", "检查"}, {"执法检查", "检查"}, {"行政检查", "检查"}, {"日常检查", "检查"}, {"检查", "检查"}, {"监督管理", "检查"}, {"行政监督", "检查"},
		{"强制措施", "强制"}, {"强制执行", "强制"}, {"行政强制", "强制"},
		{"登记备案", "备案"}, {"备案登记", "备案"}, {"备案", "备案"},
		{"许可证核发", "许可"}, {"行政许可", "许可"}, {"许可", "许可"}, {"行政审批", "许可"}, {"审批", "许可"}, {"核准", "许可"}, {"审核", "许可"},
		{"批准", "许可"}, {"核发", "许可"}, {"审查", "许可"}, {"审定", "许可"},
		{"行政确认", "确认"}, {"确认", "确认"}, {"认定", "确认"}, {"认可", "确认"}, {"登记", "登记"},
		{"行政征收", "征收"}, {"征收", "征收"}, {"收取", "征收"}, {"征缴", "征收"},
		{"行政给付", "给付"}, {"给付", "给付"}, {"发放", "给付"},
		{"行政奖励", "奖励"}, {"表彰奖励", "奖励"}, {"奖励", "奖励"}, {"表彰", "奖励"},
		{"行政裁决", "裁决"}, {"裁决", "裁决"},
	}
}

// cutAct takes the words of form off a name: 对 … 行为的处罚.
func cutAct(s string) (body, act string) {
	body = s
	for _, t := range tails() {
		if head, ok := strings.CutSuffix(body, t.words); ok {
			body, act = head, t.act
			break
		}
	}
	for _, p := range []string{"关于对", "关于", "查处", "对"} {
		if rest, ok := strings.CutPrefix(body, p); ok {
			body = rest
			if act == "" && p == "查处" {
				act = "处罚"
			}
			break
		}
	}
	for _, end := range []string{"的", "等违法行为", "违法行为", "等行为", "行为", "的"} {
		if head, ok := strings.CutSuffix(body, end); ok && head != "" {
			body = head
		}
	}
	return body, act
}

// dropLevels drops a closing bracket that only names the level of government:
// （市级/县级）, （市级权限）.
func dropLevels(s string) string {
	for {
		head, note := cutNote(s)
		if note == "" || strings.Trim(note, "国家省市县区乡镇级权限事项行使承诺即办件以下、/及和") != "" {
			return s
		}
		s = head
	}
}

// cutNote takes a closing bracket off a name.
func cutNote(s string) (body, note string) {
	at := strings.LastIndexByte(s, '(')
	if at <= 0 || !strings.HasSuffix(s, ")") {
		return s, ""
	}
	return s[:at], s[at+1 : len(s)-1]
}

// strip leaves the letters and digits.
func strip(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"'“”‘’()[]{}<>《》〈〉、,.;:!?。·—-_/\|+*#&%~`+"`", r) || r == ' ' {
			return -1
		}
		return r
	}, s)
}

// fillers are words that come and go without a change of meaning.
func fillers() []string {
	return []string{"以及", "或者", "和", "及", "与", "或", "等", "的", "所", "从事", "有关", "相关", "情况", "中华人民共和国"}
}

func dropFillers(s string) []rune {
	for _, f := range fillers() {
		s = strings.ReplaceAll(s, f, "")
	}
	return []rune(s)
}

// gramsOf gives the pairs of runes, a single rune alone, ascending, each once.
func gramsOf(core []rune) []uint64 {
	if len(core) == 1 {
		return []uint64{uint64(core[0])}
	}
	out := make([]uint64, 0, len(core))
	for i := 1; i < len(core); i++ {
		out = append(out, uint64(core[i-1])<<32|uint64(core[i]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// opWords are what can happen to a licence or a registration. Items that differ
// in them are kept apart by every catalogue. Longer ones come before those they
// hold; each leads to the word it counts as.
func opWords() [][2]string {
	return [][2]string{
		{"变更", "变更"}, {"注销", "注销"}, {"设立", "设立"}, {"延续", "延续"}, {"延期", "延续"}, {"换发", "换证"}, {"换证", "换证"}, {"补发", "补证"}, {"补领", "补证"},
		{"补办", "补证"}, {"补证", "补证"}, {"遗失", "补证"}, {"撤销", "撤销"}, {"终止", "终止"}, {"歇业", "终止"}, {"停业", "终止"}, {"恢复", "恢复"},
		{"迁移", "迁移"}, {"迁入", "迁入"}, {"迁出", "迁出"}, {"转让", "转让"}, {"转移", "转移"}, {"抵押", "抵押"}, {"查封", "查封"}, {"首次", "首次"},
		{"年检", "年检"}, {"年度", "年度"}, {"新办", "新办"}, {"合并", "合并"}, {"分立", "分立"}, {"更正", "更正"}, {"异议", "异议"}, {"预告", "预告"},
		{"验收", "验收"}, {"咨询", "咨询"}, {"查询", "查询"}, {"预约", "预约"}, {"交存", "交存"}, {"报送", "报送"}, {"复核", "复核"}, {"修复", "修复"}, {"复评", "复评"},
		{"补评", "补评"}, {"报验", "报验"}, {"报告", "报告"}, {"解封", "解封"}, {"封存", "封存"}, {"转入", "转入"}, {"转出", "转出"}, {"复业", "恢复"}, {"筹设", "筹设"},
		{"扩大", "扩大"}, {"缩小", "缩小"}, {"入学", "入学"}, {"办理", "办理"},
	}
}

func operations(s string) []string {
	var out []string
	for _, w := range opWords() {
		if strings.Contains(s, w[0]) && !slices.Contains(out, w[1]) {
			out = append(out, w[1])
		}
	}
	slices.Sort(out)
	return out
}

// contrast is a group of words of which a name has one or another: two names
// that have different ones speak of different matters.
type contrast struct {
	words []string
	alone bool // a name that has one differs from a name that has none
}

// contrasts are what catalogues keep apart: whose matter it is, which grade,
// what is done with the goods.
func contrasts() []contrast {
	return []contrast{
		{[]string{"分支机构", "分公司", "办事机构", "代表机构", "代表处"}, true},
		{[]string{"个人独资", "合伙企业", "非公司企业", "个体工商户", "农民专业合作社", "外商投资", "有限责任公司", "股份有限公司"}, true},
		{[]string{"内资", "外资", "中外合作", "中外合资", "外国", "香港", "澳门", "台湾"}, true},
		{[]string{"甲级", "乙级", "丙级", "丁级"}, false},
		{[]string{"一级", "二级", "三级", "四级"}, false},
		{[]string{"一类", "二类", "三类", "四类"}, false},
		{[]string{"省际", "省内", "跨省", "市际", "县际", "县内"}, false},
		{[]string{"临时"}, true},
		{[]string{"民办", "公办"}, false},
		{[]string{"进口", "出口"}, false},
		{[]string{"批发", "零售"}, false},
		{[]string{"客运", "货运"}, false},
		{[]string{"生产", "经营", "运输", "使用", "储存", "销售"}, false},
		{[]string{"男", "女"}, false},
		{[]string{"小学", "初中", "高中", "幼儿园"}, false},
		{[]string{"新建", "改建", "扩建", "拆除"}, false},
		{[]string{"名称", "法定代表人", "地址", "经营范围", "注册资本", "股东"}, false},
		{[]string{"城市", "农村"}, false},
		{[]string{"采矿", "探矿"}, false},
		{[]string{"结婚", "离婚", "复婚"}, false},
		{[]string{"医师", "护士", "药师", "教师", "律师"}, false},
		{[]string{"歌舞", "游艺"}, false},
		{[]string{"普通", "专用", "特殊"}, false},
		{[]string{"非政府", "政府"}, false},
		{[]string{"职工", "单位", "居民"}, false},
		{[]string{"易地"}, true},
		{[]string{"未满"}, true},
		{[]string{"除外"}, true},
		{[]string{"养老", "失业", "工伤", "医疗", "生育"}, false},
	}
}

// mark is a word of a contrast in a name.
type mark struct {
	group int
	word  string
	alone bool
}

// marksOf lists the words of contrasts in a name, by group. A word inside a
// longer one does not count.
func marksOf(s string) []mark {
	var out []mark
	for g, c := range contrasts() {
		rest := s
		for _, w := range c.words {
			if strings.Contains(rest, w) {
				out = append(out, mark{g, w, c.alone})
				rest = strings.ReplaceAll(rest, w, "|")
			}
		}
	}
	return out
}
