package admin

import (
	"testing"

	"qingdan/internal/web/ui/uitest"
)

func TestTemplatesFitTheirPages(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{
		{Name: "accounts", Data: AccountsPage{}}, {Name: "newaccount", Data: NewAccountPage{}}, {Name: "password", Data: PasswordPage{}},
		{Name: "account", Data: AccountPage{}}, {Name: "groups", Data: GroupsPage{}}, {Name: "site", Data: SitePage{}}, {Name: "card", Data: CardPage{}},
		{Name: "held", Data: HeldPage{}}, {Name: "rules", Data: RulesPage{}}, {Name: "permits", Data: PermitsPage{}},
		{Name: "acts", Data: ActsPage{}}, {Name: "signins", Data: SignInsPage{}}, {Name: "views", Data: ViewsPage{}}, {Name: "ledger", Data: LedgerPage{}},
	})
}
