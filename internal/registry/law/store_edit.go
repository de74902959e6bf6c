package law

import (
	"context"
	"fmt"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
)

// AliasKind says what another name of a document is.
type AliasKind string

// The kinds of other names.
const (
	Former AliasKind = "former" // 曾用名
	Short  AliasKind = "short"  // 简称
)

// AddAlias gives a document another name under which citations find it, and
// records "law.named". The name that a document has already is a Conflict; a
// name that another document bears makes citations of it ambiguous while both
// are in force, so the reason is kept.
func AddAlias(ctx context.Context, tx *ledger.Tx, document sqldb.ID, title string, kind AliasKind, reason string) error {
	key := citation.NormalizeTitle(title)
	if key == "" || strings.TrimSpace(reason) == "" {
		return errs.Invalidf("名称和理由都要填写").At("法规别名")
	}
	d, err := documentByID(ctx, tx, document)
	if err != nil {
		return err
	}
	if d.Key == key {
		return errs.Conflictf("《%s》本来就叫这个名称", d.Title)
	}
	n, err := tx.Exec(ctx, `insert into law_aliases (title_key, document_id, title, kind, reason, at) values (?, ?, ?, ?, ?, ?)
		on conflict (title_key, document_id) do nothing`, key, document, title, string(kind), reason, sqldb.Micros(tx.Now()))
	if err != nil {
		return fmt.Errorf("add alias of %s: %w", d.Title, err)
	}
	if n == 0 {
		return errs.Conflictf("《%s》已有这个别名", d.Title)
	}
	if err := indexText(ctx, tx, document); err != nil {
		return err
	}
	if err := tellNewest(ctx, tx, document); err != nil {
		return err
	}
	type act struct {
		Title  string `json:"title"`
		Name   string `json:"name"`
		Kind   string `json:"kind"`
		Reason string `json:"reason"`
	}
	return tx.Say(ctx, "", "law.named", document, act{d.Title, title, string(kind), reason})
}

// FindDocuments finds the documents that a title or alias leads to.
func FindDocuments(ctx context.Context, r sqldb.Reader, title string) ([]Document, error) {
	key := citation.NormalizeTitle(title)
	rows, err := r.Query(ctx, `select d.id, d.title, d.title_key, d.level, d.issuer, d.region from law_documents d
		where d.title_key = ? or d.id in (select a.document_id from law_aliases a where a.title_key = ?) order by d.id`, key, key)
	docs, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Document, error) {
		var d Document
		err := r.Scan(&d.ID, &d.Title, &d.Key, &d.Level, &d.Issuer, &d.Region)
		return d, err
	})
	return docs, errs.Wrap("find law "+title, err)
}

func documentByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Document, error) {
	d := Document{ID: id}
	err := r.QueryRow(ctx, `select title, title_key, level, issuer, region from law_documents where id = ?`, id).
		Scan(&d.Title, &d.Key, &d.Level, &d.Issuer, &d.Region)
	if errs.Is(err, sqldb.ErrNoRows) {
		return d, errs.NotFoundf("法规库中没有这部法规")
	}
	return d, errs.Wrap("law "+id.String(), err)
}

// Withdraw takes back a text that came in by mistake, and records
// "law.withdrawn": from then on it, and what it repeals, count for nothing. The
// text itself stays, for the ledger speaks of it; the same text taken in again
// ends the withdrawal.
func Withdraw(ctx context.Context, tx *ledger.Tx, edition sqldb.ID, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return errs.Invalidf("没有写明撤回的理由").At("撤回法规文本")
	}
	e, err := EditionByID(ctx, tx, edition)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `insert into law_withdrawals (edition_id, reason, actor, at) values (?, ?, ?, ?) on conflict (edition_id) do nothing`,
		edition, reason, tx.Actor().Name, sqldb.Micros(tx.Now()))
	if err != nil {
		return fmt.Errorf("withdraw %s: %w", e.Title, err)
	}
	if n == 0 {
		return errs.Conflictf("《%s》的这个文本已经撤回", e.Title)
	}
	if err := tell(ctx, tx, edition, Withdrawn); err != nil {
		return err
	}
	if err := indexText(ctx, tx, e.Document); err != nil {
		return err
	}
	return tx.Say(ctx, "", "law.withdrawn", e.Document, editionAct{e.Title, edition.String(), reason})
}

