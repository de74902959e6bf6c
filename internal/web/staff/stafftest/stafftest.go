// Package stafftest is a site of staff pages for tests: rooms are hung behind
// the real guard and frame, and people of any role sign in without a password.
package stafftest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// Site is a server of staff pages on a database of a test. Every method fails
// the test on an error.
type Site struct {
	T      testing.TB
	DB     *sqldb.DB
	Ledger *ledger.Ledger
	Shell  *staff.Shell
	Gate   *session.Gate // at the lowest cost of hashing

	mux   *http.ServeMux
	ahead atomic.Int64 // how far the clock of the site is ahead
	names int
}

// New makes a site with the pages of the frame itself; the rooms are added by
// Hang. Its clock is that of the machine, moved by Advance; the clock of the
// ledger is not moved.
func New(t testing.TB, db *sqldb.DB, l *ledger.Ledger) *Site {
	t.Helper()
	s := &Site{T: t, DB: db, Ledger: l, mux: http.NewServeMux()}
	assets, err := ui.NewAssets(nil)
	s.must(err)
	s.Shell, err = staff.New(staff.Config{DB: db, Ledger: l, Clock: s.Now,
		Frame: func(r *http.Request, title, section string) (ui.Frame, error) {
			return ui.NewFrame(r, ui.Site{Name: "示例市行政权力运行平台"}, assets, title, section), nil
		}})
	s.must(err)
	s.Gate = session.New(db, session.Options{Clock: s.Now, Cost: session.Cost{Memory: 64, Time: 1, Threads: 1}})
	s.Public(s.Shell.Public())
	s.Hang(s.Shell.Routes())
	return s
}

// Now is the clock of the site.
func (s *Site) Now() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }

// Advance moves the clock of the site.
func (s *Site) Advance(d time.Duration) { s.ahead.Add(int64(d)) }

// Hang adds the pages of a room behind the guard.
func (s *Site) Hang(routes []staff.Route) { s.Public(s.Shell.Hang(routes)) }

// Public adds pages that everybody may ask for.
func (s *Site) Public(routes []ui.Route) {
	for _, r := range routes {
		s.mux.HandleFunc(r.Pattern, func(w http.ResponseWriter, req *http.Request) {
			if err := r.Handler(w, req); err != nil {
				s.fail(w, req, err)
			}
		})
	}
}

// fail answers an error with its status and its words, as the server does. What
// nobody classified fails the test.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	var failure *staff.Failure
	if errors.As(err, &failure) {
		err = failure.Err
	}
	if errs.KindOf(err) == errs.Internal {
		s.T.Errorf("%s %s: %v", r.Method, r.URL, err)
	}
	w.Header().Del("Content-Disposition")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(errs.Status(err))
	_, _ = io.WriteString(w, errs.Message(err))
}

// ServeHTTP answers as the site, for a test that needs a server.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Person is somebody with an account. Roles, Department, Group and Name are as
// the test gives them; the rest is filled by Add and SignIn.
type Person struct {
	Name       string // 示例 where empty
	Login      string // made up where empty
	Roles      []people.Role
	Department sqldb.ID
	Group      int

	ID    sqldb.ID
	Token string // of the session
}

// Add gives somebody an account and signs them in.
func (s *Site) Add(p Person) *Person {
	s.T.Helper()
	s.names++
	if p.Name == "" {
		p.Name = "示例"
	}
	if p.Login == "" {
		p.Login = fmt.Sprintf("person%d", s.names)
	}
	s.Act(func(ctx context.Context, tx *ledger.Tx) (err error) {
		p.ID, err = people.AddAccount(ctx, tx, people.Account{Login: p.Login, Name: p.Name, Department: p.Department, Group: p.Group, Roles: p.Roles})
		return err
	})
	s.SignIn(&p)
	return &p
}

// As gives somebody of one role an account, in a department or group where the
// role asks for one, and signs them in.
func (s *Site) As(role people.Role, department sqldb.ID, group int) *Person {
	s.T.Helper()
	return s.Add(Person{Roles: []people.Role{role}, Department: department, Group: group})
}

// SignIn opens a session for somebody, as the provider of identities does.
func (s *Site) SignIn(p *Person) {
	s.T.Helper()
	ctx := context.Background()
	s.must(s.DB.Write(ctx, func(tx *sqldb.Tx) error {
		opened, err := session.Create(sqldb.Inside(ctx), tx, p.ID, session.ByProvider, "192.0.2.1", "stafftest", s.Now())
		p.Token = opened.Token
		return err
	}))
}

