package portal

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/web/ui"
)

// LawRow is one law in a list with the number of listed powers that cite it.
type LawRow struct {
	Title, Href, Level, Issuer, Region string
	Uses                               int
}

// LawsPage is the law library.
type LawsPage struct {
	ui.Frame
	LawWords string
	Level    string
	Levels   []ui.Link
	Total    int
	Rows     []LawRow
	Pager    ui.Pager
	Capped   bool
}

func (p *Portal) laws(w http.ResponseWriter, r *http.Request) error {
	frame, c, err := p.begin(r, "法规库", "/laws")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	words, err := parseWords(q.Get("q"))
	if err != nil {
		return err
	}
	level := q.Get("level")
	if !clean(level) {
		return errs.Invalidf("效力层级无效").Fix("请重新选择")
	}
	page := LawsPage{Frame: frame.Trail(), LawWords: words, Level: level}
	var docs []document
	if words != "" {
		docs, err = p.searchLaws(r.Context(), &page, words)
	} else {
		docs, err = p.listLaws(r, &page)
	}
	if err != nil {
		return err
	}
	page.Rows, err = p.lawRows(r.Context(), c, docs)
	if err != nil {
		return err
	}
	return p.pages.Render(w, r, "laws", page)
}

// lawHits bounds the laws of a search; more asks for another word.
const lawHits = 100

func (p *Portal) searchLaws(ctx context.Context, page *LawsPage, words string) ([]document, error) {
	hits, err := search.Find(ctx, p.cfg.DB, search.Query{Words: words, Kind: "law", Limit: lawHits + 1})
	if err != nil {
		return nil, errs.Wrap("search laws", err)
	}
	page.Capped = len(hits) > lawHits
	docs, err := readDocumentsOf(ctx, p.cfg.DB, idsOf(hits[:min(len(hits), lawHits)]))
	page.Total = len(docs)
	return docs, err
}

func idsOf(hits []search.Hit) []sqldb.ID {
	ids := make([]sqldb.ID, 0, len(hits))
	for _, h := range hits {
		ids = append(ids, h.ID)
	}
	return ids
}

// listLaws reads one page of the library, by level when one is chosen.
func (p *Portal) listLaws(r *http.Request, page *LawsPage) ([]document, error) {
	levels, err := readLevels(r.Context(), p.cfg.DB)
	if err != nil {
		return nil, errs.Wrap("levels", err)
	}
	page.levels(levels)
	after, err := parseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return nil, err
	}
	before, err := parseCursor(r.URL.Query().Get("before"))
	if err != nil {
		return nil, err
	}
	from, back := after, before.set
	if back {
		from = before
	}
	docs, err := readDocuments(r.Context(), p.cfg.DB, page.Level, from, back, defaultSize+1)
	if err != nil || len(docs) == 0 {
		return nil, err
	}
	more := len(docs) > defaultSize
	switch {
	case more && back:
		docs = docs[1:]
	case more:
		docs = docs[:defaultSize]
	}
	link := func(way string, d document) string {
		v := url.Values{way: {cursor{d.OrderKey, d.ID, true}.String()}}
		if page.Level != "" {
			v.Set("level", page.Level)
		}
		return address("/laws", v)
	}
	if after.set || back && more {
		page.Pager.Previous = link("before", docs[0])
	}
	if back || more {
		page.Pager.Next = link("after", docs[len(docs)-1])
	}
	return docs, nil
}

// levels fills the choice of levels, from high to low.
func (page *LawsPage) levels(counts []levelCount) {
	byLevel, all := map[string]int{}, 0
	for _, l := range counts {
		byLevel[l.Level] = l.N
		all += l.N
	}
	page.Levels = []ui.Link{{Label: "全部", Href: "/laws", Count: all, HasNum: true, Current: page.Level == ""}}
	for _, l := range law.Levels() {
		if n := byLevel[string(l)]; n > 0 {
			page.Levels = append(page.Levels, ui.Link{Label: string(l), Href: address("/laws", url.Values{"level": {string(l)}}),
				Count: n, HasNum: true, Current: page.Level == string(l)})
		}
	}
	page.Total = all
	if page.Level != "" {
		page.Total = byLevel[page.Level]
	}
}

func (p *Portal) lawRows(ctx context.Context, c *cube, docs []document) ([]LawRow, error) {
	uses, err := readUses(ctx, p.cfg.DB, c.Edition.ID, docs)
	if err != nil {
		return nil, err
	}
	rows := make([]LawRow, 0, len(docs))
	for _, d := range docs {
		rows = append(rows, LawRow{d.Title, lawHref(d.ID), d.Level, d.Issuer, d.Region, uses[d.ID]})
	}
	return rows, nil
}

// Article is one article on a law's page.
type Article struct {
	Number, Anchor string
	Headings       []Heading // that begin before it
	Paragraphs     []string
	Uses           []ui.Link // the first few powers that cite it
	AllUses        int
	Href           string
	At             bool
}

