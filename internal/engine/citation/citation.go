// Package citation reads the citations (引用) that departments, penalties and
// laws themselves write — 《某法》第十五条第二款第（三）项 — into references,
// renders references back to the official form, and puts other numbers into
// citations in place when articles move.
//
// It is pure and knows no laws: a reference carries the name as written, and
// whoever owns the law library resolves it by NormalizeTitle.
package citation

import (
	"strconv"
	"strings"
)

// Ref is one cited place. Zero levels are not cited. A reference inside a law
// to itself (本法, 本条例) or relative to its own place (前款, 本条) has Self
// set and the words as written in Law; only the reader of that law can resolve
// it. Law is empty where the text names an article without any law.
type Ref struct {
	Law        string `json:"law,omitempty"`
	Self       bool   `json:"self,omitempty"`
	Article    int    `json:"article,omitempty"`     // 条
	ArticleSub int    `json:"article_sub,omitempty"` // 条之N
	Paragraph  int    `json:"paragraph,omitempty"`   // 款
	Item       int    `json:"item,omitempty"`        // 项
	Subitem    int    `json:"subitem,omitempty"`     // 目
	To         *End   `json:"to,omitempty"`          // last place of a range (至)
}

// End is the last place of a range: only the levels that differ from the
// first place are set.
type End struct {
	Article    int `json:"article,omitempty"`
	ArticleSub int `json:"article_sub,omitempty"`
	Paragraph  int `json:"paragraph,omitempty"`
	Item       int `json:"item,omitempty"`
	Subitem    int `json:"subitem,omitempty"`
}

// first is the first place of the reference.
func (r Ref) first() End {
	return End{r.Article, r.ArticleSub, r.Paragraph, r.Item, r.Subitem}
}

// Last gives the last article that the reference touches: of a range over
// articles the one it ends in, otherwise its own. Both are 0 where no article
// is cited.
func (r Ref) Last() (article, sub int) {
	switch {
	case r.To == nil || r.To.Article == 0 && r.To.ArticleSub == 0:
		return r.Article, r.ArticleSub
	case r.To.Article == 0:
		return r.Article, r.To.ArticleSub
	}
	return r.To.Article, r.To.ArticleSub
}

// Covers says whether the reference touches 第article条, or 第article条之sub:
// wholly or by a part of it (款, 项). Inserted articles stand behind theirs:
// 第十条至第十五条 covers 第十二条之一, and not 第十五条之一. A law cited without an
// article covers none.
func (r Ref) Covers(article, sub int) bool {
	lastArticle, lastSub := r.Last()
	return r.Article != 0 && !before(article, sub, r.Article, r.ArticleSub) && !before(lastArticle, lastSub, article, sub)
}

// before says whether an article stands in front of another.
func before(article, sub, other, otherSub int) bool {
	return article < other || article == other && sub < otherSub
}

// Parse gives the references of a text in their order, whatever stands between
// them. Lists and ranges are expanded to one Ref per member and one Ref with To
// per range. A law named without a place yields a Ref with Law only; names of
// papers (《…许可证》) and a bare 本法 yield none. Where there is no citation at
// all, lines that are the name of a document without 《》 yield it. It never fails: what is not a
// citation is passed over.
func Parse(s string) []Ref {
	var buf [160]rune
	sc := scanner{r: runesOf(buf[:0], s)}
	return sc.all()
}

// String renders the official form (立法技术规范): the title in 《》 with inner
// titles in 〈〉, Chinese numerals, items in brackets: 《某法》第十五条第二款第（三）项.
// Parse reads it back to the same Ref.
func (r Ref) String() string {
	var b strings.Builder
	switch {
	case r.Self:
		b.WriteString(r.Law)
	case r.Law != "":
		b.WriteString("《" + innerMarks.Replace(r.Law) + "》")
	}
	writePlace(&b, r.first())
	if r.To == nil {
		return b.String()
	}
	to := *r.To
	if to.ArticleSub != 0 && to.Article == 0 {
		to.Article = r.Article
	}
	b.WriteString("至")
	writePlace(&b, to)
	return b.String()
}

// writePlace writes the levels that are set.
func writePlace(b *strings.Builder, p End) {
	if p.Article != 0 {
		b.WriteString("第" + chinese(p.Article) + "条")
		if p.ArticleSub != 0 {
			b.WriteString("之" + chinese(p.ArticleSub))
		}
	}
	if p.Paragraph != 0 {
		b.WriteString("第" + chinese(p.Paragraph) + "款")
	}
	if p.Item != 0 {
		b.WriteString("第（" + chinese(p.Item) + "）项")
	}
	if p.Subitem != 0 {
		b.WriteString("第" + strconv.Itoa(p.Subitem) + "目")
	}
}
