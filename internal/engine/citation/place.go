package citation

// pending is a number whose level is told by a later word: 第八、九、十条.
type pending struct {
	numeral
	gap gap
}

// maxList bounds the numbers that share one word for their level.
const maxList = 64

// number consumes a list of numbers with the level they share: 第三十八条,
// 第（一）、（二）项, 第九至第十四条. A number that turns out to be no place is passed
// over as text.
func (s *scanner) number() bool {
	list, i, unit := s.readNumbers()
	if len(list) == 0 {
		return false
	}
	if unit == levelNone {
		if unit = s.guessLevel(list, i); unit == levelNone {
			return false
		}
	}
	if s.r[s.i] != '第' && (s.worded || list[0].gap == gapText && !s.afterName) {
		return false // 三项 in running text
	}
	if unit == levelArticle {
		s.bareName()
	}
	for k, p := range expand(list, unit) {
		if k > 0 && p.gap == gapText {
			p.gap = gapList
		}
		s.put(unit, p.n, p.gap)
	}
	s.i = i
	if unit == levelArticle {
		s.subArticle()
	}
	s.gap, s.loose, s.afterName, s.worded = gapNone, s.i, false, false
	return true
}

// readNumbers reads numbers and joints up to the word that names their level.
func (s *scanner) readNumbers() (list []pending, i int, unit level) {
	i, g := s.i, s.gap
	for len(list) < maxList {
		ordinal := i < len(s.r) && s.r[i] == '第'
		if ordinal {
			i = skipSpace(s.r, i+1)
		}
		num, next, ok := numeralAt(s.r, i)
		if !ok {
			return list, s.i, levelNone
		}
		list = append(list, pending{num, g})
		next = skipSpace(s.r, next)
		if unit, after := unitAt(s.r, next); unit != levelNone {
			return list, after, unit
		}
		var more int
		if more, g = s.nextNumber(next, num.paren); more == next && g == gapText {
			return list, next, levelNone
		}
		i = more
	}
	return nil, s.i, levelNone
}

// nextNumber finds the next number of a list behind r[i]: behind a joint, or
// directly when both stand in brackets.
func (s *scanner) nextNumber(i int, paren bool) (int, gap) {
	if i >= len(s.r) {
		return i, gapText
	}
	w, g := jointAt(s.r, i)
	j := i
	if w > 0 && g != gapNone {
		j = skipSpace(s.r, i+w)
	} else if !paren || !(isOpenParen(s.r[i]) || enclosed(s.r[i]) > 0) {
		return i, gapText
	} else {
		g = gapList
	}
	k := j
	if k < len(s.r) && s.r[k] == '第' {
		k = skipSpace(s.r, k+1)
	}
	if _, _, ok := numeralAt(s.r, k); !ok {
		return i, gapText
	}
	return j, g
}

// unitAt reads the word for a level; 两 before it (第一、二两项) is passed over.
func unitAt(r []rune, i int) (level, int) {
	if i < len(r) && r[i] == '两' {
		if l, j := unitAt(r, i+1); l == levelItem || l == levelParagraph {
			return l, j
		}
	}
	if i >= len(r) {
		return levelNone, i
	}
	var after rune
	if i+1 < len(r) {
		after = r[i+1]
	}
	switch {
	case r[i] == '条' && after != '例' && after != '件':
		return levelArticle, i + 1
	case r[i] == '款' && after != '项':
		return levelParagraph, i + 1
	case r[i] == '项' && after != '目':
		return levelItem, i + 1
	case r[i] == '目' && after != '标' && after != '录' && after != '前':
		return levelSubitem, i + 1
	}
	return levelNone, i
}

// guessLevel supplies a forgotten 条 or 项 where the place leaves no doubt:
// 第四十八第一款, 《某法》第三十八, 第二十条（三）.
func (s *scanner) guessLevel(list []pending, i int) level {
	paren := true
	for _, p := range list {
		paren = paren && p.paren
	}
	switch {
	case paren && s.open && s.gap != gapText && s.cur.Article != 0 && closes(s.r, i):
		return levelItem
	case paren || s.r[s.i] != '第':
		return levelNone
	case i < len(s.r) && s.r[i] == '第':
		if l := ordinalLevel(s.r, i); l == levelParagraph || l == levelItem {
			return levelArticle
		}
	case closes(s.r, i) && (s.afterName || s.open && s.gap == gapList && deepest(s.cur) == levelArticle):
		return levelArticle
	}
	return levelNone
}

// ordinalLevel gives the level of 第N款 at r[i].
func ordinalLevel(r []rune, i int) level {
	_, j, ok := numeralAt(r, skipSpace(r, i+1))
	if !ok {
		return levelNone
	}
	l, _ := unitAt(r, skipSpace(r, j))
	return l
}

// closes says whether a citation may end at r[i]: text end, line end or
// punctuation.
func closes(r []rune, i int) bool {
	if i >= len(r) {
		return true
	}
	switch r[i] {
	case '\n', '\r', '|', '。', '；', ';', '：', ':', '，', ',', '、', '《', '》', '）', ')', '和', '及', '或', '与', '的':
		return true
	}
	return false
}

