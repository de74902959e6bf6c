package rounds

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/round"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// exceptions is how many departments of another last day the form takes; more are
// set on the page of the terms.
const exceptions = 3

// OpenPage is the form that opens a campaign.
type OpenPage struct {
	ui.Frame
	Name        string
	Due         []DueField
	Departments []Pick
	Exceptions  []Exception
	Failed      OpenFails
	BackHref    string
}

// OpenFails are the words beside the fields.
type OpenFails struct{ All, Title, Departments, Due string }

// DueField is the last day of one round.
type DueField struct {
	No           int
	Label, Value string
	Optional     bool
}

// Pick is one department to choose.
type Pick struct {
	ID, Name, Group string
	Chosen          bool
	Busy            bool // another campaign covers it
}

// Exception is one department with a last day of its own.
type Exception struct {
	No          int // of the line on the form
	Departments []ui.Choice
	Rounds      []ui.Choice
	Due         string
}

func (x *Rounds) opening(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return x.showOpening(w, r, who, http.StatusOK, round.Plan{}, func(*OpenPage) {})
}

func (x *Rounds) showOpening(w http.ResponseWriter, r *http.Request, who *people.Who, status int, plan round.Plan, more func(*OpenPage)) error {
	ctx := r.Context()
	p := OpenPage{Name: plan.Title, BackHref: Root}
	for i, day := range plan.Due {
		p.Due = append(p.Due, DueField{i + 1, round.Up(i+1) + "截止日期", day, i+1 == round.Final})
	}
	here, err := org.Here(ctx, x.cfg.DB)
	if err != nil {
		return err
	}
	all, err := org.Departments(ctx, x.cfg.DB, here)
	if err != nil {
		return err
	}
	busy, err := round.Covered(ctx, x.cfg.DB)
	if err != nil {
		return err
	}
	groups, err := x.groupsOf(ctx)
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.ValidTo != "" && d.ValidTo <= x.today() {
			continue
		}
		taken := slices.Contains(busy, d.ID)
		p.Departments = append(p.Departments, Pick{ID: d.ID.String(), Name: d.Name, Group: groups[d.ID], Chosen: !taken && slices.Contains(plan.Departments, d.ID), Busy: taken})
	}
	for i := range exceptions {
		var t round.Term
		if i < len(plan.Exceptions) {
			t = plan.Exceptions[i]
		}
		e := Exception{No: i + 1, Due: t.Due}
		for _, d := range p.Departments {
			if !d.Busy {
				e.Departments = append(e.Departments, ui.Choice{Value: d.ID, Label: d.Name, Selected: d.ID == t.Department.String()})
			}
		}
		for no := 1; no <= round.Final; no++ {
			e.Rounds = append(e.Rounds, ui.Choice{Value: strconv.Itoa(no), Label: round.Up(no), Selected: no == t.No})
		}
		p.Exceptions = append(p.Exceptions, e)
	}
	more(&p)
	if p.Frame, err = x.shell.Frame(r, who, "部署清理工作", Root, ui.Link{Label: title, Href: Root}); err != nil {
		return err
	}
	return x.shell.Show(w, r, status, x.pages, "open", p)
}

// planOf reads the form. What is no id or number is left to round.Open, which
// knows neither.
func planOf(r *http.Request) round.Plan {
	p := round.Plan{Title: staff.Typed(r, "title")}
	for i := range p.Due {
		p.Due[i] = staff.Typed(r, "due"+strconv.Itoa(i+1))
	}
	for _, s := range r.PostForm["department"] {
		id, err := sqldb.ParseID(s)
		if err != nil {
			id = sqldb.ID{}
		}
		p.Departments = append(p.Departments, id)
	}
	for i := range exceptions {
		n := strconv.Itoa(i + 1)
		id, err := sqldb.ParseID(staff.Typed(r, "exception"+n))
		if err != nil {
			continue // the line is not used
		}
		no, err := strconv.Atoi(staff.Typed(r, "round"+n))
		if err != nil {
			no = 0
		}
		p.Exceptions = append(p.Exceptions, round.Term{Department: id, No: no, Due: staff.Typed(r, "day"+n)})
	}
	return p
}

func (x *Rounds) open(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	plan := planOf(r)
	var id sqldb.ID
	err := x.act(r, who, func(ctx context.Context, tx *ledger.Tx) error {
		var err error
		id, err = round.Open(ctx, tx, who, plan)
		return err
	})
	if err == nil {
		http.Redirect(w, r, campaignHref(id)+"?done=opened", http.StatusSeeOther)
		return nil
	}
	if k := errs.KindOf(err); k != errs.Invalid && k != errs.Conflict {
		return err
	}
	return x.showOpening(w, r, who, errs.Status(err), plan, func(p *OpenPage) {
		switch words := staff.Words(err); staff.Place(err) {
		case "名称":
			p.Failed.Title = words
		case "部门":
			p.Failed.Departments = words
		case "期限":
			p.Failed.Due = words
		case "":
			p.Failed.All = words
		default: // a day of one department
			p.Failed.Due = staff.Place(err) + "：" + words
		}
	})
}

