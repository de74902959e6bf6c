package mask

import "strings"

// Written masks what people wrote in their own words: what Landlines does, and
// addresses of mail. Masking what is masked changes nothing.
func Written(s string) string {
	s = Landlines(s)
	if !strings.ContainsAny(s, "@＠") {
		return s
	}
	letters := []rune(s)
	for i, r := range letters {
		if r == '@' || r == '＠' {
			hideMail(letters, i)
		}
	}
	return string(letters)
}

// hideMail hides the name before the '@' at a place, when a host stands behind
// it, but for the first of several letters.
func hideMail(letters []rune, at int) {
	to := at + 1
	for to < len(letters) && inAddress(letters[to]) {
		to++
	}
	if !strings.ContainsRune(strings.Trim(string(letters[at+1:to]), ".。．"), '.') {
		return
	}
	from := at
	for from > 0 && inAddress(letters[from-1]) {
		from--
	}
	if at-from > 1 {
		from++
	}
	for i := from; i < at; i++ {
		if shown(letters[i]) {
			letters[i] = star
		}
	}
}

// inAddress says whether a letter may stand in an address of mail.
func inAddress(r rune) bool {
	return r == star || r == '.' || r == '-' || r == '_' || r == '+' || plain(r) != star
}
