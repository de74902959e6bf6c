package testkit

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Law is one line of the real law texts: one edition of one document.
type Law struct {
	ID, Title, Level, Issuer, Region, Publish, Effective, Text string
	Origin                                                     string `json:"source"`
	File                                                       string `json:"-"` // without .jsonl.gz
}

// Laws reads the real law texts of the named files (laws_national, …), of all
// of them when none is named. It skips the test where there are none.
func Laws(tb testing.TB, files ...string) []Law {
	tb.Helper()
	dir := Shared(tb, "laws")
	if len(files) == 0 {
		paths, err := filepath.Glob(filepath.Join(dir, "*.jsonl.gz"))
		if err != nil || len(paths) == 0 {
			tb.Fatalf("no law texts in %s: %v", dir, err)
		}
		for _, p := range paths {
			files = append(files, strings.TrimSuffix(filepath.Base(p), ".jsonl.gz"))
		}
		slices.Sort(files)
	}
	var out []Law
	for _, name := range files {
		f, err := os.Open(filepath.Join(dir, name+".jsonl.gz"))
		if err != nil {
			tb.Fatal(err)
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
		s := bufio.NewScanner(z)
		s.Buffer(nil, 64<<20)
		for s.Scan() {
			l := Law{File: name}
			if err := json.Unmarshal(s.Bytes(), &l); err != nil {
				tb.Fatalf("%s: %v", name, err)
			}
			out = append(out, l)
		}
		if err := s.Err(); err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
		if err := f.Close(); err != nil {
			tb.Fatal(err)
		}
	}
	return out
}

// Lines decodes a JSON Lines file of the real data.
func Lines[T any](tb testing.TB, path ...string) []T {
	tb.Helper()
	b, err := os.ReadFile(Shared(tb, path...))
	if err != nil {
		tb.Fatal(err)
	}
	var out []T
	for l := range strings.Lines(string(b)) {
		var v T
		if err := json.Unmarshal([]byte(l), &v); err != nil {
			tb.Fatalf("%s: %v", filepath.Join(path...), err)
		}
		out = append(out, v)
	}
	return out
}
