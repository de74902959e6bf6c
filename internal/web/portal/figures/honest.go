package figures

import (
	"context"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/stage/reduce/measure"
)

// honest is the honest count (不玩数字游戏) with the baseline that it is held
// against, and the moment at which it grows stale. Nothing in it changes after it
// was made.
type honest struct {
	measure.Report
	at    map[string]int // place of a code in the rows
	rows  []measure.Standing
	flags []flagged
	stats reduce.Stats

	flagged    map[measure.Kind]int // powers that a flag of the kind concerns
	hidings    []Hiding
	indicators []Indicator

	seal  *measure.Sealed // the newest; nil before the first
	since measure.Changes // against seal
	acts  int64           // recorded before it was made
	made  time.Time
	till  time.Time
}

// trusted is how long a count may stand while no act is recorded: who changes the
// tables without one is found out then at the latest.
const trusted = 10 * time.Minute

// honestly gives the honest count, at most some seconds old. Counting reads every
// power with its wording: it is done again only after an act, and while somebody
// counts the others are answered with the count before.
func (f *Figures) honestly(ctx context.Context) (*honest, error) {
	now := f.cfg.Clock()
	h := f.counted.Load()
	if h != nil && now.Before(h.till) {
		return h, nil
	}
	if h != nil && !f.counting.TryLock() {
		return h, nil
	}
	if h == nil {
		f.counting.Lock()
	}
	defer f.counting.Unlock()
	if h = f.counted.Load(); h != nil && now.Before(h.till) {
		return h, nil
	}
	acts, err := f.acts(ctx)
	if err != nil {
		return nil, err
	}
	if h != nil && acts > 0 && acts == h.acts && now.Before(h.made.Add(trusted)) {
		same := *h
		h = &same
	} else {
		if h, err = readHonest(ctx, f.cfg.DB); err != nil {
			return nil, errs.Wrap("honest figures", err)
		}
		h.acts, h.made = acts, now
	}
	h.till = f.cfg.Clock().Add(age)
	f.counted.Store(h)
	return h, nil
}

// acts counts the acts recorded so far; 0 where that is not known.
func (f *Figures) acts(ctx context.Context) (int64, error) {
	if f.cfg.Ledger == nil {
		return 0, nil
	}
	return f.cfg.Ledger.Count(ctx, f.cfg.DB, ledger.Powers)
}

// readHonest counts and holds the count against the newest baseline.
func readHonest(ctx context.Context, r sqldb.Reader) (*honest, error) {
	report, err := measure.Read(ctx, r)
	if err != nil {
		return nil, err
	}
	h := &honest{Report: report, at: map[string]int{}, flagged: map[measure.Kind]int{}, rows: report.Rows(measure.Filter{}), flags: placed(report)}
	for i := range h.rows {
		h.at[h.rows[i].Code] = i
		for _, k := range h.rows[i].Flags {
			h.flagged[k]++
		}
	}
	h.hidings, h.indicators = hidingsOf(h), indicatorsOf(h)
	if h.stats, err = reduce.ReadStats(ctx, r); err != nil {
		return nil, err
	}
	seals, err := measure.Seals(ctx, r)
	if err != nil || len(seals) == 0 {
		return h, err
	}
	h.seal = &seals[0]
	h.since, err = measure.Against(ctx, r, report, seals[0])
	return h, err
}

// standing is how a power is counted; false for one that came in since the
// counting.
func (h *honest) standing(code string) (*measure.Standing, bool) {
	i, ok := h.at[code]
	if !ok {
		return nil, false
	}
	return &h.rows[i], true
}
