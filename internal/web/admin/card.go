package admin

import (
	"context"
	"net/http"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// CardPage is what is known of a person: masked, or in full after a reason was
// given, for this one answer.
type CardPage struct {
	ui.Frame
	Login  string
	Facts  []Fact
	Shown  bool
	Reason string
	Form   Form
}

// revealForm asks for the reason for which somebody's data is shown.
func revealForm(id sqldb.ID) Form {
	return Form{Action: cardsPath + "/" + id.String(), Button: "显示姓名和电话", Fields: []Field{
		{ID: "why", Name: "reason", Label: "理由", Max: 200, Help: "至少4个字，写明为办什么事；谁在什么时候为什么看了，记入台账，审计管理员可查"}}}
}

func (a *Admin) cardPage(r *http.Request, who *people.Who) (CardPage, person, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return CardPage{}, person{}, err
	}
	p, err := find(r.Context(), a.cfg.DB, id, a.cfg.Clock())
	if err != nil {
		return CardPage{}, p, err
	}
	if err := who.MayOn(people.ShowPersonal, people.Target{Department: p.Department}); err != nil {
		return CardPage{}, p, err
	}
	var trail []ui.Link
	if who.May(people.ManageAccounts) == nil {
		trail = []ui.Link{{Label: "账号", Href: accountsPath}, {Label: p.Login, Href: accountsPath + "/" + id.String()}}
	}
	frame, err := a.cfg.Shell.Frame(r, who, "人员信息", accountsPath, trail...)
	return CardPage{Frame: frame, Login: p.Login, Facts: p.known(), Form: revealForm(id)}, p, err
}

func (a *Admin) card(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	page, _, err := a.cardPage(r, who)
	if err != nil {
		return err
	}
	return a.show(w, r, http.StatusOK, "card", page)
}

// reveal shows name and telephone in the answer to the form and nowhere else:
// loading the page again shows them masked.
func (a *Admin) reveal(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	page, p, err := a.cardPage(r, who)
	if err != nil {
		return err
	}
	page.Form.fill(r)
	var shown people.Account
	err = a.act(r, who, func(ctx context.Context, tx *ledger.Tx) (err error) {
		shown, err = people.Reveal(ctx, tx, who, p.ID, staff.Typed(r, "reason"))
		return err
	})
	if err != nil {
		status, err := page.Form.blame(err)
		if err != nil {
			return err
		}
		return a.show(w, r, status, "card", page)
	}
	page.Shown, page.Reason = true, staff.Typed(r, "reason")
	for i, f := range page.Facts {
		switch f.Name {
		case "姓名":
			page.Facts[i].Value = shown.Name
		case "电话":
			if shown.Phone != "" {
				page.Facts[i].Value = shown.Phone
			}
		}
	}
	return a.show(w, r, http.StatusOK, "card", page)
}
