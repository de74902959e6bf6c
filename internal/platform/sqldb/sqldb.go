// Package sqldb is the database under the house: one set of SQL for SQLite
// (one folder, the default) and PostgreSQL (several machines).
//
// Everything is written in closures. On SQLite one goroutine owns the writer
// and commits waiting closures together; on PostgreSQL each closure is a
// SERIALIZABLE transaction, run again when it collides. On both, closures may
// therefore run more than once: they touch nothing but their Tx, and memory
// only by overwriting.
//
// Tables are of three kinds, declared in their migration: act (written only
// through the ledger), working, and derived. Placeholders are ?; instants are
// integer microseconds (Micros), days text, ids 16-byte blobs (ID).
package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Engine is the kind of database behind a DB.
type Engine int

// The engines.
const (
	SQLite Engine = iota
	PostgreSQL
)

// String is the name of the engine.
func (e Engine) String() string {
	if e == PostgreSQL {
		return "PostgreSQL"
	}
	return "SQLite"
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	engine  Engine
	readers *sql.DB // refuses to write, by the engine's own means
	writers *sql.DB // SQLite: one connection, owned by group
	group   *group  // SQLite only
	texts   *texts
	stmtsMu sync.RWMutex
	stmts   map[string]*sql.Stmt // on readers; SQLite only

	sequencing atomic.Pointer[Sequencing]
	wake       chan struct{} // something was queued for the sequencer
	unlucky    chan struct{} // held by the closure whose turn it is to retry
	stop       context.CancelFunc
	loops      sync.WaitGroup
	closing    atomic.Bool
}

// Sequencing is how the ledger numbers entries; sqldb decides when.
type Sequencing struct {
	// Number gives places in the log to what closures hold, inside the
	// transaction that keeps them (SQLite), once per transaction.
	Number func(ctx context.Context, tx *Tx, held []any) error
	// Queue stores what one closure holds at the end of its transaction, for
	// numbering later (PostgreSQL).
	Queue func(ctx context.Context, tx *Tx, held []any) error
	// Drain numbers a batch of what is queued; more says that it left some.
	// It locks the log itself: several processes drain one database.
	Drain func(ctx context.Context, tx *Tx) (more bool, err error)
}

// Open opens a folder (SQLite: file qingdan.db in it, both created when
// missing) or a postgres:// URL, and brings the schema to date. Several
// processes may open one database at the same time.
//
// It refuses a database that a newer program has migrated, and one whose
// applied migrations differ from this program's.
func Open(ctx context.Context, dsn string) (*DB, error) {
	ms, err := migrations()
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return openPostgres(ctx, dsn, ms)
	}
	return openSQLite(ctx, dsn, ms)
}

// Close ends background work and frees the database. Writes still waiting get
// ErrStopped. On PostgreSQL the queue is drained once more; what cannot be
// numbered in time stays queued for the next process. Closing twice is fine.
func (db *DB) Close() error {
	if db.closing.Swap(true) {
		return nil
	}
	db.stop()
	db.loops.Wait()
	var err error
	if db.group != nil {
		err = db.group.close()
	}
	return errors.Join(err, db.readers.Close(), db.writers.Close())
}

// Engine says which engine is behind the database.
func (db *DB) Engine() Engine { return db.engine }

// Query reads committed state. The caller closes the rows; see Collect.
func (db *DB) Query(ctx context.Context, q string, args ...any) (*Rows, error) {
	st, args, err := readyStatement(db.texts, q, args)
	if err == nil && !st.reads {
		err = errReadOnly
	}
	if err != nil {
		return nil, err
	}
	rows, err := db.read(ctx, st.text, args)
	if err != nil {
		return nil, err
	}
	return &Rows{rows: rows, q: q}, nil
}

// QueryRow reads one row of committed state.
func (db *DB) QueryRow(ctx context.Context, q string, args ...any) *Row {
	rows, err := db.Query(ctx, q, args...)
	return &Row{rows, err}
}

// read runs a query on the reader pool. SQLite's statements are kept per text
// (database/sql prepares them on each connection once); pgx keeps its own.
func (db *DB) read(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	if db.engine == PostgreSQL {
		return db.readers.QueryContext(ctx, text, args...)
	}
	db.stmtsMu.RLock()
	stmt, full := db.stmts[text], len(db.stmts) >= maxTexts
	db.stmtsMu.RUnlock()
	switch {
	case stmt != nil:
		return stmt.QueryContext(ctx, args...)
	case full:
		return db.readers.QueryContext(ctx, text, args...)
	}
	stmt, err := db.readers.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	return db.keep(text, stmt).QueryContext(ctx, args...)
}

