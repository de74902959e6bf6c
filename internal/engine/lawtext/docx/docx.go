// Package docx turns Word files (.docx) into the plain lines that lawtext
// parses.
package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"qingdan/internal/errs"
)

// The bounds of a Word file. They are far above any text of law and keep a
// small file from filling the memory.
const (
	maxPart    = 64 << 20 // bytes of one unpacked part
	maxText    = 16 << 20 // bytes of text, which merged cells can blow up
	maxNesting = 16       // tables and text boxes inside each other
	maxSpan    = 63       // columns a table of Word may have
)

// Text turns a Word file into text: a paragraph a line, headings by style with
// # before them, the numbers Word generates written out, tables as rows of
// Markdown (| a | b |, a stroke in a cell as \|). Deleted words, codes of
// fields, marks of notes, headers and footers are left out. chinese writes a
// number in Chinese numerals. A file that cannot be read is an error of kind
// errs.Invalid that says how to mend it.
func Text(b []byte, chinese func(int) string) (string, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return "", broken(err)
	}
	var styles stylesPart
	var numbering numberingPart
	if err := readPart(z, "word/styles.xml", &styles); err != nil {
		return "", err
	}
	if err := readPart(z, "word/numbering.xml", &numbering); err != nil {
		return "", err
	}
	part, found, err := openPart(z, "word/document.xml")
	if err != nil {
		return "", err
	}
	if !found {
		return "", errs.Invalidf("压缩包里没有 Word 正文，这不是 .docx 文件").Fix("请用 Word 或 WPS 打开原文，另存为 .docx 后重新导入")
	}
	defer part.Close()
	d := &reader{dec: xml.NewDecoder(io.LimitReader(part, maxPart)), styles: styles.resolve(), lists: numbering.resolve(), chinese: chinese}
	lines, err := d.blocks(0, nil)
	if err == nil && lines == nil {
		err = io.ErrUnexpectedEOF // even an empty document has a paragraph
	}
	if err != nil {
		return "", broken(err)
	}
	return strings.Join(lines, "\n"), nil
}

// broken says that the file cannot be read, unless err has words already.
func broken(err error) error {
	var known *errs.Error
	if errors.As(err, &known) {
		return known
	}
	return errs.Invalidf("Word 文件已损坏，无法读取").Fix("请用 Word 或 WPS 打开原文，另存为新的 .docx 后重新导入").Because(err)
}

func tooLarge() *errs.Error {
	return errs.Invalidf("Word 文件展开后过大，不像是一部法规").Fix("请只保留法规正文，另存为 .docx 后重新导入")
}

// openPart opens a part of the package.
func openPart(z *zip.Reader, name string) (r io.ReadCloser, found bool, err error) {
	i := slices.IndexFunc(z.File, func(f *zip.File) bool { return f.Name == name })
	if i < 0 {
		return nil, false, nil
	}
	if z.File[i].UncompressedSize64 > maxPart {
		return nil, true, tooLarge()
	}
	if r, err = z.File[i].Open(); err != nil {
		return nil, true, broken(err)
	}
	return r, true, nil
}

// readPart decodes a part that a file may lack.
func readPart(z *zip.Reader, name string, to any) error {
	r, found, err := openPart(z, name)
	if !found || err != nil {
		return err
	}
	defer r.Close()
	if err := xml.NewDecoder(io.LimitReader(r, maxPart)).Decode(to); err != nil {
		return broken(err)
	}
	return nil
}

// reader reads the main part.
type reader struct {
	dec     *xml.Decoder
	styles  map[string]style
	lists   map[string]*list
	chinese func(int) string
	size    int // bytes of text so far
}

// grow counts text and stops a file that blows up.
func (d *reader) grow(n int) error {
	if d.size += n; d.size > maxText {
		return tooLarge()
	}
	return nil
}

