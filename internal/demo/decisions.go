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
			r.reason, "聊城市人民政府", d.Decided,
		})
	}
	f := file{Path: "decisions.xlsx", Role: "decisions"}
	return f, writeSheet(filepath.Join(dir, f.Path), "处置意见", lines)
}
