package lawtext

import "strings"

// contents tells the headings of a contents page from those of the body: it
// turns the former into blank lines and reports pages that come twice.
//
// On a contents page headings follow each other without text between. Of such
// a group only the last chain (编, 章, 节 with falling level) heads what comes
// next. A heading before the first article that comes again later belongs to
// a contents page too, which covers pages followed by a preface.
func contents(lines []line, first, last int, ps *problems) {
	c := &contentsPage{lines: lines, first: first, last: last}
	for i := 0; i < len(lines); {
		group, next := c.group(i)
		if len(group) > 0 {
			c.settle(group)
		}
		i = next
	}
	c.report(ps)
}

type contentsPage struct {
	lines       []line
	first, last int   // lines of the first and last article
	dropped     []int // lines of contents pages
	pages       int
	doubled     int            // line where a second contents page begins, 0 if none
	again       map[string]int // heading -> last line it stands in, up to the last article
}

// group gives the headings that follow each other from line i on, and the
// line to go on from.
func (c *contentsPage) group(i int) (headings []int, next int) {
	for ; i < len(c.lines); i++ {
		switch l := &c.lines[i]; {
		case l.kind == headingLine:
			headings = append(headings, i)
		case l.kind == blankLine || l.kind == ruleLine || len(headings) > 0 && (isContentsFiller(l.full) || c.wrapped(i)):
		default:
			if len(headings) == 0 {
				continue
			}
			return headings, i
		}
	}
	return headings, i
}

// isContentsFiller reports whether a line may stand between the entries of a
// contents page.
func isContentsFiller(s string) bool {
	switch squeeze(s) {
	case "目录", "序言", "前言", "附则", "附录", "附件", "附件一", "附件二", "附件三", "总则", "引言":
		return true
	}
	return false
}

// wrapped reports whether line i is the rest of an entry of the contents page
// that was broken: a list entry before the first article with another entry
// right after it.
func (c *contentsPage) wrapped(i int) bool {
	return i < c.first && i+1 < len(c.lines) && c.lines[i].kind == plainLine && c.lines[i].bullet &&
		c.lines[i-1].kind == headingLine && c.lines[i+1].kind == headingLine
}

// settle drops from a group what is contents.
func (c *contentsPage) settle(group []int) {
	live := len(group) - 1
	for live > 0 && c.lines[group[live-1]].level < c.lines[group[live]].level {
		live--
	}
	for live < len(group) && group[live] < c.first && c.comesAgain(group[live]) {
		live++
	}
	if live == 0 {
		return
	}
	if live >= 2 {
		c.pages++
		if c.pages == 2 {
			c.doubled = c.lines[group[0]].no
		}
		if j := c.repeated(group[:live]); j > 0 && c.doubled == 0 {
			c.doubled = j
		}
	}
	for _, i := range group[:live] {
		c.dropped = append(c.dropped, i)
		c.lines[i].kind = blankLine
	}
}

// comesAgain reports whether the heading stands a second time further down,
// before the last article.
func (c *contentsPage) comesAgain(i int) bool {
	if c.again == nil {
		c.again = map[string]int{}
		for j := 0; j < len(c.lines) && j <= c.last; j++ {
			if c.lines[j].kind == headingLine {
				c.again[headingText(c.lines[j])] = j
			}
		}
	}
	return c.again[headingText(c.lines[i])] > i
}

// repeated gives the line where a group begins anew with its first chapter.
func (c *contentsPage) repeated(group []int) int {
	h := headingText(c.lines[group[0]])
	for _, i := range group[1:] {
		if c.lines[i].level == c.lines[group[0]].level && headingText(c.lines[i]) == h {
			return c.lines[i].no
		}
	}
	return 0
}

// report compares the contents page with the body.
func (c *contentsPage) report(ps *problems) {
	if c.doubled > 0 {
		ps.add(KindContents, Note, c.doubled, "", "目录出现两次；请删去多余的一份")
	}
	have := map[string]bool{}
	for _, l := range c.lines {
		if l.kind == headingLine && l.level == chapterLevel {
			label, _, _ := strings.Cut(headingText(l), " ")
			have[label] = true
		}
	}
	var missing []string
	line := 0
	for _, i := range c.dropped {
		l := c.lines[i]
		label, _, _ := strings.Cut(headingText(l), " ")
		if l.level == chapterLevel && !have[label] {
			have[label] = true
			missing = append(missing, label)
			line = l.no
		}
	}
	if len(missing) > 0 && c.last > 0 {
		ps.add(KindMismatch, Serious, line, "", "目录列有%s，正文中没有；正文可能不完整，请对照原文补齐", strings.Join(missing, "、"))
	}
}
