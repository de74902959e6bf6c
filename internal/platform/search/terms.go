package search

import (
	"strings"

	"qingdan/internal/engine/hanzi"
)

// field is a place where a term can stand; fields form sets.
type field uint8

const (
	fTitle field = 1 << iota
	fWords
	fBody
	fInitials
	fPinyin
	fCode

	fNamed = fTitle | fWords
	fText  = fTitle | fWords | fBody
)

// columns names the fields as columns; their first letters differ.
var columns = []struct {
	field field
	name  string
}{
	{fTitle, "title"}, {fWords, "words"}, {fBody, "body"},
	{fInitials, "initials"}, {fPinyin, "pinyin"}, {fCode, "code"},
}

// Lengths, in characters, at which terms are cut; query terms are cut alike.
const (
	maxTerm     = 64
	maxInitials = 12
	maxPinyin   = 18
)

// texts gives the texts of a thing, as they came. Synonyms are parted, so that
// no word reaches over two of them.
func (d Doc) texts() (title, words, body string) {
	return d.Title, strings.Join(d.Words, "；"), firstRunes(d.Body, maxBody)
}

// docTerms gives the terms of a thing by field, with their places.
func docTerms(d Doc) map[field][]string {
	title, words, body := d.texts()
	t := map[field][]string{
		fTitle:    cutTerms(hanzi.Tokens(title)),
		fWords:    cutTerms(hanzi.Tokens(words)),
		fBody:     cutTerms(hanzi.Tokens(body)),
		fInitials: tails([]rune(hanzi.Initials(title)), maxInitials),
		fPinyin:   pinyinTails(hanzi.Syllables(title)),
	}
	for _, c := range d.Codes {
		if key := codeKey(c); key != "" {
			t[fCode] = append(t[fCode], key)
		}
	}
	return t
}

func cutTerms(terms []string) []string {
	for i, t := range terms {
		terms[i] = firstRunes(t, maxTerm)
	}
	return terms
}

// codeKey brings a code to one term: its letters and digits.
func codeKey(code string) string {
	return firstRunes(strings.Join(hanzi.Words(code), ""), maxTerm)
}

// tails gives what begins at each place: the start of a tail is a prefix to be
// found, which makes every stretch of initials findable.
func tails(s []rune, n int) []string {
	out := make([]string, len(s))
	for i := range s {
		out[i] = string(s[i:min(i+n, len(s))])
	}
	return out
}

func pinyinTails(syllables []string) []string {
	out := make([]string, len(syllables))
	for i := range syllables {
		tail := ""
		for j := i; j < len(syllables) && len(tail) < maxPinyin; j++ {
			tail += syllables[j]
		}
		out[i] = firstRunes(tail, maxPinyin)
	}
	return out
}

// firstRunes cuts s after n characters.
func firstRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
