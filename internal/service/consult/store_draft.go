package consult

import (
	"context"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
)

// EntryQuery chooses lines of a draft. The zero value of a field asks nothing.
type EntryQuery struct {
	Department sqldb.ID
	Category   string
	Kind       power.Kind
	Words      string // found in code or name
	Commented  bool   // only those with comments
	After      Place
	Before     Place
	Limit      int // 0 for all
}

// Place is a place in a draft.
type Place struct {
	Order string
	ID    sqldb.ID
}

// Place is where the line stands.
func (e Entry) Place() Place { return Place{e.order, e.Power} }

// contains is the pattern of lower-case texts that contain words.
func contains(words string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(words)) + "%"
}

// where gathers the conditions of a query but its place.
func (q EntryQuery) where(notice sqldb.ID) *sqldb.Where {
	w := new(sqldb.Where)
	w.And("e.notice_id = ?", notice)
	if !q.Department.IsZero() {
		w.And("e.department_id = ?", q.Department)
	}
	w.Is("e.category", q.Category)
	w.Is("e.change_kind", string(q.Kind))
	if q.Words != "" {
		w.And(`(lower(e.name) like ? escape '\' or lower(e.code) like ? escape '\')`, contains(q.Words), contains(q.Words))
	}
	if q.Commented {
		w.And(`exists (select 1 from comment_counts m where m.notice_id = e.notice_id and m.subject = e.power_id and m.n > 0)`)
	}
	return w
}

const entryColumns = `select e.notice_id, e.power_id, e.change_id, e.version_id, e.department_id, e.change_kind, e.code, e.name, e.category, e.order_key,
	e.digest, c.version_id, v.no, c.state,
	(select coalesce(sum(m.n), 0) from comment_counts m where m.notice_id = e.notice_id and m.subject = e.power_id),
	(select coalesce(sum(m.n), 0) from comment_counts m where m.notice_id = e.notice_id and m.subject = e.power_id and m.state = 'waiting')
	from notice_entries e join changes c on c.id = e.change_id join power_versions v on v.id = c.version_id `

func scanEntry(r *sqldb.Rows) (Entry, error) {
	var e Entry
	var digest []byte
	err := r.Scan(&e.Notice, &e.Power, &e.Change, &e.Version, &e.Department, &e.Kind, &e.Code, &e.Name, &e.Category, &e.order,
		&digest, &e.Present, &e.PresentNo, &e.State, &e.Comments, &e.Unanswered)
	copy(e.Digest[:], digest)
	return e, err
}

// Entries reads lines of the draft of a notice in the order of the list; with
// Before the lines that end there, in the same order.
func Entries(ctx context.Context, r sqldb.Reader, notice sqldb.ID, q EntryQuery) ([]Entry, error) {
	w := q.where(notice)
	order, back := ` order by e.order_key, e.power_id`, q.Before != Place{}
	switch {
	case back:
		w.And(`(e.order_key, e.power_id) < (?, ?)`, q.Before.Order, q.Before.ID)
		order = ` order by e.order_key desc, e.power_id desc`
	case q.After != Place{}:
		w.And(`(e.order_key, e.power_id) > (?, ?)`, q.After.Order, q.After.ID)
	}
	if q.Limit > 0 {
		order += ` limit ?`
		w.Args = append(w.Args, q.Limit)
	}
	rows, err := r.Query(ctx, entryColumns+`where `+w.Text()+order, w.Args...)
	all, err := sqldb.Collect(rows, err, scanEntry)
	if back {
		slices.Reverse(all)
	}
	return all, errs.Wrap("lines of a draft", err)
}

// EntryOf gives the line of a power in the draft of a notice; NotFound when it is
// not in it.
func EntryOf(ctx context.Context, r sqldb.Reader, notice, power sqldb.ID) (Entry, error) {
	rows, err := r.Query(ctx, entryColumns+`where e.notice_id = ? and e.power_id = ?`, notice, power)
	all, err := sqldb.Collect(rows, err, scanEntry)
	switch {
	case err != nil:
		return Entry{}, errs.Wrap("line of a draft", err)
	case len(all) == 0:
		return Entry{}, errs.NotFoundf("这个事项不在征求意见稿中").Fix("请从征求意见稿的列表里选择事项")
	}
	return all[0], nil
}

