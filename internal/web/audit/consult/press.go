package consult

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/consult/press"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// QuestionRow is one question.
type QuestionRow struct {
	Href, Outlet, Text, Day, Department, Answer, Due string
	Provisional                                      bool
	Light                                            ui.Light
}

// PlanRow is one line of the media plan.
type PlanRow struct {
	Round, Outlet, Day, Topic, Note, MarkHref string
	Light                                     ui.Light
	Open                                      bool
}

// PressPage shows the hot questions and what is told to the media.
type PressPage struct {
	ui.Frame
	Tabs        []ui.Link
	Path        string
	States      []ui.Link
	State       string
	Words       string
	Rows        []QuestionRow
	More        string
	Conferences []ConferenceRow
	Plans       []PlanRow
	Clippings   []press.Clipping
	Runs        bool
	RecordHref  string
	PublicHref  string
	Told        string
	Wrong       Wrong
}

// ConferenceRow is a press conference.
type ConferenceRow struct {
	Title, Day, Place, Href string
	Questions, Owing        int
}

// questionsShown is how many questions a page shows, clippingsShown how many
// clippings.
const (
	questionsShown = 30
	clippingsShown = 100
)

func (x *Consult) press(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return x.showPress(w, r, who, http.StatusOK, nil)
}

func (x *Consult) showPress(w http.ResponseWriter, r *http.Request, who *people.Who, status int, wrong Wrong) error {
	ctx := r.Context()
	frame, err := x.shell.Frame(r, who, "热点问答和媒体", Root, home())
	if err != nil {
		return err
	}
	q := r.URL.Query()
	words, err := ui.ParseWords(q.Get("q"))
	if err != nil {
		return err
	}
	state := press.State(q.Get("state"))
	if state != "" && state.Label() == string(state) {
		return badFilter()
	}
	after, err := ui.ParseCursor(q.Get("after"))
	if err != nil {
		return err
	}
	division, err := org.Here(ctx, x.cfg.DB)
	if err != nil {
		return err
	}
	page := PressPage{Frame: frame, Tabs: tabs(PressPath), Path: PressPath, State: string(state), Words: words, Runs: who.May(people.RunConsult) == nil,
		RecordHref: PressPath + "/record", PublicHref: "/hot", Told: told(r), Wrong: wrong}
	for _, s := range []press.State{"", press.Owed, press.Answered, press.Withdrawn} {
		v, label := url.Values{}, "全部"
		if s != "" {
			v.Set("state", string(s))
			label = s.Label()
		}
		if words != "" {
			v.Set("q", words)
		}
		page.States = append(page.States, ui.Link{Label: label, Href: ui.Address(PressPath, v), Current: s == state})
	}
	found, err := press.Questions(ctx, x.cfg.DB, division, press.Query{State: state, Words: words, Withdrawn: true, After: press.Place{Day: after.Key, ID: after.ID}, Limit: questionsShown + 1})
	if err != nil {
		return err
	}
	if len(found) > questionsShown {
		found = found[:questionsShown]
		last := found[questionsShown-1]
		q.Set("after", ui.Cursor{Key: last.AskedOn, ID: last.ID, Set: true}.String())
		page.More = ui.Address(PressPath, q)
	}
	_, name, err := x.departments(ctx)
	if err != nil {
		return err
	}
	for _, z := range found {
		page.Rows = append(page.Rows, x.questionRow(name, z))
	}
	if err := x.media(ctx, division, &page); err != nil {
		return err
	}
	return x.shell.Show(w, r, status, x.pages, "press", page)
}

