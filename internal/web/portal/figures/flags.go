package figures

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/stage/reduce/measure"
	"qingdan/internal/web/ui"
)

// flagsQuery is what the flags are chosen by. Its query string is its permanent
// form.
type flagsQuery struct {
	Kind, Department string
	unit             sqldb.ID
}

func (q flagsQuery) values() url.Values {
	v := url.Values{}
	if q.Kind != "" {
		v.Set("kind", q.Kind)
	}
	if q.Department != "" {
		v.Set("department", q.Department)
	}
	return v
}

func (q flagsQuery) at(path string) string { return ui.Address(path, q.values()) }

// parseFlags reads the query of a request.
func parseFlags(v url.Values, l List, h *honest) (flagsQuery, error) {
	q := flagsQuery{Kind: v.Get("kind"), Department: v.Get("department")}
	if q.Kind != "" && !slices.Contains(measure.Kinds(), measure.Kind(q.Kind)) {
		return q, errs.NotFoundf("没有这种提示").Fix("请从数字提示页重新选择")
	}
	if q.Department == "" {
		return q, nil
	}
	if !ui.Clean(q.Department) {
		return q, errs.Invalidf("筛选条件无效").Fix("请从数字提示页重新选择")
	}
	var err error
	q.unit, err = unitOf(q.Department, l, h)
	return q, err
}

// flagged is a flag with its place in the list: by kind, department and powers.
type flagged struct {
	measure.Flag
	at ui.Cursor
}

// placed gives the flags their places and sorts them.
func placed(r measure.Report) []flagged {
	kinds, units := map[measure.Kind]int{}, map[sqldb.ID]int{}
	for i, k := range measure.Kinds() {
		kinds[k] = i
	}
	for i, u := range r.Units {
		units[u.Unit] = i
	}
	out := make([]flagged, 0, len(r.Flags))
	for _, x := range r.Flags {
		sum := sha256.Sum256([]byte(strings.Join(x.Codes, " ") + x.Why))
		key := fmt.Sprintf("%02d %04d ", kinds[x.Kind], units[x.Unit])
		if len(x.Codes) > 0 {
			key += x.Codes[0]
		}
		out = append(out, flagged{x, ui.Cursor{Key: key, ID: sqldb.ID(sum[:16]), Set: true}})
	}
	slices.SortFunc(out, func(a, b flagged) int { return a.at.Compare(b.at) })
	return out
}

// flags are the flags that a query leaves, in their order.
func (q flagsQuery) flags(h *honest) []flagged {
	var out []flagged
	for _, x := range h.flags {
		if (q.Kind == "" || string(x.Kind) == q.Kind) && (q.unit.IsZero() || x.Unit == q.unit) {
			out = append(out, x)
		}
	}
	return out
}

// hidden is how many matters flags take out of the cut that the books show.
func hidden(flags []flagged) int {
	n := 0
	for _, x := range flags {
		if x.Of == measure.OfCut {
			n += x.Hidden
		}
	}
	return n
}

// FlagLine is one flag with the powers that it names.
type FlagLine struct {
	Kind       string
	Department string
	Why        string
	Effect     string // 减少数多算 2 项; "" where the numbers stand
	Powers     []ui.Link
	More       int // powers that are not named here
}

// shownPowers is how many powers of a flag stand on the page; the export has all.
const shownPowers = 6

// FlagsPage lists the flags (数字提示).
type FlagsPage struct {
	ui.Frame
	Counted     bool // anything came in
	Whole       int  // flags of all kinds
	Total       int
	Hidden      int // matters of the flags shown that the books call cut
	AllHidden   Cell
	Help        string // of the chosen kind
	Kinds       []ui.Link
	Departments []ui.Choice
	Kind        string
	Active      []ui.Link
	Rows        []FlagLine
	Pager       ui.Pager
	ExportHref  string
}

func (f *Figures) flags(w http.ResponseWriter, r *http.Request) error {
	frame, l, err := f.cfg.Begin(r, "数字提示", Path)
	if err != nil {
		return err
	}
	h, err := f.honestly(r.Context())
	if err != nil {
		return err
	}
	v := r.URL.Query()
	q, err := parseFlags(v, l, h)
	if err != nil {
		return err
	}
	turn, err := ui.ParseTurn(v)
	if err != nil {
		return err
	}
	all := q.flags(h)
	page := FlagsPage{Frame: frame.Trail(ui.Link{Label: "家底数字", Href: Path}), Counted: h.Raw.In > 0, Whole: len(h.Flags), Total: len(all), Hidden: hidden(all),
		AllHidden: Cell{h.Hidden(), mattersQuery{Differs: true, Raw: "cut"}.at(mattersPath)}, Help: measure.Kind(q.Kind).Help(), Kind: q.Kind, ExportHref: q.at(flagsPath + ".xlsx")}
	page.choose(q, l, h)
	rows, pager := ui.Page(turn, ui.Cut(turn, all, pageSize+1, func(x flagged) ui.Cursor { return x.at }), pageSize, func(way string, x flagged) string {
		to := q.values()
		to.Set(way, x.at.String())
		return ui.Address(flagsPath, to)
	})
	page.Pager = pager
	listed, err := readListed(r.Context(), f.cfg.DB, l.Edition.ID, h.named(rows))
	if err != nil {
		return err
	}
	for _, x := range rows {
		page.Rows = append(page.Rows, h.flagLine(x, listed))
	}
	return f.pages.Render(w, r, "flags", page)
}

