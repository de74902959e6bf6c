package consult

import (
	"testing"

	"qingdan/internal/web/ui/uitest"
)

func TestTemplatesFitTheirPages(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{
		{Name: "notices", Data: NoticesPage{}}, {Name: "notice", Data: NoticePage{}}, {Name: "item", Data: ItemPage{}}, {Name: "comments", Data: CommentsPage{}},
		{Name: "comment", Data: CommentPage{}}, {Name: "form", Data: FormPage{}}, {Name: "slip", Data: SlipPage{}}, {Name: "receipt", Data: ReceiptPage{}},
		{Name: "hot", Data: HotPage{}}, {Name: "conference", Data: ConferencePage{}},
	})
}
