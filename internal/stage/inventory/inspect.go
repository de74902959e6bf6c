package inventory

import (
	"fmt"
	"strings"

	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/power"
)

// Lawful asks whether the power may be exercised at all: a basis that holds
// and may create it, no fee without basis (行政许可法第五十八条).
//
// rule:六查看/1 合法：有现行有效且有权设定的依据，收费有依据
func Lawful(_ *Desk, v power.Version, b Basis) []finding.Finding {
	var out []finding.Finding
	if b.Usable == 0 {
		out = append(out, finding.Finding{Rule: "六查看/1", Severity: finding.Blocks, Message: "没有一条依据在审核日有效", Evidence: fmt.Sprintf("共引用 %d 条", len(v.Citations))})
	} else if !b.Setting {
		out = append(out, finding.Finding{Rule: "六查看/1", Severity: finding.Blocks, Message: "有效的依据都无权设定这类权力", Evidence: fmt.Sprintf("有效依据 %d 条", b.Usable)})
	}
	if v.Elements.Fee != nil && *v.Elements.Fee && v.Elements.FeeBasis == "" {
		out = append(out, finding.Finding{Rule: "六查看/1", Severity: finding.Blocks, Message: "收费没有写明依据（行政许可法第五十八条）", Evidence: v.Elements.FeeText})
	}
	return out
}

// TimelyNeeded gives a person the facts for judging whether the power is still
// timely and needed (合时合需). It never concludes.
//
// rule:六查看/2 合时合需：只列事实，由人判断
func TimelyNeeded(d *Desk, v power.Version, b Basis) []finding.Finding {
	oldest := ""
	for _, l := range b.Links {
		if e, ok := d.Library.Edition(l.Edition); ok && e.Made != "" && (oldest == "" || e.Made < oldest) {
			oldest = e.Made
		}
	}
	if oldest == "" || yearsBetween(oldest, d.Day) < 15 {
		return nil
	}
	return []finding.Finding{{Rule: "六查看/2", Severity: finding.Tells, Message: fmt.Sprintf("最早的依据公布已满 %d 年，请判断是否仍然需要", yearsBetween(oldest, d.Day)), Evidence: "公布日期 " + oldest}}
}

func yearsBetween(from, to string) int {
	if len(from) < 10 || len(to) < 10 {
		return 0
	}
	var a, b int
	if _, err := fmt.Sscanf(from[:4], "%d", &a); err != nil {
		return 0
	}
	if _, err := fmt.Sscanf(to[:4], "%d", &b); err != nil {
		return 0
	}
	if to[5:] < from[5:] {
		b--
	}
	return b - a
}

// Content asks whether the content is stated (内涵外延): what is done, to whom,
// under which conditions.
//
// rule:六查看/3 内容：名称具体，行使内容、对象、条件写明
func Content(_ *Desk, v power.Version) []finding.Finding {
	var out []finding.Finding
	if n := len([]rune(v.Name)); n < 4 || strings.HasSuffix(v.Name, "等") || strings.Contains(v.Name, "其他有关") {
		out = append(out, finding.Finding{Rule: "六查看/3", Severity: finding.Asks, Message: "事项名称太笼统，看不出管什么", Evidence: v.Name})
	}
	if missing := Completeness(v); len(missing) > 0 {
		out = append(out, finding.Finding{Rule: "六查看/3", Severity: finding.Asks, Message: "内涵外延不完整：" + strings.Join(missing, "、"), Evidence: "两摸清"})
	}
	return out
}

// Procedure asks whether steps and result are stated, and for what is applied
// for also the materials, all of them (行政许可法第三十条).
//
// rule:六查看/4 程序与结果：环节、材料、结果写明，不设兜底材料
func Procedure(_ *Desk, v power.Version) []finding.Finding {
	var lacks []string
	for _, e := range power.RequiredElements() {
		switch e.Name {
		case "办理环节", "审批结果", "申请材料":
			if e.NeedOf(v) == power.Mandatory && strings.TrimSpace(e.Field(v)) == "" {
				lacks = append(lacks, e.Name)
			}
		}
	}
	var out []finding.Finding
	if len(lacks) > 0 {
		out = append(out, finding.Finding{Rule: "六查看/4", Severity: finding.Asks, Message: "没有写明" + strings.Join(lacks, "、"), Evidence: "事项要素必填表"})
	}
	if power.OpenMaterials(v.Elements.Materials) {
		out = append(out, finding.Finding{Rule: "六查看/4", Severity: finding.Blocks, Message: "申请材料有兜底条款，申请人无法知道要交什么", Evidence: clip(v.Elements.Materials)})
	}
	return out
}

// Efficiency asks for limits where somebody waits, and that the promise is no
// longer than the statute (行政许可法第四十二条). The body's limits on an
// application are working days (第八十二条), so the unit must be said.
//
// rule:六查看/5 效率：时限写明，承诺时限不长于法定时限
func Efficiency(_ *Desk, v power.Version) []finding.Finding {
	e := v.Elements
	var out []finding.Finding
	if e.Statutory != nil && e.Promised != nil && e.Promised.Longer(*e.Statutory) {
		out = append(out, finding.Finding{Rule: "六查看/5", Severity: finding.Blocks, Message: "承诺时限长于法定时限", Evidence: "法定 " + e.Statutory.String() + "，承诺 " + e.Promised.String()})
	}
	if v.Initiative == power.OnApplication && e.Statutory == nil && e.Promised == nil {
		out = append(out, finding.Finding{Rule: "六查看/5", Severity: finding.Asks, Message: "依申请办理，却没有法定时限和承诺时限", Evidence: clip(e.StatutoryText + e.PromisedText)})
	}
	for _, l := range []*power.Limit{e.Statutory, e.Promised} {
		if v.Initiative == power.OnApplication && l != nil && l.Days > 0 && l.Unit == "" {
			out = append(out, finding.Finding{Rule: "六查看/5", Severity: finding.Asks, Message: "时限没有写明是工作日还是自然日", Evidence: l.String()})
			break
		}
	}
	return out
}

// Responsibility asks who exercises the power and who answers for it.
//
// rule:六查看/6 行使与责任：承办机构、责任事项、追责情形、监督电话写明
func Responsibility(_ *Desk, v power.Version) []finding.Finding {
	var lacks []string
	for _, f := range []struct{ name, value string }{
		{"承办机构", v.Elements.Office}, {"责任事项", v.Elements.Duty}, {"追责情形", v.Elements.Accountability}, {"监督电话", v.Elements.Complaint},
	} {
		if strings.TrimSpace(f.value) == "" {
			lacks = append(lacks, f.name)
		}
	}
	if len(lacks) == 0 {
		return nil
	}
	return []finding.Finding{{Rule: "六查看/6", Severity: finding.Asks, Message: "没有写明" + strings.Join(lacks, "、"), Evidence: "责任清单"}}
}

// RequiredRule is the rule under which Unpublishable reports.
const RequiredRule = "公布/必填要素"

// Unpublishable says ahead of publication what would hold the power back, one
// finding for each missing element, so that they can be counted by element.
func Unpublishable(v power.Version) []finding.Finding {
	var out []finding.Finding
	for _, m := range power.Missing(v) {
		out = append(out, finding.Finding{Rule: RequiredRule, Severity: finding.Asks, Message: m, Evidence: "事项要素必填表"})
	}
	return out
}
