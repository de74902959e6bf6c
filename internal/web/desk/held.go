package desk

import (
	"context"
	"sync"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/registry/org"
	"qingdan/internal/service/gaps"
)

// held is the list held against the law in one state of both.
type held struct {
	state gaps.State
	at    time.Time
	clues []clue // in the order of pages
}

// holding computes the latest held, once for each state: whoever asks while it
// is computed waits for the same one.
type holding struct {
	mu    sync.Mutex
	state gaps.State
	find  func() (*held, error)
}

// in gives the held of a state, which find makes unless it was made before. A
// failure is not kept.
func (h *holding) in(state gaps.State, find func() (*held, error)) (*held, error) {
	h.mu.Lock()
	if h.find == nil || h.state != state {
		h.state, h.find = state, sync.OnceValues(find)
	}
	once := h.find
	h.mu.Unlock()
	found, err := once()
	if err != nil {
		h.mu.Lock()
		if h.state == state {
			h.find = nil
		}
		h.mu.Unlock()
	}
	return found, err
}

// held gives the list held against the law as both are now. The first to ask
// after a change computes for all, so it does not end with that request.
func (d *Desk) held(ctx context.Context) (*held, error) {
	division, err := org.Here(ctx, d.cfg.DB)
	if err != nil {
		return nil, errs.Wrap("division", err)
	}
	state, err := gaps.ReadState(ctx, d.cfg.DB, division, d.today())
	if err != nil {
		return nil, err
	}
	return d.gaps.in(state, func() (*held, error) { return d.hold(context.WithoutCancel(ctx), state) })
}

func (d *Desk) hold(ctx context.Context, s gaps.State) (*held, error) {
	departments, err := org.Departments(ctx, d.cfg.DB, s.Division)
	if err != nil {
		return nil, errs.Wrap("departments", err)
	}
	found, err := gaps.Find(ctx, d.cfg.DB, s.Division, s.Day)
	if err != nil {
		return nil, err
	}
	return &held{state: s, at: d.cfg.Clock(), clues: cluesOf(found, departments, !s.Edition.IsZero())}, nil
}
