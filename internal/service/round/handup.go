package round

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// openStates are the states of the changes that a submission carries: what is
// being filled in, and what went up before and was neither sent back nor decided.
func openStates() []power.State {
	return []power.State{power.SelfCheck, power.HandedUp, power.Review}
}

// digestOf is the digest of a set of versions in the order of their codes:
// SHA-256 over a line "code TAB hex(digest of the version) LF" for each.
// Whoever has the versions can compute it.
func digestOf(set []Frozen) [32]byte {
	h := sha256.New()
	for _, f := range set {
		io.WriteString(h, f.Code+"\t"+hex.EncodeToString(f.Digest[:])+"\n")
	}
	return [32]byte(h.Sum(nil))
}

// Sign writes that the head of a department checked its open versions and answers
// for them (SignUp), and records "round.signed" with their digest. It holds for
// exactly these: a version more, less or other, and it has to be signed again.
//
// Invalid: no statement. Conflict: nothing to hand up now, or the same versions
// are signed already.
//
// rule:自查 上报前由部门负责人对逐项自查的结果签字，签字只对签字时的版本有效
func Sign(ctx context.Context, tx *ledger.Tx, who *people.Who, department sqldb.ID, statement string) (Selfcheck, error) {
	if err := may(tx, who, people.SignUp, people.Target{Department: department}); err != nil {
		return Selfcheck{}, err
	}
	statement, err := said(statement, "自查声明", true)
	if err != nil {
		return Selfcheck{}, err
	}
	s, err := StandingOf(ctx, tx, department, Civil(tx.Now()))
	if err != nil {
		return Selfcheck{}, notRunning(err)
	}
	if err := s.fills(); err != nil {
		return Selfcheck{}, err
	}
	set, err := openSet(ctx, tx, department)
	if err != nil {
		return Selfcheck{}, err
	}
	if len(set) == 0 && s.Answered == 0 {
		return Selfcheck{}, errs.Conflictf("没有可以上报的事项，不用签字").Fix("请先填报")
	}
	c := Selfcheck{ID: sqldb.NewID(), Campaign: s.Campaign.ID, No: s.No, Department: department, Versions: len(set), Digest: digestOf(set),
		Statement: statement, SignedBy: who.Name, At: tx.Now(), Valid: true}
	last, err := latestSelfcheck(ctx, tx, s)
	switch {
	case err == nil && last.Digest == c.Digest:
		return last, errs.Conflictf("这些事项已经签过字，内容没有变化").Fix("可以直接上报")
	case err != nil && errs.KindOf(err) != errs.NotFound:
		return Selfcheck{}, err
	}
	if err := insertSelfcheck(ctx, tx, c, who.Account); err != nil {
		return Selfcheck{}, err
	}
	type act struct {
		Department string `json:"department"`
		No         int    `json:"round"`
		Versions   int    `json:"versions"`
		SHA256     string `json:"sha256"`
	}
	return c, tx.SayBeside(ctx, s.Campaign.Division, "round.signed", department, act{department.String(), c.No, c.Versions, hex.EncodeToString(c.Digest[:])}, written{statement})
}

// SelfcheckOf gives the latest self-check for the submission that a department is
// making; NotFound when nobody signed yet. Valid says whether it still fits.
func SelfcheckOf(ctx context.Context, r sqldb.Reader, department sqldb.ID) (Selfcheck, error) {
	s, err := StandingOf(ctx, r, department, "")
	if err != nil {
		return Selfcheck{}, err
	}
	c, err := latestSelfcheck(ctx, r, s)
	if err != nil {
		return Selfcheck{}, err
	}
	set, err := openSet(ctx, r, department)
	c.Valid = err == nil && digestOf(set) == c.Digest
	return c, err
}

// SelfcheckByID finds a self-check, such as that of a submission, whether or not
// it still fits; NotFound when there is none.
func SelfcheckByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Selfcheck, error) {
	return oneSelfcheck(ctx, r, `where s.id = ?`, id)
}

