package workbook

import (
	"slices"
	"strings"

	"golang.org/x/text/width"
)

// field is an element of an item a column can hold.
type field uint8

const (
	noField field = iota
	fSeq
	fCode
	fBaseCode
	fMain
	fName
	fCategory
	fDepartment
	fDeptCode
	fOffice
	fLevel
	fSource
	fBasis
	fContent
	fObject
	fConditions
	fMaterials
	fStatutory
	fPromised
	fKind
	fSteps
	fChannels
	fVisits
	fResult
	fFee
	fFeeBasis
	fPlace
	fHours
	fPhone
	fComplaint
	fDuty
	fDutyBasis
	fAccountability
	fAccountabilityBasis
	fInitiative
	fDate
	fRemark
	fieldCount
)

// squeeze folds full-width forms and drops all space, for comparing labels.
func squeeze(s string) string {
	s = width.Fold.String(clean(s))
	return strings.Join(strings.Fields(s), "")
}

// label is a header without spaces and brackets; unit is the unit of days a
// bracket names: 法定时限（工作日）.
func label(header string) (name, unit string) {
	s := squeeze(header)
	if i := strings.IndexByte(s, '('); i > 0 {
		switch note := s[i:]; {
		case strings.Contains(note, WorkingDays):
			unit = WorkingDays
		case strings.Contains(note, NaturalDays), strings.Contains(note, "日历日"):
			unit = NaturalDays
		}
		s = s[:i]
	}
	return strings.TrimRight(s, ":*"), unit
}

// exactField knows the labels offices use, of the templates of 2014 and of
// today's item databases.
func exactField(s string) field {
	switch s {
	case "序号", "编号", "序", "行号", "NO", "No", "No.":
		return fSeq
	case "事项编码", "职权编码", "权力编码", "实施编码", "事项代码", "编码", "权力事项编码", "权责编码", "权责事项编码", "项目编码", "职权代码", "实施清单编码":
		return fCode
	case "基本编码", "基本目录编码", "通用编码", "基本码", "目录编码":
		return fBaseCode
	case "主项名称", "主项", "大项名称", "大项", "一级事项", "主项事项名称", "主项目录名称", "职权主项", "主事项名称", "权力主项名称":
		return fMain
	case "职权名称", "事项名称", "权力名称", "项目名称", "权力事项名称", "权责事项名称", "权责名称", "行政权力名称", "行政职权名称", "职权事项", "权力事项", "权责事项", "行政权力事项名称", "具体事项", "名称", "事项", "处罚事项", "审批事项", "许可事项", "检查事项",
		"子项名称", "子项", "小项名称", "子项事项名称", "业务办理项名称", "实施事项名称":
		return fName
	case "权力类别", "权力类型", "职权类别", "职权类型", "类型", "类别", "事项类型", "事项类别", "权责类型", "权责类别", "行政权力类别", "行政权力类型", "行政职权类别", "项目类别", "权力种类", "职权种类", "事项性质":
		return fCategory
	case "实施主体", "行使主体", "实施机关", "实施部门", "实施单位", "实施机构", "行使机关", "行使部门", "部门", "单位", "责任主体", "部门名称", "单位名称", "职权主体", "主管部门", "权力部门":
		return fDepartment
	case "主体代码", "部门代码", "统一社会信用代码", "单位代码":
		return fDeptCode
	case "承办机构", "承办科室", "承办处室", "责任科室", "责任处室", "内设机构", "承办部门", "责任机构", "具体承办机构", "承办单位", "办理科室", "科室", "责任内设机构":
		return fOffice
	case "行使层级", "实施层级", "层级", "行使级别":
		return fLevel
	case "权力来源", "职权来源":
		return fSource
	case "行使内容", "职权内容", "权力内容", "违法行为", "具体内容", "事项内容":
		return fContent
	case "服务对象", "行使对象", "适用对象", "实施对象", "行政相对人", "办理对象", "审批对象":
		return fObject
	case "受理条件", "办理条件", "申请条件", "条件":
		return fConditions
	case "申请材料", "申报材料", "办理材料", "所需材料":
		return fMaterials
	case "办件类型", "办理类型":
		return fKind
	case "办理环节", "办理流程", "办理程序", "工作流程", "运行流程":
		return fSteps
	case "办理渠道", "办理形式", "办理方式":
		return fChannels
	case "到现场次数", "到办事现场次数", "跑动次数":
		return fVisits
	case "审批结果", "办理结果", "结果名称", "办件结果", "审批结果名称":
		return fResult
	case "办理地点", "办公地点", "地点":
		return fPlace
	case "办理时间", "办公时间", "工作时间":
		return fHours
	case "咨询电话", "联系电话", "咨询方式", "电话", "联系方式":
		return fPhone
	case "监督电话", "投诉电话", "监督投诉电话", "投诉监督电话", "监督投诉方式":
		return fComplaint
	case "依申请或依职权", "启动方式", "申请类别", "行使方式":
		return fInitiative
	case "生效日期", "实施日期", "更新时间", "更新日期", "生效时间":
		return fDate
	case "备注", "说明":
		return fRemark
	}
	return exactLimitField(s)
}

