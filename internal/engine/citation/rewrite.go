package citation

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Rewrite puts other numbers into the references of a text, for a law whose
// articles moved: each reference for which change gives true gets the place
// that change gives. Only numerals are replaced, each in its own manner
// (Chinese, Arabic, in brackets), and 之N is put in or taken out; all else
// stays byte for byte. change must answer the same for the same reference; it
// gives references in the form that Parse gives, with the law it was given. A
// range comes to it once, with its end in To: articles between the two (see
// Covers) that moved elsewhere are for change to weigh.
//
// The result is read back: ok says that Parse gives exactly the references as
// changed. Otherwise the text comes back as it was: a level other than 之N would
// come or go, items under one 第…条 would part, or shorthand (第八、九条,
// 第二三款) has no numeral to replace or would be read as something else.
func Rewrite(s string, change func(Ref) (Ref, bool)) (out string, ok bool) {
	sc := scanner{r: runesOf(nil, s), keep: true}
	want := sc.all()
	if out, ok = replace(s, sc.r, sc.kept, change); !ok {
		return s, false
	}
	for k, r := range want {
		want[k] = changed(r, change)
	}
	if !slices.EqualFunc(Parse(out), want, sameRef) {
		return s, false
	}
	return out, true
}

// RewriteQuotes is Rewrite for a basis field: it changes the citations that
// ParseQuotes gives, wherever the field lists them, and leaves the quoted
// article texts alone with all that they cite. ok says that ParseQuotes gives
// exactly the citations as changed, with the same texts.
func RewriteQuotes(s string, change func(Ref) (Ref, bool)) (out string, ok bool) {
	q := quoter{r: runesOf(nil, s), keep: true}
	q.all()
	if out, ok = replace(s, q.r, q.kept, change); !ok {
		return s, false
	}
	same := func(now, before Quote) bool {
		return now.Text == before.Text && sameRef(now.Ref, changed(before.Ref, change))
	}
	if !slices.EqualFunc(ParseQuotes(out), q.out, same) {
		return s, false
	}
	return out, true
}

func changed(r Ref, change func(Ref) (Ref, bool)) Ref {
	if next, ok := change(r); ok {
		return next
	}
	return r
}

// edit replaces the runes from..to of a text.
type edit struct {
	from, to int
	with     string
}

// replace makes the edits that the changed drafts ask for; members of a list
// may ask for the same one. It gives false where they contradict each other.
func replace(s string, r []rune, drafts []draft, change func(Ref) (Ref, bool)) (string, bool) {
	var edits []edit
	for k := range drafts {
		d := &drafts[k]
		if next, ok := change(d.ref()); ok {
			edits = d.first.edits(edits, r, next.first())
			if d.ranged && next.To != nil {
				edits = d.last.edits(edits, r, next.last(&d.last))
			}
		}
	}
	slices.SortFunc(edits, func(a, b edit) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	edits = slices.Compact(edits)
	var b strings.Builder
	done, at, runes := 0, 0, 0 // bytes written; byte and rune offset of the walk
	offset := func(rune int) int {
		for at < len(s) && runes < rune {
			_, w := utf8.DecodeRuneInString(s[at:])
			at, runes = at+w, runes+1
		}
		return at
	}
	for k, e := range edits {
		if k > 0 && e.from < edits[k-1].to {
			return s, false
		}
		b.WriteString(s[done:offset(e.from)])
		b.WriteString(e.with)
		done = offset(e.to)
	}
	b.WriteString(s[done:])
	return b.String(), true
}

// last gives the whole last place of a range, with the upper levels that To
// leaves out because they repeat the first, as far as the text repeats them.
func (r Ref) last(written *place) End {
	to := r.To.numbers()
	for l, n := range r.first().numbers() {
		if to[l] != 0 {
			break
		}
		if written[l].n != 0 {
			to[l] = n
		}
	}
	return to.end()
}

// edits appends what turns the numbers of p into those of next. Levels that
// come or go are left alone, except 之N.
func (p *place) edits(out []edit, r []rune, next End) []edit {
	for l, n := range next.numbers() {
		at := p[l]
		switch {
		case n == at.n:
		case n != 0 && at.to > at.from:
			if w := written(n, r[at.from:at.to]); w != "" {
				out = append(out, edit{at.from, at.to, w})
			}
		case level(l) != levelSub:
		case n == 0 && at.to > at.edge:
			out = append(out, edit{at.edge, at.to, ""})
		case at.n == 0 && p[levelArticle].edge > 0:
			article := p[levelArticle]
			out = append(out, edit{article.edge, article.edge, "之" + written(n, r[article.from:article.to])})
		}
	}
	return out
}
