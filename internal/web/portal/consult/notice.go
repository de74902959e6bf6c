package consult

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	core "qingdan/internal/service/consult"
	"qingdan/internal/web/ui"
)

// EntryRow is one line of a draft.
type EntryRow struct {
	Code, Href, Name, Category, Department string
	Kind                                   ui.Light
	Comments, Unanswered                   int
	Revised                                bool
}

// Answering is how a department stands with its answers.
type Answering struct {
	Department, Href string
	All, Waiting     int
	Bar              ui.Bar // answered of all
}

// MeetingRow is a meeting on a draft.
type MeetingRow struct {
	Title, Day, Place, Attendance, Summary, Href string
	Opinions                                     int
}

// NoticePage is a notice with the draft that it puts to the public.
type NoticePage struct {
	ui.Frame
	Notice                              NoticeRow
	Text, Digest, AnswerBy              string
	Open                                bool
	Closed                              bool
	Extended                            []core.Term // later settings of the period
	Counts                              Counts
	Departments                         []Answering
	Rest                                []Answering
	Meetings                            []MeetingRow
	FormHref, CommentsHref, ReceiptHref string
	Here                                string
	Filter                              entryFilter
	Kinds                               []ui.Link
	DepartmentChoices, Categories       []ui.Choice
	Active                              []ui.Link
	Total                               int
	Rows                                []EntryRow
	Pager                               ui.Pager
	ExportHref                          string
}

// answeringShown is how many departments stand on the page unfolded.
const answeringShown = 8

func (c *Consult) notice(w http.ResponseWriter, r *http.Request) error {
	frame, all, n, err := c.read(r, "")
	if err != nil {
		return err
	}
	ctx := r.Context()
	f, err := parseEntryFilter(n.ID, r.URL.Query(), all)
	if err != nil {
		return err
	}
	page := NoticePage{Frame: frame.Trail(home()), Notice: c.row(n), Text: n.Text, Digest: fmt.Sprintf("%x", n.Digest), AnswerBy: n.AnswerBy,
		Open: n.Stage(c.today()) == core.Open, Closed: n.Stage(c.today()) == core.Closed, FormHref: noticeHref(n.ID) + "/comment",
		CommentsHref: noticeHref(n.ID) + "/comments", ReceiptHref: ReceiptPath, Here: noticeHref(n.ID), Filter: f, ExportHref: f.at("/draft.xlsx")}
	page.Title = n.Title
	of, err := core.CountsOf(ctx, c.cfg.DB, n.ID)
	if err != nil {
		return err
	}
	page.Counts = counts(of)
	page.answering(n, all, of.Departments)
	if err := c.around(ctx, n, &page); err != nil {
		return err
	}
	if err := c.facets(ctx, n, all, &page); err != nil {
		return err
	}
	if err := c.lines(r, n, all, &page); err != nil {
		return err
	}
	return c.pages.Render(w, r, "notice", page)
}

// answering shows how the departments stand with their answers.
func (page *NoticePage) answering(n core.Notice, all Departments, of []core.DepartmentCount) {
	for _, d := range of {
		f := commentFilter{notice: n.ID, Department: key(all, d.Department), Whole: d.Department.IsZero()}
		row := Answering{all.name(d.Department), f.at("/comments"), d.All, d.Waiting, ui.NewBar(d.All-d.Waiting, d.All, "keep")}
		if len(page.Departments) < answeringShown {
			page.Departments = append(page.Departments, row)
		} else {
			page.Rest = append(page.Rest, row)
		}
	}
}

// key is the part of an address that names a department.
func key(all Departments, id sqldb.ID) string {
	for _, d := range all {
		if d.ID == id {
			return d.Key
		}
	}
	return ""
}

// around reads what belongs to a notice beside its draft.
func (c *Consult) around(ctx context.Context, n core.Notice, page *NoticePage) error {
	terms, err := core.Terms(ctx, c.cfg.DB, n.ID)
	if err != nil {
		return err
	}
	if len(terms) > 1 {
		page.Extended = terms[1:]
	}
	met, err := core.Meetings(ctx, c.cfg.DB, n.ID)
	for _, m := range met {
		f := commentFilter{notice: n.ID, Kind: core.Meeting, Meeting: m.ID}
		page.Meetings = append(page.Meetings, MeetingRow{m.Title, m.Day, m.Place, m.Attendance, m.Summary, f.at("/comments"), m.Opinions})
	}
	return err
}

