// Package peer holds the list against the lists of other places (五对照/5,
// 外地清单): which powers are the same matter, what the other place has and we
// have not and the other way round, and where the two differ in name, category,
// basis or level. The alignment is derived and made anew whenever either list
// changed; what people answer to a difference is an act and is found again by
// the next alignment, also of a newer state of the same list.
package peer

import (
	"time"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
)

// Kind is what a difference is about.
type Kind string

// The kinds, in the order in which they are worked off.
const (
	MissingHere     Kind = "missing_here"  // 对方有我方无
	MissingThere    Kind = "missing_there" // 我方有对方无
	NameDiffers     Kind = "name"          // 名称不同
	CategoryDiffers Kind = "category"      // 类别不同
	BasisDiffers    Kind = "basis"         // 依据不同
	LevelDiffers    Kind = "level"         // 层级不同
)

// Kinds lists the kinds in their order.
func Kinds() []Kind {
	return []Kind{MissingHere, MissingThere, NameDiffers, CategoryDiffers, BasisDiffers, LevelDiffers}
}

// Label is the word for people.
func (k Kind) Label() string {
	switch k {
	case MissingHere:
		return "对方有我方无"
	case MissingThere:
		return "我方有对方无"
	case NameDiffers:
		return "名称不同"
	case CategoryDiffers:
		return "类别不同"
	case BasisDiffers:
		return "依据不同"
	case LevelDiffers:
		return "层级不同"
	default:
		return string(k)
	}
}

// State says whether somebody has answered a difference.
type State string

// The states.
const (
	Open     State = "open"     // 待核对
	Answered State = "answered" // 已核对
)

// Label is the word for people.
func (s State) Label() string {
	if s == Answered {
		return "已核对"
	}
	return "待核对"
}

// Verdict is what a person concludes of a difference.
type Verdict string

// The answers.
const (
	AddIt   Verdict = "add"     // 补列为遗漏
	NoDuty  Verdict = "no_duty" // 无此职责
	SameAs  Verdict = "same"    // 与我方另一事项是同一事项
	Unify   Verdict = "unify"   // 统一
	KeepIt  Verdict = "keep"    // 维持
	NotSame Verdict = "apart"   // 不是同一事项
	Recheck Verdict = "recheck" // 交部门核实依据
	Other   Verdict = "other"   // 其他
)

// Answers lists what may be answered to a kind of difference.
func (k Kind) Answers() []Verdict {
	switch k {
	case MissingHere:
		return []Verdict{AddIt, NoDuty, SameAs, Other}
	case MissingThere:
		return []Verdict{KeepIt, Recheck, Other}
	default:
		return []Verdict{Unify, KeepIt, NotSame, Other}
	}
}

// Label is the word for an answer to a kind of difference.
func (a Verdict) Label(k Kind) string {
	switch a {
	case AddIt:
		return "补列为遗漏"
	case NoDuty:
		return "无此职责"
	case SameAs:
		return "我方已有，名称不同"
	case Unify:
		return map[Kind]string{NameDiffers: "名称统一", CategoryDiffers: "类别统一", BasisDiffers: "依据统一", LevelDiffers: "层级统一"}[k]
	case KeepIt:
		return "维持"
	case NotSame:
		return "不是同一事项"
	case Recheck:
		return "交部门核实"
	case Other:
		return "其他"
	default:
		return string(a)
	}
}

// Help says what follows from an answer to a kind of difference.
func (a Verdict) Help(k Kind) string {
	switch a {
	case AddIt:
		return "由所选部门作为遗漏补充上报"
	case NoDuty:
		return "本地没有这项职责，要写明理由"
	case SameAs:
		return "是我方某一事项的另一种叫法，重新比对时按同一事项处理"
	case Unify:
		return "按对方的写法统一，由部门修改后上报"
	case KeepIt:
		return "按我方现在的写法不变，要写明理由"
	case NotSame:
		return "机器认错了，重新比对时不再当作同一事项"
	case Recheck:
		return "请部门核实有没有依据、是不是已经调整，要写明核实什么"
	default:
		return "写明情况"
	}
}

// NeedsNote says whether an answer must be given a reason: whatever leaves the
// difference as it is.
func (a Verdict) NeedsNote() bool { return a == NoDuty || a == KeepIt || a == Other || a == Recheck }

// Difference is one line of the worklist.
type Difference struct {
	ID         sqldb.ID // the same whenever the same difference is found again
	List       sqldb.ID
	Kind       Kind
	Item       string   // key of the other place's item, "" for MissingThere
	Seq        int      // its place in the list, 0 for MissingThere
	Power      sqldb.ID // ours; of MissingHere one that left the list, zero where there was none
	Version    sqldb.ID
	Department sqldb.ID // ours, of MissingHere the one suggested; zero where none is
	Name       string   // ours where there is one
	Category   string   // in the scheme of the list, "" where the other place names none
	Ours       string   // what differs
	Theirs     string
	Score      int    // likeness in thousandths
	Note       string // why they were taken for one matter, or why the department
	State      State
	Answer     Verdict // the latest that still fits, "" while open

	order string
}

// Run says when a list was aligned and what came of it.
type Run struct {
	At                     time.Time
	Powers, Items, Matched int
	Stale                  bool // one of the two lists has changed since
}

// Loaded is a list of another place with how far the work on it is, within the
// scope of whoever asks.
type Loaded struct {
	list.List
	Items          int
	Imported       time.Time // zero when it came in by the command line
	Run            *Run      // nil before the first alignment
	Open, Answered int
}

// about is what an answer was given to: it counts only while the two sides say
// what they said then.
func (d Difference) about() string {
	switch d.Kind {
	case MissingThere:
		return ""
	case MissingHere:
		return d.Theirs
	default:
		return d.Ours + "\n" + d.Theirs
	}
}
