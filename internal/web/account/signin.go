package account

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// maxSignIn is the size of a form of signing in, in bytes.
const maxSignIn = 16 << 10

// SignInPage asks who somebody is.
type SignInPage struct {
	ui.Frame
	Wrong    string
	Left     bool // signed out just now
	Login    string
	Back     string
	Provider string // name of the provider, "" for none
	OIDC     string // address that leads there
	Demos    []Demo
}

// Demo is an account of the demonstration.
type Demo struct {
	ID, Role, Name, Post string
}

func (a *Account) signInPage(w http.ResponseWriter, r *http.Request) error {
	back := staff.Back(r.URL.Query().Get("back"))
	if _, err := people.Enter(r.Context(), a.cfg.DB, a.cfg.Shell.Token(r), a.cfg.Clock()); err == nil {
		return see(w, r, back)
	} else if !people.SignedOut(err) {
		return errs.Wrap("enter", err)
	}
	return a.showSignIn(w, r, http.StatusOK, SignInPage{Back: back, Left: r.URL.Query().Get("left") != ""})
}

func (a *Account) showSignIn(w http.ResponseWriter, r *http.Request, status int, p SignInPage) error {
	var err error
	if p.Frame, err = a.cfg.Shell.Outside(r, "工作台登录"); err != nil {
		return err
	}
	p.Wide = true
	if a.oidc != nil {
		p.Provider, p.OIDC = a.oidc.Name, oidcPath+"?"+url.Values{"back": {p.Back}}.Encode()
	}
	if p.Demos, err = a.demos(r.Context()); err != nil {
		return err
	}
	return a.cfg.Shell.Show(w, r, status, a.pages, "signin", p)
}

// readSmall reads a form of signing in.
func readSmall(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxSignIn)
	return staff.ReadForm(w, r)
}

// signIn tries a login and a password. Whatever was wrong, the page and its
// words are the same, and so is the work behind them (session.Gate.SignIn).
func (a *Account) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := readSmall(w, r); err != nil {
		return err
	}
	form := SignInPage{Login: staff.Typed(r, "login"), Back: staff.Back(r.PostForm.Get("back"))}
	if form.Login == "" || r.PostForm.Get("password") == "" {
		form.Wrong = "请填写登录名和口令"
		return a.showSignIn(w, r, http.StatusBadRequest, form)
	}
	try, err := a.attempt(r, form.Login)
	if err != nil {
		return err
	}
	opened, err := a.cfg.Gate.SignIn(r.Context(), try)
	if session.Refused(err) || errs.KindOf(err) == errs.Unavailable {
		form.Wrong = staff.Words(err)
		return a.showSignIn(w, r, errs.Status(err), form)
	}
	if err != nil {
		return err
	}
	if err := a.begin(w, r, opened.Token); err != nil {
		return err
	}
	if opened.Unproven {
		return see(w, r, staff.CodePath+"?"+url.Values{"back": {form.Back}}.Encode())
	}
	return see(w, r, form.Back)
}

// attempt is what a form of signing in says, with the account of its login.
func (a *Account) attempt(r *http.Request, login string) (session.Attempt, error) {
	settings, err := people.ReadSettings(r.Context(), a.cfg.DB)
	if err != nil {
		return session.Attempt{}, err
	}
	try := session.Attempt{Password: r.PostForm.Get("password"), Address: a.cfg.Shell.Address(r), Agent: r.UserAgent(), Profile: settings.Profile()}
	who, err := people.ByLogin(r.Context(), a.cfg.DB, login)
	switch {
	case errs.KindOf(err) == errs.NotFound:
	case err != nil:
		return try, err
	default:
		try.Account, try.Login, try.Barred = who.ID, who.Login, who.Disabled
	}
	return try, nil
}

// begin gives the browser a new session, and ends the one that it had.
func (a *Account) begin(w http.ResponseWriter, r *http.Request, token string) error {
	if before := a.cfg.Shell.Token(r); before != "" {
		if err := a.write(r.Context(), func(ctx context.Context, tx *sqldb.Tx) error { return session.EndToken(ctx, tx, before) }); err != nil {
			return err
		}
	}
	a.cfg.Shell.SignIn(w, token)
	return nil
}

