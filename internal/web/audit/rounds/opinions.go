package rounds

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/round"
	"qingdan/internal/web/ui"
)

// pageSize is how many opinions one page of the list shows.
const pageSize = 50

// open is the word in addresses for opinions on which somebody has still to act.
const openState = "open"

// OpinionsPage lists the opinions of a campaign.
type OpinionsPage struct {
	ui.Frame
	Campaign    Campaign
	Filter      Filter
	Total       int
	Rows        []OpinionRow
	Next        string // the next page
	First       string // the first page, from a later one
	ExportHref  string
	Departments []ui.Choice
	Rounds      []ui.Choice
	States      []ui.Choice
	Causes      []ui.Choice
	Answers     []ui.Choice
}

// Filter is what somebody chose among the opinions. Its query string is its
// permanent form; page and export carry the same.
type Filter struct {
	Department    sqldb.ID
	No            int
	State, Cause  string
	Answer        string
	path          string
	chosenAnyOfIt bool
}

// Chosen says whether anything narrows the list.
func (f Filter) Chosen() bool { return f.chosenAnyOfIt }

// OpinionRow is one opinion in a list.
type OpinionRow struct {
	Code, Name, Department string
	Round, Field, Cause    string
	Text, Reply            string
	State                  ui.Light
	Href                   string
}

// parseFilter reads a query string; a value that is none is Invalid.
func parseFilter(path string, q url.Values) (Filter, error) {
	f := Filter{State: q.Get("state"), Cause: q.Get("cause"), Answer: q.Get("answer"), path: path}
	bad := errs.Invalidf("筛选条件无效").Fix("请从收敛情况重新选择")
	if s := q.Get("department"); s != "" {
		id, err := sqldb.ParseID(s)
		if err != nil {
			return f, bad.Because(err)
		}
		f.Department = id
	}
	if s := q.Get("no"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > round.Final {
			return f, bad
		}
		f.No = n
	}
	_, cause := round.CauseOf(f.Cause)
	switch {
	case f.State != "" && f.State != openState && !slices.Contains(round.OpinionStates(), round.OpinionState(f.State)),
		f.Cause != "" && !cause, f.Answer != "" && !slices.Contains(round.AnswerKinds(), round.AnswerKind(f.Answer)):
		return f, bad
	}
	f.chosenAnyOfIt = len(f.values()) > 0
	return f, nil
}

func (f Filter) values() url.Values {
	v := url.Values{}
	if !f.Department.IsZero() {
		v.Set("department", f.Department.String())
	}
	if f.No > 0 {
		v.Set("no", strconv.Itoa(f.No))
	}
	for key, value := range map[string]string{"state": f.State, "cause": f.Cause, "answer": f.Answer} {
		if value != "" {
			v.Set(key, value)
		}
	}
	return v
}

// query is the filter for the reader of opinions, within a scope.
func (f Filter) query(campaign sqldb.ID, s people.Scope) round.Query {
	q := round.Query{Scope: s, Campaign: campaign, Department: f.Department, No: f.No, Cause: f.Cause, Answer: round.AnswerKind(f.Answer)}
	switch f.State {
	case "":
	case openState:
		q.States = []round.OpinionState{round.Issued, round.Answered, round.Disputed}
	default:
		q.States = []round.OpinionState{round.OpinionState(f.State)}
	}
	return q
}

// place writes a place of the list for an address.
func place(p round.Place) string {
	return ui.Cursor{Key: strings.Join([]string{p.Order, p.Code, strconv.Itoa(p.No)}, "\n"), ID: p.ID}.String()
}

func parsePlace(s string) (round.Place, error) {
	c, err := ui.ParseCursor(s)
	if err != nil || !c.Set {
		return round.Place{}, err
	}
	parts := strings.Split(c.Key, "\n")
	if len(parts) != 3 {
		return round.Place{}, errs.Invalidf("翻页位置无效").Fix("请从第一页重新翻起")
	}
	no, err := strconv.Atoi(parts[2])
	if err != nil {
		return round.Place{}, errs.Invalidf("翻页位置无效").Fix("请从第一页重新翻起").Because(err)
	}
	return round.Place{Order: parts[0], Code: parts[1], No: no, ID: c.ID}, nil
}

