package match

import (
	"cmp"
	"fmt"
	"slices"

	"qingdan/internal/engine/citation"
)

// Overlap is a group of rows of one list that are taken for one matter: several
// offices hold it, or one office lists it twice.
type Overlap struct {
	Head    int          // the row that stands for the group, by position
	Members []Member     // the head first, then by likeness to it
	Score   float64      // likeness of the member that is least like the head
	Reasons []string     // in Chinese: what holds of all members, the strongest first
	Place   citation.Ref // the article that all members rest on, zero where there is none
	Across  bool         // the members belong to more than one body
}

// Member is one row of an overlap.
type Member struct {
	At       int      // position in the list
	Likeness Likeness // to the head; of the head itself a score of 1 without reasons
}

// Overlaps finds the powers of one list that are the same matter under the same
// or other names (减权/5 职责交叉), across bodies and within one, by the inverted
// index and not by all pairs. The surest come first, then the larger groups, then
// the order of the list.
//
// A group is a star: every member is taken for the same matter as its head, and
// no two members are set apart by words like 批发 and 零售. So what is alike step
// by step only does not end in one group. A row is in one group at most.
// It is deterministic: the same rows in the same order give the same groups.
func Overlaps(rows []Row) []Overlap {
	s := &search{items: prepare(rows)}
	s.index = NewIndex(s.items)
	s.pairs()
	var out []Overlap
	for _, c := range s.components() {
		out = append(out, s.stars(c)...)
	}
	slices.SortStableFunc(out, func(a, b Overlap) int {
		return cmp.Or(cmp.Compare(round(b.Score), round(a.Score)), cmp.Compare(len(b.Members), len(a.Members)), cmp.Compare(a.Head, b.Head))
	})
	return out
}

// round drops what no reader sees of a score, so that size decides among equals.
func round(score float64) int { return int(score*1000 + 0.5) }

// link is a row that another one is taken for.
type link struct {
	to int
	l  Likeness
}

// search is one search for overlaps.
type search struct {
	items []Item
	index *Index
	links [][]link // by row, ascending
}

// pairs compares every row with the few that are worth it.
func (s *search) pairs() {
	s.links = make([][]link, len(s.items))
	for i := range s.items {
		b := &s.items[i]
		for _, j := range s.index.Near(*b) {
			if j >= i {
				break
			}
			a := &s.items[j]
			if hopeless(a, b) {
				continue
			}
			l := weigh(a, b)
			only := s.onlyOnes(&l, a, b)
			if l.twice(a, b); l.Score >= Same {
				if l.Reasons = l.reasons(a, b); only {
					l.Reasons = append(l.Reasons, "两个部门各只有这一项依据该条款")
				}
				s.links[i] = append(s.links[i], link{j, l})
				s.links[j] = append(s.links[j], link{i, l})
			}
		}
	}
	for i := range s.links {
		slices.SortFunc(s.links[i], func(a, b link) int { return a.to - b.to })
	}
}

// hopeless says of most pairs, before their names are looked at, that twice will
// not let them stand: under another article only the same words count.
func hopeless(a, b *Item) bool {
	basis, _ := meet(a.cites, b.cites)
	return basis != BasisUnknown && basis != SamePlace && a.name.folded != b.name.folded && !sameCore(&a.name, &b.name)
}

// onlyOnes lifts a pair of two bodies that have each one power only on the same
// paragraph or item of a law: there is hardly anything else that it could be.
func (s *search) onlyOnes(l *Likeness, a, b *Item) bool {
	if l.Score >= Same || l.Basis != SamePlace || l.Category != Equal || l.Apart != "" || l.Object == Different || a.row.Body == "" || b.row.Body == "" || a.row.Body == b.row.Body {
		return false
	}
	if !s.alone(a) || !s.alone(b) {
		return false
	}
	l.Score = max(l.Score, Same+0.02)
	return true
}

// What one list asks beyond what two lists ask: its rows were written to be told
// apart, and most that are alike are kept apart for a reason.
const (
	keptApart  = 0.85 // within one body, names that say it otherwise
	unproven   = 0.85 // likeness of names where nothing is cited
	otherPlace = 0.9  // factor: the same words, other paragraphs or items
	otherText  = 0.85 // factor: the same words, other laws
	fewWords   = 4    // characters; a name of fewer says too little to stand for its matter
)

// twice lowers the likeness of two rows of one list to what it says of their
// being one matter there: under another law or article only the same words
// count, and a licence is not a filing.
func (l *Likeness) twice(a, b *Item) {
	if l.Score < Same {
		return
	}
	told := !l.SameCore && swapped(a.name.plain, b.name.plain) && !(l.Content >= sameContent && a.row.Body != b.row.Body)
	clash := a.name.act != b.name.act && a.name.act != "" && b.name.act != ""
	other := l.Category == Different && !(onApplication(a.category) && onApplication(b.category))
	switch {
	case l.Apart != "" && !l.SameName, told, oneOps(a.name.ops, b.name.ops), clash && !(alikeActs(a.name.act, b.name.act) && slices.Equal(a.name.core, b.name.core)), other:
		l.Score = min(l.Score, apartAt)
	case l.Basis == BasisUnknown && !l.SameCore && l.Name < unproven:
		l.Score = min(l.Score, apartAt)
	case l.Basis == BasisUnknown || l.Basis == SamePlace:
		if a.row.Body == b.row.Body && !l.SameCore && l.Name < keptApart && !reordered(a.name.plain, b.name.plain) {
			l.Score = min(l.Score, apartAt)
		}
	case !l.SameCore || l.Object == Different || len(a.name.core) < fewWords:
		l.Score = min(l.Score, apartAt)
	case l.Basis == OtherLaw || l.Basis == KinLaw:
		l.Score *= otherText
	default:
		l.Score *= otherPlace
	}
}

