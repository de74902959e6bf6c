package sqldb

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"qingdan/internal/errs"
)

// fileName is the database inside the data folder.
const fileName = "qingdan.db"

// sqliteDSN carries the pragmas, since PRAGMA by Exec reaches one connection
// only. busy_timeout comes first: switching to WAL may have to wait.
func sqliteDSN(file string, pragmas ...string) string {
	q := "_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_txlock=immediate"
	for _, p := range pragmas {
		q += "&_pragma=" + p
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(file), RawQuery: q}).String()
}

func openSQLite(ctx context.Context, folder string, ms []migration) (*DB, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, errs.Invalidf("数据目录无法使用").At(folder).Fix("请指定一个可以写入的目录").Because(err)
	}
	file := filepath.Join(folder, fileName)
	writers, err := sql.Open("sqlite", sqliteDSN(file, "journal_mode(WAL)", "synchronous(FULL)", "cache_size(-16000)"))
	if err != nil {
		return nil, err
	}
	writers.SetMaxOpenConns(1)
	conn, err := writers.Conn(ctx)
	if err != nil {
		writers.Close()
		return nil, errs.Invalidf("数据库文件打不开").At(file).Fix("请检查目录权限，或确认它是本程序的数据库").Because(err)
	}
	writer := &cachedConn{conn: conn, stmts: map[string]*sql.Stmt{}}
	if err := migrate(ctx, SQLite, conn, ms); err != nil {
		writer.close()
		writers.Close()
		return nil, err
	}
	readers, err := sql.Open("sqlite", sqliteDSN(file, "query_only(1)"))
	if err != nil {
		writer.close()
		writers.Close()
		return nil, err
	}
	readers.SetMaxOpenConns(max(8, 2*runtime.NumCPU()))
	readers.SetMaxIdleConns(max(8, 2*runtime.NumCPU()))
	db := &DB{
		engine: SQLite, readers: readers, writers: writers,
		texts: newTexts(SQLite), stmts: map[string]*sql.Stmt{}, stop: func() {},
	}
	db.group = startGroup(writer, db.texts, db.number)
	return db, nil
}

// plainTx runs statements on a database/sql transaction.
type plainTx struct{ tx *sql.Tx }

func (p plainTx) query(ctx context.Context, st statement, args []any) (*sql.Rows, error) {
	return p.tx.QueryContext(ctx, st.text, args...)
}

func (p plainTx) exec(ctx context.Context, st statement, args []any) (sql.Result, error) {
	return p.tx.ExecContext(ctx, st.text, args...)
}
