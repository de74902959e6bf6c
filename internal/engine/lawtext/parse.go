package lawtext

import (
	"strings"
	"unicode/utf8"
)

// Parse reads a law text. It never fails: the Document holds what could be
// read, and its Problems what was out of order. Parse is deterministic and
// keeps no reference to anything but text.
func Parse(text string) *Document {
	p := &parser{doc: &Document{}}
	text = clean(text, &p.ps)
	p.lines = splitLines(text)
	runs := sequence(p.lines, &p.ps)
	p.choose(runs)
	p.title()
	contents(p.lines, p.first, p.last, &p.ps)
	p.assemble()
	p.check()
	p.doc.Problems = p.ps.sorted()
	return p.doc
}

type parser struct {
	doc   *Document
	lines []line
	ps    problems

	first, last int // lines of the first and last article; len(lines), -1 without articles
	end         int // line where another law or an annex with its own articles begins
	titleFrom   int // first line of the title
	titleEnd    int // line after the title

	book, part, chapter, section string
	body                         body
}

// choose picks the run of articles that is the law. It is the first one,
// unless that is a mere scrap before the real text.
func (p *parser) choose(runs []run) {
	p.first, p.last, p.end = len(p.lines), -1, len(p.lines)
	if len(runs) == 0 {
		return
	}
	main := 0
	for i, r := range runs {
		if len(r) > 4*len(runs[main]) {
			main = i
		}
	}
	for i, r := range runs {
		start := p.lines[r[0]]
		if i == 0 {
			continue
		}
		if p.annexBetween(runs[i-1][len(runs[i-1])-1], r[0]) {
			p.ps.add(KindTwoLaws, Note, start.no, start.full, "附件中的条文重新从第一条编号，已归入附件；如需引用，请将附件单独成篇")
			continue
		}
		p.ps.add(KindTwoLaws, Serious, start.no, start.full, "条文重新从第一条编号，一个文件中可能有两部文件；请拆成两个文件分别导入")
	}
	p.first, p.last = runs[main][0], runs[main][len(runs[main])-1]
	if main+1 < len(runs) {
		p.end = p.startOf(runs[main+1][0])
	}
	for i, r := range runs {
		for _, k := range r {
			if i != main {
				p.lines[k].kind, p.lines[k].text = plainLine, p.lines[k].full
			}
		}
	}
}

// annexBetween reports whether an annex begins between the two lines.
func (p *parser) annexBetween(from, to int) bool {
	for _, l := range p.lines[from+1 : to] {
		if isAnnexMark(l) {
			return true
		}
	}
	return false
}

// startOf goes back from the first article of another law to its title: over
// headings, notes and blanks to the line after the last finished sentence.
func (p *parser) startOf(i int) int {
	start := i
	for j := i - 1; j > p.last; j-- {
		l := p.lines[j]
		if l.kind == plainLine && !l.quote && (strings.HasSuffix(l.full, "。") || strings.HasSuffix(l.full, "；")) {
			break
		}
		start = j
	}
	return start
}

// assemble walks over the lines and builds preamble, articles and annex.
func (p *parser) assemble() {
	var preamble, annex []string
	inAnnex := false
	for i := range p.lines {
		l := &p.lines[i]
		if l.kind == blankLine || l.kind == ruleLine || i >= p.titleFrom && i < p.titleEnd {
			continue
		}
		if i >= p.end || i > p.last && p.beginsAnnex(i) {
			inAnnex = true
		}
		switch {
		case inAnnex:
			annex = append(annex, l.full)
			p.doc.annexLines = append(p.doc.annexLines, l.no)
		case l.kind == headingLine:
			p.heading(*l)
		case p.headsArticles(i):
			p.part, p.section, p.chapter = "", "", squeeze(l.full)
		case i < p.first:
			if squeeze(l.full) != "目录" {
				preamble = append(preamble, l.full)
				p.doc.preambleLines = append(p.doc.preambleLines, l.no)
			}
		case l.kind == articleLine:
			p.article(l)
		case l.kind == rowLine:
			p.body.row(l, beginsTable(p.lines, i))
		default:
			p.body.add(l.full, p.joins(i))
		}
	}
	p.closeArticle()
	p.doc.Preamble = strings.Join(preamble, "\n")
	p.doc.Annex = strings.Join(annex, "\n")
}

