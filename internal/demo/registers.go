package demo

import (
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/registry/power"
)

// laterLife reads what becomes of the licences a document sets: their change
// and their extension are applied for on their own.
func (e *extractor) laterLife(t *text, found []source) []source {
	paper, unit := "", 0
	for _, s := range found {
		if p, ok := strings.CutSuffix(s.name, "核发"); ok && s.cat == power.CategoryPermit && (paper == "" || strings.Contains(t.parsed.Title, clip2(p))) {
			paper, unit = p, s.unit
		}
	}
	if paper == "" {
		return nil
	}
	var out []source
	for _, k := range []struct{ words, name string }{{"变更", "变更"}, {"届满|期满|延续|延期", "延续"}, {"注销", "注销"}} {
		for _, a := range t.parsed.Doc.Articles {
			text := squeeze(a.Text())
			if !hasAny(text, k.words) || !hasAny(text, "证|许可") || !hasAny(text, "申请|办理") || punishes(text) || ofOfficials(text, "") || strings.Contains(text, "应当建立") {
				continue
			}
			out = append(out, source{unit: unit, cat: power.CategoryPermit, name: paper + k.name, level: t.level, late: true, quote: clip(text, 900), object: objectOf(text),
				ref: citation.Ref{Law: t.parsed.Title, Article: a.Number.N, ArticleSub: a.Number.Sub}, act: "审查" + paper + k.name + "的申请，决定是否准予"})
			break
		}
	}
	return out
}

// clip2 is the beginning by which a name is recognised in a title.
func clip2(s string) string {
	if r := []rune(s); len(r) > 2 {
		return string(r[:2])
	}
	return s
}

// registrations reads the kinds of registration out of a document that is
// about one: 设立登记, 变更登记, 注销登记.
func (e *extractor) registrations(t *text, home int) []source {
	if home == 0 || !hasAny(t.parsed.Title, "登记|基金会|民办非企业|农民专业合作社|合伙企业|独资企业|个体工商户|拖拉机|宗教|公司法|婚姻|收养|律师") || hasAny(t.parsed.Title, "危险化学品|农药|新化学|资料查询|失业|饲料|发证|外国企业|年度报告") {
		return nil
	}
	subject, _, _ := strings.Cut(noun(t.parsed.Title), "登记")
	subject = strings.TrimSuffix(subject, "的")
	if n := len([]rune(subject)); n < 2 || n > 10 {
		return nil
	}
	var out []source
	seen := map[string]bool{}
	for _, a := range t.parsed.Doc.Articles {
		text := squeeze(a.Text())
		if punishes(text) || ofOfficials(text, "") || !hasAny(text, "申请|办理|予以") {
			continue
		}
		for _, kind := range []string{"设立登记", "成立登记", "首次登记", "变更登记", "转移登记", "注销登记", "抵押登记", "更正登记", "异议登记", "预告登记", "撤销登记", "注册登记", "抵押权登记", "国籍登记", "所有权登记"} {
			if seen[kind] || !strings.Contains(text, kind) {
				continue
			}
			seen[kind] = true
			out = append(out, source{unit: home, cat: power.CategoryConfirmation, name: subject + kind, level: t.level, quote: clip(text, 900), object: objectOf(text), late: true,
				ref: citation.Ref{Law: t.parsed.Title, Article: a.Number.N, ArticleSub: a.Number.Sub}, act: "对" + subject + kind + "的申请进行审查，符合条件的予以登记"})
			break
		}
	}
	return out
}

// surcharge reads the surcharge on what is paid late (滞纳金), which only a law
// may set (行政强制法第十三条).
func (e *extractor) surcharge(p place, sentence, quote string) []source {
	if !strings.Contains(sentence, "加收滞纳金") && !strings.Contains(sentence, "的滞纳金") || hasAny(sentence, "人民法院|免收|不加收") {
		return nil
	}
	what, short := find(knownLevies(), sentence)
	if what == "" {
		if what, short = find(knownLevies(), quote); what == "" && hasAny(p.t.parsed.Title, "税") {
			what, short = "税款", "市国税局"
		}
	}
	if what == "" || e.by[short] == 0 {
		return nil
	}
	name := "对逾期不缴纳" + what + "的加收滞纳金"
	return []source{{unit: e.by[short], cat: power.CategoryCoercion, name: name, ref: p.ref(0), level: p.t.level, quote: clip(quote, 900), act: name, object: "缴费人、纳税人"}}
}
