package figures

import (
	"context"
	"time"

	"qingdan/internal/errs"
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
	till  time.Time
}

// honestly gives the honest count, at most some seconds old. While somebody counts
// anew the others are answered with the count before: counting reads every power
// with its wording.
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
	h, err := readHonest(ctx, f.cfg.DB)
	if err != nil {
		return nil, errs.Wrap("honest figures", err)
	}
	h.till = f.cfg.Clock().Add(age)
	f.counted.Store(h)
	return h, nil
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
	h.since, err = measure.Since(ctx, r, seals[0].ID)
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
