package handover

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce/delegate"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// Fact is one line of what was agreed.
type Fact struct{ Label, Words string }

// StepRow is one act of the history.
type StepRow struct{ Word, Side, By, At, Day, Note string }

// CheckRow is one check.
type CheckRow struct {
	Day, Uses, Problems, By string
	Light                   ui.Light
}

// ActForm is an act as somebody typed it: which one, and its fields.
type ActForm struct {
	Kind                         string // answer, receive, …; "" before one was sent
	Accept, Note, Staff, Trained string
	Equipment, Premises          string
	Day, Open, OpenHow, List     string
	Uses, Problems, Conclusion   string
	Refused                      Refusal
}

// Wrong gives the words for a field of an act that was refused.
func (f ActForm) Wrong(kind, place string) string {
	if f.Kind != kind {
		return ""
	}
	return f.Refused.At(place)
}

// May are the acts that the page offers to whoever looks.
type May struct {
	Answer, Refuse, Receive, AskBack            bool
	Withdraw, Sign, Back, Decline, Check, Again bool
}

func (m May) any() bool { return m != May{} }

// OnePage is one offer.
type OnePage struct {
	ui.Frame
	No                      int
	Name, Code, Category    string
	Direction               string
	Owner, Body, Place      string
	WhoHref, Path           string
	Paper                   string
	Light                   ui.Light
	Next, Due               string
	Late                    bool
	Told                    string
	Terms, Support, Ability []Fact
	Delivered               []Fact
	Thin, OnlyWork          string
	Steps                   []StepRow
	Checks                  []CheckRow
	Usage                   []Fact
	Earlier, Following      *ui.Link
	May                     May
	Acts                    bool
	Conclusions             []ui.Choice
	Form                    ActForm
}

func (h *Handover) one(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	o, err := h.find(r, who)
	if err != nil {
		return err
	}
	form := ActForm{Day: o.Terms.Planned, Open: "0", Trained: "0"}
	if o.State == delegate.BackAsked || o.State == delegate.Held {
		form.Day = h.today()
	}
	return h.showOne(w, r, who, http.StatusOK, o, form)
}

func (h *Handover) showOne(w http.ResponseWriter, r *http.Request, who *people.Who, status int, o delegate.Handover, form ActForm) error {
	ctx, today := r.Context(), h.today()
	page := OnePage{No: o.No, Name: o.Name, Code: o.Code, Category: string(o.Category), Direction: o.Terms.Direction.Label(), Owner: o.OwnerName, Body: o.BodyName,
		Place: o.Place, Path: oneHref(o.ID), Light: light(o, today), Next: o.Next(), Due: o.Due, Late: o.Late(today), Told: told(r.URL.Query().Get("done"), o),
		Terms: terms(o), Support: support(o), Ability: ability(o), Delivered: delivered(o), Form: form}
	if o.Lapsed(today) {
		page.Next, page.Due, page.Late = "委托期限已过，需要继续的请再次提出", "", false
	}
	if o.Code != "" {
		page.WhoHref = ui.Address(WhoPath, map[string][]string{"code": {o.Code}})
	}
	if o.State == delegate.Signed || o.From != "" {
		page.Paper = page.Path + "/paper"
	}
	if o.Capacity.Staff > 0 {
		page.Thin = o.Capacity.Thin(o.Category)
	}
	if !o.Terms.Parts.Has(delegate.Deciding) {
		page.OnlyWork = "决定权没有下放，承接部门只办" + o.Terms.Parts.Label()
	}
	if err := h.history(ctx, o, &page); err != nil {
		return err
	}
	page.May = h.may(ctx, who, o, page)
	page.Acts = page.May.any()
	for _, c := range delegate.Conclusions() {
		page.Conclusions = append(page.Conclusions, ui.Choice{Value: string(c), Label: string(c), Selected: form.Conclusion == string(c)})
	}
	var err error
	if page.Frame, err = h.shell.Frame(r, who, fmt.Sprintf("第 %d 号", o.No), Root, home()); err != nil {
		return err
	}
	return h.shell.Show(w, r, status, h.pages, "one", page)
}

