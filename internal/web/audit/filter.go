package audit

import (
	"cmp"
	"fmt"
	"math/bits"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/web/ui"
)

// filter is what a person chose in the queue. Its query string is its permanent
// form: the queue, its export, each power and each act carry the same, so that
// "the next one" is the next of the same queue.
type filter struct {
	Category   power.Category
	Status     status
	Hint       hint
	Rule       string // a rule that found something
	Department sqldb.ID
	Round      int // -1: any, 0: not handed up yet
	Lack       int // 1 and up: the part of content and extent that is missing; 0: any
	Words      string
	Sort       string
}

// sorts lists the orders of the queue; the first is the one without choice.
func sorts() []ui.Choice {
	return []ui.Choice{{Value: "", Label: "按编码"}, {Value: "name", Label: "按名称拼音"}, {Value: "department", Label: "按部门"},
		{Value: "hint", Label: "提示重的在前"}, {Value: "status", Label: "按审核状态"}}
}

func badFilter() *errs.Error {
	return errs.Invalidf("筛选条件无效").Fix("请从审核队列重新选择")
}

// parseFilter reads a query string. Values that no list offers are Invalid.
func parseFilter(q url.Values) (filter, error) {
	f := filter{Category: power.Category(q.Get("category")), Status: status(q.Get("status")), Hint: hint(q.Get("hint")), Rule: q.Get("rule"), Sort: q.Get("sort"), Round: -1}
	if s := q.Get("department"); s != "" {
		var err error
		if f.Department, err = sqldb.ParseID(s); err != nil {
			return f, badFilter().Because(err)
		}
	}
	for _, x := range []struct {
		key     string
		to      *int
		low, up int
	}{{"round", &f.Round, 0, 99}, {"lack", &f.Lack, 1, len(inventory.Aspects())}} {
		if s := q.Get(x.key); s != "" {
			n, err := strconv.Atoi(s)
			if err != nil || n < x.low || n > x.up {
				return f, badFilter()
			}
			*x.to = n
		}
	}
	var err error
	if f.Words, err = ui.ParseWords(q.Get("q")); err != nil {
		return f, err
	}
	_, category := power.ParseCategory(string(f.Category))
	if f.Category != "" && !category || f.Status != "" && f.Status.rank() < 0 ||
		f.Hint != "" && f.Hint.rank() < 0 ||
		f.Rule != "" && ruleIndex(f.Rule) < 0 ||
		!slices.ContainsFunc(sorts(), func(c ui.Choice) bool { return c.Value == f.Sort }) {
		return f, badFilter()
	}
	return f, nil
}

func (f filter) values() url.Values {
	v := url.Values{}
	for key, s := range map[string]string{"category": string(f.Category), "status": string(f.Status), "hint": string(f.Hint), "rule": f.Rule, "q": f.Words, "sort": f.Sort} {
		if s != "" {
			v.Set(key, s)
		}
	}
	if !f.Department.IsZero() {
		v.Set("department", f.Department.String())
	}
	if f.Round >= 0 {
		v.Set("round", strconv.Itoa(f.Round))
	}
	if f.Lack > 0 {
		v.Set("lack", strconv.Itoa(f.Lack))
	}
	return v
}

func (f filter) at(path string) string { return ui.Address(path, f.values()) }

// with is at with one more parameter.
func (f filter) with(path, key, value string) string {
	v := f.values()
	v.Set(key, value)
	return ui.Address(path, v)
}

// any is the filter that keeps everything.
func anyFilter() filter { return filter{Round: -1} }

// The facets, each a bit: a row that misses exactly one counts for the values of
// that one.
const (
	byCategory = iota
	byStatus
	byHint
	byRule
	byDepartment
	byRound
	facets
)

// tally are the counts of a queue under a filter: of each facet's values as they
// would be if that facet alone were chosen anew.
type tally struct {
	total       int
	categories  map[power.Category]int
	statuses    map[status]int
	hints       map[hint]int
	rules       [32]int // in the order of shortRules
	departments map[sqldb.ID]int
	rounds      map[int]int
	all         [facets]int // without that facet
}

// queue is what a person sees of a shelf: the rows of their scope that meet the
// filter, in its order, and the counts.
type queue struct {
	shelf *shelf
	rows  []*row
	tally tally
}

