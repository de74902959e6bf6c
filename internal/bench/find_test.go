package bench

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
)

// findLimit is the p95 in ms of a search over 100,000 things at a fixed 50 a
// second.
const findLimit = 50

// things is how many can be found.
func things() int {
	if testing.Short() {
		return 10_000
	}
	return 100_000
}

// library is an index with the folded texts that stand in it.
type library struct {
	db    *sqldb.DB
	names []string // as typed
	texts []string // title and body, parted
	ids   []sqldb.ID
}

// index fills a house's index with n powers.
func index(b testing.TB, db *sqldb.DB, n int) *library {
	b.Helper()
	from := cityRows(b)
	lib := &library{db: db}
	for i := 0; i < n; {
		var docs []search.Doc
		for range min(25_000, n-i) {
			r, name := from[i%len(from)], ""
			v := r.version
			name = place(i/len(from)) + v.Name
			v.Name, v.Power, v.OrderKey = name, sqldb.NewID(), hanzi.PinyinKey(name)
			d := power.SearchDoc(fmt.Sprintf("%s-%03d", r.code, i/len(from)), v, r.department, true)
			docs = append(docs, d)
			lib.names, lib.ids = append(lib.names, name), append(lib.ids, d.ID)
			lib.texts = append(lib.texts, hanzi.Fold(d.Title)+"\n"+hanzi.Fold(d.Body))
			i++
		}
		err := db.Write(context.Background(), func(tx *sqldb.Tx) error { return search.Put(context.Background(), tx, docs) })
		if err != nil {
			b.Fatal(err)
		}
	}
	return lib
}

// cityRows reads the rows of the city from a house of its own.
func cityRows(b testing.TB) []row {
	b.Helper()
	db, l := testkit.Open(b, sqldb.SQLite)
	c := theCity(b)
	c.found(b, l)
	c.take(b, db, l)
	return rows(b, db)
}

// queries are what people type, kinds mixed: words of two characters from the
// commonest to the rarest, names in full, two words, initials, everyday
// words, and words that nothing has.
func (lib *library) queries(n int) []string {
	pairs := lib.pairs()
	everyday := []string{"开饭店", "办网吧", "公司改名字", "结婚", "盖房子", "孩子上学怎么办", "养老金", "开药店", "驾照丢了"}
	out := make([]string, n)
	for i := range out {
		name := lib.names[i*7919%len(lib.names)]
		switch i % 6 {
		case 0, 1:
			out[i] = pairs[i*len(pairs)/n]
		case 2:
			out[i] = name
		case 3:
			out[i] = pairs[i%40] + " " + pairs[i*31%len(pairs)]
		case 4:
			initials := []rune(hanzi.Initials(name))
			out[i] = string(initials[:min(4, len(initials))])
		default:
			out[i] = everyday[i/6%len(everyday)]
		}
	}
	return out
}

// pairs gives all pairs of characters that stand in names, commonest first.
func (lib *library) pairs() []string {
	count := map[string]int{}
	for _, n := range lib.names {
		for _, g := range hanzi.Bigrams(n) {
			if r := []rune(g); len(r) == 2 && r[0] > 0x2e80 {
				count[g]++
			}
		}
	}
	return slices.SortedFunc(maps.Keys(count), func(x, y string) int {
		return max(-1, min(1, 2*(count[y]-count[x])+strings.Compare(x, y)))
	})
}

// scan gives what contains a word, by looking at every text.
func (lib *library) scan(word string) []sqldb.ID {
	var out []sqldb.ID
	for i, t := range lib.texts {
		if strings.Contains(t, word) {
			out = append(out, lib.ids[i])
		}
	}
	return out
}

// all gives everything a search finds, page by page.
func (lib *library) all(word string) (map[sqldb.ID]bool, error) {
	found := map[sqldb.ID]bool{}
	q := search.Query{Words: word, PublicOnly: true, Limit: 1000}
	for {
		hits, err := search.Find(context.Background(), lib.db, q)
		if err != nil {
			return nil, err
		}
		for _, h := range hits {
			found[h.ID] = true
		}
		if len(hits) == 0 || hits[len(hits)-1].Cursor == "" {
			return found, nil
		}
		q.After = hits[len(hits)-1].Cursor
	}
}

// recall is the share of what a scan finds that search finds too, over words
// of two characters of every frequency; looked is how many things that were.
func (lib *library) recall(b testing.TB, words int) (share float64, looked int) {
	b.Helper()
	pairs := lib.pairs()
	got := 0
	for i := range words {
		word := pairs[i*len(pairs)/words]
		found, err := lib.all(word)
		if err != nil {
			b.Fatal(err)
		}
		for _, id := range lib.scan(word) {
			looked++
			if found[id] {
				got++
			}
		}
	}
	return float64(got) / float64(looked), looked
}

// BenchmarkFind measures search over 100,000 powers. find: the first page at a
// fixed 50 queries a second; scan-ms is what looking through all the texts in
// memory takes. recall: of what such a scan finds for words of two characters,
// the share that search finds, all pages read; it must be 1.
func BenchmarkFind(b *testing.B) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		b.Run(engine.String(), func(b *testing.B) {
			db, _ := testkit.Open(b, engine)
			lib := index(b, db, things())
			asked := lib.queries(600)
			b.Run("find", func(b *testing.B) {
				quantiles(b, findLimit, func(i int) error {
					_, err := search.Find(context.Background(), db, search.Query{Words: asked[i%len(asked)], Kind: "power", PublicOnly: true})
					return err
				})
				start := time.Now()
				for _, q := range asked[:60] {
					lib.scan(q)
				}
				b.ReportMetric(float64(time.Since(start).Microseconds())/60_000, "scan-ms")
				testkit.MachineRates(b)
			})
			b.Run("recall", func(b *testing.B) {
				for b.Loop() {
					share, looked := lib.recall(b, 200)
					noTime(b)
					b.ReportMetric(share, "recall")
					b.ReportMetric(float64(looked), "things-looked-for")
					if share != 1 {
						b.Errorf("recall %v of %d things", share, looked)
					}
				}
			})
		})
	}
}

// Everything a scan finds for a word of two characters, search finds.
func TestRecall(t *testing.T) {
	if testing.Short() {
		t.Skip("imports a city")
	}
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		lib := index(t, db, 6000)
		if share, looked := lib.recall(t, 60); share != 1 || looked < 1000 {
			t.Errorf("recall %v of %d things", share, looked)
		}
	})
}
