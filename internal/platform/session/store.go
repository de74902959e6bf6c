package session

import (
	"context"
	"fmt"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// credential is what proves an account's owner, as stored. The zero one is that
// of an account without a password.
type credential struct {
	account  sqldb.ID
	hash     Hash
	changed  int64
	must     bool
	failures int
	failedAt int64
	until    int64
	secret   string
	factor   string
	used     int64 // step of the last code
}

const mustChange = "yes"

func readCredential(ctx context.Context, r sqldb.Reader, account sqldb.ID) (credential, error) {
	c := credential{account: account}
	if account.IsZero() {
		account = nobody() // the same query for a login of nobody
	}
	var must string
	err := r.QueryRow(ctx, `select hash, changed_at, must_change, failures, failed_at, locked_until, totp_secret, totp_state, totp_step
		from credentials where account_id = ?`, account).
		Scan(&c.hash, &c.changed, &must, &c.failures, &c.failedAt, &c.until, &c.secret, &c.factor, &c.used)
	if errs.Is(err, sqldb.ErrNoRows) {
		return credential{account: c.account}, nil
	}
	c.must = must == mustChange
	return c, errs.Wrap("read credential", err)
}

// nobody is an id that no account has.
func nobody() sqldb.ID { return sqldb.ID{15: 1} }

func (c credential) locked(now time.Time) bool { return c.until > sqldb.Micros(now) }

// fail counts a failure, and locks the account when there were too many in a
// row. Failures before a lock that is over, or longer ago than a lock lasts, do
// not count.
func (c credential) fail(ctx context.Context, tx *sqldb.Tx, p Profile, now time.Time) error {
	at := sqldb.Micros(now)
	n := c.failures + 1
	if c.until > 0 || c.failedAt < at-p.Lock.Microseconds() {
		n = 1
	}
	until := int64(0)
	if n >= p.Failures {
		until = at + p.Lock.Microseconds()
	}
	_, err := tx.Exec(ctx, `update credentials set failures = ?, failed_at = ?, locked_until = ? where account_id = ?`, n, at, until, c.account)
	return errs.Wrap("count a failed sign-in", err)
}

// forgive forgets the failures.
func (c credential) forgive(ctx context.Context, tx *sqldb.Tx) error {
	_, err := tx.Exec(ctx, `update credentials set failures = 0, failed_at = 0, locked_until = 0 where account_id = ?`, c.account)
	return errs.Wrap("forget failed sign-ins", err)
}

func (c credential) rehash(ctx context.Context, tx *sqldb.Tx, next Hash) error {
	_, err := tx.Exec(ctx, `update credentials set hash = ? where account_id = ? and hash = ?`, string(next), c.account, string(c.hash))
	return errs.Wrap("hash anew", err)
}

func (c credential) setFactor(ctx context.Context, tx *sqldb.Tx, secret, state string, step int64) error {
	_, err := tx.Exec(ctx, `update credentials set totp_secret = ?, totp_state = ?, totp_step = ? where account_id = ?`, secret, state, step, c.account)
	return errs.Wrap("set second factor", err)
}

// Unlock ends the lock of an account.
func Unlock(ctx context.Context, tx *sqldb.Tx, account sqldb.ID) error {
	return credential{account: account}.forgive(ctx, tx)
}

// SetPassword writes the password of an account, made by Gate.Hash, ends a lock
// and every session but keep (zero: every one). must says that the owner is to
// change it at the next sign-in.
func SetPassword(ctx context.Context, tx *sqldb.Tx, account sqldb.ID, h Hash, must bool, keep sqldb.ID, now time.Time) error {
	c, err := readCredential(ctx, tx, account)
	if err != nil {
		return err
	}
	if c.hash != "" {
		if _, err := tx.Exec(ctx, `insert into old_credentials (account_id, changed_at, hash) values (?, ?, ?) on conflict (account_id, changed_at) do nothing`,
			account, c.changed, string(c.hash)); err != nil {
			return errs.Wrap("keep the earlier password", err)
		}
		if err := pruneEarlier(ctx, tx, account); err != nil {
			return err
		}
	}
	word := ""
	if must {
		word = mustChange
	}
	_, err = tx.Exec(ctx, `insert into credentials (account_id, hash, changed_at, must_change, failures, failed_at, locked_until, totp_secret, totp_state, totp_step)
		values (?, ?, ?, ?, 0, 0, 0, '', '', 0)
		on conflict (account_id) do update set hash = excluded.hash, changed_at = excluded.changed_at, must_change = excluded.must_change,
			failures = 0, failed_at = 0, locked_until = 0`, account, string(h), sqldb.Micros(now), word)
	if err != nil {
		return errs.Wrap("set password", err)
	}
	_, err = EndAll(ctx, tx, account, keep)
	return err
}

// keptHashes is how many earlier passwords are kept: as many as the strictest
// profile looks at, with room.
const keptHashes = 12

// earlierHashes gives the n newest earlier passwords of an account.
func earlierHashes(ctx context.Context, r sqldb.Reader, account sqldb.ID, n int) ([]Hash, error) {
	rows, err := r.Query(ctx, `select hash from old_credentials where account_id = ? order by changed_at desc limit ?`, account, n)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Hash, error) {
		var h Hash
		err := r.Scan(&h)
		return h, err
	})
	return all, errs.Wrap("earlier passwords", err)
}

