package handover

import (
	"testing"

	"qingdan/internal/web/ui/uitest"
)

func TestEveryTemplateFitsItsPage(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{{Name: "list", Data: ListPage{}}, {Name: "offer", Data: OfferPage{}}, {Name: "one", Data: OnePage{}},
		{Name: "who", Data: WhoPage{}}, {Name: "paper", Data: PaperPage{}}})
}
