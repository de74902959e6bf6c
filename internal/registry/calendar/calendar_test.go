package calendar

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"qingdan/internal/engine/workday"
	"qingdan/internal/testkit"
)

// referenceDays reads the days off of the reference data through ReadDays, or
// skips the test.
func referenceDays(t *testing.T) []workday.Special {
	t.Helper()
	b, err := os.ReadFile(testkit.Shared(t, "codes", "holidays.csv"))
	must(t, err)
	days, err := ReadDays(b, "holidays.csv")
	must(t, err)
	return days
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryHolidayOfTheReference(t *testing.T) {
	want := referenceDays(t)
	c := Builtin()
	specials := c.Specials()
	if len(specials) != len(want) {
		t.Errorf("%d special days, reference has %d", len(specials), len(want))
	}
	for i, w := range want {
		if specials[i] != w {
			t.Errorf("day %d: %v, want %v", i, specials[i], w)
		}
		if work, soft := c.IsWorkday(w.Day); work == w.Off || soft {
			t.Errorf("IsWorkday(%s) = %v, %v; reference says %v", w.Day, work, soft, w)
		}
	}
	t.Logf("%d of %d days", len(specials), len(want))
}

func TestWorkdayExamplesOfTheReference(t *testing.T) {
	f, err := os.Open(testkit.Shared(t, "codes", "workday_examples.jsonl"))
	must(t, err)
	t.Cleanup(func() { f.Close() })
	c := Builtin()
	right, all := 0, 0
	for in := bufio.NewScanner(f); in.Scan(); all++ {
		var e struct {
			Start string
			Days  int `json:"working_days"`
			Due   string
		}
		must(t, json.Unmarshal(in.Bytes(), &e))
		due, soft, err := c.AddWorkdays(e.Start, e.Days)
		n, softBack, errBack := c.Between(e.Start, e.Due)
		switch {
		case err != nil || soft || due != e.Due:
			t.Errorf("AddWorkdays(%s, %d) = %s, %v, %v; want %s", e.Start, e.Days, due, soft, err, e.Due)
		case errBack != nil || softBack || n != e.Days:
			t.Errorf("Between(%s, %s) = %d, %v, %v; want %d", e.Start, e.Due, n, softBack, errBack, e.Days)
		default:
			right++
		}
	}
	t.Logf("%d of %d examples", right, all)
}

func TestBuiltin(t *testing.T) {
	c := Builtin()
	if first, last := c.Years(); first != 2007 || last != 2026 {
		t.Errorf("years %d–%d, want 2007–2026", first, last)
	}
	for y := 2007; y <= 2026; y++ {
		if !c.Covers(y) {
			t.Errorf("%d is not covered", y)
		}
	}
	if got := c.Edition(); got != "国务院办公厅节假日安排2007—2026" {
		t.Errorf("edition %q", got)
	}
	for _, n := range builtinNotices {
		for _, s := range n.days() {
			d, err := time.Parse(time.DateOnly, s.Day)
			must(t, err)
			if s.Year() != n.year {
				t.Errorf("%s %s stands in the notice of %d", s.Day, s.Name, n.year)
			}
			weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
			extended := s.Day == "2020-02-03" // the notice of January 2020 names the Monday on which work resumes
			if !s.Off && !weekend && !extended {
				t.Errorf("%s %s: an adjusted workday that is a weekday anyway", s.Day, s.Name)
			}
		}
	}
}

// A span that is written backwards would name no day; none may.
func TestEveryHolidayOfTheNoticesNamesItsDays(t *testing.T) {
	for _, n := range builtinNotices {
		for _, h := range n.holidays {
			days := notice{n.year, []holiday{{h.name, h.off, ""}}}.days()
			if len(days) == 0 || !slices.IsSortedFunc(days, func(a, b workday.Special) int { return strings.Compare(a.Day, b.Day) }) {
				t.Errorf("%d %s: %q names %v", n.year, h.name, h.off, days)
			}
		}
	}
}