func pruneEarlier(ctx context.Context, tx *sqldb.Tx, account sqldb.ID) error {
	_, err := tx.Exec(ctx, `delete from old_credentials where account_id = ? and changed_at not in
		(select changed_at from old_credentials where account_id = ? order by changed_at desc limit ?)`, account, account, keptHashes)
	return errs.Wrap("forget old passwords", err)
}

// Credential is what may be told of how an account is proved.
type Credential struct {
	HasPassword bool
	Changed     time.Time // when the password was set
	MustChange  bool
	LockedUntil time.Time // zero when it is not locked
	FactorOn    bool
}

// CredentialOf tells of an account; one without a password has the zero
// Credential.
func CredentialOf(ctx context.Context, r sqldb.Reader, account sqldb.ID, now time.Time) (Credential, error) {
	c, err := readCredential(ctx, r, account)
	if err != nil || c.hash == "" {
		return Credential{}, err
	}
	out := Credential{HasPassword: true, Changed: sqldb.FromMicros(c.changed), MustChange: c.must, FactorOn: c.factor == factorOn}
	if c.locked(now) {
		out.LockedUntil = sqldb.FromMicros(c.until)
	}
	return out, nil
}

// Lock is an account that is locked.
type Lock struct {
	Account  sqldb.ID
	Failures int
	Until    time.Time
}

// Locks lists the locked accounts, those that open last first.
func Locks(ctx context.Context, r sqldb.Reader, now time.Time) ([]Lock, error) {
	rows, err := r.Query(ctx, `select account_id, failures, locked_until from credentials where locked_until > ? order by locked_until desc, account_id`, sqldb.Micros(now))
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Lock, error) {
		var l Lock
		var until int64
		err := r.Scan(&l.Account, &l.Failures, &until)
		l.Until = sqldb.FromMicros(until)
		return l, err
	})
	return all, errs.Wrap("locked accounts", err)
}

// Touch notes that a session was seen; see TouchEvery.
func Touch(ctx context.Context, tx *sqldb.Tx, id sqldb.ID, now time.Time) error {
	at := sqldb.Micros(now)
	_, err := tx.Exec(ctx, `update sessions set seen_at = ? where id = ? and seen_at < ?`, at, id, at)
	return errs.Wrap("touch session", err)
}

