package consult

import (
	"context"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
)

// ReadSettings gives the settings, the default ones before any were set.
func ReadSettings(ctx context.Context, r sqldb.Reader) (Settings, error) {
	var s Settings
	err := r.QueryRow(ctx, `select least_days, answer_days from consult_settings where one = 1`).Scan(&s.LeastDays, &s.AnswerDays)
	if errs.Is(err, sqldb.ErrNoRows) {
		return defaults(), nil
	}
	return s, errs.Wrap("settings of consultations", err)
}

func saveSettings(ctx context.Context, tx *ledger.Tx, s Settings, reason string) error {
	_, err := tx.Exec(ctx, `insert into consult_settings (one, least_days, answer_days, reason) values (1, ?, ?, ?)
		on conflict (one) do update set least_days = excluded.least_days, answer_days = excluded.answer_days, reason = excluded.reason`,
		s.LeastDays, s.AnswerDays, reason)
	return errs.Wrap("set the settings of consultations", err)
}

// drafted are the changes that a notice of a division opened now would put to the
// public: proposed to keep, or decided to cancel what is on the list, and put to
// it by no notice before.
const drafted = ` from changes c join powers p on p.id = c.power_id join power_versions v on v.id = c.version_id
	where p.division = ? and (c.state = 'proposed' or (c.state = 'consulting' or c.state = 'cancelled' and c.kind = 'cancel')
	and not exists (select 1 from notice_entries e where e.change_id = c.id))`

// readDraft reads what the digest of a draft is made of.
func readDraft(ctx context.Context, r sqldb.Reader, division string) ([]list.Entry, error) {
	rows, err := r.Query(ctx, `select p.code, v.digest`+drafted, division)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (list.Entry, error) {
		var e list.Entry
		var digest []byte
		err := r.Scan(&e.Code, &digest)
		copy(e.VersionDigest[:], digest)
		return e, err
	})
	return all, errs.Wrap("draft", err)
}

// Preview counts what a notice of a division opened now would put to the public.
func Preview(ctx context.Context, r sqldb.Reader, division string) (Draft, error) {
	rows, err := r.Query(ctx, `select c.department_id, c.kind, count(*)`+drafted+` group by c.department_id, c.kind order by c.department_id, c.kind`, division)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (DraftCount, error) {
		var c DraftCount
		err := r.Scan(&c.Department, &c.Kind, &c.N)
		return c, err
	})
	d := Draft{Departments: all}
	for _, c := range all {
		d.Total += c.N
	}
	return d, errs.Wrap("preview of a draft", err)
}

func insertNotice(ctx context.Context, tx *ledger.Tx, n Notice, account sqldb.ID) error {
	_, err := tx.Exec(ctx, `insert into notices (id, division, title, body, from_day, to_day, answer_by, closed_on, entries, digest,
		account_id, opened_by, opened_at) values (?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?)`, n.ID, n.Division, n.Title, n.Text, n.From, n.To,
		n.AnswerBy, n.Entries, n.Digest[:], account, n.OpenedBy, sqldb.Micros(n.OpenedAt))
	if err != nil {
		return errs.Wrap("open notice", err)
	}
	return insertTerm(ctx, tx, n.ID, Term{To: n.To, AnswerBy: n.AnswerBy, By: n.OpenedBy}, account)
}

// insertEntries freezes the draft; it comes before the changes are moved.
func insertEntries(ctx context.Context, tx *ledger.Tx, n Notice) error {
	_, err := tx.Exec(ctx, `insert into notice_entries (notice_id, power_id, change_id, version_id, department_id, change_kind, code, name, category,
		order_key, digest) select ?, c.power_id, c.id, c.version_id, c.department_id, c.kind, p.code, v.name, v.category, v.order_key || ' ' || p.code, v.digest`+
		drafted, n.ID, n.Division)
	return errs.Wrap("freeze the draft", err)
}

func insertTerm(ctx context.Context, tx *ledger.Tx, notice sqldb.ID, t Term, account sqldb.ID) error {
	closed := 0
	if t.Closed {
		closed = 1
	}
	_, err := tx.Exec(ctx, `insert into notice_terms (id, notice_id, to_day, answer_by, closed, reason, account_id, set_by, at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?)`, sqldb.NewID(), notice, t.To, t.AnswerBy, closed, t.Reason, account, t.By, sqldb.Micros(tx.Now()))
	return errs.Wrap("set the period of a notice", err)
}

// updateTerm changes the period of a notice that still stands as the caller saw
// it; else Conflict.
func updateTerm(ctx context.Context, tx *ledger.Tx, n Notice, t Term, closed string) error {
	changed, err := tx.Exec(ctx, `update notices set to_day = ?, answer_by = ?, closed_on = ? where id = ? and to_day = ? and closed_on = ?`,
		t.To, t.AnswerBy, closed, n.ID, n.To, n.ClosedOn)
	if err == nil && changed != 1 {
		return errs.Conflictf("公告的期限已由他人修改").Fix("请刷新页面")
	}
	return errs.Wrap("set the period of a notice", err)
}

const noticeColumns = `select id, division, title, body, from_day, to_day, answer_by, closed_on, entries, digest, opened_by, opened_at from notices `

func scanNotice(r *sqldb.Rows) (Notice, error) {
	var n Notice
	var digest []byte
	var at int64
	err := r.Scan(&n.ID, &n.Division, &n.Title, &n.Text, &n.From, &n.To, &n.AnswerBy, &n.ClosedOn, &n.Entries, &digest, &n.OpenedBy, &at)
	copy(n.Digest[:], digest)
	n.OpenedAt = sqldb.FromMicros(at)
	return n, err
}

// Notices lists the notices of a division, the newest first.
func Notices(ctx context.Context, r sqldb.Reader, division string) ([]Notice, error) {
	rows, err := r.Query(ctx, noticeColumns+`where division = ? order by from_day desc, id desc`, division)
	all, err := sqldb.Collect(rows, err, scanNotice)
	return all, errs.Wrap("notices", err)
}

// OpenNotices lists the notices of a division that take comments on a day, those
// that end first first.
func OpenNotices(ctx context.Context, r sqldb.Reader, division, day string) ([]Notice, error) {
	rows, err := r.Query(ctx, noticeColumns+`where division = ? and from_day <= ? and to_day >= ? and (closed_on = '' or closed_on > ?) order by to_day, id`,
		division, day, day, day)
	all, err := sqldb.Collect(rows, err, scanNotice)
	return all, errs.Wrap("open notices", err)
}

// NoticeByID finds a notice; NotFound when there is none.
func NoticeByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Notice, error) {
	rows, err := r.Query(ctx, noticeColumns+`where id = ?`, id)
	all, err := sqldb.Collect(rows, err, scanNotice)
	switch {
	case err != nil:
		return Notice{}, errs.Wrap("notice", err)
	case len(all) == 0:
		return Notice{}, errs.NotFoundf("没有这份征求意见公告").Fix("请从征求意见的列表进入")
	}
	return all[0], nil
}

// Terms gives how the period of a notice was set, the oldest first.
func Terms(ctx context.Context, r sqldb.Reader, notice sqldb.ID) ([]Term, error) {
	rows, err := r.Query(ctx, `select to_day, answer_by, closed, reason, set_by, at from notice_terms where notice_id = ? order by at, id`, notice)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Term, error) {
		var t Term
		var closed int
		var at int64
		err := r.Scan(&t.To, &t.AnswerBy, &closed, &t.Reason, &t.By, &at)
		t.Closed, t.At = closed == 1, sqldb.FromMicros(at)
		return t, err
	})
	return all, errs.Wrap("periods of a notice", err)
}
