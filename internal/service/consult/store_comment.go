package consult

import (
	"context"
	"strings"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

func scanID(r *sqldb.Rows) (sqldb.ID, error) {
	var id sqldb.ID
	err := r.Scan(&id)
	return id, err
}

func isSent(ctx context.Context, r sqldb.Reader, receipt []byte) (bool, error) {
	var n int
	err := r.QueryRow(ctx, `select count(*) from comments where receipt = ?`, receipt).Scan(&n)
	return n > 0, errs.Wrap("receipt of a comment", err)
}

// versionNo gives the number of a version of a power. Invalid: it is not one.
func versionNo(ctx context.Context, r sqldb.Reader, version, power sqldb.ID) (int, error) {
	var no int
	err := r.QueryRow(ctx, `select no from power_versions where id = ? and power_id = ?`, version, power).Scan(&no)
	if errs.Is(err, sqldb.ErrNoRows) {
		return 0, errs.Invalidf("没有这个事项的这一版本").At("version").Fix("请重新打开这个事项再提交")
	}
	return no, errs.Wrap("number of a version", err)
}

// departmentOf gives the department that exercises a power of a draft now.
func departmentOf(ctx context.Context, r sqldb.Reader, e Entry) (sqldb.ID, error) {
	var id sqldb.ID
	err := r.QueryRow(ctx, `select department_id from changes where id = ?`, e.Change).Scan(&id)
	return id, errs.Wrap("department of a power", err)
}

func divisionOf(ctx context.Context, r sqldb.Reader, power sqldb.ID) (string, error) {
	var division string
	err := r.QueryRow(ctx, `select division from powers where id = ?`, power).Scan(&division)
	return division, errs.Wrap("division of a power", err)
}

// insertComment writes a comment; it leads its group when no other waiting one
// does.
func insertComment(ctx context.Context, tx *ledger.Tx, c Comment, body string, receipt []byte) error {
	var leading int
	err := tx.QueryRow(ctx, `select count(*) from comments where group_id = ? and state = 'waiting' and leads = 1`, c.Group).Scan(&leading)
	if err != nil {
		return errs.Wrap("group of a comment", err)
	}
	leads, masked := 1, 0
	if leading > 0 {
		leads = 0
	}
	if c.Masked {
		masked = 1
	}
	_, err = tx.Exec(ctx, `insert into comments (id, notice_id, power_id, version_id, department_id, group_id, leads, meeting_id, kind, source, body, shown,
		masked, state, held_cause, answer_id, outcome, receipt, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', null, '', ?, ?)`,
		c.ID, c.Notice, c.Power, c.Version, c.Department, c.Group, leads, c.Meeting, string(c.Kind), c.Source, body, c.Shown,
		masked, string(c.State), receipt, sqldb.Micros(c.At))
	if err != nil {
		return errs.Wrap("write comment", err)
	}
	return tally(ctx, tx.Tx, 1, `id = ?`, c.ID)
}

// tally adds the comments of a condition to the counts, or with -1 takes them off:
// before what they are counted by is changed, and after.
func tally(ctx context.Context, tx *sqldb.Tx, sign int, cond string, args ...any) error {
	_, err := tx.Exec(ctx, `insert into comment_counts (notice_id, subject, office, state, outcome, kind, n)
		select notice_id, coalesce(power_id, notice_id), coalesce(department_id, notice_id), state, outcome, kind, ? * count(*) from comments where `+cond+`
		group by notice_id, coalesce(power_id, notice_id), coalesce(department_id, notice_id), state, outcome, kind
		on conflict (notice_id, subject, office, state, outcome, kind) do update set n = comment_counts.n + excluded.n`, append([]any{sign}, args...)...)
	return errs.Wrap("count comments", err)
}

// group is a group of near-identical comments by its first one.
type group struct {
	id          sqldb.ID
	core, marks string
}

// mostGroups bounds the groups with which a comment is compared.
const mostGroups = 16

// groupsLike gives the groups that share a band, those with the most bands in
// common first.
func groupsLike(ctx context.Context, r sqldb.Reader, keys [][]byte) ([]group, error) {
	args := sqldb.List(keys)
	rows, err := r.Query(ctx, `select b.group_id from comment_bands b where b.band in (`+sqldb.Marks(len(keys))+`)
		group by b.group_id order by count(*) desc, b.group_id limit ?`, append(args, mostGroups)...)
	ids, err := sqldb.Collect(rows, err, scanID)
	if err != nil {
		return nil, errs.Wrap("groups of comments", err)
	}
	out := make([]group, len(ids))
	for i, id := range ids {
		out[i].id = id
		if err := r.QueryRow(ctx, `select core, marks from comment_groups where id = ?`, id).Scan(&out[i].core, &out[i].marks); err != nil {
			return nil, errs.Wrap("group of comments", err)
		}
	}
	return out, nil
}

func gramsOf(core string) []string { return hanzi.Bigrams(core) }

// insertGroup begins a group with its first comment.
func insertGroup(ctx context.Context, tx *sqldb.Tx, c Comment, l likeness, keys [][]byte) error {
	if _, err := tx.Exec(ctx, `insert into comment_groups (id, notice_id, members, marks, core) values (?, ?, 1, ?, ?)`, c.Group, c.Notice, l.marks, l.core); err != nil {
		return errs.Wrap("begin a group", err)
	}
	if len(keys) == 0 {
		return nil
	}
	var args []any
	for _, k := range keys {
		args = append(args, k, c.Group)
	}
	_, err := tx.Exec(ctx, `insert into comment_bands (band, group_id) values (?, ?)`+strings.Repeat(`, (?, ?)`, len(keys)-1), args...)
	return errs.Wrap("begin a group", err)
}

func growGroup(ctx context.Context, tx *sqldb.Tx, id sqldb.ID) error {
	_, err := tx.Exec(ctx, `update comment_groups set members = members + 1 where id = ?`, id)
	return errs.Wrap("join a group", err)
}

// lead sees to it that a group with waiting comments is led by one of them, so
// that lists that show each group once show that it waits.
func lead(ctx context.Context, tx *ledger.Tx, group sqldb.ID) error {
	var leading int
	err := tx.QueryRow(ctx, `select count(*) from comments where group_id = ? and state = 'waiting' and leads = 1`, group).Scan(&leading)
	if err != nil || leading > 0 {
		return errs.Wrap("lead a group", err)
	}
	_, err = tx.Exec(ctx, `update comments set leads = 1 where id = (select id from comments where group_id = ? and state = 'waiting' order by at, id limit 1)`, group)
	return errs.Wrap("lead a group", err)
}

// moveComment takes a comment to another state if it still stands where the
// caller saw it; else Conflict.
func moveComment(ctx context.Context, tx *ledger.Tx, c Comment, to State, cause Cause) error {
	if err := tally(ctx, tx.Tx, -1, `id = ?`, c.ID); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `update comments set state = ?, held_cause = ? where id = ? and state = ?`, string(to), string(cause), c.ID, string(c.State))
	if err == nil && n != 1 {
		return errs.Conflictf("这条意见已由他人处理").Fix("请刷新页面")
	}
	if err != nil {
		return errs.Wrap("move comment", err)
	}
	return tally(ctx, tx.Tx, 1, `id = ?`, c.ID)
}

