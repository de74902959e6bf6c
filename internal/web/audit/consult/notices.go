package consult

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	core "qingdan/internal/service/consult"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// NoticeRow is one notice with how far its answers are, within somebody's reach.
type NoticeRow struct {
	Title, Href, From, Last, AnswerBy string
	Stage, Due                        ui.Light
	Entries                           int
	All, Waiting, Answered, Held      int
	WaitingHref, AllHref              string
	Bar                               ui.Bar // answered of all
}

// OverviewPage lists the notices.
type OverviewPage struct {
	ui.Frame
	Tabs     []ui.Link
	Rows     []NoticeRow
	Runs     bool // may open a notice
	OpenHref string
	Waiting  int
	Inbox    string
}

func (x *Consult) overview(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	ctx := r.Context()
	frame, err := x.shell.Frame(r, who, title, Root)
	if err != nil {
		return err
	}
	division, err := org.Here(ctx, x.cfg.DB)
	if err != nil {
		return err
	}
	all, err := core.Notices(ctx, x.cfg.DB, division)
	if err != nil {
		return err
	}
	page := OverviewPage{Frame: frame, Tabs: tabs(Root), Runs: who.May(people.RunConsult) == nil, OpenHref: openPath, Inbox: InboxPath}
	for _, n := range all {
		row, err := x.row(ctx, who, n)
		if err != nil {
			return err
		}
		page.Waiting += row.Waiting
		page.Rows = append(page.Rows, row)
	}
	return x.shell.Show(w, r, http.StatusOK, x.pages, "overview", page)
}

// row counts a notice within somebody's reach.
func (x *Consult) row(ctx context.Context, who *people.Who, n core.Notice) (NoticeRow, error) {
	stage := n.Stage(x.today())
	f := filter{Notice: n.ID}
	row := NoticeRow{Title: n.Title, Href: noticeHref(n.ID), From: n.From, Last: n.Last(), AnswerBy: n.AnswerBy, Stage: stageLight(stage), Entries: n.Entries}
	tallies, err := core.CommentTallies(ctx, x.cfg.DB, who.Scope(people.SeeConsult), core.CommentQuery{Notice: n.ID})
	if err != nil {
		return row, err
	}
	for _, t := range tallies {
		row.All += t.N
		switch t.State {
		case core.Waiting:
			row.Waiting += t.N
		case core.Answered:
			row.Answered += t.N
		case core.Held:
			row.Held += t.N
		}
	}
	row.Due = dueLight(x.today(), n.AnswerBy, row.Waiting)
	row.Bar = ui.NewBar(row.All-row.Waiting, row.All, "keep")
	row.AllHref = f.at(InboxPath)
	f.State = core.Waiting
	row.WaitingHref = f.at(InboxPath)
	return row, nil
}

// OpenPage opens a notice: what it would put to the public, and the form.
type OpenPage struct {
	ui.Frame
	Total                int
	Adds, Amends, Leaves int
	Departments          []ui.Choice // with their counts
	Form                 NoticeForm
	Wrong                Wrong
	Least, AnswerDays    int
}

// NoticeForm is a notice being written.
type NoticeForm struct{ Title, Text, From, To, AnswerBy string }

func (x *Consult) opening(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return x.showOpening(w, r, who, http.StatusOK, NoticeForm{From: x.today()}, nil)
}

func (x *Consult) showOpening(w http.ResponseWriter, r *http.Request, who *people.Who, status int, form NoticeForm, wrong Wrong) error {
	ctx := r.Context()
	frame, err := x.shell.Frame(r, who, "发布征求意见公告", Root, home())
	if err != nil {
		return err
	}
	set, err := core.ReadSettings(ctx, x.cfg.DB)
	if err != nil {
		return err
	}
	all, n, err := x.departments(ctx)
	if err != nil {
		return err
	}
	division, err := org.Here(ctx, x.cfg.DB)
	if err != nil {
		return err
	}
	draft, err := core.Preview(ctx, x.cfg.DB, division)
	if err != nil {
		return err
	}
	page := OpenPage{Frame: frame, Total: draft.Total, Form: form, Wrong: wrong, Least: set.LeastDays, AnswerDays: set.AnswerDays}
	by := map[sqldb.ID]int{}
	for _, d := range draft.Departments {
		by[d.Department] += d.N
		switch d.Kind {
		case power.KindAmend:
			page.Amends += d.N
		case power.KindCancel:
			page.Leaves += d.N
		default:
			page.Adds += d.N
		}
	}
	for _, d := range all {
		if by[d.ID] > 0 {
			page.Departments = append(page.Departments, ui.Choice{Label: n[d.ID], Count: by[d.ID]})
		}
	}
	return x.shell.Show(w, r, status, x.pages, "open", page)
}

