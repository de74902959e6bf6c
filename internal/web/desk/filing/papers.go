package filing

import (
	"context"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// Paper is a submission as its receipt and its printed forms show it.
type Paper struct {
	Href                string
	Department          string
	Campaign            string
	Round               string // 一上
	At, Day, Due        string
	Late                bool
	Versions            int
	Digest              string
	HandedBy, SignedBy  string
	SignedAt, Statement string
	State               string
	Categories          []Count
}

// Place is where the ledger keeps the act.
type Place struct {
	Sequence int64
	Leaf     string
}

// ReceiptPage is the receipt of a submission, and what the QR code of a printed
// form leads to.
type ReceiptPage struct {
	ui.Frame
	Paper
	Ledger       *Place // nil while the entry is being numbered
	Intact       bool   // the frozen versions still have the digest
	Asked        bool   // a printed digest was brought along
	Match        bool   // and it is that of the submission
	PrintHref    string
	FeedbackHref string // "" before the opinions are handed down
	Opinions     int
	Just         bool // it was handed up just now
}

// PaperLine is one power in the printed list.
type PaperLine struct {
	N                    int
	Code, Name, Category string
	No                   int
	Digest               string // its first characters
}

// ReportPage is the printed form that goes up (行政权力事项上报表).
type ReportPage struct {
	ui.Frame
	Paper
	Lines     []PaperLine
	QR        ui.Image
	CheckFull string // address of the check, written out
	Printed   string
}

// FeedbackLine is one opinion with its answer in the printed form.
type FeedbackLine struct {
	N          int
	Code, Name string
	Said       Said
	NewVersion int // the version that carries it out, 0 for none
}

// FeedbackPage is the printed form of opinions and answers (审核意见反馈表).
type FeedbackPage struct {
	ui.Frame
	Paper
	Round                     string // 一下
	Group                     string
	HandedAt, HandedBy        string
	DownDigest                string
	Lines                     []FeedbackLine
	Accepted, Partly, Refused int
	Open                      int // not answered yet
	QR                        ui.Image
	CheckFull                 string
	Printed                   string
}

// submission reads the submission of an address for somebody.
func (f *Filing) submission(r *http.Request, who *people.Who) (round.Submission, Paper, error) {
	ctx := r.Context()
	id, err := staff.PathID(r, "id")
	if err != nil {
		return round.Submission{}, Paper{}, err
	}
	s, err := round.SubmissionByID(ctx, f.cfg.DB, id)
	if err != nil {
		return s, Paper{}, unknown(err)
	}
	if err := who.MayOn(people.SeePowers, people.Target{Department: s.Department}); err != nil {
		return s, Paper{}, err
	}
	p, err := f.paper(ctx, s)
	return s, p, err
}

// paper reads what every paper of a submission says.
func (f *Filing) paper(ctx context.Context, s round.Submission) (Paper, error) {
	names, err := f.departments(ctx)
	if err != nil {
		return Paper{}, err
	}
	campaign, err := round.CampaignByID(ctx, f.cfg.DB, s.Campaign)
	if err != nil {
		return Paper{}, err
	}
	signed, err := round.SelfcheckByID(ctx, f.cfg.DB, s.Selfcheck)
	if err != nil {
		return Paper{}, err
	}
	byCategory, err := readCategories(ctx, f.cfg.DB, s.ID)
	if err != nil {
		return Paper{}, err
	}
	p := Paper{Href: submissionHref(s.ID), Department: names[s.Department].Name, Campaign: campaign.Title, Round: round.Up(s.No), At: minute(s.At), Day: s.Day,
		Due: s.Due, Late: s.Late(), Versions: s.Versions, Digest: hex.EncodeToString(s.Digest[:]), HandedBy: s.HandedBy, SignedBy: signed.SignedBy,
		SignedAt: minute(signed.At), Statement: signed.Statement, State: submissionState(s)}
	for _, c := range append(power.Categories(), power.CategoryService) {
		if byCategory[c] > 0 {
			p.Categories = append(p.Categories, Count{Label: string(c), N: byCategory[c]})
		}
	}
	return p, nil
}

func (f *Filing) receipt(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	ctx, q := r.Context(), r.URL.Query()
	s, p, err := f.submission(r, who)
	if err != nil {
		return err
	}
	frame, err := f.cfg.Shell.Frame(r, who, "上报回执", handUpPath, home(), ui.Link{Label: handUpTitle, Href: handUpPath})
	if err != nil {
		return err
	}
	page := ReceiptPage{Frame: frame, Paper: p, PrintHref: p.Href + "/print", Just: q.Get("done") != ""}
	if asked := q.Get("digest"); asked != "" {
		page.Asked, page.Match = true, strings.EqualFold(asked, p.Digest)
	}
	page.Intact = round.Verify(ctx, f.cfg.DB, s.ID) == nil
	if err := f.entry(ctx, &page, s); err != nil {
		return err
	}
	if h, err := round.HanddownOf(ctx, f.cfg.DB, s.ID); err == nil {
		page.FeedbackHref, page.Opinions = p.Href+"/feedback", h.Opinions
	} else if errs.KindOf(err) != errs.NotFound {
		return err
	}
	return f.show(w, r, http.StatusOK, "receipt", page)
}

// entry fills in where the ledger keeps the act of handing up, once it is
// numbered.
func (f *Filing) entry(ctx context.Context, page *ReceiptPage, s round.Submission) error {
	all, err := f.cfg.Ledger.BySubject(ctx, s.ID)
	for _, e := range all {
		if e.Log == ledger.Powers && e.Kind == "round.handed_up" {
			page.Ledger = &Place{Sequence: e.Sequence, Leaf: e.LeafHash.String()}
		}
	}
	return errs.Wrap("entry of submission", err)
}

// check is the QR code that leads from paper to the receipt, and its address.
func (f *Filing) check(r *http.Request, p Paper) (ui.Image, string, error) {
	base := f.cfg.BaseURL
	if base == "" {
		base = "http://" + r.Host
		if r.TLS != nil {
			base = "https://" + r.Host
		}
	}
	address := strings.TrimSuffix(base, "/") + p.Href + "?digest=" + p.Digest
	qr, err := ui.QR(address)
	return qr, address, err
}

func (f *Filing) reportForm(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	s, p, err := f.submission(r, who)
	if err != nil {
		return err
	}
	frame, err := f.cfg.Shell.Frame(r, who, "行政权力事项上报表", handUpPath, home(), ui.Link{Label: handUpTitle, Href: handUpPath}, ui.Link{Label: "上报回执", Href: p.Href})
	if err != nil {
		return err
	}
	page := ReportPage{Frame: frame, Paper: p, Printed: f.today()}
	if page.QR, page.CheckFull, err = f.check(r, p); err != nil {
		return err
	}
	frozen, err := round.FrozenOf(r.Context(), f.cfg.DB, s.ID)
	if err != nil {
		return err
	}
	for i, x := range frozen {
		page.Lines = append(page.Lines, PaperLine{N: i + 1, Code: x.Code, Name: x.Name, Category: string(x.Category), No: x.No, Digest: hex.EncodeToString(x.Digest[:4])})
	}
	return f.show(w, r, http.StatusOK, "report", page)
}

func (f *Filing) feedbackForm(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	ctx := r.Context()
	s, p, err := f.submission(r, who)
	if err != nil {
		return err
	}
	h, err := round.HanddownOf(ctx, f.cfg.DB, s.ID)
	if errs.KindOf(err) == errs.NotFound {
		return errs.NotFoundf("%s的审核意见还没有下达", p.Round).Fix("下达以后再打印反馈表").Because(err)
	}
	if err != nil {
		return err
	}
	frame, err := f.cfg.Shell.Frame(r, who, "审核意见反馈表", handUpPath, home(), ui.Link{Label: handUpTitle, Href: handUpPath}, ui.Link{Label: "上报回执", Href: p.Href})
	if err != nil {
		return err
	}
	page := FeedbackPage{Frame: frame, Paper: p, Round: round.Down(s.No), HandedAt: here(h.At).Format(time.DateOnly), HandedBy: h.HandedBy,
		DownDigest: hex.EncodeToString(h.Digest[:]), Printed: f.today()}
	if page.QR, page.CheckFull, err = f.check(r, p); err != nil {
		return err
	}
	if page.Group, err = f.groupName(ctx, h.Group); err != nil {
		return err
	}
	all, err := round.Opinions(ctx, f.cfg.DB, round.Query{Scope: people.Scope{Departments: []sqldb.ID{s.Department}}, Submission: s.ID})
	if err != nil {
		return err
	}
	return f.feedback(w, r, page, all)
}

// feedback fills in the opinions with their answers.
func (f *Filing) feedback(w http.ResponseWriter, r *http.Request, page FeedbackPage, all []round.Opinion) error {
	for i, o := range all {
		line := FeedbackLine{N: i + 1, Code: o.Code, Name: o.Name, Said: said(o)}
		switch {
		case o.Reply == nil:
			page.Open++
		case o.Reply.Kind == round.Accept:
			page.Accepted++
		case o.Reply.Kind == round.Partly:
			page.Partly++
		default:
			page.Refused++
		}
		if o.Reply != nil && !o.Reply.Version.IsZero() {
			v, err := power.VersionByID(r.Context(), f.cfg.DB, o.Reply.Version)
			if err != nil {
				return err
			}
			line.NewVersion = v.No
		}
		page.Lines = append(page.Lines, line)
	}
	return f.show(w, r, http.StatusOK, "feedback", page)
}

// groupName is the name of an audit group.
func (f *Filing) groupName(ctx context.Context, no int) (string, error) {
	groups, err := people.Groups(ctx, f.cfg.DB)
	if err != nil {
		return "", errs.Wrap("audit groups", err)
	}
	for _, g := range groups {
		if g.No == no {
			return g.Name, nil
		}
	}
	return "审核小组", nil
}
