package people

import (
	"context"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
)

// ResetPassword sets the password of somebody else's account, made with
// session.Gate.Hash, "account.password_reset": it must be changed at the next
// sign-in, and all sessions end. One's own is Forbidden: it is changed with the
// present password (session.Gate.ChangePassword).
func ResetPassword(ctx context.Context, tx *ledger.Tx, account sqldb.ID, h session.Hash) error {
	a, err := other(ctx, tx, account, "这样重置自己的口令")
	if err != nil {
		return err
	}
	if err := session.SetPassword(ctx, tx.Tx, account, h, true, sqldb.ID{}, tx.Now()); err != nil {
		return err
	}
	return say(ctx, tx, "account.password_reset", account, accountAct{Login: a.Login})
}

// ResetFactor takes the second factor of somebody else's account away and ends
// its sessions, "account.factor_reset". One's own is Forbidden.
func ResetFactor(ctx context.Context, tx *ledger.Tx, account sqldb.ID) error {
	a, err := other(ctx, tx, account, "重置自己的动态口令")
	if err != nil {
		return err
	}
	if err := session.ResetFactor(ctx, tx.Tx, account); err != nil {
		return err
	}
	if _, err := session.EndAll(ctx, tx.Tx, account, sqldb.ID{}); err != nil {
		return err
	}
	return say(ctx, tx, "account.factor_reset", account, accountAct{Login: a.Login})
}

// Unlock ends the lock of somebody else's account, "account.unlocked". One's
// own is Forbidden.
func Unlock(ctx context.Context, tx *ledger.Tx, account sqldb.ID) error {
	a, err := other(ctx, tx, account, "解锁自己的账号")
	if err != nil {
		return err
	}
	if err := session.Unlock(ctx, tx.Tx, account); err != nil {
		return err
	}
	return say(ctx, tx, "account.unlocked", account, accountAct{Login: a.Login})
}

// EndSessions ends all sessions of an account, "account.sessions_ended", and
// says how many there were. Owners end their own with session.End and
// session.EndAll, which is no act.
func EndSessions(ctx context.Context, tx *ledger.Tx, account sqldb.ID) (int, error) {
	a, err := ByID(ctx, tx, account)
	if err != nil {
		return 0, err
	}
	n, err := session.EndAll(ctx, tx.Tx, account, sqldb.ID{})
	if err != nil {
		return 0, err
	}
	return n, say(ctx, tx, "account.sessions_ended", account, accountAct{Login: a.Login})
}

// other finds an account that is not the actor's own.
func other(ctx context.Context, tx *ledger.Tx, account sqldb.ID, what string) (Account, error) {
	if err := notSelf(tx, account, what); err != nil {
		return Account{}, err
	}
	return ByID(ctx, tx, account)
}

// LinkIdentity lets whom a provider (OIDC) knows as subject sign in to an
// account, "account.identity_linked". An identity that is linked already is a
// Conflict. Both texts must be set.
func LinkIdentity(ctx context.Context, tx *ledger.Tx, issuer, subject string, account sqldb.ID) error {
	if issuer == "" || subject == "" || len(issuer) > 500 || len(subject) > 255 {
		return errs.Invalidf("统一身份的发行方或编号没有写，或者太长").Fix("请照统一身份认证给出的内容填写")
	}
	a, err := other(ctx, tx, account, "给自己绑定统一身份")
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `insert into account_identities (issuer, subject, account_id, at) values (?, ?, ?, ?) on conflict (issuer, subject) do nothing`,
		issuer, subject, account, sqldb.Micros(tx.Now()))
	if err != nil {
		return errs.Wrap("link identity", err)
	}
	if n == 0 {
		return errs.Conflictf("这个统一身份已经绑定了账号").Fix("请先解除原来的绑定")
	}
	return say(ctx, tx, "account.identity_linked", account, accountAct{Login: a.Login, Name: subject, Before: issuer})
}

