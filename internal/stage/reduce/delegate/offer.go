package delegate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
)

var errAnother = errors.New("delegate: the transaction acts for somebody else than the person whose rights were asked")

// civil is the civil day of an instant in Asia/Shanghai.
func civil(t time.Time) string {
	return t.In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)
}

// may holds an act for a department against the rights of the person, who must
// be the one that the ledger will name: of a department that ended the one that
// took over from it acts. It gives the name of the department acted for.
func may(ctx context.Context, tx *ledger.Tx, who *people.Who, a people.Action, department sqldb.ID) (string, error) {
	if tx.Actor().ID != who.Account.String() {
		return "", errAnother
	}
	if err := who.May(a); err != nil {
		return "", err
	}
	if department.IsZero() { // what comes from above is recorded by those who see all
		return "法制机构", who.MayOn(a, people.Target{})
	}
	now, err := org.Responsible(ctx, tx, department, civil(tx.Now()))
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return "", people.Unknown().Because(err)
	}
	if err != nil {
		return "", err
	}
	return now.Name, who.MayOn(a, people.Target{Department: now.ID})
}

// Offer offers a power (提出下放), or records what comes from above (对上承接), and
// records "handover.offered". It takes the right OfferPower on the power's
// department; what comes from above is recorded by whoever has it for all.
//
// Invalid at the field: the legal form does not name what it must, the receiver
// is none of the place, a day cannot be. Conflict: the power is not there to be
// handed down, or the place has a living offer of it. NotFound: no such power,
// or not theirs.
//
// rule:减权/承接 下放须有法律形式、承接部门和计划日期，由承接方说明能力后同意或者不同意，双方签字移交，到期评估
func Offer(ctx context.Context, tx *ledger.Tx, who *people.Who, t Terms) (sqldb.ID, error) {
	return offer(ctx, tx, who, t, nil)
}

// Reoffer offers again what was refused or withdrawn, on other terms; the new
// offer remembers the earlier one, whose history stays. It records
// "handover.offered". Beside what Offer says, Conflict: the earlier offer is
// still alive, or was followed by another one already.
func Reoffer(ctx context.Context, tx *ledger.Tx, who *people.Who, earlier sqldb.ID, t Terms) (sqldb.ID, error) {
	was, err := ByID(ctx, tx, earlier)
	if err != nil {
		return sqldb.ID{}, err
	}
	if _, err := may(ctx, tx, who, people.OfferPower, was.Owner); err != nil {
		return sqldb.ID{}, err
	}
	if was.State.Alive() {
		return sqldb.ID{}, errs.Conflictf("原来的一件处于“%s”，不用再次提出", was.State.Label()).Fix("请刷新页面")
	}
	next, err := Following(ctx, tx, earlier)
	if err != nil {
		return sqldb.ID{}, err
	}
	if !next.IsZero() {
		return sqldb.ID{}, errs.Conflictf("这一件已经再次提出").Fix("请看后一件办到哪里")
	}
	t.Direction, t.Power, t.PowerName = was.Terms.Direction, was.Terms.Power, was.Terms.PowerName
	return offer(ctx, tx, who, t, &was)
}

func offer(ctx context.Context, tx *ledger.Tx, who *people.Who, t Terms, was *Handover) (sqldb.ID, error) {
	t.tidy()
	if err := t.checkFrom(); err != nil {
		return sqldb.ID{}, err
	}
	o := Handover{ID: sqldb.NewID(), Terms: t, State: Offered, Due: t.AnswerBy}
	s, err := offered(ctx, tx, t)
	if err != nil {
		return sqldb.ID{}, err
	}
	if t.Direction == Down {
		o.Owner = s.owner
	}
	side, err := may(ctx, tx, who, people.OfferPower, o.Owner)
	if err != nil {
		return sqldb.ID{}, err
	}
	if err := t.judgeAll(ctx, tx, s, civil(tx.Now())); err != nil {
		return sqldb.ID{}, err
	}
	kind := "offered"
	if was != nil {
		o.Earlier, kind = was.ID, "reoffered"
	}
	if err := insertOffer(ctx, tx, &o); err != nil {
		return sqldb.ID{}, err
	}
	return o.ID, record(ctx, tx, who, o, Step{Kind: kind, Day: t.Planned, Note: t.Note, Side: side}, "handover.offered")
}

