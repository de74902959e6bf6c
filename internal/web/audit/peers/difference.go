package peers

import (
	"context"
	"net/http"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/peer"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// Side is one line of the comparison: what each side says of one element.
type Side struct {
	Label        string
	Ours, Theirs []ui.Piece
	Differs      bool // it is what the page is about
}

// NearRow is a power of ours that comes close.
type NearRow struct {
	ID, Code, Name, Category, Department, Score, Reason, Href string
	Chosen                                                    bool
}

// GivenRow is one answer that was given.
type GivenRow struct {
	Word, Note, By, At string
	Stands             bool
}

// AnswerForm is what somebody concludes.
type AnswerForm struct {
	Answer, Note, Code, Power string
	Department                sqldb.ID
	Sent                      bool
	Failed                    AnswerFails
}

// AnswerFails are the words beside the fields of a refused form.
type AnswerFails struct{ All, Answer, Note, Department, Power string }

// Way is one answer to choose.
type Way struct {
	Value, Label, Help string
	Checked            bool
}

// DifferencePage is one difference with both sides.
type DifferencePage struct {
	ui.Frame
	List, ListHref, Kind  string
	Name, Department      string
	PowerHref, Code       string // of ours, "" where there is none
	Note, Score           string
	Light                 ui.Light
	Sides                 []Side
	HasOurs, HasTheirs    bool
	Near                  []NearRow
	History               []GivenRow
	Ways                  []Way
	Departments           []ui.Choice
	AsksDepartment        bool
	AsksPower             bool
	Form                  AnswerForm
	Seen                  string
	Action                string
	PreviousHref, NextRef string
	Left                  int
	Told                  bool // answered just now, another one
}

// found is a difference with all that its page shows.
type found struct {
	list  peer.Loaded
	f     filter
	d     peer.Difference
	item  list.Item
	ours  power.Version
	code  string
	near  []peer.Near
	given []peer.Given
	all   []org.Department
	n     names
}

// find reads what an address names.
func (p *Peers) find(r *http.Request, who *people.Who) (found, error) {
	var x found
	var err error
	if x.list, x.f, err = p.chosen(r, who); err != nil {
		return x, err
	}
	id, err := staff.PathID(r, "difference")
	if err != nil {
		return x, err
	}
	ctx := r.Context()
	if x.d, err = peer.ByID(ctx, p.cfg.DB, id); err != nil {
		return x, err
	}
	if x.d.List != x.list.ID {
		return x, people.Unknown()
	}
	if err := who.MayOn(people.ComparePeers, people.Target{Department: x.d.Department}); err != nil {
		return x, err
	}
	return x, p.fill(ctx, who, &x)
}

// fill reads both sides of a difference and what was said of it.
func (p *Peers) fill(ctx context.Context, who *people.Who, x *found) (err error) {
	if x.d.Seq > 0 {
		if x.item, err = peer.ItemAt(ctx, p.cfg.DB, x.list.ID, x.d.Seq); err != nil {
			return err
		}
		if x.near, err = peer.NearTo(ctx, p.cfg.DB, x.list.ID, x.d.Seq, scope(who)); err != nil {
			return err
		}
	}
	if !x.d.Version.IsZero() {
		if x.ours, err = power.VersionByID(ctx, p.cfg.DB, x.d.Version); err != nil {
			return err
		}
		c, err := power.Newest(ctx, p.cfg.DB, x.d.Power)
		if err != nil {
			return err
		}
		x.code = c.Code
	}
	if x.given, err = peer.History(ctx, p.cfg.DB, x.d); err != nil {
		return err
	}
	x.all, x.n, err = p.departments(ctx)
	return err
}

func (p *Peers) difference(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	x, err := p.find(r, who)
	if err != nil {
		return err
	}
	return p.showOne(w, r, who, http.StatusOK, x, AnswerForm{Department: x.d.Department})
}

func (p *Peers) showOne(w http.ResponseWriter, r *http.Request, who *people.Who, status int, x found, form AnswerForm) error {
	frame, err := p.shell.Frame(r, who, x.d.Kind.Label(), Root, home(), ui.Link{Label: x.list.Title, Href: x.f.here()})
	if err != nil {
		return err
	}
	d := x.d
	page := DifferencePage{Frame: frame, List: x.list.Title, ListHref: x.f.here(), Kind: d.Kind.Label(), Name: d.Name, Department: x.n.of(d.Department),
		Code: x.code, Note: d.Note, Score: score(d.Score), Light: light(d), Sides: sides(x), HasOurs: !d.Version.IsZero(), HasTheirs: d.Seq > 0,
		Form: form, Seen: string(d.Answer), Action: x.f.one(d.ID), Told: r.URL.Query().Get("done") != "",
		Departments: choices(x.all, scope(who), form.Department), AsksDepartment: slices.Contains(d.Kind.Answers(), peer.AddIt),
		AsksPower: slices.Contains(d.Kind.Answers(), peer.SameAs)}
	if !d.Power.IsZero() {
		page.PowerHref = "/audit/powers/" + d.Power.String()
	}
	for _, a := range d.Kind.Answers() {
		page.Ways = append(page.Ways, Way{string(a), a.Label(d.Kind), a.Help(d.Kind), form.Answer == string(a) || !form.Sent && d.Answer == a})
	}
	for _, n := range x.near {
		page.Near = append(page.Near, NearRow{n.Power.String(), n.Code, n.Name, n.Category, x.n.of(n.Department), score(n.Score), n.Reason,
			"/audit/powers/" + n.Power.String(), form.Power == n.Power.String()})
	}
	for _, g := range x.given {
		page.History = append(page.History, GivenRow{g.Answer.Label(d.Kind), g.Note, g.By, minute(g.At), g.Stands})
	}
	if err := p.around(r.Context(), who, x, &page); err != nil {
		return err
	}
	return p.shell.Show(w, r, status, p.pages, "difference", page)
}

// around fills the links to the differences before and after.
func (p *Peers) around(ctx context.Context, who *people.Who, x found, page *DifferencePage) error {
	for _, way := range []struct {
		set func(*peer.Query)
		to  *string
	}{
		{func(q *peer.Query) { q.Before = x.d.Place() }, &page.PreviousHref},
		{func(q *peer.Query) { q.After = x.d.Place() }, &page.NextRef},
	} {
		q := x.f.query()
		q.Limit = 1
		way.set(&q)
		rows, err := peer.Differences(ctx, p.cfg.DB, x.list.ID, scope(who), q)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			*way.to = x.f.one(rows[0].ID)
		}
	}
	tallies, err := peer.Tallies(ctx, p.cfg.DB, x.list.ID, scope(who), x.f.query())
	for _, t := range tallies {
		if x.f.has(t, "") {
			page.Left += t.N
		}
	}
	return err
}

