package workbook

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/richardlehane/mscfb"
)

// Records of the old binary workbook (MS-XLS 2.3).
const (
	recFormula    = 0x0006
	recEOF        = 0x000A
	recDateMode   = 0x0022
	recFilePass   = 0x002F
	recFont       = 0x0031
	recContinue   = 0x003C
	recBoundSheet = 0x0085
	recMulRK      = 0x00BD
	recRString    = 0x00D6
	recXF         = 0x00E0
	recMerge      = 0x00E5
	recArray      = 0x0221
	recTable      = 0x0236
	recShared     = 0x04BC
	recSST        = 0x00FC
	recLabelSST   = 0x00FD
	recNumber     = 0x0203
	recLabel      = 0x0204
	recBoolErr    = 0x0205
	recString     = 0x0207
	recRow        = 0x0208
	recRK         = 0x027E
	recFormat     = 0x041E
	recBOF        = 0x0809
)

// readCFB reads an OLE container: an old .xls, or a workbook with a password.
func readCFB(b []byte, limits Limits) ([]*grid, error) {
	doc, err := mscfb.New(bytes.NewReader(b))
	if err != nil {
		return nil, corrupt(err, "文件是旧版 Office 格式，但目录已损坏。%s", reload)
	}
	var book []byte
	for e, err := doc.Next(); ; e, err = doc.Next() {
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, corrupt(err, "文件是旧版 Office 格式，但目录已损坏。%s", reload)
		}
		switch e.Name {
		case "EncryptedPackage", "EncryptionInfo":
			return nil, encrypted()
		case "WordDocument", "PowerPoint Document":
			return nil, &damage{NotWorkbook, "文件是 Word 文档或演示文稿，不是工作簿。请上传 Excel 文件", nil}
		case "Book":
			return nil, &damage{NotWorkbook, "文件是 Excel 95 或更早的格式，不能读取。请在 Excel 或 WPS 中另存为 .xlsx 后上传", nil}
		case "Workbook":
			if book, err = io.ReadAll(io.LimitReader(e, int64(len(b)))); err != nil {
				return nil, corrupt(err, "工作簿的内容已损坏。%s", reload)
			}
		}
	}
	if book == nil {
		return nil, &damage{NotWorkbook, "文件是旧版 Office 容器，里面没有工作簿。请上传 Excel 文件", nil}
	}
	return readBIFF(book, limits)
}

func encrypted() *damage {
	return &damage{Encrypted, "文件设置了打开密码，无法读取。请在 Excel 里取消密码后重新上传", nil}
}

type record struct {
	id   uint16
	data []byte
}

// biff is an old workbook while it is read.
type biff struct {
	b        []byte
	cells    int
	strings  []sharedText
	codes    map[int]string
	xfs      []biffXF
	fonts    []bool // struck out
	date1904 bool
	sheets   []biffSheet
	grids    []*grid
}

type biffXF struct{ font, format int }

type biffSheet struct {
	name, state string
	offset      int
	worksheet   bool
}

var errShort = errors.New("record too short")

// recordAt gives the record at an offset and the offset after it.
func (x *biff) recordAt(at int) (record, int, error) {
	if at < 0 || at+4 > len(x.b) {
		return record{}, at, errShort
	}
	end := at + 4 + int(binary.LittleEndian.Uint16(x.b[at+2:]))
	if end > len(x.b) {
		return record{}, at, errShort
	}
	return record{binary.LittleEndian.Uint16(x.b[at:]), x.b[at+4 : end]}, end, nil
}

func readBIFF(b []byte, limits Limits) ([]*grid, error) {
	x := &biff{b: b, cells: limits.Cells, codes: map[int]string{}}
	if err := x.globals(); err != nil {
		var d *damage
		if errors.As(err, &d) {
			return nil, err
		}
		return nil, corrupt(err, "工作簿的目录已损坏。%s", reload)
	}
	for _, s := range x.sheets {
		if !s.worksheet {
			continue
		}
		g := &grid{name: s.name, state: s.state}
		if err := x.sheet(s.offset, g); err != nil {
			return nil, sheetDamage(s.name, lastRow(g), err)
		}
		x.grids = append(x.grids, g)
	}
	return x.grids, nil
}

func (x *biff) globals() error {
	for at := 0; ; {
		r, next, err := x.recordAt(at)
		if err != nil {
			return err
		}
		at = next
		switch r.id {
		case recEOF:
			return nil
		case recFilePass:
			return encrypted()
		case recBOF:
			if len(r.data) < 2 || binary.LittleEndian.Uint16(r.data) != 0x0600 {
				return &damage{NotWorkbook, "文件是 Excel 95 或更早的格式，不能读取。请在 Excel 或 WPS 中另存为 .xlsx 后上传", nil}
			}
		case recSST:
			var segs [][]byte
			segs, at = x.continued(r, at)
			if err := x.readSST(segs); err != nil {
				return err
			}
		default:
			if err := x.global(r); err != nil {
				return err
			}
		}
	}
}

