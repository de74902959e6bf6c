package bench

import (
	"bytes"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

// importLimit is how many times the time of merely reading the files their
// import may take, on SQLite.
const importLimit = 4

// passes alternate between the two, so that a disturbance of one does not make
// the ratio.
const passes = 3

// BenchmarkImport takes in the workbooks of 70 departments with 5,029 powers
// of 30 columns: validation, versions, citations, raw rows, search index,
// ledger, one durable transaction a workbook. Its peer is excelize, iterating
// over the rows of the same bytes in the same run.
func BenchmarkImport(b *testing.B) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		b.Run(engine.String(), func(b *testing.B) {
			c := theCity(b)
			var ours, theirs []time.Duration
			powers := 0
			for b.Loop() {
				for range passes {
					db, l := testkit.Open(b, engine)
					c.found(b, l)
					start := time.Now()
					for _, w := range c.books {
						plainRows(b, w.data)
					}
					middle := time.Now()
					powers = c.take(b, db, l)
					theirs, ours = append(theirs, middle.Sub(start)), append(ours, time.Since(middle))
				}
			}
			if powers != 5029 {
				b.Errorf("%d powers came in", powers)
			}
			noTime(b)
			b.ReportMetric(median(ours).Seconds(), "import-s")
			b.ReportMetric(median(theirs).Seconds(), "excelize-s")
			b.ReportMetric(float64(powers)/median(ours).Seconds(), "powers/s")
			report(b, float64(median(ours))/float64(median(theirs)), importLimit, "x-excelize")
			testkit.MachineRates(b)
		})
	}
}

// plainRows iterates over all cells of a workbook with excelize.
func plainRows(b *testing.B, data []byte) {
	b.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.Rows(sheet)
		if err != nil {
			b.Fatal(err)
		}
		for rows.Next() {
			if _, err := rows.Columns(); err != nil {
				b.Fatal(err)
			}
		}
		if err := rows.Error(); err != nil {
			b.Fatal(err)
		}
	}
}
