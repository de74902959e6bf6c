package amend

import (
	"slices"
	"strings"

	"qingdan/internal/engine/lawtext"
)

// whole reads what concerns the text as a whole: its title, its foreword, the
// headings of its chapters.
func (r *reader) whole(c *cursor) bool {
	next := *c
	kind := Heading
	switch {
	case next.eat("引言", "序言", "前言"):
		kind = Foreword
	case next.eat("标题", "名称", "题目", "司法解释名称", "规定名称"):
		kind = Title
	case chapters(c.s):
		c.s = ""
		return r.emit(Effect{Kind: Heading})
	default:
		return false
	}
	if !next.eat("修改为", "改为") {
		return false
	}
	next.eat("：")
	text := next.quoted(r.in)
	if len(text) != 1 {
		return false
	}
	*c = next
	return r.emit(Effect{Kind: kind, New: text[0], Exact: true})
}

// chapters reports whether a clause speaks of chapters and their names, not of
// words in them.
func chapters(s string) bool {
	if strings.Contains(s, "中的“") {
		return false
	}
	c := cursor{s}
	if c.eat("增加一章", "增加一节", "章名", "节名", "列入本章") {
		return true
	}
	if c.eat("包括") {
		return len(c.places(place{})) > 0
	}
	c.eat("作为")
	if !c.eat("第") {
		return false
	}
	_, ok := c.numeral()
	return ok && c.eat("章", "节", "编")
}

// delete reads the places or words struck out.
func (r *reader) delete(c *cursor) {
	for c.s != "" {
		was := c.s
		r.speakOf(c)
		rest := c.s
		c.of()
		if words := c.quoted(r.in); len(words) > 0 {
			for _, w := range words {
				r.each(Effect{Kind: DeleteWords, Old: w})
			}
		} else if c.s = rest; rest != was {
			r.each(Effect{Kind: Delete})
		}
		c.eat("、", "和", "及", "以及")
		if c.s == was {
			return
		}
	}
}

// reorders reads 条文序号作相应调整.
func (r *reader) reorders(s string) bool {
	if !strings.Contains(s, "调整") || !strings.Contains(s, "序") {
		return false
	}
	return r.emit(Effect{Kind: Reorder, Exact: true})
}

// change reads a clause that begins with a place or with words.
func (r *reader) change(c *cursor) {
	named := len(r.at)
	was := c.s
	r.speakOf(c)
	spoken := c.s != was
	if spoken {
		r.split, r.merged = false, false
	}
	rest := c.s
	c.of()
	if words := c.quoted(r.in); len(words) > 0 {
		if !spoken && named == 0 {
			r.at = []place{{}} // the whole text
		}
		r.words(c, words)
		return
	}
	c.s = rest
	c.eat("后", "之后", "中", "的", "规定")
	switch {
	case c.s == "" || c.eat("进行修改", "单作一条", "单列一条"):
	case c.eat("内容如下："):
		if text := c.quoted(r.in); len(text) == 1 {
			r.parts(labelled(text[0]))
		}
	case len(r.held) > 0 && !spoken && changes(c.s):
		r.verb(c, 1)
	case c.eat("最后增加", "末尾增加"):
		if text := c.quoted(r.in); len(text) == 1 {
			r.each(Effect{Kind: InsertWords, New: text[0]})
		}
	case c.eat("增加", "新增"):
		r.add(c)
	case c.eat("合并修改为", "修改为", "合并为"):
		r.replace(c)
	case c.eat("合并"):
		r.merged = true
	case c.eat("删去", "删除", "予以删除", "予以删去"):
		r.each(Effect{Kind: Delete})
	case c.eat("分别作为", "分别改为", "改为", "作为", "分为", "调整为", "变更为"):
		r.renumber(c)
	case c.eat("废止", "予以废止"):
		r.emit(Effect{Kind: Repeal, Exact: true})
	}
	c.eat("：")
}

// words reads what happens to the words quoted.
func (r *reader) words(c *cursor, old []string) {
	for _, o := range old {
		for _, at := range r.at {
			r.held = append(r.held, r.effect(Effect{Kind: ReplaceWords, Old: o}, at))
		}
	}
	if c.s == "" {
		return // the verb comes with a later clause
	}
	r.verb(c, len(old))
	if c.eat("、", "和") {
		r.change(c)
	}
}

// verb reads the verb of the words held and their new words: one text for all,
// or one for each of the n quoted last.
func (r *reader) verb(c *cursor, n int) {
	kind := ReplaceWords
	switch {
	case c.eat("统一修改为", "分别修改为", "均修改为", "修改为", "改为", "修改成", "统一改为", "替换为"):
	case c.eat("后增加", "之后增加", "后面增加", "后加上", "后添加"):
		kind = InsertWords
	case c.eat("前增加", "之前增加"):
		kind = insertBefore
	case c.eat("删去", "删除", "予以删除", "予以删去"):
		kind = DeleteWords
	default:
		return
	}
	c.eat("：")
	news := c.quoted(r.in)
	held := r.held
	r.held = nil
	if kind != DeleteWords && len(news) != 1 && (len(news) != n || len(held)%n != 0) {
		r.unknown(r.in.words)
		return
	}
	for i, e := range held {
		e.Kind = kind
		switch {
		case len(news) == 1:
			e.New = news[0]
		case len(news) > 1:
			e.New = news[i/(len(held)/n)]
		}
		if kind == insertBefore {
			e.Kind, e.New = ReplaceWords, e.New+e.Old
		}
		r.emit(e)
	}
}

// insertBefore marks words added before others, which are read as a
// replacement.
const insertBefore EffectKind = -1

