package grant

import "strings"

// words is a list of words to look for in one pass: words that begin with the
// same character are kept together, and mask tells of most characters that no
// word begins with them.
type words struct {
	all   []string
	begin map[rune][]string
	mask  [maskBits / 64]uint64
}

const maskBits = 1024

// list makes the words of a text, parted by blanks.
func list(s string) *words {
	w := &words{all: strings.Fields(s), begin: map[rune][]string{}}
	for _, x := range w.all {
		for _, r := range x {
			w.begin[r] = append(w.begin[r], x)
			w.mask[r%maskBits/64] |= 1 << (r % 64)
			break
		}
	}
	return w
}

// in says whether any of the words stands in s.
func (w *words) in(s string) bool {
	at, _ := w.at(s)
	return at >= 0
}

// at gives the first place in s where one of the words stands, and its end;
// -1 for none.
func (w *words) at(s string) (start, end int) {
	for i, r := range s {
		if w.mask[r%maskBits/64]&(1<<(r%64)) == 0 {
			continue
		}
		for _, x := range w.begin[r] {
			if strings.HasPrefix(s[i:], x) {
				return i, i + len(x)
			}
		}
	}
	return -1, -1
}

// starts says whether s begins with one of the words.
func (w *words) starts(s string) bool {
	for _, x := range w.all {
		if strings.HasPrefix(s, x) {
			return true
		}
	}
	return false
}

// ends says whether s ends with one of the words.
func (w *words) ends(s string) bool {
	for _, x := range w.all {
		if strings.HasSuffix(s, x) {
			return true
		}
	}
	return false
}

// trim takes the words off the beginning of s as long as one stands there.
func (w *words) trim(s string) string {
	for cut := true; cut; {
		cut = false
		for _, x := range w.all {
			if rest, ok := strings.CutPrefix(s, x); ok {
				s, cut = rest, true
			}
		}
	}
	return s
}