func exactLimitField(s string) field {
	switch s {
	case "设定依据", "实施依据", "法律依据", "法定依据", "职权依据", "权力依据", "法律法规依据", "设立依据", "行使依据", "依据", "法规依据", "处罚依据", "事项依据", "设定和实施依据":
		return fBasis
	case "法定时限", "法定期限", "法定办结时限", "法定办理时限", "法定办结期限", "法定":
		return fStatutory
	case "承诺时限", "承诺期限", "承诺办结时限", "承诺办理时限", "承诺办结期限", "承诺", "办理时限", "办结时限":
		return fPromised
	case "是否收费", "收费情况", "收费":
		return fFee
	case "收费依据", "收费标准", "收费依据及标准", "收费标准及依据", "收费依据和标准":
		return fFeeBasis
	case "责任事项", "责任事项内容", "责任内容", "部门责任":
		return fDuty
	case "责任事项依据", "责任依据":
		return fDutyBasis
	case "追责情形", "追责情形内容", "追责情形及依据", "追责", "问责情形", "责任追究情形":
		return fAccountability
	case "追责依据", "追责情形依据", "问责依据":
		return fAccountabilityBasis
	}
	return noField
}

// looseField reads longer labels by the words they hold.
func looseField(s string) field {
	if len([]rune(s)) > 16 {
		return noField
	}
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
	}
	limit := has("时限", "期限")
	switch {
	case has("追责", "问责") && has("依据") && !has("情形"):
		return fAccountabilityBasis
	case has("追责", "问责"):
		return fAccountability
	case has("责任事项", "责任内容") && has("依据"):
		return fDutyBasis
	case has("责任事项", "责任内容"):
		return fDuty
	case has("收费") && has("依据", "标准"):
		return fFeeBasis
	case has("是否收费"):
		return fFee
	case has("法定") && limit:
		return fStatutory
	case has("承诺") && limit:
		return fPromised
	case has("设定依据", "实施依据", "法律依据", "职权依据", "权力依据"):
		return fBasis
	case has("主项名称"):
		return fMain
	case strings.HasSuffix(s, "事项名称"), strings.HasSuffix(s, "职权名称"), strings.HasSuffix(s, "权力名称"), strings.HasSuffix(s, "子项名称"):
		return fName
	}
	return noField
}

func isSub(s string) bool {
	return strings.HasPrefix(s, "子项") || strings.HasPrefix(s, "小项") || s == "业务办理项名称"
}

// column is a column under a header.
type column struct {
	col    int
	header string // as written, both rows
	tidy   string // the same squeezed
	name   string // label
	unit   string
}

// table is a sheet whose header is known.
type table struct {
	g           *grid
	first, last int // header rows
	next        int // index in g.rows of the first row after the header
	cols        []column
	at          [fieldCount]int // index in cols, -1 where there is none
}

// findTable looks for the header among the first rows. nil: there is none.
func findTable(g *grid) *table {
	for i := range min(len(g.rows), 40) {
		if t := tableAt(g, i); t != nil {
			return t
		}
	}
	return nil
}

