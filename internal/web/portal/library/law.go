package library

import (
	"context"
	"net/http"
	"net/url"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/web/ui"
)

// Article is one article on a law's page.
type Article struct {
	Number, Anchor string
	Headings       []Heading // that begin before it
	Paragraphs     []string
	Uses           []ui.Link // the first few powers that cite it
	AllUses        int
	Href           string // its own page
}

// Heading is a heading of the contents; Deep counts from 0 (编).
type Heading struct {
	Text, Href string
	Deep       int
}

// Text is one edition in the choice of editions.
type Text struct {
	Made, Effective   string // days
	Articles          int
	Light             ui.Light
	Href, CompareHref string // CompareHref is empty for the oldest
	Current           bool   // shown on this page
}

// LawPage is one text of a law: its contents, and the articles of one part. A
// long law is read in parts, so that no page is heavier than the budget.
type LawPage struct {
	ui.Frame
	Law             law.Document
	Field           law.Field
	Edition         law.Edition
	Light           ui.Light
	Texts           []Text // all editions, newest first, when there are several
	Contents        []Heading
	Preamble, Annex []string
	Articles        []Article
	Part, Parts     int
	FirstNo, LastNo string
	Pager           ui.Pager
	Uses            int
	HasText         bool
	Permanent       string // full address of this edition
	Events          []Event
	ReadHref        string // who consulted it; empty when nobody did
}

// partSize is how many characters of law one page holds: some
// twenty screens.
const partSize = 8000

// opened is the text of a law that an address asks for.
type opened struct {
	frame   ui.Frame
	list    List
	shelf   *shelf
	book    *book
	edition int // its place among the editions of the book
	today   string
}

// openText finds the law and the edition of an address: the one that it names,
// else the one in force.
func (l *Library) openText(r *http.Request) (o opened, err error) {
	o.today = l.cfg.Today()
	if o.frame, o.list, err = l.cfg.Begin(r, "", LawsPath); err != nil {
		return o, err
	}
	if o.shelf, err = l.books(r.Context(), o.list); err != nil {
		return o, err
	}
	if o.book, err = o.shelf.find(r.PathValue("id")); err != nil {
		return o, err
	}
	o.edition, err = o.book.edition(r.URL.Query().Get("edition"), o.today)
	return o, err
}

func (l *Library) law(w http.ResponseWriter, r *http.Request) error {
	o, err := l.openText(r)
	if err != nil {
		return err
	}
	ctx, b, i, today := r.Context(), o.book, o.edition, o.today
	page := LawPage{Frame: o.frame.Trail(ui.Link{Label: "法规库", Href: LawsPath}), Law: b.Document, Field: b.Field, Edition: b.Editions[i],
		Light: b.light(i, today), Uses: b.Uses, Permanent: l.cfg.Base(r) + b.textHref(i)}
	page.Title = b.Title
	if len(b.Editions) > 1 {
		page.Texts = b.choice(i, today)
	}
	if err := l.body(r, o.list, &page); err != nil {
		return err
	}
	if page.Events, err = l.eventsOf(ctx, o.shelf, b.ID); err != nil {
		return err
	}
	if read, err := isRead(ctx, l.cfg.DB, b.ID); err != nil {
		return err
	} else if read {
		page.ReadHref = Href(b.ID) + "/readings"
	}
	return l.pages.Render(w, r, "law", page)
}

// textHref is the permanent address of an edition.
func (b *book) textHref(i int) string { return Href(b.ID) + "?edition=" + b.Editions[i].ID.String() }

// articleHref is the address of an article's own page in an edition.
func articleHref(e law.Edition, n lawtext.Number) string {
	return Href(e.Document) + "/articles/" + n.String() + "?edition=" + e.ID.String()
}

// CompareHref is the address of two editions of a law side by side.
func CompareHref(document, from, to sqldb.ID) string {
	return ui.Address(Href(document)+"/compare", url.Values{"from": {from.String()}, "to": {to.String()}})
}

// choice lists the editions, newest first.
func (b *book) choice(shown int, today string) []Text {
	var out []Text
	for i := len(b.Editions) - 1; i >= 0; i-- {
		e := b.Editions[i]
		t := Text{Made: e.Made, Effective: e.Effective, Articles: e.Articles, Light: b.light(i, today), Href: b.textHref(i), Current: i == shown}
		if i > 0 {
			t.CompareHref = CompareHref(b.ID, b.Editions[i-1].ID, e.ID)
		}
		out = append(out, t)
	}
	return out
}

