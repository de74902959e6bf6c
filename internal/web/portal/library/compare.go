package library

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"unicode/utf8"

	"qingdan/internal/engine/amend"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/registry/law"
	"qingdan/internal/web/ui"
)

// fates are the words for what became of an article, in the order of pages.
func fates() []amend.Kind {
	return []amend.Kind{amend.Changed, amend.Moved, amend.Removed, amend.Added, amend.Kept}
}

// fateLight is the mark of a fate.
func fateLight(k amend.Kind) ui.Light {
	switch k {
	case amend.Changed:
		return ui.Light{Tone: "warn", Word: "修改"}
	case amend.Moved:
		return ui.Light{Tone: "still", Word: "仅条号变动"}
	case amend.Removed:
		return ui.Light{Tone: "bad", Word: "删去"}
	case amend.Added:
		return ui.Light{Tone: "ok", Word: "新增"}
	default:
		return ui.Light{Tone: "still", Word: "未变"}
	}
}

// Pair is one article of two texts side by side. Old or New is empty where the
// article stands in one text only; Folded pairs have the same words and show
// none.
type Pair struct {
	Old, New      string // numbers
	Fate          ui.Light
	Folded        bool
	Before, After []ui.Piece
	Uses          int // listed powers that cite it
	UsesHref      string
}

// Block is a pair whose words differ, or a run of folded ones.
type Block struct {
	Pair   Pair
	Folded []Pair
}

// ComparePage holds two editions of a law side by side.
type ComparePage struct {
	ui.Frame
	Law          law.Document
	From, To     Text
	Older, Newer []ui.Choice // to compare other editions; empty when there are two
	Fates        []ui.Link   // every fate with its number, to see it alone
	Same         bool        // no article differs
	Blocks       []Block
	Part, Parts  int
	Pager        ui.Pager
}

// comparison is what a reader asked to compare.
type comparison struct {
	book     *book
	from, to int
	fate     string
	part     int
}

func (c comparison) href(fate string, part int) string {
	v := url.Values{"from": {c.book.Editions[c.from].ID.String()}, "to": {c.book.Editions[c.to].ID.String()}}
	if fate != "" {
		v.Set("show", fate)
	}
	if part > 1 {
		v.Set("part", strconv.Itoa(part))
	}
	return ui.Address(Href(c.book.ID)+"/compare", v)
}

// comparison reads the request: without editions it compares the newest text
// with the one before; the older one always stands first.
func (b *book) comparison(v url.Values) (comparison, error) {
	c := comparison{book: b, to: len(b.Editions) - 1, fate: v.Get("show"), part: 1}
	if len(b.Editions) < 2 {
		return c, errs.NotFoundf("《%s》只收录了一个版本，没有可以对照的", b.Title).Fix("可以看现有文本")
	}
	c.from = c.to - 1
	for _, x := range []struct {
		id string
		to *int
	}{{v.Get("from"), &c.from}, {v.Get("to"), &c.to}} {
		if x.id == "" {
			continue
		}
		i, err := b.edition(x.id, "")
		if err != nil {
			return c, err
		}
		*x.to = i
	}
	if c.from == c.to {
		return c, errs.Invalidf("要对照的两个版本是同一个").Fix("请选择两个不同的版本")
	}
	c.from, c.to = min(c.from, c.to), max(c.from, c.to)
	if n, err := strconv.Atoi(v.Get("part")); err == nil {
		c.part = n
	}
	return c, nil
}

func (l *Library) compare(w http.ResponseWriter, r *http.Request) error {
	frame, list, err := l.cfg.Begin(r, "版本对照", LawsPath)
	if err != nil {
		return err
	}
	s, err := l.books(r.Context(), list)
	if err != nil {
		return err
	}
	b, err := s.find(r.PathValue("id"))
	if err != nil {
		return err
	}
	c, err := b.comparison(r.URL.Query())
	if err != nil {
		return err
	}
	older, newer, diff, err := l.diff(r.Context(), b, c.from, c.to)
	if err != nil {
		return err
	}
	choice := b.choice(-1, l.cfg.Today()) // newest first
	last := len(choice) - 1
	page := ComparePage{Frame: frame.Trail(ui.Link{Label: "法规库", Href: LawsPath}, ui.Link{Label: b.Title, Href: Href(b.ID)}),
		Law: b.Document, From: choice[last-c.from], To: choice[last-c.to]}
	if len(choice) > 2 {
		for i := len(b.Editions) - 1; i >= 0; i-- {
			id, label := b.Editions[i].ID.String(), when(b.Editions[i])
			page.Older = append(page.Older, ui.Choice{Value: id, Label: label, Selected: i == c.from})
			page.Newer = append(page.Newer, ui.Choice{Value: id, Label: label, Selected: i == c.to})
		}
	}
	page.sum(c, diff)
	if err := l.pairs(r.Context(), list, &page, c, diff, numbered(older, newer)); err != nil {
		return err
	}
	return l.pages.Render(w, r, "compare", page)
}

// diff reads and compares two editions of a law.
func (l *Library) diff(ctx context.Context, b *book, from, to int) (older, newer *lawtext.Document, d amend.Diff, err error) {
	if older, err = readText(ctx, l.cfg.DB, b.Editions[from]); err != nil {
		return nil, nil, d, err
	}
	if newer, err = readText(ctx, l.cfg.DB, b.Editions[to]); err != nil {
		return nil, nil, d, err
	}
	return older, newer, amend.Compare(older, newer), nil
}