// oneOps says whether only one of two names says what happens to a licence that
// there is already: what gives one is the matter itself.
func oneOps(a, b []string) bool {
	return changing(a) != changing(b)
}

func changing(ops []string) bool {
	return slices.ContainsFunc(ops, func(w string) bool {
		switch w {
		case "变更", "注销", "延续", "换证", "补证", "撤销", "终止", "恢复", "迁移", "抵押", "更正", "合并", "分立":
			return true
		default:
			return false
		}
	})
}

// alikeActs says whether two acts are often called by each other's names, and
// neither only takes note of something.
func alikeActs(a, b string) bool {
	return onApplication(a) && onApplication(b) && a != "备案" && b != "备案"
}

// alone says whether a body has no other power of the category on a place that
// the row cites.
func (s *search) alone(it *Item) bool {
	for _, k := range it.placeKeys() {
		n := 0
		for _, p := range s.index.places[k] {
			if s.items[p].row.Body == it.row.Body {
				n++
			}
		}
		if n == 1 {
			return true
		}
	}
	return false
}

// components gives the rows that hang together by links, each ascending, in the
// order of their first rows.
func (s *search) components() [][]int {
	seen := make([]bool, len(s.items))
	var out [][]int
	for i := range s.items {
		if seen[i] || len(s.links[i]) == 0 {
			continue
		}
		seen[i] = true
		all := []int{i}
		for at := 0; at < len(all); at++ {
			for _, k := range s.links[all[at]] {
				if !seen[k.to] {
					seen[k.to] = true
					all = append(all, k.to)
				}
			}
		}
		slices.Sort(all)
		out = append(out, all)
	}
	return out
}

// stars cuts a component into groups around the rows with the most links.
func (s *search) stars(component []int) []Overlap {
	free := map[int]bool{}
	for _, i := range component {
		free[i] = true
	}
	var out []Overlap
	for {
		head, weight := -1, 0.0
		for _, i := range component {
			w := 0.0
			for _, k := range s.links[i] {
				if free[k.to] {
					w += k.l.Score
				}
			}
			if free[i] && w > weight {
				head, weight = i, w
			}
		}
		if head < 0 {
			return out
		}
		o := s.star(head, free)
		for _, m := range o.Members {
			delete(free, m.At)
		}
		out = append(out, o)
	}
}

// star gathers the free rows that are taken for the head, the likest first, and
// leaves out those set apart from a member.
func (s *search) star(head int, free map[int]bool) Overlap {
	near := slices.DeleteFunc(slices.Clone(s.links[head]), func(k link) bool { return !free[k.to] })
	slices.SortStableFunc(near, func(a, b link) int { return cmp.Or(cmp.Compare(b.l.Score, a.l.Score), a.to-b.to) })
	o := Overlap{Head: head, Members: []Member{{At: head, Likeness: Likeness{Score: 1, SameName: true, SameCore: true, Name: 1}}}, Score: 1}
	for _, k := range near {
		if slices.ContainsFunc(o.Members[1:], func(m Member) bool { return weigh(&s.items[m.At], &s.items[k.to]).Apart != "" }) {
			continue
		}
		o.Members = append(o.Members, Member{k.to, k.l})
		o.Score = min(o.Score, k.l.Score)
		o.Across = o.Across || s.items[head].row.Body != s.items[k.to].row.Body
	}
	o.Reasons, o.Place = shared(o.Members[1:])
	return o
}

// shared says what holds of all members, and where all their bases meet.
func shared(members []Member) (out []string, place citation.Ref) {
	first := members[0].Likeness
	all := func(ok func(Likeness) bool) bool {
		return !slices.ContainsFunc(members, func(m Member) bool { return !ok(m.Likeness) })
	}
	switch {
	case all(func(l Likeness) bool {
		return l.Basis >= SameArticle && l.Place.Law == first.Place.Law && l.Place.Article == first.Place.Article && l.Place.ArticleSub == first.Place.ArticleSub
	}):
		place = first.Place
		out = append(out, first.based())
	case all(func(l Likeness) bool { return l.Basis >= SameArticle }):
		out = append(out, "同一条款")
	case all(func(l Likeness) bool { return l.Basis == SameLaw }):
		out = append(out, "同一部法规的不同条款")
	}
	least := 1.0
	for _, m := range members {
		least = min(least, m.Likeness.Name)
	}
	switch {
	case all(func(l Likeness) bool { return l.SameName }):
		out = append(out, "名称相同")
	case all(func(l Likeness) bool { return l.SameCore }):
		out = append(out, "名称只有措辞不同")
	default:
		out = append(out, fmt.Sprintf("名称相近 %.2f", least))
	}
	if all(func(l Likeness) bool { return l.Object == Equal }) {
		out = append(out, "对象相同")
	}
	if all(func(l Likeness) bool { return l.Content >= sameContent }) {
		out = append(out, "行使内容相同")
	}
	return out, place
}
