package workbook

import (
	"strings"
)

func (s *sheetReader) readCategory(row *tableRow, it *Item) {
	it.CategoryRaw = s.text(row, fCategory)
	if it.CategoryRaw == "" {
		it.Category = s.category
		if it.Category == "" && s.t.at[fCategory] >= 0 && !s.failed(row, fCategory) {
			s.report(row, fCategory, MissingCategory, Error, "“%s”为空。请从“%s”中选填", s.header(fCategory), strings.Join(Categories(), "、"))
		}
		return
	}
	category, fit := readCategory(it.CategoryRaw)
	it.Category = category
	word := head(squeeze(it.CategoryRaw), 20)
	switch {
	case fit == categoryUnknown && isNumber(word):
		s.report(row, fCategory, UnknownCategory, Error, "“%s”写的是代码“%s”，没有说明是哪套代码。请改写类别名称", s.header(fCategory), word)
	case fit == categoryUnknown:
		s.report(row, fCategory, UnknownCategory, Error, "“%s”写的是“%s”，不是清单规定的类别。请从“%s”中选填", s.header(fCategory), word, strings.Join(Categories(), "、"))
	case fit == categoryNotPower:
		s.report(row, fCategory, CategoryNotPower, Warn, "“%s”不属于行政权力十类。请确认是否应列入权力清单", word)
	case fit == categoryLoose:
		s.report(row, fCategory, UnknownCategory, Warn, "“%s”写的是“%s”，已按“%s”读入。请改为规定的名称", s.header(fCategory), word, category)
	}
	if category != "" && s.category != "" && category != s.category {
		s.report(row, fCategory, CategoryConflict, Error, "工作表“%s”是“%s”类，本行类别写“%s”，两处不一致。请改正一处", s.sheet.Name, s.category, word)
	}
}

func (s *sheetReader) readDepartment(row *tableRow, it *Item) {
	it.Department = departmentName(s.text(row, fDepartment))
	if it.Department == "" {
		it.Department = s.dept
	}
	if it.Department == "" {
		it.Department = s.o.Department
	}
	if it.Department == "" {
		if s.t.at[fDepartment] >= 0 && !s.failed(row, fDepartment) {
			s.report(row, fDepartment, MissingDepartment, Error, "“%s”为空，表头上方也没有填报单位。请填写实施主体", s.header(fDepartment))
		}
		return
	}
	if s.o.OwnDepartment != nil && !s.o.OwnDepartment(it.Department) {
		s.report(row, fDepartment, ForeignDepartment, Error, "“%s”不是本部门，只能导入本部门的事项。请删去这一行，或者改正部门名称", head(it.Department, 40))
		return
	}
	if s.o.KnownDepartment == nil || s.o.KnownDepartment(it.Department) {
		return
	}
	// one problem per name: a wrong name stands in every row of its office
	if _, seen := s.unknown[it.Department]; seen {
		return
	}
	s.unknown[it.Department] = row.num
	s.report(row, fDepartment, UnknownDepartment, Error, "部门“%s”不在部门表里。请改为规定的全称，或先登记该部门（同名的行不再逐一列出）", head(it.Department, 40))
}

// departmentName drops the note of an entrusted body:
// 市环境局（受委托：市环境监察支队）.
func departmentName(s string) string {
	for _, open := range [...]string{"（", "("} {
		name, note, ok := strings.Cut(s, open)
		if ok && hasPrefix(note, "受委托", "委托", "授权", "受托") && name != "" {
			return strings.TrimSpace(name)
		}
	}
	return s
}

func (s *sheetReader) readLimits(row *tableRow, it *Item) {
	it.StatutoryRaw, it.PromisedRaw = s.text(row, fStatutory), s.text(row, fPromised)
	it.Statutory = s.limit(row, fStatutory, it.StatutoryRaw, it.Category)
	it.Promised = s.limit(row, fPromised, it.PromisedRaw, it.Category)
	if over(it.Promised, it.Statutory) {
		s.report(row, fPromised, PromiseOverStatutory, Error, "承诺时限%s长于法定时限%s。承诺只能更短，请核对", it.Promised.words(), it.Statutory.words())
	}
}

func (s *sheetReader) limit(row *tableRow, f field, raw, category string) *Limit {
	if raw == "" {
		return nil
	}
	unit := s.t.cols[s.t.at[f]].unit
	bare := unit
	if bare == "" {
		bare = s.unit
	}
	l, fit := readLimit(raw, "")
	if fit == limitUnitUnclear {
		switch {
		case natural(category, l.Days) && strings.ContainsAny(raw, "日天"):
			unit = NaturalDays
		case !strings.ContainsAny(raw, "日天"):
			unit = bare
		}
		if unit != "" {
			l.Unit, fit = unit, limitOK
		}
	}
	word := head(raw, 30)
	switch fit {
	case limitUnitUnclear:
		s.report(row, f, LimitUnitUnclear, Warn, "“%s”没有写明工作日还是自然日。请写明", word)
	case limitMonths:
		s.report(row, f, LimitUnreadable, Warn, "“%s”不是以日计算，已按月读入。请确认折合天数", word)
	case limitBad:
		s.report(row, f, LimitUnreadable, Warn, "“%s”看不出是多少日，没有读入。请写成“20个工作日”的样子，说明写在备注", word)
	}
	return l
}

