package consult

import (
	"context"
	"fmt"
	"net/http"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	core "qingdan/internal/service/consult"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// AnswerRow is one answer that was given.
type AnswerRow struct {
	Light        ui.Light
	Text, By, At string
	Version      string // what was changed
	Exit         string
	Comments     int
	Stands       bool
}

// HoldRow is one act of holding back or releasing.
type HoldRow struct{ Word, Cause, Reason, By, At string }

// Way is one outcome to choose.
type Way struct {
	Value, Label, Help string
	Checked            bool
}

// Box is one element of a wording to be edited.
type Box struct {
	Key, Label, Value string
	Rows              int
	Area              bool
}

// Part is a part of the form of a wording.
type Part struct {
	Title string
	Boxes []Box
}

// AnswerForm is an answer being written.
type AnswerForm struct {
	Outcome, Text, How, Version, Code string
	One                               bool // only this comment, not its group
	Sent                              bool
}

// CommentPage is one comment with the form to answer it.
type CommentPage struct {
	ui.Frame
	Kind, Source, At, Subject, Code string
	Department, Notice, NoticeHref  string
	PowerHref, PublicHref           string
	Light                           ui.Light
	Held                            string
	Raw                             string
	Shown                           string // where it differs from Raw
	Size                            int
	GroupHref                       string
	Wording                         []Element // of the version commented on
	Answers                         []AnswerRow
	Holds                           []HoldRow
	MayAnswer                       bool // the form may be used
	Runs                            bool
	Corrects                        bool
	Ways                            []Way
	Form                            AnswerForm
	Wrong                           Wrong
	Versions                        []ui.Choice
	Parts                           []Part // the present wording, to be edited
	Base                            string // version of Parts
	WholeList                       bool
	Seen                            string // the standing answer
	Action, HoldHref, ReleaseHref   string
	Causes                          []ui.Choice
	Reason                          string
	ListHref, PreviousHref, NextRef string
	Due                             string
	Told                            string
}

// Element is one element of a wording.
type Element struct{ Label, Text string }

func (x *Consult) comment(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	c, err := x.seen(r, who)
	if err != nil {
		return err
	}
	return x.showComment(w, r, who, http.StatusOK, c, AnswerForm{}, nil, nil)
}

// showComment answers with a comment and a form as somebody filled it in; edited
// is the wording as they left it.
func (x *Consult) showComment(w http.ResponseWriter, r *http.Request, who *people.Who, status int, c core.Comment, form AnswerForm, edited *inventory.Wording, wrong Wrong) error {
	ctx := r.Context()
	f, err := parseFilter(r.URL.Query())
	if err != nil {
		return err
	}
	n, err := core.NoticeByID(ctx, x.cfg.DB, c.Notice)
	if err != nil {
		return err
	}
	frame, err := x.shell.Frame(r, who, subject(c), Root, home(), ui.Link{Label: "收到的意见", Href: f.at(InboxPath)})
	if err != nil {
		return err
	}
	_, name, err := x.departments(ctx)
	if err != nil {
		return err
	}
	on := people.Target{Department: c.Department}
	page := CommentPage{Frame: frame, Kind: c.Kind.Label(), Source: c.Source, At: minute(c.At), Subject: subject(c), Code: c.Code, Department: name.of(c.Department), Notice: n.Title,
		NoticeHref: noticeHref(n.ID), PublicHref: publicHref(n.ID) + "/comments/" + c.ID.String(), Light: outcomeLight(c), Size: c.Size, Shown: c.Shown, Form: form, Wrong: wrong,
		WholeList: c.Power.IsZero(), Corrects: !c.Answer.IsZero(), Due: n.AnswerBy, Action: f.at(commentHref(c.ID) + "/answer"), HoldHref: f.at(commentHref(c.ID) + "/hold"),
		ReleaseHref: f.at(commentHref(c.ID) + "/release"), ListHref: f.at(InboxPath), Told: told(r), Reason: r.PostForm.Get("reason"),
		MayAnswer: c.State != core.Held && who.MayOn(people.AnswerPublic, on) == nil, Runs: who.MayOn(people.RunConsult, on) == nil}
	if c.State == core.Held {
		page.Held = c.Cause.Label()
	}
	if !c.Answer.IsZero() {
		page.Seen = c.Answer.String()
	}
	if c.Size > 1 {
		page.GroupHref = filter{Group: c.Group}.at(InboxPath)
	}
	if err := x.fill(ctx, who, c, edited, &page); err != nil {
		return err
	}
	if page.PreviousHref, page.NextRef, err = x.around(ctx, who, f, c); err != nil {
		return err
	}
	return x.shell.Show(w, r, status, x.pages, "comment", page)
}

// fill reads what was said, answered and held.
func (x *Consult) fill(ctx context.Context, who *people.Who, c core.Comment, edited *inventory.Wording, page *CommentPage) error {
	if raw, err := core.Raw(ctx, x.cfg.DB, who, c); err == nil {
		page.Raw = raw
	} else if errs.KindOf(err) != errs.NotFound {
		return err
	}
	if page.Raw == "" {
		page.Raw = c.Shown
	}
	if page.Raw == page.Shown {
		page.Shown = ""
	}
	given, err := core.AnswersTo(ctx, x.cfg.DB, c)
	if err != nil {
		return err
	}
	for i, a := range given {
		row := AnswerRow{Light: ui.Light{Tone: "ok", Word: a.Outcome.Label()}, Text: a.Text, By: a.By, At: minute(a.At), Comments: a.Comments, Stands: i == 0}
		if a.Outcome == core.Declined {
			row.Light.Tone = "still"
		}
		if !a.Version.IsZero() {
			row.Version = page.PublicHref + "#changed"
		}
		if a.Exit != "" {
			row.Exit = a.Exit.Label()
		}
		page.Answers = append(page.Answers, row)
	}
	held, err := core.Holds(ctx, x.cfg.DB, c.ID)
	if err != nil {
		return err
	}
	for _, h := range held {
		row := HoldRow{"恢复公开", "", h.Reason, h.By, minute(h.At)}
		if h.Held {
			row.Word, row.Cause = "暂不公开", h.Cause.Label()
		}
		page.Holds = append(page.Holds, row)
	}
	for _, cause := range core.Causes() {
		page.Causes = append(page.Causes, ui.Choice{Value: string(cause), Label: cause.Label()})
	}
	for _, o := range core.Outcomes() {
		page.Ways = append(page.Ways, Way{string(o), o.Label(), outcomeHelp(o), page.Form.Outcome == string(o)})
	}
	return x.wordings(ctx, c, edited, page)
}

func outcomeHelp(o core.Outcome) string {
	switch o {
	case core.Adopted:
		return "事项已经或者现在就按意见修改"
	case core.Partly:
		return "改了一部分，并说明其余为什么不改"
	default:
		return "写明理由，不少于 10 个字"
	}
}

// wordings reads the wording that was commented on, the present one to be edited,
// and the versions that an answer may name.
func (x *Consult) wordings(ctx context.Context, c core.Comment, edited *inventory.Wording, page *CommentPage) error {
	if c.Power.IsZero() {
		return nil
	}
	page.PowerHref = publicHref(c.Notice) + "/items/" + c.Code
	e, err := core.EntryOf(ctx, x.cfg.DB, c.Notice, c.Power)
	if err != nil {
		return err
	}
	v, err := power.VersionByID(ctx, x.cfg.DB, c.Version)
	if err != nil {
		return err
	}
	for _, f := range inventory.Fields() {
		if s := f.OfVersion(v); s != "" {
			page.Wording = append(page.Wording, Element{f.Label, s})
		}
	}
	if !page.MayAnswer {
		return nil
	}
	later, err := core.LaterVersions(ctx, x.cfg.DB, c)
	if err != nil {
		return err
	}
	for _, l := range later {
		page.Versions = append(page.Versions, ui.Choice{Value: l.Version.String(), Label: fmt.Sprintf("第 %d 版　%s　%s", l.No, minute(l.At), l.Name), Selected: l.Version.String() == page.Form.Version})
	}
	if e.State != power.Consulting || e.Kind == power.KindCancel {
		return nil
	}
	now, err := power.VersionByID(ctx, x.cfg.DB, e.Present)
	if err != nil {
		return err
	}
	page.Base = e.Present.String()
	present := inventory.WordingOf(now)
	if edited == nil {
		edited = &present
	}
	page.Parts = parts(present, *edited)
	return nil
}

// parts are the elements to be edited: those that the present wording has.
func parts(present, edited inventory.Wording) []Part {
	var out []Part
	for _, f := range inventory.Fields() {
		value := f.Get(edited)
		if f.Get(present) == "" && value == "" || f.Kind == inventory.Choice && f.Key != "initiative" {
			continue
		}
		if len(out) == 0 || out[len(out)-1].Title != string(f.Section) {
			out = append(out, Part{Title: string(f.Section)})
		}
		p := &out[len(out)-1]
		p.Boxes = append(p.Boxes, Box{f.Key, f.Label, value, min(8, 2+len([]rune(value))/40), f.Kind == inventory.Area})
	}
	return out
}

// How an adopted comment shows what it changed.
const (
	byEdit    = "edit"    // the wording is edited here
	byVersion = "version" // a version names it
	byExit    = "exit"    // the power has left the draft
)

// answer takes an answer, or shows the form again with what was typed and what is
// wrong with it.
func (x *Consult) answer(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	c, err := x.seen(r, who)
	if err != nil {
		return err
	}
	if err := who.MayOn(people.AnswerPublic, people.Target{Department: c.Department}); err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	form := AnswerForm{Outcome: staff.Typed(r, "outcome"), Text: staff.Typed(r, "text"), How: staff.Typed(r, "how"), Version: staff.Typed(r, "version"), Code: staff.Typed(r, "code"),
		One: staff.Typed(r, "one") != "", Sent: true}
	reply := core.Reply{Outcome: core.Outcome(form.Outcome), Text: form.Text, Group: !form.One, Seen: idOf(r, "seen")}
	var edited *inventory.Wording
	if reply.Outcome != core.Declined && form.How == byEdit {
		if edited, err = x.edited(r, c); err != nil {
			return err
		}
	}
	if err = x.proof(r, c, &reply, form); err == nil {
		err = x.write(r, who, func(ctx context.Context, tx *ledger.Tx) (err error) {
			if edited != nil {
				_, err = core.Adopt(ctx, tx, who, c.ID, idOf(r, "base"), edited.Version(sqldb.ID{}), reply)
			} else {
				_, err = core.AnswerComment(ctx, tx, who, c.ID, reply)
			}
			return err
		})
	}
	if err == nil {
		return x.forward(w, r, who, c, "answered")
	}
	wrong, err2 := wrongOf(err, "outcome", "text", "version", "code")
	if err2 != nil {
		return err2
	}
	status := errs.Status(err)
	if c, err = x.seen(r, who); err != nil { // as it stands by now
		return err
	}
	return x.showComment(w, r, who, status, c, form, edited, wrong)
}

// proof reads what a form says was changed.
func (x *Consult) proof(r *http.Request, c core.Comment, reply *core.Reply, form AnswerForm) error {
	if reply.Outcome == core.Declined || reply.Outcome == "" || form.How == byEdit {
		return nil
	}
	if form.How == byVersion || form.Version != "" {
		reply.Version = idOf(r, "version")
		if reply.Version.IsZero() && !c.Power.IsZero() {
			return errs.Invalidf("没有选择修改后的版本").At("version").Fix("请从列表中选择；还没有修改的，请选“在这里修改”")
		}
	}
	if !c.Power.IsZero() || form.Code == "" {
		return nil
	}
	p, err := power.ByCode(r.Context(), x.cfg.DB, form.Code)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return errs.Invalidf("没有编码为“%s”的事项", form.Code).At("code").Fix("请核对编码")
	}
	if err != nil {
		return err
	}
	reply.Power = p.ID
	if form.How == byExit {
		return nil
	}
	e, err := core.EntryOf(r.Context(), x.cfg.DB, c.Notice, p.ID)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return errs.Invalidf("这个事项不在征求意见稿中").At("code").Fix("请填征求意见稿里的事项编码")
	}
	if err == nil && e.Revised() {
		reply.Version = e.Present
	}
	return err
}

