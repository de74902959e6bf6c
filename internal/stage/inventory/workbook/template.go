package workbook

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"qingdan/internal/errs"
)

// headerNote is a column of the template with what is said of it.
type headerNote struct {
	name, need, how, example string
	width                    float64
}

func headerNotes() []headerNote {
	return []headerNote{
		{"序号", "选填", "每项一个，从1起", "1", 6},
		{"权力类别", "必填", "从下拉框中选", "行政审批", 12},
		{"事项编码", "选填", "按文本填写，不得重复；没有编码的留空", "371500000101001", 20},
		{"主项名称", "有子项时填", "本行是子项的，填主项的名称；没有子项的留空", "", 24},
		{"事项名称", "必填", "与法律、法规、规章的用语一致", "某某许可证核发", 36},
		{"实施主体", "必填", "单位全称", "某某市某某局", 20},
		{"承办机构", "选填", "具体承办的科室", "行政审批科", 16},
		{"行使层级", "选填", "省级、市级、县级、乡镇", "市级", 10},
		{"设定依据", "必填", "法律、法规、规章的名称和条、款、项，后附条文", "《某某法》第十条第一款：……", 48},
		{"行使内容", "选填", "本级行使的内容；处罚事项填违法行为", "", 30},
		{"服务对象", "选填", "自然人、企业法人等", "自然人、企业法人", 16},
		{"受理条件", "依申请的填", "逐条写明，每条有依据", "", 30},
		{"申请材料", "依申请的填", "逐份写明，不写“其他材料”", "", 30},
		{"法定时限", "选填", "写明工作日还是自然日；说明放在括号里", "20个工作日（不含听证时间）", 16},
		{"承诺时限", "选填", "不长于法定时限；当场办的写“当场办结”", "5个工作日", 14},
		{"办件类型", "选填", "即办件、承诺件或其他", "承诺件", 12},
		{"办理环节", "选填", "按先后写", "受理、审查、决定、送达", 20},
		{"办理渠道", "选填", "窗口、网上、移动、快递", "窗口、网上", 14},
		{"到现场次数", "选填", "数字", "1", 10},
		{"审批结果", "选填", "证照、批文的名称；处罚事项的种类和裁量写在备注", "某某许可证", 16},
		{"是否收费", "必填", "是或否", "否", 10},
		{"收费依据", "收费的填", "文件名称和文号", "", 24},
		{"办理地点", "选填", "", "", 20},
		{"办理时间", "选填", "", "工作日 9:00-17:00", 18},
		{"咨询电话", "选填", "", "", 14},
		{"监督电话", "选填", "", "", 14},
		{"责任事项", "必填", "按环节分条写", "1.受理责任：……", 36},
		{"追责情形", "必填", "分条写", "1.……", 36},
		{"依申请或依职权", "其他权力必填", "从下拉框中选", "依申请", 14},
		{"备注", "选填", "", "", 20},
	}
}

// Headers gives the thirty columns of the standard template in their order.
// Read knows each of them.
func Headers() []string {
	var out []string
	for _, h := range headerNotes() {
		out = append(out, h.name)
	}
	return out
}

const (
	templateSheet = "权力清单"
	notesSheet    = "填表说明"
	templateRows  = 10_000 // rows that have drop-downs
)

// Template gives the workbook to download: the columns of Headers with
// drop-downs, codes and telephones as text, and a sheet that explains them.
func Template() ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	if err := writeTemplate(f); err != nil {
		return nil, errs.Wrap("workbook.Template", err)
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		return nil, errs.Wrap("workbook.Template", err)
	}
	return buf.Bytes(), nil
}

func writeTemplate(f *excelize.File) error {
	if err := f.SetSheetName(f.GetSheetName(0), templateSheet); err != nil {
		return err
	}
	border := []excelize.Border{{Type: "left", Color: "999999", Style: 1}, {Type: "right", Color: "999999", Style: 1}, {Type: "top", Color: "999999", Style: 1}, {Type: "bottom", Color: "999999", Style: 1}}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Border: border,
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDEBF7"}},
		Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}})
	if err != nil {
		return err
	}
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		return err
	}
	for i, h := range headerNotes() {
		col := columnName(i + 1)
		if err := f.SetColWidth(templateSheet, col, col, h.width); err != nil {
			return err
		}
		if err := f.SetColStyle(templateSheet, col, text); err != nil {
			return err
		}
		if err := f.SetCellStr(templateSheet, col+"1", h.name); err != nil {
			return err
		}
		if err := dropDown(f, h.name, col); err != nil {
			return err
		}
	}
	if err := f.SetCellStyle(templateSheet, "A1", cellName(len(headerNotes()), 1), bold); err != nil {
		return err
	}
	if err := f.SetPanes(templateSheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return writeNotes(f, bold)
}

func dropDown(f *excelize.File, name, col string) error {
	var choices []string
	switch name {
	case "权力类别":
		choices = Categories()
	case "是否收费":
		choices = []string{"是", "否"}
	case "依申请或依职权":
		choices = []string{"依申请", "依职权"}
	case "办件类型":
		choices = []string{"即办件", "承诺件", "其他"}
	default:
		return nil
	}
	dv := excelize.NewDataValidation(true)
	dv.SetSqref(fmt.Sprintf("%s2:%s%d", col, col, templateRows))
	if err := dv.SetDropList(choices); err != nil {
		return err
	}
	dv.SetError(excelize.DataValidationErrorStyleStop, name, "请从下拉框中选")
	return f.AddDataValidation(templateSheet, dv)
}

func writeNotes(f *excelize.File, bold int) error {
	if _, err := f.NewSheet(notesSheet); err != nil {
		return err
	}
	rows := [][]string{{"列名", "要求", "怎么填", "例"}}
	for _, h := range headerNotes() {
		rows = append(rows, []string{h.name, h.need, h.how, h.example})
	}
	rows = append(rows, nil, []string{"一行一项；不要合并单元格，不要改列名，可以增加列；一个文件可以有几张工作表。"},
		[]string{"编码、电话按文本填写，以免前面的零丢失；不要用公式。"})
	for i, r := range rows {
		for k, v := range r {
			if err := f.SetCellStr(notesSheet, cellName(k+1, i+1), v); err != nil {
				return err
			}
		}
	}
	for col, w := range map[string]float64{"A": 18, "B": 16, "C": 50, "D": 36} {
		if err := f.SetColWidth(notesSheet, col, col, w); err != nil {
			return err
		}
	}
	return f.SetCellStyle(notesSheet, "A1", "D1", bold)
}
