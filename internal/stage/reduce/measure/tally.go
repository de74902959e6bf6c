package measure

import (
	"slices"
	"strings"
	"time"

	"qingdan/internal/engine/match"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
)

// how says by what a power goes on in another one.
type how int

const (
	merged  how = iota + 1 // recorded: 整合
	split                  // recorded: 拆分
	twice                  // the same unit reported it twice
	listed                 // found: listed again
	divided                // found: cut by object or amount
	infused                // found: folded into another wording
	pieced                 // found: it was a part of what stands there
)

// link leads from a power to one in which it goes on.
type link struct {
	to   int
	how  how
	why  string // in Chinese, of what was found
	sure int    // of what was found: see again
}

// life is what the decision on a power alone makes of it.
type life struct {
	place Place
	kind  Kind   // why the books have it cut all the same, "" for no reason
	why   string // in Chinese
}

// tally is one count under way. Everything is by position in the matters.
type tally struct {
	w     World
	ms    []Matter
	at    map[sqldb.ID]int
	names map[sqldb.ID]string
	order map[sqldb.ID]int

	self  []life
	noWay []string // what it is instead of a power, "" for nothing
	under []int    // the matter that it is a part, a new name or a second report of; -1 for a matter of its own
	kids  [][]link
	// dropped are links that something surer took the place of.
	dropped map[[2]int]bool
	normal  []Place

	since    time.Time // from when on what comes in is later than the first exit
	index    *match.Index
	items    []match.Item // present wordings, as in the index
	readings map[readingKey]*reading
	stock    map[string]int   // how many powers share a content
	resting  map[string][]int // what rests on a place of a law
	said     map[string][]int // what has a long content
	flags    flagbook
}

type readingKey struct {
	i   int
	now bool
}

// Tally counts. It is pure: the same world gives the same report.
//
// rule:不玩数字游戏/1 按沿革计数：合并、拆分、改名、调整类别、换部门、并入其他事项、冻结、没有承接的下放都不算减少
// rule:不玩数字游戏/2 玩数字的做法逐一标出：合并计减、改名重报、拆分计减、转类、放虚不放实、放责任不放权力、放内不放外、放明不放暗等
// rule:不玩数字游戏/3 数量之外看负担：时限、材料、跑动次数、年办件量，不知道的不算
func Tally(w World) Report {
	t := &tally{w: w, ms: w.Matters, at: map[sqldb.ID]int{}, names: map[sqldb.ID]string{}, order: map[sqldb.ID]int{}, readings: map[readingKey]*reading{},
		stock: map[string]int{}, resting: map[string][]int{}, said: map[string][]int{}, dropped: map[[2]int]bool{}}
	for i := range t.ms {
		t.at[t.ms[i].ID] = i
	}
	t.count()
	for i, u := range w.Units {
		t.names[u.ID], t.order[u.ID] = u.Name, i
	}
	t.prepare()
	t.live()
	t.record()
	t.doubles()
	t.find()
	t.parts()
	t.settle()
	t.explain()
	t.indicate()
	return t.report()
}

// count counts how many reported powers of different names share a content.
func (t *tally) count() {
	seen := map[string]bool{}
	for i := range t.ms {
		v := t.ms[i].First
		content := substance(v.Elements.Content)
		key := coreOf(title(v)) + "\n" + content
		if t.ms[i].Origin == power.Reported && !seen[key] {
			seen[key] = true
			t.stock[content]++
		}
	}
}

// live says what every decision alone makes of its power.
func (t *tally) live() {
	n := len(t.ms)
	t.self, t.noWay, t.under, t.kids, t.normal = make([]life, n), make([]string, n), make([]int, n), make([][]link, n), make([]Place, n)
	for i := range t.ms {
		m := &t.ms[i]
		t.self[i], t.under[i] = t.lifeOf(m), -1
		if m.raw() != Kept {
			t.noWay[i] = m.noPower()
		}
		if m.raw() == Cut && (t.since.IsZero() || m.Left.Before(t.since)) {
			t.since = m.Left
		}
	}
}

