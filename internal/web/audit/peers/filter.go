package peers

import (
	"net/url"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/service/peer"
	"qingdan/internal/web/ui"
)

// filter is what a person chose in the worklist. Its query string is its
// permanent form: page, export, each difference and each answer carry the same,
// so that "the next one" is the next of the same worklist.
type filter struct {
	list       sqldb.ID
	Kind       peer.Kind
	Category   string
	Department sqldb.ID
	State      string // "" open, answered, all
	Words      string
}

// The values of the parameter state beside none.
const (
	stateAnswered = "answered"
	stateAll      = "all"
)

func badFilter() *errs.Error {
	return errs.Invalidf("筛选条件无效").Fix("请从外地对照重新选择")
}

func parseFilter(list sqldb.ID, q url.Values) (filter, error) {
	f := filter{list: list, Kind: peer.Kind(q.Get("kind")), Category: q.Get("category"), State: q.Get("state")}
	if s := q.Get("department"); s != "" {
		var err error
		if f.Department, err = sqldb.ParseID(s); err != nil {
			return f, badFilter().Because(err)
		}
	}
	if f.Kind != "" && !slices.Contains(peer.Kinds(), f.Kind) || !slices.Contains([]string{"", stateAnswered, stateAll}, f.State) || !ui.Clean(f.Category) {
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
	set("kind", string(f.Kind))
	set("category", f.Category)
	set("state", f.State)
	set("q", f.Words)
	if !f.Department.IsZero() {
		v.Set("department", f.Department.String())
	}
	return v
}

func (f filter) at(path string) string { return ui.Address(path, f.values()) }

// here is the address of the worklist that the filter leaves.
func (f filter) here() string { return f.at(listHref(f.list)) + "#worklist" }

// with is the address of a path with one more parameter.
func (f filter) with(path, key, value string) string {
	v := f.values()
	v.Set(key, value)
	return ui.Address(path, v)
}

// one is the address of a difference, opened from this worklist.
func (f filter) one(id sqldb.ID) string { return f.at(listHref(f.list) + "/" + id.String()) }

func (f filter) query() peer.Query {
	q := peer.Query{Kind: f.Kind, Category: f.Category, Department: f.Department, Words: f.Words, State: peer.Open}
	switch f.State {
	case stateAnswered:
		q.State = peer.Answered
	case stateAll:
		q.State = ""
	}
	return q
}

// turned asks for the page that a turn leads to.
func turned(q peer.Query, t ui.Turn) peer.Query {
	at := peer.Place{Order: t.From.Key, ID: t.From.ID}
	switch {
	case t.From.Set && t.Back:
		q.Before = at
	case t.From.Set:
		q.After = at
	}
	return q
}

func cursor(d peer.Difference) string {
	at := d.Place()
	return ui.Cursor{Key: at.Order, ID: at.ID, Set: true}.String()
}

// has says whether a tally meets the filter, leaving one facet out so that its
// counts show what choosing another value would give.
func (f filter) has(t peer.Tally, except string) bool {
	q := f.query()
	return (except == "kind" || q.Kind == "" || q.Kind == t.Kind) &&
		(except == "category" || q.Category == "" || q.Category == t.Category) &&
		(except == "department" || q.Department.IsZero() || q.Department == t.Department) &&
		(except == "state" || q.State == "" || q.State == t.State)
}

// count counts what the filter leaves by the value of one facet.
func count[K comparable](f filter, all []peer.Tally, facet string, value func(peer.Tally) K) map[K]int {
	out := map[K]int{}
	for _, t := range all {
		if f.has(t, facet) {
			out[value(t)] += t.N
		}
	}
	return out
}
