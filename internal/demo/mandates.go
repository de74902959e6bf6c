package demo

import (
	"fmt"
	"slices"
	"strings"

	"qingdan/internal/engine/hanzi"
)

// wantIdle is the number of mandate rows that no power answers to.
const wantIdle = 60

// mandates writes the 三定 of every unit. What is outside a unit's mandate is
// not named; a few rows name work for which no power was reported. The basis
// gives the number of the document only: a power that rests on its title alone
// is not covered by every row.
func (c *city) mandates() [][]string {
	rows := [][]string{{"部门", "序号", "职责", "依据"}}
	duties := c.duties()
	for _, u := range c.units {
		for i, d := range duties[u.no] {
			rows = append(rows, []string{u.name, fmt.Sprint(i + 1), d, "聊政办发〔2010〕示例" + fmt.Sprint(u.no) + "号"})
		}
	}
	return rows
}

// duties gives the rows of every unit's mandate by its number: its fields with
// the laws it enforces, the duties that mandated powers quote, for some units
// one without a power, and the closing row.
func (c *city) duties() map[int][]string {
	holds, own := map[int][]string{}, map[int][]string{}
	held := c.laws()
	for _, r := range c.rows {
		if k := lawOf(r.unit, r.ref.Law); r.ref.Article == 0 {
			own[r.unit] = append(own[r.unit], r.quote)
		} else if held[k] && !r.outside && !slices.Contains(holds[r.unit], r.ref.Law) {
			holds[r.unit] = append(holds[r.unit], r.ref.Law)
		}
	}
	idle := c.idle(held)
	out := map[int][]string{}
	for _, u := range c.units {
		rows := append(u.duties(holds[u.no]), own[u.no]...)
		if law := idle[u.no]; law != "" {
			rows = append(rows, "组织开展《"+law+"》的普法宣传和执法研究。")
		}
		out[u.no] = append(rows, "承办市委、市政府交办的其他事项。")
	}
	return out
}

// duties writes the rows on the laws a unit enforces: 4 to 18, however many
// laws there are.
func (u unit) duties(laws []string) []string {
	slices.Sort(laws)
	n := min(18, max(4, len(laws)/2))
	out := make([]string, n)
	for i := range n {
		part := laws[i*len(laws)/n : (i+1)*len(laws)/n]
		if len(part) == 0 {
			part = laws[i%len(laws) : i%len(laws)+1]
		}
		t := u.topics[i%len(u.topics)]
		lead := []string{"负责" + t.subject + "的监督管理", "承担" + t.subject + "的行业管理和行政执法", "指导和监督" + t.subject + "工作"}[(i/len(u.topics))%3]
		if i == 0 {
			lead = "贯彻执行国家和省有关" + u.field() + "工作的方针政策，拟订全市有关规划"
		}
		out[i] = lead + "，组织实施《" + strings.Join(part, "》、《") + "》。"
	}
	return out
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
			if !held[lawOf(u.no, title)] {
				out[u.no] = title
				break
			}
		}
	}
	return out
}

// covered says whether a row of a mandate holds half of the two-character
// words of a name: such a row is taken to cover the power though it does not
// name its law (五对照/4).
func covered(rows []string, name string) bool {
	words := distinct(hanzi.Bigrams(name))
	for _, row := range rows {
		in, n := distinct(hanzi.Bigrams(row)), 0
		for w := range words {
			if in[w] {
				n++
			}
		}
		if 2*n >= len(words) {
			return true
		}
	}
	return false
}

func distinct(words []string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
