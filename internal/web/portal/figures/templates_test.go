package figures

import (
	"testing"

	"qingdan/internal/web/ui/uitest"
)

func TestTemplatesFitTheirStructs(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{
		{Name: "figures", Data: BalancesPage{}}, {Name: "rows", Data: RowsPage{}}, {Name: "gaps", Data: GapsPage{}},
		{Name: "compare", Data: ComparePage{}}, {Name: "matters", Data: MattersPage{}}, {Name: "flags", Data: FlagsPage{}}, {Name: "baseline", Data: BaselinePage{}},
		{Name: "summary", Data: SummaryPage{}},
	})
}
