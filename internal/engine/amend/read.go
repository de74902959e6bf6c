package amend

import (
	"strings"

	"qingdan/internal/engine/lawtext"
)

// reader reads instructions one after the other and remembers what they speak
// of.
type reader struct {
	title string // law the act is about
	law   string // law in hand
	begun bool   // the first point was met
	out   []Effect

	repealing bool // what follows is a list of acts that end

	in       *instruction
	text     string         // the words of in with their quoted texts
	at       []place        // places the sentence speaks of
	before   place          // the last place named
	deleting bool           // 删去 still counts for the places that follow
	adding   Unit           // what was added and whose number or words come
	split    bool           // 改为两条: the numbers that follow are those of the parts
	held     []Effect       // words named whose change comes: …中的“甲”，…中的“乙”，统一修改为“丙”
	moved    lawtext.Number // article into which the paragraph spoken of moves
	merged   bool           // 合并: the places that follow get one text
}

// instruction reads one paragraph of the act.
func (r *reader) instruction(in instruction) {
	r.in, r.text = &in, in.unquote(in.words)
	if in.begins {
		r.begun = true
		r.before, r.moved = place{}, lawtext.Number{}
	}
	if !r.begun && !r.begins() {
		return
	}
	if closes(in.words) {
		r.repealing = strings.Contains(in.words, "废止的")
		return
	}
	if r.repealing {
		r.repeal()
		return
	}
	r.at = nil
	before := len(r.out)
	for sentence := range strings.SplitSeq(strings.ReplaceAll(in.words, "、原第", "，原第"), "。") {
		r.deleting, r.adding, r.split, r.merged, r.held = false, WholeText, false, false, nil
		for _, clause := range strings.FieldsFunc(sentence, func(c rune) bool { return c == '，' || c == '；' }) {
			r.clause(strings.TrimSpace(clause))
		}
		if len(r.held) > 0 {
			r.unknown(sentence)
		}
	}
	if len(r.out) == before && changes(in.words) {
		r.unknown(in.words)
	}
}

// begins tells of an act without points where its changes begin: behind the
// enacting words, in the next paragraph or in the same.
func (r *reader) begins() bool {
	if strings.HasSuffix(r.in.words, "：") {
		r.begun = true
		return false
	}
	i := strings.Index(r.in.words, "将")
	if i < 0 || !changes(r.in.words[i:]) || !strings.Contains(r.in.words[i:], "第") {
		return false
	}
	r.begun, r.in.words = true, r.in.words[i:]
	return true
}

// closes reports whether a paragraph is the end of the act or a heading of its
// annex, which changes nothing.
func closes(words string) bool {
	if changes(words) {
		return false
	}
	for _, w := range []string{"起施行", "附件", "根据本决定", "重新公布", "决定修改的", "决定废止的"} {
		if strings.Contains(words, w) {
			return true
		}
	}
	return false
}

// repeal reads one line of a list of acts that end.
func (r *reader) repeal() {
	law, ok := titleIn(r.in.words)
	if title, _, found := strings.Cut(r.in.words, "（"); found || !ok {
		law = strings.Trim(title, "《》 　。；")
	}
	r.law = law
	r.emit(Effect{Kind: Repeal, Exact: true})
}

// clause reads one clause.
func (r *reader) clause(s string) {
	c := cursor{s}
	for c.eat("此外", "同时", "并", "将", "把", "对", "在", "原") {
	}
	if strings.HasPrefix(c.s, "修改《") {
		c.eat("修改")
	}
	if c.s == "" {
		return
	}
	if c.eat("删去", "删除") {
		r.deleting = true
	} else if changes(c.s) {
		r.deleting = false
	}
	if r.takeLaw(&c); c.s == "" || announces(c.s) {
		return
	}
	switch {
	case r.deleting:
		r.delete(&c)
	case r.reorders(s):
		c.s = ""
	case r.whole(&c):
	case r.adding > WholeText && r.added(&c):
	default:
		r.change(&c)
	}
	if c.s != "" {
		r.unknown(s)
	}
}

