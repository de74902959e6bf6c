// Package desk is the workbench of the legal office and of the departments
// (工作台): of 依据变动 the queue that changes of law make, a page for each
// department, event and task, the one-click update, and the term; of 缺漏对照
// the clues that holding the list against the law gives.
//
// There are no accounts yet. The pages act for the operator of the machine, and
// the server hands them out to that machine only. Whoever decides signs with a
// name (经办人), which becomes the name of the actor in the ledger.
package desk

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

// Config is what the desk needs; all of it must be set but Script.
type Config struct {
	DB       *sqldb.DB
	Ledger   *ledger.Ledger
	Clock    func() time.Time
	Operator ledger.Actor // whose account acts; a person who decides adds the name
	Frame    func(r *http.Request, title, section string) (ui.Frame, error)
	Style    string // address of the style sheet that every page shares
	Script   string // address of the script, empty when it was not built
}

// Desk answers the pages of the workbench. It is safe for concurrent use; in
// memory it keeps the list held against the law, until either changes.
type Desk struct {
	cfg   Config
	pages *ui.Set
	style style
	gaps  holding
}

// New parses the templates; a broken one is an error.
func New(cfg Config) (*Desk, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("desk templates", err)
	}
	return &Desk{cfg: cfg, pages: set, style: newStyle(cfg.Style)}, nil
}

// home leads back to the queue.
func home() ui.Link { return ui.Link{Label: queueTitle, Href: queuePath} }

// The addresses of the desk. Root is above all of them.
const (
	Root         = "/desk"
	queuePath    = "/desk/impact"
	eventsPath   = queuePath + "/events"
	tasksPath    = queuePath + "/tasks"
	unitsPath    = queuePath + "/departments"
	settingsPath = queuePath + "/settings"
	gapsPath     = "/desk/gaps"
)

// Routes lists the addresses of the desk.
func (d *Desk) Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET " + Root, Handler: d.root},
		{Pattern: "GET " + d.style.path, Handler: d.style.send},
		{Pattern: "GET " + queuePath, Handler: d.queue},
		{Pattern: "GET " + queuePath + ".xlsx", Handler: d.export},
		{Pattern: "POST " + queuePath + "/follow", Handler: d.follow},
		{Pattern: "GET " + unitsPath + "/{id}", Handler: d.department},
		{Pattern: "GET " + tasksPath + "/{id}", Handler: d.task},
		{Pattern: "POST " + tasksPath + "/{id}", Handler: d.answer},
		{Pattern: "GET " + eventsPath, Handler: d.events},
		{Pattern: "GET " + eventsPath + "/{id}", Handler: d.event},
		{Pattern: "GET " + eventsPath + "/{id}/moved", Handler: d.moved},
		{Pattern: "POST " + eventsPath + "/{id}/moved", Handler: d.update},
		{Pattern: "GET " + gapsPath, Handler: d.gapsPage},
		{Pattern: "GET " + gapsPath + ".xlsx", Handler: d.gapsExport},
		{Pattern: "GET " + settingsPath, Handler: d.settings},
		{Pattern: "POST " + settingsPath, Handler: d.setTerm},
	}
}

func (d *Desk) root(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, queuePath, http.StatusSeeOther)
	return nil
}

// today is the civil day of Asia/Shanghai.
func (d *Desk) today() string { return here(d.cfg.Clock()).Format(time.DateOnly) }

// minute is an instant in words, to the minute.
func minute(t time.Time) string { return here(t).Format("2006年1月2日15时04分") }

// here is an instant on the clocks of Asia/Shanghai, which has had no summer
// time since 1991.
func here(t time.Time) time.Time { return t.In(time.FixedZone("CST", 8*3600)) }

// frame is the frame of the site with the navigation of the desk; trail leads
// to the page before this one.
func (d *Desk) frame(r *http.Request, title, section string, trail ...ui.Link) (ui.Frame, error) {
	f, err := d.cfg.Frame(r, title, section)
	f.Nav, f.Crumbs = Nav(section), trail
	f.Style, f.Script = d.style.path, d.cfg.Script
	return f, err
}

// Nav is the navigation of the desk; section is the address of the entry that a
// page belongs to, "" for none.
func Nav(section string) []ui.Link {
	nav := []ui.Link{
		{Label: "待办队列", Href: queuePath}, {Label: "历次变动", Href: eventsPath}, {Label: gapsTitle, Href: gapsPath},
		{Label: "办理期限", Href: settingsPath}, {Label: "公众门户", Href: "/"},
	}
	for i := range nav {
		nav[i].Current = nav[i].Href == section
	}
	return nav
}

// show answers with a page under a status. It is made anew each time: what it
// shows is somebody's work to do now.
func (d *Desk) show(w http.ResponseWriter, r *http.Request, status int, name string, page any) error {
	body, err := d.pages.Execute(name, page)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		// The connection is the reader's; a failed write has nobody to tell.
		_, _ = w.Write(body)
	}
	return nil
}

// names are the names of the departments.
type names map[sqldb.ID]string

func (d *Desk) names(ctx context.Context) (names, error) {
	all, err := org.Departments(ctx, d.cfg.DB, "")
	if err != nil {
		return nil, errs.Wrap("departments", err)
	}
	n := make(names, len(all))
	for _, x := range all {
		n[x.ID] = x.Name
	}
	return n, nil
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

// actor is the operator's account under the name of the person who decides.
func (d *Desk) actor(person string) ledger.Actor {
	a := d.cfg.Operator
	a.Name = person
	return a
}

// words are the words of an error for the person at a form: what is wrong and
// how to mend it, without the place, which the form shows.
func words(err error) string {
	var e *errs.Error
	if errors.As(err, &e) && e.Kind != errs.Internal {
		return e.At("").Words()
	}
	return errs.Message(err)
}
