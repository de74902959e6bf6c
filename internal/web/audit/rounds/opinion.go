package rounds

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// OpinionPage shows one opinion with those it follows, what both sides say, and
// the law; the group decides here and the leading group rules.
type OpinionPage struct {
	ui.Frame
	Code, Name, Department string
	Category               string
	Field, Cause           string
	State                  ui.Light
	Steps                  []Step
	WasHead, IsHead        string
	Was, Is                string     // the words of the field, in the version spoken of and today
	Words                  []ui.Piece // Is against Was, "" where nothing changed
	Laws                   []Quote
	Href, PowerHref        string
	PaperHref              string
	Decides                bool // the group may settle or maintain
	Settles                bool // a ruling that was handed up as carried out may be settled, or goes before the leading group again
	Ended                  bool // its campaign was closed with it open: nobody can act any more
	Unsettles              bool
	Rules                  bool // the leading group may rule
	Outcomes               []ui.Choice
	Text                   string
	Failed                 Fails
	Done                   string
	Back                   string
}

// Step is one turn of what was said.
type Step struct {
	Head, Who, When string
	Word            string // of an answer or ruling
	Text            string
	Tone            string // CSS class: ours, theirs, ruling
}

// Quote is an article that the version cites.
type Quote struct {
	Ref, Href, State string
	Text             string // the article in force today, else what the department quoted
	Own              bool   // it is the department's quotation
}

// Fails are the words beside the fields of a form; All stands above it.
type Fails struct{ All, Outcome, Text string }

// readable reads the opinion of an address. Drafts are known only to whoever sees
// the reviews of the department; what is out of reach is unknown.
func (x *Rounds) readable(r *http.Request, who *people.Who) (round.Opinion, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return round.Opinion{}, err
	}
	o, err := round.OpinionByID(r.Context(), x.cfg.DB, id)
	if errs.KindOf(err) == errs.NotFound {
		return o, people.Unknown().Because(err)
	}
	if err != nil {
		return o, err
	}
	if err := who.MayOn(people.SeeRounds, people.Target{Department: o.Department}); err != nil {
		return o, err
	}
	if o.State == round.Draft || o.State == round.Dropped {
		if err := who.MayOn(people.SeeReview, people.Target{Department: o.Department}); err != nil {
			return o, people.Unknown()
		}
	}
	return o, nil
}

func (x *Rounds) opinion(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	o, err := x.readable(r, who)
	if err != nil {
		return err
	}
	return x.showOpinion(w, r, who, http.StatusOK, o, func(*OpinionPage) {})
}

func (x *Rounds) showOpinion(w http.ResponseWriter, r *http.Request, who *people.Who, status int, o round.Opinion, more func(*OpinionPage)) error {
	p, err := x.opinionPage(r, who, o)
	if err != nil {
		return err
	}
	more(&p)
	return x.shell.Show(w, r, status, x.pages, "opinion", p)
}

func (x *Rounds) opinionPage(r *http.Request, who *people.Who, o round.Opinion) (OpinionPage, error) {
	ctx := r.Context()
	thread, err := round.Thread(ctx, x.cfg.DB, o.ID)
	if err != nil {
		return OpinionPage{}, err
	}
	p := OpinionPage{Code: o.Code, Name: o.Name, Department: o.DepartmentName, Category: string(o.Category), Field: fieldWord(o.Field), Cause: causeWord(o.Cause),
		State: stateLight(o), Href: opinionHref(o.ID), Done: done(r), Back: submissionHref(o.Submission)}
	for _, t := range thread {
		p.Steps = append(p.Steps, steps(t)...)
	}
	if err := x.compare(ctx, &p, thread[0], o); err != nil {
		return p, err
	}
	if o.Ruling != nil {
		p.PaperHref = p.Href + "/paper"
	}
	c, err := round.CampaignByID(ctx, x.cfg.DB, o.Campaign)
	if err != nil {
		return p, err
	}
	if err := x.allowed(ctx, &p, who, c, o); err != nil {
		return p, err
	}
	trail, section := []ui.Link{home(c)}, Root
	if o.State == round.Disputed || o.State == round.Ruled {
		trail, section = []ui.Link{{Label: disputesTitle, Href: disputesPath}}, disputesPath
	}
	p.Frame, err = x.shell.Frame(r, who, "对“"+o.Name+"”的意见", section, trail...)
	return p, err
}

