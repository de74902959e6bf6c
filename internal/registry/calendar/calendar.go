// Package calendar is the working-day calendar (工作日历): days off
// (节假日) and adjusted workdays (调休上班) by year, as the General Office of
// the State Council announces them each year (节假日安排通知).
//
// Days are civil days of Asia/Shanghai written YYYY-MM-DD; no clock and no
// time zone enters here. A Calendar is an edition: it carries its label and
// the years it knows, never changes, and is safe for concurrent use. A year
// without a notice has weekends only, and every answer that leans on such a
// day is marked provisional (暂定): it must be computed again when the notice
// is out.
package calendar

import (
	"slices"
	"time"

	"qingdan/internal/errs"
)

// maxSpan bounds a limit, in days: longer than any statutory one (20 years
// is the longest period of limitation, 民法典 188), and short enough to walk.
const maxSpan = 20 * 366

// Calendar is one edition of the working-day calendar. Make it with New or
// Builtin.
type Calendar struct {
	edition string
	years   []int // with a notice, ascending
	days    map[int]Special
}

// Special is a day that a notice names: off (放假), or a weekend day that is
// worked (上班).
type Special struct {
	Day  string // YYYY-MM-DD
	Name string // of the holiday, as in the notice: 春节, 国庆节、中秋节 …
	Off  bool   // false: an adjusted workday
}

// New builds an edition from the notices of years. It refuses a malformed or
// reversed range, a year given twice, a day that a notice cannot speak of
// (outside its year and the December before) and a day named twice.
func New(edition string, notices []Notice) (*Calendar, error) {
	c := &Calendar{edition: edition, days: map[int]Special{}}
	for _, n := range notices {
		if slices.Contains(c.years, n.Year) {
			return nil, errs.Invalidf("工作日历中%d年的放假安排出现了两次", n.Year).Fix("每年只保留一份安排")
		}
		c.years = append(c.years, n.Year)
		for _, b := range n.Breaks {
			if err := c.add(n.Year, b); err != nil {
				return nil, err
			}
		}
	}
	slices.Sort(c.years)
	return c, nil
}

// Edition is the label of this edition, to be stored beside every day
// computed with it.
func (c *Calendar) Edition() string { return c.edition }

// Years gives the first and the last year with a notice; both are 0 when
// there is none.
func (c *Calendar) Years() (first, last int) {
	if len(c.years) == 0 {
		return 0, 0
	}
	return c.years[0], c.years[len(c.years)-1]
}

// Specials lists the days that the notices name, in order.
func (c *Calendar) Specials() []Special {
	out := make([]Special, 0, len(c.days))
	for _, s := range c.days {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Special) int {
		if a.Day < b.Day {
			return -1
		}
		return 1
	})
	return out
}

// IsWorkday tells whether public bodies work on the day. provisional is true
// when no notice covers the day yet, so that only the weekday was looked at.
// Words that are no day give (false, true).
func (c *Calendar) IsWorkday(day string) (workday, provisional bool) {
	n, err := number(day)
	if err != nil {
		return false, true
	}
	return c.workday(n)
}

// AddWorkdays gives the last day of a limit of n working days that begins on
// start. The start day is not counted (民事诉讼法 85; 山东省行政程序规定 92);
// the due day is the n-th working day after it, and start itself when n is 0.
// provisional is true when a day without notice was counted on the way.
// A negative n, an n beyond twenty years and a malformed day are Invalid.
func (c *Calendar) AddWorkdays(start string, n int) (due string, provisional bool, err error) {
	d, err := begin(start, n)
	if err != nil {
		return "", false, err
	}
	for n > 0 {
		d++
		work, soft := c.workday(d)
		provisional = provisional || soft
		if work {
			n--
		}
	}
	return day(d), provisional, nil
}

// AddDays gives the last day of a limit of n calendar days (自然日) that
// begins on start: the start day is not counted, and when the last day is
// not a working day the limit ends on the next working day (民事诉讼法 85;
// 山东省行政程序规定 92). Whether a limit that burdens the person (查封 30 日)
// may be lengthened so is the caller's rule: PlainDays does not roll over.
// provisional is true when the roll-over looked at a day without notice.
func (c *Calendar) AddDays(start string, n int) (due string, provisional bool, err error) {
	d, err := begin(start, n)
	if err != nil {
		return "", false, err
	}
	d += n
	for {
		work, soft := c.workday(d)
		provisional = provisional || soft
		if work {
			return day(d), provisional, nil
		}
		d++
	}
}

// PlainDays gives the day n calendar days after start without roll-over,
// for limits that a holiday must not lengthen.
func PlainDays(start string, n int) (string, error) {
	d, err := begin(start, n)
	if err != nil {
		return "", err
	}
	return day(d + n), nil
}

// workday is IsWorkday on a day number.
func (c *Calendar) workday(n int) (workday, provisional bool) {
	if s, ok := c.days[n]; ok {
		return !s.Off, false
	}
	t := date(n)
	weekend := t.Weekday() == time.Saturday || t.Weekday() == time.Sunday
	return !weekend, !c.settled(t)
}

// settled tells whether the notices have spoken of the day. The notice of a
// year reaches back into the last days of December (2006, 2007, 2011, 2018
// and 2022 had such days), so these wait for the following year's notice.
func (c *Calendar) settled(t time.Time) bool {
	_, known := slices.BinarySearch(c.years, t.Year())
	if known && t.Month() == time.December && t.Day() >= 29 {
		_, known = slices.BinarySearch(c.years, t.Year()+1)
	}
	return known
}

// begin checks the two arguments of every limit.
func begin(start string, n int) (int, error) {
	d, err := number(start)
	if err != nil {
		return 0, err
	}
	if n < 0 || n > maxSpan {
		return 0, errs.Invalidf("期限“%d日”不在0到%d之间", n, maxSpan).Fix("请填写不为负的日数")
	}
	return d, nil
}

// number turns a civil day into a count of days; UTC is used only because it
// has no shifts, no zone is meant.
func number(day string) (int, error) {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil || t.Year() < 1900 || t.Year() > 2999 {
		return 0, errs.Invalidf("“%.20s”不是日期", day).Fix("请写成2014-12-11的样子")
	}
	return int(t.Unix() / 86400), nil
}

func date(n int) time.Time { return time.Unix(int64(n)*86400, 0).UTC() }

func day(n int) string { return date(n).Format(time.DateOnly) }