// TermsPage shows and moves the last days of a campaign.
type TermsPage struct {
	ui.Frame
	Campaign    Campaign
	Heads       []string
	Rows        []TermRow
	Departments []ui.Choice
	Rounds      []ui.Choice
	Due, Reason string
	Failed      TermFails
	Done        string
}

// TermFails are the words beside the fields.
type TermFails struct{ All, Department, Due, Reason string }

// TermRow are the last days of one department; of a round that went up, when.
type TermRow struct {
	Name  string
	Cells []TermCell
}

// TermCell is one last day.
type TermCell struct {
	Head, Due string
	Up        bool
}

// everybody stands in the form for all departments that have not handed up the
// round.
const everybody = "all"

func (x *Rounds) terms(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return x.showTerms(w, r, who, http.StatusOK, func(*TermsPage) {})
}

func (x *Rounds) showTerms(w http.ResponseWriter, r *http.Request, who *people.Who, status int, more func(*TermsPage)) error {
	c, err := x.visible(r, who)
	if err != nil {
		return err
	}
	rows, err := round.Board(r.Context(), x.cfg.DB, c.ID, who.Scope(people.RunRounds), x.today())
	if err != nil {
		return err
	}
	chosen, no := staff.Tidy(r.FormValue("department")), staff.Tidy(r.FormValue("no"))
	p := TermsPage{Campaign: campaignOf(c), Done: done(r), Departments: []ui.Choice{{Value: everybody, Label: "所有还没有上报这一轮的部门", Selected: chosen == everybody}}}
	for n := 1; n <= round.Final; n++ {
		p.Heads = append(p.Heads, round.Up(n))
		p.Rounds = append(p.Rounds, ui.Choice{Value: strconv.Itoa(n), Label: round.Up(n), Selected: strconv.Itoa(n) == no})
	}
	for _, row := range rows {
		t := TermRow{Name: row.Name}
		for _, cell := range row.Cells[:round.Final] {
			t.Cells = append(t.Cells, TermCell{round.Up(cell.No), cell.Due, cell.Submission != nil})
		}
		p.Rows = append(p.Rows, t)
		id := row.Department.String()
		p.Departments = append(p.Departments, ui.Choice{Value: id, Label: row.Name, Selected: chosen == id})
	}
	more(&p)
	if p.Frame, err = x.shell.Frame(r, who, "截止日期", Root, home(c)); err != nil {
		return err
	}
	return x.shell.Show(w, r, status, x.pages, "terms", p)
}

