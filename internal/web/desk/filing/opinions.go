package filing

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/round"
	"qingdan/internal/web/ui"
)

const opinionsTitle = "审核意见"

// opinionFilter is what a person chose among the opinions.
type opinionFilter struct {
	department sqldb.ID // zero: one's own
	State      round.OpinionState
	Cause      string
	No         int // the round
}

// parseOpinions reads the query string of the opinions; what the pages never
// wrote is Invalid.
func parseOpinions(q url.Values) (opinionFilter, error) {
	f := opinionFilter{State: round.OpinionState(q.Get("state")), Cause: q.Get("cause")}
	wrong := errs.Invalidf("筛选条件无效").Fix("请从审核意见重新选择")
	if s := q.Get("department"); s != "" {
		id, err := sqldb.ParseID(s)
		if err != nil {
			return f, wrong.Because(err)
		}
		f.department = id
	}
	if f.State != "" && !slices.Contains(round.OpinionStates(), f.State) {
		return f, wrong
	}
	if _, ok := round.CauseOf(f.Cause); f.Cause != "" && !ok {
		return f, wrong
	}
	if s := q.Get("round"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > round.Rounds {
			return f, wrong
		}
		f.No = n
	}
	return f, nil
}

func (f opinionFilter) values() url.Values {
	v := url.Values{}
	if !f.department.IsZero() {
		v.Set("department", f.department.String())
	}
	if f.State != "" {
		v.Set("state", string(f.State))
	}
	if f.Cause != "" {
		v.Set("cause", f.Cause)
	}
	if f.No > 0 {
		v.Set("round", strconv.Itoa(f.No))
	}
	return v
}

func (f opinionFilter) at(path string) string { return ui.Address(path, f.values()) }

// has says whether an opinion meets the filter, leaving one facet out.
func (f opinionFilter) has(o round.Opinion, except string) bool {
	return (except == "state" || f.State == "" || f.State == o.State) &&
		(except == "cause" || f.Cause == "" || f.Cause == o.Cause) &&
		(except == "round" || f.No == 0 || f.No == o.No)
}

func (f opinionFilter) chosen(all []round.Opinion) []round.Opinion {
	return slices.DeleteFunc(slices.Clone(all), func(o round.Opinion) bool { return !f.has(o, "") })
}

// OpinionRow is one opinion in a list.
type OpinionRow struct {
	Code, Name, Href string
	Round            string // 一下
	Field, Cause     string
	Text             string
	State            ui.Light
	Answer, Reason   string
	Follows          bool // maintains an earlier one
}

// OpinionsPage lists the opinions on a department's powers.
type OpinionsPage struct {
	ui.Frame
	Department  string
	Campaign    string
	States      []ui.Link
	Causes      []ui.Link
	Rounds      []ui.Link
	All, Total  int
	Unanswered  int
	FirstHref   string // of those to be answered
	Rows        []OpinionRow
	ExportHref  string
	Bare        string
	CanAnswer   bool
	Done        string
	Departments []ui.Choice // where somebody of no department chooses one
}

// opinionsOf reads the opinions on a department's powers in the campaign that
// runs, else in all.
func (f *Filing) opinionsOf(ctx context.Context, department sqldb.ID, s standing) ([]round.Opinion, error) {
	q := round.Query{Scope: people.Scope{Departments: []sqldb.ID{department}}}
	if s.covered {
		q.Campaign = s.Campaign.ID
	}
	return round.Opinions(ctx, f.cfg.DB, q)
}

// heard reads what a request for opinions is about: the filter, the department,
// where it stands, and its opinions. The id is zero where somebody of no
// department has still to choose one.
func (f *Filing) heard(r *http.Request, who *people.Who) (choice opinionFilter, id sqldb.ID, s standing, all []round.Opinion, err error) {
	if choice, err = parseOpinions(r.URL.Query()); err != nil {
		return
	}
	if id, err = f.department(who, filter{department: choice.department}); err != nil || id.IsZero() {
		return
	}
	if s, err = f.standing(r.Context(), id); err != nil {
		return
	}
	all, err = f.opinionsOf(r.Context(), id, s)
	return
}

func (f *Filing) opinions(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	choice, id, s, all, err := f.heard(r, who)
	if err != nil {
		return err
	}
	frame, err := f.cfg.Shell.Frame(r, who, opinionsTitle, opinionsPath, home())
	if err != nil {
		return err
	}
	page := OpinionsPage{Frame: frame, All: len(all), ExportHref: choice.at(opinionsPath + ".xlsx"), Bare: opinionFilter{department: choice.department}.at(opinionsPath)}
	names, err := f.departments(r.Context())
	if err != nil {
		return err
	}
	if id.IsZero() {
		page.Departments = choices(names, who.Scope(people.SeePowers), id)
		return f.show(w, r, http.StatusOK, "opinions", page)
	}
	page.Department = names[id].Name
	if s.covered {
		page.Campaign = s.Campaign.Title
	}
	page.CanAnswer = who.MayOn(people.AnswerNotes, people.Target{Department: id}) == nil
	for _, o := range all {
		if o.State == round.Issued {
			if page.Unanswered++; page.FirstHref == "" {
				page.FirstHref = opinionFilter{department: choice.department, State: round.Issued}.at(opinionHref(o.ID))
			}
		}
	}
	page.facets(choice, all)
	for _, o := range choice.chosen(all) {
		page.Rows = append(page.Rows, opinionRow(o, choice))
	}
	page.Total = len(page.Rows)
	if r.URL.Query().Get("done") == "answered" {
		page.Done = "已答复，这些条件下没有别的意见要答复了"
	}
	return f.show(w, r, http.StatusOK, "opinions", page)
}

