package peers

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/peer"
	"qingdan/internal/web/ui"
)

// pageSize is how many differences a page shows.
const pageSize = 50

// Row is one difference in the worklist.
type Row struct {
	Kind, Name, Href, Category, Department string
	Other                                  string // what the other side says, where that is short
	Note                                   string
	Light                                  ui.Light
}

// WorklistPage is the worklist of one list.
type WorklistPage struct {
	ui.Frame
	List        ListRow
	Powers      int
	AlignHref   string
	Told        string // what was done just now
	Kinds       []ui.Link
	States      []ui.Link
	Departments []ui.Choice
	Categories  []ui.Choice
	Kind, State string
	Active      []ui.Link // chosen filters; the link removes one
	Said        string    // the same in words, for print
	Total       int
	Rows        []Row
	Pager       ui.Pager
	Path        string
	ExportHref  string
}

func (p *Peers) worklist(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	l, f, err := p.chosen(r, who)
	if err != nil {
		return err
	}
	turn, err := ui.ParseTurn(r.URL.Query())
	if err != nil {
		return err
	}
	ctx := r.Context()
	_, n, err := p.departments(ctx)
	if err != nil {
		return err
	}
	if n[f.Department] == "" && !f.Department.IsZero() {
		return people.Unknown()
	}
	tallies, err := peer.Tallies(ctx, p.cfg.DB, l.ID, scope(who), f.query())
	if err != nil {
		return err
	}
	q := turned(f.query(), turn)
	q.Limit = pageSize + 1
	found, err := peer.Differences(ctx, p.cfg.DB, l.ID, scope(who), q)
	if err != nil {
		return err
	}
	page := WorklistPage{List: listRow(l), AlignHref: listHref(l.ID) + "/align", Told: told(r.URL.Query().Get("done"), l), Kind: string(f.Kind), State: f.State,
		Path: listHref(l.ID), ExportHref: f.at(listHref(l.ID) + "/worklist.xlsx"), Said: f.said(n)}
	if page.Frame, err = p.shell.Frame(r, who, l.Title, Root, home()); err != nil {
		return err
	}
	page.Words = f.Words
	if l.Run != nil {
		page.Powers = l.Run.Powers
	}
	page.facets(f, tallies, n)
	page.active(f, n)
	found, page.Pager = ui.Page(turn, found, pageSize, func(way string, d peer.Difference) string {
		return f.with(listHref(l.ID), way, cursor(d)) + "#worklist"
	})
	for _, d := range found {
		page.Rows = append(page.Rows, row(f, d, n))
	}
	return p.shell.Show(w, r, http.StatusOK, p.pages, "worklist", page)
}

// chosen reads the list and the filter of a request.
func (p *Peers) chosen(r *http.Request, who *people.Who) (peer.Loaded, filter, error) {
	l, err := p.list(r, who)
	if err != nil {
		return l, filter{}, err
	}
	f, err := parseFilter(l.ID, r.URL.Query())
	if err == nil && !f.Department.IsZero() && !scope(who).Has(f.Department) {
		err = people.Unknown()
	}
	return l, f, err
}

// told says what was done just now.
func told(done string, l peer.Loaded) string {
	if l.Run == nil {
		return ""
	}
	switch done {
	case "loaded":
		return "已导入 " + ui.Num(l.Items) + " 项并完成比对，" + ui.Num(l.Run.Matched) + " 项与我方的事项对上。"
	case "aligned":
		return "已重新比对，" + ui.Num(l.Run.Matched) + " 项与我方的事项对上。以前的核对结果都保留着。"
	case "answered":
		return "已核对完这一类，没有下一项了。"
	default:
		return ""
	}
}

// shownText is how much of what a side says stands in a list, in characters.
const shownText = 80

func clip(s string) string {
	if r := []rune(s); len(r) > shownText {
		return string(r[:shownText]) + "…"
	}
	return s
}

func row(f filter, d peer.Difference, n names) Row {
	x := Row{Kind: d.Kind.Label(), Name: d.Name, Href: f.one(d.ID), Category: d.Category, Department: n.of(d.Department), Note: clip(d.Note), Light: light(d)}
	if d.Kind != peer.MissingHere && d.Kind != peer.MissingThere {
		x.Other = clip(d.Theirs)
	}
	return x
}

// light is the state of a difference in shape, word and colour.
func light(d peer.Difference) ui.Light {
	if d.State == peer.Answered {
		return ui.Light{Tone: "ok", Word: d.Answer.Label(d.Kind)}
	}
	return ui.Light{Tone: "still", Word: d.State.Label()}
}

