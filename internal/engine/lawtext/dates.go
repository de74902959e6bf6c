package lawtext

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Dates are the days a text tells about itself, as YYYY-MM-DD; "" is unknown.
type Dates struct {
	Made      string   // first publication (公布, 发布), else approval (批准), else adoption (通过)
	Amended   []string // 修正 and 修订, in the order of the history note
	Effective string   // first day in force of this edition
	Repealed  string   // first day no longer in force, where the text limits its own term (有效期)
	Basis     string   // in Chinese: the words Effective was read from, or why it is inferred
	// Inferred says that the text does not name the day Effective gives: it
	// was amended later than its commencement article says, and amending
	// decisions carry commencement days of their own, or it names no day at
	// all. Effective is then the day the edition was made (推定).
	Inferred bool
}

// Published is the day this edition was made: the last amendment, or Made.
func (d Dates) Published() string {
	if n := len(d.Amended); n > 0 {
		return d.Amended[n-1]
	}
	return d.Made
}

// ReadDates reads the dates from the history note and the commencement
// article. A commencement "自公布之日起" counts from the day this edition was
// made.
func ReadDates(d *Document) Dates {
	dates := Dates{}
	hint := readHistory(historyNote(d.Preamble), &dates)
	published := dates.Published()
	var where, clause string
	dates.Effective, where, clause = commencement(d, published)
	dates.Basis = where + clause
	switch {
	case hint != "" && (dates.Effective == "" || hint >= published && dates.Effective <= published):
		dates.Effective, dates.Basis = hint, "题注：自"+hint+"起施行"
	case dates.Effective == "" && published != "":
		dates.Effective, dates.Basis, dates.Inferred = published, "原文未写明施行日期，按公布日期推定", true
	case len(dates.Amended) > 0 && dates.Effective <= published:
		dates.Effective, dates.Basis, dates.Inferred = published, "按最后一次修改日期推定；"+where+clause, true
	}
	dates.Repealed = expiry(d, dates.Effective)
	return dates
}

// maxNoteLines bounds how far into the preamble the history note may reach.
const maxNoteLines = 16

// historyNote gives the lines of the preamble that tell when the text was
// made, without the titles cited in them.
func historyNote(preamble string) string {
	var b strings.Builder
	n, open := 0, false
	for s := range strings.Lines(preamble) {
		s = squeeze(strings.TrimSpace(s))
		if n++; n > maxNoteLines || strings.HasPrefix(s, "为") || strings.Contains(s, "制定本") {
			break
		}
		head := strings.TrimLeft(s, "（(《")
		_, _, isDate := scanDate(head)
		if open || isDate || strings.HasPrefix(head, "根据") && containsAny(s, "修正", "修订", "修改") || startsWithAny(s, "（", "(") && len(datesIn(s)) > 0 {
			b.WriteString(s + " ")
			open = unclosed(s) || open && !strings.ContainsAny(s, "）)》")
		}
	}
	return dropTitles(b.String())
}

// unclosed reports whether a bracket or a cited title is still open at the end
// of the line.
func unclosed(s string) bool {
	opened, closed := 0, 0
	for _, r := range s {
		switch r {
		case '（', '(', '《':
			opened++
		case '）', ')', '》':
			closed++
		}
	}
	return opened > closed
}

