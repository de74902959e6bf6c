package lawtext_test

import (
	"testing"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/testkit"
)

// parsed holds every text with its tree.
type parsed struct {
	testkit.Law
	doc *lawtext.Document
}

func parseAll(tb testing.TB) (all []parsed, byID map[string]*parsed) {
	tb.Helper()
	for _, r := range testkit.Laws(tb) {
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
	laws := testkit.Laws(b)
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
