// Package overlaps shows the powers that several departments hold, or one lists
// twice (职责交叉重叠, 减权/重叠): the groups that the system found, ranked and
// filtered, a page for each with its powers side by side, and what a reviewer
// concludes: that one department is to lead, that a boundary divides the matter,
// or that it is no overlap.
//
// What somebody sees is cut to the scope of people.SeeCuts: a group is seen by
// whoever sees one of its powers, and of powers that are not theirs only what is
// published. Judging needs all departments of the group in one's reach.
package overlaps

import (
	"context"
	"embed"
	_ "embed" // the style sheet
	"net/http"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/job"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/overlap"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets/overlaps.css
var sheet string

// Config is what the pages need; all of it must be set.
type Config struct {
	DB     *sqldb.DB
	Ledger *ledger.Ledger
	Clock  func() time.Time
	Shell  *staff.Shell
	Jobs   *job.Runner
}

// Overlaps answers the pages. It is safe for concurrent use and keeps nothing.
type Overlaps struct {
	cfg   Config
	shell *staff.Shell
	pages *ui.Set
}

// New parses the templates; a broken one is an error.
func New(cfg Config) (*Overlaps, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("overlaps templates", err)
	}
	return &Overlaps{cfg: cfg, shell: cfg.Shell.With("overlaps.css", sheet), pages: set}, nil
}

// The addresses of the pages.
const (
	Root  = "/overlaps"
	title = "重叠事项"
)

// Routes lists the pages.
func (o *Overlaps) Routes() []staff.Route {
	one := Root + "/{id}"
	return []staff.Route{
		{Pattern: "GET " + Root, Action: people.SeeCuts, Handler: o.list},
		{Pattern: "GET " + Root + "/groups.xlsx", Action: people.SeeCuts, Handler: o.export},
		{Pattern: "POST " + Root + "/search", Action: people.ProposeCut, Handler: o.search},
		{Pattern: "GET " + one, Action: people.SeeCuts, Handler: o.group},
		{Pattern: "POST " + one + "/judge", Action: people.ProposeCut, Handler: o.judge},
		{Pattern: "GET " + one + "/merge", Action: people.ProposeCut, Handler: o.preview},
		{Pattern: "POST " + one + "/merge", Action: people.ProposeCut, Handler: o.merge},
	}
}

// scope is how far somebody sees here.
func scope(who *people.Who) people.Scope { return who.Scope(people.SeeCuts) }

// home leads back to the list.
func home() ui.Link { return ui.Link{Label: title, Href: Root} }

// minute is an instant on the clocks of Asia/Shanghai in words, to the minute.
func minute(t time.Time) string {
	return t.In(time.FixedZone("CST", 8*3600)).Format("2006年1月2日 15:04")
}

// names are the names of the departments.
type names map[sqldb.ID]string

func (o *Overlaps) names(ctx context.Context) (names, error) {
	all, err := org.Departments(ctx, o.cfg.DB, "")
	n := make(names, len(all))
	for _, d := range all {
		n[d.ID] = d.Name
	}
	return n, errs.Wrap("departments", err)
}

// jobKind is what the search is called among the jobs.
const jobKind = "overlap.search"

// waits is how long the answer to a search waits for it: most searches of a city
// end sooner.
const waits = 6 * time.Second

// search starts a new search and waits a little for it.
func (o *Overlaps) search(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	id, err := o.cfg.Jobs.Start(r.Context(), who.Account, jobKind, "查找重叠事项", func(ctx context.Context, p *job.Progress) (any, error) {
		p.Say("正在逐项比对")
		run, err := overlap.Search(ctx, o.cfg.DB, o.cfg.Clock())
		return run.Found, err
	})
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(r.Context(), waits)
	defer stop()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		j, err := o.cfg.Jobs.ByID(r.Context(), who.Account, id)
		switch {
		case err != nil:
			return err
		case j.State == job.Done:
			http.Redirect(w, r, Root+"?done=searched", http.StatusSeeOther)
			return nil
		case j.State.Ended():
			http.Redirect(w, r, Root+"?done=failed", http.StatusSeeOther)
			return nil
		}
		select {
		case <-ctx.Done():
			http.Redirect(w, r, Root+"?done=searching", http.StatusSeeOther)
			return nil
		case <-tick.C:
		}
	}
}
