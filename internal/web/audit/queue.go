package audit

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/web/ui"
)

const (
	queueTitle = "审核队列"
	pageSize   = 40
)

// Line is one power in the queue.
type Line struct {
	ID         string // of the power, for the parts of the line that acts renew
	Item       string // change and version, as a bulk act names them
	Code, Name string
	Href, Part string // the page of the power, and the panel alone
	Category   string
	Department string
	Hint       ui.Light
	NoHint     bool // nothing is held against it, or nobody looked yet
	HintMore   int  // rules beside the one named
	Advice     string
	Status     ui.Light
	May        bool // the person may act on it now
	Chosen     bool
	Ticked     bool // by a bulk act that was refused
}

// Facet is one group of choices beside the queue.
type Facet struct {
	Name  string
	Links []ui.Link
}

// Done is what a bulk act did, with the way to undo it while there is time.
type Done struct {
	Words string
	Undo  string // where the form goes; empty when it is too late
	Left  int    // seconds
}

// QueuePage is the queue with the panel of one power beside it.
type QueuePage struct {
	ui.Frame
	Group       string // whose queue
	Facets      []Facet
	Departments []ui.Choice
	Sorts       []ui.Choice
	Filter      HiddenFilter
	Query       string // of the filter, with its question mark
	Words       string
	Active      []ui.Link // chosen filters; the link removes one
	Total, From int
	Lines       []Line
	Pager       ui.Pager
	ExportHref  string
	May         bool // the person may act at all
	Panel       *Panel
	Done        *Done
	Failed      string // why a bulk act was refused
}

// HiddenFilter is the part of a filter that the form of the queue does not show.
type HiddenFilter []Hidden

// Hidden is one hidden field.
type Hidden struct{ Name, Value string }

