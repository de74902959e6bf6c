package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// A group is what shares one BEGIN IMMEDIATE … COMMIT and one fsync.
const (
	groupSize = 64
	groupTime = 20 * time.Millisecond
)

// job is a closure waiting for the writer.
type job struct {
	fn    func(*Tx) error
	alone bool       // shares its transaction with nobody
	done  chan error // buffered; receives exactly one answer
}

// answer is a job's result, given only after the commit that makes it true: a
// refusal, too, may rest on what an earlier closure of the group wrote.
type answer struct {
	job *job
	err error
}

// group owns SQLite's only writing connection in one goroutine and commits
// waiting closures together.
//
// Closures may run twice: when a savepoint is gone, the numbering fails or
// COMMIT fails, the whole group is rolled back and each closure runs again,
// alone.
type group struct {
	conn  *cachedConn
	texts *texts
	queue chan *job     // unbuffered: a job taken is a job being run
	stop  chan struct{} // closed by close
	ended chan struct{} // closed when the goroutine is gone

	// taken are the jobs not answered yet, in order; the last may be a job
	// that must run alone and waits for the group before it.
	taken []*job

	number func(*Tx, []any) error // the sequencing, for what the closures hold
	commit func() error           // COMMIT; tests let it fail
	clock  func() time.Time
}

func startGroup(conn *cachedConn, t *texts, number func(*Tx, []any) error) *group {
	g := &group{
		conn: conn, texts: t, number: number, clock: time.Now,
		queue: make(chan *job), stop: make(chan struct{}), ended: make(chan struct{}),
	}
	g.commit = func() error { return conn.control("COMMIT") }
	go g.loop()
	return g
}

// submit waits for the writer to take the closure, at most as long as ctx
// lives, and then for its answer, however long that takes.
func (g *group) submit(ctx context.Context, fn func(*Tx) error, alone bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j := &job{fn: fn, alone: alone, done: make(chan error, 1)}
	select {
	case g.queue <- j:
		return <-j.done
	case <-ctx.Done():
		return ctx.Err()
	case <-g.ended:
		return ErrStopped
	}
}

// close stops the writer after the group it is working on.
func (g *group) close() error {
	close(g.stop)
	<-g.ended
	return g.conn.close()
}

// loop runs groups until it is stopped. If a closure ends the goroutine
// itself (runtime.Goexit, as a test's FailNow does), the open transaction is
// never committed and everybody learns that the writer has stopped.
func (g *group) loop() {
	defer func() {
		for _, j := range g.taken {
			j.done <- ErrStopped
		}
		close(g.ended)
	}()
	for {
		if len(g.taken) == 0 {
			select {
			case j := <-g.queue:
				g.taken = append(g.taken, j)
			case <-g.stop:
				return
			}
		}
		answers, stop := g.round()
		for _, a := range answers {
			a.job.done <- a.err
		}
		g.taken = append(g.taken[:0], g.taken[len(answers):]...)
		if stop {
			return
		}
	}
}

