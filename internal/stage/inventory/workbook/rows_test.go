package workbook

import (
	"fmt"
	"strings"
	"testing"
)

// csvBook reads rows written with | between the cells.
func csvBook(t *testing.T, o Options, lines ...string) *Result {
	t.Helper()
	return read(t, []byte(strings.ReplaceAll(strings.Join(lines, "\n"), "|", ",")+"\n"), o)
}

// names lists row, main item, name and category of each item.
func names(r *Result) string {
	var out []string
	for _, it := range r.Items {
		out = append(out, fmt.Sprintf("%d %s/%s %s", it.Row, it.MainItem, it.Name, it.Category))
	}
	return strings.Join(out, "; ")
}

func TestRowsAroundTheItems(t *testing.T) {
	r := csvBook(t, Options{},
		"甲市演示局权力清单|||",
		"填报单位（盖章）：甲市演示局|||填报日期：2014年9月16日",
		"（本表一式两份）|||",
		"序 号|职权名称|职权类别|实施依据（写明条款）",
		"1|甲许可|行政许可|《甲》",
		"2|乙处罚|行政处罚|《乙》",
		"序号|职权名称|职权类别|实施依据",
		"小计|2项||",
		"3|丙奖励|行政奖励|《丙》",
		"合计|共4项||",
		"注：1.未注明的按工作日计算。|||",
		"    2.其他说明。|||",
		"填表人：某某    审核人：某某|||",
	)
	if got := names(r); got != "5 /甲许可 行政审批; 6 /乙处罚 行政处罚; 9 /丙奖励 行政奖励" {
		t.Error(got)
	}
	if s := r.Sheets[0]; s.Department != "甲市演示局" || s.Date != "2014-09-16" || r.Items[0].Department != "甲市演示局" {
		t.Errorf("%+v", s)
	}
	mustHave(t, r, "B10", TotalMismatch)
	if has(r, "B8", TotalMismatch) || len(r.Problems) != 1 {
		t.Errorf("%+v", r.Problems)
	}
}

func TestHeaderOfTwoRowsInCSV(t *testing.T) {
	r := csvBook(t, Options{Department: "甲局"},
		"序号|权力名称|类别|设定依据|办理时限||责任事项|",
		"||||法定时限(工作日)|承诺时限|内容|依据",
		"1|甲许可|行政审批|《甲》|20|3个工作日|受理|《乙》",
	)
	if len(r.Items) != 1 {
		t.Fatalf("%+v", r)
	}
	it := r.Items[0]
	if it.Statutory == nil || it.Statutory.Unit != WorkingDays || it.Promised == nil || it.Promised.Days != 3 || it.Duty != "受理" || it.DutyBasis != "《乙》" || it.Department != "甲局" {
		t.Errorf("%+v", it)
	}
}

func TestSubItems(t *testing.T) {
	r := csvBook(t, Options{Department: "甲局"},
		"序号|主项名称|子项名称|权力类别|设定依据|承办机构",
		"1|甲许可|甲设立|行政许可|《甲》|一科",
		"||甲变更|行政许可||",
		"2|乙处罚|——|行政处罚|《乙》|二科",
		"|丙奖励|无|行政奖励|《丙》|",
		"||丁确认|行政确认|《丁》|三科", // numbered by nobody, yet a row of its own
	)
	if got := names(r); got != "2 甲许可/甲设立 行政审批; 3 甲许可/甲变更 行政审批; 4 /乙处罚 行政处罚; 5 /丙奖励 行政奖励; 6 /丁确认 行政确认" {
		t.Error(got)
	}
	if it := r.Items[1]; it.Basis != "《甲》" || it.Office != "一科" {
		t.Errorf("a sub-item takes what it leaves blank from its main item: %+v", it)
	}
	if it := r.Items[3]; it.Office != "" {
		t.Errorf("an item takes nothing from the one above: %+v", it)
	}
}

func TestNumberedSubItems(t *testing.T) {
	r := csvBook(t, Options{Department: "甲局"},
		"序号|事项名称|权力类别|设定依据",
		"1|对违反甲条例的处罚|行政处罚|《甲》",
		"1.1|（1）对某行为的处罚||《甲》第一条",
		"|(二)对另一行为的处罚||",
		"2|（三）类证书核发|行政许可|《乙》",
	)
	want := "2 /对违反甲条例的处罚 行政处罚; 3 对违反甲条例的处罚/对某行为的处罚 行政处罚; 4 对违反甲条例的处罚/对另一行为的处罚 行政处罚; 5 /（三）类证书核发 行政审批"
	if got := names(r); got != want {
		t.Error(got)
	}
}

