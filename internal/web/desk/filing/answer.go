package filing

import (
	"context"
	"net/http"
	"slices"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// Said is one thing that was said of a power: an opinion, what was answered, what
// was ruled.
type Said struct {
	Round, Field, Cause, Text string
	State                     ui.Light
	Answer, Reason            string
	Ruling, RulingText        string
	Version                   int // the version it speaks of
	At                        string
}

// Compared is a field side by side: what the opinion speaks of, and what stands
// there now.
type Compared struct {
	Label           string
	Before, After   []ui.Piece
	Same            bool
	BeforeNo, NowNo int
}

// Choice is one way to answer.
type Choice struct {
	Value, Label, Help string
	Chosen, Closed     bool // Closed: not open now; Help says why
}

// AnswerForm is what somebody filled in.
type AnswerForm struct {
	Ways                 []Choice
	Reason               string
	All, Way, ReasonFail string
}

// OpinionPage is one opinion with everything needed to answer it.
type OpinionPage struct {
	ui.Frame
	Code, Name, PowerHref  string
	Category               string
	Said                   Said
	Earlier                []Said // what it maintains, the oldest first
	Whole                  bool   // the opinion is on the power itself
	Compared               *Compared
	NeedsVersion           bool // nothing was changed since, and accepting needs it
	EditHref               string
	CanAnswer              bool
	Closed                 string // why it cannot be answered now; "" when it can or nobody would
	Form                   AnswerForm
	Action                 string
	QueueHref              string
	Left                   int // to be answered in all
	PreviousHref, NextHref string
	Done                   bool // the one before was answered just now
}

func (f *Filing) opinion(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	o, err := f.heardOne(r, who, people.SeePowers)
	if err != nil {
		return err
	}
	form := AnswerForm{}
	if o.Reply != nil {
		form.Reason = o.Reply.Reason
		form.choose(o.Reply.Kind)
	} else {
		form.choose("")
	}
	return f.showOpinion(w, r, who, http.StatusOK, o, form)
}

// heardOne reads the opinion of an address. What is not handed down does not
// exist for a department.
func (f *Filing) heardOne(r *http.Request, who *people.Who, a people.Action) (round.Opinion, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return round.Opinion{}, err
	}
	o, err := round.OpinionByID(r.Context(), f.cfg.DB, id)
	if err != nil {
		return o, unknown(err)
	}
	if !slices.Contains(round.OpinionStates(), o.State) {
		return o, people.Unknown()
	}
	return o, who.MayOn(a, people.Target{Department: o.Department})
}

// choose fills the ways to answer with the chosen one.
func (form *AnswerForm) choose(k round.AnswerKind) {
	help := map[round.AnswerKind]string{
		round.Accept: "已按意见修改，形成了新版本",
		round.Partly: "改了一部分，其余的写明理由",
		round.Refuse: "不改，写明理由",
	}
	form.Ways = nil
	for _, x := range round.AnswerKinds() {
		form.Ways = append(form.Ways, Choice{Value: string(x), Label: x.Label(), Help: help[x], Chosen: x == k})
	}
}

func (f *Filing) showOpinion(w http.ResponseWriter, r *http.Request, who *people.Who, status int, o round.Opinion, form AnswerForm) error {
	ctx := r.Context()
	choice, err := parseOpinions(r.URL.Query())
	if err != nil {
		return err
	}
	frame, err := f.frame(r, who, choice.at(opinionHref(o.ID)), "答复意见", opinionsPath, home(), ui.Link{Label: opinionsTitle, Href: choice.at(opinionsPath)})
	if err != nil {
		return err
	}
	page := OpinionPage{Frame: frame, Code: o.Code, Name: o.Name, PowerHref: powerHref(o.Power), Category: string(o.Category), Said: said(o), Form: form,
		Whole: o.Field == round.WholePower, Action: choice.at(opinionHref(o.ID)), QueueHref: choice.at(opinionsPath),
		Done: r.URL.Query().Get("done") == "answered"}
	if err := f.around(ctx, &page, o, choice); err != nil {
		return err
	}
	thread, err := round.Thread(ctx, f.cfg.DB, o.ID)
	if err != nil {
		return err
	}
	for _, x := range thread[:len(thread)-1] {
		page.Earlier = append(page.Earlier, said(x))
	}
	if err := f.compare(ctx, &page, o); err != nil {
		return err
	}
	if err := f.answerable(ctx, who, &page, o); err != nil {
		return err
	}
	return f.show(w, r, status, "opinion", page)
}

// said puts an opinion into words.
func said(o round.Opinion) Said {
	x := Said{Round: round.Down(o.No), Field: fieldLabel(o.Field), Cause: causeLabel(o.Cause), Text: o.Text, State: opinionLight(o.State), Version: o.VersionNo}
	if !o.Handed.IsZero() {
		x.At = minute(o.Handed)
	}
	if o.Reply != nil {
		x.Answer, x.Reason = o.Reply.Kind.Label(), o.Reply.Reason
	}
	if o.Ruling != nil {
		x.Ruling, x.RulingText = o.Ruling.Outcome.Label(), o.Ruling.Text
	}
	return x
}

// compare sets the field of the version spoken of beside that of today; an
// opinion on the power itself has none.
func (f *Filing) compare(ctx context.Context, page *OpinionPage, o round.Opinion) error {
	field, ok := round.FieldOf(o.Field)
	if !ok || o.Field == round.WholePower {
		return nil
	}
	before, err := power.VersionByID(ctx, f.cfg.DB, o.Version)
	if err != nil {
		return err
	}
	now := before
	if o.Present != o.Version {
		if now, err = power.VersionByID(ctx, f.cfg.DB, o.Present); err != nil {
			return err
		}
	}
	a, b := field.Text(before), field.Text(now)
	c := &Compared{Label: field.Label, BeforeNo: before.No, NowNo: now.No, Same: a == b}
	c.Before, c.After = sides(a, b)
	page.Compared = c
	return nil
}

