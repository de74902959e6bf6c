package portal

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/words"
	"qingdan/internal/web/portal/consult"
	"qingdan/internal/web/portal/figures"
	"qingdan/internal/web/portal/library"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

// Config is what the portal needs.
type Config struct {
	DB      sqldb.Reader
	Ledger  *ledger.Ledger // takes what the public writes; nil: a site that is only read
	Clock   func() time.Time
	Frame   func(r *http.Request, title, section string) (ui.Frame, error)
	Script  string // address of the script, empty when it was not built
	BaseURL string // https://… of this site for QR codes; empty: as the request says
	Clients ui.Clients
	Missed  *words.Counter // counts searches that find nothing; nil: none
}

// Portal answers the public pages. It is safe for concurrent use; what it
// keeps in memory are the counts of the edition in force, which never change.
type Portal struct {
	cfg     Config
	pages   *ui.Set
	library *library.Library
	figures *figures.Figures
	consult *consult.Consult
	cube    atomic.Pointer[cube]
}

// New parses the templates; a broken one is an error.
func New(cfg Config) (*Portal, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("portal templates", err)
	}
	p := &Portal{cfg: cfg, pages: set}
	p.library, err = library.New(library.Config{DB: cfg.DB, Today: p.today, Begin: p.beginLibrary, Base: p.base})
	if err != nil {
		return nil, err
	}
	p.figures, err = figures.New(figures.Config{DB: cfg.DB, Ledger: cfg.Ledger, Clock: cfg.Clock, Begin: p.beginFigures, Base: p.base})
	if err != nil {
		return nil, err
	}
	p.consult, err = consult.New(consult.Config{DB: cfg.DB, Ledger: cfg.Ledger, Clock: cfg.Clock, Begin: p.beginConsult, Base: p.base, Clients: cfg.Clients})
	return p, err
}

// Routes lists the addresses of the portal.
func (p *Portal) Routes() []ui.Route {
	return slices.Concat([]ui.Route{
		{Pattern: "GET /{$}", Handler: p.home},
		{Pattern: "GET /search", Handler: p.search},
		{Pattern: "GET /powers", Handler: p.powers},
		{Pattern: "GET /powers.xlsx", Handler: p.export},
		{Pattern: "GET /powers/{code}", Handler: p.item},
		{Pattern: "GET /powers/{code}/v/{no}", Handler: p.itemVersion},
		{Pattern: "GET /powers/{code}/history", Handler: p.history},
		{Pattern: "GET /powers/{code}/extract", Handler: p.extract},
		{Pattern: "GET " + checkPath, Handler: p.checkExtract},
		{Pattern: "GET /departments", Handler: p.departments},
		{Pattern: "GET /departments/{key}", Handler: p.department},
		{Pattern: "GET /editions", Handler: p.editions},
		{Pattern: "GET /editions/{no}", Handler: p.edition},
		{Pattern: "GET /editions/{no}/changes", Handler: p.changes},
		{Pattern: "GET /about", Handler: p.about},
		{Pattern: "GET /accessibility", Handler: p.accessibility},
	}, p.library.Routes(), p.figures.Routes(), p.consult.Routes())
}

// today is the civil day of Asia/Shanghai, which has had no summer time since
// 1991.
func (p *Portal) today() string {
	return p.cfg.Clock().In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)
}

// cube is an edition with its counts by facet and the departments' names.
type cube struct {
	Edition     list.Edition
	cells       []cell
	departments []org.Department
	byID        map[sqldb.ID]org.Department
}

// inForce gives the edition in force today with its counts. Where none is yet,
// the cube is empty: the pages say so instead of failing.
func (p *Portal) inForce(ctx context.Context, division string) (*cube, error) {
	e, err := list.InForce(ctx, p.cfg.DB, division, p.today())
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return nil, err
	}
	if c := p.cube.Load(); c != nil && c.Edition.ID == e.ID && !e.ID.IsZero() {
		return c, nil
	}
	c := &cube{Edition: e, byID: map[sqldb.ID]org.Department{}}
	if c.departments, err = org.Departments(ctx, p.cfg.DB, division); err != nil {
		return nil, errs.Wrap("departments", err)
	}
	for _, d := range c.departments {
		c.byID[d.ID] = d
	}
	if e.ID.IsZero() {
		return c, nil
	}
	if c.cells, err = readCells(ctx, p.cfg.DB, e.ID); err != nil {
		return nil, errs.Wrap("counts of edition", err)
	}
	p.cube.Store(c)
	return c, nil
}