// Tally counts lines of a draft that are alike in all facets.
type Tally struct {
	Department sqldb.ID
	Kind       power.Kind
	Category   string
	N          int
}

// EntryTallies counts the lines of the draft of a notice that hold the words of q,
// and have comments where q asks for it, by every facet; the facets of q are not
// asked, so that the counts beside each choice can be made of them.
func EntryTallies(ctx context.Context, r sqldb.Reader, notice sqldb.ID, q EntryQuery) ([]Tally, error) {
	w := EntryQuery{Words: q.Words, Commented: q.Commented}.where(notice)
	rows, err := r.Query(ctx, `select e.department_id, e.change_kind, e.category, count(*) from notice_entries e where `+w.Text()+`
		group by e.department_id, e.change_kind, e.category`, w.Args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Tally, error) {
		var t Tally
		err := r.Scan(&t.Department, &t.Kind, &t.Category, &t.N)
		return t, err
	})
	return all, errs.Wrap("count the lines of a draft", err)
}

// Spoken is a notice that has comments on a power.
type Spoken struct {
	Notice   sqldb.ID
	Title    string
	From, To string
	N        int // comments
	Unheard  int // of them those that wait for an answer
}

// SpokenOf gives the notices in which a power has comments, the newest first: what
// its public page links to.
func SpokenOf(ctx context.Context, r sqldb.Reader, power sqldb.ID) ([]Spoken, error) {
	rows, err := r.Query(ctx, `select n.id, n.title, n.from_day, n.to_day, sum(m.n), sum(case when m.state = 'waiting' then m.n else 0 end) from comment_counts m
		join notices n on n.id = m.notice_id where m.subject = ? and m.n > 0 group by n.id, n.title, n.from_day, n.to_day order by n.from_day desc, n.id desc`, power)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Spoken, error) {
		var s Spoken
		err := r.Scan(&s.Notice, &s.Title, &s.From, &s.To, &s.N, &s.Unheard)
		return s, err
	})
	return all, errs.Wrap("notices with comments on a power", err)
}

// cover is a notice that put some changes to the public.
type cover struct {
	Notice
	waiting int
}

// coverBatch is how many changes are asked about at a time: one text of SQL.
const coverBatch = 400

// covering gives the notices whose drafts hold any of the changes, the oldest
// first, with how many of their comments wait for an answer.
func covering(ctx context.Context, r sqldb.Reader, changes []sqldb.ID) ([]cover, error) {
	ids := map[sqldb.ID]bool{}
	for batch := range slices.Chunk(changes, coverBatch) {
		args := make([]any, coverBatch) // filled up with the last
		for i := range args {
			args[i] = batch[min(i, len(batch)-1)]
		}
		rows, err := r.Query(ctx, `select distinct notice_id from notice_entries where change_id in (`+sqldb.Marks(coverBatch)+`)`, args...)
		found, err := sqldb.Collect(rows, err, scanID)
		if err != nil {
			return nil, errs.Wrap("notices of changes", err)
		}
		for _, id := range found {
			ids[id] = true
		}
	}
	var out []cover
	for id := range ids {
		n, err := NoticeByID(ctx, r, id)
		if err != nil {
			return nil, err
		}
		c := cover{Notice: n}
		err = r.QueryRow(ctx, `select coalesce(sum(n), 0) from comment_counts where notice_id = ? and state = 'waiting'`, id).Scan(&c.waiting)
		if err != nil {
			return nil, errs.Wrap("comments that wait", err)
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b cover) int { return strings.Compare(a.From+a.ID.String(), b.From+b.ID.String()) })
	return out, nil
}
