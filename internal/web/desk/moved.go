package desk

import (
	"net/http"
	"slices"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// movedBatch is how many tasks one update takes at most: as many as a person
// can look through on one page.
const movedBatch = 200

// MoveRow is one task of the one-click update: the basis with the numbers that
// change marked, or why it is left to a person.
type MoveRow struct {
	ID, Code, Name, Href, Department string
	Old, New                         []ui.Piece
	Why                              string
	Chosen                           bool
}

// MovedPage offers the one-click update of an event, and shows what it did.
type MovedPage struct {
	ui.Frame
	Event    EventRow
	Rows     []MoveRow // will be rewritten
	Left     []MoveRow // are left to a person
	Updated  int       // rewritten up to now
	Finished bool      // comes back from an update
	More     bool      // there are more than one page shows
	Failed   Fails
}

func (d *Desk) moved(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	e, err := d.eventOf(r, who)
	if err != nil {
		return err
	}
	page, err := d.movedPage(r, who, e)
	if err != nil {
		return err
	}
	page.Finished = r.URL.Query().Get("updated") != ""
	return d.show(w, r, http.StatusOK, "moved", page)
}

func (d *Desk) movedPage(r *http.Request, who *people.Who, e impact.Event) (MovedPage, error) {
	ctx := r.Context()
	title := "《" + e.Title + "》" + string(e.Kind)
	frame, err := d.frame(r, who, "条号成批更新", eventsPath, home(), ui.Link{Label: "历次变动", Href: eventsPath}, ui.Link{Label: title, Href: eventHref(e.ID)})
	if err != nil {
		return MovedPage{}, err
	}
	page := MovedPage{Frame: frame, Event: eventRow(e)}
	n, err := d.names(ctx, within(who))
	if err != nil {
		return page, err
	}
	moves, err := impact.Moves(ctx, d.cfg.DB, e.ID, movedBatch+1)
	if err != nil {
		return page, err
	}
	if page.More = len(moves) > movedBatch; page.More {
		moves = moves[:movedBatch]
	}
	f := filter{Event: e.ID, Kind: impact.NumberMoved}
	for _, m := range moves {
		row := MoveRow{ID: m.Task.ID.String(), Code: m.Task.Code, Name: m.Task.Name, Href: f.at(taskHref(m.Task.ID)), Department: n[m.Task.Department], Why: m.Why, Chosen: true}
		if m.Why != "" {
			row.Old = []ui.Piece{{Word: m.Basis}}
			page.Left = append(page.Left, row)
			continue
		}
		row.Old, row.New = sides(m.Basis, m.Proposed)
		page.Rows = append(page.Rows, row)
	}
	ended, err := impact.Tasks(ctx, d.cfg.DB, impact.Query{Event: e.ID, State: impact.Closed, MovedOnly: true, Limit: e.Tasks + 1})
	for _, t := range ended {
		if t.Outcome == impact.NewVersion {
			page.Updated++
		}
	}
	return page, err
}

// update runs the one-click update over the tasks that were ticked.
func (d *Desk) update(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	e, err := d.eventOf(r, who)
	if err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	var chosen []sqldb.ID
	for _, s := range r.PostForm["task"] {
		id, err := sqldb.ParseID(s)
		if err != nil {
			return errs.Invalidf("所选事项无效").Fix("请从本次变动的页面重新进入").Because(err)
		}
		chosen = append(chosen, id)
	}
	fails := Fails{}
	if len(chosen) == 0 {
		fails.All = "没有选中事项。请至少选一项"
	}
	status := http.StatusBadRequest
	if !fails.any() {
		_, err = impact.UpdateMoved(r.Context(), d.cfg.Ledger, who.Actor(), e.ID, chosen, d.today())
		switch errs.KindOf(err) {
		case errs.Conflict:
			status, fails.All = http.StatusConflict, staff.Words(err)
		default:
			if err != nil {
				return err
			}
		}
	}
	if err == nil && !fails.any() || status == http.StatusConflict && d.allEnded(r, e.ID, chosen) {
		http.Redirect(w, r, eventHref(e.ID)+"/moved?updated=1", http.StatusSeeOther)
		return nil
	}
	page, err := d.movedPage(r, who, e)
	if err != nil {
		return err
	}
	page.Failed = fails
	for i, row := range page.Rows {
		page.Rows[i].Chosen = slices.Contains(r.PostForm["task"], row.ID)
	}
	return d.show(w, r, status, "moved", page)
}

// allEnded says whether tasks of an event have all ended, as after the same
// form was sent twice.
func (d *Desk) allEnded(r *http.Request, event sqldb.ID, tasks []sqldb.ID) bool {
	return !slices.ContainsFunc(tasks, func(id sqldb.ID) bool {
		t, err := impact.TaskByID(r.Context(), d.cfg.DB, id)
		return err != nil || t.Event != event || t.State != impact.Closed
	})
}

// sides compares two texts for reading side by side.
func sides(a, b string) (older, newer []ui.Piece) {
	for _, op := range hanzi.Diff(a, b) {
		switch op.Kind {
		case hanzi.Removed:
			older = append(older, ui.Piece{Tone: "less", Word: op.Text})
		case hanzi.Added:
			newer = append(newer, ui.Piece{Tone: "more", Word: op.Text})
		default:
			older, newer = append(older, ui.Piece{Word: op.Text}), append(newer, ui.Piece{Word: op.Text})
		}
	}
	return older, newer
}
