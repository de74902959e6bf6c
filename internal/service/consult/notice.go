package consult

import (
	"context"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/calendar"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// Form is what a notice is opened with.
type Form struct {
	Division string // "": the division of the site
	Title    string
	Text     string
	From     string // first day; "": today
	To       string // last day
	AnswerBy string // "": the working days of the settings after To
}

// OpenNotice opens a notice (RunConsult): it freezes what is proposed to keep now
// and what is to be cancelled as the draft, moves what is proposed to keep to
// 征求意见, and records "notice.opened" with the digest of the draft, which is
// computed as that of an edition (list.Digest). What another notice put to the
// public already is not put to it again. It is bulk work: run it in ledger.Load.
//
// Invalid: title, text or a day is missing or wrong; the period is shorter than
// the settings allow. Conflict: nothing is proposed.
//
// rule:开门搞清单/1 公告、期限与意见稿
func OpenNotice(ctx context.Context, tx *ledger.Tx, who *people.Who, f Form) (sqldb.ID, error) {
	if err := May(tx, who, people.RunConsult, sqldb.ID{}); err != nil {
		return sqldb.ID{}, err
	}
	n, err := f.notice(ctx, tx)
	if err != nil {
		return sqldb.ID{}, err
	}
	n.OpenedBy = who.Name
	entries, moving, err := draftOf(ctx, tx, n.Division)
	if err != nil {
		return sqldb.ID{}, err
	}
	if len(entries) == 0 {
		return sqldb.ID{}, errs.Conflictf("没有拟保留的事项可以征求意见").Fix("请先作出处置决定，再发布征求意见公告")
	}
	n.Entries, n.Digest = len(entries), list.Digest(entries)
	if err := insertNotice(ctx, tx, n, who.Account); err != nil {
		return sqldb.ID{}, err
	}
	if err := insertEntries(ctx, tx, n); err != nil {
		return sqldb.ID{}, err
	}
	for _, c := range moving {
		if err := power.Move(ctx, tx, c, power.Consulting); err != nil {
			return sqldb.ID{}, err
		}
	}
	type act struct {
		Title    string `json:"title"`
		From     string `json:"from"`
		To       string `json:"to"`
		AnswerBy string `json:"answer_by"`
		Entries  int    `json:"entries"`
		Moved    int    `json:"moved"`
		SHA256   string `json:"sha256"`
	}
	return n.ID, tx.Say(ctx, n.Division, "notice.opened", n.ID,
		act{n.Title, n.From, n.To, n.AnswerBy, n.Entries, len(moving), fmt.Sprintf("%x", n.Digest)})
}

// notice makes the notice of a form.
func (f Form) notice(ctx context.Context, tx *ledger.Tx) (Notice, error) {
	n := Notice{ID: sqldb.NewID(), Division: f.Division, From: f.From, To: f.To, AnswerBy: f.AnswerBy, OpenedAt: tx.Now()}
	var err error
	if n.Division == "" {
		if n.Division, err = org.Here(ctx, tx); err != nil {
			return n, err
		}
	}
	if n.Title, err = written("title", "标题", f.Title, 1, maxTitle); err != nil {
		return n, err
	}
	if n.Text, err = written("text", "公告正文", f.Text, 1, maxBody); err != nil {
		return n, err
	}
	if n.From == "" {
		n.From = today(tx)
	}
	set, err := ReadSettings(ctx, tx)
	if err != nil {
		return n, err
	}
	if err := n.checkDays(set, today(tx)); err != nil {
		return n, err
	}
	if n.AnswerBy == "" {
		n.AnswerBy, err = workdaysAfter(ctx, tx, n.To, set.AnswerDays)
	} else if err = checkDay("answer_by", "答复期限", n.AnswerBy); err == nil && n.AnswerBy < n.To {
		err = errs.Invalidf("答复期限 %s 早于征求意见的结束日期 %s", n.AnswerBy, n.To).At("answer_by").Fix("请改正答复期限")
	}
	return n, err
}

// longestPeriod bounds the period of a notice: longer ones are slips.
const longestPeriod = 366

// checkDays holds the period against the settings.
func (n Notice) checkDays(set Settings, day string) error {
	if err := checkDay("from", "开始日期", n.From); err != nil {
		return err
	}
	if err := checkDay("to", "结束日期", n.To); err != nil {
		return err
	}
	switch {
	case n.From < day:
		return errs.Invalidf("开始日期 %s 已经过去", n.From).At("from").Fix("请从今天或者以后开始")
	case n.From > daysAfter(day, longestPeriod):
		return errs.Invalidf("开始日期 %s 太远", n.From).At("from").Fix("请改正开始日期")
	case n.To < daysAfter(n.From, set.LeastDays-1):
		return errs.Invalidf("征求意见不足 %d 天", set.LeastDays).At("to").Fix(fmt.Sprintf("结束日期最早为 %s", daysAfter(n.From, set.LeastDays-1)))
	case n.To > daysAfter(n.From, longestPeriod):
		return errs.Invalidf("征求意见超过一年").At("to").Fix("请改正结束日期")
	}
	return nil
}

// workdaysAfter gives the working day some working days after another.
func workdaysAfter(ctx context.Context, r sqldb.Reader, day string, n int) (string, error) {
	c, err := calendar.Current(ctx, r)
	if err != nil {
		return "", err
	}
	due, _, err := c.AddWorkdays(day, n)
	return due, errs.Wrap("working days after "+day, err)
}

// draftOf gives the lines of a draft with what their digest needs, and the
// changes that opening the notice moves.
func draftOf(ctx context.Context, r sqldb.Reader, division string) ([]list.Entry, []power.Change, error) {
	entries, err := readDraft(ctx, r, division)
	if err != nil {
		return nil, nil, err
	}
	proposed, err := power.Changes(ctx, r, power.Proposed)
	if err != nil {
		return nil, nil, err
	}
	var moving []power.Change
	for _, c := range proposed {
		if c.Division == division {
			moving = append(moving, c)
		}
	}
	return entries, moving, nil
}

// Extend moves the last day of a notice that is not over (RunConsult), and with
// it the day for answers, and records "notice.extended"; the reason stands in the
// addendum and on the notice.
//
// Invalid: the day is not later than the one before, or nobody says why.
// Conflict: the notice is over.
func Extend(ctx context.Context, tx *ledger.Tx, who *people.Who, notice sqldb.ID, to, reason string) error {
	if err := May(tx, who, people.RunConsult, sqldb.ID{}); err != nil {
		return err
	}
	n, err := NoticeByID(ctx, tx, notice)
	if err != nil {
		return err
	}
	if reason, err = written("reason", "理由", reason, minReason, maxReason); err != nil {
		return err
	}
	if err := checkDay("to", "结束日期", to); err != nil {
		return err
	}
	switch {
	case n.Stage(today(tx)) == Closed:
		return errs.Conflictf("征求意见已于 %s 结束", n.Last()).Fix("还要听取意见的，请另发公告")
	case to <= n.To:
		return errs.Invalidf("新的结束日期 %s 不晚于现在的 %s", to, n.To).At("to").Fix("延长只能向后")
	case to > daysAfter(n.From, longestPeriod):
		return errs.Invalidf("征求意见超过一年").At("to").Fix("请改正结束日期")
	}
	set, err := ReadSettings(ctx, tx)
	if err != nil {
		return err
	}
	by, err := workdaysAfter(ctx, tx, to, set.AnswerDays)
	if err != nil {
		return err
	}
	return setTerm(ctx, tx, n, Term{To: to, AnswerBy: max(by, n.AnswerBy), Reason: reason, By: who.Name}, who.Account)
}

// CloseNotice closes a notice before its last day (RunConsult), today being its
// last, and records "notice.closed". The least days of the settings hold here too.
// A notice whose last day is over is closed by that alone.
//
// Invalid: nobody says why. Conflict: it has not lasted long enough, has not
// begun, or is over.
func CloseNotice(ctx context.Context, tx *ledger.Tx, who *people.Who, notice sqldb.ID, reason string) error {
	if err := May(tx, who, people.RunConsult, sqldb.ID{}); err != nil {
		return err
	}
	n, err := NoticeByID(ctx, tx, notice)
	if err != nil {
		return err
	}
	if reason, err = written("reason", "理由", reason, minReason, maxReason); err != nil {
		return err
	}
	set, err := ReadSettings(ctx, tx)
	if err != nil {
		return err
	}
	day := today(tx)
	switch {
	case n.Stage(day) != Open:
		return errs.Conflictf("公告现在是“%s”，不能提前结束", n.Stage(day).Label()).Fix("请刷新页面")
	case day < daysAfter(n.From, set.LeastDays-1):
		return errs.Conflictf("征求意见还不足 %d 天", set.LeastDays).Fix(fmt.Sprintf("最早可以在 %s 结束", daysAfter(n.From, set.LeastDays-1)))
	}
	return setTerm(ctx, tx, n, Term{To: n.To, AnswerBy: n.AnswerBy, Closed: true, Reason: reason, By: who.Name}, who.Account)
}

// setTerm writes a new period of a notice.
func setTerm(ctx context.Context, tx *ledger.Tx, n Notice, t Term, account sqldb.ID) error {
	closed, kind := n.ClosedOn, "notice.extended"
	if t.Closed {
		closed, kind = today(tx), "notice.closed"
	}
	if err := updateTerm(ctx, tx, n, t, closed); err != nil {
		return err
	}
	if err := insertTerm(ctx, tx, n.ID, t, account); err != nil {
		return err
	}
	type act struct {
		From     string `json:"from"`
		To       string `json:"to"`
		Closed   string `json:"closed,omitempty"`
		AnswerBy string `json:"answer_by"`
	}
	return tx.SayBeside(ctx, n.Division, kind, n.ID, act{n.From, t.To, closed, t.AnswerBy}, ledger.Words(t.Reason))
}

// Settings are the least days of a period, both ends counted, and the working
// days for answers after it.
type Settings struct{ LeastDays, AnswerDays int }

// defaults hold until somebody sets others; no statute names either number.
func defaults() Settings { return Settings{LeastDays: 7, AnswerDays: 10} }

// SetSettings sets both for notices opened from now on (RunConsult) and records
// "notice.settings". Invalid: a number is out of bounds, or nobody says why.
func SetSettings(ctx context.Context, tx *ledger.Tx, who *people.Who, s Settings, reason string) error {
	if err := May(tx, who, people.RunConsult, sqldb.ID{}); err != nil {
		return err
	}
	reason, err := written("reason", "理由", reason, minReason, maxReason)
	switch {
	case err != nil:
		return err
	case s.LeastDays < 1 || s.LeastDays > 180:
		return errs.Invalidf("征求意见的最少天数 %d 不对", s.LeastDays).At("least_days").Fix("请填 1 到 180")
	case s.AnswerDays < 1 || s.AnswerDays > 120:
		return errs.Invalidf("答复期限 %d 个工作日不对", s.AnswerDays).At("answer_days").Fix("请填 1 到 120")
	}
	if err := saveSettings(ctx, tx, s, reason); err != nil {
		return err
	}
	type act struct {
		LeastDays  int    `json:"least_days"`
		AnswerDays int    `json:"answer_days"`
		Reason     string `json:"reason"`
	}
	return tx.Say(ctx, "", "notice.settings", sqldb.ID{}, act{s.LeastDays, s.AnswerDays, reason})
}

// Draft counts what a notice opened now would put to the public.
type Draft struct {
	Total       int
	Departments []DraftCount // in the order of their ids
}

// DraftCount counts the lines of a draft of one department and kind of change.
type DraftCount struct {
	Department sqldb.ID
	Kind       power.Kind
	N          int
}
