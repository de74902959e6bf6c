package library

import (
	"testing"

	"pgregory.net/rapid"
)

// TestDivideKeepsEveryArticle: the parts of a law follow each other without
// gap or overlap, and none is heavier than allowed unless one article is.
func TestDivideKeepsEveryArticle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := make([]heading, rapid.IntRange(0, 200).Draw(t, "articles"))
		for i := range h {
			h[i].Length = rapid.IntRange(0, 2*partSize/3).Draw(t, "length")
		}
		at := 0
		for _, s := range divide(h) {
			size := 0
			for _, x := range h[s.from:s.to] {
				size += x.Length
			}
			if s.from != at || s.to <= s.from || size > partSize && s.to-s.from > 1 {
				t.Fatalf("part %v after %d, %d characters", s, at, size)
			}
			at = s.to
		}
		if at != len(h) {
			t.Fatalf("%d of %d articles", at, len(h))
		}
	})
}
