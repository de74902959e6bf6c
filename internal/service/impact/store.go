package impact

import (
	"context"
	"fmt"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
)

// Term is the number of working days that a department has for a task.
func Term(ctx context.Context, r sqldb.Reader) (int, error) {
	n := DefaultTerm
	err := r.QueryRow(ctx, `select term from impact_settings where one = 1`).Scan(&n)
	if errs.Is(err, sqldb.ErrNoRows) {
		return DefaultTerm, nil
	}
	return n, errs.Wrap("term of tasks", err)
}

// maxTerm bounds the term: longer ones are slips.
const maxTerm = 120

// SetTerm sets the term for tasks opened from now on and records
// "impact.term". Open tasks keep their day.
func SetTerm(ctx context.Context, tx *ledger.Tx, workdays int, reason string) error {
	if workdays < 1 || workdays > maxTerm {
		return errs.Invalidf("办理期限 %d 个工作日不对", workdays).Fix(fmt.Sprintf("请填 1 到 %d", maxTerm))
	}
	if reason == "" {
		return errs.Invalidf("没有写明理由").At("办理期限").Fix("请写明依据的文件或者决定")
	}
	if _, err := tx.Exec(ctx, `insert into impact_settings (one, term, reason) values (1, ?, ?)
		on conflict (one) do update set term = excluded.term, reason = excluded.reason`, workdays, reason); err != nil {
		return fmt.Errorf("set term: %w", err)
	}
	type act struct {
		Workdays int    `json:"workdays"`
		Reason   string `json:"reason"`
	}
	return tx.Say(ctx, "", "impact.term", sqldb.ID{}, act{workdays, reason})
}

// lastDay is the day on which the library was looked at last, "" before the
// first time.
func lastDay(ctx context.Context, r sqldb.Reader) (string, error) {
	var day string
	err := r.QueryRow(ctx, `select day from impact_followed where one = 1`).Scan(&day)
	if errs.Is(err, sqldb.ErrNoRows) {
		return "", nil
	}
	return day, errs.Wrap("day last looked at", err)
}

// saveDay keeps the later of the days: a clock set back looks at nothing twice.
func saveDay(ctx context.Context, tx *sqldb.Tx, day string) error {
	_, err := tx.Exec(ctx, `insert into impact_followed (one, day) values (1, ?)
		on conflict (one) do update set day = excluded.day where excluded.day > impact_followed.day`, day)
	return errs.Wrap("keep the day looked at", err)
}

// voidOf ends the open tasks that a text opened which is now withdrawn, or that
// its withdrawal opened and which is now back.
func voidOf(ctx context.Context, tx *ledger.Tx, n law.News, today string) (int, error) {
	which := `kind <> ?`
	if n.Kind == law.Loaded {
		which = `kind = ?`
	}
	k, err := tx.Exec(ctx, `update impact_tasks set state = 'void', outcome = ?, closed_by = ?, closed_on = ? where state = 'open'
		and event_id in (select id from impact_events where cause_edition_id = ? and `+which+`)`,
		string(Mistaken), tx.Actor().Name, today, n.Edition, string(TakenOut))
	return int(k), errs.Wrap("end tasks of a withdrawn text", err)
}

// closeGone ends the open tasks of versions that no change on the way or on the
// list carries any more.
func closeGone(ctx context.Context, tx *ledger.Tx, today string) (int, error) {
	n, err := tx.Exec(ctx, `update impact_tasks set state = 'void', outcome = ?, closed_by = ?, closed_on = ? where state = 'open'
		and not exists (select 1 from changes h where h.version_id = impact_tasks.version_id
		and h.state in ('self_check', 'handed_up', 'review', 'proposed', 'consulting', 'approved', 'published'))`,
		string(Overtaken), tx.Actor().Name, today)
	return int(n), errs.Wrap("end tasks without object", err)
}

// countedWithout lists the open tasks whose last day another edition of the
// calendar counted.
func countedWithout(ctx context.Context, r sqldb.Reader, calendar string) ([]Task, error) {
	rows, err := r.Query(ctx, `select id, starts, due from impact_tasks where state = 'open' and calendar <> ?`, calendar)
	tasks, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Task, error) {
		var t Task
		err := r.Scan(&t.ID, &t.Starts, &t.Due)
		return t, err
	})
	return tasks, errs.Wrap("tasks of another calendar", err)
}

