package workbook

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/unicode"
)

// damage is a file that cannot be read to its end: nothing of it is taken.
type damage struct {
	kind string // Corrupt, TooLarge, Encrypted, NotWorkbook
	why  string // for people
	err  error  // for the log
}

func (d *damage) Error() string {
	if d.err == nil {
		return d.why
	}
	return d.why + ": " + d.err.Error()
}

func (d *damage) Unwrap() error { return d.err }

func corrupt(err error, format string, args ...any) *damage {
	return &damage{Corrupt, fmt.Sprintf(format, args...), err}
}

// xlsxFile is an opened package. Parts are read whole: archive/zip then
// checks length and CRC of each.
type xlsxFile struct {
	parts    map[string]*zip.File
	left     int64 // unpacked bytes still allowed
	cells    int   // cells still allowed
	limits   Limits
	strings  []sharedText
	formats  []numberFormat // by style
	struck   []bool         // by style
	date1904 bool
}

const reload = "请在 Excel 或 WPS 中打开原文件，确认内容完整后另存为新的 .xlsx 再上传"

// readXLSX reads every sheet of the package. Sizes are checked on the zip
// headers before anything is unpacked, and again while unpacking.
func readXLSX(b []byte, limits Limits) ([]*grid, error) {
	zr, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, corrupt(err, "文件不完整，压缩包的目录读不出来。%s", reload)
	}
	x := &xlsxFile{parts: map[string]*zip.File{}, left: limits.UnpackedBytes, cells: limits.Cells, limits: limits}
	var total uint64
	for _, f := range zr.File {
		x.parts[strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/")] = f
		total += min(f.UncompressedSize64, 1<<50)
	}
	if total > uint64(limits.UnpackedBytes) || len(zr.File) > 10_000 {
		return nil, x.tooLarge()
	}
	return x.sheets()
}

func (x *xlsxFile) tooLarge() *damage {
	return &damage{TooLarge, fmt.Sprintf("文件解压后超过上限 %s，没有读取。请删去图片、空白行列和无关工作表，或分成几个文件上传", megabytes(x.limits.UnpackedBytes)), nil}
}

func megabytes(n int64) string {
	return strconv.FormatFloat(float64(n)/(1<<20), 'f', -1, 32) + " MB"
}

// part reads one part whole; a missing one gives nil.
func (x *xlsxFile) part(name string) ([]byte, error) {
	f := x.parts[name]
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, corrupt(err, "文件里的 %s 读不出来。%s", path.Base(name), reload)
	}
	defer r.Close()
	var buf bytes.Buffer
	buf.Grow(int(min(f.UncompressedSize64, 64<<20, uint64(x.left))) + bytes.MinRead)
	n, err := buf.ReadFrom(io.LimitReader(r, x.left+1))
	if x.left -= n; x.left < 0 {
		return nil, x.tooLarge()
	}
	if err != nil {
		return nil, corrupt(err, "文件里的 %s 已损坏。%s", path.Base(name), reload)
	}
	return utf8Part(buf.Bytes())
}

// utf8Part turns a part in UTF-16, which XML allows, into UTF-8.
func utf8Part(b []byte) ([]byte, error) {
	if len(b) < 2 || !(b[0] == 0xff && b[1] == 0xfe || b[0] == 0xfe && b[1] == 0xff) {
		return b, nil
	}
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(b)
	if err != nil {
		return nil, corrupt(err, "文件的编码已损坏。%s", reload)
	}
	return out, nil
}

type sheetEntry struct{ name, state, target string }

func (x *xlsxFile) sheets() ([]*grid, error) {
	book, entries, err := x.workbook()
	if err != nil {
		return nil, err
	}
	dir := path.Dir(book)
	if err := x.readStrings(path.Join(dir, "sharedStrings.xml")); err != nil {
		return nil, err
	}
	if err := x.readStyles(path.Join(dir, "styles.xml")); err != nil {
		return nil, err
	}
	var grids []*grid
	for _, e := range entries {
		b, err := x.part(e.target)
		if err != nil {
			return nil, sheetDamage(e.name, 0, err)
		}
		if b == nil {
			return nil, corrupt(nil, "工作表“%s”的内容不在文件里。%s", e.name, reload)
		}
		g := &grid{name: e.name, state: e.state}
		if err := x.readSheet(b, g); err != nil {
			return nil, sheetDamage(e.name, lastRow(g), err)
		}
		g.sortMerges()
		grids = append(grids, g)
	}
	return grids, nil
}

func lastRow(g *grid) int {
	if len(g.rows) == 0 {
		return 0
	}
	return g.rows[len(g.rows)-1].num
}

func sheetDamage(name string, row int, err error) error {
	var d *damage
	if errors.As(err, &d) && d.kind != Corrupt {
		return err
	}
	after := ""
	if row > 0 {
		after = fmt.Sprintf("，只能读到第%d行", row)
	}
	return corrupt(err, "工作表“%s”已损坏%s。为免漏掉后面的事项，整个文件都没有导入。%s", name, after, reload)
}

