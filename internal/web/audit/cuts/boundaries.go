package cuts

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// SideRow is one side of a boundary.
type SideRow struct {
	Name, Does, Confirmed string // Confirmed is when, "" while it did not
}

// BoundaryRow is one boundary.
type BoundaryRow struct {
	ID, Matter, Basis, Rule, From string
	Sides                         [2]SideRow
	Code, Power, PowerHref        string
	Light                         ui.Light
	By, At, Ended                 string
	MayConfirm, MayEnd            bool
	Mine                          bool // an end refuses it: it was never confirmed
	Form                          EndForm
}

// EndForm is what somebody typed to end a boundary.
type EndForm struct{ Day, Reason, Wrong string }

// BoundaryForm is what somebody records, with what was wrong with it.
type BoundaryForm struct {
	Matter, LeftDoes, RightDoes, Basis, Code, Rule, From string
	Left, Right                                          sqldb.ID

	place, words string
}

// Wrong are the words beside a field of a refused form.
func (f BoundaryForm) Wrong(place string) string {
	if f.place == place {
		return f.words
	}
	return ""
}

// All are the words of an error that speaks of no field.
func (f BoundaryForm) All() string {
	if !slices.Contains([]string{"matter", "left", "left_does", "right", "right_does", "basis", "power", "rule", "from"}, f.place) {
		return f.words
	}
	return ""
}

// BoundariesPage lists the boundaries between departments.
type BoundariesPage struct {
	ui.Frame
	Told       string
	Wrong      string
	States     []ui.Link
	Rows       []BoundaryRow
	Total      int
	State      string
	ExportHref string
	May        bool
	Own        string // name of the one department that the person records for
	Lefts      []ui.Choice
	Rights     []ui.Choice
	Rules      []ui.Choice
	Form       BoundaryForm
}

// Path is the address of the page.
func (BoundariesPage) Path() string { return boundariesPath }

// within gives the departments whose boundaries somebody sees; nil for all.
func within(who *people.Who) []sqldb.ID {
	s := scope(who)
	if s.All {
		return nil
	}
	return append([]sqldb.ID{}, s.Departments...)
}

func (c *Cuts) boundaries(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	q := r.URL.Query()
	form := BoundaryForm{Matter: q.Get("matter"), Code: q.Get("code"), From: here(c.cfg.Clock()).Format("2006-01-02")}
	for key, to := range map[string]*sqldb.ID{"left": &form.Left, "right": &form.Right} {
		if s := q.Get(key); s != "" {
			id, err := sqldb.ParseID(s)
			if err != nil {
				return badFilter().Because(err)
			}
			*to = id
		}
	}
	if !ui.Clean(form.Matter) || !ui.Clean(form.Code) {
		return badFilter()
	}
	return c.showBoundaries(w, r, who, http.StatusOK, form, nil)
}

// failedEnd is a form to end a boundary that was refused.
type failedEnd struct {
	id   sqldb.ID
	form EndForm
}

func (c *Cuts) showBoundaries(w http.ResponseWriter, r *http.Request, who *people.Who, status int, form BoundaryForm, failed *failedEnd) error {
	state, err := boundaryState(r.URL.Query())
	if err != nil {
		return err
	}
	ctx := r.Context()
	all, n, err := c.departments(ctx)
	if err != nil {
		return err
	}
	found, err := org.Boundaries(ctx, c.cfg.DB, within(who))
	if err != nil {
		return err
	}
	page := BoundariesPage{Told: boundaryTold(r.URL.Query().Get("done")), State: string(state), Form: form, May: who.May(people.MarkBoundary) == nil,
		ExportHref: ui.Address(boundariesPath+"/list.xlsx", stateValues(state))}
	if page.Frame, err = c.shell.Frame(r, who, "职责边界", Root, home()); err != nil {
		return err
	}
	page.facet(state, found)
	codes, err := c.codesOf(ctx, found)
	if err != nil {
		return err
	}
	today := here(c.cfg.Clock()).Format("2006-01-02")
	for _, b := range found {
		if state != "" && b.State() != state {
			continue
		}
		x := boundaryRow(b, n, codes, who)
		x.Form.Day = today
		if failed != nil && failed.id == b.ID {
			x.Form = failed.form
		}
		page.Rows = append(page.Rows, x)
	}
	page.choices(all, n, who)
	return c.shell.Show(w, r, status, c.pages, "boundaries", page)
}

