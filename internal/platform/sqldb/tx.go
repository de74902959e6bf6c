package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"
)

// Reader is what can be read from: *DB (committed state, each query for
// itself) and *Tx (the state inside the transaction).
//
// SQL uses ? placeholders. A query that finds nothing is no error until its
// Row is scanned (ErrNoRows).
type Reader interface {
	Query(ctx context.Context, q string, args ...any) (*Rows, error)
	QueryRow(ctx context.Context, q string, args ...any) *Row
}

// runner runs checked statements for a transaction.
type runner interface {
	query(ctx context.Context, st statement, args []any) (*sql.Rows, error)
	exec(ctx context.Context, st statement, args []any) (sql.Result, error)
}

// Tx is one closure's view of its transaction. It is for the goroutine that
// runs the closure, and for the closure's time only.
//
// The first failing statement dooms the closure: everything after it fails
// alike and the closure is rolled back whatever it returns, on both engines.
// Rows must be read to the end or closed before the next statement.
type Tx struct {
	engine Engine
	run    runner
	texts  *texts
	reads  bool // read-only
	open   *Rows
	failed error
	ended  bool
	held   []any
}

var (
	errRowsOpen = errors.New("sqldb: rows of the previous query are still open")
	errEnded    = errors.New("sqldb: the transaction is over")
)

// Engine says which engine runs the transaction.
func (tx *Tx) Engine() Engine { return tx.engine }

// Query runs a query. Its context does not end SQL inside a write closure.
func (tx *Tx) Query(ctx context.Context, q string, args ...any) (*Rows, error) {
	st, args, err := tx.ready(q, args)
	if err != nil {
		return nil, err
	}
	rows, err := tx.run.query(ctx, st, args)
	if err != nil {
		return nil, tx.fail(q, err)
	}
	tx.open = &Rows{rows: rows, tx: tx, q: q}
	return tx.open, nil
}

// QueryRow runs a query of which the first row is wanted.
func (tx *Tx) QueryRow(ctx context.Context, q string, args ...any) *Row {
	rows, err := tx.Query(ctx, q, args...)
	return &Row{rows, err}
}

// Exec runs a statement and says how many rows it changed.
func (tx *Tx) Exec(ctx context.Context, q string, args ...any) (rowsAffected int64, err error) {
	st, args, err := tx.ready(q, args)
	if err != nil {
		return 0, err
	}
	res, err := tx.run.exec(ctx, st, args)
	if err != nil {
		return 0, tx.fail(q, err)
	}
	return res.RowsAffected()
}

// Hold keeps v until the end of the transaction, where the sequencing set by
// DB.Sequence receives what all kept closures hold, in order. It is the
// ledger's half of a closure; v of a rolled-back closure is forgotten.
func (tx *Tx) Hold(v any) { tx.held = append(tx.held, v) }

// ready checks the statement and its arguments and gives the arguments in the
// few types that both drivers store alike.
func (tx *Tx) ready(q string, args []any) (statement, []any, error) {
	switch {
	case tx.ended:
		return statement{}, nil, errEnded
	case tx.failed != nil:
		return statement{}, nil, tx.failed
	case tx.open != nil:
		return statement{}, nil, tx.fail(q, errRowsOpen)
	}
	st, args, err := readyStatement(tx.texts, q, args)
	if err == nil && tx.reads && !st.reads {
		err = errReadOnly
	}
	if err != nil {
		return st, nil, tx.fail(q, err)
	}
	return st, args, nil
}

var errReadOnly = errors.New("sqldb: only queries here")

func (tx *Tx) fail(q string, err error) error {
	if tx.failed == nil {
		tx.failed = fmt.Errorf("%.120s: %w", strings.Join(strings.Fields(q), " "), err)
	}
	return tx.failed
}

// do runs the closure. It turns a panic into an error, so that the writer
// survives it, closes rows left open and lets no failed statement pass.
func (tx *Tx) do(fn func(*Tx) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("sqldb: the closure panicked: %v\n%s", v, debug.Stack())
		}
		if tx.open != nil {
			tx.open.Close()
		}
		tx.ended = true
		if err == nil {
			err = tx.failed
		}
	}()
	return fn(tx)
}

// readyStatement leaves the caller's arguments as they are: callers may run
// one slice of them twice, even at the same time.
func readyStatement(t *texts, q string, args []any) (statement, []any, error) {
	st, err := t.get(q)
	if err != nil {
		return st, nil, err
	}
	if st.args != len(args) {
		return st, nil, fmt.Errorf("sqldb: %d placeholders, %d arguments", st.args, len(args))
	}
	out := make([]any, len(args))
	for i, arg := range args {
		if out[i], err = plain(arg); err != nil {
			return st, nil, fmt.Errorf("sqldb: argument %d: %w", i+1, err)
		}
	}
	return st, out, nil
}

// plain reduces an argument to nil, int64, float64, string or []byte. Times
// and booleans are refused, since the engines store them differently; so is
// text that PostgreSQL would refuse.
func plain(v any) (any, error) {
	switch x := v.(type) {
	case nil, int64, float64:
		return v, nil
	case int:
		return int64(x), nil
	case ID:
		return x.Value()
	}
	v, err := driver.DefaultParameterConverter.ConvertValue(v)
	if err != nil {
		return nil, err
	}
	switch x := v.(type) {
	case string:
		if strings.IndexByte(x, 0) >= 0 || !utf8.ValidString(x) {
			return nil, errors.New("text with a zero byte or broken UTF-8")
		}
	case []byte:
		if x == nil {
			return nil, nil
		}
	case bool:
		return nil, errors.New("a boolean: store a state or a nullable instant")
	case time.Time:
		return nil, errors.New("a time.Time: store Micros or a day")
	}
	return v, nil
}

// Rows are the results of a query.
type Rows struct {
	rows *sql.Rows
	tx   *Tx // nil outside transactions
	q    string
}

// Next moves to the next row; false at the end or at an error, see Err.
func (r *Rows) Next() bool {
	if r.rows.Next() {
		return true
	}
	r.release()
	return false
}

// Scan reads the row's columns. An empty blob may come back as nil.
func (r *Rows) Scan(dest ...any) error { return r.rows.Scan(dest...) }

// Err is the error that ended the rows, if one did.
func (r *Rows) Err() error { return r.rows.Err() }

// Close ends the rows; closing twice is fine.
func (r *Rows) Close() error {
	err := r.rows.Close()
	r.release()
	return err
}

// release frees the transaction for its next statement and dooms it if the
// rows ended in an error.
func (r *Rows) release() {
	if r.tx == nil || r.tx.open != r {
		return
	}
	r.tx.open = nil
	if err := r.rows.Err(); err != nil {
		r.tx.fail(r.q, err)
	}
}

// Row is the first row of a query.
type Row struct {
	rows *Rows
	err  error
}

// Scan reads the row's columns and ends the query; ErrNoRows if there is none.
func (r *Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	return r.rows.Close()
}

// Collect reads all rows with scan, closes them and checks how they ended. It
// takes the results of Query as they are:
//
//	rows, err := r.Query(ctx, q)
//	return sqldb.Collect(rows, err, scanPower)
func Collect[T any](rows *Rows, err error, scan func(*Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
