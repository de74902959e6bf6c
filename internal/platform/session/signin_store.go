package session

import (
	"context"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// Within addressWindow, addressFailures failed attempts from one address are
// the last: it is then refused before any account is touched, so that one
// machine cannot lock out everybody, nor guess at more than a few.
const (
	addressWindow   = 15 * time.Minute
	addressFailures = 20
)

// signIn is a line of the book of sign-ins.
type signIn struct {
	login   string
	account sqldb.ID
	at      time.Time
	outcome Outcome
	address string
}

func (s signIn) write(ctx context.Context, tx *sqldb.Tx) error {
	_, err := tx.Exec(ctx, `insert into sign_ins (id, login, account_id, at, outcome, address) values (?, ?, ?, ?, ?, ?)`,
		sqldb.NewID(), clip(s.login, 64), s.account, sqldb.Micros(s.at), string(s.outcome), clip(s.address, 64))
	return errs.Wrap("note a sign-in", err)
}

// Note writes a line of the book for what happens outside the gate: Provider,
// Stranger, Demo, SignedOff. The login of a Stranger is empty.
func Note(ctx context.Context, tx *sqldb.Tx, account sqldb.ID, login string, o Outcome, address string, now time.Time) error {
	return signIn{login: login, account: account, at: now, outcome: o, address: network(address)}.write(ctx, tx)
}

// overLimit counts guesses at passwords and codes. A Stranger guessed at nothing:
// the provider has proved them.
func overLimit(ctx context.Context, r sqldb.Reader, address string, now time.Time) (bool, error) {
	var n int
	err := r.QueryRow(ctx, `select count(*) from sign_ins where address = ? and at > ? and outcome in (?, ?, ?, ?, ?)`,
		address, sqldb.Micros(now.Add(-addressWindow)), string(Wrong), string(WrongCode), string(Unknown), string(Locked), string(Barred)).Scan(&n)
	return n >= addressFailures, errs.Wrap("failed sign-ins of an address", err)
}

func notedLimit(ctx context.Context, r sqldb.Reader, address string, now time.Time) (bool, error) {
	var n int
	err := r.QueryRow(ctx, `select count(*) from sign_ins where address = ? and at > ? and outcome = ?`,
		address, sqldb.Micros(now.Add(-addressWindow)), string(Limited)).Scan(&n)
	return n > 0, errs.Wrap("floods from an address", err)
}

// SignIn is a line of the book of sign-ins. Login is empty where nobody has
// the login that was typed: it may have been a password.
type SignIn struct {
	ID      sqldb.ID
	Account sqldb.ID
	Login   string
	At      time.Time
	Outcome Outcome
	Address string
}

// SignInQuery chooses sign-ins; the zero value of a field asks nothing.
type SignInQuery struct {
	Account  sqldb.ID
	Outcomes []Outcome
	Address  string
	From, To time.Time // To is not included
	Before   SignIn    // those after this one in the list: its At and ID
	Limit    int
}

// SignIns lists sign-ins, the newest first.
func SignIns(ctx context.Context, r sqldb.Reader, q SignInQuery) ([]SignIn, error) {
	w := q.where()
	if !q.Before.ID.IsZero() {
		at := sqldb.Micros(q.Before.At)
		w.And("(at < ? or at = ? and id < ?)", at, at, q.Before.ID)
	}
	rows, err := r.Query(ctx, `select id, account_id, login, at, outcome, address from sign_ins where `+w.Text()+` order by at desc, id desc limit ?`,
		append(w.Args, q.Limit)...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (SignIn, error) {
		var s SignIn
		var at int64
		err := r.Scan(&s.ID, &s.Account, &s.Login, &at, &s.Outcome, &s.Address)
		s.At = sqldb.FromMicros(at)
		return s, err
	})
	return all, errs.Wrap("sign-ins", err)
}

func (q SignInQuery) where() *sqldb.Where {
	w := &sqldb.Where{}
	if !q.Account.IsZero() {
		w.And("account_id = ?", q.Account)
	}
	if len(q.Outcomes) > 0 {
		w.And("outcome in ("+sqldb.Marks(len(q.Outcomes))+")", outcomeArgs(q.Outcomes)...)
	}
	w.Is("address", q.Address)
	if !q.From.IsZero() {
		w.And("at >= ?", sqldb.Micros(q.From))
	}
	if !q.To.IsZero() {
		w.And("at < ?", sqldb.Micros(q.To))
	}
	return w
}

func outcomeArgs(all []Outcome) []any {
	args := make([]any, len(all))
	for i, o := range all {
		args[i] = string(o)
	}
	return args
}

// CountSignIns counts what SignIns would list, by outcome; Before and Limit do
// not matter.
func CountSignIns(ctx context.Context, r sqldb.Reader, q SignInQuery) (map[Outcome]int, error) {
	w := q.where()
	rows, err := r.Query(ctx, `select outcome, count(*) from sign_ins where `+w.Text()+` group by outcome`, w.Args...)
	type pair struct {
		o Outcome
		n int
	}
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (pair, error) {
		var p pair
		err := r.Scan(&p.o, &p.n)
		return p, err
	})
	if err != nil {
		return nil, errs.Wrap("count sign-ins", err)
	}
	out := make(map[Outcome]int, len(all))
	for _, p := range all {
		out[p.o] = p.n
	}
	return out, nil
}

// LastSignIn gives the last sign-in of an account before an instant, for the
// line 上次登录; NotFound when there was none.
func LastSignIn(ctx context.Context, r sqldb.Reader, account sqldb.ID, before time.Time) (SignIn, error) {
	all, err := SignIns(ctx, r, SignInQuery{Account: account, Outcomes: []Outcome{Ok, Provider, Demo}, To: before, Limit: 1})
	if err != nil {
		return SignIn{}, err
	}
	if len(all) == 0 {
		return SignIn{}, errs.NotFoundf("以前没有登录过")
	}
	return all[0], nil
}

// EndToken ends the session of a token, for signing out. A token of no session
// ends nothing.
func EndToken(ctx context.Context, tx *sqldb.Tx, token string) error {
	_, err := tx.Exec(ctx, `delete from sessions where token = ?`, Key(token))
	return errs.Wrap("sign out", err)
}