// steps are what an opinion adds to the talk.
func steps(o round.Opinion) []Step {
	head := round.Down(o.No) + "：审核意见"
	switch {
	case o.No > round.Rounds:
		head = "定稿之后：审核小组坚持"
	case !o.Follows.IsZero():
		head = round.Down(o.No) + "：审核小组坚持"
	}
	when := o.Handed
	if when.IsZero() {
		when = o.Written
	}
	out := []Step{{Head: head, Who: "审核小组", When: minute(when), Word: causeWord(o.Cause), Text: o.Text, Tone: "ours"}}
	if a := o.Reply; a != nil {
		out = append(out, Step{Head: "部门答复", Who: o.DepartmentName, When: minute(a.At), Word: a.Kind.Label(), Text: a.Reason, Tone: "theirs"})
	}
	if u := o.Ruling; u != nil {
		out = append(out, Step{Head: "领导小组裁定", Who: "领导小组", When: minute(u.At), Word: u.Outcome.Label(), Text: u.Text, Tone: "ruling"})
	}
	return out
}

// compare sets the words of the field that the first opinion spoke of against
// those of today, and gathers the law that the version of today cites.
func (x *Rounds) compare(ctx context.Context, p *OpinionPage, first, o round.Opinion) error {
	was, err := power.VersionByID(ctx, x.cfg.DB, first.Version)
	if err != nil {
		return err
	}
	is, err := power.VersionByID(ctx, x.cfg.DB, o.Present)
	if err != nil {
		return err
	}
	if f, ok := round.FieldOf(o.Field); ok {
		p.Was, p.Is = f.Text(was), f.Text(is)
	}
	p.WasHead, p.IsHead = round.Up(first.No)+"的内容", "现在的内容"
	if p.Was != p.Is {
		p.Words = ui.Differences(p.Was, p.Is)
	}
	p.Laws, err = x.quotes(ctx, is)
	return err
}

// quotes follows the citations of a version on today's law.
func (x *Rounds) quotes(ctx context.Context, v power.Version) ([]Quote, error) {
	var keys []string
	for _, c := range v.Citations {
		keys = append(keys, citation.NormalizeTitle(c.Ref.Law))
	}
	lib, err := law.ReadTitles(ctx, x.cfg.DB, keys)
	if err != nil {
		return nil, err
	}
	var out []Quote
	for _, c := range v.Citations {
		res := lib.Resolve(c.Ref, x.today())
		q := Quote{Ref: c.Ref.String(), State: res.State.Label(), Text: lib.Text(res)}
		if res.Article > 0 {
			q.Href = ui.Address("/laws/"+res.Document.ID.String()+"/articles/"+lawtext.Number{N: c.Ref.Article, Sub: c.Ref.ArticleSub}.String(),
				url.Values{"edition": {res.Edition.ID.String()}})
		}
		if q.Text == "" {
			q.Text, q.Own = c.Quote, true
		}
		out = append(out, q)
	}
	return out, nil
}

// allowed says what somebody may do here now.
func (x *Rounds) allowed(ctx context.Context, p *OpinionPage, who *people.Who, c round.Campaign, o round.Opinion) error {
	at := people.Target{Department: o.Department}
	if who.MayOn(people.SeeReview, at) == nil {
		p.PowerHref = "/audit/powers/" + o.Power.String()
	}
	if c.State == round.Closed {
		p.Ended = slices.Contains([]round.OpinionState{round.Draft, round.Issued, round.Answered, round.Disputed}, o.State)
		return nil
	}
	if who.MayOn(people.Rule, at) == nil && o.State == round.Disputed {
		p.Rules = true
		p.Outcomes = outcomes("")
	}
	if who.MayOn(people.Conclude, at) != nil {
		return nil
	}
	subs, err := round.SubmissionsOf(ctx, x.cfg.DB, o.Department)
	if err != nil || len(subs) == 0 {
		return err
	}
	last := subs[len(subs)-1]
	received := last.Campaign == o.Campaign && last.No > o.No && !last.Received.IsZero()
	p.Decides = o.State == round.Answered && received
	p.Settles = o.State == round.Ruled && o.Ruling != nil && o.Ruling.Outcome.Corrects() && received && last.At.After(o.Ruling.At)
	p.Unsettles = o.State == round.Settled && received && !o.Moved.Before(last.At) && (last.No > round.Rounds || last.HandedDown.IsZero())
	if p.Decides || p.Settles || p.Unsettles {
		p.Back = submissionHref(last.ID)
	}
	return nil
}

func outcomes(chosen string) []ui.Choice {
	var out []ui.Choice
	for _, o := range round.Outcomes() {
		out = append(out, ui.Choice{Value: string(o), Label: o.Label(), Selected: string(o) == chosen})
	}
	return out
}

