package press

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"qingdan/internal/engine/mask"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/calendar"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/consult"
	"qingdan/internal/service/round"
)

// The bounds of what is typed, in characters.
const (
	maxQuestion = 500
	maxAnswer   = 3000
	maxTitle    = 100
	maxName     = 50
	maxText     = 10000
	maxLink     = 500
)

// OwedDays is the number of working days for an answer that was not given at once,
// unless another day is named; no statute names one for press conferences.
const OwedDays = 5

// Asked is a question as it is recorded.
type Asked struct {
	Outlet     string
	Text       string
	Department sqldb.ID // zero: the legal office
	Answer     string   // "": owed
	AnsweredOn string   // of an answer that was given later, its day; "": at once
	Speaker    string
	Due        string // of an owed answer; "": OwedDays working days after the day
}

// Ask records a hot question (热点问答) that was asked on a day outside of a press
// conference (RunConsult), and records "press.asked". A number of a person in it is
// hidden.
//
// Invalid: no question, no such department, the day has not come or the last day
// lies before it.
func Ask(ctx context.Context, tx *ledger.Tx, who *people.Who, day string, a Asked) (sqldb.ID, error) {
	if err := consult.May(tx, who, people.RunConsult, sqldb.ID{}); err != nil {
		return sqldb.ID{}, err
	}
	division, err := org.Here(ctx, tx)
	if err != nil {
		return sqldb.ID{}, err
	}
	return a.ask(ctx, tx, who, Question{Division: division, AskedOn: day})
}

// AddQuestion records one more question of a press conference (RunConsult), as Ask
// does.
func AddQuestion(ctx context.Context, tx *ledger.Tx, who *people.Who, conference sqldb.ID, a Asked) (sqldb.ID, error) {
	if err := consult.May(tx, who, people.RunConsult, sqldb.ID{}); err != nil {
		return sqldb.ID{}, err
	}
	c, err := ConferenceByID(ctx, tx, conference)
	if err != nil {
		return sqldb.ID{}, err
	}
	return a.ask(ctx, tx, who, Question{Division: c.Division, Conference: c.ID, No: c.Questions + 1, AskedOn: c.Day})
}

// ask completes and writes a question.
func (a Asked) ask(ctx context.Context, tx *ledger.Tx, who *people.Who, q Question) (sqldb.ID, error) {
	var err error
	q.ID, q.Department, q.State = sqldb.NewID(), a.Department, Owed
	if q.Text, err = text("question", "问题", a.Text, 1, maxQuestion); err != nil {
		return q.ID, err
	}
	if q.Outlet, err = text("outlet", "提问的媒体", a.Outlet, 0, maxName); err != nil {
		return q.ID, err
	}
	if err := held(tx, "day", "提问日期", q.AskedOn); err != nil {
		return q.ID, err
	}
	if err := known(ctx, tx, q.Department); err != nil {
		return q.ID, err
	}
	if a.AnsweredOn == "" {
		a.AnsweredOn = q.AskedOn
	} else if err := held(tx, "answered_on", "答复日期", a.AnsweredOn); err != nil {
		return q.ID, err
	}
	if a.AnsweredOn < q.AskedOn {
		return q.ID, errs.Invalidf("答复日期 %s 早于提问日期 %s", a.AnsweredOn, q.AskedOn).At("answered_on").Fix("请改正答复日期")
	}
	answered := strings.TrimSpace(a.Answer) != ""
	if !answered || a.AnsweredOn > q.AskedOn {
		if q.Due, q.Provisional, err = due(ctx, tx, q.AskedOn, a.Due); err != nil {
			return q.ID, err
		}
	}
	if err := insertQuestion(ctx, tx, q); err != nil {
		return q.ID, err
	}
	type act struct {
		Question   string `json:"question"`
		Conference string `json:"conference,omitempty"`
		Day        string `json:"day"`
		Due        string `json:"due,omitempty"`
	}
	if err := tx.SayBeside(ctx, q.Division, "press.asked", q.ID, act{q.ID.String(), idText(q.Conference), q.AskedOn, q.Due}, ledger.Words(q.Text)); err != nil {
		return q.ID, err
	}
	if !answered {
		return q.ID, nil
	}
	return q.ID, q.answer(ctx, tx, who, a.Answer, a.Speaker, a.AnsweredOn)
}

// due settles the last day of an answer that is owed.
func due(ctx context.Context, r sqldb.Reader, asked, named string) (day string, provisional bool, err error) {
	if named != "" {
		if _, err := time.Parse(time.DateOnly, named); err != nil {
			return "", false, errs.Invalidf("答复期限“%s”不对", named).At("due").Fix("请写成 2014-12-30 这样")
		}
		if named < asked {
			return "", false, errs.Invalidf("答复期限 %s 早于提问日期 %s", named, asked).At("due").Fix("请改正答复期限")
		}
		return named, false, nil
	}
	c, err := calendar.Current(ctx, r)
	if err != nil {
		return "", false, err
	}
	day, provisional, err = c.AddWorkdays(asked, OwedDays)
	return day, provisional, errs.Wrap("last day of an answer", err)
}

