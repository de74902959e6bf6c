package workbook

import (
	"fmt"
	"slices"
	"strings"
)

// place is where something was first seen in the file.
type place struct {
	sheet string
	row   int
}

func (p place) from(sheet string) string {
	if p.sheet == sheet {
		return fmt.Sprintf("第%d行", p.row)
	}
	return fmt.Sprintf("工作表“%s”第%d行", p.sheet, p.row)
}

// reader carries what is known of the whole file from sheet to sheet.
type reader struct {
	o        Options
	r        *Result
	unit     string // of bare limits, by a note somewhere in the file
	dept     string // 填报单位, where only one is named in the whole file
	codes    map[string]place
	items    map[string]place    // by department, main item, name, category
	byName   map[string]seenItem // by department, name
	reported map[string]bool     // by sheet, cell, kind
	unknown  map[string]int      // unknown department -> index of its problem
}

type seenItem struct {
	place
	category, raw string
}

// sheetReader reads the items of one table.
type sheetReader struct {
	*reader
	t        *table
	sheet    *Sheet
	category string // by the sheet's name, its title or the section
	dept     string // 填报单位 above the table, or the file's
	group    *tableRow
	mainName string
	since    int // items since the last total
	codeOf   [2][]codeCell
	noun     string // 行 or 条
}

type codeCell struct {
	cell *gridCell
	item int
}

// problem reports once per cell and kind.
func (r *reader) problem(sheet, cell, kind, level, format string, args ...any) {
	key := sheet + "\x00" + cell + "\x00" + kind
	if r.reported[key] {
		return
	}
	r.reported[key] = true
	r.r.Problems = append(r.r.Problems, Problem{sheet, cell, kind, level, fmt.Sprintf(format, args...)})
}

// report reports at the cell of a field in a row; a blank field has the
// address where it should stand.
func (s *sheetReader) report(row *tableRow, f field, kind, level, format string, args ...any) {
	cell, num := s.stands(row, f)
	s.reportAt(cell, num, kind, level, format, args...)
}

// stands gives the address of a field in a row, and its row: a merged cell has
// that of its first.
func (s *sheetReader) stands(row *tableRow, f field) (cell string, num int) {
	col, num := 1, row.num
	if i := s.t.at[f]; i >= 0 {
		col = s.t.cols[i].col
		if c := row.cells[i]; c != nil {
			num = int(c.row)
		}
	}
	return cellName(col, num), num
}

func (s *sheetReader) reportAt(cell string, num int, kind, level, format string, args ...any) {
	s.problem(s.sheet.Name, cell, kind, level, fmt.Sprintf("第%d%s：", num, s.noun)+format, args...)
}

// header gives the label of a field's column as the office wrote it.
func (s *sheetReader) header(f field) string {
	if i := s.t.at[f]; i >= 0 {
		return s.t.cols[i].tidy
	}
	return ""
}

func (s *sheetReader) cell(row *tableRow, f field) *gridCell {
	if i := s.t.at[f]; i >= 0 {
		return row.cells[i]
	}
	return nil
}

// text gives a field's text; a formula error is no text.
func (s *sheetReader) text(row *tableRow, f field) string {
	if c := s.cell(row, f); c != nil && c.kind != faultCell {
		return c.text
	}
	return ""
}

// failed says that a formula left the field without a value; that is its own
// problem, not a blank.
func (s *sheetReader) failed(row *tableRow, f field) bool {
	c := s.cell(row, f)
	return c != nil && (c.kind == faultCell || c.noValue)
}

// read reads the rows below the header.
func (s *sheetReader) read() {
	sp := newSpans(s.t)
	before := headerRow
	for i := s.t.next; i < len(s.t.g.rows); i++ {
		row := &s.t.g.rows[i]
		kind := s.t.classify(row, before)
		laid := sp.lay(row)
		if s.o.Progress != nil {
			s.o.Progress(s.sheet.Name, row.num)
		}
		switch kind {
		case itemRow:
			s.item(&laid)
		case sectionRow:
			s.category, _ = sectionCategory(row.cells[0].text)
		case totalRow:
			s.total(row)
		}
		before = kind
	}
	s.damagedCodes(fCode, s.codeOf[0])
	s.damagedCodes(fBaseCode, s.codeOf[1])
	s.missingColumns()
}

// missingColumns reports once what no row can have.
func (s *sheetReader) missingColumns() {
	if s.sheet.Items == 0 {
		return
	}
	if s.t.at[fBasis] < 0 {
		s.problem(s.sheet.Name, "", MissingBasis, Warn, "表中没有“设定依据”一列，%d项都没有依据。请补上这一列", s.sheet.Items)
	}
	if s.t.at[fCategory] < 0 && s.category == "" {
		s.problem(s.sheet.Name, "", MissingCategory, Error, "表中没有“权力类别”一列，工作表名也不是类别，%d项都没有类别。请补上这一列，或用类别作工作表名", s.sheet.Items)
	}
	if s.t.at[fDepartment] < 0 && s.dept == "" && s.o.Department == "" {
		s.problem(s.sheet.Name, "", MissingDepartment, Error, "表中没有“实施主体”一列，表头上方也没有填报单位。请补上，或在导入时指定部门")
	}
}

