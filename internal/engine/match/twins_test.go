package match_test

import (
	"os"
	"strings"
	"testing"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/match"
)

// judgedPair is a pair of powers of one city that a person judged.
type judgedPair struct {
	same bool
	a, b match.Row
	note string
}

// judgedPairs reads a set of testdata.
func judgedPairs(t testing.TB, file string) []judgedPair {
	t.Helper()
	b, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var out []judgedPair
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		f := strings.Split(line, "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if len(f) != 7 || f[0] != "same" && f[0] != "other" {
			t.Fatalf("line %q", line)
		}
		if f[5] == "" {
			f[5] = f[3]
		}
		p := judgedPair{same: f[0] == "same", note: f[6], a: match.Row{Name: f[2], Category: f[1], Basis: citation.Parse(f[3]), Body: "甲局"},
			b: match.Row{Name: f[4], Category: f[1], Basis: citation.Parse(f[5]), Body: "乙局"}}
		if strings.HasPrefix(p.note, "同一部门") {
			p.b.Body = p.a.Body
		}
		out = append(out, p)
	}
	return out
}

func TestTwinsOfOneCityAreToldFromNeighbours(t *testing.T) {
	// What is said in words that share hardly a character is not found: that is a
	// thirtieth of the first set, by which words and weights were set, and more of the
	// second, which was written afterwards.
	t.Run("first", func(t *testing.T) { judgeTwins(t, "twins.tsv", 0.95, 0.95) })
	t.Run("second", func(t *testing.T) { judgeTwins(t, "twins_more.tsv", 0.95, 0.85) })
}

func judgeTwins(t *testing.T, file string, wantPrecision, wantRecall float64) {
	t.Helper()
	right, wrong, missed := 0, 0, 0
	for _, p := range judgedPairs(t, file) {
		found := len(match.Overlaps([]match.Row{p.a, p.b})) > 0
		l := compare(p.a, p.b)
		switch {
		case found && p.same:
			right++
		case found:
			wrong++
			t.Logf("wrong: %s ~ %s (%s) %.2f %.2f %v", p.a.Name, p.b.Name, p.note, l.Score, l.Name, l.Reasons)
		case p.same:
			missed++
			t.Logf("missed: %s ~ %s (%s) %.2f %.2f %v", p.a.Name, p.b.Name, p.note, l.Score, l.Name, l.Reasons)
		}
	}
	precision, recall := float64(right)/float64(right+wrong), float64(right)/float64(right+missed)
	t.Logf("%d found, precision %.3f, recall %.3f", right+wrong, precision, recall)
	if precision < wantPrecision || recall < wantRecall {
		t.Errorf("precision %.3f, recall %.3f", precision, recall)
	}
}
