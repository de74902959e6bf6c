package portal

import (
	"net/http"
	"strings"

	"qingdan/internal/web/ui"
)

// ElementDiff is one element that differs between two versions.
type ElementDiff struct {
	Label  string
	Pieces []ui.Piece
}

// VersionEntry is one listed version in the history of a power, newest first.
type VersionEntry struct {
	No        int
	Href      string
	Editions  []ui.Link
	Effective string
	First     bool
	Changes   []ElementDiff
}

// HistoryPage is the life of a power through the editions.
type HistoryPage struct {
	ui.Frame
	Code, Name string
	Versions   []VersionEntry
}

func (p *Portal) history(w http.ResponseWriter, r *http.Request) error {
	code := r.PathValue("code")
	frame, c, err := p.begin(r, "历次版本", "/powers")
	if err != nil {
		return err
	}
	listings, err := p.listings(r, code)
	if err != nil {
		return err
	}
	page := HistoryPage{Frame: frame, Code: code}
	var newer version
	for i, l := range listings {
		if i > 0 && listings[i-1].VersionNo == l.VersionNo {
			v := &page.Versions[len(page.Versions)-1]
			v.Editions, v.Effective = append(v.Editions, editionLink(l.No)), l.Effective
			continue
		}
		v, err := readVersion(r.Context(), p.cfg.DB, l.Version)
		if err != nil {
			return err
		}
		if n := len(page.Versions); n > 0 {
			page.Versions[n-1].Changes = compare(c, v, newer)
		} else {
			page.Name = v.Name
		}
		page.Versions = append(page.Versions, VersionEntry{No: l.VersionNo, Href: placeOf(c, listings, l, code).VersionHref,
			Editions: []ui.Link{editionLink(l.No)}, Effective: l.Effective})
		newer = v
	}
	page.Versions[len(page.Versions)-1].First = true
	page.Frame = frame.Trail(ui.Link{Label: "权力清单", Href: "/powers"}, ui.Link{Label: page.Name, Href: itemHref(code)})
	return p.pages.Render(w, r, "history", page)
}

// compare gives the elements in which two versions differ.
func compare(c *cube, old, next version) []ElementDiff {
	var out []ElementDiff
	before, after := elements(c, old), elements(c, next)
	for i, e := range after {
		if before[i].Text != e.Text {
			out = append(out, ElementDiff{e.Label, ui.Differences(before[i].Text, e.Text)})
		}
	}
	return out
}

// elements names every text of a version, always in the same order.
func elements(c *cube, v version) []Pair {
	e := v.Elements
	fact := func(f Fact) string { return strings.TrimSpace(f.Number + f.Word) }
	fee := e.FeeText
	if e.Fee != nil && fee == "" {
		fee = map[bool]string{true: "收费", false: "不收费"}[*e.Fee]
	}
	return []Pair{
		{"事项名称", v.Name}, {"主项名称", v.MainItem}, {"权力类别", v.Category}, {"行使层级", v.Level}, {"启动方式", v.Initiative},
		{"实施机关", c.name(v.Department)}, {"设定依据", e.Basis}, {"承办机构", e.Office}, {"行使内容", e.Content}, {"行政相对人", e.Object},
		{"受理条件", e.Conditions}, {"申请材料", e.Materials}, {"办件类型", e.Kind},
		{"法定时限", fact(limitFact("", e.Statutory, e.StatutoryText))}, {"承诺时限", fact(limitFact("", e.Promised, e.PromisedText))},
		{"办理环节", e.Steps}, {"办理渠道", e.Channels}, {"到现场次数", e.Visits}, {"办理结果", e.Result}, {"收费", fee}, {"收费依据", e.FeeBasis},
		{"办理地点", e.Place}, {"办理时间", e.Hours}, {"咨询电话", e.Phone}, {"监督电话", e.Complaint},
		{"责任事项", e.Duty}, {"追责情形", e.Accountability}, {"备注", e.Remark},
	}
}
