package grant_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qingdan/internal/engine/grant"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/testkit"
)

// verdict is what a person found on reading an article: testdata holds one a
// line, and no texts. The digest ties it to the words that were read.
type verdict struct {
	Doc     string `json:"doc"`
	Article string `json:"article"`
	Digest  string `json:"digest"`
	// Kind and Right are of candidates.jsonl: whether the article grants a power
	// of that kind to a body that a city may have. Set is "tuned" for articles
	// whose errors the rules were mended by, "held" for those looked at when the
	// reading of kinds was settled; only the words of levels were mended since.
	Kind  string `json:"kind,omitempty"`
	Right bool   `json:"right"` // in granting.jsonl: whether it grants anything to any body
	Set   string `json:"set,omitempty"`
}

// The verdicts were given on articles chosen by rule: of the certain grants of
// each kind, and of all articles, those whose SHA-256 over a word and the
// article's name is lowest.

func readVerdicts(t *testing.T, name string) []verdict {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var out []verdict
	for line := range bytes.Lines(b) {
		var v verdict
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// corpus holds the articles of the official texts by document and number.
type corpus map[string]map[string]lawtext.Article

// lawFiles are the texts that bind a city of Shandong.
func lawFiles() []string {
	return []string{"laws_national", "admin_regulations", "local_shandong", "rules"}
}

func readCorpus(tb testing.TB, want map[string]bool) corpus {
	tb.Helper()
	out := corpus{}
	for _, l := range testkit.Laws(tb, lawFiles()...) {
		if want != nil && !want[l.ID] {
			continue
		}
		out[l.ID] = map[string]lawtext.Article{}
		for _, a := range lawtext.Parse(l.Text).Articles {
			out[l.ID][a.Number.String()] = a
		}
	}
	return out
}

// digest is over the words alone, so that another way of parting lines does
// not spoil a verdict.
func digest(a lawtext.Article) string {
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(a.Text()), "")))
	return hex.EncodeToString(sum[:8])
}

// judged gives the articles of verdicts that still say what was read. More
// than a few that do not would leave the figures without ground.
func judged(t *testing.T, vs []verdict) map[int]lawtext.Article {
	t.Helper()
	want := map[string]bool{}
	for _, v := range vs {
		want[v.Doc] = true
	}
	texts := readCorpus(t, want)
	out := map[int]lawtext.Article{}
	for i, v := range vs {
		if a, ok := texts[v.Doc][v.Article]; ok && digest(a) == v.Digest {
			out[i] = a
		}
	}
	if lost := len(vs) - len(out); lost*20 > len(vs) {
		t.Fatalf("%d of %d verdicts were given on other words", lost, len(vs))
	}
	return out
}

// certain says whether Read offers an article as a power of a kind that a city
// may have.
func certain(a lawtext.Article, kind string) bool {
	for _, g := range grant.Read(a) {
		if g.Certain && g.Kind.String() == kind && g.Levels.Allow(grant.City) {
			return true
		}
	}
	return false
}

func TestCertainGrantsAreRight(t *testing.T) {
	vs := readVerdicts(t, "candidates.jsonl")
	type score struct{ right, all int }
	var sets [2]score // held, all
	kinds := map[string]score{}
	add := func(s score, right bool) score {
		s.all++
		if right {
			s.right++
		}
		return s
	}
	for i, a := range judged(t, vs) {
		v := vs[i]
		if !certain(a, v.Kind) {
			continue
		}
		if v.Set == "held" {
			sets[0] = add(sets[0], v.Right)
		}
		sets[1] = add(sets[1], v.Right)
		kinds[v.Kind] = add(kinds[v.Kind], v.Right)
	}
	for k, s := range kinds {
		t.Logf("%s: %d of %d right", k, s.right, s.all)
	}
	for i, name := range []string{"held", "all"} {
		p := float64(sets[i].right) / float64(sets[i].all)
		t.Logf("%s: precision %.3f (%d of %d)", name, p, sets[i].right, sets[i].all)
		if p < []float64{0.85, 0.9}[i] {
			t.Errorf("%s: precision of certain grants fell to %.3f", name, p)
		}
	}
	if sets[1].all < 120 {
		t.Errorf("only %d judged grants are still offered", sets[1].all)
	}
}

func TestGrantsAnything(t *testing.T) {
	vs := readVerdicts(t, "granting.jsonl")
	var granting, found, silent, passed int
	for i, a := range judged(t, vs) {
		reads := len(grant.Read(a)) > 0
		switch {
		case vs[i].Right:
			if granting++; reads {
				found++
			} else {
				t.Logf("missed: %s %s", vs[i].Doc, vs[i].Article)
			}
		default:
			if silent++; !reads {
				passed++
			}
		}
	}
	recall, specificity := float64(found)/float64(granting), float64(passed)/float64(silent)
	t.Logf("recall %.3f (%d of %d), silent articles left alone %.3f (%d of %d)", recall, found, granting, specificity, passed, silent)
	if recall < 0.92 || specificity < 0.75 {
		t.Errorf("recall %.3f, silent articles left alone %.3f", recall, specificity)
	}
}
