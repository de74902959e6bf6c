package citation

import (
	"crypto/sha256"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// compact renders references as testdata/sample.tsv writes them.
func compact(refs []Ref) string {
	var b strings.Builder
	law := ""
	for _, r := range refs {
		if place := compactPlace(r.first()); r.Law != law || place == "" {
			if b.Len() > 0 {
				b.WriteString("; ")
			}
			b.WriteString(r.Law)
		}
		if law = r.Law; r.first() == (End{}) {
			law = "" // a law alone shares its group with none
			continue
		}
		b.WriteString(" " + compactPlace(r.first()))
		if r.To != nil {
			b.WriteString("~" + compactPlace(*r.To))
		}
	}
	return b.String()
}

func compactPlace(e End) string {
	s := ""
	for _, p := range []struct {
		n      int
		format string
	}{{e.Article, "%d"}, {e.ArticleSub, "-%d"}, {e.Paragraph, ".%d"}, {e.Item, "(%d)"}, {e.Subitem, "[%d]"}} {
		if p.n != 0 {
			s += fmt.Sprintf(p.format, p.n)
		}
	}
	return s
}

// TestHandReadSample compares the parser with what a person read in strings
// chosen by the rule that the head of the sample states.
func TestHandReadSample(t *testing.T) {
	all := rows(t, "citations/citations.jsonl")
	sample, err := os.ReadFile("testdata/sample.tsv")
	if err != nil {
		t.Fatal(err)
	}
	read, missed := 0, 0
	for line := range strings.Lines(string(sample)) {
		if line = strings.TrimSuffix(line, "\n"); strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		n, err := strconv.Atoi(f[0])
		if err != nil || len(f) != 3 || n < 1 || n > len(all) {
			t.Fatalf("sample line %q", line)
		}
		text := all[n-1].Text
		if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:12]; sum != f[1] {
			t.Fatalf("line %d of the data is another string: %s", n, text)
		}
		read++
		refs := Parse(text)
		ok := compact(refs) == f[2]
		for _, r := range refs {
			ok = ok && r.Self == strings.HasPrefix(r.Law, "本")
		}
		if !ok {
			missed++
			t.Logf("line %d %s\n got %s\nwant %s", n, text, compact(refs), f[2])
		}
	}
	if read < 240 || missed*100 > read {
		t.Errorf("%d of %d strings misread", missed, read)
	}
	t.Logf("%d of %d strings read right", read-missed, read)
}
