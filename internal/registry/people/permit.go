package people

import (
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
)

// Action is something that a route lets one do. Every route of the staff pages
// names exactly one.
type Action string

// The actions, each with what it lets one do.
const (
	Work Action = "work" // own home page, own account: everybody signed in

	SeePowers   Action = "powers.see"    // read powers that are not published, with findings, opinions, submissions
	FillPowers  Action = "powers.fill"   // drafts, versions, imports, attachments of a department
	SignUp      Action = "round.sign"    // sign the self-check and hand up (自查签字, 上报)
	AnswerNotes Action = "opinion.reply" // answer opinions

	SeeReview    Action = "review.see"      // the audit group's desk: queue, conclusions, draft opinions; never a department's
	Conclude     Action = "review.conclude" // conclusions, draft opinions, bulk acts
	HandDown     Action = "round.handdown"  // hand down the opinions of a submission
	RunRounds    Action = "round.manage"    // open and close campaigns, deadlines, groups
	Rule         Action = "round.rule"      // rule on what stays disputed
	SeeRounds    Action = "round.see"       // convergence, boards
	ComparePeers Action = "peer.compare"    // import other places' lists, answer differences

	SeeCuts      Action = "cuts.see"        // proposals of 减权, overlaps, boundaries
	ProposeCut   Action = "cuts.propose"    // write a proposal sheet, judge an overlap
	DecideCuts   Action = "cuts.decide"     // carry proposals out in the name of the body that decided
	MarkBoundary Action = "boundary.record" // record and confirm a boundary between departments
	SeeHandovers Action = "handover.see"    // powers offered down and taken over
	OfferPower   Action = "handover.offer"  // offer a power, name the day, check afterwards
	TakePower    Action = "handover.answer" // state the capacity, accept or refuse what is offered
	SeeConsult   Action = "consult.see"     // comments of a consultation, those held back included
	RunConsult   Action = "consult.manage"  // open and close notices, hold comments back, meetings, hot questions, media
	AnswerPublic Action = "comment.answer"  // answer comments of the public
	KeepWords    Action = "words.keep"      // everyday words of items, searches without a hit
	SealFigures  Action = "figures.seal"    // seal the baseline of an approved edition

	SeeBasis    Action = "basis.see"    // tasks of 依据变动, clues of 缺漏对照
	AnswerBasis Action = "basis.answer" // end tasks
	ManageBasis Action = "basis.manage" // follow the library, one-click update, terms

	ManageAccounts Action = "account.manage"  // create, disable accounts; departments and groups: 系统管理员
	ManageSecurity Action = "security.manage" // roles, password profile, unlock, reset second factors: 安全管理员
	ReadAudit      Action = "audit.read"      // acts in the ledger, sign-ins: 审计管理员

	ShowPersonal Action = "personal.show" // see masked personal data, with a reason
)

// Actions lists the actions.
func Actions() []Action {
	return []Action{Work, SeePowers, FillPowers, SignUp, AnswerNotes, SeeReview, Conclude, HandDown, RunRounds, Rule, SeeRounds, ComparePeers,
		SeeCuts, ProposeCut, DecideCuts, MarkBoundary, SeeHandovers, OfferPower, TakePower, SeeConsult, RunConsult, AnswerPublic, KeepWords, SealFigures,
		SeeBasis, AnswerBasis, ManageBasis, ManageAccounts, ManageSecurity, ReadAudit, ShowPersonal}
}

// Reach is how far a permission goes.
type Reach int

// The reaches: one's own department, the departments of one's audit group, all.
const (
	Own Reach = iota + 1
	Grouped
	All
)

// Permit is one row of the permission table. States, where given, are the only
// states of a change in which the action is open; in others it is a Conflict.
type Permit struct {
	Action Action
	Role   Role
	Reach  Reach
	States []power.State // nil: any
}

// Permits is the one permission table (权限表): role x action x own or other
// department x state. What is not in it is forbidden, but Work, which is open
// to everybody signed in, with or without a role.
func Permits() []Permit {
	return slices.Concat(clearing(), cutting(), keeping())
}

