package staff

import (
	"testing"

	"qingdan/internal/web/ui/uitest"
)

func TestTemplatesFitTheirStructs(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{{Name: "home", Data: HomePage{}}, {Name: "ended", Data: EndedPage{}}})
}
