package measure

import (
	"cmp"
	"slices"
	"strings"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
)

// flagbook collects flags: what says the same of one department is one flag.
type flagbook struct {
	flags []*Flag
	byKey map[flagKey]*Flag
	of    map[int][]Kind // by matter
}

type flagKey struct {
	kind Kind
	unit sqldb.ID
	of   Figure
	why  string
	root int // of a flag about one power: its position and 1, else 0
}

// raise flags powers. The first position given is the one that is hidden; root keeps
// flags about different powers apart.
func (t *tally) raise(k Kind, of Figure, unit sqldb.ID, why string, root, hidden int, who ...int) {
	b := &t.flags
	if b.byKey == nil {
		b.byKey, b.of = map[flagKey]*Flag{}, map[int][]Kind{}
	}
	key := flagKey{k, unit, of, why, root}
	f := b.byKey[key]
	if f == nil {
		f = &Flag{Kind: k, Unit: unit, Department: t.names[unit], Why: why, Of: of}
		b.byKey[key] = f
		b.flags = append(b.flags, f)
	}
	f.Hidden += hidden
	for _, i := range who {
		if c := t.ms[i].Code; !slices.Contains(f.Codes, c) {
			f.Codes = append(f.Codes, c)
		}
		if !slices.Contains(b.of[i], k) {
			b.of[i] = append(b.of[i], k)
		}
	}
}

// sorted gives the flags by kind, department and first code.
func (t *tally) sorted() []Flag {
	kinds := map[Kind]int{}
	for i, k := range Kinds() {
		kinds[k] = i
	}
	out := make([]Flag, 0, len(t.flags.flags))
	for _, f := range t.flags.flags {
		slices.Sort(f.Codes)
		out = append(out, *f)
	}
	slices.SortStableFunc(out, func(a, b Flag) int {
		return cmp.Or(cmp.Compare(kinds[a.Kind], kinds[b.Kind]), cmp.Compare(t.order[a.Unit], t.order[b.Unit]), slices.Compare(a.Codes, b.Codes), cmp.Compare(a.Of, b.Of))
	})
	return out
}

// explain flags whatever the two counts tell apart, each matter once in a flag whose
// Of is the figure that it distorts.
func (t *tally) explain() {
	for i := range t.ms {
		switch {
		case t.noWay[i] != "" && !t.cameBack(i):
			t.explainNoPower(i)
		case t.under[i] >= 0:
			t.explainPart(i)
		case t.ms[i].raw() == Cut && t.normal[i] != Cut:
			t.explainStays(i)
		}
	}
}

// figure says which raw figure a power that is no matter distorts.
func (t *tally) figure(i int) Figure {
	if t.ms[i].raw() == Cut {
		return OfCut
	}
	return OfBase
}

func (t *tally) explainNoPower(i int) {
	t.raise(Padded, t.figure(i), t.ms[i].Unit, "上报的属于"+t.noWay[i]+"，不是行政权力，去掉不算减少", 0, 1, i)
}

// cameBack says whether a power was found to be another one that left.
func (t *tally) cameBack(i int) bool {
	a := t.under[i]
	return a >= 0 && t.self[a].place == Cut && t.linkTo(a, i).how >= listed
}

// explainPart flags a power that is counted under another one.
func (t *tally) explainPart(i int) {
	a, m := t.under[i], &t.ms[i]
	l, of, top := t.linkTo(a, i), t.figure(i), t.top(i)
	name := "“" + t.ms[top].Now.Name + "”（" + t.ms[top].Code + "）"
	kind := Grain
	switch {
	case l.how == twice:
		t.raise(Padded, of, m.Unit, "与"+name+"是同一事项，重复上报："+l.why, top+1, 1, i, a, top)
		return
	case t.self[top].place == Cut && l.how >= listed && of == OfBase && t.ms[top].raw() == Cut && t.normal[top] != Cut:
		return // the flag of what left names it
	case t.self[top].place == Cut && l.how >= listed:
		if k := t.foundKind(top, i); k == ToService || l.how == listed {
			kind = k
		}
		t.raise(kind, of, m.Unit, "就是取消的"+name+"："+l.why, top+1, 1, i, a, top)
		return
	case of == OfCut:
		kind = SplitCut
	}
	said := "由" + name + "拆分列出，仍按拆分前的一项计"
	if l.how != split {
		said = "与" + name + "是一项，分开列出"
	}
	if kind == SplitCut {
		said = "由" + name + "分出，取消分出的不算减少"
	}
	t.raise(kind, of, m.Unit, said, top+1, 1, i, a, top)
}

