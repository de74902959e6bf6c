package web

import (
	"context"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce/delegate"
)

// offerPowers lets each estate offer a power to a county, and puts before it one
// that comes from above.
func (m *matrix) offerPowers() {
	m.t.Helper()
	here, err := org.Here(m.ctx, m.db)
	must(m.t, err)
	const county = "371522"
	var hall sqldb.ID
	m.write(func(ctx context.Context, tx *ledger.Tx) (err error) {
		if _, err = org.AddDivisions(ctx, tx, []org.Division{{Code: here, Name: "示例市", Level: "市", Parent: "370000", ValidFrom: "1949-10-01"},
			{Code: county, Name: "示例县", Level: "县", Parent: here, ValidFrom: "1949-10-01"}}); err != nil {
			return err
		}
		hall, err = org.AddDepartment(ctx, tx, org.Department{Name: "示例县审批局", Division: county, Nature: "法定机关"})
		return err
	})
	legal := m.enter(people.Legal, sqldb.ID{}, 0)
	for _, e := range m.estates {
		m.as(legal, func(ctx context.Context, tx *ledger.Tx, who *people.Who) (err error) {
			x := delegate.Terms{Power: e.powers[power.Published], Direction: delegate.Down, Division: county, Body: hall, Form: delegate.ByDecision, Basis: "示政发〔2015〕3号",
				Parts: delegate.Whole, Scope: delegate.EachPlace, AnswerBy: "2099-01-01", Planned: "2099-02-01"}
			if e.offer, err = delegate.Offer(ctx, tx, who, x); err != nil {
				return err
			}
			x.Direction, x.Power, x.PowerName, x.Division, x.Body, x.FromName, x.Document = delegate.Above, sqldb.ID{}, e.mark, here, e.id, "省示例厅", "示例〔2015〕1号"
			e.above, err = delegate.Offer(ctx, tx, who, x)
			return err
		})
	}
}
