package amend

import (
	"strings"
	"unicode/utf8"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/engine/lawtext"
)

// Kind is what became of an article, or of a place in one.
type Kind int

// The kinds.
const (
	Kept    Kind = iota // same number, same words (未变)
	Moved               // same words under another number (仅条号变动)
	Changed             // other words, perhaps under another number (修改)
	Removed             // in the old text only (删去)
	Added               // in the new text only (新增)
)

// Match is one article of the two texts, or two that are one article.
type Match struct {
	Kind Kind
	// Old and New point into the documents compared. Old is nil for an added
	// article, New for a removed one.
	Old, New *lawtext.Article
}

// Renumbered reports whether the article stands under another number.
func (m Match) Renumbered() bool {
	return m.Old != nil && m.New != nil && m.Old.Number != m.New.Number
}

// Similarity is how much of the words is common, 0 to 1, as hanzi.Similar: 1
// for Kept and Moved, 0 for Removed and Added. An article that is Changed with
// a similarity of 1 differs only in marks, or in what stands behind it.
func (m Match) Similarity() float64 {
	switch m.Kind {
	case Kept, Moved:
		return 1
	case Changed:
		return hanzi.Similar(hanzi.Bigrams(m.Old.Text()), hanzi.Bigrams(m.New.Text()))
	}
	return 0
}

// Diff is the comparison of two texts. Matches holds every article of both
// texts exactly once: the old ones in their order, each followed by the added
// ones that stand behind it in the new text.
type Diff struct {
	Matches []Match
	byOld   map[lawtext.Number]int
}

// Match gives the match of the article with that number in the old text, of
// the first one where a number is doubled; false when there is none.
func (d Diff) Match(old lawtext.Number) (Match, bool) {
	i, ok := d.byOld[old]
	if !ok {
		return Match{}, false
	}
	return d.Matches[i], true
}

// Fate is what became of an article of the old text.
type Fate struct {
	Kind       Kind
	New        lawtext.Number // zero when Removed
	Similarity float64        // as in Match
}

// Fate gives the fate of the article with that number in the old text, chosen
// as in Match.
func (d Diff) Fate(old lawtext.Number) (Fate, bool) {
	m, ok := d.Match(old)
	if !ok {
		return Fate{}, false
	}
	f := Fate{Kind: m.Kind, Similarity: m.Similarity()}
	if m.New != nil {
		f.New = m.New.Number
	}
	return f, true
}

// telling is how many characters a text needs to prove by itself that an
// article moved. Shorter ones are formulas (本条例自公布之日起施行。) that a new
// article may share by chance.
const telling = 16

// Compare tells what changed from the old text to the new one. It looks at
// nothing but the numbers and words of the articles; blanks, invisible
// characters and the width and shape of punctuation do not count. So that no
// change is lost, a heading without 第…章 counts as words of the article before
// it, and the annex as words of the last one.
//
// An article that has its words at its number is kept; one whose words stand
// at another number moved. If no telling text (16 characters or more) moved,
// the numbering is the old one and the rest is paired by number. Otherwise the
// rest is paired by likeness: in the order of the text first, then wherever it
// went, and at last by number if the words have something in common.
func Compare(old, new *lawtext.Document) Diff {
	p := &pairing{old: sides(old), new: sides(new)}
	p.inOrder(func(s side) key { return key{s.article.Number, s.plain} })
	moved := p.inOrder(func(s side) key {
		if utf8.RuneCountInString(s.plain) < telling {
			return key{}
		}
		return key{plain: s.plain}
	})
	if moved {
		p.alike()
	} else {
		p.inOrder(func(s side) key { return key{number: s.article.Number} })
	}
	return p.diff()
}

// side is one article in a comparison.
type side struct {
	article *lawtext.Article
	plain   string
	partner int     // index in the other text, -1 without
	terms   []int   // of free articles, see takeTerms
	sum     float64 // of the weights of terms
}

func sides(d *lawtext.Document) []side {
	out := make([]side, len(d.Articles))
	for i := range d.Articles {
		a := &d.Articles[i]
		out[i] = side{article: a, plain: plain(a.Text() + behind(d, i)), partner: -1}
	}
	return out
}

// behind gives what stands between an article and the next one and is part of
// neither: the annex, and headings without 第…章 (二、调查收集证据).
func behind(d *lawtext.Document, i int) string {
	if i == len(d.Articles)-1 {
		return d.Annex
	}
	heading := d.Articles[i+1].Chapter
	if heading == d.Articles[i].Chapter || strings.HasPrefix(heading, "第") {
		return ""
	}
	return heading
}

// pairing finds the partners. Every step pairs articles that have none yet.
type pairing struct {
	old, new []side
	weight   []float64 // of the terms, see takeTerms
}

func (p *pairing) pair(i, j int) { p.old[i].partner, p.new[j].partner = j, i }

// key is what articles are paired by: number, words or both. The zero key has
// no partner.
type key struct {
	number lawtext.Number
	plain  string
}

// inOrder pairs the free articles of the same key, the first with the first,
// and reports whether there were any.
func (p *pairing) inOrder(of func(side) key) bool {
	at := make(map[key][]int, len(p.new))
	for j, s := range p.new {
		if s.partner < 0 {
			k := of(s)
			at[k] = append(at[k], j)
		}
	}
	any := false
	for i, s := range p.old {
		if s.partner >= 0 {
			continue
		}
		k := of(s)
		if free := at[k]; len(free) > 0 && k != (key{}) {
			p.pair(i, free[0])
			at[k] = free[1:]
			any = true
		}
	}
	return any
}

// diff writes the pairs out.
func (p *pairing) diff() Diff {
	d := Diff{Matches: make([]Match, 0, max(len(p.old), len(p.new))), byOld: make(map[lawtext.Number]int, len(p.old))}
	added := func(j int) {
		for ; j < len(p.new) && p.new[j].partner < 0; j++ {
			d.Matches = append(d.Matches, Match{Kind: Added, New: p.new[j].article})
		}
	}
	added(0)
	for _, s := range p.old {
		if _, doubled := d.byOld[s.article.Number]; !doubled {
			d.byOld[s.article.Number] = len(d.Matches)
		}
		if s.partner < 0 {
			d.Matches = append(d.Matches, Match{Kind: Removed, Old: s.article})
			continue
		}
		t := p.new[s.partner]
		d.Matches = append(d.Matches, Match{Kind: kindOf(s, t), Old: s.article, New: t.article})
		added(s.partner + 1)
	}
	return d
}

func kindOf(a, b side) Kind {
	switch {
	case a.plain != b.plain:
		return Changed
	case a.article.Number != b.article.Number:
		return Moved
	}
	return Kept
}
