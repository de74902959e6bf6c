package account

import (
	"context"
	"net/http"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// FactorPage leads through taking a second factor into use.
type FactorPage struct {
	ui.Frame
	Must   bool // nothing else is open until it is in use
	On     bool // it is in use
	None   bool // the account has no password, and so no use for one
	Old    bool // signed in too long ago to take one into use
	Secret string
	QR     *ui.Image // of the secret, while it waits to be confirmed
	Wrong  string
}

// freshFor is how long after signing in a second factor may be taken into use. Later
// it could be somebody at a forgotten screen, or with a stolen cookie, who would
// shut the owner out with a factor of their own (ASVS 5.0 7.5.1).
const freshFor = 15 * time.Minute

func (a *Account) fresh(who *people.Who) bool { return a.cfg.Clock().Sub(who.Opened) < freshFor }

// stale refuses to go on with a factor in a session that is not fresh; the page
// says what to do.
func (a *Account) stale(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return a.showFactor(w, r, who, http.StatusForbidden, "登录已超过15分钟，没有启用")
}

// issuer is what programs for codes call this site.
func issuer(f ui.Frame) string { return f.Site.Name }

func (a *Account) factorPage(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return a.showFactor(w, r, who, http.StatusOK, "")
}

func (a *Account) showFactor(w http.ResponseWriter, r *http.Request, who *people.Who, status int, wrong string) error {
	p := FactorPage{Must: who.MustEnrol, Wrong: wrong}
	trail := []ui.Link{{Label: "待办", Href: staff.HomePath}, {Label: "我的账号", Href: staff.AccountPath}}
	if p.Must {
		trail = nil
	}
	var err error
	if p.Frame, err = a.cfg.Shell.Frame(r, who, "动态口令", staff.AccountPath, trail...); err != nil {
		return err
	}
	c, err := session.CredentialOf(r.Context(), a.cfg.DB, who.Account, a.cfg.Clock())
	if err != nil {
		return err
	}
	p.On, p.None = c.FactorOn, !c.HasPassword
	if p.Old = !p.On && !p.None && !a.fresh(who); p.Old {
		return a.cfg.Shell.Show(w, r, status, a.pages, "factor", p)
	}
	e, err := session.Pending(r.Context(), a.cfg.DB, who.Account, issuer(p.Frame), who.Login)
	switch {
	case errs.KindOf(err) == errs.NotFound:
	case err != nil:
		return err
	default:
		picture, err := ui.QR(e.URL)
		if err != nil {
			return err
		}
		picture.Alt = "用手机验证器扫描的二维码，内容就是下面的密钥"
		p.QR, p.Secret = &picture, grouped(e.Secret)
	}
	return a.cfg.Shell.Show(w, r, status, a.pages, "factor", p)
}

// grouped writes a secret in fours, as it is typed by hand.
func grouped(secret string) string {
	var out []byte
	for i := range len(secret) {
		if i > 0 && i%4 == 0 {
			out = append(out, ' ')
		}
		out = append(out, secret[i])
	}
	return string(out)
}

// enrol makes a new secret, which waits to be confirmed.
func (a *Account) enrol(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if !a.fresh(who) {
		return a.stale(w, r, who)
	}
	f, err := a.cfg.Shell.Frame(r, who, "", "")
	if err != nil {
		return err
	}
	err = a.write(r.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := session.Enrol(ctx, tx, who.Account, issuer(f), who.Login)
		return err
	})
	if errs.KindOf(err) == errs.Conflict {
		return a.showFactor(w, r, who, errs.Status(err), staff.Words(err))
	}
	if err != nil {
		return err
	}
	return see(w, r, staff.FactorPath)
}

// confirm takes the factor into use when the first code is right.
func (a *Account) confirm(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := readSmall(w, r); err != nil {
		return err
	}
	if !a.fresh(who) {
		return a.stale(w, r, who)
	}
	err := a.write(r.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		return session.Confirm(ctx, tx, who.Account, who.Session, r.PostForm.Get("code"), a.cfg.Clock())
	})
	switch errs.KindOf(err) {
	case errs.Invalid, errs.NotFound, errs.Conflict:
		return a.showFactor(w, r, who, errs.Status(err), staff.Words(err))
	}
	if err != nil {
		return err
	}
	return see(w, r, staff.AccountPath+"?done=factor")
}
