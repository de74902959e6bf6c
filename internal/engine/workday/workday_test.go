package workday

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/errs"
)

// run gives the days from first to last as one holiday.
func run(name string, off bool, first, last string) []Special {
	var out []Special
	for d := first; d <= last; {
		out = append(out, Special{d, name, off})
		d, _ = PlainDays(d, 1)
	}
	return out
}

// whole gives what the notice of a year names at least.
func whole(years ...string) []Special {
	var out []Special
	for _, y := range years {
		out = append(out, Special{y + "-01-01", "元旦", true}, Special{y + "-05-01", "劳动节", true}, Special{y + "-10-01", "国庆节", true})
	}
	return out
}

// sample is the notice of 2014, with parts of those of 2007, 2015 and 2026.
func sample(t testing.TB) *Calendar {
	t.Helper()
	days := slices.Concat(
		whole("2007", "2014", "2015", "2026"),
		run("元旦", false, "2006-12-30", "2006-12-31"),
		run("春节", true, "2014-01-31", "2014-02-06"), run("春节", false, "2014-01-26", "2014-01-26"), run("春节", false, "2014-02-08", "2014-02-08"),
		run("国庆节", true, "2014-10-02", "2014-10-07"), run("国庆节", false, "2014-09-28", "2014-09-28"), run("国庆节", false, "2014-10-11", "2014-10-11"),
	)
	c, err := New("样本", days)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestIsWorkday(t *testing.T) {
	c := sample(t)
	for _, e := range []struct {
		day        string
		work, soft bool
	}{
		{"2014-12-11", true, false},  // a Thursday
		{"2014-12-13", false, false}, // a Saturday
		{"2014-10-11", true, false},  // a worked Saturday
		{"2014-10-07", false, false}, // a Tuesday off
		{"2014-12-31", true, false},  // the notice of 2015 did not speak of it
		{"2006-12-30", true, false},  // named by the notice of 2007
		{"2006-12-28", true, true},   // before the first notice
		{"2006-11-30", true, true},
		{"2010-05-01", false, true}, // a Saturday between years with a notice
		{"2010-10-01", true, true},
		{"2026-12-28", true, false},
		{"2026-12-31", true, true}, // the notice of 2027 may speak of it
		{"2027-01-01", true, true}, // weekends only
		{"2027-01-02", false, true},
		{"1900-01-01", true, true},
		{"2999-12-31", true, true},
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
	c := sample(t)
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
		{"2024-01-30", 30, "2024-02-29", "2024-02-29", true}, // leap day, no notice
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

func TestBetween(t *testing.T) {
	c := sample(t)
	for _, e := range []struct {
		a, b    string
		n       int
		soft    bool
		missing []int
	}{
		{"2014-12-11", "2014-12-11", 0, false, nil},
		{"2014-12-11", "2014-12-12", 1, false, nil},
		{"2014-12-12", "2014-12-14", 0, false, nil},         // a weekend
		{"2014-12-11", "2014-12-15", 2, false, nil},         // the first day does not count, the last does
		{"2014-09-27", "2014-10-12", 7, false, nil},         // 国庆节 with two worked weekend days
		{"2014-12-28", "2015-01-04", 4, false, nil},         // into a year that is known
		{"2026-12-28", "2026-12-31", 3, true, []int{2027}},  // the end of December
		{"2006-12-29", "2006-12-31", 2, false, nil},         // named by the next year's notice
		{"2006-12-28", "2006-12-31", 3, true, []int{2006}},  // the day before
		{"2007-12-01", "2007-12-28", 20, false, nil},        // up to where the next notice reaches
		{"2007-12-01", "2007-12-29", 20, true, []int{2008}}, // a Saturday that it may name
		{"2026-12-28", "2029-01-01", 525, true, []int{2027, 2028, 2029}},
	} {
		n, soft, err := c.Between(e.a, e.b)
		if err != nil || n != e.n || soft != e.soft {
			t.Errorf("Between(%s, %s) = %d, %v, %v; want %d, %v", e.a, e.b, n, soft, err, e.n, e.soft)
		}
		if diff := cmp.Diff(e.missing, c.Missing(e.a, e.b)); diff != "" {
			t.Errorf("Missing(%s, %s) (-want +got):\n%s", e.a, e.b, diff)
		}
	}
}

func TestCountingBackwardsIsRefused(t *testing.T) {
	c := sample(t)
	for _, e := range [][2]string{{"2014-12-11", "2014-12-10"}, {"2014-02-30", "2014-03-01"}, {"2014-03-01", "明天"}} {
		if _, _, err := c.Between(e[0], e[1]); errs.KindOf(err) != errs.Invalid {
			t.Errorf("Between(%s, %s): %v, want Invalid", e[0], e[1], err)
		}
		if got := c.Missing(e[0], e[1]); got != nil {
			t.Errorf("Missing(%s, %s) = %v, want none", e[0], e[1], got)
		}
	}
}

func TestLimitIntoAYearWithoutNoticeIsProvisional(t *testing.T) {
	due, soft, err := sample(t).AddWorkdays("2026-12-25", 5)
	if err != nil || due != "2027-01-01" || !soft {
		t.Errorf("got %s, %v, %v", due, soft, err)
	}
}

func TestLimitsRefuseNonsense(t *testing.T) {
	c := sample(t)
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

func TestNewRefusesWhatNoNoticeSays(t *testing.T) {
	for name, c := range map[string]struct {
		days []Special
		want string
	}{
		"no day":               {[]Special{{"2014-10", "国庆节", true}}, "2014-10"},
		"no such day":          {append(whole("2014"), Special{"2014-02-30", "春节", true}), "2014-02-30"},
		"twice":                {append(whole("2014"), Special{"2014-10-01", "国庆节", false}), "2014-10-01写了两次"},
		"nothing but October":  {[]Special{{"2014-10-01", "国庆节", true}}, "没有元旦（2014-01-01）放假"},
		"cut off in spring":    {whole("2014")[:2], "没有国庆节（2014-10-01）放假"},
		"1 May worked":         {append(whole("2014")[:1:1], Special{"2014-05-01", "劳动节", false}, Special{"2014-10-01", "国庆节", true}), "没有劳动节（2014-05-01）放假"},
		"December before only": {append(whole("2014"), Special{"2014-12-31", "元旦", true}), "2015年的放假安排不完整"},
	} {
		if _, err := New("x", c.days); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), c.want) {
			t.Errorf("%s: %v, want Invalid that says %s", name, err, c.want)
		}
	}
}

func TestADayOfDecemberBelongsToTheNextNotice(t *testing.T) {
	for day, want := range map[string]int{"2014-01-01": 2014, "2014-11-30": 2014, "2014-12-01": 2015, "2014-12-31": 2015, "2014-12": 0, "": 0} {
		if got := (Special{Day: day}).Year(); got != want {
			t.Errorf("%q belongs to %d, want %d", day, got, want)
		}
	}
}

func TestACalendarComesBackFromItsDays(t *testing.T) {
	c := sample(t)
	days := c.Specials()
	if !slices.IsSortedFunc(days, func(a, b Special) int { return strings.Compare(a.Day, b.Day) }) {
		t.Errorf("days are not in order: %v", days)
	}
	again, err := New(c.Edition(), days)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, again, cmp.AllowUnexported(Calendar{})); diff != "" {
		t.Errorf("calendar (-first +again):\n%s", diff)
	}
	days[0].Off = !days[0].Off
	if c.Specials()[0] == days[0] {
		t.Error("a caller changed the calendar through Specials")
	}
}

func TestCalendarKnowsItsYears(t *testing.T) {
	c := sample(t)
	if first, last := c.Years(); first != 2007 || last != 2026 {
		t.Errorf("years %d–%d, want 2007–2026", first, last)
	}
	for year, want := range map[int]bool{2006: false, 2007: true, 2013: false, 2014: true, 2027: false} {
		if got := c.Covers(year); got != want {
			t.Errorf("covers %d: %v, want %v", year, got, want)
		}
	}
}

func TestEmptyCalendarKnowsWeekends(t *testing.T) {
	empty, err := New("empty", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*Calendar{empty, {}} {
		if work, soft := c.IsWorkday("2014-10-01"); !work || !soft {
			t.Errorf("got %v, %v", work, soft)
		}
		if first, last := c.Years(); first != 0 || last != 0 {
			t.Errorf("years %d–%d", first, last)
		}
		if due, soft, err := c.AddWorkdays("2014-09-30", 3); due != "2014-10-03" || !soft || err != nil {
			t.Errorf("got %s, %v, %v", due, soft, err)
		}
	}
}

// naive counts as a clerk does: a day at a time, with the notices in a map.
type naive map[string]Special

func (m naive) add(start string, n int) string {
	d, _ := time.Parse(time.DateOnly, start)
	for n > 0 {
		d = d.AddDate(0, 0, 1)
		if m.works(d) {
			n--
		}
	}
	return d.Format(time.DateOnly)
}

func (m naive) works(d time.Time) bool {
	if s, ok := m[d.Format(time.DateOnly)]; ok {
		return !s.Off
	}
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}

func byDay(c *Calendar) naive {
	m := naive{}
	for _, s := range c.Specials() {
		m[s.Day] = s
	}
	return m
}

// The peer is the count by the calendar's own days in a map.
func BenchmarkAddWorkdays(b *testing.B) {
	c := sample(b)
	m := byDay(c)
	b.Run("marks", func(b *testing.B) {
		for b.Loop() {
			if due, _, _ := c.AddWorkdays("2014-09-03", 60); due != "2014-12-01" {
				b.Fatal(due)
			}
		}
	})
	b.Run("peer=map", func(b *testing.B) {
		for b.Loop() {
			if due := m.add("2014-09-03", 60); due != "2014-12-01" {
				b.Fatal(due)
			}
		}
	})
}
