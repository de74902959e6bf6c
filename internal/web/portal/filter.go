package portal

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// The orders of the list.
const (
	sortName = ""     // by pinyin of the name
	sortCode = "code" // by code
)

// Limits on what a reader may send.
const (
	maxWords    = 100 // characters of a search
	defaultSize = 50
)

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

// cursor is a place in a list ordered by a key and an id.
type cursor struct {
	key string
	id  sqldb.ID
	set bool
}

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString(append(c.id[:], c.key...))
}

func parseCursor(s string) (cursor, error) {
	if s == "" {
		return cursor{}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) < 16 || len(b) > 4096 || !utf8.Valid(b[16:]) || strings.ContainsRune(string(b[16:]), 0) {
		return cursor{}, errs.Invalidf("翻页位置无效").Fix("请从第一页重新翻起")
	}
	return cursor{key: string(b[16:]), id: sqldb.ID(b[:16]), set: true}, nil
}

// parseFilter reads the query string of the list. Sizes and orders not offered
// fall back to the usual ones; the facets are checked against the data later.
func parseFilter(q url.Values) (filter, error) {
	words, err := parseWords(q.Get("q"))
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
		if err == nil && !clean(s) {
			err = errs.Invalidf("筛选条件无效").Fix("请重新选择")
		}
	}
	return f, err
}

func clean(s string) bool {
	return len(s) <= 400 && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// parseWords tidies what a reader typed: controls and repeated blanks go. Too
// long a text is Invalid, since nobody types it by hand.
func parseWords(s string) (string, error) {
	if len(s) > 4*maxWords || utf8.RuneCountInString(s) > maxWords {
		return "", errs.Invalidf("搜索的字数超过 %d 个", maxWords).Fix("请只写事项名称、部门或编码中的几个词")
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " "), nil
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

func (f filter) at(path string) string { return address(path, f.values()) }

func address(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// page is the address of the page before or after a cursor.
func (f filter) page(way string, c cursor) string {
	v := f.values()
	v.Set(way, c.String())
	return address("/powers", v)
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
