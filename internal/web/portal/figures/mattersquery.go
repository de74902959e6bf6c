package figures

import (
	"net/url"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/stage/reduce/measure"
	"qingdan/internal/web/ui"
)

// place is a place of the count with the word for it in addresses.
type place struct {
	key   string
	place measure.Place
	label string // of the honest count
}

func places() []place {
	return []place{{"cut", measure.Cut, "减少"}, {"kept", measure.Kept, "保留"}, {"open", measure.Open, "待定"}, {"none", measure.Nowhere, "不单独计数"}}
}

// placeOf reads the word of an address; "" is every place.
func placeOf(key string) (place, bool) {
	for _, p := range places() {
		if p.key == key {
			return p, true
		}
	}
	return place{}, key == ""
}

// noGround and counted stand in addresses for powers without a ground, and for
// everything that the honest count takes for a matter.
const (
	noGround = "none"
	counted  = "in"
)

// mattersQuery is what the rows of the honest count are chosen by. Its query
// string is its permanent form.
type mattersQuery struct {
	Department string // that reported it
	Ground     string
	Category   string // under which it came in
	Now        string // category of the present wording
	Raw, Real  string // places in the books and in the honest count
	Decided    string // what was decided
	Origin     string
	Flag       string // one of the kinds of its flags
	Differs    bool
	unit       sqldb.ID
}

// field is a parameter of an address.
type field struct {
	key   string
	value *string
}

// fields are the parameters of the address in their order.
func (q *mattersQuery) fields() []field {
	return []field{{"department", &q.Department}, {"ground", &q.Ground}, {"category", &q.Category}, {"now", &q.Now}, {"raw", &q.Raw}, {"real", &q.Real},
		{"decided", &q.Decided}, {"origin", &q.Origin}, {"flag", &q.Flag}}
}

func (q mattersQuery) values() url.Values {
	v := url.Values{}
	for _, f := range q.fields() {
		if *f.value != "" {
			v.Set(f.key, *f.value)
		}
	}
	if q.Differs {
		v.Set("differs", "1")
	}
	return v
}

func (q mattersQuery) at(path string) string { return ui.Address(path, q.values()) }

// without is the query without one of its choices.
func (q mattersQuery) without(key string) mattersQuery {
	for _, f := range q.fields() {
		if f.key == key {
			*f.value = ""
		}
	}
	switch key {
	case "department":
		q.unit = sqldb.ID{}
	case "differs":
		q.Differs = false
	}
	return q
}

// with is the query with one more choice.
func (q mattersQuery) with(key, value string) mattersQuery {
	for _, f := range q.fields() {
		if f.key == key {
			*f.value = value
		}
	}
	return q
}

// parseMatters reads the query of a request. A department or word that is none
// is refused.
func parseMatters(v url.Values, l List, h *honest) (mattersQuery, error) {
	q := mattersQuery{Differs: v.Get("differs") != ""}
	for _, f := range q.fields() {
		*f.value = v.Get(f.key)
		if !ui.Clean(*f.value) {
			return q, errs.Invalidf("筛选条件无效").Fix("请从家底数字页重新进入")
		}
	}
	_, raw := placeOf(q.Raw)
	_, real := placeOf(q.Real)
	if !raw || !real && q.Real != counted {
		return q, errs.Invalidf("没有这种计数").Fix("请从家底数字页重新进入")
	}
	if q.Flag != "" && !slices.Contains(measure.Kinds(), measure.Kind(q.Flag)) {
		return q, errs.NotFoundf("没有这种提示").Fix("请从数字提示页重新选择")
	}
	if q.Department == "" {
		return q, nil
	}
	var err error
	q.unit, err = unitOf(q.Department, l, h)
	return q, err
}

// unitOf finds the department of an address: one of the list, or one that
// reported and is no more.
func unitOf(key string, l List, h *honest) (sqldb.ID, error) {
	d, err := l.find(key)
	if err == nil {
		return d.ID, nil
	}
	for _, u := range h.Units {
		if u.Unit.String() == key {
			return u.Unit, nil
		}
	}
	return sqldb.ID{}, err
}

// key is the stable part of the address of a department.
func (l List) key(id sqldb.ID) string {
	for _, d := range l.Departments {
		if d.ID == id {
			return d.Key
		}
	}
	return id.String()
}

// condition is one choice of a query.
type condition struct {
	key  string
	fits func(s *measure.Standing) bool
}

