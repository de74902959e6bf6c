package measure

import "qingdan/internal/platform/sqldb"

// Kind is a way in which numbers look better than what they count.
type Kind string

// The kinds of flags.
const (
	Packed      Kind = "packed"       // 合并计减
	Renamed     Kind = "renamed"      // 改名重报
	SplitCut    Kind = "split_cut"    // 拆分计减
	ToOther     Kind = "to_other"     // 转为其他权力
	ToService   Kind = "to_service"   // 转为公共服务或内部审批仍在审批
	Hollow      Kind = "hollow"       // 放虚不放实
	DutyOnly    Kind = "duty_only"    // 放责任不放权力
	Inward      Kind = "inward"       // 放内不放外
	Covert      Kind = "covert"       // 放明不放暗
	Padded      Kind = "padded"       // 基数虚增
	Idle        Kind = "idle"         // 清理僵尸事项
	Grain       Kind = "grain"        // 颗粒度
	Frozen      Kind = "frozen"       // 冻结计减
	Moved       Kind = "moved"        // 换部门重列
	NoFollowUp  Kind = "no_follow_up" // 取消后没有后续监管
	TooMuchElse Kind = "too_much_else"
)

// Kinds lists the kinds in the order in which they are shown.
func Kinds() []Kind {
	return []Kind{Packed, Renamed, Moved, SplitCut, Grain, Padded, ToOther, ToService, Covert, Hollow, DutyOnly, Inward, Frozen, Idle, NoFollowUp, TooMuchElse}
}

// Label is the word for people.
func (k Kind) Label() string {
	switch k {
	case Packed:
		return "合并计减"
	case Renamed:
		return "改名重报"
	case SplitCut:
		return "拆分计减"
	case ToOther:
		return "转为其他权力"
	case ToService:
		return "转为公共服务或内部审批仍在审批"
	case Hollow:
		return "放虚不放实"
	case DutyOnly:
		return "放责任不放权力"
	case Inward:
		return "放内不放外"
	case Covert:
		return "放明不放暗"
	case Padded:
		return "基数虚增"
	case Idle:
		return "清理僵尸事项"
	case Grain:
		return "颗粒度变化"
	case Frozen:
		return "冻结计减"
	case Moved:
		return "换部门重列"
	case NoFollowUp:
		return "取消后没有后续监管"
	case TooMuchElse:
		return "其他权力占比过高"
	default:
		return string(k)
	}
}

// Help says in plain words what the kind is about and why it is no cut.
func (k Kind) Help() string {
	switch k {
	case Packed:
		return "几项并成一项，账面上少了，老百姓要办的事一件没少；并进去的每一项仍算一项"
	case Renamed:
		return "取消之后换一个名称或者编码又列出来，还是原来那件事，仍算一项"
	case Moved:
		return "这个部门取消，另一个部门又列出来，还是同一级政府在办，仍算一项"
	case SplitCut:
		return "把一项拆成几项，再取消拆出来的；拆出的部分不另算，取消了也不算减少"
	case Grain:
		return "把一项分成几项来报，或者把几项的内容写进一项；项数变了，事情没变，按原来的项数算"
	case Padded:
		return "同一部门重复上报的，或者本来就不是行政权力的，去掉不算减少"
	case ToOther:
		return "审批换成确认、备案或者其他权力，条件、材料、审查照旧；仍按原来的类别算"
	case ToService:
		return "转为公共服务、内部审批或者内部管理，仍由本级办理，不算减少"
	case Covert:
		return "列在其他权力里，却要申请、要材料、要审查、要批准，实际上是审批"
	case Hollow:
		return "说是下放，没有承接、没有移交、只是委托，或者移交之后一直没有办过、没有人会办；没有真正交出去的仍算一项"
	case DutyOnly:
		return "只把受理、初审、监管这些事和责任交下去，决定权还留着；仍算一项"
	case Inward:
		return "交给本部门自己的下属单位，或者交给仍要收费的单位，没有交给基层和社会；仍算一项"
	case Frozen:
		return "冻结的随时可以恢复，不算减少"
	case Idle:
		return "多年没有办过的取消掉，对老百姓没有变化；算减少，单独标出"
	case NoFollowUp:
		return "取消了，没有写明以后怎么监管"
	case TooMuchElse:
		return "其他权力在这个单位占的比例明显高于全部单位"
	default:
		return ""
	}
}

// Figure is the raw figure that a flag speaks of.
type Figure string

// The figures.
const (
	OfCut   Figure = "减少数" // it counts as cut what is none
	OfBase  Figure = "项数"  // it counts as a matter what is none
	OfClass Figure = "类别数" // it counts under another category what acts as an approval
	OfNone  Figure = ""    // the numbers stand; what is behind them should be known
)

// Flag is a difference between the numbers and what they count, with the powers.
type Flag struct {
	Kind       Kind
	Codes      []string // the powers concerned, those that hide and those that are hidden
	Unit       sqldb.ID // the department concerned
	Department string   // its name
	Why        string   // in Chinese, with the evidence
	Hidden     int      // how many matters Of hides
	Of         Figure
}
