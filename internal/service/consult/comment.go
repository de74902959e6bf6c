package consult

import (
	"context"
	"errors"

	"qingdan/internal/engine/mask"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
)

// Submission is what somebody sends without signing in.
type Submission struct {
	Notice  sqldb.ID
	Power   sqldb.ID // zero: on the list as a whole
	Version sqldb.ID // the wording that the form showed; zero: the present one
	Text    string
	Key     string // of the form, see NewKey; "": one is made here
}

// errSent stops a transaction in which nothing is left to do.
var errSent = errors.New("consult: sent before")

// Submit takes a comment of the public, in an act of its own under Citizen, and
// gives the receipt by which it is found again. It asks for no account and keeps
// nothing of who sent it. The text is kept in the act and in the addendum of
// "comment.submitted"; what is shown of it hides the numbers of persons.
// Near-identical comments on one subject are all taken, and form a group.
//
// It is safe to send a form again: the same key with the same text is one comment
// and gives the same receipt, after the notice is over too.
//
// Invalid: no text or too long a one, a power that is not in the draft, a version
// that is not its. NotFound: no such notice. Conflict: the notice is not open,
// with its days.
//
// rule:开门搞清单/1 不登录提交意见
func Submit(ctx context.Context, db sqldb.Reader, l *ledger.Ledger, s Submission) (Receipt, error) {
	text, err := opinionText(s.Text)
	if err != nil {
		return Receipt{}, err
	}
	if s.Key == "" {
		s.Key = NewKey()
	}
	if err := checkKey(s.Key); err != nil {
		return Receipt{}, err
	}
	code := codeOf(s, text)
	digest, err := digestOf(code)
	if err != nil {
		return Receipt{}, err
	}
	if sent, err := isSent(ctx, db, digest); err != nil || sent {
		return Receipt{code, sent}, err
	}
	err = l.Write(ctx, Citizen(), func(ctx context.Context, tx *ledger.Tx) error { return s.take(ctx, tx, text, digest) })
	switch {
	case errors.Is(err, errSent):
		return Receipt{code, true}, nil
	case err != nil:
		return Receipt{}, err
	}
	return Receipt{code, false}, nil
}

// take writes a submitted comment.
func (s Submission) take(ctx context.Context, tx *ledger.Tx, text string, digest []byte) error {
	sent, err := isSent(ctx, tx, digest)
	if err != nil {
		return err
	}
	if sent {
		return errSent
	}
	n, err := NoticeByID(ctx, tx, s.Notice)
	if err != nil {
		return err
	}
	switch n.Stage(today(tx)) {
	case Ahead:
		return errs.Conflictf("征求意见从 %s 开始", n.From).Fix("请到那时再提交")
	case Closed:
		return errs.Conflictf("征求意见已于 %s 结束", n.Last()).Fix("可以继续查看意见和答复；其他建议请通过网站公布的电话反映")
	}
	c := Comment{Kind: Public, Notice: n.ID, Power: s.Power, Version: s.Version}
	if err := c.place(ctx, tx, today(tx)); err != nil {
		return err
	}
	return c.write(ctx, tx, n, text, digest)
}

// place settles the wording of a comment and who answers it on a day, by its
// power: the department, or the one that took over from it; the legal office where
// none did.
func (c *Comment) place(ctx context.Context, r sqldb.Reader, day string) error {
	if c.Power.IsZero() {
		c.Version = sqldb.ID{}
		return nil
	}
	e, err := EntryOf(ctx, r, c.Notice, c.Power)
	if errs.KindOf(err) == errs.NotFound {
		return errs.Invalidf("这个事项不在征求意见稿中").At("power").Fix("请从征求意见稿的列表里选择事项，或者对清单整体提意见")
	}
	if err != nil {
		return err
	}
	if c.Version.IsZero() {
		c.Version = e.Present
	}
	no, err := versionNo(ctx, r, c.Version, c.Power)
	if err != nil {
		return err
	}
	drafted, err := versionNo(ctx, r, e.Version, c.Power)
	if err != nil {
		return err
	}
	if no < drafted || no > e.PresentNo {
		return errs.Invalidf("意见所针对的不是征求意见稿的内容").At("version").Fix("请重新打开这个事项再提交")
	}
	if c.Department, err = departmentOf(ctx, r, e); err != nil {
		return err
	}
	c.Department, err = org.SuccessorOn(ctx, r, c.Department, day)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return nil // zero: the legal office
	}
	return err
}

