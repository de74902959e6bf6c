package match

import (
	"cmp"
	"slices"
)

// Pair is a row of each list, by position, and how alike they are.
type Pair struct {
	A, B int
	Likeness
}

// Alignment is what two lists have in common. Every row is in at most one of
// Pairs; Near are for the rows that are in none: the ones they come closest to,
// at most three for each, the best first.
type Alignment struct {
	Pairs []Pair // in the order of B
	Near  []Pair // in the order of B, then of the score
}

// Known is what people have said of pairs: same are one matter whatever the
// rows say, apart are not.
type Known struct {
	Same, Apart [][2]int // positions in A and B
}

// maxNear is how many near rows are kept for a row without a match.
const maxNear = 3

// Align pairs two lists. The best pairs are made first, so a row that could go
// with several goes with the one it is most like.
func Align(a, b []Row, known Known) Alignment {
	as, bs := prepare(a), prepare(b)
	x := NewIndex(as)
	y := NewIndex(bs)
	apart := map[[2]int]bool{}
	for _, p := range known.Apart {
		apart[p] = true
	}
	var found []Pair
	for j, it := range bs {
		for _, i := range x.Near(it) {
			if apart[[2]int{i, j}] {
				continue
			}
			l := weigh(&as[i], &bs[j])
			only := l.Score < Same && l.onlyOnes(x, y, i, j)
			if l.Score >= Near {
				if l.Reasons = l.reasons(&as[i], &bs[j]); only {
					l.Reasons = append(l.Reasons, "两份清单中都只有这一项依据该条款")
				}
				found = append(found, Pair{i, j, l})
			}
		}
	}
	slices.SortStableFunc(found, func(p, q Pair) int {
		return cmp.Or(cmp.Compare(q.Score, p.Score), cmp.Compare(rank(p), rank(q)), cmp.Compare(q.Name, p.Name), cmp.Compare(p.B, q.B), cmp.Compare(p.A, q.A))
	})
	return assign(as, bs, found, known.Same)
}

// rank orders pairs of one score: equal names first, and among these the ones of
// the same body.
func rank(p Pair) int {
	n := 4
	switch {
	case p.SameName:
		n = 0
	case p.SameCore:
		n = 2
	}
	if !p.SameBody {
		n++
	}
	return n
}

func prepare(rows []Row) []Item {
	out := make([]Item, len(rows))
	for i, r := range rows {
		out[i] = Prepare(r)
	}
	return out
}

// onlyOnes lifts a pair whose rows are, each in its list, the only ones of their
// category that rest on one place of a law: there is nothing else they could be.
func (l *Likeness) onlyOnes(x, y *Index, i, j int) bool {
	if l.Basis != SamePlace || l.Category != Equal || l.Apart != "" || l.Name < enough/2 {
		return false
	}
	keys := y.items[j].placeKeys()
	if x.alone(keys) != i || y.alone(x.items[i].placeKeys()) != j {
		return false
	}
	l.Score = max(l.Score, Same+0.02)
	return true
}

// assign takes the pairs as they come, the best first.
func assign(as, bs []Item, found []Pair, same [][2]int) Alignment {
	takenA, takenB := make([]bool, len(as)), make([]bool, len(bs))
	var out Alignment
	take := func(p Pair) {
		takenA[p.A], takenB[p.B] = true, true
		out.Pairs = append(out.Pairs, p)
	}
	for _, s := range same {
		if !takenA[s[0]] && !takenB[s[1]] {
			l := Compare(as[s[0]], bs[s[1]])
			l.Score, l.Apart = 1, ""
			l.Reasons = append([]string{"经人工确认为同一事项"}, l.Reasons...)
			take(Pair{s[0], s[1], l})
		}
	}
	for _, p := range found {
		if p.Score >= Same && !takenA[p.A] && !takenB[p.B] {
			take(p)
		}
	}
	near := map[int]int{}
	for _, p := range found {
		if !takenB[p.B] && near[p.B] < maxNear {
			near[p.B]++
			out.Near = append(out.Near, p)
			continue
		}
		if !takenA[p.A] && near[-1-p.A] < maxNear {
			near[-1-p.A]++
			out.Near = append(out.Near, p)
		}
	}
	slices.SortStableFunc(out.Pairs, func(p, q Pair) int { return cmp.Compare(p.B, q.B) })
	slices.SortStableFunc(out.Near, func(p, q Pair) int { return cmp.Compare(p.B, q.B) })
	return out
}