// conditions are the choices that were made.
func (q mattersQuery) conditions() []condition {
	var out []condition
	when := func(made bool, key string, fits func(s *measure.Standing) bool) {
		if made {
			out = append(out, condition{key, fits})
		}
	}
	raw, _ := placeOf(q.Raw)
	normal, _ := placeOf(q.Real)
	ground := q.Ground
	if ground == noGround {
		ground = ""
	}
	when(!q.unit.IsZero(), "department", func(s *measure.Standing) bool { return s.Unit == q.unit })
	when(q.Ground != "", "ground", func(s *measure.Standing) bool { return s.Ground == ground })
	when(q.Category != "", "category", func(s *measure.Standing) bool { return string(s.Category) == q.Category })
	when(q.Now != "", "now", func(s *measure.Standing) bool { return string(s.Now) == q.Now })
	when(q.Raw != "", "raw", func(s *measure.Standing) bool { return s.Raw == raw.place })
	when(q.Real == counted, "real", func(s *measure.Standing) bool { return s.Normal != measure.Nowhere })
	when(q.Real != counted && q.Real != "", "real", func(s *measure.Standing) bool { return s.Normal == normal.place })
	when(q.Decided != "", "decided", func(s *measure.Standing) bool { return string(s.Fate) == q.Decided })
	when(q.Origin != "", "origin", func(s *measure.Standing) bool { return string(s.Origin) == q.Origin })
	when(q.Flag != "", "flag", func(s *measure.Standing) bool { return slices.Contains(s.Flags, measure.Kind(q.Flag)) })
	when(q.Differs, "differs", func(s *measure.Standing) bool { return s.Differs() })
	return out
}

// rows are the powers that a query leaves, in the order of the codes.
func (q mattersQuery) rows(h *honest) []*measure.Standing {
	out, _ := q.choose(h)
	return out
}

// facets counts, for every choice, the rows that all other choices leave, by the
// values that a row has for it.
type facets map[string]map[string]int

// choose goes through all powers once: what fits every choice is a row and counts
// in every facet, what misses one choice counts in the facet of that choice.
func (q mattersQuery) choose(h *honest) ([]*measure.Standing, facets) {
	conditions := q.conditions()
	counts := facets{}
	for _, key := range facetKeys() {
		counts[key] = map[string]int{}
	}
	var out []*measure.Standing
	for i := range h.rows {
		s, missed, at := &h.rows[i], 0, ""
		for _, c := range conditions {
			if !c.fits(s) {
				missed, at = missed+1, c.key
			}
		}
		switch missed {
		case 0:
			out = append(out, s)
			for _, key := range facetKeys() {
				counts.add(key, s)
			}
		case 1:
			counts.add(at, s)
		}
	}
	return out, counts
}

// facetKeys are the choices that the page counts.
func facetKeys() [7]string {
	return [...]string{"department", "ground", "category", "raw", "real", "flag", "differs"}
}

func (f facets) add(key string, s *measure.Standing) {
	n := f[key]
	switch key {
	case "department":
		n[s.Unit.String()]++
	case "ground":
		n[s.Ground]++
	case "category":
		n[string(s.Category)]++
	case "raw":
		n[string(s.Raw)]++
	case "real":
		n[string(s.Normal)]++
	case "flag":
		for _, k := range s.Flags {
			n[string(k)]++
		}
	case "differs":
		if s.Differs() {
			n[""]++
		}
	}
}

// groundName is a ground in words.
func groundName(h *honest, key string) string {
	if key == noGround {
		key = ""
	}
	for _, g := range h.Grounds {
		if g.Key == key {
			return g.Name
		}
	}
	return key
}

// chosen says the choices in words, each with the address without it.
func (q mattersQuery) chosen(l List, h *honest) []ui.Link {
	var out []ui.Link
	add := func(key, label string) {
		if label != "" {
			out = append(out, ui.Link{Label: label, Href: q.without(key).at(mattersPath)})
		}
	}
	for _, f := range q.fields() {
		if value := *f.value; value != "" {
			add(f.key, q.word(f.key, value, l, h))
		}
	}
	if q.Differs {
		add("differs", "账面与实际不同")
	}
	return out
}

// word says one choice.
func (q mattersQuery) word(key, value string, l List, h *honest) string {
	p, _ := placeOf(value)
	switch key {
	case "department":
		return unitName(q.unit, l, h)
	case "ground":
		return groundName(h, value)
	case "category":
		return "上报时：" + value
	case "now":
		return "现为：" + value
	case "raw":
		return "账面" + p.label
	case "real":
		if value == counted {
			return "计为一项"
		}
		return "实际" + p.label
	case "decided":
		return "处置：" + value
	case "origin":
		return originName(value)
	default:
		return measure.Kind(value).Label()
	}
}

func unitName(id sqldb.ID, l List, h *honest) string {
	if name := l.name(id); name != "" {
		return name
	}
	for _, u := range h.Units {
		if u.Unit == id {
			return u.Name
		}
	}
	return ""
}
