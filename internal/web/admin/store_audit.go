package admin

import (
	"context"
	"slices"
	"strconv"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/web/ui"
)

// entry is an act of the ledger as the audit administrator reads it.
type entry struct {
	id       sqldb.ID
	log      ledger.Log
	seq      int64
	at       time.Time
	kind     string
	actor    ledger.Actor
	subject  sqldb.ID
	addendum []byte
}

// actQuery chooses entries; the zero value of a field asks nothing.
type actQuery struct {
	log      ledger.Log
	kinds    []string
	account  sqldb.ID // who acted, or whose account it was done to
	from, to time.Time
}

func (q actQuery) where() *sqldb.Where {
	w := &sqldb.Where{}
	if q.log != 0 {
		w.And("e.log = ?", int(q.log))
	}
	if len(q.kinds) > 0 {
		w.And("e.kind in ("+sqldb.Marks(len(q.kinds))+")", sqldb.List(q.kinds)...)
	}
	if !q.account.IsZero() {
		w.And("(e.actor_id = ? or e.subject = ?)", q.account.String(), q.account)
	}
	days(w, "e.at", q.from, q.to)
	return w
}

// days adds that an instant lies within two; the second is not included.
func days(w *sqldb.Where, column string, from, to time.Time) {
	if !from.IsZero() {
		w.And(column+" >= ?", sqldb.Micros(from))
	}
	if !to.IsZero() {
		w.And(column+" < ?", sqldb.Micros(to))
	}
}

// acts lists entries of both logs, the newest first: ids sort by the time they
// were made, and their index serves both logs at once.
func acts(ctx context.Context, r sqldb.Reader, q actQuery, t ui.Turn, limit int) ([]entry, error) {
	w, order := q.where(), "desc"
	switch {
	case t.From.Set && t.Back:
		w.And("e.id > ?", t.From.ID)
		order = "asc"
	case t.From.Set:
		w.And("e.id < ?", t.From.ID)
	}
	rows, err := r.Query(ctx, `select e.id, e.log, e.seq, e.at, e.kind, e.actor_id, e.actor_name, e.actor_role, e.subject, e.addendum
		from ledger_entries e where `+w.Text()+` order by e.id `+order+` limit ?`, append(w.Args, limit)...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (entry, error) {
		var e entry
		var at int64
		err := r.Scan(&e.id, &e.log, &e.seq, &at, &e.kind, &e.actor.ID, &e.actor.Name, &e.actor.Role, &e.subject, &e.addendum)
		e.at = sqldb.FromMicros(at)
		return e, err
	})
	if t.Back {
		slices.Reverse(all)
	}
	return all, errs.Wrap("acts", err)
}

// countActs counts what acts would list, by kind.
func countActs(ctx context.Context, r sqldb.Reader, q actQuery) (map[string]int, error) {
	w := q.where()
	rows, err := r.Query(ctx, `select e.kind, count(*) from ledger_entries e where `+w.Text()+` group by e.kind`, w.Args...)
	return counts(rows, err)
}

// counts reads rows of a word and a number.
func counts(rows *sqldb.Rows, err error) (map[string]int, error) {
	out := map[string]int{}
	_, err = sqldb.Collect(rows, err, func(r *sqldb.Rows) (struct{}, error) {
		var word string
		var n int
		err := r.Scan(&word, &n)
		out[word] = n
		return struct{}{}, err
	})
	return out, errs.Wrap("counts", err)
}

// subjects names what at most 400 entries are about, as far as it is an account,
// a department, a power, a law, or of a campaign.
func subjects(ctx context.Context, r sqldb.Reader, ids []sqldb.ID, out map[sqldb.ID]string) error {
	marks, args := sqldb.In(ids)
	for _, q := range []string{
		`select id, '账号' || login from accounts where id in (` + marks + `)`,
		`select id, name from departments where id in (` + marks + `)`,
		`select p.id, p.code from powers p where p.id in (` + marks + `)`,
		`select c.id, p.code from changes c join powers p on p.id = c.power_id where c.id in (` + marks + `)`,
		`select id, '《' || title || '》' from law_documents where id in (` + marks + `)`,
		`select id, title from campaigns where id in (` + marks + `)`,
		`select s.id, d.name from submissions s join departments d on d.id = s.department_id where s.id in (` + marks + `)`,
		`select o.id, p.code from opinions o join powers p on p.id = o.power_id where o.id in (` + marks + `)`,
	} {
		rows, err := r.Query(ctx, q, args...)
		_, err = sqldb.Collect(rows, err, func(r *sqldb.Rows) (struct{}, error) {
			var id sqldb.ID
			var word string
			err := r.Scan(&id, &word)
			out[id] = word
			return struct{}{}, err
		})
		if err != nil {
			return errs.Wrap("subjects of acts", err)
		}
	}
	return nil
}

// signIn is a line of the book of sign-ins. Login is that of the account, empty
// where the attempt was at no account.
type signIn struct{ session.SignIn }

// cursor is the place in the list.
func (s signIn) cursor() ui.Cursor {
	return ui.Cursor{Key: strconv.FormatInt(sqldb.Micros(s.At), 10), ID: s.ID, Set: true}
}

// signInQuery chooses sign-ins; the zero value of a field asks nothing.
type signInQuery struct {
	account  sqldb.ID
	outcomes []session.Outcome
	address  string
	from, to time.Time
}

func (q signInQuery) where() *sqldb.Where {
	w := &sqldb.Where{}
	if !q.account.IsZero() {
		w.And("s.account_id = ?", q.account)
	}
	if len(q.outcomes) > 0 {
		w.And("s.outcome in ("+sqldb.Marks(len(q.outcomes))+")", sqldb.List(q.outcomes)...)
	}
	w.Is("s.address", q.address)
	days(w, "s.at", q.from, q.to)
	return w
}

// signIns lists sign-ins, the newest first, by the instant and the id.
func signIns(ctx context.Context, r sqldb.Reader, q signInQuery, t ui.Turn, limit int) ([]signIn, error) {
	w, order := q.where(), "desc"
	if t.From.Set {
		at, err := strconv.ParseInt(t.From.Key, 10, 64)
		if err != nil {
			return nil, errs.Invalidf("翻页位置无效").Fix("请从第一页重新翻起").Because(err)
		}
		than := "<"
		if t.Back {
			than, order = ">", "asc"
		}
		w.And("(s.at "+than+" ? or s.at = ? and s.id "+than+" ?)", at, at, t.From.ID)
	}
	rows, err := r.Query(ctx, `select s.id, s.account_id, coalesce(a.login, ''), s.at, s.outcome, s.address
		from sign_ins s left join accounts a on a.id = s.account_id where `+w.Text()+` order by s.at `+order+`, s.id `+order+` limit ?`,
		append(w.Args, limit)...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (signIn, error) {
		var s signIn
		var at int64
		err := r.Scan(&s.ID, &s.Account, &s.Login, &at, &s.Outcome, &s.Address)
		s.At = sqldb.FromMicros(at)
		return s, err
	})
	if t.Back {
		slices.Reverse(all)
	}
	return all, errs.Wrap("sign-ins", err)
}

// countSignIns counts what signIns would list, by outcome.
func countSignIns(ctx context.Context, r sqldb.Reader, q signInQuery) (map[string]int, error) {
	w := q.where()
	rows, err := r.Query(ctx, `select s.outcome, count(*) from sign_ins s where `+w.Text()+` group by s.outcome`, w.Args...)
	return counts(rows, err)
}