func (x *Rounds) opinions(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	c, err := x.visible(r, who)
	if err != nil {
		return err
	}
	f, err := parseFilter(campaignHref(c.ID)+"/opinions", r.URL.Query())
	if err != nil {
		return err
	}
	after, err := parsePlace(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	ctx := r.Context()
	page := OpinionsPage{Campaign: campaignOf(c), Filter: f, ExportHref: ui.Address(f.path+".xlsx", f.values())}
	q := f.query(c.ID, who.Scope(people.SeeRounds))
	if page.Total, err = round.CountOpinions(ctx, x.cfg.DB, q); err != nil {
		return err
	}
	q.After, q.Limit = after, pageSize+1
	all, err := round.Opinions(ctx, x.cfg.DB, q)
	if err != nil {
		return err
	}
	if len(all) > pageSize {
		all = all[:pageSize]
		v := f.values()
		v.Set("after", place(all[pageSize-1].PlaceOf()))
		page.Next = ui.Address(f.path, v)
	}
	if !after.ID.IsZero() {
		page.First = ui.Address(f.path, f.values())
	}
	for _, o := range all {
		page.Rows = append(page.Rows, opinionRow(o))
	}
	if err := x.choices(ctx, &page, c, who); err != nil {
		return err
	}
	if page.Frame, err = x.shell.Frame(r, who, "审核意见", Root, home(c), ui.Link{Label: "意见收敛情况", Href: page.Campaign.ConvergenceHref}); err != nil {
		return err
	}
	return x.shell.Show(w, r, http.StatusOK, x.pages, "opinions", page)
}

// choices fills the fields of the filter. Departments are those within the scope.
func (x *Rounds) choices(ctx context.Context, p *OpinionsPage, c round.Campaign, who *people.Who) error {
	f := p.Filter
	scope := who.Scope(people.SeeRounds)
	terms, err := round.Terms(ctx, x.cfg.DB, c.ID)
	if err != nil {
		return err
	}
	n, err := x.names(ctx)
	if err != nil {
		return err
	}
	for _, t := range terms {
		if t.No == 1 && scope.Has(t.Department) {
			p.Departments = append(p.Departments, ui.Choice{Value: t.Department.String(), Label: n[t.Department], Selected: t.Department == f.Department})
		}
	}
	for no := 1; no <= round.Final; no++ {
		label := round.Down(no)
		if no > round.Rounds {
			label = "定稿分歧"
		}
		p.Rounds = append(p.Rounds, ui.Choice{Value: strconv.Itoa(no), Label: label, Selected: no == f.No})
	}
	p.States = append(p.States, ui.Choice{Value: openState, Label: "未了结", Selected: f.State == openState})
	for _, s := range round.OpinionStates() {
		p.States = append(p.States, ui.Choice{Value: string(s), Label: stateWord(s), Selected: string(s) == f.State})
	}
	for _, y := range round.Causes() {
		p.Causes = append(p.Causes, ui.Choice{Value: y.Key, Label: y.Label, Selected: y.Key == f.Cause})
	}
	for _, k := range round.AnswerKinds() {
		p.Answers = append(p.Answers, ui.Choice{Value: string(k), Label: k.Label(), Selected: string(k) == f.Answer})
	}
	return nil
}

func opinionRow(o round.Opinion) OpinionRow {
	row := OpinionRow{Code: o.Code, Name: o.Name, Department: o.DepartmentName, Round: round.Down(o.No), Field: fieldWord(o.Field), Cause: causeWord(o.Cause),
		Text: o.Text, State: stateLight(o), Href: opinionHref(o.ID)}
	if o.No > round.Rounds {
		row.Round = "定稿"
	}
	if o.Reply != nil {
		row.Reply = o.Reply.Kind.Label()
		if o.Reply.Reason != "" {
			row.Reply += "：" + o.Reply.Reason
		}
	}
	return row
}

func fieldWord(key string) string {
	f, _ := round.FieldOf(key)
	return f.Label
}

func causeWord(key string) string {
	c, _ := round.CauseOf(key)
	return c.Label
}

// stateWord is the word for a state on pages of the group.
func stateWord(s round.OpinionState) string {
	if s == round.Answered {
		return "待处理"
	}
	return s.Label()
}

// stateLight is the state of an opinion in shape, word and colour.
func stateLight(o round.Opinion) ui.Light {
	tone := "still"
	switch o.State {
	case round.Issued, round.Answered, round.Disputed:
		tone = "warn"
	case round.Settled:
		tone = "ok"
	}
	return ui.Light{Tone: tone, Word: stateWord(o.State)}
}

// opinionColumns are the columns of exported opinions. Names of staff are none of
// them.
func opinionColumns() []ui.Column {
	return []ui.Column{{Head: "编码", Width: 22}, {Head: "事项名称", Width: 36}, {Head: "部门", Width: 20}, {Head: "轮次", Width: 8}, {Head: "针对要素", Width: 14},
		{Head: "原因", Width: 16}, {Head: "审核意见", Width: 50}, {Head: "部门答复", Width: 50}, {Head: "状态", Width: 10}}
}

func (o OpinionRow) cells() []any {
	return []any{o.Code, o.Name, o.Department, o.Round, o.Field, o.Cause, o.Text, o.Reply, o.State.Word}
}

func (x *Rounds) opinionsExport(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	c, err := x.visible(r, who)
	if err != nil {
		return err
	}
	f, err := parseFilter(campaignHref(c.ID)+"/opinions", r.URL.Query())
	if err != nil {
		return err
	}
	all, err := round.Opinions(r.Context(), x.cfg.DB, f.query(c.ID, who.Scope(people.SeeRounds)))
	if err != nil {
		return err
	}
	return x.shell.Export(w, r, "审核意见", c.Title, opinionColumns(), func(add ui.Adder) error {
		for _, o := range all {
			if err := add(opinionRow(o).cells()...); err != nil {
				return err
			}
		}
		return nil
	})
}
