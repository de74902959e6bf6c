package amend

import (
	"cmp"
	"slices"
	"strings"

	"qingdan/internal/engine/lawtext"
)

// draft is a text under amendment. Its articles, paragraphs and items stand in
// the old order, so that the places an act names can be found to the end; what
// is new stands behind them.
type draft struct {
	old             *lawtext.Document
	title, foreword string
	articles        []unit[*article] // of the old text
	made            []unit[*article] // new ones, and those made of paragraphs
	everywhere      []Effect         // on words of the whole text; they come last
	reorder         bool             // articles are counted anew
	remarks         []Remark
}

// unit is an article, paragraph or item and where it shall stand.
type unit[T any] struct {
	value T
	at    lawtext.Number // new number; zero: in its order
	gone  bool
}

type article struct {
	was        lawtext.Article
	paragraphs []unit[*paragraph]
}

type paragraph struct {
	text    words
	items   []unit[*item]
	recount bool           // items came, went or moved
	host    lawtext.Number // article it moves to; zero: it stays
}

type item struct {
	lawtext.Item // number and mark
	text         words
	subitems     []words
}

// words are words of the text; fresh ones come from the act and cite articles
// by their new numbers.
type words struct {
	s     string
	fresh bool
}

// all gives the texts of a paragraph in their order.
func (p *paragraph) all() []*words {
	out := []*words{&p.text}
	for _, u := range p.items {
		out = append(out, u.value.all()...)
	}
	return out
}

func (it *item) all() []*words {
	out := []*words{&it.text}
	for i := range it.subitems {
		out = append(out, &it.subitems[i])
	}
	return out
}

func newDraft(old *lawtext.Document) *draft {
	d := &draft{old: old, title: old.Title}
	for _, a := range old.Articles {
		d.articles = append(d.articles, unit[*article]{value: &article{was: a, paragraphs: draftOf(a.Paragraphs, false)}})
	}
	return d
}

func draftOf(list []lawtext.Paragraph, fresh bool) []unit[*paragraph] {
	var out []unit[*paragraph]
	for _, p := range list {
		q := &paragraph{text: words{p.Text, fresh}}
		for _, it := range p.Items {
			q.items = append(q.items, unit[*item]{value: draftItem(it, fresh)})
		}
		out = append(out, unit[*paragraph]{value: q})
	}
	return out
}

func draftItem(it lawtext.Item, fresh bool) *item {
	out := &item{Item: it, text: words{it.Text, fresh}}
	for _, s := range it.Subitems {
		out.subitems = append(out.subitems, words{s.Text, fresh})
	}
	return out
}

// written reads paragraphs of the act, which stand from a place on; 0 for
// none.
func written(text string, from int) []unit[*paragraph] {
	out := draftOf(paragraphsOf(text), true)
	for k := range out {
		if from > 0 {
			out[k].at.N = from + k
		}
	}
	return out
}

// writtenItems reads items of the act, one at least.
func writtenItems(text string) []*item {
	var out []*item
	for _, p := range paragraphsOf(text) {
		for _, it := range p.Items {
			out = append(out, draftItem(it, true))
		}
	}
	if len(out) == 0 {
		out = append(out, draftItem(lawtext.Item{Text: text}, true))
	}
	return out
}

func (d *draft) find(n lawtext.Number) *unit[*article] {
	for i := range d.articles {
		if d.articles[i].value.was.Number == n {
			return &d.articles[i]
		}
	}
	return nil
}

// list gives the paragraph whose items are spoken of: the one named, or the
// first that has items; nil if there is none.
func (a *article) list(no int) *paragraph {
	for i, u := range a.paragraphs {
		if no == i+1 || no == 0 && len(u.value.items) > 0 {
			return u.value
		}
	}
	return nil
}

