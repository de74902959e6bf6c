package job_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/job"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// runner makes a runner that is closed after the test.
func runner(t *testing.T, db *sqldb.DB, o job.Options) *job.Runner {
	t.Helper()
	r := job.New(db, o)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
		defer cancel()
		r.Close(ctx)
	})
	return r
}

// ended waits until a job has ended.
func ended(t *testing.T, r *job.Runner, account, id sqldb.ID) job.Job {
	t.Helper()
	return until(t, r, account, id, func(j job.Job) bool { return j.State.Ended() })
}

func until(t *testing.T, r *job.Runner, account, id sqldb.ID, is func(job.Job) bool) job.Job {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		j, err := r.ByID(t.Context(), account, id)
		must(t, err)
		if is(j) {
			return j
		}
		if time.Now().After(deadline) {
			t.Fatalf("the job still is %+v", j)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

type counted struct{ New, Same int }

func TestAJobTellsItsOwnerHowFarItIsAndWhatItGave(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		r := runner(t, db, job.Options{})
		me, other := sqldb.NewID(), sqldb.NewID()
		gate := make(chan struct{})
		id, err := r.Start(t.Context(), me, "import", "导入 水利局.xlsx", func(_ context.Context, p *job.Progress) (any, error) {
			p.Say("正在读取")
			for i := range 200 {
				p.At(i+1, 400)
			}
			<-gate
			return counted{3, 4}, nil
		})
		must(t, err)
		j := until(t, r, me, id, func(j job.Job) bool { return j.Done == 200 })
		if j.State != job.Running || j.Total != 400 || j.Message != "正在读取" || j.Title != "导入 水利局.xlsx" || !j.Ended.IsZero() {
			t.Errorf("half way it is %+v", j)
		}
		if _, err := r.ByID(t.Context(), other, id); errs.KindOf(err) != errs.NotFound {
			t.Errorf("somebody else sees it: %v", err)
		}
		if all, err := r.List(t.Context(), other, 10); err != nil || len(all) != 0 {
			t.Errorf("somebody else lists it: %v %v", all, err)
		}
		if err := r.Cancel(other, id); errs.KindOf(err) != errs.NotFound {
			t.Errorf("somebody else cancels it: %v", err)
		}
		close(gate)
		j = ended(t, r, me, id)
		var got counted
		must(t, j.Read(&got))
		if j.State != job.Done || got != (counted{3, 4}) || j.Ended.IsZero() {
			t.Errorf("it ended as %+v with %+v", j, got)
		}
		if err := r.Cancel(me, id); errs.KindOf(err) != errs.NotFound {
			t.Errorf("cancelling what has ended: %v", err)
		}
		must(t, r.Forget(t.Context(), time.Now().Add(time.Hour)))
		if _, err := r.ByID(t.Context(), me, id); errs.KindOf(err) != errs.NotFound {
			t.Errorf("forgotten, yet there: %v", err)
		}
	})
}

func TestAJobThatFailsSaysWhyAndNoMore(t *testing.T) {
	db, _ := testkit.Open(t, sqldb.SQLite)
	r := runner(t, db, job.Options{})
	me := sqldb.NewID()
	for what, x := range map[string]struct {
		work  job.Work
		words string
	}{
		"words for people": {func(context.Context, *job.Progress) (any, error) {
			return nil, errs.Wrap("import", errs.Invalidf("第3行没有名称").Fix("请补上"))
		}, "第3行没有名称。请补上"},
		"our own fault":   {func(context.Context, *job.Progress) (any, error) { return nil, errors.New("select secret from /data") }, "系统内部出错"},
		"a panic":         {func(context.Context, *job.Progress) (any, error) { panic("somebody's fault") }, "系统内部出错"},
		"what is no JSON": {func(context.Context, *job.Progress) (any, error) { return make(chan int), nil }, "系统内部出错"},
		"far too much":    {func(context.Context, *job.Progress) (any, error) { return strings.Repeat("x", 5<<20), nil }, "太大"},
	} {
		id, err := r.Start(t.Context(), me, "import", "导入", x.work)
		must(t, err)
		j := ended(t, r, me, id)
		if j.State != job.Failed || !strings.Contains(j.Message, x.words) || j.Result != "" || strings.Contains(j.Message, "secret") {
			t.Errorf("%s: %+v", what, j)
		}
		if x.words == "系统内部出错" && !strings.Contains(j.Message, id.String()) {
			t.Errorf("%s: the operator cannot find it: %s", what, j.Message)
		}
	}
}