// editionAct is what the ledger tells of an act on one text.
type editionAct struct {
	Title   string `json:"title"`
	Edition string `json:"edition"`
	Reason  string `json:"reason,omitempty"`
}

// restore ends the withdrawal of a text that is taken in again; without one
// there is nothing to do. The time of its absence is kept: what was written
// meanwhile was written without it.
func restore(ctx context.Context, tx *ledger.Tx, a Added, p Parsed) (Added, error) {
	var since int64
	err := tx.QueryRow(ctx, `select at from law_withdrawals where edition_id = ?`, a.Edition).Scan(&since)
	if errs.Is(err, sqldb.ErrNoRows) {
		return a, nil
	}
	if err != nil {
		return a, errs.Wrap("restore "+p.Title, err)
	}
	if _, err := tx.Exec(ctx, `delete from law_withdrawals where edition_id = ?`, a.Edition); err != nil {
		return a, errs.Wrap("restore "+p.Title, err)
	}
	if _, err := tx.Exec(ctx, `insert into law_absences (edition_id, since, till) values (?, ?, ?)`, a.Edition, since, sqldb.Micros(tx.Now())); err != nil {
		return a, errs.Wrap("restore "+p.Title, err)
	}
	a.New = true
	if err := tell(ctx, tx, a.Edition, Loaded); err != nil {
		return a, err
	}
	if err := indexText(ctx, tx, a.Document); err != nil {
		return a, err
	}
	return a, tx.Say(ctx, "", "law.restored", a.Document, editionAct{p.Title, a.Edition.String(), p.Accepted})
}

// The kinds of things that search knows of the library: a law by its names,
// and by the words of its newest text.
const (
	SearchTitle = "law"
	SearchText  = "lawtext"
)

// indexText makes a document found by its names and by the words of its newest
// text; a document whose texts are all withdrawn is found no more.
func indexText(ctx context.Context, tx *ledger.Tx, document sqldb.ID) error {
	d, err := documentByID(ctx, tx, document)
	if err != nil {
		return err
	}
	var newest sqldb.ID
	var preamble, annex string
	err = tx.QueryRow(ctx, `select e.id, e.preamble, e.annex from law_editions e where e.document_id = ?
		and not exists (select 1 from law_withdrawals w where w.edition_id = e.id)
		order by e.effective desc, e.made desc, e.id desc limit 1`, document).Scan(&newest, &preamble, &annex)
	if errs.Is(err, sqldb.ErrNoRows) {
		for _, kind := range []string{SearchTitle, SearchText} {
			if err := search.Remove(ctx, tx.Tx, kind, []sqldb.ID{document}); err != nil {
				return err
			}
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("index %s: %w", d.Title, err)
	}
	names, err := texts(ctx, tx, `select title from law_aliases where document_id = ? order by title_key`, document)
	if err != nil {
		return fmt.Errorf("index %s: %w", d.Title, err)
	}
	articles, err := texts(ctx, tx, `select text from law_articles where edition_id = ? order by seq`, newest)
	if err != nil {
		return fmt.Errorf("index %s: %w", d.Title, err)
	}
	order := hanzi.PinyinKey(d.Title)
	return search.Put(ctx, tx.Tx, []search.Doc{
		{ID: document, Kind: SearchTitle, Order: order, Public: true, Title: d.Title, Words: names, Body: d.Issuer},
		{ID: document, Kind: SearchText, Order: order, Public: true, Title: d.Title, Body: preamble + "\n" + strings.Join(articles, "\n") + "\n" + annex},
	})
}

// texts reads one column of text.
func texts(ctx context.Context, r sqldb.Reader, q string, args ...any) ([]string, error) {
	rows, err := r.Query(ctx, q, args...)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (string, error) {
		var s string
		err := r.Scan(&s)
		return s, err
	})
}
