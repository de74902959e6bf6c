package workbook

import (
	"encoding/binary"
	"math"
	"testing"
	"unicode/utf16"
)

// rec appends a record.
func rec(b []byte, id uint16, data ...byte) []byte {
	b = binary.LittleEndian.AppendUint16(b, id)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(data)))
	return append(b, data...)
}

func le16(vs ...int) (out []byte) {
	for _, v := range vs {
		out = binary.LittleEndian.AppendUint16(out, uint16(v))
	}
	return out
}

// wideText is a string with a length of two bytes and characters of two.
func wideText(s string) []byte {
	u := utf16.Encode([]rune(s))
	out := append(le16(len(u)), 1)
	for _, c := range u {
		out = binary.LittleEndian.AppendUint16(out, c)
	}
	return out
}

// tinyBIFF is a workbook of one hidden-row sheet with cells of every kind and
// a string that runs into a CONTINUE record, where it changes to one byte.
func tinyBIFF() []byte {
	var b []byte
	b = rec(b, recBOF, le16(0x0600, 5, 0, 0)...)
	b = rec(b, recXF, append(le16(0, 0), make([]byte, 16)...)...)
	b = rec(b, recXF, append(le16(0, 14), make([]byte, 16)...)...)
	at := len(b) + 4
	b = rec(b, recBoundSheet, append([]byte{0, 0, 0, 0, 0, 0, 1, 1}, 0x32, 0x75)...)
	sst := append([]byte{1, 0, 0, 0, 1, 0, 0, 0}, append(le16(4), 1)...)
	b = rec(b, recSST, append(sst, le16(0x7532, 0x4e59)...)...)
	b = rec(b, recContinue, 0, 'A', 'B')
	b = rec(b, recEOF)
	binary.LittleEndian.PutUint32(b[at:], uint32(len(b)))
	b = rec(b, recBOF, le16(0x0600, 16, 0, 0)...)
	b = rec(b, recRow, append(le16(0, 0, 9, 0, 0, 0), 0x20, 0, 0, 0)...)
	b = rec(b, recLabelSST, append(le16(0, 0, 0), 0, 0, 0, 0)...)
	b = rec(b, recNumber, binary.LittleEndian.AppendUint64(le16(0, 1, 1), math.Float64bits(41898))...)
	b = rec(b, recRK, binary.LittleEndian.AppendUint32(le16(0, 2, 0), 2050<<2|3)...)
	b = rec(b, recMulRK, append(append(append(le16(0, 3), append(le16(0), 2|7<<2, 0, 0, 0)...), append(le16(0), 2|8<<2, 0, 0, 0)...), le16(4)...)...)
	b = rec(b, recBoolErr, append(le16(0, 5, 0), 1, 0)...)
	b = rec(b, recBoolErr, append(le16(0, 6, 0), 0x17, 1)...)
	b = rec(b, recFormula, append(le16(0, 7, 0), 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0)...)
	b = rec(b, recShared, 0)
	b = rec(b, recString, wideText("公式")...)
	b = rec(b, recLabel, append(le16(1, 0, 0), wideText("下")...)...)
	b = rec(b, recMerge, le16(1, 0, 1, 0, 0)...)
	return rec(b, recEOF)
}

func TestOldWorkbookCells(t *testing.T) {
	grids, err := readBIFF(tinyBIFF(), Limits{}.orDefault())
	if err != nil || len(grids) != 1 {
		t.Fatal(grids, err)
	}
	g := grids[0]
	if g.name != "田" && g.name != "甲" || len(g.rows) != 2 || !g.rows[0].hidden || g.rows[1].hidden || len(g.merges) != 1 {
		t.Fatalf("%+v", g)
	}
	want := []gridCell{
		{text: "甲乙AB"}, {text: "2014-09-16", kind: dateCell}, {text: "20.5", kind: numberCell}, {text: "7", kind: numberCell}, {text: "8", kind: numberCell},
		{text: "TRUE", kind: boolCell}, {text: "#REF!", kind: faultCell}, {text: "公式"},
	}
	if len(g.rows[0].cells) != len(want) {
		t.Fatalf("%+v", g.rows[0].cells)
	}
	for i, c := range g.rows[0].cells {
		if c.text != want[i].text || c.kind != want[i].kind || int(c.col) != i+1 {
			t.Errorf("cell %d: %+v", i+1, c)
		}
	}
	for n := range tinyBIFF() {
		if _, err := readBIFF(tinyBIFF()[:n], Limits{}.orDefault()); err == nil {
			t.Fatalf("the first %d bytes pass for the whole", n)
		}
	}
}
