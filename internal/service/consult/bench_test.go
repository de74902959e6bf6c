package consult_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

// BenchmarkSubmit has 16 people send comments at the same time, every third the
// same words on one power.
func BenchmarkSubmit(b *testing.B) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		b.Run(engine.String(), func(b *testing.B) {
			h := build(b, testkit.DSN(b, engine))
			notice := h.open(b)
			var next atomic.Int64
			var wg sync.WaitGroup
			b.ResetTimer()
			for range 16 {
				wg.Go(func() {
					for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
						code, text := fmt.Sprint("W", i%4+1), fmt.Sprintf("第%d位：希望第%d个窗口少排队，第%d天能够办完", i, i%17, i%31)
						if i%3 == 0 {
							code, text = "W1", "请把这一项留在市里办"
						}
						if _, err := h.send(notice, code, text); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "comments/s")
			testkit.MachineRates(b)
			if n := h.counts(b, notice).All; n != b.N {
				b.Errorf("%d comments of %d", n, b.N)
			}
		})
	}
}