// offered finds the power of an offer. Only what a department exercises, or what
// was decided to go down, can be offered.
func offered(ctx context.Context, r sqldb.Reader, t Terms) (standing, error) {
	if t.Power.IsZero() {
		return standing{}, nil
	}
	all, err := standings(ctx, r, t.Power)
	if err != nil {
		return standing{}, err
	}
	s, ok := all[t.Power]
	switch {
	case !ok:
		return s, people.Unknown()
	case t.Direction == Down && !s.kept():
		return s, errs.Conflictf("事项 %s 处于“%s”，没有可以下放的权力", s.code, s.state.Label()).At("power").Fix("请核对事项编码")
	}
	return s, nil
}

// judgeAll holds an offer against the act, the books and the library.
func (t Terms) judgeAll(ctx context.Context, tx *ledger.Tx, s standing, today string) error {
	here, err := org.Here(ctx, tx)
	if err != nil {
		return err
	}
	if err := t.check(s.category, today); err != nil {
		return err
	}
	day := max(today, t.Planned)
	if err := t.checkBody(ctx, tx, s.category, here, day); err != nil {
		return err
	}
	if err := t.checkBasis(ctx, tx, s.category, day); err != nil {
		return err
	}
	if t.Power.IsZero() {
		return nil
	}
	other, found, err := alive(ctx, tx, t.Power, t.Division)
	if err != nil {
		return err
	}
	if found && other.Lapsed(today) {
		found, err = false, lapse(ctx, tx, other)
	}
	if err != nil {
		return err
	}
	if found {
		return errs.Conflictf("%s对%s已有第 %d 号下放，处于“%s”", s.code, other.Place, other.No, other.State.Label()).At("division").Fix("请先看那一件办到哪里")
	}
	return exclusive(ctx, tx, t, sqldb.ID{}, today)
}

// exclusive refuses an offer or an acceptance beside one that leaves no room for
// it: a power that one body takes for all places has no second receiver.
func exclusive(ctx context.Context, r sqldb.Reader, t Terms, except sqldb.ID, today string) error {
	others, err := taken(ctx, r, t.Power, except)
	if err != nil {
		return err
	}
	for _, o := range others {
		if !o.Lapsed(today) && (t.Scope == OneBody || o.Terms.Scope == OneBody) {
			return errs.Conflictf("这一项只交一家，%s（%s）已经承接", o.BodyName, o.Place).At("scope").Fix(fmt.Sprintf("需要改由别家办理的，请先收回第 %d 号", o.No))
		}
	}
	return nil
}

// lapse closes an offer whose term of entrusting has passed, so that another may
// follow it. Who holds the power does not change by it: the term did that.
func lapse(ctx context.Context, tx *ledger.Tx, o Handover) error {
	o.To, o.Due = ends("", o.Terms.Until), ""
	if err := move(ctx, tx, &o, Returned); err != nil {
		return err
	}
	return insertStep(ctx, tx, o, Step{Kind: "lapsed", Day: o.To, By: tx.Actor().Name, Side: o.OwnerName, At: tx.Now()}, sqldb.ID{})
}

// Withdraw takes an offer back before the receiver signs for it (OfferPower),
// and records "handover.withdrawn". Invalid: no reason. Conflict: it was handed
// over, or ended otherwise.
func Withdraw(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID, reason string) error {
	return act{kind: "withdrawn", said: "handover.withdrawn", right: people.OfferPower, to: Withdrawn, note: reason, needs: "撤回的理由"}.do(ctx, tx, who, id, func(o *Handover) error {
		o.Due = ""
		return nil
	})
}

// act is one act on an offer that moves it.
type act struct {
	kind, said string
	right      people.Action
	from, to   State // from: the only state it starts from; "" for any that the transition table has
	day, note  string
	needs      string // what the note is, where it must be given
}

