package overlaps

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"qingdan/internal/platform/job"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/overlap"
	"qingdan/internal/service/peer"
	"qingdan/internal/web/ui"
)

// pageSize is how many groups a page shows.
const pageSize = 30

// RowMember is one power of a group in the list.
type RowMember struct {
	Name, Department string
	Lead             bool
}

// Row is one group in the list.
type Row struct {
	Href, Kind, Score, Category, Reasons string
	Members                              []RowMember
	More                                 int // powers not listed
	Hidden                               int // powers that are not theirs to see
	Light                                ui.Light
}

// ListPage is the list of groups.
type ListPage struct {
	ui.Frame
	Ran                    string // when the last search was; "" before the first
	Powers, Found, Pooled  int
	Stale, MaySearch       bool
	Searching              bool // a search of this person goes on
	Told, Failed           string
	Kinds, States          []ui.Link
	Departments            []ui.Choice
	Categories             []ui.Choice
	Kind, State            string
	Active                 []ui.Link
	Said, Path, ExportHref string
	Total                  int
	Rows                   []Row
	Pager                  ui.Pager
	Missing                int // what other places list and we do not, still open
	MissingHref            string
}

func (o *Overlaps) list(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	f, n, err := o.chosen(r)
	if err != nil {
		return err
	}
	turn, err := ui.ParseTurn(r.URL.Query())
	if err != nil {
		return err
	}
	ctx := r.Context()
	page := ListPage{Path: Root, Kind: string(f.Kind), State: f.State, Said: f.said(n), ExportHref: f.at(Root + "/groups.xlsx"), MaySearch: who.May(people.ProposeCut) == nil}
	if page.Frame, err = o.shell.Frame(r, who, title, Root); err != nil {
		return err
	}
	page.Words = f.Words
	if err := o.ran(r, who, &page); err != nil {
		return err
	}
	cells, err := overlap.Cells(ctx, o.cfg.DB, scope(who), f.query())
	if err != nil {
		return err
	}
	q := turned(f.query(), turn)
	q.Limit = pageSize + 1
	found, err := overlap.Groups(ctx, o.cfg.DB, scope(who), q)
	if err != nil {
		return err
	}
	page.facets(f, cells, n)
	page.active(f, n)
	found, page.Pager = ui.Page(turn, found, pageSize, func(way string, g overlap.Group) string { return f.with(Root, way, cursor(g)) })
	members, err := overlap.Members(ctx, o.cfg.DB, scope(who), found...)
	if err != nil {
		return err
	}
	for _, g := range found {
		page.Rows = append(page.Rows, row(f, g, members[g.ID], n))
	}
	if err := o.missing(ctx, who, &page); err != nil {
		return err
	}
	return o.shell.Show(w, r, http.StatusOK, o.pages, "list", page)
}

// chosen reads the filter of a request.
func (o *Overlaps) chosen(r *http.Request) (filter, names, error) {
	f, err := parseFilter(r.URL.Query())
	if err != nil {
		return f, nil, err
	}
	n, err := o.names(r.Context())
	if err == nil && !f.Department.IsZero() && n[f.Department] == "" {
		err = people.Unknown()
	}
	return f, n, err
}

// ran fills what is known of the last search.
func (o *Overlaps) ran(r *http.Request, who *people.Who, page *ListPage) error {
	run, err := overlap.LastRun(r.Context(), o.cfg.DB)
	if err != nil {
		return err
	}
	if run != nil {
		page.Ran, page.Powers, page.Found, page.Pooled, page.Stale = minute(run.At), run.Powers, run.Found, run.Pooled, run.Stale
	}
	jobs, err := o.cfg.Jobs.List(r.Context(), who.Account, 20)
	if err != nil {
		return err
	}
	page.Searching = slices.ContainsFunc(jobs, func(j job.Job) bool { return j.Kind == jobKind && !j.State.Ended() })
	switch r.URL.Query().Get("done") {
	case "searched":
		page.Told = "已重新查找。以前的判断都保留着。"
	case "failed":
		page.Failed = "这一次没有查找完，列表还是上一次的结果。请再按一次“重新查找”；仍不成功的，请联系系统管理员。"
	case "searching":
		if !page.Searching {
			page.Told = "已查找完。"
		}
	}
	return nil
}

// missing counts what other places list and we do not: the other way in which a
// list is not complete. For those who compare lists.
func (o *Overlaps) missing(ctx context.Context, who *people.Who, page *ListPage) error {
	if who.May(people.ComparePeers) != nil {
		return nil
	}
	s := who.Scope(people.ComparePeers)
	lists, err := peer.Lists(ctx, o.cfg.DB, s)
	for _, l := range lists {
		tallies, err := peer.Tallies(ctx, o.cfg.DB, l.ID, s, peer.Query{})
		if err != nil {
			return err
		}
		for _, t := range tallies {
			if t.Kind == peer.MissingHere && t.State == peer.Open {
				page.Missing += t.N
			}
		}
	}
	page.MissingHref = "/audit/peers"
	return err
}

// shownMembers is how many powers of a group the list names.
const shownMembers = 4

func row(f filter, g overlap.Group, members []overlap.Member, n names) Row {
	x := Row{Href: f.one(g.ID, ""), Kind: g.Kind.Label(), Score: score(g.Score), Category: g.Category, Reasons: strings.Join(g.Reasons, "；"), Light: light(g.Verdict)}
	for _, m := range members {
		switch {
		case m.Hidden:
			x.Hidden++
		case len(x.Members) == shownMembers:
			x.More++
		default:
			x.Members = append(x.Members, RowMember{m.Name, n[m.Department], m.Power == g.Into && g.Kind == overlap.Across})
		}
	}
	return x
}

