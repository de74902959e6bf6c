// Package consult is the desk of 开门搞清单: the notices with how far their answers
// are, the inbox of what was said, a page for each comment with the form to answer
// it, and what is told to the media (热点问答).
//
// Departments see and answer what concerns them, the legal office all of it; only
// the legal office opens notices, records what did not come through the site, and
// holds a comment back.
package consult

import (
	"context"
	"embed"
	_ "embed" // the style sheet
	"errors"
	"net/http"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	core "qingdan/internal/service/consult"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets/consult.css
var sheet string

// Config is what the pages need; all of it must be set.
type Config struct {
	DB     *sqldb.DB
	Ledger *ledger.Ledger
	Clock  func() time.Time
	Shell  *staff.Shell
}

// Consult answers the pages. It is safe for concurrent use and keeps nothing.
type Consult struct {
	cfg   Config
	shell *staff.Shell
	pages *ui.Set
}

// New parses the templates; a broken one is an error.
func New(cfg Config) (*Consult, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("consult templates", err)
	}
	return &Consult{cfg: cfg, shell: cfg.Shell.With("consult.css", sheet), pages: set}, nil
}

// The addresses of the pages.
const (
	Root      = "/consult"
	InboxPath = Root + "/comments"
	PressPath = Root + "/press"

	openPath = Root + "/open"
	title    = "征求意见"
)

// Routes lists the pages.
func (x *Consult) Routes() []staff.Route {
	see, run, answer := people.SeeConsult, people.RunConsult, people.AnswerPublic
	notice, comment, question := Root+"/notices/{id}", InboxPath+"/{id}", PressPath+"/questions/{id}"
	return []staff.Route{
		{Pattern: "GET " + Root, Action: see, Handler: x.overview},
		{Pattern: "GET " + openPath, Action: run, Handler: x.opening},
		{Pattern: "POST " + openPath, Action: run, Handler: x.open},
		{Pattern: "GET " + notice, Action: see, Handler: x.notice},
		{Pattern: "POST " + notice + "/extend", Action: run, Handler: x.extend},
		{Pattern: "POST " + notice + "/close", Action: run, Handler: x.close},
		{Pattern: "GET " + notice + "/record", Action: run, Handler: x.recording},
		{Pattern: "POST " + notice + "/opinions", Action: run, Handler: x.recordOpinion},
		{Pattern: "POST " + notice + "/meetings", Action: run, Handler: x.recordMeeting},
		{Pattern: "GET " + InboxPath, Action: see, Handler: x.inbox},
		{Pattern: "GET " + InboxPath + ".xlsx", Action: see, Handler: x.export},
		{Pattern: "GET " + comment, Action: see, Handler: x.comment},
		{Pattern: "POST " + comment + "/answer", Action: answer, Handler: x.answer},
		{Pattern: "POST " + comment + "/hold", Action: run, Handler: x.hold},
		{Pattern: "POST " + comment + "/release", Action: run, Handler: x.release},
		{Pattern: "GET " + PressPath, Action: see, Handler: x.press},
		{Pattern: "GET " + PressPath + "/record", Action: run, Handler: x.pressForms},
		{Pattern: "POST " + PressPath + "/questions", Action: run, Handler: x.ask},
		{Pattern: "GET " + question, Action: see, Handler: x.question},
		{Pattern: "POST " + question + "/answer", Action: answer, Handler: x.answerQuestion},
		{Pattern: "POST " + question + "/withdraw", Action: run, Handler: x.withdraw},
		{Pattern: "POST " + PressPath + "/conferences", Action: run, Handler: x.recordConference},
		{Pattern: "POST " + PressPath + "/plans", Action: run, Handler: x.addPlan},
		{Pattern: "POST " + PressPath + "/plans/{id}", Action: run, Handler: x.markPlan},
		{Pattern: "POST " + PressPath + "/clippings", Action: run, Handler: x.addClipping},
	}
}

func noticeHref(id sqldb.ID) string  { return Root + "/notices/" + id.String() }
func commentHref(id sqldb.ID) string { return InboxPath + "/" + id.String() }

// publicHref is the address of a notice on the public site, which stands beside
// the pages of staff as well.
func publicHref(notice sqldb.ID) string { return "/consultations/" + notice.String() }