func (s *sheetReader) readFee(row *tableRow, it *Item) {
	it.FeeRaw = s.text(row, fFee)
	it.FeeBasis = s.text(row, fFeeBasis)
	fee, basis, clear := readFee(it.FeeRaw)
	it.Fee = fee
	if isNone(it.FeeBasis) {
		it.FeeBasis = ""
	}
	if it.FeeBasis == "" {
		it.FeeBasis = basis
	}
	switch {
	case !clear:
		s.report(row, fFee, FeeUnclear, Warn, "“%s”写的是“%s”，无法判断。请填“是”或“否”", s.header(fFee), head(it.FeeRaw, 30))
	case fee != nil && *fee && it.FeeBasis == "":
		s.report(row, fFee, FeeWithoutBasis, Warn, "填“%s”但没有写收费依据。请写明依据的文件和文号", head(it.FeeRaw, 30))
	}
}

func (s *sheetReader) readDate(row *tableRow, it *Item) {
	c := s.cell(row, fDate)
	if c == nil || c.text == "" || c.kind == faultCell || isNone(c.text) {
		return
	}
	iso, complete, sure := readDate(c.text, c.kind)
	it.Date = iso
	name, word := s.header(fDate), head(c.text, 30)
	switch {
	case iso == "":
		s.report(row, fDate, DateUnreadable, Warn, "“%s”的“%s”不是日期，或没有这一天。请写成“2014-09-16”的样子", name, word)
	case !complete:
		s.report(row, fDate, DateUnreadable, Warn, "“%s”的“%s”缺日。请写全", name, word)
	case !sure:
		s.report(row, fDate, DateUnreadable, Warn, "“%s”的“%s”已按%s读入，写法不全。请确认", name, word, iso)
	}
}

// code keeps the cell for damagedCodes and reports a code used twice.
func (s *sheetReader) code(row *tableRow, f field, slot int) {
	c := s.cell(row, f)
	if c == nil || int(c.row) != row.num || c.kind == faultCell || c.text == "" {
		return
	}
	s.codeOf[slot] = append(s.codeOf[slot], codeCell{c, len(s.r.Items)})
	if f != fCode || isNone(c.text) {
		return
	}
	key := squeeze(c.text)
	if first, dup := s.codes[key]; dup {
		s.report(row, f, CodeDuplicate, Error, "“%s”与%s重复。编码不能重复使用，请改正", s.header(f), first.from(s.sheet.Name))
		return
	}
	s.codes[key] = place{s.sheet.Name, row.num}
}

// damagedCodes finds codes that Excel changed: stored as numbers they lose the
// zeros in front, and every digit after the fifteenth.
func (s *sheetReader) damagedCodes(f field, cells []codeCell) {
	usual := usualLength(cells)
	for _, cc := range cells {
		c := cc.cell
		text := squeeze(c.text)
		at, num := cellName(int(c.col), int(c.row)), int(c.row)
		lost := c.kind == numberCell && len(text) > 15 || c.kind == textCell && isScientific(text)
		switch {
		case lost:
			s.reportAt(at, num, CodeDamaged, Error, "“%s”超过15位又存成数字，末几位已变成0，没有读入。请把单元格设为文本后重新填写", s.header(f))
			if f == fCode {
				s.r.Items[cc.item].Code = ""
			} else {
				s.r.Items[cc.item].BaseCode = ""
			}
		case c.kind == numberCell && c.masked && usual > 0 && len(text) != usual:
			s.reportAt(at, num, CodeDamaged, Warn, "“%s”是数字加显示格式，只有%d位，应为%d位。请把单元格设为文本后重新填写", s.header(f), len(text), usual)
		case c.kind == numberCell && usual > 0 && len(text) < usual:
			s.reportAt(at, num, CodeDamaged, Warn, "“%s”是数字%s，前面的零可能丢了（应为%d位）。请把单元格设为文本后重新填写", s.header(f), text, usual)
		}
	}
}

// usualLength is the length most codes stored as text have, 0 if there is none.
func usualLength(cells []codeCell) int {
	count, texts, usual := map[int]int{}, 0, 0
	for _, cc := range cells {
		if cc.cell.kind != textCell {
			continue
		}
		n := len(squeeze(cc.cell.text))
		texts++
		if count[n]++; count[n] > count[usual] {
			usual = n
		}
	}
	if texts < 2 || count[usual]*2 < texts {
		return 0
	}
	return usual
}

// isScientific reads 1.14E+19.
func isScientific(s string) bool {
	mantissa, exp, ok := strings.Cut(strings.ToUpper(s), "E+")
	return ok && mantissa != "" && exp != "" && strings.Trim(mantissa, "0123456789.") == "" && strings.Trim(exp, "0123456789") == ""
}

// duplicates reports an item listed twice, or under two categories.
func (s *sheetReader) duplicates(row *tableRow, nameField field, it *Item) {
	if it.Name == "" {
		return
	}
	name, here := squeeze(it.Name), place{s.sheet.Name, row.num}
	key := strings.Join([]string{it.Department, squeeze(it.MainItem), name, it.Category}, "\x00")
	if first, dup := s.items[key]; dup {
		s.report(row, nameField, DuplicateItem, Error, "与%s是同一事项（名称、类别相同）。请删去一行", first.from(s.sheet.Name))
		return
	}
	s.items[key] = here
	if len([]rune(name)) < 6 { // 变更, 注销 stand under many main items
		return
	}
	key = it.Department + "\x00" + name
	first, seen := s.byName[key]
	if !seen {
		s.byName[key] = seenItem{here, it.Category, it.CategoryRaw}
		return
	}
	if it.Category != "" && first.category != "" && it.Category != first.category {
		s.report(row, fCategory, SameItemTwoCategories, Error, "与%s名称相同，类别分别是“%s”和“%s”。请确认是哪一类", first.from(s.sheet.Name), first.category, it.Category)
	}
}
