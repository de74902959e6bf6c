package mask

import (
	"strings"

	"qingdan/internal/engine/code"
)

// Text masks the identity and mobile numbers within a text.
//
// An identity number is eighteen characters with a right date of birth and
// check character (GB 11643, MOD 11-2), a mobile number eleven digits that
// begin with 13 to 19, also after +86 or 0086; both also in the usual groups
// with blanks or hyphens, and in full width. Neither may touch a further digit.
// Other numbers stay: those of articles, codes of powers, telephones of offices
// (see Landlines), 统一社会信用代码. Old identity numbers of fifteen digits stay as
// well: without a check character nothing tells them from other numbers.
func Text(s string) string { return masked(s, false) }

// Landlines masks what Text does, and the landlines that are written with an
// area code (0635-8123456). Offices publish theirs for everybody to ask, so it
// is for texts about persons only.
func Landlines(s string) string { return masked(s, true) }

// masked goes through a text until nothing more is found: what was hidden may
// have parted two numbers that stood as one.
func masked(s string, landlines bool) string {
	if !strings.ContainsFunc(s, digit) {
		return s
	}
	t := text{letters: []rune(s)}
	for again := true; again; {
		again = false
		for i := range t.letters {
			if t.begins(i) && (t.identity(i) || t.mobile(i) || landlines && t.landline(i)) {
				again = true
			}
		}
	}
	return string(t.letters)
}

// text is a text in which numbers are sought and hidden.
type text struct{ letters []rune }

func digit(r rune) bool { b := plain(r); return b >= '0' && b <= '9' }

// at gives the letter at a place as one byte, 0 outside the text and for marks.
func (t *text) at(i int) byte {
	if i < 0 || i >= len(t.letters) || !shown(t.letters[i]) {
		return 0
	}
	return plain(t.letters[i])
}

// number says whether a digit stands at a place.
func (t *text) number(i int) bool { return i >= 0 && i < len(t.letters) && digit(t.letters[i]) }

// begins says whether a number begins at a place.
func (t *text) begins(i int) bool { return t.number(i) && !t.number(i-1) }

// groups reads digits in groups of the given sizes, joined or each parted by
// one blank or hyphen; at most the last character may be an X. It gives their
// places, nil where something else stands.
func (t *text) groups(i int, sizes ...int) []int {
	var at []int
	for g, size := range sizes {
		if g > 0 && t.parts(i) {
			i++
		}
		for k := range size {
			last := g == len(sizes)-1 && k == size-1
			if c := t.at(i); (c < '0' || c > '9') && (!last || c != 'X' && c != 'x') {
				return nil
			}
			at = append(at, i)
			i++
		}
	}
	if t.number(i) {
		return nil
	}
	return at
}

// parts says whether a mark that parts groups of digits stands at a place.
func (t *text) parts(i int) bool {
	if i >= len(t.letters) {
		return false
	}
	switch t.letters[i] {
	case ' ', '-', '－', '\u00a0', '\u3000':
		return true
	default:
		return false
	}
}

// identity hides the identity number that begins at a place, if one does. A
// number that is right both as an identity number and as a 统一社会信用代码 is
// hidden: a person's comes first.
func (t *text) identity(i int) bool {
	at := t.groups(i, 6, 8, 4)
	if at == nil || code.CheckIdentity(strings.ToUpper(fold(t.letters, at))) != nil {
		return false
	}
	hide(t.letters, at, 3, 14)
	return true
}

// mobile hides the mobile number that begins at a place, if one does.
func (t *text) mobile(i int) bool {
	for _, country := range []string{"", "86", "0086"} {
		from := i + len(country)
		if country != "" && !t.follows(i, country) {
			continue
		}
		if country != "" && t.parts(from) {
			from++
		}
		at := t.groups(from, 3, 4, 4)
		if at == nil || !mobile(fold(t.letters, at)) || !digit(t.letters[at[10]]) || t.credit(at[0]) {
			continue
		}
		hide(t.letters, at, 3, 7)
		return true
	}
	return false
}

// follows says whether the code of the country stands at a place: 86 after a
// plus sign, 0086 anywhere.
func (t *text) follows(i int, country string) bool {
	for k := range country {
		if t.at(i+k) != country[k] {
			return false
		}
	}
	return len(country) == 4 || i > 0 && (t.letters[i-1] == '+' || t.letters[i-1] == '＋')
}

// credit says whether a place lies within a 统一社会信用代码, which may hold
// eleven digits in a row between letters.
func (t *text) credit(i int) bool {
	from, to := i, i
	for t.at(from-1) != 0 && t.at(from-1) != star {
		from--
	}
	for t.at(to) != 0 && t.at(to) != star {
		to++
	}
	if to-from != 18 {
		return false
	}
	var b strings.Builder
	for k := from; k < to; k++ {
		b.WriteByte(t.at(k))
	}
	return code.CheckCredit(b.String()) == nil
}

// landline hides the landline that begins at a place, if one does: an area code
// and, after it or a hyphen or bracket, seven or eight digits.
func (t *text) landline(i int) bool {
	if t.at(i) != '0' {
		return false
	}
	area := 4
	if t.at(i+1) == '1' || t.at(i+1) == '2' {
		area = 3
	}
	from := i
	for ; from < i+area; from++ {
		if !t.number(from) {
			return false
		}
	}
	if t.parts(from) || from < len(t.letters) && (t.letters[from] == ')' || t.letters[from] == '）') {
		from++
	}
	to := from
	for t.number(to) {
		to++
	}
	if n := to - from; n != 7 && n != 8 {
		return false
	}
	for k := from; k < to-3; k++ {
		t.letters[k] = star
	}
	return true
}