func stateValues(s org.BoundaryState) url.Values {
	if s == "" {
		return nil
	}
	return url.Values{"state": {string(s)}}
}

func boundaryState(q url.Values) (org.BoundaryState, error) {
	s := org.BoundaryState(q.Get("state"))
	if s != "" && !slices.Contains(org.BoundaryStates(), s) {
		return "", badFilter()
	}
	return s, nil
}

func boundaryTold(done string) string {
	return map[string]string{"recorded": "职责边界已提出，等待确认。", "confirmed": "已代表本部门确认。", "ended": "已终止这条边界。"}[done]
}

// facet counts the boundaries by state.
func (page *BoundariesPage) facet(chosen org.BoundaryState, all []org.Boundary) {
	n := map[org.BoundaryState]int{}
	for _, b := range all {
		n[b.State()]++
	}
	page.States = append(page.States, ui.Link{Label: "全部", Href: boundariesPath, Count: len(all), HasNum: true, Current: chosen == ""})
	page.Total = len(all)
	for _, s := range org.BoundaryStates() {
		page.States = append(page.States, ui.Link{Label: s.Label(), Href: ui.Address(boundariesPath, stateValues(s)), Count: n[s], HasNum: true, Current: s == chosen})
		if s == chosen {
			page.Total = n[s]
		}
	}
}

// choices fills the selection fields of the form. A head records for the own
// department.
func (page *BoundariesPage) choices(all []org.Department, n names, who *people.Who) {
	s := who.Scope(people.MarkBoundary)
	if !s.All && len(s.Departments) == 1 {
		page.Own, page.Form.Left = n[s.Departments[0]], s.Departments[0]
	}
	page.Lefts, page.Rights = standing(all, page.Form.Left), standing(all, page.Form.Right)
	page.Rules = []ui.Choice{{Value: "", Label: org.NoRule.Label() + "（各管各的）", Selected: page.Form.Rule == ""}}
	for _, k := range org.Rules() {
		page.Rules = append(page.Rules, ui.Choice{Value: string(k), Label: k.Label(), Selected: page.Form.Rule == string(k)})
	}
}

// powerOf is the code and name of a power.
type powerOf struct{ code, name string }

// codesOf finds the powers that boundaries concern.
func (c *Cuts) codesOf(ctx context.Context, all []org.Boundary) (map[sqldb.ID]powerOf, error) {
	out := map[sqldb.ID]powerOf{}
	for _, b := range all {
		if _, known := out[b.Power]; known || b.Power.IsZero() {
			continue
		}
		p, err := power.Standing(ctx, c.cfg.DB, b.Power)
		if err != nil {
			return nil, err
		}
		out[b.Power] = powerOf{p.Code, p.Name}
	}
	return out, nil
}

func boundaryRow(b org.Boundary, n names, codes map[sqldb.ID]powerOf, who *people.Who) BoundaryRow {
	x := BoundaryRow{ID: b.ID.String(), Matter: b.Matter, Basis: b.Basis, Rule: b.Rule.Label(), From: b.From, Light: boundaryLight(b), By: b.By, At: minute(b.At),
		Sides: [2]SideRow{{n[b.Left], b.LeftDoes, minute(b.LeftAt)}, {n[b.Right], b.RightDoes, minute(b.RightAt)}},
		Code:  codes[b.Power].code, Power: codes[b.Power].name}
	if !b.Power.IsZero() {
		x.PowerHref = sheetHref(b.Power)
	}
	if b.State() == org.Closed {
		x.Ended = b.EndedOn + "　" + b.EndedReason
		return x
	}
	s := who.Scope(people.MarkBoundary)
	own := !s.All && (s.Has(b.Left) || s.Has(b.Right))
	x.MayEnd = s.All || own
	x.MayConfirm = own && b.Waits(who.Department)
	x.Mine = b.State() == org.Unconfirmed
	return x
}

