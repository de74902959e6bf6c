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

// The first two hundred of a tier are sorted by their titles, what comes behind
// keeps the stored order, and pages of any size join over the border.
func TestPagesJoinOverTheSortedPart(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		var docs []Doc
		for i := range 2*ranked + 30 {
			d := Doc{ID: id(i + 1), Kind: "power", Public: true, Order: fmt.Sprintf("%05d", i), Title: "关于办理取水若干事项的通知"}
			if i%3 == 0 {
				d.Title = "取水"
			}
			docs = append(docs, d)
		}
		put(t, db, docs...)
		all := find(t, db, Query{Words: "取水", Limit: maxLimit})
		if len(all) != len(docs) {
			t.Fatalf("%d of %d", len(all), len(docs))
		}
		for i, h := range all {
			short := h.Order >= "00000" && (int(h.ID[14])<<8|int(h.ID[15]))%3 == 1
			if i < ranked/3 && !short {
				t.Fatalf("place %d of the sorted part has a long title", i)
			}
			if i > ranked && h.Order < all[i-1].Order {
				t.Fatalf("behind the sorted part, place %d is out of order", i)
			}
		}
		for _, size := range []int{1, 7, 199, 200, 201} {
			var joined []Hit
			for q := (Query{Words: "取水", Limit: size}); ; {
				page := find(t, db, q)
				joined = append(joined, page...)
				if len(page) == 0 || page[len(page)-1].Cursor == "" {
					break
				}
				q.After = page[len(page)-1].Cursor
			}
			if shown(joined) != shown(all) {
				t.Errorf("pages of %d do not join", size)
			}
		}
	})
}
