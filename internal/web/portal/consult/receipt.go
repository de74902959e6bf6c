package consult

import (
	"net/http"
	"time"

	"qingdan/internal/errs"
	core "qingdan/internal/service/consult"
	"qingdan/internal/web/ui"
)

// SlipPage is what somebody keeps of their comment. It is shown to the browser
// that sent the form, and to nobody else.
type SlipPage struct {
	ui.Frame
	Notice      NoticeRow
	Subject     string
	Department  string
	Code        string
	Again       bool
	Text        string
	When        string
	AnswerBy    string
	CheckHref   string
	CheckFull   string
	CommentHref string
	QR          ui.Image
}

func (c *Consult) slip(w http.ResponseWriter, r *http.Request, from FormPage, got core.Receipt) error {
	k, err := core.ByReceipt(r.Context(), c.cfg.DB, got.Code)
	if err != nil {
		return err
	}
	n, err := core.NoticeByID(r.Context(), c.cfg.DB, k.Notice)
	if err != nil {
		return err
	}
	page := SlipPage{Frame: from.Frame, Notice: from.Notice, Subject: from.Subject, Department: from.Department, Code: got.Code, Again: got.Again,
		Text: k.Shown, When: moment(k), AnswerBy: n.AnswerBy, CheckHref: ReceiptPath, CheckFull: c.cfg.Base(r) + ReceiptPath, CommentHref: commentHref(k)}
	page.Title = "意见收到了"
	if page.QR, err = ui.QR(page.CheckFull); err != nil {
		return err
	}
	return c.show(w, r, http.StatusOK, "slip", page)
}

// ReceiptPage looks up what became of a comment.
type ReceiptPage struct {
	ui.Frame
	Code   string
	Wrong  string
	Found  bool
	Row    CommentRow
	Notice NoticeRow
	When   string
}

func (c *Consult) receipt(w http.ResponseWriter, r *http.Request) error {
	frame, _, err := c.cfg.Begin(r, "查我的意见", Path)
	if err != nil {
		return err
	}
	return c.pages.Render(w, r, "receipt", ReceiptPage{Frame: frame.Trail(home())})
}

// lookUp answers what became of the comment of a code. The code comes in a form
// and not in the address: addresses stand in histories and in logs.
func (c *Consult) lookUp(w http.ResponseWriter, r *http.Request) error {
	frame, all, err := c.cfg.Begin(r, "查我的意见", Path)
	if err != nil {
		return err
	}
	if err := readForm(w, r); err != nil {
		return err
	}
	page := ReceiptPage{Frame: frame.Trail(home()), Code: core.Clean(r.PostForm.Get("code"))}
	if c.asking.Take(c.cfg.Clients.Network(r), c.cfg.Clock()) > 0 {
		page.Wrong = "这个网络地址查得太快。请过一会儿再查"
		return c.show(w, r, http.StatusTooManyRequests, "receipt", page)
	}
	k, err := core.ByReceipt(r.Context(), c.cfg.DB, page.Code)
	switch errs.KindOf(err) {
	case errs.NotFound, errs.Invalid:
		page.Wrong = "没有这个查询码。请照回执核对，字母不分大小写，短横线可以不写"
		return c.show(w, r, http.StatusNotFound, "receipt", page)
	}
	if err != nil {
		return err
	}
	n, err := core.NoticeByID(r.Context(), c.cfg.DB, k.Notice)
	if err != nil {
		return err
	}
	rows, err := c.rows(r.Context(), all, []core.Comment{k})
	if err != nil {
		return err
	}
	page.Found, page.Row, page.Notice, page.When = true, rows[0], c.row(n), moment(k)
	return c.show(w, r, http.StatusOK, "receipt", page)
}

// moment is when a comment came in, on the clocks of Asia/Shanghai.
func moment(k core.Comment) string {
	return k.At.In(time.FixedZone("CST", 8*3600)).Format("2006年1月2日 15:04")
}
