package cuts

import (
	"net/url"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/web/ui"
)

// filter is what a person chose in the queue. Its query string is its permanent
// form: queue, export and the page that decides carry the same.
type filter struct {
	Fate       reduce.Fate
	Ground     string
	Department sqldb.ID
	State      string // "" open, decided, withdrawn, all
	Words      string
}

const stateAll = "all"

func badFilter() *errs.Error {
	return errs.Invalidf("筛选条件无效").Fix("请从减权重新选择")
}

// grounds lists the grounds that a proposal may have.
func grounds() []string {
	return []string{reduce.GroundNoBasis, reduce.GroundReform, reduce.GroundGrassroots, reduce.GroundSociety, reduce.GroundOverlap, reduce.GroundFreeze,
		reduce.GroundReclassify, "加强监管"}
}

func parseFilter(q url.Values) (filter, error) {
	f := filter{Fate: reduce.Fate(q.Get("fate")), Ground: q.Get("ground"), State: q.Get("state")}
	if s := q.Get("department"); s != "" {
		var err error
		if f.Department, err = sqldb.ParseID(s); err != nil {
			return f, badFilter().Because(err)
		}
	}
	if f.Fate != "" && !slices.Contains(reduce.Fates(), f.Fate) || f.Ground != "" && !slices.Contains(grounds(), f.Ground) ||
		!slices.Contains([]string{"", string(reduce.Decided), string(reduce.Retired), stateAll}, f.State) {
		return f, badFilter()
	}
	var err error
	f.Words, err = ui.ParseWords(q.Get("q"))
	return f, err
}

func (f filter) values() url.Values {
	v := url.Values{}
	set := func(key, value string) {
		if value != "" {
			v.Set(key, value)
		}
	}
	set("fate", string(f.Fate))
	set("ground", f.Ground)
	set("state", f.State)
	set("q", f.Words)
	if !f.Department.IsZero() {
		v.Set("department", f.Department.String())
	}
	return v
}

func (f filter) at(path string) string { return ui.Address(path, f.values()) }

// with is the address of a path with one more parameter.
func (f filter) with(path, key, value string) string {
	v := f.values()
	v.Set(key, value)
	return ui.Address(path, v)
}

func (f filter) query() reduce.Query {
	q := reduce.Query{Fate: f.Fate, Ground: f.Ground, Department: f.Department, Words: f.Words, State: reduce.Open}
	switch f.State {
	case "":
	case stateAll:
		q.State = ""
	default:
		q.State = reduce.ProposalState(f.State)
	}
	return q
}

// turned asks for the page that a turn leads to.
func turned(q reduce.Query, t ui.Turn) reduce.Query {
	at := reduce.Place{Order: t.From.Key, ID: t.From.ID}
	switch {
	case t.From.Set && t.Back:
		q.Before = at
	case t.From.Set:
		q.After = at
	}
	return q
}

func cursor(p reduce.Proposal) string {
	at := p.Place()
	return ui.Cursor{Key: at.Order, ID: at.ID, Set: true}.String()
}

// has says whether a tally meets the filter, leaving one facet out so that its
// counts show what choosing another value would give.
func (f filter) has(t reduce.Tally, except string) bool {
	q := f.query()
	return (except == "fate" || q.Fate == "" || q.Fate == t.Fate) &&
		(except == "ground" || q.Ground == "" || q.Ground == t.Ground) &&
		(except == "department" || q.Department.IsZero() || q.Department == t.Department) &&
		(except == "state" || q.State == "" || q.State == t.State)
}

// count counts what the filter leaves by the value of one facet.
func count[K comparable](f filter, all []reduce.Tally, facet string, value func(reduce.Tally) K) map[K]int {
	out := map[K]int{}
	for _, t := range all {
		if f.has(t, facet) {
			out[value(t)] += t.N
		}
	}
	return out
}

// said says what the filter leaves, in words.
func (f filter) said(n names) string {
	words := []string{map[string]string{"": "待决定", string(reduce.Decided): "已决定", string(reduce.Retired): "已撤回"}[f.State], string(f.Fate), f.Ground, n[f.Department], f.Words}
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), "；")
}
