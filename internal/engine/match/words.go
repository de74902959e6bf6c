package match

import (
	"slices"
	"strings"
)

// sameWords are words that offices use for one another, each with the one that it
// counts as. Longer ones come before those they hold.
var sameWords = strings.NewReplacer(
	"不按照", "未按照", "未依照", "未按照", "不依照", "未按照", "未按时", "逾期", "未按期", "逾期", "未能按时", "逾期",
	"没有", "未", "私自", "擅自", "暂扣", "扣押", "成绩显著", "先进", "违反规定", "违规", "非法", "违法", "阻挠", "阻碍", "阻挡", "阻碍",
	"开办", "设立", "举办", "设立", "更换", "变更", "改变", "变更", "贩卖", "销售", "出售", "销售", "运营", "经营", "营运", "经营",
	"编造", "伪造", "购置", "购买", "购用", "购买", "所需", "用", "缴费", "缴纳", "交纳", "缴纳", "旅客运输", "客运", "货物运输", "货运",
	"人民防空", "人防", "防空地下室", "人防", "禁燃区", "禁止燃放", "所有权和使用权", "权属", "城镇", "城市",
	"毁坏", "损坏", "损毁", "损坏", "破坏", "损坏", "毁损", "损坏", "乱倒", "倾倒", "随意", "擅自", "任意", "擅自", "超过保质期", "过期", "不符合标准", "不合格", "不符合规定", "不合格",
	"开采", "采", "购进", "购买", "散发", "发放", "缴存", "缴纳", "编制", "制定", "制订", "制定", "遗弃", "弃置", "丢弃", "弃置", "抛弃", "弃置", "乱堆", "堆放", "改动", "变更",
	"运送", "运输", "贮存", "储存", "存放", "储存", "聘用", "使用", "雇用", "使用", "招用", "使用", "隐瞒", "瞒报", "污染源", "排污单位", "卫生清扫", "清扫", "摆摊设点", "摆摊", "生产经营单位", "单位", "用人单位", "单位", "证书", "证", "许可证", "许可", "执照", "证照", "营业证照", "证照",
	"最低生活保障", "低保", "住房公积金", "公积金", "身份证明", "身份证", "未成年人", "未成年", "残疾人证", "残疾证",
)

// weakWords come and go in the name of one matter, or only say what every name of
// the kind says. What is left says what sets a matter apart.
func weakWords() []string {
	return []string{
		"未按照规定", "未按规定", "不按规定", "按照规定", "按规定", "违反规定", "依法", "依照", "未经批准", "未经许可", "未经审批", "未经同意", "未取得许可", "未领取许可", "未取得", "未领取",
		"擅自", "违法", "违规", "违章", "无证照", "无证", "无照", "活动", "行为", "工作", "管理", "监督", "事项", "业务", "手续", "进行", "开展", "实施", "办理", "申请",
		"生产经营单位", "单位", "企业", "机构", "个人", "公民", "法人", "其他组织", "当事人", "相对人", "人员", "范围内", "区域内", "范围", "区域", "大型", "明显", "产品", "商品",
		"许可证", "许可", "审批", "核准", "登记", "合同", "文件", "资格", "权利", "权属", "产权", "市级", "本市", "全市", "内", "者", "中", "上", "地", "权",
	}
}

// mannersOf are the ways in which one goes against a rule: two offences that name
// different ones are different, whatever else they share.
func mannersOf(s string) []mark {
	for _, w := range []string{"未按照规定", "未按规定", "不按规定", "按照规定", "违反规定"} { // says nothing of how
		s = strings.ReplaceAll(s, w, "|")
	}
	var out []mark
	for _, group := range [][]string{
		{"无证", "未经批准", "未经许可", "未经审批", "未经同意", "未经审查", "未经核准", "未取得", "未领取", "无证", "无照", "无营业", "无资质", "擅自"},
		{"违反条件", "未按照", "未按", "不按", "不符合", "超出", "超越", "超过", "超范围"},
		{"伪造", "伪造", "变造", "涂改", "仿造", "冒用"},
		{"转让", "转让", "出租", "出借", "倒卖", "买卖"},
		{"骗取", "骗取", "欺骗", "虚假", "隐瞒", "弄虚作假", "不正当手段"},
		{"拒绝", "拒绝", "拒不", "阻碍", "拒报"},
		{"逾期", "逾期", "迟报", "超期"},
	} {
		if slices.ContainsFunc(group[1:], func(w string) bool { return strings.Contains(s, w) }) {
			out = append(out, mark{mannerGroup, group[0], false})
		}
	}
	return out
}

// mannerGroup stands behind all contrasts.
const mannerGroup = 1000

// plainOf gives the characters of a name that may set it apart, in their order.
func plainOf(core string) []rune {
	for _, w := range weakWords() {
		core = strings.ReplaceAll(core, w, "")
	}
	return []rune(core)
}

// swapped says whether one name has a word where the other has another one: 占用
// and 挖掘 of a road. Words that only one of them has, or that stand elsewhere in
// the other, swap nothing.
func swapped(a, b []rune) bool {
	shared := sharedRun(a, b)
	left := map[rune]int{} // what is left of a, less what is left of b
	for _, r := range a {
		left[r]++
	}
	for _, r := range b {
		left[r]--
	}
	take := func(s []rune, sign int) (n int) { // characters that the other has nowhere
		for _, r := range s {
			if left[r]*sign > 0 {
				n++
			}
		}
		return n
	}
	if len(shared) < fewWords && 2*len(shared) <= min(len(a), len(b)) && take(a, 1) > 1 && take(b, -1) > 1 {
		return true // in another order, and with no more than half in common
	}
	i, j := 0, 0
	for _, p := range append(shared, [2]int{len(a), len(b)}) {
		if take(a[i:p[0]], 1) > 0 && take(b[j:p[1]], -1) > 0 {
			return true
		}
		i, j = min(p[0]+1, len(a)), min(p[1]+1, len(b))
	}
	return false
}

// reordered says whether two names say the same words in another order.
func reordered(a, b []rune) bool {
	x, y := slices.Clone(a), slices.Clone(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// sharedRun gives the positions of a longest common subsequence.
func sharedRun(a, b []rune) [][2]int {
	long := make([][]int, len(a)+1)
	for i := range long {
		long[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				long[i][j] = long[i+1][j+1] + 1
			} else {
				long[i][j] = max(long[i+1][j], long[i][j+1])
			}
		}
	}
	var out [][2]int
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			out = append(out, [2]int{i, j})
			i, j = i+1, j+1
		case long[i+1][j] >= long[i][j+1]:
			i++
		default:
			j++
		}
	}
	return out
}
