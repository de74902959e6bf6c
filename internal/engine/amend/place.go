package amend

import (
	"strings"

	"qingdan/internal/engine/lawtext"
)

// place is a 条, 款, 项 or 目 of a law as an amending act names it; a part that
// is 0 is not given.
type place struct {
	article                  lawtext.Number
	paragraph, item, subitem int
}

// unit is the lowest part given.
func (p place) unit() Unit {
	switch {
	case p.subitem > 0:
		return SubitemUnit
	case p.item > 0:
		return ItemUnit
	case p.paragraph > 0:
		return ParagraphUnit
	case p.article.N > 0:
		return ArticleUnit
	}
	return WholeText
}

// number is the number of the lowest part given.
func (p place) number() int {
	return [...]int{0, p.article.N, p.paragraph, p.item, p.subitem}[p.unit()]
}

// cursor reads the words of a clause from left to right.
type cursor struct{ s string }

// eat takes the first of the words that stands next.
func (c *cursor) eat(words ...string) bool {
	for _, w := range words {
		if rest, ok := strings.CutPrefix(c.s, w); ok {
			c.s = rest
			return true
		}
	}
	return false
}

// quoted takes quoted texts that follow each other, with 、 and 和 between.
func (c *cursor) quoted(in *instruction) []string {
	var out []string
	for {
		rest := c.s
		if len(out) > 0 {
			for _, w := range []string{"、", "和", "及", "或者", "或"} {
				rest = strings.TrimPrefix(rest, w)
			}
		}
		rest, ok := strings.CutPrefix(rest, "“")
		if !ok {
			return out
		}
		no, rest, _ := strings.Cut(rest, "”")
		i, ok := lawtext.ParseChinese(no)
		if !ok || i >= len(in.quotes) {
			return out
		}
		out = append(out, in.quotes[i])
		c.s = rest
	}
}

// places takes a list of places: 第六条第一款、第七条和第九条至第十一条. What
// the first one leaves out is read from the place spoken of before.
func (c *cursor) places(before place) []place {
	var out []place
	for {
		rest := c.s
		through := false
		if len(out) > 0 {
			sep := cursor{rest}
			if through = sep.eat("至", "到"); !through && !sep.eat("、", "和", "及", "以及", "与") {
				return out
			}
			rest = sep.s
			before = out[len(out)-1]
		}
		next := cursor{rest}
		at, ok := next.place(before)
		if !ok {
			return out
		}
		if through {
			out = append(out, between(before, at)...)
		}
		out = append(out, at)
		out = append(out, next.sharing(at)...)
		c.s = next.s
	}
}

// place takes one place: as many of 第…条, 第…款, 第…项 and 第…目 as follow each
// other, upper first.
func (c *cursor) place(before place) (place, bool) {
	at, last := before, WholeText
	for {
		next := *c
		n, unit, ok := next.part()
		if !ok || unit <= last {
			return at, last > WholeText
		}
		switch unit {
		case ArticleUnit:
			at = place{article: lawtext.Number{N: n, Sub: next.inserted()}}
		case ParagraphUnit:
			at = place{article: at.article, paragraph: n}
		case ItemUnit:
			at = place{article: at.article, paragraph: at.paragraph, item: n}
		case SubitemUnit:
			at.subitem = n
		}
		last, *c = unit, next
	}
}

// unitNames are the words for units, by Unit.
var unitNames = [...]string{ArticleUnit: "条", ParagraphUnit: "款", ItemUnit: "项", SubitemUnit: "目"}

// part takes one 第…条 and the like; in 第三、四、五款 the unit of the last one
// counts for the first, and what stands between is left to sharing.
func (c *cursor) part() (n int, unit Unit, ok bool) {
	if !c.eat("第") {
		return 0, 0, false
	}
	if n, ok = c.numeral(); !ok {
		return 0, 0, false
	}
	if unit, ok = c.unit(); ok {
		return n, unit, true
	}
	ahead := *c
	for ahead.eat("、") {
		if _, ok := ahead.numeral(); !ok {
			return 0, 0, false
		}
		if unit, ok := ahead.unit(); ok {
			return n, unit, true
		}
	}
	return 0, 0, false
}

// sharing takes the rest of 第三、四、五款 after its first numeral.
func (c *cursor) sharing(at place) []place {
	var out []place
	for {
		next := *c
		if !next.eat("、") {
			return out
		}
		n, ok := next.numeral()
		if !ok {
			return out
		}
		switch {
		case at.item > 0:
			at.item = n
		case at.paragraph > 0:
			at.paragraph = n
		default:
			at.article = lawtext.Number{N: n}
		}
		out = append(out, at)
		*c = next
		if _, ok := c.unit(); ok {
			return out
		}
	}
}

// numeral takes a number, in brackets or not.
func (c *cursor) numeral() (int, bool) {
	rest, bracketed := strings.CutPrefix(c.s, "（")
	w := numeralLen(rest)
	n, ok := lawtext.ParseChinese(rest[:w])
	if !ok || n == 0 {
		return 0, false
	}
	rest = rest[w:]
	if bracketed {
		if rest, ok = strings.CutPrefix(rest, "）"); !ok {
			return 0, false
		}
	}
	c.s = rest
	return n, true
}

func (c *cursor) unit() (Unit, bool) {
	for unit, name := range unitNames {
		if name != "" && c.eat(name) {
			return Unit(unit), true
		}
	}
	return WholeText, false
}

// inserted takes 之一 after 第…条; 0 if there is none.
func (c *cursor) inserted() int {
	next := *c
	if next.eat("之") {
		if n, ok := next.numeral(); ok {
			*c = next
			return n
		}
	}
	return 0
}

// maxRange bounds 第…条至第…条.
const maxRange = 500

// between gives the places after from and before to.
func between(from, to place) []place {
	var out []place
	step := func(at *place) *int {
		switch {
		case to.item > 0:
			return &at.item
		case to.paragraph > 0:
			return &at.paragraph
		}
		return &at.article.N
	}
	at := from
	for n := *step(&from) + 1; n < *step(&to) && len(out) < maxRange; n++ {
		*step(&at) = n
		out = append(out, at)
	}
	return out
}
