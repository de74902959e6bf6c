package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"qingdan/internal/errs"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/staff"
)

// Provider is who else may prove somebody: a provider of OpenID Connect, such as
// the identity service of a province. It proves who somebody is, never what they
// may do: its people have accounts here, linked beforehand.
type Provider struct {
	Issuer string
	Client string // the name by which it knows this site
	Secret string
	Name   string // on the button; 统一身份认证 where empty
}

// client speaks with the provider. What the provider says of itself is read at
// the first sign-in, and again at the next where that failed: its absence must
// not keep this site from starting.
type client struct {
	Provider
	back string
	http *http.Client

	asked atomic.Int64 // how often it was asked in vain
	mu    sync.Mutex
	read  *oidc.Provider
	away  error // what came of asking it last
}

// providerWait is how long the provider may take for one answer.
const providerWait = 10 * time.Second

func newClient(p Provider, base string) (*client, error) {
	if p.Name == "" {
		p.Name = "统一身份认证"
	}
	if p.Client == "" || base == "" {
		return nil, errs.Invalidf("统一身份认证没有配齐").Fix("发行方地址、客户端名称和本站工作台的网址都要给出")
	}
	if err := CheckIssuer(p.Issuer); err != nil {
		return nil, err
	}
	return &client{Provider: p, back: strings.TrimSuffix(base, "/") + oidcBackPath, http: &http.Client{Timeout: providerWait}}, nil
}

// CheckIssuer refuses the address of a provider that is not https: whoever can
// change on the way what it says could sign in as anybody. A provider on this
// machine may be asked in the open. Invalid.
func CheckIssuer(address string) error {
	u, err := url.Parse(address)
	if err == nil && u.Hostname() != "" && u.User == nil {
		ip, none := netip.ParseAddr(u.Hostname())
		here := u.Hostname() == "localhost" || none == nil && ip.IsLoopback()
		if u.Scheme == "https" || u.Scheme == "http" && here {
			return nil
		}
	}
	return errs.Invalidf("统一身份认证的发行方地址要以 https:// 开头").Fix("例如 https://id.example.gov.cn").Because(err)
}

// provider gives what the provider says of itself. Unavailable when it does not
// answer.
func (c *client) provider() (*oidc.Provider, error) {
	before := c.asked.Load()
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.read != nil:
		return c.read, nil
	case c.asked.Load() > before:
		return nil, c.away // somebody asked while we waited for our turn
	}
	// The provider is asked for its keys with this context as long as we run.
	p, err := oidc.NewProvider(oidc.ClientContext(context.Background(), c.http), c.Issuer)
	if err != nil {
		c.asked.Add(1)
		c.away = errs.New(errs.Unavailable, "%s现在连不上", c.Name).Fix("请稍后再试，或者用登录名和口令登录").Because(err)
		return nil, c.away
	}
	c.read = p
	return p, nil
}

func (c *client) config(p *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: c.Client, ClientSecret: c.Secret, Endpoint: p.Endpoint(), RedirectURL: c.back, Scopes: []string{oidc.ScopeOpenID}}
}

// trip is one way to the provider and back, kept in a cookie of the browser that
// makes it: whoever comes back with another browser, or twice, is not let in.
type trip struct{ state, nonce, verifier, back string }

const tripCookie = "oidc"

// tripAge is how long signing in at the provider may take.
const tripAge = 10 * time.Minute

func newTrip(back string) (trip, error) {
	var b [48]byte
	if _, err := rand.Read(b[:]); err != nil {
		return trip{}, errs.Wrap("state", err)
	}
	text := base64.RawURLEncoding
	return trip{text.EncodeToString(b[:24]), text.EncodeToString(b[24:]), oauth2.GenerateVerifier(), back}, nil
}

func (t trip) String() string {
	return strings.Join([]string{t.state, t.nonce, t.verifier, base64.RawURLEncoding.EncodeToString([]byte(t.back))}, ".")
}

// readTrip reads what String wrote; false where it is none.
func readTrip(s string) (trip, bool) {
	parts := strings.Split(s, ".")
	if len(parts) != 4 || parts[0] == "" || parts[1] == "" || parts[2] == "" {
		return trip{}, false
	}
	back, err := base64.RawURLEncoding.DecodeString(parts[3])
	return trip{parts[0], parts[1], parts[2], string(back)}, err == nil
}

