package consult

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	core "qingdan/internal/service/consult"
	"qingdan/internal/web/ui"
)

// CommentRow is one comment, or one of a group of alike ones, with its answer.
type CommentRow struct {
	Href, Kind, Source, Day string
	Subject, SubjectHref    string // the power, "" where the page is about it, or of the whole list
	Department              string // who answers
	Shown                   string
	Cut                     bool // Shown is only how it begins
	Masked                  bool
	Held                    string // why it is not shown, "" where it is
	Light                   ui.Light
	Size                    int
	GroupHref               string
	Answer                  AnswerRow
}

// AnswerRow is an official answer.
type AnswerRow struct {
	Given         bool
	By, Day, Text string
	ChangeHref    string // where it stands what was changed
	Exit          string // where the power went instead
	Replies       int    // how many comments it answers
	Declined      bool
	Outcome       string
}

// beginning is how much of a text a list shows, in characters: a page of the
// longest ones must stay light.
const beginning = 250

// begin cuts a long text at its beginning.
func begin(text string) (string, bool) {
	n := 0
	for i := range text {
		if n++; n > beginning {
			return text[:i] + "……", true
		}
	}
	return text, false
}

// shorten leaves of long texts how they begin.
func shorten(rows []CommentRow) {
	for i := range rows {
		r := &rows[i]
		var more bool
		r.Shown, r.Cut = begin(r.Shown)
		r.Answer.Text, more = begin(r.Answer.Text)
		r.Cut = r.Cut || more
	}
}

// outcomeLight shows how a comment stands: by its answer, else by its state.
func outcomeLight(c core.Comment) ui.Light {
	switch {
	case c.State == core.Held:
		return ui.Light{Tone: "still", Word: core.Held.Label()}
	case c.State == core.Waiting:
		return ui.Light{Tone: "warn", Word: core.Waiting.Label()}
	case c.Outcome == core.Declined:
		return ui.Light{Tone: "still", Word: c.Outcome.Label()}
	default:
		return ui.Light{Tone: "ok", Word: c.Outcome.Label()}
	}
}

// rows turns comments into rows with their answers.
func (c *Consult) rows(ctx context.Context, all Departments, some []core.Comment) ([]CommentRow, error) {
	answers, err := core.AnswersOf(ctx, c.cfg.DB, some)
	if err != nil {
		return nil, err
	}
	var out []CommentRow
	for _, k := range some {
		row := CommentRow{Href: commentHref(k), Kind: k.Kind.Label(), Source: k.Source, Day: dayOf(k.At), Subject: k.Name, Department: all.name(k.Department),
			Shown: k.Shown, Masked: k.Masked, Light: outcomeLight(k), Size: k.Size}
		if !k.Power.IsZero() {
			row.SubjectHref = itemHref(k.Notice, k.Code)
		}
		if k.State == core.Held {
			row.Held, row.Shown, row.Masked = k.Cause.Label(), "", false
		}
		if k.Size > 1 {
			row.GroupHref = commentFilter{notice: k.Notice, Group: k.Group}.at("/comments")
		}
		if a, ok := answers[k.Answer]; ok && !k.Answer.IsZero() {
			row.Answer = answerRow(all, k, a)
		}
		out = append(out, row)
	}
	return out, nil
}

func answerRow(all Departments, k core.Comment, a core.Answer) AnswerRow {
	row := AnswerRow{Given: true, By: all.name(a.Department), Day: dayOf(a.At), Text: a.Text, Replies: a.Comments, Outcome: a.Outcome.Label(), Declined: a.Outcome == core.Declined}
	if !a.Version.IsZero() {
		row.ChangeHref = commentHref(k) + "#changed"
	}
	if a.Exit != "" {
		row.Exit = a.Exit.Label()
	}
	return row
}

// commentFilter is what a reader chose of the comments of a notice.
type commentFilter struct {
	notice     sqldb.ID
	Words      string
	Department string
	Whole      bool
	State      core.State
	Outcome    core.Outcome
	Kind       core.Kind
	Group      sqldb.ID
	Meeting    sqldb.ID
	department sqldb.ID
}

func parseCommentFilter(notice sqldb.ID, q url.Values, all Departments) (commentFilter, error) {
	words, err := ui.ParseWords(q.Get("q"))
	f := commentFilter{notice: notice, Words: words, Department: q.Get("department"), Whole: q.Get("whole") != "",
		State: core.State(q.Get("state")), Outcome: core.Outcome(q.Get("outcome")), Kind: core.Kind(q.Get("kind"))}
	if err != nil {
		return f, err
	}
	for key, to := range map[string]*sqldb.ID{"group": &f.Group, "meeting": &f.Meeting} {
		if s := q.Get(key); s != "" {
			if *to, err = sqldb.ParseID(s); err != nil {
				return f, badFilter().Because(err)
			}
		}
	}
	if f.State != "" && !slices.Contains(core.States(), f.State) || f.Outcome != "" && !slices.Contains(core.Outcomes(), f.Outcome) ||
		f.Kind != "" && !slices.Contains(core.Kinds(), f.Kind) {
		return f, badFilter()
	}
	d, err := all.find(f.Department)
	f.department = d.ID
	return f, err
}

