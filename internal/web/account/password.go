package account

import (
	"net/http"
	"strings"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/session"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// PasswordPage asks for a new password.
type PasswordPage struct {
	ui.Frame
	Must                bool // nothing else is open until it is changed
	None                bool // the account has no password to change
	Demands             string
	All, Old, New, Same string // what is wrong, above and at the fields
}

func (a *Account) passwordPage(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return a.showPassword(w, r, who, http.StatusOK, PasswordPage{})
}

func (a *Account) showPassword(w http.ResponseWriter, r *http.Request, who *people.Who, status int, p PasswordPage) error {
	settings, err := people.ReadSettings(r.Context(), a.cfg.DB)
	if err != nil {
		return err
	}
	c, err := session.CredentialOf(r.Context(), a.cfg.DB, who.Account, a.cfg.Clock())
	if err != nil {
		return err
	}
	p.Must, p.None, p.Demands = who.MustChange, !c.HasPassword, settings.Profile().Demands()
	trail := []ui.Link{{Label: "待办", Href: staff.HomePath}, {Label: "我的账号", Href: staff.AccountPath}}
	if p.Must {
		trail = nil
	}
	if p.Frame, err = a.cfg.Shell.Frame(r, who, "修改口令", staff.AccountPath, trail...); err != nil {
		return err
	}
	return a.cfg.Shell.Show(w, r, status, a.pages, "password", p)
}

func (a *Account) setPassword(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := readSmall(w, r); err != nil {
		return err
	}
	old, wanted := r.PostForm.Get("old-password"), r.PostForm.Get("new-password")
	var p PasswordPage
	if old == "" {
		p.Old = "没有填写当前口令"
	}
	if wanted != r.PostForm.Get("same-password") {
		p.Same = "两次填写的新口令不一样。请重新填写"
	}
	if p.Old+p.Same != "" {
		return a.showPassword(w, r, who, http.StatusBadRequest, p)
	}
	settings, err := people.ReadSettings(r.Context(), a.cfg.DB)
	if err != nil {
		return err
	}
	words, err := a.near(r, who)
	if err != nil {
		return err
	}
	err = a.cfg.Gate.ChangePassword(r.Context(), session.Change{Account: who.Account, Login: who.Login, Session: who.Session, Old: old, New: wanted,
		Context: words, Address: a.cfg.Shell.Address(r), Profile: settings.Profile()})
	switch place := staff.Place(err); {
	case err == nil:
		return see(w, r, staff.AccountPath+"?done=password")
	case errs.KindOf(err) == errs.Internal:
		return err
	case strings.HasPrefix(place, "当前口令"):
		p.Old = staff.Words(err)
	case strings.HasPrefix(place, "新口令"):
		p.New = staff.Words(err)
	default:
		p.All = staff.Words(err)
	}
	return a.showPassword(w, r, who, errs.Status(err), p)
}

// near are the words that come first to whoever guesses at somebody's password:
// their login and name, those of their office and of the site, and how they are
// read.
func (a *Account) near(r *http.Request, who *people.Who) ([]string, error) {
	site, err := org.ReadSite(r.Context(), a.cfg.DB)
	if err != nil {
		return nil, errs.Wrap("site", err)
	}
	words := []string{who.Login}
	for _, s := range []string{who.Name, who.DepartmentName, who.GroupName, site.Name, site.Sponsor} {
		words = append(words, s, strings.Join(hanzi.Syllables(s), ""))
	}
	return words, nil
}
