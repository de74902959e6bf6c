package ui

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/platform/sqldb"
)

func TestCursorKeepsItsPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Cursor{Key: strings.ReplaceAll(rapid.String().Draw(t, "key"), "\x00", ""), ID: sqldb.NewID(), Set: true}
		back, err := ParseCursor(c.String())
		if err != nil || back != c {
			t.Fatalf("%v became %v, %v", c, back, err)
		}
	})
}

// TestTurningVisitsEveryRowOnce: forwards from the beginning and backwards from
// the end, the pages of a sorted list hold every row once.
func TestTurningVisitsEveryRowOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := make([]Cursor, rapid.IntRange(0, 40).Draw(t, "rows"))
		for i := range rows {
			rows[i] = Cursor{Key: string(rune('a' + i/3)), ID: sqldb.ID{byte(i)}, Set: true}
		}
		size := rapid.IntRange(1, 9).Draw(t, "size")
		self := func(c Cursor) Cursor { return c }
		turn, seen, back := Turn{}, 0, 0
		for {
			page, pager := Page(turn, Cut(turn, rows, size+1, self), size, func(way string, c Cursor) string { return way })
			for i, c := range page {
				if c != rows[seen+i] {
					t.Fatalf("row %d is %v", seen+i, c)
				}
			}
			if (pager.Previous != "") != (seen > 0) || (pager.Next != "") != (seen+len(page) < len(rows)) {
				t.Fatalf("at %d of %d: %+v", seen, len(rows), pager)
			}
			seen += len(page)
			if pager.Next == "" {
				break
			}
			turn = Turn{From: page[len(page)-1]}
		}
		if seen != len(rows) {
			t.Fatalf("%d of %d rows", seen, len(rows))
		}
		for turn = (Turn{From: Cursor{Key: "~", Set: true}, Back: true}); ; turn.From = rows[len(rows)-back] {
			page, pager := Page(turn, Cut(turn, rows, size+1, self), size, func(way string, c Cursor) string { return way })
			back += len(page)
			if len(page) > 0 && page[0] != rows[len(rows)-back] {
				t.Fatalf("backwards, page of %v", page)
			}
			if pager.Previous == "" {
				break
			}
		}
		if back != len(rows) {
			t.Fatalf("%d of %d rows backwards", back, len(rows))
		}
	})
}
