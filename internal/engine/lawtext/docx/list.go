package docx

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// value is an element whose value stands in an attribute.
type value struct {
	Val string `xml:"val,attr"`
}

// number gives the value, 0 if there is none.
func (v *value) number() int {
	if v == nil {
		return 0
	}
	n, err := strconv.Atoi(v.Val)
	if err != nil {
		return 0
	}
	return n
}

// properties are the properties of a paragraph or of its style.
type properties struct {
	Style   value  `xml:"pStyle"`
	Outline *value `xml:"outlineLvl"`
	Number  *struct {
		Level *value `xml:"ilvl"`
		List  *value `xml:"numId"`
	} `xml:"numPr"`
	Mark struct {
		Deleted *struct{} `xml:"del"`
		Moved   *struct{} `xml:"moveFrom"`
	} `xml:"rPr"`
}

// joined reports whether the mark of the paragraph is deleted.
func (p *properties) joined() bool { return p.Mark.Deleted != nil || p.Mark.Moved != nil }

// stylesPart is word/styles.xml.
type stylesPart struct {
	Styles []struct {
		ID         string     `xml:"styleId,attr"`
		Name       value      `xml:"name"`
		BasedOn    value      `xml:"basedOn"`
		Properties properties `xml:"pPr"`
	} `xml:"style"`
}

// style is what a style gives to its paragraphs.
type style struct {
	heading int    // 1 to 9, 0 for none
	list    string // id of its numbering, "" for none
}

// maxBases is how many styles may stand on each other.
const maxBases = 12

// resolve gives the styles by id with what they take from their bases.
func (s stylesPart) resolve() map[string]style {
	out, base := make(map[string]style, len(s.Styles)), make(map[string]string, len(s.Styles))
	for _, st := range s.Styles {
		v := style{heading: headingOfName(st.Name.Val)}
		if v.heading == 0 {
			v.heading = headingOfOutline(st.Properties.Outline)
		}
		if n := st.Properties.Number; n != nil && n.List != nil {
			v.list = n.List.Val
		}
		out[st.ID], base[st.ID] = v, st.BasedOn.Val
	}
	for id, v := range out {
		for b, n := base[id], 0; b != "" && n < maxBases; b, n = base[b], n+1 {
			if v.heading == 0 {
				v.heading = out[b].heading
			}
			if v.list == "" {
				v.list = out[b].list
			}
		}
		out[id] = v
	}
	return out
}

// headingOfName reads the level of a heading from the name of its style: Title
// and 标题 are 1, "heading 2" and "标题 2" are 2.
func headingOfName(name string) int {
	name = strings.ToLower(name)
	if name == "title" || name == "标题" {
		return 1
	}
	for _, head := range []string{"heading ", "标题 ", "标题"} {
		if rest, ok := strings.CutPrefix(name, head); ok && len(rest) == 1 && rest >= "1" && rest <= "9" {
			return int(rest[0] - '0')
		}
	}
	return 0
}

// headingOfOutline turns an outline level, which begins at 0, into the level
// of a heading; 9 is the level of text.
func headingOfOutline(v *value) int {
	if v == nil || v.Val != "0" && v.number() == 0 || v.number() < 0 || v.number() > 8 {
		return 0
	}
	return v.number() + 1
}

// headingLevel is the level of the heading a paragraph is, 0 for none.
func (d *reader) headingLevel(p properties) int {
	if p.Outline != nil {
		return headingOfOutline(p.Outline)
	}
	return d.styles[p.Style.Val].heading
}

// numberingPart is word/numbering.xml.
type numberingPart struct {
	Abstract []struct {
		ID     string  `xml:"abstractNumId,attr"`
		Levels []level `xml:"lvl"`
	} `xml:"abstractNum"`
	Lists []struct {
		ID        string `xml:"numId,attr"`
		Abstract  value  `xml:"abstractNumId"`
		Overrides []struct {
			Level string `xml:"ilvl,attr"`
			Start *value `xml:"startOverride"`
			Full  *level `xml:"lvl"`
		} `xml:"lvlOverride"`
	} `xml:"num"`
}

// level is how one level of a list is numbered.
type level struct {
	Level  string `xml:"ilvl,attr"`
	Start  *value `xml:"start"`
	Format value  `xml:"numFmt"`
	Text   value  `xml:"lvlText"` // 第%1条, （%2）
	Suffix value  `xml:"suff"`
	Style  value  `xml:"pStyle"` // the style whose paragraphs stand on this level
}

// listLevels is how many levels a list of Word has.
const listLevels = 9

