package cuts

import (
	"testing"

	"qingdan/internal/web/ui/uitest"
)

func TestTemplatesFitTheirPages(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{{Name: "queue", Data: QueuePage{}}, {Name: "sheet", Data: SheetPage{}}, {Name: "decide", Data: DecidePage{}},
		{Name: "confirm", Data: ConfirmPage{}}, {Name: "boundaries", Data: BoundariesPage{}}})
}
