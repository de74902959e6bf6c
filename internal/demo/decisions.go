package demo

import (
	"fmt"
	"path/filepath"

	"qingdan/internal/registry/power"
)

// decisions writes the audit's decision on every reported or added power, and
// one row more for every part split off.
func (c *city) decisions(dir string, d days) (file, error) {
	lines := [][]string{{
		"序号", "事项编码", "事项名称", "实施主体", "处置意见", "理由类型", "去向类型", "去向", "并入事项编码", "新事项编码", "新事项名称", "说明", "决定机关", "决定日期",
		"法律形式", "承接资质", "后续监管",
	}}
	for _, r := range c.rows {
		code, name, newCode, newName, into := r.code, r.name, "", "", ""
		if r.origin == power.Split {
			code, name, newCode, newName = r.parent.code, r.parent.name, r.code, r.name
		}
		if r.into != nil {
			into = r.into.code
		}
		lines = append(lines, []string{
			fmt.Sprint(len(lines)), code, name, c.units[r.unit-1].name, string(r.fate), r.ground, r.targetKind, r.target, into, newCode, newName,
			r.reason, "聊城市人民政府", d.Decided, r.legalForm(), r.receiver(), r.followup(c.units[r.unit-1]),
		})
	}
	f := file{Path: "decisions.xlsx", Role: "decisions"}
	return f, writeSheet(filepath.Join(dir, f.Path), "处置意见", lines)
}

// legalForm is by what a power goes down: of these the law itself names county
// bodies.
func (r *row) legalForm() string {
	if r.fate == fateHandDown {
		return "法律规定"
	}
	return ""
}

// receiver is what qualifies the body that takes a power over.
func (r *row) receiver() string {
	if r.fate == fateTransfer {
		return r.target + "为在聊城市民政局登记的社会团体法人，章程载明行业自律和从业人员评价职责。"
	}
	return ""
}

// followup says who watches what was cut, and how.
func (r *row) followup(u unit) string {
	switch {
	case r.fate == fateCancel && r.ground == groundReform:
		return "取消后由" + u.name + "以随机抽查和年度报告公示加强事中事后监管，抽查结果向社会公开。"
	case r.fate == fateCancel:
		return "自公布之日起停止实施；法制机构每年抽查，发现" + u.name + "变相实施的，责令改正并追究责任。"
	case r.fate == fateHandDown:
		return u.name + "制定办理规范并组织培训，移交满六个月后检查行使情况。"
	case r.fate == fateTransfer:
		return u.name + "指导监督，不得强制入会、强制收费；承接一年后评估。"
	default:
		return ""
	}
}
