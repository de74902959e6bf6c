package match

import (
	"slices"
	"strconv"
)

// Index finds the rows of a list that are worth comparing with another row: by
// code, by cited article, and by the rarer pairs of characters of the name. A
// look-up costs much the same in a list of 5,000 and of 50,000. It belongs to
// one goroutine.
type Index struct {
	items    []Item
	codes    map[string][]int32
	cores    map[string][]int32
	articles map[string][]int32
	places   map[string][]int32
	grams    map[uint64][]int32
	hits     []int32 // by item: shared pairs in this look-up
	touched  []int32
}

// Bounds of a look-up.
const (
	maxCited   = 80   // an article that more rows cite says nothing by itself
	maxShared  = 3000 // rows looked at for the name, by its rarer pairs first
	maxLooked  = 60   // rows compared, those that share the most first
	leastShare = 0.25 // of the pairs of the shorter name
)

// NewIndex indexes a list.
func NewIndex(items []Item) *Index {
	x := &Index{items: items, codes: map[string][]int32{}, cores: map[string][]int32{}, articles: map[string][]int32{}, places: map[string][]int32{},
		grams: map[uint64][]int32{}, hits: make([]int32, len(items))}
	for i, it := range items {
		n := int32(i)
		if it.row.Code != "" {
			x.codes[it.row.Code] = append(x.codes[it.row.Code], n)
		}
		core := string(it.name.core)
		x.cores[core] = append(x.cores[core], n)
		for _, k := range it.articleKeys() {
			x.articles[k] = append(x.articles[k], n)
		}
		for _, k := range it.placeKeys() {
			x.places[k] = append(x.places[k], n)
		}
		for _, g := range it.name.grams {
			x.grams[g] = append(x.grams[g], n)
		}
	}
	return x
}

// maxSpan bounds the articles of a range that are indexed.
const maxSpan = 20

// articleKeys gives the articles that a row cites, each once.
func (it Item) articleKeys() []string {
	var out []string
	for _, c := range it.cites {
		last, _ := c.ref.Last()
		for n := c.ref.Article; n > 0 && n <= last && n < c.ref.Article+maxSpan; n++ {
			sub := 0
			if n == c.ref.Article {
				sub = c.ref.ArticleSub
			}
			out = append(out, c.law+"|"+strconv.Itoa(n)+"|"+strconv.Itoa(sub))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// placeKeys gives the exact places that a row cites, with its category, each
// once.
func (it Item) placeKeys() []string {
	var out []string
	for _, c := range it.cites {
		r := c.ref
		if r.Article == 0 || it.category == "" {
			continue
		}
		key := it.category + "|" + c.law
		for _, n := range []int{r.Article, r.ArticleSub, r.Paragraph, r.Item, r.Subitem} {
			key += "|" + strconv.Itoa(n)
		}
		out = append(out, key)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// alone gives the one row that cites a place which nothing else cites, in its
// category; -1 where there is none.
func (x *Index) alone(keys []string) int {
	for _, k := range keys {
		if p := x.places[k]; len(p) == 1 {
			return int(p[0])
		}
	}
	return -1
}

// Near gives the rows worth comparing with another one, ascending.
func (x *Index) Near(it Item) []int {
	var out []int
	add := func(posting []int32) {
		for _, i := range posting {
			out = append(out, int(i))
		}
	}
	if it.row.Code != "" {
		add(x.codes[it.row.Code])
	}
	if p := x.cores[string(it.name.core)]; len(p) <= maxCited {
		add(p)
	}
	for _, k := range it.articleKeys() {
		if p := x.articles[k]; len(p) <= maxCited {
			add(p)
		}
	}
	out = append(out, x.byName(it.name)...)
	slices.Sort(out)
	return slices.Compact(out)
}

// byName gives the rows that share the most of the rarer pairs of a name.
func (x *Index) byName(n Name) []int {
	known := make([]uint64, 0, len(n.grams))
	for _, g := range n.grams {
		if len(x.grams[g]) > 0 {
			known = append(known, g)
		}
	}
	slices.SortStableFunc(known, func(a, b uint64) int { return len(x.grams[a]) - len(x.grams[b]) })
	x.touched = x.touched[:0]
	looked := 0
	for _, g := range known {
		p := x.grams[g]
		if looked += len(p); looked > maxShared && len(x.touched) > 0 {
			break
		}
		for _, i := range p {
			if x.hits[i] == 0 {
				x.touched = append(x.touched, i)
			}
			x.hits[i]++
		}
	}
	slices.SortFunc(x.touched, func(a, b int32) int {
		if d := x.hits[b] - x.hits[a]; d != 0 {
			return int(d)
		}
		return int(a - b)
	})
	var out []int
	for _, i := range x.touched {
		shorter := min(len(n.grams), len(x.items[i].name.grams))
		if len(out) < maxLooked && float64(x.hits[i]) >= leastShare*float64(min(shorter, len(known))) {
			out = append(out, int(i))
		}
	}
	for _, i := range x.touched {
		x.hits[i] = 0
	}
	return out
}