func (f commentFilter) values() url.Values {
	v := url.Values{}
	for k, s := range map[string]string{"q": f.Words, "department": f.Department, "state": string(f.State), "outcome": string(f.Outcome), "kind": string(f.Kind)} {
		if s != "" {
			v.Set(k, s)
		}
	}
	if f.Whole {
		v.Set("whole", "1")
	}
	if !f.Group.IsZero() {
		v.Set("group", f.Group.String())
	}
	if !f.Meeting.IsZero() {
		v.Set("meeting", f.Meeting.String())
	}
	return v
}

func (f commentFilter) at(below string) string {
	return ui.Address(noticeHref(f.notice)+below, f.values())
}

// query asks for what the filter leaves; alike ones come once unless the reader
// looks into their group.
func (f commentFilter) query() core.CommentQuery {
	return core.CommentQuery{Notice: f.notice, Department: f.department, Whole: f.Whole, State: f.State, Outcome: f.Outcome, Kind: f.Kind,
		Group: f.Group, Meeting: f.Meeting, Words: f.Words, Firsts: f.Group.IsZero() && f.Meeting.IsZero()}
}

// has says whether a tally meets the filter, leaving one facet out.
func (f commentFilter) has(t core.CommentTally, except string) bool {
	return (except == "department" || f.department.IsZero() && !f.Whole || !f.Whole && f.department == t.Department || f.Whole && t.Department.IsZero()) &&
		(except == "state" || (f.State == "" || f.State == t.State) && (f.Outcome == "" || f.Outcome == t.Outcome)) &&
		(except == "kind" || f.Kind == "" || f.Kind == t.Kind)
}

// CommentsPage lists the comments of a notice.
type CommentsPage struct {
	ui.Frame
	Notice      NoticeRow
	Filter      commentFilter
	Here        string
	Group       bool // only one group is shown
	States      []ui.Link
	Kinds       []ui.Link
	Departments []ui.Choice
	Active      []ui.Link
	Total       int
	Counted     bool // Total says how many there are: not of a group or a meeting
	Rows        []CommentRow
	Pager       ui.Pager
	ExportHref  string
	FormHref    string
}

func (c *Consult) comments(w http.ResponseWriter, r *http.Request) error {
	frame, all, n, err := c.read(r, "意见和答复")
	if err != nil {
		return err
	}
	f, err := parseCommentFilter(n.ID, r.URL.Query(), all)
	if err != nil {
		return err
	}
	page := CommentsPage{Frame: frame.Trail(home(), ui.Link{Label: n.Title, Href: noticeHref(n.ID)}), Notice: c.row(n), Filter: f,
		Here: noticeHref(n.ID) + "/comments", Group: !f.Group.IsZero(), Counted: f.Group.IsZero() && f.Meeting.IsZero(), ExportHref: f.at("/comments.xlsx")}
	if n.Stage(c.today()) == core.Open {
		page.FormHref = noticeHref(n.ID) + "/comment"
	}
	tallies, err := core.CommentTallies(r.Context(), c.cfg.DB, people.Scope{All: true}, core.CommentQuery{Notice: n.ID, Words: f.Words})
	if err != nil {
		return err
	}
	page.facets(all, tallies)
	some, pager, err := c.turn(r, f.query(), func(v url.Values) string {
		for k, s := range f.values() {
			v[k] = s
		}
		return ui.Address(noticeHref(n.ID)+"/comments", v)
	})
	if err != nil {
		return err
	}
	page.Pager = pager
	if page.Rows, err = c.rows(r.Context(), all, some); err != nil {
		return err
	}
	shorten(page.Rows)
	return c.pages.Render(w, r, "comments", page)
}

// turn reads the page of comments that a request's cursor names; link makes the
// address of another page from its cursor.
func (c *Consult) turn(r *http.Request, q core.CommentQuery, link func(url.Values) string) ([]core.Comment, ui.Pager, error) {
	t, err := ui.ParseTurn(r.URL.Query())
	if err != nil {
		return nil, ui.Pager{}, err
	}
	q.Limit = commentsSize + 1
	if t.From.Set {
		at, err := strconv.ParseInt(t.From.Key, 10, 64)
		if err != nil {
			return nil, ui.Pager{}, errs.Invalidf("翻页位置无效").Fix("请从第一页重新翻起").Because(err)
		}
		if place := (core.CommentPlace{At: at, ID: t.From.ID}); t.Back {
			q.Before = place
		} else {
			q.After = place
		}
	}
	some, err := core.PublicComments(r.Context(), c.cfg.DB, q)
	if err != nil {
		return nil, ui.Pager{}, err
	}
	some, pager := ui.Page(t, some, commentsSize, func(way string, k core.Comment) string {
		at := k.Place()
		return link(url.Values{way: {ui.Cursor{Key: strconv.FormatInt(at.At, 10), ID: at.ID, Set: true}.String()}})
	})
	return some, pager, nil
}

