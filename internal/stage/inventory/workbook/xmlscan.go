package workbook

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// xmlScan reads the XML of a workbook part to its very end. It checks that
// every element is closed by its own name, so that a part cut short or damaged
// midway is an error and never a shorter sheet. It knows no document types:
// entities beyond the five of XML are refused.
//
// encoding/xml does the same at a tenth of the speed, which a sheet of 150,000
// cells shows.
type xmlScan struct {
	b     []byte
	i     int
	stack [][]byte
	name  []byte // local name of the element just started or ended
	attrs []byte
	text  []byte // of a text token, still escaped unless literal
	lit   bool   // text comes from CDATA
	empty bool   // the element just started closes itself
	began bool
}

type xmlToken uint8

const (
	xmlEOF xmlToken = iota
	xmlStart
	xmlEnd
	xmlText
)

var errXML = errors.New("damaged XML")

// next gives the next token. After xmlEOF the whole part has been read.
func (s *xmlScan) next() (xmlToken, error) {
	if s.empty {
		s.empty = false
		s.stack = s.stack[:len(s.stack)-1]
		return xmlEnd, nil
	}
	for {
		if s.i >= len(s.b) {
			if len(s.stack) > 0 || !s.began {
				return xmlEOF, s.damaged("ends inside an element")
			}
			return xmlEOF, nil
		}
		if s.b[s.i] != '<' {
			return s.chars()
		}
		rest := s.b[s.i:]
		switch {
		case bytes.HasPrefix(rest, []byte("</")):
			return s.end()
		case bytes.HasPrefix(rest, []byte("<!--")):
			if err := s.skipTo("-->"); err != nil {
				return xmlEOF, err
			}
		case bytes.HasPrefix(rest, []byte("<?")):
			if err := s.skipTo("?>"); err != nil {
				return xmlEOF, err
			}
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			from := s.i + len("<![CDATA[")
			if err := s.skipTo("]]>"); err != nil {
				return xmlEOF, err
			}
			s.text, s.lit = s.b[from:s.i-len("]]>")], true
			return xmlText, nil
		case bytes.HasPrefix(rest, []byte("<!")):
			return xmlEOF, s.damaged("document type")
		default:
			return s.start()
		}
	}
}

func (s *xmlScan) damaged(what string) error {
	return fmt.Errorf("%w at byte %d: %s", errXML, s.i, what)
}

func (s *xmlScan) skipTo(mark string) error {
	n := bytes.Index(s.b[s.i:], []byte(mark))
	if n < 0 {
		return s.damaged("no " + mark)
	}
	s.i += n + len(mark)
	return nil
}

func (s *xmlScan) chars() (xmlToken, error) {
	n := bytes.IndexByte(s.b[s.i:], '<')
	if n < 0 {
		n = len(s.b) - s.i
	}
	s.text, s.lit = s.b[s.i:s.i+n], false
	if len(s.stack) == 0 && len(bytes.TrimSpace(bytes.TrimPrefix(s.text, []byte("\ufeff")))) > 0 {
		return xmlEOF, s.damaged("text outside the root")
	}
	s.i += n
	return xmlText, nil
}

func (s *xmlScan) end() (xmlToken, error) {
	n := bytes.IndexByte(s.b[s.i:], '>')
	if n < 0 || len(s.stack) == 0 {
		return xmlEOF, s.damaged("stray end")
	}
	q := bytes.TrimRight(s.b[s.i+2:s.i+n], " \t\r\n")
	if !bytes.Equal(q, s.stack[len(s.stack)-1]) {
		return xmlEOF, s.damaged("end of another element")
	}
	s.stack = s.stack[:len(s.stack)-1]
	s.name = local(q)
	s.i += n + 1
	return xmlEnd, nil
}