// history reads what was done, checked and counted.
func (h *Handover) history(ctx context.Context, o delegate.Handover, page *OnePage) error {
	steps, err := delegate.Steps(ctx, h.cfg.DB, o.ID)
	if err != nil {
		return err
	}
	for _, s := range steps {
		page.Steps = append(page.Steps, stepRow(s))
	}
	checks, err := delegate.Checks(ctx, h.cfg.DB, o.ID)
	if err != nil {
		return err
	}
	for _, c := range checks {
		x := CheckRow{Day: c.Day, Problems: c.Problems, By: c.By, Uses: "没有统计", Light: ui.Light{Tone: "ok", Word: string(c.Conclusion)}}
		if c.Uses >= 0 {
			x.Uses = ui.Num(c.Uses) + " 件"
		}
		if c.Conclusion != delegate.RunsWell {
			x.Light.Tone = "warn"
		}
		page.Checks = append(page.Checks, x)
	}
	if !o.Terms.Power.IsZero() && o.From != "" {
		usage, err := power.UsageOf(ctx, h.cfg.DB, o.Terms.Power)
		if err != nil {
			return err
		}
		for _, u := range usage {
			if u.Place == o.Terms.Division {
				page.Usage = append(page.Usage, Fact{strconv.Itoa(u.Year) + "年", ui.Num(u.Cases) + " 件"})
			}
		}
	}
	return h.around(ctx, o, page)
}

// stepRow says an act of the history in words.
func stepRow(s delegate.Step) StepRow {
	x := StepRow{Word: s.Label(), Side: s.Side, By: s.By, At: minute(s.At), Note: s.Note}
	if s.Day == "" {
		return x
	}
	switch s.Kind {
	case "offered", "reoffered":
		x.Day = "计划" + ui.Day(s.Day) + "移交"
	case "signed", "received", "returned":
		x.Day = "自" + ui.Day(s.Day) + "起"
	}
	return x
}

// around finds the offers before and after.
func (h *Handover) around(ctx context.Context, o delegate.Handover, page *OnePage) error {
	next, err := delegate.Following(ctx, h.cfg.DB, o.ID)
	if err != nil {
		return err
	}
	for _, way := range []struct {
		id sqldb.ID
		to **ui.Link
	}{{o.Earlier, &page.Earlier}, {next, &page.Following}} {
		if way.id.IsZero() {
			continue
		}
		x, err := delegate.ByID(ctx, h.cfg.DB, way.id)
		if err != nil {
			return err
		}
		*way.to = &ui.Link{Label: fmt.Sprintf("第 %d 号（%s）", x.No, x.State.Label()), Href: oneHref(x.ID)}
	}
	return nil
}

// may says which acts the person has here.
func (h *Handover) may(ctx context.Context, who *people.Who, o delegate.Handover, page OnePage) May {
	gives := who.MayOn(people.OfferPower, people.Target{Department: h.acting(ctx, o.Owner)}) == nil
	takes := who.MayOn(people.TakePower, people.Target{Department: h.acting(ctx, o.Terms.Body)}) == nil
	s, over := o.State, o.Lapsed(h.today())
	last := ""
	if n := len(page.Checks); n > 0 {
		last = page.Checks[n-1].Light.Word
	}
	return May{
		Answer:   takes && s == delegate.Offered,
		Refuse:   takes && (s == delegate.Accepted || s == delegate.Signed),
		Receive:  takes && s == delegate.Signed,
		AskBack:  takes && s == delegate.Held && !over,
		Withdraw: gives && (s == delegate.Offered || s == delegate.Accepted || s == delegate.Signed),
		Sign:     gives && s == delegate.Accepted,
		Back:     gives && (s == delegate.BackAsked || s == delegate.Held && last == string(delegate.TakeItBack)) && !over,
		Decline:  gives && s == delegate.BackAsked,
		Check:    gives && (s == delegate.Held || s == delegate.BackAsked) && o.From <= h.today() && !over,
		Again:    gives && page.Following == nil && !s.Alive(),
	}
}

