package admin_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

func TestTmpScale(t *testing.T) {
	halls(t, func(h *hall) {
		for range 20 {
			h.must(h.Ledger.Load(context.Background(), ledger.Actor{ID: h.system.ID.String(), Name: "王系统", Role: "系统管理员"}, func(ctx context.Context, tx *ledger.Tx) error {
				for i := range 2500 {
					if err := tx.Say(ctx, "", []string{"power.decided", "opinion.drafted", "review.concluded"}[i%3], sqldb.NewID(), fmt.Sprintf("%0300d", i)); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		h.must(h.Ledger.Settle(context.Background()))
		for _, p := range []string{"/admin/audit", "/admin/audit?kind=power.decided", "/admin/audit?account=clerk", "/admin/audit?from=2026-01-01&to=2026-01-02", "/admin/audit/views", "/admin/accounts", "/admin/audit.xlsx"} {
			at := time.Now()
			body := h.get(h.audit, p, map[bool]int{true: 403, false: 200}[p == "/admin/accounts"])
			fmt.Println(h.DB.Engine(), p, time.Since(at), len(body))
		}
		at := time.Now()
		h.post(h.audit, "/admin/audit/ledger", 200)
		fmt.Println("verify", time.Since(at))
	})
}
