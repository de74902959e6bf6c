package inventory

import (
	"fmt"
	"strings"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
)

// codeBook hands out codes for items that came without one:
// 区划-类别-部门序号-流水号 (371500-02-014-0032). It continues where the stored
// codes end, so a code is never given twice.
type codeBook struct {
	division string
	serial   map[string]int      // prefix -> last serial number
	unit     map[sqldb.ID]string // department -> 部门序号
}

func newCodeBook(division string) *codeBook {
	return &codeBook{division: division, serial: map[string]int{}, unit: map[sqldb.ID]string{}}
}

// seen takes note of a code in use.
func (c *codeBook) seen(code string, dept sqldb.ID) {
	parts := strings.Split(code, "-")
	if len(parts) != 4 || parts[0] != c.division {
		return
	}
	var n int
	if _, err := fmt.Sscanf(parts[3], "%d", &n); err != nil {
		return
	}
	prefix := strings.Join(parts[:3], "-")
	c.serial[prefix] = max(c.serial[prefix], n)
	c.unit[dept] = parts[2]
}

func (c *codeBook) next(category power.Category, dept sqldb.ID) string {
	unit, ok := c.unit[dept]
	if !ok {
		unit = c.freeUnit()
		c.unit[dept] = unit
	}
	prefix := fmt.Sprintf("%s-%s-%s", c.division, category.ItemType(), unit)
	c.serial[prefix]++
	return fmt.Sprintf("%s-%04d", prefix, c.serial[prefix])
}

func (c *codeBook) freeUnit() string {
	used := map[string]bool{}
	for _, u := range c.unit {
		used[u] = true
	}
	for n := 1; ; n++ {
		if u := fmt.Sprintf("%03d", n); !used[u] {
			return u
		}
	}
}
