package staff_test

import (
	"context"
	"net/http"
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
