package press

import (
	"context"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
)

func insertQuestion(ctx context.Context, tx *ledger.Tx, q Question) error {
	provisional := 0
	if q.Provisional {
		provisional = 1
	}
	_, err := tx.Exec(ctx, `insert into hot_questions (id, division, conference_id, no, outlet, question, department_id, asked_on, due, provisional,
		state, answer_id, answered_on, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null, '', ?)`, q.ID, q.Division, q.Conference, q.No, q.Outlet, q.Text,
		q.Department, q.AskedOn, q.Due, provisional, string(q.State), sqldb.Micros(tx.Now()))
	return errs.Wrap("record a question", err)
}

// insertAnswer writes an answer that takes the place of the one the caller saw;
// Conflict when another one stands.
func insertAnswer(ctx context.Context, tx *ledger.Tx, q Question, g Given, day string, account sqldb.ID) error {
	id := sqldb.NewID()
	if _, err := tx.Exec(ctx, `insert into hot_answers (id, question_id, body, speaker, account_id, answered_by, at) values (?, ?, ?, ?, ?, ?, ?)`,
		id, q.ID, g.Text, g.Speaker, account, g.By, sqldb.Micros(g.At)); err != nil {
		return errs.Wrap("answer a question", err)
	}
	n, err := tx.Exec(ctx, `update hot_questions set state = 'answered', answer_id = ?, answered_on = ? where id = ? and state = ?`, id, day, q.ID, string(q.State))
	if err == nil && n != 1 {
		return errs.Conflictf("这个问题已由他人处理").Fix("请刷新页面")
	}
	return errs.Wrap("answer a question", err)
}

func withdrawQuestion(ctx context.Context, tx *ledger.Tx, id sqldb.ID) error {
	n, err := tx.Exec(ctx, `update hot_questions set state = 'withdrawn' where id = ? and state <> 'withdrawn'`, id)
	if err == nil && n != 1 {
		return errs.Conflictf("这个问题已经撤下").Fix("请刷新页面")
	}
	return errs.Wrap("withdraw a question", err)
}

func insertConference(ctx context.Context, tx *ledger.Tx, c Conference, who *people.Who) error {
	if _, err := tx.Exec(ctx, `insert into press_conferences (id, division, title, day, place, summary, account_id, recorded_by, at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?)`, c.ID, c.Division, c.Title, c.Day, c.Place, c.Summary, who.Account, who.Name, sqldb.Micros(c.At)); err != nil {
		return errs.Wrap("record a press conference", err)
	}
	for i, s := range c.Speakers {
		if _, err := tx.Exec(ctx, `insert into press_speakers (conference_id, no, name, post) values (?, ?, ?, ?)`, c.ID, i+1, s.Name, s.Post); err != nil {
			return errs.Wrap("record a press conference", err)
		}
	}
	return nil
}

