package measure

import (
	"cmp"
	"slices"

	"qingdan/internal/engine/match"
	"qingdan/internal/registry/power"
)

// find looks for the powers that left and are still there: listed again under the
// same or another name, code, category or department, cut into parts, or folded
// into another wording. What is recorded to go on elsewhere needs no search.
func (t *tally) find() {
	revised := t.revised()
	for more := true; more; more = t.prune() {
		// What is found of one lets others that went on in it be found.
		for again := true; again; {
			again = false
			for i := range t.ms {
				if t.self[i].place == Cut && t.noWay[i] == "" && t.reach(i, map[int]bool{}) == Cut {
					again = t.findOne(i, revised) || again
				}
			}
		}
	}
}

// prune leaves what came later to the powers that it is most surely the return of:
// one that bears the name of the one does not stand for its like as well. It says
// whether it took a link away; that link is not made again.
func (t *tally) prune() (took bool) {
	best := map[int]int{}
	for i := range t.kids {
		for _, l := range t.kids[i] {
			if l.how >= listed && t.later(l.to, i) {
				best[l.to] = max(best[l.to], l.sure)
			}
		}
	}
	for i := range t.kids {
		t.kids[i] = slices.DeleteFunc(t.kids[i], func(l link) bool {
			drop := l.how == listed && t.later(l.to, i) && l.sure < best[l.to]
			if drop {
				took, t.dropped[[2]int{i, l.to}] = true, true
			}
			return drop
		})
	}
	for k := range best {
		if a := t.under[k]; a >= 0 && !t.linked(a, k) {
			t.under[k] = -1
			for i := range t.kids {
				if t.linked(i, k) && !t.above(k, i) {
					t.under[k] = i
					break
				}
			}
		}
	}
	return took
}

// alone says whether some place of a law that both powers rest on has nothing else of
// their kind that stood there before the second one came.
func (t *tally) alone(i, k int) bool {
	for _, p := range t.read(k, true).places {
		if !slices.Contains(t.read(i, false).places, p) && !slices.Contains(t.read(i, true).places, p) {
			continue
		}
		if !slices.ContainsFunc(t.resting[p], func(j int) bool { return j != i && j != k && !t.later(j, i) }) {
			return true
		}
	}
	return false
}

// prepare indexes the present wordings, and what rests on which place of a law.
func (t *tally) prepare() {
	t.items = make([]match.Item, len(t.ms))
	for i := range t.ms {
		t.items[i] = prepare(t.ms[i].Now)
		if said := letters(substance(t.ms[i].Now.Elements.Content)); len([]rune(said)) > longElse {
			t.said[said] = append(t.said[said], i)
		}
		places := placesOf(t.ms[i].Now)
		if t.ms[i].First.ID != t.ms[i].Now.ID {
			places = append(places, placesOf(t.ms[i].First)...)
		}
		slices.Sort(places)
		for _, p := range slices.Compact(places) {
			t.resting[p] = append(t.resting[p], i)
		}
	}
	t.index = match.NewIndex(t.items)
}

// saying gives what says the same as a wording at length, whatever its name and basis;
// nothing of a content that many share.
func (t *tally) saying(v power.Version) []int {
	content := substance(v.Elements.Content)
	if t.stock[content] > 2 {
		return nil
	}
	return t.said[letters(content)]
}

// there says whether a power is exercised or on its way there, itself or in what it
// goes on in.
func (t *tally) there(i int) bool {
	return t.ms[i].State != power.Withdrawn && (t.self[i].place != Cut || t.reach(i, map[int]bool{}) != Cut)
}

// revised lists the powers whose wording is not the first any more.
func (t *tally) revised() []int {
	var out []int
	for k := range t.ms {
		if t.ms[k].First.ID != t.ms[k].Now.ID {
			out = append(out, k)
		}
	}
	return out
}

// findOne looks for one power that left, and says whether it found something.
func (t *tally) findOne(i int, revised []int) (found bool) {
	candidates := t.index.Near(t.read(i, false).item)
	if t.ms[i].First.ID != t.ms[i].Now.ID {
		candidates = append(candidates, t.index.Near(t.read(i, true).item)...)
		candidates = append(candidates, t.saying(t.ms[i].Now)...)
	}
	candidates = append(candidates, t.saying(t.ms[i].First)...)
	for _, k := range revised {
		if t.ms[k].Unit == t.ms[i].Unit || t.ms[k].Now.Department == t.ms[i].Now.Department {
			candidates = append(candidates, k)
		}
	}
	slices.Sort(candidates)
	for _, k := range slices.Compact(candidates) {
		if k == i || !t.there(k) || t.linked(i, k) || t.dropped[[2]int{i, k}] {
			continue
		}
		l := t.compare(i, k)
		if l.how == 0 {
			continue
		}
		t.kids[i] = append(t.kids[i], l)
		if t.under[k] < 0 && t.later(k, i) && !t.above(k, i) {
			t.under[k] = i
		}
		found = true
	}
	return found
}

func (t *tally) linked(i, k int) bool {
	return slices.ContainsFunc(t.kids[i], func(l link) bool { return l.to == k })
}

// later says whether a power came in after another one left, or was found by the
// audit, or was split from another: it was not there beside it from the beginning.
func (t *tally) later(k, i int) bool {
	return t.ms[k].Origin != power.Reported || !t.ms[i].Left.IsZero() && t.ms[k].Created.After(t.ms[i].Left)
}

