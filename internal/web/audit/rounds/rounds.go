// Package rounds is the office of the three rounds (三上三下): the legal office
// opens campaigns, moves last days and ends them; the board shows where every
// department stands; an audit group receives a submission, decides on the
// answers and hands its opinions down; the leading group rules on what stays
// disputed.
//
// What somebody sees is cut to the scope of people.SeeRounds, draft opinions to
// that of people.SeeReview. What is out of reach is people.Unknown.
package rounds

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
	"qingdan/internal/service/round"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets/rounds.css
var sheet string

// Config is what the pages need; all of it must be set but BaseURL.
type Config struct {
	DB      *sqldb.DB
	Ledger  *ledger.Ledger
	Clock   func() time.Time
	Shell   *staff.Shell
	BaseURL string // of the site, for the code on papers; "" leaves it out
}

// Rounds answers the pages. It is safe for concurrent use and keeps nothing.
type Rounds struct {
	cfg   Config
	shell *staff.Shell
	pages *ui.Set
}

// New parses the templates; a broken one is an error.
func New(cfg Config) (*Rounds, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("rounds templates", err)
	}
	return &Rounds{cfg: cfg, shell: cfg.Shell.With("rounds.css", sheet), pages: set}, nil
}

// The addresses of the pages.
const (
	Root            = "/rounds"
	newPath         = Root + "/new"
	campaignsPath   = Root + "/campaigns"
	groupsPath      = Root + "/groups"
	disputesPath    = Root + "/disputes"
	submissionsPath = Root + "/submissions"
	opinionsPath    = Root + "/opinions"

	title         = "三上三下"
	disputesTitle = "分歧裁定"
)

// Routes lists the pages.
func (x *Rounds) Routes() []staff.Route {
	one, sub, opinion := campaignsPath+"/{id}", submissionsPath+"/{id}", opinionsPath+"/{id}"
	return []staff.Route{
		{Pattern: "GET " + Root, Action: people.SeeRounds, Handler: x.board},
		{Pattern: "GET " + newPath, Action: people.RunRounds, Handler: x.opening},
		{Pattern: "POST " + Root, Action: people.RunRounds, Handler: x.open},
		{Pattern: "GET " + groupsPath, Action: people.SeeReview, Handler: x.groups},
		{Pattern: "GET " + disputesPath, Action: people.SeeRounds, Handler: x.disputes},
		{Pattern: "GET " + disputesPath + ".xlsx", Action: people.SeeRounds, Handler: x.disputesExport},
		{Pattern: "GET " + one, Action: people.SeeRounds, Handler: x.board},
		{Pattern: "GET " + one + "/board.xlsx", Action: people.SeeRounds, Handler: x.boardExport},
		{Pattern: "GET " + one + "/convergence", Action: people.SeeRounds, Handler: x.convergence},
		{Pattern: "GET " + one + "/convergence.xlsx", Action: people.SeeRounds, Handler: x.convergenceExport},
		{Pattern: "GET " + one + "/opinions", Action: people.SeeRounds, Handler: x.opinions},
		{Pattern: "GET " + one + "/opinions.xlsx", Action: people.SeeRounds, Handler: x.opinionsExport},
		{Pattern: "GET " + one + "/terms", Action: people.RunRounds, Handler: x.terms},
		{Pattern: "POST " + one + "/terms", Action: people.RunRounds, Handler: x.setTerm},
		{Pattern: "GET " + one + "/end", Action: people.RunRounds, Handler: x.ending},
		{Pattern: "POST " + one + "/end", Action: people.RunRounds, Handler: x.end},
		{Pattern: "GET " + sub, Action: people.SeeReview, Handler: x.submission},
		{Pattern: "GET " + sub + "/list.xlsx", Action: people.SeeReview, Handler: x.submissionExport},
		{Pattern: "POST " + sub + "/receive", Action: people.Conclude, Handler: x.receive},
		{Pattern: "GET " + sub + "/handdown", Action: people.HandDown, Handler: x.handingDown},
		{Pattern: "POST " + sub + "/handdown", Action: people.HandDown, Handler: x.handDown},
		{Pattern: "GET " + opinion, Action: people.SeeRounds, Handler: x.opinion},
		{Pattern: "GET " + opinion + "/paper", Action: people.SeeRounds, Handler: x.paper},
		{Pattern: "POST " + opinion + "/settle", Action: people.Conclude, Handler: x.settle},
		{Pattern: "POST " + opinion + "/unsettle", Action: people.Conclude, Handler: x.unsettle},
		{Pattern: "POST " + opinion + "/maintain", Action: people.Conclude, Handler: x.maintain},
		{Pattern: "POST " + opinion + "/rule", Action: people.Rule, Handler: x.rule},
	}
}

