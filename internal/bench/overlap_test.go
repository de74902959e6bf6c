package bench

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"qingdan/internal/engine/match"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/overlap"
	"qingdan/internal/testkit"
)

// The limits of the search for overlaps.
const (
	overlapLimit     = 5 * time.Second  // 5,029 powers
	overlapLimitBig  = 90 * time.Second // 50,000
	alignmentLimit   = 5 * time.Second  // 5,029 against as many
	pairsOfThePeer   = 400              // rows whose pairs the peer compares, all of them
	overlapsOfAnyUse = 100
)

// BenchmarkOverlaps searches the powers that the city reported, and ten times as
// many, made of the same rows with other codes and names, for overlaps: reading,
// comparing, and writing what was found. The peer compares every pair of some of
// the same rows; all-pairs-s is what it would take for all. x-nlogn is as in
// BenchmarkCheck.
func BenchmarkOverlaps(b *testing.B) {
	c := theCity(b)
	db, l := testkit.Open(b, sqldb.SQLite)
	c.found(b, l)
	c.furnish(b, l)
	have := c.take(b, db, l)
	from := rows(b, db)
	var first time.Duration
	for _, n := range []int{have, 50_000} {
		if n > have && testing.Short() {
			continue
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			multiply(b, l, have, n, func(ctx context.Context, tx *ledger.Tx, i int) error {
				_, err := power.Add(ctx, tx, another(from, i))
				return err
			})
			have = max(have, n)
			var took []time.Duration
			var run overlap.Run
			resetPeak(b)
			before := cpuTime(os.Getpid())
			for b.Loop() {
				start := time.Now()
				var err error
				if run, err = overlap.Search(context.Background(), db, start); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			if run.Powers != n || run.Found < overlapsOfAnyUse {
				b.Fatalf("%+v", run)
			}
			noTime(b)
			limit := overlapLimit
			if n > 10_000 {
				limit = overlapLimitBig
			}
			b.ReportMetric(median(took).Seconds(), "search-s")
			b.ReportMetric((cpuTime(os.Getpid())-before).Seconds()/float64(len(took)), "cpu-s")
			b.ReportMetric(float64(run.Found), "groups")
			b.ReportMetric(memory(os.Getpid(), "VmHWM"), "peak-MB")
			b.ReportMetric(allPairs(matchRows(from), n).Seconds(), "all-pairs-s")
			report(b, median(took).Seconds()/limit.Seconds(), 1, "of-limit")
			if first == 0 {
				first = median(took)
			} else {
				grown := float64(n) * math.Log(float64(n)) / (float64(len(from)) * math.Log(float64(len(from))))
				b.ReportMetric(float64(median(took))/float64(first)/grown, "x-nlogn") // no promise: the limit is the time
			}
			testkit.MachineRates(b)
		})
	}
}

// matchRows are the rows of the city as they are compared.
func matchRows(from []row) []match.Row {
	out := make([]match.Row, len(from))
	for i, r := range from {
		v := r.version
		out[i] = match.Row{Name: v.Name, Category: string(v.Category), Body: v.Department.String(), Object: v.Elements.Object, Content: v.Elements.Content}
		for _, c := range v.Citations {
			out[i].Basis = append(out[i].Basis, c.Ref)
		}
	}
	return out
}

// allPairs says how long comparing every pair of n rows would take, by some rows.
func allPairs(rows []match.Row, n int) time.Duration {
	var items []match.Item
	for i := 0; i < len(rows) && len(items) < pairsOfThePeer; i += max(1, len(rows)/pairsOfThePeer) {
		items = append(items, match.Prepare(rows[i]))
	}
	start, pairs := time.Now(), 0
	for i := range items {
		for j := range i {
			match.Compare(items[i], items[j])
			pairs++
		}
	}
	return time.Duration(float64(time.Since(start)) / float64(pairs) * float64(n) * float64(n-1) / 2)
}

// BenchmarkAlign pairs the list of the city with itself as another place would
// have written it, and counts what was found again.
func BenchmarkAlign(b *testing.B) {
	c := theCity(b)
	db, l := testkit.Open(b, sqldb.SQLite)
	c.found(b, l)
	c.furnish(b, l)
	c.take(b, db, l)
	ours := matchRows(rows(b, db))
	theirs := make([]match.Row, len(ours))
	for i, r := range ours {
		r.Name = reworded(r.Name, i)
		theirs[i] = r
	}
	var took []time.Duration
	again, before := 0, cpuTime(os.Getpid())
	for b.Loop() {
		start := time.Now()
		found := match.Align(ours, theirs, match.Known{}).Pairs
		took = append(took, time.Since(start))
		again = len(found)
	}
	if float64(again) < 0.95*float64(len(ours)) {
		b.Fatalf("%d of %d found again", again, len(ours))
	}
	noTime(b)
	b.ReportMetric(median(took).Seconds(), "align-s")
	b.ReportMetric((cpuTime(os.Getpid())-before).Seconds()/float64(len(took)), "cpu-s")
	b.ReportMetric(float64(again)/float64(len(ours)), "found")
	b.ReportMetric(allPairs(ours, 2*len(ours)).Seconds()/2, "all-pairs-s")
	report(b, median(took).Seconds()/alignmentLimit.Seconds(), 1, "of-limit")
	testkit.MachineRates(b)
}

// reworded says a name as somebody else would.
func reworded(name string, i int) string {
	for _, p := range [][2]string{{"许可", "审批"}, {"监督检查", "执法检查"}, {"备案", "登记备案"}, {"的处罚", "行为的行政处罚"}, {"、", "和"}} {
		if i%3 > 0 && strings.Contains(name, p[0]) {
			return strings.Replace(name, p[0], p[1], 1)
		}
	}
	return name + "（市级权限）"
}
