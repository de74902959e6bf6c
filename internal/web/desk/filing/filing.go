// Package filing is the department's side of a clearing (清权填报, 三上三下): its
// powers with what is still to be done on them, the form of all elements with
// drafts that save themselves, workbooks in and out, attachments, the answers to
// the opinions of the audit group, the self-check that the head signs, and the
// papers that go up with a submission.
//
// A department sees and touches only what is its own; whoever reviews or
// supervises may read the same pages. Every object is held against
// people.Who.MayOn, so that an address of another department says no more than
// one that never was.
package filing

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/blob"
	"qingdan/internal/platform/job"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets/filing.css
var sheet string

// Config is what the pages need; all of it must be set but BaseURL.
type Config struct {
	DB      *sqldb.DB
	Ledger  *ledger.Ledger
	Clock   func() time.Time
	Shell   *staff.Shell
	Blobs   blob.Store
	Jobs    *job.Runner
	BaseURL string // how the staff site is reached, for QR codes on paper; "" for the address of the request
}

// Filing answers the pages. It is safe for concurrent use; in memory it keeps
// what never changes of the versions that it has shown.
type Filing struct {
	cfg   Config
	pages *ui.Set
	lacks lacks
}

// New parses the templates; a broken one is an error.
func New(cfg Config) (*Filing, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("filing templates", err)
	}
	cfg.Shell = cfg.Shell.With("filing.css", sheet)
	return &Filing{cfg: cfg, pages: set}, nil
}

// The addresses of the pages.
const (
	Root         = "/desk/filing"
	powersPath   = Root + "/powers"
	newPath      = Root + "/new"
	importPath   = Root + "/import"
	jobsPath     = Root + "/jobs"
	filesPath    = Root + "/attachments"
	opinionsPath = Root + "/opinions"
	handUpPath   = Root + "/handup"
	papersPath   = Root + "/submissions"
)

const listTitle = "清权填报"

// Routes lists the addresses, each with the action that it needs.
func (f *Filing) Routes() []staff.Route {
	return []staff.Route{
		{Pattern: "GET " + Root, Action: people.SeePowers, Handler: f.list},
		{Pattern: "GET " + Root + ".xlsx", Action: people.SeePowers, Handler: f.export},
		{Pattern: "GET " + powersPath + "/{id}", Action: people.SeePowers, Handler: f.power},
		{Pattern: "GET " + powersPath + "/{id}/edit", Action: people.FillPowers, Handler: f.edit},
		{Pattern: "POST " + powersPath + "/{id}/edit", Action: people.FillPowers, Handler: f.finish},
		{Pattern: "POST " + powersPath + "/{id}/draft", Action: people.FillPowers, Handler: f.saveDraft},
		{Pattern: "POST " + powersPath + "/{id}/merge", Action: people.FillPowers, Handler: f.merge},
		{Pattern: "POST " + powersPath + "/{id}/withdraw", Action: people.FillPowers, Handler: f.withdraw},
		{Pattern: "GET " + newPath, Action: people.FillPowers, Handler: f.edit},
		{Pattern: "POST " + newPath, Action: people.FillPowers, Handler: f.finish},
		{Pattern: "POST " + newPath + "/draft", Action: people.FillPowers, Handler: f.saveDraft},
		{Pattern: "POST " + newPath + "/merge", Action: people.FillPowers, Handler: f.merge},
		{Pattern: "POST " + Root + "/drafts/{id}/drop", Action: people.FillPowers, Handler: f.dropDraft},
		{Pattern: "GET " + importPath, Action: people.FillPowers, Handler: f.importPage},
		{Pattern: "POST " + importPath, Action: people.FillPowers, Handler: f.upload},
		{Pattern: "GET " + importPath + "/template.xlsx", Action: people.FillPowers, Handler: f.template},
		{Pattern: "GET " + jobsPath + "/{id}", Action: people.FillPowers, Handler: f.jobPage},
		{Pattern: "GET " + jobsPath + "/{id}/corrected.xlsx", Action: people.FillPowers, Handler: f.corrected},
		{Pattern: "POST " + jobsPath + "/{id}/import", Action: people.FillPowers, Handler: f.confirm},
		{Pattern: "POST " + powersPath + "/{id}/attachments", Action: people.FillPowers, Handler: f.attach},
		{Pattern: "GET " + filesPath + "/{id}", Action: people.SeePowers, Handler: f.download},
		{Pattern: "POST " + filesPath + "/{id}/remove", Action: people.FillPowers, Handler: f.detach},
		{Pattern: "GET " + opinionsPath, Action: people.SeePowers, Handler: f.opinions},
		{Pattern: "GET " + opinionsPath + ".xlsx", Action: people.SeePowers, Handler: f.exportOpinions},
		{Pattern: "GET " + opinionsPath + "/{id}", Action: people.SeePowers, Handler: f.opinion},
		{Pattern: "POST " + opinionsPath + "/{id}", Action: people.AnswerNotes, Handler: f.answer},
		{Pattern: "GET " + handUpPath, Action: people.SeePowers, Handler: f.handUpPage},
		{Pattern: "POST " + handUpPath + "/sign", Action: people.SignUp, Handler: f.sign},
		{Pattern: "POST " + handUpPath, Action: people.SignUp, Handler: f.handUp},
		{Pattern: "GET " + papersPath + "/{id}", Action: people.SeePowers, Handler: f.receipt},
		{Pattern: "GET " + papersPath + "/{id}/print", Action: people.SeePowers, Handler: f.reportForm},
		{Pattern: "GET " + papersPath + "/{id}/feedback", Action: people.SeePowers, Handler: f.feedbackForm},
	}
}