// Heading is a heading of the contents; Deep counts from 0 (编).
type Heading struct {
	Text, Href string
	Deep       int
}

// LawPage is one text of a law: its contents, and the articles of one part. A
// long law is read in parts, so that no page is heavier than the budget.
type LawPage struct {
	ui.Frame
	Document        document
	Edition         lawEdition
	Light           ui.Light
	Editions        []ui.Link
	Contents        []Heading
	Preamble, Annex []string
	Articles        []Article
	Part, Parts     int
	Pager           ui.Pager
	Uses            int
	HasText         bool
	FirstNo, LastNo string
}

// partSize is how many characters of law one page holds: some
// twenty screens.
const partSize = 8000

func (p *Portal) law(w http.ResponseWriter, r *http.Request) error {
	id, err := sqldb.ParseID(r.PathValue("id"))
	if err != nil {
		return errs.NotFoundf("法规库中没有这部法规")
	}
	frame, c, err := p.begin(r, "", "/laws")
	if err != nil {
		return err
	}
	page := LawPage{Frame: frame.Trail(ui.Link{Label: "法规库", Href: "/laws"})}
	if page.Document, err = readDocument(r.Context(), p.cfg.DB, id); err != nil {
		return err
	}
	page.Title = page.Document.Title
	if err := p.chooseText(r, &page); err != nil {
		return err
	}
	headings, err := readHeadings(r.Context(), p.cfg.DB, page.Edition.ID)
	if err != nil {
		return errs.Wrap("contents", err)
	}
	parts := divide(headings)
	page.Parts = len(parts)
	page.HasText = len(headings) > 0
	part, at := seek(headings, parts, r.URL.Query().Get("at"))
	page.Part = part + 1
	page.contents(headings)
	if part == 0 {
		page.Preamble = ui.Lines(page.Edition.Preamble)
	}
	if part >= len(parts)-1 {
		page.Annex = ui.Lines(page.Edition.Annex)
	}
	if page.HasText {
		if err := p.articles(r.Context(), c, &page, headings[parts[part].from:parts[part].to], at); err != nil {
			return err
		}
		page.turn(headings, parts, part)
	}
	uses, err := readUses(r.Context(), p.cfg.DB, c.Edition.ID, []document{page.Document})
	if err != nil {
		return err
	}
	page.Uses = uses[id]
	return p.pages.Render(w, r, "law", page)
}

// chooseText picks the edition that the address asks for, else the one in
// force, else the newest.
func (p *Portal) chooseText(r *http.Request, page *LawPage) error {
	editions, err := readLawEditions(r.Context(), p.cfg.DB, page.Document.ID)
	if err != nil {
		return err
	}
	if len(editions) == 0 {
		return errs.NotFoundf("这部法规没有文本")
	}
	day, want, chosen := p.today(), r.URL.Query().Get("edition"), -1
	for i, e := range editions {
		if e.ID.String() == want || want == "" && chosen < 0 && e.InForce(day) {
			chosen = i
		}
	}
	if chosen < 0 && want != "" {
		return errs.NotFoundf("这部法规没有这个版本")
	}
	page.Edition = editions[max(chosen, 0)]
	page.Light = stateOf(page.Edition.Edition, day)
	if len(editions) > 1 {
		for _, e := range editions {
			page.Editions = append(page.Editions, ui.Link{Label: e.when(), Current: e.ID == page.Edition.ID,
				Href: lawHref(page.Document.ID) + "?edition=" + e.ID.String()})
		}
	}
	return nil
}

func (e lawEdition) when() string {
	switch {
	case e.Effective != "":
		return ui.Day(e.Effective) + "起施行"
	case e.Made != "":
		return ui.Day(e.Made) + "公布"
	default:
		return "日期不详"
	}
}

