package law

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
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
		return restore(ctx, tx, Added{doc, old, false}, p)
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
	if err := addEffects(ctx, tx, a.Edition, p.Effects); err != nil {
		return a, err
	}
	if err := tell(ctx, tx, a.Edition, Loaded); err != nil {
		return a, err
	}
	if err := indexText(ctx, tx, doc); err != nil {
		return a, err
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

// document finds or writes the document that the edition belongs to. A text of
// which nobody said the level is an edition of the one document of its title.
func document(ctx context.Context, tx *ledger.Tx, p Parsed) (sqldb.ID, error) {
	var id sqldb.ID
	if p.Guessed {
		same, err := FindDocuments(ctx, tx, p.Title)
		if err != nil || len(same) == 1 {
			for _, d := range same {
				id = d.ID
			}
			return id, err
		}
		if len(same) > 1 {
			return id, errs.Invalidf("法规库中有 %d 件文件名为《%s》，不知道是哪一件的文本", len(same), p.Title).At(p.Source.ID).Fix("请写明效力层级（--level）")
		}
	}
	err := tx.QueryRow(ctx, `select id from law_documents where title_key = ? and level = ? and region = ?`,
		p.Key, string(p.Level), p.Source.Region).Scan(&id)
	if err == nil || !errs.Is(err, sqldb.ErrNoRows) {
		return id, errs.Wrap("find document "+p.Title, err)
	}
	id = sqldb.NewID()
	_, err = tx.Exec(ctx, `insert into law_documents (id, title, title_key, level, issuer, region, order_key, field) values (?, ?, ?, ?, ?, ?, ?, ?)`,
		id, p.Title, p.Key, string(p.Level), p.Source.Issuer, p.Source.Region, hanzi.PinyinKey(p.Title), string(FieldOf(p.Title)))
	if err != nil {
		return id, fmt.Errorf("add document %s: %w", p.Title, err)
	}
	return id, nil
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
		Edition   string `json:"edition"`
	}
	return tx.Say(ctx, "", "law.loaded", a.Document,
		act{p.Title, string(p.Level), p.Made, p.Effective, len(p.Doc.Articles), fmt.Sprintf("%x", digest), p.Accepted, a.Edition.String()})
}

// Known says whether this very text is in the library already.
func Known(ctx context.Context, r sqldb.Reader, p Parsed) (bool, error) {
	digest := sha256.Sum256([]byte(p.Source.Text))
	guessed := 0
	if p.Guessed {
		guessed = 1
	}
	var n int
	err := r.QueryRow(ctx, `select count(*) from law_documents d join law_editions e on e.document_id = d.id
		where d.title_key = ? and (? = 1 or d.level = ? and d.region = ?) and e.digest = ?
		and not exists (select 1 from law_withdrawals w where w.edition_id = e.id)`, p.Key, guessed, string(p.Level), p.Source.Region, digest[:]).Scan(&n)
	return n > 0, errs.Wrap("known law "+p.Title, err)
}

// CountDocuments counts the documents of the library.
func CountDocuments(ctx context.Context, r sqldb.Reader) (int, error) {
	var n int
	err := r.QueryRow(ctx, `select count(*) from law_documents`).Scan(&n)
	return n, errs.Wrap("count laws", err)
}
