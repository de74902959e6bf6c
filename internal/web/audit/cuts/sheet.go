package cuts

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// FindRow is what the checks found, in words.
type FindRow struct {
	Rule, Message string
	Light         ui.Light
}

// CitedRow is one citation of the basis.
type CitedRow struct {
	Text, Level string
	Light       ui.Light
}

// SameRow is another power on one of the articles.
type SameRow struct {
	Code, Name, Department, Article, Href string
	Light                                 ui.Light
	Choose                                string // address of the sheet with this power to merge into; "" where nothing can be proposed
}

// Looks is the evidence as a page shows it.
type Looks struct {
	Day         string
	Findings    []FindRow
	Unfounded   bool
	Superior    bool
	Cited       []CitedRow
	Object      string
	Content     string
	Usage       []reduce.Year
	Unused      bool
	Same        []SameRow
	SameMore    int
	Capacity    []reduce.Taker
	CapacityUse bool // the use of powers is known of one place at least
	Handed      bool // a place took a power over, or refused one
}

// SheetForm is what somebody types, with what was wrong with it.
type SheetForm struct {
	Fate, Ground, TargetKind, Target, Into, LegalForm, Receiver, Followup, Reason string

	place, words string // of the error
}

// Wrong are the words beside a field of a refused form.
func (f SheetForm) Wrong(place string) string {
	if f.place == place {
		return f.words
	}
	return ""
}

// All are the words of an error that speaks of none of the fields shown.
func (f SheetForm) All() string {
	if !slices.Contains(f.shown(), f.place) {
		return f.words
	}
	return ""
}

// shown are the fields that the chosen fate needs, by the columns of a decisions
// workbook.
func (f SheetForm) shown() []string {
	switch reduce.Fate(f.Fate) {
	case reduce.Keep, reduce.Freeze:
		return []string{"理由类型", "说明"}
	case reduce.Recategory:
		return []string{"去向", "说明"}
	case reduce.Cancel:
		return []string{"理由类型", "说明", "后续监管"}
	case reduce.Delegate:
		return []string{"去向", "法律形式", "说明", "后续监管"}
	case reduce.Transfer:
		return []string{"去向类型", "去向", "承接资质", "说明", "后续监管"}
	case reduce.Merge:
		return []string{"并入事项编码", "说明"}
	case reduce.Reclassify:
		return []string{"去向类型", "说明"}
	default:
		return nil
	}
}

// Asks says whether the form asks for a column.
func (f SheetForm) Asks(column string) bool { return slices.Contains(f.shown(), column) }

// Way is one value to choose from.
type Way struct {
	Value, Label, Help string
	Checked            bool
}

// Card is one proposal as its sheet shows it.
type Card struct {
	Row
	LegalForm, Receiver, Followup, Words string
	Closed                               string // who closed it, when and why
	Withdraw                             string // address; "" where one may not
}

// SheetPage is the sheet of one power (减权建议): the evidence beside the form.
type SheetPage struct {
	ui.Frame
	ID, Code, Name, Category, Department string
	Light                                ui.Light
	PowerHref                            string
	Evidence                             Looks
	Open                                 *Card
	Past                                 []Card
	Blocked                              string // why nothing can be proposed
	May                                  bool
	Fates                                []ui.Link
	Form                                 SheetForm
	Grounds, Kinds, Legal                []Way
	Places                               []string
	Categories                           []ui.Choice
	Version, Action                      string
	Told                                 string
	Sent                                 bool
	DecideHref                           string // for those who decide, while a proposal is open
}

// subject is a power with its change as a sheet shows it.
type subject struct {
	power.Change
	blocked string
}

// find reads the power that an address names and asks whether one may see it.
func (c *Cuts) find(r *http.Request, who *people.Who, a people.Action) (subject, error) {
	var x subject
	id, err := staff.PathID(r, "id")
	if err != nil {
		return x, err
	}
	x.Change, err = reduce.Subject(r.Context(), c.cfg.DB, id)
	switch k := errs.KindOf(err); {
	case err == nil:
	case k == errs.Conflict:
		x.blocked = staff.Words(err)
	case k == errs.NotFound:
		return x, people.Unknown().Because(err)
	default:
		return x, err
	}
	t := people.Target{Department: x.Department}
	if a == people.ProposeCut {
		t.State = x.State
	}
	return x, who.MayOn(a, t)
}

func (c *Cuts) sheet(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	x, err := c.find(r, who, people.SeeCuts)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	form := SheetForm{Fate: q.Get("fate"), Into: q.Get("into")}
	if !ui.Clean(form.Into) {
		return badFilter()
	}
	return c.showSheet(w, r, who, http.StatusOK, x, form)
}

