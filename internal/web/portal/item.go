package portal

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/engine/workday"
	"qingdan/internal/errs"
	"qingdan/internal/registry/calendar"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/portal/basis"
	"qingdan/internal/web/portal/library"
	"qingdan/internal/web/ui"
)

// Fact is one of the four facts at the head of an application power. Number is
// set when the fact is a number with a unit.
type Fact struct {
	Label, Number, Word, Note string
}

// Pair is one named text of a power.
type Pair struct{ Label, Text string }

// ItemPage is one power in one version.
type ItemPage struct {
	ui.Frame
	Code, Name, MainItem string
	Category, Scheme     string
	Level, Initiative    string
	OnApplication        bool
	Department           org.Department
	DepartmentHref       string
	Place                Place
	Checked              string // day on which the citations were followed
	Facts                []Fact
	Basis                []basis.Citation
	BasisText            string // as written, when nothing could be read from it
	Conditions           []string
	Materials            []string
	Steps                []string
	Content              []Pair
	Duties               ui.Listing
	Accountability       ui.Listing
	Contact              []Pair
	Remedies             bool
	Before, After        []kin
	Changes              []library.Task // changes of law that are being looked at
	Heard                []ui.Link      // notices with what was said of it
	ExtractHref          string
	ExtractDay, Today    string // the day offered, the last one possible
	Permanent            string // full address of this version
	JSONHref             string
	QR                   ui.Image
}

// StepsInRow says whether the steps are short enough to stand side by side.
func (page ItemPage) StepsInRow() bool { return inRow(page.Steps) }

// Place says where a version stands among the editions.
type Place struct {
	VersionNo, Versions int
	Current             bool // the edition in force lists this version
	Listed              bool // the edition in force lists the power
	Edition             int  // newest edition that lists this version
	Effective           string
	VersionHref         string
	HistoryHref         string
	CurrentHref         string
}

// item answers the permanent address of a power: its newest listed version, as
// a page or, with .json, as data.
func (p *Portal) item(w http.ResponseWriter, r *http.Request) error {
	code, asJSON := strings.CutSuffix(r.PathValue("code"), ".json")
	page, err := p.itemPage(r, code, 0)
	if err != nil {
		return err
	}
	if asJSON {
		return writeItem(w, r, page)
	}
	return p.pages.Render(w, r, "item", page)
}

// itemVersion answers the permanent address of one version.
func (p *Portal) itemVersion(w http.ResponseWriter, r *http.Request) error {
	no, err := strconv.Atoi(r.PathValue("no"))
	if err != nil || no < 1 {
		return errs.NotFoundf("没有这个版本")
	}
	page, err := p.itemPage(r, r.PathValue("code"), no)
	if err != nil {
		return err
	}
	return p.pages.Render(w, r, "item", page)
}

// itemPage reads a version; no 0 is the newest that was listed.
func (p *Portal) itemPage(r *http.Request, code string, no int) (ItemPage, error) {
	var page ItemPage
	frame, c, err := p.begin(r, "", "/powers")
	if err != nil {
		return page, err
	}
	listings, err := p.listings(r, code)
	if err != nil {
		return page, err
	}
	at, ok := choose(listings, no)
	if !ok {
		return page, errs.NotFoundf("清单从未公布过这个版本").Fix("请看事项的历次版本")
	}
	v, err := readVersion(r.Context(), p.cfg.DB, at.Version)
	if err != nil {
		return page, err
	}
	page = ItemPage{Frame: frame, Code: code, Place: placeOf(c, listings, at, code)}
	page.describe(c, v)
	page.Permanent = p.base(r) + page.Place.VersionHref
	page.JSONHref = itemHref(code) + ".json"
	page.ExtractHref, page.ExtractDay, page.Today = itemHref(code)+"/extract", p.listedDay(c, listings), p.today()
	days, err := calendar.Current(r.Context(), p.cfg.DB)
	if err != nil {
		return page, err
	}
	page.facts(v.Elements, func(l *power.Limit) string { return due(days, p.today(), l) })
	if page.QR, err = ui.QR(page.Permanent); err != nil {
		return page, err
	}
	return page, p.itemBasis(r, &page, c, at)
}

