package filing

import (
	"context"
	"net/http"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// Heard is an opinion on the power's page.
type Heard struct {
	Said   Said
	Href   string
	Answer bool // it waits for an answer of whoever looks
}

// Evidence is one finding of the checks.
type Evidence struct {
	Rule    string // 法律法规依据
	Light   ui.Light
	Message string
	Proof   string
}

// VersionRow is one version in the history of a power.
type VersionRow struct {
	No      int
	At      string
	Current bool
	Ups     []string // 一上, of the submissions that carry it
	From    string   // 导入, 填报
	Href    string   // compares it with the present one
}

// PowerPage is one power with all that is known of it.
type PowerPage struct {
	ui.Frame
	Code, Name, Category string
	Department           string
	State                ui.Light
	VersionNo            int
	At                   string
	Parts                []Part
	Missing              []string
	EditHref             string
	CanFill              bool
	NotNow               string
	Draft                *Recovered
	Heard                []Heard
	ToAnswer             int
	Checked              bool // the checks ran over the present version
	Evidence             []Evidence
	With                 int // the version it is compared with, 0 for none
	WithUp               string
	Differences          []Compared
	Versions             []VersionRow
	Files                []FileRow
	Attach               string // where the upload goes; "" where nobody may
	Accept               string
	FileFailed           string
	Withdraw             string // where the form goes that takes the power back; "" where it cannot
	Reason               string
	WithdrawFailed       string
	Done                 string
}

// refusals are what a refused form brings back to the power's page.
type refusals struct{ file, withdraw, reason string }

func (f *Filing) power(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return f.showPower(w, r, who, http.StatusOK, refusals{})
}

func (f *Filing) showPower(w http.ResponseWriter, r *http.Request, who *people.Who, status int, refused refusals) error {
	ctx := r.Context()
	id, err := staff.PathID(r, "id")
	if err != nil {
		return err
	}
	c, err := f.change(ctx, who, people.SeePowers, id)
	if err != nil {
		return err
	}
	v, err := power.VersionByID(ctx, f.cfg.DB, c.Version)
	if err != nil {
		return err
	}
	frame, err := f.frame(r, who, powerHref(id), v.Name, Root, home())
	if err != nil {
		return err
	}
	names, err := f.departments(ctx)
	if err != nil {
		return err
	}
	page := PowerPage{Frame: frame, Code: c.Code, Name: v.Name, Category: string(v.Category), Department: names[c.Department].Name, State: stateLight(c.State),
		VersionNo: v.No, At: minute(v.Created), Parts: parts(inventory.WordingOf(v)), Missing: power.Missing(v), Accept: accepted(),
		FileFailed: refused.file, WithdrawFailed: refused.withdraw, Reason: refused.reason, Done: doneWords(r.URL.Query().Get("done"))}
	for _, fill := range []func() error{
		func() error { return f.mine(ctx, who, &page, c, v) },
		func() error { return f.opinionsOn(ctx, who, &page, c) },
		func() error { return f.evidence(ctx, &page, v) },
		func() error { return f.versions(ctx, &page, c, v, r.URL.Query().Get("with")) },
		func() error { return f.files(ctx, who, &page, c) },
	} {
		if err := fill(); err != nil {
			return err
		}
	}
	return f.show(w, r, status, "power", page)
}

// mine fills in what the person may do: fill in, go on with a draft, take back.
func (f *Filing) mine(ctx context.Context, who *people.Who, page *PowerPage, c power.Change, v power.Version) error {
	if who.MayOn(people.FillPowers, people.Target{Department: c.Department}) != nil {
		return nil
	}
	page.CanFill, page.EditHref = true, powerHref(c.Power)+"/edit"
	var err error
	if page.NotNow, err = f.notNow(ctx, who, subject{c.Power, c, v}); err != nil {
		return err
	}
	if page.NotNow == "" && c.State == power.SelfCheck {
		page.Withdraw = powerHref(c.Power) + "/withdraw"
	}
	d, err := inventory.DraftOf(ctx, f.cfg.DB, who.Account, c.Power)
	if errs.KindOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	page.Draft = &Recovered{Saved: minute(d.Saved), Changed: len(inventory.Differences(inventory.WordingOf(v), d.Wording)), Drop: Root + "/drafts/" + d.ID.String() + "/drop"}
	return nil
}

// opinionsOn fills in what the group said of the power.
func (f *Filing) opinionsOn(ctx context.Context, who *people.Who, page *PowerPage, c power.Change) error {
	all, err := round.Opinions(ctx, f.cfg.DB, round.Query{Scope: people.Scope{Departments: []sqldb.ID{c.Department}}, Power: c.Power})
	if err != nil {
		return err
	}
	may := who.MayOn(people.AnswerNotes, people.Target{Department: c.Department}) == nil
	for _, o := range all {
		h := Heard{Said: said(o), Href: opinionHref(o.ID), Answer: may && o.State == round.Issued}
		if o.State == round.Issued {
			page.ToAnswer++
		}
		page.Heard = append(page.Heard, h)
	}
	slices.SortStableFunc(page.Heard, func(a, b Heard) int { return waits(a) - waits(b) })
	return nil
}

func waits(h Heard) int {
	if h.Said.State.Tone == "warn" {
		return 0
	}
	return 1
}

// evidence fills in what the checks found, if they saw this version.
func (f *Filing) evidence(ctx context.Context, page *PowerPage, v power.Version) error {
	run, err := finding.Latest(ctx, f.cfg.DB)
	if errs.KindOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	found, err := finding.OfRun(ctx, f.cfg.DB, run.ID, v.ID)
	if err != nil {
		return err
	}
	page.Checked = !run.At.Before(v.Created)
	for _, x := range found {
		page.Evidence = append(page.Evidence, Evidence{Rule: checkLabel(x.Rule), Light: severity(x.Severity), Message: x.Message, Proof: x.Evidence})
	}
	return nil
}

// checkLabel is the word for a check of the reform.
func checkLabel(rule string) string {
	for _, c := range round.Checks() {
		if c.Rule == rule {
			return c.Label
		}
	}
	return "核对"
}

func severity(s finding.Severity) ui.Light {
	switch s {
	case finding.Blocks:
		return ui.Light{Tone: "bad", Word: string(s)}
	case finding.Asks:
		return ui.Light{Tone: "warn", Word: string(s)}
	default:
		return ui.Light{Tone: "still", Word: string(s)}
	}
}

// versions fills in the history, and the comparison with the version that was
// handed up last, or the one that was asked for.
func (f *Filing) versions(ctx context.Context, page *PowerPage, c power.Change, v power.Version, asked string) error {
	all, err := readWordings(ctx, f.cfg.DB, c.Power)
	if err != nil {
		return err
	}
	ups, err := round.VersionsHandedUp(ctx, f.cfg.DB, c.Power)
	if err != nil {
		return err
	}
	carried := map[sqldb.ID][]string{}
	var base sqldb.ID
	for _, u := range ups {
		carried[u.Version] = append(carried[u.Version], round.Up(u.No))
		base = u.Version // the last one
	}
	for _, x := range all {
		row := VersionRow{No: x.No, At: minute(x.Created), Current: x.ID == v.ID, Ups: carried[x.ID], From: "填报"}
		if !x.Import.IsZero() {
			row.From = "Excel 导入"
		}
		if !row.Current {
			row.Href = powerHref(c.Power) + "?with=" + x.ID.String() + "#compare"
		}
		page.Versions = append(page.Versions, row)
		if x.ID.String() == asked {
			base = x.ID
		}
	}
	if base.IsZero() || base == v.ID {
		return nil
	}
	old, err := power.VersionByID(ctx, f.cfg.DB, base)
	if err != nil {
		return err
	}
	page.With = old.No
	if names := carried[base]; len(names) > 0 {
		page.WithUp = names[len(names)-1]
	}
	for _, d := range inventory.Differences(inventory.WordingOf(old), inventory.WordingOf(v)) {
		x := Compared{Label: d.Label, BeforeNo: old.No, NowNo: v.No}
		x.Before, x.After = sides(d.Old, d.New)
		page.Differences = append(page.Differences, x)
	}
	return nil
}

// withdraw takes a power back that is being filled in.
func (f *Filing) withdraw(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	id, err := staff.PathID(r, "id")
	if err != nil {
		return err
	}
	if _, err := f.change(r.Context(), who, people.FillPowers, id); err != nil {
		return err
	}
	reason := staff.Typed(r, "reason")
	err = f.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		return inventory.WithdrawReport(ctx, tx, who, id, reason)
	})
	if err != nil {
		if !told(err) {
			return err
		}
		return f.showPower(w, r, who, errs.Status(err), refusals{withdraw: staff.Words(err), reason: reason})
	}
	http.Redirect(w, r, powerHref(id)+"?done=withdrawn", http.StatusSeeOther)
	return nil
}

