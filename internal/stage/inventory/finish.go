package inventory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
)

// Clash is the cause of the Conflict of two people on one power: somebody made a
// version while a draft was written. All three wordings are there, and the draft
// is kept; AsClash finds it.
type Clash struct {
	Base   power.Version // where the draft began
	Mine   power.Version // the draft, without identity and number
	Theirs power.Version // the newest version
}

// Error says for the log which version was faster.
func (c *Clash) Error() string {
	return fmt.Sprintf("power %s: version %d came after version %d, on which the draft rests", c.Theirs.Power, c.Theirs.No, c.Base.No)
}

// AsClash finds the wordings behind a Conflict; false for any other error.
func AsClash(err error) (*Clash, bool) {
	var c *Clash
	return c, errors.As(err, &c)
}

// Contest is one field in which the two sides of a clash differ.
type Contest struct {
	Field
	Base, Mine, Theirs string
	Both               bool // both sides changed it: a person must choose
}

// Contests lists the fields in which the two sides differ, in the order of the
// form. Where only one side changed a field, its text is the one to take.
func (c *Clash) Contests() []Contest {
	var out []Contest
	for _, f := range Fields() {
		base, mine, theirs := f.OfVersion(c.Base), f.OfVersion(c.Mine), f.OfVersion(c.Theirs)
		if mine != theirs {
			out = append(out, Contest{f, base, mine, theirs, mine != base && theirs != base})
		}
	}
	return out
}

// Finished is what a draft has become.
type Finished struct {
	power.Ids
	Code string
	New  bool // a power that was not there before
}

// defaultReason is why a power on the list is changed, unless the department says
// more.
const defaultReason = "清权自查修改"

// Finish makes the next version of a power from somebody's draft (FillPowers): a
// power being filled in gets its next version, one on the list a change that
// starts in 自查, a new one its code and first version, as reported or, once the
// department has handed up, as a supplement (遗漏补充). The draft is gone after it.
// no is the number of the save that is meant. reason is said of a change to a power
// on the list; "" says that it is from the clearing.
//
// Invalid: hard flaws (Validate), named at the field; nothing was changed. NotFound:
// no such draft, or finished already, so that a form sent twice does no harm.
// Conflict: the department may not fill in now (round.Filling, asked in the same
// transaction); the power stands in another state; the code is in use; the draft
// was saved in between (*Overtaken); somebody made a version since it began
// (*Clash). Whatever is refused leaves the draft as it is.
func Finish(ctx context.Context, tx *ledger.Tx, who *people.Who, draft sqldb.ID, no int, reason string) (Finished, error) {
	if err := acts(tx, who); err != nil {
		return Finished{}, err
	}
	d, err := DraftByID(ctx, tx, who.Account, draft)
	if err != nil {
		return Finished{}, err
	}
	if d.No != no {
		mine := d
		mine.No = no
		return Finished{}, overtaken(d, mine)
	}
	if err := refuseFlaws(d.Wording); err != nil {
		return Finished{}, err
	}
	if err := fillable(ctx, tx, who, d.Department); err != nil {
		return Finished{}, err
	}
	var out Finished
	if d.Power.IsZero() {
		out, err = d.report(ctx, tx)
	} else {
		out, err = d.amend(ctx, tx, who, reason)
	}
	if err != nil {
		return Finished{}, err
	}
	return out, deleteDraft(ctx, tx.Tx, d.ID)
}

var errAnother = errors.New("inventory: the transaction acts for somebody else than the person whose rights were asked")

// acts refuses a transaction that the ledger would put down to somebody else.
func acts(tx *ledger.Tx, who *people.Who) error {
	if tx.Actor().ID != who.Account.String() {
		return errAnother
	}
	return nil
}

// refuseFlaws makes the error of the first hard flaw.
func refuseFlaws(w Wording) error {
	hard := Hard(w.Validate())
	if len(hard) == 0 {
		return nil
	}
	e := errs.Invalidf("%s", hard[0].Message).At(hard[0].Label).Fix(hard[0].Mend)
	if len(hard) > 1 {
		e = errs.Invalidf("%s，另有 %d 处必须改正", hard[0].Message, len(hard)-1).At(hard[0].Label).Fix(hard[0].Mend)
	}
	return e
}

// fillable refuses whoever may not fill in for a department, and a department
// that may not be filled in now.
func fillable(ctx context.Context, r sqldb.Reader, who *people.Who, department sqldb.ID) error {
	if err := who.MayOn(people.FillPowers, people.Target{Department: department}); err != nil {
		return err
	}
	return round.Filling(ctx, r, department)
}

// report makes a new power of a draft.
func (d Draft) report(ctx context.Context, tx *ledger.Tx) (Finished, error) {
	dept, err := departmentByID(ctx, tx, d.Department)
	if err != nil {
		return Finished{}, err
	}
	r := power.Report{Code: d.Code, Division: dept.Division, State: power.SelfCheck, Version: d.Version(d.Department)}
	if r.Origin, err = originNow(ctx, tx, d.Department); err != nil {
		return Finished{}, err
	}
	if r.Code == "" {
		codes, err := readCodes(ctx, tx, dept.Division)
		if err != nil {
			return Finished{}, err
		}
		r.Code = codes.next(r.Version.Category, d.Department)
	}
	ids, err := power.Add(ctx, tx, r)
	if err != nil {
		return Finished{}, err
	}
	r.Version.Power = ids.Power
	return Finished{ids, r.Code, true}, found(ctx, tx, r.Code, r.Version, dept.Name)
}