// add reads what is added: 增加一条, with its number and words to come.
func (r *reader) add(c *cursor) {
	if _, ok := c.numeral(); !ok && !c.eat("两") {
		return
	}
	unit, ok := c.unit()
	if !ok {
		return
	}
	r.adding = unit
	if !r.added(c) && strings.HasPrefix(c.s, "：") {
		r.insert(c, nil)
	}
}

// added reads the number of what was added, and its words.
func (r *reader) added(c *cursor) bool {
	if !c.eat("作为", "分别作为", "列为") {
		return false
	}
	to := c.places(r.before)
	if len(to) == 0 {
		return false
	}
	r.insert(c, to)
	return true
}

// insert reads the words of what was added. Several articles carry their
// numbers in their words; several paragraphs or items stand on lines.
func (r *reader) insert(c *cursor, to []place) {
	c.eat("：")
	text := c.quoted(r.in)
	if len(text) == 0 {
		return // 内容如下 comes
	}
	adding := r.adding
	r.adding = WholeText
	whole := strings.Join(text, "\n")
	if adding == ArticleUnit {
		switch parts := labelled(whole); {
		case len(parts) > 0:
			r.parts(parts)
		case len(to) == 1:
			r.emit(Effect{Kind: Insert, Unit: ArticleUnit, NewNumber: to[0].article, New: whole, Exact: true})
		default:
			r.unknown(r.in.words)
		}
		return
	}
	host := r.before
	if len(r.at) > 0 {
		host = r.at[0]
	}
	lines := []string{whole}
	if len(to) > 1 {
		lines = pieces(whole, len(to), adding == ItemUnit)
	}
	if len(lines) < len(to) || host.article.N == 0 {
		r.unknown(r.in.words)
		return
	}
	for i, l := range lines {
		e := Effect{Kind: Insert, Unit: adding, New: l, Article: host.article, Exact: true}
		if i < len(to) {
			e.NewPlace = to[i].number()
		}
		if adding == ItemUnit {
			e.Paragraph = host.paragraph
		} else {
			e.NewNumber = r.moved
		}
		r.emit(e)
	}
}

// replace reads the new words of places. Several places share the lines of
// one text.
func (r *reader) replace(c *cursor) {
	if strings.HasPrefix(c.s, "第") {
		r.renumber(c)
		return
	}
	c.eat("：")
	text := c.quoted(r.in)
	if len(text) == 0 || len(r.at) == 0 {
		return
	}
	text[0] = strings.Join(text, "\n")
	if parts := labelled(text[0]); len(parts) > 0 && r.at[0].unit() == ArticleUnit {
		r.parts(parts)
		return
	}
	lines := []string{text[0]}
	if len(r.at) > 1 && !r.merged {
		lines = pieces(text[0], len(r.at), r.at[0].unit() == ItemUnit)
	}
	for i, at := range r.at {
		switch {
		case len(lines) == len(r.at):
			r.emit(r.effect(Effect{Kind: Replace, New: lines[i]}, at))
		case i == 0:
			r.emit(r.effect(Effect{Kind: Replace, New: text[0]}, at))
		default:
			r.emit(r.effect(Effect{Kind: Delete}, at))
		}
	}
}

// parts gives the articles of a text that carries their numbers: those which
// the act says an old article became replace it, the others are new.
func (r *reader) parts(parts []part) {
	old := slices.Clone(r.at)
	for _, p := range parts {
		e := Effect{Kind: Insert, Unit: ArticleUnit, NewNumber: p.number, New: p.text, Exact: true}
		i := slices.IndexFunc(r.out, func(o Effect) bool {
			return o.Line == r.in.line && o.Kind == Renumber && o.NewNumber == p.number && o.Paragraph == 0
		})
		switch {
		case i >= 0:
			e.Kind, e.Article = Replace, r.out[i].Article
		case r.split && len(old) > 0 && old[0].paragraph == 0:
			e.Kind, e.Article = Replace, old[0].article
			old = old[1:]
		}
		r.emit(e)
	}
}

// renumber reads the numbers places get, or into how many they are split.
func (r *reader) renumber(c *cursor) {
	next := *c
	if _, ok := next.numeral(); ok || next.eat("两") {
		if _, ok := next.unit(); ok {
			r.split, *c = true, next
			return
		}
	}
	if len(r.at) > 0 {
		r.numbers(c.places(r.at[0]))
	}
	if strings.HasPrefix(c.s, "：") || strings.HasPrefix(c.s, "“") {
		r.replace(c)
	}
}

// numbers gives the places spoken of the numbers to.
func (r *reader) numbers(to []place) {
	several := len(to) == 1 && len(r.at) > 1 && to[0].unit() == ArticleUnit && r.at[0].unit() == ParagraphUnit
	switch {
	case len(to) == 0:
	case r.split || r.merged: // only where the first part stands is new
		if to[0].unit() == ParagraphUnit {
			r.emit(r.effect(Effect{Kind: Renumber, NewPlace: to[0].paragraph}, r.at[0]))
		}
	case several: // paragraphs become one article
		r.moved = to[0].article
		for i, at := range r.at {
			r.emit(r.effect(Effect{Kind: Renumber, NewNumber: r.moved, NewPlace: i + 1}, at))
		}
	case len(to) == len(r.at):
		for i, at := range r.at {
			e := r.effect(Effect{Kind: Renumber}, at)
			if to[i].unit() > ArticleUnit {
				e.NewPlace = to[i].number()
			}
			if to[i].article != at.article || at.unit() == ArticleUnit {
				e.NewNumber = to[i].article
			}
			if r.moved = (lawtext.Number{}); at.unit() > ArticleUnit {
				r.moved = e.NewNumber
			}
			r.emit(e)
		}
	default:
		r.unknown(r.in.words)
	}
}
