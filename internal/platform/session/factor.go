package session

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// The states of a second factor, as stored.
const (
	factorOff     = ""
	factorPending = "pending" // a secret was made, no code of it shown yet
	factorOn      = "on"
)

// period is how long a code is valid (RFC 6238 with the usual 30 seconds, six
// digits, SHA-1, which is what the programs on telephones know).
const period = 30

// Enrolment is what a program for codes (动态口令) is to be told: by hand, or as
// a QR code of the address.
type Enrolment struct {
	Secret string // base32, in capitals
	URL    string // otpauth://…
}

// Enrol makes a new secret for an account and keeps it until Confirm. A factor
// that is in use already is a Conflict: it is reset first. An account without a
// password has no use for one: Conflict.
func Enrol(ctx context.Context, tx *sqldb.Tx, account sqldb.ID, issuer, label string) (Enrolment, error) {
	c, err := readCredential(ctx, tx, account)
	switch {
	case err != nil:
		return Enrolment{}, err
	case c.hash == "":
		return Enrolment{}, errs.Conflictf("这个账号没有口令，不用动态口令").Fix("请用统一身份认证登录，由它确认身份")
	case c.factor == factorOn:
		return Enrolment{}, errs.Conflictf("动态口令已经启用").Fix("要换一台手机，请安全管理员先重置")
	}
	secret := make([]byte, 20)
	if _, err := rand.Read(secret); err != nil {
		return Enrolment{}, errs.Wrap("secret", err)
	}
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	if err := c.setFactor(ctx, tx, text, factorPending, 0); err != nil {
		return Enrolment{}, err
	}
	return enrolment(text, issuer, label), nil
}

// Pending gives the secret that waits to be confirmed, for a page that is
// opened again; NotFound when none does.
func Pending(ctx context.Context, r sqldb.Reader, account sqldb.ID, issuer, label string) (Enrolment, error) {
	c, err := readCredential(ctx, r, account)
	if err != nil {
		return Enrolment{}, err
	}
	if c.factor != factorPending {
		return Enrolment{}, errs.NotFoundf("没有等待确认的动态口令").Fix("请重新开始启用")
	}
	return enrolment(c.secret, issuer, label), nil
}

func enrolment(secret, issuer, label string) Enrolment {
	q := url.Values{"secret": {secret}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + label, RawQuery: strings.ReplaceAll(q.Encode(), "+", "%20")}
	return Enrolment{secret, u.String()}
}

// Confirm takes the factor into use when a code of the pending secret is
// shown; the session in which that happens has thereby proved itself, all
// others must show a code. A wrong code is Invalid, no pending secret NotFound.
func Confirm(ctx context.Context, tx *sqldb.Tx, account, session sqldb.ID, code string, now time.Time) error {
	c, err := readCredential(ctx, tx, account)
	if err != nil {
		return err
	}
	if c.factor != factorPending {
		return errs.NotFoundf("没有等待确认的动态口令").Fix("请重新开始启用")
	}
	step := c.step(code, now)
	if step == 0 {
		return errs.Invalidf("验证码不对").Fix("请输入手机上现在显示的6位数字，并核对手机的时间")
	}
	if err := c.setFactor(ctx, tx, c.secret, factorOn, step); err != nil {
		return err
	}
	return proved(ctx, tx, session, account)
}

// ResetFactor takes an account's second factor away, for a lost telephone.
func ResetFactor(ctx context.Context, tx *sqldb.Tx, account sqldb.ID) error {
	c, err := readCredential(ctx, tx, account)
	if err != nil || c.hash == "" {
		return err
	}
	return c.setFactor(ctx, tx, "", factorOff, 0)
}

// step finds the step of time of which a code is: the present one, the one
// before or after (clocks differ), and none up to the last one used (RFC 6238,
// 5.2: a code is good once). 0 when there is none. All three are always
// compared.
func (c credential) step(code string, now time.Time) int64 {
	code = strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == ' ' || r == '-' || r == '　':
			return -1
		}
		return 'x' // whatever it is, no code has it
	}, code)
	var found int64
	for at := now.Unix()/period - 1; at <= now.Unix()/period+1; at++ {
		want, err := hotp.GenerateCodeCustom(c.secret, uint64(at), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && at > c.used && found == 0 {
			found = at
		}
	}
	return found
}

// Proof is somebody with a session of a right password who shows a code.
type Proof struct {
	Token   string // of the session
	Login   string // for the book of sign-ins
	Code    string
	Address string
	Agent   string
	Profile Profile
}

// Prove takes the second factor. The session goes on under a new token, so that
// one that was planted or overheard before is worth nothing. A wrong code
// counts like a wrong password; the lock ends the session. Refused says whether
// the person failed. The caller has found the session alive (people.Enter).
func (g *Gate) Prove(ctx context.Context, p Proof) (Opened, error) {
	if err := g.withinLimit(ctx, Attempt{Address: p.Address}); err != nil {
		return Opened{}, err
	}
	var opened Opened
	var refused error
	inside := sqldb.Inside(ctx)
	err := g.db.Write(ctx, func(tx *sqldb.Tx) (err error) {
		opened, refused, err = g.prove(inside, tx, p)
		return err
	})
	if err != nil {
		return Opened{}, errs.Wrap("second factor", err)
	}
	return opened, refused
}

func (g *Gate) prove(ctx context.Context, tx *sqldb.Tx, p Proof) (o Opened, refused, err error) {
	now := g.clock()
	id, account, err := half(ctx, tx, p.Token)
	if errs.Is(err, sqldb.ErrNoRows) {
		return o, errWrongCode, nil
	}
	if err != nil {
		return o, nil, err
	}
	c, err := readCredential(ctx, tx, account)
	if err != nil {
		return o, nil, err
	}
	entry := signIn{login: p.Login, account: account, at: now, address: network(p.Address)}
	step := c.step(p.Code, now)
	switch {
	case c.factor != factorOn || c.locked(now):
		entry.outcome = Locked
	case step == 0:
		entry.outcome = WrongCode
		err = c.fail(ctx, tx, p.Profile, now)
	default:
		entry.outcome = Ok
		o, err = c.renew(ctx, tx, id, step, p, now)
	}
	if entry.outcome != Ok {
		refused = errWrongCode
		if after, failed := readCredential(ctx, tx, account); err == nil {
			if err = failed; err == nil && after.locked(now) {
				err = drop(ctx, tx, id)
			}
		}
	}
	if err == nil {
		err = entry.write(ctx, tx)
	}
	return o, refused, err
}

// renew puts a proved session in the place of the half-proved one.
func (c credential) renew(ctx context.Context, tx *sqldb.Tx, id sqldb.ID, step int64, p Proof, now time.Time) (Opened, error) {
	if err := c.setFactor(ctx, tx, c.secret, factorOn, step); err != nil {
		return Opened{}, err
	}
	if err := c.forgive(ctx, tx); err != nil {
		return Opened{}, err
	}
	if err := drop(ctx, tx, id); err != nil {
		return Opened{}, err
	}
	return Create(ctx, tx, c.account, ByCode, p.Address, p.Agent, now)
}
