package law

import (
	"strings"

	"qingdan/internal/engine/hanzi"
)

// Quoting says how a quoted text stands to the article.
type Quoting string

// The three answers; "" when nothing of length was quoted.
const (
	QuoteSame      Quoting = "same"      // 一致
	QuoteSimilar   Quoting = "similar"   // 大体一致
	QuoteDifferent Quoting = "different" // 不一致
)

// The shares of a quotation that must stand in the article.
const (
	quoteIsSame    = 0.9
	quoteIsSimilar = 0.5
)

// Quoted holds a quotation against the article and gives the share of it, by
// length, that stands in the article clause by clause: departments quote the
// opening of a paragraph together with one of its items, and leave clauses
// out. Widths, blanks and punctuation do not count. A quotation of less than
// ten characters says nothing.
func Quoted(quote, article string) (Quoting, float64) {
	article = plain(article)
	all, found := 0, 0
	for _, clause := range strings.FieldsFunc(quote, func(r rune) bool { return strings.ContainsRune("，。；：、…\n", r) }) {
		clause = plain(clause)
		n := len([]rune(clause))
		if n < 4 {
			continue
		}
		all += n
		if strings.Contains(article, clause) {
			found += n
		}
	}
	if all < 10 || article == "" {
		return "", 1
	}
	switch share := float64(found) / float64(all); {
	case share >= quoteIsSame:
		return QuoteSame, share
	case share >= quoteIsSimilar:
		return QuoteSimilar, share
	default:
		return QuoteDifferent, share
	}
}

// plain folds widths and drops everything but letters and digits, so that only
// the words are compared.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \n\r\t　“”\"'‘’，。；：、（）()《》〈〉,.;:", r) {
			return -1
		}
		return r
	}, hanzi.Fold(s))
}
