package ledger_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

// sevenStatements is a typical act: it looks, changes a counter, adds a row
// with four more, and records itself.
func sevenStatements(ctx context.Context, tx *ledger.Tx, client string) error {
	var n int64
	if err := tx.QueryRow(ctx, "select n from counters where name = ?", client).Scan(&n); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "update counters set n = ? where name = ?", n+1, client); err != nil {
		return err
	}
	id := sqldb.NewID()
	if _, err := tx.Exec(ctx, "insert into acts (id, name) values (?, ?)", id, client); err != nil {
		return err
	}
	for i := range 4 {
		_, err := tx.Exec(ctx, "insert into steps (act_id, no, note) values (?, ?, ?)", id, i, "受理")
		if err != nil {
			return err
		}
	}
	_, err := tx.Record(ctx, entry("power.reported", id))
	return err
}

// BenchmarkActs measures seven-statement acts of 64 clients, each with its
// entry numbered and hashed; on PostgreSQL until the last one is numbered.
func BenchmarkActs(b *testing.B) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		b.Run(engine.String(), func(b *testing.B) {
			db, l := testkit.Open(b, engine)
			scratch(b, db)
			const clients = 64
			for c := range clients {
				err := db.Write(b.Context(), func(tx *sqldb.Tx) error {
					_, err := tx.Exec(b.Context(), "insert into counters (name, n) values (?, 0)", fmt.Sprint("client", c))
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ResetTimer()
			start := time.Now()
			var wg sync.WaitGroup
			for c := range clients {
				client := fmt.Sprint("client", c)
				mine := b.N / clients
				if c < b.N%clients {
					mine++
				}
				wg.Go(func() {
					for range mine {
						err := l.Write(context.Background(), clerk, func(ctx context.Context, tx *ledger.Tx) error {
							return sevenStatements(ctx, tx, client)
						})
						if err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			if err := l.Settle(context.Background()); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "acts/s")
			testkit.MachineRates(b)
			if size, _, err := l.Tree(context.Background(), ledger.Powers); size != int64(b.N) || err != nil {
				b.Errorf("%d entries of %d, %v", size, b.N, err)
			}
		})
	}
}

// BenchmarkLoad measures one workbook: 5,000 entries with ten rows each.
func BenchmarkLoad(b *testing.B) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		b.Run(engine.String(), func(b *testing.B) {
			db, l := testkit.Open(b, engine)
			scratch(b, db)
			for b.Loop() {
				err := l.Load(context.Background(), clerk, func(ctx context.Context, tx *ledger.Tx) error {
					for range 5000 {
						id := sqldb.NewID()
						if _, err := tx.Exec(ctx, "insert into acts (id, name) values (?, ?)", id, "导入"); err != nil {
							return err
						}
						for i := range 9 {
							_, err := tx.Exec(ctx, "insert into steps (act_id, no, note) values (?, ?, ?)", id, i, "某某行政许可事项")
							if err != nil {
								return err
							}
						}
						if _, err := tx.Record(ctx, entry("power.reported", id)); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
				if err := l.Settle(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(5000*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
			testkit.MachineRates(b)
		})
	}
}
