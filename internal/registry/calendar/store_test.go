package calendar

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/engine/workday"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

var actor = ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}

// notice2027 is what a notice might say of 2027.
func notice2027() []workday.Special {
	return []workday.Special{
		{Day: "2026-12-31", Name: "元旦", Off: true}, {Day: "2027-01-01", Name: "元旦", Off: true}, {Day: "2027-01-03", Name: "元旦", Off: false},
		{Day: "2027-05-01", Name: "劳动节", Off: true}, {Day: "2027-10-01", Name: "国庆节", Off: true},
	}
}

// only gives the days of a year out of the built-in edition.
func only(year int) []workday.Special {
	return slices.DeleteFunc(Builtin().Specials(), func(s workday.Special) bool { return s.Year() != year })
}

func importDays(t *testing.T, l *ledger.Ledger, days []workday.Special, source string) Imported {
	t.Helper()
	done, err := Import(t.Context(), l, actor, days, source)
	must(t, err)
	return done
}

func current(t *testing.T, db *sqldb.DB) *workday.Calendar {
	t.Helper()
	c, err := Current(t.Context(), db)
	must(t, err)
	return c
}

// acts gives what the powers log says of calendars.
func acts(t *testing.T, l *ledger.Ledger) (out []string) {
	t.Helper()
	must(t, l.Settle(t.Context()))
	entries, err := l.Entries(t.Context(), ledger.Powers, 0, 1000)
	must(t, err)
	for _, e := range entries {
		if e.Kind != "calendar.published" {
			t.Errorf("act %s", e.Kind)
		}
		out = append(out, string(e.Public))
	}
	return out
}

func TestTheBuiltInEditionHoldsUntilOneIsStored(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		if diff := cmp.Diff(Builtin(), current(t, db), cmp.AllowUnexported(workday.Calendar{})); diff != "" {
			t.Errorf("calendar (-builtin +current):\n%s", diff)
		}
		if work, soft := current(t, db).IsWorkday("2026-12-31"); !work || !soft {
			t.Errorf("2026-12-31 without the notice of 2027: %v, %v; want a workday, provisional", work, soft)
		}
		done := importDays(t, l, notice2027(), "国办发明电〔2026〕7号")
		if diff := cmp.Diff(Imported{"工作日历第1版", []int{2027}, true}, done); diff != "" {
			t.Errorf("import (-want +got):\n%s", diff)
		}
		c := current(t, db)
		if c.Edition() != done.Edition {
			t.Errorf("current is %s, want %s", c.Edition(), done.Edition)
		}
		if work, soft := c.IsWorkday("2026-12-31"); work || soft {
			t.Errorf("2026-12-31 with the notice of 2027: %v, %v; want off, settled", work, soft)
		}
		if diff := cmp.Diff(append(Builtin().Specials(), notice2027()...), c.Specials()); diff != "" {
			t.Errorf("days (-want +got):\n%s", diff)
		}
	})
}

func TestANoticeThatChangesAYearReplacesItWhole(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		changed := slices.DeleteFunc(only(2026), func(s workday.Special) bool { return s.Day == "2026-05-05" || s.Day == "2026-05-09" })
		done := importDays(t, l, append(changed, notice2027()...), "更正")
		if diff := cmp.Diff([]int{2026, 2027}, done.Years); diff != "" {
			t.Errorf("years (-want +got):\n%s", diff)
		}
		c := current(t, db)
		for day, want := range map[string]bool{"2026-05-05": true, "2026-05-09": false, "2026-05-04": false, "2025-05-05": false, "2027-01-03": true} {
			if work, soft := c.IsWorkday(day); work != want || soft {
				t.Errorf("%s: %v, %v; want %v, settled", day, work, soft, want)
			}
		}
	})
}

func TestAnEditionStaysAsItWas(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		first := importDays(t, l, notice2027(), "国办发明电〔2026〕7号")
		before, err := Edition(t.Context(), db, first.Edition)
		must(t, err)
		second := importDays(t, l, append(notice2027(), workday.Special{Day: "2027-05-03", Name: "劳动节", Off: true}), "国办发明电〔2027〕1号")
		after, err := Edition(t.Context(), db, first.Edition)
		must(t, err)
		if diff := cmp.Diff(before, after, cmp.AllowUnexported(workday.Calendar{})); diff != "" {
			t.Errorf("first edition (-before +after the second):\n%s", diff)
		}
		if c := current(t, db); c.Edition() != second.Edition || second.Edition == first.Edition {
			t.Errorf("current is %s, want %s", c.Edition(), second.Edition)
		}
		if b, err := Edition(t.Context(), db, Builtin().Edition()); err != nil || len(b.Specials()) != len(Builtin().Specials()) {
			t.Errorf("built-in edition by its label: %v", err)
		}
		if _, err := Edition(t.Context(), db, "工作日历第9版"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("unknown label: %v, want NotFound", err)
		}
		stored, err := Editions(t.Context(), db)
		must(t, err)
		if len(stored) != 2 || stored[0].Label != second.Edition || stored[1].Label != first.Edition ||
			stored[1].Source != "国办发明电〔2026〕7号" || stored[0].No != 2 || stored[1].Made.IsZero() || stored[1].Made.After(stored[0].Made) {
			t.Errorf("editions %+v", stored)
		}
	})
}

