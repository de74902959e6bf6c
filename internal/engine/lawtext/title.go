package lawtext

import (
	"strings"
	"unicode/utf8"
)

// maxTitleLines is how many lines a title may be broken into.
const maxTitleLines = 8

// title finds the title: the first line when it is marked as heading or bold;
// otherwise the first plain lines up to the end of a title. A text that opens
// with the announcement of a court (公告) has its title behind the rule.
func (p *parser) title() {
	i := p.nextWords(0)
	if i < 0 || i >= p.first && p.first < len(p.lines) {
		return
	}
	if l := p.lines[i]; l.hashes > 0 || l.bold {
		p.setTitle(i, i+1)
		return
	}
	if after := p.afterAnnouncement(i); after > 0 {
		i = after
	}
	end := i
	for n := 0; n < maxTitleLines && end >= 0 && end < p.first; n++ {
		l := p.lines[end]
		if n > 0 && !p.continuesTitle(l) {
			break
		}
		p.setTitle(i, end+1)
		if next := p.nextWords(end + 1); endsTitle(l.full) && !(next >= 0 && strings.HasPrefix(p.lines[next].full, "（") && endsTitle(p.lines[next].full)) {
			break
		}
		end = p.nextWords(end + 1)
	}
}

func (p *parser) setTitle(from, end int) {
	var b strings.Builder
	for _, l := range p.lines[from:end] {
		b.WriteString(squeeze(l.full))
	}
	title := b.String()
	if rest, ok := strings.CutPrefix(title, "最高人民法院最高人民检察院"); ok {
		title = "最高人民法院、最高人民检察院" + rest // two issuers on lines of their own
	}
	p.doc.Title, p.titleFrom, p.titleEnd = title, from, end
}

// nextWords gives the next line from i on that has words, -1 if there is none.
func (p *parser) nextWords(i int) int {
	for ; i < len(p.lines); i++ {
		if k := p.lines[i].kind; k != blankLine && k != ruleLine {
			return i
		}
	}
	return -1
}

// afterAnnouncement gives the first line behind the announcement of a court:
// behind the rule, or where only annexes follow it, behind the date; 0 when
// the text does not open with one.
func (p *parser) afterAnnouncement(i int) int {
	opening := false
	for n := 0; n < 5 && i >= 0 && i < len(p.lines); n++ {
		if squeeze(p.lines[i].full) == "公告" {
			opening = true
			break
		}
		i = p.nextWords(i + 1)
	}
	dated := 0
	for ; opening && i >= 0 && i < min(p.first, len(p.lines)); i++ {
		if p.lines[i].kind == ruleLine {
			if next := max(p.nextWords(i), 0); !isAnnexMark(p.lines[next]) {
				return next
			}
			return max(dated, 0)
		}
		s := squeeze(p.lines[i].full)
		if _, n, ok := scanDate(s); ok && n == len(s) {
			dated = p.nextWords(i + 1)
		}
	}
	return 0
}

// continuesTitle reports whether a line can be a further line of the title.
func (p *parser) continuesTitle(l line) bool {
	s := squeeze(l.full)
	if l.quote || l.bold || l.kind != plainLine || endsSentence(s) && !endsTitle(s) || utf8.RuneCountInString(s) > 60 {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s)
	return digitOf(r) < 0 && !strings.HasPrefix(s, "（") && !strings.HasPrefix(s, "(") || endsTitle(s) && !strings.ContainsAny(s, "年号")
}

// endsTitle reports whether s ends as titles of laws do.
func endsTitle(s string) bool {
	s = squeeze(s)
	for {
		i := strings.LastIndexAny(s, "（(")
		if i <= 0 || !strings.HasSuffix(s, "）") && !strings.HasSuffix(s, ")") {
			break
		}
		s = s[:i]
	}
	for _, w := range []string{"法", "法典", "条例", "规定", "办法", "决定", "决议", "解释", "批复", "通知", "意见", "规则", "细则", "答复",
		"复函", "函", "安排", "纪要", "修正案", "方案", "解答", "）", "议定书", "说明", "标准", "名称", "制度", "章程", "守则", "目录", "公告", "命令", "准则", "要点", "程序"} {
		if strings.HasSuffix(s, w) {
			return true
		}
	}
	return false
}
