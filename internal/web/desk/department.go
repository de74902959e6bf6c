package desk

import (
	"net/http"
	"net/url"

	"qingdan/internal/registry/people"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/ui"
)

// unitSize is how many tasks a department's list shows on one page: as a rule
// all, so that it prints whole.
const unitSize = 300

// DepartmentPage is the queue of one department, to work through and to print.
type DepartmentPage struct {
	ui.Frame
	Name       string
	Day        string
	Counts     DeskRow
	State      impact.State
	States     []ui.Link
	Rows       []Row
	First      string // the first task to work on
	Pager      ui.Pager
	ExportHref string
}

func (d *Desk) department(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	id, err := pathID(r, "这个部门")
	if err != nil {
		return err
	}
	ctx, scope := r.Context(), within(who)
	n, err := d.names(ctx, scope)
	if err != nil {
		return err
	}
	name, ok := n[id]
	if !ok {
		return people.Unknown()
	}
	frame, err := d.frame(r, who, name, queuePath, home())
	if err != nil {
		return err
	}
	desks, err := d.desks(ctx, scope)
	if err != nil {
		return err
	}
	f := filter{Department: id}
	page := DepartmentPage{Frame: frame, Name: name, Day: d.today(), Counts: deskRow(impact.Desk{Department: id}, n),
		State: stateOf(r), ExportHref: f.at(queuePath + ".xlsx")}
	for _, x := range desks {
		if x.Department == id {
			page.Counts = deskRow(x, n)
		}
	}
	page.States = states(departmentHref(id), page.State)
	q := f.query(d.today(), unitSize+1, scope)
	q.State = page.State
	if page.Rows, page.Pager, err = d.page(r, q, f, n, turnLink(departmentHref(id), page.State)); err != nil {
		return err
	}
	if len(page.Rows) > 0 && page.State == impact.Open {
		page.First = page.Rows[0].Href
	}
	return d.show(w, r, http.StatusOK, "department", page)
}

// stateOf reads which tasks an address asks for: the open ones unless it says
// another state.
func stateOf(r *http.Request) impact.State {
	switch s := impact.State(r.URL.Query().Get("state")); s {
	case impact.Closed, impact.Void:
		return s
	default:
		return impact.Open
	}
}

// states are the parts of a list of tasks.
func states(path string, chosen impact.State) []ui.Link {
	return []ui.Link{
		{Label: "待办", Href: path, Current: chosen == impact.Open},
		{Label: "已办结", Href: path + "?state=" + string(impact.Closed), Current: chosen == impact.Closed},
		{Label: "不再需要办理", Href: path + "?state=" + string(impact.Void), Current: chosen == impact.Void},
	}
}

// turnLink makes the addresses of the pages of one part.
func turnLink(path string, s impact.State) func(way, at string) string {
	return func(way, at string) string { return ui.Address(path, url.Values{"state": {string(s)}, way: {at}}) }
}
