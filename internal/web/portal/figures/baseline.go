package figures

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/stage/reduce/measure"
	"qingdan/internal/web/ui"
)

// BaselineLine is the newest sealed baseline (锁定基数) with what changed since.
type BaselineLine struct {
	Edition  int
	Sealed   string // day
	Entries  int
	Digest   string
	Added    Cell
	Removed  Cell
	Amended  Cell
	Now      int // edition that is in force now
	Tampered bool
}

// Same says that nothing changed since.
func (b BaselineLine) Same() bool { return b.Added.N+b.Removed.N+b.Amended.N == 0 }

// since is a kind of change with its powers.
type since struct {
	key, label string
	drifts     []measure.Drift
}

// changesSince are the three ways in which a power differs from the baseline.
func (h *honest) changesSince() []since {
	return []since{{"added", "增加", h.since.Added}, {"removed", "减少", h.since.Removed}, {"amended", "修改", h.since.Amended}}
}

// baseline is the line about the newest baseline; nil before the first.
func (h *honest) baseline() *BaselineLine {
	if h.seal == nil {
		return nil
	}
	cell := func(key string, drifts []measure.Drift) Cell {
		return Cell{len(drifts), ui.Address(baselinePath, url.Values{"change": {key}})}
	}
	return &BaselineLine{Edition: h.seal.No, Sealed: civil(h.seal.At), Entries: h.seal.Rows, Digest: fmt.Sprintf("%x", h.seal.Digest), Now: h.since.Edition,
		Added: cell("added", h.since.Added), Removed: cell("removed", h.since.Removed), Amended: cell("amended", h.since.Amended),
		Tampered: h.seal.Tampered}
}

// Drifted is one power that differs from the baseline.
type Drifted struct{ Code, Href, Name, Department, What string }

// BaselinePage says what changed since the newest baseline, power by power.
type BaselinePage struct {
	ui.Frame
	Line    *BaselineLine
	Then    Count
	Today   Count
	Choices []ui.Link
	Chosen  string // words of the chosen change
	Rows    []Drifted
	Total   int
	Pager   ui.Pager
}

// Count is the two counts of one moment.
type Count struct{ Raw, Normal measure.Count }

func (f *Figures) baseline(w http.ResponseWriter, r *http.Request) error {
	frame, l, err := f.cfg.Begin(r, "锁定基数", Path)
	if err != nil {
		return err
	}
	h, err := f.honestly(r.Context())
	if err != nil {
		return err
	}
	page := BaselinePage{Frame: frame.Trail(ui.Link{Label: "家底数字", Href: Path}), Line: h.baseline()}
	if page.Line == nil {
		return f.pages.Render(w, r, "baseline", page)
	}
	page.Then, page.Today = Count{h.seal.Counts.Raw, h.seal.Counts.Normal}, Count{h.since.Raw, h.since.Normal}
	if err := page.list(r, l, h); err != nil {
		return err
	}
	return f.pages.Render(w, r, "baseline", page)
}

// list fills the rows of the chosen change, or of all of them.
func (page *BaselinePage) list(r *http.Request, l List, h *honest) error {
	v := r.URL.Query()
	chosen := v.Get("change")
	turn, err := ui.ParseTurn(v)
	if err != nil {
		return err
	}
	all, known := []drifted(nil), chosen == ""
	total := 0
	for _, c := range h.changesSince() {
		total += len(c.drifts)
		page.Choices = append(page.Choices, ui.Link{Label: c.label, Href: ui.Address(baselinePath, url.Values{"change": {c.key}}), Count: len(c.drifts), HasNum: true, Current: chosen == c.key})
		if chosen == c.key {
			page.Chosen, known = c.label, true
		}
		if chosen == "" || chosen == c.key {
			for _, d := range c.drifts {
				all = append(all, drifted{d, c.label})
			}
		}
	}
	if !known {
		return errs.NotFoundf("没有这种变化").Fix("请从增加、减少、修改里选择")
	}
	page.Choices = append([]ui.Link{{Label: "全部", Href: baselinePath, Count: total, HasNum: true, Current: chosen == ""}}, page.Choices...)
	slices.SortFunc(all, func(a, b drifted) int { return a.place().Compare(b.place()) })
	page.Total = len(all)
	rows, pager := ui.Page(turn, ui.Cut(turn, all, pageSize+1, drifted.place), pageSize, func(way string, d drifted) string {
		to := url.Values{way: {d.place().String()}}
		if chosen != "" {
			to.Set("change", chosen)
		}
		return ui.Address(baselinePath, to)
	})
	page.Pager = pager
	for _, d := range rows {
		page.Rows = append(page.Rows, Drifted{Code: d.Code, Href: itemHref(d.Code) + "/history", Name: d.Name, Department: unitName(d.Unit, l, h), What: d.what})
	}
	return nil
}

// civil is the civil day of an instant in Asia/Shanghai, which has had no summer
// time since 1991.
func civil(t time.Time) string { return t.In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly) }

// drifted is a power with how it differs.
type drifted struct {
	measure.Drift
	what string
}

func (d drifted) place() ui.Cursor { return ui.Cursor{Key: d.Code, ID: d.Power, Set: true} }
