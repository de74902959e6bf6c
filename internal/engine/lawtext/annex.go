package lawtext

import (
	"strings"
	"unicode/utf8"
)

// Annex is one annex (附件, 附表, 附录) of a text.
type Annex struct {
	Title  string  // mark and name with blanks removed: "附件1 男职工延迟法定退休年龄对照表"; "" for words without a mark
	Text   string  // its words line by line, without the title; rows of tables with " | " between the cells
	Tables []Table // the tables of Text, in order
}

// The bounds of an annex title that is broken into lines.
const (
	maxAnnexTitleLines = 4
	maxAnnexTitle      = 40 // characters of one line
)

// Annexes cuts d.Annex at its marks. It works on a document whose Annex was
// stored and read back as well; only the lines of tables are unknown then. A
// list of the annexes that follow (附件：1.… 2.…) is no annex of its own.
func (d *Document) Annexes() []Annex {
	if d.Annex == "" {
		return nil
	}
	lines := splitLines(d.Annex)
	var out []Annex
	for start := 0; start < len(lines); {
		end := start + 1
		for end < len(lines) && !isAnnexMark(lines[end]) {
			end++
		}
		if end == len(lines) || !listsAnnexes(lines[start:end]) {
			out = append(out, d.annex(lines, start, end))
		}
		start = end
	}
	return out
}

// annex builds the annex of the lines from start to end.
func (d *Document) annex(lines []line, start, end int) Annex {
	var a Annex
	body := start
	if isAnnexMark(lines[start]) {
		a.Title, body = annexTitle(lines[:end], start)
	}
	var text []string
	for i := body; i < end; i++ {
		l := lines[i]
		if l.kind != rowLine {
			text = append(text, l.full)
			continue
		}
		if len(a.Tables) == 0 || beginsTable(lines, i) {
			a.Tables = append(a.Tables, Table{Line: lineAt(d.annexLines, l.no)})
		}
		t := &a.Tables[len(a.Tables)-1]
		before := len(t.Rows)
		t.add(l.full)
		text = append(text, (&Table{Rows: t.Rows[before:]}).lines(nil)...)
	}
	a.Text = strings.Join(text, "\n")
	return a
}

// lineAt gives the line in the parsed text of the n-th line of a part of it.
func lineAt(lines []int, n int) int {
	if n > len(lines) {
		return 0
	}
	return lines[n-1]
}

// listsAnnexes reports whether the lines from an annex mark on only list the
// annexes: 附件：1.… and further numbered lines.
func listsAnnexes(lines []line) bool {
	name := strings.TrimLeft(squeeze(lines[0].full), "附件：:")
	for _, s := range append([]string{name}, fulls(lines[1:])...) {
		if style, _ := scanMark(s); style == noMark && s != "" {
			return false
		}
	}
	return name != "" || len(lines) > 1
}

func fulls(lines []line) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.full
	}
	return out
}

// annexTitle reads the title that begins with the mark in line i and gives the
// line after it. A bare mark has its name on the next lines: the first one,
// and further ones up to a line that ends as titles do.
func annexTitle(lines []line, i int) (title string, next int) {
	title = strings.TrimRight(squeeze(lines[i].full), "：:")
	if !isBareMark(title) {
		for next = i + 1; next < len(lines) && next <= i+maxAnnexTitleLines && unclosed(title) && lines[next].kind == plainLine; next++ {
			title += squeeze(lines[next].full)
		}
		return title, next
	}
	name, next := "", i+1
	for j := i + 1; j < len(lines) && j <= i+maxAnnexTitleLines && namesAnnex(lines[j]); j++ {
		name += squeeze(lines[j].full)
		if j == i+1 || endsAnnexTitle(name) {
			title, next = strings.TrimRight(squeeze(lines[i].full), "：:")+" "+name, j+1
		}
		if endsAnnexTitle(name) {
			break
		}
	}
	return title, next
}

// isBareMark reports whether an annex mark has no name: 附, 附件, 附件一.
func isBareMark(title string) bool {
	rest := strings.TrimLeft(title, "附件表录图")
	return numeralLen(rest) == len(rest)
}

// namesAnnex reports whether a line can be one of the name of an annex.
func namesAnnex(l line) bool {
	style, _ := scanMark(l.full)
	return l.kind == plainLine && style == noMark && !endsSentence(l.full) && utf8.RuneCountInString(l.full) <= maxAnnexTitle
}

func endsAnnexTitle(s string) bool {
	return endsTitle(s) || endsWithAny(s, "表", "名单", "样式", "格式", "图", "书", "法规", "文件")
}
