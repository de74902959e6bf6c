// Package delegate hands powers down and takes them over (下放, 承接), in both
// directions: from the city to counties, and from above to the city (对上承接).
// Handing down is two-sided: an offer with its legal form; the capacity that the
// receiving side states, and its acceptance or refusal; a hand-over that both
// sides sign; a check afterwards. A power changes hands on the day of hand-over
// and on no other, so at every instant somebody is competent: see Holders.
package delegate

import (
	"slices"
	"strings"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
)

// Direction says which way a power goes.
type Direction string

// The directions.
const (
	Down  Direction = "down"  // 下放: from the city to a county
	Above Direction = "above" // 对上承接: from above to the city
)

// Label is the word for people.
func (d Direction) Label() string {
	if d == Above {
		return "对上承接"
	}
	return "下放"
}

// Form is the legal form of handing down (法律形式).
type Form string

// The legal forms. By statute and by decision the receiver becomes the
// competent body; by entrusting it acts in the name of the offering side, which
// stays liable.
const (
	ByStatute  Form = "法律规定"
	ByDecision Form = "上级决定"
	Entrusted  Form = "委托"
)

// Forms lists the legal forms.
func Forms() []Form { return []Form{ByStatute, ByDecision, Entrusted} }

// Help says what a form asks for.
func (f Form) Help() string {
	switch f {
	case ByStatute:
		return "法律、法规、规章写明县级可以行使，写到条"
	case ByDecision:
		return "上级机关决定下放，写明文号或者名称"
	case Entrusted:
		return "县级以市级部门的名义行使，责任仍由市级部门承担；行政强制不得委托"
	default:
		return ""
	}
}

// Scope says for whom a receiver acts.
type Scope string

// The scopes.
const (
	EachPlace Scope = "each" // 各管各的地域
	OneBody   Scope = "one"  // 整项只交一家: one body for all places
)

// Scopes lists the scopes.
func Scopes() []Scope { return []Scope{EachPlace, OneBody} }

// Label is the word for people.
func (s Scope) Label() string {
	if s == OneBody {
		return "整项只交一家"
	}
	return "各管各的地域"
}

// Parts are the parts of a power that are handed over, as a set of bits.
type Parts int

// The parts of a power. Whoever takes over a power without its decision gets
// the work and not the power (放责任不放权力).
const (
	Accepting   Parts = 1 << iota // 受理
	Examining                     // 审查
	Deciding                      // 决定
	Charging                      // 收费
	Supervising                   // 监管

	Whole Parts = Accepting | Examining | Deciding | Charging | Supervising // 整项
)

// EveryPart lists the parts one by one.
func EveryPart() []Parts { return []Parts{Accepting, Examining, Deciding, Charging, Supervising} }

// Has says whether all of some parts are in the set.
func (p Parts) Has(some Parts) bool { return p&some == some }

// Label is the word for people: 整项, or the parts one by one.
func (p Parts) Label() string {
	if p == Whole {
		return "整项"
	}
	words := map[Parts]string{Accepting: "受理", Examining: "审查", Deciding: "决定", Charging: "收费", Supervising: "监管"}
	var out []string
	for _, x := range EveryPart() {
		if p.Has(x) {
			out = append(out, words[x])
		}
	}
	return strings.Join(out, "、")
}

// Joint is the recorded rule by which the offering side goes on exercising a
// power beside the receiver (共同行使). Without one a power has one body for each
// place.
type Joint string

// The rules by which several bodies may hold one power.
const (
	NotJoint    Joint = ""
	ByTerritory Joint = "地域"
	ByAmount    Joint = "数额"
	ByFiling    Joint = "先立案" // 行政处罚法第二十五条
	ByLead      Joint = "牵头"
)

// Joints lists the rules.
func Joints() []Joint { return []Joint{ByTerritory, ByAmount, ByFiling, ByLead} }

// State is where an offer stands.
type State string

