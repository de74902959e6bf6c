package audit

import (
	"context"
	"fmt"
)

// Drift says where the queue that followed the acts differs from one read anew,
// "" where it does not.
func (a *Audit) Drift(ctx context.Context) (string, error) {
	s, err := a.shelf(ctx)
	if err != nil {
		return "", err
	}
	fresh, err := a.restock(ctx, a.cfg.DB, nil)
	if err != nil {
		return "", err
	}
	if len(s.rows) != len(fresh.rows) {
		return fmt.Sprintf("%d rows, read anew %d", len(s.rows), len(fresh.rows)), nil
	}
	for i, x := range s.rows {
		if *x != *fresh.rows[i] {
			return fmt.Sprintf("row %d is %+v, read anew %+v", i, *x, *fresh.rows[i]), nil
		}
		h, rule := s.hint(x)
		if g, r := fresh.hint(fresh.rows[i]); g != h || r != rule {
			return fmt.Sprintf("hint of %s is %s %s, read anew %s %s", x.code, h, rule, g, r), nil
		}
	}
	return "", nil
}

// Readings counts how many rows were read again since the last full reading.
func (a *Audit) Readings() int {
	a.kept.mu.Lock()
	defer a.kept.mu.Unlock()
	if a.kept.latest == nil {
		return -1
	}
	return a.kept.latest.outdated
}
