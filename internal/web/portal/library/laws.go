package library

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/web/ui"
)

// The orders of the list. Without a choice, a search comes by how well the
// words fit and everything else by title.
const (
	sortPlain  = ""
	sortTitle  = "title"
	sortNewest = "newest" // by the day the text takes effect, the latest first
	sortUses   = "uses"   // by citing powers, the most first
)

// byTitles narrows a search to the names of laws.
const byTitles = "title"

const defaultSize = 50

func sizes() []int { return []int{20, 50, 100} }

// query is what a reader chose on the list. Its query string is its permanent
// form: page, export and links all carry the same.
type query struct {
	Words, In, Level, Field, State, Sort string
	Size                                 int
}

func parseQuery(v url.Values) (query, error) {
	words, err := ui.ParseWords(v.Get("q"))
	q := query{Words: words, Level: v.Get("level"), Field: v.Get("field"), State: v.Get("state"), Size: defaultSize}
	if v.Get("in") == byTitles {
		q.In = byTitles
	}
	if s := v.Get("sort"); slices.Contains([]string{sortTitle, sortNewest, sortUses}, s) {
		q.Sort = s
	}
	if n, err := strconv.Atoi(v.Get("size")); err == nil && slices.Contains(sizes(), n) {
		q.Size = n
	}
	if err == nil && !(ui.Clean(q.Level) && ui.Clean(q.Field) && ui.Clean(q.State)) {
		err = errs.Invalidf("筛选条件无效").Fix("请重新选择")
	}
	return q, err
}

func (q query) values() url.Values {
	v := url.Values{}
	for _, p := range [][2]string{{"q", q.Words}, {"in", q.In}, {"level", q.Level}, {"field", q.Field}, {"state", q.State}, {"sort", q.Sort}} {
		if p[1] != "" {
			v.Set(p[0], p[1])
		}
	}
	if q.Size != defaultSize {
		v.Set("size", strconv.Itoa(q.Size))
	}
	return v
}

func (q query) at(path string) string { return ui.Address(path, q.values()) }

// line is a law that the words leave, with what the filters and orders ask of
// it.
type line struct {
	*book
	at       int // its edition in force, else the newest
	standing standing
	rank     int  // by how well the words fit
	text     bool // only the words of the text fit, not the title
	place    ui.Cursor
}

// noField is what the filter calls laws whose title tells no field.
const noField = "其他领域"

func (n line) field() string {
	if n.Field == "" {
		return noField
	}
	return string(n.Field)
}

// has says whether a law meets the filter, leaving one facet out so that its
// counts show what choosing another value would give.
func (q query) has(n line, except string) bool {
	return (except == "level" || q.Level == "" || q.Level == string(n.Level)) &&
		(except == "field" || q.Field == "" || q.Field == n.field()) &&
		(except == "state" || q.State == "" || q.State == string(n.standing))
}

// placeOf is the place of a law in the order of the query.
func (q query) placeOf(n line) ui.Cursor {
	key := n.OrderKey
	switch {
	case q.Sort == sortNewest:
		key = backwards(n.Editions[n.at].Effective) + key
	case q.Sort == sortUses:
		key = fmt.Sprintf("%08d", 99_999_999-n.Uses) + key
	case q.Sort == sortPlain && q.Words != "":
		key = fmt.Sprintf("%08d", n.rank)
	}
	return ui.Cursor{Key: key, ID: n.ID, Set: true}
}

// backwards writes a day so that later ones come first and unknown ones last.
func backwards(day string) string {
	if day == "" {
		return "~"
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '9' - (r - '0')
		}
		return r
	}, day)
}

// selection is what the words of a query leave of the library, in its order.
type selection struct {
	lines   []line
	partial bool // no law holds all of the words; these hold some
	capped  bool // the search found more than can be narrowed
}

