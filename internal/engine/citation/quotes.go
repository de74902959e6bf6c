package citation

import (
	"strings"
	"unicode"
)

// Quote is one citation of a basis field with the article text that the
// department quoted behind it; Text is empty if it quoted none. Text keeps its
// line breaks and the references inside it are not read.
type Quote struct {
	Ref  Ref
	Text string
}

// ParseQuotes reads a basis field (设定依据) as departments write it: citations
// with or without quoted text, behind a colon, a space or on the next lines,
// numbered or labelled (【法律】) or not, several articles of one law below its
// name. Text behind a list of places belongs to the last of them. Where no
// citation stands at a beginning, all references of the field are given
// without text.
func ParseQuotes(s string) []Quote {
	q := quoter{r: runesOf(nil, s)}
	q.all()
	return q.out
}

// all reads the whole field.
func (q *quoter) all() {
	end := 0 // behind the last heading
	for i := 0; i < len(q.r); {
		h, ok := q.heading(i, end)
		if !ok {
			i = q.nextStart(i + 1)
			continue
		}
		q.text(end, i)
		q.add(h.refs)
		q.kept = append(q.kept, h.kept...)
		end, i = h.end, max(h.end, i+1)
		if i < len(q.r) && !q.isStart(i) {
			i = q.nextStart(i)
		}
	}
	if len(q.out) == 0 {
		sc := scanner{r: q.r, keep: q.keep}
		for _, r := range sc.all() {
			q.out = append(q.out, Quote{Ref: r})
		}
		q.kept = sc.kept
		return
	}
	q.text(end, len(q.r))
}

type quoter struct {
	r    []rune
	law  string // of the last heading
	out  []Quote
	keep bool    // for RewriteQuotes: keep the draft of each reference
	kept []draft // of all headings, also of those that out has only once
}

// heading is a run of citations at a beginning.
type heading struct {
	refs []Ref
	kept []draft
	end  int
}

// text gives r[from:to] to the last citation.
func (q *quoter) text(from, to int) {
	if len(q.out) == 0 {
		return
	}
	t := strings.TrimSpace(string(q.r[from:to]))
	t = strings.TrimLeftFunc(t, func(c rune) bool { return isSpace(c) || strings.ContainsRune("：:，,、。；;|", c) })
	if rest, ok := strings.CutPrefix(t, "规定"); ok {
		if k := strings.TrimLeft(rest, "：:，,"); k != rest || rest == "" {
			t = k
		}
	}
	t = strings.TrimRightFunc(t, func(c rune) bool { return isSpace(c) || c == '|' || c == '、' })
	switch strings.TrimRight(t, "。；;") {
	case "", "相关规定", "有关规定", "的规定", "的相关规定", "的有关规定", "等", "等规定", "等相关规定", "等有关规定":
		return
	}
	q.out[len(q.out)-1].Text = t
}

// lookBack bounds the search for a citation that its quoted text repeats.
const lookBack = 32

// add appends citations; one that was listed before without text and now
// stands over its text replaces its former self.
func (q *quoter) add(refs []Ref) {
	for _, r := range refs {
		for k := len(q.out) - 1; k >= 0 && k >= len(q.out)-lookBack; k-- {
			if o := q.out[k]; o.Text == "" && sameRef(o.Ref, r) {
				q.out = append(q.out[:k], q.out[k+1:]...)
				break
			}
		}
		q.out = append(q.out, Quote{Ref: r})
		q.law = r.Law
	}
}

func sameRef(a, b Ref) bool {
	if (a.To == nil) != (b.To == nil) || a.To != nil && *a.To != *b.To {
		return false
	}
	a.To, b.To = nil, nil
	return a == b
}

// start says what stands before a place and so what a heading there needs.
type start int

const (
	startNone     start = iota
	startSpace          // a space inside a line
	startSentence       // the end of a sentence
	startLine           // the beginning of the field or of a line
)

