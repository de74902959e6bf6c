// Package code checks and composes the codes of the field by their standards:
// 统一社会信用代码 (GB 32100-2015), 组织机构代码 (GB 11714-1997), 居民身份号码
// (GB 11643-1999), 行政区划代码 (GB/T 2260, GB/T 10114) and 实施编码.
//
// Only the form and the check characters are judged, not whether a code was
// ever issued. Every error is of kind errs.Invalid, says in Chinese what is
// wrong and never repeats an identity number. Codes are expected trimmed and in
// upper case; a code in lower case or full width is wrong and the words say so.
package code

import (
	"strings"
	"time"
	"unicode/utf8"

	"qingdan/internal/errs"
)

// creditChars is the alphabet of GB 32100: no I, O, S, V, Z. The place of a
// character is its value.
const creditChars = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// CheckCredit checks a 统一社会信用代码: 18 characters, digits where the division
// stands, the organisation code inside and the check character. One wrong
// character is always found.
func CheckCredit(s string) error {
	const what = "统一社会信用代码"
	if err := length(what, s, 18); err != nil {
		return err
	}
	want, err := creditCheck(what, s[:17])
	if err != nil {
		return err
	}
	if err := CheckOrganisation(s[8:17]); err != nil {
		return errs.Invalidf("%s第9至17位不是正确的组织机构代码", what).Fix("请对照登记证书逐位核对").Because(err)
	}
	if s[17] >= 'a' && s[17] <= 'z' {
		return wrongChar(what, s, 17, "")
	}
	if s[17] != want {
		return errs.Invalidf("%s校验位不符，按前17位应为%c", what, want).Fix("请对照登记证书逐位核对")
	}
	return nil
}

// MakeCredit completes 17 characters to a 统一社会信用代码. The organisation code
// inside (characters 9 to 17) must already be right.
func MakeCredit(prefix17 string) (string, error) {
	const what = "统一社会信用代码前17位"
	if err := length(what, prefix17, 17); err != nil {
		return "", err
	}
	check, err := creditCheck(what, prefix17)
	if err != nil {
		return "", err
	}
	if err := CheckOrganisation(prefix17[8:]); err != nil {
		return "", errs.Invalidf("%s中第9至17位不是正确的组织机构代码", what).Because(err)
	}
	return prefix17 + string(check), nil
}

// creditCheck computes the check character of 17 characters: weights are the
// powers of 3 modulo 31 (GB 32100, 5.2).
func creditCheck(what, s string) (byte, error) {
	sum, weight := 0, 1
	for i := range len(s) {
		v := strings.IndexByte(creditChars, s[i])
		if v < 0 {
			return 0, wrongChar(what, s, i, "只能是数字和大写字母，且不用 I、O、S、V、Z")
		}
		if i >= 2 && i < 8 && v > 9 {
			return 0, wrongChar(what, s, i, "第3至8位是登记机关的行政区划代码，只能是数字")
		}
		sum += v * weight
		weight = weight * 3 % 31
	}
	return creditChars[(31-sum%31)%31], nil
}

// CheckOrganisation checks a 组织机构代码 of 9 characters without a hyphen
// (GB 11714). One wrong digit is always found; letters are weighed modulo 11,
// so that two that stand eleven places apart cannot be told from each other.
func CheckOrganisation(s string) error {
	const what = "组织机构代码"
	if err := length(what, s, 9); err != nil {
		return err
	}
	made, err := MakeOrganisation(s[:8])
	if err != nil {
		return err
	}
	if made != s {
		return errs.Invalidf("%s校验位不符，按前8位应为%c", what, made[8]).Fix("请对照证书逐位核对")
	}
	return nil
}

// MakeOrganisation completes 8 characters to a 组织机构代码.
func MakeOrganisation(prefix8 string) (string, error) {
	const what = "组织机构代码前8位"
	if err := length(what, prefix8, 8); err != nil {
		return "", err
	}
	sum := 0
	for i, weight := range [8]int{3, 7, 9, 10, 5, 8, 4, 2} {
		c := prefix8[i]
		switch {
		case c >= '0' && c <= '9':
			sum += int(c-'0') * weight
		case c >= 'A' && c <= 'Z':
			sum += int(c-'A'+10) * weight
		default:
			return "", wrongChar(what, prefix8, i, "只能是数字和大写字母")
		}
	}
	return prefix8 + string("0123456789X"[(11-sum%11)%11]), nil
}

// CheckIdentity checks a 居民身份号码 of 18 characters: province, date of birth
// and check character (GB 11643, ISO 7064 MOD 11-2). One wrong character is
// always found. The words never repeat the number. Whether the date lies in
// the future is for the caller, who knows the day.
func CheckIdentity(s string) error {
	const what = "居民身份证号码"
	if utf8.RuneCountInString(s) == 15 {
		return errs.Invalidf("%s是15位的旧号码", what).Fix("请填写18位号码")
	}
	if err := length(what, s, 18); err != nil {
		return err
	}
	sum := 0
	for i, weight := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		if s[i] < '0' || s[i] > '9' {
			return errs.Invalidf("%s第%d位应为数字", what, i+1)
		}
		sum += int(s[i]-'0') * weight
	}
	if !province(s[:2]) {
		return errs.Invalidf("%s前两位不是省级行政区划代码", what)
	}
	if born, err := time.Parse("20060102", s[6:14]); err != nil || born.Year() < 1850 || born.Year() > 2099 {
		return errs.Invalidf("%s第7至14位不是日期", what)
	}
	if s[17] != "10X98765432"[sum%11] {
		if s[17] == 'x' {
			return errs.Invalidf("%s末位的 x 应为大写 X", what)
		}
		return errs.Invalidf("%s校验位不符", what).Fix("请对照证件逐位核对")
	}
	return nil
}

// length checks the number of characters and that all are ASCII.
func length(what, s string, n int) error {
	for _, c := range s {
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '　' || c == '\u00a0':
			return errs.Invalidf("%s中有空格或换行", what).Fix("请删去空白字符")
		case c > 0x7f:
			return errs.Invalidf("%s中有全角或其他非英文字符", what).Fix("请改用半角数字和字母")
		}
	}
	if len(s) != n {
		return errs.Invalidf("%s应为%d位，现为%d位", what, n, len(s))
	}
	return nil
}

// wrongChar says which character is wrong and what is allowed.
func wrongChar(what, s string, i int, allowed string) error {
	if s[i] >= 'a' && s[i] <= 'z' {
		return errs.Invalidf("%s第%d位字母应为大写", what, i+1)
	}
	return errs.Invalidf("%s第%d位“%c”不对，%s", what, i+1, s[i], allowed)
}