func (x *Consult) questionRow(name names, z press.Question) QuestionRow {
	row := QuestionRow{Href: PressPath + "/questions/" + z.ID.String(), Outlet: z.Outlet, Text: z.Text, Day: z.AskedOn, Department: name.of(z.Department), Answer: z.Answer,
		Due: z.Due, Provisional: z.Provisional, Light: ui.Light{Tone: "ok", Word: z.State.Label()}}
	switch l := z.Light(x.today()); {
	case z.State == press.Withdrawn:
		row.Light.Tone = "still"
	case z.Late():
		row.Light = ui.Light{Tone: "bad", Word: "逾期答复"}
	case l == press.Green:
		row.Light = ui.Light{Tone: "ok", Word: "待答复，" + l.Label()}
	case l == press.Yellow:
		row.Light = ui.Light{Tone: "warn", Word: "待答复，" + l.Label()}
	case l == press.Red:
		row.Light = ui.Light{Tone: "bad", Word: "待答复，" + l.Label()}
	}
	return row
}

// media reads what stands beside the questions.
func (x *Consult) media(ctx context.Context, division string, page *PressPage) error {
	held, err := press.Conferences(ctx, x.cfg.DB, division)
	if err != nil {
		return err
	}
	for _, z := range held {
		page.Conferences = append(page.Conferences, ConferenceRow{z.Title, z.Day, z.Place, "/hot/conferences/" + z.ID.String(), z.Questions, z.Owing})
	}
	plans, err := press.Plans(ctx, x.cfg.DB, division)
	if err != nil {
		return err
	}
	for _, z := range plans {
		page.Plans = append(page.Plans, PlanRow{z.Round, z.Outlet, z.Day, z.Topic, z.Note, PressPath + "/plans/" + z.ID.String(), planLight(z.State), z.State == press.Planned})
	}
	page.Clippings, err = press.Clippings(ctx, x.cfg.DB, division, press.Place{}, clippingsShown)
	return err
}

func planLight(s press.PlanState) ui.Light {
	tone := map[press.PlanState]string{press.Planned: "warn", press.Done: "ok", press.Dropped: "still"}[s]
	return ui.Light{Tone: tone, Word: s.Label()}
}

// QuestionPage is one question with the form to answer it.
type QuestionPage struct {
	ui.Frame
	Row         QuestionRow
	Speaker     string
	Given       []GivenRow
	MayAnswer   bool
	Runs        bool
	Corrects    bool
	Text        string
	Reason      string
	Wrong       Wrong
	Action, Off string
	Told        string
}

// GivenRow is one wording of an answer.
type GivenRow struct{ Text, Speaker, By, At string }

func (x *Consult) findQuestion(r *http.Request) (press.Question, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return press.Question{}, err
	}
	return press.QuestionByID(r.Context(), x.cfg.DB, id)
}

func (x *Consult) question(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	z, err := x.findQuestion(r)
	if err != nil {
		return err
	}
	return x.showQuestion(w, r, who, http.StatusOK, z, "", "", "", nil)
}

func (x *Consult) showQuestion(w http.ResponseWriter, r *http.Request, who *people.Who, status int, z press.Question, text, speaker, reason string, wrong Wrong) error {
	frame, err := x.shell.Frame(r, who, "一个问题", Root, home(), ui.Link{Label: "热点问答和媒体", Href: PressPath})
	if err != nil {
		return err
	}
	_, name, err := x.departments(r.Context())
	if err != nil {
		return err
	}
	on := people.Target{Department: z.Department}
	page := QuestionPage{Frame: frame, Row: x.questionRow(name, z), Speaker: speaker, Text: text, Reason: reason, Wrong: wrong, Corrects: z.State == press.Answered, Told: told(r),
		MayAnswer: z.State != press.Withdrawn && who.MayOn(people.AnswerPublic, on) == nil, Runs: z.State != press.Withdrawn && who.May(people.RunConsult) == nil}
	page.Action, page.Off = page.Row.Href+"/answer", page.Row.Href+"/withdraw"
	given, err := press.AnswersOf(r.Context(), x.cfg.DB, z.ID)
	if err != nil {
		return err
	}
	for _, g := range given {
		page.Given = append(page.Given, GivenRow{g.Text, g.Speaker, g.By, minute(g.At)})
	}
	return x.shell.Show(w, r, status, x.pages, "question", page)
}

