package round

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
)

// Plan is a campaign to be opened: departments, and the last day of each round
// for all of them with exceptions. Due[0] is of round 1; Due[Rounds], of the
// final submission, may be "".
type Plan struct {
	Title       string
	Departments []sqldb.ID
	Due         [Final]string
	Exceptions  []Term
}

// maxTitle bounds a title in characters, maxText what people write.
const (
	maxTitle = 60
	maxText  = 2000
)

// Open opens a campaign (RunRounds) and records "round.opened". Each round ends
// on or after the one before.
//
// Invalid: no title or department, a day that is none or out of order, an
// exception of a department that does not take part. Conflict: another campaign
// that is not closed covers one of the departments.
func Open(ctx context.Context, tx *ledger.Tx, who *people.Who, p Plan) (sqldb.ID, error) {
	if err := may(tx, who, people.RunRounds, people.Target{}); err != nil {
		return sqldb.ID{}, err
	}
	p.Title = strings.TrimSpace(p.Title)
	names, err := departmentNames(ctx, tx)
	if err != nil {
		return sqldb.ID{}, err
	}
	terms, err := p.terms(names)
	if err != nil {
		return sqldb.ID{}, err
	}
	if err := notCovered(ctx, tx, p.Departments, names); err != nil {
		return sqldb.ID{}, err
	}
	division, err := org.Here(ctx, tx)
	if err != nil {
		return sqldb.ID{}, err
	}
	c := Campaign{ID: sqldb.NewID(), Division: division, Title: p.Title, State: Opened, Opened: tx.Now()}
	if err := insertCampaign(ctx, tx, c, terms); err != nil {
		return sqldb.ID{}, err
	}
	type act struct {
		Title       string   `json:"title"`
		Departments int      `json:"departments"`
		Due         []string `json:"due"`
		Exceptions  int      `json:"exceptions"`
	}
	return c.ID, tx.SayBeside(ctx, division, "round.opened", c.ID, act{p.Title, len(p.Departments), p.Due[:], len(p.Exceptions)}, nil)
}

// terms writes out the last days of every department.
func (p Plan) terms(names map[sqldb.ID]string) ([]Term, error) {
	switch n := utf8.RuneCountInString(p.Title); {
	case n == 0:
		return nil, errs.Invalidf("没有写清理工作的名称").At("名称")
	case n > maxTitle:
		return nil, errs.Invalidf("名称超过 %d 字", maxTitle).At("名称").Fix("请删减")
	case len(p.Departments) == 0:
		return nil, errs.Invalidf("没有选择参加的部门").At("部门").Fix("请至少选择一个部门")
	}
	except := map[sqldb.ID][Final]string{}
	for _, t := range p.Exceptions {
		if !slices.Contains(p.Departments, t.Department) || t.No < 1 || t.No > Final {
			return nil, errs.Invalidf("单独规定期限的部门没有参加清理").At("期限").Fix("请重新选择")
		}
		days, ok := except[t.Department]
		if !ok {
			days = p.Due
		}
		days[t.No-1] = t.Due
		except[t.Department] = days
	}
	var out []Term
	seen := map[sqldb.ID]bool{}
	for _, d := range p.Departments {
		if names[d] == "" || seen[d] {
			return nil, errs.Invalidf("选择的部门不存在或者重复").At("部门").Fix("请重新选择")
		}
		seen[d] = true
		days, ok := except[d]
		if !ok {
			days = p.Due
		}
		if err := checkDays(days); err != nil {
			return nil, errs.In(names[d], err)
		}
		for i, day := range days {
			if day != "" {
				out = append(out, Term{d, i + 1, day})
			}
		}
	}
	return out, nil
}

// checkDays holds the last days of one department: civil days in the order of
// the rounds; that of the final submission may be missing.
func checkDays(days [Final]string) error {
	last := ""
	for i, day := range days {
		if day == "" && i+1 == Final {
			continue
		}
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return errs.Invalidf("%s的截止日期“%.20s”不对", Up(i+1), day).Fix("请写成 2026-03-31 这样")
		}
		if day < last {
			return errs.Invalidf("%s的截止日期早于前一轮", Up(i+1)).Fix("各轮的截止日期请依次推后")
		}
		last = day
	}
	return nil
}

