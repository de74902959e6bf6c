package lawtext

import (
	"strings"
	"unicode/utf8"
)

// markStyle is the look of a list mark; marks of one list share it.
type markStyle uint8

const (
	noMark       markStyle = iota
	bracketHan             // （一）
	commaHan               // 一、
	dotArabic              // 1.
	bracketArab            // （1）
	halfBracket            // 1)
	circled                // ①
	latinBracket           // a)
)

// scanMark reads the list mark at the start of s.
func scanMark(s string) (markStyle, int) {
	r, w := utf8.DecodeRuneInString(s)
	switch {
	case strings.ContainsRune("（(〔﹝[［", r):
		rest := s[w:]
		rest = rest[blankLen(rest):]
		n := numeralLen(rest)
		if n == 0 {
			return noMark, 0
		}
		no, ok := ParseChinese(rest[:n])
		rest = rest[n:]
		closing, _ := utf8.DecodeRuneInString(rest[blankLen(rest):])
		if !ok || no == 0 || no > 200 || !strings.ContainsRune("）)〕﹞]］", closing) {
			return noMark, 0
		}
		if isArabic(s[w:]) {
			return bracketArab, no
		}
		return bracketHan, no
	case r >= '㈠' && r <= '㈩':
		return bracketHan, int(r-'㈠') + 1
	case r >= '⑴' && r <= '⒇':
		return bracketArab, int(r-'⑴') + 1
	case r >= '①' && r <= '⑳':
		return circled, int(r-'①') + 1
	case r >= '⒈' && r <= '⒛':
		return dotArabic, int(r-'⒈') + 1
	case r >= 'a' && r <= 'z' && len(s) > 1 && (s[1] == ')' || strings.HasPrefix(s[1:], "）")):
		return latinBracket, int(r-'a') + 1
	}
	return scanNumeralMark(s)
}

// scanNumeralMark reads marks that begin with the numeral: 一、 1. 1、 1)
func scanNumeralMark(s string) (markStyle, int) {
	n := numeralLen(s)
	if n == 0 {
		return noMark, 0
	}
	no, ok := ParseChinese(s[:n])
	if !ok || no == 0 || no > 200 {
		return noMark, 0
	}
	after, w := utf8.DecodeRuneInString(s[n:])
	next, _ := utf8.DecodeRuneInString(s[n+w:])
	arabic := isArabic(s)
	switch {
	case arabic && strings.ContainsRune(".．、", after) && digitOf(next) < 0 && after != utf8.RuneError:
		return dotArabic, no
	case arabic && (after == ')' || after == '）'):
		return halfBracket, no
	case !arabic && (after == '、' || after == '．'):
		return commaHan, no
	}
	return noMark, 0
}

func isArabic(s string) bool {
	r, _ := utf8.DecodeRuneInString(s[blankLen(s):])
	return r >= '0' && r <= '9' || r >= '０' && r <= '９'
}

// body builds the paragraphs of one article line by line. The first style of
// mark met in a paragraph makes its 项, the next one their 目; deeper lists
// stay inside the words of the 目.
type body struct {
	paragraphs []Paragraph
	item, sub  markStyle
	more       []string // further pieces of the newest text, joined by flush to keep long texts linear
}

// add takes the next line. joins says that the line continues the sentence of
// the line before, which was broken off.
func (b *body) add(s string, joins bool) {
	if s == "" {
		return
	}
	if joins && len(b.paragraphs) > 0 {
		b.more = append(b.more, s)
		return
	}
	if style, no := scanMark(s); style != noMark && b.addMarked(style, no, s) {
		return
	}
	b.flush()
	b.paragraphs = append(b.paragraphs, Paragraph{Text: s})
	b.item, b.sub = noMark, noMark
}

// flush adds the pieces collected in more to the newest text.
func (b *body) flush() {
	if len(b.more) > 0 {
		*b.last() += strings.Join(b.more, "")
		b.more = nil
	}
}

// tail is the newest piece of text.
func (b *body) tail() string {
	if n := len(b.more); n > 0 {
		return b.more[n-1]
	}
	return *b.last()
}