// item reads one row.
func (s *sheetReader) item(row *tableRow) {
	s.inspect(row)
	it := Item{Sheet: s.sheet.Name, Row: row.num, Hidden: row.hidden}
	nameField := s.names(row, &it)
	it.NameCell, _ = s.stands(row, nameField)
	it.CodeCell, _ = s.stands(row, fCode)
	for i, c := range row.cells {
		if c != nil && c.text != "" {
			if it.Raw == nil {
				it.Raw = make([]Cell, 0, len(row.cells))
			}
			it.Raw = append(it.Raw, Cell{s.t.cols[i].header, c.text})
		}
	}
	s.plain(row, &it)
	s.readCategory(row, &it)
	s.readDepartment(row, &it)
	s.readLimits(row, &it)
	s.readFee(row, &it)
	s.readDate(row, &it)
	if row.hidden {
		s.reportAt(cellName(s.t.cols[0].col, row.num), row.num, HiddenRow, Warn, "该行被隐藏，里面是一项职权，请确认是否上报")
	}
	if it.Name == "" && !s.failed(row, nameField) {
		s.report(row, nameField, MissingName, Error, "“%s”为空。请填写事项名称", s.header(nameField))
	}
	if it.Basis == "" && s.t.at[fBasis] >= 0 && !s.failed(row, fBasis) {
		s.report(row, fBasis, MissingBasis, Error, "“%s”为空。请写明法律法规规章的名称和条、款、项", s.header(fBasis))
	}
	s.code(row, fCode, 0)
	s.code(row, fBaseCode, 1)
	s.duplicates(row, nameField, &it)
	s.r.Items = append(s.r.Items, it)
	s.sheet.Items++
	s.since++
}

// names reads name and main item, and fills what a sub-item leaves blank from
// its main item. It gives the field the name came from.
func (s *sheetReader) names(row *tableRow, it *Item) field {
	name, main := oneLine(s.text(row, fName)), oneLine(s.text(row, fMain))
	if isNone(squeeze(head(name, 4))) && len(name) < 12 {
		name = ""
	}
	if isNone(squeeze(head(main, 4))) && len(main) < 12 {
		main = ""
	}
	if s.t.at[fMain] < 0 {
		return s.numberedNames(row, it, name)
	}
	from := fName
	same := main != "" && s.group != nil && s.cell(row, fMain) == s.cell(s.group, fMain)
	switch {
	case main == "" && name != "" && s.mainName != "" && s.continues(row):
		main = s.mainName
		s.inherit(row)
	case same:
		s.inherit(row)
	default:
		s.group, s.mainName = row, main
	}
	if name == "" && main != "" {
		name, main, from = main, "", fMain
	}
	it.Name, it.MainItem = name, main
	return from
}

// continues says that a row without main item goes on with the one above: it
// has no number and no basis of its own, and leaves who acts or what it is
// blank as well. A row that has these stands alone though nobody numbered it.
func (s *sheetReader) continues(row *tableRow) bool {
	if s.text(row, fSeq) != "" || s.given(row, fBasis) {
		return false
	}
	return !s.given(row, fCategory) || !s.given(row, fDepartment) || !s.given(row, fOffice)
}

// given says that the row has a cell for the field.
func (s *sheetReader) given(row *tableRow, f field) bool { return s.cell(row, f) != nil }

// numberedNames reads sheets that put sub-items as （1）, （2） under the row of
// their main item.
func (s *sheetReader) numberedNames(row *tableRow, it *Item, name string) field {
	rest, numbered := isSubName(name)
	seq := squeeze(s.text(row, fSeq))
	if numbered && s.group != nil && (seq == "" || strings.HasPrefix(seq, squeeze(s.text(s.group, fSeq))+".")) {
		it.Name, it.MainItem = rest, s.mainName
		s.inherit(row)
		return fName
	}
	it.Name = name
	s.group, s.mainName = row, name
	return fName
}

// inherit fills the blank cells of a sub-item from its main item.
func (s *sheetReader) inherit(row *tableRow) {
	for i := range row.cells {
		if i != s.t.at[fSeq] && i != s.t.at[fName] && i != s.t.at[fCode] && i != s.t.at[fRemark] && row.cells[i] == nil {
			row.cells[i] = s.group.cells[i]
		}
	}
}

