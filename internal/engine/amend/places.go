package amend

import (
	"slices"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/engine/lawtext"
)

// PlaceFate is what became of a 款, 项 or 目 when its article changed.
type PlaceFate struct {
	// Kind is Kept when the citation as written still leads to the same words,
	// Moved when they stand at another place of the article, Changed when the
	// place has other words, Removed when nothing like it is left.
	Kind Kind
	// Paragraph, Item and Subitem are the place in the new article, counted
	// from 1; the parts below the one asked for are 0, as are all when
	// Removed.
	Paragraph, Item, Subitem int
	Similarity               float64 // as in Match
}

// samePlace is the likeness from which a place with other words is taken for
// the same one changed.
const samePlace = 0.4

// SamePlace gives the fate of a place of an article that changed, so that of a
// citation can be told whether the cited item itself stands unchanged. The
// parts are given as in Document.Locate: 0 is not given, and an item without
// paragraph is that of the first paragraph that has it. The marks of items do
// not count for their words. It reports false when the old article has no
// such place or none is asked for.
func SamePlace(old, new lawtext.Article, paragraph, item, subitem int) (PlaceFate, bool) {
	asked := place{paragraph: paragraph, item: item, subitem: subitem}
	from, ok := locate(old, asked)
	if !ok {
		return PlaceFate{}, false
	}
	if to, ok := locate(new, asked); ok && to.plain == from.plain {
		return PlaceFate{Kept, to.at.paragraph, to.at.item, to.at.subitem, 1}, true
	}
	terms := hanzi.Bigrams(from.plain)
	best := PlaceFate{Kind: Removed}
	for _, to := range spots(new, from.at.unit()) {
		fate := PlaceFate{Changed, to.at.paragraph, to.at.item, to.at.subitem, 1}
		if to.plain == from.plain {
			fate.Kind = Moved
			return fate, true
		}
		fate.Similarity = hanzi.Similar(terms, hanzi.Bigrams(to.plain))
		if fate.Similarity > best.Similarity && fate.Similarity >= samePlace {
			best = fate
		}
	}
	return best, true
}

// spot is a paragraph, item or subitem of an article.
type spot struct {
	at    place
	plain string
}

// locate finds the spot asked for as Document.Locate does.
func locate(a lawtext.Article, asked place) (spot, bool) {
	all := spots(a, asked.unit())
	i := slices.IndexFunc(all, func(s spot) bool {
		return (asked.paragraph == 0 || s.at.paragraph == asked.paragraph) && (asked.item == 0 || s.at.item == asked.item) && s.at.subitem == asked.subitem
	})
	if i < 0 || asked.unit() < ParagraphUnit {
		return spot{}, false
	}
	return all[i], true
}

// spots gives all paragraphs, items or subitems of an article.
func spots(a lawtext.Article, unit Unit) []spot {
	var out []spot
	for i, p := range a.Paragraphs {
		at := place{paragraph: i + 1}
		if unit == ParagraphUnit {
			out = append(out, spot{at, plain(p.String())})
		}
		for _, it := range p.Items {
			at.item = it.No
			if unit == ItemUnit {
				out = append(out, spot{at, plain(unmarked(it.String()))})
			}
			for _, s := range it.Subitems {
				if unit == SubitemUnit {
					out = append(out, spot{place{paragraph: i + 1, item: it.No, subitem: s.No}, plain(unmarked(s.Text))})
				}
			}
		}
	}
	return out
}
