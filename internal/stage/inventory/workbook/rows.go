package workbook

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// rowKind says what a row below the header is.
type rowKind uint8

const (
	itemRow rowKind = iota
	noteRow
	totalRow
	signatureRow
	sectionRow // 一、行政许可（12项）: the rows below are of this category
	noneRow    // 本单位无此类事项
	headerRow  // the header once more, as printed pages repeat it
)

// record of the table: a row laid out under the columns, merges filled in.
type tableRow struct {
	num    int
	hidden bool
	cells  []*gridCell // by index of table.cols; nil where blank
}

// spans walks the vertical merges of the columns beside the rows. Each merge
// is looked at once, so that a file of many merges costs no more than it has.
type spans struct {
	t     *table
	byCol [][]area
	held  []*gridCell
}

func newSpans(t *table) *spans {
	s := &spans{t: t, byCol: make([][]area, len(t.cols)), held: make([]*gridCell, len(t.cols))}
	for _, m := range t.g.merges {
		if m.r1 == m.r0 || m.r0 <= t.last {
			continue
		}
		i, ok := slices.BinarySearchFunc(t.cols, m.c0, func(c column, col int) int { return c.col - col })
		if !ok {
			continue
		}
		if prev := s.byCol[i]; len(prev) == 0 || prev[len(prev)-1].r1 < m.r0 {
			s.byCol[i] = append(prev, m)
		}
	}
	return s
}

// lay gives the cells of a row under the columns. Rows must come in order.
func (s *spans) lay(row *gridRow) tableRow {
	out := tableRow{num: row.num, hidden: row.hidden, cells: make([]*gridCell, len(s.t.cols))}
	k := 0
	for i, col := range s.t.cols {
		for k < len(row.cells) && int(row.cells[k].col) < col.col {
			k++
		}
		if k < len(row.cells) && int(row.cells[k].col) == col.col {
			out.cells[i] = &row.cells[k]
		}
		for len(s.byCol[i]) > 0 && s.byCol[i][0].r1 < row.num {
			s.byCol[i], s.held[i] = s.byCol[i][1:], nil
		}
		if len(s.byCol[i]) == 0 || s.byCol[i][0].r0 > row.num {
			continue
		}
		if s.byCol[i][0].r0 == row.num {
			s.held[i] = out.cells[i]
		} else if out.cells[i] == nil {
			out.cells[i] = s.held[i]
		}
	}
	return out
}

// classify reads the kind of a row from its own cells.
func (t *table) classify(row *gridRow, before rowKind) rowKind {
	first := squeeze(head(row.cells[0].text, 40))
	single := len(row.cells) == 1
	switch {
	case isTotal(first):
		return totalRow
	case isSignature(first):
		return signatureRow
	case hasPrefix(first, "注:", "注1", "备注:", "说明:", "填表说明", "附注:"):
		return noteRow
	case single && isNothing(first):
		return noneRow
	case t.isHeaderAgain(row):
		return headerRow
	}
	if !single {
		return itemRow
	}
	if before == noteRow || before == totalRow || before == signatureRow || first[0] == '(' && strings.HasSuffix(first, ")") {
		return noteRow
	}
	col := int(row.cells[0].col)
	wide := t.isWide(row.num, col)
	if seq := t.at[fSeq]; wide || seq >= 0 && t.cols[seq].col == col && !isNumber(first) {
		if _, ok := sectionCategory(row.cells[0].text); ok {
			return sectionRow
		}
		return noteRow
	}
	for _, f := range [...]field{fName, fMain} {
		if i := t.at[f]; i >= 0 && t.cols[i].col == col {
			return itemRow
		}
	}
	return noteRow
}

