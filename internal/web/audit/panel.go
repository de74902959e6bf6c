package audit

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// Panel is all that a reviewer needs of one power: its texts compared, the checks
// with their findings and conclusions, opinions. It stands beside the queue or is
// a page of its own.
type Panel struct {
	ID, Version          string // of the power and of the version shown
	Code, Name           string
	Department, Category string
	Status               ui.Light
	Href                 string // the page of its own
	Base                 string // of the addresses of acts, without the query
	Query                string // of the filter, with its question mark, "" for none
	May                  bool   // the person may conclude and write
	Beside               bool   // stands beside the queue, where acts put the next panel in its place
	Renew                *Line  // after an act beside the queue: the line to be renewed there
	Said, Wrong          string // what the last act did, or why it was refused
	PreviousHref         string
	NextHref             string
	PreviousPart         string
	NextPart             string
	QueueHref            string
	CutHref              string // of the sheet on which a cut is proposed (减权建议)
	Place, Total         int    // in the queue; Place is 0 for a power that the filter leaves out

	Comparison Comparison
	Checks     []CheckGroup
	CheckDay   string // the day of law of the latest run, in words; "" before the first
	Fresh      bool   // the version was there for that run
	Extent     []Part
	Open       int // checks without conclusion
	Passable   int // of these, checks that nothing speaks against
	Held       int // of these, the others

	Opinion  OpinionForm
	CanWrite bool
	Drafts   []OpinionView
	History  []OpinionView
}

// form is what somebody typed into a form of the panel that was refused, and
// what was wrong with it; the zero form is none. said is the word after an act
// that was done.
type form struct {
	said, wrong, place string
	rule               string // of a conclusion
	verdict            round.Verdict
	note               string
	opinion            sqldb.ID // edited or maintained
	maintain           bool
	field, cause, text string
	filled             bool // field, cause and text were typed or are proposed
}

// PowerPage is the panel as a page of its own.
type PowerPage struct {
	ui.Frame
	Panel Panel
}

// find gives the row of the power that an address names, with the queue around
// it. What is out of reach is people.Unknown.
func (a *Audit) find(r *http.Request, who *people.Who) (*row, filter, queue, error) {
	f, q, err := a.cut(r, who)
	if err != nil {
		return nil, f, q, err
	}
	id, err := staff.PathID(r, "id")
	if err != nil {
		return nil, f, q, err
	}
	x := q.shelf.powers[id]
	if x == nil {
		return nil, f, q, people.Unknown()
	}
	return x, f, q, who.MayOn(people.SeeReview, people.Target{Department: x.department})
}

// power answers with the panel of a power, alone where the browser puts it beside
// the queue. The address may propose an opinion out of a finding (from, n), or
// open a draft for rewording (edit).
func (a *Audit) power(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	x, f, q, err := a.find(r, who)
	if err != nil {
		return err
	}
	v := r.URL.Query()
	in := form{said: confirmedWords(v.Get("passed"), v.Get("left"))}
	if id, err := sqldb.ParseID(v.Get("edit")); err == nil {
		in.opinion = id
	}
	if in.rule = v.Get("from"); in.rule != "" {
		n, _ := strconv.Atoi(v.Get("n")) // anything else is the first
		if err := a.propose(r.Context(), q.shelf, x, &in, n); err != nil {
			return err
		}
	}
	return a.showPower(w, r, who, http.StatusOK, f, q, x, in, nil)
}

// propose fills the form of an opinion from a finding of the latest run.
func (a *Audit) propose(ctx context.Context, s *shelf, x *row, in *form, n int) error {
	rule := in.rule
	in.rule = ""
	if !s.fresh(x.created) {
		return nil
	}
	all, err := finding.OfRun(ctx, a.cfg.DB, s.run.ID, x.version)
	if err != nil {
		return err
	}
	for _, found := range all {
		if found.Rule != rule {
			continue
		}
		if n--; n >= 0 {
			continue
		}
		in.filled, in.field, in.cause, in.text = true, round.WholePower, "other", found.Message+"。"
		if found.Evidence != "" {
			in.text = found.Message + "（" + found.Evidence + "）。"
		}
		for _, c := range round.Causes() {
			if c.Check == rule {
				in.field, in.cause = c.Field, c.Key
				break
			}
		}
		return nil
	}
	return nil
}

// showPower answers with the panel of a row. q is the queue that it is shown in.
func (a *Audit) showPower(w http.ResponseWriter, r *http.Request, who *people.Who, httpStatus int, f filter, q queue, x *row, in form, renew *Line) error {
	p, err := a.panel(r.Context(), who, f, q, x, in)
	if err != nil {
		return err
	}
	p.Renew = renew
	page := PowerPage{Panel: p}
	if swapped(r) {
		page.Panel.Beside = true
		w.Header().Set("HX-Replace-Url", f.with(queuePath, "open", p.ID))
		return a.shell.Show(w, r, httpStatus, a.pages, "panel", page)
	}
	if page.Frame, err = a.shell.Frame(r, who, x.name, queuePath, ui.Link{Label: queueTitle, Href: f.at(queuePath)}); err != nil {
		return err
	}
	return a.shell.Show(w, r, httpStatus, a.pages, "power", page)
}

