package consult

import (
	"cmp"
	"context"
	"slices"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
)

const answerColumns = `select a.id, a.notice_id, a.comment_id, a.group_id, a.replaces_id, a.outcome, a.body, a.power_id, a.version_id, a.exit_state, a.department_id,
	a.comments, a.answered_by, a.at from comment_answers a `

func scanAnswer(r *sqldb.Rows) (Answer, error) {
	var a Answer
	var at int64
	err := r.Scan(&a.ID, &a.Notice, &a.Comment, &a.Group, &a.Replaces, &a.Outcome, &a.Text, &a.Power, &a.Version, &a.Exit, &a.Department,
		&a.Comments, &a.By, &at)
	a.At = sqldb.FromMicros(at)
	return a, err
}

// AnswersTo gives the answers to a comment, the newest first: the first one stands,
// the others were corrected by the one before them. None while it waits.
func AnswersTo(ctx context.Context, r sqldb.Reader, c Comment) ([]Answer, error) {
	var out []Answer
	for id := c.Answer; !id.IsZero(); {
		rows, err := r.Query(ctx, answerColumns+`where a.id = ?`, id)
		all, err := sqldb.Collect(rows, err, scanAnswer)
		if err != nil || len(all) == 0 {
			return nil, errs.Wrap("answers to a comment", err)
		}
		out, id = append(out, all[0]), all[0].Replaces
	}
	return out, nil
}

// AnswersOf gives the answers that stand to some comments, by the id of the
// answer.
func AnswersOf(ctx context.Context, r sqldb.Reader, comments []Comment) (map[sqldb.ID]Answer, error) {
	var ids []sqldb.ID
	for _, c := range comments {
		if !c.Answer.IsZero() && !slices.Contains(ids, c.Answer) {
			ids = append(ids, c.Answer)
		}
	}
	out := map[sqldb.ID]Answer{}
	if len(ids) == 0 {
		return out, nil
	}
	marks, args := sqldb.In(ids)
	rows, err := r.Query(ctx, answerColumns+`where a.id in (`+marks+`)`, args...)
	all, err := sqldb.Collect(rows, err, scanAnswer)
	for _, a := range all {
		out[a.ID] = a
	}
	return out, errs.Wrap("answers to comments", err)
}

// Later is a version that came after the one a comment speaks of.
type Later struct {
	Version sqldb.ID
	No      int
	Name    string
	At      time.Time
}

// LaterVersions lists the versions that an answer may name as what a comment on a
// power changed, the newest first.
func LaterVersions(ctx context.Context, r sqldb.Reader, c Comment) ([]Later, error) {
	rows, err := r.Query(ctx, `select v.id, v.no, v.name, v.created_at from power_versions v
		where v.power_id = ? and v.no > (select o.no from power_versions o where o.id = ?) order by v.no desc`, c.Power, c.Version)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Later, error) {
		var v Later
		var at int64
		err := r.Scan(&v.Version, &v.No, &v.Name, &at)
		v.At = sqldb.FromMicros(at)
		return v, err
	})
	return all, errs.Wrap("later versions", err)
}

// CommentTally counts comments that are alike in all facets.
type CommentTally struct {
	Notice, Department sqldb.ID
	State              State
	Kind               Kind
	Outcome            Outcome
	N                  int
}

