package words

import (
	"context"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
)

// roomOf gives how many more different words a day may have.
func roomOf(ctx context.Context, r sqldb.Reader, day string) (int, error) {
	n := 0
	err := r.QueryRow(ctx, `select count(*) from missed_searches where day = ?`, day).Scan(&n)
	return max(0, perDay-n), errs.Wrap("count missed words", err)
}

// countOf gives how often words were missed on a day.
func countOf(ctx context.Context, r sqldb.Reader, words, day string) (int, error) {
	n := 0
	err := r.QueryRow(ctx, `select coalesce(max(n), 0) from missed_searches where words = ? and day = ?`, words, day).Scan(&n)
	return n, errs.Wrap("count of missed words", err)
}

func isKnown(ctx context.Context, r sqldb.Reader, words string) (bool, error) {
	n := 0
	err := r.QueryRow(ctx, `select count(*) from missed_words where words = ?`, words).Scan(&n)
	return n > 0, errs.Wrap("missed words", err)
}

// addMissed adds counts to a day. Words that were given to an item and are
// missed again are open again.
func addMissed(ctx context.Context, tx *sqldb.Tx, m missed, day string) error {
	if _, err := tx.Exec(ctx, `insert into missed_searches (words, day, n) values (?, ?, ?)
		on conflict (words, day) do update set n = missed_searches.n + excluded.n`, m.words, day, m.n); err != nil {
		return errs.Wrap("add missed search", err)
	}
	near := 0
	if m.near {
		near = 1
	}
	_, err := tx.Exec(ctx, `insert into missed_words (id, words, n, first_day, last_day, near, department_id, state) values (?, ?, ?, ?, ?, ?, ?, ?)
		on conflict (words) do update set n = missed_words.n + excluded.n, last_day = excluded.last_day, near = excluded.near,
		state = case when missed_words.state = ? then excluded.state else missed_words.state end`,
		sqldb.NewID(), m.words, m.n, day, day, near, m.department, string(Open), string(Given))
	return errs.Wrap("add missed words", err)
}

// forget drops the days before one, and words that were missed only once and not
// since another one. What was answered stays with the answer.
func forget(ctx context.Context, tx *sqldb.Tx, old, single string) error {
	for _, q := range []struct {
		text string
		args []any
	}{
		{`update missed_words set n = n - (select sum(s.n) from missed_searches s where s.words = missed_words.words and s.day < ?)
			where words in (select words from missed_searches where day < ?)`, []any{old, old}},
		{`delete from missed_searches where day < ?`, []any{old}},
		{`delete from missed_searches where words in (select words from missed_words where n < ? and last_day < ? and state = ?)`, []any{shown, single, string(Open)}},
		{`delete from missed_words where state = ? and (n < 1 or n < ? and last_day < ?)`, []any{string(Open), shown, single}},
	} {
		if _, err := tx.Exec(ctx, q.text, q.args...); err != nil {
			return errs.Wrap("forget missed searches", err)
		}
	}
	return nil
}

// listed reads items that are on the list, by their ids.
func listed(ctx context.Context, r sqldb.Reader, ids []sqldb.ID) (map[sqldb.ID]Suggestion, error) {
	marks, args := sqldb.In(ids)
	rows, err := r.Query(ctx, `select p.id, p.code, v.name, v.department_id from changes c join powers p on p.id = c.power_id
		join power_versions v on v.id = c.version_id where c.state = 'published' and c.power_id in (`+marks+`)`, args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (s Suggestion, err error) {
		err = r.Scan(&s.Power, &s.Code, &s.Name, &s.Department)
		return s, err
	})
	if err != nil {
		return nil, errs.Wrap("listed items", err)
	}
	out := make(map[sqldb.ID]Suggestion, len(all))
	for _, s := range all {
		out[s.Power] = s
	}
	return out, nil
}

// Query chooses missed words. The zero value of a field asks nothing.
type Query struct {
	State      State
	Department sqldb.ID
	Undirected bool // only those that belong to no department
	Words      string
	After      Place
	Before     Place
	Limit      int // 0 for all
}

// Place is a place in the list.
type Place struct {
	N  int
	ID sqldb.ID
}

// Place is where missed words stand.
func (m Miss) Place() Place { return Place{m.N, m.ID} }

