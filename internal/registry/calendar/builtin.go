package calendar

import (
	"strings"

	"qingdan/internal/engine/workday"
)

// Builtin is the edition compiled into the program: the State Council's
// notices for 2007 to 2026. Earlier and later years are provisional.
func Builtin() *workday.Calendar {
	var days []workday.Special
	for _, n := range builtinNotices {
		days = append(days, n.days()...)
	}
	c, err := workday.New("国务院办公厅节假日安排2007—2026", days)
	if err != nil {
		// The table is constant and the tests read all of it; a calendar
		// without notices marks every answer provisional: the safe side.
		return &workday.Calendar{}
	}
	return c
}

// notice is the arrangement of one year (某年节假日安排), in its latest form:
// later notices that changed it (劳动节 2019, 春节 2020) are already in.
type notice struct {
	year     int
	holidays []holiday
}

// holiday is one holiday of a notice. off and work are days separated by
// spaces; consecutive days are written first/last: 2014-10-01/2014-10-07.
type holiday struct {
	name string
	off  string // 放假
	work string // 调休上班
}

// days writes the notice out, one row a day.
func (n notice) days() []workday.Special {
	var out []workday.Special
	for _, h := range n.holidays {
		for _, part := range []struct {
			text string
			off  bool
		}{{h.off, true}, {h.work, false}} {
			for _, span := range strings.Fields(part.text) {
				first, last, ranged := strings.Cut(span, "/")
				if !ranged {
					last = first
				}
				var err error
				for day := first; day <= last && err == nil; day, err = workday.PlainDays(day, 1) {
					out = append(out, workday.Special{Day: day, Name: h.name, Off: part.off})
				}
			}
		}
	}
	return out
}
