// Package workday counts working days (工作日) and calendar days (自然日) of
// legal limits by the days off (节假日) and adjusted workdays (调休上班) that
// the General Office of the State Council announces each year
// (节假日安排通知).
//
// Days are civil days of Asia/Shanghai written YYYY-MM-DD; no clock and no
// time zone enters here. A Calendar is an edition: it carries its label and
// the years it knows, never changes, and is safe for concurrent use. A year
// without a notice has weekends only, and every answer that leans on such a
// day is marked provisional (暂定): it must be computed again when the notice
// is out. Missing says which year's notice it is.
package workday

import (
	"time"

	"qingdan/internal/errs"
)

// maxSpan bounds a limit, in days: longer than any statutory one (20 years
// is the longest period of limitation, 民法典 188), and short enough to walk.
const maxSpan = 20 * 366

// IsWorkday tells whether public bodies work on the day. provisional is true
// when no notice covers the day yet, so that only the weekday was looked at.
// Words that are no day give (false, true).
func (c *Calendar) IsWorkday(day string) (workday, provisional bool) {
	n, err := number(day)
	if err != nil {
		return false, true
	}
	return c.at(n)
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
		work, soft := c.at(d)
		provisional = provisional || soft
		if work {
			n--
		}
	}
	return day(d), provisional, nil
}

// Between counts the working days after a up to and including b: a is not
// counted, as the start day of a limit is not. It undoes AddWorkdays, and is 0
// when a and b are the same day. provisional is true when a day without notice
// was counted on the way. A b before a is Invalid rather than a negative
// number: how long a limit still runs and how long it has been over are two
// questions, and the caller knows which one it asks.
func (c *Calendar) Between(a, b string) (workdays int, provisional bool, err error) {
	from, to, err := span(a, b)
	if err != nil {
		return 0, false, err
	}
	for d := from + 1; d <= to; d++ {
		work, soft := c.at(d)
		provisional = provisional || soft
		if work {
			workdays++
		}
	}
	return workdays, provisional, nil
}

// Missing lists, ascending, the years whose notices the days after a up to and
// including b still wait for: none when the days are settled, so that it gives
// the reason why a count from a to b is provisional. The last days of December
// wait for the notice of the following year too. Days that cannot be counted
// between are waiting for nothing.
func (c *Calendar) Missing(a, b string) []int {
	from, to, err := span(a, b)
	if err != nil {
		return nil
	}
	var years []int
	for d := from + 1; d <= to; d++ {
		if _, soft := c.at(d); !soft {
			continue
		}
		y := date(d).Year()
		if c.Covers(y) {
			y++ // the end of December
		}
		if len(years) == 0 || years[len(years)-1] != y {
			years = append(years, y)
		}
	}
	return years
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
		work, soft := c.at(d)
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

// span checks two days between which is counted.
func span(a, b string) (from, to int, err error) {
	if from, err = number(a); err != nil {
		return 0, 0, err
	}
	if to, err = number(b); err != nil {
		return 0, 0, err
	}
	if to < from {
		return 0, 0, errs.Invalidf("%s在%s之前", b, a).Fix("请把较早的日期写在前面")
	}
	return from, to, nil
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

// civil is number for a day whose parts are known.
func civil(y int, m time.Month, d int) int {
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func date(n int) time.Time { return time.Unix(int64(n)*86400, 0).UTC() }

func day(n int) string { return date(n).Format(time.DateOnly) }
