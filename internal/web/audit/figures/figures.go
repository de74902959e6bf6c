// Package figures is where an approved edition of the list is sealed as the
// baseline (锁定基数) that later changes are held against: once per edition, after
// looking at what is sealed. The public page of figures shows the baseline and what
// changed since.
package figures

import (
	"context"
	"embed"
	"encoding/hex"
	"net/http"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/stage/reduce/measure"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

// Config is what the pages need; all of it must be set.
type Config struct {
	DB     *sqldb.DB
	Ledger *ledger.Ledger
	Shell  *staff.Shell
}

// Figures answers the pages. It is safe for concurrent use and keeps nothing.
type Figures struct {
	cfg   Config
	pages *ui.Set
}

// New parses the templates; a broken one is an error.
func New(cfg Config) (*Figures, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("baseline templates", err)
	}
	return &Figures{cfg, set}, nil
}

// Root is the address of the page.
const Root = "/audit/baseline"

const title = "锁定基数"

// Routes lists the pages.
func (f *Figures) Routes() []staff.Route {
	return []staff.Route{
		{Pattern: "GET " + Root, Action: people.SealFigures, Handler: f.baselines},
		{Pattern: "POST " + Root, Action: people.SealFigures, Handler: f.seal},
	}
}

// BaselineRow is one sealed edition.
type BaselineRow struct {
	Edition   int
	Href      string
	Entries   int
	Raw, Real measure.Count
	By, At    string
	Digest    string
	Light     ui.Light
}

// Waiting is the newest edition while it is not sealed.
type Waiting struct {
	ID        string
	No        int
	Title     string
	Approval  string // "" keeps it from being sealed
	Effective string
	Entries   int
	Raw       measure.Count
	Real      measure.Count
	Flags     int
}

// BaselinesPage shows the baselines and seals the newest edition.
type BaselinesPage struct {
	ui.Frame
	Done    bool // just sealed
	Rows    []BaselineRow
	Waiting *Waiting // nil when there is nothing to seal
	Listed  bool     // there is an edition
	Failed  string
}

func (f *Figures) baselines(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return f.show(w, r, who, http.StatusOK, "")
}

func (f *Figures) show(w http.ResponseWriter, r *http.Request, who *people.Who, status int, failed string) error {
	frame, err := f.cfg.Shell.Frame(r, who, title, Root)
	if err != nil {
		return err
	}
	page := BaselinesPage{Frame: frame, Failed: failed, Done: r.URL.Query().Get("done") == "sealed"}
	if err := f.fill(r.Context(), &page); err != nil {
		return err
	}
	return f.cfg.Shell.Show(w, r, status, f.pages, "baselines", page)
}

// fill reads the baselines and, when it is not sealed, counts the newest edition.
func (f *Figures) fill(ctx context.Context, page *BaselinesPage) error {
	seals, err := measure.Seals(ctx, f.cfg.DB)
	if err != nil {
		return errs.Wrap("baselines", err)
	}
	sealed := map[sqldb.ID]bool{}
	for _, s := range seals {
		sealed[s.Edition] = true
		page.Rows = append(page.Rows, rowOf(s))
	}
	division, err := org.Here(ctx, f.cfg.DB)
	if err != nil {
		return err
	}
	e, err := newestEdition(ctx, f.cfg.DB, division)
	if errs.KindOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	page.Listed = true
	if sealed[e.id] {
		return nil
	}
	report, err := measure.Read(ctx, f.cfg.DB)
	if err != nil {
		return errs.Wrap("count of the newest edition", err)
	}
	page.Waiting = &Waiting{ID: e.id.String(), No: e.no, Title: e.title, Approval: e.approval, Effective: e.effective, Entries: e.entries,
		Raw: report.Raw, Real: report.Normal, Flags: len(report.Flags)}
	return nil
}

func rowOf(s measure.Sealed) BaselineRow {
	row := BaselineRow{Edition: s.No, Href: "/figures/baseline", Entries: s.Rows, Raw: s.Counts.Raw, Real: s.Counts.Normal, By: s.By, At: minute(s.At),
		Digest: hex.EncodeToString(s.Digest[:]), Light: ui.Light{Tone: "ok", Word: "与锁定时一致"}}
	if s.Tampered {
		row.Light = ui.Light{Tone: "bad", Word: "与锁定时不符"}
	}
	return row
}

// minute is an instant on the clocks of Asia/Shanghai in words. The place has had
// no summer time since 1991.
func minute(t time.Time) string {
	return t.In(time.FixedZone("CST", 8*3600)).Format("2006年1月2日 15:04")
}

// seal seals the edition that the person looked at.
func (f *Figures) seal(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	id, err := sqldb.ParseID(staff.Typed(r, "edition"))
	if err != nil {
		return errs.Invalidf("没有写明是哪一版").Fix("请回到锁定基数页重新操作")
	}
	if staff.Typed(r, "sure") != "yes" {
		return f.show(w, r, who, http.StatusBadRequest, "还没有确认。请先看过下面的数字，再勾选确认。")
	}
	err = f.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		_, err := measure.Seal(ctx, tx, who, id)
		return err
	})
	if errs.KindOf(err) == errs.Conflict && err != nil {
		return f.show(w, r, who, http.StatusConflict, staff.Words(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, Root+"?done=sealed", http.StatusSeeOther)
	return nil
}
