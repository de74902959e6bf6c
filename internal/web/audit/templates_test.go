package audit

import (
	"testing"

	"qingdan/internal/web/ui/uitest"
)

func TestTemplatesFitTheirPages(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{{Name: "queue", Data: QueuePage{}}, {Name: "panel", Data: PowerPage{}}, {Name: "power", Data: PowerPage{}},
		{Name: "bulk", Data: BulkPage{}}, {Name: "board", Data: BoardPage{}}})
}