// facets fills the choices with their counts.
func (page *CommentsPage) facets(all Departments, tallies []core.CommentTally) {
	f := page.Filter
	states, outcomes, kinds, departments, any, every := map[core.State]int{}, map[core.Outcome]int{}, map[core.Kind]int{}, map[sqldb.ID]int{}, 0, 0
	for _, t := range tallies {
		if f.Words != "" && t.State == core.Held {
			continue // what nobody may read is not found by its words
		}
		if f.has(t, "") {
			page.Total += t.N
		}
		if f.has(t, "state") {
			states[t.State] += t.N
			any += t.N
			if t.State == core.Answered {
				outcomes[t.Outcome] += t.N
			}
		}
		if f.has(t, "kind") {
			kinds[t.Kind] += t.N
			every += t.N
		}
		if f.has(t, "department") {
			departments[t.Department] += t.N
		}
	}
	at := func(label string, n int, s core.State, o core.Outcome) ui.Link {
		g := f
		g.State, g.Outcome = s, o
		return ui.Link{Label: label, Href: g.at("/comments"), Count: n, HasNum: true, Current: f.State == s && f.Outcome == o}
	}
	page.States = []ui.Link{at("全部", any, "", ""), at(core.Waiting.Label(), states[core.Waiting], core.Waiting, "")}
	for _, o := range core.Outcomes() {
		page.States = append(page.States, at(o.Label(), outcomes[o], core.Answered, o))
	}
	if states[core.Held] > 0 || f.State == core.Held {
		page.States = append(page.States, at(core.Held.Label(), states[core.Held], core.Held, ""))
	}
	if shown := shownKinds(kinds, f.Kind); len(shown) > 1 || f.Kind != "" {
		g := f
		g.Kind = ""
		page.Kinds = []ui.Link{{Label: "全部来源", Href: g.at("/comments"), Count: every, HasNum: true, Current: f.Kind == ""}}
		for _, k := range shown {
			g.Kind = k
			page.Kinds = append(page.Kinds, ui.Link{Label: k.Label(), Href: g.at("/comments"), Count: kinds[k], HasNum: true, Current: f.Kind == k})
		}
	}
	for _, d := range all {
		if n := departments[d.ID]; n > 0 || d.ID == f.department {
			page.Departments = append(page.Departments, ui.Choice{Value: d.Key, Label: d.Name, Count: n, Selected: d.ID == f.department})
		}
	}
	page.Active = f.active(all)
}

// active lists what is chosen, each with the address without it.
func (f commentFilter) active(all Departments) []ui.Link {
	var out []ui.Link
	drop := func(label string, without commentFilter) {
		out = append(out, ui.Link{Label: label, Href: without.at("/comments")})
	}
	if g := f; f.Words != "" {
		g.Words = ""
		drop("“"+f.Words+"”", g)
	}
	if g := f; f.Department != "" {
		g.Department = ""
		drop(all.name(f.department), g)
	}
	if g := f; f.Whole {
		g.Whole = false
		drop("对整个清单的意见", g)
	}
	if g := f; !f.Group.IsZero() {
		g.Group = sqldb.ID{}
		drop("同一组相近的意见", g)
	}
	if g := f; !f.Meeting.IsZero() {
		g.Meeting = sqldb.ID{}
		drop("一次座谈会的意见", g)
	}
	return out
}

// commentsExport sends exactly what the filter leaves as a workbook, each comment
// of a group on a line of its own.
func (c *Consult) commentsExport(w http.ResponseWriter, r *http.Request) error {
	frame, all, n, err := c.read(r, "")
	if err != nil {
		return err
	}
	f, err := parseCommentFilter(n.ID, r.URL.Query(), all)
	if err != nil {
		return err
	}
	out := ui.Sheet{Name: "意见和答复", Site: frame.Site, What: n.Title + "　收到的意见和答复" + said(f.active(all)),
		Columns: []ui.Column{{Head: "日期", Width: 14}, {Head: "来源", Width: 14}, {Head: "事项编码", Width: 24}, {Head: "事项名称", Width: 40}, {Head: "答复部门", Width: 28}, {Head: "意见", Width: 60}, {Head: "状态", Width: 10}, {Head: "答复", Width: 60}}}
	return out.Send(w, r, func(add ui.Adder) error {
		q := f.query()
		q.Firsts = false
		for q.Limit = exportBatch; ; {
			some, err := core.PublicComments(r.Context(), c.cfg.DB, q)
			if err != nil {
				return err
			}
			rows, err := c.rows(r.Context(), all, some)
			if err != nil {
				return err
			}
			for i, row := range rows {
				text := row.Shown
				if row.Held != "" {
					text = "（" + row.Held + "，暂不公开）"
				}
				if err := add(row.Day, row.Kind, some[i].Code, row.Subject, row.Department, text, row.Light.Word, row.Answer.Text); err != nil {
					return err
				}
			}
			if len(some) < exportBatch {
				return nil
			}
			q.After = some[len(some)-1].Place()
		}
	})
}
