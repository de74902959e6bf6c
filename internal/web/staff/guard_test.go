package staff_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/testkit"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/staff/stafftest"
)

// sites runs a test on a site with one room, on each engine.
func sites(t *testing.T, fn func(t *testing.T, s *stafftest.Site)) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		s := stafftest.New(t, db, l)
		say := func(w http.ResponseWriter, _ *http.Request, who *people.Who) error {
			w.Header().Set("Cache-Control", "public, max-age=600")
			_, err := w.Write([]byte("here is " + who.Login))
			return err
		}
		s.Hang([]staff.Route{
			{Pattern: "GET /desk/filing", Action: people.FillPowers, Handler: say},
			{Pattern: "POST /desk/filing", Action: people.FillPowers, Handler: say},
			{Pattern: "GET /account", Action: people.Work, Handler: say},
			{Pattern: "GET /account/password", Action: people.Work, Handler: say},
			{Pattern: "GET /account/factor", Action: people.Work, Handler: say},
		})
		fn(t, s)
	})
}

func TestNobodyComesInWithoutASession(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		a := s.Get(nil, "/desk/filing?category=%E8%AE%B8%E5%8F%AF")
		if want := "/sign-in?" + (url.Values{"back": {"/desk/filing?category=%E8%AE%B8%E5%8F%AF"}}).Encode(); a.Status != http.StatusSeeOther || a.Location != want {
			t.Errorf("%d %s, want %s", a.Status, a.Location, want)
		}
		for _, token := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("a", 9000), "\x00'; drop table sessions"} {
			if a := s.Get(&stafftest.Person{Token: token}, "/desk/filing"); a.Status != http.StatusSeeOther {
				t.Errorf("token %q: %d", token, a.Status)
			}
		}
	})
}

func TestTheSessionDiesWithTheAccount(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		clerk := s.As(people.Clerk, s.Department("市水利局"), 0)
		if a := s.Get(clerk, "/desk/filing"); a.Status != http.StatusOK || a.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%d %v", a.Status, a.Header)
		}
		s.Act(func(ctx context.Context, tx *ledger.Tx) error { return people.Disable(ctx, tx, clerk.ID, "") })
		if a := s.Get(clerk, "/desk/filing"); a.Status != http.StatusSeeOther || !strings.HasPrefix(a.Location, "/sign-in") {
			t.Errorf("a stolen cookie still opens: %d %s", a.Status, a.Body)
		}
		s.Act(func(ctx context.Context, tx *ledger.Tx) error { return people.Enable(ctx, tx, clerk.ID) })
		if a := s.Get(clerk, "/desk/filing"); a.Status != http.StatusSeeOther {
			t.Error("the session came back with the account")
		}
	})
}

// slow is the body of a form that comes in two parts, with something done between
// them.
type slow struct {
	parts   []string
	between func()
}

func (b *slow) Read(p []byte) (int, error) {
	if len(b.parts) == 0 {
		return 0, io.EOF
	}
	if len(b.parts) == 1 {
		b.between()
	}
	n := copy(p, b.parts[0])
	b.parts = b.parts[1:]
	return n, nil
}

// TestAFormHeldBackGainsNothing: whoever begins to send a form and holds the rest
// back until they lost their rights is too late.
func TestAFormHeldBackGainsNothing(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		water := s.Department("市水利局")
		for what, lose := range map[string]func(ctx context.Context, tx *ledger.Tx, id sqldb.ID) error{
			"disabled": func(ctx context.Context, tx *ledger.Tx, id sqldb.ID) error { return people.Disable(ctx, tx, id, "") },
			"moved to another office": func(ctx context.Context, tx *ledger.Tx, id sqldb.ID) error {
				return people.SetRoles(ctx, tx, id, []people.Role{people.Window})
			},
		} {
			clerk := s.As(people.Clerk, water, 0)
			body := &slow{[]string{"basis=", "x"}, func() {
				s.Act(func(ctx context.Context, tx *ledger.Tx) error { return lose(ctx, tx, clerk.ID) })
				s.Advance(5 * time.Second)
			}}
			r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1/desk/filing", body)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if a := s.Do(clerk, r); a.Status != http.StatusForbidden || strings.Contains(a.Body, "here is") {
				t.Errorf("%s: %d %s", what, a.Status, a.Body)
			}
		}
	})
}

