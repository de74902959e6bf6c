// Package account is where staff prove who they are and look after their own
// account: signing in and out, the second factor, the password, the sessions.
package account

import (
	"context"
	"embed"
	"net/http"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

// Config is what the room needs; all of it must be set but the last
// two.
type Config struct {
	DB       *sqldb.DB
	Gate     *session.Gate
	Shell    *staff.Shell
	Clock    func() time.Time
	BaseURL  string   // https://… of the site for staff, to which a provider sends people back
	Provider Provider // who else may prove somebody; zero for nobody
}

// Account answers the pages of signing in and of the own account. It is safe for
// concurrent use.
type Account struct {
	cfg   Config
	pages *ui.Set
	oidc  *client
}

// New parses the templates; a broken one is an error, as is a provider without
// an address or name. The provider itself is asked when somebody needs it.
func New(cfg Config) (*Account, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("account templates", err)
	}
	a := &Account{cfg: cfg, pages: set}
	if cfg.Provider != (Provider{}) {
		if a.oidc, err = newClient(cfg.Provider, cfg.BaseURL); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// The addresses of the room beside those that the frame knows.
const (
	demoPath     = staff.SignInPath + "/demo"
	oidcPath     = staff.SignInPath + "/oidc"
	oidcBackPath = oidcPath + "/back"
	sessionsPath = staff.AccountPath + "/sessions"
	confirmPath  = staff.FactorPath + "/confirm"
)

// Public lists the addresses for whoever is not signed in yet, or no longer.
func (a *Account) Public() []ui.Route {
	routes := []ui.Route{
		{Pattern: "GET " + staff.SignInPath, Handler: a.signInPage},
		{Pattern: "POST " + staff.SignInPath, Handler: a.signIn},
		{Pattern: "POST " + demoPath, Handler: a.demo},
		{Pattern: "GET " + staff.CodePath, Handler: a.codePage},
		{Pattern: "POST " + staff.CodePath, Handler: a.code},
		{Pattern: "POST " + staff.SignOutPath, Handler: a.signOut},
	}
	if a.oidc != nil {
		routes = append(routes, ui.Route{Pattern: "GET " + oidcPath, Handler: a.toProvider}, ui.Route{Pattern: "GET " + oidcBackPath, Handler: a.fromProvider})
	}
	return routes
}

// Routes lists the pages of the own account.
func (a *Account) Routes() []staff.Route {
	return []staff.Route{
		{Pattern: "GET " + staff.AccountPath, Action: people.Work, Handler: a.own},
		{Pattern: "GET " + staff.PasswordPath, Action: people.Work, Handler: a.passwordPage},
		{Pattern: "POST " + staff.PasswordPath, Action: people.Work, Handler: a.setPassword},
		{Pattern: "GET " + staff.FactorPath, Action: people.Work, Handler: a.factorPage},
		{Pattern: "POST " + staff.FactorPath, Action: people.Work, Handler: a.enrol},
		{Pattern: "POST " + confirmPath, Action: people.Work, Handler: a.confirm},
		{Pattern: "POST " + sessionsPath + "/{id}/end", Action: people.Work, Handler: a.endSession},
		{Pattern: "POST " + sessionsPath + "/end-others", Action: people.Work, Handler: a.endOthers},
	}
}

// write runs a closure on working tables.
func (a *Account) write(ctx context.Context, fn func(ctx context.Context, tx *sqldb.Tx) error) error {
	inside := sqldb.Inside(ctx)
	return a.cfg.DB.Write(ctx, func(tx *sqldb.Tx) error { return fn(inside, tx) })
}

// see sends the reader on to a page.
func see(w http.ResponseWriter, r *http.Request, to string) error {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// minute is an instant in words, to the minute, on the clocks of Asia/Shanghai.
func minute(t time.Time) string {
	return t.In(time.FixedZone("CST", 8*3600)).Format("2006年1月2日 15:04")
}
