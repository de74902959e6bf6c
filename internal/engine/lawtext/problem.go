package lawtext

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity tells how far a text with the problem can be relied on.
type Severity int

// The severities.
const (
	Note    Severity = iota // worth a look; the articles are right
	Serious                 // an article is missing, doubled, may hold foreign words, or its 款 may be cut wrongly
)

// The kinds of problems.
const (
	KindEmpty       = "empty"             // no text at all (空文件)
	KindNoArticles  = "no-articles"       // no 第…条
	KindGap         = "gap"               // article numbers jump (跳号)
	KindBackwards   = "backwards"         // an article number is lower than the one before (倒号)
	KindDuplicate   = "duplicate"         // an article number comes twice (重号)
	KindTwoLaws     = "two-laws"          // numbering restarts: two laws in one file
	KindCitation    = "citation-line"     // a line begins with the citation of an article
	KindSpaced      = "spaced-number"     // blanks inside an article number
	KindGlued       = "glued"             // several articles on one line (粘连)
	KindTruncated   = "truncated"         // the text ends too early (截断)
	KindContents    = "contents-doubled"  // the contents page comes twice
	KindMismatch    = "contents-mismatch" // the contents page lists headings the body lacks
	KindStub        = "deleted-stub"      // an article of which only the number is left (删去)
	KindNoText      = "empty-article"     // an article without words
	KindPrivateUse  = "private-use"       // characters outside Unicode's assignments (造字)
	KindZeroWidth   = "zero-width"        // invisible characters, removed
	KindGarbled     = "garbled"           // bytes that were no characters (乱码)
	maxPerKind      = 20                  // problems of one kind after which the rest is only counted
	overflowMessage = "同类问题还有 %d 处，未逐一列出"
)

// Problem is something in a text that is not in order.
type Problem struct {
	Kind     string
	Severity Severity
	Line     int    // from 1; 0 when it concerns the whole text
	Text     string // the beginning of the line
	Message  string // in Chinese: what is wrong, where, and how to mend it
}

// Serious reports whether the document has a serious problem.
func (d *Document) Serious() bool {
	return slices.ContainsFunc(d.Problems, func(p Problem) bool { return p.Severity == Serious })
}

// problems collects what is found in a text, in any order.
type problems struct{ list []Problem }

func (ps *problems) add(kind string, sev Severity, line int, text, format string, args ...any) {
	msg := fmt.Sprintf(format, args...)
	if line > 0 {
		msg = fmt.Sprintf("第 %d 行：%s", line, msg)
	}
	ps.list = append(ps.list, Problem{kind, sev, line, clip(text, 40), msg})
}

// sorted gives the problems in the order of lines, at most maxPerKind of each.
func (ps *problems) sorted() []Problem {
	slices.SortStableFunc(ps.list, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	seen := map[string]int{}
	out := ps.list[:0]
	for _, p := range ps.list {
		if seen[p.Kind]++; seen[p.Kind] <= maxPerKind {
			out = append(out, p)
		}
	}
	for i := range out {
		if over := seen[out[i].Kind] - maxPerKind; over > 0 {
			out[i].Message += "（" + fmt.Sprintf(overflowMessage, over) + "）"
			seen[out[i].Kind] = 0
		}
	}
	return out
}

// clip shortens s to n characters.
func clip(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}