func (f filter) hidden(but ...string) HiddenFilter {
	var out HiddenFilter
	for name, values := range f.values() {
		if !slices.Contains(but, name) {
			out = append(out, Hidden{name, values[0]})
		}
	}
	slices.SortFunc(out, func(a, b Hidden) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// cut reads the filter of a request and gives the queue of the person.
func (a *Audit) cut(r *http.Request, who *people.Who) (filter, queue, error) {
	f, err := parseFilter(r.URL.Query())
	if err != nil {
		return f, queue{}, err
	}
	s, err := a.shelf(r.Context())
	if err != nil {
		return f, queue{}, err
	}
	sc := scope(who)
	if !f.Department.IsZero() && !sc.Has(f.Department) {
		return f, queue{}, people.Unknown()
	}
	var lacks map[sqldb.ID]uint
	if f.Lack > 0 {
		if lacks, err = a.lacks.read(r.Context(), a.cfg.DB, s); err != nil {
			return f, queue{}, err
		}
	}
	return f, s.cut(sc, f, lacks), nil
}

func (a *Audit) queue(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return a.showQueue(w, r, who, http.StatusOK, "")
}

// showQueue answers with the queue; failed says why a bulk act was refused, with
// the rows that it named still ticked.
func (a *Audit) showQueue(w http.ResponseWriter, r *http.Request, who *people.Who, httpStatus int, failed string) error {
	f, q, err := a.cut(r, who)
	if err != nil {
		return err
	}
	turn, err := ui.ParseTurn(r.URL.Query())
	if err != nil {
		return err
	}
	page := QueuePage{Group: who.GroupName, Filter: f.hidden("q", "department", "sort"), Words: f.Words, Total: q.tally.total, Failed: failed,
		ExportHref: f.at(queuePath + ".xlsx"), May: who.May(people.Conclude) == nil, Sorts: chosenSort(f), Query: f.at("")}
	if page.Frame, err = a.shell.Frame(r, who, queueTitle, queuePath); err != nil {
		return err
	}
	rows := ui.Cut(turn, q.rows, pageSize+1, func(x *row) ui.Cursor { return q.shelf.place(f, x) })
	rows, page.Pager = ui.Page(turn, rows, pageSize, func(way string, x *row) string { return f.with(queuePath, way, q.shelf.place(f, x).String()) })
	if len(rows) > 0 {
		_, _, before := q.around(f, q.shelf.place(f, rows[0]))
		page.From = before + 1
	}
	page.Facets, page.Departments = q.facets(f), q.departments(f)
	page.active(q, f)
	open, any, err := opened(r, who, q, rows)
	if err != nil {
		return err
	}
	for _, x := range rows {
		l := line(q.shelf, f, who, x, x == open)
		l.Ticked = failed != "" && slices.Contains(r.PostForm["item"], l.Item)
		page.Lines = append(page.Lines, l)
	}
	if any {
		p, err := a.panel(r.Context(), who, f, q, open, form{})
		if err != nil {
			return err
		}
		p.Beside = true
		page.Panel = &p
	}
	if err := a.done(r.Context(), who, &page, r.URL.Query().Get("done")); err != nil {
		return err
	}
	return a.shell.Show(w, r, httpStatus, a.pages, "queue", page)
}

// opened is the power whose panel stands beside the queue: the one that the
// address names, else the first of the page; false when there is none.
func opened(r *http.Request, who *people.Who, q queue, rows []*row) (x *row, ok bool, err error) {
	if s := r.URL.Query().Get("open"); s != "" {
		id, err := sqldb.ParseID(s)
		if x := q.shelf.powers[id]; err == nil && x != nil && scope(who).Has(x.department) {
			return x, true, nil
		}
		return nil, false, people.Unknown()
	}
	if len(rows) == 0 {
		return nil, false, nil
	}
	return rows[0], true, nil
}

// line makes the line of a row.
func line(s *shelf, f filter, who *people.Who, x *row, chosen bool) Line {
	l := Line{ID: x.power.String(), Item: x.change.String() + "." + x.version.String(), Code: x.code, Name: x.name,
		Href: f.at(powerHref(x.power)), Part: f.at(powerHref(x.power) + "/panel"), Category: string(x.category), Department: s.names[x.department].name,
		Advice: x.advice(), Status: x.light(), Chosen: chosen,
		May: who.MayOn(people.Conclude, people.Target{Department: x.department, State: x.state}) == nil}
	l.Hint, l.HintMore = s.hintLight(x)
	h, _ := s.hint(x)
	l.NoHint = h == hintNone || h == unchecked
	return l
}

// hintLight shows what the latest run holds against a row, and how many rules
// say something beside the one named.
func (s *shelf) hintLight(x *row) (ui.Light, int) {
	h, rule := s.hint(x)
	w := h.word()
	if rule == "" {
		return ui.Light{Tone: w.tone, Word: w.word}, 0
	}
	return ui.Light{Tone: w.tone, Word: short(rule)}, max(0, s.found[x.version].count()-1)
}

func powerHref(id sqldb.ID) string { return powersPath + "/" + id.String() }

func chosenSort(f filter) []ui.Choice {
	out := sorts()
	for i := range out {
		out[i].Selected = out[i].Value == f.Sort
	}
	return out
}

// facetLinks makes the links of one facet: all, then each value that something
// has or that is chosen.
func facetLinks[T comparable](f filter, all string, total int, values []T, word func(T) string, count func(T) int, chosen func(filter) T, set func(*filter, T), none T) []ui.Link {
	now := chosen(f)
	g := f
	set(&g, none)
	links := []ui.Link{{Label: all, Href: g.at(queuePath), Count: total, HasNum: true}}
	for _, v := range values {
		if n := count(v); n > 0 || v == now {
			set(&g, v)
			links = append(links, ui.Link{Label: word(v), Href: g.at(queuePath), Count: n, HasNum: true, Current: v == now})
		}
	}
	return links
}

func (q queue) facets(f filter) []Facet {
	t := q.tally
	var sts []status
	for _, w := range statuses() {
		sts = append(sts, w.status)
	}
	var hs []hint
	for _, w := range hints() {
		hs = append(hs, w.hint)
	}
	var rules []string
	for _, r := range shortRules() {
		rules = append(rules, r.rule)
	}
	return []Facet{
		{"类别", facetLinks(f, "全部类别", t.all[byCategory], append(power.Categories(), power.CategoryService), func(c power.Category) string { return string(c) },
			func(c power.Category) int { return t.categories[c] }, func(f filter) power.Category { return f.Category }, func(f *filter, c power.Category) { f.Category = c }, "")},
		{"审核状态", facetLinks(f, "全部状态", t.all[byStatus], sts, func(s status) string { return statuses()[s.rank()].word },
			func(s status) int { return t.statuses[s] }, func(f filter) status { return f.Status }, func(f *filter, s status) { f.Status = s }, "")},
		{"比对提示", facetLinks(f, "不限", t.all[byHint], hs, func(h hint) string { return h.word().word }, func(h hint) int { return t.hints[h] },
			func(f filter) hint { return f.Hint }, func(f *filter, h hint) { f.Hint = h }, "")},
		{"提示来自", facetLinks(f, "不限", t.all[byRule], rules, short, func(r string) int { return t.rules[ruleIndex(r)] },
			func(f filter) string { return f.Rule }, func(f *filter, r string) { f.Rule = r }, "")},
		{"轮次", facetLinks(f, "全部轮次", t.all[byRound], []int{1, 2, 3, 4, 5, 0}, roundWord, func(n int) int { return t.rounds[n] },
			func(f filter) int { return f.Round }, func(f *filter, n int) { f.Round = n }, -1)},
	}
}

func (q queue) departments(f filter) []ui.Choice {
	var ids []sqldb.ID
	for id := range q.tally.departments {
		ids = append(ids, id)
	}
	if _, ok := q.tally.departments[f.Department]; !ok && !f.Department.IsZero() {
		ids = append(ids, f.Department)
	}
	slices.SortFunc(ids, q.shelf.byOrder)
	var out []ui.Choice
	for _, id := range ids {
		out = append(out, ui.Choice{Value: id.String(), Label: q.shelf.names[id].name, Count: q.tally.departments[id], Selected: id == f.Department})
	}
	return out
}

// active lists what is chosen, each with the address without it.
func (page *QueuePage) active(q queue, f filter) {
	drop := func(on bool, label string, without func(*filter)) {
		if on {
			g := f
			without(&g)
			page.Active = append(page.Active, ui.Link{Label: label, Href: g.at(queuePath)})
		}
	}
	drop(f.Words != "", "“"+f.Words+"”", func(g *filter) { g.Words = "" })
	drop(f.Category != "", string(f.Category), func(g *filter) { g.Category = "" })
	if f.Status != "" {
		drop(true, statuses()[f.Status.rank()].word, func(g *filter) { g.Status = "" })
	}
	if f.Hint != "" {
		drop(true, "提示："+f.Hint.word().word, func(g *filter) { g.Hint = "" })
	}
	drop(f.Rule != "", short(f.Rule)+"有提示", func(g *filter) { g.Rule = "" })
	drop(!f.Department.IsZero(), q.shelf.names[f.Department].name, func(g *filter) { g.Department = sqldb.ID{} })
	drop(f.Round >= 0, roundWord(f.Round), func(g *filter) { g.Round = -1 })
	if f.Lack > 0 {
		drop(true, "缺"+inventory.Aspects()[f.Lack-1], func(g *filter) { g.Lack = 0 })
	}
}

// export sends exactly the rows that the filter leaves.
func (a *Audit) export(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	f, q, err := a.cut(r, who)
	if err != nil {
		return err
	}
	var page QueuePage
	page.active(q, f)
	what := dayOf(a.cfg.Clock()) + "审核队列，共 " + ui.Num(q.tally.total) + " 项"
	for _, c := range page.Active {
		what += "；" + c.Label
	}
	columns := []ui.Column{{Head: "事项编码", Width: 22}, {Head: "事项名称", Width: 48}, {Head: "类别", Width: 12}, {Head: "部门", Width: 26}, {Head: "比对提示", Width: 12},
		{Head: "提示来自", Width: 40}, {Head: "审核结论", Width: 20}, {Head: "已看检查项", Width: 12}, {Head: "状态", Width: 16}, {Head: "轮次", Width: 10}}
	return a.shell.Export(w, r, queueTitle, what, columns, func(add ui.Adder) error {
		for _, x := range q.rows {
			h, _ := q.shelf.hint(x)
			var from []string
			for i, rule := range shortRules() {
				if h != unchecked && q.shelf.found[x.version].all()&(1<<i) != 0 {
					from = append(from, rule.word)
				}
			}
			err := add(x.code, x.name, string(x.category), q.shelf.names[x.department].name, h.word().word, strings.Join(from, "、"), x.advice(),
				strconv.Itoa(x.concluded)+"/"+strconv.Itoa(len(round.Checks())), x.light().Word, roundWord(x.no))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// undoneWord stands in the address in place of a bulk act that was taken back.
const undoneWord = "undone"

// done says on the page what a bulk act did that the address names; what is not
// of this account, or undone, says nothing.
func (a *Audit) done(ctx context.Context, who *people.Who, page *QueuePage, name string) error {
	if name == undoneWord {
		page.Done = &Done{Words: "已撤销刚才的批量办理。"}
		return nil
	}
	id, err := sqldb.ParseID(name)
	if err != nil {
		return nil // nothing was done, or the address was cut short
	}
	b, err := bulkDone(ctx, a.cfg.DB, id)
	if errs.KindOf(err) == errs.NotFound || err == nil && (b.account != who.Account || b.undone) {
		return nil
	}
	if err != nil {
		return err
	}
	d := &Done{Words: "已确认 " + ui.Num(b.powers) + " 项。"}
	if b.kind != "conclude" {
		d.Words = "已对 " + ui.Num(b.powers) + " 项写下退回意见，下达之前都可以修改。"
	}
	if left := round.UndoFor - a.cfg.Clock().Sub(b.at); left > 0 {
		d.Undo, d.Left = bulkPath+"/"+id.String()+"/undo", int(min(left, round.UndoFor).Seconds())
	}
	page.Done = d
	return nil
}
