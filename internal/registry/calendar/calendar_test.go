package calendar

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qingdan/internal/errs"
	"qingdan/internal/testkit"
)

// shared opens a file of the reference data, or skips the test.
func shared(t *testing.T, name ...string) *os.File {
	t.Helper()
	f, err := os.Open(testkit.Shared(t, name...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestEveryHolidayOfTheReference(t *testing.T) {
	rows, err := csv.NewReader(shared(t, "codes", "holidays.csv")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	c := Builtin()
	specials := c.Specials()
	if len(specials) != len(rows)-1 {
		t.Errorf("%d special days, reference has %d", len(specials), len(rows)-1)
	}
	for i, row := range rows[1:] {
		if got, want := specials[i], (Special{row[0], row[1], row[2] == "off"}); got != want {
			t.Errorf("day %d: %v, want %v", i, got, want)
		}
		work, soft := c.IsWorkday(row[0])
		if work != (row[2] == "work") || soft {
			t.Errorf("IsWorkday(%s) = %v, %v; reference says %s", row[0], work, soft, row[2])
		}
	}
	t.Logf("%d of %d days", len(specials), len(rows)-1)
}

func TestWorkdayExamplesOfTheReference(t *testing.T) {
	c := Builtin()
	in := bufio.NewScanner(shared(t, "codes", "workday_examples.jsonl"))
	right, all := 0, 0
	for in.Scan() {
		var e struct {
			Start string
			Days  int `json:"working_days"`
			Due   string
		}
		if err := json.Unmarshal(in.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		all++
		due, soft, err := c.AddWorkdays(e.Start, e.Days)
		if err != nil || soft || due != e.Due {
			t.Errorf("AddWorkdays(%s, %d) = %s, %v, %v; want %s", e.Start, e.Days, due, soft, err, e.Due)
			continue
		}
		right++
	}
	t.Logf("%d of %d examples", right, all)
}

func TestBuiltin(t *testing.T) {
	c, err := New("x", builtinNotices())
	if err != nil {
		t.Fatal(err)
	}
	if first, last := c.Years(); first != 2007 || last != 2026 || len(c.years) != 20 {
		t.Errorf("years %d–%d, %d of them", first, last, len(c.years))
	}
	if got := Builtin().Edition(); got == "" || got == "空" {
		t.Errorf("edition %q", got)
	}
	for _, s := range c.Specials() {
		d, err := time.Parse(time.DateOnly, s.Day)
		if err != nil {
			t.Fatal(err)
		}
		weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
		extended := s.Day == "2020-02-03" // the notice of January 2020 names the Monday on which work resumes
		if !s.Off && !weekend && !extended {
			t.Errorf("%s %s: an adjusted workday that is a weekday anyway", s.Day, s.Name)
		}
	}
}

func TestIsWorkday(t *testing.T) {
	c := Builtin()
	for _, e := range []struct {
		day        string
		work, soft bool
	}{
		{"2014-12-11", true, false},  // a Thursday
		{"2014-12-13", false, false}, // a Saturday
		{"2014-10-11", true, false},  // a worked Saturday
		{"2014-10-07", false, false}, // a Tuesday off
		{"2006-12-30", true, false},  // named by the notice of 2007
		{"2006-12-28", true, true},   // before the first notice
		{"2026-12-28", true, false},
		{"2026-12-31", true, true}, // the notice of 2027 may speak of it
		{"2027-01-01", true, true}, // weekends only
		{"2027-01-02", false, true},
		{"2014-13-01", false, true},
		{"", false, true},
		{"2014-1-5", false, true},
	} {
		if work, soft := c.IsWorkday(e.day); work != e.work || soft != e.soft {
			t.Errorf("IsWorkday(%q) = %v, %v; want %v, %v", e.day, work, soft, e.work, e.soft)
		}
	}
}

func TestAddDays(t *testing.T) {
	c := Builtin()
	for _, e := range []struct {
		start      string
		n          int
		due, plain string
		soft       bool
	}{
		{"2014-09-03", 15, "2014-09-18", "2014-09-18", false},
		{"2014-09-01", 30, "2014-10-08", "2014-10-01", false}, // into 国庆节
		{"2014-09-26", 15, "2014-10-11", "2014-10-11", false}, // a worked Saturday is no holiday
		{"2014-12-08", 5, "2014-12-15", "2014-12-13", false},  // a Saturday
		{"2014-12-11", 0, "2014-12-11", "2014-12-11", false},
		{"2026-12-20", 60, "2027-02-18", "2027-02-18", true},
		{"2024-01-30", 30, "2024-02-29", "2024-02-29", false}, // leap day
	} {
		due, soft, err := c.AddDays(e.start, e.n)
		if err != nil || due != e.due || soft != e.soft {
			t.Errorf("AddDays(%s, %d) = %s, %v, %v; want %s, %v", e.start, e.n, due, soft, err, e.due, e.soft)
		}
		if plain, err := PlainDays(e.start, e.n); err != nil || plain != e.plain {
			t.Errorf("PlainDays(%s, %d) = %s, %v; want %s", e.start, e.n, plain, err, e.plain)
		}
	}
}

func TestLimitIntoAYearWithoutNoticeIsProvisional(t *testing.T) {
	due, soft, err := Builtin().AddWorkdays("2026-12-25", 5)
	if err != nil || due != "2027-01-01" || !soft {
		t.Errorf("got %s, %v, %v", due, soft, err)
	}
}

func TestLimitsRefuseNonsense(t *testing.T) {
	c := Builtin()
	for _, e := range []struct {
		start string
		n     int
	}{{"2014-02-30", 1}, {"二〇一四年", 1}, {"2014-02-03", -1}, {"2014-02-03", maxSpan + 1}, {"0001-01-01", 1}} {
		_, _, err1 := c.AddWorkdays(e.start, e.n)
		_, _, err2 := c.AddDays(e.start, e.n)
		_, err3 := PlainDays(e.start, e.n)
		for _, err := range []error{err1, err2, err3} {
			if errs.KindOf(err) != errs.Invalid {
				t.Errorf("(%s, %d): %v, want Invalid", e.start, e.n, err)
			}
		}
	}
}

func TestNewRefusesBadNotices(t *testing.T) {
	for name, notices := range map[string][]Notice{
		"reversed":      {{2014, []Break{{"国庆节", "2014-10-07/2014-10-01", ""}}}},
		"no day":        {{2014, []Break{{"国庆节", "2014-10", ""}}}},
		"twice":         {{2014, []Break{{"国庆节", "2014-10-01", "2014-10-01"}}}},
		"foreign year":  {{2014, []Break{{"国庆节", "2015-10-01", ""}}}},
		"year twice":    {{2014, nil}, {2014, nil}},
		"a whole year":  {{2014, []Break{{"国庆节", "2014-01-01/2014-12-31", ""}}}},
		"earlier month": {{2014, []Break{{"元旦", "2013-11-30", ""}}}},
	} {
		if _, err := New("x", notices); errs.KindOf(err) != errs.Invalid || err == nil {
			t.Errorf("%s: %v, want Invalid", name, err)
		}
	}
}

func TestEmptyCalendarKnowsWeekends(t *testing.T) {
	c, err := New("empty", nil)
	if err != nil {
		t.Fatal(err)
	}
	if work, soft := c.IsWorkday("2014-10-01"); !work || !soft {
		t.Errorf("got %v, %v", work, soft)
	}
	if first, last := c.Years(); first != 0 || last != 0 {
		t.Errorf("years %d–%d", first, last)
	}
}

// The due day is itself a workday, and exactly n workdays lie in (start, due].
func TestAddWorkdaysCounts(t *testing.T) {
	c := Builtin()
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(12000, 22000).Draw(t, "from")
		n := rapid.IntRange(1, 120).Draw(t, "n")
		due, soft, err := c.AddWorkdays(day(from), n)
		if err != nil {
			t.Fatal(err)
		}
		to, err := number(due)
		if err != nil {
			t.Fatal(err)
		}
		count, anySoft := 0, false
		for d := from + 1; d <= to; d++ {
			work, s := c.IsWorkday(day(d))
			anySoft = anySoft || s
			if work {
				count++
			}
		}
		if work, _ := c.IsWorkday(due); !work || count != n || soft != anySoft {
			t.Fatalf("%s + %d = %s: workday %v, counted %d, provisional %v/%v", day(from), n, due, work, count, soft, anySoft)
		}
		more, _, err := c.AddWorkdays(day(from), n+1)
		if err != nil || more <= due {
			t.Fatalf("one day more ends on %s, not after %s (%v)", more, due, err)
		}
	})
}

// A rolled limit never ends early, never on a day off, and never passes a workday.
func TestAddDaysRollsToTheNextWorkday(t *testing.T) {
	c := Builtin()
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(13514, 20800).Draw(t, "from")
		n := rapid.IntRange(0, 200).Draw(t, "n")
		due, _, err := c.AddDays(day(from), n)
		if err != nil {
			t.Fatal(err)
		}
		to, err := number(due)
		if err != nil || to < from+n {
			t.Fatalf("%s + %d = %s (%v)", day(from), n, due, err)
		}
		for d := from + n; d < to; d++ {
			if work, _ := c.IsWorkday(day(d)); work {
				t.Fatalf("%s + %d = %s passes the workday %s", day(from), n, due, day(d))
			}
		}
		if work, _ := c.IsWorkday(due); !work {
			t.Fatalf("%s is no workday", due)
		}
	})
}

func FuzzNotice(f *testing.F) {
	f.Add(2014, "2014-10-01/2014-10-07", "2014-09-28 2014-10-11")
	f.Add(2008, "2007-12-30/2008-01-01", "2007-12-29")
	f.Add(2014, "2014-10-01/", "/")
	f.Fuzz(func(t *testing.T, year int, off, work string) {
		c, err := New("f", []Notice{{year, []Break{{"节", off, work}}}})
		if err != nil {
			if errs.KindOf(err) != errs.Invalid {
				t.Fatalf("kind of %v", err)
			}
			return
		}
		for _, s := range c.Specials() {
			if w, soft := c.IsWorkday(s.Day); w == s.Off || soft {
				t.Fatalf("%v reads back as %v, %v", s, w, soft)
			}
		}
	})
}

func FuzzDay(f *testing.F) {
	f.Add("2014-12-11", 20)
	f.Add("2014-02-30", -1)
	c := Builtin()
	f.Fuzz(func(t *testing.T, start string, n int) {
		due, _, err := c.AddWorkdays(start, n)
		if err == nil && due < start {
			t.Fatalf("%s + %d = %s", start, n, due)
		}
	})
}