// total counts the entries that a filter leaves.
func (c *cube) total(f filter) int {
	n := 0
	for _, x := range c.cells {
		if f.has(x, "") {
			n += x.N
		}
	}
	return n
}

// counts gives the counts of one facet, every other choice of the filter held.
func (c *cube) counts(f filter, facet string, value func(cell) string) map[string]int {
	out := map[string]int{}
	for _, x := range c.cells {
		if f.has(x, facet) {
			out[value(x)] += x.N
		}
	}
	return out
}

// categories gives the ten categories with their counts under a filter.
func (c *cube) categories(f filter) map[string]int {
	return c.counts(f, "category", func(x cell) string { return x.Category })
}

// departmentKey is the stable part of a department's address: its credit code
// (统一社会信用代码), or the internal id while it has none.
func departmentKey(d org.Department) string {
	if d.CreditCode != "" {
		return d.CreditCode
	}
	return d.ID.String()
}

// find gives the department of an address.
func (c *cube) find(key string) (org.Department, bool) {
	for _, d := range c.departments {
		if key != "" && (d.CreditCode == key || d.ID.String() == key) {
			return d, true
		}
	}
	return org.Department{}, false
}

// name gives a department's name, also when it left the division since.
func (c *cube) name(id sqldb.ID) string { return c.byID[id].Name }

func categoryNames() []string {
	var out []string
	for _, c := range power.Categories() {
		out = append(out, string(c))
	}
	return out
}

// begin reads what every page needs: the frame and the edition in force.
func (p *Portal) begin(r *http.Request, title, section string) (ui.Frame, *cube, error) {
	f, err := p.cfg.Frame(r, title, section)
	if err != nil {
		return f, nil, err
	}
	c, err := p.inForce(r.Context(), f.Site.Division)
	return f, c, err
}

// href is the address of a department.
func (c *cube) href(id sqldb.ID) string {
	return "/departments/" + url.PathEscape(departmentKey(c.byID[id]))
}

// beginLibrary is begin for the pages of the law library.
func (p *Portal) beginLibrary(r *http.Request, title, section string) (ui.Frame, library.List, error) {
	f, c, err := p.begin(r, title, section)
	if err != nil {
		return f, library.List{}, err
	}
	return f, c.list(), nil
}

// list is what the pages of the law library need of the list in force.
func (c *cube) list() library.List {
	l := library.List{Edition: c.Edition.ID}
	for _, d := range c.departments {
		l.Departments = append(l.Departments, library.Department{ID: d.ID, Key: departmentKey(d), Name: d.Name, Href: c.href(d.ID)})
	}
	return l
}

// beginFigures is begin for the pages of the figures.
func (p *Portal) beginFigures(r *http.Request, title, section string) (ui.Frame, figures.List, error) {
	f, c, err := p.begin(r, title, section)
	if err != nil {
		return f, figures.List{}, err
	}
	l := figures.List{Edition: c.Edition}
	for _, d := range c.departments {
		l.Departments = append(l.Departments, c.figured(d))
	}
	return f, l, nil
}

// figured is a department as the pages of the figures know it.
func (c *cube) figured(d org.Department) figures.Department {
	return figures.Department{ID: d.ID, Key: departmentKey(d), Name: d.Name, Href: c.href(d.ID)}
}

// beginConsult is begin for the pages of the consultations.
func (p *Portal) beginConsult(r *http.Request, title, section string) (ui.Frame, consult.Departments, error) {
	f, c, err := p.begin(r, title, section)
	if err != nil {
		return f, nil, err
	}
	var all consult.Departments
	for _, d := range c.departments {
		all = append(all, consult.Department{ID: d.ID, Key: departmentKey(d), Name: d.Name, Href: c.href(d.ID)})
	}
	return f, all, nil
}