func (c *Cuts) showSheet(w http.ResponseWriter, r *http.Request, who *people.Who, status int, x subject, form SheetForm) error {
	ctx := r.Context()
	_, n, err := c.departments(ctx)
	if err != nil {
		return err
	}
	page := SheetPage{ID: x.Power.String(), Code: x.Code, Name: x.Name, Category: string(x.Category), Department: n[x.Department], Light: stateLight(x.State),
		Blocked: x.blocked, Form: form, Version: x.Version.String(), Action: sheetHref(x.Power), Sent: form.words != ""}
	if page.Frame, err = c.shell.Frame(r, who, "减权建议："+x.Name, Root, home()); err != nil {
		return err
	}
	if who.MayOn(people.SeeReview, people.Target{Department: x.Department}) == nil {
		page.PowerHref = "/audit/powers/" + page.ID
	}
	may := who.MayOn(people.ProposeCut, people.Target{Department: x.Department, State: x.State})
	if page.May = may == nil && x.blocked == ""; !page.May && x.blocked == "" && errs.KindOf(may) == errs.Conflict {
		page.Blocked = staff.Words(may)
	}
	seen, err := reduce.Gather(ctx, c.cfg.DB, x.Change)
	if err != nil {
		return err
	}
	page.Evidence = looks(seen, page.May, scope(who), x)
	if err := c.proposals(ctx, who, x, n, &page); err != nil {
		return err
	}
	if done := r.URL.Query().Get("done"); done == "1" {
		page.Told = "建议已提出，等待决定。"
	}
	if page.Open != nil && who.May(people.DecideCuts) == nil {
		page.DecideHref = ui.Address(decidePath, url.Values{"department": {x.Department.String()}})
	}
	page.choices(x, seen)
	return c.shell.Show(w, r, status, c.pages, "sheet", page)
}

// proposals fills what was proposed for the power, the open one first.
func (c *Cuts) proposals(ctx context.Context, who *people.Who, x subject, n names, page *SheetPage) error {
	all, err := reduce.Proposals(ctx, c.cfg.DB, scope(who), reduce.Query{Power: x.Power})
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b reduce.Proposal) int { return b.At.Compare(a.At) })
	for _, p := range all {
		k := Card{Row: row(p, n), LegalForm: string(p.LegalForm), Receiver: p.Receiver, Followup: p.Followup, Words: p.Reason}
		if p.State == reduce.Open {
			if who.MayOn(people.ProposeCut, people.Target{Department: p.Department}) == nil {
				k.Withdraw = Root + "/proposals/" + k.ID + "/withdraw"
			}
			page.Open = &k
			continue
		}
		k.Closed = minute(p.ClosedAt) + "　" + p.ClosedReason
		page.Past = append(page.Past, k)
	}
	return nil
}

// looks makes the evidence readable for somebody of a reach.
func looks(e reduce.Evidence, may bool, reach people.Scope, x subject) Looks {
	out := Looks{Day: e.Day, Unfounded: e.Unfounded(), Superior: e.Superior, Object: e.Object, Content: e.Content, Usage: e.Usage, Unused: e.Unused(),
		SameMore: e.SameMore, Capacity: e.Capacity}
	for _, f := range e.Findings {
		tone := map[finding.Severity]string{finding.Blocks: "bad", finding.Asks: "warn"}[f.Severity]
		if tone == "" {
			tone = "still"
		}
		out.Findings = append(out.Findings, FindRow{f.Rule, f.Message, ui.Light{Tone: tone, Word: string(f.Severity)}})
	}
	for _, k := range e.Cited {
		out.Cited = append(out.Cited, CitedRow{k.Text, k.Level, citedLight(k.State)})
	}
	for _, s := range e.Same {
		near := reach.Has(s.Of)
		if !near && s.State != power.Published { // what others have on the way is theirs
			out.SameMore++
			continue
		}
		y := SameRow{Code: s.Code, Name: s.Name, Department: s.Department, Article: s.Article, Light: stateLight(s.State)}
		if near {
			y.Href = Root + "/powers/" + s.Power
		}
		if may && (s.State.Kept() || s.State == power.Review) {
			y.Choose = ui.Address(sheetHref(x.Power), url.Values{"fate": {string(reduce.Merge)}, "into": {s.Code}}) + "#propose"
		}
		out.Same = append(out.Same, y)
	}
	for _, t := range e.Capacity {
		out.CapacityUse = out.CapacityUse || t.Powers > 0
		out.Handed = out.Handed || t.Held+t.Refused > 0
	}
	return out
}

// citedLight is where a citation led when it was checked.
func citedLight(state string) ui.Light {
	switch s := law.State(state); s {
	case "":
		return ui.Light{Tone: "still", Word: "尚未核对"}
	case law.Resolved:
		return ui.Light{Tone: "ok", Word: s.Label()}
	case law.NoArticle, law.Ambiguous:
		return ui.Light{Tone: "warn", Word: s.Label()}
	default:
		return ui.Light{Tone: "bad", Word: s.Label()}
	}
}

