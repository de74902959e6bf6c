package workday

import (
	"slices"
	"strings"
	"time"

	"qingdan/internal/errs"
)

// Special is a day that a notice names: off (放假), or a weekend day that is
// worked (上班).
type Special struct {
	Day  string // YYYY-MM-DD
	Name string // of the holiday, as in the notice: 春节, 国庆节、中秋节 …
	Off  bool   // false: an adjusted workday
}

// Year is the year whose notice names the day: its own, but for a day of
// December the following one, since December has no holiday and only the New
// Year (元旦) reaches back into it. It is 0 when Day is no day.
func (s Special) Year() int {
	n, err := number(s.Day)
	if err != nil {
		return 0
	}
	return noticeYear(date(n))
}

func noticeYear(t time.Time) int {
	if t.Month() == time.December {
		return t.Year() + 1
	}
	return t.Year()
}

// Calendar is one edition of the working-day calendar. Make it with New; the
// zero Calendar has no notice at all, and every answer of it is provisional.
type Calendar struct {
	edition  string
	specials []Special // by day
	years    []int     // with a notice, ascending
	first    int       // the day that marks begin with
	marks    []mark    // of every day from the first to the last that a notice may settle
}

// mark is what is known of a day.
type mark uint8

const (
	worked  mark = 1 << iota // public bodies work
	settled                  // the notices have spoken of the day
)

// New builds an edition from the days that notices name, in any order. The
// years with a notice are those of the days (Special.Year), and each of them
// must be whole: a part of a notice would pass for all of it, and wrong days
// would pass for settled ones. What can be told without a lunar calendar is
// that New Year, 1 May and 1 October are off in every year (全国年节及纪念日放假办法
// 2). A year that lacks one of them, a malformed day and a day given twice are
// Invalid.
func New(edition string, days []Special) (*Calendar, error) {
	c := &Calendar{edition: edition, specials: slices.Clone(days)}
	slices.SortFunc(c.specials, func(a, b Special) int { return strings.Compare(a.Day, b.Day) })
	numbers := make([]int, len(days))
	for i, s := range c.specials {
		n, err := number(s.Day)
		if err != nil {
			return nil, errs.In(s.Name, err)
		}
		numbers[i] = n
		if i > 0 && c.specials[i-1].Day == s.Day {
			return nil, errs.Invalidf("%s写了两次", s.Day).At(s.Name).Fix("同一天只可写一次")
		}
		if y := noticeYear(date(n)); !c.Covers(y) {
			c.years = append(c.years, y) // days ascend, and so do their years
		}
	}
	c.fill(numbers)
	for _, y := range c.years {
		if err := c.whole(y); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// fill marks the days of all years with a notice and of the December before
// the first. The notice of a year reaches back into the last days of December
// (2006, 2007, 2011, 2018 and 2022 had such days), so these wait for the
// following year's notice. numbers are the specials' days.
func (c *Calendar) fill(numbers []int) {
	if len(c.years) == 0 {
		return
	}
	first, last := c.Years()
	c.first = civil(first-1, time.December, 1)
	c.marks = make([]mark, civil(last, time.December, 31)-c.first+1)
	for i := range c.marks {
		if !weekend(c.first + i) {
			c.marks[i] = worked
		}
	}
	for _, y := range c.years {
		end := civil(y, time.December, 28)
		if c.Covers(y + 1) {
			end = civil(y, time.December, 31)
		}
		for n := civil(y, time.January, 1); n <= end; n++ {
			c.marks[n-c.first] |= settled
		}
	}
	for i, n := range numbers {
		c.marks[n-c.first] = settled
		if !c.specials[i].Off {
			c.marks[n-c.first] |= worked
		}
	}
}

// whole refuses a year whose notice does not name the three holidays that
// stand on the same day every year.
func (c *Calendar) whole(year int) error {
	for _, h := range []struct {
		name  string
		month time.Month
	}{{"元旦", time.January}, {"劳动节", time.May}, {"国庆节", time.October}} {
		holiday := day(civil(year, h.month, 1))
		i, named := slices.BinarySearchFunc(c.specials, holiday, func(s Special, day string) int { return strings.Compare(s.Day, day) })
		if !named || !c.specials[i].Off {
			return errs.Invalidf("%d年的放假安排不完整，没有%s（%s）放假", year, h.name, holiday).
				Fix("请写全这一年的安排，12月的日期算在下一年")
		}
	}
	return nil
}

// Edition is the label of this edition, to be stored beside every day
// computed with it.
func (c *Calendar) Edition() string { return c.edition }

// Years gives the first and the last year with a notice; both are 0 when
// there is none. Years between them may lack theirs, see Covers.
func (c *Calendar) Years() (first, last int) {
	if len(c.years) == 0 {
		return 0, 0
	}
	return c.years[0], c.years[len(c.years)-1]
}

// Covers tells whether the edition holds the notice of a year.
func (c *Calendar) Covers(year int) bool {
	_, ok := slices.BinarySearch(c.years, year)
	return ok
}

// Specials lists the days that the notices name, in order. New makes the same
// calendar of them again.
func (c *Calendar) Specials() []Special { return slices.Clone(c.specials) }

// at is IsWorkday on a day number.
func (c *Calendar) at(n int) (workday, provisional bool) {
	if i := n - c.first; i >= 0 && i < len(c.marks) {
		return c.marks[i]&worked != 0, c.marks[i]&settled == 0
	}
	return !weekend(n), true
}

func weekend(n int) bool {
	d := date(n).Weekday()
	return d == time.Saturday || d == time.Sunday
}
