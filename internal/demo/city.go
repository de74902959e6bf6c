package demo

import (
	"cmp"
	"fmt"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/registry/power"
)

// fate is what is decided about a power (处置意见).
type fate string

const (
	fateKeep       fate = "保留"
	fateAdjust     fate = "调整类别"
	fateSplit      fate = "拆分"
	fateCancel     fate = "取消"
	fateHandDown   fate = "下放"
	fateTransfer   fate = "转移"
	fateMerge      fate = "整合"
	fateFreeze     fate = "冻结"
	fateReclassify fate = "转出"
)

// kept says whether a power of this fate stands in the list.
func (f fate) kept() bool { return f == fateKeep || f == fateAdjust || f == fateSplit }

// Grounds (理由类型).
const (
	groundKeep      = "" // what stays needs no ground
	groundNoBasis   = "减权/1 依据不足"
	groundReform    = "减权/2 不符合改革方向"
	groundCounty    = "减权/3 面向基层"
	groundSociety   = "减权/4 可由社会组织承担"
	groundOverlap   = "减权/5 职责交叉"
	groundFreeze    = "冻结"
	groundNotAPower = "转出"
)

// row is a power with what the city decided about it.
type row struct {
	source
	reportedAs power.Category // the category of the workbook
	code       string
	origin     power.Origin
	fate       fate
	ground     string
	targetKind string // 去向类型
	target     string // 去向
	into       *row   // merged into
	parent     *row   // split from
	reason     string
	outside    bool // the unit's mandate does not cover it
}

// city is the whole plan: who reported what and what became of it.
type city struct {
	units []unit
	m     material
	rows  []*row
	pool  map[power.Category][]source
	used  map[string]bool
}

// quota is the published list of 2014: how many powers are kept in each category.
func quota(c power.Category) int {
	switch c {
	case power.CategoryPermit:
		return 234
	case power.CategoryPenalty:
		return 2724
	case power.CategoryCoercion:
		return 160
	case power.CategoryLevy:
		return 40
	case power.CategoryPayment:
		return 27
	case power.CategoryAdjudication:
		return 17
	case power.CategoryConfirmation:
		return 76
	case power.CategoryReward:
		return 22
	case power.CategorySupervision:
		return 277
	default:
		return 721
	}
}

// The reform's balance. The report gives 5,029 and 4,298 and no split; the
// split is this city's own (推演). See city_test.go for the sum.
const (
	wantReported   = 5029
	wantKept       = 4298
	wantAdded      = 37
	wantSplit      = 12
	wantRepealed   = 90
	wantMissing    = 70
	wantTooLow     = 86
	wantReform     = 50
	wantHandDown   = 121
	wantTransfer   = 18
	wantMerged     = 214
	wantCross      = 64 // of the merged, between two units
	wantOutside    = 40 // of those, outside the mandate of the unit that loses it
	wantFrozen     = 39
	wantReclassify = 92
	wantInternal   = 60 // of the reclassified, internal management; the rest public service
	wantAdjusted   = 24
)

// plan decides the whole city from the material of a variant.
func plan(us []unit, m material, day string) (*city, error) {
	c := &city{units: us, m: m, used: map[string]bool{}, pool: map[power.Category][]source{}}
	for _, s := range c.fair(c.judged(day)) {
		if k := nameKey(s); !c.used[k] {
			c.used[k] = true
			c.pool[s.cat] = append(c.pool[s.cat], s)
		}
	}
	for _, step := range []func() error{c.keep, c.handDown, c.freeze, c.cancel, c.release, c.leave, c.merge} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	c.supplement()
	if err := c.split(); err != nil {
		return nil, err
	}
	c.adjust()
	c.number()
	return c, c.check()
}

func nameKey(s source) string { return fmt.Sprintf("%d|%s", s.unit, s.name) }