// home leads back to the notices.
func home() ui.Link { return ui.Link{Label: title, Href: Root} }

// today is the civil day of Asia/Shanghai.
func (x *Consult) today() string { return dayOf(x.cfg.Clock()) }

// place is the zone of Asia/Shanghai, which has had no summer time since 1991.
func place() *time.Location { return time.FixedZone("CST", 8*3600) }

func dayOf(t time.Time) string { return t.In(place()).Format(time.DateOnly) }

// minute is an instant on the clocks of Asia/Shanghai, to the minute; "" of none.
func minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(place()).Format("2006年1月2日 15:04")
}

// names are the names of the departments.
type names map[sqldb.ID]string

// whole is who answers what is said of the list as a whole.
const whole = "法制机构"

// of is the name of a department; of none, who answers for the whole list.
func (n names) of(id sqldb.ID) string {
	if id.IsZero() {
		return whole
	}
	return n[id]
}

// departments reads the departments in the order of their names.
func (x *Consult) departments(ctx context.Context) ([]org.Department, names, error) {
	division, err := org.Here(ctx, x.cfg.DB)
	if err != nil {
		return nil, nil, err
	}
	all, err := org.Departments(ctx, x.cfg.DB, division)
	if err != nil {
		return nil, nil, errs.Wrap("departments", err)
	}
	n := make(names, len(all))
	for _, d := range all {
		n[d.ID] = d.Name
	}
	return all, n, nil
}

// choices are the departments to choose from.
func choices(all []org.Department, scope people.Scope, chosen sqldb.ID) []ui.Choice {
	var out []ui.Choice
	for _, d := range all {
		if scope.Has(d.ID) {
			out = append(out, ui.Choice{Value: d.ID.String(), Label: d.Name, Selected: d.ID == chosen})
		}
	}
	return out
}

// tabs are the pages of the room.
func tabs(here string) []ui.Link {
	out := []ui.Link{{Label: "公告", Href: Root}, {Label: "意见", Href: InboxPath}, {Label: "热点问答和媒体", Href: PressPath}}
	for i := range out {
		out[i].Current = out[i].Href == here
	}
	return out
}

// Wrong are the words beside the fields of a refused form, by field; "" is the
// form as a whole.
type Wrong map[string]string

// wrongOf puts the words of an error beside the field that it speaks of, when the
// form has it. Only what a person can mend is for the form: the rest is returned.
func wrongOf(err error, fields ...string) (Wrong, error) {
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != errs.Invalid && e.Kind != errs.Conflict {
		return nil, err
	}
	for _, f := range fields {
		if e.Place == f {
			return Wrong{f: e.At("").Words()}, nil
		}
	}
	return Wrong{"": e.Words()}, nil
}

// sent tells what was done after a redirect.
func sent(w http.ResponseWriter, r *http.Request, to string) error {
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// write runs an act of somebody.
func (x *Consult) write(r *http.Request, who *people.Who, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	return x.cfg.Ledger.Write(r.Context(), who.Actor(), fn)
}

// idOf reads an id that a form carries; zero when it carries none, or nonsense.
func idOf(r *http.Request, field string) sqldb.ID {
	id, err := sqldb.ParseID(staff.Typed(r, field))
	if err != nil {
		return sqldb.ID{}
	}
	return id
}

// stageLight shows how far a notice is.
func stageLight(s core.Stage) ui.Light {
	return ui.Light{Tone: map[core.Stage]string{core.Open: "ok", core.Ahead: "warn", core.Closed: "still"}[s], Word: s.Label()}
}

// dueLight shows how long it is to a day by which answers are due; nothing when
// nothing waits.
func dueLight(today, due string, waiting int) ui.Light {
	if waiting == 0 || due == "" {
		return ui.Light{}
	}
	from, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return ui.Light{}
	}
	to, err := time.Parse(time.DateOnly, due)
	if err != nil {
		return ui.Light{}
	}
	switch left := int(to.Sub(from).Hours() / 24); {
	case left < 0:
		return ui.Light{Tone: "bad", Word: "答复已逾期"}
	case left <= 3:
		return ui.Light{Tone: "warn", Word: "答复将到期"}
	default:
		return ui.Light{Tone: "ok", Word: "在答复期限内"}
	}
}
