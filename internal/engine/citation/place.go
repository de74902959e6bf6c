package citation

import "strings"

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
	members := expand(list, unit)
	for k, p := range members {
		if k > 0 && p.gap == gapText {
			p.gap = gapList
		}
		at := spot{n: p.n, from: p.from, to: p.to}
		if k == len(members)-1 {
			at.edge = i
		}
		s.put(unit, at, p.gap)
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
	case paren && s.enumerates(list[0].n, i):
		return levelNone
	case paren && s.open && s.gap != gapText && s.cur.first[levelArticle].n != 0 && closes(s.r, i):
		return levelItem
	case paren || s.r[s.i] != '第':
		return levelNone
	case i < len(s.r) && s.r[i] == '第':
		if l := ordinalLevel(s.r, i); l == levelParagraph || l == levelItem {
			return levelArticle
		}
	case closes(s.r, i) && (s.afterName || s.open && s.gap == gapList && s.cur.first[levelArticle].n != 0 && s.cur.first.deepest() <= levelSub):
		return levelArticle
	}
	return levelNone
}

// enumerates says whether the bracketed number n before r[i] counts the laws of
// a list and is no item: （一）《甲法》第三条（二）《乙法》第四条.
func (s *scanner) enumerates(n, i int) bool {
	if i = skipSpace(s.r, i); i >= len(s.r) || !isTitleOpen(s.r[i]) {
		return false
	}
	end := s.titled
	for j := end - 1; j >= max(0, end-2*maxDigits); j-- {
		if num, next, ok := numeralAt(s.r, j); ok && num.paren {
			return num.n == n-1 && skipSpace(s.r, next) == end
		}
	}
	return false
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

// subArticle reads 之一 behind 条, and 、之二 or 至之六 behind that.
func (s *scanner) subArticle() {
	for g := gapNone; ; {
		i := skipSpace(s.r, s.i)
		if g != gapNone {
			if i >= len(s.r) {
				return
			}
			var w int
			if w, g = jointAt(s.r, i); g != gapList && g != gapRange {
				return
			}
			i = skipSpace(s.r, i+w)
		}
		if i >= len(s.r) || s.r[i] != '之' {
			return
		}
		num, next, ok := numeralAt(s.r, skipSpace(s.r, i+1))
		if !ok || num.paren {
			return
		}
		s.putSub(spot{n: num.n, from: num.from, to: num.to, edge: i}, g)
		s.i, g = next, gapList
	}
}

// putSub adds 之N to the article before it, or makes it the next member of a
// list or the end of a range.
func (s *scanner) putSub(at spot, g gap) {
	switch {
	case g == gapRange && !s.cur.ranged:
		s.cur.last[levelArticle], s.cur.last[levelSub], s.cur.ranged = s.cur.first[levelArticle], at, true
	case g != gapNone:
		base := s.inherit(levelSub, g)
		s.flush()
		base.first[levelSub] = at
		s.start(base)
	case s.cur.ranged:
		s.cur.last[levelSub] = at
	default:
		s.cur.first[levelSub] = at
	}
}

// put adds one number at a level: it refines, ends a range or starts anew.
func (s *scanner) put(unit level, at spot, g gap) {
	cur := &s.cur
	switch {
	case g == gapRange && s.open && !cur.ranged:
		if article := cur.first[levelArticle]; unit == levelArticle && at.n < article.n && cur.first[levelSub].n == 0 && strings.ContainsRune("-－–—", s.r[article.to]) {
			at.edge = article.to
			cur.first[levelSub] = at // 第133-1条
			return
		}
		cur.last[unit], cur.ranged = at, true
	case g == gapNone && s.open && cur.ranged && unit > cur.last.deepest():
		cur.last[unit] = at
	case g == gapNone && s.open && !cur.ranged && unit > cur.first.deepest():
		cur.first[unit] = at
	default:
		base := s.inherit(unit, g)
		s.flush()
		base.first[unit] = at
		s.start(base)
	}
}

// inherit gives a new reference the law and the levels above unit of the one
// before it.
func (s *scanner) inherit(unit level, g gap) draft {
	if s.relative && (unit == levelArticle || g == gapText) {
		s.relative = false
		return draft{law: s.law, self: s.self}
	}
	base := draft{law: s.cur.law, self: s.cur.self}
	prev := &s.cur.first
	if s.cur.ranged && s.cur.last[levelArticle].n != 0 {
		prev = &s.cur.last
	}
	copy(base.first[:unit], prev[:unit])
	if unit > levelParagraph && s.cur.last[levelParagraph].n != 0 {
		copy(base.first[levelParagraph:unit], s.cur.last[levelParagraph:unit])
	}
	return base
}

func (s *scanner) start(d draft) { s.cur, s.open = d, true }
