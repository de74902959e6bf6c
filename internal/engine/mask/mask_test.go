package mask_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"qingdan/internal/engine/code"
	"qingdan/internal/engine/mask"
)

func hold(t *testing.T, name string, f func(string) string, cases map[string]string) {
	t.Helper()
	for in, want := range cases {
		if got := f(in); got != want {
			t.Errorf("%s(%q) = %q, want %q", name, in, got, want)
		}
	}
}

func TestNamesKeepTheSurname(t *testing.T) {
	hold(t, "Name", mask.Name, map[string]string{
		"": "", "张": "*", "张三": "张*", "张三丰": "张**", "王建国强": "王***", "欧阳娜娜": "欧阳**", "欧阳修": "欧阳*", "欧阳": "欧*",
		"买买提·吐尔逊": "买**·***", "阿卜杜勒•买买提": "阿***•***", "John Smith": "J*** *****", "Ng": "N*", " 李四 ": " 李* ", "张*": "张*",
	})
}

func TestPhonesKeepTheirEnds(t *testing.T) {
	hold(t, "Phone", mask.Phone, map[string]string{
		"": "", "13800138000": "138****8000", "138 0013 8000": "138 **** 8000", "138-0013-8000": "138-****-8000", "+86 13800138000": "+86 138****8000",
		"008613800138000": "0086138****8000", "１３８００１３８０００": "１３８****８０００", "0635-8123456": "0635-****456", "06358123456": "0635****456",
		"010-12345678": "010-*****678", "(0635)8123456": "(0635)****456", "0635-8123456-801": "0635-****456-***", "0635-8123456 转 801": "0635-****456 * ***",
		"8123456": "*****56", "12345": "*****", "03840": "*****", "0123456": "*****56", "没有": "**", "4008001234": "********34",
	})
}

func TestIdentityNumbersKeepThreeAndFour(t *testing.T) {
	hold(t, "IDNumber", mask.IDNumber, map[string]string{
		"": "", "371502199001011234": "371***********1234", "37150219900101123x": "371***********123x", "371502900101123": "371********1123",
		"E12345678": "E******78", "H1234": "*****",
	})
}

func TestMailAndWordsKeepOneLetter(t *testing.T) {
	hold(t, "Email", mask.Email, map[string]string{
		"": "", "zhang.san@example.cn": "z***@example.cn", "a@b@example.cn": "***@example.cn", "ab@example.cn": "***@example.cn", "不是地址": "***",
	})
	hold(t, "Word", mask.Word, map[string]string{"": "", "Passw0rd!": "P***", "abc": "***", "密码是一二三": "密***", "P***": "P***"})
}

func TestTextMasksPersonsAndNothingElse(t *testing.T) {
	hold(t, "Text", mask.Text, map[string]string{
		"": "",
		"张三，身份证号" + identity + "，电话13800138000。": "张三，身份证号" + maskedIdentity + "，电话138****8000。",
		"ID" + identity:            "ID" + maskedIdentity,
		spaced(identity, " "):      spaced(maskedIdentity, " "),
		strings.ToLower(identityX): "371***********" + strings.ToLower(identityX[14:]),
		"致电 +86 138-0013-8000":     "致电 +86 138-****-8000",
		"＋８６１３８００１３８０００":           "＋８６１３８****８０００",
		"008613800138000":          "0086138****8000",
		"**13800138000**":          "**138****8000**",
		"13800138000、13900139000":  "138****8000、139****9000",
		"第一百三十八条、第13条第2款":          "第一百三十八条、第13条第2款",
		"编码371508-01-0001，实施编码11371500MB28578904000132012000": "编码371508-01-0001，实施编码11371500MB28578904000132012000",
		"统一社会信用代码" + credit:                                   "统一社会信用代码" + credit,
		"咨询电话：0635-8123456、12345":                             "咨询电话：0635-8123456、12345",
		"指标12800138000，流水138001380001":                        "指标12800138000，流水138001380001",
		"371502199001011230":                                  "371502199001011230", // the check character is wrong
		"2014-12-30 13:45 至 2015-01-30":                       "2014-12-30 13:45 至 2015-01-30",
		"138 0013-8000":                                       "138 ****-8000",
	})
	hold(t, "Landlines", mask.Landlines, map[string]string{
		"办公室0635-8123456，手机13800138000": "办公室0635-****456，手机138****8000", "（0635）8123456": "（0635）****456", "01012345678": "010*****678",
		"第0635号": "第0635号", "没有号码": "没有号码",
	})
}

const (
	identity       = "371502199001011234"
	identityX      = "37150219900101104X"
	maskedIdentity = "371***********1234"
)

// credit is a code with eleven digits in a row that begin like a mobile number.
var credit = mustCredit("13371500123A45678")

func mustCredit(prefix string) string {
	org, err := code.MakeOrganisation(prefix[8:16])
	if err != nil {
		panic(err)
	}
	s, err := code.MakeCredit(prefix[:8] + org)
	if err != nil {
		panic(err)
	}
	return s
}

func spaced(s, mark string) string { return s[:6] + mark + s[6:14] + mark + s[14:] }

