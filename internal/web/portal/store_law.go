package portal

import (
	"context"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
)

// document is one law of the library in a list.
type document struct {
	ID                           sqldb.ID
	Title, Level, Issuer, Region string
	OrderKey                     string
}

const documentColumns = `d.id, d.title, d.level, d.issuer, d.region, d.order_key`

func scanDocument(r *sqldb.Rows) (document, error) {
	var d document
	err := r.Scan(&d.ID, &d.Title, &d.Level, &d.Issuer, &d.Region, &d.OrderKey)
	return d, err
}

func readDocuments(ctx context.Context, r sqldb.Reader, level string, from cursor, back bool, limit int) ([]document, error) {
	w := where{conds: []string{"1 = 1"}}
	w.is("d.level", level)
	direction, than := "", ">"
	if back {
		direction, than = " desc", "<"
	}
	if from.set {
		w.and("(d.order_key, d.id) "+than+" (?, ?)", from.key, from.id)
	}
	rows, err := r.Query(ctx, `select `+documentColumns+` from law_documents d where `+w.text()+
		` order by d.order_key`+direction+`, d.id`+direction+` limit ?`, append(w.args, limit)...)
	out, err := sqldb.Collect(rows, err, scanDocument)
	if back {
		slices.Reverse(out)
	}
	return out, errs.Wrap("read laws", err)
}

func readDocumentsOf(ctx context.Context, r sqldb.Reader, ids []sqldb.ID) ([]document, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	marks, args := inList(ids)
	rows, err := r.Query(ctx, `select `+documentColumns+` from law_documents d where d.id in (`+marks+`)`, args...)
	got, err := sqldb.Collect(rows, err, scanDocument)
	byID := make(map[sqldb.ID]document, len(got))
	for _, d := range got {
		byID[d.ID] = d
	}
	out := make([]document, 0, len(got))
	for _, id := range ids {
		if d, ok := byID[id]; ok {
			out = append(out, d)
		}
	}
	return out, errs.Wrap("read laws by id", err)
}

// levelCount counts the documents of one level.
type levelCount struct {
	Level string
	N     int
}

func readLevels(ctx context.Context, r sqldb.Reader) ([]levelCount, error) {
	rows, err := r.Query(ctx, `select level, count(*) from law_documents group by level`)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (levelCount, error) {
		var l levelCount
		err := r.Scan(&l.Level, &l.N)
		return l, err
	})
}

// readUses counts, for each document, the powers of the edition that cite it.
// The cross join has SQLite begin with the few documents; of itself it goes
// through the whole edition.
func readUses(ctx context.Context, r sqldb.Reader, edition sqldb.ID, documents []document) (map[sqldb.ID]int, error) {
	out := map[sqldb.ID]int{}
	if len(documents) == 0 {
		return out, nil
	}
	ids := make([]sqldb.ID, len(documents))
	for i, d := range documents {
		ids[i] = d.ID
	}
	marks, args := inList(ids)
	rows, err := r.Query(ctx, `select k.document_id, count(distinct e.power_id) from citation_links k cross join list_entries e
		where e.version_id = k.version_id and e.edition_id = ? and k.document_id in (`+marks+`) group by k.document_id`,
		append([]any{edition}, args...)...)
	if err != nil {
		return nil, errs.Wrap("count uses", err)
	}
	defer rows.Close()
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

func readDocument(ctx context.Context, r sqldb.Reader, id sqldb.ID) (document, error) {
	d := document{ID: id}
	err := r.QueryRow(ctx, `select d.title, d.level, d.issuer, d.region, d.order_key from law_documents d where d.id = ?`, id).
		Scan(&d.Title, &d.Level, &d.Issuer, &d.Region, &d.OrderKey)
	if errs.Is(err, sqldb.ErrNoRows) {
		return d, errs.NotFoundf("法规库中没有这部法规")
	}
	return d, errs.Wrap("law "+id.String(), err)
}

// lawEdition is one text of a law.
type lawEdition struct {
	law.Edition
	Preamble, Annex string
}

// readLawEditions reads the editions of a document, newest first, with the
// repeals that other texts declare.
func readLawEditions(ctx context.Context, r sqldb.Reader, id sqldb.ID) ([]lawEdition, error) {
	rows, err := r.Query(ctx, `select e.id, e.title, e.made, e.effective, e.repealed, e.articles, e.preamble, e.annex from law_editions e
		where e.document_id = ? order by e.effective desc, e.made desc, e.id desc`, id)
	editions, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (lawEdition, error) {
		var e lawEdition
		err := r.Scan(&e.ID, &e.Title, &e.Made, &e.Effective, &e.Repealed, &e.Articles, &e.Preamble, &e.Annex)
		return e, err
	})
	if err != nil {
		return nil, errs.Wrap("law editions", err)
	}
	rows, err = r.Query(ctx, `select p.day, b.made from law_repeals p join law_editions b on b.id = p.edition_id
		join law_documents d on d.title_key = p.title_key where d.id = ?`, id)
	repeals, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) ([2]string, error) {
		var p [2]string
		err := r.Scan(&p[0], &p[1])
		return p, err
	})
	for i := range editions {
		for _, p := range repeals {
			e := &editions[i]
			if e.Made <= p[1] && (e.Repealed == "" || p[0] < e.Repealed) {
				e.Repealed = p[0]
			}
		}
	}
	return editions, errs.Wrap("law repeals", err)
}

// heading is what the contents page needs of an article.
type heading struct {
	Seq, N, Sub            int
	Book, Chapter, Section string
	Length                 int
}

func readHeadings(ctx context.Context, r sqldb.Reader, edition sqldb.ID) ([]heading, error) {
	rows, err := r.Query(ctx, `select seq, n, sub, book, chapter, section, length(text) from law_articles where edition_id = ? order by seq`, edition)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (heading, error) {
		var h heading
		err := r.Scan(&h.Seq, &h.N, &h.Sub, &h.Book, &h.Chapter, &h.Section, &h.Length)
		return h, err
	})
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

// use says that a power of the edition cites an article.
type use struct {
	Seq        int
	Code, Name string
}

func readArticleUses(ctx context.Context, r sqldb.Reader, list sqldb.ID, document, text sqldb.ID, from, to int) ([]use, error) {
	rows, err := r.Query(ctx, `select distinct k.article_seq, e.code, e.name from citation_links k join list_entries e on e.version_id = k.version_id
		where e.edition_id = ? and k.document_id = ? and k.edition_id = ? and k.article_seq between ? and ? order by k.article_seq, e.code`,
		list, document, text, from, to)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (use, error) {
		var u use
		err := r.Scan(&u.Seq, &u.Code, &u.Name)
		return u, err
	})
}