// choices fills what the chosen fate lets one choose from.
func (page *SheetPage) choices(x subject, e reduce.Evidence) {
	able := reduce.Proposable(x.Change)
	if !slices.Contains(able, reduce.Fate(page.Form.Fate)) {
		page.Form.Fate = ""
	}
	for _, f := range able {
		page.Fates = append(page.Fates, ui.Link{Label: string(f), Href: ui.Address(page.Action, url.Values{"fate": {string(f)}}) + "#propose", Current: page.Form.Fate == string(f)})
	}
	fate := reduce.Fate(page.Form.Fate)
	for _, g := range fate.Grounds() {
		page.Grounds = append(page.Grounds, Way{g, g, groundHelp(g), page.Form.Ground == g || fate != reduce.Keep && page.Form.Ground == "" && len(fate.Grounds()) == 1})
	}
	if fate == reduce.Keep {
		page.Grounds = slices.Insert(page.Grounds, 0, Way{"", "照常保留", "不附加条件", page.Form.Ground == ""})
	}
	kinds := map[reduce.Fate][]string{reduce.Transfer: {"行业组织", "社会组织", "企事业单位"}, reduce.Reclassify: {"内部管理", "内部审批", "公共服务"}}[fate]
	for _, k := range kinds {
		page.Kinds = append(page.Kinds, Way{k, k, kindHelp(k), page.Form.TargetKind == k})
	}
	for _, l := range reduce.LegalForms() {
		page.Legal = append(page.Legal, Way{string(l), string(l), legalHelp(l), page.Form.LegalForm == string(l)})
	}
	for _, t := range e.Capacity {
		page.Places = append(page.Places, t.Name)
	}
	for _, k := range power.Categories() {
		if k != x.Category {
			page.Categories = append(page.Categories, ui.Choice{Value: string(k), Label: string(k), Selected: page.Form.Target == string(k)})
		}
	}
}

func groundHelp(ground string) string {
	switch ground {
	case reduce.GroundNoBasis:
		return "审核须已发现依据缺失、失效、条款不存在或者层级不够"
	case reduce.GroundReform:
		return "有依据，但不符合改革方向；上级设定的须写明上级决定"
	case reduce.GroundFreeze:
		return "暂停行使，需要恢复时按程序报批"
	case "加强监管":
		return "保留，在说明中写明加强监管的措施"
	default:
		return ""
	}
}

func kindHelp(kind string) string {
	switch kind {
	case "内部管理":
		return "只管机关内部的人、财、物"
	case "内部审批":
		return "机关之间的审批，不对公民和企业"
	case "公共服务":
		return "提供服务，不设条件、不作许可"
	default:
		return ""
	}
}

func legalHelp(l reduce.LegalForm) string {
	switch l {
	case reduce.ByStatute:
		return "说明中写明规定县级可以行使的条款"
	case reduce.BySuperior:
		return "说明中写明上级决定的名称或者文号"
	default:
		return "委托机关仍承担法律责任并监督；行政强制措施不得委托"
	}
}

// propose takes a proposal, or shows the form again with what was typed and what
// is wrong with it.
func (c *Cuts) propose(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	x, err := c.find(r, who, people.ProposeCut)
	if err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	typed := func(name string) string { return staff.Typed(r, name) }
	form := SheetForm{Fate: typed("fate"), Ground: typed("ground"), TargetKind: typed("kind"), Target: typed("target"), Into: typed("into"), LegalForm: typed("legal"),
		Receiver: typed("receiver"), Followup: typed("followup"), Reason: typed("reason")}
	version, err := sqldb.ParseID(typed("version"))
	if err != nil {
		version = sqldb.ID{} // the form of somebody else's making says nothing of what was seen
	}
	f := reduce.ProposalForm{Power: x.Power, Version: version, Fate: reduce.Fate(form.Fate), Ground: form.Ground, TargetKind: form.TargetKind, Target: form.Target,
		Into: form.Into, LegalForm: reduce.LegalForm(form.LegalForm), Receiver: form.Receiver, Followup: form.Followup, Reason: form.Reason}
	if f.Fate == reduce.Delegate {
		f.TargetKind = "县级"
	}
	err = c.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		_, err := reduce.Propose(ctx, tx, who, f)
		return err
	})
	switch {
	case err == nil:
		http.Redirect(w, r, sheetHref(x.Power)+"?done=1", http.StatusSeeOther)
		return nil
	case errs.KindOf(err) == errs.NotFound: // nothing was checked yet, which is the person's to know
		form.words = staff.Words(err)
	case told(err):
		form.place, form.words = staff.Place(err), staff.Words(err)
	default:
		return err
	}
	status := errs.Status(err)
	if x, err = c.find(r, who, people.SeeCuts); err != nil { // as it stands by now
		return err
	}
	return c.showSheet(w, r, who, status, x, form)
}

func (c *Cuts) withdraw(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	err = c.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		return reduce.WithdrawProposal(ctx, tx, who, id, staff.Typed(r, "reason"))
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, Root+"?done=withdrawn", http.StatusSeeOther)
	return nil
}