// AnswerQuestion answers a question, or corrects the answer that stands, which is
// kept (AnswerPublic on its department), and records "press.answered" or
// "press.corrected". speaker is who said it, "" for the department. The day of the
// first answer is that of the act.
//
// NotFound: no such question, or not theirs. Invalid: no answer, or the same again.
// Conflict: it was withdrawn.
func AnswerQuestion(ctx context.Context, tx *ledger.Tx, who *people.Who, question sqldb.ID, answer, speaker string) error {
	if err := who.May(people.AnswerPublic); err != nil {
		return err
	}
	q, err := QuestionByID(ctx, tx, question)
	if err != nil {
		return err
	}
	if err := consult.May(tx, who, people.AnswerPublic, q.Department); err != nil {
		return err
	}
	if q.State == Withdrawn {
		return errs.Conflictf("这个问题已经撤下").Fix("请刷新页面")
	}
	return q.answer(ctx, tx, who, answer, speaker, round.Civil(tx.Now()))
}

// answer writes an answer given on a day.
func (q Question) answer(ctx context.Context, tx *ledger.Tx, who *people.Who, answer, speaker, day string) error {
	kind := "press.answered"
	if q.State == Answered {
		kind, day = "press.corrected", q.AnsweredOn
	}
	body, err := text("answer", "答复", answer, 2, maxAnswer)
	if err != nil {
		return err
	}
	if speaker, err = text("speaker", "答复人", speaker, 0, maxName); err != nil {
		return err
	}
	if body == q.Answer && speaker == q.Speaker {
		return errs.Invalidf("答复没有改动").At("answer").Fix("内容与现在的答复一样，不需要再提交")
	}
	if err := insertAnswer(ctx, tx, q, Given{Text: body, Speaker: speaker, By: who.Name, At: tx.Now()}, day, who.Account); err != nil {
		return err
	}
	type act struct {
		Question string `json:"question"`
		Day      string `json:"day"`
	}
	return tx.SayBeside(ctx, q.Division, kind, q.ID, act{q.ID.String(), day}, ledger.Words(body))
}

// Withdraw takes a question off the public pages that should not stand there
// (RunConsult), such as one recorded twice, and records "press.withdrawn"; the
// reason stands in the addendum. Invalid: nobody says why. Conflict: it is
// withdrawn.
func Withdraw(ctx context.Context, tx *ledger.Tx, who *people.Who, question sqldb.ID, reason string) error {
	if err := consult.May(tx, who, people.RunConsult, sqldb.ID{}); err != nil {
		return err
	}
	q, err := QuestionByID(ctx, tx, question)
	if err != nil {
		return err
	}
	if reason, err = text("reason", "理由", reason, 5, maxQuestion); err != nil {
		return err
	}
	if err := withdrawQuestion(ctx, tx, q.ID); err != nil {
		return err
	}
	type act struct {
		Question string `json:"question"`
	}
	return tx.SayBeside(ctx, q.Division, "press.withdrawn", q.ID, act{q.ID.String()}, ledger.Words(reason))
}

// text cleans what is typed, hides numbers of persons, and holds it against its
// length. Invalid, named at the field.
func text(field, name, s string, least, most int) (string, error) {
	t := mask.Written(consult.Clean(s))
	switch n := utf8.RuneCountInString(t); {
	case n < least:
		return "", errs.Invalidf("没有填写%s，或者太短", name).At(field).Fix("请写明")
	case n > most:
		return "", errs.Invalidf("%s超过 %d 字", name, most).At(field).Fix("请删减")
	}
	return t, nil
}

// held refuses a day that is none or has not come.
func held(tx *ledger.Tx, field, name, day string) error {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return errs.Invalidf("%s“%s”不对", name, day).At(field).Fix("请写成 2014-12-30 这样")
	}
	if day > round.Civil(tx.Now()) {
		return errs.Invalidf("%s %s 还没有到", name, day).At(field).Fix("已经发生的才能登记")
	}
	return nil
}

// known refuses a department that does not exist.
func known(ctx context.Context, r sqldb.Reader, id sqldb.ID) error {
	if id.IsZero() {
		return nil
	}
	all, err := org.Departments(ctx, r, "")
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.ID == id {
			return nil
		}
	}
	return errs.Invalidf("没有这个部门").At("department").Fix("请从列表中选择")
}

func idText(id sqldb.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}
