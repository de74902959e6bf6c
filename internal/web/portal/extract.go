package portal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/list"
	"qingdan/internal/web/portal/basis"
	"qingdan/internal/web/portal/library"
	"qingdan/internal/web/ui"
)

// checkPath answers whether a printed extract still is what the house says.
const checkPath = "/extracts/check"

// Extract is what the list and the law said about a power on one day (依据摘录).
// Its JSON, with the fields in this order, is its canonical form: the digest
// of an extract is SHA-256 over exactly these bytes.
type Extract struct {
	Day        string       `json:"day"`
	Code       string       `json:"code"`
	List       ExtractList  `json:"list"`
	Version    int          `json:"version"`
	Name       string       `json:"name"`
	Category   string       `json:"category"`
	Body       string       `json:"body"`
	Level      string       `json:"level"`
	Initiative string       `json:"initiative"`
	BasisText  string       `json:"basis_text"`
	Basis      []basis.Line `json:"basis"`
}

// ExtractList is the edition of the list in force on the day.
type ExtractList struct {
	Title     string `json:"title"`
	No        int    `json:"no"`
	Effective string `json:"effective"`
	Approval  string `json:"approval"`
}

// canonical gives the canonical form and its digest.
func (e Extract) canonical() ([]byte, string, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return nil, "", errs.Wrap("extract of "+e.Code, err)
	}
	sum := sha256.Sum256(b)
	return b, hex.EncodeToString(sum[:]), nil
}

// extracted is an extract with what leads from it to other pages.
type extracted struct {
	Extract
	edition list.Edition
	leads   []basis.Lead // of each line of Basis
}

// readExtract makes the extract of a power for a day, which must be a past day
// or today and not before the first edition.
func (p *Portal) readExtract(r *http.Request, c *cube, code, day string) (extracted, error) {
	var x extracted
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return x, errs.Invalidf("日期“%.20s”不对", day).Fix("请写成年-月-日，例如 2026-01-31")
	}
	if day > p.today() {
		return x, errs.Invalidf("%s还没有到，无从摘录", ui.Day(day)).Fix("请选择今天或者以前的一天")
	}
	listings, err := p.listings(r, code)
	if err != nil {
		return x, err
	}
	x.edition, err = p.editionOn(r, day)
	if err != nil {
		return x, err
	}
	at, ok := listedIn(listings, x.edition.ID)
	if !ok {
		return x, errs.NotFoundf("%s施行的是第%d版清单，没有列入这个事项", ui.Day(day), x.edition.No).Fix("请在历次版本中查看它何时在清单内")
	}
	v, err := readVersion(r.Context(), p.cfg.DB, at.Version)
	if err != nil {
		return x, err
	}
	x.Extract = Extract{Day: day, Code: code, Version: v.No, Name: v.Name, Category: v.Category, Body: c.name(v.Department), Level: v.Level,
		Initiative: v.Initiative, BasisText: v.Elements.Basis,
		List: ExtractList{x.edition.Title, x.edition.No, x.edition.Effective, x.edition.Approval}}
	return x, p.follow(r.Context(), &x, at)
}

// editionOn gives the edition of the list in force on a day; without one it
// says from when on there is.
func (p *Portal) editionOn(r *http.Request, day string) (list.Edition, error) {
	frame, err := p.cfg.Frame(r, "", "/powers")
	if err != nil {
		return list.Edition{}, err
	}
	e, err := list.InForce(r.Context(), p.cfg.DB, frame.Site.Division, day)
	if errs.KindOf(err) != errs.NotFound {
		return e, err
	}
	all, err := readEditions(r.Context(), p.cfg.DB, frame.Site.Division)
	if err != nil {
		return e, errs.Wrap("editions", err)
	}
	first := errs.NotFoundf("%s还没有施行中的权力清单", ui.Day(day))
	if n := len(all); n > 0 {
		return e, first.Fix("第一版清单自" + ui.Day(all[n-1].Effective) + "起施行，请选择这一天或者以后的日子")
	}
	return e, first
}

// listedDay is today for a power on the list, else the day on which the last
// edition that lists it took effect.
func (p *Portal) listedDay(c *cube, all []listing) string {
	if all[0].Edition == c.Edition.ID {
		return p.today()
	}
	return all[0].Effective
}

func listedIn(all []listing, edition sqldb.ID) (listing, bool) {
	for _, l := range all {
		if l.Edition == edition {
			return l, true
		}
	}
	return listing{}, false
}

// follow adds where each citation of a version led on the day.
func (p *Portal) follow(ctx context.Context, x *extracted, at listing) error {
	var err error
	x.leads, err = basis.On(ctx, p.cfg.DB, at.Power, at.Version, x.Day)
	x.Basis = make([]basis.Line, len(x.leads))
	for i, l := range x.leads {
		x.Basis[i] = l.Line
	}
	return errs.Wrap("basis of "+x.Code, err)
}

// ExtractLine is one citation as the page shows it.
type ExtractLine struct {
	basis.Line
	Light      ui.Light
	Href       string // the text of that day
	ChangeHref string // what became of the change of law
}

// ExtractPage is an extract for print.
type ExtractPage struct {
	ui.Frame
	Extract
	Lines       []ExtractLine
	ItemHref    string
	VersionHref string
	ListHref    string
	JSONHref    string
	Digest      string
	CheckHref   string
	CheckFull   string // full address
	Drawn       string // the day on which the extract was made; no part of it
	QR          ui.Image
}

