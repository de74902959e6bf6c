package workbook

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"
)

// BenchmarkBigWorkbook reads 5,029 rows of 30 columns: read is this package
// with all its checks, rows is excelize's plain iteration over the same bytes.
func BenchmarkBigWorkbook(b *testing.B) {
	files, err := filepath.Glob(shared(b, "workbooks") + "/09-*.xlsx")
	if err != nil || len(files) != 1 {
		b.Fatal(files, err)
	}
	data := readFile(b, files[0])
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r, err := Read(data, Options{})
			if err != nil || len(r.Items) != 5029 {
				b.Fatal(err)
			}
		}
	})
	b.Run("rows", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			plainRows(b, data)
		}
	})
}

func plainRows(b *testing.B, data []byte) {
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	rows, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		b.Fatal(err)
	}
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			b.Fatal(err)
		}
	}
	if err := rows.Error(); err != nil {
		b.Fatal(err)
	}
}
