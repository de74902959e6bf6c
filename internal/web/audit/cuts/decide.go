package cuts

import (
	"net/http"
	"strconv"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// maxAtOnce is how many proposals are decided by one form.
const maxAtOnce = 2000

// DecidePage lists open proposals to tick, with who decided and when.
type DecidePage struct {
	ui.Frame
	Rows   []Row
	Total  int
	More   int // open ones that the page does not show
	Said   string
	By, On string
	Every  bool // all that the filter leaves, shown or not
	Wrong  string
	Place  string // the field that it speaks of
	Action string
	Back   string
}

// Line is one count of what will happen.
type Line struct {
	Fate string
	N    int
}

// ConfirmPage says what carrying the chosen proposals out will do.
type ConfirmPage struct {
	ui.Frame
	Rows    []Row
	IDs     []string
	Lines   []Line
	Total   int
	Listed  int
	Before  int // kept in the books of all units
	After   int
	By, On  string
	Confirm string
	Back    string
}

func (c *Cuts) decide(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	f, n, err := c.chosen(r, who)
	if err != nil {
		return err
	}
	return c.showDecide(w, r, who, http.StatusOK, f, n, DecidePage{On: here(c.cfg.Clock()).Format("2006-01-02")}, nil)
}

// showDecide lists the open proposals of a filter; ticked ones stay ticked.
func (c *Cuts) showDecide(w http.ResponseWriter, r *http.Request, who *people.Who, status int, f filter, n names, page DecidePage, ticked map[sqldb.ID]bool) error {
	f.State = ""
	q := f.query()
	q.Limit = maxAtOnce + 1
	all, err := reduce.Proposals(r.Context(), c.cfg.DB, who.Scope(people.DecideCuts), q)
	if err != nil {
		return err
	}
	if page.Frame, err = c.shell.Frame(r, who, "执行减权决定", Root, home()); err != nil {
		return err
	}
	page.Total, page.Said, page.Action, page.Back = len(all), f.said(n), f.at(decidePath), f.at(Root)
	shown := all[:min(len(all), maxShown)]
	page.More = len(all) - len(shown)
	for _, p := range shown {
		x := row(p, n)
		x.Ticked = ticked[p.ID]
		page.Rows = append(page.Rows, x)
	}
	return c.shell.Show(w, r, status, c.pages, "decide", page)
}

// maxShown is how many proposals the page lists to tick; the rest is reached by
// choosing, or taken in all at once.
const maxShown = 200

// ticked reads which proposals a form chooses: the ticked ones, or all that its
// filter leaves.
func (c *Cuts) ticked(r *http.Request, who *people.Who, f filter) ([]sqldb.ID, error) {
	if r.PostForm.Get("every") != "" {
		f.State = ""
		q := f.query()
		q.Limit = maxAtOnce
		all, err := reduce.Proposals(r.Context(), c.cfg.DB, who.Scope(people.DecideCuts), q)
		ids := make([]sqldb.ID, 0, len(all))
		for _, p := range all {
			ids = append(ids, p.ID)
		}
		return ids, err
	}
	values := r.PostForm["proposal"]
	if len(values) > maxAtOnce {
		return nil, errs.Invalidf("一次最多决定 %d 项", maxAtOnce).At("ids").Fix("请分批办理")
	}
	ids := make([]sqldb.ID, 0, len(values))
	for _, v := range values {
		id, err := sqldb.ParseID(v)
		if err != nil {
			return nil, people.Unknown().Because(err)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// rehearse tries the chosen proposals and says what carrying them out will do;
// what cannot be carried out is said before anything happens.
func (c *Cuts) rehearse(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	f, n, err := c.chosen(r, who)
	if err != nil {
		return err
	}
	ids, err := c.ticked(r, who, f)
	if err != nil && !told(err) {
		return err
	}
	by, on := staff.Typed(r, "by"), staff.Typed(r, "on")
	var done reduce.Applied
	if err == nil {
		done, err = reduce.RehearseCarry(r.Context(), c.cfg.Ledger, who, ids, by, on)
	}
	if told(err) {
		return c.refused(w, r, who, f, n, ids, err)
	}
	if err != nil {
		return err
	}
	page := ConfirmPage{Total: len(ids), Listed: done.Listed, After: done.Kept, By: by, On: on, Confirm: f.at(decidePath + "/confirm"), Back: f.at(decidePath)}
	if page.Frame, err = c.shell.Frame(r, who, "确认减权决定", Root, home(), ui.Link{Label: "执行减权决定", Href: page.Back}); err != nil {
		return err
	}
	books, err := reduce.Balances(r.Context(), c.cfg.DB)
	if err != nil {
		return err
	}
	page.Before = books[0].Kept
	for _, fate := range reduce.Fates() {
		if m := done.ByFate[fate]; m > 0 {
			page.Lines = append(page.Lines, Line{string(fate), m})
		}
	}
	for _, id := range ids {
		p, err := reduce.ProposalByID(r.Context(), c.cfg.DB, id)
		if err != nil {
			return err
		}
		page.IDs = append(page.IDs, id.String())
		page.Rows = append(page.Rows, row(p, n))
	}
	return c.shell.Show(w, r, http.StatusOK, c.pages, "confirm", page)
}

// refused shows the list again with what was typed and why nothing happened.
func (c *Cuts) refused(w http.ResponseWriter, r *http.Request, who *people.Who, f filter, n names, ids []sqldb.ID, err error) error {
	ticked := make(map[sqldb.ID]bool, len(ids))
	for _, id := range ids {
		ticked[id] = true
	}
	page := DecidePage{By: staff.Typed(r, "by"), On: staff.Typed(r, "on"), Every: r.PostForm.Get("every") != "", Wrong: staff.Words(err), Place: staff.Place(err)}
	return c.showDecide(w, r, who, errs.Status(err), f, n, page, ticked)
}

// confirm carries the proposals out.
func (c *Cuts) confirm(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	f, n, err := c.chosen(r, who)
	if err != nil {
		return err
	}
	ids, err := c.ticked(r, who, filter{})
	if err != nil && !told(err) {
		return err
	}
	if err == nil {
		_, err = reduce.Carry(r.Context(), c.cfg.Ledger, who, ids, staff.Typed(r, "by"), staff.Typed(r, "on"))
	}
	if told(err) {
		return c.refused(w, r, who, f, n, ids, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, Root+"?done=decided&n="+strconv.Itoa(len(ids))+"&state="+string(reduce.Decided), http.StatusSeeOther)
	return nil
}

// WrongAt are the words beside a field of the form; "" when the error speaks of
// another.
func (p DecidePage) WrongAt(place string) string {
	if p.Place == place {
		return p.Wrong
	}
	return ""
}

// WrongAll are the words of an error that speaks of none of the fields.
func (p DecidePage) WrongAll() string {
	if p.Place != "by" && p.Place != "on" {
		return p.Wrong
	}
	return ""
}

// Leaves is by how much the next edition changes the books: what is on the list
// counts until it is left out.
func (p ConfirmPage) Leaves() int { return -p.Listed }
