package staff

import (
	"net/http"
	"net/url"

	"qingdan/internal/web/ui"
)

// sessionCookie is the cookie with the token of the session.
const sessionCookie = "session"

// named gives the name of a cookie in the browser. Over https it has the prefix
// __Host-, with which browsers refuse one that was set for another host, over
// http, or for a part of the site (RFC 6265bis, 4.1.3.2).
func (s *Shell) named(name string) string {
	if s.cfg.Secure {
		return "__Host-" + name
	}
	return name
}

// Cookie makes a cookie as this site sets them: for the whole site, out of reach
// of scripts, not sent along with what other sites post, gone when the browser
// closes.
func (s *Shell) Cookie(name, value string) *http.Cookie {
	return &http.Cookie{Name: s.named(name), Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.cfg.Secure}
}

// Read gives the value of a cookie that Cookie made, "" when there is none.
func (s *Shell) Read(r *http.Request, name string) string {
	c, err := r.Cookie(s.named(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// Drop takes a cookie from the browser.
func (s *Shell) Drop(w http.ResponseWriter, name string) {
	c := s.Cookie(name, "")
	c.MaxAge = -1
	http.SetCookie(w, c)
}

// SignIn gives the browser the token of a session. Whatever token it had before
// is overwritten: one that was planted opens nothing.
func (s *Shell) SignIn(w http.ResponseWriter, token string) {
	http.SetCookie(w, s.Cookie(sessionCookie, token))
}

// SignOut takes the token from the browser.
func (s *Shell) SignOut(w http.ResponseWriter) { s.Drop(w, sessionCookie) }

// Token is the token that a request shows, "" when it shows none.
func (s *Shell) Token(r *http.Request) string { return s.Read(r, sessionCookie) }

// Address is the network address of the client, without port, see ui.Clients.
func (s *Shell) Address(r *http.Request) string { return s.cfg.Clients.Address(r) }

// Back is the local address that a form or link brings along as where to go
// afterwards; the home page where it brings none, or one of another site, or one
// of signing in and out.
func Back(s string) string {
	if !ui.LocalPath(s) || len(s) > maxBack {
		return HomePath
	}
	u, err := url.Parse(s)
	if err != nil || under(u.Path, SignInPath) || u.Path == SignOutPath {
		return HomePath
	}
	return s
}

// maxBack bounds the address to come back to: headers have their limits.
const maxBack = 1500

// signInAddress is where to sign in to come back to an address.
func signInAddress(back string) string {
	if back = Back(back); back == HomePath {
		return SignInPath
	}
	return SignInPath + "?" + url.Values{"back": {back}}.Encode()
}

// Densities of lists.
const densityCookie = "density"

func (s *Shell) dense(r *http.Request) bool { return s.Read(r, densityCookie) == "dense" }

func densities(r *http.Request, dense bool) []ui.Link {
	back := r.URL.RequestURI()
	if r.Method != http.MethodGet || len(back) > maxBack {
		back = HomePath
	}
	at := func(v string) string {
		return densityPath + "?" + url.Values{"density": {v}, "back": {back}}.Encode()
	}
	return []ui.Link{{Label: "宽松", Href: at("roomy"), Current: !dense}, {Label: "紧凑", Href: at("dense"), Current: dense}}
}
