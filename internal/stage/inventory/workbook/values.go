package workbook

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Categories gives the ten categories of the Liaocheng list of 2014, in its
// order.
func Categories() []string {
	return []string{"行政审批", "行政处罚", "行政强制", "行政征收", "行政给付", "行政裁决", "行政确认", "行政奖励", "行政监督", "其他权力"}
}

// categoryFit says how sure the reading of a category is.
type categoryFit uint8

const (
	categoryUnknown categoryFit = iota
	categoryNotPower
	categoryLoose // taken, but the word is none of the scheme
	categoryExact
)

// readCategory maps an office's word to one of Categories. 行政许可 counts as
// 行政审批, 行政检查 as 行政监督, 其他行政权力 as 其他权力.
func readCategory(raw string) (string, categoryFit) {
	s := squeeze(raw)
	switch s {
	case "行政许可":
		return "行政审批", categoryExact
	case "行政检查", "行政监督检查(行政检查)":
		return "行政监督", categoryExact
	case "其他行政权力", "其它行政权力", "其它权力":
		return "其他权力", categoryExact
	case "公共服务", "便民服务", "政务服务", "内部审批", "内部管理", "中介服务":
		return "", categoryNotPower
	}
	for _, c := range Categories() {
		if s == c {
			return c, categoryExact
		}
	}
	if len([]rune(s)) > 12 {
		return "", categoryUnknown
	}
	stems := [...][2]string{
		{"许可", "行政审批"}, {"审批", "行政审批"}, {"处罚", "行政处罚"}, {"强制", "行政强制"}, {"征收", "行政征收"},
		{"给付", "行政给付"}, {"裁决", "行政裁决"}, {"确认", "行政确认"}, {"奖励", "行政奖励"},
		{"监督", "行政监督"}, {"检查", "行政监督"}, {"其他", "其他权力"}, {"其它", "其他权力"},
	}
	found := ""
	for _, st := range stems {
		if !strings.Contains(s, st[0]) {
			continue
		}
		if found != "" && found != st[1] {
			return "", categoryUnknown
		}
		found = st[1]
	}
	if found == "" {
		return "", categoryUnknown
	}
	return found, categoryLoose
}

// isNone says that a cell says in words that there is nothing.
func isNone(s string) bool {
	switch s {
	case "", "无", "/", "\\", "-", "--", "—", "——", "———", "－", "暂无", "没有", "不涉及", "／":
		return true
	}
	return false
}

// limitFit says how a limit was read.
type limitFit uint8

const (
	limitOK limitFit = iota
	limitUnitUnclear
	limitMonths // readable, but not in days
	limitBad
)

// readLimit reads a limit in figures or words: 二十日, 当场办结, 自受理之日起20个
// 工作日内, 45日(不含听证时间). unit is the unit the header or a note on the sheet
// gives to bare numbers. The remarks in brackets name excluded time
// (许可法 45), which is not part of the limit.
func readLimit(raw, unit string) (*Limit, limitFit) {
	s := dropBrackets(squeeze(raw))
	if isNone(s) {
		return nil, limitOK
	}
	if isImmediate(s) {
		return &Limit{Immediate: true}, limitOK
	}
	found := limitsIn(s)
	if len(found) != 1 {
		return nil, limitBad
	}
	n, word := found[0].n, found[0].unit
	switch word {
	case "年":
		return &Limit{Months: n * 12}, limitMonths
	case "月":
		return &Limit{Months: n}, limitMonths
	case "小时":
		return nil, limitBad
	}
	if n == 0 {
		return &Limit{Immediate: true}, limitOK
	}
	l := &Limit{Days: n, Unit: word}
	if word == "日" || word == "" {
		l.Unit = unit
	}
	if l.Unit == "" {
		return l, limitUnitUnclear
	}
	return l, limitOK
}

func isImmediate(s string) bool {
	for _, w := range [...]string{"即办", "当场", "即时", "立即", "即办件", "马上办", "立等可取", "随到随办"} {
		if strings.HasPrefix(s, w) && len(s) <= len("当场办理办结") {
			return true
		}
	}
	return false
}

// dropBrackets removes what stands in brackets.
func dropBrackets(s string) string {
	var out strings.Builder
	depth := 0
	for _, r := range s {
		switch {
		case r == '(' || r == '[' || r == '【' || r == '〔':
			depth++
		case (r == ')' || r == ']' || r == '】' || r == '〕') && depth > 0:
			depth--
		case depth == 0:
			out.WriteRune(r)
		}
	}
	if depth > 0 { // a bracket never closed hides nothing
		return s
	}
	return out.String()
}