// document puts the new text together.
func (d *draft) document() *lawtext.Document {
	out := &lawtext.Document{Title: d.title, Preamble: d.preamble(), Annex: d.old.Annex,
		Books: d.old.Books, Chapters: d.old.Chapters, Sections: d.old.Sections}
	d.moveParagraphs()
	d.wholeText()
	list := d.ordered()
	numbers := make(map[lawtext.Number]lawtext.Number, len(list))
	for _, u := range list {
		numbers[u.value.was.Number] = u.at
	}
	for _, u := range list {
		a := u.value.was
		a.Number, a.Paragraphs = u.at, u.value.result(numbers, d.reorder)
		out.Articles = append(out.Articles, a)
	}
	return out
}

// preamble gives the preamble, its foreword (为了…) exchanged if the act gives
// another.
func (d *draft) preamble() string {
	if d.foreword == "" {
		return d.old.Preamble
	}
	history, _, _ := strings.Cut("\n"+d.old.Preamble, "\n为")
	return strings.TrimSpace(history + "\n" + d.foreword)
}

// maxWords bounds in bytes what comes for words of the whole text.
const maxWords = 1000

// wholeText changes words in all articles, at one go: what one effect brings
// another one leaves alone. Longer words go first, for they may hold the
// shorter ones.
func (d *draft) wholeText() {
	var all []*words
	for _, u := range slices.Concat(d.articles, d.made) {
		for _, p := range u.value.paragraphs {
			if !u.gone {
				all = append(all, p.value.all()...)
			}
		}
	}
	slices.SortStableFunc(d.everywhere, func(a, b Effect) int { return cmp.Compare(len(b.Old), len(a.Old)) })
	var pairs []string
	for _, e := range d.everywhere {
		if e.Old == "" || len(e.New) > maxWords || !slices.ContainsFunc(all, func(t *words) bool { return strings.Contains(t.s, e.Old) }) {
			d.remark(e, "原文中没有“%s”", e.Old)
			continue
		}
		to := e.New
		if e.Kind == InsertWords {
			to = e.Old + e.New
		}
		pairs = append(pairs, e.Old, to)
	}
	replacer := strings.NewReplacer(pairs...)
	for _, t := range all {
		t.s = replacer.Replace(t.s)
	}
}

// moveParagraphs takes the paragraphs that move to another article there. An
// article that loses all of them is gone.
func (d *draft) moveParagraphs() {
	for i := range d.articles {
		u := &d.articles[i]
		var stay []unit[*paragraph]
		for _, p := range u.value.paragraphs {
			if host := p.value.host; host.N == 0 || host == u.at {
				stay = append(stay, p)
			} else {
				a := d.article(host, u.value.was)
				a.paragraphs = append(a.paragraphs, p)
			}
		}
		u.gone = u.gone || len(stay) == 0 && len(u.value.paragraphs) > 0
		u.value.paragraphs = stay
	}
}

// article gives the article that shall have that number, made anew under the
// headings of another if there is none.
func (d *draft) article(n lawtext.Number, like lawtext.Article) *article {
	for _, u := range slices.Concat(d.articles, d.made) {
		if u.at == n && !u.gone {
			return u.value
		}
	}
	like.Number = lawtext.Number{}
	a := &article{was: like}
	d.made = append(d.made, unit[*article]{value: a, at: n})
	return a
}

// ordered gives the articles of the new text with their numbers.
func (d *draft) ordered() []unit[*article] {
	list := slices.Clone(d.articles)
	for _, u := range d.made {
		if u.at.Sub == 0 {
			list = append(list, u)
		}
	}
	list = arrange(list)
	n := 0
	for i := range list {
		u := &list[i]
		switch was := u.value.was.Number; {
		case !d.reorder:
			u.at = was
		case was.Sub > 0:
			u.at = lawtext.Number{N: n, Sub: was.Sub}
		default:
			n++
			u.at = lawtext.Number{N: n}
		}
		headed(list, i)
	}
	for _, u := range d.made {
		if u.at.Sub == 0 {
			continue
		}
		i := 0
		for i < len(list) && list[i].at.Less(u.at) {
			i++
		}
		list = slices.Insert(list, i, u)
		headed(list, i)
	}
	return list
}

// headed puts a new article under the headings of the one before it.
func headed(list []unit[*article], i int) {
	if a := list[i].value; i > 0 && a.was.Number.N == 0 && a.was.Chapter == "" {
		before := list[i-1].value.was
		a.was.Book, a.was.Chapter, a.was.Section = before.Book, before.Chapter, before.Section
	}
}