// head gives at most n characters.
func head(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

func hasPrefix(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

func isTotal(s string) bool {
	return hasPrefix(s, "合计", "总计", "小计", "共计", "总数") && len([]rune(s)) <= 16
}

func isSignature(s string) bool {
	return strings.Contains(s, ":") && hasPrefix(s, "填表人", "制表人", "审核人", "填报人", "经办人", "负责人", "单位负责人", "主要负责人", "联系人", "制表")
}

// isNothing reads the ways to say that there are no items.
func isNothing(s string) bool {
	s = strings.Trim(s, "。.()")
	for _, cut := range [...]string{"本", "单位", "部门", "机关", "局", "暂", "目前"} {
		s = strings.TrimPrefix(s, cut)
	}
	return s == "无" || hasPrefix(s, "无此类", "没有此类", "无该类", "没有该类", "无本类", "无事项", "没有事项", "不涉及", "无职权", "无权力") && len([]rune(s)) <= 12
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(strings.TrimRight(s, ".、"), 64)
	return err == nil
}

func (t *table) isHeaderAgain(row *gridRow) bool {
	same := 0
	for _, c := range row.cells {
		i, ok := slices.BinarySearchFunc(t.cols, int(c.col), func(c column, col int) int { return c.col - col })
		if ok && len(c.text) < 90 && squeeze(c.text) == t.cols[i].tidy {
			same++
		}
	}
	return same >= 3
}

// isWide says that a cell is merged over at least half of the columns.
func (t *table) isWide(row, col int) bool {
	i, _ := slices.BinarySearchFunc(t.g.merges, area{r0: row, c0: col}, func(a, b area) int {
		if a.r0 != b.r0 {
			return a.r0 - b.r0
		}
		return a.c0 - b.c0
	})
	if i >= len(t.g.merges) {
		return false
	}
	m := t.g.merges[i]
	return m.r0 == row && m.c0 == col && 2*(m.c1-m.c0+1) >= len(t.cols)
}

// sectionCategory reads the heading of a section within a sheet.
func sectionCategory(text string) (string, bool) {
	s := dropBrackets(squeeze(text))
	if _, rest, ok := strings.Cut(s, "、"); ok {
		s = rest
	}
	c, fit := readCategory(strings.TrimRight(s, ":"))
	return c, fit >= categoryLoose
}

// categoryIn reads the category that the name or title of a sheet gives. The
// word must end there or go on as a heading does: 行政审批服务局 is an office.
func categoryIn(name string) (string, bool) {
	s := squeeze(name)
	if short := strings.TrimFunc(dropBrackets(s), func(r rune) bool { return unicode.IsDigit(r) || strings.ContainsRune("、.-_", r) }); len([]rune(short)) <= 4 {
		if c, fit := readCategory(short); fit >= categoryLoose {
			return c, true
		}
	}
	found := ""
	for _, w := range append(Categories(), "行政许可", "行政检查", "其他行政权力") {
		i := strings.Index(s, w)
		if i < 0 {
			continue
		}
		rest := s[i+len(w):]
		if rest != "" && !hasPrefix(rest, "事项", "职权", "权力", "类", "清单", "目录", "表", "项目", "(", "-", "_", "1", "2") {
			continue
		}
		c, _ := readCategory(w)
		if found != "" && found != c {
			return "", false
		}
		found = c
	}
	return found, found != ""
}

// form is what stands above the header.
type form struct{ department, date, category string }

// readForm reads 填报单位 and 填报日期 above the header, wherever the colon is,
// and the category the title names.
func (t *table) readForm() form {
	var f form
	for i := range t.g.rows {
		row := &t.g.rows[i]
		if row.num >= t.first {
			break
		}
		for k := range row.cells {
			if row.cells[k].units > 0 {
				continue
			}
			next := ""
			if k+1 < len(row.cells) {
				next = row.cells[k+1].text
			}
			f.read(row.cells[k].text, next)
		}
		if c, ok := categoryIn(head(row.cells[0].text, 60)); ok && len(row.cells) == 1 {
			f.category = c
		}
	}
	return f
}

func (f *form) read(text, next string) {
	for _, part := range strings.FieldsFunc(strings.ReplaceAll(text, "  ", "\t"), func(r rune) bool { return r == '\t' || r == '\n' }) {
		key, value, ok := strings.Cut(strings.ReplaceAll(part, "：", ":"), ":")
		if !ok {
			continue
		}
		if value = clean(value); value == "" {
			value = next
		}
		switch dropBrackets(squeeze(key)) {
		case "填报单位", "单位", "实施机关", "实施主体", "填报部门", "部门", "单位名称", "部门名称", "责任单位", "报送单位", "填报机关":
			f.department = value
		case "填报日期", "填报时间", "日期", "报送日期", "报送时间":
			if d, _, _ := readDate(value, textCell); d != "" {
				f.date = d
			}
		}
	}
}

// unitNote reads a remark that gives bare numbers their unit:
// 未注明的按工作日计算, 时限单位为工作日.
func unitNote(g *grid) string {
	for i := range g.rows {
		if len(g.rows[i].cells) > 2 {
			continue
		}
		c := &g.rows[i].cells[0]
		if len(c.text) > 600 {
			continue
		}
		s := squeeze(c.text)
		for _, u := range [...]string{WorkingDays, NaturalDays} {
			if strings.Contains(s, "未注明的按"+u) || strings.Contains(s, "单位为"+u) || strings.Contains(s, "单位:"+u) || strings.Contains(s, "均为"+u) {
				return u
			}
		}
	}
	return ""
}

// isSubName says that a name stands under a main item: （1）…, ①….
func isSubName(name string) (rest string, ok bool) {
	for _, pair := range [...][2]string{{"（", "）"}, {"(", ")"}} {
		inner, found := strings.CutPrefix(name, pair[0])
		if !found {
			continue
		}
		num, rest, found := strings.Cut(inner, pair[1])
		if _, isNum := numeral(num); found && isNum && rest != "" {
			return strings.TrimSpace(rest), true
		}
	}
	if r := []rune(name); len(r) > 1 && r[0] >= '①' && r[0] <= '⑳' {
		return strings.TrimSpace(string(r[1:])), true
	}
	return name, false
}
