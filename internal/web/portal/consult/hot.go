package consult

import (
	"context"
	"net/http"
	"net/url"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/service/consult/press"
	"qingdan/internal/web/ui"
)

// QuestionRow is a question with its answer, or with the day until which it is
// owed.
type QuestionRow struct {
	Anchor                      string
	Outlet, Text, Day           string
	Department                  string
	Answer, Speaker, AnsweredOn string
	Owed                        bool
	Due                         string
	Provisional                 bool
	Light                       ui.Light
}

// ConferenceRow is a press conference.
type ConferenceRow struct {
	Title, Href, Day, Place string
	Questions, Owing        int
}

// PlanRow is one line of the media plan.
type PlanRow struct {
	Round, Outlet, Day, Topic, Note string
	Light                           ui.Light
}

// ClippingRow is something that the media printed.
type ClippingRow struct{ Title, Outlet, Day, Link string }

// HotPage shows the hot questions, and what was said to and by the media.
type HotPage struct {
	ui.Frame
	Search      string
	States      []ui.Link
	State       string
	Here        string
	Rows        []QuestionRow
	More        string
	Conferences []ConferenceRow
	Plans       []PlanRow
	Clippings   []ClippingRow
	AskHref     string
}

// questionsShown is how many questions a page shows, clippingsShown how many
// clippings.
const (
	questionsShown = 20
	clippingsShown = 50
)

func (c *Consult) hot(w http.ResponseWriter, r *http.Request) error {
	frame, all, err := c.cfg.Begin(r, "热点问答", HotPath)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	words, err := ui.ParseWords(q.Get("q"))
	if err != nil {
		return err
	}
	state := press.State(q.Get("state"))
	if state != "" && state != press.Owed && state != press.Answered {
		return badFilter()
	}
	after, err := ui.ParseCursor(q.Get("after"))
	if err != nil {
		return err
	}
	page := HotPage{Frame: frame.Trail(), Search: words, Here: HotPath, AskHref: Path, State: string(state)}
	for _, s := range []press.State{"", press.Owed, press.Answered} {
		v := url.Values{}
		label := "全部"
		if s != "" {
			label = s.Label()
			v.Set("state", string(s))
		}
		if words != "" {
			v.Set("q", words)
		}
		page.States = append(page.States, ui.Link{Label: label, Href: ui.Address(HotPath, v), Current: s == state})
	}
	found, err := press.Questions(r.Context(), c.cfg.DB, frame.Site.Division, press.Query{State: state, Words: words, After: press.Place{Day: after.Key, ID: after.ID}, Limit: questionsShown + 1})
	if err != nil {
		return err
	}
	if len(found) > questionsShown {
		found = found[:questionsShown]
		last := found[questionsShown-1]
		q.Set("after", ui.Cursor{Key: last.AskedOn, ID: last.ID, Set: true}.String())
		page.More = ui.Address(HotPath, q)
	}
	page.Rows = c.questions(all, found)
	if err := c.media(r.Context(), frame.Site.Division, &page); err != nil {
		return err
	}
	return c.pages.Render(w, r, "hot", page)
}

// questions turns questions into rows.
func (c *Consult) questions(all Departments, found []press.Question) []QuestionRow {
	var out []QuestionRow
	for _, x := range found {
		row := QuestionRow{Anchor: "q-" + x.ID.String(), Outlet: x.Outlet, Text: x.Text, Day: x.AskedOn, Department: all.name(x.Department), Answer: x.Answer,
			Speaker: x.Speaker, AnsweredOn: x.AnsweredOn, Owed: x.State == press.Owed, Due: x.Due, Provisional: x.Provisional, Light: ui.Light{Tone: "ok", Word: x.State.Label()}}
		if x.Late() {
			row.Light = ui.Light{Tone: "bad", Word: "逾期答复"}
		}
		switch l := x.Light(c.today()); l {
		case press.Green:
			row.Light = ui.Light{Tone: "ok", Word: "待答复，" + l.Label()}
		case press.Yellow:
			row.Light = ui.Light{Tone: "warn", Word: "待答复，" + l.Label()}
		case press.Red:
			row.Light = ui.Light{Tone: "bad", Word: "待答复，" + l.Label()}
		}
		out = append(out, row)
	}
	return out
}

// media reads what stands beside the questions.
func (c *Consult) media(ctx context.Context, division string, page *HotPage) error {
	held, err := press.Conferences(ctx, c.cfg.DB, division)
	if err != nil {
		return err
	}
	for _, x := range held {
		page.Conferences = append(page.Conferences, ConferenceRow{x.Title, conferenceHref(x.ID), x.Day, x.Place, x.Questions, x.Owing})
	}
	plans, err := press.Plans(ctx, c.cfg.DB, division)
	if err != nil {
		return err
	}
	for _, x := range plans {
		page.Plans = append(page.Plans, PlanRow{x.Round, x.Outlet, x.Day, x.Topic, x.Note, planLight(x.State)})
	}
	printed, err := press.Clippings(ctx, c.cfg.DB, division, press.Place{}, clippingsShown)
	for _, x := range printed {
		page.Clippings = append(page.Clippings, ClippingRow{x.Title, x.Outlet, x.Day, x.Link})
	}
	return err
}

func planLight(s press.PlanState) ui.Light {
	tone := map[press.PlanState]string{press.Planned: "warn", press.Done: "ok", press.Dropped: "still"}[s]
	return ui.Light{Tone: tone, Word: s.Label()}
}

func conferenceHref(id sqldb.ID) string { return HotPath + "/conferences/" + id.String() }

// ConferencePage is the record of a press conference.
type ConferencePage struct {
	ui.Frame
	Row      ConferenceRow
	Summary  string
	Speakers []press.Speaker
	Rows     []QuestionRow
}

func (c *Consult) conference(w http.ResponseWriter, r *http.Request) error {
	frame, all, err := c.cfg.Begin(r, "", HotPath)
	if err != nil {
		return err
	}
	none := errs.NotFoundf("没有这次新闻发布会的记录").Fix("请看热点问答里的全部记录")
	id, err := sqldb.ParseID(r.PathValue("id"))
	if err != nil {
		return none.Because(err)
	}
	x, err := press.ConferenceByID(r.Context(), c.cfg.DB, id)
	if err != nil {
		return err
	}
	if x.Division != frame.Site.Division {
		return none
	}
	page := ConferencePage{Frame: frame.Trail(ui.Link{Label: "热点问答", Href: HotPath}), Row: ConferenceRow{x.Title, conferenceHref(x.ID), x.Day, x.Place, x.Questions, x.Owing}, Summary: x.Summary, Speakers: x.Speakers}
	page.Title = x.Title
	found, err := press.Questions(r.Context(), c.cfg.DB, frame.Site.Division, press.Query{Conference: id, Limit: mostAsked})
	if err != nil {
		return err
	}
	page.Rows = c.questions(all, found)
	return c.pages.Render(w, r, "conference", page)
}

// mostAsked bounds the questions of one press conference.
const mostAsked = 200
