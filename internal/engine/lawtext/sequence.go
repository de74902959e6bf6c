package lawtext

import "strings"

// lookahead is how many article marks further the expected number is sought
// before a number out of order is believed.
const lookahead = 3

// citesArticle reports whether the words after 第…条 show that the line cites
// an article instead of beginning one: 第三条规定的, 第五条第二款, 第八条、第九条.
func citesArticle(rest string) bool {
	for _, w := range []string{"规定", "的", "、", "，", "和", "及", "以及", "至", "或", "与第", "中", "所", "修改", "增加",
		"改为", "删", "之规定", "有关", "项", "作为", "并入", "移至", "》", "）", ")", "“"} {
		if strings.HasPrefix(rest, w) {
			return true
		}
	}
	if v, after, ok := scanOrdinal(rest); ok && v > 0 {
		return strings.HasPrefix(after, "款") || strings.HasPrefix(after, "项")
	}
	if tail, ok := strings.CutPrefix(rest, "第"); ok {
		style, _ := scanMark(tail) // 第（一）项
		return style != noMark
	}
	return false
}

// isCitation reports whether the line only looks like the beginning of an
// article. A number in bold or in a list of its own never does.
func (l *line) isCitation() bool { return !l.bold && !l.bullet && !l.spaced && citesArticle(l.text) }

// run is a numbering from its first article on; the values index the lines.
type run []int

// sequencer decides which lines that begin with 第…条 begin an article.
type sequencer struct {
	lines []line
	marks []int // lines of kind articleLine
	runs  []run
	ps    *problems

	spaced Severity // of a blank inside a number: damage, unless most numbers are set so
}

// sequence gives the runs of articles in order and turns all other lines that
// begin with 第…条 into plain lines.
func sequence(lines []line, ps *problems) []run {
	s := &sequencer{lines: lines, ps: ps, spaced: Serious}
	broken := 0
	for i := range lines {
		if lines[i].kind == articleLine {
			s.marks = append(s.marks, i)
			if lines[i].broken {
				broken++
			}
		}
	}
	if 2*broken > len(s.marks) {
		s.spaced = Note
	}
	var cur run
	for k, i := range s.marks {
		switch s.judge(k, cur) {
		case accept:
			cur = append(cur, i)
		case restart:
			if len(cur) > 0 {
				s.runs = append(s.runs, cur)
			}
			cur = run{i}
		case refuse:
			s.lines[i].kind, s.lines[i].text = plainLine, s.lines[i].full
		}
	}
	if len(cur) > 0 {
		s.runs = append(s.runs, cur)
	}
	return s.runs
}

type verdict uint8

const (
	accept verdict = iota
	restart
	refuse
)

// judge decides on the k-th mark after the articles of cur.
func (s *sequencer) judge(k int, cur run) verdict {
	l := &s.lines[s.marks[k]]
	var last Number
	if len(cur) > 0 {
		last = s.lines[cur[len(cur)-1]].num
	}
	next := l.num.Sub == 0 && l.num.N == last.N+1 || l.num.Sub > 0 && l.num == (Number{last.N, last.Sub + 1})
	if l.glued && !next {
		return refuse
	}
	if l.isCitation() {
		s.ps.add(KindCitation, Serious, l.no, l.full, "以引用“%s”开头，不是新的一条，已并入上一条；如属断行，请与上一行接上，如确为条文，请在条号后加空格", l.num.Chinese())
		return refuse
	}
	if l.broken {
		s.ps.add(KindSpaced, s.spaced, l.no, l.full, "条号中间有空格，按“%s”读取；请删去空格", l.num.Chinese())
	}
	if next {
		return accept
	}
	if l.num == (Number{N: 1}) && len(cur) > 0 {
		return restart
	}
	if l.num != last && s.isStray(k, last) {
		s.ps.add(KindBackwards, Serious, l.no, l.full, "条号“%s”与前后不连续，已并入上一条；请核对条号", l.num.Chinese())
		return refuse
	}
	if len(cur) == 0 && !l.bold && !l.bullet && !s.continued(k) {
		s.ps.add(KindCitation, Serious, l.no, l.full, "以“%s”开头，但前后没有其他条文，未作为条文；请核对", l.num.Chinese())
		return refuse
	}
	s.reportBreak(l, last)
	return accept
}

// isStray looks ahead: does the numbering go on as if this mark were not
// there?
func (s *sequencer) isStray(k int, last Number) bool {
	for j := k + 1; j < len(s.marks) && j <= k+lookahead; j++ {
		m := &s.lines[s.marks[j]]
		if m.num == (Number{N: last.N + 1}) && !m.isCitation() {
			return true
		}
		if m.num == (Number{N: 1}) {
			return false
		}
	}
	return false
}

// continued reports whether the next mark goes on from this one.
func (s *sequencer) continued(k int) bool {
	if k+1 >= len(s.marks) {
		return false
	}
	return s.lines[s.marks[k+1]].num == Number{N: s.lines[s.marks[k]].num.N + 1}
}

func (s *sequencer) reportBreak(l *line, last Number) {
	n := l.num
	switch {
	case last.N == 0:
		s.ps.add(KindGap, Serious, l.no, l.full, "条文从“%s”开始，前面的条文缺失；如为节选，请补齐全文", n.Chinese())
	case n == last:
		s.ps.add(KindDuplicate, Serious, l.no, l.full, "“%s”重复出现；请核对条号", n.Chinese())
	case n.Less(last):
		s.ps.add(KindBackwards, Serious, l.no, l.full, "条号从“%s”退回“%s”；请核对条号，或将引用的条文移出", last.Chinese(), n.Chinese())
	default:
		s.ps.add(KindGap, Serious, l.no, l.full, "条号从“%s”跳到“%s”，中间的条文缺失；请对照原文补齐", last.Chinese(), n.Chinese())
	}
}
