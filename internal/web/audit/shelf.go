package audit

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/org"
)

// shelf is the queue of everybody in one state of the database: every open change
// in the order of the codes. It is never changed; who asks cuts it to a scope.
// Five thousand rows are filtered and counted in memory in a fraction of a
// millisecond, where the joins behind them take the database a tenth of a second.
type shelf struct {
	acts     int64 // entries of the powers log at that state
	mark     int64 // instant of the latest act seen
	run      finding.Run
	checked  bool // a run is there
	rows     []*row
	powers   map[sqldb.ID]*row
	found    map[sqldb.ID]found
	names    map[sqldb.ID]place
	traces   map[sqldb.ID]trace // of the changes touched lately, as they were read
	outdated int                // rows read since the last full reading
}

// place is a department in lists.
type place struct{ name, order string }

// shelving keeps the latest shelf. Whoever asks after an act waits for the one
// shelf that is made for all.
type shelving struct {
	mu     sync.Mutex
	latest *shelf
}

// How a shelf follows the acts: what was touched since the latest act seen is
// looked at, and some before it, since an act takes its instant when it begins and
// another may end earlier; what has another trace than before is read again. Many
// such rows are not worth it.
const (
	overlap    = 120_000_000 // microseconds
	maxTraces  = 20_000
	maxTouched = 1500
	maxOutdate = 20_000
)

// shelf gives the queue as it is now: asked after an act, it shows that act. As
// long as nobody acts it costs one query.
func (a *Audit) shelf(ctx context.Context) (*shelf, error) {
	acts, err := a.cfg.Ledger.Count(ctx, a.cfg.DB, ledger.Powers)
	if err != nil {
		return nil, err
	}
	a.kept.mu.Lock()
	defer a.kept.mu.Unlock()
	if s := a.kept.latest; s != nil && s.acts >= acts {
		return s, nil
	}
	// It is made for all who wait, so it does not end with this request.
	var next *shelf
	err = a.cfg.DB.Snapshot(context.WithoutCancel(ctx), func(r sqldb.Reader) (err error) {
		next, err = a.restock(context.WithoutCancel(ctx), r, a.kept.latest)
		return err
	})
	if err != nil {
		return nil, errs.Wrap("queue", err)
	}
	a.kept.latest = next
	return next, nil
}

// restock makes the next shelf from the one before, nil for the first.
func (a *Audit) restock(ctx context.Context, r sqldb.Reader, before *shelf) (*shelf, error) {
	next := &shelf{}
	var err error
	if next.acts, err = a.cfg.Ledger.Count(ctx, r, ledger.Powers); err != nil {
		return nil, err
	}
	if next.mark, err = newest(ctx, r); err != nil {
		return nil, err
	}
	if next.names, err = readNames(ctx, r); err != nil {
		return nil, err
	}
	if err := next.find(ctx, r, before); err != nil {
		return nil, err
	}
	since := next.mark
	if before != nil {
		since = min(since, before.mark)
	}
	if next.traces, err = touchedSince(ctx, r, since-overlap, maxTraces); err != nil {
		return nil, err
	}
	touched := next.touched(before)
	if before == nil || len(touched) >= maxTouched || len(next.traces) >= maxTraces || before.outdated > maxOutdate {
		next.rows, err = readRows(ctx, r, nil)
	} else {
		next.outdated = before.outdated + len(touched)
		next.rows, err = replaced(ctx, r, before.rows, touched)
	}
	next.powers = make(map[sqldb.ID]*row, len(next.rows))
	for _, x := range next.rows {
		next.powers[x.power] = x
	}
	return next, err
}

// touched lists the changes whose trace is another than on the shelf before.
// Rows read again that did not change do no harm.
func (s *shelf) touched(before *shelf) []sqldb.ID {
	if before == nil {
		return nil
	}
	var out []sqldb.ID
	for id, t := range s.traces {
		if old, was := before.traces[id]; !was || old != t {
			out = append(out, id)
		}
	}
	return out
}

// replaced gives the rows with the touched ones read again.
func replaced(ctx context.Context, r sqldb.Reader, rows []*row, touched []sqldb.ID) ([]*row, error) {
	if len(touched) == 0 {
		return rows, nil
	}
	fresh, err := readRows(ctx, r, touched)
	if err != nil {
		return nil, err
	}
	gone := make(map[sqldb.ID]bool, len(touched))
	for _, id := range touched {
		gone[id] = true
	}
	out := make([]*row, 0, len(rows)+len(fresh))
	for _, x := range rows {
		if !gone[x.change] {
			out = append(out, x)
		}
	}
	out = append(out, fresh...)
	slices.SortFunc(out, func(a, b *row) int {
		return cmp.Or(cmp.Compare(a.code, b.code), slices.Compare(a.change[:], b.change[:]))
	})
	return out, nil
}

// find takes over what the latest run found.
func (s *shelf) find(ctx context.Context, r sqldb.Reader, before *shelf) error {
	run, err := finding.Latest(ctx, r)
	if errs.KindOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	s.run, s.checked = run, true
	if before != nil && before.checked && before.run.ID == run.ID {
		s.found = before.found
		return nil
	}
	s.found, err = readFound(ctx, r, run.ID)
	return err
}

func readNames(ctx context.Context, r sqldb.Reader) (map[sqldb.ID]place, error) {
	all, err := org.Departments(ctx, r, "")
	if err != nil {
		return nil, errs.Wrap("departments", err)
	}
	out := make(map[sqldb.ID]place, len(all))
	for _, d := range all {
		out[d.ID] = place{d.Name, d.OrderKey}
	}
	return out, nil
}

// hint says what the latest run holds against a row. A version made after the
// run was not checked by it.
func (s *shelf) hint(x *row) (hint, string) {
	if !s.fresh(x.created) {
		return unchecked, ""
	}
	return s.found[x.version].gravest()
}

// fresh says whether a version made at an instant was there for the latest run.
func (s *shelf) fresh(created int64) bool {
	return s.checked && created <= sqldb.Micros(s.run.At)
}
