package consult

import (
	"context"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
)

// CommentQuery chooses comments, the newest first. The zero value of a field asks
// nothing.
type CommentQuery struct {
	Notice     sqldb.ID
	Power      sqldb.ID
	Whole      bool // only those on the list as a whole
	Department sqldb.ID
	State      State
	Kind       Kind
	Outcome    Outcome
	Group      sqldb.ID
	Meeting    sqldb.ID
	Firsts     bool   // each group once: by its first comment, and by its first waiting one
	Least      int    // of groups of at least so many
	Words      string // found in what is shown, in the power's name or its code
	After      CommentPlace
	Before     CommentPlace
	Limit      int // 0 for all
}

// CommentPlace is a place in a list of comments.
type CommentPlace struct {
	At int64 // microseconds
	ID sqldb.ID
}

// Place is where the comment stands.
func (c Comment) Place() CommentPlace { return CommentPlace{sqldb.Micros(c.At), c.ID} }

// where gathers the conditions of a query but its place.
func (q CommentQuery) where() *sqldb.Where {
	w := new(sqldb.Where)
	for column, id := range map[string]sqldb.ID{"m.notice_id": q.Notice, "m.power_id": q.Power, "m.department_id": q.Department,
		"m.group_id": q.Group, "m.meeting_id": q.Meeting} {
		if !id.IsZero() {
			w.And(column+" = ?", id)
		}
	}
	w.Is("m.state", string(q.State))
	w.Is("m.kind", string(q.Kind))
	w.Is("m.outcome", string(q.Outcome))
	if q.Whole {
		w.And("m.power_id is null")
	}
	if q.Firsts {
		w.And("m.leads = 1")
	}
	if q.Least > 1 {
		w.And("g.members >= ?", q.Least)
	}
	if q.Words != "" {
		like := contains(q.Words)
		w.And(`(lower(m.shown) like ? escape '\' or lower(v.name) like ? escape '\' or lower(p.code) like ? escape '\')`, like, like, like)
	}
	return w
}

const commentFrom = ` from comments m join comment_groups g on g.id = m.group_id left join power_versions v on v.id = m.version_id
	left join powers p on p.id = m.power_id `

const commentColumns = `select m.id, m.notice_id, m.power_id, m.version_id, m.department_id, m.group_id, m.meeting_id, m.kind, m.source, m.shown, m.masked,
	m.state, m.held_cause, m.answer_id, m.outcome, m.at, coalesce(p.code, ''), coalesce(v.name, ''), g.members` + commentFrom

func scanComment(r *sqldb.Rows) (Comment, error) {
	var c Comment
	var masked int
	var at int64
	err := r.Scan(&c.ID, &c.Notice, &c.Power, &c.Version, &c.Department, &c.Group, &c.Meeting, &c.Kind, &c.Source, &c.Shown, &masked,
		&c.State, &c.Cause, &c.Answer, &c.Outcome, &at, &c.Code, &c.Name, &c.Size)
	c.Masked, c.At = masked == 1, sqldb.FromMicros(at)
	return c, err
}

// Comments reads comments within a scope (people.SeeConsult), for staff, the
// newest first; with Before those that end there, in the same order. Comments on
// the list as a whole are for those who see all departments.
func Comments(ctx context.Context, r sqldb.Reader, s people.Scope, q CommentQuery) ([]Comment, error) {
	w := q.where()
	s.Within(w, "m.department_id")
	return comments(ctx, r, w, q)
}

// PublicComments reads comments for everybody, as Comments does: of those held
// back only that they are there and under which cause.
func PublicComments(ctx context.Context, r sqldb.Reader, q CommentQuery) ([]Comment, error) {
	w := q.where()
	if q.Words != "" {
		w.And("m.state <> 'held'") // what nobody may read is not found by its words
	}
	all, err := comments(ctx, r, w, q)
	for i := range all {
		all[i].hide()
	}
	return all, err
}

// hide takes the text off a comment that is held back.
func (c *Comment) hide() {
	if c.State == Held {
		c.Shown, c.Source = "", ""
	}
}