// tableAt takes row i for the header if it names an item and one thing more.
func tableAt(g *grid, i int) *table {
	top := &g.rows[i]
	known := 0
	for _, c := range top.cells {
		if name, _ := label(c.text); c.units == 0 && len(c.text) < 90 && exactField(name) != noField {
			known++
		}
	}
	if known < 2 {
		return nil
	}
	t := &table{g: g, first: top.num, last: top.num, next: i + 1}
	var sub *gridRow
	if i+1 < len(g.rows) && isSecondRow(g, top, &g.rows[i+1]) {
		sub = &g.rows[i+1]
		t.last, t.next = sub.num, i+2
	}
	t.columns(top, sub)
	for i := range t.at {
		t.at[i] = -1
	}
	for i := range t.cols {
		t.assign(i)
	}
	if t.at[fName] < 0 && t.at[fMain] >= 0 {
		t.at[fName], t.at[fMain] = t.at[fMain], -1
	}
	if t.at[fFee] < 0 && t.at[fFeeBasis] >= 0 {
		t.at[fFee], t.at[fFeeBasis] = t.at[fFeeBasis], -1 // the only column on fees says both
	}
	fields := 0
	for _, c := range t.at {
		if c >= 0 {
			fields++
		}
	}
	if t.at[fName] < 0 || fields < 2 {
		return nil
	}
	return t
}

// isSecondRow says whether the row below belongs to the header: a header cell
// is merged down into it, or all its cells are labels under unnamed columns.
func isSecondRow(g *grid, top, below *gridRow) bool {
	if below.num != top.num+1 {
		return false
	}
	for _, m := range g.merges {
		if m.r0 == top.num && m.r1 == below.num && top.at(m.c0) != nil {
			return true
		}
	}
	k, upper := 0, ""
	for _, c := range below.cells {
		for ; k < len(top.cells) && top.cells[k].col <= c.col; k++ {
			upper, _ = label(top.cells[k].text)
		}
		lower, _ := label(c.text)
		if c.units > 0 || twoRowField(upper, lower) == noField {
			return false
		}
		if f := exactField(upper); k > 0 && top.cells[k-1].col == c.col && (f == fName || f == fSeq) {
			return false
		}
	}
	return len(below.cells) >= 2
}

// twoRowField reads a label that stands below another.
func twoRowField(upper, lower string) field {
	for _, try := range [...]field{exactField(upper + lower), exactField(lower), looseField(lower), looseField(upper + lower)} {
		if try != noField {
			return try
		}
	}
	return noField
}

// columns lists the columns with their labels. A label of the upper row stands
// over the columns it is merged over, or over unnamed ones to its right.
func (t *table) columns(top, sub *gridRow) {
	if sub == nil {
		for _, c := range top.cells {
			t.cols = append(t.cols, column{col: int(c.col), header: c.text})
		}
		return
	}
	last := int(top.cells[len(top.cells)-1].col)
	if n := len(sub.cells); n > 0 {
		last = max(last, int(sub.cells[n-1].col))
	}
	above := ""
	for col := 1; col <= last; col++ {
		upper, lower := top.at(col), sub.at(col)
		if upper != nil {
			above = upper.text
		}
		switch {
		case lower != nil && above != "" && lower.text != above:
			t.cols = append(t.cols, column{col: col, header: above + "/" + lower.text})
		case lower != nil:
			t.cols = append(t.cols, column{col: col, header: lower.text})
		case upper != nil:
			t.cols = append(t.cols, column{col: col, header: upper.text})
		}
	}
}

// assign gives column i its field unless an earlier column has it.
func (t *table) assign(i int) {
	c := &t.cols[i]
	upper, lower, two := strings.Cut(c.header, "/")
	name, unit := label(c.header)
	f := exactField(name)
	if two && f == noField {
		u, uUnit := label(upper)
		l, lUnit := label(lower)
		if unit = lUnit; unit == "" {
			unit = uUnit
		}
		name, f = l, twoRowField(u, l)
	}
	if f == noField {
		f = looseField(name)
	}
	c.tidy, c.name, c.unit = squeeze(c.header), name, unit
	prev := -1
	if f != noField {
		prev = t.at[f]
	}
	switch {
	case f == noField:
		return
	case prev < 0:
	case f == fSeq && t.at[fCode] < 0:
		f = fCode
	case f == fName && isSub(name) && t.at[fMain] < 0: // 事项名称, 子项名称
		t.at[fMain] = prev
	case f == fName && isSub(t.cols[prev].name) && t.at[fMain] < 0: // 子项名称, 事项名称
		f = fMain
	default:
		return
	}
	t.at[f] = i
}
