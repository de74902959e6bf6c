package inventory

import (
	"slices"
	"strings"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory/workbook"
)

// FieldKind says how a field is asked for.
type FieldKind int

// The kinds of fields. The choices of a Choice are all that it may hold, those of
// a Text are suggestions; a YesNo holds 是, 否 or nothing; a Limit is text that
// must be understood as a time limit.
const (
	Text FieldKind = iota
	Area
	Choice
	YesNo
	LimitText
)

// Section is a part of the form.
type Section string

// The sections, in the order of the form.
const (
	Identity Section = "基本情况"
	Grounds  Section = "依据和内涵"
	Handling Section = "办理"
	Charges  Section = "收费"
	Contact  Section = "地点和联系"
	Duties   Section = "责任和追责"
)

// Field is one element as a form, a comparison or an opinion speaks of it. Keys
// are the JSON names of power.Elements, and name, category, main_item, level,
// initiative; the same that round.Fields has.
type Field struct {
	Key     string
	Label   string
	Help    string // how to fill it in; "" where the label says it
	Section Section
	Kind    FieldKind
	Choices []string
	Max     int // longest text, in characters

	at    func(*Wording) *string // of fields that are plain text
	read  func(Wording) string   // of the others
	write func(*Wording, string)
}

// Get gives the text of the field.
func (f Field) Get(w Wording) string {
	if f.at != nil {
		return *f.at(&w)
	}
	return f.read(w)
}

// OfVersion gives the text of the field in a version.
func (f Field) OfVersion(v power.Version) string { return f.Get(WordingOf(v)) }

// Set writes what somebody typed, without control characters and blank ends. A
// text that the field has already changes nothing, so that a form sent back as it
// was shown is the same wording.
func (f Field) Set(w *Wording, typed string) {
	typed = clean(typed)
	switch {
	case typed == clean(f.Get(*w)):
	case f.at != nil:
		*f.at(w) = typed
	default:
		f.write(w, typed)
	}
}

// Options are the choices, and what the wording holds when that is none of them:
// a form must be able to show it.
func (f Field) Options(w Wording) []string {
	if now := f.Get(w); f.Kind == Choice && now != "" && !slices.Contains(f.Choices, now) {
		return append([]string{now}, f.Choices...)
	}
	return f.Choices
}

// Need says whether a wording must have the element: the table of required
// elements for its category (事项要素必填表). Name and category always.
func (f Field) Need(w Wording) power.Need {
	if f.Key == "name" || f.Key == "category" {
		return power.Mandatory
	}
	for _, e := range power.RequiredElements() {
		if e.Name == f.Label {
			return e.NeedOf(w.Version(sqldb.ID{}))
		}
	}
	return power.Conditional
}

// FieldOf finds a field by its key; false when the form has none.
func FieldOf(key string) (Field, bool) {
	for _, f := range Fields() {
		if f.Key == key {
			return f, true
		}
	}
	return Field{}, false
}

// Longest texts, in characters. What a workbook brings in can be edited again.
const (
	maxShort = 2_000
	maxLong  = 32_767 // what a cell of Excel takes
)

// Fields is the table of all elements in the order of the form.
func Fields() []Field {
	return slices.Concat(identityFields(), groundFields(), handlingFields(), contactFields(), dutyFields())
}

func short(s Section, key, label, help string, at func(*Wording) *string, suggestions ...string) Field {
	return Field{Key: key, Label: label, Help: help, Section: s, Kind: Text, Choices: suggestions, Max: maxShort, at: at}
}

func long(s Section, key, label, help string, at func(*Wording) *string) Field {
	return Field{Key: key, Label: label, Help: help, Section: s, Kind: Area, Max: maxLong, at: at}
}

func identityFields() []Field {
	return []Field{
		short(Identity, "name", "事项名称", "与法律、法规、规章的用语一致", func(w *Wording) *string { return &w.Name }),
		short(Identity, "main_item", "主项名称", "本事项是子项的，填主项的名称；没有子项的不填", func(w *Wording) *string { return &w.MainItem }),
		{Key: "category", Label: "权力类别", Section: Identity, Kind: Choice, Choices: categoryWords(), Max: maxShort, read: readCategory, write: writeCategory},
		{Key: "initiative", Label: "依申请或依职权", Help: "其他权力必须选，其他类别按类别自动填", Section: Identity, Kind: Choice,
			Choices: []string{string(power.OnApplication), string(power.ExOfficio)}, Max: maxShort,
			read:  func(w Wording) string { return string(w.Initiative) },
			write: func(w *Wording, s string) { w.Initiative = power.Initiative(s) }},
		short(Identity, "level", "行使层级", "本事项由哪一级行使", func(w *Wording) *string { return &w.Level }, "省级", "市级", "县级", "乡镇"),
		short(Identity, "base_code", "基本编码", "各级通用目录的编码，没有的不填", func(w *Wording) *string { return &w.Elements.BaseCode }),
		short(Identity, "source", "权力来源", "", func(w *Wording) *string { return &w.Elements.Source },
			"法定本级行使", "上级下放", "上级授权", "同级授权", "上级委托", "同级委托"),
		short(Identity, "office", "承办机构", "具体承办的科室", func(w *Wording) *string { return &w.Elements.Office }),
	}
}