// open opens a notice. It is bulk work: every change of the draft is moved.
func (x *Consult) open(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	form := NoticeForm{staff.Typed(r, "title"), staff.Typed(r, "text"), staff.Typed(r, "from"), staff.Typed(r, "to"), staff.Typed(r, "answer_by")}
	var id sqldb.ID
	err := x.cfg.Ledger.Load(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) (err error) {
		id, err = core.OpenNotice(ctx, tx, who, core.Form{Title: form.Title, Text: form.Text, From: form.From, To: form.To, AnswerBy: form.AnswerBy})
		return err
	})
	if err != nil {
		wrong, err2 := wrongOf(err, "title", "text", "from", "to", "answer_by")
		if err2 != nil {
			return err2
		}
		return x.showOpening(w, r, who, errs.Status(err), form, wrong)
	}
	return sent(w, r, noticeHref(id)+"?done=opened")
}

// DepartmentRow is how a department stands with its answers.
type DepartmentRow struct {
	Name, Href   string
	All, Waiting int
	Bar          ui.Bar
}

// TermRow is one setting of the period.
type TermRow struct {
	Word, To, AnswerBy, Reason, By, At string
}

// MeetingRow is a meeting on the draft.
type MeetingRow struct {
	Title, Day, Place, Attendance, Summary, Href string
	Opinions                                     int
}

// NoticePage is a notice with how far its answers are.
type NoticePage struct {
	ui.Frame
	Tabs                    []ui.Link
	Row                     NoticeRow
	Text, PublicHref        string
	Departments             []DepartmentRow
	Terms                   []TermRow
	Meetings                []MeetingRow
	Runs                    bool
	MayExtend, MayClose     bool
	RecordHref, Extend, End string // addresses
	Form                    TermForm
	Wrong                   Wrong
	Told                    string
}

// TermForm is another period being set.
type TermForm struct{ To, Reason, EndReason string }

// told are the words after something was done.
func told(r *http.Request) string {
	return map[string]string{
		"opened": "公告已发布，公众可以提意见了。", "extended": "期限已延长，公告上已写明。", "closed": "征求意见已提前结束。", "opinion": "意见已登记，要和其他意见一样答复。",
		"meeting": "座谈会已登记，会上的意见要逐条答复。", "answered": "已答复，公开页面上已经可以看到。", "held": "这条意见已暂不公开。", "released": "这条意见已恢复公开。",
		"asked": "问题已登记。", "conference": "新闻发布会已登记。", "plan": "媒体宣传方案已更新。", "clipping": "报道已登记。", "withdrawn": "问题已从公开页面撤下。", "all": "这一组都答复完了。",
	}[r.URL.Query().Get("done")]
}

// find reads the notice that an address names.
func (x *Consult) find(r *http.Request) (core.Notice, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return core.Notice{}, err
	}
	return core.NoticeByID(r.Context(), x.cfg.DB, id)
}

func (x *Consult) notice(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	n, err := x.find(r)
	if err != nil {
		return err
	}
	return x.showNotice(w, r, who, http.StatusOK, n, TermForm{}, nil)
}

