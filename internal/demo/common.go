package demo

import (
	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// common is a measure that a general law empowers several units to take. The
// units are named; none means every unit that punishes.
type common struct {
	law       *lawtext.Document
	title     string
	article   int
	paragraph int
	name, act string
	units     []string
}

// ofAll gives what the general laws empower units to do beside their own laws:
// to add to an unpaid fine and to keep evidence (行政处罚法第七十二条, 第五十六条), to
// perform in the debtor's place (行政强制法第五十条, 第五十二条).
func (e *extractor) ofAll(sound []source) []source {
	const penalty, coercion = "中华人民共和国行政处罚法", "中华人民共和国行政强制法"
	fines := map[int]bool{}
	for _, s := range sound {
		fines[s.unit] = fines[s.unit] || s.cat == power.CategoryPenalty
	}
	var out []source
	for _, c := range []common{
		{e.general[penalty], penalty, 72, 1, "对逾期不缴纳罚款的加处罚款", "对到期不缴纳罚款的当事人加处罚款，加处数额不超过罚款数额", nil},
		{e.general[penalty], penalty, 56, 0, "对可能灭失或者以后难以取得的证据的先行登记保存", "对可能灭失或者以后难以取得的证据先行登记保存，在七日内作出处理决定", nil},
		{e.general[coercion], coercion, 50, 0, "对逾期不履行排除妨碍、恢复原状等义务的代履行", "当事人逾期不履行排除妨碍、恢复原状等义务，后果已经或者将危害交通安全、造成环境污染或者破坏自然资源的，代履行或者委托没有利害关系的第三人代履行",
			[]string{"市国土资源局", "市环保局", "市水利局", "市林业局", "市交通运输局", "市公路局", "市港航局", "市黄河河务局", "市渔业局", "市园林局", "市农业局", "市畜牧兽医局"}},
		{e.general[coercion], coercion, 52, 0, "对道路、河道、航道或者公共场所的遗洒物、障碍物、污染物的立即代履行", "需要立即清除道路、河道、航道或者公共场所的遗洒物、障碍物或者污染物，当事人不能清除的，立即实施代履行",
			[]string{"市城管执法局", "市市政局", "市公路局", "市港航局", "市水利局", "市交警支队", "市黄河河务局", "市环保局", "市运管处"}},
	} {
		out = append(out, e.shared(c, fines)...)
	}
	return out
}

// shared gives one common measure to the units that hold it; nothing when the
// general law is not at hand.
func (e *extractor) shared(c common, fines map[int]bool) []source {
	if c.law == nil {
		return nil
	}
	text, ok := c.law.Locate(lawtext.Number{N: c.article}, c.paragraph, 0, 0)
	if !ok {
		return nil
	}
	var out []source
	for _, u := range e.units {
		if c.units == nil && !fines[u.no] || c.units != nil && !among(u.short, c.units...) {
			continue
		}
		out = append(out, source{unit: u.no, cat: power.CategoryCoercion, level: law.Statute, object: "公民、法人和其他组织", late: c.units == nil,
			name: c.name, act: c.act, quote: squeeze(text), ref: citation.Ref{Law: c.title, Article: c.article, Paragraph: c.paragraph}})
	}
	return out
}