func TestTheSameDaysAgainChangeNothing(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		if done := importDays(t, l, only(2014), "又一次"); done.New || done.Edition != Builtin().Edition() {
			t.Errorf("a year as built in: %+v", done)
		}
		first := importDays(t, l, notice2027(), "国办发明电〔2026〕7号")
		backwards := notice2027()
		slices.Reverse(backwards)
		if done := importDays(t, l, backwards, "别的来源"); done.New || done.Edition != first.Edition {
			t.Errorf("the same days again: %+v, want nothing new, %s", done, first.Edition)
		}
		stored, err := Editions(t.Context(), db)
		must(t, err)
		if n := len(acts(t, l)); len(stored) != 1 || n != 1 {
			t.Errorf("%d editions and %d acts, want 1 and 1", len(stored), n)
		}
	})
}

func TestTheLedgerSaysWhatWasPublished(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		done := importDays(t, l, notice2027(), "国办发明电〔2026〕7号")
		all := acts(t, l)
		if len(all) != 1 {
			t.Fatalf("acts %v", all)
		}
		var act struct {
			Edition, Source, SHA256 string
			Years                   []int
			Days                    int
		}
		must(t, json.Unmarshal([]byte(all[0]), &act))
		days := current(t, db).Specials()
		if act.Edition != done.Edition || act.Source != "国办发明电〔2026〕7号" || !slices.Equal(act.Years, []int{2027}) || act.Days != len(days) || act.SHA256 != digest(days) {
			t.Errorf("act %s", all[0])
		}
		days[0].Off = !days[0].Off
		if digest(days) == act.SHA256 {
			t.Error("the digest does not cover whether a day is off")
		}
	})
}

func TestAPartOfANoticeIsRefused(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		for name, c := range map[string]struct {
			days []workday.Special
			want string
		}{
			"none":          {nil, "没有一天放假安排"},
			"cut off":       {notice2027()[:4], "2027年的放假安排不完整，没有国庆节（2027-10-01）放假"},
			"only December": {notice2027()[:1], "12月的日期算在下一年"},
			"day twice":     {append(notice2027(), notice2027()[2]), "2027-01-03写了两次"},
			"no day":        {append(notice2027(), workday.Special{Day: "2027-02-30"}), "2027-02-30"},
		} {
			if _, err := Import(t.Context(), l, actor, c.days, "来源"); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), c.want) {
				t.Errorf("%s: %v, want Invalid that says %s", name, err, c.want)
			}
			if _, err := Preview(t.Context(), db, c.days); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), c.want) {
				t.Errorf("preview of %s: %v, want Invalid that says %s", name, err, c.want)
			}
		}
		if c := current(t, db); c.Edition() != Builtin().Edition() || len(acts(t, l)) != 0 {
			t.Errorf("refused days left %s and %d acts", c.Edition(), len(acts(t, l)))
		}
	})
}

func TestAPreviewSaysWhatTheImportDoes(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		for range 2 { // a new edition, then the same days again
			would, err := Preview(t.Context(), db, notice2027())
			must(t, err)
			if diff := cmp.Diff(would, importDays(t, l, notice2027(), "国办发明电〔2026〕7号")); diff != "" {
				t.Errorf("outcome (-preview +import):\n%s", diff)
			}
		}
	})
}

func TestTheWholeReferenceComesInThroughTheFile(t *testing.T) {
	days := referenceDays(t)
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		if done := importDays(t, l, days, "holidays.csv"); done.New {
			t.Errorf("the reference against the built-in edition: %+v, want nothing new", done)
		}
		days := slices.DeleteFunc(slices.Clone(days), func(s workday.Special) bool { return s.Day == "2014-10-11" })
		if done := importDays(t, l, days, "holidays.csv"); !done.New || len(done.Years) != 20 {
			t.Errorf("twenty years with one day changed: %+v", done)
		}
		if work, soft := current(t, db).IsWorkday("2014-10-11"); work || soft {
			t.Errorf("2014-10-11 is %v, %v; want off, settled", work, soft)
		}
	})
}

// Each import starts from the calendar in use, so none of several at the same
// time may lose another's year.
func TestImportsAtTheSameTimeKeepEachOthersYears(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		var all sync.WaitGroup
		for year := 2027; year <= 2032; year++ {
			var days []workday.Special
			for _, day := range []string{"01-01", "05-01", "10-01"} {
				days = append(days, workday.Special{Day: fmt.Sprintf("%d-%s", year, day), Name: "节", Off: true})
			}
			all.Go(func() {
				if _, err := Import(t.Context(), l, actor, days, "来源"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		c := current(t, db)
		for year := 2007; year <= 2032; year++ {
			if !c.Covers(year) {
				t.Errorf("%s has lost %d", c.Edition(), year)
			}
		}
		if c.Edition() != "工作日历第6版" {
			t.Errorf("six imports made %s", c.Edition())
		}
	})
}

func TestACancelledImportWritesNothing(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Import(ctx, l, actor, notice2027(), "来源"); err == nil {
			t.Error("a cancelled import went through")
		}
		if c := current(t, db); c.Edition() != Builtin().Edition() {
			t.Errorf("current is %s", c.Edition())
		}
	})
}

// What a page pays for the calendar in use, against the built-in one, which is
// only computed.
func BenchmarkCurrent(b *testing.B) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		b.Run("engine="+engine.String(), func(b *testing.B) {
			db, l := testkit.Open(b, engine)
			if _, err := Import(b.Context(), l, actor, notice2027(), "来源"); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := Current(b.Context(), db); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("peer=built-in", func(b *testing.B) {
		for b.Loop() {
			Builtin()
		}
	})
}
