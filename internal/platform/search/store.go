package search

import (
	"context"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// store asks one engine. Both answer alike.
type store interface {
	// page gives what matches after a place, in stored order.
	page(ctx context.Context, e expr, after cursor, limit int) ([]Hit, error)
	// count counts what matches, no further than limit.
	count(ctx context.Context, e expr, limit int) (int, error)
}

// newStore chooses the engine behind the reader.
func newStore(r sqldb.Reader, q Query) (store, error) {
	known, ok := r.(interface{ Engine() sqldb.Engine })
	if !ok {
		return nil, errs.New(errs.Internal, "检索无法识别数据库")
	}
	if known.Engine() == sqldb.PostgreSQL {
		return postgres{r, q.Kind, q.PublicOnly}, nil
	}
	return sqlite{r, q.Kind, q.PublicOnly}, nil
}

type sqlite struct {
	r          sqldb.Reader
	kind       string
	publicOnly bool
}

// fewMatches is up to how many matches are sorted; more are met often enough
// when the stored order is walked instead.
const fewMatches = 1000

func (s sqlite) page(ctx context.Context, e expr, after cursor, limit int) ([]Hit, error) {
	match := s.match(e)
	n, err := s.countMatch(ctx, match, fewMatches+1)
	if err != nil || n == 0 {
		return nil, err
	}
	if n <= fewMatches {
		rows, err := s.r.Query(ctx, `select d.id, d.kind, d.ord from search_terms
			cross join search_docs d on d.num = search_terms.rowid
			where search_terms match ? and (d.ord, d.id) > (?, ?)
			order by d.ord, d.id limit ?`, match, after.order, after.id[:], limit)
		return sqldb.Collect(rows, err, scanHit)
	}
	if s.kind == "" {
		rows, err := s.r.Query(ctx, `select d.id, d.kind, d.ord from search_docs d
			where (d.ord, d.id) > (?, ?)
			and +d.num in (select rowid from search_terms where search_terms match ?)
			order by d.ord, d.id limit ?`, after.order, after.id[:], match, limit)
		return sqldb.Collect(rows, err, scanHit)
	}
	rows, err := s.r.Query(ctx, `select d.id, d.kind, d.ord from search_docs d
		where d.kind = ? and (d.ord, d.id) > (?, ?)
		and +d.num in (select rowid from search_terms where search_terms match ?)
		order by d.ord, d.id limit ?`, s.kind, after.order, after.id[:], match, limit)
	return sqldb.Collect(rows, err, scanHit)
}

func (s sqlite) count(ctx context.Context, e expr, limit int) (int, error) {
	return s.countMatch(ctx, s.match(e), limit)
}

func (s sqlite) countMatch(ctx context.Context, match string, limit int) (n int, err error) {
	err = s.r.QueryRow(ctx, `select count(*) from (select rowid from search_terms
		where search_terms match ? limit ?)`, match, limit).Scan(&n)
	return n, err
}

// match adds the filters as tags.
func (s sqlite) match(e expr) string {
	all := []expr{e}
	if s.kind != "" {
		all = append(all, expr{fields: fTag, terms: []string{kindTag(s.kind)}})
	}
	if s.publicOnly {
		all = append(all, expr{fields: fTag, terms: []string{publicTag}})
	}
	return and(all...).match()
}

type postgres struct {
	r          sqldb.Reader
	kind       string
	publicOnly bool
}

func (s postgres) page(ctx context.Context, e expr, after cursor, limit int) ([]Hit, error) {
	cond, args := s.where(e)
	args = append(args, after.order, after.id[:], limit)
	rows, err := s.r.Query(ctx, `select d.id, d.kind, d.ord from search_docs d where `+cond+`
		and (d.ord, d.id) > (?, ?) order by d.ord, d.id limit ?`, args...)
	return sqldb.Collect(rows, err, scanHit)
}

func (s postgres) count(ctx context.Context, e expr, limit int) (n int, err error) {
	cond, args := s.where(e)
	err = s.r.QueryRow(ctx, `select count(*) from (select d.id from search_docs d where `+cond+` limit ?) x`,
		append(args, limit)...).Scan(&n)
	return n, err
}

func (s postgres) where(e expr) (string, []any) {
	cond, args := e.where()
	conds := []string{cond}
	if s.kind != "" {
		conds, args = append(conds, "d.kind = ?"), append(args, s.kind)
	}
	if s.publicOnly {
		conds = append(conds, "d.public = 1")
	}
	return strings.Join(conds, " and "), args
}

func scanHit(rows *sqldb.Rows) (h Hit, err error) {
	err = rows.Scan(&h.ID, &h.Kind, &h.Order)
	return h, err
}