// UnlinkIdentity takes the link away and ends the sessions of the account,
// "account.identity_unlinked"; NotFound when there is none.
func UnlinkIdentity(ctx context.Context, tx *ledger.Tx, issuer, subject string) error {
	a, err := ByIdentity(ctx, tx, issuer, subject)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from account_identities where issuer = ? and subject = ?`, issuer, subject); err != nil {
		return errs.Wrap("unlink identity", err)
	}
	if _, err := session.EndAll(ctx, tx.Tx, a.ID, sqldb.ID{}); err != nil {
		return err
	}
	return say(ctx, tx, "account.identity_unlinked", a.ID, accountAct{Login: a.Login, Name: subject, Before: issuer})
}

// ByIdentity finds the account of whom a provider knows as subject; NotFound
// when none is linked. It may be disabled.
func ByIdentity(ctx context.Context, r sqldb.Reader, issuer, subject string) (Account, error) {
	var id sqldb.ID
	err := r.QueryRow(ctx, `select account_id from account_identities where issuer = ? and subject = ?`, issuer, subject).Scan(&id)
	if errs.Is(err, sqldb.ErrNoRows) {
		return Account{}, errs.NotFoundf("这个统一身份没有绑定账号").Fix("请联系本单位的系统管理员")
	}
	if err != nil {
		return Account{}, errs.Wrap("account of an identity", err)
	}
	return ByID(ctx, r, id)
}

// Identity is somebody as a provider knows them.
type Identity struct{ Issuer, Subject string }

// Identities lists the identities linked to an account.
func Identities(ctx context.Context, r sqldb.Reader, account sqldb.ID) ([]Identity, error) {
	rows, err := r.Query(ctx, `select issuer, subject from account_identities where account_id = ? order by issuer, subject`, account)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Identity, error) {
		var i Identity
		err := r.Scan(&i.Issuer, &i.Subject)
		return i, err
	})
	return all, errs.Wrap("identities", err)
}

// ReadSettings gives the settings in use.
func ReadSettings(ctx context.Context, r sqldb.Reader) (Settings, error) {
	var profile, second string
	var idle, absolute int
	err := r.QueryRow(ctx, `select profile, idle_minutes, absolute_minutes, second_factor from session_settings where one = 1`).Scan(&profile, &idle, &absolute, &second)
	if errs.Is(err, sqldb.ErrNoRows) {
		return DefaultSettings(), nil
	}
	return settingsOf(profile, idle, absolute, second), errs.Wrap("session settings", err)
}

// settingsAct is what the ledger keeps, in private, of new settings.
type settingsAct struct {
	Profile      string `json:"profile"`
	Idle         int    `json:"idle_minutes"`
	Absolute     int    `json:"absolute_minutes"`
	SecondFactor string `json:"second_factor"`
}

// SetSettings sets them for everybody at once, also for sessions that are open,
// "security.settings_set". Invalid at the field when a limit is out of bounds.
func SetSettings(ctx context.Context, tx *ledger.Tx, s Settings) error {
	if err := s.check(); err != nil {
		return err
	}
	act := settingsAct{s.ProfileKey, int(s.Idle / time.Minute), int(s.Absolute / time.Minute), string(s.SecondFactor)}
	if _, err := tx.Exec(ctx, `insert into session_settings (one, profile, idle_minutes, absolute_minutes, second_factor, changed_at) values (1, ?, ?, ?, ?, ?)
		on conflict (one) do update set profile = excluded.profile, idle_minutes = excluded.idle_minutes,
			absolute_minutes = excluded.absolute_minutes, second_factor = excluded.second_factor, changed_at = excluded.changed_at`,
		act.Profile, act.Idle, act.Absolute, act.SecondFactor, sqldb.Micros(tx.Now())); err != nil {
		return errs.Wrap("set session settings", err)
	}
	return say(ctx, tx, "security.settings_set", sqldb.ID{}, act)
}

// newVisit is how long after its beginning a visit is over: what changed since
// then is shown as new at the next one.
const newVisit = 6 * time.Hour

// Visit notes that somebody looks at their home page and gives the instant
// since which things are new to them: when the visit before this one began, the
// zero Time at the first visit. A visit lasts six hours, so that what was new
// stays marked while they work it off.
func Visit(ctx context.Context, tx *sqldb.Tx, account sqldb.ID, now time.Time) (before time.Time, err error) {
	var begun, earlier int64
	at := sqldb.Micros(now)
	err = tx.QueryRow(ctx, `select begun_at, before_at from visits where account_id = ?`, account).Scan(&begun, &earlier)
	switch {
	case errs.Is(err, sqldb.ErrNoRows):
	case err != nil:
		return before, errs.Wrap("visit", err)
	case at-begun < newVisit.Microseconds():
		return instant(earlier), nil
	default:
		earlier = begun
	}
	_, err = tx.Exec(ctx, `insert into visits (account_id, begun_at, before_at) values (?, ?, ?)
		on conflict (account_id) do update set begun_at = excluded.begun_at, before_at = excluded.before_at`, account, at, earlier)
	return instant(earlier), errs.Wrap("visit", err)
}

func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return sqldb.FromMicros(n)
}