// arrange puts what has a place there; the others fill the gaps in order.
func arrange[T any](list []unit[T]) []unit[T] {
	var placed, others []unit[T]
	for _, u := range list {
		switch {
		case u.gone:
		case u.at.N > 0:
			placed = append(placed, u)
		default:
			others = append(others, u)
		}
	}
	slices.SortStableFunc(placed, func(a, b unit[T]) int { return cmp.Compare(a.at.N, b.at.N) })
	out := make([]unit[T], 0, len(placed)+len(others))
	for len(placed)+len(others) > 0 {
		next := &others
		if len(placed) > 0 && (placed[0].at.N <= len(out)+1 || len(others) == 0) {
			next = &placed
		}
		out = append(out, (*next)[0])
		*next = (*next)[1:]
	}
	return out
}

// result gives the paragraphs of the new text; numbers tells which article got
// which number, for references to follow.
func (a *article) result(numbers map[lawtext.Number]lawtext.Number, follow bool) []lawtext.Paragraph {
	final := func(t words) string {
		if t.fresh || !follow {
			return t.s
		}
		return renumbered(t.s, numbers)
	}
	var out []lawtext.Paragraph
	for _, u := range arrange(a.paragraphs) {
		p := lawtext.Paragraph{Text: final(u.value.text)}
		for _, v := range arrange(u.value.items) {
			it := lawtext.Item{No: v.value.No, Text: final(v.value.text)}
			for k, s := range v.value.subitems {
				it.Subitems = append(it.Subitems, lawtext.Subitem{No: v.value.Subitems[k].No, Text: final(s)})
			}
			p.Items = append(p.Items, it)
		}
		if u.value.recount {
			recount(p.Items)
		}
		out = append(out, p)
	}
	return out
}

// recount gives the items of a list that changed their numbers, marks and
// punctuation: that of the first item between them, a full stop at the end.
func recount(items []lawtext.Item) {
	between := "；"
	if len(items) > 1 && strings.HasSuffix(items[0].Text, "。") {
		between = "。"
	}
	for i := range items {
		it := &items[i]
		it.No = i + 1
		for _, open := range []string{"（", "("} {
			rest, ok := strings.CutPrefix(it.Text, open)
			if w := numeralLen(rest); ok && w > 0 {
				it.Text = open + lawtext.FormatChinese(i+1) + rest[w:]
			}
		}
		if len(it.Subitems) > 0 {
			continue
		}
		end := between
		if i == len(items)-1 {
			end = "。"
		}
		it.Text = strings.TrimRight(it.Text, "；;。") + end
	}
}

// renumbered gives a text whose references to articles of itself (本法第八条、
// 第九条) follow the new numbers.
func renumbered(s string, numbers map[lawtext.Number]lawtext.Number) string {
	var b strings.Builder
	for {
		i := strings.Index(s, "本")
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		c := cursor{s[i:]}
		ok := c.eat("本法", "本条例", "本规定", "本办法", "本解释", "本细则", "本规则")
		if !ok {
			c.eat("本")
		}
		b.WriteString(s[:len(s)-len(c.s)])
		s = c.s
		for ok {
			s, ok = follow(&b, s, numbers)
		}
	}
}

// follow writes the next part of a list of places with its new number.
func follow(b *strings.Builder, s string, numbers map[lawtext.Number]lawtext.Number) (rest string, ok bool) {
	c := cursor{s}
	c.eat("、", "和", "或者", "以及", "及", "或", "至")
	joint := s[:len(s)-len(c.s)]
	part := c.s
	n, unit, ok := c.part()
	if !ok {
		return s, false
	}
	b.WriteString(joint)
	if unit != ArticleUnit {
		b.WriteString(part[:len(part)-len(c.s)])
		return c.s, true
	}
	at := lawtext.Number{N: n, Sub: c.inserted()}
	if to, ok := numbers[at]; ok {
		at = to
	}
	b.WriteString(at.Chinese())
	return c.s, true
}