func campaignHref(id sqldb.ID) string   { return campaignsPath + "/" + id.String() }
func submissionHref(id sqldb.ID) string { return submissionsPath + "/" + id.String() }
func opinionHref(id sqldb.ID) string    { return opinionsPath + "/" + id.String() }

// home leads back to the board of a campaign.
func home(c round.Campaign) ui.Link { return ui.Link{Label: title, Href: campaignHref(c.ID)} }

// here is an instant on the clocks of Asia/Shanghai, which has had no summer time
// since 1991.
func here(t time.Time) time.Time { return t.In(time.FixedZone("CST", 8*3600)) }

// minute is an instant in words, to the minute; "" before it came.
func minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return here(t).Format("2006年1月2日 15:04")
}

// short is a day in words without its year.
func short(t time.Time) string { return here(t).Format("1月2日") }

func (x *Rounds) today() string { return round.Civil(x.cfg.Clock()) }

// act runs an act of somebody.
func (x *Rounds) act(r *http.Request, who *people.Who, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	return x.cfg.Ledger.Write(r.Context(), who.Actor(), fn)
}

// back leads on after an act: to where the form was, if it says so.
func back(w http.ResponseWriter, r *http.Request, to string) error {
	if b := r.PostForm.Get("back"); ui.LocalPath(b) {
		to = b
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// names are the names of the departments.
type names map[sqldb.ID]string

func (x *Rounds) names(ctx context.Context) (names, error) {
	all, err := org.Departments(ctx, x.cfg.DB, "")
	if err != nil {
		return nil, errs.Wrap("departments", err)
	}
	out := make(names, len(all))
	for _, d := range all {
		out[d.ID] = d.Name
	}
	return out, nil
}

// visible reads the campaign of an address. One in which nobody within the scope
// takes part is unknown.
func (x *Rounds) visible(r *http.Request, who *people.Who) (round.Campaign, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return round.Campaign{}, err
	}
	c, err := round.CampaignByID(r.Context(), x.cfg.DB, id)
	if errs.KindOf(err) == errs.NotFound {
		return c, people.Unknown().Because(err)
	}
	if err != nil {
		return c, err
	}
	return c, x.takesPart(r.Context(), who, c.ID)
}

func (x *Rounds) takesPart(ctx context.Context, who *people.Who, campaign sqldb.ID) error {
	scope := who.Scope(people.SeeRounds)
	if scope.All {
		return nil
	}
	terms, err := round.Terms(ctx, x.cfg.DB, campaign)
	if err != nil {
		return err
	}
	for _, t := range terms {
		if scope.Has(t.Department) {
			return nil
		}
	}
	return people.Unknown()
}

// groupsOf gives the name of the group that reviews each department.
func (x *Rounds) groupsOf(ctx context.Context) (names, error) {
	all, err := people.Groups(ctx, x.cfg.DB)
	if err != nil {
		return nil, err
	}
	out := names{}
	for _, g := range all {
		for _, d := range g.Departments {
			out[d] = g.Name
		}
	}
	return out, nil
}
