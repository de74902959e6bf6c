package amend

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"qingdan/internal/engine/hanzi"
)

// The least likeness of a rewritten article. It is not small, for any two
// articles of one law share its common words.
const (
	likeInOrder  = 0.3  // in the place where the order of the text expects it
	likeAnywhere = 0.4  // out of order
	likeByNumber = 0.25 // under the same number

	// maxCells bounds the table of one alignment; larger passages are paired
	// by number only.
	maxCells = 2_000_000
)

// alike pairs the free articles by likeness.
func (p *pairing) alike() {
	p.takeTerms()
	i, j := 0, 0
	for _, a := range append(p.chain(), len(p.old)) {
		to := len(p.new)
		if a < len(p.old) {
			to = p.old[a].partner
		}
		p.align(free(p.old, i, a), free(p.new, j, to))
		i, j = a+1, to+1
	}
	p.anywhere(free(p.old, 0, len(p.old)), free(p.new, 0, len(p.new)))
	p.byNumber()
}

// byNumber pairs what has the same number and some likeness.
func (p *pairing) byNumber() {
	for i, s := range p.old {
		j := slices.IndexFunc(p.new, func(t side) bool { return t.partner < 0 && t.article.Number == s.article.Number })
		if s.partner >= 0 || j < 0 {
			continue
		}
		if hanzi.Similar(hanzi.Bigrams(s.plain), hanzi.Bigrams(p.new[j].plain)) >= likeByNumber {
			p.pair(i, j)
		}
	}
}

// takeTerms notes the terms of the free articles as numbers.
func (p *pairing) takeTerms() {
	ids := map[string]int{}
	for _, list := range [][]side{p.old, p.new} {
		for i := range list {
			if list[i].partner >= 0 {
				continue
			}
			for _, t := range hanzi.Bigrams(list[i].plain) {
				id, ok := ids[t]
				if !ok {
					id = len(ids)
					ids[t] = id
				}
				list[i].terms = append(list[i].terms, id)
			}
		}
	}
	p.weigh(len(ids))
}

// weigh gives every term its weight: the fewer articles hold it, the more it
// tells. The phrases all penalty articles share (责令改正，给予警告) tell little.
func (p *pairing) weigh(terms int) {
	p.weight = make([]float64, terms)
	n := 0
	for _, list := range [][]side{p.old, p.new} {
		for _, s := range list {
			for _, t := range s.terms {
				p.weight[t]++
			}
			if s.terms != nil {
				n++
			}
		}
	}
	for t, holders := range p.weight {
		p.weight[t] = math.Log(1 + float64(n)/holders)
	}
	for _, list := range [][]side{p.old, p.new} {
		for i := range list {
			for _, t := range list[i].terms {
				list[i].sum += p.weight[t]
			}
		}
	}
}

// chain gives the paired old articles whose partners stand in the same order,
// as many as possible: the frame in which the rest is aligned.
func (p *pairing) chain() []int {
	var ends []int // ends[n] is the last article of the best chain of n+1
	before := make([]int, len(p.old))
	for i, s := range p.old {
		if s.partner < 0 {
			continue
		}
		n := sort.Search(len(ends), func(n int) bool { return p.old[ends[n]].partner > s.partner })
		before[i] = -1
		if n > 0 {
			before[i] = ends[n-1]
		}
		ends = append(ends[:n], append([]int{i}, ends[min(n+1, len(ends)):]...)...)
	}
	if len(ends) == 0 {
		return nil
	}
	out := make([]int, 0, len(ends)+1)
	for i := ends[len(ends)-1]; i >= 0; i = before[i] {
		out = append(out, i)
	}
	slices.Reverse(out)
	return out
}

// free gives the articles from and before to that have no partner.
func free(list []side, from, to int) []int {
	var out []int
	for i := from; i < to; i++ {
		if list[i].partner < 0 {
			out = append(out, i)
		}
	}
	return out
}

// likeness gives, for every old article, its likeness to every new one: the
// Dice coefficient of their terms, as hanzi.Similar, but for all at once.
func (p *pairing) likeness(olds, news []int) [][]float64 {
	if len(olds) == 0 || len(news) == 0 || len(olds)*len(news) > maxCells {
		return nil
	}
	holders := make([][]int, len(p.weight))
	for j, n := range news {
		for _, t := range p.new[n].terms {
			holders[t] = append(holders[t], j)
		}
	}
	out := make([][]float64, len(olds))
	for i, o := range olds {
		row := make([]float64, len(news))
		for _, t := range p.old[o].terms {
			for _, j := range holders[t] {
				row[j] += p.weight[t]
			}
		}
		for j, n := range news {
			if row[j] > 0 {
				row[j] *= 2 / (p.old[o].sum + p.new[n].sum)
			}
		}
		out[i] = row
	}
	return out
}

// align pairs in order, so that the sum of likenesses is greatest.
func (p *pairing) align(olds, news []int) {
	like := p.likeness(olds, news)
	if like == nil {
		return
	}
	best := make([][]float64, len(olds)+1) // of the articles from i and from j on
	best[len(olds)] = make([]float64, len(news)+1)
	for i := len(olds) - 1; i >= 0; i-- {
		best[i] = make([]float64, len(news)+1)
		for j := len(news) - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if l := like[i][j]; l >= likeInOrder {
				best[i][j] = max(best[i][j], best[i+1][j+1]+l)
			}
		}
	}
	for i, j := 0, 0; i < len(olds) && j < len(news); {
		switch l := like[i][j]; {
		case l >= likeInOrder && best[i][j] == best[i+1][j+1]+l:
			p.pair(olds[i], news[j])
			i, j = i+1, j+1
		case best[i][j] == best[i+1][j]:
			i++
		default:
			j++
		}
	}
}

// anywhere pairs out of order, the most alike first.
func (p *pairing) anywhere(olds, news []int) {
	type candidate struct {
		old, new int
		like     float64
	}
	var all []candidate
	for i, row := range p.likeness(olds, news) {
		for j, l := range row {
			if l >= likeAnywhere {
				all = append(all, candidate{olds[i], news[j], l})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.like, a.like) })
	for _, c := range all {
		if p.old[c.old].partner < 0 && p.new[c.new].partner < 0 {
			p.pair(c.old, c.new)
		}
	}
}
