// Package search finds things by words: names, codes, departments, synonyms,
// pinyin and everyday language. Text is indexed by our own bigrams (engine
// hanzi), in an FTS5 table on SQLite and a tsvector on PostgreSQL; both give
// the same results in the same order.
//
// Results come in tiers (see Tier). Inside a tier the first 200 in stored order
// are sorted by how well their titles and synonyms fit the question: how much of
// it they have and how much of them was asked for, and whether a title speaks of
// an act (补办 变更 注销) that was asked for or was not. What comes behind keeps the
// stored order. The frequency of words in texts ranks nothing, so a page can be
// continued where the last one ended. Both tables are derived: they can be
// emptied and filled again from the things themselves.
package search

import (
	"context"
	"strings"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// Doc is one thing to be found.
type Doc struct {
	ID     sqldb.ID
	Kind   string // lower-case Latin letters: "power", "law", "department"
	Order  string // results come back by it: weight, then pinyin key
	Public bool   // found when the query is for the public only
	Title  string
	Codes  []string // found by the whole code or its beginning
	Words  []string // synonyms and everyday words of this thing
	Body   string   // whatever else should be found; the first 60,000 characters count
}

// Limits of what is indexed and asked.
const (
	maxBody    = 60_000 // characters of a body
	maxQuery   = 512    // characters of a query that are looked at
	maxTerms   = 64     // terms of a query
	maxLimit   = 1000   // hits of one page
	countCap   = 1000   // counting stops here
	plainLimit = 20     // hits of a page when the query names none
)

// Query asks for things.
type Query struct {
	Words      string // as typed; any text is harmless
	Kind       string // only this kind; "" for all
	PublicOnly bool
	Fill       bool   // where fewer than five match in full and none by name as typed, give five with some that match in part, marked Partial
	Full       bool   // nothing that matches in part only
	After      string // Hit.Cursor of the last hit of the page before
	Limit      int    // hits wanted, 20 when 0, at most 1,000
}

// Tier says why a thing was found; lower is better.
type Tier int

// The tiers, best first.
const (
	TierCode    Tier = iota + 1 // the query is its code
	TierTitle                   // the title contains all words as typed
	TierBigrams                 // the title contains all pairs of characters
	TierWords                   // title or synonyms, everyday words translated
	TierPinyin                  // initials, pinyin or code begin so
	TierBody                    // all words somewhere
	TierPartial                 // some of the words only
)

// Hit is one thing found.
type Hit struct {
	ID      sqldb.ID
	Kind    string
	Order   string
	Tier    Tier
	Partial bool   // no thing matches all words; this one matches some
	Cursor  string // for Query.After; "" when the list ends with this page
}

// Put stores or replaces what is known of things; putting the same again
// changes nothing. One thing is known by its kind and id. Many things in one
// call cost less than a call each; a thousand and more bring the whole index
// into its best form, which takes as long as the index is large.
func Put(ctx context.Context, tx *sqldb.Tx, docs []Doc) error {
	for _, d := range docs {
		if d.ID.IsZero() || !isKind(d.Kind) {
			return errs.New(errs.Internal, "检索条目缺少编号或类别").At(d.Title)
		}
	}
	if tx.Engine() == sqldb.SQLite {
		return putSQLite(ctx, tx, docs)
	}
	for _, d := range docs {
		if err := putPostgres(ctx, tx, d); err != nil {
			return errs.Wrap("search: put "+d.Kind+" "+d.ID.String(), err)
		}
	}
	return nil
}

// isKind keeps kinds to what may stand in a term.
func isKind(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

// Remove forgets things; ids that are not there are no error.
func Remove(ctx context.Context, tx *sqldb.Tx, kind string, ids []sqldb.ID) error {
	for _, id := range ids {
		if tx.Engine() == sqldb.SQLite {
			if _, err := tx.Exec(ctx, `delete from search_terms where rowid = (select num from search_docs where kind = ? and id = ?)`, kind, id); err != nil {
				return errs.Wrap("search: remove "+kind+" "+id.String(), err)
			}
		}
		if _, err := tx.Exec(ctx, `delete from search_docs where kind = ? and id = ?`, kind, id); err != nil {
			return errs.Wrap("search: remove "+kind+" "+id.String(), err)
		}
	}
	return nil
}

// putSQLite writes all rows before all terms: a statement that SQLite may have
// to undo by itself, as an upsert, makes FTS5 write out what it has gathered,
// and one segment a thing is slow to write and to read.
func putSQLite(ctx context.Context, tx *sqldb.Tx, docs []Doc) error {
	nums := make([]int64, len(docs))
	for i, d := range docs {
		title, words, _ := d.texts()
		err := tx.QueryRow(ctx, `insert into search_docs (kind, id, ord, public, title, words) values (?, ?, ?, ?, ?, ?)
			on conflict (kind, id) do update set ord = excluded.ord, public = excluded.public, title = excluded.title,
			words = excluded.words returning num`, d.Kind, d.ID, d.Order, d.public(), hanzi.Fold(title), hanzi.Fold(words)).Scan(&nums[i])
		if err != nil {
			return errs.Wrap("search: put "+d.Kind+" "+d.ID.String(), err)
		}
	}
	for i, d := range docs {
		if err := putTerms(ctx, tx, nums[i], d); err != nil {
			return errs.Wrap("search: put "+d.Kind+" "+d.ID.String(), err)
		}
	}
	// Every transaction leaves a segment of its own, and replaced things stay
	// in the old ones: long words are then found several times slower.
	if len(docs) < manyDocs {
		for _, text := range []string{`insert into search_terms (search_terms, rank) values ('usermerge', 2)`, `insert into search_terms (search_terms, rank) values ('merge', 64)`} {
			if _, err := tx.Exec(ctx, text); err != nil {
				return errs.Wrap("search: merge small parts of the index", err)
			}
		}
		return nil
	}
	_, err := tx.Exec(ctx, `insert into search_terms (search_terms) values ('optimize')`)
	return errs.Wrap("search: merge the index", err)
}

// Tidy brings the index into its best form: what single puts left in parts of
// their own is merged. A running program calls it now and then. It takes a
// fraction of a second for a city, during which nothing else is written, and no
// time when nothing was put since; PostgreSQL does this by itself.
func Tidy(ctx context.Context, db *sqldb.DB) error {
	if db.Engine() != sqldb.SQLite {
		return nil
	}
	return errs.Wrap("search: merge the index", db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(sqldb.Inside(ctx), `insert into search_terms (search_terms) values ('optimize')`)
		return err
	}))
}

