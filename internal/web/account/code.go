package account

import (
	"net/http"

	"qingdan/internal/errs"
	"qingdan/internal/platform/session"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// CodePage asks for the second factor.
type CodePage struct {
	ui.Frame
	Wrong, Back string
}

// half finds who has shown the password and not yet the code; whoever else asks
// is sent where they belong, and done is true.
func (a *Account) half(w http.ResponseWriter, r *http.Request, back string) (who *people.Who, done bool, err error) {
	who, err = people.Enter(r.Context(), a.cfg.DB, a.cfg.Shell.Token(r), a.cfg.Clock())
	switch {
	case people.SignedOut(err):
		return nil, true, see(w, r, staff.SignInPath)
	case err != nil:
		return nil, true, errs.Wrap("enter", err)
	case !who.Unproven:
		return nil, true, see(w, r, back)
	}
	return who, false, nil
}

func (a *Account) codePage(w http.ResponseWriter, r *http.Request) error {
	back := staff.Back(r.URL.Query().Get("back"))
	if _, done, err := a.half(w, r, back); done {
		return err
	}
	return a.showCode(w, r, http.StatusOK, CodePage{Back: back})
}

func (a *Account) showCode(w http.ResponseWriter, r *http.Request, status int, p CodePage) error {
	var err error
	if p.Frame, err = a.cfg.Shell.Outside(r, "动态口令"); err != nil {
		return err
	}
	p.Wide = true
	return a.cfg.Shell.Show(w, r, status, a.pages, "code", p)
}

// code takes the code. The session goes on under a new token.
func (a *Account) code(w http.ResponseWriter, r *http.Request) error {
	if err := readSmall(w, r); err != nil {
		return err
	}
	p := CodePage{Back: staff.Back(r.PostForm.Get("back"))}
	who, done, err := a.half(w, r, p.Back)
	if done {
		return err
	}
	settings, err := people.ReadSettings(r.Context(), a.cfg.DB)
	if err != nil {
		return err
	}
	opened, err := a.cfg.Gate.Prove(r.Context(), session.Proof{Token: a.cfg.Shell.Token(r), Login: who.Login, Code: r.PostForm.Get("code"),
		Address: a.cfg.Shell.Address(r), Agent: r.UserAgent(), Profile: settings.Profile()})
	if session.Refused(err) {
		p.Wrong = staff.Words(err)
		return a.showCode(w, r, errs.Status(err), p)
	}
	if err != nil {
		return err
	}
	a.cfg.Shell.SignIn(w, opened.Token)
	return see(w, r, p.Back)
}
