package consult

import (
	"context"
	"net/http"
	"net/url"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	core "qingdan/internal/service/consult"
	"qingdan/internal/web/ui"
)

// ItemPage is one line of a draft: the wording that was put to the public, what
// was said of it, and the form to say something.
type ItemPage struct {
	ui.Frame
	Notice               NoticeRow
	Code, Name, Category string
	Department           string
	DepartmentHref       string
	Kind                 ui.Light
	State                string // where the change of the power is now
	Wording              []Element
	Against              []Element // what differs from the list in force, of a proposed change
	Since                []Element // what was changed since the notice was opened
	SinceNo              int
	ListedHref           string // the power in the list in force
	Comments, Unanswered int
	Rows                 []CommentRow
	Pager                ui.Pager
	Form                 Form
}

func (c *Consult) item(w http.ResponseWriter, r *http.Request) error {
	frame, all, n, err := c.read(r, "")
	if err != nil {
		return err
	}
	e, err := c.entry(r.Context(), n, r.PathValue("code"))
	if err != nil {
		return err
	}
	page := ItemPage{Frame: frame.Trail(home(), ui.Link{Label: n.Title, Href: noticeHref(n.ID)}), Notice: c.row(n), Code: e.Code, Name: e.Name, Category: e.Category,
		Department: all.name(e.Department), Kind: kindLight(e.Kind), State: e.State.Label(), Comments: e.Comments, Unanswered: e.Unanswered}
	page.Title = e.Name
	for _, d := range all {
		if d.ID == e.Department {
			page.DepartmentHref = d.Href
		}
	}
	if err := c.wordings(r.Context(), all, e, &page); err != nil {
		return err
	}
	q := core.CommentQuery{Notice: n.ID, Power: e.Power, Firsts: true}
	some, pager, err := c.turn(r, q, func(v url.Values) string { return ui.Address(itemHref(n.ID, e.Code), v) + "#comments" })
	if err != nil {
		return err
	}
	page.Pager = pager
	if page.Rows, err = c.rows(r.Context(), all, some); err != nil {
		return err
	}
	shorten(page.Rows)
	for i := range page.Rows {
		page.Rows[i].Subject = ""
	}
	if !c.takes(n) {
		return c.pages.Render(w, r, "item", page)
	}
	page.Form = newForm(n, e)
	return c.show(w, r, http.StatusOK, "item", page)
}

// takes says whether comments on a notice can be sent today.
func (c *Consult) takes(n core.Notice) bool {
	return n.Stage(c.today()) == core.Open && c.cfg.Ledger != nil
}

// entry finds a line of a draft by the code of its power.
func (c *Consult) entry(ctx context.Context, n core.Notice, code string) (core.Entry, error) {
	none := errs.NotFoundf("征求意见稿里没有这个事项").Fix("请从公告所列的事项中选择")
	if !ui.Clean(code) {
		return core.Entry{}, none
	}
	p, err := power.ByCode(ctx, c.cfg.DB, code)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return core.Entry{}, none.Because(err)
	}
	if err != nil {
		return core.Entry{}, err
	}
	e, err := core.EntryOf(ctx, c.cfg.DB, n.ID, p.ID)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return e, none.Because(err)
	}
	return e, err
}

// wordings reads the wording put to the public, what it changes of the list in
// force, and what was changed since.
func (c *Consult) wordings(ctx context.Context, all Departments, e core.Entry, page *ItemPage) error {
	v, err := power.VersionByID(ctx, c.cfg.DB, e.Version)
	if err != nil {
		return err
	}
	page.Wording = wording(v)
	if e.Revised() {
		now, err := power.VersionByID(ctx, c.cfg.DB, e.Present)
		if err != nil {
			return err
		}
		page.Since, page.SinceNo = differing(all, v, now), now.No
	}
	if e.Kind == power.KindAdd {
		return nil
	}
	page.ListedHref = "/powers/" + url.PathEscape(e.Code)
	listed, err := c.listed(ctx, e)
	if err != nil || e.Kind != power.KindAmend || listed.IsZero() {
		return err
	}
	old, err := power.VersionByID(ctx, c.cfg.DB, listed)
	page.Against = differing(all, old, v)
	return err
}

// listed is the version of a power that was on the list when the change of a line
// was proposed; zero when none was.
func (c *Consult) listed(ctx context.Context, e core.Entry) (sqldb.ID, error) {
	all, err := power.History(ctx, c.cfg.DB, e.Power)
	if err != nil {
		return sqldb.ID{}, err
	}
	var version sqldb.ID
	for _, x := range all {
		if x.ID == e.Change {
			break
		}
		if x.State == power.Published || x.State == power.Replaced || x.State == power.Ended {
			version = x.Version
		}
	}
	return version, nil
}
