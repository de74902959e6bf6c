package demo

import (
	"context"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/overlap"
)

// overlaps has the system look for powers that several departments hold, and the
// legal office judge one of the groups.
func (d *desks) overlaps(ctx context.Context) error {
	before, err := overlap.LastRun(ctx, d.db)
	if err != nil {
		return err
	}
	if before != nil && !before.Stale {
		return nil
	}
	run, err := overlap.Search(ctx, d.db, d.now)
	if err != nil {
		return err
	}
	d.say(fmt.Sprintf("查找重叠事项：%d 组", run.Found))
	all := people.Scope{All: true}
	groups, err := overlap.Groups(ctx, d.db, all, overlap.Query{})
	if err != nil || len(groups) < 4 {
		return err
	}
	for _, g := range groups {
		if g.Verdict != overlap.Open { // judged in an earlier load
			return nil
		}
	}
	g := groups[len(groups)-1]
	legal := d.persons[legalLogin]
	err = d.as(ctx, legal, func(ctx context.Context, tx *ledger.Tx) error {
		return overlap.Judge(ctx, tx, legal, g.ID, overlap.Judgement{Verdict: overlap.NotOne,
			Reason: "两个部门分别管不同的环节，条文虽是同一条，不是同一事项"})
	})
	return errs.Wrap("judge an overlap", err)
}