// newDrafts lists somebody's drafts of powers that are not in the books yet.
func (f *Filing) newDrafts(ctx context.Context, who *people.Who) ([]NewDraft, error) {
	all, err := inventory.DraftsOfDepartment(ctx, f.cfg.DB, who.Department)
	if err != nil {
		return nil, err
	}
	var out []NewDraft
	for _, d := range all {
		if d.Account != who.Account || !d.Power.IsZero() {
			continue
		}
		name := d.Name
		if name == "" {
			name = "还没有名称的事项"
		}
		out = append(out, NewDraft{Name: name, Href: newPath + "?draft=" + d.ID.String(), Drop: Root + "/drafts/" + d.ID.String() + "/drop",
			Saved: minute(sqldb.FromMicros(d.Saved))})
	}
	return out, nil
}

// draftedPowers are the powers of a department of which somebody has a draft; for
// whoever fills in themselves, their own drafts.
func (f *Filing) draftedPowers(ctx context.Context, who *people.Who, department sqldb.ID) (map[sqldb.ID]bool, error) {
	if who.MayOn(people.FillPowers, people.Target{Department: department}) != nil {
		return map[sqldb.ID]bool{}, nil // drafts are the department's own business
	}
	all, err := inventory.DraftsOfDepartment(ctx, f.cfg.DB, department)
	if err != nil {
		return nil, err
	}
	out := make(map[sqldb.ID]bool, len(all))
	for _, d := range all {
		if !d.Power.IsZero() {
			out[d.Power] = true
		}
	}
	return out, nil
}
