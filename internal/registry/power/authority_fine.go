package power

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"qingdan/internal/engine/lawtext"
)

// Fine is how high the fines of a text go. Max is the highest amount in fen,
// 0 where none is named. Open says that a fine is reckoned by a multiple, a
// share or a count (违法所得三倍以下, 每平方米五十元) without a ceiling, and may go
// higher.
type Fine struct {
	Max  int64
	Open bool
}

// String gives the amount in yuan: 50000元; "" where none is named.
func (f Fine) String() string {
	if f.Max == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(f.Max)/100, 'f', -1, 64) + "元"
}

var (
	fineAmount = regexp.MustCompile(`([0-9]+(?:\.[0-9]+)?|[〇零○一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]+)\s?([百千万亿]*)元`)
	fineOpen   = regexp.MustCompile(`倍|[百千]分之|[%％‰]|每`)
	fineCommas = regexp.MustCompile(`[0-9]{1,3}(?:[,，][0-9]{3})+`)
)

// ReadFine reads the highest fine out of items and articles of law, in Chinese
// or Arabic numerals. It looks at clauses that speak of 罚款 and at ceilings that
// follow them (但最高不超过三万元); conditions (罚款五千元以上的), amounts that are no
// fines (货值金额不足一万元的) and 加处罚款 do not count. A bare 罚款 gives the zero Fine.
func ReadFine(text string) Fine {
	var f Fine
	if !strings.Contains(text, "罚款") {
		return f
	}
	text = fineCommas.ReplaceAllStringFunc(strings.Map(narrowDigit, text), func(s string) string {
		return strings.NewReplacer(",", "", "，", "").Replace(s)
	})
	follows, reckoned := false, false // the clause before set a fine; one still without ceiling
	for clause := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("，,。；;：:、\n", r) }) {
		top, ceiling := highest(finePart(clause)), ceils(clause)
		switch {
		case follows && ceiling && top > 0:
			f.Max, reckoned = max(f.Max, top), false
			continue
		case !fines(clause):
			follows = false
			continue
		}
		f.Open = f.Open || reckoned
		reckoned, follows = fineOpen.MatchString(clause) && (!ceiling || top == 0), true
		f.Max = max(f.Max, top)
	}
	f.Open = f.Open || reckoned
	return f
}

// narrowDigit maps full-width digits to ASCII.
func narrowDigit(r rune) rune {
	if r >= '０' && r <= '９' {
		return r - '０' + '0'
	}
	return r
}

// fines says whether a clause sets a fine: it speaks of one and is no condition
// (…的) and no addition to a fine.
func fines(clause string) bool {
	return strings.Contains(clause, "罚款") && !strings.Contains(clause, "加处罚款") && !strings.HasSuffix(strings.TrimSpace(clause), "的")
}

func ceils(clause string) bool {
	return strings.Contains(clause, "不超过") || strings.Contains(clause, "不得超过")
}

// finePart leaves out of a clause the circumstances before the fine: what
// stands before 处.
func finePart(clause string) string {
	head, _, _ := strings.Cut(clause, "罚款")
	if i := strings.Index(head, "处"); i >= 0 {
		return clause[i:]
	}
	return clause
}

// highest gives the highest amount of money in a text, in fen.
func highest(text string) int64 {
	var top int64
	for _, m := range fineAmount.FindAllStringSubmatch(text, -1) {
		top = max(top, fen(m[1], m[2]))
	}
	return top
}

// fen reads a numeral and the units behind it as yuan and gives fen; what is no
// amount of money, or more than anybody is fined, gives 0.
func fen(numeral, units string) int64 {
	const limit = 1e12 // yuan
	yuan, err := strconv.ParseFloat(numeral, 64)
	if err != nil {
		yuan = chineseYuan(numeral)
	}
	for _, u := range units {
		switch u {
		case '百':
			yuan *= 1e2
		case '千':
			yuan *= 1e3
		case '万':
			yuan *= 1e4
		case '亿':
			yuan *= 1e8
		}
	}
	if yuan <= 0 || yuan > limit {
		return 0
	}
	return int64(math.Round(yuan * 100))
}

// chineseYuan reads 一千二百万 and 一亿五千万; 0 for what is no number.
func chineseYuan(s string) float64 {
	head, tail, hundredMillions := strings.Cut(s, "亿")
	n, ok := lawtext.ParseChinese(head)
	if !ok {
		return 0
	}
	if !hundredMillions {
		return float64(n)
	}
	rest, ok := lawtext.ParseChinese(tail)
	if !ok && tail != "" {
		return 0
	}
	return float64(n)*1e8 + float64(rest)
}
