package amend

import (
	"fmt"
	"strings"

	"qingdan/internal/engine/lawtext"
)

// Remark says in Chinese why an effect was not carried out, or not wholly.
type Remark struct {
	Effect  Effect
	Message string
}

// Apply carries out the effects on old that are exact and name its title or no
// law, and gives the new text with a remark on every one it could not carry
// out. Effects on other laws are passed over. old is not changed.
//
// Places are those of the old text, as acts name them. Articles, paragraphs
// and items whose new number the act gives stand there; the others keep their
// order around them. Articles are counted anew when one with a plain number
// comes, goes or moves, or the act says so (条文序号作相应调整); then references
// of the kept words to articles of the text (本法第八条) follow. 条之一 leave the
// numbers alone. Lines, headings and contents stay those of the old text.
func Apply(old *lawtext.Document, effects []Effect) (*lawtext.Document, []Remark) {
	d := newDraft(old)
	for _, e := range effects {
		switch {
		case e.Law != "" && !SameLaw(e.Law, old.Title):
		case e.Kind == Heading:
			d.remark(e, "章节标题有增改，请人工处理")
		case !e.Exact:
			d.remark(e, "未说明确切的位置或者文字，请人工处理")
		default:
			d.carryOut(e)
		}
	}
	return d.document(), d.remarks
}

func (d *draft) remark(e Effect, format string, args ...any) {
	place := "修改决定" + strings.TrimRight(e.Point, "、.．")
	if e.Article.N > 0 {
		place += "，" + e.Article.Chinese()
	}
	d.remarks = append(d.remarks, Remark{e, place + "：" + fmt.Sprintf(format, args...)})
}

// carryOut carries one effect out.
func (d *draft) carryOut(e Effect) {
	switch {
	case e.Kind == Title:
		d.title = strings.Trim(e.New, "《》")
	case e.Kind == Foreword:
		d.foreword = e.New
	case e.Kind == Reorder:
		d.reorder = true
	case e.Kind == Repeal:
		d.remark(e, "全文废止，没有修改后的文本")
	case e.Kind == Insert && e.Unit == ArticleUnit:
		d.made = append(d.made, unit[*article]{value: &article{paragraphs: written(e.New, 0)}, at: e.NewNumber})
		d.reorder = d.reorder || e.NewNumber.Sub == 0
	case e.Article.N == 0:
		d.everywhere = append(d.everywhere, e)
	default:
		d.inArticle(e)
	}
}

// inArticle carries out what concerns an article of the old text.
func (d *draft) inArticle(e Effect) {
	u := d.find(e.Article)
	if u == nil {
		d.remark(e, "原文没有这一条")
		return
	}
	a := u.value
	switch {
	case e.Subitem > 0:
		d.remark(e, "涉及“目”的修改，请人工处理")
	case e.Unit == ItemUnit:
		d.inItems(e, a)
	case e.Unit == ParagraphUnit && e.Kind == Insert:
		for _, p := range written(e.New, e.NewPlace) {
			p.value.host = e.NewNumber
			a.paragraphs = append(a.paragraphs, p)
		}
	case e.Paragraph > len(a.was.Paragraphs) || e.Paragraph > len(a.paragraphs):
		d.remark(e, "原文没有第%s款", lawtext.FormatChinese(e.Paragraph))
	case e.Paragraph > 0:
		d.inParagraph(e, a)
	case e.Kind == Replace:
		a.paragraphs = written(e.New, 0)
		if e.NewNumber.N > 0 {
			u.at = e.NewNumber
		}
	case e.Kind == Delete:
		u.gone, d.reorder = true, true
	case e.Kind == Renumber:
		u.at, d.reorder = e.NewNumber, true
	default:
		d.words(e, a.paragraphs)
	}
}

