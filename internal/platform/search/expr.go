package search

import (
	"strings"

	"qingdan/internal/engine/hanzi"
)

// expr is what a thing must match. The zero op is a phrase.
type expr struct {
	op   op
	kids []expr // of and, or; of but: what must and what must not match

	fields field
	terms  []string // must follow one another; the last may be a prefix
	prefix bool
	text   string // the word itself, for fields of text
}

type op int

const (
	opPhrase op = iota
	opAnd
	opOr
	opBut
)

func and(kids ...expr) expr { return join(opAnd, kids) }
func or(kids ...expr) expr  { return join(opOr, kids) }

func join(o op, kids []expr) expr {
	if len(kids) == 1 {
		return kids[0]
	}
	return expr{op: o, kids: kids}
}

// but matches what e matches and not does not.
func but(e expr, not ...expr) expr {
	if len(not) == 0 {
		return e
	}
	return expr{op: opBut, kids: []expr{e, or(not...)}}
}

// word matches a word as typed in fields of text: a stretch of Han characters
// anywhere, a Latin word by its beginning.
func word(fields field, w string) expr {
	terms := cutTerms(hanzi.QueryTerms(w)[0])
	last := terms[len(terms)-1]
	return expr{fields: fields, terms: terms, prefix: len([]rune(last)) == 1 || isLatin(last), text: w}
}

// coded matches a term of codes, initials or pinyin by its beginning.
func coded(f field, terms []string) expr { return expr{fields: f, terms: terms, prefix: true} }

// isLatin tells whether a word holds no Han or other East Asian character.
func isLatin(w string) bool {
	for _, r := range w {
		if r >= 0x2e80 {
			return false
		}
	}
	return w != ""
}

// match writes the expression in FTS5's language. Terms hold only letters and
// digits, so nothing in them can be an operator or end a string.
func (e expr) match() string {
	switch e.op {
	case opPhrase:
		var cols []string
		for _, c := range columns {
			if e.fields&c.field != 0 {
				cols = append(cols, c.name)
			}
		}
		s := "{" + strings.Join(cols, " ") + `} : "` + strings.Join(e.terms, " ") + `"`
		if e.prefix {
			s += " *"
		}
		return s
	case opBut:
		return "(" + e.kids[0].match() + " NOT " + e.kids[1].match() + ")"
	}
	parts := make([]string, len(e.kids))
	for i, k := range e.kids {
		parts[i] = k.match()
	}
	if e.op == opAnd {
		return "(" + strings.Join(parts, " AND ") + ")"
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// where writes the expression as a condition on PostgreSQL's search_docs d.
func (e expr) where() (cond string, args []any) {
	switch e.op {
	case opPhrase:
		return e.phraseWhere()
	case opBut:
		must, a := e.kids[0].where()
		not, b := e.kids[1].where()
		return "(" + must + " and not " + not + ")", append(a, b...)
	}
	sep := " or "
	if e.op == opAnd {
		sep = " and "
	}
	parts := make([]string, len(e.kids))
	for i, k := range e.kids {
		part, a := k.where()
		parts[i], args = part, append(args, a...)
	}
	return "(" + strings.Join(parts, sep) + ")", args
}

func (e expr) phraseWhere() (cond string, args []any) {
	var ways, texts []string
	for _, c := range columns {
		if e.fields&c.field == 0 {
			continue
		}
		parts := make([]string, len(e.terms))
		for i, t := range e.terms {
			parts[i] = lexeme(c.name, t)
			if e.prefix && i == len(e.terms)-1 {
				parts[i] += ":*"
			}
		}
		ways = append(ways, "("+strings.Join(parts, " & ")+")")
		texts = append(texts, "strpos(d."+c.name+", ?) > 0")
	}
	cond, args = "d.terms @@ cast(? as tsquery)", []any{strings.Join(ways, " | ")}
	if len(e.terms) == 1 || e.text == "" {
		return cond, args
	}
	for range texts {
		args = append(args, e.text)
	}
	return "(" + cond + " and (" + strings.Join(texts, " or ") + "))", args
}

// vector writes the terms of a thing as a tsvector without places: weights
// would make PostgreSQL read every row that the index gives once more, so the
// field stands in the lexeme.
func vector(terms map[field][]string) string {
	var b strings.Builder
	for _, c := range columns {
		for _, t := range terms[c.field] {
			if t != hanzi.Gap {
				b.WriteString(lexeme(c.name, t) + " ")
			}
		}
	}
	return b.String()
}

// lexeme writes a term of a field so that PostgreSQL takes it as it is.
func lexeme(column, term string) string {
	return "'" + column[:1] + strings.NewReplacer("'", "''", `\`, `\\`).Replace(term) + "'"
}
