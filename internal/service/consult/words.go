package consult

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"qingdan/internal/engine/mask"
	"qingdan/internal/errs"
)

// The bounds of what is typed, in characters.
const (
	MaxComment = 2000
	maxAnswer  = 2000
	minDecline = 10
	maxReason  = 500
	minReason  = 5
	maxTitle   = 100
	maxBody    = 20000
	maxSource  = 30
	maxPlace   = 100
)

// Clean brings a text to the form in which it is kept: invisible characters that
// could turn or hide what stands beside them go (control characters, zero-width
// marks, bidirectional overrides, what is no character at all), lines end with
// one newline, at most one is empty in a row, none stands at the ends.
func Clean(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(strings.ToValidUTF8(s, ""))
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t', unicode.Is(unicode.Zs, r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == utf8.RuneError, r == '\u115f', r == '\u1160', r == '\u3164', r == '\uffa0':
			return -1
		}
		return r
	}, s)
	var out []string
	for _, line := range strings.Split(s, "\n") {
		line = strings.TrimSpace(line)
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, thin(line))
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// most combining marks that may stand on one letter: piled up they would write
// over the lines above.
const maxMarks = 3

// thin drops combining marks that are piled up on one letter.
func thin(line string) string {
	n := 0
	return strings.Map(func(r rune) rune {
		if !unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Me, r) {
			n = 0
			return r
		}
		if n++; n > maxMarks {
			return -1
		}
		return r
	}, line)
}

// says whether a text has a letter or a digit.
func says(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// opinionText cleans the text of a comment. Invalid: it says nothing, or too much.
func opinionText(s string) (string, error) {
	if n := utf8.RuneCountInString(s); n > 4*MaxComment {
		return "", tooLong(n)
	}
	text := Clean(s)
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return "", errs.Invalidf("没有填写意见").At("text").Fix("请写下你的意见再提交")
	case !says(text):
		return "", errs.Invalidf("意见里没有文字").At("text").Fix("请用文字写明你的意见")
	case n > MaxComment:
		return "", tooLong(n)
	}
	return text, nil
}

func tooLong(n int) error {
	return errs.Invalidf("意见有 %d 字，超过 %d 字", n, MaxComment).At("text").Fix("请删减，或者分几次提交")
}

// written cleans a text of staff. Invalid, named at the field: it has fewer or
// more characters than allowed.
func written(field, name, s string, least, most int) (string, error) {
	text := Clean(s)
	switch n := utf8.RuneCountInString(text); {
	case n == 0 && least > 0:
		return "", errs.Invalidf("没有填写%s", name).At(field).Fix("请填写")
	case n < least:
		return "", errs.Invalidf("%s只有 %d 字，太短", name, n).At(field).Fix("请写明具体情况")
	case n > most:
		return "", errs.Invalidf("%s超过 %d 字", name, most).At(field).Fix("请删减")
	}
	return text, nil
}

// roles cleans a text that tells people by their roles and shows no number of a
// person.
func roles(field, name, s string, most int) (string, error) {
	text, err := written(field, name, s, 1, most)
	if err == nil && mask.Written(text) != text {
		err = errs.Invalidf("%s里有个人的号码", name).At(field).Fix("只写身份，不写姓名、电话和证件号码")
	}
	return text, err
}
