package citation

import (
	"strings"
	"unicode"
)

// innerMarks turns inner title marks into 〈〉, as the official form wants.
var innerMarks = strings.NewReplacer("《", "〈", "》", "〉")

// maxTitle bounds a title in runes; the longest official one is near 90.
const maxTitle = 160

// titleAt reads a title that opens at r[i] and gives it as written, without
// the outer marks, and the position behind it. Inner titles may be marked
// 〈〉 or, wrongly, 《》. A missing closing mark ends the title at the first
// 第…条, line end or full stop.
func titleAt(r []rune, i int) (title string, next int, ok bool) {
	start, depth := i+markWidth(r, i), 1
	for j := start; j < len(r) && j-start <= maxTitle; {
		switch w := markWidth(r, j); {
		case w == 0:
			j++
		case isTitleOpen(r[j]):
			depth++
			j += w
		default:
			if depth--; depth == 0 {
				return cleanTitle(r[start:j]), j + w, j > start
			}
			j += w
		}
	}
	for j := start; j < len(r) && j-start <= maxTitle; j++ {
		if markWidth(r, j) > 0 && !isTitleOpen(r[j]) {
			return cleanTitle(r[start:j]), j + markWidth(r, j), j > start
		}
		if r[j] == '\n' || r[j] == '。' || r[j] == '；' || r[j] == '|' || articleAt(r, j) {
			return cleanTitle(r[start:j]), j, j > start
		}
	}
	return "", i, false
}

// markWidth gives how many runes the title mark at r[i] takes: 《 and its
// half-width stand-in << are one mark; 0 if there is none.
func markWidth(r []rune, i int) int {
	if i >= len(r) {
		return 0
	}
	switch r[i] {
	case '《', '》', '〈', '〉', '﹤', '﹥':
		return 1
	case '<', '>', '＜', '＞':
		if i+1 < len(r) && r[i+1] == r[i] {
			return 2
		}
		return 1
	}
	return 0
}

func isTitleOpen(c rune) bool {
	return c == '《' || c == '〈' || c == '<' || c == '＜' || c == '﹤'
}

// articleAt says whether 第N条 stands at r[i].
func articleAt(r []rune, i int) bool {
	if r[i] != '第' {
		return false
	}
	_, j, ok := numeralAt(r, skipSpace(r, i+1))
	if !ok {
		return false
	}
	j = skipSpace(r, j)
	return j < len(r) && r[j] == '条'
}

// cleanTitle drops line breaks, zero-width runes and outer spaces.
func cleanTitle(r []rune) string {
	for _, c := range r {
		if c == '\n' || c == '\r' || zeroWidth(c) {
			var b strings.Builder
			for _, c := range r {
				if c != '\n' && c != '\r' && !zeroWidth(c) {
					b.WriteRune(c)
				}
			}
			return strings.TrimSpace(b.String())
		}
	}
	return strings.TrimSpace(string(r))
}

// paperEnds are the last words of titles of certificates and forms, which
// stand in 《》 but are no law.
var paperEnds = [...]string{
	"证", "证书", "证明", "证明书", "证件", "执照", "牌照", "护照", "登记表", "申请表", "审批表", "备案表", "报告表", "表",
	"申请书", "通知书", "告知书", "决定书", "责任书", "承诺书", "报告书", "意见书", "建议书", "委托书", "说明书", "判决书", "裁定书", "裁决书", "合格证书", "批准书", "确认书", "任务书", "催告书", "调解书", "保证书",
	"合同", "登记簿", "凭证", "收据", "发票", "标志", "手册", "备案单", "通知单", "联单", "登记卡", "卡", "票", "笔录", "批件", "批文", "许可文件", "报告", "台账", "回执", "名片", "日报",
}

// isPaper says whether a title names a paper rather than a law: 《…许可证》.
func isPaper(title string) bool {
	t := strings.TrimRight(title, "）)")
	if k := strings.LastIndexAny(t, "（("); k > 0 && t != title {
		t = t[:k] // 《…证（副本）》
	}
	for _, e := range paperEnds {
		if strings.HasSuffix(t, e) {
			return true
		}
	}
	return false
}

// lawEnds are the last words of names of laws written without 《》. 通知, 意见
// and the like are left out: without marks they are ordinary words.
var lawEnds = [...]string{"法", "条例", "办法", "规定", "细则", "规则", "决定", "解释", "法典", "规程", "通则", "章程", "准则"}

func lawEnd(name string) string {
	for _, e := range lawEnds {
		if strings.HasSuffix(name, e) {
			return e
		}
	}
	return ""
}

// NormalizeTitle gives the key under which titles of one document meet,
// whatever way they were written: title marks, spaces, zero-width runes and
// the commas between joint issuers are dropped, Latin letters, digits and
// brackets are full-width folded to one form, 中华人民共和国 is omitted, and so
// are closing brackets that only name an edition: （2019年修正）, （修订）,
// (2018-01-23). （试行）, （二） and （1999） name documents and stay.
// The key is for comparing, not for showing.
func NormalizeTitle(title string) string {
	var b strings.Builder
	b.Grow(len(title))
	for _, c := range title {
		switch {
		case unicode.IsSpace(c), zeroWidth(c), strings.ContainsRune("《》〈〉<>＜＞﹤﹥、，,·・", c):
		case c == '(' || c == '〔' || c == '[' || c == '［' || c == '【':
			b.WriteRune('（')
		case c == ')' || c == '〕' || c == ']' || c == '］' || c == '】':
			b.WriteRune('）')
		case c >= '！' && c <= '～' && c != '（' && c != '）':
			b.WriteRune(unicode.ToLower(c - '！' + '!'))
		default:
			b.WriteRune(unicode.ToLower(c))
		}
	}
	key := dropEditions(b.String())
	if short := strings.ReplaceAll(key, "中华人民共和国", ""); short != "" {
		return short
	}
	return key
}

// StripEdition gives a title for showing: without the closing brackets that
// only name an edition, see NormalizeTitle, and otherwise as written.
func StripEdition(title string) string {
	title = strings.TrimSpace(title)
	for strings.HasSuffix(title, "）") || strings.HasSuffix(title, ")") {
		k := max(strings.LastIndex(title, "（"), strings.LastIndex(title, "("))
		if k <= 0 || !namesEdition(strings.Trim(title[k:], "（）()")) {
			break
		}
		title = strings.TrimSpace(title[:k])
	}
	return title
}

// dropEditions cuts closing brackets that only name an edition.
func dropEditions(key string) string {
	for strings.HasSuffix(key, "）") {
		k := strings.LastIndex(key, "（")
		if k <= 0 || !namesEdition(key[k+len("（"):len(key)-len("）")]) {
			break
		}
		key = key[:k]
	}
	return key
}

// namesEdition says whether the words in a closing bracket only name an
// edition of the document before it.
func namesEdition(in string) bool {
	for _, e := range [...]string{"修正", "修订", "修改", "修正本", "修订本", "修正版", "修订版", "年版", "年本", "最新版"} {
		if strings.HasSuffix(in, e) {
			return true
		}
	}
	dashes := 0
	for _, c := range in {
		switch {
		case c == '-' || c == '.' || c == '年' || c == '月' || c == '日':
			dashes++
		case c < '0' || c > '9':
			return false
		}
	}
	return dashes >= 2
}