// extract answers the extract of a power, as a page or, with format=json, in
// its canonical form. Without a day it is that of today, or of the day on
// which the last edition that lists the power took effect.
func (p *Portal) extract(w http.ResponseWriter, r *http.Request) error {
	frame, c, err := p.begin(r, "依据摘录", "/powers")
	if err != nil {
		return err
	}
	code, q := r.PathValue("code"), r.URL.Query()
	day := q.Get("day")
	if day == "" {
		listings, err := p.listings(r, code)
		if err != nil {
			return err
		}
		day = p.listedDay(c, listings)
	}
	x, err := p.readExtract(r, c, code, day)
	if err != nil {
		return err
	}
	body, digest, err := x.canonical()
	if err != nil {
		return err
	}
	here := itemHref(code) + "/extract"
	if q.Get("format") == "json" {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=60")
		ui.Write(w, r, body)
		return nil
	}
	page := ExtractPage{Frame: frame.Trail(ui.Link{Label: "权力清单", Href: "/powers"}, ui.Link{Label: x.Name, Href: itemHref(code)}),
		Extract: x.Extract, Lines: x.lines(), ItemHref: itemHref(code), VersionHref: fmt.Sprintf("%s/v/%d", itemHref(code), x.Version),
		ListHref: editionHref(x.List.No), JSONHref: ui.Address(here, url.Values{"day": {day}, "format": {"json"}}), Digest: digest,
		CheckHref: ui.Address(checkPath, url.Values{"code": {code}, "day": {day}, "digest": {digest}}), Drawn: p.today()}
	page.CheckFull = p.base(r) + page.CheckHref
	if page.QR, err = ui.QR(page.CheckFull); err != nil {
		return err
	}
	return p.pages.Render(w, r, "extract", page)
}

// lines shows the citations with where they led.
func (x extracted) lines() []ExtractLine {
	var out []ExtractLine
	for _, lead := range x.leads {
		l := ExtractLine{Line: lead.Line, Light: lead.Light}
		if lead.Law != "" {
			l.Href = library.Href(lead.Place.Document.ID) + "?edition=" + lead.Place.Edition.ID.String()
		}
		if lead.Change != "" {
			l.ChangeHref = library.EventHref(lead.Event)
		}
		out = append(out, l)
	}
	return out
}

// CheckPage says whether a printed extract is still what the house says.
type CheckPage struct {
	ui.Frame
	Code, Day, Given string
	Asked            bool
	Same             bool
	Name, Now        string // what the house says today, when it differs
	ExtractHref      string
	Since            []Pair // when what the extract stands on came into the house
}

// checkExtract answers the check of a printed extract; without one it asks for
// its code, day and digest.
func (p *Portal) checkExtract(w http.ResponseWriter, r *http.Request) error {
	frame, c, err := p.begin(r, "核对依据摘录", "/powers")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	page := CheckPage{Frame: frame.Trail(), Code: q.Get("code"), Day: q.Get("day"), Given: q.Get("digest")}
	if page.Code+page.Day+page.Given == "" {
		return p.pages.Render(w, r, "check", page)
	}
	if !isDigest(page.Given) {
		return errs.Invalidf("摘要值不对：应当是 64 个数字和小写字母").Fix("请扫描摘录上的二维码，或者照摘录上的摘要值填写")
	}
	x, err := p.readExtract(r, c, page.Code, page.Day)
	if err != nil {
		return err
	}
	_, now, err := x.canonical()
	if err != nil {
		return err
	}
	page.Asked, page.Same, page.Now, page.Name = true, now == page.Given, now, x.Name
	page.ExtractHref = ui.Address(itemHref(page.Code)+"/extract", url.Values{"day": {page.Day}})
	if !page.Same {
		if page.Since, err = p.since(r.Context(), x); err != nil {
			return err
		}
	}
	return p.pages.Render(w, r, "check", page)
}

// isDigest says whether a text is a SHA-256 in lower case hex, the one form in
// which an extract shows it.
func isDigest(s string) bool {
	return len(s) == hex.EncodedLen(sha256.Size) && strings.Trim(s, "0123456789abcdef") == ""
}

// since says when the edition of the list and the texts of an extract came into
// the house: whoever holds a paper sees what is younger than it.
func (p *Portal) since(ctx context.Context, x extracted) ([]Pair, error) {
	out := []Pair{{fmt.Sprintf("权力清单第%d版", x.List.No), civilDay(x.edition.Published) + "公布"}}
	told := map[sqldb.ID]bool{}
	for _, lead := range x.leads {
		text := lead.Place.Edition
		if lead.Law == "" || told[text.ID] {
			continue
		}
		told[text.ID] = true
		seen, err := law.ReadPresence(ctx, p.cfg.DB, text.ID)
		if err != nil {
			return nil, err
		}
		at := seen.Since
		for _, a := range seen.Absences {
			at = max(at, a[1])
		}
		out = append(out, Pair{"《" + text.Title + "》" + ui.Day(text.Effective) + "起施行的文本", civilDay(sqldb.FromMicros(at)) + "收入法规库"})
	}
	return out, nil
}

// civilDay writes the civil day of an instant in Asia/Shanghai.
func civilDay(t time.Time) string {
	return t.In(time.FixedZone("CST", 8*3600)).Format("2006年1月2日")
}
