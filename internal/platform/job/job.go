// Package job runs work that takes longer than somebody should wait for a page:
// imports, exports, checks. A job runs in this process and outlives the request;
// a working row tells its owner how far it is, also from another process and
// after this one has died.
//
// Progress is written at most twice a second, and a sign of life every few
// seconds; a job whose last sign is old was interrupted. Jobs do not start again
// by themselves: the work inside is one transaction of its own, so that an
// interrupted job has done all of it or nothing.
package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// State is how a job stands.
type State string

// The states.
const (
	Waiting     State = "waiting"     // 排队中: others come first
	Running     State = "running"     // 进行中
	Done        State = "done"        // 已完成
	Failed      State = "failed"      // 未完成: Message says why
	Cancelled   State = "cancelled"   // 已取消
	Interrupted State = "interrupted" // 中断: its process died; never stored, but seen by its last sign of life
)

// Label is the word for the state.
func (s State) Label() string {
	switch s {
	case Waiting:
		return "排队中"
	case Running:
		return "进行中"
	case Done:
		return "已完成"
	case Failed:
		return "未完成"
	case Cancelled:
		return "已取消"
	case Interrupted:
		return "中断"
	default:
		return string(s)
	}
}

// Ended says whether nothing more will happen.
func (s State) Ended() bool { return s != Waiting && s != Running }

// Job is one piece of long work as its owner sees it.
type Job struct {
	ID      sqldb.ID
	Account sqldb.ID
	Kind    string // what the caller knows it by
	Title   string // for its owner, in Chinese
	State   State
	Done    int
	Total   int    // 0 while nobody knows
	Message string // what it is at, or why it failed, in Chinese
	Result  string // JSON of what the work gave; "" unless State is Done
	Begun   time.Time
	Ended   time.Time // zero while it goes on
}

// Read puts the result of a job that is done into v.
func (j Job) Read(v any) error {
	return errs.Wrap("result of job "+j.ID.String(), json.Unmarshal([]byte(j.Result), v))
}

// Work is what a job does. Its context ends when the job is cancelled or the
// process goes down. What it gives is kept as JSON; an error with words for people
// becomes the message of the job.
type Work func(ctx context.Context, p *Progress) (result any, err error)

// Limits of the runner. Two jobs at a time leave room for pages on a small
// machine; whoever floods the queue waits for himself.
const (
	atOnce     = 2
	maxOfOne   = 5       // unfinished jobs of one account
	maxResult  = 4 << 20 // bytes
	writeEvery = 500 * time.Millisecond
	beatEvery  = 5 * time.Second
	deadAfter  = 30 * time.Second // since the last sign of life
)

// Runner runs the jobs of one process.
type Runner struct {
	db    *sqldb.DB
	log   *slog.Logger
	clock func() time.Time
	ctx   context.Context // ends the work
	stop  context.CancelFunc
	slots chan struct{}

	mu     sync.Mutex
	closed bool
	live   map[sqldb.ID]*Progress
	all    sync.WaitGroup
}

// Options of a runner. Zero fields take the default.
type Options struct {
	Clock func() time.Time
	Log   *slog.Logger
}

// New makes the runner of a process over an open database. Close it before the
// database.
func New(db *sqldb.DB, o Options) *Runner {
	r := &Runner{db: db, log: o.Log, clock: o.Clock, slots: make(chan struct{}, atOnce), live: map[sqldb.ID]*Progress{}}
	if r.log == nil {
		r.log = slog.Default()
	}
	if r.clock == nil {
		r.clock = time.Now
	}
	r.ctx, r.stop = context.WithCancel(context.Background())
	return r
}

// Progress is where the work says how far it is. Its methods cost nothing: the
// runner writes what was said last.
type Progress struct {
	job    Job
	cancel context.CancelFunc

	mu      sync.Mutex
	changed bool
	wish    bool // somebody cancelled it
}

// At says that so much of total is done; total 0 for what nobody knows.
func (p *Progress) At(done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.changed = p.changed || p.job.Done != done || p.job.Total != total
	p.job.Done, p.job.Total = done, total
}

// Say says in Chinese what the work is at.
func (p *Progress) Say(message string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.changed = p.changed || p.job.Message != message
	p.job.Message = message
}

// now gives what is to be written, and whether it is new since the last time.
func (p *Progress) now() (Job, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	changed := p.changed
	p.changed = false
	return p.job, changed
}

// Start queues work for an account and gives the id to follow it by. The work
// outlives the context, which is for queueing only. Conflict: the account has
// several unfinished jobs. Unavailable: the process is going down.
func (r *Runner) Start(ctx context.Context, account sqldb.ID, kind, title string, work Work) (sqldb.ID, error) {
	p := &Progress{job: Job{ID: sqldb.NewID(), Account: account, Kind: kind, Title: title, State: Waiting, Begun: r.clock()}}
	if err := r.enter(p); err != nil {
		return sqldb.ID{}, err
	}
	if err := r.db.Write(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, p.job) }); err != nil {
		r.leave(p)
		return sqldb.ID{}, errs.Wrap("start job "+kind, err)
	}
	own, cancel := context.WithCancel(r.ctx)
	p.mu.Lock()
	p.cancel = cancel
	if p.wish {
		cancel()
	}
	p.mu.Unlock()
	go r.run(own, p, work)
	return p.job.ID, nil
}