// told says what was done just now.
func told(done string, o delegate.Handover) string {
	switch done {
	case "offered":
		return "已提出，等待" + o.BodyName + "答复。"
	case "answer":
		return "已答复：" + o.State.Label() + "。"
	case "withdraw":
		return "已撤回。"
	case "sign":
		return "已签字交出。" + o.BodyName + "签收之前，仍由市级部门行使。"
	case "receive":
		return "已签收，自 " + ui.Day(o.From) + " 起由" + o.BodyName + "行使。"
	case "ask-back":
		return "已申请交回。市级部门同意并到定下的日期之前，仍由你单位办理。"
	case "back":
		if o.State == delegate.Returned {
			return "已收回，自 " + ui.Day(o.To) + " 起由市级部门行使。"
		}
		return "已答复不同意交回。"
	case "check":
		return "已记下评估结果。"
	default:
		return ""
	}
}

// facts leaves out what nobody said.
func facts(all ...Fact) []Fact {
	var out []Fact
	for _, f := range all {
		if f.Words != "" {
			out = append(out, f)
		}
	}
	return out
}

func terms(o delegate.Handover) []Fact {
	t := o.Terms
	joint := ""
	if t.Joint != delegate.NotJoint {
		joint = "按" + string(t.Joint) + "分工：" + t.JointNote
	}
	return facts(Fact{"上级机关", t.FromName}, Fact{"下放文件", t.Document}, Fact{"法律形式", string(t.Form)}, Fact{"依据", t.Basis}, Fact{"委托书", t.Letter},
		Fact{"委托期限", until(t.Until)}, Fact{"下放的环节", t.Parts.Label()}, Fact{"办理地域", t.Scope.Label()}, Fact{"共同行使", joint}, Fact{"答复期限", ui.Day(t.AnswerBy)},
		Fact{"计划移交", ui.Day(t.Planned)}, Fact{"移交后评估", fmt.Sprintf("%d 个月后", t.Months)}, Fact{"其他约定", t.Note})
}

func until(day string) string {
	if day == "" {
		return ""
	}
	return "到 " + ui.Day(day) + " 为止"
}

func support(o delegate.Handover) []Fact {
	t := o.Terms
	return facts(Fact{"人员", t.Staff}, Fact{"培训", t.Training}, Fact{"设备", t.Equipment}, Fact{"经费", t.Funds})
}

func ability(o delegate.Handover) []Fact {
	c := o.Capacity
	if c.Staff == 0 {
		return nil
	}
	return facts(Fact{"办理人员", fmt.Sprintf("%d 人，其中 %d 人经过培训", c.Staff, c.Trained)}, Fact{"设备", c.Equipment}, Fact{"场所", c.Premises}, Fact{"说明", o.Answer})
}

func delivered(o delegate.Handover) []Fact {
	if o.List == "" {
		return nil
	}
	return facts(Fact{"移交日期", ui.Day(o.From)}, Fact{"收回日期", ui.Day(o.To)}, Fact{"在办", fmt.Sprintf("%d 件", o.Open)}, Fact{"怎样移交", o.OpenHow}, Fact{"交接清单", o.List})
}

// actFields are the fields of the acts that an error may speak of.
const actFields = "note staff trained equipment premises day open open_how list uses problems conclusion"

