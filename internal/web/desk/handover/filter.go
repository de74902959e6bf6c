package handover

import (
	"net/url"
	"slices"
	"strconv"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/stage/reduce/delegate"
	"qingdan/internal/web/ui"
)

// filter is what a person chose in the list. Its query string is its permanent
// form: page and export carry the same.
type filter struct {
	State       delegate.State
	Division    string
	Owner, Body sqldb.ID
	Form        delegate.Form
	Late        bool
	Words       string
	today       string
}

func badFilter() *errs.Error {
	return errs.Invalidf("筛选条件无效").Fix("请从下放承接重新选择")
}

func parseFilter(q url.Values, today string) (filter, error) {
	f := filter{State: delegate.State(q.Get("state")), Division: q.Get("division"), Form: delegate.Form(q.Get("form")), Late: q.Get("late") == "1", today: today}
	for key, to := range map[string]*sqldb.ID{"department": &f.Owner, "body": &f.Body} {
		if s := q.Get(key); s != "" {
			var err error
			if *to, err = sqldb.ParseID(s); err != nil {
				return f, badFilter().Because(err)
			}
		}
	}
	if f.State != "" && !slices.Contains(delegate.States(), f.State) || f.Form != "" && !slices.Contains(delegate.Forms(), f.Form) || !ui.Clean(f.Division) {
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
	set("state", string(f.State))
	set("division", f.Division)
	set("form", string(f.Form))
	set("q", f.Words)
	for key, id := range map[string]sqldb.ID{"department": f.Owner, "body": f.Body} {
		if !id.IsZero() {
			v.Set(key, id.String())
		}
	}
	if f.Late {
		v.Set("late", "1")
	}
	return v
}

func (f filter) here() string { return ui.Address(Root, f.values()) + "#offers" }

func (f filter) turn(way string, no int) string {
	v := f.values()
	v.Set(way, strconv.Itoa(no))
	return ui.Address(Root, v) + "#offers"
}

func (f filter) query() delegate.Query {
	q := delegate.Query{State: f.State, Division: f.Division, Owner: f.Owner, Body: f.Body, Form: f.Form, Words: f.Words}
	if f.Late {
		q.Late = f.today
	}
	return q
}

// has says whether a tally meets the filter, leaving one facet out.
func (f filter) has(t delegate.Tally, except string) bool {
	return (except == "state" || f.State == "" || f.State == t.State) &&
		(except == "division" || f.Division == "" || f.Division == t.Division) &&
		(except == "department" || f.Owner.IsZero() || f.Owner == t.Owner) &&
		(except == "body" || f.Body.IsZero() || f.Body == t.Body) &&
		(except == "form" || f.Form == "" || f.Form == t.Form) &&
		(except == "late" || !f.Late || late(t, f.today))
}

func late(t delegate.Tally, today string) bool { return t.Due != "" && t.Due < today }

// count counts what the filter leaves by the value of one facet.
func count[K comparable](f filter, all []delegate.Tally, facet string, value func(delegate.Tally) K) map[K]int {
	out := map[K]int{}
	for _, t := range all {
		if f.has(t, facet) {
			out[value(t)] += t.N
		}
	}
	return out
}