func insertHold(ctx context.Context, tx *ledger.Tx, comment sqldb.ID, h Hold, account sqldb.ID) error {
	held := 0
	if h.Held {
		held = 1
	}
	_, err := tx.Exec(ctx, `insert into comment_holds (id, comment_id, held, cause, reason, account_id, done_by, at) values (?, ?, ?, ?, ?, ?, ?, ?)`,
		sqldb.NewID(), comment, held, string(h.Cause), h.Reason, account, h.By, sqldb.Micros(tx.Now()))
	return errs.Wrap("hold a comment back", err)
}

func insertMeeting(ctx context.Context, tx *ledger.Tx, m MeetingRecord, account sqldb.ID) error {
	_, err := tx.Exec(ctx, `insert into consult_meetings (id, notice_id, title, day, place, attendance, summary, opinions, account_id, recorded_by, at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, m.ID, m.Notice, m.Title, m.Day, m.Place, m.Attendance, m.Summary, m.Opinions, account, m.By, sqldb.Micros(m.At))
	return errs.Wrap("record meeting", err)
}

// answerWaiting puts a first answer to a comment that waits, or to all of its
// group that do and were written about a wording before the one that the answer
// names, and gives how many. Conflict when the comment waits no more.
func answerWaiting(ctx context.Context, tx *ledger.Tx, a Answer, group bool) (int, error) {
	cond, args := `state = 'waiting' and id = ?`, []any{a.Comment}
	if group {
		cond, args = `state = 'waiting' and (id = ? or group_id = ?`, append(args, a.Group)
		if !a.Version.IsZero() {
			cond += ` and (power_id is null or version_id in (select o.id from power_versions o join power_versions v on v.power_id = o.power_id
				where v.id = ? and o.no < v.no))`
			args = append(args, a.Version)
		}
		cond += `)`
	}
	return turnTo(ctx, tx, a, cond, args, errs.Conflictf("这条意见已由他人处理").Fix("请刷新页面"))
}

// answerAgain puts a corrected answer in the place of the one before. Conflict
// when that one stands no more. Those held back meanwhile stay held back.
func answerAgain(ctx context.Context, tx *ledger.Tx, a Answer) (int, error) {
	return turnTo(ctx, tx, a, `answer_id = ?`, []any{a.Replaces}, errs.Conflictf("这个答复已由他人更正").Fix("请刷新页面"))
}

// turnTo puts an answer to the comments of a condition and gives how many; none is
// the given error.
func turnTo(ctx context.Context, tx *ledger.Tx, a Answer, cond string, args []any, none *errs.Error) (int, error) {
	if err := tally(ctx, tx.Tx, -1, cond, args...); err != nil {
		return 0, err
	}
	n, err := tx.Exec(ctx, `update comments set state = case when state = 'waiting' then 'answered' else state end, answer_id = ?, outcome = ? where `+cond,
		append([]any{a.ID, string(a.Outcome)}, args...)...)
	switch {
	case err != nil:
		return 0, errs.Wrap("answer comments", err)
	case n == 0:
		return 0, none
	}
	return int(n), tally(ctx, tx.Tx, 1, `answer_id = ?`, a.ID)
}

func insertAnswer(ctx context.Context, tx *ledger.Tx, a Answer, account sqldb.ID) error {
	_, err := tx.Exec(ctx, `insert into comment_answers (id, notice_id, comment_id, group_id, replaces_id, outcome, body, power_id, version_id, exit_state,
		department_id, comments, account_id, answered_by, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, a.ID, a.Notice, a.Comment, a.Group,
		a.Replaces, string(a.Outcome), a.Text, a.Power, a.Version, string(a.Exit), a.Department, a.Comments, account, a.By, sqldb.Micros(a.At))
	return errs.Wrap("answer comment", err)
}
