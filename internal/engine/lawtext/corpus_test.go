package lawtext_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qingdan/internal/engine/lawtext"
)

// lawsDir finds the official texts, which stand outside the project, or skips
// the test.
func lawsDir(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("QINGDAN_SHARED")
	if dir == "" {
		root, err := os.Getwd()
		if err != nil {
			tb.Fatal(err)
		}
		for {
			if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
				break
			}
			parent := filepath.Dir(root)
			if parent == root {
				tb.Fatal("no go.mod above the test")
			}
			root = parent
		}
		dir = filepath.Join(root, "..", "shared", "data")
	}
	dir = filepath.Join(dir, "laws")
	if _, err := os.Stat(dir); err != nil {
		tb.Skip("no official texts at hand; set QINGDAN_SHARED to the folder that holds laws/")
	}
	return dir
}

// record is one line of the texts.
type record struct {
	ID, Title, Level, Publish, Effective, Text string
	File                                       string `json:"-"`
}

// readLaws reads all texts.
func readLaws(tb testing.TB) []record {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(lawsDir(tb), "*.jsonl.gz"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no texts: %v", err)
	}
	slices.Sort(files)
	var out []record
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			tb.Fatal(err)
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			tb.Fatal(err)
		}
		s := bufio.NewScanner(z)
		s.Buffer(nil, 64<<20)
		for s.Scan() {
			r := record{File: strings.TrimSuffix(filepath.Base(name), ".jsonl.gz")}
			if err := json.Unmarshal(s.Bytes(), &r); err != nil {
				tb.Fatal(err)
			}
			out = append(out, r)
		}
		if err := s.Err(); err != nil {
			tb.Fatal(err)
		}
		if err := f.Close(); err != nil {
			tb.Fatal(err)
		}
	}
	return out
}

// readLines decodes a JSON Lines file beside the texts.
func readLines[T any](tb testing.TB, name string) []T {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join(lawsDir(tb), name))
	if err != nil {
		tb.Fatal(err)
	}
	var out []T
	for l := range strings.Lines(string(b)) {
		var v T
		if err := json.Unmarshal([]byte(l), &v); err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
		out = append(out, v)
	}
	return out
}

// parsed holds every text with its tree.
type parsed struct {
	record
	doc *lawtext.Document
}

func parseAll(tb testing.TB) (all []parsed, byID map[string]*parsed) {
	tb.Helper()
	for _, r := range readLaws(tb) {
		all = append(all, parsed{r, lawtext.Parse(r.Text)})
	}
	byID = make(map[string]*parsed, len(all))
	for i := range all {
		byID[all[i].ID] = &all[i]
	}
	return all, byID
}

func serious(d *lawtext.Document) []string {
	var out []string
	for _, p := range d.Problems {
		if p.Severity == lawtext.Serious {
			out = append(out, p.Kind+" "+p.Message)
		}
	}
	return out
}

func TestTitlesAgreeWithTheSource(t *testing.T) {
	all, _ := parseAll(t)
	agree, known, shown := map[string]int{}, map[string]int{}, 0
	for _, p := range all {
		known[p.File]++
		if plain(p.doc.Title) == plain(p.Title) {
			agree[p.File]++
		} else if shown++; shown <= 60 {
			t.Logf("%s %s: source %q, text %q", p.File, p.ID, p.Title, p.doc.Title)
		}
	}
	for file, n := range known {
		t.Logf("titles %s: agree %d of %d", file, agree[file], n)
	}
	if n := agree["laws_national"]; n*100 < known["laws_national"]*96 {
		t.Errorf("titles of national laws: %d of %d", n, known["laws_national"])
	}
}

func BenchmarkParse(b *testing.B) {
	laws := readLaws(b)
	var size int64
	for _, r := range laws {
		size += int64(len(r.Text))
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, r := range laws {
			lawtext.Parse(r.Text)
		}
	}
}

func BenchmarkReadDates(b *testing.B) {
	all, _ := parseAll(b)
	for b.Loop() {
		for _, p := range all {
			lawtext.ReadDates(p.doc)
		}
	}
}
