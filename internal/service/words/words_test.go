package words_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/words"
	"qingdan/internal/testkit"
)

const here, today = "371500", "2026-03-10"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// town is a place with two departments, an item of each on the list, and people.
type town struct {
	t                   testing.TB
	db                  *sqldb.DB
	ledger              *ledger.Ledger
	water, culture      sqldb.ID
	well, film          sqldb.ID // items
	legal, clerk, other *people.Who
}

func towns(t *testing.T, fn func(t *testing.T, w *town)) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) { fn(t, open(t, db, l)) })
}

func open(t testing.TB, db *sqldb.DB, l *ledger.Ledger) *town {
	w := &town{t: t, db: db, ledger: l}
	must(t, w.act(nil, func(ctx context.Context, tx *ledger.Tx) (err error) {
		if err := org.SetSite(ctx, tx, org.Site{Division: here, Name: "示例市"}); err != nil {
			return err
		}
		if w.water, err = org.AddDepartment(ctx, tx, org.Department{Name: "示例市水利局", Division: here, Nature: "法定机关"}); err != nil {
			return err
		}
		if w.culture, err = org.AddDepartment(ctx, tx, org.Department{Name: "示例市文化局", Division: here, Nature: "法定机关"}); err != nil {
			return err
		}
		if err := org.AddMandates(ctx, tx, w.water, []org.Mandate{{Text: "负责地下水开采和节约用水的管理"}}); err != nil {
			return err
		}
		return org.AddMandates(ctx, tx, w.culture, []org.Mandate{{Text: "负责皮影戏等民间艺术的保护"}})
	}))
	w.well, w.film = w.list("W1", w.water, "取水许可"), w.list("C1", w.culture, "电影放映许可")
	w.legal = &people.Who{Account: sqldb.NewID(), Name: "法制甲", Roles: []people.Role{people.Legal}}
	w.clerk = &people.Who{Account: sqldb.NewID(), Name: "填报乙", Roles: []people.Role{people.Clerk}, Department: w.water}
	w.other = &people.Who{Account: sqldb.NewID(), Name: "填报丙", Roles: []people.Role{people.Clerk}, Department: w.culture}
	return w
}

func (w *town) act(who *people.Who, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	actor := ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}
	if who != nil {
		actor = who.Actor()
	}
	return w.ledger.Write(context.Background(), actor, fn)
}

// list puts an item on the list and into the index.
func (w *town) list(code string, department sqldb.ID, name string) sqldb.ID {
	w.t.Helper()
	var ids power.Ids
	must(w.t, w.act(nil, func(ctx context.Context, tx *ledger.Tx) (err error) {
		v := power.Version{Department: department, Category: power.CategoryPermit, Name: name, Level: "市级"}
		if ids, err = power.Add(ctx, tx, power.Report{Code: code, Division: here, Origin: power.Reported, State: power.Approved, Version: v}); err != nil {
			return err
		}
		c, err := power.Newest(ctx, tx, ids.Power)
		if err != nil {
			return err
		}
		if err := power.Move(ctx, tx, c, power.Published); err != nil {
			return err
		}
		v.Power = ids.Power
		return power.Index(ctx, tx.Tx, []search.Doc{power.SearchDoc(code, v, "示例市的局", true)})
	}))
	return ids.Power
}

// search does what the public page does: it looks, and counts what it misses.
func (w *town) search(c *words.Counter, typed string) (found bool) {
	w.t.Helper()
	hits, err := search.Find(context.Background(), w.db, search.Query{Words: typed, Kind: "power", PublicOnly: true, Limit: 1})
	must(w.t, err)
	if len(hits) > 0 && !hits[0].Partial {
		return true
	}
	c.Note(typed, len(hits) > 0)
	return false
}

func (w *town) flush(c *words.Counter, day string) {
	w.t.Helper()
	_, err := c.Flush(context.Background(), w.db, day)
	must(w.t, err)
}

func (w *town) misses(who *people.Who, q words.Query) []words.Miss {
	w.t.Helper()
	all, err := words.Misses(context.Background(), w.db, who.Scope(people.KeepWords), q)
	must(w.t, err)
	return all
}

// missed has people search twice for words in vain.
func (w *town) missed(typed string) words.Miss {
	w.t.Helper()
	c := words.NewCounter()
	w.search(c, typed)
	w.search(c, typed)
	w.flush(c, today)
	all := w.misses(w.legal, words.Query{Words: typed})
	if len(all) != 1 {
		w.t.Fatalf("%s is there %d times", typed, len(all))
	}
	return all[0]
}

