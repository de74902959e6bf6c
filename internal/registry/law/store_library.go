package law

import (
	"context"
	"fmt"
	"slices"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// ReadLibrary reads the whole library into memory: documents, their names,
// editions, articles and repeals. Withdrawn texts are left out.
func ReadLibrary(ctx context.Context, r sqldb.Reader) (*Library, error) {
	return readLibrary(ctx, r, part{})
}

// ReadNames is ReadLibrary without articles: enough for Near.
func ReadNames(ctx context.Context, r sqldb.Reader) (*Library, error) {
	return readLibrary(ctx, r, part{bare: true})
}

// ReadTitles is ReadLibrary for the documents that bear one of the titles or
// have it as an alias; keys are citation.NormalizeTitle of them. Near knows
// only these. Texts named in also come in though they are withdrawn: whoever
// compares before and after a withdrawal needs them.
func ReadTitles(ctx context.Context, r sqldb.Reader, keys []string, also ...sqldb.ID) (*Library, error) {
	if len(keys) == 0 {
		return newLibrary(), nil
	}
	p := partOf(keys)
	p.also = also
	return readLibrary(ctx, r, p)
}

// partOf is the part of the documents that bear one of the titles, or have it
// as an alias.
func partOf(keys []string) part {
	if len(keys) == 0 {
		return part{cond: ` where 1 = 0`}
	}
	marks := sqldb.Marks(len(keys))
	args := make([]any, 0, 2*len(keys))
	for range 2 {
		for _, k := range keys {
			args = append(args, k)
		}
	}
	return part{cond: ` where d.title_key in (` + marks + `) or d.id in (select a.document_id from law_aliases a where a.title_key in (` + marks + `))`, args: args}
}

// part is the condition on law_documents d that a partial library keeps, and
// the withdrawn texts that it keeps all the same.
type part struct {
	cond string
	args []any
	also []sqldb.ID
	bare bool // without articles
	ever bool // with all withdrawn texts
}

// stands is the condition that an edition e counts, with the arguments of the
// part behind those of the condition itself.
func (p part) stands() (string, []any) {
	if p.ever {
		return `1 = 1`, p.args
	}
	cond, args := `not exists (select 1 from law_withdrawals w where w.edition_id = e.id)`, []any{}
	if len(p.also) > 0 {
		cond = `(` + cond + ` or e.id in (` + sqldb.Marks(len(p.also)) + `))`
		for _, id := range p.also {
			args = append(args, id)
		}
	}
	return cond, append(args, p.args...)
}

// among is the condition that a column is of the documents of the part.
func (p part) among(column string) string {
	if p.cond == "" {
		return ""
	}
	return ` and ` + column + ` in (select d.id from law_documents d` + p.cond + `)`
}

func readLibrary(ctx context.Context, r sqldb.Reader, p part) (*Library, error) {
	l := newLibrary()
	rows, err := r.Query(ctx, `select d.id, d.title, d.title_key, d.level, d.issuer, d.region from law_documents d`+p.cond, p.args...)
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
	stands, args := p.stands()
	rows, err = r.Query(ctx, `select e.id, e.document_id, e.title, e.made, e.effective, e.repealed, e.articles from law_editions e
		where `+stands+p.among("e.document_id")+` order by e.document_id, e.effective, e.made, e.id`, args...)
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
	if err := l.readNames(ctx, r, p); err != nil {
		return nil, err
	}
	if err := l.readRepeals(ctx, r, p); err != nil {
		return nil, err
	}
	if p.bare {
		return l.settle(), nil
	}
	if err := l.readArticles(ctx, r, p); err != nil {
		return nil, err
	}
	return l.settle(), nil
}

func (l *Library) readNames(ctx context.Context, r sqldb.Reader, p part) error {
	rows, err := r.Query(ctx, `select a.document_id, a.title_key, a.title from law_aliases a where 1 = 1`+p.among("a.document_id")+`
		order by a.title_key`, p.args...)
	if err != nil {
		return fmt.Errorf("read names of laws: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id sqldb.ID
		var n name
		if err := rows.Scan(&id, &n.key, &n.title); err != nil {
			return fmt.Errorf("read names of laws: %w", err)
		}
		if d, ok := l.docs[id]; ok {
			d.names = append(d.names, n)
		}
	}
	return errs.Wrap("read names of laws", rows.Err())
}

func (l *Library) readRepeals(ctx context.Context, r sqldb.Reader, p part) error {
	cond := ""
	stands, args := p.stands()
	if p.cond != "" {
		cond = ` and (r.title_key in (select d.title_key from law_documents d` + p.cond + `)
			or r.title_key in (select o.title_key from law_aliases o where o.document_id in (select d.id from law_documents d` + p.cond + `)))`
		args = append(slices.Clip(args), p.args...)
	}
	rows, err := r.Query(ctx, `select r.edition_id, e.document_id, b.title_key, b.level, r.title_key, b.region, r.day, e.made from law_repeals r
		join law_editions e on e.id = r.edition_id join law_documents b on b.id = e.document_id
		where `+stands+cond+` order by r.day, r.edition_id`, args...)
	if err != nil {
		return fmt.Errorf("read repeals: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var x repeal
		if err := rows.Scan(&x.by, &x.of, &x.own, &x.level, &x.key, &x.region, &x.day, &x.made); err != nil {
			return fmt.Errorf("read repeals: %w", err)
		}
		l.repeals = append(l.repeals, x)
	}
	return errs.Wrap("read repeals", rows.Err())
}

func (l *Library) readArticles(ctx context.Context, r sqldb.Reader, p part) error {
	cond := ""
	if p.cond != "" {
		cond = ` where t.edition_id in (select e.id from law_editions e where 1 = 1` + p.among("e.document_id") + `)`
	}
	rows, err := r.Query(ctx, `select t.edition_id, t.n, t.sub, t.paragraphs from law_articles t`+cond+` order by t.edition_id, t.seq`, p.args...)
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

// EditionByID finds one text, withdrawn or not; NotFound when there is none.
// Repeals by other texts are not in it: ReadTitles knows them.
func EditionByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Edition, error) {
	e := Edition{ID: id}
	err := r.QueryRow(ctx, `select document_id, title, made, effective, repealed, articles from law_editions where id = ?`, id).
		Scan(&e.Document, &e.Title, &e.Made, &e.Effective, &e.Repealed, &e.Articles)
	if errs.Is(err, sqldb.ErrNoRows) {
		return e, errs.NotFoundf("法规库中没有这个文本")
	}
	return e, errs.Wrap("edition "+id.String(), err)
}
