package demo

import (
	"strings"
	"unicode/utf8"

	"qingdan/internal/engine/lawtext"
)

// squeeze removes blanks and line breaks inside a sentence.
func squeeze(s string) string {
	return strings.NewReplacer(" ", "", "　", "", "\n", "", "\t", "", "\u2002", "", "\u2003", "", "\u00a0", "", "(", "（", ")", "）", ",", "，", ";", "；", ":", "：").Replace(s)
}

// stripMark gives an item's words without its mark （一）.
func stripMark(it lawtext.Item) string {
	s := squeeze(it.Text)
	if strings.HasPrefix(s, "（") {
		if _, rest, ok := strings.Cut(s, "）"); ok {
			return rest
		}
	}
	return strings.TrimLeft(strings.TrimLeft(s, "一二三四五六七八九十、"), "0123456789.．、 ")
}

// cleanAct makes the words of a violation fit into a name: no end marks, no
// closing 的, no reference to its own law, no amount.
func cleanAct(s string) string {
	s = strings.TrimRight(s, "；。，、：")
	s = strings.TrimSuffix(strings.TrimSuffix(s, "；或者"), "，或者")
	s = strings.TrimSuffix(s, "的")
	for _, p := range []string{"违反规定，", "违反规定", "未经许可，"} {
		if rest, ok := strings.CutPrefix(s, p); ok && p != "未经许可，" {
			s = rest
		}
	}
	for _, w := range []string{"本法", "本条例", "本办法", "本规定", "本细则"} {
		for _, tail := range []string{"规定的", "的规定", "规定"} {
			s = strings.ReplaceAll(s, "按照"+w+tail, "按照"+trimmed(tail))
			s = strings.ReplaceAll(s, "依照"+w+tail, "依照"+trimmed(tail))
			s = strings.ReplaceAll(s, "违反"+w+tail+"，", "")
			s = strings.ReplaceAll(s, "违反"+w+tail, "违反规定")
		}
	}
	return strings.TrimRight(strings.TrimSpace(s), "；。，、：")
}

func trimmed(tail string) string {
	if tail == "的规定" {
		return "规定"
	}
	return tail
}

// goodAct rejects violations that would make a bad name.
func goodAct(s string) bool {
	n := utf8.RuneCountInString(s)
	if n < 6 || n > 54 || strings.Count(s, "（") != strings.Count(s, "）") || strings.Count(s, "《") != strings.Count(s, "》") || strings.Count(s, "“") != strings.Count(s, "”") {
		return false
	}
	for _, w := range []string{"前款", "前条", "前项", "本条", "本法", "本条例", "本办法", "本规定", "本细则", "下列", "上述", "所列", "其他违反", "其他行为", "情节", "逾期", "构成犯罪", "规定行为",
		"第一款", "第二款", "第三款", "第一项", "条规定", "其他有关", "拒不改正", "处罚", "罚款", "造成严重后果", "违法所得", "。", "；", "：", "法律、法规", "本章", "本实施", "其他法律", "之一", "责令", "有上", "前述"} {
		if strings.Contains(s, w) {
			return false
		}
	}
	for _, w := range []string{"的", "和", "及", "或者", "其", "该", "并", "对", "由", "但", "在前", "有", "因", "属于", "涉及", "造成", "国家工作", "行政机关", "违反", "经", "尚", "不构成", "当事人"} {
		if strings.HasPrefix(s, w) && !strings.HasPrefix(s, "经营") && !strings.HasPrefix(s, "对外") && !strings.HasPrefix(s, "经纪") && !strings.HasPrefix(s, "有毒") && !strings.HasPrefix(s, "有线") {
			return false
		}
	}
	for _, w := range []string{"的", "情形", "等", "和", "或者", "行为之", "规定", "严重", "的单位", "的个人"} {
		if strings.HasSuffix(s, w) && w != "规定" {
			return false
		}
	}
	return !strings.HasSuffix(s, "违反规定")
}

// ofOfficials says whether a clause disciplines officials or punishes crimes,
// which is no administrative power of the unit over the public.
func ofOfficials(quote, act string) bool {
	for _, w := range []string{"国家机关工作人员", "执法人员", "主管部门及其", "行政机关及其", "人民政府及其", "工作人员有下列", "部门有下列", "的工作人员", "机关有下列", "人民政府有", "管理部门及其", "给予政务处分", "人民法院", "拘役", "有期徒刑", "罚金"} {
		if strings.Contains(clip(quote, 60), w) || strings.Contains(act, w) {
			return true
		}
	}
	return strings.Contains(quote, "有期徒刑") || strings.Contains(quote, "外国人") && strings.Contains(quote, "遣送")
}

// objectOf reads whom a violation concerns from its beginning.
func objectOf(act string) string {
	for _, w := range []string{"用人单位", "建设单位", "施工单位", "生产经营单位", "经营者", "生产者", "销售者", "企业", "医疗机构", "学校", "纳税人", "机动车驾驶人", "物业服务人", "房地产开发企业", "旅行社", "监理单位", "设计单位"} {
		if strings.HasPrefix(act, w) {
			return w
		}
	}
	return "公民、法人和其他组织"
}

// goodName rejects names of other powers that read badly.
func goodName(s string) bool {
	n := utf8.RuneCountInString(s)
	if n < 5 || n > 50 || strings.Count(s, "（") != strings.Count(s, "）") || strings.Count(s, "《") != strings.Count(s, "》") {
		return false
	}
	for _, w := range []string{"前款", "本法", "本条例", "本办法", "本规定", "该", "其", "上述", "下列", "应当", "可以", "不得", "必须", "所列", "有关部门", "人民政府", "第一", "第二", "主管部门", "有权", "国务院", "省级", "本条", "他人", "我国",
		"行政机关", "本级", "上级", "下级", "或者由", "违反", "公安", "负责", "以及", "，", "。", "；", "日内", "条件的", "规定的条件", "予以", "依照", "按照", "并", "等级应", "情况下", "等材料", "等有关", "及时", "向", "规定", "提出", "同意", "经批准", "申请人"} {
		if strings.Contains(s, w) {
			return false
		}
	}
	for _, w := range []string{"的", "和", "及", "或", "由", "后", "与", "经", "需要", "确需", "但", "也", "不", "未", "被", "是", "为", "如", "自", "应", "者", "、", "已", "拟", "按", "凡", "报", "定期", "依法", "再", "内", "所", "从", "如实"} {
		if strings.HasPrefix(s, w) && !strings.HasPrefix(s, "从事") && !strings.HasPrefix(s, "自然") && !strings.HasPrefix(s, "内河") {
			return false
		}
	}
	return true
}
