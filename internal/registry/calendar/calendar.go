// Package calendar keeps the editions of the working-day calendar (工作日历).
// The first is compiled into the program; each notice that comes out, or
// changes an earlier one, makes another by Import. An edition never changes,
// and days that were computed with one name its label, so that they can be
// shown with the calendar that made them. The arithmetic is engine/workday's.
package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"

	"qingdan/internal/engine/workday"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// Stored tells where a stored edition comes from.
type Stored struct {
	ID     sqldb.ID
	No     int    // 1 is the first after the built-in one
	Label  string // see workday.Calendar.Edition
	Source string // words for where the days come from: the number of the notice (文号)
	Made   time.Time
}

// Imported tells what Import did, or Preview would do.
type Imported struct {
	Edition string // label of the calendar in use afterwards
	Years   []int  // that the rows speak of, ascending
	New     bool   // false: the calendar in use says the very same of these years
}

// replace makes edition no of current, the years that days speak of taken from
// days. Rows of no year at all, and what workday.New refuses, are Invalid.
func replace(current *workday.Calendar, days []workday.Special, no int) (next *workday.Calendar, i Imported, err error) {
	if len(days) == 0 {
		return nil, i, errs.Invalidf("没有一天放假安排")
	}
	for _, d := range days {
		if y := d.Year(); !slices.Contains(i.Years, y) {
			i.Years = append(i.Years, y)
		}
	}
	slices.Sort(i.Years)
	all := slices.DeleteFunc(current.Specials(), func(s workday.Special) bool { return slices.Contains(i.Years, s.Year()) })
	i.Edition = fmt.Sprintf("工作日历第%d版", no)
	if next, err = workday.New(i.Edition, append(all, days...)); err != nil {
		return nil, i, err
	}
	if i.New = !slices.Equal(next.Specials(), current.Specials()); !i.New {
		i.Edition = current.Edition()
	}
	return next, i, nil
}

// digest is SHA-256 over the days in order, each a line "date,name,off|work":
// whoever holds the table can compute it.
func digest(days []workday.Special) string {
	h := sha256.New()
	for _, d := range days {
		io.WriteString(h, d.Day+","+d.Name+","+kindOf(d)+"\n")
	}
	return hex.EncodeToString(h.Sum(nil))
}
