package law

import (
	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
)

// State is where a citation leads.
type State string

// The states of a resolved citation.
const (
	Resolved       State = "resolved"        // 条文在有效文本中
	TitleUnknown   State = "title_unknown"   // 法规库中没有这个名称
	ArticleMissing State = "article_missing" // 有效文本中没有这一条（款、项）
	NotInForce     State = "not_in_force"    // 这一天没有有效文本
	Ambiguous      State = "ambiguous"       // 同名文件不止一份
	NoArticle      State = "no_article"      // 只写了法规名称，没有写到条
)

// Label is the word for people.
func (s State) Label() string {
	switch s {
	case Resolved:
		return "现行有效"
	case TitleUnknown:
		return "法规库中查无此名"
	case ArticleMissing:
		return "条款不存在"
	case NotInForce:
		return "未施行或已废止"
	case Ambiguous:
		return "同名文件不止一份"
	case NoArticle:
		return "未写明条款"
	default:
		return string(s)
	}
}

// Resolution is the answer for one citation on one day.
type Resolution struct {
	State    State
	Document Document
	Edition  Edition    // the edition in force; the last one that was, for NotInForce
	Article  int        // its seq in the edition, 0 when there is none
	To       int        // seq of the last article of a range (第十条至第十五条), else 0
	Others   []Document // all of that name, for Ambiguous; nobody chooses among them but a person
}

// Resolve follows a citation on a day: title or alias, document, edition in
// force, article, paragraph and item. Where several documents bear the title,
// the day decides when only one of them is in force, else the answer is
// Ambiguous. A range needs both its ends.
func (l *Library) Resolve(r citation.Ref, day string) Resolution {
	return resolveAmong(l.byKey[citation.NormalizeTitle(r.Law)], r, day)
}

// resolveAmong follows a citation among the documents of its title.
func resolveAmong(found []*entry, r citation.Ref, day string) Resolution {
	switch {
	case len(found) == 0:
		return Resolution{State: TitleUnknown}
	case len(found) > 1:
		found = inForce(found, day)
	}
	if len(found) > 1 {
		res := Resolution{State: Ambiguous, Document: found[0].Document}
		for _, d := range found {
			res.Others = append(res.Others, d.Document)
		}
		return res
	}
	d := found[0]
	e := d.on(day)
	if e == nil {
		return Resolution{State: NotInForce, Document: d.Document, Edition: d.editions[len(d.editions)-1].Edition}
	}
	return d.in(e, r)
}

// in follows a citation into an edition of the document.
func (d *entry) in(e *edition, r citation.Ref) Resolution {
	res := Resolution{State: Resolved, Document: d.Document, Edition: e.Edition}
	if r.Article == 0 {
		res.State = NoArticle
		return res
	}
	seq, ok := e.seq[lawtext.Number{N: r.Article, Sub: r.ArticleSub}]
	if !ok || !e.articles[seq-1].has(r) {
		res.State = ArticleMissing
		return res
	}
	if r.To != nil && r.To.Article > 0 {
		to, ok := e.seq[lawtext.Number{N: r.To.Article, Sub: r.To.ArticleSub}]
		if !ok || to < seq {
			res.State = ArticleMissing
			return res
		}
		res.To = to
	}
	res.Article = seq
	return res
}

// has says whether the article has the paragraph and item that a citation
// names. A citation that goes no deeper than the article has them.
func (a article) has(r citation.Ref) bool {
	if r.Paragraph == 0 && r.Item == 0 {
		return true
	}
	art, err := a.decode()
	if err != nil {
		return false
	}
	doc := lawtext.Document{Articles: []lawtext.Article{art}}
	_, ok := doc.Locate(a.number, r.Paragraph, r.Item, 0)
	return ok
}

func inForce(found []*entry, day string) []*entry {
	var out []*entry
	for _, d := range found {
		if d.on(day) != nil {
			out = append(out, d)
		}
	}
	if len(out) == 0 {
		return found[:1]
	}
	return out
}

// Place gives the words at the place that a citation names, no more: the item
// where it names an item, every article of a range. "" when it leads nowhere.
func (l *Library) Place(r citation.Ref, res Resolution) string {
	e, ok := l.edition[res.Edition.ID]
	if !ok || res.Article == 0 {
		return ""
	}
	if res.To > res.Article {
		var all string
		for seq := res.Article; seq <= res.To; seq++ {
			art, err := e.articles[seq-1].decode()
			if err != nil {
				return ""
			}
			all += art.Number.Chinese() + "　" + art.Text() + "\n"
		}
		return all
	}
	art, err := e.articles[res.Article-1].decode()
	if err != nil {
		return ""
	}
	doc := lawtext.Document{Articles: []lawtext.Article{art}}
	if text, ok := doc.Locate(art.Number, r.Paragraph, r.Item, r.Subitem); ok {
		return text
	}
	text, _ := doc.Locate(art.Number, r.Paragraph, r.Item, 0)
	return text
}
