package amend

import (
	"strings"

	"qingdan/internal/engine/lawtext"
)

// EffectKind is what an instruction of an amending act does.
type EffectKind int

// The kinds.
const (
	Unknown      EffectKind = iota // not understood; a person reads Text
	Replace                        // the place is given anew (修改为)
	ReplaceWords                   // words are replaced by others (将“甲”修改为“乙”)
	Insert                         // an article, paragraph or item is added (增加一条)
	InsertWords                    // words are added behind others (在“甲”后增加“乙”)
	Delete                         // the place is struck out (删去)
	DeleteWords                    // words are struck out
	Renumber                       // the place gets another number (改为, 作为)
	Reorder                        // the numbers follow the changes (条文序号作相应调整)
	Repeal                         // the whole law ends (废止)
	Title                          // the title is given anew
	Foreword                       // the foreword (引言) is given anew
	Heading                        // headings of chapters come, go or change (章名)
)

// Unit is a part of a law.
type Unit int

// The units, upper first.
const (
	WholeText Unit = iota
	ArticleUnit
	ParagraphUnit
	ItemUnit
	SubitemUnit
)

// Effect is one change an amending act makes to one place of one law.
type Effect struct {
	Law  string // title of the law amended, as written, without 《》; "" when the act does not say
	Kind EffectKind

	// Unit is what is changed or added: an article, a paragraph, an item.
	Unit Unit

	// The place in the text as it was before the act, for what is added the
	// place it is added to. A part that is 0 is not given; an added article
	// has none of them.
	Article                  lawtext.Number
	Paragraph, Item, Subitem int

	// The place in the text as it is after the act, where it is said:
	// NewNumber of the article, for a paragraph only if it stands in another
	// article than before; NewPlace of the paragraph or item, 0 for the end.
	NewNumber lawtext.Number
	NewPlace  int

	// Old are the words replaced or struck out, or those behind which words
	// are added; New the words that come, paragraphs and items joined by "\n".
	Old, New string

	// Exact says that place and words are complete, so that Apply can carry
	// the effect out.
	Exact bool

	Effective string // first day of the changes, YYYY-MM-DD; "" when the act does not say
	Point     string // the marks of the point, as printed: 三、（二）
	Line      int    // which line of the act's words, from 1; title and blank lines not counted
	Text      string // the words of the instruction
}

// ReadEffects reads the single changes of an amending act: a 修正案, a decision
// on one law, or one on many (omnibus). What it does not understand comes as
// an Effect of kind Unknown. Words that change nothing (enacting words,
// commencement, republication) give no effect. The result is in the order of
// the act.
func ReadEffects(d *lawtext.Document) []Effect {
	r := &reader{title: lawOfTitle(d.Title)}
	r.law = r.title
	for _, in := range instructions(d) {
		r.instruction(in)
	}
	day := ""
	if dates := lawtext.ReadDates(d); !dates.Inferred {
		day = dates.Effective
	}
	for i := range r.out {
		r.out[i].Effective = day
	}
	return r.out
}

// lawOfTitle gives the law that the title of an amending act names: the one in
// 《》, or what stands before 修正案.
func lawOfTitle(title string) string {
	if law, ok := titleIn(title); ok {
		return law
	}
	if law, _, ok := strings.Cut(title, "修正案"); ok {
		return law
	}
	return ""
}

// titleIn gives the first title in 《》, titles cited inside it included.
func titleIn(s string) (string, bool) {
	_, after, ok := strings.Cut(s, "《")
	if !ok {
		return "", false
	}
	depth := 1
	for i, r := range after {
		switch r {
		case '《':
			depth++
		case '》':
			if depth--; depth == 0 {
				return after[:i], true
			}
		}
	}
	return "", false
}

// SameLaw reports whether two titles name one law: blanks, the shape of marks,
// a leading 中华人民共和国 and the issuer before 关于 do not count.
func SameLaw(a, b string) bool {
	bare := func(s string) string {
		s = strings.TrimPrefix(plain(s), "中华人民共和国")
		if i := strings.Index(s, "关于"); i > 0 && (strings.HasSuffix(s[:i], "院") || strings.HasSuffix(s[:i], "会")) {
			s = s[i:]
		}
		return s
	}
	return a != "" && bare(a) == bare(b)
}