// facets fills the choices with their counts.
func (page *WorklistPage) facets(f filter, all []peer.Tally, n names) {
	byKind := count(f, all, "kind", func(t peer.Tally) peer.Kind { return t.Kind })
	g, sum := f, 0
	for _, g.Kind = range peer.Kinds() {
		sum += byKind[g.Kind]
		page.Kinds = append(page.Kinds, ui.Link{Label: g.Kind.Label(), Href: g.here(), Count: byKind[g.Kind], HasNum: true, Current: g.Kind == f.Kind})
	}
	g.Kind = ""
	page.Kinds = slices.Insert(page.Kinds, 0, ui.Link{Label: "全部差异", Href: g.here(), Count: sum, HasNum: true, Current: f.Kind == ""})
	byState := count(f, all, "state", func(t peer.Tally) peer.State { return t.State })
	for _, s := range []struct {
		value, label string
		n            int
	}{{"", "待核对", byState[peer.Open]}, {stateAnswered, "已核对", byState[peer.Answered]}, {stateAll, "全部", byState[peer.Open] + byState[peer.Answered]}} {
		g = f
		g.State = s.value
		page.States = append(page.States, ui.Link{Label: s.label, Href: g.here(), Count: s.n, HasNum: true, Current: s.value == f.State})
	}
	byDepartment := count(f, all, "department", func(t peer.Tally) sqldb.ID { return t.Department })
	for id, c := range byDepartment {
		if !id.IsZero() {
			page.Departments = append(page.Departments, ui.Choice{Value: id.String(), Label: n[id], Count: c, Selected: id == f.Department})
		}
	}
	slices.SortFunc(page.Departments, func(a, b ui.Choice) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Label, b.Label)) })
	byCategory := count(f, all, "category", func(t peer.Tally) string { return t.Category })
	for c, m := range byCategory {
		if c != "" {
			page.Categories = ui.AddChoice(page.Categories, c, m, f.Category)
		}
	}
	slices.SortFunc(page.Categories, func(a, b ui.Choice) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Label, b.Label)) })
	page.Total = 0
	for _, t := range all {
		if f.has(t, "") {
			page.Total += t.N
		}
	}
}

// active lists what is chosen, each with the address without it.
func (page *WorklistPage) active(f filter, n names) {
	drop := func(chosen bool, label string, without func(*filter)) {
		if chosen {
			g := f
			without(&g)
			page.Active = append(page.Active, ui.Link{Label: label, Href: g.here()})
		}
	}
	drop(f.Kind != "", f.Kind.Label(), func(g *filter) { g.Kind = "" })
	drop(!f.Department.IsZero(), n[f.Department], func(g *filter) { g.Department = sqldb.ID{} })
	drop(f.Category != "", f.Category, func(g *filter) { g.Category = "" })
	drop(f.Words != "", "“"+f.Words+"”", func(g *filter) { g.Words = "" })
}

// said says what the filter leaves, in words.
func (f filter) said(n names) string {
	words := []string{map[string]string{"": "待核对", stateAnswered: "已核对"}[f.State], f.Kind.Label(), n[f.Department], f.Category, f.Words}
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), "；")
}

// exportBatch is how many differences are read at a time.
const exportBatch = 1000

// export sends exactly the differences that the filter leaves as a workbook.
func (p *Peers) export(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	l, f, err := p.chosen(r, who)
	if err != nil {
		return err
	}
	ctx := r.Context()
	_, n, err := p.departments(ctx)
	if err != nil {
		return err
	}
	what := "与“" + l.Title + "”的差异"
	if l.Run != nil {
		what += "，" + minute(l.Run.At) + "比对"
	}
	if said := f.said(n); said != "" {
		what += "；" + said
	}
	columns := []ui.Column{{Head: "差异", Width: 16}, {Head: "事项名称", Width: 44}, {Head: "类别", Width: 12}, {Head: "部门", Width: 26}, {Head: "我方", Width: 44},
		{Head: "对方", Width: 44}, {Head: "相似度", Width: 8}, {Head: "理由", Width: 60}, {Head: "状态", Width: 10}, {Head: "核对结果", Width: 18}}
	return p.shell.Export(w, r, "外地对照", what, columns, func(add ui.Adder) error {
		for q := f.query(); ; {
			q.Limit = exportBatch
			all, err := peer.Differences(ctx, p.cfg.DB, l.ID, scope(who), q)
			if err != nil {
				return err
			}
			for _, d := range all {
				if err := add(d.Kind.Label(), d.Name, d.Category, n.of(d.Department), d.Ours, d.Theirs, score(d.Score), d.Note, d.State.Label(), d.Answer.Label(d.Kind)); err != nil {
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

// score is a likeness for people; "" of none.
func score(thousandths int) string {
	if thousandths == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", float64(thousandths)/1000)
}

// choices are the departments within a scope, to choose from.
func choices(all []org.Department, s people.Scope, chosen sqldb.ID) []ui.Choice {
	var out []ui.Choice
	for _, d := range all {
		if s.Has(d.ID) && d.ValidTo == "" {
			out = append(out, ui.Choice{Value: d.ID.String(), Label: d.Name, Selected: d.ID == chosen})
		}
	}
	return out
}
