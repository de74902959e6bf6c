package reduce

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// ProposalState says how far a proposal is.
type ProposalState string

// The states of a proposal. Stale is not stored: it is an open proposal whose
// power has moved on since, which is refused when it is to be carried out.
const (
	Open    ProposalState = "open"      // 待决定
	Decided ProposalState = "decided"   // 已决定
	Retired ProposalState = "withdrawn" // 已撤回
)

// ProposalStates lists the states.
func ProposalStates() []ProposalState { return []ProposalState{Open, Decided, Retired} }

// Label is the word for the state.
func (s ProposalState) Label() string {
	switch s {
	case Open:
		return "待决定"
	case Decided:
		return "已决定"
	case Retired:
		return "已撤回"
	default:
		return string(s)
	}
}

// ProposalForm is what a reviewer proposes for a power (减权建议).
type ProposalForm struct {
	Power      sqldb.ID
	Version    sqldb.ID // the wording that the person saw; zero does not ask
	Fate       Fate
	Ground     string // 理由类型; "" takes the usual ground of the fate, which a cancellation has not
	TargetKind string // 去向类型
	Target     string // 去向; for 调整类别 the new category
	Into       string // 并入事项编码, for 整合
	LegalForm  LegalForm
	Receiver   string // 承接资质
	Followup   string // 后续监管
	Reason     string
}

// Proposal is a proposal sheet in the books.
type Proposal struct {
	ID, Change, Power, Version, Department sqldb.ID
	Code, Name                             string
	Category                               power.Category
	State                                  ProposalState
	Stood, Stands                          power.State // of the change, when it was proposed and now
	Stale                                  bool        // open, but the power has moved on since
	Fate                                   Fate
	Ground, TargetKind, Target             string
	Into                                   sqldb.ID
	IntoCode, IntoName                     string
	LegalForm                              LegalForm
	Receiver, Followup, Reason             string
	By                                     string // who proposed, for staff only
	Account                                sqldb.ID
	At                                     time.Time
	ClosedReason, ClosedBy                 string
	ClosedAt                               time.Time

	order string
}

// decision is what a proposal becomes when a body decides it on a day.
func (p Proposal) decision(by, on string) Decision {
	return Decision{Code: p.Code, Fate: p.Fate, Ground: p.Ground, TargetKind: p.TargetKind, Target: p.Target, Into: p.IntoCode, Reason: p.Reason, By: by, On: on,
		LegalForm: p.LegalForm, Receiver: p.Receiver, Followup: p.Followup, full: true, proposal: p.ID}
}

// The grounds (理由类型) as decisions write them.
const (
	GroundNoBasis    = "减权/1 依据不足"
	GroundReform     = "减权/2 不符合改革方向"
	GroundGrassroots = "减权/3 面向基层"
	GroundSociety    = "减权/4 可由社会组织承担"
	GroundOverlap    = "减权/5 职责交叉"
	GroundFreeze     = "冻结"
	GroundReclassify = "转出"
)

// Grounds lists the grounds on which a fate may rest, the first the usual one;
// none for a fate that needs none.
func (f Fate) Grounds() []string {
	switch f {
	case Keep:
		return []string{safeguards}
	case Cancel:
		return []string{GroundNoBasis, GroundReform}
	case Delegate:
		return []string{GroundGrassroots}
	case Transfer:
		return []string{GroundSociety}
	case Merge:
		return []string{GroundOverlap}
	case Freeze:
		return []string{GroundFreeze, GroundReform}
	case Reclassify:
		return []string{GroundReclassify}
	default:
		return nil
	}
}

// Proposable lists the fates that may be proposed for a change: everything but
// splitting while it is under review, and leaving the list afterwards.
func Proposable(c power.Change) []Fate {
	if c.State == power.Review && c.Kind == power.KindAdd {
		return Fates()
	}
	return slices.DeleteFunc(Fates(), func(f Fate) bool { return !f.Exit() })
}

// maxText bounds what is typed into a field, in characters.
const maxText = 1000

var errAnother = errors.New("reduce: the transaction acts for somebody else than the person whose rights were asked")

// may holds an act against the rights of the person, who must be the one that the
// ledger will name.
func may(tx *ledger.Tx, who *people.Who, a people.Action, t people.Target) error {
	if tx.Actor().ID != who.Account.String() {
		return errAnother
	}
	return who.MayOn(a, t)
}