// where gathers the conditions of a query but its place. Words searched for only
// once are shown to nobody.
func (q Query) where(s people.Scope) *sqldb.Where {
	w := new(sqldb.Where)
	w.And("m.n >= ?", shown)
	s.Within(w, "m.department_id")
	w.Is("m.state", string(q.State))
	if q.Undirected {
		w.And("m.department_id is null")
	} else if !q.Department.IsZero() {
		w.And("m.department_id = ?", q.Department)
	}
	if q.Words != "" {
		w.And(`lower(m.words) like ? escape '\'`, "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(q.Words))+"%")
	}
	return w
}

const missColumns = `select m.id, m.words, m.n, m.first_day, m.last_day, m.near, m.department_id, m.state from missed_words m `

func scanMiss(r *sqldb.Rows) (Miss, error) {
	var m Miss
	var near int
	err := r.Scan(&m.ID, &m.Words, &m.N, &m.First, &m.Last, &near, &m.Department, &m.State)
	m.Near = near != 0
	return m, err
}

// Misses reads missed words within a scope, those searched for most first; with
// Before the ones that end there, in the same order. Those without a department
// are for whoever sees all.
func Misses(ctx context.Context, r sqldb.Reader, s people.Scope, q Query) ([]Miss, error) {
	w := q.where(s)
	order, back := ` order by m.n desc, m.id desc`, q.Before != Place{}
	switch {
	case back:
		w.And(`(m.n, m.id) > (?, ?)`, q.Before.N, q.Before.ID)
		order = ` order by m.n, m.id`
	case q.After != Place{}:
		w.And(`(m.n, m.id) < (?, ?)`, q.After.N, q.After.ID)
	}
	if q.Limit > 0 {
		order += ` limit ?`
		w.Args = append(w.Args, q.Limit)
	}
	rows, err := r.Query(ctx, missColumns+`where `+w.Text()+order, w.Args...)
	all, err := sqldb.Collect(rows, err, scanMiss)
	if back {
		slices.Reverse(all)
	}
	return all, errs.Wrap("missed words", err)
}

// ByID finds missed words; unknown when there are none. Ask who.MayOn about the
// department before showing them.
func ByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Miss, error) {
	rows, err := r.Query(ctx, missColumns+`where m.id = ?`, id)
	all, err := sqldb.Collect(rows, err, scanMiss)
	switch {
	case err != nil:
		return Miss{}, errs.Wrap("missed words", err)
	case len(all) == 0:
		return Miss{}, people.Unknown()
	}
	return all[0], nil
}

// Tally counts missed words of one department and state.
type Tally struct {
	Department  sqldb.ID
	State       State
	N, Searches int
}

// Tallies counts the missed words within a scope that a query leaves, by
// department and state.
func Tallies(ctx context.Context, r sqldb.Reader, s people.Scope, q Query) ([]Tally, error) {
	w := Query{Words: q.Words}.where(s)
	rows, err := r.Query(ctx, `select m.department_id, m.state, count(*), sum(m.n) from missed_words m where `+w.Text()+`
		group by m.department_id, m.state order by m.department_id, m.state`, w.Args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (t Tally, err error) {
		err = r.Scan(&t.Department, &t.State, &t.N, &t.Searches)
		return t, err
	})
	return all, errs.Wrap("count missed words", err)
}

// answer is what somebody made of missed words.
type answer struct {
	Answer, Reason string
	Power          sqldb.ID
}

func insertAnswer(ctx context.Context, tx *ledger.Tx, m Miss, a answer) error {
	_, err := tx.Exec(ctx, `insert into missed_answers (id, words_id, words, answer, power_id, reason, answered_by, answered_at)
		values (?, ?, ?, ?, ?, ?, ?, ?)`, sqldb.NewID(), m.ID, m.Words, a.Answer, a.Power, a.Reason, tx.Actor().ID, sqldb.Micros(tx.Now()))
	return errs.Wrap("answer missed words", err)
}

func setState(ctx context.Context, tx *ledger.Tx, m Miss, s State) error {
	n, err := tx.Exec(ctx, `update missed_words set state = ? where id = ? and state = ?`, string(s), m.ID, string(m.State))
	return moved(m, n, err)
}

func setDepartment(ctx context.Context, tx *ledger.Tx, m Miss, department sqldb.ID) error {
	n, err := tx.Exec(ctx, `update missed_words set department_id = ? where id = ? and state = ?`, department, m.ID, string(m.State))
	return moved(m, n, err)
}

func moved(m Miss, n int64, err error) error {
	if err == nil && n != 1 {
		return errs.Conflictf("“%s”已由他人处理", m.Words).Fix("请刷新页面")
	}
	return errs.Wrap("answer missed words", err)
}

