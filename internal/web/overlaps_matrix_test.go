package web

import (
	"context"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/overlap"
)

// findOverlaps gives each department a power that it lists twice, and has the
// system find it.
func (m *matrix) findOverlaps() {
	m.t.Helper()
	for _, e := range m.estates {
		for range 2 {
			m.write(func(ctx context.Context, tx *ledger.Tx) error {
				v := power.Version{Department: e.id, Category: power.CategoryPermit, SchemeCategory: string(power.CategoryPermit), Name: e.mark + "重复许可", Level: "市级",
					Initiative: power.OnApplication, Elements: power.Elements{Content: e.mark, Basis: "《中华人民共和国行政许可法》第十三条"}}
				_, err := power.Add(ctx, tx, power.Report{Code: "overlap-" + sqldb.NewID().String(), Division: "371500", Origin: power.Reported, State: power.Review, Version: v})
				return err
			})
		}
	}
	_, err := overlap.Search(m.ctx, m.db, clock())
	must(m.t, err)
	for _, e := range m.estates {
		groups, err := overlap.Groups(m.ctx, m.db, people.Scope{All: true}, overlap.Query{Department: e.id})
		must(m.t, err)
		for _, g := range groups {
			if g.Kind == overlap.Within {
				e.overlap = g.ID
			}
		}
		if e.overlap.IsZero() {
			m.t.Fatal("a power that is listed twice was not found")
		}
	}
}