// continued gives the data of a record with its CONTINUE records and the
// offset after them.
func (x *biff) continued(r record, at int) ([][]byte, int) {
	segs := [][]byte{r.data}
	for {
		c, next, err := x.recordAt(at)
		if err != nil || c.id != recContinue {
			return segs, at
		}
		segs, at = append(segs, c.data), next
	}
}

func (x *biff) global(r record) error {
	d := r.data
	switch r.id {
	case recDateMode:
		x.date1904 = len(d) >= 2 && d[0] == 1
	case recFont:
		x.fonts = append(x.fonts, len(d) >= 4 && d[2]&0x08 != 0)
	case recFormat:
		if len(d) < 5 {
			return errShort
		}
		p := &pieces{segs: [][]byte{d[2:]}}
		code, err := p.text(2)
		if err != nil {
			return err
		}
		x.codes[int(binary.LittleEndian.Uint16(d))] = code
	case recXF:
		if len(d) < 4 {
			return errShort
		}
		font := int(binary.LittleEndian.Uint16(d))
		if font > 4 { // there is no font 4
			font--
		}
		x.xfs = append(x.xfs, biffXF{font, int(binary.LittleEndian.Uint16(d[2:]))})
	case recBoundSheet:
		if len(d) < 8 {
			return errShort
		}
		p := &pieces{segs: [][]byte{d[6:]}}
		name, err := p.text(1)
		if err != nil {
			return err
		}
		state := [...]string{visible, hidden, veryHidden, visible}[d[4]&3]
		x.sheets = append(x.sheets, biffSheet{name, state, int(binary.LittleEndian.Uint32(d)), d[5] == 0})
	}
	return nil
}

func (x *biff) readSST(segs [][]byte) error {
	p := &pieces{segs: segs}
	if _, err := p.take(4); err != nil {
		return err
	}
	n, err := p.uint(4)
	if err != nil {
		return err
	}
	for range n {
		t, err := p.text(2)
		if err != nil {
			return err
		}
		x.strings = append(x.strings, sharedText{clean(t), "", longLength(t)})
	}
	return nil
}

// sheet reads the substream of one worksheet up to its EOF record.
func (x *biff) sheet(at int, g *grid) error {
	rows := map[int]*gridRow{}
	defer func() { g.rows = sortRows(rows) }()
	var waiting *gridCell // a formula whose text follows in a STRING record
	for depth := 0; ; {
		r, next, err := x.recordAt(at)
		if err != nil {
			return err
		}
		at = next
		switch r.id {
		case recBOF:
			depth++
		case recEOF:
			if depth--; depth <= 0 {
				g.sortMerges()
				return nil
			}
		case recMerge:
			g.merges = append(g.merges, biffMerges(r.data)...)
		case recString:
			var segs [][]byte
			segs, at = x.continued(r, at)
			if waiting == nil {
				break
			}
			text, err := (&pieces{segs: segs}).text(2)
			if err != nil {
				return err
			}
			waiting.text, waiting.units, waiting = clean(text), longLength(text), nil
		case recShared, recArray, recTable:
			// stand between a formula and its text
		default:
			if depth == 1 {
				if waiting, err = x.cellRecord(r, rows); err != nil {
					return err
				}
			}
		}
	}
}

func sortRows(rows map[int]*gridRow) []gridRow {
	var out []gridRow
	for _, r := range rows {
		r.cells = slices.DeleteFunc(r.cells, func(c gridCell) bool { return c.text == "" && !c.noValue })
		slices.SortStableFunc(r.cells, func(a, b gridCell) int { return int(a.col - b.col) })
		if len(r.cells) > 0 {
			out = append(out, *r)
		}
	}
	slices.SortFunc(out, func(a, b gridRow) int { return a.num - b.num })
	return out
}

func biffMerges(d []byte) []area {
	var out []area
	for i := 2; i+8 <= len(d); i += 8 {
		v := func(k int) int { return int(binary.LittleEndian.Uint16(d[i+2*k:])) + 1 }
		if a := (area{v(0), v(2), v(1), v(3)}); a.r0 <= a.r1 && a.c0 <= a.c1 && (a.r0 != a.r1 || a.c0 != a.c1) {
			out = append(out, a)
		}
	}
	return out
}

