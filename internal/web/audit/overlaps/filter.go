package overlaps

import (
	"net/url"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/service/overlap"
	"qingdan/internal/web/ui"
)

// filter is what a person chose in the list. Its query string is its permanent
// form: page, export and each group carry the same.
type filter struct {
	Kind       overlap.Kind
	State      string // "" open, a verdict, all
	Category   string
	Department sqldb.ID
	Words      string
}

// stateAll asks for groups of every verdict.
const stateAll = "all"

func badFilter() *errs.Error {
	return errs.Invalidf("筛选条件无效").Fix("请从重叠事项重新选择")
}

func parseFilter(q url.Values) (filter, error) {
	f := filter{Kind: overlap.Kind(q.Get("kind")), State: q.Get("state"), Category: q.Get("category")}
	var err error
	if s := q.Get("department"); s != "" {
		if f.Department, err = sqldb.ParseID(s); err != nil {
			return f, badFilter().Because(err)
		}
	}
	known := f.State == stateAll || slices.Contains(overlap.Verdicts(), overlap.Verdict(f.State))
	if f.Kind != "" && !slices.Contains(overlap.Kinds(), f.Kind) || !known || !ui.Clean(f.Category) {
		return f, badFilter()
	}
	f.Words, err = ui.ParseWords(q.Get("q"))
	return f, err
}

func (f filter) values() url.Values {
	v := url.Values{}
	for key, value := range map[string]string{"kind": string(f.Kind), "state": f.State, "category": f.Category, "q": f.Words} {
		if value != "" {
			v.Set(key, value)
		}
	}
	if !f.Department.IsZero() {
		v.Set("department", f.Department.String())
	}
	return v
}

func (f filter) at(path string) string { return ui.Address(path, f.values()) }

// with is the address of a path with one more parameter.
func (f filter) with(path, key, value string) string {
	v := f.values()
	v.Set(key, value)
	return ui.Address(path, v)
}

// one is the address of a group, opened from this list.
func (f filter) one(id sqldb.ID, tail string) string { return f.at(Root + "/" + id.String() + tail) }

func (f filter) query() overlap.Query {
	q := overlap.Query{Kind: f.Kind, Category: f.Category, Department: f.Department, Words: f.Words}
	if f.State != stateAll {
		v := overlap.Verdict(f.State)
		q.Verdict = &v
	}
	return q
}

// turned asks for the page that a turn leads to.
func turned(q overlap.Query, t ui.Turn) overlap.Query {
	at := overlap.Place{Order: t.From.Key, ID: t.From.ID}
	switch {
	case t.From.Set && t.Back:
		q.Before = at
	case t.From.Set:
		q.After = at
	}
	return q
}

func cursor(g overlap.Group) string {
	at := g.At()
	return ui.Cursor{Key: at.Order, ID: at.ID, Set: true}.String()
}

// has says whether a cell meets the filter, leaving one facet out so that its
// counts show what choosing another value would give.
func (f filter) has(c overlap.Cell, except string) bool {
	return (except == "kind" || f.Kind == "" || f.Kind == c.Kind) &&
		(except == "state" || f.State == stateAll || overlap.Verdict(f.State) == c.Verdict) &&
		(except == "category" || f.Category == "" || f.Category == c.Category) &&
		(except == "department" || f.Department.IsZero() || slices.Contains(c.Departments, f.Department))
}

// count counts what the filter leaves by the values of one facet.
func count[K comparable](f filter, all []overlap.Cell, facet string, values func(overlap.Cell) []K) map[K]int {
	out := map[K]int{}
	for _, c := range all {
		if f.has(c, facet) {
			for _, v := range values(c) {
				out[v]++
			}
		}
	}
	return out
}

// said says what the filter leaves, in words.
func (f filter) said(n names) string {
	state := ""
	if f.State != stateAll {
		state = overlap.Verdict(f.State).Label()
	}
	words := []string{state, f.Kind.Label(), n[f.Department], f.Category, f.Words}
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), "；")
}