// Item is an item with the everyday words that its department keeps.
type Item struct {
	Power      sqldb.ID
	Code, Name string
	Department sqldb.ID
	Words      []Kept
	order      string
}

// Kept is one everyday word of an item.
type Kept struct {
	ID     sqldb.ID
	Text   string
	Source string
}

// ItemQuery chooses items on the list.
type ItemQuery struct {
	Department sqldb.ID
	Worded     bool   // only those that have words
	Words      string // found in the name or among the words
	After      ItemPlace
	Before     ItemPlace
	Limit      int // 0 for all
}

// ItemPlace is a place among the items: by name, then by code.
type ItemPlace struct {
	Order string
	ID    sqldb.ID
}

// Place is where an item stands.
func (i Item) Place() ItemPlace { return ItemPlace{i.order, i.Power} }

func (q ItemQuery) where(s people.Scope) *sqldb.Where {
	w := new(sqldb.Where)
	w.And("c.state = 'published'")
	s.Within(w, "c.department_id")
	if !q.Department.IsZero() {
		w.And("c.department_id = ?", q.Department)
	}
	const has = `exists (select 1 from power_words w where w.power_id = c.power_id and w.removed_at = 0`
	if q.Worded {
		w.And(has + `)`)
	}
	if q.Words != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(q.Words)) + "%"
		w.And(`(lower(v.name) like ? escape '\' or p.code = ? or `+has+` and lower(w.word) like ? escape '\'))`, like, q.Words, like)
	}
	return w
}

const itemFrom = ` from changes c join powers p on p.id = c.power_id join power_versions v on v.id = c.version_id where `

// Items reads the items on the list within a scope with their words, in the
// order of their names; with Before those that end there, in the same order.
func Items(ctx context.Context, r sqldb.Reader, s people.Scope, q ItemQuery) ([]Item, error) {
	w := q.where(s)
	order, back := ` order by v.order_key, p.id`, q.Before != ItemPlace{}
	switch {
	case back:
		w.And(`(v.order_key, p.id) < (?, ?)`, q.Before.Order, q.Before.ID)
		order = ` order by v.order_key desc, p.id desc`
	case q.After != ItemPlace{}:
		w.And(`(v.order_key, p.id) > (?, ?)`, q.After.Order, q.After.ID)
	}
	if q.Limit > 0 {
		order += ` limit ?`
		w.Args = append(w.Args, q.Limit)
	}
	rows, err := r.Query(ctx, `select p.id, p.code, v.name, c.department_id, v.order_key`+itemFrom+w.Text()+order, w.Args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (i Item, err error) {
		err = r.Scan(&i.Power, &i.Code, &i.Name, &i.Department, &i.order)
		return i, err
	})
	if err != nil {
		return nil, errs.Wrap("items with words", err)
	}
	if back {
		slices.Reverse(all)
	}
	return all, addWords(ctx, r, all)
}

// addWords fills in the words of items.
func addWords(ctx context.Context, r sqldb.Reader, items []Item) error {
	at := make(map[sqldb.ID]int, len(items))
	var ids []sqldb.ID
	for i, it := range items {
		at[it.Power] = i
		ids = append(ids, it.Power)
	}
	type kept struct {
		power sqldb.ID
		Kept
	}
	for some := range slices.Chunk(ids, 400) {
		marks, args := sqldb.In(some)
		rows, err := r.Query(ctx, `select w.power_id, w.id, w.word, w.source from power_words w
			where w.removed_at = 0 and w.power_id in (`+marks+`) order by w.added_at, w.id`, args...)
		all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (k kept, err error) {
			err = r.Scan(&k.power, &k.ID, &k.Text, &k.Source)
			return k, err
		})
		if err != nil {
			return errs.Wrap("words of items", err)
		}
		for _, k := range all {
			items[at[k.power]].Words = append(items[at[k.power]].Words, k.Kept)
		}
	}
	return nil
}

// CountItems counts what Items reads, by department.
func CountItems(ctx context.Context, r sqldb.Reader, s people.Scope, q ItemQuery) (map[sqldb.ID]int, error) {
	w := q.where(s)
	rows, err := r.Query(ctx, `select c.department_id, count(*)`+itemFrom+w.Text()+` group by c.department_id`, w.Args...)
	type counted struct {
		id sqldb.ID
		n  int
	}
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (c counted, err error) {
		err = r.Scan(&c.id, &c.n)
		return c, err
	})
	out := make(map[sqldb.ID]int, len(all))
	for _, c := range all {
		out[c.id] = c.n
	}
	return out, errs.Wrap("count items", err)
}
