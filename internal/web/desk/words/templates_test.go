package words

import (
	"testing"

	"qingdan/internal/web/ui/uitest"
)

func TestTemplatesFitTheirPages(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{{Name: "list", Data: ListPage{}}, {Name: "one", Data: OnePage{}}, {Name: "items", Data: ItemsPage{}}})
}
