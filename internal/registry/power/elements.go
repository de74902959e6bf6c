package power

import "strconv"

// ElementsSchema is the number of the present form of Elements. Stored
// versions keep the number they were written with and are read by decode.
const ElementsSchema = 1

// Elements is what a version says beyond its queried columns (事项要素,
// the terms in the comments). Texts stand as the department wrote them,
// line breaks included; an element not given is empty.
type Elements struct {
	BaseCode       string `json:"base_code,omitempty"`      // 基本编码, of the catalogue that all levels share
	Source         string `json:"source,omitempty"`         // 权力来源: 法定本级 上级下放 上级委托 …
	Basis          string `json:"basis,omitempty"`          // 设定依据, as written; the parsed form is in the citations
	Office         string `json:"office,omitempty"`         // 承办机构
	Content        string `json:"content,omitempty"`        // 行使内容 (内涵); for penalties the violation
	Object         string `json:"object,omitempty"`         // 服务对象 / 行政相对人
	Conditions     string `json:"conditions,omitempty"`     // 受理条件
	Materials      string `json:"materials,omitempty"`      // 申请材料, one a line
	Kind           string `json:"kind,omitempty"`           // 办件类型: 即办件 承诺件
	Statutory      *Limit `json:"statutory,omitempty"`      // 法定时限
	Promised       *Limit `json:"promised,omitempty"`       // 承诺时限
	StatutoryText  string `json:"statutory_text,omitempty"` // the words the limits were read from
	PromisedText   string `json:"promised_text,omitempty"`
	Steps          string `json:"steps,omitempty"`    // 办理环节
	Channels       string `json:"channels,omitempty"` // 办理渠道
	Visits         string `json:"visits,omitempty"`   // 到现场次数
	Result         string `json:"result,omitempty"`   // 审批结果
	Fee            *bool  `json:"fee,omitempty"`      // 是否收费; nil = not said
	FeeText        string `json:"fee_text,omitempty"`
	FeeBasis       string `json:"fee_basis,omitempty"`      // 收费依据
	Place          string `json:"place,omitempty"`          // 办理地点
	Hours          string `json:"hours,omitempty"`          // 办理时间
	Phone          string `json:"phone,omitempty"`          // 咨询电话
	Complaint      string `json:"complaint,omitempty"`      // 监督电话
	Duty           string `json:"duty,omitempty"`           // 责任事项
	DutyBasis      string `json:"duty_basis,omitempty"`     // 责任事项依据
	Accountability string `json:"accountability,omitempty"` // 追责情形
	FaultBasis     string `json:"fault_basis,omitempty"`    // 追责依据
	Remark         string `json:"remark,omitempty"`         // 备注
}

// Limit is a time limit (时限). Immediate stands for 当场办结; else exactly one
// of Days and Months is set. Unit is 工作日, 自然日 or "" where the source does
// not say: the unit belongs to the limit, not to the act (行政许可法第八十二条, 行政处罚法第八十五条).
type Limit struct {
	Immediate bool   `json:"immediate,omitempty"`
	Days      int    `json:"days,omitempty"`
	Months    int    `json:"months,omitempty"`
	Unit      string `json:"unit,omitempty"`
}

// String gives the limit in words: 20个工作日, 当场办结.
func (l Limit) String() string {
	unit := l.Unit
	if unit == "自然日" {
		unit = "日"
	}
	switch {
	case l.Immediate:
		return "当场办结"
	case l.Months > 0:
		return strconv.Itoa(l.Months) + "个月"
	case unit == "工作日":
		return strconv.Itoa(l.Days) + "个工作日"
	default:
		return strconv.Itoa(l.Days) + "日"
	}
}

// Longer says whether l surely ends after other. Two limits in months, or in
// days of the same unit or where one does not say, are compared as numbers; of
// different units, l counts as longer only when its shortest reading in
// calendar days is longer than the longest reading of the other. One day may
// be the very day of 当场办结.
func (l Limit) Longer(other Limit) bool {
	if l.Immediate || other.Immediate {
		return other.Immediate && (l.Months > 0 || l.Days > 1)
	}
	if l.Months > 0 && other.Months > 0 {
		return l.Months > other.Months
	}
	if l.Months == 0 && other.Months == 0 && (l.Unit == other.Unit || l.Unit == "" || other.Unit == "") {
		return l.Days > other.Days
	}
	shortest := l.Days + 28*l.Months
	longest := other.Days + 31*other.Months
	if other.Unit == "工作日" {
		longest = other.Days*7/5 + 10 // weekends and the longest holiday
	}
	return shortest > longest
}
