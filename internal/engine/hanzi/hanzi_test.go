package hanzi

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	for _, e := range []struct{ in, want string }{
		{"", ""},
		{"ＡＢＣ（１２３）", "abc(123)"},
		{"\ufeff行政\u200b许可", "行政许可"},
		{"  行政 \t\r\n 　许可 ", "行政 许可"},
		{"⽔利", "水利"}, // Kangxi radical
		{"㎡ ①", "m2 1"},
		{"Ä", "ä"},
		{"软\u00ad连字", "软连字"},
		{"坏\xff字节\xe4", "坏字节"},
		{"葛\U000e0100", "葛"}, // ideographic variant
		{"一\x00二", "一 二"},
	} {
		if got := Fold(e.in); got != e.want {
			t.Errorf("Fold(%q) = %q, want %q", e.in, got, e.want)
		}
	}
}

func TestBigrams(t *testing.T) {
	for _, e := range []struct {
		in   string
		want string // separated by spaces
	}{
		{"", ""},
		{"水", "水"},
		{"水利局", "水利 利局"},
		{"行政处罚，行政许可", "行政 政处 处罚 政许 许可"},
		{"A级ＧＢ／Ｔ２２６０", "a 级 gb t2260"},
		{"第24条", "第 24 条"},
		{"——（）", ""},
		{"人人人", "人人"},
		{"二〇一四", "二〇 〇一 一四"},
	} {
		if got := strings.Join(Bigrams(e.in), " "); got != e.want {
			t.Errorf("Bigrams(%q) = %q, want %q", e.in, got, e.want)
		}
	}
}

func TestTokens(t *testing.T) {
	for _, e := range []struct{ in, want string }{
		{"", ""},
		{"水", "水"},
		{"水利局", "水利 利局 局"},
		{"甲乙，丙丁", "甲乙 乙 丙丁 丁"},
		{"人人人", "人人 人人 人"},
		{"A，级", "a · 级"},
		{"a b", "a · b"},
		{"，a，", "a"},
	} {
		if got := strings.Join(Tokens(e.in), " "); got != e.want {
			t.Errorf("Tokens(%q) = %q, want %q", e.in, got, e.want)
		}
	}
}

func TestQueryTerms(t *testing.T) {
	for _, e := range []struct {
		in   string
		want [][]string
	}{
		{"", [][]string{}},
		{`"'; DROP TABLE --`, [][]string{{"drop"}, {"table"}}},
		{"行政处罚 水", [][]string{{"行政", "政处", "处罚"}, {"水"}}},
		{"A级 水 水", [][]string{{"a", "级"}, {"水"}}},
		{"满24小时", [][]string{{"满", "24", "小时"}}},
		{"不满24", [][]string{{"不满", "满", "24"}}},
	} {
		if got := QueryTerms(e.in); !cmp.Equal(got, e.want) {
			t.Errorf("QueryTerms(%q) = %q, want %q", e.in, got, e.want)
		}
	}
}

func TestPinyinKey(t *testing.T) {
	for _, e := range []struct{ in, key, initials string }{
		{"水利局", "shuiliju", "slj"},
		{"聊城市", "liaochengshi", "lcs"},
		{"莘县", "shenxian", "sx"},
		{"东阿县", "dongexian", "dex"},
		{"茌平区", "chipingqu", "cpq"},
		{"冠县", "guanxian", "gx"},
		{"单县", "shanxian", "sx"},
		{"长清区长", "changqingquzhang", "cqqz"},
		{"行政许可", "xingzhengxuke", "xzxk"},
		{"银行业", "yinhangye", "yhy"},
		{"进行业务", "jinxingyewu", "jxyw"},
		{"市长", "shizhang", "sz"},
		{"县长期规划", "xianchangqiguihua", "xcqgh"},
		{"长期护理", "changqihuli", "cqhl"},
		{"重新申请", "chongxinshenqing", "cxsq"},
		{"重大决策", "zhongdajuece", "zdjc"},
		{"人民调解", "renmintiaojie", "rmtj"},
		{"统计调查", "tongjidiaocha", "tjdc"},
		{"会计事务", "kuaijishiwu", "kjsw"},
		{"畜牧兽医", "xumushouyi", "xmsy"},
		{"成都", "chengdu", "cd"},
		{"绿化", "lvhua", "lh"},
		{"没收违法所得", "moshouweifasuode", "mswfsd"},
		{"退还", "tuihuan", "th"},
		{"行政给付", "xingzhengjifu", "xzjf"},
		{"Ａ级景区（3A）", "ajijingqu3a", "ajjq3a"},
		{"", "", ""},
	} {
		if got := PinyinKey(e.in); got != e.key {
			t.Errorf("PinyinKey(%q) = %q, want %q", e.in, got, e.key)
		}
		if got := Initials(e.in); got != e.initials {
			t.Errorf("Initials(%q) = %q, want %q", e.in, got, e.initials)
		}
	}
}

func TestReadingsAreComplete(t *testing.T) {
	for phrase, reading := range readings {
		chars := []rune(phrase)
		if n := len(strings.Fields(reading)); n != len(chars) || n > 4 {
			t.Errorf("%s: %d syllables for %d characters", phrase, n, len(chars))
		}
		if strings.Trim(reading, "abcdefghijklmnopqrstuvwxyz ") != "" {
			t.Errorf("%s: %q is not toneless pinyin", phrase, reading)
		}
	}
}