// listings reads where a power was listed; a power never listed is NotFound.
func (p *Portal) listings(r *http.Request, code string) ([]listing, error) {
	if !ui.Clean(code) {
		return nil, errs.NotFoundf("没有这个编码")
	}
	l, err := readListings(r.Context(), p.cfg.DB, code, p.today())
	if err != nil {
		return nil, errs.Wrap("listings of "+code, err)
	}
	if len(l) == 0 {
		return nil, errs.NotFoundf("清单上没有编码为“%s”的事项", code).Fix("请核对编码，或者按名称搜索")
	}
	return l, nil
}

// choose picks the newest listing of a version, or the newest of all for 0.
func choose(l []listing, no int) (listing, bool) {
	for _, x := range l {
		if no == 0 || x.VersionNo == no {
			return x, true
		}
	}
	return listing{}, false
}

func placeOf(c *cube, all []listing, at listing, code string) Place {
	seen := map[int]bool{}
	for _, l := range all {
		seen[l.VersionNo] = true
	}
	href := itemHref(code)
	return Place{
		VersionNo: at.VersionNo, Versions: len(seen), Edition: at.No, Effective: at.Effective,
		Listed: all[0].Edition == c.Edition.ID, Current: at.Edition == c.Edition.ID,
		VersionHref: href + "/v/" + strconv.Itoa(at.VersionNo), HistoryHref: href + "/history", CurrentHref: href,
	}
}

// describe fills what the version itself says.
func (page *ItemPage) describe(c *cube, v version) {
	e := v.Elements
	page.Frame = page.Trail(ui.Link{Label: "权力清单", Href: "/powers"}, ui.Link{Label: c.name(v.Department), Href: c.href(v.Department)})
	page.Title, page.Name = v.Name, v.Name
	if hanzi.Fold(v.MainItem) != hanzi.Fold(v.Name) {
		page.MainItem = v.MainItem
	}
	page.Category, page.Scheme, page.Level, page.Initiative = v.Category, v.Scheme, v.Level, v.Initiative
	page.OnApplication = v.Initiative == string(power.OnApplication)
	page.Remedies = !page.OnApplication
	page.Department = c.byID[v.Department]
	page.DepartmentHref = c.href(v.Department)
	page.BasisText = e.Basis
	page.Conditions, page.Materials, page.Steps = ui.Steps(e.Conditions), ui.Steps(e.Materials), ui.Stages(e.Steps)
	page.Duties, page.Accountability = ui.Listed(e.Duty), ui.Listed(e.Accountability)
	content := "行使内容"
	if v.Category == string(power.CategoryPenalty) {
		content = "违法行为"
	}
	page.Content = given(append(labelled(content, e.Content), Pair{"行政相对人", e.Object}, Pair{"办理结果", e.Result}, Pair{"收费依据", e.FeeBasis}, Pair{"备注", e.Remark})...)
	page.Contact = given(Pair{"承办机构", e.Office}, Pair{"办理地点", e.Place}, Pair{"办理时间", e.Hours}, Pair{"办理渠道", e.Channels},
		Pair{"咨询电话", e.Phone}, Pair{"监督电话", e.Complaint})
}

// given drops the pairs without text: a page has no empty section.
func given(pairs ...Pair) []Pair {
	var out []Pair
	for _, p := range pairs {
		if strings.TrimSpace(p.Text) != "" {
			out = append(out, p)
		}
	}
	return out
}

