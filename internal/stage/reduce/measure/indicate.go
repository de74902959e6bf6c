package measure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
)

// indicate flags what the numbers do not show: the numbers stand, and what is
// behind them should be known.
func (t *tally) indicate() {
	for i := range t.ms {
		m := &t.ms[i]
		if t.normal[i] == Kept && t.self[i].place == Kept && m.raw() == Kept && m.First.Category == power.CategoryPermit && m.Now.Category != power.CategoryPermit {
			t.shift(i, i)
		}
		if m.raw() == Kept && t.under[i] < 0 && (m.First.Category == power.CategoryOther || m.First.Category == power.CategoryService) && m.Now.Category == m.First.Category {
			t.covert(i)
		}
		if t.normal[i] == Cut {
			t.idle(i)
			t.followUp(i)
		}
		t.hollow(i)
	}
	t.elseShare()
}

// shift flags an approval that stands under another category now and acts as one.
func (t *tally) shift(i, k int) {
	now := t.ms[k].Now
	if now.Category == power.CategoryPermit || now.Category == power.CategoryService {
		return
	}
	signs := approvalSigns(now)
	if now.Initiative == power.ExOfficio || len(signs) == 0 {
		return
	}
	who := []int{i}
	if k != i {
		who = append(who, k)
	}
	t.raise(ToOther, OfClass, t.ms[i].Unit, "由"+string(t.ms[i].First.Category)+"改为"+string(now.Category)+"，仍像审批一样办："+strings.Join(signs, "、"), 0, 1, who...)
}

// covert flags an approval that was never called one.
func (t *tally) covert(i int) {
	v := t.ms[i].Now
	if approvalLike(v) {
		t.raise(Covert, OfClass, t.ms[i].Unit, "列为"+string(v.Category)+"，"+strings.Join(approvalSigns(v), "、"), 0, 1, i)
	}
}

// idleYears is for how many years a power was not used when it counts as dead
// (僵尸事项).
const idleYears = 3

// idle flags a power that was cut and that nobody had used.
func (t *tally) idle(i int) {
	m := &t.ms[i]
	byYear := map[int]int{}
	for _, u := range m.Usage {
		if m.Decided.On == "" || fmt.Sprint(u.Year) <= m.Decided.On[:min(4, len(m.Decided.On))] {
			byYear[u.Year] += u.Cases
		}
	}
	var years []int
	for y := range byYear {
		years = append(years, y)
	}
	slices.Sort(years)
	if len(years) < idleYears {
		return
	}
	last := years[len(years)-idleYears:]
	for _, y := range last {
		if byYear[y] > 0 {
			return
		}
	}
	t.raise(Idle, OfNone, m.Unit, fmt.Sprintf("%d 年到 %d 年都没有办过", last[0], last[idleYears-1]), 0, 0, i)
}

// followUp flags a cut of what has a basis without a word on how it is supervised
// afterwards.
func (t *tally) followUp(i int) {
	d := t.ms[i].Decided
	if t.ms[i].State != power.Cancelled && t.ms[i].State != power.Ended || d.ground() != "减权/2" {
		return
	}
	if strings.TrimSpace(d.FollowUp) != "" || hasAny(d.Reason, "取消后", "后续监管", "监管措施", "事后监管：") {
		return
	}
	t.raise(NoFollowUp, OfNone, t.ms[i].Unit, "依据还在，按改革方向取消，没有写明取消以后怎样监管", 0, 0, i)
}

// hollow flags hand-overs that took place and changed nothing: nobody there is able
// to do it, or nobody ever did.
func (t *tally) hollow(i int) {
	m := &t.ms[i]
	if m.raw() == Kept {
		return
	}
	var unused, unable []string
	for _, h := range m.Handed {
		if h.Staff == 0 || h.Trained == 0 {
			unable = append(unable, h.Body)
		}
		if h.Idle || neverUsed(m.Usage, h) {
			unused = append(unused, h.Body)
		}
	}
	if len(unable) > 0 {
		t.raise(Hollow, OfNone, m.Unit, "承接的单位没有办理人员或者没有人经过培训："+strings.Join(unable, "、"), i+1, 0, i)
	}
	if len(unused) > 0 {
		t.raise(Hollow, OfNone, m.Unit, "移交后一件也没有办过："+strings.Join(unused, "、"), i+1, 0, i)
	}
}

// neverUsed says whether the use of a power is known for a whole year after it was
// handed over, and there was none.
func neverUsed(usage []power.Usage, h Handed) bool {
	known := false
	for _, u := range usage {
		if h.Place != "" && u.Place != h.Place || len(h.From) < 4 || fmt.Sprint(u.Year) <= h.From[:4] {
			continue
		}
		if u.Cases > 0 {
			return false
		}
		known = true
	}
	return known
}

// Bounds of what is too much of 其他权力.
const (
	elseLeast = 5   // powers kept by the unit
	elseShare = 0.4 // of them
	elseOver  = 0.2 // more than the share of all other units
)

// elseShare flags units whose list is mostly 其他权力 while others' are not.
func (t *tally) elseShare() {
	type book struct{ all, other int }
	units, whole := map[sqldb.ID]*book{}, book{}
	for i := range t.ms {
		if t.ms[i].raw() != Kept {
			continue
		}
		b := units[t.ms[i].Unit]
		if b == nil {
			b = &book{}
			units[t.ms[i].Unit] = b
		}
		b.all, whole.all = b.all+1, whole.all+1
		if t.ms[i].Now.Category == power.CategoryOther {
			b.other, whole.other = b.other+1, whole.other+1
		}
	}
	var ids []sqldb.ID
	for id := range units {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b sqldb.ID) int { return cmp.Compare(t.order[a], t.order[b]) })
	for _, id := range ids {
		b := units[id]
		rest := whole.all - b.all
		if b.all < elseLeast || rest == 0 {
			continue
		}
		own, others := float64(b.other)/float64(b.all), float64(whole.other-b.other)/float64(rest)
		if own < elseShare || own < others+elseOver {
			continue
		}
		var who []int
		for i := range t.ms {
			if t.ms[i].Unit == id && t.ms[i].raw() == Kept && t.ms[i].Now.Category == power.CategoryOther {
				who = append(who, i)
			}
		}
		t.raise(TooMuchElse, OfNone, id, fmt.Sprintf("%d 项中其他权力 %d 项，占 %.0f%%；其他单位平均占 %.0f%%", b.all, b.other, 100*own, 100*others), 0, 0, who...)
	}
}
