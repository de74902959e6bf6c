package filing

import (
	"net/url"
	"slices"
	"strings"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/web/ui"
)

// mark is something to do on a power that a person may ask for.
type mark string

// The marks.
const (
	toAnswer   mark = "opinions"   // 有待答复意见
	incomplete mark = "incomplete" // 要素不全
	moved      mark = "changed"    // 上次上报后有改动
	drafted    mark = "drafts"     // 有草稿
)

func marks() []mark { return []mark{toAnswer, incomplete, moved, drafted} }

// label is the word of the mark.
func (m mark) label() string {
	switch m {
	case toAnswer:
		return "有待答复的意见"
	case incomplete:
		return "要素不全"
	case moved:
		return "上次上报后有改动"
	case drafted:
		return "有未提交的草稿"
	default:
		return "全部"
	}
}

// The orders of the list.
const (
	byName = ""     // 拼音
	byCode = "code" // 编码
	byTime = "time" // 最近改动
)

// filter is what a person chose in the list; its query string is its permanent
// form: list and export carry the same.
type filter struct {
	department sqldb.ID // zero: one's own
	Category   power.Category
	State      power.State
	Mark       mark
	Words      string
	Sort       string
}

// parseFilter reads the query string of the list; what the pages never wrote is
// Invalid.
func parseFilter(q url.Values) (filter, error) {
	f := filter{Category: power.Category(q.Get("category")), State: power.State(q.Get("state")), Mark: mark(q.Get("mark")), Sort: q.Get("sort")}
	wrong := errs.Invalidf("筛选条件无效").Fix("请从清权填报重新选择")
	if s := q.Get("department"); s != "" {
		id, err := sqldb.ParseID(s)
		if err != nil {
			return f, wrong.Because(err)
		}
		f.department = id
	}
	if _, ok := power.ParseCategory(string(f.Category)); f.Category != "" && !ok {
		return f, wrong
	}
	if f.State != "" && f.State.Label() == string(f.State) || f.Mark != "" && !slices.Contains(marks(), f.Mark) ||
		!slices.Contains([]string{byName, byCode, byTime}, f.Sort) {
		return f, wrong
	}
	var err error
	f.Words, err = ui.ParseWords(q.Get("q"))
	return f, err
}

func (f filter) values() url.Values {
	v := url.Values{}
	for key, s := range map[string]string{"category": string(f.Category), "state": string(f.State), "mark": string(f.Mark), "q": f.Words, "sort": f.Sort} {
		if s != "" {
			v.Set(key, s)
		}
	}
	if !f.department.IsZero() {
		v.Set("department", f.department.String())
	}
	return v
}

func (f filter) at(path string) string { return ui.Address(path, f.values()) }

// turned is the address of the list from a place on.
func (f filter) turned(way string, at ui.Cursor) string {
	v := f.values()
	v.Set(way, at.String())
	return ui.Address(Root, v) + "#powers"
}

// asked says whether anything was chosen that leaves powers out.
func (f filter) asked() bool {
	return f.Category != "" || f.State != "" || f.Mark != "" || f.Words != ""
}

// said says the filter in words, for exports and prints.
func (f filter) said() string {
	var out []string
	for _, s := range []string{string(f.Category), f.State.Label(), f.Mark.label(), f.Words} {
		if s != "" && s != mark("").label() {
			out = append(out, s)
		}
	}
	return strings.Join(out, "；")
}

// has says whether a line meets the filter, leaving one facet out so that its
// counts show what choosing another value would give.
func (f filter) has(l line, drafts map[sqldb.ID]bool, except string) bool {
	return (except == "category" || f.Category == "" || f.Category == l.Category) &&
		(except == "state" || f.State == "" || f.State == l.State) &&
		(except == "mark" || f.Mark == "" || l.marked(f.Mark, drafts))
}

// marked says whether a mark stands at a line.
func (l line) marked(m mark, drafts map[sqldb.ID]bool) bool {
	switch m {
	case toAnswer:
		return l.Issued > 0
	case incomplete:
		return l.Lacks > 0 && l.open()
	case moved:
		return l.open() && l.changed()
	case drafted:
		return drafts[l.Power]
	default:
		return true
	}
}

// open says whether the department still has the power in hand, or the group.
func (l line) open() bool {
	return l.State == power.SelfCheck || l.State == power.HandedUp || l.State == power.Review
}

// find keeps the lines whose name, code or pinyin initials hold every word.
func find(lines []line, words string) []line {
	if words == "" {
		return lines
	}
	asked := strings.Fields(hanzi.Fold(words))
	return slices.DeleteFunc(slices.Clone(lines), func(l line) bool {
		name := hanzi.Fold(l.Name)
		for _, w := range asked {
			if !strings.Contains(name, w) && !strings.Contains(strings.ToLower(l.Code), w) && !strings.Contains(hanzi.Initials(l.Name), w) {
				return true
			}
		}
		return false
	})
}

// place is where a line stands in the chosen order.
func (f filter) place(l line) ui.Cursor {
	key := l.OrderKey
	switch f.Sort {
	case byCode:
		key = l.Code
	case byTime: // the newest first: the key falls as time rises
		key = newestFirst(l.Created)
	}
	return ui.Cursor{Key: key, ID: l.Power, Set: true}
}