// Password gives somebody a password; must says that it is to be changed first.
func (s *Site) Password(p *Person, password string, must bool) {
	s.T.Helper()
	ctx := context.Background()
	h, err := s.Gate.Hash(ctx, password)
	s.must(err)
	s.must(s.DB.Write(ctx, func(tx *sqldb.Tx) error {
		return session.SetPassword(sqldb.Inside(ctx), tx, p.ID, h, must, sqldb.ID{}, s.Now())
	}))
}

// Attempt is somebody who types a password.
func (s *Site) Attempt(p *Person, password string) session.Attempt {
	return session.Attempt{Account: p.ID, Login: p.Login, Password: password, Address: "192.0.2.1", Agent: "stafftest", Profile: people.DefaultSettings().Profile()}
}

// Who is somebody as the pages know them.
func (s *Site) Who(p *Person) *people.Who {
	s.T.Helper()
	who, err := people.Enter(context.Background(), s.DB, p.Token, s.Now())
	s.must(err)
	return who
}

// Act writes an act of the test itself.
func (s *Site) Act(fn func(ctx context.Context, tx *ledger.Tx) error) {
	s.T.Helper()
	s.must(s.Ledger.Write(context.Background(), ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}, fn))
}

// ActAs writes an act of somebody.
func (s *Site) ActAs(p *Person, fn func(ctx context.Context, tx *ledger.Tx, who *people.Who) error) {
	s.T.Helper()
	who := s.Who(p)
	s.must(s.Ledger.Write(context.Background(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error { return fn(ctx, tx, who) }))
}

// city sets up the division 371500 and the site of its government, once.
func city(ctx context.Context, tx *ledger.Tx) (org.Site, error) {
	site, err := org.ReadSite(ctx, tx)
	if err != nil || site.Division != "" {
		return site, err
	}
	site = org.Site{Division: "371500", Name: "示例市行政权力运行平台", Sponsor: "示例市人民政府"}
	if _, err := org.AddDivisions(ctx, tx, []org.Division{{Code: "371500", Name: "示例市", ValidFrom: "1949-10-01"}}); err != nil {
		return site, err
	}
	return site, org.SetSite(ctx, tx, site)
}

// Demonstration makes the site one of invented data.
func (s *Site) Demonstration() {
	s.T.Helper()
	s.Act(func(ctx context.Context, tx *ledger.Tx) error {
		site, err := city(ctx, tx)
		if err != nil {
			return err
		}
		site.Demo = "演示数据，非官方数据"
		return org.SetSite(ctx, tx, site)
	})
}

// Department adds a department of the division 371500.
func (s *Site) Department(name string) (id sqldb.ID) {
	s.T.Helper()
	s.Act(func(ctx context.Context, tx *ledger.Tx) error {
		_, err := city(ctx, tx)
		if err != nil {
			return err
		}
		id, err = org.AddDepartment(ctx, tx, org.Department{Name: name, Division: "371500", Nature: "法定机关", ValidFrom: "2014-01-01"})
		return err
	})
	return id
}

// Group adds an audit group that reviews some departments.
func (s *Site) Group(no int, departments ...sqldb.ID) {
	s.T.Helper()
	s.Act(func(ctx context.Context, tx *ledger.Tx) error {
		if err := people.AddGroup(ctx, tx, no, "第"+string([]rune("零一二三四五六七八九")[no%10])+"审核小组"); err != nil {
			return err
		}
		for _, d := range departments {
			if err := people.AssignDepartment(ctx, tx, d, no); err != nil {
				return err
			}
		}
		return nil
	})
}

// Answer is what the site answered.
type Answer struct {
	Status   int
	Header   http.Header
	Body     string
	Location string // of a redirect
}

// Get asks for a page as somebody; nil is nobody signed in.
func (s *Site) Get(p *Person, path string) Answer {
	s.T.Helper()
	return s.Do(p, s.request(http.MethodGet, path, nil))
}

// Post sends a form as somebody.
func (s *Site) Post(p *Person, path string, form url.Values) Answer {
	s.T.Helper()
	r := s.request(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.Do(p, r)
}

// Do sends any request as somebody.
func (s *Site) Do(p *Person, r *http.Request) Answer {
	s.T.Helper()
	if p != nil {
		r.AddCookie(&http.Cookie{Name: "session", Value: p.Token})
	}
	w := httptest.NewRecorder()
	s.mux.ServeHTTP(w, r)
	return Answer{w.Code, w.Header(), w.Body.String(), w.Header().Get("Location")}
}

func (s *Site) request(method, path string, body io.Reader) *http.Request {
	s.T.Helper()
	r, err := http.NewRequest(method, "http://127.0.0.1"+path, body)
	s.must(err)
	r.RemoteAddr = "192.0.2.1:40000"
	return r
}

func (s *Site) must(err error) {
	s.T.Helper()
	if err != nil {
		s.T.Fatal(err)
	}
}
