package measure

import (
	"slices"
	"strings"
	"time"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/stage/reduce/delegate"
)

// World is all that the count rests on.
type World struct {
	Matters []Matter // in the order of their codes
	Units   []Unit   // departments in their order
	Places  []string // the places to which powers are handed down
}

// Unit is a department by name.
type Unit struct {
	ID   sqldb.ID
	Name string
}

// Matter is a power with what the count asks of it.
type Matter struct {
	ID         sqldb.ID
	Code       string
	Origin     power.Origin
	Unit       sqldb.ID // that reported it
	Created    time.Time
	State      power.State // of the change that added it
	Left       time.Time   // when that change moved last
	First, Now power.Version
	Decided    Decision
	Parents    []Parent // the powers that it takes over from, as recorded
	Usage      []power.Usage
	Handed     []Handed
}

// Parent is a recorded predecessor.
type Parent struct {
	ID     sqldb.ID
	Reason string // 整合, 拆分
}

// Decision is the latest decision on a power; the zero Decision is none.
type Decision struct {
	Fate       reduce.Fate
	Ground     string // 减权/1 依据不足 …
	TargetKind string
	Target     string
	Reason     string
	Form       string // 法律形式
	Receiver   string // 承接资质
	FollowUp   string // 后续监管
	On         string // day
}

// ground is the name of the ground without its words: 减权/1.
func (d Decision) ground() string {
	g, _, _ := strings.Cut(d.Ground, " ")
	return g
}

// Handed is one hand-over of a power that took place and holds.
type Handed struct {
	Place          string // "" for all places
	Body           string // name of the receiver
	Form           delegate.Form
	Parts          delegate.Parts
	Joint          bool   // the offering side goes on exercising it
	From           string // day
	Staff, Trained int
	Idle           bool // the latest check found that it was never used
}

// raw is where the books count a power: by the state of the change that added it.
func (m *Matter) raw() Place {
	switch {
	case m.State.Kept():
		return Kept
	case m.State == power.Ended || exited(m.State):
		return Cut
	default:
		return Open
	}
}

// exited says whether a state is one of the exits of the reform.
func exited(s power.State) bool {
	switch s {
	case power.Cancelled, power.HandedDown, power.Transferred, power.MergedAway, power.Frozen, power.Reclassified:
		return true
	default:
		return false
	}
}

// fate is what was decided, as the books have it: what left the list later was
// cancelled.
func (m *Matter) fate() reduce.Fate {
	switch {
	case m.State == power.Ended:
		return reduce.Cancel
	case m.Decided.Fate == "" || m.raw() == Open:
		return reduce.Undecided
	default:
		return m.Decided.Fate
	}
}

// title is the name, behind its main item where it says little by itself (变更, 补证).
func title(v power.Version) string {
	if v.MainItem == "" || len([]rune(v.Name)) >= fullName || strings.Contains(v.Name, v.MainItem) {
		return v.Name
	}
	return v.MainItem + v.Name
}

// fullName is the number of characters from which a name stands by itself.
const fullName = 6

// noPower says what a power is instead of an administrative power, "" for nothing
// (五对照/1): by its category, by its name, by being a service, or as something
// that its decision calls internal and that concerns nobody outside. What the
// government lists is one whatever the words say, so the caller asks only of
// others.
func (m *Matter) noPower() string {
	v := m.First
	switch what, word := power.OutOfScope(v.Category, v.Name); {
	case v.Category == power.CategoryService:
		return "公共服务"
	case power.NotAPower(v.SchemeCategory):
		return v.SchemeCategory
	case what != "":
		return what + "（“" + word + "”）"
	case v.Category == power.CategoryOther && isService(v.Name) && !approvalLike(v):
		return "咨询、信息一类的服务"
	case m.State == power.Reclassified && m.Decided.TargetKind == "内部管理" && v.Category == power.CategoryOther && inHouse(v):
		return "内部管理"
	case ownStaff(v):
		return "内部管理（只对“" + v.Elements.Object + "”）"
	default:
		return ""
	}
}

// isService says whether a name is that of a plain service to everybody.
func isService(name string) bool {
	return hasAny(name, "政策咨询", "咨询服务", "信息服务", "查询服务", "信息查询", "宣传服务", "技术咨询", "便民服务")
}

// inHouse says whether a power concerns only bodies of the government, and nobody
// applies for it or hands papers in.
func inHouse(v power.Version) bool {
	return v.Initiative != power.OnApplication && v.Elements.Materials == "" && everyOne(v.Elements.Object, func(who string) bool {
		return !hasAny(who, "公民", "法人", "企业", "组织", "个人", "经营者", "申请人") && hasAny(who, "机关", "本系统", "工作人员", "下级")
	})
}

// ownStaff says whether a power is done to nobody but the department's own people,
// whatever its category: approving their leave or their spending is no licence
// (行政许可法第三条第二款).
func ownStaff(v power.Version) bool {
	return everyOne(v.Elements.Object, func(who string) bool {
		for _, own := range []string{"本局", "本委", "本机关", "本系统", "本部门"} {
			if strings.HasPrefix(who, own) {
				return !hasAny(who, "服务对象", "管辖", "监管", "企业", "申请人", "许可")
			}
		}
		return false
	})
}

// everyOne says whether an object names somebody, and all that it names are such.
func everyOne(object string, such func(who string) bool) bool {
	all := strings.FieldsFunc(object, func(r rune) bool { return strings.ContainsRune("、，,；;/ \n和及与或", r) })
	return len(all) > 0 && !slices.ContainsFunc(all, func(who string) bool { return !such(who) })
}

func hasAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// maxTime is after everything that came in.
func maxTime(ms []Matter) time.Time {
	var out time.Time
	for i := range ms {
		if ms[i].Created.After(out) {
			out = ms[i].Created
		}
	}
	return out
}
