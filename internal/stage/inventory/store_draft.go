package inventory

import (
	"context"
	"encoding/json"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

const draftColumns = `select id, account_id, department_id, power_id, base_version_id, no, schema, content, saved_at from drafts `

func scanDraft(r *sqldb.Rows) (Draft, error) {
	var d Draft
	var schema int
	var content string
	var saved int64
	err := r.Scan(&d.ID, &d.Account, &d.Department, &d.Power, &d.Base, &d.No, &schema, &content, &saved)
	if err != nil {
		return d, err
	}
	if schema != DraftSchema {
		return d, errs.New(errs.Unavailable, "草稿的格式号 %d 本程序不认识", schema).Fix("请升级程序")
	}
	d.Saved = sqldb.FromMicros(saved)
	return d, json.Unmarshal([]byte(content), &d.Wording)
}

func oneDraft(rows *sqldb.Rows, err error) (Draft, error) {
	all, err := sqldb.Collect(rows, err, scanDraft)
	switch {
	case err != nil:
		return Draft{}, fmt.Errorf("draft: %w", err)
	case len(all) == 0:
		return Draft{}, noDraft()
	}
	return all[0], nil
}

func draftByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Draft, error) {
	rows, err := r.Query(ctx, draftColumns+`where id = ?`, id)
	return oneDraft(rows, err)
}

// DraftByID finds a draft of a person; NotFound when there is none, or it is
// somebody else's.
func DraftByID(ctx context.Context, r sqldb.Reader, account, id sqldb.ID) (Draft, error) {
	rows, err := r.Query(ctx, draftColumns+`where id = ? and account_id = ?`, id, account)
	return oneDraft(rows, err)
}

// DraftOf finds the draft that a person has of a power; NotFound when there is
// none.
func DraftOf(ctx context.Context, r sqldb.Reader, account, power sqldb.ID) (Draft, error) {
	rows, err := r.Query(ctx, draftColumns+`where account_id = ? and power_id = ?`, account, power)
	return oneDraft(rows, err)
}

// Drafts lists the drafts of a person, the one saved last first.
func Drafts(ctx context.Context, r sqldb.Reader, account sqldb.ID) ([]Draft, error) {
	rows, err := r.Query(ctx, draftColumns+`where account_id = ? order by saved_at desc, id`, account)
	all, err := sqldb.Collect(rows, err, scanDraft)
	return all, errs.Wrap("drafts", err)
}

// DraftMark says without its words that a draft is there, for lists and for
// whoever hands up.
type DraftMark struct {
	ID, Account, Power sqldb.ID // Power is zero for a new power
	Name               string   // of the power, as the draft has it
	Saved              int64    // microseconds
}

// DraftsOfDepartment lists the drafts that people of a department have not
// finished, the one saved last first.
func DraftsOfDepartment(ctx context.Context, r sqldb.Reader, department sqldb.ID) ([]DraftMark, error) {
	rows, err := r.Query(ctx, `select id, account_id, power_id, name, saved_at from drafts where department_id = ? order by saved_at desc, id`, department)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (DraftMark, error) {
		var m DraftMark
		err := r.Scan(&m.ID, &m.Account, &m.Power, &m.Name, &m.Saved)
		return m, err
	})
	return all, errs.Wrap("drafts of a department", err)
}

// encode gives the stored form of a draft's words.
func (d Draft) encode() (string, error) {
	b, err := json.Marshal(d.Wording)
	if err != nil {
		return "", fmt.Errorf("encode draft: %w", err)
	}
	if len(b) > maxDraft {
		return "", errs.TooLargef("内容太多，存不下").Fix("较长的文件请作为附件上传")
	}
	return string(b), nil
}

// insertDraft writes a new draft. One that another window writes in this very
// moment is left alone: PostgreSQL then runs the closure again, in which SaveDraft
// finds it, while a broken key would be an error of ours.
func insertDraft(ctx context.Context, tx *sqldb.Tx, d Draft) error {
	content, err := d.encode()
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `insert into drafts (id, account_id, department_id, power_id, base_version_id, no, name, schema, content, saved_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`, d.ID, d.Account, d.Department, d.Power, d.Base, d.No, d.Name, DraftSchema, content, sqldb.Micros(d.Saved))
	if err == nil && n == 0 {
		return errs.Conflictf("这份草稿正在别的窗口里保存").Fix("请稍后再保存")
	}
	return errs.Wrap("save draft", err)
}

func updateDraft(ctx context.Context, tx *sqldb.Tx, d Draft) error {
	content, err := d.encode()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update drafts set base_version_id = ?, no = ?, name = ?, schema = ?, content = ?, saved_at = ? where id = ? and no = ?`,
		d.Base, d.No, d.Name, DraftSchema, content, sqldb.Micros(d.Saved), d.ID, d.No-1)
	return errs.Wrap("save draft", err)
}

func deleteDraft(ctx context.Context, tx *sqldb.Tx, id sqldb.ID) error {
	_, err := tx.Exec(ctx, `delete from drafts where id = ?`, id)
	return errs.Wrap("delete draft", err)
}
