package round_test

import (
	"context"
	"testing"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
)

// tests:两摸清/1
func TestTotalsSayWhatEachRoundBroughtAndTook(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		campaign := h.open(t)
		p := h.add(t, h.water, 4)
		sub := h.up(t)
		for _, x := range p[:2] {
			_, err := h.write(h.reviewer, h.note(t, x.Change, "缺"))
			must(t, err)
		}
		_, err := h.handDown(h.leader, sub.ID)
		must(t, err)
		all, err := round.Opinions(h.ctx, h.db, round.Query{Scope: people.Scope{All: true}})
		must(t, err)
		for _, o := range all {
			must(t, h.answer(h.clerk, o.ID, round.Refuse, "不"))
		}
		must(t, h.reword(t, p[0].Change, "改"))
		must(t, h.l.Write(h.ctx, operator, func(ctx context.Context, tx *ledger.Tx) error {
			if err := power.Move(ctx, tx, h.change(t, p[1].Change), power.Withdrawn); err != nil {
				return err
			}
			return tx.Say(ctx, city, "power.withdrawn", p[1].Power, struct{}{})
		}))
		h.add(t, h.water, 2)
		h.up(t)
		h.add(t, h.roads, 1)
		got, err := round.BoardTotals(h.ctx, h.db, campaign, h.head.Scope(people.SeeRounds))
		must(t, err)
		if len(got) != 2 {
			t.Fatalf("%d rows, want one for each submission", len(got))
		}
		if x := got[0]; x.Powers != 4 || x.Added != 4 || x.Reworded != 0 || x.Gone != 0 || x.Categories[power.CategoryPermit] != 4 {
			t.Errorf("the first round: %+v", x)
		}
		if x := got[1]; x.Powers != 5 || x.Added != 2 || x.Reworded != 1 || x.Gone != 1 {
			t.Errorf("the second round: %+v, want 5 powers: 2 added, 1 reworded, 1 gone", x)
		}
		got, err = round.BoardTotals(h.ctx, h.db, campaign, h.roadsHead.Scope(people.SeeRounds))
		must(t, err)
		if len(got) != 0 {
			t.Errorf("another department sees %d rows", len(got))
		}
	})
}

// BenchmarkRound is one department of 400 powers: handing up, and handing down 200
// opinions.
func BenchmarkRound(b *testing.B) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		b.Run(engine.String(), func(b *testing.B) {
			var up, receive, write, down time.Duration
			for range b.N {
				b.StopTimer()
				h := build(b, engine)
				h.open(b)
				p := h.add(b, h.water, 400)
				must(b, h.sign(h.head, h.water))
				b.StartTimer()
				start := time.Now()
				step := func(d *time.Duration) { *d += time.Since(start); start = time.Now() }
				sub, err := h.handUp(h.head, h.water)
				must(b, err)
				step(&up)
				must(b, h.receive(h.reviewer, sub.ID))
				step(&receive)
				var items []round.Item
				for _, x := range p[:200] {
					items = append(items, round.Item{Change: x.Change, Version: x.Version})
				}
				must(b, h.as(h.reviewer, func(ctx context.Context, tx *ledger.Tx) error {
					_, err := round.BulkWrite(ctx, tx, h.reviewer, items, round.Note{Field: "basis", Cause: "no_basis", Text: "依据不足"})
					return err
				}))
				step(&write)
				_, err = h.handDown(h.leader, sub.ID)
				must(b, err)
				step(&down)
			}
			for name, d := range map[string]time.Duration{"up": up, "receive": receive, "write": write, "down": down} {
				b.ReportMetric(float64(d.Milliseconds())/float64(b.N), "ms/"+name)
			}
		})
	}
}
