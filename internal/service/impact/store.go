package impact

import (
	"context"
	"fmt"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
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

// voidTask ends an open task that fell away.
func voidTask(ctx context.Context, tx *ledger.Tx, id sqldb.ID, o Outcome, today string) error {
	_, err := tx.Exec(ctx, `update impact_tasks set state = 'void', outcome = ?, closed_by = ?, closed_on = ? where id = ? and state = 'open'`,
		string(o), tx.Actor().Name, today, id)
	return errs.Wrap("end a task that fell away", err)
}

// orphans lists the documents of open tasks whose version is no longer the
// newest wording of its power on its way or on the list.
func orphans(ctx context.Context, r sqldb.Reader, powers []sqldb.ID) ([]sqldb.ID, error) {
	among, args := amongPowers(powers)
	rows, err := r.Query(ctx, `select distinct e.document_id from impact_tasks t join impact_events e on e.id = t.event_id where t.state = 'open'
		and e.kind <> ? and not exists (select 1 from changes h join power_versions v on v.id = h.version_id where h.version_id = t.version_id and `+power.Live+`
		and `+power.NewestLive+`)`+among,
		append([]any{string(Covering)}, args...)...)
	ids, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (sqldb.ID, error) {
		var id sqldb.ID
		err := r.Scan(&id)
		return id, err
	})
	return ids, errs.Wrap("tasks without object", err)
}

// amongPowers is the condition that keeps tasks t of some powers; of all when
// none is given.
func amongPowers(powers []sqldb.ID) (string, []any) {
	if len(powers) == 0 {
		return "", nil
	}
	args := sqldb.List(powers)
	return ` and t.power_id in (` + sqldb.Marks(len(powers)) + `)`, args
}

// refused is the condition that the answer of a closed task t was not carried
// out: the cancellation was refused, or the new wording and all after it were
// withdrawn.
const refused = `t.state = 'closed' and exists (select 1 from changes h where h.version_id = t.version_id and ` + power.Live + `)
	and (t.outcome = ? and not exists (select 1 from changes k where k.power_id = t.power_id and k.kind = 'cancel' and k.state <> 'withdrawn')
	or t.outcome = ? and t.new_version_id is not null and not exists (select 1 from power_versions m join power_versions n on n.power_id = m.power_id
	and n.no >= m.no join changes k on k.version_id = n.id and k.state <> 'withdrawn' where m.id = t.new_version_id))`

// reopenRefused opens the tasks again whose answer was not carried out and gives
// their documents.
func reopenRefused(ctx context.Context, tx *ledger.Tx) (documents []sqldb.ID, n int, err error) {
	rows, err := tx.Query(ctx, `select t.id, e.document_id from impact_tasks t join impact_events e on e.id = t.event_id where `+refused+` order by t.id`,
		string(Cancelling), string(NewVersion))
	type task struct{ id, document sqldb.ID }
	found, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (task, error) {
		var t task
		err := r.Scan(&t.id, &t.document)
		return t, err
	})
	if err != nil || len(found) == 0 {
		return nil, 0, errs.Wrap("answers not carried out", err)
	}
	for _, t := range found {
		if _, err := tx.Exec(ctx, `update impact_tasks set state = 'open', outcome = '', reason = '', closed_by = '', closed_on = '', new_version_id = null
			where id = ?`, t.id); err != nil {
			return nil, 0, fmt.Errorf("reopen tasks: %w", err)
		}
		documents = append(documents, t.document)
	}
	type act struct {
		Tasks int `json:"tasks"`
	}
	return documents, len(found), tx.Say(ctx, "", "impact.reopened", sqldb.ID{}, act{len(found)})
}

// standing is an open task as far as following needs it.
type standing struct {
	id, event, document, cause sqldb.ID
	kind                       EventKind
	starts, due, calendar      string
	provisional                bool
	term                       int
	live                       bool // its version is on its way or on the list
	replaced                   bool // another task takes it up
}

// openTasks reads the open tasks of the documents by power, without those of
// higher texts on matters of lower ones.
func openTasks(ctx context.Context, r sqldb.Reader, documents, powers []sqldb.ID) (map[sqldb.ID][]standing, error) {
	out := map[sqldb.ID][]standing{}
	among, more := amongPowers(powers)
	for batch := range slices.Chunk(documents, reasonBatch) {
		args := []any{string(Covering)}
		for _, d := range batch {
			args = append(args, d)
		}
		rows, err := r.Query(ctx, `select t.power_id, t.id, t.event_id, e.document_id, e.cause_edition_id, e.kind, t.starts, t.due, t.calendar, t.provisional, t.term,
			case when exists (select 1 from changes h where h.version_id = t.version_id and `+power.Live+`) then 1 else 0 end
			from impact_events e join impact_tasks t on t.event_id = e.id and t.state = 'open'
			where e.kind <> ? and e.document_id in (`+sqldb.Marks(len(batch))+`)`+among+` order by t.id`, append(args, more...)...)
		if err != nil {
			return nil, fmt.Errorf("read open tasks: %w", err)
		}
		for rows.Next() {
			var id sqldb.ID
			var s standing
			var provisional, alive int
			if err := rows.Scan(&id, &s.id, &s.event, &s.document, &s.cause, &s.kind, &s.starts, &s.due, &s.calendar, &provisional, &s.term, &alive); err != nil {
				rows.Close()
				return nil, fmt.Errorf("read open tasks: %w", err)
			}
			s.provisional, s.live = provisional == 1, alive == 1
			out[id] = append(out[id], s)
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("read open tasks: %w", err)
		}
	}
	return out, nil
}