func TestWhatIsCounted(t *testing.T) {
	for _, e := range []struct {
		typed, want string
		ok          bool
	}{
		{"怎么 打井，抽水？", "怎么 打井 抽水", true},
		{"ＫＴＶ开店", "ktv开店", true},
		{"ktv", "", false},                             // without a Han character
		{"", "", false},                                //
		{strings.Repeat("井", 31), "", false},           // a story
		{"老王13800138000欠我钱", "", false},                // a mobile number
		{"查11010519491231002X的户口", "", false},          // an identity number
		{"0635-8123456没人接", "", false},                 // a landline
		{"快递单123456", "", false},                       // six digits
		{"身份证1101 0519 4912 3100 2X", "", false},       // in groups
		{strings.Repeat("a", 10_000) + "井", "", false}, // a flood
	} {
		got, ok := words.Clean(e.typed)
		if ok != e.ok || ok && got != e.want {
			t.Errorf("%.40q: %q %v, want %q %v", e.typed, got, ok, e.want, e.ok)
		}
	}
	var none *words.Counter
	if none.Note("打井", false) {
		t.Error("no counter counts")
	}
}

func TestMissedWordsGoToTheDepartmentThatShouldKnow(t *testing.T) {
	towns(t, func(t *testing.T, w *town) {
		if m := w.missed("取水管坏了找谁修"); m.Department != w.water || !m.Near {
			t.Errorf("by an item that fits in part: %v %v", m.Department, m.Near)
		}
		if m := w.missed("皮影戏班"); m.Department != w.culture || m.Near {
			t.Errorf("by the mandate: %v %v", m.Department, m.Near)
		}
		stray := w.missed("狮子座运势")
		if !stray.Department.IsZero() {
			t.Errorf("nobody's words went to %v", stray.Department)
		}
		if n := len(w.misses(w.clerk, words.Query{})); n != 1 {
			t.Errorf("the department sees %d", n)
		}
		if n := len(w.misses(w.legal, words.Query{Undirected: true})); n != 1 {
			t.Errorf("the legal office sees %d without a department", n)
		}
		c := words.NewCounter()
		w.search(c, "只查过一次的话")
		w.flush(c, today)
		if n := len(w.misses(w.legal, words.Query{Words: "只查过一次"})); n != 0 {
			t.Error("words searched for once are shown")
		}
	})
}

func TestGivingWordsAnswersTheSearch(t *testing.T) {
	towns(t, func(t *testing.T, w *town) {
		m := w.missed("院里那口压水井")
		must(t, w.act(w.legal, func(ctx context.Context, tx *ledger.Tx) error { return words.Direct(ctx, tx, w.legal, m.ID, w.water) }))
		give := func(who *people.Who, item sqldb.ID) error {
			return w.act(who, func(ctx context.Context, tx *ledger.Tx) error {
				_, err := words.Give(ctx, tx, who, m.ID, power.NewWord{Power: item})
				return err
			})
		}
		for name, err := range map[string]error{"another department": give(w.other, w.well), "to an item of another department": give(w.clerk, w.film)} {
			if errs.KindOf(err) != errs.NotFound || err == nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		must(t, give(w.clerk, w.well))
		c := words.NewCounter()
		if !w.search(c, "院里那口压水井") {
			t.Error("given and still not found")
		}
		if err := give(w.clerk, w.well); errs.KindOf(err) != errs.Conflict {
			t.Errorf("given twice: %v", err)
		}
		if got := w.misses(w.clerk, words.Query{State: words.Given}); len(got) != 1 {
			t.Errorf("given: %v", got)
		}
		// The word is removed: who searches again opens it again.
		all, err := power.WordsOf(t.Context(), w.db, w.well)
		must(t, err)
		must(t, w.act(w.clerk, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := words.Remove(ctx, tx, w.clerk, all[0].ID)
			return err
		}))
		w.search(c, "院里那口压水井")
		w.flush(c, "2026-03-11")
		if got := w.misses(w.clerk, words.Query{State: words.Open}); len(got) != 1 || got[0].N != 3 || got[0].Last != "2026-03-11" {
			t.Errorf("missed again: %+v", got)
		}
	})
}

func TestSettingWordsAside(t *testing.T) {
	towns(t, func(t *testing.T, w *town) {
		m := w.missed("狮子座运势")
		dismiss := func(who *people.Who, reason string) error {
			return w.act(who, func(ctx context.Context, tx *ledger.Tx) error { return words.Dismiss(ctx, tx, who, m.ID, reason) })
		}
		if err := dismiss(w.legal, " "); errs.KindOf(err) != errs.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		if err := dismiss(w.clerk, "不归我们"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("by a department that they did not go to: %v", err)
		}
		err := w.act(w.legal, func(ctx context.Context, tx *ledger.Tx) error { return words.Dismiss(ctx, tx, w.clerk, m.ID, "冒用") })
		if err == nil {
			t.Error("one acts, another is asked for their rights")
		}
		must(t, dismiss(w.legal, "不是政府办的事"))
		c := words.NewCounter()
		w.search(c, "狮子座运势")
		w.flush(c, today)
		if got := w.misses(w.legal, words.Query{State: words.Open}); len(got) != 0 {
			t.Errorf("set aside and open again: %+v", got)
		}
		must(t, w.ledger.Settle(t.Context()))
		all, err := w.ledger.Entries(t.Context(), ledger.Powers, 0, 1000)
		must(t, err)
		for _, a := range all {
			if strings.Contains(string(a.Public), "狮子座") || strings.Contains(string(a.Public), "不是政府") {
				t.Errorf("the public log says %s", a.Public)
			}
		}
	})
}

