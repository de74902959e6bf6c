package law

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

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
	Others            int  // other documents of the title: citations of it may be ambiguous
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
	digest := sha256.Sum256([]byte(p.Source.Text))
	doc, others, err := document(ctx, tx, p, digest)
	if err != nil {
		return Added{}, err
	}
	a := Added{Document: doc, Edition: sqldb.NewID(), New: true, Others: others}
	var old sqldb.ID
	err = tx.QueryRow(ctx, `select id from law_editions where document_id = ? and digest = ?`, doc, digest[:]).Scan(&old)
	if err == nil {
		return restore(ctx, tx, Added{doc, old, false, others}, p)
	}
	if !errs.Is(err, sqldb.ErrNoRows) {
		return a, fmt.Errorf("add law %s: %w", p.Title, err)
	}
	if err := dated(ctx, tx, doc, p); err != nil {
		return a, err
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

// document finds or writes the document that the edition belongs to: that of its
// title, level and region; else the one of its title that has this very text or
// a text made on the same day, for sources disagree on levels; else, where
// nobody said the level, the only one of its title. others counts the other
// documents of the title.
func document(ctx context.Context, tx *ledger.Tx, p Parsed, digest [32]byte) (id sqldb.ID, others int, err error) {
	rows, err := tx.Query(ctx, `select d.id, case when d.level = ? and d.region = ? then 1 else 0 end,
		(select count(*) from law_editions e where e.document_id = d.id and (e.digest = ? or e.made = ? and e.made <> '')
		and (d.region in (?, '') or ? = ''))
		from law_documents d where d.title_key = ? or d.id in (select a.document_id from law_aliases a where a.title_key = ?) order by d.id`,
		string(p.Level), p.Source.Region, digest[:], p.Made, p.Source.Region, p.Source.Region, p.Key, p.Key)
	type same struct {
		id           sqldb.ID
		exact, alike int
	}
	found, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (same, error) {
		var s same
		err := r.Scan(&s.id, &s.exact, &s.alike)
		return s, err
	})
	if err != nil {
		return id, 0, fmt.Errorf("find document %s: %w", p.Title, err)
	}
	for _, fits := range []func(same) bool{
		func(s same) bool { return s.exact == 1 && !p.Guessed },
		func(s same) bool { return s.alike > 0 },
		func(same) bool { return p.Guessed && len(found) == 1 },
	} {
		if i := slices.IndexFunc(found, fits); i >= 0 {
			return found[i].id, len(found) - 1, nil
		}
	}
	if p.Guessed && len(found) > 1 {
		return id, 0, errs.Invalidf("法规库中有 %d 件文件名为《%s》，不知道是哪一件的文本", len(found), p.Title).At(p.Source.ID).Fix("请写明效力层级（--level）")
	}
	id = sqldb.NewID()
	_, err = tx.Exec(ctx, `insert into law_documents (id, title, title_key, level, issuer, region, order_key, field) values (?, ?, ?, ?, ?, ?, ?, ?)`,
		id, p.Title, p.Key, string(p.Level), p.Source.Issuer, p.Source.Region, hanzi.PinyinKey(p.Title), string(FieldOf(p.Title)))
	if err != nil {
		return id, 0, fmt.Errorf("add document %s: %w", p.Title, err)
	}
	return id, len(found), nil
}

// dated refuses a text of no known day beside dated ones, unless it is accepted:
// nobody can say which of them is the newer.
func dated(ctx context.Context, tx *ledger.Tx, document sqldb.ID, p Parsed) error {
	if p.Effective != "" || p.Accepted != "" {
		return nil
	}
	var n int
	err := tx.QueryRow(ctx, `select count(*) from law_editions e where e.document_id = ? and e.effective <> ''
		and not exists (select 1 from law_withdrawals w where w.edition_id = e.id)`, document).Scan(&n)
	if err == nil && n > 0 {
		return errs.Invalidf("《%s》的这个文本没有公布和施行日期，不知道是新是旧", p.Title).At(p.Source.ID).Fix("请在标题下补上公布、修改的日期，或者写明理由后接受（--accept 理由）")
	}
	return errs.Wrap("days of "+p.Title, err)
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
	var n int
	err := r.QueryRow(ctx, `select count(*) from law_documents d join law_editions e on e.document_id = d.id where d.title_key = ? and e.digest = ?
		and not exists (select 1 from law_withdrawals w where w.edition_id = e.id)`, p.Key, digest[:]).Scan(&n)
	return n > 0, errs.Wrap("known law "+p.Title, err)
}

// CountDocuments counts the documents of the library that have a text.
func CountDocuments(ctx context.Context, r sqldb.Reader) (int, error) {
	var n int
	err := r.QueryRow(ctx, `select count(*) from law_documents d where exists (select 1 from law_editions e where e.document_id = d.id
		and not exists (select 1 from law_withdrawals w where w.edition_id = e.id))`).Scan(&n)
	return n, errs.Wrap("count laws", err)
}