func comments(ctx context.Context, r sqldb.Reader, w *sqldb.Where, q CommentQuery) ([]Comment, error) {
	order, back := ` order by m.at desc, m.id desc`, q.Before != CommentPlace{}
	switch {
	case back:
		w.And(`(m.at, m.id) > (?, ?)`, q.Before.At, q.Before.ID)
		order = ` order by m.at, m.id`
	case q.After != CommentPlace{}:
		w.And(`(m.at, m.id) < (?, ?)`, q.After.At, q.After.ID)
	}
	text := w.Text()
	if text == "" {
		text = "1 = 1"
	}
	if q.Limit > 0 {
		order += ` limit ?`
		w.Args = append(w.Args, q.Limit)
	}
	rows, err := r.Query(ctx, commentColumns+`where `+text+order, w.Args...)
	all, err := sqldb.Collect(rows, err, scanComment)
	if back {
		slices.Reverse(all)
	}
	return all, errs.Wrap("comments", err)
}

// CommentByID finds a comment, whatever its state; NotFound when there is none.
// Staff is asked who.MayOn(people.SeeConsult) about its department before it is
// shown; for everybody there is PublicComment.
func CommentByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Comment, error) {
	return one(ctx, r, `where m.id = ?`, id)
}

func one(ctx context.Context, r sqldb.Reader, cond string, arg any) (Comment, error) {
	rows, err := r.Query(ctx, commentColumns+cond, arg)
	all, err := sqldb.Collect(rows, err, scanComment)
	switch {
	case err != nil:
		return Comment{}, errs.Wrap("comment", err)
	case len(all) == 0:
		return Comment{}, people.Unknown()
	}
	return all[0], nil
}

// PublicComment finds a comment for everybody, without its text when it is held
// back; NotFound when there is none.
func PublicComment(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Comment, error) {
	c, err := CommentByID(ctx, r, id)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		err = errs.NotFoundf("没有这条意见").Fix("请从征求意见的页面进入")
	}
	c.hide()
	return c, err
}

// ByReceipt finds a comment by the code that its writer kept, in any spelling;
// what is held back comes without its text, like for everybody else. Invalid: it
// is no code. NotFound: there is none of it.
func ByReceipt(ctx context.Context, r sqldb.Reader, code string) (Comment, error) {
	digest, err := digestOf(code)
	if err != nil {
		return Comment{}, err
	}
	c, err := one(ctx, r, `where m.receipt = ?`, digest)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		err = errs.NotFoundf("没有这个查询码").At("code").Fix("请核对查询码；它由 20 位字母和数字组成")
	}
	c.hide()
	return c, err
}

// Raw gives what somebody wrote, numbers included, to those who answer it or run
// the consultation; NotFound for everybody else.
func Raw(ctx context.Context, r sqldb.Reader, who *people.Who, c Comment) (string, error) {
	t := people.Target{Department: c.Department}
	if who.MayOn(people.AnswerPublic, t) != nil && who.MayOn(people.RunConsult, t) != nil {
		return "", people.Unknown()
	}
	var body string
	err := r.QueryRow(ctx, `select body from comments where id = ?`, c.ID).Scan(&body)
	if errs.Is(err, sqldb.ErrNoRows) {
		return "", people.Unknown()
	}
	return body, errs.Wrap("comment", err)
}

// Holds gives how a comment was held back and released, the newest first.
func Holds(ctx context.Context, r sqldb.Reader, comment sqldb.ID) ([]Hold, error) {
	rows, err := r.Query(ctx, `select held, cause, reason, done_by, at from comment_holds where comment_id = ? order by at desc, id desc`, comment)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Hold, error) {
		var h Hold
		var held int
		var at int64
		err := r.Scan(&held, &h.Cause, &h.Reason, &h.By, &at)
		h.Held, h.At = held == 1, sqldb.FromMicros(at)
		return h, err
	})
	return all, errs.Wrap("holds of a comment", err)
}

// Meetings lists the meetings on the draft of a notice, by day.
func Meetings(ctx context.Context, r sqldb.Reader, notice sqldb.ID) ([]MeetingRecord, error) {
	rows, err := r.Query(ctx, `select id, notice_id, title, day, place, attendance, summary, opinions, recorded_by, at from consult_meetings
		where notice_id = ? order by day, id`, notice)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (MeetingRecord, error) {
		var m MeetingRecord
		var at int64
		err := r.Scan(&m.ID, &m.Notice, &m.Title, &m.Day, &m.Place, &m.Attendance, &m.Summary, &m.Opinions, &m.By, &at)
		m.At = sqldb.FromMicros(at)
		return m, err
	})
	return all, errs.Wrap("meetings", err)
}
