package impact

import (
	"slices"
	"time"

	"qingdan/internal/engine/amend"
	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// turn is a document going from one text to another, or to none, on a day. It is
// the identity of an event.
type turn struct {
	document, from, to, cause sqldb.ID
	kind                      EventKind
	day                       string
}

// found is a turn as it touches one version.
type found struct {
	turn
	title   string // of the document
	reasons []Reason
}

// moved says whether a one-click update fits: nothing happened but new numbers.
func (f found) moved() bool {
	return !slices.ContainsFunc(f.reasons, func(r Reason) bool { return r.Kind != NumberMoved })
}

// version is a version of a power with its citations of the laws concerned.
type version struct {
	power.Cited // of its first citation
	refs        []cited
}

type cited struct {
	seq int
	ref citation.Ref
}

// gather puts citations together by version, in the order of the codes.
func gather(all []power.Cited) []version {
	at := make(map[sqldb.ID]int, len(all))
	var out []version
	for _, c := range all {
		i, ok := at[c.Version]
		if !ok {
			i = len(out)
			at[c.Version] = i
			out = append(out, version{Cited: c})
		}
		out[i].refs = append(out[i].refs, cited{c.Seq, c.Ref})
	}
	return out
}

// writing tells since when a citation has stood in a power without a break, and
// in which versions. A wording that leaves a citation as it was has not looked
// at it anew: what is asked of it goes on being asked.
type writing struct {
	at       time.Time
	id       sqldb.ID // of the first of the versions
	versions []sqldb.ID
}

func (w writing) seen() law.Seen { return law.At(sqldb.Micros(w.at), w.id) }

// writings gives the writing of every citation of a version.
func (f *follower) writings(v version) []writing {
	out := make([]writing, len(v.refs))
	for i := range v.refs {
		out[i] = writing{v.Created, v.Version, []sqldb.ID{v.Version}}
	}
	for i, c := range v.refs {
		for _, w := range f.wordings[v.Power] {
			if w.No >= v.No {
				continue
			}
			if !slices.ContainsFunc(w.Refs, func(r citation.Ref) bool { return sameRef(r, c.ref) }) {
				break
			}
			out[i].at, out[i].id = w.Created, w.Version
			out[i].versions = append(out[i].versions, w.Version)
		}
	}
	return out
}

func sameRef(a, b citation.Ref) bool {
	if (a.To == nil) != (b.To == nil) || a.To != nil && *a.To != *b.To {
		return false
	}
	a.To, b.To = nil, nil
	return a == b
}

// looker compares texts, each pair once: many powers cite one law.
type looker struct {
	history *law.History
	texts   map[sqldb.ID]*lawtext.Document
	diffs   map[[2]sqldb.ID]*amend.Diff
}

func newLooker(h *law.History) *looker {
	return &looker{h, map[sqldb.ID]*lawtext.Document{}, map[[2]sqldb.ID]*amend.Diff{}}
}

// text gives the articles of an edition.
func (k *looker) text(edition sqldb.ID) (*lawtext.Document, error) {
	if d, ok := k.texts[edition]; ok {
		return d, nil
	}
	d, err := k.history.Articles(edition)
	if err == nil {
		k.texts[edition] = d
	}
	return d, err
}

func (k *looker) diff(from, to sqldb.ID) (*amend.Diff, error) {
	key := [2]sqldb.ID{from, to}
	if d, ok := k.diffs[key]; ok {
		return d, nil
	}
	older, err := k.text(from)
	if err != nil {
		return nil, err
	}
	newer, err := k.text(to)
	if err != nil {
		return nil, err
	}
	d := amend.Compare(older, newer)
	k.diffs[key] = &d
	return &d, nil
}

// reasons says what became of the cited articles from one text to another; nil
// when all stand as they stood.
func (k *looker) reasons(from, to sqldb.ID, r citation.Ref, cited []lawtext.Number) ([]Reason, error) {
	d, err := k.diff(from, to)
	if err != nil {
		return nil, err
	}
	var out []Reason
	for _, n := range cited {
		m, ok := d.Match(n)
		if !ok || m.Kind == amend.Kept {
			continue
		}
		reason := Reason{Old: n, Kind: TextChanged}
		if m.New != nil {
			reason.New = m.New.Number
		}
		switch {
		case m.Kind == amend.Moved:
			reason.Kind = NumberMoved
		case m.Kind == amend.Removed:
			reason.Kind = ArticleGone
		case len(cited) == 1 && sameWords(m, r):
			reason.Kind = OtherChanged
		}
		out = append(out, reason)
	}
	return append(out, inserted(d, cited)...), nil
}

// inserted finds the articles that came into a cited range.
func inserted(d *amend.Diff, cited []lawtext.Number) []Reason {
	if len(cited) < 2 {
		return nil
	}
	first, _ := d.Match(cited[0])
	last, _ := d.Match(cited[len(cited)-1])
	if first.New == nil || last.New == nil {
		return nil
	}
	var out []Reason
	for _, m := range d.Matches {
		if m.Kind == amend.Added && first.New.Number.Less(m.New.Number) && m.New.Number.Less(last.New.Number) {
			out = append(out, Reason{Kind: TextChanged, New: m.New.Number, Note: "所引范围内新增" + m.New.Number.Chinese()})
		}
	}
	return out
}

// sameWords says whether the paragraph, item or subitem that a citation names
// has the same words at the same place in the changed article. Then the change
// is another paragraph's.
func sameWords(m amend.Match, r citation.Ref) bool {
	if r.Paragraph == 0 && r.Item == 0 || r.To != nil || m.New == nil {
		return false
	}
	words := func(a *lawtext.Article) (string, bool) {
		doc := lawtext.Document{Articles: []lawtext.Article{*a}}
		return doc.Locate(a.Number, r.Paragraph, r.Item, r.Subitem)
	}
	older, ok := words(m.Old)
	newer, still := words(m.New)
	return ok && still && older == newer && m.Old.Number == m.New.Number
}

// number is the article that a citation names.
func number(r citation.Ref) lawtext.Number { return lawtext.Number{N: r.Article, Sub: r.ArticleSub} }

// bare is a citation of the law alone.
func bare(r citation.Ref) citation.Ref { return citation.Ref{Law: r.Law} }
