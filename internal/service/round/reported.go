package round

import (
	"context"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// Reported is what a department handed up in one round (两摸清/1): how many powers,
// by category, and what became of those of the submission before.
type Reported struct {
	Department sqldb.ID
	Submission sqldb.ID
	No         int
	Powers     int
	Categories map[power.Category]int
	Added      int // not in the submission before; all in the first
	Reworded   int // in both, in other versions
	Gone       int // in the one before only
}

// BoardTotals counts what the departments in a scope handed up in a campaign, by
// department and number of the submission.
func BoardTotals(ctx context.Context, r sqldb.Reader, campaign sqldb.ID, s people.Scope) ([]Reported, error) {
	subs, err := Submissions(ctx, r, campaign, s)
	if err != nil {
		return nil, err
	}
	out := make([]Reported, len(subs))
	at := make(map[sqldb.ID]*Reported, len(subs))
	for i, sub := range subs {
		out[i] = Reported{Department: sub.Department, Submission: sub.ID, No: sub.No, Categories: map[power.Category]int{}}
		at[sub.ID] = &out[i]
	}
	if err := countCategories(ctx, r, campaign, s, at); err != nil {
		return nil, err
	}
	if err := countMoves(ctx, r, campaign, s, at); err != nil {
		return nil, err
	}
	for i := range out {
		if i > 0 && out[i-1].Department == out[i].Department {
			out[i].Gone = out[i-1].Powers - (out[i].Powers - out[i].Added)
		}
	}
	return out, nil
}