// write puts a comment into its group and into the books.
func (c *Comment) write(ctx context.Context, tx *ledger.Tx, n Notice, text string, digest []byte) error {
	c.ID, c.State, c.At = sqldb.NewID(), Waiting, tx.Now()
	c.Shown = mask.Written(text)
	c.Masked = c.Shown != text
	if err := c.join(ctx, tx.Tx); err != nil {
		return err
	}
	if err := insertComment(ctx, tx, *c, text, digest); err != nil {
		return err
	}
	type act struct {
		Notice string `json:"notice"`
		Power  string `json:"power,omitempty"`
		Kind   Kind   `json:"kind"`
		Masked bool   `json:"masked"`
	}
	kind := "comment.submitted"
	if c.Kind != Public {
		kind = "comment.recorded"
	}
	return tx.SayBeside(ctx, n.Division, kind, c.ID, act{idText(n.ID), idText(c.Power), c.Kind, c.Masked}, ledger.Words(text))
}

// join finds the group of a comment of the public, or begins one. The opinion of
// an expert or of a meeting is a group of its own.
func (c *Comment) join(ctx context.Context, tx *sqldb.Tx) error {
	c.Group = c.ID
	if c.Kind != Public && c.Kind != Letter {
		return insertGroup(ctx, tx, *c, likeness{}, nil)
	}
	mine := likenessOf(c.Shown)
	bands := mine.bandsOf(c.Notice.String() + c.Power.String())
	known, err := groupsLike(ctx, tx, bands)
	if err != nil {
		return err
	}
	best := 0.0
	for _, g := range known {
		other := likeness{core: g.core, marks: g.marks}
		if other.core != mine.core {
			other.grams = gramsOf(g.core)
		}
		if s := mine.near(other); s > best {
			best, c.Group = s, g.id
		}
	}
	if best == 0 {
		return insertGroup(ctx, tx, *c, mine, bands)
	}
	return growGroup(ctx, tx, c.Group)
}

// HoldBack keeps a comment off the public pages under a cause that is public
// (RunConsult) and records "comment.held"; the reason is for staff and stands in
// the addendum. What is held back needs no answer and holds no publication up.
// That somebody disagrees is no cause.
//
// NotFound: no such comment. Invalid: no such cause, or nobody says why. Conflict:
// it is held back already.
//
// rule:开门搞清单/1 暂不公开要有理由
func HoldBack(ctx context.Context, tx *ledger.Tx, who *people.Who, comment sqldb.ID, cause Cause, reason string) error {
	c, err := forRunning(ctx, tx, who, comment)
	if err != nil {
		return err
	}
	if cause.Label() == string(cause) {
		return errs.Invalidf("没有选择暂不公开的原因").At("cause").Fix("请从列出的原因中选一种")
	}
	if reason, err = written("reason", "理由", reason, minReason, maxReason); err != nil {
		return err
	}
	if c.State == Held {
		return errs.Conflictf("这条意见已经暂不公开").Fix("请刷新页面")
	}
	return c.turn(ctx, tx, who, Held, cause, reason)
}

// Release shows a held comment again (RunConsult), where it was before: answered,
// or waiting for its answer. It records "comment.released".
//
// NotFound: no such comment. Invalid: nobody says why. Conflict: it is not held
// back.
func Release(ctx context.Context, tx *ledger.Tx, who *people.Who, comment sqldb.ID, reason string) error {
	c, err := forRunning(ctx, tx, who, comment)
	if err != nil {
		return err
	}
	if reason, err = written("reason", "理由", reason, minReason, maxReason); err != nil {
		return err
	}
	if c.State != Held {
		return errs.Conflictf("这条意见是公开的").Fix("请刷新页面")
	}
	to := Waiting
	if !c.Answer.IsZero() {
		to = Answered
	}
	return c.turn(ctx, tx, who, to, "", reason)
}

func forRunning(ctx context.Context, tx *ledger.Tx, who *people.Who, comment sqldb.ID) (Comment, error) {
	if err := May(tx, who, people.RunConsult, sqldb.ID{}); err != nil {
		return Comment{}, err
	}
	return CommentByID(ctx, tx, comment)
}

// turn holds a comment back or shows it again.
func (c Comment) turn(ctx context.Context, tx *ledger.Tx, who *people.Who, to State, cause Cause, reason string) error {
	n, err := NoticeByID(ctx, tx, c.Notice)
	if err != nil {
		return err
	}
	if err := moveComment(ctx, tx, c, to, cause); err != nil {
		return err
	}
	h := Hold{Held: to == Held, Cause: cause, Reason: reason, By: who.Name}
	if err := insertHold(ctx, tx, c.ID, h, who.Account); err != nil {
		return err
	}
	if err := lead(ctx, tx, c.Group); err != nil {
		return err
	}
	type act struct {
		Notice string `json:"notice"`
		Cause  Cause  `json:"cause,omitempty"`
	}
	kind := "comment.released"
	if h.Held {
		kind = "comment.held"
	}
	return tx.SayBeside(ctx, n.Division, kind, c.ID, act{idText(c.Notice), cause}, ledger.Words(reason))
}
