package lawtext_test

import (
	"slices"
	"strings"
	"testing"

	"qingdan/internal/engine/lawtext"
)

func TestRepealClauses(t *testing.T) {
	type clause struct {
		text            string
		line            int
		partial, listed bool
	}
	for name, c := range map[string]struct {
		text string
		want []clause
	}{
		"the last article": {"# 示例办法\n第一条 甲。\n第二条 本办法自2020年1月1日起施行。《旧办法》和《老办法》同时废止。",
			[]clause{{"《旧办法》和《老办法》同时废止", 3, false, false}}},
		"from a day of its own": {"# 示例办法\n第一条 《旧办法》自本办法施行之日起废止。", []clause{{"《旧办法》自本办法施行之日起废止", 2, false, false}}},
		"an article of it":      {"# 示例办法\n第一条 《旧办法》（市政府令第1号）第三条同时废止。", []clause{{"《旧办法》（市政府令第1号）第三条同时废止", 2, true, false}}},
		"provisions of it":      {"# 示例办法\n第一条 《旧条例》中有关甲的规定即行废止。", []clause{{"《旧条例》中有关甲的规定即行废止", 2, true, false}}},
		"some clauses of it":    {"# 示例办法\n第一条 《旧条例》的部分条款同时废止。", []clause{{"《旧条例》的部分条款同时废止", 2, true, false}}},
		"an edition told by sessions": {"# 示例办法\n第一条 第四次会议《关于修改〈旧办法〉的决定》第一次修正的《旧办法》同时废止。",
			[]clause{{"第四次会议《关于修改〈旧办法〉的决定》第一次修正的《旧办法》同时废止", 2, false, false}}},
		"a list in an article": {"# 示例办法\n第一条 下列规定同时废止：\n（一）《甲办法》；\n（二）乙办法（1990年1月1日发布）。\n第二条 丙。",
			[]clause{{"《甲办法》；", 2, false, true}, {"乙办法（1990年1月1日发布）。", 2, false, true}}},
		"how rules are repealed": {"# 示例办法\n第一条 《甲》修改或者废止的，应当公布。\n第二条 与《乙》抵触的规定应当予以废止。\n第三条 被废止的《丙》不再执行。", nil},
		"names no rule":          {"# 示例办法\n第一条 过去的规定同时废止。", nil},
		"a decision": {"# 示例市关于废止部分规定的决定\n现决定废止下列规定：\n一、甲办法（1990年1月1日发布）\n二、《乙办法》第四条\n三、关于执行《丙办法》第五条的批复\n本决定自公布之日起施行。\n四、其他。",
			[]clause{{"甲办法（1990年1月1日发布）", 3, false, true}, {"《乙办法》第四条", 4, true, true}, {"关于执行《丙办法》第五条的批复", 5, false, true}}},
		"points of a decision": {"# 示例市关于废止部分规定的决定\n一、废止《甲办法》。\n二、废止《乙办法》第四条第二款。\n三、对2件规定予以废止。",
			[]clause{{"废止《甲办法》", 2, false, false}, {"废止《乙办法》第四条第二款", 3, true, false}}},
		"annexes": {"# 示例市关于修改和废止部分规定的决定\n一、对甲予以修改。（附件1）\n附件1\n决定修改的规定\n一、将《甲办法》第一条改为乙。\n附件2\n决定废止的规定\n一、《丙办法》\n二、丁办法",
			[]clause{{"《丙办法》", 8, false, true}, {"丁办法", 9, false, true}}},
		"a table": {"# 示例市关于废止部分规定的决定\n一、下列予以废止。\n附：\n予以废止的规定目录\n| 序号 | 规定名称 | 废止理由 |\n| --- | --- | --- |\n| 1 | 甲办法 | 已被《乙办法》第一条代替 |\n| 2 | 丙办法 | 同上 |",
			[]clause{{"甲办法", 7, false, true}, {"丙办法", 8, false, true}}},
	} {
		var got []clause
		for _, x := range lawtext.RepealClauses(lawtext.Parse(c.text)) {
			got = append(got, clause{x.Text, x.Line, x.Partial, x.Listed})
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\ngot  %v\nwant %v", name, got, c.want)
		}
	}
}

// TestRepealsOfTheTexts: every text that says 同时废止 of a title has a clause,
// every decision on repeal has one, and each stands in the line it names.
func TestRepealsOfTheTexts(t *testing.T) {
	all, _ := parseAll(t)
	clauses, partial, listed := 0, 0, 0
	for _, p := range all {
		got := lawtext.RepealClauses(p.doc)
		for _, c := range got {
			clauses++
			if c.Partial {
				partial++
			}
			if c.Listed {
				listed++
			}
			if c.Line < 1 {
				t.Errorf("%s %s: %q has no line", p.ID, p.Title, c.Text)
			}
		}
		if len(got) == 0 && (strings.Contains(p.Text, "》同时废止") || strings.HasSuffix(p.Title, "的决定") && strings.Contains(p.Title, "废止")) {
			t.Errorf("%s %s: no clause", p.ID, p.Title)
		}
	}
	t.Logf("%d clauses, %d partial, %d listed", clauses, partial, listed)
}
