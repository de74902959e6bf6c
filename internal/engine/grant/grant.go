package grant

import (
	"slices"
	"strings"
	"unicode/utf8"

	"qingdan/internal/engine/lawtext"
)

// Kind is what a grant empowers to. The kinds are those of the power lists;
// coercion is parted into measures and enforcement as 行政强制法 parts it
// (articles 9 and 12).
type Kind uint8

// The kinds.
const (
	Permit       Kind = iota + 1 // 行政许可
	Penalty                      // 行政处罚
	Measure                      // 行政强制措施
	Execution                    // 行政强制执行
	Levy                         // 行政征收
	Payment                      // 行政给付
	Adjudication                 // 行政裁决
	Confirmation                 // 行政确认
	Reward                       // 行政奖励
	Inspection                   // 行政检查
	Other                        // 其他: 责令 (orders), 备案 (filing)
)

// String is the word officials use.
func (k Kind) String() string {
	names := [...]string{"", "行政许可", "行政处罚", "行政强制措施", "行政强制执行", "行政征收", "行政给付", "行政裁决", "行政确认", "行政奖励", "行政检查", "其他权力"}
	if int(k) < len(names) {
		return names[k]
	}
	return ""
}

// Grant is one power that an article gives.
type Grant struct {
	Kind Kind
	// Body is the body as the article names it (县级以上人民政府水行政主管部门),
	// "" where the sentence names none.
	Body   string
	Levels Levels // the levels of government that Body speaks of, 0 if it does not say
	Matter string // at most 40 characters of the text on what the power is about
	// Paragraph and Item say where it stands, from 1; Item is 0 for the words of
	// the paragraph itself, which hold for all of its items.
	Paragraph, Item int
	Text            string // the sentence; for an item the item's, without its mark
	// Certain says that form, body and object are plain enough to offer the
	// article as a power without reading it first.
	Certain bool
}

// Read gives the grants of an article in the order of the text, at most one of
// a kind and body from a sentence. It is pure and never fails; an article that
// grants nothing gives nil.
func Read(a lawtext.Article) []Grant {
	var out []Grant
	for i, p := range a.Paragraphs {
		out = append(out, readParagraph(p, i+1)...)
	}
	return out
}

// readParagraph reads the words of a paragraph, then its items in the light of
// the clause that leads to them.
func readParagraph(p lawtext.Paragraph, no int) []Grant {
	r := reading{paragraph: no}
	for text := range strings.SplitSeq(p.Text, "。") {
		r.sentence(text, clause{})
	}
	lead := r.last
	if lead.list = listOf(lead); lead.list == noList {
		return r.grants
	}
	for _, it := range p.Items {
		r.item = it.No
		for text := range strings.SplitSeq(unmarked(it.String()), "。") {
			r.sentence(text, lead)
		}
	}
	return r.grants
}

// reading gathers the grants of one paragraph.
type reading struct {
	paragraph, item int
	grants          []Grant
	last            clause
}

// sentence reads the clauses of a sentence, each in the light of the one
// before it, the first in the light of the clause that leads to the list.
func (r *reading) sentence(text string, lead clause) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	if foreign.in(text) {
		r.last = clause{text: text}
		return
	}
	first := len(r.grants)
	before := lead
	for words := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '；' || r == ';' }) {
		c := newClause(words, before)
		if len(c.parts) == 0 {
			continue
		}
		begin := len(r.grants)
		for _, rd := range c.readers() {
			f := rd.find(c)
			if f.strength == none || f.by.alien || said(r.grants[first:], rd.kind, f.by.words) {
				continue
			}
			if rd.kind == Other && f.strength == hint && len(r.grants) > begin {
				continue // what else it may be does not matter
			}
			r.grants = append(r.grants, Grant{Kind: rd.kind, Body: f.by.words, Levels: f.by.levels, Matter: clip(f.matter), Paragraph: r.paragraph,
				Item: r.item, Text: text, Certain: f.strength == plain})
		}
		before = c
	}
	r.last = before
	r.grants = append(r.grants[:first], ordersAside(r.grants[first:])...)
}

// ordersAside leaves out the orders of a sentence that also punishes: to put
// an act right comes with its penalty (行政处罚法 article 28).
func ordersAside(grants []Grant) []Grant {
	if !slices.ContainsFunc(grants, func(g Grant) bool { return g.Kind == Penalty && g.Certain }) {
		return grants
	}
	return slices.DeleteFunc(grants, func(g Grant) bool { return g.Kind == Other })
}

// said says whether the sentence has given this kind to this body already; a
// clause that names no body speaks of the one before.
func said(grants []Grant, k Kind, body string) bool {
	for _, g := range grants {
		if g.Kind == k && (g.Body == body || body == "") {
			return true
		}
	}
	return false
}

// strength is how plainly a clause grants.
type strength uint8

const (
	none  strength = iota
	hint           // it may be read as a grant
	plain          // it is one
)

// found is what a reader made of a clause.
type found struct {
	strength strength
	by       body
	matter   string
}

// reader finds one kind in a clause.
type reader struct {
	kind Kind
	find func(clause) found
}

// readers gives the readers of a clause. A clause that punishes or orders
// speaks of licences, fees and payments only as what was violated; one that
// disciplines officials, or only adds a case to a list of violations, grants
// nothing.
func (c clause) readers() []reader {
	sanctions := c.sanctions()
	last := c.parts[len(c.parts)-1]
	switch {
	case officials.in(c.text), !sanctions && strings.Contains(c.text, "处分"):
		return nil
	case c.list == casesOf && (!sanctions || last.condition):
		return nil
	case sanctions && c.againstBody():
		return nil
	case sanctions:
		return []reader{{Penalty, clause.penalty}, {Measure, clause.measure}, {Execution, clause.execution}, {Other, clause.order}}
	default:
		return []reader{{Permit, clause.permit}, {Measure, clause.measure}, {Execution, clause.execution}, {Levy, clause.levy},
			{Payment, clause.payment}, {Adjudication, clause.adjudication}, {Confirmation, clause.confirmation},
			{Reward, clause.reward}, {Inspection, clause.inspection}, {Other, clause.other}}
	}
}

// numerals are the characters of a mark （一） 1. before its end.
const numerals = "（(一二三四五六七八九十百零〇0123456789０１２３４５６７８９ 　"

// unmarked takes the mark （一） off an item.
func unmarked(s string) string {
	if i := strings.IndexAny(s, "）)、.．"); i > 0 && strings.Trim(s[:i], numerals) == "" {
		_, w := utf8.DecodeRuneInString(s[i:])
		return s[i+w:]
	}
	return s
}

const maxMatter = 40 // characters

// clip cuts a text to what Matter holds.
func clip(s string) string {
	n := 0
	for i := range s {
		if n++; n > maxMatter {
			return s[:i]
		}
	}
	return s
}
