package figures

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/power"
	"qingdan/internal/web/ui"
)

// Gaps are the counts of what the items still lack according to the latest
// check. The zero value says that nothing was checked yet.
type Gaps struct {
	run    finding.Run
	found  int // items the check found lacking
	total  int // of those, how many still do
	cells  []gapCell
	counts []gapCount
}

// Whole counts the items that still lack something.
func (g Gaps) Whole() Cell { return g.cell(gapsQuery{}) }

// Of counts those of a department.
func (g Gaps) Of(d Department) Cell { return g.cell(gapsQuery{Department: d.Key, department: d.ID}) }

func (g Gaps) cell(q gapsQuery) Cell { return Cell{g.count(q), q.at(gapsPath)} }

// count counts the items that a query leaves.
func (g Gaps) count(q gapsQuery) int {
	n := 0
	switch {
	case q.Lack != "":
		for _, c := range g.cells {
			if c.Lack == q.Lack && (q.department.IsZero() || c.Department == q.department) {
				n += c.N
			}
		}
	case q.department.IsZero():
		n = g.total
	default:
		for _, c := range g.counts {
			if c.Department == q.department {
				n += c.N
			}
		}
	}
	return n
}

// readGaps counts what a run of the check found, and what is left of it.
func readGaps(ctx context.Context, r sqldb.Reader, run finding.Run) (Gaps, error) {
	g := Gaps{run: run}
	var err error
	if g.found, err = countFound(ctx, r, g.run.ID); err != nil || g.found == 0 {
		return g, err
	}
	if g.cells, err = readGapCells(ctx, r, g.run.ID); err != nil {
		return g, errs.Wrap("count elements that items lack", err)
	}
	if g.counts, err = readGapCounts(ctx, r, g.run.ID); err != nil {
		return g, errs.Wrap("count items that lack elements", err)
	}
	for _, c := range g.counts {
		g.total += c.N
	}
	return g, nil
}

// gapsQuery is what the rows are chosen by. Its query string is its permanent
// form.
type gapsQuery struct {
	Lack, Department string
	department       sqldb.ID
}

func (q gapsQuery) values() url.Values {
	v := url.Values{}
	if q.Lack != "" {
		v.Set("element", q.Lack)
	}
	if q.Department != "" {
		v.Set("department", q.Department)
	}
	return v
}

func (q gapsQuery) at(path string) string { return ui.Address(path, q.values()) }

// said says the query in words; nothing chosen is "".
func (q gapsQuery) said(l List) string {
	words := []string{elementOf(q.Lack), l.name(q.department)}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), "，")
}

// parseGaps reads the query of a request and checks its department.
func parseGaps(v url.Values, l List) (gapsQuery, error) {
	q := gapsQuery{Lack: v.Get("element"), Department: v.Get("department")}
	if !ui.Clean(q.Lack) || !ui.Clean(q.Department) {
		return q, errs.Invalidf("筛选条件无效").Fix("请从事项要素页重新选择")
	}
	if q.Department == "" {
		return q, nil
	}
	d, err := l.find(q.Department)
	q.department = d.ID
	return q, err
}

// elementOf is the name of the element that a finding names; what is not plain
// lack is said in full.
func elementOf(lack string) string { return strings.TrimPrefix(lack, "缺少") }

// lacksInWords joins what an item lacks: 设定依据、承办机构；收费没有依据.
func lacksInWords(lacks []string) string {
	var plain, rest []string
	for _, l := range lacks {
		if e := elementOf(l); e != l {
			plain = append(plain, e)
		} else {
			rest = append(rest, l)
		}
	}
	if len(plain) > 0 {
		rest = slices.Insert(rest, 0, strings.Join(plain, "、"))
	}
	return strings.Join(rest, "；")
}

// GapLine is one item that lacks something. Href is empty when the list does
// not hold it.
type GapLine struct {
	Code, Href, Name, Category, Department string
	Lacks                                  string
	N                                      int
}

// GapBar is one row of a table of counts; Current marks what is chosen.
type GapBar struct {
	Label string
	Cell
	Bar     ui.Bar
	Current bool
}

// GapsPage shows what the items still lack before they can be published
// (公布/必填要素).
type GapsPage struct {
	ui.Frame
	Day                     string // of the check; empty before the first
	Checked, Complete       int
	Lacking                 int
	Since                   int // lacked something then, and was mended or left the way to the list since
	Elements                []GapBar
	Departments             []GapBar
	Element, DepartmentName string // chosen
	Active                  []ui.Link
	Total                   int
	Rows                    []GapLine
	Pager                   ui.Pager
	ExportHref              string
}

func (f *Figures) gapsPage(w http.ResponseWriter, r *http.Request) error {
	frame, l, err := f.cfg.Begin(r, "事项要素", Path)
	if err != nil {
		return err
	}
	q, err := parseGaps(r.URL.Query(), l)
	if err != nil {
		return err
	}
	g, err := f.Gaps(r.Context())
	if err != nil {
		return err
	}
	page := GapsPage{Frame: frame.Trail(ui.Link{Label: "家底数字", Href: Path}), Day: g.run.Day, Checked: g.run.Powers,
		Complete: g.run.Powers - g.found, Lacking: g.total, Since: g.found - g.total, Total: g.count(q), ExportHref: q.at(gapsPath + ".xlsx")}
	page.Elements, page.Departments = g.byElement(q), g.byDepartment(l, q)
	page.choose(l, q)
	if g.total > 0 {
		if err := f.gapRows(r, &page, l, g, q); err != nil {
			return err
		}
	}
	return f.pages.Render(w, r, "gaps", page)
}

