package bench

import (
	"context"
	"testing"

	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
)

func BenchmarkZZ(b *testing.B) {
	db, err := sqldb.Open(context.Background(), "/tmp/site/db")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(context.Background(), "select name from list_entries order by code")
	names, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (s string, err error) { err = r.Scan(&s); return })
	for _, kind := range []string{"power", "department", "law"} {
		for k, l := range map[string]int{"full": 0, "four": 4, "two": 2} {
			b.Run(kind+"/"+k, func(b *testing.B) {
				i := 0
				for b.Loop() {
					i++
					w := []rune(names[i*1009%len(names)])
					if l > 0 {
						at := i % max(1, len(w)-l)
						w = w[at:min(len(w), at+l)]
					}
					search.Find(context.Background(), db, search.Query{Words: string(w), Kind: kind, PublicOnly: kind == "power", Limit: 20})
				}
			})
		}
	}
}
