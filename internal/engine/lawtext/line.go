package lawtext

import (
	"strings"
	"unicode/utf8"
)

// lineKind is what a line is by its own looks, before its neighbours are
// considered.
type lineKind uint8

const (
	plainLine lineKind = iota
	blankLine
	ruleLine    // --- of Markdown
	articleLine // begins with 第…条
	headingLine // begins with 第…编/分编/章/节
	rowLine     // | a | b |, a row of a table
)

// The levels of headings, upper first.
const (
	bookLevel = iota + 1
	partLevel
	chapterLevel
	sectionLevel
)

// line is one line with its Markdown marks taken off.
type line struct {
	no     int
	full   string // the words without marks and outer blanks
	text   string // the same; for an article, what follows its number
	kind   lineKind
	level  uint8 // of a heading
	hashes uint8
	bullet bool
	quote  bool
	bold   bool // the line begins in bold
	spaced bool // a blank, a colon or the end follows the article number
	broken bool // blanks stand inside the article number
	glued  bool // cut off the line before, which holds several articles
	num    Number
}

// blankLen is the length in bytes of the blanks at the start of s, Chinese
// and typographic ones included.
func blankLen(s string) int {
	i := 0
	for i < len(s) {
		switch c := s[i]; {
		case c == ' ' || c == '\t':
			i++
		case c == 0xE3 && strings.HasPrefix(s[i:], "\u3000"):
			i += 3
		case c == 0xC2 && strings.HasPrefix(s[i:], "\u00a0"):
			i += 2
		case c == 0xE2 && len(s) >= i+3 && s[i+1] == 0x80 && (s[i+2] <= 0x8A || s[i+2] == 0xAF):
			i += 3
		default:
			return i
		}
	}
	return i
}

func trimBlanks(s string) string {
	s = s[blankLen(s):]
	for s != "" {
		r, w := utf8.DecodeLastRuneInString(s)
		if !isBlank(r) {
			break
		}
		s = s[:len(s)-w]
	}
	return s
}

func isBlank(r rune) bool {
	return r == ' ' || r == '\t' || r == '\u3000' || r == '\u00a0' ||
		r >= '\u2000' && r <= '\u200a' || r == '\u202f'
}

// squeeze removes all blanks of s, except between Latin letters.
func squeeze(s string) string {
	var b strings.Builder
	var prev rune
	pending := false
	for _, r := range s {
		if isBlank(r) {
			pending = true
			continue
		}
		if pending && prev > 0 && prev < utf8.RuneSelf && r < utf8.RuneSelf {
			b.WriteByte(' ')
		}
		pending, prev = false, r
		b.WriteRune(r)
	}
	return b.String()
}

// splitLines cuts the text into classified lines. Comments and rules of
// Markdown become blank lines.
func splitLines(text string) []line {
	lines := make([]line, 0, strings.Count(text, "\n")+1)
	comment := false
	for no := 1; ; no++ {
		raw, rest, more := strings.Cut(text, "\n")
		if comment || strings.Contains(raw, "<!--") {
			raw, comment = dropComment(raw, comment)
		}
		lines = appendLine(lines, no, raw)
		if !more {
			return lines
		}
		text = rest
	}
}

// dropComment removes <!-- … --> and tells whether one is still open.
func dropComment(s string, open bool) (string, bool) {
	var b strings.Builder
	for {
		if open {
			_, after, ok := strings.Cut(s, "-->")
			if !ok {
				return b.String(), true
			}
			s = after
		}
		before, after, ok := strings.Cut(s, "<!--")
		b.WriteString(before)
		if !ok {
			return b.String(), false
		}
		s, open = after, true
	}
}

// appendLine classifies one raw line; a line that holds several articles
// becomes several.
func appendLine(lines []line, no int, raw string) []line {
	l := line{no: no}
	s := l.takeMarks(raw)
	if s == "" {
		l.kind = blankLine
		return append(lines, l)
	}
	if isRule(s) {
		l.kind = ruleLine
		return append(lines, l)
	}
	pieces := cutGlued(s)
	l.classify(pieces[0])
	lines = append(lines, l)
	for _, piece := range pieces[1:] {
		l = line{no: no, glued: true}
		l.classify(piece)
		lines = append(lines, l)
	}
	return lines
}

// takeMarks strips the marks before the words of a line: > # - * and blanks.
func (l *line) takeMarks(s string) string {
	for {
		s = s[blankLen(s):]
		switch {
		case strings.HasPrefix(s, ">"):
			l.quote = true
			s = s[1:]
		case strings.HasPrefix(s, "#"):
			n := len(s) - len(strings.TrimLeft(s, "#"))
			l.hashes = uint8(min(n, 9))
			s = s[n:]
		case len(s) > 1 && (s[0] == '-' || s[0] == '*' || s[0] == '+') && blankLen(s[1:]) > 0:
			l.bullet = true
			s = s[1:]
		default:
			return trimBlanks(s)
		}
	}
}

// isRule reports whether s is a Markdown rule: --- *** ___ ===.
func isRule(s string) bool {
	return len(s) >= 3 && strings.Trim(s, s[:1]) == "" && strings.Contains("-*_=", s[:1])
}

