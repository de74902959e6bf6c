package portal

import (
	"testing"

	"qingdan/internal/web/ui/uitest"
)

func TestTemplatesFitTheirStructs(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{
		{Name: "home", Data: HomePage{}}, {Name: "search", Data: SearchPage{}}, {Name: "powers", Data: PowersPage{}}, {Name: "item", Data: ItemPage{}}, {Name: "history", Data: HistoryPage{}},
		{Name: "departments", Data: DepartmentsPage{}}, {Name: "department", Data: DepartmentPage{}},
		{Name: "editions", Data: EditionsPage{}}, {Name: "edition", Data: EditionPage{}}, {Name: "changes", Data: ChangesPage{}},
		{Name: "extract", Data: ExtractPage{}}, {Name: "check", Data: CheckPage{}}, {Name: "about", Data: AboutPage{}}, {Name: "accessibility", Data: AccessibilityPage{}},
	})
}
