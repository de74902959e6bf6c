package account_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/testkit"
	"qingdan/internal/web/account"
	"qingdan/internal/web/staff/stafftest"
)

// provider is a small provider of OpenID Connect. What it says of somebody may be
// spoiled by a test.
type provider struct {
	*httptest.Server
	key     *rsa.PrivateKey
	issued  url.Values // of the latest way to it
	subject string
	spoil   func(claims map[string]any)
	sign    *rsa.PrivateKey // other than key: the signature is wrong
	none    bool            // no token of identity comes back
}

// TestTheProviderIsAskedInSecretOnly: whoever can change what comes from it on the
// way could be anybody.
func TestTheProviderIsAskedInSecretOnly(t *testing.T) {
	for issuer, want := range map[string]bool{
		"https://id.example.gov.cn": true, "https://id.example.gov.cn/realms/sd": true, "http://127.0.0.1:8090": true, "http://[::1]:8090": true, "http://localhost:8090/x": true,
		"http://id.example.gov.cn": false, "http://10.0.0.5": false, "http://localhost.example": false, "id.example.gov.cn": false, "https://": false, "": false,
		"https://u:p@id.example.gov.cn": false, "file:///etc": false,
	} {
		if err := account.CheckIssuer(issuer); (err == nil) != want {
			t.Errorf("%q: %v", issuer, err)
		}
	}
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{key: key, sign: key, subject: "370000-0001"}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"keys": []any{map[string]string{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
			"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes())}}})
	})
	mux.HandleFunc("POST /token", p.token)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// token trades a code: only for the client with its secret and the verifier that
// fits the challenge.
func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	if id == "" {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if id != "qingdan" || secret != "geheim" || r.PostFormValue("code") != "the-code" || base64.RawURLEncoding.EncodeToString(sum[:]) != p.issued.Get("code_challenge") ||
		r.PostFormValue("redirect_uri") != p.issued.Get("redirect_uri") {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
		return
	}
	now := time.Now()
	claims := map[string]any{"iss": p.URL, "sub": p.subject, "aud": "qingdan", "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "nonce": p.issued.Get("nonce")}
	if p.spoil != nil {
		p.spoil(claims)
	}
	out := map[string]any{"access_token": "x", "token_type": "Bearer", "expires_in": 60}
	if !p.none {
		out["id_token"] = p.jwt(claims)
	}
	answer(w, out)
}

func (p *provider) jwt(claims map[string]any) string {
	part := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	text := part(map[string]string{"alg": "RS256", "kid": "1"}) + "." + part(claims)
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, p.sign, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(sig)
}

// way goes to the provider with a browser; back comes from there with its cookie.
func (p *provider) way(t *testing.T, s *stafftest.Site) (cookie string) {
	t.Helper()
	a := s.Get(nil, "/sign-in/oidc?back=/account")
	u, err := url.Parse(a.Location)
	if err != nil || a.Status != http.StatusSeeOther || !strings.HasPrefix(a.Location, p.URL+"/authorize?") {
		t.Fatalf("to the provider: %d %s", a.Status, a.Location)
	}
	p.issued = u.Query()
	for _, want := range []string{"state", "nonce", "code_challenge"} {
		if len(p.issued.Get(want)) < 20 {
			t.Errorf("%s is %q", want, p.issued.Get(want))
		}
	}
	if p.issued.Get("code_challenge_method") != "S256" || p.issued.Get("redirect_uri") != "https://gzt.example/sign-in/oidc/back" {
		t.Errorf("%v", p.issued)
	}
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		if c.Name == "oidc" && c.HttpOnly && c.SameSite == http.SameSiteLaxMode {
			return c.Value
		}
	}
	t.Fatal("the way is not kept in a cookie")
	return ""
}

func back(t *testing.T, s *stafftest.Site, cookie, state, code string) stafftest.Answer {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, "http://127.0.0.1/sign-in/oidc/back?"+url.Values{"state": {state}, "code": {code}}.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.RemoteAddr = "192.0.2.1:1"
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: "oidc", Value: cookie})
	}
	return s.Do(nil, r)
}

func withProvider(t *testing.T, fn func(t *testing.T, s *stafftest.Site, p *provider)) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		s, p := stafftest.New(t, db, l), newProvider(t)
		open(s, account.Config{BaseURL: "https://gzt.example", Provider: account.Provider{Issuer: p.URL, Client: "qingdan", Secret: "geheim", Name: "全省统一身份认证"}})
		fn(t, s, p)
	})
}

func link(s *stafftest.Site, p *provider, who *stafftest.Person) {
	s.Act(func(ctx context.Context, tx *ledger.Tx) error {
		return people.LinkIdentity(ctx, tx, p.URL, p.subject, who.ID)
	})
}