// TestATooLongFormIsRefused before a room sees it, and as nothing else.
func TestATooLongFormIsRefused(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		clerk := s.As(people.Clerk, s.Department("市水利局"), 0)
		if a := s.Post(clerk, "/desk/filing", url.Values{"basis": {strings.Repeat("x", 5<<20)}}); a.Status != http.StatusRequestEntityTooLarge {
			t.Errorf("%d %s", a.Status, a.Body)
		}
		if a := s.Post(clerk, "/desk/filing", url.Values{"basis": {strings.Repeat("x", 3<<20)}}); a.Status != http.StatusOK {
			t.Errorf("a long basis: %d %s", a.Status, a.Body)
		}
	})
}

func TestASessionEndsIdleAndAtLast(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		limits := people.DefaultSettings()
		clerk := s.As(people.Clerk, s.Department("市水利局"), 0)
		for at := time.Duration(0); at+20*time.Minute < limits.Absolute; at += 20 * time.Minute {
			if a := s.Get(clerk, "/desk/filing"); a.Status != http.StatusOK {
				t.Fatalf("in use for %v: %d", at, a.Status)
			}
			s.Advance(20 * time.Minute)
		}
		s.Advance(20 * time.Minute)
		if a := s.Get(clerk, "/desk/filing"); a.Status != http.StatusSeeOther {
			t.Errorf("after %v of use: %d", limits.Absolute, a.Status)
		}
		s.SignIn(clerk)
		s.Advance(limits.Idle)
		if a := s.Get(clerk, "/desk/filing"); a.Status != http.StatusSeeOther {
			t.Errorf("after %v without use: %d", limits.Idle, a.Status)
		}
	})
}

// TestFirstThingsFirst: a password that must be changed and a second factor that
// must be had keep everything else shut, but the way out.
func TestFirstThingsFirst(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		clerk := s.As(people.Clerk, s.Department("市水利局"), 0)
		s.Password(clerk, "Kq7#wulianji", true)
		o, err := s.Gate.SignIn(context.Background(), s.Attempt(clerk, "Kq7#wulianji"))
		if err != nil {
			t.Fatal(err)
		}
		clerk.Token = o.Token
		for path, want := range map[string]string{"/desk/filing": "/account/password", "/work": "/account/password", "/account/factor": "/account/password"} {
			if a := s.Get(clerk, path); a.Status != http.StatusSeeOther || a.Location != want {
				t.Errorf("%s: %d %s, want %s", path, a.Status, a.Location, want)
			}
		}
		if a := s.Get(clerk, "/account/password"); a.Status != http.StatusOK {
			t.Errorf("the page for that is shut: %d", a.Status)
		}
		frame, err := s.Shell.Frame(httptest.NewRequest(http.MethodGet, "/account/password", nil), s.Who(clerk), "修改口令", "")
		if err != nil || len(frame.Nav) != 0 {
			t.Errorf("the navigation leads to what is shut: %v, %v", frame.Nav, err)
		}
		if a := s.Post(clerk, "/desk/filing", url.Values{"x": {"y"}}); a.Status != http.StatusSeeOther {
			t.Errorf("a form came through: %d", a.Status)
		}
	})
}

// TestRightsAreReadAtEveryRequest: a role taken away is gone at once.
func TestRightsAreReadAtEveryRequest(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		clerk := s.As(people.Clerk, s.Department("市水利局"), 0)
		if a := s.Get(clerk, "/desk/filing"); a.Status != http.StatusOK {
			t.Fatal(a.Status)
		}
		s.Act(func(ctx context.Context, tx *ledger.Tx) error { return people.SetRoles(ctx, tx, clerk.ID, nil) })
		for _, a := range []stafftest.Answer{s.Get(clerk, "/desk/filing"), s.Post(clerk, "/desk/filing", nil)} {
			if a.Status != http.StatusForbidden || strings.Contains(a.Body, "here is") {
				t.Errorf("%d %s", a.Status, a.Body)
			}
		}
		if a := s.Get(clerk, "/work"); a.Status != http.StatusOK || !strings.Contains(a.Body, "还没有角色") {
			t.Errorf("the home page of somebody without role: %d", a.Status)
		}
	})
}