// gapRows fills the page of rows that the request asks for.
func (f *Figures) gapRows(r *http.Request, page *GapsPage, l List, g Gaps, q gapsQuery) error {
	v := r.URL.Query()
	after, before := v.Get("after"), v.Get("before")
	if !ui.Clean(after) || !ui.Clean(before) {
		return errs.Invalidf("翻页位置无效").Fix("请从第一页重新翻起")
	}
	from, back := after, before != ""
	if back {
		from = before
	}
	rows, err := readGapRows(r.Context(), f.cfg.DB, g.run.ID, l.Edition.ID, q, from, back, pageSize+1)
	if err != nil {
		return err
	}
	more := len(rows) > pageSize
	switch {
	case more && back:
		rows = rows[1:]
	case more:
		rows = rows[:pageSize]
	}
	for _, x := range rows {
		page.Rows = append(page.Rows, x.line(l))
	}
	if len(rows) == 0 {
		return nil
	}
	to := func(way, code string) string {
		v := q.values()
		v.Set(way, code)
		return ui.Address(gapsPath, v)
	}
	if after != "" && !back || back && more {
		page.Pager.Previous = to("before", rows[0].Code)
	}
	if back || more {
		page.Pager.Next = to("after", rows[len(rows)-1].Code)
	}
	return nil
}

func (g gapRow) line(l List) GapLine {
	n := GapLine{Code: g.Code, Name: g.Name, Category: g.Category, Department: l.name(g.Department), Lacks: lacksInWords(g.Lacks), N: len(g.Lacks)}
	if g.Listed {
		n.Href = itemHref(g.Code)
	}
	return n
}

// byElement counts the items by what they lack, the most frequent first and
// else in the order of the table of elements.
func (g Gaps) byElement(q gapsQuery) []GapBar {
	var order []string
	for _, e := range power.RequiredElements() {
		order = append(order, "缺少"+e.Name)
	}
	counts := map[string]int{}
	for _, c := range g.cells {
		if q.department.IsZero() || c.Department == q.department {
			if counts[c.Lack] += c.N; !slices.Contains(order, c.Lack) {
				order = append(order, c.Lack)
			}
		}
	}
	var bars []GapBar
	for _, lack := range order {
		cell := Cell{counts[lack], gapsQuery{Lack: lack, Department: q.Department}.at(gapsPath)}
		bars = append(bars, GapBar{Label: elementOf(lack), Cell: cell, Current: lack == q.Lack})
	}
	return scaled(bars)
}

// byDepartment counts the items by department, those with the most first.
func (g Gaps) byDepartment(l List, q gapsQuery) []GapBar {
	var bars []GapBar
	for _, d := range l.Departments {
		cell := g.cell(gapsQuery{Lack: q.Lack, Department: d.Key, department: d.ID})
		bars = append(bars, GapBar{Label: d.Name, Cell: cell, Current: d.ID == q.department})
	}
	return scaled(bars)
}

// scaled drops the bars without anything, sorts the rest and draws them
// against the longest.
func scaled(bars []GapBar) []GapBar {
	bars = slices.DeleteFunc(bars, func(b GapBar) bool { return b.N == 0 })
	slices.SortStableFunc(bars, func(a, b GapBar) int { return b.N - a.N })
	for i := range bars {
		bars[i].Bar = ui.NewBar(bars[i].N, bars[0].N, "less")
	}
	return bars
}

// choose says what is chosen, each with the address without it.
func (page *GapsPage) choose(l List, q gapsQuery) {
	page.Element, page.DepartmentName = elementOf(q.Lack), l.name(q.department)
	if q.Lack != "" {
		page.Active = append(page.Active, ui.Link{Label: "要素：" + page.Element, Href: gapsQuery{Department: q.Department}.at(gapsPath)})
	}
	if q.Department != "" {
		page.Active = append(page.Active, ui.Link{Label: page.DepartmentName, Href: gapsQuery{Lack: q.Lack}.at(gapsPath)})
	}
}

// gapsExport sends the rows of the query as a workbook.
func (f *Figures) gapsExport(w http.ResponseWriter, r *http.Request) error {
	frame, l, err := f.cfg.Begin(r, "事项要素", Path)
	if err != nil {
		return err
	}
	q, err := parseGaps(r.URL.Query(), l)
	if err != nil {
		return err
	}
	g, err := f.Gaps(r.Context())
	if err != nil {
		return err
	}
	if g.total == 0 {
		return errs.NotFoundf("没有要素不全的事项，无从导出")
	}
	out := ui.Sheet{Name: "事项要素", Site: frame.Site, Columns: []ui.Column{{Head: "事项编码", Width: 24}, {Head: "事项名称", Width: 48}, {Head: "权力类别", Width: 12}, {Head: "部门", Width: 24}, {Head: "缺几项", Width: 8}, {Head: "还缺什么", Width: 80}}}
	out.What = fmt.Sprintf("%s 要素不全的事项（%s核对），共%d项", frame.Site.Name, ui.Day(g.run.Day), g.count(q))
	if chosen := q.said(l); chosen != "" {
		out.What += "；筛选：" + chosen
	}
	return out.Send(w, r, func(add ui.Adder) error {
		for from := ""; ; {
			rows, err := readGapRows(r.Context(), f.cfg.DB, g.run.ID, l.Edition.ID, q, from, false, exportBatch)
			if err != nil {
				return err
			}
			for _, x := range rows {
				if err := add(x.Code, x.Name, x.Category, l.name(x.Department), len(x.Lacks), lacksInWords(x.Lacks)); err != nil {
					return err
				}
			}
			if len(rows) < exportBatch {
				return nil
			}
			from = rows[len(rows)-1].Code
		}
	})
}
