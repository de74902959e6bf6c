package impact

import (
	"context"
	"errors"
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
	Events   []Event // opened, or extended by versions written since
	Tasks    int     // opened, or open again
	Void     int     // fell away: text withdrawn, version gone, or taken up by a later change
	Reopened int     // whose answer was not carried out
	Carried  int     // of higher texts, now on the next wording of their power
	Counted  int     // whose last day was counted anew with another calendar
}

// nothing says that there was nothing to do.
func (r Report) nothing() bool { return r.Tasks+r.Void+r.Reopened+r.Carried+r.Counted == 0 }

// errNothing undoes a following that found nothing to write.
var errNothing = errors.New("nothing to follow")

// newsAge is how long news of the library is looked at again: a write that began
// before a text came in may be committed after it was followed up.
const newsAge = 10 * time.Minute

// Follow turns what happened in the library since the last time into tasks, in
// one transaction: texts that came in or were withdrawn, and texts that began or
// ended since, today being given. It is safe to run at any time and as often as
// wanted: what it opens and what falls away follow from the library, the versions
// and the answers alone. Events are recorded as "impact.opened", what fell away
// as "impact.closed".
//
// A citation is held against the text that its writer could see (baseline), or
// against the one for which the department last answered.
//
// rule:动态管理/1 法规立改废：逐项查找受影响的事项，限期办理，公开至办结
func Follow(ctx context.Context, l *ledger.Ledger, db *sqldb.DB, actor ledger.Actor, today string) (Report, error) {
	var rep Report
	var old int64
	err := l.Load(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
		f := &follower{tx: tx, today: today}
		old = sqldb.Micros(tx.Now().Add(-newsAge))
		err := f.follow(ctx)
		rep = f.report
		switch {
		case err != nil:
			return err
		case rep.nothing():
			return errNothing
		}
		return followed(ctx, tx.Tx, old, today)
	})
	if errors.Is(err, errNothing) {
		err = db.Write(ctx, func(tx *sqldb.Tx) error { return followed(ctx, tx, old, today) })
	}
	return rep, errs.Wrap("follow the library", err)
}

// followed forgets old news and keeps the day.
func followed(ctx context.Context, tx *sqldb.Tx, old int64, today string) error {
	if err := law.Followed(ctx, tx, old); err != nil {
		return err
	}
	return saveDay(ctx, tx, today)
}

type follower struct {
	tx     *ledger.Tx
	today  string
	report Report

	last     string // the day last looked at, "" before the first time
	term     int
	calendar *workday.Calendar
	history  *law.History
	look     *looker
	acts     []law.Act
	standing map[sqldb.ID][]standing      // open tasks by power
	answers  map[sqldb.ID][]answer        // by power
	wordings map[sqldb.ID][]power.Written // of powers with more than one, the latest first
	events   map[turn]*opening
	opened   []*opening        // in the order of finding
	again    map[sqldb.ID]bool // open tasks that were found again
}

func (f *follower) follow(ctx context.Context) error {
	var err error
	if f.last, err = lastDay(ctx, f.tx); err != nil {
		return err
	}
	if err := f.prepare(ctx); err != nil {
		return err
	}
	reopened, err := f.reopen(ctx)
	if err != nil {
		return err
	}
	if err := f.recount(ctx); err != nil {
		return err
	}
	keys, err := law.NewsKeys(ctx, f.tx)
	if err != nil {
		return err
	}
	if f.last != "" && f.last < f.today {
		turned, err := law.TurnedKeys(ctx, f.tx, f.last, f.today)
		if err != nil {
			return err
		}
		keys = append(keys, turned...)
	}
	keys = append(keys, reopened...)
	if err := f.find(ctx, keys, nil); err != nil {
		return err
	}
	if err := f.coveredGone(ctx); err != nil {
		return err
	}
	if err := f.covered(ctx); err != nil {
		return err
	}
	return f.close(ctx)
}

// refollow brings the tasks of other changes along to the versions that answers
// made of some powers: what they ask stands in the new wording as in the old.
func refollow(ctx context.Context, tx *ledger.Tx, today string, powers []sqldb.ID) error {
	f := &follower{tx: tx, today: today}
	if err := f.prepare(ctx); err != nil {
		return err
	}
	if err := f.find(ctx, nil, powers); err != nil {
		return err
	}
	if err := f.coveredGone(ctx); err != nil {
		return err
	}
	return f.close(ctx)
}

// reopen opens the tasks again whose answer was not carried out and gives the
// titles of their laws: they are looked at anew.
func (f *follower) reopen(ctx context.Context) ([]string, error) {
	documents, n, err := reopenRefused(ctx, f.tx)
	if err != nil || n == 0 {
		return nil, err
	}
	f.report.Reopened = n
	return law.KeysOfDocuments(ctx, f.tx, documents)
}

func (f *follower) prepare(ctx context.Context) error {
	var err error
	if f.term, err = Term(ctx, f.tx); err != nil {
		return err
	}
	f.events, f.again = map[turn]*opening{}, map[sqldb.ID]bool{}
	f.calendar, err = calendar.Current(ctx, f.tx)
	return err
}

