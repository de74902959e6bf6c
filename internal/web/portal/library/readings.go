package library

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/service/reading"
	"qingdan/internal/web/ui"
)

// Occasion counts what was consulted on one occasion. Who did it stands in the
// ledger and on no public page.
type Occasion struct {
	Name         string
	Laws, Powers int
	Last         string // day
}

// consulted are the figures of the record, which only ever grows.
type consulted struct {
	entries   int
	totals    reading.Totals
	laws      []reading.Consulted
	occasions []Occasion
}

// consulted gives the figures, counted anew when something was consulted since.
func (l *Library) consulted(ctx context.Context) (*consulted, error) {
	n, err := countReadings(ctx, l.cfg.DB)
	if err != nil {
		return nil, err
	}
	if c := l.read.Load(); c != nil && c.entries == n {
		return c, nil
	}
	c := &consulted{entries: n}
	if c.totals, err = reading.Count(ctx, l.cfg.DB); err != nil {
		return nil, err
	}
	if c.laws, err = reading.List(ctx, l.cfg.DB); err != nil {
		return nil, err
	}
	if c.occasions, err = readOccasions(ctx, l.cfg.DB, sqldb.ID{}); err != nil {
		return nil, err
	}
	l.read.Store(c)
	return c, nil
}

// ReadRow is one law with how many powers it was consulted for.
type ReadRow struct {
	Title, Href, ReadHref, Level, Last string
	Powers                             int
}

// ReadingsPage is the record of what was consulted (查阅记录).
type ReadingsPage struct {
	ui.Frame
	Laws, Texts, Powers int
	Occasions           []Occasion
	Rows                []ReadRow
	Pager               ui.Pager
}

func (l *Library) readings(w http.ResponseWriter, r *http.Request) error {
	frame, list, err := l.cfg.Begin(r, "查阅记录", LawsPath)
	if err != nil {
		return err
	}
	ctx := r.Context()
	all, err := l.consulted(ctx)
	if err != nil {
		return err
	}
	s, err := l.books(ctx, list)
	if err != nil {
		return err
	}
	page := ReadingsPage{Frame: frame.Trail(ui.Link{Label: "法规库", Href: LawsPath}), Laws: all.totals.Documents,
		Texts: all.totals.Editions, Powers: all.totals.Powers, Occasions: all.occasions}
	from, err := start(all.laws, r.URL.Query().Get("after"), func(c reading.Consulted) string { return c.Document.String() })
	if err != nil {
		return err
	}
	rest := all.laws[from:]
	for _, c := range rest[:min(len(rest), defaultSize)] {
		row := ReadRow{Title: c.Title, ReadHref: Href(c.Document) + "/readings", Level: c.Level, Last: c.Last, Powers: c.Powers}
		if s.byID[c.Document] != nil {
			row.Href = Href(c.Document)
		}
		page.Rows = append(page.Rows, row)
	}
	if len(rest) > defaultSize {
		page.Pager.Next = ui.Address(ReadingsPath, url.Values{"after": {rest[defaultSize-1].Document.String()}})
	}
	return l.pages.Render(w, r, "readings", page)
}

// start gives the place behind the row that an address names, 0 without one.
func start[T any](all []T, after string, name func(T) string) (int, error) {
	if after == "" {
		return 0, nil
	}
	i := slices.IndexFunc(all, func(x T) bool { return name(x) == after })
	if i < 0 {
		return 0, errs.Invalidf("翻页位置无效").Fix("请从第一页重新翻起")
	}
	return i + 1, nil
}

// LawReadingsPage says for which powers one law was consulted.
type LawReadingsPage struct {
	ui.Frame
	Law       string
	Href      string // empty when no text of it stands
	Powers    int
	Occasions []Occasion
	Rows      []ReadFor
	Pager     ui.Pager
}

// ReadFor is a power that a law was consulted for. Href is empty when the power
// was never on the list.
type ReadFor struct {
	Code, Name, Href string
	Occasions        []string
	First            string // day of the first
}

func (l *Library) lawReadings(w http.ResponseWriter, r *http.Request) error {
	frame, list, err := l.cfg.Begin(r, "查阅记录", LawsPath)
	if err != nil {
		return err
	}
	ctx := r.Context()
	id, err := sqldb.ParseID(r.PathValue("id"))
	if err != nil {
		return errs.NotFoundf("法规库中没有这部法规")
	}
	after := r.URL.Query().Get("after")
	if !ui.Clean(after) {
		return errs.Invalidf("翻页位置无效").Fix("请从第一页重新翻起")
	}
	page := LawReadingsPage{}
	if page.Law, page.Powers, err = readReadLaw(ctx, l.cfg.DB, id); err != nil {
		return err
	}
	if page.Occasions, err = readOccasions(ctx, l.cfg.DB, id); err != nil {
		return err
	}
	if page.Rows, err = readReadFor(ctx, l.cfg.DB, id, after, defaultSize+1); err != nil {
		return err
	}
	if len(page.Rows) > defaultSize {
		page.Rows = page.Rows[:defaultSize]
		page.Pager.Next = ui.Address(r.URL.Path, url.Values{"after": {page.Rows[defaultSize-1].Code}})
	}
	codes := make([]string, 0, len(page.Rows))
	for _, row := range page.Rows {
		codes = append(codes, row.Code)
	}
	public, err := readPublic(ctx, l.cfg.DB, codes, l.cfg.Today())
	if err != nil {
		return err
	}
	for i, row := range page.Rows {
		if public[row.Code] {
			page.Rows[i].Href = itemHref(row.Code)
		}
	}
	s, err := l.books(ctx, list)
	if err != nil {
		return err
	}
	if s.byID[id] != nil {
		page.Href = Href(id)
	}
	page.Frame = frame.Trail(ui.Link{Label: "法规库", Href: LawsPath}, ui.Link{Label: "查阅记录", Href: ReadingsPath})
	page.Title = page.Law
	return l.pages.Render(w, r, "lawreadings", page)
}
