package figures

import (
	"net/http"
	"net/url"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/web/ui"
)

// SummaryPage is the summary for print: one A4 page.
type SummaryPage struct {
	ui.Frame
	Known     bool
	Summary   Summary
	Gaps      []Gap
	Weights   []Weight
	Digest    string
	CheckFull string // full address
	Drawn     string // the day on which it was made; no part of it
	QR        ui.Image
	Given     string // the digest of a paper that is checked
	Same      bool   // that paper says what stands here
}

// summarise gathers what every form of the summary needs.
func (f *Figures) summarise(r *http.Request) (ui.Frame, Summary, *honest, error) {
	frame, l, err := f.cfg.Begin(r, "单页汇总", Path)
	if err != nil {
		return frame, Summary{}, nil, err
	}
	h, err := f.honestly(r.Context())
	if err != nil {
		return frame, Summary{}, nil, err
	}
	return frame, summaryOf(frame.Site.Name, l, h), h, nil
}

// summary answers the page. With the digest of a paper it says whether the numbers
// on the paper still stand.
func (f *Figures) summary(w http.ResponseWriter, r *http.Request) error {
	frame, s, h, err := f.summarise(r)
	if err != nil {
		return err
	}
	given := r.URL.Query().Get("digest")
	if given != "" && (len(given) != 64 || strings.Trim(given, "0123456789abcdef") != "") {
		return errs.Invalidf("摘要值不对：应当是 64 个数字和小写字母").Fix("请扫描纸上的二维码，或者照纸上的摘要值填写")
	}
	_, digest, err := s.canonical()
	if err != nil {
		return err
	}
	page := SummaryPage{Frame: frame.Trail(ui.Link{Label: "家底数字", Href: Path}), Known: h.Raw.In > 0, Summary: s, Gaps: h.whole().Gaps(), Weights: burden(h.Burden).Rows,
		Digest: digest, Drawn: civil(f.cfg.Clock()), Given: given, Same: given == digest}
	page.CheckFull = f.cfg.Base(r) + ui.Address(summaryPath, url.Values{"digest": {digest}})
	if page.QR, err = ui.QR(page.CheckFull); err != nil {
		return err
	}
	return f.pages.Render(w, r, "summary", page)
}

// summaryJSON answers the canonical form.
func (f *Figures) summaryJSON(w http.ResponseWriter, r *http.Request) error {
	_, s, _, err := f.summarise(r)
	if err != nil {
		return err
	}
	body, _, err := s.canonical()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=60")
	ui.Write(w, r, body)
	return nil
}

// summaryExport sends the summary as a workbook.
func (f *Figures) summaryExport(w http.ResponseWriter, r *http.Request) error {
	frame, s, _, err := f.summarise(r)
	if err != nil {
		return err
	}
	_, digest, err := s.canonical()
	if err != nil {
		return err
	}
	out := ui.Sheet{Name: "单页汇总", Site: frame.Site, What: frame.Site.Name + " 家底数字单页汇总，" + ui.Day(civil(f.cfg.Clock())) + "，摘要值 " + digest,
		Columns: []ui.Column{{Head: "部分", Width: 30}, {Head: "统计什么", Width: 36}, {Head: "账面", Width: 14}, {Head: "实际", Width: 14}}}
	return out.Send(w, r, func(add ui.Adder) error {
		for _, x := range s.table() {
			if err := add(x.Part, x.Label, x.Raw, x.Real); err != nil {
				return err
			}
		}
		return nil
	})
}
