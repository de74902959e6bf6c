package library

import (
	"context"
	"encoding/json"
	"strings"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
)

func readMark(ctx context.Context, r sqldb.Reader, list sqldb.ID) (mark, error) {
	m := mark{list: list}
	err := r.QueryRow(ctx, `select (select count(*) from law_editions), (select count(*) from law_withdrawals), (select coalesce(max(at), 0) from law_withdrawals),
		(select count(*) from law_aliases), (select coalesce(max(at), 0) from check_runs)`).Scan(&m.texts, &m.withdrawn, &m.last, &m.named, &m.check)
	return m, errs.Wrap("state of the library", err)
}

// readBooks reads what the list needs of the documents, in the order of the
// titles: only id, field and key.
func readBooks(ctx context.Context, r sqldb.Reader) ([]*book, error) {
	rows, err := r.Query(ctx, `select id, field, order_key from law_documents order by order_key, id`)
	out, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (*book, error) {
		b := new(book)
		err := r.Scan(&b.ID, &b.Field, &b.OrderKey)
		return b, err
	})
	return out, errs.Wrap("read laws", err)
}

// readUses counts, for each law, the powers of the list that cite it.
func readUses(ctx context.Context, r sqldb.Reader, list sqldb.ID) (map[sqldb.ID]int, error) {
	rows, err := r.Query(ctx, `select k.document_id, count(distinct e.power_id) from list_entries e join citation_links k on k.version_id = e.version_id
		where e.edition_id = ? and k.document_id is not null group by k.document_id`, list)
	if err != nil {
		return nil, errs.Wrap("count uses", err)
	}
	defer rows.Close()
	out := map[sqldb.ID]int{}
	for rows.Next() {
		var id sqldb.ID
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, errs.Wrap("count uses", err)
		}
		out[id] = n
	}
	return out, errs.Wrap("count uses", rows.Err())
}

// margins are the words of a text before its first and after its last article.
type margins struct{ Preamble, Annex string }

func readMargins(ctx context.Context, r sqldb.Reader, edition sqldb.ID) (margins, error) {
	var m margins
	err := r.QueryRow(ctx, `select preamble, annex from law_editions where id = ?`, edition).Scan(&m.Preamble, &m.Annex)
	return m, errs.Wrap("preamble and annex", err)
}

// heading is what the contents page needs of an article.
type heading struct {
	Seq, N, Sub            int
	Book, Chapter, Section string
	Length                 int
}

func readHeadings(ctx context.Context, r sqldb.Reader, edition sqldb.ID) ([]heading, error) {
	rows, err := r.Query(ctx, `select seq, n, sub, book, chapter, section, length(text) from law_articles where edition_id = ? order by seq`, edition)
	out, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (heading, error) {
		var h heading
		err := r.Scan(&h.Seq, &h.N, &h.Sub, &h.Book, &h.Chapter, &h.Section, &h.Length)
		return h, err
	})
	return out, errs.Wrap("contents", err)
}

func readArticleTexts(ctx context.Context, r sqldb.Reader, edition sqldb.ID, from, to int) (map[int]string, error) {
	rows, err := r.Query(ctx, `select seq, text from law_articles where edition_id = ? and seq between ? and ? order by seq`, edition, from, to)
	if err != nil {
		return nil, errs.Wrap("read articles", err)
	}
	defer rows.Close()
	out := make(map[int]string, to-from+1)
	for rows.Next() {
		var seq int
		var text string
		if err := rows.Scan(&seq, &text); err != nil {
			return nil, errs.Wrap("read articles", err)
		}
		out[seq] = text
	}
	return out, errs.Wrap("read articles", rows.Err())
}

// readText reads an edition as a tree for comparison; the article of a seq
// stands at seq-1.
func readText(ctx context.Context, r sqldb.Reader, e law.Edition) (*lawtext.Document, error) {
	rows, err := r.Query(ctx, `select n, sub, paragraphs from law_articles where edition_id = ? order by seq`, e.ID)
	articles, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (lawtext.Article, error) {
		var a lawtext.Article
		var paragraphs string
		if err := r.Scan(&a.Number.N, &a.Number.Sub, &paragraphs); err != nil {
			return a, err
		}
		return a, json.Unmarshal([]byte(paragraphs), &a.Paragraphs)
	})
	return &lawtext.Document{Title: e.Title, Articles: articles}, errs.Wrap("read text of "+e.Title, err)
}

// found is an article that holds words of a search.
type found struct {
	Edition sqldb.ID
	Number  lawtext.Number
	Text    string
}

// readFound reads the articles of the texts that hold any of the words, in the
// order of each text. Widths and the case of letters count: what only the
// index finds has no passage.
func readFound(ctx context.Context, r sqldb.Reader, texts []sqldb.ID, words []string) ([]found, error) {
	in, args := sqldb.In(texts)
	conds := make([]string, len(words))
	for i, w := range words {
		conds[i] = "replace(a.text, ?, '') <> a.text"
		args = append(args, w)
	}
	rows, err := r.Query(ctx, `select a.edition_id, a.n, a.sub, a.text from law_articles a where a.edition_id in (`+in+`)
		and (`+strings.Join(conds, " or ")+`) order by a.edition_id, a.seq`, args...)
	out, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (found, error) {
		var f found
		err := r.Scan(&f.Edition, &f.Number.N, &f.Number.Sub, &f.Text)
		return f, err
	})
	return out, errs.Wrap("find words in articles", err)
}
