package impact

import (
	"slices"

	"qingdan/internal/engine/amend"
	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// turn is a document going from one text to another, or to none, on a day.
type turn struct {
	document, from, to, cause sqldb.ID
	kind                      EventKind
	day                       string
}

// looker follows citations before and after. It keeps the comparisons it made:
// many powers cite one law.
type looker struct {
	all   *law.Library // every text concerned, withdrawn ones included
	diffs map[[2]sqldb.ID]*amend.Diff
}

func newLooker(all *law.Library) *looker {
	return &looker{all: all, diffs: map[[2]sqldb.ID]*amend.Diff{}}
}

// look compares where a citation leads in one library on one day with where it
// leads in another on another. It gives no reason where the words stand as they
// stood, where the citation led nowhere before (the checks say so, 五对照/3),
// and where a second document of the name only made it ambiguous.
func (k *looker) look(r citation.Ref, before *law.Library, dayBefore string, after *law.Library, day string) (turn, []Reason, error) {
	b := before.Resolve(r, dayBefore)
	if b.State != law.Resolved && b.State != law.NoArticle {
		return turn{}, nil, nil
	}
	a := after.Resolve(r, day)
	t := turn{document: b.Document.ID, from: b.Edition.ID, to: a.Edition.ID, cause: a.Edition.ID, kind: Amended, day: day}
	switch a.State {
	case law.Ambiguous:
		return t, nil, nil
	case law.TitleUnknown:
		t.to, t.cause, t.kind = sqldb.ID{}, b.Edition.ID, TakenOut
		return t, []Reason{{Kind: TextOut, Old: number(r)}}, nil
	case law.NotInForce:
		t.to, t.cause, t.kind = sqldb.ID{}, after.EndedBy(b.Edition.ID), Repealed
		if e, ok := after.Edition(b.Edition.ID); ok && e.Repealed != "" {
			t.day = e.Repealed
		}
		return t, []Reason{{Kind: LawRepealed, Old: number(r)}}, nil
	}
	if a.Edition.ID == b.Edition.ID || b.State == law.NoArticle {
		return t, nil, nil
	}
	if _, still := after.Edition(b.Edition.ID); !still {
		t.cause, t.kind = b.Edition.ID, TakenOut
	} else {
		t.day = a.Edition.Effective
	}
	d, err := k.diff(b.Edition.ID, a.Edition.ID)
	if err != nil {
		return t, nil, err
	}
	return t, reasons(d, r, k.all.Numbers(b.Edition.ID, b.Article, max(b.Article, b.To))), nil
}

func number(r citation.Ref) lawtext.Number { return lawtext.Number{N: r.Article, Sub: r.ArticleSub} }

// diff compares two editions, once.
func (k *looker) diff(from, to sqldb.ID) (*amend.Diff, error) {
	key := [2]sqldb.ID{from, to}
	if d, ok := k.diffs[key]; ok {
		return d, nil
	}
	older, err := k.all.Articles(from)
	if err != nil {
		return nil, err
	}
	newer, err := k.all.Articles(to)
	if err != nil {
		return nil, err
	}
	d := amend.Compare(older, newer)
	k.diffs[key] = &d
	return &d, nil
}

// reasons says what became of the cited articles; nil when all stand as they
// stood. A citation below the article is told apart: where its own words stand
// unchanged at the same place, the change of the article is another paragraph's.
func reasons(d *amend.Diff, r citation.Ref, cited []lawtext.Number) []Reason {
	var out []Reason
	for _, n := range cited {
		m, ok := d.Match(n)
		if !ok {
			continue
		}
		reason := Reason{Old: n}
		if m.New != nil {
			reason.New = m.New.Number
		}
		switch m.Kind {
		case amend.Kept:
			continue
		case amend.Moved:
			reason.Kind = NumberMoved
		case amend.Removed:
			reason.Kind = ArticleGone
		default:
			reason.Kind = TextChanged
			if len(cited) == 1 && sameWords(m, r) {
				reason.Kind = OtherChanged
			}
		}
		out = append(out, reason)
	}
	return out
}

// sameWords says whether the paragraph, item or subitem that a citation names
// has the same words at the same place in the changed article.
func sameWords(m amend.Match, r citation.Ref) bool {
	if r.Paragraph == 0 && r.Item == 0 || r.To != nil {
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

// found is a turn as it touches one version.
type found struct {
	turn
	title   string // of the document
	reasons []Reason
}

// touch follows all citations of a version and puts the reasons together by
// turn.
func (k *looker) touch(v version, before *law.Library, dayBefore string, after *law.Library, day string) ([]found, error) {
	var out []found
	for _, c := range v.refs {
		t, rs, err := k.look(c.ref, before, dayBefore, after, day)
		if err != nil {
			return nil, err
		}
		if len(rs) == 0 {
			continue
		}
		for i := range rs {
			rs[i].Citation = c.seq
		}
		i := slices.IndexFunc(out, func(f found) bool { return f.turn == t })
		if i < 0 {
			i = len(out)
			d, _ := k.all.Document(t.document)
			out = append(out, found{turn: t, title: d.Title})
		}
		out[i].reasons = append(out[i].reasons, rs...)
	}
	return out, nil
}

// moved says whether a one-click update fits: nothing happened but new numbers.
func (f found) moved() bool {
	return !slices.ContainsFunc(f.reasons, func(r Reason) bool { return r.Kind != NumberMoved })
}
