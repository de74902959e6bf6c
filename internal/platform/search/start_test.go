package search

import "testing"

// BenchmarkLexicon is what reading the lexicon adds to every start.
func BenchmarkLexicon(b *testing.B) {
	for b.Loop() {
		if v := mustReadLexicon(lexiconFiles); v.entries == 0 {
			b.Fatal("empty")
		}
	}
}
