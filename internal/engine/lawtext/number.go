package lawtext

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Number is an article number. Sub is greater than 0 for an article inserted
// by an amendment: 第一百三十三条之一 is {133, 1}.
type Number struct{ N, Sub int }

// String gives the short form used in data and addresses: "133" or "133-1".
func (n Number) String() string {
	if n.Sub > 0 {
		return strconv.Itoa(n.N) + "-" + strconv.Itoa(n.Sub)
	}
	return strconv.Itoa(n.N)
}

// Chinese gives the form used in law texts: 第一百三十三条之一.
func (n Number) Chinese() string {
	s := "第" + FormatChinese(n.N) + "条"
	if n.Sub > 0 {
		s += "之" + FormatChinese(n.Sub)
	}
	return s
}

// Less orders numbers as articles follow each other: 133, 133-1, 133-2, 134.
func (n Number) Less(m Number) bool {
	return n.N < m.N || n.N == m.N && n.Sub < m.Sub
}

// ParseNumber reads an article number in any of the forms "133", "133-1",
// 第一百三十三条之一, 第38条. Nothing may follow it.
func ParseNumber(s string) (Number, bool) {
	s = strings.TrimSpace(s)
	if n, rest, ok := scanArticleLabel(s); ok {
		return n, strings.TrimSpace(rest) == ""
	}
	head, sub, hasSub := strings.Cut(s, "-")
	n := Number{}
	var ok bool
	if n.N, ok = ParseChinese(head); !ok || n.N == 0 {
		return Number{}, false
	}
	if hasSub {
		if n.Sub, ok = ParseChinese(sub); !ok || n.Sub == 0 {
			return Number{}, false
		}
	}
	return n, true
}

// scanArticleLabel reads 第…条 or 第…条之… at the start of s and returns what
// follows. Blanks between the parts are allowed (第 三 条).
func scanArticleLabel(s string) (Number, string, bool) {
	v, rest, ok := scanOrdinal(s)
	if !ok || v == 0 {
		return Number{}, "", false
	}
	rest, ok = strings.CutPrefix(rest, "条")
	if !ok {
		return Number{}, "", false
	}
	n := Number{N: v}
	if tail, ok := strings.CutPrefix(rest, "之"); ok {
		if w := numeralLen(tail); w > 0 {
			if sub, ok := ParseChinese(tail[:w]); ok && sub > 0 {
				n.Sub, rest = sub, tail[w:]
			}
		}
	}
	return n, rest, true
}

// scanOrdinal reads 第 and a numeral and returns the value and what follows,
// blanks skipped.
func scanOrdinal(s string) (int, string, bool) {
	rest, ok := strings.CutPrefix(s, "第")
	if !ok {
		return 0, "", false
	}
	rest = rest[blankLen(rest):]
	w := numeralLen(rest)
	if w == 0 {
		return 0, "", false
	}
	v, ok := ParseChinese(rest[:w])
	if !ok {
		return 0, "", false
	}
	rest = rest[w:]
	return v, rest[blankLen(rest):], true
}

// numeralLen is the length in bytes of the numeral at the start of s.
func numeralLen(s string) int {
	i := 0
	for i < len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			if c < '0' || c > '9' {
				break
			}
			i++
			continue
		}
		r, w := utf8.DecodeRuneInString(s[i:])
		if digitOf(r) < 0 && unitOf(r) == 0 {
			break
		}
		i += w
	}
	return i
}

// digitOf is the value of a digit in Chinese, Arabic or full-width form, -1
// for anything else.
func digitOf(r rune) int {
	switch r {
	case '〇', '零', '○':
		return 0
	case '一', '壹':
		return 1
	case '二', '两', '贰':
		return 2
	case '三', '叁':
		return 3
	case '四', '肆':
		return 4
	case '五', '伍':
		return 5
	case '六', '陆':
		return 6
	case '七', '柒':
		return 7
	case '八', '捌':
		return 8
	case '九', '玖':
		return 9
	}
	if r >= '0' && r <= '9' {
		return int(r - '0')
	}
	if r >= '０' && r <= '９' {
		return int(r - '０')
	}
	return -1
}

func unitOf(r rune) int {
	switch r {
	case '十', '拾':
		return 10
	case '百', '佰':
		return 100
	case '千', '仟':
		return 1000
	case '万':
		return 10000
	}
	return 0
}

// maxNumeral bounds what ParseChinese accepts; larger values in a law text are
// not ordinals.
const maxNumeral = 99999999

// ParseChinese reads a whole number in Chinese or Arabic digits: 一百三十三,
// 一百零五, 二〇一四, 38. Mixed and malformed numerals (十百, 一二十) are refused.
func ParseChinese(s string) (int, bool) {
	if s == "" {
		return 0, false
	}
	for _, r := range s {
		if unitOf(r) > 0 {
			return parseUnits(s)
		}
	}
	v := 0
	for _, r := range s {
		d := digitOf(r)
		if d < 0 || v > maxNumeral/10 {
			return 0, false
		}
		v = v*10 + d
	}
	return v, true
}

// parseUnits reads a numeral with 十 百 千 万; the units must fall.
func parseUnits(s string) (int, bool) {
	total, section, digit := 0, 0, -1
	last := maxNumeral
	for _, r := range s {
		if d := digitOf(r); d >= 0 {
			if digit > 0 {
				return 0, false
			}
			digit = d
			continue
		}
		u := unitOf(r)
		switch {
		case u == 0 || u >= last && u != 10000:
			return 0, false
		case u == 10000:
			if total > 0 || section+max(digit, 0) == 0 {
				return 0, false
			}
			total, section, last = (section+max(digit, 0))*u, 0, u
		default:
			if digit <= 0 && u != 10 {
				return 0, false
			}
			if digit <= 0 {
				digit = 1
			}
			section, last = section+digit*u, u
		}
		digit = -1
	}
	return total + section + max(digit, 0), true
}

// FormatChinese writes a number of 0 to 99,999,999 as law texts do:
// 10 is 十, 105 is 一百零五, 133 is 一百三十三. Other numbers are written in
// Arabic digits.
func FormatChinese(n int) string {
	if n < 0 || n > maxNumeral {
		return strconv.Itoa(n)
	}
	if n == 0 {
		return "零"
	}
	s := ""
	if n >= 10000 {
		s = formatSection(n/10000) + "万"
		if r := n % 10000; r > 0 && r < 1000 {
			s += "零"
		}
	}
	s += formatSection(n % 10000)
	if rest, ok := strings.CutPrefix(s, "一十"); ok {
		return "十" + rest
	}
	return s
}

func formatSection(n int) string {
	digits := []string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	var b strings.Builder
	gap := false
	for _, u := range []struct {
		v    int
		name string
	}{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}} {
		d := n / u.v % 10
		if d == 0 {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteString("零")
			gap = false
		}
		b.WriteString(digits[d] + u.name)
	}
	return b.String()
}
