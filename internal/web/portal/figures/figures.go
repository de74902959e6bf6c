// Package figures answers the public pages of the figures of the reform
// (家底数字): how what was reported became the list, the powers behind each
// number, and what the items still lack before they can be published
// (事项要素). Beside what the books say (账面) stands the honest count (实际) of
// stage/reduce/measure: where the two differ, what hides it, the burden before and
// after, and what changed since the sealed baseline (锁定基数).
//
// The pages behind a number also name powers that no edition lists: a number
// is believed when every row of it can be seen.
package figures

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/list"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

// Config is what the pages need.
type Config struct {
	DB     sqldb.Reader
	Ledger *ledger.Ledger // tells whether anything happened since the last count; nil: count anew each time
	Clock  func() time.Time
	Begin  func(r *http.Request, title, section string) (ui.Frame, List, error)
	Base   func(r *http.Request) string // https://… of the site, for the codes on paper
}

// List is the list of powers in force as these pages need it; Edition is zero
// before the first.
type List struct {
	Edition     list.Edition
	Departments []Department // in the order of pages
}

// Department is a department with the stable part of its address.
type Department struct {
	ID              sqldb.ID
	Key, Name, Href string
}

// find gives the department of an address.
func (l List) find(key string) (Department, error) {
	for _, d := range l.Departments {
		if d.Key == key || d.ID.String() == key {
			return d, nil
		}
	}
	return Department{}, errs.NotFoundf("没有这个部门").Fix("请在部门列表中选择")
}

// name gives a department's name; one that left has none.
func (l List) name(id sqldb.ID) string {
	for _, d := range l.Departments {
		if d.ID == id {
			return d.Name
		}
	}
	return ""
}

// Cell is one number that leads to its rows.
type Cell struct {
	N    int
	Href string
}

// Figures answers the pages. It is safe for concurrent use; in memory it keeps
// the counts, for some seconds.
type Figures struct {
	cfg     Config
	pages   *ui.Set
	tallied atomic.Pointer[tallied]
	lacks   atomic.Pointer[lacks]

	counted  atomic.Pointer[honest]
	counting sync.Mutex // held by whoever counts anew
}

// New parses the templates; a broken one is an error.
func New(cfg Config) (*Figures, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("figures templates", err)
	}
	return &Figures{cfg: cfg, pages: set}, nil
}

// Path is the address of the figures.
const Path = "/figures"

const (
	rowsPath     = Path + "/rows"
	gapsPath     = Path + "/gaps"
	comparePath  = Path + "/compare"
	mattersPath  = Path + "/matters"
	flagsPath    = Path + "/flags"
	baselinePath = Path + "/baseline"
	summaryPath  = Path + "/summary"
)

// pageSize is how many rows a page shows, exportBatch how many an export reads
// at a time.
const (
	pageSize    = 50
	exportBatch = 1000
)

// Routes lists the addresses of the figures.
func (f *Figures) Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET " + Path, Handler: f.balances},
		{Pattern: "GET " + rowsPath, Handler: f.rows},
		{Pattern: "GET " + rowsPath + ".xlsx", Handler: f.rowsExport},
		{Pattern: "GET " + gapsPath, Handler: f.gapsPage},
		{Pattern: "GET " + gapsPath + ".xlsx", Handler: f.gapsExport},
		{Pattern: "GET " + comparePath, Handler: f.compare},
		{Pattern: "GET " + mattersPath, Handler: f.matters},
		{Pattern: "GET " + mattersPath + ".xlsx", Handler: f.mattersExport},
		{Pattern: "GET " + flagsPath, Handler: f.flags},
		{Pattern: "GET " + flagsPath + ".xlsx", Handler: f.flagsExport},
		{Pattern: "GET " + baselinePath, Handler: f.baseline},
		{Pattern: "GET " + summaryPath, Handler: f.summary},
		{Pattern: "GET " + summaryPath + ".xlsx", Handler: f.summaryExport},
		{Pattern: "GET " + summaryPath + ".json", Handler: f.summaryJSON},
	}
}

// age is how long a decision may go unseen in the figures: counting them reads
// every power.
const age = 10 * time.Second

// tallied are the counts of the reform with the moment they grow stale.
type tallied struct {
	Tallies
	till time.Time
}

// Tallies gives the counts of the reform, at most some seconds old.
func (f *Figures) Tallies(ctx context.Context) (Tallies, error) {
	now := f.cfg.Clock()
	if t := f.tallied.Load(); t != nil && now.Before(t.till) {
		return t.Tallies, nil
	}
	t, err := readTallies(ctx, f.cfg.DB)
	if err != nil {
		return nil, errs.Wrap("figures", err)
	}
	f.tallied.Store(&tallied{t, now.Add(age)})
	return t, nil
}

// lacks are the counts of what the items lack with the moment they grow stale.
type lacks struct {
	Gaps
	till time.Time
}

// Gaps gives the counts of the latest check, the zero Gaps before the first. A
// new check is seen at once, what became of the items since within seconds.
func (f *Figures) Gaps(ctx context.Context) (Gaps, error) {
	run, err := finding.Latest(ctx, f.cfg.DB)
	if errs.KindOf(err) == errs.NotFound {
		return Gaps{}, nil
	}
	if err != nil {
		return Gaps{}, err
	}
	now := f.cfg.Clock()
	if l := f.lacks.Load(); l != nil && l.run.ID == run.ID && now.Before(l.till) {
		return l.Gaps, nil
	}
	g, err := readGaps(ctx, f.cfg.DB, run)
	if err != nil {
		return g, err
	}
	f.lacks.Store(&lacks{g, now.Add(age)})
	return g, nil
}

// itemHref is the permanent address of a power.
func itemHref(code string) string { return "/powers/" + url.PathEscape(code) }
