package law

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/hanzi"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
)

// Added tells what Add did with a source.
type Added struct {
	Document, Edition sqldb.ID
	New               bool // false: this very text was in the library already
}

// errKnown rolls a transaction back that found nothing to write.
var errKnown = errors.New("already in the library")

// Load is Add in a transaction of its own. The same text again writes nothing.
func Load(ctx context.Context, l *ledger.Ledger, actor ledger.Actor, p Parsed) (Added, error) {
	var a Added
	err := l.Load(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
		var err error
		if a, err = Add(ctx, tx, p); err == nil && !a.New {
			return errKnown
		}
		return err
	})
	if errors.Is(err, errKnown) {
		err = nil
	}
	return a, errs.Wrap("load law "+p.Title, err)
}

// Add writes an edition, its articles and what it repeals, and records
// "law.loaded". The same text again changes nothing and is not recorded.
func Add(ctx context.Context, tx *ledger.Tx, p Parsed) (Added, error) {
	doc, err := document(ctx, tx, p)
	if err != nil {
		return Added{}, err
	}
	digest := sha256.Sum256([]byte(p.Source.Text))
	a := Added{Document: doc, Edition: sqldb.NewID(), New: true}
	var old sqldb.ID
	err = tx.QueryRow(ctx, `select id from law_editions where document_id = ? and digest = ?`, doc, digest[:]).Scan(&old)
	if err == nil {
		return Added{doc, old, false}, nil
	}
	if !errs.Is(err, sqldb.ErrNoRows) {
		return a, fmt.Errorf("add law %s: %w", p.Title, err)
	}
	problems, err := json.Marshal(p.Doc.Problems)
	if err != nil {
		return a, fmt.Errorf("add law %s: %w", p.Title, err)
	}
	if _, err := tx.Exec(ctx, `insert into law_editions (id, document_id, source_id, title, made, effective, repealed, digest, articles,
		preamble, annex, problems, loaded_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.Edition, doc, p.Source.ID, p.Title, p.Made, p.Effective, p.Dates.Repealed, digest[:], len(p.Doc.Articles),
		p.Doc.Preamble, p.Doc.Annex, string(problems), sqldb.Micros(tx.Now())); err != nil {
		return a, fmt.Errorf("add law %s: %w", p.Title, err)
	}
	if err := addArticles(ctx, tx, a.Edition, p); err != nil {
		return a, err
	}
	for _, title := range p.Repeals {
		if _, err := tx.Exec(ctx, `insert into law_repeals (edition_id, title_key, title, day) values (?, ?, ?, ?)
			on conflict (edition_id, title_key) do nothing`, a.Edition, citation.NormalizeTitle(title), title, p.Effective); err != nil {
			return a, fmt.Errorf("add repeal by %s: %w", p.Title, err)
		}
	}
	return a, record(ctx, tx, a, p, digest)
}

func addArticles(ctx context.Context, tx *ledger.Tx, edition sqldb.ID, p Parsed) error {
	for i, art := range p.Doc.Articles {
		paragraphs, err := json.Marshal(art.Paragraphs)
		if err != nil {
			return fmt.Errorf("add article of %s: %w", p.Title, err)
		}
		if _, err := tx.Exec(ctx, `insert into law_articles (edition_id, seq, n, sub, book, chapter, section, text, paragraphs)
			values (?, ?, ?, ?, ?, ?, ?, ?, ?)`, edition, i+1, art.Number.N, art.Number.Sub, art.Book, art.Chapter, art.Section,
			art.Text(), string(paragraphs)); err != nil {
			return fmt.Errorf("add article %s of %s: %w", art.Number, p.Title, err)
		}
	}
	return nil
}

// document finds or writes the document that the edition belongs to.
func document(ctx context.Context, tx *ledger.Tx, p Parsed) (sqldb.ID, error) {
	var id sqldb.ID
	err := tx.QueryRow(ctx, `select id from law_documents where title_key = ? and level = ? and region = ?`,
		p.Key, string(p.Level), p.Source.Region).Scan(&id)
	if err == nil || !errs.Is(err, sqldb.ErrNoRows) {
		return id, errs.Wrap("find document "+p.Title, err)
	}
	id = sqldb.NewID()
	_, err = tx.Exec(ctx, `insert into law_documents (id, title, title_key, level, issuer, region, order_key) values (?, ?, ?, ?, ?, ?, ?)`,
		id, p.Title, p.Key, string(p.Level), p.Source.Issuer, p.Source.Region, hanzi.PinyinKey(p.Title))
	if err != nil {
		return id, fmt.Errorf("add document %s: %w", p.Title, err)
	}
	return id, search.Put(ctx, tx.Tx, []search.Doc{{ID: id, Kind: "law", Order: hanzi.PinyinKey(p.Title), Public: true, Title: p.Title, Body: p.Source.Issuer}})
}

func record(ctx context.Context, tx *ledger.Tx, a Added, p Parsed, digest [32]byte) error {
	type act struct {
		Title     string `json:"title"`
		Level     string `json:"level"`
		Made      string `json:"made"`
		Effective string `json:"effective"`
		Articles  int    `json:"articles"`
		SHA256    string `json:"sha256"`
		Accepted  string `json:"accepted,omitempty"`
	}
	return tx.Say(ctx, "", "law.loaded", a.Document,
		act{p.Title, string(p.Level), p.Made, p.Effective, len(p.Doc.Articles), fmt.Sprintf("%x", digest), p.Accepted})
}

// Known says whether this very text is in the library already.
func Known(ctx context.Context, r sqldb.Reader, p Parsed) (bool, error) {
	digest := sha256.Sum256([]byte(p.Source.Text))
	var n int
	err := r.QueryRow(ctx, `select count(*) from law_documents d join law_editions e on e.document_id = d.id
		where d.title_key = ? and d.level = ? and d.region = ? and e.digest = ?`, p.Key, string(p.Level), p.Source.Region, digest[:]).Scan(&n)
	return n > 0, errs.Wrap("known law "+p.Title, err)
}

// ReadLibrary reads documents, editions, article numbers and repeals into
// memory: what is needed to resolve citations in bulk.
func ReadLibrary(ctx context.Context, r sqldb.Reader) (*Library, error) {
	l := &Library{docs: map[sqldb.ID]*entry{}, byKey: map[string][]*entry{}}
	rows, err := r.Query(ctx, `select id, title, title_key, level, issuer, region from law_documents order by order_key, id`)
	docs, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Document, error) {
		var d Document
		err := r.Scan(&d.ID, &d.Title, &d.Key, &d.Level, &d.Issuer, &d.Region)
		return d, err
	})
	if err != nil {
		return nil, fmt.Errorf("read library: %w", err)
	}
	for _, d := range docs {
		l.addDocument(d)
	}
	rows, err = r.Query(ctx, `select id, document_id, title, made, effective, repealed, articles from law_editions order by document_id, effective, made, id`)
	editions, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Edition, error) {
		var e Edition
		err := r.Scan(&e.ID, &e.Document, &e.Title, &e.Made, &e.Effective, &e.Repealed, &e.Articles)
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("read library: %w", err)
	}
	for _, e := range editions {
		l.addEdition(e)
	}
	if err := l.readRepeals(ctx, r); err != nil {
		return nil, err
	}
	return l, l.readArticles(ctx, r)
}

func (l *Library) readRepeals(ctx context.Context, r sqldb.Reader) error {
	rows, err := r.Query(ctx, `select r.title_key, d.region, r.day, e.made from law_repeals r
		join law_editions e on e.id = r.edition_id join law_documents d on d.id = e.document_id`)
	if err != nil {
		return fmt.Errorf("read repeals: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var key, region, day, made string
		if err := rows.Scan(&key, &region, &day, &made); err != nil {
			return fmt.Errorf("read repeals: %w", err)
		}
		l.repeal(key, region, day, made)
	}
	return errs.Wrap("read repeals", rows.Err())
}

func (l *Library) readArticles(ctx context.Context, r sqldb.Reader) error {
	rows, err := r.Query(ctx, `select edition_id, n, sub, paragraphs from law_articles order by edition_id, seq`)
	if err != nil {
		return fmt.Errorf("read articles: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id sqldb.ID
		var n lawtext.Number
		var paragraphs string
		if err := rows.Scan(&id, &n.N, &n.Sub, &paragraphs); err != nil {
			return fmt.Errorf("read articles: %w", err)
		}
		l.addArticle(id, n, paragraphs)
	}
	return errs.Wrap("read articles", rows.Err())
}

// CountDocuments counts the documents of the library.
func CountDocuments(ctx context.Context, r sqldb.Reader) (int, error) {
	var n int
	err := r.QueryRow(ctx, `select count(*) from law_documents`).Scan(&n)
	return n, errs.Wrap("count laws", err)
}
