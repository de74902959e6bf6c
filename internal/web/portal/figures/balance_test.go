package figures

import (
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/platform/sqldb"
)

// TestBalanceAlwaysCloses: what came in less what left, with what moved, is
// what is kept; and without moves nothing is left over.
func TestBalanceAlwaysCloses(t *testing.T) {
	a, b := sqldb.NewID(), sqldb.NewID()
	rapid.Check(t, func(t *rapid.T) {
		var tallies Tallies
		for range rapid.IntRange(0, 30).Draw(t, "tallies") {
			kept := rapid.Bool().Draw(t, "kept")
			fate := "保留"
			if !kept {
				fate = rapid.SampledFrom(leaving()).Draw(t, "fate")
			}
			tallies = append(tallies, tally{Origin: rapid.SampledFrom([]string{"reported", "added", "split"}).Draw(t, "origin"), Fate: fate, Kept: kept,
				From: "甲", To: "甲", First: rapid.SampledFrom([]sqldb.ID{a, b}).Draw(t, "first"), Now: rapid.SampledFrom([]sqldb.ID{a, b}).Draw(t, "now"), N: rapid.IntRange(0, 500).Draw(t, "n")})
		}
		whole := tallies.Whole()
		first, second := tallies.Of(Department{ID: a}), tallies.Of(Department{ID: b})
		if whole.Moved != 0 || whole.In()-whole.LeftAll != whole.Kept.N {
			t.Fatalf("%+v", whole)
		}
		if first.Moved+second.Moved != 0 || first.Kept.N+second.Kept.N != whole.Kept.N || first.In()+second.In() != whole.In() {
			t.Fatalf("%+v and %+v are not %+v", first, second, whole)
		}
	})
}