// do runs an act: rights, the note, what change does to the offer, the move, the
// step of the history and the entry of the ledger.
func (a act) do(ctx context.Context, tx *ledger.Tx, who *people.Who, id sqldb.ID, change func(o *Handover) error) error {
	if err := who.May(a.right); err != nil {
		return err
	}
	o, err := ByID(ctx, tx, id)
	if err != nil {
		return err
	}
	side, err := may(ctx, tx, who, a.right, o.acting(a.right))
	if err != nil {
		return err
	}
	if a.note, err = worded(a.note, a.needs); err != nil {
		return err
	}
	if err := a.open(ctx, tx, o); err != nil {
		return err
	}
	if err := change(&o); err != nil {
		return err
	}
	if err := move(ctx, tx, &o, a.to); err != nil {
		return err
	}
	return record(ctx, tx, who, o, Step{Kind: a.kind, Day: a.day, Note: a.note, Side: side}, a.said)
}

// open refuses an act on an offer that stands elsewhere, and says who took it
// there: two people of one county may have it before them at once.
func (a act) open(ctx context.Context, r sqldb.Reader, o Handover) error {
	err := o.State.CanMove(a.to)
	if err == nil && a.from != "" && o.State != a.from {
		err = errs.Conflictf("处于“%s”，不能这样办理", o.State.Label()).Fix("请刷新页面，看看它走到了哪一步")
	}
	if err == nil || a.to == Refused && (o.State == Held || o.State == BackAsked) {
		return err
	}
	steps, fault := Steps(ctx, r, o.ID)
	if fault != nil || len(steps) == 0 {
		return fault
	}
	last := steps[len(steps)-1]
	return errs.Conflictf("%s%s已办理“%s”，现在是“%s”", last.Side, last.By, last.Label(), o.State.Label()).Fix("请刷新页面，看看它走到了哪一步").Because(err)
}

// acting is the department whose side an action takes.
func (o Handover) acting(a people.Action) sqldb.ID {
	if a == people.TakePower {
		return o.Terms.Body
	}
	return o.Owner
}

// worded trims a note and refuses a missing or too long one.
func worded(note, needs string) (string, error) {
	note = strings.TrimSpace(note)
	switch n := utf8.RuneCountInString(note); {
	case n == 0 && needs != "":
		return "", errs.Invalidf("没有写明%s", needs).At("note").Fix("请写清楚，对方和以后查阅的人都要看")
	case n > maxText:
		return "", errs.Invalidf("超过 %d 字", maxText).At("note").Fix("请删减")
	}
	return note, nil
}

// record writes a step of the history and the entry of the ledger. What somebody
// wrote in their own words goes into the addendum.
func record(ctx context.Context, tx *ledger.Tx, who *people.Who, o Handover, s Step, kind string) error {
	s.By, s.At = who.Name, tx.Now()
	if err := insertStep(ctx, tx, o, s, who.Account); err != nil {
		return err
	}
	here, err := org.Here(ctx, tx)
	if err != nil {
		return err
	}
	type public struct {
		No        int       `json:"no"`
		Power     string    `json:"power,omitempty"`
		Direction Direction `json:"direction"`
		Division  string    `json:"division"`
		Body      string    `json:"body"`
		Form      Form      `json:"form"`
		Basis     string    `json:"basis"`
		Parts     string    `json:"parts"`
		Scope     Scope     `json:"scope"`
		State     State     `json:"state"`
		Act       string    `json:"act"`
		Day       string    `json:"day,omitempty"`
		Earlier   string    `json:"earlier,omitempty"`
	}
	t := o.Terms
	p := public{No: o.No, Direction: t.Direction, Division: t.Division, Body: t.Body.String(), Form: t.Form, Basis: t.Basis,
		Parts: t.Parts.Label(), Scope: t.Scope, State: o.State, Act: s.Kind, Day: s.Day}
	if !t.Power.IsZero() {
		p.Power = t.Power.String()
	}
	if !o.Earlier.IsZero() {
		p.Earlier = o.Earlier.String()
	}
	return tx.SayBeside(ctx, here, kind, o.ID, p, ledger.Words(s.Note))
}
