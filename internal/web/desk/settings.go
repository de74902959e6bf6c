package desk

import (
	"context"
	"net/http"
	"strconv"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// SettingsPage sets the term of tasks.
type SettingsPage struct {
	ui.Frame
	Term   int // in force now
	Usual  int // when nobody set one
	Typed  string
	Reason string
	Failed Fails
	Saved  bool
}

func (d *Desk) settings(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	page, err := d.settingsPage(r, who)
	if err != nil {
		return err
	}
	page.Typed, page.Saved = strconv.Itoa(page.Term), r.URL.Query().Get("saved") != ""
	return d.show(w, r, http.StatusOK, "settings", page)
}

func (d *Desk) settingsPage(r *http.Request, who *people.Who) (SettingsPage, error) {
	frame, err := d.frame(r, who, "办理期限", settingsPath, home())
	if err != nil {
		return SettingsPage{}, err
	}
	term, err := impact.Term(r.Context(), d.cfg.DB)
	return SettingsPage{Frame: frame, Term: term, Usual: impact.DefaultTerm}, err
}

func (d *Desk) setTerm(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	page, err := d.settingsPage(r, who)
	if err != nil {
		return err
	}
	page.Typed, page.Reason = staff.Typed(r, "term"), staff.Typed(r, "reason")
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
	err = d.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		return impact.SetTerm(ctx, tx, days, page.Reason)
	})
	if errs.KindOf(err) == errs.Invalid {
		page.Failed.Term = staff.Words(err)
		return d.show(w, r, http.StatusBadRequest, "settings", page)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, settingsPath+"?saved=1", http.StatusSeeOther)
	return nil
}
