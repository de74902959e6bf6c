package desk

import (
	"net/http"

	"qingdan/internal/registry/people"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/ui"
)

// FollowedPage tells what looking through the library found.
type FollowedPage struct {
	ui.Frame
	Events                []EventRow
	Tasks, Ended, Counted int
}

// follow looks through the library for changes, as "qingdan law impact" does.
// Doing it again finds nothing new.
func (d *Desk) follow(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	frame, err := d.frame(r, who, "核对法规库", queuePath, home())
	if err != nil {
		return err
	}
	rep, err := impact.Follow(r.Context(), d.cfg.Ledger, d.cfg.DB, who.Actor(), d.today())
	if err != nil {
		return err
	}
	page := FollowedPage{Frame: frame, Tasks: rep.Tasks, Ended: rep.Void, Counted: rep.Counted}
	for _, e := range rep.Events {
		row := eventRow(e)
		row.Open = e.Tasks
		page.Events = append(page.Events, row)
	}
	return d.show(w, r, http.StatusOK, "followed", page)
}