type rawLimit struct {
	n    int
	unit string // 工作日, 自然日, 日, 月, 年, 小时, "" for a bare number
}

// limitsIn finds every number with a unit of time. A number without a unit
// counts only where it is all there is.
func limitsIn(s string) []rawLimit {
	var out []rawLimit
	rs := []rune(s)
	for i := 0; i < len(rs); {
		j := i
		for j < len(rs) && isNumeral(rs[j]) {
			j++
		}
		if j == i {
			i++
			continue
		}
		n, ok := numeral(string(rs[i:j]))
		rest := strings.TrimPrefix(string(rs[j:]), "个")
		unit := timeUnit(rest)
		switch {
		case !ok:
			return nil
		case unit != "":
			out = append(out, rawLimit{n, unit})
		case i == 0 && j == len(rs):
			out = append(out, rawLimit{n, ""})
		}
		i = j
	}
	return out
}

func timeUnit(s string) string {
	for _, u := range [...][2]string{
		{"工作日", WorkingDays}, {"工作天", WorkingDays}, {"自然日", NaturalDays}, {"日历日", NaturalDays}, {"日历天", NaturalDays},
		{"小时", "小时"}, {"月", "月"}, {"年", "年"}, {"日", "日"}, {"天", "日"},
	} {
		if strings.HasPrefix(s, u[0]) {
			return u[1]
		}
	}
	return ""
}

func isNumeral(r rune) bool {
	return r >= '0' && r <= '9' || r == '.' || strings.ContainsRune("〇零一二三四五六七八九十百千两", r)
}

// numeral reads 20, 20.0, 二十, 一百二十 and 二〇一四; at most 99,999.
func numeral(s string) (int, bool) {
	if s == "" || s == "." {
		return 0, false
	}
	if s[0] >= '0' && s[0] <= '9' || s[0] == '.' {
		f, err := strconv.ParseFloat(s, 64)
		return int(f), err == nil && f == float64(int(f)) && f >= 0 && f <= 99_999
	}
	total, digit, digits := 0, -1, 0
	positional := !strings.ContainsAny(s, "十百千")
	for _, r := range s {
		d, mult := chineseDigit(r)
		switch {
		case mult > 0:
			total += max(digit, 1) * mult
			digit = -1
		case d < 0:
			return 0, false
		case positional:
			if digits++; digits > 5 {
				return 0, false
			}
			total = total*10 + d
		default:
			digit = d
		}
	}
	if digit > 0 {
		total += digit
	}
	return total, total <= 99_999
}

func chineseDigit(r rune) (digit, multiplier int) {
	switch r {
	case '十':
		return -1, 10
	case '百':
		return -1, 100
	case '千':
		return -1, 1000
	case '两':
		return 2, 0
	case '零':
		return 0, 0
	}
	for i, d := range []rune("〇一二三四五六七八九") {
		if r == d {
			return i, 0
		}
	}
	return -1, 0
}

// natural says that a limit in 日 of this category is in natural days:
// 处罚法 85 counts only 2, 3, 5 and 7 days in working days, 强制法 69 only up
// to 10.
func natural(category string, days int) bool {
	switch category {
	case "行政处罚":
		return days != 2 && days != 3 && days != 5 && days != 7
	case "行政强制":
		return days > 10
	}
	return false
}

// over says that a promise is certainly longer than the statute. A working day
// is never shorter than a natural one; the other way nothing is certain.
func over(promised, statutory *Limit) bool {
	if promised == nil || statutory == nil || promised.Immediate {
		return false
	}
	switch {
	case statutory.Immediate:
		return true
	case promised.Months > 0 && statutory.Months > 0:
		return promised.Months > statutory.Months
	case promised.Months > 0:
		return statutory.Unit == NaturalDays && promised.Months*28 > statutory.Days
	case statutory.Months > 0:
		return promised.Days > statutory.Months*31
	case promised.Unit == statutory.Unit || promised.Unit == WorkingDays:
		return promised.Days > statutory.Days
	}
	return false
}