// walk reads to the end of the open element, or of the part. take gets each
// element inside; it reads the element whole and reports true, or leaves what
// is inside to walk.
func (d *reader) walk(take func(xml.StartElement) (bool, error)) error {
	for depth := 0; depth >= 0; {
		tok, err := d.dec.Token()
		if errors.Is(err, io.EOF) {
			return nil // the decoder has seen every element closed
		}
		if err != nil {
			return err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if skipped(t.Name.Local) {
				err = d.dec.Skip()
			} else if taken, e := take(t); !taken {
				depth, err = depth+1, e
			} else {
				err = e
			}
			if err != nil {
				return err
			}
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

// skipped are elements whose words are none of the text: what was deleted or
// moved away, the readings of ruby, the second copy of a drawing for old
// programs; and properties that say nothing here.
func skipped(name string) bool {
	switch name {
	case "del", "moveFrom", "rt", "Fallback", "rPr", "sectPr", "tblPr", "tblGrid":
		return true
	}
	return false
}

// blocks reads paragraphs and tables and gives their lines. In a cell it reads
// the properties of the cell too.
func (d *reader) blocks(nesting int, in *cell) ([]string, error) {
	if nesting > maxNesting {
		return nil, tooLarge()
	}
	var lines []string
	var open *paragraph // its mark is deleted: the next one continues it
	err := d.walk(func(t xml.StartElement) (bool, error) {
		switch {
		case t.Name.Local == "tcPr" && in != nil:
			return true, d.dec.DecodeElement(&in.properties, &t)
		case t.Name.Local == "tbl":
			rows, err := d.table(nesting + 1)
			lines = append(lines, rows...)
			return true, err
		case t.Name.Local == "p":
			if open == nil {
				open = &paragraph{nesting: nesting}
			}
			open.properties, open.fields = properties{}, nil
			if err := d.paragraph(open); err != nil || open.properties.joined() {
				return true, err
			}
			lines = append(lines, d.lines(open)...)
			open = nil
			return true, d.grow(1)
		}
		return false, nil
	})
	if open != nil {
		lines = append(lines, d.lines(open)...)
	}
	return lines, err
}

// paragraph is one paragraph.
type paragraph struct {
	properties properties
	text       strings.Builder
	boxes      []string // lines of the text boxes that hang on it
	fields     []field  // open fields, innermost last
	nesting    int
}

// field is a field such as TOC or PAGEREF: its code, then its result.
type field struct {
	code   string
	result bool // past the separator between the two
}

// shown reports whether words count at this place: not in the code of a field,
// nor where it gives the number of a page.
func (p *paragraph) shown() bool {
	for _, f := range p.fields {
		kind, _, _ := strings.Cut(strings.TrimSpace(f.code), " ")
		if !f.result || kind == "PAGEREF" || kind == "PAGE" {
			return false
		}
	}
	return true
}

// mark follows the marks of a field.
func (p *paragraph) mark(kind string) {
	n := len(p.fields)
	switch {
	case kind == "begin":
		p.fields = append(p.fields, field{})
	case n > 0 && kind == "separate":
		p.fields[n-1].result = true
	case n > 0 && kind == "end":
		p.fields = p.fields[:n-1]
	}
}

// paragraph reads to the end of the paragraph.
func (d *reader) paragraph(p *paragraph) error {
	return d.walk(func(t xml.StartElement) (bool, error) {
		switch t.Name.Local {
		case "pPr":
			return true, d.dec.DecodeElement(&p.properties, &t)
		case "txbxContent":
			lines, err := d.blocks(p.nesting+1, nil)
			p.boxes = append(p.boxes, lines...)
			return true, err
		case "fldChar":
			p.mark(attribute(t, "fldCharType"))
		case "fldSimple":
			p.fields = append(p.fields, field{attribute(t, "instr"), true})
			err := d.paragraph(p)
			p.mark("end")
			return true, err
		case "instrText":
			code, err := d.words()
			if n := len(p.fields); n > 0 && !p.fields[n-1].result {
				p.fields[n-1].code += code
			}
			return true, err
		case "t":
			words, err := d.words()
			p.write(words)
			return true, errors.Join(err, d.grow(len(words)))
		case "tab":
			p.write(" ")
		case "br", "cr":
			p.write("\n")
		case "noBreakHyphen":
			p.write("-")
		case "sym":
			if c, err := strconv.ParseUint(attribute(t, "char"), 16, 16); err == nil {
				p.write(string(rune(c))) // of a symbol font: Parse reports it as private use
			}
		}
		return false, nil
	})
}

// write adds words where they count.
func (p *paragraph) write(words string) {
	if p.shown() {
		p.text.WriteString(words)
	}
}

// words reads the characters up to the end of the element.
func (d *reader) words() (string, error) {
	var b strings.Builder
	for {
		tok, err := d.dec.Token()
		if err != nil {
			return "", err
		}
		switch t := tok.(type) {
		case xml.CharData:
			b.Write(t)
		case xml.StartElement:
			if err := d.dec.Skip(); err != nil {
				return "", err
			}
		case xml.EndElement:
			return b.String(), nil
		}
	}
}

func attribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// lines gives the lines of a paragraph. Outside tables a short unfinished one
// in the style of a heading gets # before it.
func (d *reader) lines(p *paragraph) []string {
	label := d.label(p.properties)
	d.size += len(label)
	text := strings.TrimSpace(label + p.text.String())
	level := d.headingLevel(p.properties)
	if p.nesting == 0 && level > 0 && text != "" && !isSentence(text) {
		text = strings.Repeat("#", level) + " " + strings.ReplaceAll(text, "\n", " ")
	}
	return append(strings.Split(text, "\n"), p.boxes...)
}

// maxHeading is the longest heading in characters.
const maxHeading = 60

// isSentence reports whether words in the style of a heading are none: long,
// or ended as sentences are.
func isSentence(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune("。；：！？", last) || utf8.RuneCountInString(s) > maxHeading
}
