// Package peers shows how the powers compare with the lists of other places
// (五对照/5 外地清单): the lists with how far the work on them is, taking one in,
// the worklist of differences, and a page for each with both sides and the form
// for what the reviewer concludes.
//
// Everything is cut to the scope of people.ComparePeers: groups see their
// departments, the legal office all, departments nothing.
package peers

import (
	"context"
	"embed"
	_ "embed" // the style sheet
	"net/http"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/peer"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets/peers.css
var sheet string

// Config is what the pages need; all of it must be set.
type Config struct {
	DB     *sqldb.DB
	Ledger *ledger.Ledger
	Clock  func() time.Time
	Shell  *staff.Shell
}

// Peers answers the pages. It is safe for concurrent use and keeps nothing.
type Peers struct {
	cfg   Config
	shell *staff.Shell
	pages *ui.Set
}

// New parses the templates; a broken one is an error.
func New(cfg Config) (*Peers, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("peers templates", err)
	}
	return &Peers{cfg: cfg, shell: cfg.Shell.With("peers.css", sheet), pages: set}, nil
}

// The addresses of the pages.
const (
	Root  = "/audit/peers"
	title = "外地对照"
)

// Routes lists the pages.
func (p *Peers) Routes() []staff.Route {
	one := Root + "/{id}"
	return []staff.Route{
		{Pattern: "GET " + Root, Action: people.ComparePeers, Handler: p.lists},
		{Pattern: "POST " + Root, Action: people.ComparePeers, Handler: p.upload},
		{Pattern: "GET " + one, Action: people.ComparePeers, Handler: p.worklist},
		{Pattern: "GET " + one + "/worklist.xlsx", Action: people.ComparePeers, Handler: p.export},
		{Pattern: "POST " + one + "/align", Action: people.ComparePeers, Handler: p.align},
		{Pattern: "GET " + one + "/{difference}", Action: people.ComparePeers, Handler: p.difference},
		{Pattern: "POST " + one + "/{difference}", Action: people.ComparePeers, Handler: p.answer},
	}
}

func listHref(id sqldb.ID) string { return Root + "/" + id.String() }

// scope is how far somebody sees here.
func scope(who *people.Who) people.Scope { return who.Scope(people.ComparePeers) }

// home leads back to the lists.
func home() ui.Link { return ui.Link{Label: title, Href: Root} }

// minute is an instant on the clocks of Asia/Shanghai in words, to the minute; ""
// of none. The place has had no summer time since 1991.
func minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(time.FixedZone("CST", 8*3600)).Format("2006年1月2日 15:04")
}

// list reads the list that an address names, as far as somebody sees it.
func (p *Peers) list(r *http.Request, who *people.Who) (peer.Loaded, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return peer.Loaded{}, err
	}
	return peer.ListByID(r.Context(), p.cfg.DB, id, scope(who))
}

// names are the names of the departments.
type names map[sqldb.ID]string

// departments reads the departments in the order of their names.
func (p *Peers) departments(ctx context.Context) ([]org.Department, names, error) {
	division, err := org.Here(ctx, p.cfg.DB)
	if err != nil {
		return nil, nil, err
	}
	all, err := org.Departments(ctx, p.cfg.DB, division)
	if err != nil {
		return nil, nil, errs.Wrap("departments", err)
	}
	n := make(names, len(all))
	for _, d := range all {
		n[d.ID] = d.Name
	}
	return all, n, nil
}

// of is the name of a department; nobody's things say so.
func (n names) of(id sqldb.ID) string {
	if id.IsZero() {
		return "部门未定"
	}
	return n[id]
}
