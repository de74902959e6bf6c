package handover

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce/delegate"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// Refusal is what is wrong with a form: the field and the words.
type Refusal struct{ Place, Words string }

// At gives the words for a field, "" for another one.
func (f Refusal) At(place string) string {
	if f.Place == place {
		return f.Words
	}
	return ""
}

// refusal reads an error for a form that has the given fields; what speaks of
// none of them stands above the form.
func refusal(err error, fields string) Refusal {
	f := Refusal{Place: staff.Place(err), Words: staff.Words(err)}
	for _, name := range strings.Fields(fields) {
		if name == f.Place {
			return f
		}
	}
	f.Place = ""
	return f
}

// PartChoice is a part of a power to choose.
type PartChoice struct {
	Value   int
	Label   string
	Checked bool
}

// Way is one of several to choose from.
type Way struct {
	Value, Label, Help string
	Checked            bool
}

// ReceiverGroup are the departments of one place.
type ReceiverGroup struct {
	Label   string
	Choices []ui.Choice
}

// OfferForm is an offer as somebody typed it.
type OfferForm struct {
	Code, Receiver, FromName, Document, PowerName string
	Basis, Letter, Until, JointNote               string
	Staff, Training, Equipment, Funds, Note       string
	AnswerBy, Planned, Months                     string
	form, scope, joint                            string
	parts                                         delegate.Parts
	Refused                                       Refusal
	Sent                                          bool
}

// OfferPage is the form for an offer.
type OfferPage struct {
	ui.Frame
	Head      string
	Action    string
	Above     bool
	Power     string // name of the power where it is settled
	PowerCode string
	Category  string
	Again     bool
	Earlier   string // what was answered before
	Receivers []ReceiverGroup
	Forms     []Way
	Scopes    []Way
	Joints    []ui.Choice
	Parts     []PartChoice
	Form      OfferForm
}

// offerFields are the fields of the form that an error may speak of.
const offerFields = "power body division from_name document form basis letter until parts scope joint joint_note staff_help training equipment funds note answer_by planned months"

// begin is the form as it starts.
func (h *Handover) begin() OfferForm {
	now := h.cfg.Clock()
	return OfferForm{form: string(delegate.ByStatute), scope: string(delegate.EachPlace), parts: delegate.Whole, Months: "6",
		AnswerBy: civil(now.AddDate(0, 0, 15)), Planned: civil(now.AddDate(0, 2, 0))}
}

func (h *Handover) newOffer(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	form := h.begin()
	form.Code = r.URL.Query().Get("code")
	if !ui.Clean(form.Code) {
		form.Code = ""
	}
	return h.showOffer(w, r, who, http.StatusOK, form, r.URL.Query().Get("direction") == string(delegate.Above), nil)
}

// showOffer answers with the form; was is the offer that this one follows.
func (h *Handover) showOffer(w http.ResponseWriter, r *http.Request, who *people.Who, status int, form OfferForm, above bool, was *delegate.Handover) error {
	ctx := r.Context()
	page := OfferPage{Head: "提出下放", Action: newPath, Above: above, Form: form}
	trail := []ui.Link{home()}
	switch {
	case was != nil:
		page.Head, page.Action, page.Again, page.Above = "再次提出", oneHref(was.ID)+"/again", true, was.Terms.Direction == delegate.Above
		page.Power, page.PowerCode, page.Category, page.Earlier = was.Name, was.Code, string(was.Category), was.Answer
		trail = append(trail, ui.Link{Label: "第 " + strconv.Itoa(was.No) + " 号", Href: oneHref(was.ID)})
	case above:
		page.Head, page.Action = "记入对上承接", newPath+"?direction=above"
	}
	if was == nil && form.Code != "" {
		if c, err := h.powerOf(ctx, form.Code); err == nil && who.MayOn(people.OfferPower, people.Target{Department: c.Department}) == nil {
			page.Power, page.PowerCode, page.Category = c.Name, c.Code, string(c.Category)
		}
	}
	var err error
	if page.Receivers, err = h.receivers(ctx, page.Above, form.Receiver); err != nil {
		return err
	}
	for _, x := range delegate.Forms() {
		page.Forms = append(page.Forms, Way{string(x), string(x), x.Help(), form.form == string(x)})
	}
	for _, x := range delegate.Scopes() {
		help := map[delegate.Scope]string{delegate.EachPlace: "承接部门办本县（市、区）的，其他地方另外提出", delegate.OneBody: "先同意承接的一家办全市的，别家不能再承接"}[x]
		page.Scopes = append(page.Scopes, Way{string(x), x.Label(), help, form.scope == string(x)})
	}
	page.Joints = []ui.Choice{{Label: "不共同行使", Selected: form.joint == ""}}
	for _, x := range delegate.Joints() {
		page.Joints = append(page.Joints, ui.Choice{Value: string(x), Label: "按" + string(x) + "分工", Selected: form.joint == string(x)})
	}
	for _, x := range delegate.EveryPart() {
		page.Parts = append(page.Parts, PartChoice{int(x), x.Label(), form.parts.Has(x)})
	}
	if page.Frame, err = h.shell.Frame(r, who, page.Head, Root, trail...); err != nil {
		return err
	}
	return h.shell.Show(w, r, status, h.pages, "offer", page)
}

