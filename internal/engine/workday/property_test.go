package workday

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qingdan/internal/errs"
)

// notices draws the notices of some years between 2010 and 2016: what each
// must name, and any other days off or worked beside.
func notices(t *rapid.T) []Special {
	var out []Special
	for year := 2010; year <= 2016; year++ {
		if !rapid.Bool().Draw(t, fmt.Sprint(year)) {
			continue
		}
		days := whole(fmt.Sprint(year))
		for range rapid.IntRange(0, 30).Draw(t, "days") {
			n := civil(year-1, time.December, 20) + rapid.IntRange(0, 340).Draw(t, "day")
			s := Special{Day: day(n), Name: "节", Off: rapid.Bool().Draw(t, "off")}
			if s.Year() == year && !slices.ContainsFunc(days, func(other Special) bool { return other.Day == s.Day }) {
				days = append(days, s)
			}
		}
		out = append(out, days...)
	}
	return out
}

// Whatever the notices name, the count agrees with one made day by day, and
// what is called provisional is what leans on a year without notice.
func TestCountsAgreeWithAClerk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, err := New("抽样", notices(t))
		if err != nil {
			t.Fatal(err)
		}
		clerk := byDay(c)
		start := day(civil(2009, time.June, 1) + rapid.IntRange(0, 3000).Draw(t, "start"))
		n := rapid.IntRange(0, 300).Draw(t, "n")
		due, soft, err := c.AddWorkdays(start, n)
		if want := clerk.add(start, n); err != nil || due != want {
			t.Fatalf("%s + %d = %s (%v), the clerk says %s", start, n, due, err, want)
		}
		count, softCount, err := c.Between(start, due)
		if err != nil || count != n || softCount != soft {
			t.Fatalf("between %s and %s: %d, %v (%v), want %d, %v", start, due, count, softCount, err, n, soft)
		}
		missing := c.Missing(start, due)
		if (len(missing) > 0) != soft || !slices.IsSorted(missing) {
			t.Fatalf("%s to %s is provisional (%v) for want of %v", start, due, soft, missing)
		}
		for _, y := range missing {
			if c.Covers(y) {
				t.Fatalf("%s to %s waits for %d, which is covered", start, due, y)
			}
		}
		checkRollOver(t, c, clerk, start, n)
	})
}

// checkRollOver: a rolled limit never ends early, never on a day off, and never
// passes a workday.
func checkRollOver(t *rapid.T, c *Calendar, clerk naive, start string, n int) {
	due, _, err := c.AddDays(start, n)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := PlainDays(start, n)
	if err != nil {
		t.Fatal(err)
	}
	d, err := time.Parse(time.DateOnly, plain)
	if err != nil {
		t.Fatal(err)
	}
	for !clerk.works(d) {
		d = d.AddDate(0, 0, 1)
	}
	if want := d.Format(time.DateOnly); due != want {
		t.Fatalf("%s + %d days = %s, the clerk says %s", start, n, due, want)
	}
}

// The notices that hold are those of the whole years: a year more settles
// days, and never unsettles one.
func TestAnotherNoticeOnlySettles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := notices(t)
		less, err := New("少", slices.DeleteFunc(slices.Clone(days), func(s Special) bool { return s.Year() == 2016 }))
		if err != nil {
			t.Fatal(err)
		}
		more, err := New("多", days)
		if err != nil {
			t.Fatal(err)
		}
		d := day(civil(2009, time.June, 1) + rapid.IntRange(0, 3000).Draw(t, "day"))
		before, softBefore := less.IsWorkday(d)
		after, softAfter := more.IsWorkday(d)
		if !softBefore && (softAfter || before != after) {
			t.Fatalf("%s was settled (%v), now %v, provisional %v", d, before, after, softAfter)
		}
	})
}

func FuzzAddWorkdays(f *testing.F) {
	f.Add("2014-12-11", 20)
	f.Add("2026-12-25", 5)
	f.Add("2014-02-30", -1)
	f.Add("2999-12-31", 7320)
	c := sample(f)
	clerk := byDay(c)
	f.Fuzz(func(t *testing.T, start string, n int) {
		due, _, err := c.AddWorkdays(start, n)
		if err != nil {
			if errs.KindOf(err) != errs.Invalid {
				t.Fatalf("kind of %v", err)
			}
			return
		}
		if want := clerk.add(start, n); due != want {
			t.Fatalf("%s + %d = %s, the clerk says %s", start, n, due, want)
		}
	})
}

func FuzzNew(f *testing.F) {
	f.Add("2014-10-02", "2014-09-28")
	f.Add("2014-12-31", "2015-01-01")
	f.Add("2014-1-1", "")
	f.Fuzz(func(t *testing.T, off, work string) {
		c, err := New("f", append(whole("2014", "2015"), Special{off, "节", true}, Special{work, "节", false}))
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