// sides is the readable difference of two texts as two texts.
func sides(older, newer string) (before, after []ui.Piece) {
	for _, op := range hanzi.Diff(older, newer) {
		switch op.Kind {
		case hanzi.Removed:
			before = append(before, ui.Piece{Tone: "less", Word: op.Text})
		case hanzi.Added:
			after = append(after, ui.Piece{Tone: "more", Word: op.Text})
		default:
			before, after = append(before, ui.Piece{Word: op.Text}), append(after, ui.Piece{Word: op.Text})
		}
	}
	return before, after
}

// answerable says whether somebody may answer an opinion now, and what is still
// to be done before.
func (f *Filing) answerable(ctx context.Context, who *people.Who, page *OpinionPage, o round.Opinion) error {
	if who.MayOn(people.AnswerNotes, people.Target{Department: o.Department}) != nil {
		return nil
	}
	page.EditHref = powerHref(o.Power) + "/edit#" + fieldID(o.Field)
	switch o.State {
	case round.Issued, round.Answered:
	default:
		page.Closed = "这条意见" + o.State.Label() + "，不用再答复。"
		return nil
	}
	s, err := f.standing(ctx, o.Department)
	if err != nil {
		return err
	}
	switch {
	case !s.covered || s.Campaign.ID != o.Campaign:
		page.Closed = "清理工作已经结束，答复不能再改。"
	case s.Stage != round.StageFilling || s.No != o.No+1:
		page.Closed = "答复已随上报送出，不能再改。"
	default:
		page.CanAnswer = true
	}
	page.NeedsVersion = page.CanAnswer && !o.Changed()
	for i := range page.Form.Ways {
		w := &page.Form.Ways[i]
		if page.NeedsVersion && w.Value != string(round.Refuse) {
			w.Closed, w.Help = true, "要先修改事项，形成新版本"
		}
	}
	return nil
}

// around finds the opinions before and after one among those chosen.
func (f *Filing) around(ctx context.Context, page *OpinionPage, o round.Opinion, choice opinionFilter) error {
	s, err := f.standing(ctx, o.Department)
	if err != nil {
		return err
	}
	all, err := f.opinionsOf(ctx, o.Department, s)
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.State == round.Issued {
			page.Left++
		}
	}
	before, after := neighbours(all, o, choice)
	if before != nil {
		page.PreviousHref = choice.at(opinionHref(before.ID))
	}
	if after != nil {
		page.NextHref = choice.at(opinionHref(after.ID))
	}
	return nil
}

// neighbours are the chosen opinions before and after one, which itself need not
// be chosen any more.
func neighbours(all []round.Opinion, o round.Opinion, choice opinionFilter) (before, after *round.Opinion) {
	at := slices.IndexFunc(all, func(x round.Opinion) bool { return x.ID == o.ID })
	for i := range all {
		switch {
		case i == at || !choice.has(all[i], ""):
		case i < at:
			before = &all[i]
		case after == nil:
			after = &all[i]
		}
	}
	return before, after
}

func (f *Filing) answer(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	o, err := f.heardOne(r, who, people.AnswerNotes)
	if err != nil {
		return err
	}
	choice, err := parseOpinions(r.URL.Query())
	if err != nil {
		return err
	}
	kind, reason := round.AnswerKind(r.PostForm.Get("answer")), staff.Typed(r, "reason")
	err = f.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		return round.Answer(ctx, tx, who, o.ID, kind, reason)
	})
	if err != nil {
		return f.answerFailed(w, r, who, o, kind, reason, err)
	}
	return f.answered(w, r, o, choice)
}

// answered leads on to the next opinion to be answered, from the top again behind
// the last one, or back to the list.
func (f *Filing) answered(w http.ResponseWriter, r *http.Request, o round.Opinion, choice opinionFilter) error {
	v := choice.values()
	v.Set("done", "answered")
	to := opinionHref(o.ID)
	if r.PostForm.Get("then") != "stay" {
		s, err := f.standing(r.Context(), o.Department)
		if err != nil {
			return err
		}
		all, err := f.opinionsOf(r.Context(), o.Department, s)
		if err != nil {
			return err
		}
		if choice.State == "" {
			choice.State = round.Issued // what is done is not "next"
		}
		to = opinionsPath
		if before, after := neighbours(all, o, choice); after != nil {
			to = opinionHref(after.ID)
		} else if before != nil {
			to = opinionHref(choice.chosen(all)[0].ID)
		}
	}
	http.Redirect(w, r, ui.Address(to, v), http.StatusSeeOther)
	return nil
}

// answerFailed shows the form again with what was typed, where the person can
// mend it.
func (f *Filing) answerFailed(w http.ResponseWriter, r *http.Request, who *people.Who, o round.Opinion, k round.AnswerKind, reason string, err error) error {
	if !told(err) {
		return err
	}
	form := AnswerForm{Reason: reason}
	form.choose(k)
	switch staff.Place(err) {
	case "答复":
		form.Way = staff.Words(err)
	case "理由":
		form.ReasonFail = staff.Words(err)
	default:
		form.All = staff.Words(err)
	}
	if fresh, again := round.OpinionByID(r.Context(), f.cfg.DB, o.ID); again == nil {
		o = fresh
	}
	return f.showOpinion(w, r, who, errs.Status(err), o, form)
}
