// Package cuts shows what is proposed to be cut (减权) and lets it be decided: the
// queue of proposals with its facets, one sheet per power with the evidence
// beside the form, the page on which the leading group decides, and the
// boundaries between departments (职责边界).
//
// What somebody sees is cut to the scope of people.SeeCuts: departments see what
// is proposed for their own powers, groups their departments, the leading group,
// the legal office and supervisors all.
package cuts

import (
	"context"
	"embed"
	_ "embed" // the style sheet
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets/cuts.css
var sheet string

// Config is what the pages need; all of it must be set.
type Config struct {
	DB     *sqldb.DB
	Ledger *ledger.Ledger
	Clock  func() time.Time
	Shell  *staff.Shell
}

// Cuts answers the pages. It is safe for concurrent use and keeps nothing.
type Cuts struct {
	cfg   Config
	shell *staff.Shell
	pages *ui.Set
}

// New parses the templates; a broken one is an error.
func New(cfg Config) (*Cuts, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("cuts templates", err)
	}
	return &Cuts{cfg: cfg, shell: cfg.Shell.With("cuts.css", sheet), pages: set}, nil
}

// The addresses of the pages.
const (
	Root           = "/cuts"
	decidePath     = Root + "/decide"
	boundariesPath = Root + "/boundaries"
	title          = "减权"
)

// Routes lists the pages.
func (c *Cuts) Routes() []staff.Route {
	one := Root + "/powers/{id}"
	return []staff.Route{
		{Pattern: "GET " + Root, Action: people.SeeCuts, Handler: c.queue},
		{Pattern: "GET " + Root + "/proposals.xlsx", Action: people.SeeCuts, Handler: c.export},
		{Pattern: "GET " + one, Action: people.SeeCuts, Handler: c.sheet},
		{Pattern: "POST " + one, Action: people.ProposeCut, Handler: c.propose},
		{Pattern: "POST " + Root + "/proposals/{id}/withdraw", Action: people.ProposeCut, Handler: c.withdraw},
		{Pattern: "GET " + decidePath, Action: people.DecideCuts, Handler: c.decide},
		{Pattern: "POST " + decidePath, Action: people.DecideCuts, Handler: c.rehearse},
		{Pattern: "POST " + decidePath + "/confirm", Action: people.DecideCuts, Handler: c.confirm},
		{Pattern: "GET " + boundariesPath, Action: people.SeeCuts, Handler: c.boundaries},
		{Pattern: "GET " + boundariesPath + "/list.xlsx", Action: people.SeeCuts, Handler: c.boundariesExport},
		{Pattern: "POST " + boundariesPath, Action: people.MarkBoundary, Handler: c.record},
		{Pattern: "POST " + boundariesPath + "/{id}/confirm", Action: people.MarkBoundary, Handler: c.confirmBoundary},
		{Pattern: "POST " + boundariesPath + "/{id}/end", Action: people.MarkBoundary, Handler: c.endBoundary},
	}
}

// scope is how far somebody sees here.
func scope(who *people.Who) people.Scope { return who.Scope(people.SeeCuts) }

// home leads back to the queue.
func home() ui.Link { return ui.Link{Label: title, Href: Root} }

// sheetHref is the address of the sheet of a power.
func sheetHref(id sqldb.ID) string { return Root + "/powers/" + id.String() }

// here is an instant on the clocks of Asia/Shanghai, which has had no summer time
// since 1991.
func here(t time.Time) time.Time { return t.In(time.FixedZone("CST", 8*3600)) }

// minute is an instant in words, to the minute; "" of none.
func minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return here(t).Format("2006年1月2日 15:04")
}

// day is the civil day of an instant.
func day(t time.Time) string { return here(t).Format(time.DateOnly) }

// names are the names of the departments.
type names map[sqldb.ID]string

// departments reads the departments in the order of their names.
func (c *Cuts) departments(ctx context.Context) ([]org.Department, names, error) {
	division, err := org.Here(ctx, c.cfg.DB)
	if err != nil {
		return nil, nil, err
	}
	all, err := org.Departments(ctx, c.cfg.DB, division)
	if err != nil {
		return nil, nil, errs.Wrap("departments", err)
	}
	n := make(names, len(all))
	for _, d := range all {
		n[d.ID] = d.Name
	}
	return all, n, nil
}

// light is the state of a proposal in shape, word and colour.
func light(p reduce.Proposal) ui.Light {
	switch {
	case p.Stale:
		return ui.Light{Tone: "warn", Word: "事项已变化"}
	case p.State == reduce.Decided:
		return ui.Light{Tone: "ok", Word: p.State.Label()}
	default:
		return ui.Light{Tone: "still", Word: p.State.Label()}
	}
}

// stateLight is where a change stands.
func stateLight(s power.State) ui.Light {
	switch {
	case s == power.Published:
		return ui.Light{Tone: "ok", Word: "在清单上"}
	case s.Kept():
		return ui.Light{Tone: "ok", Word: s.Label()}
	default:
		return ui.Light{Tone: "still", Word: s.Label()}
	}
}

// went says in words where a power goes, "" where the fate says it all.
func went(p reduce.Proposal) string {
	switch p.Fate {
	case reduce.Merge:
		return "并入“" + p.IntoName + "”（" + p.IntoCode + "），由" + p.Target + "负责"
	case reduce.Recategory:
		return "调整为" + p.Target
	case reduce.Reclassify:
		return "转为" + p.TargetKind
	default:
		return p.Target
	}
}

// told says whether an error is for the person at the form: Invalid or Conflict.
func told(err error) bool {
	k := errs.KindOf(err)
	return err != nil && (k == errs.Invalid || k == errs.Conflict)
}
