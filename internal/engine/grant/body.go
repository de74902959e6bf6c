package grant

import (
	"strings"
	"unicode/utf8"
)

// Levels is a set of levels of government.
type Levels uint8

// The levels.
const (
	Nation Levels = 1 << iota
	Province
	City
	County
	Town
)

// Allow says whether a body of a level may be meant: words that name no level
// leave all open.
func (l Levels) Allow(level Levels) bool { return l == 0 || l&level != 0 }

// String lists the levels from high to low, "" for none.
func (l Levels) String() string {
	var out []string
	for i, name := range []string{"国家", "省", "市", "县", "乡镇"} {
		if l&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return strings.Join(out, "、")
}

// body is a body named in a part of a clause.
type body struct {
	words      string
	start, end int // in the part
	levels     Levels
	alien      bool // no body of the administration: a court, a congress, a superior
}

func (b body) none() bool { return b.words == "" }

// together is the last of the bodies named side by side that has a field of
// its own (not 其他有关部门), with the levels of all of them.
func together(bodies []body) body {
	b := bodies[len(bodies)-1]
	for i := len(bodies) - 2; i >= 0 && (b.alien || vague.in(b.words)); i-- {
		if o := bodies[i]; !o.alien && (b.alien || !vague.in(o.words) && !strings.HasSuffix(o.words, "人民政府")) {
			b = o
		}
	}
	for _, o := range bodies {
		if !o.alien {
			b.levels |= o.levels
		}
	}
	return b
}

var vague = list("有关 其他 相关")

// nouns end the name of a body. 机构 is one only right after a word of official.
var nouns = list("部门 机关 机构 人民政府 法院 检察院 监察委员会 常务委员会 代表大会 管理局 税务局 公安局 监督局 管理委员会 仲裁委员会 海关 人民银行")

var (
	official = list("管理 监督 执法 监察 经办 检疫 海事 稽查 征收 登记 救助 救援 公路 航道 监理 派出 港航 审批 渔政")
	business = list("物业管理 基金管理 资产管理 登记代理 物业服务 学校 教务 财务部门 人事部门 医院 本单位 职能部门 企业主管 检验部门")
	aliens   = list(`法院 检察院 监察 常务委员会 代表大会 仲裁 任免 国家机关 司法机关 权力机关 党 军 本部门 各部门 内设机构
		复议机关 赔偿义务机关 执法监督机关 所属部门 其他部门 检察机关 审判机关 立法机关 发证机关所在 行业自律`)
	central = list("国务院 海关 人民银行 证券监督 银行业监督 保险监督 外汇 民用航空 铁路 国家 中央 口岸 国境 卫生检疫 进出境 出入境检验 海警 金融业监督 金融监督 反洗钱 核安全")
)

// bodiesIn finds the bodies named in a part, in their order.
func bodiesIn(s string) []body {
	var out []body
	for from := 0; ; {
		start, end := nextNoun(s, from)
		if end == 0 {
			return out
		}
		if strings.HasSuffix(s[:end], "人民政府") {
			if n := governed(s, end); n > end { // 人民政府水行政主管部门 is one body
				end = n
			}
		}
		if b, ok := bodyAt(s, from, start, end); ok {
			out = append(out, b)
		}
		from = end
	}
}

// nextNoun finds the next noun of a body at or after from; end is 0 for none.
func nextNoun(s string, from int) (start, end int) {
	if start, end = nouns.at(s[from:]); start < 0 {
		return len(s), 0
	}
	return from + start, from + end
}

// maxOwn is how long the name of a government's own body may be, in bytes.
const maxOwn = 90

// governed follows 人民政府 to the end of the body of that government, if one
// follows at once.
func governed(s string, from int) int {
	start, end := nextNoun(s, from)
	if end == 0 || start-from > maxOwn || breaks.in(s[from:start]) || strings.HasSuffix(s[:end], "人民政府") {
		return 0
	}
	return end
}

// breaks are words that end the name of a government.
var breaks = list("应当 可以 或者 批准 组织 设立 确定 对 由 报 向 经 按照 根据 必须 领导 负责的 规定 及其 决定 授权 指定 会同 加强 ， 同意 有关规定")

// bodyAt reads the body whose noun stands at start to end. The name begins
// after the last word that introduces a body.
func bodyAt(s string, from, start, end int) (body, bool) {
	for i := start; i > from; {
		_, w := utf8.DecodeLastRuneInString(s[from:i])
		if introduced(s[from:i], s[i:]) {
			start = i
			break
		}
		if i -= w; i == from {
			start = from
		}
	}
	b := body{words: joined.trim(s[start:end]), start: start, end: end}
	if own, is := strings.CutSuffix(b.words, "机构"); is && !official.ends(own) || business.in(b.words) {
		return b, false
	}
	if n := utf8.RuneCountInString(b.words); n > 60 {
		b.words = string([]rune(b.words)[n-30:])
	}
	b.alien = aliens.in(b.words)
	b.levels = levelsOf(b.words)
	return b, true
}

var (
	// introducers are the words that stand before the name of a body; longer
	// words that begin or end with one, and stand around the same place, are
	// none (经济, 情报, 自由).
	introducers = list("由 经 报 向 应当 可以 必须 被 对 会同 根据 按照 接受 配合 为 征得 取得 请 到 阻碍 拒绝 并 依法 及时 所在地的 遵守 将 通过 通知 协助 持")
	endsLonger  = list("自由 理由 事由 财经 已经 情报 公报 方向 支持 保持 合并")
	runsOn      = list("经济 经营 经办 经贸 经信 报社 报刊 报告 对外 持有 向定 请求")
)

// joined are the words that join a body to the one named before it.
var joined = list("以及 及其 或者 和 及 、 与 （ ） ( ) “ ” 《 》 的 或 其他有关 其 但")

// introduced says whether the name of a body may begin between two texts.
func introduced(before, after string) bool {
	if !introducers.ends(before) || endsLonger.ends(before) {
		return false
	}
	_, w := utf8.DecodeLastRuneInString(before)
	_, v := utf8.DecodeRuneInString(after)
	return !runsOn.starts(before[len(before)-w:] + after[:min(len(after), v*2)])
}

// levelWords are the words that tell levels; the first that is found counts,
// so that 设区的市级以上 comes before 市级.
var levelWords = []struct {
	words  *words
	levels Levels
}{
	{list("各级人民政府 地方各级 各级"), Province | City | County | Town},
	{list("设区的市级以上 设区的市以上 市级以上 地级以上"), City | Province | Nation},
	{list("县级以上 县以上"), County | City | Province | Nation},
	{list("省级以上 省以上"), Province | Nation},
	{list("市、县 市（地）、县 市和县 市或者县 市、区（ 市、区县"), City | County},
	{list("县（市、区） 县(市、区) 县（市） 县（区） 县（市区） 区（市） 区（县） 区(市) 区(县) 区县"), County},
	{list("市、区"), City | County},
	{list("设区的市 市级 市人民政府 自治州 市（地） 较大的市"), City},
	{list("县级 县、区 区人民政府 县人民政府"), County},
	{list("乡镇 乡、镇 街道办事处 乡、民族乡 乡（镇） 乡级 乡人民政府 镇人民政府"), Town},
}

var provincial = list("省级 省人民政府 自治区、直辖市")

// notCity takes out the words that hold 市 and speak of another level.
var notCity = strings.NewReplacer("直辖市人民政府", "", "城市人民政府", "", "直辖市", "", "不设区的市", "县级")

// levelsOf reads the levels of government that the words of a body name.
func levelsOf(s string) Levels {
	var l Levels
	if central.in(s) {
		l |= Nation
	}
	if strings.HasPrefix(s, "省") || provincial.in(s) {
		l |= Province
	}
	s = notCity.Replace(s)
	for _, w := range levelWords {
		if w.words.in(s) {
			return l | w.levels
		}
	}
	return l
}

// Field gives the words of a body without its level and its government:
// 水行政主管部门 for 县级以上地方人民政府水行政主管部门. It is "" for words that name
// no field (有关部门, 人民政府, 行政机关).
func Field(body string) string {
	if i := strings.LastIndex(body, "人民政府"); i >= 0 {
		body = body[i+len("人民政府"):]
	}
	if body = ranks.trim(body); fieldless.trim(body) == "" {
		return ""
	}
	return body
}

var (
	ranks     = list("国务院 县级以上 设区的市级以上 设区的市 省级以上 省级 县级 市级 各级 地方 所在地 当地 有关 其他 相关 省、自治区、直辖市 市、县 本级 同级 的 原")
	fieldless = list("行政 主管 监督 管理 执法 行业 业务 上级 部门 机关 机构 许可 审批 登记 发证 决定 批准 等")
)
