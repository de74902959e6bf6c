package desk

import (
	"context"
	"net/http"
	"strconv"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/ui"
)

// SettingsPage sets the term of tasks.
type SettingsPage struct {
	ui.Frame
	Term   int // in force now
	Usual  int // when nobody set one
	Typed  string
	Reason string
	Person string
	Failed Fails
	Saved  bool
}

func (d *Desk) settings(w http.ResponseWriter, r *http.Request) error {
	page, err := d.settingsPage(r)
	if err != nil {
		return err
	}
	page.Typed, page.Person, page.Saved = strconv.Itoa(page.Term), person(r), r.URL.Query().Get("saved") != ""
	return d.show(w, r, http.StatusOK, "settings", page)
}

func (d *Desk) settingsPage(r *http.Request) (SettingsPage, error) {
	frame, err := d.frame(r, "办理期限", settingsPath, home())
	if err != nil {
		return SettingsPage{}, err
	}
	term, err := impact.Term(r.Context(), d.cfg.DB)
	return SettingsPage{Frame: frame, Term: term, Usual: impact.DefaultTerm}, err
}

func (d *Desk) setTerm(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	signed := signature(r)
	page, err := d.settingsPage(r)
	if err != nil {
		return err
	}
	page.Typed, page.Reason, page.Person = typed(r, "term"), typed(r, "reason"), string(signed)
	page.Failed.Person = signed.fail()
	if page.Reason == "" {
		page.Failed.Reason = "没有写明理由。请写明依据的文件或者决定"
	}
	days, err := strconv.Atoi(page.Typed)
	if err != nil {
		page.Failed.Term = "办理期限不是一个数。请填工作日的天数"
	}
	if page.Failed.any() {
		return d.show(w, r, http.StatusBadRequest, "settings", page)
	}
	err = d.cfg.Ledger.Write(r.Context(), d.actor(string(signed)), func(ctx context.Context, tx *ledger.Tx) error {
		return impact.SetTerm(ctx, tx, days, page.Reason)
	})
	if errs.KindOf(err) == errs.Invalid {
		page.Failed.Term = words(err)
		return d.show(w, r, http.StatusBadRequest, "settings", page)
	}
	if err != nil {
		return err
	}
	signed.keep(w, r)
	http.Redirect(w, r, settingsPath+"?saved=1", http.StatusSeeOther)
	return nil
}
