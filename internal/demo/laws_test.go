package demo

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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

// checkCitations follows every citation of the invented city into its laws:
// only what is cancelled may fail.
func checkCitations(t *testing.T, dir string, m *Manifest, b book) {
	t.Helper()
	path := filepath.Join(dir, "laws.jsonl")
	if m.Kind == KindReal {
		path += ".gz"
	}
	laws := readLaws(t, path, m.Kind == KindInvented)
	if len(laws) != 1519 {
		t.Fatalf("%d laws", len(laws))
	}
	fate := map[string]string{}
	for _, d := range b.decided {
		if fate[d["事项编码"]] == "" || d["处置意见"] == "保留" {
			fate[d["事项编码"]] = d["处置意见"]
		}
	}
	missing := 0
	for c, p := range b.byCode {
		f := fate[c]
		if f == "转出" || f == "转移" {
			continue // rests on the mandate document, which is no law
		}
		switch err := follow(laws, p["设定依据"]); {
		case err == nil:
		case f == "取消" && errors.Is(err, errNowhere):
			missing++
		default:
			t.Errorf("%s (%s): %v", p["事项名称"], f, err)
		}
	}
	if missing != wantMissing {
		t.Errorf("%d citations lead nowhere, want %d", missing, wantMissing)
	}
}

var errNowhere = errors.New("the cited place does not exist")

// follow looks a basis up in its law: the place must exist and hold the words.
func follow(laws map[string]*lawtext.Document, basis string) error {
	head, quote, _ := strings.Cut(basis, "：“")
	refs := citation.Parse(head)
	if len(refs) != 1 {
		return fmt.Errorf("%q has citations %v", head, refs)
	}
	text, ok := placeIn(laws[citation.NormalizeTitle(refs[0].Law)], refs[0])
	if !ok {
		return fmt.Errorf("%s: %w", head, errNowhere)
	}
	for part := range strings.SplitSeq(strings.TrimSuffix(quote, "”"), "……") {
		for line := range strings.SplitSeq(part, "（") { // joined items stand apart in the law
			if _, words, ok := strings.Cut(line, "）"); ok {
				line = words
			}
			if !strings.Contains(squeeze(text), squeeze(line)) {
				return fmt.Errorf("%q is not in %s", line, head)
			}
		}
	}
	return nil
}

func placeIn(d *lawtext.Document, r citation.Ref) (string, bool) {
	if d == nil {
		return "", false
	}
	n := lawtext.Number{N: r.Article, Sub: r.ArticleSub}
	if _, ok := d.Locate(n, r.Paragraph, r.Item, 0); !ok {
		return "", false
	}
	return d.Locate(n, 0, 0, 0)
}