// sameUnit says whether two powers were reported or are exercised by one department.
func (t *tally) sameUnit(i, k int) bool {
	a, b := &t.ms[i], &t.ms[k]
	return a.Unit == b.Unit || a.Now.Department == b.Now.Department
}

// compare holds a power that left, in its first and its last wording, against one
// that is there.
func (t *tally) compare(i, k int) link {
	now, r := t.read(k, true), relation{sameUnit: t.sameUnit(i, k), later: t.later(k, i)}
	r.alone = (r.sameUnit || r.later) && t.alone(i, k)
	for _, last := range []bool{false, true} {
		if last && t.ms[i].First.ID == t.ms[i].Now.ID {
			break
		}
		x := t.read(i, last)
		why, sure := again(*x, *now, r)
		switch {
		case r.later && r.sameUnit && cutFrom(*x, *now):
			return link{k, divided, cmp.Or(why, "名称和条款都在，只是按对象或者数额分开列出"), sure}
		case !r.later && r.sameUnit && cutFrom(*now, *x):
			return link{k, pieced, cmp.Or(why, "是这一项按对象或者数额分出来的"), sure}
		case !r.later && r.sameUnit && bracketed(*x, *now) && t.inParts(i, *x):
			return link{k, divided, "整项取消，分出来的几项都在", sure}
		case sure > 1:
			return link{k, listed, why, sure}
		case t.ms[k].First.ID != t.ms[k].Now.ID && t.foldedInto(*x, k, *now, r):
			return link{k, infused, "内容写进了这一项后来的表述", 0}
		case why != "":
			return link{k, listed, why, sure}
		case t.foldedInto(*x, k, *now, r):
			return link{k, infused, "内容写进了这一项", 0}
		}
	}
	return link{}
}

// foldedInto says whether what x is about stands in the wording of k: under the same
// article, or in what k was given after its first wording.
func (t *tally) foldedInto(x reading, k int, now reading, r relation) bool {
	share := standsIn(x, now)
	if share < folded {
		return false
	}
	l := match.Compare(x.item, now.item)
	if l.Category == match.Different && !(x.asked && now.asked) {
		return false
	}
	article := l.Basis >= match.SameArticle
	gained := t.ms[k].First.ID != t.ms[k].Now.ID && standsIn(x, *t.read(k, false)) < foldedBefore
	switch {
	case gained:
		return article || r.sameUnit
	case r.later:
		return article
	default:
		return article && r.sameUnit && share >= 0.95 && within(x.core, now.core) < folded && spelled(x, now)
	}
}

// inParts says whether several parts of what a power is called are exercised beside
// it: they make up the whole. One alone is less than the whole, and the rest of that
// may really have gone.
func (t *tally) inParts(i int, x reading) bool {
	n := 0
	for k := range t.ms {
		if k != i && t.ms[k].Origin == power.Reported && t.sameUnit(i, k) && bracketed(x, *t.read(k, true)) && t.there(k) {
			n++
		}
	}
	return n > 1
}

// parts finds what came in later and is a part, the second report or another name of
// something that came in before: it is no matter of its own.
func (t *tally) parts() {
	if t.since.IsZero() {
		t.since = maxTime(t.ms)
	}
	for k := range t.ms {
		m := &t.ms[k]
		if t.under[k] >= 0 || m.State == power.Withdrawn || m.Origin == power.Split || m.Origin == power.Reported && !m.Created.After(t.since) {
			continue
		}
		for _, a := range t.index.Near(t.read(k, false).item) {
			if a == k || t.dropped[[2]int{a, k}] || t.above(k, a) || t.ms[a].Origin == m.Origin && a > k {
				continue
			}
			l := t.partOf(a, k)
			if l.how == 0 {
				continue
			}
			t.under[k] = a
			if !t.linked(a, k) {
				t.kids[a] = append(t.kids[a], l)
			}
			break
		}
	}
}

// above says whether k stands above a already: counting each under the other would
// lose both.
func (t *tally) above(k, a int) bool {
	for range t.ms {
		if a < 0 || a == k {
			return a == k
		}
		a = t.under[a]
	}
	return true
}

// partOf says whether k is no matter of its own beside a: what a became after it
// left, a second report of it by its department, or a part of it.
func (t *tally) partOf(a, k int) link {
	if t.self[a].place == Cut {
		if t.noWay[a] != "" || !t.later(k, a) {
			return link{}
		}
		return t.compare(a, k)
	}
	if !t.sameUnit(a, k) {
		return link{}
	}
	h, why := doubleOrPart(*t.read(a, false), *t.read(k, false))
	return link{k, h, why, 0}
}

// doubleOrPart says whether k is a second report or a part of a.
func doubleOrPart(a, k reading) (how, string) {
	l := match.Compare(a.item, k.item)
	switch {
	case l.SameName && l.Category != match.Different, l.SameCore && l.Apart == "" && (l.Basis >= match.SameArticle || l.Basis == match.BasisUnknown):
		return twice, because(l, "")
	case cutFrom(a, k):
		return divided, "名称和条款都在，只是按对象或者数额分开列出"
	default:
		return 0, ""
	}
}
