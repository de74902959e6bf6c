package consult

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	core "qingdan/internal/service/consult"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// filter is what a person chose in the inbox. Its query string is its permanent
// form: list, export, each comment and each answer carry the same, so that "the
// next one" is the next of the same inbox.
type filter struct {
	Notice, Department, Group, Meeting sqldb.ID
	Whole                              bool
	State                              core.State
	Outcome                            core.Outcome
	Kind                               core.Kind
	Least                              int // of groups of at least so many
	Words                              string
	Every                              bool // alike ones too, each on a line of its own
}

// sizesOfGroups are the sizes of groups to choose from.
func sizesOfGroups() []int { return []int{2, 10, 50} }

func badFilter() *errs.Error {
	return errs.Invalidf("筛选条件无效").Fix("请从意见重新选择")
}

func parseFilter(q url.Values) (filter, error) {
	f := filter{State: core.State(q.Get("state")), Outcome: core.Outcome(q.Get("outcome")), Kind: core.Kind(q.Get("kind")), Whole: q.Get("whole") != "", Every: q.Get("every") != ""}
	for key, to := range map[string]*sqldb.ID{"notice": &f.Notice, "department": &f.Department, "group": &f.Group, "meeting": &f.Meeting} {
		if s := q.Get(key); s != "" {
			id, err := sqldb.ParseID(s)
			if err != nil {
				return f, badFilter().Because(err)
			}
			*to = id
		}
	}
	if s := q.Get("least"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || !slices.Contains(sizesOfGroups(), n) {
			return f, badFilter()
		}
		f.Least = n
	}
	if f.State != "" && !slices.Contains(core.States(), f.State) || f.Outcome != "" && !slices.Contains(core.Outcomes(), f.Outcome) ||
		f.Kind != "" && !slices.Contains(core.Kinds(), f.Kind) {
		return f, badFilter()
	}
	var err error
	f.Words, err = ui.ParseWords(q.Get("q"))
	return f, err
}

func (f filter) values() url.Values {
	v := url.Values{}
	for k, s := range map[string]string{"state": string(f.State), "outcome": string(f.Outcome), "kind": string(f.Kind), "q": f.Words} {
		if s != "" {
			v.Set(k, s)
		}
	}
	for k, id := range map[string]sqldb.ID{"notice": f.Notice, "department": f.Department, "group": f.Group, "meeting": f.Meeting} {
		if !id.IsZero() {
			v.Set(k, id.String())
		}
	}
	for k, on := range map[string]bool{"whole": f.Whole, "every": f.Every} {
		if on {
			v.Set(k, "1")
		}
	}
	if f.Least > 0 {
		v.Set("least", strconv.Itoa(f.Least))
	}
	return v
}

func (f filter) at(path string) string { return ui.Address(path, f.values()) }

// with is the address of a path with one more parameter.
func (f filter) with(path, key, value string) string {
	v := f.values()
	v.Set(key, value)
	return ui.Address(path, v)
}

// query asks for what the filter leaves. Alike comments come once unless somebody
// looks into their group.
func (f filter) query() core.CommentQuery {
	return core.CommentQuery{Notice: f.Notice, Department: f.Department, Group: f.Group, Meeting: f.Meeting, Whole: f.Whole, State: f.State, Outcome: f.Outcome,
		Kind: f.Kind, Least: f.Least, Words: f.Words, Firsts: !f.Every && f.Group.IsZero() && f.Meeting.IsZero()}
}

// has says whether a tally meets the filter, leaving one facet out so that its
// counts show what choosing another value would give.
func (f filter) has(t core.CommentTally, except string) bool {
	return (except == "notice" || f.Notice.IsZero() || f.Notice == t.Notice) &&
		(except == "department" || f.Department.IsZero() && !f.Whole || f.Whole && t.Department.IsZero() || !f.Whole && f.Department == t.Department) &&
		(except == "state" || (f.State == "" || f.State == t.State) && (f.Outcome == "" || f.Outcome == t.Outcome)) &&
		(except == "kind" || f.Kind == "" || f.Kind == t.Kind)
}

// CommentRow is one comment of the inbox, or one of a group.
type CommentRow struct {
	Href, Kind, Source, At, Subject, Department, Shown string
	Size                                               int
	Light                                              ui.Light
}

