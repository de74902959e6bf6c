package staff

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/registry/people"
	"qingdan/internal/web/ui"
)

func TestBackStaysOnThisSite(t *testing.T) {
	for s, want := range map[string]string{
		"": "/work", "/desk/filing?a=b": "/desk/filing?a=b", "https://evil.example/": "/work", "//evil.example": "/work", `/\evil.example`: "/work",
		"/\t/evil.example": "/work", "javascript:alert(1)": "/work", "/sign-in": "/work", "/sign-in/code?back=/x": "/work", "/sign-out": "/work", "work": "/work",
	} {
		if got := Back(s); got != want {
			t.Errorf("Back(%q) = %q, want %q", s, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		if got := Back(rapid.String().Draw(t, "address")); !ui.LocalPath(got) || len(got) > maxBack {
			t.Fatalf("%q leads away", got)
		}
	})
}

func TestCookiesAreOutOfReach(t *testing.T) {
	for secure, name := range map[bool]string{false: "session", true: "__Host-session"} {
		s := &Shell{cfg: Config{Secure: secure}}
		w := httptest.NewRecorder()
		s.SignIn(w, "token")
		c := w.Result().Cookies()[0]
		if c.Name != name || !c.HttpOnly || c.Secure != secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 0 || !c.Expires.IsZero() {
			t.Errorf("secure %v: %+v", secure, c)
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.AddCookie(&http.Cookie{Name: "session", Value: "planted"})
		if got := s.Token(r); secure && got != "" || !secure && got != "planted" {
			t.Errorf("secure %v: a cookie without the prefix gives %q", secure, got)
		}
	}
}

func TestLightsOfDays(t *testing.T) {
	for day, want := range map[string]ui.Light{
		"2026-03-08": {Tone: "bad", Word: "已过 2 天"}, "2026-03-10": {Tone: "warn", Word: "今天到期"}, "2026-03-13": {Tone: "warn", Word: "还有 3 天"},
		"2026-03-14": {Tone: "ok", Word: "还有 4 天"}, "": {Tone: "still"},
	} {
		if got := dayLight("2026-03-10", day); got != want {
			t.Errorf("%s: %+v, want %+v", day, got, want)
		}
	}
}

// TestTheNavigationLeadsNowhereForbidden: whoever has whatever roles, an entry is
// shown only where its page may be opened.
func TestTheNavigationLeadsNowhereForbidden(t *testing.T) {
	n := newNav()
	for i, e := range entries() {
		n.hang([]Route{{Pattern: "GET " + e.href, Action: people.Actions()[i%len(people.Actions())]}})
	}
	for _, role := range people.Roles() {
		who := &people.Who{Roles: []people.Role{role}}
		for _, l := range n.of(who, "/audit/queue") {
			if err := who.May(n.asks["GET "+l.Href]); err != nil {
				t.Errorf("%s is led to %s, where: %v", role, l.Href, err)
			}
			if l.Current != (l.Href == "/audit/queue") {
				t.Errorf("%s marked: %v", l.Href, l.Current)
			}
		}
	}
	who := &people.Who{Roles: []people.Role{people.Legal}}
	for href, want := range map[string]string{"": "", "/nowhere": "", "https://evil.example/work": ""} {
		if got := n.link(who, href); got != want {
			t.Errorf("link(%q) = %q", href, got)
		}
	}
}
