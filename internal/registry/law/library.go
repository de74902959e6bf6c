package law

import (
	"encoding/json"
	"sort"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/hanzi"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/sqldb"
)

// Library is the whole library in memory, for resolving citations in bulk. It
// is read-only once read and safe for concurrent use.
type Library struct {
	docs    map[sqldb.ID]*entry
	byKey   map[string][]*entry
	edition map[sqldb.ID]*edition
}

type entry struct {
	Document
	bigrams  []string   // of the key
	editions []*edition // oldest first
}

type edition struct {
	Edition
	seq      map[lawtext.Number]int // article number -> seq, from 1
	articles []article              // by seq
}

// article is kept as it is stored and decoded only when a citation goes below
// it or its text is wanted.
type article struct {
	number     lawtext.Number
	paragraphs string // JSON
}

func (a article) decode() (lawtext.Article, error) {
	art := lawtext.Article{Number: a.number}
	err := json.Unmarshal([]byte(a.paragraphs), &art.Paragraphs)
	return art, err
}

func (l *Library) addDocument(d Document) {
	e := &entry{Document: d, bigrams: hanzi.Bigrams(d.Key)}
	l.docs[d.ID] = e
	l.byKey[d.Key] = append(l.byKey[d.Key], e)
}

func (l *Library) addEdition(e Edition) {
	ed := &edition{Edition: e, seq: make(map[lawtext.Number]int, e.Articles)}
	if l.edition == nil {
		l.edition = map[sqldb.ID]*edition{}
	}
	l.edition[e.ID] = ed
	d := l.docs[e.Document]
	d.editions = append(d.editions, ed)
}

// repeal ends the editions of a title that were made before the repealing
// text; a later edition of the same title is another law and stands, and so
// does another region's law of the same name. A repealing text of which no day
// is known ends nothing: nobody can say from when.
func (l *Library) repeal(key, region, day, made string) {
	if day == "" {
		return
	}
	for _, d := range l.byKey[key] {
		if region != "" && d.Region != "" && region != d.Region {
			continue
		}
		for _, e := range d.editions {
			if e.Made <= made && (e.Repealed == "" || day < e.Repealed) {
				e.Repealed = day
			}
		}
	}
}

// addArticle takes the articles of an edition in their order.
func (l *Library) addArticle(id sqldb.ID, n lawtext.Number, paragraphs string) {
	e := l.edition[id]
	e.articles = append(e.articles, article{n, paragraphs})
	if _, twice := e.seq[n]; !twice {
		e.seq[n] = len(e.articles)
	}
}

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
	Edition  Edition  // the edition in force; the last one that was, for NotInForce
	Article  int      // its seq in the edition, 0 when there is none
	Near     []string // titles that come close, for TitleUnknown; offered, never taken
}

// Resolve follows a citation: title, document, edition in force on the day,
// article, paragraph and item. A range is followed to its first article.
func (l *Library) Resolve(r citation.Ref, day string) Resolution {
	key := citation.NormalizeTitle(r.Law)
	found := l.byKey[key]
	switch {
	case len(found) == 0:
		return Resolution{State: TitleUnknown}
	case len(found) > 1:
		found = inForce(found, day)
	}
	if len(found) > 1 {
		return Resolution{State: Ambiguous, Document: found[0].Document}
	}
	d := found[0]
	e := d.on(day)
	if e == nil {
		res := Resolution{State: NotInForce, Document: d.Document}
		if n := len(d.editions); n > 0 {
			res.Edition = d.editions[n-1].Edition
		}
		return res
	}
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

// on gives the edition in force on a day: the last one begun and not ended.
func (d *entry) on(day string) *edition {
	for i := len(d.editions) - 1; i >= 0; i-- {
		if d.editions[i].InForce(day) {
			return d.editions[i]
		}
	}
	return nil
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

// Near offers up to three titles that come close to an unknown one, best
// first. It compares with all titles and is meant for what did not resolve.
func (l *Library) Near(title string) []string {
	type hit struct {
		title string
		score float64
	}
	var hits []hit
	key := citation.NormalizeTitle(title)
	bigrams := hanzi.Bigrams(key)
	for k, ds := range l.byKey {
		s := hanzi.Similar(bigrams, ds[0].bigrams)
		if strings.Contains(k, key) || strings.Contains(key, k) {
			s += 0.3
		}
		if s >= 0.6 {
			hits = append(hits, hit{ds[0].Title, s})
		}
	}
	sort.Slice(hits, func(i, j int) bool {
		return hits[i].score > hits[j].score || hits[i].score == hits[j].score && hits[i].title < hits[j].title
	})
	var out []string
	for _, h := range hits[:min(3, len(hits))] {
		out = append(out, h.title)
	}
	return out
}

// Text gives the text that a resolution stands on: the article with its
// paragraphs and items; "" when it has none.
func (l *Library) Text(res Resolution) string {
	e, ok := l.edition[res.Edition.ID]
	if !ok || res.Article == 0 {
		return ""
	}
	art, err := e.articles[res.Article-1].decode()
	if err != nil {
		return ""
	}
	return art.Text()
}

// Edition gives an edition by its id.
func (l *Library) Edition(id sqldb.ID) (Edition, bool) {
	e, ok := l.edition[id]
	if !ok {
		return Edition{}, false
	}
	return e.Edition, true
}
