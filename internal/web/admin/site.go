package admin

import (
	"context"
	"net/http"
	"regexp"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// SitePage is what every page says of whose site it is.
type SitePage struct {
	ui.Frame
	Tabs     []ui.Link
	Done     string
	Division string
	Demo     string
	Form     Form
}

func (a *Admin) sitePage(r *http.Request, who *people.Who) (SitePage, org.Site, error) {
	frame, err := a.cfg.Shell.Frame(r, who, "站点资料", sitePath)
	if err != nil {
		return SitePage{}, org.Site{}, err
	}
	site, err := org.ReadSite(r.Context(), a.cfg.DB)
	page := SitePage{Frame: frame, Tabs: systemTabs(sitePath), Division: site.Division, Demo: site.Demo, Form: Form{Action: sitePath, Button: "保存", Fields: []Field{
		{ID: "name", Name: "name", Label: "网站名称", Value: site.Name, Max: 40},
		{ID: "sponsor", Name: "sponsor", Label: "主办单位", Value: site.Sponsor, Max: 60},
		{ID: "hotline", Name: "hotline", Label: "服务热线", Value: site.Hotline, Max: 20, Type: "tel", Optional: true, Help: "办公电话，向公众公布"}}}}
	if site.Division == "" {
		page.Form.Fields = append(page.Form.Fields, Field{ID: "division", Name: "division", Label: "行政区划代码", Max: 6, Help: "六位数字，确定后不能在这里改"})
	}
	return page, site, err
}

func (a *Admin) site(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	page, _, err := a.sitePage(r, who)
	if err != nil {
		return err
	}
	page.Done = doneWords(r)
	return a.show(w, r, http.StatusOK, "site", page)
}

// setSite writes name, sponsor and hotline. Division and the sentence of a
// demonstration stay: they say whose data this is.
func (a *Admin) setSite(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	page, _, err := a.sitePage(r, who)
	if err != nil {
		return err
	}
	page.Form.fill(r)
	if page.Form.lacks() {
		return a.show(w, r, http.StatusBadRequest, "site", page)
	}
	err = a.act(r, who, func(ctx context.Context, tx *ledger.Tx) error {
		site, err := org.ReadSite(ctx, tx)
		if err != nil {
			return err
		}
		site.Name, site.Sponsor, site.Hotline = staff.Typed(r, "name"), staff.Typed(r, "sponsor"), staff.Typed(r, "hotline")
		if !regexp.MustCompile(`^[0-9 -]*$`).MatchString(site.Hotline) {
			return errs.Invalidf("服务热线只能写数字和横线").At("服务热线").Fix("例如 0635-8123456")
		}
		if site.Division == "" {
			site.Division = staff.Typed(r, "division")
			if err := org.SetSite(ctx, tx, site); err != nil {
				return errs.In("行政区划代码", err)
			}
			return nil
		}
		return org.SetSite(ctx, tx, site)
	})
	if err != nil {
		status, err := page.Form.blame(err)
		if err != nil {
			return err
		}
		return a.show(w, r, status, "site", page)
	}
	return done(w, r, sitePath, "site")
}
