package figures

import (
	"testing"

	"qingdan/internal/web/ui/uitest"
)

func TestTemplatesFitTheirPages(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{{Name: "baselines", Data: BaselinesPage{}}})
}
