package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/peer"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
)

// DeskOptions say how the desks of the city are prepared. Day and Say may be
// empty.
type DeskOptions struct {
	Now time.Time    // the clearing's last days are counted from here
	Day string       // the day on which the checks judge laws; "" is today
	Say func(string) // is told in Chinese what is being done
}

// Desks gives the loaded city people and work: one account for every role, four
// audit groups that share the departments, and a clearing under way in which six
// departments stand at different points, from unfinished drafts to a dispute
// before the leading group. All of it is done by the functions that a user calls.
// The accounts have no password: one signs in to them on a demonstration only.
//
// Calling it again changes nothing. After an interruption it goes on with the
// departments that were not begun; one that was stays where it stands.
func Desks(ctx context.Context, db *sqldb.DB, l *ledger.Ledger, o DeskOptions) error {
	d := &desks{db: db, ledger: l, now: o.Now, day: o.Day, say: o.Say, persons: map[string]*people.Who{}}
	if d.say == nil {
		d.say = func(string) {}
	}
	if d.day == "" {
		d.day = round.Civil(d.now)
	}
	for _, step := range []func(context.Context) error{d.offices, d.accounts, d.baseline, d.open, d.fillAll, d.playAll, d.compare,
		d.handDown, d.use, d.proposeCuts,
		d.consult, d.press, d.speak,
		d.overlaps, // last: it looks at what all the others left
	} {
		if err := step(ctx); err != nil {
			return errs.Wrap("demo desks", err)
		}
	}
	return nil
}

// desks is the city's staff at work.
type desks struct {
	db      *sqldb.DB
	ledger  *ledger.Ledger
	now     time.Time
	day     string
	say     func(string)
	all     []org.Department
	byShort map[string]sqldb.ID
	persons map[string]*people.Who // by login
	filled  bool                   // something was written that the checks have not seen
}

// offices reads the departments.
func (d *desks) offices(ctx context.Context) (err error) {
	if d.all, err = org.Departments(ctx, d.db, cityCode); err != nil {
		return err
	}
	d.byShort = map[string]sqldb.ID{}
	for _, x := range d.all {
		d.byShort[x.Short] = x.ID
	}
	for _, s := range stories() {
		if d.byShort[s.office].IsZero() {
			return errs.NotFoundf("演示城市里没有“%s”", s.office).Fix("请先运行 qingdan demo load")
		}
	}
	return nil
}

// as runs an act of somebody.
func (d *desks) as(ctx context.Context, who *people.Who, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	return d.ledger.Write(ctx, who.Actor(), fn)
}

// campaignTitle names the clearing after the year.
func (d *desks) campaignTitle() string {
	return round.Civil(d.now)[:4] + campaignSuffix
}

// campaignSuffix is how the title of the clearing ends; others are left alone.
const campaignSuffix = "年权力清单集中清理（演示）"

// standing says where a department stands in the clearing of the demonstration;
// false where that does not cover it, such as after it was closed.
func (d *desks) standing(ctx context.Context, s story) (round.Standing, bool, error) {
	st, err := round.StandingOf(ctx, d.db, d.byShort[s.office], round.Civil(d.now))
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return st, false, nil
	}
	return st, strings.HasSuffix(st.Campaign.Title, campaignSuffix), err
}

// from is the civil day some days from now.
func (d *desks) from(days int) string { return round.Civil(d.now.AddDate(0, 0, days)) }

// open opens the clearing, once, unless another one runs.
func (d *desks) open(ctx context.Context) error {
	before, err := round.Campaigns(ctx, d.db)
	if err != nil || slices.ContainsFunc(before, func(c round.Campaign) bool {
		return c.State != round.Closed || strings.HasSuffix(c.Title, campaignSuffix)
	}) {
		return err
	}
	d.say("开始" + d.campaignTitle())
	plan := round.Plan{Title: d.campaignTitle(), Due: [round.Final]string{d.from(7), d.from(28), d.from(49), d.from(70)}}
	for _, s := range stories() {
		plan.Departments = append(plan.Departments, d.byShort[s.office])
		if s.late {
			plan.Exceptions = append(plan.Exceptions, round.Term{Department: d.byShort[s.office], No: 1, Due: d.from(-1)})
		}
	}
	legal := d.persons[legalLogin]
	return d.as(ctx, legal, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := round.Open(ctx, tx, legal, plan)
		return err
	})
}

