package demo

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
)

// readLaws parses the written library by title key; strict refuses texts that
// are not in order.
func readLaws(t *testing.T, path string, strict bool) map[string]*lawtext.Document {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	out := map[string]*lawtext.Document{}
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 1<<24)
	for sc.Scan() {
		var r record
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		if out[citation.NormalizeTitle(citation.StripEdition(r.Title))] != nil {
			t.Errorf("title twice: %s", r.Title)
		}
		d := lawtext.Parse(r.Text)
		if strict {
			for _, p := range d.Problems {
				t.Errorf("%s: %v", r.Title, p)
			}
		}
		out[citation.NormalizeTitle(citation.StripEdition(r.Title))] = d
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