func TestSimilar(t *testing.T) {
	for _, e := range []struct {
		a, b string
		want float64
	}{
		{"", "", 0},
		{"。", "，", 0},
		{"水利局", "水利局", 1},
		{"水利局", "水务局", 0},
		{"水利局", "水利厅", 0.5},
		{"水利局", "", 0},
		{"ＡＢ", "ab", 1},
	} {
		if got := Similar(Bigrams(e.a), Bigrams(e.b)); got != e.want {
			t.Errorf("Similar(%q, %q) = %v, want %v", e.a, e.b, got, e.want)
		}
	}
}

// text draws what offices type: Han, Latin, full-width, punctuation, marks.
func text() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringOfN(rapid.SampledFrom([]rune("行政处罚许可长重〇a1Ｂ２ ，（-\u200b\ufeff")), 0, 30, -1),
		rapid.String(),
	)
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, other := text().Draw(t, "s"), text().Draw(t, "other")
		checkText(t, s)
		a, b := Bigrams(s), Bigrams(other)
		if ab, ba := Similar(a, b), Similar(b, a); ab != ba || ab < 0 || ab > 1 {
			t.Fatalf("Similar %v, %v", ab, ba)
		}
		if len(a) > 0 && Similar(a, a) != 1 {
			t.Fatalf("a text is not like itself")
		}
	})
}

// checkText states what callers rely on for every text.
func checkText(t interface{ Fatalf(string, ...any) }, s string) {
	folded := Fold(s)
	if Fold(folded) != folded {
		t.Fatalf("folding %q twice gives %q, then %q", s, folded, Fold(folded))
	}
	bigrams := Bigrams(s)
	if !slices.Equal(bigrams, Bigrams(folded)) {
		t.Fatalf("terms of %q depend on folding", s)
	}
	seen := map[string]bool{}
	for _, b := range bigrams {
		if seen[b] || b == "" || b == Gap || strings.ContainsAny(b, " \"'*:()") {
			t.Fatalf("term %q of %q", b, s)
		}
		seen[b] = true
	}
	if PinyinKey(s) != strings.Join(Syllables(s), "") || PinyinKey(s) != PinyinKey(folded) {
		t.Fatalf("pinyin of %q is not stable", s)
	}
	for _, w := range Words(s) {
		if !strings.Contains(folded, w) {
			t.Fatalf("word %q is not in %q", w, folded)
		}
		if !follow(Tokens(s), QueryTerms(w)) {
			t.Fatalf("word %q of %q is not found in its own tokens %q", w, s, Tokens(s))
		}
	}
}

// follow is the phrase match that Tokens promises.
func follow(tokens []string, words [][]string) bool {
	for _, terms := range words {
		if !slices.ContainsFunc(starts(tokens, len(terms)), func(window []string) bool {
			last := len(terms) - 1
			return slices.Equal(window[:last], terms[:last]) && strings.HasPrefix(window[last], terms[last])
		}) {
			return false
		}
	}
	return true
}

func starts(tokens []string, n int) [][]string {
	var out [][]string
	for i := 0; i+n <= len(tokens); i++ {
		out = append(out, tokens[i:i+n])
	}
	return out
}

// A phrase of Han characters matches the tokens of a text exactly when the
// text contains it: recall and precision are both whole.
func TestPhraseMatchIsSubstringMatch(t *testing.T) {
	han := []rune("行政处罚许")
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.SampledFrom(append(han, '，')), 0, 20, -1).Draw(t, "s")
		q := rapid.StringOfN(rapid.SampledFrom(han), 1, 4, -1).Draw(t, "q")
		if got, want := follow(Tokens(s), QueryTerms(q)), strings.Contains(Fold(s), q); got != want {
			t.Fatalf("%q in %q: phrase %v, substring %v", q, s, got, want)
		}
	})
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"水利局", "ＧＢ／Ｔ ２２６０", "a\u0301\u200bﷺ", "\xff㍿İ", "葛\U000e0100ẞſ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkText(t, s) })
}

// names invents n names of powers.
func names(n int) []string {
	r := rand.New(rand.NewPCG(7, 7))
	pick := func(words string) string {
		all := strings.Fields(words)
		return all[r.IntN(len(all))]
	}
	out := make([]string, n)
	for i := range out {
		out[i] = pick("对未经批准 对擅自 对不按规定 对违反规定") + pick("取水 采砂 占用道路 排放污水 经营食品 使用特种设备") +
			pick("的单位 的个人 的企业 的行为") + pick("行政处罚 行政强制 行政检查 行政许可") + fmt.Sprint(i)
	}
	return out
}

func BenchmarkNames(b *testing.B) {
	for _, n := range []int{5_000, 100_000} {
		all := names(n)
		first := Bigrams(all[0])
		for name, f := range map[string]func(string){
			"Bigrams":   func(s string) { Bigrams(s) },
			"Tokens":    func(s string) { Tokens(s) },
			"PinyinKey": func(s string) { PinyinKey(s) },
			"Similar":   func(s string) { Similar(Bigrams(s), first) },
		} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					for _, s := range all {
						f(s)
					}
				}
			})
		}
	}
}
