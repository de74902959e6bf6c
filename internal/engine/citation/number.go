package citation

import (
	"strconv"
	"strings"
)

// numeral is a number as a citation writes it.
type numeral struct {
	n        int
	from, to int  // the runes of the numeral itself, without brackets
	paren    bool // written in brackets: （一）, (1), ㈠, ①
	run      bool // Chinese digits without place words: 二三 is 23 or 2 and 3
}

// maxNumber bounds what can be an article; longer digits are something else.
const (
	maxNumber = 9999
	maxDigits = 5
)

// numeralAt reads a number at r[i:], in brackets or not, Arabic of either
// width or Chinese, and gives the position behind it; ok is false if there is
// none.
func numeralAt(r []rune, i int) (num numeral, next int, ok bool) {
	if i >= len(r) {
		return num, i, false
	}
	if n := enclosed(r[i]); n > 0 {
		return numeral{n: n, from: i, to: i + 1, paren: true}, i + 1, true
	}
	if !isOpenParen(r[i]) {
		return plainNumeral(r, i)
	}
	num, next, ok = plainNumeral(r, skipSpace(r, i+1))
	if !ok {
		return num, i, false
	}
	next = skipSpace(r, next)
	if next >= len(r) || !isCloseParen(r[next]) {
		return num, i, false
	}
	num.paren = true
	return num, next + 1, true
}

// plainNumeral reads digits or Chinese numerals.
func plainNumeral(r []rune, i int) (num numeral, next int, ok bool) {
	num.from = i
	j := i
	for j < len(r) && arabic(r[j]) >= 0 && j-i < maxDigits {
		if num.n = num.n*10 + arabic(r[j]); num.n > maxNumber {
			return num, i, false
		}
		j++
	}
	if num.to = j; j > i {
		return num, j, num.n > 0
	}
	total, digit, places, count := 0, 0, false, 0
	for ; j < len(r) && j-i < 2*maxDigits; j++ {
		d, place := chineseDigit(r[j])
		if d < 0 {
			break
		}
		count++
		if place { // 百二十 and 一百十五 are written too
			total, digit, places = total+max(digit, 1)*d, 0, true
		} else {
			digit = digit*10 + d
		}
		if total+digit > maxNumber {
			return num, i, false
		}
	}
	num.n, num.to = total+digit, j
	num.run = !places && count > 1
	return num, j, num.n > 0
}

// arabic gives the value of a digit of either width, -1 for anything else.
func arabic(c rune) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= '０' && c <= '９':
		return int(c - '０')
	}
	return -1
}

// chineseDigit gives the value of a Chinese digit or place word (十百千), -1
// for anything else.
func chineseDigit(c rune) (value int, place bool) {
	switch c {
	case '〇', '零', '○':
		return 0, false
	case '一':
		return 1, false
	case '二':
		return 2, false
	case '三':
		return 3, false
	case '四':
		return 4, false
	case '五':
		return 5, false
	case '六':
		return 6, false
	case '七':
		return 7, false
	case '八':
		return 8, false
	case '九':
		return 9, false
	case '十':
		return 10, true
	case '百':
		return 100, true
	case '千':
		return 1000, true
	}
	return -1, false
}

// enclosed gives the value of ㈠, ⑴ and ① characters, 0 for anything else.
func enclosed(c rune) int {
	switch {
	case c >= '㈠' && c <= '㈩':
		return int(c-'㈠') + 1
	case c >= '⑴' && c <= '⒇':
		return int(c-'⑴') + 1
	case c >= '①' && c <= '⑳':
		return int(c-'①') + 1
	}
	return 0
}

// written writes n the way an existing numeral is written; it gives "" where
// that way has no such number.
func written(n int, like []rune) string {
	if n < 1 || n > maxNumber || len(like) == 0 {
		return ""
	}
	switch c := like[0]; {
	case enclosed(c) > 0:
		if own := c + rune(n-enclosed(c)); enclosed(own) == n {
			return string(own)
		}
		return ""
	case c >= '0' && c <= '9':
		return strconv.Itoa(n)
	case arabic(c) >= 0:
		return strings.Map(func(c rune) rune { return c - '0' + '０' }, strconv.Itoa(n))
	}
	for _, c := range like {
		if c == '〇' || c == '○' {
			return strings.ReplaceAll(chinese(n), "零", string(c))
		}
	}
	return chinese(n)
}

// chinese writes 1..9999 as statutes do: 十五, 一百零五, 一千零六十三.
func chinese(n int) string {
	if n < 1 || n > maxNumber {
		return strconv.Itoa(n)
	}
	digit := []rune("零一二三四五六七八九")
	var b strings.Builder
	zero := false
	for _, p := range []struct {
		v int
		w string
	}{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}} {
		d := n / p.v % 10
		if d == 0 {
			zero = b.Len() > 0
			continue
		}
		if zero {
			b.WriteRune('零')
			zero = false
		}
		if d != 1 || p.v != 10 || b.Len() > 0 {
			b.WriteRune(digit[d])
		}
		b.WriteString(p.w)
	}
	return b.String()
}