func (x *Consult) showNotice(w http.ResponseWriter, r *http.Request, who *people.Who, status int, n core.Notice, form TermForm, wrong Wrong) error {
	ctx := r.Context()
	frame, err := x.shell.Frame(r, who, n.Title, Root, home())
	if err != nil {
		return err
	}
	stage, runs := n.Stage(x.today()), who.May(people.RunConsult) == nil
	page := NoticePage{Frame: frame, Tabs: tabs(""), Text: n.Text, PublicHref: publicHref(n.ID), Runs: runs, MayExtend: runs && stage != core.Closed, MayClose: runs && stage == core.Open,
		RecordHref: noticeHref(n.ID) + "/record", Extend: noticeHref(n.ID) + "/extend", End: noticeHref(n.ID) + "/close", Form: form, Wrong: wrong, Told: told(r)}
	if stage == core.Ahead {
		page.RecordHref = ""
	}
	if page.Row, err = x.row(ctx, who, n); err != nil {
		return err
	}
	if err := x.standing(ctx, who, n, &page); err != nil {
		return err
	}
	terms, err := core.Terms(ctx, x.cfg.DB, n.ID)
	if err != nil {
		return err
	}
	for i, t := range terms {
		row := TermRow{Word: "延长", To: t.To, AnswerBy: t.AnswerBy, Reason: t.Reason, By: t.By, At: minute(t.At)}
		switch {
		case t.Closed:
			row.Word = "提前结束"
		case i == 0:
			row.Word = "发布"
		}
		page.Terms = append(page.Terms, row)
	}
	met, err := core.Meetings(ctx, x.cfg.DB, n.ID)
	if err != nil {
		return err
	}
	for _, m := range met {
		page.Meetings = append(page.Meetings, MeetingRow{m.Title, m.Day, m.Place, m.Attendance, m.Summary, filter{Notice: n.ID, Kind: core.Meeting, Meeting: m.ID}.at(InboxPath), m.Opinions})
	}
	return x.shell.Show(w, r, status, x.pages, "notice", page)
}

// standing shows how the departments within somebody's reach stand.
func (x *Consult) standing(ctx context.Context, who *people.Who, n core.Notice, page *NoticePage) error {
	_, name, err := x.departments(ctx)
	if err != nil {
		return err
	}
	of, err := core.CountsOf(ctx, x.cfg.DB, n.ID)
	scope := who.Scope(people.SeeConsult)
	for _, d := range of.Departments {
		if scope.Has(d.Department) {
			f := filter{Notice: n.ID, Department: d.Department, Whole: d.Department.IsZero()}
			page.Departments = append(page.Departments, DepartmentRow{name.of(d.Department), f.at(InboxPath), d.All, d.Waiting, ui.NewBar(d.All-d.Waiting, d.All, "keep")})
		}
	}
	return err
}

func (x *Consult) extend(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return x.setTerm(w, r, who, "extended", func(ctx context.Context, tx *ledger.Tx, n core.Notice, f TermForm) error {
		return core.Extend(ctx, tx, who, n.ID, f.To, f.Reason)
	})
}

func (x *Consult) close(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return x.setTerm(w, r, who, "closed", func(ctx context.Context, tx *ledger.Tx, n core.Notice, f TermForm) error {
		return core.CloseNotice(ctx, tx, who, n.ID, f.EndReason)
	})
}

// setTerm sets another period of a notice.
func (x *Consult) setTerm(w http.ResponseWriter, r *http.Request, who *people.Who, done string, act func(context.Context, *ledger.Tx, core.Notice, TermForm) error) error {
	n, err := x.find(r)
	if err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	form := TermForm{To: staff.Typed(r, "to")}
	if done == "closed" {
		form.EndReason = staff.Typed(r, "reason")
	} else {
		form.Reason = staff.Typed(r, "reason")
	}
	err = x.write(r, who, func(ctx context.Context, tx *ledger.Tx) error { return act(ctx, tx, n, form) })
	if err == nil {
		return sent(w, r, noticeHref(n.ID)+"?done="+done)
	}
	wrong, err2 := wrongOf(err, "to", "reason")
	if err2 != nil {
		return err2
	}
	if done == "closed" && wrong["reason"] != "" {
		wrong = Wrong{"end": wrong["reason"]}
	}
	return x.showNotice(w, r, who, errs.Status(err), n, form, wrong)
}

// RecordPage records what did not come through the site.
type RecordPage struct {
	ui.Frame
	Notice  string
	Kinds   []ui.Choice
	Opinion OpinionForm
	Meeting MeetingForm
	Wrong   Wrong // of the form that was sent
	Met     bool  // it was that of the meeting
	ToOne   string
	ToMet   string
	Lines   []OpinionForm // opinions of the meeting
}

// OpinionForm is one opinion being recorded.
type OpinionForm struct{ No, Kind, Code, Source, Text string }

// MeetingForm is a meeting being recorded.
type MeetingForm struct{ Title, Day, Place, Attendance, Summary string }

// voiced is how many opinions of a meeting the form takes at once.
const voiced = 3

