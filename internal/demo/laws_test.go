package demo

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"qingdan/internal/engine/lawtext"
)

// readLaws parses the written library by title.
func readLaws(t *testing.T, path string) map[string]*lawtext.Document {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[string]*lawtext.Document{}
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<24)
	for sc.Scan() {
		var r record
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		if out[r.Title] != nil {
			t.Errorf("title twice: %s", r.Title)
		}
		d := lawtext.Parse(r.Text)
		for _, p := range d.Problems {
			t.Errorf("%s: %v", r.Title, p)
		}
		out[r.Title] = d
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