// cut makes the queue of a scope under a filter. lacks says which parts of its
// content a version misses; it is asked only for filters that name one.
func (s *shelf) cut(scope people.Scope, f filter, lacks map[sqldb.ID]uint) queue {
	q := queue{shelf: s, tally: tally{categories: map[power.Category]int{}, statuses: map[status]int{}, hints: map[hint]int{},
		departments: map[sqldb.ID]int{}, rounds: map[int]int{}}}
	within := make(map[sqldb.ID]bool, len(scope.Departments))
	for _, d := range scope.Departments {
		within[d] = true
	}
	words := newWords(f.Words)
	for _, x := range s.rows {
		if !scope.All && !within[x.department] || !words.match(x, s.names[x.department].name) || f.Lack > 0 && lacks[x.version]&(1<<(f.Lack-1)) == 0 {
			continue
		}
		h, _ := s.hint(x)
		if q.tally.count(s, x, h, f) {
			q.rows = append(q.rows, x)
		}
	}
	q.tally.total = len(q.rows)
	if f.Sort != "" {
		slices.SortStableFunc(q.rows, func(a, b *row) int { return s.place(f, a).Compare(s.place(f, b)) })
	}
	return q
}

// count adds a row to the counts and says whether it meets the whole filter.
func (t *tally) count(s *shelf, x *row, h hint, f filter) bool {
	st := x.status()
	var misses [facets]bool
	misses[byCategory] = f.Category != "" && x.category != f.Category
	misses[byStatus] = f.Status != "" && st != f.Status
	misses[byHint] = f.Hint != "" && h != f.Hint
	misses[byRule] = f.Rule != "" && (h == unchecked || s.found[x.version].all()&(1<<ruleIndex(f.Rule)) == 0)
	misses[byDepartment] = !f.Department.IsZero() && x.department != f.Department
	misses[byRound] = f.Round >= 0 && x.no != f.Round
	missed, n := -1, 0
	for i, m := range misses {
		if m {
			missed, n = i, n+1
		}
	}
	if n > 1 {
		return false
	}
	for i := range t.all {
		if n != 0 && missed != i {
			continue
		}
		t.all[i]++
		switch i {
		case byCategory:
			t.categories[x.category]++
		case byStatus:
			t.statuses[st]++
		case byHint:
			t.hints[h]++
		case byRule:
			if h != unchecked {
				t.addRules(s.found[x.version])
			}
		case byDepartment:
			t.departments[x.department]++
		case byRound:
			t.rounds[x.no]++
		}
	}
	return n == 0
}

func (t *tally) addRules(f found) {
	for m := f.all(); m != 0; m &= m - 1 {
		t.rules[bits.TrailingZeros32(m)]++
	}
}

// place is where a row stands in the order of a filter.
func (s *shelf) place(f filter, x *row) ui.Cursor {
	key := x.code
	switch f.Sort {
	case "name":
		key = x.order + "\x01" + x.code
	case "department":
		key = s.names[x.department].order + "\x01" + x.code
	case "hint":
		h, _ := s.hint(x)
		key = fmt.Sprintf("%d%s", h.rank(), x.code)
	case "status":
		key = fmt.Sprintf("%02d%s", x.status().rank(), x.code)
	}
	return ui.Cursor{Key: key, ID: x.change, Set: true}
}

// around gives the rows before and after a place, nil where none is, and how many
// rows are before it.
func (q queue) around(f filter, at ui.Cursor) (before, after *row, n int) {
	i, found := slices.BinarySearchFunc(q.rows, at, func(x *row, c ui.Cursor) int { return q.shelf.place(f, x).Compare(c) })
	n = i
	if i > 0 {
		before = q.rows[i-1]
	}
	if found {
		i++
	}
	if i < len(q.rows) {
		after = q.rows[i]
	}
	return before, after, n
}

// words is a search for names, codes, departments, and the first letters of
// pinyin. All words must be found.
type words []string

func newWords(s string) words {
	var out words
	for w := range strings.FieldsSeq(s) {
		if f := strings.ToLower(hanzi.Fold(w)); f != "" {
			out = append(out, f)
		}
	}
	return out
}

func (ws words) match(x *row, department string) bool {
	for _, w := range ws {
		if !strings.Contains(x.folded, w) && !strings.HasPrefix(x.code, strings.ToUpper(w)) && !strings.HasPrefix(x.code, w) &&
			!strings.Contains(x.initials, w) && !strings.Contains(department, w) {
			return false
		}
	}
	return true
}

// roundWord names the round of a submission in lists.
func roundWord(no int) string {
	if no == 0 {
		return "未上报"
	}
	return round.Up(no)
}

// byOrder sorts choices of departments in pinyin order.
func (s *shelf) byOrder(a, b sqldb.ID) int {
	return cmp.Or(cmp.Compare(s.names[a].order, s.names[b].order), slices.Compare(a[:], b[:]))
}