// changes reports whether a clause has a verb of its own, so that 删去 of the
// clause before does not count for it.
func changes(s string) bool {
	return strings.Contains(s, "改为") || strings.Contains(s, "作为") || strings.Contains(s, "增加") || strings.Contains(s, "删")
}

// announces reports whether the words only say that changes follow.
func announces(s string) bool {
	if strings.HasPrefix(s, "第") {
		return false
	}
	s = strings.TrimSuffix(s, "：")
	for _, w := range []string{"作出修改", "如下修改", "以下修改", "予以修改", "进行修改", "修改如下"} {
		if strings.HasSuffix(s, w) {
			return true
		}
	}
	return false
}

// takeLaw takes the name of the law the clause speaks of.
func (r *reader) takeLaw(c *cursor) {
	if strings.HasPrefix(c.s, "《") {
		if law, ok := titleIn(c.s); ok {
			r.law, r.before, r.at = law, place{}, nil
			c.s = c.s[len("《")+len(law)+len("》"):]
			c.bracket()
		}
		return
	}
	if c.eat("本法", "本条例", "本规定", "本办法", "本解释", "本细则", "本规则") {
		return
	}
	i := strings.Index(c.s, "第")
	if i <= 0 {
		return
	}
	for _, end := range []string{"法", "条例", "规定", "办法", "细则", "规则"} {
		if name := c.s[:i]; strings.HasSuffix(name, end) && SameLaw(name, r.title) {
			r.law, c.s = name, c.s[i:]
			return
		}
	}
}

// bracket takes the number of a document behind its title: （法释〔2015〕13号）.
func (c *cursor) bracket() {
	if strings.HasPrefix(c.s, "（") {
		if _, after, ok := strings.Cut(c.s, "）"); ok {
			c.s = after
		}
	}
}

// speakOf takes the places a clause begins with.
func (r *reader) speakOf(c *cursor) {
	if list := c.places(r.before); len(list) > 0 {
		r.at, r.before = list, list[len(list)-1]
		return
	}
	switch {
	case c.eat("其中"):
	case c.eat("该条", "本条"):
		r.at = []place{{article: r.before.article}}
	case c.eat("该款", "本款"):
		r.at = []place{{article: r.before.article, paragraph: r.before.paragraph}}
	case c.eat("全文", "相关条文", "有关条文", "其他条文", "其他", "条文"):
		r.at = []place{{}}
	}
}

// of eats what joins a place and the words in it.
func (c *cursor) of() {
	c.eat("规定中的", "规定的", "中规定的", "内容中的", "中的", "中", "的", "里的", "内的")
}

// each emits the effect for every place spoken of.
func (r *reader) each(e Effect) {
	if len(r.at) == 0 {
		r.unknown(r.in.words)
		return
	}
	for _, at := range r.at {
		r.emit(r.effect(e, at))
	}
}

// effect puts an effect to a place. It is exact unless the place is missing.
func (r *reader) effect(e Effect, at place) Effect {
	e.Unit = at.unit()
	e.Article, e.Paragraph, e.Item, e.Subitem = at.article, at.paragraph, at.item, at.subitem
	wordsOnly := e.Kind == ReplaceWords || e.Kind == DeleteWords || e.Kind == InsertWords
	e.Exact = at.article.N > 0 || wordsOnly && at == place{}
	return e
}

func (r *reader) emit(e Effect) bool {
	e.Law, e.Point, e.Line, e.Text = r.law, r.in.point, r.in.line, r.text
	r.out = append(r.out, e)
	return true
}

// unknown keeps words that were not understood.
func (r *reader) unknown(words string) {
	r.emit(Effect{Kind: Unknown})
	r.out[len(r.out)-1].Text = r.in.unquote(words)
}
