package demo

import "qingdan/internal/registry/power"

// wantLeft is how many powers of the kept list are still exercised by several
// units under several names: the clearing of 2014 did not see them, and the
// search for overlaps finds them (减权/重叠).
const wantLeft = 9

// leave lets units keep, in place of a power of their own, one that their
// neighbour keeps too, in other words. Numbers and categories stay as they are.
// It comes before what is merged, so that no unit holds the same power twice.
func (c *city) leave() error {
	near, n := neighbours(c.units), 0
	var kept []*row
	for _, r := range c.rows {
		if r.fate == fateKeep {
			kept = append(kept, r)
		}
	}
	taken := map[*row]bool{}
	begun := map[int]bool{} // units whose power is shared already
	for i := 40; i < len(kept) && n < wantLeft; i += 31 {
		of := kept[i]
		if !shareable(of.cat) || twinned(i) || begun[of.unit] || taken[of] {
			continue
		}
		others := []int{near[of.unit]}
		if n%3 == 0 { // some by three units
			others = append(others, near[near[of.unit]])
		}
		for k, unit := range others {
			if unit != 0 && unit != of.unit && c.share(kept, of, unit, n+k, taken) {
				begun[of.unit], taken[of] = true, true
				n++
			}
		}
	}
	return nil
}

// shareable are the kinds of which units hold each other's powers.
func shareable(cat power.Category) bool {
	return cat == power.CategoryPenalty || cat == power.CategorySupervision
}

// twinned says whether the power at a place among the kept is one that merge lets
// somebody report again.
func twinned(i int) bool { return i%11 == 3 || i%23 == 5 || i%7 == 1 }

// share puts a power under another name in the place of one of a unit's own.
func (c *city) share(kept []*row, of *row, unit, i int, taken map[*row]bool) bool {
	s := of.source
	s.unit, s.name = unit, alias(of.source, i)
	if s.name == of.name || c.used[nameKey(s)] {
		return false
	}
	for j, own := range kept {
		if own.unit != unit || own.cat != of.cat || twinned(j) || taken[own] {
			continue
		}
		delete(c.used, nameKey(own.source))
		c.used[nameKey(s)] = true
		taken[own] = true
		own.source, own.reason = s, keepReason(s)
		own.reportedAs = s.cat
		return true
	}
	return false
}
