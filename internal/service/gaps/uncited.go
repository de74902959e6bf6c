package gaps

import (
	"context"
	"fmt"
	"slices"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/grant"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
)

// granting is an article with what it grants.
type granting struct {
	number     lawtext.Number
	paragraphs int
	grants     []grant.Grant
}

// ref is how a grant of the article is cited.
func (a granting) ref(title string, g grant.Grant) citation.Ref {
	r := citation.Ref{Law: title, Article: a.number.N, ArticleSub: a.number.Sub, Item: g.Item}
	if a.paragraphs > 1 {
		r.Paragraph = g.Paragraph
	}
	return r
}

// Candidate is a power that the law seems to give a department of the city and
// that no power on the list rests on.
type Candidate struct {
	Department sqldb.ID
	Document   law.Document
	Edition    sqldb.ID
	Article    int          // its seq in the edition
	Ref        citation.Ref // the place to cite; no 款 where the article has but one
	Category   power.Category
	Grant      grant.Grant
	Why        string // why this department, in Chinese
}

// Uncited lists the articles in force on a day that certainly grant a power at
// the city's level and that no power on the list (before the first list, none on
// its way to it) cites: one candidate for each article and category, in the
// order of departments' ids, titles and articles.
//
// Looked at are the laws that a department's powers or 三定 name, and national
// laws whose articles name a kind of body that the list shows to be one
// department's.
//
// rule:缺漏/1 职权遗漏：条文授予而清单没有引用的权力
func Uncited(ctx context.Context, r sqldb.Reader, division, day string) ([]Candidate, error) {
	d, err := open(ctx, r, division, day)
	if err != nil {
		return nil, err
	}
	return d.uncited(ctx, r, division)
}

