package sqldb

import (
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"qingdan/internal/errs"
)

// ErrNoRows is what scanning a Row gives when the query found nothing.
var ErrNoRows = sql.ErrNoRows

// ErrUnknown means that the engine broke off during COMMIT, so that nobody
// can say whether the transaction stands. On SQLite the writer has stopped.
var ErrUnknown = errs.New(errs.Unavailable, "保存途中存储出错，无法确定是否已经保存").Fix("请刷新后核对，再决定是否重做")

// ErrStopped means that the writer no longer takes work: the database was
// closed, or a commit ended in ErrUnknown. Opening the database again mends it.
var ErrStopped = errs.New(errs.Unavailable, "数据库已停止写入").Fix("请检查磁盘后重新启动程序")

// ErrBusy means that somebody else held the database for too long; trying
// again later is safe, nothing was written.
var ErrBusy = errs.New(errs.Unavailable, "系统繁忙，本次没有保存").Fix("请稍后再试")

// IsConstraint reports whether the error is a violated unique constraint or
// primary key, by the engine's code.
func IsConstraint(err error) bool {
	switch sqliteCode(err) {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return true
	}
	return postgresCode(err) == "23505"
}

// isRetryable: serialization failure or deadlock on PostgreSQL, or its room
// for noting conflicts is full (53200), which is one for the whole server and
// fills when many writers run at once. All three undo everything.
func isRetryable(err error) bool {
	switch postgresCode(err) {
	case "40001", "40P01", "53200":
		return true
	}
	return false
}

// isBusy: another process holds SQLite's write lock.
func isBusy(err error) bool {
	code := sqliteCode(err) & 0xff
	return code == sqlite3.SQLITE_BUSY || code == sqlite3.SQLITE_LOCKED
}

// knownUncommitted reports whether a failed SQLite COMMIT surely left nothing
// behind. A failed write or sync of the log (IOERR) may have: the frames can
// be on the disk all the same and come back at the next recovery. So may an
// error without a code.
func knownUncommitted(err error) bool {
	code := sqliteCode(err) & 0xff
	return code != 0 && code != sqlite3.SQLITE_IOERR
}

func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

func postgresCode(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