// signOut ends the session, if there is one, and says so.
func (a *Account) signOut(w http.ResponseWriter, r *http.Request) error {
	token := a.cfg.Shell.Token(r)
	who, err := people.Enter(r.Context(), a.cfg.DB, token, a.cfg.Clock())
	if err != nil && !people.SignedOut(err) {
		return errs.Wrap("enter", err)
	}
	err = a.write(r.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		if who != nil {
			if err := session.Note(ctx, tx, who.Account, who.Login, session.SignedOff, a.cfg.Shell.Address(r), a.cfg.Clock()); err != nil {
				return err
			}
		}
		return session.EndToken(ctx, tx, token)
	})
	if err != nil {
		return err
	}
	a.cfg.Shell.SignOut(w)
	return see(w, r, staff.SignInPath+"?left=1")
}

// demoLogins is how the logins of the demonstration begin. No other account can
// be signed in to without proof.
const demoLogins = "demo-"

// demonstration says whether this site shows invented people, and so lets anybody
// be one of them.
func (a *Account) demonstration(ctx context.Context) (bool, error) {
	site, err := org.ReadSite(ctx, a.cfg.DB)
	return err == nil && site.Demo != "", errs.Wrap("demonstration", err)
}

// demos lists the accounts of a demonstration, one for each role.
func (a *Account) demos(ctx context.Context) ([]Demo, error) {
	on, err := a.demonstration(ctx)
	if err != nil || !on {
		return nil, err
	}
	all, err := people.Accounts(ctx, a.cfg.DB, people.Query{Text: demoLogins})
	if err != nil {
		return nil, err
	}
	departments, err := org.Departments(ctx, a.cfg.DB, "")
	if err != nil {
		return nil, errs.Wrap("departments", err)
	}
	names := map[sqldb.ID]string{}
	for _, d := range departments {
		names[d.ID] = d.Name
	}
	groups, err := people.Groups(ctx, a.cfg.DB)
	if err != nil {
		return nil, err
	}
	post := func(p people.Account) string {
		for _, g := range groups {
			if g.No == p.Group {
				return g.Name
			}
		}
		return names[p.Department]
	}
	var out []Demo
	for _, role := range people.Roles() {
		for _, p := range all {
			if forDemo(p) && len(p.Roles) > 0 && p.Roles[0] == role {
				out = append(out, Demo{p.ID.String(), role.Label(), p.Name, post(p)})
			}
		}
	}
	return out, nil
}

func forDemo(p people.Account) bool { return strings.HasPrefix(p.Login, demoLogins) && !p.Disabled }

// demo signs in to an account of the demonstration. On any other site, and for
// any other account, there is no such thing.
func (a *Account) demo(w http.ResponseWriter, r *http.Request) error {
	none := errs.NotFoundf("没有这个演示账号").Fix("请用登录名和口令登录")
	if err := readSmall(w, r); err != nil {
		return err
	}
	on, err := a.demonstration(r.Context())
	if err != nil {
		return err
	}
	id, bad := sqldb.ParseID(r.PostForm.Get("account"))
	if !on || bad != nil {
		return none
	}
	var opened session.Opened
	err = a.write(r.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		p, err := people.ByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if !forDemo(p) {
			return none
		}
		now, address := a.cfg.Clock(), a.cfg.Shell.Address(r)
		if opened, err = session.Create(ctx, tx, p.ID, session.ByDemo, address, r.UserAgent(), now); err != nil {
			return err
		}
		return session.Note(ctx, tx, p.ID, p.Login, session.Demo, address, now)
	})
	if errs.KindOf(err) == errs.NotFound {
		return none.Because(err)
	}
	if err != nil {
		return err
	}
	if err := a.begin(w, r, opened.Token); err != nil {
		return err
	}
	return see(w, r, staff.Back(r.PostForm.Get("back")))
}