// classify fills the line from its words.
func (l *line) classify(s string) {
	l.kind = plainLine
	body := s
	if strings.HasPrefix(s, "**") {
		l.bold = true
		body = strings.TrimLeft(s, "*")
		body = body[blankLen(body):]
	}
	l.full = stripMarks(s)
	l.text = l.full
	if isRow(l.full) {
		l.kind = rowLine
		return
	}
	if !strings.HasPrefix(body, "第") {
		return
	}
	if num, rest, ok := scanArticleLabel(body); ok {
		unbold := strings.TrimLeft(rest, "*")
		after := unbold[blankLen(unbold):]
		l.spaced = len(after) < len(unbold) || after == "" || strings.HasPrefix(after, "：") || len(unbold) < len(rest)
		l.kind, l.num, l.text = articleLine, num, stripMarks(after)
		l.broken = blankLen(strings.TrimPrefix(body, "第")) > 0 || strings.ContainsFunc(body[:len(body)-len(rest)], isBlank)
		return
	}
	if level := headingLevel(l.text, l.hashes > 0); level > 0 {
		l.kind, l.level = headingLine, level
	}
}

// maxPlainHeading is the longest title, in characters, that a heading without
// a Markdown mark may have; a longer one is a sentence.
const maxPlainHeading = 30

// headingLevel tells whether s is a heading 第…编/分编/章/节. Without a
// Markdown mark it must look like one: a blank or nothing after the unit, and
// a short title without the punctuation of sentences.
func headingLevel(s string, marked bool) uint8 {
	_, rest, ok := scanOrdinal(s)
	if !ok {
		return 0
	}
	var level uint8
	for _, u := range []struct {
		name  string
		level uint8
	}{{"分编", partLevel}, {"编", bookLevel}, {"章", chapterLevel}, {"节", sectionLevel}} {
		if after, ok := strings.CutPrefix(rest, u.name); ok {
			level, rest = u.level, after
			break
		}
	}
	if level == 0 || marked {
		return level
	}
	title := rest[blankLen(rest):]
	if strings.ContainsAny(title, "。；，：") || utf8.RuneCountInString(title) > maxPlainHeading {
		return 0
	}
	if len(title) == len(rest) && strings.ContainsAny(title, "的规定和、所") {
		return 0
	}
	return level
}

// headingText tidies a heading: one blank after the unit, none in the title.
func headingText(l line) string {
	i := strings.Index(l.text, [...]string{"", "编", "分编", "章", "节"}[l.level])
	for _, u := range []string{"分编", "编", "章", "节"} {
		if strings.HasPrefix(l.text[i:], u) {
			i += len(u)
			break
		}
	}
	label, title := squeeze(l.text[:i]), squeeze(l.text[i:])
	return strings.TrimSpace(label + " " + title)
}

// cutGlued cuts a line that holds several articles. Such a line has lost all
// its breaks, so it is cut wherever a blank follows a finished sentence or a
// heading; any other line comes back whole.
func cutGlued(s string) []string {
	if !holdsSecondArticle(s) {
		return []string{s}
	}
	var pieces []string
	start := 0
	for i, r := range s {
		if !isBlank(r) || i <= start {
			continue
		}
		if head := trimBlanks(s[start:i]); head != "" && endsSentenceOrHeading(head) {
			pieces = append(pieces, head)
			start = i + utf8.RuneLen(r)
		}
	}
	if tail := trimBlanks(s[start:]); tail != "" {
		pieces = append(pieces, tail)
	}
	return pieces
}

// holdsSecondArticle looks for a finished sentence or heading, a blank, 第…条
// and a blank after the beginning of the line.
func holdsSecondArticle(s string) bool {
	if strings.HasPrefix(s, "|") {
		return false
	}
	for i := 3; i < len(s); i += len("第") {
		j := strings.Index(s[i:], "第")
		if j < 0 {
			return false
		}
		i += j
		if r, _ := utf8.DecodeLastRuneInString(s[:i]); !isBlank(r) {
			continue
		}
		if _, rest, ok := scanArticleLabel(s[i:]); ok && blankLen(rest) > 0 && endsSentenceOrHeading(trimBlanks(s[:i])) {
			return true
		}
	}
	return false
}

// endsSentenceOrHeading reports whether an article can begin after s.
func endsSentenceOrHeading(s string) bool {
	return endsSentence(s) || headingLevel(strings.TrimLeft(s, "*"), false) > 0
}

// endsSentence reports whether s is finished: 。；：！？ or a closing quote
// after one of them.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, "”’」』\"'）)*")
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune("。；：！？.;:!?…", r) && r != utf8.RuneError
}

// stripMarks removes Markdown inside a line: bold, pictures, escapes, spans.
func stripMarks(s string) string {
	if !strings.ContainsAny(s, "*\\<&!") {
		return s
	}
	for {
		i := strings.Index(s, "![")
		if i < 0 {
			break
		}
		n := strings.IndexByte(s[i:], ')')
		if n < 0 {
			break
		}
		s = s[:i] + s[i+n+1:]
	}
	s = strings.ReplaceAll(s, "**", "")
	if strings.ContainsAny(s, "<&\\") {
		s = strings.NewReplacer("<span>", "", "</span>", "", "<br>", " ", "<br/>", " ", "&nbsp;", " ", "&lt;", "<",
			"&gt;", ">", "&amp;", "&", `\*`, "*", `\_`, "_", `\#`, "#", `\-`, "-", `\.`, ".").Replace(s)
	}
	return trimBlanks(s)
}
