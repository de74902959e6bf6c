package amend

import (
	"strings"

	"qingdan/internal/engine/lawtext"
)

// part is one article of a quoted text.
type part struct {
	number lawtext.Number
	text   string
}

// labelled cuts a quoted text at the articles it holds; nil when it does not
// begin with one. Headings before and between the articles are left out.
func labelled(text string) []part {
	var out []part
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(l)
		c := cursor{l}
		n, unit, ok := c.part()
		at := lawtext.Number{N: n, Sub: c.inserted()}
		rest := strings.TrimLeft(c.s, " \u3000")
		switch {
		case ok && unit == ArticleUnit && rest != c.s:
			out = append(out, part{at, rest})
		case isHeading(l):
		case len(out) > 0:
			out[len(out)-1].text += "\n" + l
		default:
			return nil
		}
	}
	return out
}

// isHeading reports whether a line is the heading of a chapter or section.
func isHeading(l string) bool {
	c := cursor{l}
	if !c.eat("第") {
		return false
	}
	_, ok := c.numeral()
	return ok && c.eat("章", "节", "编") && !strings.ContainsAny(c.s, "，。；")
}

// pieces cuts a quoted text into n paragraphs or items; nil when it has
// another number of them.
func pieces(text string, n int, items bool) []string {
	var out []string
	for _, p := range paragraphsOf(text) {
		if !items {
			out = append(out, p.String())
			continue
		}
		for _, it := range p.Items {
			out = append(out, it.String())
		}
	}
	if len(out) != n {
		return nil
	}
	return out
}

// paragraphsOf reads the words of an article.
func paragraphsOf(text string) []lawtext.Paragraph {
	d := lawtext.Parse("第一条　" + text)
	if len(d.Articles) == 1 && d.Annex == "" {
		return d.Articles[0].Paragraphs
	}
	var out []lawtext.Paragraph
	for l := range strings.Lines(text) {
		out = append(out, lawtext.Paragraph{Text: strings.TrimSpace(l)})
	}
	return out
}