// dropTitles removes 《…》 with what stands inside.
func dropTitles(s string) string {
	var b strings.Builder
	depth := 0
	for _, r := range s {
		switch {
		case r == '《' || r == '〈' || r == '<':
			depth++
		case r == '》' || r == '〉' || r == '>':
			depth = max(depth-1, 0)
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// readHistory reads the events of a history note into dates and gives the day
// of commencement the note names, if any.
func readHistory(note string, dates *Dates) (commencement string) {
	spans := datesIn(note)
	for i, sp := range spans {
		end := len(note)
		if i+1 < len(spans) {
			end = spans[i+1].start
		}
		words := note[sp.end:end]
		before := note[:sp.start]
		switch {
		case containsAny(words, "施行", "实施", "执行", "生效", "试行") && (endsWithAny(before, "自", "从", "于") || !containsAny(words, "通过", "公布", "发布", "批准", "修正", "修订")):
			commencement = sp.day
		case containsAny(words, "修正", "修订", "修改") && dates.Made != "" && !strings.Contains(words, "废止"):
			dates.Amended = append(dates.Amended, sp.day)
		case containsAny(words, "公布", "发布", "批准", "批转", "转发", "令", "印发", "颁布", "公告"):
			if n := len(dates.Amended); n > 0 {
				dates.Amended[n-1] = max(dates.Amended[n-1], sp.day)
			} else {
				dates.Made = max(dates.Made, sp.day)
			}
		case dates.Made == "":
			dates.Made = sp.day
		case strings.Contains(words, "通过") && sp.day > shift(dates.Made, "1年"):
			dates.Amended = append(dates.Amended, sp.day) // adopted anew without the word 修订
		}
	}
	if commencement < dates.Made {
		return "" // a day told about something else
	}
	return commencement
}

// lastArticles is among how many articles from the end the commencement is
// sought.
const lastArticles = 8

// commencement finds the day the text comes into force, the article and the
// clause that say so. In a text with articles the announcement before it is
// read too.
func commencement(d *Document, published string) (day, where, clause string) {
	for i := len(d.Articles) - 1; i >= 0 && i >= len(d.Articles)-lastArticles; i-- {
		clause = commencementClause(d.Articles[i].Text(), d.Title)
		if day = commencementDay(clause, published); day != "" {
			return day, d.Articles[i].Number.Chinese() + "：", clause
		}
	}
	lines := strings.Split(d.Preamble, "\n")
	if len(d.Articles) > 0 {
		lines = lines[:min(len(lines), maxNoteLines)]
	}
	for i := len(lines) - 1; i >= 0 && i >= len(lines)-2*lastArticles; i-- {
		clause = commencementClause(lines[i], d.Title)
		if day = commencementDay(clause, published); day != "" {
			return day, "", clause
		}
	}
	return "", "", ""
}

// commencementClause finds the clause 自…起施行 of the text itself, not that
// of another law it names (《国籍法》自…起实施).
func commencementClause(text, own string) string {
	best := ""
	for _, c := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("。；\n", r) }) {
		bare := dropTitles(c)
		if !containsAny(bare, "自", "从", "于") || !containsAny(bare, "施行", "实施", "执行", "生效", "试行", "实行", "适用") {
			continue
		}
		if !strings.Contains(bare, "日起") && !strings.Contains(bare, "日施行") && !strings.Contains(bare, "日实施") && !strings.Contains(bare, "起施行") {
			continue
		}
		if strings.Contains(bare, "停止") {
			continue // 停止生效, 停止执行: of another rule
		}
		if title := subject(c); title != "" && !strings.HasSuffix(own, title) && !strings.HasSuffix(title, own) {
			continue
		}
		if best == "" || strings.HasPrefix(bare, "本") && !strings.HasPrefix(dropTitles(best), "本") {
			best = trimBlanks(c)
		}
	}
	return best
}

// subject gives the cited title that directly precedes the first 自 outside a
// title, "" if none does.
func subject(clause string) string {
	before, _, ok := strings.Cut(clause, "》自")
	if !ok {
		return ""
	}
	return before[strings.LastIndex(before, "《")+len("《"):]
}

// commencementDay computes the day a commencement clause names.
func commencementDay(clause, published string) string {
	bare := dropTitles(clause)
	for _, sp := range datesIn(bare) {
		after := strings.TrimPrefix(bare[sp.end:], "正式")
		if strings.HasPrefix(after, "起，") {
			continue // 自…起，在适用时应当… tells of other things than the commencement
		}
		if endsWithAny(bare[:sp.start], "自", "从") || startsWithAny(after, "起", "施行", "开始", "实施", "执行", "生效", "试行") {
			return sp.day
		}
	}
	for _, w := range []string{"公布", "发布", "颁布", "通过", "批准", "印发", "下发", "公告", "颁发"} {
		_, after, ok := strings.Cut(bare, w+"之日")
		if !ok {
			_, after, ok = strings.Cut(bare, w+"日")
		}
		if ok {
			after, _, _ = strings.Cut(after, "施行")
			return shift(published, after)
		}
	}
	return ""
}

// shift adds the term in words (起30日后, 起三个月后, 满六个月) to a day.
func shift(day, words string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	for i := range words {
		n := numeralLen(words[i:])
		if n == 0 {
			continue
		}
		v, ok := ParseChinese(words[i : i+n])
		if !ok || v > 3650 {
			return ""
		}
		switch rest := words[i+n:]; {
		case strings.HasPrefix(rest, "日") || strings.HasPrefix(rest, "天"):
			return t.AddDate(0, 0, v).Format(time.DateOnly)
		case strings.HasPrefix(rest, "个月"):
			return t.AddDate(0, v, 0).Format(time.DateOnly)
		case strings.HasPrefix(rest, "年"):
			return t.AddDate(v, 0, 0).Format(time.DateOnly)
		}
		return day
	}
	return day
}

// expiry computes the first day after the term a text gives itself: 有效期至…,
// 有效期五年.
func expiry(d *Document, effective string) string {
	for i := len(d.Articles) - 1; i >= 0 && i >= len(d.Articles)-lastArticles; i-- {
		text := dropTitles(d.Articles[i].Text())
		_, term, ok := strings.Cut(text, "有效期")
		if !ok || !strings.Contains(text, "施行") && !strings.Contains(text, "实施") {
			continue
		}
		term, _, _ = strings.Cut(term, "。")
		if spans := datesIn(term); len(spans) > 0 {
			return shift(spans[0].day, "1日")
		}
		if day := shift(effective, term); day != effective {
			return day
		}
	}
	return ""
}

// span is a date in a text.
type span struct {
	start, end int
	day        string
}

// datesIn finds the full dates of a text, in Arabic or Chinese digits.
func datesIn(s string) []span {
	var out []span
	for i := 0; i < len(s); {
		j := strings.Index(s[i:], "年")
		if j < 0 {
			break
		}
		j += i
		start := yearStart(s, j)
		if day, n, ok := scanDate(s[start:]); ok {
			out = append(out, span{start, start + n, day})
			i = start + n
			continue
		}
		i = j + len("年")
	}
	return out
}

// yearStart goes back from 年 over the digits of the year.
func yearStart(s string, j int) int {
	digits := 0
	for digits < 4 && j > 0 {
		r, w := utf8.DecodeLastRuneInString(s[:j])
		switch {
		case digitOf(r) >= 0:
			digits++
		case !isBlank(r):
			return j
		}
		j -= w
	}
	return j
}

// scanDate reads a date such as 2019年12月28日 or 一九八三年九月二日 at the
// start of s; blanks between the parts are allowed.
func scanDate(s string) (day string, n int, ok bool) {
	var v [3]int
	rest := s
	for i, unit := range []string{"年", "月", "日"} {
		rest = rest[blankLen(rest):]
		w := numeralLen(rest)
		if v[i], ok = ParseChinese(rest[:w]); !ok {
			return "", 0, false
		}
		rest = rest[w:]
		if rest, ok = strings.CutPrefix(rest[blankLen(rest):], unit); !ok {
			return "", 0, false
		}
	}
	t := time.Date(v[0], time.Month(v[1]), v[2], 0, 0, 0, 0, time.UTC)
	if v[0] < 1900 || v[0] > 2200 || t.Day() != v[2] || int(t.Month()) != v[1] {
		return "", 0, false
	}
	return t.Format(time.DateOnly), len(s) - len(rest), true
}

func containsAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

func startsWithAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

func endsWithAny(s string, words ...string) bool {
	s = trimBlanks(s)
	for _, w := range words {
		if strings.HasSuffix(s, w) {
			return true
		}
	}
	return false
}
