package filing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

const handUpTitle = "自查上报"

// Count is a number with what it counts.
type Count struct {
	Label string
	N     int
	Href  string
}

// Signature is the head's signature under the self-check.
type Signature struct {
	By, At, Statement string
	Versions          int
	Digest            string
	Valid             bool
}

// PaperRow is one submission of the department.
type PaperRow struct {
	Href, Round, At string
	Versions        int
	Late            bool
	State           string
}

// HandUpPage shows what would be handed up, the head's signature, and the way up.
type HandUpPage struct {
	ui.Frame
	Department string
	Banner     *Banner
	Round      string
	Open       bool    // something can be signed or handed up now
	Total      int     // powers that would go up
	Categories []Count // of them
	Changes    []Count // since the last submission
	ChangedNew bool    // nothing was handed up before
	Blocks     []Count // what stands in the way
	Warnings   []Count // what does not
	Signature  *Signature
	Statement  string
	Seen       string // digest of what the page shows
	IsHead     bool
	MayGo      bool // signed, and nothing stands in the way
	SignFailed string
	GoFailed   string
	Papers     []PaperRow
	Done       string
	Choose     []ui.Choice // where somebody of no department chooses one
}

// handUpForm is what a refused form brings back to the page.
type handUpForm struct {
	statement, signFail, goFail string
}

func (f *Filing) handUpPage(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return f.showHandUp(w, r, who, http.StatusOK, handUpForm{statement: round.Statement()})
}

// showHandUp makes the page of a department from what stands now.
func (f *Filing) showHandUp(w http.ResponseWriter, r *http.Request, who *people.Who, status int, form handUpForm) error {
	ctx := r.Context()
	choice, err := parseFilter(r.URL.Query())
	if err != nil {
		return err
	}
	id, err := f.department(who, choice)
	if err != nil {
		return err
	}
	frame, err := f.frame(r, who, handUpPath, handUpTitle, handUpPath, home())
	if err != nil {
		return err
	}
	names, err := f.departments(ctx)
	if err != nil {
		return err
	}
	page := HandUpPage{Frame: frame, Statement: form.statement, SignFailed: form.signFail, GoFailed: form.goFail}
	if id.IsZero() {
		page.Choose = choices(names, who.Scope(people.SeePowers), id)
		return f.show(w, r, status, "handup", page)
	}
	h, err := f.holdings(ctx, who, names[id], filter{department: choice.department})
	if err != nil {
		return err
	}
	page.Department = names[id].Name
	page.IsHead = who.MayOn(people.SignUp, people.Target{Department: id}) == nil
	if page.Banner, err = f.banner(ctx, who, h); err != nil {
		return err
	}
	if n := page.Banner.Next; n != nil && n.Href == handUpPath {
		page.Banner.Next = nil // it leads here
	}
	page.count(h)
	if err := f.signed(ctx, &page, h); err != nil {
		return err
	}
	if err := f.papers(ctx, &page, id); err != nil {
		return err
	}
	if r.URL.Query().Get("done") == "signed" {
		page.Done = "已签字，可以上报了"
	}
	return f.show(w, r, status, "handup", page)
}

// count fills in what would go up, what changed, and what stands in the way.
func (page *HandUpPage) count(h holdings) {
	s := h.standing
	if !s.covered {
		return
	}
	page.Round = round.Up(s.No)
	page.Seen = seen(h.lines)
	at := func(f filter) string { f.department = h.filter.department; return f.at(Root) }
	said := func(s round.OpinionState) string {
		return opinionFilter{department: h.filter.department, State: s}.at(opinionsPath)
	}
	byCategory := map[power.Category]int{}
	var fresh, changed, same, lacking int
	for _, l := range h.lines {
		if !l.open() {
			continue
		}
		page.Total++
		byCategory[l.Category]++
		switch {
		case l.Frozen.IsZero():
			fresh++
		case l.changed():
			changed++
		default:
			same++
		}
		if l.Lacks > 0 {
			lacking++
		}
	}
	for _, c := range append(power.Categories(), power.CategoryService) {
		if byCategory[c] > 0 {
			page.Categories = append(page.Categories, Count{string(c), byCategory[c], at(filter{Category: c})})
		}
	}
	page.ChangedNew = s.Submission.IsZero()
	page.Changes = []Count{{"新增的", fresh, ""}, {"改动的", changed, at(filter{Mark: moved})}, {"没有改动的", same, ""}}
	page.Open = s.Stage == round.StageFilling
	if !page.Open {
		return
	}
	if s.Issued > 0 {
		page.Blocks = append(page.Blocks, Count{"条审核意见还没有答复", s.Issued, said(round.Issued)})
	}
	if s.ToCarryOut > 0 {
		page.Warnings = append(page.Warnings, Count{"条裁定要按裁定改好再上报", s.ToCarryOut, said(round.Ruled)})
	}
	if lacking > 0 {
		page.Warnings = append(page.Warnings, Count{"项缺少必填要素，审核时会退回", lacking, at(filter{Mark: incomplete})})
	}
	if n := len(h.drafts); n > 0 {
		page.Warnings = append(page.Warnings, Count{"项有没提交的草稿，草稿里的改动不会上报", n, at(filter{Mark: drafted})})
	}
	if s.No == 1 && page.Total == 0 {
		page.Blocks = append(page.Blocks, Count{Label: "还没有可以上报的事项"})
	} else if s.No > 1 && s.SelfCheck == 0 && s.Answered == 0 {
		page.Blocks = append(page.Blocks, Count{Label: "上次上报以后没有改动，也没有答复，不需要上报"})
	}
}