// leastBytes is how long a record of a cell or row is at least; 0 for others.
func leastBytes(id uint16) int {
	switch id {
	case recRow:
		return 16
	case recLabelSST, recRK:
		return 10
	case recLabel, recRString:
		return 9
	case recNumber:
		return 14
	case recMulRK:
		return 12
	case recBoolErr:
		return 8
	case recFormula:
		return 20
	}
	return 0
}

// cellRecord takes a record of a cell or row. It gives the cell whose text
// follows in the next record, if any.
func (x *biff) cellRecord(r record, rows map[int]*gridRow) (*gridCell, error) {
	d := r.data
	need := leastBytes(r.id)
	if need == 0 {
		return nil, nil
	}
	if len(d) < need {
		return nil, errShort
	}
	num, col := int(binary.LittleEndian.Uint16(d))+1, int(binary.LittleEndian.Uint16(d[2:]))+1
	row := rows[num]
	if row == nil {
		row = &gridRow{num: num}
		rows[num] = row
	}
	if r.id == recRow {
		row.hidden = d[12]&0x20 != 0
		return nil, nil
	}
	put := func(col int) *gridCell {
		row.cells = append(row.cells, gridCell{col: int32(col), row: int32(num)})
		return &row.cells[len(row.cells)-1]
	}
	if x.cells--; x.cells < 0 {
		return nil, &damage{TooLarge, "表格有内容的单元格太多，没有读取。请分成几个文件上传", nil}
	}
	xf := int(binary.LittleEndian.Uint16(d[4:]))
	if r.id == recMulRK {
		for i := 4; i+6 <= len(d)-2; i += 6 {
			c := put(col)
			x.number(c, rkValue(d[i+2:]), int(binary.LittleEndian.Uint16(d[i:])))
			col++
		}
		return nil, nil
	}
	c := put(col)
	err := x.fill(r.id, d, xf, c)
	if x.isStruck(xf) {
		c.struck = c.text
	}
	if r.id == recFormula && d[12] == 0xff && d[13] == 0xff && d[6] == 0 {
		return c, err
	}
	return nil, err
}

func (x *biff) isStruck(xf int) bool {
	return xf < len(x.xfs) && x.xfs[xf].font < len(x.fonts) && x.fonts[x.xfs[xf].font]
}

func (x *biff) fill(id uint16, d []byte, xf int, c *gridCell) error {
	switch id {
	case recLabelSST:
		i := binary.LittleEndian.Uint32(d[6:])
		if int64(i) >= int64(len(x.strings)) {
			return errors.New("no such string")
		}
		c.text, c.units = x.strings[i].text, x.strings[i].units
	case recLabel, recRString:
		t, err := (&pieces{segs: [][]byte{d[6:]}}).text(2)
		c.text, c.units = clean(t), longLength(t)
		return err
	case recNumber:
		x.number(c, math.Float64frombits(binary.LittleEndian.Uint64(d[6:])), xf)
	case recRK:
		x.number(c, rkValue(d[6:]), xf)
	case recBoolErr:
		setBoolErr(c, d[6], d[7] != 0)
	case recFormula:
		switch {
		case d[12] != 0xff || d[13] != 0xff:
			x.number(c, math.Float64frombits(binary.LittleEndian.Uint64(d[6:])), xf)
		case d[6] == 1 || d[6] == 2:
			setBoolErr(c, d[8], d[6] == 2)
		}
	}
	return nil
}

func (x *biff) number(c *gridCell, v float64, xf int) {
	var f numberFormat
	if xf < len(x.xfs) {
		f = formatOf(x.xfs[xf].format, x.codes[x.xfs[xf].format])
	}
	c.number(v, f, x.date1904)
}

// rkValue decodes an RkNumber (MS-XLS 2.5.217).
func rkValue(b []byte) float64 {
	n := binary.LittleEndian.Uint32(b)
	var v float64
	if n&2 != 0 {
		v = float64(int32(n) >> 2)
	} else {
		v = math.Float64frombits(uint64(n&^3) << 32)
	}
	if n&1 != 0 {
		v /= 100
	}
	return v
}

func setBoolErr(c *gridCell, v byte, fault bool) {
	if !fault {
		c.kind, c.text = boolCell, strings.ToUpper(fmt.Sprint(v != 0))
		return
	}
	c.kind = faultCell
	switch v {
	case 0x00:
		c.text = "#NULL!"
	case 0x07:
		c.text = "#DIV/0!"
	case 0x0F:
		c.text = "#VALUE!"
	case 0x17:
		c.text = "#REF!"
	case 0x1D:
		c.text = "#NAME?"
	case 0x24:
		c.text = "#NUM!"
	default:
		c.text = "#N/A"
	}
}
