package workbook

import (
	"bytes"
	"strconv"
	"strings"
)

// sharedText is a string of the workbook's string table.
type sharedText struct {
	text   string
	struck string
	units  int32
}

func newSharedText(text, struck string) sharedText {
	text = decodeX(text)
	return sharedText{clean(text), clean(decodeX(struck)), longLength(text)}
}

// decodeX turns _x000D_, by which Excel writes control characters, back.
func decodeX(s string) string {
	i := strings.Index(s, "_x")
	if i < 0 {
		return s
	}
	var out strings.Builder
	for i >= 0 {
		out.WriteString(s[:i])
		s = s[i:]
		n := 2
		if len(s) >= 7 && s[6] == '_' {
			if v, err := strconv.ParseUint(s[2:6], 16, 16); err == nil {
				out.WriteRune(rune(v))
				s, n = s[7:], 0
			}
		}
		out.WriteString(s[:n])
		s = s[n:]
		i = strings.Index(s, "_x")
	}
	out.WriteString(s)
	return out.String()
}

// richText reads the children of <si> or <is> up to its end. Phonetic runs
// (rPh) are not text of the cell.
func richText(s *xmlScan) (text, struck string, err error) {
	depth := len(s.stack)
	inT, phonetic, line := false, 0, false
	var all, lineText strings.Builder
	for {
		t, err := s.next()
		if err != nil || t == xmlEOF {
			return "", "", err
		}
		switch {
		case t == xmlStart:
			switch string(s.name) {
			case "t":
				inT = true
			case "r":
				line = false
			case "rPh":
				phonetic++
			case "strike":
				v, ok := s.attr("val")
				line = !ok || string(v) == "1" || string(v) == "true"
			}
		case t == xmlText && inT && phonetic == 0:
			v, err := s.value()
			if err != nil {
				return "", "", err
			}
			all.WriteString(v)
			if line {
				lineText.WriteString(v)
			}
		case t == xmlEnd && len(s.stack) < depth:
			return all.String(), lineText.String(), nil
		case t == xmlEnd:
			switch string(s.name) {
			case "t":
				inT = false
			case "rPh":
				phonetic--
			}
		}
	}
}

func (x *xlsxFile) readStrings(name string) error {
	b, err := x.part(name)
	if err != nil || b == nil {
		return err
	}
	err = scan(b, func(s *xmlScan) error {
		if string(s.name) != "si" {
			return nil
		}
		text, struck, err := richText(s)
		x.strings = append(x.strings, newSharedText(text, struck))
		return err
	})
	if err != nil {
		return corrupt(err, "文件的文字表已损坏。%s", reload)
	}
	return nil
}

// cellXML is a <c> as it is read.
type cellXML struct {
	gridCell
	style   int
	typ     string
	v       string
	hasV    bool
	formula bool
	inline  bool
}

// readSheet reads a worksheet to the end of its part.
func (x *xlsxFile) readSheet(b []byte, g *grid) error {
	s := &xmlScan{b: b}
	var row gridRow
	inRow, width := false, 0
	for {
		t, err := s.next()
		if err != nil {
			return err
		}
		switch t {
		case xmlEOF:
			return nil
		case xmlStart:
			switch {
			case inRow && bytes.Equal(s.name, []byte("c")):
				err = x.readCell(s, &row)
			case bytes.Equal(s.name, []byte("row")):
				num, ok := s.attrInt("r")
				if !ok {
					num = row.num + 1
				}
				if num <= row.num || num > maxRows {
					return s.damaged("row out of order")
				}
				inRow, row = true, gridRow{num: num, hidden: s.attrTrue("hidden"), cells: make([]gridCell, 0, width)}
			case bytes.Equal(s.name, []byte("mergeCell")):
				ref, _ := s.attr("ref")
				if a, ok := parseArea(ref); ok && (a.r0 != a.r1 || a.c0 != a.c1) {
					g.merges = append(g.merges, a)
				}
			}
			if err != nil {
				return err
			}
		case xmlEnd:
			if inRow && bytes.Equal(s.name, []byte("row")) {
				inRow, width = false, len(row.cells)
				if width > 0 {
					g.rows = append(g.rows, row)
				}
			}
		}
	}
}

