// Package consult answers the public pages of 开门搞清单: the notices with what
// they put to the public, each line of a draft with what was said of it and what
// was answered, the form to comment without an account, the slip with which
// somebody finds their comment again, and the hot questions (热点问答).
//
// It is the only part of the public site that writes. What is written is bounded
// in size, limited by network address and for the site as a whole, and carries a
// key of its form, so that the same form sent twice is one comment. No address is
// kept.
package consult

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/rate"
	"qingdan/internal/platform/sqldb"
	core "qingdan/internal/service/consult"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

// Config is what the pages need.
type Config struct {
	DB      sqldb.Reader
	Ledger  *ledger.Ledger // takes the comments; nil: the pages are only read
	Clock   func() time.Time
	Begin   func(r *http.Request, title, section string) (ui.Frame, Departments, error)
	Base    func(r *http.Request) string // address of the site, for QR codes
	Clients ui.Clients
}

// Departments are the departments in the order of pages.
type Departments []Department

// Department is a department with the stable part of its address.
type Department struct {
	ID              sqldb.ID
	Key, Name, Href string
}

// whole is who answers what is said of the list as a whole.
const whole = "法制机构"

// name gives a department's name; of none, who answers for the whole list.
func (all Departments) name(id sqldb.ID) string {
	if id.IsZero() {
		return whole
	}
	for _, d := range all {
		if d.ID == id {
			return d.Name
		}
	}
	return ""
}

// find gives the department of an address; "" is none.
func (all Departments) find(key string) (Department, error) {
	if key == "" {
		return Department{}, nil
	}
	for _, d := range all {
		if d.Key == key || d.ID.String() == key {
			return d, nil
		}
	}
	return Department{}, errs.NotFoundf("没有这个部门").Fix("请在部门列表中选择")
}

// Consult answers the pages. It is safe for concurrent use; in memory it keeps
// only how often whom something was let through.
type Consult struct {
	cfg     Config
	pages   *ui.Set
	writing *rate.Limiter
	asking  *rate.Limiter
}

// New parses the templates; a broken one is an error.
func New(cfg Config) (*Consult, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("consult templates", err)
	}
	return &Consult{cfg: cfg, pages: set,
		// An office, a school or a mobile network speaks from one address; a
		// thousand such can fill the second allowance, not one alone.
		writing: rate.New(rate.Allowance{Burst: 30, Every: 6 * time.Second}, rate.Allowance{Burst: 300, Every: 10 * time.Millisecond}),
		asking:  rate.New(rate.Allowance{Burst: 20, Every: 3 * time.Second}, rate.Allowance{Burst: 500, Every: 5 * time.Millisecond})}, nil
}

// The addresses.
const (
	Path        = "/consultations"
	ReceiptPath = Path + "/receipt"
	HotPath     = "/hot"
)

// pageSize is how many lines of a draft a page shows, commentsSize how many
// comments, exportBatch how many an export reads at a time.
const (
	pageSize     = 50
	commentsSize = 20
	exportBatch  = 1000
)

// Routes lists the addresses of the pages.
func (c *Consult) Routes() []ui.Route {
	one := Path + "/{id}"
	return []ui.Route{
		{Pattern: "GET " + Path, Handler: c.notices},
		{Pattern: "GET " + one, Handler: c.notice},
		{Pattern: "GET " + one + "/draft.xlsx", Handler: c.draftExport},
		{Pattern: "GET " + one + "/items/{code}", Handler: c.item},
		{Pattern: "GET " + one + "/comment", Handler: c.form},
		{Pattern: "GET " + one + "/comments", Handler: c.comments},
		{Pattern: "GET " + one + "/comments.xlsx", Handler: c.commentsExport},
		{Pattern: "GET " + one + "/comments/{comment}", Handler: c.comment},
		{Pattern: "POST " + one + "/comments", Handler: c.submit},
		{Pattern: "GET " + ReceiptPath, Handler: c.receipt},
		{Pattern: "POST " + ReceiptPath, Handler: c.lookUp},
		{Pattern: "GET " + HotPath, Handler: c.hot},
		{Pattern: "GET " + HotPath + "/conferences/{id}", Handler: c.conference},
	}
}

// today is the civil day of Asia/Shanghai.
func (c *Consult) today() string { return dayOf(c.cfg.Clock()) }

// dayOf is the civil day of an instant in Asia/Shanghai, which has had no summer
// time since 1991.
func dayOf(t time.Time) string {
	return t.In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)
}

// noticeHref is the address of a notice.
func noticeHref(id sqldb.ID) string { return Path + "/" + id.String() }

// itemHref is the address of a line of a draft.
func itemHref(notice sqldb.ID, code string) string {
	return noticeHref(notice) + "/items/" + url.PathEscape(code)
}

// commentHref is the address of a comment.
func commentHref(c core.Comment) string {
	return noticeHref(c.Notice) + "/comments/" + c.ID.String()
}

// home leads back to the notices.
func home() ui.Link { return ui.Link{Label: "征求意见", Href: Path} }

// read finds the notice that an address names, with what every page needs.
func (c *Consult) read(r *http.Request, title string) (ui.Frame, Departments, core.Notice, error) {
	f, all, err := c.cfg.Begin(r, title, Path)
	if err != nil {
		return f, all, core.Notice{}, err
	}
	id, err := sqldb.ParseID(r.PathValue("id"))
	if err != nil {
		return f, all, core.Notice{}, noNotice().Because(err)
	}
	n, err := core.NoticeByID(r.Context(), c.cfg.DB, id)
	if errs.KindOf(err) == errs.NotFound && err != nil || err == nil && n.Division != f.Site.Division {
		return f, all, n, noNotice()
	}
	return f, all, n, err
}

func noNotice() *errs.Error {
	return errs.NotFoundf("没有这份征求意见公告").Fix("请看全部公告：" + Path)
}

// show answers with a page that nobody keeps: it carries somebody's text, or the
// key of a form.
func (c *Consult) show(w http.ResponseWriter, r *http.Request, status int, name string, page any) error {
	body, err := c.pages.Execute(name, page)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		// The connection is the reader's; a failed write has nobody to tell.
		_, _ = w.Write(body)
	}
	return nil
}

// Asked is the notice on which everybody may comment now, for the strip of the
// home page.
type Asked struct {
	Title, Href, Last string
	Left              string
}

// Asking gives the notices on which everybody may comment today, the newest
// first.
func (c *Consult) Asking(ctx context.Context, division string) ([]Asked, error) {
	today := c.today()
	all, err := core.OpenNotices(ctx, c.cfg.DB, division, today)
	var out []Asked
	for _, n := range all {
		out = append(out, Asked{n.Title, noticeHref(n.ID), n.Last(), left(today, n.Last())})
	}
	return out, err
}

// Heard are the notices with comments on a power, for its public page.
func (c *Consult) Heard(ctx context.Context, power sqldb.ID, code string) ([]ui.Link, error) {
	all, err := core.SpokenOf(ctx, c.cfg.DB, power)
	var out []ui.Link
	for _, s := range all {
		out = append(out, ui.Link{Label: s.Title, Href: itemHref(s.Notice, code), Count: s.N, HasNum: true})
	}
	return out, err
}