func TestTwoJobsRunAtOnceAndTheOthersWait(t *testing.T) {
	db, _ := testkit.Open(t, sqldb.SQLite)
	r := runner(t, db, job.Options{})
	me := sqldb.NewID()
	var now, most atomic.Int32
	gate := make(chan struct{})
	work := func(ctx context.Context, _ *job.Progress) (any, error) {
		n := now.Add(1)
		for {
			seen := most.Load()
			if n <= seen || most.CompareAndSwap(seen, n) {
				break
			}
		}
		<-gate
		now.Add(-1)
		return 0, nil
	}
	var ids []sqldb.ID
	for range 5 {
		id, err := r.Start(t.Context(), me, "import", "导入", work)
		must(t, err)
		ids = append(ids, id)
	}
	if _, err := r.Start(t.Context(), me, "import", "导入", work); errs.KindOf(err) != errs.Conflict {
		t.Errorf("a sixth job of one person: %v", err)
	}
	until(t, r, me, ids[0], func(j job.Job) bool {
		all, err := r.List(t.Context(), me, 10)
		must(t, err)
		states := map[job.State]int{}
		for _, j := range all {
			states[j.State]++
		}
		return states[job.Running] == 2 && states[job.Waiting] == 3
	})
	close(gate)
	for _, id := range ids {
		if j := ended(t, r, me, id); j.State != job.Done {
			t.Errorf("it ended as %+v", j)
		}
	}
	if most.Load() != 2 {
		t.Errorf("%d ran at once", most.Load())
	}
}

