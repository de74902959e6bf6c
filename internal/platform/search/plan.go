package search

import (
	"slices"
	"unicode/utf8"

	"qingdan/internal/engine/hanzi"
)

// unit is one part of a query that must match: a word, or an everyday word
// with what offices call it.
type unit struct {
	word  string     // as typed
	other [][]string // ways to say it officially, each a list of words
}

// plan is a query understood.
type plan struct {
	words []string // as typed
	units []unit   // without filler, everyday words translated
	code  string
}

// understand reads a query. ok is false when it holds no word at all. A word
// that stands somewhere just as typed (known) is official language already: it
// is not taken apart, so that 取水许可 does not find 取水 here and 许可 there.
func understand(text string, known func(word string) (bool, error)) (p plan, ok bool, err error) {
	text = firstRunes(text, maxQuery)
	terms := 0
	for _, w := range hanzi.Words(text) {
		if w = cutWord(w, maxTerms-terms); w == "" {
			break
		}
		terms += len(hanzi.QueryTerms(w)[0])
		p.words = append(p.words, w)
		parts := units(w)
		if len(parts) != 1 || parts[0].word != w {
			whole, err := known(w)
			if err != nil {
				return p, false, err
			}
			if whole {
				parts = []unit{{word: w}}
			}
		}
		for i, u := range parts {
			if parts[i], err = guessed(u, known); err != nil {
				return p, false, err
			}
		}
		p.units = append(p.units, parts...)
	}
	if len(p.units) == 0 { // nothing but filler: take it as it stands
		for _, w := range p.words {
			p.units = append(p.units, unit{word: w})
		}
	}
	if key := codeKey(text); isLatin(key) && len(key) >= 3 {
		p.code = key
	}
	return p, len(p.words) > 0, nil
}

// guessed gives a unit that is left over and stands nowhere the everyday word
// that it spells with something between: 砍几棵松树 is 砍树.
func guessed(u unit, known func(string) (bool, error)) (unit, error) {
	if len(u.other) > 0 || isLatin(u.word) || utf8.RuneCountInString(u.word) < 3 {
		return u, nil
	}
	s, ok := said.within([]rune(u.word), between)
	if !ok {
		return u, nil
	}
	if there, err := known(u.word); err != nil || there {
		return u, err
	}
	return unit{word: s.word, other: said.official[s.word]}, nil
}

// cutWord shortens a word to at most n terms.
func cutWord(w string, n int) string {
	if n <= 0 {
		return ""
	}
	for len(hanzi.QueryTerms(w)[0]) > n {
		w = firstRunes(w, min(n, utf8.RuneCountInString(w)-1))
	}
	return w
}

// units cuts a word at everyday words and filler: 个人怎么开发票 becomes 个人
// and 开发票 (发票代开 …). An everyday word that is spelt with something between
// and says more than its parts counts as one: 收割机撞了人 is 收割机撞人. Of all ways to cut, the one that recognises most in
// the fewest pieces counts. Single characters left over beside a recognised
// part are glue (我 的 了) and are dropped.
func units(w string) []unit {
	letters := []rune(w)
	plain := cutUnits(w)
	s, ok := said.within(letters, within)
	n := utf8.RuneCountInString(s.word)
	if !ok || n < 3 || s.to-s.from == n || slices.ContainsFunc(plain, func(u unit) bool {
		return len(u.other) > 0 && utf8.RuneCountInString(u.word) >= n
	}) {
		return plain
	}
	out := append(cutUnits(string(letters[:s.from])), unit{word: s.word, other: said.official[s.word]})
	return append(out, cutUnits(string(letters[s.to:]))...)
}

// cutUnits cuts a word where everyday words and filler stand as they are.
func cutUnits(w string) []unit {
	var out []unit
	rest, cut := "", false
	flush := func() {
		rest = trimGlue(rest)
		if n := utf8.RuneCountInString(rest); n > 1 || n == 1 && (!cut || isLatin(rest)) {
			out = append(out, spelled(rest))
		}
		rest = ""
	}
	letters := []rune(w)
	for i, n := range pieces(letters) {
		switch piece := string(letters[i : i+n]); {
		case n == 0: // inside a piece
		case said.official[piece] != nil:
			cut = true
			flush()
			out = append(out, unit{word: piece, other: said.official[piece]})
		case isFiller(piece):
			cut = true
			flush()
		default:
			rest += piece
		}
	}
	flush()
	return out
}

// spelled gives a unit that is not in the lexicon as typed: pinyin or initials
// of everyday words stand for these.
func spelled(word string) unit {
	u := unit{word: word}
	if !isLatin(word) {
		return u
	}
	for _, everyday := range said.spelt[word] {
		u.other = append(u.other, said.official[everyday][0]) // the ways that fit less would be guesses
	}
	return u
}

// isFiller says whether a piece names nothing.
func isFiller(piece string) bool {
	_, ok := said.filler[piece]
	return ok
}

