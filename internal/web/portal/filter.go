package portal

import (
	"net/url"
	"slices"
	"strconv"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/web/ui"
)

// The orders of the list.
const (
	sortName = ""     // by pinyin of the name
	sortCode = "code" // by code
)

const defaultSize = 50

func sizes() []int { return []int{20, 50, 100} }

// filter is what a reader chose on the list. Its query string is its
// permanent form: page, export and links all carry the same.
type filter struct {
	Words                                         string
	Category, Department, Level, Initiative, Sort string
	Size                                          int
	Dense                                         bool
	department                                    sqldb.ID // resolved from Department
}

// parseFilter reads the query string of the list. Sizes and orders not offered
// fall back to the usual ones; the facets are checked against the data later.
func parseFilter(q url.Values) (filter, error) {
	words, err := ui.ParseWords(q.Get("q"))
	f := filter{
		Words: words, Category: q.Get("category"), Department: q.Get("department"),
		Level: q.Get("level"), Initiative: q.Get("initiative"), Dense: q.Get("density") == "compact", Size: defaultSize,
	}
	if q.Get("sort") == sortCode {
		f.Sort = sortCode
	}
	if n, err := strconv.Atoi(q.Get("size")); err == nil && slices.Contains(sizes(), n) {
		f.Size = n
	}
	for _, s := range []string{f.Category, f.Department, f.Level, f.Initiative} {
		if err == nil && !ui.Clean(s) {
			err = errs.Invalidf("筛选条件无效").Fix("请重新选择")
		}
	}
	return f, err
}

func (f filter) values() url.Values {
	v := url.Values{}
	set := func(k, s string) {
		if s != "" {
			v.Set(k, s)
		}
	}
	set("q", f.Words)
	set("category", f.Category)
	set("department", f.Department)
	set("level", f.Level)
	set("initiative", f.Initiative)
	set("sort", f.Sort)
	if f.Size != defaultSize && f.Size != 0 {
		set("size", strconv.Itoa(f.Size))
	}
	if f.Dense {
		set("density", "compact")
	}
	return v
}

func (f filter) at(path string) string { return ui.Address(path, f.values()) }

// page is the address of the page before or after a cursor.
func (f filter) page(way string, c ui.Cursor) string {
	v := f.values()
	v.Set(way, c.String())
	return ui.Address("/powers", v)
}

// narrowed says whether any facet or word is chosen.
func (f filter) narrowed() bool {
	return f.Words+f.Category+f.Department+f.Level+f.Initiative != ""
}

// has says whether a cell meets the filter, leaving one facet out so that its
// counts show what choosing another value would give.
func (f filter) has(c cell, except string) bool {
	return (except == "category" || f.Category == "" || f.Category == c.Category) &&
		(except == "department" || f.department.IsZero() || f.department == c.Department) &&
		(except == "level" || f.Level == "" || f.Level == c.Level) &&
		(except == "initiative" || f.Initiative == "" || f.Initiative == c.Initiative)
}