// fillAll lets every department that has nothing under way fill in, and then has
// the checks look at what was written before any of it is handed up.
func (d *desks) fillAll(ctx context.Context) error {
	for _, s := range stories() {
		st, takesPart, err := d.standing(ctx, s)
		if err != nil {
			return err
		}
		if !takesPart || st.Open > 0 || !st.Submission.IsZero() {
			continue
		}
		if err := d.fill(ctx, s); err != nil {
			return errs.Wrap(s.office, err)
		}
	}
	if !d.filled {
		return nil
	}
	d.say("核对部门填报的事项")
	_, err := inventory.CheckAndSave(ctx, d.ledger, d.db, demoActor(), d.day, nil)
	return err
}

// fill lets a department revise powers and leave drafts.
func (d *desks) fill(ctx context.Context, s story) error {
	powers, err := d.listed(ctx, d.byShort[s.office])
	if err != nil {
		return err
	}
	if len(powers) < len(s.edits)+len(s.drafts) {
		return errs.Conflictf("%s在清单上的事项不够 %d 项", s.office, len(s.edits)+len(s.drafts))
	}
	clerk := d.persons[s.clerk()]
	d.say(fmt.Sprintf("%s填报 %d 项", s.office, len(s.edits)))
	for i, e := range s.edits {
		if _, err := d.revise(ctx, clerk, powers[i], e); err != nil {
			return err
		}
		d.filled = true
	}
	for i, e := range s.drafts {
		if _, err := d.draft(ctx, clerk, powers[len(s.edits)+i], e); err != nil {
			return err
		}
	}
	if s.unfinished.Name == "" {
		return nil
	}
	return d.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := inventory.SaveDraft(ctx, tx, clerk, inventory.Draft{Wording: s.unfinished}, d.now)
		return err
	})
}

// listed gives powers of a department on the list, the kinds mixed: approvals,
// penalties, supervision by turns, and then the rest.
func (d *desks) listed(ctx context.Context, department sqldb.ID) ([]power.Change, error) {
	all, err := power.Changes(ctx, d.db, power.Published)
	if err != nil {
		return nil, err
	}
	byKind := map[power.Category][]power.Change{}
	for _, c := range all {
		if c.Department == department {
			byKind[c.Category] = append(byKind[c.Category], c)
		}
	}
	var out []power.Change
	for more := true; more; {
		more = false
		for _, k := range []power.Category{power.CategoryPermit, power.CategoryPenalty, power.CategorySupervision, power.CategoryOther} {
			if len(byKind[k]) > 0 {
				out, byKind[k], more = append(out, byKind[k][0]), byKind[k][1:], true
			}
		}
	}
	return out, nil
}

// draft begins the next wording of a power and leaves it.
func (d *desks) draft(ctx context.Context, clerk *people.Who, c power.Change, e edit) (inventory.Draft, error) {
	now, err := inventory.Current(ctx, d.db, c.Power)
	if err != nil {
		return inventory.Draft{}, err
	}
	v, err := power.VersionByID(ctx, d.db, now.Version)
	if err != nil {
		return inventory.Draft{}, err
	}
	w := inventory.WordingOf(v)
	e.apply(&w)
	var out inventory.Draft
	err = d.db.Write(ctx, func(tx *sqldb.Tx) (err error) {
		out, err = inventory.SaveDraft(ctx, tx, clerk, inventory.Draft{Power: c.Power, Wording: w}, d.now)
		return err
	})
	return out, err
}

// revise makes the next version of a power.
func (d *desks) revise(ctx context.Context, clerk *people.Who, c power.Change, e edit) (power.Ids, error) {
	draft, err := d.draft(ctx, clerk, c, e)
	if err != nil {
		return power.Ids{}, err
	}
	var out inventory.Finished
	err = d.as(ctx, clerk, func(ctx context.Context, tx *ledger.Tx) (err error) {
		out, err = inventory.Finish(ctx, tx, clerk, draft.ID, draft.No, e.why)
		return err
	})
	return out.Ids, errs.Wrap(c.Code, err)
}

// compare holds the city against the lists of other places that are loaded.
func (d *desks) compare(ctx context.Context) error {
	lists, err := list.Lists(ctx, d.db, list.Peer)
	if err != nil {
		return err
	}
	for _, l := range lists {
		known, err := peer.ListByID(ctx, d.db, l.ID, people.Scope{All: true})
		if err != nil {
			return err
		}
		if known.Run != nil && !known.Run.Stale {
			continue
		}
		d.say("与“" + l.Title + "”比对")
		if _, err := peer.Align(ctx, d.db, l.ID, d.now); err != nil {
			return err
		}
	}
	return nil
}
