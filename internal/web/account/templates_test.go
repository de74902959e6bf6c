package account

import (
	"testing"

	"qingdan/internal/web/ui/uitest"
)

func TestTemplatesFitTheirStructs(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{{Name: "signin", Data: SignInPage{}}, {Name: "code", Data: CodePage{}}, {Name: "own", Data: OwnPage{}},
		{Name: "password", Data: PasswordPage{}}, {Name: "factor", Data: FactorPage{}}})
}