// SetTerm moves a last day of a department (RunRounds), with the reason, and
// records "round.term". Invalid: no reason, a day that is none or out of order.
// Conflict: the campaign is closed, or the department handed up already.
func SetTerm(ctx context.Context, tx *ledger.Tx, who *people.Who, campaign sqldb.ID, t Term, reason string) error {
	if err := may(tx, who, people.RunRounds, people.Target{Department: t.Department}); err != nil {
		return err
	}
	c, err := running(ctx, tx, campaign)
	if err != nil {
		return err
	}
	if reason, err = said(reason, "理由", true); err != nil {
		return err
	}
	all, err := Terms(ctx, tx, campaign)
	if err != nil {
		return err
	}
	var days [Final]string
	for _, x := range all {
		if x.Department == t.Department {
			days[x.No-1] = x.Due
		}
	}
	if days[0] == "" || t.No < 1 || t.No > Final {
		return people.Unknown()
	}
	before := days[t.No-1]
	days[t.No-1] = t.Due
	if err := checkDays(days); err != nil {
		return errs.In("截止日期", err)
	}
	if done, err := hasSubmission(ctx, tx, campaign, t.Department, t.No); err != nil {
		return err
	} else if done {
		return errs.Conflictf("%s已经上报，期限不用再改", Up(t.No))
	}
	if err := upsertTerm(ctx, tx, campaign, t); err != nil {
		return err
	}
	type act struct {
		Department string `json:"department"`
		No         int    `json:"round"`
		From       string `json:"from"`
		To         string `json:"to"`
	}
	return tx.SayBeside(ctx, c.Division, "round.term", campaign, act{t.Department.String(), t.No, before, t.Due}, written{reason})
}

// WindUp ends the time for late submissions (RunRounds) and records
// "round.winding": from now on nothing is taken after its last day. Conflict
// unless the campaign is Opened.
func WindUp(ctx context.Context, tx *ledger.Tx, who *people.Who, campaign sqldb.ID) error {
	if err := may(tx, who, people.RunRounds, people.Target{}); err != nil {
		return err
	}
	c, err := running(ctx, tx, campaign)
	if err != nil {
		return err
	}
	if c.State != Opened {
		return errs.Conflictf("清理工作已经进入收尾")
	}
	if err := setState(ctx, tx, c, Winding); err != nil {
		return err
	}
	type act struct {
		Title string `json:"title"`
	}
	return tx.SayBeside(ctx, c.Division, "round.winding", c.ID, act{c.Title}, nil)
}

// Close ends a campaign (RunRounds) and records "round.closed" with what is left
// open in it. Nothing is taken in any more; what is left stays as it is, and the
// departments may be covered by another campaign. Conflict when it is closed.
func Close(ctx context.Context, tx *ledger.Tx, who *people.Who, campaign sqldb.ID) error {
	if err := may(tx, who, people.RunRounds, people.Target{}); err != nil {
		return err
	}
	c, err := running(ctx, tx, campaign)
	if err != nil {
		return err
	}
	f, err := Convergence(ctx, tx, campaign, people.Scope{All: true})
	if err != nil {
		return err
	}
	if err := setState(ctx, tx, c, Closed); err != nil {
		return err
	}
	type act struct {
		Title      string `json:"title"`
		Opinions   int    `json:"opinions"`
		Unanswered int    `json:"unanswered"`
		Undecided  int    `json:"undecided"`
		Disputed   int    `json:"disputed"`
	}
	t := f.Total
	return tx.SayBeside(ctx, c.Division, "round.closed", c.ID, act{c.Title, t.Written, t.Unanswered, t.Undecided, t.Disputed}, nil)
}

// running reads a campaign that is not closed; a closed one is a Conflict.
func running(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Campaign, error) {
	c, err := CampaignByID(ctx, r, id)
	if err == nil && c.State == Closed {
		return c, errs.Conflictf("“%s”已经结束，不再办理", c.Title).Fix("需要继续的，请联系法制机构")
	}
	return c, err
}

// said trims what somebody wrote and refuses too much, and nothing where
// something is asked.
func said(text, place string, must bool) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	switch n := utf8.RuneCountInString(text); {
	case n == 0 && must:
		return "", errs.Invalidf("没有写明%s", place).At(place)
	case n > maxText:
		return "", errs.Invalidf("%s超过 %d 字", place, maxText).At(place).Fix("请删减")
	case strings.ContainsRune(text, 0) || !utf8.ValidString(text):
		return "", errs.Invalidf("%s里有无法保存的字符", place).At(place).Fix("请重新输入")
	}
	return text, nil
}

func departmentNames(ctx context.Context, r sqldb.Reader) (map[sqldb.ID]string, error) {
	all, err := org.Departments(ctx, r, "")
	if err != nil {
		return nil, fmt.Errorf("departments: %w", err)
	}
	out := make(map[sqldb.ID]string, len(all))
	for _, d := range all {
		out[d.ID] = d.Name
	}
	return out, nil
}

// notCovered refuses departments that another running campaign covers: whose
// rounds would a submission count for?
func notCovered(ctx context.Context, r sqldb.Reader, departments []sqldb.ID, names map[sqldb.ID]string) error {
	busy, err := Covered(ctx, r)
	if err != nil {
		return err
	}
	for _, d := range departments {
		if slices.Contains(busy, d) {
			return errs.Conflictf("%s正在参加另一次清理", names[d]).At("部门").Fix("请先结束那一次，或者不选这个部门")
		}
	}
	return nil
}