// InboxPage lists the comments within somebody's reach.
type InboxPage struct {
	ui.Frame
	Tabs          []ui.Link
	Path          string
	Filter        filter
	States, Kinds []ui.Link
	Notices       []ui.Choice
	Departments   []ui.Choice
	Groups        []ui.Choice
	Hidden        []ui.Choice // what the form carries on
	Active        []ui.Link
	Counted       bool
	Total         int
	Rows          []CommentRow
	Pager         ui.Pager
	ExportHref    string
	EveryHref     string
	Said          string // the filter in words, for print
}

// inboxSize is how many comments a page shows.
const inboxSize = 30

func (x *Consult) inbox(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	f, err := parseFilter(r.URL.Query())
	if err != nil {
		return err
	}
	frame, err := x.shell.Frame(r, who, "收到的意见", Root, home())
	if err != nil {
		return err
	}
	page := InboxPage{Frame: frame, Tabs: tabs(InboxPath), Path: InboxPath, Filter: f, ExportHref: f.at(InboxPath + ".xlsx"),
		Counted: f.Group.IsZero() && f.Meeting.IsZero() && f.Least == 0}
	if err := x.facets(r.Context(), who, &page); err != nil {
		return err
	}
	g := f
	g.Every = !f.Every
	page.EveryHref = g.at(InboxPath)
	if err := x.rows(r, who, &page); err != nil {
		return err
	}
	return x.shell.Show(w, r, http.StatusOK, x.pages, "inbox", page)
}

// rows reads the page that the request's cursor names.
func (x *Consult) rows(r *http.Request, who *people.Who, page *InboxPage) error {
	t, err := ui.ParseTurn(r.URL.Query())
	if err != nil {
		return err
	}
	_, name, err := x.departments(r.Context())
	if err != nil {
		return err
	}
	q := page.Filter.query()
	q.Limit = inboxSize + 1
	if t.From.Set {
		at, err := strconv.ParseInt(t.From.Key, 10, 64)
		if err != nil {
			return badFilter().Because(err)
		}
		if place := (core.CommentPlace{At: at, ID: t.From.ID}); t.Back {
			q.Before = place
		} else {
			q.After = place
		}
	}
	all, err := core.Comments(r.Context(), x.cfg.DB, who.Scope(people.SeeConsult), q)
	if err != nil {
		return err
	}
	all, page.Pager = ui.Page(t, all, inboxSize, func(way string, c core.Comment) string {
		at := c.Place()
		return page.Filter.with(InboxPath, way, ui.Cursor{Key: strconv.FormatInt(at.At, 10), ID: at.ID, Set: true}.String())
	})
	for _, c := range all {
		page.Rows = append(page.Rows, CommentRow{page.Filter.at(commentHref(c.ID)), c.Kind.Label(), c.Source, x.shortly(c.At), subject(c), name.of(c.Department), begin(c.Shown), c.Size, outcomeLight(c)})
	}
	return nil
}

// beginning is how much of a text the list shows, in characters.
const beginning = 150

func begin(text string) string {
	n := 0
	for i := range text {
		if n++; n > beginning {
			return text[:i] + "……"
		}
	}
	return text
}

// shortly is an instant without its year, when that is the present one.
func (x *Consult) shortly(t time.Time) string {
	if t = t.In(place()); t.Year() == x.cfg.Clock().In(place()).Year() {
		return t.Format("1月2日 15:04")
	}
	return t.Format("2006年1月2日")
}

// subject is what a comment is about.
func subject(c core.Comment) string {
	if c.Power.IsZero() {
		return "整个清单"
	}
	return c.Name
}

// outcomeLight shows how a comment stands: by its answer, else by its state.
func outcomeLight(c core.Comment) ui.Light {
	switch {
	case c.State == core.Held:
		return ui.Light{Tone: "bad", Word: core.Held.Label()}
	case c.State == core.Waiting:
		return ui.Light{Tone: "warn", Word: core.Waiting.Label()}
	case c.Outcome == core.Declined:
		return ui.Light{Tone: "still", Word: c.Outcome.Label()}
	default:
		return ui.Light{Tone: "ok", Word: c.Outcome.Label()}
	}
}

