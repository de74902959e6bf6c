package list

import (
	"strings"
	"unicode/utf8"

	"qingdan/internal/engine/sheet"
	"qingdan/internal/errs"
)

// maxName bounds the name of an item in characters: longer ones are whole
// paragraphs that slipped into the column.
const maxName = 500

// ReadItems reads somebody else's list: 名称, and where known 编码, 部门, 类别,
// 依据, 层级, under these or the other common headings. The first line that is
// wrong refuses it.
func ReadItems(b []byte, file string) ([]Item, error) {
	items, wrong, err := CheckItems(b, file)
	if err == nil && len(wrong) > 0 {
		err = errs.In(file, wrong[0])
	}
	if err != nil {
		return nil, errs.Wrap("read items", err)
	}
	return items, nil
}

// nameHeads are the headings under which lists of other places name an item.
func nameHeads() []string {
	return []string{"名称", "事项名称", "权力名称", "项目名称", "职权名称", "权责事项名称"}
}

// CheckItems reads somebody else's list as ReadItems does and gives every line
// that is wrong, each an Invalid error at its cell.
func CheckItems(b []byte, file string) ([]Item, []*errs.Error, error) {
	t, head, err := readTable(b, file)
	if err != nil {
		return nil, nil, err
	}
	if len(t.Rows) == 0 {
		return nil, nil, errs.Invalidf("表头下面没有事项").At(file).Fix("请确认文件完整")
	}
	items, wrong := make([]Item, 0, len(t.Rows)), []*errs.Error(nil)
	for _, r := range t.Rows {
		it := Item{Code: first(r, "编码", "事项编码", "基本编码", "权力编码"), Name: strings.Join(strings.Fields(r.Get(head)), " "),
			Department: first(r, "部门", "实施主体", "实施机关", "单位", "主管部门"), Category: first(r, "类别", "权力类别", "权力类型", "事项类型", "职权类别"),
			Basis: first(r, "依据", "设定依据", "实施依据", "法律依据", "职权依据"), Level: first(r, "层级", "行使层级", "实施层级")}
		cell := r.Cell(head)
		switch {
		case it.Name == "":
			wrong = append(wrong, errs.Invalidf("没有填写名称").At(cell).Fix("请补上名称，或者删去这一行"))
		case utf8.RuneCountInString(it.Name) > maxName:
			wrong = append(wrong, errs.Invalidf("名称超过 %d 字", maxName).At(cell).Fix("请确认这一列填的是事项名称"))
		}
		items = append(items, it)
	}
	return items, wrong, nil
}

// readTable finds the heading of the names.
func readTable(b []byte, file string) (*sheet.Table, string, error) {
	var first error
	for _, head := range nameHeads() {
		t, err := sheet.Read(b, file, head)
		if err == nil {
			return t, head, nil
		}
		if first == nil {
			first = err
		}
		if errs.KindOf(err) != errs.Invalid {
			break
		}
	}
	return nil, "", first
}

// first gives the text under the first of some headings that has any.
func first(r sheet.Row, heads ...string) string {
	for _, h := range heads {
		if s := r.Get(h); s != "" {
			return s
		}
	}
	return ""
}
