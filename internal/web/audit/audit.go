// Package audit is the workbench of the audit groups (审核工作台): the queue of
// powers under review with its facets, the panel with texts compared, checks and
// opinions, bulk acts, and the boards of 两摸清. The duties of 三定 held against the
// powers are in duties below it.
//
// Everything is cut to the scope of people.SeeReview: reviewers see their
// group's departments, the leading group, the legal office and supervisors all,
// departments nothing, for conclusions and draft opinions are not theirs to see.
package audit

import (
	"embed"
	_ "embed" // the style sheet
	"net/http"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/audit/duties"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets/audit.css
var sheet string

// Config is what the workbench needs; all of it must be set.
type Config struct {
	DB     *sqldb.DB
	Ledger *ledger.Ledger
	Clock  func() time.Time
	Shell  *staff.Shell
}

// Audit answers the pages of the workbench. It is safe for concurrent use; in
// memory it keeps the queue as of the last act, and of immutable versions which
// parts of their content are missing.
type Audit struct {
	cfg   Config
	shell *staff.Shell
	pages *ui.Set
	kept  shelving
	lacks lacking

	duties *duties.Duties
}

// New parses the templates; a broken one is an error.
func New(cfg Config) (*Audit, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("audit templates", err)
	}
	a := &Audit{cfg: cfg, shell: cfg.Shell.With("audit.css", sheet), pages: set, lacks: lacking{of: map[sqldb.ID]uint{}}}
	a.duties, err = duties.New(duties.Config{DB: cfg.DB, Clock: cfg.Clock, Shell: a.shell, PowerPath: powersPath})
	return a, err
}

// The addresses of the workbench.
const (
	root       = "/audit"
	queuePath  = root + "/queue"
	powersPath = root + "/powers"
	bulkPath   = root + "/bulk"
	boardPath  = root + "/board"
)

// Routes lists the pages of the workbench.
func (a *Audit) Routes() []staff.Route {
	one := powersPath + "/{id}"
	return append([]staff.Route{
		{Pattern: "GET " + root, Action: people.SeeReview, Handler: a.root},
		{Pattern: "GET " + queuePath, Action: people.SeeReview, Handler: a.queue},
		{Pattern: "GET " + queuePath + ".xlsx", Action: people.SeeReview, Handler: a.export},
		{Pattern: "GET " + one, Action: people.SeeReview, Handler: a.power},
		{Pattern: "GET " + one + "/panel", Action: people.SeeReview, Handler: a.power},
		{Pattern: "POST " + one + "/confirm", Action: people.Conclude, Handler: a.confirm},
		{Pattern: "POST " + one + "/conclude", Action: people.Conclude, Handler: a.conclude},
		{Pattern: "POST " + one + "/opinions", Action: people.Conclude, Handler: a.write},
		{Pattern: "POST " + one + "/opinions/{opinion}/{act}", Action: people.Conclude, Handler: a.opinion},
		{Pattern: "POST " + bulkPath, Action: people.Conclude, Handler: a.bulk},
		{Pattern: "POST " + bulkPath + "/{id}/undo", Action: people.Conclude, Handler: a.undo},
		{Pattern: "GET " + boardPath, Action: people.SeeReview, Handler: a.board},
		{Pattern: "GET " + boardPath + ".xlsx", Action: people.SeeReview, Handler: a.boardExport},
	}, a.duties.Routes()...)
}

func (a *Audit) root(w http.ResponseWriter, r *http.Request, _ *people.Who) error {
	http.Redirect(w, r, queuePath, http.StatusSeeOther)
	return nil
}

// scope is how far somebody sees in the workbench.
func scope(who *people.Who) people.Scope { return who.Scope(people.SeeReview) }

// here is an instant on the clocks of Asia/Shanghai, which has had no summer time
// since 1991.
func here(t time.Time) time.Time { return t.In(time.FixedZone("CST", 8*3600)) }

// minute is an instant in words, to the minute.
func minute(t time.Time) string { return here(t).Format("2006年1月2日 15:04") }

// dayOf is the civil day of an instant in words.
func dayOf(t time.Time) string { return here(t).Format("2006年1月2日") }

// swapped says whether the browser asks for a part of a page to put into one.
func swapped(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }
