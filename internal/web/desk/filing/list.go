package filing

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/web/ui"
)

// pageSize is how many powers one page of the list shows.
const pageSize = 50

// Row is one power in the list.
type Row struct {
	Code, Name, Href string
	Category         string
	State            ui.Light
	No               int
	Lacks            int
	Opinions         int // to be answered
	Changed, Draft   bool
	Updated          string // the day of the present version
}

// NewDraft is a draft of a power that is not in the books yet.
type NewDraft struct {
	Name, Href, Drop, Saved string
}

// ListPage is the list of a department's powers.
type ListPage struct {
	ui.Frame
	Banner      *Banner
	Department  string
	Departments []ui.Choice // where somebody may see several
	Chosen      string      // department of the address, "" for one's own
	CanFill     bool
	Categories  []ui.Link
	States      []ui.Link
	Marks       []ui.Link
	Category    string
	State       string
	Mark        string
	Find        string
	Sorts       []ui.Choice
	All, Total  int
	Asked       bool
	Said        string
	Rows        []Row
	Pager       ui.Pager
	ExportHref  string
	Bare        string // the list without conditions
	News        []NewDraft
	Done        string // what was done just now
}

// holdings are the powers of a department with all that the list counts.
type holdings struct {
	department org.Department
	filter     filter
	standing   standing
	lines      []line // that the words find
	all        int
	drafts     map[sqldb.ID]bool // powers with a draft of somebody in the department
}

func (f *Filing) list(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	ctx := r.Context()
	choice, err := parseFilter(r.URL.Query())
	if err != nil {
		return err
	}
	t, err := ui.ParseTurn(r.URL.Query())
	if err != nil {
		return err
	}
	names, err := f.departments(ctx)
	if err != nil {
		return err
	}
	frame, err := f.cfg.Shell.Frame(r, who, listTitle, Root)
	if err != nil {
		return err
	}
	page := ListPage{Frame: frame, Departments: choices(names, who.Scope(people.SeePowers), choice.department)}
	id, err := f.department(who, choice)
	if err != nil {
		return err
	}
	if id.IsZero() { // somebody of no department chooses one first
		return f.show(w, r, http.StatusOK, "list", page)
	}
	h, err := f.holdings(ctx, who, names[id], choice)
	if err != nil {
		return err
	}
	page.fill(h, t)
	page.CanFill = who.MayOn(people.FillPowers, people.Target{Department: id}) == nil
	if page.Banner, err = f.banner(ctx, who, h); err != nil {
		return err
	}
	if page.CanFill {
		if page.News, err = f.newDrafts(ctx, who); err != nil {
			return err
		}
	}
	page.Done = doneWords(r.URL.Query().Get("done"))
	return f.show(w, r, http.StatusOK, "list", page)
}

// doneWords says what was done just now.
func doneWords(key string) string {
	switch key {
	case "draft-dropped":
		return "草稿已放弃"
	case "withdrawn":
		return "事项已撤回，不再上报"
	case "attached":
		return "附件已上传"
	case "detached":
		return "附件已删去"
	case "finished":
		return "已提交新版本"
	default:
		return ""
	}
}

// department is the one whose list was asked for: one's own unless another was
// chosen; zero for somebody of none. What is out of reach is people.Unknown.
func (f *Filing) department(who *people.Who, choice filter) (sqldb.ID, error) {
	id := choice.department
	if id.IsZero() {
		if !who.Scope(people.SeePowers).Has(who.Department) {
			return sqldb.ID{}, nil
		}
		id = who.Department
	}
	if id.IsZero() {
		return id, nil
	}
	return id, who.MayOn(people.SeePowers, people.Target{Department: id})
}

// holdings reads a department's powers for the list and its export.
func (f *Filing) holdings(ctx context.Context, who *people.Who, d org.Department, choice filter) (holdings, error) {
	h := holdings{department: d, filter: choice}
	var err error
	if h.standing, err = f.standing(ctx, d.ID); err != nil {
		return h, err
	}
	if h.lines, err = readLines(ctx, f.cfg.DB, d.ID, h.standing.Submission); err != nil {
		return h, err
	}
	if h.drafts, err = f.draftedPowers(ctx, who, d.ID); err != nil {
		return h, err
	}
	h.all = len(h.lines)
	h.lines = find(h.lines, choice.Words)
	return h, f.lacks.fill(ctx, f.cfg.DB, h.lines)
}

// chosen gives the lines that the filter leaves, in its order.
func (h holdings) chosen() []line {
	out := slices.DeleteFunc(slices.Clone(h.lines), func(l line) bool { return !h.filter.has(l, h.drafts, "") })
	slices.SortFunc(out, func(a, b line) int { return h.filter.place(a).Compare(h.filter.place(b)) })
	return out
}

// fill puts the powers of a department on the page.
func (page *ListPage) fill(h holdings, t ui.Turn) {
	f := h.filter
	page.Department, page.All, page.Asked, page.Said = h.department.Name, h.all, f.asked(), f.said()
	page.Category, page.State, page.Mark, page.Find = string(f.Category), string(f.State), string(f.Mark), f.Words
	page.ExportHref = f.at(Root + ".xlsx")
	page.Bare = filter{department: f.department}.at(Root) + "#powers"
	if !f.department.IsZero() {
		page.Chosen = f.department.String()
	}
	for _, s := range []ui.Choice{{Value: byName, Label: "名称拼音"}, {Value: byCode, Label: "编码"}, {Value: byTime, Label: "最近改动"}} {
		s.Selected = s.Value == f.Sort
		page.Sorts = append(page.Sorts, s)
	}
	page.facets(h)
	all := h.chosen()
	page.Total = len(all)
	lines, pager := ui.Page(t, ui.Cut(t, all, pageSize+1, f.place), pageSize, func(way string, l line) string { return f.turned(way, f.place(l)) })
	page.Pager = pager
	for _, l := range lines {
		page.Rows = append(page.Rows, row(l, h.drafts))
	}
}

// facets fills the choices with their counts.
func (page *ListPage) facets(h holdings) {
	byCategory, byState, byMark := map[power.Category]int{}, map[power.State]int{}, map[mark]int{}
	for _, l := range h.lines {
		if h.filter.has(l, h.drafts, "category") {
			byCategory[l.Category]++
			byCategory[""]++
		}
		if h.filter.has(l, h.drafts, "state") {
			byState[l.State]++
			byState[""]++
		}
		if h.filter.has(l, h.drafts, "mark") {
			byMark[""]++
			for _, m := range marks() {
				if l.marked(m, h.drafts) {
					byMark[m]++
				}
			}
		}
	}
	g := h.filter
	link := func(label string, n int, current bool) ui.Link {
		return ui.Link{Label: label, Href: g.at(Root) + "#powers", Count: n, HasNum: true, Current: current}
	}
	for _, c := range append([]power.Category{""}, append(power.Categories(), power.CategoryService)...) {
		if g.Category = c; byCategory[c] > 0 || c == "" || c == h.filter.Category {
			page.Categories = append(page.Categories, link(cmp.Or(string(c), "全部类别"), byCategory[c], c == h.filter.Category))
		}
	}
	g = h.filter
	for _, s := range append([]power.State{""}, states()...) {
		if g.State = s; byState[s] > 0 || s == "" || s == h.filter.State {
			page.States = append(page.States, link(cmp.Or(s.Label(), "全部状态"), byState[s], s == h.filter.State))
		}
	}
	g = h.filter
	for _, m := range append([]mark{""}, marks()...) {
		g.Mark = m
		page.Marks = append(page.Marks, link(m.label(), byMark[m], m == h.filter.Mark))
	}
}

// states lists the states in the order of the reform.
func states() []power.State {
	return []power.State{power.SelfCheck, power.HandedUp, power.Review, power.Proposed, power.Consulting, power.Approved, power.Published,
		power.Ended, power.Cancelled, power.HandedDown, power.Transferred, power.MergedAway, power.Frozen, power.Reclassified, power.Withdrawn}
}

func row(l line, drafts map[sqldb.ID]bool) Row {
	return Row{Code: l.Code, Name: l.Name, Href: powerHref(l.Power), Category: string(l.Category), State: stateLight(l.State), No: l.No,
		Lacks: lacking(l), Opinions: l.Issued, Changed: l.open() && l.changed() && !l.Frozen.IsZero(), Draft: drafts[l.Power],
		Updated: here(l.Created).Format(time.DateOnly)}
}

// lacking is what is shown of missing elements: what is out of the department's
// hand needs none.
func lacking(l line) int {
	if l.open() {
		return l.Lacks
	}
	return 0
}

// stateLight is the mark of a state: what the department has in hand stands out.
func stateLight(s power.State) ui.Light {
	tone := "still"
	switch s {
	case power.SelfCheck:
		tone = ""
	case power.Proposed, power.Consulting, power.Approved, power.Published:
		tone = "ok"
	}
	return ui.Light{Tone: tone, Word: s.Label()}
}

func powerHref(id sqldb.ID) string { return powersPath + "/" + id.String() }

// choices are the departments that somebody may look at; none where there is
// only one's own.
func choices(names map[sqldb.ID]org.Department, s people.Scope, chosen sqldb.ID) []ui.Choice {
	if !s.All && len(s.Departments) < 2 {
		return nil
	}
	var within []org.Department
	for id, d := range names {
		if s.Has(id) {
			within = append(within, d)
		}
	}
	slices.SortFunc(within, func(a, b org.Department) int { return cmp.Compare(a.OrderKey, b.OrderKey) })
	out := make([]ui.Choice, 0, len(within))
	for _, d := range within {
		out = append(out, ui.Choice{Value: d.ID.String(), Label: d.Name, Selected: d.ID == chosen})
	}
	return out
}

// newestFirst is a key that falls as time rises, of one width.
func newestFirst(t time.Time) string { return fmt.Sprintf("%019d", math.MaxInt64-t.UnixMicro()) }

// export sends exactly the powers that the filter leaves as a workbook.
func (f *Filing) export(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	ctx := r.Context()
	choice, err := parseFilter(r.URL.Query())
	if err != nil {
		return err
	}
	id, err := f.department(who, choice)
	if err != nil {
		return err
	}
	if id.IsZero() {
		return errs.Invalidf("没有选择部门").Fix("请先选择部门再导出")
	}
	names, err := f.departments(ctx)
	if err != nil {
		return err
	}
	h, err := f.holdings(ctx, who, names[id], choice)
	if err != nil {
		return err
	}
	frame, err := f.cfg.Shell.Frame(r, who, listTitle, Root)
	if err != nil {
		return err
	}
	what := ui.Day(f.today()) + "导出；" + names[id].Name
	if s := choice.said(); s != "" {
		what += "；" + s
	}
	out := ui.Sheet{Name: "清权填报事项", Site: frame.Site, What: what, Columns: []ui.Column{{Head: "事项编码", Width: 24}, {Head: "事项名称", Width: 48},
		{Head: "权力类别", Width: 12}, {Head: "状态", Width: 10}, {Head: "版本", Width: 8}, {Head: "待答复意见", Width: 12}, {Head: "缺少的必填要素", Width: 14},
		{Head: "上次上报后有改动", Width: 16}, {Head: "有草稿", Width: 8}, {Head: "更新日期", Width: 12}}}
	return out.Send(w, r, func(add ui.Adder) error {
		for _, l := range h.chosen() {
			x := row(l, h.drafts)
			if err := add(x.Code, x.Name, x.Category, x.State.Word, x.No, x.Opinions, x.Lacks, yes(x.Changed), yes(x.Draft), x.Updated); err != nil {
				return err
			}
		}
		return nil
	})
}

func yes(b bool) string {
	if b {
		return "是"
	}
	return "否"
}