func TestTwoPeopleAnswerAtOnce(t *testing.T) {
	towns(t, func(t *testing.T, w *town) {
		m := w.missed("取水管坏了找谁修")
		acts := []func(ctx context.Context, tx *ledger.Tx) error{
			func(ctx context.Context, tx *ledger.Tx) error {
				return words.Dismiss(ctx, tx, w.legal, m.ID, "不是事项")
			},
			func(ctx context.Context, tx *ledger.Tx) error {
				_, err := words.Give(ctx, tx, w.legal, m.ID, power.NewWord{Power: w.well, Text: "修取水管子"})
				return err
			},
		}
		results := make([]error, len(acts))
		var all sync.WaitGroup
		for i, act := range acts {
			all.Go(func() { results[i] = w.act(w.legal, act) })
		}
		all.Wait()
		won := 0
		for _, err := range results {
			if err == nil {
				won++
			} else if errs.KindOf(err) != errs.Conflict {
				t.Errorf("the slower one: %v", err)
			}
		}
		if won != 1 {
			t.Errorf("%d won", won)
		}
	})
}

// Whatever is searched for on whatever days: what is shown adds up to what was
// counted, and one day never holds more different words than it may.
func TestCountsAddUp(t *testing.T) {
	towns(t, func(t *testing.T, w *town) {
		round := 0
		rapid.Check(t, func(rt *rapid.T) {
			round++
			want := map[string]int{}
			c := words.NewCounter()
			for range rapid.IntRange(1, 3).Draw(rt, "flushes") {
				for range rapid.IntRange(0, 6).Draw(rt, "searches") {
					typed := fmt.Sprintf("第%d回%s", round, rapid.SampledFrom([]string{"天狗", "灶王", "门神"}).Draw(rt, "words"))
					if c.Note(typed, rapid.Bool().Draw(rt, "near")) {
						want[typed]++
					}
				}
				_, err := c.Flush(context.Background(), w.db, fmt.Sprintf("2026-03-%02d", rapid.IntRange(10, 12).Draw(rt, "day")))
				if err != nil {
					rt.Fatal(err)
				}
			}
			for typed, n := range want {
				all, err := words.Misses(context.Background(), w.db, people.Scope{All: true}, words.Query{Words: typed})
				if err != nil {
					rt.Fatal(err)
				}
				switch {
				case n < 2 && len(all) == 0:
				case len(all) != 1 || all[0].N != n:
					rt.Fatalf("%s: counted %d times, shown %+v", typed, n, all)
				}
			}
		})
	})
}

func TestADayHoldsSoManyWordsAndOldDaysAreForgotten(t *testing.T) {
	towns(t, func(t *testing.T, w *town) {
		c := words.NewCounter()
		name := func(i int) string {
			return "没有的事" + string([]rune{'一' + rune(i/50), '丁' + rune(i%50)})
		}
		for i := range 600 {
			for range 2 {
				c.Note(name(i), false)
			}
		}
		for range 3 {
			c.Note("人人都查的怪事", false)
		}
		w.flush(c, today)
		all := w.misses(w.legal, words.Query{})
		if len(all) != 500 || all[0].Words != "人人都查的怪事" {
			t.Errorf("%d words of a day, first %q", len(all), all[0].Words)
		}
		page := w.misses(w.legal, words.Query{Limit: 7})
		next := w.misses(w.legal, words.Query{Limit: 7, After: page[6].Place()})
		back := w.misses(w.legal, words.Query{Limit: 7, Before: next[0].Place()})
		for i := range page {
			if page[i].ID != all[i].ID || next[i].ID != all[7+i].ID || back[i].ID != page[i].ID {
				t.Fatalf("pages do not join at %d", i)
			}
		}
		later, err := time.Parse(time.DateOnly, today)
		must(t, err)
		w.flush(words.NewCounter(), later.AddDate(0, 0, 100).Format(time.DateOnly))
		if n := len(w.misses(w.legal, words.Query{})); n != 500 {
			t.Errorf("%d words after a hundred days", n)
		}
		w.flush(words.NewCounter(), later.AddDate(0, 0, 200).Format(time.DateOnly))
		if n := len(w.misses(w.legal, words.Query{})); n != 0 {
			t.Errorf("%d words after two hundred days", n)
		}
	})
}

// A database that does not answer costs no counts.
func TestCountsWaitForTheDatabase(t *testing.T) {
	towns(t, func(t *testing.T, w *town) {
		c := words.NewCounter()
		c.Note("没人应的怪事", false)
		c.Note("没人应的怪事", false)
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := c.Flush(gone, w.db, today); err == nil {
			t.Fatal("written though nobody waits")
		}
		w.flush(c, today)
		if got := w.misses(w.legal, words.Query{Words: "没人应"}); len(got) != 1 || got[0].N != 2 {
			t.Errorf("%+v", got)
		}
	})
}
