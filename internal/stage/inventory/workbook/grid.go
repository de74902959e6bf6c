package workbook

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// cellKind says how the file stores a value: a code stored as a number has
// lost its zeros, a date stored as a number is none.
type cellKind uint8

const (
	textCell cellKind = iota
	numberCell
	dateCell
	boolCell
	faultCell // #N/A, #REF! …
)

// gridCell is a non-empty cell, or a formula without a value.
type gridCell struct {
	text    string // cleaned; a number in plain digits, a date as YYYY-MM-DD
	struck  string // the part with a line through it
	col     int32  // 1-based
	row     int32  // 1-based; differs from its row where a merge fills it
	units   int32  // length in UTF-16 units where over longUnits, else 0
	kind    cellKind
	masked  bool // a number shown with a format of zeros (00000000)
	noValue bool // a formula the file holds no result of
}

// gridRow is a row with at least one cell, cells in column order.
type gridRow struct {
	num    int
	hidden bool
	cells  []gridCell
}

// area is a merged range, 1-based and inclusive.
type area struct{ r0, c0, r1, c1 int }

// grid is a sheet of any format.
type grid struct {
	name   string
	state  string
	rows   []gridRow // ascending
	merges []area    // by first row, then first column
}

// Sheet states.
const (
	visible    = "visible"
	hidden     = "hidden"
	veryHidden = "veryHidden"
)

const (
	longUnits  = 10_000 // longer than any citation with its text
	excelUnits = 32_767 // what a cell can hold (Excel specifications and limits)
	maxRows    = 1 << 20
	maxCols    = 1 << 14
)

// add appends a cell to the row being built.
func (r *gridRow) add(c gridCell) {
	if c.text == "" && !c.noValue {
		return
	}
	r.cells = append(r.cells, c)
}

// at gives the cell of a column, nil if it is empty.
func (r *gridRow) at(col int) *gridCell {
	i, ok := slices.BinarySearchFunc(r.cells, int32(col), func(c gridCell, col int32) int { return int(c.col - col) })
	if !ok {
		return nil
	}
	return &r.cells[i]
}

func (g *grid) sortMerges() {
	slices.SortFunc(g.merges, func(a, b area) int {
		if a.r0 != b.r0 {
			return a.r0 - b.r0
		}
		return a.c0 - b.c0
	})
}

// cellName gives A1 for 1, 1.
func cellName(col, row int) string {
	if col < 1 || row < 1 {
		return ""
	}
	return columnName(col) + strconv.Itoa(row)
}

func columnName(col int) string {
	var b [8]byte
	i := len(b)
	for ; col > 0; col = (col - 1) / 26 {
		i--
		b[i] = byte('A' + (col-1)%26)
	}
	return string(b[i:])
}

// parseRef reads A1; ok is false for anything else.
func parseRef(ref []byte) (col, row int, ok bool) {
	i := 0
	for ; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z' && col <= maxCols; i++ {
		col = col*26 + int(ref[i]-'A'+1)
	}
	if i == 0 || i == len(ref) {
		return 0, 0, false
	}
	for ; i < len(ref) && row <= maxRows; i++ {
		if ref[i] < '0' || ref[i] > '9' {
			return 0, 0, false
		}
		row = row*10 + int(ref[i]-'0')
	}
	return col, row, col <= maxCols && row >= 1 && row <= maxRows
}

// parseArea reads A1:B2 or A1.
func parseArea(ref []byte) (area, bool) {
	from, to, two := strings.Cut(string(ref), ":")
	if !two {
		to = from
	}
	c0, r0, ok0 := parseRef([]byte(from))
	c1, r1, ok1 := parseRef([]byte(to))
	return area{r0, c0, r1, c1}, ok0 && ok1 && r0 <= r1 && c0 <= c1
}

// clean trims the ends, turns CR LF and CR into LF and drops characters of no
// width, which copying from web pages leaves inside words.
func clean(s string) string {
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	for _, z := range [...]string{"\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"} {
		if strings.Contains(s, z) {
			s = strings.ReplaceAll(s, z, "")
		}
	}
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == 0 })
}

// longLength gives the length in UTF-16 units, as Excel counts, where it is
// over longUnits.
func longLength(s string) int32 {
	if len(s) <= longUnits {
		return 0
	}
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if r > 0xffff {
			n++
		}
	}
	if n <= longUnits {
		return 0
	}
	return int32(min(n, math.MaxInt32))
}

// numberFormat is what matters of a number format.
type numberFormat struct {
	date  bool
	zeros int // length of a format of zeros only, as 00000000
}

// formatOf reads a number format. id is a built-in number of ECMA-376 18.8.30
// where code is empty; 27 to 36 and 50 to 58 are dates in Chinese Excel.
func formatOf(id int, code string) numberFormat {
	if code == "" {
		return numberFormat{date: id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58}
	}
	if strings.Trim(code, "0") == "" {
		return numberFormat{zeros: len(code)}
	}
	plain := strings.Builder{}
	quoted, bracket := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case !bracket:
			plain.WriteByte(c)
		}
	}
	return numberFormat{date: strings.ContainsAny(strings.ToLower(strings.ReplaceAll(plain.String(), "General", "")), "ymdh")}
}

// number fills in a numeric cell: a date where the format says so.
func (c *gridCell) number(v float64, f numberFormat, date1904 bool) {
	c.kind = numberCell
	if f.date {
		if d, ok := serialDate(v, date1904); ok {
			c.kind, c.text = dateCell, d
			return
		}
	}
	c.text = strconv.FormatFloat(v, 'f', -1, 64)
	if f.zeros > 1 {
		c.masked = true
		c.text = strings.Repeat("0", max(0, f.zeros-len(c.text))) + c.text
	}
}

// serialDate turns Excel's day number into YYYY-MM-DD. The 1900 system counts
// a 29 February 1900 that never was, so days before it are one off.
func serialDate(v float64, date1904 bool) (string, bool) {
	day := int(v)
	if v < 1 || v >= 2_958_466 { // 9999-12-31
		return "", false
	}
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case day < 60:
		day++
	}
	d := base.AddDate(0, 0, day)
	return d.Format(time.DateOnly), d.Year() <= 9999
}
