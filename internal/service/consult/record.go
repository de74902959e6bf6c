package consult

import (
	"context"
	"slices"

	"qingdan/internal/engine/mask"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
)

// Opinion is one opinion that staff records.
type Opinion struct {
	Power  sqldb.ID // zero: on the list as a whole
	Source string   // role of who said it, never a name: 建筑企业代表, 高校法学专家
	Text   string
}

// Record takes an opinion in that did not come through the site (RunConsult): by
// letter, telephone or visit (Letter), of an expert, of a deputy. It stands in the
// same thread and needs an answer like every other. It records "comment.recorded".
//
// Invalid: another kind, no text, no role, a number of a person in the role, a
// power that is not in the draft. Conflict: the notice has not begun.
func Record(ctx context.Context, tx *ledger.Tx, who *people.Who, notice sqldb.ID, k Kind, o Opinion) (sqldb.ID, error) {
	if err := May(tx, who, people.RunConsult, sqldb.ID{}); err != nil {
		return sqldb.ID{}, err
	}
	if !slices.Contains([]Kind{Letter, Expert, Deputy}, k) {
		return sqldb.ID{}, errs.Invalidf("没有选择意见的来源").At("kind").Fix("请选择来信来电来访、专家意见或者代表委员意见")
	}
	n, err := begun(ctx, tx, notice)
	if err != nil {
		return sqldb.ID{}, err
	}
	return o.record(ctx, tx, n, k, sqldb.ID{})
}

// begun finds a notice on which opinions may be recorded.
func begun(ctx context.Context, tx *ledger.Tx, notice sqldb.ID) (Notice, error) {
	n, err := NoticeByID(ctx, tx, notice)
	if err == nil && n.Stage(today(tx)) == Ahead {
		err = errs.Conflictf("征求意见从 %s 开始", n.From).Fix("请到那时再登记意见")
	}
	return n, err
}

func (o Opinion) record(ctx context.Context, tx *ledger.Tx, n Notice, k Kind, meeting sqldb.ID) (sqldb.ID, error) {
	text, err := opinionText(o.Text)
	if err != nil {
		return sqldb.ID{}, err
	}
	c := Comment{Kind: k, Notice: n.ID, Power: o.Power, Meeting: meeting}
	if c.Source, err = roles("source", "身份", o.Source, maxSource); err != nil {
		return sqldb.ID{}, err
	}
	if err := c.place(ctx, tx, today(tx)); err != nil {
		return sqldb.ID{}, err
	}
	return c.ID, errs.Wrap("record opinion", c.write(ctx, tx, n, text, nil))
}

// RecordMeeting records a meeting (座谈会) on the draft of a notice with the
// opinions that were voiced (RunConsult), each of which is a comment that needs an
// answer, and records "meeting.recorded". m.ID, m.By, m.At and m.Opinions are set
// here.
//
// Invalid: a field is missing, the day has not come, or a number of a person
// stands in what is public at once. Conflict: the notice has not begun.
func RecordMeeting(ctx context.Context, tx *ledger.Tx, who *people.Who, m MeetingRecord, opinions []Opinion) (sqldb.ID, error) {
	if err := May(tx, who, people.RunConsult, sqldb.ID{}); err != nil {
		return sqldb.ID{}, err
	}
	n, err := begun(ctx, tx, m.Notice)
	if err != nil {
		return sqldb.ID{}, err
	}
	if m, err = m.check(today(tx)); err != nil {
		return sqldb.ID{}, err
	}
	m.ID, m.By, m.At, m.Opinions = sqldb.NewID(), who.Name, tx.Now(), len(opinions)
	if err := insertMeeting(ctx, tx, m, who.Account); err != nil {
		return sqldb.ID{}, err
	}
	for _, o := range opinions {
		if _, err := o.record(ctx, tx, n, Meeting, m.ID); err != nil {
			return sqldb.ID{}, err
		}
	}
	type act struct {
		Notice   string `json:"notice"`
		Day      string `json:"day"`
		Opinions int    `json:"opinions"`
	}
	return m.ID, tx.SayBeside(ctx, n.Division, "meeting.recorded", m.ID, act{idText(n.ID), m.Day, m.Opinions}, ledger.Words(m.Title+"\n"+m.Place+"\n"+m.Attendance+"\n"+m.Summary))
}

// check holds a meeting against its form and gives it cleaned.
func (m MeetingRecord) check(day string) (MeetingRecord, error) {
	var err error
	if m.Title, err = written("title", "会议名称", m.Title, 1, maxTitle); err != nil {
		return m, err
	}
	if err = checkDay("day", "开会日期", m.Day); err != nil {
		return m, err
	}
	if m.Day > day {
		return m, errs.Invalidf("开会日期 %s 还没有到", m.Day).At("day").Fix("开过的会议才能登记")
	}
	if m.Place, err = written("place", "地点", m.Place, 1, maxPlace); err != nil {
		return m, err
	}
	if m.Attendance, err = roles("attendance", "参加人员", m.Attendance, maxReason); err != nil {
		return m, err
	}
	m.Summary, err = written("summary", "会议情况", m.Summary, 1, maxBody)
	m.Summary = mask.Written(m.Summary)
	return m, err
}
