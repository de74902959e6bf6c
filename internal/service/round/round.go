// Package round runs a clearing (清权) in three rounds (三上三下): departments
// sign and hand up what they fill in (上), the audit groups hand down opinions
// on it (下), departments answer, and what stays disputed goes to the leading
// group.
//
// A campaign (清理工作) covers departments, each with a due day per round. What
// a department hands up is frozen: the exact versions under one digest, signed
// by its head before. An opinion speaks of one version and one field of it. It
// is answered before the department may hand up again, and settled or
// maintained before the group may hand down again, so that none is ever lost.
//
// After the third hand-down the department answers once more and hands up what
// it corrected (定稿, number Final). Nothing is handed down on that: the group
// settles what was done, and what it maintains is a dispute (an opinion numbered
// Final that follows the one maintained). A ruling that asks
// for a correction sends the power back to its department, which hands it up
// again (定稿补报, numbers above Final).
//
// Acts take the transaction of the ledger and the person, and check the person's
// rights to the very thing: what is out of reach is people.Unknown, what is in
// another state a Conflict. Texts of opinions, replies and rulings and the names
// of whoever acted stay out of the public bytes of the ledger.
package round

import (
	"strconv"
	"time"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
)

// Rounds is the number of rounds; Final is the number of the submission that
// carries out the last opinions (定稿). Later numbers carry out rulings.
const (
	Rounds = 3
	Final  = Rounds + 1
)

// Up names the submission of a number: 一上, 二上, 三上, 定稿, 定稿补报.
func Up(no int) string {
	switch no {
	case 1:
		return "一上"
	case 2:
		return "二上"
	case Rounds:
		return "三上"
	case Final:
		return "定稿"
	default:
		return "定稿补报"
	}
}

// Down names the hand-down of a round: 一下, 二下, 三下.
func Down(no int) string {
	switch no {
	case 1:
		return "一下"
	case 2:
		return "二下"
	case Rounds:
		return "三下"
	default:
		return "第" + strconv.Itoa(no) + "轮下达"
	}
}

// CampaignState says what a campaign still takes in.
type CampaignState string

// The states of a campaign.
const (
	Opened  CampaignState = "open"    // 进行中: late submissions are taken and marked
	Winding CampaignState = "winding" // 收尾: nothing late is taken
	Closed  CampaignState = "closed"  // 已结束: nothing is taken
)

// Label is the word for the state.
func (s CampaignState) Label() string {
	switch s {
	case Opened:
		return "进行中"
	case Winding:
		return "收尾"
	case Closed:
		return "已结束"
	default:
		return string(s)
	}
}

// Campaign is one clearing (清理工作).
type Campaign struct {
	ID       sqldb.ID
	Division string
	Title    string
	State    CampaignState
	Opened   time.Time
	Closed   time.Time // zero while it runs
}

// Term is the last civil day on which a department hands up in a round. No goes
// from 1 to Final.
type Term struct {
	Department sqldb.ID
	No         int
	Due        string // YYYY-MM-DD
}

// Stage says where a department stands in a campaign.
type Stage string

// The stages. A department fills in while the next submission is being made; once
// all is done it may add what was forgotten until it handed up the final one.
const (
	StageFilling   Stage = "filling"   // 填报中: the next submission is being made
	StageWaiting   Stage = "waiting"   // 已上报，待接收
	StageReviewing Stage = "reviewing" // 审核中
	StageRuling    Stage = "ruling"    // 待裁定: only the leading group has something to do
	StageDone      Stage = "done"      // 已办结: nothing is open
)

// Label is the word for the stage.
func (s Stage) Label() string {
	switch s {
	case StageFilling:
		return "填报中"
	case StageWaiting:
		return "已上报，待接收"
	case StageReviewing:
		return "审核中"
	case StageRuling:
		return "待领导小组裁定"
	case StageDone:
		return "已办结"
	default:
		return string(s)
	}
}

// Standing is where a department stands in a campaign.
type Standing struct {
	Campaign   Campaign
	Department sqldb.ID
	Stage      Stage
	No         int      // of the submission being made, or of the latest one while it waits or is reviewed
	Due        string   // of No, "" where none is set
	Late       bool     // today is after Due and No is not handed up
	Submission sqldb.ID // the latest, zero before the first
	SelfCheck  int      // changes being filled
	Fresh      int      // what the next submission brings anew: SelfCheck, and changes handed up outside of the rounds
	Open       int      // changes that a submission would carry
	Drafts     int      // draft opinions on the latest submission; not for the department's eyes
	Issued     int      // opinions to answer
	Answered   int      // opinions answered, which the group has not settled or maintained
	Disputed   int      // opinions before the leading group
	ToCarryOut int      // rulings whose correction the department has still to hand up
	ToCheck    int      // rulings whose correction was handed up and that the group has still to settle
}

// Selfcheck is the self-check (自查) that the head of a department signed over an
// exact set of versions.
type Selfcheck struct {
	ID         sqldb.ID
	Campaign   sqldb.ID
	No         int
	Department sqldb.ID
	Versions   int
	Digest     [32]byte
	Statement  string
	SignedBy   string
	At         time.Time
	Valid      bool // the department's open versions are still the signed ones
}

// Submission is what a department handed up: a frozen set of versions.
type Submission struct {
	ID         sqldb.ID
	Campaign   sqldb.ID
	No         int
	Department sqldb.ID
	Selfcheck  sqldb.ID
	Versions   int
	Digest     [32]byte // SHA-256 over code and digest of every version, in the order of the codes
	Due, Day   string   // the last day at the time, and the civil day of handing up
	HandedBy   string
	At         time.Time
	Received   time.Time // zero until the group received it
	HandedDown time.Time // zero until the group handed down
}

// Late says whether it was handed up after its last day (逾期).
func (s Submission) Late() bool { return s.Due != "" && s.Day > s.Due }

// Frozen is one power in a submission.
type Frozen struct {
	Power, Change, Version sqldb.ID
	Code, Name             string
	Category               power.Category
	No                     int // of the version
	Digest                 [32]byte
	State                  power.State // of the change today
	Opinions               int         // opinions on it in this submission, drafts included
}

// Handdown is the act of handing opinions down on a submission.
type Handdown struct {
	ID         sqldb.ID
	Submission sqldb.ID
	Group      int
	Opinions   int
	Digest     [32]byte
	HandedBy   string
	At         time.Time
}

// Civil is the civil day of an instant in Asia/Shanghai, which has had no summer
// time since 1991.
func Civil(t time.Time) string {
	return t.In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)
}

// Statement is the text that the head signs unless the department has another.
func Statement() string {
	return "本部门已对照法律法规和三定规定逐项自查，所报事项真实、准确、完整，没有漏报、瞒报，同意上报。"
}