// pieces cuts letters: for each place where a piece begins its length, 0 inside
// a piece. What nothing recognises is a piece of one letter. An everyday word
// is worth more than filler of the same length, and a long piece more than two
// short ones.
func pieces(letters []rune) []int {
	n := len(letters)
	best, size := make([]int, n+1), make([]int, n)
	for i := n - 1; i >= 0; i-- {
		best[i], size[i] = best[i+1], 1
		for k := 1; k <= longestSaid && i+k <= n; k++ {
			piece, worth := string(letters[i:i+k]), 0
			if said.official[piece] != nil {
				worth = 6*k - 3
			} else if isFiller(piece) {
				worth = 5*k - 3
			}
			if worth > 0 && best[i+k]+worth >= best[i] {
				best[i], size[i] = best[i+k]+worth, k
			}
		}
	}
	out := make([]int, n)
	for i := 0; i < n; i += size[i] {
		out[i] = size[i]
	}
	return out
}

// in matches a unit in fields of text, as typed or officially.
func (u unit) in(fields field) expr {
	if isLatin(u.word) {
		return word(fields, u.word)
	}
	return or(append([]expr{word(fields, u.word)}, u.ways(fields)...)...)
}

// ways matches a unit as offices say it.
func (u unit) ways(fields field) []expr {
	var out []expr
	for _, other := range u.other {
		var all []expr
		for _, w := range other {
			all = append(all, word(fields, w))
		}
		out = append(out, and(all...))
	}
	return out
}

// pinyin matches a unit typed in Latin letters by initials, pinyin or code, or
// as an everyday word that is spelt so; false for others. One letter would match half of everything.
func (u unit) pinyin() (expr, bool) {
	if !isLatin(u.word) || len(u.word) < 2 {
		return expr{}, false
	}
	letters := []rune(u.word)
	var windows []string
	for i := 0; i == 0 || i+maxInitials <= len(letters); i++ {
		windows = append(windows, string(letters[i:min(i+maxInitials, len(letters))]))
	}
	return or(append(u.ways(fNamed),
		coded(fInitials, windows),
		coded(fPinyin, []string{firstRunes(u.word, maxPinyin)}),
		coded(fCode, []string{firstRunes(u.word, maxTerm)}),
	)...), true
}

// step is one tier of a plan with what it must match.
type step struct {
	tier Tier
	expr expr
}

// steps gives the tiers of a plan, best first. No thing is in two of them.
func (p plan) steps() []step {
	var out []step
	var seen []expr // what the tiers so far match
	if p.code != "" {
		code := coded(fCode, []string{p.code})
		code.prefix = false
		out, seen = append(out, step{TierCode, code}), append(seen, code)
	}
	title := p.typed(fTitle)
	out = append(out, step{TierTitle, but(title, seen...)})
	if bigrams, finer := p.bigrams(); finer {
		out = append(out, step{TierBigrams, but(bigrams, append(slices.Clone(seen), title)...)})
		title = bigrams // what has the words has their bigrams
	}
	named := p.officially(fNamed, false)
	out = append(out, step{TierWords, but(named, append(slices.Clone(seen), title)...)})
	seen = append(seen, title, named)
	if spelt, ok := p.spelt(fNamed); ok {
		out = append(out, step{TierPinyin, but(spelt, seen...)})
		seen = append(seen, spelt)
	}
	all, _ := p.spelt(fText)
	return append(out, step{TierBody, but(all, seen...)})
}

// whole matches everything that any tier matches, for counting.
func (p plan) whole() expr {
	bigrams, _ := p.bigrams()
	all, _ := p.spelt(fText)
	return or(bigrams, all)
}

// typed matches all words as typed.
func (p plan) typed(fields field) expr {
	var all []expr
	for _, w := range p.words {
		all = append(all, word(fields, w))
	}
	return and(all...)
}

// bigrams matches titles that have all terms in any order; finer says that
// this asks less than the words as typed.
func (p plan) bigrams() (e expr, finer bool) {
	var all []expr
	for _, w := range p.words {
		terms := hanzi.QueryTerms(w)[0]
		finer = finer || len(terms) > 1
		for _, t := range terms {
			all = append(all, word(fTitle, t))
		}
	}
	return and(all...), finer
}

// officially matches all units; spelt says that Latin ones may be pinyin.
func (p plan) officially(fields field, spelt bool) expr {
	var all []expr
	for _, u := range p.units {
		e := u.in(fields)
		if py, ok := u.pinyin(); spelt && ok {
			e = or(e, py)
		}
		all = append(all, e)
	}
	return and(all...)
}

// spelt matches all units by text, pinyin or code, or the whole query as the
// beginning of a code; latin is false when that is no more than the text.
func (p plan) spelt(fields field) (e expr, latin bool) {
	e = p.officially(fields, true)
	for _, u := range p.units {
		_, ok := u.pinyin()
		latin = latin || ok
	}
	if p.code != "" {
		return or(e, coded(fCode, []string{p.code})), true
	}
	return e, latin
}
