package demo

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"qingdan/internal/engine/code"
	"qingdan/internal/errs"
	"qingdan/internal/registry/power"
)

// writeCSV writes a table as UTF-8 CSV.
func writeCSV(path string, rows [][]string) error {
	f, err := os.Create(path)
	if err != nil {
		return errs.Wrap("write "+path, err)
	}
	w := csv.NewWriter(f)
	if err := w.WriteAll(rows); err != nil {
		f.Close()
		return errs.Wrap("write "+path, err)
	}
	return errs.Wrap("write "+path, f.Close())
}

// divisions are the province, the city and its counties (GB/T 2260).
func divisions() [][]string {
	rows := [][]string{{"code", "name", "level", "parent"}, {"370000", "山东省", "省", ""}, {"371500", "聊城市", "市", "370000"}}
	for _, p := range []string{"371502 东昌府区", "371503 茌平区", "371521 阳谷县", "371522 莘县", "371524 东阿县", "371525 冠县", "371526 高唐县", "371581 临清市"} {
		c, name, _ := strings.Cut(p, " ")
		rows = append(rows, []string{c, name, "县", "371500"})
	}
	return rows
}

// departments gives the 70 units with credit codes whose check digits are
// right and whose bodies (DEMO and the unit's number) are plainly invented.
func (c *city) departments() ([][]string, error) {
	rows := [][]string{{"名称", "简称", "统一社会信用代码", "行政区划", "机构性质", "启用日期"}}
	for _, u := range c.units {
		body, err := code.MakeOrganisation(fmt.Sprintf("DEM0%04d", u.no))
		if err != nil {
			return nil, err
		}
		credit, err := code.MakeCredit("11371500" + body)
		if err != nil {
			return nil, err
		}
		rows = append(rows, []string{u.name, u.short, credit, "371500", u.nature, "2010-01-01"})
	}
	return rows, nil
}

// catalogue is the city's approval catalogue (审批目录): nearly all approvals
// it keeps or hands down, and some that no department reported.
func (c *city) catalogue() [][]string {
	rows := [][]string{{"编码", "名称", "部门", "类别", "依据"}}
	add := func(name, unit, basis string) {
		rows = append(rows, []string{fmt.Sprintf("聊审%04d", len(rows)), name, unit, string(power.CategoryPermit), basis})
	}
	for i, r := range c.rows {
		if r.cat == power.CategoryPermit && (r.fate == fateKeep || r.fate == fateHandDown) && i%19 != 5 {
			add(r.name, c.units[r.unit-1].name, r.ref.String())
		}
	}
	for i, s := range c.pool[power.CategoryPermit] {
		if i < 15 {
			add(s.name, c.units[s.unit-1].name, s.ref.String())
		}
	}
	return rows
}

// peer is another city's list: mostly the same names, some missing, some that
// this city has not.
func (c *city) peer() [][]string {
	rows := [][]string{{"编码", "名称", "部门", "类别", "依据"}}
	add := func(s source) {
		name := "邻市" + strings.TrimPrefix(c.units[s.unit-1].name, "聊城市")
		rows = append(rows, []string{fmt.Sprintf("邻市-%05d", len(rows)), s.name, name, string(s.cat), s.ref.String()})
	}
	for i, r := range c.rows {
		if r.fate.kept() && i%13 != 4 {
			add(r.source)
		}
	}
	for _, cat := range power.Categories() {
		for i, s := range c.pool[cat] {
			if i%3 == 0 && i < 60 {
				add(s)
			}
		}
	}
	return rows
}

// tables writes the CSV files in the order in which they are loaded.
func (c *city) tables(dir string) ([]file, error) {
	departments, err := c.departments()
	if err != nil {
		return nil, err
	}
	var out []file
	for _, t := range []struct {
		name, role string
		rows       [][]string
	}{
		{"divisions.csv", "divisions", divisions()}, {"departments.csv", "departments", departments},
		{"mandates.csv", "mandates", c.mandates()}, {"catalogue.csv", "catalogue", c.catalogue()}, {"peer.csv", "peer", c.peer()},
	} {
		if err := writeCSV(filepath.Join(dir, t.name), t.rows); err != nil {
			return nil, err
		}
		out = append(out, file{Path: t.name, Role: t.role})
	}
	return out, nil
}