// panel reads all that the panel of a row shows.
func (a *Audit) panel(ctx context.Context, who *people.Who, f filter, q queue, x *row, in form) (Panel, error) {
	v, err := power.VersionByID(ctx, a.cfg.DB, x.version)
	if err != nil {
		return Panel{}, err
	}
	p := Panel{ID: x.power.String(), Version: x.version.String(), Code: x.code, Name: x.name, Department: q.shelf.names[x.department].name,
		Category: string(x.category), Status: x.light(), Href: f.at(powerHref(x.power)), Base: powerHref(x.power), CutHref: "/cuts/powers/" + x.power.String(), Query: f.at(""),
		May:  who.MayOn(people.Conclude, people.Target{Department: x.department, State: x.state}) == nil,
		Said: in.said, Wrong: in.wrong, QueueHref: f.with(queuePath, "open", x.power.String()), Total: q.tally.total}
	p.neighbours(f, q, x)
	if p.Comparison, err = a.compare(ctx, x, v); err != nil {
		return p, err
	}
	if err := a.checks(ctx, &p, q.shelf, x, v, in); err != nil {
		return p, err
	}
	return p, a.opinions(ctx, who, &p, x, in)
}

// neighbours finds the powers before and after a row in its queue.
func (p *Panel) neighbours(f filter, q queue, x *row) {
	before, after, n := q.around(f, q.shelf.place(f, x))
	if n < len(q.rows) && q.rows[n] == x {
		p.Place = n + 1
	}
	if before != nil {
		p.PreviousHref, p.PreviousPart = f.at(powerHref(before.power)), f.at(powerHref(before.power)+"/panel")
	}
	if after != nil {
		p.NextHref, p.NextPart = f.at(powerHref(after.power)), f.at(powerHref(after.power)+"/panel")
	}
}

// Comparison is two wordings of a power side by side, or one alone when there is
// no earlier one that was handed up.
type Comparison struct {
	Left, Right string // where they come from: 一上（9月18日）
	Both        bool
	Elements    []Element // those that differ; without Both, all that are filled
	Same        []Element // those that do not
}

// Element is one element in both wordings. Words is the text of the one wording.
type Element struct {
	Label       string
	Left, Right []ui.Piece
	Words       string
}

// compare holds the present wording of a power against the last one that another
// submission carried, or that an earlier version had.
func (a *Audit) compare(ctx context.Context, x *row, now power.Version) (Comparison, error) {
	handed, err := round.VersionsHandedUp(ctx, a.cfg.DB, x.power)
	if err != nil {
		return Comparison{}, err
	}
	c := Comparison{Right: "现在的写法（尚未上报）"}
	for i := len(handed) - 1; i >= 0; i-- {
		if handed[i].Version == x.version {
			c.Right = handedWord(handed[i])
			handed = handed[:i]
			break
		}
	}
	if len(handed) == 0 {
		if c.Right == "" || now.No == 1 && x.no == 0 {
			c.Right = "现在的写法"
		}
		for _, f := range round.Fields() {
			if t := f.Text(now); t != "" {
				c.Elements = append(c.Elements, Element{Label: f.Label, Words: t})
			}
		}
		return c, nil
	}
	last := handed[len(handed)-1]
	old, err := power.VersionByID(ctx, a.cfg.DB, last.Version)
	if err != nil {
		return c, err
	}
	c.Both, c.Left = true, handedWord(last)
	for _, f := range round.Fields() {
		before, after := f.Text(old), f.Text(now)
		switch {
		case before == after && after != "":
			c.Same = append(c.Same, Element{Label: f.Label, Words: after})
		case before != after:
			c.Elements = append(c.Elements, sides(f.Label, before, after))
		}
	}
	return c, nil
}

// sides is an element whose texts differ, each side with its own runs.
func sides(label, before, after string) Element {
	e := Element{Label: label}
	for _, p := range ui.Differences(before, after) {
		if p.Tone != "more" {
			e.Left = append(e.Left, p)
		}
		if p.Tone != "less" {
			e.Right = append(e.Right, p)
		}
	}
	return e
}

// handedWord says where a wording comes from: 一上（9月18日）.
func handedWord(h round.HandedUp) string {
	return round.Up(h.No) + "（" + here(h.At).Format("1月2日") + "）"
}

// OpinionView is one opinion with what became of it.
type OpinionView struct {
	ID             string
	Round          string // 一下, or where a draft will be
	Field, Cause   string
	Text           string
	State          ui.Light
	By, At         string
	Old            bool // it speaks of an earlier version
	Answer, Reason string
	ReplyAt        string
	Outcome        string
	Ruling         string
	Open           bool // answered: to be settled or maintained here
	Maintain       string
	Wrong          string // why maintaining was refused
	EditHref       string // of a draft
	EditPart       string
}