// sum fills the numbers of every fate and the choice among them. Without a
// choice the unchanged articles stay hidden.
func (page *ComparePage) sum(c comparison, d amend.Diff) {
	counts := map[amend.Kind]int{}
	for _, m := range d.Matches {
		counts[m.Kind]++
	}
	page.Same = counts[amend.Kept] == len(d.Matches)
	page.Fates = []ui.Link{{Label: "全部变动", Href: c.href("", 1), Count: len(d.Matches) - counts[amend.Kept], HasNum: true, Current: c.fate == ""}}
	for _, k := range fates() {
		word := fateLight(k).Word
		page.Fates = append(page.Fates, ui.Link{Label: word, Href: c.href(word, 1), Count: counts[k], HasNum: true, Current: c.fate == word})
	}
}

// numbered gives the seq of every article of two texts.
func numbered(texts ...*lawtext.Document) map[*lawtext.Article]int {
	seq := map[*lawtext.Article]int{}
	for _, d := range texts {
		for i := range d.Articles {
			seq[&d.Articles[i]] = i + 1
		}
	}
	return seq
}

// foldedWeight is what a folded pair weighs on a page, in characters.
const foldedWeight = 40

// weight is what a match weighs on a page, in characters.
func weight(m amend.Match) int {
	if m.Kind == amend.Kept || m.Kind == amend.Moved {
		return foldedWeight
	}
	n := 0
	for _, a := range []*lawtext.Article{m.Old, m.New} {
		if a != nil {
			n += utf8.RuneCountInString(a.Text())
		}
	}
	return n
}

// pairs fills the part of the comparison that the request asks for.
func (l *Library) pairs(ctx context.Context, list List, page *ComparePage, c comparison, d amend.Diff, seq map[*lawtext.Article]int) error {
	parts, size := [][]amend.Match{nil}, 0
	for _, m := range d.Matches {
		if c.fate == "" && m.Kind == amend.Kept || c.fate != "" && c.fate != fateLight(m.Kind).Word {
			continue
		}
		n := weight(m)
		if last := len(parts) - 1; size+n > partSize && len(parts[last]) > 0 {
			parts, size = append(parts, nil), 0
		}
		last := len(parts) - 1
		parts[last], size = append(parts[last], m), size+n
	}
	page.Parts, page.Part = len(parts), min(max(c.part, 1), len(parts))
	if page.Part > 1 {
		page.Pager.Previous = c.href(c.fate, page.Part-1)
	}
	if page.Part < page.Parts {
		page.Pager.Next = c.href(c.fate, page.Part+1)
	}
	who := map[place][]string{}
	from, to := c.book.Editions[c.from], c.book.Editions[c.to]
	uses, err := readTextUses(ctx, l.cfg.DB, cited{list.Edition, c.book.ID, l.cfg.Today()}, 1, max(from.Articles, to.Articles), from.ID, to.ID)
	if err != nil {
		return err
	}
	for _, u := range uses {
		who[u.place] = append(who[u.place], u.Code)
	}
	for _, m := range parts[page.Part-1] {
		page.add(c.pair(m, seq, who))
	}
	return nil
}

// add puts a pair on the page, a folded one to the run before it.
func (page *ComparePage) add(p Pair) {
	last := len(page.Blocks) - 1
	switch {
	case !p.Folded:
		page.Blocks = append(page.Blocks, Block{Pair: p})
	case last >= 0 && page.Blocks[last].Folded != nil:
		page.Blocks[last].Folded = append(page.Blocks[last].Folded, p)
	default:
		page.Blocks = append(page.Blocks, Block{Folded: []Pair{p}})
	}
}

// pair shows a match and counts the powers that cite its article in either
// text.
func (c comparison) pair(m amend.Match, seq map[*lawtext.Article]int, who map[place][]string) Pair {
	p := Pair{Fate: fateLight(m.Kind), Folded: m.Kind == amend.Kept || m.Kind == amend.Moved}
	codes := map[string]bool{}
	for _, side := range []struct {
		article *lawtext.Article
		edition int
		number  *string
	}{{m.Old, c.from, &p.Old}, {m.New, c.to, &p.New}} {
		if side.article == nil {
			continue
		}
		*side.number = side.article.Number.Chinese()
		p.UsesHref = articleHref(c.book.Editions[side.edition], side.article.Number)
		for _, code := range who[place{c.book.Editions[side.edition].ID, seq[side.article]}] {
			codes[code] = true
		}
	}
	p.Uses = len(codes)
	switch m.Kind {
	case amend.Changed:
		p.Before, p.After = sides(m.Old.Text(), m.New.Text())
	case amend.Removed:
		p.Before = []ui.Piece{{Word: m.Old.Text()}}
	case amend.Added:
		p.After = []ui.Piece{{Word: m.New.Text()}}
	}
	return p
}

// sides gives the difference of two texts as each side shows it: what was
// dropped on the left, what came on the right.
func sides(older, newer string) (before, after []ui.Piece) {
	for _, p := range ui.Differences(older, newer) {
		if p.Tone != "more" {
			before = append(before, p)
		}
		if p.Tone != "less" {
			after = append(after, p)
		}
	}
	return before, after
}
