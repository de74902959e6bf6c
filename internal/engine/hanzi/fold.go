// Package hanzi holds pure functions on Chinese text: folding of what people
// and office programs type, index terms for search, pinyin keys for sorting
// and for search by initials (水利局 -> slj), a readable diff, and a measure of
// likeness of names.
//
// All functions accept any string, invalid UTF-8 included, and give the same
// answer for the same input.
package hanzi

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold brings the spellings of one text to one form: full-width letters,
// digits and brackets become half-width, compatibility characters (Kangxi
// radicals out of PDFs, ㎡, ①) their plain form (Unicode NFKC), letters lower
// case; zero-width characters, byte-order marks, soft hyphens and variation
// selectors are dropped; white space and control characters collapse to
// single spaces, none at the ends. Folding twice changes nothing.
func Fold(s string) string {
	if isFolded(s) {
		return s
	}
	// Invisible characters go first, for they would keep a letter and its
	// mark apart; lower-casing may leave a text that composes anew.
	s = norm.NFKC.String(strings.Map(visible, strings.ToValidUTF8(s, "")))
	if lower := strings.ToLower(s); lower != s {
		s = norm.NFKC.String(lower)
	}
	return strings.Join(strings.Fields(s), " ")
}

// visible maps a rune for Fold: -1 drops it.
func visible(r rune) rune {
	switch {
	case isPlainHan(r):
		return r
	case unicode.Is(unicode.Variation_Selector, r), unicode.Is(unicode.Cf, r):
		return -1
	case unicode.IsControl(r), unicode.IsSpace(r):
		return ' '
	}
	return r
}

// isFolded tells of most names, without normalizing them, that Fold changes
// nothing: they hold only plain Han characters, small letters, digits and
// half-width marks.
func isFolded(s string) bool {
	for _, r := range s {
		if !isPlainHan(r) && (r <= ' ' || r > '~' || 'A' <= r && r <= 'Z') {
			return false
		}
	}
	return true
}

// isPlainHan tells the Han characters of everyday texts without searching the
// tables of Unicode.
func isPlainHan(r rune) bool { return r >= 0x4e00 && r <= 0x9fa5 }

// class tells how a folded rune stands in an index: every Han character is a
// unit, other letters and digits form words, the rest separates.
type class int

const (
	separator class = iota
	latin           // any letter, digit or mark that is not Han
	han
)

func classOf(r rune) class {
	switch {
	case r < 0x80:
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return latin
		}
		return separator
	case isPlainHan(r):
		return han
	case unicode.Is(unicode.Han, r) && (unicode.IsLetter(r) || unicode.IsNumber(r)):
		return han
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
		return latin
	}
	return separator
}

// run is a stretch of a folded text of one class.
type run struct {
	class class
	text  string
}

// runs cuts a folded text into its stretches, separators included.
func runs(folded string) []run {
	var out []run
	start, last := 0, separator
	for i, r := range folded {
		c := classOf(r)
		if c != last {
			if i > start {
				out = append(out, run{last, folded[start:i]})
			}
			start, last = i, c
		}
	}
	if start < len(folded) {
		out = append(out, run{last, folded[start:]})
	}
	return out
}