// edited is the wording that a form left, on that of its base.
func (x *Consult) edited(r *http.Request, c core.Comment) (*inventory.Wording, error) {
	base := idOf(r, "base")
	v, err := power.VersionByID(r.Context(), x.cfg.DB, base)
	if errs.KindOf(err) == errs.NotFound && err != nil || err == nil && v.Power != c.Power {
		return nil, errs.Conflictf("事项的内容读不出来").Fix("请刷新页面后重新修改")
	}
	if err != nil {
		return nil, err
	}
	word := inventory.WordingOf(v)
	for _, f := range inventory.Fields() {
		if typed, ok := r.PostForm["f-"+f.Key]; ok && len(typed) == 1 {
			f.Set(&word, typed[0])
		}
	}
	return &word, nil
}

// forward leads on after an answer: to the next one that waits when that was
// asked for.
func (x *Consult) forward(w http.ResponseWriter, r *http.Request, who *people.Who, c core.Comment, done string) error {
	f, err := parseFilter(r.URL.Query())
	if err != nil {
		return err
	}
	if r.PostForm.Get("then") != "next" {
		return sent(w, r, f.with(commentHref(c.ID), "done", done))
	}
	_, next, err := x.around(r.Context(), who, f, c)
	if err != nil {
		return err
	}
	if next == "" {
		next = f.at(InboxPath)
	}
	return sent(w, r, next)
}