func (x *Consult) answerQuestion(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	z, err := x.findQuestion(r)
	if err != nil {
		return err
	}
	if err := who.MayOn(people.AnswerPublic, people.Target{Department: z.Department}); err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	text, speaker := staff.Typed(r, "text"), staff.Typed(r, "speaker")
	err = x.write(r, who, func(ctx context.Context, tx *ledger.Tx) error {
		return press.AnswerQuestion(ctx, tx, who, z.ID, text, speaker)
	})
	if err == nil {
		return sent(w, r, PressPath+"/questions/"+z.ID.String()+"?done=answered")
	}
	wrong, err2 := wrongOf(err, "text", "speaker")
	if err2 != nil {
		return err2
	}
	return x.showQuestion(w, r, who, errs.Status(err), z, text, speaker, "", wrong)
}

func (x *Consult) withdraw(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	z, err := x.findQuestion(r)
	if err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	reason := staff.Typed(r, "reason")
	err = x.write(r, who, func(ctx context.Context, tx *ledger.Tx) error { return press.Withdraw(ctx, tx, who, z.ID, reason) })
	if err == nil {
		return sent(w, r, PressPath+"?done=withdrawn")
	}
	wrong, err2 := wrongOf(err, "reason")
	if err2 != nil {
		return err2
	}
	return x.showQuestion(w, r, who, errs.Status(err), z, "", "", reason, wrong)
}

// PressForms is the page with the forms that record what is said in public. The
// one that was sent wrong keeps what was typed.
type PressForms struct {
	ui.Frame
	Sent                                 string // name of the form that was sent wrong
	Wrong                                Wrong
	Departments                          []ui.Choice
	Conferences                          []ui.Choice
	Plans                                []ui.Choice
	Asked                                AskedForm
	Conference                           ConferenceForm
	Plan                                 press.Plan
	Clipping                             press.Clipping
	Today                                string
	ToAsk, ToConference, ToPlan, ToClips string
}

// AskedForm is a question being recorded.
type AskedForm struct{ Day, Outlet, Text, Answer, Speaker, Due string }

// ConferenceForm is a press conference being recorded; speakers are written one a
// line, name before post.
type ConferenceForm struct{ Title, Day, Place, Summary, Speakers string }

func (x *Consult) pressForms(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return x.showForms(w, r, who, http.StatusOK, PressForms{})
}

func (x *Consult) showForms(w http.ResponseWriter, r *http.Request, who *people.Who, status int, page PressForms) error {
	ctx := r.Context()
	var err error
	if page.Frame, err = x.shell.Frame(r, who, "登记", Root, home(), ui.Link{Label: "热点问答和媒体", Href: PressPath}); err != nil {
		return err
	}
	all, _, err := x.departments(ctx)
	if err != nil {
		return err
	}
	page.Departments = choices(all, people.Scope{All: true}, idOf(r, "department"))
	division, err := org.Here(ctx, x.cfg.DB)
	if err != nil {
		return err
	}
	held, err := press.Conferences(ctx, x.cfg.DB, division)
	if err != nil {
		return err
	}
	for _, z := range held {
		page.Conferences = append(page.Conferences, ui.Choice{Value: z.ID.String(), Label: z.Title, Selected: z.ID == idOf(r, "conference")})
	}
	plans, err := press.Plans(ctx, x.cfg.DB, division)
	if err != nil {
		return err
	}
	for _, z := range plans {
		page.Plans = append(page.Plans, ui.Choice{Value: z.ID.String(), Label: z.Day + " " + z.Outlet + " " + z.Topic, Selected: z.ID == idOf(r, "plan")})
	}
	page.Today = x.today()
	page.ToAsk, page.ToConference, page.ToPlan, page.ToClips = PressPath+"/questions", PressPath+"/conferences", PressPath+"/plans", PressPath+"/clippings"
	return x.shell.Show(w, r, status, x.pages, "record_press", page)
}

