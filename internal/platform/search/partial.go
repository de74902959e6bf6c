package search

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"

	"qingdan/internal/engine/hanzi"
)

// Bounds on the work for a query that nothing matches in full.
const (
	maxClues   = 24  // rarest clues that are followed
	maxPerClue = 500 // things one clue may bring in
)

// clue is a part of a query by which things are likened to it.
type clue struct {
	expr   expr
	weight float64 // how much it says; rarer says more
	found  int
}

// findPartial likens things to the query by what they share with it: everyday
// words in full, other words by their pairs of characters, each weighing more
// the rarer it is. Names and synonyms are looked at first, the body only when
// they share nothing.
func findPartial(ctx context.Context, s store, p plan, limit int) ([]Hit, error) {
	for _, fields := range []field{fNamed, fText} {
		clues, err := weigh(ctx, s, clues(p, fields))
		if err != nil {
			return nil, err
		}
		hits, err := liken(ctx, s, newRanker(p), clues)
		if err != nil {
			return nil, err
		}
		if len(hits) > 0 {
			return hits[:min(limit, len(hits))], nil
		}
	}
	return nil, nil
}

// clues lists the parts of a plan.
func clues(p plan, fields field) []clue {
	var out []clue
	for _, u := range p.units {
		if len(u.other) > 0 || isLatin(u.word) {
			e := u.in(fields)
			if spelt, ok := u.pinyin(); ok {
				e = or(e, spelt)
			}
			out = append(out, clue{expr: e, weight: 2})
			out = append(out, u.windows()...)
			continue
		}
		for _, t := range hanzi.Bigrams(u.word) {
			out = append(out, clue{expr: word(fields, t), weight: 1})
		}
	}
	return out
}

// window is how many initials in a row say something when all of them do not.
const window = 3

// windows are the stretches of initials of a unit in Latin letters: who leaves
// one out, or types another, still finds the name.
func (u unit) windows() []clue {
	var out []clue
	if letters := []rune(u.word); isLatin(u.word) {
		for i := 0; i+window < len(letters) && i < maxInitials; i++ {
			out = append(out, clue{expr: coded(fInitials, []string{string(letters[i : i+window])}), weight: 1})
		}
		if n := len(letters); n > window && n <= maxInitials {
			out = append(out, clue{expr: coded(fInitials, []string{string(letters[n-window:])}), weight: 1})
		}
	}
	return out
}

// weigh counts how common each clue is, drops those that match nothing and
// keeps the rarest.
func weigh(ctx context.Context, s store, all []clue) ([]clue, error) {
	var out []clue
	for _, c := range all {
		n, err := s.count(ctx, c.expr, maxPerClue+1)
		if err != nil {
			return nil, err
		}
		if c.found = n; n > 0 {
			c.weight *= math.Log2(2 + float64(maxPerClue)/float64(n))
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b clue) int { return cmp.Compare(a.found, b.found) })
	return out[:min(len(out), maxClues)], nil
}

// likenWeight is what sharing the most is worth beside what a title says.
const likenWeight = 3

// liken gathers what the clues match and sorts it by weight, then by stored
// order; the first of them are put in order by their titles too. A clue beyond
// maxPerClue brings in the first things only, and only while nothing rarer did.
func liken(ctx context.Context, s store, k ranker, clues []clue) ([]Hit, error) {
	score := map[Hit]float64{}
	for _, c := range clues {
		if c.found > maxPerClue && len(score) > 0 {
			break
		}
		page, err := s.page(ctx, c.expr, cursor{}, maxPerClue)
		if err != nil {
			return nil, err
		}
		for _, h := range page {
			h.Tier, h.Partial = TierPartial, true
			score[h] += c.weight
		}
	}
	out := slices.Collect(maps.Keys(score))
	slices.SortFunc(out, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(score[b], score[a]), cmp.Compare(a.Order, b.Order), slices.Compare(a.ID[:], b.ID[:]))
	})
	if len(out) == 0 {
		return nil, nil
	}
	most := score[out[0]]
	first := out[:min(ranked, len(out))]
	return out, k.order(ctx, s, first, func(h Hit) float64 { return likenWeight * score[h] / most })
}
