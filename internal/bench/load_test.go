package bench

import (
	"testing"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

// loadLimit is how many seconds the whole city may take from nothing.
func loadLimit(e sqldb.Engine) float64 {
	if e == sqldb.PostgreSQL {
		return 120
	}
	return 60
}

// BenchmarkDemoLoad runs `demo load` into nothing: it writes the city, takes
// in 1,519 laws and 70 workbooks, checks, decides and publishes. cpu-s and
// peak-MB are the program's own; a database server's are not in them.
func BenchmarkDemoLoad(b *testing.B) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		b.Run(engine.String()+"/invented", func(b *testing.B) { demoLoad(b, engine) })
		b.Run(engine.String()+"/real", func(b *testing.B) { demoLoad(b, engine, "--laws", realLaws(b)) })
	}
}

func demoLoad(b *testing.B, engine sqldb.Engine, args ...string) {
	program(b)
	for b.Loop() {
		u := run(b, append([]string{"--db", testkit.DSN(b, engine), "demo", "load"}, args...)...)
		noTime(b)
		b.ReportMetric(u.cpu.Seconds(), "cpu-s")
		b.ReportMetric(u.peakMB, "peak-MB")
		report(b, u.wall.Seconds(), loadLimit(engine), "wall-s")
	}
	testkit.MachineRates(b)
}
