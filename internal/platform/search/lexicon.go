package search

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"qingdan/internal/engine/hanzi"
)

// longestSaid is the length in characters of the longest entry of the lexicon.
const longestSaid = 10

//go:embed lexicon/*.txt
var lexiconFiles embed.FS

// said is what is known of words that people use, read once at start. Read
// only.
var said = mustReadLexicon(lexiconFiles)

// vocabulary is the lexicon: what people say, in what offices call it.
type vocabulary struct {
	official map[string][][]string // everyday words: official ways, each a list of words
	filler   map[string]struct{}   // parts of questions that name nothing, or only what is wanted of a thing (see aim)
	spelt    map[string][]string   // pinyin in full, and initials, of everyday words
	first    map[rune][]string     // everyday words by their first character, in order
	entries  int
}

// mustReadLexicon reads the files: one field of public service each. A line is
//
//	everyday words = official way | other way
//
// parted by blanks; words of one way must all be there, the way that fits best
// comes first. What is typed always counts as well, and the longest entry at a
// place wins over shorter ones. fillers.txt lists words without ways. A line of
// another form is a mistake of ours: it stops the program at once.
func mustReadLexicon(files embed.FS) vocabulary {
	v := vocabulary{official: map[string][][]string{}, filler: map[string]struct{}{}, spelt: map[string][]string{}, first: map[rune][]string{}}
	names, err := fs.Glob(files, "lexicon/*.txt")
	if err != nil {
		panic("search: lexicon: " + err.Error())
	}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			panic("search: lexicon: " + err.Error())
		}
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				v.mustTake(name, line)
			}
		}
	}
	for _, a := range aims {
		for _, w := range a.asked {
			if utf8.RuneCountInString(w) > 1 && v.official[w] == nil {
				v.filler[w] = struct{}{}
			}
		}
	}
	return v
}

// mustTake reads one line of a file.
func (v *vocabulary) mustTake(file, line string) {
	everyday, official, ok := strings.Cut(line, "=")
	if !ok {
		if file != "lexicon/fillers.txt" {
			panic("search: " + file + ": no ways in " + line)
		}
		for _, w := range strings.Fields(line) {
			v.filler[w] = struct{}{}
		}
		return
	}
	ways := alternatives(official)
	for _, w := range strings.Fields(everyday) {
		if _, twice := v.official[w]; twice {
			panic("search: " + file + ": twice in the lexicon: " + w)
		}
		v.official[w] = ways
		v.entries++
		if utf8.RuneCountInString(w) < 2 || isLatin(w) {
			continue
		}
		v.spell(w)
		r, _ := utf8.DecodeRuneInString(w)
		v.first[r] = append(v.first[r], w)
	}
}

// spell notes the pinyin of an everyday word, in full and by its initials.
func (v *vocabulary) spell(w string) {
	syllables, short := hanzi.Syllables(w), ""
	for _, s := range syllables {
		short += s[:1]
	}
	full := strings.Join(syllables, "")
	v.spelt[full] = append(v.spelt[full], w)
	if len(short) >= minInitials && short != full {
		v.spelt[short] = append(v.spelt[short], w)
	}
}

// How many characters may stand between those of an everyday word: of one that
// stands nowhere else, and of one that says more than its parts.
const (
	between = 3
	within  = 2
)

// spelling is an everyday word that letters spell with something between.
type spelling struct {
	word     string
	from, to int // in the letters
}

// within finds the everyday word that letters spell with at most gap characters
// between: the longest one, of several the closest.
func (v *vocabulary) within(letters []rune, gap int) (best spelling, ok bool) {
	size := 0
	for i, r := range letters {
		for _, w := range v.first[r] {
			n, reach := utf8.RuneCountInString(w), spread(letters[i:], w)
			if reach > 0 && reach <= n+gap && (n > size || n == size && reach < best.to-best.from) {
				best, size = spelling{w, i, i + reach}, n
			}
		}
	}
	return best, size > 0
}

// spread is how far a word reaches from the beginning of letters when others may
// stand between its own; 0 when they do not spell it.
func spread(letters []rune, word string) int {
	at := 0
	for _, r := range word {
		i := slices.Index(letters[at:], r)
		if i < 0 {
			return 0
		}
		at += i + 1
	}
	return at
}

// minInitials is how many initials tell an everyday word well enough.
const minInitials = 3

// alternatives reads the right side of a line of the lexicon.
func alternatives(s string) [][]string {
	var out [][]string
	for a := range strings.SplitSeq(s, "|") {
		out = append(out, strings.Fields(a))
	}
	return out
}

// glue are characters that join words; they are cut off the ends of what is left
// beside recognised words.
const glue = "的了要想去给把在是有个办做当被让跟和与及也都就还再才得着过来到从向对为啊吗呢吧呀嘛"

func trimGlue(s string) string { return strings.Trim(s, glue) }