// sides holds both wordings against each other, element by element.
func sides(x found) []Side {
	v, it := x.ours, x.item
	differs := map[peer.Kind]string{peer.NameDiffers: "名称", peer.CategoryDiffers: "类别", peer.BasisDiffers: "依据", peer.LevelDiffers: "层级"}[x.d.Kind]
	var out []Side
	for _, e := range []struct{ label, ours, theirs string }{
		{"名称", v.Name, it.Name}, {"类别", string(v.Category), it.Category}, {"部门", x.n[v.Department], it.Department}, {"依据", v.Elements.Basis, it.Basis},
		{"层级", v.Level, it.Level}, {"编码", x.code, it.Code}, {"行使内容", v.Elements.Content, ""},
	} {
		if e.ours == "" && e.theirs == "" {
			continue
		}
		s := Side{Label: e.label, Ours: plain(e.ours), Theirs: plain(e.theirs), Differs: e.label == differs}
		if s.Differs && e.ours != "" && e.theirs != "" {
			s.Ours, s.Theirs = nil, nil
			for _, p := range ui.Differences(e.ours, e.theirs) {
				if p.Tone != "more" {
					s.Ours = append(s.Ours, p)
				}
				if p.Tone != "less" {
					s.Theirs = append(s.Theirs, p)
				}
			}
		}
		out = append(out, s)
	}
	return out
}