func (d *desk) uncited(ctx context.Context, r sqldb.Reader, division string) ([]Candidate, error) {
	editions, err := readEditions(ctx, r)
	if err != nil {
		return nil, err
	}
	s, err := d.survey()
	if err != nil {
		return nil, err
	}
	if err := s.mandates(ctx, r, division); err != nil {
		return nil, err
	}
	var out []Candidate
	for _, e := range editions {
		found, err := s.candidates(e)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	slices.SortStableFunc(out, func(a, b Candidate) int { return slices.Compare(a.Department[:], b.Department[:]) })
	return out, nil
}

// tally counts something by department.
type tally map[sqldb.ID]int

// share is the part of the whole that a department has.
func (t tally) share(department sqldb.ID) float64 {
	all := 0
	for _, n := range t {
		all += n
	}
	if all == 0 {
		return 0
	}
	return float64(t[department]) / float64(all)
}

// survey is what the list tells about who does what: which departments rest
// powers on which law, which kind of body each of them is in the law's words,
// and which articles are cited.
type survey struct {
	*desk
	laws   map[sqldb.ID]tally // by document
	fields map[string]tally   // by the body's words (grant.Field)
	cited  map[sqldb.ID]map[int]bool
}

func (d *desk) survey() (*survey, error) {
	s := &survey{d, map[sqldb.ID]tally{}, map[string]tally{}, map[sqldb.ID]map[int]bool{}}
	for _, it := range d.items {
		for _, ref := range it.refs {
			res := d.library.Resolve(ref, d.day)
			if res.State != law.Resolved && res.State != law.NoArticle {
				continue
			}
			count(s.laws, res.Document.ID, it.department)
			if res.State == law.NoArticle {
				continue
			}
			articles, err := d.grants(res.Edition.ID)
			if err != nil {
				return nil, err
			}
			if s.cited[res.Edition.ID] == nil {
				s.cited[res.Edition.ID] = map[int]bool{}
			}
			for seq := res.Article; seq <= max(res.Article, res.To) && seq <= len(articles); seq++ {
				s.cited[res.Edition.ID][seq] = true
				s.learn(articles[seq-1].grants, power.Category(it.category), it.department)
			}
		}
	}
	return s, nil
}

// learn notes that a department rests a power on grants to a body of these
// words.
func (s *survey) learn(grants []grant.Grant, c power.Category, department sqldb.ID) {
	for _, g := range grants {
		if f := grant.Field(g.Body); f != "" && carries(c, g.Kind) {
			count(s.fields, f, department)
		}
	}
}

func count[K comparable](in map[K]tally, key K, department sqldb.ID) {
	if in[key] == nil {
		in[key] = tally{}
	}
	in[key][department]++
}

// mandates counts the laws that rows of 三定 name.
func (s *survey) mandates(ctx context.Context, r sqldb.Reader, division string) error {
	departments, err := org.Departments(ctx, r, division)
	if err != nil {
		return errs.Wrap("departments of "+division, err)
	}
	ours := make(map[sqldb.ID]bool, len(departments))
	for _, d := range departments {
		ours[d.ID] = true
	}
	rows, err := org.Mandates(ctx, r)
	if err != nil {
		return errs.Wrap("mandates", err)
	}
	for _, m := range rows {
		if !ours[m.Department] {
			continue
		}
		for _, ref := range citation.Parse(m.Text + "\n" + m.Basis) {
			if ref.Law == "" || ref.Self {
				continue
			}
			if res := s.library.Resolve(citation.Ref{Law: ref.Law}, s.day); res.State == law.NoArticle {
				count(s.laws, res.Document.ID, m.Department)
			}
		}
	}
	return nil
}

// candidates gives what an edition in force certainly grants the city and
// nobody cites.
func (s *survey) candidates(e edition) ([]Candidate, error) {
	doc, ok := s.library.Document(e.document)
	known := len(s.laws[e.document]) > 0
	if !ok || !grantsPowers(doc.Level) || !known && !national(doc.Level) {
		return nil, nil
	}
	if in := s.library.Resolve(citation.Ref{Law: doc.Title}, s.day); in.State != law.NoArticle || in.Edition.ID != e.id {
		return nil, nil
	}
	articles, err := s.grants(e.id)
	if err != nil {
		return nil, err
	}
	var out []Candidate
	for i, a := range articles {
		if s.cited[e.id][i+1] {
			continue
		}
		seen := map[power.Category]bool{}
		for _, g := range a.grants {
			c := power.CategoryOf(g.Kind)
			if !g.Certain || !g.Levels.Allow(grant.City) || seen[c] {
				continue
			}
			department, why := s.assign(e.document, grant.Field(g.Body))
			if department.IsZero() {
				continue
			}
			seen[c] = true
			out = append(out, Candidate{department, doc, e.id, i + 1, a.ref(doc.Title, g), c, g, why})
		}
	}
	return out, nil
}

// grantsPowers says whether texts of a level are read for powers: normative
// documents and interpretations create none.
func grantsPowers(l law.Level) bool {
	return national(l) || l == law.LocalRegulation || l == law.CityRegulation || l == law.ProvinceRule || l == law.CityRule
}

func national(l law.Level) bool {
	return l == law.Statute || l == law.AdminRegulation || l == law.StateDecision || l == law.MinistryRule
}

// Words of a body lead to a department alone, without the law, when at least
// so many powers and such a share of them say so.
const (
	fieldPowers = 3
	fieldShare  = 0.6
)

// assign finds the department of a grant: the one that has the largest share
// of the powers resting on the law and of those whose articles name such a
// body, both counted alike. Where nobody names the law the body must be one
// department's by itself.
func (s *survey) assign(document sqldb.ID, field string) (department sqldb.ID, why string) {
	laws, fields := s.laws[document], s.fields[field]
	best := 0.0
	for _, t := range []tally{laws, fields} {
		for id := range t {
			score := laws.share(id) + fields.share(id)
			if len(laws) > 0 && laws[id] == 0 && fields.share(id) < fieldShare {
				continue
			}
			if score > best || score == best && slices.Compare(id[:], department[:]) < 0 {
				best, department = score, id
			}
		}
	}
	switch {
	case len(laws) == 0 && (fields[department] < fieldPowers || fields.share(department) < fieldShare):
		return sqldb.ID{}, ""
	case laws[department] == 0:
		return department, fmt.Sprintf("本部门有 %d 项权力依据的条文授权“%s”", fields[department], field)
	case fields[department] == 0:
		return department, fmt.Sprintf("本部门的权力和三定职责 %d 次引用该法", laws[department])
	default:
		return department, fmt.Sprintf("本部门的权力和三定职责 %d 次引用该法，%d 项权力依据的条文授权“%s”", laws[department], fields[department], field)
	}
}
