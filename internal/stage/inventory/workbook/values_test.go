package workbook

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

func TestReadLimit(t *testing.T) {
	for _, c := range []struct {
		raw, unit, want string
		fit             limitFit
	}{
		{"", "", "null", limitOK},
		{"无", "", "null", limitOK},
		{"——", "", "null", limitOK},
		{"二十日", "", `{"days":20,"unit":null}`, limitUnitUnclear},
		{"二十个工作日", "", `{"days":20,"unit":"工作日"}`, limitOK},
		{"一百二十个自然日", "", `{"days":120,"unit":"自然日"}`, limitOK},
		{"十五 个 工作日", "", `{"days":15,"unit":"工作日"}`, limitOK},
		{"当场办结", "", `"immediate"`, limitOK},
		{"即办", "", `"immediate"`, limitOK},
		{"0", "", `"immediate"`, limitOK},
		{"45日(不含听证时间)", "", `{"days":45,"unit":null}`, limitUnitUnclear},
		{"30个工作日（不含专家评审10个工作日）", "", `{"days":30,"unit":"工作日"}`, limitOK},
		{"自受理之日起20个工作日内", "", `{"days":20,"unit":"工作日"}`, limitOK},
		{"２０", WorkingDays, `{"days":20,"unit":"工作日"}`, limitOK},
		{"20.0", WorkingDays, `{"days":20,"unit":"工作日"}`, limitOK},
		{"20", "", `{"days":20,"unit":null}`, limitUnitUnclear},
		{"3个月", "", `{"months":3}`, limitMonths},
		{"两年", "", `{"months":24}`, limitMonths},
		{"2.5日", "", "null", limitBad},
		{"24小时", "", "null", limitBad},
		{"受理5个工作日，决定20个工作日", "", "null", limitBad},
		{"按规定", "", "null", limitBad},
		{"2014年20日", "", "null", limitBad},
		{"999999999999日", "", "null", limitBad},
	} {
		l, fit := readLimit(c.raw, c.unit)
		got, err := json.Marshal(l)
		if err != nil || string(got) != c.want || fit != c.fit {
			t.Errorf("%q: %s %d, want %s %d", c.raw, got, fit, c.want, c.fit)
		}
	}
}

// Whatever number an office writes, in figures or words, is read back.
func TestNumeralsProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9_999).Draw(t, "n")
		for _, w := range []string{inWords(n), wide(n)} {
			l, fit := readLimit(w+"个工作日", "")
			if fit != limitOK || l.Days != n || l.Unit != WorkingDays {
				t.Fatalf("%s: %+v", w, l)
			}
		}
	})
}

// inWords writes a number as 一百零五.
func inWords(n int) string {
	digits := []rune("零一二三四五六七八九")
	out, zero := "", false
	for i, unit := range []string{"千", "百", "十", ""} {
		d := n / [...]int{1000, 100, 10, 1}[i] % 10
		switch {
		case d == 0:
			zero = out != ""
			continue
		case zero:
			out += "零"
		}
		zero = false
		out += string(digits[d]) + unit
	}
	return out
}

func wide(n int) string {
	var out []rune
	for ; n > 0; n /= 10 {
		out = append([]rune{'０' + rune(n%10)}, out...)
	}
	return string(out)
}

func TestOver(t *testing.T) {
	day := func(n int, u string) *Limit { return &Limit{Days: n, Unit: u} }
	for _, c := range []struct {
		promised, statutory *Limit
		want                bool
	}{
		{day(30, WorkingDays), day(20, WorkingDays), true},
		{day(20, WorkingDays), day(20, WorkingDays), false},
		{day(30, WorkingDays), day(20, ""), true},
		{day(25, NaturalDays), day(20, WorkingDays), false}, // may be shorter
		{day(25, WorkingDays), day(20, NaturalDays), true},
		{day(1, WorkingDays), &Limit{Immediate: true}, true},
		{&Limit{Immediate: true}, &Limit{Immediate: true}, false},
		{day(60, WorkingDays), &Limit{Months: 3}, false},
		{day(100, WorkingDays), &Limit{Months: 3}, true},
		{&Limit{Months: 4}, &Limit{Months: 3}, true},
		{nil, day(20, WorkingDays), false},
		{day(20, WorkingDays), nil, false},
	} {
		if over(c.promised, c.statutory) != c.want {
			t.Errorf("%+v over %+v", c.promised, c.statutory)
		}
	}
}

func TestReadDate(t *testing.T) {
	for _, c := range []struct {
		raw            string
		kind           cellKind
		want           string
		complete, sure bool
	}{
		{"2014-09-16", dateCell, "2014-09-16", true, true},
		{"2014.9.16", textCell, "2014-09-16", true, true},
		{"2014/09/16", textCell, "2014-09-16", true, true},
		{"2014年9月16日", textCell, "2014-09-16", true, true},
		{"二〇一四年九月十六日", textCell, "2014-09-16", true, true},
		{"20140916", numberCell, "2014-09-16", true, true},
		{"2014-09-16 08:30:00", textCell, "2014-09-16", true, true},
		{"41898", numberCell, "2014-09-16", true, false},
		{"14.9.16", textCell, "2014-09-16", true, false},
		{"2014.9", textCell, "2014-09", false, true},
		{"2014/2/30", textCell, "", false, false},
		{"20141301", textCell, "", false, false},
		{"长期", textCell, "", false, false},
		{"123", numberCell, "", false, false},
	} {
		iso, complete, sure := readDate(c.raw, c.kind)
		if iso != c.want || iso != "" && (complete != c.complete || sure != c.sure) {
			t.Errorf("%q: %q %v %v", c.raw, iso, complete, sure)
		}
	}
}