func insertPlan(ctx context.Context, tx *ledger.Tx, p Plan) error {
	_, err := tx.Exec(ctx, `insert into media_plans (id, division, round, outlet, day, topic, state, note, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.ID, p.Division, p.Round, p.Outlet, p.Day, p.Topic, string(p.State), p.Note, sqldb.Micros(p.At))
	return errs.Wrap("plan media", err)
}

func updatePlan(ctx context.Context, tx *ledger.Tx, id sqldb.ID, s PlanState, note string) error {
	_, err := tx.Exec(ctx, `update media_plans set state = ?, note = ? where id = ?`, string(s), note, id)
	return errs.Wrap("mark the media plan", err)
}

func insertClipping(ctx context.Context, tx *ledger.Tx, c Clipping) error {
	_, err := tx.Exec(ctx, `insert into media_clippings (id, division, plan_id, title, outlet, day, link, at) values (?, ?, ?, ?, ?, ?, ?, ?)`,
		c.ID, c.Division, c.Plan, c.Title, c.Outlet, c.Day, c.Link, sqldb.Micros(c.At))
	return errs.Wrap("record a clipping", err)
}

// Query chooses questions of a division, the newest first; those of a conference
// come in the order in which they were asked. The zero value of a field asks
// nothing.
type Query struct {
	Conference sqldb.ID
	Hot        bool // only those outside of press conferences
	Department sqldb.ID
	Legal      bool // only those that the legal office answers
	State      State
	Words      string // found in question or answer
	Withdrawn  bool   // withdrawn ones too, which only staff sees
	After      Place
	Limit      int // 0 for all
}

// Place is a place in a list by day.
type Place struct {
	Day string
	ID  sqldb.ID
}

// Place is where the question stands.
func (q Question) Place() Place { return Place{q.AskedOn, q.ID} }

// Place is where the clipping stands.
func (c Clipping) Place() Place { return Place{c.Day, c.ID} }

const questionColumns = `select q.id, q.division, q.conference_id, q.no, q.outlet, q.question, q.department_id, q.asked_on, q.due, q.provisional, q.state,
	coalesce(a.body, ''), coalesce(a.speaker, ''), q.answered_on from hot_questions q left join hot_answers a on a.id = q.answer_id `

func scanQuestion(r *sqldb.Rows) (Question, error) {
	var q Question
	var provisional int
	err := r.Scan(&q.ID, &q.Division, &q.Conference, &q.No, &q.Outlet, &q.Text, &q.Department, &q.AskedOn, &q.Due, &provisional, &q.State,
		&q.Answer, &q.Speaker, &q.AnsweredOn)
	q.Provisional = provisional == 1
	return q, err
}

func (q Query) where(division string) *sqldb.Where {
	w := new(sqldb.Where)
	w.And("q.division = ?", division)
	if !q.Conference.IsZero() {
		w.And("q.conference_id = ?", q.Conference)
	}
	if q.Hot {
		w.And("q.conference_id is null")
	}
	if !q.Department.IsZero() {
		w.And("q.department_id = ?", q.Department)
	}
	if q.Legal {
		w.And("q.department_id is null")
	}
	w.Is("q.state", string(q.State))
	if !q.Withdrawn {
		w.And("q.state <> 'withdrawn'")
	}
	if q.Words != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(q.Words)) + "%"
		w.And(`(lower(q.question) like ? escape '\' or lower(coalesce(a.body, '')) like ? escape '\')`, like, like)
	}
	if (q.After != Place{}) {
		w.And("(q.asked_on, q.id) < (?, ?)", q.After.Day, q.After.ID)
	}
	return w
}

// Questions reads questions of a division.
func Questions(ctx context.Context, r sqldb.Reader, division string, q Query) ([]Question, error) {
	w := q.where(division)
	order := ` order by q.asked_on desc, q.id desc`
	if !q.Conference.IsZero() {
		order = ` order by q.no, q.id`
	}
	if q.Limit > 0 {
		order += ` limit ?`
		w.Args = append(w.Args, q.Limit)
	}
	rows, err := r.Query(ctx, questionColumns+`where `+w.Text()+order, w.Args...)
	all, err := sqldb.Collect(rows, err, scanQuestion)
	return all, errs.Wrap("hot questions", err)
}

// QuestionByID finds a question, withdrawn ones too; NotFound when there is none.
func QuestionByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Question, error) {
	rows, err := r.Query(ctx, questionColumns+`where q.id = ?`, id)
	all, err := sqldb.Collect(rows, err, scanQuestion)
	switch {
	case err != nil:
		return Question{}, errs.Wrap("hot question", err)
	case len(all) == 0:
		return Question{}, people.Unknown()
	}
	return all[0], nil
}

// AnswersOf gives every wording of the answer to a question, the newest first.
func AnswersOf(ctx context.Context, r sqldb.Reader, question sqldb.ID) ([]Given, error) {
	rows, err := r.Query(ctx, `select body, speaker, answered_by, at from hot_answers where question_id = ? order by at desc, id desc`, question)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Given, error) {
		var g Given
		var at int64
		err := r.Scan(&g.Text, &g.Speaker, &g.By, &at)
		g.At = sqldb.FromMicros(at)
		return g, err
	})
	return all, errs.Wrap("answers to a question", err)
}

// OwedBy counts the questions that wait for an answer within a scope
// (people.AnswerPublic) and gives the earliest last day, "" when there is none.
func OwedBy(ctx context.Context, r sqldb.Reader, s people.Scope) (n int, due string, err error) {
	var w sqldb.Where
	w.And("state = 'owed'")
	s.Within(&w, "department_id")
	err = r.QueryRow(ctx, `select count(*), coalesce(min(due), '') from hot_questions where `+w.Text(), w.Args...).Scan(&n, &due)
	return n, due, errs.Wrap("owed answers", err)
}

