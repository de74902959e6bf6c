package figures

import (
	"net/http"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/stage/reduce/measure"
	"qingdan/internal/web/ui"
)

// Matter is one power with how it is counted, in the books and honestly.
type Matter struct {
	Code, Href, Name string
	Was              string // name as it came in, when it differs
	Department       string // that reported it
	Category         string // under which it came in; with the present one, when it differs
	Decided          string
	Raw              string
	Real             ui.Light
	Why              string
	Into             []ui.Link // the powers by which it is still exercised
	Flags            []ui.Link
}

// MattersPage lists powers with both counts (逐项对照) and why they differ.
type MattersPage struct {
	ui.Frame
	Total       int
	Whole       bool // nothing is chosen
	Places      []ui.Link
	Departments []ui.Choice
	Categories  []ui.Choice
	Grounds     []ui.Choice
	Flags       []ui.Choice
	Held        []Held // choices that the form keeps
	Active      []ui.Link
	Rows        []Matter
	Pager       ui.Pager
	ExportHref  string
}

// Held is a choice that a form hands on.
type Held struct{ Name, Value string }

func (f *Figures) matters(w http.ResponseWriter, r *http.Request) error {
	frame, l, err := f.cfg.Begin(r, "逐项对照", Path)
	if err != nil {
		return err
	}
	h, err := f.honestly(r.Context())
	if err != nil {
		return err
	}
	q, err := parseMatters(r.URL.Query(), l, h)
	if err != nil {
		return err
	}
	turn, err := ui.ParseTurn(r.URL.Query())
	if err != nil {
		return err
	}
	all, counts := q.choose(h)
	page := MattersPage{Frame: frame.Trail(ui.Link{Label: "家底数字", Href: Path}), Total: len(all),
		Active: q.chosen(l, h), ExportHref: q.at(mattersPath + ".xlsx")}
	page.Whole = len(page.Active) == 0
	page.facets(q, l, h, counts)
	place := func(s *measure.Standing) ui.Cursor { return ui.Cursor{Key: s.Code, ID: s.Power, Set: true} }
	rows, pager := ui.Page(turn, ui.Cut(turn, all, pageSize+1, place), pageSize, func(way string, s *measure.Standing) string {
		v := q.values()
		v.Set(way, place(s).String())
		return ui.Address(mattersPath, v)
	})
	page.Pager = pager
	listed, err := readListed(r.Context(), f.cfg.DB, l.Edition.ID, h.powersOf(rows))
	if err != nil {
		return err
	}
	for _, s := range rows {
		page.Rows = append(page.Rows, h.matter(s, l, listed))
	}
	return f.pages.Render(w, r, "matters", page)
}

// powersOf are the powers that a page of rows names, those by which they are still
// exercised among them.
func (h *honest) powersOf(rows []*measure.Standing) []sqldb.ID {
	var out []sqldb.ID
	for _, s := range rows {
		out = append(out, s.Power)
		for _, code := range s.Into {
			if into, ok := h.standing(code); ok {
				out = append(out, into.Power)
			}
		}
	}
	return out
}

// matter shows one power. A code leads to its page where the list has one, else to
// its row here.
func (h *honest) matter(s *measure.Standing, l List, listed map[sqldb.ID]bool) Matter {
	m := Matter{Code: s.Code, Name: s.Name, Department: s.UnitName, Category: string(s.Category), Decided: string(s.Fate), Raw: string(s.Raw),
		Real: realLight(s), Why: s.Why}
	if listed[s.Power] {
		m.Href = itemHref(s.Code)
	}
	if s.FirstName != s.Name {
		m.Was = s.FirstName
	}
	if s.Now != s.Category {
		m.Category += " → " + string(s.Now)
	}
	for _, code := range s.Into {
		into, ok := h.standing(code)
		if !ok {
			continue
		}
		switch link := (ui.Link{Label: "仍由“" + into.Name + "”行使"}); {
		case listed[into.Power]:
			if link.Href = itemHref(code); strings.Contains(s.Why, code) {
				link.Label = "看这一项"
			}
			m.Into = append(m.Into, link)
		case !strings.Contains(s.Why, code):
			m.Into = append(m.Into, link)
		}
	}
	for _, k := range s.Flags {
		m.Flags = append(m.Flags, ui.Link{Label: k.Label(), Href: flagsQuery{Kind: string(k), Department: l.key(s.Unit), unit: s.Unit}.at(flagsPath)})
	}
	return m
}

// realLight is the place in the honest count. It warns of what is still exercised
// only where the books say that it went.
func realLight(s *measure.Standing) ui.Light {
	switch s.Normal {
	case measure.Cut:
		return ui.Light{Tone: "ok", Word: "减少"}
	case measure.Kept:
		if s.Raw == measure.Kept {
			return ui.Light{Tone: "ok", Word: "仍在行使"}
		}
		return ui.Light{Tone: "warn", Word: "仍在行使"}
	case measure.Open:
		return ui.Light{Tone: "still", Word: "待定"}
	default:
		return ui.Light{Tone: "still", Word: "不单独计数"}
	}
}

