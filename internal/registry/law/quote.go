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

// Quotation is how a quoted text stands to the article.
type Quotation struct {
	Kind    Quoting
	Share   float64  // of the quotation, by length, that stands in the article; 1 when it says nothing
	Missing []string // clauses of the quotation that do not
}

// Quoted holds a quotation against the article clause by clause: departments
// quote the opening of a paragraph together with one of its items, and leave
// clauses out. Widths, blanks and punctuation do not count. A quotation of less
// than ten characters says nothing.
func Quoted(quote, article string) Quotation {
	article = plain(article)
	all, found := 0, 0
	q := Quotation{Share: 1}
	for _, clause := range strings.FieldsFunc(quote, func(r rune) bool { return strings.ContainsRune("，。；：、…\n", r) }) {
		words := plain(clause)
		n := len([]rune(words))
		if n < 4 {
			continue
		}
		all += n
		if strings.Contains(article, words) {
			found += n
		} else {
			q.Missing = append(q.Missing, strings.TrimSpace(clause))
		}
	}
	if all < 10 || article == "" {
		return Quotation{Share: 1}
	}
	q.Share = float64(found) / float64(all)
	switch {
	case q.Share >= quoteIsSame:
		q.Kind = QuoteSame
	case q.Share >= quoteIsSimilar:
		q.Kind = QuoteSimilar
	default:
		q.Kind = QuoteDifferent
	}
	return q
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