// entryFilter is what a reader chose of a draft; its query string is its
// permanent form.
type entryFilter struct {
	notice     sqldb.ID
	Words      string
	Department string
	Category   string
	Kind       power.Kind
	Commented  bool
	department sqldb.ID
}

func badFilter() *errs.Error { return errs.Invalidf("筛选条件无效").Fix("请重新选择") }

func parseEntryFilter(notice sqldb.ID, q url.Values, all Departments) (entryFilter, error) {
	words, err := ui.ParseWords(q.Get("q"))
	f := entryFilter{notice: notice, Words: words, Department: q.Get("department"), Category: q.Get("category"), Kind: power.Kind(q.Get("kind")), Commented: q.Get("commented") != ""}
	if err != nil {
		return f, err
	}
	if !ui.Clean(f.Category) || f.Kind != "" && kindWord(f.Kind) == "" {
		return f, badFilter()
	}
	d, err := all.find(f.Department)
	f.department = d.ID
	return f, err
}

func (f entryFilter) values() url.Values {
	v := url.Values{}
	for k, s := range map[string]string{"q": f.Words, "department": f.Department, "category": f.Category, "kind": string(f.Kind)} {
		if s != "" {
			v.Set(k, s)
		}
	}
	if f.Commented {
		v.Set("commented", "1")
	}
	return v
}

func (f entryFilter) at(below string) string {
	return ui.Address(noticeHref(f.notice)+below, f.values())
}

func (f entryFilter) query() core.EntryQuery {
	return core.EntryQuery{Department: f.department, Category: f.Category, Kind: f.Kind, Words: f.Words, Commented: f.Commented}
}

// has says whether a tally meets the filter, leaving one facet out.
func (f entryFilter) has(t core.Tally, except string) bool {
	return (except == "department" || f.department.IsZero() || f.department == t.Department) &&
		(except == "category" || f.Category == "" || f.Category == t.Category) &&
		(except == "kind" || f.Kind == "" || f.Kind == t.Kind)
}

// facets fills the choices of the draft with their counts.
func (c *Consult) facets(ctx context.Context, n core.Notice, all Departments, page *NoticePage) error {
	f := page.Filter
	tallies, err := core.EntryTallies(ctx, c.cfg.DB, n.ID, f.query())
	if err != nil {
		return err
	}
	kinds, categories, departments, any := map[power.Kind]int{}, map[string]int{}, map[sqldb.ID]int{}, 0
	for _, t := range tallies {
		if f.has(t, "") {
			page.Total += t.N
		}
		if f.has(t, "kind") {
			kinds[t.Kind] += t.N
			any += t.N
		}
		if f.has(t, "category") {
			categories[t.Category] += t.N
		}
		if f.has(t, "department") {
			departments[t.Department] += t.N
		}
	}
	every := f
	every.Kind = ""
	page.Kinds = []ui.Link{{Label: "全部", Href: every.at("") + "#draft", Count: any, HasNum: true, Current: f.Kind == ""}}
	for _, k := range []power.Kind{power.KindAdd, power.KindAmend, power.KindCancel} {
		if g := f; kinds[k] > 0 || k == f.Kind {
			g.Kind = k
			page.Kinds = append(page.Kinds, ui.Link{Label: kindWord(k), Href: g.at("") + "#draft", Count: kinds[k], HasNum: true, Current: k == f.Kind})
		}
	}
	for _, d := range all {
		if k := departments[d.ID]; k > 0 || d.ID == f.department {
			page.DepartmentChoices = append(page.DepartmentChoices, ui.Choice{Value: d.Key, Label: d.Name, Count: k, Selected: d.ID == f.department})
		}
	}
	for _, name := range power.Categories() {
		page.Categories = ui.AddChoice(page.Categories, string(name), categories[string(name)], f.Category)
	}
	page.Active = f.active(all)
	return nil
}

// active lists what is chosen, each with the address without it.
func (f entryFilter) active(all Departments) []ui.Link {
	var out []ui.Link
	drop := func(label string, without entryFilter) {
		out = append(out, ui.Link{Label: label, Href: without.at("") + "#draft"})
	}
	if g := f; f.Words != "" {
		g.Words = ""
		drop("“"+f.Words+"”", g)
	}
	if g := f; f.Department != "" {
		g.Department = ""
		drop(all.name(f.department), g)
	}
	if g := f; f.Category != "" {
		g.Category = ""
		drop(f.Category, g)
	}
	if g := f; f.Commented {
		g.Commented = false
		drop("有意见的", g)
	}
	return out
}