func (x *Consult) hold(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return x.turn(w, r, who, "held", func(ctx context.Context, tx *ledger.Tx, c core.Comment) error {
		return core.HoldBack(ctx, tx, who, c.ID, core.Cause(staff.Typed(r, "cause")), staff.Typed(r, "reason"))
	})
}

func (x *Consult) release(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return x.turn(w, r, who, "released", func(ctx context.Context, tx *ledger.Tx, c core.Comment) error {
		return core.Release(ctx, tx, who, c.ID, staff.Typed(r, "reason"))
	})
}

// turn holds a comment back or shows it again.
func (x *Consult) turn(w http.ResponseWriter, r *http.Request, who *people.Who, done string, act func(context.Context, *ledger.Tx, core.Comment) error) error {
	c, err := x.seen(r, who)
	if err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	if err = x.write(r, who, func(ctx context.Context, tx *ledger.Tx) error { return act(ctx, tx, c) }); err == nil {
		return x.forward(w, r, who, c, done)
	}
	wrong, err2 := wrongOf(err, "cause", "reason")
	if err2 != nil {
		return err2
	}
	status := errs.Status(err)
	if c, err = x.seen(r, who); err != nil {
		return err
	}
	return x.showComment(w, r, who, status, c, AnswerForm{}, nil, wrong)
}
