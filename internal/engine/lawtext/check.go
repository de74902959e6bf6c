package lawtext

import (
	"strings"
	"unicode/utf8"
)

// check looks at the finished tree.
func (p *parser) check() {
	d := p.doc
	if p.nextWords(0) < 0 {
		p.ps.add(KindEmpty, Serious, 0, "", "文件中没有文字；请检查是否选错了文件")
		return
	}
	if len(d.Articles) == 0 {
		p.points()
		p.ps.add(KindNoArticles, Note, 0, "", "没有“第…条”，按无条文的文件处理；如原文分条，请让每条以“第…条”另起一行")
		return
	}
	for _, a := range d.Articles {
		p.checkArticle(a)
	}
	p.checkEnd()
}

// points reads the 一、二、 of a document without articles.
func (p *parser) points() {
	var b body
	for s := range strings.SplitSeq(p.doc.Preamble, "\n") {
		b.add(s, false)
	}
	b.flush()
	for _, para := range b.paragraphs {
		p.doc.Points = append(p.doc.Points, para.Items...)
	}
}

func (p *parser) checkArticle(a Article) {
	text := a.Text()
	if text == "" {
		p.ps.add(KindNoText, Serious, a.Line, a.Number.Chinese(), "“%s”没有内容；请对照原文补齐", a.Number.Chinese())
		return
	}
	if utf8.RuneCountInString(text) > 20 {
		return
	}
	switch strings.Trim(squeeze(text), "（）()[]【】〔〕。.…") {
	case "删去", "删除", "废止", "略", "已删去", "已删除", "已废止", "本条删去", "本条删除", "此条删去", "此条删除", "本条废止", "":
		p.ps.add(KindStub, Note, a.Line, text, "“%s”只剩条号，内容已删去或省略；不能作为依据引用", a.Number.Chinese())
	}
}

// checkEnd looks whether the text runs to its proper end: a finished sentence
// and, where one is due, a closing article (commencement, interpretation,
// relation to other rules).
func (p *parser) checkEnd() {
	d := p.doc
	last := d.Articles[len(d.Articles)-1]
	text := last.Text()
	if d.Annex == "" && !endsSentence(text) && !last.endsInTable() && !closes(text) {
		p.ps.add(KindTruncated, Serious, last.Line, text, "全文在“%s”中断，句子没有写完；请对照原文补齐", last.Number.Chinese())
		return
	}
	if p.end < len(p.lines) {
		return
	}
	for _, a := range d.Articles[max(0, len(d.Articles)-3):] {
		if closes(a.Text()) {
			return
		}
	}
	sev := Note
	if commencementDue(d) {
		sev = Serious
	}
	p.ps.add(KindTruncated, sev, last.Line, text,
		"最后一条“%s”及其前两条没有规定施行日期或与其他规定的关系，文件可能在此截断；请核对原文是否还有后续条文", last.Number.Chinese())
}

// wholeLaw is from how many articles on a text without chapters is a whole
// law; shorter ones often leave the commencement to what carries them.
const wholeLaw = 8

// commencementDue reports whether the articles must say from when they apply
// (立法法 第六十一条 for laws; regulations and rules keep to the same form): the
// note above them and the decision that carries them do not say it. Courts let
// their announcement say it, which only a text without any date has lost.
func commencementDue(d *Document) bool {
	if d.Chapters == 0 && len(d.Articles) < wholeLaw {
		return false
	}
	note := historyNote(d.Preamble)
	if strings.Contains(d.Title, "人民法院") || strings.Contains(d.Title, "人民检察院") {
		return len(datesIn(note)) == 0
	}
	if containsAny(note, "施行", "实施", "执行", "生效", "试行") {
		return false
	}
	for s := range strings.SplitSeq(d.Preamble, "\n") {
		if commencementClause(s, d.Title) != "" {
			return false // the decision that carries the text says it
		}
	}
	return true
}

// closes reports whether the words are those of a closing article.
func closes(text string) bool {
	for _, w := range []string{"起施行", "起实施", "起执行", "起生效", "起试行", "起实行", "之日施行", "后施行", "发布施行", "公布施行", "批准施行",
		"日施行", "后实施", "施行。", "公布之日起", "发布之日起", "颁布之日起", "通过之日起", "批准之日起", "印发之日起", "日起开始", "起适用", "起有效",
		"为准", "按本规定执行", "按本解释执行", "适用本解释", "适用本规定", "同时废止", "即行废止", "不再适用", "不适用本", "负责解释", "解释权",
		"参照本", "另行制定", "实施细则", "实施办法", "具体管理办法", "作具体规定", "首都", "仅适用", "行为时的法律", "开始实行"} {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}