// article begins a new article.
func (p *parser) article(l *line) {
	p.closeArticle()
	if l.glued {
		p.ps.add(KindGlued, Serious, l.no, l.full, "“%s”与前文粘连在同一行，已拆开；请核对款项的分段", l.num.Chinese())
	}
	book := strings.TrimSpace(p.book + " " + p.part)
	p.doc.Articles = append(p.doc.Articles, Article{Number: l.num, Book: book, Chapter: p.chapter, Section: p.section, Line: l.no})
	p.body.add(l.text, false)
}

// closeArticle hands the collected paragraphs to the newest article.
func (p *parser) closeArticle() {
	p.body.flush()
	if n := len(p.doc.Articles); n > 0 {
		p.doc.Articles[n-1].Paragraphs = p.body.paragraphs
	}
	p.body = body{}
}

// heading notes a heading of the body.
func (p *parser) heading(l line) {
	h := headingText(l)
	switch l.level {
	case bookLevel:
		p.doc.Books++
		p.book, p.part, p.chapter, p.section = h, "", "", ""
	case partLevel:
		p.part, p.chapter, p.section = h, "", ""
	case chapterLevel:
		p.doc.Chapters++
		p.chapter, p.section = h, ""
	case sectionLevel:
		p.doc.Sections++
		p.section = h
	}
}

// headsArticles reports whether line i is a heading without 第…章: 一、管辖 in
// judicial interpretations, 附则, any line the source marks as heading. Such a
// heading stands directly before an article; it is not counted.
func (p *parser) headsArticles(i int) bool {
	l := p.lines[i]
	if l.kind != plainLine || p.last < 0 {
		return false
	}
	if i > p.first && (l.hashes > 0 || squeeze(l.full) == "附则") {
		return true
	}
	switch style, no := scanMark(l.full); style {
	case commaHan:
		return p.standsBeforeArticle(i, true)
	case bracketHan:
		return p.standsBeforeArticle(i, false) && !p.body.expects(no)
	}
	return false
}

// standsBeforeArticle reports whether line i is short and unfinished and has
// an article next; over says that one （一） heading may stand between.
func (p *parser) standsBeforeArticle(i int, over bool) bool {
	s := p.lines[i].full
	if endsSentence(s) || utf8.RuneCountInString(s) > maxPlainHeading {
		return false
	}
	next := p.nextWords(i + 1)
	if next < 0 || p.lines[next].kind == articleLine {
		return next >= 0
	}
	style, _ := scanMark(p.lines[next].full)
	return over && style == bracketHan && p.standsBeforeArticle(next, false)
}

// joins reports whether line i continues the sentence of the line before it:
// that line is not finished, and this one begins with a citation or with a
// mark no sentence begins with.
func (p *parser) joins(i int) bool {
	if len(p.body.paragraphs) == 0 || p.lines[i].bullet || p.lines[i].hashes > 0 || p.body.endsInTable() {
		return false
	}
	s := p.lines[i].full
	r, _ := utf8.DecodeRuneInString(s)
	if !strings.ContainsRune("，、；。的》”）", r) {
		if _, rest, ok := scanArticleLabel(s); !ok || !citesArticle(rest) {
			return false
		}
	}
	before := p.body.tail()
	return before != "" && !endsSentence(before)
}

// beginsAnnex reports whether an annex begins with line i, which follows the
// number of the last article. In a text without articles only a mark begins
// one: its other headings are its own.
func (p *parser) beginsAnnex(i int) bool {
	l := p.lines[i]
	if p.last < 0 {
		return i >= p.titleEnd && !l.bullet && isAnnexMark(l)
	}
	return isAnnexMark(l) || l.kind == plainLine && l.hashes > 0 && squeeze(l.full) != "附则"
}

// isAnnexMark reports whether the line is the title of an annex: 附件, 附件1：…,
// 附：…, 附表, 附录.
func isAnnexMark(l line) bool {
	rest, ok := strings.CutPrefix(l.full, "附")
	if !ok || l.kind != plainLine || utf8.RuneCountInString(rest) > 60 || strings.HasSuffix(rest, "。") {
		return false
	}
	rest = rest[blankLen(rest):]
	if rest == "" {
		return true
	}
	for _, w := range []string{"件", "表", "录", "图", "：", ":"} {
		if strings.HasPrefix(rest, w) {
			return true
		}
	}
	return numeralLen(rest) > 0
}
