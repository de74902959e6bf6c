package filing

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// Recovered is a draft that was found again.
type Recovered struct {
	Saved   string
	Changed int    // fields that differ from the present version
	Drop    string // where the form goes that throws it away
}

// EditPage is the form of all elements.
type EditPage struct {
	ui.Frame
	Code, Name string
	New        bool
	State      ui.Light
	VersionNo  int
	Listed     bool // on the list: a change to it needs a reason
	Reason     string
	CodeTyped  string
	CodeWrong  string
	Sections   []FormSection
	Action     string
	SaveURL    string
	MergeURL   string
	Draft, No  string
	Base       string
	Keep       string // key under which the browser keeps what could not be saved
	Found      *Recovered
	Others     int    // people of the department with a draft of the power
	Outdated   bool   // somebody made a version since the draft began
	NotNow     string // why it cannot go in now
	Failed     string
	Gone       bool // the draft is gone; the text stands here again
	Saved      string
	Merged     bool
	Back       string
}

// subject is what a form is about: a power that is there, or a new one.
type subject struct {
	power   sqldb.ID // zero for a new one
	change  power.Change
	version power.Version // the present one
}

func (s subject) fresh() bool { return s.power.IsZero() }

func (s subject) href() string {
	if s.fresh() {
		return newPath
	}
	return powerHref(s.power) + "/edit"
}

// drafts is the address above those for saving and merging.
func (s subject) drafts() string {
	if s.fresh() {
		return newPath
	}
	return powerHref(s.power)
}

// subject reads what the form of an address is about.
func (f *Filing) subject(r *http.Request, who *people.Who) (subject, error) {
	if r.PathValue("id") == "" {
		return subject{}, who.MayOn(people.FillPowers, people.Target{Department: who.Department})
	}
	id, err := staff.PathID(r, "id")
	if err != nil {
		return subject{}, err
	}
	c, err := f.change(r.Context(), who, people.FillPowers, id)
	if err != nil {
		return subject{}, err
	}
	v, err := power.VersionByID(r.Context(), f.cfg.DB, c.Version)
	return subject{id, c, v}, err
}

// typedDraft is the draft that a form sends.
func (f *Filing) typedDraft(r *http.Request, who *people.Who, s subject) (inventory.Draft, error) {
	d := inventory.Draft{Account: who.Account, Department: who.Department, Power: s.power}
	var err error
	if d.ID, err = sqldb.ParseID(r.PostForm.Get("draft")); err != nil {
		return d, errs.Invalidf("提交的内容读不出来").Fix("请刷新页面后重新填写").Because(err)
	}
	if d.No, err = strconv.Atoi(r.PostForm.Get("no")); err != nil || d.No < 0 {
		return d, errs.Invalidf("提交的内容读不出来").Fix("请刷新页面后重新填写")
	}
	ground := inventory.Wording{}
	if !s.fresh() {
		if d.Base, err = sqldb.ParseID(r.PostForm.Get("base")); err != nil {
			return d, errs.Invalidf("提交的内容读不出来").Fix("请刷新页面后重新填写").Because(err)
		}
		ground = inventory.WordingOf(s.version)
	}
	// What the form does not ask for stays as the draft has it.
	if stored, err := inventory.DraftByID(r.Context(), f.cfg.DB, who.Account, d.ID); err == nil {
		ground = stored.Wording
	} else if errs.KindOf(err) != errs.NotFound {
		return d, err
	}
	d.Wording = fill(r, ground)
	return d, nil
}

func (f *Filing) edit(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	ctx, q := r.Context(), r.URL.Query()
	s, err := f.subject(r, who)
	if err != nil {
		return err
	}
	d, found, err := f.draftFor(ctx, who, s, q)
	if err != nil {
		return err
	}
	page := EditPage{Merged: q.Get("done") == "merged"}
	if found {
		page.Found = &Recovered{Saved: minute(d.Saved), Drop: Root + "/drafts/" + d.ID.String() + "/drop"}
		if !s.fresh() {
			page.Found.Changed = len(inventory.Differences(inventory.WordingOf(s.version), d.Wording))
		}
		page.Saved = here(d.Saved).Format("15:04:05")
	}
	return f.showEdit(w, r, who, http.StatusOK, s, d, page)
}

// draftFor gives the draft that the form begins with: the one that somebody left,
// else the present version, else nothing.
func (f *Filing) draftFor(ctx context.Context, who *people.Who, s subject, q url.Values) (d inventory.Draft, found bool, err error) {
	if !s.fresh() {
		d, err = inventory.DraftOf(ctx, f.cfg.DB, who.Account, s.power)
	} else {
		var id sqldb.ID
		if asked := q.Get("draft"); asked != "" {
			if id, err = sqldb.ParseID(asked); err != nil {
				return d, false, people.Unknown().Because(err)
			}
		}
		d, err = inventory.DraftByID(ctx, f.cfg.DB, who.Account, id)
		if err == nil && !d.Power.IsZero() {
			return d, false, people.Unknown()
		}
	}
	if err == nil || errs.KindOf(err) != errs.NotFound {
		return d, err == nil, err
	}
	d = inventory.Draft{ID: sqldb.NewID(), Account: who.Account, Department: who.Department, Power: s.power}
	if !s.fresh() {
		d.Base, d.Wording = s.change.Version, inventory.WordingOf(s.version)
	}
	return d, false, nil
}

