package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"unicode/utf8"
)

// Canonical writes v as JSON of which there is only one form: keys sorted, no
// white space, numbers as encoding/json writes them, no HTML escapes.
func Canonical(v any) ([]byte, error) {
	first, err := encode(v)
	if err != nil {
		return nil, err
	}
	if sorted, ok := sortKeys(first); ok {
		return sorted, nil
	}
	return rewrite(first)
}

// isCanonical says whether text is what Canonical would make of it; what is no
// JSON is an error.
func isCanonical(text []byte) (bool, error) {
	sorted, ok := sortKeys(text)
	if !ok {
		var err error
		if sorted, err = rewrite(text); err != nil {
			return false, err
		}
	}
	return bytes.Equal(sorted, text), nil
}

// rewrite defines the canonical form: what encoding/json makes of the value
// read without types, for it sorts the keys of maps.
func rewrite(text []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // an int64 does not fit a float64
	var plain any
	if err := d.Decode(&plain); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("ledger: more than one JSON value")
	}
	return encode(plain)
}

// sortKeys does what rewrite does, many times faster, to text that lacks
// nothing but the order of its keys. ok is false when it meets anything that
// rewrite might write otherwise or refuse, such as white space or an escape
// that encoding/json does not use.
func sortKeys(text []byte) (sorted []byte, ok bool) {
	if !utf8.Valid(text) || bytes.Contains(text, []byte("\u2028")) || bytes.Contains(text, []byte("\u2029")) {
		return nil, false
	}
	s := sorter{in: text, out: make([]byte, 0, len(text))}
	if !s.value(0) || s.at != len(text) {
		return nil, false
	}
	return s.out, true
}

// sorter copies JSON from in to out, value by value. Its methods report
// whether the text at its place is surely canonical but for the order of keys.
type sorter struct {
	in  []byte
	at  int
	out []byte
}

// member is a key of an object, without quotes, and the place of "key":value
// in out.
type member struct {
	key      []byte
	from, to int
}

// maxDepth keeps malicious nesting off the stack; deeper text is left to
// rewrite.
const maxDepth = 100

func (s *sorter) value(depth int) bool {
	if s.at == len(s.in) || depth > maxDepth {
		return false
	}
	switch s.in[s.at] {
	case '{':
		return s.object(depth + 1)
	case '[':
		return s.array(depth + 1)
	case '"':
		return s.text()
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	default:
		return s.integer()
	}
}

// word copies the given text if it stands here.
func (s *sorter) word(w string) bool {
	if !bytes.HasPrefix(s.in[s.at:], []byte(w)) {
		return false
	}
	s.out = append(s.out, w...)
	s.at += len(w)
	return true
}

// integer copies a whole number without leading zeros; after it stands no
// digit, point or exponent of a longer one.
func (s *sorter) integer() bool {
	from := s.at
	if s.in[s.at] == '-' {
		s.at++
	}
	digits := s.at
	for s.at < len(s.in) && s.in[s.at] >= '0' && s.in[s.at] <= '9' {
		s.at++
	}
	n := s.at - digits
	if n == 0 || n > 1 && s.in[digits] == '0' || s.at < len(s.in) && bytes.IndexByte([]byte(".eE"), s.in[s.at]) >= 0 {
		return false
	}
	s.out = append(s.out, s.in[from:s.at]...)
	return true
}

// text copies a string that holds no other escapes than the short ones.
func (s *sorter) text() bool {
	from := s.at
	for s.at++; s.at < len(s.in); s.at++ {
		switch c := s.in[s.at]; {
		case c == '"':
			s.at++
			s.out = append(s.out, s.in[from:s.at]...)
			return true
		case c == '\\':
			if s.at++; s.at == len(s.in) || bytes.IndexByte([]byte(`"\bfnrt`), s.in[s.at]) < 0 {
				return false
			}
		case c < ' ':
			return false
		}
	}
	return false
}

func (s *sorter) array(depth int) bool {
	s.word("[")
	for first := true; !s.word("]"); first = false {
		if !first && !s.word(",") || !s.value(depth) {
			return false
		}
	}
	return true
}

func (s *sorter) object(depth int) bool {
	s.word("{")
	start := len(s.out)
	var members []member
	for first := true; !s.word("}"); first = false {
		if !first && !s.word(",") {
			return false
		}
		m := member{from: len(s.out)}
		if s.at == len(s.in) || s.in[s.at] != '"' || !s.text() {
			return false
		}
		m.key = s.in[s.at-(len(s.out)-m.from)+1 : s.at-1]
		if bytes.IndexByte(m.key, '\\') >= 0 || !s.word(":") || !s.value(depth) {
			return false
		}
		m.to = len(s.out)
		members = append(members, m)
	}
	return s.arrange(start, members)
}

// arrange brings the members of an object, which stand in out from start on,
// into the order of their keys; none may stand twice.
func (s *sorter) arrange(start int, members []member) bool {
	order := func(a, b member) int { return bytes.Compare(a.key, b.key) }
	if !slices.IsSortedFunc(members, order) {
		slices.SortFunc(members, order)
		old := bytes.Clone(s.out[start:])
		s.out = s.out[:start]
		for i, m := range members {
			if i > 0 {
				s.out = append(s.out, ',')
			}
			s.out = append(s.out, old[m.from-start:m.to-start]...)
		}
		s.out = append(s.out, '}')
	}
	for i := range members[min(1, len(members)):] {
		if bytes.Equal(members[i].key, members[i+1].key) {
			return false
		}
	}
	return true
}
