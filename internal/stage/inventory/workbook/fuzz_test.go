package workbook

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzRead reads anything that is no archive. Whatever comes, the result is
// consistent: refused with a reason, or read with rows in order.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"", "事项名称,设定依据\n甲,乙\n", "序号\t事项名称\t权力类别\n1\t甲\t行政许可\n\t（1）乙\t\n合计\t1\t\n",
		"主项名称,子项名称,权力类别,设定依据,法定时限,是否收费\n甲,乙,行政许可,丙,二十日,是\n,丁,,,,\n",
		"{\"name\":\"甲\",\"task_type_name\":\"行政处罚\",\"full_code\":\"1\"}\n\n{\"name\":\"甲\",\"full_code\":1}\n",
		"事项编码,事项名称,生效日期\n=\"001\",甲,2014.9\n1.14E+19,乙,20140230\n", "<a/>", "\xff\xfe\x01", "事项名称,职权编码\r\n\"甲\r\n乙\",\"\"\"\"\r\n",
		"办理时限,,事项名称\n法定时限,承诺时限,\n1,2,甲\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Read(b, Options{FileName: "a.csv", KnownDepartment: func(string) bool { return false }})
		if err != nil {
			t.Fatal(err)
		}
		if !r.Readable && (r.Why == "" || len(r.Items) > 0) {
			t.Fatalf("%+v", r)
		}
		last := 0
		for _, it := range r.Items {
			if it.Row <= last || it.Category != "" && !slices.Contains(Categories(), it.Category) {
				t.Fatalf("%+v", it)
			}
			last = it.Row
		}
		for _, p := range r.Problems {
			if p.Kind == "" || p.Message == "" || p.Level == "" || strings.Contains(p.Message, "%!") {
				t.Fatalf("%+v", p)
			}
		}
		if _, err := json.Marshal(r); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzSheetXML compares the scanner with encoding/xml: what the scanner takes
// must be whole for encoding/xml too, with the same elements.
func FuzzSheetXML(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>甲&amp;乙</t></is></c></row></sheetData></worksheet>`))
	f.Add([]byte("<?xml version=\"1.0\"?><x:a q='1>2'><!-- c --><![CDATA[<]]><b/></x:a>\n"))
	f.Add([]byte(`<worksheet><sheetData><row><c><f>1</f></c><c><v>2</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		x := &xlsxFile{cells: 1000}
		g := &grid{}
		if err := x.readSheet(b, g); err == nil && !slices.IsSortedFunc(g.rows, func(a, b gridRow) int { return a.num - b.num }) {
			t.Fatal("rows out of order")
		}
		ours, err := elements(b)
		if err != nil || !utf8.Valid(b) {
			return
		}
		theirs, err := theirElements(b)
		if err == nil && !slices.Equal(ours, theirs) {
			t.Fatalf("%v, encoding/xml %v", ours, theirs)
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatal("taken though cut short")
		}
	})
}

func elements(b []byte) ([]string, error) {
	var out []string
	err := scan(b, func(s *xmlScan) error {
		out = append(out, string(s.name))
		return nil
	})
	return out, err
}

func theirElements(b []byte) ([]string, error) {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	var out []string
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if s, ok := t.(xml.StartElement); ok {
			out = append(out, s.Name.Local)
		}
	}
}

// FuzzCSV compares with encoding/csv where that takes the text.
func FuzzCSV(f *testing.F) {
	f.Add("a,b\n\"c\n\"\"d\",e\n")
	f.Add("甲,乙\r\n丙,\"\"\r\n")
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\r=\x00") || !utf8.ValidString(s) {
			return
		}
		r := csv.NewReader(strings.NewReader(s))
		r.FieldsPerRecord = -1
		theirs, err := r.ReadAll()
		if err != nil {
			return
		}
		var ours [][]string
		p := csvParser{s: s, comma: ','}
		for p.i < len(p.s) {
			var rec []string
			for end := false; !end; {
				var field string
				if field, end, err = p.field(); err != nil {
					t.Fatal(err)
				}
				rec = append(rec, field)
			}
			if len(rec) > 1 || rec[0] != "" { // encoding/csv skips empty lines
				ours = append(ours, rec)
			}
		}
		theirs = slices.DeleteFunc(theirs, func(rec []string) bool { return len(rec) == 1 && rec[0] == "" })
		if !slices.EqualFunc(ours, theirs, slices.Equal[[]string]) {
			t.Fatalf("%q, encoding/csv %q", ours, theirs)
		}
	})
}

// FuzzValues reads cells: limits are positive and of one kind, dates exist.
func FuzzValues(f *testing.F) {
	for _, s := range []string{"二十日", "45日(不含听证时间)", "2014.9.16", "二〇一四年九月十六日", "是，依据《甲》", "3个月", "１０", "—", "20140230", "99999999999", "0.0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, unit := range []string{"", WorkingDays} {
			l, fit := readLimit(s, unit)
			if l != nil && (l.Days < 0 || l.Months < 0 || l.Days > 0 && l.Months > 0 || l.Immediate && l.Days+l.Months > 0) {
				t.Fatalf("%+v", l)
			}
			if fit == limitBad && l != nil {
				t.Fatalf("bad, and %+v", l)
			}
		}
		for _, k := range []cellKind{textCell, numberCell, dateCell} {
			iso, complete, _ := readDate(s, k)
			if complete && (len(iso) != 10 || iso[4] != '-') {
				t.Fatalf("%q", iso)
			}
		}
		if fee, basis, clear := readFee(s); !clear && (fee != nil || basis != "") {
			t.Fatal("unclear, and yet a value")
		}
		readCategory(s)
		categoryIn(s)
		sectionCategory(s)
		label(s)
		decodeX(s)
		isSubName(clean(s))
	})
}

// FuzzBIFF reads the records of an old workbook.
func FuzzBIFF(f *testing.F) {
	f.Add([]byte{9, 8, 4, 0, 0, 6, 5, 0, 10, 0, 0, 0})
	f.Add(tinyBIFF())
	f.Fuzz(func(t *testing.T, b []byte) {
		grids, err := readBIFF(b, Limits{Cells: 1000}.orDefault())
		var d *damage
		if err != nil && !errors.As(err, &d) {
			t.Fatal(err)
		}
		for _, g := range grids {
			if !slices.IsSortedFunc(g.rows, func(a, b gridRow) int { return a.num - b.num }) {
				t.Fatal("rows out of order")
			}
		}
	})
}