// record runs an act of one of the forms, or shows them again.
func (x *Consult) record(w http.ResponseWriter, r *http.Request, who *people.Who, done string, page PressForms, act func(ctx context.Context, tx *ledger.Tx) error, fields ...string) error {
	err := x.write(r, who, act)
	if err == nil {
		return sent(w, r, PressPath+"?done="+done)
	}
	var err2 error
	if page.Wrong, err2 = wrongOf(err, fields...); err2 != nil {
		return err2
	}
	page.Sent = done
	return x.showForms(w, r, who, errs.Status(err), page)
}

func (x *Consult) ask(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	f := AskedForm{staff.Typed(r, "day"), staff.Typed(r, "outlet"), staff.Typed(r, "text"), staff.Typed(r, "answer"), staff.Typed(r, "speaker"), staff.Typed(r, "due")}
	a := press.Asked{Outlet: f.Outlet, Text: f.Text, Department: idOf(r, "department"), Answer: f.Answer, Speaker: f.Speaker, Due: f.Due}
	return x.record(w, r, who, "asked", PressForms{Asked: f}, func(ctx context.Context, tx *ledger.Tx) error {
		if id := idOf(r, "conference"); !id.IsZero() {
			_, err := press.AddQuestion(ctx, tx, who, id, a)
			return err
		}
		_, err := press.Ask(ctx, tx, who, f.Day, a)
		return err
	}, "day", "outlet", "text", "answer", "speaker", "due", "department")
}

func (x *Consult) recordConference(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	f := ConferenceForm{staff.Typed(r, "title"), staff.Typed(r, "day"), staff.Typed(r, "place"), staff.Typed(r, "summary"), staff.Typed(r, "speakers")}
	division, err := org.Here(r.Context(), x.cfg.DB)
	if err != nil {
		return err
	}
	c := press.Conference{Division: division, Title: f.Title, Day: f.Day, Place: f.Place, Summary: f.Summary}
	for _, line := range ui.Lines(f.Speakers) {
		name, post, _ := strings.Cut(strings.ReplaceAll(line, "　", " "), " ")
		c.Speakers = append(c.Speakers, press.Speaker{Name: name, Post: strings.TrimSpace(post)})
	}
	return x.record(w, r, who, "conference", PressForms{Conference: f}, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := press.RecordConference(ctx, tx, who, c, nil)
		return err
	}, "title", "day", "place", "summary", "speakers")
}

func (x *Consult) addPlan(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	division, err := org.Here(r.Context(), x.cfg.DB)
	if err != nil {
		return err
	}
	p := press.Plan{Division: division, Round: staff.Typed(r, "round"), Outlet: staff.Typed(r, "outlet"), Day: staff.Typed(r, "day"), Topic: staff.Typed(r, "topic")}
	return x.record(w, r, who, "plan", PressForms{Plan: p}, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := press.AddPlan(ctx, tx, who, p)
		return err
	}, "round", "outlet", "day", "topic")
}

func (x *Consult) markPlan(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	err = x.write(r, who, func(ctx context.Context, tx *ledger.Tx) error {
		return press.MarkPlan(ctx, tx, who, id, press.PlanState(staff.Typed(r, "state")), staff.Typed(r, "note"))
	})
	if err == nil {
		return sent(w, r, PressPath+"?done=plan#plan")
	}
	wrong, err2 := wrongOf(err)
	if err2 != nil {
		return err2
	}
	return x.showPress(w, r, who, errs.Status(err), wrong)
}

func (x *Consult) addClipping(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	division, err := org.Here(r.Context(), x.cfg.DB)
	if err != nil {
		return err
	}
	c := press.Clipping{Division: division, Plan: idOf(r, "plan"), Title: staff.Typed(r, "title"), Outlet: staff.Typed(r, "outlet"), Day: staff.Typed(r, "day"), Link: staff.Typed(r, "link")}
	return x.record(w, r, who, "clipping", PressForms{Clipping: c}, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := press.AddClipping(ctx, tx, who, c)
		return err
	}, "title", "outlet", "day", "link", "plan")
}
