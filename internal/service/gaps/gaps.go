package gaps

import (
	"context"
	"slices"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/grant"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// Gaps are both directions: what Ungranted and what Uncited give.
type Gaps struct {
	Ungranted []Baseless
	Uncited   []Candidate
}

// Find holds the list against the law both ways and reads the library once.
func Find(ctx context.Context, r sqldb.Reader, division, day string) (Gaps, error) {
	d, err := open(ctx, r, division, day)
	if err != nil {
		return Gaps{}, err
	}
	var g Gaps
	if g.Ungranted, err = d.ungranted(); err != nil {
		return g, err
	}
	g.Uncited, err = d.uncited(ctx, r, division)
	return g, err
}

// Place is an article that a power cites and that stands on the day. Of a range
// it is the first one.
type Place struct {
	Ref               string // as cited, in the official form
	Document, Edition sqldb.ID
	Article           int // its seq in the edition
	Number            lawtext.Number
	Text              string
}

// Baseless is a power whose cited articles do not grant it.
type Baseless struct {
	Power, Version, Department sqldb.ID
	Code, Name                 string
	Category                   power.Category
	// Strong says that none of the articles grants anything to anybody. The
	// other reasons are weaker: another kind of power, another place in the
	// article, only bodies of other levels.
	Strong bool
	Reason string // in Chinese
	Places []Place
}

// Ungranted lists the powers in force on a day (before the first list those on
// their way to it) whose cited articles do not grant them, in the order of the
// codes. Citations that lead nowhere on the day are 五对照/3's business: a power
// that has no others is left out.
//
// rule:缺漏/2 无授权引用：所引条款没有授予任何（这类）权力
func Ungranted(ctx context.Context, r sqldb.Reader, division, day string) ([]Baseless, error) {
	d, err := open(ctx, r, division, day)
	if err != nil {
		return nil, err
	}
	return d.ungranted()
}

func (d *desk) ungranted() ([]Baseless, error) {
	var out []Baseless
	for _, it := range d.items {
		best, places := unread, []Place(nil)
		given := map[grant.Kind]bool{}
		for _, ref := range it.refs {
			res := d.library.Resolve(ref, d.day)
			if res.State != law.Resolved {
				continue
			}
			v, err := d.weigh(ref, res, power.Category(it.category), given)
			if err != nil {
				return nil, err
			}
			best = max(best, v)
			places = append(places, Place{ref.String(), res.Document.ID, res.Edition.ID, res.Article,
				lawtext.Number{N: ref.Article, Sub: ref.ArticleSub}, d.library.Text(res)})
		}
		if best == unread || best == fits {
			continue
		}
		out = append(out, Baseless{Power: it.power, Version: it.version, Department: it.department, Code: it.code, Name: it.name,
			Category: power.Category(it.category), Strong: best == silent, Reason: best.reason(it.category, given), Places: places})
	}
	return out, nil
}

// verdict is how well an article carries a power.
type verdict int

// The verdicts, from bad to good; unread means that there was no article.
const (
	unread     verdict = iota
	silent             // it grants nothing
	otherKind          // it grants something else
	elsewhere          // another paragraph or item of it grants
	otherLevel         // it grants it to bodies of other levels only
	fits
)

func (v verdict) reason(category string, given map[grant.Kind]bool) string {
	switch v {
	case silent:
		return "引用的条文没有授予任何行政权力"
	case otherKind:
		var kinds []string
		for k := range given {
			kinds = append(kinds, k.String())
		}
		slices.Sort(kinds)
		return "引用的条文授予的是" + strings.Join(kinds, "、") + "，没有授予" + category
	case elsewhere:
		return "引用的款、项没有授权，同一条的其他款、项有"
	case otherLevel:
		return "引用的条文只授权其他层级的机关，没有授权市、县级"
	default:
		return ""
	}
}

// weigh holds the articles of a citation against a category. given takes the
// kinds that they grant.
func (d *desk) weigh(ref citation.Ref, res law.Resolution, c power.Category, given map[grant.Kind]bool) (verdict, error) {
	articles, err := d.grants(res.Edition.ID)
	if err != nil {
		return unread, err
	}
	best := silent
	for seq := res.Article; seq <= max(res.Article, res.To) && seq <= len(articles); seq++ {
		for _, g := range articles[seq-1].grants {
			given[g.Kind] = true
			v := otherKind
			switch {
			case !carries(c, g.Kind):
			case !within(g, ref) && res.To == 0:
				v = elsewhere
			case !g.Levels.Allow(grant.City | grant.County):
				v = otherLevel
			default:
				v = fits
			}
			best = max(best, v)
		}
	}
	return best, nil
}

// within says whether a grant stands at the place that a citation names. The
// words of a paragraph hold for its items.
func within(g grant.Grant, ref citation.Ref) bool {
	return (ref.Paragraph == 0 || ref.Paragraph == g.Paragraph) && (ref.Item == 0 || g.Item == 0 || ref.Item == g.Item)
}

// carries says whether a grant of a kind can be the basis of a power of a
// category. Registration is licensed by some laws and certified by others, and
// 其他权力 takes what no other category holds.
func carries(c power.Category, k grant.Kind) bool {
	switch c {
	case power.CategoryPermit, power.CategoryConfirmation:
		return k == grant.Permit || k == grant.Confirmation
	case power.CategoryPenalty:
		return k == grant.Penalty
	case power.CategoryCoercion:
		return k == grant.Measure || k == grant.Execution
	case power.CategoryLevy:
		return k == grant.Levy
	case power.CategoryPayment:
		return k == grant.Payment
	case power.CategoryAdjudication:
		return k == grant.Adjudication
	case power.CategoryReward:
		return k == grant.Reward
	case power.CategorySupervision:
		return k == grant.Inspection
	default:
		return true
	}
}

// desk is what both directions need: the library, the powers with what they
// cite, and the grants of each text, read once. It belongs to one goroutine.
type desk struct {
	day     string
	library *law.Library
	items   []item
	read    map[sqldb.ID][]granting // by edition, articles by seq-1
}

func open(ctx context.Context, r sqldb.Reader, division, day string) (*desk, error) {
	library, err := law.ReadLibrary(ctx, r)
	if err != nil {
		return nil, err
	}
	items, err := readItems(ctx, r, division, day)
	return &desk{day, library, items, map[sqldb.ID][]granting{}}, err
}

// grants reads a text.
func (d *desk) grants(edition sqldb.ID) ([]granting, error) {
	if known, ok := d.read[edition]; ok {
		return known, nil
	}
	text, err := d.library.Articles(edition)
	if err != nil {
		return nil, errs.Wrap("read grants", err)
	}
	out := make([]granting, len(text.Articles))
	for i, a := range text.Articles {
		out[i] = granting{a.Number, len(a.Paragraphs), grant.Read(a)}
	}
	d.read[edition] = out
	return out, nil
}