// recount counts the last day of every open task anew that was counted with
// another edition of the calendar.
func (f *follower) recount(ctx context.Context) error {
	old, err := countedWithout(ctx, f.tx, f.calendar.Edition())
	if err != nil || len(old) == 0 {
		return err
	}
	for _, t := range old {
		t, err := f.due(t, t.Starts, t.term)
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
func (f *follower) due(t Task, starts string, term int) (Task, error) {
	var err error
	t.Starts, t.term = starts, term
	t.Due, t.Provisional, err = f.calendar.AddWorkdays(starts, term)
	t.Calendar = f.calendar.Edition()
	return t, errs.Wrap("last day of a task", err)
}

// find follows the citations of every version that cites a document concerned:
// one of the titles, or one of which a task hangs on a version that is no longer
// on its way or on the list. Open tasks that are not found again fall away. With
// powers given, only these are looked at.
func (f *follower) find(ctx context.Context, keys []string, powers []sqldb.ID) error {
	orphaned, err := orphans(ctx, f.tx, powers)
	if err != nil {
		return err
	}
	more, err := law.KeysOfDocuments(ctx, f.tx, orphaned)
	if err != nil {
		return err
	}
	keys = append(keys, more...)
	if len(keys) == 0 {
		return nil
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	var titles []string
	if len(powers) == 0 {
		if titles, err = power.CitedLaws(ctx, f.tx); err != nil {
			return err
		}
		by := map[string]bool{}
		for _, t := range titles {
			by[citation.NormalizeTitle(t)] = true
		}
		keys = slices.DeleteFunc(keys, func(k string) bool { return !by[k] })
	}
	if f.history, err = law.ReadHistory(ctx, f.tx, keys); err != nil {
		return err
	}
	f.look = newLooker(f.history)
	if f.acts, err = law.ActsOn(ctx, f.tx, keys); err != nil {
		return err
	}
	documents := f.history.Documents()
	if f.standing, err = openTasks(ctx, f.tx, append(slices.Clip(documents), orphaned...), powers); err != nil {
		return err
	}
	if f.answers, err = readAnswers(ctx, f.tx, documents); err != nil {
		return err
	}
	cites, err := f.citations(ctx, titles, powers)
	if err != nil {
		return err
	}
	versions := gather(cites)
	if err := f.readWordings(ctx, versions); err != nil {
		return err
	}
	for _, v := range versions {
		if err := f.version(ctx, v); err != nil {
			return errs.Wrap("follow "+v.Code, err)
		}
	}
	return f.fallAway(ctx)
}

// readWordings reads the former wordings of the powers that have any, the latest
// first.
func (f *follower) readWordings(ctx context.Context, versions []version) error {
	var reworded []sqldb.ID
	for _, v := range versions {
		if v.No > 1 {
			reworded = append(reworded, v.Power)
		}
	}
	f.wordings = map[sqldb.ID][]power.Written{}
	return power.Wordings(ctx, f.tx, reworded, func(w power.Written) {
		f.wordings[w.Power] = append([]power.Written{w}, f.wordings[w.Power]...)
	})
}

// citations reads who cites the documents of the history.
func (f *follower) citations(ctx context.Context, titles []string, powers []sqldb.ID) ([]power.Cited, error) {
	var cites []power.Cited
	take := func(c power.Cited) error {
		if f.history.Knows(c.Ref.Law) {
			cites = append(cites, c)
		}
		return nil
	}
	if len(powers) > 0 {
		err := power.CitedBy(ctx, f.tx, powers, take)
		return cites, err
	}
	err := power.Citing(ctx, f.tx, slices.DeleteFunc(titles, func(t string) bool { return !f.history.Knows(t) }), take)
	return cites, err
}

// fallAway ends the open tasks of the documents concerned that were not found
// again: the text that opened them is withdrawn, their version is gone, or a
// later change has taken them up.
func (f *follower) fallAway(ctx context.Context) error {
	for _, tasks := range f.standing {
		for _, t := range tasks {
			if f.again[t.id] {
				continue
			}
			o := Unaffected
			switch gone := !t.cause.IsZero() && f.history.Known(t.cause) && !f.history.Stands(t.cause); {
			case t.replaced:
				o = TakenUp
			case gone != (t.kind == TakenOut):
				o = Mistaken
			case !t.live:
				o = Overtaken
			}
			if err := voidTask(ctx, f.tx, t.id, o, f.today); err != nil {
				return err
			}
			f.report.Void++
		}
	}
	if f.report.Void == 0 {
		return nil
	}
	type act struct {
		Tasks int `json:"tasks"`
	}
	return f.tx.Say(ctx, "", "impact.closed", sqldb.ID{}, act{f.report.Void})
}

// civil is the civil day of an instant in Asia/Shanghai.
func civil(t time.Time) string {
	return t.In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)
}
