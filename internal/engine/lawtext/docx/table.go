package docx

import (
	"encoding/xml"
	"strings"
)

// cell is one cell as the file has it.
type cell struct {
	lines      []string
	properties struct {
		Span  *value `xml:"gridSpan"`
		Merge *value `xml:"vMerge"` // "restart" begins a cell merged downwards, no value goes on with it
	}
}

// span is how many columns the cell takes.
func (c *cell) span() int { return min(max(c.properties.Span.number(), 1), maxSpan) }

// text gives the words of the cell on one line.
func (c *cell) text() string {
	return strings.Join(strings.Fields(strings.Join(c.lines, "\n")), " ")
}

// table reads a table and gives its rows as Markdown between blank lines. A
// cell merged downwards is repeated in each of its rows; one merged to the
// right is followed by empty cells. A table of one cell is a mere frame: its
// lines stand as they are. A table inside another has its rows as plain words.
func (d *reader) table(nesting int) ([]string, error) {
	var rows [][]cell
	err := d.walk(func(t xml.StartElement) (bool, error) {
		if t.Name.Local != "tr" {
			return false, nil
		}
		row, err := d.row(nesting)
		if len(row) > 0 {
			rows = append(rows, row)
		}
		return true, err
	})
	if err != nil {
		return nil, err
	}
	if len(rows) == 1 && len(rows[0]) == 1 {
		return rows[0][0].lines, nil
	}
	lines := make([]string, 0, len(rows)+3)
	var above []string
	for _, row := range rows {
		above = cellTexts(row, above)
		line := strings.Join(above, " ")
		if nesting == 1 {
			line = markdownRow(above)
		}
		if err := d.grow(len(line)); err != nil {
			return nil, err
		}
		lines = append(lines, line)
		if nesting == 1 && len(lines) == 1 {
			lines = append(lines, "|"+strings.Repeat(" --- |", len(above)))
		}
	}
	if nesting == 1 {
		lines = append(append([]string{""}, lines...), "")
	}
	return lines, nil
}

// markdownRow writes the cells as Markdown has them.
func markdownRow(cells []string) string {
	escaped := make([]string, len(cells))
	for i, c := range cells {
		escaped[i] = strings.ReplaceAll(c, "|", `\|`)
	}
	return "| " + strings.Join(escaped, " | ") + " |"
}

// row reads the cells of a row; none when the row is deleted.
func (d *reader) row(nesting int) ([]cell, error) {
	var cells []cell
	var properties struct {
		Before  *value    `xml:"gridBefore"` // columns left free
		Deleted *struct{} `xml:"del"`
	}
	err := d.walk(func(t xml.StartElement) (bool, error) {
		switch t.Name.Local {
		case "trPr":
			return true, d.dec.DecodeElement(&properties, &t)
		case "tc":
			var c cell
			var err error
			c.lines, err = d.blocks(nesting, &c)
			cells = append(cells, c)
			return true, err
		}
		return false, nil
	})
	if properties.Deleted != nil {
		return nil, err
	}
	if properties.Before.number() > 0 {
		var free cell
		free.properties.Span = properties.Before
		cells = append([]cell{free}, cells...)
	}
	return cells, err
}

// cellTexts lays a row out in columns; above are the columns of the row above.
func cellTexts(row []cell, above []string) []string {
	var out []string
	for i := range row {
		c := &row[i]
		text := c.text()
		if m := c.properties.Merge; m != nil && m.Val != "restart" && len(out) < len(above) {
			text = above[len(out)]
		}
		out = append(out, text)
		for range c.span() - 1 {
			out = append(out, "")
		}
	}
	return out
}
