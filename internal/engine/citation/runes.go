package citation

import "unicode/utf8"

// runesOf appends the runes of s to buf; bytes that are not UTF-8 become
// U+FFFD.
func runesOf(buf []rune, s string) []rune {
	for _, c := range s {
		buf = append(buf, c)
	}
	return buf
}

// isSpace counts line breaks and zero-width runes as spaces: cells break
// citations anywhere.
func isSpace(c rune) bool {
	switch c {
	case ' ', '\t', '\n', '\r', '\v', '\f', '　', '\u00a0', '\u2002', '\u2003', '\u2009':
		return true
	}
	return zeroWidth(c)
}

func zeroWidth(c rune) bool {
	return c == '\u200b' || c == '\u200c' || c == '\u200d' || c == '\u2060' || c == '\ufeff' || c == '\u00ad'
}

func skipSpace(r []rune, i int) int {
	for i < len(r) && isSpace(r[i]) {
		i++
	}
	return i
}

func isOpenParen(c rune) bool  { return c == '（' || c == '(' || c == '﹙' }
func isCloseParen(c rune) bool { return c == '）' || c == ')' || c == '﹚' }

// skipBracket gives the position behind the bracket that opens at r[i]; an
// unclosed one is passed over alone.
func skipBracket(r []rune, i int) int {
	depth := 0
	for j := i; j < len(r) && j-i < maxTitle; j++ {
		switch {
		case isOpenParen(r[j]):
			depth++
		case isCloseParen(r[j]):
			if depth--; depth == 0 {
				return j + 1
			}
		}
	}
	return i + 1
}

func hasPrefix(r []rune, w string) bool {
	i := 0
	for _, c := range w {
		if i >= len(r) || r[i] != c {
			return false
		}
		i++
	}
	return true
}

func runeLen(s string) int { return utf8.RuneCountInString(s) }
