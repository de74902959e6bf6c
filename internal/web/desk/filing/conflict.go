package filing

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// Contest is one field that two people, or two windows, wrote differently.
type Contest struct {
	Key, Label   string
	Base         string
	Mine, Theirs []ui.Piece // marked against what both began from
	MineText     string
	Both         bool // both changed it
	PickMine     bool // what is chosen unless the person says otherwise
	PickTheirs   bool
}

// ConflictPage shows both texts of two people on one power.
type ConflictPage struct {
	ui.Frame
	Code, Name string
	Window     bool   // the other side is one's own draft, from another window
	When       string // when the other side was written
	OtherNo    int    // the other version
	Contests   []Contest
	Both       int
	Action     string
	Draft, No  string
	Base       string
	Theirs     string // id of the other version, "" for a draft
	Back       string
	Missed     string // what was not chosen
}

// refused answers a form that could not be taken in: both texts where somebody was
// faster, else the form with what was typed and what is wrong.
func (f *Filing) refused(w http.ResponseWriter, r *http.Request, who *people.Who, s subject, d inventory.Draft, err error) error {
	if o, ok := inventory.AsOvertaken(err); ok {
		d.No, d.Base, d.ID = o.Stored.No, o.Stored.Base, o.Stored.ID
		page := ConflictPage{Window: true, When: minute(o.Stored.Saved), Base: o.Stored.Base.String()}
		page.contests(o.Stored.Wording, d.Wording, o.Stored.Wording)
		return f.showConflict(w, r, who, s, d, page)
	}
	if c, ok := inventory.AsClash(err); ok {
		page := ConflictPage{When: minute(c.Theirs.Created), OtherNo: c.Theirs.No, Base: c.Theirs.ID.String(), Theirs: c.Theirs.ID.String()}
		page.contests(inventory.WordingOf(c.Base), d.Wording, inventory.WordingOf(c.Theirs))
		return f.showConflict(w, r, who, s, d, page)
	}
	page := EditPage{Failed: staff.Words(err), Reason: staff.Typed(r, "reason")}
	switch {
	case errs.KindOf(err) == errs.NotFound && d.No > 0 && s.known(r):
		// The draft was finished or dropped elsewhere. The words stand in the form
		// again, as a new draft.
		page.Gone, d.ID, d.No = true, sqldb.NewID(), 0
		return f.showEdit(w, r, who, http.StatusConflict, s, d, page)
	case told(err):
		return f.showEdit(w, r, who, errs.Status(err), s, d, page)
	default:
		return err
	}
}

// known says whether the power of the form was found: what is not found then is
// the draft.
func (s subject) known(r *http.Request) bool { return s.fresh() == (r.PathValue("id") == "") }

// contests lists the fields in which mine and theirs differ, in the order of the
// form. Where only one side changed a field, that side is chosen.
func (page *ConflictPage) contests(base, mine, theirs inventory.Wording) {
	for _, field := range inventory.Fields() {
		b, m, t := field.Get(base), field.Get(mine), field.Get(theirs)
		if m == t {
			continue
		}
		c := Contest{Key: field.Key, Label: field.Label, Base: b, MineText: m, Both: m != b && t != b}
		c.PickMine, c.PickTheirs = !c.Both && m != b, !c.Both && t != b
		_, c.Mine = sides(b, m)
		_, c.Theirs = sides(b, t)
		if page.Window { // there is no third text to mark against
			c.Theirs, c.Mine = sides(t, m)
			c.Both, c.PickMine, c.PickTheirs = true, false, false
		}
		if c.Both {
			page.Both++
		}
		page.Contests = append(page.Contests, c)
	}
}

func (f *Filing) showConflict(w http.ResponseWriter, r *http.Request, who *people.Who, s subject, d inventory.Draft, page ConflictPage) error {
	trail := []ui.Link{home()}
	page.Name, page.Back = d.Name, newPath+"?draft="+d.ID.String()
	if !s.fresh() {
		page.Code, page.Name, page.Back = s.change.Code, s.version.Name, s.href()
		trail = append(trail, ui.Link{Label: s.version.Name, Href: powerHref(s.power)})
	}
	var err error
	if page.Frame, err = f.frame(r, who, page.Back, "两边都有改动", Root, trail...); err != nil {
		return err
	}
	page.Draft, page.No, page.Action = d.ID.String(), strconv.Itoa(d.No), s.drafts()+"/merge"
	return f.show(w, r, http.StatusConflict, "conflict", page)
}

// merge takes of every field the text that somebody chose, keeps the result as
// their draft on top of the newer version, and shows it in the form to be looked
// over before it is handed in.
func (f *Filing) merge(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	s, err := f.subject(r, who)
	if err != nil {
		return err
	}
	d, err := f.typedDraft(r, who, s)
	if err != nil {
		return err
	}
	other, page, err := f.otherSide(r, who, s, d)
	if err != nil {
		return err
	}
	merged, mine, missed := merge(r, other)
	if missed > 0 {
		page.contests(other, mine, other)
		page.Missed = "还有 " + strconv.Itoa(missed) + " 处没有选定。请逐处选择用哪一边的"
		return f.showConflict(w, r, who, s, d, page)
	}
	d.Wording = merged
	saved, err := f.keep(r.Context(), who, d)
	if err != nil {
		return f.refused(w, r, who, s, d, err)
	}
	v := url.Values{"done": {"merged"}}
	if s.fresh() {
		v.Set("draft", saved.ID.String())
	}
	http.Redirect(w, r, ui.Address(s.href(), v), http.StatusSeeOther)
	return nil
}

