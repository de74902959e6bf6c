package figures

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"qingdan/internal/errs"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/stage/reduce/measure"
	"qingdan/internal/web/ui"
)

// Side is one of the two counts of a line, each number with its rows.
type Side struct{ In, Kept, Cut, Open Cell }

// Compared is a unit, a ground, a category or the whole with what the books say
// (账面) and the honest count (实际).
type Compared struct {
	Label     string
	Raw, Real Side
	Hidden    Cell // counted as cut in the books only
	Sum       bool // the last row of a table
}

// Gap is what the books say more than the honest count, for a row of a table.
type Gap struct {
	Label     string
	Raw, Real Cell
	Apart     int // Raw − Real
}

// Says is how much more the books say, in words; "" where both say the same.
func (g Gap) Says() string {
	switch {
	case g.Apart > 0:
		return "多 " + ui.Num(g.Apart)
	case g.Apart < 0:
		return "少 " + ui.Num(-g.Apart)
	default:
		return ""
	}
}

// Gaps puts the two counts side by side.
func (c Compared) Gaps() []Gap {
	out := []Gap{{Label: "进来的", Raw: c.Raw.In, Real: c.Real.In}, {Label: "减少的", Raw: c.Raw.Cut, Real: c.Real.Cut}, {Label: "保留的", Raw: c.Raw.Kept, Real: c.Real.Kept}}
	if c.Raw.Open.N+c.Real.Open.N > 0 {
		out = append(out, Gap{Label: "待定的", Raw: c.Raw.Open, Real: c.Real.Open})
	}
	for i := range out {
		out[i].Apart = out[i].Raw.N - out[i].Real.N
	}
	return out
}

// compared makes a line. raw and real hold the scope in the addresses of the rows:
// they differ for a category, which the books take as it stands now and the honest
// count as it came in.
func compared(label string, raw, normal measure.Count, hidden int, rawScope, realScope mattersQuery) Compared {
	side := func(n measure.Count, q mattersQuery, key, all string) Side {
		cell := func(n int, value string) Cell { return Cell{n, q.with(key, value).at(mattersPath)} }
		return Side{cell(n.In, all), cell(n.Kept, "kept"), cell(n.Cut, "cut"), cell(n.Open, "open")}
	}
	differ := rawScope.with("raw", "cut")
	differ.Differs = true
	return Compared{Label: label, Raw: side(raw, rawScope, "raw", ""), Real: side(normal, realScope, "real", counted), Hidden: Cell{hidden, differ.at(mattersPath)}}
}

// whole compares everything.
func (h *honest) whole() Compared {
	return compared("合计", h.Raw, h.Normal, h.Hidden(), mattersQuery{}, mattersQuery{})
}

// The three cuts of the comparison.
const (
	byUnit     = "department"
	byGround   = "ground"
	byCategory = "category"
)

// lines compares the units, grounds or categories; the last line is the whole.
func (h *honest) lines(by string, l List) []Compared {
	var out []Compared
	add := func(x measure.Line, label string, raw, real mattersQuery) {
		if x.Raw.In+x.Normal.In > 0 {
			out = append(out, compared(label, x.Raw, x.Normal, x.Hidden, raw, real))
		}
	}
	switch by {
	case byUnit:
		for _, x := range h.Units {
			q := mattersQuery{Department: l.key(x.Unit)}
			add(x, unitName(x.Unit, l, h), q, q)
		}
	case byGround:
		for _, x := range h.Grounds {
			q := mattersQuery{Ground: x.Key}
			if q.Ground == "" {
				q.Ground = noGround
			}
			add(x, x.Name, q, q)
		}
	default:
		for _, x := range h.Categories {
			// The two counts take a matter under two categories: what hides is counted by row.
			differ := mattersQuery{Now: x.Key, Raw: "cut", Differs: true}
			x.Hidden = len(differ.rows(h))
			add(x, x.Name, mattersQuery{Now: x.Key}, mattersQuery{Category: x.Key})
		}
	}
	all := h.whole()
	all.Sum = true
	return append(out, all)
}

// ComparePage compares the two counts line by line.
type ComparePage struct {
	ui.Frame
	Known   bool
	By      string // of the head: 部门, 减权理由, 权力类别
	Choices []ui.Link
	Undone  bool // some are not decided yet
	Rows    []Compared
	Note    string
}

