package workbook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// decodeText gives the text of a file and the name of its encoding; ok is
// false where the bytes are no text.
func decodeText(b []byte) (text, encoding string, ok bool) {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		text, encoding = string(b[3:]), "UTF-8"
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(b)
		if err != nil {
			return "", "", false
		}
		text, encoding = string(out), "UTF-16"
	case utf8.Valid(b):
		text, encoding = string(b), "UTF-8"
	default:
		out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
		if err != nil {
			return "", "", false
		}
		text, encoding = string(out), "GBK"
	}
	return text, encoding, utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 && strings.Count(text, "\ufffd") <= len(text)/1000
}

// readCSV lays the records of a CSV out as a sheet; the row is the number of
// the record. Cells written as ="0012" or protected by a tab keep their zeros.
func readCSV(text string, limits Limits) (*grid, error) {
	g := &grid{name: "(csv)", state: visible}
	p := csvParser{s: text, comma: separator(text)}
	cells := limits.Cells
	for num := 1; p.i < len(p.s); num++ {
		row := gridRow{num: num}
		for col, end := 1, false; !end; col++ {
			var field string
			var err error
			if field, end, err = p.field(); err != nil {
				return nil, corrupt(err, "第%d条记录的第%d个字段引号没有闭合，后面的内容分不清字段。请补上引号，或在 Excel 中重新导出", num, col)
			}
			if f, ok := strings.CutPrefix(field, `="`); ok && strings.HasSuffix(f, `"`) {
				field = f[:len(f)-1]
			}
			if cells--; cells < 0 || num > maxRows || col > maxCols {
				return nil, &damage{TooLarge, "文件的记录或字段太多，没有读取。请分成几个文件上传", nil}
			}
			row.add(gridCell{text: clean(field), col: int32(col), row: int32(num), units: longLength(field)})
		}
		if len(row.cells) > 0 {
			g.rows = append(g.rows, row)
		}
	}
	return g, nil
}

// separator is the one the first line uses most.
func separator(text string) byte {
	line, _, _ := strings.Cut(text, "\n")
	best := byte(',')
	for _, c := range []byte{'\t', ';'} {
		if strings.Count(line, string(c)) > strings.Count(line, string(best)) {
			best = c
		}
	}
	return best
}

// csvParser splits RFC 4180 records, and the bare ="…" of Excel exports.
type csvParser struct {
	s     string
	i     int
	comma byte
}

var errQuote = errors.New("quote not closed")

// field gives the next field and whether it ends its record.
func (p *csvParser) field() (text string, end bool, err error) {
	if p.i < len(p.s) && p.s[p.i] == '"' {
		if text, err = p.quoted(); err != nil {
			return "", false, err
		}
	}
	from := p.i
	for p.i < len(p.s) && p.s[p.i] != p.comma && p.s[p.i] != '\n' && p.s[p.i] != '\r' {
		p.i++
	}
	text += p.s[from:p.i]
	if p.i >= len(p.s) {
		return text, true, nil
	}
	if p.s[p.i] == p.comma {
		p.i++
		return text, false, nil
	}
	if p.s[p.i] == '\r' && p.i+1 < len(p.s) && p.s[p.i+1] == '\n' {
		p.i++
	}
	p.i++
	return text, true, nil
}

func (p *csvParser) quoted() (string, error) {
	var out strings.Builder
	p.i++
	for {
		n := strings.IndexByte(p.s[p.i:], '"')
		if n < 0 {
			return "", errQuote
		}
		out.WriteString(p.s[p.i : p.i+n])
		p.i += n + 1
		if p.i >= len(p.s) || p.s[p.i] != '"' {
			return out.String(), nil
		}
		out.WriteByte('"')
		p.i++
	}
}

// jsonRow is a line of a JSONL file of items.
type jsonRow struct {
	Department   jsonText `json:"department"`
	MainItem     jsonText `json:"main_item"`
	Name         jsonText `json:"name"`
	BaseCode     jsonText `json:"base_code"`
	FullCode     jsonText `json:"full_code"`
	TaskType     jsonText `json:"task_type"`
	TaskTypeName jsonText `json:"task_type_name"`
	Basis        jsonText `json:"basis"`
	Office       jsonText `json:"office"`
	DeptCode     jsonText `json:"dept_code"`
	Region       jsonText `json:"region"`
	AreaCode     jsonText `json:"area_code"`
	ID           jsonText `json:"id"`
}

// jsonText takes a text, or a number as it is written; null is "".
type jsonText string

// UnmarshalJSON refuses anything but text, number and null.
func (t *jsonText) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	if len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9') {
		*t = jsonText(b)
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*t = jsonText(s)
	return nil
}

// readJSONL lays JSON lines out as a sheet below a row 0 of headers, so that
// the row is the number of the line.
func readJSONL(text string, limits Limits) (*grid, error) {
	g := &grid{name: "(jsonl)", state: visible}
	headers := [...]string{"编号", "区划名称", "区划代码", "实施主体", "主项名称", "事项名称", "基本编码", "事项编码", "事项类型代码", "权力类别", "主体代码", "承办机构", "设定依据"}
	head := gridRow{num: 0}
	for i, h := range headers {
		head.add(gridCell{text: h, col: int32(i + 1)})
	}
	g.rows = append(g.rows, head)
	used := map[int32]bool{} // a field no line has is no column
	cells := limits.Cells
	num := 0
	for line := range strings.Lines(text) {
		num++
		if strings.TrimSpace(line) == "" {
			continue
		}
		if cells -= len(headers); cells < 0 || num > maxRows {
			return nil, &damage{TooLarge, "文件的行数太多，没有读取。请分成几个文件上传", nil}
		}
		var r jsonRow
		dec := json.NewDecoder(strings.NewReader(line))
		if err := dec.Decode(&r); err != nil {
			return nil, corrupt(err, "第%d行不是完整的 JSON 对象，或字段不是文字。为免漏掉事项，整个文件都没有导入。请检查该行后重新上传", num)
		}
		if _, err := dec.Token(); !errors.Is(err, io.EOF) {
			return nil, corrupt(fmt.Errorf("line %d: more than one value", num), "第%d行有多余的内容，每行只能是一个 JSON 对象。请检查该行后重新上传", num)
		}
		row := gridRow{num: num}
		for i, v := range [...]jsonText{r.ID, r.Region, r.AreaCode, r.Department, r.MainItem, r.Name, r.BaseCode, r.FullCode, r.TaskType, r.TaskTypeName, r.DeptCode, r.Office, r.Basis} {
			row.add(gridCell{text: clean(string(v)), col: int32(i + 1), row: int32(num), units: longLength(string(v))})
		}
		if len(row.cells) == 0 {
			return nil, &damage{MissingHeader, fmt.Sprintf("第%d行没有认得的字段，整个文件都没有导入。每行要有 name、department、task_type_name、basis 一类的字段", num), nil}
		}
		g.rows = append(g.rows, row)
		for _, c := range row.cells {
			used[c.col] = true
		}
	}
	g.rows[0].cells = slices.DeleteFunc(g.rows[0].cells, func(c gridCell) bool { return !used[c.col] })
	return g, nil
}