// body fills the contents and the part of the text that the request asks for.
func (l *Library) body(r *http.Request, list List, page *LawPage) error {
	ctx := r.Context()
	m, err := readMargins(ctx, l.cfg.DB, page.Edition.ID)
	if err != nil {
		return err
	}
	headings, err := readHeadings(ctx, l.cfg.DB, page.Edition.ID)
	if err != nil {
		return err
	}
	parts := divide(headings)
	page.Parts, page.HasText = len(parts), len(headings) > 0
	part := seek(headings, parts, r.URL.Query().Get("at"))
	page.Part = part + 1
	page.contents(headings)
	if part == 0 {
		page.Preamble = ui.Lines(m.Preamble)
	}
	if part >= len(parts)-1 {
		page.Annex = ui.Lines(m.Annex)
	}
	if !page.HasText {
		return nil
	}
	page.turn(headings, parts, part)
	return l.articles(ctx, list, page, headings[parts[part].from:parts[part].to])
}

// span is a part of a law: articles from up to before to.
type span struct{ from, to int }

// divide cuts the articles into parts of about partSize characters.
func divide(h []heading) []span {
	var out []span
	for i := 0; i < len(h); {
		size, j := 0, i
		for j < len(h) && (j == i || size+h[j].Length <= partSize) {
			size += h[j].Length
			j++
		}
		out = append(out, span{i, j})
		i = j
	}
	return out
}

// seek finds the part that holds the article of an address, else the first.
func seek(h []heading, parts []span, at string) int {
	for i, s := range parts {
		for _, x := range h[s.from:s.to] {
			if at != "" && x.number().String() == at {
				return i
			}
		}
	}
	return 0
}

// turn fills the addresses of the parts before and after.
func (page *LawPage) turn(h []heading, parts []span, part int) {
	link := func(s span) string { return PlaceHref(page.Edition, h[s.from].number()) }
	if part > 0 {
		page.Pager.Previous = link(parts[part-1])
	}
	if part+1 < len(parts) {
		page.Pager.Next = link(parts[part+1])
	}
	s := parts[part]
	page.FirstNo, page.LastNo = h[s.from].number().Chinese(), h[s.to-1].number().Chinese()
}

func (h heading) number() lawtext.Number { return lawtext.Number{N: h.N, Sub: h.Sub} }

// PlaceHref is the permanent address of an article in the text of an edition.
func PlaceHref(e law.Edition, n lawtext.Number) string {
	at := n.String()
	return ui.Address(Href(e.Document), url.Values{"edition": {e.ID.String()}, "at": {at}}) + "#a" + at
}

// contents lists the headings with the article each begins at.
func (page *LawPage) contents(all []heading) {
	var before heading
	for _, h := range all {
		page.Contents = append(page.Contents, begins(before, h, PlaceHref(page.Edition, h.number()))...)
		before = h
	}
}

// begins gives the headings that an article stands under and the one before it
// does not.
func begins(before, h heading, href string) []Heading {
	var out []Heading
	if h.Book != "" && h.Book != before.Book {
		out = append(out, Heading{h.Book, href, 0})
		before.Chapter, before.Section = "", ""
	}
	if h.Chapter != "" && h.Chapter != before.Chapter {
		out = append(out, Heading{h.Chapter, href, 1})
		before.Section = ""
	}
	if h.Section != "" && h.Section != before.Section {
		out = append(out, Heading{h.Section, href, 2})
	}
	return out
}

// shownUses is how many citing powers stand beside an article; the rest are on
// the article's own page.
const shownUses = 4

// articles reads the texts of a part with the powers that cite each article.
func (l *Library) articles(ctx context.Context, list List, page *LawPage, part []heading) error {
	from, to := part[0].Seq, part[len(part)-1].Seq
	texts, err := readArticleTexts(ctx, l.cfg.DB, page.Edition.ID, from, to)
	if err != nil {
		return err
	}
	uses, err := readTextUses(ctx, l.cfg.DB, cited{list.Edition, page.Law.ID, l.cfg.Today()}, from, to, page.Edition.ID)
	if err != nil {
		return err
	}
	bySeq := map[int][]use{}
	for _, u := range uses {
		bySeq[u.Seq] = append(bySeq[u.Seq], u)
	}
	var before heading
	for _, h := range part {
		at := h.number().String()
		a := Article{Number: h.number().Chinese(), Anchor: at, Headings: begins(before, h, ""), Paragraphs: ui.Lines(texts[h.Seq]),
			AllUses: len(bySeq[h.Seq]), Href: articleHref(page.Edition, h.number())}
		for _, u := range bySeq[h.Seq][:min(a.AllUses, shownUses)] {
			a.Uses = append(a.Uses, ui.Link{Label: u.Name, Href: itemHref(u.Code)})
		}
		page.Articles = append(page.Articles, a)
		before = h
	}
	return nil
}
