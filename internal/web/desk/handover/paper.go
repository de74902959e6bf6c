package handover

import (
	"fmt"
	"net/http"
	"strings"

	"qingdan/internal/registry/people"
	"qingdan/internal/stage/reduce/delegate"
	"qingdan/internal/web/ui"
)

// PaperPage is the agreement on paper (交接清单), for both sides to keep.
type PaperPage struct {
	ui.Frame
	Number, Name, Code, Category string
	Direction                    string
	Owner, Body, Place           string
	Terms, Support, Ability      []Fact
	Delivered                    []Fact
	Signed, Received             *StepRow
	From                         string
	Entrusted                    bool
	Href                         string
	QR                           ui.Image // leads back to the offer; empty without an address of the site
}

func (h *Handover) paper(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	o, err := h.find(r, who)
	if err != nil {
		return err
	}
	if o.List == "" {
		return people.Unknown()
	}
	steps, err := delegate.Steps(r.Context(), h.cfg.DB, o.ID)
	if err != nil {
		return err
	}
	page := PaperPage{Number: fmt.Sprintf("%s-%04d", o.At.Format("2006"), o.No), Name: o.Name, Code: o.Code, Category: string(o.Category), Direction: o.Terms.Direction.Label(),
		Owner: o.OwnerName, Body: o.BodyName, Place: o.Place, Terms: terms(o), Support: support(o), Ability: ability(o), Delivered: delivered(o), From: ui.Day(o.From),
		Entrusted: o.Terms.Form == delegate.Entrusted, Href: oneHref(o.ID)}
	for _, s := range steps {
		x := stepRow(s)
		switch s.Kind {
		case "signed":
			page.Signed = &x
		case "received":
			page.Received = &x
		}
	}
	if h.cfg.BaseURL != "" {
		if page.QR, err = ui.QR(strings.TrimSuffix(h.cfg.BaseURL, "/") + page.Href); err != nil {
			return err
		}
	}
	if page.Frame, err = h.shell.Frame(r, who, "权力交接清单", Root, home(), ui.Link{Label: fmt.Sprintf("第 %d 号", o.No), Href: page.Href}); err != nil {
		return err
	}
	return h.shell.Show(w, r, http.StatusOK, h.pages, "paper", page)
}
