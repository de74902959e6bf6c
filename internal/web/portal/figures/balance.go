package figures

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/power"
	"qingdan/internal/web/ui"
)

// fateKept stands in addresses for everything that stays on the list, in
// whatever way it was decided.
const fateKept = "kept"

// leaving lists the fates by which a power leaves, in the order of the reform;
// the last two only exist before everything is decided.
func leaving() []string {
	return []string{"取消", "下放", "转移", "整合", "冻结", "转出", "撤回", pending}
}

// Part is one number of a balance with the rows behind it.
type Part struct {
	Label, Sign string
	Cell
	Bar ui.Bar
}

// Balance is the balance of the reform for the whole, a category or a
// department: what came in, what left by fate, what is kept. Moved is what
// came from (or went to) another category or department on the way.
type Balance struct {
	Label    string
	Reported Cell
	Added    Cell
	Split    Cell
	Left     []Part // only the fates that occur
	LeftAll  int
	Moved    int
	Kept     Cell
}

// Known says whether anything came in at all.
func (b Balance) Known() bool { return b.Reported.N+b.Added.N+b.Split.N+b.Kept.N > 0 }

// pending stands for what nothing was decided on yet.
const pending = "待定"

// Pending counts what nothing was decided on yet.
func (b Balance) Pending() int {
	for _, l := range b.Left {
		if l.Label == pending {
			return l.N
		}
	}
	return 0
}

// Undecided says that something came in and nothing of it was decided on: a
// kept count of zero would then be no fact.
func (b Balance) Undecided() bool { return b.Known() && b.Pending() == b.In() }

// In is everything that came in.
func (b Balance) In() int { return b.Reported.N + b.Added.N + b.Split.N }

// Flow draws the balance from above: each part begins where the one before
// ended.
func (b Balance) Flow() []Part {
	most := b.In() + max(0, b.Moved)
	at := b.Reported.N
	out := []Part{{"部门上报", "", b.Reported, ui.NewBar(at, most, "all")}}
	step := func(label, sign string, c Cell, to int, tone string) {
		if c.N != 0 {
			out = append(out, Part{label, sign, c, ui.Span(at, to, most, tone)})
		}
		at = to
	}
	step("遗漏补充", "＋", b.Added, at+b.Added.N, "more")
	step("拆分新增", "＋", b.Split, at+b.Split.N, "more")
	for _, l := range b.Left {
		tone := "less"
		if l.Label == pending {
			tone = "all"
		}
		step(l.Label, "−", l.Cell, at-l.N, tone)
	}
	switch {
	case b.Moved > 0:
		step("由他处调入", "＋", Cell{N: b.Moved}, at+b.Moved, "more")
	case b.Moved < 0:
		step("调整到他处", "−", Cell{N: -b.Moved}, at+b.Moved, "less")
	}
	kept := "保留"
	if b.Pending() > 0 {
		kept = "已定保留"
	}
	return append(out, Part{kept, "＝", b.Kept, ui.NewBar(b.Kept.N, most, "keep")})
}

// scope says whether a tally belongs to a balance, as it came in and as it
// stands now.
type scope func(t tally) (first, now bool)

func everything(tally) (bool, bool) { return true, true }

func inCategory(name string) scope {
	return func(t tally) (bool, bool) { return t.From == name, t.To == name }
}

func inDepartment(id sqldb.ID) scope {
	return func(t tally) (bool, bool) { return t.First == id, t.Now == id }
}

// Tallies are the counts of the reform, from which every balance is added up.
type Tallies []tally

// Whole is the balance of all powers.
func (t Tallies) Whole() Balance { return balanceOf(t, "合计", nil, everything) }

// Of is the balance of a department.
func (t Tallies) Of(d Department) Balance {
	return balanceOf(t, d.Name, url.Values{"department": {d.Key}}, inDepartment(d.ID))
}

// balanceOf adds up the tallies of a scope. query holds the scope in the
// addresses of the rows.
func balanceOf(tallies Tallies, label string, query url.Values, in scope) Balance {
	href := func(key, value string) string {
		v := url.Values{key: {value}}
		for k := range query {
			v.Set(k, query.Get(k))
		}
		return ui.Address(rowsPath, v)
	}
	b := Balance{Label: label, Reported: Cell{Href: href("origin", string(power.Reported))}, Added: Cell{Href: href("origin", string(power.Supplement))},
		Split: Cell{Href: href("origin", string(power.Split))}, Kept: Cell{Href: href("fate", fateKept)}}
	left := map[string]int{}
	for _, t := range tallies {
		first, now := in(t)
		if first {
			switch power.Origin(t.Origin) {
			case power.Supplement:
				b.Added.N += t.N
			case power.Split:
				b.Split.N += t.N
			default:
				b.Reported.N += t.N
			}
		}
		switch {
		case t.Kept && now:
			b.Kept.N += t.N
		case !t.Kept && first:
			left[t.Fate] += t.N
			b.LeftAll += t.N
		}
	}
	for _, fate := range leaving() {
		if n := left[fate]; n > 0 {
			b.Left = append(b.Left, Part{Label: fate, Sign: "−", Cell: Cell{n, href("fate", fate)}})
		}
	}
	b.Moved = b.Kept.N - (b.In() - b.LeftAll)
	return b
}

// FatesRow is a balance in the tables by category and department; Left runs
// parallel to the page's Fates. Href is empty where there is no page to lead
// to.
type FatesRow struct {
	Balance
	Href string
	Left []Cell
	Sum  bool // the last row of the table
}

