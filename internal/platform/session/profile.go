package session

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"qingdan/internal/errs"
)

// Profile is a set of demands on passwords and on attempts to guess them
// (口令策略).
type Profile struct {
	Key   string // as stored
	Label string // 名称, for people
	Basis string // the standard it follows, for people

	MinLength int           // in characters
	Kinds     int           // how many of 大写 小写 数字 符号 a password must mix; 0: composition is free
	MaxAge    time.Duration // after which it must be changed; 0: never without a reason
	History   int           // so many earlier passwords may not come back
	Common    bool          // refuse passwords that are often used, and words of the context

	Failures int           // so many wrong passwords or codes in a row lock the account
	Lock     time.Duration // for so long
}

// The keys of the profiles.
const (
	Graded = "mlps3" // 等保三级
	Modern = "asvs5" // ASVS 5.0
)

// Profiles lists the profiles, the default first.
//
//   - 等保三级: GB/T 22239-2019, 8.1.4.1 a) asks for complexity and regular
//     change, b) for handling failed sign-ins and timeouts. The standard names
//     no figures; those here are what assessors commonly ask for.
//   - ASVS 5.0: 6.2 asks for length without rules of composition (15 characters
//     recommended), no periodic change, and a check against lists of common
//     passwords and words of the context.
func Profiles() []Profile {
	return []Profile{
		{Key: Graded, Label: "网络安全等级保护第三级", Basis: "GB/T 22239-2019 第8.1.4.1条",
			MinLength: 8, Kinds: 3, MaxAge: 90 * 24 * time.Hour, History: 5, Common: true, Failures: 5, Lock: 30 * time.Minute},
		{Key: Modern, Label: "长口令，不定期更换", Basis: "OWASP ASVS 5.0 第6.2节",
			MinLength: 15, Common: true, Failures: 10, Lock: 15 * time.Minute},
	}
}

// ProfileOf gives the profile of a key; an unknown key is the default one,
// which is never laxer in the number of attempts.
func ProfileOf(key string) Profile {
	all := Profiles()
	if i := slices.IndexFunc(all, func(p Profile) bool { return p.Key == key }); i >= 0 {
		return all[i]
	}
	return all[0]
}

// maxPassword is the limit of a password in bytes as it comes in. It keeps the
// work of hashing in bounds and leaves room for 40 characters of Chinese.
const maxPassword = 128

// normal gives the form in which a password is compared and hashed: NFKC, so
// that the same characters typed on another keyboard or in full width are the
// same password (NIST SP 800-63B, 5.1.1.2).
func normal(password string) string { return norm.NFKC.String(password) }

// CheckPassword refuses a password that the profile does not allow; context are
// words it may not be made of beside the built-in ones: login, name, the name
// of the site. The error is Invalid and says all that is asked for. What was
// typed stands in no error.
func CheckPassword(p Profile, password string, context ...string) error {
	switch n := utf8.RuneCountInString(normal(password)); {
	case len(password) > maxPassword:
		return errs.Invalidf("口令太长").Fix("请不要超过128个英文字符（汉字约40个）")
	case !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl):
		return errs.Invalidf("口令里有不能使用的字符").Fix("请用键盘能直接输入的字符")
	case n < p.MinLength:
		return errs.Invalidf("口令太短，现在是%d个字符", n).Fix(p.Demands())
	case kinds(normal(password)) < p.Kinds:
		return errs.Invalidf("口令里字符的种类太少").Fix(p.Demands())
	case p.Common && guessable(normal(password), context):
		return errs.Invalidf("这个口令太容易被猜到").Fix("请不要用常见口令、登录名、姓名、单位名或有规律的数字")
	}
	return nil
}

// Demands says in a sentence what a password must be like, for the help text
// of a field.
func (p Profile) Demands() string {
	s := "口令至少" + digits(p.MinLength) + "个字符"
	if p.Kinds > 0 {
		s += "，大写字母、小写字母、数字、符号中至少有" + digits(p.Kinds) + "种"
	}
	return s
}

// kinds counts the kinds of characters: capitals, small letters, digits, and
// all others together. Letters without case, such as Chinese, count as others.
func kinds(s string) int {
	var upper, lower, digit, other int
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return upper + lower + digit + other
}
