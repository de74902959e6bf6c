package hanzi

import (
	"strings"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
)

// PinyinKey gives the key by which Chinese texts are sorted: the toneless
// pinyin of every character, ü as v, Latin letters and digits kept in lower
// case, everything else left out. Characters with several readings follow the
// table of readings: 莘县 shenxian, 东阿 donge, 行政 xingzheng, 银行 yinhang.
// The key holds only ASCII for Han and ASCII input.
func PinyinKey(s string) string {
	var b strings.Builder
	eachSyllable(Fold(s), func(text string, _ class) { b.WriteString(text) })
	return b.String()
}

// Initials gives the first letter of every syllable, Latin words and digits
// whole: 水利局 -> slj, A级 -> aj.
func Initials(s string) string {
	var b strings.Builder
	eachSyllable(Fold(s), func(text string, c class) {
		if c == han {
			text = text[:1]
		}
		b.WriteString(text)
	})
	return b.String()
}

// Syllables gives the pinyin of a text piece by piece: one element for every
// Han character that has a reading and one for every Latin word.
func Syllables(s string) []string {
	var out []string
	eachSyllable(Fold(s), func(text string, _ class) { out = append(out, text) })
	return out
}

func eachSyllable(folded string, yield func(text string, c class)) {
	for _, r := range runs(folded) {
		switch r.class {
		case latin:
			yield(r.text, latin)
		case han:
			hanSyllables(r.text, func(syllable string) { yield(syllable, han) })
		}
	}
}

// hanSyllables reads a run of Han characters: the longest phrase of the table
// at each place, else the commonest reading of the character. A character
// without a reading is left out.
func hanSyllables(s string, yield func(string)) {
	for s != "" {
		if phrase, reading := phraseAt(s); phrase != "" {
			for syllable := range strings.FieldsSeq(reading) {
				yield(syllable)
			}
			s = s[len(phrase):]
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		if p := plainReading(r); p != "" {
			yield(p)
		}
		s = s[n:]
	}
}

// begins holds the characters with which phrases of the table begin: at all
// others, which are most, nothing need be looked up. Read only.
var begins = beginnings(readings)

func beginnings(phrases map[string]string) map[rune]struct{} {
	out := map[rune]struct{}{}
	for p := range phrases {
		r, _ := utf8.DecodeRuneInString(p)
		out[r] = struct{}{}
	}
	return out
}

// phraseAt finds the longest phrase of the table of readings, one to four
// characters, at the beginning of s.
func phraseAt(s string) (phrase, reading string) {
	r, _ := utf8.DecodeRuneInString(s)
	if _, ok := begins[r]; !ok {
		return "", ""
	}
	end := 0
	for range 4 {
		_, n := utf8.DecodeRuneInString(s[end:])
		if n == 0 {
			break
		}
		end += n
		if p, ok := readings[s[:end]]; ok {
			phrase, reading = s[:end], p
		}
	}
	return phrase, reading
}

// plainReading is the first reading of the dictionary without its tone. The
// dictionary's own functions do the same with regular expressions.
func plainReading(r rune) string {
	first, _, _ := strings.Cut(pinyin.PinyinDict[int(r)], ",")
	return strings.Map(func(r rune) rune {
		switch r {
		case 'ā', 'á', 'ǎ', 'à':
			return 'a'
		case 'ē', 'é', 'ě', 'è', 'ê', 'ế', 'ề':
			return 'e'
		case 'ī', 'í', 'ǐ', 'ì':
			return 'i'
		case 'ō', 'ó', 'ǒ', 'ò':
			return 'o'
		case 'ū', 'ú', 'ǔ', 'ù':
			return 'u'
		case 'ü', 'ǖ', 'ǘ', 'ǚ', 'ǜ':
			return 'v'
		case 'ń', 'ň', 'ǹ':
			return 'n'
		case 'ḿ':
			return 'm'
		}
		if r > 0x7f {
			return -1 // a combining tone mark
		}
		return r
	}, first)
}