// TestNothingIsLostWhenTheSessionEnds: what was sent is shown to its writer, but
// no password, and goes nowhere; scripts are told in their own way.
func TestNothingIsLostWhenTheSessionEnds(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		form := url.Values{"basis": {"《水法》第四十八条<script>"}, "new-password": {"Kq7#wulianji口令"}, "code": {"一123456"}, "id": {"01a20e90-b4b9"}}
		a := s.Post(nil, "/desk/filing", form)
		if strings.Contains(a.Body, ">basis<") {
			t.Error("the names of fields stand on the page")
		}
		if a.Status != http.StatusForbidden || !strings.Contains(a.Body, "《水法》第四十八条&lt;script&gt;") || strings.Contains(a.Body, "wulianji") || strings.Contains(a.Body, "123456") || strings.Contains(a.Body, "01a20e90") {
			t.Errorf("%d %s", a.Status, a.Body)
		}
		script := func(method string, header ...string) stafftest.Answer {
			r, err := http.NewRequest(method, "http://127.0.0.1/desk/filing", strings.NewReader(form.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for i := 0; i < len(header); i += 2 {
				r.Header.Set(header[i], header[i+1])
			}
			return s.Do(nil, r)
		}
		if a := script(http.MethodPost, "Accept", "application/json"); a.Status != http.StatusForbidden || !strings.Contains(a.Body, `"signedOut":true`) {
			t.Errorf("a script that saves: %d %s", a.Status, a.Body)
		}
		a = script(http.MethodGet, "HX-Request", "true", "HX-Current-URL", "http://127.0.0.1/desk/filing?page=2")
		if a.Header.Get("HX-Redirect") != "/sign-in?back=%2Fdesk%2Ffiling%3Fpage%3D2" {
			t.Errorf("a partial update: %d %v", a.Status, a.Header)
		}
		if a := script(http.MethodGet, "HX-Request", "true", "HX-Current-URL", "https://evil.example//evil.example"); a.Header.Get("HX-Redirect") != "/sign-in" {
			t.Errorf("an address made up: %v", a.Header)
		}
	})
}

func TestTheSessionIsNotedOnceAMinute(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		clerk := s.As(people.Clerk, s.Department("市水利局"), 0)
		first := s.Who(clerk).Seen
		s.Advance(30 * time.Second)
		s.Get(clerk, "/desk/filing")
		if seen := s.Who(clerk).Seen; !seen.Equal(first) {
			t.Errorf("noted after half a minute: %v", seen.Sub(first))
		}
		s.Advance(31 * time.Second)
		s.Get(clerk, "/desk/filing")
		if seen := s.Who(clerk).Seen; seen.Sub(first) < time.Minute {
			t.Errorf("not noted after a minute: %v", seen.Sub(first))
		}
	})
}

func TestTheDensityIsKept(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		p := s.As(people.Legal, sqldb.ID{}, 0)
		a := s.Get(p, "/work/density?density=dense&back=//evil.example")
		if a.Status != http.StatusSeeOther || a.Location != "/work" || !strings.Contains(a.Header.Get("Set-Cookie"), "density=dense") {
			t.Errorf("%d %s %v", a.Status, a.Location, a.Header)
		}
		r, err := http.NewRequest(http.MethodGet, "http://127.0.0.1/work", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(&http.Cookie{Name: "density", Value: "dense"})
		if a := s.Do(p, r); !strings.Contains(a.Body, `data-density="dense"`) {
			t.Error("the page is not dense")
		}
	})
}
