package portal

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/web/portal/library"
	"qingdan/internal/web/ui"
)

// SearchPage shows what words find, of every kind. Without words or hits it
// says what to do next.
type SearchPage struct {
	ui.Frame
	Powers      []Row
	Near        []Row // match in part, behind a short list of those that match in full
	PowersTotal int
	PowersMore  bool // there are more than PowersTotal
	Partial     bool // nothing matches all words; these match some
	Noted       bool // the words were counted for the department that should know them
	PowersHref  string
	Departments []ui.Link
	Laws        []library.Row
	LawsTotal   int
	LawsHref    string
	Categories  []ui.Link // where to go on when nothing was found
	Published   bool
	NotYet      NotYet
	Hotline     string
}

// Found says whether anything was found.
func (s SearchPage) Found() bool { return len(s.Powers)+len(s.Departments)+len(s.Laws) > 0 }

// View is the table of the powers found.
func (s SearchPage) View() RowTable { return RowTable{Rows: s.Powers} }

// NearView is the table of the powers that match in part.
func (s SearchPage) NearView() RowTable { return RowTable{Rows: s.Near} }

// PowersCount says how many powers were found; a long count is cut off.
func (s SearchPage) PowersCount() string {
	if s.PowersMore {
		return ui.Num(s.PowersTotal) + " 项以上"
	}
	return ui.Num(s.PowersTotal) + " 项"
}

// How many hits of each kind the search page shows.
const (
	shownPowers      = 20
	shownDepartments = 8
	shownLaws        = 8
)

func (p *Portal) search(w http.ResponseWriter, r *http.Request) error {
	words, err := ui.ParseWords(r.URL.Query().Get("q"))
	if err != nil {
		return err
	}
	frame, c, err := p.begin(r, "搜索", "/search")
	if err != nil {
		return err
	}
	page := SearchPage{Frame: frame.Trail(), Hotline: frame.Site.Hotline, Published: !c.Edition.ID.IsZero()}
	page.Words = words
	if words != "" {
		page.Title = "搜索“" + words + "”"
		full, err := p.find(r.Context(), c, &page)
		if err != nil {
			return err
		}
		if !full && page.Published {
			page.Noted = p.cfg.Missed.Note(words, page.Partial)
		}
	}
	if !page.Published {
		if page.NotYet, err = p.notYet(r.Context(), c, frame.Site); err != nil {
			return err
		}
	}
	if !page.Found() {
		page.Categories = links(categoryBars(c, filter{}))
	}
	return p.pages.Render(w, r, "search", page)
}

// find fills the hits of each kind; full says that an item has
// all the words, or a department or a law is called so.
func (p *Portal) find(ctx context.Context, c *cube, page *SearchPage) (full bool, err error) {
	q := search.Query{Words: page.Words, Kind: "power", PublicOnly: true, Limit: shownPowers, Fill: true}
	hits, err := search.Find(ctx, p.cfg.DB, q)
	if err != nil {
		return false, errs.Wrap("search powers", err)
	}
	entries, err := readEntriesOf(ctx, p.cfg.DB, c.Edition.ID, idsOf(hits))
	if err != nil {
		return false, err
	}
	page.Powers = c.rows(entries)
	if n := slices.IndexFunc(entries, func(e entry) bool { return partial(hits, e.Power) }); n > 0 {
		page.Powers, page.Near = page.Powers[:n], page.Powers[n:]
	}
	if page.PowersTotal, page.PowersMore, err = search.Count(ctx, p.cfg.DB, q); err != nil {
		return false, errs.Wrap("count powers", err)
	}
	full = page.PowersTotal > 0
	if page.Partial = len(hits) > 0 && hits[0].Partial; page.Partial {
		page.PowersTotal = len(page.Powers)
	}
	page.PowersHref = filter{Words: page.Words}.at("/powers")
	named := len(hits) > 0 && hits[0].Tier <= search.TierBigrams // what else fits in part is not meant
	q = search.Query{Words: page.Words, Kind: "department", Limit: shownDepartments, Full: named}
	if hits, err = search.Find(ctx, p.cfg.DB, q); err != nil {
		return false, errs.Wrap("search departments", err)
	}
	for _, h := range hits {
		full = full || h.Tier <= search.TierBigrams
		if d, ok := c.byID[h.ID]; ok {
			n := c.total(filter{department: d.ID})
			page.Departments = append(page.Departments, ui.Link{Label: d.Name, Href: c.href(d.ID), Count: n, HasNum: true})
		}
	}
	law, err := p.findLaws(ctx, c, page, named)
	return full || law, err
}

// partial says whether a hit matches in part only.
func partial(hits []search.Hit, power sqldb.ID) bool {
	return slices.ContainsFunc(hits, func(h search.Hit) bool { return h.ID == power && h.Partial })
}

func (p *Portal) findLaws(ctx context.Context, c *cube, page *SearchPage, named bool) (full bool, err error) {
	q := search.Query{Words: page.Words, Kind: law.SearchTitle, Limit: shownLaws, Full: named}
	hits, err := search.Find(ctx, p.cfg.DB, q)
	if err != nil {
		return false, errs.Wrap("search laws", err)
	}
	if page.Laws, err = p.library.Rows(ctx, c.list(), idsOf(hits)); err != nil {
		return false, err
	}
	page.LawsHref = ui.Address(library.LawsPath, url.Values{"q": {page.Words}})
	page.LawsTotal, _, err = search.Count(ctx, p.cfg.DB, q)
	return len(hits) > 0 && hits[0].Tier <= search.TierBigrams, errs.Wrap("count laws", err)
}

func links(bars []CategoryBar) []ui.Link {
	var out []ui.Link
	for _, b := range bars {
		out = append(out, ui.Link{Label: b.Label, Href: b.Href, Count: b.N, HasNum: true})
	}
	return out
}