func (f *Figures) compare(w http.ResponseWriter, r *http.Request) error {
	frame, l, err := f.cfg.Begin(r, "账面与实际", Path)
	if err != nil {
		return err
	}
	h, err := f.honestly(r.Context())
	if err != nil {
		return err
	}
	by := r.URL.Query().Get("by")
	page := ComparePage{Frame: frame.Trail(ui.Link{Label: "家底数字", Href: Path}), Known: h.Raw.In > 0, Undone: h.Raw.Open+h.Normal.Open > 0}
	found := by == ""
	for _, x := range []struct{ key, label, note string }{
		{byUnit, "部门", "按上报的部门统计。后来调整到别的部门的，仍算在上报的部门。"},
		{byGround, "减权理由", "按处置时写明的理由统计。"},
		{byCategory, "权力类别", "账面按现在的类别统计，实际按上报时的类别统计：换一个类别不会让任何一类变少。"},
	} {
		if by == "" {
			by = x.key
		}
		if by == x.key {
			page.By, page.Note, found = x.label, x.note, true
		}
		page.Choices = append(page.Choices, ui.Link{Label: "按" + x.label, Href: ui.Address(comparePath, url.Values{"by": {x.key}}), Current: by == x.key})
	}
	if !found {
		return errs.NotFoundf("没有这种分法").Fix("请按部门、减权理由或者权力类别查看")
	}
	page.Rows = h.lines(by, l)
	return f.pages.Render(w, r, "compare", page)
}

// Hiding is one kind of flag with what it hides.
type Hiding struct {
	Label  string
	Hidden int    // counted as cut in the books only
	Flags  Cell   // flags of the kind
	Powers Cell   // powers that one of them concerns
	Bar    ui.Bar // of Hidden
}

// hidingsOf are the kinds that occur, in their order.
func hidingsOf(h *honest) []Hiding {
	var out []Hiding
	most := 0
	for _, k := range measure.Kinds() {
		q := flagsQuery{Kind: string(k)}
		flags := q.flags(h)
		if len(flags) == 0 {
			continue
		}
		x := Hiding{Label: k.Label(), Hidden: hidden(flags), Flags: Cell{len(flags), q.at(flagsPath)},
			Powers: Cell{h.flagged[k], mattersQuery{Flag: string(k)}.at(mattersPath)}}
		most = max(most, x.Hidden)
		out = append(out, x)
	}
	for i := range out {
		out[i].Bar = ui.NewBar(out[i].Hidden, most, "less")
	}
	return out
}

// Indicator says how far real powers were given away (放虚不放实 …), each with the
// powers that speak against it.
type Indicator struct {
	Label, Says string
	Cell
	Light ui.Light
}

// indicatorsOf are the four of giving away, and the share of 其他权力.
func indicatorsOf(h *honest) []Indicator {
	down := len(mattersQuery{Decided: string(reduce.Delegate)}.rows(h))
	var out []Indicator
	for _, k := range []measure.Kind{measure.Hollow, measure.DutyOnly, measure.Inward, measure.Covert} {
		x := Indicator{Label: k.Label(), Says: k.Help(), Cell: Cell{h.flagged[k], mattersQuery{Flag: string(k)}.at(mattersPath)}}
		x.Light = ui.Light{Tone: "ok", Word: "没有发现"}
		if x.N > 0 {
			x.Light = ui.Light{Tone: "warn", Word: fmt.Sprintf("%s 项", ui.Num(x.N))}
			if k == measure.Hollow || k == measure.DutyOnly {
				x.Light.Word = fmt.Sprintf("下放 %s 项中的 %s 项", ui.Num(down), ui.Num(x.N))
			}
		}
		out = append(out, x)
	}
	other := mattersQuery{Now: string(power.CategoryOther), Raw: "kept"}
	x := Indicator{Label: "其他权力占比", Says: "保留的事项里，没有归入前九类的占多少；明显偏高的部门列在数字提示里", Cell: Cell{len(other.rows(h)), other.at(mattersPath)}}
	x.Light = ui.Light{Tone: "still", Word: "没有保留的事项"}
	if h.Raw.Kept > 0 {
		x.Light.Word = share(x.N, h.Raw.Kept)
	}
	return append(out, x)
}

// share is n of all in per cent.
func share(n, all int) string {
	return strconv.FormatFloat(100*float64(n)/float64(all), 'f', 1, 64) + "%"
}
