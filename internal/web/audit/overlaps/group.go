package overlaps

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/overlap"
	"qingdan/internal/web/ui"
)

// Column is one power of a group.
type Column struct {
	ID, Code, Name, Department, Href, State, Score, Reason string
	Suggested, Chosen                                      bool
}

// Line is one element of the powers side by side.
type Line struct {
	Label string
	Cells []LineCell
}

// LineCell is what one power says of an element, with what differs from the first.
type LineCell struct {
	Of     string // department, for narrow screens
	Pieces []ui.Piece
	Same   bool // says what the first says
}

// GivenRow is one judgement that was given.
type GivenRow struct {
	Word, Reason, Into, By, At string
	Whole, Changed             bool
}

// JudgeForm is what somebody concludes.
type JudgeForm struct {
	Verdict, Reason, Boundary, Into string
	Sent                            bool
	Failed                          JudgeFails
}

// JudgeFails are the words beside the fields of a refused form.
type JudgeFails struct{ All, Reason, Boundary, Into string }

// GroupPage is one group with its powers side by side.
type GroupPage struct {
	ui.Frame
	Name, Kind, Score, Category, Place string
	Reasons                            []string
	Light                              ui.Light
	Columns                            []Column
	Lines                              []Line
	Wide                               bool // more powers than stand side by side on a page
	Hidden                             int
	LeadName, Why                      string
	Across                             bool
	MayJudge                           bool
	WhyNot                             string // why somebody who judges groups may not judge this one
	Judged                             bool
	Form                               JudgeForm
	Seen                               string
	Boundaries                         []ui.Choice
	BoundaryHref                       string
	JudgeHref, MergeHref               string
	ProposalsHref                      string // once proposed
	Query                              []Hidden
	History                            []GivenRow
	ListHref, PreviousHref, NextHref   string
	Left                               int
	Told                               string
}

// Hidden is a field that a form carries along.
type Hidden struct{ Name, Value string }

// found is a group with all that its pages show.
type found struct {
	f        filter
	n        names
	g        overlap.Group
	members  []overlap.Member
	versions map[sqldb.ID]power.Version
}

// find reads what an address names, as far as somebody sees it.
func (o *Overlaps) find(r *http.Request, id sqldb.ID, s people.Scope) (found, error) {
	var x found
	var err error
	if x.f, x.n, err = o.chosen(r); err != nil {
		return x, err
	}
	ctx := r.Context()
	if x.g, err = overlap.ByID(ctx, o.cfg.DB, s, id); err != nil {
		return x, err
	}
	members, err := overlap.Members(ctx, o.cfg.DB, s, x.g)
	if err != nil {
		return x, err
	}
	x.members, x.versions = members[x.g.ID], map[sqldb.ID]power.Version{}
	for _, m := range x.members {
		if m.Hidden {
			continue
		}
		if x.versions[m.Version], err = power.VersionByID(ctx, o.cfg.DB, m.Version); err != nil {
			return x, err
		}
	}
	return x, nil
}

func (o *Overlaps) showGroup(w http.ResponseWriter, r *http.Request, who *people.Who, status int, x found, form JudgeForm) error {
	g, ctx := x.g, r.Context()
	name := g.Name
	if name == "" {
		name = g.Category + "事项"
	}
	page := GroupPage{Name: name, Kind: g.Kind.Label(), Score: score(g.Score), Category: g.Category, Place: g.Place, Reasons: g.Reasons, Light: light(g.Verdict),
		Across: g.Kind == overlap.Across, LeadName: x.n[g.Lead], Why: g.Why, Judged: g.Verdict != overlap.Open, Form: form, Seen: string(g.Verdict),
		JudgeHref: x.f.one(g.ID, "/judge"), MergeHref: Root + "/" + g.ID.String() + "/merge", ListHref: x.f.at(Root), Told: told(r.URL.Query().Get("done"))}
	var err error
	if page.Frame, err = o.shell.Frame(r, who, name, Root, home()); err != nil {
		return err
	}
	if g.Verdict == overlap.Proposed {
		page.ProposalsHref = "/cuts"
	}
	for k, v := range x.f.values() {
		page.Query = append(page.Query, Hidden{k, v[0]})
	}
	slices.SortFunc(page.Query, func(a, b Hidden) int { return len(a.Name) - len(b.Name) })
	page.fill(x)
	page.may(who, x)
	if page.MayJudge {
		if page.Boundaries, err = o.boundaries(ctx, x, form.Boundary); err != nil {
			return err
		}
		page.BoundaryHref = boundaryHref(x)
	}
	given, err := overlap.History(ctx, o.cfg.DB, x.members)
	if err != nil {
		return err
	}
	page.given(x, given)
	if err := o.around(ctx, who, x, &page); err != nil {
		return err
	}
	return o.shell.Show(w, r, status, o.pages, "group", page)
}

// given lists what was judged before.
func (page *GroupPage) given(x found, given []overlap.Judged) {
	for _, j := range given {
		row := GivenRow{Word: j.Verdict.Label(), Reason: j.Reason, By: j.By, At: minute(j.At), Whole: j.Whole, Changed: j.Changed}
		if i := slices.IndexFunc(x.members, func(m overlap.Member) bool { return m.Power == j.Into && !j.Into.IsZero() }); i >= 0 {
			row.Into = x.n[x.members[i].Department] + "“" + x.members[i].Name + "”"
		}
		page.History = append(page.History, row)
	}
}

