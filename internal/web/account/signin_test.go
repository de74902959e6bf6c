package account_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/testkit"
	"qingdan/internal/web/account"
	"qingdan/internal/web/staff/stafftest"
)

const good, better = "Kq7#wulianji", "Zm4!qingtingfei"

// sites runs a test on a site with the pages of accounts, on each engine.
func sites(t *testing.T, fn func(t *testing.T, s *stafftest.Site)) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		s := stafftest.New(t, db, l)
		open(s, account.Config{})
		fn(t, s)
	})
}

func open(s *stafftest.Site, cfg account.Config) {
	cfg.DB, cfg.Gate, cfg.Shell, cfg.Clock = s.DB, s.Gate, s.Shell, s.Now
	a, err := account.New(cfg)
	if err != nil {
		s.T.Fatal(err)
	}
	s.Public(a.Public())
	s.Hang(a.Routes())
}

// person adds somebody with a password, not signed in.
func person(s *stafftest.Site, login string) *stafftest.Person {
	s.Department("市" + login + "局")
	p := s.Add(stafftest.Person{Login: login, Roles: []people.Role{people.Legal}})
	s.Password(p, good, false)
	p.Token = ""
	return p
}

// try sends the form of signing in from an address.
func try(t *testing.T, s *stafftest.Site, address, login, password, back string) stafftest.Answer {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1/sign-in", strings.NewReader(url.Values{"login": {login}, "password": {password}, "back": {back}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = address + ":50000"
	return s.Do(nil, r)
}

// token reads the token that an answer sets, "" when it sets none.
func token(a stafftest.Answer) string {
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		if c.Name == "session" && c.MaxAge >= 0 {
			return c.Value
		}
	}
	return ""
}

var shownSecret = regexp.MustCompile(`class="secret">([A-Z2-7 ]+)<`)

// secret reads the secret of a second factor that a page shows, "" when it shows
// none.
func secret(a stafftest.Answer) string {
	if m := shownSecret.FindStringSubmatch(a.Body); m != nil {
		return strings.ReplaceAll(m[1], " ", "")
	}
	return ""
}

var wrong = regexp.MustCompile(`role="alert"[^>]*>([^<]+)<`)

func said(a stafftest.Answer) string {
	m := wrong.FindStringSubmatch(a.Body)
	if m == nil {
		return ""
	}
	return m[1]
}

func TestSigningInLeadsWhereOneWanted(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		p := person(s, "yang")
		for back, want := range map[string]string{"/account?done=x": "/account?done=x", "https://evil.example": "/work", "//evil.example": "/work", "/sign-in": "/work", "": "/work"} {
			a := try(t, s, "192.0.2.1", " YANG ", good, back)
			if p.Token = token(a); a.Status != http.StatusSeeOther || a.Location != want || p.Token == "" {
				t.Fatalf("back %q: %d %s", back, a.Status, a.Location)
			}
		}
		if a := s.Get(p, "/sign-in"); a.Status != http.StatusSeeOther || a.Location != "/work" {
			t.Errorf("whoever is signed in is asked again: %d", a.Status)
		}
		if a := s.Post(p, "/sign-out", nil); a.Status != http.StatusSeeOther || a.Location != "/sign-in?left=1" {
			t.Errorf("signing out: %d %s", a.Status, a.Location)
		}
		if a := s.Get(p, "/account"); a.Status != http.StatusSeeOther {
			t.Errorf("the token opens after signing out: %d", a.Status)
		}
	})
}

// TestEveryFailureSaysTheSame: a login of nobody, a wrong password, a locked and a
// disabled account cannot be told apart.
func TestEveryFailureSaysTheSame(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		person(s, "yang")
		gone := person(s, "gone")
		locked := person(s, "locked")
		s.Act(func(ctx context.Context, tx *ledger.Tx) error { return people.Disable(ctx, tx, gone.ID, "") })
		for range 5 {
			try(t, s, "192.0.2.9", locked.Login, "wrong", "")
		}
		var first stafftest.Answer
		for i, c := range [][2]string{{"yang", "wrong"}, {"nobody", good}, {"gone", good}, {"locked", good}, {"yang' or '1'='1", good}, {"杨", good}, {"yang", strings.Repeat("x", 5000)}} {
			a := try(t, s, fmt.Sprintf("192.0.2.%d", 20+i), c[0], c[1], "")
			if i == 0 {
				first = a
			}
			if a.Status != first.Status || said(a) != said(first) || said(a) == "" || token(a) != "" {
				t.Errorf("%s: %d %s, want %d %s", c[0], a.Status, said(a), first.Status, said(first))
			}
			if strings.Contains(a.Body, good) || strings.Contains(a.Body, "xxxxx") {
				t.Errorf("%s: the password stands on the page", c[0])
			}
		}
		s.Advance(31 * time.Minute)
		if a := try(t, s, "192.0.2.9", "locked", good, ""); a.Status != http.StatusSeeOther {
			t.Errorf("after the lock the owner is kept out: %d %s", a.Status, said(a))
		}
	})
}

