package demo

import (
	"fmt"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/registry/power"
)

// ownLine says whether a unit is led from above (垂直管理): its powers are not
// the city's to hand down.
func ownLine(u unit) bool {
	return among(u.short, "市国税局", "市地税局", "市烟草局", "市邮政局", "市气象局", "市黄河河务局", "市无线电办", "市水文局", "市盐务局")
}

// handDown gives to the counties what the law itself lets county bodies do
// (减权/3): handing down needs a legal form, and the statute's word is one.
func (c *city) handDown() error {
	fits := func(s source) bool {
		return !ownLine(c.units[s.unit-1]) && (strings.Contains(s.quote, "县级以上") || strings.Contains(s.quote, "县（市、区）"))
	}
	n := 0
	for _, p := range []struct {
		cat power.Category
		n   int
	}{{power.CategoryPermit, 16}, {power.CategoryOther, 21}, {power.CategoryPenalty, wantHandDown}} {
		for _, s := range c.take(p.cat, min(p.n, wantHandDown-n), fits) {
			r := c.add(s, fateHandDown, groundCounty, s.ref.String()+"规定县级主管部门可以行使，该事项面向基层、数量较大，由县（市、区）就近管理更为便捷。")
			r.targetKind, r.target = "县级", "各县（市、区）"+c.units[s.unit-1].field()+"主管部门"
			n++
		}
	}
	if n < wantHandDown {
		return short("可以下放的事项", n, wantHandDown)
	}
	return nil
}

// freeze keeps powers with a basis but stops them until the superior reform
// has decided.
func (c *city) freeze() error {
	n := 0
	for _, p := range []struct {
		cat power.Category
		n   int
		why string
	}{
		{power.CategoryLevy, 4, "国家正在清理规范涉企收费，%s所设的征收事项在上级作出调整前暂停实施。"},
		{power.CategoryPermit, 8, "上级已将%s所设审批事项列入改革试点，待上级正式决定前暂停受理。"},
		{power.CategoryOther, wantFrozen, "%s虽有规定，但近三年没有发生该类业务，先行冻结，确需恢复时按程序报批。"},
		{power.CategoryPenalty, wantFrozen, "%s虽有规定，但执法主体正随机构改革调整，先行冻结。"},
	} {
		for _, s := range c.take(p.cat, min(p.n, wantFrozen-n), mayStop) {
			c.add(s, fateFreeze, groundFreeze, fmt.Sprintf(p.why, s.ref.String()))
			n++
		}
	}
	if n < wantFrozen {
		return short("可以冻结的事项", n, wantFrozen)
	}
	return nil
}

// mayStop says whether a power may rest: taxes and insurance contributions are
// not for a city to suspend.
func mayStop(s source) bool {
	return !strings.HasSuffix(s.name, "税征收") && !strings.Contains(s.name, "保险费")
}

// cancel ends what has no sufficient basis (减权/1) and what goes against the
// reform (减权/2). A city cannot cancel what a national law set, so all of
// these rest on a basis that is missing, repealed, too low or local.
func (c *city) cancel() error {
	for _, p := range []struct {
		what   string
		list   []source
		n      int
		ground string
		why    string
	}{
		{"依据已废止的事项", c.m.repealed, wantRepealed, groundNoBasis, "“%s”所依据的%s已经废止，现行法律、法规、规章没有相应规定，予以取消。"},
		{"设定层级过低的事项", c.m.tooLow, wantTooLow, groundNoBasis, "“%s”所依据的%s属于%s，无权设定该类事项，依据不足，予以取消。"},
		{"没有上位法依据的年度检验", c.m.reform, wantReform, groundReform, "“%s”以%s为依据，没有上位法要求年度检验，不符合减少事前审批、加强事中事后监管的改革方向；按照上级《示例关于清理年度检验事项的决定》予以取消。"},
	} {
		n := 0
		for _, s := range c.fair(p.list) {
			if n == p.n || c.used[nameKey(s)] {
				continue
			}
			c.used[nameKey(s)] = true
			why := fmt.Sprintf(p.why, s.name, s.ref.String())
			if strings.Contains(p.why, "属于") {
				why = fmt.Sprintf(p.why, s.name, s.ref.String(), s.level)
			}
			c.add(s, fateCancel, p.ground, why)
			n++
		}
		if n < p.n {
			return short(p.what, n, p.n)
		}
	}
	return c.miscite()
}

// miscite cancels powers whose cited article does not exist: sound powers left
// over, with an article number beyond the end of their law.
func (c *city) miscite() error {
	n := 0
	for _, p := range []struct {
		cat power.Category
		n   int
	}{{power.CategoryOther, 15}, {power.CategorySupervision, 5}, {power.CategoryPenalty, wantMissing}} {
		for _, s := range c.take(p.cat, min(p.n, wantMissing-n), nil) {
			last := c.m.last[s.ref.Law]
			s.ref = citation.Ref{Law: s.ref.Law, Article: last + 2 + n%7}
			c.add(s, fateCancel, groundNoBasis, fmt.Sprintf("所引用的%s并不存在（该文件共%d条），部门未能提供其他依据，依据不足，予以取消。", s.ref.String(), last))
			n++
		}
	}
	if n < wantMissing {
		return short("可作条款缺失样本的事项", n, wantMissing)
	}
	return nil
}