// told says what was done just now.
func told(done string) string {
	switch done {
	case "judged":
		return "已记下判断。"
	case "proposed":
		return "已提出整合建议，等待领导小组决定。"
	default:
		return ""
	}
}

// sideBySide is how many powers stand beside each other without scrolling.
const sideBySide = 3

// fill puts the powers side by side.
func (page *GroupPage) fill(x found) {
	var shown []overlap.Member
	for _, m := range x.members {
		if m.Hidden {
			page.Hidden++
			continue
		}
		shown = append(shown, m)
		c := Column{ID: m.Power.String(), Code: m.Code, Name: m.Name, Department: x.n[m.Department], Href: "/audit/powers/" + m.Power.String(), State: m.State.Label(),
			Reason: m.Reason, Suggested: m.Power == x.g.Into}
		if m.Reason != "" {
			c.Score = score(m.Score)
		}
		c.Chosen = page.Form.Into == c.ID || page.Form.Into == "" && c.Suggested
		page.Columns = append(page.Columns, c)
	}
	page.Wide = len(shown) > sideBySide
	for _, e := range []struct {
		label string
		of    func(power.Version) string
	}{
		{"名称", func(v power.Version) string { return v.Name }},
		{"类别", func(v power.Version) string { return string(v.Category) }},
		{"设定依据", func(v power.Version) string { return v.Elements.Basis }},
		{"行政相对人", func(v power.Version) string { return v.Elements.Object }},
		{"行使内容", func(v power.Version) string { return v.Elements.Content }},
		{"行使层级", func(v power.Version) string { return v.Level }},
		{"承办机构", func(v power.Version) string { return v.Elements.Office }},
	} {
		line, any := Line{Label: e.label}, false
		for i, m := range shown {
			said := e.of(x.versions[m.Version])
			any = any || said != ""
			first := e.of(x.versions[shown[0].Version])
			cell := LineCell{Of: x.n[m.Department], Pieces: plain(said), Same: i > 0 && said != "" && said == first}
			if i > 0 && first != "" && said != "" && first != said && e.label != "承办机构" {
				cell.Pieces = slices.DeleteFunc(ui.Differences(first, said), func(p ui.Piece) bool { return p.Tone == "less" })
			}
			line.Cells = append(line.Cells, cell)
		}
		if any {
			page.Lines = append(page.Lines, line)
		}
	}
}

func plain(s string) []ui.Piece {
	if s == "" {
		return nil
	}
	return []ui.Piece{{Word: s}}
}

// may says whether somebody may judge the group, and why not.
func (page *GroupPage) may(who *people.Who, x found) {
	if who.May(people.ProposeCut) != nil {
		return
	}
	reach := who.Scope(people.ProposeCut)
	if slices.ContainsFunc(x.members, func(m overlap.Member) bool { return m.Hidden || !reach.Has(m.Department) }) {
		page.WhyNot = "这一组还涉及其他审核小组负责的部门，由法制机构判断。"
		return
	}
	page.MayJudge = true
}

// boundaries are the recorded boundaries between departments of the group that
// may divide its matter.
func (o *Overlaps) boundaries(ctx context.Context, x found, chosen string) ([]ui.Choice, error) {
	var departments []sqldb.ID
	for _, m := range x.members {
		if !slices.Contains(departments, m.Department) {
			departments = append(departments, m.Department)
		}
	}
	all, err := org.Boundaries(ctx, o.cfg.DB, departments)
	var out []ui.Choice
	for _, b := range all {
		if b.State() != org.Closed && slices.Contains(departments, b.Left) && slices.Contains(departments, b.Right) {
			out = append(out, ui.Choice{Value: b.ID.String(), Label: b.Matter + "（" + b.State().Label() + "）", Selected: b.ID.String() == chosen})
		}
	}
	return out, err
}

// boundaryHref leads to where a boundary is recorded, filled in with the first two
// departments.
func boundaryHref(x found) string {
	v := url.Values{"matter": {x.members[0].Name}, "left": {x.members[0].Department.String()}}
	for _, m := range x.members {
		if m.Department != x.members[0].Department {
			v.Set("right", m.Department.String())
			break
		}
	}
	return "/cuts/boundaries?" + v.Encode()
}

// around fills the links to the groups before and after.
func (o *Overlaps) around(ctx context.Context, who *people.Who, x found, page *GroupPage) error {
	for _, way := range []struct {
		set func(*overlap.Query)
		to  *string
	}{
		{func(q *overlap.Query) { q.Before = x.g.At() }, &page.PreviousHref},
		{func(q *overlap.Query) { q.After = x.g.At() }, &page.NextHref},
	} {
		q := x.f.query()
		q.Limit = 1
		way.set(&q)
		rows, err := overlap.Groups(ctx, o.cfg.DB, scope(who), q)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			*way.to = x.f.one(rows[0].ID, "")
		}
	}
	cells, err := overlap.Cells(ctx, o.cfg.DB, scope(who), x.f.query())
	for _, c := range cells {
		if x.f.has(c, "") {
			page.Left++
		}
	}
	return err
}