// originNow says how a power that a department brings up now came into the books:
// what it brings after it has handed up was forgotten before (遗漏补充).
func originNow(ctx context.Context, r sqldb.Reader, department sqldb.ID) (power.Origin, error) {
	s, err := round.StandingOf(ctx, r, department, "")
	if err != nil {
		return "", err
	}
	if s.Submission.IsZero() {
		return power.Reported, nil
	}
	return power.Supplement, nil
}

// amend makes the next version of a power of a draft.
func (d Draft) amend(ctx context.Context, tx *ledger.Tx, who *people.Who, reason string) (Finished, error) {
	c, err := Current(ctx, tx, d.Power)
	if err != nil {
		return Finished{}, err
	}
	if err := who.MayOn(people.FillPowers, people.Target{Department: c.Department, State: c.State}); err != nil {
		return Finished{}, err
	}
	v := d.Version(c.Department)
	present, err := power.VersionByID(ctx, tx, c.Version)
	if err != nil {
		return Finished{}, err
	}
	if d.Base != c.Version {
		base, err := power.VersionByID(ctx, tx, d.Base)
		if err != nil {
			return Finished{}, err
		}
		return Finished{}, errs.Conflictf("你填写期间，别人已经提交了这个事项的新版本，两边的内容都保留着").
			Fix("请逐项对照，选定后再提交").Because(&Clash{base, v, present})
	}
	dept, err := departmentByID(ctx, tx, c.Department)
	if err != nil {
		return Finished{}, err
	}
	ids, changed, err := reword(ctx, tx, c, present, v, dept.Name, reason)
	if err == nil && !changed {
		err = errs.Invalidf("没有修改").At(c.Code + " " + c.Name).Fix("内容与现在的版本完全一样，不需要提交")
	}
	return Finished{ids, c.Code, false}, err
}

// reword writes the next version of a power under the change that it is on, if it
// says anything new. Links to articles are taken along while the basis stays as
// it is; others come with the next check.
func reword(ctx context.Context, tx *ledger.Tx, c power.Change, present, v power.Version, department, reason string) (ids power.Ids, changed bool, err error) {
	if same, err := power.Same(present, v); err != nil || same {
		return power.Ids{Power: c.Power, Version: c.Version, Change: c.ID}, false, err
	}
	ids = power.Ids{Power: c.Power, Change: c.ID}
	if c.State == power.Published {
		if reason = strings.TrimSpace(reason); reason == "" {
			reason = defaultReason
		}
		ids, err = power.Revise(ctx, tx, c, v, power.SelfCheck, reason)
	} else {
		ids.Version, err = power.Amend(ctx, tx, c, v)
	}
	if err != nil {
		return ids, false, err
	}
	if present.Elements.Basis == v.Elements.Basis {
		if err := power.CopyLinks(ctx, tx.Tx, present.ID, ids.Version); err != nil {
			return ids, false, err
		}
	}
	if c.Kind != power.KindAdd || c.State == power.Published {
		return ids, true, nil // the public finds the wording that is on the list
	}
	v.Power = c.Power
	return ids, true, found(ctx, tx, c.Code, v, department)
}

// found puts a wording that is not public into the index.
func found(ctx context.Context, tx *ledger.Tx, code string, v power.Version, department string) error {
	return power.Index(ctx, tx.Tx, []search.Doc{indexed(code, v, department)})
}

func departmentByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (org.Department, error) {
	all, err := org.Departments(ctx, r, "")
	if err != nil {
		return org.Department{}, errs.Wrap("department", err)
	}
	for _, d := range all {
		if d.ID == id {
			return d, nil
		}
	}
	return org.Department{}, people.Unknown()
}

// WithdrawReport takes back what a department is filling in (部门撤回, FillPowers):
// a first report goes out of the books as withdrawn, a change to a power on the list
// is taken back and the list goes on as it stands. It records "power.withdrawn",
// with the reason out of the public bytes, or "power.taken_back" with the reason.
//
// Invalid: no reason. Conflict: the department may not fill in now, or the power
// is not in 自查.
func WithdrawReport(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID, reason string) error {
	if err := acts(tx, who); err != nil {
		return err
	}
	c, err := Current(ctx, tx, id)
	if errs.KindOf(err) == errs.NotFound {
		return people.Unknown().Because(err)
	}
	if err != nil {
		return err
	}
	if err := fillable(ctx, tx, who, c.Department); err != nil {
		return err
	}
	if reason = clean(reason); reason == "" {
		return errs.Invalidf("没有写明撤回的理由").At("理由").Fix("请写明为什么撤回")
	}
	if c.State != power.SelfCheck {
		return errs.Conflictf("事项 %s 处于“%s”，不能撤回", c.Code, c.State.Label()).Fix("只有自查中的事项可以撤回")
	}
	if c.Kind != power.KindAdd {
		return power.TakeBack(ctx, tx, c, reason)
	}
	if err := power.Move(ctx, tx, c, power.Withdrawn); err != nil {
		return err
	}
	type act struct {
		Code string `json:"code"`
	}
	type written struct {
		Reason string `json:"reason"`
	}
	public, err := ledger.Canonical(act{c.Code})
	if err != nil {
		return errs.Wrap("withdraw "+c.Code, err)
	}
	private, err := ledger.Canonical(written{reason})
	if err != nil {
		return errs.Wrap("withdraw "+c.Code, err)
	}
	_, err = tx.Record(ctx, ledger.Entry{Log: ledger.Powers, Division: cmp.Or(c.Division, ledger.Nowhere), Kind: "power.withdrawn", Subject: c.Power,
		Public: public, Addendum: private})
	return err
}
