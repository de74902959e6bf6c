package figures

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/stage/reduce/measure"
	"qingdan/internal/testkit"
)

// drawn is a count of some powers that differ in everything that is chosen by.
func drawn(t *rapid.T) (*honest, List) {
	l := List{Departments: []Department{{ID: sqldb.NewID(), Key: "甲", Name: "甲局"}, {ID: sqldb.NewID(), Key: "乙", Name: "乙局"}}}
	h := &honest{}
	for _, d := range l.Departments {
		h.Units = append(h.Units, measure.Line{Unit: d.ID, Name: d.Name})
	}
	for _, g := range []string{"", "减权/1"} {
		h.Grounds = append(h.Grounds, measure.Line{Key: g, Name: "理由" + g})
	}
	categories := []power.Category{power.CategoryPermit, power.CategoryOther}
	for _, c := range categories {
		h.Categories = append(h.Categories, measure.Line{Key: string(c), Name: string(c)})
	}
	for i := range rapid.IntRange(0, 40).Draw(t, "powers") {
		var flags []measure.Kind
		for _, k := range []measure.Kind{measure.Packed, measure.Frozen} {
			if rapid.Bool().Draw(t, string(k)) {
				flags = append(flags, k)
			}
		}
		h.rows = append(h.rows, measure.Standing{Power: sqldb.NewID(), Code: fmt.Sprintf("%03d", i), Unit: rapid.SampledFrom(l.Departments).Draw(t, "unit").ID,
			Category: rapid.SampledFrom(categories).Draw(t, "category"), Now: rapid.SampledFrom(categories).Draw(t, "now"),
			Ground: rapid.SampledFrom([]string{"", "减权/1"}).Draw(t, "ground"), Fate: rapid.SampledFrom([]reduce.Fate{reduce.Keep, reduce.Cancel}).Draw(t, "fate"),
			Raw:    rapid.SampledFrom([]measure.Place{measure.Kept, measure.Cut, measure.Open}).Draw(t, "raw"),
			Normal: rapid.SampledFrom([]measure.Place{measure.Kept, measure.Cut, measure.Open, measure.Nowhere}).Draw(t, "normal"), Flags: flags})
	}
	return h, l
}

// TestEveryChoiceLeavesWhatItSays: whatever was chosen before, each value of each
// facet leaves as many rows as stand beside it.
func TestEveryChoiceLeavesWhatItSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, l := drawn(t)
		maybe := func(name string, values ...string) string {
			return rapid.SampledFrom(append(values, "", "")).Draw(t, name)
		}
		q := mattersQuery{Department: maybe("department", "甲", "乙"), Ground: maybe("ground", noGround, "减权/1"), Category: maybe("category", "行政审批"),
			Raw: maybe("raw", "kept", "cut"), Real: maybe("real", counted, "none", "kept"), Flag: maybe("flag", "frozen"), Differs: rapid.Bool().Draw(t, "differs")}
		q, err := parseMatters(q.values(), l, h)
		if err != nil {
			t.Fatal(err)
		}
		var page MattersPage
		_, counts := q.choose(h)
		page.facets(q, l, h, counts)
		leaves := func(key, value string, want int) {
			v := q.without(key).values()
			v.Set(key, value)
			to, err := parseMatters(v, l, h)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(to.rows(h)); n != want {
				t.Fatalf("%s=%s says %d and leaves %d after %v", key, value, want, n, q.values())
			}
		}
		for _, c := range page.Departments {
			leaves("department", c.Value, c.Count)
		}
		for _, c := range page.Grounds {
			leaves("ground", c.Value, c.Count)
		}
		for _, c := range page.Categories {
			leaves("category", c.Value, c.Count)
		}
		for _, c := range page.Flags {
			leaves("flag", c.Value, c.Count)
		}
		for _, side := range []string{"raw", "real"} {
			for _, p := range places() {
				leaves(side, p.key, counts[side][string(p.place)])
			}
		}
	})
}

// TestCountingIsDoneOnceForMany: whoever asks while somebody counts is answered, and
// everybody sees the same count until it grows stale.
func TestCountingIsDoneOnceForMany(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	adjusted(t, db, l)
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	f := &Figures{cfg: Config{DB: db, Ledger: l, Clock: func() time.Time { return now }}}
	got := make([]*honest, 8)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			h, err := f.honestly(t.Context())
			if err != nil {
				t.Error(err)
			}
			got[i] = h
		})
	}
	all.Wait()
	if slices.ContainsFunc(got, func(h *honest) bool { return h != got[0] }) {
		t.Error("the same moment was counted more than once")
	}
	again := func(after time.Duration) *honest {
		t.Helper()
		now = now.Add(after)
		h, err := f.honestly(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	if h := again(age + time.Second); h.made != got[0].made {
		t.Error("it is counted anew although nothing happened")
	}
	if h := again(trusted); h.made == got[0].made {
		t.Error("a count stands for ever as long as no act is recorded")
	}
	before := again(0)
	err := l.Write(t.Context(), ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}, func(ctx context.Context, tx *ledger.Tx) error {
		dept, err := org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: "市林业局"})
		if err != nil {
			return err
		}
		_, err = power.Add(ctx, tx, power.Report{Code: "B1", Division: "371500", Origin: power.Reported, State: power.Review,
			Version: power.Version{Department: dept, Category: power.CategoryPermit, Name: "林木采伐许可"}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if h := again(age / 2); h != before {
		t.Error("a fresh count is not used")
	}
	if h := again(age); h.Raw.In != 5 || h.Raw.Open != 1 {
		t.Errorf("what was reported since is not counted: %+v", h.Raw)
	}
	if got[0].Raw.In != 4 || got[0].Raw.Cut != 1 {
		t.Errorf("%+v", got[0].Raw)
	}
}