// TestAThousandWrongPasswords: one machine is refused after some, the account
// locks, somebody else works on undisturbed, and nothing grows with the flood.
func TestAThousandWrongPasswords(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		person(s, "yang")
		other := person(s, "other")
		outcomes := map[string]int{}
		for i := range 1000 {
			outcomes[said(try(t, s, "203.0.113.5", "yang", fmt.Sprintf("guess %d", i), ""))]++
		}
		if len(outcomes) != 2 || outcomes[""] != 0 {
			t.Errorf("answers %v", outcomes)
		}
		if a := try(t, s, "203.0.113.5", "other", good, ""); a.Status != http.StatusTooManyRequests {
			t.Errorf("the flooding address comes in with another account: %d", a.Status)
		}
		a := try(t, s, "198.51.100.7", "other", good, "")
		if other.Token = token(a); a.Status != http.StatusSeeOther {
			t.Fatalf("somebody else is kept out: %d %s", a.Status, said(a))
		}
		if a := s.Get(other, "/work"); a.Status != http.StatusOK {
			t.Errorf("and cannot work: %d", a.Status)
		}
		counts, err := session.CountSignIns(context.Background(), s.DB, session.SignInQuery{})
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for _, n := range counts {
			sum += n
		}
		if sum > 25 {
			t.Errorf("%d lines in the book of sign-ins: %v", sum, counts)
		}
		s.Advance(31 * time.Minute)
		if a := try(t, s, "198.51.100.8", "yang", good, ""); a.Status != http.StatusSeeOther {
			t.Errorf("after the lock the owner is kept out: %s", said(a))
		}
	})
}

// TestATokenPlantedBeforeIsWorthNothing: signing in and showing the code each
// give a new token and end the old one.
func TestATokenPlantedBeforeIsWorthNothing(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		p := person(s, "yang")
		evil := s.Add(stafftest.Person{Login: "evil", Roles: []people.Role{people.Legal}})
		r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1/sign-in", strings.NewReader(url.Values{"login": {p.Login}, "password": {good}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.RemoteAddr = "192.0.2.1:50000"
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		a := s.Do(evil, r)
		if got := token(a); got == "" || got == evil.Token {
			t.Errorf("the browser keeps the token %q", got)
		}
		if a := s.Get(evil, "/work"); a.Status != http.StatusSeeOther {
			t.Errorf("the planted session lives: %d", a.Status)
		}
	})
}

func TestTheSecondFactor(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		p := person(s, "yang")
		p.Token = token(try(t, s, "192.0.2.1", "yang", good, ""))
		s.Post(p, "/account/factor", nil)
		a := s.Get(p, "/account/factor")
		secret := secret(a)
		if secret == "" {
			t.Fatalf("no secret: %d %s", a.Status, a.Body)
		}
		code := func() url.Values {
			c, err := totp.GenerateCode(secret, s.Now())
			if err != nil {
				t.Fatal(err)
			}
			return url.Values{"code": {c}, "back": {"/account"}}
		}
		if a := s.Post(p, "/account/factor/confirm", url.Values{"code": {"000000"}}); a.Status != http.StatusBadRequest || said(a) == "" {
			t.Errorf("a wrong first code: %d %s", a.Status, said(a))
		}
		if a := s.Post(p, "/account/factor/confirm", code()); a.Location != "/account?done=factor" {
			t.Fatalf("confirming: %d %s", a.Status, said(a))
		}
		if a := s.Get(p, "/account/factor"); strings.Contains(strings.ReplaceAll(a.Body, " ", ""), secret) {
			t.Error("the secret is shown again")
		}

		s.Advance(time.Minute)
		a = try(t, s, "192.0.2.1", "yang", good, "/account")
		half := &stafftest.Person{Token: token(a)}
		if a.Location != "/sign-in/code?back=%2Faccount" {
			t.Fatalf("after the password: %s", a.Location)
		}
		for _, path := range []string{"/work", "/account", "/account/password", "/account/factor"} {
			if a := s.Get(half, path); a.Status != http.StatusSeeOther || a.Location != "/sign-in/code" {
				t.Errorf("without the code %s: %d %s", path, a.Status, a.Location)
			}
		}
		if a := s.Get(half, "/sign-in/code"); a.Status != http.StatusOK {
			t.Errorf("the page for the code: %d", a.Status)
		}
		if a := s.Post(half, "/sign-in/code", url.Values{"code": {"000000"}}); a.Status != http.StatusBadRequest || token(a) != "" {
			t.Errorf("a wrong code: %d", a.Status)
		}
		used := code()
		a = s.Post(half, "/sign-in/code", used)
		whole := &stafftest.Person{Token: token(a)}
		if a.Location != "/account" || whole.Token == "" || whole.Token == half.Token {
			t.Fatalf("the right code: %d %s", a.Status, said(a))
		}
		if a := s.Get(half, "/account"); a.Location != "/sign-in?back=%2Faccount" {
			t.Errorf("the token of the half session opens: %d %s", a.Status, a.Location)
		}
		if a := s.Get(whole, "/account"); a.Status != http.StatusOK || !strings.Contains(a.Body, "口令和动态口令") {
			t.Errorf("the own account: %d", a.Status)
		}
		again := &stafftest.Person{Token: token(try(t, s, "192.0.2.1", "yang", good, ""))}
		if a := s.Post(again, "/sign-in/code", used); a.Status != http.StatusBadRequest {
			t.Errorf("a code opens twice: %d", a.Status)
		}
	})
}

