package library

import (
	"testing"

	"qingdan/internal/web/ui/uitest"
)

func TestTemplatesFitTheirStructs(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{
		{Name: "laws", Data: LawsPage{}}, {Name: "law", Data: LawPage{}}, {Name: "compare", Data: ComparePage{}}, {Name: "article", Data: ArticlePage{}}, {Name: "changes", Data: ChangesPage{}},
		{Name: "readings", Data: ReadingsPage{}}, {Name: "lawreadings", Data: LawReadingsPage{}},
	})
}
