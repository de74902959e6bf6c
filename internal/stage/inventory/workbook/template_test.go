package workbook

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

func TestHeadersAreThirtyKnownFields(t *testing.T) {
	seen := map[field]string{}
	for _, h := range Headers() {
		f := exactField(h)
		if f == noField || seen[f] != "" {
			t.Errorf("%s is field %d, as %q", h, f, seen[f])
		}
		seen[f] = h
	}
	if len(seen) != 30 {
		t.Errorf("%d headers", len(seen))
	}
}

// fill writes rows of the template below its header.
func fill(t *testing.T, rows ...map[string]any) []byte {
	t.Helper()
	b, err := Template()
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for r, row := range rows {
		for c, h := range Headers() {
			if row[h] == nil {
				continue
			}
			if err := f.SetCellValue(templateSheet, cellName(c+1, r+2), row[h]); err != nil {
				t.Fatal(err)
			}
		}
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestTemplateRoundTrip(t *testing.T) {
	all := map[string]any{}
	for _, h := range Headers() {
		all[h] = "值" + h
	}
	for h, v := range map[string]any{"序号": 1, "权力类别": "行政许可", "事项编码": "000123", "法定时限": "20个工作日(不含听证)", "承诺时限": "当场办结", "是否收费": "是"} {
		all[h] = v
	}
	small := map[string]any{"权力类别": "行政处罚", "事项名称": "对演示行为的处罚", "实施主体": "甲市演示局", "设定依据": "《演示条例》第二条", "法定时限": "90日", "是否收费": "否"}
	r := read(t, fill(t, all, small), Options{FileName: "t.xlsx"})
	if len(r.Problems) > 0 || len(r.Items) != 2 {
		t.Fatalf("%+v", r.Problems)
	}
	yes, no := true, false
	want := []Item{
		{
			Sheet: templateSheet, Row: 2, Name: "值事项名称", MainItem: "值主项名称", Category: "行政审批", CategoryRaw: "行政许可", Department: "值实施主体", Office: "值承办机构", Basis: "值设定依据",
			Statutory: &Limit{Days: 20, Unit: WorkingDays}, Promised: &Limit{Immediate: true}, StatutoryRaw: "20个工作日(不含听证)", PromisedRaw: "当场办结", Fee: &yes, FeeRaw: "是", FeeBasis: "值收费依据",
			Duty: "值责任事项", Accountability: "值追责情形", Code: "000123", Level: "值行使层级", Content: "值行使内容", Object: "值服务对象", Conditions: "值受理条件", Materials: "值申请材料", Kind: "值办件类型",
			Steps: "值办理环节", Channels: "值办理渠道", Visits: "值到现场次数", ResultName: "值审批结果", Place: "值办理地点", Hours: "值办理时间", Phone: "值咨询电话", Complaint: "值监督电话", Initiative: "值依申请或依职权", Remark: "值备注",
			NameCell: "E2", CodeCell: "C2",
		},
		{
			Sheet: templateSheet, Row: 3, Name: "对演示行为的处罚", Category: "行政处罚", CategoryRaw: "行政处罚", Department: "甲市演示局", Basis: "《演示条例》第二条",
			Statutory: &Limit{Days: 90, Unit: NaturalDays}, StatutoryRaw: "90日", Fee: &no, FeeRaw: "否",
			NameCell: "E3", CodeCell: "C3",
		},
	}
	if len(r.Items[0].Raw) != 30 {
		t.Errorf("%d raw cells", len(r.Items[0].Raw))
	}
	for i := range r.Items {
		r.Items[i].Raw = nil
	}
	if d := cmp.Diff(want, r.Items); d != "" {
		t.Error(d)
	}
}

func TestEmptyTemplateHasNoItems(t *testing.T) {
	r := read(t, fill(t), Options{})
	if !r.Readable || len(r.Items) > 0 || len(r.Problems) != 1 {
		t.Errorf("%+v", r)
	}
	for _, s := range r.Sheets {
		if s.Name == notesSheet && s.HeaderRows != nil {
			t.Error("the notes pass for a table")
		}
	}
}

// Marking a file changes nothing of what it says.
func TestCorrectedReadsTheSame(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t, "workbooks"), "0[1-7]-*.xls*"))
	if err != nil || len(files) != 7 {
		t.Fatal(files, err)
	}
	files = append(files, shared(t, "items/items_guangan.jsonl"))
	for _, file := range files {
		t.Run(filepath.Base(file)[:2], func(t *testing.T) {
			first := read(t, readFile(t, file), Options{})
			marked, err := Corrected(readFile(t, file), first)
			if err != nil {
				t.Fatal(err)
			}
			twice := read(t, marked, Options{})
			again, err := Corrected(marked, twice)
			if err != nil {
				t.Fatal(err)
			}
			thrice := read(t, again, Options{})
			if d := cmp.Diff(forms(t, first.Items, first.Format == "jsonl"), forms(t, twice.Items, false)); d != "" {
				t.Errorf("marked file reads otherwise: %.2000s", d)
			}
			if d := cmp.Diff(twice.Items, thrice.Items); d != "" {
				t.Errorf("twice marked: %.2000s", d)
			}
			if first.Format == "xlsx" {
				if d := cmp.Diff(first.Problems, twice.Problems); d != "" {
					t.Errorf("problems differ: %.2000s", d)
				}
			}
		})
	}
}

// forms gives the items as the dry run prints them.
func forms(t *testing.T, items []Item, shifted bool) []string {
	t.Helper()
	var out []string
	for _, it := range items {
		if shifted {
			it.Row++
		}
		b, err := json.Marshal(it)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(b))
	}
	return out
}

func TestCorrectedMarksCells(t *testing.T) {
	rows := plainBook()
	rows[1][1] = ""
	rows[2][4] = ""
	var filled []map[string]any
	for _, row := range rows[1:] {
		m := map[string]any{}
		for i, v := range row {
			m[rows[0][i]] = v
		}
		filled = append(filled, m)
	}
	for name, b := range map[string][]byte{
		"template": fill(t, filled...),
		"bare":     book(t, bookSheet{templateSheet, "", sheetXML(rows, "")}),
		"csv":      []byte("序号,权力类别,事项名称,实施主体,设定依据\n1,,甲,乙局,丙\n2,行政处罚,丁,乙局,\n"),
	} {
		t.Run(name, func(t *testing.T) { marks(t, b) })
	}
}

func marks(t *testing.T, b []byte) {
	t.Helper()
	first := read(t, b, Options{})
	sheet, second := first.Items[0].Sheet, first.Problems[1].Cell
	marked, err := Corrected(b, first)
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(marked))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	comments, err := f.GetComments(sheet)
	if err != nil || len(comments) != 2 || comments[0].Cell != "B2" || !strings.Contains(comments[0].Paragraph[0].Text, "请从") {
		t.Errorf("%+v %v", comments, err)
	}
	id, err := f.GetCellStyle(sheet, second)
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetStyle(id)
	if err != nil || len(style.Fill.Color) != 1 || style.Fill.Color[0] != color(Error) {
		t.Errorf("%+v %v", style, err)
	}
	list, err := f.GetRows(problemSheet)
	if err != nil || len(list) != 3 || list[1][1] != "B2" || list[1][2] != "错误" {
		t.Errorf("%v %v", list, err)
	}
}

func TestCorrectedRefusesWhatWasNotRead(t *testing.T) {
	if _, err := Corrected(nil, read(t, nil, Options{})); err == nil {
		t.Error("no error")
	}
}