// List gives the living sessions of an account, the one seen last first.
func List(ctx context.Context, r sqldb.Reader, account sqldb.ID, l Limits, now time.Time) ([]Session, error) {
	rows, err := r.Query(ctx, `select id, factor, created_at, seen_at, address, agent from sessions
		where account_id = ? and seen_at > ? and created_at > ? order by seen_at desc, id`,
		account, sqldb.Micros(now.Add(-l.Idle)), sqldb.Micros(now.Add(-l.Absolute)))
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Session, error) {
		var s Session
		var opened, seen int64
		err := r.Scan(&s.ID, &s.Factor, &opened, &seen, &s.Address, &s.Agent)
		s.Opened, s.Seen = sqldb.FromMicros(opened), sqldb.FromMicros(seen)
		return s, err
	})
	return all, errs.Wrap("sessions of an account", err)
}

// End ends a session of its owner. Somebody else's, and one that ended
// already, is NotFound.
func End(ctx context.Context, tx *sqldb.Tx, id, owner sqldb.ID) error {
	n, err := tx.Exec(ctx, `delete from sessions where id = ? and account_id = ?`, id, owner)
	if err != nil {
		return errs.Wrap("end session", err)
	}
	if n == 0 {
		return errs.NotFoundf("这次登录已经结束")
	}
	return nil
}

// EndAll ends the sessions of an account but keep (zero: every one) and says
// how many.
func EndAll(ctx context.Context, tx *sqldb.Tx, account, keep sqldb.ID) (int, error) {
	if keep.IsZero() {
		keep = nobody()
	}
	n, err := tx.Exec(ctx, `delete from sessions where account_id = ? and id <> ?`, account, keep)
	return int(n), errs.Wrap("end sessions", err)
}

// endOldest ends all but the kept sessions seen last.
func endOldest(ctx context.Context, tx *sqldb.Tx, account sqldb.ID, kept int) error {
	_, err := tx.Exec(ctx, `delete from sessions where account_id = ? and id not in
		(select id from sessions where account_id = ? order by seen_at desc, id desc limit ?)`, account, account, kept)
	return errs.Wrap("end the oldest sessions", err)
}

func drop(ctx context.Context, tx *sqldb.Tx, id sqldb.ID) error {
	_, err := tx.Exec(ctx, `delete from sessions where id = ?`, id)
	return errs.Wrap("end session", err)
}

// half finds the session of a token that a password alone has opened.
func half(ctx context.Context, r sqldb.Reader, token string) (id, account sqldb.ID, err error) {
	err = r.QueryRow(ctx, `select id, account_id from sessions where token = ? and factor = ?`, Key(token), string(ByPassword)).Scan(&id, &account)
	return id, account, errs.Wrap("session of a token", err)
}

func proved(ctx context.Context, tx *sqldb.Tx, session, account sqldb.ID) error {
	_, err := tx.Exec(ctx, `update sessions set factor = ? where id = ? and account_id = ? and factor = ?`, string(ByCode), session, account, string(ByPassword))
	return errs.Wrap("prove session", err)
}

// Retention is how long the book of sign-ins is kept. 网络安全法 (2016),
// 第二十一条第三项, asks for six months at least.
const Retention = 366 * 24 * time.Hour

// Forget deletes the sessions that are over and the sign-ins that need no
// longer be kept. A server calls it now and then.
func Forget(ctx context.Context, tx *sqldb.Tx, l Limits, now time.Time) error {
	if _, err := tx.Exec(ctx, `delete from sessions where seen_at <= ? or created_at <= ?`,
		sqldb.Micros(now.Add(-l.Idle)), sqldb.Micros(now.Add(-l.Absolute))); err != nil {
		return fmt.Errorf("forget sessions: %w", err)
	}
	if _, err := tx.Exec(ctx, `delete from sign_ins where at <= ?`, sqldb.Micros(now.Add(-Retention))); err != nil {
		return fmt.Errorf("forget sign-ins: %w", err)
	}
	return nil
}
