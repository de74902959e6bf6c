package rounds

import (
	"context"
	"encoding/hex"
	"net/http"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// SubmissionPage is what a department handed up, with what the group has to do on
// it.
type SubmissionPage struct {
	ui.Frame
	Submission
	Answers   []OpinionRow // of earlier rounds, to settle or maintain
	Decided   int          // answers of the round before that are decided
	Opinions  []OpinionRow // of this round, by power
	Drafts    bool         // they are drafts still
	Rows      []FrozenRow
	Receives  bool
	HandsDown bool
	Decides   bool
	Blocked   string // why the opinions cannot be handed down yet
	Failed    string
	Done      string
}

// Submission is a submission on pages.
type Submission struct {
	Campaign, Department, Group string
	Up, Down                    string
	State                       ui.Light
	Versions                    int
	Digest, Whole               string // "" where the frozen versions do not fit their digest
	When, Due, Received, Issued string
	Late                        bool
	Signed                      string // the statement of the head
	Href                        string
	ExportHref, DownHref        string
	Final                       bool
}

// FrozenRow is one power of a submission.
type FrozenRow struct {
	Code, Name, Category string
	Href                 string
	State                string
	Opinions             int
}

// readSubmission reads the submission of an address that somebody may see.
func (x *Rounds) readSubmission(r *http.Request, who *people.Who, a people.Action) (round.Submission, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return round.Submission{}, err
	}
	s, err := round.SubmissionByID(r.Context(), x.cfg.DB, id)
	if errs.KindOf(err) == errs.NotFound {
		return s, people.Unknown().Because(err)
	}
	if err != nil {
		return s, err
	}
	return s, who.MayOn(a, people.Target{Department: s.Department})
}

func (x *Rounds) submission(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	s, err := x.readSubmission(r, who, people.SeeReview)
	if err != nil {
		return err
	}
	return x.showSubmission(w, r, who, http.StatusOK, s, "")
}

func (x *Rounds) showSubmission(w http.ResponseWriter, r *http.Request, who *people.Who, status int, s round.Submission, failed string) error {
	p, err := x.submissionPage(r, who, s)
	if err != nil {
		return err
	}
	p.Failed = failed
	return x.shell.Show(w, r, status, x.pages, "submission", p)
}

func (x *Rounds) submissionPage(r *http.Request, who *people.Who, s round.Submission) (SubmissionPage, error) {
	ctx := r.Context()
	p := SubmissionPage{Done: done(r)}
	c, err := x.describe(ctx, &p.Submission, s)
	if err != nil {
		return p, err
	}
	frozen, err := round.FrozenOf(ctx, x.cfg.DB, s.ID)
	if err != nil {
		return p, err
	}
	for _, f := range frozen {
		p.Rows = append(p.Rows, FrozenRow{Code: f.Code, Name: f.Name, Category: string(f.Category), Href: "/audit/powers/" + f.Power.String(),
			State: f.State.Label(), Opinions: f.Opinions})
	}
	if err := x.submissionOpinions(ctx, &p, s); err != nil {
		return p, err
	}
	at := people.Target{Department: s.Department}
	open := c.State != round.Closed
	p.Decides = open && !s.Received.IsZero() && who.MayOn(people.Conclude, at) == nil
	p.Receives = open && s.Received.IsZero() && who.MayOn(people.Conclude, at) == nil
	p.HandsDown = open && p.Drafts && !s.Received.IsZero() && who.MayOn(people.HandDown, at) == nil
	p.Frame, err = x.shell.Frame(r, who, p.Department+p.Up, Root, home(c))
	return p, err
}

// describe fills what is said of a submission itself.
func (x *Rounds) describe(ctx context.Context, p *Submission, s round.Submission) (round.Campaign, error) {
	c, err := round.CampaignByID(ctx, x.cfg.DB, s.Campaign)
	if err != nil {
		return c, err
	}
	n, err := x.names(ctx)
	if err != nil {
		return c, err
	}
	groups, err := x.groupsOf(ctx)
	if err != nil {
		return c, err
	}
	signed, err := round.SelfcheckByID(ctx, x.cfg.DB, s.Selfcheck)
	if err != nil {
		return c, err
	}
	href := submissionHref(s.ID)
	*p = Submission{Campaign: c.Title, Department: n[s.Department], Group: groups[s.Department], Up: round.Up(s.No), Versions: s.Versions,
		Digest: hex.EncodeToString(s.Digest[:]), When: minute(s.At), Due: s.Due, Received: minute(s.Received), Issued: minute(s.HandedDown), Late: s.Late(),
		Signed: signed.Statement, Href: href, ExportHref: href + "/list.xlsx", DownHref: href + "/handdown", Final: s.No > round.Rounds}
	if !p.Final {
		p.Down = round.Down(s.No)
	}
	switch {
	case s.Received.IsZero():
		p.State = ui.Light{Tone: "warn", Word: "待接收"}
	case p.Final:
		p.State = ui.Light{Tone: "ok", Word: "已接收"}
	case s.HandedDown.IsZero():
		p.State = ui.Light{Tone: "still", Word: "审核中"}
	default:
		p.State = ui.Light{Tone: "ok", Word: "已下达"}
	}
	// A digest that does not fit is for whoever reads the page to know, too.
	if err := round.Verify(ctx, x.cfg.DB, s.ID); err == nil {
		p.Whole = "相符"
	}
	return c, nil
}