// keep remembers a statement; if somebody was faster, it gives theirs.
func (db *DB) keep(text string, stmt *sql.Stmt) *sql.Stmt {
	db.stmtsMu.Lock()
	defer db.stmtsMu.Unlock()
	if old, ok := db.stmts[text]; ok {
		_ = stmt.Close() // frees memory only
		return old
	}
	db.stmts[text] = stmt
	return stmt
}

// Write runs fn in a transaction that stands when Write returns nil and has
// left nothing when it returns an error (but see ErrUnknown). It is for
// working and derived tables; acts go through the ledger. The error of fn
// comes back as it is.
//
// ctx ends the wait for a turn, never SQL that runs. fn must not call Write
// or Load: it would wait for itself (see Inside).
func (db *DB) Write(ctx context.Context, fn func(tx *Tx) error) error {
	if ctx.Value(insideKey{}) != nil {
		return errNested
	}
	if db.group != nil {
		return db.group.submit(ctx, fn, false)
	}
	return db.serializable(ctx, fn)
}

// Load is Write for bulk: fn is alone in its transaction, and on SQLite all
// other writers wait until it is done.
func (db *DB) Load(ctx context.Context, fn func(tx *Tx) error) error {
	if ctx.Value(insideKey{}) != nil {
		return errNested
	}
	if db.group != nil {
		return db.group.submit(ctx, fn, true)
	}
	return db.serializable(ctx, fn)
}

type insideKey struct{}

var errNested = errors.New("sqldb: a write inside a write would wait for itself")

// Inside derives the context for a running closure: it outlives the request,
// and Write and Load refuse it instead of waiting for themselves.
func Inside(ctx context.Context) context.Context {
	return context.WithValue(context.WithoutCancel(ctx), insideKey{}, true)
}

// Snapshot runs fn on one unchanging state of the database.
func (db *DB) Snapshot(ctx context.Context, fn func(r Reader) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if db.engine == PostgreSQL {
		opts.Isolation = sql.LevelRepeatableRead
	}
	t, err := db.readers.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	defer t.Rollback() // nothing to lose
	tx := &Tx{engine: db.engine, run: plainTx{t}, texts: db.texts, reads: true}
	return tx.do(func(tx *Tx) error { return fn(tx) })
}

// Sequence sets how held values are numbered and, on PostgreSQL, starts the
// loop that drains the queue until the database closes. It may be set once.
func (db *DB) Sequence(s Sequencing) error {
	if !db.sequencing.CompareAndSwap(nil, &s) {
		return errors.New("sqldb: the sequencing is set already; one ledger per open database")
	}
	return nil
}

var errNoSequencing = errors.New("sqldb: something is held, but nothing numbers it")

// number is the end of a SQLite transaction.
func (db *DB) number(tx *Tx, held []any) error {
	s := db.sequencing.Load()
	if s == nil {
		return errNoSequencing
	}
	return s.Number(context.Background(), tx, held)
}

// Queues says whether what is held waits in a queue to be numbered after its
// commit (PostgreSQL) rather than being numbered within it.
func (db *DB) Queues() bool { return db.group == nil }

// Settle numbers all that is queued by now. On SQLite nothing ever is.
func (db *DB) Settle(ctx context.Context) error {
	for more := db.group == nil && db.sequencing.Load() != nil; more; {
		var err error
		if more, err = db.drain(ctx); err != nil {
			return err
		}
	}
	return nil
}

// pollEvery is how long entries queued by a process that died wait at most.
const pollEvery = time.Second

// lastDrain is how long closing waits for the queue.
const lastDrain = 5 * time.Second

// sequencer drains the queue whenever something was queued here, and now and
// then for what other processes left.
func (db *DB) sequencer(ctx context.Context) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastDrain)
			defer cancel()
			_ = db.Settle(last) // what is left stays queued
			return
		case <-db.wake:
		case <-tick.C:
		}
		if err := db.Settle(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "ledger entries wait to be numbered", "error", err)
		}
	}
}