// counted are the counts of the choices.
type counted struct {
	states             map[core.State]int
	outcomes           map[core.Outcome]int
	kinds              map[core.Kind]int
	notices, byDep     map[sqldb.ID]int
	all, ofStates, any int
}

func count(f filter, tallies []core.CommentTally) counted {
	c := counted{map[core.State]int{}, map[core.Outcome]int{}, map[core.Kind]int{}, map[sqldb.ID]int{}, map[sqldb.ID]int{}, 0, 0, 0}
	for _, t := range tallies {
		if f.has(t, "") {
			c.all += t.N
		}
		if f.has(t, "state") {
			c.states[t.State] += t.N
			c.ofStates += t.N
			if t.State == core.Answered {
				c.outcomes[t.Outcome] += t.N
			}
		}
		if f.has(t, "kind") {
			c.kinds[t.Kind] += t.N
			c.any += t.N
		}
		if f.has(t, "notice") {
			c.notices[t.Notice] += t.N
		}
		if f.has(t, "department") {
			c.byDep[t.Department] += t.N
		}
	}
	return c
}

// facets fills the choices with their counts.
func (x *Consult) facets(ctx context.Context, who *people.Who, page *InboxPage) error {
	f, scope := page.Filter, who.Scope(people.SeeConsult)
	tallies, err := core.CommentTallies(ctx, x.cfg.DB, scope, core.CommentQuery{Words: f.Words})
	if err != nil {
		return err
	}
	n := count(f, tallies)
	page.Total = n.all
	at := func(label string, k int, s core.State, o core.Outcome) ui.Link {
		g := f
		g.State, g.Outcome = s, o
		return ui.Link{Label: label, Href: g.at(InboxPath), Count: k, Current: f.State == s && f.Outcome == o}
	}
	page.States = []ui.Link{at("全部", n.ofStates, "", ""), at(core.Waiting.Label(), n.states[core.Waiting], core.Waiting, "")}
	for _, o := range core.Outcomes() {
		page.States = append(page.States, at(o.Label(), n.outcomes[o], core.Answered, o))
	}
	page.States = append(page.States, at(core.Held.Label(), n.states[core.Held], core.Held, ""))
	g := f
	g.Kind = ""
	page.Kinds = []ui.Link{{Label: "全部来源", Href: g.at(InboxPath), Count: n.any, Current: f.Kind == ""}}
	for _, k := range core.Kinds() {
		g.Kind = k
		page.Kinds = append(page.Kinds, ui.Link{Label: k.Label(), Href: g.at(InboxPath), Count: n.kinds[k], Current: f.Kind == k})
	}
	for _, size := range sizesOfGroups() {
		page.Groups = append(page.Groups, ui.Choice{Value: strconv.Itoa(size), Label: strconv.Itoa(size) + " 条以上", Selected: f.Least == size})
	}
	return x.named(ctx, scope, n, page)
}

// named fills the choices that have names in the database.
func (x *Consult) named(ctx context.Context, scope people.Scope, n counted, page *InboxPage) error {
	f := page.Filter
	all, name, err := x.departments(ctx)
	if err != nil {
		return err
	}
	for _, d := range all {
		if k := n.byDep[d.ID]; scope.Has(d.ID) && (k > 0 || d.ID == f.Department) {
			page.Departments = append(page.Departments, ui.Choice{Value: d.ID.String(), Label: d.Name, Count: k, Selected: d.ID == f.Department})
		}
	}
	titles := map[sqldb.ID]string{}
	for id, k := range n.notices {
		notice, err := core.NoticeByID(ctx, x.cfg.DB, id)
		if err != nil {
			return err
		}
		titles[id] = notice.Title
		page.Notices = append(page.Notices, ui.Choice{Value: id.String(), Label: notice.Title, Count: k, Selected: id == f.Notice})
	}
	slices.SortFunc(page.Notices, func(a, b ui.Choice) int { return b.Count - a.Count })
	for k, v := range map[string]string{"state": string(f.State), "outcome": string(f.Outcome), "kind": string(f.Kind)} {
		if v != "" {
			page.Hidden = append(page.Hidden, ui.Choice{Label: k, Value: v})
		}
	}
	if f.Every {
		page.Hidden = append(page.Hidden, ui.Choice{Label: "every", Value: "1"})
	}
	page.Active = f.active(name, titles)
	for _, a := range page.Active {
		page.Said += map[bool]string{true: "筛选：", false: "，"}[page.Said == ""] + a.Label
	}
	return nil
}

