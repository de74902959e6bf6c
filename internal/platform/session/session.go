package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// Factor says what a session was opened with.
type Factor string

// The factors. A session ByPassword of an account with a second factor in use
// has not proved itself yet.
const (
	ByPassword Factor = "password"
	ByCode     Factor = "totp" // password and code
	ByProvider Factor = "oidc" // the provider answers for it
	ByDemo     Factor = "demo" // demonstration: nobody proved anything
)

// Label is the word for the factor.
func (f Factor) Label() string {
	switch f {
	case ByPassword:
		return "口令"
	case ByCode:
		return "口令和动态口令"
	case ByProvider:
		return "统一身份认证"
	case ByDemo:
		return "演示登录"
	default:
		return string(f)
	}
}

// Limits are how long a session lives: Idle since it was last seen, Absolute
// since it was opened (GB/T 22239-2019, 8.1.4.1 b); ASVS 5.0 7.3.1, 7.3.2).
type Limits struct{ Idle, Absolute time.Duration }

// Alive says whether a session still lives.
func (l Limits) Alive(opened, seen, now time.Time) bool {
	return now.Sub(seen) < l.Idle && now.Sub(opened) < l.Absolute
}

// TouchEvery is how often Touch is worth calling for a session in use: it makes
// the idle limit exact to this much, at one write a minute for each person.
const TouchEvery = time.Minute

// Session is an open session as its owner sees it.
type Session struct {
	ID             sqldb.ID
	Factor         Factor
	Opened, Seen   time.Time
	Address, Agent string
}

const tokenSize = 32

// Key is what the table holds of a token: its SHA-256. A text that cannot be a
// token has a key too, which nobody's is.
func Key(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// mostSessions is how many sessions an account may have; the ones not seen for
// longest end when there would be more.
const mostSessions = 20

// Create opens a session for an account whose owner has proved themselves, by
// SignIn or elsewhere (ByProvider, ByDemo). The caller has seen to it that the
// account may sign in.
func Create(ctx context.Context, tx *sqldb.Tx, account sqldb.ID, f Factor, address, agent string, now time.Time) (Opened, error) {
	random := make([]byte, tokenSize)
	if _, err := rand.Read(random); err != nil {
		return Opened{}, errs.Wrap("token", err)
	}
	if err := endOldest(ctx, tx, account, mostSessions-1); err != nil {
		return Opened{}, err
	}
	o := Opened{Session: sqldb.NewID(), Token: base64.RawURLEncoding.EncodeToString(random)}
	at := sqldb.Micros(now)
	_, err := tx.Exec(ctx, `insert into sessions (id, token, account_id, factor, created_at, seen_at, address, agent) values (?, ?, ?, ?, ?, ?, ?, ?)`,
		o.Session, Key(o.Token), account, string(f), at, at, clip(address, 64), clip(agent, 200))
	return o, errs.Wrap("open session", err)
}

// clip bounds what comes from a client, and makes it storable text.
func clip(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
	for len(s) > n {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

// network is what sign-ins are counted by: the address itself, of IPv6 the /64
// net, which is what one subscriber has.
func network(address string) string {
	a, err := netip.ParseAddr(strings.Trim(address, "[]"))
	if err != nil {
		return clip(address, 64)
	}
	if a = a.Unmap().WithZone(""); a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a.String()
	}
	return p.String()
}

// Outcome says how an attempt ended.
type Outcome string

// The outcomes in the book of sign-ins.
const (
	Ok        Outcome = "ok"
	HalfOk    Outcome = "half"      // the password was right, the code is still to come
	Wrong     Outcome = "wrong"     // wrong password
	WrongCode Outcome = "code"      // wrong code
	Unknown   Outcome = "unknown"   // nobody's login
	Locked    Outcome = "locked"    // the account was locked
	Barred    Outcome = "barred"    // the account is disabled
	Limited   Outcome = "limited"   // too many failures from one address, noted once per window
	Changed   Outcome = "changed"   // changed their own password
	Provider  Outcome = "oidc"      // signed in through the provider
	Stranger  Outcome = "stranger"  // the provider named somebody without an account
	Demo      Outcome = "demo"      // demonstration
	SignedOff Outcome = "signedout" // signed out
)

// Outcomes lists the outcomes in the order in which they are shown.
func Outcomes() []Outcome {
	return []Outcome{Ok, HalfOk, Provider, Demo, SignedOff, Changed, Wrong, WrongCode, Unknown, Locked, Barred, Limited, Stranger}
}

// Failed says whether an attempt with the outcome failed.
func (o Outcome) Failed() bool {
	switch o {
	case Wrong, WrongCode, Unknown, Locked, Barred, Limited, Stranger:
		return true
	default:
		return false
	}
}

// Label is the word for the outcome.
func (o Outcome) Label() string {
	switch o {
	case Ok:
		return "登录成功"
	case HalfOk:
		return "口令正确，等待动态口令"
	case Wrong:
		return "口令不对"
	case WrongCode:
		return "动态口令不对"
	case Unknown:
		return "没有这个登录名"
	case Locked:
		return "账号锁定期间登录"
	case Barred:
		return "账号已停用"
	case Limited:
		return "该地址失败过多，暂停受理"
	case Changed:
		return "修改了口令"
	case Provider:
		return "统一身份认证登录"
	case Stranger:
		return "统一身份没有对应的账号"
	case Demo:
		return "演示登录"
	case SignedOff:
		return "退出登录"
	default:
		return string(o)
	}
}