// powerOf finds what a power is today by its code.
func (h *Handover) powerOf(ctx context.Context, code string) (power.Change, error) {
	p, err := power.ByCode(ctx, h.cfg.DB, code)
	if err != nil {
		return power.Change{}, err
	}
	return power.Standing(ctx, h.cfg.DB, p.ID)
}

// receivers lists whom an offer may go to: the departments of each county, or
// those of the city for what comes from above.
func (h *Handover) receivers(ctx context.Context, above bool, chosen string) ([]ReceiverGroup, error) {
	here, err := org.Here(ctx, h.cfg.DB)
	if err != nil {
		return nil, err
	}
	places := []delegate.Place{{Code: here, Name: "本级"}}
	if !above {
		if places, err = delegate.Places(ctx, h.cfg.DB, here, h.today()); err != nil {
			return nil, err
		}
	}
	var out []ReceiverGroup
	for _, p := range places {
		all, err := delegate.Receivers(ctx, h.cfg.DB, p.Code, h.today())
		if err != nil {
			return nil, err
		}
		g := ReceiverGroup{Label: p.Name}
		for _, d := range all {
			value := p.Code + "/" + d.ID.String()
			g.Choices = append(g.Choices, ui.Choice{Value: value, Label: d.Name, Selected: value == chosen})
		}
		if len(g.Choices) > 0 && (above || p.Code != here) {
			out = append(out, g)
		}
	}
	return out, nil
}

// typedOffer reads the form.
func typedOffer(r *http.Request) OfferForm {
	at := func(name string) string { return staff.Typed(r, name) }
	f := OfferForm{Sent: true, Code: at("code"), Receiver: at("body"), FromName: at("from_name"), Document: at("document"), PowerName: at("power_name"),
		Basis: at("basis"), Letter: at("letter"), Until: at("until"), JointNote: at("joint_note"), Staff: at("staff_help"), Training: at("training"),
		Equipment: at("equipment"), Funds: at("funds"), Note: at("note"), AnswerBy: at("answer_by"), Planned: at("planned"), Months: at("months"),
		form: at("form"), scope: at("scope"), joint: at("joint")}
	for _, s := range r.PostForm["parts"] {
		if n, err := strconv.Atoi(s); err == nil {
			f.parts |= delegate.Parts(n)
		}
	}
	return f
}