// seen is a digest over exactly the versions that a page shows as open, so that
// nobody signs what was changed while they looked.
func seen(lines []line) string {
	var ids []sqldb.ID
	for _, l := range lines {
		if l.open() {
			ids = append(ids, l.Version)
		}
	}
	slices.SortFunc(ids, func(a, b sqldb.ID) int { return slices.Compare(a[:], b[:]) })
	h := sha256.New()
	for _, id := range ids {
		h.Write(id[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// signed fills in the signature and whether all is ready to go up.
func (f *Filing) signed(ctx context.Context, page *HandUpPage, h holdings) error {
	if !page.Open {
		return nil
	}
	c, err := round.SelfcheckOf(ctx, f.cfg.DB, h.department.ID)
	switch {
	case errs.KindOf(err) == errs.NotFound:
		return nil
	case err != nil:
		return err
	}
	page.Signature = &Signature{By: c.SignedBy, At: minute(c.At), Statement: c.Statement, Versions: c.Versions, Digest: hex.EncodeToString(c.Digest[:]), Valid: c.Valid}
	page.MayGo = c.Valid && len(page.Blocks) == 0
	return nil
}

// papers lists what the department handed up.
func (f *Filing) papers(ctx context.Context, page *HandUpPage, department sqldb.ID) error {
	all, err := round.SubmissionsOf(ctx, f.cfg.DB, department)
	if err != nil {
		return err
	}
	slices.Reverse(all)
	for _, s := range all {
		page.Papers = append(page.Papers, PaperRow{Href: submissionHref(s.ID), Round: round.Up(s.No), At: minute(s.At), Versions: s.Versions, Late: s.Late(), State: submissionState(s)})
	}
	return nil
}

func submissionHref(id sqldb.ID) string { return papersPath + "/" + id.String() }

func submissionState(s round.Submission) string {
	switch {
	case !s.HandedDown.IsZero():
		return "意见已下达"
	case !s.Received.IsZero():
		return "正在审核"
	default:
		return "等待接收"
	}
}

// sign writes the head's signature over what the page showed.
func (f *Filing) sign(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	statement, shown := staff.Typed(r, "statement"), r.PostForm.Get("seen")
	form := handUpForm{statement: statement}
	if r.PostForm.Get("agree") == "" {
		form.signFail = "没有勾选声明。逐项核对后请勾选，再签字"
		return f.showHandUp(w, r, who, http.StatusBadRequest, form)
	}
	err := f.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		lines, err := readLines(ctx, tx, who.Department, sqldb.ID{})
		if err != nil {
			return err
		}
		if seen(lines) != shown {
			return errs.Conflictf("打开这一页以后，事项又有改动，没有签字").Fix("下面是现在的情况，请核对后再签")
		}
		_, err = round.Sign(ctx, tx, who, who.Department, statement)
		return err
	})
	if err != nil {
		if !told(err) {
			return err
		}
		form.signFail = staff.Words(err)
		return f.showHandUp(w, r, who, errs.Status(err), form)
	}
	http.Redirect(w, r, handUpPath+"?done=signed", http.StatusSeeOther)
	return nil
}

// handUp hands up what the head signed and leads to the receipt.
func (f *Filing) handUp(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	form := handUpForm{statement: round.Statement()}
	if r.PostForm.Get("sure") == "" {
		form.goFail = "没有勾选确认。上报后本轮不能再改，请勾选后再上报"
		return f.showHandUp(w, r, who, http.StatusBadRequest, form)
	}
	var sub round.Submission
	err := f.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) (err error) {
		sub, err = round.HandUp(ctx, tx, who, who.Department)
		return err
	})
	if err != nil {
		if !told(err) {
			return err
		}
		form.goFail = staff.Words(err)
		return f.showHandUp(w, r, who, errs.Status(err), form)
	}
	http.Redirect(w, r, submissionHref(sub.ID)+"?done=1", http.StatusSeeOther)
	return nil
}
