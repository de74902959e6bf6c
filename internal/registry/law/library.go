package law

import (
	"encoding/json"
	"slices"
	"sort"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/hanzi"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/sqldb"
)

// Library is the library in memory, whole or the part that some titles need,
// for following citations in bulk. It is read-only once read and safe for
// concurrent use.
type Library struct {
	docs    map[sqldb.ID]*entry
	byKey   map[string][]*entry // titles and aliases
	edition map[sqldb.ID]*edition
	repeals []repeal
}

type entry struct {
	Document
	names    []name
	bigrams  []string   // of the key
	editions []*edition // oldest first
}

// name is an alias of a document (曾用名, 简称).
type name struct{ key, title string }

type edition struct {
	Edition
	term     string                 // the first day out of force by the text's own words
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

// repeal is what a text says of another title: it ends on day.
type repeal struct {
	by     sqldb.ID // edition
	of     sqldb.ID // its document, which it does not end: a new edition replaces the old one by its date
	own    string   // title key of that document
	level  Level    // of it
	key    string
	region string
	day    string
	made   string
}

func newLibrary() *Library {
	return &Library{docs: map[sqldb.ID]*entry{}, byKey: map[string][]*entry{}, edition: map[sqldb.ID]*edition{}}
}

func (l *Library) addDocument(d Document) {
	e := &entry{Document: d, bigrams: hanzi.Bigrams(d.Key)}
	l.docs[d.ID] = e
}

func (l *Library) addEdition(e Edition) {
	ed := &edition{Edition: e, term: e.Repealed, seq: make(map[lawtext.Number]int, e.Articles)}
	l.edition[e.ID] = ed
	d := l.docs[e.Document]
	d.editions = append(d.editions, ed)
}

// addArticle takes the articles of an edition in their order.
func (l *Library) addArticle(id sqldb.ID, n lawtext.Number, paragraphs string) {
	e, ok := l.edition[id]
	if !ok {
		return
	}
	e.articles = append(e.articles, article{n, paragraphs})
	if _, twice := e.seq[n]; !twice {
		e.seq[n] = len(e.articles)
	}
}

// settle makes the names lead to documents that have a text, and ends the
// editions that other texts repeal.
func (l *Library) settle() *Library {
	for _, d := range l.sorted() {
		if len(d.editions) == 0 {
			continue
		}
		l.byKey[d.Key] = append(l.byKey[d.Key], d)
		for _, n := range d.names {
			if !slices.Contains(l.byKey[n.key], d) {
				l.byKey[n.key] = append(l.byKey[n.key], d)
			}
		}
	}
	for _, r := range l.repeals {
		for _, d := range l.byKey[r.key] {
			for _, e := range d.editions {
				if r.ends(d.Document, e) {
					e.Repealed = r.day
				}
			}
		}
	}
	return l
}

// ends says whether a repeal ends an edition of a document that bears the
// title, earlier than anything else known so far: it was made before the
// repealing text. A later edition of the title is another law and stands, and
// so does another region's law of the same name, and a law above the repealing
// text. A document is not repealed by its own next edition, which replaces it by
// its date, and a text of its own title ends it only if made later: two sources
// of one text do not end each other. A repealing text of which no day is known
// ends nothing: nobody can say from when.
func (r repeal) ends(d Document, e *edition) bool {
	switch {
	case r.day == "" || d.ID == r.of:
		return false
	case r.region != "" && d.Region != "" && r.region != d.Region:
		return false
	case slices.Contains(d.Level.Lower(), r.level):
		return false
	case e.Made > r.made || e.Made == r.made && d.Key == r.own:
		return false
	default:
		return e.Repealed == "" || r.day < e.Repealed
	}
}

// sorted gives the documents in the order of their ids, which is that of their
// coming in.
func (l *Library) sorted() []*entry {
	out := make([]*entry, 0, len(l.docs))
	for _, d := range l.docs {
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b *entry) int { return slices.Compare(a.ID[:], b.ID[:]) })
	return out
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
	for _, h := range hits {
		if !slices.Contains(out, h.title) && len(out) < 3 {
			out = append(out, h.title)
		}
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

// Editions gives the texts of a document, oldest first.
func (l *Library) Editions(document sqldb.ID) []Edition {
	d, ok := l.docs[document]
	if !ok {
		return nil
	}
	out := make([]Edition, len(d.editions))
	for i, e := range d.editions {
		out[i] = e.Edition
	}
	return out
}

// Document gives a document by its id.
func (l *Library) Document(id sqldb.ID) (Document, bool) {
	d, ok := l.docs[id]
	if !ok {
		return Document{}, false
	}
	return d.Document, true
}

// Articles gives an edition's articles as a document tree without headings,
// for comparison with another edition.
func (l *Library) Articles(id sqldb.ID) (*lawtext.Document, error) {
	out := &lawtext.Document{}
	e, ok := l.edition[id]
	if !ok {
		return out, nil
	}
	out.Title = e.Title
	out.Articles = make([]lawtext.Article, 0, len(e.articles))
	for _, a := range e.articles {
		art, err := a.decode()
		if err != nil {
			return nil, err
		}
		out.Articles = append(out.Articles, art)
	}
	return out, nil
}

// Knows says whether a title leads to a document that has a text.
func (l *Library) Knows(title string) bool {
	return len(l.byKey[citation.NormalizeTitle(title)]) > 0
}

// Numbers gives the numbers of the articles of an edition from one seq to
// another, both included.
func (l *Library) Numbers(edition sqldb.ID, from, to int) []lawtext.Number {
	e, ok := l.edition[edition]
	if !ok || from < 1 {
		return nil
	}
	var out []lawtext.Number
	for seq := from; seq <= min(to, len(e.articles)); seq++ {
		out = append(out, e.articles[seq-1].number)
	}
	return out
}