// BalancesPage shows how the reported powers became the list.
type BalancesPage struct {
	ui.Frame
	Published   bool
	Whole       Balance
	Percent     string // empty until everything is decided
	Lacking     Cell
	Fates       []string
	Moves       bool
	Extras      bool // something was added or split off
	Categories  []FatesRow
	Departments []FatesRow
	Agrees      ui.Light
	Units       int

	Honest     Compared
	Ways       []ui.Link // comparisons line by line
	Hidings    []Hiding
	Indicators []Indicator
	Burden     Burden
	Baseline   *BaselineLine // nil before the first
}

// BalanceTable is a table of balances.
type BalanceTable struct {
	Label         string
	Fates         []string
	Extras, Moves bool
	Undecided     bool // only what was reported is known
	Rows          []FatesRow
}

// ByCategory is the table by category.
func (page BalancesPage) ByCategory() BalanceTable {
	return BalanceTable{"权力类别", page.Fates, page.Extras, page.Moves, page.Whole.Undecided(), page.Categories}
}

// ByDepartment is the table by department.
func (page BalancesPage) ByDepartment() BalanceTable {
	return BalanceTable{"部门", page.Fates, page.Extras, page.Moves, page.Whole.Undecided(), page.Departments}
}

func (f *Figures) balances(w http.ResponseWriter, r *http.Request) error {
	frame, l, err := f.cfg.Begin(r, "家底数字", Path)
	if err != nil {
		return err
	}
	tallies, err := f.Tallies(r.Context())
	if err != nil {
		return err
	}
	g, err := f.Gaps(r.Context())
	if err != nil {
		return err
	}
	h, err := f.honestly(r.Context())
	if err != nil {
		return err
	}
	page := BalancesPage{Frame: frame.Trail(), Whole: tallies.Whole(), Published: !l.Edition.ID.IsZero(), Lacking: g.Whole()}
	page.compare(h)
	for _, part := range page.Whole.Left {
		page.Fates = append(page.Fates, part.Label)
	}
	page.Extras = page.Whole.Added.N+page.Whole.Split.N > 0
	if n := page.Whole.Reported.N; n > 0 && page.Whole.Pending() == 0 {
		page.Percent = strconv.FormatFloat(100*float64(n-page.Whole.Kept.N)/float64(n), 'f', 1, 64)
	}
	page.categories(tallies)
	for _, d := range l.Departments {
		page.Departments = page.row(page.Departments, tallies.Of(d), d.Href)
	}
	page.Units = len(page.Departments)
	page.Departments = page.sum(page.Departments)
	page.Agrees = agreement(l.Edition, page.Whole.Kept.N)
	return f.pages.Render(w, r, "figures", page)
}

// compare fills what the honest count says.
func (page *BalancesPage) compare(h *honest) {
	page.Honest, page.Hidings, page.Indicators, page.Burden, page.Baseline = h.whole(), h.hidings, h.indicators, burden(h.Burden), h.baseline()
	for _, by := range []struct{ key, label string }{{byUnit, "按部门"}, {byGround, "按减权理由"}, {byCategory, "按权力类别"}} {
		page.Ways = append(page.Ways, ui.Link{Label: by.label, Href: ui.Address(comparePath, url.Values{"by": {by.key}})})
	}
}

// categories fills the table by category: the ten, then whatever else was
// reported under a word of its own, so that the rows add up to the whole.
func (page *BalancesPage) categories(tallies Tallies) {
	add := func(name, label, href string) {
		page.Categories = page.row(page.Categories, balanceOf(tallies, label, url.Values{"category": {name}}, inCategory(name)), href)
	}
	for _, c := range power.Categories() {
		name, href := string(c), ""
		if page.Published {
			href = ui.Address("/powers", url.Values{"category": {name}})
		}
		add(name, name, href)
	}
	var others []string
	for _, t := range tallies {
		for _, name := range []string{t.From, t.To} {
			if !slices.Contains(power.Categories(), power.Category(name)) && !slices.Contains(others, name) {
				others = append(others, name)
			}
		}
	}
	slices.Sort(others)
	for _, name := range others {
		add(name, name+"（不在十类之内）", "")
	}
	page.Categories = page.sum(page.Categories)
}

// sum closes a table with the whole.
func (page *BalancesPage) sum(to []FatesRow) []FatesRow {
	if to = page.row(to, page.Whole, ""); len(to) > 0 {
		to[len(to)-1].Sum = true
	}
	return to
}

// row adds a balance that has anything in it to a table.
func (page *BalancesPage) row(to []FatesRow, b Balance, href string) []FatesRow {
	if !b.Known() {
		return to
	}
	row := FatesRow{Balance: b, Href: href}
	for _, fate := range page.Fates {
		var cell Cell
		for _, l := range b.Left {
			if l.Label == fate {
				cell = l.Cell
			}
		}
		row.Left = append(row.Left, cell)
	}
	page.Moves = page.Moves || b.Moved != 0
	return append(to, row)
}

// agreement compares what was decided to keep with what the edition lists.
func agreement(e list.Edition, kept int) ui.Light {
	switch {
	case e.ID.IsZero():
		return ui.Light{Tone: "still", Word: "清单尚未公布"}
	case e.Entries == kept:
		return ui.Light{Tone: "ok", Word: "与清单第" + strconv.Itoa(e.No) + "版 " + ui.Num(kept) + " 项一致"}
	default:
		return ui.Light{Tone: "warn", Word: "清单第" + strconv.Itoa(e.No) + "版列 " + ui.Num(e.Entries) + " 项，与决定保留的不同"}
	}
}
