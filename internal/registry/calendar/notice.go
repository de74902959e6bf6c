package calendar

import (
	"strings"
	"time"

	"qingdan/internal/errs"
)

// Notice is the arrangement of one year (某年节假日安排), in its latest form:
// later notices that changed it (劳动节 2019, 春节 2020) are already in.
type Notice struct {
	Year   int
	Breaks []Break
}

// Break is one holiday of a notice. Off and Work are days separated by
// spaces; consecutive days are written first/last: 2014-10-01/2014-10-07.
type Break struct {
	Name string
	Off  string // 放假
	Work string // 调休上班
}

// add takes one holiday of a year's notice in.
func (c *Calendar) add(year int, b Break) error {
	for _, part := range []struct {
		text string
		off  bool
	}{{b.Off, true}, {b.Work, false}} {
		for _, span := range strings.Fields(part.text) {
			first, last, err := parseSpan(span)
			if err != nil {
				return err.At(b.Name)
			}
			for n := first; n <= last; n++ {
				if err := c.addDay(year, n, Special{Name: b.Name, Off: part.off}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (c *Calendar) addDay(year, n int, s Special) error {
	s.Day = day(n)
	t := date(n)
	if t.Year() != year && (t.Year() != year-1 || t.Month() != time.December) {
		return errs.Invalidf("%s不属于%d年的安排", s.Day, year).At(s.Name).Fix("只可写当年和上一年12月的日期")
	}
	if _, twice := c.days[n]; twice {
		return errs.Invalidf("%s写了两次", s.Day).At(s.Name).Fix("同一天只可写一次")
	}
	c.days[n] = s
	return nil
}

// parseSpan reads a day or first/last; no holiday is longer than a month.
func parseSpan(span string) (first, last int, e *errs.Error) {
	from, to, ranged := strings.Cut(span, "/")
	first, err := number(from)
	if err == nil {
		last = first
		if ranged {
			last, err = number(to)
		}
	}
	if err != nil || last < first || last-first > 31 {
		return 0, 0, errs.Invalidf("“%.40s”不是日期，也不是起止日期", span).Fix("请写成2014-10-01或2014-10-01/2014-10-07")
	}
	return first, last, nil
}
