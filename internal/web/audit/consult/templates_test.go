package consult

import (
	"testing"

	"qingdan/internal/web/ui/uitest"
)

func TestTemplatesFitTheirPages(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{
		{Name: "overview", Data: OverviewPage{}}, {Name: "open", Data: OpenPage{}}, {Name: "notice", Data: NoticePage{}}, {Name: "record", Data: RecordPage{}},
		{Name: "inbox", Data: InboxPage{}}, {Name: "comment", Data: CommentPage{}}, {Name: "press", Data: PressPage{}}, {Name: "question", Data: QuestionPage{}},
		{Name: "record_press", Data: PressForms{}},
	})
}