func TestTheExamplesAreWhatTheySay(t *testing.T) {
	for _, s := range []string{identity, identityX} {
		if err := code.CheckIdentity(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	if !regexp.MustCompile(`^1[3-9]\d{9}[A-Z]`).MatchString(credit) {
		t.Errorf("%s does not look like a mobile number", credit)
	}
}

// written makes texts of what they hold in reality, stuck together in all ways.
func written() *rapid.Generator[string] {
	identities := rapid.Custom(func(t *rapid.T) string {
		s := rapid.SampledFrom([]string{"11", "37", "65"}).Draw(t, "province") + rapid.StringMatching(`\d{4}(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|1\d|2[0-8])\d{3}`).Draw(t, "rest")
		sum := 0
		for i, w := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
			sum += int(s[i]-'0') * w
		}
		s += "10X98765432"[sum%11 : sum%11+1]
		return rapid.SampledFrom([]string{s, strings.ToLower(s), spaced(s, " "), spaced(s, "-"), wide(s)}).Draw(t, "form")
	})
	mobiles := rapid.Custom(func(t *rapid.T) string {
		s := rapid.StringMatching(`1[3-9]\d{9}`).Draw(t, "mobile")
		return rapid.SampledFrom([]string{s, s[:3] + " " + s[3:7] + " " + s[7:], s[:3] + "-" + s[3:7] + "-" + s[7:], "+86" + s, "0086 " + s, wide(s)}).Draw(t, "form")
	})
	piece := rapid.OneOf(identities, mobiles, rapid.StringMatching(`\d{1,12}`), rapid.StringMatching(`0\d{2,3}-?\d{7,8}`),
		rapid.SampledFrom([]string{"第", "条", "张三", " ", "-", "，", "*", "X", "x", "a", "（", "）", "+", "\n", "０", "\u3000"}))
	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "pieces"), "") })
}

func wide(s string) string {
	return strings.Map(func(r rune) rune { return r - '0' + '０' }, s)
}

// found looks for numbers in a way of its own: every window of a text, folded to
// plain letters, that touches no further digit.
func found(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= 'ｚ':
			return r - '０' + '0'
		case r == '－':
			return '-'
		case r == '\u3000' || r == '\u00a0':
			return ' '
		}
		return r
	}, s)
	isDigit := func(i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }
	for i := range s {
		if !isDigit(i) || isDigit(i-1) {
			continue
		}
		for _, re := range numbers() {
			m := re.FindString(s[i:])
			if m == "" || isDigit(i+len(m)) {
				continue
			}
			bare := strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(m))
			if len(bare) == 11 && code.CheckCredit(around(s, i)) != nil || code.CheckIdentity(bare) == nil {
				return m
			}
		}
	}
	return ""
}

// around gives the letters and digits in a row around a place.
func around(s string, i int) string {
	alnum := func(r rune) bool { return r < 0x80 && (unicode.IsDigit(r) || unicode.IsLetter(r)) }
	from := strings.LastIndexFunc(s[:i], func(r rune) bool { return !alnum(r) }) + 1
	for from < i && s[from] >= 0x80 {
		from++
	}
	rest := s[from:]
	if to := strings.IndexFunc(rest, func(r rune) bool { return !alnum(r) }); to >= 0 {
		rest = rest[:to]
	}
	return rest
}

func numbers() []*regexp.Regexp {
	var out []*regexp.Regexp
	for _, s := range []string{`\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx]`, `1[3-9]\d[ -]?\d{4}[ -]?\d{4}`} {
		out = append(out, regexp.MustCompile(`^`+s))
	}
	return out
}

func laws(t interface{ Errorf(string, ...any) }, s string) {
	for name, f := range map[string]func(string) string{"Text": mask.Text, "Landlines": mask.Landlines} {
		once := f(s)
		if left := found(once); left != "" {
			t.Errorf("%s(%q) leaves %q", name, s, left)
		}
		if twice := f(once); twice != once {
			t.Errorf("%s(%q) = %q, and again %q", name, s, once, twice)
		}
		if utf8.RuneCountInString(once) != utf8.RuneCountInString(s) {
			t.Errorf("%s(%q) = %q has another length", name, s, once)
		}
	}
	for name, f := range map[string]func(string) string{"Name": mask.Name, "Phone": mask.Phone, "IDNumber": mask.IDNumber, "Email": mask.Email, "Word": mask.Word} {
		once := f(s)
		if twice := f(once); twice != once {
			t.Errorf("%s(%q) = %q, and again %q", name, s, once, twice)
		}
	}
}

func TestMaskedTextsHoldNoNumbersAndStayAsTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { laws(t, written().Draw(t, "text")) })
}

func TestMaskedFieldsDoNotShowTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, c := range []struct {
			name string
			f    func(string) string
			from string
		}{
			{"Name", mask.Name, `\pL{2,5}`},
			{"Phone", mask.Phone, `(1[3-9]\d{9}|0\d{3}-\d{7,8}|\d{5,8})`},
			{"IDNumber", mask.IDNumber, `(\d{17}[\dX]|\d{15}|[EG]\d{8})`},
			{"Email", mask.Email, `[a-z]{1,9}@[a-z]{3}\.cn`},
			{"Word", mask.Word, `[A-Za-z0-9!]{1,20}`},
		} {
			s := rapid.StringMatching(c.from).Draw(t, c.name)
			if got := c.f(s); got == s || !strings.Contains(got, "*") {
				t.Fatalf("%s(%q) = %q", c.name, s, got)
			}
		}
	})
}

func FuzzText(f *testing.F) {
	for _, s := range []string{identity, "+86 138 0013 8000", "371508-01-0001", credit, "0635-8123456-801", "１３８００１３８０００", "**13800138000**\x00\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if utf8.ValidString(s) {
			laws(t, s)
		} else {
			mask.Text(s) // comes to an end
		}
	})
}

func BenchmarkText(b *testing.B) {
	s := strings.Repeat("依据《中华人民共和国水法》第四十八条，编码371508-01-0001，", 200)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		mask.Text(s)
	}
}