func plain(s string) []ui.Piece {
	if s == "" {
		return nil
	}
	return []ui.Piece{{Word: s}}
}

// answer takes what somebody concludes, or shows the form again with what was
// typed and what is wrong with it.
func (p *Peers) answer(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	x, err := p.find(r, who)
	if err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	form := AnswerForm{Answer: staff.Typed(r, "answer"), Note: staff.Typed(r, "note"), Code: staff.Typed(r, "code"), Power: staff.Typed(r, "power"), Sent: true}
	reply, err := p.reply(r, x, &form)
	if err == nil {
		err = p.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
			return peer.Answer(ctx, tx, who, x.d.ID, reply)
		})
	}
	if err != nil && x.same(reply, who) { // the same form sent twice was taken the first time
		err = nil
	}
	switch k := errs.KindOf(err); {
	case err == nil:
		return p.forward(w, r, who, x)
	case k != errs.Invalid && k != errs.Conflict:
		return err
	}
	form.fail(err)
	status := errs.Status(err)
	if x, err = p.find(r, who); err != nil { // as it stands by now
		return err
	}
	return p.showOne(w, r, who, status, x, form)
}

// reply makes of a form what the books take.
func (p *Peers) reply(r *http.Request, x found, form *AnswerForm) (peer.Reply, error) {
	reply := peer.Reply{Answer: peer.Verdict(form.Answer), Note: form.Note, Seen: peer.Verdict(staff.Typed(r, "seen"))}
	if s := staff.Typed(r, "department"); s != "" {
		id, err := sqldb.ParseID(s)
		if err != nil {
			return reply, errs.Invalidf("没有这个部门").At("department").Fix("请从列表中选择").Because(err)
		}
		form.Department, reply.Department = id, id
	}
	if reply.Answer != peer.SameAs {
		return reply, nil
	}
	if form.Code != "" {
		o, err := power.ByCode(r.Context(), p.cfg.DB, form.Code)
		if errs.KindOf(err) == errs.NotFound && err != nil {
			return reply, errs.Invalidf("没有编码为 %s 的事项", form.Code).At("power").Fix("请核对编码").Because(err)
		}
		reply.Power = o.ID
		return reply, err
	}
	if form.Power != "" {
		id, err := sqldb.ParseID(form.Power)
		if err != nil {
			return reply, errs.Invalidf("没有这个事项").At("power").Fix("请从相近的事项中选择").Because(err)
		}
		reply.Power = id
	}
	return reply, nil
}

// same says whether the books already hold this very answer of this person.
func (x found) same(reply peer.Reply, who *people.Who) bool {
	return len(x.given) > 0 && x.given[0].Answer == reply.Answer && x.given[0].Note == reply.Note && x.given[0].By == who.Name && x.given[0].Stands
}

// fail puts the words of an error beside the field that it speaks of.
func (f *AnswerForm) fail(err error) {
	words := staff.Words(err)
	switch staff.Place(err) {
	case "answer":
		f.Failed.Answer = words
	case "note":
		f.Failed.Note = words
	case "department":
		f.Failed.Department = words
	case "power":
		f.Failed.Power = words
	default:
		f.Failed.All = words
	}
}

// forward leads on after an answer: to the next one when that was asked for.
func (p *Peers) forward(w http.ResponseWriter, r *http.Request, who *people.Who, x found) error {
	to := x.f.with(listHref(x.list.ID)+"/"+x.d.ID.String(), "done", "1")
	if r.PostForm.Get("then") == "next" {
		q := x.f.query()
		q.Limit, q.After = 1, x.d.Place()
		rows, err := peer.Differences(r.Context(), p.cfg.DB, x.list.ID, scope(who), q)
		if err != nil {
			return err
		}
		if to = x.f.with(listHref(x.list.ID), "done", "answered") + "#worklist"; len(rows) > 0 {
			to = x.f.with(listHref(x.list.ID)+"/"+rows[0].ID.String(), "done", "1")
		}
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
