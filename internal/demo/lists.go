package demo

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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

// wantIdle is the number of mandate rows that no power answers to.
const wantIdle = 60

// mandates writes the 三定 of every unit: its general duty, then its fields
// with the laws it enforces. What is outside a unit's mandate is not named;
// a few rows name work for which no power was reported.
func (c *city) mandates() [][]string {
	rows := [][]string{{"部门", "序号", "职责", "依据"}}
	holds := map[int][]string{}
	seen := map[string]bool{}
	for _, r := range c.rows {
		k := fmt.Sprintf("%d|%s", r.unit, r.ref.Law)
		if !r.outside && r.ref.Article > 0 && !seen[k] {
			seen[k] = true
			holds[r.unit] = append(holds[r.unit], r.ref.Law)
		}
	}
	idle := c.idle(seen)
	for _, u := range c.units {
		basis := "《" + u.mandateTitle() + "》（聊政办发〔2010〕示例" + fmt.Sprint(u.no) + "号）"
		duties := u.duties(holds[u.no])
		if law := idle[u.no]; law != "" {
			duties = append(duties, "组织开展《"+law+"》的普法宣传和执法研究。")
		}
		for i, d := range duties {
			rows = append(rows, []string{u.name, fmt.Sprint(i + 1), d, basis})
		}
	}
	return rows
}

// duties writes the rows of one unit: 5 to 25, however many laws it enforces.
func (u unit) duties(laws []string) []string {
	out := []string{"贯彻执行国家和省有关" + u.field() + "工作的方针政策和法律、法规，拟订全市有关规划并组织实施。"}
	rows := min(21, max(3, len(laws)/2))
	slices.Sort(laws)
	for i := range rows {
		part := laws[i*len(laws)/rows : (i+1)*len(laws)/rows]
		t := u.topics[i%len(u.topics)]
		lead := []string{"负责" + t.subject + "的监督管理", "承担" + t.subject + "的行业管理和行政执法", "指导和监督" + t.subject + "工作"}[(i/len(u.topics))%3]
		if len(part) == 0 {
			out = append(out, lead+"，依法查处违法行为。")
			continue
		}
		out = append(out, lead+"，组织实施《"+strings.Join(part, "》、《")+"》。")
	}
	return append(out, "承办市委、市政府交办的其他事项。")
}

// idle chooses for 60 units a law of the library under which the unit holds no
// power.
func (c *city) idle(held map[string]bool) map[int]string {
	out := map[int]string{}
	var free []string
	for _, l := range c.m.laws {
		if c.m.last[l.Title] > 0 {
			free = append(free, l.Title)
		}
	}
	slices.Sort(free)
	for i := range wantIdle {
		u := c.units[i]
		for k := range free {
			title := free[(i*len(free)/wantIdle+k)%len(free)]
			if !held[fmt.Sprintf("%d|%s", u.no, title)] {
				out[u.no] = title
				break
			}
		}
	}
	return out
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
