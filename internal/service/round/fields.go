package round

import (
	"strings"

	"qingdan/internal/registry/power"
)

// Field is a part of a version that an opinion speaks of (意见所指的要素).
type Field struct {
	Key   string // the JSON name in power.Elements, or name, category, main_item, level, initiative; WholePower
	Label string
	Text  func(power.Version) string // the words of the version, "" for WholePower
}

// WholePower is the key of an opinion on the power itself (事项本身): whether it
// should be there at all.
const WholePower = "power"

// Fields is the table of what opinions may speak of, in the order of forms.
func Fields() []Field {
	el := func(key, label string, text func(power.Elements) string) Field {
		return Field{key, label, func(v power.Version) string { return text(v.Elements) }}
	}
	return []Field{
		{WholePower, "事项本身", func(power.Version) string { return "" }},
		{"name", "事项名称", func(v power.Version) string { return v.Name }},
		{"category", "权力类别", func(v power.Version) string { return string(v.Category) }},
		{"main_item", "主项名称", func(v power.Version) string { return v.MainItem }},
		{"level", "行使层级", func(v power.Version) string { return v.Level }},
		{"initiative", "依申请或依职权", func(v power.Version) string { return string(v.Initiative) }},
		el("base_code", "基本编码", func(e power.Elements) string { return e.BaseCode }),
		el("source", "权力来源", func(e power.Elements) string { return e.Source }),
		el("basis", "设定依据", func(e power.Elements) string { return e.Basis }),
		el("office", "承办机构", func(e power.Elements) string { return e.Office }),
		el("content", "行使内容", func(e power.Elements) string { return e.Content }),
		el("object", "服务对象", func(e power.Elements) string { return e.Object }),
		el("conditions", "受理条件", func(e power.Elements) string { return e.Conditions }),
		el("materials", "申请材料", func(e power.Elements) string { return e.Materials }),
		el("kind", "办件类型", func(e power.Elements) string { return e.Kind }),
		el("statutory", "法定时限", func(e power.Elements) string { return limit(e.StatutoryText, e.Statutory) }),
		el("promised", "承诺时限", func(e power.Elements) string { return limit(e.PromisedText, e.Promised) }),
		el("steps", "办理环节", func(e power.Elements) string { return e.Steps }),
		el("channels", "办理渠道", func(e power.Elements) string { return e.Channels }),
		el("visits", "到现场次数", func(e power.Elements) string { return e.Visits }),
		el("result", "审批结果", func(e power.Elements) string { return e.Result }),
		el("fee", "是否收费", fee),
		el("fee_basis", "收费依据", func(e power.Elements) string { return e.FeeBasis }),
		el("place", "办理地点", func(e power.Elements) string { return e.Place }),
		el("hours", "办理时间", func(e power.Elements) string { return e.Hours }),
		el("phone", "咨询电话", func(e power.Elements) string { return e.Phone }),
		el("complaint", "监督电话", func(e power.Elements) string { return e.Complaint }),
		el("duty", "责任事项", func(e power.Elements) string { return e.Duty }),
		el("duty_basis", "责任事项依据", func(e power.Elements) string { return e.DutyBasis }),
		el("accountability", "追责情形", func(e power.Elements) string { return e.Accountability }),
		el("fault_basis", "追责依据", func(e power.Elements) string { return e.FaultBasis }),
		el("remark", "备注", func(e power.Elements) string { return e.Remark }),
	}
}

// FieldOf finds a field by its key; false when the table has none.
func FieldOf(key string) (Field, bool) {
	for _, f := range Fields() {
		if f.Key == key {
			return f, true
		}
	}
	return Field{}, false
}

func limit(text string, l *power.Limit) string {
	if text == "" && l != nil {
		return l.String()
	}
	return text
}

func fee(e power.Elements) string {
	switch {
	case e.Fee == nil:
		return ""
	case *e.Fee:
		return strings.TrimSpace("收费 " + e.FeeText)
	default:
		return "不收费"
	}
}

// Cause is a kind of reason for which a group objects (退回原因).
type Cause struct {
	Key   string
	Label string
	Check string // the check of the reform that it belongs to, one of Checks
	Field string // the field it speaks of as a rule
}

// Causes is the table of causes, in the order of forms; the convergence figures
// count by it.
func Causes() []Cause {
	return []Cause{
		{"no_basis", "依据不足", "五对照/3", "basis"},
		{"dead_basis", "依据失效", "五对照/3", "basis"},
		{"low_basis", "依据层级不够", "六查看/1", "basis"},
		{"not_power", "不属行政权力", "五对照/1", WholePower},
		{"wrong_category", "类别不当", "五对照/1", "category"},
		{"approval_list", "与审批目录不一致", "五对照/2", "name"},
		{"no_mandate", "超出三定职责", "五对照/4", WholePower},
		{"overlap", "与他部门重复", "五对照/4", WholePower},
		{"peers", "与外地清单不一致", "五对照/5", "name"},
		{"bad_name", "名称不规范", "六查看/3", "name"},
		{"missing", "要素缺失", "六查看/3", WholePower},
		{"untrue", "内容不实", "六查看/3", "content"},
		{"vague", "内涵外延不清", "两摸清/2", "content"},
		{"not_needed", "不合时宜", "六查看/2", WholePower},
		{"devolve", "应下放", "六查看/2", WholePower},
		{"procedure", "程序不规范", "六查看/4", "steps"},
		{"materials", "材料无依据", "六查看/4", "materials"},
		{"slow", "时限过长", "六查看/5", "promised"},
		{"duty", "责任不明", "六查看/6", "duty"},
		{"other", "其他", "六查看/3", WholePower},
	}
}

// CauseOf finds a cause by its key; false when the table has none.
func CauseOf(key string) (Cause, bool) {
	for _, c := range Causes() {
		if c.Key == key {
			return c, true
		}
	}
	return Cause{}, false
}

// Check is one check that a reviewer concludes on.
type Check struct{ Rule, Label string }

// Checks lists the checks on a single power (五对照, 六查看, and of 两摸清 the
// second), in the order of the reform.
func Checks() []Check {
	return []Check{
		{"两摸清/2", "内涵外延"},
		{"五对照/1", "权力范围"}, {"五对照/2", "审批目录"}, {"五对照/3", "法律法规依据"}, {"五对照/4", "三定规定"}, {"五对照/5", "外地清单"},
		{"六查看/1", "是否合法"}, {"六查看/2", "是否合时合需"}, {"六查看/3", "权力内容"}, {"六查看/4", "程序与结果"}, {"六查看/5", "效率"}, {"六查看/6", "行使与责任"},
	}
}