// showEdit shows the form with a draft in it.
func (f *Filing) showEdit(w http.ResponseWriter, r *http.Request, who *people.Who, status int, s subject, d inventory.Draft, page EditPage) error {
	ctx := r.Context()
	title, trail := "新增事项", []ui.Link{home()}
	x := formSheet{wording: d.Wording, advise: page.Failed != "" || d.No > 0 || !s.fresh()}
	if !s.fresh() {
		title = "填写事项"
		trail = append(trail, ui.Link{Label: s.version.Name, Href: powerHref(s.power)})
		present := inventory.WordingOf(s.version)
		x.present = &present
		page.Code, page.Name, page.State, page.VersionNo = s.change.Code, s.version.Name, stateLight(s.change.State), s.version.No
		page.Listed = s.change.State == power.Published
		page.Outdated = d.Base != s.change.Version
		var err error
		if x.opinions, err = f.notes(ctx, s.change); err != nil {
			return err
		}
	}
	var err error
	if page.Frame, err = f.frame(r, who, s.href(), title, Root, trail...); err != nil {
		return err
	}
	page.New, page.CodeTyped, page.Sections = s.fresh(), d.Code, x.sections()
	page.Action, page.SaveURL, page.MergeURL = s.href(), s.drafts()+"/draft", s.drafts()+"/merge"
	page.Draft, page.No, page.Base = d.ID.String(), strconv.Itoa(d.No), d.Base.String()
	page.Keep = "qingdan:" + who.Account.String() + ":" + keepName(s)
	page.Back = Root
	if !s.fresh() {
		page.Back = powerHref(s.power)
	}
	for _, fl := range d.Wording.Validate() {
		if fl.Key == "code" && x.advise {
			page.CodeWrong = fl.Message + "。" + fl.Mend
		}
	}
	if page.Others, err = f.others(ctx, who, s, d); err != nil {
		return err
	}
	if page.NotNow, err = f.notNow(ctx, who, s); err != nil {
		return err
	}
	return f.show(w, r, status, "edit", page)
}

// keepName names the power in the browser's memory: a new one has no name yet.
func keepName(s subject) string {
	if s.fresh() {
		return "new"
	}
	return s.power.String()
}

// notes are the opinions on a power that the department has still to answer, or
// answered in this round.
func (f *Filing) notes(ctx context.Context, c power.Change) ([]round.Opinion, error) {
	return round.Opinions(ctx, f.cfg.DB, round.Query{Scope: people.Scope{Departments: []sqldb.ID{c.Department}}, Power: c.Power,
		States: []round.OpinionState{round.Issued, round.Ruled}})
}

// others counts the people of the department who have a draft of the power too.
func (f *Filing) others(ctx context.Context, who *people.Who, s subject, d inventory.Draft) (int, error) {
	if s.fresh() {
		return 0, nil
	}
	all, err := inventory.DraftsOfDepartment(ctx, f.cfg.DB, s.change.Department)
	n := 0
	for _, m := range all {
		if m.Power == s.power && m.Account != who.Account {
			n++
		}
	}
	return n, err
}

// notNow says why what is written cannot become a version now, "" when it can.
// A draft can be kept all the same.
func (f *Filing) notNow(ctx context.Context, who *people.Who, s subject) (string, error) {
	err := round.Filling(ctx, f.cfg.DB, who.Department)
	if err == nil && !s.fresh() {
		err = who.MayOn(people.FillPowers, people.Target{Department: s.change.Department, State: s.change.State})
	}
	if err == nil || told(err) {
		if err == nil {
			return "", nil
		}
		return staff.Words(err), nil
	}
	return "", err
}

// keep saves what a form sends as somebody's draft. A save that was overtaken by
// the same words counts as done.
func (f *Filing) keep(ctx context.Context, who *people.Who, d inventory.Draft) (inventory.Draft, error) {
	saved := d
	err := f.cfg.DB.Write(ctx, func(tx *sqldb.Tx) (err error) {
		saved, err = inventory.SaveDraft(sqldb.Inside(ctx), tx, who, d, f.cfg.Clock().UTC())
		return err
	})
	if o, ok := inventory.AsOvertaken(err); ok && o.Stored.ID == d.ID && o.Stored.Code == d.Code && len(inventory.Differences(o.Stored.Wording, d.Wording)) == 0 {
		return o.Stored, nil
	}
	return saved, err
}

