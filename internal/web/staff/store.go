package staff

import (
	"context"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/impact"
)

// draftsOf counts the drafts that somebody has not finished.
func draftsOf(ctx context.Context, r sqldb.Reader, account sqldb.ID) (n int, err error) {
	err = r.QueryRow(ctx, `select count(*) from drafts where account_id = ?`, account).Scan(&n)
	return n, errs.Wrap("drafts", err)
}

// unassigned counts the departments of the site that no audit group reviews.
func unassigned(ctx context.Context, r sqldb.Reader) (n int, err error) {
	err = r.QueryRow(ctx, `select count(*) from departments d where d.valid_to = ''
		and not exists (select 1 from site s where s.division <> '' and s.division <> d.division)
		and not exists (select 1 from audit_group_departments g where g.department_id = d.id)`).Scan(&n)
	return n, errs.Wrap("departments without group", err)
}

// roleless counts the accounts in use that nobody gave a role yet.
func roleless(ctx context.Context, r sqldb.Reader) (int, error) {
	all, err := people.Tallies(ctx, r, people.Query{NoRole: true, State: "active"})
	n := 0
	for _, t := range all {
		n += t.First
	}
	return n, err
}

// failedSignIns counts the failures of a day.
func failedSignIns(ctx context.Context, r sqldb.Reader, now time.Time) (int, error) {
	counts, err := session.CountSignIns(ctx, r, session.SignInQuery{From: now.Add(-24 * time.Hour)})
	n := 0
	for o, k := range counts {
		if o.Failed() {
			n += k
		}
	}
	return n, err
}

// basisTasks counts the open tasks of 依据变动 within a scope, and those past
// their last day.
func basisTasks(ctx context.Context, r sqldb.Reader, scope people.Scope, today string) (open, late int, err error) {
	var w sqldb.Where
	w.And(`t.state = ?`, string(impact.Open))
	scope.Within(&w, `t.department_id`)
	err = r.QueryRow(ctx, `select count(*), coalesce(sum(case when t.due < ? then 1 else 0 end), 0) from impact_tasks t where `+w.Text(),
		append([]any{today}, w.Args...)...).Scan(&open, &late)
	return open, late, errs.Wrap("tasks of changed laws", err)
}

// basisDay is a last day of a department's tasks of 依据变动.
type basisDay struct {
	department, due string
	tasks           int
}

// basisDays lists the earliest last days of open tasks within a scope.
func basisDays(ctx context.Context, r sqldb.Reader, scope people.Scope, limit int) ([]basisDay, error) {
	var w sqldb.Where
	w.And(`t.state = ?`, string(impact.Open))
	scope.Within(&w, `t.department_id`)
	rows, err := r.Query(ctx, `select d.name, t.due, count(*) from impact_tasks t join departments d on d.id = t.department_id
		where `+w.Text()+` group by t.due, d.order_key, d.id, d.name order by t.due, d.order_key, d.id limit ?`, append(w.Args, limit)...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (basisDay, error) {
		var d basisDay
		err := r.Scan(&d.department, &d.due, &d.tasks)
		return d, err
	})
	return all, errs.Wrap("last days of tasks", err)
}

// The kinds of what happens in a clearing.
const (
	handedUp   = "up"
	handedDown = "down"
	answered   = "answered"
	ruled      = "ruled"
)

// happened is something that others did: in a clearing, or a change of law.
type happened struct {
	kind         string
	id           sqldb.ID // of the submission or event
	departmentID sqldb.ID
	department   string
	title, day   string // of a law
	no, n        int
	at           time.Time
}

func scanHappened(kind string) func(*sqldb.Rows) (happened, error) {
	return func(r *sqldb.Rows) (happened, error) {
		h := happened{kind: kind}
		var at int64
		err := r.Scan(&h.id, &h.departmentID, &h.department, &h.no, &h.n, &at)
		h.at = sqldb.FromMicros(at)
		return h, err
	}
}

