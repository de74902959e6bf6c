package power

import (
	"qingdan/internal/errs"
)

// Kind is the kind of a change (事项变更): what is to happen to the list.
type Kind string

// The kinds of change. The 2014 clean-up is adds; splits and supplements are
// adds with another origin. Every power has exactly one add; what happens to it
// later (动态管理) are the other kinds.
const (
	KindAdd    Kind = "add"    // 新增
	KindAmend  Kind = "amend"  // 修改: another wording of a power on the list
	KindCancel Kind = "cancel" // 取消: a power on the list is to leave it
)

// Origin says how a power came into the books; the balance of the reform
// counts by it.
type Origin string

// The origins of a power.
const (
	Reported   Origin = "reported" // 部门上报
	Supplement Origin = "added"    // 遗漏补充
	Split      Origin = "split"    // 拆分
)

// State is where a change stands on the chain (清权 -> 减权 -> 晒权).
type State string

// The states of a change, in the order of the reform, what follows publication,
// and the exits. A power is on the list while one of its changes is Published,
// and never more than one is.
const (
	SelfCheck  State = "self_check" // 自查
	HandedUp   State = "handed_up"  // 上报
	Review     State = "review"     // 审核
	Proposed   State = "proposed"   // 拟保留
	Consulting State = "consulting" // 征求意见
	Approved   State = "approved"   // 批准
	Published  State = "published"  // 公布

	Replaced State = "replaced" // 已更新: published, then taken over by a later change
	Ended    State = "ended"    // 已退出清单: the power has left the list

	Cancelled    State = "cancelled"    // 取消
	HandedDown   State = "handed_down"  // 下放
	Transferred  State = "transferred"  // 转移
	MergedAway   State = "merged_away"  // 整合并入其他事项
	Frozen       State = "frozen"       // 冻结
	Reclassified State = "reclassified" // 转出（内部管理、公共服务）
	Withdrawn    State = "withdrawn"    // 部门撤回
)

// Label is the word officials use for the state.
func (s State) Label() string {
	switch s {
	case SelfCheck:
		return "自查"
	case HandedUp:
		return "上报"
	case Review:
		return "审核"
	case Proposed:
		return "拟保留"
	case Consulting:
		return "征求意见"
	case Approved:
		return "批准"
	case Published:
		return "公布"
	case Replaced:
		return "已更新"
	case Ended:
		return "已退出清单"
	case Cancelled:
		return "取消"
	case HandedDown:
		return "下放"
	case Transferred:
		return "转移"
	case MergedAway:
		return "整合"
	case Frozen:
		return "冻结"
	case Reclassified:
		return "转出"
	case Withdrawn:
		return "撤回"
	default:
		return string(s)
	}
}

// Kept says whether a change in this state still aims at the list, or brought
// its power there: proposed to keep, under consultation, approved, published, or
// published and replaced since.
func (s State) Kept() bool {
	switch s {
	case Proposed, Consulting, Approved, Published, Replaced:
		return true
	default:
		return false
	}
}

// Open says whether a change in this state is still under way: neither
// published nor out.
func (s State) Open() bool {
	switch s {
	case SelfCheck, HandedUp, Review, Proposed, Consulting, Approved:
		return true
	default:
		return false
	}
}

// Next lists the states a change may move to: the one transition table of the
// chain. Approval (批准) is the government's, and only what was put to the
// public may be approved; an exit decided in review may be taken back to
// review until the list is approved. What was published is replaced by a later
// change or ends with its power, and a cancellation ends when it is carried out.
func (s State) Next() []State {
	exits := []State{Cancelled, HandedDown, Transferred, MergedAway, Frozen, Reclassified}
	switch s {
	case SelfCheck:
		return []State{HandedUp, Withdrawn}
	case HandedUp:
		return []State{Review, SelfCheck, Withdrawn}
	case Review:
		return append([]State{Proposed, SelfCheck, Withdrawn}, exits...)
	case Proposed:
		return append([]State{Consulting, Review}, exits...)
	case Consulting:
		return append([]State{Approved, Review}, exits...)
	case Approved:
		return []State{Published, Review}
	case Published:
		return []State{Replaced, Ended}
	case Replaced:
		return []State{Ended}
	case Cancelled:
		return []State{Review, Ended}
	case HandedDown, Transferred, MergedAway, Frozen, Reclassified:
		return []State{Review}
	default:
		return nil
	}
}

// CanMove refuses a move that the transition table does not have.
func (s State) CanMove(to State) error {
	for _, n := range s.Next() {
		if n == to {
			return nil
		}
	}
	return errs.Conflictf("事项处于“%s”，不能转为“%s”", s.Label(), to.Label())
}
