package inventory

import (
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/engine/hanzi"
)

// In a short list, where no bigram is common, the look-up finds what comparing
// with every name finds.
func TestNearestIsMostSimilar(t *testing.T) {
	name := rapid.StringOfN(rapid.RuneFrom([]rune("取水许可证核发ＡA4 （）")), 0, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(name, 1, 30).Draw(t, "names")
		x := indexNames(names)
		for range 3 { // a look-up leaves nothing behind
			asked := name.Draw(t, "asked")
			grams := hanzi.Bigrams(asked)
			i, score := x.nearest(asked)
			want := 0.0
			for _, n := range names {
				if len(grams) <= rareGrams {
					want = max(want, hanzi.Similar(grams, hanzi.Bigrams(n)))
				}
			}
			if score < want {
				t.Fatalf("%q: %v by the index, %v by comparing", asked, score, want)
			}
			if i >= 0 && len(grams) > 0 && score != hanzi.Similar(grams, hanzi.Bigrams(names[i])) {
				t.Fatalf("%q and %q: %v by the index", asked, names[i], score)
			}
		}
	})
}