func TestChangingThePassword(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		p := person(s, "yang")
		s.SignIn(p)
		other := *p
		s.SignIn(&other)
		form := func(old, wanted, same string) url.Values {
			return url.Values{"old-password": {old}, "new-password": {wanted}, "same-password": {same}}
		}
		for what, f := range map[string]url.Values{
			"wrong-old": form("wrong", better, better), "differs": form(good, better, good), "weak": form(good, "12345678", "12345678"),
			"login": form(good, "yang-Yang-1", "yang-Yang-1"), "again": form(good, good, good), "none": form("", better, better),
		} {
			a := s.Post(p, "/account/password", f)
			if a.Status != http.StatusBadRequest || !strings.Contains(a.Body, `aria-invalid="true"`) || strings.Contains(a.Body, better) {
				t.Errorf("%s: %d", what, a.Status)
			}
		}
		if a := s.Post(p, "/account/password", form(good, better, better)); a.Location != "/account?done=password" {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if a := s.Get(p, "/account"); a.Status != http.StatusOK {
			t.Errorf("the own session ended: %d", a.Status)
		}
		if a := s.Get(&other, "/account"); a.Status != http.StatusSeeOther {
			t.Errorf("the other session lives: %d", a.Status)
		}
		if a := try(t, s, "192.0.2.77", "yang", better, ""); a.Status != http.StatusSeeOther {
			t.Errorf("the new password does not open: %s", said(a))
		}
	})
}

// TestAForgottenScreenTakesNoFactorIntoUse: whoever finds a session open, or has
// its cookie, could else shut its owner out with a factor of their own.
func TestAForgottenScreenTakesNoFactorIntoUse(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		p := person(s, "yang")
		p.Token = token(try(t, s, "192.0.2.1", "yang", good, ""))
		if a := s.Post(p, "/account/factor", nil); a.Status != http.StatusSeeOther {
			t.Fatalf("just signed in: %d", a.Status)
		}
		page := s.Get(p, "/account/factor")
		key := secret(page)
		if key == "" {
			t.Fatal("no secret is shown")
		}
		s.Advance(16 * time.Minute)
		if a := s.Get(p, "/account/factor"); a.Status != http.StatusOK || secret(a) != "" || !strings.Contains(a.Body, `action="/sign-out"`) {
			t.Errorf("the secret is still shown: %d", a.Status)
		}
		code, err := totp.GenerateCode(key, s.Now())
		if err != nil {
			t.Fatal(err)
		}
		for path, form := range map[string]url.Values{"/account/factor": nil, "/account/factor/confirm": {"code": {code}}} {
			if a := s.Post(p, path, form); a.Status != http.StatusForbidden || secret(a) != "" {
				t.Errorf("%s: %d", path, a.Status)
			}
		}
		if a := try(t, s, "192.0.2.1", "yang", good, ""); strings.HasPrefix(a.Location, "/sign-in/code") {
			t.Error("the factor is in use")
		}
	})
}

