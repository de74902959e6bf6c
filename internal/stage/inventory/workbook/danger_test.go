package workbook

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func refused(t *testing.T, b []byte, o Options, kind string, words ...string) {
	t.Helper()
	r := read(t, b, o)
	if r.Readable || r.Problems[0].Kind != kind {
		t.Fatalf("readable %v, want %s: %+v", r.Readable, kind, r.Problems)
	}
	for _, w := range words {
		if !strings.Contains(r.Why, w) {
			t.Errorf("why %q does not name %q", r.Why, w)
		}
	}
}

func TestPlainBookHasNoProblem(t *testing.T) {
	r := read(t, book(t, bookSheet{"表", "", sheetXML(plainBook(), "")}), Options{FileName: "x.xlsx"})
	if !r.Readable || len(r.Items) != 2 || len(r.Problems) != 0 {
		t.Fatalf("%+v", r)
	}
}

func TestZipBombIsRefusedByItsHeaders(t *testing.T) {
	parts := bookParts(bookSheet{"表", "", sheetXML(plainBook(), "<!--"+strings.Repeat(" ", 3<<20)+"-->")})
	b := zipParts(t, parts)
	if len(b) > 100_000 {
		t.Fatalf("not a bomb: %d bytes", len(b))
	}
	refused(t, b, Options{Limits: Limits{UnpackedBytes: 2 << 20}}, TooLarge, "2 MB")
}