func (l *Library) selection(ctx context.Context, s *shelf, q query) (selection, error) {
	var out selection
	today := l.cfg.Today()
	add := func(b *book, text bool) {
		at, st := b.on(today)
		n := line{book: b, at: at, standing: st, rank: len(out.lines), text: text}
		n.place = q.placeOf(n)
		out.lines = append(out.lines, n)
	}
	if q.Words == "" {
		for _, b := range s.books {
			add(b, false)
		}
	} else if err := l.search(ctx, s, q, &out, add); err != nil {
		return out, err
	}
	slices.SortFunc(out.lines, func(a, b line) int { return a.place.Compare(b.place) })
	return out, nil
}

// maxHits bounds how many laws of a search can be narrowed further.
const maxHits = 2000

// search adds the laws whose names fit, then those whose text does. Laws that
// hold only some of the words come when none holds all of them.
func (l *Library) search(ctx context.Context, s *shelf, q query, out *selection, add func(b *book, text bool)) error {
	kinds := []string{law.SearchTitle, law.SearchText}
	if q.In == byTitles {
		kinds = kinds[:1]
	}
	seen := map[sqldb.ID]bool{}
	var partial [][]search.Hit
	take := func(hits []search.Hit, text bool) {
		for _, h := range hits {
			if b := s.byID[h.ID]; b != nil && !seen[h.ID] {
				seen[h.ID] = true
				add(b, text)
			}
		}
	}
	for i, kind := range kinds {
		hits, capped, err := l.hits(ctx, search.Query{Words: q.Words, Kind: kind, PublicOnly: true, Limit: 1000})
		if err != nil {
			return err
		}
		out.capped = out.capped || capped
		if len(hits) > 0 && hits[0].Partial {
			partial = append(partial, hits)
			continue
		}
		take(hits, i > 0)
	}
	if len(out.lines) == 0 {
		for _, hits := range partial {
			take(hits, hits[0].Kind == law.SearchText)
		}
		out.partial = len(out.lines) > 0
	}
	return nil
}

// hits gathers up to maxHits hits of a search.
func (l *Library) hits(ctx context.Context, q search.Query) (all []search.Hit, capped bool, err error) {
	for len(all) < maxHits {
		hits, err := search.Find(ctx, l.cfg.DB, q)
		if err != nil {
			return nil, false, errs.Wrap("search laws", err)
		}
		all = append(all, hits...)
		if len(hits) == 0 || hits[len(hits)-1].Cursor == "" {
			return all, false, nil
		}
		q.After = hits[len(hits)-1].Cursor
	}
	return all, true, nil
}

// Row is one law in a list with the number of listed powers that cite it and,
// found by its text, where the words stand.
type Row struct {
	Title, Href, Level, Issuer string
	Light                      ui.Light
	Uses                       int
	Passage                    Passage
}

func (n line) row() Row {
	return Row{Title: n.Title, Href: Href(n.ID), Level: string(n.Level), Issuer: n.Issuer, Light: n.standing.light(), Uses: n.Uses}
}

// Rows gives the rows of laws, in the order of the ids; what has no text is
// left out.
func (l *Library) Rows(ctx context.Context, list List, ids []sqldb.ID) ([]Row, error) {
	s, err := l.books(ctx, list)
	if err != nil {
		return nil, err
	}
	var out []Row
	for _, id := range ids {
		if b := s.byID[id]; b != nil {
			at, st := b.on(l.cfg.Today())
			out = append(out, line{book: b, at: at, standing: st}.row())
		}
	}
	return out, nil
}

// LawsPage is the list of the library with its filters.
type LawsPage struct {
	ui.Frame
	Held                 int // laws in the library
	Filter               query
	Total                int
	Partial, Capped      bool
	Levels               []ui.Link
	States, Fields       []ui.Choice
	Sorts, Scopes, Sizes []ui.Choice
	Active               []ui.Link // chosen filters; the link removes one
	Rows                 []Row
	Pager                ui.Pager
	ExportHref           string
}