// clearing are the rows of clearing in rounds (清权).
func clearing() []Permit {
	drafting := []power.State{power.SelfCheck, power.Published}
	review := []power.State{power.HandedUp, power.Review}
	return []Permit{
		{SeePowers, Clerk, Own, nil},
		{SeePowers, Head, Own, nil},
		{SeePowers, Window, Own, nil},
		{SeePowers, Officer, Own, nil},
		{SeePowers, Reviewer, Grouped, nil},
		{SeePowers, GroupLeader, Grouped, nil},
		{SeePowers, Leading, All, nil},
		{SeePowers, Legal, All, nil},
		{SeePowers, Supervisor, All, nil},
		{FillPowers, Clerk, Own, drafting},
		{FillPowers, Head, Own, drafting},
		{SignUp, Head, Own, nil},
		{AnswerNotes, Clerk, Own, nil},
		{AnswerNotes, Head, Own, nil},
		{SeeReview, Reviewer, Grouped, nil},
		{SeeReview, GroupLeader, Grouped, nil},
		{SeeReview, Leading, All, nil},
		{SeeReview, Legal, All, nil},
		{SeeReview, Supervisor, All, nil},
		{Conclude, Reviewer, Grouped, review},
		{Conclude, GroupLeader, Grouped, review},
		{HandDown, GroupLeader, Grouped, nil},
		{RunRounds, Legal, All, nil},
		{Rule, Leading, All, nil},
		{SeeRounds, Clerk, Own, nil},
		{SeeRounds, Head, Own, nil},
		{SeeRounds, Reviewer, Grouped, nil},
		{SeeRounds, GroupLeader, Grouped, nil},
		{SeeRounds, Leading, All, nil},
		{SeeRounds, Legal, All, nil},
		{SeeRounds, Supervisor, All, nil},
		{ComparePeers, Reviewer, Grouped, nil},
		{ComparePeers, GroupLeader, Grouped, nil},
		{ComparePeers, Legal, All, nil},
	}
}

// cutting are the rows of cutting, handing down and hearing the public (减权, 开门搞清单).
func cutting() []Permit {
	open := []power.State{power.Review, power.Proposed, power.Consulting, power.Published}
	return []Permit{
		{SeeCuts, Clerk, Own, nil},
		{SeeCuts, Head, Own, nil},
		{SeeCuts, Reviewer, Grouped, nil},
		{SeeCuts, GroupLeader, Grouped, nil},
		{SeeCuts, Leading, All, nil},
		{SeeCuts, Legal, All, nil},
		{SeeCuts, Supervisor, All, nil},
		{ProposeCut, Reviewer, Grouped, open},
		{ProposeCut, GroupLeader, Grouped, open},
		{ProposeCut, Legal, All, open},
		{DecideCuts, Leading, All, nil},
		{MarkBoundary, Head, Own, nil},
		{MarkBoundary, Legal, All, nil},
		{SeeHandovers, Clerk, Own, nil},
		{SeeHandovers, Head, Own, nil},
		{SeeHandovers, Reviewer, Grouped, nil},
		{SeeHandovers, GroupLeader, Grouped, nil},
		{SeeHandovers, Leading, All, nil},
		{SeeHandovers, Legal, All, nil},
		{SeeHandovers, Supervisor, All, nil},
		{OfferPower, Head, Own, nil},
		{OfferPower, Legal, All, nil},
		{TakePower, Head, Own, nil},
		{SeeConsult, Clerk, Own, nil},
		{SeeConsult, Head, Own, nil},
		{SeeConsult, Leading, All, nil},
		{SeeConsult, Legal, All, nil},
		{SeeConsult, Supervisor, All, nil},
		{RunConsult, Legal, All, nil},
		{AnswerPublic, Clerk, Own, nil},
		{AnswerPublic, Head, Own, nil},
		{AnswerPublic, Legal, All, nil},
		{KeepWords, Clerk, Own, nil},
		{KeepWords, Head, Own, nil},
		{KeepWords, Legal, All, nil},
		{SealFigures, Legal, All, nil},
	}
}