// active lists what is chosen, each with the address without it.
func (f filter) active(n names, titles map[sqldb.ID]string) []ui.Link {
	var out []ui.Link
	drop := func(label string, without filter) {
		out = append(out, ui.Link{Label: label, Href: without.at(InboxPath)})
	}
	if g := f; f.Words != "" {
		g.Words = ""
		drop("“"+f.Words+"”", g)
	}
	if g := f; !f.Notice.IsZero() {
		g.Notice = sqldb.ID{}
		label := titles[f.Notice]
		if label == "" {
			label = "所选公告"
		}
		drop(label, g)
	}
	if g := f; !f.Department.IsZero() {
		g.Department = sqldb.ID{}
		drop(n.of(f.Department), g)
	}
	if g := f; f.Whole {
		g.Whole = false
		drop("对整个清单的", g)
	}
	if g := f; f.Least > 0 {
		g.Least = 0
		drop("一组 "+strconv.Itoa(f.Least)+" 条以上", g)
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

// exportBatch is how many comments an export reads at a time.
const exportBatch = 1000

// export sends exactly what the filter leaves as a workbook, each comment of a
// group on a line of its own.
func (x *Consult) export(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	f, err := parseFilter(r.URL.Query())
	if err != nil {
		return err
	}
	_, name, err := x.departments(r.Context())
	if err != nil {
		return err
	}
	what := "收到的意见和答复"
	for i, a := range f.active(name, nil) {
		what += map[bool]string{true: "；筛选：", false: "，"}[i == 0] + a.Label
	}
	columns := []ui.Column{{Head: "收到时间", Width: 20}, {Head: "来源", Width: 14}, {Head: "身份", Width: 16}, {Head: "事项编码", Width: 24}, {Head: "对什么", Width: 40},
		{Head: "答复部门", Width: 28}, {Head: "意见", Width: 60}, {Head: "相近的条数", Width: 10}, {Head: "状态", Width: 10}, {Head: "答复", Width: 60}}
	return x.shell.Export(w, r, "意见和答复", what, columns, func(add ui.Adder) error {
		q := f.query()
		q.Firsts = false
		for q.Limit = exportBatch; ; {
			all, err := core.Comments(r.Context(), x.cfg.DB, who.Scope(people.SeeConsult), q)
			if err != nil {
				return err
			}
			answers, err := core.AnswersOf(r.Context(), x.cfg.DB, all)
			if err != nil {
				return err
			}
			for _, c := range all {
				if err := add(minute(c.At), c.Kind.Label(), c.Source, c.Code, subject(c), name.of(c.Department), c.Shown, c.Size, outcomeLight(c).Word, answers[c.Answer].Text); err != nil {
					return err
				}
			}
			if len(all) < exportBatch {
				return nil
			}
			q.After = all[len(all)-1].Place()
		}
	})
}

// around finds the comments before and after one in the inbox that a filter
// leaves.
func (x *Consult) around(ctx context.Context, who *people.Who, f filter, c core.Comment) (previous, next string, err error) {
	for _, way := range []struct {
		set func(*core.CommentQuery)
		to  *string
	}{{func(q *core.CommentQuery) { q.Before = c.Place() }, &previous}, {func(q *core.CommentQuery) { q.After = c.Place() }, &next}} {
		q := f.query()
		q.Limit = 1
		way.set(&q)
		all, err := core.Comments(ctx, x.cfg.DB, who.Scope(people.SeeConsult), q)
		if err != nil {
			return "", "", err
		}
		if len(all) > 0 {
			*way.to = f.at(commentHref(all[0].ID))
		}
	}
	return previous, next, nil
}

// seen reads the comment that an address names, as far as somebody sees it.
func (x *Consult) seen(r *http.Request, who *people.Who) (core.Comment, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return core.Comment{}, err
	}
	c, err := core.CommentByID(r.Context(), x.cfg.DB, id)
	if err != nil {
		return c, err
	}
	return c, who.MayOn(people.SeeConsult, people.Target{Department: c.Department})
}
