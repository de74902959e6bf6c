package words

import (
	"net/http"
	"strconv"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/words"
	"qingdan/internal/web/ui"
)

// pageSize is how many missed words a page shows: for each one the items that
// fit are looked for.
const pageSize = 20

// offered is how many items stand beside missed words in the list.
const offered = 2

// Offer is an item that missed words can be given to.
type Offer struct {
	ID, Code, Name, Department string
	Ours                       bool // within the person's reach
}

// Row is missed words in the list.
type Row struct {
	Words, Href, Department, Last string
	N                             int
	Near                          bool
	Light                         ui.Light
	Open                          bool
	Offers                        []Offer
	Give                          string // where the form with an offer goes
}

// ListPage lists what people searched for in vain.
type ListPage struct {
	ui.Frame
	Tabs        []ui.Link
	Told        string
	States      []ui.Link
	Departments []ui.Choice // empty for those who see one only
	State       string
	Active      []ui.Link
	Said        string
	Total       int
	Searches    int
	Rows        []Row
	Pager       ui.Pager
	Path        string
	ExportHref  string
}

func (p *Words) list(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	f, err := parseMissed(r, who)
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
	tallies, err := words.Tallies(ctx, p.cfg.DB, scope(who), f.query())
	if err != nil {
		return err
	}
	q := f.query()
	q.Limit = pageSize + 1
	if err := turned(&q, turn); err != nil {
		return err
	}
	found, err := words.Misses(ctx, p.cfg.DB, scope(who), q)
	if err != nil {
		return err
	}
	page := ListPage{Tabs: tabs(false), Told: told(r.URL.Query().Get("done")), State: f.State, Path: Root, ExportHref: f.at(Root + "/missed.xlsx"),
		Active: f.active(Root, n), Said: f.said(f.state(), n)}
	if page.Frame, err = p.shell.Frame(r, who, title, Root); err != nil {
		return err
	}
	page.Words = f.Words
	page.facets(f, tallies, n, scope(who))
	found, page.Pager = ui.Page(turn, found, pageSize, func(way string, m words.Miss) string {
		return f.with(Root, way, ui.Cursor{Key: strconv.Itoa(m.N), ID: m.ID, Set: true}.String())
	})
	for _, m := range found {
		row := Row{Words: m.Words, Href: f.at(missedAt + "/" + m.ID.String()), Department: n.of(m.Department), Last: m.Last, N: m.N, Near: m.Near,
			Light: light(m.State), Open: m.State == words.Open, Give: f.at(missedAt + "/" + m.ID.String() + "/give")}
		if row.Open {
			if row.Offers, err = p.offers(r, who, m.Words, n); err != nil {
				return err
			}
			row.Offers = ours(row.Offers)
		}
		page.Rows = append(page.Rows, row)
	}
	return p.shell.Show(w, r, http.StatusOK, p.pages, "list", page)
}

// parseMissed reads the filter of a request for missed words.
func parseMissed(r *http.Request, who *people.Who) (filter, error) {
	return parseFilter(r.URL.Query(), scope(who), string(words.Given), string(words.Dismissed), stateAll)
}

func (f filter) query() words.Query {
	q := words.Query{State: words.State(f.State), Department: f.Department, Undirected: f.Undirected, Words: f.Words}
	switch f.State {
	case "":
		q.State = words.Open
	case stateAll:
		q.State = ""
	}
	return q
}

// state is the word of the chosen state.
func (f filter) state() string {
	if s := f.query().State; s != "" {
		return s.Label()
	}
	return "全部"
}

// turned asks for the page that a turn leads to.
func turned(q *words.Query, t ui.Turn) error {
	if !t.From.Set {
		return nil
	}
	n, err := strconv.Atoi(t.From.Key)
	if err != nil {
		return errs.Invalidf("翻页位置无效").Fix("请从第一页重新看").Because(err)
	}
	if at := (words.Place{N: n, ID: t.From.ID}); t.Back {
		q.Before = at
	} else {
		q.After = at
	}
	return nil
}

// told says what was done just now.
func told(done string) string {
	switch done {
	case "given":
		return "已把这个说法给了事项，群众现在就能用它查到。"
	case "dismissed":
		return "已记为不采用。"
	case "directed":
		return "已转给选定的部门。"
	case "added":
		return "已添加，群众现在就能用它查到。"
	case "removed":
		return "已移除。"
	default:
		return ""
	}
}

// offers gives the items that fit missed words.
func (p *Words) offers(r *http.Request, who *people.Who, typed string, n names) ([]Offer, error) {
	found, err := words.Suggest(r.Context(), p.cfg.DB, typed)
	if err != nil {
		return nil, err
	}
	var out []Offer
	for _, s := range found {
		out = append(out, Offer{s.Power.String(), s.Code, s.Name, n[s.Department], scope(who).Has(s.Department)})
	}
	return out, nil
}

// ours are the first offers within somebody's reach.
func ours(all []Offer) []Offer {
	var out []Offer
	for _, o := range all {
		if o.Ours && len(out) < offered {
			out = append(out, o)
		}
	}
	return out
}

// facets fills the choices with their counts.
func (page *ListPage) facets(f filter, all []words.Tally, n names, s people.Scope) {
	byState, byDepartment := map[words.State]int{}, map[sqldb.ID]int{}
	sum, state := 0, f.query().State
	for _, t := range all {
		here := f.Undirected && t.Department.IsZero() || !f.Undirected && (f.Department.IsZero() || f.Department == t.Department)
		if here {
			byState[t.State] += t.N
			sum += t.N
		}
		if state == "" || state == t.State {
			byDepartment[t.Department] += t.N
			if here {
				page.Total += t.N
				page.Searches += t.Searches
			}
		}
	}
	for _, x := range words.States() {
		g := f
		if g.State = string(x); x == words.Open {
			g.State = ""
		}
		page.States = append(page.States, ui.Link{Label: x.Label(), Href: g.at(Root), Count: byState[x], HasNum: true, Current: f.State == g.State})
	}
	g := f
	g.State = stateAll
	page.States = append(page.States, ui.Link{Label: "全部", Href: g.at(Root), Count: sum, HasNum: true, Current: f.State == stateAll})
	if s.All {
		page.Departments = choices(byDepartment, f, n)
	}
}

// export sends exactly the missed words that the filter leaves as a workbook.
func (p *Words) export(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	f, err := parseMissed(r, who)
	if err != nil {
		return err
	}
	ctx := r.Context()
	_, n, err := p.departments(ctx)
	if err != nil {
		return err
	}
	all, err := words.Misses(ctx, p.cfg.DB, scope(who), f.query())
	if err != nil {
		return err
	}
	columns := []ui.Column{{Head: "说法", Width: 36}, {Head: "查过的次数", Width: 10}, {Head: "查到的情况", Width: 16}, {Head: "部门", Width: 30},
		{Head: "第一次", Width: 12}, {Head: "最近一次", Width: 12}, {Head: "状态", Width: 10}}
	return p.shell.Export(w, r, "没查到的说法", f.said(f.state(), n), columns, func(add ui.Adder) error {
		for _, m := range all {
			near := "什么也没查到"
			if m.Near {
				near = "只有部分相符"
			}
			if err := add(m.Words, m.N, near, n.of(m.Department), m.First, m.Last, m.State.Label()); err != nil {
				return err
			}
		}
		return nil
	})
}