// The states of an offer.
const (
	Offered   State = "offered"    // 待答复
	Refused   State = "refused"    // 不承接
	Accepted  State = "accepted"   // 已承接，待移交
	Signed    State = "signed"     // 已交出，待签收
	Held      State = "held"       // 已移交
	BackAsked State = "back_asked" // 申请交回
	Returned  State = "returned"   // 已收回
	Withdrawn State = "withdrawn"  // 已撤回
)

// States lists the states in the order of an offer's life.
func States() []State {
	return []State{Offered, Accepted, Signed, Held, BackAsked, Refused, Returned, Withdrawn}
}

// Label is the word for people.
func (s State) Label() string {
	switch s {
	case Offered:
		return "待答复"
	case Refused:
		return "不承接"
	case Accepted:
		return "待移交"
	case Signed:
		return "待签收"
	case Held:
		return "已移交"
	case BackAsked:
		return "申请交回"
	case Returned:
		return "已收回"
	case Withdrawn:
		return "已撤回"
	default:
		return string(s)
	}
}

// Alive says whether an offer in this state is under way or holds: no other of
// the same power for the same place may be made beside it.
func (s State) Alive() bool {
	return slices.Contains([]State{Offered, Accepted, Signed, Held, BackAsked}, s)
}

// Next lists the states that an offer may move to: the one transition table of
// handing down. The receiving side may refuse until it signs for the power, the
// offering side withdraw as long; afterwards a power goes back only by asking
// for it (申请交回) or by what a check concludes (收回).
func (s State) Next() []State {
	switch s {
	case Offered:
		return []State{Accepted, Refused, Withdrawn}
	case Accepted:
		return []State{Signed, Refused, Withdrawn}
	case Signed:
		return []State{Held, Refused, Withdrawn}
	case Held:
		return []State{BackAsked, Returned}
	case BackAsked:
		return []State{Held, Returned}
	default:
		return nil
	}
}

// CanMove refuses a move that the transition table does not have (Conflict).
// Refusing what was taken over has a way of its own, which the mend names.
func (s State) CanMove(to State) error {
	if slices.Contains(s.Next(), to) {
		return nil
	}
	if to == Refused && (s == Held || s == BackAsked) {
		return errs.Conflictf("已经签收移交，不能再表示不承接").Fix("确实承接不了的，请申请交回，市级部门同意并定下日期之前仍由你单位办理")
	}
	return errs.Conflictf("处于“%s”，不能转为“%s”", s.Label(), to.Label()).Fix("请刷新页面，看看它走到了哪一步")
}

// Terms are what an offer says (下放意见).
type Terms struct {
	Power     sqldb.ID // zero only for what comes from above and is not in our books yet
	PowerName string   // then its name
	Direction Direction
	Division  string   // the place that receives
	Body      sqldb.ID // the receiving department, of that place
	FromName  string   // Above: the body that hands down
	Document  string   // Above: number of its document
	Form      Form
	Basis     string // the article that names counties, the superior decision, or the basis for entrusting
	Letter    string // 委托书文号, for entrusting
	Until     string // last day of entrusting, "" open
	Parts     Parts
	Scope     Scope
	Joint     Joint
	JointNote string // how the two share it
	Staff     string // support promised: staff, training, equipment, funds
	Training  string
	Equipment string
	Funds     string
	Note      string // further terms
	AnswerBy  string // last day for the answer
	Planned   string // planned day of hand-over
	Months    int    // months after hand-over until the check; 0 stands for six
}

// Capacity is what the receiving side states that it has (承接能力).
type Capacity struct {
	Staff, Trained      int
	Equipment, Premises string
}

// Thin says why a capacity is too thin for a power, "" when it is not: nobody
// trained, or fewer than two people where the law asks for two
// (行政处罚法第四十二条, 行政强制法第十八条).
func (c Capacity) Thin(k power.Category) string {
	switch {
	case c.Staff == 0:
		return "没有办理人员"
	case c.Trained == 0:
		return "没有人经过培训"
	case c.Staff < 2 && (k == power.CategoryPenalty || k == power.CategoryCoercion || k == power.CategorySupervision):
		return "执法人员不足两人"
	default:
		return ""
	}
}

