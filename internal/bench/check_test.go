package bench

import (
	"context"
	"fmt"
	"math"
	"os"
	"testing"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/testkit"
)

// BenchmarkCheck runs all rules over the 5,029 powers of the city, and over
// ten and a hundred times as many, made of the same rows with other codes and
// names. x-nlogn is how much more a power took than n log n allows from the
// smallest size on; peak-MB is the most memory the process held meanwhile.
func BenchmarkCheck(b *testing.B) {
	c := theCity(b)
	db, l := testkit.Open(b, sqldb.SQLite)
	c.found(b, l)
	c.furnish(b, l)
	have := c.take(b, db, l)
	from := rows(b, db)
	var first []time.Duration
	for _, n := range []int{5029, 50_000, 500_000} {
		if n > 50_000 && !large() || n > 5029 && testing.Short() {
			continue
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			multiply(b, l, have, n, func(ctx context.Context, tx *ledger.Tx, i int) error {
				_, err := power.Add(ctx, tx, another(from, i))
				return err
			})
			have = max(have, n)
			var took []time.Duration
			findings := 0
			resetPeak(b)
			for b.Loop() {
				start := time.Now()
				checked, err := inventory.Check(context.Background(), db, c.manifest.CheckDay, nil)
				if err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
				if findings = len(checked.Found); checked.Powers != n {
					b.Fatalf("%d powers checked of %d", checked.Powers, n)
				}
			}
			noTime(b)
			b.ReportMetric(memory(os.Getpid(), "VmHWM"), "peak-MB")
			b.ReportMetric(median(took).Seconds(), "check-s")
			b.ReportMetric(float64(median(took).Microseconds())/float64(n), "µs/power")
			b.ReportMetric(float64(findings)/float64(n), "findings/power")
			if n == 5029 {
				first = append(first, took...)
			} else {
				grown := float64(n) * math.Log(float64(n)) / (5029 * math.Log(5029))
				report(b, float64(median(took))/float64(median(first))/grown, 1, "x-nlogn")
			}
			testkit.MachineRates(b)
		})
	}
}

// bulk is how many powers go into one transaction.
const bulk = 5000

// multiply adds powers to the have that are there until there are want; add
// adds the i-th.
func multiply(b *testing.B, l *ledger.Ledger, have, want int, add func(ctx context.Context, tx *ledger.Tx, i int) error) {
	b.Helper()
	for have < want {
		end := min(want, have+bulk)
		load(b, l, func(ctx context.Context, tx *ledger.Tx) error {
			for i := have; i < end; i++ {
				if err := add(ctx, tx, i); err != nil {
					return err
				}
			}
			return nil
		})
		have = end
	}
}

// another is the i-th power of a multiplied city, as a department reports it.
func another(from []row, i int) power.Report {
	r, k := from[i%len(from)], i/len(from)
	v := r.version
	v.Name = place(k) + v.Name
	return power.Report{Code: fmt.Sprintf("%s-%03d", r.code, k), Division: division, Origin: power.Reported, State: power.HandedUp, Version: v}
}
