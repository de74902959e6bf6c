package demo

import (
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// mentioned finds work for units to whose field hardly a document of its own is
// at hand: articles of other documents that name the unit's kind of body.
func (e *extractor) mentioned(sound []source, chosen []text) []source {
	have := map[int]int{}
	for _, s := range sound {
		have[s.unit]++
	}
	var out []source
	for _, u := range e.units {
		if have[u.no] > 6 {
			continue
		}
		word := strings.TrimPrefix(u.field(), "国家")
		for i := range chosen {
			t := &chosen[i]
			if t.repeals || !setting(t.level) || isAct(t.parsed.Title) || elsewhere(t.parsed.Title) {
				continue
			}
			for _, a := range t.parsed.Doc.Articles {
				text := squeeze(a.Text())
				if !strings.Contains(text, word) || !strings.Contains(text, "部门") || disciplines(text, "") {
					continue
				}
				out = append(out, source{unit: u.no, cat: power.CategorySupervision, name: "对《" + strings.TrimPrefix(t.parsed.Title, "中华人民共和国") + "》规定的" + word + "事项的监督检查",
					level: t.level, quote: clip(text, 900), ref: citation.Ref{Law: t.parsed.Title, Article: a.Number.N, ArticleSub: a.Number.Sub},
					act: "对执行《" + t.parsed.Title + "》中" + word + "规定的情况进行监督检查", object: "公民、法人和其他组织"})
				break
			}
		}
	}
	return out
}

// revived makes the seeded defect of a repealed basis where the repealed texts
// hold too few powers of their own: reviews that a unit still carries out
// under an article of a law that is gone.
func (e *extractor) revived(chosen []text) []source {
	var out []source
	for i := range chosen {
		t := &chosen[i]
		home := e.home(t)
		if !t.repeals || home == 0 || len(t.parsed.Doc.Articles) < 6 {
			continue
		}
		for j, f := range e.units[home-1].topics {
			a := t.parsed.Doc.Articles[2+j%(len(t.parsed.Doc.Articles)-4)]
			out = append(out, source{unit: home, cat: power.CategoryOther, level: t.level, late: true, initiative: power.OnApplication, object: f.actor,
				name: f.fill([]string{"〔c〕资格复审", "〔s〕换证审核", "〔s〕专项审验"}[(i+j)%3]), act: f.fill("对〔c〕从事〔a〕的资格进行复审"),
				quote: clip(squeeze(a.Text()), 400), ref: citation.Ref{Law: t.parsed.Title, Article: a.Number.N, ArticleSub: a.Number.Sub}})
		}
	}
	return out
}

// stretched makes the seeded defect of a yearly inspection that no law asks
// for: the unit rests it on an article on supervision in a rule or a local
// regulation of its field.
func (e *extractor) stretched(chosen []text) []source {
	var out []source
	for i := range chosen {
		t := &chosen[i]
		p := place{t: t, topic: topicOf(t.parsed.Title), home: e.home(t)}
		if t.repeals || p.home == 0 || p.topic == "" || elsewhere(t.parsed.Title) || !among(string(t.level), string(law.MinistryRule), string(law.ProvinceRule), string(law.LocalRegulation)) {
			continue
		}
		for _, a := range t.parsed.Doc.Articles {
			if p.quote = squeeze(a.Text()); a.Number.N < 3 || !strings.Contains(p.quote, "监督检查") || disciplines(p.quote, "") {
				continue
			}
			p.number = a.Number
			s := p.source(p.home, power.CategoryOther, p.topic+"年度检验")
			s.act, s.object, s.initiative = "每年对从事"+p.topic+"活动的单位进行检验，检验合格的准予继续从业", "从事"+p.topic+"活动的单位", power.OnApplication
			out = append(out, s)
			break
		}
	}
	return out
}