// enter takes note of a job, unless there are too many.
func (r *Runner) enter(p *Progress) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return errs.New(errs.Unavailable, "系统正在重新启动").Fix("请稍后再试")
	}
	mine := 0
	for _, other := range r.live {
		if other.job.Account == p.job.Account {
			mine++
		}
	}
	if mine >= maxOfOne {
		return errs.Conflictf("你已有 %d 项任务没有完成", mine).Fix("请等它们完成后再办理")
	}
	r.live[p.job.ID] = p
	r.all.Add(1)
	return nil
}

func (r *Runner) leave(p *Progress) {
	r.mu.Lock()
	delete(r.live, p.job.ID)
	r.mu.Unlock()
	r.all.Done()
}

// run waits for a turn, does the work and writes how it ended. Beside it the row
// is kept alive.
func (r *Runner) run(ctx context.Context, p *Progress, work Work) {
	defer r.leave(p)
	defer p.cancel()
	over, quiet := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(quiet)
		r.keep(p, over)
	}()
	var result any
	err := ctx.Err()
	if err == nil {
		select {
		case r.slots <- struct{}{}:
			p.begin()
			result, err = r.try(ctx, p, work)
			<-r.slots
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	close(over)
	<-quiet
	r.finish(p, result, err)
}

func (p *Progress) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.job.State, p.changed = Running, true
}

// try does the work; a panic in it is an error.
func (r *Runner) try(ctx context.Context, p *Progress, work Work) (result any, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("job %s panicked: %v\n%s", p.job.Kind, v, debug.Stack())
		}
	}()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return work(ctx, p)
}

// keep writes what changed, and a sign of life, until the work is over.
func (r *Runner) keep(p *Progress, over <-chan struct{}) {
	tick := time.NewTicker(writeEvery)
	defer tick.Stop()
	last := r.clock()
	for {
		select {
		case <-over:
			return
		case <-tick.C:
		}
		job, changed := p.now()
		now := r.clock()
		if !changed && now.Sub(last) < beatEvery {
			continue
		}
		last = now
		if err := r.db.Write(context.Background(), func(tx *sqldb.Tx) error { return update(context.Background(), tx, job, now) }); err != nil {
			r.log.Error("job progress not written", "job", job.ID.String(), "err", err)
		}
	}
}

// finish writes how a job ended. What nobody has words for is logged under the id
// of the job, and its owner is told that id.
func (r *Runner) finish(p *Progress, result any, err error) {
	job, _ := p.now()
	job.Ended = r.clock()
	var encoded []byte
	if err == nil {
		if encoded, err = json.Marshal(result); err == nil && len(encoded) > maxResult {
			err = errs.New(errs.TooLarge, "结果太大，存不下").Fix("请分成几次办理")
		}
	}
	switch {
	case err == nil:
		job.State, job.Result, job.Message = Done, string(encoded), ""
	case p.cancelled() || errors.Is(err, context.Canceled) && r.ctx.Err() == nil:
		job.State, job.Message = Cancelled, "已按要求取消，没有改动任何内容"
	case errors.Is(err, context.Canceled):
		job.State, job.Message = Failed, "系统重新启动，任务没有完成。请重新办理"
	default:
		job.State, job.Message = Failed, errs.Message(err)
		if errs.KindOf(err) == errs.Internal {
			job.Message += "（编号 " + job.ID.String() + "）"
			r.log.Error("job failed", "job", job.ID.String(), "kind", job.Kind, "err", err)
		}
	}
	ctx := context.Background()
	if err := r.db.Write(ctx, func(tx *sqldb.Tx) error { return update(ctx, tx, job, job.Ended) }); err != nil {
		r.log.Error("end of job not written", "job", job.ID.String(), "state", string(job.State), "err", err)
	}
}

func (p *Progress) cancelled() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wish
}

// Cancel asks a job of one's own to end. Work that has committed already ends as
// done all the same. NotFound: no such job of the account in this process, such as
// one that has ended.
func (r *Runner) Cancel(account, id sqldb.ID) error {
	r.mu.Lock()
	p := r.live[id]
	r.mu.Unlock()
	if p == nil || p.job.Account != account {
		return errs.NotFoundf("没有正在进行的这项任务").Fix("请刷新页面")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wish = true
	if p.cancel != nil {
		p.cancel()
	}
	return nil
}

// Close takes no more jobs, waits for those that run until ctx ends, then cancels
// them and waits until they have ended. Closing twice is fine.
func (r *Runner) Close(ctx context.Context) {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.all.Wait()
	}()
	select {
	case <-ended:
	case <-ctx.Done():
	}
	r.stop()
	<-ended
}

// List gives the latest jobs of an account, the newest first. Only the owner may
// see them.
func (r *Runner) List(ctx context.Context, account sqldb.ID, limit int) ([]Job, error) {
	return list(ctx, r.db, account, limit, r.clock())
}

// ByID finds a job of an account; NotFound when there is none, or it is somebody
// else's.
func (r *Runner) ByID(ctx context.Context, account, id sqldb.ID) (Job, error) {
	return byID(ctx, r.db, account, id, r.clock())
}

// Forget throws away the rows of jobs that began before an instant: a job's
// result is a notice, not a record.
func (r *Runner) Forget(ctx context.Context, before time.Time) error {
	return errs.Wrap("forget jobs", r.db.Write(ctx, func(tx *sqldb.Tx) error { return forget(ctx, tx, before) }))
}
