package citation

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// selfWords are the words by which a law means itself, behind 本.
var selfWords = [...]string{
	"法", "条例", "实施条例", "办法", "实施办法", "暂行办法", "规定", "暂行规定", "细则", "实施细则", "规则", "决定",
	"解释", "规程", "规范", "通则", "章程", "准则", "意见", "通知", "标准", "目录", "制度", "方案", "公约", "协定", "议定书", "批复", "安排", "纲要",
}

// selfName consumes 本法, 本条例, ….
func (s *scanner) selfName() bool {
	if s.r[s.i] != '本' || s.i > 0 && strings.ContainsRune("基根日资版文样原读课书", s.r[s.i-1]) {
		return false
	}
	best := ""
	for _, w := range selfWords {
		if len(w) > len(best) && hasPrefix(s.r[s.i+1:], w) {
			best = w
		}
	}
	next := s.i + 1 + runeLen(best)
	if best == "" || next < len(s.r) && strings.ContainsRune("律院人定书官", s.r[next]) {
		return false
	}
	if s.i > 0 && s.r[s.i-1] == '成' && (next >= len(s.r) || !articleAt(s.r, next)) {
		return false // 成本办法, but 构成本法第二条
	}
	s.setLaw("本"+best, true, next)
	return true
}

// relativeName consumes 前款, 本条, 前两项, …: a place counted from where the
// words stand.
func (s *scanner) relativeName() bool {
	i := s.i + 1
	if s.r[s.i] == '前' && i < len(s.r) && strings.ContainsRune("两二三四五", s.r[i]) {
		i++
	}
	if s.i > 0 && strings.ContainsRune("目以之当提此年月日基根以", s.r[s.i-1]) {
		return false
	}
	unit, next := unitAt(s.r, i)
	if unit == levelNone || unit == levelSubitem {
		return false
	}
	s.flush()
	s.endLaw()
	s.start(draft{law: string(s.r[s.i:next]), self: true})
	s.relative, s.afterName = true, false
	s.i, s.loose, s.gap = next, next, gapNone
	return true
}

// annex consumes 附件一, 附录 before an article, which is one of the annex and
// not of the law: the annex counts as a document of its own.
func (s *scanner) annex() bool {
	if s.law == "" || !hasPrefix(s.r[s.i:], "附件") && !hasPrefix(s.r[s.i:], "附录") && !hasPrefix(s.r[s.i:], "附表") {
		return false
	}
	end := s.i + 2
	if num, next, ok := numeralAt(s.r, end); ok && !num.paren {
		end = next
	}
	if end >= len(s.r) || !articleAt(s.r, end) {
		return false
	}
	law := s.law
	if s.annexed > 0 {
		law = law[:s.annexed]
	}
	s.unplaced = false
	s.setLaw(law+string(s.r[s.i:end]), s.self, end)
	s.unplaced, s.annexed = false, len(law)
	return true
}

// bareName makes a law written without 《》 the law in force, if one stands
// right before the article: 依照行政处罚法第十二条.
func (s *scanner) bareName() {
	if s.r[s.i] != '第' || s.afterName || s.loose >= s.i || s.gap != gapText {
		return
	}
	end := s.i
	for end > s.loose && isSpace(s.r[end-1]) {
		end--
	}
	start := end
	for start > s.loose && end-start < 60 && unicode.Is(unicode.Han, s.r[start-1]) {
		start--
	}
	name := string(s.r[start:end])
	if full := s.fullName(name); full != "" {
		name = full
	} else if name = withoutLeadIn(name); !isBareLaw(name) {
		return
	}
	i, g := s.i, s.gap
	s.setLaw(name, false, s.i)
	s.i, s.gap = i, g
}

// fullName gives the name for which the abbreviation at the end of words was
// given, or "".
func (s *scanner) fullName(words string) string {
	for _, a := range s.short {
		if strings.HasSuffix(words, a.short) {
			return a.full
		}
	}
	return ""
}

// leadIns are the words that lead to a cited law and are no part of its name,
// unless one of the runes before or after makes another word of them: 公有, 见义勇为.
var leadIns = [...]struct{ word, before, after string }{
	{word: "违反"}, {word: "依照"}, {word: "按照"}, {word: "根据"}, {word: "依据"}, {word: "参照"}, {word: "符合"}, {word: "并按"},
	{word: "规定的"}, {word: "所称"}, {word: "是指"}, {word: "详见"}, {word: "属于"}, {word: "认定为"}, {word: "承担", after: "费"}, {word: "构成"}, {word: "触犯"},
	{word: "不受"}, {word: "将"}, {word: "适用", after: "法住财"}, {word: "执行", after: "情"}, {word: "见", after: "义"},
	{word: "有", before: "国所公专共私占拥享持", after: "线限色机害毒关价偿制奖组"},
}

// joints are the words between two laws; elsewhere they stand inside a name.
var joints = [...]string{"以及", "或者", "和", "及", "与", "或"}

// withoutLeadIn cuts the words up to the name.
func withoutLeadIn(name string) string {
	for _, w := range leadIns {
		k := strings.LastIndex(name, w.word)
		if k < 0 {
			continue
		}
		last, _ := utf8.DecodeLastRuneInString(name[:k])
		rest := name[k+len(w.word):]
		next, _ := utf8.DecodeRuneInString(rest)
		if !strings.ContainsRune(w.before, last) && !strings.ContainsRune(w.after, next) {
			name = rest
		}
	}
	for _, w := range joints {
		if k := strings.LastIndex(name, w); k == 0 || k > 0 && lawEnd(name[:k]) != "" {
			name = name[k+len(w):]
		}
	}
	return strings.TrimLeft(name, "的依按在")
}