// last is the text the newest words stand in.
func (b *body) last() *string {
	p := &b.paragraphs[len(b.paragraphs)-1]
	if len(p.Items) == 0 {
		return &p.Text
	}
	it := &p.Items[len(p.Items)-1]
	if len(it.Subitems) == 0 {
		return &it.Text
	}
	return &it.Subitems[len(it.Subitems)-1].Text
}

// addMarked puts a marked line into the list it belongs to; false when the
// mark begins no list and continues none, so that the line is a paragraph.
func (b *body) addMarked(style markStyle, no int, s string) bool {
	if n := len(b.paragraphs); n == 0 || b.paragraphs[n-1].Table != nil && len(b.paragraphs[n-1].Items) == 0 {
		b.paragraphs = append(b.paragraphs, Paragraph{})
	}
	p := &b.paragraphs[len(b.paragraphs)-1]
	if len(p.Items) == 0 {
		b.flush()
		if prev := b.interrupted(style, no); prev != nil {
			it := &prev.Items[len(prev.Items)-1]
			it.Text += "\n" + p.Text
			b.paragraphs = b.paragraphs[:len(b.paragraphs)-1]
			p = prev
		} else if no != 1 && style != bracketHan {
			return false
		}
		b.item, b.sub = style, noMark
		p.Items = append(p.Items, Item{No: no, Text: s})
		return true
	}
	it := &p.Items[len(p.Items)-1]
	switch {
	case style == b.item:
		if style != bracketHan && no != it.No+1 {
			return false
		}
		b.flush()
		p.Items = append(p.Items, Item{No: no, Text: s})
		b.sub = noMark
	case b.sub == noMark || style == b.sub:
		if no != 1 && style != bracketHan && (len(it.Subitems) == 0 || no != it.Subitems[len(it.Subitems)-1].No+1) {
			b.more = append(b.more, "\n", s)
			return true
		}
		b.flush()
		it.Subitems = append(it.Subitems, Subitem{No: no, Text: s})
		b.sub = style
	default:
		b.more = append(b.more, "\n", s)
	}
	return true
}

// row takes a row of a table, which hangs on the newest paragraph; begins says
// that it is the first of its table.
func (b *body) row(l *line, begins bool) {
	b.flush()
	n := len(b.paragraphs)
	if n == 0 || begins && b.paragraphs[n-1].Table != nil {
		b.paragraphs = append(b.paragraphs, Paragraph{})
		b.item, b.sub = noMark, noMark
		n++
	}
	p := &b.paragraphs[n-1]
	if p.Table == nil {
		p.Table = &Table{Line: l.no}
	}
	p.Table.add(l.full)
}

// endsInTable reports whether the newest thing in the article is a table.
func (b *body) endsInTable() bool {
	n := len(b.paragraphs)
	return n > 0 && b.paragraphs[n-1].Table != nil
}

// interrupted gives the paragraph whose list the mark continues across the
// newest paragraph: 项 may hold several natural paragraphs. A paragraph that
// announces a list of its own (：) is no interruption.
func (b *body) interrupted(style markStyle, no int) *Paragraph {
	n := len(b.paragraphs)
	if n < 2 || no < 2 || endsWithColon(b.paragraphs[n-1].Text) {
		return nil
	}
	prev := &b.paragraphs[n-2]
	if len(prev.Items) == 0 {
		return nil
	}
	it := &prev.Items[len(prev.Items)-1]
	if st, _ := scanMark(it.Text); st != style || it.No != no-1 {
		return nil
	}
	return prev
}

// expects reports whether an item with that number would continue the newest
// list.
func (b *body) expects(no int) bool {
	if len(b.paragraphs) == 0 {
		return false
	}
	p := b.paragraphs[len(b.paragraphs)-1]
	if n := len(p.Items); n > 0 {
		return p.Items[n-1].No == no-1
	}
	return endsWithColon(p.Text)
}

func endsWithColon(s string) bool {
	return strings.HasSuffix(s, "：") || strings.HasSuffix(s, ":")
}