// readCell reads <c> up to its end and adds it to the row.
func (x *xlsxFile) readCell(s *xmlScan, row *gridRow) error {
	c := cellXML{}
	c.row = int32(row.num)
	c.col = 1
	if n := len(row.cells); n > 0 {
		c.col = row.cells[n-1].col + 1
	}
	if ref, ok := s.attr("r"); ok {
		col, r, ok := parseRef(ref)
		if !ok || r != row.num || col < int(c.col) {
			return s.damaged("cell out of order")
		}
		c.col = int32(col)
	}
	c.style, _ = s.attrInt("s")
	if t, ok := s.attr("t"); ok {
		c.typ = string(t)
	}
	if err := x.cellContent(s, &c); err != nil {
		return err
	}
	if err := x.resolve(s, &c); err != nil {
		return err
	}
	if c.text != "" {
		if x.cells--; x.cells < 0 {
			return x.tooManyCells()
		}
	}
	row.add(c.gridCell)
	return nil
}

func (x *xlsxFile) tooManyCells() *damage {
	return &damage{TooLarge, "表格超过 " + strconv.Itoa(x.limits.Cells) + " 个有内容的单元格，没有读取。请分成几个文件上传", nil}
}

func (x *xlsxFile) cellContent(s *xmlScan, c *cellXML) error {
	depth := len(s.stack)
	inV := false
	for {
		t, err := s.next()
		if err != nil {
			return err
		}
		switch t {
		case xmlStart:
			switch string(s.name) {
			case "v":
				inV, c.hasV = true, true
			case "f":
				c.formula = true
			case "is":
				text, struck, err := richText(s)
				if err != nil {
					return err
				}
				st := newSharedText(text, struck)
				c.text, c.struck, c.units, c.inline = st.text, st.struck, st.units, true
			}
		case xmlText:
			if inV {
				v, err := s.value()
				if err != nil {
					return err
				}
				if c.v != "" {
					return s.damaged("value in pieces")
				}
				c.v = v
			}
		case xmlEnd:
			inV = false
			if len(s.stack) < depth {
				return nil
			}
		}
	}
}

// resolve gives the cell its value by its type (ECMA-376 18.18.11).
func (x *xlsxFile) resolve(s *xmlScan, c *cellXML) error {
	if c.inline {
		return nil
	}
	c.noValue = c.formula && !c.hasV
	if c.v == "" {
		return nil
	}
	switch c.typ {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(c.v))
		if err != nil || i < 0 || i >= len(x.strings) {
			return s.damaged("no such string")
		}
		st := &x.strings[i]
		c.text, c.struck, c.units = st.text, st.struck, st.units
	case "b":
		c.kind, c.text = boolCell, "FALSE"
		if strings.TrimSpace(c.v) == "1" || c.v == "true" {
			c.text = "TRUE"
		}
	case "e":
		c.kind, c.text = faultCell, c.v
	case "d":
		c.kind, c.text = dateCell, c.v[:min(len(c.v), len("2006-01-02"))]
	case "", "n":
		v, err := strconv.ParseFloat(strings.TrimSpace(c.v), 64)
		if err != nil {
			return s.damaged("not a number")
		}
		var f numberFormat
		if c.style >= 0 && c.style < len(x.formats) {
			f = x.formats[c.style]
		}
		c.number(v, f, x.date1904)
	default:
		st := newSharedText(c.v, "")
		c.text, c.units = st.text, st.units
	}
	if c.style >= 0 && c.style < len(x.struck) && x.struck[c.style] {
		c.struck = c.text
	}
	return nil
}