// toProvider sends somebody to the provider (state, nonce and PKCE: RFC 9700,
// 2.1.1, and OpenID Connect Core, 3.1.2.1).
func (a *Account) toProvider(w http.ResponseWriter, r *http.Request) error {
	p, err := a.oidc.provider()
	if err != nil {
		return err
	}
	t, err := newTrip(staff.Back(r.URL.Query().Get("back")))
	if err != nil {
		return err
	}
	c := a.cfg.Shell.Cookie(tripCookie, t.String())
	c.MaxAge = int(tripAge.Seconds())
	http.SetCookie(w, c)
	return see(w, r, a.oidc.config(p).AuthCodeURL(t.state, oidc.Nonce(t.nonce), oauth2.S256ChallengeOption(t.verifier)))
}

// fromProvider lets in whom the provider has proved and an account here is
// linked to. Every refusal has the same words.
func (a *Account) fromProvider(w http.ResponseWriter, r *http.Request) error {
	t, ok := readTrip(a.cfg.Shell.Read(r, tripCookie))
	a.cfg.Shell.Drop(w, tripCookie)
	q := r.URL.Query()
	if !ok || subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(t.state)) != 1 {
		return a.refuse(w, r, errs.New(errs.Forbidden, "这次登录不是从本页开始的，或者用时太久").Fix("请重新登录"))
	}
	if q.Get("code") == "" {
		return a.refuse(w, r, errs.New(errs.Forbidden, "%s没有确认你的身份", a.oidc.Name).Fix("请重新登录"))
	}
	subject, err := a.oidc.subject(r.Context(), q.Get("code"), t)
	if err != nil {
		return a.refuse(w, r, err)
	}
	opened, err := a.enterProved(r, subject)
	if err != nil {
		return a.refuse(w, r, err)
	}
	if err := a.begin(w, r, opened.Token); err != nil {
		return err
	}
	return see(w, r, staff.Back(t.back))
}

// refuse shows the sign-in page with what was wrong. Our own failures go on to
// the page of errors.
func (a *Account) refuse(w http.ResponseWriter, r *http.Request, err error) error {
	if errs.KindOf(err) == errs.Internal {
		return err
	}
	return a.showSignIn(w, r, errs.Status(err), SignInPage{Wrong: staff.Words(err), Back: staff.HomePath})
}

// subject trades the code for a token of identity and checks it: signature,
// issuer, audience, time (go-oidc), and that it was made for this very trip.
func (c *client) subject(ctx context.Context, code string, t trip) (string, error) {
	p, err := c.provider()
	if err != nil {
		return "", err
	}
	unproved := errs.New(errs.Forbidden, "%s的答复无效", c.Name).Fix("请重新登录；一再出现时请联系系统管理员")
	ctx = oidc.ClientContext(ctx, c.http)
	tokens, err := c.config(p).Exchange(ctx, code, oauth2.VerifierOption(t.verifier))
	if err != nil {
		return "", unproved.Because(err)
	}
	raw, ok := tokens.Extra("id_token").(string)
	if !ok {
		return "", unproved
	}
	id, err := p.Verifier(&oidc.Config{ClientID: c.Client}).Verify(ctx, raw)
	if err != nil {
		return "", unproved.Because(err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(t.nonce)) != 1 || id.Subject == "" {
		return "", unproved
	}
	return id.Subject, nil
}

// enterProved opens a session for the account of a subject. Somebody without an
// account and a disabled account are refused alike, and noted.
func (a *Account) enterProved(r *http.Request, subject string) (session.Opened, error) {
	now, address := a.cfg.Clock(), a.cfg.Shell.Address(r)
	var opened session.Opened
	err := a.write(r.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		opened = session.Opened{}
		p, err := people.ByIdentity(ctx, tx, a.oidc.Issuer, subject)
		switch {
		case errs.KindOf(err) == errs.NotFound:
			return session.Note(ctx, tx, sqldb.ID{}, "", session.Stranger, address, now)
		case err != nil:
			return err
		case p.Disabled:
			return session.Note(ctx, tx, p.ID, p.Login, session.Barred, address, now)
		}
		if opened, err = session.Create(ctx, tx, p.ID, session.ByProvider, address, r.UserAgent(), now); err != nil {
			return err
		}
		return session.Note(ctx, tx, p.ID, p.Login, session.Provider, address, now)
	})
	if err == nil && opened.Token == "" {
		return opened, errs.New(errs.Forbidden, "这个身份没有可以使用的账号").Fix("请联系本单位的系统管理员开通并绑定")
	}
	return opened, err
}