func boundaryLight(b org.Boundary) ui.Light {
	tone := map[org.BoundaryState]string{org.Confirmed: "ok", org.Unconfirmed: "warn", org.Closed: "still"}[b.State()]
	return ui.Light{Tone: tone, Word: b.State().Label()}
}

// record records a boundary, or shows the form again.
func (c *Cuts) record(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	typed := func(name string) string { return staff.Typed(r, name) }
	form := BoundaryForm{Matter: typed("matter"), LeftDoes: typed("left_does"), RightDoes: typed("right_does"), Basis: typed("basis"), Code: typed("code"), Rule: typed("rule"), From: typed("from")}
	for key, to := range map[string]*sqldb.ID{"left": &form.Left, "right": &form.Right} {
		if id, err := sqldb.ParseID(typed(key)); err == nil {
			*to = id
		}
	}
	if s := who.Scope(people.MarkBoundary); !s.All && len(s.Departments) == 1 {
		form.Left = s.Departments[0]
	}
	err := c.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		_, err := reduce.RecordBoundary(ctx, tx, who, reduce.BoundaryForm{Matter: form.Matter, Left: form.Left, Right: form.Right, LeftDoes: form.LeftDoes,
			RightDoes: form.RightDoes, Basis: form.Basis, Code: form.Code, Rule: org.Rule(form.Rule), From: form.From})
		return err
	})
	if told(err) {
		form.place, form.words = staff.Place(err), staff.Words(err)
		return c.showBoundaries(w, r, who, errs.Status(err), form, nil)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, boundariesPath+"?done=recorded", http.StatusSeeOther)
	return nil
}

func (c *Cuts) confirmBoundary(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return err
	}
	err = c.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		return reduce.ConfirmBoundary(ctx, tx, who, id)
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, boundariesPath+"?done=confirmed", http.StatusSeeOther)
	return nil
}

func (c *Cuts) endBoundary(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	form := EndForm{Day: staff.Typed(r, "day"), Reason: staff.Typed(r, "reason")}
	err = c.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		return reduce.EndBoundary(ctx, tx, who, id, form.Day, form.Reason)
	})
	if told(err) {
		form.Wrong = staff.Words(err)
		return c.showBoundaries(w, r, who, errs.Status(err), BoundaryForm{From: here(c.cfg.Clock()).Format("2006-01-02")}, &failedEnd{id, form})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, boundariesPath+"?done=ended", http.StatusSeeOther)
	return nil
}

// boundariesExport sends exactly the boundaries that the page shows.
func (c *Cuts) boundariesExport(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	state, err := boundaryState(r.URL.Query())
	if err != nil {
		return err
	}
	ctx := r.Context()
	_, n, err := c.departments(ctx)
	if err != nil {
		return err
	}
	all, err := org.Boundaries(ctx, c.cfg.DB, within(who))
	if err != nil {
		return err
	}
	codes, err := c.codesOf(ctx, all)
	if err != nil {
		return err
	}
	columns := []ui.Column{{Head: "事项", Width: 36}, {Head: "部门", Width: 24}, {Head: "负责", Width: 44}, {Head: "另一部门", Width: 24}, {Head: "负责", Width: 44},
		{Head: "依据", Width: 40}, {Head: "划分方法", Width: 16}, {Head: "权力编码", Width: 24}, {Head: "生效日期", Width: 12}, {Head: "状态", Width: 12}}
	what := cmp.Or(state.Label(), "全部") + "职责边界"
	return c.shell.Export(w, r, "职责边界", what, columns, func(add ui.Adder) error {
		for _, b := range all {
			if state != "" && b.State() != state {
				continue
			}
			if err := add(b.Matter, n[b.Left], b.LeftDoes, n[b.Right], b.RightDoes, b.Basis, b.Rule.Label(), codes[b.Power].code, b.From, b.State().Label()); err != nil {
				return err
			}
		}
		return nil
	})
}
