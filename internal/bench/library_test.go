package bench

import (
	"net/url"
	"testing"
	"time"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/sqldb"
)

// article is an article of a text in the library.
type article struct {
	document     sqldb.ID
	edition      sqldb.ID
	number       string
	title, level string // of the law
}

func (a article) lawPath() string { return "/laws/" + a.document.String() }

func (a article) path() string {
	return a.lawPath() + "/articles/" + a.number + "?edition=" + a.edition.String()
}

// searchPath asks for a word of the law's title, for four characters of it, or
// for the whole, among the laws in force of its level.
func (a article) searchPath(i int) string {
	title := []rune(a.title)
	at := i % max(len(title)-4, 1)
	words := [...]string{string(title[at:min(at+2, len(title))]), string(title[at:min(at+4, len(title))]), a.title}
	return "/laws?" + url.Values{"q": {words[i%len(words)]}, "level": {a.level}, "state": {"现行有效"}}.Encode()
}

// articles reads all articles of all laws in a folder's library.
func articles(b *testing.B, folder string) []article {
	b.Helper()
	db, err := sqldb.Open(b.Context(), folder)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(b.Context(), `select e.document_id, e.id, a.n, a.sub, d.title, d.level from law_articles a
		join law_editions e on e.id = a.edition_id join law_documents d on d.id = e.document_id order by d.order_key, e.id, a.seq`)
	out, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (article, error) {
		var a article
		var n lawtext.Number
		err := r.Scan(&a.document, &a.edition, &n.N, &n.Sub, &a.title, &a.level)
		a.number = n.String()
		return a, err
	})
	if err != nil || len(out) == 0 {
		b.Fatal("no articles: ", err)
	}
	return out
}

// BenchmarkLibrary asks the running program for pages of the library at a fixed
// 50 requests a second: laws and articles of all editions in turn, and the search
// under two filters. city is the demonstration city with its 1,519 real laws;
// whole has every other real text besides. Its peer is floor, as in
// BenchmarkServe. first-ms is the page asked for before all others, for which
// the program reads what it keeps.
func BenchmarkLibrary(b *testing.B) {
	laws := realLaws(b)
	city := loaded(b, "library", "", "demo", "load", "--laws", laws)
	b.Run("city", func(b *testing.B) { libraryPages(b, city) })
	if testing.Short() {
		return
	}
	b.Run("whole", func(b *testing.B) {
		libraryPages(b, loaded(b, "library-whole", city, "import", "laws", "--accept", "测量", laws))
	})
}

func libraryPages(b *testing.B, folder string) {
	all := articles(b, folder)
	s := startSite(b, folder)
	for _, p := range []struct {
		name  string
		limit float64
		path  func(a article, i int) string
	}{
		{"floor", itemLimit, func(article, int) string { return "/healthz" }},
		{"law", itemLimit, func(a article, _ int) string { return a.lawPath() }},
		{"article", itemLimit, func(a article, _ int) string { return a.path() }},
		{"search", listLimit, article.searchPath},
	} {
		b.Run(p.name, func(b *testing.B) {
			ask := func(i int) error {
				_, _, err := s.get(p.path(all[i*104729%len(all)], i))
				return err
			}
			start := time.Now()
			if err := ask(0); err != nil {
				b.Fatal(err)
			}
			first := time.Since(start)
			s.timed(b, p.limit, ask)
			b.ReportMetric(float64(first.Microseconds())/1000, "first-ms")
			b.ReportMetric(float64(len(all)), "articles")
		})
	}
}