// answer is a closed task: for this text of the document the department spoke.
type answer struct {
	document, to        sqldb.ID
	act                 sqldb.ID // the amending act, where it answers for one
	version, newVersion sqldb.ID
}

// answers says whether it speaks for one of the versions.
func (a answer) answers(versions []sqldb.ID) bool {
	return slices.ContainsFunc(versions, func(v sqldb.ID) bool { return v == a.version || v == a.newVersion })
}

// readAnswers reads the closed tasks of the documents by power, the oldest event
// first. The answer of a new version speaks for that version, the others for the
// version asked about.
func readAnswers(ctx context.Context, r sqldb.Reader, documents []sqldb.ID) (map[sqldb.ID][]answer, error) {
	out := map[sqldb.ID][]answer{}
	for batch := range slices.Chunk(documents, reasonBatch) {
		args := []any{string(Covering)}
		for _, d := range batch {
			args = append(args, d)
		}
		rows, err := r.Query(ctx, `select t.power_id, e.document_id, e.to_edition_id, e.cause_edition_id, e.kind, t.version_id, t.new_version_id
			from impact_events e join impact_tasks t on t.event_id = e.id and t.state = 'closed'
			where e.kind <> ? and e.document_id in (`+sqldb.Marks(len(batch))+`) order by e.opened_at, e.id, t.id`, args...)
		if err != nil {
			return nil, fmt.Errorf("read answers: %w", err)
		}
		for rows.Next() {
			var id sqldb.ID
			var a answer
			var cause sqldb.ID
			var kind EventKind
			if err := rows.Scan(&id, &a.document, &a.to, &cause, &kind, &a.version, &a.newVersion); err != nil {
				rows.Close()
				return nil, fmt.Errorf("read answers: %w", err)
			}
			if kind == Amending {
				a.act = cause
			}
			if !a.newVersion.IsZero() {
				a.version = a.newVersion
			}
			out[id] = append(out[id], a)
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("read answers: %w", err)
		}
	}
	return out, nil
}

// countedWithout lists the open tasks whose last day another edition of the
// calendar counted.
func countedWithout(ctx context.Context, r sqldb.Reader, calendar string) ([]Task, error) {
	rows, err := r.Query(ctx, `select id, starts, due, term from impact_tasks where state = 'open' and calendar <> ?`, calendar)
	tasks, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Task, error) {
		var t Task
		err := r.Scan(&t.ID, &t.Starts, &t.Due, &t.term)
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
	_, err := tx.Exec(ctx, `insert into impact_events (id, document_id, kind, from_edition_id, to_edition_id, cause_edition_id, day, opened_at)
		values (?, ?, ?, ?, ?, ?, ?, ?)`, e.ID, e.Document, string(e.Kind), e.From, e.To, e.Cause, e.Day, sqldb.Micros(e.Opened))
	return errs.Wrap("open event", err)
}

// askedTask is the task of an event on a version.
type askedTask struct {
	id   sqldb.ID
	open bool
	fell bool // it fell away and is asked again when it is found again
}

// askedBy gives the tasks of an event by version.
func askedBy(ctx context.Context, r sqldb.Reader, event sqldb.ID) (map[sqldb.ID]askedTask, error) {
	rows, err := r.Query(ctx, `select id, version_id, state from impact_tasks where event_id = ?`, event)
	if err != nil {
		return nil, fmt.Errorf("asked by event: %w", err)
	}
	defer rows.Close()
	out := map[sqldb.ID]askedTask{}
	for rows.Next() {
		var t askedTask
		var version sqldb.ID
		var s State
		if err := rows.Scan(&t.id, &version, &s); err != nil {
			return nil, fmt.Errorf("asked by event: %w", err)
		}
		t.open, t.fell = s == Open, s == Void
		out[version] = t
	}
	return out, errs.Wrap("asked by event", rows.Err())
}

// reopenTask asks again what fell away, with the reasons of today.
func reopenTask(ctx context.Context, tx *ledger.Tx, t Task) error {
	_, err := tx.Exec(ctx, `update impact_tasks set state = 'open', outcome = '', closed_by = '', closed_on = '', starts = ?, due = ?, calendar = ?,
		provisional = ?, moved = ?, term = ? where id = ?`, t.Starts, t.Due, t.Calendar, flag(t.Provisional), flag(t.Moved), t.term, t.ID)
	if err != nil {
		return fmt.Errorf("reopen task: %w", err)
	}
	if _, err := tx.Exec(ctx, `delete from impact_reasons where task_id = ?`, t.ID); err != nil {
		return fmt.Errorf("reopen task: %w", err)
	}
	return insertReasons(ctx, tx, t)
}