// handUps lists what departments handed up.
func handUps(ctx context.Context, r sqldb.Reader, scope people.Scope, since time.Time) ([]happened, error) {
	var w sqldb.Where
	w.And(`s.at > ?`, sqldb.Micros(since))
	scope.Within(&w, `s.department_id`)
	rows, err := r.Query(ctx, `select s.id, s.department_id, d.name, s.no, s.versions, s.at from submissions s join departments d on d.id = s.department_id
		where `+w.Text()+` order by s.at desc limit ?`, append(w.Args, shownNews)...)
	all, err := sqldb.Collect(rows, err, scanHappened(handedUp))
	return all, errs.Wrap("news: submissions", err)
}

// handDowns lists what audit groups handed down.
func handDowns(ctx context.Context, r sqldb.Reader, scope people.Scope, since time.Time) ([]happened, error) {
	var w sqldb.Where
	w.And(`h.at > ?`, sqldb.Micros(since))
	scope.Within(&w, `s.department_id`)
	rows, err := r.Query(ctx, `select s.id, s.department_id, d.name, s.no, h.opinions, h.at from handdowns h join submissions s on s.id = h.submission_id
		join departments d on d.id = s.department_id where `+w.Text()+` order by h.at desc limit ?`, append(w.Args, shownNews)...)
	all, err := sqldb.Collect(rows, err, scanHappened(handedDown))
	return all, errs.Wrap("news: hand-downs", err)
}

// replies lists which departments answered opinions.
func replies(ctx context.Context, r sqldb.Reader, scope people.Scope, since time.Time) ([]happened, error) {
	const text = `select o.submission_id, o.department_id, d.name, o.no, count(*), max(a.at) from opinion_replies a
		join opinions o on o.id = a.opinion_id join departments d on d.id = o.department_id where `
	return onOpinions(ctx, r, text, answered, scope, since)
}

// rulings lists for which departments the leading group ruled.
func rulings(ctx context.Context, r sqldb.Reader, scope people.Scope, since time.Time) ([]happened, error) {
	const text = `select o.submission_id, o.department_id, d.name, o.no, count(*), max(a.at) from rulings a
		join opinions o on o.id = a.opinion_id join departments d on d.id = o.department_id where `
	return onOpinions(ctx, r, text, ruled, scope, since)
}

// onOpinions counts what was done to opinions, by submission; text is the query
// up to its conditions.
func onOpinions(ctx context.Context, r sqldb.Reader, text, kind string, scope people.Scope, since time.Time) ([]happened, error) {
	var w sqldb.Where
	w.And(`a.at > ?`, sqldb.Micros(since))
	scope.Within(&w, `o.department_id`)
	rows, err := r.Query(ctx, text+w.Text()+` group by o.submission_id, o.department_id, d.name, o.no order by max(a.at) desc limit ?`, append(w.Args, shownNews)...)
	all, err := sqldb.Collect(rows, err, scanHappened(kind))
	return all, errs.Wrap("news: "+kind, err)
}

// lawChanges lists the changes of law that opened tasks within a scope.
func lawChanges(ctx context.Context, r sqldb.Reader, scope people.Scope, since time.Time) ([]happened, error) {
	var w sqldb.Where
	w.And(`e.opened_at > ?`, sqldb.Micros(since))
	w.And(`t.state <> ?`, string(impact.Void))
	scope.Within(&w, `t.department_id`)
	rows, err := r.Query(ctx, `select e.id, l.title, e.kind, e.day, e.opened_at, count(*) from impact_events e join law_documents l on l.id = e.document_id
		join impact_tasks t on t.event_id = e.id where `+w.Text()+` group by e.id, l.title, e.kind, e.day, e.opened_at
		order by e.opened_at desc limit ?`, append(w.Args, shownNews)...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (happened, error) {
		var h happened
		var at int64
		err := r.Scan(&h.id, &h.title, &h.kind, &h.day, &at, &h.n)
		h.at = sqldb.FromMicros(at)
		return h, err
	})
	return all, errs.Wrap("news: changes of law", err)
}