func (x *Consult) recording(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	n, err := x.find(r)
	if err != nil {
		return err
	}
	return x.showRecording(w, r, who, http.StatusOK, n, RecordPage{})
}

func (x *Consult) showRecording(w http.ResponseWriter, r *http.Request, who *people.Who, status int, n core.Notice, page RecordPage) error {
	var err error
	if page.Frame, err = x.shell.Frame(r, who, "登记意见和座谈会", Root, home(), ui.Link{Label: n.Title, Href: noticeHref(n.ID)}); err != nil {
		return err
	}
	page.Notice, page.ToOne, page.ToMet = n.Title, noticeHref(n.ID)+"/opinions", noticeHref(n.ID)+"/meetings"
	for _, k := range []core.Kind{core.Letter, core.Expert, core.Deputy} {
		page.Kinds = append(page.Kinds, ui.Choice{Value: string(k), Label: k.Label(), Selected: string(k) == page.Opinion.Kind})
	}
	for i := len(page.Lines); i < voiced; i++ {
		page.Lines = append(page.Lines, OpinionForm{})
	}
	for i := range page.Lines {
		page.Lines[i].No = strconv.Itoa(i + 1)
	}
	return x.shell.Show(w, r, status, x.pages, "record", page)
}

// opinionOf makes an opinion of a form.
func (x *Consult) opinionOf(ctx context.Context, f OpinionForm) (core.Opinion, error) {
	o := core.Opinion{Source: f.Source, Text: f.Text}
	if f.Code == "" {
		return o, nil
	}
	p, err := power.ByCode(ctx, x.cfg.DB, f.Code)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return o, errs.Invalidf("没有编码为“%s”的事项", f.Code).At("code" + f.No).Fix("请核对编码；对整个清单的意见不填编码")
	}
	o.Power = p.ID
	return o, err
}

func (x *Consult) recordOpinion(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	n, err := x.find(r)
	if err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	form := OpinionForm{Kind: staff.Typed(r, "kind"), Code: staff.Typed(r, "code"), Source: staff.Typed(r, "source"), Text: staff.Typed(r, "text")}
	o, err := x.opinionOf(r.Context(), form)
	if err == nil {
		err = x.write(r, who, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := core.Record(ctx, tx, who, n.ID, core.Kind(form.Kind), o)
			return err
		})
	}
	if err == nil {
		return sent(w, r, noticeHref(n.ID)+"?done=opinion")
	}
	wrong, err2 := wrongOf(err, "kind", "code", "source", "text")
	if err2 != nil {
		return err2
	}
	return x.showRecording(w, r, who, errs.Status(err), n, RecordPage{Opinion: form, Wrong: wrong})
}

func (x *Consult) recordMeeting(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	n, err := x.find(r)
	if err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	page := RecordPage{Met: true, Meeting: MeetingForm{staff.Typed(r, "title"), staff.Typed(r, "day"), staff.Typed(r, "place"), staff.Typed(r, "attendance"), staff.Typed(r, "summary")}}
	m := core.MeetingRecord{Notice: n.ID, Title: page.Meeting.Title, Day: page.Meeting.Day, Place: page.Meeting.Place, Attendance: page.Meeting.Attendance, Summary: page.Meeting.Summary}
	var opinions []core.Opinion
	for i := range voiced {
		no := strconv.Itoa(i + 1)
		f := OpinionForm{No: no, Code: staff.Typed(r, "code"+no), Source: staff.Typed(r, "source"+no), Text: staff.Typed(r, "text"+no)}
		page.Lines = append(page.Lines, f)
		if strings.TrimSpace(f.Code+f.Source+f.Text) == "" {
			continue
		}
		var o core.Opinion
		if o, err = x.opinionOf(r.Context(), f); err != nil {
			break
		}
		opinions = append(opinions, o)
	}
	if err == nil {
		err = x.write(r, who, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := core.RecordMeeting(ctx, tx, who, m, opinions)
			return err
		})
	}
	if err == nil {
		return sent(w, r, noticeHref(n.ID)+"?done=meeting")
	}
	var err2 error
	if page.Wrong, err2 = wrongOf(err, "title", "day", "place", "attendance", "summary"); err2 != nil {
		return err2
	}
	return x.showRecording(w, r, who, errs.Status(err), n, page)
}
