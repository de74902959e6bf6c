package round

import (
	"context"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
)

// Cell is one round of one department on the board.
type Cell struct {
	No         int
	Due        string
	Late       bool        // handed up late, or past its day and not handed up
	Submission *Submission // nil before it is handed up
	Figures    Figures     // of the opinions handed down on it
}

// Row is one department on the board: where it stands, and its rounds from 1 to
// Final at least.
type Row struct {
	Standing
	Name  string
	Cells []Cell
}

// Board gives the departments of a campaign within a scope in pinyin order, on a
// day. It takes a fixed number of queries.
func Board(ctx context.Context, r sqldb.Reader, campaign sqldb.ID, s people.Scope, today string) ([]Row, error) {
	c, err := CampaignByID(ctx, r, campaign)
	if err != nil {
		return nil, err
	}
	return board(ctx, r, c, s, today)
}

// StandingOf says where a department stands in its current campaign on a day;
// NotFound when no campaign covers it.
func StandingOf(ctx context.Context, r sqldb.Reader, department sqldb.ID, today string) (Standing, error) {
	c, err := Current(ctx, r, department)
	if err != nil {
		return Standing{}, err
	}
	rows, err := board(ctx, r, c, people.Scope{Departments: []sqldb.ID{department}}, today)
	if err != nil {
		return Standing{}, err
	}
	if len(rows) != 1 {
		return Standing{}, errs.NotFoundf("本部门没有正在进行的清理工作")
	}
	return rows[0].Standing, nil
}

// Filling refuses a change of what a department fills in while no campaign is
// open for it, or while what it handed up is with the audit group: Conflict.
// Asked within the transaction of the change, the answer holds until the commit.
func Filling(ctx context.Context, r sqldb.Reader, department sqldb.ID) error {
	s, err := StandingOf(ctx, r, department, "")
	if errs.KindOf(err) == errs.NotFound {
		return errs.Conflictf("本部门没有正在进行的清理工作，现在不能填报").Fix("内容可以先存草稿，清理工作部署后再提交").Because(err)
	}
	if err != nil {
		return err
	}
	switch {
	case s.Stage == StageFilling, s.Stage == StageDone && s.No <= Final:
		return nil
	case s.Stage == StageDone:
		return errs.Conflictf("本部门已经定稿，现在不能修改").Fix("需要修改的，请联系审核小组")
	default:
		return errs.Conflictf("本部门%s已经上报，正在审核，现在不能修改", Up(s.No)).Fix("审核小组下达意见后再修改，草稿会一直保留")
	}
}

// place works out from the figures in which stage a department is, and the
// number of the submission that is made or looked at. latest is nil before the
// first one.
func (s *Standing) place(latest *Submission) {
	if latest == nil {
		s.Stage, s.No = StageFilling, 1
		return
	}
	s.Submission, s.No = latest.ID, latest.No
	switch {
	case latest.Received.IsZero():
		s.Stage = StageWaiting
	case latest.No <= Rounds && latest.HandedDown.IsZero(), s.Answered+s.ToCheck > 0 && latest.No > Rounds:
		s.Stage = StageReviewing
	case s.Fresh+s.Issued+s.ToCarryOut > 0, latest.No <= Rounds && s.Answered > 0:
		s.Stage, s.No = StageFilling, latest.No+1
	case s.Disputed > 0:
		s.Stage = StageRuling
	default:
		s.Stage, s.No = StageDone, latest.No+1
	}
}

// board reads all that is needed for the departments in the scope and puts it
// together.
func board(ctx context.Context, r sqldb.Reader, c Campaign, s people.Scope, today string) ([]Row, error) {
	rows, err := boardTerms(ctx, r, c, s)
	if err != nil || len(rows) == 0 {
		return rows, err
	}
	at := make(map[sqldb.ID]*Row, len(rows))
	for i := range rows {
		at[rows[i].Department] = &rows[i]
	}
	subs, err := Submissions(ctx, r, c.ID, s)
	if err != nil {
		return nil, err
	}
	latest := map[sqldb.ID]*Submission{}
	for i, sub := range subs {
		row := at[sub.Department]
		if row == nil {
			continue
		}
		for len(row.Cells) < sub.No {
			row.Cells = append(row.Cells, Cell{No: len(row.Cells) + 1})
		}
		row.Cells[sub.No-1].Submission = &subs[i]
		latest[sub.Department] = &subs[i] // in the order of their numbers
	}
	if err := boardChanges(ctx, r, c, s, at); err != nil {
		return nil, err
	}
	if err := boardOpinions(ctx, r, c, s, at, latest); err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].finish(latest[rows[i].Department], today)
	}
	return rows, nil
}

// finish places a department once all its figures are there.
func (row *Row) finish(latest *Submission, today string) {
	row.place(latest)
	for i := range row.Cells {
		c := &row.Cells[i]
		switch {
		case c.Submission != nil:
			c.Late = c.Submission.Late()
		case c.No == row.No && row.Stage == StageFilling:
			c.Late = c.Due != "" && today > c.Due
		}
	}
	if row.No <= len(row.Cells) {
		c := row.Cells[row.No-1]
		row.Due, row.Late = c.Due, c.Late && c.Submission == nil
	}
}
