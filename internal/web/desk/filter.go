package desk

import (
	"net/url"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/ui"
)

// filter is what a person chose in the queue. Its query string is its permanent
// form: queue, export, tasks and answers all carry the same, so that "the next
// one" is the next of the same queue.
type filter struct {
	Department, Event sqldb.ID
	Kind              impact.ReasonKind
	Overdue           bool
}

// kinds lists the kinds of reasons from the gravest to the lightest.
func kinds() []impact.ReasonKind {
	return []impact.ReasonKind{impact.LawRepealed, impact.TextOut, impact.ArticleGone, impact.LevelTooLow, impact.NowCovered,
		impact.ActChanges, impact.TextChanged, impact.OtherChanged, impact.NumberMoved}
}

// parseFilter reads the query string of the queue. Whether the department and
// the event exist is for the reader of the rows to say.
func parseFilter(q url.Values) (filter, error) {
	f := filter{Kind: impact.ReasonKind(q.Get("kind")), Overdue: q.Get("overdue") != ""}
	for key, id := range map[string]*sqldb.ID{"department": &f.Department, "event": &f.Event} {
		s := q.Get(key)
		if s == "" {
			continue
		}
		var err error
		if *id, err = sqldb.ParseID(s); err != nil {
			return f, errs.Invalidf("筛选条件无效").Fix("请从待办队列重新选择").Because(err)
		}
	}
	if f.Kind != "" && !slices.Contains(kinds(), f.Kind) {
		return f, errs.Invalidf("没有这样的变动原因").Fix("请从待办队列重新选择")
	}
	return f, nil
}

func (f filter) values() url.Values {
	v := url.Values{}
	if !f.Department.IsZero() {
		v.Set("department", f.Department.String())
	}
	if !f.Event.IsZero() {
		v.Set("event", f.Event.String())
	}
	if f.Kind != "" {
		v.Set("kind", string(f.Kind))
	}
	if f.Overdue {
		v.Set("overdue", "1")
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

// query asks for the open tasks of the queue that somebody sees.
func (f filter) query(today string, limit int, s people.Scope) impact.Query {
	q := impact.Query{Department: f.Department, Only: only(s), Event: f.Event, Kind: f.Kind, State: impact.Open, Limit: limit}
	if f.Overdue {
		q.DueBefore = today
	}
	return q
}

// has says whether a tally meets the filter, leaving one facet out so that its
// counts show what choosing another value would give.
func (f filter) has(t impact.Tally, except string) bool {
	return (except == "kind" || t.Kind == f.Kind) &&
		(except == "department" || f.Department.IsZero() || f.Department == t.Department) &&
		(except == "event" || f.Event.IsZero() || f.Event == t.Event) &&
		(except == "overdue" || !f.Overdue || t.Overdue)
}

// count counts the open tasks that the filter leaves, by the value of one
// facet.
func count[K comparable](f filter, all []impact.Tally, facet string, value func(impact.Tally) K) map[K]int {
	out := map[K]int{}
	for _, t := range all {
		if f.has(t, facet) {
			out[value(t)] += t.N
		}
	}
	return out
}

// total counts the open tasks that the filter leaves.
func (f filter) total(all []impact.Tally) int {
	return count(f, all, "", func(impact.Tally) bool { return true })[true]
}

// turned asks for the page of tasks that a turn leads to.
func turned(q impact.Query, t ui.Turn) impact.Query {
	place := impact.Place{Due: t.From.Key, ID: t.From.ID}
	switch {
	case t.From.Set && t.Back:
		q.Before = place
	case t.From.Set:
		q.After = place
	}
	return q
}

// cursor is the place of a task in its queue.
func cursor(t impact.Task) string { return ui.Cursor{Key: t.Due, ID: t.ID, Set: true}.String() }