// list is one list with the numbers it has reached.
type list struct {
	levels  [listLevels]level
	restart [listLevels]*value // the number its first paragraph of a level begins with
	reached *[listLevels]int   // shared with the lists of the same abstract numbering; -1 is not begun
}

// resolve gives the lists by id.
func (n numberingPart) resolve() map[string]*list {
	levels, reached := map[string][]level{}, map[string]*[listLevels]int{}
	for _, a := range n.Abstract {
		levels[a.ID], reached[a.ID] = a.Levels, &[listLevels]int{-1, -1, -1, -1, -1, -1, -1, -1, -1}
	}
	out := make(map[string]*list, len(n.Lists))
	for _, l := range n.Lists {
		list := &list{reached: reached[l.Abstract.Val]}
		if list.reached == nil {
			continue
		}
		for _, lv := range levels[l.Abstract.Val] {
			list.set(lv.Level, &lv, nil)
		}
		for _, o := range l.Overrides {
			list.set(o.Level, o.Full, o.Start)
		}
		out[l.ID] = list
	}
	return out
}

// set changes what is given of a level.
func (l *list) set(level string, full *level, restart *value) {
	i, err := strconv.Atoi(level)
	if err != nil || i < 0 || i >= listLevels {
		return
	}
	if full != nil {
		l.levels[i] = *full
	}
	l.restart[i] = restart
}

// start is the first number of a level.
func (l *list) start(level int) int {
	if l.levels[level].Start == nil {
		return 1
	}
	return l.levels[level].Start.number()
}

// label counts a paragraph and gives its number as Word shows it with what
// stands between number and words; "" for a bullet and outside lists.
func (d *reader) label(p properties) string {
	list, level := d.styles[p.Style.Val].list, -1
	if p.Number != nil && p.Number.List != nil {
		list, level = p.Number.List.Val, 0
	}
	if p.Number != nil && p.Number.Level != nil {
		level = p.Number.Level.number()
	}
	l := d.lists[list]
	if l == nil || level >= listLevels {
		return ""
	}
	if level < 0 {
		level = l.levelOf(p.Style.Val)
	}
	return l.next(level, d.chinese)
}

// levelOf finds the level bound to a style, 0 if none is.
func (l *list) levelOf(style string) int {
	for i := range l.levels {
		if l.levels[i].Style.Val == style {
			return i
		}
	}
	return 0
}

// maxLabel is the longest pattern of a number in bytes; a longer one is none.
const maxLabel = 90

// next counts one paragraph on a level.
func (l *list) next(level int, chinese func(int) string) string {
	switch {
	case l.restart[level] != nil:
		l.reached[level], l.restart[level] = l.restart[level].number(), nil
	case l.reached[level] < 0:
		l.reached[level] = l.start(level)
	default:
		l.reached[level]++
	}
	for i := level + 1; i < listLevels; i++ {
		l.reached[i] = -1
	}
	lv := l.levels[level]
	text := lv.Text.Val
	if lv.Format.Val == "bullet" || text == "" || len(text) > maxLabel {
		return ""
	}
	for i := range level + 1 {
		n := l.reached[i]
		if n < 0 {
			n = l.start(i)
		}
		text = strings.ReplaceAll(text, "%"+strconv.Itoa(i+1), formatNumber(l.levels[i].Format.Val, n, chinese))
	}
	if lv.Suffix.Val == "nothing" && !strings.HasPrefix(text, "第") || endsMark(text) {
		return text
	}
	return text + " "
}

// endsMark reports whether a number ends as the marks of 项 do, which stand
// close to their words: （一） 一、 1.
func endsMark(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune("）)、.．：", last)
}

// formatNumber writes n in one of Word's formats; one that law texts do not
// use is written in Arabic digits.
func formatNumber(format string, n int, chinese func(int) string) string {
	letter := func(first rune, count int) string {
		if n < 1 || n > count {
			return strconv.Itoa(n)
		}
		return string(first + rune(n-1))
	}
	switch {
	case strings.HasPrefix(format, "chinese"), strings.HasPrefix(format, "japanese"), strings.HasPrefix(format, "taiwanese"), strings.HasPrefix(format, "ideograph"):
		return chinese(n)
	case strings.HasPrefix(format, "decimalEnclosedCircle"):
		return letter('①', 20)
	case format == "lowerLetter":
		return letter('a', 26)
	case format == "upperLetter":
		return letter('A', 26)
	case format == "none":
		return ""
	}
	return strconv.Itoa(n)
}
