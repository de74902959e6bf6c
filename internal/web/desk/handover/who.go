package handover

import (
	"cmp"
	"context"
	"net/http"
	"net/url"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce/delegate"
	"qingdan/internal/web/ui"
)

// HolderRow is one body that exercises the power in a place.
type HolderRow struct {
	Place, Body, Parts, Since, Form, Rule, Principal, Href string
	First                                                  bool // of its place
	Span                                                   int  // rows of its place
}

// WhoPage says who exercises a power in each county on a day (谁来管).
type WhoPage struct {
	ui.Frame
	Code, Day  string
	Found      bool
	Name       string
	Category   string
	State      string
	Rows       []HolderRow
	Gaps       []delegate.Gap // without a power: what nobody is competent for, for those who see all
	Looked     bool           // gaps were looked for
	Places     int
	Offers     []Row
	ExportHref string
	OfferHref  string
	Wrong      string
}

// asked reads the power and the day of a request, as far as the person sees the
// power: it is of a department within reach, or an offer of it is.
func (h *Handover) asked(r *http.Request, who *people.Who) (c power.Change, offers []delegate.Handover, day string, err error) {
	code := r.URL.Query().Get("code")
	if day = cmp.Or(r.URL.Query().Get("day"), h.today()); !delegate.IsDay(day) {
		return c, nil, h.today(), errs.Invalidf("日期“%s”不对", day).At("day").Fix("请写成 2015-01-01 这样")
	}
	if code == "" {
		return c, nil, day, nil
	}
	scope, err := h.reach(r, who)
	if err != nil {
		return c, nil, day, err
	}
	c, err = h.powerOf(r.Context(), code)
	if err != nil {
		return c, nil, day, err
	}
	if offers, err = delegate.List(r.Context(), h.cfg.DB, scope, delegate.Query{Power: c.Power}); err == nil && len(offers) == 0 && !scope.Has(c.Department) {
		err = errs.NotFoundf("没有编码为 %s 的事项", code)
	}
	return c, offers, day, err
}

func (h *Handover) who(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	c, offers, day, err := h.asked(r, who)
	page := WhoPage{Code: r.URL.Query().Get("code"), Day: day}
	status := http.StatusOK
	switch k := errs.KindOf(err); {
	case err == nil:
	case k == errs.Invalid || k == errs.NotFound:
		page.Wrong, status = errs.Message(err), errs.Status(err)
	default:
		return err
	}
	if page.Frame, err = h.shell.Frame(r, who, "谁来管", WhoPath, home()); err != nil {
		return err
	}
	switch {
	case page.Wrong != "":
	case page.Code != "":
		if err := h.fill(r.Context(), &page, c, offers, who); err != nil {
			return err
		}
	case who.Scope(people.SeeHandovers).All:
		if err := h.gaps(r.Context(), &page); err != nil {
			return err
		}
	}
	return h.shell.Show(w, r, status, h.pages, "who", page)
}

func (h *Handover) fill(ctx context.Context, page *WhoPage, c power.Change, offers []delegate.Handover, who *people.Who) error {
	page.Found, page.Name, page.Code, page.Category, page.State = true, c.Name, c.Code, string(c.Category), c.State.Label()
	v := url.Values{"code": {c.Code}, "day": {page.Day}}
	page.ExportHref = ui.Address(WhoPath+".xlsx", v)
	if who.MayOn(people.OfferPower, people.Target{Department: h.acting(ctx, c.Department)}) == nil {
		page.OfferHref = ui.Address(newPath, url.Values{"code": {c.Code}})
	}
	for _, o := range offers {
		page.Offers = append(page.Offers, row(o, h.today()))
	}
	var err error
	page.Rows, err = h.holders(ctx, c, page.Day)
	return err
}

// holders makes the table of a power.
func (h *Handover) holders(ctx context.Context, c power.Change, day string) ([]HolderRow, error) {
	places, err := delegate.Places(ctx, h.cfg.DB, c.Division, day)
	if err != nil {
		return nil, err
	}
	codes := make([]string, len(places))
	for i, p := range places {
		codes[i] = p.Code
	}
	all, err := delegate.HoldersAt(ctx, h.cfg.DB, c.Power, codes, day)
	if err != nil {
		return nil, err
	}
	var out []HolderRow
	for _, p := range places {
		name := cmp.Or(p.Name, "本级")
		for i, x := range all[p.Code] {
			row := HolderRow{Place: name, Body: x.Name, Parts: x.Parts.Label(), Since: ui.Day(x.Since), Form: string(x.Form), Rule: x.Rule, Principal: x.Principal, First: i == 0, Span: len(all[p.Code])}
			if x.Offer != (sqldb.ID{}) {
				row.Href = oneHref(x.Offer)
			}
			out = append(out, row)
		}
		if len(all[p.Code]) == 0 {
			out = append(out, HolderRow{Place: name, First: true, Span: 1})
		}
	}
	return out, nil
}

// gaps looks at every kept power and every place.
func (h *Handover) gaps(ctx context.Context, page *WhoPage) error {
	here, err := org.Here(ctx, h.cfg.DB)
	if err != nil {
		return err
	}
	places, err := delegate.Places(ctx, h.cfg.DB, here, page.Day)
	if err != nil {
		return err
	}
	page.Places, page.Looked = len(places), true
	page.Gaps, err = delegate.Gaps(ctx, h.cfg.DB, page.Day)
	return err
}

// exportWho sends the table of a power as a workbook.
func (h *Handover) exportWho(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	c, _, day, err := h.asked(r, who)
	if err != nil {
		return err
	}
	if c.Power.IsZero() {
		return errs.Invalidf("没有写明是哪一项").Fix("请先在“谁来管”中查一项，再导出")
	}
	rows, err := h.holders(r.Context(), c, day)
	if err != nil {
		return err
	}
	columns := []ui.Column{{Head: "县（市、区）", Width: 16}, {Head: "行使主体", Width: 30}, {Head: "办理什么", Width: 20}, {Head: "自何日起", Width: 16}, {Head: "法律形式", Width: 12},
		{Head: "以谁的名义", Width: 30}, {Head: "分工规则", Width: 40}}
	return h.shell.Export(w, r, "谁来管", c.Name+"（"+c.Code+"），"+ui.Day(day), columns, func(add ui.Adder) error {
		for _, x := range rows {
			if err := add(x.Place, cmp.Or(x.Body, "没有行使主体"), x.Parts, x.Since, x.Form, x.Principal, x.Rule); err != nil {
				return err
			}
		}
		return nil
	})
}