// draftSaved answers a script that saves by itself.
type draftSaved struct {
	Saved  string `json:"saved,omitempty"` // 15:04:05
	Draft  string `json:"draft,omitempty"`
	No     int    `json:"no,omitempty"`
	At     string `json:"at,omitempty"` // where the form of a new power is found again
	Error  string `json:"error,omitempty"`
	Stale  bool   `json:"stale,omitempty"` // saved elsewhere in between: a person must look
	Reload string `json:"reload,omitempty"`
}

// saveDraft keeps what was typed so far: for a script, and for the button of
// whoever has none.
func (f *Filing) saveDraft(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	script := strings.Contains(r.Header.Get("Accept"), "application/json")
	answer := func(status int, v draftSaved) error {
		body, err := json.Marshal(v)
		if err != nil {
			return errs.Wrap("answer of a draft", err)
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		// The connection is the reader's; a failed write has nobody to tell.
		_, _ = w.Write(append(body, '\n'))
		return nil
	}
	s, d, saved, err := f.receive(w, r, who)
	switch {
	case err == nil && script:
		return answer(http.StatusOK, draftSaved{Saved: here(saved.Saved).Format("15:04:05"), Draft: saved.ID.String(), No: saved.No, At: reopened(s, saved)})
	case err == nil:
		return f.kept(w, r, s, saved)
	case script && (told(err) || errs.KindOf(err) == errs.NotFound || errs.KindOf(err) == errs.Forbidden):
		_, stale := inventory.AsOvertaken(err)
		return answer(errs.Status(err), draftSaved{Error: staff.Words(err), Stale: stale || errs.KindOf(err) == errs.NotFound, Reload: s.href()})
	default:
		return f.refused(w, r, who, s, d, err)
	}
}

// receive reads a form and saves it as a draft.
func (f *Filing) receive(w http.ResponseWriter, r *http.Request, who *people.Who) (s subject, d, saved inventory.Draft, err error) {
	if err = readForm(w, r); err != nil {
		return
	}
	if s, err = f.subject(r, who); err != nil {
		return
	}
	if d, err = f.typedDraft(r, who, s); err != nil {
		return
	}
	saved, err = f.keep(r.Context(), who, d)
	return
}

// finish makes a version of what the form holds. It is saved as a draft first, so
// that nothing is lost whatever stands in the way.
func (f *Filing) finish(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	s, d, saved, err := f.receive(w, r, who)
	if err != nil && d.ID.IsZero() {
		return err
	}
	if err == nil && r.PostForm.Get("then") == "draft" {
		return f.kept(w, r, s, saved)
	}
	if err == nil && !s.fresh() && saved.Base == s.change.Version && len(inventory.Differences(inventory.WordingOf(s.version), saved.Wording)) == 0 {
		return f.unchanged(w, r, who, s, saved)
	}
	if again, ok := f.sentTwice(r.Context(), who, s, d, saved, err); ok {
		http.Redirect(w, r, again, http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return f.refused(w, r, who, s, d, err)
	}
	var done inventory.Finished
	err = f.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) (err error) {
		done, err = inventory.Finish(ctx, tx, who, saved.ID, saved.No, staff.Typed(r, "reason"))
		return err
	})
	if err != nil {
		if again, ok := f.sentTwice(r.Context(), who, s, d, saved, err); ok {
			http.Redirect(w, r, again, http.StatusSeeOther)
			return nil
		}
		return f.refused(w, r, who, s, saved, err)
	}
	http.Redirect(w, r, powerHref(done.Power)+"?done=finished", http.StatusSeeOther)
	return nil
}

// unchanged answers a form that says what the present version says: there is
// nothing to hand in, and no draft is left behind.
func (f *Filing) unchanged(w http.ResponseWriter, r *http.Request, who *people.Who, s subject, saved inventory.Draft) error {
	ctx := r.Context()
	err := f.cfg.DB.Write(ctx, func(tx *sqldb.Tx) error { return inventory.DropDraft(sqldb.Inside(ctx), tx, who, saved.ID) })
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return err
	}
	saved.ID, saved.No = sqldb.NewID(), 0
	page := EditPage{Failed: "没有修改。内容与现在的版本完全一样，不需要提交", Reason: staff.Typed(r, "reason")}
	return f.showEdit(w, r, who, http.StatusBadRequest, s, saved, page)
}

// kept leads back to a draft that was saved by hand.
func (f *Filing) kept(w http.ResponseWriter, r *http.Request, s subject, saved inventory.Draft) error {
	to := s.href()
	if s.fresh() {
		to = reopened(s, saved)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// reopened is where the draft of a new power is found again; "" for one of a power
// that is there, whose form has its own address.
func reopened(s subject, d inventory.Draft) string {
	if !s.fresh() {
		return ""
	}
	return newPath + "?draft=" + d.ID.String()
}