func insertTask(ctx context.Context, tx *ledger.Tx, t Task) error {
	if _, err := tx.Exec(ctx, `insert into impact_tasks (id, event_id, version_id, power_id, department_id, division, code, name, moved, state,
		starts, due, calendar, provisional, term, outcome, reason, closed_by, closed_on) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '', '')`,
		t.ID, t.Event, t.Version, t.Power, t.Department, t.Division, t.Code, t.Name, flag(t.Moved), string(t.State),
		t.Starts, t.Due, t.Calendar, flag(t.Provisional), t.term); err != nil {
		return fmt.Errorf("open task: %w", err)
	}
	return insertReasons(ctx, tx, t)
}

func insertReasons(ctx context.Context, tx *ledger.Tx, t Task) error {
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

// answeredActs gives the articles that closed tasks of the amending act between
// two texts of a document asked of a power: the one that the later text carries
// out, being made on its day.
func answeredActs(ctx context.Context, r sqldb.Reader, id, from, to sqldb.ID) ([]Reason, error) {
	rows, err := r.Query(ctx, `select w.old_n, w.old_sub from impact_tasks t join impact_events e on e.id = t.event_id
		join impact_reasons w on w.task_id = t.id join law_editions a on a.id = e.cause_edition_id
		join law_editions f on f.id = ? join law_editions n on n.id = ?
		where t.power_id = ? and t.state = 'closed' and e.kind = ? and e.document_id = f.document_id and a.made > f.made and a.made = n.made`,
		from, to, id, string(Amending))
	said, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Reason, error) {
		var w Reason
		err := r.Scan(&w.Old.N, &w.Old.Sub)
		return w, err
	})
	return said, errs.Wrap("what acts said", err)
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
// that versions cite.
func lowerPlaces(ctx context.Context, r sqldb.Reader, made string, levels []law.Level) ([]lowerPlace, error) {
	args := []any{made}
	for _, l := range levels {
		args = append(args, string(l))
	}
	rows, err := r.Query(ctx, `select d.id, e.id, a.seq, d.title, a.n, a.sub, a.text from law_documents d
		join law_editions e on e.document_id = d.id and e.made < ? join law_articles a on a.edition_id = e.id
		where d.level in (`+sqldb.Marks(len(levels))+`) and exists (select 1 from citation_links k
		where k.document_id = d.id and k.edition_id = e.id and k.article_seq = a.seq) order by e.id, a.seq`, args...)
	places, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (lowerPlace, error) {
		var p lowerPlace
		err := r.Scan(&p.document, &p.edition, &p.seq, &p.title, &p.number.N, &p.number.Sub, &p.text)
		return p, err
	})
	return places, errs.Wrap("cited articles of lower texts", err)
}

// restingOn lists the versions, on their way or on the list, that cite an
// article and do not cite another document.
func restingOn(ctx context.Context, r sqldb.Reader, p lowerPlace, c power.Category, higher sqldb.ID) ([]version, error) {
	rows, err := r.Query(ctx, `select v.power_id, v.id, v.department_id, p.code, p.division, v.name, v.category, v.created_at, min(k.seq)
		from citation_links k join power_versions v on v.id = k.version_id join powers p on p.id = v.power_id
		where k.document_id = ? and k.edition_id = ? and k.article_seq = ? and k.state = 'resolved' and v.category = ?
		and not exists (select 1 from citation_links o where o.version_id = v.id and o.document_id = ?)
		and exists (select 1 from changes h where h.version_id = v.id and `+power.Live+`)
		group by v.power_id, v.id, v.department_id, p.code, p.division, v.name, v.category, v.created_at order by p.code, v.id`,
		p.document, p.edition, p.seq, string(c), higher)
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

// moveCovering hangs the open tasks of higher texts on the newest wording of
// their power, and ends those whose power has none any more or whose text does
// not stand.
func moveCovering(ctx context.Context, tx *ledger.Tx, today string) (ended, moved int, err error) {
	newest := `(select v.id from changes h join power_versions v on v.id = h.version_id where v.power_id = impact_tasks.power_id and ` + power.Live + ` order by v.no desc limit 1)`
	of := ` state = 'open' and event_id in (select e.id from impact_events e where e.kind = ?)`
	n, err := tx.Exec(ctx, `update impact_tasks set state = 'void', outcome = ?, closed_by = ?, closed_on = ? where`+of+`
		and (not exists `+newest+` or exists (select 1 from impact_events e join law_withdrawals w on w.edition_id = e.cause_edition_id where e.id = impact_tasks.event_id))`,
		string(Unaffected), tx.Actor().Name, today, string(Covering))
	if err != nil {
		return 0, 0, fmt.Errorf("end tasks of higher texts: %w", err)
	}
	m, err := tx.Exec(ctx, `update impact_tasks set version_id = `+newest+` where`+of+` and version_id <> `+newest, string(Covering))
	return int(n), int(m), errs.Wrap("move tasks of higher texts", err)
}