// manyDocs in one call are worth merging the whole index for; after fewer, what
// lies in small parts is merged, as far as that costs little.
const manyDocs = 1000

func putTerms(ctx context.Context, tx *sqldb.Tx, num int64, d Doc) error {
	if _, err := tx.Exec(ctx, `delete from search_terms where rowid = ?`, num); err != nil {
		return err
	}
	t := docTerms(d)
	_, err := tx.Exec(ctx, `insert into search_terms (rowid, code, title, words, initials, pinyin, body)
		values (?, ?, ?, ?, ?, ?, ?)`, num, spaced(t[fCode]), spaced(t[fTitle]),
		spaced(t[fWords]), spaced(t[fInitials]), spaced(t[fPinyin]), spaced(t[fBody]))
	return err
}

// public is the stored form of Public.
func (d Doc) public() int {
	if d.Public {
		return 1
	}
	return 0
}

func spaced(terms []string) string { return strings.Join(terms, " ") }

func putPostgres(ctx context.Context, tx *sqldb.Tx, d Doc) error {
	title, words, body := d.texts()
	_, err := tx.Exec(ctx, `insert into search_docs (kind, id, ord, public, title, words, body, terms)
		values (?, ?, ?, ?, ?, ?, ?, cast(? as tsvector))
		on conflict (kind, id) do update set ord = excluded.ord, public = excluded.public, title = excluded.title,
		words = excluded.words, body = excluded.body, terms = excluded.terms`,
		d.Kind, d.ID, d.Order, d.public(), hanzi.Fold(title), hanzi.Fold(words), hanzi.Fold(body), vector(docTerms(d)))
	return err
}