// expand splits 第二三款 into 2 and 3 and completes 第十三、四条 to 13 and 14.
func expand(list []pending, unit level) []pending {
	out := list
	if last := list[len(list)-1]; len(list) == 1 && last.run && unit != levelArticle && ascending(last.n) {
		out = nil
		for div := 1000; div > 0; div /= 10 {
			if d := last.n / div % 10; d > 0 {
				out = append(out, pending{numeral{n: d}, last.gap})
			}
		}
		return out
	}
	for k := 1; k < len(out); k++ {
		prev := out[k-1].n
		if unit == levelArticle && out[k].gap == gapList && out[k].n < 10 && prev > 10 && prev%10 < out[k].n {
			out[k].n += prev / 10 * 10
		}
	}
	return out
}

// ascending says whether each digit follows the one before it: 23, 345.
func ascending(n int) bool {
	for ; n >= 10; n /= 10 {
		if n%10 != n/10%10+1 {
			return false
		}
	}
	return true
}

// subArticle reads 之一 behind 条, and 、之二 behind that.
func (s *scanner) subArticle() {
	for g := gapNone; ; g = gapList {
		i := skipSpace(s.r, s.i)
		if g == gapList {
			if w, j := 0, gapText; i < len(s.r) {
				if w, j = jointAt(s.r, i); w == 0 || j != gapList {
					return
				}
				i = skipSpace(s.r, i+w)
			}
		}
		if i >= len(s.r) || s.r[i] != '之' {
			return
		}
		num, next, ok := numeralAt(s.r, skipSpace(s.r, i+1))
		if !ok || num.paren {
			return
		}
		s.i = next
		switch {
		case g == gapList:
			article := s.lastArticle()
			s.flush()
			s.start(Ref{Law: s.cur.Law, Self: s.cur.Self, Article: article, ArticleSub: num.n})
		case s.cur.To != nil:
			s.cur.To.ArticleSub = num.n
		default:
			s.cur.ArticleSub = num.n
		}
	}
}

// lastArticle is the article a following member of a list inherits.
func (s *scanner) lastArticle() int {
	if s.cur.To != nil && s.cur.To.Article != 0 {
		return s.cur.To.Article
	}
	return s.cur.Article
}

// put adds one number at a level: it refines, ends a range or starts anew.
func (s *scanner) put(unit level, n int, g gap) {
	switch {
	case g == gapRange && s.open && s.cur.To == nil:
		if unit == levelArticle && n < s.cur.Article && s.cur.ArticleSub == 0 {
			s.cur.ArticleSub = n // 第133-1条
			return
		}
		s.cur.To = &End{}
		setEnd(s.cur.To, unit, n)
	case g == gapNone && s.open && s.cur.To != nil && unit > deepestEnd(*s.cur.To):
		setEnd(s.cur.To, unit, n)
	case g == gapNone && s.open && s.cur.To == nil && unit > deepest(s.cur):
		setRef(&s.cur, unit, n)
	default:
		base := s.inherit(unit, g)
		s.flush()
		setRef(&base, unit, n)
		s.start(base)
	}
}

// inherit gives the levels above unit that a new reference takes over from the
// one before it.
func (s *scanner) inherit(unit level, g gap) Ref {
	base := Ref{Law: s.cur.Law, Self: s.cur.Self}
	if s.relative && (unit == levelArticle || g == gapText) {
		s.relative = false
		base.Law, base.Self = s.law, s.self
		return base
	}
	last := End{s.cur.Article, s.cur.ArticleSub, s.cur.Paragraph, s.cur.Item, s.cur.Subitem}
	if to := s.cur.To; to != nil {
		if to.Article != 0 {
			last = *to
		} else if to.Paragraph != 0 {
			last.Paragraph, last.Item = to.Paragraph, to.Item
		}
	}
	if unit > levelArticle {
		base.Article, base.ArticleSub = last.Article, last.ArticleSub
	}
	if unit > levelParagraph {
		base.Paragraph = last.Paragraph
	}
	if unit > levelItem {
		base.Item = last.Item
	}
	return base
}

func (s *scanner) start(r Ref) { s.cur, s.open = r, true }

func setRef(r *Ref, unit level, n int) {
	switch unit {
	case levelArticle:
		r.Article = n
	case levelParagraph:
		r.Paragraph = n
	case levelItem:
		r.Item = n
	case levelSubitem:
		r.Subitem = n
	}
}

func setEnd(e *End, unit level, n int) {
	r := Ref{Article: e.Article, ArticleSub: e.ArticleSub, Paragraph: e.Paragraph, Item: e.Item, Subitem: e.Subitem}
	setRef(&r, unit, n)
	*e = End{r.Article, r.ArticleSub, r.Paragraph, r.Item, r.Subitem}
}

// deepest gives the lowest level that is set.
func deepest(r Ref) level {
	return deepestEnd(End{r.Article, r.ArticleSub, r.Paragraph, r.Item, r.Subitem})
}

func deepestEnd(e End) level {
	switch {
	case e.Subitem != 0:
		return levelSubitem
	case e.Item != 0:
		return levelItem
	case e.Paragraph != 0:
		return levelParagraph
	case e.Article != 0:
		return levelArticle
	}
	return levelNone
}