func (l *Library) laws(w http.ResponseWriter, r *http.Request) error {
	frame, list, err := l.cfg.Begin(r, "法规库", LawsPath)
	if err != nil {
		return err
	}
	q, err := parseQuery(r.URL.Query())
	if err != nil {
		return err
	}
	t, err := ui.ParseTurn(r.URL.Query())
	if err != nil {
		return err
	}
	s, err := l.books(r.Context(), list)
	if err != nil {
		return err
	}
	sel, err := l.selection(r.Context(), s, q)
	if err != nil {
		return err
	}
	page := LawsPage{Frame: frame.Trail(), Held: len(s.books), Filter: q, Partial: sel.partial, Capped: sel.capped,
		ExportHref: q.at(LawsPath + ".xlsx")}
	page.facets(sel, q)
	lines := sel.left(q)
	page.Total = len(lines)
	lines, page.Pager = ui.Page(t, ui.Cut(t, lines, q.Size+1, func(n line) ui.Cursor { return n.place }), q.Size, func(way string, n line) string {
		v := q.values()
		v.Set(way, n.place.String())
		return ui.Address(LawsPath, v)
	})
	if page.Rows, err = l.rows(r.Context(), lines, q); err != nil {
		return err
	}
	return l.pages.Render(w, r, "laws", page)
}

// left gives the lines that meet the whole filter.
func (s selection) left(q query) []line {
	return slices.DeleteFunc(slices.Clone(s.lines), func(n line) bool { return !q.has(n, "") })
}

// facets fills the choices with their counts.
func (page *LawsPage) facets(s selection, q query) {
	levels, fields, states, all := map[string]int{}, map[string]int{}, map[string]int{}, 0
	for _, n := range s.lines {
		if q.has(n, "level") {
			levels[string(n.Level)]++
			all++
		}
		if q.has(n, "field") {
			fields[n.field()]++
		}
		if q.has(n, "state") {
			states[string(n.standing)]++
		}
	}
	g := q
	g.Level = ""
	page.Levels = []ui.Link{{Label: "全部", Href: g.at(LawsPath), Count: all, HasNum: true, Current: q.Level == ""}}
	for _, level := range law.Levels() {
		if n := levels[string(level)]; n > 0 || q.Level == string(level) {
			g.Level = string(level)
			page.Levels = append(page.Levels, ui.Link{Label: g.Level, Href: g.at(LawsPath), Count: n, HasNum: true, Current: q.Level == g.Level})
		}
	}
	for _, f := range append(law.Fields(), noField) {
		page.Fields = ui.AddChoice(page.Fields, string(f), fields[string(f)], q.Field)
	}
	for _, st := range standings() {
		page.States = ui.AddChoice(page.States, string(st), states[string(st)], q.State)
	}
	page.orders(q)
	page.active(q)
}

// orders fills the choices that count nothing.
func (page *LawsPage) orders(q query) {
	plain := "名称拼音"
	if q.Words != "" {
		plain = "最相关"
		page.Sorts = []ui.Choice{{Value: sortTitle, Label: "名称拼音", Selected: q.Sort == sortTitle}}
	}
	page.Sorts = append([]ui.Choice{{Value: sortPlain, Label: plain, Selected: q.Sort == sortPlain}}, page.Sorts...)
	page.Sorts = append(page.Sorts, ui.Choice{Value: sortNewest, Label: "最新施行", Selected: q.Sort == sortNewest},
		ui.Choice{Value: sortUses, Label: "引用最多", Selected: q.Sort == sortUses})
	page.Scopes = []ui.Choice{{Value: "", Label: "名称和条文", Selected: q.In == ""}, {Value: byTitles, Label: "只查名称", Selected: q.In == byTitles}}
	for _, n := range sizes() {
		page.Sizes = append(page.Sizes, ui.Choice{Value: strconv.Itoa(n), Label: strconv.Itoa(n) + " 部", Selected: q.Size == n})
	}
}

// active lists what is chosen, each with the address without it.
func (page *LawsPage) active(q query) {
	drop := func(label string, without query) {
		page.Active = append(page.Active, ui.Link{Label: label, Href: without.at(LawsPath)})
	}
	if g := q; q.Words != "" {
		g.Words, g.In = "", ""
		drop("搜索“"+q.Words+"”", g)
	}
	if g := q; q.Level != "" {
		g.Level = ""
		drop(q.Level, g)
	}
	if g := q; q.Field != "" {
		g.Field = ""
		drop(q.Field, g)
	}
	if g := q; q.State != "" {
		g.State = ""
		drop(q.State, g)
	}
}
