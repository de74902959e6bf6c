package sqldb

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// tokenKind classifies a piece of SQL text as far as this package cares.
type tokenKind int

const (
	blank   tokenKind = iota // white space and comments
	word                     // identifiers, keywords, numbers
	quoted                   // "identifier"
	literal                  // 'text'
	mark                     // ?
	sign                     // any other single character
)

type token struct {
	kind tokenKind
	text string
}

// is reports whether the token is the given lower-case word.
func (t token) is(w string) bool { return t.kind == word && strings.EqualFold(t.text, w) }

var errUnended = errors.New("sqldb: a string, quoted name or comment in the SQL text does not end")

// lex cuts SQL text into tokens whose texts joined give the text again. It
// knows the forms both engines share: quotes doubled inside quotes, -- to the
// end of the line, and block comments, which nest as on PostgreSQL. Dollar
// quotes and escape strings are not shared and stay unknown.
func lex(q string) ([]token, error) {
	var out []token
	for len(q) > 0 {
		kind, n := next(q)
		if n < 0 {
			return nil, errUnended
		}
		out = append(out, token{kind, q[:n]})
		q = q[n:]
	}
	return out, nil
}

// next measures the first token of q; a negative length means that it does
// not end.
func next(q string) (tokenKind, int) {
	c := q[0]
	switch {
	case c == '\'':
		return literal, quotedLen(q)
	case c == '"':
		return quoted, quotedLen(q)
	case c == '?':
		return mark, 1
	case strings.HasPrefix(q, "--"):
		if i := strings.IndexByte(q, '\n'); i >= 0 {
			return blank, i + 1
		}
		return blank, len(q)
	case strings.HasPrefix(q, "/*"):
		return blank, commentLen(q)
	case isSpace(c):
		n := 1
		for n < len(q) && isSpace(q[n]) {
			n++
		}
		return blank, n
	case isWord(c):
		n := 1
		for n < len(q) && isWord(q[n]) {
			n++
		}
		return word, n
	}
	return sign, 1
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

func isWord(c byte) bool {
	return c == '_' || c == '$' || c >= utf8.RuneSelf ||
		'0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// quotedLen measures a quoted token whose quote is doubled inside.
func quotedLen(q string) int {
	for i := 1; i < len(q); i++ {
		if q[i] != q[0] {
			continue
		}
		if i+1 == len(q) || q[i+1] != q[0] {
			return i + 1
		}
		i++
	}
	return -1
}

func commentLen(q string) int {
	depth := 0
	for i := 0; i+1 < len(q); i++ {
		switch q[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// statement is a checked SQL text in the form its engine wants.
type statement struct {
	text  string
	args  int
	reads bool // begins with SELECT, WITH or VALUES
}

// prepare checks that q is one statement that reads or changes rows, counts
// its placeholders and, for PostgreSQL, numbers them. Anything that would
// steer the transaction or the connection is refused: closures share both.
func prepare(e Engine, q string) (statement, error) {
	tokens, err := lex(q)
	if err != nil {
		return statement{}, err
	}
	var st statement
	var out strings.Builder
	var first token
	ended := false
	for i, t := range tokens {
		if t.kind != blank {
			if ended {
				return statement{}, errors.New("sqldb: more than one statement in the SQL text")
			}
			if first.text == "" {
				first = t
			}
			ended = t.text == ";"
		}
		if t.kind != mark {
			out.WriteString(t.text)
			continue
		}
		if i+1 < len(tokens) && tokens[i+1].kind == word {
			return statement{}, fmt.Errorf("sqldb: placeholder ?%s: placeholders stand alone", tokens[i+1].text)
		}
		st.args++
		out.WriteString(placeholder(e, st.args))
	}
	switch strings.ToLower(first.text) {
	case "select", "with", "values":
		st.reads = true
	case "insert", "update", "delete":
	default:
		return statement{}, fmt.Errorf("sqldb: a statement may not begin with %q", first.text)
	}
	st.text = out.String()
	return st, nil
}

func placeholder(e Engine, n int) string {
	if e == PostgreSQL {
		return "$" + strconv.Itoa(n)
	}
	return "?"
}

// maxTexts bounds what is kept per distinct SQL text. Stores use constant
// texts, some hundreds in all; only texts built from filters could pass it.
const maxTexts = 2000

// texts remembers checked statements by their SQL text. It is a map under a
// lock, not a sync.Map: race runs leave modernc.org uninstrumented, and the
// linker may then take sync.Map's generic code from there, whose ordering the
// race detector does not see.
type texts struct {
	engine Engine
	mu     sync.RWMutex
	known  map[string]statement
}

func newTexts(e Engine) *texts { return &texts{engine: e, known: map[string]statement{}} }

func (t *texts) get(q string) (statement, error) {
	t.mu.RLock()
	st, ok := t.known[q]
	t.mu.RUnlock()
	if ok {
		return st, nil
	}
	st, err := prepare(t.engine, q)
	if err != nil {
		return st, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.known) < maxTexts {
		t.known[q] = st
	}
	return st, nil
}