// inParagraph carries out what concerns a paragraph.
func (d *draft) inParagraph(e Effect, a *article) {
	u := &a.paragraphs[e.Paragraph-1]
	switch e.Kind {
	case Replace:
		from := u.at.N // further paragraphs stand behind the first
		if from == 0 {
			from = e.Paragraph
		}
		for k, p := range written(finished(e.New), from) {
			p.value.host = u.value.host
			if k == 0 {
				u.value = p.value
			} else {
				a.paragraphs = append(a.paragraphs, p)
				u = &a.paragraphs[e.Paragraph-1]
			}
		}
	case Delete:
		u.gone = true
	case Renumber:
		u.at.N = e.NewPlace
		if e.NewNumber.N > 0 {
			u.value.host, d.reorder = e.NewNumber, true
		}
	default:
		d.words(e, a.paragraphs[e.Paragraph-1:e.Paragraph])
	}
}

// inItems carries out what concerns an item.
func (d *draft) inItems(e Effect, a *article) {
	p := a.list(e.Paragraph)
	if p == nil {
		d.remark(e, "原文这里没有分项")
		return
	}
	if e.Kind == Insert {
		for k, it := range writtenItems(e.New) {
			u := unit[*item]{value: it}
			if e.NewPlace > 0 {
				u.at.N = e.NewPlace + k
			}
			p.items = append(p.items, u)
		}
		p.recount = true
		return
	}
	for i := range p.items {
		if u := &p.items[i]; u.value.No == e.Item {
			d.inItem(e, p, u)
			return
		}
	}
	d.remark(e, "原文没有第%s项", lawtext.FormatChinese(e.Item))
}

func (d *draft) inItem(e Effect, p *paragraph, u *unit[*item]) {
	switch e.Kind {
	case Replace:
		news := writtenItems(e.New)
		no := u.value.No
		u.value, p.recount = news[0], true
		u.value.No = no
		for k, it := range news[1:] {
			p.items = append(p.items, unit[*item]{value: it, at: lawtext.Number{N: no + k + 1}})
		}
	case Delete:
		u.gone, p.recount = true, true
	case Renumber:
		u.at.N, p.recount = e.NewPlace, true
	default:
		if !changeAll(u.value.all(), e) {
			d.remark(e, "原文这一项中没有“%s”", e.Old)
		}
	}
}

// words changes words in paragraphs and their items; words without Old are
// added at the end.
func (d *draft) words(e Effect, list []unit[*paragraph]) {
	var all []*words
	for _, u := range list {
		all = append(all, u.value.all()...)
	}
	if e.Old == "" && len(all) > 0 {
		all = all[len(all)-1:]
	}
	if !changeAll(all, e) {
		d.remark(e, "原文中没有“%s”", e.Old)
	}
}

// changeAll changes words in all texts and reports whether any has them.
func changeAll(all []*words, e Effect) bool {
	found := false
	for _, t := range all {
		if t.change(e) {
			found = true
		}
	}
	return found
}

// maxText bounds a text in bytes: words that hold what they replace would
// otherwise double it with every effect.
const maxText = 1 << 20

// change changes words and reports whether the text has them. Words added to
// an enumeration get its comma; without Old they stand at the end.
func (t *words) change(e Effect) bool {
	if !strings.Contains(t.s, e.Old) || e.Old == "" && e.Kind != InsertWords {
		return false
	}
	to := e.New
	switch {
	case e.Old == "":
		t.s, t.fresh = t.s+e.New, true
		return true
	case e.Kind == InsertWords:
		listed := strings.Contains(t.s, e.Old+"、") || strings.Contains(t.s, "、"+e.Old)
		if listed && !strings.HasPrefix(e.New, "、") && !strings.HasSuffix(e.New, "、") {
			to = "、" + to
		}
		to = e.Old + to
	}
	if len(t.s)+strings.Count(t.s, e.Old)*(len(to)-len(e.Old)) > maxText {
		return false
	}
	t.s = strings.ReplaceAll(t.s, e.Old, to)
	if e.Kind == DeleteWords {
		t.s = strings.NewReplacer("，。", "。", "；。", "。", "、。", "。", "，；", "；", "、、", "、").Replace(t.s)
	}
	t.fresh = t.fresh || strings.Contains(to, "条")
	return true
}

// finished gives a text its full stop: quoted in the middle of a sentence it
// may have lost it.
func finished(s string) string {
	if strings.HasSuffix(s, "。") || strings.HasSuffix(s, "：") || strings.HasSuffix(s, "；") || strings.HasSuffix(s, "”") {
		return s
	}
	return s + "。"
}