// kindWord is the word for what a draft proposes to do with a power; "" of a
// kind that stands in no draft.
func kindWord(k power.Kind) string {
	switch k {
	case power.KindAdd:
		return "列入清单"
	case power.KindAmend:
		return "修改"
	case power.KindCancel:
		return "取消"
	default:
		return ""
	}
}

func kindLight(k power.Kind) ui.Light {
	tone := "ok"
	switch k {
	case power.KindAmend:
		tone = "warn"
	case power.KindCancel:
		tone = "bad"
	}
	return ui.Light{Tone: tone, Word: "拟" + kindWord(k)}
}

// lines reads the page of the draft that the request's cursor names.
func (c *Consult) lines(r *http.Request, n core.Notice, all Departments, page *NoticePage) error {
	t, err := ui.ParseTurn(r.URL.Query())
	if err != nil {
		return err
	}
	q := page.Filter.query()
	q.Limit = pageSize + 1
	turned(&q, t)
	entries, err := core.Entries(r.Context(), c.cfg.DB, n.ID, q)
	if err != nil {
		return err
	}
	entries, page.Pager = ui.Page(t, entries, pageSize, func(way string, e core.Entry) string {
		v := page.Filter.values()
		v.Set(way, ui.Cursor{Key: e.Place().Order, ID: e.Power, Set: true}.String())
		return ui.Address(noticeHref(n.ID), v) + "#draft"
	})
	for _, e := range entries {
		page.Rows = append(page.Rows, EntryRow{e.Code, itemHref(n.ID, e.Code), e.Name, e.Category, all.name(e.Department), kindLight(e.Kind), e.Comments, e.Unanswered, e.Revised()})
	}
	return nil
}

// turned asks for the page that a turn leads to.
func turned(q *core.EntryQuery, t ui.Turn) {
	at := core.Place{Order: t.From.Key, ID: t.From.ID}
	switch {
	case t.From.Set && t.Back:
		q.Before = at
	case t.From.Set:
		q.After = at
	}
}

// draftExport sends exactly what the filter leaves of a draft as a workbook.
func (c *Consult) draftExport(w http.ResponseWriter, r *http.Request) error {
	frame, all, n, err := c.read(r, "")
	if err != nil {
		return err
	}
	f, err := parseEntryFilter(n.ID, r.URL.Query(), all)
	if err != nil {
		return err
	}
	out := ui.Sheet{Name: "征求意见稿", Site: frame.Site, What: n.Title + "　" + ui.Day(n.From) + "至" + ui.Day(n.Last()) + said(f.active(all)),
		Columns: []ui.Column{{Head: "事项编码", Width: 24}, {Head: "事项名称", Width: 56}, {Head: "权力类别", Width: 12}, {Head: "实施机关", Width: 28}, {Head: "拟作处理", Width: 12}, {Head: "意见", Width: 8}, {Head: "待答复", Width: 8}}}
	return out.Send(w, r, func(add ui.Adder) error {
		q := f.query()
		for q.Limit = exportBatch; ; {
			entries, err := core.Entries(r.Context(), c.cfg.DB, n.ID, q)
			if err != nil {
				return err
			}
			for _, e := range entries {
				if err := add(e.Code, e.Name, e.Category, all.name(e.Department), "拟"+kindWord(e.Kind), e.Comments, e.Unanswered); err != nil {
					return err
				}
			}
			if len(entries) < exportBatch {
				return nil
			}
			q.After = entries[len(entries)-1].Place()
		}
	})
}

// said says in words what was chosen.
func said(active []ui.Link) string {
	s := ""
	for i, a := range active {
		s += map[bool]string{true: "；筛选：", false: "，"}[i == 0] + a.Label
	}
	return s
}

// shownKinds are the kinds of a comment in the order of the choices.
func shownKinds(of map[core.Kind]int, chosen core.Kind) []core.Kind {
	return slices.DeleteFunc(core.Kinds(), func(k core.Kind) bool { return of[k] == 0 && k != chosen })
}