func setDue(ctx context.Context, tx *ledger.Tx, t Task) error {
	_, err := tx.Exec(ctx, `update impact_tasks set due = ?, calendar = ?, provisional = ? where id = ?`, t.Due, t.Calendar, flag(t.Provisional), t.ID)
	return errs.Wrap("count a last day anew", err)
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// findEvent finds the event of a turn; NotFound when there is none.
func findEvent(ctx context.Context, r sqldb.Reader, t turn) (Event, error) {
	rows, err := r.Query(ctx, `select id, to_edition_id, cause_edition_id from impact_events
		where document_id = ? and kind = ? and from_edition_id = ? and day = ? order by id`, t.document, string(t.kind), t.from, t.day)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Event, error) {
		e := Event{Document: t.document, Kind: t.kind, From: t.from, Day: t.day}
		err := r.Scan(&e.ID, &e.To, &e.Cause)
		return e, err
	})
	for _, e := range all {
		if e.To == t.to && e.Cause == t.cause {
			return e, nil
		}
	}
	if err != nil {
		return Event{}, fmt.Errorf("find event: %w", err)
	}
	return Event{}, errs.NotFoundf("没有这次依据变动")
}

func insertEvent(ctx context.Context, tx *ledger.Tx, e Event) error {
	_, err := tx.Exec(ctx, `insert into impact_events (id, document_id, kind, from_edition_id, to_edition_id, cause_edition_id, day, opened_at, tasks)
		values (?, ?, ?, ?, ?, ?, ?, ?, 0)`, e.ID, e.Document, string(e.Kind), e.From, e.To, e.Cause, e.Day, sqldb.Micros(e.Opened))
	return errs.Wrap("open event", err)
}

func countEvent(ctx context.Context, tx *ledger.Tx, id sqldb.ID, more int) error {
	_, err := tx.Exec(ctx, `update impact_events set tasks = tasks + ? where id = ?`, more, id)
	return errs.Wrap("count event", err)
}

// askedBy gives the versions that an event asks about, and those that are the
// answers. A task that fell away with its text stands with its id: it is asked
// again when the text is back.
func askedBy(ctx context.Context, r sqldb.Reader, event sqldb.ID) (map[sqldb.ID]sqldb.ID, error) {
	rows, err := r.Query(ctx, `select id, version_id, new_version_id, outcome from impact_tasks where event_id = ?`, event)
	if err != nil {
		return nil, fmt.Errorf("asked by event: %w", err)
	}
	defer rows.Close()
	out := map[sqldb.ID]sqldb.ID{}
	for rows.Next() {
		var id, version, answer sqldb.ID
		var o Outcome
		if err := rows.Scan(&id, &version, &answer, &o); err != nil {
			return nil, fmt.Errorf("asked by event: %w", err)
		}
		if o != Mistaken {
			id = sqldb.ID{}
		}
		out[version] = id
		if !answer.IsZero() {
			out[answer] = sqldb.ID{}
		}
	}
	return out, errs.Wrap("asked by event", rows.Err())
}

// reopenTask asks again what fell away with its text. The reasons are the same:
// they follow from the two texts.
func reopenTask(ctx context.Context, tx *ledger.Tx, id sqldb.ID, t Task) error {
	_, err := tx.Exec(ctx, `update impact_tasks set state = 'open', outcome = '', closed_by = '', closed_on = '', starts = ?, due = ?, calendar = ?,
		provisional = ? where id = ?`, t.Starts, t.Due, t.Calendar, flag(t.Provisional), id)
	return errs.Wrap("reopen task", err)
}

func insertTask(ctx context.Context, tx *ledger.Tx, t Task) error {
	if _, err := tx.Exec(ctx, `insert into impact_tasks (id, event_id, version_id, power_id, department_id, division, code, name, moved, state,
		starts, due, calendar, provisional, outcome, reason, closed_by, closed_on) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '', '')`,
		t.ID, t.Event, t.Version, t.Power, t.Department, t.Division, t.Code, t.Name, flag(t.Moved), string(t.State),
		t.Starts, t.Due, t.Calendar, flag(t.Provisional)); err != nil {
		return fmt.Errorf("open task: %w", err)
	}
	for i, r := range t.Reasons {
		if _, err := tx.Exec(ctx, `insert into impact_reasons (task_id, seq, citation, kind, old_n, old_sub, new_n, new_sub, note)
			values (?, ?, ?, ?, ?, ?, ?, ?, ?)`, t.ID, i+1, r.Citation, string(r.Kind), r.Old.N, r.Old.Sub, r.New.N, r.New.Sub, r.Note); err != nil {
			return fmt.Errorf("open task: %w", err)
		}
	}
	return nil
}

// closeTask ends an open task; one that somebody else ended is a Conflict.
func closeTask(ctx context.Context, tx *ledger.Tx, t Task, o Outcome, reason, today string, version sqldb.ID) error {
	n, err := tx.Exec(ctx, `update impact_tasks set state = 'closed', outcome = ?, reason = ?, closed_by = ?, closed_on = ?, new_version_id = ?
		where id = ? and state = 'open'`, string(o), reason, tx.Actor().Name, today, version, t.ID)
	if err != nil {
		return fmt.Errorf("close task of %s: %w", t.Code, err)
	}
	if n != 1 {
		return errs.Conflictf("事项 %s 的这项任务已由他人办结", t.Code).Fix("请刷新后查看")
	}
	return nil
}

