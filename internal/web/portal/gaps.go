package portal

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

const gapsPath = "/figures/gaps"

// gaps are the counts of what the items still lack according to the latest
// check. The zero value says that nothing was checked yet.
type gaps struct {
	run    finding.Run
	found  int // items the check found lacking
	total  int // of those, how many still do
	cells  []gapCell
	counts []gapCount
}

// department counts the items of a department that lack something.
func (g gaps) department(id sqldb.ID) int {
	n := 0
	for _, c := range g.counts {
		if c.Department == id {
			n += c.N
		}
	}
	return n
}

// count counts the items that a query leaves.
func (g gaps) count(q gapsQuery) int {
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
		n = g.department(q.department)
	}
	return n
}

func readGaps(ctx context.Context, r sqldb.Reader, run finding.Run) (gaps, error) {
	g := gaps{run: run}
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

// gapsQuery reads the query of a request and checks its department.
func (c *cube) gapsQuery(v url.Values) (gapsQuery, error) {
	q := gapsQuery{Lack: v.Get("element"), Department: v.Get("department")}
	if !ui.Clean(q.Lack) || !ui.Clean(q.Department) {
		return q, errs.Invalidf("筛选条件无效").Fix("请从事项要素页重新选择")
	}
	if q.Department == "" {
		return q, nil
	}
	d, ok := c.find(q.Department)
	if !ok {
		return q, errs.NotFoundf("没有这个部门").Fix("请在部门列表中选择")
	}
	q.department = d.ID
	return q, nil
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
	return joined("；", strings.Join(plain, "、"), strings.Join(rest, "；"))
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
	CategoryBar
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

func (p *Portal) gapsPage(w http.ResponseWriter, r *http.Request) error {
	frame, c, err := p.begin(r, "事项要素", "/figures")
	if err != nil {
		return err
	}
	q, err := c.gapsQuery(r.URL.Query())
	if err != nil {
		return err
	}
	g, err := p.gaps(r.Context())
	if err != nil {
		return err
	}
	page := GapsPage{Frame: frame.Trail(ui.Link{Label: "家底数字", Href: "/figures"}), Day: g.run.Day, Checked: g.run.Powers,
		Complete: g.run.Powers - g.found, Lacking: g.total, Since: g.found - g.total, Total: g.count(q), ExportHref: q.at(gapsPath + ".xlsx")}
	page.Elements, page.Departments = g.byElement(q), g.byDepartment(c, q)
	page.choose(c, q)
	if g.total > 0 {
		if err := p.gapRows(r, &page, c, g, q); err != nil {
			return err
		}
	}
	return p.pages.Render(w, r, "gaps", page)
}

// gapRows fills the page of rows that the request asks for.
func (p *Portal) gapRows(r *http.Request, page *GapsPage, c *cube, g gaps, q gapsQuery) error {
	v := r.URL.Query()
	after, before := v.Get("after"), v.Get("before")
	if !ui.Clean(after) || !ui.Clean(before) {
		return errs.Invalidf("翻页位置无效").Fix("请从第一页重新翻起")
	}
	from, back := after, before != ""
	if back {
		from = before
	}
	rows, err := readGapRows(r.Context(), p.cfg.DB, g.run.ID, c.Edition.ID, q, from, back, defaultSize+1)
	if err != nil {
		return err
	}
	more := len(rows) > defaultSize
	switch {
	case more && back:
		rows = rows[1:]
	case more:
		rows = rows[:defaultSize]
	}
	for _, x := range rows {
		page.Rows = append(page.Rows, x.line(c))
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

func (g gapRow) line(c *cube) GapLine {
	l := GapLine{Code: g.Code, Name: g.Name, Category: g.Category, Department: c.name(g.Department), Lacks: lacksInWords(g.Lacks), N: len(g.Lacks)}
	if g.Listed {
		l.Href = itemHref(g.Code)
	}
	return l
}

// byElement counts the items by what they lack, the most frequent first and
// else in the order of the table of elements.
func (g gaps) byElement(q gapsQuery) []GapBar {
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
		bars = append(bars, GapBar{CategoryBar{Label: elementOf(lack), Cell: cell}, lack == q.Lack})
	}
	return scaled(bars)
}

// byDepartment counts the items by department, those with the most first.
func (g gaps) byDepartment(c *cube, q gapsQuery) []GapBar {
	var bars []GapBar
	for _, d := range c.departments {
		one := gapsQuery{Lack: q.Lack, Department: departmentKey(d), department: d.ID}
		bars = append(bars, GapBar{CategoryBar{Label: d.Name, Cell: Cell{g.count(one), one.at(gapsPath)}}, d.ID == q.department})
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
func (page *GapsPage) choose(c *cube, q gapsQuery) {
	page.Element, page.DepartmentName = elementOf(q.Lack), c.name(q.department)
	if q.Lack != "" {
		page.Active = append(page.Active, ui.Link{Label: "要素：" + page.Element, Href: gapsQuery{Department: q.Department}.at(gapsPath)})
	}
	if q.Department != "" {
		page.Active = append(page.Active, ui.Link{Label: page.DepartmentName, Href: gapsQuery{Lack: q.Lack}.at(gapsPath)})
	}
}

// gapsExport sends the rows of the query as a workbook.
func (p *Portal) gapsExport(w http.ResponseWriter, r *http.Request) error {
	frame, c, err := p.begin(r, "事项要素", "/figures")
	if err != nil {
		return err
	}
	q, err := c.gapsQuery(r.URL.Query())
	if err != nil {
		return err
	}
	g, err := p.gaps(r.Context())
	if err != nil {
		return err
	}
	if g.total == 0 {
		return errs.NotFoundf("没有要素不全的事项，无从导出")
	}
	out := ui.Sheet{Name: "事项要素", Site: frame.Site, Columns: []ui.Column{{Head: "事项编码", Width: 24}, {Head: "事项名称", Width: 48}, {Head: "权力类别", Width: 12}, {Head: "部门", Width: 24}, {Head: "缺几项", Width: 8}, {Head: "还缺什么", Width: 80}}}
	out.What = fmt.Sprintf("%s 要素不全的事项（%s核对），共%d项", frame.Site.Name, ui.Day(g.run.Day), g.count(q))
	if chosen := joined("，", elementOf(q.Lack), c.name(q.department)); chosen != "" {
		out.What += "；筛选：" + chosen
	}
	return out.Send(w, r, func(add ui.Adder) error {
		for from := ""; ; {
			rows, err := readGapRows(r.Context(), p.cfg.DB, g.run.ID, c.Edition.ID, q, from, false, exportBatch)
			if err != nil {
				return err
			}
			for _, x := range rows {
				if err := add(x.Code, x.Name, x.Category, c.name(x.Department), len(x.Lacks), lacksInWords(x.Lacks)); err != nil {
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
