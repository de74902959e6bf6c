package job

import (
	"context"
	"fmt"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

func insert(ctx context.Context, tx *sqldb.Tx, j Job) error {
	now := sqldb.Micros(j.Begun)
	_, err := tx.Exec(ctx, `insert into jobs (id, account_id, kind, title, state, done, total, message, result, begun_at, beat_at, ended_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, j.ID, j.Account, j.Kind, j.Title, string(j.State), 0, 0, "", "", now, now, 0)
	return err
}

// update writes how a job stands, with a sign of life.
func update(ctx context.Context, tx *sqldb.Tx, j Job, now time.Time) error {
	ended := int64(0)
	if !j.Ended.IsZero() {
		ended = sqldb.Micros(j.Ended)
	}
	_, err := tx.Exec(ctx, `update jobs set state = ?, done = ?, total = ?, message = ?, result = ?, beat_at = ?, ended_at = ? where id = ?`,
		string(j.State), j.Done, j.Total, j.Message, j.Result, sqldb.Micros(now), ended, j.ID)
	return err
}

func forget(ctx context.Context, tx *sqldb.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `delete from jobs where begun_at < ?`, sqldb.Micros(before))
	return err
}

const columns = `select id, account_id, kind, title, state, done, total, message, result, begun_at, beat_at, ended_at from jobs `

// scan reads a row as it is to be seen at an instant: what has not ended and gave
// no sign of life for long was interrupted.
func scan(now time.Time) func(*sqldb.Rows) (Job, error) {
	return func(r *sqldb.Rows) (Job, error) {
		var j Job
		var begun, beat, ended int64
		err := r.Scan(&j.ID, &j.Account, &j.Kind, &j.Title, &j.State, &j.Done, &j.Total, &j.Message, &j.Result, &begun, &beat, &ended)
		j.Begun = sqldb.FromMicros(begun)
		if ended > 0 {
			j.Ended = sqldb.FromMicros(ended)
		}
		if last := sqldb.FromMicros(beat); !j.State.Ended() && now.Sub(last) > deadAfter {
			j.State, j.Ended, j.Message = Interrupted, last, "处理它的程序中途停止，任务没有完成。请重新办理"
		}
		return j, err
	}
}

func list(ctx context.Context, r sqldb.Reader, account sqldb.ID, limit int, now time.Time) ([]Job, error) {
	rows, err := r.Query(ctx, columns+`where account_id = ? order by begun_at desc, id desc limit ?`, account, limit)
	all, err := sqldb.Collect(rows, err, scan(now))
	return all, errs.Wrap("jobs", err)
}

func byID(ctx context.Context, r sqldb.Reader, account, id sqldb.ID, now time.Time) (Job, error) {
	rows, err := r.Query(ctx, columns+`where id = ? and account_id = ?`, id, account)
	all, err := sqldb.Collect(rows, err, scan(now))
	switch {
	case err != nil:
		return Job{}, fmt.Errorf("job: %w", err)
	case len(all) == 0:
		return Job{}, errs.NotFoundf("没有这项任务").Fix("请重新办理")
	}
	return all[0], nil
}
