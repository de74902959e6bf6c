package demo

import (
	"strings"

	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
)

// mainOffice is the department of the accounts that one signs in to.
const mainOffice = "市水利局"

// story is what happens at one department in the clearing.
type story struct {
	office     string // short name
	group      int    // the audit group that reviews it
	late       bool   // its first day to hand up is over
	edits      []edit // one power each
	drafts     []edit // powers that are being written
	unfinished inventory.Wording
	plays      scene
}

// scene is how far a department gets after filling in.
type scene int

const (
	stays     scene = iota // still filling in
	handsUp                // handed up, not received yet
	underWay               // received, opinions drafted
	handsDown              // opinions handed down, some answered
	quarrels               // a dispute after three rounds
)

// clerk is the login of whoever fills in.
func (s story) clerk() string {
	if s.office == mainOffice {
		return clerkLogin
	}
	return "shili-" + shiliNo(s.office)
}

// head is the login of whoever signs.
func (s story) head() string {
	if s.office == mainOffice {
		return headLogin
	}
	return s.clerk()
}

// shiliNo tells the accounts of the other departments apart.
func shiliNo(office string) string {
	for i, s := range stories() {
		if s.office == office {
			return string(rune('a' + i))
		}
	}
	return "x"
}

// stories lists the departments of the clearing.
func stories() []story {
	return []story{
		{office: mainOffice, group: 1, plays: handsDown, edits: []edit{shorter("10个工作日"), split(), sampled(), online()},
			drafts: []edit{explained()}},
		{office: "市林业局", group: 2, plays: stays, edits: []edit{shorter("12个工作日"), nameless()}, drafts: []edit{split(), sampled()},
			unfinished: inventory.Wording{Name: "林木种苗生产经营信用分级监督检查", Category: power.CategorySupervision, SchemeCategory: string(power.CategorySupervision),
				Level: "市级", Initiative: power.ExOfficio}},
		{office: "市农业局", group: 1, plays: handsUp, edits: []edit{overlong(), astray(), split(), nameless()}},
		{office: "市环保局", group: 1, plays: quarrels, edits: []edit{online(), split()}},
		{office: "市规划局", group: 1, plays: underWay, edits: []edit{shorter("15个工作日"), astray(), sampled()}},
		{office: "市粮食局", group: 3, late: true, plays: stays, edits: []edit{explained()}},
	}
}

// edit is what a department changes of a power, and why.
type edit struct {
	why   string
	apply func(w *inventory.Wording)
}

// more adds a line to a text.
func more(to *string, line string) { *to = strings.TrimSpace(*to + "\n" + line) }

// put writes a field as the form does.
func put(w *inventory.Wording, key, text string) {
	if f, ok := inventory.FieldOf(key); ok {
		f.Set(w, text)
	}
}

func shorter(limit string) edit {
	return edit{"压缩承诺时限", func(w *inventory.Wording) {
		put(w, "promised", limit)
		more(&w.Elements.Remark, "承诺时限由部门自查压缩。")
	}}
}

func split() edit {
	return edit{"写清市县两级分工", func(w *inventory.Wording) {
		more(&w.Elements.Content, "行使范围：市级负责跨县（市、区）和市直管单位的事项，其余由县（市、区）主管部门行使。")
	}}
}

func sampled() edit {
	return edit{"补充随机抽查的责任", func(w *inventory.Wording) {
		more(&w.Elements.Duty, "随机抽查责任：每年制定抽查计划，随机抽取检查对象，随机选派检查人员，结果在二十个工作日内公开。")
	}}
}

func online() edit {
	return edit{"增加网上办理渠道", func(w *inventory.Wording) {
		put(w, "channels", "窗口、网上、移动")
		more(&w.Elements.Remark, "可以全程网上办理，纸质材料邮寄送达。")
	}}
}

func explained() edit {
	return edit{"细化追责情形", func(w *inventory.Wording) {
		more(&w.Elements.Accountability, "没有在规定期限内公开结果，或者公开的内容不真实的。")
	}}
}

// overlong promises more than the law allows.
func overlong() edit {
	return edit{"按实际办理情况填写时限", func(w *inventory.Wording) { put(w, "promised", "180日") }}
}

// astray cites an article that the law does not have.
func astray() edit {
	return edit{"更新设定依据", func(w *inventory.Wording) {
		if cited := power.ParseBasis(w.Elements.Basis); len(cited) > 0 {
			w.Elements.Basis = "《" + cited[0].Ref.Law + "》第九百零一条"
		}
	}}
}

// nameless leaves out whom it concerns and where to ask.
func nameless() edit {
	return edit{"机构调整，重新核对联系方式", func(w *inventory.Wording) {
		put(w, "object", "")
		put(w, "phone", "")
		more(&w.Elements.Remark, "机构调整后联系方式尚未确定。")
	}}
}

// remark is an opinion of an audit group.
type remark struct{ field, cause, text string }

// remarks are the opinions on the powers of the main office, in the order of its
// edits.
func remarks() []remark {
	return []remark{
		{"promised", "slow", "承诺时限仍比周边城市同类事项长，请对照办理环节核实，能压缩的再压缩。"},
		{"content", "vague", "“市直管单位”是哪些单位没有写明，请列出范围，并注明市县分工的依据。"},
		{"duty", "duty", "责任事项写到抽查为止，缺少送达和事后监管两个环节的责任，请补齐。"},
		{"materials", "materials", "网上办理后仍要求提交纸质材料，请逐份说明依据；没有依据的删去。"},
	}
}

// quarrel is a dispute: what the group says, and why the department refuses, by
// rounds; the last word of the group is before the leading group.
func quarrel() (opinion remark, maintained, refused []string) {
	return remark{"power", "devolve", "该事项面向基层、数量较大，法规授权县级以上主管部门行使，建议下放县（市、区）就近办理。"},
		[]string{
			"监测力量不足可以由市级提供技术支持解决，不是不下放的理由，坚持原意见。",
			"跨县的可以保留市级管辖，其余的下放，两者并不矛盾，坚持原意见。",
			"建议明确：跨县（市、区）的由市级管辖，其余由县级管辖。双方不能一致，请领导小组裁定。",
		},
		[]string{
			"该事项跨县影响明显，县级监测力量不足，由市级行使更有利于统一标准。",
			"近两年三分之一以上的事项跨县，拆给各县办理会造成同样情形不同处理。",
			"是否跨县往往要到现场查清以后才能确定，事先划分难以操作。",
		}
}