// workbook finds the workbook part and its worksheets in order.
func (x *xlsxFile) workbook() (book string, entries []sheetEntry, err error) {
	book = "xl/workbook.xml"
	rels, err := x.relations("_rels/.rels", "")
	if err != nil {
		return "", nil, err
	}
	for _, r := range rels {
		if strings.HasSuffix(r.kind, "/officeDocument") {
			book = r.target
		}
	}
	b, err := x.part(book)
	if err != nil {
		return "", nil, err
	}
	if b == nil || !strings.HasSuffix(book, ".xml") || path.Base(book) != "workbook.xml" {
		return "", nil, x.notWorkbook(book)
	}
	targets := map[string]relation{}
	rels, err = x.relations(path.Join(path.Dir(book), "_rels", path.Base(book)+".rels"), path.Dir(book))
	if err != nil {
		return "", nil, err
	}
	for _, r := range rels {
		targets[r.id] = r
	}
	err = scan(b, func(s *xmlScan) error {
		switch string(s.name) {
		case "workbookPr":
			x.date1904 = s.attrTrue("date1904")
		case "sheet":
			r := targets[s.attrText("id")]
			if strings.HasSuffix(r.kind, "/worksheet") {
				state := s.attrText("state")
				if state == "" {
					state = visible
				}
				entries = append(entries, sheetEntry{s.attrText("name"), state, r.target})
			}
		}
		return nil
	})
	if err != nil {
		return "", nil, corrupt(err, "工作簿的目录已损坏。%s", reload)
	}
	return book, entries, nil
}

// notWorkbook names what the package is instead, where it can be told.
func (x *xlsxFile) notWorkbook(book string) error {
	what := "压缩包，不是 Excel 工作簿"
	switch {
	case strings.HasSuffix(book, "workbook.bin"):
		what = "Excel 二进制工作簿（.xlsb）"
	case strings.HasPrefix(book, "word/") || x.parts["word/document.xml"] != nil:
		what = "Word 文档"
	case strings.HasPrefix(book, "ppt/"):
		what = "演示文稿"
	case x.parts["content.xml"] != nil:
		what = "OpenDocument 文件（.ods、.odt）"
	}
	return &damage{NotWorkbook, "文件是" + what + "，不能读取。请在 Excel 或 WPS 中另存为 .xlsx 后上传", nil}
}

type relation struct{ id, kind, target string }

func (x *xlsxFile) relations(name, dir string) ([]relation, error) {
	b, err := x.part(name)
	if err != nil || b == nil {
		return nil, err
	}
	var out []relation
	err = scan(b, func(s *xmlScan) error {
		if string(s.name) == "Relationship" && s.attrText("TargetMode") != "External" {
			t := s.attrText("Target")
			if !strings.HasPrefix(t, "/") {
				t = path.Join(dir, t)
			}
			out = append(out, relation{s.attrText("Id"), s.attrText("Type"), strings.TrimPrefix(path.Clean(t), "/")})
		}
		return nil
	})
	if err != nil {
		return nil, corrupt(err, "文件的目录已损坏。%s", reload)
	}
	return out, nil
}

// scan calls start for each element and reads the part to its end.
func scan(b []byte, start func(*xmlScan) error) error {
	s := xmlScan{b: b}
	for {
		t, err := s.next()
		if err != nil || t == xmlEOF {
			return err
		}
		if t == xmlStart {
			if err := start(&s); err != nil {
				return err
			}
		}
	}
}

// readStyles keeps of each style whether its numbers are dates and whether
// its text is struck out.
func (x *xlsxFile) readStyles(name string) error {
	b, err := x.part(name)
	if err != nil || b == nil {
		return err
	}
	codes := map[int]string{}
	var fontStruck []bool
	in := ""
	err = scan(b, func(s *xmlScan) error {
		switch string(s.name) {
		case "numFmt":
			if id, ok := s.attrInt("numFmtId"); ok && in != "dxfs" {
				codes[id] = s.attrText("formatCode")
			}
		case "fonts", "cellXfs", "cellStyleXfs", "dxfs", "cellStyles":
			in = string(s.name)
		case "font":
			if in == "fonts" {
				fontStruck = append(fontStruck, false)
			}
		case "strike":
			if v, ok := s.attr("val"); in == "fonts" && len(fontStruck) > 0 {
				fontStruck[len(fontStruck)-1] = !ok || string(v) == "1" || string(v) == "true"
			}
		case "xf":
			if in == "cellXfs" {
				id, _ := s.attrInt("numFmtId")
				font, ok := s.attrInt("fontId")
				x.formats = append(x.formats, formatOf(id, codes[id]))
				x.struck = append(x.struck, ok && font >= 0 && font < len(fontStruck) && fontStruck[font])
			}
		}
		return nil
	})
	if err != nil {
		return corrupt(err, "文件的样式表已损坏。%s", reload)
	}
	return nil
}
