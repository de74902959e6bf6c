package audit

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/web/ui"
)

const boardTitle = "两摸清"

// lacking keeps which parts of their content and extent versions miss: bit n for
// the part n of inventory.Aspects. Versions do not change, so it is only added to.
type lacking struct {
	mu sync.Mutex
	of map[sqldb.ID]uint
}

// fewNew is how many unknown versions are read one by one rather than all.
const fewNew = 50

// read gives what the versions of a shelf miss. The first to ask waits until all
// were read.
func (l *lacking) read(ctx context.Context, r sqldb.Reader, s *shelf) (map[sqldb.ID]uint, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make(map[sqldb.ID]uint, len(s.rows))
	var unknown []sqldb.ID
	for _, x := range s.rows {
		if m, ok := l.of[x.version]; ok {
			out[x.version] = m
		} else {
			unknown = append(unknown, x.version)
		}
	}
	take := func(_ string, v power.Version) error {
		m := missingParts(v)
		l.of[v.ID], out[v.ID] = m, m
		return ctx.Err()
	}
	if len(unknown) > fewNew {
		return out, errs.Wrap("contents", power.Versions(ctx, r, openStates(), take))
	}
	for _, id := range unknown {
		v, err := power.VersionByID(ctx, r, id)
		if err != nil {
			return nil, err
		}
		if err := take("", v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func missingParts(v power.Version) uint {
	var m uint
	for i, x := range inventory.Extent(v) {
		if x.State == inventory.Missing {
			m |= 1 << i
		}
	}
	return m
}

// Count is a number with the list behind it.
type Count struct {
	N    int
	Href string
}

// BoardRow is one department or category in the whole (两摸清/1): what it handed up
// in each round, and what it has now.
type BoardRow struct {
	Name   string
	Href   string
	Rounds []RoundCount
	Now    Count
}

// RoundCount is what was handed up in one round against the one before.
type RoundCount struct {
	There                 bool
	Powers                int
	Added, Reworded, Gone int
	Compared              bool // with a round before
	Href                  string
}

// ProgressRow is how far the review of one department is.
type ProgressRow struct {
	Name, Href string
	Total      int
	Counts     []Count // in the order of Heads
	Bar        ui.Bar
	Review     int // under review
	Done       int // percent of these that are confirmed or have opinions
}

// ExtentRow counts of one department what is missing in content and extent
// (两摸清/2).
type ExtentRow struct {
	Name, Href string
	Total      int
	Whole      int // nothing missing
	Missing    []Count
	Bar        ui.Bar
}

// BoardPage is the board of 两摸清 and the progress of the review.
type BoardPage struct {
	ui.Frame
	Group      string
	Campaign   string
	Rounds     []string
	Rows       []BoardRow
	Categories []BoardRow
	Totals     BoardRow
	Heads      []string // statuses
	Progress   []ProgressRow
	Sum        ProgressRow
	Aspects    []string
	Extents    []ExtentRow
	ExtentSum  ExtentRow
	ExportHref string
	RoundsHref string
}

// boardStatuses are the statuses of which the board counts the powers.
func boardStatuses() []status {
	return []status{toReview, reviewing, replied, objected, noted, confirmed, returned, ruling}
}

func (a *Audit) board(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	page, err := a.boardPage(r, who)
	if err != nil {
		return err
	}
	if page.Frame, err = a.shell.Frame(r, who, boardTitle, boardPath); err != nil {
		return err
	}
	return a.shell.Show(w, r, http.StatusOK, a.pages, "board", page)
}

func (a *Audit) boardPage(r *http.Request, who *people.Who) (BoardPage, error) {
	page := BoardPage{Group: who.GroupName, ExportHref: boardPath + ".xlsx", RoundsHref: "/rounds", Aspects: inventory.Aspects()}
	ctx := r.Context()
	s, err := a.shelf(ctx)
	if err != nil {
		return page, err
	}
	lacks, err := a.lacks.read(ctx, a.cfg.DB, s)
	if err != nil {
		return page, err
	}
	q := s.cut(scope(who), anyFilter(), nil)
	reported, err := a.reported(ctx, who, &page)
	if err != nil {
		return page, err
	}
	page.whole(q, reported)
	page.progress(q)
	page.extents(q, lacks)
	return page, nil
}

// reported reads what was handed up in the newest campaign; none is nothing.
func (a *Audit) reported(ctx context.Context, who *people.Who, page *BoardPage) ([]round.Reported, error) {
	all, err := round.Campaigns(ctx, a.cfg.DB)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	c := slices.MaxFunc(all, func(a, b round.Campaign) int { return a.Opened.Compare(b.Opened) })
	page.Campaign = c.Title
	return round.BoardTotals(ctx, a.cfg.DB, c.ID, scope(who))
}

// whole fills in the whole by department and by category.
func (page *BoardPage) whole(q queue, reported []round.Reported) {
	last := round.Rounds
	for _, x := range reported {
		last = max(last, x.No)
	}
	last = min(last, round.Final)
	for no := 1; no <= last; no++ {
		page.Rounds = append(page.Rounds, round.Up(no))
	}
	rows, categories := map[sqldb.ID]*BoardRow{}, map[power.Category]*BoardRow{}
	page.Totals = BoardRow{Name: "合计", Rounds: make([]RoundCount, last), Now: Count{q.tally.total, queuePath}}
	newRow := func(name string, f filter) *BoardRow {
		return &BoardRow{Name: name, Rounds: make([]RoundCount, last), Now: Count{0, f.at(queuePath)}}
	}
	department := func(id sqldb.ID) *BoardRow {
		if f := anyFilter(); rows[id] == nil {
			f.Department = id
			rows[id] = newRow(q.shelf.names[id].name, f)
		}
		return rows[id]
	}
	category := func(c power.Category) *BoardRow {
		if f := anyFilter(); categories[c] == nil {
			f.Category = c
			categories[c] = newRow(string(c), f)
		}
		return categories[c]
	}
	for _, x := range reported {
		if x.No > last {
			continue
		}
		c := RoundCount{There: true, Powers: x.Powers, Compared: x.No > 1, Added: x.Added, Reworded: x.Reworded, Gone: x.Gone, Href: "/rounds/submissions/" + x.Submission.String()}
		department(x.Department).Rounds[x.No-1] = c
		page.Totals.Rounds[x.No-1].add(c)
		for k, n := range x.Categories {
			category(k).Rounds[x.No-1].add(RoundCount{There: true, Powers: n})
		}
	}
	for id, n := range q.tally.departments {
		department(id).Now.N = n
	}
	for c, n := range q.tally.categories {
		category(c).Now.N = n
	}
	ids := make([]sqldb.ID, 0, len(rows))
	for id := range rows {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, q.shelf.byOrder)
	for _, id := range ids {
		page.Rows = append(page.Rows, *rows[id])
	}
	for _, c := range append(power.Categories(), power.CategoryService) {
		if x := categories[c]; x != nil {
			page.Categories = append(page.Categories, *x)
		}
	}
}

func (c *RoundCount) add(d RoundCount) {
	c.There, c.Compared = true, c.Compared || d.Compared
	c.Powers, c.Added, c.Reworded, c.Gone = c.Powers+d.Powers, c.Added+d.Added, c.Reworded+d.Reworded, c.Gone+d.Gone
}

// progress counts by department where the powers stand.
func (page *BoardPage) progress(q queue) {
	sts := boardStatuses()
	for _, s := range sts {
		page.Heads = append(page.Heads, statuses()[s.rank()].word)
	}
	by := map[sqldb.ID]map[status]int{}
	for _, x := range q.rows {
		if by[x.department] == nil {
			by[x.department] = map[status]int{}
		}
		by[x.department][x.status()]++
	}
	sum := map[status]int{}
	for id, n := range by {
		f := anyFilter()
		f.Department = id
		page.Progress = append(page.Progress, progressRow(q.shelf.names[id].name, f, n, sts))
		for s, k := range n {
			sum[s] += k
		}
	}
	slices.SortFunc(page.Progress, func(a, b ProgressRow) int {
		return cmp.Or(min(b.Review, 1)-min(a.Review, 1), a.Done-b.Done, b.Total-a.Total, cmp.Compare(a.Name, b.Name))
	})
	page.Sum = progressRow("合计", anyFilter(), sum, sts)
}

func progressRow(name string, f filter, n map[status]int, sts []status) ProgressRow {
	p := ProgressRow{Name: name, Href: f.at(queuePath)}
	for _, k := range n {
		p.Total += k
	}
	for _, s := range sts {
		f.Status = s
		p.Counts = append(p.Counts, Count{n[s], f.at(queuePath)})
	}
	review := n[toReview] + n[reviewing] + n[replied] + n[objected] + n[noted] + n[confirmed] + n[ruling]
	seen := n[noted] + n[confirmed] + n[ruling]
	if p.Review = review; review > 0 {
		p.Done = seen * 100 / review
	}
	p.Bar = ui.NewBar(seen, max(review, 1), "keep")
	return p
}

// extents counts by department what contents miss.
func (page *BoardPage) extents(q queue, lacks map[sqldb.ID]uint) {
	n := len(page.Aspects)
	newRow := func(name string, f filter) ExtentRow {
		x := ExtentRow{Name: name, Href: f.at(queuePath)}
		for i := range n {
			f.Lack = i + 1
			x.Missing = append(x.Missing, Count{0, f.at(queuePath)})
		}
		return x
	}
	rows := map[sqldb.ID]*ExtentRow{}
	page.ExtentSum = newRow("合计", anyFilter())
	for _, x := range q.rows {
		e := rows[x.department]
		if e == nil {
			f := anyFilter()
			f.Department = x.department
			fresh := newRow(q.shelf.names[x.department].name, f)
			e = &fresh
			rows[x.department] = e
		}
		m := lacks[x.version]
		for _, to := range []*ExtentRow{e, &page.ExtentSum} {
			to.Total++
			if m == 0 {
				to.Whole++
			}
			for i := range n {
				if m&(1<<i) != 0 {
					to.Missing[i].N++
				}
			}
		}
	}
	for _, e := range rows {
		e.Bar = ui.NewBar(e.Whole, e.Total, "keep")
		page.Extents = append(page.Extents, *e)
	}
	page.ExtentSum.Bar = ui.NewBar(page.ExtentSum.Whole, max(1, page.ExtentSum.Total), "keep")
	slices.SortFunc(page.Extents, func(a, b ExtentRow) int {
		return cmp.Or((b.Total-b.Whole)-(a.Total-a.Whole), cmp.Compare(a.Name, b.Name))
	})
}

// boardExport sends the three tables by department as one.
func (a *Audit) boardExport(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	page, err := a.boardPage(r, who)
	if err != nil {
		return err
	}
	columns := []ui.Column{{Head: "部门", Width: 28}}
	for _, heads := range [][]string{page.Rounds, {"现有"}, page.Heads, {"内涵外延写全"}} {
		for _, h := range heads {
			columns = append(columns, ui.Column{Head: h, Width: 14})
		}
	}
	for _, h := range page.Aspects {
		columns = append(columns, ui.Column{Head: "缺" + h, Width: 14})
	}
	progress, extents := map[string]ProgressRow{}, map[string]ExtentRow{}
	for _, x := range page.Progress {
		progress[x.Name] = x
	}
	for _, x := range page.Extents {
		extents[x.Name] = x
	}
	what := dayOf(a.cfg.Clock()) + "两摸清和审核进度"
	if page.Campaign != "" {
		what += "；" + page.Campaign
	}
	return a.shell.Export(w, r, boardTitle, what, columns, func(add ui.Adder) error {
		for _, x := range page.Rows {
			cells := []any{x.Name}
			for _, c := range x.Rounds {
				cells = append(cells, c.Powers)
			}
			cells = append(cells, x.Now.N)
			cells = append(cells, numbers(progress[x.Name].Counts, len(page.Heads))...)
			cells = append(cells, extents[x.Name].Whole)
			cells = append(cells, numbers(extents[x.Name].Missing, len(page.Aspects))...)
			if err := add(cells...); err != nil {
				return err
			}
		}
		return nil
	})
}

// numbers are n cells of counts, 0 where there are none.
func numbers(counts []Count, n int) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = 0
		if i < len(counts) {
			out[i] = counts[i].N
		}
	}
	return out
}