// merge adds what was reported twice (减权/5): the same power by two units, by
// two sections of one unit, or by one section under another name. It comes
// after all that gives a unit a law to enforce, for some units report what
// their mandate does not cover.
func (c *city) merge() error {
	var kept []*row
	for _, r := range c.rows {
		if r.fate == fateKeep {
			kept = append(kept, r)
		}
	}
	near, n := neighbours(c.units), 0
	for i := 3; i < len(kept) && n < wantCross-wantOutside; i += 11 {
		if to := kept[i]; c.reportAgain(to, near[to.unit], to.name) {
			n++
		}
	}
	for i := 5; i < len(kept) && n < wantMerged-wantOutside; i += 23 {
		name := kept[i].name
		if i%2 == 1 {
			name = alias(kept[i].source, i)
		}
		if c.reportAgain(kept[i], kept[i].unit, name) {
			n++
		}
	}
	if n += c.stray(kept, near); n < wantMerged {
		return short("可以整合的事项", n, wantMerged)
	}
	return nil
}

// stray adds powers that units report outside their mandate.
func (c *city) stray(kept []*row, near map[int]int) int {
	holds, rows, n := c.laws(), c.duties(), 0
	for i := 8; i < len(kept) && n < wantOutside; i += 7 {
		to := kept[i]
		other := near[to.unit]
		if other == 0 || holds[lawOf(other, to.ref.Law)] || covered(rows[other], to.name) || !c.reportAgain(to, other, to.name) {
			continue
		}
		c.rows[len(c.rows)-1].outside = true
		n++
	}
	return n
}

// reportAgain lets a unit report the kept power under a name; false where the
// unit has another power of that name.
func (c *city) reportAgain(to *row, unit int, name string) bool {
	s := to.source
	s.unit, s.name = unit, name
	twice := unit == to.unit && name == to.name
	if unit == 0 || !twice && c.used[nameKey(s)] {
		return false
	}
	switch law, of := s.ref.String(), c.units[to.unit-1].name; {
	case twice:
		c.twin(s, to, fmt.Sprintf("本部门两个科室都上报了“%s”（依据%s），合并为一项。", name, law))
	case unit == to.unit:
		c.twin(s, to, fmt.Sprintf("与本部门“%s”依据同为%s，内容相同、名称不同，合并为一项。", to.name, law))
	default:
		c.twin(s, to, fmt.Sprintf("与%s的“%s”同出%s，属同一事项由两个部门交叉行使，由%s一个部门负责。", of, to.name, law, of))
	}
	return true
}

func (c *city) twin(s source, to *row, why string) *row {
	c.used[nameKey(s)] = true
	r := c.add(s, fateMerge, groundOverlap, why)
	r.into, r.targetKind, r.target = to, "部门", c.units[to.unit-1].name
	return r
}

// lawOf is the key of a unit and a law.
func lawOf(unit int, law string) string { return fmt.Sprintf("%d|%s", unit, law) }

// laws gives the laws each unit holds a power of, whatever its fate, but not
// those that stray powers rest on.
func (c *city) laws() map[string]bool {
	m := map[string]bool{}
	for _, r := range c.rows {
		if r.ref.Article > 0 && !r.outside {
			m[lawOf(r.unit, r.ref.Law)] = true
		}
	}
	return m
}

// alias gives the same power another name, as another clerk would.
func alias(s source, i int) string {
	if act, ok := strings.CutPrefix(s.name, "对"); ok && s.cat == power.CategoryPenalty {
		act = strings.TrimSuffix(act, "的处罚")
		return []string{"查处" + act + "的行为", "对" + act + "行为的行政处罚", act + "的处理"}[i%3]
	}
	for _, p := range [][2]string{{"许可", "审批"}, {"监督检查", "执法检查"}, {"备案", "登记备案"}, {"审核", "核准"}, {"征收", "收取"}, {"给付", "发放"}, {"审批", "核准"}} {
		if head, ok := strings.CutSuffix(s.name, p[0]); ok {
			return head + p[1]
		}
	}
	return s.name + "（市级事项）"
}

// neighbours gives for a unit's number the unit whose business touches it.
func neighbours(us []unit) map[int]int {
	by := unitByShort(us)
	m := map[int]int{}
	for _, p := range strings.Fields(`市工商局-市食药监局 市食药监局-市质监局 市质监局-市工商局 市住房城乡建设委-市城管执法局 市城管执法局-市规划局
市规划局-市国土资源局 市国土资源局-市农业局 市农业局-市林业局 市林业局-市园林局 市园林局-市市政局 市市政局-市城管执法局 市水利局-市黄河河务局
市黄河河务局-市水利局 市交通运输局-市运管处 市运管处-市交通运输局 市公路局-市交通运输局 市港航局-市渔业局 市渔业局-市水利局 市公安局-市交警支队
市交警支队-市公安局 市消防支队-市安监局 市安监局-市消防支队 市环保局-市水利局 市卫生计生委-市食药监局 市畜牧兽医局-市农业局 市文广新局-市文物局
市文物局-市文广新局 市商务局-市粮食局 市粮食局-市工商局 市人力资源社会保障局-市劳动监察支队 市劳动监察支队-市社保局 市房管局-市住房城乡建设委
市农机局-市交警支队 市经济和信息化委-市节能监察支队 市节能监察支队-市经济和信息化委 市物价局-市工商局 市发展改革委-市经济和信息化委 市旅游局-市工商局
市南水北调局-市环保局 市知识产权局-市质监局 市教育局-市人力资源社会保障局 市民政局-市残联 市盐务局-市食药监局 市烟草局-市工商局`) {
		a, b, _ := strings.Cut(p, "-")
		m[by[a]] = by[b]
	}
	delete(m, 0)
	return m
}