// submissionOpinions fills the opinions of the round, and the answers of earlier
// ones that wait for the group.
func (x *Rounds) submissionOpinions(ctx context.Context, p *SubmissionPage, s round.Submission) error {
	scope := people.Scope{Departments: []sqldb.ID{s.Department}}
	p.Drafts = s.HandedDown.IsZero() && s.No <= round.Rounds
	now, err := round.Opinions(ctx, x.cfg.DB, round.Query{Submission: s.ID, Scope: scope, States: append(round.OpinionStates(), round.Draft)})
	if err != nil {
		return err
	}
	for _, o := range now {
		p.Opinions = append(p.Opinions, opinionRow(o))
	}
	before, err := round.Opinions(ctx, x.cfg.DB, round.Query{Campaign: s.Campaign, Scope: scope})
	if err != nil {
		return err
	}
	for _, o := range before {
		switch {
		case o.No >= s.No:
		case o.State == round.Answered, o.State == round.Ruled && o.Ruling.Outcome.Corrects() && s.At.After(o.Ruling.At):
			p.Answers = append(p.Answers, opinionRow(o))
		case o.No == s.No-1:
			p.Decided++
		}
	}
	if p.Drafts && len(p.Answers) > 0 {
		p.Blocked = "还有上一轮的答复没有处理，处理完才能下达"
	}
	return nil
}

func (x *Rounds) submissionExport(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	s, err := x.readSubmission(r, who, people.SeeReview)
	if err != nil {
		return err
	}
	var p Submission
	if _, err := x.describe(r.Context(), &p, s); err != nil {
		return err
	}
	frozen, err := round.FrozenOf(r.Context(), x.cfg.DB, s.ID)
	if err != nil {
		return err
	}
	columns := []ui.Column{{Head: "编码", Width: 22}, {Head: "事项名称", Width: 40}, {Head: "类别", Width: 12}, {Head: "版本", Width: 8}, {Head: "现在状态", Width: 12},
		{Head: "本轮意见", Width: 10}, {Head: "版本摘要", Width: 66}}
	return x.shell.Export(w, r, p.Department+p.Up+"清单", p.Campaign+"，"+p.When+"上报，清单摘要 "+p.Digest, columns, func(add ui.Adder) error {
		for _, f := range frozen {
			if err := add(f.Code, f.Name, string(f.Category), f.No, f.State.Label(), f.Opinions, hex.EncodeToString(f.Digest[:])); err != nil {
				return err
			}
		}
		return nil
	})
}

// receive takes a submission into review, or shows it with why not.
func (x *Rounds) receive(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	s, err := x.readSubmission(r, who, people.Conclude)
	if err != nil {
		return err
	}
	err = x.act(r, who, func(ctx context.Context, tx *ledger.Tx) error { return round.Receive(ctx, tx, who, s.ID) })
	return x.acted(w, r, who, s, err, "received")
}

// acted leads on after an act on a submission, or shows it again with why not.
func (x *Rounds) acted(w http.ResponseWriter, r *http.Request, who *people.Who, s round.Submission, err error, key string) error {
	if err == nil {
		return back(w, r, submissionHref(s.ID)+"?done="+key)
	}
	if errs.KindOf(err) != errs.Conflict {
		return err
	}
	if now, err2 := x.readSubmission(r, who, people.SeeReview); err2 == nil {
		return x.showSubmission(w, r, who, errs.Status(err), now, staff.Words(err))
	}
	return err
}

// DownPage asks once more before opinions are handed down.
type DownPage struct {
	ui.Frame
	Submission
	Opinions int
	Back     int // powers that go back to the department
	Stay     int // powers that stay under review
	Causes   []FigureCell
	Blocked  string
}

func (x *Rounds) handingDown(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	s, err := x.readSubmission(r, who, people.HandDown)
	if err != nil {
		return err
	}
	from, err := x.submissionPage(r, who, s)
	if err != nil {
		return err
	}
	if !from.HandsDown {
		return x.showSubmission(w, r, who, http.StatusConflict, s, "现在不能下达意见。请看这次上报走到了哪一步")
	}
	ctx := r.Context()
	drafts, err := round.Opinions(ctx, x.cfg.DB, round.Query{Submission: s.ID, Scope: people.Scope{Departments: []sqldb.ID{s.Department}}, States: []round.OpinionState{round.Draft}})
	if err != nil {
		return err
	}
	p := DownPage{Submission: from.Submission, Opinions: len(drafts), Blocked: from.Blocked}
	spoken := map[sqldb.ID]bool{}
	for _, o := range drafts {
		spoken[o.Change] = true
		i := slices.IndexFunc(p.Causes, func(c FigureCell) bool { return c.Head == causeWord(o.Cause) })
		if i < 0 {
			i = len(p.Causes)
			p.Causes = append(p.Causes, FigureCell{Head: causeWord(o.Cause)})
		}
		p.Causes[i].N++
	}
	frozen, err := round.FrozenOf(ctx, x.cfg.DB, s.ID)
	if err != nil {
		return err
	}
	for _, f := range frozen {
		switch {
		case spoken[f.Change]:
			p.Back++
		case f.State == power.Review:
			p.Stay++
		}
	}
	p.Frame, err = x.shell.Frame(r, who, "下达审核意见", Root, ui.Link{Label: title, Href: campaignHref(s.Campaign)}, ui.Link{Label: from.Department + from.Up, Href: p.Href})
	if err != nil {
		return err
	}
	return x.shell.Show(w, r, http.StatusOK, x.pages, "handdown", p)
}

func (x *Rounds) handDown(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	s, err := x.readSubmission(r, who, people.HandDown)
	if err != nil {
		return err
	}
	err = x.act(r, who, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := round.HandDown(ctx, tx, who, s.ID)
		return err
	})
	return x.acted(w, r, who, s, err, "down")
}