func (q *quoter) startAt(i int) start {
	if i == 0 {
		return startLine
	}
	switch c := q.r[i-1]; {
	case c == '\n' || c == '\r' || c == '|':
		return startLine
	case strings.ContainsRune("。；;”」！】]", c):
		return startSentence
	case isSpace(c):
		for j := i - 1; j >= 0 && isSpace(q.r[j]); j-- {
			if q.r[j] == '\n' {
				return startLine
			}
		}
		return startSpace
	}
	return startNone
}

// isStart passes over spaces, so that a run of them is looked at once.
func (q *quoter) isStart(i int) bool { return !isSpace(q.r[i]) && q.startAt(i) != startNone }

// nextStart finds the next place from i on where a heading may begin.
func (q *quoter) nextStart(i int) int {
	for i < len(q.r) && !q.isStart(i) {
		i++
	}
	return i
}

// heading reads the citations that begin at r[i]; prev is the end of the
// heading before, for the first of the field nearly anything may follow.
func (q *quoter) heading(i, prev int) (heading, bool) {
	kind, first := q.startAt(i), prev == 0 && len(q.out) == 0
	j := skipMarks(q.r, skipSpace(q.r, i))
	if j >= len(q.r) {
		return heading{}, false
	}
	sc := scanner{r: q.r, i: j, loose: j, keep: q.keep}
	inLaw := false
	switch {
	case isTitleOpen(q.r[j]):
		if !sc.title() || sc.law == "" {
			return heading{}, false
		}
	case q.r[j] == '本':
		if !sc.selfName() {
			return heading{}, false
		}
	case articleAt(q.r, j):
		if q.law == "" || kind == startSpace {
			return heading{}, false
		}
		sc.setLaw(q.law, strings.HasPrefix(q.law, "本"), j)
		sc.unplaced, inLaw = false, true
	case kind == startSpace || !sc.openName():
		return heading{}, false
	}
	sc.citations()
	h := heading{sc.finish(), sc.kept, sc.i}
	if len(h.refs) == 0 {
		return heading{}, false
	}
	return h, q.endsHeading(h, kind, first, inLaw)
}

// openName consumes the name of a law without 《》 before an article, or a name
// around a title: 某省实施《某法》办法.
func (s *scanner) openName() bool {
	j, k := s.i, nameEnd(s.r, s.i)
	if k >= len(s.r) {
		return false
	}
	name := string(s.r[j:k])
	if isTitleOpen(s.r[k]) {
		if !leadsCompound(name) {
			return false
		}
		s.i, s.loose = k, j
		return s.title() && strings.HasPrefix(s.law, name)
	}
	if k = bareNameEnd(s.r, j); k == 0 {
		return false
	}
	s.setLaw(name, false, k)
	return true
}

// bareNameEnd gives the end of the name of a law without 《》 that stands at
// r[i] before an article, 0 if there is none.
func bareNameEnd(r []rune, i int) int {
	k := nameEnd(r, i)
	if k >= len(r) || !articleAt(r, k) {
		return 0
	}
	if name := string(r[i:k]); withoutLeadIn(name) != name || !isBareLaw(name) {
		return 0
	}
	return k
}

// nameEnd finds where the Chinese words at r[i] end: at an article or a sign.
func nameEnd(r []rune, i int) int {
	k := i
	for k < len(r) && k-i < 40 && unicode.Is(unicode.Han, r[k]) && !articleAt(r, k) {
		k++
	}
	return k
}

// citations consumes what belongs to a heading and stops at the quoted text.
func (s *scanner) citations() {
	for s.i < len(s.r) {
		c, next := s.r[s.i], skipSpace(s.r, s.i)
		ok := false
		switch {
		case isSpace(c):
			if ok = s.spaceInside(next); ok {
				s.i = next
			}
		case isTitleOpen(c):
			t, end, good := titleAt(s.r, s.i)
			ok = good && (!isPaper(t) || s.placeFollows(end)) && s.title()
		case c == '第':
			ok = s.number()
		case c == '附':
			ok = s.annex()
		case isOpenParen(c):
			ok = s.number() || s.afterName && s.bracket()
		case arabic(c) >= 0 || enclosed(c) > 0:
			ok = s.number()
		default:
			if d, _ := chineseDigit(c); d > 0 {
				ok = s.number()
			} else if _, g := jointAt(s.r, s.i); g != gapText && s.goesOn() {
				ok = s.joint()
			}
			if !ok && s.gap == gapList && unicode.Is(unicode.Han, c) {
				ok = s.openName()
			}
		}
		if !ok {
			return
		}
	}
}

