// Package press is what the reform says in public beside the list (热点问答): hot
// questions and their answers, press conferences with what was asked and what is
// still owed, the plan for the media (媒体宣传方案) and what they printed. All of
// it is public as it is recorded; no question of a citizen names a person.
package press

import (
	"time"

	"qingdan/internal/platform/sqldb"
)

// State says whether a question has its answer.
type State string

// The states of a question.
const (
	Owed      State = "owed"      // 待答复
	Answered  State = "answered"  // 已答复
	Withdrawn State = "withdrawn" // 已撤下: asked in error; not on public pages
)

// Label is the word for people.
func (s State) Label() string {
	switch s {
	case Owed:
		return "待答复"
	case Answered:
		return "已答复"
	case Withdrawn:
		return "已撤下"
	default:
		return string(s)
	}
}

// Light says how an owed answer stands against its last day.
type Light string

// The lights.
const (
	NoLight Light = ""
	Green   Light = "green"  // 在期限内
	Yellow  Light = "yellow" // 今天或者明天到期
	Red     Light = "red"    // 已逾期
)

// Label is the word for people.
func (l Light) Label() string {
	switch l {
	case Green:
		return "在期限内"
	case Yellow:
		return "即将到期"
	case Red:
		return "已逾期"
	default:
		return ""
	}
}

// Question is a hot question, or one that was asked at a press conference.
type Question struct {
	ID          sqldb.ID
	Division    string
	Conference  sqldb.ID // zero: asked elsewhere
	No          int      // its place in the conference, from 1
	Outlet      string   // 提问媒体, or where it was asked; may be empty
	Text        string
	Department  sqldb.ID // who answers; zero: the legal office
	AskedOn     string
	Due         string // last day of an answer that is owed, "" when it was given at once
	Provisional bool   // the calendar of that year is not published yet: Due may move
	State       State
	Answer      string // the one that stands
	Speaker     string // name and post of who answered, "" for the department
	AnsweredOn  string // day of the first answer
}

// Light gives the light of a question on a day.
func (q Question) Light(day string) Light {
	if q.State != Owed || q.Due == "" {
		return NoLight
	}
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return NoLight
	}
	switch {
	case q.Due < day:
		return Red
	case q.Due <= t.AddDate(0, 0, 1).Format(time.DateOnly):
		return Yellow
	default:
		return Green
	}
}

// Late says whether the answer was given after its last day.
func (q Question) Late() bool { return q.State == Answered && q.Due != "" && q.AnsweredOn > q.Due }

// Given is one wording of an answer, for staff: a correction keeps the one before.
type Given struct {
	Text    string
	Speaker string
	By      string
	At      time.Time
}

// Speaker is somebody who speaks for the government at a press conference.
type Speaker struct{ Name, Post string }

// Conference is the record of a press conference (新闻发布会).
type Conference struct {
	ID       sqldb.ID
	Division string
	Title    string
	Day      string
	Place    string
	Summary  string
	Speakers []Speaker
	At       time.Time

	Questions, Owing int // how many were asked, how many wait for an answer
}

// PlanState is how far a line of the media plan is.
type PlanState string

// The states of a line of the media plan.
const (
	Planned PlanState = "planned" // 计划
	Done    PlanState = "done"    // 已刊播
	Dropped PlanState = "dropped" // 取消
)

// Label is the word for people.
func (s PlanState) Label() string {
	switch s {
	case Planned:
		return "计划"
	case Done:
		return "已刊播"
	case Dropped:
		return "取消"
	default:
		return string(s)
	}
}

// Plan is one line of the media plan (媒体宣传方案).
type Plan struct {
	ID       sqldb.ID
	Division string
	Round    string // 批次: 第一轮 …
	Outlet   string
	Day      string
	Topic    string
	State    PlanState
	Note     string // why it was dropped or moved
	At       time.Time
}

// Clipping is something that the media printed or broadcast.
type Clipping struct {
	ID       sqldb.ID
	Division string
	Plan     sqldb.ID // zero: not planned by us
	Title    string
	Outlet   string
	Day      string
	Link     string // shown as text; "" for none
	At       time.Time
}
