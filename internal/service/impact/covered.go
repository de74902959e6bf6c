package impact

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingdan/internal/engine/amend"
	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/grant"
	"qingdan/internal/engine/hanzi"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// newGrant is a power that a text newly grants, in one sentence.
type newGrant struct {
	article  lawtext.Number
	category power.Category
	bigrams  []string
}

// isSameMatter is the likeness from which a sentence of a higher law is taken
// for the one that a power rests on: two sentences on one violation that differ
// in its penalty come to some 0.8, those on neighbouring matters to 0.6.
const isSameMatter = 0.78

// covered finds powers that rest on a lower text about the very matter that a
// newly loaded higher text rules itself: the lower text may go no further than
// the higher one from then on (行政许可法 16, 行政处罚法 11 to 14). Only licences and
// penalties that a text of the last year newly grants count: sentences on
// inspections and measures are much alike in all laws. Only lower texts made
// before it count, and only powers written before it came in that do not cite
// it already. Likeness of words is evidence, not proof: the task asks a person.
func (f *follower) covered(ctx context.Context) error {
	begun, err := law.Begun(ctx, f.tx, f.last, f.today)
	if err != nil {
		return err
	}
	for _, e := range begun {
		if e.Effective > f.today || e.Effective < yearBefore(f.today) {
			continue
		}
		if err := f.coveredBy(ctx, e); err != nil {
			return errs.Wrap("covered by "+e.Title, err)
		}
	}
	return nil
}

func (f *follower) coveredBy(ctx context.Context, e law.Edition) error {
	lib, err := law.ReadTitles(ctx, f.tx, []string{citation.NormalizeTitle(e.Title)})
	if err != nil {
		return err
	}
	d, ok := lib.Document(e.Document)
	if !ok || len(d.Level.Lower()) == 0 {
		return nil
	}
	grants, err := newGrants(lib, e)
	if err != nil || len(grants) == 0 {
		return err
	}
	places, err := lowerPlaces(ctx, f.tx, e.Made, d.Level.Lower())
	if err != nil {
		return err
	}
	for _, p := range places {
		for _, c := range []power.Category{power.CategoryPermit, power.CategoryPenalty} {
			if err := f.coverPlace(ctx, e, d, grants, p, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// coveredGone keeps the open tasks of higher texts on what stands.
func (f *follower) coveredGone(ctx context.Context) error {
	ended, moved, err := moveCovering(ctx, f.tx, f.today)
	if err != nil || ended+moved == 0 {
		return err
	}
	f.report.Void += ended
	f.report.Carried += moved
	type act struct {
		Ended   int `json:"ended"`
		Carried int `json:"carried"` // to the next wording of their power
	}
	return f.tx.Say(ctx, "", "impact.carried", sqldb.ID{}, act{ended, moved})
}

// yearBefore gives the same day of the year before.
func yearBefore(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(-1, 0, 0).Format(time.DateOnly)
}

// newGrants reads what a text certainly grants and the text before it did not.
func newGrants(lib *law.Library, e law.Edition) ([]newGrant, error) {
	older := &lawtext.Document{}
	for _, x := range lib.Editions(e.Document) {
		if x.ID != e.ID && x.Effective < e.Effective {
			var err error
			if older, err = lib.Articles(x.ID); err != nil {
				return nil, err
			}
		}
	}
	newer, err := lib.Articles(e.ID)
	if err != nil {
		return nil, err
	}
	var out []newGrant
	for _, m := range amend.Compare(older, newer).Matches {
		if m.Kind != amend.Added && m.Kind != amend.Changed {
			continue
		}
		for _, g := range grant.Read(*m.New) {
			if g.Certain && (g.Kind == grant.Permit || g.Kind == grant.Penalty) && (m.Old == nil || !strings.Contains(m.Old.Text(), g.Text)) {
				out = append(out, newGrant{m.New.Number, power.CategoryOf(g.Kind), hanzi.Bigrams(g.Text)})
			}
		}
	}
	return out, nil
}

// lowerPlace is an article of a lower text that powers cite.
type lowerPlace struct {
	document, edition sqldb.ID
	seq               int
	title             string
	number            lawtext.Number
	text              string
}

// coverPlace opens the tasks of the powers that rest on one lower article, if
// one of its sentences is on the matter of a new grant.
func (f *follower) coverPlace(ctx context.Context, e law.Edition, d law.Document, grants []newGrant, p lowerPlace, c power.Category) error {
	g, score := likest(grants, p, c)
	if score < isSameMatter {
		return nil
	}
	versions, err := restingOn(ctx, f.tx, p, c, d.ID)
	if err != nil {
		return err
	}
	note := fmt.Sprintf("《%s》%s与所引《%s》%s规定的是同一事项（相似度 %.2f），请核对是否超出上位法的范围", d.Title, g.article.Chinese(), p.title, p.number.Chinese(), score)
	seen, err := law.ReadPresence(ctx, f.tx, e.ID)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if seen.Seen(sqldb.Micros(v.Created), v.Version) {
			continue
		}
		x := found{turn: turn{document: d.ID, from: e.ID, to: e.ID, cause: e.ID, kind: Covering, day: e.Effective}, title: d.Title,
			reasons: []Reason{{Citation: v.refs[0].seq, Kind: NowCovered, Old: p.number, New: g.article, Note: note}}}
		if err := f.open(ctx, v, x); err != nil {
			return err
		}
	}
	return nil
}

// likest gives the new grant of a category that comes closest to one of the
// sentences of the place.
func likest(grants []newGrant, p lowerPlace, c power.Category) (best newGrant, score float64) {
	if !slices.ContainsFunc(grants, func(g newGrant) bool { return g.category == c }) {
		return best, 0
	}
	for _, s := range strings.FieldsFunc(p.text, func(r rune) bool { return r == '。' || r == '\n' || r == '；' }) {
		bigrams := hanzi.Bigrams(s)
		for _, g := range grants {
			if g.category != c {
				continue
			}
			if x := hanzi.Similar(bigrams, g.bigrams); x > score {
				best, score = g, x
			}
		}
	}
	return best, score
}
