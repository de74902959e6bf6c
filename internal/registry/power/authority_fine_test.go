package power

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/testkit"
)

// TestTheHighestFineIsRead reads the forms in which statutes and rules write
// fines.
func TestTheHighestFineIsRead(t *testing.T) {
	const yuan, wan = 100, 10_000_00
	for _, c := range []struct {
		text string
		want Fine
	}{
		{"处五千元罚款", Fine{5000 * yuan, false}},
		{"处一万元以上三万元以下罚款；情节严重的，处三万元以上二十万元以下罚款", Fine{20 * wan, false}},
		{"处2000元以上1万元以下的罚款", Fine{1 * wan, false}},
		{"处以10,000元以上30，000元以下罚款", Fine{3 * wan, false}},
		{"处５万元以上１０万元以下的罚款", Fine{10 * wan, false}},
		{"可以并处罚款1.5万元", Fine{15_000 * yuan, false}},
		{"罚款五千元至三万元", Fine{3 * wan, false}},
		{"处一万元以上，五万元以下的罚款", Fine{5 * wan, false}},
		{"处一百二十万五千元罚款", Fine{1_205_000 * yuan, false}},
		{"处二千万元以上一亿五千万元以下罚款", Fine{15000 * wan, false}},
		{"处5百万元罚款", Fine{500 * wan, false}},
		{"对单位处二万元以上二十万元以下罚款，对其直接负责的主管人员处一万元以上二万元以下罚款", Fine{20 * wan, false}},
		{"给予警告，可以并处罚款", Fine{}},
		{"责令改正，没收违法所得", Fine{}},
		{"", Fine{}},

		// by a multiple, a share or a count
		{"并处违法所得一倍以上五倍以下的罚款", Fine{0, true}},
		{"并处违法所得1倍以上5倍以下的罚款；没有违法所得的，处10万元以下的罚款", Fine{10 * wan, true}},
		{"处工程合同价款百分之二以上百分之四以下的罚款", Fine{0, true}},
		{"并处所获收入30%以上3倍以下罚款", Fine{0, true}},
		{"按每平方米五十元处以罚款", Fine{0, true}},
		{"处每平方米五十元的罚款", Fine{50 * yuan, true}},
		{"处每株二百元以下罚款，对单位处一万元罚款", Fine{1 * wan, true}},

		// with a ceiling
		{"处以违法所得3倍以下但最高不超过3万元的罚款", Fine{3 * wan, false}},
		{"处以违法所得三倍以下的罚款，但最高不得超过三万元；没有违法所得的，处一万元以下的罚款", Fine{3 * wan, false}},
		{"按每平方米五十元处以罚款，但最高不超过五万元", Fine{5 * wan, false}},
		{"处违法所得三倍以下的罚款，拒不改正的，最高不超过三万元", Fine{0, true}}, // the ceiling is of something else

		// amounts that are no fines
		{"货值金额不足一万元的，并处五万元以上十万元以下罚款", Fine{10 * wan, false}},
		{"违法所得二十万元以上的处五万元罚款", Fine{5 * wan, false}},
		{"罚款五千元以上的，应当告知听证的权利", Fine{}},
		{"每日按罚款数额的百分之三加处罚款", Fine{}},
		{"注册资本不低于五百万元的，应当登记", Fine{}},
		{"处五万美元罚款", Fine{}},
		{"处百百元罚款", Fine{}},
	} {
		if got := ReadFine(c.text); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.text, got, c.want)
		}
	}
}

func TestFinesArePrintedInYuan(t *testing.T) {
	for want, f := range map[string]Fine{"": {}, "50000元": {Max: 50_000_00}, "0.5元": {Max: 50}} {
		if got := f.String(); got != want {
			t.Errorf("%+v: %q, want %q", f, got, want)
		}
	}
}

// TestFinesOfRealTexts holds the reading against the plainest form of a fine,
// 处…元以上…元以下罚款, found by itself in the articles of real laws.
func TestFinesOfRealTexts(t *testing.T) {
	plain := regexp.MustCompile(`处以?([0-9一二三四五六七八九十百千万]+)元以上([0-9一二三四五六七八九十百千万]+)元以下的?罚款(。|；|\n|$)`)
	articles, named := 0, 0
	for _, doc := range testkit.Laws(t, "rules", "local_shandong") {
		for _, a := range lawtext.Parse(doc.Text).Articles {
			text := a.Text()
			if !strings.Contains(text, "罚款") {
				continue
			}
			articles++
			got := ReadFine(text)
			if got != (Fine{}) {
				named++
			}
			for _, m := range plain.FindAllStringSubmatch(text, -1) {
				low, high := ReadFine("处"+m[1]+"元罚款").Max, ReadFine("处"+m[2]+"元罚款").Max
				if low <= 0 || high <= low || got.Max < high {
					t.Errorf("%s %s: read %d, the text has %s (%d to %d)", doc.Title, a.Number.Chinese(), got.Max, m[0], low, high)
				}
			}
		}
	}
	if articles < 1000 || named*10 < articles*8 {
		t.Errorf("%d articles on fines, an amount or a measure in %d", articles, named)
	}
}

// FuzzReadFine: any text is read; amounts are never negative, a plain fine is
// read whatever stands before it in another sentence, and the width of digits
// does not matter.
func FuzzReadFine(f *testing.F) {
	for _, s := range []string{"处一万元以上三万元以下罚款", "处以违法所得3倍以下但最高不超过3万元的罚款", "1,000,000元罚款", "处9999999999999999亿亿元罚款", "罚款每元倍不超过", "\xff处1元罚款"} {
		f.Add(s, 5000)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		got := ReadFine(s)
		if got.Max < 0 {
			t.Fatalf("%q: %d", s, got.Max)
		}
		if n = n % 1_000_000; n <= 0 {
			return
		}
		for _, amount := range []string{fmt.Sprint(n), lawtext.FormatChinese(n)} {
			if with := ReadFine(s + "。处" + amount + "元罚款"); with.Max != max(got.Max, int64(n)*100) {
				t.Fatalf("%q and %s元: %d, alone %d", s, amount, with.Max, got.Max)
			}
		}
	})
}
