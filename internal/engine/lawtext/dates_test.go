package lawtext_test

import (
	"maps"
	"slices"
	"testing"

	"qingdan/internal/engine/lawtext"
)

// TestDatesAgreeWithTheSource compares with what the source says. The texts
// cannot tell all of it: amending decisions carry commencement days of their
// own (those are Inferred here), and source B gives the day of printing.
func TestDatesAgreeWithTheSource(t *testing.T) {
	all, _ := parseAll(t)
	type score struct{ known, agree, unknown, shown int }
	scores := map[string]*score{}
	count := func(what string, p *parsed, want, got, basis string) {
		key := what + " " + p.File
		if scores[key] == nil {
			scores[key] = &score{}
		}
		s := scores[key]
		if want == "" {
			return
		}
		s.known++
		switch {
		case got == want:
			s.agree++
			return
		case got == "":
			s.unknown++
		}
		if s.shown++; s.shown <= 8 {
			t.Logf("%s %s %s: source %s, text %q %s", key, p.ID, p.Title, want, got, basis)
		}
	}
	for i := range all {
		p := &all[i]
		d := lawtext.ReadDates(p.doc)
		count("published", p, p.Publish, d.Published(), "")
		if d.Inferred {
			count("effective inferred", p, p.Effective, d.Effective, d.Basis)
		} else {
			count("effective stated", p, p.Effective, d.Effective, d.Basis)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(scores)) {
		if s := scores[key]; s.known > 0 {
			t.Logf("%s: agree %d of %d (%.1f %%), unknown %d", key, s.agree, s.known, 100*float64(s.agree)/float64(s.known), s.unknown)
		}
	}
	for key, percent := range map[string]int{"published laws_national": 98, "effective stated laws_national": 97} {
		if s := scores[key]; s.agree*100 < s.known*percent {
			t.Errorf("%s: %d of %d, want %d %%", key, s.agree, s.known, percent)
		}
	}
}