func (x *Rounds) setTerm(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	c, err := x.visible(r, who)
	if err != nil {
		return err
	}
	due, reason := staff.Typed(r, "due"), staff.Typed(r, "reason")
	no, err := strconv.Atoi(staff.Typed(r, "no"))
	if err != nil {
		no = 0
	}
	one, err := sqldb.ParseID(staff.Typed(r, "department"))
	if err != nil && staff.Typed(r, "department") != everybody {
		return x.showTerms(w, r, who, http.StatusBadRequest, func(p *TermsPage) {
			p.Due, p.Reason, p.Failed.Department = due, reason, "没有选择部门。请从列表中选择"
		})
	}
	err = x.act(r, who, func(ctx context.Context, tx *ledger.Tx) error {
		to := []sqldb.ID{one}
		if one.IsZero() {
			rows, err := round.Board(ctx, tx, c.ID, who.Scope(people.RunRounds), x.today())
			if err != nil {
				return err
			}
			to = notUp(rows, no)
		}
		if len(to) == 0 {
			return errs.Conflictf("所有部门都已上报这一轮").Fix("期限不用再改")
		}
		for _, d := range to {
			if err := round.SetTerm(ctx, tx, who, c.ID, round.Term{Department: d, No: no, Due: due}, reason); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		http.Redirect(w, r, campaignHref(c.ID)+"/terms?done=term", http.StatusSeeOther)
		return nil
	}
	if k := errs.KindOf(err); k != errs.Invalid && k != errs.Conflict {
		return err
	}
	return x.showTerms(w, r, who, errs.Status(err), func(p *TermsPage) {
		p.Due, p.Reason = due, reason
		switch words := staff.Words(err); staff.Place(err) {
		case "理由":
			p.Failed.Reason = words
		case "截止日期":
			p.Failed.Due = words
		default:
			p.Failed.All = words
		}
	})
}

// notUp are the departments that have not handed up a round.
func notUp(rows []round.Row, no int) []sqldb.ID {
	var out []sqldb.ID
	for _, row := range rows {
		if no >= 1 && no <= len(row.Cells) && row.Cells[no-1].Submission == nil {
			out = append(out, row.Department)
		}
	}
	return out
}

// EndPage asks once more before a campaign winds up or ends.
type EndPage struct {
	ui.Frame
	Campaign  Campaign
	Sum       BoardSum
	Late      int
	Winding   bool // it winds up already
	Failed    string
	OpenHref  string
	BoardHref string
}

func (x *Rounds) ending(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return x.showEnding(w, r, who, http.StatusOK, "")
}

func (x *Rounds) showEnding(w http.ResponseWriter, r *http.Request, who *people.Who, status int, failed string) error {
	c, err := x.visible(r, who)
	if err != nil {
		return err
	}
	rows, err := round.Board(r.Context(), x.cfg.DB, c.ID, who.Scope(people.RunRounds), x.today())
	if err != nil {
		return err
	}
	p := EndPage{Campaign: campaignOf(c), Winding: c.State == round.Winding, Failed: failed, OpenHref: campaignHref(c.ID) + "/opinions?state=open", BoardHref: campaignHref(c.ID)}
	for _, row := range rows {
		p.Sum.add(row)
		if row.Late {
			p.Late++
		}
	}
	if p.Frame, err = x.shell.Frame(r, who, "收尾与结束", Root, home(c)); err != nil {
		return err
	}
	return x.shell.Show(w, r, status, x.pages, "end", p)
}

func (x *Rounds) end(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	c, err := x.visible(r, who)
	if err != nil {
		return err
	}
	do, key := round.WindUp, "winding"
	if r.PostForm.Get("act") == "close" {
		if r.PostForm.Get("sure") != "yes" {
			return x.showEnding(w, r, who, http.StatusBadRequest, "请先勾选确认，再结束")
		}
		do, key = round.Close, "closed"
	}
	err = x.act(r, who, func(ctx context.Context, tx *ledger.Tx) error { return do(ctx, tx, who, c.ID) })
	if errs.KindOf(err) == errs.Conflict {
		return x.showEnding(w, r, who, http.StatusConflict, staff.Words(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, campaignHref(c.ID)+"?done="+key, http.StatusSeeOther)
	return nil
}

// GroupsPage shows which audit group reviews which departments.
type GroupsPage struct {
	ui.Frame
	Groups    []GroupCard
	Ungrouped []string // departments that no group reviews
	EditHref  string   // for whoever may change it
}

// GroupCard is one group.
type GroupCard struct {
	Name        string
	Departments []GroupRow
}

// GroupRow is one department of a group.
type GroupRow struct {
	Name  string
	Stage *ui.Light // in the running campaign, nil outside of one
	Href  string    // the latest submission
}

func (x *Rounds) groups(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	ctx := r.Context()
	n, err := x.names(ctx)
	if err != nil {
		return err
	}
	stands, err := x.stands(ctx, who)
	if err != nil {
		return err
	}
	all, err := people.Groups(ctx, x.cfg.DB)
	if err != nil {
		return err
	}
	scope := who.Scope(people.SeeReview)
	var p GroupsPage
	grouped := map[sqldb.ID]bool{}
	for _, g := range all {
		card := GroupCard{Name: g.Name}
		for _, d := range g.Departments {
			grouped[d] = true
			if !scope.Has(d) {
				continue
			}
			row := GroupRow{Name: n[d]}
			if s, ok := stands[d]; ok {
				light := stageLight(s)
				row.Stage = &light
				if !s.Submission.IsZero() {
					row.Href = submissionHref(s.Submission)
				}
			}
			card.Departments = append(card.Departments, row)
		}
		if len(card.Departments) > 0 {
			p.Groups = append(p.Groups, card)
		}
	}
	if scope.All {
		departments, err := org.Departments(ctx, x.cfg.DB, "")
		if err != nil {
			return err
		}
		for _, d := range departments {
			if !grouped[d.ID] {
				p.Ungrouped = append(p.Ungrouped, d.Name)
			}
		}
	}
	if who.May(people.ManageAccounts) == nil {
		p.EditHref = "/admin/groups"
	}
	if p.Frame, err = x.shell.Frame(r, who, "审核小组分工", Root, ui.Link{Label: title, Href: Root}); err != nil {
		return err
	}
	return x.shell.Show(w, r, http.StatusOK, x.pages, "groups", p)
}

// stands are the standings of the departments in campaigns that run.
func (x *Rounds) stands(ctx context.Context, who *people.Who) (map[sqldb.ID]round.Standing, error) {
	all, err := x.campaigns(ctx, who)
	if err != nil {
		return nil, err
	}
	out := map[sqldb.ID]round.Standing{}
	for _, c := range all {
		if c.State == round.Closed {
			continue
		}
		rows, err := round.Board(ctx, x.cfg.DB, c.ID, who.Scope(people.SeeReview), x.today())
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			out[row.Department] = row.Standing
		}
	}
	return out, nil
}
