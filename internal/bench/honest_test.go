package bench

import (
	"context"
	"os"
	"testing"
	"time"

	"qingdan/internal/demo"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce/measure"
	"qingdan/internal/testkit"
)

// honestLimit is what the honest count of a city may take: its page is made anew
// every few seconds at most.
const honestLimit = 1500 * time.Millisecond

// BenchmarkHonestCount counts the decided and published city by lineage: every power
// that ever came in is read, and what left is looked for among what stands. The peer
// reads the same wordings and does nothing with them.
func BenchmarkHonestCount(b *testing.B) {
	c := theCity(b)
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		b.Run(engine.String(), func(b *testing.B) {
			db, l := testkit.Open(b, engine)
			if _, err := demo.Load(context.Background(), db, l, c.dir, func(string) {}); err != nil {
				b.Fatal(err)
			}
			var took, read []time.Duration
			var r measure.Report
			before := cpuTime(os.Getpid())
			for b.Loop() {
				start := time.Now()
				var err error
				if r, err = measure.Read(context.Background(), db); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			cpu := (cpuTime(os.Getpid()) - before).Seconds() / float64(len(took))
			for range 3 {
				start := time.Now()
				if err := power.Versions(context.Background(), db, nil, func(string, power.Version) error { return nil }); err != nil {
					b.Fatal(err)
				}
				read = append(read, time.Since(start))
			}
			if r.Raw.In != 5078 || r.Normal.In == 0 {
				b.Fatalf("%+v, %+v", r.Raw, r.Normal)
			}
			noTime(b)
			b.ReportMetric(median(took).Seconds(), "count-s")
			b.ReportMetric(median(read).Seconds(), "read-s")
			b.ReportMetric(cpu, "cpu-s")
			report(b, median(took).Seconds()/honestLimit.Seconds(), 1, "of-limit")
			testkit.MachineRates(b)
		})
	}
}