// spaceInside says whether the citation goes on behind a space.
func (s *scanner) spaceInside(next int) bool {
	if next >= len(s.r) {
		return false
	}
	line := false
	for _, c := range s.r[s.i:next] {
		line = line || c == '\n'
	}
	c := s.r[next]
	switch {
	case line:
		return s.afterName && articleAt(s.r, next)
	case c == '第':
		return s.afterName || ordinalLevel(s.r, next) > levelArticle
	case isTitleOpen(c):
		_, end, ok := titleAt(s.r, next)
		return ok && s.placeFollows(end)
	case isOpenParen(c):
		return s.afterName
	}
	_, g := jointAt(s.r, next)
	return g == gapList || g == gapRange
}

// goesOn says whether a citation stands behind the joint at i.
func (s *scanner) goesOn() bool {
	w, g := jointAt(s.r, s.i)
	j := skipSpace(s.r, s.i+w)
	if j >= len(s.r) {
		return false
	}
	switch {
	case s.r[j] == '第':
		return ordinalLevel(s.r, j) != levelNone
	case isTitleOpen(s.r[j]):
		return g == gapList
	}
	if _, _, ok := numeralAt(s.r, j); ok {
		return g != gapNone
	}
	try := *s
	try.i = j
	return g == gapList && unicode.Is(unicode.Han, s.r[j]) && try.openName()
}

// endsHeading says whether what follows the citations lets them be a heading
// rather than a reference inside the text.
func (q *quoter) endsHeading(h heading, kind start, first, inLaw bool) bool {
	i := h.end
	if i >= len(q.r) || first {
		return true
	}
	c := q.r[i]
	switch {
	case c == '\n' || c == '\r' || c == '|' || c == '：' || c == ':':
		return true
	case hasPrefix(q.r[i:], "规定：") || hasPrefix(q.r[i:], "规定:"):
		return true
	case isSpace(c):
		return h.refs[len(h.refs)-1].Article != 0
	case c == '。' || c == '；' || c == '【':
		return !inLaw
	}
	return kind == startLine && h.refs[0].Article != 0 && !strings.ContainsRune("规的所、，和或及至中（(", c)
}

// skipMarks passes over what departments put before a citation: numbers,
// bullets, labels in brackets or before a colon, 根据. It gives the place of the
// citation; marks before other words are none.
func skipMarks(r []rune, i int) int {
	j := i
	for n := 0; n < 4 && j < len(r); n++ {
		k := skipSpace(r, mark(r, j))
		if k == j {
			break
		}
		j = k
	}
	if j < len(r) && (isTitleOpen(r[j]) || bareNameEnd(r, j) > 0) {
		return j
	}
	return i
}

// mark gives the position behind one mark at r[i], or i.
func mark(r []rune, i int) int {
	if strings.ContainsRune("★☆●○■□◆◇▲·•*-—※>", r[i]) {
		return i + 1
	}
	for _, w := range [...]string{"根据", "依据", "依照", "按照"} {
		if hasPrefix(r[i:], w) && i+2 < len(r) && isTitleOpen(r[i+2]) {
			return i + 2
		}
	}
	if r[i] == '【' || r[i] == '[' || r[i] == '［' {
		for j := i + 1; j < len(r) && j-i < 12; j++ {
			if r[j] == '】' || r[j] == ']' || r[j] == '］' {
				return j + 1
			}
		}
		return i
	}
	if num, j, ok := numeralAt(r, i); ok {
		if num.paren {
			return j
		}
		if j < len(r) && strings.ContainsRune(".．、)）:：,，", r[j]) {
			return j + 1
		}
	}
	for j := i; j < len(r) && j-i <= 10; j++ {
		if r[j] == '：' || r[j] == ':' {
			return j + 1
		}
		if !unicode.Is(unicode.Han, r[j]) {
			break
		}
	}
	return i
}
