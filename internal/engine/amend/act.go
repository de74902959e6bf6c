package amend

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"qingdan/internal/engine/lawtext"
)

// instruction is one paragraph of an amending act together with the quoted
// texts that run on over the next lines. The quoted texts are taken out, so
// that what is left can be cut at its punctuation.
type instruction struct {
	line   int
	point  string   // the marks it stands under, as printed: 三、（二）
	begins bool     // the point begins with it
	words  string   // with “0”, “1” in place of the quoted texts
	quotes []string // the lines of one text joined by "\n"
}

// unquote puts the quoted texts back into words.
func (in *instruction) unquote(words string) string {
	for i, q := range in.quotes {
		words = strings.Replace(words, quoteMark(i), "“"+q+"”", 1)
	}
	return words
}

func quoteMark(i int) string { return "“" + strconv.Itoa(i) + "”" }

// actLines gives the lines of an act, up to the law as it is republished with
// it (附). Articles behind points are such a law too; an act without points
// may be in articles itself.
func actLines(d *lawtext.Document) []string {
	var out []string
	add := func(s string) {
		for l := range strings.Lines(s) {
			if l = strings.TrimSpace(l); l != "" {
				out = append(out, l)
			}
		}
	}
	add(d.Preamble)
	if len(d.Articles) == 0 {
		add(d.Annex)
	} else if !slices.ContainsFunc(out, func(l string) bool { _, mark := pointMark(l); return mark != "" }) {
		for _, a := range d.Articles {
			add(a.Number.Chinese() + " " + a.Text())
		}
	}
	if i := slices.IndexFunc(out, func(l string) bool { return l == "附" || l == "附：" }); i >= 0 {
		out = out[:i]
	}
	return out
}

// instructions cuts an act into its instructions.
func instructions(d *lawtext.Document) []instruction {
	var c cutter
	for i, l := range actLines(d) {
		c.add(i+1, l)
	}
	c.close()
	return c.out
}

// cutter collects instructions line by line.
type cutter struct {
	out   []instruction
	marks [3]string // of the point in hand, level by level
	quote []string  // the lines of the quoted text that is still open
}

// add takes the next line: a part of the quoted text that is open, a quoted
// text announced by the line before (修改为：), or a new instruction. A quoted
// text whose closing mark was lost ends where the next point begins.
func (c *cutter) add(no int, l string) {
	level, mark := pointMark(l)
	if c.quote != nil {
		if mark != "" && instructs(l[len(mark):]) {
			c.close()
		} else {
			c.goOn(l)
			return
		}
	}
	if n := len(c.out); n == 0 || !strings.HasPrefix(l, "“") || !strings.HasSuffix(c.out[n-1].words, "：") {
		if mark != "" {
			c.marks[level] = mark
			clear(c.marks[level+1:])
		}
		c.out = append(c.out, instruction{line: no, point: strings.Join(c.marks[:], ""), begins: mark != ""})
		l = l[len(mark):]
	}
	c.take(l)
}

// take takes the quoted texts out of the words; the last one may stay open.
func (c *cutter) take(s string) {
	in := &c.out[len(c.out)-1]
	for {
		before, after, found := strings.Cut(s, "“")
		in.words += strings.ReplaceAll(before, ":", "：")
		if !found {
			return
		}
		n := unmatched(after)
		if n < 0 {
			c.quote = []string{after}
			return
		}
		in.words += quoteMark(len(in.quotes))
		in.quotes = append(in.quotes, after[:n])
		s = after[n+len("”"):]
		ended := strings.HasSuffix(after[:n], "。") || strings.HasSuffix(after[:n], "；")
		if r, _ := utf8.DecodeRuneInString(s); ended && strings.ContainsRune("将删增原第", r) {
			in.words += "。" // the full stop stands inside the quoted text
		}
	}
}

// goOn adds a line to the text that is open. The line may repeat the opening
// mark, unless that mark belongs to words quoted inside the line; the closing
// mark stands at its end or before punctuation.
func (c *cutter) goOn(l string) {
	body := strings.TrimPrefix(l, "“")
	for _, s := range []string{body, l} {
		n := unmatched(s)
		if n < 0 {
			continue
		}
		rest := s[n+len("”"):]
		if r, _ := utf8.DecodeRuneInString(rest); rest == "" || strings.ContainsRune("。；，、将删并第增", r) {
			c.quote = append(c.quote, s[:n])
			c.close()
			c.take(rest)
			return
		}
		body = l
	}
	c.quote = append(c.quote, body)
}

// close ends the text that is open.
func (c *cutter) close() {
	if c.quote == nil {
		return
	}
	in := &c.out[len(c.out)-1]
	in.words += quoteMark(len(in.quotes))
	in.quotes = append(in.quotes, strings.TrimSpace(strings.Join(c.quote, "\n")))
	c.quote = nil
}

// unmatched gives where the closing mark stands in s that has no opening one,
// -1 if there is none.
func unmatched(s string) int {
	depth := 0
	for i, r := range s {
		switch r {
		case '“':
			depth++
		case '”':
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return -1
}

// pointMark reads the mark of a point: 一、 on the first level, （一） on the
// second, 1. on the third.
func pointMark(s string) (level int, mark string) {
	inner, bracketed := strings.CutPrefix(s, "（")
	n := numeralLen(inner)
	if n == 0 {
		return 0, ""
	}
	after, w := utf8.DecodeRuneInString(inner[n:])
	arabic := inner[0] < utf8.RuneSelf
	switch {
	case bracketed && after == '）':
		return 1, s[:len("（")+n+w]
	case bracketed:
	case !arabic && after == '、':
		return 0, s[:n+w]
	case arabic && (after == '.' || after == '．' || after == '、'):
		return 2, s[:n+w]
	}
	return 0, ""
}

// numeralLen is the length in bytes of the numeral at the start of s.
func numeralLen(s string) int {
	for i, r := range s {
		if !strings.ContainsRune("〇零一二三四五六七八九十百千0123456789", r) {
			return i
		}
	}
	return len(s)
}

// instructs reports whether the words of a point are those of an amendment.
func instructs(s string) bool {
	for _, w := range []string{"修改为", "改为第", "作为第", "增加一", "删去第", "删除第", "修改《"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
