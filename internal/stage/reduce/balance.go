package reduce

import (
	"context"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
)

// Balance is the book of one unit, or of all (减权台账).
type Balance struct {
	Unit      sqldb.ID // zero for all units together
	Name      string   // of the unit
	Reported  int
	Added     int // 遗漏补充
	Split     int // 拆分
	Left      map[Fate]int
	Undecided int // no disposition yet
	Kept      int // counted from the states of the changes
}

// Wrong says by how much the books are out: 0 when
// reported + added + split − left − undecided = kept.
func (b Balance) Wrong() int {
	in := b.Reported + b.Added + b.Split - b.Undecided
	for _, n := range b.Left {
		in -= n
	}
	return in - b.Kept
}

// Balances counts the books of all together, then of every unit in the order
// of the departments. Every power is counted once, however often it was changed
// since (动态管理); one that has left the list counts by what it was decided to
// leave for. Kept is counted from the states, what left from the dispositions: two
// sources, so that a power lost between them shows.
func Balances(ctx context.Context, r sqldb.Reader) ([]Balance, error) {
	cells, err := readCells(ctx, r)
	if err != nil {
		return nil, err
	}
	depts, err := org.Departments(ctx, r, "")
	if err != nil {
		return nil, fmt.Errorf("balances: %w", err)
	}
	all := newBalance(sqldb.ID{})
	units := map[sqldb.ID]*Balance{}
	for _, c := range cells {
		u := units[c.unit]
		if u == nil {
			u = newBalance(c.unit)
			units[c.unit] = u
		}
		for _, b := range []*Balance{u, all} {
			b.count(c)
		}
	}
	out := []Balance{*all}
	for _, d := range depts {
		if u := units[d.ID]; u != nil {
			u.Name = d.Name
			out = append(out, *u)
		}
	}
	return out, nil
}

func newBalance(unit sqldb.ID) *Balance {
	return &Balance{Unit: unit, Left: map[Fate]int{}}
}

func (b *Balance) count(c cell) {
	switch c.origin {
	case power.Reported:
		b.Reported += c.n
	case power.Supplement:
		b.Added += c.n
	case power.Split:
		b.Split += c.n
	}
	switch {
	case c.fate == "" && !c.state.Kept():
		b.Undecided += c.n
	case c.fate != "" && c.fate != Keep && c.fate != Recategory:
		b.Left[c.fate] += c.n
	}
	if c.state.Kept() {
		b.Kept += c.n
	}
}

// CheckBalance fails when the books of any unit, or of all, do not balance.
//
// rule:减权/平衡 上报＋补充＋拆分－取消－下放－转移－整合－冻结－转出＝保留，逐单位且合计成立
func CheckBalance(all []Balance) error {
	for _, b := range all {
		if n := b.Wrong(); n != 0 {
			who := "全部单位合计"
			if !b.Unit.IsZero() {
				who = "“" + b.Name + "”"
			}
			return errs.Conflictf("%s的账不平，差 %d 项", who, n).Fix("请核对处置意见；本次没有写入任何内容")
		}
	}
	return nil
}

// cell counts powers that agree in all of this.
type cell struct {
	unit     sqldb.ID
	origin   power.Origin
	state    power.State
	category power.Category
	fate     Fate
	n        int
}