// Propose writes a proposal for a power (ProposeCut on its department and state)
// with the evidence as it is at that moment, and records "cut.proposed"; the
// reason stands in the addendum until somebody decides. It is held against its
// ground as the decision will be, but that a power to merge into may still be under
// review: whoever decides keeps it together with the merger. An open proposal for the same change is
// withdrawn as replaced.
//
// NotFound: no such power, or not theirs. Invalid: a field, which the place of the
// error names, does not answer the ground. Conflict: the power stands where
// nothing can be proposed, or says something else than the person saw.
func Propose(ctx context.Context, tx *ledger.Tx, who *people.Who, f ProposalForm) (sqldb.ID, error) {
	c, err := Subject(ctx, tx, f.Power)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return sqldb.ID{}, people.Unknown().Because(err)
	}
	if err != nil {
		return sqldb.ID{}, err
	}
	if err := may(tx, who, people.ProposeCut, people.Target{Department: c.Department, State: c.State}); err != nil {
		return sqldb.ID{}, err
	}
	if !f.Version.IsZero() && f.Version != c.Version {
		return sqldb.ID{}, errs.Conflictf("事项 %s 已有新的内容", c.Code).Fix("请刷新页面，看过之后再提")
	}
	p, err := f.proposal(ctx, tx, c)
	if err != nil {
		return sqldb.ID{}, err
	}
	seen, err := Gather(ctx, tx, c)
	if err != nil {
		return sqldb.ID{}, err
	}
	if err := retire(ctx, tx, c.ID, who.Name, "另有新的建议"); err != nil {
		return sqldb.ID{}, err
	}
	p.ID, p.State, p.By, p.Account, p.At = sqldb.NewID(), Open, who.Name, who.Account, tx.Now()
	digest, err := insertProposal(ctx, tx, p, seen)
	if err != nil {
		return sqldb.ID{}, err
	}
	type act struct {
		Code     string `json:"code"`
		Fate     string `json:"fate"`
		Ground   string `json:"ground,omitempty"`
		Into     string `json:"into,omitempty"`
		Evidence string `json:"evidence_sha256"`
	}
	return p.ID, tx.SayBeside(ctx, c.Division, "cut.proposed", p.ID, act{c.Code, string(p.Fate), p.Ground, p.IntoCode, digest}, ledger.Words(p.Reason))
}

// Subject is the change that a proposal speaks of: the newest of its power. A
// cancellation or an amendment under way is decided as what it is: Conflict, with
// the change beside it. NotFound when there is no such power.
func Subject(ctx context.Context, r sqldb.Reader, id sqldb.ID) (power.Change, error) {
	c, err := power.Newest(ctx, r, id)
	if err != nil {
		return c, err
	}
	switch {
	case c.State == power.Withdrawn && c.Kind != power.KindAdd: // what was withdrawn left the list as it was
		return power.Standing(ctx, r, id)
	case c.Kind == power.KindCancel && (c.State.Open() || c.State == power.Cancelled):
		return c, errs.Conflictf("事项 %s 已提出取消", c.Code).Fix("请等它决定或者撤回之后再提")
	case c.Kind == power.KindAmend && c.State.Open():
		return c, errs.Conflictf("事项 %s 正在修改，处于“%s”", c.Code, c.State.Label()).Fix("请等修改公布或者撤回之后再提")
	default:
		return c, nil
	}
}

