package citation

// level is a level of a citation; a smaller one is higher.
type level int

const (
	levelNone level = iota
	levelArticle
	levelSub // 条之N
	levelParagraph
	levelItem
	levelSubitem
)

// spot is one number of a citation with the runes of the text that write it.
// n is 0 at a level that is not cited; from equals to where a number has no
// numeral of its own (第二三款), so that it cannot be rewritten alone.
type spot struct {
	n        int
	from, to int
	edge     int // of an article: behind its 条, 0 if a list shares that; of 之N: where 之 begins
}

// place is a spot for each level.
type place [levelSubitem + 1]spot

// deepest gives the lowest level that is cited.
func (p *place) deepest() level {
	for l := levelSubitem; l > levelNone; l-- {
		if p[l].n != 0 {
			return l
		}
	}
	return levelNone
}

func (p *place) numbers() (n numbers) {
	for l := range p {
		n[l] = p[l].n
	}
	return n
}

// numbers is the number at each level, 0 where it is not cited.
type numbers [levelSubitem + 1]int

func (n numbers) end() End {
	return End{n[levelArticle], n[levelSub], n[levelParagraph], n[levelItem], n[levelSubitem]}
}

func (e End) numbers() numbers {
	return numbers{levelArticle: e.Article, levelSub: e.ArticleSub, levelParagraph: e.Paragraph, levelItem: e.Item, levelSubitem: e.Subitem}
}

// draft is a reference being built: its first place and, of a range, its last.
type draft struct {
	law         string
	self        bool
	ranged      bool
	first, last place
}

// ref gives the finished reference.
func (d *draft) ref() Ref {
	e := d.first.numbers().end()
	r := Ref{Law: d.law, Self: d.self, Article: e.Article, ArticleSub: e.ArticleSub, Paragraph: e.Paragraph, Item: e.Item, Subitem: e.Subitem}
	if d.ranged {
		to := differing(d.last.numbers().end(), e)
		r.To = &to
	}
	return r
}

// differing drops the levels of a range's end that repeat its start.
func differing(to, from End) End {
	if to.Article == from.Article && (to.ArticleSub != from.ArticleSub || to.Paragraph+to.Item+to.Subitem > 0) {
		to.Article = 0
		if to.ArticleSub == from.ArticleSub {
			to.ArticleSub = 0
		}
		if to.ArticleSub == 0 && to.Paragraph == from.Paragraph && to.Item+to.Subitem > 0 {
			to.Paragraph = 0
		}
	}
	return to
}