func (t *tally) lifeOf(m *Matter) life {
	switch {
	case m.raw() == Kept:
		return life{Kept, "", "在清单上，或者准备保留"}
	case m.raw() == Open:
		return life{Open, "", "还没有处置意见"}
	}
	switch m.State {
	case power.Frozen:
		return life{Kept, Frozen, "冻结的随时可以恢复，不是取消"}
	case power.Reclassified:
		return reclassified(m)
	case power.HandedDown:
		return t.handedDown(m)
	case power.Transferred:
		return t.transferred(m)
	case power.MergedAway:
		return life{Cut, "", "并入的事项已经不再行使"}
	default:
		return life{Cut, "", "已取消，没有另外列出"}
	}
}

// record takes the recorded lineage over.
func (t *tally) record() {
	for i := range t.ms {
		for _, p := range t.ms[i].Parents {
			j, ok := t.at[p.ID]
			if !ok || j == i {
				continue
			}
			h := merged
			if t.ms[i].Origin == power.Split {
				h, t.under[i] = split, j
			}
			t.kids[j] = append(t.kids[j], link{to: i, how: h})
		}
	}
}

// doubles finds what one unit reported twice: the first by code stands for both,
// whatever was decided on either.
func (t *tally) doubles() {
	first := map[string][]int{}
	for i := range t.ms {
		m := &t.ms[i]
		if m.Origin != power.Reported {
			continue
		}
		key := m.Unit.String() + coreOf(title(m.First))
		for _, j := range first[key] {
			l := match.Compare(t.read(j, false).item, t.read(i, false).item)
			same := l.SameName || l.SameCore && l.Apart == ""
			if same && (l.Basis >= match.SameArticle || l.Basis == match.BasisUnknown || l.SameName && l.Category != match.Different) {
				t.under[i] = j
				t.kids[j] = append(t.kids[j], link{i, twice, strings.Join(l.Reasons, "，"), 0})
				break
			}
		}
		if t.under[i] < 0 {
			first[key] = append(first[key], i)
		}
	}
}

// read gives a wording of a power ready for comparing.
func (t *tally) read(i int, now bool) *reading {
	key := readingKey{i, now}
	if t.ms[i].First.ID == t.ms[i].Now.ID {
		key.now = false
	}
	r := t.readings[key]
	if r == nil {
		v, item := t.ms[i].First, t.items[i]
		switch {
		case key.now:
			v = t.ms[i].Now
		case v.ID != t.ms[i].Now.ID:
			item = prepare(v)
		}
		x := read(v, item, t.stock)
		r = &x
		t.readings[key] = r
	}
	return r
}

// settle follows the lineage of every matter to what is exercised today.
func (t *tally) settle() {
	for i := range t.ms {
		if t.noWay[i] != "" || t.under[i] >= 0 {
			t.normal[i] = Nowhere
			continue
		}
		t.normal[i] = t.reach(i, map[int]bool{})
	}
}

// reach is the best place of a power and all in which it goes on: kept before open
// before cut.
func (t *tally) reach(i int, seen map[int]bool) Place {
	if seen[i] {
		return Cut
	}
	seen[i] = true
	best := t.self[i].place
	for _, k := range t.kids[i] {
		if best == Kept {
			break
		}
		if p := t.reach(k.to, seen); p == Kept || p == Open && best == Cut {
			best = p
		}
	}
	return best
}

// into gives the powers in which one goes on that are exercised themselves.
func (t *tally) into(i int, seen map[int]bool) []int {
	var out []int
	for _, k := range t.kids[i] {
		if seen[k.to] {
			continue
		}
		seen[k.to] = true
		if t.self[k.to].place != Cut {
			out = append(out, k.to)
		}
		out = append(out, t.into(k.to, seen)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// end is how the honest count says that a matter ended.
func (t *tally) end(i int) reduce.Fate {
	switch t.normal[i] {
	case Kept:
		return reduce.Keep
	case Open:
		return reduce.Undecided
	case Nowhere:
		return ""
	}
	m := &t.ms[i]
	if m.State == power.Ended && t.covered(m) {
		return reduce.Delegate
	}
	if f := m.fate(); f == reduce.Delegate || f == reduce.Transfer {
		return f
	}
	return reduce.Cancel
}
