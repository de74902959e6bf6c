package web

import (
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"qingdan/internal/platform/blob"
	"qingdan/internal/platform/job"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/testkit"
	"qingdan/internal/web/staff/stafftest"
)

// bureau is the whole site for staff on an empty database, with one person of
// each role.
type bureau struct {
	*Staff
	t    *testing.T
	site *stafftest.Site // makes people; its own pages are not used
	who  map[people.Role]*stafftest.Person
}

func openBureau(t *testing.T, db *sqldb.DB, l *ledger.Ledger, address string) *bureau {
	t.Helper()
	files, err := blob.OpenFolder(t.TempDir())
	must(t, err)
	jobs := job.New(db, job.Options{})
	t.Cleanup(func() { jobs.Close(context.Background()) })
	s := stafftest.New(t, db, l)
	b := &bureau{t: t, site: s, who: map[people.Role]*stafftest.Person{}}
	b.Staff, err = NewStaff(Config{Clock: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))},
		StaffConfig{DB: db, Ledger: l, Gate: s.Gate, Blobs: files, Jobs: jobs, URL: address})
	must(t, err)
	water := s.Department("市水利局")
	s.Demonstration()
	s.Group(1, water)
	for _, role := range people.Roles() {
		p := stafftest.Person{Login: "p-" + strings.ReplaceAll(string(role), "_", "-"), Roles: []people.Role{role}}
		switch role {
		case people.Clerk, people.Head, people.Window, people.Officer:
			p.Department = water
		case people.Reviewer, people.GroupLeader:
			p.Group = 1
		}
		b.who[role] = s.Add(p)
	}
	return b
}

// ask sends a request as somebody; nil is nobody.
func (b *bureau) ask(p *stafftest.Person, method, path string, header ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequest(method, path, nil)
	r.Host = "127.0.0.1"
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	if p != nil {
		r.AddCookie(&http.Cookie{Name: "session", Value: p.Token})
		r.AddCookie(&http.Cookie{Name: "__Host-session", Value: p.Token})
	}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w
}

var wildcard = regexp.MustCompile(`\{[^}]+\}`)

// TestNoPageOfStaffIsKeptOrOpen: nobody who is not signed in sees one, and no
// cache keeps an answer, neither of who may nor of who may not.
func TestNoPageOfStaffIsKeptOrOpen(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	b := openBureau(t, db, l, "")
	if len(b.Routes()) < 100 {
		t.Fatalf("%d routes: is a room missing?", len(b.Routes()))
	}
	for _, route := range b.Routes() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		path := strings.TrimSuffix(wildcard.ReplaceAllString(pattern, sqldb.NewID().String()), "{$}")
		w := b.ask(nil, method, path)
		if method == http.MethodGet && (w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/sign-in")) ||
			method != http.MethodGet && (w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "登录已失效")) {
			t.Errorf("%s lets nobody in: %d", route.Pattern, w.Code)
		}
		for _, p := range []*stafftest.Person{nil, b.who[people.Legal], b.who[people.SystemAdmin]} {
			if p != nil && method != http.MethodGet {
				continue
			}
			if got := b.ask(p, method, path).Header().Get("Cache-Control"); got != "no-store" {
				t.Errorf("%s may be kept: %q", route.Pattern, got)
			}
		}
	}
}

// TestTheNavigationOfEveryRoleOpens: each entry leads to a page, and no page of
// staff weighs more than 60 KB with its style and script.
func TestTheNavigationOfEveryRoleOpens(t *testing.T) {
	links := regexp.MustCompile(`<nav class="nav"[^>]*>(.*?)</nav>`)
	href := regexp.MustCompile(`href="([^"]+)"`)
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		b := openBureau(t, db, l, "")
		for role, p := range b.who {
			home := b.ask(p, http.MethodGet, "/work")
			m := links.FindStringSubmatch(home.Body.String())
			if home.Code != http.StatusOK || m == nil {
				t.Fatalf("%s: %d", role, home.Code)
			}
			for _, h := range href.FindAllStringSubmatch(m[1], -1) {
				w := b.ask(p, http.MethodGet, h[1], "Accept-Encoding", "gzip")
				if w.Code != http.StatusOK {
					t.Errorf("%s: %s answers %d", role, h[1], w.Code)
					continue
				}
				if w.Body.Len() > 20<<10 {
					t.Errorf("%s: %s has %d bytes", role, h[1], w.Body.Len())
				}
				z, err := gzip.NewReader(w.Body)
				must(t, err)
				page, err := io.ReadAll(z)
				must(t, err)
				checkPage(t, h[1], string(page))
			}
		}
	})
}

