package amend

import (
	"strings"
	"unicode"
)

// plain brings a text to the form in which two sources write the same words
// alike: without blanks, invisible characters and the remains of Markdown,
// with one width and shape of punctuation. Digits, letters and signs of
// arithmetic count as they are written.
func plain(s string) string { return strings.Map(plainRune, s) }

// plainRune is the shape of one character in plain texts, -1 for none.
func plainRune(r rune) rune {
	if r >= 0x4e00 && r <= 0x9fff {
		return r
	}
	switch r {
	case '（', '）', '，', '：', '；', '？', '！', '－', '．':
		return r - ('！' - '!')
	case '*', '\\', '`':
		return -1
	case '“', '”', '‘', '’', '\'', '「', '」', '『', '』', '＂':
		return '"'
	case '<', '＜':
		return '〈'
	case '>', '＞':
		return '〉'
	case '﹝':
		return '〔'
	case '﹞':
		return '〕'
	case '—', '–', '―', '─':
		return '-'
	case '•', '・', '‧':
		return '·'
	case '∶':
		return ':'
	}
	if r <= ' ' || r > '~' && (unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.IsControl(r)) {
		return -1
	}
	return r
}

// unmarked takes off the mark of an item, and its closing punctuation, which
// depends on where in the list it stands.
func unmarked(s string) string {
	full := strings.Replace(strings.Replace(s, "(", "（", 1), ")", "）", 1)
	if _, mark := pointMark(full); mark != "" {
		s = full[len(mark):]
	}
	return strings.TrimRight(strings.TrimSpace(s), "；;。")
}