// act answers the form of an act: it is done, or the page comes again with what
// was typed and what is wrong.
func (h *Handover) act(kind string) staff.Handler {
	return func(w http.ResponseWriter, r *http.Request, who *people.Who) error {
		o, err := h.find(r, who)
		if err != nil {
			return err
		}
		if err := staff.ReadForm(w, r); err != nil {
			return err
		}
		at := func(name string) string { return staff.Typed(r, name) }
		form := ActForm{Kind: kind, Accept: at("accept"), Note: at("note"), Staff: at("staff"), Trained: at("trained"), Equipment: at("equipment"), Premises: at("premises"),
			Day: at("day"), Open: at("open"), OpenHow: at("open_how"), List: at("list"), Uses: at("uses"), Problems: at("problems"), Conclusion: at("conclusion")}
		do, err := form.make(who, o.ID)
		if err == nil {
			err = h.cfg.Ledger.Write(r.Context(), who.Actor(), do)
		}
		switch k := errs.KindOf(err); {
		case err == nil:
			http.Redirect(w, r, oneHref(o.ID)+"?done="+kind, http.StatusSeeOther)
			return nil
		case k != errs.Invalid && k != errs.Conflict:
			return err
		}
		form.Refused = refusal(err, actFields)
		status := errs.Status(err)
		if o, err = h.find(r, who); err != nil { // as it stands by now
			return err
		}
		return h.showOne(w, r, who, status, o, form)
	}
}

// make makes the act of a form.
func (f ActForm) make(who *people.Who, id sqldb.ID) (func(ctx context.Context, tx *ledger.Tx) error, error) {
	var staffed, trained, open int
	uses := -1
	for _, n := range []struct {
		kind, place, typed string
		to                 *int
	}{{"answer", "staff", f.Staff, &staffed}, {"answer", "trained", f.Trained, &trained}, {"sign", "open", f.Open, &open}, {"check", "uses", f.Uses, &uses}} {
		if n.kind != f.Kind || n.typed == "" || f.Kind == "answer" && f.Accept != "yes" {
			continue
		}
		var err error
		if *n.to, err = strconv.Atoi(n.typed); err != nil || *n.to < 0 {
			return nil, errs.Invalidf("“%s”不是整数", n.typed).At(n.place).Fix("请填不小于 0 的整数")
		}
	}
	switch f.Kind {
	case "answer":
		if f.Accept != "yes" && f.Accept != "no" {
			return nil, errs.Invalidf("没有选择是否承接").Fix("请选择同意承接或者不承接")
		}
		return func(ctx context.Context, tx *ledger.Tx) error {
			return delegate.Answer(ctx, tx, who, id, delegate.Reply{Accept: f.Accept == "yes", Note: f.Note,
				Capacity: delegate.Capacity{Staff: staffed, Trained: trained, Equipment: f.Equipment, Premises: f.Premises}})
		}, nil
	case "receive":
		return func(ctx context.Context, tx *ledger.Tx) error { return delegate.Receive(ctx, tx, who, id, f.Note) }, nil
	case "ask-back":
		return func(ctx context.Context, tx *ledger.Tx) error { return delegate.AskBack(ctx, tx, who, id, f.Note) }, nil
	case "withdraw":
		return func(ctx context.Context, tx *ledger.Tx) error { return delegate.Withdraw(ctx, tx, who, id, f.Note) }, nil
	case "sign":
		return func(ctx context.Context, tx *ledger.Tx) error {
			return delegate.HandOver(ctx, tx, who, id, delegate.Delivery{Day: f.Day, Open: open, OpenHow: f.OpenHow, List: f.List})
		}, nil
	case "back":
		if f.Accept == "no" {
			return func(ctx context.Context, tx *ledger.Tx) error { return delegate.DeclineBack(ctx, tx, who, id, f.Note) }, nil
		}
		return func(ctx context.Context, tx *ledger.Tx) error {
			return delegate.GrantBack(ctx, tx, who, id, f.Day, f.Note)
		}, nil
	default:
		return func(ctx context.Context, tx *ledger.Tx) error {
			return delegate.Check(ctx, tx, who, id, delegate.Checked{Uses: uses, Problems: f.Problems, Conclusion: delegate.Conclusion(f.Conclusion)})
		}, nil
	}
}