// top is the matter under which a power is counted at last.
func (t *tally) top(i int) int {
	for range t.ms {
		if t.under[i] < 0 {
			break
		}
		i = t.under[i]
	}
	return i
}

// linkTo gives the link by which k goes on from a.
func (t *tally) linkTo(a, k int) link {
	for _, l := range t.kids[a] {
		if l.to == k {
			return l
		}
	}
	return link{to: k, how: split}
}

// explainStays flags a power that the books have cut and that is exercised.
func (t *tally) explainStays(i int) {
	m := &t.ms[i]
	if s := t.self[i]; s.place != Cut {
		t.raise(s.kind, OfCut, m.Unit, s.why, 0, 1, i)
		return
	}
	l := t.going(i)
	k := &t.ms[l.to]
	who := append([]int{i, l.to}, t.into(i, map[int]bool{})...)
	switch l.how {
	case merged:
		t.raise(Packed, OfCut, k.Now.Department, "并入“"+k.Now.Name+"”（"+k.Code+"），"+t.still(l.to), l.to+1, 1, who...)
	case split:
		t.raise(SplitCut, OfCut, m.Unit, "取消的是整项，拆出的“"+k.Now.Name+"”（"+k.Code+"）仍在行使", i+1, 1, who...)
	case twice:
		t.raise(Padded, OfCut, m.Unit, "同一事项的另一份“"+k.Now.Name+"”（"+k.Code+"）仍在行使："+l.why, i+1, 1, who...)
	case pieced:
		t.raise(SplitCut, OfCut, m.Unit, "由“"+k.Now.Name+"”（"+k.Code+"）分出，取消分出的不算减少："+l.why, l.to+1, 1, who...)
	case divided, infused:
		if k := t.foundKind(i, l.to); k == ToService {
			t.raise(k, OfCut, m.Unit, t.foundWhy(i, l), i+1, 1, who...)
			break
		}
		t.raise(Grain, OfCut, m.Unit, "取消后列在“"+k.Now.Name+"”（"+k.Code+"）中："+l.why, i+1, 1, who...)
	default:
		t.raise(t.foundKind(i, l.to), OfCut, m.Unit, t.foundWhy(i, l), i+1, 1, who...)
	}
	if l.how == listed && m.First.Category == power.CategoryPermit {
		t.shift(i, l.to)
	}
}

// still says whether a power into which others were merged is exercised itself.
func (t *tally) still(k int) string {
	if t.self[k].place != Cut {
		return "仍在行使"
	}
	return "该事项又并入或者改列为别的事项，仍在行使"
}

// going gives the link by which a power that left is still exercised.
func (t *tally) going(i int) link {
	best := t.kids[i][0]
	for _, l := range t.kids[i] {
		if t.reach(l.to, map[int]bool{i: true}) == t.normal[i] {
			return l
		}
	}
	return best
}

// foundKind names what was done with a power that left and is found again.
func (t *tally) foundKind(i, k int) Kind {
	switch {
	case t.ms[k].State == power.Reclassified || t.ms[k].Now.Category == power.CategoryService || power.NotAPower(t.ms[k].Now.SchemeCategory):
		return ToService
	case !t.sameUnit(i, k):
		return Moved
	default:
		return Renamed
	}
}

func (t *tally) foundWhy(i int, l link) string {
	k := &t.ms[l.to]
	said := "取消后列为“"
	if !t.later(l.to, i) {
		said = "取消的同时还有同一事项“"
	}
	at := ""
	if !t.sameUnit(i, l.to) {
		at = "，由" + t.names[k.Now.Department] + "行使"
	}
	return said + k.Now.Name + "”（" + k.Code + "）" + at + "：" + strings.TrimSuffix(l.why, "，")
}