// decided leads on after an act on the opinion of the address, or shows it again
// with what is wrong and what was typed.
func (x *Rounds) decided(w http.ResponseWriter, r *http.Request, who *people.Who, key string, do func(ctx context.Context, tx *ledger.Tx, id sqldb.ID) error) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	o, err := x.readable(r, who)
	if err != nil {
		return err
	}
	err = x.act(r, who, func(ctx context.Context, tx *ledger.Tx) error { return do(ctx, tx, o.ID) })
	if err == nil {
		return back(w, r, opinionHref(o.ID)+"?done="+key)
	}
	if k := errs.KindOf(err); k != errs.Invalid && k != errs.Conflict {
		return err
	}
	if o, err2 := x.readable(r, who); err2 == nil {
		return x.showOpinion(w, r, who, errs.Status(err), o, func(p *OpinionPage) {
			p.Text, p.Outcomes = staff.Typed(r, "text"), outcomes(r.PostForm.Get("outcome"))
			switch staff.Place(err) {
			case "坚持的理由", "裁定意见":
				p.Failed.Text = staff.Words(err)
			case "裁定结果":
				p.Failed.Outcome = staff.Words(err)
			default:
				p.Failed.All = staff.Words(err)
			}
		})
	}
	return err
}

func (x *Rounds) settle(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return x.decided(w, r, who, "settled", func(ctx context.Context, tx *ledger.Tx, id sqldb.ID) error { return round.Settle(ctx, tx, who, id) })
}

func (x *Rounds) unsettle(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return x.decided(w, r, who, "unsettled", func(ctx context.Context, tx *ledger.Tx, id sqldb.ID) error { return round.Unsettle(ctx, tx, who, id) })
}

func (x *Rounds) maintain(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return x.decided(w, r, who, "maintained", func(ctx context.Context, tx *ledger.Tx, id sqldb.ID) error {
		_, err := round.Maintain(ctx, tx, who, id, staff.Typed(r, "text"))
		return err
	})
}

func (x *Rounds) rule(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return x.decided(w, r, who, "ruled", func(ctx context.Context, tx *ledger.Tx, id sqldb.ID) error {
		return round.Rule(ctx, tx, who, id, round.Outcome(r.PostForm.Get("outcome")), staff.Typed(r, "text"))
	})
}

// PaperPage is the ruling on paper (裁定书), A4, with the place for the seal.
type PaperPage struct {
	ui.Frame
	Code, Name, Department, Category string
	Field, Was, Is                   string
	Ours, Theirs                     []Step
	Outcome, Text, When              string
	Laws                             []Quote
	Correct                          bool
	Href                             string
	QR                               ui.Image // leads back to the ruling; empty without an address of the site
}

// paper shows a ruling for printing; NotFound before there is one.
func (x *Rounds) paper(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	o, err := x.readable(r, who)
	if err != nil {
		return err
	}
	if o.Ruling == nil {
		return errs.NotFoundf("这项分歧还没有裁定").Fix("裁定之后才能打印裁定书")
	}
	from, err := x.opinionPage(r, who, o)
	if err != nil {
		return err
	}
	p := PaperPage{Code: o.Code, Name: o.Name, Department: o.DepartmentName, Category: string(o.Category), Field: from.Field, Was: from.Was, Is: from.Is,
		Outcome: o.Ruling.Outcome.Label(), Text: o.Ruling.Text, When: here(o.Ruling.At).Format("2006年1月2日"), Laws: from.Laws,
		Correct: o.Ruling.Outcome.Corrects(), Href: from.Href}
	for _, s := range from.Steps {
		switch s.Tone {
		case "ours":
			p.Ours = append(p.Ours, s)
		case "theirs":
			p.Theirs = append(p.Theirs, s)
		}
	}
	p.Laws = slices.DeleteFunc(p.Laws, func(q Quote) bool { return q.Text == "" })
	if x.cfg.BaseURL != "" {
		if p.QR, err = ui.QR(strings.TrimSuffix(x.cfg.BaseURL, "/") + from.Href); err != nil {
			return err
		}
	}
	p.Frame, err = x.shell.Frame(r, who, "裁定书", disputesPath, ui.Link{Label: disputesTitle, Href: disputesPath}, ui.Link{Label: o.Name, Href: from.Href})
	if err != nil {
		return err
	}
	return x.shell.Show(w, r, http.StatusOK, x.pages, "paper", p)
}