// named are the powers that a page of flags names.
func (h *honest) named(flags []flagged) []sqldb.ID {
	var out []sqldb.ID
	for _, x := range flags {
		for _, code := range x.Codes[:min(len(x.Codes), shownPowers)] {
			if s, ok := h.standing(code); ok {
				out = append(out, s.Power)
			}
		}
	}
	return out
}

func (h *honest) flagLine(x flagged, listed map[sqldb.ID]bool) FlagLine {
	line := FlagLine{Kind: x.Kind.Label(), Department: x.Department, Why: x.Why, Effect: effect(x.Flag)}
	for _, code := range x.Codes[:min(len(x.Codes), shownPowers)] {
		link := ui.Link{Label: code}
		if s, ok := h.standing(code); ok {
			link.Label = s.Name
			if listed[s.Power] {
				link.Href = itemHref(code)
			}
		}
		line.Powers = append(line.Powers, link)
	}
	line.More = len(x.Codes) - len(line.Powers)
	return line
}

// effect says which figure a flag makes look better and by how much.
func effect(x measure.Flag) string {
	if x.Of == measure.OfNone || x.Hidden == 0 {
		return ""
	}
	return fmt.Sprintf("%s多算 %d 项", x.Of, x.Hidden)
}

// choose fills the facets with how many flags each would leave.
func (page *FlagsPage) choose(q flagsQuery, l List, h *honest) {
	any := flagsQuery{Department: q.Department, unit: q.unit}
	page.Kinds = append(page.Kinds, ui.Link{Label: "全部", Href: any.at(flagsPath), Count: len(any.flags(h)), HasNum: true, Current: q.Kind == ""})
	for _, k := range measure.Kinds() {
		to := any
		to.Kind = string(k)
		if n := len(to.flags(h)); n > 0 || q.Kind == to.Kind {
			page.Kinds = append(page.Kinds, ui.Link{Label: k.Label(), Href: to.at(flagsPath), Count: n, HasNum: true, Current: q.Kind == to.Kind})
		}
	}
	for _, u := range h.Units {
		to := flagsQuery{Kind: q.Kind, unit: u.Unit}
		page.Departments = addChoice(page.Departments, l.key(u.Unit), unitName(u.Unit, l, h), len(to.flags(h)), u.Unit == q.unit)
	}
	drop := func(label string, to flagsQuery) {
		page.Active = append(page.Active, ui.Link{Label: label, Href: to.at(flagsPath)})
	}
	if q.Kind != "" {
		drop(measure.Kind(q.Kind).Label(), any)
	}
	if q.Department != "" {
		drop(unitName(q.unit, l, h), flagsQuery{Kind: q.Kind})
	}
}

// flagsExport sends the flags of the query as a workbook.
func (f *Figures) flagsExport(w http.ResponseWriter, r *http.Request) error {
	frame, l, err := f.cfg.Begin(r, "数字提示", Path)
	if err != nil {
		return err
	}
	h, err := f.honestly(r.Context())
	if err != nil {
		return err
	}
	q, err := parseFlags(r.URL.Query(), l, h)
	if err != nil {
		return err
	}
	all := q.flags(h)
	if len(all) == 0 {
		return errs.NotFoundf("没有符合条件的提示，无从导出").Fix("请去掉一个条件")
	}
	what := fmt.Sprintf("%s 数字提示，共%d处，减少数多算%d项", frame.Site.Name, len(all), hidden(all))
	if q.Kind != "" {
		what += "；" + measure.Kind(q.Kind).Label()
	}
	if q.Department != "" {
		what += "；" + unitName(q.unit, l, h)
	}
	out := ui.Sheet{Name: "数字提示", Site: frame.Site, What: what, Columns: []ui.Column{{Head: "提示", Width: 24}, {Head: "部门", Width: 28},
		{Head: "影响的数字", Width: 12}, {Head: "多算项数", Width: 10}, {Head: "说明", Width: 80}, {Head: "涉及事项编码", Width: 60}}}
	return out.Send(w, r, func(add ui.Adder) error {
		for _, x := range all {
			if err := add(x.Kind.Label(), x.Department, string(x.Of), x.Hidden, x.Why, strings.Join(x.Codes, "、")); err != nil {
				return err
			}
		}
		return nil
	})
}
