package filing

import (
	"testing"

	"qingdan/internal/web/ui/uitest"
)

func TestTemplatesFitTheirPages(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{
		{Name: "list", Data: ListPage{}}, {Name: "power", Data: PowerPage{}}, {Name: "edit", Data: EditPage{}}, {Name: "conflict", Data: ConflictPage{}},
		{Name: "import", Data: ImportPage{}}, {Name: "job", Data: JobPage{}}, {Name: "opinions", Data: OpinionsPage{}}, {Name: "opinion", Data: OpinionPage{}},
		{Name: "handup", Data: HandUpPage{}}, {Name: "receipt", Data: ReceiptPage{}}, {Name: "report", Data: ReportPage{}}, {Name: "feedback", Data: FeedbackPage{}},
	})
}
