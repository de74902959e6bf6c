package bench

import (
	"context"
	"testing"
	"time"

	"qingdan/internal/demo"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce/delegate"
	"qingdan/internal/testkit"
)

// gapsLimit is how long it may take to look for somebody competent for every
// kept power in every county.
const gapsLimit = 2 * time.Second

// BenchmarkGaps asks of the loaded city with its hand-overs who exercises each of
// 4,298 and more powers in eight counties, and of one power alone. The peer is
// one query that reads the same changes and nothing else.
func BenchmarkGaps(b *testing.B) {
	c := theCity(b)
	db, l := testkit.Open(b, sqldb.SQLite)
	ctx, now := context.Background(), time.Now()
	if _, err := demo.Load(ctx, db, l, c.dir, func(string) {}); err != nil {
		b.Fatal(err)
	}
	if err := demo.Desks(ctx, db, l, demo.DeskOptions{Now: now}); err != nil {
		b.Fatal(err)
	}
	day := now.Format(time.DateOnly)
	var longest time.Duration
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			start := time.Now()
			gaps, err := delegate.Gaps(ctx, db, day)
			if err != nil || len(gaps) > 0 {
				b.Fatalf("%d gaps (%v)", len(gaps), err)
			}
			longest = max(longest, time.Since(start))
		}
		b.ReportMetric(longest.Seconds(), "longest-s")
		if longest > gapsLimit {
			b.Errorf("%v, limit %v", longest, gapsLimit)
		}
	})
	b.Run("peer", func(b *testing.B) {
		for b.Loop() {
			if _, err := power.Changes(ctx, db); err != nil {
				b.Fatal(err)
			}
		}
	})
	down, err := power.Changes(ctx, db, power.HandedDown)
	if err != nil || len(down) == 0 {
		b.Fatalf("%d powers handed down (%v)", len(down), err)
	}
	b.Run("one", func(b *testing.B) {
		for b.Loop() {
			if _, err := delegate.Holders(ctx, db, down[0].Power, "371522", day); err != nil {
				b.Fatal(err)
			}
		}
	})
}
