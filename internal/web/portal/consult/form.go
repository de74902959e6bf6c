package consult

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	core "qingdan/internal/service/consult"
	"qingdan/internal/web/ui"
)

// Form is a comment being written. Shown says that the page has the form at all.
type Form struct {
	Shown         bool
	Action        string
	Code, Version string
	Key           string // of this form: sent twice, it is one comment
	Text          string
	Most          int // characters
	Wrong         string
	Wait          int // seconds until it may be sent again, after too many
}

// newForm is an empty form on a line of a draft; the zero entry is the whole list.
func newForm(n core.Notice, e core.Entry) Form {
	f := Form{Shown: true, Action: noticeHref(n.ID) + "/comments", Code: e.Code, Key: core.NewKey(), Most: mostText}
	if !e.Power.IsZero() {
		f.Version = e.Present.String()
	}
	return f
}

// FormPage is the form on a page of its own: on the list as a whole, and wherever
// a text could not be taken.
type FormPage struct {
	ui.Frame
	Notice     NoticeRow
	Subject    string // the power, "" of the whole list
	Department string
	Form       Form
	Over       string // why nothing can be sent here any more
	Hotline    string
}

func (c *Consult) form(w http.ResponseWriter, r *http.Request) error {
	frame, all, n, err := c.read(r, "提意见")
	if err != nil {
		return err
	}
	e, err := c.subject(r.Context(), n, r.URL.Query().Get("item"))
	if err != nil {
		return err
	}
	page := c.formPage(frame, all, n, e)
	if page.Form = newForm(n, e); !c.takes(n) {
		page.Form.Shown, page.Over = false, c.over(n)
	}
	return c.show(w, r, http.StatusOK, "form", page)
}

// subject is the line of a draft that a code names; none is the whole list.
func (c *Consult) subject(ctx context.Context, n core.Notice, code string) (core.Entry, error) {
	if code == "" {
		return core.Entry{}, nil
	}
	return c.entry(ctx, n, code)
}

func (c *Consult) formPage(frame ui.Frame, all Departments, n core.Notice, e core.Entry) FormPage {
	trail := []ui.Link{home(), {Label: n.Title, Href: noticeHref(n.ID)}}
	if !e.Power.IsZero() {
		trail = append(trail, ui.Link{Label: e.Name, Href: itemHref(n.ID, e.Code)})
	}
	return FormPage{Frame: frame.Trail(trail...), Notice: c.row(n), Subject: e.Name, Department: all.name(e.Department), Hotline: frame.Site.Hotline}
}

// over says why comments are not taken.
func (c *Consult) over(n core.Notice) string {
	switch n.Stage(c.today()) {
	case core.Ahead:
		return ui.Day(n.From) + "起开始收意见，请到那天再来"
	case core.Closed:
		return "征求意见已于" + ui.Day(n.Last()) + "结束，不再收意见"
	default:
		return "这个站点只供阅读，不能提交意见"
	}
}

// mostText is how many characters a comment may have.
const mostText = 2000

// mostBody bounds what a form sends in bytes: the longest text at nine bytes a
// character, as browsers send Chinese, once over, so that who wrote too much gets
// their text back.
const mostBody = 32 << 10

// submit takes a comment and answers with the slip. What cannot be taken comes
// back in the form, with what is wrong and the same key: sent again, it is still
// one comment.
func (c *Consult) submit(w http.ResponseWriter, r *http.Request) error {
	frame, all, n, err := c.read(r, "提意见")
	if err != nil {
		return err
	}
	if err := readForm(w, r); err != nil {
		return err
	}
	e, err := c.subject(r.Context(), n, r.PostForm.Get("item"))
	if err != nil {
		return err
	}
	page := c.formPage(frame, all, n, e)
	page.Form = newForm(n, e)
	page.Form.Text = core.Clean(r.PostForm.Get("text"))
	if key := r.PostForm.Get("key"); key != "" {
		page.Form.Key = key
	}
	if v := r.PostForm.Get("version"); v != "" {
		page.Form.Version = v
	}
	receipt, wait, err := c.take(r, n, e, page.Form)
	if err == nil {
		return c.slip(w, r, page, receipt)
	}
	return c.giveBack(w, r, n, page, wait, err)
}

// take hands a comment to the books, if its sender was not too quick.
func (c *Consult) take(r *http.Request, n core.Notice, e core.Entry, f Form) (core.Receipt, time.Duration, error) {
	if c.cfg.Ledger == nil {
		return core.Receipt{}, 0, errs.Conflictf("这个站点只供阅读，不能提交意见")
	}
	if r.PostForm.Get("website") != "" { // nobody sees this field
		return core.Receipt{}, 0, errs.Invalidf("提交的内容读不出来").Fix("请刷新页面后重新填写")
	}
	if wait := c.writing.Take(c.cfg.Clients.Network(r), c.cfg.Clock()); wait > 0 {
		return core.Receipt{}, wait, errs.New(errs.TooMany, "提交得太快，这次没有收下").Fix("你写的内容还在下面，请过一会儿再按“提交意见”")
	}
	s := core.Submission{Notice: n.ID, Power: e.Power, Text: f.Text, Key: f.Key}
	if f.Version != "" {
		id, err := sqldb.ParseID(f.Version)
		if err != nil {
			return core.Receipt{}, 0, errs.Invalidf("提交的内容读不出来").Fix("请刷新页面后重新填写").Because(err)
		}
		s.Version = id
	}
	receipt, err := core.Submit(r.Context(), c.cfg.DB, c.cfg.Ledger, s)
	return receipt, 0, err
}

// giveBack answers with the form as it was filled in and what is wrong. An error
// that says nothing to its reader is left to the adapter.
func (c *Consult) giveBack(w http.ResponseWriter, r *http.Request, n core.Notice, page FormPage, wait time.Duration, err error) error {
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind == errs.Internal || e.Kind == errs.NotFound {
		return err
	}
	page.Form.Wrong = e.At("").Words()
	if !c.takes(n) {
		page.Over = c.over(n)
	}
	if wait > 0 {
		page.Form.Wait = int(wait.Round(time.Second).Seconds()) + 1
		w.Header().Set("Retry-After", strconv.Itoa(page.Form.Wait))
	}
	return c.show(w, r, errs.Status(err), "form", page)
}

// readForm reads a small form.
func readForm(w http.ResponseWriter, r *http.Request) error {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return errs.Invalidf("提交的内容读不出来").Fix("请用网页上的表单填写")
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostBody)
	err := r.ParseForm()
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return errs.TooLargef("写的内容太长，没有收下").Fix("请退回上一页，删减到 " + strconv.Itoa(mostText) + " 字以内再提交；内容很多的，可以分几次写").Because(err)
	}
	if err != nil {
		return errs.Invalidf("提交的内容读不出来").Fix("请刷新页面后重新填写").Because(err)
	}
	return nil
}