// TestAPasswordIsNotMadeOfTheOffice: the page says that names of offices are
// refused.
func TestAPasswordIsNotMadeOfTheOffice(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		p := s.Add(stafftest.Person{Login: "yang", Name: "甄示例", Roles: []people.Role{people.Clerk}, Department: s.Department("市畜牧兽医局")})
		s.Password(p, good, false)
		s.SignIn(p)
		for what, password := range map[string]string{"department": "市畜牧兽医局Ab1", "its pinyin": "Shixumushouyiju12", "site": "示例市行政权力运行平台Ab1", "own pinyin": "Zhenshili-12", "own name": "甄示例Ab123"} {
			a := s.Post(p, "/account/password", url.Values{"old-password": {good}, "new-password": {password}, "same-password": {password}})
			if a.Status != http.StatusBadRequest || !strings.Contains(a.Body, "太容易被猜到") {
				t.Errorf("%s: %d", what, a.Status)
			}
		}
	})
}

func TestSessionsAreEndedByTheirOwner(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		p, other := person(s, "yang"), person(s, "other")
		s.SignIn(p)
		second, third := *p, *p
		s.SignIn(&second)
		s.SignIn(&third)
		s.SignIn(other)
		end := func(who *stafftest.Person) string { return "/account/sessions/" + s.Who(who).Session.String() + "/end" }
		if a := s.Post(p, end(other), nil); a.Status != http.StatusSeeOther {
			t.Errorf("a forged id: %d", a.Status)
		}
		if a := s.Get(other, "/work"); a.Status != http.StatusOK {
			t.Error("somebody ended another person's session")
		}
		if a := s.Get(p, "/account"); !strings.Contains(a.Body, end(&second)) || strings.Contains(a.Body, end(p)) || strings.Contains(a.Body, end(other)) {
			t.Error("the list of sessions is not the own one")
		}
		s.Post(p, end(&second), nil)
		if a := s.Get(&second, "/work"); a.Status != http.StatusSeeOther {
			t.Error("the ended session lives")
		}
		s.Post(p, "/account/sessions/end-others", nil)
		if a := s.Get(&third, "/work"); a.Status != http.StatusSeeOther {
			t.Error("the other session lives")
		}
		if a := s.Get(p, "/work"); a.Status != http.StatusOK {
			t.Error("the own session ended")
		}
		if a := s.Post(p, "/account/sessions/x/end", nil); a.Status != http.StatusNotFound {
			t.Errorf("an id that is none: %d", a.Status)
		}
	})
}

// TestOnlyADemonstrationLetsAnybodyIn: by one click, to its own accounts only.
func TestOnlyADemonstrationLetsAnybodyIn(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		real := person(s, "yang")
		demo := s.Add(stafftest.Person{Login: "demo-legal", Name: "王示例", Roles: []people.Role{people.Legal}})
		off := s.Add(stafftest.Person{Login: "demo-off", Roles: []people.Role{people.Leading}})
		s.Act(func(ctx context.Context, tx *ledger.Tx) error { return people.Disable(ctx, tx, off.ID, "") })
		in := func(id string) stafftest.Answer { return s.Post(nil, "/sign-in/demo", url.Values{"account": {id}}) }
		if a := in(demo.ID.String()); a.Status != http.StatusNotFound || token(a) != "" {
			t.Errorf("a real site lets anybody in: %d", a.Status)
		}
		if a := s.Get(nil, "/sign-in"); strings.Contains(a.Body, "演示账号") || strings.Contains(a.Body, "王示例") {
			t.Error("a real site lists accounts")
		}
		s.Demonstration()
		for what, id := range map[string]string{"a real account": real.ID.String(), "a disabled one": off.ID.String(), "none": sqldb.NewID().String(), "rubbish": "x"} {
			if a := in(id); a.Status != http.StatusNotFound || token(a) != "" {
				t.Errorf("%s: %d", what, a.Status)
			}
		}
		if a := s.Get(nil, "/sign-in"); !strings.Contains(a.Body, demo.ID.String()) || strings.Contains(a.Body, real.ID.String()) || strings.Contains(a.Body, off.ID.String()) {
			t.Error("the list is not that of the demonstration")
		}
		a := in(demo.ID.String())
		if a := s.Get(&stafftest.Person{Token: token(a)}, "/work"); a.Status != http.StatusOK {
			t.Errorf("the demonstration: %d", a.Status)
		}
	})
}

func TestATooLongFormIsRefused(t *testing.T) {
	sites(t, func(t *testing.T, s *stafftest.Site) {
		if a := s.Post(nil, "/sign-in", url.Values{"login": {"yang"}, "password": {strings.Repeat("x", 1<<20)}}); a.Status != http.StatusRequestEntityTooLarge {
			t.Errorf("%d", a.Status)
		}
	})
}
