package rounds

import (
	"testing"

	"qingdan/internal/web/ui/uitest"
)

func TestEveryTemplateFitsItsPage(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{
		{Name: "board", Data: BoardPage{}}, {Name: "convergence", Data: ConvergencePage{}}, {Name: "opinions", Data: OpinionsPage{}},
		{Name: "opinion", Data: OpinionPage{}}, {Name: "paper", Data: PaperPage{}}, {Name: "disputes", Data: DisputesPage{}},
		{Name: "submission", Data: SubmissionPage{}}, {Name: "handdown", Data: DownPage{}}, {Name: "open", Data: OpenPage{}},
		{Name: "terms", Data: TermsPage{}}, {Name: "end", Data: EndPage{}}, {Name: "groups", Data: GroupsPage{}},
	})
}