// HandUp hands up (上报) what a department has open (SignUp): the versions are
// frozen under their digest, those being filled in move to 上报, and
// "round.handed_up" is recorded with the digest, the numbers and whether it is
// late (逾期). In rounds after the first it takes the answers along.
//
// Conflict, with what to do: no campaign runs; it is handed up already (a form
// sent twice does no harm); it is late and the campaign winds up; opinions are
// unanswered or rulings not carried out; there is nothing to hand up; the head's
// signature is missing or does not fit the versions any more.
//
// rule:三上三下/1 上：部门负责人签字后按轮次上报，所报版本冻结，逾期的标明
func HandUp(ctx context.Context, tx *ledger.Tx, who *people.Who, department sqldb.ID) (Submission, error) {
	if err := may(tx, who, people.SignUp, people.Target{Department: department}); err != nil {
		return Submission{}, err
	}
	today := Civil(tx.Now())
	s, err := StandingOf(ctx, tx, department, today)
	if err != nil {
		return Submission{}, notRunning(err)
	}
	if err := s.ready(); err != nil {
		return Submission{}, err
	}
	if err := carriedOut(ctx, tx, s); err != nil {
		return Submission{}, err
	}
	set, err := openSet(ctx, tx, department)
	if err != nil {
		return Submission{}, err
	}
	signed, err := latestSelfcheck(ctx, tx, s)
	switch {
	case errs.KindOf(err) == errs.NotFound:
		return Submission{}, errs.Conflictf("部门负责人还没有对自查签字，不能上报").Fix("请部门负责人先签字").Because(err)
	case err != nil:
		return Submission{}, err
	case signed.Digest != digestOf(set):
		return Submission{}, errs.Conflictf("签字之后事项又有改动，签字已经失效").Fix("请部门负责人核对后重新签字")
	}
	sub := Submission{ID: sqldb.NewID(), Campaign: s.Campaign.ID, No: s.No, Department: department, Selfcheck: signed.ID, Versions: len(set),
		Digest: signed.Digest, Due: s.Due, Day: today, HandedBy: who.Name, At: tx.Now()}
	if err := freeze(ctx, tx, sub, who.Account); err != nil {
		return Submission{}, err
	}
	if err := moveAll(ctx, tx, sub.ID, power.SelfCheck, power.HandedUp); err != nil {
		return Submission{}, err
	}
	return sub, sayHandedUp(ctx, tx, s, sub)
}

func sayHandedUp(ctx context.Context, tx *ledger.Tx, s Standing, sub Submission) error {
	type act struct {
		Campaign   string `json:"campaign"`
		Department string `json:"department"`
		No         int    `json:"round"`
		Versions   int    `json:"versions"`
		Answers    int    `json:"answers"`
		SHA256     string `json:"sha256"`
		Due        string `json:"due,omitempty"`
		Day        string `json:"day"`
		Late       bool   `json:"late,omitempty"`
	}
	return tx.SayBeside(ctx, s.Campaign.Division, "round.handed_up", sub.ID, act{sub.Campaign.String(), sub.Department.String(), sub.No, sub.Versions,
		s.Answered, hex.EncodeToString(sub.Digest[:]), sub.Due, sub.Day, sub.Late()}, nil)
}

// notRunning words for whoever acts that no campaign covers the department.
func notRunning(err error) error {
	if errs.KindOf(err) == errs.NotFound {
		return errs.Conflictf("本部门没有正在进行的清理工作").Fix("清理工作由法制机构部署，部署后再办理").Because(err)
	}
	return err
}

// fills refuses a department that has nothing in hand.
func (s Standing) fills() error {
	switch s.Stage {
	case StageFilling:
		return nil
	case StageWaiting:
		return errs.Conflictf("%s已经上报，等待审核小组接收", Up(s.No)).Fix("不需要再次上报")
	case StageReviewing:
		return errs.Conflictf("%s已经上报，审核小组正在审核", Up(s.No)).Fix("不需要再次上报，请等审核意见")
	case StageRuling:
		return errs.Conflictf("有分歧的事项正由领导小组裁定").Fix("请等裁定")
	default:
		return errs.Conflictf("本部门没有需要上报的事项").Fix("有新增或者修改的，请先填报")
	}
}