// home leads back to the list.
func home() ui.Link { return ui.Link{Label: listTitle, Href: Root} }

// today is the civil day of Asia/Shanghai.
func (f *Filing) today() string { return round.Civil(f.cfg.Clock()) }

// here is an instant on the clocks of Asia/Shanghai, which has had no summer
// time since 1991.
func here(t time.Time) time.Time { return t.In(time.FixedZone("CST", 8*3600)) }

// minute is an instant in words, to the minute.
func minute(t time.Time) string { return here(t).Format("2006年1月2日 15:04") }

// frame is the frame of a page that can be asked for at an address. Where the page
// answers a form, whose own address shows nothing, links that lead back to it go
// there.
func (f *Filing) frame(r *http.Request, who *people.Who, at, title, section string, trail ...ui.Link) (ui.Frame, error) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		u, err := url.Parse(at)
		if err != nil {
			return ui.Frame{}, errs.Wrap("address "+at, err)
		}
		r = r.WithContext(r.Context())
		r.Method, r.URL = http.MethodGet, u
	}
	return f.cfg.Shell.Frame(r, who, title, section, trail...)
}

// show answers with a page under a status.
func (f *Filing) show(w http.ResponseWriter, r *http.Request, status int, name string, page any) error {
	return f.cfg.Shell.Show(w, r, status, f.pages, name, page)
}

// unknown turns what does not exist into the answer for what is not one's own.
func unknown(err error) error {
	if errs.KindOf(err) == errs.NotFound {
		return people.Unknown().Because(err)
	}
	return err
}

// change reads the change of a power on which its department goes on, and holds
// it against an action of somebody. What does not exist and what is another
// department's is people.Unknown.
func (f *Filing) change(ctx context.Context, who *people.Who, a people.Action, id sqldb.ID) (power.Change, error) {
	c, err := inventory.Current(ctx, f.cfg.DB, id)
	if err != nil {
		return c, unknown(err)
	}
	return c, who.MayOn(a, people.Target{Department: c.Department})
}

// stillMay asks for work that began with somebody's rights, and goes on without
// them, whether they have those rights still: Forbidden when the account was
// disabled, or may no longer fill in for the department.
func stillMay(ctx context.Context, r sqldb.Reader, who *people.Who) error {
	a, err := people.ByID(ctx, r, who.Account)
	if err != nil {
		return errs.Wrap("rights of a job", err)
	}
	now := people.Who{Account: a.ID, Roles: a.Roles, Department: a.Department}
	err = now.MayOn(people.FillPowers, people.Target{Department: who.Department})
	if a.Disabled || err != nil {
		return errs.New(errs.Forbidden, "账号已停用，或者不再负责本部门的填报，没有写入任何内容").Fix("请联系本单位的系统管理员和安全管理员").Because(err)
	}
	return nil
}

// departments are the names of the departments.
func (f *Filing) departments(ctx context.Context) (map[sqldb.ID]org.Department, error) {
	all, err := org.Departments(ctx, f.cfg.DB, "")
	if err != nil {
		return nil, errs.Wrap("departments", err)
	}
	out := make(map[sqldb.ID]org.Department, len(all))
	for _, d := range all {
		out[d.ID] = d
	}
	return out, nil
}

// told says whether an error has words for the person at the form, who can mend
// it there; others end the request.
func told(err error) bool {
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict, errs.TooLarge:
		return true
	default:
		return false
	}
}
