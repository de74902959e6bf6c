package impact

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/workday"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/calendar"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// Report tells what Follow did.
type Report struct {
	Events  []Event // opened, or extended by versions written since
	Tasks   int     // opened
	Void    int     // tasks whose text was withdrawn
	Gone    int     // tasks whose version is no longer on its way or on the list
	Counted int     // tasks whose last day was counted anew with another calendar
}

// nothing says that there was nothing to do.
func (r Report) nothing() bool { return r.Tasks+r.Void+r.Gone+r.Counted == 0 }

// errNothing undoes a following that found nothing to write.
var errNothing = errors.New("nothing to follow")

// Follow turns what happened in the library since the last time into tasks, in
// one transaction: texts that came in or were withdrawn, and texts that began or
// ended since, today being given. It is safe to run at any time and as often as
// wanted; the same change opens no task twice. Events are recorded as
// "impact.opened", what fell away as "impact.closed".
//
// A version of a power is held against the library that its writer could see:
// a text that was there before the version was written is nothing new to it.
//
// rule:动态管理/1 法规立改废：逐项查找受影响的事项，限期办理，公开至办结
func Follow(ctx context.Context, l *ledger.Ledger, db *sqldb.DB, actor ledger.Actor, today string) (Report, error) {
	var rep Report
	var news []law.News
	err := l.Load(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
		f := &follower{tx: tx, today: today}
		err := f.follow(ctx)
		rep, news = f.report, f.news
		if err == nil && rep.nothing() {
			return errNothing
		}
		return err
	})
	if !errors.Is(err, errNothing) {
		return rep, errs.Wrap("follow the library", err)
	}
	err = db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := law.Followed(ctx, tx, news); err != nil {
			return err
		}
		return saveDay(ctx, tx, today)
	})
	return rep, errs.Wrap("follow the library", err)
}

type follower struct {
	tx     *ledger.Tx
	today  string
	report Report

	news     []law.News
	last     string // the day last looked at, "" before the first time
	term     int
	calendar *workday.Calendar
	look     *looker
	after    *law.Library
	presence map[sqldb.ID]law.Presence // of the texts in the news
	befores  map[string]*law.Library
	events   map[turn]*opening
	opened   []*opening                         // in the order of finding
	said     map[sqldb.ID]map[sqldb.ID][]Reason // document -> version -> what amending acts said already
}

func (f *follower) follow(ctx context.Context) error {
	var err error
	if f.news, err = law.ReadNews(ctx, f.tx); err != nil {
		return err
	}
	if f.last, err = lastDay(ctx, f.tx); err != nil {
		return err
	}
	if f.term, err = Term(ctx, f.tx); err != nil {
		return err
	}
	if f.calendar, err = calendar.Current(ctx, f.tx); err != nil {
		return err
	}
	if err := f.settle(ctx); err != nil {
		return err
	}
	f.events, f.said = map[turn]*opening{}, map[sqldb.ID]map[sqldb.ID][]Reason{}
	if err := f.find(ctx); err != nil {
		return err
	}
	if err := f.covered(ctx); err != nil {
		return err
	}
	if err := f.close(ctx); err != nil {
		return err
	}
	if err := law.Followed(ctx, f.tx.Tx, f.news); err != nil {
		return err
	}
	return saveDay(ctx, f.tx.Tx, f.today)
}

// settle ends the tasks that withdrawn texts opened and those without an
// object, and counts the last days anew where the calendar has changed.
func (f *follower) settle(ctx context.Context) error {
	var err error
	for _, n := range f.news {
		k, err := voidOf(ctx, f.tx, n, f.today)
		if err != nil {
			return err
		}
		f.report.Void += k
	}
	if f.report.Gone, err = closeGone(ctx, f.tx, f.today); err != nil {
		return err
	}
	if f.report.Void+f.report.Gone > 0 {
		if err := f.tx.Say(ctx, "", "impact.closed", sqldb.ID{}, closedAct{string(Mistaken), f.report.Void, string(Overtaken), f.report.Gone}); err != nil {
			return err
		}
	}
	return f.recount(ctx)
}

// closedAct is what the ledger tells of tasks that fell away.
type closedAct struct {
	Mistaken  string `json:"mistaken"`
	Void      int    `json:"void"`
	Overtaken string `json:"overtaken"`
	Gone      int    `json:"gone"`
}

// recount counts the last day of every open task anew that was counted with
// another edition of the calendar.
func (f *follower) recount(ctx context.Context) error {
	old, err := countedWithout(ctx, f.tx, f.calendar.Edition())
	if err != nil || len(old) == 0 {
		return err
	}
	for _, t := range old {
		t, err := f.due(t, t.Starts)
		if err != nil {
			return err
		}
		if err := setDue(ctx, f.tx, t); err != nil {
			return err
		}
	}
	f.report.Counted = len(old)
	type act struct {
		Calendar string `json:"calendar"`
		Tasks    int    `json:"tasks"`
	}
	return f.tx.Say(ctx, "", "impact.recounted", sqldb.ID{}, act{f.calendar.Edition(), len(old)})
}

