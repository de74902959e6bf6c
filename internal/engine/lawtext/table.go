package lawtext

import "strings"

// Table is a table (表) as far as lines of text keep one.
type Table struct {
	// Line is the line of its first row in the parsed text, from 1; 0 when
	// only the stored annex was at hand.
	Line int
	// Rows are the cells without outer blanks. The row of dashes and rows
	// without words are left out. A row is short where the source dropped a
	// cell that reaches down from the row above.
	Rows [][]string
}

// cellBreak stands between the cells of a row in running text.
const cellBreak = " | "

// lines appends the rows as lines of text.
func (t *Table) lines(to []string) []string {
	if t == nil {
		return to
	}
	for _, r := range t.Rows {
		to = append(to, strings.Join(r, cellBreak))
	}
	return to
}

// add appends a row as it stands in the text.
func (t *Table) add(row string) {
	cells := cellsOf(row)
	if !isDashes(cells) && strings.Join(cells, "") != "" {
		t.Rows = append(t.Rows, cells)
	}
}

// isRow reports whether a line is a row of a Markdown table: | a | b |.
func isRow(s string) bool { return len(s) > 1 && s[0] == '|' && strings.IndexByte(s[1:], '|') >= 0 }

// cellsOf cuts a row into its cells; \| is a stroke inside a cell.
func cellsOf(row string) []string {
	row = strings.TrimSuffix(strings.TrimPrefix(row, "|"), "|")
	var cells []string
	start := 0
	for i := 0; i <= len(row); i++ {
		if i < len(row) && (row[i] != '|' || i > 0 && row[i-1] == '\\') {
			continue
		}
		cells = append(cells, strings.ReplaceAll(trimBlanks(row[start:i]), `\|`, "|"))
		start = i + 1
	}
	return cells
}

// isDashes reports whether cells are the row that Markdown sets below the head.
func isDashes(cells []string) bool {
	for _, c := range cells {
		if strings.Trim(c, "-:") != "" || !strings.Contains(c, "-") {
			return false
		}
	}
	return true
}

// beginsTable reports whether the row in line i is the first of a table: no
// row stands before it, or the row of dashes comes next.
func beginsTable(lines []line, i int) bool {
	if i == 0 || lines[i-1].kind != rowLine {
		return true
	}
	return i+1 < len(lines) && lines[i+1].kind == rowLine && isDashes(cellsOf(lines[i+1].full))
}
