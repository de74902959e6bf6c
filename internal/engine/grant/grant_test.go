package grant_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"qingdan/internal/engine/grant"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/testkit"
)

// article reads lines as the one article of a text.
func article(t *testing.T, lines string) lawtext.Article {
	t.Helper()
	d := lawtext.Parse("某某管理条例\n\n第一条 " + lines)
	if len(d.Articles) != 1 {
		t.Fatalf("%d articles in %q", len(d.Articles), lines)
	}
	return d.Articles[0]
}

// show writes grants in short: kind, ! when certain, body, levels, place.
func show(gs []grant.Grant) string {
	var out []string
	for _, g := range gs {
		s := g.Kind.String()
		if g.Certain {
			s += "！"
		}
		if g.Body != "" {
			s += " " + g.Body
		}
		if l := g.Levels.String(); l != "" {
			s += "（" + l + "）"
		}
		if g.Item > 0 {
			s += " 项" + string(rune('0'+g.Item))
		}
		out = append(out, s)
	}
	return strings.Join(out, "；")
}

func TestReadTellsWhatAnArticleGrants(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"penalty with order": {
			"违反本条例规定，擅自取水的，由县级以上人民政府水行政主管部门责令改正，处一万元以上五万元以下罚款；情节严重的，吊销取水许可证。",
			"行政处罚！ 县级以上人民政府水行政主管部门（国家、省、市、县）"},
		"order alone": {
			"影响交通安全的，由公安机关责令停止违法行为。",
			"其他权力！ 公安机关"},
		"penalty over a list of violations": {
			"有下列行为之一的，由水行政主管部门处一千元以下罚款：\n（一）毁坏水工程的；\n（二）未经批准取水的。",
			"行政处罚！ 水行政主管部门"},
		"penalty by each item of a list": {
			"违反本条例规定的，由水行政主管部门按照下列规定处理：\n（一）未备案的，处一千元以下罚款；\n（二）拒不改正的，没收违法所得。",
			"其他权力 水行政主管部门；行政处罚！ 水行政主管部门 项1；行政处罚！ 水行政主管部门 项2"},
		"measures as items": {
			"水行政主管部门履行监督检查职责时，有权采取下列措施：\n（一）进入现场检查；\n（二）查封、扣押违法使用的工具。",
			"其他权力 水行政主管部门；行政检查！ 水行政主管部门 项1；行政强制措施！ 水行政主管部门 项2"},
		"performance in the debtor's place": {
			"逾期不拆除的，由城市管理部门组织代为拆除，所需费用由违法者承担。",
			"行政强制执行！ 城市管理部门"},
		"licence": {
			"占用河道的，应当经县级以上地方人民政府水行政主管部门批准。",
			"行政许可！ 县级以上地方人民政府水行政主管部门（国家、省、市、县）"},
		"licence by a body whose name holds 业主": {
			"临时占用林地的，应当经林业主管部门批准。",
			"行政许可！ 林业主管部门"},
		"prohibition without licence": {
			"未经公安机关批准，任何单位和个人不得燃放焰火。",
			"行政许可！ 公安机关"},
		"levy": {"水资源费由取水审批机关负责征收。", "行政征收！ 取水审批机关"},
		"payment": {
			"生活确有困难的老年人，由民政部门给予救助。",
			"行政给付！ 民政部门"},
		"adjudication": {
			"土地使用权争议，由当事人协商解决；协商不成的，由县级以上人民政府裁决。",
			"行政裁决！ 县级以上人民政府（国家、省、市、县）"},
		"confirmation": {
			"男女双方应当到婚姻登记机关申请结婚登记。",
			"行政确认！ 婚姻登记机关"},
		"reward": {
			"对做出显著成绩的单位和个人，由市人民政府给予表彰和奖励。",
			"行政奖励！ 市人民政府（市）"},
		"inspection": {
			"教育行政部门应当对民办学校进行监督检查。",
			"行政检查！ 教育行政部门"},
		"a field put under a body is not certain": {
			"市水行政主管部门负责本行政区域内河道的监督管理工作。",
			"行政检查 市水行政主管部门"},
		"filing": {
			"物业服务企业应当将合同报房产管理部门备案。",
			"其他权力！ 房产管理部门"},
		"the body that found it acts": {
			"公安机关发现非法活动的，应当予以查封。",
			"行政强制措施！ 公安机关"},
		"the centre alone": {
			"违反规定的，由国务院林业主管部门处一万元罚款。",
			"行政处罚！ 国务院林业主管部门（国家）"},
		"counties alone": {
			"应当向县（市、区）住房城乡建设主管部门备案。",
			"其他权力！ 县（市、区）住房城乡建设主管部门（县）"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := show(grant.Read(article(t, c.text))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestReadLeavesAloneWhatGrantsNothing(t *testing.T) {
	for name, text := range map[string]string{
		"definition":               "本条例所称许可证，是指由水行政主管部门核发的证件。",
		"commencement and repeal":  "本条例自2020年1月1日起施行。原条例同时废止。",
		"discipline of officials":  "水行政主管部门工作人员滥用职权的，依法给予处分。",
		"superiors over bodies":    "主管部门未履行职责的，由上级行政机关责令改正，对直接责任人员给予处分。",
		"crime":                    "构成犯罪的，处三年以下有期徒刑，并处罚金。",
		"court":                    "当事人可以向人民法院起诉，由人民法院裁定。",
		"civil liability":          "造成他人损害的，应当依法承担赔偿责任。",
		"duty of private persons":  "企业应当建立安全管理制度，定期开展自查。",
		"consent of a neighbour":   "未经相邻业主书面同意，不得改变房屋用途。",
		"plan between bodies":      "市水行政主管部门编制的规划，应当报市人民政府批准。",
		"principle":                "节约用水应当坚持统筹规划、综合利用的原则。",
		"cases that lead to no do": "有下列情形之一的，合同终止：\n（一）许可证被吊销的；\n（二）当事人死亡的。",
	} {
		t.Run(name, func(t *testing.T) {
			if got := grant.Read(article(t, text)); got != nil {
				t.Errorf("grants %s", show(got))
			}
		})
	}
}

func TestMatterSaysWhatThePowerIsAbout(t *testing.T) {
	for text, want := range map[string]string{
		"违反本条例规定，擅自取水的，由水行政主管部门处一万元罚款。":                     "擅自取水",
		"占用河道的，应当经水行政主管部门批准。":                               "占用河道的",
		"教育行政部门应当" + strings.Repeat("对学校、", 20) + "进行监督检查。": "教育行政部门应当对学校、对学校、对学校、对学校、对学校、对学校、对学校、对学校、",
	} {
		gs := grant.Read(article(t, text))
		if len(gs) == 0 || gs[0].Matter != want {
			t.Errorf("%s: %+v", text, gs)
		}
	}
}

func TestField(t *testing.T) {
	for body, want := range map[string]string{
		"县级以上地方人民政府水行政主管部门": "水行政主管部门",
		"国务院卫生行政部门":         "卫生行政部门",
		"公安机关":              "公安机关",
		"有关部门":              "",
		"县级以上人民政府":          "",
		"行政机关":              "",
		"":                  "",
	} {
		if got := grant.Field(body); got != want {
			t.Errorf("Field(%s) = %q, want %q", body, got, want)
		}
	}
}

func TestLevels(t *testing.T) {
	for _, c := range []struct {
		levels grant.Levels
		level  grant.Levels
		allow  bool
	}{
		{0, grant.City, true},
		{grant.Nation | grant.Province, grant.City, false},
		{grant.City | grant.County, grant.City, true},
		{grant.County, grant.City | grant.County, true},
	} {
		if got := c.levels.Allow(c.level); got != c.allow {
			t.Errorf("%v.Allow(%v) = %v", c.levels, c.level, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"", "；，：", "由公安机关处罚款。", "（一）（二）：\n（一）；", "未经批准，不得", "由\xff部门罚款", "人民政府人民政府部门"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, text, item string) {
		a := lawtext.Article{Paragraphs: []lawtext.Paragraph{{Text: text, Items: []lawtext.Item{{No: 1, Text: item}}}}}
		for _, g := range grant.Read(a) {
			if g.Kind.String() == "" || g.Paragraph != 1 || g.Item < 0 || g.Item > 1 || utf8.RuneCountInString(g.Matter) > 40 {
				t.Errorf("%+v", g)
			}
			if !strings.Contains(text, g.Text) && !strings.Contains(item, g.Text) {
				t.Errorf("%q is not in the article", g.Text)
			}
			grant.Field(g.Body)
		}
	})
}

// BenchmarkRead reads the articles of the national laws. x-parse is the time
// that parsing the same texts took in this run, over its own.
func BenchmarkRead(b *testing.B) {
	var docs []*lawtext.Document
	var parsing time.Duration
	size := 0
	for _, l := range testkit.Laws(b, "laws_national") {
		began := time.Now()
		d := lawtext.Parse(l.Text)
		parsing += time.Since(began)
		docs = append(docs, d)
		for _, a := range d.Articles {
			size += len(a.Text())
		}
	}
	b.SetBytes(int64(size))
	b.ResetTimer()
	for b.Loop() {
		for _, d := range docs {
			for _, a := range d.Articles {
				grant.Read(a)
			}
		}
	}
	b.ReportMetric(parsing.Seconds()/(b.Elapsed().Seconds()/float64(b.N)), "x-parse")
	testkit.MachineRates(b)
}