func groundFields() []Field {
	return []Field{
		long(Grounds, "basis", "设定依据", "逐条写明法律、法规、规章的名称和条、款、项，后附条文", func(w *Wording) *string { return &w.Elements.Basis }),
		long(Grounds, "content", "行使内容", "写清本级行使的内容和边界；处罚事项写违法行为", func(w *Wording) *string { return &w.Elements.Content }),
		short(Grounds, "object", "服务对象", "自然人、企业法人等；依职权的写行政相对人", func(w *Wording) *string { return &w.Elements.Object }),
		long(Grounds, "conditions", "受理条件", "逐条写明，每条有依据", func(w *Wording) *string { return &w.Elements.Conditions }),
		long(Grounds, "materials", "申请材料", "一行一份，逐份写明，不写“其他材料”", func(w *Wording) *string { return &w.Elements.Materials }),
	}
}

func handlingFields() []Field {
	return []Field{
		limitField("statutory", "法定时限", "写明工作日还是自然日，如“20个工作日”；说明放在括号里",
			func(e *power.Elements) (*string, **power.Limit) { return &e.StatutoryText, &e.Statutory }),
		limitField("promised", "承诺时限", "不长于法定时限；当场办的写“当场办结”",
			func(e *power.Elements) (*string, **power.Limit) { return &e.PromisedText, &e.Promised }),
		short(Handling, "kind", "办件类型", "", func(w *Wording) *string { return &w.Elements.Kind }, "即办件", "承诺件", "其他"),
		long(Handling, "steps", "办理环节", "按先后写，一行一个环节", func(w *Wording) *string { return &w.Elements.Steps }),
		short(Handling, "channels", "办理渠道", "窗口、网上、移动、快递", func(w *Wording) *string { return &w.Elements.Channels }),
		short(Handling, "visits", "到现场次数", "填数字", func(w *Wording) *string { return &w.Elements.Visits }),
		short(Handling, "result", "审批结果", "证照、批文的名称", func(w *Wording) *string { return &w.Elements.Result }),
		{Key: "fee", Label: "是否收费", Section: Charges, Kind: YesNo, Choices: []string{"是", "否"}, Max: maxShort, read: readFee, write: writeFee},
		long(Charges, "fee_text", "收费说明", "收费项目和标准；不收费的不填", func(w *Wording) *string { return &w.Elements.FeeText }),
		long(Charges, "fee_basis", "收费依据", "文件名称和文号；收费的必须填", func(w *Wording) *string { return &w.Elements.FeeBasis }),
	}
}

func contactFields() []Field {
	return []Field{
		short(Contact, "place", "办理地点", "", func(w *Wording) *string { return &w.Elements.Place }),
		short(Contact, "hours", "办理时间", "", func(w *Wording) *string { return &w.Elements.Hours }),
		short(Contact, "phone", "咨询电话", "单位的电话，不写个人手机号", func(w *Wording) *string { return &w.Elements.Phone }),
		short(Contact, "complaint", "监督电话", "", func(w *Wording) *string { return &w.Elements.Complaint }),
	}
}

func dutyFields() []Field {
	return []Field{
		long(Duties, "duty", "责任事项", "按环节分条写，每条注明依据", func(w *Wording) *string { return &w.Elements.Duty }),
		long(Duties, "duty_basis", "责任事项依据", "", func(w *Wording) *string { return &w.Elements.DutyBasis }),
		long(Duties, "accountability", "追责情形", "分条写", func(w *Wording) *string { return &w.Elements.Accountability }),
		long(Duties, "fault_basis", "追责依据", "", func(w *Wording) *string { return &w.Elements.FaultBasis }),
		long(Duties, "remark", "备注", "", func(w *Wording) *string { return &w.Elements.Remark }),
	}
}

func categoryWords() []string {
	var out []string
	for _, c := range power.Categories() {
		out = append(out, string(c))
	}
	return out
}

func readCategory(w Wording) string { return string(w.Category) }

// writeCategory takes the way the category starts along, where it has one. The
// word that the department used before spoke of another category.
func writeCategory(w *Wording, s string) {
	w.Category, w.SchemeCategory = power.Category(s), s
	if i := w.Category.DefaultInitiative(); i != "" {
		w.Initiative = i
	}
}

// limitField is a field of a limit: the words, and the limit read from them.
func limitField(key, label, help string, at func(*power.Elements) (*string, **power.Limit)) Field {
	return Field{Key: key, Label: label, Help: help, Section: Handling, Kind: LimitText, Max: maxShort,
		read: func(w Wording) string {
			text, l := at(&w.Elements)
			if *text == "" && *l != nil {
				return (*l).String()
			}
			return *text
		},
		write: func(w *Wording, s string) {
			text, l := at(&w.Elements)
			read, _ := workbook.ReadLimit(s)
			*text, *l = s, limit(read)
		}}
}

func readFee(w Wording) string {
	switch fee := w.Elements.Fee; {
	case fee == nil:
		return ""
	case *fee:
		return "是"
	default:
		return "否"
	}
}

// writeFee drops an answer that stood in words beside the old one: they would
// contradict each other.
func writeFee(w *Wording, s string) {
	switch s {
	case "是", "否":
		yes := s == "是"
		w.Elements.Fee = &yes
	default:
		w.Elements.Fee = nil
	}
	if bareAnswer(w.Elements.FeeText) {
		w.Elements.FeeText = ""
	}
}

// bareAnswer says whether words on a fee say no more than yes or no.
func bareAnswer(s string) bool {
	switch strings.TrimSpace(s) {
	case "", "是", "否", "有", "无", "收费", "不收费":
		return true
	}
	return false
}