func stateOf(e law.Edition, day string) ui.Light {
	switch {
	case e.Repealed != "" && e.Repealed <= day:
		return ui.Light{Tone: "bad", Word: "已于" + ui.Day(e.Repealed) + "废止"}
	case e.Effective > day:
		return ui.Light{Tone: "warn", Word: "尚未施行"}
	default:
		return ui.Light{Tone: "ok", Word: "现行有效"}
	}
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

// seek finds the part that holds the article of an address.
func seek(h []heading, parts []span, at string) (part int, name string) {
	if at == "" {
		return 0, ""
	}
	for i, s := range parts {
		for _, x := range h[s.from:s.to] {
			if anchor(x.N, x.Sub) == at {
				return i, at
			}
		}
	}
	return 0, ""
}

// turn fills the addresses of the parts before and after.
func (page *LawPage) turn(h []heading, parts []span, part int) {
	link := func(s span) string {
		first := anchor(h[s.from].N, h[s.from].Sub)
		return page.partHref(first)
	}
	if part > 0 {
		page.Pager.Previous = link(parts[part-1])
	}
	if part+1 < len(parts) {
		page.Pager.Next = link(parts[part+1])
	}
	s := parts[part]
	page.FirstNo, page.LastNo = numberOf(h[s.from]), numberOf(h[s.to-1])
}

func numberOf(h heading) string { return lawtext.Number{N: h.N, Sub: h.Sub}.Chinese() }

// partHref is the address of an article on the page of the edition shown.
func (page *LawPage) partHref(at string) string {
	v := url.Values{"at": {at}}
	for _, e := range page.Editions {
		if e.Current {
			v.Set("edition", page.Edition.ID.String())
		}
	}
	return address(lawHref(page.Document.ID), v) + "#a" + at
}

// contents lists the headings with the article each begins at.
func (page *LawPage) contents(all []heading) {
	var before heading
	for _, h := range all {
		page.Contents = append(page.Contents, begins(before, h, page.partHref(anchor(h.N, h.Sub)))...)
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
func (p *Portal) articles(ctx context.Context, c *cube, page *LawPage, part []heading, at string) error {
	from, to := part[0].Seq, part[len(part)-1].Seq
	texts, err := readArticleTexts(ctx, p.cfg.DB, page.Edition.ID, from, to)
	if err != nil {
		return err
	}
	uses, err := readArticleUses(ctx, p.cfg.DB, c.Edition.ID, page.Document.ID, page.Edition.ID, from, to)
	if err != nil {
		return errs.Wrap("uses of articles", err)
	}
	bySeq := map[int][]use{}
	for _, u := range uses {
		bySeq[u.Seq] = append(bySeq[u.Seq], u)
	}
	var before heading
	for _, h := range part {
		name := anchor(h.N, h.Sub)
		a := Article{Number: numberOf(h), Anchor: name, Headings: begins(before, h, ""), Paragraphs: ui.Lines(texts[h.Seq]),
			AllUses: len(bySeq[h.Seq]), Href: page.articleHref(name), At: name == at}
		for i, u := range bySeq[h.Seq] {
			if i < shownUses {
				a.Uses = append(a.Uses, ui.Link{Label: u.Name, Href: itemHref(u.Code)})
			}
		}
		page.Articles = append(page.Articles, a)
		before = h
	}
	return nil
}

func (page *LawPage) articleHref(name string) string {
	href := lawHref(page.Document.ID) + "/articles/" + name
	if len(page.Editions) > 0 {
		href += "?edition=" + page.Edition.ID.String()
	}
	return href
}

// ArticlePage is one article with every listed power that cites it.
type ArticlePage struct {
	ui.Frame
	Law     LawPage
	Article Article
	Uses    []ui.Link
	Text    string
}

func (p *Portal) article(w http.ResponseWriter, r *http.Request) error {
	id, err := sqldb.ParseID(r.PathValue("id"))
	if err != nil {
		return errs.NotFoundf("法规库中没有这部法规")
	}
	frame, c, err := p.begin(r, "", "/laws")
	if err != nil {
		return err
	}
	var page ArticlePage
	if page.Law.Document, err = readDocument(r.Context(), p.cfg.DB, id); err != nil {
		return err
	}
	if err := p.chooseText(r, &page.Law); err != nil {
		return err
	}
	h, err := p.findArticle(r.Context(), page.Law.Edition.ID, r.PathValue("number"))
	if err != nil {
		return err
	}
	if err := p.articles(r.Context(), c, &page.Law, []heading{h}, ""); err != nil {
		return err
	}
	page.Article = page.Law.Articles[0]
	page.Text = page.Law.partHref(page.Article.Anchor)
	uses, err := readArticleUses(r.Context(), p.cfg.DB, c.Edition.ID, id, page.Law.Edition.ID, h.Seq, h.Seq)
	if err != nil {
		return errs.Wrap("uses of article", err)
	}
	for _, u := range uses[:min(len(uses), articleUses)] {
		page.Uses = append(page.Uses, ui.Link{Label: u.Name, Href: itemHref(u.Code)})
	}
	page.Frame = frame.Trail(ui.Link{Label: "法规库", Href: "/laws"}, ui.Link{Label: page.Law.Document.Title, Href: lawHref(id)})
	page.Title = page.Article.Number
	return p.pages.Render(w, r, "article", page)
}

// articleUses bounds the list on an article's page; no article of the
// reference city is cited by as many powers.
const articleUses = 500

func (p *Portal) findArticle(ctx context.Context, edition sqldb.ID, number string) (heading, error) {
	n, sub, _ := strings.Cut(number, "-")
	headings, err := readHeadings(ctx, p.cfg.DB, edition)
	if err != nil {
		return heading{}, errs.Wrap("contents", err)
	}
	for _, h := range headings {
		if strconv.Itoa(h.N) == n && (sub == "" && h.Sub == 0 || strconv.Itoa(h.Sub) == sub && sub != "0") {
			return h, nil
		}
	}
	return heading{}, errs.NotFoundf("这部法规没有这一条")
}