// otherSide reads the text that stands against one's own: a version of the power,
// or the draft as it was saved elsewhere.
func (f *Filing) otherSide(r *http.Request, who *people.Who, s subject, d inventory.Draft) (inventory.Wording, ConflictPage, error) {
	asked := r.PostForm.Get("theirs")
	if asked == "" {
		stored, err := inventory.DraftByID(r.Context(), f.cfg.DB, who.Account, d.ID)
		return stored.Wording, ConflictPage{Window: true, When: minute(stored.Saved), Base: stored.Base.String()}, unknown(err)
	}
	id, err := sqldb.ParseID(asked)
	if err != nil {
		return inventory.Wording{}, ConflictPage{}, people.Unknown().Because(err)
	}
	v, err := power.VersionByID(r.Context(), f.cfg.DB, id)
	if err == nil && v.Power != s.power {
		return inventory.Wording{}, ConflictPage{}, people.Unknown()
	}
	return inventory.WordingOf(v), ConflictPage{When: minute(v.Created), OtherNo: v.No, Base: v.ID.String(), Theirs: v.ID.String()}, unknown(err)
}

// merge makes the wording that was chosen. mine is the other wording with every
// text of one's own; missed counts the fields for which nothing was chosen.
func merge(r *http.Request, other inventory.Wording) (merged, mine inventory.Wording, missed int) {
	merged, mine = other, other
	for _, field := range inventory.Fields() {
		text, contested := r.PostForm["mine."+field.Key]
		if !contested {
			continue
		}
		field.Set(&mine, text[0])
		switch r.PostForm.Get("pick." + field.Key) {
		case "mine":
			field.Set(&merged, text[0])
		case "theirs":
		default:
			missed++
		}
	}
	return merged, mine, missed
}

// twice is how long after a power was made the same form sent once more counts as
// the same.
const twice = 10 * time.Minute

// sentTwice says whether a form that is refused was taken in a moment ago: it was
// sent twice. Nothing is written again, and the answer is where the first one led.
func (f *Filing) sentTwice(ctx context.Context, who *people.Who, s subject, d, saved inventory.Draft, err error) (string, bool) {
	done := func(id sqldb.ID) (string, bool) {
		if err == nil && saved.No == 1 { // it was only just made, out of the second form
			_ = f.cfg.DB.Write(ctx, func(tx *sqldb.Tx) error { return inventory.DropDraft(sqldb.Inside(ctx), tx, who, saved.ID) })
		}
		return powerHref(id) + "?done=finished", true
	}
	if !s.fresh() {
		// A draft that is left behind because it cannot be dropped is only untidy.
		c, clash := inventory.AsClash(err)
		if clash && len(inventory.Differences(inventory.WordingOf(c.Theirs), d.Wording)) == 0 {
			_ = f.cfg.DB.Write(ctx, func(tx *sqldb.Tx) error { return inventory.DropDraft(sqldb.Inside(ctx), tx, who, d.ID) })
			return powerHref(s.power) + "?done=finished", true
		}
		if errs.KindOf(err) == errs.NotFound && len(inventory.Differences(inventory.WordingOf(s.version), d.Wording)) == 0 {
			return powerHref(s.power) + "?done=finished", true
		}
		return "", false
	}
	if err != nil && errs.KindOf(err) != errs.NotFound || err == nil && saved.No > 1 {
		return "", false
	}
	made, readErr := readMade(ctx, f.cfg.DB, who.Department, d.Name, f.cfg.Clock().Add(-twice))
	if readErr != nil {
		return "", false
	}
	for _, version := range made {
		v, readErr := power.VersionByID(ctx, f.cfg.DB, version)
		if readErr == nil && len(inventory.Differences(inventory.WordingOf(v), d.Wording)) == 0 {
			return done(v.Power)
		}
	}
	return "", false
}

// dropDraft throws a draft of one's own away.
func (f *Filing) dropDraft(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return err
	}
	to := Root + "?done=draft-dropped"
	d, err := inventory.DraftByID(r.Context(), f.cfg.DB, who.Account, id)
	switch {
	case errs.KindOf(err) == errs.NotFound: // gone already: what was wanted is so
	case err != nil:
		return err
	default:
		if !d.Power.IsZero() {
			to = powerHref(d.Power) + "?done=draft-dropped"
		}
		err = f.cfg.DB.Write(r.Context(), func(tx *sqldb.Tx) error { return inventory.DropDraft(sqldb.Inside(r.Context()), tx, who, id) })
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return err
		}
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
