package hanzi

import "unicode/utf8"

// Gap is the token that Tokens puts where a separator stands beside a Latin
// word, so that no phrase reaches over it. It is never a query term.
const Gap = "·"

// Bigrams gives the index terms of a text without repetition, in order of
// first appearance: for every run of Han characters its overlapping pairs (the
// character itself when the run has only one), and every word of Latin letters
// and digits whole and in lower case. Punctuation separates; the text is
// folded first.
func Bigrams(s string) []string {
	var out []string
	seen := map[string]struct{}{}
	for _, r := range runs(Fold(s)) {
		for _, t := range runTerms(r) {
			if _, dup := seen[t]; !dup {
				seen[t] = struct{}{}
				out = append(out, t)
			}
		}
	}
	return out
}

// Tokens gives the terms of a text for an index that keeps positions: one
// token for every Han character (the pair it begins; the last of a run stands
// alone), one for every Latin word, Gap between words that only a separator
// parts. A text contains a word of a query where the terms that QueryTerms
// gives for the word follow one another in Tokens, the last one read as a
// prefix when it is a single Han character or a Latin word.
func Tokens(s string) []string {
	var out []string
	var prev class
	gap := false
	for _, r := range runs(Fold(s)) {
		if r.class == separator {
			gap = len(out) > 0
			continue
		}
		if gap && (prev == latin || r.class == latin) {
			out = append(out, Gap)
		}
		gap, prev = false, r.class
		out = append(out, closedTerms(r)...)
	}
	return out
}

// closedTerms gives the terms of a run that ends where the text shows its end:
// the last Han character stands alone too.
func closedTerms(r run) []string {
	terms := runTerms(r)
	if _, n := utf8.DecodeLastRuneInString(r.text); r.class == han && n < len(r.text) {
		terms = append(terms, r.text[len(r.text)-n:])
	}
	return terms
}

// Words gives the words of a query as typed, folded and without repetition,
// split at spaces and punctuation. A word may mix Han and Latin: A级.
func Words(s string) []string {
	var out []string
	word := ""
	flush := func() {
		for _, w := range out {
			if w == word {
				word = ""
			}
		}
		if word != "" {
			out = append(out, word)
		}
		word = ""
	}
	for _, r := range runs(Fold(s)) {
		if r.class == separator {
			flush()
			continue
		}
		word += r.text
	}
	flush()
	return out
}

// QueryTerms gives, for every word of a query (see Words; all must match), its
// terms in the order in which they must follow one another in Tokens. The last
// one is to be read as a prefix when it is a single Han character or Latin.
func QueryTerms(s string) [][]string {
	words := Words(s)
	out := make([][]string, len(words))
	for i, w := range words {
		parts := runs(w)
		for _, r := range parts[:len(parts)-1] {
			out[i] = append(out[i], closedTerms(r)...)
		}
		out[i] = append(out[i], runTerms(parts[len(parts)-1])...)
	}
	return out
}

// runTerms gives the terms of one run, repetitions kept.
func runTerms(r run) []string {
	if r.class == separator {
		return nil
	}
	if r.class == latin {
		return []string{r.text}
	}
	starts := make([]int, 0, len(r.text)/3+1)
	for i := range r.text {
		starts = append(starts, i)
	}
	if len(starts) == 1 {
		return []string{r.text}
	}
	starts = append(starts, len(r.text))
	out := make([]string, 0, len(starts)-2)
	for i := 2; i < len(starts); i++ {
		out = append(out, r.text[starts[i-2]:starts[i]])
	}
	return out
}

// Similar is the Dice coefficient of the Bigrams of two texts, 0 (nothing
// shared, or nothing to share) to 1 (the same terms). It takes the terms, so
// that one text can be compared with many whose terms were taken once.
func Similar(a, b []string) float64 {
	in := make(map[string]struct{}, len(a))
	for _, t := range a {
		in[t] = struct{}{}
	}
	shared := 0
	for _, t := range b {
		if _, ok := in[t]; ok {
			shared++
		}
	}
	if shared == 0 {
		return 0
	}
	return 2 * float64(shared) / float64(len(a)+len(b))
}
