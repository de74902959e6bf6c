// Package mask hides personal data (个人信息脱敏): names, telephone and identity
// numbers, addresses of mail, one by one or within a text. It is the only
// masker of the product.
//
// What is hidden becomes one '*' for each letter or digit, so that the length
// stays; marks between them (blanks, hyphens, brackets) stay too. Masking what
// is masked changes nothing. Nothing masked can be turned back: whoever may see
// the whole reads it from where it is kept, with a reason.
package mask

import (
	"slices"
	"strings"
	"unicode"
)

const star = '*'

// Name keeps the surname (张三 -> 张*, 欧阳娜娜 -> 欧阳**). A name in parts, of
// another people or tongue (买买提·吐尔逊, John Smith), keeps its first letter
// only: there is no surname in it, or it cannot be told. A name of one letter
// is hidden.
func Name(s string) string {
	letters := []rune(s)
	keep := surname(letters)
	n := 0
	for i, r := range letters {
		if !shown(r) {
			continue
		}
		if n++; n > keep {
			letters[i] = star
		}
	}
	return string(letters)
}

// surname says how many letters of a name are kept.
func surname(name []rune) int {
	n, parts := 0, false
	for _, r := range name {
		if shown(r) {
			n++
		} else if n > 0 {
			parts = true
		}
	}
	switch {
	case n < 2:
		return 0
	case !parts && n > 2 && slices.Contains(compound(), string(name[:2])):
		return 2
	default:
		return 1
	}
}

// compound lists the surnames of two characters (复姓) in use.
func compound() []string {
	return strings.Fields(`欧阳 上官 司马 诸葛 夏侯 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 司空 东方 南宫 西门 独孤 轩辕 端木 百里 呼延
		闻人 澹台 公冶 太史 申屠 仲孙 钟离 鲜于 闾丘 亓官 司寇 子车 颛孙 巫马 公西 漆雕 乐正 壤驷 公良 拓跋 夹谷 宰父 谷梁 段干 东郭
		南门 羊舌 微生 梁丘 左丘 东门 第五 淳于 单于 赫连 濮阳 宗政 纳兰 完颜 爱新 叶赫 那拉 哈斯`)
}

// Phone masks a telephone number: of a mobile (手机) the middle four digits
// (138****5678), with or without 86 before it; of a landline everything but the
// area code and the last three digits (0635-****456), and an extension; of
// anything else everything but the last two of at least seven letters or digits.
func Phone(s string) string {
	letters := []rune(s)
	at := places(letters)
	digits := fold(letters, at)
	from, to := 0, len(at)
	switch skip := countryCode(digits); {
	case mobile(digits[skip:]):
		from, to = skip+3, skip+7
	case strings.HasPrefix(digits, "0") && len(at) >= shortLandline:
		number, extension := landline(letters, at, digits)
		from, to = number, extension-3
		hide(letters, at, extension, len(at))
	case len(at) >= 7:
		to = len(at) - 2
	}
	hide(letters, at, from, to)
	return string(letters)
}

// countryCode is the length of 86 before a mobile number, however it is
// written.
func countryCode(digits string) int {
	for _, prefix := range []string{"0086", "86"} {
		if rest, ok := strings.CutPrefix(digits, prefix); ok && mobile(rest) {
			return len(prefix)
		}
	}
	return 0
}

// mobile says whether digits, some of them already hidden, are a mobile number.
func mobile(digits string) bool {
	return len(digits) == 11 && digits[0] == '1' && digits[1] >= '3' && digits[1] <= '9'
}

// shortLandline is the least number of digits of a landline with its area code.
const shortLandline = 10

// landline gives the places after the area code and after the number itself:
// 0635-8123456-801 has them at 4 and 11. Numbers of landlines have seven or
// eight digits.
func landline(letters []rune, at []int, digits string) (number, extension int) {
	number = 4
	if strings.HasPrefix(digits, "010") || strings.HasPrefix(digits, "02") {
		number = 3
	}
	for n := number + 7; n < len(at); n++ {
		if at[n] != at[n-1]+1 || n == number+8 { // a mark stands between
			return number, n
		}
	}
	return number, len(at)
}

// IDNumber masks the number of an identity document: of a 居民身份号码
// (GB 11643, 18 characters; 15 in the old form) the first three and the last
// four stay, as the service windows of the country print it
// (371***********1234); of any other the first and the last two of at least
// eight.
func IDNumber(s string) string {
	letters := []rune(s)
	at := places(letters)
	switch n := len(at); {
	case n == 18 || n == 15:
		hide(letters, at, 3, n-4)
	case n >= 8:
		hide(letters, at, 1, n-2)
	default:
		hide(letters, at, 0, n)
	}
	return string(letters)
}

// hidden stands for what has no length to keep.
const hidden = "***"

// Email keeps the first letter and the host: z***@example.cn. What is no address
// is hidden.
func Email(s string) string {
	i := strings.LastIndexByte(s, '@')
	if i < 0 {
		if s == "" {
			return ""
		}
		return hidden
	}
	return Word(s[:i]) + s[i:]
}

// Word keeps the first letter of a word of at least four letters and not its
// length: a***. It is for what was typed where a name was asked and may be
// anything, such as a password in the field of the login.
func Word(s string) string {
	letters := []rune(s)
	switch {
	case len(letters) == 0:
		return ""
	case len(letters) < 4 || letters[0] == star:
		return hidden
	default:
		return string(letters[:1]) + hidden
	}
}

// shown says whether a letter or digit can be read in a text, or was before it
// was masked; all else is a mark.
func shown(r rune) bool {
	return r == star || unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// places are the indexes of the letters and digits of a text.
func places(letters []rune) []int {
	var at []int
	for i, r := range letters {
		if shown(r) {
			at = append(at, i)
		}
	}
	return at
}

// fold writes the letters and digits at some places, digits of full width as
// plain ones, '*' for what is neither digit nor plain letter.
func fold(letters []rune, at []int) string {
	out := make([]byte, len(at))
	for i, k := range at {
		out[i] = plain(letters[k])
	}
	return string(out)
}

// plain is a letter or digit of either width as one byte; '*' stands for every
// other.
func plain(r rune) byte {
	if r >= '０' && r <= 'ｚ' {
		r -= '０' - '0'
	}
	if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
		return byte(r)
	}
	return star
}

// hide puts stars at some of the places.
func hide(letters []rune, at []int, from, to int) {
	for n := max(from, 0); n < min(to, len(at)); n++ {
		letters[at[n]] = star
	}
}
