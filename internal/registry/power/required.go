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
	Name  string // as the public sees it
	Field func(Version) string
	need  map[Category]Need
	other Need // for categories not in need
}

// NeedOf gives the need of the element for a version. 其他权力 follow the
// family that they declare: on application like permits, ex officio like
// penalties, as far as the element depends on the family.
func (e Element) NeedOf(v Version) Need {
	c := v.Category
	if n, ok := e.need[c]; ok {
		return n
	}
	if c == CategoryOther && v.Initiative == OnApplication {
		if n, ok := e.need[applicationFamily]; ok {
			return n
		}
	}
	return e.other
}

// applicationFamily is the key under which an element states what 其他权力 on
// application need.
const applicationFamily Category = "依申请类"

// onApplication is the need of elements that only an applicant cares for.
func onApplication(n Need) map[Category]Need {
	return map[Category]Need{
		CategoryPermit: n, CategoryPayment: n, CategoryAdjudication: n, CategoryConfirmation: n, CategoryReward: n,
		CategoryService: n, applicationFamily: n,
	}
}

// Elements of the table (事项要素必填表). Materials are not asked of penalties,
// nor discretion of permits; limits are mandatory where somebody waits for an
// answer (行政许可法第四十二条); a fee must be answered yes or no (第五十八条).
func RequiredElements() []Element {
	text := func(f func(Elements) string) func(Version) string {
		return func(v Version) string { return f(v.Elements) }
	}
	return []Element{
		{Name: "设定依据", Field: text(func(e Elements) string { return e.Basis }), other: Mandatory},
		{Name: "承办机构", Field: text(func(e Elements) string { return e.Office }), other: Mandatory},
		{Name: "行使层级", Field: func(v Version) string { return v.Level }, other: Mandatory},
		{Name: "依申请或依职权", Field: func(v Version) string { return string(v.Initiative) }, other: Mandatory},
		{Name: "行使内容", Field: text(func(e Elements) string { return e.Content }), other: Mandatory},
		{Name: "服务对象", Field: text(func(e Elements) string { return e.Object }), other: Mandatory},
		{Name: "受理条件", Field: text(func(e Elements) string { return e.Conditions }), need: onApplication(Mandatory)},
		{Name: "申请材料", Field: text(func(e Elements) string { return e.Materials }), need: onApplication(Mandatory)},
		{Name: "法定时限", Field: text(limitText(func(e Elements) (*Limit, string) { return e.Statutory, e.StatutoryText })), need: onApplication(Mandatory), other: Conditional},
		{Name: "承诺时限", Field: text(limitText(func(e Elements) (*Limit, string) { return e.Promised, e.PromisedText })), need: onApplication(Mandatory), other: Conditional},
		{Name: "办理环节", Field: text(func(e Elements) string { return e.Steps }), other: Mandatory},
		{Name: "审批结果", Field: text(func(e Elements) string { return e.Result }), need: onApplication(Mandatory)},
		{Name: "是否收费", Field: text(feeText), need: onApplication(Mandatory), other: Conditional},
		{Name: "收费依据", Field: text(func(e Elements) string { return e.FeeBasis }), other: Conditional},
		{Name: "办理地点", Field: text(func(e Elements) string { return e.Place }), need: onApplication(Mandatory)},
		{Name: "办理时间", Field: text(func(e Elements) string { return e.Hours }), need: onApplication(Mandatory)},
		{Name: "咨询电话", Field: text(func(e Elements) string { return e.Phone }), need: onApplication(Mandatory), other: Conditional},
		{Name: "监督电话", Field: text(func(e Elements) string { return e.Complaint }), other: Mandatory},
		{Name: "责任事项", Field: text(func(e Elements) string { return e.Duty }), other: Mandatory},
		{Name: "追责情形", Field: text(func(e Elements) string { return e.Accountability }), other: Mandatory},
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
// (行政许可法第五十八条), materials left open (优化营商环境条例第十九条).
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