// score is a likeness for people.
func score(thousandths int) string { return fmt.Sprintf("%.2f", float64(thousandths)/1000) }

// light is a verdict in shape, word and colour.
func light(v overlap.Verdict) ui.Light {
	switch v {
	case overlap.Proposed:
		return ui.Light{Tone: "ok", Word: v.Label()}
	case overlap.Open:
		return ui.Light{Tone: "warn", Word: v.Label()}
	default:
		return ui.Light{Tone: "still", Word: v.Label()}
	}
}

// facets fills the choices with their counts.
func (page *ListPage) facets(f filter, all []overlap.Cell, n names) {
	byKind := count(f, all, "kind", func(c overlap.Cell) []overlap.Kind { return []overlap.Kind{c.Kind} })
	g, sum := f, 0
	for _, g.Kind = range overlap.Kinds() {
		sum += byKind[g.Kind]
		page.Kinds = append(page.Kinds, ui.Link{Label: g.Kind.Label(), Href: g.at(Root), Count: byKind[g.Kind], HasNum: true, Current: g.Kind == f.Kind})
	}
	g.Kind = ""
	page.Kinds = slices.Insert(page.Kinds, 0, ui.Link{Label: "全部", Href: g.at(Root), Count: sum, HasNum: true, Current: f.Kind == ""})
	byState := count(f, all, "state", func(c overlap.Cell) []overlap.Verdict { return []overlap.Verdict{c.Verdict} })
	g, sum = f, 0
	for _, v := range overlap.Verdicts() {
		g.State = string(v)
		sum += byState[v]
		page.States = append(page.States, ui.Link{Label: v.Label(), Href: g.at(Root), Count: byState[v], HasNum: true, Current: f.State == string(v)})
	}
	g.State = stateAll
	page.States = append(page.States, ui.Link{Label: "全部", Href: g.at(Root), Count: sum, HasNum: true, Current: f.State == stateAll})
	byDepartment := count(f, all, "department", func(c overlap.Cell) []sqldb.ID { return c.Departments })
	for id, c := range byDepartment {
		page.Departments = append(page.Departments, ui.Choice{Value: id.String(), Label: n[id], Count: c, Selected: id == f.Department})
	}
	slices.SortFunc(page.Departments, func(a, b ui.Choice) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Label, b.Label)) })
	byCategory := count(f, all, "category", func(c overlap.Cell) []string { return []string{c.Category} })
	for c, m := range byCategory {
		page.Categories = ui.AddChoice(page.Categories, c, m, f.Category)
	}
	slices.SortFunc(page.Categories, func(a, b ui.Choice) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Label, b.Label)) })
	for _, c := range all {
		if f.has(c, "") {
			page.Total++
		}
	}
}

// active lists what is chosen, each with the address without it.
func (page *ListPage) active(f filter, n names) {
	drop := func(chosen bool, label string, without func(*filter)) {
		if chosen {
			g := f
			without(&g)
			page.Active = append(page.Active, ui.Link{Label: label, Href: g.at(Root)})
		}
	}
	drop(f.Kind != "", f.Kind.Label(), func(g *filter) { g.Kind = "" })
	drop(!f.Department.IsZero(), n[f.Department], func(g *filter) { g.Department = sqldb.ID{} })
	drop(f.Category != "", f.Category, func(g *filter) { g.Category = "" })
	drop(f.Words != "", "“"+f.Words+"”", func(g *filter) { g.Words = "" })
}

// exportBatch is how many groups are read at a time.
const exportBatch = 400

// export sends exactly the groups that the filter leaves as a workbook, one power
// a line.
func (o *Overlaps) export(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	f, n, err := o.chosen(r)
	if err != nil {
		return err
	}
	what := "重叠事项"
	if said := f.said(n); said != "" {
		what += "；" + said
	}
	columns := []ui.Column{{Head: "组号", Width: 8}, {Head: "范围", Width: 12}, {Head: "相似度", Width: 8}, {Head: "事项编码", Width: 24}, {Head: "事项名称", Width: 48}, {Head: "部门", Width: 26},
		{Head: "类别", Width: 12}, {Head: "状态", Width: 12}, {Head: "建议牵头", Width: 10}, {Head: "牵头理由", Width: 50}, {Head: "理由", Width: 60}, {Head: "判断", Width: 14}}
	ctx, no := r.Context(), 0
	return o.shell.Export(w, r, title, what, columns, func(add ui.Adder) error {
		for q := f.query(); ; {
			q.Limit = exportBatch
			groups, err := overlap.Groups(ctx, o.cfg.DB, scope(who), q)
			if err != nil || len(groups) == 0 {
				return err
			}
			members, err := overlap.Members(ctx, o.cfg.DB, scope(who), groups...)
			if err != nil {
				return err
			}
			for _, g := range groups {
				no++
				if err := exportGroup(add, no, g, members[g.ID], n); err != nil {
					return err
				}
			}
			if len(groups) < exportBatch {
				return nil
			}
			q.After = groups[len(groups)-1].At()
		}
	})
}

func exportGroup(add ui.Adder, no int, g overlap.Group, members []overlap.Member, n names) error {
	for _, m := range members {
		lead, why := "", ""
		if m.Power == g.Into && !m.Hidden {
			lead, why = "是", g.Why
		}
		name, state := m.Name, m.State.Label()
		if m.Hidden {
			name, state = "（其他部门尚未公布的事项）", ""
		}
		if err := add(no, g.Kind.Label(), score(g.Score), m.Code, name, n[m.Department], m.Category, state, lead, why, strings.Join(g.Reasons, "；"), g.Verdict.Label()); err != nil {
			return err
		}
	}
	return nil
}