func TestSerialDates(t *testing.T) {
	for _, c := range []struct {
		v    float64
		old  bool
		want string
	}{
		{1, false, "1900-01-01"}, {59, false, "1900-02-28"}, {61, false, "1900-03-01"}, {41898, false, "2014-09-16"},
		{41898.75, false, "2014-09-16"}, {40436, true, "2014-09-16"}, {0, false, ""}, {1e18, false, ""}, {-5, false, ""},
	} {
		if got, _ := serialDate(c.v, c.old); got != c.want {
			t.Errorf("%v: %s, want %s", c.v, got, c.want)
		}
	}
}

func TestFormatOf(t *testing.T) {
	for code, date := range map[string]bool{
		"yyyy-mm-dd": true, `yyyy"年"m"月"d"日"`: true, "[$-804]yyyy/m/d;@": true, "0.00": false, "@": false, `0"days"`: false,
		"[Red]0": false, "General": false, "#,##0": false, `\d0`: false,
	} {
		if formatOf(164, code).date != date {
			t.Errorf("%s: date %v", code, !date)
		}
	}
	if !formatOf(14, "").date || !formatOf(31, "").date || formatOf(2, "").date || formatOf(165, "00000000").zeros != 8 {
		t.Error("built-in formats")
	}
}

func TestReadFee(t *testing.T) {
	for _, c := range []struct {
		raw, fee, basis string
		clear           bool
	}{
		{"", "null", "", true},
		{"否", "false", "", true},
		{"不收费", "false", "", true},
		{"FALSE", "false", "", true},
		{"无", "false", "", true},
		{"是", "true", "", true},
		{"是，依据《演示条例》第三条", "true", "《演示条例》第三条", true},
		{"收费（演价费发〔2010〕1号）", "true", "演价费发〔2010〕1号", true},
		{"演价费发〔2010〕1号", "true", "演价费发〔2010〕1号", true},
		{"否，法律另有规定的除外", "false", "", true},
		{"详见备注", "null", "", false},
		{"是否收费另定", "null", "", false},
	} {
		fee, basis, clear := readFee(c.raw)
		got, err := json.Marshal(fee)
		if err != nil || string(got) != c.fee || basis != c.basis || clear != c.clear {
			t.Errorf("%q: %s %q %v", c.raw, got, basis, clear)
		}
	}
}

func TestReadCategory(t *testing.T) {
	for _, c := range Categories() {
		if got, fit := readCategory(c); got != c || fit != categoryExact {
			t.Errorf("%s: %s %d", c, got, fit)
		}
	}
	for _, c := range []struct {
		raw, want string
		fit       categoryFit
	}{
		{"行政许可", "行政审批", categoryExact},
		{"行 政 检 查", "行政监督", categoryExact},
		{"其他行政权力", "其他权力", categoryExact},
		{"许可类", "行政审批", categoryLoose},
		{"行政审批（许可）", "行政审批", categoryLoose},
		{"行政监督检查", "行政监督", categoryLoose},
		{"其他职权", "其他权力", categoryLoose},
		{"公共服务", "", categoryNotPower},
		{"2", "", categoryUnknown},
		{"处罚或强制", "", categoryUnknown},
		{"行政复议", "", categoryUnknown},
	} {
		if got, fit := readCategory(c.raw); got != c.want || fit != c.fit {
			t.Errorf("%q: %q %d", c.raw, got, fit)
		}
	}
	for name, want := range map[string]string{
		"行政处罚": "行政处罚", "2.行政许可": "行政审批", "处罚类": "行政处罚", "甲市演示局行政强制事项表": "行政强制",
		"行政审批服务局": "", "行政审批服务局行政权力清单": "", "Sheet1": "", "汇总": "", "其他权力": "其他权力", "行政处罚（第一次上报）": "行政处罚",
	} {
		if got, _ := categoryIn(name); got != want {
			t.Errorf("sheet %q: %q, want %q", name, got, want)
		}
	}
}

func TestDecodeX(t *testing.T) {
	for in, want := range map[string]string{"a_x000D_b": "a\rb", "_x4E2D_文": "中文", "_x12_": "_x12_", "a_x": "a_x", "x_x00": "x_x00", "_x005F_x000D_": "_x000D_"} {
		if got := decodeX(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestCellNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		col, row := rapid.IntRange(1, maxCols).Draw(t, "col"), rapid.IntRange(1, maxRows).Draw(t, "row")
		c, r, ok := parseRef([]byte(cellName(col, row)))
		if c != col || r != row || !ok {
			t.Fatalf("%s: %d %d %v", cellName(col, row), c, r, ok)
		}
	})
	for _, bad := range []string{"", "A", "1", "A0", "a1", "AAAA1", "A1048577", "A1B", "A-1", "XFE1"} {
		if _, _, ok := parseRef([]byte(bad)); ok {
			t.Errorf("%q is no cell", bad)
		}
	}
}
