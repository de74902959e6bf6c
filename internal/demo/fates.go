package demo

import (
	"fmt"
	"slices"

	"qingdan/internal/engine/citation"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// mandateTitle is the document that sets a unit's duties (三定规定).
func (u unit) mandateTitle() string {
	return "聊城市人民政府办公室关于印发" + u.name + "主要职责内设机构和人员编制规定的通知"
}

// mandated makes a power whose only ground is the unit's mandate document,
// where it stands as a duty of its own.
func (u unit) mandated(name, act string) source {
	return source{
		unit: u.no, cat: power.CategoryOther, name: name, act: act, quote: duty(name), level: law.Normative,
		ref: citation.Ref{Law: u.mandateTitle()}, object: "单位和个人", initiative: power.ExOfficio,
	}
}

// duty is the row of the mandate that a mandated power rests on.
func duty(name string) string { return "承担" + name + "工作。" }

// internal makes an item that a unit reported though it concerns nobody
// outside (五对照/1): tasks of its own house and of the bodies below.
func (u unit) internal(i int) source {
	f := u.field()
	forms := []struct{ name, act string }{
		{"对县（市、区）" + f + "工作的目标考核", "对县级部门年度工作进行考核并通报结果"},
		{f + "系统工作人员考核", "对本系统工作人员进行年度考核"},
		{f + "机关公务用车使用管理", "安排和管理本机关公务用车"},
		{f + "机关财务管理", "管理本机关经费和资产"},
		{f + "中长期规划编制", "编制全市" + f + "中长期规划"},
		{f + "系统党风廉政建设检查", "检查本系统党风廉政建设责任制落实情况"},
		{"对下级" + f + "机构的业务指导", "指导下级机构开展业务工作"},
	}
	s := u.mandated(forms[i%len(forms)].name, forms[i%len(forms)].act)
	s.object = "下级机关和本系统工作人员"
	return s
}

// release takes out what is no administrative power (转出) and what social
// bodies can do (减权/4).
func (c *city) release() error {
	for i := range wantInternal {
		u := c.units[i]
		s := u.internal(i)
		r := c.add(s, fateReclassify, groundNotAPower, "“"+s.name+"”是机关内部或者上下级之间的管理，不直接影响公民、法人和其他组织的权利义务，转为内部管理事项。")
		r.targetKind, r.target = "内部管理", u.name
	}
	for i := range wantReclassify - wantInternal {
		u := c.units[(i*2+1)%len(c.units)]
		t := u.topics[0]
		name := t.subject + "政策咨询和信息服务"
		r := c.add(u.mandated(name, "向社会提供"+t.subject+"政策咨询、信息查询"),
			fateReclassify, groundNotAPower, "“"+name+"”属于向社会提供的服务，不具有行政强制力，转入公共服务事项目录。")
		r.initiative, r.targetKind, r.target = power.OnApplication, "公共服务", u.name
	}
	for i := range wantTransfer {
		u := c.units[(i*3+2)%len(c.units)]
		t := u.topics[len(u.topics)-1]
		name := t.subject + "行业先进单位评选"
		if i%2 == 0 {
			name = t.subject + "行业从业人员岗位技能评定"
		}
		r := c.add(u.mandated(name, "组织"+name), fateTransfer, groundSociety,
			"“"+name+"”属于行业自律范围，法律、法规没有要求由行政机关实施，转由行业协会承担。")
		r.targetKind, r.target = "行业组织", "聊城市"+t.subject+"行业协会"
	}
	return nil
}

// supplement marks 37 kept powers as found by the audit (遗漏补充), not by the
// departments' own check.
func (c *city) supplement() {
	want := []struct {
		cat power.Category
		n   int
	}{{power.CategoryPermit, 2}, {power.CategoryPenalty, 25}, {power.CategorySupervision, 5}, {power.CategoryOther, 5}}
	into := c.survivors()
	extra := map[power.Category][]*row{}
	for _, w := range want {
		// The place of the added power among the kept of its category.
		var all []*row
		for _, r := range c.rows {
			if r.cat == w.cat && r.fate == fateKeep && !into[r] {
				all = append(all, r)
			}
		}
		for i := range w.n {
			extra[w.cat] = append(extra[w.cat], all[(2*i+1)*len(all)/(2*w.n)])
		}
		for _, r := range extra[w.cat] {
			r.origin = power.Supplement
			r.reason = "部门自查遗漏，审核中对照" + r.ref.String() + "发现，补充列入并予以保留。"
		}
	}
}

// survivors are the powers others are merged into; they are left as they are.
func (c *city) survivors() map[*row]bool {
	m := map[*row]bool{}
	for _, r := range c.rows {
		if r.into != nil {
			m[r.into] = true
		}
	}
	return m
}

// split turns twelve kept penalties into parts split off from another penalty
// of the same article: the department had reported them as one.
func (c *city) split() error {
	into, byArticle := c.survivors(), map[string][]*row{}
	var keys []string
	for _, r := range c.rows {
		if r.cat != power.CategoryPenalty || r.fate != fateKeep || r.origin != power.Reported || r.ref.Item == 0 || into[r] {
			continue
		}
		k := fmt.Sprintf("%03d|%s", r.unit, r.article())
		if byArticle[k] == nil {
			keys = append(keys, k)
		}
		byArticle[k] = append(byArticle[k], r)
	}
	slices.Sort(keys)
	keys = slices.DeleteFunc(keys, func(k string) bool { return len(byArticle[k]) < 2 || len(byArticle[k]) > 4 })
	n := 0
	for i := 0; i < len(keys) && n < wantSplit; i += max(1, len(keys)/(wantSplit*2)) {
		group := byArticle[keys[i]]
		for _, part := range group[1:min(len(group), 2+n%3/2)] {
			if n < wantSplit {
				c.splitOff(group[0], part)
				n++
			}
		}
	}
	if n < wantSplit {
		return short("可以拆分的事项", n, wantSplit)
	}
	return nil
}

// splitOff makes part a power split off from whole; whole was reported for both.
func (c *city) splitOff(whole, part *row) {
	part.origin, part.fate, part.parent = power.Split, fateSplit, whole
	part.reason = fmt.Sprintf("“%s”与“%s”是%s规定的两种违法行为，分别列为两项。", whole.name, part.name, whole.article())
	whole.ref.Paragraph, whole.ref.Item = 0, 0
	whole.act += "；" + part.act
	whole.quote = joinItems(whole.quote, part.quote)
	whole.reason = "依据" + whole.ref.String() + "，保留；其中“" + part.act + "”另列一项。"
}

// adjust reports some of the kept 其他权力 as 行政审批: the audit found that
// they are filings and reviews, not licences.
func (c *city) adjust() {
	into := c.survivors()
	fits := func(r *row) bool {
		return r.cat == power.CategoryOther && r.fate == fateKeep && r.origin == power.Reported && !into[r] && r.initiative == power.OnApplication
	}
	var may []*row
	for _, r := range c.rows {
		if fits(r) {
			may = append(may, r)
		}
	}
	n := min(wantAdjusted, len(may))
	for i := range n {
		r := may[i*len(may)/n]
		r.reportedAs, r.fate, r.target = power.CategoryPermit, fateAdjust, string(power.CategoryOther)
		r.reason = "“" + r.name + "”依" + r.ref.String() + "办理，不以准予从事特定活动为内容，不属于行政审批，按其他权力保留。"
	}
}

// keepReason says why a power stays.
func keepReason(s source) string {
	return "“" + s.name + "”依据" + s.ref.String() + "，条文有效、设定层级符合规定，与本部门职责相符，予以保留。"
}