func TestTheProviderLetsInWhomItKnows(t *testing.T) {
	withProvider(t, func(t *testing.T, s *stafftest.Site, p *provider) {
		who := person(s, "yang")
		link(s, p, who)
		if a := s.Get(nil, "/sign-in"); !strings.Contains(a.Body, "用全省统一身份认证登录") {
			t.Error("the page does not offer it")
		}
		cookie := p.way(t, s)
		a := back(t, s, cookie, p.issued.Get("state"), "the-code")
		who.Token = token(a)
		if a.Status != http.StatusSeeOther || a.Location != "/account" || who.Token == "" {
			t.Fatalf("%d %s", a.Status, said(a))
		}
		if a := s.Get(who, "/account"); a.Status != http.StatusOK || !strings.Contains(a.Body, "统一身份认证") {
			t.Errorf("%d", a.Status)
		}
	})
}

// TestTheProviderIsNotBelievedBlindly: each thing that can be wrong keeps the
// door shut.
func TestTheProviderIsNotBelievedBlindly(t *testing.T) {
	withProvider(t, func(t *testing.T, s *stafftest.Site, p *provider) {
		who := person(s, "yang")
		link(s, p, who)
		forged, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		set := func(name string, v any) func() {
			return func() { p.spoil = func(c map[string]any) { c[name] = v } }
		}
		for what, spoil := range map[string]func(){
			"another nonce": set("nonce", "other"), "no nonce": set("nonce", ""), "another audience": set("aud", "somebody-else"), "another issuer": set("iss", "https://evil.example"),
			"expired": set("exp", time.Now().Add(-time.Hour).Unix()), "no subject": set("sub", ""), "another key": func() { p.sign = forged }, "no token": func() { p.none = true },
			"a stranger": func() { p.subject = "unknown" },
		} {
			p.spoil, p.sign, p.none, p.subject = nil, p.key, false, "370000-0001"
			spoil()
			cookie := p.way(t, s)
			a := back(t, s, cookie, p.issued.Get("state"), "the-code")
			if a.Status != http.StatusForbidden || token(a) != "" || said(a) == "" {
				t.Errorf("%s: %d %s", what, a.Status, said(a))
			}
		}
		p.spoil, p.sign, p.none, p.subject = nil, p.key, false, "370000-0001"
		cookie := p.way(t, s)
		state := p.issued.Get("state")
		for what, c := range map[string][3]string{
			"another browser": {"", state, "the-code"}, "another state": {cookie, "other", "the-code"}, "no state": {cookie, "", "the-code"},
			"no code": {cookie, state, ""}, "a wrong code": {cookie, state, "guessed"}, "a cookie cut": {"..", "", "the-code"},
		} {
			if a := back(t, s, c[0], c[1], c[2]); a.Status != http.StatusForbidden || token(a) != "" {
				t.Errorf("%s: %d %s", what, a.Status, said(a))
			}
		}
		s.Act(func(ctx context.Context, tx *ledger.Tx) error { return people.Disable(ctx, tx, who.ID, "") })
		if a := back(t, s, cookie, state, "the-code"); a.Status != http.StatusForbidden || token(a) != "" {
			t.Errorf("a disabled account: %d %s", a.Status, said(a))
		}
	})
}

func TestAProviderThatIsAwayIsTriedAgain(t *testing.T) {
	withProvider(t, func(t *testing.T, s *stafftest.Site, p *provider) {
		handler := p.Config.Handler
		p.Config.Handler = http.NotFoundHandler()
		if a := s.Get(nil, "/sign-in/oidc"); a.Status != http.StatusServiceUnavailable {
			t.Errorf("%d", a.Status)
		}
		p.Config.Handler = handler
		p.way(t, s)
	})
}

// TestThoseWhoWaitShareTheAnswer: a provider that hangs is asked once for all who
// press the button meanwhile; they do not wait for each other's turn.
func TestThoseWhoWaitShareTheAnswer(t *testing.T) {
	withProvider(t, func(t *testing.T, s *stafftest.Site, p *provider) {
		var asked atomic.Int32
		p.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked.Add(1)
			time.Sleep(300 * time.Millisecond)
			http.Error(w, "away", http.StatusBadGateway)
		})
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if a := s.Get(nil, "/sign-in/oidc"); a.Status != http.StatusServiceUnavailable {
					t.Errorf("%d", a.Status)
				}
			})
		}
		all.Wait()
		if n := asked.Load(); n > 2 {
			t.Errorf("asked %d times, one after the other", n)
		}
	})
}

func TestAProviderWithoutAddressIsRefused(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		s := stafftest.New(t, db, l)
		for _, cfg := range []account.Config{
			{Provider: account.Provider{Issuer: "https://id.example", Client: "qingdan"}}, {BaseURL: "https://gzt.example", Provider: account.Provider{Issuer: "id.example", Client: "qingdan"}},
			{BaseURL: "https://gzt.example", Provider: account.Provider{Issuer: "https://id.example"}},
		} {
			cfg.DB, cfg.Gate, cfg.Shell, cfg.Clock = s.DB, s.Gate, s.Shell, s.Now
			if _, err := account.New(cfg); err == nil {
				t.Errorf("%+v is accepted", cfg.Provider)
			}
		}
	})
}