// oneLine joins the lines of a name that was broken by hand.
func oneLine(s string) string {
	if !strings.Contains(s, "\n") {
		return s
	}
	var out strings.Builder
	for line := range strings.SplitSeq(s, "\n") {
		line = clean(line)
		if n := out.Len(); n > 0 && line != "" && out.String()[n-1] < 0x80 && line[0] < 0x80 {
			out.WriteByte(' ')
		}
		out.WriteString(line)
	}
	return out.String()
}

// plain takes the elements that are text and nothing else.
func (s *sheetReader) plain(row *tableRow, it *Item) {
	for _, e := range [...]struct {
		f  field
		to *string
	}{
		{fOffice, &it.Office}, {fBasis, &it.Basis}, {fDuty, &it.Duty}, {fDutyBasis, &it.DutyBasis},
		{fAccountability, &it.Accountability}, {fAccountabilityBasis, &it.AccountabilityBasis},
		{fDeptCode, &it.DeptCode}, {fLevel, &it.Level}, {fSource, &it.Source}, {fContent, &it.Content},
		{fObject, &it.Object}, {fConditions, &it.Conditions}, {fMaterials, &it.Materials}, {fKind, &it.Kind},
		{fSteps, &it.Steps}, {fChannels, &it.Channels}, {fVisits, &it.Visits}, {fResult, &it.ResultName},
		{fPlace, &it.Place}, {fHours, &it.Hours}, {fPhone, &it.Phone}, {fComplaint, &it.Complaint},
		{fInitiative, &it.Initiative}, {fRemark, &it.Remark}, {fCode, &it.Code}, {fBaseCode, &it.BaseCode},
	} {
		if s.t.at[e.f] >= 0 {
			*e.to = s.text(row, e.f)
		}
	}
	if it.Code != "" {
		it.Code = squeeze(it.Code)
	}
	if it.BaseCode != "" {
		it.BaseCode = squeeze(it.BaseCode)
	}
}

// inspect reports what is wrong with the cells themselves, whatever they mean.
func (s *sheetReader) inspect(row *tableRow) {
	for i, c := range row.cells {
		if c == nil || int(c.row) != row.num || c.kind != faultCell && !c.noValue && c.units == 0 && c.struck == "" {
			continue
		}
		at, name := cellName(int(c.col), row.num), s.t.cols[i].tidy
		if c.kind == faultCell {
			level := Warn
			if i == s.t.at[fName] || i == s.t.at[fBasis] || i == s.t.at[fCategory] || i == s.t.at[fMain] {
				level = Error
			}
			s.reportAt(at, row.num, FormulaError, level, "“%s”的公式结果是 %s，等于没有填写。请改为文字", name, c.text)
		}
		if c.noValue {
			s.reportAt(at, row.num, FormulaNoValue, Warn, "“%s”的公式没有保存计算结果。请在 Excel 中打开后另存，或改为文字", name)
		}
		if c.units > 0 {
			s.reportAt(at, row.num, LongText, Info, "“%s”有%d字，像是整篇文件。请只写相关条款", name, c.units)
		}
		switch {
		case c.units == excelUnits:
			s.reportAt(at, row.num, TextTruncated, Warn, "“%s”正好%d字，是 Excel 单元格的上限，后面的内容可能已被截掉。请核对原文", name, c.units)
		case c.units > excelUnits:
			s.reportAt(at, row.num, TextTruncated, Warn, "“%s”有%d字，超过 Excel 单元格的上限%d字，在 Excel 中保存会被截掉。请只写相关条款", name, c.units, excelUnits)
		}
		if c.struck != "" {
			s.reportAt(at, row.num, StrikeText, Warn, "“%s”里的“%s”带删除线，已按保留读入。请确认，不要的请删去", name, head(c.struck, 30))
		}
	}
}

// total compares a row of totals with what was counted.
func (s *sheetReader) total(row *gridRow) {
	for _, c := range row.cells {
		text := squeeze(head(c.text, 40))
		digits := strings.TrimLeftFunc(text, func(r rune) bool { return r < '0' || r > '9' })
		if end := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); end >= 0 {
			digits = digits[:end]
		}
		n, ok := numeral(digits)
		if !ok {
			continue
		}
		if n != s.since && n != s.sheet.Items {
			s.reportAt(cellName(int(c.col), row.num), row.num, TotalMismatch, Warn, "写的是“%s”，表中实有%d项。请核对是否漏了行", text, s.sheet.Items)
		}
		break
	}
	s.since = 0
}

// sortProblems puts them in the order of the file.
func (r *Result) sortProblems() {
	order := map[string]int{"": -1}
	for i, s := range r.Sheets {
		order[s.Name] = i
	}
	slices.SortStableFunc(r.Problems, func(a, b Problem) int {
		if a.Sheet != b.Sheet {
			return order[a.Sheet] - order[b.Sheet]
		}
		ca, ra, _ := parseRef([]byte(a.Cell))
		cb, rb, _ := parseRef([]byte(b.Cell))
		if ra != rb {
			return ra - rb
		}
		return ca - cb
	})
}
