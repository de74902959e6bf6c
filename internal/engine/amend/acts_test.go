package amend_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"qingdan/internal/engine/amend"
	"qingdan/internal/testkit"
)

// acts gives the amending acts among the texts, in the order of their ids.
func acts(l library) []testkit.Law {
	var out []testkit.Law
	for _, id := range slices.Sorted(maps.Keys(l)) {
		title := l[id].Title
		decision := strings.Contains(title, "修改") && strings.HasSuffix(title, "决定") && !strings.Contains(title, "授权")
		amendment := strings.Contains(title, "修正案") && !strings.Contains(title, "解释") && !strings.Contains(title, "公告")
		if decision || amendment {
			out = append(out, l[id])
		}
	}
	return out
}

func TestActsAreRead(t *testing.T) {
	texts := readLibrary(t)
	all, exact, unknown := 0, 0, 0
	list := acts(texts)
	for _, act := range list {
		effects := amend.ReadEffects(texts.doc(act.ID))
		if len(effects) == 0 {
			t.Errorf("%s %s: no effect", act.ID, act.Title)
		}
		for _, e := range effects {
			all++
			if e.Exact {
				exact++
			}
			if e.Kind == amend.Unknown {
				unknown++
				t.Logf("not understood: %s %s %s", act.ID, e.Point, e.Text)
			}
		}
	}
	t.Logf("%d acts, %d effects, exact %d, not understood %d", len(list), all, exact, unknown)
	if exact*100 < all*97 {
		t.Errorf("exact %d of %d, want 97 %%", exact, all)
	}
}

// TestNoInstructionIsLost looks for every line that orders a change among the
// words the effects keep.
func TestNoInstructionIsLost(t *testing.T) {
	texts := readLibrary(t)
	lines := 0
	for _, act := range acts(texts) {
		d := texts.doc(act.ID)
		effects := amend.ReadEffects(d)
		n := 0
		for l := range strings.Lines(d.Preamble) {
			if l = strings.TrimSpace(l); l == "" {
				continue
			}
			if n++; l == "附" || l == "附：" {
				break // the law as republished
			}
			orders := strings.Contains(l, "修改为") || strings.Contains(l, "增加一") || strings.Contains(l, "删去第")
			if !orders || strings.HasPrefix(l, "“") {
				continue
			}
			lines++
			if !slices.ContainsFunc(effects, func(e amend.Effect) bool { return e.Line == n }) {
				t.Errorf("%s line %d: %s", act.ID, n, l)
			}
		}
	}
	t.Logf("lines that order a change: %d", lines)
}

// TestAppliedActsGiveThePublishedText carries real acts out on the edition
// before and compares with the edition published with them. What is left to
// the editors of the published text cannot agree: punctuation around added
// words, references to other laws, slips of the pen mended in passing.
func TestAppliedActsGiveThePublishedText(t *testing.T) {
	texts := readLibrary(t)
	type score struct{ laws, perfect, articles, equal int }
	var total, exact score
	list := testkit.Lines[editions](t, "laws", "edition_pairs.jsonl")
	for _, act := range acts(texts) {
		if act.Publish == "" {
			continue
		}
		effects := amend.ReadEffects(texts.doc(act.ID))
		for _, p := range list {
			var mine []amend.Effect
			isExact := true
			for _, e := range effects {
				if p.Publish == act.Publish && amend.SameLaw(e.Law, p.Title) {
					e.Law = "" // the title inside the text may be broken
					mine = append(mine, e)
					isExact = isExact && e.Exact
				}
			}
			if len(mine) == 0 {
				continue
			}
			want := texts.doc(p.New)
			got, remarks := amend.Apply(texts.doc(p.Old), mine)
			d := amend.Compare(got, want)
			everyArticleOnce(t, got, want, d)
			r := d.Report()
			for _, s := range []*score{&total, &exact} {
				if s == &exact && (!isExact || len(remarks) > 0) {
					continue
				}
				s.laws++
				s.articles += len(want.Articles)
				s.equal += r.Kept
				if r.Kept == len(want.Articles) && len(r.Removed) == 0 {
					s.perfect++
				}
			}
			if r.Kept < len(want.Articles) || len(remarks) > 0 {
				t.Logf("%s: %d effects, exact %v, equal %d of %d; other words %v, number only %v, missing %v, too many %v",
					p.Title, len(mine), isExact, r.Kept, len(want.Articles), r.Changed, r.Moved, r.Added, r.Removed)
			}
			for _, m := range remarks {
				t.Logf("    %s", m.Message)
			}
		}
	}
	t.Logf("all: %d laws, %d wholly equal, articles equal %d of %d", total.laws, total.perfect, total.equal, total.articles)
	t.Logf("every effect exact and carried out: %d laws, %d wholly equal, articles equal %d of %d", exact.laws, exact.perfect, exact.equal, exact.articles)
	if exact.laws < 60 || exact.equal*100 < exact.articles*98 || total.equal*100 < total.articles*97 {
		t.Errorf("below the level reached")
	}
}
