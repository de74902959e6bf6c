package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/platform/sqldb"
)

// ranked is how many hits of a tier, the first in stored order, are put in order
// by what their titles say. What comes behind keeps the stored order.
const ranked = 200

// text is what a thing is called: folded title and synonyms.
type text struct{ title, words string }

// thing names one thing of the index: two kinds may share an id.
type thing struct {
	kind string
	id   sqldb.ID
}

// ranker puts hits of one plan in order.
type ranker struct {
	plan plan
	aims []int
}

func newRanker(p plan) ranker { return ranker{p, p.wanted()} }

// order sorts hits by how well their titles fit, those that fit alike in the
// order they came in.
func (k ranker) order(ctx context.Context, s store, hits []Hit, base func(Hit) float64) error {
	if len(hits) < 2 {
		return nil
	}
	texts, err := s.texts(ctx, hits)
	if err != nil {
		return err
	}
	rate := make(map[thing]float64, len(hits))
	for _, h := range hits {
		rate[thing{h.Kind, h.ID}] = base(h) + k.rate(texts[thing{h.Kind, h.ID}])
	}
	slices.SortStableFunc(hits, func(a, b Hit) int {
		return cmp.Compare(rate[thing{b.Kind, b.ID}], rate[thing{a.Kind, a.ID}])
	})
	return nil
}

// What speaks for a title, beside its words: how much of it was asked for, and
// that it begins something where nothing else was asked for.
const (
	coverageWeight = 0.6
	freshWeight    = 0.12
)

// rate says how well a title fits a question.
func (k ranker) rate(t text) float64 {
	if t.title == "" {
		return 0
	}
	name := core(t.title)
	m := marks{name: name, at: make([]bool, len(name))}
	sum := 0.0
	for _, u := range k.plan.units {
		sum += u.quality(t, &m)
	}
	out := sum/float64(len(k.plan.units)) + coverageWeight*m.share()
	for i, a := range aims {
		asked, told := slices.Contains(k.aims, i), containsAny(name, a.told)
		switch {
		case told && asked:
			out += a.weight
		case told:
			out -= a.weight
		}
	}
	if len(k.aims) == 0 && containsAny(name, fresh) {
		out += freshWeight
	}
	return out
}

// quality says how well a title has a unit, and marks where.
func (u unit) quality(t text, m *marks) float64 {
	if isLatin(u.word) {
		return u.speltQuality(t, m)
	}
	best := 0.0
	if m.take(u.word) {
		best = 1
	}
	for i, way := range u.other {
		if m.takeAll(way) {
			best = max(best, 0.95-0.12*float64(min(i, 5)))
		}
	}
	if q := u.synonym(t.words); q > best {
		best = q
	}
	if best == 0 {
		best = 0.4 * m.pairs(u.word)
	}
	return best
}

// synonym says how well the words that a department gave its item have a unit.
func (u unit) synonym(words string) float64 {
	if words == "" {
		return 0
	}
	if slices.Contains(strings.Split(words, "；"), u.word) {
		return 1.4
	}
	if strings.Contains(words, u.word) {
		return 0.9
	}
	for i, way := range u.other {
		if containsAll(words, way) {
			return 0.8 - 0.1*float64(min(i, 5))
		}
	}
	return 0
}

// speltQuality is the quality of a unit in Latin letters: by initials and
// pinyin of the title, or of everyday words.
func (u unit) speltQuality(t text, m *marks) float64 {
	best := 0.0
	if strings.Contains(t.title, u.word) {
		best = 1
	}
	for _, spelt := range []string{hanzi.Initials(m.name), strings.Join(hanzi.Syllables(m.name), "")} {
		if at := strings.Index(spelt, u.word); at >= 0 {
			q := 0.7 + 0.6*float64(len(u.word))/float64(len(spelt))
			if at == 0 {
				q += 0.2
			}
			best = max(best, q)
		}
	}
	for i, way := range u.other {
		if m.takeAll(way) {
			best = max(best, 0.75-0.1*float64(min(i, 5)))
		}
	}
	return best
}

func containsAll(s string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(s, w) {
			return false
		}
	}
	return true
}

// marks remembers which parts of a title were asked for.
type marks struct {
	name string
	at   []bool
}

// take marks a word where the title has it.
func (m *marks) take(word string) bool {
	i := strings.Index(m.name, word)
	if i < 0 {
		return false
	}
	for j := range len(word) {
		m.at[i+j] = true
	}
	return true
}

// takeAll marks words if the title has all of them.
func (m *marks) takeAll(words []string) bool {
	if !containsAll(m.name, words) {
		return false
	}
	for _, w := range words {
		m.take(w)
	}
	return true
}

// pairs is the share of a word's pairs of characters that the title has.
func (m *marks) pairs(word string) float64 {
	terms, n := hanzi.Bigrams(word), 0
	for _, t := range terms {
		if m.take(t) {
			n++
		}
	}
	return float64(n) / float64(max(1, len(terms)))
}

// share is how much of the title was asked for.
func (m *marks) share() float64 {
	n := 0
	for i := range m.name {
		if m.at[i] {
			n++
		}
	}
	return float64(n) / float64(max(1, utf8.RuneCountInString(m.name)))
}

// core is a folded title without what stands in brackets: levels, conditions.
func core(title string) string {
	var b strings.Builder
	depth := 0
	for _, r := range title {
		switch r {
		case '(', '（', '[', '【':
			depth++
		case ')', '）', ']', '】':
			depth = max(0, depth-1)
		default:
			if depth == 0 {
				b.WriteRune(r)
			}
		}
	}
	if b.Len() == 0 {
		return title
	}
	return b.String()
}
