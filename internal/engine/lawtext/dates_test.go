package lawtext_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"qingdan/internal/engine/lawtext"
)

// dated are the files whose source tells days of its own making; source B
// gives days of printing, and its commencement is empty.
func dated(file string) bool { return file == "laws_national" || file == "admin_regulations" }

// The classes of disagreement with the source.
const (
	agrees      = "agrees"
	inferred    = "the text leaves the day of its last amendment's commencement open (Inferred)"
	untold      = "the text does not tell"
	otherWords  = "the text names the day read, and nowhere the one the source gives"
	unexplained = "unexplained"
)

// explain classes what was read against what the source says.
func explain(p *parsed, want, got string, isInferred bool) string {
	switch {
	case got == want:
		return agrees
	case isInferred:
		return inferred
	case got == "" && !names(p.Text, want):
		return untold
	case names(p.Text, got) && !names(p.Text, want):
		return otherWords
	}
	return unexplained
}

// names reports whether the text writes a day in Arabic digits.
func names(text, day string) bool {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return false
	}
	return strings.Contains(strings.ReplaceAll(text, " ", ""), fmt.Sprintf("%d年%d月%d日", d.Year(), d.Month(), d.Day()))
}

// TestDatesAgreeWithTheSource compares with what the source says about laws
// and administrative regulations and classes every difference.
func TestDatesAgreeWithTheSource(t *testing.T) {
	all, _ := parseAll(t)
	counts := map[string]map[string]int{}
	for i := range all {
		p := &all[i]
		if !dated(p.File) {
			continue
		}
		d := lawtext.ReadDates(p.doc)
		for _, c := range []struct {
			what, want, got string
			inferred        bool
		}{{"published", p.Publish, d.Published(), false}, {"effective", p.Effective, d.Effective, d.Inferred}} {
			if c.want == "" {
				continue
			}
			key := c.what + " " + p.File
			if counts[key] == nil {
				counts[key] = map[string]int{}
			}
			class := explain(p, c.want, c.got, c.inferred)
			counts[key][class]++
			if class == unexplained {
				t.Logf("%s %s %s: source %s, text %q %s", key, p.ID, p.Title, c.want, c.got, d.Basis)
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%s: %v", key, counts[key])
	}
	for key, least := range map[string]struct{ percent, unexplained int }{
		"published laws_national":     {99, 1}, // D5b714d00e8: the source gives the day of commencement
		"effective laws_national":     {99, 1}, // D6dfcffd511: its preface tells the day of something else
		"published admin_regulations": {96, 0}, // 17 days of the source stand nowhere in the text
		"effective admin_regulations": {99, 0},
	} {
		c := counts[key]
		told := c[agrees] + c[otherWords] + c[unexplained]
		if c[agrees]*100 < told*least.percent || c[unexplained] > least.unexplained {
			t.Errorf("%s: %v, want %d %% of what the text tells and at most %d unexplained", key, c, least.percent, least.unexplained)
		}
	}
}