// terms makes of the form what the books take.
func (f OfferForm) terms() (delegate.Terms, error) {
	t := delegate.Terms{Direction: delegate.Down, PowerName: f.PowerName, FromName: f.FromName, Document: f.Document, Form: delegate.Form(f.form), Basis: f.Basis,
		Letter: f.Letter, Until: f.Until, Parts: f.parts, Scope: delegate.Scope(f.scope), Joint: delegate.Joint(f.joint), JointNote: f.JointNote,
		Staff: f.Staff, Training: f.Training, Equipment: f.Equipment, Funds: f.Funds, Note: f.Note, AnswerBy: f.AnswerBy, Planned: f.Planned}
	division, body, ok := strings.Cut(f.Receiver, "/")
	id, err := sqldb.ParseID(body)
	if !ok || err != nil {
		return t, errs.Invalidf("没有选择承接部门").At("body").Fix("请从列表中选择")
	}
	t.Division, t.Body = division, id
	if t.Months, err = strconv.Atoi(f.Months); err != nil || t.Months == 0 {
		return t, errs.Invalidf("评估时间“%s”不是整数", f.Months).At("months").Fix("请填移交后几个月评估，如 6")
	}
	return t, nil
}

func (h *Handover) makeOffer(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	form, above := typedOffer(r), r.URL.Query().Get("direction") == string(delegate.Above)
	t, err := form.terms()
	if above {
		t.Direction = delegate.Above
	}
	if err == nil && form.Code != "" {
		var p power.Power
		p, err = power.ByCode(r.Context(), h.cfg.DB, form.Code)
		if errs.KindOf(err) == errs.NotFound && err != nil {
			err = errs.Invalidf("没有编码为 %s 的事项", form.Code).At("power").Fix("请核对编码").Because(err)
		}
		t.Power = p.ID
	}
	return h.offered(w, r, who, form, above, nil, err, func(ctx context.Context, tx *ledger.Tx) (sqldb.ID, error) { return delegate.Offer(ctx, tx, who, t) })
}

func (h *Handover) newAgain(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	was, err := h.find(r, who)
	if err != nil {
		return err
	}
	if err := who.MayOn(people.OfferPower, people.Target{Department: h.acting(r.Context(), was.Owner)}); err != nil {
		return err
	}
	t, form := was.Terms, h.begin()
	form.Receiver, form.FromName, form.Document, form.Basis, form.Letter = t.Division+"/"+t.Body.String(), t.FromName, t.Document, t.Basis, t.Letter
	form.JointNote, form.Staff, form.Training, form.Equipment, form.Funds = t.JointNote, t.Staff, t.Training, t.Equipment, t.Funds
	form.form, form.scope, form.joint, form.parts, form.Months = string(t.Form), string(t.Scope), string(t.Joint), t.Parts, strconv.Itoa(t.Months)
	return h.showOffer(w, r, who, http.StatusOK, form, t.Direction == delegate.Above, &was)
}

func (h *Handover) makeAgain(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	was, err := h.find(r, who)
	if err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	form := typedOffer(r)
	t, err := form.terms()
	return h.offered(w, r, who, form, was.Terms.Direction == delegate.Above, &was, err, func(ctx context.Context, tx *ledger.Tx) (sqldb.ID, error) {
		return delegate.Reoffer(ctx, tx, who, was.ID, t)
	})
}

// offered makes an offer and leads to it, or shows the form again.
func (h *Handover) offered(w http.ResponseWriter, r *http.Request, who *people.Who, form OfferForm, above bool, was *delegate.Handover, err error,
	make func(ctx context.Context, tx *ledger.Tx) (sqldb.ID, error)) error {
	var id sqldb.ID
	if err == nil {
		err = h.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) (err error) {
			id, err = make(ctx, tx)
			return err
		})
	}
	switch k := errs.KindOf(err); {
	case err == nil:
		http.Redirect(w, r, oneHref(id)+"?done=offered", http.StatusSeeOther)
		return nil
	case k != errs.Invalid && k != errs.Conflict:
		return err
	}
	form.Refused = refusal(err, offerFields)
	return h.showOffer(w, r, who, errs.Status(err), form, above, was)
}

// acting is who answers for a department today, the department itself where
// nobody does.
func (h *Handover) acting(ctx context.Context, id sqldb.ID) sqldb.ID {
	now, err := org.Responsible(ctx, h.cfg.DB, id, civil(h.cfg.Clock()))
	if err != nil {
		return id
	}
	return now.ID
}