func TestCancelledAndClosedJobsEnd(t *testing.T) {
	db, _ := testkit.Open(t, sqldb.SQLite)
	r := runner(t, db, job.Options{})
	me := sqldb.NewID()
	block := func(ctx context.Context, _ *job.Progress) (any, error) { <-ctx.Done(); return nil, ctx.Err() }
	var ids []sqldb.ID
	for range 3 {
		id, err := r.Start(t.Context(), me, "import", "导入", block)
		must(t, err)
		ids = append(ids, id)
	}
	var waits sqldb.ID
	until(t, r, me, ids[0], func(job.Job) bool {
		running := 0
		for _, id := range ids {
			j, err := r.ByID(t.Context(), me, id)
			must(t, err)
			if j.State == job.Running {
				running++
			} else {
				waits = id
			}
		}
		return running == 2
	})
	must(t, r.Cancel(me, waits))
	if j := ended(t, r, me, waits); j.State != job.Cancelled {
		t.Errorf("cancelled in the queue it is %+v", j)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	r.Close(ctx)
	for _, id := range ids {
		if j, err := r.ByID(t.Context(), me, id); err != nil || !j.State.Ended() {
			t.Errorf("after closing it is %+v, %v", j, err)
		}
	}
	if _, err := r.Start(t.Context(), me, "import", "导入", block); errs.KindOf(err) != errs.Unavailable {
		t.Errorf("a job after closing: %v", err)
	}
	r.Close(ctx)
}

func TestClosingWaitsForWorkThatEndsInTime(t *testing.T) {
	db, _ := testkit.Open(t, sqldb.SQLite)
	r := runner(t, db, job.Options{})
	me := sqldb.NewID()
	begun := make(chan struct{})
	id, err := r.Start(t.Context(), me, "import", "导入", func(ctx context.Context, _ *job.Progress) (any, error) {
		close(begun)
		select {
		case <-time.After(300 * time.Millisecond):
			return 1, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
	must(t, err)
	<-begun
	r.Close(t.Context())
	if j, err := r.ByID(t.Context(), me, id); err != nil || j.State != job.Done {
		t.Errorf("it ended as %+v, %v", j, err)
	}
}

// Work that says something thousands of times a second costs two writes a second.
func TestProgressIsWrittenNoMoreThanTwiceASecond(t *testing.T) {
	db, _ := testkit.Open(t, sqldb.SQLite)
	r := runner(t, db, job.Options{})
	me := sqldb.NewID()
	id, err := r.Start(t.Context(), me, "import", "导入", func(ctx context.Context, p *job.Progress) (any, error) {
		for end := time.Now().Add(1200 * time.Millisecond); time.Now().Before(end); {
			p.At(int(time.Now().UnixNano()&0xffffff), 1<<24)
			time.Sleep(100 * time.Microsecond)
		}
		return 0, nil
	})
	must(t, err)
	seen := map[int]bool{}
	until(t, r, me, id, func(j job.Job) bool { seen[j.Done] = true; return j.State.Ended() })
	if n := len(seen); n < 2 || n > 5 { // the first row, two writes in 1.2 s, the end
		t.Errorf("%d different figures were written in 1.2 s", n)
	}
}

// standing is a clock that a test moves.
type standing struct {
	mu  sync.Mutex
	now time.Time
}

func (s *standing) read() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *standing) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

const childEnv = "QINGDAN_TEST_JOB_DSN"

// TestChildRunsAJobUntilKilled is the process that the next test kills.
func TestChildRunsAJobUntilKilled(t *testing.T) {
	dsn := os.Getenv(childEnv)
	if dsn == "" {
		t.Skip("only as a child")
	}
	account, err := sqldb.ParseID(os.Getenv(childEnv + "_ACCOUNT"))
	must(t, err)
	db, _ := testkit.OpenDSN(t, dsn)
	r := runner(t, db, job.Options{})
	_, err = r.Start(t.Context(), account, "import", "导入", func(ctx context.Context, p *job.Progress) (any, error) {
		p.At(7, 9)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	must(t, err)
	time.Sleep(time.Minute)
}

func TestAJobWhoseProcessWasKilledIsInterrupted(t *testing.T) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		t.Run(engine.String(), func(t *testing.T) {
			dsn := testkit.DSN(t, engine)
			db, _ := testkit.OpenDSN(t, dsn)
			clock := &standing{now: time.Now()}
			r := runner(t, db, job.Options{Clock: clock.read})
			me := sqldb.NewID()
			child := exec.Command(os.Args[0], "-test.run=^TestChildRunsAJobUntilKilled$")
			child.Env = append(os.Environ(), childEnv+"="+dsn, childEnv+"_ACCOUNT="+me.String())
			must(t, child.Start())
			var id sqldb.ID
			for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
				all, err := r.List(t.Context(), me, 1)
				must(t, err)
				if len(all) == 1 && all[0].Done == 7 {
					id = all[0].ID
					break
				}
			}
			must(t, child.Process.Kill())
			_ = child.Wait()
			if id.IsZero() {
				t.Fatal("the child wrote no progress")
			}
			if j, err := r.ByID(t.Context(), me, id); err != nil || j.State != job.Running {
				t.Errorf("at once it is %+v, %v", j, err)
			}
			clock.pass(time.Minute)
			j, err := r.ByID(t.Context(), me, id)
			must(t, err)
			if j.State != job.Interrupted || !j.State.Ended() || j.Done != 7 || j.Ended.IsZero() || !strings.Contains(j.Message, "重新办理") {
				t.Errorf("a minute later it is %+v", j)
			}
		})
	}
}