// words gives a limit for a message.
func (l *Limit) words() string {
	switch {
	case l.Immediate:
		return "当场办结"
	case l.Months > 0:
		return fmt.Sprintf("%d个月", l.Months)
	case l.Unit == "":
		return fmt.Sprintf("%d日", l.Days)
	}
	return fmt.Sprintf("%d个%s", l.Days, l.Unit)
}

// readFee reads whether a fee is charged, and the basis where the cell gives
// one. clear is false where the words decide nothing.
func readFee(raw string) (fee *bool, basis string, clear bool) {
	s := squeeze(raw)
	yes, no := true, false
	switch strings.ToUpper(s) {
	case "":
		return nil, "", true
	case "否", "不收费", "免费", "不收", "无", "N", "NO", "0", "FALSE", "不涉及", "/", "-", "—", "——", "无收费", "未收费", "免收", "不收取费用":
		return &no, "", true
	case "是", "收费", "Y", "YES", "1", "TRUE", "有", "收", "有收费":
		return &yes, "", true
	}
	text := clean(raw)
	for _, start := range [...]string{"是", "收费", "有"} {
		rest, ok := strings.CutPrefix(text, start)
		if !ok || !strings.ContainsAny(firstRune(rest), "，,。；;：:、（( \n\t") {
			continue
		}
		rest = strings.TrimLeft(rest, "，,。；;：:、（( \n\t")
		rest = strings.TrimLeft(strings.TrimPrefix(rest, "依据"), "：:为")
		if strings.Count(rest, "（") < strings.Count(rest, "）") {
			rest = strings.TrimSuffix(rest, "）")
		}
		return &yes, rest, true
	}
	for _, start := range [...]string{"否", "不收费", "免费"} {
		if rest, ok := strings.CutPrefix(text, start); ok && strings.ContainsAny(firstRune(rest), "，,。；;：:、（( \n\t") {
			return &no, "", true
		}
	}
	if strings.Contains(text, "《") || strings.ContainsAny(text, "〔[") && strings.Contains(text, "号") {
		return &yes, text, true
	}
	return nil, "", false
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return "\x00"
}

// readDate reads a day in any common writing. complete is false where the day
// is missing (2014.9); sure is false where the writing allows another reading.
func readDate(raw string, kind cellKind) (iso string, complete, sure bool) {
	if day, clock, ok := strings.Cut(strings.TrimSpace(raw), " "); ok && strings.Contains(clock, ":") {
		raw = day
	}
	s := squeeze(raw)
	if len(s) > 64 {
		return "", false, false
	}
	if kind == dateCell {
		_, err := time.Parse(time.DateOnly, s)
		return s, err == nil, err == nil
	}
	if n, err := strconv.Atoi(s); err == nil {
		switch {
		case len(s) == 8:
			return ymd(n/10000, n/100%100, n%100, true)
		case n > 30_000 && n < 60_000: // 1982 to 2064
			d, ok := serialDate(float64(n), false)
			return d, ok, false
		}
		return "", false, false
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(".-/年月日号、", r) })
	if len(parts) < 2 || len(parts) > 3 {
		return "", false, false
	}
	var n [3]int
	for i, p := range parts {
		v, ok := numeral(p)
		if !ok {
			return "", false, false
		}
		n[i] = v
	}
	year, sure := n[0], true
	if year < 100 && len(parts) == 3 {
		year, sure = year+2000, false
	}
	if len(parts) == 2 {
		if year < 1900 || year > 2200 || n[1] < 1 || n[1] > 12 {
			return "", false, false
		}
		return fmt.Sprintf("%04d-%02d", year, n[1]), false, true
	}
	return ymd(year, n[1], n[2], sure)
}

// ymd refuses days that do not exist, as 2014-02-30.
func ymd(y, m, d int, sure bool) (string, bool, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < 1900 || y > 2200 || t.Year() != y || int(t.Month()) != m || t.Day() != d {
		return "", false, false
	}
	return t.Format(time.DateOnly), true, sure
}

// ReadLimit reads a limit as an office writes it, as Read does of a cell; nil and
// "" for one that says there is none. A limit that is not understood is nil with
// what is wrong with it, in Chinese; one whose days do not say of which kind they
// are comes with a remark too.
func ReadLimit(raw string) (l *Limit, remark string) {
	l, fit := readLimit(raw, "")
	switch fit {
	case limitBad:
		return nil, "看不出是多长时间"
	case limitUnitUnclear:
		return l, "没有写明是工作日还是自然日"
	default:
		return l, ""
	}
}
