package lawtext

import (
	"strings"
	"unicode/utf8"
)

// clean removes what is not text: byte order marks, carriage returns,
// invisible and control characters. Line breaks stay where they are. What it
// removes or finds suspicious is reported.
func clean(text string, ps *problems) string {
	if !suspicious(text) {
		return text
	}
	text = strings.TrimPrefix(text, "\ufeff")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var b strings.Builder
	b.Grow(len(text))
	no := 1
	seen := map[string]int{} // kind -> line last reported
	report := func(kind string, sev Severity, message string) {
		if seen[kind] != no {
			seen[kind] = no
			ps.add(kind, sev, no, "", "%s", message)
		}
	}
	for _, r := range text {
		switch {
		case r == '\n' || r == '\r':
			b.WriteByte('\n')
			no++
		case r == '\t' || r >= 0x20 && r < 0x7f:
			b.WriteByte(byte(r))
		case r < 0x20 || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029':
			b.WriteByte(' ')
		case isInvisible(r):
			report(KindZeroWidth, Note, "含有看不见的零宽字符，已去除；请核对该行原文")
		case r >= 0xe000 && r <= 0xf8ff:
			b.WriteRune(r)
			report(KindPrivateUse, Note, "含有造字区字符，无法正常显示；请对照原文改为规范汉字")
		case r == utf8.RuneError:
			b.WriteRune(r)
			report(KindGarbled, Serious, "含有乱码；请用正确的编码重新保存原文")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// suspicious is the quick look: does the text hold any byte sequence that
// clean would touch? Most texts hold none and are not copied.
func suspicious(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c < 0x20:
			if c != '\n' && c != '\t' {
				return true
			}
		case c < 0xc2:
			if c == 0x7f {
				return true
			}
		case c == 0xc2:
			if i+1 < len(s) && (s[i+1] < 0xa0 || s[i+1] == 0xad) {
				return true
			}
		case c == 0xe2:
			if i+2 < len(s) && (s[i+1] == 0x80 || s[i+1] == 0x81) {
				if r, _ := utf8.DecodeRuneInString(s[i:]); isInvisible(r) || r == '\u2028' || r == '\u2029' {
					return true
				}
			}
		case c == 0xee:
			return true
		case c == 0xef:
			if i+1 < len(s) && (s[i+1] < 0xa4 || s[i+1] == 0xbb || s[i+1] == 0xbf) {
				return true
			}
		}
	}
	return !utf8.ValidString(s)
}

func isInvisible(r rune) bool {
	return r >= '\u200b' && r <= '\u200f' || r >= '\u202a' && r <= '\u202e' || r >= '\u2060' && r <= '\u2064' ||
		r == '\ufeff' || r == '\u00ad'
}