// round runs the jobs taken, and those it takes on the way, in one
// transaction. It answers them in order, all but a last one that must run
// alone. stop means that nobody can say what is on the disk.
func (g *group) round() (answers []answer, stop bool) {
	if g.taken[0].alone {
		return g.oneByOne(1)
	}
	if err := g.begin(); err != nil {
		return []answer{{g.taken[0], err}}, false
	}
	answers, held, intact := g.fill()
	if !intact {
		g.rollback()
		return g.oneByOne(len(answers) + 1)
	}
	if !slices.ContainsFunc(answers, func(a answer) bool { return a.err == nil }) {
		g.rollback()
		return answers, false
	}
	if g.sequence(held) != nil {
		g.rollback()
		return g.oneByOne(len(answers))
	}
	err := g.commit()
	if err == nil {
		return answers, false
	}
	g.rollback()
	if knownUncommitted(err) {
		return g.oneByOne(len(answers))
	}
	for i := range answers {
		answers[i].err = fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return answers, true
}

// fill runs jobs in savepoints until the group is full or nobody waits. It is
// intact unless a savepoint, and with it the transaction, was lost under the
// job after the answered ones.
func (g *group) fill() (answers []answer, held []any, intact bool) {
	start := g.clock()
	for more := true; more; {
		j, tx := g.taken[len(answers)], g.newTx()
		err, kept := g.inSavepoint(tx, j)
		if !kept {
			return answers, nil, false
		}
		answers = append(answers, answer{j, err})
		if err == nil {
			held = append(held, tx.held...)
		}
		more = len(answers) < groupSize && g.clock().Sub(start) < groupTime && g.take()
	}
	return answers, held, true
}

// take adds a waiting job, if there is one, and reports whether it can join
// the group.
func (g *group) take() bool {
	select {
	case j := <-g.queue:
		g.taken = append(g.taken, j)
		return !j.alone
	default:
		return false
	}
}

// inSavepoint runs a job so that its failure undoes nothing but itself.
// kept is false when the savepoint is gone: SQLite rolled back the whole
// transaction underneath (a full disk, ON CONFLICT ROLLBACK).
func (g *group) inSavepoint(tx *Tx, j *job) (err error, kept bool) {
	if g.conn.control("SAVEPOINT act") != nil {
		return nil, false
	}
	err = tx.do(j.fn)
	if err != nil && g.conn.control("ROLLBACK TO act") != nil {
		return nil, false
	}
	return err, g.conn.control("RELEASE act") == nil
}

// oneByOne runs the first n jobs taken, each in its own transaction.
func (g *group) oneByOne(n int) (answers []answer, stop bool) {
	for _, j := range g.taken[:n] {
		err := error(ErrStopped)
		if !stop {
			err, stop = g.alone(j)
		}
		answers = append(answers, answer{j, err})
	}
	return answers, stop
}

func (g *group) alone(j *job) (err error, stop bool) {
	if err := g.begin(); err != nil {
		return err, false
	}
	tx := g.newTx()
	err = tx.do(j.fn)
	if err == nil {
		err = g.sequence(tx.held)
	}
	if err != nil {
		g.rollback()
		return err, false
	}
	if err = g.commit(); err == nil {
		return nil, false
	}
	g.rollback()
	if knownUncommitted(err) {
		return fmt.Errorf("sqldb: commit: %w", err), false
	}
	return fmt.Errorf("%w: %w", ErrUnknown, err), true
}

func (g *group) newTx() *Tx { return &Tx{engine: SQLite, run: g.conn, texts: g.texts} }

// sequence numbers what the kept closures hold.
func (g *group) sequence(held []any) error {
	if len(held) == 0 {
		return nil
	}
	return g.newTx().do(func(tx *Tx) error { return g.number(tx, held) })
}

func (g *group) begin() error {
	err := g.conn.control("BEGIN IMMEDIATE")
	if isBusy(err) {
		return fmt.Errorf("%w: %w", ErrBusy, err)
	}
	return err
}

// rollback needs no answer: after some errors SQLite has rolled back already,
// and should a transaction stay open, the next BEGIN fails and so does all
// that follows.
func (g *group) rollback() { _ = g.conn.control("ROLLBACK") }

// cachedConn is a SQLite connection that keeps its prepared statements. SQL
// on it never sees a request's context: a context that ends inside a
// statement makes SQLite roll back the whole transaction.
type cachedConn struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func (c *cachedConn) query(_ context.Context, st statement, args []any) (*sql.Rows, error) {
	stmt, err := c.prepared(st.text)
	if err != nil {
		return nil, err
	}
	return stmt.Query(args...)
}

func (c *cachedConn) exec(_ context.Context, st statement, args []any) (sql.Result, error) {
	stmt, err := c.prepared(st.text)
	if err != nil {
		return nil, err
	}
	return stmt.Exec(args...)
}

// control runs a statement that steers the transaction.
func (c *cachedConn) control(text string) error {
	stmt, err := c.prepared(text)
	if err == nil {
		_, err = stmt.Exec()
	}
	return err
}

func (c *cachedConn) prepared(text string) (*sql.Stmt, error) {
	if stmt, ok := c.stmts[text]; ok {
		return stmt, nil
	}
	if len(c.stmts) >= maxTexts {
		c.forget()
	}
	stmt, err := c.conn.PrepareContext(context.Background(), text)
	if err == nil {
		c.stmts[text] = stmt
	}
	return stmt, err
}

func (c *cachedConn) forget() {
	for _, stmt := range c.stmts {
		_ = stmt.Close() // frees memory only
	}
	clear(c.stmts)
}

func (c *cachedConn) close() error {
	c.forget()
	return c.conn.Close()
}