// saidByActs gives what tasks of amending acts asked of versions about a
// document: only their citations and articles.
func saidByActs(ctx context.Context, r sqldb.Reader, document sqldb.ID) (map[sqldb.ID][]Reason, error) {
	rows, err := r.Query(ctx, `select t.version_id, w.citation, w.old_n, w.old_sub from impact_events e join impact_tasks t on t.event_id = e.id
		join impact_reasons w on w.task_id = t.id where e.document_id = ? and e.kind = ? and t.state <> 'void'`, document, string(Amending))
	if err != nil {
		return nil, fmt.Errorf("what acts said: %w", err)
	}
	defer rows.Close()
	out := map[sqldb.ID][]Reason{}
	for rows.Next() {
		var v sqldb.ID
		var r Reason
		if err := rows.Scan(&v, &r.Citation, &r.Old.N, &r.Old.Sub); err != nil {
			return nil, fmt.Errorf("what acts said: %w", err)
		}
		out[v] = append(out[v], r)
	}
	return out, errs.Wrap("what acts said", rows.Err())
}

// otherLevels gives the levels of the other documents that a version's
// citations led to when it was checked last, and whether it has such citations.
func otherLevels(ctx context.Context, r sqldb.Reader, version, document sqldb.ID) ([]string, error) {
	rows, err := r.Query(ctx, `select distinct d.level from citation_links k join law_documents d on d.id = k.document_id
		where k.version_id = ? and k.document_id <> ? and k.state in ('resolved', 'no_article')`, version, document)
	levels, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (string, error) {
		var l string
		err := r.Scan(&l)
		return l, err
	})
	return levels, errs.Wrap("other bases", err)
}

// lowerPlaces lists the articles of texts of lower levels, made before a day,
// that versions on their way or on the list cite, by category.
func lowerPlaces(ctx context.Context, r sqldb.Reader, made string, levels []law.Level) ([]lowerPlace, error) {
	args := []any{made}
	for _, l := range levels {
		args = append(args, string(l))
	}
	rows, err := r.Query(ctx, `select x.document_id, x.edition_id, x.article_seq, x.title, x.category, a.n, a.sub, a.text from (
		select distinct k.document_id, k.edition_id, k.article_seq, d.title, v.category from law_documents d
		join law_editions e on e.document_id = d.id and e.made < ?
		join citation_links k on k.document_id = d.id and k.edition_id = e.id and k.state = 'resolved'
		join power_versions v on v.id = k.version_id
		where d.level in (?`+strings.Repeat(", ?", len(levels)-1)+`)) x
		join law_articles a on a.edition_id = x.edition_id and a.seq = x.article_seq order by x.edition_id, x.article_seq, x.category`, args...)
	places, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (lowerPlace, error) {
		var p lowerPlace
		err := r.Scan(&p.document, &p.edition, &p.seq, &p.title, &p.category, &p.number.N, &p.number.Sub, &p.text)
		return p, err
	})
	return places, errs.Wrap("cited articles of lower texts", err)
}

// restingOn lists the versions, on their way or on the list, that cite an
// article and do not cite another document.
func restingOn(ctx context.Context, r sqldb.Reader, p lowerPlace, higher sqldb.ID) ([]version, error) {
	rows, err := r.Query(ctx, `select v.power_id, v.id, v.department_id, p.code, p.division, v.name, v.category, v.created_at, min(k.seq)
		from citation_links k join power_versions v on v.id = k.version_id join powers p on p.id = v.power_id
		where k.document_id = ? and k.edition_id = ? and k.article_seq = ? and k.state = 'resolved' and v.category = ?
		and not exists (select 1 from citation_links o where o.version_id = v.id and o.document_id = ?)
		and exists (select 1 from changes h where h.version_id = v.id and h.kind <> 'cancel'
		and h.state in ('self_check', 'handed_up', 'review', 'proposed', 'consulting', 'approved', 'published'))
		group by v.power_id, v.id, v.department_id, p.code, p.division, v.name, v.category, v.created_at order by p.code, v.id`,
		p.document, p.edition, p.seq, string(p.category), higher)
	versions, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (version, error) {
		var v version
		var created int64
		var seq int
		err := r.Scan(&v.Power, &v.Version, &v.Department, &v.Code, &v.Division, &v.Name, &v.Category, &created, &seq)
		v.Created = sqldb.FromMicros(created)
		v.refs = []cited{{seq: seq}}
		return v, err
	})
	return versions, errs.Wrap("who rests on a lower text", err)
}