func TestSectionsWithinASheet(t *testing.T) {
	r := csvBook(t, Options{Department: "甲局"},
		"序号|事项名称|设定依据",
		"一、行政许可（1项）||",
		"1|甲|《甲》",
		"二、行政处罚||",
		"1|乙|《乙》",
	)
	if got := names(r); got != "3 /甲 行政审批; 5 /乙 行政处罚" {
		t.Error(got)
	}
}

func TestMergedCellsBelongToEachRow(t *testing.T) {
	rows := [][]string{
		{"序号", "权力类别", "事项名称", "设定依据", "实施主体"},
		{"1", "行政审批", "甲", "《甲》", "子局"},
		{"2", "", "乙", "《乙》"},
		{"3", "行政处罚", "丙", "《丙》"},
	}
	r := read(t, book(t, bookSheet{"表", "", sheetXML(rows, `<mergeCells><mergeCell ref="B2:B3"/><mergeCell ref="E2:E4"/></mergeCells>`)}), Options{})
	if got := names(r); got != "2 /甲 行政审批; 3 /乙 行政审批; 4 /丙 行政处罚" || len(r.Problems) > 0 {
		t.Error(got, r.Problems)
	}
	if r.Items[2].Department != "子局" {
		t.Errorf("%+v", r.Items[2])
	}
	r = read(t, book(t, bookSheet{"表", "", sheetXML(rows, "")}), Options{})
	mustHave(t, r, "B3", MissingCategory)
	mustHave(t, r, "E3", MissingDepartment)
}

func TestHiddenSheetsAndRows(t *testing.T) {
	xml := strings.Replace(sheetXML(plainBook(), ""), `<row r="3">`, `<row r="3" hidden="1">`, 1)
	r := read(t, book(t, bookSheet{"新", "", xml}, bookSheet{"旧稿", "hidden", sheetXML(plainBook(), "")}, bookSheet{"码", "veryHidden", sheetXML([][]string{{"01", "行政审批"}}, "")}), Options{})
	if len(r.Items) != 2 || !r.Items[1].Hidden || r.Items[0].Hidden {
		t.Fatalf("%+v", r.Items)
	}
	mustHave(t, r, "A3", HiddenRow)
	mustHave(t, r, "", HiddenSheet)
	if len(r.Problems) != 2 || r.Sheets[1].Used || r.Sheets[2].State != veryHidden {
		t.Errorf("%+v", r)
	}
}

func TestCategoryBySheetName(t *testing.T) {
	rows := [][]string{{"序号", "事项名称", "设定依据", "类型"}, {"1", "甲", "《甲》"}, {"2", "乙", "《乙》", "行政奖励"}}
	r := read(t, book(t, bookSheet{"行政处罚", "", sheetXML(rows, "")}), Options{Department: "甲局"})
	if r.Items[0].Category != "行政处罚" || r.Items[0].CategoryRaw != "" {
		t.Errorf("%+v", r.Items[0])
	}
	mustHave(t, r, "D3", CategoryConflict)
}

func TestNoItemsInWords(t *testing.T) {
	r := csvBook(t, Options{}, "编号|事项名称|设定依据", "本单位无此类事项||")
	if !r.Readable || len(r.Items) > 0 {
		t.Errorf("%+v", r)
	}
}

func TestSharedAndStruckText(t *testing.T) {
	rows := plainBook()
	rows[1][3] = `< t="s"><v>0</v>`
	parts := append(bookParts(bookSheet{"表", "", sheetXML(rows, "")}), [2]string{"xl/sharedStrings.xml",
		`<sst><si><r><t>甲_x000D_&#10;许可</t></r><r><rPr><strike/></rPr><t>（停）</t></r><rPh sb="0" eb="1"><t>jia</t></rPh></si></sst>`})
	r := read(t, zipParts(t, parts), Options{})
	if r.Items[0].Name != "甲许可（停）" {
		t.Errorf("%q", r.Items[0].Name)
	}
	mustHave(t, r, "D2", StrikeText)
}

// Inherited and merged cells are reported once, where they stand.
func TestOneProblemPerCell(t *testing.T) {
	rows := [][]string{{"序号", "权力类别", "事项名称", "设定依据", "实施主体"}, {"1", "许可类", "甲", "《甲》", "甲局"}, {"2", "", "乙", "《乙》", "甲局"}}
	r := read(t, book(t, bookSheet{"表", "", sheetXML(rows, `<mergeCells><mergeCell ref="B2:B3"/></mergeCells>`)}), Options{KnownDepartment: func(string) bool { return false }})
	if len(r.Problems) != 2 {
		t.Errorf("%+v", r.Problems)
	}
	mustHave(t, r, "B2", UnknownCategory)
	mustHave(t, r, "E2", UnknownDepartment)
}