// proposal holds a form against its ground.
func (f ProposalForm) proposal(ctx context.Context, tx *ledger.Tx, c power.Change) (Proposal, error) {
	for _, s := range []*string{&f.Target, &f.Into, &f.Receiver, &f.Followup, &f.Reason} {
		if *s = strings.TrimSpace(*s); utf8.RuneCountInString(*s) > maxText {
			return Proposal{}, errs.Invalidf("有一栏超过 %d 字", maxText).At("说明").Fix("请删减")
		}
	}
	if f.Ground == "" && f.Fate.Exit() && f.Fate != Cancel {
		f.Ground = f.Fate.Grounds()[0]
	}
	if !slices.Contains(Proposable(c), f.Fate) {
		return Proposal{}, errs.Invalidf("处于“%s”的事项不能建议“%s”", c.State.Label(), f.Fate).At("处置意见").Fix("请从列出的处置意见中选择")
	}
	p := Proposal{Change: c.ID, Power: c.Power, Version: c.Version, Department: c.Department, Code: c.Code, Name: c.Name, Category: c.Category,
		Stood: c.State, Stands: c.State, Fate: f.Fate, Ground: f.Ground, TargetKind: f.TargetKind, Target: f.Target, IntoCode: f.Into, LegalForm: f.LegalForm,
		Receiver: f.Receiver, Followup: f.Followup, Reason: f.Reason, order: hanzi.PinyinKey(c.Name)}
	d := p.decision("", "")
	a := begin(tx)
	if err := a.prepare(ctx, []Decision{d}); err != nil {
		return p, err
	}
	if c.State == power.Published { // it is a cancellation that will be decided
		c.Kind = power.KindCancel
	}
	if a.changes[f.Into].State == power.Review { // it is to be kept by the same decision
		a.stays[f.Into] = true
	}
	facts, err := a.facts(ctx, d, c)
	if err != nil {
		return p, err
	}
	if err := justify(d, facts); err != nil {
		return p, err
	}
	if err := a.checkTarget(d, civil(tx.Now())); err != nil {
		return p, err
	}
	if p.Fate == Merge {
		lead := a.changes[d.Into]
		p.Into, p.IntoName, p.TargetKind, p.Target = lead.Power, lead.Name, "部门", a.bodies[lead.Department]
	}
	return p, nil
}

// civil is the day of an instant on the calendar of Asia/Shanghai.
func civil(t time.Time) string {
	return t.In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)
}

// WithdrawProposal withdraws an open proposal (ProposeCut on its department) and
// records "cut.withdrawn"; the reason stands in the addendum. NotFound: none, or
// not theirs. Invalid: no reason. Conflict: it is open no more.
func WithdrawProposal(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID, reason string) error {
	p, err := ProposalByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := may(tx, who, people.ProposeCut, people.Target{Department: p.Department}); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n == 0 || n > maxText {
		return errs.Invalidf("没有写明理由，或者超过 %d 字", maxText).At("reason").Fix("请写明为什么撤回")
	}
	if p.State != Open {
		return closed(p)
	}
	if err := closeProposal(ctx, tx, p, Retired, who.Name, reason); err != nil {
		return err
	}
	division, err := divisionOf(ctx, tx, p.Power)
	if err != nil {
		return err
	}
	return sayWithdrawn(ctx, tx, division, p, reason)
}

func closed(p Proposal) error {
	return errs.Conflictf("对 %s 的建议%s", p.Code, p.State.Label()).Fix("请刷新页面")
}

// retire withdraws the open proposal of a change, if it has one.
func retire(ctx context.Context, tx *ledger.Tx, change sqldb.ID, by, reason string) error {
	p, err := OpenProposal(ctx, tx, change)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return nil
	}
	if err != nil {
		return err
	}
	if err := closeProposal(ctx, tx, p, Retired, by, reason); err != nil {
		return err
	}
	division, err := divisionOf(ctx, tx, p.Power)
	if err != nil {
		return err
	}
	return sayWithdrawn(ctx, tx, division, p, reason)
}

func sayWithdrawn(ctx context.Context, tx *ledger.Tx, division string, p Proposal, reason string) error {
	type act struct {
		Code string `json:"code"`
		Fate string `json:"fate"`
	}
	return tx.SayBeside(ctx, division, "cut.withdrawn", p.ID, act{p.Code, string(p.Fate)}, ledger.Words(reason))
}

// DecisionHeaders are the columns of a decisions workbook, in their usual order.
func DecisionHeaders() []string {
	return []string{"序号", "事项编码", "事项名称", "实施主体", "处置意见", "理由类型", "去向类型", "去向", "并入事项编码", "新事项编码", "新事项名称",
		"说明", "决定机关", "决定日期", "法律形式", "承接资质", "后续监管"}
}

// Line is the line of a decisions workbook that carries the proposal out, once
// somebody fills in who decided and when; no is its number, body the name of the
// department.
func (p Proposal) Line(no, body string) []string {
	return []string{no, p.Code, p.Name, body, string(p.Fate), p.Ground, p.TargetKind, p.Target, p.IntoCode, "", "", p.Reason, "", "",
		string(p.LegalForm), p.Receiver, p.Followup}
}
