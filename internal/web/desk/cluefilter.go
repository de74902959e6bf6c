package desk

import (
	"net/url"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/web/ui"
)

// clueFilter is what a person chose among the clues. Its query string is its
// permanent form; page and export carry the same.
type clueFilter struct {
	Department sqldb.ID
	Kind       clueKind
	Category   power.Category
}

// parseClueFilter reads a query string. Whether the department exists is for
// the reader of the rows to say.
func parseClueFilter(q url.Values) (clueFilter, error) {
	f := clueFilter{Kind: clueKind(q.Get("kind")), Category: power.Category(q.Get("category"))}
	if s := q.Get("department"); s != "" {
		var err error
		if f.Department, err = sqldb.ParseID(s); err != nil {
			return f, errs.Invalidf("筛选条件无效").Fix("请从缺漏对照重新选择").Because(err)
		}
	}
	if f.Kind != "" && !slices.Contains(clueKinds(), f.Kind) {
		return f, errs.Invalidf("没有这样的线索").Fix("请从缺漏对照重新选择")
	}
	if f.Category != "" && !slices.Contains(power.Categories(), f.Category) {
		return f, errs.Invalidf("没有这个权力类别").Fix("请从缺漏对照重新选择")
	}
	return f, nil
}

func (f clueFilter) values() url.Values {
	v := url.Values{}
	if !f.Department.IsZero() {
		v.Set("department", f.Department.String())
	}
	if f.Kind != "" {
		v.Set("kind", string(f.Kind))
	}
	if f.Category != "" {
		v.Set("category", string(f.Category))
	}
	return v
}

func (f clueFilter) at(path string) string { return ui.Address(path, f.values()) }

// list is the address of the list that the filter leaves.
func (f clueFilter) list() string { return f.at(gapsPath) + "#clues" }

// turn is list on another page.
func (f clueFilter) turn(way, at string) string {
	v := f.values()
	v.Set(way, at)
	return ui.Address(gapsPath, v) + "#clues"
}

// has says whether a clue meets the filter, leaving one facet out so that its
// counts show what choosing another value would give.
func (f clueFilter) has(c clue, except string) bool {
	return (except == "department" || f.Department.IsZero() || f.Department == c.Department) &&
		(except == "kind" || f.Kind == "" || f.Kind == c.Kind) &&
		(except == "category" || f.Category == "" || f.Category == c.Category)
}

// choose gives the clues that the filter leaves, in their order.
func (f clueFilter) choose(all []clue) []clue {
	var out []clue
	for _, c := range all {
		if f.has(c, "") {
			out = append(out, c)
		}
	}
	return out
}

// clueCounts are the numbers beside the choices of the filter: what each value
// of a facet would give with the other facets as they are.
type clueCounts struct {
	kinds       map[clueKind]int
	categories  map[power.Category]int
	departments map[sqldb.ID]int
}

func (f clueFilter) count(all []clue) clueCounts {
	n := clueCounts{map[clueKind]int{}, map[power.Category]int{}, map[sqldb.ID]int{}}
	for _, c := range all {
		if f.has(c, "kind") {
			n.kinds[c.Kind]++
		}
		if f.has(c, "category") {
			n.categories[c.Category]++
		}
		if f.has(c, "department") {
			n.departments[c.Department]++
		}
	}
	return n
}

// said says what the filter leaves, in words; nothing chosen is "".
func (f clueFilter) said(n names) string {
	words := []string{n[f.Department], string(f.Kind), string(f.Category)}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), "；")
}
