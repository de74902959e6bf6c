package demo

import (
	"context"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/registry/list"
	"qingdan/internal/stage/reduce/measure"
)

// baseline has the legal office seal the published list as the baseline (锁定基数),
// unless one is sealed or nothing is published.
func (d *desks) baseline(ctx context.Context) error {
	seals, err := measure.Seals(ctx, d.db)
	if err != nil || len(seals) > 0 {
		return err
	}
	e, err := list.InForce(ctx, d.db, cityCode, d.day)
	if errs.KindOf(err) == errs.NotFound && err != nil || err == nil && e.Approval == "" {
		return nil
	}
	if err != nil {
		return err
	}
	d.say("锁定基数")
	who := d.persons[legalLogin]
	return d.as(ctx, who, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := measure.Seal(ctx, tx, who, e.ID)
		return err
	})
}
