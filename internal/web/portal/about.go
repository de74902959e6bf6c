package portal

import (
	"net/http"

	"qingdan/internal/web/ui"
)

// AboutPage explains how the numbers are counted (口径说明).
type AboutPage struct {
	ui.Frame
	Edition int
	Checked string
}

func (p *Portal) about(w http.ResponseWriter, r *http.Request) error {
	frame, c, err := p.begin(r, "口径说明", "/about")
	if err != nil {
		return err
	}
	day, err := readLastCheck(r.Context(), p.cfg.DB)
	if err != nil {
		return err
	}
	return p.pages.Render(w, r, "about", AboutPage{frame.Trail(), c.Edition.No, day})
}

// AccessibilityPage is the statement on accessibility (无障碍声明).
type AccessibilityPage struct{ ui.Frame }

func (p *Portal) accessibility(w http.ResponseWriter, r *http.Request) error {
	frame, _, err := p.begin(r, "无障碍声明", "/accessibility")
	if err != nil {
		return err
	}
	return p.pages.Render(w, r, "accessibility", AccessibilityPage{frame.Trail()})
}
