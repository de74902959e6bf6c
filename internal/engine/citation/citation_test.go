package citation

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// sharedFile opens a file of the real data, or skips.
func sharedFile(t testing.TB, name string) *os.File {
	t.Helper()
	dir := os.Getenv("QINGDAN_SHARED")
	if dir == "" {
		root, err := os.Getwd()
		for err == nil && root != "/" {
			if _, e := os.Stat(filepath.Join(root, "go.mod")); e == nil {
				break
			}
			root = filepath.Dir(root)
		}
		dir = filepath.Join(root, "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Skipf("real data not at hand (set QINGDAN_SHARED): %v", err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

type row struct {
	Text string `json:"text"`
	Kind string `json:"kind"`
	Refs []Ref  `json:"refs"`
}

func rows(t testing.TB, name string) []row { return read[row](t, name) }

// read gives the lines of a file of JSON Lines.
func read[T any](t testing.TB, name string) []T {
	t.Helper()
	var out []T
	sc := bufio.NewScanner(sharedFile(t, name))
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var r T
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCheckedExamplesAreReadExactly(t *testing.T) {
	for _, r := range rows(t, "citations/examples_checked.jsonl") {
		if d := cmp.Diff(r.Refs, Parse(r.Text)); d != "" {
			t.Errorf("%s\n%s", r.Text, d)
		}
	}
}

func TestRealCitationsYieldReferences(t *testing.T) {
	all := rows(t, "citations/citations.jsonl")
	none := 0
	for _, r := range all {
		refs := Parse(r.Text)
		if len(refs) == 0 {
			none++
			t.Logf("no reference: %s", r.Text)
		}
		for _, ref := range refs {
			if ref.Law == "" {
				t.Errorf("%s: reference without a law: %v", r.Text, ref)
			}
		}
	}
	if none*100 > len(all) {
		t.Errorf("%d of %d strings yield no reference", none, len(all))
	}
}

// TestRealTitlesAreReadWithoutMarks puts the names of real laws, without 《》,
// into running text.
func TestRealTitlesAreReadWithoutMarks(t *testing.T) {
	titles, missed := 0, 0
	for _, d := range read[struct{ Title string }](t, "laws/structure_gold.jsonl") {
		plain := strings.IndexFunc(d.Title, func(c rune) bool { return !unicode.Is(unicode.Han, c) }) < 0
		if !plain || lawEnd(d.Title) == "" || strings.Contains(d.Title, "关于") || runeLen(d.Title) > 40 {
			continue
		}
		titles++
		for _, before := range []string{"违反", "当事人的行为属于", "，依照"} {
			want := []Ref{{Law: d.Title, Article: 12}}
			if d := cmp.Diff(want, Parse(before+d.Title+"第十二条规定的情形")); d != "" {
				missed++
				t.Log(d)
				break
			}
		}
	}
	if titles == 0 || missed*200 > titles {
		t.Errorf("%d of %d names misread", missed, titles)
	}
}