func (s *xmlScan) start() (xmlToken, error) {
	if len(s.stack) == 0 && s.began {
		return xmlEOF, s.damaged("second root")
	}
	if len(s.stack) >= 256 {
		return xmlEOF, s.damaged("too deep")
	}
	from, i := s.i+1, s.i+1
	var quote byte
	for ; i < len(s.b); i++ {
		c := s.b[i]
		if quote != 0 {
			if c == quote {
				quote = 0
			}
			continue
		}
		if c == '>' {
			break
		}
		if c == '<' {
			return xmlEOF, s.damaged("tag inside a tag")
		}
		if c == '"' || c == '\'' {
			quote = c
		}
	}
	if i >= len(s.b) {
		return xmlEOF, s.damaged("ends inside a tag")
	}
	tag := s.b[from:i]
	s.i = i + 1
	if n := len(tag); n > 0 && tag[n-1] == '/' {
		s.empty, tag = true, tag[:n-1]
	}
	q, attrs := tag, []byte(nil)
	if n := bytes.IndexAny(tag, " \t\r\n"); n >= 0 {
		q, attrs = tag[:n], tag[n:]
	}
	if !nameOK(q) {
		return xmlEOF, s.damaged("no name")
	}
	s.began = true
	s.stack = append(s.stack, q)
	s.name, s.attrs = local(q), attrs
	return xmlStart, nil
}

// nameOK keeps bytes of a damaged part from passing for an element.
func nameOK(q []byte) bool {
	for _, c := range q {
		ok := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == ':' || c == '_' || c == '-' || c == '.' || c >= 0x80
		if !ok {
			return false
		}
	}
	return len(local(q)) > 0
}

func local(q []byte) []byte { return q[bytes.LastIndexByte(q, ':')+1:] }

// attr gives the value of an attribute of the element just started by its
// local name.
func (s *xmlScan) attr(name string) ([]byte, bool) {
	a := s.attrs
	for {
		a = bytes.TrimLeft(a, " \t\r\n")
		eq := bytes.IndexByte(a, '=')
		if eq < 0 {
			return nil, false
		}
		q := bytes.TrimRight(a[:eq], " \t\r\n")
		a = bytes.TrimLeft(a[eq+1:], " \t\r\n")
		if len(a) == 0 || a[0] != '"' && a[0] != '\'' {
			return nil, false
		}
		n := bytes.IndexByte(a[1:], a[0])
		if n < 0 {
			return nil, false
		}
		if string(local(q)) == name {
			return a[1 : 1+n], true
		}
		a = a[n+2:]
	}
}

func (s *xmlScan) attrText(name string) string {
	v, _ := s.attr(name)
	t, err := unescape(v)
	if err != nil {
		return string(v)
	}
	return t
}

func (s *xmlScan) attrInt(name string) (int, bool) {
	v, ok := s.attr(name)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(string(v))
	return n, err == nil
}

func (s *xmlScan) attrTrue(name string) bool {
	v, _ := s.attr(name)
	return string(v) == "1" || string(v) == "true"
}

// value gives the text of a text token.
func (s *xmlScan) value() (string, error) {
	if s.lit {
		return string(s.text), nil
	}
	t, err := unescape(s.text)
	if err != nil {
		return "", s.damaged(err.Error())
	}
	return t, nil
}

func unescape(b []byte) (string, error) {
	amp := bytes.IndexByte(b, '&')
	if amp < 0 {
		return string(b), nil
	}
	var out strings.Builder
	out.Grow(len(b))
	for amp >= 0 {
		out.Write(b[:amp])
		semi := bytes.IndexByte(b[amp:], ';')
		if semi < 0 || semi > 12 {
			return "", errors.New("bare &")
		}
		r, ok := entity(string(b[amp+1 : amp+semi]))
		if !ok {
			return "", errors.New("unknown entity")
		}
		out.WriteRune(r)
		b = b[amp+semi+1:]
		amp = bytes.IndexByte(b, '&')
	}
	out.Write(b)
	return out.String(), nil
}

func entity(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	digits, base := strings.TrimPrefix(name, "#"), 10
	if hex := strings.TrimPrefix(strings.ToLower(digits), "x"); len(hex) < len(digits) {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	return rune(n), err == nil && name[0] == '#' && utf8.ValidRune(rune(n))
}