// due sets the clock of a task: the term begins on the day from which the
// change holds, or today when that is past; the first day is not counted.
func (f *follower) due(t Task, starts string) (Task, error) {
	var err error
	t.Starts = starts
	t.Due, t.Provisional, err = f.calendar.AddWorkdays(starts, f.term)
	t.Calendar = f.calendar.Edition()
	return t, errs.Wrap("last day of a task", err)
}

// find follows the citations of every version that cites a document concerned.
func (f *follower) find(ctx context.Context) error {
	keys, also, err := f.concerned(ctx)
	if err != nil || len(keys) == 0 {
		return err
	}
	all, err := law.ReadTitles(ctx, f.tx, keys, also...)
	if err != nil {
		return err
	}
	titles, err := power.CitedLaws(ctx, f.tx)
	if err != nil {
		return err
	}
	titles = slices.DeleteFunc(titles, func(t string) bool { return !all.Knows(t) })
	if len(titles) == 0 {
		return nil
	}
	f.look, f.after = newLooker(all), all.Without(also...)
	f.befores = map[string]*law.Library{}
	var cites []power.Cited
	err = power.Citing(ctx, f.tx, titles, func(c power.Cited) error {
		cites = append(cites, c)
		return nil
	})
	if err != nil {
		return err
	}
	acts, err := f.amendingActs(ctx)
	if err != nil {
		return err
	}
	ahead, past := append([]string{f.today}, all.Turns(f.today, "")...), []string{}
	if f.last != "" && f.last < f.today {
		past = all.Turns(f.last, f.today)
	}
	for _, v := range gather(cites) {
		if err := f.version(ctx, v, ahead, past, acts); err != nil {
			return fmt.Errorf("follow %s: %w", v.Code, err)
		}
	}
	return nil
}

// concerned gives the titles that the news and the days since the last time
// touch, and the texts withdrawn.
func (f *follower) concerned(ctx context.Context) (keys []string, withdrawn []sqldb.ID, err error) {
	f.presence = map[sqldb.ID]law.Presence{}
	for _, n := range f.news {
		more, err := law.KeysOf(ctx, f.tx, n.Edition)
		if err != nil {
			return nil, nil, err
		}
		keys = append(keys, more...)
		if n.Kind == law.Withdrawn {
			withdrawn = append(withdrawn, n.Edition)
		}
		if f.presence[n.Edition], err = law.ReadPresence(ctx, f.tx, n.Edition); err != nil {
			return nil, nil, err
		}
	}
	if f.last != "" && f.last < f.today {
		turned, err := law.TurnedKeys(ctx, f.tx, f.last, f.today)
		if err != nil {
			return nil, nil, err
		}
		keys = append(keys, turned...)
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	if len(keys) == 0 {
		return nil, nil, nil
	}
	return f.cited(ctx, keys), withdrawn, nil
}

// cited keeps the titles that some power cites. Aliases of a document are among
// its titles already.
func (f *follower) cited(ctx context.Context, keys []string) []string {
	titles, err := power.CitedLaws(ctx, f.tx)
	if err != nil {
		return keys // the same query fails again where its error is handled
	}
	by := make(map[string]bool, len(titles))
	for _, t := range titles {
		by[citation.NormalizeTitle(t)] = true
	}
	return slices.DeleteFunc(keys, func(k string) bool { return !by[k] })
}

// version follows one version and opens its tasks.
func (f *follower) version(ctx context.Context, v version, ahead, past []string, acts []act) error {
	before := f.before(v)
	var all []found
	add := func(more []found, err error) error {
		for _, m := range more {
			if !slices.ContainsFunc(all, func(x found) bool { return x.turn == m.turn }) {
				all = append(all, m)
			}
		}
		return err
	}
	if before != f.after {
		for _, day := range ahead {
			if err := add(f.look.touch(v, before, day, f.after, day)); err != nil {
				return err
			}
		}
	}
	for _, day := range past {
		if civil(v.Created) < day {
			if err := add(f.look.touch(v, f.after, dayBefore(day), f.after, day)); err != nil {
				return err
			}
		}
	}
	all = append(all, f.amending(v, acts)...)
	for _, x := range all {
		if err := f.open(ctx, v, x); err != nil {
			return err
		}
	}
	return nil
}

// before gives the library that a version's writer could see: without the texts
// that came in later, and with those that were withdrawn later.
func (f *follower) before(v version) *law.Library {
	at := sqldb.Micros(v.Created)
	var unseen []sqldb.ID
	withdrawn, key := false, ""
	for _, n := range f.news {
		withdrawn = withdrawn || n.Kind == law.Withdrawn
		if !f.presence[n.Edition].Seen(at, v.Version) && !slices.Contains(unseen, n.Edition) {
			unseen = append(unseen, n.Edition)
			key += string(n.Edition[:])
		}
	}
	if len(unseen) == 0 && !withdrawn {
		return f.after
	}
	if l, ok := f.befores[key]; ok {
		return l
	}
	f.befores[key] = f.look.all.Without(unseen...)
	return f.befores[key]
}

// civil is the civil day of an instant in Asia/Shanghai.
func civil(t time.Time) string {
	return t.In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)
}

// dayBefore gives the day before a day; a day of the library that is none comes
// back as it is.
func dayBefore(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, -1).Format(time.DateOnly)
}
