package search

import (
	"fmt"
	"testing"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

// What many things match may lie together at the end of the order, where a
// walk from the beginning finds it late; the pages are the same.
func TestManyMatchesAtTheEnd(t *testing.T) {
	const before, matching = 9500, 9000
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		docs := make([]Doc, 0, before+matching)
		for i := range before + matching {
			d := Doc{ID: id(i + 1), Kind: "power", Order: fmt.Sprintf("%05d", i), Title: "渔业"}
			if i >= before {
				d.Title = "取水"
			}
			docs = append(docs, d)
		}
		put(t, db, docs...)
		q := Query{Words: "取水", Limit: 3}
		for page := range 3 {
			hits := find(t, db, q)
			for i, h := range hits {
				if want := fmt.Sprintf("%05d", before+3*page+i); h.Order != want {
					t.Fatalf("page %d: %s, want %s", page, h.Order, want)
				}
			}
			if len(hits) != 3 {
				t.Fatalf("page %d has %d hits", page, len(hits))
			}
			q.After = hits[2].Cursor
		}
	})
}