// A bomb whose header lies about the size is stopped while unpacking.
func TestZipBombThatLies(t *testing.T) {
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, p := range bookParts(bookSheet{"表", "", sheetXML(plainBook(), strings.Repeat(" ", 3<<20))}) {
		f, err := w.Create(p[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(p[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b := buf.Bytes()
	dir := bytes.LastIndex(b, []byte("PK\x01\x02")) // the sheet stands last
	binary.LittleEndian.PutUint32(b[dir+24:], 10)
	r := read(t, b, Options{Limits: Limits{UnpackedBytes: 2 << 20}})
	if r.Readable {
		t.Fatal("read")
	}
}

func TestCellBomb(t *testing.T) {
	refused(t, book(t, bookSheet{"表", "", sheetXML(plainBook(), "")}), Options{Limits: Limits{Cells: 10}}, TooLarge, "10")
	refused(t, []byte("事项名称,设定依据\n甲,乙\n丙,丁\n"), Options{Limits: Limits{Cells: 4}}, TooLarge)
	refused(t, []byte("{\"name\":\"甲\"}\n"), Options{Limits: Limits{Cells: 4}}, TooLarge)
}

// A million merges over a million rows cost no more than the rows there are.
func TestManyMerges(t *testing.T) {
	merges := "<mergeCells>" + strings.Repeat(`<mergeCell ref="A2:A1048576"/>`, 50_000) + "</mergeCells>"
	r := read(t, book(t, bookSheet{"表", "", sheetXML(plainBook(), merges)}), Options{})
	if len(r.Items) != 2 {
		t.Fatalf("%d items", len(r.Items))
	}
}

func TestEntityBomb(t *testing.T) {
	parts := bookParts(bookSheet{"表", "", `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>` + sheetXML(plainBook(), "")})
	refused(t, zipParts(t, parts), Options{}, Corrupt, "表")
}

func TestFiftyMegabytes(t *testing.T) {
	refused(t, make([]byte, 50<<20), Options{}, TooLarge, "50 MB", "32 MB")
	refused(t, []byte("事项名称,设定依据\n甲,乙\n"), Options{Limits: Limits{FileBytes: 8}}, TooLarge)
}

func TestWrongHeaders(t *testing.T) {
	rows := plainBook()
	rows[0] = []string{"A列", "B列", "C列", "D列", "E列", "F列", "G列", "H列"}
	refused(t, book(t, bookSheet{"随便", "", sheetXML(rows, "")}), Options{}, MissingHeader, "随便", "A列", "模板")
	refused(t, []byte("一段文字。\n又一段。\n"), Options{}, MissingHeader)
}

// A second sheet that looks like data but has no header is not lost silently.
func TestSheetWithoutHeaderIsNamed(t *testing.T) {
	odd := [][]string{{"a", "b", "c", "d", "e"}, {"1", "2", "3", "4", "5"}, {"1", "2", "3", "4", "5"}, {"1", "2", "3", "4", "5"}, {"1", "2", "3", "4", "5"}}
	r := read(t, book(t, bookSheet{"表", "", sheetXML(plainBook(), "")}, bookSheet{"乙", "", sheetXML(odd, "")}), Options{})
	mustHave(t, r, "", MissingHeader)
}

func TestUnknownDepartmentAndCategory(t *testing.T) {
	rows := plainBook()
	rows[1][1], rows[2][1] = "行政调解", "公共服务"
	rows[2][5] = "乙市演示局"
	r := read(t, book(t, bookSheet{"表", "", sheetXML(rows, "")}), Options{KnownDepartment: func(n string) bool { return n == "甲市演示局" }})
	mustHave(t, r, "B2", UnknownCategory)
	mustHave(t, r, "B3", CategoryNotPower)
	mustHave(t, r, "F3", UnknownDepartment)
	if r.Items[0].Category != "" || r.Items[0].CategoryRaw != "行政调解" || has(r, "F2", UnknownDepartment) {
		t.Errorf("%+v", r)
	}
}

func TestDuplicateCode(t *testing.T) {
	rows := plainBook()
	rows[2][2] = "Ａ001" // full-width A
	r := read(t, book(t, bookSheet{"表", "", sheetXML(rows, "")}), Options{})
	mustHave(t, r, "C3", CodeDuplicate)
}

func TestFormulaAndDateCells(t *testing.T) {
	rows := plainBook()
	rows[0] = append(rows[0], "生效日期")
	rows[1][6] = `<><f>1+1</f>`
	rows[1][4] = `< t="e"><f>X!A1</f><v>#REF!</v>`
	rows[1] = append(rows[1], `< s="1"><v>41898</v>`)
	rows[2][6] = `<><f>10*9</f><v>90</v>`
	rows[2] = append(rows[2], "2014年2月30日")
	parts := append(bookParts(bookSheet{"表", "", sheetXML(rows, "")}),
		[2]string{"xl/styles.xml", `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`})
	r := read(t, zipParts(t, parts), Options{})
	mustHave(t, r, "G2", FormulaNoValue)
	mustHave(t, r, "E2", FormulaError)
	mustHave(t, r, "I3", DateUnreadable)
	if has(r, "E2", MissingBasis) {
		t.Error("a formula error is reported a second time as blank")
	}
	if it := r.Items[0]; it.Date != "2014-09-16" || it.Statutory != nil || it.Basis != "" {
		t.Errorf("%+v", it)
	}
	if l := r.Items[1].Statutory; l == nil || l.Days != 90 {
		t.Errorf("cached value of a formula: %+v", l)
	}
}

func TestCellOf40000Characters(t *testing.T) {
	long := strings.Repeat("条", 40_000)
	rows := plainBook()
	rows[1][4] = long
	for name, b := range map[string][]byte{
		"xlsx": book(t, bookSheet{"表", "", sheetXML(rows, "")}),
		"csv":  []byte("事项名称,权力类别,实施主体,法定时限,设定依据\n甲许可,行政审批,甲局,无," + long + "\n"),
	} {
		r := read(t, b, Options{})
		mustHave(t, r, "E2", LongText)
		mustHave(t, r, "E2", TextTruncated)
		if r.Items[0].Basis != long {
			t.Errorf("%s: text changed", name)
		}
	}
}

func TestEmptyFiles(t *testing.T) {
	refused(t, nil, Options{}, EmptyFile)
	refused(t, []byte("\xef\xbb\xbf \r\n\r\n"), Options{}, EmptyFile)
	refused(t, []byte(",,,\n,,,\n"), Options{}, EmptyFile)
	refused(t, book(t, bookSheet{"表", "", `<worksheet><sheetData/></worksheet>`}), Options{}, EmptyFile)
	r := read(t, book(t, bookSheet{"表", "", sheetXML(plainBook()[:1], "")}), Options{})
	if !r.Readable || len(r.Items) > 0 {
		t.Errorf("%+v", r)
	}
	mustHave(t, r, "", EmptyFile)
}

func TestNotAWorkbook(t *testing.T) {
	for name, b := range map[string][]byte{
		"pdf":     []byte("%PDF-1.4 x"),
		"png":     []byte("\x89PNG\r\n\x1a\n"),
		"html":    []byte("<html><table><tr><td>事项名称</td></tr></table></html>"),
		"noise":   {1, 0, 2, 0, 0xff, 0xfe, 0x80},
		"docx":    zipParts(t, [][2]string{{"_rels/.rels", `<Relationships><Relationship Id="a" Type="x/officeDocument" Target="word/document.xml"/></Relationships>`}, {"word/document.xml", "<a/>"}}),
		"xlsb":    zipParts(t, [][2]string{{"_rels/.rels", `<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>`}, {"xl/workbook.bin", "x"}}),
		"ods":     zipParts(t, [][2]string{{"content.xml", "<a/>"}}),
		"any zip": zipParts(t, [][2]string{{"a.txt", "x"}}),
	} {
		t.Run(name, func(t *testing.T) { refused(t, b, Options{}, NotWorkbook) })
	}
}

func TestPasswordIsNamed(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t, "workbooks"), "08-*.xlsx"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	refused(t, readFile(t, files[0]), Options{FileName: files[0]}, Encrypted, "密码")
}

// A sheet cut or spoiled midway must never be read as a shorter sheet.
func TestSheetDamagedMidway(t *testing.T) {
	good := sheetXML(plainBook(), "")
	half := strings.Index(good, `<row r="3">`) + 20
	for name, bad := range map[string]string{
		"cut in a row":          good[:half],
		"cut between rows":      good[:strings.Index(good, `<row r="3">`)],
		"cut before the end":    strings.TrimSuffix(good, "</worksheet>"),
		"bytes spoiled":         good[:half] + "\x00\x01<<&" + good[half+5:],
		"rows end early":        strings.Replace(good, `<row r="3">`, `</sheetData><row r="3">`, 1),
		"row backwards":         strings.Replace(good, `<row r="3">`, `<row r="2">`, 1),
		"entity unknown":        strings.Replace(good, "演示许可证核发", "&x;", 1),
		"string not in table":   strings.Replace(good, `<c r="A2" t="inlineStr"><is><t>1</t></is></c>`, `<c r="A2" t="s"><v>7</v></c>`, 1),
		"text behind the sheet": good + "rest",
	} {
		t.Run(name, func(t *testing.T) {
			if bad == good {
				t.Fatal("nothing damaged")
			}
			refused(t, book(t, bookSheet{"清单", "", bad}), Options{}, Corrupt, "清单")
		})
	}
}

// A damaged compressed stream and a checksum that does not fit are found too.
func TestPackedBytesDamaged(t *testing.T) {
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, p := range bookParts(bookSheet{"清单", "", sheetXML(plainBook(), "")}) {
		h := &zip.FileHeader{Name: p[0], Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(p[1])), CompressedSize64: uint64(len(p[1])), UncompressedSize64: uint64(len(p[1]))}
		f, err := w.CreateRaw(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(p[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b := buf.Bytes()
	i := bytes.Index(b, []byte("对演示行为的处罚"))
	copy(b[i:], "对扮演行为的奖励")
	refused(t, b, Options{}, Corrupt, "清单")
	refused(t, b[:len(b)-30], Options{}, Corrupt)
}

func TestMissingSheetPart(t *testing.T) {
	parts := bookParts(bookSheet{"甲", "", sheetXML(plainBook(), "")}, bookSheet{"乙", "", sheetXML(plainBook(), "")})
	refused(t, zipParts(t, parts[:len(parts)-1]), Options{}, Corrupt, "乙")
}

func TestCSVQuoteNeverClosed(t *testing.T) {
	refused(t, []byte("事项名称,设定依据\n甲,\"乙\n丙,丁\n"), Options{}, Corrupt, "第2条")
}

func TestJSONLDamaged(t *testing.T) {
	for _, bad := range []string{`{"name":"甲"`, `{"name":["甲"]}`, `{"name":"甲"} x`, `乙`} {
		refused(t, []byte("{\"name\":\"甲\",\"basis\":\"乙\"}\n"+bad+"\n"), Options{}, Corrupt, "第2行")
	}
}

func TestJSONLOfOtherFields(t *testing.T) {
	refused(t, []byte("{\"title\":\"甲\"}\n"), Options{}, MissingHeader, "第1行", "name")
}

// Every prefix of an old workbook, and every copy with a byte changed, is
// refused or read, and never ends the program.
func TestOldWorkbookDamaged(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t, "workbooks"), "06-*.xlsx"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	good, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(good); n += 97 {
		if r := read(t, good[:n], Options{}); r.Readable && len(r.Items) != 56 {
			t.Fatalf("the first %d bytes are read short: %d items", n, len(r.Items))
		}
		spoiled := bytes.Clone(good)
		spoiled[n] ^= 0xff
		read(t, spoiled, Options{})
	}
}

func TestWrongSuffix(t *testing.T) {
	b := book(t, bookSheet{"表", "", sheetXML(plainBook(), "")})
	for name, want := range map[string]bool{"a.xlsx": false, "a.XLSX": false, "a.csv": true, "a.xls": true, "a": false} {
		if r := read(t, b, Options{FileName: name}); has(r, "", WrongSuffix) != want {
			t.Errorf("%s: %+v", name, r.Problems)
		}
	}
}

func TestProgressIsCalledPerRow(t *testing.T) {
	var rows []string
	read(t, book(t, bookSheet{"表", "", sheetXML(plainBook(), "")}), Options{Progress: func(s string, n int) { rows = append(rows, fmt.Sprint(s, n)) }})
	if fmt.Sprint(rows) != "[表2 表3]" {
		t.Error(rows)
	}
}
