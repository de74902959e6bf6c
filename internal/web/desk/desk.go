// Package desk is the workbench of the legal office and of the departments for
// what laws do to the list (工作台): of 依据变动 the queue that changes of law
// make, a page for each department, event and task, the one-click update, and
// the term; of 缺漏对照 the clues that holding the list against the law gives.
//
// Everybody sees the tasks and clues of the departments within their reach
// (people.SeeBasis), counts and exports included, and nothing of others.
// Whoever decides acts under their account.
package desk

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets/desk.css
var sheet string

// Config is what the desk needs; all of it must be set.
type Config struct {
	DB     *sqldb.DB
	Ledger *ledger.Ledger
	Clock  func() time.Time
	Shell  *staff.Shell
}

// Desk answers the pages of the workbench. It is safe for concurrent use; in
// memory it keeps the list held against the law, until either changes.
type Desk struct {
	cfg   Config
	pages *ui.Set
	gaps  holding
}

// New parses the templates; a broken one is an error.
func New(cfg Config) (*Desk, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("desk templates", err)
	}
	cfg.Shell = cfg.Shell.With("desk.css", sheet)
	return &Desk{cfg: cfg, pages: set}, nil
}

// home leads back to the queue.
func home() ui.Link { return ui.Link{Label: queueTitle, Href: queuePath} }

// The addresses of the desk.
const (
	queuePath    = "/desk/impact"
	eventsPath   = queuePath + "/events"
	tasksPath    = queuePath + "/tasks"
	unitsPath    = queuePath + "/departments"
	settingsPath = queuePath + "/settings"
	gapsPath     = "/desk/gaps"
)

// Routes lists the addresses of the desk, each with what it asks.
func (d *Desk) Routes() []staff.Route {
	return []staff.Route{
		{Pattern: "GET " + queuePath, Action: people.SeeBasis, Handler: d.queue},
		{Pattern: "GET " + queuePath + ".xlsx", Action: people.SeeBasis, Handler: d.export},
		{Pattern: "POST " + queuePath + "/follow", Action: people.ManageBasis, Handler: d.follow},
		{Pattern: "GET " + unitsPath + "/{id}", Action: people.SeeBasis, Handler: d.department},
		{Pattern: "GET " + tasksPath + "/{id}", Action: people.SeeBasis, Handler: d.task},
		{Pattern: "POST " + tasksPath + "/{id}", Action: people.AnswerBasis, Handler: d.answer},
		{Pattern: "GET " + eventsPath, Action: people.SeeBasis, Handler: d.events},
		{Pattern: "GET " + eventsPath + "/{id}", Action: people.SeeBasis, Handler: d.event},
		{Pattern: "GET " + eventsPath + "/{id}/moved", Action: people.ManageBasis, Handler: d.moved},
		{Pattern: "POST " + eventsPath + "/{id}/moved", Action: people.ManageBasis, Handler: d.update},
		{Pattern: "GET " + gapsPath, Action: people.SeeBasis, Handler: d.gapsPage},
		{Pattern: "GET " + gapsPath + ".xlsx", Action: people.SeeBasis, Handler: d.gapsExport},
		{Pattern: "GET " + settingsPath, Action: people.ManageBasis, Handler: d.settings},
		{Pattern: "POST " + settingsPath, Action: people.ManageBasis, Handler: d.setTerm},
	}
}

// today is the civil day of Asia/Shanghai.
func (d *Desk) today() string { return here(d.cfg.Clock()).Format(time.DateOnly) }

// minute is an instant in words, to the minute.
func minute(t time.Time) string { return here(t).Format("2006年1月2日 15:04") }

// here is an instant on the clocks of Asia/Shanghai, which has had no summer
// time since 1991.
func here(t time.Time) time.Time { return t.In(time.FixedZone("CST", 8*3600)) }

// frame is the frame of a page; trail leads to the page before this one.
func (d *Desk) frame(r *http.Request, who *people.Who, title, section string, trail ...ui.Link) (ui.Frame, error) {
	return d.cfg.Shell.Frame(r, who, title, section, trail...)
}

// show answers with a page under a status.
func (d *Desk) show(w http.ResponseWriter, r *http.Request, status int, name string, page any) error {
	return d.cfg.Shell.Show(w, r, status, d.pages, name, page)
}

// within says how far somebody sees here.
func within(who *people.Who) people.Scope { return who.Scope(people.SeeBasis) }

// only is a scope as the services ask for it: nil for all departments, empty
// for none.
func only(s people.Scope) []sqldb.ID {
	if s.All {
		return nil
	}
	return append([]sqldb.ID{}, s.Departments...)
}

// names are the names of the departments that somebody sees: what they do not
// name does not exist for them.
type names map[sqldb.ID]string

func (d *Desk) names(ctx context.Context, scope people.Scope) (names, error) {
	all, err := org.Departments(ctx, d.cfg.DB, "")
	if err != nil {
		return nil, errs.Wrap("departments", err)
	}
	n := make(names, len(all))
	for _, x := range all {
		if scope.Has(x.ID) {
			n[x.ID] = x.Name
		}
	}
	return n, nil
}

// tallies counts the open tasks that somebody sees.
func (d *Desk) tallies(ctx context.Context, scope people.Scope) ([]impact.Tally, error) {
	all, err := impact.Tallies(ctx, d.cfg.DB, d.today())
	return slices.DeleteFunc(all, func(t impact.Tally) bool { return !scope.Has(t.Department) }), err
}

// desks counts the tasks of the departments that somebody sees.
func (d *Desk) desks(ctx context.Context, scope people.Scope) ([]impact.Desk, error) {
	all, err := impact.Desks(ctx, d.cfg.DB, "", d.today())
	return slices.DeleteFunc(all, func(x impact.Desk) bool { return !scope.Has(x.Department) }), err
}

// eventsOf gives the changes of law that opened some tasks.
func (d *Desk) eventsOf(ctx context.Context, tasks []impact.Task) (map[sqldb.ID]impact.Event, error) {
	out := map[sqldb.ID]impact.Event{}
	for _, t := range tasks {
		if _, ok := out[t.Event]; ok {
			continue
		}
		e, err := impact.EventByID(ctx, d.cfg.DB, t.Event, d.today())
		if err != nil {
			return nil, err
		}
		out[t.Event] = e
	}
	return out, nil
}

// pathID reads the id of an address. Where none can be, nothing is found.
func pathID(r *http.Request, what string) (sqldb.ID, error) {
	id, err := sqldb.ParseID(r.PathValue("id"))
	if err != nil {
		return id, errs.NotFoundf("没有%s", what).Fix("请从待办队列重新进入").Because(err)
	}
	return id, nil
}
