package lawtext

import (
	"strings"
	"unicode/utf8"
)

// Clause is one declaration that other rules cease to apply.
type Clause struct {
	Text    string // a sentence, or one entry of a list of repealed rules without its mark
	Line    int    // line in the parsed text; of an article, the line of its number
	Partial bool   // only articles or certain provisions of the rule named cease (部分条款, 第四条, 有关…的规定)
	Listed  bool   // an entry of a list: Text is a title, often without 《》, and what is told about it
}

// RepealClauses gives the sentences of d that repeal other rules (…同时废止) and
// the entries of the lists of decisions on repeal, in the order of the text.
// Sentences on how rules are repealed in general are left out. A title is not
// cut out of its sentence: one sentence may name several.
func RepealClauses(d *Document) []Clause {
	r := &repeals{}
	r.part(d.Preamble, d.preambleLines, strings.Contains(d.Title, "废止") && strings.Contains(d.Title, "目录"))
	for _, a := range d.Articles {
		r.article(a)
	}
	r.part(d.Annex, d.annexLines, false)
	return r.clauses
}

type repeals struct {
	clauses []Clause
	listing bool // the lines are entries of a list of repealed rules
	column  int  // of the titles in a table, -1 before its head is seen
}

// article reads the sentences of an article; a list after one is taken whole.
func (r *repeals) article(a Article) {
	if !strings.Contains(a.Text(), "废止") {
		return
	}
	for _, p := range a.Paragraphs {
		r.sentences(p.Text, a.Line)
		listing := endsWithColon(p.Text) && declaresRepeal(p.Text)
		for _, it := range p.Items {
			if listing {
				r.entry(it.Text, a.Line)
			} else {
				r.sentences(it.String(), a.Line)
			}
		}
	}
}

// part reads the preamble or the annex line by line; listing says that it
// begins as a list of repealed rules.
func (r *repeals) part(text string, lines []int, listing bool) {
	if !listing && !strings.Contains(text, "废止") {
		return
	}
	r.listing, r.column = listing, -1
	for _, l := range splitLines(text) {
		no := lineAt(lines, l.no)
		style, _ := scanMark(l.full)
		switch {
		case l.kind == rowLine:
			r.row(cellsOf(l.full), no)
		case r.listing && style != noMark && !declaresRepeal(l.full):
			r.entry(l.full, no)
		case isAnnexMark(l) || style == noMark && !endsSentence(l.full):
			r.heading(l)
		default:
			r.sentences(l.full, no)
			r.listing = declaresRepeal(l.full) && endsWithColon(l.full)
		}
	}
}

// heading takes a line of a title: of a list of repealed rules, or of
// something else.
func (r *repeals) heading(l line) {
	r.column = -1
	switch {
	case strings.Contains(l.full, "废止") && !strings.Contains(l.full, "修改"):
		r.listing = true
	case isAnnexMark(l) || strings.Contains(l.full, "修改"):
		r.listing = false
	}
}

// row takes a row of a table; the head says in which column the titles stand.
func (r *repeals) row(cells []string, no int) {
	if !r.listing || isDashes(cells) {
		return
	}
	if r.column < 0 {
		for i, c := range cells {
			if containsAny(squeeze(c), "名称", "标题", "题目") {
				r.column = i
				return
			}
		}
	}
	if r.column >= 0 && r.column < len(cells) {
		r.entry(cells[r.column], no)
	}
}

// entry adds an entry of a list.
func (r *repeals) entry(s string, no int) {
	if s = withoutMark(s); s != "" {
		// a title that only cites one ("关于执行《…》第五条的批复") is repealed whole
		r.clauses = append(r.clauses, Clause{s, no, strings.HasPrefix(s, "《") && isPartial(s), true})
	}
}

// sentences adds the sentences that declare a repeal and name a rule.
func (r *repeals) sentences(text string, no int) {
	if !strings.Contains(text, "废止") {
		return
	}
	for _, s := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune("。；\n", c) }) {
		s = withoutMark(s)
		if strings.Contains(s, "》") && !endsWithColon(s) && declaresRepeal(s) {
			r.clauses = append(r.clauses, Clause{s, no, isPartial(s), false})
		}
	}
}

// declaresRepeal reports whether a sentence repeals, and does not only speak
// of repealing.
func declaresRepeal(s string) bool {
	bare := trimBlanks(dropTitles(withoutMark(s)))
	if !strings.Contains(bare, "废止") || containsAny(bare, "应当", "可以", "修改或者废止", "修改、废止", "被废止", "建议", "已经废止", "废止前", "废止后", "废止的，") {
		return false
	}
	bare = strings.TrimRight(bare, "。；：:")
	return containsAny(bare, "同时废止", "即行废止", "予以废止", "相应废止", "一并废止", "自行废止", "决定废止", "现决定：废止") ||
		strings.HasPrefix(bare, "废止") || strings.HasSuffix(bare, "废止")
}

// isPartial reports whether what follows a title limits the repeal to a part
// of the rule: 》第四条, 》中有关…的规定, 》的部分条款.
func isPartial(s string) bool {
	for rest := s; ; {
		_, after, ok := strings.Cut(rest, "》")
		if !ok {
			return false
		}
		rest = after
		if startsWithAny(after, "（", "(") {
			if i := strings.IndexAny(after, "）)"); i >= 0 {
				_, w := utf8.DecodeRuneInString(after[i:])
				after = after[i+w:]
			}
		}
		after = strings.TrimPrefix(after, "的")
		if startsWithAny(after, "中", "有关", "相关", "部分", "规定", "关于", "所规定") {
			return true
		}
		if _, unit, ok := scanOrdinal(after); ok && startsWithAny(unit, "条", "款", "项", "编", "章", "节") {
			return true
		}
	}
}

// withoutMark drops the list mark at the start of s.
func withoutMark(s string) string {
	s = trimBlanks(s)
	if style, _ := scanMark(s); style == noMark {
		return s
	}
	i := strings.IndexAny(s, "）)、.．〕﹞]］")
	if i < 0 || i > len("（二十一）") {
		_, w := utf8.DecodeRuneInString(s)
		return trimBlanks(s[w:])
	}
	_, w := utf8.DecodeRuneInString(s[i:])
	return trimBlanks(s[i+w:])
}