// CommentTallies counts the comments within a scope by every facet; of q only
// Notice, Power and Words are asked, so that the counts beside each choice can be
// made of them. Without words it reads counts that are kept, and no comment.
func CommentTallies(ctx context.Context, r sqldb.Reader, s people.Scope, q CommentQuery) ([]CommentTally, error) {
	text, w := ``, new(sqldb.Where)
	if q.Words == "" {
		if !q.Notice.IsZero() {
			w.And("m.notice_id = ?", q.Notice)
		}
		if !q.Power.IsZero() {
			w.And("m.subject = ?", q.Power)
		}
		w.And("m.n > 0")
		s.Within(w, "m.office")
		text = `select m.notice_id, nullif(m.office, m.notice_id), m.state, m.outcome, m.kind, sum(m.n) from comment_counts m where ` + w.Text() + `
			group by m.notice_id, m.office, m.state, m.outcome, m.kind`
	} else {
		w = CommentQuery{Notice: q.Notice, Power: q.Power, Words: q.Words}.where()
		s.Within(w, "m.department_id")
		text = `select m.notice_id, m.department_id, m.state, m.outcome, m.kind, count(*)` + commentFrom + `where ` + w.Text() + `
			group by m.notice_id, m.department_id, m.state, m.outcome, m.kind`
	}
	rows, err := r.Query(ctx, text, w.Args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (CommentTally, error) {
		var t CommentTally
		err := r.Scan(&t.Notice, &t.Department, &t.State, &t.Outcome, &t.Kind, &t.N)
		return t, err
	})
	return all, errs.Wrap("count comments", err)
}

// Counts are the numbers of a notice.
type Counts struct {
	All, Waiting, Answered, Held int
	Adopted, Partly, Declined    int // of the answered
	Departments                  []DepartmentCount
}

// DepartmentCount are the numbers of a department; a zero one stands for comments
// on the list as a whole.
type DepartmentCount struct {
	Department                   sqldb.ID
	All, Waiting, Answered, Held int
}

// CountsOf counts the comments of a notice, departments with most unanswered ones
// first.
func CountsOf(ctx context.Context, r sqldb.Reader, notice sqldb.ID) (Counts, error) {
	all, err := CommentTallies(ctx, r, people.Scope{All: true}, CommentQuery{Notice: notice})
	var c Counts
	by := map[sqldb.ID]*DepartmentCount{}
	for _, t := range all {
		d := by[t.Department]
		if d == nil {
			d = &DepartmentCount{Department: t.Department}
			by[t.Department] = d
		}
		c.All += t.N
		d.All += t.N
		switch t.State {
		case Waiting:
			c.Waiting += t.N
			d.Waiting += t.N
		case Held:
			c.Held += t.N
			d.Held += t.N
		case Answered:
			c.Answered += t.N
			d.Answered += t.N
			c.count(t)
		}
	}
	for _, d := range by {
		c.Departments = append(c.Departments, *d)
	}
	slices.SortFunc(c.Departments, func(a, b DepartmentCount) int {
		return cmp.Or(b.Waiting-a.Waiting, b.All-a.All, slices.Compare(a.Department[:], b.Department[:]))
	})
	return c, err
}

func (c *Counts) count(t CommentTally) {
	switch t.Outcome {
	case Adopted:
		c.Adopted += t.N
	case Partly:
		c.Partly += t.N
	case Declined:
		c.Declined += t.N
	}
}

// Todo is what waits for answers within a scope.
type Todo struct {
	Comments int
	Due      string // the earliest day by which one is to be answered, "" for none
}

// Waits counts what waits for answers within a scope (people.AnswerPublic), for
// the home page of whoever is to answer.
func Waits(ctx context.Context, r sqldb.Reader, s people.Scope) (Todo, error) {
	var w sqldb.Where
	w.And("m.state = 'waiting' and m.n > 0")
	s.Within(&w, "m.office")
	rows, err := r.Query(ctx, `select n.answer_by, sum(m.n) from comment_counts m join notices n on n.id = m.notice_id where `+w.Text()+` group by n.answer_by`, w.Args...)
	var t Todo
	_, err = sqldb.Collect(rows, err, func(r *sqldb.Rows) (struct{}, error) {
		var due string
		var n int
		err := r.Scan(&due, &n)
		t.Comments += n
		if t.Due == "" || due < t.Due {
			t.Due = due
		}
		return struct{}{}, err
	})
	return t, errs.Wrap("comments that wait", err)
}
