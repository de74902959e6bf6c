package inventory

import (
	"fmt"
	"strconv"
	"strings"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory/workbook"
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

// split takes a code of this form apart; ok is false for any other.
func (c *codeBook) split(code string) (prefix string, n int, ok bool) {
	parts := strings.Split(code, "-")
	if len(parts) != 4 || parts[0] != c.division || len(parts[3]) > 9 {
		return "", 0, false
	}
	n, err := strconv.Atoi(parts[3])
	return strings.Join(parts[:3], "-"), n, err == nil
}

// seen takes note of a code in use.
func (c *codeBook) seen(code string, dept sqldb.ID) {
	if prefix, n, ok := c.split(code); ok {
		c.serial[prefix] = max(c.serial[prefix], n)
		c.unit[dept] = prefix[strings.LastIndexByte(prefix, '-')+1:]
	}
}

// reserve keeps the codes that items still to come bring along from being
// handed out before them.
func (c *codeBook) reserve(items []workbook.Item) {
	for _, it := range items {
		if prefix, n, ok := c.split(it.Code); ok {
			c.serial[prefix] = max(c.serial[prefix], n)
		}
	}
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