// fair orders sources so that any number taken from the front is spread over
// the units by their weight, and within a unit evenly over its laws.
func (c *city) fair(list []source) []source {
	type placed struct {
		source
		inLaw int
		turn  float64
	}
	byLaw := map[string]int{}
	ps := make([]placed, len(list))
	for i, s := range list {
		k := fmt.Sprintf("%d|%s|%s", s.unit, s.cat, s.ref.Law)
		ps[i] = placed{source: s, inLaw: byLaw[k]}
		byLaw[k]++
	}
	slices.SortStableFunc(ps, func(a, b placed) int {
		return cmp.Or(cmp.Compare(order(a.late), order(b.late)), cmp.Compare(a.inLaw, b.inLaw))
	})
	byUnit := map[string]int{}
	for i := range ps {
		k := fmt.Sprintf("%d|%s", ps[i].unit, ps[i].cat)
		byUnit[k]++
		ps[i].turn = float64(byUnit[k]) / float64(c.units[ps[i].unit-1].weight)
		if ps[i].late {
			ps[i].turn += lateTurns
		}
	}
	slices.SortStableFunc(ps, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.turn, b.turn), cmp.Compare(a.unit, b.unit))
	})
	out := make([]source, len(ps))
	for i, p := range ps {
		out[i] = p.source
	}
	return out
}

// lateTurns is how far behind the others a late source stands.
const lateTurns = 1000

func order(late bool) int {
	if late {
		return 1
	}
	return 0
}

// take removes the first n sources of a category that satisfy ok.
func (c *city) take(cat power.Category, n int, ok func(source) bool) []source {
	var out, rest []source
	for _, s := range c.pool[cat] {
		if len(out) < n && (ok == nil || ok(s)) {
			out = append(out, s)
		} else {
			rest = append(rest, s)
		}
	}
	c.pool[cat] = rest
	return out
}

// add puts a decided power into the books.
func (c *city) add(s source, f fate, ground, reason string) *row {
	r := &row{source: s, reportedAs: s.cat, origin: power.Reported, fate: f, ground: ground, reason: reason}
	c.rows = append(c.rows, r)
	return r
}

// short answers that the material does not suffice.
func short(what string, have, want int) error {
	return errs.Invalidf("法规文本不足以生成演示数据：%s只有%d项，需要%d项", what, have, want).Fix("请提供完整的法规文本目录")
}

func (c *city) keep() error {
	for _, cat := range power.Categories() {
		got := c.take(cat, quota(cat), nil)
		if len(got) < quota(cat) {
			return short(string(cat), len(got), quota(cat))
		}
		for _, s := range got {
			c.add(s, fateKeep, groundKeep, keepReason(s))
		}
	}
	return nil
}

// check refuses a plan that does not balance.
func (c *city) check() error {
	reported, kept := 0, 0
	byCategory := map[power.Category]int{}
	for _, r := range c.rows {
		if r.origin == power.Reported {
			reported++
		}
		if r.fate.kept() {
			kept++
			byCategory[r.cat]++
		}
	}
	if reported != wantReported || kept != wantKept {
		return errs.New(errs.Internal, "plan: reported %d, kept %d", reported, kept)
	}
	for cat, n := range byCategory {
		if n != quota(cat) {
			return errs.New(errs.Internal, "plan: %s kept %d", cat, n)
		}
	}
	return nil
}

// number sorts the powers and gives them their codes: division, category as
// reported, unit, serial. Powers added or split off come after the reported.
func (c *city) number() {
	rank := map[power.Category]int{}
	for i, cat := range power.Categories() {
		rank[cat] = i + 1
	}
	step := map[power.Origin]int{power.Reported: 0, power.Supplement: 1, power.Split: 2}
	slices.SortStableFunc(c.rows, func(a, b *row) int {
		return cmp.Or(cmp.Compare(a.unit, b.unit), cmp.Compare(step[a.origin], step[b.origin]),
			cmp.Compare(rank[a.reportedAs], rank[b.reportedAs]), cmp.Compare(a.ref.Law, b.ref.Law),
			cmp.Compare(a.ref.Article, b.ref.Article), cmp.Compare(a.ref.Item, b.ref.Item))
	})
	serial := map[string]int{}
	for _, r := range c.rows {
		head := fmt.Sprintf("371500-%02d-%03d", rank[r.reportedAs], r.unit)
		serial[head]++
		r.code = fmt.Sprintf("%s-%04d", head, serial[head])
	}
}