// OpinionForm is the form of a new opinion, or of a draft to be reworded.
type OpinionForm struct {
	Editing     string // id of the draft, "" for a new one
	Fields      []ui.Choice
	Causes      []ui.Choice
	Text        string
	Filled      bool // it holds something: show it open
	WrongField  string
	WrongCause  string
	WrongText   string
	Wrong       string // of the whole
	SubmitLabel string
	CancelHref  string
	CancelPart  string
	Keep        string // key of what is typed, for the browser to keep until it is sent
}

// opinions fills in drafts, history and the form.
func (a *Audit) opinions(ctx context.Context, who *people.Who, p *Panel, x *row, in form) error {
	states := append([]round.OpinionState{round.Draft}, round.OpinionStates()...)
	all, err := round.Opinions(ctx, a.cfg.DB, round.Query{Scope: scope(who), Power: x.power, States: states})
	if err != nil {
		return err
	}
	p.CanWrite = p.May && x.state == power.Review
	p.Opinion = OpinionForm{Text: in.text, Filled: in.filled, SubmitLabel: "记下意见", Keep: "opinion:" + who.Account.String() + ":" + p.ID}
	field, cause := in.field, in.cause
	for _, o := range all {
		v := opinionView(o)
		if in.maintain && o.ID == in.opinion && v.Open && p.May {
			v.Maintain, v.Wrong = in.text, in.wrong
			p.Wrong = ""
		}
		if o.State != round.Draft {
			v.Open = v.Open && p.May
			p.History = append(p.History, v)
			continue
		}
		v.EditHref, v.EditPart = join(p.Base, p.Query, "edit="+v.ID)+"#opinion", join(p.Base+"/panel", p.Query, "edit="+v.ID)
		p.Drafts = append(p.Drafts, v)
		if !in.maintain && o.ID == in.opinion && p.May {
			p.Opinion.Editing, p.Opinion.SubmitLabel, p.Opinion.Filled = v.ID, "保存修改", true
			p.Opinion.CancelHref, p.Opinion.CancelPart = p.Href, p.Base+"/panel"+p.Query
			if !in.filled {
				field, cause, p.Opinion.Text = o.Field, o.Cause, o.Text
			}
		}
	}
	if in.maintain {
		p.Opinion.Text, p.Opinion.Filled = "", false
	}
	slices.Reverse(p.History) // they come by round
	p.Opinion.choices(field, cause)
	if p.CanWrite && p.Opinion.blame(in) {
		p.Wrong = "" // it stands at the form
	}
	return nil
}

// choices fills the two selections.
func (o *OpinionForm) choices(field, cause string) {
	for _, f := range round.Fields() {
		o.Fields = append(o.Fields, ui.Choice{Value: f.Key, Label: f.Label, Selected: f.Key == field})
	}
	for _, c := range round.Causes() {
		o.Causes = append(o.Causes, ui.Choice{Value: c.Key, Label: c.Label, Selected: c.Key == cause})
	}
}

// blame puts what was wrong with an opinion at the field that it speaks of, and
// says whether anything was.
func (o *OpinionForm) blame(in form) bool {
	switch {
	case !in.filled || in.maintain || in.wrong == "":
		return false
	case in.place == "针对要素":
		o.WrongField = in.wrong
	case in.place == "原因":
		o.WrongCause = in.wrong
	case in.place == "意见":
		o.WrongText = in.wrong
	default:
		o.Wrong = in.wrong
	}
	return true
}

func opinionView(o round.Opinion) OpinionView {
	f, _ := round.FieldOf(o.Field)
	c, _ := round.CauseOf(o.Cause)
	v := OpinionView{ID: o.ID.String(), Round: round.Down(o.No), Field: f.Label, Cause: c.Label, Text: o.Text, State: opinionLight(o.State),
		By: o.Author, At: minute(o.Moved), Old: o.Present != o.Version, Open: o.State == round.Answered}
	if !o.Handed.IsZero() {
		v.At = minute(o.Handed)
	}
	if o.Reply != nil {
		v.Answer, v.Reason, v.ReplyAt = o.Reply.Kind.Label(), o.Reply.Reason, minute(o.Reply.At)
	}
	if o.Ruling != nil {
		v.Outcome, v.Ruling = o.Ruling.Outcome.Label(), o.Ruling.Text
	}
	return v
}

func opinionLight(s round.OpinionState) ui.Light {
	tone := "still"
	switch s {
	case round.Answered:
		tone = "warn"
	case round.Disputed:
		tone = "bad"
	case round.Settled, round.Ruled:
		tone = "ok"
	}
	return ui.Light{Tone: tone, Word: s.Label()}
}

// refuse keeps the words of an error for the person at a form, and its place.
func (in *form) refuse(err error) {
	in.wrong, in.place = staff.Words(err), staff.Place(err)
}

// shown says whether an error belongs on the form: what somebody can mend, or
// was overtaken in. Others are pages of their own.
func shown(err error) bool {
	k := errs.KindOf(err)
	return k == errs.Invalid || k == errs.Conflict
}