func TestTheSiteForStaffIsOnItsHostOnly(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	b := openBureau(t, db, l, "https://gzt.example.gov.cn")
	for host, want := range map[string]int{
		"127.0.0.1": 303, "127.0.0.1:8081": 303, "localhost:8081": 303, "[::1]:8081": 303, "gzt.example.gov.cn": 303, "GZT.example.gov.cn": 303,
		"evil.example": 403, "gzt.example.gov.cn.evil.example": 403, "gzt.example.gov.cn:8081": 403, "": 403, "127.0.0.1.evil.example": 403,
	} {
		if w := b.ask(nil, http.MethodGet, "/work", "Host", host); w.Code != want {
			t.Errorf("%s: %d, want %d", host, w.Code, want)
		}
	}
	w := b.ask(nil, http.MethodGet, "/sign-in")
	if w.Code != http.StatusOK || w.Header().Get("Strict-Transport-Security") == "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if w := b.ask(b.who[people.Legal], http.MethodPost, "/sign-out", "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden {
		t.Errorf("another site signs people out: %d", w.Code)
	}
	if w := b.ask(nil, http.MethodGet, "/desk"); w.Header().Get("Location") != "/work" {
		t.Errorf("/desk leads to %q", w.Header().Get("Location"))
	}
	for address, want := range map[string]string{"https://gzt.example.gov.cn:443": "gzt.example.gov.cn", "https://gzt.example.gov.cn:8443/": "gzt.example.gov.cn:8443",
		"https://[2001:db8::1]:443": "[2001:db8::1]"} {
		if host, err := StaffHost(address); err != nil || host != want { // browsers leave the usual port out
			t.Errorf("%s: %s, %v", address, host, err)
		}
	}
	for _, address := range []string{"https://gzt.example.gov.cn#x", "http://gzt.example.gov.cn", "https://", "gzt.example.gov.cn", "https://u:p@gzt.example.gov.cn", "https://gzt.example.gov.cn/x", "https://gzt.example.gov.cn?x"} {
		if _, err := StaffHost(address); err == nil {
			t.Errorf("%s is accepted", address)
		}
	}
}

// TestAnErrorWearsTheFrameOfThePerson, and a script gets words for the page that
// it is on.
func TestAnErrorWearsTheFrameOfThePerson(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	b := openBureau(t, db, l, "")
	w := b.ask(b.who[people.Clerk], http.MethodGet, "/admin/accounts")
	if body := w.Body.String(); w.Code != http.StatusForbidden || !strings.Contains(body, `href="/desk/filing"`) || !strings.Contains(body, `action="/sign-out"`) || strings.Contains(body, `role="search"`) {
		t.Errorf("%d %s", w.Code, body)
	}
	w = b.ask(b.who[people.Clerk], http.MethodGet, "/admin/accounts", "HX-Request", "true")
	if body := w.Body.String(); w.Code != http.StatusForbidden || strings.Contains(body, "<html") || !strings.HasPrefix(body, `<p class="wrong" role="alert">`) {
		t.Errorf("%d %s", w.Code, body)
	}
	w = b.ask(b.who[people.Clerk], http.MethodGet, "/admin/accounts", "Accept", "application/json")
	if body := w.Body.String(); w.Code != http.StatusForbidden || !strings.HasPrefix(body, `{"error":"`) {
		t.Errorf("%d %s", w.Code, body)
	}
}

func TestAPasswordIsNotSentInTheLog(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	var log strings.Builder
	site, err := NewStaff(Config{Clock: time.Now, Log: slog.New(slog.NewTextHandler(&log, nil))}, StaffConfig{DB: db, Ledger: l,
		Gate: session.New(db, session.Options{Cost: session.Cost{Memory: 64, Time: 1, Threads: 1}})})
	must(t, err)
	r := httptest.NewRequest(http.MethodPost, "/sign-in?password=geheim1", strings.NewReader(url.Values{"login": {"geheim2"}, "password": {"geheim3"}}.Encode()))
	r.Host = "127.0.0.1"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	if w.Code != http.StatusBadRequest || strings.Contains(log.String(), "geheim") {
		t.Errorf("%d %s", w.Code, log.String())
	}
}