// facets fills the choices with their counts.
func (page *OpinionsPage) facets(f opinionFilter, all []round.Opinion) {
	byState, byCause, byRound := map[round.OpinionState]int{}, map[string]int{}, map[int]int{}
	for _, o := range all {
		if f.has(o, "state") {
			byState[o.State]++
			byState[""]++
		}
		if f.has(o, "cause") {
			byCause[o.Cause]++
			byCause[""]++
		}
		if f.has(o, "round") {
			byRound[o.No]++
			byRound[0]++
		}
	}
	add := func(to []ui.Link, label string, g opinionFilter, n int, current bool) []ui.Link {
		return append(to, ui.Link{Label: label, Href: g.at(opinionsPath), Count: n, HasNum: true, Current: current})
	}
	g := f
	for _, s := range append([]round.OpinionState{""}, round.OpinionStates()...) {
		if g.State = s; byState[s] > 0 || s == "" || s == f.State {
			page.States = add(page.States, cmp.Or(s.Label(), "全部状态"), g, byState[s], s == f.State)
		}
	}
	g = f
	g.Cause = ""
	page.Causes = add(nil, "全部原因", g, byCause[""], f.Cause == "")
	for _, c := range round.Causes() {
		if g.Cause = c.Key; byCause[c.Key] > 0 || c.Key == f.Cause {
			page.Causes = add(page.Causes, c.Label, g, byCause[c.Key], c.Key == f.Cause)
		}
	}
	g = f
	for no := range round.Rounds + 1 {
		if g.No = no; byRound[no] > 0 || no == 0 || no == f.No {
			label := "全部轮次"
			if no > 0 {
				label = round.Down(no)
			}
			page.Rounds = add(page.Rounds, label, g, byRound[no], no == f.No)
		}
	}
}

func opinionHref(id sqldb.ID) string { return opinionsPath + "/" + id.String() }

func opinionRow(o round.Opinion, f opinionFilter) OpinionRow {
	row := OpinionRow{Code: o.Code, Name: o.Name, Href: f.at(opinionHref(o.ID)), Round: round.Down(o.No), Field: fieldLabel(o.Field), Cause: causeLabel(o.Cause),
		Text: o.Text, State: opinionLight(o.State), Follows: !o.Follows.IsZero()}
	if o.Reply != nil {
		row.Answer, row.Reason = o.Reply.Kind.Label(), o.Reply.Reason
	}
	return row
}

func fieldLabel(key string) string {
	f, ok := round.FieldOf(key)
	if !ok {
		return key
	}
	return f.Label
}

func causeLabel(key string) string {
	c, ok := round.CauseOf(key)
	if !ok {
		return key
	}
	return c.Label
}

// opinionLight is the mark of a state: what the department has to do stands out.
func opinionLight(s round.OpinionState) ui.Light {
	tone := ""
	switch s {
	case round.Issued:
		tone = "warn"
	case round.Settled:
		tone = "ok"
	case round.Maintained, round.Disputed:
		tone = "bad"
	case round.Ruled:
		tone = "still"
	}
	return ui.Light{Tone: tone, Word: s.Label()}
}

// exportOpinions sends exactly the opinions that the filter leaves as a workbook.
func (f *Filing) exportOpinions(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	choice, id, s, all, err := f.heard(r, who)
	if err != nil {
		return err
	}
	if id.IsZero() {
		return errs.Invalidf("没有选择部门").Fix("请先选择部门再导出")
	}
	names, err := f.departments(r.Context())
	if err != nil {
		return err
	}
	what := ui.Day(f.today()) + "导出；" + names[id].Name
	if s.covered {
		what += "；" + s.Campaign.Title
	}
	columns := []ui.Column{{Head: "轮次", Width: 8}, {Head: "事项编码", Width: 24}, {Head: "事项名称", Width: 40}, {Head: "要素", Width: 14}, {Head: "原因", Width: 16},
		{Head: "审核意见", Width: 60}, {Head: "状态", Width: 10}, {Head: "答复", Width: 10}, {Head: "理由", Width: 48}}
	return f.cfg.Shell.Export(w, r, "审核意见", what, columns, func(add ui.Adder) error {
		for _, o := range choice.chosen(all) {
			x := opinionRow(o, choice)
			if err := add(x.Round, x.Code, x.Name, x.Field, x.Cause, x.Text, x.State.Word, x.Answer, x.Reason); err != nil {
				return err
			}
		}
		return nil
	})
}