// facts fills the four facts that an applicant asks first. What the list does
// not say is said to be missing.
func (page *ItemPage) facts(e power.Elements, due func(*power.Limit) string) {
	if !page.OnApplication {
		if e.Statutory != nil || e.StatutoryText != "" {
			page.Facts = append(page.Facts, limitFact("法定时限", e.Statutory, e.StatutoryText))
		}
		if e.Promised != nil || e.PromisedText != "" {
			page.Facts = append(page.Facts, limitFact("承诺时限", e.Promised, e.PromisedText))
		}
		return
	}
	statutory, promised := limitFact("法定时限", e.Statutory, e.StatutoryText), limitFact("承诺时限", e.Promised, e.PromisedText)
	if e.Promised != nil {
		promised.Note = due(e.Promised)
	} else {
		statutory.Note = due(e.Statutory)
	}
	fee := Fact{Label: "收费", Word: e.FeeText}
	switch {
	case e.Fee != nil && !*e.Fee:
		fee.Word = "不收费"
	case e.Fee != nil && fee.Word == "":
		fee.Word = "收费"
	}
	visits := Fact{Label: "到现场次数", Word: e.Visits}
	if n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(e.Visits), "次")); err == nil {
		visits = Fact{Label: "到现场次数", Number: strconv.Itoa(n), Word: "次"}
	}
	page.Facts = []Fact{statutory, promised, fee, visits}
	if e.Kind != "" {
		page.Facts[1].Label += "（" + e.Kind + "）"
	}
}

func limitFact(label string, l *power.Limit, text string) Fact {
	switch {
	case l == nil:
		return Fact{Label: label, Word: text}
	case l.Immediate:
		return Fact{Label: label, Word: "当场办结"}
	case l.Months > 0:
		return Fact{Label: label, Number: strconv.Itoa(l.Months), Word: "个月"}
	case l.Unit != "":
		return Fact{Label: label, Number: strconv.Itoa(l.Days), Word: "个" + l.Unit}
	default:
		return Fact{Label: label, Number: strconv.Itoa(l.Days), Word: "日"}
	}
}

// due says when a case accepted today must be finished; empty when the limit
// has no countable days.
func due(days *workday.Calendar, today string, l *power.Limit) string {
	if l == nil || l.Immediate || l.Days == 0 || l.Unit == "" {
		return ""
	}
	count := days.AddDays
	if l.Unit == "工作日" {
		count = days.AddWorkdays
	}
	day, provisional, err := count(today, l.Days)
	if err != nil {
		return ""
	}
	s := "今天受理，最迟" + ui.Day(day) + "办结"
	if provisional {
		s += "（放假安排公布前暂定）"
	}
	return s
}

// itemBasis adds what other tables say: the law, the check, the changes of law
// and the lineage.
func (p *Portal) itemBasis(r *http.Request, page *ItemPage, c *cube, at listing) error {
	ctx := r.Context()
	tasks, err := basis.Tasks(ctx, p.cfg.DB, at.Power)
	if err != nil {
		return err
	}
	if page.Basis, err = basis.Read(ctx, p.cfg.DB, at.Version, tasks, p.today(), page.Place.Current); err != nil {
		return errs.Wrap("basis of "+page.Code, err)
	}
	if page.Checked, err = readLastCheck(ctx, p.cfg.DB); err != nil {
		return err
	}
	if page.Before, err = readKin(ctx, p.cfg.DB, c.Edition.ID, at.Power, false); err != nil {
		return errs.Wrap("lineage of "+page.Code, err)
	}
	if page.After, err = readKin(ctx, p.cfg.DB, c.Edition.ID, at.Power, true); err != nil {
		return errs.Wrap("lineage of "+page.Code, err)
	}
	if page.Heard, err = p.consult.Heard(ctx, at.Power, page.Code); err != nil {
		return err
	}
	open := slices.DeleteFunc(tasks, func(t impact.Task) bool { return t.State != impact.Open })
	page.Changes, err = p.library.Shown(ctx, c.list(), open)
	return err
}

// base is the address of the site for links that leave the screen.
func (p *Portal) base(r *http.Request) string {
	if p.cfg.BaseURL != "" {
		return strings.TrimRight(p.cfg.BaseURL, "/")
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	return scheme + r.Host
}
