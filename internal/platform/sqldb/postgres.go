package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"qingdan/internal/errs"
)

const (
	poolSize     = 16 // connections per pool; a process has two pools
	freeAttempts = 4  // before a colliding closure takes turns
	maxAttempts  = 60
	longestWait  = 50 * time.Millisecond // between attempts
)

func openPostgres(ctx context.Context, dsn string, ms []migration) (*DB, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, errs.Invalidf("数据库地址写法不对").Fix("应为 postgres://用户:密码@主机:端口/库名").Because(err)
	}
	// SERIALIZABLE locks what it read: a whole table after a sequential scan,
	// which the planner prefers on small tables, and then everybody collides.
	// Closures therefore read by index wherever there is one. jit goes off
	// because the penalty on the remaining scans would set it going.
	write := config.Copy()
	write.RuntimeParams["enable_seqscan"] = "off"
	write.RuntimeParams["jit"] = "off"
	writers := stdlib.OpenDB(*write)
	if err := preparePostgres(ctx, writers, ms); err != nil {
		writers.Close()
		return nil, err
	}
	read := config.Copy()
	read.RuntimeParams["default_transaction_read_only"] = "on"
	readers := stdlib.OpenDB(*read)
	for _, pool := range []*sql.DB{readers, writers} {
		pool.SetMaxOpenConns(poolSize)
		pool.SetMaxIdleConns(poolSize)
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	db := &DB{
		engine: PostgreSQL, readers: readers, writers: writers, stop: stop,
		texts: newTexts(PostgreSQL), wake: make(chan struct{}, 1), unlucky: make(chan struct{}, 1),
	}
	db.loops.Go(func() { db.sequencer(background) })
	return db, nil
}

func preparePostgres(ctx context.Context, pool *sql.DB, ms []migration) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return errs.New(errs.Unavailable, "连不上 PostgreSQL 数据库").Fix("请检查地址、账号和服务是否启动").Because(err)
	}
	defer conn.Close()
	var encoding string
	if err := conn.QueryRowContext(ctx, "show server_encoding").Scan(&encoding); err != nil {
		return err
	}
	if encoding != "UTF8" {
		return errs.Invalidf("PostgreSQL 数据库的编码是 %s", encoding).Fix("请用 UTF8 编码重建数据库")
	}
	return migrate(ctx, PostgreSQL, conn, ms)
}

// serializable runs fn in a SERIALIZABLE transaction, again when it collides
// with another one. SERIALIZABLE, because acts decide on what they read.
//
// Closures that keep colliding take turns, one at a time in this process, so
// that they do not keep each other from ever getting through.
func (db *DB) serializable(ctx context.Context, fn func(*Tx) error) error {
	var err error
	for n := range maxAttempts {
		switch {
		case n == freeAttempts:
			select {
			case db.unlucky <- struct{}{}:
				defer func() { <-db.unlucky }()
			case <-ctx.Done():
				return ctx.Err()
			}
		case n > 0:
			if err := pause(ctx, n); err != nil {
				return err
			}
		}
		if err = db.attempt(ctx, sql.LevelSerializable, fn); !isRetryable(err) {
			return err
		}
	}
	return fmt.Errorf("%w: %w", ErrBusy, err)
}

// pause waits longer after each attempt, by chance, so that colliding
// closures do not meet again.
func pause(ctx context.Context, attempt int) error {
	wait := min(longestWait, time.Millisecond<<min(attempt, 10))
	select {
	case <-time.After(rand.N(wait) + 1):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// attempt runs fn once. A collision is returned as such even when fn hid it.
func (db *DB) attempt(ctx context.Context, level sql.IsolationLevel, fn func(*Tx) error) error {
	conn, err := db.writers.Conn(ctx)
	if err != nil && db.closing.Load() {
		return ErrStopped
	}
	if err != nil {
		return err
	}
	defer conn.Close()
	t, err := conn.BeginTx(context.WithoutCancel(ctx), &sql.TxOptions{Isolation: level})
	if err != nil {
		return err
	}
	defer t.Rollback() // after Commit it does nothing
	tx := &Tx{engine: PostgreSQL, run: detachedTx{t}, texts: db.texts}
	queued := false
	err = tx.do(func(tx *Tx) error {
		if err := fn(tx); err != nil || tx.failed != nil || len(tx.held) == 0 {
			return err
		}
		queued = true
		return db.enqueue(ctx, tx)
	})
	if isRetryable(tx.failed) {
		return tx.failed
	}
	if err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		return commitError(err)
	}
	if queued {
		select {
		case db.wake <- struct{}{}:
		default: // the sequencer knows
		}
	}
	return nil
}

func (db *DB) enqueue(ctx context.Context, tx *Tx) error {
	s := db.sequencing.Load()
	if s == nil {
		return errNoSequencing
	}
	return s.Queue(ctx, tx, tx.held)
}

// drain numbers one batch. It runs at READ COMMITTED: it locks the log first
// and must then see everything committed before it got the lock; at
// SERIALIZABLE its reading of the queue would also abort innocent writers.
func (db *DB) drain(ctx context.Context) (more bool, err error) {
	s := db.sequencing.Load()
	err = db.attempt(ctx, sql.LevelReadCommitted, func(tx *Tx) error {
		more, err = s.Drain(ctx, tx)
		return err
	})
	if isRetryable(err) {
		return true, pause(ctx, 5)
	}
	return more, err
}

// commitError tells a refused COMMIT, after which nothing is left, from one
// whose answer never came.
func commitError(err error) error {
	var e *pgconn.PgError
	if errors.As(err, &e) && e.Severity == "ERROR" || pgconn.SafeToRetry(err) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnknown, err)
}

// detachedTx runs statements to their end whatever becomes of the request.
type detachedTx struct{ tx *sql.Tx }

func (d detachedTx) query(ctx context.Context, st statement, args []any) (*sql.Rows, error) {
	return d.tx.QueryContext(context.WithoutCancel(ctx), st.text, args...)
}

func (d detachedTx) exec(ctx context.Context, st statement, args []any) (sql.Result, error) {
	return d.tx.ExecContext(context.WithoutCancel(ctx), st.text, args...)
}
