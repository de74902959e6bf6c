package measure

import (
	"cmp"
	"slices"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
)

// report adds up.
func (t *tally) report() Report {
	r := Report{Fates: map[reduce.Fate]int{}, Flags: t.sorted(), Burden: t.burden()}
	units, grounds, categories := lines[sqldb.ID]{}, lines[string]{}, lines[power.Category]{}
	for i := range t.ms {
		s := t.standing(i)
		r.rows = append(r.rows, s)
		r.Raw.add(s.Raw)
		r.Normal.add(s.Normal)
		if end := s.End(); end != "" {
			r.Fates[end]++
			if s.Origin == power.Reported {
				r.Reported++
			}
		}
		units.add(s.Unit, s.UnitName, s.Raw, s.Normal)
		grounds.add(s.Ground, groundName(s.Ground), s.Raw, s.Normal)
		categories.add(s.Now, string(s.Now), s.Raw, Nowhere)
		categories.add(s.Category, string(s.Category), Nowhere, s.Normal)
	}
	r.Units = units.sorted(func(a, b sqldb.ID) int { return cmp.Compare(t.order[a], t.order[b]) })
	r.Grounds = grounds.sorted(cmp.Compare[string])
	r.Categories = categories.sorted(func(a, b power.Category) int { return cmp.Compare(rankOf(a), rankOf(b)) })
	for i := range r.Units {
		u := &r.Units[i]
		u.Hidden = u.Raw.Cut - u.Normal.Cut
	}
	for i := range r.Grounds {
		g := &r.Grounds[i]
		g.Hidden = g.Raw.Cut - g.Normal.Cut
	}
	return r
}

func (t *tally) standing(i int) Standing {
	m := &t.ms[i]
	s := Standing{Power: m.ID, Code: m.Code, Name: m.Now.Name, FirstName: m.First.Name, Origin: m.Origin, Unit: m.Unit, UnitName: t.names[m.Unit],
		Department: m.Now.Department, Category: m.First.Category, Now: m.Now.Category, State: m.State, Fate: m.fate(), Ground: m.Decided.ground(),
		Raw: m.raw(), Normal: t.normal[i], Flags: t.flags.of[i], end: t.end(i)}
	s.Why = t.why(i)
	for _, k := range t.into(i, map[int]bool{i: true}) {
		s.Into = append(s.Into, t.ms[k].Code)
	}
	return s
}

// why says in one sentence why a power counts as it does.
func (t *tally) why(i int) string {
	switch {
	case t.noWay[i] != "":
		return "属于" + t.noWay[i] + "，不是行政权力，两边都不计"
	case t.under[i] >= 0:
		a := t.under[i]
		return "与“" + t.ms[a].Now.Name + "”（" + t.ms[a].Code + "）是同一事项或者它的一部分，不另计"
	case t.self[i].place != Cut || t.normal[i] == Cut:
		return t.self[i].why
	default:
		l := t.going(i)
		return "仍由“" + t.ms[l.to].Now.Name + "”（" + t.ms[l.to].Code + "）行使，不算减少"
	}
}

// groundName is a ground in words.
func groundName(g string) string {
	switch g {
	case "":
		return "没有理由类型（保留、调整类别、待定）"
	case "减权/1":
		return "依据不足"
	case "减权/2":
		return "不符合改革方向"
	case "减权/3":
		return "面向基层"
	case "减权/4":
		return "可由社会组织承担"
	case "减权/5":
		return "职责交叉"
	default:
		return g
	}
}

// rankOf orders categories as the list does.
func rankOf(c power.Category) int {
	if i := slices.Index(power.Categories(), c); i >= 0 {
		return i
	}
	return len(power.Categories())
}

// lines are counts by some key.
type lines[K comparable] map[K]*Line

func (l lines[K]) add(key K, name string, raw, normal Place) {
	x := l[key]
	if x == nil {
		x = &Line{Name: name}
		switch k := any(key).(type) {
		case sqldb.ID:
			x.Unit = k
		case string:
			x.Key = k
		case power.Category:
			x.Key = string(k)
		}
		l[key] = x
	}
	x.Raw.add(raw)
	x.Normal.add(normal)
}

func (l lines[K]) sorted(by func(a, b K) int) []Line {
	keys := make([]K, 0, len(l))
	for k := range l {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, by)
	out := make([]Line, len(keys))
	for i, k := range keys {
		out[i] = *l[k]
	}
	return out
}
