package amend_test

import (
	"slices"
	"testing"

	"qingdan/internal/engine/amend"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/testkit"
)

// library holds the official texts by id.
type library map[string]testkit.Law

func (l library) doc(id string) *lawtext.Document { return lawtext.Parse(l[id].Text) }

func readLibrary(tb testing.TB) library {
	tb.Helper()
	out := library{}
	for _, x := range testkit.Laws(tb) {
		out[x.ID] = x
	}
	return out
}

// editions are two editions of one law and what is known to differ.
type editions struct {
	Title   string
	Old     string      `json:"old_id"`
	New     string      `json:"new_id"`
	Publish string      `json:"new_publish"`
	Changed []string    `json:"same_number_changed_text"`
	OnlyOld []string    `json:"only_old"`
	OnlyNew []string    `json:"only_new"`
	Moved   [][2]string `json:"moved_identical"`
}

func TestEditionsDifferAsTheListSays(t *testing.T) {
	texts := readLibrary(t)
	movedRight, quiet, quietRight := 0, 0, 0
	pairs := testkit.Lines[editions](t, "laws", "edition_pairs.jsonl")
	for _, p := range pairs {
		old, new := texts.doc(p.Old), texts.doc(p.New)
		d := amend.Compare(old, new)
		everyArticleOnce(t, old, new, d)
		r := d.Report()
		for _, m := range p.Moved {
			if !slices.Contains(r.Moved, m) {
				t.Errorf("%s: article %s moved to %s, not found", p.Title, m[0], m[1])
			}
		}
		if slices.Equal(r.Moved, p.Moved) {
			movedRight++
		} else {
			t.Logf("%s (%s, %s): moved besides the list: %v", p.Title, p.Old, p.New, without(r.Moved, p.Moved))
		}
		if len(p.Moved) > 0 {
			continue
		}
		quiet++
		if slices.Equal(r.Changed, p.Changed) && slices.Equal(r.Added, p.OnlyNew) && slices.Equal(r.Removed, p.OnlyOld) && len(r.Renumbered) == 0 {
			quietRight++
		} else {
			t.Logf("%s (%s, %s): changed %v, listed %v; added %v, listed %v; removed %v, listed %v", p.Title, p.Old, p.New,
				without(r.Changed, p.Changed), without(p.Changed, r.Changed), r.Added, p.OnlyNew, r.Removed, p.OnlyOld)
		}
	}
	t.Logf("moved as listed in %d of %d pairs; nothing moved in %d, of which all lists agree in %d", movedRight, len(pairs), quiet, quietRight)
	if movedRight < len(pairs)-2 || quietRight < quiet-2 {
		t.Errorf("want all but two of each")
	}
}

func without[T comparable](a, b []T) []T {
	return slices.DeleteFunc(slices.Clone(a), func(v T) bool { return slices.Contains(b, v) })
}

// everyArticleOnce holds the matches to their promise.
func everyArticleOnce(tb testing.TB, old, new *lawtext.Document, d amend.Diff) {
	tb.Helper()
	seen := map[*lawtext.Article]int{}
	for _, m := range d.Matches {
		if m.Old != nil {
			seen[m.Old]++
		}
		if m.New != nil {
			seen[m.New]++
		}
		if kind := m.Kind; (kind == amend.Added) != (m.Old == nil) || (kind == amend.Removed) != (m.New == nil) {
			tb.Errorf("kind %d with old %v and new %v", kind, m.Old, m.New)
		}
		if m.Kind == amend.Kept && m.Renumbered() || m.Kind == amend.Moved && !m.Renumbered() {
			tb.Errorf("kind %d from %s to %s", m.Kind, m.Old.Number, m.New.Number)
		}
	}
	for _, doc := range []*lawtext.Document{old, new} {
		for i := range doc.Articles {
			if n := seen[&doc.Articles[i]]; n != 1 {
				tb.Errorf("article %s stands in %d matches", doc.Articles[i].Number, n)
			}
		}
	}
}

func TestTwoSourcesOfOneEditionAreTheSame(t *testing.T) {
	texts := readLibrary(t)
	type pair struct {
		Title   string
		A       string   `json:"id_a"`
		B       string   `json:"id_b"`
		Differ  []string `json:"articles_differing_text"`
		AmountA int      `json:"articles_a"`
		AmountB int      `json:"articles_b"`
	}
	pairs := testkit.Lines[pair](t, "laws", "cross_source_pairs.jsonl")
	same, sameRight, right := 0, 0, 0
	for _, p := range pairs {
		a, b := texts.doc(p.A), texts.doc(p.B)
		d := amend.Compare(a, b)
		everyArticleOnce(t, a, b, d)
		r := d.Report()
		slices.Sort(r.Changed) // the list is in the order of strings
		slices.Sort(p.Differ)
		if slices.Equal(r.Changed, p.Differ) && len(r.Added)+len(r.Removed)+len(r.Moved)+len(r.Renumbered) == 0 {
			right++
		} else {
			t.Logf("%s (%s, %s): changed %v, listed %v; added %v removed %v", p.Title, p.A, p.B, without(r.Changed, p.Differ), without(p.Differ, r.Changed), r.Added, r.Removed)
		}
		if len(p.Differ) == 0 && p.AmountA == p.AmountB {
			same++
			if r.Kept == len(a.Articles) && r.Kept == len(b.Articles) {
				sameRight++
			}
		}
	}
	t.Logf("same text in %d of %d pairs the list calls equal; the differing articles as listed in %d of %d", sameRight, same, right, len(pairs))
	if sameRight < same-2 {
		t.Errorf("%d of %d equal pairs, want all but two", sameRight, same)
	}
}
