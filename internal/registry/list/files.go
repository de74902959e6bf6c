package list

import (
	"qingdan/internal/engine/sheet"
	"qingdan/internal/errs"
)

// ReadItems reads somebody else's list: 名称, and where known 编码, 部门, 类别, 依据.
func ReadItems(b []byte, file string) ([]Item, error) {
	t, err := sheet.Read(b, file, "名称")
	if err != nil {
		return nil, errs.Wrap("read items", err)
	}
	out := make([]Item, 0, len(t.Rows))
	for _, r := range t.Rows {
		it := Item{Code: r.Get("编码"), Name: r.Get("名称"), Department: r.Get("部门"), Category: r.Get("类别"), Basis: r.Get("依据")}
		if it.Name == "" {
			return nil, errs.Invalidf("没有填写名称").At(file + " " + r.Cell("名称"))
		}
		out = append(out, it)
	}
	return out, nil
}
