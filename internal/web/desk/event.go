package desk

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/ui"
)

// EventsPage lists the changes of law, the newest first.
type EventsPage struct {
	ui.Frame
	Rows  []EventRow
	Older string // address of the page of older ones
}

func (d *Desk) events(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	frame, err := d.frame(r, who, "历次变动", eventsPath, home())
	if err != nil {
		return err
	}
	c, err := ui.ParseCursor(r.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	before := impact.Event{}
	if c.Set {
		at, err := strconv.ParseInt(c.Key, 10, 64)
		if err != nil {
			return errs.Invalidf("翻页位置无效").Fix("请从第一页重新翻起")
		}
		before.ID, before.Opened = c.ID, sqldb.FromMicros(at)
	}
	all, err := impact.FindEvents(r.Context(), d.cfg.DB, impact.EventQuery{Only: only(within(who)), Today: d.today(), Before: before, Limit: pageSize + 1})
	if err != nil {
		return err
	}
	page := EventsPage{Frame: frame}
	if len(all) > pageSize {
		all = all[:pageSize]
		last := all[pageSize-1]
		at := ui.Cursor{Key: strconv.FormatInt(sqldb.Micros(last.Opened), 10), ID: last.ID, Set: true}
		page.Older = eventsPath + "?before=" + at.String()
	}
	for _, e := range all {
		page.Rows = append(page.Rows, eventRow(e))
	}
	return d.show(w, r, http.StatusOK, "events", page)
}

// Text is one edition of a law; Href is empty where the library does not show
// it any more.
type Text struct{ Made, Effective, Href string }

// EventPage is one change of law with its tasks.
type EventPage struct {
	ui.Frame
	Event       EventRow
	LawHref     string
	Old, New    *Text // nil where there is none
	CompareHref string
	Moved       int // open tasks that the one-click update fits, for whoever may run it
	MovedHref   string
	States      []ui.Link
	State       impact.State
	Rows        []Row
	Pager       ui.Pager
	ExportHref  string
}

func (d *Desk) event(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	ctx, scope := r.Context(), within(who)
	e, err := d.eventOf(r, who)
	if err != nil {
		return err
	}
	frame, err := d.frame(r, who, "《"+e.Title+"》"+string(e.Kind), eventsPath, home(), ui.Link{Label: "历次变动", Href: eventsPath})
	if err != nil {
		return err
	}
	f := filter{Event: e.ID}
	page := EventPage{Frame: frame, Event: eventRow(e), MovedHref: eventHref(e.ID) + "/moved", ExportHref: f.at(queuePath + ".xlsx"), State: stateOf(r)}
	if err := d.texts(ctx, &page, e); err != nil {
		return err
	}
	if who.May(people.ManageBasis) == nil {
		tallies, err := d.tallies(ctx, scope)
		if err != nil {
			return err
		}
		page.Moved = filter{Event: e.ID, Kind: impact.NumberMoved}.total(tallies)
	}
	page.States = states(eventHref(e.ID), page.State)
	n, err := d.names(ctx, scope)
	if err != nil {
		return err
	}
	q := f.query(d.today(), pageSize+1, scope)
	q.State = page.State
	if page.Rows, page.Pager, err = d.page(r, q, f, n, turnLink(eventHref(e.ID), page.State)); err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, "event", page)
}

// eventOf reads the event that an address names, with the counts of the tasks
// that somebody sees. One without any such task is NotFound.
func (d *Desk) eventOf(r *http.Request, who *people.Who) (impact.Event, error) {
	id, err := pathID(r, "这次依据变动")
	if err != nil {
		return impact.Event{}, err
	}
	return impact.EventFor(r.Context(), d.cfg.DB, id, d.today(), only(within(who)))
}

// texts reads the two editions of an event, and whether the library shows them.
func (d *Desk) texts(ctx context.Context, page *EventPage, e impact.Event) error {
	keys, err := law.KeysOf(ctx, d.cfg.DB, e.From)
	if err != nil {
		return err
	}
	lib, err := law.ReadTitles(ctx, d.cfg.DB, keys)
	if err != nil {
		return err
	}
	lawHref := "/laws/" + e.Document.String()
	text := func(id sqldb.ID) (*Text, bool, error) {
		if id.IsZero() {
			return nil, false, nil
		}
		x, err := law.EditionByID(ctx, d.cfg.DB, id)
		t := &Text{Made: x.Made, Effective: x.Effective}
		_, stands := lib.Edition(id)
		if stands {
			t.Href = lawHref + "?edition=" + id.String()
		}
		return t, stands, err
	}
	var oldStands, newStands bool
	if page.Old, oldStands, err = text(e.From); err != nil {
		return err
	}
	if page.New, newStands, err = text(e.To); err != nil {
		return err
	}
	if oldStands || newStands {
		page.LawHref = lawHref
	}
	if oldStands && newStands {
		page.CompareHref = compareHref(e)
	}
	return nil
}

// compareHref is the public page with both texts of an event side by side.
func compareHref(e impact.Event) string {
	return ui.Address("/laws/"+e.Document.String()+"/compare", url.Values{"from": {e.From.String()}, "to": {e.To.String()}})
}
