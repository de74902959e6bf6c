package power

import "strings"

// Need says whether a category's items must have an element.
type Need int

// The needs: 不适用, 条件, 必填.
const (
	NotApplicable Need = iota
	Conditional        // where the item has such a thing; never blocks
	Mandatory          // the item cannot be published without it
)

// Element is one row of the table of required elements.
type Element struct {
	Name    string // as the public sees it
	Field   func(Version) string
	applied Need // of powers that start with an application
	others  Need
}

// NeedOf gives the need of the element for a version. Categories start by
// their kind; 其他权力 follow the family that they declare.
func (e Element) NeedOf(v Version) Need {
	starts := v.Category.DefaultInitiative()
	if v.Category == CategoryOther {
		starts = v.Initiative
	}
	if starts == OnApplication {
		return e.applied
	}
	return e.others
}

// RequiredElements is the table (事项要素必填表). Materials are not asked of
// penalties; limits are mandatory where somebody waits for an answer
// (行政许可法第四十二条); a fee must be answered yes or no (第五十八条).
func RequiredElements() []Element {
	text := func(f func(Elements) string) func(Version) string {
		return func(v Version) string { return f(v.Elements) }
	}
	return []Element{
		{Name: "设定依据", Field: text(func(e Elements) string { return e.Basis }), applied: Mandatory, others: Mandatory},
		{Name: "承办机构", Field: text(func(e Elements) string { return e.Office }), applied: Mandatory, others: Mandatory},
		{Name: "行使层级", Field: func(v Version) string { return v.Level }, applied: Mandatory, others: Mandatory},
		{Name: "依申请或依职权", Field: func(v Version) string { return string(v.Initiative) }, applied: Mandatory, others: Mandatory},
		{Name: "行使内容", Field: text(func(e Elements) string { return e.Content }), applied: Mandatory, others: Mandatory},
		{Name: "服务对象", Field: text(func(e Elements) string { return e.Object }), applied: Mandatory, others: Mandatory},
		{Name: "受理条件", Field: text(func(e Elements) string { return e.Conditions }), applied: Mandatory},
		{Name: "申请材料", Field: text(func(e Elements) string { return e.Materials }), applied: Mandatory},
		{Name: "法定时限", Field: text(limitText(func(e Elements) (*Limit, string) { return e.Statutory, e.StatutoryText })), applied: Mandatory, others: Conditional},
		{Name: "承诺时限", Field: text(limitText(func(e Elements) (*Limit, string) { return e.Promised, e.PromisedText })), applied: Mandatory, others: Conditional},
		{Name: "办理环节", Field: text(func(e Elements) string { return e.Steps }), applied: Mandatory, others: Mandatory},
		{Name: "审批结果", Field: text(func(e Elements) string { return e.Result }), applied: Mandatory},
		{Name: "是否收费", Field: text(feeText), applied: Mandatory, others: Conditional},
		{Name: "收费依据", Field: text(func(e Elements) string { return e.FeeBasis }), applied: Conditional, others: Conditional},
		{Name: "办理地点", Field: text(func(e Elements) string { return e.Place }), applied: Mandatory},
		{Name: "办理时间", Field: text(func(e Elements) string { return e.Hours }), applied: Mandatory},
		{Name: "咨询电话", Field: text(func(e Elements) string { return e.Phone }), applied: Mandatory, others: Conditional},
		{Name: "监督电话", Field: text(func(e Elements) string { return e.Complaint }), applied: Mandatory, others: Mandatory},
		{Name: "责任事项", Field: text(func(e Elements) string { return e.Duty }), applied: Mandatory, others: Mandatory},
		{Name: "追责情形", Field: text(func(e Elements) string { return e.Accountability }), applied: Mandatory, others: Mandatory},
	}
}

func limitText(f func(Elements) (*Limit, string)) func(Elements) string {
	return func(e Elements) string {
		l, text := f(e)
		if l == nil {
			return ""
		}
		if text == "" {
			return l.String()
		}
		return text
	}
}

func feeText(e Elements) string {
	switch {
	case e.Fee == nil:
		return ""
	case *e.Fee:
		return "收费"
	default:
		return "不收费"
	}
}

// Missing lists the names of the mandatory elements that the version lacks, in
// the order of the table, and what no item may have: a fee without basis
// (行政许可法第五十八条), materials left open: the list of materials must be
// whole (第三十条).
//
// rule:公布/必填要素 缺少必填要素的事项不予公布，并说明缺什么
func Missing(v Version) []string {
	var out []string
	for _, e := range RequiredElements() {
		if e.NeedOf(v) == Mandatory && strings.TrimSpace(e.Field(v)) == "" {
			out = append(out, "缺少"+e.Name)
		}
	}
	if v.Elements.Fee != nil && *v.Elements.Fee && strings.TrimSpace(v.Elements.FeeBasis) == "" {
		out = append(out, "收费没有依据")
	}
	if OpenMaterials(v.Elements.Materials) {
		out = append(out, "申请材料有“其他材料”一类的兜底要求")
	}
	return out
}

// OpenMaterials says whether a list of materials leaves open what may be
// asked: 其他材料, 等相关材料.
func OpenMaterials(materials string) bool {
	for _, w := range []string{"其他材料", "其它材料", "其他有关材料", "其他相关材料", "等相关材料", "等有关材料", "要求的其他"} {
		if strings.Contains(materials, w) {
			return true
		}
	}
	return false
}
