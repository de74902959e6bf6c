package inventory

import (
	"slices"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/registry/list"
)

// nameIndex finds the name closest to a given one, by hanzi.Similar. It looks
// only at names that share a bigram which few have, so a look-up costs the same
// in a list of 5,000 and of 500,000. It belongs to one goroutine.
type nameIndex struct {
	names   []string
	exact   map[string]int
	numbers map[string]int32 // bigram -> its number
	having  [][]int32        // by bigram: the names that hold it, no more than maxPosting+1
	bigrams [][]int32        // by name: the bigrams it holds, ascending
	looked  []int32          // by name: the last look-up that compared it
	lookups int32
}

// The look-up follows at most rareGrams bigrams of a name, each with at most
// maxPosting names.
const (
	rareGrams  = 6
	maxPosting = 200
)

func indexItems(items []list.Item) *nameIndex {
	if len(items) == 0 {
		return nil
	}
	names := make([]string, len(items))
	for i, it := range items {
		names[i] = it.Name
	}
	return indexNames(names)
}

func indexNames(names []string) *nameIndex {
	x := &nameIndex{names: names, exact: make(map[string]int, len(names)), numbers: map[string]int32{},
		bigrams: make([][]int32, len(names)), looked: make([]int32, len(names))}
	for i, n := range names {
		key := hanzi.Fold(n)
		if _, ok := x.exact[key]; !ok {
			x.exact[key] = i
		}
		grams := hanzi.Bigrams(n)
		held := make([]int32, len(grams))
		for j, g := range grams {
			held[j] = x.number(g)
			if p := x.having[held[j]]; len(p) <= maxPosting {
				x.having[held[j]] = append(p, int32(i))
			}
		}
		slices.Sort(held)
		x.bigrams[i] = held
	}
	return x
}

// number gives a bigram's number, a new one at first sight.
func (x *nameIndex) number(gram string) int32 {
	n, ok := x.numbers[gram]
	if !ok {
		n = int32(len(x.having))
		x.numbers[gram] = n
		x.having = append(x.having, nil)
	}
	return n
}

// nearest gives the closest name and its similarity, 1 for the same name.
func (x *nameIndex) nearest(name string) (int, float64) {
	if i, ok := x.exact[hanzi.Fold(name)]; ok {
		return i, 1
	}
	grams := hanzi.Bigrams(name)
	var known []int32
	for _, g := range grams {
		if n, ok := x.numbers[g]; ok {
			known = append(known, n)
		}
	}
	sorted := slices.Sorted(slices.Values(known))
	best, score := -1, 0.0
	x.lookups++
	used := 0
	for _, g := range known {
		if len(x.having[g]) > maxPosting {
			continue
		}
		if used++; used > rareGrams {
			break
		}
		for _, i := range x.having[g] {
			if x.looked[i] == x.lookups {
				continue
			}
			x.looked[i] = x.lookups
			if s := dice(sorted, x.bigrams[i], len(grams)); s > score {
				best, score = int(i), s
			}
		}
	}
	return best, score
}

// dice is hanzi.Similar of two texts by the numbers of their bigrams, both
// ascending; all counts those of the first, also the ones without a number.
func dice(a, b []int32, all int) float64 {
	shared := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			shared, i, j = shared+1, i+1, j+1
		}
	}
	return 2 * float64(shared) / float64(all+len(b))
}