const conferenceColumns = `select c.id, c.division, c.title, c.day, c.place, c.summary, c.at,
	(select count(*) from hot_questions q where q.conference_id = c.id), (select count(*) from hot_questions q where q.conference_id = c.id and q.state = 'owed')
	from press_conferences c `

// Conferences lists the press conferences of a division, the newest first, with
// their speakers.
func Conferences(ctx context.Context, r sqldb.Reader, division string) ([]Conference, error) {
	rows, err := r.Query(ctx, conferenceColumns+`where c.division = ? order by c.day desc, c.id desc`, division)
	return conferences(ctx, r, rows, err)
}

// ConferenceByID finds a press conference; NotFound when there is none.
func ConferenceByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Conference, error) {
	rows, err := r.Query(ctx, conferenceColumns+`where c.id = ?`, id)
	all, err := conferences(ctx, r, rows, err)
	switch {
	case err != nil:
		return Conference{}, err
	case len(all) == 0:
		return Conference{}, errs.NotFoundf("没有这场新闻发布会").Fix("请从热点问答进入")
	}
	return all[0], nil
}

func conferences(ctx context.Context, r sqldb.Reader, rows *sqldb.Rows, err error) ([]Conference, error) {
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Conference, error) {
		var c Conference
		var at int64
		err := r.Scan(&c.ID, &c.Division, &c.Title, &c.Day, &c.Place, &c.Summary, &at, &c.Questions, &c.Owing)
		c.At = sqldb.FromMicros(at)
		return c, err
	})
	for i := range all {
		if err == nil {
			all[i].Speakers, err = speakers(ctx, r, all[i].ID)
		}
	}
	return all, errs.Wrap("press conferences", err)
}

func speakers(ctx context.Context, r sqldb.Reader, conference sqldb.ID) ([]Speaker, error) {
	rows, err := r.Query(ctx, `select name, post from press_speakers where conference_id = ? order by no`, conference)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (Speaker, error) {
		var s Speaker
		err := r.Scan(&s.Name, &s.Post)
		return s, err
	})
}

const planColumns = `select id, division, round, outlet, day, topic, state, note, at from media_plans `

func scanPlan(r *sqldb.Rows) (Plan, error) {
	var p Plan
	var at int64
	err := r.Scan(&p.ID, &p.Division, &p.Round, &p.Outlet, &p.Day, &p.Topic, &p.State, &p.Note, &at)
	p.At = sqldb.FromMicros(at)
	return p, err
}

// Plans lists the media plan of a division by day.
func Plans(ctx context.Context, r sqldb.Reader, division string) ([]Plan, error) {
	rows, err := r.Query(ctx, planColumns+`where division = ? order by day, id`, division)
	all, err := sqldb.Collect(rows, err, scanPlan)
	return all, errs.Wrap("media plan", err)
}

func planByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Plan, error) {
	rows, err := r.Query(ctx, planColumns+`where id = ?`, id)
	all, err := sqldb.Collect(rows, err, scanPlan)
	switch {
	case err != nil:
		return Plan{}, errs.Wrap("media plan", err)
	case len(all) == 0:
		return Plan{}, errs.NotFoundf("宣传方案里没有这一条").Fix("请刷新页面")
	}
	return all[0], nil
}

// Clippings lists what the media printed, the newest first, after a place; limit 0
// is all.
func Clippings(ctx context.Context, r sqldb.Reader, division string, after Place, limit int) ([]Clipping, error) {
	var w sqldb.Where
	w.And("division = ?", division)
	if (after != Place{}) {
		w.And("(day, id) < (?, ?)", after.Day, after.ID)
	}
	order := ` order by day desc, id desc`
	if limit > 0 {
		order += ` limit ?`
		w.Args = append(w.Args, limit)
	}
	rows, err := r.Query(ctx, `select id, division, plan_id, title, outlet, day, link, at from media_clippings where `+w.Text()+order, w.Args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Clipping, error) {
		var c Clipping
		var at int64
		err := r.Scan(&c.ID, &c.Division, &c.Plan, &c.Title, &c.Outlet, &c.Day, &c.Link, &at)
		c.At = sqldb.FromMicros(at)
		return c, err
	})
	return all, errs.Wrap("clippings", err)
}