// Conclusion is what a check after hand-over comes to (承接后评估).
type Conclusion string

// The conclusions.
const (
	RunsWell     Conclusion = "运行良好"
	NeedsSupport Conclusion = "需支持"
	TakeItBack   Conclusion = "收回"
)

// Conclusions lists the conclusions.
func Conclusions() []Conclusion { return []Conclusion{RunsWell, NeedsSupport, TakeItBack} }

// Checked is one check of a power after hand-over.
type Checked struct {
	Day        string
	Uses       int // cases since the hand-over or the check before; -1 = not known
	Problems   string
	Conclusion Conclusion
	By         string
	At         time.Time
}

// Step is one act of an offer's history.
type Step struct {
	Kind string // offered, reoffered, accepted, refused, withdrawn, signed, received, back_asked, back_declined, returned, lapsed, checked
	Day  string // that the act speaks of, "" where there is none
	Note string // what was said
	By   string
	Side string // name of the department acted for
	At   time.Time
}

// Label is the word for people.
func (s Step) Label() string {
	switch s.Kind {
	case "offered":
		return "提出下放"
	case "reoffered":
		return "再次提出"
	case "accepted":
		return "同意承接"
	case "refused":
		return "不承接"
	case "withdrawn":
		return "撤回"
	case "signed":
		return "签字交出"
	case "received":
		return "签收"
	case "back_asked":
		return "申请交回"
	case "back_declined":
		return "不同意交回"
	case "returned":
		return "收回"
	case "checked":
		return "承接后评估"
	case "lapsed":
		return "委托期满"
	default:
		return s.Kind
	}
}

// Handover is one offer as it stands, and what became of it, with the names that a page shows. The power's
// name, code and category are those of its present wording.
type Handover struct {
	ID       sqldb.ID
	No       int // running number, for papers
	Terms    Terms
	Earlier  sqldb.ID // the refused or withdrawn offer that this one follows, zero for none
	State    State
	Due      string // the day until which the next act is due, "" for none
	Capacity Capacity
	Answer   string // what the receiving side said
	Open     int    // matters under way when it was handed over
	OpenHow  string
	List     string // 交接清单: papers, seals, systems
	From, To string // the days from which and before which the receiver holds it; "" not yet, open
	At       time.Time
	Moved    time.Time

	Code, Name string
	Category   power.Category
	Owner      sqldb.ID // the department that offers; zero for Above
	OwnerName  string
	BodyName   string
	Place      string // name of the receiving place
}

// Late says whether the next act is overdue on a day.
func (o Handover) Late(today string) bool { return o.Due != "" && o.Due < today }

// Next says in words what is due next, "" when nothing is.
func (o Handover) Next() string {
	switch o.State {
	case Offered:
		return "等待" + o.BodyName + "答复"
	case Accepted:
		return "等待" + o.OwnerName + "签字移交"
	case Signed:
		return "等待" + o.BodyName + "签收"
	case Held:
		return "等待" + o.OwnerName + "评估运行情况"
	case BackAsked:
		return "等待" + o.OwnerName + "答复交回申请"
	case Refused:
		return "可以说明情况后再次提出"
	default:
		return ""
	}
}

// Lapsed says whether the term of entrusting has passed on a day: the receiver
// acts no longer, whatever the state.
func (o Handover) Lapsed(day string) bool {
	return o.Terms.Until != "" && o.Terms.Until < day && (o.State == Held || o.State == BackAsked)
}

// HoldsOn says whether the receiver holds what was handed over on a day.
func (o Handover) HoldsOn(day string) bool {
	return o.From != "" && o.From <= day && (o.To == "" || day < o.To) && (o.Terms.Until == "" || day <= o.Terms.Until)
}