// keeping are the rows of changed laws, and of the administrators.
func keeping() []Permit {
	return []Permit{
		{SeeBasis, Clerk, Own, nil},
		{SeeBasis, Head, Own, nil},
		{SeeBasis, Legal, All, nil},
		{SeeBasis, Leading, All, nil},
		{SeeBasis, Supervisor, All, nil},
		{AnswerBasis, Clerk, Own, nil},
		{AnswerBasis, Head, Own, nil},
		{AnswerBasis, Legal, All, nil},
		{ManageBasis, Legal, All, nil},
		{ManageAccounts, SystemAdmin, All, nil},
		{ManageSecurity, SecurityAdmin, All, nil},
		{ReadAudit, AuditAdmin, All, nil},
		{ShowPersonal, SystemAdmin, All, nil},
		{ShowPersonal, Legal, All, nil},
		{ShowPersonal, Supervisor, All, nil},
	}
}

// rows gives the rows of the table that speak of an action and one of somebody's
// roles.
func (w *Who) rows(a Action) []Permit {
	if a == Work && !w.Account.IsZero() {
		return []Permit{{Action: Work, Reach: All}}
	}
	var out []Permit
	for _, p := range Permits() {
		if p.Action == a && w.Is(p.Role) {
			out = append(out, p)
		}
	}
	return out
}

// May refuses an action that none of somebody's roles has, wherever: Forbidden.
// A route asks it before its handler runs.
func (w *Who) May(a Action) error {
	if len(w.rows(a)) == 0 {
		return errs.New(errs.Forbidden, "你的角色不能办理这件事").Fix("需要办理的，请联系本单位的系统管理员和安全管理员")
	}
	return nil
}

// Target is what an action is done to: something of a department, and where a
// change is concerned its state.
type Target struct {
	Department sqldb.ID
	State      power.State // "" where no change is concerned
}

// MayOn refuses an action on something. What lies beyond somebody's reach is
// NotFound, in the words of what does not exist, so that an address says
// nothing of other departments; what is within reach but in another state is a
// Conflict; an action of no role of theirs is Forbidden.
func (w *Who) MayOn(a Action, t Target) error {
	if err := w.May(a); err != nil {
		return err
	}
	var reached bool
	for _, p := range w.rows(a) {
		if !w.reaches(p.Reach, t.Department) {
			continue
		}
		if t.State == "" || p.States == nil || slices.Contains(p.States, t.State) {
			return nil
		}
		reached = true
	}
	if reached {
		return errs.Conflictf("事项处于“%s”，现在不能这样办理", t.State.Label()).Fix("请刷新页面，看看它走到了哪一步")
	}
	return Unknown()
}

// Unknown is the answer to whoever asks for what does not exist or is not
// theirs to know.
func Unknown() *errs.Error {
	return errs.NotFoundf("没有这条记录，或者它不在你的职责范围内").Fix("请从待办重新进入")
}

func (w *Who) reaches(r Reach, department sqldb.ID) bool {
	switch r {
	case All:
		return true
	case Own:
		return !department.IsZero() && department == w.Department
	case Grouped:
		return slices.Contains(w.Reviews, department)
	default:
		return false
	}
}

// Scope is how far an action of somebody goes: every department, or those
// listed. Lists, searches, counts and exports are cut to it in SQL.
type Scope struct {
	All         bool
	Departments []sqldb.ID
}

// Scope gives how far an action goes; one that is not theirs reaches nothing.
func (w *Who) Scope(a Action) Scope {
	var s Scope
	for _, p := range w.rows(a) {
		switch p.Reach {
		case All:
			return Scope{All: true}
		case Own:
			if !w.Department.IsZero() {
				s.Departments = append(s.Departments, w.Department)
			}
		case Grouped:
			s.Departments = append(s.Departments, w.Reviews...)
		}
	}
	slices.SortFunc(s.Departments, func(a, b sqldb.ID) int { return slices.Compare(a[:], b[:]) })
	s.Departments = slices.Compact(s.Departments)
	return s
}

// Has says whether a department lies within the scope.
func (s Scope) Has(department sqldb.ID) bool {
	return s.All || slices.Contains(s.Departments, department)
}

// Within adds to a query that a column of departments lies within the scope.
func (s Scope) Within(w *sqldb.Where, column string) {
	switch {
	case s.All:
	case len(s.Departments) == 0:
		w.And("1 = 0")
	default:
		marks, args := sqldb.In(s.Departments)
		w.And(column+" in ("+marks+")", args...)
	}
}