// ready refuses to hand up what cannot go.
func (s Standing) ready() error {
	if err := s.fills(); err != nil {
		return err
	}
	switch {
	case s.Late && s.Campaign.State == Winding:
		return errs.Conflictf("%s的截止日期是%s，已经逾期，清理工作正在收尾，不再接收", Up(s.No), s.Due).Fix("确需上报的，请联系法制机构延长期限")
	case s.Issued > 0:
		return errs.Conflictf("还有 %d 条审核意见没有答复，不能上报", s.Issued).Fix("请逐条答复后再上报")
	case s.No == 1 && s.Open == 0, s.No > 1 && s.Fresh+s.Answered == 0:
		return errs.Conflictf("没有可以上报的事项").Fix("请先填报")
	}
	return nil
}

// carriedOut refuses to hand up while a ruling asks for a wording that is not
// there.
func carriedOut(ctx context.Context, r sqldb.Reader, s Standing) error {
	if s.ToCarryOut == 0 {
		return nil
	}
	all, err := corrections(ctx, r, s.Campaign.ID, people.Scope{Departments: []sqldb.ID{s.Department}})
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.open && x.same {
			return errs.Conflictf("事项 %s 还没有按领导小组的裁定修改", x.code).Fix("请修改后再上报")
		}
	}
	return nil
}

// Receive takes a submission into review (Conclude): what was handed up moves to
// 审核, and "round.received" is recorded. Conflict when it was received before.
func Receive(ctx context.Context, tx *ledger.Tx, who *people.Who, submission sqldb.ID) error {
	sub, c, err := submissionFor(ctx, tx, who, people.Conclude, submission)
	if err != nil {
		return err
	}
	if !sub.Received.IsZero() {
		return errs.Conflictf("这次上报已经接收").Fix("请刷新页面")
	}
	if err := markReceived(ctx, tx, submission); err != nil {
		return err
	}
	if err := moveAll(ctx, tx, submission, power.HandedUp, power.Review); err != nil {
		return err
	}
	type act struct {
		Department string `json:"department"`
		No         int    `json:"round"`
		Versions   int    `json:"versions"`
	}
	return tx.SayBeside(ctx, c.Division, "round.received", submission, act{sub.Department.String(), sub.No, sub.Versions}, nil)
}

// submissionFor reads a submission that somebody may act on, and its campaign,
// which must not be closed. What is out of reach is people.Unknown.
func submissionFor(ctx context.Context, tx *ledger.Tx, who *people.Who, a people.Action, id sqldb.ID) (Submission, Campaign, error) {
	if err := who.May(a); err != nil {
		return Submission{}, Campaign{}, err
	}
	sub, err := SubmissionByID(ctx, tx, id)
	if errs.KindOf(err) == errs.NotFound {
		return sub, Campaign{}, people.Unknown().Because(err)
	}
	if err != nil {
		return sub, Campaign{}, err
	}
	if err := may(tx, who, a, people.Target{Department: sub.Department}); err != nil {
		return sub, Campaign{}, err
	}
	c, err := running(ctx, tx, sub.Campaign)
	return sub, c, err
}

// moveAll moves the changes of a submission that stand in one state to another.
func moveAll(ctx context.Context, tx *ledger.Tx, submission sqldb.ID, from, to power.State) error {
	all, err := changesOf(ctx, tx, submission, from)
	if err != nil {
		return err
	}
	for _, c := range all {
		if err := power.Move(ctx, tx, c, to); err != nil {
			return err
		}
	}
	return nil
}

// Verify computes the digest of a submission anew from the versions it froze, and
// says in words what is wrong: Internal, since the product keeps it so.
func Verify(ctx context.Context, r sqldb.Reader, submission sqldb.ID) error {
	sub, err := SubmissionByID(ctx, r, submission)
	if err != nil {
		return err
	}
	set, err := FrozenOf(ctx, r, submission)
	if err != nil {
		return err
	}
	if d := digestOf(set); len(set) != sub.Versions || !bytes.Equal(d[:], sub.Digest[:]) {
		return errs.New(errs.Internal, "上报内容与上报时的摘要不符").Because(fmt.Errorf("submission %s: %d of %d versions, digest %x", submission, len(set), sub.Versions, d))
	}
	return nil
}
