package round

import (
	"context"
	"fmt"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// openSet gives what a submission of a department would carry now, in the order
// of the codes.
func openSet(ctx context.Context, r sqldb.Reader, department sqldb.ID) ([]Frozen, error) {
	states := openStates()
	args := []any{department}
	for _, s := range states {
		args = append(args, string(s))
	}
	rows, err := r.Query(ctx, `select h.power_id, h.id, h.version_id, p.code, v.name, v.category, v.no, v.digest, h.state, 0
		from changes h join powers p on p.id = h.power_id join power_versions v on v.id = h.version_id
		where h.department_id = ? and h.state in (`+sqldb.Marks(len(states))+`) order by p.code, h.id`, args...)
	all, err := sqldb.Collect(rows, err, scanFrozen)
	return all, errs.Wrap("open versions", err)
}

func scanFrozen(r *sqldb.Rows) (Frozen, error) {
	var f Frozen
	var digest []byte
	err := r.Scan(&f.Power, &f.Change, &f.Version, &f.Code, &f.Name, &f.Category, &f.No, &digest, &f.State, &f.Opinions)
	copy(f.Digest[:], digest)
	return f, err
}

// FrozenOf lists the powers of a submission in the order of their codes.
func FrozenOf(ctx context.Context, r sqldb.Reader, submission sqldb.ID) ([]Frozen, error) {
	rows, err := r.Query(ctx, `select f.power_id, f.change_id, f.version_id, p.code, v.name, v.category, v.no, v.digest, h.state,
		(select count(*) from opinions o where o.submission_id = f.submission_id and o.power_id = f.power_id and o.state <> 'dropped')
		from submission_versions f join powers p on p.id = f.power_id join power_versions v on v.id = f.version_id join changes h on h.id = f.change_id
		where f.submission_id = ? order by p.code`, submission)
	all, err := sqldb.Collect(rows, err, scanFrozen)
	return all, errs.Wrap("versions of a submission", err)
}

const selfcheckColumns = `select s.id, s.campaign_id, s.no, s.department_id, s.versions, s.digest, s.statement, s.signed_by, s.at from selfchecks s `

func oneSelfcheck(ctx context.Context, r sqldb.Reader, cond string, args ...any) (Selfcheck, error) {
	var c Selfcheck
	var digest []byte
	var at int64
	err := r.QueryRow(ctx, selfcheckColumns+cond, args...).
		Scan(&c.ID, &c.Campaign, &c.No, &c.Department, &c.Versions, &digest, &c.Statement, &c.SignedBy, &at)
	if errs.Is(err, sqldb.ErrNoRows) {
		return c, errs.NotFoundf("部门负责人还没有签字").Fix("请部门负责人签字")
	}
	copy(c.Digest[:], digest)
	c.At = sqldb.FromMicros(at)
	return c, errs.Wrap("self-check", err)
}

// latestSelfcheck gives the last signature for the submission that a department
// is making.
func latestSelfcheck(ctx context.Context, r sqldb.Reader, s Standing) (Selfcheck, error) {
	return oneSelfcheck(ctx, r, `where s.department_id = ? and s.campaign_id = ? and s.no = ? order by s.at desc, s.id desc limit 1`,
		s.Department, s.Campaign.ID, s.No)
}

func insertSelfcheck(ctx context.Context, tx *ledger.Tx, c Selfcheck, account sqldb.ID) error {
	_, err := tx.Exec(ctx, `insert into selfchecks (id, campaign_id, no, department_id, versions, digest, statement, account_id, signed_by, at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, c.ID, c.Campaign, c.No, c.Department, c.Versions, c.Digest[:], c.Statement, account, c.SignedBy, sqldb.Micros(c.At))
	return errs.Wrap("sign self-check", err)
}

// freeze writes a submission with the versions that stand now. A round that the
// department handed up already is a Conflict.
func freeze(ctx context.Context, tx *ledger.Tx, s Submission, account sqldb.ID) error {
	_, err := tx.Exec(ctx, `insert into submissions (id, campaign_id, no, department_id, selfcheck_id, versions, digest, due, day, account_id, handed_by,
		at, received_at, handdown_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)`,
		s.ID, s.Campaign, s.No, s.Department, s.Selfcheck, s.Versions, s.Digest[:], s.Due, s.Day, account, s.HandedBy, sqldb.Micros(s.At))
	if sqldb.IsConstraint(err) {
		return errs.Conflictf("%s已经上报", Up(s.No)).Fix("不需要再次上报").Because(err)
	}
	if err != nil {
		return fmt.Errorf("hand up: %w", err)
	}
	states := openStates()
	args := []any{s.ID, s.Department}
	for _, x := range states {
		args = append(args, string(x))
	}
	n, err := tx.Exec(ctx, `insert into submission_versions (submission_id, power_id, change_id, version_id)
		select ?, h.power_id, h.id, h.version_id from changes h where h.department_id = ? and h.state in (`+sqldb.Marks(len(states))+`)`, args...)
	if err != nil {
		return fmt.Errorf("hand up: freeze: %w", err)
	}
	if int(n) != s.Versions {
		return fmt.Errorf("hand up: froze %d of %d versions", n, s.Versions)
	}
	return nil
}

const submissionColumns = `select s.id, s.campaign_id, s.no, s.department_id, s.selfcheck_id, s.versions, s.digest, s.due, s.day, s.handed_by, s.at,
	s.received_at, s.handdown_at from submissions s `

func scanSubmission(r *sqldb.Rows) (Submission, error) {
	var s Submission
	var digest []byte
	var at, received, down int64
	err := r.Scan(&s.ID, &s.Campaign, &s.No, &s.Department, &s.Selfcheck, &s.Versions, &digest, &s.Due, &s.Day, &s.HandedBy, &at, &received, &down)
	copy(s.Digest[:], digest)
	s.At = sqldb.FromMicros(at)
	if received > 0 {
		s.Received = sqldb.FromMicros(received)
	}
	if down > 0 {
		s.HandedDown = sqldb.FromMicros(down)
	}
	return s, err
}

// Submissions lists the submissions of a campaign within a scope, by department
// and number.
func Submissions(ctx context.Context, r sqldb.Reader, campaign sqldb.ID, s people.Scope) ([]Submission, error) {
	var w sqldb.Where
	w.And(`s.campaign_id = ?`, campaign)
	s.Within(&w, `s.department_id`)
	rows, err := r.Query(ctx, submissionColumns+`where `+w.Text()+` order by s.department_id, s.no`, w.Args...)
	all, err := sqldb.Collect(rows, err, scanSubmission)
	return all, errs.Wrap("submissions", err)
}

// SubmissionsOf lists the submissions of a department in all campaigns, the
// oldest first.
func SubmissionsOf(ctx context.Context, r sqldb.Reader, department sqldb.ID) ([]Submission, error) {
	rows, err := r.Query(ctx, submissionColumns+`where s.department_id = ? order by s.at, s.id`, department)
	all, err := sqldb.Collect(rows, err, scanSubmission)
	return all, errs.Wrap("submissions", err)
}

// SubmissionByID finds a submission; NotFound when there is none. Ask who.MayOn
// about its department before showing it.
func SubmissionByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Submission, error) {
	rows, err := r.Query(ctx, submissionColumns+`where s.id = ?`, id)
	return firstSubmission(rows, err)
}

// latestSubmission is the last one of a department in a campaign; NotFound when
// it handed up nothing yet.
func latestSubmission(ctx context.Context, r sqldb.Reader, campaign, department sqldb.ID) (Submission, error) {
	rows, err := r.Query(ctx, submissionColumns+`where s.campaign_id = ? and s.department_id = ? order by s.no desc limit 1`, campaign, department)
	return firstSubmission(rows, err)
}

func firstSubmission(rows *sqldb.Rows, err error) (Submission, error) {
	all, err := sqldb.Collect(rows, err, scanSubmission)
	switch {
	case err != nil:
		return Submission{}, fmt.Errorf("submission: %w", err)
	case len(all) == 0:
		return Submission{}, errs.NotFoundf("没有这次上报")
	}
	return all[0], nil
}

// HandedUp is one version of a power in a submission.
type HandedUp struct {
	Submission, Version, Change sqldb.ID
	No                          int
	At                          time.Time
}

// VersionsHandedUp gives the versions of a power that submissions froze, the
// oldest first.
func VersionsHandedUp(ctx context.Context, r sqldb.Reader, id sqldb.ID) ([]HandedUp, error) {
	rows, err := r.Query(ctx, `select f.submission_id, f.version_id, f.change_id, s.no, s.at from submission_versions f
		join submissions s on s.id = f.submission_id where f.power_id = ? order by s.at, s.id`, id)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (HandedUp, error) {
		var h HandedUp
		var at int64
		err := r.Scan(&h.Submission, &h.Version, &h.Change, &h.No, &at)
		h.At = sqldb.FromMicros(at)
		return h, err
	})
	return all, errs.Wrap("versions handed up", err)
}

// markReceived closes the wait of a submission; Conflict when somebody was
// faster.
func markReceived(ctx context.Context, tx *ledger.Tx, id sqldb.ID) error {
	n, err := tx.Exec(ctx, `update submissions set received_at = ? where id = ? and received_at = 0`, sqldb.Micros(tx.Now()), id)
	if err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	if n != 1 {
		return errs.Conflictf("这次上报已经接收").Fix("请刷新页面")
	}
	return nil
}

// changesOf gives the changes of a submission that stand in a state.
func changesOf(ctx context.Context, r sqldb.Reader, submission sqldb.ID, state power.State) ([]power.Change, error) {
	rows, err := r.Query(ctx, changeColumns+`join submission_versions f on f.change_id = h.id
		where f.submission_id = ? and h.state = ? order by p.code`, submission, string(state))
	all, err := sqldb.Collect(rows, err, scanChange)
	return all, errs.Wrap("changes of a submission", err)
}

const changeColumns = `select h.id, h.power_id, h.version_id, h.department_id, p.code, p.division, v.name, v.category, h.kind, h.state, p.origin
	from changes h join powers p on p.id = h.power_id join power_versions v on v.id = h.version_id `

func scanChange(r *sqldb.Rows) (power.Change, error) {
	var c power.Change
	err := r.Scan(&c.ID, &c.Power, &c.Version, &c.Department, &c.Code, &c.Division, &c.Name, &c.Category, &c.Kind, &c.State, &c.Origin)
	return c, err
}