// facets fills the choices with how many rows each would leave.
func (page *MattersPage) facets(q mattersQuery, l List, h *honest, counts facets) {
	for _, side := range []struct{ key, label, value string }{{"raw", "账面", q.Raw}, {"real", "实际", q.Real}} {
		for _, p := range places() {
			if n := counts[side.key][string(p.place)]; n > 0 {
				page.Places = append(page.Places, ui.Link{Label: side.label + p.label, Href: q.with(side.key, p.key).at(mattersPath), Count: n, HasNum: true, Current: side.value == p.key})
			}
		}
	}
	if n := counts["differs"][""]; n > 0 {
		differ := q
		differ.Differs = true
		page.Places = append(page.Places, ui.Link{Label: "两边不同", Href: differ.at(mattersPath), Count: n, HasNum: true, Current: q.Differs})
	}
	for _, u := range h.Units {
		page.Departments = addChoice(page.Departments, l.key(u.Unit), unitName(u.Unit, l, h), counts["department"][u.Unit.String()], u.Unit == q.unit)
	}
	for _, c := range h.Categories {
		page.Categories = addChoice(page.Categories, c.Key, c.Name, counts["category"][c.Key], c.Key == q.Category)
	}
	for _, g := range h.Grounds {
		key := g.Key
		if key == "" {
			key = noGround
		}
		page.Grounds = addChoice(page.Grounds, key, g.Name, counts["ground"][g.Key], key == q.Ground)
	}
	for _, k := range measure.Kinds() {
		page.Flags = addChoice(page.Flags, string(k), k.Label(), counts["flag"][string(k)], string(k) == q.Flag)
	}
	page.hold(q)
}

// hold hands on, in the form, what it has no field for.
func (page *MattersPage) hold(q mattersQuery) {
	for _, f := range q.fields() {
		switch f.key {
		case "department", "category", "ground", "flag":
		default:
			if *f.value != "" {
				page.Held = append(page.Held, Held{f.key, *f.value})
			}
		}
	}
	if q.Differs {
		page.Held = append(page.Held, Held{"differs", "1"})
	}
}

// addChoice adds a value that leaves anything, or is chosen.
func addChoice(to []ui.Choice, value, label string, n int, chosen bool) []ui.Choice {
	if n == 0 && !chosen {
		return to
	}
	return append(to, ui.Choice{Value: value, Label: label, Count: n, Selected: chosen})
}

// mattersExport sends the rows of the query as a workbook.
func (f *Figures) mattersExport(w http.ResponseWriter, r *http.Request) error {
	frame, l, err := f.cfg.Begin(r, "逐项对照", Path)
	if err != nil {
		return err
	}
	h, err := f.honestly(r.Context())
	if err != nil {
		return err
	}
	q, err := parseMatters(r.URL.Query(), l, h)
	if err != nil {
		return err
	}
	rows := q.rows(h)
	if len(rows) == 0 {
		return errs.NotFoundf("没有符合条件的事项，无从导出").Fix("请去掉一个条件")
	}
	decided := "处置意见"
	if frame.Site.Notice != "" {
		decided += "（推演）"
	}
	var said []string
	for _, c := range q.chosen(l, h) {
		said = append(said, c.Label)
	}
	what := frame.Site.Name + " 账面与实际逐项对照"
	if len(said) > 0 {
		what += "：" + strings.Join(said, "，")
	}
	out := ui.Sheet{Name: "逐项对照", Site: frame.Site, What: what, Columns: []ui.Column{{Head: "事项编码", Width: 24}, {Head: "事项名称", Width: 48},
		{Head: "上报时名称", Width: 48}, {Head: "部门", Width: 28}, {Head: "上报时类别", Width: 12}, {Head: "现类别", Width: 12}, {Head: decided, Width: 14},
		{Head: "账面", Width: 8}, {Head: "实际", Width: 12}, {Head: "为什么这样计", Width: 60}, {Head: "仍由哪些事项行使", Width: 30}, {Head: "提示", Width: 24}}}
	return out.Send(w, r, func(add ui.Adder) error {
		for _, s := range rows {
			var flags []string
			for _, k := range s.Flags {
				flags = append(flags, k.Label())
			}
			if err := add(s.Code, s.Name, s.FirstName, s.UnitName, string(s.Category), string(s.Now), string(s.Fate), string(s.Raw),
				realLight(s).Word, s.Why, strings.Join(s.Into, "、"), strings.Join(flags, "、")); err != nil {
				return err
			}
		}
		return nil
	})
}
