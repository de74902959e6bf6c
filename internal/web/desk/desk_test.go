package desk

import (
	"net/url"
	"slices"
	"testing"

	"qingdan/internal/engine/workday"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/ui/uitest"
)

func TestTemplatesFitTheirStructs(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{
		{Name: "queue", Data: QueuePage{}}, {Name: "department", Data: DepartmentPage{}}, {Name: "task", Data: TaskPage{}}, {Name: "events", Data: EventsPage{}},
		{Name: "event", Data: EventPage{}}, {Name: "moved", Data: MovedPage{}}, {Name: "settings", Data: SettingsPage{}}, {Name: "followed", Data: FollowedPage{}}, {Name: "gaps", Data: GapsPage{}},
	})
}

// A calendar without notices knows weekends only, which is all these days ask.
func TestTheLightOfATask(t *testing.T) {
	cal, err := workday.New("weekends", nil)
	if err != nil {
		t.Fatal(err)
	}
	const friday, saturday, monday = "2026-11-20", "2026-11-21", "2026-11-23"
	for name, c := range map[string]struct {
		starts, due, today, tone, left string
	}{
		"two working days are left":              {"2026-11-06", friday, "2026-11-18", "ok", "还剩 2 个工作日"},
		"the last but one working day":           {"2026-11-06", friday, "2026-11-19", "warn", "还剩 1 个工作日"},
		"the last day":                           {"2026-11-06", friday, friday, "warn", "今天到期"},
		"a weekend before the last day":          {"2026-11-06", monday, saturday, "warn", "还剩 1 个工作日"},
		"a weekend after the last day":           {"2026-11-06", friday, saturday, "bad", "已过期限"},
		"one working day over":                   {"2026-11-06", friday, monday, "bad", "超 1 个工作日"},
		"a tenth of a long term is left":         {"2026-10-12", monday, "2026-11-18", "warn", "还剩 3 个工作日"},
		"more than a tenth of a long term":       {"2026-10-12", monday, "2026-11-17", "ok", "还剩 4 个工作日"},
		"the change holds from a day to come on": {"2026-12-01", "2026-12-15", friday, "ok", "还剩 17 个工作日"},
	} {
		got, err := clock(cal, impact.Task{State: impact.Open, Starts: c.starts, Due: c.due}, c.today)
		if err != nil || got.Light.Tone != c.tone || got.Left != c.left {
			t.Errorf("%s: %+v, %v, want %s, %s", name, got, err, c.tone, c.left)
		}
	}
	for state, want := range map[impact.State]string{impact.Closed: "确认不变", impact.Void: "不再需要办理"} {
		got, err := clock(cal, impact.Task{State: state, Outcome: impact.Unchanged, Due: friday}, monday)
		if err != nil || got.Light.Word != want || got.Light.Tone != "still" || got.Left != "" {
			t.Errorf("%s: %+v, %v", state, got, err)
		}
	}
}

func TestTheAddressOfAQueueComesBack(t *testing.T) {
	for _, f := range []filter{
		{}, {Overdue: true}, {Kind: impact.NumberMoved}, {Department: sqldb.NewID(), Event: sqldb.NewID(), Kind: impact.ArticleGone, Overdue: true},
	} {
		got, err := parseFilter(f.values())
		if err != nil || got != f {
			t.Errorf("%+v comes back as %+v, %v", f, got, err)
		}
	}
}

// Every kind of reason can be chosen, and a tally is counted under each facet
// as if the others alone had been chosen.
func TestAFacetLeavesItsOwnChoiceOut(t *testing.T) {
	a, b := sqldb.NewID(), sqldb.NewID()
	all := []impact.Tally{
		{Department: a, N: 5}, {Department: a, Kind: impact.TextChanged, N: 3}, {Department: a, Kind: impact.NumberMoved, N: 2},
		{Department: b, Overdue: true, N: 7}, {Department: b, Overdue: true, Kind: impact.TextChanged, N: 7},
	}
	f := filter{Department: a, Kind: impact.TextChanged}
	if f.total(all) != 3 {
		t.Errorf("total %d", f.total(all))
	}
	departments := count(f, all, "department", func(t impact.Tally) sqldb.ID { return t.Department })
	kinds := count(f, all, "kind", func(t impact.Tally) impact.ReasonKind { return t.Kind })
	if departments[a] != 3 || departments[b] != 7 || kinds[""] != 5 || kinds[impact.NumberMoved] != 2 {
		t.Errorf("departments %v, kinds %v", departments, kinds)
	}
	if f.Overdue = true; f.total(all) != 0 {
		t.Errorf("overdue %d", f.total(all))
	}
}

func TestWhyIsShort(t *testing.T) {
	r := impact.Reason{Kind: impact.LawRepealed}
	var many []impact.Reason
	for i := range 6 {
		x := impact.Reason{Kind: impact.TextChanged}
		x.Old.N, x.New.N = i+1, i+1
		many = append(many, x)
	}
	if got := why([]impact.Reason{r, r}); !slices.Equal(got, []string{"法规废止"}) {
		t.Errorf("%v", got)
	}
	if got := why(many); len(got) != 3 || got[2] != "等，共 6 处" {
		t.Errorf("%v", got)
	}
}

func FuzzParseFilter(f *testing.F) {
	f.Add("department=x&event=&kind=%E6%9D%A1%E6%96%87%E4%BF%AE%E6%94%B9&overdue=1")
	f.Add(filter{Department: sqldb.NewID(), Kind: impact.LawRepealed}.values().Encode())
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		c, err := parseFilter(q)
		if err != nil {
			return
		}
		if again, err := parseFilter(c.values()); err != nil || again != c {
			t.Errorf("%+v comes back as %+v, %v", c, again, err)
		}
	})
}
