// Package handover shows how powers go down and are taken over (下放承接): the
// offers with how far they are, one offer with its history and the next act of
// whoever looks, the agreement on paper, and for one power who exercises it in
// each county on a day (谁来管).
//
// Both sides see an offer: the department that hands down and the one that takes
// over, each with its own act. Everything is cut to the reach of
// people.SeeHandovers.
package handover

import (
	"embed"
	"net/http"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/stage/reduce/delegate"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets/handover.css
var sheet string

// Config is what the pages need; all of it must be set but BaseURL, without which
// papers carry no QR code.
type Config struct {
	DB      *sqldb.DB
	Ledger  *ledger.Ledger
	Clock   func() time.Time
	Shell   *staff.Shell
	BaseURL string // of the staff site
}

// Handover answers the pages. It is safe for concurrent use and keeps nothing.
type Handover struct {
	cfg   Config
	shell *staff.Shell
	pages *ui.Set
}

// New parses the templates; a broken one is an error.
func New(cfg Config) (*Handover, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("handover templates", err)
	}
	return &Handover{cfg: cfg, shell: cfg.Shell.With("handover.css", sheet), pages: set}, nil
}

// The addresses of the pages.
const (
	Root    = "/handovers"
	WhoPath = Root + "/who"
	newPath = Root + "/new"
	title   = "下放承接"
)

// Routes lists the pages.
func (h *Handover) Routes() []staff.Route {
	one := Root + "/{id}"
	return []staff.Route{
		{Pattern: "GET " + Root, Action: people.SeeHandovers, Handler: h.list},
		{Pattern: "GET " + Root + "/handovers.xlsx", Action: people.SeeHandovers, Handler: h.export},
		{Pattern: "GET " + WhoPath, Action: people.SeeHandovers, Handler: h.who},
		{Pattern: "GET " + WhoPath + ".xlsx", Action: people.SeeHandovers, Handler: h.exportWho},
		{Pattern: "GET " + newPath, Action: people.OfferPower, Handler: h.newOffer},
		{Pattern: "POST " + newPath, Action: people.OfferPower, Handler: h.makeOffer},
		{Pattern: "GET " + one, Action: people.SeeHandovers, Handler: h.one},
		{Pattern: "GET " + one + "/paper", Action: people.SeeHandovers, Handler: h.paper},
		{Pattern: "GET " + one + "/again", Action: people.OfferPower, Handler: h.newAgain},
		{Pattern: "POST " + one + "/again", Action: people.OfferPower, Handler: h.makeAgain},
		{Pattern: "POST " + one + "/answer", Action: people.TakePower, Handler: h.act("answer")},
		{Pattern: "POST " + one + "/receive", Action: people.TakePower, Handler: h.act("receive")},
		{Pattern: "POST " + one + "/ask-back", Action: people.TakePower, Handler: h.act("ask-back")},
		{Pattern: "POST " + one + "/withdraw", Action: people.OfferPower, Handler: h.act("withdraw")},
		{Pattern: "POST " + one + "/sign", Action: people.OfferPower, Handler: h.act("sign")},
		{Pattern: "POST " + one + "/back", Action: people.OfferPower, Handler: h.act("back")},
		{Pattern: "POST " + one + "/check", Action: people.OfferPower, Handler: h.act("check")},
	}
}

func oneHref(id sqldb.ID) string { return Root + "/" + id.String() }

// home leads back to the offers.
func home() ui.Link { return ui.Link{Label: title, Href: Root} }

// civil is the civil day of an instant in Asia/Shanghai, which has had no summer
// time since 1991.
func civil(t time.Time) string {
	return t.In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)
}

func (h *Handover) today() string { return civil(h.cfg.Clock()) }

// minute is an instant in words, to the minute.
func minute(t time.Time) string {
	return t.In(time.FixedZone("CST", 8*3600)).Format("2006年1月2日 15:04")
}

// reach is how far somebody sees here.
func (h *Handover) reach(r *http.Request, who *people.Who) (people.Scope, error) {
	return delegate.Reach(r.Context(), h.cfg.DB, who, people.SeeHandovers, h.today())
}

// find reads the offer of an address; one that neither side of which is within
// reach is answered like none.
func (h *Handover) find(r *http.Request, who *people.Who) (delegate.Handover, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return delegate.Handover{}, err
	}
	o, err := delegate.ByID(r.Context(), h.cfg.DB, id)
	if err != nil {
		return o, err
	}
	s, err := h.reach(r, who)
	if err == nil && !s.Has(o.Owner) && !s.Has(o.Terms.Body) {
		err = people.Unknown()
	}
	return o, err
}

// light is the state of an offer in shape, word and colour.
func light(o delegate.Handover, today string) ui.Light {
	switch {
	case o.Lapsed(today):
		return ui.Light{Tone: "still", Word: "委托期满"}
	case o.State == delegate.Held && o.From > today:
		return ui.Light{Tone: "ok", Word: "到期生效"}
	case o.State == delegate.Held:
		return ui.Light{Tone: "ok", Word: o.State.Label()}
	case o.State == delegate.Refused, o.State == delegate.BackAsked:
		return ui.Light{Tone: "bad", Word: o.State.Label()}
	case o.State.Alive():
		return ui.Light{Tone: "warn", Word: o.State.Label()}
	default:
		return ui.Light{Tone: "still", Word: o.State.Label()}
	}
}