// isBareLaw says whether words before an article are the name of a law.
func isBareLaw(name string) bool {
	end := lawEnd(name)
	switch {
	case end == "" || strings.ContainsAny(name[:min(3, len(name))], "该同此其"):
		return false
	case end == name && end != "条例" && end != "办法" && end != "细则":
		return false
	}
	switch strings.TrimSuffix(name, end) {
	case "有关", "相关", "上述", "下列", "以下", "前述", "国家", "国家有关", "法律", "依", "合", "违", "方", "无", "作", "做", "看", "设", "想", "的有关", "的相关":
		return false
	}
	return true
}

// noticeEnds are last words of documents that 关于 introduces.
var noticeEnds = [...]string{"通知", "意见", "批复", "通告", "公告", "方案", "决议", "函"}

// wholeNames reads lines that are nothing but the name of a document.
func wholeNames(r []rune) []Ref {
	var out []Ref
	start := 0
	for i := 0; i <= len(r); i++ {
		if i < len(r) && r[i] != '\n' && r[i] != '；' && r[i] != ';' && r[i] != '|' {
			continue
		}
		if i-start <= 60 {
			if name := cleanTitle(r[start:i]); isWholeName(name) {
				out = append(out, Ref{Law: name})
			}
		}
		start = i + 1
	}
	return out
}

// isWholeName says whether a line is the name of a document: Chinese words
// throughout that end like a law, or like a notice after 关于.
func isWholeName(name string) bool {
	for _, c := range name {
		if !unicode.Is(unicode.Han, c) && c != '、' && c != '（' && c != '）' {
			return false
		}
	}
	about := strings.Contains(name, "关于")
	switch end := lawEnd(strings.TrimSuffix(name, "（试行）")); end {
	case "":
	case "规定", "决定", "解释":
		if about {
			return true
		}
	default:
		return runeLen(name) >= 3 && !strings.Contains(name, "本"+end) && withoutLeadIn(name) == name && isBareLaw(strings.TrimSuffix(name, "（试行）"))
	}
	for _, e := range noticeEnds {
		if about && strings.HasSuffix(name, e) {
			return true
		}
	}
	return false
}

// compoundTails are the words that make a title of the title before them.
var compoundTails = [...]string{"办法", "实施办法", "条例", "实施条例", "细则", "实施细则", "若干规定", "补充规定", "的补充规定", "决定", "的决定", "通知", "的通知", "解释", "的解释", "意见", "的意见", "若干意见", "的批复", "的公告"}

// compound joins a title to the words around it where these make one name of
// it: 某省实施《某法》办法, 关于印发《某办法》的通知, 《某法》实施细则.
func (s *scanner) compound(title string, next int) (string, int) {
	end := next
	for end < len(s.r) && end-next < 24 && unicode.Is(unicode.Han, s.r[end]) && !articleAt(s.r, end) {
		end++
	}
	tail := string(s.r[next:end])
	if tail == "" {
		return title, next
	}
	start := s.i
	for start > s.loose && s.i-start < 50 && unicode.Is(unicode.Han, s.r[start-1]) {
		start--
	}
	lead := withoutLeadIn(string(s.r[start:s.i]))
	if strings.HasPrefix(tail, "实施细则") || strings.HasPrefix(tail, "实施条例") || strings.HasPrefix(tail, "实施办法") {
		if !leadsCompound(lead) {
			lead = ""
		}
		return lead + "《" + title + "》" + tail[:len("实施细则")], next + 4
	}
	if !leadsCompound(lead) {
		return title, next
	}
	best := ""
	for _, t := range compoundTails {
		if rest, ok := strings.CutPrefix(tail, t); ok && len(t) > len(best) && endsName(rest) {
			best = t
		}
		if strings.HasSuffix(tail, t) && strings.HasPrefix(tail, "若干问题") {
			best = tail
		}
	}
	if best == "" {
		return title, next
	}
	return lead + "《" + title + "》" + best, next + runeLen(best)
}

// tails are the words in a bracket behind a title that belong to it.
var tails = [...]string{"试行", "暂行", "草案"}

// tail joins a title to a bracket behind it that distinguishes the document:
// 《某办法》（试行）第三条, 《某解释》（二）第三条.
func (s *scanner) tail(title string, next int) (string, int) {
	if next >= len(s.r) || !isOpenParen(s.r[next]) {
		return title, next
	}
	for _, w := range tails {
		if end := next + 1 + runeLen(w); hasPrefix(s.r[next+1:], w) && end < len(s.r) && isCloseParen(s.r[end]) {
			return title + "（" + w + "）", end + 1
		}
	}
	if num, end, ok := numeralAt(s.r, next); ok && strings.HasSuffix(title, "解释") && arabic(s.r[num.from]) < 0 && end < len(s.r) && articleAt(s.r, end) {
		return title + "（" + chinese(num.n) + "）", end
	}
	return title, next
}

// endsName says whether a name may end before these words.
func endsName(rest string) bool {
	return rest == "" || strings.ContainsAny(rest[:len("和")], "和及与或第")
}

// leadsCompound says whether words before a title belong to a longer title.
func leadsCompound(lead string) bool {
	if strings.Contains(lead, "关于") {
		return true
	}
	k := strings.LastIndex(lead, "实施")
	return k > 0 && k == len(lead)-len("实施") && !strings.ContainsAny(lead, "违")
}
